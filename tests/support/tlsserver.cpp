// SPDX-License-Identifier: MIT
#include "tests/support/tlsserver.h"

#include "engine/net/socket.h"

#include <QCryptographicHash>
#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <cstdlib>

using namespace Qt::StringLiterals;

namespace test
{

namespace
{

constexpr int kPatienceMs = static_cast<int>(kPatience.count());

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Whether the two files could be made.
bool writeIdentity(const QString &keyPath, const QString &certificatePath, const QString &logPath)
{
    const QString command =
        u"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 "
        "-addext subjectAltName=IP:127.0.0.1 -keyout \"%1\" -out \"%2\" > \"%3\" 2>&1"_s.arg(
            keyPath, certificatePath, logPath);
    // Not by QProcess, behind whose fork the thread sanitizer allows no new threads.
    return std::system(QFile::encodeName(command).constData()) == 0;
}

} // namespace

std::optional<TlsIdentity> TlsIdentity::make()
{
    const QTemporaryDir directory;
    const QString given = qEnvironmentVariable("HOSIER_TEST_TLS");
    const QDir place(given.isEmpty() ? directory.path() : given);
    const QString keyPath = place.filePath(u"key.pem"_s);
    const QString certificatePath = place.filePath(u"certificate.pem"_s);
    const bool made = !given.isEmpty() || writeIdentity(keyPath, certificatePath, place.filePath(u"log"_s));
    const TlsIdentity identity{QSslCertificate(contentOf(certificatePath)),
                               QSslKey(contentOf(keyPath), QSsl::Rsa)};
    if (!made || identity.certificate.isNull() || identity.key.isNull())
        return std::nullopt;
    return identity;
}

QByteArray TlsIdentity::sha256() const
{
    return certificate.digest(QCryptographicHash::Sha256);
}

QByteArray TlsPeer::receive(qsizetype size)
{
    const QDeadlineTimer deadline(kPatience);
    QByteArray bytes = m_socket->read(size);
    while (bytes.size() < size && !deadline.hasExpired()) {
        if (m_socket->bytesAvailable() == 0 && !m_socket->waitForReadyRead(kPatienceMs))
            break;
        bytes += m_socket->read(size - bytes.size());
    }
    return bytes;
}

bool TlsPeer::send(const QByteArray &bytes)
{
    const QDeadlineTimer deadline(kPatience);
    m_socket->write(bytes);
    while (m_socket->bytesToWrite() + m_socket->encryptedBytesToWrite() > 0) {
        if (deadline.hasExpired() || !m_socket->waitForBytesWritten(kPatienceMs))
            return false;
    }
    return true;
}

bool TlsPeer::waitForEnd()
{
    const QDeadlineTimer deadline(kPatience);
    while (m_socket->state() != QAbstractSocket::UnconnectedState && !deadline.hasExpired()) {
        (void)m_socket->waitForReadyRead(kPatienceMs);
        (void)m_socket->readAll();
    }
    return m_socket->state() == QAbstractSocket::UnconnectedState;
}

bool TlsPeer::endsByReset()
{
    engine::net::Socket socket(m_socket->socketDescriptor());
    const engine::Expected<engine::net::Socket, engine::Error> second = socket.duplicate();
    socket.release();
    return second && waitForEnd() && second->wasReset();
}

void TlsPeer::close()
{
    m_socket->disconnectFromHost();
    if (m_socket->state() != QAbstractSocket::UnconnectedState)
        (void)m_socket->waitForDisconnected(kPatienceMs);
}

void TlsPeer::vanish()
{
    m_socket->abort();
}

void TlsPeer::reset()
{
    engine::net::Socket socket(m_socket->socketDescriptor());
    engine::Expected<engine::net::Socket, engine::Error> second = socket.duplicate();
    socket.release();
    // From now on the connection ends with an RST when the last descriptor is closed.
    if (second)
        second->reset();
    m_socket->abort();
}

TlsServer::TlsServer(const TlsIdentity &identity)
    : m_identity(identity)
{
    listen(QHostAddress(QHostAddress::LocalHost));
}

engine::Endpoint TlsServer::endpoint() const
{
    return {engine::Address::fromV4(0x7f000001), serverPort()};
}

TlsPeer TlsServer::accept()
{
    if (!hasPendingConnections() && !waitForNewConnection(kPatienceMs))
        return {};
    auto *const socket = static_cast<QSslSocket *>(nextPendingConnection());
    socket->setParent(nullptr);
    (void)socket->waitForEncrypted(kPatienceMs);
    return TlsPeer(socket);
}

void TlsServer::incomingConnection(qintptr descriptor)
{
    auto *const socket = new QSslSocket(this);
    socket->setSocketDescriptor(descriptor);
    socket->setLocalCertificate(m_identity.certificate);
    socket->setPrivateKey(m_identity.key);
    socket->startServerEncryption();
    addPendingConnection(socket);
}

} // namespace test
