// SPDX-License-Identifier: MIT
#include "app/singleinstance.h"

#include "app/platform.h"
#include "app/profilefile.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QLocalSocket>
#include <QThread>
#include <QTimer>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::Message;
using engine::Unexpected;

namespace app
{

namespace
{

constexpr std::array<std::pair<QByteArrayView, Request>, 5> kRequests{{{"hello", Request::Hello},
                                                                       {"show", Request::Show},
                                                                       {"toggle", Request::Toggle},
                                                                       {"reload", Request::Reload},
                                                                       {"quit", Request::Quit}}};
constexpr auto kNoAnswerProblem = QT_TRANSLATE_NOOP("engine::Message", "the running instance did not answer");
constexpr QByteArrayView kDone = "ok ";
constexpr QByteArrayView kRefused = "error ";
constexpr qint64 kMaximumReplySize = 1'024;
constexpr std::chrono::milliseconds kLockPatience{100};
/// An instance that has its lock but not its socket yet is asked again after this.
constexpr std::chrono::milliseconds kRetryDelay{50};
constexpr qsizetype kNameHashLength = 12; // bytes: enough that two profiles never meet

std::optional<Request> requestOf(const QByteArray &word)
{
    for (const auto &[text, request] : kRequests) {
        if (word == text)
            return request;
    }
    return std::nullopt;
}

int remaining(const QElapsedTimer &clock, std::chrono::milliseconds timeout)
{
    return static_cast<int>(std::max<qint64>(0, timeout.count() - clock.elapsed()));
}

/// Waits a moment for others that only look, as a command does; the program has not begun anything yet.
bool tryLock(QLockFile &lock)
{
    removeDeadLock(lock.fileName());
    lock.setStaleLockTime(0); // Old is not stale: only the death of its process is.
    return lock.tryLock(static_cast<int>(kLockPatience.count()));
}

/// Whether some process has the lock. What a killed one left behind does not count, and goes.
bool isLocked(const QString &path)
{
    if (!QFileInfo::exists(path))
        return false;
    QLockFile lock(path);
    return !tryLock(lock) && lock.error() == QLockFile::LockFailedError;
}

/// Connected to the first place that answers.
bool connectToInstance(QLocalSocket &socket, const InstanceAddress &address, const QElapsedTimer &clock,
                       std::chrono::milliseconds timeout)
{
    do {
        bool isStarting = false;
        for (const QString &directory : address.directories + address.othersDirectories) {
            socket.connectToServer(address.socketName(directory));
            if (socket.waitForConnected(remaining(clock, timeout)))
                return true;
            socket.abort();
            const QString lock = address.lockPath(directory);
            isStarting =
                isStarting || (address.directories.contains(directory) ? isLocked(lock) : isLockHeld(lock));
        }
        // A lock without a socket is an instance that starts or ends.
        if (!isStarting)
            return false;
        QThread::msleep(static_cast<unsigned long>(kRetryDelay.count()));
    } while (remaining(clock, timeout) > 0);
    return false;
}

Expected<Reply, Message> parseReply(const QByteArray &line)
{
    const QByteArray text = line.trimmed();
    if (text.startsWith(kDone.trimmed()))
        return Reply{true, QString::fromUtf8(text.mid(kDone.size()))};
    if (text.startsWith(kRefused.trimmed()))
        return Reply{false, QString::fromUtf8(text.mid(kRefused.size()))};
    return Unexpected{Message(kNoAnswerProblem)};
}

} // namespace

InstanceAddress InstanceAddress::forProfile(const QString &profilePath)
{
    const QString key = userKey() + u'\n' + canonicalPath(profilePath);
    const QByteArray hash = QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha256);
    return {instanceDirectories(), u"hosier-"_s + QString::fromLatin1(hash.first(kNameHashLength).toHex())};
}

InstanceAddress InstanceAddress::toAskAbout(const QString &profilePath)
{
    InstanceAddress address = forProfile(profilePath);
    address.othersDirectories = instanceDirectoriesOfOwner(profilePath);
    return address;
}

QString InstanceAddress::socketName(const QString &directory) const
{
#ifdef Q_OS_WIN
    // Pipes have a namespace of their own; the name carries the user.
    Q_UNUSED(directory);
    return name;
#else
    return directory + u'/' + name + u".socket"_s;
#endif
}

QString InstanceAddress::lockPath(const QString &directory) const
{
    return directory + u'/' + name + u".lock"_s;
}

SingleInstance::SingleInstance(InstanceAddress address, Handler handler, QObject *parent)
    : QObject(parent)
    , m_address(std::move(address))
    , m_handler(std::move(handler))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::takeClients);
}

SingleInstance::~SingleInstance()
{
    // Before the lock goes: a successor must not find its new socket removed.
    m_server.close();
}

