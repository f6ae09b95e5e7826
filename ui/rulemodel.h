// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "ui/rulehistory.h"
#include "ui/ruleuses.h"

#include <QAbstractTableModel>

namespace ui
{

class ProfileStore;

/// The order is what the saved header state refers to: append only.
enum class RuleColumn : int { Name, Applications, Hosts, Ports, Action, Hits, Traffic, LastHit };
inline constexpr int kRuleColumns = 8;
/// Whether the column tells what rules have decided, not what they are.
[[nodiscard]] constexpr bool isUseColumn(RuleColumn column)
{
    return column >= RuleColumn::Hits;
}

/// The profile's rules in order, and below them the default action, which is always there. Every change goes
/// to the store at once; what is shown follows the store.
class RuleModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role {
        ActiveRole = Qt::UserRole, ///< bool: the rule is switched on
        ActionRole,                ///< engine::Action, to read and to set
        IsAnyRole,    ///< bool: the cell stands for a condition that is not there, or for nothing yet
        ShadowedRole, ///< bool: an earlier rule decides about all that this one matches
    };

    explicit RuleModel(ProfileStore &store, QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    [[nodiscard]] Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    [[nodiscard]] QStringList mimeTypes() const override;
    [[nodiscard]] QMimeData *mimeData(const QModelIndexList &indexes) const override;
    [[nodiscard]] bool canDropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                                       const QModelIndex &parent) const override;
    /// Moves the dragged rule. Always false: the view would remove the row it has dragged away otherwise.
    bool dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                      const QModelIndex &parent) override;

    [[nodiscard]] int ruleCount() const { return static_cast<int>(m_rules.size()); }
    [[nodiscard]] bool isRule(int row) const { return row >= 0 && row < ruleCount(); }
    [[nodiscard]] const engine::RuleProfile &ruleAt(int row) const { return m_rules.at(row); }

    /// What the rules have decided since the last time. Shown once showUses() is called.
    void takeUses(const engine::RuleUses &uses);
    void showUses();

    // What is wrong otherwise, in English, as the store tells it; then nothing has changed.
    [[nodiscard]] QStringList insert(int row, const engine::RuleProfile &rule);
    /// `before` is the rule as it was when its editing began.
    [[nodiscard]] QStringList replace(const engine::RuleProfile &before, int row,
                                      const engine::RuleProfile &rule);
    [[nodiscard]] QStringList remove(int row);
    /// Afterwards the rule stands at row `to`.
    [[nodiscard]] QStringList move(int from, int to);

    /// As if it was chosen in the list: it can be undone, and refused() says what is wrong.
    void setDefaultAction(const engine::Action &action);
    /// What is done with local programs that are not identified; nothing: rules about programs pass them by.
    [[nodiscard]] QStringList setUnidentified(const std::optional<engine::Action> &action);

    /// The earlier rule that decides about all that this one matches; -1 when none is known to.
    [[nodiscard]] int coveringRule(int row) const { return m_covering.value(row, -1); }
    [[nodiscard]] const RuleHistory &history() const { return m_history; }
    /// What the next step takes back or makes again: "remove rule Work". Empty when there is none.
    [[nodiscard]] QString undoText() const { return changeText(m_history.undoChange()); }
    [[nodiscard]] QString redoText() const { return changeText(m_history.redoChange()); }
    [[nodiscard]] QStringList undo();
    [[nodiscard]] QStringList redo();

Q_SIGNALS:
    /// A change that was made in a cell or by dragging did not succeed.
    void refused(const QStringList &problems);
    /// A rule was dragged to this row.
    void dropped(int row);
    /// A change that was undone or made again begins at this row.
    void reverted(int row);
    void historyChanged();

private:
    [[nodiscard]] QVariant ruleData(int row, RuleColumn column, int role) const;
    [[nodiscard]] QVariant useData(int row, RuleColumn column, int role) const;
    [[nodiscard]] QVariant defaultData(RuleColumn column, int role) const;
    [[nodiscard]] QString shadowText(int row) const;
    [[nodiscard]] static QString changeText(const RuleChange &change);
    [[nodiscard]] RuleList currentList() const;
    [[nodiscard]] QStringList change(const QList<engine::RuleProfile> &rules, const RuleChange &what);
    [[nodiscard]] QStringList change(const RuleList &list, const RuleChange &what);
    [[nodiscard]] QStringList putInForce(const RuleList &list);
    /// Puts a step of the history in force; one that never can be is dropped.
    [[nodiscard]] QStringList take(const std::optional<RuleHistory::Outcome> &outcome,
                                   void (RuleHistory::*step)(const RuleList &), void (RuleHistory::*drop)());
    [[nodiscard]] QStringList refuseStep();
    [[nodiscard]] bool namesWhatIsGone(const RuleList &list) const;
    void follow();
    [[nodiscard]] bool followMove(int first, int count);
    void followSize(int first, int oldCount, int newCount);

    ProfileStore &m_store;
    QList<engine::RuleProfile> m_rules; ///< as the views know them
    QList<int> m_covering;              ///< for each row, see coveringRule()
    RuleHistory m_history;
    RuleUseTable m_uses;
    bool m_usesChanged = false; ///< and are not shown yet
};

} // namespace ui

Q_DECLARE_METATYPE(engine::Action)
