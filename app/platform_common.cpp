// SPDX-License-Identifier: MIT
#include "app/platform.h"

namespace app
{

void printLine(std::FILE *stream, const QString &line)
{
    const QByteArray bytes = line.toUtf8() + '\n';
    // Nobody is left to tell when the stream is closed.
    static_cast<void>(std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stream));
    static_cast<void>(std::fflush(stream));
}

} // namespace app
