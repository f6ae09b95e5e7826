// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/deadline_queue.h"
#include "engine/outbound/router.h"
#include "engine/proto/destination.h"

#include <optional>
#include <span>
#include <unordered_map>

namespace engine
{

class Tunnel;
struct TunnelServices;

/// Finds servers that lead back to our own listeners by ways that cannot be seen from here: by other
/// machines, names or programs. What such a server is asked for it asks us for, and we ask it once more, so a
/// loop shows as ever more requests for one thing that are all under way. So does a busy client, and
/// therefore the server is put to the test: it is asked for what nobody else would ask for. When that comes
/// in by a listener, and the rules would send what was asked for by way of that server again, it is a loop.
/// Engine thread only.
class LoopWatch final : private net::Deadline
{
    struct Request {
        UpstreamPointer server;
        Transport transport = Transport::Tcp;
        Destination asked;
        bool operator==(const Request &) const = default;
    };
    struct Hash {
        std::size_t operator()(const Request &request) const noexcept
        {
            return qHashMulti(std::size_t{0}, request.server.get(), request.asked.address, request.asked.name,
                              request.asked.port);
        }
    };
    using Requests = std::unordered_map<Request, std::size_t, Hash>;

public:
    /// A request under way, as long as it lives or until it ends.
    class Errand
    {
    public:
        Errand() = default;
        ~Errand() { end(); }
        Errand(const Errand &) = delete;
        Errand &operator=(const Errand &) = delete;
        void end();

    private:
        friend class LoopWatch;
        LoopWatch *m_watch = nullptr;
        Requests::value_type *m_request = nullptr;
    };
    /// A test of ours that a client asks for.
    struct Returned {
        std::uint64_t test = 0;
        Transport transport = Transport::Tcp;
        Destination asked; ///< what the server under test is asked for over and over
    };

    /// Takes its place in the services.
    explicit LoopWatch(TunnelServices &services);
    ~LoopWatch();
    Q_DISABLE_COPY_MOVE(LoopWatch)

    /// The last server of a path is asked for something.
    void begin(Errand &errand, std::span<const UpstreamPointer> path, Transport transport,
               const Destination &asked);
    /// Whether it was found to, a while ago at most.
    [[nodiscard]] bool leadsBack(const Upstream &server) const;
    /// What was found depended on what has changed.
    void forget();
    /// Whether what a client asks for is a test of ours.
    [[nodiscard]] std::optional<Returned> recognize(const Destination &requested) const;
    /// Tells what the rules say about the request that a returned test stands for. True when that is a loop.
    [[nodiscard]] bool takeReturned(std::uint64_t test, const Action &action);
    [[nodiscard]] std::size_t testsUnderWay() const { return m_tests.size(); }

private:
    struct Test;

    void onDeadline() override;
    void suspect(std::span<const UpstreamPointer> path, const Requests::value_type &requests);
    void start(Test &test);
    void tunnelEnded(std::uint64_t id);

    TunnelServices &m_services;
    Requests m_underWay;
    std::vector<std::unique_ptr<Test>> m_tests;
    std::uint64_t m_lastTest = 0;
};

} // namespace engine
