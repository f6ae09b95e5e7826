// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QPushButton;

namespace ui
{

/// What stands in place of the list while there is no server and no route.
class NoServers : public QWidget
{
    Q_OBJECT

public:
    explicit NoServers(QWidget *parent = nullptr);

    /// Actions whose keys work here, too.
    void giveKeys(const QList<QAction *> &actions);

Q_SIGNALS:
    void addRequested();
    void pasteRequested();

private:
    QPushButton *m_add;
    QPushButton *m_paste;
};

} // namespace ui
