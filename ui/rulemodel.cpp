// SPDX-License-Identifier: MIT
#include "ui/rulemodel.h"

#include "engine/rule_coverage.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/profileedit.h"
#include "ui/profilestore.h"
#include "ui/ruletext.h"

#include <QMimeData>
#include <QPersistentModelIndex>

#include <algorithm>
#include <utility>

namespace ui
{

using engine::Profile;
using engine::RuleProfile;

namespace
{

const QString kRowMimeType = QStringLiteral("application/x-hosier-rule-row");

/// A rule on its way, which others may come or go above meanwhile.
class DraggedRule final : public QMimeData
{
public:
    explicit DraggedRule(const QModelIndex &rule)
        : m_rule(rule)
    {
        setData(kRowMimeType, QByteArray::number(rule.row())); // what views go by is that there is the type
    }
    [[nodiscard]] const QPersistentModelIndex &rule() const { return m_rule; }

private:
    QPersistentModelIndex m_rule;
};

} // namespace

RuleModel::RuleModel(ProfileStore &store, QObject *parent)
    : QAbstractTableModel(parent)
    , m_store(store)
    , m_rules(store.profile().rules)
    , m_covering(engine::coveringRules(m_rules))
{
    m_uses.setShown(m_rules);
    connect(&m_store, &ProfileStore::profileChanged, this, &RuleModel::follow);
}

int RuleModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ruleCount() + 1;
}

int RuleModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kRuleColumns;
}

QVariant RuleModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto column = static_cast<RuleColumn>(index.column());
    if (isUseColumn(column)) {
        if (QVariant use = useData(index.row(), column, role); use.isValid())
            return use;
    }
    return isRule(index.row()) ? ruleData(index.row(), column, role) : defaultData(column, role);
}

QVariant RuleModel::ruleData(int row, RuleColumn column, int role) const
{
    const RuleProfile &rule = ruleAt(row);
    const auto condition = [column, &rule] {
        return column == RuleColumn::Applications ? ruleSources(rule)
               : column == RuleColumn::Hosts      ? ruleHosts(rule)
                                                  : rulePorts(rule);
    };
    const bool isCondition = column != RuleColumn::Name && column != RuleColumn::Action;
    switch (role) {
    case Qt::DisplayRole:
        if (column == RuleColumn::Name)
            return ruleName(rule, row);
        if (column == RuleColumn::Action)
            return actionText(rule.action, m_store.profile());
        if (const QString text = condition(); !text.isEmpty())
            return text;
        return tr("Any", "condition of a rule");
    case Qt::CheckStateRole:
        return column == RuleColumn::Name ? QVariant(rule.enabled ? Qt::Checked : Qt::Unchecked) : QVariant();
    case Qt::ToolTipRole:
        return QStringList{shadowText(row), ruleToolTip(rule, m_store.profile())}.join(u'\n').trimmed();
    case Qt::AccessibleDescriptionRole:
        return shadowText(row);
    case Qt::DecorationRole:
        if (column == RuleColumn::Name && coveringRule(row) >= 0)
            return symbolIcon(QStringLiteral("shadowed"));
        return {};
    case ShadowedRole:
        return coveringRule(row) >= 0;
    case ActiveRole:
        return rule.enabled;
    case ActionRole:
        return QVariant::fromValue(rule.action);
    case IsAnyRole:
        return isCondition && condition().isEmpty();
    default:
        return {};
    }
}

/// What a cell of a use column has of its own.
QVariant RuleModel::useData(int row, RuleColumn column, int role) const
{
    const engine::RuleUse &use = m_uses.of(row);
    const auto text = [column, &use] {
        return column == RuleColumn::Hits      ? countText(use.hits)
               : column == RuleColumn::Traffic ? trafficText(use)
                                               : lastHitText(use);
    };
    switch (role) {
    case Qt::DisplayRole:
        return text();
    case Qt::AccessibleTextRole:
        return tr("%1: %2", "column, value")
            .arg(headerData(static_cast<int>(column), Qt::Horizontal, Qt::DisplayRole).toString(), text());
    case Qt::ToolTipRole:
        return useToolTip(use);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
    case IsAnyRole:
        return use.hits == 0;
    default:
        return {};
    }
}

