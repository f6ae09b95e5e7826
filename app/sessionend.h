// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

namespace app
{

/// Calls a function when the session certainly ends and the system waits for nothing after it: what has to be
/// done is done when it returns. It needs an event loop on the thread that made this object.
/// sessionend_windows.cpp: WM_ENDSESSION. sessionend_posix.cpp: never, as sessions there end their programs
/// by SIGTERM or by closing their windows, and both are an orderly end.
class SessionEnd
{
public:
    explicit SessionEnd(std::function<void()> act);
    ~SessionEnd();
    SessionEnd(const SessionEnd &) = delete;
    SessionEnd &operator=(const SessionEnd &) = delete;

private:
    class Private;
    std::unique_ptr<Private> m_private;
};

} // namespace app
