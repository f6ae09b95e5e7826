// SPDX-License-Identifier: MIT
#include "ui/columnmenu.h"

#include "ui/format.h"

#include <QAction>
#include <QCoreApplication>
#include <QHeaderView>
#include <QMenu>
#include <QTabWidget>

namespace ui
{

QList<QHeaderView *> namedHeaders(const QWidget &widget)
{
    QList<QHeaderView *> headers = widget.findChildren<QHeaderView *>();
    headers.removeIf([](const QHeaderView *header) { return header->objectName().isEmpty(); });
    return headers;
}

void offerColumns(QHeaderView &header, int kept)
{
    header.setContextMenuPolicy(Qt::CustomContextMenu);
    QObject::connect(&header, &QWidget::customContextMenuRequested, &header,
                     [&header, kept](const QPoint &at) {
                         auto *menu = new QMenu(&header);
                         menu->setObjectName(QStringLiteral("columnMenu"));
                         menu->setAttribute(Qt::WA_DeleteOnClose);
                         fillColumnMenu(*menu, header, kept);
                         menu->popup(header.mapToGlobal(at));
                     });
}

QMenu *makeColumnsMenu(QTabWidget &pages, QWidget *parent)
{
    auto *menu = new QMenu(QCoreApplication::translate("ui::ColumnMenu", "Col&umns"), parent);
    menu->menuAction()->setObjectName(QStringLiteral("actionColumns"));
    for (QHeaderView *header : namedHeaders(pages))
        offerColumns(*header);
    QObject::connect(menu, &QMenu::aboutToShow, &pages, [&pages, menu] {
        menu->clear();
        for (QHeaderView *header : namedHeaders(*pages.currentWidget()))
            fillColumnMenu(*menu, *header);
    });
    return menu;
}

void fillColumnMenu(QMenu &menu, QHeaderView &header, int kept)
{
    for (int visual = 0; visual < header.count(); ++visual) {
        const int column = header.logicalIndex(visual);
        if (column == kept)
            continue;
        const QString title = header.model()->headerData(column, header.orientation()).toString();
        QAction *action = menu.addAction(menuText(title));
        action->setObjectName(QStringLiteral("actionColumn%1").arg(column));
        action->setCheckable(true);
        action->setChecked(!header.isSectionHidden(column));
        QObject::connect(action, &QAction::toggled, &header,
                         [&header, column](bool shown) { header.setSectionHidden(column, !shown); });
    }
}

} // namespace ui
