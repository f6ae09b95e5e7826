// SPDX-License-Identifier: MIT
#include "app/commandline.h"

#include "ui/programlookup.h"

#include <QCommandLineOption>
#include <QCommandLineParser>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;
using engine::Endpoint;
using engine::EventLevel;
using engine::Expected;
using engine::Unexpected;

namespace app
{

namespace
{

constexpr std::array<std::pair<QLatin1StringView, EventLevel>, 4> kLogLevels{
    {{"debug"_L1, EventLevel::Debug},
     {"info"_L1, EventLevel::Info},
     {"warning"_L1, EventLevel::Warning},
     {"error"_L1, EventLevel::Error}}};

/// Options that choose what this start is for; at most one may be given.
constexpr std::array<std::pair<QLatin1StringView, Mode>, 13> kModes{
    {{"help"_L1, Mode::Help},
     {"version"_L1, Mode::Version},
     {"headless"_L1, Mode::Headless},
     {"check"_L1, Mode::Check},
     {"set-password"_L1, Mode::SetPassword},
     {"explain"_L1, Mode::Explain},
     {"check-server"_L1, Mode::CheckServer},
     {"show"_L1, Mode::Command},
     {"toggle"_L1, Mode::Command},
     {"quit"_L1, Mode::Command},
     {"restore-system-proxy"_L1, Mode::RestoreSystemProxy},
     {"system-proxy-watchdog"_L1, Mode::SystemProxyWatchdog},
     {"after-crash"_L1, Mode::AfterCrash}}};

/// An option that only some modes know.
struct Restriction {
    QLatin1StringView option;
    std::array<Mode, 2> modes;
};

constexpr std::array<Restriction, 7> kRestrictions{
    {{"listen"_L1, {Mode::Desktop, Mode::Headless}},
     {"minimized"_L1, {Mode::Desktop, Mode::Desktop}},
     {"log-level"_L1, {Mode::Headless, Mode::Headless}},
     {"transport"_L1, {Mode::Explain, Mode::Explain}},
     {"user"_L1, {Mode::Explain, Mode::Explain}},
     {"client"_L1, {Mode::Explain, Mode::Explain}},
     {"name-server"_L1, {Mode::CheckServer, Mode::CheckServer}}}};

void addOptions(QCommandLineParser &parser)
{
    parser.setApplicationDescription(
        u"Manages proxies: an embedded SOCKS server with an interface to watch it."_s);
    parser.addOptions({
        {{u"h"_s, u"help"_s}, u"Print this help."_s},
        {{u"v"_s, u"version"_s}, u"Print the version."_s},
        {u"headless"_s,
         u"Run without an interface until SIGINT or SIGTERM; SIGHUP reads the profile again."_s},
        {u"profile"_s, u"Use this profile instead of the user's own."_s, u"FILE"_s},
        {u"listen"_s, u"Another address for the first listener; port 0 takes any free one."_s,
         u"ADDRESS:PORT"_s},
        {u"minimized"_s, u"Start in the tray."_s},
        {u"log-level"_s, u"What --headless logs: debug, info, warning (default) or error."_s, u"LEVEL"_s},
        {u"check"_s, u"Validate the profile, print each error with its JSON path, exit with 0 or 1."_s},
        {u"set-password"_s,
         u"Read a password from standard input: that of a user goes into the profile as a hash, that of a "
         "server into the credential store."_s,
         u"NAME"_s},
        {u"explain"_s,
         u"Print what would be done with a connection of APPLICATION (a name or a path, \"\" for one that is "
         u"not "
         "identified) to the HOST:PORT behind it, and why."_s,
         u"APPLICATION"_s},
        {u"transport"_s, u"Of --explain: tcp (default) or udp."_s, u"TRANSPORT"_s},
        {u"user"_s, u"Of --explain: who logged in."_s, u"NAME"_s},
        {u"client"_s, u"Of --explain: where the request comes from."_s, u"ADDRESS"_s},
        {u"check-server"_s,
         u"Try a server of the profile out: connect, log in, reach the HOST:PORT behind it, ask by UDP."_s,
         u"ID"_s},
        {u"name-server"_s, u"Of --check-server: whom to ask by UDP."_s, u"ADDRESS:PORT"_s},
        {u"show"_s, u"Tell the running instance to show its window."_s},
        {u"toggle"_s, u"Tell the running instance to turn the proxy on or off."_s},
        {u"quit"_s, u"Tell the running instance to quit."_s},
        {u"restore-system-proxy"_s, u"Put back what the system's proxy settings were before Hosier."_s},
    });
    // The program's own business: --system-proxy-watchdog and --after-crash, each with the number of the
    // process that started this one. What else stands beside --after-crash is what that one was started with.
    for (const QString &name : {u"system-proxy-watchdog"_s, u"after-crash"_s}) {
        QCommandLineOption own(name, {}, u"PID"_s);
        own.setFlags(QCommandLineOption::HiddenFromHelp);
        parser.addOption(own);
    }
}

Expected<Mode, QString> readMode(const QCommandLineParser &parser, QString &command)
{
    std::optional<Mode> mode;
    QLatin1StringView chosen;
    for (const auto &[option, value] : kModes) {
        if (!parser.isSet(option))
            continue;
        // Asking for help beside anything else is still asking for help.
        if (value == Mode::Help || value == Mode::Version)
            return value;
        if (mode)
            return Unexpected{u"--%1 and --%2 exclude each other"_s.arg(chosen, option)};
        mode = value;
        chosen = option;
    }
    if (mode == Mode::Command)
        command = chosen;
    return mode.value_or(Mode::Desktop);
}

std::optional<QString> findMisplacedOption(const QCommandLineParser &parser, Mode mode)
{
    if (mode == Mode::AfterCrash)
        mode = Mode::Desktop; // whose options it keeps
    for (const Restriction &restriction : kRestrictions) {
        const bool isKnown = mode == restriction.modes[0] || mode == restriction.modes[1];
        if (parser.isSet(restriction.option) && !isKnown)
            return u"--%1 has no meaning here"_s.arg(restriction.option);
    }
    for (const QString &option : parser.optionNames()) {
        if (parser.optionNames().count(option) > 1)
            return u"--%1 is given twice"_s.arg(option);
    }
    return std::nullopt;
}

/// Reads the values of the options into `result`; the return value is what is wrong.
std::optional<QString> readValues(const QCommandLineParser &parser, CommandLine &result)
{
    result.minimized = parser.isSet(u"minimized"_s);
    result.profilePath = parser.value(u"profile"_s);
    if (parser.isSet(u"profile"_s) && result.profilePath.isEmpty())
        return u"--profile needs a file"_s;
    result.watched =
        parser.value(result.mode == Mode::AfterCrash ? u"after-crash"_s : u"system-proxy-watchdog"_s)
            .toLongLong();
    result.user = parser.value(u"set-password"_s);
    if (result.mode == Mode::SetPassword && result.user.isEmpty())
        return u"--set-password needs the name of a user or the id of a server"_s;
    if (parser.isSet(u"listen"_s)) {
        result.listen = Endpoint::fromString(parser.value(u"listen"_s));
        if (!result.listen)
            return u"--listen needs an IP address and a port, such as 127.0.0.1:1080 or [::1]:0, not \"%1\""_s
                .arg(parser.value(u"listen"_s));
    }
    if (parser.isSet(u"log-level"_s)) {
        const QString word = parser.value(u"log-level"_s);
        const auto level = std::find_if(kLogLevels.begin(), kLogLevels.end(),
                                        [&word](const auto &entry) { return entry.first == word; });
        if (level == kLogLevels.end())
            return u"--log-level is one of debug, info, warning, error, not \"%1\""_s.arg(word);
        result.logLevel = level->second;
    }
    return std::nullopt;
}

/// "example.org:443", "[2001:db8::1]:443".
bool readTarget(const QString &text, QString &host, std::uint16_t &port)
{
    if (const std::optional<Endpoint> endpoint = Endpoint::fromString(text)) {
        host = endpoint->address.toString();
        port = endpoint->port;
        return true;
    }
    const qsizetype colon = text.lastIndexOf(u':');
    bool isNumber = false;
    port = text.sliced(colon + 1).toUShort(&isNumber);
    host = text.left(std::max<qsizetype>(colon, 0));
    return isNumber && port != 0 && !host.isEmpty() && !host.contains(u':');
}

std::optional<QString> whyNotAskedFor(QLatin1StringView option, const QString &host)
{
    const engine::Message fault = engine::faultOfAskedHost(host);
    return fault.isEmpty() ? std::nullopt : std::optional(u"--%1: %2"_s.arg(option, fault.toEnglish()));
}

std::optional<QString> readExplain(const QCommandLineParser &parser, CommandLine &result)
{
    engine::ExplainRequest &request = result.explain;
    result.application = parser.value(u"explain"_s);
    request.application.program = ui::findProgram(result.application);
    const QStringList targets = parser.positionalArguments();
    if (targets.size() != 1 || !readTarget(targets.first(), request.host, request.port))
        return u"--explain needs an application and one HOST:PORT"_s;
    if (std::optional<QString> fault = whyNotAskedFor("explain"_L1, request.host))
        return fault;
    const QString transport = parser.value(u"transport"_s);
    if (!transport.isEmpty() && transport != "tcp"_L1 && transport != "udp"_L1)
        return u"--transport is tcp or udp, not \"%1\""_s.arg(transport);
    request.transport = transport == "udp"_L1 ? engine::Transport::Udp : engine::Transport::Tcp;
    request.user = parser.value(u"user"_s);
    if (!parser.isSet(u"client"_s))
        return std::nullopt;
    const std::optional<engine::Address> client = engine::Address::fromLiteral(parser.value(u"client"_s));
    if (!client)
        return u"--client needs an IP address, not \"%1\""_s.arg(parser.value(u"client"_s));
    request.client = *client;
    return std::nullopt;
}

std::optional<QString> readCheckServer(const QCommandLineParser &parser, engine::CheckRequest &request)
{
    request.server.id = parser.value(u"check-server"_s);
    const QStringList targets = parser.positionalArguments();
    if (targets.size() > 1 ||
        (targets.size() == 1 && !readTarget(targets.first(), request.targetHost, request.targetPort)))
        return u"--check-server needs the id of a server and at most one HOST:PORT"_s;
    if (!targets.isEmpty()) {
        if (std::optional<QString> fault = whyNotAskedFor("check-server"_L1, request.targetHost))
            return fault;
    }
    if (!parser.isSet(u"name-server"_s))
        return std::nullopt;
    if (!readTarget(parser.value(u"name-server"_s), request.nameServer, request.nameServerPort))
        return u"--name-server needs an address and a port, such as 1.1.1.1:53"_s;
    return whyNotAskedFor("name-server"_L1, request.nameServer);
}

/// What the modes read that take more than options; other modes take nothing else.
std::optional<QString> readArguments(const QCommandLineParser &parser, CommandLine &result)
{
    switch (result.mode) {
    case Mode::Explain:
        return readExplain(parser, result);
    case Mode::CheckServer:
        return readCheckServer(parser, result.checkServer);
    default:
        if (parser.positionalArguments().isEmpty())
            return std::nullopt;
        return u"\"%1\" is not an option"_s.arg(parser.positionalArguments().constFirst());
    }
}

/// As a session manager starts what ran when the session ended; Qt reads it for itself.
QStringList withoutSession(QStringList arguments)
{
    const qsizetype session = arguments.indexOf(u"-session"_s, 1);
    if (session > 0 && session + 1 < arguments.size())
        arguments.remove(session, 2);
    return arguments;
}

} // namespace

Expected<CommandLine, QString> parseCommandLine(const QStringList &arguments)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (!parser.parse(withoutSession(arguments))) {
        QString error = parser.errorText(); // a sentence of Qt's, in its language
        while (error.endsWith(u'.'))
            error.chop(1);
        return Unexpected{error};
    }
    CommandLine result;
    const Expected<Mode, QString> mode = readMode(parser, result.command);
    if (!mode)
        return Unexpected{mode.error()};
    result.mode = *mode;
    if (result.mode == Mode::Help || result.mode == Mode::Version)
        return result;
    if (const std::optional<QString> error = readArguments(parser, result))
        return Unexpected{*error};
    if (const std::optional<QString> error = findMisplacedOption(parser, result.mode))
        return Unexpected{*error};
    if (const std::optional<QString> error = readValues(parser, result))
        return Unexpected{*error};
    return result;
}

QString helpText()
{
    QCommandLineParser parser;
    addOptions(parser);
    return parser.helpText();
}

} // namespace app
