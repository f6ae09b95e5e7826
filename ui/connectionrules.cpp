// SPDX-License-Identifier: MIT
#include "ui/connectionrules.h"

#include "engine/rule_entries.h"
#include "ui/programtext.h"
#include "ui/ruletext.h"

namespace ui
{

namespace
{

/// What a rule says to mean the program, and what people call it.
struct RuleProgram {
    QString entry; ///< empty: it is not known
    QString name;
};

/// Not known, too, when the entry would be a pattern, and the rule for other programs as well.
RuleProgram ruleProgram(const engine::Connection &connection, ProgramForm form)
{
    const engine::Program program = connection.identity ? connection.identity->program : engine::Program{};
    RuleProgram made{connection.application, connection.application};
    if (!program.script.isEmpty())
        made = {program.script, scriptName(program)};
    else if (form == ProgramForm::Path && !program.path.isEmpty())
        made = {program.path, connection.application.isEmpty() ? program.path : connection.application};
    return engine::isOneProgram(made.entry) ? made : RuleProgram{};
}

} // namespace

std::optional<engine::RuleProfile> ruleFor(const engine::Connection &connection, RuleSubject subject,
                                           ProgramForm form)
{
    const RuleProgram program = ruleProgram(connection, form);
    const QString host = engine::isOneHost(connection.targetHost) ? connection.targetHost : QString();
    engine::RuleProfile rule;
    switch (subject) {
    case RuleSubject::Application:
        rule.name = program.name;
        if (!program.entry.isEmpty())
            rule.applications << program.entry;
        break;
    case RuleSubject::Host:
        rule.name = host;
        if (!host.isEmpty())
            rule.hosts << host;
        break;
    case RuleSubject::Domain:
        rule.hosts = domainPatterns(host);
        rule.name = rule.hosts.value(0);
        break;
    case RuleSubject::ApplicationAndHost:
        if (program.entry.isEmpty() || host.isEmpty())
            break;
        rule.name = QStringLiteral("%1, %2").arg(program.name, host);
        rule.applications << program.entry;
        rule.hosts << host;
        break;
    }
    return rule.name.isEmpty() ? std::nullopt : std::optional(rule);
}

bool isDecided(const engine::Connection &connection)
{
    return !connection.rule.isEmpty() || !connection.route.isEmpty() || isDecided(connection.state);
}

bool isDecided(engine::ConnectionState state)
{
    using engine::ConnectionState;
    return state == ConnectionState::Open || state == ConnectionState::HalfClosed ||
           state == ConnectionState::Closed;
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
    request.isBind = connection.command == engine::ClientCommand::Bind;
    request.user = connection.user;
    request.client = connection.client.address;
    request.isLocal = connection.isLocal;
    request.resolved = connection.resolved;
    request.isUnresolved = connection.isUnresolved;
    return request;
}

} // namespace ui
