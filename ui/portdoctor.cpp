// SPDX-License-Identifier: MIT
#include "ui/portdoctor.h"

#include "ui/freeport.h"
#include "ui/listeneredit.h"
#include "ui/profilestore.h"
#include "ui/proxystatus.h"
#include "ui/reservedportsquery.h"

#include <limits>
#include <utility>

namespace ui
{

namespace
{

using engine::ErrorCode;
using engine::ListenerStatus;

} // namespace

PortDoctor::PortDoctor(ProfileStore &store, ProxyStatus &status, QObject *parent,
                       ReservedPortsCommand reservedPorts)
    : QObject(parent)
    , m_store(store)
    , m_status(status)
    , m_reservedPorts(std::move(reservedPorts))
    , m_query(new ReservedPortsQuery(this))
{
    connect(m_query, &ReservedPortsQuery::found, this, &PortDoctor::takeReservedPorts);
    connect(&m_status, &ProxyStatus::stateChanged, this, &PortDoctor::examine);
    examine();
}

/// Another port is of no use to an address that this machine does not have.
std::optional<PortDoctor::Failure> PortDoctor::failure() const
{
    const ListenerStatus *failed = m_status.failedListener();
    if (failed == nullptr ||
        (failed->error.code != ErrorCode::AddressInUse &&
         failed->error.code != ErrorCode::PermissionDenied) ||
        findListener(m_store.profile(), failed->name, failed->endpoint) == nullptr)
        return std::nullopt;
    return Failure{failed->name, failed->endpoint, failed->error.code};
}

/// Only when something else has failed than before: looking for a port opens sockets.
void PortDoctor::examine()
{
    const std::optional<Failure> found = failure();
    if (found == m_examined)
        return;
    m_examined = found;
    if (found && found->error == ErrorCode::PermissionDenied)
        m_query->start(m_reservedPorts(found->endpoint.address.isV6()));
    else
        m_query->stop();
    if (found && found->endpoint.port != std::numeric_limits<std::uint16_t>::max())
        offerFrom(static_cast<std::uint16_t>(found->endpoint.port + 1));
    else
        m_status.setPortOffer(0);
}

/// A search port by port ends before a long range does.
void PortDoctor::takeReservedPorts(const QList<PortRange> &ranges)
{
    if (!m_examined)
        return;
    const std::uint16_t port = m_examined->endpoint.port;
    if (const std::uint16_t from = firstUnreserved(ranges, port); from != 0 && from != port)
        offerFrom(from);
    m_status.setReservedPorts(ranges);
}

void PortDoctor::offerFrom(std::uint16_t port)
{
    m_status.setPortOffer(findFreePort(m_examined->endpoint.address, port, m_store.profile()));
}

void PortDoctor::takeOffer()
{
    if (!m_examined || m_status.portOffer() == 0)
        return;
    engine::Profile profile = m_store.profile();
    // Somebody may have taken it since.
    const std::uint16_t port = findFreePort(m_examined->endpoint.address, m_status.portOffer(), profile);
    const engine::ListenerProfile *failed = findListener(profile, m_examined->name, m_examined->endpoint);
    if (failed == nullptr || port == 0)
        return;
    const QString name = failed->name;
    engine::ListenerProfile changed = *failed;
    changed.port = port;
    profile.listeners.replace(profile.listeners.indexOf(*failed), changed);
    const QStringList problems = m_store.change(profile);
    if (!problems.isEmpty())
        Q_EMIT told(tr("The port could not be changed: %1").arg(problems.join(u' ')));
    else if (findListener(m_store.profile(), name, changed.endpoint()) == nullptr)
        // --listen stands above the profile.
        Q_EMIT told(tr("The port was named at the program's start, so it stays until the next one."));
    else
        Q_EMIT told(tr("The listener \"%1\" uses port %2 from now on.").arg(name).arg(port));
}

} // namespace ui
