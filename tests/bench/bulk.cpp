// SPDX-License-Identifier: MIT
// Gbit/s of S streams, and the CPU time of the proxy for each GB of them.
#include <algorithm>
#include <cerrno>
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

constexpr std::chrono::milliseconds kTick{50};
constexpr std::chrono::seconds kOpenLimit{10};

enum class Direction { Down, Up };

struct Stream {
    FileDescriptor socket;
    std::uint64_t bytes = 0;       // within the window
    std::size_t patternOffset = 0; // since the beginning
};

class BulkLoad
{
public:
    BulkLoad(std::vector<FileDescriptor> sockets, Direction direction);

    void runUntil(Clock::time_point end);
    void resetCounts();
    [[nodiscard]] std::uint64_t totalBytes() const;
    [[nodiscard]] std::uint64_t slowestBytes() const;
    [[nodiscard]] std::size_t openStreams() const { return m_open; }
    [[nodiscard]] const Failures &failures() const { return m_failures; }

private:
    void transfer(Stream &stream);
    void receive(Stream &stream);
    void send(Stream &stream);
    void count(Stream &stream, ssize_t bytes);
    void drop(Stream &stream, const std::string &text);

    Direction m_direction;
    Epoll m_epoll;
    std::vector<Stream> m_streams;
    std::vector<std::uint8_t> m_buffer;
    std::size_t m_open = 0;
    Failures m_failures;
};

BulkLoad::BulkLoad(std::vector<FileDescriptor> sockets, Direction direction)
    : m_direction(direction)
    , m_buffer(kPatternBytes)
    , m_open(sockets.size())
{
    for (std::size_t i = 0; i < m_buffer.size(); ++i)
        m_buffer[i] = static_cast<std::uint8_t>(i % kPatternPeriod);
    m_streams.reserve(sockets.size());
    for (FileDescriptor &socket : sockets) {
        m_epoll.add(socket.value(), direction == Direction::Down ? EPOLLIN : EPOLLOUT, m_streams.size());
        m_streams.push_back(Stream{std::move(socket), 0, 0});
    }
}

void BulkLoad::runUntil(Clock::time_point end)
{
    while (m_open > 0 && Clock::now() < end) {
        for (const epoll_event &event : m_epoll.wait(kTick))
            transfer(m_streams[event.data.u64]);
    }
}

void BulkLoad::resetCounts()
{
    for (Stream &stream : m_streams)
        stream.bytes = 0;
}

std::uint64_t BulkLoad::totalBytes() const
{
    std::uint64_t total = 0;
    for (const Stream &stream : m_streams)
        total += stream.bytes;
    return total;
}

std::uint64_t BulkLoad::slowestBytes() const
{
    const auto slowest = std::min_element(m_streams.begin(), m_streams.end(),
                                          [](const Stream &a, const Stream &b) { return a.bytes < b.bytes; });
    return slowest == m_streams.end() ? 0 : slowest->bytes;
}

void BulkLoad::transfer(Stream &stream)
{
    if (m_direction == Direction::Down)
        receive(stream);
    else
        send(stream);
}

void BulkLoad::receive(Stream &stream)
{
    const ssize_t received = ::recv(stream.socket.value(), m_buffer.data(), m_buffer.size(), 0);
    // One look at each block's first and last byte: enough to notice loss or repetition, too little to cost.
    if (received > 0) {
        const std::size_t last = static_cast<std::size_t>(received) - 1;
        if (m_buffer[0] != stream.patternOffset % kPatternPeriod ||
            m_buffer[last] != (stream.patternOffset + last) % kPatternPeriod)
            return drop(stream, "stream: bytes differ from those sent");
    }
    count(stream, received);
}

void BulkLoad::send(Stream &stream)
{
    count(stream, ::send(stream.socket.value(), m_buffer.data() + stream.patternOffset,
                         m_buffer.size() - stream.patternOffset, MSG_NOSIGNAL));
}

void BulkLoad::count(Stream &stream, ssize_t bytes)
{
    if (bytes > 0) {
        stream.bytes += static_cast<std::uint64_t>(bytes);
        stream.patternOffset = (stream.patternOffset + static_cast<std::size_t>(bytes)) % kPatternBytes;
    } else if (bytes == 0) {
        drop(stream, "stream: closed by the other side");
    } else if (errno != EAGAIN && errno != EINTR) {
        drop(stream, describe("stream", errno));
    }
}

void BulkLoad::drop(Stream &stream, const std::string &text)
{
    ++m_failures[text];
    stream.socket.close();
    --m_open;
}

} // namespace

int runBulk(Options &options)
{
    // No exchange first: the source speaks at once, and the sink never.
    Route route{options.endpoint("proxy"), options.requiredEndpoint("target"), false, false, {}};
    route.next = options.endpoint("next");
    const std::uint64_t streams = options.integer("streams", 1, 1, 1000);
    const bool up = options.word("direction", "down", {"down", "up"}) == "up";
    const std::chrono::milliseconds warmup = options.seconds("warmup", 0.5);
    const std::chrono::milliseconds duration = options.seconds("seconds", 3);
    const auto pid = static_cast<pid_t>(options.integer("pid", 0, 1, 1U << 22U));
    options.rejectUnknown();

    Opened opened = openMany(route, streams, streams, kOpenLimit);
    const std::size_t openedStreams = opened.sockets.size();
    BulkLoad load(std::move(opened.sockets), up ? Direction::Up : Direction::Down);
    load.runUntil(Clock::now() + warmup);
    load.resetCounts();
    const double cpuBefore = pid > 0 ? readUsage(pid, false).cpuSeconds : 0;
    const auto begin = Clock::now();
    load.runUntil(begin + duration);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    const double cpuAfter = pid > 0 ? readUsage(pid, false).cpuSeconds : 0;
    const auto bytes = static_cast<double>(load.totalBytes());

    Failures failures = load.failures();
    addFailures(failures, opened.failures);
    JsonLine result("bulk");
    result.add("streams", streams);
    result.add("opened", openedStreams);
    result.add("openAtEnd", load.openStreams());
    result.add("direction", up ? "up" : "down");
    result.add("seconds", seconds);
    result.add("gigabytes", bytes / 1e9);
    result.add("gbitPerSecond", bytes * 8 / 1e9 / seconds);
    result.add("slowestGbitPerSecond", static_cast<double>(load.slowestBytes()) * 8 / 1e9 / seconds);
    if (pid > 0) {
        result.add("cpuSeconds", cpuAfter - cpuBefore);
        result.add("cpuSecondsPerGigabyte", (cpuAfter - cpuBefore) / (bytes / 1e9));
    }
    result.add("errors", failures);
    result.print();
    return load.openStreams() == streams && bytes > 0 ? 0 : 1;
}

} // namespace bench
