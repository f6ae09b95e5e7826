// SPDX-License-Identifier: MIT
#include "app/aftercrash.h"

#include "app/crashnote.h"
#include "app/platform.h"
#include "app/profilefile.h"
#include "app/sessionend.h"
#include "ui/language.h"
#include "ui/restartoffer.h"
#include "ui/settings.h"
#include "ui/standardbuttons.h"
#include "ui/theme.h"

#include <chrono>
#include <cstdlib>
#include <memory>

#include <QApplication>
#include <QFileInfo>
#include <QProcess>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace app
{

namespace
{

/// How often to see whether the crashed process has ended.
constexpr std::chrono::milliseconds kLookInterval{100};

QString option()
{
    return u"--after-crash="_s;
}

} // namespace

QStringList afterCrashCommand()
{
    return QStringList{QCoreApplication::applicationFilePath(),
                       option() + QString::number(QCoreApplication::applicationPid())} +
           QCoreApplication::arguments().sliced(1);
}

QStringList argumentsBeforeCrash(const QStringList &arguments)
{
    QStringList before = arguments;
    before.removeIf([](const QString &argument) { return argument.startsWith(option()); });
    return before;
}

int runAfterCrash(int &argc, char **argv, const CommandLine &commandLine)
{
    if (!hasDisplay())
        return EXIT_FAILURE;
    const QApplication application(argc, argv);
    QApplication::setQuitOnLastWindowClosed(false);
    QGuiApplication::setApplicationDisplayName(u"Hosier"_s);
    QGuiApplication::setDesktopFileName(u"hosier"_s);
    const ui::Language language;
    const ui::StandardButtons buttons;
    ui::applyTheme(ui::Settings().theme());

    const CrashedProcess crashed(commandLine.watched);
    const QString notePath = crashNotePath(ProfileFile(commandLine.profilePath).path());
    std::unique_ptr<ui::RestartOffer> offer;
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &look, [&] {
        if (!crashed.hasEnded())
            return;
        look.stop();
        offer = std::make_unique<ui::RestartOffer>(QFileInfo::exists(notePath) ? notePath : QString());
        QObject::connect(offer.get(), &QDialog::finished, &look, [&offer] {
            const bool isRestart = offer->isAccepted();
            const bool isDone =
                !isRestart ||
                QProcess::startDetached(QCoreApplication::applicationFilePath(),
                                        argumentsBeforeCrash(QCoreApplication::arguments().sliced(1)));
            QCoreApplication::exit(isDone ? EXIT_SUCCESS : EXIT_FAILURE);
        });
        offer->show();
        offer->raise();
        offer->activateWindow();
    });
    // An installer asks what it cannot ask by a request like the session's end does; nobody is there to
    // answer then.
    const SessionEnd sessionEnd([] { QCoreApplication::exit(); });
    look.start(kLookInterval);
    return QApplication::exec();
}

} // namespace app
