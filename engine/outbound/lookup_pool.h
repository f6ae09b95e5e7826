// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"
#include "engine/error.h"
#include "engine/expected.h"

#include <QByteArray>
#include <QList>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace engine
{

/// Threads that look names up, each one at a time, for as long as that takes. They come with the questions,
/// up to a limit, and end when there is nothing to do; questions beyond wait in order. To be used from one
/// thread.
class LookupPool
{
public:
    using Addresses = Expected<QList<Address>, Error>;
    /// Called on the pool's threads, on several at once. It may be called when the pool is gone.
    using LookUp = std::function<Addresses(const QByteArray &name)>;
    struct Size {
        std::size_t threads;
        std::chrono::milliseconds idleTime; ///< how long a thread waits for a next question
    };
    struct Answer {
        QByteArray name;
        Addresses addresses;
    };

    /// `wake` is called on any thread, but not after the pool is gone: there is something to take.
    LookupPool(LookUp lookUp, const Size &size, std::function<void()> wake);
    /// Waits for nobody: what is being looked up comes to its end later, and to no effect.
    ~LookupPool();
    LookupPool(const LookupPool &) = delete;
    LookupPool &operator=(const LookupPool &) = delete;

    /// False when the system has no thread for it. A name is not to be asked for again before its answer.
    [[nodiscard]] bool ask(const QByteArray &name);
    /// Takes a question back. False when it is being looked up already: its answer will come.
    [[nodiscard]] bool withdraw(const QByteArray &name);
    [[nodiscard]] std::vector<Answer> takeAnswers();
    /// How many there are now.
    [[nodiscard]] std::size_t threads() const;

private:
    struct Shared;
    static void work(const std::shared_ptr<Shared> &shared);
    [[nodiscard]] bool startThread();

    std::shared_ptr<Shared> m_shared; ///< with threads that may outlive the pool
};

} // namespace engine
