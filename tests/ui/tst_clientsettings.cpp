// SPDX-License-Identifier: MIT
#include "engine/engine.h"
#include "ui/clientsettings.h"

#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using engine::Protocol;
using engine::Protocols;
using ui::ClientTool;
using ui::ProxyAddress;

namespace
{

constexpr int kToolTimeout = 20'000;

ProxyAddress proxyAt(std::uint16_t port, Protocols protocols, bool asksForLogin = false)
{
    return {{engine::Address::fromV4(0x7f000001), port}, protocols, asksForLogin};
}

/// Answers every request with the same few bytes.
class Target : public QTcpServer
{
public:
    Target()
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *client = nextPendingConnection();
            connect(client, &QTcpSocket::readyRead, client, [client] {
                client->write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
                client->disconnectFromHost();
            });
        });
        listen(QHostAddress::LocalHost);
    }
};

} // namespace

class TestClientSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void writesWhatEachToolReads_data();
    void writesWhatEachToolReads();
    void saysWhatIsMissing_data();
    void saysWhatIsMissing();
    void worksWithCurl_data();
    void worksWithCurl();
    void worksWithGit();
    void worksWithNetcat();
    void isReadByApt();
    void isReadByNpm();
    void setsVariables_data();
    void setsVariables();
    void worksInAShell_data();
    void worksInAShell();
    void exceptsHostsInAShell_data();
    void exceptsHostsInAShell();

private:
    [[nodiscard]] static bool hasShellAnd(const QString &command);
    [[nodiscard]] QByteArray fetchInAShell(const ProxyAddress &proxy, const QString &command);
    /// Starts an engine that listens and lets everything through.
    [[nodiscard]] ProxyAddress startEngine(Protocols protocols);
    /// What the tool printed; the environment of this test names no proxy.
    QByteArray run(const QString &tool, const QStringList &arguments, int *exitCode = nullptr);
    [[nodiscard]] QString write(const QString &name, const QString &text) const;
    [[nodiscard]] std::uint64_t accepted() const { return m_accepted; }

    QTemporaryDir m_folder;
    std::unique_ptr<engine::Engine> m_engine;
    std::unique_ptr<Target> m_target;
    std::uint64_t m_accepted = 0;
};

void TestClientSettings::init()
{
    m_target = std::make_unique<Target>();
    m_accepted = 0;
}

void TestClientSettings::cleanup()
{
    m_engine.reset();
    m_target.reset();
}

ProxyAddress TestClientSettings::startEngine(Protocols protocols)
{
    engine::ListenerProfile listener;
    listener.name = u"Test"_s;
    listener.address = engine::Address::fromV4(0x7f000001);
    listener.protocols = protocols;
    engine::Profile profile;
    profile.listeners = {listener};
    m_engine = std::make_unique<engine::Engine>();
    connect(m_engine.get(), &engine::Engine::delta, this, [this](const engine::Delta &delta) {
        m_accepted = delta.totals.accepted;
        m_engine->acknowledge(delta.seq);
    });
    m_engine->setDetail(engine::Detail::Connections);
    QSignalSpy listening(m_engine.get(), &engine::Engine::listenersChanged);
    m_engine->start(profile);
    while (m_engine->listeners().isEmpty() ||
           m_engine->listeners().constFirst().state != engine::ListenerState::Listening) {
        if (!listening.wait(kToolTimeout))
            break;
    }
    return proxyAt(m_engine->listeners().value(0).endpoint.port, protocols);
}

QByteArray TestClientSettings::run(const QString &tool, const QStringList &arguments, int *exitCode)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys()) {
        if (name.endsWith(u"_proxy"_s, Qt::CaseInsensitive))
            environment.remove(name);
    }
    environment.insert(u"HOME"_s, m_folder.path());
    environment.insert(u"GIT_CONFIG_GLOBAL"_s, m_folder.filePath(u"gitconfig"_s));
    environment.insert(u"GIT_TERMINAL_PROMPT"_s, u"0"_s);
    QProcess process;
    process.setProcessEnvironment(environment);
    QSignalSpy finished(&process, &QProcess::finished);
    process.start(tool, arguments);
    if (finished.isEmpty() && !finished.wait(kToolTimeout))
        process.kill();
    if (exitCode != nullptr)
        *exitCode = process.exitCode();
    return process.readAllStandardOutput();
}

