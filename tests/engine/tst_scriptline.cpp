// SPDX-License-Identifier: MIT
#include "engine/script_line.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace engine;

Q_DECLARE_METATYPE(engine::ScriptLine)

class TestScriptLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void readsNothingElse_data();
    void readsNothingElse();
    void endsWhereTheBytesEnd();
    void tellsWhoIsKnownByTheScript_data();
    void tellsWhoIsKnownByTheScript();
};

void TestScriptLine::reads_data()
{
    QTest::addColumn<QByteArray>("beginning");
    QTest::addColumn<ScriptLine>("line");
    const auto row = [](const char *name, const QByteArray &beginning, const ScriptLine &line) {
        QTest::newRow(name) << beginning << line;
    };
    const QByteArray python("/usr/bin/python3");
    const ScriptLine nobodyKnows;
    row("an interpreter", "#!/usr/bin/python3\nimport os\n", {python, false, {}});
    row("without an end", "#!/usr/bin/python3", {python, false, {}});
    row("with blanks around it", "#! \t/usr/bin/python3 \t\n", {python, false, {}});
    row("one argument", "#!/usr/bin/python3 -u\n", {python, false, {"-u"}});
    row("an argument with blanks, which is one", "#!/bin/awk -v x -f\n", {"/bin/awk", false, {"-v x -f"}});
    row("a command", "#!/usr/bin/env python3\n", {"python3", true, {}});
    row("a command by its path", "#!/usr/bin/env /opt/python3\n", {"/opt/python3", true, {}});
    row("a command that is one word with blanks", "#!/usr/bin/env python3 -u\n", {"python3 -u", true, {}});
    row("a command that is split", "#!/usr/bin/env -S python3 -u  -B\n", {"python3", true, {"-u", "-B"}});
    row("a command that is split at once", "#!/bin/env -Spython3\n", {"python3", true, {}});
    row("a command that is split, in full", "#!/bin/env --split-string=python3 -u\n",
        {"python3", true, {"-u"}});
    row("a command behind variables", "#!/usr/bin/env -S A=1 B=/x python3 -u\n", {"python3", true, {"-u"}});
    row("nothing", "#!\n", nobodyKnows);
    row("nothing but blanks", "#!  \n", nobodyKnows);
    row("a relative path", "#!bin/python3\n", nobodyKnows);
    row("no command", "#!/usr/bin/env\n", nobodyKnows);
    row("no command behind variables", "#!/usr/bin/env A=1\n", nobodyKnows);
    row("another option of env", "#!/usr/bin/env -i python3\n", nobodyKnows);
    row("an option behind the split", "#!/usr/bin/env -S -i python3\n", nobodyKnows);
    row("quotes", "#!/usr/bin/env -S \"python3\" -u\n", nobodyKnows);
    row("a variable's value", "#!/usr/bin/env -S ${HOME}/python3\n", nobodyKnows);
    row("a command by a relative path", "#!/usr/bin/env bin/python3\n", nobodyKnows);
    // As Linux takes them: there is no file of that name.
    row("an end of Windows", "#!/bin/sh\r\n", {"/bin/sh\r", false, {}});
    row("a command with an end of Windows", "#!/usr/bin/env sh\r\n", {"sh\r", true, {}});
}

void TestScriptLine::reads()
{
    QFETCH(const QByteArray, beginning);
    QFETCH(const ScriptLine, line);
    const std::optional<ScriptLine> read = parseScriptLine(beginning);
    QVERIFY(read);
    QCOMPARE(read->interpreter, line.interpreter);
    QCOMPARE(read->isCommand, line.isCommand);
    QCOMPARE(read->arguments, line.arguments);
    for (qsizetype size = 0; size < beginning.size(); ++size)
        QCOMPARE(parseScriptLine(beginning.first(size)).has_value(), size >= 2);
}

void TestScriptLine::readsNothingElse_data()
{
    QTest::addColumn<QByteArray>("beginning");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("a program") << QByteArray("\x7f"
                                             "ELF");
    QTest::newRow("a comment") << QByteArray("# !/bin/sh\n");
    QTest::newRow("a blank before it") << QByteArray(" #!/bin/sh\n");
    QTest::newRow("in the second line") << QByteArray("\n#!/bin/sh\n");
}

void TestScriptLine::readsNothingElse()
{
    QFETCH(const QByteArray, beginning);
    QVERIFY(!parseScriptLine(beginning));
}

void TestScriptLine::endsWhereTheBytesEnd()
{
    const QByteArray start("#!/");
    const QByteArray longest = start + QByteArray(kMaximumScriptLine - start.size() - 1, 'x');
    QCOMPARE(parseScriptLine(longest + '\n')->interpreter, longest.sliced(2));
    QCOMPARE(parseScriptLine(longest)->interpreter, longest.sliced(2)); // all there is
    QCOMPARE(parseScriptLine(longest + 'x')->interpreter, QByteArray());
}

void TestScriptLine::tellsWhoIsKnownByTheScript_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QList<QByteArray>>("arguments");
    QTest::addColumn<bool>("isKnown");
    QTest::newRow("an interpreter") << QByteArray("python3.11") << QList<QByteArray>() << true;
    QTest::newRow("with options") << QByteArray("python3") << QList<QByteArray>{"-u", "-W", "error"} << true;
    QTest::newRow("with code") << QByteArray("bash") << QList<QByteArray>{"-c"} << false;
    QTest::newRow("with another script") << QByteArray("bash") << QList<QByteArray>{"/x"} << false;
    QTest::newRow("of other files") << QByteArray("mawk") << QList<QByteArray>{"-f"} << false;
}

void TestScriptLine::tellsWhoIsKnownByTheScript()
{
    QFETCH(const QByteArray, name);
    QFETCH(const QList<QByteArray>, arguments);
    const ScriptLine line{"/usr/bin/" + name, false, arguments};
    QTEST(isKnownByScript(name, line, "/tmp/x.py"), "isKnown");
}

QTEST_GUILESS_MAIN(TestScriptLine)
#include "tst_scriptline.moc"
