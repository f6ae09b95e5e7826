// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QComboBox;

namespace ui
{

class ProxyStatus;
class TrafficGraph;

/// The graph of rates and how far back it looks.
class TrafficView : public QWidget
{
    Q_OBJECT

public:
    explicit TrafficView(const ProxyStatus &status, QWidget *parent = nullptr);

    [[nodiscard]] TrafficGraph &graph() const { return *m_graph; }
    [[nodiscard]] int rangeSeconds() const;
    void setRangeSeconds(int seconds);

private:
    TrafficGraph *m_graph;
    QComboBox *m_range;
};

} // namespace ui
