// SPDX-License-Identifier: MIT
#pragma once

#include "engine/message.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>

// What is known of the system's proxy settings, as values and as text for people. No widgets: the command
// line uses it too.

namespace ui
{

enum class SystemProxyState : std::uint8_t {
    Unavailable, ///< this desktop has no settings that Hosier knows
    Off,         ///< they are not Hosier's
    Changing,    ///< on the way to another state
    On,          ///< read back: they point at the proxy
    Waiting,     ///< switched on, and not set as long as there is no listener to point at
};

enum class SystemProxyProblem : std::uint8_t {
    None,
    UnknownDesktop,  ///< `detail`: its name, if it has one
    ToolMissing,     ///< `detail`: the program that changes the settings
    NoListener,      ///< none is open
    PasswordNeeded,  ///< `detail`: the name of a listener. Settings of a system cannot hold a password.
    ProtocolMissing, ///< no open listener speaks what the system can be told of
    ClientsRefused,  ///< `detail`: the name of a listener that does not admit this machine's programs
    OtherInstance,   ///< another running Hosier has set them
    ChangedByOthers, ///< somebody has changed them since; `detail`: which. They were left alone.
    JournalFailed,   ///< the settings could not be kept, so none was changed
    JournalDamaged,  ///< what was kept cannot be read; `detail`: where it lies now
    JournalStays,    ///< the settings were put back, and what was kept cannot be removed
    ReadFailed,
    WriteFailed,   ///< and what had been written was put back
    RestoreFailed, ///< they still point at Hosier
};

/// Which programs follow the settings.
enum class SystemProxyReach : std::uint8_t {
    AllPrograms,     ///< that follow the system's proxy settings, at once
    StartedPrograms, ///< that the user's service manager starts from then on, by environment variables
};

struct SystemProxyStatus {
    SystemProxyState state = SystemProxyState::Off;
    SystemProxyProblem problem = SystemProxyProblem::None;
    engine::Message detail{}; ///< of the problem
    QString address{};        ///< when On: where they point
    SystemProxyReach reach = SystemProxyReach::AllPrograms;

    bool operator==(const SystemProxyStatus &) const = default;
};

/// One or two sentences: what is wrong, and what to do about it. Empty for None.
[[nodiscard]] QString systemProxyProblemText(SystemProxyProblem problem, const engine::Message &detail);
/// What variables in the environment of programs reach, what they do not, and what to do about that.
[[nodiscard]] QString environmentReachText();
/// What keeps apps of the Microsoft Store from the proxy, and what to do about that. Empty where there are
/// none.
[[nodiscard]] QString storeAppsText();
/// The whole account, for a tool tip.
[[nodiscard]] QString systemProxyText(const SystemProxyStatus &status);

/// Hosts that programs reach without the proxy: this machine and its local networks.
[[nodiscard]] QStringList defaultBypassList();
/// What is wrong with an entry: a host name, "*." and a domain, an address, a CIDR block, or "<local>" where
/// the system knows it (Windows). Nothing when it is right.
[[nodiscard]] std::optional<QString> bypassProblem(const QString &entry);

} // namespace ui
