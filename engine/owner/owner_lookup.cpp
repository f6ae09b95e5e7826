// SPDX-License-Identifier: MIT
#include "engine/owner/owner_lookup.h"

#include "engine/limits.h"
#include "engine/owner/program.h"
#include "engine/owner/socket_owner.h"

#include <utility>

namespace engine
{

struct OwnerLookup::System {
    SocketOwnerFinder sockets;
    ApplicationDescriber applications;

    std::optional<Application> ask(Transport transport, const Endpoint &client, const Endpoint &server)
    {
        const std::optional<ProcessIdentity> process = sockets.find(transport, client, server);
        return process ? applications.describe(*process) : std::nullopt;
    }
};

class OwnerLookup::Pending final : public net::Deadline
{
public:
    Pending(OwnerLookup &lookup, OwnerLookupId id, Callback callback)
        : m_lookup(lookup)
        , m_id(id)
        , m_callback(std::move(callback))
    {
    }
    ~Pending()
    {
        m_lookup.m_deadlines.cancel(*this);
        m_isWanted->store(false);
    }
    Q_DISABLE_COPY_MOVE(Pending)

    /// Tells the helper thread whether the question is still worth asking.
    [[nodiscard]] const std::shared_ptr<std::atomic<bool>> &isWanted() const { return m_isWanted; }
    [[nodiscard]] Callback takeCallback() { return std::move(m_callback); }

private:
    void onDeadline() override { m_lookup.finish(m_id, std::nullopt); }

    OwnerLookup &m_lookup;
    const OwnerLookupId m_id;
    Callback m_callback;
    const std::shared_ptr<std::atomic<bool>> m_isWanted = std::make_shared<std::atomic<bool>>(true);
};

OwnerLookup::OwnerLookup(net::DeadlineQueue &deadlines)
    : OwnerLookup(deadlines, std::make_shared<System>())
{
}

OwnerLookup::OwnerLookup(net::DeadlineQueue &deadlines, const std::shared_ptr<System> &system)
    : OwnerLookup(
          deadlines,
          [system](Transport transport, const Endpoint &client, const Endpoint &server) {
              return system->ask(transport, client, server);
          },
          [system] { system->sockets.settle(); })
{
}

OwnerLookup::OwnerLookup(net::DeadlineQueue &deadlines, Ask ask, Settle settle)
    : m_deadlines(deadlines)
    , m_ask(std::move(ask))
    , m_settle(std::move(settle))
{
}

OwnerLookup::~OwnerLookup()
{
    m_pending.clear(); // what the helper thread has not begun, it need not begin
}

OwnerLookupId OwnerLookup::find(Transport transport, const Endpoint &client, const Endpoint &server,
                                Callback callback)
{
    const OwnerLookupId id = ++m_lastId;
    auto pending = std::make_unique<Pending>(*this, id, std::move(callback));
    if (m_asked < kMaximumPendingOwnerLookups) {
        m_deadlines.schedule(*pending, kOwnerLookupTimeout);
        ask(id, transport, client, server, pending->isWanted());
    } else {
        m_deadlines.schedule(*pending, std::chrono::milliseconds{0});
    }
    m_pending.emplace(id, std::move(pending));
    return id;
}

void OwnerLookup::cancel(OwnerLookupId id)
{
    m_pending.erase(id);
}

void OwnerLookup::ask(OwnerLookupId id, Transport transport, const Endpoint &client, const Endpoint &server,
                      const std::shared_ptr<std::atomic<bool>> &isWanted)
{
    ++m_asked;
    m_worker.run([this, id, transport, client, server, isWanted] {
        answer({id, isWanted->load() ? m_ask(transport, client, server) : std::nullopt});
        if (m_settle)
            m_settle();
    });
}

/// On the helper thread.
void OwnerLookup::answer(Answer answer)
{
    if (m_answers.push(std::move(answer)))
        QMetaObject::invokeMethod(this, &OwnerLookup::takeAnswers, Qt::QueuedConnection);
}

void OwnerLookup::takeAnswers()
{
    const std::vector<Answer> answers = m_answers.takeAll();
    m_asked -= answers.size();
    for (const Answer &answer : answers)
        finish(answer.id, answer.application);
}

void OwnerLookup::finish(OwnerLookupId id, const std::optional<Application> &application)
{
    const auto found = m_pending.find(id);
    if (found == m_pending.end())
        return;
    // Taken out first: a callback may start or cancel others.
    const Callback callback = found->second->takeCallback();
    m_pending.erase(found);
    callback(application);
}

} // namespace engine
