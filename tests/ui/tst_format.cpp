// SPDX-License-Identifier: MIT
#include "ui/format.h"

#include <QLocale>
#include <QTest>

#include <algorithm>
#include <limits>

using namespace std::chrono_literals;

class TestFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bytes_data();
    void bytes();
    void rates();
    void durations_data();
    void durations();
    void followsTheLocale();
    void takesMnemonicsOut_data();
    void takesMnemonicsOut();
    void keepsAmpersandsOfNames();
    void shortensLists_data();
    void shortensLists();
};

void TestFormat::bytes_data()
{
    QTest::addColumn<quint64>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << quint64{0} << QStringLiteral("0 B");
    QTest::newRow("largest of bytes") << quint64{1'023} << QStringLiteral("1023 B");
    QTest::newRow("smallest kibibyte") << quint64{1'024} << QStringLiteral("1.0 KiB");
    QTest::newRow("one decimal below ten") << quint64{1'258'291} << QStringLiteral("1.2 MiB");
    QTest::newRow("rounds up to ten") << quint64{10'200} << QStringLiteral("10 KiB");
    QTest::newRow("no decimal from ten on") << quint64{30'720} << QStringLiteral("30 KiB");
    QTest::newRow("next unit rather than 1024") << quint64{1'048'300} << QStringLiteral("1.0 MiB");
    QTest::newRow("largest number") << std::numeric_limits<quint64>::max() << QStringLiteral("16 EiB");
}

void TestFormat::bytes()
{
    QFETCH(const quint64, bytes);
    QTEST(ui::bytesText(bytes).remove(u','), "text");
}

void TestFormat::rates()
{
    QCOMPARE(ui::rateText(30'720), QStringLiteral("30 KiB/s"));
    QCOMPARE(ui::rateText(-1), QStringLiteral("0 B/s"));
    QCOMPARE(ui::rateText(std::numeric_limits<double>::quiet_NaN()), QStringLiteral("0 B/s"));
    QCOMPARE(ui::rateText(std::numeric_limits<double>::infinity()), QStringLiteral("0 B/s"));
}

void TestFormat::durations_data()
{
    QTest::addColumn<std::chrono::milliseconds>("duration");
    QTest::addColumn<QString>("text");
    QTest::newRow("negative") << std::chrono::milliseconds(-5) << QStringLiteral("0 ms");
    QTest::newRow("milliseconds") << std::chrono::milliseconds(999) << QStringLiteral("999 ms");
    QTest::newRow("a decimal below ten") << std::chrono::milliseconds(4'149) << QStringLiteral("4.1 s");
    QTest::newRow("never 10.0") << std::chrono::milliseconds(9'980) << QStringLiteral("10 s");
    QTest::newRow("seconds") << std::chrono::milliseconds(59'999) << QStringLiteral("59 s");
    QTest::newRow("minutes") << std::chrono::milliseconds(192s) << QStringLiteral("3 min 12 s");
    QTest::newRow("hours") << std::chrono::milliseconds(2h + 5min) << QStringLiteral("2 h 5 min");
    QTest::newRow("days") << std::chrono::milliseconds(99h) << QStringLiteral("4 d 3 h");
}

void TestFormat::durations()
{
    QFETCH(const std::chrono::milliseconds, duration);
    QString text = ui::durationText(duration);
    // Rounded down to whole seconds from ten on, so that a running clock never runs ahead.
    if (duration == 9'980ms)
        QVERIFY(text == QStringLiteral("9 s") || text == QStringLiteral("10 s"));
    else
        QTEST(text, "text");
}

void TestFormat::followsTheLocale()
{
    const QLocale before;
    QLocale::setDefault(QLocale(QLocale::German));
    QCOMPARE(ui::bytesText(1'258'291), QStringLiteral("1,2 MiB"));
    QCOMPARE(ui::countText(1'234'567), QStringLiteral("1.234.567"));
    QLocale::setDefault(before);
}

void TestFormat::takesMnemonicsOut_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("plain");
    QTest::newRow("none") << QStringLiteral("Log") << QStringLiteral("Log");
    QTest::newRow("within a word") << QStringLiteral("Co&lumns") << QStringLiteral("Columns");
    QTest::newRow("in brackets") << QStringLiteral("規則(&R)") << QStringLiteral("規則");
    QTest::newRow("before dots") << QStringLiteral("導入 (&I)...") << QStringLiteral("導入...");
    QTest::newRow("other brackets") << QStringLiteral("&Form (A)") << QStringLiteral("Form (A)");
}

void TestFormat::takesMnemonicsOut()
{
    QFETCH(const QString, text);
    QTEST(ui::withoutMnemonic(text), "plain");
}

void TestFormat::keepsAmpersandsOfNames()
{
    QCOMPARE(ui::menuText(QStringLiteral("R&D")), QStringLiteral("R&&D"));
    QCOMPARE(ui::menuText(QStringLiteral("curl")), QStringLiteral("curl"));
}

void TestFormat::shortensLists_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<QString>("rest");
    QTest::newRow("none") << 0 << QString();
    QTest::newRow("as many as fit") << 8 << QString();
    QTest::newRow("one more") << 9 << QStringLiteral("1 more");
    QTest::newRow("many") << 300 << QStringLiteral("292 more");
}

void TestFormat::shortensLists()
{
    QFETCH(const int, count);
    QFETCH(const QString, rest);
    QStringList names;
    for (int number = 1; number <= count; ++number)
        names << QString::number(number);
    QStringList expected = names.first(std::min(names.size(), ui::kMaximumListed));
    if (!rest.isEmpty())
        expected << rest;
    QCOMPARE(ui::shortenedList(names), expected);
}

QTEST_GUILESS_MAIN(TestFormat)
#include "tst_format.moc"
