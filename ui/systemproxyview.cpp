// SPDX-License-Identifier: MIT
#include "ui/systemproxyview.h"

#include "ui/actions.h"
#include "ui/systemproxycontrol.h"
#include "ui/systemproxydialog.h"

#include <QAction>
#include <QCheckBox>
#include <QGuiApplication>
#include <QMainWindow>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStatusBar>

#include <chrono>

namespace ui
{

namespace
{

constexpr std::chrono::milliseconds kMessageTime{6'000};
const QString kReachKnownKey = QStringLiteral("systemProxy/reachKnown");

/// What was switched on stays ticked while it waits.
bool isTicked(SystemProxyState state)
{
    return state == SystemProxyState::On || state == SystemProxyState::Waiting;
}

QString onMessage(const SystemProxyStatus &status)
{
    if (status.reach == SystemProxyReach::StartedPrograms)
        return SystemProxyView::tr(
                   "The system proxy is now %1, for what the user's service manager starts from now on.")
            .arg(status.address);
    return SystemProxyView::tr("The system proxy is now %1.").arg(status.address);
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
        m_window.statusBar()->showMessage(onMessage(status), static_cast<int>(kMessageTime.count()));
    else if (status.problem != SystemProxyProblem::None)
        m_window.statusBar()->showMessage(
            tr("System proxy: %1", "problem").arg(systemProxyProblemText(status.problem, status.detail)));
    else
        m_window.statusBar()->showMessage(tr("The system's proxy settings are as they were before."),
                                          static_cast<int>(kMessageTime.count()));
}

void SystemProxyView::explainAbsence()
{
    const SystemProxyStatus status = m_control.status();
    auto *box =
        new QMessageBox(QMessageBox::Information, tr("No system proxy"),
                        systemProxyProblemText(status.problem, status.detail), QMessageBox::Close, &m_window);
    box->setObjectName(QStringLiteral("noSystemProxyBox"));
    if (status.problem == SystemProxyProblem::UnknownDesktop)
        box->setInformativeText(
            tr("Programs read these variables when they start. Hosier sets them by itself "
               "only where a service manager of the user's (systemd) runs, which hands "
               "them on and takes them back; here there is none."));
    offerCopy(*box, QStringLiteral("noSystemProxyCopy"));
}

/// Variables are not what people expect of such a switch: said once, unless they want it again.
void SystemProxyView::explainReach()
{
    if (QSettings().value(kReachKnownKey, false).toBool())
        return;
    auto *box = new QMessageBox(QMessageBox::Information, tr("System proxy by environment variables"),
                                environmentReachText(), QMessageBox::Close, &m_window);
    box->setObjectName(QStringLiteral("systemProxyReachBox"));
    auto *known = new QCheckBox(tr("&Do not show this again"), box);
    known->setObjectName(QStringLiteral("systemProxyReachKnown"));
    box->setCheckBox(known);
    connect(known, &QCheckBox::toggled, this,
            [](bool isKnown) { QSettings().setValue(kReachKnownKey, isKnown); });
    offerCopy(*box, QStringLiteral("systemProxyReachCopy"));
}

/// Opens a box that is about environment variables.
void SystemProxyView::offerCopy(QMessageBox &box, const QString &copyName)
{
    box.setTextFormat(Qt::PlainText);
    QPushButton *copy = box.addButton(tr("&Copy environment variables"), QMessageBox::ActionRole);
    copy->setObjectName(copyName);
    copy->setEnabled(m_actions.copyEnvironment->isEnabled());
    connect(copy, &QPushButton::clicked, m_actions.copyEnvironment, &QAction::trigger);
    box.setAttribute(Qt::WA_DeleteOnClose);
    box.open();
}

void SystemProxyView::toggle()
{
    const SystemProxyStatus before = m_control.status();
    if (before.state == SystemProxyState::Unavailable) {
        explainAbsence();
        show();
        return;
    }
    if (before.reach == SystemProxyReach::StartedPrograms && !isTicked(before.state))
        explainReach();
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
