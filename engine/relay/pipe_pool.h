// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/socket.h"

#include <memory>
#include <vector>

namespace engine
{

/// A kernel pipe that carries bytes from one socket to another without copying them through user space.
class Pipe
{
public:
    Pipe(int readEnd, int writeEnd)
        : m_readEnd(readEnd)
        , m_writeEnd(writeEnd)
    {
    }
    ~Pipe();
    Q_DISABLE_COPY_MOVE(Pipe)

    [[nodiscard]] std::size_t size() const { return m_size; }
    /// Moves what the socket has, up to `maximum` bytes, into the pipe. WouldBlock: the socket has nothing.
    net::IoResult fillFrom(const net::Socket &from, std::size_t maximum);
    /// Moves what the pipe has to the socket. WouldBlock: the socket takes no more.
    net::IoResult drainTo(const net::Socket &to);

private:
    int m_readEnd;
    int m_writeEnd;
    std::size_t m_size = 0;
};

/// Pipes for the directions that move bulk; empty ones come back, so an idle connection holds none. On
/// platforms without splice() there are never any and the relay copies.
class PipePool
{
public:
    explicit PipePool(bool enabled)
        : m_enabled(enabled)
    {
    }

    /// Nothing when there is none to be had; not an error.
    [[nodiscard]] std::unique_ptr<Pipe> take();
    /// Keeps an empty pipe for the next one; one that still holds bytes is thrown away.
    void giveBack(std::unique_ptr<Pipe> pipe);

private:
    bool m_enabled;
    std::vector<std::unique_ptr<Pipe>> m_spare;
};

} // namespace engine
