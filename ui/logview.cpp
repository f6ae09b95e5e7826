// SPDX-License-Identifier: MIT
#include "ui/logview.h"

#include "ui/eventtext.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/livetable.h"
#include "ui/logmodel.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QMessageBox>
#include <QSaveFile>
#include <QScrollBar>
#include <QStandardPaths>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui
{

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
    makeTools(tools);
    makeView();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(tools);
    layout->addWidget(m_view, 1);
    connect(&m_model, &LogModel::updateStarted, this, &LogView::rememberPlace);
    connect(&m_model, &LogModel::updateFinished, this, &LogView::keepPlace);
    connect(&m_model, &LogModel::waitingChanged, this, &LogView::showWaiting);
    setLevel(m_level->currentIndex());
    showWaiting(m_model.waitingCount());
    showOnly(m_model.application());
}

void LogView::makeView()
{
    m_view->setObjectName(QStringLiteral("logTable"));
    m_view->setAccessibleName(tr("Log"));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setModel(&m_model);
    m_view->setItemDelegate(new LogDelegate(m_view));
    m_view->setColumnWidths({14, 11});
    m_view->horizontalHeader()->setObjectName(QStringLiteral("logHeader"));
    m_view->horizontalHeader()->setAccessibleName(tr("Columns of the log"));
    m_view->horizontalHeader()->setStretchLastSection(true);
    m_view->horizontalHeader()->setSectionsMovable(false);
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    makeActions();
}

QByteArray LogView::saveColumns() const
{
    return m_view->horizontalHeader()->saveState();
}

void LogView::restoreColumns(const QByteArray &state)
{
    if (!state.isEmpty())
        m_view->horizontalHeader()->restoreState(state);
}

void LogView::makeActions()
{
    auto *copyAction = new QAction(tr("&Copy"), m_view);
    copyAction->setObjectName(QStringLiteral("actionCopyLog"));
    copyAction->setShortcut(QKeySequence::Copy);
    copyAction->setShortcutContext(Qt::WidgetShortcut);
    connect(copyAction, &QAction::triggered, this, &LogView::copy);
    m_only = new QAction(m_view);
    m_only->setObjectName(QStringLiteral("actionOnlyApplication"));
    connect(m_only, &QAction::triggered, this, [this] { showOnly(m_only->data().toString()); });
    auto *saveAction = new QAction(tr("&Export log..."), m_view);
    saveAction->setObjectName(QStringLiteral("actionExportLog"));
    connect(saveAction, &QAction::triggered, this, &LogView::save);
    m_view->addActions({copyAction, m_only, saveAction});
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &LogView::showSelection);
    showSelection();
}

void LogView::showSelection()
{
    const QModelIndex current = m_view->currentIndex();
    const QString application = current.isValid() ? m_model.applicationAt(current.row()) : QString();
    m_only->setEnabled(!application.isEmpty());
    m_only->setData(application);
    m_only->setText(application.isEmpty() ? tr("&Only lines of one application")
                                          : tr("&Only lines of %1", "application").arg(application));
}

void LogView::showOnly(const QString &application)
{
    m_model.setApplication(application);
    m_everybody->setVisible(!application.isEmpty());
    m_everybody->setText(tr("Only %1", "application").arg(application));
    m_view->scrollToBottom();
}

void LogView::makeTools(QHBoxLayout *tools)
{
    m_level->setObjectName(QStringLiteral("logLevelCombo"));
    m_level->setAccessibleName(tr("Least important level shown"));
    m_level->setToolTip(tr("Show lines of this level and more important ones"));
    for (const auto level : {engine::EventLevel::Debug, engine::EventLevel::Info, engine::EventLevel::Warning,
                             engine::EventLevel::Error})
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
                         tr("Hold the log still. New lines wait until you go on."));
    m_pause->setCheckable(true);
    m_pause->setChecked(m_model.isPaused());
    m_pause->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    auto *copyButton = makeButton(QStringLiteral("logCopyButton"), QStringLiteral("copy"), tr("Copy"),
                                  tr("Copy the selected lines, or all that are shown"));
    auto *saveButton = makeButton(QStringLiteral("logSaveButton"), QStringLiteral("save"), tr("Save..."),
                                  tr("Save the lines that are shown"));
    auto *clearButton = makeButton(QStringLiteral("logClearButton"), QStringLiteral("clear"), tr("Clear"),
                                   tr("Clear the log"));
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
    connect(m_filter, &QLineEdit::textChanged, &m_model, &LogModel::setFilter);
    connect(m_pause, &QToolButton::toggled, &m_model, &LogModel::setPaused);
    connect(copyButton, &QToolButton::clicked, this, &LogView::copy);
    connect(saveButton, &QToolButton::clicked, this, &LogView::save);
    connect(clearButton, &QToolButton::clicked, &m_model, &LogModel::clear);
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
    m_view->scrollToBottom();
    Q_EMIT levelChanged(level);
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
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    auto *dialog =
        new QFileDialog(this, tr("Save the log"), QDir(folder).filePath(QStringLiteral("hosier.log")),
                        tr("Log files (*.log *.txt);;All files (*)"));
    dialog->setObjectName(QStringLiteral("logSaveDialog"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &fileName) {
        const QString error = saveTo(fileName);
        if (error.isEmpty())
            return;
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

void LogView::rememberPlace()
{
    const QScrollBar *bar = m_view->verticalScrollBar();
    m_top = bar->value();
    m_follow = m_top >= bar->maximum();
    m_view->setAutoScroll(false);
}

void LogView::keepPlace(int left)
{
    if (m_follow)
        m_view->scrollToBottom();
    else if (left > 0)
        m_view->verticalScrollBar()->setValue(m_top - left);
    m_view->setAutoScroll(true);
}

} // namespace ui
