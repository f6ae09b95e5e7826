// SPDX-License-Identifier: MIT
#include "app/signals.h"

#include <atomic>

#include <QMetaObject>
#include <QMutex>

#include <windows.h>

namespace app
{

namespace
{

constexpr UINT kAbortedExitCode = 130;
/// Closing the console, logging off and shutting down end the process when the handler returns, or after a
/// few seconds: long enough for the engine to stop.
constexpr DWORD kCloseGraceMs = 4'000;

QMutex g_mutex;
Signals *g_signals = nullptr; ///< guarded by g_mutex
std::atomic<bool> g_isStopping{false};

/// Runs on a thread of the system's.
BOOL WINAPI handleControl(DWORD kind)
{
    if (g_isStopping.exchange(true))
        ::ExitProcess(kAbortedExitCode);
    {
        const QMutexLocker lock(&g_mutex);
        if (g_signals == nullptr)
            return FALSE;
        QMetaObject::invokeMethod(g_signals, &Signals::stopRequested, Qt::QueuedConnection);
    }
    if (kind == CTRL_CLOSE_EVENT || kind == CTRL_LOGOFF_EVENT || kind == CTRL_SHUTDOWN_EVENT)
        ::Sleep(kCloseGraceMs);
    return TRUE;
}

} // namespace

class Signals::Private
{
public:
    explicit Private(Signals &owner)
    {
        const QMutexLocker lock(&g_mutex);
        g_signals = &owner;
        g_isStopping = false;
        ::SetConsoleCtrlHandler(handleControl, TRUE);
    }

    ~Private()
    {
        const QMutexLocker lock(&g_mutex);
        ::SetConsoleCtrlHandler(handleControl, FALSE);
        g_signals = nullptr;
    }

    Q_DISABLE_COPY_MOVE(Private)
};

Signals::Signals(QObject *parent)
    : QObject(parent)
    , m_private(std::make_unique<Private>(*this))
{
}

Signals::~Signals() = default;

} // namespace app
