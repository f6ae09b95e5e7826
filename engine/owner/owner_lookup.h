// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"
#include "engine/endpoint.h"
#include "engine/mailbox.h"
#include "engine/net/deadline_queue.h"
#include "engine/owner/socket_owner.h"
#include "engine/profile.h"
#include "engine/worker.h"

#include <QObject>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace engine
{

using OwnerLookupId = std::uint64_t;

/// Finds the application behind a client of this machine, without anybody waiting: on a helper thread of its
/// own, within kOwnerLookupTimeout, and at most kMaximumPendingOwnerLookups at once. What is asked in one
/// turn of the event loop crosses at once, and so do the answers: waking a thread costs more than most of
/// them. Engine thread only.
class OwnerLookup final : public QObject
{
public:
    /// Nothing: not identified.
    using Callback = std::function<void(const std::optional<Application> &)>;
    /// What asks the system. It is called on the helper thread alone and may take its time there.
    using Ask = std::function<std::optional<Application>(Transport transport, const Endpoint &client,
                                                         const Endpoint &server)>;

    /// What is called there when questions were asked and answered.
    using Settle = std::function<void()>;
    /// What answers there before the system is asked, as far as that takes no time: one place for each
    /// question.
    using Recall =
        std::function<std::vector<std::optional<Application>>(const std::vector<SocketQuestion> &questions)>;

    explicit OwnerLookup(net::DeadlineQueue &deadlines);
    OwnerLookup(net::DeadlineQueue &deadlines, Ask ask, Settle settle = {}, Recall recall = {});
    /// Waits for the question that the system is being asked.
    ~OwnerLookup() override;

    /// `client` is the client's endpoint as we see it, `server` ours that it is connected to or sends to. The
    /// callback comes later, never from within this call.
    OwnerLookupId find(Transport transport, const Endpoint &client, const Endpoint &server,
                       Callback callback);
    /// The callback will not come any more.
    void cancel(OwnerLookupId id);

private:
    struct System;
    class Pending;

    OwnerLookup(net::DeadlineQueue &deadlines, const std::shared_ptr<System> &system);

    struct Answer {
        OwnerLookupId id;
        std::optional<Application> application;
    };

    struct Question {
        OwnerLookupId id;
        SocketQuestion socket;
        std::shared_ptr<std::atomic<bool>> isWanted;
    };

    void ask(Question question);
    void passOn();
    void answerAll();
    [[nodiscard]] std::vector<Question> answerFromMemory(std::vector<Question> questions);
    void answer(std::vector<Answer> answers);
    void takeAnswers();
    void finish(OwnerLookupId id, const std::optional<Application> &application);

    net::DeadlineQueue &m_deadlines;
    const Ask m_ask;
    const Settle m_settle;
    const Recall m_recall;
    std::unordered_map<OwnerLookupId, std::unique_ptr<Pending>> m_pending;
    std::size_t m_asked = 0; ///< questions whose answer has not come, whether anybody waits for it or not
    OwnerLookupId m_lastId = 0;
    std::vector<Question> m_unasked; ///< in this turn of the event loop
    Mailbox<Question> m_questions;
    Mailbox<Answer> m_answers;
    Worker m_worker; ///< goes first: it calls the others
};

} // namespace engine
