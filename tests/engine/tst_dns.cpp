// SPDX-License-Identifier: MIT
#include "engine/proto/dns.h"

#include <QTest>

using namespace engine;

class TestDns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asks_data();
    void asks();
    void knowsItsAnswer();
    void knowsNoAnswerThatIsCutShort();
};

void TestDns::asks_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("question");
    QTest::newRow("name") << QByteArray("example.org") << QByteArray("\7example\3org\0\0\1\0\1", 17);
    QTest::newRow("dot at the end") << QByteArray("a.b.") << QByteArray("\1a\1b\0\0\1\0\1", 9);
    QTest::newRow("empty labels") << QByteArray("a..b") << QByteArray("\1a\1b\0\0\1\0\1", 9);
    QTest::newRow("root") << QByteArray() << QByteArray("\0\0\1\0\1", 5);
    QTest::newRow("label too long") << QByteArray(70, 'x')
                                    << QByteArray("\77") + QByteArray(63, 'x') + QByteArray("\0\0\1\0\1", 5);
}

void TestDns::asks()
{
    QFETCH(const QByteArray, name);
    QFETCH(const QByteArray, question);
    const QByteArray head("\x12\x34\1\0\0\1\0\0\0\0\0\0", 12);
    QCOMPARE(dns::makeQuery(0x1234, name), head + question);
}

void TestDns::knowsItsAnswer()
{
    QByteArray datagram = dns::makeQuery(0x1234, "example.org");
    QVERIFY(!dns::isAnswer(bytesOf(datagram), 0x1234)); // the question itself, sent back
    datagram[2] = '\x81';
    QVERIFY(dns::isAnswer(bytesOf(datagram), 0x1234));
    QVERIFY(!dns::isAnswer(bytesOf(datagram), 0x1235));
}

void TestDns::knowsNoAnswerThatIsCutShort()
{
    QByteArray datagram = dns::makeQuery(0x1234, "example.org");
    datagram[2] = '\x81';
    for (qsizetype size = 0; size < 12; ++size)
        QVERIFY(!dns::isAnswer(bytesOf(datagram.first(size)), 0x1234));
    QVERIFY(dns::isAnswer(bytesOf(datagram.first(12)), 0x1234));
}

QTEST_GUILESS_MAIN(TestDns)
#include "tst_dns.moc"
