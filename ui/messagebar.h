// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QLabel;

namespace ui
{

/// A strip above a list that tells what came of a change, until it is dismissed.
class MessageBar : public QWidget
{
    Q_OBJECT

public:
    /// The names of its parts begin with `objectName`.
    explicit MessageBar(const QString &objectName, QWidget *parent = nullptr);

    /// Empty: there is nothing to tell.
    void tell(const QString &text);

private:
    QLabel *m_text;
};

} // namespace ui
