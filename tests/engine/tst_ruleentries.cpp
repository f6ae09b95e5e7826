// SPDX-License-Identifier: MIT
#include "engine/rule_entries.h"
#include "engine/rules/rule_set.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace engine;
using namespace Qt::StringLiterals;

namespace
{

/// Whether what a fault says to write is right itself.
bool suggestsEntries(const QString &fault)
{
    static const QRegularExpression suggestion(u"(?:write|or) \"([^\"]*)\""_s);
    auto match = suggestion.globalMatch(fault);
    while (match.hasNext()) {
        if (!faultOfApplicationEntry(match.next().captured(1)).isEmpty())
            return false;
    }
    return true;
}

} // namespace

class TestRuleEntries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsHosts_data();
    void readsHosts();
    void isForTheHostAlone();
    void readsPrograms_data();
    void readsPrograms();
    void tellsNamesApart();
    void saysHowAProgramIsWritten_data();
    void saysHowAProgramIsWritten();
};

void TestRuleEntries::readsHosts_data()
{
    QTest::addColumn<QString>("entry");
    QTest::addColumn<bool>("isEntry");
    QTest::addColumn<bool>("isOne");
    const auto row = [](const char *entry, bool isEntry, bool isOne) {
        QTest::newRow(entry) << QString::fromUtf8(entry) << isEntry << isOne;
    };
    row("example.org", true, true);
    row("example.org.", true, true);
    row("localhost", true, true);
    row("my-host", true, true);
    row("b\u00fccher.example", true, true);
    row("what?", false, false);
    row("10-0-0-1.example", true, true);
    row("192.0.2.1", true, true);
    row("192.0.2.1.", true, true);
    row("::1", true, true);
    row("::ffff:192.0.2.1", true, true);
    row("*", true, false);
    row("*.lan", true, false);
    row("mail.*", true, false);
    row("*.mail.*", true, false);
    row("*.", false, false);
    row("a*b", false, false);
    row("0.0.0.0/0", true, false);
    row("192.0.2.1/32", true, false);
    row("::/0", true, false);
    row("0.0.0.0/0.", false, false);
    row("a/b", false, false);
    row("10.0.0.1/8", false, false);
    row("10.0.0.1-10.0.0.9", true, false);
    row("::1-::9", true, false);
    row("10.0.0.9-10.0.0.1", false, false);
    row("10.0.0.1-10.0.0.9.", false, false);
    row("10.0.0.1-x", false, false);
    row("a b", false, false);
    row("a.org,b.org", false, false);
    row("a.org;b.org", false, false);
    row("https://example.org/", false, false);
    QTest::newRow("nothing") << QString() << false << false;
}

void TestRuleEntries::readsHosts()
{
    QFETCH(const QString, entry);
    QTEST(faultOfHostEntry(entry).isEmpty(), "isEntry");
    QTEST(isOneHost(entry), "isOne");
}

/// What is said to be one host matches no other, as the rules judge it.
void TestRuleEntries::isForTheHostAlone()
{
    const QStringList texts{u"example.org"_s,
                            u"192.0.2.1"_s,
                            u"192.0.2.1."_s,
                            u"::1"_s,
                            u"*"_s,
                            u"*.org"_s,
                            u"0.0.0.0/0"_s,
                            u"::/0"_s,
                            u"*."_s,
                            u"example.*"_s,
                            u"10.0.0.1-10.0.0.9"_s,
                            u"0.0.0.0/0."_s,
                            u"10.0.0.1-10.0.0.9."_s};
    const QStringList others{u"www.example.org"_s, u"example.net"_s, u"10.0.0.5"_s, u"2001:db8::1"_s};
    int wide = 0;
    for (const QString &text : texts) {
        Profile profile;
        profile.rules.resize(1);
        profile.rules[0].hosts = QStringList{text};
        const RuleSet rules(profile);
        const auto matches = [&rules](const QString &host) {
            RuleQuery query;
            query.destination = destinationOf(host, 443);
            return rules.decide(query).rule == 0;
        };
        const bool matchesOthers = std::any_of(others.begin(), others.end(), matches);
        wide += matchesOthers ? 1 : 0;
        QVERIFY2(!(matchesOthers && isOneHost(text)), qPrintable(text));
        QVERIFY2(!isOneHost(text) || matches(text), qPrintable(text));
    }
    QVERIFY(wide >= 6);
}

