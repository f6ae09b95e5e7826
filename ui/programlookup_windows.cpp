// SPDX-License-Identifier: MIT
#include "ui/programlookup.h"

#include "ui/programentry.h"
#include "ui/programentry_windows.h"
#include "ui/programtext.h"

#include <QDir>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace ui
{

namespace
{

/// Of the files that a name may start, the one that is a program itself. Empty when there is none, and for an
/// alias of a Store's app, which does not say where that lies.
QString fileOfName(const QString &name)
{
    constexpr auto kSuffix = ".exe"_L1;
    const bool hasSuffix = name.endsWith(kSuffix, Qt::CaseInsensitive);
    const QString file = QStandardPaths::findExecutable(hasSuffix ? name : name + kSuffix);
    return file.isEmpty() || imagePathOf(file).isEmpty() ? QString() : QDir::toNativeSeparators(file);
}

} // namespace

engine::Program findProgram(const QString &nameOrFile)
{
    const bool isName = !nameOrFile.isEmpty() && !nameOrFile.contains(u'\\') && !nameOrFile.contains(u'/');
    const QString file = isName ? fileOfName(nameOrFile) : nameOrFile;
    return programCalled(file.isEmpty() ? nameOrFile : programEntryOf(file));
}

} // namespace ui
