// SPDX-License-Identifier: MIT
#include "ui/clientsettings.h"

#include "ui/proxyvariables.h"

#include <QCoreApplication>

using engine::Protocol;

namespace ui
{

namespace
{

struct ClientText {
    Q_DECLARE_TR_FUNCTIONS(ui::ClientSettings)
};

/// What people replace by their own.
const QString kLogin = QStringLiteral("NAME:PASSWORD");

bool speaks(const ProxyAddress &proxy, Protocol protocol)
{
    // SOCKS4 knows no passwords.
    return proxy.protocols.testFlag(protocol) && !(protocol == Protocol::Socks4 && proxy.asksForLogin);
}

QString urlOf(const ProxyAddress &proxy, const QString &scheme)
{
    const QString login = proxy.asksForLogin ? kLogin + u'@' : QString();
    return QStringLiteral("%1://%2%3").arg(scheme, login, proxy.endpoint.toString());
}

/// ssh itself knows no proxies: another program connects for it.
QString proxyCommand(const ProxyAddress &proxy)
{
    const QString address = proxy.endpoint.toString();
    const bool socks5 = speaks(proxy, Protocol::Socks5);
    // OpenBSD's netcat logs in to HTTP proxies only; Nmap's does to both.
    if (proxy.asksForLogin)
        return QStringLiteral("ncat --proxy-type %1 --proxy %2 --proxy-auth %3 %h %p")
            .arg(socks5 ? QStringLiteral("socks5") : QStringLiteral("http"), address, kLogin);
#ifdef Q_OS_WIN
    // It comes with Git for Windows.
    return QStringLiteral("connect %1 %2 %h %p")
        .arg(socks5                            ? QStringLiteral("-S")
             : speaks(proxy, Protocol::Socks4) ? QStringLiteral("-4 -S")
                                               : QStringLiteral("-H"),
             address);
#else
    return QStringLiteral("nc -X %1 -x %2 %h %p")
        .arg(socks5                            ? QStringLiteral("5")
             : speaks(proxy, Protocol::Socks4) ? QStringLiteral("4")
                                               : QStringLiteral("connect"),
             address);
#endif
}

/// apt reads both schemes, but "socks5h" only of late; it has no SOCKS4.
QString aptUrl(const ProxyAddress &proxy)
{
    if (speaks(proxy, Protocol::Http))
        return urlOf(proxy, QStringLiteral("http")) + u'/';
    return speaks(proxy, Protocol::Socks5) ? urlOf(proxy, QStringLiteral("socks5h")) : QString();
}

QString aptSettings(const ProxyAddress &proxy)
{
    const QString url = aptUrl(proxy);
    if (url.isEmpty())
        return {};
    return QStringLiteral("Acquire::http::Proxy \"%1\";\nAcquire::https::Proxy \"%1\";\n").arg(url);
}

QString npmSettings(const ProxyAddress &proxy)
{
    if (!speaks(proxy, Protocol::Http))
        return {};
    return QStringLiteral("proxy=%1/\nhttps-proxy=%1/\n").arg(urlOf(proxy, QStringLiteral("http")));
}

/// The forms of SOCKS that leave name resolution to the proxy: names looked up before it would leak. Empty:
/// it speaks none.
QString socksUrl(const ProxyAddress &proxy)
{
    if (speaks(proxy, Protocol::Socks5))
        return urlOf(proxy, QStringLiteral("socks5h"));
    return speaks(proxy, Protocol::Socks4) ? urlOf(proxy, QStringLiteral("socks4a")) : QString();
}

/// Environment variables, each in a line of that form.
QString variableLines(const ProxyAddress &proxy, const QString &form)
{
    const QString http = speaks(proxy, Protocol::Http) ? urlOf(proxy, QStringLiteral("http")) : QString();
    QString lines;
    for (const ProxyVariable &variable : proxyVariables({http, socksUrl(proxy)}, proxy.bypass))
        lines += form.arg(variable.name, variable.value);
    return lines;
}

QString variablesFor(const QString &shell)
{
    return ClientText::tr("Environment variables (%1)", "of a shell").arg(shell);
}

} // namespace

QString proxyUrl(const ProxyAddress &proxy)
{
    const QString socks = socksUrl(proxy);
    return socks.isEmpty() ? urlOf(proxy, QStringLiteral("http")) : socks;
}

QString settingsFor(ClientTool tool, const ProxyAddress &proxy)
{
    switch (tool) {
    case ClientTool::PosixShell:
        return variableLines(proxy, QStringLiteral("export %1='%2'\n"));
    case ClientTool::PowerShell:
        return variableLines(proxy, QStringLiteral("$env:%1 = '%2'\r\n"));
    case ClientTool::CommandPrompt:
        return variableLines(proxy, QStringLiteral("set \"%1=%2\"\r\n"));
    case ClientTool::Curl:
        return QStringLiteral("proxy = \"%1\"\n").arg(proxyUrl(proxy));
    case ClientTool::Git:
        return QStringLiteral("[http]\n\tproxy = %1\n").arg(proxyUrl(proxy));
    case ClientTool::Ssh:
        return QStringLiteral("Host *\n    ProxyCommand %1\n").arg(proxyCommand(proxy));
    case ClientTool::Apt:
        return aptSettings(proxy);
    case ClientTool::Npm:
        return npmSettings(proxy);
    case ClientTool::Pac:
        if (!speaks(proxy, Protocol::Http))
            return {};
        return QStringLiteral("http://%1/proxy.pac").arg(proxy.endpoint.toString());
    }
    return {};
}

QString toolName(ClientTool tool)
{
    switch (tool) {
    case ClientTool::PosixShell:
        return kUsualShell == ClientTool::PosixShell ? ClientText::tr("Environment variables")
                                                     : variablesFor(QStringLiteral("sh"));
    case ClientTool::PowerShell:
        return variablesFor(QStringLiteral("PowerShell"));
    case ClientTool::CommandPrompt:
        return variablesFor(QStringLiteral("cmd"));
    case ClientTool::Curl:
        return QStringLiteral("curl");
    case ClientTool::Git:
        return QStringLiteral("git");
    case ClientTool::Ssh:
        return QStringLiteral("ssh");
    case ClientTool::Apt:
        return QStringLiteral("apt");
    case ClientTool::Npm:
        return QStringLiteral("npm");
    case ClientTool::Pac:
        return ClientText::tr("PAC address");
    }
    return {};
}

QString whereSettingsGo(ClientTool tool, const ProxyAddress &proxy)
{
#ifdef Q_OS_WIN
    const QString curlFile = QStringLiteral("%USERPROFILE%\\_curlrc");
    const QString home = QStringLiteral("%USERPROFILE%\\");
#else
    const QString curlFile = QStringLiteral("~/.curlrc");
    const QString home = QStringLiteral("~/");
#endif
    const auto into = [&proxy](const QString &file) {
        return proxy.asksForLogin
                   ? ClientText::tr("Copied. Put it into %1 and replace NAME and PASSWORD.").arg(file)
                   : ClientText::tr("Copied. Put it into %1.", "a file").arg(file);
    };
    switch (tool) {
    case ClientTool::PosixShell:
    case ClientTool::PowerShell:
    case ClientTool::CommandPrompt:
        return proxy.asksForLogin
                   ? ClientText::tr("Copied. Paste it into a shell and replace NAME and PASSWORD.")
                   : ClientText::tr("Copied. Paste it into a shell: its programs then use %1.")
                         .arg(proxyUrl(proxy));
    case ClientTool::Curl:
        return into(curlFile);
    case ClientTool::Git:
        return into(home + QStringLiteral(".gitconfig"));
    case ClientTool::Ssh:
        return into(home + QStringLiteral(".ssh/config"));
    case ClientTool::Apt:
        return into(QStringLiteral("/etc/apt/apt.conf.d/80proxy"));
    case ClientTool::Npm:
        return into(home + QStringLiteral(".npmrc"));
    case ClientTool::Pac:
        return ClientText::tr("Copied. Enter it where a program or system asks for a PAC file or a "
                              "configuration URL.");
    }
    return {};
}

QString whyNoSettings(ClientTool tool, const ProxyAddress &proxy)
{
    if (!settingsFor(tool, proxy).isEmpty())
        return {};
    if (tool == ClientTool::Pac)
        return ClientText::tr("The PAC file is served by HTTP. Add HTTP to the listener's protocols.");
    return ClientText::tr("%1 needs a listener that speaks HTTP.", "a program").arg(toolName(tool));
}

} // namespace ui
