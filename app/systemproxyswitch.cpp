// SPDX-License-Identifier: MIT
#include "app/systemproxyswitch.h"

#include "app/systemproxywatchdog.h"
#include "engine/engine.h"
#include "ui/listeneredit.h"
#include "ui/profilestore.h"
#include "ui/proxystatus.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <QSettings>

using namespace Qt::StringLiterals;
using engine::ListenerStatus;
using ui::SystemProxyProblem;
using ui::SystemProxyState;

namespace app
{

namespace
{

/// A changed profile closes listeners and opens others: only what comes of it counts.
constexpr std::chrono::milliseconds kSettleTime{250};
constexpr std::chrono::milliseconds kRetryDelay{5'000};
const QString kBypassKey = u"systemProxy/bypass"_s;

/// Why the listener cannot be named, if so.
SystemProxyProblem problemOf(const engine::ListenerProfile &profile, const ListenerStatus &status)
{
    if (profile.authentication != engine::Authentication::None)
        return SystemProxyProblem::PasswordNeeded;
    const engine::Endpoint endpoint = ui::reachableEndpoint(status);
    // A program of this machine comes from the address that it connects to.
    return engine::admits(profile, endpoint.address) ? SystemProxyProblem::None
                                                     : SystemProxyProblem::ClientsRefused;
}

SystemProxyWish wishFor(const ListenerStatus &listener, const QStringList &bypass)
{
    const engine::Endpoint endpoint = ui::reachableEndpoint(listener);
    return {endpoint.address.toString(),
            endpoint.port,
            listener.protocols.testFlag(engine::Protocol::Http),
            listener.protocols.testFlag(engine::Protocol::Socks4),
            listener.protocols.testFlag(engine::Protocol::Socks5),
            bypass};
}

} // namespace

ListenerChoice chooseListener(const engine::Profile &profile, const QList<ListenerStatus> &listeners)
{
    ListenerChoice choice{std::nullopt, SystemProxyProblem::NoListener, {}};
    for (const ListenerStatus &status : listeners) {
        const engine::ListenerProfile *described = ui::findListener(profile, status);
        if (status.state != engine::ListenerState::Listening || described == nullptr)
            continue;
        const SystemProxyProblem problem = problemOf(*described, status);
        const bool isHttp = status.protocols.testFlag(engine::Protocol::Http);
        if (problem != SystemProxyProblem::None) {
            if (!choice.listener)
                choice = {std::nullopt, problem, engine::Message::verbatim(status.name)};
        } else if (!choice.listener ||
                   (isHttp && !choice.listener->protocols.testFlag(engine::Protocol::Http))) {
            choice = {status, SystemProxyProblem::None, {}};
        }
    }
    return choice;
}

SystemProxySwitch::SystemProxySwitch(engine::Engine &engine, const ui::ProfileStore &store,
                                     std::unique_ptr<SystemProxyKeeper> keeper,
                                     const QString &watchdogProgram, QObject *parent)
    : ui::SystemProxyControl(parent)
    , m_engine(engine)
    , m_store(store)
    , m_keeper(std::move(keeper))
    , m_worker(new QObject)
{
    m_thread.setObjectName(u"system proxy"_s);
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    if (!watchdogProgram.isEmpty()) {
        m_watchdog = new SystemProxyWatchdog(watchdogProgram, this);
        connect(m_watchdog, &SystemProxyWatchdog::stopped, this, [this] {
            if (m_isWatchdogLeaving)
                finishClosing();
        });
    }
    m_settling.setSingleShot(true);
    m_settling.setInterval(kSettleTime);
    m_retry.setSingleShot(true);
    m_retry.setInterval(kRetryDelay);
    connect(&m_settling, &QTimer::timeout, this, &SystemProxySwitch::proceed);
    connect(&m_retry, &QTimer::timeout, this, &SystemProxySwitch::proceed);
    const auto settle = [this] {
        m_settling.start();
    };
    connect(&engine, &engine::Engine::listenersChanged, this, settle);
    connect(&store, &ui::ProfileStore::profileChanged, this, settle);
    m_thread.start();
}

SystemProxySwitch::~SystemProxySwitch()
{
    restoreNow();
}

void SystemProxySwitch::start(const Outcome &left)
{
    m_isOn = m_keeper->unavailable() == SystemProxyProblem::None && isSystemProxyWanted();
    m_isBusy = true;
    // Not before the listeners have had the time to open: until then nobody needs to hear that none is.
    const std::chrono::milliseconds wait = m_isOn ? kSettleTime : std::chrono::milliseconds{0};
    QTimer::singleShot(wait, this, [this, left] { take(left, std::nullopt); });
    Q_EMIT changed();
}

void SystemProxySwitch::close()
{
    m_isClosing = true;
    m_retry.stop();
    if (m_thread.isRunning())
        proceed();
    else
        finishClosing();
}

void SystemProxySwitch::restoreNow()
{
    if (!m_thread.isRunning())
        return;
    m_isClosing = true;
    // Behind whatever the thread is at.
    QMetaObject::invokeMethod(
        m_worker,
        [this, isNeeded = !m_isClosed] {
            if (isNeeded)
                m_hasFailed = isUnfinished(m_keeper->restore().problem);
            QThread::currentThread()->quit();
        },
        Qt::QueuedConnection);
    m_thread.wait();
    if (m_watchdog != nullptr && m_hasFailed)
        m_watchdog->leaveBehind();
    m_isSet = false;
    m_applied.reset();
}

ui::SystemProxyStatus SystemProxySwitch::status() const
{
    ui::SystemProxyStatus status = stateAndProblem();
    status.reach = m_keeper->reach();
    return status;
}

ui::SystemProxyStatus SystemProxySwitch::stateAndProblem() const
{
    if (const SystemProxyProblem problem = m_keeper->unavailable(); problem != SystemProxyProblem::None)
        return {SystemProxyState::Unavailable, problem, m_keeper->unavailableDetail(), {}};
    if (m_isBusy && !m_isMeasuring)
        return {SystemProxyState::Changing, SystemProxyProblem::None, {}, {}};
    if (m_applied)
        return {SystemProxyState::On, m_problem, m_detail, m_applied->address()};
    // The settings are as they were, whatever becomes of the journal.
    if (m_isOn && (m_problem == SystemProxyProblem::None || m_problem == SystemProxyProblem::JournalStays)) {
        const ListenerChoice chosen = choice();
        if (!chosen.listener)
            return {SystemProxyState::Waiting, chosen.problem, chosen.detail, {}};
        return {SystemProxyState::Changing, SystemProxyProblem::None, {}, {}};
    }
    return {SystemProxyState::Off, m_problem, m_detail, {}};
}

void SystemProxySwitch::setOn(bool on)
{
    if (m_keeper->unavailable() != SystemProxyProblem::None)
        return;
    setSystemProxyWanted(on);
    m_isOn = on;
    if (!m_isSet || m_applied)
        m_problem = SystemProxyProblem::None;
    proceed();
    Q_EMIT changed();
}

void SystemProxySwitch::measure()
{
    if (!m_applied || m_isBusy)
        return;
    m_isMeasuring = true;
    proceed();
}

QStringList SystemProxySwitch::bypassList() const
{
    return QSettings().value(kBypassKey, ui::defaultBypassList()).toStringList();
}

void SystemProxySwitch::setBypassList(const QStringList &entries)
{
    QSettings settings;
    if (entries == ui::defaultBypassList())
        settings.remove(kBypassKey); // so that a better default reaches those who never chose
    else
        settings.setValue(kBypassKey, entries);
    proceed();
}

std::optional<SystemProxyWish> SystemProxySwitch::wanted() const
{
    if (!m_isOn || m_isClosing)
        return std::nullopt;
    const ListenerChoice chosen = choice();
    if (!chosen.listener)
        return std::nullopt;
    return wishFor(*chosen.listener, bypassList());
}

ListenerChoice SystemProxySwitch::choice() const
{
    return chooseListener(m_store.profile(), m_engine.listeners());
}

/// One step towards what is wanted; called again when it is done.
void SystemProxySwitch::proceed()
{
    if (m_isBusy || m_isClosed || !m_thread.isRunning())
        return;
    const std::optional<SystemProxyWish> wish = wanted();
    if (wish && wish != m_applied) {
        m_isMeasuring = false;
        if (m_watchdog != nullptr)
            m_watchdog->start(); // before anything is written
        run([wish = *wish](SystemProxyKeeper &keeper) { return keeper.apply(wish); }, wish);
    } else if (!wish && (m_isSet || m_isJournalLeft) && !m_retry.isActive()) {
        m_isMeasuring = false;
        run([](SystemProxyKeeper &keeper) { return keeper.restore(); }, std::nullopt);
    } else if (m_isMeasuring && m_applied) {
        run([](SystemProxyKeeper &keeper) { return keeper.check(); }, m_applied);
    } else if (m_isClosing) {
        finishClosing();
    } else {
        Q_EMIT changed();
    }
}

void SystemProxySwitch::run(const std::function<Outcome(SystemProxyKeeper &)> &job,
                            const std::optional<SystemProxyWish> &wish)
{
    m_isBusy = true;
    QMetaObject::invokeMethod(
        m_worker,
        [this, keeper = m_keeper.get(), job, wish] {
            const Outcome outcome = job(*keeper);
            QMetaObject::invokeMethod(
                this,
                [this, outcome, wish] {
                    printProblem(outcome);
                    take(outcome, wish);
                },
                Qt::QueuedConnection);
        },
        Qt::QueuedConnection);
    Q_EMIT changed();
}

void SystemProxySwitch::take(const Outcome &outcome, const std::optional<SystemProxyWish> &wish)
{
    const bool wasApplied = m_applied.has_value();
    m_isBusy = false;
    m_isMeasuring = false;
    m_isSet = outcome.isSet;
    m_applied = outcome.isSet && outcome.problem != SystemProxyProblem::RestoreFailed ? wish : std::nullopt;
    m_isJournalLeft =
        outcome.problem == SystemProxyProblem::JournalStays || (m_isJournalLeft && wish && !outcome.isSet);
    // A restoration for want of a listener says nothing about what was wrong before.
    if (wish || wasApplied || outcome.problem != SystemProxyProblem::None || isUnfinished(m_problem)) {
        m_problem = outcome.problem;
        m_detail = outcome.detail;
    }
    const bool isTheirs = outcome.problem == SystemProxyProblem::ChangedByOthers;
    if ((wish && !outcome.isSet) || (isTheirs && !m_isClosing))
        turnOff(isTheirs);
    if (!m_isSet && m_watchdog != nullptr && !m_isClosing)
        m_watchdog->stop();
    if (m_isClosing && isUnfinished(outcome.problem)) {
        m_hasFailed = true;
        finishClosing();
        return;
    }
    if (outcome.problem == SystemProxyProblem::RestoreFailed)
        m_isOn = false;
    if (isUnfinished(outcome.problem) || m_isJournalLeft)
        m_retry.start();
    else
        m_retry.stop();
    Q_EMIT changed();
    proceed();
}

/// Not again by itself: by the user, or, unless it is for good, by the next start.
void SystemProxySwitch::turnOff(bool forGood)
{
    m_isOn = false;
    if (forGood)
        setSystemProxyWanted(false);
}

/// Twice: the watchdog goes first.
void SystemProxySwitch::finishClosing()
{
    if (m_isClosed)
        return;
    if (m_watchdog != nullptr && m_hasFailed) {
        m_watchdog->leaveBehind(); // It goes on trying; after that the journal is for the next start.
    } else if (m_watchdog != nullptr && !std::exchange(m_isWatchdogLeaving, true)) {
        m_watchdog->stop();
        return;
    }
    m_isClosed = true;
    QMetaObject::invokeMethod(this, &SystemProxySwitch::closed, Qt::QueuedConnection);
}

} // namespace app
