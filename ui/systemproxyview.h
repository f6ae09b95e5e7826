// SPDX-License-Identifier: MIT
#pragma once

#include "ui/systemproxystatus.h"

#include <QObject>

class QMainWindow;
class QMessageBox;

namespace ui
{

struct Actions;
class SystemProxyControl;

/// The actions of the system proxy, showing what was measured and doing what is asked. Messages go to the
/// window's status bar.
class SystemProxyView : public QObject
{
    Q_OBJECT

public:
    /// All must outlive it.
    SystemProxyView(SystemProxyControl &control, const Actions &actions, QMainWindow &window);

private:
    void show();
    void toggle();
    void explainAbsence();
    void explainReach();
    void offerCopy(QMessageBox &box, const QString &copyName);
    void edit();

    SystemProxyControl &m_control;
    const Actions &m_actions;
    QMainWindow &m_window;
    SystemProxyStatus m_told; ///< what a message was shown for
};

} // namespace ui
