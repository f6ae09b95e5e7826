// SPDX-License-Identifier: MIT
#pragma once

#include <QFuture>
#include <QPromise>
#include <QThreadPool>

#include <memory>
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

} // namespace ui
