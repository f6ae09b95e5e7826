// SPDX-License-Identifier: MIT
#include "ui/reservedportsquery.h"

#include <QProcess>
#include <QTimer>

#include <chrono>

namespace ui
{

namespace
{

/// netsh takes a fraction of a second, more on a system that has just started.
constexpr std::chrono::milliseconds kPatience{10'000};

} // namespace

ReservedPortsQuery::~ReservedPortsQuery()
{
    stop();
}

void ReservedPortsQuery::start(const QStringList &command)
{
    stop();
    if (command.isEmpty())
        return;
    m_process = new QProcess(this);
    m_process->setStandardInputFile(QProcess::nullDevice());
    m_process->setStandardErrorFile(QProcess::nullDevice());
    connect(m_process, &QProcess::finished, this, &ReservedPortsQuery::takeEnd);
    QTimer::singleShot(kPatience, m_process, &QProcess::kill);
    m_process->start(command.constFirst(), command.sliced(1));
}

void ReservedPortsQuery::stop()
{
    if (m_process == nullptr)
        return;
    m_process->disconnect(this);
    // Deleted before its end, it would be waited for.
    if (m_process->state() == QProcess::NotRunning) {
        m_process->deleteLater();
    } else {
        m_process->setParent(nullptr);
        connect(m_process, &QProcess::finished, m_process, &QObject::deleteLater);
        connect(m_process, &QProcess::errorOccurred, m_process, &QObject::deleteLater);
        m_process->kill();
    }
    m_process = nullptr;
}

void ReservedPortsQuery::takeEnd()
{
    const QList<PortRange> ranges = m_process->exitStatus() == QProcess::NormalExit
                                        ? parseReservedPorts(m_process->readAllStandardOutput())
                                        : QList<PortRange>();
    stop();
    if (!ranges.isEmpty())
        Q_EMIT found(ranges);
}

} // namespace ui
