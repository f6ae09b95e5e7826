// SPDX-License-Identifier: MIT
#include "ui/applicationspage.h"

#include "ui/applicationdelegate.h"
#include "ui/applicationmodel.h"
#include "ui/emptystate.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/livetable.h"
#include "ui/proxystatus.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui
{

namespace
{

QToolButton *buttonFor(QAction *action, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setObjectName(action->objectName() + QStringLiteral("Button"));
    button->setAccessibleName(withoutMnemonic(action->text()));
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    return button;
}

} // namespace

ApplicationsPage::ApplicationsPage(ApplicationModel &model, ApplicationIcons &icons,
                                   const ProxyStatus &status, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_status(status)
    , m_view(new LiveTable(this))
    , m_empty(new EmptyState(EmptyState::Subject::Applications, this))
    , m_stack(new QStackedWidget(this))
{
    makeView(icons);
    makeActions();
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_view);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeButtons());
    layout->addWidget(m_stack, 1);
    connect(&m_model, &ApplicationModel::updated, this, &ApplicationsPage::showTableOrReason);
    showStatus();
    showSelection();
}

QByteArray ApplicationsPage::saveColumns() const
{
    return m_view->horizontalHeader()->saveState();
}

void ApplicationsPage::restoreColumns(const QByteArray &state)
{
    if (!state.isEmpty())
        m_view->horizontalHeader()->restoreState(state);
}

void ApplicationsPage::showStatus()
{
    m_empty->show(m_status, m_model.totalCount() > 0 ? m_model.filter() : QString());
    showTableOrReason();
}

void ApplicationsPage::showEvent(QShowEvent *event)
{
    m_model.setShown(true);
    QWidget::showEvent(event);
}

void ApplicationsPage::hideEvent(QHideEvent *event)
{
    m_model.setShown(false);
    QWidget::hideEvent(event);
}

void ApplicationsPage::makeView(ApplicationIcons &icons)
{
    m_view->setObjectName(QStringLiteral("applicationsView"));
    m_view->setAccessibleName(tr("Applications"));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setModel(&m_model);
    m_view->setItemDelegate(new ApplicationDelegate(icons, m_view));
    m_view->setColumnWidths({28, 8, 11, 11, 11, 11, 22, 14});
    QHeaderView *header = m_view->horizontalHeader();
    header->setObjectName(QStringLiteral("applicationsHeader"));
    header->setAccessibleName(tr("Columns of the applications"));
    header->setStretchLastSection(true);
    header->setSortIndicator(static_cast<int>(ApplicationColumn::Name), Qt::AscendingOrder);
    m_view->setSortingEnabled(true);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ApplicationsPage::showSelection);
    connect(&icons, &ApplicationIcons::found, m_view->viewport(), qOverload<>(&QWidget::update));
}

void ApplicationsPage::makeActions()
{
    const auto make = [this](const char *objectName, const QString &text, const QKeySequence &key,
                             const QString &toolTip, const char *symbol) {
        auto *action = new QAction(symbolIcon(QLatin1String(symbol)), text, this);
        action->setObjectName(QLatin1String(objectName));
        action->setShortcut(key);
        // They act on the table's selection: their keys belong to it alone.
        action->setShortcutContext(Qt::WidgetShortcut);
        action->setToolTip(toolTip);
        action->setStatusTip(toolTip);
        m_view->addAction(action);
        return action;
    };
    m_newRule = make("actionNewRuleForApplication", tr("New rule for a&pplication..."), {},
                     tr("Make a rule for the selected application"), "add");
    m_copy = make("actionCopyApplications", tr("&Copy"), QKeySequence(QKeySequence::Copy),
                  tr("Copy the selected applications as text"), "copy");
    m_close =
        make("actionCloseApplication", tr("Clo&se connections of application"), QKeySequence(Qt::Key_Delete),
             tr("Close all connections of the selected applications"), "close");
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(m_close, &QAction::triggered, this, &ApplicationsPage::closeSelected);
    connect(m_newRule, &QAction::triggered, this, &ApplicationsPage::newRule);
    connect(m_copy, &QAction::triggered, this, &ApplicationsPage::copy);
}

QWidget *ApplicationsPage::makeButtons()
{
    auto *panel = new QWidget(this);
    auto *layout = new QHBoxLayout(panel);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->setSpacing(2);
    layout->addWidget(buttonFor(m_newRule, panel));
    layout->addWidget(buttonFor(m_close, panel));
    layout->addStretch(1);
    return panel;
}

void ApplicationsPage::showSelection()
{
    const QList<int> rows = m_view->selectedRows();
    m_copy->setEnabled(!rows.isEmpty());
    m_close->setEnabled(!rows.isEmpty());
    m_newRule->setEnabled(rows.size() == 1 && ruleFor(m_model.recordAt(rows.front())).has_value());
}

void ApplicationsPage::showTableOrReason()
{
    const bool hasRows = m_model.rowCount() > 0;
    QWidget *wanted = hasRows ? static_cast<QWidget *>(m_view) : m_empty;
    QWidget *current = m_stack->currentWidget();
    if (!hasRows)
        m_empty->show(m_status, m_model.totalCount() > 0 ? m_model.filter() : QString());
    setFocusProxy(wanted);
    if (current == wanted)
        return;
    const QWidget *focus = window()->focusWidget();
    const bool focused = focus != nullptr && (focus == current || current->isAncestorOf(focus));
    m_stack->setCurrentWidget(wanted);
    if (focused)
        wanted->setFocus();
}

void ApplicationsPage::closeSelected()
{
    const QList<engine::ConnectionId> ids = m_model.liveConnectionsOf(m_view->selectedRows());
    if (!ids.isEmpty())
        Q_EMIT closeRequested(ids);
}

void ApplicationsPage::newRule()
{
    const QList<int> rows = m_view->selectedRows();
    if (rows.size() != 1)
        return;
    if (const auto rule = ruleFor(m_model.recordAt(rows.front())))
        Q_EMIT newRuleRequested(*rule);
}

void ApplicationsPage::copy()
{
    QStringList lines;
    for (const int row : m_view->selectedRows())
        lines << m_model.rowTextAt(row);
    QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

} // namespace ui
