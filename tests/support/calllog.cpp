// SPDX-License-Identifier: MIT

// Stands in for a program of Windows that changes what a test must not change, or that Wine does not have:
// appends the line it was called with to the file of its own name with ".log", and ends with 0; with the
// argument "wait", not by itself.

#include <cstdio>
#include <string>

#include <windows.h>

int wmain(int argc, wchar_t **argv)
{
    std::wstring path(MAX_PATH, L'\0');
    path.resize(::GetModuleFileNameW(nullptr, path.data(), MAX_PATH));
    std::FILE *log = ::_wfopen((path + L".log").c_str(), L"a, ccs=UTF-8");
    if (log == nullptr)
        return 1;
    std::fputws((std::wstring(::GetCommandLineW()) + L'\n').c_str(), log);
    const int result = std::fclose(log);
    if (argc > 1 && std::wstring(argv[1]) == L"wait")
        ::Sleep(INFINITE);
    return result;
}
