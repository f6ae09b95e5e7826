// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "ui/programpicker.h"

#include <QWidget>

#include <functional>
#include <optional>

class QLabel;
class QModelIndex;
class QStackedWidget;
class QToolButton;
class QTreeView;

namespace engine
{
struct RuleUses;
}

namespace ui
{

class EmptyState;
class ModeBar;
class ProfileStore;
class RowFilter;
class RuleHistoryActions;
class RuleModel;
class UnidentifiedChoice;
class SeenApplications;

/// The ordered list of rules and what can be done with them. Its actions() are for a menu.
class RulesPage : public QWidget
{
    Q_OBJECT

public:
    RulesPage(ProfileStore &store, RuleModel &model, const SeenApplications &seen, QWidget *parent = nullptr);

    [[nodiscard]] RuleModel &model() const { return *m_model; }
    [[nodiscard]] QAction &newRuleAction() const { return *m_add; }
    /// These are not among actions(): they belong into the Edit menu.
    [[nodiscard]] QAction &undoAction() const;
    [[nodiscard]] QAction &redoAction() const;
    /// What lists the running programs for the editor, on a thread of its own; the system's, unless given.
    void setProgramLister(ProgramLister lister) { m_lister = std::move(lister); }
    /// Asks for a new rule that comes before all others, so that it decides about what it was made from.
    void newRuleFrom(const engine::RuleProfile &prefilled);
    /// Puts the rule before all others at once.
    void addRule(const engine::RuleProfile &rule);
    /// A filter that hides it is asked to be cleared.
    void selectRule(int row);
    /// Shows only rules that hold every word of the text. None of them moves while others are hidden.
    void setFilter(const QString &text);
    [[nodiscard]] QString filter() const;
    /// What the rules have decided; drawn only while the page can be seen.
    void takeUses(const engine::RuleUses &uses);
    /// Another button above the list, set apart from those that change rules.
    void addButton(QAction *action);
    [[nodiscard]] QByteArray saveColumns() const;
    void restoreColumns(const QByteArray &state);

protected:
    void showEvent(QShowEvent *event) override;

Q_SIGNALS:
    /// Rules are to be applied again after all.
    void rulesModeRequested();
    /// A rule was put before all others, or something was undone or done again: it may have happened out of
    /// sight.
    void told(const QString &text);
    void clearFilterRequested();

private:
    void makeActions();
    QAction *makeAction(const char *objectName, const QString &text, const QKeySequence &shortcut,
                        const QString &toolTip, const QString &symbol = {});
    void makeView();
    void makeFilter();
    void makeButtons();
    [[nodiscard]] QToolButton *makeButton(QAction *action);
    void showSelection();
    void showProfile();
    void showHint();
    void showFilter();
    [[nodiscard]] bool hasWord(const QModelIndex &row, const QString &word) const;
    [[nodiscard]] int currentRow() const;
    void tellFirstRule();
    void openDialog(const QString &title, const engine::RuleProfile &rule,
                    const std::function<QStringList(const engine::RuleProfile &)> &apply, bool askForAction);
    void add();
    void edit();
    void duplicate();
    void remove();
    void decideUnidentified(const std::optional<engine::Action> &action);
    void move(int by);
    void toggle();
    void showProblems(const QStringList &problems);

    ProfileStore &m_store;
    const SeenApplications &m_seen;
    RuleModel *m_model;
    RuleHistoryActions *m_history;
    QTreeView *m_view;
    RowFilter *m_filter = nullptr;
    EmptyState *m_empty;
    QStackedWidget *m_stack;
    ModeBar *m_bar;
    QWidget *m_buttons;
    UnidentifiedChoice *m_unidentified;
    QLabel *m_hint;
    QAction *m_add = nullptr;
    QAction *m_edit = nullptr;
    QAction *m_duplicate = nullptr;
    QAction *m_remove = nullptr;
    QAction *m_up = nullptr;
    QAction *m_down = nullptr;
    QAction *m_toggle = nullptr;
    ProgramLister m_lister;
};

} // namespace ui
