// SPDX-License-Identifier: MIT
#pragma once

#include "engine/inbound/decider.h"
#include "engine/inbound/http_end.h"
#include "engine/inbound/http_exchange.h"
#include "engine/inbound/session_services.h"
#include "engine/net/activity.h"

namespace engine
{

/// A client whose HTTP requests are forwarded one at a time, each to the origin it names. Knows where every
/// message ends, so that no byte of one is taken for another. The login counts for the whole connection.
class HttpForward final : public LiveConnection, private net::PollHandler, private net::Deadline
{
public:
    /// `input` begins with the request that the target was dialled for.
    HttpForward(SessionServices &services, Registry::Record &record, RelayEnd client, RelayEnd target,
                QByteArray input);
    ~HttpForward() override;

    /// To be called once, after construction; may end the connection.
    void start();
    void close(const Error &reason) override;
    void followLimits() override;

private:
    enum class State : std::uint8_t {
        ReadingRequest,
        Dialing,
        Exchanging, ///< a request goes up, its response comes down
        Closing,    ///< the last bytes go to the client, which is given a moment to hang up
        Done,
    };

    void onReady(net::Descriptor descriptor, net::ReadyFlags ready) override;
    void onDeadline() override;
    void pump();
    [[nodiscard]] bool step();

    [[nodiscard]] bool readRequest();
    [[nodiscard]] bool hasNewLine();
    [[nodiscard]] bool isDecided(const Destination &destination);
    void beginRequest(const http::RequestHead &head, std::size_t size);
    [[nodiscard]] bool isConnectedTo(const Action &action, const Destination &destination) const;
    void decided(const Action &action, const Destination &destination);
    void dial();
    void dialed(Expected<Dialed, Error> result);
    void beginExchange();
    void scheduleIdleCheck();
    [[nodiscard]] bool exchange();
    [[nodiscard]] bool sendRequest();
    [[nodiscard]] bool receiveResponse();
    [[nodiscard]] bool takeRequest();
    [[nodiscard]] bool takeResponse();
    [[nodiscard]] bool hasMoved(const Expected<bool, Error> &moved);
    void targetEnded(const Error &error);
    void endExchange();
    void becomeTunnel();
    [[nodiscard]] bool finish();

    [[nodiscard]] HttpEnd::Io receive(HttpEnd &end);
    [[nodiscard]] HttpEnd::Io flush(HttpEnd &end);
    void fail(const Error &error);
    void refuse(const Error &error);
    void enterClosing(const Error &error);
    void end(const Error &error, bool reset);
    [[nodiscard]] bool isResolving() const;
    void awaitRequest();
    void dropTarget();
    [[nodiscard]] RelayEnd handOver(HttpEnd &end);

    SessionServices &m_services;
    HttpEnd m_client;
    HttpEnd m_target;
    std::unique_ptr<Decider> m_decider;
    std::unique_ptr<Connector> m_connector;
    Destination m_origin; ///< what m_target is connected to, as the rules decided on it
    QString m_originHost; ///< the same, as the client named it
    Action m_action;      ///< how it is reached
    HttpExchange m_exchange;
    Error m_error; ///< what the connection will end with
    net::Activity m_activity;
    qsizetype m_seen = 0; ///< bytes of an unfinished head that were looked at
    State m_state = State::ReadingRequest;
    bool m_isFirst = true;
    bool m_isReused = false; ///< the target served a request before this one
    bool m_isPumping = false;
};

} // namespace engine
