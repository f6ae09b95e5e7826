// SPDX-License-Identifier: MIT
#include "engine/explanation.h"

#include "engine/net/own_address.h"
#include "engine/outbound/handshake.h"
#include "engine/outbound/router.h"
#include "engine/rules/trace.h"
#include "engine/snapshot.h"

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
    query.isLocal = request.isLocal || request.client.isNull() || net::isOwnAddress(request.client);
    query.client = request.client.isNull() ? Address::fromHostAddress(QHostAddress(QHostAddress::LocalHost))
                                           : request.client;
    query.user = request.user;
    const Program &program = request.application.program;
    if (!program.name.isEmpty() || !program.path.isEmpty())
        query.application = &request.application;
    return query;
}

/// `needsAddress` before the query had one.
Explanation::AddressSource addressSourceOf(const RuleQuery &query, bool asksForAddresses, bool needsAddress,
                                           bool isUnresolved)
{
    using Source = Explanation::AddressSource;
    if (query.destination.literal())
        return Source::Asked;
    if (!asksForAddresses)
        return Source::NotWanted;
    if (!needsAddress)
        return Source::NotNeeded;
    if (query.resolved)
        return Source::Resolved;
    return isUnresolved ? Source::NotFound : Source::NotResolved;
}

Explanation::Chooser chooserOf(const Profile &profile, const QString &proxy)
{
    using Chooser = Explanation::Chooser;
    const auto route = std::find_if(profile.routes.begin(), profile.routes.end(),
                                    [&proxy](const RouteProfile &one) { return one.id == proxy; });
    if (route == profile.routes.end())
        return Chooser::Server;
    switch (route->kind) {
    case RouteKind::Chain:
        return Chooser::Chain;
    case RouteKind::Failover:
        return Chooser::Failover;
    case RouteKind::Balance:
        return Chooser::Balance;
    }
    Q_UNREACHABLE();
    return Chooser::Nobody;
}

/// The first path that the engine would try for what it would ask for, or why it would try none.
Expected<Path, Error> choosePath(const Router &router, const QString &proxy, const ExplainRequest &request,
                                 const Destination &asked)
{
    if (request.transport == Transport::Udp)
        return router.pathForUdp(proxy, asked.host());
    const socks5::Command command = request.isBind ? socks5::Command::Bind : socks5::Command::Connect;
    Error error{ErrorCode::UpstreamUnreachable, Message::verbatim(proxy)};
    for (Path &path : router.paths(proxy, asked.host())) {
        const ServerProfile &last = path.back()->profile;
        error = whyNotSayable(last, command, asked);
        if (!error.isError())
            return std::move(path);
        error.detail = withContext(Message::verbatim(last.shownName()), error.detail);
    }
    return Unexpected{error};
}

void explainRoute(const Profile &profile, const ExplainRequest &request, const Destination &asked,
                  Explanation &explanation)
{
    if (explanation.action.kind != Action::Kind::Proxy)
        return;
    const net::Clock clock;
    Router router(clock, [](const Upstream &, bool) {});
    router.setProfile(profile);
    const QString &proxy = explanation.action.proxy;
    explanation.route = router.shownName(proxy);
    explanation.chooser = chooserOf(profile, proxy);
    explanation.isForAssociation = request.transport == Transport::Udp;
    const Expected<Path, Error> pathWereAllWell = choosePath(router, proxy, request, asked);
    router.supposeDead(request.deadServers);
    const Expected<Path, Error> path = choosePath(router, proxy, request, asked);
    if (!path) {
        explanation.obstacle = path.error();
        return;
    }
    explanation.servers = shownNames(*path);
    explanation.isNameSentOn = path->back()->profile.resolveNames == NameResolution::Remote;
    for (const UpstreamPointer &server : pathWereAllWell ? *pathWereAllWell : Path()) {
        if (server->isDown && std::find(path->begin(), path->end(), server) == path->end())
            explanation.passedOver += server->profile.shownName();
    }
}

/// A connection to one of the profile's own listeners would come back here.
Error whyNotDirectly(const Profile &profile, const Endpoint &target)
{
    if (target.address.isNull())
        return {};
    const bool leadsBack = std::any_of(
        profile.listeners.begin(), profile.listeners.end(),
        [&target](const ListenerProfile &listener) { return net::reaches(target, listener.endpoint()); });
    return leadsBack ? Error{ErrorCode::LoopDetected, {}} : Error();
}

