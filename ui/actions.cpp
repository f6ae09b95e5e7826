// SPDX-License-Identifier: MIT
#include "ui/actions.h"

#include "ui/icons.h"
#include "ui/proxystatus.h"

#include <QAction>
#include <QCoreApplication>
#include <QWidget>

namespace ui
{

namespace
{

struct ActionText {
    Q_DECLARE_TR_FUNCTIONS(ui::Actions)
};

QAction *make(QWidget *window, const char *objectName, const QString &text, const QKeySequence &shortcut,
              const QString &toolTip, const char *symbol = nullptr)
{
    auto *action = new QAction(text, window);
    action->setObjectName(QLatin1String(objectName));
    action->setShortcut(shortcut);
    action->setToolTip(toolTip);
    action->setStatusTip(toolTip);
    action->setMenuRole(QAction::NoRole);
    if (symbol != nullptr)
        action->setIcon(symbolIcon(QLatin1String(symbol)));
    return action;
}

} // namespace

Actions::Actions(QWidget *window)
    : quit(make(window, "actionQuit", ActionText::tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q),
                ActionText::tr("Stop the proxy and quit Hosier"), "quit"))
    , closeWindow(make(window, "actionCloseWindow", ActionText::tr("&Close window"),
                       QKeySequence(Qt::CTRL | Qt::Key_W),
                       ActionText::tr("Close the window; the proxy goes on in the tray where there is one")))
    , copy(make(window, "actionCopy", ActionText::tr("&Copy"), QKeySequence(QKeySequence::Copy),
                ActionText::tr("Copy the selected connections as text"), "copy"))
    , copyTarget(make(window, "actionCopyTarget", ActionText::tr("Copy &target"),
                      QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C),
                      ActionText::tr("Copy the targets of the selected connections")))
    , closeConnection(make(window, "actionCloseConnection", ActionText::tr("Close co&nnection"),
                           QKeySequence(Qt::Key_Delete), ActionText::tr("Close the selected connections"),
                           "close"))
    , filterConnections(make(window, "actionFilterConnections", ActionText::tr("&Filter connections"),
                             QKeySequence(Qt::CTRL | Qt::Key_F), ActionText::tr("Go to the filter field"),
                             "filter"))
    , filterLog(make(window, "actionFilterLog", ActionText::tr("Filter &log"),
                     QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F),
                     ActionText::tr("Go to the filter field of the log")))
    , proxyOn(make(window, "actionProxyOn", ActionText::tr("&Proxy on"), QKeySequence(Qt::CTRL | Qt::Key_P),
                   ActionText::tr("Open or close the listeners; open connections go on")))
    , retry(make(window, "actionRetry", ActionText::tr("&Retry listeners"),
                 QKeySequence(Qt::CTRL | Qt::Key_R),
                 ActionText::tr("Try again to open the listeners that failed"), "retry"))
    , copyEnvironment(make(window, "actionCopyEnvironment",
                           ActionText::tr("Copy proxy &environment variables"),
                           QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E),
                           ActionText::tr("Copy lines for a shell that point programs at the proxy")))
    , closeAll(make(window, "actionCloseAll", ActionText::tr("Close &all connections"),
                    QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_W),
                    ActionText::tr("Close every open connection; the proxy stays as it is")))
    , floatLog(make(window, "actionFloatLog", ActionText::tr("Log in its own &window"),
                    QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L),
                    ActionText::tr("Take the log out of the main window, or put it back"), "tofront"))
    , about(make(window, "actionAbout", ActionText::tr("&About Hosier"), QKeySequence(),
                 ActionText::tr("Version and licence"), "info"))
    , aboutQt(make(window, "actionAboutQt", ActionText::tr("About &Qt"), QKeySequence(),
                   ActionText::tr("Version of the Qt library")))
{
    proxyOn->setCheckable(true);
    floatLog->setCheckable(true);
}

void Actions::showStatus(const ProxyStatus &status)
{
    proxyOn->setChecked(status.isOn());
    retry->setEnabled(status.failedListener() != nullptr);
    copyEnvironment->setEnabled(status.openListener() != nullptr);
}

} // namespace ui
