// SPDX-License-Identifier: MIT
#include "app/signals.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

#include <QSocketNotifier>

#include <fcntl.h>
#include <unistd.h>

namespace app
{

namespace
{

constexpr std::array<int, 3> kHandled{SIGINT, SIGTERM, SIGHUP};
constexpr int kExitCodeOfSignal = 128; // as shells report it

// What a handler may touch: it runs between any two instructions of any thread.
std::atomic<int> g_writeEnd{-1};
std::atomic<bool> g_isStopping{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

void handleSignal(int number)
{
    if (number != SIGHUP && g_isStopping.exchange(true))
        ::_exit(kExitCodeOfSignal + number);
    const int savedErrno = errno;
    const auto byte = static_cast<unsigned char>(number);
    // A full pipe already holds enough to wake the reader.
    static_cast<void>(!::write(g_writeEnd.load(), &byte, 1));
    errno = savedErrno;
}

} // namespace

class Signals::Private
{
public:
    explicit Private(Signals &owner)
        : m_owner(owner)
        , m_hadTerminal(::isatty(STDIN_FILENO) == 1)
    {
        if (::pipe2(m_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0)
            qFatal("cannot create a pipe for signals");
        m_notifier = std::make_unique<QSocketNotifier>(m_pipe[0], QSocketNotifier::Read);
        QObject::connect(m_notifier.get(), &QSocketNotifier::activated, &owner, [this] { readSignals(); });
        g_isStopping = false;
        g_writeEnd = m_pipe[1];
        for (std::size_t i = 0; i < kHandled.size(); ++i)
            install(kHandled[i], m_before[i]);
    }

    ~Private()
    {
        for (std::size_t i = 0; i < kHandled.size(); ++i)
            ::sigaction(kHandled[i], &m_before[i], nullptr);
        g_writeEnd = -1;
        m_notifier.reset();
        ::close(m_pipe[0]);
        ::close(m_pipe[1]);
    }

    Q_DISABLE_COPY_MOVE(Private)

private:
    static void install(int number, struct sigaction &before)
    {
        ::sigaction(number, nullptr, &before);
        // A shell starts background jobs with SIGINT ignored, and means it.
        if (number == SIGINT && before.sa_handler == SIG_IGN)
            return;
        struct sigaction action {
        };
        action.sa_handler = handleSignal;
        action.sa_flags = SA_RESTART;
        ::sigaction(number, &action, nullptr);
    }

    void readSignals()
    {
        unsigned char number = 0;
        while (::read(m_pipe[0], &number, 1) == 1) {
            // SIGHUP first of all says that the terminal is gone; only to a program that has none, or still
            // has it, does it mean "read your configuration".
            const bool isHangup = number == SIGHUP && m_hadTerminal && ::isatty(STDIN_FILENO) != 1;
            if (number == SIGHUP && !isHangup)
                Q_EMIT m_owner.reloadRequested();
            else
                Q_EMIT m_owner.stopRequested();
        }
    }

    Signals &m_owner;
    bool m_hadTerminal;
    std::array<int, 2> m_pipe{-1, -1};
    std::array<struct sigaction, kHandled.size()> m_before{};
    std::unique_ptr<QSocketNotifier> m_notifier;
};

Signals::Signals(QObject *parent)
    : QObject(parent)
    , m_private(std::make_unique<Private>(*this))
{
}

Signals::~Signals() = default;

} // namespace app