QVariant RuleModel::defaultData(RuleColumn column, int role) const
{
    const bool isCondition = column != RuleColumn::Name && column != RuleColumn::Action;
    switch (role) {
    case Qt::DisplayRole:
        if (column == RuleColumn::Name)
            return tr("Default", "the last rule");
        if (column == RuleColumn::Action)
            return actionText(m_store.profile().defaultAction, m_store.profile());
        return tr("Any", "condition of a rule");
    case Qt::ToolTipRole:
        return tr("What is done when no rule matches. It can be changed, but not removed.");
    case ActiveRole:
        return true;
    case ActionRole:
        return QVariant::fromValue(m_store.profile().defaultAction);
    case IsAnyRole:
        return isCondition;
    default:
        return {};
    }
}

QVariant RuleModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole &&
        isUseColumn(static_cast<RuleColumn>(section)))
        return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= kRuleColumns)
        return {};
    switch (static_cast<RuleColumn>(section)) {
    case RuleColumn::Name:
        return tr("Name", "column");
    case RuleColumn::Applications:
        return tr("Applications", "column");
    case RuleColumn::Hosts:
        return tr("Hosts", "column");
    case RuleColumn::Ports:
        return tr("Ports", "column");
    case RuleColumn::Action:
        return tr("Action", "column");
    case RuleColumn::Hits:
        return tr("Hits", "column");
    case RuleColumn::Traffic:
        return tr("Traffic", "column");
    case RuleColumn::LastHit:
        return tr("Last hit", "column");
    }
    return {};
}

Qt::ItemFlags RuleModel::flags(const QModelIndex &index) const
{
    // Rules are dropped between rows, never onto one.
    if (!index.isValid())
        return Qt::ItemIsDropEnabled;
    Qt::ItemFlags flags = Qt::ItemIsSelectable | Qt::ItemIsEnabled | Qt::ItemNeverHasChildren;
    if (index.column() == static_cast<int>(RuleColumn::Action))
        flags |= Qt::ItemIsEditable;
    if (!isRule(index.row()))
        return flags;
    if (index.column() == static_cast<int>(RuleColumn::Name))
        flags |= Qt::ItemIsUserCheckable;
    return flags | Qt::ItemIsDragEnabled;
}

bool RuleModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!index.isValid() || (role != Qt::CheckStateRole && role != ActionRole))
        return false;
    RuleList list = currentList();
    RuleChange what{QT_TR_NOOP("change the default action"), {}};
    if (isRule(index.row())) {
        RuleProfile &rule = list.rules[index.row()];
        const QString name = ruleName(rule, index.row());
        if (role == ActionRole)
            rule.action = value.value<engine::Action>();
        else
            rule.enabled = value.toInt() == Qt::Checked;
        what = {role == ActionRole ? QT_TR_NOOP("change rule %1")
                : rule.enabled     ? QT_TR_NOOP("switch rule %1 on")
                                   : QT_TR_NOOP("switch rule %1 off"),
                name};
    } else if (role == ActionRole) {
        list.fallbacks.defaultAction = value.value<engine::Action>();
    }
    const QStringList problems = change(list, what);
    if (!problems.isEmpty())
        Q_EMIT refused(problems);
    return problems.isEmpty();
}

void RuleModel::setDefaultAction(const engine::Action &action)
{
    setData(index(ruleCount(), static_cast<int>(RuleColumn::Action)), QVariant::fromValue(action),
            ActionRole);
}

QStringList RuleModel::mimeTypes() const
{
    return {kRowMimeType};
}

QMimeData *RuleModel::mimeData(const QModelIndexList &indexes) const
{
    if (indexes.isEmpty())
        return nullptr;
    return new DraggedRule(indexes.front());
}

bool RuleModel::canDropMimeData(const QMimeData *data, Qt::DropAction action, int row, int,
                                const QModelIndex &) const
{
    return data->hasFormat(kRowMimeType) && action == Qt::MoveAction && row <= ruleCount();
}

