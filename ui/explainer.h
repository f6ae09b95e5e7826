// SPDX-License-Identifier: MIT
#pragma once

#include "engine/explanation.h"

#include <QFutureWatcher>
#include <QObject>

#include <optional>

namespace ui
{

/// Explains requests without the interface having to wait for it: all rules are compiled to that end. One at
/// a time, and of those that come meanwhile only the newest.
class Explainer : public QObject
{
    Q_OBJECT

public:
    explicit Explainer(QObject *parent = nullptr);

    /// In place of what was asked before, if that is not answered yet.
    void ask(const engine::Profile &profile, const engine::ExplainRequest &request);
    /// What was asked is not wanted any more.
    void drop();
    /// Whether answered() follows.
    [[nodiscard]] bool isAsked() const { return m_next || m_isWanted; }

Q_SIGNALS:
    /// Never from within ask().
    void answered(const engine::ExplainRequest &request, const engine::Explanation &explanation);

private:
    struct Question {
        engine::Profile profile;
        engine::ExplainRequest request;
    };
    struct Answer {
        engine::ExplainRequest request;
        engine::Explanation explanation;
    };

    void begin();
    void take();

    std::optional<Question> m_next;
    bool m_isBusy = false;   ///< with an older one than that, or with the newest
    bool m_isWanted = false; ///< what it is busy with
    QFutureWatcher<Answer> m_watcher;
};

} // namespace ui
