// SPDX-License-Identifier: MIT
#include "ui/rulespage.h"

#include "engine/running_programs.h"
#include "ui/emptystate.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/modebar.h"
#include "ui/profilestore.h"
#include "ui/rowfilter.h"
#include "ui/ruledelegate.h"
#include "ui/ruledialog.h"
#include "ui/rulehistoryactions.h"
#include "ui/rulemodel.h"
#include "ui/ruletext.h"
#include "ui/seenapplications.h"
#include "ui/unidentifiedchoice.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMessageBox>
#include <QPersistentModelIndex>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace ui
{

using engine::RuleProfile;

namespace
{

constexpr std::array kColumnCharacters{20, 26, 26, 13, 18, 9, 11, 13};

} // namespace

RulesPage::RulesPage(ProfileStore &store, RuleModel &model, const SeenApplications &seen, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_seen(seen)
    , m_model(&model)
    , m_history(new RuleHistoryActions(model, this))
    , m_view(new QTreeView(this))
    , m_empty(new EmptyState(EmptyState::Subject::Rules, this))
    , m_stack(new QStackedWidget(this))
    , m_bar(new ModeBar(this))
    , m_buttons(new QWidget(this))
    , m_unidentified(new UnidentifiedChoice(store, this))
    , m_hint(new QLabel(this))
    , m_lister(engine::runningPrograms)
{
    setFocusProxy(m_view);
    makeView();
    makeFilter();
    makeActions();
    makeButtons();
    m_hint->setObjectName(QStringLiteral("rulesHint"));
    m_hint->setContentsMargins(10, 5, 10, 5);
    m_hint->setWordWrap(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_bar);
    layout->addWidget(m_buttons);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_unidentified);
    layout->addWidget(m_hint);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &RulesPage::showSelection);
    connect(m_model, &RuleModel::refused, this, &RulesPage::showProblems);
    connect(m_model, &RuleModel::dropped, this, &RulesPage::selectRule);
    connect(m_history, &RuleHistoryActions::told, this, &RulesPage::told);
    connect(m_history, &RuleHistoryActions::refused, this, &RulesPage::showProblems);
    connect(m_model, &RuleModel::reverted, this,
            [this](int row) { selectRule(std::min(row, m_model->rowCount() - 1)); });
    connect(&m_store, &ProfileStore::profileChanged, this, &RulesPage::showProfile);
    connect(m_bar, &ModeBar::rulesModeRequested, this, &RulesPage::rulesModeRequested);
    connect(m_unidentified, &UnidentifiedChoice::chosen, this, &RulesPage::decideUnidentified);
    showProfile();
}

QAction &RulesPage::undoAction() const
{
    return m_history->undoAction();
}

QAction &RulesPage::redoAction() const
{
    return m_history->redoAction();
}

void RulesPage::newRuleFrom(const RuleProfile &prefilled)
{
    const auto apply = [this](const RuleProfile &rule) {
        QStringList problems = m_model->insert(0, rule);
        if (problems.isEmpty()) {
            selectRule(0);
            tellFirstRule();
        }
        return problems;
    };
    openDialog(tr("New rule"), prefilled, apply, true);
}

void RulesPage::addRule(const RuleProfile &rule)
{
    const QStringList problems = m_model->insert(0, rule);
    if (problems.isEmpty())
        tellFirstRule();
    showProblems(problems);
}

/// Where it was made from a connection nothing else says what it is worth: the list may be out of sight.
void RulesPage::tellFirstRule()
{
    const RuleProfile &rule = m_model->ruleAt(0);
    const engine::Profile &profile = m_store.profile();
    const QString name = ruleName(rule, 0);
    Q_EMIT told(
        profile.mode == engine::RoutingMode::Rules
            ? tr("The rule %1 now comes before all others: %2.").arg(name, actionText(rule.action, profile))
            : tr("The rule %1 now comes before all others, but rules are not applied: the mode is %2.")
                  .arg(name, modeText(profile.mode)));
}

void RulesPage::selectRule(int row)
{
    m_view->setCurrentIndex(m_model->index(row, static_cast<int>(RuleColumn::Name)));
    if (m_view->isRowHidden(row, {}))
        Q_EMIT clearFilterRequested();
}

