// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "engine/server_check.h"
#include "engine/snapshot.h"
#include "ui/clock.h"
#include "ui/settings.h"

#include <QMap>
#include <QObject>
#include <QString>
#include <QTimer>

#include <array>
#include <chrono>
#include <cstdint>

namespace ui
{

/// What the desktop is to show.
struct Notification {
    Notice notice = Notice::ProxyFailed;
    QString title;
    QString text;
    bool isBad = true; ///< something went wrong, not merely changed
};

/// Makes few messages of many events: the first of a kind at once, all that come within a while after it
/// together at its end. Who shows them is somebody else's business.
class Notifier : public QObject
{
    Q_OBJECT

public:
    /// Messages of one kind are at least this far apart.
    static constexpr std::chrono::milliseconds kInterval{30'000};
    /// That files cannot be opened is told again after this time at the earliest.
    static constexpr std::chrono::milliseconds kExhaustedPause{600'000};
    /// Servers often fail together: so long the first waits for others.
    static constexpr std::chrono::milliseconds kGatherTime{1'000};
    /// Servers and listeners that one message names; others are counted.
    static constexpr int kMaximumLines = 5;

    /// `settings` must outlive it.
    Notifier(const Settings &settings, Clock clock, QObject *parent = nullptr);

    void takeEvents(const QList<engine::Event> &events);
    /// As the engine reports them. What was told of one that has failed holds no longer once it is closed,
    /// as by switching the proxy off, or is gone from the profile: no event says so.
    void setListeners(const QList<engine::ListenerStatus> &listeners);
    /// Those of the profile in force. The engine begins anew with ones that have changed: what was told of
    /// them holds no longer.
    void setServers(const QList<engine::ServerProfile> &servers);
    void takeHealth(const engine::ServerHealth &health);
    /// The engine does not respond, or does again.
    void setStalled(bool isStalled);
    /// Tells what is due. Called by itself; tests with a clock of their own call it.
    void tellDue();

Q_SIGNALS:
    void told(const ui::Notification &notification);

private:
    static constexpr std::size_t kKinds = 4;

    struct ServerNews {
        bool isDown = false;     ///< as last heard
        bool isToldDown = false; ///< as last told

        [[nodiscard]] bool isNews() const { return isDown != isToldDown; }
    };

    void take(const engine::Event &event);
    [[nodiscard]] bool isWaiting(Notice notice) const;
    void tell(Notice notice);
    void tellBlocked();
    void tellServers();
    void tellListeners();
    void tellEngine();
    [[nodiscard]] const engine::ServerProfile *findServer(const QString &id) const;
    [[nodiscard]] static QString fewLines(QStringList lines);

    const Settings &m_settings;
    Clock m_clock;
    QTimer m_timer;
    std::array<std::int64_t, kKinds> m_lastTold{}; ///< by Notice, on the monotonic clock
    std::array<bool, kKinds> m_hasTold{};
    std::uint64_t m_blocked = 0;
    engine::Event m_lastBlocked;
    QList<engine::ServerProfile> m_servers;
    QMap<QString, ServerNews> m_health;         ///< by the server's id
    std::int64_t m_healthSince = 0;             ///< when the first came of what is not told yet
    QMap<engine::Endpoint, QString> m_failures; ///< of listeners: what is wrong
    QMap<engine::Endpoint, QString> m_toldFailures;
    QString m_exhausted;              ///< not told yet: that files cannot be opened
    std::int64_t m_exhaustedTold = 0; ///< when it was told last; 0: never
    bool m_isStalled = false;
    bool m_toldStalled = false;
};

} // namespace ui
