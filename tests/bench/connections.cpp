// SPDX-License-Identifier: MIT
// Connections a second: N slots, each opening, exchanging 64 bytes and closing, over and over.
#include <optional>
#include <vector>

#include "connection.h"
#include "json.h"
#include "modes.h"
#include "process.h"

namespace bench
{

namespace
{

constexpr std::chrono::milliseconds kTick{10};
constexpr std::chrono::seconds kAttemptLimit{5};

class ConnectionLoad
{
public:
    ConnectionLoad(const Route &route, std::size_t concurrent)
        : m_route(route)
        , m_slots(concurrent)
    {
    }

    void runUntil(Clock::time_point end);
    void resetCounts();
    [[nodiscard]] std::uint64_t succeeded() const { return m_succeeded; }
    [[nodiscard]] std::uint64_t failed() const { return m_failed; }
    [[nodiscard]] const Failures &failures() const { return m_failures; }

private:
    void start(std::size_t index);
    void countFailure(Connection &slot, const std::string &text);
    // Ends attempts that take too long and starts slots again whose last attempt failed. Failures thus wait
    // for the next tick, so that a proxy which refuses does not make this spin.
    void sweep();

    const Route &m_route;
    Epoll m_epoll;
    std::vector<Connection> m_slots;
    std::uint64_t m_succeeded = 0;
    std::uint64_t m_failed = 0;
    Failures m_failures;
};

void ConnectionLoad::runUntil(Clock::time_point end)
{
    auto nextSweep = Clock::now();
    for (auto now = Clock::now(); now < end; now = Clock::now()) {
        if (now >= nextSweep) {
            sweep();
            nextSweep = now + kTick;
        }
        for (const epoll_event &event : m_epoll.wait(kTick)) {
            Connection &slot = m_slots[event.data.u64];
            const Progress progress = slot.advance(event.events);
            if (progress == Progress::Done) {
                ++m_succeeded;
                slot.close();
                start(event.data.u64);
            } else if (progress == Progress::Failed) {
                countFailure(slot, slot.failure());
            }
        }
    }
}

void ConnectionLoad::resetCounts()
{
    m_succeeded = 0;
    m_failed = 0;
    m_failures.clear();
}

void ConnectionLoad::start(std::size_t index)
{
    Connection &slot = m_slots[index];
    if (slot.start(m_route, m_epoll, index) == Progress::Failed)
        countFailure(slot, slot.failure());
}

void ConnectionLoad::countFailure(Connection &slot, const std::string &text)
{
    ++m_failed;
    ++m_failures[text];
    slot.close();
}

void ConnectionLoad::sweep()
{
    const auto now = Clock::now();
    for (std::size_t i = 0; i < m_slots.size(); ++i) {
        Connection &slot = m_slots[i];
        if (slot.isActive() && now - slot.startedAt() > kAttemptLimit)
            countFailure(slot, std::string(slot.stateName()) + ": no answer in time");
        if (!slot.isActive())
            start(i);
    }
}

} // namespace

int runConnections(Options &options)
{
    Route route{options.endpoint("proxy"), options.requiredEndpoint("target"), true, false, {}};
    route.isHttp = options.word("protocol", "socks5", {"socks5", "http"}) == "http";
    const std::uint64_t concurrent = options.integer("concurrent", 32, 1, 10000);
    const std::chrono::milliseconds warmup = options.seconds("warmup", 0.5);
    const std::chrono::milliseconds duration = options.seconds("seconds", 3);
    const auto pid = static_cast<pid_t>(options.integer("pid", 0, 1, 1U << 22U));
    options.rejectUnknown();

    ConnectionLoad load(route, concurrent);
    load.runUntil(Clock::now() + warmup);
    const Failures warmupFailures = load.failures();
    load.resetCounts();
    const double cpuBefore = pid > 0 ? readUsage(pid, false).cpuSeconds : 0;
    const auto begin = Clock::now();
    load.runUntil(begin + duration);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();

    JsonLine result("connections");
    result.add("concurrent", concurrent);
    result.add("seconds", seconds);
    result.add("succeeded", load.succeeded());
    result.add("failed", load.failed());
    result.add("perSecond", static_cast<double>(load.succeeded()) / seconds);
    if (pid > 0)
        result.add("cpuSeconds", readUsage(pid, false).cpuSeconds - cpuBefore);
    result.add("errors", load.failures());
    result.add("warmupErrors", warmupFailures);
    result.print();
    return load.succeeded() > 0 ? 0 : 1;
}

} // namespace bench
