// SPDX-License-Identifier: MIT
#pragma once

#include <QDateTime>
#include <QMessageBox>

#include <cstdint>
#include <optional>

namespace ui
{

/// Tells that the profile is broken, and offers what to start with instead.
class ProfileRecovery : public QMessageBox
{
    Q_OBJECT

public:
    enum class Choice : std::uint8_t {
        Quit,
        Backup,
        Afresh, ///< with the built-in profile
    };

    /// `problems` are lines, one at least. `backupTime` is until when the backup was in force; none: there is
    /// no backup that could be used.
    ProfileRecovery(const QString &path, const QStringList &problems,
                    const std::optional<QDateTime> &backupTime);

    /// When it has finished.
    [[nodiscard]] Choice choice() const;

private:
    QPushButton *m_backup = nullptr;
    QPushButton *m_afresh;
};

} // namespace ui
