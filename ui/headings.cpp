// SPDX-License-Identifier: MIT
#include "ui/headings.h"

#include <QHeaderView>

#include <algorithm>

namespace ui
{

void growToHeadings(QHeaderView &header)
{
    for (int section = 0; section < header.count(); ++section) {
        if (!header.isSectionHidden(section))
            header.resizeSection(section,
                                 std::max(header.sectionSize(section), header.sectionSizeHint(section)));
    }
}

void growToHeadings(QWidget &window)
{
    for (auto *header : window.findChildren<QHeaderView *>()) {
        if (header->orientation() == Qt::Horizontal)
            growToHeadings(*header);
    }
}

} // namespace ui
