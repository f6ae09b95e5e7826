// SPDX-License-Identifier: MIT
#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>
#include <QPromise>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace ui
{

/// Has the work done on a thread of the pool, for what the interface must not wait for; its result comes with
/// the future. `work` is called once, from that thread, and returns a value.
template <typename Work> [[nodiscard]] auto inBackground(Work work)
{
    using Result = decltype(work());
    const auto promise = std::make_shared<QPromise<Result>>();
    promise->start();
    QThreadPool::globalInstance()->start([promise, work = std::move(work)]() mutable {
        promise->addResult(work());
        promise->finish();
    });
    return promise->future();
}

/// Has questions answered in the background: one at a time, and of those that come meanwhile only the newest.
/// Nobody is told the answer to an older one, nor any once this is gone.
template <typename Question, typename Answer> class NewestInBackground
{
public:
    /// `answer` is called from that thread, also when this is gone; `take` from this one's event loop, never
    /// from within ask().
    NewestInBackground(std::function<Answer(const Question &)> answer,
                       std::function<void(const Answer &)> take)
        : m_answer(std::move(answer))
        , m_take(std::move(take))
    {
        QObject::connect(&m_watcher, &QFutureWatcherBase::finished, &m_watcher, [this] { finish(); });
    }

    void ask(const Question &question)
    {
        m_next = question;
        begin();
    }

private:
    void begin()
    {
        if (m_isBusy || !m_next)
            return;
        m_isBusy = true;
        m_watcher.setFuture(
            inBackground([answer = m_answer, question = *std::exchange(m_next, std::nullopt)] {
                return answer(question);
            }));
    }

    void finish()
    {
        m_isBusy = false;
        if (m_next)
            begin();
        else
            m_take(m_watcher.result());
    }

    const std::function<Answer(const Question &)> m_answer;
    const std::function<void(const Answer &)> m_take;
    std::optional<Question> m_next;
    bool m_isBusy = false;
    QFutureWatcher<Answer> m_watcher;
};

} // namespace ui
