// SPDX-License-Identifier: MIT
#pragma once

#include "engine/engine.h"

#include "tests/support/pace.h"
#include "tests/support/profiles.h"
#include "tests/support/rawsocket.h"

#include <QHash>
#include <QObject>
#include <QTest>

#include <functional>

namespace test
{

/// An engine that runs, with a receiver that does with its deltas what an interface does.
class TestEngine : public QObject
{
    Q_OBJECT

public:
    explicit TestEngine(const engine::Profile &profile = openProfile(), bool accepting = true);
    /// Stops the engine and waits for it.
    ~TestEngine() override;

    [[nodiscard]] engine::Engine &engine() { return m_engine; }
    /// Lets the events of this thread happen until it is so; false after `timeout`.
    bool waitFor(const std::function<bool()> &isSo, milliseconds timeout = kPatience);
    /// The real address of a listener once it listens; null when it does not.
    [[nodiscard]] engine::Endpoint listener(qsizetype index = 0);
    [[nodiscard]] engine::ListenerStatus status(qsizetype index = 0) const;
    bool waitForState(engine::ListenerState state, qsizetype index = 0);
    /// Applies a profile and waits until the engine says that it is in force.
    bool apply(const engine::Profile &profile);
    bool stop(milliseconds timeout = kPatience);

    /// Live connections by id, as the deltas told.
    [[nodiscard]] const QHash<engine::ConnectionId, engine::Connection> &live() const { return m_live; }
    /// Ended connections in order.
    [[nodiscard]] const QList<engine::Connection> &ended() const { return m_ended; }
    [[nodiscard]] const QList<engine::Event> &events() const { return m_events; }
    [[nodiscard]] const QList<engine::Delta> &deltas() const { return m_deltas; }
    [[nodiscard]] const engine::Totals &totals() const { return m_totals; }
    [[nodiscard]] bool hasEvent(engine::EventCode code,
                                engine::ErrorCode error = engine::ErrorCode::None) const;
    /// The live connection of this client; id 0 when unknown.
    [[nodiscard]] engine::Connection liveOf(const engine::Endpoint &client) const;
    /// Waits for the end of the connection of this client and returns its last values.
    [[nodiscard]] engine::Connection endedOf(const engine::Endpoint &client);
    /// Until so many clients were let in since the start and so many of them are still there.
    bool waitForCounts(std::uint64_t accepted, std::uint32_t live);
    /// What a rule has decided, by its index, as the deltas told; RuleUse::kDefaultRule for the default
    /// action.
    [[nodiscard]] engine::RuleUse useOf(int rule) const;
    void forgetEvents() { m_events.clear(); }

    /// Whether deltas are acknowledged as they come; on at the start.
    void setAcknowledging(bool on) { m_acknowledging = on; }

private:
    void take(const engine::Delta &delta);

    engine::Engine m_engine;
    QHash<engine::ConnectionId, engine::Connection> m_live;
    QList<engine::Connection> m_ended;
    QList<engine::Event> m_events;
    QList<engine::Delta> m_deltas;
    engine::Totals m_totals;
    QHash<int, engine::RuleUse> m_uses;
    bool m_acknowledging = true;
    bool m_stopped = false;
};

/// One in which nobody is looked for without being asked about: whoever is shown, or has lines in the log,
/// is, and neither is so any more before anybody is let in.
class IncuriousEngine : public TestEngine
{
public:
    explicit IncuriousEngine(const engine::Profile &profile = openProfile());
};

} // namespace test
