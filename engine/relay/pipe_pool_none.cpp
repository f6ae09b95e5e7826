// SPDX-License-Identifier: MIT
#include "engine/relay/pipe_pool.h"

// Platforms without splice(): no pipe is ever made, so none is ever filled.

namespace engine
{

Pipe::~Pipe() = default;

net::IoResult Pipe::fillFrom(const net::Socket &, std::size_t)
{
    Q_UNREACHABLE();
    return {};
}

net::IoResult Pipe::drainTo(const net::Socket &)
{
    Q_UNREACHABLE();
    return {};
}

std::unique_ptr<Pipe> PipePool::take()
{
    return nullptr;
}

void PipePool::giveBack(std::unique_ptr<Pipe>)
{
}

} // namespace engine
