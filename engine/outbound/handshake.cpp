// SPDX-License-Identifier: MIT
#include "engine/outbound/handshake.h"

#include "engine/proto/http.h"
#include "engine/proto/socks4.h"
#include "engine/proto/upstream.h"

#include <algorithm>

namespace engine
{

namespace
{

using Kind = HandshakeStep::Kind;

/// RFC 9110 section 15.2 sets no number, but a server must not keep us reading them for ever.
constexpr int kMaximumInterimAnswers = 16;

Message loginWanted()
{
    return Message(QT_TRANSLATE_NOOP("engine::Message", "it asks for a user name and password"));
}

HandshakeStep serversFault(ErrorCode code, const Message &detail = {})
{
    return {.kind = Kind::Failed, .error = {code, detail}, .isServersFault = true};
}

HandshakeStep targetsFault(ErrorCode code, const Message &detail = {})
{
    return {.kind = Kind::Failed, .error = {code, detail}};
}

/// RFC 1928 section 6, from the asking side.
HandshakeStep failureOfReply(std::uint8_t code)
{
    switch (static_cast<socks5::Reply>(code)) {
    case socks5::Reply::NotAllowed:
        return targetsFault(ErrorCode::UpstreamRefused);
    case socks5::Reply::NetworkUnreachable:
        return targetsFault(ErrorCode::NetworkUnreachable);
    case socks5::Reply::HostUnreachable:
        return targetsFault(ErrorCode::HostUnreachable);
    case socks5::Reply::ConnectionRefused:
        return targetsFault(ErrorCode::ConnectionRefused);
    case socks5::Reply::TtlExpired:
        return targetsFault(ErrorCode::ConnectionTimedOut);
    case socks5::Reply::CommandUnsupported:
        return targetsFault(ErrorCode::RouteCannotCarry,
                            Message(QT_TRANSLATE_NOOP("engine::Message", "reply 7, command not supported")));
    case socks5::Reply::AddressTypeUnsupported:
        return targetsFault(
            ErrorCode::UpstreamFailed,
            Message(QT_TRANSLATE_NOOP("engine::Message", "reply 8, address type not supported")));
    default:
        return targetsFault(ErrorCode::UpstreamFailed,
                            Message(QT_TRANSLATE_NOOP("engine::Message", "reply %1"), code));
    }
}

class Socks4Handshake final : public Handshake
{
public:
    Socks4Handshake(const ServerProfile &server, socks5::Command command, Destination destination)
        : m_userId(server.username.toUtf8())
        , m_command(command)
        , m_destination(std::move(destination))
    {
    }

    QByteArray start() override { return upstream::makeSocks4Request(m_command, m_destination, m_userId); }
    bool awaitsTarget() const override { return true; }

    HandshakeStep read(Bytes bytes) override
    {
        const auto reply = upstream::parseSocks4Reply(bytes);
        if (reply.needsMore())
            return {};
        if (reply.isBad())
            return serversFault(reply.error);
        if (reply.value.code == socks4::kGranted)
            return {.kind = Kind::Done, .size = reply.size, .bound = reply.value.bound};
        if (reply.value.code == socks4::kRejected)
            return targetsFault(
                ErrorCode::UpstreamFailed,
                Message(QT_TRANSLATE_NOOP("engine::Message", "SOCKS4 code %1"), reply.value.code));
        return serversFault(
            ErrorCode::UpstreamLoginFailed,
            Message(QT_TRANSLATE_NOOP("engine::Message", "SOCKS4 code %1"), reply.value.code));
    }

private:
    QByteArray m_userId;
    socks5::Command m_command;
    Destination m_destination;
};

class Socks5Handshake final : public Handshake
{
public:
    Socks5Handshake(const ServerProfile &server, const QByteArray &password, socks5::Command command,
                    Destination destination)
        : m_login{server.username.toUtf8(), password}
        , m_command(command)
        , m_destination(std::move(destination))
    {
    }
    ~Socks5Handshake() override { m_login.password.fill('\0'); }
    Q_DISABLE_COPY_MOVE(Socks5Handshake)

    QByteArray start() override { return upstream::makeGreeting(!m_login.user.isEmpty()); }
    bool awaitsTarget() const override { return m_state == State::Request; }

    HandshakeStep read(Bytes bytes) override
    {
        switch (m_state) {
        case State::Method:
            return readMethod(bytes);
        case State::Login:
            return readLogin(bytes);
        case State::Request:
            return readReply(bytes);
        }
        Q_UNREACHABLE();
        return {};
    }

private:
    enum class State : std::uint8_t { Method, Login, Request };

    HandshakeStep readMethod(Bytes bytes)
    {
        const auto method = upstream::parseMethodReply(bytes);
        if (method.needsMore())
            return {};
        if (method.isBad())
            return serversFault(method.error);
        if (method.value == static_cast<std::uint8_t>(socks5::Method::NoAuthentication))
            return request(method.size);
        if (method.value == static_cast<std::uint8_t>(socks5::Method::UserPassword) &&
            !m_login.user.isEmpty()) {
            m_state = State::Login;
            return {.kind = Kind::Continue, .size = method.size, .message = upstream::makeLogin(m_login)};
        }
        if (method.value != static_cast<std::uint8_t>(socks5::Method::NoneAcceptable))
            return serversFault(
                ErrorCode::UpstreamProtocolError,
                Message(QT_TRANSLATE_NOOP("engine::Message", "it chose a method that was not offered")));
        return serversFault(
            ErrorCode::UpstreamLoginFailed,
            m_login.user.isEmpty()
                ? loginWanted()
                : Message(QT_TRANSLATE_NOOP("engine::Message", "it takes no user name and password")));
    }

