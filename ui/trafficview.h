// SPDX-License-Identifier: MIT
#pragma once

#include "ui/trafficrecords.h"

#include <QWidget>

#include <optional>

class QComboBox;

namespace ui
{

class ElidedLabel;
class HintLabel;
class ProxyStatus;
class TrafficGraph;

/// The graph of rates, whose they are and how far back it looks, and the sums of the day and the session.
class TrafficView : public QWidget
{
    Q_OBJECT

public:
    /// Both must outlive it.
    TrafficView(const ProxyStatus &status, TrafficRecords &records, QWidget *parent = nullptr);

    /// While the engine sends connections, after `applications` has taken them.
    void applyDelta(const engine::Delta &delta, const ApplicationLedger &applications);
    /// While it sends events alone.
    void applyEvents(const QList<engine::Event> &events) { m_records.routes.applyEvents(events); }
    /// Connections are no longer sent.
    void suspend() { m_records.routes.suspend(); }
    /// Time has passed.
    void refresh();

    [[nodiscard]] TrafficGraph &graph() const { return *m_graph; }
    [[nodiscard]] int rangeSeconds() const;
    void setRangeSeconds(int seconds);
    /// Whose traffic is shown; nothing: everybody's.
    [[nodiscard]] std::optional<TrafficSource> shownSource() const;

protected:
    void showEvent(QShowEvent *event) override;

private:
    void makeSourceCombo();
    void makeRangeCombo();
    void offerSources();
    void showSource();
    void showSums();
    void showHint();

    const ProxyStatus &m_status;
    TrafficRecords &m_records;
    QList<TrafficSource> m_offered; ///< as the combo box has them, after "Everything"
    std::uint64_t m_generation = 0; ///< of m_offered
    TrafficGraph *m_graph;
    HintLabel *m_hint;
    QComboBox *m_source;
    QComboBox *m_range;
    ElidedLabel *m_today;
    ElidedLabel *m_session;
};

} // namespace ui
