// SPDX-License-Identifier: MIT
#include "app/commandline.h"

#include <QFile>
#include <QObject>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using app::CommandLine;
using app::Mode;
using engine::EventLevel;

Q_DECLARE_METATYPE(app::CommandLine)

class CommandLineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void helpAndManualNameEveryOption();
};

void CommandLineTest::accepts_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<CommandLine>("expected");
    const auto row = [](const char *name, const QStringList &arguments, auto change) {
        CommandLine expected;
        change(expected);
        QTest::newRow(name) << arguments << expected;
    };
    row("nothing", {}, [](CommandLine &) {});
    row("headless", {u"--headless"_s}, [](CommandLine &line) { line.mode = Mode::Headless; });
    row("profile as two arguments", {u"--profile"_s, u"a b.json"_s},
        [](CommandLine &line) { line.profilePath = u"a b.json"_s; });
    row("profile as one argument", {u"--profile=x=y.json"_s},
        [](CommandLine &line) { line.profilePath = u"x=y.json"_s; });
    row("listen on IPv4", {u"--listen"_s, u"127.0.0.1:1080"_s},
        [](CommandLine &line) { line.listen = engine::Endpoint::fromString(u"127.0.0.1:1080"); });
    row("listen on IPv6 and any port", {u"--headless"_s, u"--listen"_s, u"[::1]:0"_s}, [](CommandLine &line) {
        line.mode = Mode::Headless;
        line.listen = engine::Endpoint::fromString(u"[::1]:0");
    });
    row("minimized", {u"--minimized"_s}, [](CommandLine &line) { line.minimized = true; });
    row("log level", {u"--headless"_s, u"--log-level"_s, u"debug"_s}, [](CommandLine &line) {
        line.mode = Mode::Headless;
        line.logLevel = EventLevel::Debug;
    });
    row("check another profile", {u"--check"_s, u"--profile"_s, u"p"_s}, [](CommandLine &line) {
        line.mode = Mode::Check;
        line.profilePath = u"p"_s;
    });
    row("set a password", {u"--set-password"_s, u"bob"_s}, [](CommandLine &line) {
        line.mode = Mode::SetPassword;
        line.user = u"bob"_s;
    });
    row("restore the system proxy", {u"--restore-system-proxy"_s},
        [](CommandLine &line) { line.mode = Mode::RestoreSystemProxy; });
    row("watchdog", {u"--system-proxy-watchdog=42"_s}, [](CommandLine &line) {
        line.mode = Mode::SystemProxyWatchdog;
        line.watched = 42;
    });
    row("after a crash",
        {u"--after-crash=42"_s, u"--profile"_s, u"p"_s, u"--minimized"_s, u"--listen=[::1]:0"_s},
        [](CommandLine &line) {
            line.mode = Mode::AfterCrash;
            line.watched = 42;
            line.profilePath = u"p"_s;
            line.minimized = true;
            line.listen = engine::Endpoint::fromString(u"[::1]:0");
        });
    row("a session that is restored", {u"--minimized"_s, u"-session"_s, u"10b-7f_1"_s},
        [](CommandLine &line) { line.minimized = true; });
    for (const QString &command : {u"show"_s, u"toggle"_s, u"quit"_s}) {
        CommandLine expected;
        expected.mode = Mode::Command;
        expected.command = command;
        QTest::addRow("%s", qPrintable(command)) << QStringList{u"--"_s + command} << expected;
    }
    row("explanation",
        {u"--explain"_s, u"/usr/bin/curl"_s, u"example.org:443"_s, u"--transport"_s, u"udp"_s, u"--user"_s,
         u"alice"_s, u"--client"_s, u"192.0.2.1"_s},
        [](CommandLine &line) {
            line.mode = Mode::Explain;
            line.application = u"/usr/bin/curl"_s;
            line.explain.application.program.name = u"curl"_s;
            line.explain.application.program.path = u"/usr/bin/curl"_s;
            line.explain.host = u"example.org"_s;
            line.explain.port = 443;
            line.explain.transport = engine::Transport::Udp;
            line.explain.user = u"alice"_s;
            line.explain.client = *engine::Address::fromLiteral(u"192.0.2.1"_s);
        });
    const auto explainsWindowsProgram = [&row](const char *name, const QString &path) {
        row(name, {u"--explain"_s, path, u"example.org:443"_s}, [path](CommandLine &line) {
            line.mode = Mode::Explain;
            line.application = path;
            line.explain.application.program.name = u"curl.exe"_s;
            line.explain.application.program.path = path;
            line.explain.host = u"example.org"_s;
            line.explain.port = 443;
        });
    };
    explainsWindowsProgram("explanation for a Windows path", uR"(C:\Program Files\curl.exe)"_s);
    explainsWindowsProgram("explanation for a Windows path with slashes", u"c:/Tools/curl.exe"_s);
    explainsWindowsProgram("explanation for a program on a Windows server", uR"(\\server\share\curl.exe)"_s);
    row("explanation for a name with a backslash", {u"--explain"_s, uR"(a\b)"_s, u"example.org:443"_s},
        [](CommandLine &line) {
            line.mode = Mode::Explain;
            line.application = uR"(a\b)"_s;
            line.explain.application.program.name = uR"(a\b)"_s;
            line.explain.host = u"example.org"_s;
            line.explain.port = 443;
        });
    row("explanation for somebody unknown", {u"--explain"_s, u""_s, u"[2001:db8::1]:80"_s},
        [](CommandLine &line) {
            line.mode = Mode::Explain;
            line.explain.host = u"2001:db8::1"_s;
            line.explain.port = 80;
        });
    row("check of a server", {u"--check-server"_s, u"office"_s}, [](CommandLine &line) {
        line.mode = Mode::CheckServer;
        line.checkServer.server.id = u"office"_s;
    });
    row("check of a server with all it takes",
        {u"--check-server"_s, u"office"_s, u"--name-server"_s, u"192.0.2.53:53"_s, u"example.org:81"_s},
        [](CommandLine &line) {
            line.mode = Mode::CheckServer;
            line.checkServer.server.id = u"office"_s;
            line.checkServer.nameServer = u"192.0.2.53"_s;
            line.checkServer.targetHost = u"example.org"_s;
            line.checkServer.targetPort = 81;
        });
    row("help beside anything", {u"--headless"_s, u"-h"_s, u"stray"_s},
        [](CommandLine &line) { line.mode = Mode::Help; });
    row("version", {u"-v"_s}, [](CommandLine &line) { line.mode = Mode::Version; });
}

