// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/deadline_queue.h"

#include <chrono>

namespace test
{

/// Time that stands still until a test moves it.
class FakeClock final : public engine::net::Clock
{
public:
    [[nodiscard]] engine::net::TimePoint now() const override { return m_now; }
    void advance(std::chrono::milliseconds time) { m_now += time; }

private:
    engine::net::TimePoint m_now{std::chrono::hours{1}};
};

} // namespace test
