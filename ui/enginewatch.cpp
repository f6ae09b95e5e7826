// SPDX-License-Identifier: MIT
#include "ui/enginewatch.h"

#include "engine/engine.h"

namespace ui
{

EngineWatch::EngineWatch(const engine::Engine &engine, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
{
    connect(&m_timer, &QTimer::timeout, this, &EngineWatch::look);
    m_timer.start(kInterval);
}

void EngineWatch::heard()
{
    m_silentLooks = 0;
    setStalled(false);
}

void EngineWatch::look()
{
    // One that is not started, or told to stop, owes us nothing.
    if (!m_engine.isRunning()) {
        heard();
        return;
    }
    if (m_silentLooks < kSilentLooks)
        ++m_silentLooks;
    setStalled(m_silentLooks == kSilentLooks);
}

void EngineWatch::setStalled(bool isStalled)
{
    if (m_isStalled == isStalled)
        return;
    m_isStalled = isStalled;
    Q_EMIT stalledChanged(isStalled);
}

} // namespace ui
