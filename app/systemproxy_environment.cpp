// SPDX-License-Identifier: MIT
#include "app/systemproxy_environment.h"

#include "app/platform.h"
#include "app/tool.h"
#include "ui/proxyvariables.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::Message;
using engine::Unexpected;

namespace app
{

namespace
{

constexpr qint64 kMaximumFileSize = 1 << 20;
/// Files are read in the order of their names, and the last one counts.
const QString kFileName = u"90-hosier-proxy.conf"_s;

QString url(const QString &scheme, const SystemProxyWish &wish)
{
    return scheme + u"://"_s + wish.address();
}

/// A link to /dev/null is how people say that they do not want a file of that name; others lead to files kept
/// elsewhere.
bool isTheirs(const QFileInfo &info)
{
    return info.isSymLink() || (info.exists() && !info.isFile());
}

} // namespace

QString environmentLine(const QString &name, const QString &value)
{
    QString text;
    for (const QChar character : value) {
        if (character == u'"' || character == u'\\' || character == u'`')
            text += u'\\';
        else if (character == u'$')
            text += u'$'; // Quotes do not keep variables from being expanded; doubling does.
        text += character;
    }
    return u"%1=\"%2\"\n"_s.arg(name, text);
}

EnvironmentProxy::EnvironmentProxy(const QString &configuration)
    : m_directory(configuration + u"/environment.d"_s)
    , m_path(m_directory + u'/' + kFileName)
{
}

bool EnvironmentProxy::hasManager()
{
    const QString directory = qEnvironmentVariable("XDG_RUNTIME_DIR");
    return !directory.isEmpty() && QFileInfo::exists(directory + u"/systemd/private"_s);
}

QString EnvironmentProxy::name() const
{
    return u"environment"_s;
}

Expected<ProxyFields, Message> EnvironmentProxy::read() const
{
    const QFileInfo info(m_path);
    // A value that Hosier never writes: somebody else's.
    if (isTheirs(info))
        return ProxyFields{{kFileName, {u"not a file"_s, info.symLinkTarget()}}};
    if (!info.exists())
        return ProxyFields{{kFileName, {}}};
    QFile file(m_path);
    if (!file.open(QIODevice::ReadOnly))
        return Unexpected{
            Message(QT_TRANSLATE_NOOP("engine::Message", "cannot read %1: %2"), m_path, file.errorString())};
    if (file.size() > kMaximumFileSize)
        return Unexpected{Message(QT_TRANSLATE_NOOP("engine::Message", "%1 is too large"), m_path)};
    return ProxyFields{{kFileName, {QString::fromLatin1(file.readAll())}}};
}

std::optional<ProxyFields> EnvironmentProxy::fieldsFor(const SystemProxyWish &wish) const
{
    if (!wish.http && !wish.socks5)
        return std::nullopt;
    // The form of SOCKS that leaves name resolution to the proxy: names looked up before it would leak.
    const ui::ProxyUrls urls{wish.http ? url(u"http"_s, wish) : QString(),
                             wish.socks5 ? url(u"socks5h"_s, wish) : QString()};
    QString text = u"# Written by Hosier, which removes it when it ends: hosier --restore-system-proxy\n"_s;
    for (const ui::ProxyVariable &variable : ui::proxyVariables(urls, wish.bypass))
        text += environmentLine(variable.name, variable.value);
    return ProxyFields{{kFileName, {QString::fromLatin1(text.toUtf8())}}};
}

ProxyFields EnvironmentProxy::switchedOff(ProxyFields fields) const
{
    fields[kFileName].clear();
    return fields;
}

std::optional<Message> EnvironmentProxy::write(const ProxyFields &fields) const
{
    const auto field = fields.find(kFileName);
    if (field == fields.end())
        return std::nullopt;
    if (isTheirs(QFileInfo(m_path)))
        return Message(QT_TRANSLATE_NOOP("engine::Message", "%1 is a link or a directory"), m_path);
    auto problem = field->isEmpty() ? removeFile() : replaceFile(field->constFirst().toLatin1());
    return problem ? problem : tell();
}

std::optional<Message> EnvironmentProxy::tell() const
{
    if (!hasManager())
        return std::nullopt; // It went with the session, and the variables with it.
    const auto result = runTool(u"systemctl"_s, {u"--user"_s, u"daemon-reload"_s});
    return result ? std::nullopt : std::optional(result.error());
}

ProxyFieldKind EnvironmentProxy::kindOf(const QString & /*field*/) const
{
    return ProxyFieldKind::Address;
}

ui::SystemProxyReach EnvironmentProxy::reach() const
{
    return ui::SystemProxyReach::StartedPrograms;
}

std::optional<Message> EnvironmentProxy::replaceFile(const QByteArray &content) const
{
    if (!QDir().mkpath(m_directory))
        return Message(QT_TRANSLATE_NOOP("engine::Message", "cannot create %1"), m_directory);
    QSaveFile file(m_path);
    const bool isNew = !QFileInfo::exists(m_path);
    if (!file.open(QIODevice::WriteOnly) ||
        (isNew && !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)) ||
        file.write(content) != content.size() || !file.commit())
        return Message(QT_TRANSLATE_NOOP("engine::Message", "cannot write %1: %2"), m_path,
                       file.errorString());
    flushDirectory(m_directory);
    return std::nullopt;
}

/// On the disk before the journal goes, or a power cut would bring back the file alone.
std::optional<Message> EnvironmentProxy::removeFile() const
{
    QFile file(m_path);
    if (file.exists() && !file.remove())
        return Message(QT_TRANSLATE_NOOP("engine::Message", "cannot remove %1: %2"), m_path,
                       file.errorString());
    flushDirectory(m_directory);
    return std::nullopt;
}

} // namespace app
