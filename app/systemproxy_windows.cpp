// SPDX-License-Identifier: MIT
#include "app/systemproxy_windows.h"

#include "app/platform.h"
#include "app/systemproxykeeper.h"
#include "app/windowsbypass.h"

#include <array>
#include <vector>

#include <windows.h>

#include <ras.h>
#include <raserror.h>
#include <wininet.h>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::Message;
using engine::Unexpected;
using ui::SystemProxyProblem;

namespace app
{

namespace
{

/// INTERNET_PER_CONN_FLAGS as the settings' dialog shows them: the other ones leave out automatic detection
/// when it did not find anything lately.
constexpr DWORD kFlagsOfDialog = 10;
constexpr DWORD kOurFlags = PROXY_TYPE_DIRECT | PROXY_TYPE_PROXY;
const QString kLan = u"LAN"_s;

struct Text {
    QLatin1StringView name;
    DWORD option;
};
constexpr std::array<Text, 3> kTexts{{{"server"_L1, INTERNET_PER_CONN_PROXY_SERVER},
                                      {"bypass"_L1, INTERNET_PER_CONN_PROXY_BYPASS},
                                      {"script"_L1, INTERNET_PER_CONN_AUTOCONFIG_URL}}};
constexpr QLatin1StringView kFlags = "flags"_L1;

QString field(const QString &connection, QLatin1StringView name)
{
    return connection + u'/' + name;
}

/// Options of one connection as the system takes them. The texts must outlive it.
class OptionList
{
public:
    OptionList(const QString &connection, std::vector<INTERNET_PER_CONN_OPTIONW> options)
        : m_connection(connection)
        , m_options(std::move(options))
    {
        m_list.dwSize = sizeof m_list;
        // The local network has no name.
        m_list.pszConnection =
            connection == kLan ? nullptr : reinterpret_cast<wchar_t *>(m_connection.data());
        m_list.dwOptionCount = static_cast<DWORD>(m_options.size());
        m_list.pOptions = m_options.data();
    }
    Q_DISABLE_COPY_MOVE(OptionList)
    ~OptionList() = default;

    bool query()
    {
        DWORD size = sizeof m_list;
        return ::InternetQueryOptionW(nullptr, INTERNET_OPTION_PER_CONNECTION_OPTION, &m_list, &size) != 0;
    }
    bool set()
    {
        return ::InternetSetOptionW(nullptr, INTERNET_OPTION_PER_CONNECTION_OPTION, &m_list, sizeof m_list) !=
               0;
    }
    [[nodiscard]] const INTERNET_PER_CONN_OPTIONW &operator[](std::size_t index) const
    {
        return m_options[index];
    }

private:
    QString m_connection;
    std::vector<INTERNET_PER_CONN_OPTIONW> m_options;
    INTERNET_PER_CONN_OPTION_LISTW m_list{};
};

INTERNET_PER_CONN_OPTIONW option(DWORD kind)
{
    INTERNET_PER_CONN_OPTIONW one{};
    one.dwOption = kind;
    return one;
}

std::optional<DWORD> readFlags(const QString &connection)
{
    // That there are direct connections is always so, but not always said: Wine leaves it out beside a proxy.
    OptionList dialog(connection, {option(kFlagsOfDialog)});
    if (dialog.query() && dialog[0].Value.dwValue != 0)
        return dialog[0].Value.dwValue | PROXY_TYPE_DIRECT;
    OptionList flags(connection, {option(INTERNET_PER_CONN_FLAGS)});
    if (!flags.query())
        return std::nullopt;
    return flags[0].Value.dwValue | PROXY_TYPE_DIRECT;
}

/// Empty when it is not set.
QString readText(const QString &connection, DWORD kind)
{
    OptionList list(connection, {option(kind)});
    if (!list.query() || list[0].Value.pszValue == nullptr)
        return {};
    const QString text = QString::fromWCharArray(list[0].Value.pszValue);
    ::GlobalFree(list[0].Value.pszValue);
    return text;
}

/// As the phone book of the user and that of everybody have them.
QStringList listConnections()
{
    QStringList names;
    RASENTRYNAMEW first{};
    first.dwSize = sizeof first;
    DWORD size = sizeof first;
    DWORD count = 0;
    DWORD result = ::RasEnumEntriesW(nullptr, nullptr, &first, &size, &count);
    std::vector<RASENTRYNAMEW> entries(1, first);
    if (result == ERROR_BUFFER_TOO_SMALL) {
        entries.resize(size / sizeof first + 1, first);
        size = static_cast<DWORD>(entries.size() * sizeof first);
        result = ::RasEnumEntriesW(nullptr, nullptr, entries.data(), &size, &count);
    }
    for (std::size_t i = 0; result == ERROR_SUCCESS && i < count && i < entries.size(); ++i)
        names += QString::fromWCharArray(entries[i].szEntryName);
    return names;
}

QStringList connectionsOf(const ProxyFields &fields)
{
    QStringList connections;
    for (auto one = fields.begin(); one != fields.end(); ++one)
        connections += one.key().left(one.key().lastIndexOf(u'/'));
    connections.removeDuplicates();
    return connections;
}

/// Nothing when the connection cannot be read.
std::optional<ProxyFields> readConnection(const QString &connection)
{
    const std::optional<DWORD> flags = readFlags(connection);
    if (!flags)
        return std::nullopt;
    ProxyFields fields{{field(connection, kFlags), {QString::number(*flags)}}};
    for (const Text &text : kTexts)
        fields.insert(field(connection, text.name), {readText(connection, text.option)});
    return fields;
}

class WindowsProxy : public SystemProxyBackend
{
public:
    explicit WindowsProxy(ConnectionLister list)
        : m_list(std::move(list))
    {
    }

