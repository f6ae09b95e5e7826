// SPDX-License-Identifier: MIT
#include "engine/outbound/loop_watch.h"

#include "engine/limits.h"
#include "engine/outbound/tunnel.h"

#include <QRandomGenerator>

#include <algorithm>
#include <utility>

namespace engine
{

namespace
{

/// Below RFC 6761's "invalid", which no resolver asks anybody about.
Destination unknownName()
{
    const QByteArray number = QByteArray::number(QRandomGenerator::global()->generate64(), 16);
    return {{}, "loop-test-" + number + ".invalid", 443};
}

/// Of RFC 5737's TEST-NET-1, where nobody is: for servers that take no names or resolve them themselves.
Destination unusedAddress()
{
    constexpr std::uint32_t kTestNet = 0xc0000200;
    QRandomGenerator &random = *QRandomGenerator::global();
    return {Address::fromV4(kTestNet + static_cast<std::uint32_t>(random.bounded(1, 255))),
            {},
            static_cast<std::uint16_t>(random.bounded(1'024, 65'536))};
}

} // namespace

struct LoopWatch::Test {
    std::uint64_t id = 0;
    Path path;
    Request request;
    std::vector<Destination> targets;
    std::vector<std::unique_ptr<Tunnel>> tunnels;
    std::size_t open = 0; ///< of these, those that are not through
    net::TimePoint endsAt;

    [[nodiscard]] bool isStarted() const { return !tunnels.empty(); }
};

void LoopWatch::Errand::end()
{
    LoopWatch *watch = std::exchange(m_watch, nullptr);
    if (watch && --m_request->second == 0)
        watch->m_underWay.erase(m_request->first);
}

LoopWatch::LoopWatch(TunnelServices &services)
    : m_services(services)
{
    m_services.loops = this;
}

LoopWatch::~LoopWatch()
{
    m_tests.clear();
    m_services.dialing.deadlines.cancel(*this);
    m_services.loops = nullptr;
}

void LoopWatch::begin(Errand &errand, std::span<const UpstreamPointer> path, Transport transport,
                      const Destination &asked)
{
    errand.end();
    const auto entry = m_underWay.try_emplace(Request{path.back(), transport, asked}, 0).first;
    ++entry->second;
    errand.m_watch = this;
    errand.m_request = &*entry;
    if (entry->second >= kSuspiciousRequests)
        suspect(path, *entry);
}

bool LoopWatch::leadsBack(const Upstream &server) const
{
    return server.loopsUntil > m_services.dialing.deadlines.now();
}

void LoopWatch::forget()
{
    m_tests.clear();
    for (const UpstreamPointer &server : m_services.router.servers()) {
        server->loopsUntil = {};
        server->loopTestedWith = 0;
    }
}

/// A server that has passed need not be tested again soon, unless there are twice as many.
void LoopWatch::suspect(std::span<const UpstreamPointer> path, const Requests::value_type &requests)
{
    const auto &[request, count] = requests;
    Upstream &server = *request.server;
    const net::TimePoint now = m_services.dialing.deadlines.now();
    const bool isUnderTest = std::any_of(m_tests.begin(), m_tests.end(), [&server](const auto &test) {
        return test->request.server.get() == &server;
    });
    const bool hasPassed = count < 2 * server.loopTestedWith && now < server.loopTestedAt + kLoopTestPause;
    if (isUnderTest || hasPassed || leadsBack(server) || m_tests.size() >= kMaximumLoopTests)
        return;
    server.loopTestedWith = count;
    server.loopTestedAt = now;
    auto test = std::make_unique<Test>();
    test->id = ++m_lastTest;
    test->path.assign(path.begin(), path.end());
    test->request = request;
    test->endsAt = now + kLoopTestTimeout;
    test->targets.push_back(unusedAddress());
    const ServerProfile &profile = server.profile;
    if (profile.protocol != ServerProtocol::Socks4 && profile.resolveNames == NameResolution::Remote)
        test->targets.push_back(unknownName());
    m_tests.push_back(std::move(test));
    // Not from within the request that gave rise to it.
    m_services.dialing.deadlines.schedule(*this, std::chrono::milliseconds(0));
}

/// Starts new tests and ends old ones.
void LoopWatch::onDeadline()
{
    const net::TimePoint now = m_services.dialing.deadlines.now();
    std::erase_if(m_tests, [now](const auto &test) {
        return test->endsAt <= now || (test->isStarted() && test->open == 0);
    });
    for (const auto &test : m_tests) {
        if (!test->isStarted())
            start(*test);
    }
    if (!m_tests.empty() && !isScheduled())
        m_services.dialing.deadlines.schedule(*this, m_tests.front()->endsAt);
}

void LoopWatch::start(Test &test)
{
    test.open = test.targets.size();
    for (const Destination &target : test.targets) {
        test.tunnels.push_back(std::make_unique<Tunnel>(
            m_services, test.path, [this, id = test.id](Expected<Dialed, Tunnel::Failure> result) {
                if (result) {
                    m_services.dialing.poller.remove(result->socket.descriptor());
                    result->socket.reset();
                }
                tunnelEnded(id);
            }));
        test.tunnels.back()->open(socks5::Command::Connect, target);
    }
}

/// A server answers after it has asked us, if it does, so there is nothing to wait for any more.
void LoopWatch::tunnelEnded(std::uint64_t id)
{
    for (const auto &test : m_tests) {
        if (test->id == id && --test->open == 0)
            m_services.dialing.deadlines.schedule(*this, std::chrono::milliseconds(0));
    }
}

std::optional<LoopWatch::Returned> LoopWatch::recognize(const Destination &requested) const
{
    for (const auto &test : m_tests) {
        if (std::find(test->targets.begin(), test->targets.end(), requested) != test->targets.end())
            return Returned{test->id, test->request.transport, test->request.asked};
    }
    return std::nullopt;
}

bool LoopWatch::takeReturned(std::uint64_t id, const Action &action)
{
    const auto found =
        std::find_if(m_tests.begin(), m_tests.end(), [id](const auto &test) { return test->id == id; });
    if (found == m_tests.end() || action.kind != Action::Kind::Proxy)
        return false;
    const Request &request = (*found)->request;
    const std::vector<Path> paths = m_services.router.paths(action.proxy, request.asked.host());
    const bool isLoop = std::any_of(paths.begin(), paths.end(), [&request](const Path &path) {
        return std::find(path.begin(), path.end(), request.server) != path.end();
    });
    if (isLoop)
        request.server->loopsUntil = m_services.dialing.deadlines.now() + kLoopMemory;
    return isLoop;
}

} // namespace engine
