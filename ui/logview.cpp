// SPDX-License-Identifier: MIT
#include "ui/logview.h"

#include "ui/columnmenu.h"
#include "ui/eventtext.h"
#include "ui/filedialog.h"
#include "ui/format.h"
#include "ui/hintlabel.h"
#include "ui/icons.h"
#include "ui/liveheader.h"
#include "ui/livetable.h"
#include "ui/logmodel.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QSaveFile>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <utility>

namespace ui
{

namespace
{

constexpr std::array kLevels{engine::EventLevel::Debug, engine::EventLevel::Info, engine::EventLevel::Warning,
                             engine::EventLevel::Error};

} // namespace

LogView::LogView(LogModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_view(new LiveTable(this))
    , m_level(new QComboBox(this))
    , m_filter(new QLineEdit(this))
{
    setObjectName(QStringLiteral("logView"));
    auto *tools = new QHBoxLayout;
    tools->setContentsMargins(6, 4, 6, 4);
    tools->setSpacing(4);
    makeView();
    makeTools(tools);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(tools);
    layout->addWidget(m_view, 1);
    connect(&m_model, &LogModel::updateStarted, this, &LogView::rememberPlace);
    connect(&m_model, &LogModel::updateFinished, this, &LogView::keepPlace);
    connect(&m_model, &LogModel::waitingChanged, this, &LogView::showWaiting);
    // Each batch of lines ends with that, too.
    connect(&m_model, &LogModel::waitingChanged, this, &LogView::showContents);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &LogView::showContents);
    connect(m_view->verticalScrollBar(), &QScrollBar::rangeChanged, this, &LogView::takeRange);
    connect(m_view->verticalScrollBar(), &QScrollBar::valueChanged, this, &LogView::takePlace);
    connect(m_view->verticalScrollBar(), &QScrollBar::valueChanged, this, &LogView::showPlace);
    connect(m_view->verticalScrollBar(), &QScrollBar::rangeChanged, this, &LogView::showPlace);
    setLevel(m_level->currentIndex());
    showWaiting(m_model.waitingCount());
    showOnly(m_model.application());
    showContents();
}

void LogView::makeView()
{
    m_view->setObjectName(QStringLiteral("logTable"));
    m_view->setAccessibleName(tr("Log"));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setModel(&m_model);
    m_view->setItemDelegate(new LogDelegate(m_view));
    m_view->setColumnWidths({14, 11});
    fitLevels();
    m_view->horizontalHeader()->setObjectName(QStringLiteral("logHeader"));
    m_view->horizontalHeader()->setAccessibleName(tr("Columns of the log"));
    setUpColumns();
    offerColumns(*m_view->horizontalHeader(), static_cast<int>(LogColumn::Message));
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_hint = new HintLabel(QStringLiteral("logHint"), m_view->viewport());
    makeActions();
}

/// Where a level is longer than its heading, as in Russian, the column is as wide as the longest.
void LogView::fitLevels()
{
    int width = 0;
    for (const engine::EventLevel level : kLevels)
        width = std::max(width, m_view->signedCellWidth(levelText(level)));
    m_view->headings().setContentsWidth(static_cast<int>(LogColumn::Level), width);
}

/// The messages take what room is left, wherever their column is moved to.
void LogView::setUpColumns()
{
    QHeaderView *header = m_view->horizontalHeader();
    header->setStretchLastSection(false);
    header->setSectionsMovable(true);
    header->setSectionResizeMode(static_cast<int>(LogColumn::Message), QHeaderView::Stretch);
}

QMenu *LogView::makeColumnsMenu(QWidget *parent) const
{
    auto *menu = new QMenu(tr("Colu&mns"), parent);
    menu->menuAction()->setObjectName(QStringLiteral("actionLogColumns"));
    connect(menu, &QMenu::aboutToShow, m_view, [menu, header = m_view->horizontalHeader()] {
        menu->clear();
        fillColumnMenu(*menu, *header, static_cast<int>(LogColumn::Message));
    });
    return menu;
}

QByteArray LogView::saveColumns() const
{
    return m_view->horizontalHeader()->saveState();
}

void LogView::restoreColumns(const QByteArray &state)
{
    if (!state.isEmpty())
        m_view->horizontalHeader()->restoreState(state);
    // A state of before, when columns stood still, holds that, too.
    setUpColumns();
}

void LogView::makeActions()
{
    m_pauseAction = makeAction(QStringLiteral("actionPauseLog"), tr("&Pause"), QKeySequence(Qt::Key_F8),
                               tr("Hold the log still. New lines wait until you go on."));
    m_pauseAction->setCheckable(true);
    m_pauseAction->setChecked(m_model.isPaused());
    m_newest = makeAction(QStringLiteral("actionNewestLog"), tr("Go to the &newest line"),
                          QKeySequence(Qt::SHIFT | Qt::Key_F8),
                          tr("Go on if the log is paused, and follow new lines"));
    m_copy = makeAction(QStringLiteral("actionCopyLog"), tr("&Copy lines"), QKeySequence::Copy,
                        tr("Copy the selected lines, or all that are shown"));
    m_copy->setShortcutContext(Qt::WidgetShortcut);
    m_save = makeAction(QStringLiteral("actionExportLog"), tr("&Save lines..."),
                        QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), tr("Save the lines that are shown"));
    m_clear = makeAction(QStringLiteral("actionClearLog"), tr("C&lear"), {}, tr("Clear the log"));
    m_only = new QAction(m_view);
    m_only->setObjectName(QStringLiteral("actionOnlyApplication"));
    m_view->addActions({m_copy, m_only, m_save});
    connect(m_pauseAction, &QAction::toggled, &m_model, &LogModel::setPaused);
    connect(m_newest, &QAction::triggered, this, &LogView::goToNewest);
    connect(m_copy, &QAction::triggered, this, &LogView::copy);
    connect(m_save, &QAction::triggered, this, &LogView::save);
    connect(m_clear, &QAction::triggered, &m_model, &LogModel::clear);
    connect(m_only, &QAction::triggered, this, [this] { showOnly(m_only->data().toString()); });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &LogView::showSelection);
    // The selection model forgets its row then, and says nothing.
    connect(&m_model, &QAbstractItemModel::modelReset, this, &LogView::showSelection);
    showSelection();
}

