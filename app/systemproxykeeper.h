// SPDX-License-Identifier: MIT
#pragma once

#include "app/systemproxyjournal.h"

#include <QLockFile>

#include <functional>

namespace app
{

/// What is to be written so that the settings are again what they were, and the fields in which somebody
/// else's values stand now, which are left alone.
struct Restoration {
    ProxyFields fields;
    QStringList foreign;
};
/// Field by field: what Hosier wrote goes, what others wrote stays. Where somebody has put another address
/// in, the switch of that group is theirs as well, whatever it says.
[[nodiscard]] Restoration planRestoration(const SystemProxyRecord &record, const ProxyFields &present,
                                          const SystemProxyBackend &backend);

/// Where the journal is: beside the profile of this user, whatever profile is in use.
[[nodiscard]] QString systemProxyDirectory();
/// The lock, which is one for all copies of the program that change the same settings. Chosen by platform:
/// systemproxy_unix.cpp, systemproxy_windows.cpp.
[[nodiscard]] QString systemProxyLockPath();

/// Sets and restores the settings in an order in which dying at any point loses nothing. One instance at a
/// time holds them: whoever has the lock. Everything blocks; for one thread.
class SystemProxyKeeper
{
public:
    using BackendMaker = std::function<std::unique_ptr<SystemProxyBackend>(const QString &name)>;

    struct Outcome {
        bool isSet = false; ///< the settings point at Hosier now
        ui::SystemProxyProblem problem = ui::SystemProxyProblem::None;
        engine::Message detail{};
    };

    /// `directory` is the journal's. `backend` sets; what restores is made by the name in the journal, which
    /// may be of another desktop.
    SystemProxyKeeper(const QString &directory, FoundBackend backend, BackendMaker maker,
                      const QString &lockPath = systemProxyLockPath());

    /// Of backends that can set, why there is none.
    [[nodiscard]] ui::SystemProxyProblem unavailable() const { return m_own.problem; }
    [[nodiscard]] const engine::Message &unavailableDetail() const { return m_own.detail; }
    /// Which programs follow the settings.
    [[nodiscard]] ui::SystemProxyReach reach() const
    {
        return m_own.backend ? m_own.backend->reach() : ui::SystemProxyReach::AllPrograms;
    }

    /// Puts the wish in force, restoring first what a process that died has left.
    [[nodiscard]] Outcome apply(const SystemProxyWish &wish);
    /// Puts back what the settings were before Hosier; nothing when it does not hold them and no dead process
    /// did.
    [[nodiscard]] Outcome restore();
    /// The same, whoever has the lock. It may be a process that hangs.
    [[nodiscard]] Outcome restoreByForce();
    /// Whether the settings are still as apply() left them. If not, what is left of them is put back.
    [[nodiscard]] Outcome check();

    /// The process that has the lock, if it is another one.
    [[nodiscard]] std::int64_t holder() const;

private:
    [[nodiscard]] bool takeLock();
    [[nodiscard]] Outcome cannotLock();
    [[nodiscard]] Outcome write(SystemProxyRecord record, const ProxyFields &fields);
    [[nodiscard]] Outcome giveUp(ui::SystemProxyProblem problem, const engine::Message &detail);
    [[nodiscard]] Outcome putBack();
    [[nodiscard]] Outcome release(ui::SystemProxyProblem problem = {}, const engine::Message &detail = {});

    SystemProxyJournal m_journal;
    FoundBackend m_own;
    BackendMaker m_maker;
    QLockFile m_lock;
    bool m_isSet = false;
    SystemProxyRecord m_record; ///< when set: the journal, should somebody remove it
};

/// One that only restores: it sets nothing.
[[nodiscard]] SystemProxyKeeper makeRestoringKeeper();

/// Tells on standard error what is wrong, if anything is.
void printProblem(const SystemProxyKeeper::Outcome &outcome);

/// Whether something is left to do, which another attempt may bring about.
[[nodiscard]] bool isUnfinished(ui::SystemProxyProblem problem);

/// Switches Hosier's proxy off for good where somebody else has changed the settings: the journal, which told
/// of it, is gone, and the next start would set them over.
void giveWayToOthers(const SystemProxyKeeper::Outcome &outcome);

/// Puts back what a process that died has left, however this one goes on; nothing while another one holds the
/// settings. Tells what is wrong, and switches Hosier's proxy off for good where somebody else has changed
/// the settings meanwhile. Blocks, where there is something to put back.
SystemProxyKeeper::Outcome restoreAfterDeath(SystemProxyKeeper &keeper);

/// Whether the user wants the settings to point at Hosier while it runs: a setting of this machine and user,
/// not of the profile.
[[nodiscard]] bool isSystemProxyWanted();
void setSystemProxyWanted(bool isWanted);

} // namespace app
