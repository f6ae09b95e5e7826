// SPDX-License-Identifier: MIT
#include "app/crashnote.h"

#include "app/platform.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QSaveFile>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <csignal>
#include <cstdint>
#include <cstdlib>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace
{

/// A descriptor that the victim has open when it dies, without O_CLOEXEC.
constexpr int kInherited = 77;

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Where the successor of a crash with this note tells about itself.
QString reportPath(const QString &notePath)
{
    return notePath + u".successor"_s;
}

/// What the test's third process does: tells what it was started with and what it has inherited.
int runSuccessor(const QStringList &arguments)
{
    sigset_t blocked;
    ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
    bool isFree = true;
    for (const int number : {SIGABRT, SIGSEGV, SIGILL, SIGTERM})
        isFree = isFree && ::sigismember(&blocked, number) == 0;
    struct sigaction action {
    };
    ::sigaction(SIGABRT, nullptr, &action);
    isFree = isFree && action.sa_handler == SIG_DFL;
    const bool isAlone = ::getsid(0) == ::getpid() && ::fcntl(kInherited, F_GETFD) == -1;
    QSaveFile report(reportPath(arguments.first()));
    if (!report.open(QIODevice::WriteOnly))
        return EXIT_FAILURE;
    report.write((arguments.sliced(1).join(u'|') + (isFree ? u", free"_s : u", blocked"_s) +
                  (isAlone ? u", alone"_s : u", tied"_s))
                     .toUtf8());
    return report.commit() ? EXIT_SUCCESS : EXIT_FAILURE;
}

/// What the test's second process does: dies in the way it is told to, or ends in order.
int runVictim(const QString &how, const QString &notePath)
{
    const rlimit none{};
    ::setrlimit(RLIMIT_CORE, &none);
    ::dup2(STDERR_FILENO, kInherited);
    const app::CrashGuard guard(notePath, {QCoreApplication::applicationFilePath(), u"--successor"_s,
                                           notePath, u"a b"_s, u""_s, u"\u00fc"_s});
    const auto die = [&how] {
        if (how == u"read"_s) {
            volatile std::uintptr_t address = 8; // so that no compiler knows better
            *reinterpret_cast<volatile int *>(address) = 1;
        } else if (how == u"abort"_s) {
            std::abort();
        } else if (how == u"fatal"_s) {
            qFatal("secret");
        } else if (how == u"terminated"_s) {
            std::raise(SIGTERM);
        } else if (how == u"killed"_s) {
            std::raise(SIGKILL);
        } else if (how == u"illegal"_s) {
            std::raise(SIGILL);
        }
    };
    if (how != u"thread"_s) {
        die();
        return EXIT_SUCCESS;
    }
    QThread *thread = QThread::create([] { std::abort(); });
    thread->start();
    thread->wait();
    return EXIT_SUCCESS;
}

} // namespace

class TestCrashNote : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void leavesANote_data();
    void leavesANote();
    void startsTheSuccessor_data();
    void startsTheSuccessor();
    void startsNoneOtherwise_data();
    void startsNoneOtherwise();
    void leavesNoneAfterAnOrderlyEnd();
    void diesAllTheSameWithoutAPlace();
    void isFoundOnce();
    void keepsOnlyTheNewest();
    void differsByProfile();

private:
    [[nodiscard]] QString notePath() const { return m_folder->path() + u"/state/crash-1.txt"_s; }
    void run(const QString &how, const QString &note)
    {
        m_victim = std::make_unique<QProcess>();
        m_victim->start(QCoreApplication::applicationFilePath(), {u"--victim"_s, how, note});
        QVERIFY(m_victim->waitForFinished());
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QProcess> m_victim;
};

void TestCrashNote::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestCrashNote::leavesANote_data()
{
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("read") << QByteArray(", SIGSEGV, at address 0x8\n");
    QTest::newRow("abort") << QByteArray(", SIGABRT\n");
    QTest::newRow("fatal") << QByteArray(", SIGABRT\n");
    QTest::newRow("illegal") << QByteArray(", SIGILL\n");
    QTest::newRow("thread") << QByteArray(", SIGABRT\n");
}

void TestCrashNote::leavesANote()
{
    QFETCH(QByteArray, reason);
    const QDateTime before = QDateTime::currentDateTimeUtc().addSecs(-1);
    run(QLatin1String(QTest::currentDataTag()), notePath());
    QCOMPARE(m_victim->exitStatus(), QProcess::CrashExit);
    const QByteArray note = contentOf(notePath());
    QVERIFY2(note.startsWith("Hosier 9.8.7, Qt "), note.constData());
    QVERIFY2(note.contains(reason), note.constData());
    QVERIFY(!note.contains("secret"));
    const QByteArray second = note.split('\n').at(1);
    const QDateTime at = QDateTime::fromString(QString::fromLatin1(second.left(20)), Qt::ISODate);
    QVERIFY2(at >= before && at <= QDateTime::currentDateTimeUtc().addSecs(1), second.constData());
#ifdef __GLIBC__
    QVERIFY2(note.contains("tst_crashnote"), note.constData()); // where in the code
#endif
    QVERIFY(!app::isOpenToOthers(notePath()));
}

