// SPDX-License-Identifier: MIT
#include "app/autostart.h"

#include <QCoreApplication>
#include <QDir>

using namespace Qt::StringLiterals;

namespace app
{

Autostart::Autostart(const QString &profilePath, bool minimized)
    : m_profilePath(profilePath.isEmpty() ? QString() : QDir::current().absoluteFilePath(profilePath))
    , m_command(command(minimized))
{
}

std::optional<ui::LoginStartProblem> Autostart::setMinimized(bool minimized)
{
    const bool wasEnabled = isEnabled();
    m_command = command(minimized);
    return wasEnabled ? setEnabled(true) : std::nullopt;
}

QStringList Autostart::command(bool minimized) const
{
    QStringList words{QDir::toNativeSeparators(QCoreApplication::applicationFilePath())};
    if (minimized)
        words << u"--minimized"_s;
    if (!m_profilePath.isEmpty())
        words << u"--profile"_s << QDir::toNativeSeparators(m_profilePath);
    return words;
}

} // namespace app
