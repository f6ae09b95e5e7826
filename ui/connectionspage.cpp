// SPDX-License-Identifier: MIT
#include "ui/connectionspage.h"

#include "ui/applicationicons.h"
#include "ui/connectionmodel.h"
#include "ui/emptystate.h"
#include "ui/liveheader.h"
#include "ui/livetable.h"
#include "ui/pagebar.h"
#include "ui/proxystatus.h"

#include <QApplication>
#include <QHeaderView>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui
{

namespace
{

QMenu *openMenu()
{
    return qobject_cast<QMenu *>(QApplication::activePopupWidget());
}

} // namespace

ConnectionsPage::ConnectionsPage(ConnectionModel &model, ApplicationIcons &icons, const ProxyStatus &status,
                                 QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_status(status)
    , m_view(new LiveTable(this))
    , m_empty(new EmptyState(EmptyState::Subject::Connections, this))
    , m_stack(new QStackedWidget(this))
    , m_bar(new PageBar(QStringLiteral("errorBar"), this))
    , m_barOtherPort(m_bar->addButton(QStringLiteral("OtherPort")))
{
    makeView(icons);
    makeBar();
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_view);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_bar);
    layout->addWidget(m_stack, 1);
    connect(&m_model, &ConnectionModel::updateStarted, this, &ConnectionsPage::rememberPlace);
    connect(&m_model, &ConnectionModel::updateFinished, this, &ConnectionsPage::keepPlace);
    showStatus();
}

void ConnectionsPage::makeView(ApplicationIcons &icons)
{
    m_view->setObjectName(QStringLiteral("connectionsView"));
    m_view->setAccessibleName(tr("Connections"));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setModel(&m_model);
    m_view->setItemDelegate(new ConnectionDelegate(icons, m_view));
    // In any language together no wider than the window is at first: rates are read at a glance.
    m_view->setColumnWidths({16, 17, 24, 8, 14, 12, 9, 9, 11, 11, 10, 11});
    // Where something failed, it says why.
    m_view->headings().setFilling(static_cast<int>(ConnectionColumn::State));
    // They are the last ones by number only: people read them before the state.
    m_view->horizontalHeader()->moveSection(static_cast<int>(ConnectionColumn::Rule),
                                            static_cast<int>(ConnectionColumn::State));
    m_view->horizontalHeader()->moveSection(static_cast<int>(ConnectionColumn::Route),
                                            static_cast<int>(ConnectionColumn::State) + 1);
    m_view->horizontalHeader()->setObjectName(QStringLiteral("connectionsHeader"));
    m_view->horizontalHeader()->setAccessibleName(tr("Columns of the connections"));
    m_view->horizontalHeader()->setSortIndicator(static_cast<int>(ConnectionColumn::Time),
                                                 Qt::AscendingOrder);
    m_view->setSortingEnabled(true);
    // Who is no known program is shown by address in the first column.
    m_view->setColumnHidden(static_cast<int>(ConnectionColumn::Client), true);
    connect(&icons, &ApplicationIcons::found, m_view->viewport(), qOverload<>(&QWidget::update));
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ConnectionsPage::noticeSelection);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &ConnectionsPage::noticeSelection);
}

void ConnectionsPage::makeBar()
{
    QPushButton *retry = m_bar->addButton(QStringLiteral("Retry"), tr("Retry"));
    retry->setAccessibleName(tr("Retry to open the listener"));
    connect(m_barOtherPort, &QPushButton::clicked, this, &ConnectionsPage::otherPortRequested);
    connect(retry, &QPushButton::clicked, this, &ConnectionsPage::retryRequested);
}

QList<engine::ConnectionId> ConnectionsPage::selectedLive() const
{
    QList<engine::ConnectionId> ids;
    for (const int row : m_view->selectedRows()) {
        const engine::Connection &connection = m_model.recordAt(row).connection;
        if (connection.isLive())
            ids << m_model.connectionsAt(row);
    }
    return ids;
}

QString ConnectionsPage::selectedText() const
{
    QStringList lines;
    const Selection selected = selection();
    for (const ConnectionRecord &record : selected.rows)
        lines << m_model.rowTextOf(record);
    return lines.join(u'\n');
}

std::optional<engine::Connection> ConnectionsPage::currentConnection() const
{
    if (m_held)
        return m_held->current;
    const int row = m_view->currentIndex().row();
    if (row < 0 || !m_view->selectionModel()->isRowSelected(row))
        return std::nullopt;
    return m_model.recordAt(row).connection;
}

