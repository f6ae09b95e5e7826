// SPDX-License-Identifier: MIT
#include "app/headless.h"

#include "app/crashnote.h"
#include "app/platform.h"
#include "app/processend.h"
#include "app/program.h"
#include "app/sessionend.h"
#include "app/signals.h"
#include "app/singleinstance.h"
#include "app/systemproxykeeper.h"
#include "ui/eventtext.h"
#include "ui/logline.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <QCoreApplication>
#include <QDateTime>
#include <QScopedValueRollback>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::ListenerState;
using engine::ListenerStatus;
using engine::Unexpected;

namespace app
{

namespace
{

/// What is served, in the profile's words.
QString protocolList(engine::Protocols protocols)
{
    QStringList words;
    if (protocols.testFlag(engine::Protocol::Socks4))
        words += u"socks4"_s;
    if (protocols.testFlag(engine::Protocol::Socks5))
        words += u"socks5"_s;
    if (protocols.testFlag(engine::Protocol::Http))
        words += u"http"_s;
    return words.join(u", ");
}

/// What other starts of the program ask this one for.
SingleInstance::Handler answerOthers(engine::Engine &engine, Headless &headless)
{
    return [&engine, &headless](Request request) -> Reply {
        if (headless.isStopping() && request != Request::Quit)
            return {false, QString::fromLatin1(kEndingReply)};
        switch (request) {
        case Request::Hello:
            return {true, u"running"_s};
        case Request::Show:
            return {false, QString::fromLatin1(kNoInterfaceReply)};
        case Request::Toggle:
            return toggleProxy(engine);
        case Request::Reload: {
            const QStringList problems = headless.reload();
            return problems.isEmpty() ? Reply{true, u"profile reloaded"_s} : Reply{false, problems.front()};
        }
        case Request::Quit:
            headless.stop(EXIT_SUCCESS);
            return {true, u"stopping"_s};
        }
        return {};
    };
}

/// Lets go of the settings at once, also where it could not put them back: others may try.
void restoreSystemProxy()
{
    SystemProxyKeeper keeper = makeRestoringKeeper();
    restoreAfterDeath(keeper);
}

} // namespace

Headless::Headless(engine::Engine &engine, CredentialStore &store, ProfileFile file,
                   const CommandLine &commandLine, Outputs outputs, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_file(std::move(file))
    , m_listen(commandLine.listen)
    , m_logLevel(commandLine.logLevel)
    , m_outputs(std::move(outputs))
    , m_passwords(store, canonicalPath(m_file.path()))
{
    connect(&m_engine, &engine::Engine::listenersChanged, this, &Headless::updateListeners);
    connect(&m_engine, &engine::Engine::delta, this, &Headless::logDelta);
    connect(&m_engine, &engine::Engine::stopped, this, [this] { Q_EMIT finished(m_exitCode); });
    connect(&m_passwords, &PasswordKeeper::changed, this, [this] {
        if (!m_isReloading)
            m_engine.setServerPasswords(m_passwords.passwords());
    });
    connect(&m_passwords, &PasswordKeeper::problemFound, this, [this](const engine::Message &problem) {
        logLine(engine::EventLevel::Error, problem.toEnglish());
    });
}

bool Headless::start()
{
    const auto profile = loadProfile();
    if (!profile) {
        logProblems(u"cannot start: %1"_s, profile.error());
        return false;
    }
    m_engine.setEventLevel(m_logLevel);
    m_passwords.setProfile(*profile);
    m_engine.setDetail(engine::Detail::Totals);
    startEngine(m_engine, *profile, m_passwords);
    askForPasswords();
    return true;
}

QStringList Headless::reload()
{
    if (m_isStopping)
        return {QString::fromLatin1(kEndingReply)};
    const auto profile = loadProfile();
    if (!profile) {
        logProblems(u"profile not reloaded: %1"_s, profile.error());
        return profile.error();
    }
    const QScopedValueRollback isReloading(m_isReloading, true);
    m_passwords.setProfile(*profile, PasswordKeeper::Reading::All);
    m_engine.applyProfile(*profile, m_passwords.passwords());
    askForPasswords();
    return {};
}

void Headless::stop(int exitCode)
{
    if (m_isStopping)
        return;
    m_isStopping = true;
    m_exitCode = exitCode;
    m_engine.stop();
}

/// Machines without an interface mostly have no store, and need none as long as no server's password is
/// sought.
void Headless::askForPasswords()
{
    if (m_passwords.isWaiting())
        m_passwords.askStore();
}

Expected<engine::Profile, QStringList> Headless::loadProfile() const
{
    const auto document = m_file.load();
    if (!document) {
        QStringList problems;
        for (const engine::Message &line : document.error())
            problems += line.toEnglish();
        return Unexpected{problems};
    }
    if (!m_listen)
        return document->profile;
    const auto profile = withListenEndpoint(document->profile, *m_listen);
    if (!profile)
        return Unexpected{QStringList{u"--listen: "_s + profile.error().toEnglish()}};
    return *profile;
}

void Headless::logProblems(const QString &failure, const QStringList &problems) const
{
    for (const QString &problem : problems)
        logLine(engine::EventLevel::Error, failure.arg(problem));
    if (m_file.isBroken() && m_file.backup())
        logLine(engine::EventLevel::Warning,
                u"%1 holds the profile as it was before the last change"_s.arg(m_file.backupPath()));
}

void Headless::updateListeners(const QList<ListenerStatus> &listeners)
{
    // New ones come as events, with the process that holds the port.
    m_failures.removeIf(
        [&listeners](const auto &failure) { return !engine::hasFailed(listeners, failure.key()); });
    for (const ListenerStatus &listener : listeners) {
        if (listener.state != ListenerState::Listening)
            continue;
        const QString line =
            u"listening on %1 (%2)"_s.arg(listener.endpoint.toString(), protocolList(listener.protocols));
        if (m_announced.contains(line))
            continue;
        m_announced.insert(line);
        m_outputs.announce(line);
    }
    stopIfNothingListens();
}

/// The same failure once while it lasts, however often the engine tries. No level of the log leaves it out.
void Headless::reportFailure(const engine::Event &event)
{
    const QString text = ui::eventText(event);
    if (m_failures.value(event.client) == text)
        return;
    m_failures.insert(event.client, text);
    m_outputs.log(ui::logLine(event.at, event.level, text));
}

/// Only at the start: later on the proxy may be off, or a port come free again.
void Headless::stopIfNothingListens()
{
    const QList<ListenerStatus> &listeners = m_engine.listeners();
    if (!m_isStarting || m_isStopping || listeners.isEmpty())
        return;
    const bool isSettled =
        std::all_of(listeners.begin(), listeners.end(), [this](const ListenerStatus &listener) {
            return listener.state == ListenerState::Listening ||
                   (listener.state == ListenerState::Failed && m_failures.contains(listener.endpoint));
        });
    if (!isSettled)
        return;
    m_isStarting = false;
    if (!m_failures.isEmpty() &&
        std::none_of(listeners.begin(), listeners.end(), [](const ListenerStatus &listener) {
            return listener.state == ListenerState::Listening;
        }))
        stop(EXIT_FAILURE);
}

void Headless::logDelta(const engine::Delta &delta)
{
    for (const engine::Event &event : delta.events) {
        if (event.code == engine::EventCode::ListenerFailed)
            reportFailure(event);
        else if (event.level >= m_logLevel)
            m_outputs.log(ui::logLine(event.at, event.level, ui::eventText(event)));
    }
    if (delta.droppedEvents > 0)
        logLine(engine::EventLevel::Warning, u"%1 events lost: too many at once"_s.arg(delta.droppedEvents));
    m_engine.acknowledge(delta.seq);
    stopIfNothingListens();
}

void Headless::logLine(engine::EventLevel level, const QString &text) const
{
    if (level >= m_logLevel)
        m_outputs.log(ui::logLine(QDateTime::currentMSecsSinceEpoch(), level, text));
}

int runHeadless(int &argc, char **argv, const CommandLine &commandLine)
{
    const QCoreApplication application(argc, argv);
    ProcessEnd end;
    const ProfileFile file(commandLine.profilePath);
    engine::Engine engine;
    const std::unique_ptr<CredentialStore> credentials = makeCredentialStore();
    Headless headless(engine, *credentials, file, commandLine,
                      {[](const QString &line) { printLine(stdout, line); },
                       [](const QString &line) {
                           printLine(stderr, line);
                       }});
    SingleInstance instance(InstanceAddress::forProfile(file.path()), answerOthers(engine, headless));
    if (!claimOrReport(instance, file))
        return EXIT_FAILURE;
    restoreSystemProxy();

    const QString notePath = crashNotePath(file.path());
    if (const QString crashNote = takeCrashNote(notePath); !crashNote.isEmpty())
        printLine(stderr, u"hosier: the last run ended by a crash, see "_s + crashNote);
    const CrashGuard crashGuard(notePath); // Whoever supervises a service starts it again.
    Signals signals;
    QObject::connect(&signals, &Signals::stopRequested, &headless,
                     [&headless] { headless.stop(EXIT_SUCCESS); });
    QObject::connect(&signals, &Signals::reloadRequested, &headless, &Headless::reload);
    const SessionEnd sessionEnd([&headless] { headless.stop(EXIT_SUCCESS); });
    QObject::connect(
        &headless, &Headless::finished, &application, [](int exitCode) { QCoreApplication::exit(exitCode); },
        Qt::QueuedConnection);
    if (!headless.start())
        return EXIT_FAILURE;
    return end.with(QCoreApplication::exec());
}

} // namespace app
