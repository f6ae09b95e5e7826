// SPDX-License-Identifier: MIT
#include "tests/support/testengine.h"

#include <algorithm>

namespace test
{

TestEngine::TestEngine(const engine::Profile &profile, bool accepting)
{
    connect(&m_engine, &engine::Engine::delta, this, &TestEngine::take);
    connect(&m_engine, &engine::Engine::stopped, this, [this] { m_stopped = true; });
    m_engine.setDetail(engine::Detail::Connections);
    m_engine.start(profile, accepting);
}

TestEngine::~TestEngine()
{
    if (!m_stopped)
        stop();
}

bool TestEngine::waitFor(const std::function<bool()> &isSo, milliseconds timeout)
{
    return QTest::qWaitFor(isSo, static_cast<int>(timeout.count()));
}

engine::Endpoint TestEngine::listener(qsizetype index)
{
    return waitForState(engine::ListenerState::Listening, index) ? status(index).endpoint
                                                                 : engine::Endpoint();
}

engine::ListenerStatus TestEngine::status(qsizetype index) const
{
    return m_engine.listeners().value(index);
}

bool TestEngine::waitForState(engine::ListenerState state, qsizetype index)
{
    return waitFor(
        [this, state, index] { return m_engine.listeners().size() > index && status(index).state == state; });
}

bool TestEngine::apply(const engine::Profile &profile)
{
    const auto applied = [this] {
        return std::count_if(m_events.begin(), m_events.end(), [](const engine::Event &event) {
            return event.code == engine::EventCode::ProfileApplied;
        });
    };
    const auto before = applied();
    m_engine.applyProfile(profile);
    return waitFor([&applied, before] { return applied() > before; });
}

bool TestEngine::stop(milliseconds timeout)
{
    m_engine.stop();
    return waitFor([this] { return m_stopped; }, timeout);
}

bool TestEngine::hasEvent(engine::EventCode code, engine::ErrorCode error) const
{
    return std::any_of(m_events.begin(), m_events.end(), [code, error](const engine::Event &event) {
        return event.code == code && (error == engine::ErrorCode::None || event.error.code == error);
    });
}

engine::Connection TestEngine::liveOf(const engine::Endpoint &client) const
{
    const auto found = std::find_if(m_live.begin(), m_live.end(), [&client](const engine::Connection &entry) {
        return entry.client == client;
    });
    return found == m_live.end() ? engine::Connection() : *found;
}

engine::Connection TestEngine::endedOf(const engine::Endpoint &client)
{
    const auto find = [this, &client] {
        return std::find_if(m_ended.crbegin(), m_ended.crend(),
                            [&client](const engine::Connection &entry) { return entry.client == client; });
    };
    if (!waitFor([this, &find] { return find() != m_ended.crend(); }))
        return {};
    return *find();
}

bool TestEngine::waitForCounts(std::uint64_t accepted, std::uint32_t live)
{
    return waitFor([this, accepted, live] { return m_totals.accepted == accepted && m_totals.live == live; });
}

engine::RuleUse TestEngine::useOf(int rule) const
{
    engine::RuleUse none;
    none.rule = rule;
    return m_uses.value(rule, none);
}

void TestEngine::take(const engine::Delta &delta)
{
    if (delta.whole)
        m_live.clear();
    for (const engine::Connection &connection : delta.added)
        m_live.insert(connection.id, connection);
    for (const engine::ConnectionChange &change : delta.changed) {
        const auto found = m_live.find(change.id);
        if (found == m_live.end())
            continue;
        found->state = change.state;
        found->bytesUp = change.bytesUp;
        found->bytesDown = change.bytesDown;
    }
    for (const engine::Connection &connection : delta.removed) {
        m_live.remove(connection.id);
        m_ended.append(connection);
    }
    m_events.append(delta.events);
    m_totals = delta.totals;
    if (delta.ruleUses.whole)
        m_uses.clear();
    for (const engine::RuleUse &use : delta.ruleUses.uses)
        m_uses.insert(use.rule, use);
    m_deltas.append(delta);
    if (m_acknowledging)
        m_engine.acknowledge(delta.seq);
}

IncuriousEngine::IncuriousEngine(const engine::Profile &profile)
    : TestEngine(profile, false)
{
    engine().setDetail(engine::Detail::Totals);
    engine().setEventLevel(engine::EventLevel::Warning);
    engine().setAccepting(true);
}

} // namespace test
