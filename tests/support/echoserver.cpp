// SPDX-License-Identifier: MIT
#include "tests/support/echoserver.h"

#include "tests/support/socketapi.h"

namespace test
{

namespace
{

constexpr int kTickMs = 20;

api::PollEntry readable(qintptr handle)
{
    api::PollEntry entry{};
    entry.fd = static_cast<api::Handle>(handle);
    entry.events = POLLIN;
    return entry;
}

} // namespace

EchoServer::EchoServer(const engine::Address &address)
    : m_listener(address)
    , m_thread([this] { run(); })
{
}

EchoServer::~EchoServer()
{
    m_stop = true;
    m_thread.join();
}

void EchoServer::run()
{
    std::vector<RawSocket> clients;
    while (!m_stop) {
        std::vector<api::PollEntry> entries;
        for (const RawSocket &client : clients)
            entries.push_back(readable(client.handle()));
        entries.push_back(readable(m_listener.handle()));
        if (api::waitAny(entries, kTickMs) <= 0)
            continue;
        if (entries.back().revents != 0)
            clients.push_back(m_listener.accept(milliseconds{0}));
        for (std::size_t i = 0; i + 1 < entries.size(); ++i) {
            if (entries[i].revents == 0)
                continue;
            const QByteArray bytes = clients[i].receiveSome(64 * 1024, milliseconds{0});
            if (clients[i].end() != StreamEnd::Open || !clients[i].send(bytes))
                clients[i].close();
        }
        std::erase_if(clients, [](const RawSocket &client) { return !client.isOpen(); });
    }
}

} // namespace test
