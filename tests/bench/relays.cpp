// SPDX-License-Identifier: MIT
// What open relays that carry nothing cost: the round trip of a busy one beside them, and memory.
#include <algorithm>
#include <cerrno>
#include <thread>
#include <vector>

#include <sys/socket.h>

#include "connection.h"
#include "json.h"
#include "modes.h"
#include "process.h"

namespace bench
{

namespace
{

constexpr std::size_t kOpenAtOnce = 32;
constexpr std::chrono::seconds kOpenLimit{30};
constexpr std::chrono::seconds kRoundTripLimit{2};
constexpr std::size_t kMostSamples = 5'000'000;
// Long enough for a proxy to finish what opening left to do.
constexpr std::chrono::milliseconds kSettle{500};

using Samples = std::vector<float>; // microseconds

Samples exchangeFor(const FileDescriptor &socket, std::chrono::milliseconds duration, Failures &failures)
{
    Samples samples;
    samples.reserve(200'000);
    std::array<std::uint8_t, kExchangeBytes> request{};
    std::array<std::uint8_t, kExchangeBytes> answer{};
    const auto end = Clock::now() + duration;
    auto sentAt = Clock::now();
    while (sentAt < end && samples.size() < kMostSamples) {
        request[0] = static_cast<std::uint8_t>(samples.size());
        const ssize_t sent = ::send(socket.value(), request.data(), request.size(), MSG_NOSIGNAL);
        const ssize_t got = sent == static_cast<ssize_t>(request.size())
                                ? ::recv(socket.value(), answer.data(), answer.size(), MSG_WAITALL)
                                : -1;
        const auto now = Clock::now();
        if (got != static_cast<ssize_t>(answer.size()) || answer[0] != request[0]) {
            // What would follow could answer the wrong request: stop here.
            ++failures[got >= 0 ? "round trip: closed or wrong echo" : describe("round trip", errno)];
            return samples;
        }
        samples.push_back(std::chrono::duration<float, std::micro>(now - sentAt).count());
        sentAt = now;
    }
    return samples;
}

double percentile(Samples &samples, double fraction)
{
    if (samples.empty())
        return 0;
    const auto rank = static_cast<std::size_t>(fraction * static_cast<double>(samples.size() - 1));
    std::nth_element(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(rank), samples.end());
    return static_cast<double>(samples[rank]);
}

double averageKib(unsigned long before, unsigned long after, std::size_t relays)
{
    return relays == 0
               ? 0
               : (static_cast<double>(after) - static_cast<double>(before)) / static_cast<double>(relays);
}

} // namespace

int runPingPong(Options &options)
{
    const Route route{options.endpoint("proxy"), options.requiredEndpoint("target"), true, false, {}};
    const std::uint64_t idle = options.integer("idle", 0, 0, 100'000);
    const std::chrono::milliseconds warmup = options.seconds("warmup", 0.3);
    const std::chrono::milliseconds duration = options.seconds("seconds", 2);
    options.rejectUnknown();

    Opened idlers = openMany(route, idle, kOpenAtOnce, kOpenLimit);
    Opened busy = openMany(route, 1, 1, kOpenLimit);
    Failures failures = idlers.failures;
    addFailures(failures, busy.failures);
    Samples samples;
    if (!busy.sockets.empty()) {
        std::this_thread::sleep_for(kSettle);
        setBlocking(busy.sockets[0].value(), kRoundTripLimit);
        if (!exchangeFor(busy.sockets[0], warmup, failures).empty())
            samples = exchangeFor(busy.sockets[0], duration, failures);
    }
    const std::size_t working = countWorking(idlers.sockets, failures);

    JsonLine result("pingpong");
    result.add("idleWanted", idle);
    result.add("idleOpened", idlers.sockets.size());
    result.add("idleWorkingAfter", working);
    result.add("roundTrips", samples.size());
    result.add("p50Microseconds", percentile(samples, 0.50));
    result.add("p99Microseconds", percentile(samples, 0.99));
    result.add("errors", failures);
    result.print();
    return samples.empty() ? 1 : 0;
}

int runIdle(Options &options)
{
    const Route route{options.endpoint("proxy"), options.requiredEndpoint("target"), true, false, {}};
    const std::uint64_t idle = options.integer("idle", 4000, 1, 100'000);
    const std::chrono::milliseconds hold = options.seconds("hold", 1);
    const auto pid = static_cast<pid_t>(options.integer("pid", 0, 1, 1U << 22U));
    options.rejectUnknown();

    // The first connection pays for what a program loads and allocates once.
    Failures failures = openMany(route, 1, 1, kOpenLimit).failures;
    std::this_thread::sleep_for(kSettle);
    const ProcessUsage before = pid > 0 ? readUsage(pid, true) : ProcessUsage{};
    Opened opened = openMany(route, idle, kOpenAtOnce, kOpenLimit);
    addFailures(failures, opened.failures);
    std::this_thread::sleep_for(std::max(hold, kSettle));
    const ProcessUsage after = pid > 0 ? readUsage(pid, true) : ProcessUsage{};
    const std::size_t working = countWorking(opened.sockets, failures);

    JsonLine result("idle");
    result.add("idleWanted", idle);
    result.add("idleOpened", opened.sockets.size());
    result.add("idleWorkingAfter", working);
    result.add("openSeconds", opened.seconds);
    if (pid > 0) {
        result.add("processesBefore", before.processes);
        result.add("processesAfter", after.processes);
        result.add("rssKibBefore", before.rssKib);
        result.add("rssKibAfter", after.rssKib);
        result.add("rssKibPerRelay", averageKib(before.rssKib, after.rssKib, opened.sockets.size()));
        result.add("pssKibBefore", before.pssKib);
        result.add("pssKibAfter", after.pssKib);
        result.add("pssKibPerRelay", averageKib(before.pssKib, after.pssKib, opened.sockets.size()));
    }
    result.add("errors", failures);
    result.print();
    return working == idle ? 0 : 1;
}

} // namespace bench
