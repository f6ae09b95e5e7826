// SPDX-License-Identifier: MIT
#include "app/logfile.h"
#include "app/logwriter.h"
#include "app/platform.h"
#include "engine/engine.h"
#include "ui/logline.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

using namespace Qt::StringLiterals;
using app::LogFile;
using app::LogLimits;
using app::LogWriter;
using engine::EventLevel;

namespace
{

constexpr std::chrono::milliseconds kSoon{20};

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

engine::Event opened(const QString &application, EventLevel level)
{
    engine::Event event;
    event.at = 1'700'000'000'000;
    event.level = level;
    event.code = engine::EventCode::ConnectionOpened;
    event.application = application;
    event.processId = 42;
    event.target = u"example.org:443"_s;
    return event;
}

} // namespace

class TestLogFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void appends();
    void keepsToItsLimits_data();
    void keepsToItsLimits();
    void removesWhatIsTooMany();
    void keepsToSmallerLimitsAtOnce_data();
    void keepsToSmallerLimitsAtOnce();
    void cutsALargeFileQuickly();
    void givesALongLineAFileOfItsOwn();
    void losesNothingWhenItCanBeWrittenAgain();
    void losesTheOldestOfTooMuch();
    void refusesDevices();
#ifdef Q_OS_UNIX
    void outlastsAFullDisk();
    void isPrivate();
#endif
    void beginsAnewWhenMovedAway();
    void writesWhatTheSettingsWant();
    void stopsWhenSwitchedOff();
    void keepsLinesApart();
    void isNamedAfterTheProfile();

private:
    [[nodiscard]] QString path() const
    {
        return m_folder->path() + u"/state/hosier.log"_s;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestLogFile::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    QCoreApplication::setOrganizationName(u"hosier-test"_s);
    QCoreApplication::setApplicationName(u"hosier-test"_s);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder->path());
    QSettings().clear();
}

