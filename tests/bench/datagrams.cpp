// SPDX-License-Identifier: MIT
// Round trips a second of datagrams: a window of them is under way at any time, through a UDP ASSOCIATE (RFC
// 1928 section 7) when there is a proxy.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
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

constexpr std::size_t kMostInWindow = 256;
constexpr std::size_t kHeaderBytes = 10; // of an IPv4 destination
constexpr std::size_t kRoom = 2048;
constexpr std::chrono::milliseconds kTick{20};
// On the loopback an answer takes well below a millisecond; what is not here by then does not come.
constexpr std::chrono::milliseconds kLossLimit{500};
constexpr std::chrono::seconds kControlLimit{5};

void receiveAll(int socket, std::uint8_t *bytes, std::size_t size)
{
    if (::recv(socket, bytes, size, MSG_WAITALL) != static_cast<ssize_t>(size))
        throw std::runtime_error(describe("associate", errno));
}

// The control connection, which has to stay open, and where the datagrams go.
struct Association {
    FileDescriptor control;
    sockaddr_in relay{};
};

Association associate(const Endpoint &proxy)
{
    Association made;
    made.control = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int socket = made.control.value();
    setBlocking(socket, kControlLimit);
    const sockaddr_in address = proxy.socketAddress();
    if (::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        throw std::runtime_error(describe("connect", errno));
    const std::array<std::uint8_t, 3> greeting{5, 1, 0};
    std::array<std::uint8_t, 10> answer{};
    ::send(socket, greeting.data(), greeting.size(), MSG_NOSIGNAL);
    receiveAll(socket, answer.data(), 2);
    const std::array<std::uint8_t, 10> request{5, 3, 0, 1}; // from any port
    ::send(socket, request.data(), request.size(), MSG_NOSIGNAL);
    receiveAll(socket, answer.data(), answer.size());
    if (answer[1] != 0 || answer[3] != 1)
        throw std::runtime_error("associate: code " + std::to_string(answer[1]));
    made.relay.sin_family = AF_INET;
    std::memcpy(&made.relay.sin_addr, answer.data() + 4, 4);
    std::memcpy(&made.relay.sin_port, answer.data() + 8, 2);
    return made;
}

class DatagramLoad
{
public:
    DatagramLoad(const sockaddr_in &peer, const std::optional<Endpoint> &target, std::size_t window,
                 std::size_t bytes);

    void runUntil(Clock::time_point end);
    void resetCounts();
    [[nodiscard]] std::uint64_t roundTrips() const { return m_roundTrips; }
    [[nodiscard]] std::uint64_t lost() const { return m_lost; }
    [[nodiscard]] std::uint64_t wrong() const { return m_wrong; }

private:
    struct Slot {
        std::uint64_t number = 0; // of the datagram that is under way
        Clock::time_point sentAt;
    };

    void send(const std::vector<std::size_t> &slots);
    void receive();
    void takeAnswer(const std::uint8_t *payload, std::size_t size, std::vector<std::size_t> &free);
    void findLost();

    FileDescriptor m_socket;
    Epoll m_epoll;
    std::size_t m_header;
    std::size_t m_bytes;
    std::vector<Slot> m_slots;
    std::vector<std::uint8_t> m_outgoing; // one datagram a slot
    std::vector<std::uint8_t> m_incoming;
    std::uint64_t m_number = 0;
    std::uint64_t m_roundTrips = 0;
    std::uint64_t m_lost = 0;
    std::uint64_t m_wrong = 0;
};

DatagramLoad::DatagramLoad(const sockaddr_in &peer, const std::optional<Endpoint> &target, std::size_t window,
                           std::size_t bytes)
    : m_socket(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    , m_header(target ? kHeaderBytes : 0)
    , m_bytes(bytes)
    , m_slots(window)
    , m_outgoing(window * (m_header + bytes))
    , m_incoming(window * kRoom)
{
    if (::connect(m_socket.value(), reinterpret_cast<const sockaddr *>(&peer), sizeof peer) != 0)
        throw std::runtime_error(describe("connect", errno));
    m_epoll.add(m_socket.value(), EPOLLIN, 0);
    for (std::size_t i = 0; i < window; ++i) {
        std::uint8_t *datagram = m_outgoing.data() + i * (m_header + bytes);
        for (std::size_t k = 0; k < bytes; ++k)
            datagram[m_header + k] = static_cast<std::uint8_t>(k % kPatternPeriod);
        if (!target)
            continue;
        const sockaddr_in address = target->socketAddress();
        datagram[3] = 1; // IPv4
        std::memcpy(datagram + 4, &address.sin_addr, 4);
        std::memcpy(datagram + 8, &address.sin_port, 2);
    }
    std::vector<std::size_t> all(window);
    for (std::size_t i = 0; i < window; ++i)
        all[i] = i;
    send(all);
}

void DatagramLoad::runUntil(Clock::time_point end)
{
    auto nextLook = Clock::now() + kTick;
    for (auto now = Clock::now(); now < end; now = Clock::now()) {
        if (!m_epoll.wait(kTick).empty())
            receive();
        if (now >= nextLook) {
            findLost();
            nextLook = now + kTick;
        }
    }
}

void DatagramLoad::resetCounts()
{
    m_roundTrips = m_lost = m_wrong = 0;
}

void DatagramLoad::send(const std::vector<std::size_t> &slots)
{
    std::array<mmsghdr, kMostInWindow> messages{};
    std::array<iovec, kMostInWindow> parts{};
    const auto now = Clock::now();
    for (std::size_t i = 0; i < slots.size(); ++i) {
        Slot &slot = m_slots[slots[i]];
        slot = {++m_number, now};
        std::uint8_t *datagram = m_outgoing.data() + slots[i] * (m_header + m_bytes);
        const std::uint64_t index = slots[i];
        std::memcpy(datagram + m_header, &slot.number, sizeof slot.number);
        std::memcpy(datagram + m_header + sizeof slot.number, &index, sizeof index);
        parts[i] = {datagram, m_header + m_bytes};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    // What does not go out now counts as lost later.
    ::sendmmsg(m_socket.value(), messages.data(), static_cast<unsigned>(slots.size()), MSG_NOSIGNAL);
}

void DatagramLoad::receive()
{
    std::array<mmsghdr, kMostInWindow> messages{};
    std::array<iovec, kMostInWindow> parts{};
    for (std::size_t i = 0; i < m_slots.size(); ++i) {
        parts[i] = {m_incoming.data() + i * kRoom, kRoom};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int count =
        ::recvmmsg(m_socket.value(), messages.data(), static_cast<unsigned>(m_slots.size()), 0, nullptr);
    std::vector<std::size_t> free;
    for (int i = 0; i < count; ++i) {
        const auto index = static_cast<std::size_t>(i);
        const std::size_t size = messages[index].msg_len;
        if (size == m_header + m_bytes)
            takeAnswer(m_incoming.data() + index * kRoom + m_header, m_bytes, free);
        else
            ++m_wrong;
    }
    if (!free.empty())
        send(free);
}

void DatagramLoad::takeAnswer(const std::uint8_t *payload, std::size_t size, std::vector<std::size_t> &free)
{
    std::uint64_t number = 0;
    std::uint64_t index = 0;
    std::memcpy(&number, payload, sizeof number);
    std::memcpy(&index, payload + sizeof number, sizeof index);
    if (index >= m_slots.size() || payload[size - 1] != (size - 1) % kPatternPeriod) {
        ++m_wrong;
        return;
    }
    if (m_slots[index].number != number) {
        ++m_wrong; // twice, or after it was given up
        return;
    }
    m_slots[index].number = 0;
    ++m_roundTrips;
    free.push_back(index);
}

void DatagramLoad::findLost()
{
    std::vector<std::size_t> free;
    const auto now = Clock::now();
    for (std::size_t i = 0; i < m_slots.size(); ++i) {
        if (m_slots[i].number != 0 && now - m_slots[i].sentAt > kLossLimit)
            free.push_back(i);
    }
    m_lost += free.size();
    if (!free.empty())
        send(free);
}

} // namespace

int runDatagrams(Options &options)
{
    const auto proxy = options.endpoint("proxy");
    const Endpoint target = options.requiredEndpoint("target");
    const std::uint64_t window = options.integer("window", 32, 1, kMostInWindow);
    const std::uint64_t bytes = options.integer("bytes", 512, 16, 1400);
    const std::chrono::milliseconds warmup = options.seconds("warmup", 0.5);
    const std::chrono::milliseconds duration = options.seconds("seconds", 3);
    const auto pid = static_cast<pid_t>(options.integer("pid", 0, 1, 1U << 22U));
    options.rejectUnknown();

    Association association;
    if (proxy)
        association = associate(*proxy);
    DatagramLoad load(proxy ? association.relay : target.socketAddress(),
                      proxy ? std::optional(target) : std::nullopt, window, bytes);
    load.runUntil(Clock::now() + warmup);
    load.resetCounts();
    const double cpuBefore = pid > 0 ? readUsage(pid, false).cpuSeconds : 0;
    const auto begin = Clock::now();
    load.runUntil(begin + duration);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();

    Failures failures;
    if (load.wrong() > 0)
        failures["datagram: other bytes than sent, twice, or late"] = load.wrong();
    JsonLine result("datagrams");
    result.add("window", window);
    result.add("bytes", bytes);
    result.add("seconds", seconds);
    result.add("roundTrips", load.roundTrips());
    result.add("perSecond", static_cast<double>(load.roundTrips()) / seconds);
    result.add("lost", load.lost());
    if (pid > 0)
        result.add("cpuSeconds", readUsage(pid, false).cpuSeconds - cpuBefore);
    result.add("errors", failures);
    result.print();
    return load.roundTrips() > 0 ? 0 : 1;
}

} // namespace bench
