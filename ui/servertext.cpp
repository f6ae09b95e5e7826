// SPDX-License-Identifier: MIT
#include "ui/servertext.h"

#include "engine/limits.h"
#include "ui/eventtext.h"
#include "ui/fingerprint.h"

#include <QCoreApplication>
#include <QLocale>

namespace ui
{

namespace
{

using engine::RouteKind;
using engine::ServerProtocol;

struct ServerText {
    Q_DECLARE_TR_FUNCTIONS(ui::ServerText)
};

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

} // namespace ui
