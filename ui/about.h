// SPDX-License-Identifier: MIT
#pragma once

class QMessageBox;
class QWidget;

namespace ui
{

/// Boxes that delete themselves when closed; show them with open().
[[nodiscard]] QMessageBox *aboutHosier(QWidget *parent);
[[nodiscard]] QMessageBox *aboutQt(QWidget *parent);

} // namespace ui
