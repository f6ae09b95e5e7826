// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"
#include "engine/profile.h"
#include "ui/systemproxystatus.h"

#include <QString>
#include <QStringList>

#include <array>
#include <cstdint>

// What other programs are to be told so that they use the proxy, in the form that each of them reads. No
// widgets.

namespace ui
{

enum class ClientTool : std::uint8_t {
    PosixShell,    ///< environment variables
    PowerShell,    ///< the same
    CommandPrompt, ///< the same
    Curl,
    Git,
    Ssh,
    Apt,
    Npm,
    Pac,
};

/// As they are offered: the platform's own shell first.
inline constexpr std::array kClientTools{
#ifdef Q_OS_WIN
    ClientTool::PowerShell, ClientTool::CommandPrompt, ClientTool::PosixShell,
#else
    ClientTool::PosixShell, ClientTool::PowerShell,
#endif
    ClientTool::Curl,       ClientTool::Git,           ClientTool::Ssh,
    ClientTool::Apt,        ClientTool::Npm,           ClientTool::Pac};
inline constexpr ClientTool kUsualShell = kClientTools.front();

/// A listener as its clients see it.
struct ProxyAddress {
    engine::Endpoint endpoint; ///< never 0.0.0.0
    engine::Protocols protocols;
    bool asksForLogin = false;
    QStringList bypass = defaultBypassList(); ///< hosts to be reached without it, as in bypassProblem()

    bool operator==(const ProxyAddress &) const = default;
};

/// "socks5h://127.0.0.1:1080", by the best protocol the listener speaks, with NAME:PASSWORD where it asks for
/// them.
[[nodiscard]] QString proxyUrl(const ProxyAddress &proxy);

/// The text to copy; empty when the program cannot use this proxy, see whyNoSettings().
[[nodiscard]] QString settingsFor(ClientTool tool, const ProxyAddress &proxy);
/// "curl", "PAC address"
[[nodiscard]] QString toolName(ClientTool tool);
/// Where the copied text belongs, in a sentence.
[[nodiscard]] QString whereSettingsGo(ClientTool tool, const ProxyAddress &proxy);
/// Why there are none, in a sentence; empty when there are.
[[nodiscard]] QString whyNoSettings(ClientTool tool, const ProxyAddress &proxy);

} // namespace ui
