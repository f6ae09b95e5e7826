// SPDX-License-Identifier: MIT
#include "ui/programicon.h"

#include <windows.h>

namespace ui
{

QList<QImage> programIcon(const QString &path)
{
    QList<QImage> images;
    // As for screens of 100 %, 200 % and 300 %.
    for (const int pixels : {16, 32, 48}) {
        HICON icon = nullptr;
        // 0: no such icon; -1 as unsigned: no such file.
        const UINT found = ::PrivateExtractIconsW(reinterpret_cast<LPCWSTR>(path.utf16()), 0, pixels, pixels,
                                                  &icon, nullptr, 1, LR_DEFAULTCOLOR);
        if (found != 1 || icon == nullptr)
            return {};
        images << QImage::fromHICON(icon);
        ::DestroyIcon(icon);
    }
    return images;
}

} // namespace ui
