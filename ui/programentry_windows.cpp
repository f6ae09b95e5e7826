// SPDX-License-Identifier: MIT
#include "ui/programentry.h"

namespace ui
{

QString programEntryOf(const QString &nameOrFile)
{
    return nameOrFile;
}

} // namespace ui
