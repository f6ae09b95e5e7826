// SPDX-License-Identifier: MIT
#include "engine/owner/owner_lookup.h"

#include "engine/limits.h"
#include "engine/owner/program.h"
#include "engine/owner/socket_owner.h"

#include <algorithm>
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

    /// Each program is looked at once, now that all have asked: as it is, and not as it was before.
    std::vector<std::optional<Application>> recall(const std::vector<SocketQuestion> &questions)
    {
        std::vector<std::optional<Application>> found(questions.size());
        std::vector<std::pair<ProcessIdentity, std::optional<Application>>> described;
        const std::vector<std::optional<ProcessIdentity>> owners = sockets.recall(questions);
        for (std::size_t i = 0; i < owners.size(); ++i) {
            if (!owners[i])
                continue;
            auto known = std::find_if(described.begin(), described.end(),
                                      [&](const auto &entry) { return entry.first == *owners[i]; });
            if (known == described.end())
                known = described.insert(described.end(), {*owners[i], applications.describe(*owners[i])});
            found[i] = known->second;
        }
        return found;
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
          [system] { system->sockets.settle(); },
          [system](const std::vector<SocketQuestion> &questions) { return system->recall(questions); })
{
}

OwnerLookup::OwnerLookup(net::DeadlineQueue &deadlines, Ask ask, Settle settle, Recall recall)
    : m_deadlines(deadlines)
    , m_ask(std::move(ask))
    , m_settle(std::move(settle))
    , m_recall(std::move(recall))
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
        ask({id, {transport, client, server}, pending->isWanted()});
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

void OwnerLookup::ask(Question question)
{
    ++m_asked;
    m_unasked.push_back(std::move(question));
    if (m_unasked.size() == 1)
        QMetaObject::invokeMethod(this, &OwnerLookup::passOn, Qt::QueuedConnection);
}

/// At the end of the turn.
void OwnerLookup::passOn()
{
    bool isFirst = false;
    for (Question &question : m_unasked)
        isFirst = m_questions.push(std::move(question)) || isFirst;
    m_unasked.clear();
    // Otherwise the helper thread is about to take them.
    if (isFirst)
        m_worker.run([this] { answerAll(); });
}

/// On the helper thread.
void OwnerLookup::answerAll()
{
    const std::vector<Question> left = answerFromMemory(m_questions.takeAll());
    // One at a time, for looking for one may take long.
    for (const Question &question : left) {
        const SocketQuestion &socket = question.socket;
        answer(
            {{question.id, question.isWanted->load() ? m_ask(socket.transport, socket.client, socket.server)
                                                     : std::nullopt}});
    }
    if (m_settle && !left.empty())
        m_settle();
}

/// Gives back those that are not answered yet.
std::vector<OwnerLookup::Question> OwnerLookup::answerFromMemory(std::vector<Question> questions)
{
    if (!m_recall)
        return questions;
    std::vector<SocketQuestion> sockets;
    sockets.reserve(questions.size());
    for (const Question &question : questions)
        sockets.push_back(question.socket);
    std::vector<std::optional<Application>> found = m_recall(sockets);
    std::vector<Answer> answers;
    std::vector<Question> left;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        if (found[i])
            answers.push_back({questions[i].id, std::move(found[i])});
        else
            left.push_back(std::move(questions[i]));
    }
    answer(std::move(answers));
    return left;
}

/// On the helper thread.
void OwnerLookup::answer(std::vector<Answer> answers)
{
    bool isFirst = false;
    for (Answer &one : answers)
        isFirst = m_answers.push(std::move(one)) || isFirst;
    if (isFirst)
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
