// SPDX-License-Identifier: MIT
#include "engine/error.h"
#include "engine/outbound/handshake.h"
#include "engine/profile_json.h"
#include "ui/listeneredit.h"
#include "ui/messagetext.h"
#include "ui/profileimport.h"

#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

#include <mutex>

using engine::Message;
using namespace Qt::StringLiterals;

namespace
{

/// A language without words: of a text only its places are left, between brackets. What is a word in a
/// translated text was not translated.
class Wordless : public QTranslator
{
public:
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(const char *context, const char *source, const char * /*disambiguation*/,
                                    int /*n*/) const override
    {
        if (qstrcmp(context, "engine::Message") == 0)
            sources.insert(QString::fromUtf8(source));
        static const QRegularExpression place(u"%\\d"_s);
        QStringList places;
        for (auto match = place.globalMatch(QString::fromUtf8(source)); match.hasNext();)
            places << match.next().captured();
        return u'[' + places.join(u' ') + u']';
    }

    mutable QSet<QString> sources; ///< that were asked for
};

/// What is left of a text besides brackets and what stems from the profile: quotations, paths, addresses and
/// numbers.
QString wordsOf(QString text)
{
    static const QRegularExpression stem(u"\"[^\"]*\"|\\$[^ ]*|[0-9.:]+|[\\[\\] ,\u2192]"_s);
    return text.remove(stem);
}

QByteArray profileWith(const QByteArray &listener, const QByteArray &rest = {})
{
    return R"({"version": 1, "listeners": [{"name": "L", "address": "127.0.0.1", "port": 1080)" + listener +
           "}]" + rest + "}";
}

QByteArray serverWith(const QByteArray &keys)
{
    return profileWith({}, R"(, "servers": [{"id": "a", "host": "h", "port": 1, )" + keys + "}]");
}

QByteArray ruleWith(const QByteArray &keys)
{
    return profileWith({}, R"(, "servers": [{"id": "a", "host": "h", "port": 1, "protocol": "http"}],
                               "rules": [{)" +
                               keys + "}]");
}

} // namespace

class MessageTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(QCoreApplication::installTranslator(&m_wordless)); }
    void cleanup() { QCoreApplication::removeTranslator(&m_wordless); }
    void fillsPlaces();
    void comparesByWhatItSays();
    void translatesWhatIsWrongWithAProfile_data();
    void translatesWhatIsWrongWithAProfile();
    void translatesProblemsOfChangesAndImports();
    void translatesWhatServersAnswer_data();
    void translatesWhatServersAnswer();
    void translatesWhatServersCannotBeAsked_data();
    void translatesWhatServersCannotBeAsked();
    void hasNoUnmarkedTextInTheEngine();
    void isMarkedForTranslation();

private:
    Wordless m_wordless;
};

void MessageTextTest::fillsPlaces()
{
    const Message inner("of %1", u"%2"_s);
    const Message message("%2 %1%% %3 %", 5, inner, u"\u00e9"_s);
    QCOMPARE(message.toEnglish(), u"of %2 5%% \u00e9 %"_s);
    QCOMPARE(Message("%1 and %2", u"one"_s).toEnglish(), u"one and %2"_s);
    QCOMPARE(ui::messageText(message), u"[[%2] 5 \u00e9]"_s);
    QCOMPARE(ui::messageText(Message::verbatim(u"as it is"_s)), u"as it is"_s);
    QVERIFY(engine::withContext(u"where"_s, {}).isEmpty());
    QCOMPARE(engine::withContext(u"$.x"_s, Message("wrong")).toEnglish(), u"$.x: wrong"_s);
    m_wordless.sources.clear(); // These stand in no catalogue.
}

