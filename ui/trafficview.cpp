// SPDX-License-Identifier: MIT
#include "ui/trafficview.h"

#include "ui/elidedlabel.h"
#include "ui/format.h"
#include "ui/hintlabel.h"
#include "ui/proxystatus.h"
#include "ui/trafficgraph.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace ui
{

TrafficView::TrafficView(const ProxyStatus &status, TrafficRecords &records, QWidget *parent)
    : QWidget(parent)
    , m_status(status)
    , m_records(records)
    , m_graph(new TrafficGraph(status, this))
    , m_hint(new HintLabel(QStringLiteral("trafficHint"), m_graph,
                           [this] { return m_graph->plotArea().toAlignedRect(); }))
    , m_source(new QComboBox(this))
    , m_range(new QComboBox(this))
    , m_today(new ElidedLabel(this))
    , m_session(new ElidedLabel(this))
{
    setObjectName(QStringLiteral("trafficView"));
    m_today->setObjectName(QStringLiteral("trafficToday"));
    m_session->setObjectName(QStringLiteral("trafficSession"));
    makeSourceCombo();
    makeRangeCombo();
    auto *tools = new QHBoxLayout;
    tools->setContentsMargins(6, 4, 6, 0);
    tools->addWidget(m_source, 1);
    tools->addWidget(m_range);
    // Below each other: on a small screen there is no room for both in a line.
    auto *sums = new QVBoxLayout;
    sums->setSpacing(0);
    sums->setContentsMargins(8, 0, 8, 4);
    sums->addWidget(m_today);
    sums->addWidget(m_session);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addLayout(tools);
    layout->addWidget(m_graph, 1);
    layout->addLayout(sums);
    connect(&status, &ProxyStatus::trafficChanged, this, [this] { m_records.day.add(m_status.totals()); });
    showSums();
}

void TrafficView::makeSourceCombo()
{
    m_source->setObjectName(QStringLiteral("trafficSourceCombo"));
    m_source->setAccessibleName(tr("Whose traffic the graph shows"));
    m_source->setToolTip(
        tr("Whose traffic the graph shows: everything, or one of the applications, servers and "
           "routes that moved most in the last minutes"));
    m_source->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_source->setMinimumContentsLength(8);
    m_source->addItem(tr("All traffic"));
    connect(m_source, &QComboBox::currentIndexChanged, this, &TrafficView::showSource);
}

void TrafficView::makeRangeCombo()
{
    m_range->setObjectName(QStringLiteral("trafficRangeCombo"));
    m_range->setAccessibleName(tr("Time shown by the graph"));
    m_range->setToolTip(tr("How far back the graph looks"));
    const std::array<QString, kTrafficRanges.size()> names{tr("Last minute"), tr("Last 10 minutes"),
                                                           tr("Last hour")};
    for (std::size_t at = 0; at < names.size(); ++at)
        m_range->addItem(names.at(at), static_cast<int>(kTrafficRanges.at(at).span.count()));
    connect(m_range, &QComboBox::currentIndexChanged, m_graph, [this] {
        m_graph->setRange(std::chrono::seconds(rangeSeconds()));
        refresh();
    });
}

void TrafficView::applyDelta(const engine::Delta &delta, const ApplicationLedger &applications)
{
    m_records.routes.applyDelta(delta);
    m_records.sources.add(delta.elapsedMs, applications, m_records.routes);
    offerSources();
    refresh();
}

void TrafficView::refresh()
{
    m_graph->refresh();
    if (!isVisible())
        return;
    showSums();
    showHint();
}

void TrafficView::showEvent(QShowEvent *event)
{
    showHint();
    QWidget::showEvent(event);
}

void TrafficView::showHint()
{
    if (!m_graph->isFlat())
        m_hint->setHint({});
    else if (m_status.isOn())
        m_hint->setHint(tr("Nothing moved in this time. Traffic is drawn here as it comes."));
    else
        m_hint->setHint(tr("The proxy is off. Traffic is drawn here once it is on."));
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

std::optional<TrafficSource> TrafficView::shownSource() const
{
    const int at = m_source->currentData().isValid() ? m_source->currentData().toInt() : -1;
    return at < 0 ? std::nullopt : std::optional(m_offered.at(at));
}

/// Not under the hands of somebody who is choosing.
void TrafficView::offerSources()
{
    if (m_generation == m_records.sources.generation() || m_source->view()->isVisible())
        return;
    m_generation = m_records.sources.generation();
    const std::optional<TrafficSource> shown = shownSource();
    m_offered = m_records.sources.kept();
    const QSignalBlocker blocker(m_source);
    m_source->clear();
    m_source->addItem(tr("All traffic"));
    for (int at = 0; at < m_offered.size(); ++at) {
        if (at == 0 || m_offered.at(at).kind != m_offered.at(at - 1).kind)
            m_source->insertSeparator(m_source->count());
        m_source->addItem(sourceName(m_offered.at(at)), at);
        if (m_offered.at(at) == shown)
            m_source->setCurrentIndex(m_source->count() - 1);
    }
    showSource();
}

void TrafficView::showSource()
{
    const std::optional<TrafficSource> shown = shownSource();
    m_records.sources.watch(shown);
    m_graph->setHistory(shown ? m_records.sources.history(*shown) : nullptr);
    showHint();
}

void TrafficView::showSums()
{
    const engine::Totals &session = m_status.totals();
    const TrafficSum today = m_records.day.today();
    m_today->setText(tr("Today: %1 down, %2 up").arg(bytesText(today.down), bytesText(today.up)),
                     tr("What moved today. It is kept when Hosier is closed."));
    m_session->setText(
        tr("Session: %1 down, %2 up").arg(bytesText(session.bytesDown), bytesText(session.bytesUp)),
        tr("What moved since Hosier was started"));
}

} // namespace ui
