// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <cstdint>
#include <optional>

namespace ui
{

/// Why the system's entry could not be changed.
struct LoginStartProblem {
    enum class Kind : std::uint8_t { CannotRemove, CannotMakeDirectory, CannotWrite };

    Kind kind = Kind::CannotWrite;
    QString where;  ///< a file, or a key of the registry
    QString detail; ///< the system's words; empty when it says nothing

    bool operator==(const LoginStartProblem &) const = default;
};

/// Whether the program starts by itself when the user logs in. The program implements it; interface thread.
class LoginStart
{
public:
    virtual ~LoginStart() = default;

    /// As the system has it now.
    [[nodiscard]] virtual bool isEnabled() const = 0;
    /// What went wrong; nothing when it is done.
    [[nodiscard]] virtual std::optional<LoginStartProblem> setEnabled(bool enabled) = 0;
};

} // namespace ui