bool RuleModel::dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                             const QModelIndex &parent)
{
    if (!canDropMimeData(data, action, row, column, parent))
        return false;
    const auto *dragged = dynamic_cast<const DraggedRule *>(data);
    if (dragged == nullptr || !dragged->rule().isValid())
        return false;
    const int from = dragged->rule().row();
    const int gap = row < 0 ? ruleCount() : row;
    const int to = gap > from ? gap - 1 : gap;
    const QStringList problems = move(from, to);
    if (problems.isEmpty())
        Q_EMIT dropped(to);
    else
        Q_EMIT refused(problems);
    return false;
}

void RuleModel::takeUses(const engine::RuleUses &uses)
{
    m_usesChanged = m_uses.take(uses) || m_usesChanged;
}

void RuleModel::showUses()
{
    if (std::exchange(m_usesChanged, false))
        Q_EMIT dataChanged(index(0, static_cast<int>(RuleColumn::Hits)),
                           index(rowCount() - 1, static_cast<int>(RuleColumn::LastHit)));
}

QStringList RuleModel::insert(int row, const RuleProfile &rule)
{
    QList<RuleProfile> rules = m_rules;
    const int at = std::clamp(row, 0, ruleCount());
    rules.insert(at, rule);
    return change(rules, {QT_TR_NOOP("add rule %1"), ruleName(rule, at)});
}

QStringList RuleModel::replace(const RuleProfile &before, int row, const RuleProfile &rule)
{
    const qsizetype at = isRule(row) && ruleAt(row) == before ? row : m_rules.indexOf(before);
    if (at < 0)
        return {tr("The rule was changed or removed elsewhere in the meantime.")};
    QList<RuleProfile> rules = m_rules;
    rules[at] = rule;
    return change(rules, {QT_TR_NOOP("change rule %1"), ruleName(before, static_cast<int>(at))});
}

QStringList RuleModel::remove(int row)
{
    if (!isRule(row))
        return {};
    QList<RuleProfile> rules = m_rules;
    rules.removeAt(row);
    return change(rules, {QT_TR_NOOP("remove rule %1"), ruleName(ruleAt(row), row)});
}

QStringList RuleModel::move(int from, int to)
{
    if (!isRule(from) || !isRule(to) || from == to)
        return {};
    QList<RuleProfile> rules = m_rules;
    rules.move(from, to);
    return change(rules, {QT_TR_NOOP("move rule %1"), ruleName(ruleAt(from), from)});
}

QString RuleModel::changeText(const RuleChange &change)
{
    if (change.text == nullptr)
        return {};
    return change.rule.isEmpty() ? tr(change.text) : tr(change.text).arg(change.rule);
}

QStringList RuleModel::undo()
{
    return take(m_history.undone(currentList()), &RuleHistory::stepBack, &RuleHistory::dropUndo);
}

QStringList RuleModel::redo()
{
    return take(m_history.redone(currentList()), &RuleHistory::stepForward, &RuleHistory::dropRedo);
}

QStringList RuleModel::take(const std::optional<RuleHistory::Outcome> &outcome,
                            void (RuleHistory::*step)(const RuleList &), void (RuleHistory::*drop)())
{
    if (!outcome)
        return refuseStep();
    QStringList problems = putInForce(outcome->list);
    const bool isTaken = problems.isEmpty();
    if (isTaken)
        (m_history.*step)(currentList());
    else if (namesWhatIsGone(outcome->list))
        (m_history.*drop)(); // it never can be, and must not be in the way of those before it
    else
        return problems;
    Q_EMIT historyChanged();
    if (isTaken)
        Q_EMIT reverted(outcome->row);
    return problems;
}

QStringList RuleModel::setUnidentified(const std::optional<engine::Action> &action)
{
    RuleList list = currentList();
    list.fallbacks.unidentifiedApplications = action;
    return change(list, {QT_TR_NOOP("change what is done with unidentified programs"), {}});
}

/// What the steps lead from is gone, and with it all of them.
QStringList RuleModel::refuseStep()
{
    const bool had = m_history.canUndo() || m_history.canRedo();
    m_history.clear();
    Q_EMIT historyChanged();
    return had ? QStringList{tr("They were changed elsewhere in the meantime, so that what was done here "
                                "before can no longer be undone or done again.")}
               : QStringList();
}

