// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "ui/ppx.h"

#include <functional>

// Files that a profile, or a part of one, is taken from. No widgets, no I/O.

namespace ui
{

enum class ImportKind : std::uint8_t {
    Unusable,
    Profile,   ///< of Hosier: takes the place of the whole profile
    Proxifier, ///< servers, routes and rules
};

/// What is done with the servers, routes and rules there are.
enum class ImportMode : std::uint8_t { Replace, Add };

enum class ImportOutcome : std::uint8_t { Taken, Changed, LeftOut, Warning, Wrong };

/// A line of the report, in the program's language (errors of profiles are English).
struct ImportLine {
    QString place; ///< "line 12" or "$.servers[0].port"
    ImportOutcome outcome = ImportOutcome::Taken;
    QString text;
};

struct ImportedFile {
    ImportKind kind = ImportKind::Unusable;
    engine::Profile profile; ///< of Profile: valid
    PpxProfile ppx;          ///< of Proxifier
    QList<ImportLine> lines; ///< what is wrong, or what becomes of a profile of Hosier
};

/// The profile that the file comes into.
struct ImportTarget {
    const engine::Profile &profile;
    /// A password that is kept under a server's id must never go to another server that has the same id in
    /// the file.
    std::function<bool(const QString &serverId)> hasPassword;
};

/// Reads and validates. A profile without "users" gets those that the target has.
[[nodiscard]] ImportedFile readImport(const QByteArray &content, const ImportTarget &target,
                                      const PpxContext &context);
/// What becomes of the file, or what is wrong with it, in the file's order.
[[nodiscard]] QList<ImportLine> importLines(const ImportedFile &file, ImportMode mode);
/// The target's profile as the import makes it; the store has the last word on whether it is valid. The mode
/// is of no meaning to a profile of Hosier. Listeners, users and limits stay with a Proxifier profile; so
/// does the default action with Add.
[[nodiscard]] engine::Profile withImport(const ImportedFile &file, const ImportTarget &target,
                                         ImportMode mode);

} // namespace ui
