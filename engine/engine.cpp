// SPDX-License-Identifier: MIT
#include "engine/engine.h"

#include "engine/engine_core.h"
#include "engine/net/event_loop.h"

#include <variant>

namespace engine
{

Engine::Engine(QObject *parent)
    : QObject(parent)
{
    m_thread.setObjectName(QStringLiteral("engine"));
}

Engine::~Engine()
{
    shutDown();
}

void Engine::start(const Profile &profile, bool accepting)
{
    Q_ASSERT(!m_core);
    m_core = new EngineCore;
    m_core->moveToThread(&m_thread);
    // The signal only wakes us; the values lie in the core's mailbox.
    connect(m_core, &EngineCore::noticesWaiting, this, &Engine::takeNotices, Qt::QueuedConnection);
    if (profile.relayPump != RelayPump::Portable) {
        // QThread takes no null for "your own".
        if (auto dispatcher = net::makeNativeDispatcher())
            m_thread.setEventDispatcher(dispatcher.release());
    }
    m_thread.start();
    m_accepting = accepting;
    m_running = true;
    const Detail detail = m_detail;
    const EventLevel level = m_eventLevel;
    m_core->post([shared = std::make_shared<const Profile>(profile), passwords = m_passwords, accepting,
                  detail, level](EngineCore &core) {
        core.setEventLevel(level);
        core.setDetail(detail);
        core.setServerPasswords(passwords);
        core.start(shared, accepting);
    });
}

void Engine::applyProfile(const Profile &profile)
{
    if (m_running)
        m_core->post([shared = std::make_shared<const Profile>(profile)](EngineCore &core) {
            core.applyProfile(shared);
        });
}

void Engine::applyProfile(const Profile &profile, const QHash<QString, QByteArray> &passwords)
{
    m_passwords = passwords;
    if (!m_running)
        return;
    // In one command: the core gives passwords that come with a profile under way to no server before it.
    m_core->post([shared = std::make_shared<const Profile>(profile), passwords](EngineCore &core) {
        core.applyProfile(shared);
        core.setServerPasswords(passwords);
    });
}

void Engine::applyRulesToOpenConnections()
{
    if (m_running)
        m_core->post([](EngineCore &core) { core.applyRulesToOpenConnections(); });
}

void Engine::setServerPasswords(const QHash<QString, QByteArray> &passwords)
{
    m_passwords = passwords;
    if (m_running)
        m_core->post([passwords](EngineCore &core) { core.setServerPasswords(passwords); });
}

void Engine::checkServer(const CheckRequest &request)
{
    if (m_running)
        m_core->post([request](EngineCore &core) { core.checkServer(request); });
}

void Engine::setAccepting(bool accepting)
{
    if (!m_running || m_accepting == accepting)
        return;
    m_accepting = accepting;
    m_core->post([accepting](EngineCore &core) { core.setAccepting(accepting); });
    Q_EMIT acceptingChanged(accepting);
}

void Engine::retryListeners()
{
    if (m_running)
        m_core->post([](EngineCore &core) { core.retryListeners(); });
}

void Engine::closeConnections(const QList<ConnectionId> &ids)
{
    if (m_running)
        m_core->post([ids](EngineCore &core) { core.closeConnections(ids); });
}

void Engine::closeAllConnections()
{
    if (m_running)
        m_core->post([](EngineCore &core) { core.closeAllConnections({ErrorCode::ClosedByUser, {}}); });
}

void Engine::setDetail(Detail detail)
{
    m_detail = detail;
    if (m_core)
        m_core->post([detail](EngineCore &core) { core.setDetail(detail); });
}

void Engine::setEventLevel(EventLevel level)
{
    m_eventLevel = level;
    if (m_core)
        m_core->post([level](EngineCore &core) { core.setEventLevel(level); });
}

void Engine::acknowledge(std::uint64_t seq)
{
    if (m_core)
        m_core->post([seq](EngineCore &core) { core.acknowledge(seq); });
}

void Engine::stop()
{
    if (!m_running)
        return;
    m_running = false;
    m_core->post([](EngineCore &core) { core.stop(); });
}

void Engine::takeNotices()
{
    if (!m_core)
        return;
    for (Notice &notice : m_core->takeNotices()) {
        if (auto *listeners = std::get_if<QList<ListenerStatus>>(&notice)) {
            m_listeners = std::move(*listeners);
            Q_EMIT listenersChanged(m_listeners);
        } else if (auto *state = std::get_if<Delta>(&notice)) {
            Q_EMIT delta(*state);
        } else if (auto *check = std::get_if<ServerCheck>(&notice)) {
            Q_EMIT serverChecked(*check);
        } else if (auto *health = std::get_if<ServerHealth>(&notice)) {
            Q_EMIT serverHealthChanged(*health);
        } else if (const auto *applied = std::get_if<RulesAppliedNotice>(&notice)) {
            Q_EMIT rulesApplied(applied->closed);
        } else {
            shutDown();
            Q_EMIT stopped();
            return;
        }
    }
}

/// Everything that lives on the engine's thread is taken down there, before the thread ends.
void Engine::shutDown()
{
    if (!m_core)
        return;
    m_running = false;
    m_core->post([](EngineCore &core) {
        core.tearDown();
        (void)core.takeNotices();
        core.thread()->quit();
    });
    m_thread.wait();
    // Both sides have now held the mailbox's mutex, which the thread sanitizer understands; Qt's wait() it
    // cannot see.
    (void)m_core->takeNotices();
    delete m_core;
    m_core = nullptr;
}

} // namespace engine
