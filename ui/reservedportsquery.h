// SPDX-License-Identifier: MIT
#pragma once

#include "ui/reservedports.h"

#include <QObject>

class QProcess;

namespace ui
{

/// Asks the system for its reserved ports, in a process that is given a few seconds.
class ReservedPortsQuery : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    ~ReservedPortsQuery() override;

    /// Instead of a query that runs. found() follows only when `command`, the program and its arguments, has
    /// printed any ranges.
    void start(const QStringList &command);
    void stop();

Q_SIGNALS:
    void found(const QList<ui::PortRange> &ranges);

private:
    void takeEnd();

    QProcess *m_process = nullptr;
};

} // namespace ui
