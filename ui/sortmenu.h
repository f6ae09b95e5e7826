// SPDX-License-Identifier: MIT
#pragma once

class QMenu;
class QTabWidget;
class QWidget;

namespace ui
{

/// A menu of the columns that the page in sight can be sorted by, and of the direction; where rows may also
/// be as in the profile, of that. It does what clicks on the page's header do, and ticks what the header
/// shows. Disabled where the order of rows has a meaning.
[[nodiscard]] QMenu *makeSortMenu(QTabWidget &pages, QWidget *parent);

} // namespace ui
