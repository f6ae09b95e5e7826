// SPDX-License-Identifier: MIT
#include "engine/owner/program_list.h"
#include "engine/running_programs.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

#include <sys/wait.h>
#include <unistd.h>

using namespace engine;

class TestRunningPrograms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsEachProgramOnce();
    void leavesOutWhatHasEnded();
    void sortsByName();
};

void TestRunningPrograms::listsEachProgramOnce()
{
    const QTemporaryDir folder;
    const QString path = QFileInfo(folder.path()).canonicalFilePath() + QStringLiteral("/a program of ours");
    QVERIFY(QFile::copy(QStandardPaths::findExecutable(QStringLiteral("sleep")), path));
    QProcess one;
    QProcess two;
    one.start(path, {QStringLiteral("600")});
    two.start(path, {QStringLiteral("600")});
    QVERIFY(one.waitForStarted() && two.waitForStarted());
    const auto count = [&path](const QList<Program> &programs) {
        return std::count_if(programs.begin(), programs.end(), [&path](const Program &program) {
            return program.path == path && program.name == QStringLiteral("a program of ours");
        });
    };
    // Between fork and exec a child still runs this program.
    QTRY_COMPARE_WITH_TIMEOUT(count(runningPrograms()), 1, 20'000);
    const QString self = QFileInfo(QCoreApplication::applicationFilePath()).canonicalFilePath();
    const QList<Program> programs = runningPrograms();
    QVERIFY(std::any_of(programs.begin(), programs.end(),
                        [&self](const Program &program) { return program.path == self; }));
    QVERIFY(std::none_of(programs.begin(), programs.end(), [](const Program &program) {
        return program.name.isEmpty() || program.name == QStringLiteral("kthreadd");
    }));
    for (QProcess *process : {&one, &two}) {
        process->kill();
        QVERIFY(process->waitForFinished());
    }
    QTRY_COMPARE_WITH_TIMEOUT(count(runningPrograms()), 0, 20'000);
}

/// Until its parent has asked how it ended, the system goes on listing it.
void TestRunningPrograms::leavesOutWhatHasEnded()
{
    const pid_t process = ::fork();
    if (process == 0)
        ::_exit(0);
    QVERIFY(process > 0);
    siginfo_t info{};
    QCOMPARE(::waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOWAIT), 0);
    const QList<Program> programs = runningPrograms();
    QCOMPARE(::waitpid(process, nullptr, 0), process);
    QVERIFY(std::none_of(programs.begin(), programs.end(),
                         [process](const Program &program) { return program.processId == process; }));
}

void TestRunningPrograms::sortsByName()
{
    const auto program = [](std::int64_t id, const char *name, const char *path, const char *script = "") {
        return Program{id, QString::fromLatin1(name), QString::fromLatin1(path), QString::fromLatin1(script)};
    };
    const QList<Program> sorted = sortedPrograms(
        {program(5, "python", "/p", "/b.py"), program(4, "Curl", "/c"), program(9, "bash", "/b"),
         program(3, "python", "/p", "/a.py"), program(2, "bash", "/b"), program(7, "", "/x")});
    QList<std::int64_t> ids;
    for (const Program &one : sorted)
        ids << one.processId;
    QCOMPARE(ids, (QList<std::int64_t>{2, 4, 3, 5}));
}

QTEST_GUILESS_MAIN(TestRunningPrograms)
#include "tst_runningprograms.moc"
