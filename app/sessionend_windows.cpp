// SPDX-License-Identifier: MIT
#include "app/sessionend.h"

#include <QAbstractNativeEventFilter>
#include <QCoreApplication>

#include <windows.h>

namespace app
{

class SessionEnd::Private : public QAbstractNativeEventFilter
{
public:
    explicit Private(std::function<void()> act)
        : m_act(std::move(act))
    {
        QCoreApplication::instance()->installNativeEventFilter(this);
    }

    bool nativeEventFilter(const QByteArray &, void *message, qintptr *) override
    {
        const auto *event = static_cast<const MSG *>(message);
        if (event->message == WM_ENDSESSION && event->wParam != FALSE)
            m_act();
        return false;
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
