// SPDX-License-Identifier: MIT
#include "ui/actions.h"

#include "ui/icons.h"
#include "ui/language.h"
#include "ui/proxystatus.h"

#include <QAction>
#include <QActionGroup>
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

QAction *makeMode(QActionGroup *modes, const char *objectName, engine::RoutingMode mode, const QString &text,
                  const QString &toolTip)
{
    auto *action = make(nullptr, objectName, text, {}, toolTip);
    action->setParent(modes);
    action->setCheckable(true);
    action->setData(static_cast<int>(mode));
    modes->addAction(action);
    return action;
}

void makeLanguages(QActionGroup *group)
{
    const auto add = [group](const QString &code, const QString &text, const QString &toolTip) {
        auto *action = make(nullptr, "actionLanguage", text, {}, toolTip);
        action->setObjectName(action->objectName() + code);
        action->setParent(group);
        action->setCheckable(true);
        action->setData(code);
        group->addAction(action);
    };
    add({}, ActionText::tr("&System's language"),
        ActionText::tr("The language of the desktop, where Hosier speaks it"));
    // Each in its own language, so that whoever cannot read the others finds it.
    for (const LanguageName &language : ui::languages())
        add(language.code, language.name, language.name);
}

} // namespace

Actions::Actions(QWidget *window)
    : quit(make(window, "actionQuit", ActionText::tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q),
                ActionText::tr("Stop the proxy and quit Hosier"), "quit"))
    , startAtLogin(make(window, "actionStartAtLogin", ActionText::tr("Start at &login"), {},
                        ActionText::tr("Start Hosier when you log in; the settings say whether in the tray")))
    , closeWindow(make(window, "actionCloseWindow", ActionText::tr("&Close window"),
                       QKeySequence(Qt::CTRL | Qt::Key_W),
                       ActionText::tr("Close the window; the proxy goes on in the tray where there is one")))
    , importProfile(make(window, "actionImport", ActionText::tr("&Import..."),
                         QKeySequence(Qt::CTRL | Qt::Key_O),
                         ActionText::tr("Take a profile from a file, of Hosier or of Proxifier (.ppx)")))
    , exportProfile(make(window, "actionExport", ActionText::tr("&Export..."),
                         QKeySequence(Qt::CTRL | Qt::Key_S),
                         ActionText::tr("Write the profile in force to a file")))
    , copy(make(window, "actionCopy", ActionText::tr("&Copy"), QKeySequence(QKeySequence::Copy),
                ActionText::tr("Copy the selected connections as text"), "copy"))
    , copyTarget(make(window, "actionCopyTarget", ActionText::tr("Copy &target"),
                      QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C),
                      ActionText::tr("Copy the targets of the selected connections")))
    , closeConnection(make(window, "actionCloseConnection", ActionText::tr("Close co&nnection"),
                           QKeySequence(Qt::Key_Delete), ActionText::tr("Close the selected connections"),
                           "close"))
    , explainConnection(make(window, "actionExplainConnection", ActionText::tr("E&xplain..."),
                             QKeySequence(Qt::CTRL | Qt::Key_I),
                             ActionText::tr("Show which rule decides about such a connection, and why"),
                             "explain"))
    , explain(make(window, "actionExplain", ActionText::tr("&Try the rules out..."),
                   QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_I),
                   ActionText::tr("Show what the rules decide about a connection that you describe"),
                   "explain"))
    , applyRules(make(window, "actionApplyRules", ActionText::tr("&Apply to open connections"),
                      QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A),
                      ActionText::tr("Close the open connections that would go another way now, or be "
                                     "blocked, so that their programs connect again by the rules"),
                      "retry"))
    , filterPage(make(window, "actionFilterPage", ActionText::tr("&Filter page"),
                      QKeySequence(Qt::CTRL | Qt::Key_F),
                      ActionText::tr("Go to the field that filters the page in sight"), "filter"))
    , filterLog(make(window, "actionFilterLog", ActionText::tr("Filter &log"),
                     QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F),
                     ActionText::tr("Go to the filter field of the log")))
    , settings(make(window, "actionSettings", ActionText::tr("&Settings..."),
                    QKeySequence(Qt::CTRL | Qt::Key_Comma),
                    ActionText::tr("Theme, log, limits and notifications")))
    , proxyOn(make(window, "actionProxyOn", ActionText::tr("&Proxy on"), QKeySequence(Qt::CTRL | Qt::Key_P),
                   ActionText::tr("Open or close the listeners; open connections go on")))
    , retry(make(window, "actionRetry", ActionText::tr("&Retry listeners"),
                 QKeySequence(Qt::CTRL | Qt::Key_R),
                 ActionText::tr("Try again to open the listeners that failed"), "retry"))
    , systemProxy(make(window, "actionSystemProxy", ActionText::tr("S&ystem proxy"),
                       QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P),
                       ActionText::tr("Point programs that follow the system's proxy settings at Hosier")))
    , systemProxyBypass(make(window, "actionSystemProxyBypass", ActionText::tr("System proxy e&xceptions..."),
                             {},
                             ActionText::tr("Choose the hosts that programs reach without the system proxy")))
    , copyEnvironment(make(window, "actionCopyEnvironment",
                           ActionText::tr("Copy proxy &environment variables"),
                           QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E),
                           ActionText::tr("Copy lines for a shell that point programs at the proxy")))
    , closeAll(make(window, "actionCloseAll", ActionText::tr("Close &all connections"),
                    QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_W),
                    ActionText::tr("Close every open connection; the proxy stays as it is")))
    , modes(new QActionGroup(window))
    , languages(new QActionGroup(window))
    , floatLog(make(window, "actionFloatLog", ActionText::tr("Log in its own &window"),
                    QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L),
                    ActionText::tr("Take the log out of the main window, or put it back"), "tofront"))
    , floatTraffic(make(window, "actionFloatTraffic", ActionText::tr("Traffic in its &own window"),
                        QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_T),
                        ActionText::tr("Take the traffic out of the main window, or put it back"), "tofront"))
    , about(make(window, "actionAbout", ActionText::tr("&About Hosier"), QKeySequence(),
                 ActionText::tr("Version and licence"), "info"))
    , aboutQt(make(window, "actionAboutQt", ActionText::tr("About &Qt"), QKeySequence(),
                   ActionText::tr("Version of the Qt library")))
{
    using engine::RoutingMode;
    modeRules = makeMode(modes, "actionModeRules", RoutingMode::Rules, ActionText::tr("&Rules", "mode"),
                         ActionText::tr("The rules decide, top to bottom; then the default action"));
    modeEverything = makeMode(
        modes, "actionModeEverything", RoutingMode::Everything, ActionText::tr("&Everything", "mode"),
        ActionText::tr("The default action is taken for everything, whatever the rules say"));
    modeDirect = makeMode(modes, "actionModeDirect", RoutingMode::Direct, ActionText::tr("&Direct", "mode"),
                          ActionText::tr("Everything connects directly, and nothing is blocked"));
    makeLanguages(languages);
    explain->setIconText(ActionText::tr("Try out"));
    applyRules->setIconText(ActionText::tr("Apply to open"));
    proxyOn->setCheckable(true);
    startAtLogin->setCheckable(true);
    systemProxy->setCheckable(true);
    systemProxy->setEnabled(false);
    systemProxyBypass->setEnabled(false);
    floatLog->setCheckable(true);
    floatTraffic->setCheckable(true);
}

void Actions::showStatus(const ProxyStatus &status)
{
    proxyOn->setChecked(status.isOn());
    retry->setEnabled(status.failedListener() != nullptr);
    copyEnvironment->setEnabled(status.openListener() != nullptr);
}

void Actions::showMode(engine::RoutingMode mode)
{
    modeAction(mode)->setChecked(true);
}

void Actions::showLanguage(const QString &choice) const
{
    for (QAction *action : languages->actions())
        action->setChecked(action->data().toString() == choice);
}

QAction *Actions::modeAction(engine::RoutingMode mode) const
{
    switch (mode) {
    case engine::RoutingMode::Rules:
        return modeRules;
    case engine::RoutingMode::Everything:
        return modeEverything;
    case engine::RoutingMode::Direct:
        break;
    }
    return modeDirect;
}

} // namespace ui
