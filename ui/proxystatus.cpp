// SPDX-License-Identifier: MIT
#include "ui/proxystatus.h"

#include "ui/eventtext.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui
{

using engine::ListenerState;
using engine::ListenerStatus;

namespace
{

/// Longer without a report than any pace of deltas: nothing moves.
constexpr std::chrono::milliseconds kStaleAfter{2'500};

struct StatusText {
    Q_DECLARE_TR_FUNCTIONS(ui::ProxyStatus)
};

const ListenerStatus *findState(const QList<ListenerStatus> &listeners, ListenerState state)
{
    const auto found = std::find_if(listeners.begin(), listeners.end(),
                                    [state](const ListenerStatus &one) { return one.state == state; });
    return found == listeners.end() ? nullptr : &*found;
}

/// What the system forbids it does for different reasons.
QString forbiddenText(std::uint16_t port)
{
#ifdef Q_OS_WIN
    return StatusText::tr("Windows does not permit port %1: it keeps the port for itself, or another program "
                          "uses it exclusively. \"netsh int ipv4 show excludedportrange protocol=tcp\" lists "
                          "the ports that Windows keeps.")
        .arg(port);
#else
    constexpr int kFirstUnprivileged = 1'024; // unless the administrator has chosen another
    return port < kFirstUnprivileged
               ? StatusText::tr("The system lets only privileged programs listen on port %1.").arg(port)
               : StatusText::tr("The system does not permit Hosier to listen on port %1.").arg(port);
#endif
}

QString reservedText(const PortRange &range, std::uint16_t port)
{
    return range.first == range.last
               ? StatusText::tr("Port %1 is reserved by Windows.").arg(port)
               : StatusText::tr(
                     "Ports %1 to %2 are reserved by Windows, so no program can listen on port %3.")
                     .arg(range.first)
                     .arg(range.last)
                     .arg(port);
}

} // namespace

ProxyStatus::ProxyStatus(QString profileName, std::function<std::int64_t()> clock, QObject *parent)
    : QObject(parent)
    , m_profileName(std::move(profileName))
    , m_clock(std::move(clock))
{
}

ProxyState ProxyStatus::state() const
{
    const bool open = openListener() != nullptr;
    const bool failed = failedListener() != nullptr;
    if (open)
        return failed ? ProxyState::Partial : ProxyState::On;
    if (!m_accepting)
        return ProxyState::Off;
    return failed ? ProxyState::Failed : ProxyState::Opening;
}

bool ProxyStatus::isOn() const
{
    switch (state()) {
    case ProxyState::Off:
    case ProxyState::Opening:
        return false;
    case ProxyState::On:
    case ProxyState::Partial:
    case ProxyState::Failed:
        return true;
    }
    return false;
}

TrafficRates ProxyStatus::rates() const
{
    if (silenceMs() > kStaleAfter.count())
        return {};
    return m_traffic.current();
}

std::int64_t ProxyStatus::nowMs() const
{
    return m_traffic.lastMs() + silenceMs();
}

QString ProxyStatus::title() const
{
    switch (state()) {
    case ProxyState::Off:
        return tr("Proxy off");
    case ProxyState::Opening:
        return m_listeners.isEmpty() ? tr("No listener") : tr("Opening");
    case ProxyState::On:
        return tr("Proxy on");
    case ProxyState::Partial:
        return tr("Proxy on, with an error");
    case ProxyState::Failed:
        return tr("Proxy error");
    }
    return {};
}

QString ProxyStatus::headline() const
{
    QStringList addresses;
    for (const ListenerStatus &listener : m_listeners) {
        if (listener.state == ListenerState::Listening)
            addresses << listener.endpoint.toString();
    }
    return addresses.join(QStringLiteral(", "));
}

QString ProxyStatus::description() const
{
    if (state() == ProxyState::Off)
        return tr("Proxy off: nothing is listening");
    if (m_listeners.isEmpty())
        return tr("The profile has no listener");
    QStringList lines;
    for (const ListenerStatus &listener : m_listeners) {
        switch (listener.state) {
        case ListenerState::Listening:
            lines << tr("Listening on %1").arg(listenerText(listener));
            break;
        case ListenerState::Failed:
            lines << tr("%1: %2", "address, reason").arg(listener.endpoint.toString(), errorText(listener));
            break;
        case ListenerState::Closed:
            lines << tr("%1: closed", "address").arg(listener.endpoint.toString());
            break;
        }
    }
    return lines.join(u'\n');
}

const ListenerStatus *ProxyStatus::openListener() const
{
    return findState(m_listeners, ListenerState::Listening);
}

const ListenerStatus *ProxyStatus::failedListener() const
{
    return findState(m_listeners, ListenerState::Failed);
}

void ProxyStatus::setPortOffer(std::uint16_t port)
{
    if (port == m_portOffer)
        return;
    m_portOffer = port;
    Q_EMIT stateChanged();
}

void ProxyStatus::setReservedPorts(const QList<PortRange> &ranges)
{
    if (ranges == m_reservedPorts)
        return;
    m_reservedPorts = ranges;
    Q_EMIT stateChanged();
}

QString ProxyStatus::errorText(const ListenerStatus &listener) const
{
    return listenerErrorText(listener, m_reservedPorts);
}

void ProxyStatus::setAccepting(bool accepting)
{
    m_accepting = accepting;
    Q_EMIT stateChanged();
}

void ProxyStatus::setListeners(const QList<ListenerStatus> &listeners)
{
    m_listeners = listeners;
    Q_EMIT stateChanged();
}

void ProxyStatus::applyDelta(const engine::Delta &delta)
{
    m_totals = delta.totals;
    m_traffic.add(delta.elapsedMs, delta.totals.bytesDown, delta.totals.bytesUp);
    m_deltaAtMs = m_clock();
    Q_EMIT trafficChanged();
}

QString listenerText(const ListenerStatus &listener)
{
    const QString protocols = protocolsText(listener.protocols);
    const QString address = listener.endpoint.toString();
    return protocols.isEmpty() ? address
                               : StatusText::tr("%1 (%2)", "address, protocols").arg(address, protocols);
}

QString listenerErrorText(const ListenerStatus &listener, const QList<PortRange> &reservedPorts)
{
    const bool isHeld = listener.holderPid > 0 || !listener.holderName.isEmpty();
    if (listener.error.code == engine::ErrorCode::PermissionDenied && !isHeld) {
        const std::uint16_t port = listener.endpoint.port;
        const std::optional<PortRange> range = findReservedRange(reservedPorts, port);
        return range ? reservedText(*range, port) : forbiddenText(port);
    }
    if (listener.error.code != engine::ErrorCode::AddressInUse && !isHeld)
        return StatusText::tr("%1.", "a sentence").arg(errorMessage(listener.error));
    if (!isHeld)
        return StatusText::tr("The port is in use by another program.");
    if (listener.holderName.isEmpty())
        return StatusText::tr("The port is in use by process %1.").arg(listener.holderPid);
    return StatusText::tr("The port is in use by %1.", "program (process id)")
        .arg(applicationText(listener.holderName, listener.holderPid));
}

engine::Endpoint reachableEndpoint(const ListenerStatus &listener)
{
    engine::Endpoint endpoint = listener.endpoint;
    if (endpoint.address.isUnspecified()) {
        const auto loopback = engine::Address::fromLiteral(
            endpoint.address.isV6() ? QStringView(u"::1") : QStringView(u"127.0.0.1"));
        endpoint.address = loopback.value_or(endpoint.address);
    }
    return endpoint;
}

} // namespace ui
