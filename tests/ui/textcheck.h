// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QString>

class QAction;
class QWidget;

// What may be wrong with the texts of a window in one language. Nothing found is an empty text.

/// The letters of "&File" and "ファイル(&F)".
[[nodiscard]] QString mnemonicsOf(QString text);
/// Two of a menu that have the same letter.
[[nodiscard]] QString duplicateMnemonic(const QList<QAction *> &actions);
/// Two of the controls on the pages in sight that have the same letter, also those that are hidden for now.
[[nodiscard]] QString duplicateMnemonic(const QWidget &window);
/// The first visible widget below whose text is cut off.
[[nodiscard]] QString cutOff(const QWidget &window);
/// The first heading of a table below that is cut off.
[[nodiscard]] QString cutOffHeading(const QWidget &window);
