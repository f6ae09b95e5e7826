// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

#include <memory>
#include <optional>

namespace app
{

/// Standard input for what nobody is to see: not echoed where somebody types it. On Windows that happens in a
/// console of our own while this lives, because a shell does not wait for a program of the graphical
/// subsystem and would read from the same one; nothing should be printed meanwhile. Needs preparePlatform().
/// One at a time; blocks. secretinput_posix.cpp, secretinput_windows.cpp.
class SecretInput
{
public:
    SecretInput();
    ~SecretInput();
    Q_DISABLE_COPY_MOVE(SecretInput)

    /// Whether somebody types.
    [[nodiscard]] bool isTyped() const;
    /// One line without its end, at most `maximum` bytes and one or more to show that it is too long: as it
    /// comes from a pipe or file, in UTF-8 from a console of Windows. Nothing at the end of the input.
    /// `prompt` is shown when somebody types.
    [[nodiscard]] std::optional<QByteArray> readLine(const QString &prompt, qsizetype maximum);

private:
    class Private;
    std::unique_ptr<Private> m_private;
};

} // namespace app
