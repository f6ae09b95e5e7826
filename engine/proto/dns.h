// SPDX-License-Identifier: MIT
#pragma once

#include "engine/proto/parsed.h"

#include <QByteArray>

// As much of RFC 1035 as finding out whether a name server answers takes.
namespace engine::dns
{

inline constexpr std::uint16_t kQueryId = 0x4853;

/// Asks for the IPv4 addresses of a name.
[[nodiscard]] QByteArray makeQuery(std::uint16_t id, const QByteArray &name);
/// Whether this answers the question with that number, whatever the answer is.
[[nodiscard]] bool isAnswer(Bytes datagram, std::uint16_t id);

} // namespace engine::dns
