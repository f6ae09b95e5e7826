// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"
#include "ui/connectionrules.h"

#include <QMenu>

#include <list>
#include <optional>

namespace ui
{

class ConnectionModel;
class ProfileStore;

/// Makes a rule from a connection: what of it the rule is for, and then what is done with it, at once or
/// after a look into the editor.
class NewRuleMenu : public QMenu
{
    Q_OBJECT

public:
    /// `connections` tell which names of programs are not enough to tell them apart.
    NewRuleMenu(const ProfileStore &store, const ConnectionModel &connections, QWidget *parent);

    /// The connection to start from, if any.
    void setConnection(const std::optional<engine::Connection> &connection);

Q_SIGNALS:
    /// Whole: to be put in force.
    void ruleChosen(const engine::RuleProfile &rule);
    void editorRequested(const engine::RuleProfile &prefilled);

private:
    struct Choice {
        RuleSubject subject;
        QMenu *menu;
        QList<QAction *> fixed;  ///< enabled with the menu, as they have names to be reached by
        QList<QAction *> routes; ///< of the profile as it was when the menu was opened
        QAction *more;           ///< shown when there are more than are offered
        QAction *end;            ///< what comes behind them
    };

    /// By its path where the name is another program's, too.
    [[nodiscard]] ProgramForm formFor(const engine::Connection &connection) const;
    void addChoice(RuleSubject subject, const QString &objectName, const QString &title,
                   const QString &toolTip);
    void offerRoutes(Choice &choice);
    [[nodiscard]] QAction *makeAction(const Choice &choice, const QString &text,
                                      const engine::Action &action);
    void choose(RuleSubject subject, const std::optional<engine::Action> &action);

    const ProfileStore &m_store;
    const ConnectionModel &m_connections;
    std::optional<engine::Connection> m_connection;
    std::list<Choice> m_choices; ///< a list: their addresses stay
};

} // namespace ui
