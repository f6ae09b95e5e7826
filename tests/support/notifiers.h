// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/eventloops.h"

#include <QSocketNotifier>

#include <memory>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

// Sockets and those who watch them, for the tests of the dispatcher. POSIX.
namespace test
{

/// Two connected sockets.
class SocketPair
{
public:
    SocketPair()
    {
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, m_ends) != 0)
            qFatal("no socket pair");
    }
    ~SocketPair()
    {
        close(0);
        close(1);
    }
    Q_DISABLE_COPY_MOVE(SocketPair)

    [[nodiscard]] int near() const { return m_ends[0]; }
    void send() const { (void)!::write(m_ends[1], "x", 1); }
    void receive() const
    {
        char byte = 0;
        (void)!::read(m_ends[0], &byte, 1);
    }
    void closeNear() { close(0); }
    void closeFar() { close(1); }

private:
    void close(int end)
    {
        if (m_ends[end] >= 0)
            ::close(std::exchange(m_ends[end], -1));
    }

    int m_ends[2] = {-1, -1};
};

/// Counts what a notifier tells.
class Watch
{
public:
    Watch(qintptr descriptor, QSocketNotifier::Type type)
        : notifier(std::make_unique<QSocketNotifier>(descriptor, type))
    {
        QObject::connect(notifier.get(), &QSocketNotifier::activated, notifier.get(), [this] { ++count; });
    }
    [[nodiscard]] bool happens()
    {
        return waitFor([this, before = count] { return count > before; });
    }

    std::unique_ptr<QSocketNotifier> notifier;
    int count = 0;
};

} // namespace test
