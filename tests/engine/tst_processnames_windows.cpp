// SPDX-License-Identifier: MIT
#include "engine/owner/process_names_windows.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QTest>

#include <windows.h>

using engine::RunningProcesses;

namespace
{

constexpr DWORD kSystem = 4;            // on every Windows
constexpr DWORD kNobody = 0xffff'fff0U; // no such process

} // namespace

/// What a process is known by, also one that we may not look into.
class TestProcessNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAProcess_data();
    void namesAProcess();
    void knowsWhatRuns();
};

void TestProcessNames::namesAProcess_data()
{
    QTest::addColumn<uint>("processId");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("listed");
    QTest::addColumn<QString>("name");
    const QString path = QStringLiteral("C:\\Tools\\Server.exe");
    QTest::newRow("the system itself")
        << uint(kSystem) << QString() << QStringLiteral("System") << QStringLiteral("System");
    QTest::newRow("one of others") << uint(kNobody) << QString() << QStringLiteral("server.exe")
                                   << QStringLiteral("server.exe");
    QTest::newRow("one of ours") << uint(kNobody) << path << QStringLiteral("SERVER~1.EXE")
                                 << QStringLiteral("Server.exe");
    QTest::newRow("one that has ended") << uint(kNobody) << QString() << QString() << QString();
}

void TestProcessNames::namesAProcess()
{
    QFETCH(const uint, processId);
    QFETCH(const QString, path);
    QFETCH(const QString, listed);
    QFETCH(const QString, name);
    RunningProcesses running{{::GetCurrentProcessId(), {0, QStringLiteral("test.exe")}}};
    if (!listed.isEmpty())
        running[processId] = {0, listed};
    QCOMPARE(engine::processName(processId, path, running), name);
    QCOMPARE(engine::processName(QString(), path, listed), name);
    QCOMPARE(engine::processName(QStringLiteral("Dnscache"), path, listed), QStringLiteral("Dnscache"));
}

void TestProcessNames::knowsWhatRuns()
{
    const RunningProcesses running = engine::runningProcesses();
    const auto own = running.find(::GetCurrentProcessId());
    QVERIFY(own != running.end());
    const QString program = QFileInfo(QCoreApplication::applicationFilePath()).fileName();
    QCOMPARE(own->second.name.toLower(), program.toLower());
    const QString path = engine::pathOf(engine::openProcess(::GetCurrentProcessId()));
    QCOMPARE(QFileInfo(path).fileName().toLower(), program.toLower());
    QVERIFY(engine::pathOf(engine::openProcess(kNobody)).isEmpty());
}

QTEST_GUILESS_MAIN(TestProcessNames)
#include "tst_processnames_windows.moc"
