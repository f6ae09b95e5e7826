// SPDX-License-Identifier: MIT
#include "ui/systemproxyview.h"

#include "ui/actions.h"
#include "ui/systemproxycontrol.h"
#include "ui/systemproxydialog.h"

#include <QAction>
#include <QGuiApplication>
#include <QMainWindow>
#include <QMessageBox>
#include <QPushButton>
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
    // Where there is none, the action says what to do instead.
    action->setEnabled(status.state != SystemProxyState::Changing);
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

/// Settings for all programs of a session would need its next start to hold, and would outlive Hosier.
void SystemProxyView::explain()
{
    const SystemProxyStatus status = m_control.status();
    auto *box =
        new QMessageBox(QMessageBox::Information, tr("No system proxy"),
                        systemProxyProblemText(status.problem, status.detail), QMessageBox::Close, &m_window);
    box->setObjectName(QStringLiteral("noSystemProxyBox"));
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(tr("Programs read these variables when they start. Hosier does not set them for "
                               "the whole session, because they would stay when it has ended."));
    QPushButton *copy = box->addButton(tr("&Copy environment variables"), QMessageBox::ActionRole);
    copy->setObjectName(QStringLiteral("noSystemProxyCopy"));
    copy->setEnabled(m_actions.copyEnvironment->isEnabled());
    connect(copy, &QPushButton::clicked, m_actions.copyEnvironment, &QAction::trigger);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void SystemProxyView::toggle()
{
    if (m_control.status().state == SystemProxyState::Unavailable) {
        explain();
        show();
        return;
    }
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