    [[nodiscard]] QString name() const override { return u"windows"_s; }

    [[nodiscard]] Expected<ProxyFields, Message> read() const override
    {
        const QStringList there = findConnections();
        ProxyFields fields;
        for (const QString &connection : m_written.isEmpty() ? there : connectionsOf(m_written)) {
            const auto present = there.contains(connection) ? readConnection(connection) : std::nullopt;
            if (present)
                fields.insert(*present);
            else if (connection == kLan)
                return Unexpected{Message(
                    QT_TRANSLATE_NOOP("engine::Message", "InternetQueryOption: error %1"), ::GetLastError())};
            else
                keepWritten(connection, fields);
        }
        return fields;
    }

    /// "socks=" is SOCKS4 to Windows.
    [[nodiscard]] std::optional<ProxyFields> fieldsFor(const SystemProxyWish &wish) const override
    {
        if (!wish.http && !wish.socks4)
            return std::nullopt;
        // What is in force is restored as a whole, so nothing joins it. What is not is history.
        if (const auto present = read(); !present || !isSameProxy(*present, m_written))
            m_written.clear();
        ProxyFields fields;
        for (const QString &connection :
             m_written.isEmpty() ? findReadableConnections() : connectionsOf(m_written)) {
            fields.insert(field(connection, kFlags), {QString::number(kOurFlags)});
            fields.insert(field(connection, "server"_L1),
                          {wish.http ? wish.address() : u"socks="_s + wish.address()});
            fields.insert(field(connection, "bypass"_L1), {windowsBypassList(wish.bypass)});
            fields.insert(field(connection, "script"_L1), {QString()});
        }
        return fields;
    }

    [[nodiscard]] ProxyFields switchedOff(ProxyFields fields) const override
    {
        for (const QString &connection : connectionsOf(fields))
            fields[field(connection, kFlags)] = QStringList{QString::number(PROXY_TYPE_DIRECT)};
        return fields;
    }

    [[nodiscard]] std::optional<Message> write(const ProxyFields &fields) const override
    {
        std::optional<Message> problem;
        m_written = fields;
        // Also of connections that are new or gone: what a journal names is tried.
        for (const QString &connection : connectionsOf(fields)) {
            if (writeConnection(connection, fields))
                continue;
            const DWORD error = ::GetLastError();
            if (!problem && findConnections().contains(connection))
                problem = Message(QT_TRANSLATE_NOOP("engine::Message", "InternetSetOption: error %1"), error);
        }
        ::InternetSetOptionW(nullptr, INTERNET_OPTION_SETTINGS_CHANGED, nullptr, 0);
        ::InternetSetOptionW(nullptr, INTERNET_OPTION_REFRESH, nullptr, 0);
        return problem;
    }

    [[nodiscard]] ProxyFieldKind kindOf(const QString &name) const override
    {
        if (name.endsWith(u'/' + kFlags))
            return ProxyFieldKind::Switch;
        return name.endsWith("/server"_L1) || name.endsWith("/script"_L1) ? ProxyFieldKind::Address
                                                                          : ProxyFieldKind::Other;
    }

private:
    static bool writeConnection(const QString &connection, const ProxyFields &fields)
    {
        std::vector<INTERNET_PER_CONN_OPTIONW> options;
        std::array<QString, kTexts.size()> texts;
        for (std::size_t i = 0; i < kTexts.size(); ++i) {
            const auto value = fields.find(field(connection, kTexts[i].name));
            if (value == fields.end())
                continue;
            texts[i] = value->value(0);
            options.push_back(option(kTexts[i].option));
            options.back().Value.pszValue = reinterpret_cast<wchar_t *>(texts[i].data());
        }
        if (const auto flags = fields.find(field(connection, kFlags)); flags != fields.end()) {
            options.push_back(option(INTERNET_PER_CONN_FLAGS));
            options.back().Value.dwValue = flags->value(0).toUInt();
        }
        return OptionList(connection, std::move(options)).set();
    }

    [[nodiscard]] QStringList findConnections() const { return QStringList{kLan} + m_list(); }

    /// The local network in any case: what it cannot be read for is said by read().
    [[nodiscard]] QStringList findReadableConnections() const
    {
        QStringList connections = findConnections();
        connections.removeIf([](const QString &name) { return name != kLan && !readFlags(name); });
        return connections;
    }

    void keepWritten(const QString &connection, ProxyFields &fields) const
    {
        for (auto one = m_written.begin(); one != m_written.end(); ++one) {
            if (one.key().left(one.key().lastIndexOf(u'/')) == connection)
                fields.insert(one.key(), one.value());
        }
    }

    ConnectionLister m_list;
    mutable ProxyFields m_written; ///< in force, as far as is known; empty when nothing is
};

} // namespace

std::unique_ptr<SystemProxyBackend> makeWindowsProxy(const ConnectionLister &list)
{
    return std::make_unique<WindowsProxy>(list);
}

FoundBackend findSystemProxyBackend()
{
    return {makeWindowsProxy(listConnections), SystemProxyProblem::None, {}};
}

std::unique_ptr<SystemProxyBackend> makeSystemProxyBackend(const QString &name)
{
    return name == "windows"_L1 ? makeWindowsProxy(listConnections) : nullptr;
}

/// A portable copy has a directory of its own, but no settings of its own.
QString systemProxyLockPath()
{
    return instanceDirectories().constFirst() + u"/hosier-system-proxy.lock"_s;
}

} // namespace app
