// SPDX-License-Identifier: MIT
#include "app/aftercrash.h"

#include <QCoreApplication>
#include <QObject>
#include <QProcess>
#include <QTest>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

using namespace Qt::StringLiterals;

class AfterCrashTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksForTheSameStart();
    void startsAsBefore_data();
    void startsAsBefore();
    void seesThatAProcessRuns();
    void seesThatAProcessHasEnded();
};

void AfterCrashTest::asksForTheSameStart()
{
    const QStringList command = app::afterCrashCommand();
    QCOMPARE(command.value(0), QCoreApplication::applicationFilePath());
    QCOMPARE(command.value(1), u"--after-crash=%1"_s.arg(QCoreApplication::applicationPid()));
    QCOMPARE(app::argumentsBeforeCrash(command.sliced(1)), QCoreApplication::arguments().sliced(1));
}

void AfterCrashTest::startsAsBefore_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("plain") << QStringList{u"--after-crash=1"_s} << QStringList{};
    const QStringList all{u"--profile"_s, u"a b.json"_s, u"--minimized"_s, u"--listen=127.0.0.1:0"_s};
    QTest::newRow("with options") << QStringList{u"--after-crash=1"_s} + all << all;
}

void AfterCrashTest::startsAsBefore()
{
    QFETCH(QStringList, arguments);
    QFETCH(QStringList, expected);
    QCOMPARE(app::argumentsBeforeCrash(arguments), expected);
}

void AfterCrashTest::seesThatAProcessRuns()
{
#ifdef Q_OS_UNIX
    const std::int64_t parent = ::getppid(); // what the crashed one is to the process that asks
#else
    const std::int64_t parent = QCoreApplication::applicationPid();
#endif
    const app::CrashedProcess running(parent);
    QVERIFY(!running.hasEnded());
}

void AfterCrashTest::seesThatAProcessHasEnded()
{
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(), {u"-functions"_s});
    QVERIFY(process.waitForStarted());
    const app::CrashedProcess other(process.processId());
    QVERIFY(process.waitForFinished());
    QVERIFY(other.hasEnded());
}

QTEST_GUILESS_MAIN(AfterCrashTest)

#include "tst_aftercrash.moc"
