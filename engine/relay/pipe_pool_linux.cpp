// SPDX-License-Identifier: MIT
#include "engine/relay/pipe_pool.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace engine
{

namespace
{

/// The largest pipe an unprivileged process may have by default (/proc/sys/fs/pipe-max-size).
constexpr int kPipeCapacity = 1024 * 1024;
constexpr std::size_t kMaximumSparePipes = 16;

net::IoResult spliceResult(ssize_t size)
{
    if (size > 0)
        return {net::IoStatus::Done, static_cast<std::size_t>(size)};
    if (size == 0)
        return {net::IoStatus::End};
    if (errno == EAGAIN || errno == EINTR)
        return {net::IoStatus::WouldBlock};
    return {net::IoStatus::Failed, 0, errno};
}

} // namespace

Pipe::~Pipe()
{
    ::close(m_readEnd);
    ::close(m_writeEnd);
}

net::IoResult Pipe::fillFrom(const net::Socket &from, std::size_t maximum)
{
    const net::IoResult result =
        spliceResult(::splice(static_cast<int>(from.descriptor()), nullptr, m_writeEnd, nullptr, maximum,
                              SPLICE_F_MOVE | SPLICE_F_NONBLOCK));
    m_size += result.bytes;
    return result.status == net::IoStatus::End ? from.streamEnd() : result;
}

net::IoResult Pipe::drainTo(const net::Socket &to)
{
    const net::IoResult result = spliceResult(::splice(m_readEnd, nullptr, static_cast<int>(to.descriptor()),
                                                       nullptr, m_size, SPLICE_F_MOVE | SPLICE_F_NONBLOCK));
    m_size -= result.bytes;
    return result;
}

std::unique_ptr<Pipe> PipePool::take()
{
    if (!m_enabled)
        return nullptr;
    if (!m_spare.empty()) {
        std::unique_ptr<Pipe> pipe = std::move(m_spare.back());
        m_spare.pop_back();
        return pipe;
    }
    int ends[2];
    if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0)
        return nullptr;
    // Refused once a user has many large pipes; a small one still works.
    (void)::fcntl(ends[1], F_SETPIPE_SZ, kPipeCapacity);
    return std::make_unique<Pipe>(ends[0], ends[1]);
}

void PipePool::giveBack(std::unique_ptr<Pipe> pipe)
{
    if (pipe && pipe->size() == 0 && m_spare.size() < kMaximumSparePipes)
        m_spare.push_back(std::move(pipe));
}

} // namespace engine
