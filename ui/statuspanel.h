// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QLabel;
class QStatusBar;

namespace ui
{

class ElidedLabel;
class ProxyStatus;

/// Fills a status bar: listeners with their state, live connections, rates, totals.
class StatusPanel : public QObject
{
    Q_OBJECT

public:
    StatusPanel(const ProxyStatus &status, QStatusBar &bar);

    void showState();
    void showTraffic();

private:
    QLabel *addLabel(QStatusBar &bar, const QString &objectName, const QString &widest);

    const ProxyStatus &m_status;
    QLabel *m_icon;
    ElidedLabel *m_listeners;
    QLabel *m_live;
    QLabel *m_rates;
    QLabel *m_totals;
};

} // namespace ui
