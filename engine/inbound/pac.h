// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QByteArray>

namespace engine
{

/// A listener as the program sees it that asked for the file.
struct PacProxy {
    Endpoint endpoint;
    Protocols protocols;
    bool asksForLogin = false;
};

/// How much of the rules the file may show: with them it names hosts.
enum class PacDetail : std::uint8_t { NoRules, DirectHosts };

/// A proxy auto-configuration file, in the JavaScript of its first readers (ECMAScript 3). It sends to the
/// proxy whatever the proxy might not send directly: "DIRECT" is the answer only where the first rule that
/// can match does so for every program, user and client, and says direct, or where none can and the default
/// action or the mode says so. It looks up no names, and holds
/// nothing of a profile but hosts and ports of rules. Pure; any thread.
[[nodiscard]] QByteArray makePac(const Profile &profile, const PacProxy &proxy, PacDetail detail);

} // namespace engine
