// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <utility>
#include <vector>

namespace engine
{

/// Values on their way from one thread to another. Qt's event queue only wakes the receiver: the values cross
/// under a mutex that the thread sanitizer can see, which it cannot inside an uninstrumented Qt.
template <typename Message> class Mailbox
{
public:
    /// True when the receiver has to be woken: nothing else was waiting.
    [[nodiscard]] bool push(Message message)
    {
        const std::lock_guard lock(m_mutex);
        m_messages.push_back(std::move(message));
        return m_messages.size() == 1;
    }

    [[nodiscard]] std::vector<Message> takeAll()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_messages, {});
    }

private:
    std::mutex m_mutex;
    std::vector<Message> m_messages;
};

} // namespace engine