    HandshakeStep readLogin(Bytes bytes)
    {
        const auto accepted = upstream::parseLoginReply(bytes);
        if (accepted.needsMore())
            return {};
        if (accepted.isBad())
            return serversFault(accepted.error);
        return accepted.value ? request(accepted.size) : serversFault(ErrorCode::UpstreamLoginFailed);
    }

    HandshakeStep readReply(Bytes bytes) const
    {
        const auto reply = upstream::parseSocks5Reply(bytes);
        if (reply.needsMore())
            return {};
        if (reply.isBad())
            return serversFault(reply.error);
        if (reply.value.code != static_cast<std::uint8_t>(socks5::Reply::Succeeded))
            return failureOfReply(reply.value.code);
        return {.kind = Kind::Done, .size = reply.size, .bound = reply.value.bound};
    }

    HandshakeStep request(std::size_t size)
    {
        m_state = State::Request;
        return {.kind = Kind::Continue,
                .size = size,
                .message = upstream::makeSocks5Request(m_command, m_destination)};
    }

    Login m_login;
    socks5::Command m_command;
    Destination m_destination;
    State m_state = State::Method;
};

class HttpHandshake final : public Handshake
{
public:
    HttpHandshake(const ServerProfile &server, const QByteArray &password, Destination destination)
        : m_login{server.username.toUtf8(), password}
        , m_destination(std::move(destination))
    {
    }
    ~HttpHandshake() override { m_login.password.fill('\0'); }
    Q_DISABLE_COPY_MOVE(HttpHandshake)

    QByteArray start() override
    {
        return upstream::makeHttpConnect(m_destination, m_login.user.isEmpty() ? nullptr : &m_login);
    }
    bool awaitsTarget() const override { return true; }

    HandshakeStep read(Bytes bytes) override
    {
        const auto head = http::parseResponseHead(bytes, "CONNECT");
        if (head.needsMore())
            return {};
        if (head.isBad())
            return serversFault(ErrorCode::UpstreamProtocolError);
        const int status = head.value.status;
        if (status >= 100 && status < 200 && status != 101) {
            if (++m_interimAnswers > kMaximumInterimAnswers)
                return serversFault(
                    ErrorCode::UpstreamProtocolError,
                    Message(QT_TRANSLATE_NOOP("engine::Message", "too many interim answers")));
            return {.kind = Kind::Continue, .size = head.size};
        }
        if (status >= 200 && status < 300)
            return {.kind = Kind::Done, .size = head.size};
        return failureOfStatus(status);
    }

private:
    HandshakeStep failureOfStatus(int status) const
    {
        const Message detail(QT_TRANSLATE_NOOP("engine::Message", "HTTP status %1"), status);
        switch (status) {
        case 401:
        case 407:
            return serversFault(ErrorCode::UpstreamLoginFailed,
                                m_login.user.isEmpty() ? loginWanted() : detail);
        case 403:
        case 405:
            return targetsFault(ErrorCode::UpstreamRefused, detail);
        case 504:
            return targetsFault(ErrorCode::ConnectionTimedOut, detail);
        default:
            return targetsFault(ErrorCode::UpstreamFailed, detail);
        }
    }

    Login m_login;
    Destination m_destination;
    int m_interimAnswers = 0;
};

/// A name that an HTTP proxy would take apart differently from us.
bool isAmbiguousInHttp(const Destination &destination)
{
    const auto divides = [](char c) {
        return QByteArrayView(":/?#[]@\\").contains(c);
    };
    return std::any_of(destination.name.begin(), destination.name.end(), divides);
}

} // namespace

std::unique_ptr<Handshake> makeHandshake(const ServerProfile &server, const QByteArray &password,
                                         socks5::Command command, const Destination &destination)
{
    switch (server.protocol) {
    case ServerProtocol::Socks4:
    case ServerProtocol::Socks4a:
        return std::make_unique<Socks4Handshake>(server, command, destination);
    case ServerProtocol::Socks5:
        return std::make_unique<Socks5Handshake>(server, password, command, destination);
    case ServerProtocol::Http:
        return std::make_unique<HttpHandshake>(server, password, destination);
    }
    Q_UNREACHABLE();
    return nullptr;
}

Error whyNotSayable(const ServerProfile &server, socks5::Command command, const Destination &destination)
{
    switch (server.protocol) {
    case ServerProtocol::Socks4:
    case ServerProtocol::Socks4a:
        if (command == socks5::Command::UdpAssociate)
            return {ErrorCode::RouteCannotCarry,
                    Message(QT_TRANSLATE_NOOP("engine::Message", "SOCKS4 has no UDP"))};
        if (!upstream::canSayInSocks4(destination))
            return {ErrorCode::AddressTypeUnsupported,
                    Message(QT_TRANSLATE_NOOP("engine::Message", "SOCKS4 has no IPv6"))};
        return {};
    case ServerProtocol::Socks5:
        return {};
    case ServerProtocol::Http:
        if (command != socks5::Command::Connect)
            return {ErrorCode::RouteCannotCarry,
                    command == socks5::Command::Bind
                        ? Message(QT_TRANSLATE_NOOP("engine::Message", "HTTP has no BIND"))
                        : Message(QT_TRANSLATE_NOOP("engine::Message", "HTTP has no UDP"))};
        if (isAmbiguousInHttp(destination))
            return {ErrorCode::RouteCannotCarry,
                    Message(QT_TRANSLATE_NOOP("engine::Message", "HTTP cannot say this name"))};
        return {};
    }
    Q_UNREACHABLE();
    return {};
}

} // namespace engine
