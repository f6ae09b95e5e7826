// SPDX-License-Identifier: MIT
#include "ui/newrulemenu.h"

#include "ui/connectionmodel.h"
#include "ui/format.h"
#include "ui/menuroutes.h"
#include "ui/profilestore.h"
#include "ui/ruletext.h"

#include <QAction>

namespace ui
{

using engine::Action;

NewRuleMenu::NewRuleMenu(const ProfileStore &store, const ConnectionModel &connections, QWidget *parent)
    : QMenu(tr("New rule &from connection"), parent)
    , m_store(store)
    , m_connections(connections)
{
    menuAction()->setObjectName(QStringLiteral("actionNewRuleFrom"));
    setToolTipsVisible(true);
    addChoice(RuleSubject::Application, QStringLiteral("actionRuleForApplication"),
              tr("For this &application"), tr("Make a rule for the application of the connection"));
    addChoice(RuleSubject::Host, QStringLiteral("actionRuleForHost"), tr("For this &host"),
              tr("Make a rule for the host that the connection goes to"));
    addChoice(RuleSubject::Domain, QStringLiteral("actionRuleForDomain"), tr("For this &domain"),
              tr("Make a rule for the host's domain and all names in it"));
    addChoice(RuleSubject::ApplicationAndHost, QStringLiteral("actionRuleForBoth"),
              tr("For this application and h&ost"),
              tr("Make a rule for this application's connections to that host"));
    setConnection(std::nullopt);
}

void NewRuleMenu::setConnection(const std::optional<engine::Connection> &connection)
{
    m_connection = connection;
    setEnabled(connection.has_value());
    const ProgramForm form = connection ? formFor(*connection) : ProgramForm::Name;
    for (const Choice &choice : m_choices) {
        const bool isPossible = connection && ruleFor(*connection, choice.subject, form);
        choice.menu->setEnabled(isPossible);
        for (QAction *action : choice.fixed)
            action->setEnabled(isPossible);
    }
}

ProgramForm NewRuleMenu::formFor(const engine::Connection &connection) const
{
    return m_connections.sharesProgramName(connection) ? ProgramForm::Path : ProgramForm::Name;
}

void NewRuleMenu::addChoice(RuleSubject subject, const QString &objectName, const QString &title,
                            const QString &toolTip)
{
    QMenu *menu = addMenu(title);
    menu->menuAction()->setObjectName(objectName + QStringLiteral("Menu"));
    menu->menuAction()->setToolTip(toolTip);
    menu->setToolTipsVisible(true);
    Choice &choice = m_choices.emplace_back(Choice{subject, menu, {}, {}, nullptr, nullptr});
    QAction *direct = makeAction(choice, tr("&Direct", "action"), Action::direct());
    direct->setObjectName(objectName + QStringLiteral("Direct"));
    QAction *block = makeAction(choice, tr("&Block", "action"), Action::block());
    block->setObjectName(objectName + QStringLiteral("Block"));
    menu->addActions({direct, block});
    choice.more = menu->addAction(tr("&More...", "servers and routes"));
    choice.more->setObjectName(objectName + QStringLiteral("More"));
    choice.more->setToolTip(tr("Choose among all servers and routes in the editor"));
    choice.more->setVisible(false);
    choice.end = menu->addSeparator();
    QAction *editor = menu->addAction(tr("In the &editor..."));
    editor->setObjectName(objectName);
    editor->setToolTip(tr("Choose more conditions, and what is done, before the rule is in force"));
    choice.fixed = {direct, block, choice.more, editor};
    connect(editor, &QAction::triggered, this, [this, subject] { choose(subject, std::nullopt); });
    connect(choice.more, &QAction::triggered, this, [this, subject] { choose(subject, std::nullopt); });
    connect(menu, &QMenu::aboutToShow, this, [this, &choice] { offerRoutes(choice); });
}

void NewRuleMenu::offerRoutes(Choice &choice)
{
    qDeleteAll(choice.routes);
    choice.routes.clear();
    const engine::Profile &profile = m_store.profile();
    const MenuRoutes routes = menuRoutes(profile);
    for (const QString &id : routes.ids) {
        const Action action = Action::byWayOf(id);
        const QString name = actionText(action, profile);
        choice.routes << makeAction(choice, tr("By way of %1", "server or route").arg(menuText(name)),
                                    action);
    }
    choice.menu->insertActions(choice.more, choice.routes);
    choice.more->setVisible(routes.hasMore);
}

QAction *NewRuleMenu::makeAction(const Choice &choice, const QString &text, const Action &action)
{
    auto *entry = new QAction(text, choice.menu);
    entry->setToolTip(tr("Put the rule in force at once, above all others"));
    connect(entry, &QAction::triggered, this,
            [this, subject = choice.subject, action] { choose(subject, action); });
    return entry;
}

void NewRuleMenu::choose(RuleSubject subject, const std::optional<Action> &action)
{
    if (!m_connection)
        return;
    auto rule = ruleFor(*m_connection, subject, formFor(*m_connection));
    if (!rule)
        return;
    rule->action = action.value_or(rule->action);
    if (action)
        Q_EMIT ruleChosen(*rule);
    else
        Q_EMIT editorRequested(*rule);
}

} // namespace ui
