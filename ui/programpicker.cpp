// SPDX-License-Identifier: MIT
#include "ui/programpicker.h"

#include "ui/applicationicons.h"
#include "ui/background.h"
#include "ui/dialogparts.h"
#include "ui/filteredit.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ui
{

namespace
{

constexpr QSize kSize{560, 440};
constexpr int kFilterCharacters = 60;
constexpr int kNameCharacters = 26;
constexpr int kRowPadding = 6;

/// Of the first column: its place in the list, and the path of what runs, which is not always shown.
constexpr int kPlaceRole = Qt::UserRole;
constexpr int kExecutableRole = Qt::UserRole + 1;

constexpr int kByName = 0;
constexpr int kByPath = 1;

/// Asks for icons only where rows are painted.
class ProgramDelegate : public QStyledItemDelegate
{
public:
    ProgramDelegate(ApplicationIcons &icons, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_icons(icons)
    {
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QSize size = QStyledItemDelegate::sizeHint(option, index);
        return {size.width(), option.fontMetrics.height() + kRowPadding};
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (index.column() != 0) {
            option->textElideMode = Qt::ElideMiddle;
            return;
        }
        const int size = option->fontMetrics.height();
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = QSize(size, size);
        option->icon = m_icons.icon(option->text, index.data(kExecutableRole).toString());
    }

private:
    ApplicationIcons &m_icons;
};

/// An interpreter is known by the script that it runs.
QString pathOf(const engine::Program &program)
{
    return program.script.isEmpty() ? program.path : program.script;
}

QString nameOf(const engine::Program &program)
{
    return program.script.isEmpty() ? program.name : program.script.section(u'/', -1);
}

} // namespace

ProgramPicker::ProgramPicker(ProgramLister lister, QWidget *parent)
    : QDialog(parent)
    , m_lister(std::move(lister))
    , m_filter(new FilterEdit(QStringLiteral("programFilterEdit"), tr("Filter programs"),
                              tr("Show only programs with this text in their name or path"),
                              kFilterCharacters, this))
    , m_list(new QTreeWidget(this))
    , m_state(makeHintLabel(this, QStringLiteral("programState")))
    , m_form(new QComboBox(this))
{
    setObjectName(QStringLiteral("programPicker"));
    setWindowTitle(tr("Running programs"));
    setAttribute(Qt::WA_DeleteOnClose);
    makeList();
    makeLayout();
    connect(&m_listing, &QFutureWatcherBase::finished, this, &ProgramPicker::showPrograms);
    connect(m_filter, &QLineEdit::textChanged, this, &ProgramPicker::filter);
    connect(m_filter, &QLineEdit::returnPressed, m_list, qOverload<>(&QWidget::setFocus));
    connect(m_list, &QTreeWidget::itemSelectionChanged, this, &ProgramPicker::showSelection);
    connect(m_list, &QTreeWidget::itemDoubleClicked, this, &ProgramPicker::accept);
    resize(kSize);
    m_filter->setFocus();
    list();
}

void ProgramPicker::accept()
{
    QStringList entries;
    for (const QTreeWidgetItem *item : m_list->selectedItems())
        entries << entryFor(m_programs.at(item->data(0, kPlaceRole).toInt()));
    entries.removeDuplicates();
    if (entries.isEmpty())
        return;
    Q_EMIT chosen(entries);
    QDialog::accept();
}

void ProgramPicker::makeList()
{
    auto *icons = new ApplicationIcons(this);
    m_list->setObjectName(QStringLiteral("programList"));
    m_list->setAccessibleName(tr("Running programs"));
    m_list->setHeaderLabels({tr("Name", "column"), tr("Path", "column")});
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAllColumnsShowFocus(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setItemDelegate(new ProgramDelegate(*icons, m_list));
    m_list->header()->resizeSection(0, kNameCharacters * fontMetrics().averageCharWidth());
    connect(icons, &ApplicationIcons::found, m_list->viewport(), qOverload<>(&QWidget::update));
}

void ProgramPicker::makeLayout()
{
    m_form->setObjectName(QStringLiteral("programFormCombo"));
    m_form->setAccessibleName(tr("How the program is entered"));
    m_form->addItem(tr("By name, wherever it lies"), kByName);
    m_form->addItem(tr("By its full path"), kByPath);
    auto *formLabel = new QLabel(tr("&Enter it:"), this);
    formLabel->setBuddy(m_form);
    auto *form = new QHBoxLayout;
    form->addWidget(formLabel);
    form->addWidget(m_form);
    form->addStretch(1);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    buttons->setObjectName(QStringLiteral("programButtons"));
    m_add = buttons->addButton(tr("&Add"), QDialogButtonBox::AcceptRole);
    m_add->setObjectName(QStringLiteral("programAddButton"));
    m_refresh = buttons->addButton(tr("&Refresh"), QDialogButtonBox::ActionRole);
    m_refresh->setObjectName(QStringLiteral("programRefreshButton"));
    m_refresh->setShortcut(QKeySequence(Qt::Key_F5));
    m_refresh->setToolTip(tr("Look again which programs run (F5)"));
    connect(buttons, &QDialogButtonBox::accepted, this, &ProgramPicker::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &ProgramPicker::reject);
    connect(m_refresh, &QAbstractButton::clicked, this, &ProgramPicker::list);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_filter);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_state);
    layout->addLayout(form);
    layout->addWidget(buttons);
}

/// Away from the interface's thread: reading hundreds of processes takes its time.
void ProgramPicker::list()
{
    m_refresh->setEnabled(false);
    m_state->setText(tr("Looking for running programs..."));
    showSelection();
    m_listing.setFuture(inBackground(m_lister));
}

void ProgramPicker::showPrograms()
{
    m_programs = m_listing.result();
    std::stable_sort(m_programs.begin(), m_programs.end(),
                     [](const engine::Program &a, const engine::Program &b) {
                         return nameOf(a).compare(nameOf(b), Qt::CaseInsensitive) < 0;
                     });
    m_list->clear();
    QList<QTreeWidgetItem *> items;
    for (qsizetype at = 0; at < m_programs.size(); ++at) {
        const engine::Program &program = m_programs.at(at);
        auto *item = new QTreeWidgetItem(QStringList{nameOf(program), pathOf(program)});
        item->setData(0, kPlaceRole, static_cast<int>(at));
        item->setData(0, kExecutableRole, program.path);
        item->setToolTip(0, nameOf(program));
        item->setToolTip(1,
                         program.script.isEmpty()
                             ? program.path
                             : tr("%1, run by %2", "script, interpreter").arg(program.script, program.path));
        items << item;
    }
    m_list->addTopLevelItems(items);
    m_refresh->setEnabled(true);
    filter();
}

void ProgramPicker::filter()
{
    const QString text = m_filter->text().trimmed();
    int shown = 0;
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        QTreeWidgetItem *item = m_list->topLevelItem(row);
        const bool matches = item->text(0).contains(text, Qt::CaseInsensitive) ||
                             item->text(1).contains(text, Qt::CaseInsensitive);
        item->setHidden(!matches);
        // What cannot be seen is not added.
        if (!matches)
            item->setSelected(false);
        shown += matches ? 1 : 0;
    }
    if (m_listing.isFinished())
        m_state->setText(tr("Programs: %1").arg(shown));
    showSelection();
}

void ProgramPicker::showSelection()
{
    const QList<QTreeWidgetItem *> selected = m_list->selectedItems();
    m_add->setEnabled(!selected.isEmpty());
    m_add->setDefault(true);
}

/// By name where the system does not tell the path.
QString ProgramPicker::entryFor(const engine::Program &program) const
{
    const QString path = pathOf(program);
    return m_form->currentData().toInt() == kByPath && !path.isEmpty() ? path : nameOf(program);
}

} // namespace ui
