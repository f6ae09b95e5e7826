// SPDX-License-Identifier: MIT
#include "app/program.h"

#include "app/passwordcommand.h"
#include "app/platform.h"
#include "app/routecommands.h"
#include "app/systemproxywatchdog.h"
#include "engine/engine.h"

#include <cstdlib>

#include <QCoreApplication>
#include <QSettings>

using namespace Qt::StringLiterals;

namespace app
{

namespace
{

int check(const ProfileFile &file)
{
    const auto document = file.load();
    if (document) {
        printLine(stdout, u"profile is valid"_s);
        return EXIT_SUCCESS;
    }
    for (const engine::Message &line : document.error())
        printLine(stdout, line.toEnglish());
    return EXIT_FAILURE;
}

int sendCommand(const ProfileFile &file, const QString &word)
{
    const auto reply = sendRequest(InstanceAddress::toAskAbout(file.path()), word, kAnswerTimeout);
    if (!reply) {
        printLine(stderr, u"hosier: "_s + reply.error().toEnglish());
        return EXIT_FAILURE;
    }
    if (!reply->done) {
        printLine(stderr, u"hosier: "_s + reply->text);
        return EXIT_FAILURE;
    }
    printLine(stdout, reply->text);
    return EXIT_SUCCESS;
}

} // namespace

void nameProgram()
{
    QCoreApplication::setOrganizationName(u"hosier"_s);
    QCoreApplication::setApplicationName(u"hosier"_s);
    // A file beside the profile, hosier/hosier.ini, also where Qt would take the registry.
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, configurationRoot());
    QCoreApplication::setApplicationVersion(QStringLiteral(HOSIER_VERSION));
}

int runCommand(int &argc, char **argv, const CommandLine &commandLine)
{
    const QCoreApplication application(argc, argv);
    const ProfileFile file(commandLine.profilePath);
    switch (commandLine.mode) {
    case Mode::Help:
        printLine(stdout, helpText().trimmed());
        return EXIT_SUCCESS;
    case Mode::Version:
        printLine(stdout, u"hosier "_s + QCoreApplication::applicationVersion());
        return EXIT_SUCCESS;
    case Mode::Check:
        return check(file);
    case Mode::SetPassword:
        return runSetPassword(file, commandLine.user);
    case Mode::Explain:
        return runExplain(file, commandLine.application, commandLine.explain);
    case Mode::CheckServer:
        return runCheckServer(file, commandLine.checkServer);
    case Mode::Command:
        return sendCommand(file, commandLine.command);
    case Mode::RestoreSystemProxy:
        return runRestoreSystemProxy();
    case Mode::SystemProxyWatchdog:
    case Mode::AfterCrash:
    case Mode::Desktop:
    case Mode::Headless:
        break;
    }
    Q_UNREACHABLE();
    return EXIT_FAILURE;
}

Reply toggleProxy(engine::Engine &engine)
{
    const bool accepting = !engine.isAccepting();
    engine.setAccepting(accepting);
    return {true, accepting ? u"proxy on"_s : u"proxy off"_s};
}

void printWaiting()
{
    printLine(stderr, u"hosier: the running instance is about to end; waiting for that"_s);
}

bool claimOrReport(SingleInstance &instance, const ProfileFile &file)
{
    const InstanceAddress address = InstanceAddress::forProfile(file.path());
    switch (claimOrAsk(instance, address, u"hello"_s, &printWaiting).outcome) {
    case SingleInstance::Outcome::First:
        return true;
    case SingleInstance::Outcome::AlreadyRunning:
        printLine(stderr, u"hosier: already running with the profile %1"_s.arg(file.path()));
        return false;
    case SingleInstance::Outcome::Failed:
        printLine(stderr, u"hosier: %1"_s.arg(instance.errorText()));
        return false;
    }
    return false;
}

} // namespace app
