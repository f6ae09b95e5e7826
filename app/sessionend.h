// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

namespace app
{

/// Calls a function when the session certainly ends and the system waits for nothing after it: what has to be
/// done is done when it returns. It needs an event loop on the thread that made this object.
/// Who ends the event loop itself does so by QCoreApplication::exit(): quit() counts as the session's, and
/// asks no window to close.
/// sessionend_windows.cpp: WM_ENDSESSION, which the installer sends too, to have every instance of a user
/// end, whatever its profile; it finds them by the window's class. sessionend_posix.cpp: "die" of an X
/// session manager (XSMP); other sessions end their programs by SIGTERM, see Signals.
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
