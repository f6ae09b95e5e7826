// SPDX-License-Identifier: MIT
#include "app/windowsbypass.h"

#include <QTest>

using namespace Qt::StringLiterals;

/// What Windows is told of the addresses that go past the proxy.
class TestWindowsBypass : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void translatesExceptions_data();
    void translatesExceptions();
};

void TestWindowsBypass::translatesExceptions_data()
{
    QTest::addColumn<QStringList>("entries");
    QTest::addColumn<QString>("list");
    QTest::newRow("none") << QStringList() << QString();
    QTest::newRow("names") << QStringList{u"localhost"_s, u"*.local"_s, u"<local>"_s}
                           << u"localhost;*.local;<local>"_s;
    QTest::newRow("addresses") << QStringList{u"192.0.2.1"_s, u"::1"_s} << u"192.0.2.1;[::1]"_s;
    QTest::newRow("whole octets") << QStringList{u"127.0.0.0/8"_s, u"192.168.0.0/16"_s}
                                  << u"127.*;192.168.*"_s;
    QTest::newRow("parts of an octet")
        << QStringList{u"172.16.0.0/14"_s} << u"172.16.*;172.17.*;172.18.*;172.19.*"_s;
    QTest::newRow("the last octet") << QStringList{u"192.0.2.252/30"_s}
                                    << u"192.0.2.252;192.0.2.253;192.0.2.254;192.0.2.255"_s;
    QTest::newRow("everything") << QStringList{u"0.0.0.0/0"_s} << u"*.*.*.*"_s;
    QTest::newRow("IPv6 by its first digits")
        << QStringList{u"fc00::/7"_s, u"fe80::/10"_s} << u"[fc*;[fd*;[fe8*;[fe9*;[fea*;[feb*"_s;
    QTest::newRow("IPv6 that patterns cannot say") << QStringList{u"2001:db8::/32"_s, u"a"_s} << u"a"_s;
}

void TestWindowsBypass::translatesExceptions()
{
    QFETCH(const QStringList, entries);
    QFETCH(const QString, list);
    QCOMPARE(app::windowsBypassList(entries), list);
}

QTEST_GUILESS_MAIN(TestWindowsBypass)
#include "tst_windowsbypass.moc"
