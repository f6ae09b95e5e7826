// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace ui
{

/// A strip above a page's list: a text as long as it takes, and what can be done about it.
class PageBar : public QWidget
{
    Q_OBJECT

public:
    /// The names of its parts begin with `objectName`.
    explicit PageBar(const QString &objectName, QWidget *parent = nullptr);

    void setText(const QString &text);
    /// Behind those there are; its object name is the strip's and `part`.
    QPushButton *addButton(const QString &part, const QString &text = {});

private:
    QLabel *m_text;
    QHBoxLayout *m_layout;
};

} // namespace ui
