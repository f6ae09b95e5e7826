// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace ui
{

/// Whether the program starts by itself when the user logs in. The program implements it; interface thread.
class LoginStart
{
public:
    virtual ~LoginStart() = default;

    /// As the system has it now.
    [[nodiscard]] virtual bool isEnabled() const = 0;
    /// What went wrong, in English; empty when it is done.
    [[nodiscard]] virtual QString setEnabled(bool enabled) = 0;
};

} // namespace ui
