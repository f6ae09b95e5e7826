// SPDX-License-Identifier: MIT
#pragma once

#include <QStringList>

class QWidget;

/// Walks a window by the Tab key, as somebody without a mouse does, and asks each control what a screen
/// reader asks it. The window must be shown and active. What is wrong, one line each: a control without a
/// name, one that Tab does not reach or does not leave, one that looks the same with the keyboard on it, a
/// label that leads nowhere.
[[nodiscard]] QStringList controlProblems(QWidget &window);

/// What Tab goes to, one after the other, from where the keyboard is until it comes round: object names, or
/// the texts of buttons that have none. The window must be shown and active.
[[nodiscard]] QStringList tabOrder(QWidget &window);
