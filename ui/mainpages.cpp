// SPDX-License-Identifier: MIT
#include "ui/mainpages.h"

#include "ui/filteredit.h"
#include "ui/format.h"
#include "ui/icons.h"

#include <QAction>
#include <QActionGroup>

#include <algorithm>

namespace ui
{

namespace
{

constexpr int kFilterCharacters = 36;

} // namespace

MainPages::MainPages(QWidget *parent)
    : QTabWidget(parent)
    , m_commands(new QActionGroup(this))
    , m_edit(new FilterEdit(QStringLiteral("filterEdit"), {}, {}, kFilterCharacters, this))
{
    setObjectName(QStringLiteral("pages"));
    setAccessibleName(tr("Pages"));
    setDocumentMode(true);
    connect(this, &QTabWidget::currentChanged, this, &MainPages::showPage);
    connect(m_edit, &QLineEdit::textChanged, this,
            [this](const QString &text) { m_filters.at(currentIndex()).set(text); });
    connect(m_edit, &QLineEdit::returnPressed, this,
            [this] { currentWidget()->setFocus(Qt::OtherFocusReason); });
}

void MainPages::add(QWidget &page, const QString &title, const QString &symbol, const PageFilter &filter)
{
    const QString plainTitle = withoutMnemonic(title);
    const QIcon icon = symbolIcon(symbol);
    const int number = count();
    auto *command = new QAction(icon, title, m_commands);
    command->setObjectName(page.objectName() + QStringLiteral("Action"));
    command->setToolTip(tr("Go to the page %1").arg(plainTitle));
    command->setShortcut(QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + number)));
    command->setCheckable(true);
    connect(command, &QAction::triggered, &page, [this, &page] {
        setCurrentWidget(&page);
        page.activateWindow();
        page.setFocus(Qt::ShortcutFocusReason);
    });
    m_filters << filter;
    addTab(&page, icon, plainTitle);
}

void MainPages::focusFilter()
{
    m_edit->activateWindow();
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

void MainPages::clearFilterOf(const QWidget &page)
{
    if (&page == currentWidget())
        m_edit->clear();
    else
        m_filters.at(indexOf(&page)).set({});
}

void MainPages::clearFilter()
{
    const bool hadKeyboard = currentWidget()->isAncestorOf(window()->focusWidget());
    m_edit->clear();
    if (hadKeyboard)
        currentWidget()->setFocus(Qt::OtherFocusReason);
}

void MainPages::goTo(const QString &objectName)
{
    int at = count() - 1;
    while (at > 0 && widget(at)->objectName() != objectName)
        --at;
    setCurrentIndex(at);
}

QStringList MainPages::filters() const
{
    QStringList texts;
    for (const PageFilter &filter : m_filters)
        texts << filter.text();
    return texts;
}

void MainPages::setFilters(const QStringList &texts)
{
    for (qsizetype page = 0; page < std::min(texts.size(), m_filters.size()); ++page)
        m_filters.at(page).set(texts.at(page));
    showPage(currentIndex());
}

/// Each page keeps its own filter: what was typed for one says nothing about another.
void MainPages::showPage(int number)
{
    if (number < 0)
        return;
    m_commands->actions().at(number)->setChecked(true);
    const PageFilter &filter = m_filters.at(number);
    m_edit->setTitle(filter.title);
    m_edit->setToolTip(filter.toolTip);
    m_edit->setText(filter.text());
}

} // namespace ui
