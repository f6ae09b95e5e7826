// SPDX-License-Identifier: MIT
#pragma once

#include "ui/systemproxystatus.h"

#include <QObject>

namespace ui
{

/// The switch of the system's proxy settings as the interface sees it. The program implements it; lives on
/// the interface's thread and never makes it wait.
class SystemProxyControl : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// As last measured.
    [[nodiscard]] virtual SystemProxyStatus status() const = 0;
    /// What the user wants. changed() follows when something came of it.
    virtual void setOn(bool on) = 0;
    /// Looks whether the settings are still as they were left; changed() follows when they are not.
    virtual void measure() = 0;

    /// Hosts that programs reach without the proxy, in the form of bypassProblem().
    [[nodiscard]] virtual QStringList bypassList() const = 0;
    /// Kept, and in force at once.
    virtual void setBypassList(const QStringList &entries) = 0;

Q_SIGNALS:
    void changed();
};

} // namespace ui
