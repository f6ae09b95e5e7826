// SPDX-License-Identifier: MIT
#pragma once

class QHeaderView;
class QWidget;

namespace ui
{

/// Widens the columns whose headings are cut off, or what LiveHeader knows of their contents: they are longer
/// in some languages than in others.
void growToHeadings(QHeaderView &header);
/// The same for every table in it.
void growToHeadings(QWidget &window);

} // namespace ui
