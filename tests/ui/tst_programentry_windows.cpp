// SPDX-License-Identifier: MIT
#include "ui/programentry.h"
#include "ui/programentry_windows.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// What files are known by, whose paths may lead through junctions.
class TestProgramEntry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leavesAPathWithoutLinks_data();
    void leavesAPathWithoutLinks();
    void followsAJunction();
    void knowsWhereAFileLies();
    void writesPathsAsProgramsDo_data();
    void writesPathsAsProgramsDo();
};

namespace
{

/// "C:\...\Real\Tool.exe".
QString makeTool(const QTemporaryDir &folder)
{
    QFile file(folder.filePath(u"Real/Tool.exe"_s));
    const bool isMade =
        QDir(folder.path()).mkdir(u"Real"_s) && file.open(QIODevice::WriteOnly) && file.write("MZ") > 0;
    return isMade ? QDir::toNativeSeparators(file.fileName()) : QString();
}

} // namespace

void TestProgramEntry::leavesAPathWithoutLinks_data()
{
    QTest::addColumn<QString>("typed");
    QTest::newRow("as it lies") << R"(DIR\Real\Tool.exe)";
    QTest::newRow("in another case") << R"(DIR\REAL\tool.EXE)";
    QTest::newRow("with slashes") << "DIR/Real/Tool.exe";
    QTest::newRow("not there") << R"(DIR\Real\Nothing.exe)";
    QTest::newRow("a folder") << R"(DIR\Real)";
    QTest::newRow("on a drive that is not there") << R"(Q:\Tools\Tool.exe)";
    QTest::newRow("of a server that is not there") << R"(\\server.invalid\share\Tool.exe)";
    QTest::newRow("of Linux") << "/usr/bin/curl";
    QTest::newRow("a name") << "Tool.exe";
}

void TestProgramEntry::leavesAPathWithoutLinks()
{
    QFETCH(QString, typed);
    const QTemporaryDir folder;
    QVERIFY(!makeTool(folder).isEmpty());
    typed.replace(u"DIR"_s, QDir::toNativeSeparators(folder.path()));
    QCOMPARE(ui::programEntryOf(typed), typed);
}

void TestProgramEntry::followsAJunction()
{
    const QTemporaryDir folder;
    const QString tool = makeTool(folder);
    const QString junction = QDir::toNativeSeparators(folder.filePath(u"current"_s));
    QProcess::execute(u"cmd"_s, {u"/c"_s, u"mklink"_s, u"/J"_s, junction, QFileInfo(tool).path()});
    if (!QFileInfo(junction).isJunction())
        QSKIP("no junctions to be had here");
    const QString entry = ui::programEntryOf(junction + uR"(\Tool.exe)"_s);
    QVERIFY2(entry.endsWith(uR"(\Real\Tool.exe)"_s), qPrintable(entry));
    QCOMPARE(entry, ui::imagePathOf(tool));
    // A file that is not there may be made later, and a folder is no program.
    for (const QString &other : {junction, junction + uR"(\Nothing.exe)"_s})
        QCOMPARE(ui::programEntryOf(other), other);
}

void TestProgramEntry::knowsWhereAFileLies()
{
    const QTemporaryDir folder;
    const QString path = ui::imagePathOf(makeTool(folder).toUpper());
    QVERIFY2(path.endsWith(uR"(\Real\Tool.exe)"_s), qPrintable(path));
    QVERIFY2(path.at(1) == u':', qPrintable(path));
    QCOMPARE(ui::imagePathOf(folder.filePath(u"Nothing.exe"_s)), QString());
    QCOMPARE(ui::imagePathOf(folder.path()), QString());
}

void TestProgramEntry::writesPathsAsProgramsDo_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("written");
    QTest::newRow("on a drive") << R"(\\?\C:\Tools\Tool.exe)"
                                << R"(C:\Tools\Tool.exe)";
    QTest::newRow("of a server") << R"(\\?\UNC\server\share\Tool.exe)"
                                 << R"(\\server\share\Tool.exe)";
    QTest::newRow("written so") << R"(C:\Tools\Tool.exe)"
                                << R"(C:\Tools\Tool.exe)";
    QTest::newRow("nothing") << ""
                             << "";
}

void TestProgramEntry::writesPathsAsProgramsDo()
{
    QFETCH(const QString, path);
    QFETCH(const QString, written);
    QCOMPARE(ui::withoutNamespace(path), written);
}

QTEST_GUILESS_MAIN(TestProgramEntry)
#include "tst_programentry_windows.moc"
