// SPDX-License-Identifier: MIT
#include "ui/reservedports.h"

#include <QDir>

#include <array>

#include <windows.h>

namespace ui
{

/// By its full path: a program of that name may lie elsewhere.
QStringList reservedPortsCommand(bool isV6)
{
    std::array<wchar_t, MAX_PATH> directory{};
    const UINT length = ::GetSystemDirectoryW(directory.data(), static_cast<UINT>(directory.size()));
    if (length == 0 || length >= directory.size())
        return {};
    const QDir system(QString::fromWCharArray(directory.data(), static_cast<int>(length)));
    return {system.filePath(QStringLiteral("netsh.exe")),
            QStringLiteral("interface"),
            isV6 ? QStringLiteral("ipv6") : QStringLiteral("ipv4"),
            QStringLiteral("show"),
            QStringLiteral("excludedportrange"),
            QStringLiteral("protocol=tcp")};
}

} // namespace ui
