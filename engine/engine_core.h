// SPDX-License-Identifier: MIT
#pragma once

#include "engine/inbound/client_census.h"
#include "engine/inbound/client_session.h"
#include "engine/inbound/listener_set.h"
#include "engine/inbound/session_services.h"
#include "engine/mailbox.h"
#include "engine/relay/relay_services.h"
#include "engine/rules/rule_compiler.h"
#include "engine/server_check.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <functional>
#include <unordered_map>
#include <variant>

namespace engine
{

class ServerChecker;

/// What the core tells the face.
struct StoppedNotice {
};
struct RulesAppliedNotice {
    int closed = 0;
};
using Notice =
    std::variant<QList<ListenerStatus>, Delta, ServerCheck, ServerHealth, RulesAppliedNotice, StoppedNotice>;

/// The engine on its own thread: makes every socket and timer there, owns every live connection, and puts
/// listeners, sessions, dialling and relays together. Only post() and takeNotices() are for other threads.
class EngineCore final : public QObject, private SessionHost
{
    Q_OBJECT

public:
    using Command = std::function<void(EngineCore &)>;

    EngineCore();
    ~EngineCore() override;

    /// Any thread: runs the command on the engine's thread, in order.
    void post(Command command);
    /// Any thread: what there is to tell since the last call.
    [[nodiscard]] std::vector<Notice> takeNotices() { return m_notices.takeAll(); }

    // Commands, engine thread only. Engine documents what they mean.
    void start(const ProfilePointer &profile, bool accepting);
    void applyProfile(const ProfilePointer &profile);
    void applyRulesToOpenConnections();
    void setAccepting(bool accepting);
    void retryListeners();
    void closeConnections(const QList<ConnectionId> &ids);
    void closeAllConnections(const Error &reason);
    void setServerPasswords(const QHash<QString, QByteArray> &passwords);
    void setDetail(Detail detail);
    void setEventLevel(EventLevel level);
    void acknowledge(std::uint64_t seq);
    void checkServer(const CheckRequest &request);
    void stop();
    /// Ends everything at once and frees what lives on the engine's thread. The last command.
    void tearDown();

Q_SIGNALS:
    /// Emitted on the engine's thread when there is something to take.
    void noticesWaiting();

private:
    /// A connection, and the listener's settings it came in by.
    struct Live {
        std::unique_ptr<LiveConnection> connection;
        Registry::Record *record = nullptr;
        std::shared_ptr<const ListenerProfile> listener;
    };
    struct Parts;

    void connectionEnded(LiveConnection &connection, Registry::Record &record, const Error &reason) override;
    void startRelay(LiveConnection &session, Registry::Record &record, RelayEnd client, RelayEnd target,
                    QByteArray early) override;
    void startBind(LiveConnection &session, Registry::Record &record, ClientRequest request) override;
    void startAssociation(LiveConnection &session, Registry::Record &record,
                          UdpAssociationRequest request) override;
    void startForward(LiveConnection &session, Registry::Record &record, RelayEnd client, RelayEnd target,
                      QByteArray input) override;
    [[nodiscard]] const Profile &profile() const override { return *m_inForce.profile; }
    [[nodiscard]] const RuleSet &rules() const override { return *m_inForce.rules; }
    [[nodiscard]] std::uint64_t rulesNumber() const override;
    [[nodiscard]] Error whyNotAllowedNow(const Registry::Record &record) const override;
    void decided(const Registry::Record &record) override;
    [[nodiscard]] Ruling decide(const RuleQuery &query) const override;
    [[nodiscard]] Error whyNoUdp() const override;
    [[nodiscard]] CompiledProfile use(CompiledProfile compiled);
    void profileCompiled(CompiledProfile compiled);

    void runCommands();
    void accept(net::Accepted client, const std::shared_ptr<const ListenerProfile> &listener);
    [[nodiscard]] ErrorCode admit(const Endpoint &client, const ListenerProfile &listener);
    void refuseClient(const Endpoint &client, const ListenerProfile &listener, ErrorCode reason);
    void closeWhatIsNoLongerAllowed(const Profile &before);
    [[nodiscard]] std::deque<ConnectionId> liveIds() const;
    void closeConnection(ConnectionId id, ErrorCode reason);
    void forgetDecisions(ConnectionId id);
    [[nodiscard]] Ruling decideOnDatagram(const Registry::Record &record, const Destination &destination,
                                          const std::optional<Address> &resolved) const;
    [[nodiscard]] bool looksUpNames(const Action &action, const Destination &destination) const;
    [[nodiscard]] std::unique_ptr<UdpRoute> openUdpRoute(const Registry::Record &record, const QString &id,
                                                         const QString &host, UdpRoute::Received received);
    [[nodiscard]] bool isStillAllowed(const Live &live, const Profile &before) const;
    template <typename Next> Next &replace(const Registry::Record &record, std::unique_ptr<Next> next);
    void retire(std::unique_ptr<LiveConnection> connection);
    void watchListeners();
    void reportListeners();
    void report(EventCode code, EventLevel level, const ListenerStatus &listener);
    void reportHealth(const Upstream &server, bool isTurn);
    void reportDownServers();
    void reportConnection(EventCode code, const Registry::Record &record, const Error &error);
    void serverChecked(const ServerChecker *checker, const ServerCheck &check);
    void tell(Notice notice);
    void deltaDue();
    void sendDelta();
    void finishStopIfDrained();

    Mailbox<Command> m_commands;
    Mailbox<Notice> m_notices;

    net::Clock m_clock;
    CompiledProfile m_inForce;
    ClientCensus m_census;
    QHash<QString, QByteArray> m_passwords; ///< of servers, by id
    std::unique_ptr<Parts> m_parts;         ///< from start() to tearDown()
    std::unordered_map<ConnectionId, Live> m_live;
    std::vector<std::unique_ptr<LiveConnection>> m_retired; ///< ended, maybe still on the call stack
    EventLevel m_eventLevel = EventLevel::Info;
    Detail m_detail = Detail::None;
    std::uint64_t m_seq = 0;
    bool m_accepting = false;
    bool m_awaitingAcknowledge = false;
    bool m_deltaIsDue = false;
    bool m_stopping = false;
    std::uint64_t m_appliedRules = 0; ///< the last that were applied to open connections
    bool m_reviewIsDue = false;       ///< once the profile given last is in force
};

} // namespace engine
