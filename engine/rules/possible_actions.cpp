// SPDX-License-Identifier: MIT
#include "engine/rules/possible_actions.h"

namespace engine
{

QList<Action> possibleActions(const Profile &profile, Transport transport)
{
    if (profile.mode == RoutingMode::Direct)
        return {Action::direct()};
    QList<Action> actions{profile.defaultAction};
    if (profile.mode == RoutingMode::Everything)
        return actions;
    if (profile.unidentifiedApplications)
        actions.append(*profile.unidentifiedApplications);
    for (const RuleProfile &rule : profile.rules) {
        const bool applies = rule.enabled && (!rule.transports || rule.transports.testFlag(transport));
        if (applies && !actions.contains(rule.action))
            actions.append(rule.action);
    }
    return actions;
}

QStringList possibleWays(const Profile &profile)
{
    QStringList ways;
    for (const Transport transport : {Transport::Tcp, Transport::Udp}) {
        for (const Action &action : possibleActions(profile, transport)) {
            if (action.kind == Action::Kind::Proxy && !ways.contains(action.proxy))
                ways.append(action.proxy);
        }
    }
    return ways;
}

} // namespace engine
