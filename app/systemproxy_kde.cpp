// SPDX-License-Identifier: MIT
#include "app/systemproxy_kde.h"

#include "app/kioslaverc.h"
#include "app/tool.h"

#include <array>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::Message;
using engine::Unexpected;

namespace app
{

namespace
{

constexpr qint64 kMaximumFileSize = 1 << 20;
constexpr std::array<QLatin1StringView, 7> kKeys{"ProxyType"_L1,        "httpProxy"_L1,  "httpsProxy"_L1,
                                                 "ftpProxy"_L1,         "socksProxy"_L1, "NoProxyFor"_L1,
                                                 "ReversedException"_L1};
const QString kNone = u"0"_s;   // KProtocolManager::NoProxy
const QString kManual = u"1"_s; // KProtocolManager::ManualProxy

QStringList line(const QString &key, const QString &value)
{
    return {key + u'=' + value};
}

/// As the settings' own dialog writes it: with a space before the port.
QStringList proxyEntry(const QString &key, const QString &scheme, const SystemProxyWish &wish, bool spoken)
{
    const QString host = wish.host.contains(u':') ? u'[' + wish.host + u']' : wish.host;
    return line(key, spoken ? u"%1://%2 %3"_s.arg(scheme, host).arg(wish.port) : QString());
}

/// KIO compares the ends of names: a domain is written with its dot.
QString bypassText(const QStringList &entries)
{
    QStringList words;
    for (const QString &entry : entries)
        words += entry.startsWith("*."_L1) ? entry.sliced(1) : entry;
    return words.join(u',');
}

/// Nobody hears it where no KDE program runs, and those that start later read the file.
void tellPrograms()
{
    static_cast<void>(
        runTool(u"dbus-send"_s, {u"--session"_s, u"--type=signal"_s, u"/KIO/Scheduler"_s,
                                 u"org.kde.KIO.Scheduler.reparseSlaveConfiguration"_s, u"string:"_s}));
}

} // namespace

KdeProxy::KdeProxy(const QString &directory)
    : m_path(directory + u"/kioslaverc"_s)
{
}

QString KdeProxy::name() const
{
    return u"kde"_s;
}

Expected<ProxyFields, Message> KdeProxy::read() const
{
    const auto content = readFile();
    if (!content)
        return Unexpected{content.error()};
    const KioConfiguration configuration(*content);
    ProxyFields fields;
    for (const QLatin1StringView key : kKeys) {
        QStringList &values = fields[key];
        for (const QByteArray &one : configuration.lines(key.toString().toLatin1()))
            values += QString::fromUtf8(one);
    }
    return fields;
}

std::optional<ProxyFields> KdeProxy::fieldsFor(const SystemProxyWish &wish) const
{
    if (!wish.http && !wish.socks5)
        return std::nullopt;
    return ProxyFields{{u"ProxyType"_s, line(u"ProxyType"_s, kManual)},
                       {u"httpProxy"_s, proxyEntry(u"httpProxy"_s, u"http"_s, wish, wish.http)},
                       {u"httpsProxy"_s, proxyEntry(u"httpsProxy"_s, u"http"_s, wish, wish.http)},
                       {u"ftpProxy"_s, proxyEntry(u"ftpProxy"_s, u"ftp"_s, wish, false)},
                       {u"socksProxy"_s, proxyEntry(u"socksProxy"_s, u"socks"_s, wish, wish.socks5)},
                       {u"NoProxyFor"_s, line(u"NoProxyFor"_s, bypassText(wish.bypass))},
                       {u"ReversedException"_s, line(u"ReversedException"_s, u"false"_s)}};
}

ProxyFields KdeProxy::switchedOff(ProxyFields fields) const
{
    fields[u"ProxyType"_s] = line(u"ProxyType"_s, kNone);
    return fields;
}

std::optional<Message> KdeProxy::write(const ProxyFields &fields) const
{
    const auto content = readFile();
    if (!content)
        return content.error();
    KioConfiguration configuration(*content);
    for (auto field = fields.begin(); field != fields.end(); ++field) {
        const QByteArray key = field.key().toLatin1();
        if (configuration.isLocked(key))
            return Message(QT_TRANSLATE_NOOP("engine::Message", "%1 is locked by the administrator"),
                           field.key());
        QList<QByteArray> lines;
        for (const QString &value : field.value())
            lines += value.toUtf8();
        configuration.setLines(key, lines);
    }
    const QFileInfo info(m_path);
    if (!QDir().mkpath(info.absolutePath()))
        return Message(QT_TRANSLATE_NOOP("engine::Message", "cannot create %1"), info.absolutePath());
    QSaveFile file(m_path);
    const bool isNew = !info.exists();
    const QByteArray bytes = configuration.content();
    if (!file.open(QIODevice::WriteOnly) ||
        (isNew && !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)) ||
        file.write(bytes) != bytes.size() || !file.commit())
        return Message(QT_TRANSLATE_NOOP("engine::Message", "cannot write %1: %2"), m_path,
                       file.errorString());
    tellPrograms();
    return std::nullopt;
}

ProxyFieldKind KdeProxy::kindOf(const QString &field) const
{
    if (field == "ProxyType"_L1)
        return ProxyFieldKind::Switch;
    return field.endsWith("Proxy"_L1) ? ProxyFieldKind::Address : ProxyFieldKind::Other;
}

Expected<QByteArray, Message> KdeProxy::readFile() const
{
    QFile file(m_path);
    if (!file.exists())
        return QByteArray();
    if (!file.open(QIODevice::ReadOnly))
        return Unexpected{
            Message(QT_TRANSLATE_NOOP("engine::Message", "cannot read %1: %2"), m_path, file.errorString())};
    if (file.size() > kMaximumFileSize)
        return Unexpected{Message(QT_TRANSLATE_NOOP("engine::Message", "%1 is too large"), m_path)};
    return file.readAll();
}

} // namespace app
