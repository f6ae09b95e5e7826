// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

class QLabel;
class QStatusBar;

namespace ui
{

class ElidedLabel;
class ProxyStatus;

/// Fills a status bar: listeners with their state, live connections, rates, totals. Where those do not fit
/// side by side, totals and rates give way: the traffic view shows them as well.
class StatusPanel : public QObject
{
    Q_OBJECT

public:
    StatusPanel(const ProxyStatus &status, QStatusBar &bar);

    void showState();
    void showTraffic();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QLabel *addLabel(const QString &objectName, const QString &widest);
    void makeRoom();

    const ProxyStatus &m_status;
    QStatusBar &m_bar;
    QLabel *m_icon;
    ElidedLabel *m_listeners;
    QLabel *m_live;
    QLabel *m_rates;
    QLabel *m_totals;
};

} // namespace ui
