// SPDX-License-Identifier: MIT
#include "app/routecommands.h"

#include "app/passwordkeeper.h"
#include "app/platform.h"
#include "engine/engine.h"
#include "ui/programtext.h"

#include <algorithm>
#include <cstdlib>

#include <QCoreApplication>

using namespace Qt::StringLiterals;
using engine::ServerCheck;

namespace app
{

namespace
{

std::optional<engine::Profile> load(const ProfileFile &file)
{
    const auto document = file.load();
    if (document)
        return document->profile;
    for (const engine::Message &line : document.error())
        printLine(stderr, u"hosier: "_s + line.toEnglish());
    return std::nullopt;
}

void printStep(const QString &name, const ServerCheck::Time &time)
{
    if (time)
        printLine(stdout, u"%1: %2 ms"_s.arg(name).arg(time->count()));
}

void printCheck(const ServerCheck &check, bool carriesUdp)
{
    printStep(u"connected"_s, check.connected);
    printStep(u"TLS"_s, check.secured);
    printStep(u"logged in"_s, check.loggedIn);
    printStep(u"target reached"_s, check.answered);
    if (check.error.isError())
        printLine(stdout, u"TCP: "_s + engine::errorText(check.error));
    printStep(u"UDP answered"_s, check.udpAnswered);
    if (check.udpError.isError())
        printLine(stdout, u"UDP: "_s + engine::errorText(check.udpError));
    else if (!carriesUdp)
        printLine(stdout, u"UDP: only SOCKS5 carries it"_s);
}

} // namespace

int runExplain(const ProfileFile &file, const QString &application, const engine::ExplainRequest &request)
{
    const std::optional<engine::Profile> profile = load(file);
    if (!profile)
        return EXIT_FAILURE;
    const engine::Explanation explanation = engine::explainRequest(*profile, request);
    if (const QString found = ui::foundProgramText(application, request.application.program);
        !found.isEmpty())
        printLine(stdout, found);
    for (const QString &line : explanation.toLines())
        printLine(stdout, line);
    if (explanation.action.kind == engine::Action::Kind::Proxy)
        printLine(stdout, u"health: not asked for, every server is taken for one that works"_s);
    return EXIT_SUCCESS;
}

int runCheckServer(const ProfileFile &file, engine::CheckRequest request)
{
    const std::optional<engine::Profile> profile = load(file);
    if (!profile)
        return EXIT_FAILURE;
    const QList<engine::ServerProfile> &servers = profile->servers;
    const auto server =
        std::find_if(servers.begin(), servers.end(), [&request](const engine::ServerProfile &candidate) {
            return candidate.id == request.server.id;
        });
    if (server == servers.end()) {
        printLine(stderr, u"hosier: there is no server with the id \"%1\""_s.arg(request.server.id));
        return EXIT_FAILURE;
    }
    request.server = *server;
    engine::Engine engine;
    QObject::connect(&engine, &engine::Engine::serverChecked, &engine, [&](const ServerCheck &check) {
        printCheck(check, request.server.protocol == engine::ServerProtocol::Socks5);
        QCoreApplication::exit(check.error.isError() ? EXIT_FAILURE : EXIT_SUCCESS);
    });
    engine.start(*profile, false);

    const std::unique_ptr<CredentialStore> credentials = makeCredentialStore();
    PasswordKeeper passwords(*credentials, canonicalPath(file.path()), kCredentialTimeout);
    QObject::connect(&passwords, &PasswordKeeper::problemFound, &engine, [](const engine::Message &problem) {
        printLine(stderr, u"hosier: "_s + problem.toEnglish());
    });
    const auto check = [&engine, &passwords, &request] {
        request.password = passwords.password(request.server.id);
        engine.checkServer(request);
    };
    // That of the one server: asking for more could bring up prompts that nobody needs.
    engine::Profile checked;
    checked.servers = {request.server};
    passwords.setProfile(checked);
    if (passwords.isWaiting()) {
        QObject::connect(&passwords, &PasswordKeeper::settled, &engine, check);
        passwords.askStore();
    } else {
        check();
    }
    return QCoreApplication::exec();
}

} // namespace app
