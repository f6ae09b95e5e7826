// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/rawsocket.h"

#include <atomic>
#include <thread>
#include <vector>

namespace test
{

/// Sends everything back to whoever connects, on a thread of its own.
class EchoServer
{
public:
    explicit EchoServer(const engine::Address &address = engine::Address::fromV4(0x7f000001));
    ~EchoServer();
    EchoServer(const EchoServer &) = delete;
    EchoServer &operator=(const EchoServer &) = delete;

    [[nodiscard]] const engine::Endpoint &endpoint() const { return m_listener.endpoint(); }

private:
    void run();

    RawListener m_listener;
    std::atomic<bool> m_stop = false;
    std::thread m_thread;
};

} // namespace test
