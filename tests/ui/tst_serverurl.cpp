// SPDX-License-Identifier: MIT
#include "ui/fingerprint.h"
#include "ui/serverurl.h"

#include <QTest>

using namespace Qt::StringLiterals;
using engine::NameResolution;
using engine::ServerProtocol;
using ui::PastedServer;
using ui::PasteError;

Q_DECLARE_METATYPE(ui::PastedServer)
Q_DECLARE_METATYPE(ui::PasteError)

namespace
{

PastedServer made(ServerProtocol protocol, const QString &host, int port, const QString &user = {},
                  const QByteArray &password = {})
{
    PastedServer pasted;
    pasted.server.protocol = protocol;
    pasted.server.resolveNames =
        protocol == ServerProtocol::Socks4 ? NameResolution::Local : NameResolution::Remote;
    pasted.server.host = host;
    pasted.server.port = static_cast<std::uint16_t>(port);
    pasted.server.username = user;
    pasted.password = password;
    return pasted;
}

PastedServer unnamed(PastedServer pasted)
{
    pasted.namedProtocol = false;
    return pasted;
}

PastedServer overTls(PastedServer pasted)
{
    pasted.server.tls = true;
    return pasted;
}

PastedServer called(const QString &name, PastedServer pasted)
{
    pasted.server.name = name;
    return pasted;
}

} // namespace

class TestServerUrl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void servers_data();
    void servers();
    void lists_data();
    void lists();
    void sharedLinks_data();
    void sharedLinks();
    void problems_data();
    void problems();
    void readsLines();
    void stopsAtTheLimits();
    void everyErrorHasText();
    void fingerprints_data();
    void fingerprints();

private:
    static void verify(const QString &text, const PastedServer &expected);
};

