// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"
#include "engine/time_since_boot.h"
#include "ui/reservedports.h"
#include "ui/traffichistory.h"

#include <QList>
#include <QObject>
#include <QString>

#include <cstdint>
#include <functional>
#include <optional>

namespace ui
{

enum class ProxyState : std::uint8_t {
    Off,     ///< no listener is wanted and none is open
    Opening, ///< wanted, and no answer from the system yet
    On,      ///< every listener is open
    Partial, ///< some are, some failed
    Failed,  ///< none is open
};

/// What the proxy measurably does, gathered from the engine's signals: never what was asked of it. Window,
/// status bar and tray all show this one account.
class ProxyStatus : public QObject
{
    Q_OBJECT

public:
    /// `clock` is the engine's, in milliseconds; tests bring their own.
    explicit ProxyStatus(QString profileName, std::function<std::int64_t()> clock = engine::timeSinceBootMs,
                         QObject *parent = nullptr);

    [[nodiscard]] ProxyState state() const;
    /// What the switch shows: open, or failed to open.
    [[nodiscard]] bool isOn() const;
    [[nodiscard]] const QList<engine::ListenerStatus> &listeners() const { return m_listeners; }
    [[nodiscard]] const engine::Totals &totals() const { return m_totals; }
    [[nodiscard]] const TrafficHistory &traffic() const { return m_traffic; }
    /// Bytes per second over the last second or so; zero when nothing was reported for a while.
    [[nodiscard]] TrafficRates rates() const;
    /// The engine's clock now, as far as its last delta and the time since then tell.
    [[nodiscard]] std::int64_t nowMs() const;
    [[nodiscard]] const QString &profileName() const { return m_profileName; }

    /// "Proxy on", "Proxy off", "Proxy error"
    [[nodiscard]] QString title() const;
    /// What stands beside the switch: where programs reach it, "127.0.0.1:1080".
    [[nodiscard]] QString headline() const;
    /// "Listening on 127.0.0.1:1080 (SOCKS4, SOCKS5)", or why not; one line a listener.
    [[nodiscard]] QString description() const;
    /// The first open listener; null when there is none.
    [[nodiscard]] const engine::ListenerStatus *openListener() const;
    [[nodiscard]] const engine::ListenerStatus *failedListener() const;

    /// A port that the first failed listener could have instead of its own; 0: none.
    [[nodiscard]] std::uint16_t portOffer() const { return m_portOffer; }
    void setPortOffer(std::uint16_t port);
    /// Ports that the system keeps to itself, as far as they are known.
    void setReservedPorts(const QList<PortRange> &ranges);
    /// Why a listener failed: listenerErrorText() with what is known of reserved ports.
    [[nodiscard]] QString errorText(const engine::ListenerStatus &listener) const;
    void setAccepting(bool accepting);
    void setListeners(const QList<engine::ListenerStatus> &listeners);
    void applyDelta(const engine::Delta &delta);

Q_SIGNALS:
    /// Listeners, the wish for them, or a port that is offered.
    void stateChanged();
    /// Counters and rates, with each delta.
    void trafficChanged();

private:
    /// Since the last delta.
    [[nodiscard]] std::int64_t silenceMs() const { return m_deltaAtMs ? m_clock() - *m_deltaAtMs : 0; }

    QString m_profileName;
    QList<engine::ListenerStatus> m_listeners;
    engine::Totals m_totals;
    TrafficHistory m_traffic;
    std::function<std::int64_t()> m_clock;
    std::optional<std::int64_t> m_deltaAtMs; ///< when the last one came, by the clock
    QList<PortRange> m_reservedPorts;
    std::uint16_t m_portOffer = 0;
    bool m_accepting = false;
};

/// "127.0.0.1:1080 (SOCKS4, SOCKS5)"
[[nodiscard]] QString listenerText(const engine::ListenerStatus &listener);
/// "The port is in use by sshd (PID 1234)." and the like, for a listener that failed.
[[nodiscard]] QString listenerErrorText(const engine::ListenerStatus &listener,
                                        const QList<PortRange> &reservedPorts);
/// Where a program on this machine finds the listener: an address that is not 0.0.0.0.
[[nodiscard]] engine::Endpoint reachableEndpoint(const engine::ListenerStatus &listener);

} // namespace ui