void CommandLineTest::accepts()
{
    QFETCH(QStringList, arguments);
    QFETCH(CommandLine, expected);
    const auto result = app::parseCommandLine(QStringList{u"hosier"_s} + arguments);
    QVERIFY2(result, qPrintable(result ? QString() : result.error()));
    QVERIFY(*result == expected);
}

void CommandLineTest::refuses_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("message"); ///< part of it
    const auto row = [](const char *name, const QStringList &arguments, const QString &message) {
        QTest::newRow(name) << arguments << message;
    };
    row("unknown option", {u"--colour"_s}, u"colour"_s);
    row("restore and start", {u"--restore-system-proxy"_s, u"--headless"_s}, u"exclude each other"_s);
    row("stray argument", {u"--headless"_s, u"1080"_s}, u"\"1080\""_s);
    row("after a crash without interface", {u"--after-crash=42"_s, u"--headless"_s}, u"exclude each other"_s);
    row("log level after a crash", {u"--after-crash=42"_s, u"--log-level=info"_s}, u"--log-level"_s);
    row("two purposes", {u"--check"_s, u"--headless"_s}, u"exclude each other"_s);
    row("two commands", {u"--show"_s, u"--quit"_s}, u"exclude each other"_s);
    row("profile without value", {u"--profile"_s}, u"profile"_s);
    row("profile with empty value", {u"--profile="_s}, u"needs a file"_s);
    row("option given twice", {u"--profile"_s, u"a"_s, u"--profile"_s, u"b"_s}, u"twice"_s);
    row("empty user", {u"--set-password="_s}, u"needs the name"_s);
    row("listen on a name", {u"--listen"_s, u"localhost:1080"_s}, u"localhost:1080"_s);
    row("listen without port", {u"--listen"_s, u"127.0.0.1"_s}, u"127.0.0.1"_s);
    row("listen on a port alone", {u"--listen"_s, u":1080"_s}, u":1080"_s);
    row("listen on a port too large", {u"--listen"_s, u"127.0.0.1:65536"_s}, u"65536"_s);
    row("listen on IPv6 without brackets", {u"--listen"_s, u"::1:1080"_s}, u"::1:1080"_s);
    row("listen with --check", {u"--check"_s, u"--listen"_s, u"127.0.0.1:1"_s}, u"--listen"_s);
    row("minimized without interface", {u"--headless"_s, u"--minimized"_s}, u"--minimized"_s);
    row("log level with interface", {u"--log-level"_s, u"info"_s}, u"--log-level"_s);
    row("explanation without target", {u"--explain"_s, u"curl"_s}, u"HOST:PORT"_s);
    row("explanation of a target without port", {u"--explain"_s, u"curl"_s, u"example.org"_s},
        u"HOST:PORT"_s);
    const auto explainsNo = [&row](const char *name, const QString &target, const QString &message) {
        row(name, {u"--explain"_s, u"curl"_s, target}, message);
    };
    explainsNo("explanation of a pattern", u"*.example.org:443"_s, u"--explain: \"*.example.org\""_s);
    explainsNo("explanation of everything", u"*:443"_s, u"\"*\""_s);
    explainsNo("explanation of a block", u"10.0.0.0/8:443"_s, u"\"10.0.0.0/8\""_s);
    explainsNo("explanation of a path", u"example.org/index.html:443"_s, u"\"/\""_s);
    explainsNo("explanation of a URL", u"https://example.org:443"_s, u"HOST:PORT"_s);
    explainsNo("explanation of a host with a space", u"exam ple.org:443"_s, u"holds a space"_s);
    explainsNo("explanation of a host that cannot be seen", u"example\u202e.org:443"_s, u"cannot be seen"_s);
    explainsNo("explanation of a host too long", QString(256, u'n') + u":443"_s, u"too long"_s);
    row("explanation by an unknown transport",
        {u"--explain"_s, u"curl"_s, u"example.org:80"_s, u"--transport"_s, u"sctp"_s}, u"\"sctp\""_s);
    row("explanation for a client by name",
        {u"--explain"_s, u"curl"_s, u"example.org:80"_s, u"--client"_s, u"me"_s}, u"\"me\""_s);
    row("transport without explanation", {u"--headless"_s, u"--transport"_s, u"udp"_s}, u"--transport"_s);
    row("check of a server with two targets", {u"--check-server"_s, u"a"_s, u"b:1"_s, u"c:1"_s},
        u"at most one"_s);
    row("check of a server with a pattern", {u"--check-server"_s, u"a"_s, u"*.example.org:443"_s},
        u"--check-server: \"*.example.org\""_s);
    row("check of a server with a pattern for a name server",
        {u"--check-server"_s, u"a"_s, u"--name-server"_s, u"*:53"_s}, u"--name-server: \"*\""_s);
    row("check of a server with a name server without port",
        {u"--check-server"_s, u"a"_s, u"--name-server"_s, u"192.0.2.53"_s}, u"--name-server"_s);
    row("unknown log level", {u"--headless"_s, u"--log-level"_s, u"loud"_s}, u"\"loud\""_s);
}

void CommandLineTest::refuses()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, message);
    const auto result = app::parseCommandLine(QStringList{u"hosier"_s} + arguments);
    QVERIFY(!result);
    QVERIFY2(result.error().contains(message), qPrintable(result.error()));
}

void CommandLineTest::helpAndManualNameEveryOption()
{
    const QString help = app::helpText();
    for (const char *option :
         {"--headless", "--profile <FILE>", "--listen <ADDRESS:PORT>", "--check", "--set-password <NAME>",
          "--show", "--toggle", "--quit", "--minimized", "--log-level <LEVEL>", "--version", "--help"})
        QVERIFY2(help.contains(QLatin1StringView(option)), option);
    QFile file(QStringLiteral(HOSIER_SOURCE_DIR "/installer/linux/hosier.1"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString manual = QString::fromUtf8(file.readAll()).remove(u'\\');
    static const QRegularExpression anyOption(u"--[a-z-]+"_s);
    for (auto found = anyOption.globalMatch(help); found.hasNext();) {
        const QString option = found.next().captured();
        QVERIFY2(manual.contains(option), qPrintable(option));
    }
}

QTEST_GUILESS_MAIN(CommandLineTest)
#include "tst_commandline.moc"