void TestServerUrl::servers_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<PastedServer>("expected");
    const auto socks5 = [](const QString &user = {}, const QByteArray &password = {}) {
        return made(ServerProtocol::Socks5, u"proxy.example.org"_s, 1'080, user, password);
    };
    QTest::newRow("socks5") << u"socks5://proxy.example.org:1080"_s << socks5();
    QTest::newRow("login") << u"socks5://me:secret@proxy.example.org:1080"_s << socks5(u"me"_s, "secret");
    QTest::newRow("user without password") << u"socks5://me@proxy.example.org:1080"_s << socks5(u"me"_s);
    QTest::newRow("names looked up there") << u"socks5h://proxy.example.org:1080"_s << socks5();
    QTest::newRow("SOCKS without a version")
        << u"socks://me:secret@proxy.example.org"_s << socks5(u"me"_s, "secret");
    QTest::newRow("user that is no base64") << u"socks://me@proxy.example.org:1080"_s << socks5(u"me"_s);
    QTest::newRow("comment behind") << u"socks5://me:secret@proxy.example.org:1080 # home"_s
                                    << called(u"home"_s, socks5(u"me"_s, "secret"));
    QTest::newRow("in capitals") << u"SOCKS5://proxy.example.org:1080"_s << socks5();
    QTest::newRow("spaces around") << u"  socks5://proxy.example.org:1080/ \r"_s << socks5();
    QTest::newRow("default port") << u"socks5://proxy.example.org"_s << socks5();
    QTest::newRow("named in the fragment")
        << u"socks5://proxy.example.org:1080/#The%20office"_s << called(u"The office"_s, socks5());
    QTest::newRow("percent-encoded login")
        << u"socks5://m%40e:p%3Aw%2f%C3%A9@proxy.example.org:1080"_s << socks5(u"m@e"_s, "p:w/\xc3\xa9");
    QTest::newRow("colon in the password")
        << u"socks5://me:a:b@proxy.example.org:1080"_s << socks5(u"me"_s, "a:b");
    QTest::newRow("at sign in the password")
        << u"socks5://me:a@b@proxy.example.org:1080"_s << socks5(u"me"_s, "a@b");
    QTest::newRow("login after the port")
        << u"socks5://proxy.example.org:1080:me:secret"_s << socks5(u"me"_s, "secret");
    QTest::newRow("socks4") << u"socks4://192.0.2.1:1081"_s
                            << made(ServerProtocol::Socks4, u"192.0.2.1"_s, 1'081);
    QTest::newRow("socks4 with a user")
        << u"socks4://me@192.0.2.1"_s << made(ServerProtocol::Socks4, u"192.0.2.1"_s, 1'080, u"me"_s);
    QTest::newRow("socks4a") << u"socks4a://192.0.2.1"_s
                             << made(ServerProtocol::Socks4a, u"192.0.2.1"_s, 1'080);
    QTest::newRow("http") << u"http://192.0.2.1"_s << made(ServerProtocol::Http, u"192.0.2.1"_s, 80);
    QTest::newRow("https") << u"https://192.0.2.1"_s
                           << overTls(made(ServerProtocol::Http, u"192.0.2.1"_s, 443));
    QTest::newRow("IPv6") << u"socks5://me:pw@[2001:db8::1]:1080"_s
                          << made(ServerProtocol::Socks5, u"2001:db8::1"_s, 1'080, u"me"_s, "pw");
    QTest::newRow("name beyond ASCII") << u"http://b\u00fccher.example:8080"_s
                                       << made(ServerProtocol::Http, u"b\u00fccher.example"_s, 8'080);
    QTest::newRow("host and port alone") << u"proxy.example.org:1080"_s << unnamed(socks5());
    QTest::newRow("list with a login")
        << u"proxy.example.org:1080:me:s:e%41@c"_s << unnamed(socks5(u"me"_s, "s:e%41@c"));
    QTest::newRow("login first, no protocol")
        << u"me:secret@proxy.example.org:1080"_s << unnamed(socks5(u"me"_s, "secret"));
    QTest::newRow("IPv6 with a login behind")
        << u"[::1]:1080:me:pw"_s << unnamed(made(ServerProtocol::Socks5, u"::1"_s, 1'080, u"me"_s, "pw"));
}

void TestServerUrl::servers()
{
    QFETCH(const QString, text);
    QFETCH(const PastedServer, expected);
    verify(text, expected);
}

/// Cut off anywhere, it is no server or a whole one.
void TestServerUrl::verify(const QString &text, const PastedServer &expected)
{
    const auto pasted = ui::readServer(text);
    QVERIFY(pasted.hasValue());
    QCOMPARE(pasted->server.host, expected.server.host);
    QCOMPARE(pasted->server.port, expected.server.port);
    QCOMPARE(pasted->server.username, expected.server.username);
    QCOMPARE(pasted->password, expected.password);
    QVERIFY(*pasted == expected);
    for (qsizetype length = 0; length < text.size(); ++length) {
        const auto part = ui::readServer(QStringView(text).left(length));
        QVERIFY(!part || (part->server.port != 0 && !part->server.host.isEmpty()));
    }
}

void TestServerUrl::lists_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<PastedServer>("expected");
    const auto listed = [](const QString &user = {}, const QByteArray &password = {}) {
        return unnamed(made(ServerProtocol::Socks5, u"10.0.0.3"_s, 1'080, user, password));
    };
    const auto named = [](ServerProtocol protocol, const QString &user = {},
                          const QByteArray &password = {}) {
        return made(protocol, u"10.0.0.3"_s, 1'080, user, password);
    };
    QTest::newRow("blank") << u"10.0.0.3 1080"_s << listed();
    QTest::newRow("blanks") << u"  10.0.0.3   1080  me \t secret "_s << listed(u"me"_s, "secret");
    QTest::newRow("tabs") << u"10.0.0.3\t1080\tme\tsecret"_s << listed(u"me"_s, "secret");
    QTest::newRow("blanks, semicolon first in the password")
        << u"10.0.0.3 1080 me ;secret"_s << listed(u"me"_s, ";secret");
    QTest::newRow("blanks, comma first in the password")
        << u"10.0.0.3\t1080\tme\t,secret"_s << listed(u"me"_s, ",secret");
    QTest::newRow("blanks, colon first in the password")
        << u"10.0.0.3 1080 me :secret"_s << listed(u"me"_s, ":secret");
    QTest::newRow("tabs, no login") << u"10.0.0.3\t1080\t\t"_s << listed();
    QTest::newRow("commas") << u"10.0.0.3,1080,me,secret"_s << listed(u"me"_s, "secret");
    QTest::newRow("commas and blanks") << u"10.0.0.3, 1080, me, secret"_s << listed(u"me"_s, "secret");
    QTest::newRow("commas, no login") << u"10.0.0.3,1080,,"_s << listed();
    QTest::newRow("comma at the end") << u"10.0.0.3,1080,"_s << listed();
    QTest::newRow("commas, no password") << u"10.0.0.3,1080,me,"_s << listed(u"me"_s);
    QTest::newRow("commas, all of a password")
        << u"10.0.0.3,1080,me,s:e;%41@c"_s << listed(u"me"_s, "s:e;%41@c");
    QTest::newRow("semicolon") << u"10.0.0.3;1080"_s << listed();
    QTest::newRow("semicolons") << u"10.0.0.3;1080;me;secret"_s << listed(u"me"_s, "secret");
    QTest::newRow("login behind a blank") << u"10.0.0.3:1080 me:secret"_s << listed(u"me"_s, "secret");
    QTest::newRow("colons, comma first in the password")
        << u"10.0.0.3:1080:me:,secret"_s << listed(u"me"_s, ",secret");
    QTest::newRow("colons") << u"10.0.0.3:1080:me:s,e c;"_s << listed(u"me"_s, "s,e c;");
    QTest::newRow("this machine") << u"Localhost 1080"_s
                                  << unnamed(made(ServerProtocol::Socks5, u"Localhost"_s, 1'080));
    QTest::newRow("name without a dot")
        << u"proxy:1080 me:secret"_s
        << unnamed(made(ServerProtocol::Socks5, u"proxy"_s, 1'080, u"me"_s, "secret"));
    QTest::newRow("blank before the colon of a login")
        << u"10.0.0.3:1080 me :secret"_s << listed(u"me"_s, "secret");
    QTest::newRow("protocol") << u"SOCKS5 10.0.0.3:1080"_s << named(ServerProtocol::Socks5);
    QTest::newRow("protocol and login") << u"socks4a 10.0.0.3 1080"_s << named(ServerProtocol::Socks4a);
    QTest::newRow("protocol, login first")
        << u"HTTP me:secret@10.0.0.3:1080"_s << named(ServerProtocol::Http, u"me"_s, "secret");
    QTest::newRow("protocol, login behind a blank")
        << u"SOCKS5 10.0.0.3:1080 me:s@c"_s << named(ServerProtocol::Socks5, u"me"_s, "s@c");
    QTest::newRow("protocol among commas")
        << u"https,10.0.0.3,1080,me,secret"_s << overTls(named(ServerProtocol::Http, u"me"_s, "secret"));
    QTest::newRow("host called like a protocol")
        << u"socks5:1080"_s << unnamed(made(ServerProtocol::Socks5, u"socks5"_s, 1'080));
    QTest::newRow("protocol behind commas") << u"10.0.0.3,1080,socks4"_s << named(ServerProtocol::Socks4);
    QTest::newRow("protocol behind blanks") << u"10.0.0.3 1080 SOCKS5"_s << named(ServerProtocol::Socks5);
    QTest::newRow("country and protocol") << u"10.0.0.3 1080 DE SOCKS5"_s << named(ServerProtocol::Socks5);
    QTest::newRow("tabs, country and protocol")
        << u"10.0.0.3\t1080\tDE\tHttp"_s << named(ServerProtocol::Http);
    QTest::newRow("protocol and country") << u"10.0.0.3;1080;socks4a;US"_s << named(ServerProtocol::Socks4a);
    QTest::newRow("protocol and anonymity")
        << u"10.0.0.3, 1080, https, Elite"_s << overTls(named(ServerProtocol::Http));
    QTest::newRow("country and anonymity") << u"10.0.0.3,1080,DE,elite"_s << listed();
    QTest::newRow("anonymity and country") << u"10.0.0.3 1080 transparent DE"_s << listed();
    QTest::newRow("protocol before, country and anonymity")
        << u"socks4 10.0.0.3 1080 DE anonymous"_s << named(ServerProtocol::Socks4);
    QTest::newRow("user called like a country, in small letters")
        << u"10.0.0.3,1080,de,elite"_s << listed(u"de"_s, "elite");
    QTest::newRow("password like a protocol") << u"10.0.0.3,1080,me,http"_s << listed(u"me"_s, "http");
    QTest::newRow("colons, login like a country and a protocol")
        << u"10.0.0.3:1080:DE:socks5"_s << listed(u"DE"_s, "socks5");
    QTest::newRow("comment") << u"10.0.0.3:1080 # fast one"_s << listed();
    QTest::newRow("comment with an address") << u"10.0.0.3:1080\t#from me@home"_s << listed();
    QTest::newRow("protocol and comment")
        << u"socks4 10.0.0.3:1080 # me:secret"_s << named(ServerProtocol::Socks4);
    QTest::newRow("user with a number sign") << u"10.0.0.3 1080 #me secret"_s << listed(u"#me"_s, "secret");
    QTest::newRow("password with a blank and a number sign")
        << u"10.0.0.3:1080:me:a #b"_s << listed(u"me"_s, "a #b");
    QTest::newRow("IPv6") << u"[2001:db8::1] 1080 me secret"_s
                          << unnamed(
                                 made(ServerProtocol::Socks5, u"2001:db8::1"_s, 1'080, u"me"_s, "secret"));
}

void TestServerUrl::lists()
{
    QFETCH(const QString, text);
    QFETCH(const PastedServer, expected);
    verify(text, expected);
}

void TestServerUrl::sharedLinks_data()
{
    QTest::addColumn<QString>("before"); ///< of what is written in base64
    QTest::addColumn<QString>("folded");
    QTest::addColumn<QString>("behind");
    QTest::addColumn<PastedServer>("expected");
    const auto server = [](const QString &user = {}, const QByteArray &password = {}) {
        return made(ServerProtocol::Socks5, u"proxy.example.org"_s, 1'081, user, password);
    };
    const QString place = u"@proxy.example.org:1081"_s;
    QTest::newRow("login") << u"socks://"_s << u"me:secret"_s << place << server(u"me"_s, "secret");
    QTest::newRow("login and name") << u"SOCKS://"_s << u"me:secret"_s << place + u"#The%20office"_s
                                    << called(u"The office"_s, server(u"me"_s, "secret"));
    QTest::newRow("empty login") << u"socks://"_s << u":"_s << place << server();
    QTest::newRow("odd password") << u"socks://"_s << u"me:p@s/s#%41?\u00e9:"_s << place
                                  << server(u"me"_s, "p@s/s#%41?\xc3\xa9:");
    QTest::newRow("all of it") << u"socks://"_s << u"me:secret"_s + place << QString()
                               << server(u"me"_s, "secret");
    QTest::newRow("all of it, and a name") << u"socks://"_s << u"me:p@%41"_s + place << u"#Office"_s
                                           << called(u"Office"_s, server(u"me"_s, "p@%41"));
    QTest::newRow("place alone") << u"socks://"_s << place.mid(1) << QString() << server();
}

void TestServerUrl::sharedLinks()
{
    QFETCH(const QString, before);
    QFETCH(const QString, folded);
    QFETCH(const QString, behind);
    QFETCH(const PastedServer, expected);
    for (const auto options : {QByteArray::Base64Options(QByteArray::Base64Encoding),
                               QByteArray::Base64Encoding | QByteArray::OmitTrailingEquals,
                               QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals})
        verify(before + QString::fromLatin1(folded.toUtf8().toBase64(options)) + behind, expected);
}

void TestServerUrl::problems_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<PasteError>("expected");
    QTest::newRow("no protocol we speak") << u"vmess://abc"_s << PasteError::UnknownProtocol;
    QTest::newRow("no SOCKS over TLS by URL") << u"socks5s://host:1"_s << PasteError::UnknownProtocol;
    QTest::newRow("no host") << u"socks5://:1080"_s << PasteError::BadHost;
    QTest::newRow("nothing but a protocol") << u"socks5://"_s << PasteError::BadHost;
    QTest::newRow("space in the host") << u"my proxy:1080"_s << PasteError::BadHost;
    QTest::newRow("mistyped address") << u"192.0.2.300:1080"_s << PasteError::BadHost;
    QTest::newRow("bracket left open") << u"[::1:1080"_s << PasteError::BadHost;
    QTest::newRow("name in brackets") << u"[example.org]:1080"_s << PasteError::BadHost;
    QTest::newRow("text behind the bracket") << u"[::1]x:1080"_s << PasteError::BadHost;
    QTest::newRow("IPv6 without brackets") << u"2001:db8::1:1080"_s << PasteError::BareIpv6;
    QTest::newRow("port missing") << u"example.org"_s << PasteError::MissingPort;
    QTest::newRow("port empty") << u"example.org:"_s << PasteError::BadPort;
    QTest::newRow("port nought") << u"example.org:0"_s << PasteError::BadPort;
    QTest::newRow("port too large") << u"example.org:65536"_s << PasteError::BadPort;
    QTest::newRow("port of letters") << u"example.org:http"_s << PasteError::BadPort;
    QTest::newRow("port with a sign") << u"example.org:+80"_s << PasteError::BadPort;
    QTest::newRow("broken percent") << u"socks5://a:%4@host"_s << PasteError::BadEncoding;
    QTest::newRow("percent at the end") << u"socks5://a:%@host"_s << PasteError::BadEncoding;
    QTest::newRow("user is no UTF-8") << u"socks5://%ff@host"_s << PasteError::BadEncoding;
    QTest::newRow("line break in the password") << u"http://a:b%0d%0a@host"_s << PasteError::ControlCharacter;
    QTest::newRow("control character behind the port")
        << u"host:80:a:b\u0001c"_s << PasteError::ControlCharacter;
    QTest::newRow("user too long") << u"socks5://%1@host"_s.arg(QString(256, u'a'))
                                   << PasteError::LoginTooLong;
    QTest::newRow("password too long")
        << u"host:1:a:%1"_s.arg(QString(128, u'\u00e9')) << PasteError::LoginTooLong;
    QTest::newRow("password for SOCKS4") << u"socks4a://a:b@host"_s << PasteError::PasswordForSocks4;
    QTest::newRow("colon in an HTTP user") << u"http://a%3Ab:c@host"_s << PasteError::ColonInHttpUser;
    QTest::newRow("path") << u"http://host:80/path"_s << PasteError::TrailingText;
    QTest::newRow("query") << u"http://host:80?query"_s << PasteError::TrailingText;
    QTest::newRow("login twice") << u"socks5://a:b@host:80:c:d"_s << PasteError::TrailingText;
    QTest::newRow("bars behind the port") << u"10.0.0.3:1080|bob|secret"_s << PasteError::TrailingText;
    QTest::newRow("login behind an at sign") << u"10.0.0.3:1080@bob:secret"_s << PasteError::TrailingText;
    QTest::newRow("login before a host whose port is too large")
        << u"bob:1080@10.0.0.3:65536"_s << PasteError::BadPort;
    QTest::newRow("words") << u"all servers of 2026"_s << PasteError::BadHost;
    QTest::newRow("no port behind a blank") << u"10.0.0.3 http"_s << PasteError::BadHost;
    QTest::newRow("no port behind a comma") << u"10.0.0.3,http"_s << PasteError::BadPort;
    QTest::newRow("port too large behind a blank") << u"10.0.0.3 65536"_s << PasteError::BadPort;
    QTest::newRow("IPv6 without brackets, port behind a blank")
        << u"2001:db8::1 1080"_s << PasteError::BareIpv6;
    QTest::newRow("separators mixed") << u"10.0.0.3,1080;me;secret"_s << PasteError::TrailingText;
    QTest::newRow("word behind") << u"10.0.0.3:1080 fast"_s << PasteError::TrailingText;
    QTest::newRow("words behind") << u"10.0.0.3:1080 US-N-S! +"_s << PasteError::TrailingText;
    QTest::newRow("country behind") << u"10.0.0.3 1080 US"_s << PasteError::TrailingText;
    QTest::newRow("words behind blanks") << u"10.0.0.3 1080 US United States"_s << PasteError::TooManyParts;
    QTest::newRow("five parts") << u"10.0.0.3,1080,me,secret,US"_s << PasteError::TooManyParts;
    QTest::newRow("words behind a login") << u"10.0.0.3:1080 me:secret fast"_s << PasteError::TooManyParts;
    QTest::newRow("time behind") << u"10.0.0.3:1080 2026-11-30 12:45"_s << PasteError::TooManyParts;
    QTest::newRow("words and a time behind")
        << u"10.0.0.3:1080 US checked 12:45"_s << PasteError::TooManyParts;
    QTest::newRow("prose with numbers") << u"Chapter 12 of 30"_s << PasteError::BadHost;
    QTest::newRow("prose with a comma") << u"Chapter, 12"_s << PasteError::BadHost;
    QTest::newRow("prose with a tab") << u"Chapter\t12"_s << PasteError::BadHost;
    QTest::newRow("prose behind a protocol") << u"HTTP error 404"_s << PasteError::BadHost;
    QTest::newRow("protocol alone") << u"SOCKS5"_s << PasteError::MissingPort;
    QTest::newRow("protocol, no port") << u"SOCKS5 10.0.0.3"_s << PasteError::MissingPort;
    QTest::newRow("password for SOCKS4 in a list")
        << u"socks4 10.0.0.3 1080 me secret"_s << PasteError::PasswordForSocks4;
    QTest::newRow("shared link cut off") << u"socks://bWU6c2VjcmV0"_s << PasteError::BadPort; // "me:secret"
    QTest::newRow("control character in base64")
        << u"socks://bWU6YQpi@host:1"_s << PasteError::ControlCharacter; // "me:a\nb"
    QTest::newRow("long line") << QString(ui::kMaximumPastedLine + 1, u'a') << PasteError::LineTooLong;
}

void TestServerUrl::problems()
{
    QFETCH(const QString, text);
    QFETCH(const PasteError, expected);
    const auto pasted = ui::readServer(text);
    QVERIFY(!pasted.hasValue());
    QCOMPARE(pasted.error(), expected);
}

void TestServerUrl::readsLines()
{
    const auto pasted = ui::readServers(u"# my servers\r\n\r\nsocks5://a.example:1\nnonsense\n"
                                        "  b.example:2:me:pw\r\nhttp://c.example/path"_s);
    QCOMPARE(pasted.servers.size(), 2);
    QCOMPARE(pasted.servers.at(0).server.host, u"a.example"_s);
    QCOMPARE(pasted.servers.at(1).password, QByteArray("pw"));
    QVERIFY(!pasted.cutOff);
    const QList<ui::PasteProblem> problems{{4, PasteError::MissingPort}, {6, PasteError::TrailingText}};
    QVERIFY(pasted.problems == problems);
}

void TestServerUrl::stopsAtTheLimits()
{
    QVERIFY(ui::readServers(QString(ui::kMaximumPastedText + 1, u'a')).cutOff);
    const QString line = u"a.example:1\n"_s;
    const auto most = ui::readServers(line.repeated(ui::kMaximumPastedLines));
    QCOMPARE(most.servers.size(), ui::kMaximumPastedLines);
    QVERIFY(!most.cutOff);
    const auto more = ui::readServers(line.repeated(ui::kMaximumPastedLines + 1));
    QCOMPARE(more.servers.size(), ui::kMaximumPastedLines);
    QVERIFY(more.cutOff);
}

void TestServerUrl::everyErrorHasText()
{
    for (int error = 0; error <= static_cast<int>(PasteError::TooManyParts); ++error)
        QVERIFY(!ui::pasteErrorText(static_cast<PasteError>(error)).isEmpty());
}

void TestServerUrl::fingerprints_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isOne");
    const QByteArray bytes = QByteArray::fromHex("00112233445566778899aabbccddeeff").repeated(2);
    const QString shown = ui::fingerprintText(bytes);
    QTest::newRow("as it is shown") << shown << true;
    QTest::newRow("without colons") << QString::fromLatin1(bytes.toHex()) << true;
    QTest::newRow("on two lines") << QString(shown).replace(47, 1, u":\n"_s) << true;
    QTest::newRow("from openssl") << u"sha256 Fingerprint="_s + shown << true;
    QTest::newRow("from curl") << u"sha256//"_s + QString::fromLatin1(bytes.toBase64()) << true;
    QTest::newRow("base64") << QString::fromLatin1(bytes.toBase64()) << true;
    QTest::newRow("base64 without padding")
        << QString::fromLatin1(bytes.toBase64(QByteArray::OmitTrailingEquals)) << true;
    QTest::newRow("nothing") << QString() << false;
    QTest::newRow("too short") << shown.chopped(3) << false;
    QTest::newRow("too long") << shown + u":00"_s << false;
    QTest::newRow("no hexadecimal") << QString(shown).replace(0, 1, u'g') << false;
    QTest::newRow("SHA-1") << QString::fromLatin1(QByteArray(20, 'a').toHex(':')) << false;
    QTest::newRow("endless") << QString(100'000, u'a') << false;
}

void TestServerUrl::fingerprints()
{
    QFETCH(const QString, text);
    QFETCH(const bool, isOne);
    const auto sha256 = ui::readFingerprint(text);
    QCOMPARE(sha256.has_value(), isOne);
    if (isOne)
        QCOMPARE(sha256->toHex(), QByteArray("00112233445566778899aabbccddeeff").repeated(2));
}

QTEST_GUILESS_MAIN(TestServerUrl)
#include "tst_serverurl.moc"