void MessageTextTest::comparesByWhatItSays()
{
    const QByteArray source("%1 is wrong");
    QVERIFY(Message("%1 is wrong", 1) == Message(source.constData(), 1));
    QVERIFY(!(Message("%1 is wrong", 1) == Message("%1 is wrong", 2)));
    QVERIFY(!(Message("x") == Message::verbatim(u"x"_s)));
    QVERIFY(Message() == Message::verbatim({}));
    QVERIFY(Message::inContext("a", "x") == Message::inContext("a", "x"));
    QVERIFY(!(Message::inContext("a", "x") == Message::inContext("b", "x")));
}

void MessageTextTest::translatesWhatIsWrongWithAProfile_data()
{
    QTest::addColumn<QByteArray>("json");
    const auto row = [](const char *name, const QByteArray &json) {
        QTest::newRow(name) << json;
    };
    row("no JSON", "{\n oops");
    row("empty", "");
    row("no object", "[]");
    row("too large", QByteArray(engine::kMaximumProfileSize + 1, ' '));
    row("no version", "{}");
    row("another version", R"({"version": 2})");
    row("no listeners", R"({"version": 1})");
    row("empty list of listeners", R"({"version": 1, "listeners": []})");
    row("unknown key", profileWith(R"(, "x": 1)"));
    for (const auto &[name, value] : {std::pair("null", "null"), std::pair("boolean", "true"),
                                      std::pair("number", "1"), std::pair("object", "{}")})
        row(name, profileWith(R"(, "protocols": )" + QByteArray(value)));
    row("list", profileWith(R"(, "authentication": [])"));
    row("text", profileWith(R"(, "open": "yes")"));
    row("no object there", profileWith({}, R"(, "limits": "none")"));
    row("no number there", profileWith({}, R"(, "limits": {"idleTimeoutSeconds": "1"})"));
    row("out of range", profileWith({}, R"(, "limits": {"idleTimeoutSeconds": -1})"));
    row("no whole number", profileWith({}, R"(, "limits": {"maximumClients": 1.5})"));
    row("protocol twice", profileWith(R"(, "protocols": ["http", "http"])"));
    row("no protocol", profileWith(R"(, "protocols": [])"));
    row("unknown word", profileWith(R"(, "protocols": ["ftp"])"));
    row("wrong range", profileWith(R"(, "clients": ["10.0.0.1/8"])"));
    row("nobody can log in", profileWith(R"(, "authentication": "password")"));
    row("wrong address", R"({"version": 1, "listeners": [{"name": "L", "address": "x", "port": 1}]})");
    row("open", R"({"version": 1, "listeners": [{"name": "L", "address": "0.0.0.0", "port": 1}]})");
    row("empty name", R"({"version": 1, "listeners": [{"name": "", "address": "127.0.0.1", "port": 1}]})");
    row("control characters",
        R"({"version": 1, "listeners": [{"name": "a\nb", "address": "127.0.0.1", "port": 1}]})");
    row("long name", R"({"version": 1, "listeners": [{"name": ")" + QByteArray(300, '1') +
                         R"(", "address": "127.0.0.1", "port": 1}]})");
    row("same endpoint", R"({"version": 1, "listeners": [{"name": "L", "address": "127.0.0.1", "port": 1},
                                                         {"name": "M", "address": "127.0.0.1", "port": 1}]})");
    const QByteArray user = R"({"name": "1", "password": {"scheme": "pbkdf2-sha512", "iterations": 1000,
                                "salt": "MTIzNDU2Nzg=", "hash": "%"}})";
    row("no base64", profileWith({}, R"(, "users": [)" + user + "]"));
    row("short base64", profileWith({}, R"(, "users": [)" + QByteArray(user).replace("%", "MTIz") + "]"));
    row("short salt",
        profileWith({}, R"(, "users": [)" + QByteArray(user).replace("MTIzNDU2Nzg=", "MTIz") + "]"));
    row("same user", profileWith({}, R"(, "users": [)" + user + "," + user + "]"));
    row("SOCKS4 with names", serverWith(R"("protocol": "socks4", "resolveNames": "remote")"));
    row("certificate without TLS",
        serverWith(
            R"("protocol": "http", "certificateSha256": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")"));
    row("colon in a name", serverWith(R"("protocol": "http", "username": "a:b")"));
    row("wrong id", profileWith({}, R"(, "routes": [{"id": "a b", "kind": "chain", "members": []}])"));
    row("same id", profileWith({}, R"(, "routes": [{"id": "1", "kind": "chain", "members": ["1"]},
                                                   {"id": "1", "kind": "chain", "members": ["2"]}])"));
    QByteArray chain;
    for (int i = 1; i < 40; ++i)
        chain += R"("s", )";
    row("long chain",
        profileWith({}, R"(, "servers": [{"id": "s", "host": "h", "port": 1, "protocol": "http"}],
                                          "routes": [{"id": "1", "kind": "chain", "members": [)" +
                            chain + R"("s"]}])"));
    row("wrong ports", ruleWith(R"("action": "direct", "ports": ["x"])"));
    row("bits behind a prefix", ruleWith(R"("action": "direct", "hosts": ["10.0.0.1/8"])"));
    row("wrong block", ruleWith(R"("action": "direct", "hosts": ["10.0.0.1/33"])"));
    row("space behind a program", ruleWith(R"("action": "direct", "applications": ["a "])"));
    row("directory for a program", ruleWith(R"("action": "direct", "applications": ["/a/"])"));
    row("gap in a program's path", ruleWith(R"("action": "direct", "applications": ["/a//b"])"));
    row("gap before a program's path", ruleWith(R"("action": "direct", "applications": ["//a"])"));
    row("space in a host", ruleWith(R"("action": "direct", "hosts": ["a b"])"));
    row("wrong wildcard", ruleWith(R"("action": "direct", "hosts": ["a*b"])"));
    row("wildcard in an address", ruleWith(R"("action": "direct", "hosts": ["10.*"])"));
    row("wildcard for a character", ruleWith(R"("action": "direct", "hosts": ["a?b"])"));
    row("port in a host", ruleWith(R"("action": "direct", "hosts": ["a:1"])"));
    row("no address", ruleWith(R"("action": "direct", "hosts": ["10.0.0.256"])"));
    row("dot before a host", ruleWith(R"("action": "direct", "hosts": [".a"])"));
    row("wrong address range", ruleWith(R"("action": "direct", "hosts": ["10.0.0.9-10.0.0.1"])"));
    row("wrong client", ruleWith(R"("action": "direct", "clients": ["x"])"));
    row("no UDP", ruleWith(R"("action": "proxy:a", "transports": ["udp"])"));
    row("wrong action", ruleWith(R"("action": "maybe")"));
    row("wrong action for who is not identified", profileWith({}, R"(, "unidentifiedApplications": "ask")"));
    row("unknown server", ruleWith(R"("action": "proxy:b")"));
    row("too many entries",
        ruleWith(R"("action": "direct", "hosts": [)" + QByteArray("1,").repeated(100'000) + "1]"));
    row("too many errors", profileWith({}, R"(, "rules": [)" + QByteArray("1,").repeated(200) + "1]"));
}

void MessageTextTest::translatesWhatIsWrongWithAProfile()
{
    QFETCH(const QByteArray, json);
    const auto document = engine::parseProfile(json);
    QVERIFY(!document);
    for (const engine::ProfileError &error : document.error()) {
        const QString text = ui::messageText(error.toMessage());
        QVERIFY2(text.startsWith(u'['), qPrintable(text));
        QVERIFY2(wordsOf(text).isEmpty(), qPrintable(text));
        QVERIFY(!wordsOf(error.toMessage().toEnglish()).isEmpty());
    }
}

/// What the dialogs of listeners and of the import show.
void MessageTextTest::translatesProblemsOfChangesAndImports()
{
    engine::Profile before;
    engine::ListenerProfile listener;
    listener.name = u"1"_s;
    listener.address = engine::Address::fromV4(0x7f000001);
    listener.port = 1'080;
    before.listeners = {listener};
    engine::Profile after = before;
    after.listeners.front().address = engine::Address::fromV4(0);
    const QStringList problems = ui::newProblems(before, after);
    QCOMPARE(problems.size(), 1);
    QCOMPARE(wordsOf(problems.front()), QString());

    for (const char *content : {R"({"version": 3})", ""}) {
        const ui::ImportedFile file = ui::readImport(content, {before, {}}, {});
        QVERIFY(!file.lines.isEmpty());
        for (const ui::ImportLine &line : file.lines)
            QCOMPARE(wordsOf(line.text), QString());
    }
}

void MessageTextTest::translatesWhatServersAnswer_data()
{
    using engine::ServerProtocol;
    QTest::addColumn<ServerProtocol>("protocol");
    QTest::addColumn<QString>("user");
    QTest::addColumn<QByteArray>("answer");
    const auto row = [](const char *name, ServerProtocol protocol, const QByteArray &answer,
                        const QString &user = {}) {
        QTest::newRow(name) << protocol << user << answer;
    };
    const auto hex = [](const char *text) {
        return QByteArray::fromHex(text);
    };
    row("SOCKS4, rejected", ServerProtocol::Socks4, hex("005b000000000000"));
    row("SOCKS4, no identd", ServerProtocol::Socks4, hex("005c000000000000"));
    row("SOCKS5, command", ServerProtocol::Socks5, hex("050005070001000000000000"));
    row("SOCKS5, address type", ServerProtocol::Socks5, hex("050005080001000000000000"));
    row("SOCKS5, another reply", ServerProtocol::Socks5, hex("050005010001000000000000"));
    row("SOCKS5, another method", ServerProtocol::Socks5, hex("0501"));
    row("SOCKS5, a login is wanted", ServerProtocol::Socks5, hex("05ff"));
    row("SOCKS5, no login is taken", ServerProtocol::Socks5, hex("05ff"), u"bob"_s);
    row("HTTP, a login is wanted", ServerProtocol::Http, "HTTP/1.1 407 No\r\n\r\n");
    row("HTTP, another status", ServerProtocol::Http, "HTTP/1.1 502 No\r\n\r\n");
    row("HTTP, interim answers", ServerProtocol::Http, QByteArray("HTTP/1.1 100 Go\r\n\r\n").repeated(20));
}

void MessageTextTest::translatesWhatServersAnswer()
{
    QFETCH(const engine::ServerProtocol, protocol);
    QFETCH(const QString, user);
    QFETCH(QByteArray, answer);
    engine::ServerProfile server;
    server.protocol = protocol;
    server.username = user;
    const auto handshake =
        engine::makeHandshake(server, "secret", engine::socks5::Command::Connect,
                              engine::Destination{engine::Address::fromV4(0xc0000201), {}, 80});
    (void)handshake->start();
    engine::HandshakeStep step;
    do {
        step = handshake->read(engine::bytesOf(answer));
        answer.remove(0, static_cast<qsizetype>(step.size));
    } while (step.kind == engine::HandshakeStep::Kind::Continue);
    QVERIFY(step.kind == engine::HandshakeStep::Kind::Failed);
    QVERIFY(!step.error.detail.isEmpty());
    const QString text = ui::messageText(engine::asMessage(step.error));
    QVERIFY2(wordsOf(text).isEmpty(), qPrintable(text));
    QVERIFY(engine::errorText(step.error).contains(step.error.detail.toEnglish()));
    QVERIFY(!wordsOf(step.error.detail.toEnglish()).isEmpty());
}

void MessageTextTest::translatesWhatServersCannotBeAsked_data()
{
    using engine::ServerProtocol;
    using engine::socks5::Command;
    QTest::addColumn<ServerProtocol>("protocol");
    QTest::addColumn<Command>("command");
    QTest::addColumn<engine::Destination>("destination");
    const engine::Destination plain{engine::Address::fromV4(0xc0000201), {}, 80};
    QTest::newRow("SOCKS4 and UDP") << ServerProtocol::Socks4 << Command::UdpAssociate << plain;
    QTest::newRow("SOCKS4 and IPv6") << ServerProtocol::Socks4 << Command::Connect
                                     << engine::Destination{*engine::Address::fromLiteral(u"::1"_s), {}, 80};
    QTest::newRow("HTTP and BIND") << ServerProtocol::Http << Command::Bind << plain;
    QTest::newRow("HTTP and UDP") << ServerProtocol::Http << Command::UdpAssociate << plain;
    QTest::newRow("HTTP and a name with a slash")
        << ServerProtocol::Http << Command::Connect << engine::Destination{{}, "a/b", 80};
}

void MessageTextTest::translatesWhatServersCannotBeAsked()
{
    QFETCH(const engine::ServerProtocol, protocol);
    QFETCH(const engine::socks5::Command, command);
    QFETCH(const engine::Destination, destination);
    engine::ServerProfile server;
    server.protocol = protocol;
    const engine::Error error = engine::whyNotSayable(server, command, destination);
    QVERIFY(!error.detail.isEmpty());
    const QString text = ui::messageText(engine::asMessage(error));
    QVERIFY2(wordsOf(text).isEmpty(), qPrintable(text));
}

/// Much of what the engine says needs a network to be said. There, too, words come from marked texts only.
void MessageTextTest::hasNoUnmarkedTextInTheEngine()
{
#ifdef Q_OS_WIN
    QSKIP("The sources are on the machine that builds.");
#endif
    static const QRegularExpression unmarked(
        u"(Message\\w*\\s*[({]|verbatim\\(|ErrorCode::\\w+,)\\s*(u?\"|QStringLiteral|tr\\()"_s);
    int marked = 0;
    QDirIterator files(QStringLiteral(HOSIER_SOURCE_DIR) + u"/engine"_s, {u"*.cpp"_s, u"*.h"_s}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString source = QString::fromUtf8(file.readAll());
        const QRegularExpressionMatch match = unmarked.match(source);
        QVERIFY2(!match.hasMatch(), qPrintable(file.fileName() + u": "_s + match.captured()));
        marked += static_cast<int>(source.count(u"Message(QT_TRANSLATE_NOOP(\"engine::Message\","_s));
    }
    QVERIFY(marked > 20);
}

/// Runs last: what the tests above have asked for must be found by the translators' tool, too.
void MessageTextTest::isMarkedForTranslation()
{
#ifdef Q_OS_WIN
    QSKIP("The tools that read the sources are for the machine that builds.");
#endif
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"found.ts"_s);
    QProcess lupdate;
    lupdate.setWorkingDirectory(QStringLiteral(HOSIER_SOURCE_DIR));
    lupdate.start(u"bash"_s, {u"-c"_s,
                              u"PATH=$PATH:/usr/lib/qt6/bin exec lupdate -silent -locations none "
                              "-extensions cpp,h -I . engine app -ts \"$0\""_s,
                              path});
    QVERIFY(lupdate.waitForFinished(60'000));
    QVERIFY2(lupdate.exitCode() == 0, lupdate.readAllStandardError().constData());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString found = QString::fromUtf8(file.readAll());
    QVERIFY(m_wordless.sources.size() > 40);
    for (const QString &source : std::as_const(m_wordless.sources)) {
        const QString entry =
            u"<source>"_s + source.toHtmlEscaped().replace(u"'"_s, u"&apos;"_s) + u"</source>"_s;
        QVERIFY2(found.contains(entry), qPrintable(source));
    }
}

QTEST_GUILESS_MAIN(MessageTextTest)
#include "tst_messagetext.moc"
