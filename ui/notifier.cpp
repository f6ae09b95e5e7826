// SPDX-License-Identifier: MIT
#include "ui/notifier.h"

#include "ui/eventtext.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ui
{

namespace
{

using engine::EventCode;

constexpr std::array<Notice, 4> kAll{Notice::ProxyFailed, Notice::ServerHealth, Notice::Blocked,
                                     Notice::Engine};

std::size_t indexOf(Notice notice)
{
    return static_cast<std::size_t>(notice);
}

bool isBlocked(const engine::Event &event)
{
    return event.code == EventCode::ConnectionFailed && event.error.code == engine::ErrorCode::BlockedByRule;
}

/// Who it was: the program, or else where it connected from.
QString blockedSubject(const engine::Event &event)
{
    const QString application = applicationText(event.application, event.processId);
    return application.isEmpty() ? event.client.address.toString() : application;
}

} // namespace

Notifier::Notifier(const Settings &settings, Clock clock, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_clock(std::move(clock))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Notifier::tellDue);
}

void Notifier::takeEvents(const QList<engine::Event> &events)
{
    for (const engine::Event &event : events)
        take(event);
    tellDue();
}

void Notifier::setListeners(const QList<engine::ListenerStatus> &listeners)
{
    const auto isVoid = [&listeners](const auto &failure) {
        return !engine::hasFailed(listeners, failure.key());
    };
    m_failures.removeIf(isVoid);
    m_toldFailures.removeIf(isVoid);
}

void Notifier::setServers(const QList<engine::ServerProfile> &servers)
{
    for (const engine::ServerProfile &before : std::as_const(m_servers)) {
        if (!servers.contains(before))
            m_health.remove(before.id);
    }
    m_servers = servers;
}

void Notifier::takeHealth(const engine::ServerHealth &health)
{
    if (findServer(health.serverId) == nullptr)
        return;
    const bool wasWaiting = isWaiting(Notice::ServerHealth);
    m_health[health.serverId].isDown = health.isDown;
    if (!wasWaiting)
        m_healthSince = m_clock.monotonic();
    tellDue();
}

void Notifier::setStalled(bool isStalled)
{
    m_isStalled = isStalled;
    tellDue();
}

void Notifier::tellDue()
{
    const std::int64_t now = m_clock.monotonic();
    std::int64_t next = -1;
    for (const Notice notice : kAll) {
        if (!isWaiting(notice))
            continue;
        const std::size_t at = indexOf(notice);
        std::int64_t due = m_hasTold.at(at) ? m_lastTold.at(at) + kInterval.count() : now;
        if (notice == Notice::ServerHealth)
            due = std::max(due, m_healthSince + kGatherTime.count());
        if (due <= now) {
            m_lastTold.at(at) = now;
            m_hasTold.at(at) = true;
            tell(notice);
        } else {
            next = next < 0 ? due : std::min(next, due);
        }
    }
    if (next >= 0)
        m_timer.start(std::chrono::milliseconds(next - now));
}

void Notifier::take(const engine::Event &event)
{
    const EventCode code = event.code;
    if (isBlocked(event)) {
        if (!m_settings.notifies(Notice::Blocked))
            return;
        m_blocked += 1 + std::uint64_t{event.repeated};
        m_lastBlocked = event;
    } else if (code == EventCode::ListenerFailed) {
        m_failures.insert(event.client, eventText(event));
    } else if (code == EventCode::DescriptorsExhausted) {
        const std::int64_t now = m_clock.monotonic();
        if (m_exhaustedTold == 0 || now - m_exhaustedTold >= kExhaustedPause.count())
            m_exhausted = eventText(event);
    } else if (code == EventCode::ListenerOpened || code == EventCode::ListenerClosed) {
        m_failures.remove(event.client);
        m_toldFailures.remove(event.client);
    }
}

/// Whether there is anything to tell that was not told before.
bool Notifier::isWaiting(Notice notice) const
{
    switch (notice) {
    case Notice::Blocked:
        return m_blocked > 0;
    case Notice::ServerHealth:
        return std::any_of(m_health.begin(), m_health.end(),
                           [](const ServerNews &server) { return server.isNews(); });
    case Notice::ProxyFailed:
        for (auto failure = m_failures.begin(); failure != m_failures.end(); ++failure) {
            if (m_toldFailures.value(failure.key()) != failure.value())
                return true;
        }
        return false;
    case Notice::Engine:
        return !m_exhausted.isEmpty() || m_isStalled != m_toldStalled;
    }
    return false;
}

