// SPDX-License-Identifier: MIT
#include "engine/explanation.h"

#include "engine/outbound/router.h"
#include "engine/rules/trace.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine
{

namespace
{

RuleQuery queryOf(const ExplainRequest &request)
{
    RuleQuery query;
    query.transport = request.transport;
    query.destination = destinationOf(request.host, request.port);
    if (query.destination.isName() && !request.resolved.isNull())
        query.resolved = request.resolved;
    query.isLocal = request.client.isNull() || request.client.isLoopback();
    query.client = request.client.isNull() ? Address::fromHostAddress(QHostAddress(QHostAddress::LocalHost))
                                           : request.client;
    query.user = request.user;
    const Program &program = request.application.program;
    if (!program.name.isEmpty() || !program.path.isEmpty())
        query.application = &request.application;
    return query;
}

/// The first path that the engine would try.
void explainRoute(const Profile &profile, const ExplainRequest &request, Explanation &explanation)
{
    if (explanation.action.kind != Action::Kind::Proxy)
        return;
    const net::Clock clock;
    Router router(clock, [](const Upstream &, bool) {});
    router.setProfile(profile);
    const QString &proxy = explanation.action.proxy;
    explanation.route = router.shownName(proxy);
    const std::vector<Path> pathsWereAllWell = router.paths(proxy, request.host);
    router.supposeDead(request.deadServers);
    const std::vector<Path> paths = router.paths(proxy, request.host);
    if (paths.empty())
        return;
    for (const UpstreamPointer &server : paths.front())
        explanation.servers += server->profile.shownName();
    for (const UpstreamPointer &server : pathsWereAllWell.front()) {
        const bool isUsed =
            std::find(paths.front().begin(), paths.front().end(), server) != paths.front().end();
        if (server->isDown && !isUsed)
            explanation.passedOver += server->profile.shownName();
    }
}

QString actionText(const Explanation &explanation)
{
    switch (explanation.action.kind) {
    case Action::Kind::Direct:
        return u"direct"_s;
    case Action::Kind::Block:
        return u"block"_s;
    case Action::Kind::Proxy:
        return u"by way of %1 (%2%3)"_s.arg(explanation.route, explanation.servers.join(u" \u2192 "),
                                            explanation.passedOver.isEmpty()
                                                ? QString()
                                                : u"; down: "_s + explanation.passedOver.join(u", "));
    }
    Q_UNREACHABLE();
    return {};
}

} // namespace

Explanation explainRequest(const Profile &profile, const ExplainRequest &request)
{
    const Trace trace = RuleSet(profile).explain(queryOf(request));
    Explanation explanation;
    for (const TraceStep &step : trace.steps)
        explanation.rules.append({step, step.outcome == TraceStep::Outcome::Matched, outcomeText(step)});
    explanation.action = trace.decision.action;
    explanation.rule = std::max(trace.decision.rule, -1);
    explanation.decidedBy = reasonText(trace);
    explainRoute(profile, request, explanation);
    return explanation;
}

QStringList Explanation::toLines() const
{
    QStringList lines;
    for (const ExplainedRule &tried : rules) {
        const QString shown = tried.step.name.isEmpty() ? QString() : u" \"%1\""_s.arg(tried.step.name);
        lines += u"rule %1%2: %3"_s.arg(QString::number(tried.step.rule + 1), shown, tried.reason);
    }
    lines += u"decision: %1 – %2"_s.arg(actionText(*this), decidedBy);
    return lines;
}

} // namespace engine
