// SPDX-License-Identifier: MIT
#include "app/singleinstance.h"

#include <csignal>
#include <cstdint>
#include <memory>

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QLockFile>
#include <QObject>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using app::InstanceAddress;
using app::Reply;
using app::Request;
using app::SingleInstance;

namespace
{

Reply agree(Request)
{
    return {true, u"done"_s};
}

/// Whether an instance answers a request from another thread, as it would one from another process.
bool isAnswered(const InstanceAddress &address)
{
    bool answered = false;
    const std::unique_ptr<QThread> thread(
        QThread::create([&] { answered = app::sendRequest(address, u"show"_s, 5s).hasValue(); }));
    thread->start();
    if (!QTest::qWaitFor([&thread] { return thread->isFinished(); }, 20'000))
        qFatal("sendRequest() did not end");
    return answered;
}

/// As if it had been there for long.
void makeOld(const QString &path)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite | QIODevice::ExistingOnly));
    QVERIFY(
        file.setFileTime(QDateTime::currentDateTime().addSecs(-3'600), QFileDevice::FileModificationTime));
}

/// What QLockFile writes for this process.
QByteArray contentOfOurLock(const QString &path)
{
    QLockFile lock(path);
    QFile file(path);
    return lock.tryLock() && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A process that runs this program, and has nothing.
class SleepingCopy
{
public:
    SleepingCopy()
        : m_processId(fork())
    {
        if (m_processId == 0) {
            pause();
            _exit(0);
        }
    }
    ~SleepingCopy()
    {
        kill(m_processId, SIGKILL);
        waitpid(m_processId, nullptr, 0);
    }
    Q_DISABLE_COPY_MOVE(SleepingCopy)

    [[nodiscard]] pid_t processId() const { return m_processId; }

private:
    pid_t m_processId;
};

/// Whom a lock file names.
enum class Holder : std::uint8_t { Nobody, Ourselves, Another };

/// What is there in place of a lock file.
enum class Found : std::uint8_t { Nothing, DeadLock, LivingLock, Pipe, Link };
constexpr QDir::Filters kAllEntries = QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot;

} // namespace

/// Sockets and lock files where POSIX has them; kills a process to leave some behind.
class SingleInstancePosixTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void samePathByAnotherWayIsTheSameInstance();
    void rootAsksTheInstanceOfTheProfilesOwner_data();
    void rootAsksTheInstanceOfTheProfilesOwner();
    void onlyLooksAtOthersLocks_data();
    void onlyLooksAtOthersLocks();
    void otherUsersCannotConnect();
    void killedInstanceIsRecovered();
    void lockFileThatNobodyHasIsRecovered_data();
    void lockFileThatNobodyHasIsRecovered();
    void oldLockIsKept();

private:
    std::unique_ptr<QTemporaryDir> m_directory;
    InstanceAddress m_address;
};

void SingleInstancePosixTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY(m_directory->isValid());
    m_address = {{m_directory->path()}, u"test"_s};
}

void SingleInstancePosixTest::samePathByAnotherWayIsTheSameInstance()
{
    QVERIFY(QDir(m_directory->path()).mkdir(u"real"_s));
    QVERIFY(QFile::link(m_directory->filePath(u"real"_s), m_directory->filePath(u"link"_s)));
    const QString name = InstanceAddress::forProfile(m_directory->filePath(u"real/p.json"_s)).name;
    QCOMPARE(InstanceAddress::forProfile(m_directory->filePath(u"link/p.json"_s)).name, name);
    QCOMPARE(InstanceAddress::forProfile(m_directory->filePath(u"real/../real/./p.json"_s)).name, name);
    QFile file(m_directory->filePath(u"real/p.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly)); // Existing or not makes no difference either.
    QCOMPARE(InstanceAddress::forProfile(m_directory->filePath(u"link/p.json"_s)).name, name);
}

void SingleInstancePosixTest::rootAsksTheInstanceOfTheProfilesOwner_data()
{
    QTest::addColumn<bool>("isFileRoots");
    QTest::newRow("the file's owner") << false;
    QTest::newRow("the directory's, where root wrote the file") << true;
}

void SingleInstancePosixTest::rootAsksTheInstanceOfTheProfilesOwner()
{
    QFETCH(const bool, isFileRoots);
    // Nobody's, and another one in each run.
    const uid_t owner = 100'000 + static_cast<uid_t>(getpid());
    const auto give = [owner](const QString &path) {
        return chown(QFile::encodeName(path).constData(), owner, owner) == 0;
    };
    const QString profile = m_directory->filePath(u"p.json"_s);
    QFile file(profile);
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QString directory = u"/tmp/hosier-%1"_s.arg(owner);
    QVERIFY(QDir().mkdir(directory));
    const auto remove = qScopeGuard([&directory] { QDir().rmdir(directory); });
    QVERIFY(QFile::setPermissions(directory,
                                  QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner));
    if (geteuid() != 0 || !give(directory))
        QSKIP("only root gives files away");
    const QStringList own = InstanceAddress::forProfile(profile).directories;
    QVERIFY(InstanceAddress::toAskAbout(profile).othersDirectories.isEmpty()); // root's own
    QVERIFY(give(isFileRoots ? m_directory->path() : profile));
    QCOMPARE(InstanceAddress::toAskAbout(profile).othersDirectories, QStringList{directory});
    QCOMPARE(InstanceAddress::toAskAbout(profile).directories, own); // where it would be one itself
    QVERIFY(QFile::setPermissions(directory, QFile::permissions(directory) | QFileDevice::WriteOther));
    QVERIFY(InstanceAddress::toAskAbout(profile).othersDirectories.isEmpty());
}

void SingleInstancePosixTest::onlyLooksAtOthersLocks_data()
{
    QTest::addColumn<Found>("found");
    QTest::addColumn<bool>("isHeld");
    QTest::newRow("nothing") << Found::Nothing << false;
    QTest::newRow("of a dead process") << Found::DeadLock << false;
    QTest::newRow("of a living one") << Found::LivingLock << true;
    QTest::newRow("a pipe that nobody writes to") << Found::Pipe << false;
    QTest::newRow("a link to the lock of a living one") << Found::Link << false;
}

/// Whoever asks there may be root, and the directory a trap.
void SingleInstancePosixTest::onlyLooksAtOthersLocks()
{
    QFETCH(const Found, found);
    QFETCH(const bool, isHeld);
    const InstanceAddress address{{}, m_address.name, m_address.directories};
    const QString path = address.lockPath(m_directory->path());
    QLockFile living(found == Found::LivingLock ? path : m_directory->filePath(u"elsewhere"_s));
    QVERIFY(living.tryLock());
    if (found == Found::Pipe)
        QCOMPARE(mkfifo(QFile::encodeName(path).constData(), S_IRUSR | S_IWUSR), 0);
    if (found == Found::Link)
        QVERIFY(QFile::link(living.fileName(), path));
    if (found == Found::DeadLock) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
    }
    if (found == Found::DeadLock || found == Found::LivingLock)
        makeOld(path);
    const QStringList before = QDir(m_directory->path()).entryList(kAllEntries);
    const auto answer = app::sendRequest(address, u"show"_s, 100ms);
    QVERIFY(!answer);
    QCOMPARE(answer.error() != engine::Message(app::kNoInstanceProblem), isHeld);
    QCOMPARE(QDir(m_directory->path()).entryList(kAllEntries), before);
}

void SingleInstancePosixTest::otherUsersCannotConnect()
{
    SingleInstance instance(m_address, agree);
    QCOMPARE(instance.claim(), SingleInstance::Outcome::First);
    struct stat info {
    };
    const QByteArray path = QFile::encodeName(m_address.socketName(m_directory->path()));
    QCOMPARE(stat(path.constData(), &info), 0);
    QVERIFY(S_ISSOCK(info.st_mode));
    QCOMPARE(info.st_mode & (S_IRWXG | S_IRWXO), 0U);
}

void SingleInstancePosixTest::killedInstanceIsRecovered()
{
    const pid_t child = fork();
    if (child == 0) {
        SingleInstance instance(m_address, agree);
        static_cast<void>(instance.claim());
        pause();
        _exit(0);
    }
    const QString socketName = m_address.socketName(m_directory->path());
    QTRY_VERIFY(QFile::exists(socketName));
    QCOMPARE(kill(child, SIGKILL), 0);
    QCOMPARE(waitpid(child, nullptr, 0), child);
    QVERIFY(QFile::exists(socketName));

    QVERIFY(!isAnswered(m_address));
    SingleInstance instance(m_address, agree);
    QCOMPARE(instance.claim(), SingleInstance::Outcome::First);
    QVERIFY(isAnswered(m_address));
}

void SingleInstancePosixTest::lockFileThatNobodyHasIsRecovered_data()
{
    QTest::addColumn<Holder>("holder");
    QTest::addColumn<bool>("isOld");
    QTest::newRow("of a dead process that had our number") << Holder::Ourselves << true;
    QTest::newRow("of a dead process that had the number of another instance") << Holder::Another << true;
    QTest::newRow("emptied by a power cut") << Holder::Nobody << true;
    QTest::newRow("just being made") << Holder::Nobody << false;
    QTest::newRow("just made by another instance") << Holder::Another << false;
}

void SingleInstancePosixTest::lockFileThatNobodyHasIsRecovered()
{
    QFETCH(const Holder, holder);
    QFETCH(const bool, isOld);
    const SleepingCopy another;
    QByteArray content;
    if (holder != Holder::Nobody) {
        const QByteArray ours = QByteArray::number(QCoreApplication::applicationPid());
        content = contentOfOurLock(m_directory->filePath(u"ours"_s));
        QVERIFY(content.startsWith(ours + '\n'));
        if (holder == Holder::Another)
            content.replace(0, ours.size(), QByteArray::number(another.processId()));
    }
    const QString path = m_address.lockPath(m_directory->path());
    QFile left(path);
    QVERIFY(left.open(QIODevice::WriteOnly));
    QCOMPARE(left.write(content), content.size());
    left.close();
    if (isOld)
        makeOld(path);
    SingleInstance instance(m_address, agree);
    QCOMPARE(instance.claim(),
             isOld ? SingleInstance::Outcome::First : SingleInstance::Outcome::AlreadyRunning);
    if (isOld)
        QVERIFY(isAnswered(m_address));
}

void SingleInstancePosixTest::oldLockIsKept()
{
    SingleInstance first(m_address, agree);
    QCOMPARE(first.claim(), SingleInstance::Outcome::First);
    makeOld(m_address.lockPath(m_directory->path()));
    QCOMPARE(SingleInstance(m_address, agree).claim(), SingleInstance::Outcome::AlreadyRunning);
    QVERIFY(QFile::exists(m_address.lockPath(m_directory->path())));
    QVERIFY(isAnswered(m_address));
}

QTEST_GUILESS_MAIN(SingleInstancePosixTest)
#include "tst_singleinstance_posix.moc"
