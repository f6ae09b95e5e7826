// SPDX-License-Identifier: MIT
#pragma once

#include <QToolBar>

namespace ui
{

class ElidedLabel;

/// A strip below the window's toolbar with a line of text and a few commands, until it is dismissed.
class WindowBar : public QToolBar
{
    Q_OBJECT

protected:
    /// `textName` is the object name of the text.
    WindowBar(const QString &title, const QString &objectName, const QString &textName, QWidget *parent);

    void setText(const QString &text);
    /// A button behind the text.
    QAction *addCommand(const char *objectName, const QString &title, const QString &toolTip);

private:
    ElidedLabel *m_text;
};

} // namespace ui
