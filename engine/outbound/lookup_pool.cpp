// SPDX-License-Identifier: MIT
#include "engine/outbound/lookup_pool.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace engine
{

struct LookupPool::Shared {
    LookUp lookUp;
    Size size;

    std::mutex mutex;
    std::condition_variable asked;
    std::condition_variable ended;
    // Under the mutex:
    std::function<void()> wake;
    std::deque<QByteArray> questions;
    std::vector<Answer> answers;
    std::size_t threads = 0;
    std::size_t idle = 0; ///< of these, those that wait for a question
    bool stop = false;
};

LookupPool::LookupPool(LookUp lookUp, const Size &size, std::function<void()> wake)
    : m_shared(std::make_shared<Shared>())
{
    m_shared->lookUp = std::move(lookUp);
    m_shared->size = size;
    m_shared->wake = std::move(wake);
}

LookupPool::~LookupPool()
{
    std::unique_lock lock(m_shared->mutex);
    m_shared->stop = true;
    m_shared->wake = nullptr;
    m_shared->questions.clear();
    m_shared->asked.notify_all();
    // These are gone in a moment.
    m_shared->ended.wait(lock, [this] { return m_shared->idle == 0; });
}

bool LookupPool::ask(const QByteArray &name)
{
    const std::lock_guard lock(m_shared->mutex);
    m_shared->questions.push_back(name);
    if (m_shared->idle >= m_shared->questions.size()) {
        m_shared->asked.notify_one();
        return true;
    }
    // At the limit, or when the system has no more, those that there are will come to it.
    if (m_shared->threads >= m_shared->size.threads || startThread() || m_shared->threads > 0)
        return true;
    m_shared->questions.pop_back();
    return false;
}

/// Under the mutex.
bool LookupPool::startThread()
{
    try {
        // Nobody may have to wait for the system's resolver, not even at the end of the program.
        std::thread([shared = m_shared] { work(shared); }).detach();
    } catch (const std::system_error &) {
        return false;
    }
    ++m_shared->threads;
    return true;
}

void LookupPool::work(const std::shared_ptr<Shared> &shared)
{
    const auto hasWork = [&shared] {
        return shared->stop || !shared->questions.empty();
    };
    std::unique_lock lock(shared->mutex);
    for (;;) {
        ++shared->idle;
        const bool isNeeded = shared->asked.wait_for(lock, shared->size.idleTime, hasWork);
        --shared->idle;
        if (shared->stop || !isNeeded)
            break;
        QByteArray name = std::move(shared->questions.front());
        shared->questions.pop_front();
        lock.unlock();
        Addresses addresses = shared->lookUp(name);
        lock.lock();
        if (shared->stop)
            break;
        shared->answers.push_back({std::move(name), std::move(addresses)});
        if (shared->answers.size() == 1)
            shared->wake();
    }
    --shared->threads;
    shared->ended.notify_all();
}

bool LookupPool::withdraw(const QByteArray &name)
{
    const std::lock_guard lock(m_shared->mutex);
    std::deque<QByteArray> &questions = m_shared->questions;
    const auto found = std::find(questions.begin(), questions.end(), name);
    if (found == questions.end())
        return false;
    questions.erase(found);
    return true;
}

std::vector<LookupPool::Answer> LookupPool::takeAnswers()
{
    const std::lock_guard lock(m_shared->mutex);
    return std::exchange(m_shared->answers, {});
}

std::size_t LookupPool::threads() const
{
    const std::lock_guard lock(m_shared->mutex);
    return m_shared->threads;
}

} // namespace engine