void TestLogFile::appends()
{
    for (const char *line : {"one\n", "two\n"}) {
        LogWriter writer(path(), kSoon);
        writer.setLimits(LogLimits{1'000, 3});
        writer.write(line, 0);
    }
    QCOMPARE(contentOf(path()), QByteArray("one\ntwo\n"));
}

void TestLogFile::keepsToItsLimits_data()
{
    QTest::addColumn<int>("files");
    QTest::addColumn<int>("linesAtOnce");
    QTest::newRow("one file") << 1 << 1;
    QTest::newRow("two files") << 2 << 1;
    QTest::newRow("five files, in batches") << 5 << 37;
}

void TestLogFile::keepsToItsLimits()
{
    QFETCH(int, files);
    QFETCH(int, linesAtOnce);
    constexpr int kLines = 1'000;
    constexpr int kFileSize = 256;
    LogWriter writer(path(), kSoon);
    writer.setLimits(LogLimits{kFileSize, files});
    QByteArray batch;
    for (int i = 0; i < kLines; ++i) {
        batch += "line " + QByteArray::number(i).rightJustified(5, '0') + '\n';
        if ((i + 1) % linesAtOnce == 0 || i == kLines - 1)
            writer.write(std::exchange(batch, {}), 0);
    }
    const QFileInfoList found = QDir(m_folder->path() + u"/state"_s).entryInfoList(QDir::Files, QDir::Name);
    QCOMPARE(found.size(), files);
    QByteArray all;
    for (int age = files - 1; age >= 0; --age) {
        const QString name = age == 0 ? path() : path() + u'.' + QString::number(age);
        QVERIFY(QFileInfo(name).size() <= kFileSize);
        all += contentOf(name);
    }
    // What is left is the last lines, whole and in order.
    const QList<QByteArray> lines = all.trimmed().split('\n');
    QVERIFY(lines.size() > (files - 1) * 20);
    for (qsizetype i = 0; i < lines.size(); ++i)
        QCOMPARE(lines.at(i), "line " + QByteArray::number(kLines - lines.size() + i).rightJustified(5, '0'));
}

void TestLogFile::removesWhatIsTooMany()
{
    LogWriter writer(path(), kSoon);
    writer.setLimits(LogLimits{10, 5});
    for (int i = 0; i < 20; ++i)
        writer.write("12345678\n", 0);
    QVERIFY(QFile::exists(path() + u".4"_s));
    writer.setLimits(LogLimits{10, 2});
    writer.write("12345678\n", 0);
    QCOMPARE(QDir(m_folder->path() + u"/state"_s).entryList(QDir::Files).size(), 2);
}

void TestLogFile::keepsToSmallerLimitsAtOnce_data()
{
    QTest::addColumn<QByteArrayList>("before"); // the file being written, then ever older ones
    QTest::addColumn<int>("files");
    QTest::addColumn<QByteArrayList>("after");
    QTest::newRow("within them") << QByteArrayList{"e\n", "c\nd\n", "a\nb\n"} << 3
                                 << QByteArrayList{"e\n", "c\nd\n", "a\nb\n"};
    QTest::newRow("too many") << QByteArrayList{"d\n", "c\n", "b\n", "a\n"} << 2
                              << QByteArrayList{"d\n", "c\n"};
    QTest::newRow("an older one too large")
        << QByteArrayList{"f\n", "e\n", "12345\n12345\n", "a\n"} << 4 << QByteArrayList{"f\n", "e\n"};
    QTest::newRow("the current one too large")
        << QByteArrayList{"first\nsecond\nlast\n", "a\n"} << 2 << QByteArrayList{"last\n", "a\n"};
    QTest::newRow("lines that just fit")
        << QByteArrayList{"first\n12345\nabc\n"} << 1 << QByteArrayList{"12345\nabc\n"};
    QTest::newRow("one line too large")
        << QByteArrayList{"0123456789\n", "a\n"} << 2 << QByteArrayList{QByteArray(), "a\n"};
}

void TestLogFile::keepsToSmallerLimitsAtOnce()
{
    QFETCH(const QByteArrayList, before);
    QFETCH(const int, files);
    QFETCH(const QByteArrayList, after);
    LogWriter writer(path(), kSoon);
    writer.setLimits(LogLimits{1'000, 20});
    writer.write(before.first(), 0); // it has the file open
    for (qsizetype age = 1; age < before.size(); ++age) {
        QFile older(path() + u'.' + QString::number(age));
        QVERIFY(older.open(QIODevice::WriteOnly));
        older.write(before.at(age));
    }
    writer.setLimits(LogLimits{10, files});
    QCOMPARE(contentOf(path()), after.first());
    for (qsizetype age = 1; age < before.size(); ++age) {
        const QString name = path() + u'.' + QString::number(age);
        QCOMPARE(QFile::exists(name), age < after.size());
        QCOMPARE(contentOf(name), after.value(age));
    }
    writer.write("next\n", 0);
    QVERIFY(contentOf(path()).endsWith("next\n"));
}

/// However much may stay, no more is read than fits well into memory.
void TestLogFile::cutsALargeFileQuickly()
{
    QVERIFY(QDir().mkpath(QFileInfo(path()).path()));
    QFile file(path());
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.resize(qint64{900} << 20U)); // takes no room on most file systems
    QVERIFY(file.seek(file.size()));
    file.write("\n" + QByteArray(100, 'x') + "\nlast\n");
    file.close();
    LogWriter writer(path(), kSoon);
    writer.setLimits(LogLimits{qint64{800} << 20U, 3});
    QVERIFY(QFileInfo(path()).size() <= app::kMaximumKept);
    QVERIFY(contentOf(path()).endsWith("x\nlast\n"));
}

void TestLogFile::givesALongLineAFileOfItsOwn()
{
    LogWriter writer(path(), kSoon);
    writer.setLimits(LogLimits{10, 3});
    const QByteArray longLine = QByteArray(50, 'x') + '\n';
    writer.write("short\n" + longLine + "end\n", 0);
    QCOMPARE(contentOf(path() + u".2"_s), QByteArray("short\n"));
    QCOMPARE(contentOf(path() + u".1"_s), longLine);
    QCOMPARE(contentOf(path()), QByteArray("end\n"));
}

void TestLogFile::losesNothingWhenItCanBeWrittenAgain()
{
    // A file stands where the folder has to be.
    QFile obstacle(m_folder->path() + u"/state"_s);
    QVERIFY(obstacle.open(QIODevice::WriteOnly));
    obstacle.close();
    LogWriter writer(path(), kSoon);
    QSignalSpy problems(&writer, &LogWriter::problemChanged);
    writer.setLimits(LogLimits{10'000, 3});
    writer.write("one\n", 0);
    writer.write("two\n", 0);
    QCOMPARE(problems.size(), 1); // one message, however many lines
    QVERIFY(!problems.first().first().value<engine::Message>().toEnglish().isEmpty());
    QTest::qWait(3 * static_cast<int>(kSoon.count())); // tries again, in vain, and says nothing new
    QCOMPARE(problems.size(), 1);
    QVERIFY(obstacle.remove());
    QTRY_COMPARE(problems.size(), 2);
    QVERIFY(problems.last().first().value<engine::Message>().toEnglish().isEmpty());
    QCOMPARE(contentOf(path()), QByteArray("one\ntwo\n"));
}

void TestLogFile::losesTheOldestOfTooMuch()
{
    QFile obstacle(m_folder->path() + u"/state"_s);
    QVERIFY(obstacle.open(QIODevice::WriteOnly));
    LogWriter writer(path(), kSoon);
    writer.setLimits(LogLimits{10 * app::kMaximumWaitingLog, 3});
    const QByteArray batch = QByteArray(99, 'x') + '\n';
    const int count = static_cast<int>(2 * app::kMaximumWaitingLog / batch.size());
    for (int i = 0; i < count; ++i)
        writer.write(batch, 0);
    QVERIFY(obstacle.remove());
    QTRY_VERIFY(QFile::exists(path()));
    const QByteArray content = contentOf(path());
    const QByteArray first = content.left(content.indexOf('\n'));
    QVERIFY2(first.endsWith(" lines were lost here"), first.constData());
    const QByteArray number = first.split(' ').at(2);
    QCOMPARE(number.toInt() + content.count('\n') - 1, count);
    QVERIFY(content.size() <= app::kMaximumWaitingLog + 100);
}

void TestLogFile::refusesDevices()
{
    QVERIFY(QDir().mkpath(path())); // a folder of that name
    LogWriter writer(path(), kSoon);
    QSignalSpy problems(&writer, &LogWriter::problemChanged);
    writer.setLimits(LogLimits{10'000, 3});
    writer.write("one\n", 0);
    QCOMPARE(problems.size(), 1);
    QVERIFY(problems.first().first().value<engine::Message>().toEnglish().contains(u"not a regular file"_s));
}

#ifdef Q_OS_UNIX
void TestLogFile::outlastsAFullDisk()
{
    // The system's limit on a file's size stands for a disk without room.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit small = before;
    small.rlim_cur = 10;
    LogWriter writer(path(), kSoon);
    QSignalSpy problems(&writer, &LogWriter::problemChanged);
    writer.setLimits(LogLimits{10'000, 3});
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
    writer.write("one\ntwo\nthree\nfour\n", 0); // the tenth byte is in "three"
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
    QCOMPARE(problems.size(), 1);
    QTRY_COMPARE(problems.size(), 2);
    const QList<QByteArray> lines = contentOf(path()).trimmed().split('\n');
    QCOMPARE(lines.size(), 5);
    QCOMPARE(lines.at(2), QByteArray("th"));
    QVERIFY(lines.at(3).endsWith("warning 1 lines were lost here"));
    QCOMPARE(lines.at(4), QByteArray("four"));
}

void TestLogFile::isPrivate()
{
    LogWriter writer(path(), kSoon);
    writer.setLimits(LogLimits{10, 3});
    writer.write("one line\nanother\n", 0);
    QVERIFY(!app::isOpenToOthers(path()));
    QVERIFY(!app::isOpenToOthers(path() + u".1"_s));
}
#endif

void TestLogFile::beginsAnewWhenMovedAway()
{
    LogWriter writer(path(), kSoon);
    writer.setLimits(LogLimits{10'000, 3});
    writer.write("one\n", 0);
#ifdef Q_OS_WIN
    QSKIP("an open file cannot be moved");
#endif
    QVERIFY(QFile::rename(path(), path() + u".moved"_s));
    writer.write("two\n", 0);
    QCOMPARE(contentOf(path()), QByteArray("two\n"));
}

void TestLogFile::writesWhatTheSettingsWant()
{
    ui::Settings settings;
    settings.setLogFile({true, EventLevel::Warning, 1, 2});
    engine::Engine engine;
    {
        LogFile file(engine, path(), settings);
        engine::Delta delta;
        delta.events = {opened(u"quiet"_s, EventLevel::Info), opened(u"loud"_s, EventLevel::Warning)};
        delta.droppedEvents = 3;
        Q_EMIT engine.delta(delta);
        settings.setLogFile({true, EventLevel::Info, 1, 2});
        delta.droppedEvents = 0;
        Q_EMIT engine.delta(delta);
        file.append(EventLevel::Error, u"own line"_s);
    }
    const QList<QByteArray> lines = contentOf(path()).trimmed().split('\n');
    QCOMPARE(lines.size(), 5);
    QVERIFY(lines.at(0).contains("3 events"));
    QVERIFY2(lines.at(1).endsWith("warning loud (42) \u2013 example.org:443: opened"),
             lines.at(1).constData());
    QVERIFY(lines.at(2).contains("info quiet (42)"));
    QVERIFY(lines.at(4).endsWith("error own line"));
}

void TestLogFile::stopsWhenSwitchedOff()
{
    ui::Settings settings;
    settings.setLogFile({false});
    engine::Engine engine;
    {
        LogFile file(engine, path(), settings);
        file.append(EventLevel::Error, u"unwanted"_s);
        settings.setLogFile({true});
        file.append(EventLevel::Error, u"wanted"_s);
        settings.setLogFile({false});
        file.append(EventLevel::Error, u"unwanted"_s);
    }
    const QByteArray content = contentOf(path());
    QVERIFY(content.contains("error wanted\n"));
    QVERIFY(!content.contains("unwanted"));
}

void TestLogFile::keepsLinesApart()
{
    const QString line = ui::logLine(0, EventLevel::Info, u"a\nb\x1b[31m\u2028c"_s);
    QVERIFY2(line.endsWith(u" info a?b?[31m?c"_s), qPrintable(line));
}

void TestLogFile::isNamedAfterTheProfile()
{
    qputenv("XDG_STATE_HOME", "/somewhere/state");
    QVERIFY(app::logPath(u"/a/profile.json"_s, true).endsWith(u"/hosier.log"_s));
    QVERIFY(app::logPath(u"/a/work.json"_s, false).endsWith(u"/hosier-work.log"_s));
#ifdef Q_OS_UNIX
    QCOMPARE(app::logPath(u"/a/profile.json"_s, true), u"/somewhere/state/hosier/hosier.log"_s);
    qputenv("XDG_STATE_HOME", "not/absolute");
    QCOMPARE(app::stateDirectory(), QDir::homePath() + u"/.local/state/hosier"_s);
    qunsetenv("XDG_STATE_HOME");
#endif
}

QTEST_GUILESS_MAIN(TestLogFile)
#include "tst_logfile.moc"
