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
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <csignal>
#include <cstdint>
#include <cstdlib>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

using namespace Qt::StringLiterals;

namespace
{

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// What the test's second process does: dies in the way it is told to, or ends in order.
int runVictim(const QString &how, const QString &notePath)
{
#ifdef Q_OS_UNIX
    const rlimit none{};
    ::setrlimit(RLIMIT_CORE, &none);
#endif
    const app::CrashGuard guard(notePath);
    const auto die = [&how] {
        if (how == u"read"_s) {
            volatile std::uintptr_t address = 8; // so that no compiler knows better
            *reinterpret_cast<volatile int *>(address) = 1;
        } else if (how == u"abort"_s) {
            std::abort();
        } else if (how == u"fatal"_s) {
            qFatal("secret");
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
    TestCrashNote test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_crashnote.moc"
