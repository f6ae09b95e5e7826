// SPDX-License-Identifier: MIT
#include "engine/outbound/tls_bridge.h"

#include "engine/limits.h"
#include "engine/proto/parsed.h"

#include <QCryptographicHash>
#include <QNetworkProxy>
#include <QSslCertificate>

#include <algorithm>
#include <array>
#include <utility>

namespace engine
{

namespace
{

constexpr std::size_t kChunk = std::size_t{16} * 1024; ///< a TLS record
constexpr auto kHighWaterMark = static_cast<qint64>(kTlsHighWaterMark);

Message noDescriptors()
{
    return Message(QT_TRANSLATE_NOOP("engine::Message", "no descriptors are left"));
}

/// As it is pinned, and as openssl tells it.
QString fingerprintOf(const QSslCertificate &certificate)
{
    return QString::fromLatin1(certificate.digest(QCryptographicHash::Sha256).toHex(':').toUpper());
}

/// Whoever knows better than the system whom to trust can pin the certificate.
Message openingProblem(const QSslSocket &socket)
{
    const QSslCertificate certificate = socket.peerCertificate();
    if (socket.sslHandshakeErrors().isEmpty() || certificate.isNull())
        return Message::verbatim(socket.errorString());
    return Message(QT_TRANSLATE_NOOP("engine::Message", "%1 (its certificate has the SHA-256 %2)"),
                   socket.errorString(), fingerprintOf(certificate));
}

} // namespace

TlsBridge::TlsBridge(net::Poller &poller, net::DeadlineQueue &deadlines, net::Socket socket,
                     Finished finished)
    : m_poller(poller)
    , m_deadlines(deadlines)
    , m_socket(std::move(socket))
    , m_finished(std::move(finished))
{
}

TlsBridge::~TlsBridge()
{
    m_deadlines.cancel(*this);
    if (m_near.isOpen())
        m_poller.remove(m_near.descriptor());
    m_ssl.disconnect(this);
    m_ssl.abort();
}

void TlsBridge::open(const ServerProfile &server, Opened opened)
{
    m_opened = std::move(opened);
    m_pinned = server.certificateSha256;
    Expected<net::Socket, Error> far = m_socket.duplicate();
    if (!far) {
        failOpening(noDescriptors());
        return;
    }
    m_far = std::move(*far);
    connectSignals();
    m_ssl.setProxy(QNetworkProxy::NoProxy);
    m_ssl.setReadBufferSize(kHighWaterMark);
    m_ssl.setPeerVerifyName(server.host);
    // A pinned certificate is compared as a whole; who signed it and for which name does not matter then.
    m_ssl.setPeerVerifyMode(m_pinned.isEmpty() ? QSslSocket::VerifyPeer : QSslSocket::QueryPeer);
    if (!m_ssl.setSocketDescriptor(m_socket.descriptor(), QAbstractSocket::ConnectedState)) {
        failOpening(Message::verbatim(m_ssl.errorString()));
        return;
    }
    m_socket.release();
    m_ssl.startClientEncryption();
}

void TlsBridge::connectSignals()
{
    connect(&m_ssl, &QSslSocket::encrypted, this, &TlsBridge::encrypted);
    connect(&m_ssl, &QSslSocket::readyRead, this, &TlsBridge::pump);
    connect(&m_ssl, &QSslSocket::encryptedBytesWritten, this, &TlsBridge::pump);
    connect(&m_ssl, &QAbstractSocket::disconnected, this, [this] {
        if (m_opened)
            failOpening(Message(QT_TRANSLATE_NOOP("engine::Message", "it hung up")));
        else
            pump();
    });
    connect(&m_ssl, &QAbstractSocket::errorOccurred, this, [this] {
        if (m_opened)
            failOpening(openingProblem(m_ssl));
    });
}

void TlsBridge::encrypted()
{
    const QSslCertificate certificate = m_ssl.peerCertificate();
    if (!m_pinned.isEmpty() && certificate.digest(QCryptographicHash::Sha256) != m_pinned)
        failOpening(Message(QT_TRANSLATE_NOOP("engine::Message",
                                              "its certificate is not the pinned one but has the SHA-256 %1"),
                            fingerprintOf(certificate)));
    else
        handOut();
}

void TlsBridge::handOut()
{
    auto pair = net::openSocketPair();
    if (!pair || !m_poller.add(pair->first.descriptor(), *this)) {
        failOpening(noDescriptors());
        return;
    }
    m_near = std::move(pair->first);
    const Opened opened = std::exchange(m_opened, {});
    opened(std::move(pair->second));
    if (!m_isFinished)
        pump();
}

void TlsBridge::abandon()
{
    m_opened = {};
    finish();
}

void TlsBridge::onReady(net::Descriptor, net::ReadyFlags ready)
{
    m_nearReadable |= ready.testFlag(net::Ready::Readable);
    m_nearWritable |= ready.testFlag(net::Ready::Writable);
    if (ready.testFlag(net::Ready::Broken))
        m_isClosing = true;
    pump();
}

/// Moves what can be moved now; every event ends here.
void TlsBridge::pump()
{
    if (m_isFinished || !m_near.isOpen())
        return;
    if (!readNear() || !writeNear()) {
        m_isClosing = true;
        m_nearEnded = true;
    }
    const bool farEnded = m_ssl.state() == QAbstractSocket::UnconnectedState;
    const bool isDelivered = m_toNear.isEmpty() && m_ssl.bytesAvailable() == 0;
    const bool nearWasReset = m_isClosing && m_near.wasReset();
    if (nearWasReset || (farEnded && isDelivered && m_far.wasReset()))
        passOnReset();
    if (nearWasReset || (farEnded && (m_isClosing || isDelivered)))
        finish();
    else if (m_isClosing && m_nearEnded)
        closeFarEnd();
}

/// From the near end to the far one. False when the near end is broken.
bool TlsBridge::readNear()
{
    while (m_nearReadable && !m_nearEnded && unsent() < kHighWaterMark) {
        std::array<std::uint8_t, kChunk> chunk;
        const net::IoResult result = m_near.receive(chunk);
        switch (result.status) {
        case net::IoStatus::Done:
            m_ssl.write(reinterpret_cast<const char *>(chunk.data()), static_cast<qint64>(result.bytes));
            break;
        case net::IoStatus::WouldBlock:
            m_nearReadable = false;
            m_poller.rearm(m_near.descriptor(), net::Ready::Readable);
            break;
        case net::IoStatus::End:
            m_nearEnded = true;
            m_deadlines.schedule(*this, kTlsHalfClosedTimeout);
            break;
        case net::IoStatus::Failed:
            return false;
        }
    }
    return true;
}

/// From the far end to the near one. False when the near end is broken.
bool TlsBridge::writeNear()
{
    while (m_nearWritable && !m_isClosing) {
        if (m_toNear.isEmpty())
            m_toNear = m_ssl.read(static_cast<qint64>(kChunk));
        if (m_toNear.isEmpty())
            return true;
        if (m_nearEnded)
            m_deadlines.schedule(*this, kTlsHalfClosedTimeout);
        const net::IoResult result = m_near.send(bytesOf(m_toNear));
        if (result.status == net::IoStatus::Failed)
            return false;
        if (result.status == net::IoStatus::WouldBlock) {
            m_nearWritable = false;
            m_poller.rearm(m_near.descriptor(), net::Ready::Writable);
        }
        m_toNear.remove(0, static_cast<qsizetype>(result.bytes));
    }
    return true;
}

qint64 TlsBridge::unsent() const
{
    return m_ssl.bytesToWrite() + m_ssl.encryptedBytesToWrite();
}

/// What the near end has sent still goes out, but not for as long as a far end that does not read likes.
void TlsBridge::closeFarEnd()
{
    if (m_ssl.state() == QAbstractSocket::ClosingState)
        return;
    m_deadlines.schedule(*this, kRefusalLinger);
    m_ssl.disconnectFromHost();
}

/// To whichever end does not know of it.
void TlsBridge::passOnReset()
{
    if (!m_isClosing) {
        m_poller.remove(m_near.descriptor());
        m_near.reset();
    }
    m_far.reset();
    m_ssl.abort();
}

void TlsBridge::onDeadline()
{
    finish();
}

void TlsBridge::failOpening(const Message &detail)
{
    const Opened opened = std::exchange(m_opened, {});
    opened(Unexpected{Error{ErrorCode::UpstreamTlsFailed, detail}});
    finish();
}

void TlsBridge::finish()
{
    if (!std::exchange(m_isFinished, true))
        m_finished(*this);
}

TlsBridge &TlsBridges::make(net::Socket socket)
{
    m_bridges.push_back(std::make_unique<TlsBridge>(m_poller, m_deadlines, std::move(socket),
                                                    [this](TlsBridge &bridge) { release(bridge); }));
    return *m_bridges.back();
}

/// Later, because the bridge is on the call stack.
void TlsBridges::release(const TlsBridge &bridge)
{
    const auto found = std::find_if(m_bridges.begin(), m_bridges.end(),
                                    [&bridge](const auto &entry) { return entry.get() == &bridge; });
    if (found == m_bridges.end())
        return;
    found->release()->deleteLater();
    m_bridges.erase(found);
}

} // namespace engine