void TestRuleEntries::readsPrograms_data()
{
    QTest::addColumn<QString>("entry");
    QTest::addColumn<bool>("isEntry");
    QTest::addColumn<bool>("isOne");
    const auto row = [](const char *name, const QString &entry, bool isEntry, bool isOne) {
        QTest::newRow(name) << entry << isEntry << isOne;
    };
    row("a name", u"curl"_s, true, true);
    row("a name with a blank", u"Web Content"_s, true, true);
    row("a path", u"/usr/bin/curl"_s, true, true);
    row("a path of Windows", u"C:\\Tools\\curl.exe"_s, true, true);
    row("the same, with other separators", u"c:/Tools/curl.exe"_s, true, true);
    row("a path in a network", u"\\\\server\\share\\curl.exe"_s, true, true);
    row("a path with a comma", u"C:\\Smith, Inc.\\a.exe"_s, true, true);
    row("any", u"*"_s, true, false);
    row("a star", u"/opt/*/curl"_s, true, false);
    row("a star for a path", u"*/bin/curl"_s, true, false);
    row("a star for the rest of a drive", u"C:*\\chrome.exe"_s, true, false);
    row("a star for most of a drive", u"c*\\tool.exe"_s, true, false);
    row("a question mark", u"cur?"_s, true, false);
    row("several names", u"firefox, curl"_s, false, false);
    row("the same without blanks", u"firefox;curl"_s, false, false);
    row("a name and a path", u"firefox, /usr/bin/curl"_s, false, false);
    row("several paths", u"/usr/bin/wget, /usr/bin/curl"_s, false, false);
    row("in quotes", u"\"C:\\Tools\\curl.exe\""_s, false, false);
    row("below the home", u"~/bin/curl"_s, false, false);
    row("below the directory at hand", u"./curl"_s, false, false);
    row("below a variable", u"%ProgramFiles%\\curl.exe"_s, false, false);
    row("a path of hidden files", u"/opt/.tools/..curl"_s, true, true);
    row("a path with a backslash", u"/opt/a\\\\b"_s, true, true);
    row("all below a directory", u"/usr/bin/*"_s, true, false);
    row("a blank behind a name", u"curl "_s, false, false);
    row("a blank before a name", u" curl"_s, false, false);
    row("a blank before a path", u" /usr/bin/curl"_s, false, false);
    row("nothing but a blank", u" "_s, false, false);
    row("a directory", u"/usr/bin/"_s, false, false);
    row("the root", u"/"_s, false, false);
    row("a directory of Windows", u"C:\\Tools\\"_s, false, false);
    row("a drive", u"C:\\"_s, false, false);
    row("a directory in a network", u"\\\\server\\share\\"_s, false, false);
    row("a directory behind a star", u"*/bin/"_s, false, false);
    row("two separators in a row", u"/usr/bin//curl"_s, false, false);
    row("two separators in a row, of a pattern", u"/usr//*"_s, false, false);
    row("two separators in a row, of Windows", u"C:\\Tools\\\\curl.exe"_s, false, false);
    row("two separators at the beginning", u"//usr/bin/curl"_s, false, false);
    row("a dot for a part", u"/usr/./bin/curl"_s, false, false);
    row("two dots for a part", u"/usr/bin/../bin/curl"_s, false, false);
    row("two dots for a part, of Windows", u"c:/Tools/..\\curl.exe"_s, false, false);
    row("two dots at the end", u"/usr/bin/.."_s, false, false);
    row("nothing", QString(), true, false);
}

void TestRuleEntries::readsPrograms()
{
    QFETCH(const QString, entry);
    const Message fault = faultOfApplicationEntry(entry);
    QTEST(fault.isEmpty(), "isEntry");
    QVERIFY2(suggestsEntries(fault.toEnglish()), qPrintable(fault.toEnglish()));
    QTEST(isOneProgram(entry), "isOne");
}

void TestRuleEntries::tellsNamesApart()
{
#ifdef Q_OS_WIN
    constexpr bool isOfWindows = true;
#else
    constexpr bool isOfWindows = false;
#endif
    QVERIFY(isSameProgramName(u"curl"_s, u"curl"_s));
    QVERIFY(!isSameProgramName(u"python3"_s, u"python3.11"_s));
    QCOMPARE(isSameProgramName(u"curl"_s, u"curl.exe"_s), isOfWindows);
    QCOMPARE(isSameProgramName(u"Curl.EXE"_s, u"curl.exe"_s), isOfWindows);
}

void TestRuleEntries::saysHowAProgramIsWritten_data()
{
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("told"); ///< part of it
    const auto row = [](const QString &entry, const QString &told) {
        QTest::newRow(qPrintable(entry)) << entry << told;
    };
    row(u"curl "_s, u"\"curl \" begins or ends with a space"_s);
    row(u"/usr/bin/"_s, u"write \"/usr/bin/*\""_s);
    row(u"C:\\Tools\\"_s, u"write \"C:\\Tools\\*\""_s);
    row(u"/usr/bin//curl"_s, u"write \"/usr/bin/curl\""_s);
    row(u"/usr/bin/../bin/curl"_s, u"write \"/usr/bin/curl\""_s);
    row(u"/../usr/./bin/curl"_s, u"write \"/usr/bin/curl\""_s);
    row(u"C:\\Tools\\x\\..\\curl.exe"_s, u"write \"C:\\Tools\\curl.exe\""_s);
    row(u"c:/Tools//curl.exe"_s, u"write \"c:/Tools/curl.exe\""_s);
    row(u"//server/share/curl.exe"_s,
        u"write \"/server/share/curl.exe\", or \"\\\\server\\share\\curl.exe\""_s);
    row(u"/"_s, u"write \"/*\""_s);
    row(u"/usr/.."_s, u"write \"/*\""_s);
    row(u"/usr/bin/.."_s, u"write \"/usr/*\""_s);
    row(u"/usr/."_s, u"write \"/usr/*\""_s);
    row(u"/usr//bin/"_s, u"write \"/usr/bin/*\""_s);
    row(u"C:\\Tools\\.."_s, u"write \"C:\\*\""_s);
    row(u"C:\\Tools\\..\\x\\"_s, u"write \"C:\\x\\*\""_s);
    row(u"*/bin/"_s, u"write \"*/bin/*\""_s);
    row(u"//"_s, u"write \"/*\", or \"\\\\*\""_s);
    row(u"///"_s, u"write \"/*\", or \"\\\\\\*\""_s);
    row(u"//server/share/"_s, u"write \"/server/share/*\", or \"\\\\server\\share\\*\""_s);
    row(u"//server/../"_s, u"write \"/*\""_s);
}

void TestRuleEntries::saysHowAProgramIsWritten()
{
    QFETCH(const QString, entry);
    QFETCH(const QString, told);
    const QString fault = faultOfApplicationEntry(entry).toEnglish();
    QVERIFY2(fault.contains(told), qPrintable(fault));
    QVERIFY2(suggestsEntries(fault), qPrintable(fault));
}

QTEST_GUILESS_MAIN(TestRuleEntries)
#include "tst_ruleentries.moc"
