// SPDX-License-Identifier: MIT
#include "ui/explainer.h"

#include "ui/background.h"

#include <utility>

namespace ui
{

Explainer::Explainer(QObject *parent)
    : QObject(parent)
{
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &Explainer::take);
}

void Explainer::ask(const engine::Profile &profile, const engine::ExplainRequest &request)
{
    drop();
    m_next = Question{profile, request};
    begin();
}

void Explainer::drop()
{
    m_next.reset();
    m_isWanted = false;
}

void Explainer::begin()
{
    if (m_isBusy || !m_next)
        return;
    m_isBusy = true;
    m_isWanted = true;
    m_watcher.setFuture(inBackground([question = *std::exchange(m_next, std::nullopt)] {
        return Answer{question.request, engine::explainRequest(question.profile, question.request)};
    }));
}

void Explainer::take()
{
    m_isBusy = false;
    if (std::exchange(m_isWanted, false)) {
        const Answer answer = m_watcher.result();
        Q_EMIT answered(answer.request, answer.explanation);
    }
    begin();
}

} // namespace ui
