// SPDX-License-Identifier: MIT
#include "ui/programicon.h"

namespace ui
{

QList<QImage> programIcon(const QString &)
{
    return {};
}

} // namespace ui
