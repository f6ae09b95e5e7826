// SPDX-License-Identifier: MIT
#include "app/singleinstance.h"

#include <csignal>
#include <memory>

#include <QDir>
#include <QFile>
#include <QObject>
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

} // namespace

/// Sockets and lock files where POSIX has them; kills a process to leave some behind.
class SingleInstancePosixTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void samePathByAnotherWayIsTheSameInstance();
    void otherUsersCannotConnect();
    void killedInstanceIsRecovered();

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

QTEST_GUILESS_MAIN(SingleInstancePosixTest)
#include "tst_singleinstance_posix.moc"
