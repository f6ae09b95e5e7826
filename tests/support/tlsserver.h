// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"

#include "tests/support/pace.h"

#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>

#include <memory>
#include <optional>

namespace test
{

/// A certificate for 127.0.0.1 that signed itself.
struct TlsIdentity {
    QSslCertificate certificate;
    QSslKey key;

    /// Made by openssl; nothing where that is missing. Or key.pem and certificate.pem of the directory that
    /// HOSIER_TEST_TLS names, for programs that find no openssl.
    static std::optional<TlsIdentity> make();
    [[nodiscard]] QByteArray sha256() const;
};

/// One client of a TlsServer. Each call does one thing and waits for it, within bounds, without an event
/// loop.
class TlsPeer
{
public:
    TlsPeer() = default;
    explicit TlsPeer(QSslSocket *socket)
        : m_socket(socket)
    {
    }

    [[nodiscard]] bool isEncrypted() const { return m_socket && m_socket->isEncrypted(); }
    [[nodiscard]] QByteArray receive(qsizetype size);
    bool send(const QByteArray &bytes);
    /// Reads on until the other side has closed.
    [[nodiscard]] bool waitForEnd();
    /// The same, and whether it was by an RST.
    [[nodiscard]] bool endsByReset();
    /// Says good-bye and closes.
    void close();
    /// Closes without a word.
    void vanish();
    /// Closes with an RST.
    void reset();

private:
    std::unique_ptr<QSslSocket> m_socket;
};

/// Speaks TLS on a free port of 127.0.0.1.
class TlsServer : private QTcpServer
{
public:
    explicit TlsServer(const TlsIdentity &identity);

    [[nodiscard]] engine::Endpoint endpoint() const;
    /// The next client; not encrypted when the handshake failed.
    [[nodiscard]] TlsPeer accept();

private:
    void incomingConnection(qintptr descriptor) override;

    TlsIdentity m_identity;
};

} // namespace test
