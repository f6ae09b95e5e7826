// SPDX-License-Identifier: MIT
#pragma once

#include "ui/ppx.h"

#include <QStringList>

// The lists in the rules of a .ppx file: "localhost; 127.0.0.1; *.example.org", "\"some app.exe\";
// fire*.exe".

namespace ui
{

struct PpxEntry {
    QString text; ///< without its quotes
    bool quoted = false;

    bool operator==(const PpxEntry &) const = default;
};

/// What an entry became. Left out when there are no texts.
struct PpxConverted {
    QStringList texts;
    std::optional<PpxFinding> finding; ///< nothing: it is what it was

    bool operator==(const PpxConverted &) const = default;
};

/// At ";" and ends of lines; what is quoted stays together.
[[nodiscard]] QList<PpxEntry> splitPpxList(QStringView list);
/// As above, and at blanks and commas, which no host and no port holds; but "10.0.0.1 - 10.0.0.9" is one.
[[nodiscard]] QStringList splitPpxWords(QStringView list);

/// A target as entries of RuleProfile::hosts.
[[nodiscard]] PpxConverted convertPpxTarget(const QString &target, const PpxContext &context);
/// An application as an entry of RuleProfile::applications.
[[nodiscard]] PpxConverted convertPpxApplication(const PpxEntry &entry, const PpxContext &context);
/// "80" or "8000-9000".
[[nodiscard]] std::optional<engine::PortRange> readPpxPorts(QStringView text);

/// A name of one host.
[[nodiscard]] bool isPpxHostName(const QString &text);
/// As many bytes of UTF-8 as a profile takes for a name.
inline constexpr qsizetype kMaximumPpxText = 255;
/// On one line, without control characters, and not longer than that many bytes of UTF-8.
[[nodiscard]] QString fittedPpxText(const QString &text, qsizetype maximum = kMaximumPpxText);

} // namespace ui
