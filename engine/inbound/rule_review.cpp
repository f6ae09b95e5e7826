// SPDX-License-Identifier: MIT
#include "engine/inbound/rule_review.h"

#include "engine/inbound/decider.h"

#include <utility>

namespace engine
{

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
    for (const auto &[id, lookup] : m_asked)
        m_services.owners.cancel(lookup);
}

void RuleReview::start(std::deque<ConnectionId> connections)
{
    // Who is being asked for is not lost: the answer is judged by the rules in force when it comes.
    m_waiting = std::move(connections);
    m_unidentified.clear();
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
            m_unidentified.push_back(record->info.id);
        } else if (record) {
            judge(*record);
        }
        m_waiting.pop_front();
    }
    if (!m_waiting.empty())
        m_services.deadlines.schedule(*this, std::chrono::milliseconds(0));
    identifyNext();
}

/// Few at a time: one thread answers, and new clients ask it too.
void RuleReview::identifyNext()
{
    while (!m_unidentified.empty() && m_asked.size() < kMaximumReviewLookups) {
        Registry::Record *record = m_services.registry.find(m_unidentified.front());
        m_unidentified.pop_front();
        if (record && !record->isIdentified)
            identify(*record);
        else if (record)
            judge(*record);
    }
    finishIfDone();
}

void RuleReview::identify(Registry::Record &record)
{
    const ConnectionId id = record.info.id;
    if (m_asked.contains(id))
        return;
    m_asked[id] = m_services.owners.find(Transport::Tcp, record.info.client, record.reachedAt,
                                         [this, id](const std::optional<Application> &application) {
                                             m_asked.erase(id);
                                             if (Registry::Record *live = m_services.registry.find(id)) {
                                                 if (!live->isIdentified)
                                                     m_services.registry.setApplication(*live, application);
                                                 judge(*live);
                                             }
                                             identifyNext();
                                         });
}

void RuleReview::judge(Registry::Record &record)
{
    const Connection &info = record.info;
    if (info.command == ClientCommand::UdpAssociate) {
        m_association(info.id);
        return;
    }
    // One that waits for its decision will get it from the rules in force; one that was refused is not open.
    if (record.rules == 0 || record.action.kind == Action::Kind::Block)
        return;
    RuleQuery query = makeQuery(record, Transport::Tcp, destinationOf(info.targetHost, info.targetPort));
    if (m_services.host.rules().asksForAddresses() && query.destination.isName()) {
        // The address that is in use. What another lookup would find now says nothing about it.
        const bool isDirect = record.action.kind == Action::Kind::Direct;
        if (!info.resolved.isNull())
            query.resolved = info.resolved;
        else if (isDirect && !info.dialed.isNull())
            query.resolved = info.dialed.address;
    }
    const Action action = m_services.host.rules().decide(query).action;
    const bool isBlocked = action.kind == Action::Kind::Block;
    if (action == record.action || (!isBlocked && m_strictness == Strictness::EndsBlocked))
        return;
    ++m_failures;
    m_failed(info.id, isBlocked ? ErrorCode::NoLongerAllowed : ErrorCode::DecisionChanged);
}

void RuleReview::finishIfDone()
{
    if (isRunning() || !std::exchange(m_isStarted, false))
        return;
    m_done(m_failures);
}

} // namespace engine
