// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <optional>

namespace ui
{

/// What "BASE64(user:password)@host:port#name" or "BASE64(user:password@host:port)#name" is as a URL, all
/// without the scheme: v2rayN and nekoray share SOCKS servers so. Nothing if it is neither. Never to be
/// logged.
[[nodiscard]] std::optional<QString> sharedAsUrl(QStringView text);

} // namespace ui
