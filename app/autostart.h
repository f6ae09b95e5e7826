// SPDX-License-Identifier: MIT
#pragma once

#include "ui/loginstart.h"

#include <QString>
#include <QStringList>

namespace app
{

/// The command that the session's start runs: this program, in the tray or not, with the profile in use.
/// Linux: an XDG autostart entry; Windows: a value under the user's Run key. One for each user, whatever the
/// profile.
class Autostart final : public ui::LoginStart
{
public:
    /// `profilePath` is empty for the user's own profile.
    explicit Autostart(const QString &profilePath, bool minimized = true);

    /// Whether the program is to start in the tray; changes the entry if that is there.
    [[nodiscard]] std::optional<ui::LoginStartProblem> setMinimized(bool minimized);

    /// Whether the system runs this very command and nobody has switched it off there.
    [[nodiscard]] bool isEnabled() const override;
    [[nodiscard]] std::optional<ui::LoginStartProblem> setEnabled(bool enabled) override;

private:
    [[nodiscard]] QStringList command(bool minimized) const;

    QString m_profilePath; ///< absolute, or empty
    QStringList m_command;
};

} // namespace app
