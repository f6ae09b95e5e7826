// SPDX-License-Identifier: MIT
#include "ui/importdialog.h"

#include "ui/colors.h"
#include "ui/dialogparts.h"
#include "ui/profilestore.h"
#include "ui/ruletext.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QOperatingSystemVersion>
#include <QPushButton>
#include <QRadioButton>
#include <QSysInfo>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ui
{

namespace
{

constexpr QSize kSize{760, 520};
// In characters.
constexpr int kPlaceWidth = 40; ///< at most

enum ReportColumn { PlaceColumn, OutcomeColumn, TextColumn };

PpxContext thisComputer()
{
    return {QSysInfo::machineHostName(),
            QOperatingSystemVersion::currentType() == QOperatingSystemVersion::Windows};
}

Tone toneOf(ImportOutcome outcome)
{
    switch (outcome) {
    case ImportOutcome::Taken:
        return Tone::Good;
    case ImportOutcome::Changed:
    case ImportOutcome::Warning:
        return Tone::Warning;
    case ImportOutcome::LeftOut:
        return Tone::Busy;
    case ImportOutcome::Wrong:
        break;
    }
    return Tone::Bad;
}

} // namespace

ImportDialog::ImportDialog(ProfileStore &store, const QString &fileName, const QByteArray &content,
                           QWidget *parent)
    : QDialog(parent)
    , m_store(store)
    , m_content(content)
    , m_kind(new QLabel(this))
    , m_replace(new QRadioButton(tr("&Replace the servers, routes and rules there are"), this))
    , m_add(new QRadioButton(tr("&Add to the servers, routes and rules there are"), this))
    , m_summary(new QLabel(this))
    , m_problems(makeProblemLabel(this))
    , m_report(new QTreeWidget(this))
    , m_onlyChanges(new QCheckBox(tr("&Show only what is not taken over as it is"), this))
{
    setObjectName(QStringLiteral("importDialog"));
    setWindowTitle(tr("Import"));
    makeModes();
    makeReport();
    layOut(fileName, *makeButtons());
    const engine::Profile &profile = store.profile();
    const bool isEmpty = profile.servers.isEmpty() && profile.routes.isEmpty() && profile.rules.isEmpty();
    QRadioButton *mode = isEmpty ? m_replace : m_add;
    mode->setChecked(true);
    read();
    // Tab goes to the one of them that had the keyboard last: not to the one that is not chosen.
    if (m_file.kind == ImportKind::Proxifier)
        mode->setFocus();
    connect(&m_store, &ProfileStore::profileChanged, this, &ImportDialog::read);
    resize(kSize);
}

void ImportDialog::makeModes()
{
    m_kind->setObjectName(QStringLiteral("importKind"));
    m_kind->setTextFormat(Qt::PlainText);
    m_kind->setWordWrap(true);
    m_summary->setObjectName(QStringLiteral("importSummary"));
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setWordWrap(true);
    m_replace->setObjectName(QStringLiteral("importReplace"));
    m_replace->setToolTip(tr("Listeners and users stay. The default action is taken from the file"));
    m_add->setObjectName(QStringLiteral("importAdd"));
    m_add->setToolTip(tr("Rules of the file come after those there are. The default action stays"));
    connect(m_replace, &QRadioButton::toggled, this, [this] {
        showLines(importLines(m_file, mode()));
        showSummary();
    });
}

void ImportDialog::makeReport()
{
    m_report->setObjectName(QStringLiteral("importReport"));
    m_report->setAccessibleName(tr("What becomes of the file, line by line"));
    m_report->setHeaderLabels({tr("Place", "column"), tr("Outcome", "column"), tr("What", "column")});
    m_report->setRootIsDecorated(false);
    m_report->setUniformRowHeights(true);
    m_report->setAllColumnsShowFocus(true);
    m_report->setSelectionMode(QAbstractItemView::ExtendedSelection);
    auto *copySelected = new QAction(tr("&Copy"), m_report);
    copySelected->setObjectName(QStringLiteral("importCopySelected"));
    copySelected->setShortcut(QKeySequence::Copy);
    copySelected->setShortcutContext(Qt::WidgetShortcut);
    connect(copySelected, &QAction::triggered, this, [this] { copy(false); });
    m_report->addAction(copySelected);
    m_report->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_onlyChanges->setObjectName(QStringLiteral("importOnlyChanges"));
    connect(m_onlyChanges, &QCheckBox::toggled, this, &ImportDialog::filterLines);
}

QDialogButtonBox *ImportDialog::makeButtons()
{
    auto *buttons = new QDialogButtonBox(this);
    // It takes Tab itself otherwise, hands it to its first button, and those behind it are never reached.
    // Later than this, its first button would lose the keyboard too.
    buttons->setFocusPolicy(Qt::NoFocus);
    m_import = buttons->addButton(tr("&Import"), QDialogButtonBox::AcceptRole);
    m_import->setObjectName(QStringLiteral("importApply"));
    m_import->setDefault(true);
    connect(m_import, &QPushButton::clicked, this, &ImportDialog::import);
    m_copy = buttons->addButton(tr("&Copy list"), QDialogButtonBox::ActionRole);
    m_copy->setObjectName(QStringLiteral("importCopy"));
    m_copy->setAutoDefault(false);
    m_copy->setToolTip(tr("Copy all lines as text"));
    connect(m_copy, &QPushButton::clicked, this, [this] { copy(true); });
    buttons->addButton(QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    return buttons;
}

void ImportDialog::layOut(const QString &fileName, QDialogButtonBox &buttons)
{
    auto *name = new QLabel(fileName, this);
    name->setObjectName(QStringLiteral("importFile"));
    name->setTextFormat(Qt::PlainText);
    QFont bold = name->font();
    bold.setBold(true);
    name->setFont(bold);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(name);
    layout->addWidget(m_kind);
    layout->addWidget(m_replace);
    layout->addWidget(m_add);
    layout->addWidget(m_summary);
    layout->addSpacing(6);
    layout->addWidget(m_report, 1);
    layout->addWidget(m_onlyChanges);
    layout->addWidget(m_problems);
    layout->addWidget(&buttons);
}

ImportTarget ImportDialog::target() const
{
    return {m_store.profile(), [this](const QString &id) {
                return !m_store.password(id).isEmpty();
            }};
}

ImportMode ImportDialog::mode() const
{
    return m_replace->isChecked() ? ImportMode::Replace : ImportMode::Add;
}

void ImportDialog::read()
{
    m_file = readImport(m_content, target(), thisComputer());
    switch (m_file.kind) {
    case ImportKind::Unusable:
        m_kind->setText(tr("This file cannot be imported:"));
        break;
    case ImportKind::Profile:
        m_kind->setText(
            tr("A profile of Hosier. It takes the place of the whole profile in force: listeners, users, "
               "servers, routes, rules and limits."));
        break;
    case ImportKind::Proxifier:
        m_kind->setText(tr("A profile of Proxifier. Listeners, users and limits stay what they are."));
        break;
    }
    const bool isUsable = m_file.kind != ImportKind::Unusable;
    m_import->setEnabled(isUsable);
    m_import->setText(m_file.kind == ImportKind::Profile ? tr("&Replace the profile") : tr("&Import"));
    m_replace->setVisible(m_file.kind == ImportKind::Proxifier);
    m_add->setVisible(m_file.kind == ImportKind::Proxifier);
    m_summary->setVisible(isUsable);
    m_onlyChanges->setVisible(isUsable);
    showLines(importLines(m_file, mode()));
    showSummary();
}

void ImportDialog::showLines(const QList<ImportLine> &lines)
{
    m_report->clear();
    for (const ImportLine &line : lines)
        addLine(line);
    fitColumn(*m_report, PlaceColumn, kPlaceWidth * fontMetrics().averageCharWidth());
    fitColumn(*m_report, OutcomeColumn);
    filterLines();
}

void ImportDialog::addLine(const ImportLine &line)
{
    QString outcome;
    switch (line.outcome) {
    case ImportOutcome::Taken:
        outcome = tr("Taken over");
        break;
    case ImportOutcome::Changed:
        outcome = tr("Changed");
        break;
    case ImportOutcome::LeftOut:
        outcome = tr("Left out");
        break;
    case ImportOutcome::Warning:
        outcome = tr("Warning");
        break;
    case ImportOutcome::Wrong:
        outcome = tr("Error");
        break;
    }
    auto *item = new QTreeWidgetItem(m_report, {line.place, outcome, line.text});
    item->setData(OutcomeColumn, Qt::UserRole, static_cast<int>(line.outcome));
    item->setForeground(OutcomeColumn, toneColor(toneOf(line.outcome), m_report->palette()));
    item->setToolTip(PlaceColumn, line.place);
    item->setToolTip(TextColumn, line.text);
}

void ImportDialog::showSummary()
{
    if (m_file.kind == ImportKind::Unusable)
        return;
    const engine::Profile &now = m_store.profile();
    const engine::Profile then = withImport(m_file, target(), mode());
    const auto count = [](const QString &what, qsizetype before, qsizetype after) {
        return tr("%1: %2 \u2192 %3", "things, how many there are, how many there will be")
            .arg(what)
            .arg(before)
            .arg(after);
    };
    QStringList counts;
    if (m_file.kind == ImportKind::Profile)
        counts << count(tr("Listeners"), now.listeners.size(), then.listeners.size())
               << count(tr("users"), now.users.size(), then.users.size());
    counts << count(tr("servers"), now.servers.size(), then.servers.size())
           << count(tr("routes"), now.routes.size(), then.routes.size())
           << count(tr("rules"), now.rules.size(), then.rules.size());
    QString text = counts.join(QStringLiteral(", "));
    text.replace(0, 1, text.front().toUpper());
    m_summary->setText(
        tr("%1. Default action: %2.\nThe profile of before is kept as a backup beside its file.")
            .arg(text, actionText(then.defaultAction, then)));
}

void ImportDialog::filterLines()
{
    const bool onlyChanges = m_onlyChanges->isChecked() && m_file.kind != ImportKind::Unusable;
    for (int row = 0; row < m_report->topLevelItemCount(); ++row) {
        QTreeWidgetItem *item = m_report->topLevelItem(row);
        const bool isTaken =
            item->data(OutcomeColumn, Qt::UserRole).toInt() == static_cast<int>(ImportOutcome::Taken);
        item->setHidden(onlyChanges && isTaken);
    }
}

void ImportDialog::copy(bool all) const
{
    QStringList lines;
    for (int row = 0; row < m_report->topLevelItemCount(); ++row) {
        const QTreeWidgetItem *item = m_report->topLevelItem(row);
        if (all || item->isSelected())
            lines << QStringList{item->text(PlaceColumn), item->text(OutcomeColumn), item->text(TextColumn)}
                         .join(u'\t');
    }
    if (!lines.isEmpty())
        QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

void ImportDialog::import()
{
    const QStringList problems = m_store.importProfile(withImport(m_file, target(), mode()));
    if (problems.isEmpty())
        accept();
    else
        showFailure(problems);
}

void ImportDialog::showFailure(const QStringList &problems)
{
    QList<ImportLine> lines;
    for (const QString &problem : problems) {
        const qsizetype end = problem.startsWith(u'$') ? problem.indexOf(QStringLiteral(": ")) : -1;
        lines.append({problem.left(std::max<qsizetype>(end, 0)), ImportOutcome::Wrong,
                      end < 0 ? problem : problem.mid(end + 2)});
    }
    showLines(lines + importLines(m_file, mode()));
    showProblem(*m_problems, tr("Nothing was imported: %1").arg(problems.first()));
}

} // namespace ui
