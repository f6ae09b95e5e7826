// SPDX-License-Identifier: MIT
#include "app/kioslaverc.h"
#include "app/systemproxy_gnome.h"
#include "app/systemproxy_kde.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using app::KioConfiguration;
using app::ProxyFields;

namespace
{

app::SystemProxyWish wish(const QString &host, const QStringList &bypass = {})
{
    return {host, 1'080, true, true, true, bypass};
}

} // namespace

/// What each desktop is told, and how a file of KDE's is edited.
class SystemProxySettingsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void editsKdesFile_data();
    void editsKdesFile();
    void putsKdesLinesBack_data();
    void putsKdesLinesBack();
    void seesKdesLocks_data();
    void seesKdesLocks();
    void writesKdesFile();
    void keepsToKdesLocks();
    void tellsKdeOfTheWish();
    void tellsGnomeOfTheWish();
    void tellsOfWhatTheListenerSpeaks();
    void switchesOff();
};

void SystemProxySettingsTest::editsKdesFile_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::newRow("no file") << QByteArray() << QByteArray("[Proxy Settings]\nProxyType=1\n");
    QTest::newRow("no group") << QByteArray("[Other]\nProxyType=0\n")
                              << QByteArray("[Other]\nProxyType=0\n\n[Proxy Settings]\nProxyType=1\n");
    QTest::newRow("no key") << QByteArray("[Proxy Settings]\nhttpProxy=x\n\n[Z]\na=b\n")
                            << QByteArray("[Proxy Settings]\nhttpProxy=x\nProxyType=1\n\n[Z]\na=b\n");
    QTest::newRow("in its place") << QByteArray("[Proxy Settings]\nA=1\nProxyType=0\nB=2\n")
                                  << QByteArray("[Proxy Settings]\nA=1\nProxyType=1\nB=2\n");
    QTest::newRow("spaces, options and comments")
        << QByteArray("# ProxyType=7\nPersistentProxyConnection=false\n[Proxy Settings]\n#ProxyType=9\n"
                      "ProxyType[$e] = 2\nProxyTypeOther=3\n")
        << QByteArray("# ProxyType=7\nPersistentProxyConnection=false\n[Proxy Settings]\n#ProxyType=9\n"
                      "ProxyType=1\nProxyTypeOther=3\n");
    QTest::newRow("a group in two parts")
        << QByteArray("[Proxy Settings]\nA=1\n[Other]\nProxyType=5\n[Proxy Settings]\nProxyType=0\n")
        << QByteArray("[Proxy Settings]\nA=1\n[Other]\nProxyType=5\n[Proxy Settings]\nProxyType=1\n");
    QTest::newRow("a group below another of that name")
        << QByteArray("[Proxy Settings][Sub]\nProxyType=5\n")
        << QByteArray("[Proxy Settings][Sub]\nProxyType=5\n\n[Proxy Settings]\nProxyType=1\n");
    QTest::newRow("twice") << QByteArray("[Proxy Settings]\nProxyType=0\nProxyType=2\n")
                           << QByteArray("[Proxy Settings]\nProxyType=1\n");
    QTest::newRow("no newline at the end")
        << QByteArray("[Proxy Settings]\nProxyType=0") << QByteArray("[Proxy Settings]\nProxyType=1");
    QTest::newRow("bytes that are no UTF-8")
        << QByteArray("[A]\nb=\xff\xfe\r\n[Proxy Settings]\nProxyType=0\n")
        << QByteArray("[A]\nb=\xff\xfe\r\n[Proxy Settings]\nProxyType=1\n");
}

void SystemProxySettingsTest::editsKdesFile()
{
    QFETCH(const QByteArray, before);
    QFETCH(const QByteArray, after);
    KioConfiguration configuration(before);
    QCOMPARE(configuration.content(), before);
    configuration.setLines("ProxyType", {"ProxyType=1"});
    QCOMPARE(configuration.content(), after);
    QCOMPARE(configuration.lines("ProxyType"), QList<QByteArray>{"ProxyType=1"});
}

void SystemProxySettingsTest::putsKdesLinesBack_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::newRow("plain") << QByteArray("[Proxy Settings]\nA=1\nProxyType=0\nB=2\n");
    QTest::newRow("with an option") << QByteArray("[Proxy Settings]\nProxyType[$e]=$TYPE\nB=2\n");
    QTest::newRow("absent") << QByteArray("[Proxy Settings]\nB=2\n\n[C]\nD=3\n");
}

void SystemProxySettingsTest::putsKdesLinesBack()
{
    QFETCH(const QByteArray, before);
    KioConfiguration configuration(before);
    const QList<QByteArray> lines = configuration.lines("ProxyType");
    configuration.setLines("ProxyType", {"ProxyType=1"});
    QVERIFY(configuration.content() != before);
    configuration.setLines("ProxyType", lines);
    QCOMPARE(configuration.content(), before);
}

void SystemProxySettingsTest::seesKdesLocks_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("locked");
    QTest::newRow("none") << QByteArray("[Proxy Settings]\nProxyType=0\n") << false;
    QTest::newRow("the key") << QByteArray("[Proxy Settings]\nProxyType[$i]=0\n") << true;
    QTest::newRow("another key") << QByteArray("[Proxy Settings]\nhttpProxy[$i]=0\n") << false;
    QTest::newRow("the group") << QByteArray("[Proxy Settings][$i]\nProxyType=0\n") << true;
    QTest::newRow("another group") << QByteArray("[A][$i]\nProxyType[$i]=0\n[Proxy Settings]\n") << false;
    QTest::newRow("a value that looks like one") << QByteArray("[Proxy Settings]\nProxyType=[$i]\n") << false;
}

