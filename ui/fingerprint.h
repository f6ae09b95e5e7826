// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

// The SHA-256 of a certificate, as people read and paste it. No widgets.

namespace ui
{

/// "AB:CD:...", 32 bytes in hexadecimal.
[[nodiscard]] QString fingerprintText(const QByteArray &sha256);
/// Reads hexadecimal with or without colons or spaces, or base64, also after what openssl ("sha256
/// Fingerprint=") and curl ("sha256//") put in front of them. Nothing unless it makes 32 bytes.
[[nodiscard]] std::optional<QByteArray> readFingerprint(const QString &text);

} // namespace ui
