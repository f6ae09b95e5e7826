// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"

#include <QObject>

#include <cstdint>
#include <optional>

namespace ui
{

class ProfileStore;
class ProxyStatus;

/// Finds another port for the first listener that could not be opened, where that helps, and has the status
/// show the offer.
class PortDoctor : public QObject
{
    Q_OBJECT

public:
    /// Both must outlive it.
    PortDoctor(ProfileStore &store, ProxyStatus &status, QObject *parent = nullptr);

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
    [[nodiscard]] std::optional<Failure> failure() const;

    ProfileStore &m_store;
    ProxyStatus &m_status;
    std::optional<Failure> m_examined; ///< what the offer is for
};

} // namespace ui
