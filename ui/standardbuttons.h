// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

namespace ui
{

/// As long as it lives, the buttons whose texts are the desktop's (Cancel, Close, OK, Save) have no letters
/// in our dialogs: Qt gives them some on GNOME and none elsewhere, and a dialog of ours may have the same
/// letter for something else. Escape and Enter press them everywhere. One for the application.
class StandardButtons : public QObject
{
    Q_OBJECT

public:
    explicit StandardButtons(QObject *parent = nullptr);

    bool eventFilter(QObject *watched, QEvent *event) override;
};

} // namespace ui
