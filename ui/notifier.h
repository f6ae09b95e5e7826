// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"
#include "ui/clock.h"
#include "ui/settings.h"

#include <QHash>
#include <QMap>
#include <QObject>
#include <QSet>
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
    /// Servers and listeners that one message names; others are counted.
    static constexpr int kMaximumLines = 5;

    /// `settings` must outlive it.
    Notifier(const Settings &settings, Clock clock, QObject *parent = nullptr);

    void takeEvents(const QList<engine::Event> &events);
    /// The engine does not respond, or does again.
    void setStalled(bool isStalled);
    /// Tells what is due. Called by itself; tests with a clock of their own call it.
    void tellDue();

Q_SIGNALS:
    void told(const ui::Notification &notification);

private:
    static constexpr std::size_t kKinds = 4;

    void take(const engine::Event &event);
    [[nodiscard]] bool isWaiting(Notice notice) const;
    void tell(Notice notice);
    void tellBlocked();
    void tellServers();
    void tellListeners();
    void tellEngine();
    [[nodiscard]] static QString fewLines(QStringList lines);

    const Settings &m_settings;
    Clock m_clock;
    QTimer m_timer;
    std::array<std::int64_t, kKinds> m_lastTold{}; ///< by Notice, on the monotonic clock
    std::array<bool, kKinds> m_hasTold{};
    std::uint64_t m_blocked = 0;
    engine::Event m_lastBlocked;
    QMap<QString, bool> m_servers;     ///< by name: whether it is down, as last heard
    QHash<QString, bool> m_toldDown;   ///< the same as last told
    QMap<QString, QString> m_failures; ///< of listeners, not told yet: what is wrong by name
    QHash<QString, QString> m_toldFailures;
    QString m_exhausted;              ///< not told yet: that files cannot be opened
    std::int64_t m_exhaustedTold = 0; ///< when it was told last; 0: never
    bool m_isStalled = false;
    bool m_toldStalled = false;
};

} // namespace ui
