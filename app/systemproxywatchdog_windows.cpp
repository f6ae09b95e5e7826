// SPDX-License-Identifier: MIT
#include "app/systemproxywatchdog.h"

#include <windows.h>

namespace app
{

/// Qt's handles and the engine's are not inherited, and a program of the graphical subsystem has no console.
void isolateWatchdog()
{
    ::SetCurrentDirectoryW(L"\\");
}

bool waitForDeath()
{
    char byte = 0;
    DWORD count = 0;
    return ::ReadFile(::GetStdHandle(STD_INPUT_HANDLE), &byte, 1, &count, nullptr) == 0 || count == 0;
}

} // namespace app
