// SPDX-License-Identifier: MIT
#pragma once

#include "ui/routeledger.h"
#include "ui/trafficday.h"
#include "ui/trafficsources.h"

#include <QWidget>

#include <optional>

class QComboBox;

namespace ui
{

class ElidedLabel;
class ProxyStatus;
class TrafficGraph;

/// The graph of rates, whose they are and how far back it looks, and the sums of the day and the session.
class TrafficView : public QWidget
{
    Q_OBJECT

public:
    explicit TrafficView(const ProxyStatus &status, QWidget *parent = nullptr);

    /// While the engine sends connections, after `applications` has taken them.
    void applyDelta(const engine::Delta &delta, const ApplicationLedger &applications);
    /// While it sends events alone.
    void applyEvents(const QList<engine::Event> &events) { m_routes.applyEvents(events); }
    /// Connections are no longer sent.
    void suspend() { m_routes.suspend(); }
    /// Time has passed.
    void refresh();

    [[nodiscard]] TrafficGraph &graph() const { return *m_graph; }
    [[nodiscard]] int rangeSeconds() const;
    void setRangeSeconds(int seconds);
    /// Whose traffic is shown; nothing: everybody's.
    [[nodiscard]] std::optional<TrafficSource> shownSource() const;

private:
    void makeSourceCombo();
    void makeRangeCombo();
    void offerSources();
    void showSource();
    void showSums();

    const ProxyStatus &m_status;
    RouteLedger m_routes;
    TrafficSources m_sources;
    TrafficDay m_day;
    QList<TrafficSource> m_offered; ///< as the combo box has them, after "Everything"
    std::uint64_t m_generation = 0; ///< of m_offered
    TrafficGraph *m_graph;
    QComboBox *m_source;
    QComboBox *m_range;
    ElidedLabel *m_today;
    ElidedLabel *m_session;
};

} // namespace ui