QString ConnectionsPage::selectedTargets() const
{
    QStringList lines;
    const Selection selected = selection();
    for (const ConnectionRecord &record : selected.rows) {
        const QString target = record.connection.target();
        if (!target.isEmpty())
            lines << target;
    }
    return lines.join(u'\n');
}

bool ConnectionsPage::hasSelection() const
{
    return m_held ? !m_held->rows.isEmpty() : m_view->selectionModel()->hasSelection();
}

ConnectionsPage::Selection ConnectionsPage::selection() const
{
    if (m_held)
        return *m_held;
    Selection selected;
    for (const int row : m_view->selectedRows())
        selected.rows << m_model.recordAt(row);
    selected.current = currentConnection();
    return selected;
}

/// Rows leave by themselves: a menu goes on being about those it was opened for.
void ConnectionsPage::noticeSelection()
{
    const bool wasHeld = m_held.has_value();
    m_held = m_before;
    if (!m_held)
        Q_EMIT selectionChanged();
    else if (!wasHeld)
        releaseSelection();
}

/// Once no menu is open. Not at once: a menu closes before it triggers what was chosen in it.
void ConnectionsPage::releaseSelection()
{
    if (const QMenu *menu = openMenu()) {
        connect(menu, &QMenu::aboutToHide, this, &ConnectionsPage::releaseSelection,
                static_cast<Qt::ConnectionType>(Qt::QueuedConnection | Qt::SingleShotConnection));
        return;
    }
    m_held.reset();
    Q_EMIT selectionChanged();
}

QByteArray ConnectionsPage::saveColumns() const
{
    return m_view->horizontalHeader()->saveState();
}

void ConnectionsPage::restoreColumns(const QByteArray &state)
{
    m_view->headings().restore(state);
}

void ConnectionsPage::showStatus()
{
    const engine::ListenerStatus *failed = m_status.failedListener();
    if (failed != nullptr)
        m_bar->setText(tr("Hosier cannot listen on %1. %2")
                           .arg(failed->endpoint.toString(), m_status.errorText(*failed)));
    m_barOtherPort->setText(EmptyState::otherPortText(m_status));
    m_barOtherPort->setVisible(m_status.portOffer() != 0);
    const QString filter = m_model.totalCount() > 0 ? m_model.filter() : QString();
    m_empty->show(m_status, filter);
    showTableOrReason();
}

void ConnectionsPage::showTableOrReason()
{
    const bool hasRows = m_model.rowCount() > 0;
    QWidget *wanted = hasRows ? static_cast<QWidget *>(m_view) : m_empty;
    QWidget *current = m_stack->currentWidget();
    if (current != wanted) {
        const QWidget *focus = window()->focusWidget();
        const bool focused = focus != nullptr && (focus == current || current->isAncestorOf(focus));
        m_stack->setCurrentWidget(wanted);
        if (focused)
            wanted->setFocus();
    }
    setFocusProxy(wanted);
    m_bar->setVisible(m_status.failedListener() != nullptr && hasRows);
}

/// Before rows change: which one is at the top, where the keyboard is, and what an open menu is about.
void ConnectionsPage::rememberPlace()
{
    if (openMenu() != nullptr)
        m_before = selection();
    m_visible.clear();
    const int top = m_view->verticalScrollBar()->value();
    const int rowHeight = std::max(m_view->verticalHeader()->defaultSectionSize(), 1);
    const int visible = top > 0 ? m_view->viewport()->height() / rowHeight : 0;
    for (int row = top; row < top + visible && row < m_model.rowCount(); ++row)
        m_visible << QPersistentModelIndex(m_model.index(row, 0));
    m_current = m_view->currentIndex();
    m_currentRow = m_current.row();
    // Rows come and go by themselves: that is no reason to scroll.
    m_view->setAutoScroll(false);
}

/// After rows changed: a scrolled table shows the same rows as before, and the keyboard stays near its row.
void ConnectionsPage::keepPlace()
{
    for (qsizetype at = 0; at < m_visible.size(); ++at) {
        if (!m_visible.at(at).isValid())
            continue;
        m_view->verticalScrollBar()->setValue(m_visible.at(at).row() - static_cast<int>(at));
        break;
    }
    m_visible.clear();
    if (m_currentRow >= 0 && !m_current.isValid() && m_model.rowCount() > 0) {
        const int row = std::min(m_currentRow, m_model.rowCount() - 1);
        const int column = std::max(m_view->currentIndex().column(), 0);
        m_view->selectionModel()->setCurrentIndex(m_model.index(row, column), QItemSelectionModel::NoUpdate);
    }
    m_view->setAutoScroll(true);
    m_before.reset();
    if (m_model.rowCount() == 0)
        showStatus();
    else
        showTableOrReason();
}

} // namespace ui
