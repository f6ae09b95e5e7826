// SPDX-License-Identifier: MIT
#include "app/desktop.h"

#include "app/aftercrash.h"
#include "app/autostart.h"
#include "app/crashnote.h"
#include "app/credentialstore.h"
#include "app/logfile.h"
#include "app/platform.h"
#include "app/processend.h"
#include "app/profileeditor.h"
#include "app/program.h"
#include "app/sessionend.h"
#include "app/signals.h"
#include "app/systemproxyswitch.h"
#include "engine/engine.h"
#include "ui/language.h"
#include "ui/messagetext.h"
#include "ui/profilerecovery.h"
#include "ui/settings.h"
#include "ui/standardbuttons.h"
#include "ui/theme.h"
#include "ui/userinterface.h"

#include <cstdlib>
#include <memory>
#include <utility>

#include <QApplication>
#include <QFileInfo>
#include <QMessageBox>
#include <QSessionManager>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace app
{

namespace
{

void printProblems(const QList<engine::Message> &problems)
{
    for (const engine::Message &problem : problems)
        printLine(stderr, u"hosier: "_s + problem.toEnglish());
}

/// Tells why the program cannot start, on the screen and on standard error.
int showFailure(const QString &summary, const QList<engine::Message> &problems)
{
    printProblems(problems);
    const QStringList lines = ui::messageTexts(problems);
    QMessageBox box(QMessageBox::Critical, QCoreApplication::translate("app::Desktop", "Hosier"), summary);
    box.setDetailedText(lines.join(u'\n'));
    box.setInformativeText(lines.value(0));
    QObject::connect(&box, &QDialog::finished, &box, [] { QCoreApplication::exit(EXIT_FAILURE); });
    box.show();
    return QApplication::exec();
}

/// Lets the user put another profile in the place of a broken one. False when the program is not to start.
bool recoverProfile(const ProfileFile &file, const QList<engine::Message> &problems)
{
    printProblems(problems);
    const std::optional<ProfileBackup> backup = file.backup();
    ui::ProfileRecovery offer(file.path(), ui::messageTexts(problems),
                              backup ? std::optional(backup->until) : std::nullopt);
    offer.exec();
    if (offer.choice() == ui::ProfileRecovery::Choice::Quit)
        return false;
    const QJsonObject json = offer.choice() == ui::ProfileRecovery::Choice::Backup
                                 ? backup->json
                                 : engine::profileToJson(ProfileFile::builtIn());
    const std::optional<engine::Message> problem = file.save(json);
    if (problem)
        showFailure(QCoreApplication::translate("app::Desktop", "The profile cannot be replaced."),
                    {*problem});
    return !problem;
}

/// Loads the profile, or what the user takes instead of it. False when there is none to start with.
bool loadProfile(ProfileEditor &editor, const ProfileFile &file)
{
    QList<engine::Message> problems = editor.load();
    if (!problems.isEmpty() && file.isBroken()) {
        if (!recoverProfile(file, problems))
            return false;
        problems = editor.load();
    }
    if (!problems.isEmpty())
        showFailure(QCoreApplication::translate("app::Desktop", "The profile cannot be used."), problems);
    return problems.isEmpty();
}

/// What the running instance has answered: its own language may be another one.
engine::Message refusal(const QString &text)
{
    for (const char *known : {kNotReadyReply, kNoInterfaceReply, kEndingReply}) {
        if (text == QLatin1StringView(known))
            return engine::Message(known);
    }
    return engine::Message::verbatim(text);
}

/// What another instance has answered to this start. The process's exit code.
int leaveTo(const engine::Expected<Reply, engine::Message> &answer, bool isMinimized)
{
    // A session that starts the program twice is to show nothing either.
    if (isMinimized || (answer && answer->done))
        return EXIT_SUCCESS;
    return showFailure(QCoreApplication::translate(
                           "app::Desktop", "Hosier is already running, but its window cannot be shown."),
                       {answer ? refusal(answer->text) : answer.error()});
}

/// A profile that does not load leaves the running one in force; the log window has no line of ours, so this
/// one goes to standard error.
Reply reload(ProfileEditor &editor)
{
    const QList<engine::Message> problems = editor.reload();
    for (const engine::Message &line : problems)
        printLine(stderr, u"hosier: profile not reloaded: "_s + line.toEnglish());
    return problems.isEmpty() ? Reply{true, u"profile reloaded"_s}
                              : Reply{false, problems.front().toEnglish()};
}

/// What other starts of the program ask this one for.
SingleInstance::Handler answerOthers(engine::Engine &engine, ProfileEditor &editor,
                                     ui::UserInterface &userInterface, SystemProxySwitch &systemProxy)
{
    return [&engine, &editor, &userInterface, &systemProxy](Request request) -> Reply {
        if (systemProxy.isClosing() && request != Request::Quit)
            return {false, QString::fromLatin1(kEndingReply)};
        switch (request) {
        case Request::Hello:
            return {true, u"running"_s};
        case Request::Show:
            userInterface.showWindow();
            return {true, u"shown"_s};
        case Request::Toggle: {
            const bool wasAccepting = engine.isAccepting();
            userInterface.toggleProxy();
            return {true, wasAccepting ? u"proxy off"_s : u"proxy on"_s};
        }
        case Request::Reload:
            return reload(editor);
        case Request::Quit:
            systemProxy.close();
            return {true, u"stopping"_s};
        }
        return {};
    };
}

/// As the session's start does it.
bool startsInTray(const ui::Settings &settings)
{
    return settings.startWindow() != ui::StartWindow::Shown;
}

/// An entry of the session's start is to do what the settings say.
void followStartWindow(const ui::Settings &settings, Autostart &autostart)
{
    QObject::connect(&settings, &ui::Settings::startWindowChanged, &settings, [&settings, &autostart] {
        if (const auto problem = autostart.setMinimized(startsInTray(settings)))
            printLine(stderr, u"hosier: %1 cannot be changed: %2"_s.arg(problem->where, problem->detail));
    });
}

/// *Start at login* is Hosier's own way to be there again. A session manager would start it once more,
/// without its options and with its window.
void refuseRestartBySession()
{
#ifndef QT_NO_SESSIONMANAGER
    QObject::connect(qGuiApp, &QGuiApplication::saveStateRequest, qGuiApp,
                     [](QSessionManager &manager) { manager.setRestartHint(QSessionManager::RestartNever); });
#endif
}

std::unique_ptr<SystemProxyKeeper> makeKeeper()
{
    return std::make_unique<SystemProxyKeeper>(systemProxyDirectory(), findSystemProxyBackend(),
                                               makeSystemProxyBackend);
}

/// First nobody is pointed at the listeners any more, then they close, then the program ends: whoever asks
/// for it.
void endInOrder(engine::Engine &engine, SystemProxySwitch &systemProxy,
                const ui::UserInterface &userInterface, const Signals &signals)
{
    QObject::connect(&userInterface, &ui::UserInterface::quitRequested, &systemProxy,
                     &SystemProxySwitch::close);
    QObject::connect(&signals, &Signals::stopRequested, &systemProxy, &SystemProxySwitch::close);
    QObject::connect(&systemProxy, &SystemProxySwitch::closed, &engine, &engine::Engine::stop);
    // Not quit(), which asks the windows, and is what a session's end looks like.
    QObject::connect(
        &engine, &engine::Engine::stopped, qApp, [] { QCoreApplication::exit(); }, Qt::QueuedConnection);
}

/// Everything that lives while the interface runs. The engine outlives the interface, and the program ends
/// only when the engine has stopped.
int runInterface(const ProfileFile &file, const CommandLine &commandLine, ui::Language &language,
                 SingleInstance::Handler &handler)
{
    const QString notePath = crashNotePath(file.path());
    const QString crashNote = takeCrashNote(notePath);
    const CrashGuard crashGuard(notePath, afterCrashCommand());
    engine::Engine engine;
    const std::unique_ptr<CredentialStore> credentials = makeCredentialStore();
    ProfileEditor editor(engine, file, commandLine.listen, *credentials);
    // Before anything is asked of the user: until then all programs are pointed at nobody.
    std::unique_ptr<SystemProxyKeeper> keeper = makeKeeper();
    const SystemProxyKeeper::Outcome leftBehind = restoreAfterDeath(*keeper);
    if (!loadProfile(editor, file))
        return EXIT_FAILURE;
    // From here on the screen tells; whoever goes on working in the console ends nothing by that.
    leaveConsole();
    ui::Settings settings;
    Autostart autostart(commandLine.profilePath, startsInTray(settings));
    followStartWindow(settings, autostart);
    SystemProxySwitch systemProxy(engine, editor, std::move(keeper), QCoreApplication::applicationFilePath());
    LogFile logFile(engine, logPath(file.path(), commandLine.profilePath.isEmpty()), settings);
    ui::UserInterface userInterface(engine, editor, autostart, settings, language,
                                    {commandLine.minimized, QFileInfo(file.path()).completeBaseName(),
                                     &systemProxy, &logFile, crashNote});
    Signals signals;
    const SessionEnd sessionEnd([&systemProxy, &userInterface] {
        systemProxy.restoreNow();
        userInterface.save();
        systemProxy.close();
    });
    endInOrder(engine, systemProxy, userInterface, signals);
    QObject::connect(&signals, &Signals::reloadRequested, &editor, [&editor] { reload(editor); });
    handler = answerOthers(engine, editor, userInterface, systemProxy);
    if (!crashNote.isEmpty())
        logFile.append(engine::EventLevel::Error, u"the last run ended by a crash, see "_s + crashNote);
    editor.start();
    userInterface.start();
    // Not before the window is there: finding the store takes longer than showing it.
    QTimer::singleShot(0, &editor, &ProfileEditor::askForPasswords);
    systemProxy.start(leftBehind);
    const int exitCode = QApplication::exec();
    handler = nullptr; // What it refers to ends before the instance does.
    return exitCode;
}

} // namespace

int runDesktop(int &argc, char **argv, const CommandLine &commandLine)
{
    if (!hasDisplay()) {
        printLine(stderr, u"hosier: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set); "
                          "use --headless to run without an interface"_s);
        return EXIT_FAILURE;
    }
    const QApplication application(argc, argv);
    ProcessEnd end;
    // With a tray icon the window comes and goes; the interface says when to end.
    QApplication::setQuitOnLastWindowClosed(false);
    QGuiApplication::setApplicationDisplayName(u"Hosier"_s);
    QGuiApplication::setDesktopFileName(u"hosier"_s);
    refuseRestartBySession();

    ui::Language language;
    const ui::StandardButtons buttons;
    // What goes wrong before there is an interface is shown in it as well.
    ui::applyTheme(ui::Settings().theme());
    const ProfileFile file(commandLine.profilePath);
    const InstanceAddress address = InstanceAddress::forProfile(file.path());
    SingleInstance::Handler handler;
    SingleInstance instance(address, [&handler](Request request) {
        return handler ? handler(request) : Reply{false, QString::fromLatin1(kNotReadyReply)};
    });
    const Claim claim = commandLine.minimized
                            ? claimOrAsk(instance, address, u"hello"_s, &printWaiting, kEndPatience)
                            : claimOrAsk(instance, address, u"show"_s, &printWaiting, kWindowPatience);
    switch (claim.outcome) {
    case SingleInstance::Outcome::First:
        break;
    case SingleInstance::Outcome::AlreadyRunning:
        return leaveTo(claim.answer, commandLine.minimized);
    case SingleInstance::Outcome::Failed:
        // The program is worth more than its being the only one.
        printLine(stderr, u"hosier: other starts will not find this one: "_s + instance.errorText());
        break;
    }
    return end.with(runInterface(file, commandLine, language, handler));
}

} // namespace app
