// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "engine/server_check.h"
#include "engine/snapshot.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QThread>

namespace engine
{

class EngineCore;

/// The engine's one face. Lives on the thread that created it (the interface's, or main in headless use) and
/// owns the engine's thread; every call returns at once, every answer is a signal on the caller's thread.
///
/// Order: start(), any of the others, stop(), stopped(). The destructor stops without draining if need be.
class Engine : public QObject
{
    Q_OBJECT

public:
    explicit Engine(QObject *parent = nullptr);
    ~Engine() override;

    /// Starts the thread and opens the profile's listeners, unless `accepting` is false ("proxy off").
    void start(const Profile &profile, bool accepting = true);
    /// Replaces the profile, as a whole and a moment later: its rules are compiled first, on a helper thread,
    /// and until then the one before stays in force. Of several in a row the last one counts; EventCode::
    /// ProfileApplied tells when it is in force. Then:
    /// - Listeners that stay the same stay open. New connections and requests follow the new rules at once,
    ///   and so does every datagram of an association, in both directions.
    /// - Open connections that it still allows (listener, client address, login, not blocked by a rule) go on
    ///   the way they go, the others end with NoLongerAllowed.
    void applyProfile(const Profile &profile);
    /// The same with the passwords of its servers, which come into force with it: those of the profile before
    /// are the ones before until then.
    void applyProfile(const Profile &profile, const QHash<QString, QByteArray> &passwords);
    /// Ends the open connections about which the rules given last decide otherwise than was decided when they
    /// were opened: another action, not merely another rule. DecisionChanged, or NoLongerAllowed when it
    /// would be blocked. A name that was not resolved here is judged by its address only when that was
    /// dialled from here. rulesApplied() tells when all were looked at.
    void applyRulesToOpenConnections();
    /// Passwords of the profile's servers, by id; what is not named has none. Before or after start().
    void setServerPasswords(const QHash<QString, QByteArray> &passwords);
    /// Proxy on or off: opens or closes the listeners. Open connections are left alone.
    void setAccepting(bool accepting);
    /// Tries failed listeners again.
    void retryListeners();
    void closeConnections(const QList<ConnectionId> &ids);
    void closeAllConnections();
    /// Tries a server out; serverChecked() tells what came of it, within kCheckTimeout.
    void checkServer(const CheckRequest &request);
    /// How much state is sent. Switching to Connections starts with a whole delta.
    void setDetail(Detail detail);
    /// Events below this level are not made at all.
    void setEventLevel(EventLevel level);
    void acknowledge(std::uint64_t seq);
    /// Closes the listeners, lets connections finish for the profile's drainTimeout, aborts the rest.
    void stop();

    [[nodiscard]] bool isAccepting() const { return m_accepting; }
    [[nodiscard]] bool isRunning() const { return m_running; }
    /// As last reported by listenersChanged().
    [[nodiscard]] const QList<ListenerStatus> &listeners() const { return m_listeners; }

Q_SIGNALS:
    /// The state of all listeners, after each change.
    void listenersChanged(const QList<engine::ListenerStatus> &listeners);
    void acceptingChanged(bool accepting);
    void delta(const engine::Delta &delta);
    void serverChecked(const engine::ServerCheck &check);
    /// applyRulesToOpenConnections() has ended so many connections.
    void rulesApplied(int closed);
    /// A server of the profile stopped working, or works again.
    void serverHealthChanged(const engine::ServerHealth &health);
    void stopped();

private:
    void takeNotices();
    void shutDown();

    QThread m_thread;
    EngineCore *m_core = nullptr; ///< lives on m_thread; deleted here once that has ended
    QList<ListenerStatus> m_listeners;
    QHash<QString, QByteArray> m_passwords;
    Detail m_detail = Detail::None;
    EventLevel m_eventLevel = EventLevel::Info;
    bool m_accepting = false;
    bool m_running = false;
};

} // namespace engine
