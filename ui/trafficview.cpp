// SPDX-License-Identifier: MIT
#include "ui/trafficview.h"

#include "ui/trafficgraph.h"
#include "ui/traffichistory.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace ui
{

TrafficView::TrafficView(const ProxyStatus &status, QWidget *parent)
    : QWidget(parent)
    , m_graph(new TrafficGraph(status, this))
    , m_range(new QComboBox(this))
{
    setObjectName(QStringLiteral("trafficView"));
    m_range->setObjectName(QStringLiteral("trafficRangeCombo"));
    m_range->setAccessibleName(tr("Time shown by the graph"));
    m_range->setToolTip(tr("How far back the graph looks"));
    m_range->addItem(tr("Last minute"), 60);
    m_range->addItem(tr("Last 5 minutes"), static_cast<int>(kTrafficHistory.count()));
    auto *tools = new QHBoxLayout;
    tools->setContentsMargins(6, 4, 6, 0);
    tools->addWidget(m_range);
    tools->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addLayout(tools);
    layout->addWidget(m_graph, 1);
    connect(m_range, &QComboBox::currentIndexChanged, m_graph,
            [this] { m_graph->setRange(std::chrono::seconds(rangeSeconds())); });
}

int TrafficView::rangeSeconds() const
{
    return m_range->currentData().toInt();
}

void TrafficView::setRangeSeconds(int seconds)
{
    const int index = m_range->findData(seconds);
    if (index >= 0)
        m_range->setCurrentIndex(index);
}

} // namespace ui