QAction *LogView::makeAction(const QString &objectName, const QString &text, const QKeySequence &shortcut,
                             const QString &toolTip)
{
    auto *action = new QAction(text, this);
    action->setObjectName(objectName);
    action->setShortcut(shortcut);
    action->setToolTip(toolTip);
    action->setStatusTip(toolTip);
    return action;
}

/// After lines have come or gone, or are shown or hidden otherwise.
void LogView::showContents()
{
    const bool hasRows = m_model.rowCount() > 0;
    m_copy->setEnabled(hasRows);
    m_save->setEnabled(hasRows);
    m_clear->setEnabled(m_model.totalCount() > 0 || m_model.waitingCount() > 0);
    m_hint->setHint(hasRows ? QString() : hintText());
    showPlace();
}

void LogView::showPlace()
{
    const QScrollBar *bar = m_view->verticalScrollBar();
    m_newest->setEnabled(m_model.isPaused() || bar->value() < bar->maximum());
}

/// Why there are no rows, and what to expect.
QString LogView::hintText() const
{
    if (m_model.totalCount() > 0)
        return tr("No line has this level and all these words.");
    if (m_model.isPaused())
        return tr("The log is paused: new lines wait until you go on.");
    return tr("Connections and problems are told here as they come.");
}

void LogView::goToNewest()
{
    m_pauseAction->setChecked(false);
    followNewest();
}

void LogView::showSelection()
{
    const QModelIndex current = m_view->currentIndex();
    const QString application = current.isValid() ? m_model.applicationAt(current.row()) : QString();
    m_only->setEnabled(!application.isEmpty());
    m_only->setData(application);
    m_only->setText(application.isEmpty()
                        ? tr("&Only lines of one application")
                        : tr("&Only lines of %1", "application").arg(menuText(application)));
}

