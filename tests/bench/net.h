// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <netinet/in.h>
#include <sys/epoll.h>

namespace bench
{

using Clock = std::chrono::steady_clock;

// What every request and every answer of the echo target is long.
inline constexpr std::size_t kExchangeBytes = 64;

// The bulk source repeats this many bytes, byte i being i % kPatternPeriod. A prime period makes a lost,
// repeated or reordered block show up at the next byte that is looked at.
inline constexpr std::size_t kPatternPeriod = 251;
inline constexpr std::size_t kPatternBytes = kPatternPeriod * 1024;

// Owns one descriptor.
class FileDescriptor
{
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int value)
        : m_value(value)
    {
    }
    FileDescriptor(FileDescriptor &&other) noexcept
        : m_value(std::exchange(other.m_value, -1))
    {
    }
    FileDescriptor &operator=(FileDescriptor &&other) noexcept;
    ~FileDescriptor() { close(); }

    [[nodiscard]] int value() const { return m_value; }
    [[nodiscard]] bool isOpen() const { return m_value >= 0; }
    void close();

private:
    int m_value = -1;
};

// An IPv4 address and port; the benchmark never leaves the loopback of its own namespace.
struct Endpoint {
    in_addr address{};
    std::uint16_t port = 0;

    [[nodiscard]] sockaddr_in socketAddress() const;
};

// Throws std::invalid_argument unless text is "a.b.c.d:port".
[[nodiscard]] Endpoint parseEndpoint(const std::string &text);

// A non-blocking listening socket. Throws std::system_error.
[[nodiscard]] FileDescriptor listenOn(const Endpoint &endpoint);

// A non-blocking UDP socket. Throws std::system_error.
[[nodiscard]] FileDescriptor bindDatagrams(const Endpoint &endpoint);

void setNoDelay(int descriptor);

// Turns a descriptor blocking, with a limit on how long one send or receive may take.
void setBlocking(int descriptor, std::chrono::milliseconds limit);

// One epoll set. Events come back with the id given to add().
class Epoll
{
public:
    Epoll();
    void add(int descriptor, std::uint32_t events, std::uint64_t id);
    void modify(int descriptor, std::uint32_t events, std::uint64_t id);
    // Needed before a descriptor lives on elsewhere; closing the last copy of one removes it by itself.
    void remove(int descriptor);
    // The span is valid until the next call. An interrupted wait returns no events.
    [[nodiscard]] std::span<const epoll_event> wait(std::chrono::milliseconds limit);

private:
    FileDescriptor m_descriptor;
    std::array<epoll_event, 512> m_events{};
};

// "connect: Connection refused" from a place and an errno value.
[[nodiscard]] std::string describe(std::string_view where, int error);

} // namespace bench
