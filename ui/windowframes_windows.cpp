// SPDX-License-Identifier: MIT
#include "ui/windowframes.h"

#include <QLibrary>

#include <windows.h>

namespace ui
{

namespace
{

/// DWMWA_USE_IMMERSIVE_DARK_MODE, and what it was before Windows 10 2004.
constexpr DWORD kDarkMode = 20;
constexpr DWORD kEarlyDarkMode = 19;

using SetWindowAttribute = HRESULT(WINAPI *)(HWND, DWORD, const void *, DWORD);

SetWindowAttribute findSetWindowAttribute()
{
    return reinterpret_cast<SetWindowAttribute>(
        QLibrary::resolve(QStringLiteral("dwmapi"), "DwmSetWindowAttribute"));
}

} // namespace

void paintFrame(WId window, bool dark)
{
    static const SetWindowAttribute set = findSetWindowAttribute();
    if (set == nullptr)
        return;
    const auto handle = reinterpret_cast<HWND>(window);
    const BOOL value = dark ? TRUE : FALSE;
    if (FAILED(set(handle, kDarkMode, &value, sizeof value)) &&
        FAILED(set(handle, kEarlyDarkMode, &value, sizeof value)))
        return;
    // Otherwise the frame on the screen changes only with the next activation.
    ::SetWindowPos(handle, nullptr, 0, 0, 0, 0,
                   SWP_NOMOVE | SWP_NOSIZE | SWP_NOZORDER | SWP_NOOWNERZORDER | SWP_NOACTIVATE |
                       SWP_FRAMECHANGED);
}

} // namespace ui
