// SPDX-License-Identifier: MIT
#include "app/autostart.h"

#include "app/platform.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>

using namespace Qt::StringLiterals;
using ui::LoginStartProblem;

namespace app
{

namespace
{

constexpr qint64 kMaximumEntrySize = 65'536; ///< bytes that are looked at of an entry

QString entryPath()
{
    return configurationRoot() + u"/autostart/hosier.desktop"_s;
}

/// An argument of Exec, in quotes: Desktop Entry Specification, "The Exec key". A backslash is escaped for
/// the quotes and once more for the value.
QString quoted(const QString &argument)
{
    QString text;
    for (const QChar c : argument) {
        if (c == u'"' || c == u'`' || c == u'$')
            text += u"\\\\"_s;
        else if (c == u'\\')
            text += u"\\\\\\"_s;
        else if (c == u'%')
            text += u'%';
        text += c;
    }
    return u'"' + text + u'"';
}

QString execLine(const QStringList &command)
{
    QStringList arguments;
    for (const QString &argument : command)
        arguments << quoted(argument);
    return u"Exec="_s + arguments.join(u' ');
}

QStringList entryLines(const QStringList &command)
{
    return {u"[Desktop Entry]"_s, u"Type=Application"_s, u"Name=Hosier"_s,
            u"Icon=hosier"_s,     execLine(command),     u"X-GNOME-Autostart-enabled=true"_s};
}

} // namespace

bool Autostart::isEnabled() const
{
    QFile file(entryPath());
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QStringList lines = QString::fromUtf8(file.read(kMaximumEntrySize)).split(u'\n');
    // Settings of desktops switch an entry off by these.
    return lines.contains(execLine(m_command)) && !lines.contains(u"Hidden=true"_s) &&
           !lines.contains(u"X-GNOME-Autostart-enabled=false"_s);
}

std::optional<LoginStartProblem> Autostart::setEnabled(bool enabled)
{
    const QString path = entryPath();
    QFile old(path);
    if (!enabled) {
        if (old.exists() && !old.remove())
            return LoginStartProblem{LoginStartProblem::Kind::CannotRemove, path, old.errorString()};
        return std::nullopt;
    }
    if (!QDir().mkpath(QFileInfo(path).absolutePath()))
        return LoginStartProblem{LoginStartProblem::Kind::CannotMakeDirectory, path, {}};
    QSaveFile file(path);
    const QByteArray content = entryLines(m_command).join(u'\n').toUtf8() + '\n';
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.commit())
        return LoginStartProblem{LoginStartProblem::Kind::CannotWrite, path, file.errorString()};
    return std::nullopt;
}

} // namespace app
