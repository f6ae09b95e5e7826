// SPDX-License-Identifier: MIT
#include "ui/sharedsettings.h"

#include <QFile>
#include <QFileInfo>

namespace ui
{

void removeSharedSettings(const QString &place)
{
    if (QFileInfo(place).size() == 0)
        QFile::remove(place);
}

} // namespace ui