void RulesPage::setFilter(const QString &text)
{
    m_filter->setText(text);
}

QString RulesPage::filter() const
{
    return m_filter->text();
}

void RulesPage::takeUses(const engine::RuleUses &uses)
{
    m_model->takeUses(uses);
    if (isVisible())
        m_model->showUses();
}

void RulesPage::showEvent(QShowEvent *event)
{
    m_model->showUses();
    QWidget::showEvent(event);
}

QByteArray RulesPage::saveColumns() const
{
    return m_view->header()->saveState();
}

void RulesPage::restoreColumns(const QByteArray &state)
{
    if (!state.isEmpty())
        m_view->header()->restoreState(state);
}

void RulesPage::makeActions()
{
    m_add = makeAction("actionNewRule", tr("&New rule..."), QKeySequence(Qt::CTRL | Qt::Key_N),
                       tr("Make a rule above the selected one"), QStringLiteral("add"));
    m_edit = makeAction("actionEditRule", tr("&Edit rule..."), QKeySequence(Qt::Key_Return),
                        tr("Change the selected rule"), QStringLiteral("edit"));
    m_duplicate = makeAction("actionDuplicateRule", tr("&Duplicate rule"), QKeySequence(Qt::CTRL | Qt::Key_D),
                             tr("Copy the selected rule below itself"), QStringLiteral("copy"));
    m_remove = makeAction("actionRemoveRule", tr("&Remove rule"), QKeySequence(Qt::Key_Delete),
                          tr("Remove the selected rule"), QStringLiteral("remove"));
    m_up = makeAction("actionMoveRuleUp", tr("Move &up"), QKeySequence(Qt::ALT | Qt::Key_Up),
                      tr("Check the selected rule earlier"), QStringLiteral("up"));
    m_down = makeAction("actionMoveRuleDown", tr("Move do&wn"), QKeySequence(Qt::ALT | Qt::Key_Down),
                        tr("Check the selected rule later"), QStringLiteral("down"));
    m_toggle = makeAction("actionToggleRule", tr("Rule &on"), QKeySequence(Qt::Key_Space),
                          tr("A rule that is off is skipped"));
    m_toggle->setCheckable(true);
    // On the page's own buttons, which have to fit on a small screen, it goes without saying of what.
    m_add->setIconText(tr("New"));
    m_edit->setIconText(tr("Edit"));
    m_duplicate->setIconText(tr("Duplicate"));
    m_remove->setIconText(tr("Remove"));
    m_add->setShortcutContext(Qt::WindowShortcut);
    connect(m_add, &QAction::triggered, this, &RulesPage::add);
    connect(m_edit, &QAction::triggered, this, &RulesPage::edit);
    connect(m_duplicate, &QAction::triggered, this, &RulesPage::duplicate);
    connect(m_remove, &QAction::triggered, this, &RulesPage::remove);
    connect(m_up, &QAction::triggered, this, [this] { move(-1); });
    connect(m_down, &QAction::triggered, this, [this] { move(1); });
    connect(m_toggle, &QAction::triggered, this, &RulesPage::toggle);
    m_view->addActions(actions());
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
}

/// Keys belong to the list alone, so that they stay what they are in other fields.
QAction *RulesPage::makeAction(const char *objectName, const QString &text, const QKeySequence &shortcut,
                               const QString &toolTip, const QString &symbol)
{
    auto *action = new QAction(text, this);
    action->setObjectName(QLatin1String(objectName));
    action->setShortcut(shortcut);
    action->setShortcutContext(Qt::WidgetShortcut);
    action->setToolTip(toolTip);
    action->setStatusTip(toolTip);
    if (!symbol.isEmpty())
        action->setIcon(symbolIcon(symbol));
    addAction(action);
    return action;
}

