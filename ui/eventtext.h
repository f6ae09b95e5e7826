// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"

#include <QString>

// The engine's codes and values as text for people, in the program's language. No widgets: the headless log
// uses these too.

namespace ui
{

/// One line, without its time and level: "curl (4242) – example.org:443: opened".
[[nodiscard]] QString eventText(const engine::Event &event);
/// "Warning"
[[nodiscard]] QString levelText(engine::EventLevel level);
/// "Connection refused (192.0.2.1:80)"
[[nodiscard]] QString errorMessage(const engine::Error &error);
/// "Connecting"
[[nodiscard]] QString stateText(engine::ConnectionState state);
/// "SOCKS5"; an en dash while it is not known.
[[nodiscard]] QString protocolText(engine::ClientProtocol protocol);
/// "SOCKS4, SOCKS5"
[[nodiscard]] QString protocolsText(engine::Protocols protocols);
/// Whether it ended a connection by a decision, ours or the user's, and is no failure in people's eyes.
[[nodiscard]] bool isDeliberate(engine::ErrorCode code);
/// "curl (4242)"; empty when neither is known.
[[nodiscard]] QString applicationText(const QString &application, std::int64_t processId);

} // namespace ui