void LogView::showOnly(const QString &application)
{
    m_model.setApplication(application);
    m_everybody->setVisible(!application.isEmpty());
    m_everybody->setText(tr("Only %1", "application").arg(application));
    followNewest();
}

void LogView::makeTools(QHBoxLayout *tools)
{
    m_level->setObjectName(QStringLiteral("logLevelCombo"));
    m_level->setAccessibleName(tr("Least important level shown"));
    m_level->setToolTip(tr("Show lines of this level and more important ones"));
    for (const engine::EventLevel level : kLevels)
        m_level->addItem(levelText(level), static_cast<int>(level));
    m_level->setCurrentIndex(m_level->findData(static_cast<int>(m_model.minimumLevel())));
    m_filter->setObjectName(QStringLiteral("logFilterEdit"));
    m_filter->setAccessibleName(tr("Filter the log"));
    m_filter->setPlaceholderText(tr("Filter log"));
    m_filter->setToolTip(tr("Show only lines with all these words (Ctrl+Shift+F)"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setText(m_model.filter());
    m_filter->setMinimumWidth(fontMetrics().averageCharWidth() * 10);
    m_filter->addAction(symbolIcon(QStringLiteral("filter")), QLineEdit::LeadingPosition);
    m_pause = makeButton(QStringLiteral("logPauseButton"), QStringLiteral("pause"), tr("Pause"),
                         m_pauseAction->toolTip());
    m_pause->setCheckable(true);
    m_pause->setChecked(m_model.isPaused());
    m_pause->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connect(m_pauseAction, &QAction::toggled, m_pause, &QToolButton::setChecked);
    connect(m_pause, &QToolButton::toggled, m_pauseAction, &QAction::setChecked);
    QToolButton *copyButton =
        makeButton(QStringLiteral("logCopyButton"), QStringLiteral("copy"), tr("Copy"), *m_copy);
    QToolButton *saveButton =
        makeButton(QStringLiteral("logSaveButton"), QStringLiteral("save"), tr("Save..."), *m_save);
    QToolButton *clearButton =
        makeButton(QStringLiteral("logClearButton"), QStringLiteral("clear"), tr("Clear"), *m_clear);
    m_everybody = makeButton(QStringLiteral("logEverybodyButton"), QStringLiteral("close"), {},
                             tr("Show the lines of all applications again"));
    m_everybody->setAccessibleName(tr("Show the lines of all applications again"));
    m_everybody->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_everybody->hide();
    connect(m_everybody, &QToolButton::clicked, this, [this] { showOnly({}); });
    tools->addWidget(m_level);
    tools->addWidget(m_everybody);
    tools->addWidget(m_filter, 1);
    for (QToolButton *button : {m_pause, copyButton, saveButton, clearButton})
        tools->addWidget(button);
    connect(m_level, &QComboBox::currentIndexChanged, this, &LogView::setLevel);
    connect(m_filter, &QLineEdit::textChanged, this, &LogView::setFilter);
}

QToolButton *LogView::makeButton(const QString &objectName, const QString &symbol, const QString &text,
                                 const QString &toolTip)
{
    auto *button = new QToolButton(this);
    button->setObjectName(objectName);
    button->setIcon(symbolIcon(symbol));
    button->setText(text);
    button->setToolTip(toolTip);
    button->setAccessibleName(text);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

/// Does what the action does, and can be pressed while that can.
QToolButton *LogView::makeButton(const QString &objectName, const QString &symbol, const QString &text,
                                 QAction &action)
{
    QToolButton *button = makeButton(objectName, symbol, text, action.toolTip());
    connect(button, &QToolButton::clicked, &action, &QAction::trigger);
    connect(&action, &QAction::enabledChanged, button, &QWidget::setEnabled);
    return button;
}

void LogView::showWaiting(int waiting)
{
    const bool paused = m_model.isPaused();
    m_pause->setText(
        !paused ? tr("Pause")
                : tr("Resume (%1)", "waiting lines").arg(countText(static_cast<std::uint64_t>(waiting))));
    m_pause->setAccessibleName(!paused ? tr("Pause the log")
                                       : tr("Resume the log, %n line(s) waiting", nullptr, waiting));
}

void LogView::setShownLevel(engine::EventLevel level)
{
    m_level->setCurrentIndex(m_level->findData(static_cast<int>(level)));
}

void LogView::setLevel(int index)
{
    const auto level = static_cast<engine::EventLevel>(m_level->itemData(index).toInt());
    m_model.setMinimumLevel(level);
    followNewest();
    Q_EMIT levelChanged(level);
}

/// Who reads older lines is not led to the newest.
void LogView::setFilter(const QString &text)
{
    m_model.setFilter(text);
    if (m_isFollowing)
        followNewest();
}

void LogView::copy()
{
    QStringList lines;
    QList<int> rows = m_view->selectedRows();
    if (rows.isEmpty()) {
        for (int row = 0; row < m_model.rowCount(); ++row)
            rows << row;
    }
    for (const int row : std::as_const(rows))
        lines << m_model.lineTextAt(row);
    if (!lines.isEmpty())
        QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

void LogView::save()
{
    auto *dialog = new FileDialog(this, tr("Save the log"),
                                  QDir(documentsFolder()).filePath(QStringLiteral("hosier.log")),
                                  tr("Log files (*.log *.txt);;All files (*)"));
    dialog->setObjectName(QStringLiteral("logSaveDialog"));
    dialog->setAcceptMode(FileDialog::AcceptSave);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &FileDialog::fileSelected, this, [this](const QString &fileName) {
        const QString error = saveTo(fileName);
        if (error.isEmpty()) {
            Q_EMIT told(tr("Saved the log to %1.").arg(QDir::toNativeSeparators(fileName)));
            return;
        }
        auto *box = new QMessageBox(QMessageBox::Warning, tr("Save the log"),
                                    tr("The log could not be saved."), QMessageBox::Ok, this);
        box->setObjectName(QStringLiteral("logSaveError"));
        box->setInformativeText(tr("%1: %2", "file, reason").arg(QDir::toNativeSeparators(fileName), error));
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
    });
    dialog->open();
}

QString LogView::saveTo(const QString &fileName) const
{
    QSaveFile file(fileName);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Text))
        return file.errorString();
    for (int row = 0; row < m_model.rowCount(); ++row)
        file.write(m_model.lineTextAt(row).toUtf8() + '\n');
    return file.commit() ? QString() : file.errorString();
}

void LogView::followNewest()
{
    m_view->scrollToBottom();
    m_isFollowing = true;
}

/// Comes before the place is moved into the new range. Where the view has become shorter, nothing moves it.
void LogView::takeRange(int, int maximum)
{
    const int place = m_view->verticalScrollBar()->value();
    m_isCutShort = place > maximum;
    if (m_isFollowing && place < maximum)
        QMetaObject::invokeMethod(this, &LogView::goOnFollowing, Qt::QueuedConnection);
}

void LogView::goOnFollowing()
{
    const QScrollBar *bar = m_view->verticalScrollBar();
    if (m_isFollowing && bar->value() < bar->maximum())
        m_view->scrollToBottom();
}

/// Where all lines fit, nobody can have scrolled; and who is at the last line because a filter has left few
/// did not go there.
void LogView::takePlace(int place)
{
    const int maximum = m_view->verticalScrollBar()->maximum();
    if (!std::exchange(m_isCutShort, false) && maximum > 0)
        m_isFollowing = place >= maximum;
}

void LogView::rememberPlace()
{
    const QScrollBar *bar = m_view->verticalScrollBar();
    m_top = bar->value();
    m_follow = m_isFollowing || m_top >= bar->maximum();
    m_view->setAutoScroll(false);
}

/// Going along with new lines is none of the reader's going there.
void LogView::keepPlace(int left)
{
    const QScopedValueRollback isFollowing(m_isFollowing);
    if (m_follow)
        m_view->scrollToBottom();
    else if (left > 0)
        m_view->verticalScrollBar()->setValue(m_top - left);
    m_view->setAutoScroll(true);
}

} // namespace ui
