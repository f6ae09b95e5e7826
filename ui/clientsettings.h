// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"
#include "engine/profile.h"

#include <QString>

#include <array>
#include <cstdint>

// What other programs are to be told so that they use the proxy, in the form that each of them reads. No
// widgets.

namespace ui
{

enum class ClientTool : std::uint8_t { Environment, Curl, Git, Ssh, Apt, Npm, Pac };

inline constexpr std::array kClientTools{ClientTool::Environment, ClientTool::Curl, ClientTool::Git,
                                         ClientTool::Ssh,         ClientTool::Apt,  ClientTool::Npm,
                                         ClientTool::Pac};

/// A listener as its clients see it.
struct ProxyAddress {
    engine::Endpoint endpoint; ///< never 0.0.0.0
    engine::Protocols protocols;
    bool asksForLogin = false;

    bool operator==(const ProxyAddress &) const = default;
};

/// "socks5h://127.0.0.1:1080", by the best protocol the listener speaks, with NAME:PASSWORD where it asks for
/// them.
[[nodiscard]] QString proxyUrl(const ProxyAddress &proxy);
/// Lines for a shell that point programs at that URL.
[[nodiscard]] QString environmentLines(const QString &url);

/// The text to copy; empty when the program cannot use this proxy, see whyNoSettings().
[[nodiscard]] QString settingsFor(ClientTool tool, const ProxyAddress &proxy);
/// "curl", "PAC address"
[[nodiscard]] QString toolName(ClientTool tool);
/// Where the copied text belongs, in a sentence.
[[nodiscard]] QString whereSettingsGo(ClientTool tool, const ProxyAddress &proxy);
/// Why there are none, in a sentence; empty when there are.
[[nodiscard]] QString whyNoSettings(ClientTool tool, const ProxyAddress &proxy);

} // namespace ui
