// SPDX-License-Identifier: MIT
#pragma once

#include "engine/inbound/session_services.h"

#include <deque>
#include <unordered_map>

namespace engine
{

/// Decides once more about connections that are open, by the rules in force now, and says which of them do
/// not stand up to that. What the rules want to know and nobody has asked yet is found out, as for a new
/// connection: which program asks, and the address of a name, unless the connection is known to go to another
/// one. That takes a moment. A few at a time, so that no relay waits. Engine thread only.
class RuleReview final : private net::Deadline
{
public:
    /// What ends a connection: that it would be blocked, or any other action than the one it was opened with.
    enum class Strictness : std::uint8_t { EndsBlocked, EndsChanged };
    /// To end the connection: it does not stand up.
    using Failed = std::function<void(ConnectionId id, ErrorCode reason)>;
    /// An association, whose datagrams are decided about one by one: told that the rules have changed for it.
    using Association = std::function<void(ConnectionId id)>;
    /// All were looked at, and so many failed.
    using Done = std::function<void(int failed)>;

    RuleReview(SessionServices &services, Strictness strictness, Failed failed, Association association,
               Done done);
    ~RuleReview();
    Q_DISABLE_COPY_MOVE(RuleReview)

    /// Begins with these, instead of what is left of the last time. The first are looked at within the call.
    void start(std::deque<ConnectionId> connections);

private:
    void onDeadline() override;
    /// What has been asked about a connection; 0: nothing.
    struct Question {
        OwnerLookupId owner = 0;
        LookupId name = 0;
    };

    /// What a lookup has said.
    struct Found {
        Destination target;             ///< whose name was looked up; null: none was
        std::optional<Address> address; ///< nothing: in vain
    };

    void look();
    void askNext();
    void proceed(ConnectionId id, const Found &found);
    void identify(Registry::Record &record);
    void lookUp(Registry::Record &record);
    void judge(Registry::Record &record, const Found &found);
    void compare(Registry::Record &record, const Action &action);
    void finishIfDone();
    [[nodiscard]] bool isRunning() const
    {
        return !m_waiting.empty() || !m_unanswered.empty() || !m_asked.empty();
    }

    SessionServices &m_services;
    const Strictness m_strictness;
    const Failed m_failed;
    const Association m_association;
    const Done m_done;
    std::deque<ConnectionId> m_waiting;
    std::deque<ConnectionId> m_unanswered; ///< looked at, and to be asked about
    std::unordered_map<ConnectionId, Question> m_asked;
    int m_failures = 0;
    bool m_isStarted = false;
};

/// What the rules in force are asked about a connection that others have decided on: by the address that is
/// in use, which need not be the first that those saw, as far as addresses are asked for.
[[nodiscard]] RuleQuery makeQueryAgain(const Registry::Record &record, const RuleSet &rules);

} // namespace engine
