// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QList>
#include <QMenu>

class QActionGroup;

namespace ui
{

class ProfileStore;
class RuleModel;

/// Servers and routes that a DefaultRouteMenu lists at most.
inline constexpr int kMenuRoutes = 20;

/// Chooses what is done with connections that no rule decides about: Direct, Block, or one of the servers and
/// routes. The one in force is ticked, and always among those that are listed.
class DefaultRouteMenu : public QMenu
{
    Q_OBJECT

public:
    /// `rules` makes the change, so that it can be undone as if it had been made in the list of rules. Both
    /// must outlive it.
    DefaultRouteMenu(const ProfileStore &store, RuleModel &rules, const QString &title,
                     QWidget *parent = nullptr);

Q_SIGNALS:
    /// There are others, or none: whoever wants one goes to the page of servers.
    void serversRequested();

private:
    struct Choice {
        QString name;
        engine::Action action;

        bool operator==(const Choice &) const = default;
    };

    [[nodiscard]] QList<Choice> offered() const;
    void showProfile();
    void fill();
    void add(const Choice &choice);
    void choose(const engine::Action &action);
    void showInForce();

    const ProfileStore &m_store;
    RuleModel &m_rules;
    QList<Choice> m_choices; ///< as they are listed
    bool m_hasMore = false;
    QActionGroup *m_actions; ///< one a choice
};

} // namespace ui
