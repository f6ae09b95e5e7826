// SPDX-License-Identifier: MIT
#pragma once

#include "ui/applicationledger.h"
#include "ui/routeledger.h"
#include "ui/traffichistory.h"

#include <QList>

#include <memory>
#include <optional>

namespace ui
{

/// Sources of either kind whose rates are kept: the busiest ones.
inline constexpr std::size_t kMaximumHistories = 16;

/// Whose traffic it is: an application's, or what goes by a server or route (or directly).
struct TrafficSource {
    enum class Kind : std::uint8_t { Application, Route };

    Kind kind = Kind::Application;
    ApplicationKey application; ///< of that kind
    QString route;              ///< of that kind; empty: directly

    bool operator==(const TrafficSource &) const = default;
};
[[nodiscard]] std::size_t qHash(const TrafficSource &source, std::size_t seed = 0) noexcept;
/// "firefox", "By way of Office", "Direct"
[[nodiscard]] QString sourceName(const TrafficSource &source);
/// The name of each; of programs of one name with their paths.
[[nodiscard]] QStringList sourceNames(const QList<TrafficSource> &sources);

/// The rates of the busiest applications and routes. Busy is who moved most of late: each byte counts half
/// after kBusyHalfLife. A source that is watched stays whatever it does.
class TrafficSources
{
public:
    /// With each delta that tells of connections: the sums so far.
    void add(std::int64_t elapsedMs, const ApplicationLedger &applications, const RouteLedger &routes);
    /// Keeps the history of one; nothing: of none in particular.
    void watch(const std::optional<TrafficSource> &source) { m_watched = source; }
    /// Null when none is kept. Stays where it is while the source is watched.
    [[nodiscard]] const TrafficHistory *history(const TrafficSource &source) const;
    /// Those that have a history: applications first, each kind by name.
    [[nodiscard]] QList<TrafficSource> kept() const;
    /// Another number whenever kept() has changed.
    [[nodiscard]] std::uint64_t generation() const { return m_generation; }

private:
    struct Record {
        std::uint64_t down = 0;
        std::uint64_t up = 0;
        double score = 0;         ///< bytes of late
        std::uint64_t update = 0; ///< the last one that told of it
        std::unique_ptr<TrafficHistory> history;
    };
    using Records = std::unordered_map<TrafficSource, Record, std::size_t (*)(const TrafficSource &)>;

    void take(const TrafficSource &source, std::uint64_t down, std::uint64_t up, double keptShare);
    void choose(TrafficSource::Kind kind);
    void forgetGone();

    Records m_records{0, [](const TrafficSource &source) {
                          return qHash(source);
                      }};
    std::optional<TrafficSource> m_watched;
    std::int64_t m_elapsedMs = 0;
    std::uint64_t m_update = 0;
    std::uint64_t m_generation = 0;
};

} // namespace ui
