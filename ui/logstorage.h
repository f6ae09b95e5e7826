// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QString>

namespace ui
{

/// The file that the log is written to, as the interface sees it. The program implements it; lives on the
/// interface's thread.
class LogStorage : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Of the file being written; the older ones lie beside it.
    [[nodiscard]] virtual QString path() const = 0;
    /// Why it cannot be written just now, in the interface's language; empty: all is well, or it is off.
    [[nodiscard]] virtual QString problem() const = 0;

Q_SIGNALS:
    void problemChanged();
};

} // namespace ui
