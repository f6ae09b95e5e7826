// SPDX-License-Identifier: MIT
#pragma once

#include <QList>

class QHeaderView;
class QMenu;
class QTabWidget;
class QWidget;

namespace ui
{

/// The headers below that people know: those with an object name.
[[nodiscard]] QList<QHeaderView *> namedHeaders(const QWidget &widget);
/// A menu of the columns of the page in sight, which each page's headers offer at a right click, too.
[[nodiscard]] QMenu *makeColumnsMenu(QTabWidget &pages, QWidget *parent);
/// One entry to tick for each column but the one that tells what a row is about.
void fillColumnMenu(QMenu &menu, QHeaderView &header, int kept = 0);
/// That menu at a right click on the header.
void offerColumns(QHeaderView &header, int kept = 0);

} // namespace ui
