// SPDX-License-Identifier: MIT
#include "ui/sortmenu.h"

#include "ui/columnmenu.h"
#include "ui/format.h"

#include <QAction>
#include <QActionGroup>
#include <QCoreApplication>
#include <QHeaderView>
#include <QMenu>
#include <QTabWidget>

namespace ui
{

namespace
{

constexpr int kNoColumn = -1; // to sort by

struct SortText {
    Q_DECLARE_TR_FUNCTIONS(ui::SortMenu)
};

/// Nothing where the page in sight cannot be sorted.
QHeaderView *sortedHeader(const QTabWidget &pages)
{
    if (pages.currentWidget() == nullptr)
        return nullptr;
    for (QHeaderView *header : namedHeaders(*pages.currentWidget())) {
        if (header->isSortIndicatorShown())
            return header;
    }
    return nullptr;
}

bool isSorted(const QHeaderView &header)
{
    return header.sortIndicatorSection() >= 0;
}

QAction *addChoice(QActionGroup &group, const QString &text, const QString &objectName, bool isChosen)
{
    auto *action = new QAction(text, &group);
    action->setObjectName(objectName);
    action->setCheckable(true);
    action->setChecked(isChosen);
    return action;
}

/// What the third click on a heading does.
void addProfilesOrder(QActionGroup &group, QHeaderView &header)
{
    const QAction *action = addChoice(group, SortText::tr("As in the &profile"),
                                      QStringLiteral("actionSortAsInProfile"), !isSorted(header));
    QObject::connect(action, &QAction::triggered, &header,
                     [&header] { header.setSortIndicator(kNoColumn, Qt::AscendingOrder); });
}

QActionGroup *makeColumns(QHeaderView &header, QMenu &menu)
{
    auto *columns = new QActionGroup(&menu);
    if (header.isSortIndicatorClearable())
        addProfilesOrder(*columns, header);
    for (int visual = 0; visual < header.count(); ++visual) {
        const int column = header.logicalIndex(visual);
        const bool isChosen = column == header.sortIndicatorSection();
        if (header.isSectionHidden(column) && !isChosen)
            continue;
        const QString title = header.model()->headerData(column, header.orientation()).toString();
        QAction *action =
            addChoice(*columns, menuText(title), QStringLiteral("actionSortColumn%1").arg(column), isChosen);
        QObject::connect(action, &QAction::triggered, &header,
                         [&header, column] { header.setSortIndicator(column, header.sortIndicatorOrder()); });
    }
    return columns;
}

QActionGroup *makeOrders(QHeaderView &header, QMenu &menu)
{
    auto *orders = new QActionGroup(&menu);
    const auto add = [&header, orders](const QString &text, const char *objectName, Qt::SortOrder order) {
        const bool isChosen = isSorted(header) && order == header.sortIndicatorOrder();
        QAction *action = addChoice(*orders, text, QLatin1String(objectName), isChosen);
        action->setEnabled(isSorted(header));
        QObject::connect(action, &QAction::triggered, &header,
                         [&header, order] { header.setSortIndicator(header.sortIndicatorSection(), order); });
    };
    add(SortText::tr("&Ascending"), "actionSortAscending", Qt::AscendingOrder);
    add(SortText::tr("&Descending"), "actionSortDescending", Qt::DescendingOrder);
    return orders;
}

void fill(QMenu &menu, const QTabWidget &pages)
{
    menu.clear();
    qDeleteAll(menu.findChildren<QActionGroup *>(Qt::FindDirectChildrenOnly));
    QHeaderView *header = sortedHeader(pages);
    if (header == nullptr)
        return;
    menu.addActions(makeColumns(*header, menu)->actions());
    menu.addSeparator();
    menu.addActions(makeOrders(*header, menu)->actions());
}

} // namespace

QMenu *makeSortMenu(QTabWidget &pages, QWidget *parent)
{
    auto *menu = new QMenu(SortText::tr("Sort &by"), parent);
    menu->menuAction()->setObjectName(QStringLiteral("actionSortBy"));
    const auto showPossible = [&pages, menu] {
        menu->menuAction()->setEnabled(sortedHeader(pages) != nullptr);
    };
    showPossible();
    QObject::connect(&pages, &QTabWidget::currentChanged, menu, showPossible);
    QObject::connect(menu, &QMenu::aboutToShow, &pages, [&pages, menu] { fill(*menu, pages); });
    return menu;
}

} // namespace ui