void Notifier::tell(Notice notice)
{
    switch (notice) {
    case Notice::Blocked:
        tellBlocked();
        return;
    case Notice::ServerHealth:
        tellServers();
        return;
    case Notice::ProxyFailed:
        tellListeners();
        return;
    case Notice::Engine:
        tellEngine();
        return;
    }
}

void Notifier::tellBlocked()
{
    const std::uint64_t count = std::exchange(m_blocked, 0);
    if (!m_settings.notifies(Notice::Blocked))
        return;
    const QString subject = blockedSubject(m_lastBlocked);
    QString text;
    if (count > 1)
        text = tr("%n connections were blocked, the last one of %1 to %2.", nullptr,
                  static_cast<int>(std::min<std::uint64_t>(count, std::numeric_limits<int>::max())))
                   .arg(subject, m_lastBlocked.target);
    else if (m_lastBlocked.rule.isEmpty())
        text = tr("%1 may not connect to %2.", "program, target").arg(subject, m_lastBlocked.target);
    else
        text = tr("%1 may not connect to %2: rule \"%3\".", "program, target, rule")
                   .arg(subject, m_lastBlocked.target, m_lastBlocked.rule);
    Q_EMIT told({Notice::Blocked, tr("Blocked by the rules"), text, false});
}

void Notifier::tellServers()
{
    QStringList lines;
    bool anyDown = false;
    for (auto health = m_health.begin(); health != m_health.end(); ++health) {
        if (!health->isNews())
            continue;
        health->isToldDown = health->isDown;
        anyDown = anyDown || health->isDown;
        lines << (health->isDown ? tr("Server %1 does not work.") : tr("Server %1 works again."))
                     .arg(findServer(health.key())->shownName());
    }
    if (m_settings.notifies(Notice::ServerHealth))
        Q_EMIT told(
            {Notice::ServerHealth, anyDown ? tr("Server down") : tr("Server up"), fewLines(lines), anyDown});
}

void Notifier::tellListeners()
{
    QStringList lines;
    for (auto failure = m_failures.begin(); failure != m_failures.end(); ++failure) {
        if (m_toldFailures.value(failure.key()) == failure.value())
            continue;
        m_toldFailures.insert(failure.key(), failure.value());
        lines << failure.value();
    }
    if (m_settings.notifies(Notice::ProxyFailed))
        Q_EMIT told({Notice::ProxyFailed, tr("Proxy error"), fewLines(lines), true});
}

void Notifier::tellEngine()
{
    QStringList lines;
    const bool isBad = m_isStalled || !m_exhausted.isEmpty();
    if (m_isStalled != m_toldStalled)
        lines << (m_isStalled
                      ? tr("The engine does not respond: connections may hang until Hosier is started "
                           "again.")
                      : tr("The engine responds again."));
    m_toldStalled = m_isStalled;
    if (!m_exhausted.isEmpty()) {
        lines << std::exchange(m_exhausted, {});
        m_exhaustedTold = m_clock.monotonic();
    }
    if (m_settings.notifies(Notice::Engine))
        Q_EMIT told(
            {Notice::Engine, isBad ? tr("Engine in trouble") : tr("Engine"), lines.join(u'\n'), isBad});
}

/// Null when the profile has none of that id.
const engine::ServerProfile *Notifier::findServer(const QString &id) const
{
    const auto found = std::find_if(m_servers.begin(), m_servers.end(),
                                    [&id](const engine::ServerProfile &server) { return server.id == id; });
    return found == m_servers.end() ? nullptr : &*found;
}

QString Notifier::fewLines(QStringList lines)
{
    const int more = static_cast<int>(lines.size()) - kMaximumLines;
    if (more > 0) {
        lines = lines.first(kMaximumLines);
        lines << tr("And %n more.", nullptr, more);
    }
    return lines.join(u'\n');
}

} // namespace ui
