// SPDX-License-Identifier: MIT
#include "ui/programentry_windows.h"
#include "ui/programlookup.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// Programs that people name, as they are known when they run.
class TestProgramLookup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void findsWhatANameStarts_data();
    void findsWhatANameStarts();

private:
    QTemporaryDir m_folder;
    QByteArray m_path;
};

/// Commands are looked for in one folder alone.
void TestProgramLookup::initTestCase()
{
    for (const QString &name : {u"Tool.exe"_s, u"Script.cmd"_s}) {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("MZ") > 0);
    }
    m_path = qgetenv("PATH");
    qputenv("PATH", QDir::toNativeSeparators(m_folder.path()).toLocal8Bit());
}

void TestProgramLookup::cleanupTestCase()
{
    qputenv("PATH", m_path);
}

void TestProgramLookup::findsWhatANameStarts_data()
{
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("path");
    QTest::newRow("nothing") << ""
                             << ""
                             << "";
    QTest::newRow("a name") << "Tool"
                            << "Tool.exe"
                            << R"(DIR\Tool.exe)";
    QTest::newRow("a name with its suffix") << "Tool.exe"
                                            << "Tool.exe"
                                            << R"(DIR\Tool.exe)";
    QTest::newRow("of a script, which another program runs") << "Script"
                                                             << "Script"
                                                             << "";
    QTest::newRow("of nothing, as a service") << "Dnscache"
                                              << "Dnscache"
                                              << "";
    QTest::newRow("a path") << R"(C:\Nowhere\curl.exe)"
                            << "curl.exe"
                            << R"(C:\Nowhere\curl.exe)";
}

void TestProgramLookup::findsWhatANameStarts()
{
    QFETCH(const QString, said);
    QFETCH(const QString, name);
    QFETCH(QString, path);
    const engine::Program program = ui::findProgram(said);
    QCOMPARE(program.name, name);
    const auto written = [](const QString &file) {
        return QFile::exists(file) ? ui::imagePathOf(file) : file;
    };
    QCOMPARE(written(program.path),
             written(path.replace(u"DIR"_s, QDir::toNativeSeparators(m_folder.path()))));
    QVERIFY2(!program.path.contains(u'/'), qPrintable(program.path));
}

QTEST_GUILESS_MAIN(TestProgramLookup)
#include "tst_programlookup_windows.moc"
