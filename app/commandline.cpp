// SPDX-License-Identifier: MIT
#include "app/commandline.h"

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
constexpr std::array<std::pair<QLatin1StringView, Mode>, 8> kModes{{{"help"_L1, Mode::Help},
                                                                    {"version"_L1, Mode::Version},
                                                                    {"headless"_L1, Mode::Headless},
                                                                    {"check"_L1, Mode::Check},
                                                                    {"set-password"_L1, Mode::SetPassword},
                                                                    {"show"_L1, Mode::Command},
                                                                    {"toggle"_L1, Mode::Command},
                                                                    {"quit"_L1, Mode::Command}}};

/// An option that only some modes know.
struct Restriction {
    QLatin1StringView option;
    bool desktop;
    bool headless;
};

constexpr std::array<Restriction, 3> kRestrictions{
    {{"listen"_L1, true, true}, {"minimized"_L1, true, false}, {"log-level"_L1, false, true}}};

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
        {u"set-password"_s, u"Read a password from standard input and set it for a user of the profile."_s,
         u"NAME"_s},
        {u"show"_s, u"Tell the running instance to show its window."_s},
        {u"toggle"_s, u"Tell the running instance to turn the proxy on or off."_s},
        {u"quit"_s, u"Tell the running instance to quit."_s},
    });
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
    for (const Restriction &restriction : kRestrictions) {
        const bool isKnown = (mode == Mode::Desktop && restriction.desktop) ||
                             (mode == Mode::Headless && restriction.headless);
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
    result.user = parser.value(u"set-password"_s);
    if (result.mode == Mode::SetPassword && result.user.isEmpty())
        return u"--set-password needs the name of a user"_s;
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

} // namespace

Expected<CommandLine, QString> parseCommandLine(const QStringList &arguments)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (!parser.parse(arguments)) {
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
    if (!parser.positionalArguments().isEmpty())
        return Unexpected{u"\"%1\" is not an option"_s.arg(parser.positionalArguments().constFirst())};
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
