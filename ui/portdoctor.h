// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"
#include "ui/reservedports.h"

#include <QObject>

#include <cstdint>
#include <functional>
#include <optional>

namespace ui
{

class ProfileStore;
class ProxyStatus;
class ReservedPortsQuery;

/// Finds another port for the first listener that could not be opened, where that helps, and has the status
/// show the offer. When the system forbids the port, it is asked for those that it reserves as well.
class PortDoctor : public QObject
{
    Q_OBJECT

public:
    /// What prints the reserved ports for IPv6, or IPv4.
    using ReservedPortsCommand = std::function<QStringList(bool isV6)>;

    /// Store and status must outlive it.
    PortDoctor(ProfileStore &store, ProxyStatus &status, QObject *parent = nullptr,
               ReservedPortsCommand reservedPorts = reservedPortsCommand);

    /// Gives the listener the port that is offered.
    void takeOffer();

Q_SIGNALS:
    /// What came of takeOffer().
    void told(const QString &text);

private:
    struct Failure {
        QString name;
        engine::Endpoint endpoint;
        engine::ErrorCode error = engine::ErrorCode::None;

        bool operator==(const Failure &) const = default;
    };

    void examine();
    void takeReservedPorts(const QList<PortRange> &ranges);
    void offerFrom(std::uint16_t port);
    [[nodiscard]] std::optional<Failure> failure() const;

    ProfileStore &m_store;
    ProxyStatus &m_status;
    ReservedPortsCommand m_reservedPorts;
    ReservedPortsQuery *m_query;
    std::optional<Failure> m_examined; ///< what the offer is for
};

} // namespace ui
