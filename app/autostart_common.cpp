// SPDX-License-Identifier: MIT
#include "app/autostart.h"

#include <QCoreApplication>
#include <QDir>

using namespace Qt::StringLiterals;

namespace app
{

Autostart::Autostart(const QString &profilePath)
    : m_command{QDir::toNativeSeparators(QCoreApplication::applicationFilePath()), u"--minimized"_s}
{
    if (!profilePath.isEmpty())
        m_command << u"--profile"_s
                  << QDir::toNativeSeparators(QDir::current().absoluteFilePath(profilePath));
}

} // namespace app
