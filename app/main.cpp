// SPDX-License-Identifier: MIT
#include "app/aftercrash.h"
#include "app/commandline.h"
#include "app/desktop.h"
#include "app/headless.h"
#include "app/platform.h"
#include "app/program.h"
#include "app/systemproxywatchdog.h"

namespace
{

constexpr int kUsageError = 2;

} // namespace

int main(int argc, char **argv)
{
    app::preparePlatform();
    app::nameProgram();
    const auto commandLine = app::parseCommandLine(app::programArguments(argc, argv));
    if (!commandLine) {
        app::printLine(stderr,
                       QStringLiteral("hosier: %1 (--help lists the options)").arg(commandLine.error()));
        return kUsageError;
    }
    switch (commandLine->mode) {
    case app::Mode::Desktop:
        return app::runDesktop(argc, argv, *commandLine);
    case app::Mode::AfterCrash:
        return app::runAfterCrash(argc, argv, *commandLine);
    case app::Mode::Headless:
        return app::runHeadless(argc, argv, *commandLine);
    case app::Mode::SystemProxyWatchdog:
        return app::runSystemProxyWatchdog(argc, argv, commandLine->watched);
    case app::Mode::RestoreSystemProxy:
    case app::Mode::Check:
    case app::Mode::SetPassword:
    case app::Mode::Explain:
    case app::Mode::CheckServer:
    case app::Mode::Command:
    case app::Mode::Help:
    case app::Mode::Version:
        break;
    }
    return app::runCommand(argc, argv, *commandLine);
}
