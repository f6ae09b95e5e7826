// SPDX-License-Identifier: MIT
#include "tests/support/bytes.h"

#include <QRandomGenerator>

#include <vector>

namespace test
{

QByteArray patternBytes(qsizetype size, quint32 seed)
{
    QRandomGenerator random(seed);
    std::vector<quint32> words(static_cast<std::size_t>(size / 4 + 1));
    random.fillRange(words.data(), static_cast<qsizetype>(words.size()));
    return {reinterpret_cast<const char *>(words.data()), size};
}

} // namespace test
