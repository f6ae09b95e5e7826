// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

#include <initializer_list>
#include <limits>

class QDialog;
class QHBoxLayout;
class QLabel;
class QTreeView;
class QWidget;

// What the dialogs share.

namespace ui
{

/// A hidden place for what is wrong, read out as an alert.
[[nodiscard]] QLabel *makeProblemLabel(QWidget *parent);
/// Shows the text, or hides the label when it is empty.
void showProblem(QLabel &label, const QString &problem);
void showProblemLines(QLabel &label, const QStringList &lines);
/// A smaller text under a field.
[[nodiscard]] QLabel *makeHintLabel(QWidget *parent, const QString &objectName);
/// For tests, and for who hears the interface.
void setNames(QWidget &field, const char *objectName, const QString &accessibleName);
/// Fields of one row of a form; the first takes the room that is left.
[[nodiscard]] QHBoxLayout *sideBySide(std::initializer_list<QWidget *> fields);
/// A label whose mnemonic leads to the field, wherever in its row that is.
[[nodiscard]] QLabel *labelFor(QWidget *field, const QString &text);
/// Makes a column as wide as what it shows, with some air, but not wider than `most` pixels.
void fitColumn(QTreeView &view, int column, int most = std::numeric_limits<int>::max());
/// Makes the dialog as high as what it shows by now; to be called at each QEvent::LayoutRequest.
void growToFit(QWidget &dialog);
/// For a dialog whose changes apply at once: Enter ends the editing of a field and presses no button. To be
/// called when all of them are there.
void keepEnterFromButtons(QDialog &dialog);
/// What has the keyboard in the window, or has it once the window is active; empty when that has no name.
[[nodiscard]] QString focusNameOf(const QWidget &window);
/// Gives it to the one of that name in another window like it, if there is one.
void focusByName(QWidget &window, const QString &name);

} // namespace ui
