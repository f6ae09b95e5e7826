// SPDX-License-Identifier: MIT
#include "ui/actioncombo.h"

#include "ui/ruletext.h"

#include <QSignalBlocker>

namespace ui
{

using engine::Action;

namespace
{

constexpr int kNone = -1;

} // namespace

ActionCombo::ActionCombo(const engine::Profile &profile, QWidget *parent, const QString &none)
    : QComboBox(parent)
    , m_none(none)
{
    offerAll(profile);
}

void ActionCombo::offerAll(const engine::Profile &profile)
{
    const QSignalBlocker blocker(this);
    clear();
    m_actions.clear();
    if (!m_none.isEmpty())
        addItem(m_none, kNone);
    offer(actionText(Action::direct(), profile), Action::direct());
    offer(actionText(Action::block(), profile), Action::block());
    if (!profile.servers.isEmpty() || !profile.routes.isEmpty())
        insertSeparator(count());
    for (const engine::ServerProfile &server : profile.servers)
        offer(tr("By way of %1", "server or route").arg(server.shownName()), Action::byWayOf(server.id));
    for (const engine::RouteProfile &route : profile.routes)
        offer(tr("By way of %1", "server or route").arg(route.shownName()), Action::byWayOf(route.id));
}

Action ActionCombo::action() const
{
    return choice().value_or(Action());
}

void ActionCombo::setAction(const Action &action)
{
    const qsizetype at = m_actions.indexOf(action);
    if (at >= 0)
        setCurrentIndex(findData(static_cast<int>(at)));
}

std::optional<Action> ActionCombo::choice() const
{
    const int at = currentData().toInt();
    return at == kNone ? std::nullopt : std::optional(m_actions.value(at));
}

void ActionCombo::offer(const QString &text, const Action &action)
{
    addItem(text, static_cast<int>(m_actions.size()));
    m_actions << action;
}

} // namespace ui