SingleInstance::Outcome SingleInstance::claim()
{
    m_error = u"no directory for the instance's socket"_s;
    QStringList directories;
    // All of them: an instance started under other circumstances may have its socket in another one than we
    // would.
    for (const QString &directory : std::as_const(m_address.directories)) {
        auto lock = std::make_unique<QLockFile>(m_address.lockPath(directory));
        if (tryLock(*lock)) {
            directories += directory;
            m_locks.push_back(std::move(lock));
        } else if (lock->error() == QLockFile::LockFailedError) {
            m_locks.clear();
            return Outcome::AlreadyRunning;
        }
    }
    for (const QString &directory : std::as_const(directories)) {
        // Whoever holds the lock owns the name: a socket that is still there belonged to a killed process.
        QLocalServer::removeServer(m_address.socketName(directory));
        if (m_server.listen(m_address.socketName(directory)))
            return Outcome::First;
        m_error = m_server.errorString();
    }
    return Outcome::Failed;
}

void SingleInstance::takeClients()
{
    while (QLocalSocket *client = m_server.nextPendingConnection()) {
        connect(client, &QLocalSocket::disconnected, client, &QObject::deleteLater);
        if (m_clients >= kMaximumClients) {
            client->abort();
            client->deleteLater();
            continue;
        }
        ++m_clients;
        connect(client, &QObject::destroyed, this, [this] { --m_clients; });
        client->setReadBufferSize(kMaximumRequestSize);
        connect(client, &QLocalSocket::readyRead, this, [this, client] { readRequest(client); });
        QTimer::singleShot(kClientTimeout, client, [client] {
            client->abort();
            client->deleteLater();
        });
        readRequest(client);
    }
}

void SingleInstance::readRequest(QLocalSocket *client)
{
    if (!client->canReadLine()) {
        if (client->bytesAvailable() >= kMaximumRequestSize)
            answer(client, QByteArray(kRefused.data(), kRefused.size()) + "the request is too long");
        return;
    }
    const std::optional<Request> request = requestOf(client->readLine(kMaximumRequestSize).trimmed());
    if (!request) {
        answer(client, QByteArray(kRefused.data(), kRefused.size()) + "unknown request");
        return;
    }
    const Reply reply = m_handler(*request);
    const QByteArrayView verdict = reply.done ? kDone : kRefused;
    answer(client, QByteArray(verdict.data(), verdict.size()) + reply.text.toUtf8());
}

/// One request a connection: nothing after it is read.
void SingleInstance::answer(QLocalSocket *client, const QByteArray &line)
{
    disconnect(client, &QLocalSocket::readyRead, this, nullptr);
    client->write(line + '\n');
    client->flush();
    client->disconnectFromServer();
}

/// Blocks on purpose: the process that asks has nothing else to do, and every wait ends at the deadline.
Expected<Reply, Message> sendRequest(const InstanceAddress &address, const QString &word,
                                     std::chrono::milliseconds timeout)
{
    QElapsedTimer clock;
    clock.start();
    QLocalSocket socket;
    // Where there is none, that is seen at once: who takes all the time has the lock.
    if (!connectToInstance(socket, address, clock, timeout))
        return Unexpected{Message(remaining(clock, timeout) > 0 ? kNoInstanceProblem : kNoAnswerProblem)};
    if (requestOf(word.toUtf8()) == Request::Show)
        passForegroundOn();
    socket.write(word.toUtf8() + '\n');
    while (!socket.canReadLine() && socket.bytesAvailable() < kMaximumReplySize) {
        if (remaining(clock, timeout) == 0 || !socket.waitForReadyRead(remaining(clock, timeout)))
            break;
    }
    const QByteArray line = socket.readLine(kMaximumReplySize);
    if (line.isEmpty() && socket.state() != QLocalSocket::ConnectedState)
        return Unexpected{Message(kHungUpProblem)};
    return parseReply(line);
}

bool isEnding(const Expected<Reply, Message> &answer)
{
    if (answer)
        return !answer->done && answer->text == QLatin1StringView(kEndingReply);
    return answer.error() == Message(kHungUpProblem) || answer.error() == Message(kNoInstanceProblem);
}

Claim claimOrAsk(SingleInstance &instance, const InstanceAddress &address, const QString &word,
                 const std::function<void()> &waiting, std::chrono::milliseconds patience)
{
    QElapsedTimer clock;
    clock.start();
    bool isWaiting = false;
    Claim claim{instance.claim()};
    while (claim.outcome == SingleInstance::Outcome::AlreadyRunning) {
        // Each time: another start may have taken the place meanwhile.
        claim.answer = sendRequest(address, word, kAnswerTimeout);
        if (!isEnding(claim.answer) || remaining(clock, patience) == 0)
            break;
        if (!std::exchange(isWaiting, true))
            waiting();
        QThread::msleep(static_cast<unsigned long>(kClaimInterval.count()));
        claim.outcome = instance.claim();
    }
    return claim;
}

} // namespace app
