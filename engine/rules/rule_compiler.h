// SPDX-License-Identifier: MIT
#pragma once

#include "engine/mailbox.h"
#include "engine/rules/rule_set.h"
#include "engine/worker.h"

#include <QObject>

#include <atomic>
#include <functional>

namespace engine
{

/// A profile and its rules, ready to be asked.
struct CompiledProfile {
    ProfilePointer profile;
    std::shared_ptr<const RuleSet> rules;
};

/// Compiles rules on a helper thread, because a hundred thousand entries would stall the relays for a tenth
/// of a second. To be used from one thread, which needs an event loop.
class RuleCompiler final : public QObject
{
public:
    /// Called on the thread that made the compiler.
    using Callback = std::function<void(CompiledProfile)>;

    explicit RuleCompiler(Callback callback);

    /// The callback comes later, unless another profile is given before: then only for that one.
    void compile(const ProfilePointer &profile);
    /// Whether a callback is still to come.
    [[nodiscard]] bool isBusy() const { return m_asked.load(std::memory_order_relaxed) != m_answered; }
    /// Lets go of what may be the last of a large profile, where that stalls nobody.
    void discard(CompiledProfile compiled);

private:
    struct Answer {
        std::uint64_t number = 0;
        CompiledProfile compiled;
    };

    void takeAnswers();

    Callback m_callback;
    std::atomic<std::uint64_t> m_asked = 0;
    std::uint64_t m_answered = 0;
    Mailbox<Answer> m_answers;
    Worker m_worker; ///< goes first: it calls the others
};

} // namespace engine
