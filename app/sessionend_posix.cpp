// SPDX-License-Identifier: MIT
#include "app/sessionend.h"

#include <QCoreApplication>
#include <QEvent>

namespace app
{

/// What a session manager's "die" becomes in Qt. Left to Qt it would close the windows first, and one that
/// hides instead of closing keeps the program alive until the X server goes.
class SessionEnd::Private : public QObject
{
public:
    explicit Private(std::function<void()> act)
        : m_act(std::move(act))
    {
        QCoreApplication::instance()->installEventFilter(this);
    }

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (watched != QCoreApplication::instance() || event->type() != QEvent::Quit)
            return QObject::eventFilter(watched, event);
        m_act();
        return true;
    }

private:
    std::function<void()> m_act;
};

SessionEnd::SessionEnd(std::function<void()> act)
    : m_private(std::make_unique<Private>(std::move(act)))
{
}

SessionEnd::~SessionEnd() = default;

} // namespace app
