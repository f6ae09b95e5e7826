// SPDX-License-Identifier: MIT
// What finding the owner of a socket costs, in microseconds, on a machine with many processes that have many
// sockets each.
//
//   bench_owner [--strict] [PROCESSES SOCKETS]
//
// --strict exits with 1 when a median is above its limit, or when an owner was not found.
#include "engine/owner/program.h"
#include "engine/owner/socket_owner.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace engine;

namespace
{

using Clock = std::chrono::steady_clock;

constexpr int kQuestions = 1'000;
constexpr int kNewProcesses = 200;
constexpr double kLimit = 300; // us
/// Questions between closing a socket and opening the next one, where that is not done at once.
constexpr std::size_t kPause = 20;

constexpr int kBusySockets = 32;

enum class Order : std::uint8_t { Open, Close, Exchange };

struct Command {
    Order order;
    std::uint16_t which; // socket to close, of all that there are
};

[[noreturn]] void fail(const char *what)
{
    throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

std::uint16_t ownPort(int socket)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(socket, reinterpret_cast<sockaddr *>(&address), &size);
    return ntohs(address.sin_port);
}

/// Microseconds of one question.
struct Cost {
    double taken;
    double worked;  ///< CPU time of that: all that counts on a busy machine
    double settled; ///< CPU time afterwards, when nobody waits
};

double ownWork()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

/// A process with sockets that opens and closes some when it is told to.
class Client
{
public:
    Client(std::uint16_t server, int sockets);
    ~Client();
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    [[nodiscard]] pid_t process() const { return m_process; }
    /// The port of the socket that it has opened, 0 for none.
    std::uint16_t tell(Command command) const;

private:
    [[noreturn]] static void run(int control, std::uint16_t server, int sockets);

    pid_t m_process = 0;
    int m_control = -1;
};

Client::Client(std::uint16_t server, int sockets)
{
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
        fail("socketpair");
    m_process = ::fork();
    if (m_process < 0)
        fail("fork");
    if (m_process == 0)
        run(ends[1], server, sockets);
    ::close(ends[1]);
    m_control = ends[0];
    std::uint16_t ready = 0;
    if (::recv(m_control, &ready, sizeof ready, 0) != sizeof ready)
        fail("a client did not start");
}

Client::~Client()
{
    ::close(m_control); // which ends it
    ::waitpid(m_process, nullptr, 0);
}

std::uint16_t Client::tell(Command command) const
{
    std::uint16_t port = 0;
    if (::send(m_control, &command, sizeof command, MSG_NOSIGNAL) != sizeof command ||
        ::recv(m_control, &port, sizeof port, 0) != sizeof port)
        fail("a client ended");
    return port;
}

void Client::run(int control, std::uint16_t server, int sockets)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(control, 3);
    ::close_range(4, ~0U, 0); // those of other clients
    std::vector<int> open;
    for (int i = 0; i < sockets; ++i)
        open.push_back(::socket(AF_INET, SOCK_DGRAM, 0));
    std::uint16_t port = 0;
    ::send(3, &port, sizeof port, 0);
    for (Command command{}; ::recv(3, &command, sizeof command, 0) == sizeof command;) {
        port = 0;
        if (command.order != Order::Open) {
            const auto which = open.begin() + command.which % static_cast<std::ptrdiff_t>(open.size());
            ::close(*which);
            open.erase(which);
        }
        if (command.order != Order::Close) {
            const sockaddr_in address = loopback(server);
            const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
            if (::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0)
                port = ownPort(socket);
            open.push_back(socket);
        }
        ::send(3, &port, sizeof port, 0);
    }
    ::_exit(0);
}

class Server
{
public:
    Server()
        : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        const sockaddr_in address = loopback(0);
        if (::bind(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0 ||
            ::listen(m_socket, 128) != 0)
            fail("listen");
    }
    ~Server() { ::close(m_socket); }
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    [[nodiscard]] std::uint16_t port() const { return ownPort(m_socket); }
    [[nodiscard]] int accept() const { return ::accept4(m_socket, nullptr, nullptr, SOCK_CLOEXEC); }

private:
    int m_socket;
};

/// One question as the engine asks it, and what the engine does after it.
class Asker
{
public:
    explicit Asker(std::uint16_t server)
        : m_server{Address::fromV4(INADDR_LOOPBACK), server}
    {
    }

    /// Nothing when another one was found, or nobody.
    std::optional<Cost> ask(std::uint16_t port, pid_t expected)
    {
        const Endpoint client{Address::fromV4(INADDR_LOOPBACK), port};
        const double workBefore = ownWork();
        const auto begin = Clock::now();
        const SocketQuestion question{Transport::Tcp, client, m_server};
        auto owner = m_sockets.recall({&question, 1}).front();
        if (!owner)
            owner = m_sockets.find(Transport::Tcp, client, m_server);
        const auto application = owner ? m_applications.describe(*owner) : std::nullopt;
        const double taken = std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
        const double worked = ownWork() - workBefore;
        m_sockets.settle();
        const double settled = ownWork() - workBefore - worked;
        if (!application || application->program.processId != expected)
            return {};
        return Cost{taken, worked, settled};
    }

private:
    SocketOwnerFinder m_sockets;
    ApplicationDescriber m_applications;
    const Endpoint m_server;
};

struct Scene {
    Server server;
    Asker asker{server.port()};
    std::vector<std::unique_ptr<Client>> clients;
    std::vector<std::uint16_t> lastPorts; // of each client
    std::mt19937 random{1928};            // NOLINT: the same every time
    std::vector<std::size_t> closed{};    // clients that have closed something, oldest first
    std::unique_ptr<Client> busy{};

    std::size_t anyOne() { return random() % clients.size(); }
    Command command(Order order) { return {order, static_cast<std::uint16_t>(random())}; }

