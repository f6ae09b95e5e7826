// SPDX-License-Identifier: MIT
#include "engine/rules/rule_compiler.h"

#include <utility>

namespace engine
{

RuleCompiler::RuleCompiler(Callback callback)
    : m_callback(std::move(callback))
{
}

void RuleCompiler::compile(const ProfilePointer &profile)
{
    const std::uint64_t number = m_asked.fetch_add(1, std::memory_order_relaxed) + 1;
    m_worker.run([this, number, profile] {
        // Not for a profile that is out of date before its turn has come.
        if (number != m_asked.load(std::memory_order_relaxed))
            return;
        if (m_answers.push({number, {profile, std::make_shared<const RuleSet>(*profile)}}))
            QMetaObject::invokeMethod(this, &RuleCompiler::takeAnswers, Qt::QueuedConnection);
    });
}

void RuleCompiler::takeAnswers()
{
    for (Answer &answer : m_answers.takeAll()) {
        if (answer.number != m_asked.load(std::memory_order_relaxed)) {
            discard(std::move(answer.compiled));
            continue;
        }
        m_answered = answer.number;
        m_callback(std::move(answer.compiled));
    }
}

void RuleCompiler::discard(CompiledProfile compiled)
{
    // The task's own copy is the one that goes last.
    m_worker.run([kept = std::move(compiled)]() mutable { kept = {}; });
}

} // namespace engine
