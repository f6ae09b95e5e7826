// SPDX-License-Identifier: MIT
#include "ui/reservedports.h"

namespace ui
{

QStringList reservedPortsCommand(bool)
{
    return {};
}

} // namespace ui
