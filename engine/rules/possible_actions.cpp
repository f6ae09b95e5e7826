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

} // namespace engine
