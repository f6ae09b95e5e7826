// SPDX-License-Identifier: MIT
#pragma once

#include "app/systemproxykeeper.h"
#include "engine/snapshot.h"
#include "ui/systemproxycontrol.h"

#include <QThread>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

namespace engine
{
class Engine;
struct Profile;
} // namespace engine

namespace ui
{
class ProfileStore;
}

namespace app
{

class SystemProxyWatchdog;

/// Which open listener the system's settings can name: one that programs of this machine reach without a
/// password, HTTP before anything else. Or why there is none.
struct ListenerChoice {
    std::optional<engine::ListenerStatus> listener{};
    ui::SystemProxyProblem problem = ui::SystemProxyProblem::None;
    engine::Message detail{};
};
[[nodiscard]] ListenerChoice chooseListener(const engine::Profile &profile,
                                            const QList<engine::ListenerStatus> &listeners);

/// Keeps the system's proxy settings at what the user wants and the listeners allow. Lives on the interface's
/// thread; what blocks is done by a keeper on a thread of its own. The switch and the bypass list are
/// settings of this machine and user, not of the profile.
class SystemProxySwitch : public ui::SystemProxyControl
{
    Q_OBJECT

public:
    /// `watchdogProgram` is this program's file; empty: no watchdog, for tests.
    SystemProxySwitch(engine::Engine &engine, const ui::ProfileStore &store,
                      std::unique_ptr<SystemProxyKeeper> keeper, const QString &watchdogProgram,
                      QObject *parent = nullptr);
    /// Waits until the settings are put back, a few seconds at most, should close() not have done it.
    ~SystemProxySwitch() override;

    /// Switches on if the user did so last time. `left` is what came of restoreAfterDeath() with the same
    /// keeper.
    void start(const SystemProxyKeeper::Outcome &left);
    /// Puts the settings back; closed() follows, whether it worked or not.
    void close();
    /// The same at once, for the end of a session that waits for nobody.
    void restoreNow();
    /// Whether the program's end has begun, which begins with this.
    [[nodiscard]] bool isClosing() const { return m_isClosing; }

    [[nodiscard]] ui::SystemProxyStatus status() const override;
    void setOn(bool on) override;
    void measure() override;
    [[nodiscard]] QStringList bypassList() const override;
    void setBypassList(const QStringList &entries) override;

Q_SIGNALS:
    void closed();

private:
    using Outcome = SystemProxyKeeper::Outcome;

    [[nodiscard]] ui::SystemProxyStatus stateAndProblem() const;
    [[nodiscard]] std::optional<SystemProxyWish> wanted() const;
    [[nodiscard]] ListenerChoice choice() const;
    void proceed();
    void run(const std::function<Outcome(SystemProxyKeeper &)> &job,
             const std::optional<SystemProxyWish> &wish);
    void take(const Outcome &outcome, const std::optional<SystemProxyWish> &wish);
    void finishClosing();
    void turnOff(bool forGood);

    engine::Engine &m_engine;
    const ui::ProfileStore &m_store;
    std::unique_ptr<SystemProxyKeeper> m_keeper; ///< the thread's while that runs
    QThread m_thread;
    QObject *m_worker; ///< lives on the thread
    SystemProxyWatchdog *m_watchdog = nullptr;
    QTimer m_settling; ///< until the listeners have come to rest
    QTimer m_retry;    ///< after a restoration failed, or left the journal
    std::optional<SystemProxyWish> m_applied;
    ui::SystemProxyProblem m_problem = ui::SystemProxyProblem::None;
    engine::Message m_detail;
    bool m_isOn = false;          ///< wanted by the user
    bool m_isSet = false;         ///< measured
    bool m_isJournalLeft = false; ///< could not be removed, though the settings were put back
    bool m_isBusy = false;
    bool m_isMeasuring = false; ///< asked to, and not done yet
    bool m_isClosing = false;
    bool m_hasFailed = false; ///< to put the settings back, when closing
    bool m_isWatchdogLeaving = false;
    bool m_isClosed = false;
};

} // namespace app
