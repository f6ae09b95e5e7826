// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>

namespace engine
{
class Engine;
}

namespace ui
{

/// Notices when a running engine falls silent: it tells how it fares at least once a second, unless its
/// thread has ended or stands still. Counts looks, not seconds, so that a computer that slept is no alarm.
class EngineWatch : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds kInterval{5'000};
    /// So many looks in a row that find nothing new make a standstill.
    static constexpr int kSilentLooks = 3;

    /// The engine must outlive it, and has to be asked for totals at least.
    explicit EngineWatch(const engine::Engine &engine, QObject *parent = nullptr);

    /// What the engine sent has arrived.
    void heard();
    /// Called by itself; tests call it.
    void look();

Q_SIGNALS:
    void stalledChanged(bool isStalled);

private:
    void setStalled(bool isStalled);

    const engine::Engine &m_engine;
    QTimer m_timer;
    int m_silentLooks = 0;
    bool m_isStalled = false;
};

} // namespace ui
