// SPDX-License-Identifier: MIT
#include "app/crashnote.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <ctime>

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#if __has_include(<execinfo.h>)
#include <execinfo.h>
#define HOSIER_HAS_BACKTRACE 1
#endif

namespace app
{

namespace
{

struct Deadly {
    int number;
    const char *name;
};

constexpr std::array<Deadly, 5> kDeadly{
    {{SIGSEGV, "SIGSEGV"}, {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"}, {SIGFPE, "SIGFPE"}, {SIGILL, "SIGILL"}}};
constexpr std::size_t kMaximumPath = 4'096;
constexpr std::size_t kMaximumHead = 512;
constexpr std::size_t kMaximumNumber = 24;
constexpr int kMaximumFrames = 64;
constexpr std::size_t kStackSize = std::size_t{64} * 1024;

// All that a handler may touch: it was made ready before, for in a crash not even memory can be asked for.
std::array<char, kMaximumPath> g_path{};
std::array<char, kMaximumHead> g_head{};
std::array<struct sigaction, kDeadly.size()> g_before{};
alignas(16) std::array<char, kStackSize> g_stack{};
std::atomic<bool> g_isCrashing{false};
static_assert(std::atomic<bool>::is_always_lock_free);

// From here to handleCrash() only what signal-safety(7) allows.

void put(int file, const char *text)
{
    static_cast<void>(!::write(file, text, std::strlen(text)));
}

void putNumber(int file, unsigned long long value, unsigned base, int width)
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

/// As ISO 8601 has it. From days to dates by Howard Hinnant's "civil_from_days".
void putTime(int file)
{
    constexpr long long kDay = 86'400;
    constexpr long long kDaysToEpoch = 719'468; // from 1 March of the year 0
    constexpr long long kEra = 146'097;         // days of 400 years
    const long long now = std::time(nullptr);
    const long long days = now / kDay + kDaysToEpoch;
    const long long era = days / kEra;
    const long long day = days % kEra;
    const long long year = (day - day / 1'460 + day / 36'524 - day / 146'096) / 365;
    const long long dayOfYear = day - (365 * year + year / 4 - year / 100);
    const long long month = (5 * dayOfYear + 2) / 153;
    const auto field = [file](const char *before, long long value, int width) {
        put(file, before);
        putNumber(file, static_cast<unsigned long long>(value), 10, width);
    };
    field("", year + era * 400 + (month >= 10 ? 1 : 0), 4);
    field("-", month < 10 ? month + 3 : month - 9, 2);
    field("-", dayOfYear - (153 * month + 2) / 5 + 1, 2);
    field("T", now % kDay / 3'600, 2);
    field(":", now % 3'600 / 60, 2);
    field(":", now % 60, 2);
    put(file, "Z");
}

void writeNote(int number, const siginfo_t *info)
{
    const int file = ::open(g_path.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file == -1)
        return;
    put(file, g_head.data());
    putTime(file);
    put(file, ": ended by signal ");
    putNumber(file, static_cast<unsigned long long>(number), 10, 0);
    for (const Deadly &deadly : kDeadly) {
        if (deadly.number == number) {
            put(file, ", ");
            put(file, deadly.name);
        }
    }
    if (info->si_code > 0 && (number == SIGSEGV || number == SIGBUS)) { // not sent by somebody
        put(file, ", at address 0x");
        putNumber(file, reinterpret_cast<std::uintptr_t>(info->si_addr), 16, 0);
    }
    put(file, "\n");
#ifdef HOSIER_HAS_BACKTRACE
    std::array<void *, kMaximumFrames> frames{};
    ::backtrace_symbols_fd(frames.data(), ::backtrace(frames.data(), kMaximumFrames), file);
#endif
    ::close(file);
}

void restoreHandlers()
{
    for (std::size_t i = 0; i < kDeadly.size(); ++i)
        ::sigaction(kDeadly[i].number, &g_before[i], nullptr);
}

void handleCrash(int number, siginfo_t *info, void *)
{
    // A crash in here, or on another thread meanwhile, is left to the system.
    if (!g_isCrashing.exchange(true))
        writeNote(number, info);
    restoreHandlers();
    ::raise(number); // which comes when this handler has returned
}

void copyText(const QByteArray &text, char *to, std::size_t size)
{
    const std::size_t length = std::min(static_cast<std::size_t>(text.size()), size - 1);
    std::memcpy(to, text.constData(), length);
    to[length] = '\0';
}

} // namespace

CrashGuard::CrashGuard(const QString &notePath)
{
    QDir().mkpath(QFileInfo(notePath).absolutePath());
    copyText(QFile::encodeName(notePath), g_path.data(), g_path.size());
    copyText(crashNoteHead(), g_head.data(), g_head.size());
#ifdef HOSIER_HAS_BACKTRACE
    // The first call loads a library.
    std::array<void *, 1> frame{};
    ::backtrace(frame.data(), static_cast<int>(frame.size()));
#endif
    stack_t stack{};
    stack.ss_sp = g_stack.data();
    stack.ss_size = g_stack.size();
    ::sigaltstack(&stack, nullptr);
    g_isCrashing = false;
    for (std::size_t i = 0; i < kDeadly.size(); ++i) {
        struct sigaction action {
        };
        action.sa_sigaction = handleCrash;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        ::sigaction(kDeadly[i].number, &action, &g_before[i]);
    }
}

CrashGuard::~CrashGuard()
{
    restoreHandlers();
    stack_t stack{};
    stack.ss_flags = SS_DISABLE;
    ::sigaltstack(&stack, nullptr);
}

} // namespace app
