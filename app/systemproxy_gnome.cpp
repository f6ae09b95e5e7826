// SPDX-License-Identifier: MIT
#include "app/systemproxy_gnome.h"

#include "app/tool.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::Message;
using engine::Unexpected;

namespace app
{

namespace
{

const QString kTool = u"gsettings"_s;
constexpr QLatin1StringView kSchema = "org.gnome.system.proxy"_L1;

/// One field: a schema below kSchema (or none) and keys that are only right together.
struct Field {
    QLatin1StringView name;
    QLatin1StringView schema;
    std::array<QLatin1StringView, 2> keys;
    ProxyFieldKind kind;
};

/// In the order in which they are written when the proxy is set: addresses count when the mode says so, last.
constexpr std::array<Field, 8> kFields{
    {{"http"_L1, ".http"_L1, {"host"_L1, "port"_L1}, ProxyFieldKind::Address},
     // Another proxy's login is nothing for ours.
     {"http-authentication"_L1, ".http"_L1, {"use-authentication"_L1}, ProxyFieldKind::Other},
     {"https"_L1, ".https"_L1, {"host"_L1, "port"_L1}, ProxyFieldKind::Address},
     {"ftp"_L1, ".ftp"_L1, {"host"_L1, "port"_L1}, ProxyFieldKind::Address},
     {"socks"_L1, ".socks"_L1, {"host"_L1, "port"_L1}, ProxyFieldKind::Address},
     {"same-proxy"_L1, {}, {"use-same-proxy"_L1}, ProxyFieldKind::Other},
     {"ignore-hosts"_L1, {}, {"ignore-hosts"_L1}, ProxyFieldKind::Other},
     {"mode"_L1, {}, {"mode"_L1}, ProxyFieldKind::Switch}}};

QString quoted(const QString &text)
{
    return u'\'' + text + u'\'';
}

QStringList hostAndPort(const SystemProxyWish &wish, bool spoken)
{
    return spoken ? QStringList{quoted(wish.host), QString::number(wish.port)} : QStringList{u"''"_s, u"0"_s};
}

/// "schema key value" a line.
QMap<QString, QString> parseList(const QByteArray &output)
{
    QMap<QString, QString> values;
    for (const QString &line : QString::fromUtf8(output).split(u'\n')) {
        const qsizetype key = line.indexOf(u' ');
        const qsizetype value = line.indexOf(u' ', key + 1);
        if (key > 0 && value > 0)
            values.insert(line.left(value), line.sliced(value + 1));
    }
    return values;
}

std::optional<Message> writeField(const Field &field, const QStringList &values)
{
    for (qsizetype i = 0; i < values.size(); ++i) {
        const QString key = field.keys.at(static_cast<std::size_t>(i));
        const auto result = runTool(kTool, {u"set"_s, QString(kSchema) + field.schema, key, values[i]});
        if (!result)
            return result.error();
    }
    return std::nullopt;
}

} // namespace

QString GnomeProxy::name() const
{
    return u"gnome"_s;
}

Expected<ProxyFields, Message> GnomeProxy::read() const
{
    // All at once: a process for each key would take as many times as long.
    const auto output = runTool(kTool, {u"list-recursively"_s, kSchema});
    if (!output)
        return Unexpected{output.error()};
    const QMap<QString, QString> values = parseList(*output);
    ProxyFields fields;
    for (const Field &field : kFields) {
        QStringList &of = fields[field.name];
        for (const QLatin1StringView key : field.keys) {
            if (key.isEmpty())
                continue;
            const auto value = values.find(QString(kSchema) + field.schema + u' ' + key);
            if (value == values.end())
                return Unexpected{Message(QT_TRANSLATE_NOOP("engine::Message", "%1%2 has no key \"%3\""),
                                          kSchema, field.schema, key)};
            of += *value;
        }
    }
    return fields;
}

std::optional<ProxyFields> GnomeProxy::fieldsFor(const SystemProxyWish &wish) const
{
    if (!wish.http && !wish.socks5)
        return std::nullopt;
    QStringList hosts;
    for (const QString &entry : wish.bypass)
        hosts += quoted(entry);
    const QString no = u"false"_s;
    return ProxyFields{
        {u"http"_s, hostAndPort(wish, wish.http)},
        {u"http-authentication"_s, {no}},
        {u"https"_s, hostAndPort(wish, wish.http)},
        {u"ftp"_s, hostAndPort(wish, false)},
        {u"socks"_s, hostAndPort(wish, wish.socks5)},
        {u"same-proxy"_s, {no}},
        {u"ignore-hosts"_s, {hosts.isEmpty() ? u"@as []"_s : u'[' + hosts.join(u", "_s) + u']'}},
        {u"mode"_s, {u"'manual'"_s}}};
}

ProxyFields GnomeProxy::switchedOff(ProxyFields fields) const
{
    fields[u"mode"_s] = QStringList{u"'none'"_s};
    return fields;
}

std::optional<Message> GnomeProxy::write(const ProxyFields &fields) const
{
    QList<const Field *> order;
    for (const Field &field : kFields)
        order += &field;
    // "Manual" comes on last and goes first, so that it never stands before an address that is not meant.
    if (fields.value(u"mode"_s) != QStringList{u"'manual'"_s})
        std::reverse(order.begin(), order.end());
    for (const Field *field : order) {
        if (auto problem = writeField(*field, fields.value(field->name)))
            return problem;
    }
    return std::nullopt;
}

ProxyFieldKind GnomeProxy::kindOf(const QString &name) const
{
    const auto found = std::find_if(kFields.begin(), kFields.end(),
                                    [&name](const Field &field) { return field.name == name; });
    return found == kFields.end() ? ProxyFieldKind::Other : found->kind;
}

} // namespace app
