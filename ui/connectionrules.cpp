// SPDX-License-Identifier: MIT
#include "ui/connectionrules.h"

#include "ui/ruletext.h"

namespace ui
{

std::optional<engine::RuleProfile> ruleFor(const engine::Connection &connection, RuleSubject subject)
{
    engine::RuleProfile rule;
    switch (subject) {
    case RuleSubject::Application:
        rule.name = connection.application;
        if (!connection.application.isEmpty())
            rule.applications << connection.application;
        break;
    case RuleSubject::Host:
        rule.name = connection.targetHost;
        if (!connection.targetHost.isEmpty())
            rule.hosts << connection.targetHost;
        break;
    case RuleSubject::Domain:
        rule.hosts = domainPatterns(connection.targetHost);
        rule.name = rule.hosts.value(0);
        break;
    case RuleSubject::ApplicationAndHost:
        if (connection.application.isEmpty() || connection.targetHost.isEmpty())
            break;
        rule.name = QStringLiteral("%1, %2").arg(connection.application, connection.targetHost);
        rule.applications << connection.application;
        rule.hosts << connection.targetHost;
        break;
    }
    return rule.name.isEmpty() ? std::nullopt : std::optional(rule);
}

engine::ExplainRequest explainRequestFor(const engine::Connection &connection)
{
    engine::ExplainRequest request;
    if (connection.identity)
        request.application = *connection.identity;
    else
        request.application.program = {connection.processId, connection.application, {}, {}};
    request.host = connection.targetHost;
    request.port = connection.targetPort;
    request.transport = connection.command == engine::ClientCommand::UdpAssociate ? engine::Transport::Udp
                                                                                  : engine::Transport::Tcp;
    request.user = connection.user;
    request.client = connection.client.address;
    request.isLocal = connection.isLocal;
    request.resolved = connection.resolved;
    return request;
}

} // namespace ui
