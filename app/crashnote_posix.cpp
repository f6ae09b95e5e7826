// SPDX-License-Identifier: MIT
#include "app/crashnote.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <ctime>

#include <QByteArrayList>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/crashtext.h"
#include "app/inherited_posix.h"

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
constexpr std::size_t kMaximumWords = 16'384; // bytes of the successor's command line
constexpr std::size_t kMaximumArguments = 32;
constexpr int kNotFound = 127; // as a shell ends without the program that it was to start
constexpr int kMaximumFrames = 64;
constexpr std::size_t kStackSize = std::size_t{64} * 1024;

// All that a handler may touch: it was made ready before, for in a crash not even memory can be asked for.
std::array<char, kMaximumPath> g_path{};
std::array<char, kMaximumHead> g_head{};
std::array<char, kMaximumWords> g_words{};
std::array<char *, kMaximumArguments + 1> g_successor{}; // into those, then null; at once null: there is none
std::array<struct sigaction, kDeadly.size()> g_before{};
alignas(16) std::array<char, kStackSize> g_stack{};
std::atomic<bool> g_isCrashing{false};
static_assert(std::atomic<bool>::is_always_lock_free);

// From here to handleCrash() only what signal-safety(7) allows.

/// From days to dates by Howard Hinnant's "civil_from_days".
CrashTime currentTime()
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
    const long long month = (5 * dayOfYear + 2) / 153; // counted from March
    return {static_cast<unsigned>(year + era * 400 + (month >= 10 ? 1 : 0)),
            static_cast<unsigned>(month < 10 ? month + 3 : month - 9),
            static_cast<unsigned>(dayOfYear - (153 * month + 2) / 5 + 1),
            static_cast<unsigned>(now % kDay / 3'600),
            static_cast<unsigned>(now % 3'600 / 60),
            static_cast<unsigned>(now % 60)};
}

void writeNote(int number, const siginfo_t *info)
{
    const int file = ::open(g_path.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file == -1)
        return;
    CrashText text;
    text.put(g_head.data());
    text.putTime(currentTime());
    text.put(": ended by signal ");
    text.putNumber(static_cast<unsigned>(number), 10);
    for (const Deadly &deadly : kDeadly) {
        if (deadly.number == number) {
            text.put(", ");
            text.put(deadly.name);
        }
    }
    if (info->si_code > 0 && (number == SIGSEGV || number == SIGBUS)) { // not sent by somebody
        text.put(", at address 0x");
        text.putNumber(reinterpret_cast<std::uintptr_t>(info->si_addr), 16);
    }
    text.put("\n");
    static_cast<void>(!::write(file, text.text().data(), text.text().size()));
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

/// fork() takes the locks of the memory that the crash may have left held.
pid_t forkAtOnce()
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
    return ::_Fork();
#else
    return ::fork();
#endif
}

void startSuccessor()
{
    if (g_successor[0] == nullptr || forkAtOnce() != 0)
        return;
    restoreHandlers();
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr); // which outlasts execve()
    ::setsid();
    // It must not keep anybody waiting who reads what this process prints.
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        ::dup2(nothing, standard);
    closeInheritedDescriptors();
    ::execve(g_successor[0], g_successor.data(), environ);
    ::_exit(kNotFound);
}

void handleCrash(int number, siginfo_t *info, void *)
{
    // A crash in here, or on another thread meanwhile, is left to the system.
    if (!g_isCrashing.exchange(true)) {
        startSuccessor(); // first, because of the two only the note looks at what may be broken
        writeNote(number, info);
    }
    restoreHandlers();
    ::raise(number); // which comes when this handler has returned
}

void copyText(const QByteArray &text, char *to, std::size_t size)
{
    const std::size_t length = std::min(static_cast<std::size_t>(text.size()), size - 1);
    std::memcpy(to, text.constData(), length);
    to[length] = '\0';
}

/// One that does not fit is not started at all.
void copySuccessor(const QStringList &successor)
{
    g_successor.fill(nullptr);
    QByteArrayList words;
    std::size_t size = 0;
    for (const QString &word : successor) {
        words << QFile::encodeName(word);
        size += static_cast<std::size_t>(words.constLast().size()) + 1;
    }
    if (size > g_words.size() || static_cast<std::size_t>(words.size()) > kMaximumArguments)
        return;
    char *at = g_words.data();
    for (std::size_t i = 0; i < static_cast<std::size_t>(words.size()); ++i) {
        const QByteArray &word = words.at(static_cast<qsizetype>(i));
        std::memcpy(at, word.constData(), static_cast<std::size_t>(word.size()) + 1);
        g_successor[i] = at;
        at += word.size() + 1;
    }
}

} // namespace

CrashGuard::CrashGuard(const QString &notePath, const QStringList &successor)
{
    QDir().mkpath(QFileInfo(notePath).absolutePath());
    copyText(QFile::encodeName(notePath), g_path.data(), g_path.size());
    copyText(crashNoteHead(), g_head.data(), g_head.size());
    copySuccessor(successor);
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