void RulesPage::makeView()
{
    m_view->setObjectName(QStringLiteral("rulesView"));
    m_view->setAccessibleName(tr("Rules"));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setModel(m_model);
    m_view->setItemDelegate(new RuleDelegate(m_store, m_view));
    m_view->setRootIsDecorated(false);
    m_view->setItemsExpandable(false);
    m_view->setUniformRowHeights(true);
    m_view->setAllColumnsShowFocus(true);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setDragDropMode(QAbstractItemView::InternalMove);
    m_view->setDropIndicatorShown(true);
    QHeaderView *header = m_view->header();
    header->setObjectName(QStringLiteral("rulesHeader"));
    header->setAccessibleName(tr("Columns of the rules"));
    header->setStretchLastSection(false);
    for (const RuleColumn wide : {RuleColumn::Applications, RuleColumn::Hosts})
        header->setSectionResizeMode(static_cast<int>(wide), QHeaderView::Stretch);
    for (int column = 0; column < kRuleColumns; ++column)
        header->resizeSection(column, kColumnCharacters.at(static_cast<std::size_t>(column)) *
                                          fontMetrics().averageCharWidth());
    connect(m_view, &QAbstractItemView::doubleClicked, this, [this](const QModelIndex &index) {
        if (index.column() == static_cast<int>(RuleColumn::Action))
            m_view->edit(index);
        else
            edit();
    });
}

void RulesPage::makeFilter()
{
    m_filter =
        new RowFilter(*m_view, static_cast<int>(RuleColumn::Hits),
                      [this](const QModelIndex &row, const QString &word) { return hasWord(row, word); });
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_empty);
    connect(m_filter, &RowFilter::applied, this, &RulesPage::showFilter);
    connect(m_empty, &EmptyState::clearFilterRequested, this, &RulesPage::clearFilterRequested);
}

/// Also where the entry is one of those that the row has no room for.
bool RulesPage::hasWord(const QModelIndex &row, const QString &word) const
{
    if (!m_model->isRule(row.row()))
        return false;
    const RuleProfile &rule = m_model->ruleAt(row.row());
    const auto contains = [&word](const QString &entry) {
        return entry.contains(word, Qt::CaseInsensitive);
    };
    return std::any_of(rule.applications.begin(), rule.applications.end(), contains) ||
           std::any_of(rule.hosts.begin(), rule.hosts.end(), contains);
}

void RulesPage::makeButtons()
{
    auto *layout = new QHBoxLayout(m_buttons);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->setSpacing(2);
    for (QAction *action : {m_add, m_edit, m_duplicate, m_remove})
        layout->addWidget(makeButton(action));
    for (QAction *action : {m_up, m_down, &undoAction(), &redoAction()}) {
        QToolButton *button = makeButton(action);
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
        layout->addWidget(button);
    }
    layout->addStretch(1);
}

QToolButton *RulesPage::makeButton(QAction *action)
{
    auto *button = new QToolButton(m_buttons);
    button->setDefaultAction(action);
    button->setObjectName(action->objectName() + QStringLiteral("Button"));
    button->setAccessibleName(withoutMnemonic(action->text()));
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    return button;
}

void RulesPage::addButton(QAction *action)
{
    m_buttons->layout()->addWidget(makeButton(action));
}

int RulesPage::currentRow() const
{
    return m_view->currentIndex().row();
}

void RulesPage::showSelection()
{
    const int row = currentRow();
    const bool isRule = m_model->isRule(row);
    m_edit->setEnabled(row >= 0);
    for (QAction *action : {m_duplicate, m_remove, m_toggle})
        action->setEnabled(isRule);
    m_toggle->setChecked(isRule && m_model->ruleAt(row).enabled);
    // A step over rules that nobody sees would not be what it looks like.
    const bool allShown = m_filter->hiddenCount() == 0;
    m_up->setEnabled(isRule && allShown && row > 0);
    m_down->setEnabled(isRule && allShown && row + 1 < m_model->ruleCount());
    const QString whyNot = tr("Rules cannot be moved while the filter hides some of them");
    m_up->setToolTip(allShown ? tr("Check the selected rule earlier") : whyNot);
    m_down->setToolTip(allShown ? tr("Check the selected rule later") : whyNot);
}

void RulesPage::showProfile()
{
    m_bar->showMode(m_store.profile().mode);
    showHint();
    showSelection();
}

