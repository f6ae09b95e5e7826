// SPDX-License-Identifier: MIT
#include "app/autostart.h"

#include <QSettings>

using namespace Qt::StringLiterals;
using ui::LoginStartProblem;

namespace app
{

namespace
{

const QString kRunKey = u"HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"_s;
/// Where the Task Manager notes what it has switched off: an odd first byte.
const QString kApprovedKey =
    u"HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\StartupApproved\\Run"_s;
const QString kValue = u"Hosier"_s;

/// Paths cannot hold quotes, and end in no backslash here.
QString commandText(const QStringList &command)
{
    QStringList arguments;
    for (const QString &argument : command)
        arguments << (argument.startsWith(u'-') ? argument : u'"' + argument + u'"');
    return arguments.join(u' ');
}

} // namespace

bool Autostart::isEnabled() const
{
    const QSettings run(kRunKey, QSettings::NativeFormat);
    const QByteArray approved = QSettings(kApprovedKey, QSettings::NativeFormat).value(kValue).toByteArray();
    const bool isSwitchedOff = !approved.isEmpty() && (approved.front() & 1) != 0;
    // Paths have no case, and the installer's may be typed in another than ours.
    const bool isOurs =
        run.value(kValue).toString().compare(commandText(m_command), Qt::CaseInsensitive) == 0;
    return isOurs && !isSwitchedOff;
}

std::optional<LoginStartProblem> Autostart::setEnabled(bool enabled)
{
    QSettings run(kRunKey, QSettings::NativeFormat);
    if (enabled)
        run.setValue(kValue, commandText(m_command));
    else
        run.remove(kValue);
    QSettings(kApprovedKey, QSettings::NativeFormat).remove(kValue);
    run.sync();
    if (run.status() != QSettings::NoError)
        return LoginStartProblem{LoginStartProblem::Kind::CannotWrite, kRunKey, {}};
    return std::nullopt;
}

} // namespace app