QString TestClientSettings::write(const QString &name, const QString &text) const
{
    QFile file(m_folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate))
        return {};
    file.write(text.toUtf8());
    return file.fileName();
}

void TestClientSettings::writesWhatEachToolReads_data()
{
    const Protocols all = Protocol::Socks4 | Protocol::Socks5 | Protocol::Http;
    QTest::addColumn<ClientTool>("tool");
    QTest::addColumn<ProxyAddress>("proxy");
    QTest::addColumn<QString>("expected");
    QTest::newRow("curl") << ClientTool::Curl << proxyAt(1'080, all)
                          << u"proxy = \"socks5h://127.0.0.1:1080\"\n"_s;
    QTest::newRow("curl by HTTP") << ClientTool::Curl << proxyAt(1'080, Protocol::Http)
                                  << u"proxy = \"http://127.0.0.1:1080\"\n"_s;
    QTest::newRow("curl by SOCKS4") << ClientTool::Curl << proxyAt(1'080, Protocol::Socks4 | Protocol::Http)
                                    << u"proxy = \"socks4a://127.0.0.1:1080\"\n"_s;
    QTest::newRow("curl with login") << ClientTool::Curl
                                     << proxyAt(1'080, Protocol::Socks4 | Protocol::Http, true)
                                     << u"proxy = \"http://NAME:PASSWORD@127.0.0.1:1080\"\n"_s;
    QTest::newRow("git") << ClientTool::Git << proxyAt(1'080, all)
                         << u"[http]\n\tproxy = socks5h://127.0.0.1:1080\n"_s;
#ifndef Q_OS_WIN
    QTest::newRow("ssh") << ClientTool::Ssh << proxyAt(1'080, all)
                         << u"Host *\n    ProxyCommand nc -X 5 -x 127.0.0.1:1080 %h %p\n"_s;
    QTest::newRow("ssh by HTTP") << ClientTool::Ssh << proxyAt(1'080, Protocol::Http)
                                 << u"Host *\n    ProxyCommand nc -X connect -x 127.0.0.1:1080 %h %p\n"_s;
#endif
    QTest::newRow("ssh with login")
        << ClientTool::Ssh << proxyAt(1'080, all, true)
        << u"Host *\n    ProxyCommand ncat --proxy-type socks5 --proxy 127.0.0.1:1080 --proxy-auth "
           "NAME:PASSWORD %h %p\n"_s;
    QTest::newRow("apt") << ClientTool::Apt << proxyAt(1'080, all)
                         << u"Acquire::http::Proxy \"http://127.0.0.1:1080/\";\n"
                            "Acquire::https::Proxy \"http://127.0.0.1:1080/\";\n"_s;
    QTest::newRow("apt by SOCKS") << ClientTool::Apt << proxyAt(1'080, Protocol::Socks5)
                                  << u"Acquire::http::Proxy \"socks5h://127.0.0.1:1080\";\n"
                                     "Acquire::https::Proxy \"socks5h://127.0.0.1:1080\";\n"_s;
    QTest::newRow("npm") << ClientTool::Npm << proxyAt(1'080, all)
                         << u"proxy=http://127.0.0.1:1080/\nhttps-proxy=http://127.0.0.1:1080/\n"_s;
    QTest::newRow("PAC") << ClientTool::Pac << proxyAt(1'080, all) << u"http://127.0.0.1:1080/proxy.pac"_s;
}

void TestClientSettings::writesWhatEachToolReads()
{
    QFETCH(const ClientTool, tool);
    QFETCH(const ProxyAddress, proxy);
    QTEST(ui::settingsFor(tool, proxy), "expected");
    QCOMPARE(ui::whyNoSettings(tool, proxy), QString());
    QVERIFY(!ui::whereSettingsGo(tool, proxy).isEmpty());
    // Whoever has to replace something is told so.
    QCOMPARE(ui::whereSettingsGo(tool, proxy).contains(u"PASSWORD"_s), proxy.asksForLogin);
}

void TestClientSettings::saysWhatIsMissing_data()
{
    QTest::addColumn<ClientTool>("tool");
    QTest::addColumn<Protocols>("protocols");
    QTest::newRow("npm has no SOCKS") << ClientTool::Npm << Protocols(Protocol::Socks5);
    QTest::newRow("apt has no SOCKS4") << ClientTool::Apt << Protocols(Protocol::Socks4);
    QTest::newRow("a PAC file comes by HTTP") << ClientTool::Pac << Protocols(Protocol::Socks5);
}

void TestClientSettings::saysWhatIsMissing()
{
    QFETCH(const ClientTool, tool);
    QFETCH(const Protocols, protocols);
    QCOMPARE(ui::settingsFor(tool, proxyAt(1'080, protocols)), QString());
    QVERIFY(ui::whyNoSettings(tool, proxyAt(1'080, protocols)).contains(u"HTTP"_s));
}

void TestClientSettings::worksWithCurl_data()
{
    QTest::addColumn<Protocols>("protocols");
    QTest::newRow("SOCKS5") << Protocols(Protocol::Socks5);
    QTest::newRow("SOCKS4a") << Protocols(Protocol::Socks4);
    QTest::newRow("HTTP") << Protocols(Protocol::Http);
}

void TestClientSettings::worksWithCurl()
{
    QFETCH(const Protocols, protocols);
    if (QStandardPaths::findExecutable(u"curl"_s).isEmpty())
        QSKIP("no curl");
    const ProxyAddress proxy = startEngine(protocols);
    const QString file = write(u"curlrc"_s, ui::settingsFor(ClientTool::Curl, proxy));
    const QString url = u"http://127.0.0.1:%1/"_s.arg(m_target->serverPort());
    QCOMPARE(run(u"curl"_s, {u"-q"_s, u"-s"_s, u"-K"_s, file, url}), QByteArray("hello"));
    QTRY_VERIFY(accepted() > 0);
}

void TestClientSettings::worksWithGit()
{
    if (QStandardPaths::findExecutable(u"git"_s).isEmpty())
        QSKIP("no git");
    const ProxyAddress proxy = startEngine(Protocol::Socks5);
    QVERIFY(!write(u"gitconfig"_s, ui::settingsFor(ClientTool::Git, proxy)).isEmpty());
    QCOMPARE(run(u"git"_s, {u"config"_s, u"--get"_s, u"http.proxy"_s}).trimmed(),
             ui::proxyUrl(proxy).toUtf8());
    // There is no repository, but it was asked for through the proxy.
    run(u"git"_s, {u"ls-remote"_s, u"http://127.0.0.1:%1/x.git"_s.arg(m_target->serverPort())});
    QTRY_VERIFY(accepted() > 0);
}

/// What ssh would run.
void TestClientSettings::worksWithNetcat()
{
#ifdef Q_OS_WIN
    QSKIP("another program there");
#else
    if (QStandardPaths::findExecutable(u"sh"_s).isEmpty() ||
        QStandardPaths::findExecutable(u"nc"_s).isEmpty())
        QSKIP("no nc");
    const ProxyAddress proxy = startEngine(Protocol::Socks5);
    QString command = ui::settingsFor(ClientTool::Ssh, proxy).section(u"ProxyCommand "_s, 1).trimmed();
    command.replace(u"%h"_s, u"127.0.0.1"_s);
    command.replace(u"%p"_s, QString::number(m_target->serverPort()));
    const QByteArray answer = run(u"sh"_s, {u"-c"_s, u"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | "_s + command});
    QVERIFY2(answer.endsWith("hello"), answer.constData());
#endif
}

void TestClientSettings::isReadByApt()
{
    if (QStandardPaths::findExecutable(u"apt-config"_s).isEmpty())
        QSKIP("no apt");
    const QString file =
        write(u"80proxy"_s, ui::settingsFor(ClientTool::Apt, proxyAt(1'080, Protocol::Socks5)));
    const QByteArray read =
        run(u"apt-config"_s, {u"-c"_s, file, u"shell"_s, u"HTTP"_s, u"Acquire::http::Proxy"_s, u"HTTPS"_s,
                              u"Acquire::https::Proxy"_s});
    QVERIFY2(read.contains("HTTP='socks5h://127.0.0.1:1080'"), read.constData());
    QVERIFY2(read.contains("HTTPS='socks5h://127.0.0.1:1080'"), read.constData());
}

void TestClientSettings::isReadByNpm()
{
    if (QStandardPaths::findExecutable(u"npm"_s).isEmpty())
        QSKIP("no npm");
    const QString file = write(u"npmrc"_s, ui::settingsFor(ClientTool::Npm, proxyAt(1'080, Protocol::Http)));
    for (const QString &key : {u"proxy"_s, u"https-proxy"_s})
        QCOMPARE(run(u"npm"_s, {u"config"_s, u"get"_s, key, u"--userconfig"_s, file}).trimmed(),
                 QByteArray("http://127.0.0.1:1080/"));
}

void TestClientSettings::setsVariables_data()
{
    QTest::addColumn<ClientTool>("tool");
    QTest::addColumn<ProxyAddress>("proxy");
    QTest::addColumn<QString>("expected");
    const auto socks = [](bool asksForLogin) {
        ProxyAddress proxy = proxyAt(1'080, Protocol::Socks5, asksForLogin);
        proxy.bypass = QStringList{u"localhost"_s, u"127.0.0.0/8"_s, u"*.lan"_s, u"<local>"_s};
        return proxy;
    };
    ProxyAddress both = proxyAt(1'080, Protocol::Socks4 | Protocol::Http);
    both.bypass = QStringList{u"::1"_s};
    QTest::newRow("a POSIX shell, by SOCKS") << ClientTool::PosixShell << socks(false)
                                             << u"export ALL_PROXY='socks5h://127.0.0.1:1080'\n"
                                                "export all_proxy='socks5h://127.0.0.1:1080'\n"
                                                "export NO_PROXY='localhost,127.0.0.0/8,127.0.0.1,.lan'\n"
                                                "export no_proxy='localhost,127.0.0.0/8,127.0.0.1,.lan'\n"_s;
    QTest::newRow("a POSIX shell, by HTTP too") << ClientTool::PosixShell << both
                                                << u"export ALL_PROXY='socks4a://127.0.0.1:1080'\n"
                                                   "export all_proxy='socks4a://127.0.0.1:1080'\n"
                                                   "export HTTP_PROXY='http://127.0.0.1:1080'\n"
                                                   "export http_proxy='http://127.0.0.1:1080'\n"
                                                   "export HTTPS_PROXY='http://127.0.0.1:1080'\n"
                                                   "export https_proxy='http://127.0.0.1:1080'\n"
                                                   "export NO_PROXY='::1'\n"
                                                   "export no_proxy='::1'\n"_s;
    QTest::newRow("PowerShell") << ClientTool::PowerShell << socks(true)
                                << u"$env:ALL_PROXY = 'socks5h://NAME:PASSWORD@127.0.0.1:1080'\r\n"
                                   "$env:all_proxy = 'socks5h://NAME:PASSWORD@127.0.0.1:1080'\r\n"
                                   "$env:NO_PROXY = 'localhost,127.0.0.0/8,127.0.0.1,.lan'\r\n"
                                   "$env:no_proxy = 'localhost,127.0.0.0/8,127.0.0.1,.lan'\r\n"_s;
    QTest::newRow("cmd") << ClientTool::CommandPrompt << socks(false)
                         << u"set \"ALL_PROXY=socks5h://127.0.0.1:1080\"\r\n"
                            "set \"all_proxy=socks5h://127.0.0.1:1080\"\r\n"
                            "set \"NO_PROXY=localhost,127.0.0.0/8,127.0.0.1,.lan\"\r\n"
                            "set \"no_proxy=localhost,127.0.0.0/8,127.0.0.1,.lan\"\r\n"_s;
}

void TestClientSettings::setsVariables()
{
    QFETCH(const ClientTool, tool);
    QFETCH(const ProxyAddress, proxy);
    QTEST(ui::settingsFor(tool, proxy), "expected");
    QCOMPARE(ui::whereSettingsGo(tool, proxy).contains(u"PASSWORD"_s), proxy.asksForLogin);
}

/// Programs that read the variables, each with the URL for its last argument.
void TestClientSettings::worksInAShell_data()
{
    const Protocols all = Protocol::Socks4 | Protocol::Socks5 | Protocol::Http;
    QTest::addColumn<Protocols>("protocols");
    QTest::addColumn<QString>("command");
    const QString curl = u"curl --silent --show-error"_s;
    const QString wget = u"wget --quiet --tries=1 --output-document=-"_s;
    const QString python = u"python3 -c 'import sys, urllib.request as r; "
                           "print(r.urlopen(sys.argv[1]).read().decode(), end=\"\")'"_s;
    QTest::newRow("curl by SOCKS5") << Protocols(Protocol::Socks5) << curl;
    QTest::newRow("curl by SOCKS4") << Protocols(Protocol::Socks4) << curl;
    QTest::newRow("curl by HTTP") << Protocols(Protocol::Http) << curl;
    QTest::newRow("curl by all") << all << curl;
    QTest::newRow("wget by HTTP") << Protocols(Protocol::Http) << wget;
    QTest::newRow("wget by all") << all << wget;
    QTest::newRow("Python by HTTP") << Protocols(Protocol::Http) << python;
    QTest::newRow("Python by all") << all << python;
}

bool TestClientSettings::hasShellAnd(const QString &command)
{
    return !QStandardPaths::findExecutable(u"bash"_s).isEmpty() &&
           !QStandardPaths::findExecutable(command.section(u' ', 0, 0)).isEmpty();
}

/// What the command gets of the target in a shell with the copied variables.
QByteArray TestClientSettings::fetchInAShell(const ProxyAddress &proxy, const QString &command)
{
    const QString url = u" http://127.0.0.1:%1/"_s.arg(m_target->serverPort());
    return run(u"bash"_s, {u"-c"_s, ui::settingsFor(ClientTool::PosixShell, proxy) + command + url});
}

void TestClientSettings::worksInAShell()
{
    QFETCH(const Protocols, protocols);
    QFETCH(const QString, command);
    if (!hasShellAnd(command))
        QSKIP("not installed");
    ProxyAddress proxy = startEngine(protocols);
    proxy.bypass.clear(); // The target is on this machine.
    QCOMPARE(fetchInAShell(proxy, command), "hello");
    QTRY_COMPARE(accepted(), std::uint64_t(1));
}

void TestClientSettings::exceptsHostsInAShell_data()
{
    worksInAShell_data();
}

void TestClientSettings::exceptsHostsInAShell()
{
    QFETCH(const Protocols, protocols);
    QFETCH(const QString, command);
    if (!hasShellAnd(command))
        QSKIP("not installed");
    // Nobody listens there: who goes there fails.
    const ProxyAddress proxy = proxyAt(1, protocols);
    QCOMPARE(fetchInAShell(proxy, command), "hello");
}

QTEST_GUILESS_MAIN(TestClientSettings)
#include "tst_clientsettings.moc"
