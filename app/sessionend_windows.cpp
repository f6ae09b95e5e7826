// SPDX-License-Identifier: MIT
#include "app/sessionend.h"

#include <QCoreApplication>
#include <QEvent>

#include <windows.h>

namespace app
{

namespace
{

constexpr const wchar_t *kWindowClass = L"HosierSessionEnd";

} // namespace

/// A window of our own, never shown. Qt's may not exist: in the tray, and without an interface. Windows asks
/// top-level windows only, and tells a program that has any windows nothing by way of its console.
/// Qt's window, if there is one, hears of the end as well, and has Qt quit: that would close the windows, and
/// one that goes to the tray would say that the program still runs.
class SessionEnd::Private : public QObject
{
public:
    explicit Private(std::function<void()> act)
        : m_act(std::move(act))
        , m_window(create())
    {
        if (m_window)
            ::SetWindowLongPtrW(m_window, GWLP_USERDATA, reinterpret_cast<LONG_PTR>(this));
        QCoreApplication::instance()->installEventFilter(this);
    }

    ~Private() override
    {
        if (m_window)
            ::DestroyWindow(m_window);
        ::UnregisterClassW(kWindowClass, ::GetModuleHandleW(nullptr));
    }

    Q_DISABLE_COPY_MOVE(Private)

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        return watched == QCoreApplication::instance() && event->type() == QEvent::Quit;
    }

private:
    static HWND create()
    {
        WNDCLASSEXW description{};
        description.cbSize = sizeof description;
        description.lpfnWndProc = &Private::take;
        description.hInstance = ::GetModuleHandleW(nullptr);
        description.lpszClassName = kWindowClass;
        ::RegisterClassExW(&description);
        return ::CreateWindowExW(WS_EX_TOOLWINDOW, kWindowClass, L"", WS_POPUP, 0, 0, 0, 0, nullptr, nullptr,
                                 description.hInstance, nullptr);
    }

    static LRESULT CALLBACK take(HWND window, UINT message, WPARAM wParam, LPARAM lParam)
    {
        const auto *self = reinterpret_cast<const Private *>(::GetWindowLongPtrW(window, GWLP_USERDATA));
        if (message == WM_QUERYENDSESSION)
            return TRUE;
        if (message != WM_ENDSESSION)
            return ::DefWindowProcW(window, message, wParam, lParam);
        // FALSE: somebody else has refused, and the session goes on.
        if (self && wParam != FALSE)
            self->m_act();
        return 0;
    }

    std::function<void()> m_act;
    HWND m_window;
};

SessionEnd::SessionEnd(std::function<void()> act)
    : m_private(std::make_unique<Private>(std::move(act)))
{
}

SessionEnd::~SessionEnd() = default;

} // namespace app
