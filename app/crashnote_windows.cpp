// SPDX-License-Identifier: MIT
#include "app/crashnote.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstring>

#include <QDir>
#include <QFileInfo>

#include <windows.h>

namespace app
{

namespace
{

constexpr std::size_t kMaximumPath = 32'768; // the longest there is
constexpr std::size_t kMaximumHead = 512;
constexpr std::size_t kMaximumNumber = 24;
constexpr int kMaximumFrames = 62; // more are refused by older systems

// All that the filter may touch: it was made ready before, for in a crash not even memory can be asked for.
std::array<wchar_t, kMaximumPath> g_path{};
std::array<char, kMaximumHead> g_head{};
LPTOP_LEVEL_EXCEPTION_FILTER g_before = nullptr;
void (*g_abortBefore)(int) = SIG_DFL;
std::atomic<bool> g_isCrashing{false};

void put(HANDLE file, const char *text)
{
    DWORD written = 0;
    ::WriteFile(file, text, static_cast<DWORD>(std::strlen(text)), &written, nullptr);
}

void putNumber(HANDLE file, std::uint64_t value, unsigned base, int width)
{
    std::array<char, kMaximumNumber> digits{};
    std::size_t at = digits.size() - 1; // which stays the end of the text
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
        --width;
    } while (at > 0 && (value > 0 || width > 0));
    put(file, &digits[at]);
}

void putTime(HANDLE file)
{
    SYSTEMTIME now{};
    ::GetSystemTime(&now);
    const auto field = [file](const char *before, WORD value, int width) {
        put(file, before);
        putNumber(file, value, 10, width);
    };
    field("", now.wYear, 4);
    field("-", now.wMonth, 2);
    field("-", now.wDay, 2);
    field("T", now.wHour, 2);
    field(":", now.wMinute, 2);
    field(":", now.wSecond, 2);
    put(file, "Z");
}

/// Addresses tell nothing without where the module was loaded.
void putAddress(HANDLE file, const char *before, const void *address)
{
    HMODULE module = nullptr;
    ::GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS |
                             GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                         static_cast<LPCWSTR>(address), &module);
    put(file, before);
    putNumber(file, reinterpret_cast<std::uintptr_t>(address), 16, 0);
    put(file, " (module at 0x");
    putNumber(file, reinterpret_cast<std::uintptr_t>(module), 16, 0);
    put(file, ")\n");
}

void writeNote(DWORD code, const void *address)
{
    const HANDLE file = ::CreateFileW(g_path.data(), GENERIC_WRITE, FILE_SHARE_READ, nullptr, CREATE_ALWAYS,
                                      FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE)
        return;
    put(file, g_head.data());
    putTime(file);
    if (code != 0) {
        put(file, ": ended by exception 0x");
        putNumber(file, code, 16, 0);
        putAddress(file, " at 0x", address);
    } else {
        put(file, ": aborted\n");
    }
    std::array<void *, kMaximumFrames> frames{};
    const USHORT count = ::CaptureStackBackTrace(0, kMaximumFrames, frames.data(), nullptr);
    for (USHORT i = 0; i < count; ++i)
        putAddress(file, "0x", frames[i]);
    ::CloseHandle(file);
}

LONG WINAPI handleException(EXCEPTION_POINTERS *what)
{
    if (!g_isCrashing.exchange(true))
        writeNote(what->ExceptionRecord->ExceptionCode, what->ExceptionRecord->ExceptionAddress);
    return EXCEPTION_CONTINUE_SEARCH; // The system ends the process as it would have.
}

/// abort() ends the process when this returns.
void handleAbort(int)
{
    if (!g_isCrashing.exchange(true))
        writeNote(0, nullptr);
}

} // namespace

CrashGuard::CrashGuard(const QString &notePath)
{
    QDir().mkpath(QFileInfo(notePath).absolutePath());
    const QString native = QDir::toNativeSeparators(notePath).left(kMaximumPath - 1);
    g_path[static_cast<std::size_t>(native.toWCharArray(g_path.data()))] = L'\0';
    const QByteArray head = crashNoteHead();
    const std::size_t length = std::min(static_cast<std::size_t>(head.size()), g_head.size() - 1);
    std::memcpy(g_head.data(), head.constData(), length);
    g_head[length] = '\0';
    g_isCrashing = false;
    g_before = ::SetUnhandledExceptionFilter(handleException);
    g_abortBefore = std::signal(SIGABRT, handleAbort);
}

CrashGuard::~CrashGuard()
{
    ::SetUnhandledExceptionFilter(g_before);
    std::signal(SIGABRT, g_abortBefore);
}

} // namespace app