void SystemProxySettingsTest::seesKdesLocks()
{
    QFETCH(const QByteArray, content);
    QFETCH(const bool, locked);
    QCOMPARE(KioConfiguration(content).isLocked("ProxyType"), locked);
}

void SystemProxySettingsTest::writesKdesFile()
{
    const QTemporaryDir directory;
    const app::KdeProxy kde(directory.filePath(u"made/when/needed"_s));
    const auto before = kde.read();
    QVERIFY(before);
    const auto fields = kde.fieldsFor(wish(u"127.0.0.1"_s, {u"localhost"_s}));
    QVERIFY(fields);
    QCOMPARE(fields->keys(), before->keys());
    QVERIFY(!kde.write(*fields));
    QCOMPARE(kde.read().value(), *fields);
    QVERIFY(!kde.write(*before));
    QCOMPARE(kde.read().value(), *before);
}

void SystemProxySettingsTest::keepsToKdesLocks()
{
    const QTemporaryDir directory;
    const QByteArray content = "[Proxy Settings][$i]\nProxyType=0\n";
    QFile file(directory.filePath(u"kioslaverc"_s));
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.write(content);
    file.flush();
    const app::KdeProxy kde(directory.path());
    const auto problem = kde.write(kde.fieldsFor(wish(u"127.0.0.1"_s)).value());
    QVERIFY(problem && problem->toEnglish().contains(u"locked"_s));
    file.seek(0);
    QCOMPARE(file.readAll(), content);
}

void SystemProxySettingsTest::tellsKdeOfTheWish()
{
    const app::KdeProxy kde(u"/nowhere"_s);
    const ProxyFields fields =
        kde.fieldsFor(wish(u"::1"_s, {u"localhost"_s, u"*.local"_s, u"10.0.0.0/8"_s})).value();
    QCOMPARE(fields.value(u"ProxyType"_s), QStringList{u"ProxyType=1"_s});
    QCOMPARE(fields.value(u"httpProxy"_s), QStringList{u"httpProxy=http://[::1] 1080"_s});
    QCOMPARE(fields.value(u"socksProxy"_s), QStringList{u"socksProxy=socks://[::1] 1080"_s});
    QCOMPARE(fields.value(u"ftpProxy"_s), QStringList{u"ftpProxy="_s});
    QCOMPARE(fields.value(u"NoProxyFor"_s), QStringList{u"NoProxyFor=localhost,.local,10.0.0.0/8"_s});
}

void SystemProxySettingsTest::tellsGnomeOfTheWish()
{
    const app::GnomeProxy gnome;
    ProxyFields fields = gnome.fieldsFor(wish(u"127.0.0.1"_s, {u"localhost"_s, u"*.local"_s})).value();
    QCOMPARE(fields.value(u"mode"_s), QStringList{u"'manual'"_s});
    QCOMPARE(fields.value(u"https"_s), (QStringList{u"'127.0.0.1'"_s, u"1080"_s}));
    QCOMPARE(fields.value(u"ignore-hosts"_s), QStringList{u"['localhost', '*.local']"_s});
    fields = gnome.fieldsFor(wish(u"127.0.0.1"_s)).value();
    QCOMPARE(fields.value(u"ignore-hosts"_s), QStringList{u"@as []"_s});
}

void SystemProxySettingsTest::tellsOfWhatTheListenerSpeaks()
{
    app::SystemProxyWish one = wish(u"127.0.0.1"_s);
    one.http = false;
    QCOMPARE(app::GnomeProxy().fieldsFor(one).value().value(u"http"_s), (QStringList{u"''"_s, u"0"_s}));
    QCOMPARE(app::GnomeProxy().fieldsFor(one).value().value(u"socks"_s).value(1), u"1080"_s);
    QCOMPARE(app::KdeProxy({}).fieldsFor(one).value().value(u"httpProxy"_s), QStringList{u"httpProxy="_s});
    one.socks5 = false;
    QVERIFY(!app::GnomeProxy().fieldsFor(one));
    QVERIFY(!app::KdeProxy({}).fieldsFor(one));
}

void SystemProxySettingsTest::switchesOff()
{
    const app::GnomeProxy gnome;
    ProxyFields fields = gnome.fieldsFor(wish(u"127.0.0.1"_s)).value();
    ProxyFields off = gnome.switchedOff(fields);
    QCOMPARE(off.value(u"mode"_s), QStringList{u"'none'"_s});
    QCOMPARE(off.value(u"http"_s), fields.value(u"http"_s));
    const app::KdeProxy kde(u"/nowhere"_s);
    fields = kde.fieldsFor(wish(u"127.0.0.1"_s)).value();
    off = kde.switchedOff(fields);
    QCOMPARE(off.value(u"ProxyType"_s), QStringList{u"ProxyType=0"_s});
    QCOMPARE(off.value(u"httpProxy"_s), fields.value(u"httpProxy"_s));
}

QTEST_GUILESS_MAIN(SystemProxySettingsTest)
#include "tst_systemproxysettings.moc"
