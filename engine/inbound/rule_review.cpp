// SPDX-License-Identifier: MIT
#include "engine/inbound/rule_review.h"

#include "engine/inbound/decider.h"

#include <utility>

namespace engine
{

RuleQuery makeQueryAgain(const Registry::Record &record, const RuleSet &rules)
{
    const Connection &info = record.info;
    RuleQuery query = makeQuery(record, Transport::Tcp, destinationOf(info.targetHost, info.targetPort));
    if (!rules.asksForAddresses() || !query.destination.isName())
        return query;
    if (record.action.kind == Action::Kind::Direct && !info.dialed.isNull())
        query.resolved = info.dialed.address;
    else if (!info.resolved.isNull())
        query.resolved = info.resolved;
    return query;
}

RuleReview::RuleReview(SessionServices &services, Strictness strictness, Failed failed,
                       Association association, Done done)
    : m_services(services)
    , m_strictness(strictness)
    , m_failed(std::move(failed))
    , m_association(std::move(association))
    , m_done(std::move(done))
{
}

RuleReview::~RuleReview()
{
    m_services.deadlines.cancel(*this);
    for (const auto &[id, question] : m_asked) {
        if (question.owner != 0)
            m_services.owners.cancel(question.owner);
        if (question.name != 0)
            m_services.connecting.dialing.resolver.cancel(question.name);
    }
}

void RuleReview::start(std::deque<ConnectionId> connections)
{
    // What is being asked is not lost: the answer is judged by the rules in force when it comes.
    m_waiting = std::move(connections);
    m_unanswered.clear();
    m_failures = 0;
    m_isStarted = true;
    look();
}

void RuleReview::onDeadline()
{
    look();
}

void RuleReview::look()
{
    for (int looked = 0; looked < kReviewsPerTurn && !m_waiting.empty(); ++looked) {
        Registry::Record *record = m_services.registry.find(m_waiting.front());
        if (record && needsIdentification(*record, m_services.host.rules())) {
            // Until then, what was decided about its datagrams holds no more.
            if (record->info.command == ClientCommand::UdpAssociate)
                m_association(record->info.id);
            m_unanswered.push_back(record->info.id);
        } else if (record) {
            judge(*record, {});
        }
        m_waiting.pop_front();
    }
    if (!m_waiting.empty())
        m_services.deadlines.schedule(*this, std::chrono::milliseconds(0));
    askNext();
}

/// Few at a time: one thread knows whose a socket is, and new clients ask it too.
void RuleReview::askNext()
{
    while (!m_unanswered.empty() && m_asked.size() < kMaximumReviewLookups) {
        const ConnectionId id = m_unanswered.front();
        m_unanswered.pop_front();
        proceed(id, {});
    }
    finishIfDone();
}

/// Asks for what the rules in force want to know, which may have become others since the last answer.
void RuleReview::proceed(ConnectionId id, const Found &found)
{
    Registry::Record *record = m_services.registry.find(id);
    if (record && needsIdentification(*record, m_services.host.rules()))
        identify(*record);
    else if (record)
        judge(*record, found);
}

void RuleReview::identify(Registry::Record &record)
{
    const ConnectionId id = record.info.id;
    if (m_asked.contains(id))
        return;
    m_asked[id].owner = m_services.owners.find(Transport::Tcp, record.info.client, record.reachedAt,
                                               [this, id](const std::optional<Application> &application) {
                                                   m_asked.erase(id);
                                                   Registry::Record *live = m_services.registry.find(id);
                                                   if (live && !live->isIdentified)
                                                       m_services.registry.setApplication(*live, application);
                                                   proceed(id, {});
                                                   askNext();
                                               });
}

/// What a new connection to the name would be judged by. Where a server has taken this one is not known.
void RuleReview::lookUp(Registry::Record &record)
{
    const ConnectionId id = record.info.id;
    if (m_asked.contains(id))
        return;
    if (m_asked.size() >= kMaximumReviewLookups) {
        m_unanswered.push_back(id);
        return;
    }
    const Destination target = destinationOf(record.info.targetHost, record.info.targetPort);
    m_asked[id].name = m_services.connecting.dialing.resolver.lookUp(
        target.name, [this, id, target](const Resolver::Addresses &addresses) {
            m_asked.erase(id);
            proceed(id, {target, addresses ? std::optional(addresses->front()) : std::nullopt});
            askNext();
        });
}

void RuleReview::judge(Registry::Record &record, const Found &found)
{
    const Connection &info = record.info;
    if (info.command == ClientCommand::UdpAssociate) {
        m_association(info.id);
        return;
    }
    // One that waits for its decision will get it from the rules in force; one that was refused is not open.
    if (record.rules == 0 || record.action.kind == Action::Kind::Block)
        return;
    const Destination target = destinationOf(info.targetHost, info.targetPort);
    // An HTTP client may have gone to another one meanwhile.
    const bool wasLookedUp = found.target == target;
    const RuleSet &rules = m_services.host.rules();
    RuleQuery query = makeQueryAgain(record, rules);
    // What another lookup would find now says nothing about an address that is in use.
    if (!query.resolved && wasLookedUp && rules.asksForAddresses())
        query.resolved = found.address;
    const Decision decision = rules.decide(query);
    if (decision.needsAddress && !wasLookedUp)
        lookUp(record);
    else
        compare(record, decision.action);
}

void RuleReview::compare(Registry::Record &record, const Action &action)
{
    const bool isBlocked = action.kind == Action::Kind::Block;
    if (action == record.action || (!isBlocked && m_strictness == Strictness::EndsBlocked))
        return;
    ++m_failures;
    m_failed(record.info.id, isBlocked ? ErrorCode::NoLongerAllowed : ErrorCode::DecisionChanged);
}

void RuleReview::finishIfDone()
{
    if (isRunning() || !std::exchange(m_isStarted, false))
        return;
    m_done(m_failures);
}

} // namespace engine
