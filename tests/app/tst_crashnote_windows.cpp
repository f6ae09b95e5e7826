// SPDX-License-Identifier: MIT
#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>

using namespace Qt::StringLiterals;

namespace
{

/// A box would wait for somebody for ever.
constexpr std::chrono::milliseconds kTimeToDie{5'000};

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// crashvictim.exe is of the graphical subsystem, as Hosier is.
class TestCrashNote : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leavesANoteAndNoBox_data();
    void leavesANoteAndNoBox();
};

void TestCrashNote::leavesANoteAndNoBox_data()
{
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("abort") << QByteArray(": aborted\n");
    QTest::newRow("read") << QByteArray(": ended by exception 0xc0000005 at 0x");
    QTest::newRow("throw") << QByteArray(); // The compiler's library aborts, or the system ends it.
}

void TestCrashNote::leavesANoteAndNoBox()
{
    QFETCH(const QByteArray, reason);
    const QTemporaryDir folder;
    QVERIFY(folder.isValid());
    const QString notePath = folder.filePath(u"state/crash-1.txt"_s);
    QProcess victim;
    victim.start(QCoreApplication::applicationDirPath() + u"/crashvictim.exe"_s,
                 {QString::fromLatin1(QTest::currentDataTag()), notePath});
    const bool isDead = victim.waitForFinished(static_cast<int>(kTimeToDie.count()));
    victim.kill();
    victim.waitForFinished();
    QVERIFY2(isDead, qPrintable(victim.errorString()));
    QVERIFY(victim.exitStatus() == QProcess::CrashExit || victim.exitCode() != 0);
    const QByteArray note = contentOf(notePath);
    QVERIFY2(note.startsWith("Hosier 9.8.7, Qt "), note.constData());
    QVERIFY2(note.contains(reason), note.constData());
    QVERIFY(!note.contains("secret"));
}

QTEST_GUILESS_MAIN(TestCrashNote)
#include "tst_crashnote_windows.moc"
