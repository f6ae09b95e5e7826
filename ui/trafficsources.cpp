// SPDX-License-Identifier: MIT
#include "ui/trafficsources.h"

#include "ui/applicationrow.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <vector>

namespace ui
{

namespace
{

constexpr std::chrono::minutes kBusyHalfLife{5};
/// So much busier than one that is kept must another be to take its place: two alike would take turns.
constexpr double kBusierBy = 1.5;

struct SourceText {
    Q_DECLARE_TR_FUNCTIONS(ui::TrafficSource)
};

} // namespace

std::size_t qHash(const TrafficSource &source, std::size_t seed) noexcept
{
    return qHashMulti(seed, static_cast<int>(source.kind), source.application, source.route);
}

QString sourceName(const TrafficSource &source)
{
    if (source.kind == TrafficSource::Kind::Application)
        return applicationName(source.application);
    if (source.route.isEmpty())
        return SourceText::tr("Direct", "traffic that goes by no server");
    return SourceText::tr("By way of %1", "server or route").arg(source.route);
}

QStringList sourceNames(const QList<TrafficSource> &sources)
{
    QStringList names;
    names.reserve(sources.size());
    for (const TrafficSource &source : sources)
        names << sourceName(source);
    QStringList whole = names;
    for (qsizetype at = 0; at < sources.size(); ++at) {
        if (sources.at(at).kind == TrafficSource::Kind::Application && names.count(names.at(at)) > 1)
            whole[at] = applicationNameWithPath(sources.at(at).application);
    }
    return whole;
}

void TrafficSources::add(std::int64_t elapsedMs, const ApplicationLedger &applications,
                         const RouteLedger &routes)
{
    const double passed = static_cast<double>(std::max<std::int64_t>(elapsedMs - m_elapsedMs, 0));
    const double keptShare =
        std::exp2(-passed / static_cast<double>(std::chrono::milliseconds(kBusyHalfLife).count()));
    m_elapsedMs = elapsedMs;
    ++m_update;
    for (const auto &[id, record] : applications.records())
        take({TrafficSource::Kind::Application, record.key, {}}, record.bytesDown, record.bytesUp, keptShare);
    for (auto at = routes.routes().cbegin(); at != routes.routes().cend(); ++at)
        take({TrafficSource::Kind::Route, {}, at.key()}, at->down, at->up, keptShare);
    choose(TrafficSource::Kind::Application);
    choose(TrafficSource::Kind::Route);
    forgetGone();
    for (auto &[source, record] : m_records) {
        if (record.history)
            record.history->add(elapsedMs, record.down, record.up);
    }
}

const TrafficHistory *TrafficSources::history(const TrafficSource &source) const
{
    const auto found = m_records.find(source);
    return found == m_records.end() ? nullptr : found->second.history.get();
}

QList<TrafficSource> TrafficSources::kept() const
{
    QList<TrafficSource> sources;
    for (const auto &[source, record] : m_records) {
        if (record.history)
            sources << source;
    }
    std::sort(sources.begin(), sources.end(), [](const TrafficSource &a, const TrafficSource &b) {
        if (a.kind != b.kind)
            return a.kind < b.kind;
        // What goes directly stands before the servers.
        if (a.route.isEmpty() != b.route.isEmpty())
            return a.route.isEmpty();
        return sourceName(a).compare(sourceName(b), Qt::CaseInsensitive) < 0;
    });
    return sources;
}

/// Sums may fall: a connection was counted under another application until that was known better.
void TrafficSources::take(const TrafficSource &source, std::uint64_t down, std::uint64_t up, double keptShare)
{
    const auto at = m_records.find(source);
    if (at == m_records.end()) {
        if (down + up > 0)
            m_records.emplace(source, Record{down, up, static_cast<double>(down + up), m_update, nullptr});
        return;
    }
    Record &record = at->second;
    const std::uint64_t before = record.down + record.up;
    const std::uint64_t now = down + up;
    record.score = record.score * keptShare + (now > before ? static_cast<double>(now - before) : 0.0);
    record.down = down;
    record.up = up;
    record.update = m_update;
}

/// One at a time takes the place of another: who stays the busier has it a moment later.
void TrafficSources::choose(TrafficSource::Kind kind)
{
    std::vector<Record *> kept;
    Record *least = nullptr;
    std::vector<Record *> others;
    for (auto &[source, record] : m_records) {
        if (source.kind != kind)
            continue;
        if (!record.history) {
            others.push_back(&record);
            continue;
        }
        kept.push_back(&record);
        if (source != m_watched && (least == nullptr || record.score < least->score))
            least = &record;
    }
    const auto busier = [](const Record *a, const Record *b) {
        return a->score > b->score;
    };
    std::sort(others.begin(), others.end(), busier);
    std::size_t free = kMaximumHistories - std::min(kMaximumHistories, kept.size());
    for (Record *record : others) {
        if (free == 0) {
            if (least == nullptr || record->score <= least->score * kBusierBy)
                return;
            least->history.reset();
            least = nullptr;
            ++free;
        }
        --free;
        record->history = std::make_unique<TrafficHistory>();
        ++m_generation;
    }
}

/// Whom the ledgers have forgotten.
void TrafficSources::forgetGone()
{
    std::erase_if(m_records, [this](const auto &entry) {
        const bool isGone = entry.second.update != m_update && entry.first != m_watched;
        if (isGone && entry.second.history)
            ++m_generation;
        return isGone;
    });
}

} // namespace ui
