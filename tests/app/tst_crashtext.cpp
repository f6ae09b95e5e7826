// SPDX-License-Identifier: MIT
#include "app/crashtext.h"

#include <QObject>
#include <QTest>

#include <limits>
#include <string>

using app::CrashText;

class CrashTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putsNumbers_data();
    void putsNumbers();
    void putsTimes();
    void cutsOff();
    void beginsAnew();
};

void CrashTextTest::putsNumbers_data()
{
    QTest::addColumn<quint64>("value");
    QTest::addColumn<unsigned>("base");
    QTest::addColumn<int>("width");
    QTest::addColumn<std::string>("expected");
    QTest::newRow("zero") << quint64{0} << 10U << 0 << std::string("0");
    QTest::newRow("padded") << quint64{7} << 10U << 2 << std::string("07");
    QTest::newRow("wider than asked for") << quint64{2'026} << 10U << 2 << std::string("2026");
    QTest::newRow("hexadecimal") << quint64{0xdeadbeef} << 16U << 0 << std::string("deadbeef");
    QTest::newRow("largest") << std::numeric_limits<quint64>::max() << 10U << 0
                             << std::string("18446744073709551615");
    QTest::newRow("most digits") << std::numeric_limits<quint64>::max() << 2U << 100 << std::string(64, '1');
}

void CrashTextTest::putsNumbers()
{
    QFETCH(quint64, value);
    QFETCH(unsigned, base);
    QFETCH(int, width);
    QFETCH(std::string, expected);
    CrashText text;
    text.put("<");
    text.putNumber(value, base, width);
    text.put(">");
    QCOMPARE(std::string(text.text()), '<' + expected + '>');
}

void CrashTextTest::putsTimes()
{
    CrashText text;
    text.putTime({2026, 1, 31, 9, 5, 0});
    QCOMPARE(std::string(text.text()), std::string("2026-01-31T09:05:00Z"));
}

void CrashTextTest::cutsOff()
{
    CrashText text;
    text.put(std::string(CrashText::kMaximum - 2, 'a'));
    text.put("bcd");
    text.putNumber(12, 10);
    QCOMPARE(text.text().size(), CrashText::kMaximum);
    QVERIFY(text.text().ends_with("abc"));
}

void CrashTextTest::beginsAnew()
{
    CrashText text;
    text.put(std::string(CrashText::kMaximum, 'a'));
    text.clear();
    QVERIFY(text.text().empty());
    text.put("b");
    QCOMPARE(std::string(text.text()), std::string("b"));
}

QTEST_GUILESS_MAIN(CrashTextTest)

#include "tst_crashtext.moc"
