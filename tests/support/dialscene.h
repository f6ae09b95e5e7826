// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/event_loop.h"
#include "engine/outbound/dialer.h"

#include "tests/support/fakeclock.h"
#include "tests/support/rawsocket.h"

#include <QHash>

#include <initializer_list>
#include <memory>
#include <optional>

// What a dialer needs, in the hands of a test.
namespace test
{

/// Answers when the test says so.
class FakeResolver final : public engine::Resolver
{
public:
    engine::LookupId lookUp(const QByteArray &name, Callback callback) override
    {
        asked.append(name);
        m_callbacks.insert(++m_last, std::move(callback));
        return m_last;
    }
    void cancel(engine::LookupId id) override
    {
        if (m_callbacks.remove(id) > 0)
            ++cancelled;
    }
    void answer(const Addresses &addresses)
    {
        const QHash<engine::LookupId, Callback> callbacks = std::exchange(m_callbacks, {});
        for (const Callback &callback : callbacks)
            callback(addresses);
    }
    void answer(std::initializer_list<const char *> literals)
    {
        QList<engine::Address> addresses;
        for (const char *literal : literals)
            addresses.append(address(literal));
        answer(addresses);
    }

    QList<QByteArray> asked;
    int cancelled = 0;

private:
    QHash<engine::LookupId, Callback> m_callbacks;
    engine::LookupId m_last = 0;
};

/// The native poller where this thread has one, else the portable one.
struct DialScene {
    explicit DialScene(const engine::net::Clock &with)
        : portable(engine::net::nativePollerOfThisThread() ? nullptr : engine::net::makePortablePoller())
        , poller(portable ? *portable : *engine::net::nativePollerOfThisThread())
        , deadlines(with)
    {
    }
    DialScene()
        : DialScene(clock)
    {
    }
    ~DialScene()
    {
        dialer.reset();
        if (dialed)
            poller.remove(dialed->socket.descriptor());
    }
    Q_DISABLE_COPY_MOVE(DialScene)

    void take(engine::Expected<engine::Dialed, engine::Error> result)
    {
        ++results;
        if (result)
            dialed = std::move(*result);
        else
            error = result.error().code;
    }
    void dial(const engine::Destination &destination)
    {
        dialer = std::make_unique<engine::Dialer>(
            services,
            [this](engine::Expected<engine::Dialed, engine::Error> result) { take(std::move(result)); });
        dialer->dial(destination);
    }
    void dialName(int port) { dial({{}, "name.example", static_cast<std::uint16_t>(port)}); }
    /// Dials a name that has these addresses.
    void dialName(int port, std::initializer_list<const char *> literals)
    {
        dialName(port);
        resolver.answer(literals);
    }
    void passTime(milliseconds time)
    {
        clock.advance(time);
        deadlines.fireDue();
    }
    [[nodiscard]] bool hasResult() const { return results > 0; }

    FakeClock clock;
    std::unique_ptr<engine::net::Poller> portable;
    engine::net::Poller &poller;
    engine::net::DeadlineQueue deadlines;
    FakeResolver resolver;
    engine::Address own;
    engine::DialServices services{poller, deadlines, resolver, [this](const engine::Endpoint &endpoint) {
                                      return endpoint.address == own;
                                  }};
    std::unique_ptr<engine::Dialer> dialer;
    int results = 0;
    std::optional<engine::Dialed> dialed;
    engine::ErrorCode error = engine::ErrorCode::None;
};

/// Two addresses at one port: the first does not answer, the second does.
struct SilentAndGood {
    SilentEndpoint silent;
    RawListener good{engine::Endpoint{address("127.0.0.2"), silent.endpoint().port}};
    [[nodiscard]] int port() const { return silent.endpoint().port; }
    [[nodiscard]] bool isUsable() const { return silent.isSilent() && good.isOpen(); }
};
inline constexpr const char *kSilent = "127.0.0.1";
inline constexpr const char *kGood = "127.0.0.2";
inline constexpr const char *kRefusing = "127.0.0.3";
inline constexpr const char *kNotUsable = "This system answers for a full listener, or the port is taken";

} // namespace test
