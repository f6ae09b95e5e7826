// SPDX-License-Identifier: MIT
#pragma once

#include "app/platform.h"

#include <cstdio>
#include <cstdlib>
#include <optional>

namespace app
{

/// Ends the process where Qt would wait: the application object does not go before every name lookup under
/// way is over, and one that a name server never answers takes ten seconds and more. To be created right
/// after the application object, so that everything else has ended in order by then.
class ProcessEnd
{
public:
    ProcessEnd() = default;
    ProcessEnd(const ProcessEnd &) = delete;
    ProcessEnd &operator=(const ProcessEnd &) = delete;
    ~ProcessEnd()
    {
        if (!m_exitCode)
            return;
        std::fflush(nullptr);
        leaveConsole(); // what exit() would have done
        std::_Exit(*m_exitCode);
    }

    /// The process will end with this code; returns it.
    int with(int exitCode) { return m_exitCode.emplace(exitCode); }

private:
    std::optional<int> m_exitCode;
};

} // namespace app
