// SPDX-License-Identifier: MIT
#include "app/crashnote.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include <QDir>
#include <QFileInfo>
#include <QStringList>

#include <windows.h>

#include "app/crashtext.h"
#include "engine/limits.h"

namespace app
{

namespace
{

constexpr std::size_t kMaximumHead = 512;
constexpr std::size_t kMaximumCommandLine = 32'767; // of CreateProcess
constexpr int kMaximumFrames = 62;                  // more are refused by older systems

// All that the filter may touch: it was made ready before, for in a crash not even memory can be asked for.
std::array<wchar_t, engine::kMaximumNtPath> g_path{};
std::array<char, kMaximumHead> g_head{};
std::array<wchar_t, kMaximumCommandLine> g_successor{}; // empty: there is none
LPTOP_LEVEL_EXCEPTION_FILTER g_before = nullptr;
void (*g_abortBefore)(int) = SIG_DFL;
std::atomic<bool> g_isCrashing{false};

void write(HANDLE file, CrashText &text)
{
    DWORD written = 0;
    ::WriteFile(file, text.text().data(), static_cast<DWORD>(text.text().size()), &written, nullptr);
    text.clear();
}

CrashTime currentTime()
{
    SYSTEMTIME now{};
    ::GetSystemTime(&now);
    return {now.wYear, now.wMonth, now.wDay, now.wHour, now.wMinute, now.wSecond};
}

/// Addresses tell nothing without where the module was loaded.
void putAddress(CrashText &text, const char *before, const void *address)
{
    HMODULE module = nullptr;
    ::GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS |
                             GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                         static_cast<LPCWSTR>(address), &module);
    text.put(before);
    text.putNumber(reinterpret_cast<std::uintptr_t>(address), 16);
    text.put(" (module at 0x");
    text.putNumber(reinterpret_cast<std::uintptr_t>(module), 16);
    text.put(")\n");
}

void writeNote(DWORD code, const void *address)
{
    const HANDLE file = ::CreateFileW(g_path.data(), GENERIC_WRITE, FILE_SHARE_READ, nullptr, CREATE_ALWAYS,
                                      FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE)
        return;
    CrashText text;
    text.put(g_head.data());
    text.putTime(currentTime());
    if (code != 0) {
        text.put(": ended by exception 0x");
        text.putNumber(code, 16);
        putAddress(text, " at 0x", address);
    } else {
        text.put(": aborted\n");
    }
    write(file, text);
    std::array<void *, kMaximumFrames> frames{};
    const USHORT count = ::CaptureStackBackTrace(0, kMaximumFrames, frames.data(), nullptr);
    for (USHORT i = 0; i < count; ++i) {
        putAddress(text, "0x", frames[i]);
        write(file, text);
    }
    ::CloseHandle(file);
}

void startSuccessor()
{
    if (g_successor[0] == L'\0')
        return;
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION started{};
    if (::CreateProcessW(nullptr, g_successor.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr, &startup,
                         &started) == 0)
        return;
    ::CloseHandle(started.hThread);
    ::CloseHandle(started.hProcess);
}

/// Once: a crash in here, or on another thread meanwhile, is left to the system.
void takeCrash(DWORD code, const void *address)
{
    if (g_isCrashing.exchange(true))
        return;
    // A box would keep the process, with all that it has open, until somebody has read it. Not before: what
    // it starts has the same mode.
    ::SetErrorMode(::GetErrorMode() | SEM_NOGPFAULTERRORBOX);
    startSuccessor(); // first, because of the two only the note looks at what may be broken
    writeNote(code, address);
}

LONG WINAPI handleException(EXCEPTION_POINTERS *what)
{
    takeCrash(what->ExceptionRecord->ExceptionCode, what->ExceptionRecord->ExceptionAddress);
    return EXCEPTION_CONTINUE_SEARCH; // The system ends the process as it would have.
}

/// abort() ends the process when this returns.
void handleAbort(int)
{
    takeCrash(0, nullptr);
}

/// As CommandLineToArgvW() takes it apart again.
QString quoted(const QString &argument)
{
    QString text;
    qsizetype backslashes = 0; // in a row, right before what comes next
    for (const QChar c : argument) {
        if (c == u'"')
            text += QString(backslashes + 1, u'\\');
        backslashes = c == u'\\' ? backslashes + 1 : 0;
        text += c;
    }
    return u'"' + text + QString(backslashes, u'\\') + u'"';
}

/// One that does not fit is not started at all.
void copySuccessor(const QStringList &successor)
{
    g_successor[0] = L'\0';
    QStringList words;
    for (const QString &word : successor)
        words << quoted(word);
    const QString line = words.join(u' ');
    if (static_cast<std::size_t>(line.size()) < g_successor.size())
        g_successor[static_cast<std::size_t>(line.toWCharArray(g_successor.data()))] = L'\0';
}

} // namespace

CrashGuard::CrashGuard(const QString &notePath, const QStringList &successor)
{
    QDir().mkpath(QFileInfo(notePath).absolutePath());
    const QString native = QDir::toNativeSeparators(notePath).left(engine::kMaximumNtPath - 1);
    g_path[static_cast<std::size_t>(native.toWCharArray(g_path.data()))] = L'\0';
    copySuccessor(successor);
    const QByteArray head = crashNoteHead();
    const std::size_t length = std::min(static_cast<std::size_t>(head.size()), g_head.size() - 1);
    std::memcpy(g_head.data(), head.constData(), length);
    g_head[length] = '\0';
    g_isCrashing = false;
    ::_set_error_mode(_OUT_TO_STDERR); // msvcrt.dll shows a box in abort() even before the signal
    g_before = ::SetUnhandledExceptionFilter(handleException);
    g_abortBefore = std::signal(SIGABRT, handleAbort);
}

CrashGuard::~CrashGuard()
{
    ::SetUnhandledExceptionFilter(g_before);
    std::signal(SIGABRT, g_abortBefore);
}

} // namespace app