    std::optional<Cost> askAfter(std::size_t client, Order order)
    {
        lastPorts[client] = clients[client]->tell(command(order));
        const int accepted = server.accept();
        const auto cost = asker.ask(lastPorts[client], clients[client]->process());
        ::close(accepted);
        return cost;
    }
};

std::optional<Cost> knownSocket(Scene &scene)
{
    std::size_t client = scene.anyOne();
    while (scene.lastPorts[client] == 0)
        client = scene.anyOne();
    return scene.asker.ask(scene.lastPorts[client], scene.clients[client]->process());
}

std::optional<Cost> oneMore(Scene &scene)
{
    return scene.askAfter(scene.anyOne(), Order::Open);
}

std::optional<Cost> afterClosing(Scene &scene)
{
    while (scene.closed.size() <= kPause) {
        const std::size_t client = scene.anyOne();
        (void)scene.clients[client]->tell(scene.command(Order::Close));
        scene.closed.push_back(client);
    }
    const std::size_t client = scene.closed.front();
    scene.closed.erase(scene.closed.begin());
    return scene.askAfter(client, Order::Open);
}

std::optional<Cost> exchanged(Scene &scene)
{
    return scene.askAfter(scene.anyOne(), Order::Exchange);
}

/// One process that has some connections at any time, and opens another whenever the eldest has ended.
std::optional<Cost> overAndOver(Scene &scene)
{
    if (!scene.busy)
        scene.busy = std::make_unique<Client>(scene.server.port(), kBusySockets);
    const std::uint16_t port = scene.busy->tell({Order::Exchange, 0});
    const int accepted = scene.server.accept();
    const auto cost = scene.asker.ask(port, scene.busy->process());
    ::close(accepted);
    return cost;
}

std::optional<Cost> newProcess(Scene &scene)
{
    scene.clients.push_back(std::make_unique<Client>(scene.server.port(), 2));
    scene.lastPorts.push_back(0);
    const auto cost = scene.askAfter(scene.clients.size() - 1, Order::Open);
    scene.clients.pop_back();
    scene.lastPorts.pop_back();
    return cost;
}

struct Row {
    const char *name;
    std::optional<Cost> (*ask)(Scene &scene);
    int questions;
    double limit; // us; 0: none
};

constexpr std::array kRows{
    Row{"asked before", knownSocket, kQuestions, kLimit},
    Row{"opened by any of the processes", oneMore, kQuestions, kLimit},
    Row{"the same, which had closed another", afterClosing, kQuestions, kLimit},
    Row{"opened by one process over and over", overAndOver, kQuestions, kLimit},
    Row{"opened by a process that has just begun", newProcess, kNewProcesses, 0},
    Row{"closed one and opened one at once", exchanged, kNewProcesses, 0},
};

double percentile(std::vector<Cost> &costs, double Cost::*which, double fraction)
{
    if (costs.empty())
        return 0;
    const auto rank = static_cast<std::ptrdiff_t>(fraction * static_cast<double>(costs.size() - 1));
    std::nth_element(costs.begin(), costs.begin() + rank, costs.end(),
                     [which](const Cost &a, const Cost &b) { return a.*which < b.*which; });
    return costs[static_cast<std::size_t>(rank)].*which;
}

bool measure(const Row &row, Scene &scene)
{
    std::vector<Cost> costs;
    for (int i = 0; i < row.questions; ++i) {
        if (const auto cost = row.ask(scene))
            costs.push_back(*cost);
    }
    const int missed = row.questions - static_cast<int>(costs.size());
    const double median = percentile(costs, &Cost::taken, 0.5);
    const bool holds = missed == 0 && (row.limit == 0 || median <= row.limit);
    std::printf("%-42s %8.0f %8.0f %8.0f %8.0f %8.0f %8s %7d  %s\n", row.name, median,
                percentile(costs, &Cost::taken, 0.9), percentile(costs, &Cost::taken, 0.99),
                percentile(costs, &Cost::worked, 0.5), percentile(costs, &Cost::settled, 0.5),
                row.limit > 0 ? "300" : "", missed,
                row.limit == 0 ? "" : (holds ? "reached" : "not reached"));
    std::fflush(stdout);
    return holds;
}

int run(bool strict, int processes, int sockets)
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    Scene scene;
    for (int i = 0; i < processes; ++i)
        scene.clients.push_back(std::make_unique<Client>(scene.server.port(), sockets));
    scene.lastPorts.resize(scene.clients.size());
    // Every process is looked at once, as on a machine where Hosier has run for a while.
    for (std::size_t i = 0; i < scene.clients.size(); ++i)
        (void)scene.askAfter(i, Order::Open);
    std::printf("%d processes with %d sockets each\n", processes, sockets);
    std::printf("%-42s %8s %8s %8s %8s %8s %8s %7s\n", "owner of a socket, us", "median", "p90", "p99",
                "work", "after", "limit", "missed");
    bool isFastEnough = true;
    for (const Row &row : kRows)
        isFastEnough = measure(row, scene) && isFastEnough;
    return strict && !isFastEnough ? 1 : 0;
}

} // namespace

int main(int argc, char **argv)
{
    std::vector<std::string_view> arguments(argv + 1, argv + argc);
    const bool strict = std::erase(arguments, "--strict") > 0;
    const int processes = arguments.size() == 2 ? std::atoi(arguments[0].data()) : 500;
    const int sockets = arguments.size() == 2 ? std::atoi(arguments[1].data()) : 200;
    if ((!arguments.empty() && arguments.size() != 2) || processes < 1 || sockets < 1) {
        std::fprintf(stderr, "usage: bench_owner [--strict] [PROCESSES SOCKETS]\n");
        return 2;
    }
    try {
        return run(strict, processes, sockets);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