/// Whether it leads by way of a server or route that the profile no longer has.
bool RuleModel::namesWhatIsGone(const RuleList &list) const
{
    const Profile &profile = m_store.profile();
    const auto isGone = [&profile](const engine::Action &action) {
        return action.kind == engine::Action::Kind::Proxy && !hasId(profile, action.proxy);
    };
    const RuleFallbacks &fallbacks = list.fallbacks;
    return isGone(fallbacks.defaultAction) ||
           (fallbacks.unidentifiedApplications && isGone(*fallbacks.unidentifiedApplications)) ||
           std::any_of(list.rules.begin(), list.rules.end(),
                       [&isGone](const RuleProfile &rule) { return isGone(rule.action); });
}

QString RuleModel::shadowText(int row) const
{
    const int covering = coveringRule(row);
    if (covering < 0)
        return {};
    return tr("Never reached: rule %1 above it decides about everything that this one matches.")
        .arg(ruleName(ruleAt(covering), covering));
}

RuleList RuleModel::currentList() const
{
    const Profile &profile = m_store.profile();
    return {profile.rules, {profile.defaultAction, profile.unidentifiedApplications}};
}

QStringList RuleModel::change(const QList<RuleProfile> &rules, const RuleChange &what)
{
    return change(RuleList{rules, currentList().fallbacks}, what);
}

QStringList RuleModel::change(const RuleList &list, const RuleChange &what)
{
    const RuleList before = currentList();
    QStringList problems = putInForce(list);
    if (!problems.isEmpty())
        return problems;
    // As the store has it: reading may have brought entries into another form.
    m_history.record(before, currentList(), what);
    Q_EMIT historyChanged();
    return {};
}

QStringList RuleModel::putInForce(const RuleList &list)
{
    Profile profile = m_store.profile();
    profile.rules = list.rules;
    profile.defaultAction = list.fallbacks.defaultAction;
    profile.unidentifiedApplications = list.fallbacks.unidentifiedApplications;
    return m_store.change(profile);
}

/// Tells the views as little as possible, so that they keep their place and selection: between the first and
/// the last difference rows were moved, or changed and then added or removed.
void RuleModel::follow()
{
    m_covering.clear(); // until the rules that it is about are the ones that are shown
    const QList<RuleProfile> &wanted = m_store.profile().rules;
    const qsizetype shorter = std::min(m_rules.size(), wanted.size());
    qsizetype first = 0;
    while (first < shorter && m_rules.at(first) == wanted.at(first))
        ++first;
    qsizetype last = 0;
    while (last < shorter - first &&
           m_rules.at(m_rules.size() - 1 - last) == wanted.at(wanted.size() - 1 - last))
        ++last;
    const auto oldCount = static_cast<int>(m_rules.size() - first - last);
    const auto newCount = static_cast<int>(wanted.size() - first - last);
    if (oldCount != newCount || !followMove(static_cast<int>(first), newCount))
        followSize(static_cast<int>(first), oldCount, newCount);
    m_covering = engine::coveringRules(m_rules);
    m_uses.setShown(m_rules);
    // Names of servers and the numbers of nameless rules may have changed anywhere.
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kRuleColumns - 1));
}

/// Whether the rules there differ by one having moved from one end to the other.
bool RuleModel::followMove(int first, int count)
{
    const QList<RuleProfile> &wanted = m_store.profile().rules;
    const int last = first + count - 1;
    for (const auto &[from, to] : {std::pair{first, last}, std::pair{last, first}}) {
        QList<RuleProfile> moved = m_rules;
        if (count < 2)
            return false;
        moved.move(from, to);
        if (moved != wanted)
            continue;
        beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
        m_rules = wanted;
        endMoveRows();
        return true;
    }
    return false;
}

void RuleModel::followSize(int first, int oldCount, int newCount)
{
    const QList<RuleProfile> &wanted = m_store.profile().rules;
    if (newCount > oldCount) {
        beginInsertRows({}, first + oldCount, first + newCount - 1);
        m_rules = wanted;
        endInsertRows();
    } else if (newCount < oldCount) {
        beginRemoveRows({}, first + newCount, first + oldCount - 1);
        m_rules = wanted;
        endRemoveRows();
    } else {
        m_rules = wanted;
    }
}

} // namespace ui
