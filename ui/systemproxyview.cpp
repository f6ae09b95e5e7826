// SPDX-License-Identifier: MIT
#include "ui/systemproxyview.h"

#include "ui/actions.h"
#include "ui/systemproxycontrol.h"
#include "ui/systemproxydialog.h"

#include <QAction>
#include <QGuiApplication>
#include <QMainWindow>
#include <QStatusBar>

#include <chrono>

namespace ui
{

namespace
{

constexpr std::chrono::milliseconds kMessageTime{6'000};

/// What was switched on stays ticked while it waits.
bool isTicked(SystemProxyState state)
{
    return state == SystemProxyState::On || state == SystemProxyState::Waiting;
}

} // namespace

SystemProxyView::SystemProxyView(SystemProxyControl &control, const Actions &actions, QMainWindow &window)
    : QObject(&window)
    , m_control(control)
    , m_actions(actions)
    , m_window(window)
{
    connect(m_actions.systemProxy, &QAction::triggered, this, &SystemProxyView::toggle);
    connect(m_actions.systemProxyBypass, &QAction::triggered, this, &SystemProxyView::edit);
    connect(&m_control, &SystemProxyControl::changed, this, &SystemProxyView::show);
    // Whoever comes back from the system's settings may have changed them there.
    connect(qGuiApp, &QGuiApplication::applicationStateChanged, this, [this](Qt::ApplicationState state) {
        if (state == Qt::ApplicationActive)
            m_control.measure();
    });
    m_actions.systemProxyBypass->setEnabled(true);
    m_told = m_control.status();
    show();
}

void SystemProxyView::show()
{
    const SystemProxyStatus status = m_control.status();
    const QString text = systemProxyText(status);
    QAction *action = m_actions.systemProxy;
    action->setEnabled(status.state != SystemProxyState::Unavailable &&
                       status.state != SystemProxyState::Changing);
    if (status.state != SystemProxyState::Changing)
        action->setChecked(isTicked(status.state));
    action->setText(status.state == SystemProxyState::Waiting ? tr("S&ystem proxy (waiting)")
                                                              : tr("S&ystem proxy"));
    action->setToolTip(text);
    action->setStatusTip(text);
    if (status.state == SystemProxyState::Changing || status == m_told)
        return;
    m_told = status;
    if (status.state == SystemProxyState::On && status.problem == SystemProxyProblem::None)
        m_window.statusBar()->showMessage(tr("The system proxy is now %1.").arg(status.address),
                                          static_cast<int>(kMessageTime.count()));
    else if (status.problem != SystemProxyProblem::None)
        m_window.statusBar()->showMessage(
            tr("System proxy: %1", "problem").arg(systemProxyProblemText(status.problem, status.detail)));
    else
        m_window.statusBar()->showMessage(tr("The system's proxy settings are as they were before."),
                                          static_cast<int>(kMessageTime.count()));
}

void SystemProxyView::toggle()
{
    m_control.setOn(!isTicked(m_control.status().state));
    // The tick follows what is measured, not the click.
    m_actions.systemProxy->setChecked(isTicked(m_control.status().state));
    show();
}

void SystemProxyView::edit()
{
    auto *dialog = new SystemProxyDialog(m_control, &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace ui
