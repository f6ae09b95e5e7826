// SPDX-License-Identifier: MIT
#include "ui/programlookup.h"

#include "ui/programentry.h"
#include "ui/programtext.h"

#include <QStandardPaths>

namespace ui
{

engine::Program findProgram(const QString &nameOrFile)
{
    const bool isName = !nameOrFile.isEmpty() && programCalled(nameOrFile).path.isEmpty();
    const QString file = isName ? QStandardPaths::findExecutable(nameOrFile) : nameOrFile;
    return programCalled(file.isEmpty() ? nameOrFile : programEntryOf(file));
}

} // namespace ui