QString chooserText(const Explanation &explanation)
{
    switch (explanation.chooser) {
    case Explanation::Chooser::Failover:
        return u"; the first member that works"_s;
    case Explanation::Chooser::Balance:
        return explanation.isForAssociation
                   ? u"; the member for this host, when it is the first that the association sends to"_s
                   : u"; the member for this host"_s;
    case Explanation::Chooser::Nobody:
    case Explanation::Chooser::Server:
    case Explanation::Chooser::Chain:
        return {};
    }
    Q_UNREACHABLE();
    return {};
}

QString addressText(const Explanation &explanation)
{
    switch (explanation.addressSource) {
    case Explanation::AddressSource::Asked:
        return u"%1, as asked for"_s.arg(explanation.address.toString());
    case Explanation::AddressSource::Resolved:
        return u"%1, looked up for the rules"_s.arg(explanation.address.toString());
    case Explanation::AddressSource::NotResolved:
        return u"not looked up: rules on addresses, which resolveForRules asks, were not judged"_s;
    case Explanation::AddressSource::NotFound:
        return u"looked up in vain: rules on addresses were not judged, and only a server may look it up again"_s;
    case Explanation::AddressSource::NotNeeded:
        return u"not looked up for the rules: no rule on addresses could decide before the name does"_s;
    case Explanation::AddressSource::NotWanted:
        break;
    }
    const QString rest = u"rules on addresses do not apply to names"_s;
    if (explanation.isNameSentOn)
        return u"the last server looks the name up; "_s + rest;
    if (explanation.isRefused())
        return u"not looked up; "_s + rest;
    return u"looked up here to connect; "_s + rest;
}

QString routeText(const Explanation &explanation)
{
    QString text = u"by way of %1"_s.arg(explanation.route);
    if (explanation.obstacle.isError())
        return text;
    const QString down =
        explanation.passedOver.isEmpty() ? QString() : u"; down: "_s + explanation.passedOver.join(u", ");
    return u"%1 (%2%3%4)"_s.arg(text, shownWay({}, explanation.servers), chooserText(explanation), down);
}

QString wayText(const Explanation &explanation)
{
    switch (explanation.action.kind) {
    case Action::Kind::Direct:
        return u"direct"_s;
    case Action::Kind::Block:
        return u"block"_s;
    case Action::Kind::Proxy:
        return routeText(explanation);
    }
    Q_UNREACHABLE();
    return {};
}

QString actionText(const Explanation &explanation)
{
    const QString way = wayText(explanation);
    return explanation.obstacle.isError() ? u"%1, which fails: %2"_s.arg(way, errorText(explanation.obstacle))
                                          : way;
}

} // namespace

Message faultOfAskedHost(const QString &host)
{
    if (Address::fromLiteral(host))
        return {};
    const QString shown = u"\"%1\""_s.arg(host);
    const auto divides = [](QChar c) {
        return c == u'/' || c == u':' || c == u'*';
    };
    if (std::any_of(host.begin(), host.end(), divides))
        return Message(QT_TRANSLATE_NOOP("engine::Message", "%1 is neither an address nor the name of one "
                                                            "host, which holds no \"/\", \":\" or \"*\""),
                       shown);
    if (!isAcceptableHostName(host.toUtf8()))
        return Message(QT_TRANSLATE_NOOP("engine::Message", "%1 is no name that can be asked for: it is too "
                                                            "long, or holds a space or what cannot be seen"),
                       shown);
    return {};
}

Explanation explainRequest(const Profile &profile, const ExplainRequest &request)
{
    const RuleSet rules(profile);
    RuleQuery query = queryOf(request);
    // As the engine does: by the name first.
    const bool needsAddress = rules.decide(query).needsAddress;
    if (needsAddress && !request.resolved.isNull())
        query.resolved = request.resolved;
    const Trace trace = rules.explain(query);
    Explanation explanation;
    explanation.addressSource =
        addressSourceOf(query, rules.asksForAddresses(), needsAddress, request.isUnresolved);
    explanation.address = query.destination.literal().value_or(query.resolved.value_or(Address()));
    for (const TraceStep &step : trace.steps)
        explanation.rules.append({step, step.outcome == TraceStep::Outcome::Matched, outcomeText(step)});
    explanation.action = trace.decision.action;
    explanation.rule = std::max(trace.decision.rule, -1);
    explanation.decidedBy = reasonText(trace);
    // The very address that the rules saw is asked for.
    const Destination asked =
        query.resolved ? Destination{*query.resolved, {}, request.port} : query.destination;
    explainRoute(profile, request, asked, explanation);
    if (explanation.action.kind == Action::Kind::Direct)
        explanation.obstacle = whyNotDirectly(profile, {explanation.address, request.port});
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
    lines += u"address: %1"_s.arg(addressText(*this));
    return lines;
}

} // namespace engine