void RulesPage::showHint()
{
    if (const int hidden = m_filter->hiddenCount(); hidden > 0) {
        m_hint->setText(tr("The filter hides %n rule(s).", nullptr, hidden));
        return;
    }
    m_hint->setText(m_model->ruleCount() == 0
                        ? tr("There are no rules yet: the default action is taken for everything. Make one "
                             "here, or from a connection.")
                        : tr("Checked top to bottom; the first rule that matches decides."));
    int shadowed = 0;
    for (int row = 0; row < m_model->ruleCount(); ++row)
        shadowed += m_model->coveringRule(row) >= 0 ? 1 : 0;
    if (shadowed > 0)
        m_hint->setText(m_hint->text() + u' ' +
                        tr("A crossed-out list marks rules that are never reached: %1.").arg(shadowed));
}

void RulesPage::showFilter()
{
    const bool allShown = m_filter->hiddenCount() == 0;
    m_view->setDragDropMode(allShown ? QAbstractItemView::InternalMove : QAbstractItemView::NoDragDrop);
    if (m_filter->hidesAll())
        m_empty->showNoMatch(m_filter->text());
    QWidget *wanted = m_filter->hidesAll() ? static_cast<QWidget *>(m_empty) : m_view;
    m_stack->setCurrentWidget(wanted);
    setFocusProxy(wanted);
    showHint();
    showSelection();
}

void RulesPage::openDialog(const QString &title, const RuleProfile &rule,
                           const std::function<QStringList(const RuleProfile &)> &apply, bool askForAction)
{
    auto *dialog = new RuleDialog(m_store.profile(), rule, m_seen.names(), apply, this);
    dialog->setProgramLister(m_lister);
    dialog->setWindowTitle(title);
    if (askForAction)
        dialog->focusAction();
    dialog->open();
}

void RulesPage::add()
{
    const int row = m_model->isRule(currentRow()) ? currentRow() : m_model->ruleCount();
    // Above the same one, wherever it has gone while the dialog was open; its place, where it is no more.
    const QPersistentModelIndex below(m_model->index(row, static_cast<int>(RuleColumn::Name)));
    const auto apply = [this, row, below](const RuleProfile &rule) {
        const int at = below.isValid() ? below.row() : std::min(row, m_model->ruleCount());
        QStringList problems = m_model->insert(at, rule);
        if (problems.isEmpty())
            selectRule(at);
        return problems;
    };
    openDialog(tr("New rule"), {}, apply, false);
}

void RulesPage::edit()
{
    const int row = currentRow();
    if (!m_model->isRule(row)) {
        m_view->edit(m_model->index(row, static_cast<int>(RuleColumn::Action)));
        return;
    }
    const RuleProfile before = m_model->ruleAt(row);
    const auto apply = [this, row, before](const RuleProfile &rule) {
        return m_model->replace(before, row, rule);
    };
    openDialog(tr("Rule %1").arg(ruleName(before, row)), before, apply, false);
}

void RulesPage::duplicate()
{
    const int row = currentRow();
    RuleProfile copy = m_model->ruleAt(row);
    if (!copy.name.isEmpty())
        copy.name = tr("%1 (copy)", "name of a rule").arg(copy.name);
    const QStringList problems = m_model->insert(row + 1, copy);
    if (problems.isEmpty())
        selectRule(row + 1);
    showProblems(problems);
}

void RulesPage::remove()
{
    showProblems(m_model->remove(currentRow()));
}

void RulesPage::decideUnidentified(const std::optional<engine::Action> &action)
{
    const QStringList problems = m_model->setUnidentified(action);
    m_unidentified->showProfile(); // what was refused is not shown as if it were in force
    showProblems(problems);
}

void RulesPage::move(int by)
{
    const int to = currentRow() + by;
    const QStringList problems = m_model->move(currentRow(), to);
    // Of two rules that are the same, neither has moved for the view.
    if (problems.isEmpty())
        selectRule(to);
    showSelection();
    showProblems(problems);
}

void RulesPage::toggle()
{
    const int row = currentRow();
    const Qt::CheckState state = m_model->ruleAt(row).enabled ? Qt::Unchecked : Qt::Checked;
    m_model->setData(m_model->index(row, static_cast<int>(RuleColumn::Name)), state, Qt::CheckStateRole);
    showSelection();
}

void RulesPage::showProblems(const QStringList &problems)
{
    if (problems.isEmpty())
        return;
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Rules"), tr("The rules could not be changed."),
                                QMessageBox::Ok, this);
    box->setObjectName(QStringLiteral("rulesProblem"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(problems.join(u'\n'));
    box->open();
}

} // namespace ui