void TestCrashNote::startsTheSuccessor_data()
{
    QTest::addColumn<QString>("how");
    for (const char *how : {"read", "abort", "illegal", "thread"})
        QTest::newRow(how) << QString::fromLatin1(how);
}

void TestCrashNote::startsTheSuccessor()
{
    QFETCH(QString, how);
    run(how, notePath());
    QCOMPARE(m_victim->exitStatus(), QProcess::CrashExit);
    QTRY_COMPARE(contentOf(reportPath(notePath())), QByteArray("a b||\u00fc, free, alone"));
}

void TestCrashNote::startsNoneOtherwise_data()
{
    QTest::addColumn<QString>("how");
    for (const char *how : {"not at all", "terminated", "killed"})
        QTest::newRow(how) << QString::fromLatin1(how);
}

/// What has not been started by the end of the victim never will be: a successor comes before the death. It
/// might be on its way to its report, so another one that starts later and reports is waited for.
void TestCrashNote::startsNoneOtherwise()
{
    QFETCH(QString, how);
    run(how, notePath());
    const QString other = m_folder->path() + u"/state/crash-2.txt"_s;
    run(u"abort"_s, other);
    QTRY_VERIFY(QFile::exists(reportPath(other)));
    QVERIFY(!QFile::exists(reportPath(notePath())));
    QVERIFY(!QFile::exists(notePath()));
}

void TestCrashNote::leavesNoneAfterAnOrderlyEnd()
{
    run(u"not at all"_s, notePath());
    QCOMPARE(m_victim->exitStatus(), QProcess::NormalExit);
    QCOMPARE(m_victim->exitCode(), EXIT_SUCCESS);
    QVERIFY(!QFile::exists(notePath()));
    QVERIFY(app::takeCrashNote(notePath()).isEmpty());
}

void TestCrashNote::diesAllTheSameWithoutAPlace()
{
    QFile obstacle(m_folder->path() + u"/state"_s);
    QVERIFY(obstacle.open(QIODevice::WriteOnly));
    run(u"abort"_s, notePath());
    QCOMPARE(m_victim->exitStatus(), QProcess::CrashExit);
}

void TestCrashNote::isFoundOnce()
{
    run(u"abort"_s, notePath());
    const QByteArray content = contentOf(notePath());
    const QString taken = app::takeCrashNote(notePath());
    QVERIFY2(QRegularExpression(u"/crash-1-\\d{8}-\\d{6}\\.txt$"_s).match(taken).hasMatch(),
             qPrintable(taken));
    QCOMPARE(contentOf(taken), content);
    QVERIFY(app::takeCrashNote(notePath()).isEmpty());
}

void TestCrashNote::keepsOnlyTheNewest()
{
    QVERIFY(QDir().mkpath(m_folder->path() + u"/state"_s));
    const QDateTime start = QDateTime::currentDateTimeUtc();
    QString last;
    for (int i = 0; i < app::kKeptCrashNotes + 3; ++i) {
        QFile note(notePath());
        QVERIFY(note.open(QIODevice::WriteOnly));
        QVERIFY(note.write("x") == 1);
        QVERIFY(note.flush());
        QVERIFY(note.setFileTime(start.addDays(i), QFileDevice::FileModificationTime));
        note.close();
        last = app::takeCrashNote(notePath());
    }
    const QDir folder(m_folder->path() + u"/state"_s);
    QCOMPARE(folder.entryList(QDir::Files).size(), app::kKeptCrashNotes);
    QVERIFY(QFile::exists(last));
}

void TestCrashNote::differsByProfile()
{
    QVERIFY(app::crashNotePath(u"/a"_s) != app::crashNotePath(u"/b"_s));
    QCOMPARE(app::crashNotePath(u"/a"_s), app::crashNotePath(u"/a"_s));
    QVERIFY(app::crashNotePath(u"/a"_s).startsWith(app::stateDirectory()));
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationVersion(u"9.8.7"_s);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4 && arguments.at(1) == u"--victim"_s)
        return runVictim(arguments.at(2), arguments.at(3));
    if (arguments.size() > 2 && arguments.at(1) == u"--successor"_s)
        return runSuccessor(arguments.sliced(2));
    TestCrashNote test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_crashnote.moc"
