// SPDX-License-Identifier: MIT
#include "ui/servertext.h"

#include "engine/limits.h"
#include "ui/eventtext.h"
#include "ui/fingerprint.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace ui
{

namespace
{

using engine::RouteKind;
using engine::ServerProtocol;

constexpr QChar kEnDash{0x2013};

struct ServerText {
    Q_DECLARE_TR_FUNCTIONS(ui::ServerText)
};

QString answerText(const engine::ServerCheck::Time &answered)
{
    return answered ? QLocale().toString(static_cast<qlonglong>(answered->count()))
                    : ServerText::tr("fails", "a check");
}

QString hostAndPort(const QString &host, std::uint16_t port)
{
    const QString shown = host.contains(u':') ? QStringLiteral("[%1]").arg(host) : host;
    return QStringLiteral("%1:%2").arg(shown).arg(port);
}

QString plainProtocolText(ServerProtocol protocol)
{
    switch (protocol) {
    case ServerProtocol::Socks4:
        return QStringLiteral("SOCKS4");
    case ServerProtocol::Socks4a:
        return QStringLiteral("SOCKS4a");
    case ServerProtocol::Socks5:
        return QStringLiteral("SOCKS5");
    case ServerProtocol::Http:
        return QStringLiteral("HTTP");
    }
    return {};
}

bool isPinned(const engine::ServerProfile &server)
{
    return server.tls && !server.certificateSha256.isEmpty();
}

} // namespace

QString serverProtocolText(const engine::ServerProfile &server)
{
    const QString plain = plainProtocolText(server.protocol);
    return server.tls ? ServerText::tr("%1 over TLS", "protocol").arg(plain) : plain;
}

QString shownProtocolText(const engine::ServerProfile &server)
{
    const QString protocol = serverProtocolText(server);
    return isPinned(server) ? ServerText::tr("%1, pinned", "protocol").arg(protocol) : protocol;
}

QString protocolExplanation(const engine::ServerProfile &server)
{
    const QString protocol = shownProtocolText(server);
    if (!isPinned(server))
        return protocol;
    return protocol + u'\n' +
           ServerText::tr("Only the certificate with this SHA-256 fingerprint is accepted:") + u'\n' +
           fingerprintText(server.certificateSha256);
}

QString serverAddressText(const engine::ServerProfile &server)
{
    return hostAndPort(server.host, server.port);
}

QString routeKindText(RouteKind kind)
{
    switch (kind) {
    case RouteKind::Chain:
        return ServerText::tr("Chain");
    case RouteKind::Failover:
        return ServerText::tr("Failover");
    case RouteKind::Balance:
        return ServerText::tr("Balance");
    }
    return {};
}

QString routeKindExplanation(RouteKind kind)
{
    switch (kind) {
    case RouteKind::Chain:
        return ServerText::tr("Every connection goes through all members, one after the other.");
    case RouteKind::Failover:
        return ServerText::tr("Connections go through the first member that works.");
    case RouteKind::Balance:
        return ServerText::tr("Connections are spread over the members that work; those to the same host "
                              "take the same one.");
    }
    return {};
}

QString millisecondsText(std::chrono::milliseconds duration)
{
    return ServerText::tr("%1 ms").arg(QLocale().toString(static_cast<qlonglong>(duration.count())));
}

QString healthText(const ServerKnowledge &known)
{
    switch (known.state) {
    case ServerState::Unknown:
        return ServerText::tr("Not checked");
    case ServerState::Checking:
        return ServerText::tr("Checking…");
    case ServerState::Works:
        return ServerText::tr("Works");
    case ServerState::Limited:
        return ServerText::tr("Works, but not for UDP");
    case ServerState::Down:
        return ServerText::tr("Down: %1", "reason").arg(errorMessage(known.error));
    }
    return {};
}

QString tcpText(const ServerKnowledge &known)
{
    return known.check ? answerText(known.check->answered) : QString();
}

QString udpText(const engine::ServerProfile &server, const ServerKnowledge &known)
{
    if (server.protocol != ServerProtocol::Socks5)
        return kEnDash;
    return known.check ? answerText(known.check->udpAnswered) : QString();
}

QString lastCheckText(const ServerKnowledge &known)
{
    if (!known.check)
        return {};
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(known.check->at);
    const QLocale locale;
    return time.date() == QDate::currentDate() ? locale.toString(time.time(), QLocale::ShortFormat)
                                               : locale.toString(time, QLocale::ShortFormat);
}

QList<CheckStep> checkSteps(const engine::CheckRequest &request, const engine::ServerCheck &check)
{
    QList<CheckStep> steps;
    std::chrono::milliseconds before{0};
    bool failed = false;
    const auto add = [&](const QString &name, engine::ServerCheck::Time reached) {
        if (failed)
            return;
        failed = !reached.has_value();
        if (failed) {
            steps.append({name, {}, errorMessage(check.error)});
            return;
        }
        steps.append({name, *reached - before, {}});
        before = *reached;
    };
    const bool isSocks5 = request.server.protocol == ServerProtocol::Socks5;
    add(ServerText::tr("Connection to the server"), check.connected);
    if (request.server.tls)
        add(ServerText::tr("TLS"), check.secured);
    if (isSocks5)
        add(ServerText::tr("Login"), check.loggedIn);
    add(ServerText::tr("Connection to %1", "target of a check")
            .arg(hostAndPort(request.targetHost, request.targetPort)),
        check.answered);
    if (isSocks5)
        steps.append({ServerText::tr("UDP answer from %1")
                          .arg(hostAndPort(request.nameServer, request.nameServerPort)),
                      check.udpAnswered, check.udpAnswered ? QString() : errorMessage(check.udpError)});
    return steps;
}

QStringList probeLines(const engine::ServerHealth &health, std::int64_t now)
{
    constexpr std::int64_t kMillisecondsPerSecond = 1'000;
    QStringList lines{ServerText::tr("Groups prefer other members until it has passed %n probe(s) in a row.",
                                     nullptr, engine::kProbesUntilUp)};
    if (health.nextProbeAt == 0) {
        lines << ServerText::tr("It is not being probed.");
        return lines;
    }
    lines << ServerText::tr("Probes passed: %1 of %2").arg(health.probesPassed).arg(engine::kProbesUntilUp);
    const std::int64_t seconds =
        (health.nextProbeAt - now + kMillisecondsPerSecond - 1) / kMillisecondsPerSecond;
    lines << (seconds > 0 ? ServerText::tr("Next probe in %n second(s).", nullptr, static_cast<int>(seconds))
                          : ServerText::tr("It is being probed now."));
    return lines;
}

QStringList knowledgeLines(const engine::ServerProfile &server, const ServerKnowledge &known,
                           std::int64_t now)
{
    QStringList lines;
    if (known.state == ServerState::Down)
        lines << healthText(known);
    if (known.health.isDown)
        lines << probeLines(known.health, now);
    if (!known.check)
        return lines;
    const QString time = QLocale().toString(QDateTime::fromMSecsSinceEpoch(known.check->at));
    lines << ServerText::tr("Checked %1:", "time").arg(time);
    engine::CheckRequest request;
    request.server = server;
    for (const CheckStep &step : checkSteps(request, *known.check))
        lines << ServerText::tr("%1: %2", "step of a check, what came of it")
                     .arg(step.name, step.took ? millisecondsText(*step.took) : step.problem);
    return lines;
}

QString noUdpText(const engine::ServerProfile &server)
{
    return ServerText::tr("%1 carries no UDP", "protocol").arg(serverProtocolText(server));
}

} // namespace ui
