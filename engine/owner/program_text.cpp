// SPDX-License-Identifier: MIT
#include "engine/owner/program_text.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace engine
{

namespace
{

using Words = std::span<const std::string_view>;

/// How an interpreter is told what to run.
struct Interpreter {
    std::string_view name;    ///< without a version
    std::string_view inlined; ///< letters of the options that are followed by code or by a module's name
    std::string_view
        valued; ///< letters of the options that are followed by a word, in the same one or the next
    std::string_view attached; ///< letters of the options that the rest of the same word belongs to
    Words longInlined;         ///< the same in full; also words that are no options
    Words longValued;
    std::string_view verb; ///< a word that stands before the script
};

using namespace std::string_view_literals;

constexpr std::array kShellValued{"--rcfile"sv, "--init-file"sv, "--emulate"sv};
constexpr std::array kNodeInlined{"--eval"sv, "--print"sv, "inspect"sv};
constexpr std::array kNodeValued{"--require"sv,    "--import"sv,   "--loader"sv, "--experimental-loader"sv,
                                 "--conditions"sv, "--env-file"sv, "--title"sv};
constexpr std::array kPhpInlined{"--run"sv, "--server"sv};
constexpr std::array kPhpValued{"--php-ini"sv, "--define"sv};
constexpr std::string_view kJava = "java";
constexpr std::array kJavaInlined{"-m"sv, "--module"sv};
constexpr std::array kJavaValued{"-cp"sv,         "-classpath"sv,    "--class-path"sv,
                                 "-p"sv,          "--module-path"sv, "--add-modules"sv,
                                 "--add-opens"sv, "--add-exports"sv, "--add-reads"sv};
constexpr std::array kDotnetValued{"--runtimeconfig"sv, "--depsfile"sv, "--additionalprobingpath"sv,
                                   "--fx-version"sv, "--roll-forward"sv};

constexpr std::array kInterpreters{
    Interpreter{"python", "cm", "WXQ", "", {}, {}, {}},
    Interpreter{"pypy", "cm", "WXQ", "", {}, {}, {}},
    Interpreter{"bash", "cs", "oO", "", {}, kShellValued, {}},
    Interpreter{"sh", "cs", "o", "", {}, {}, {}},
    Interpreter{"dash", "cs", "o", "", {}, {}, {}},
    Interpreter{"ash", "cs", "o", "", {}, {}, {}},
    Interpreter{"ksh", "cs", "o", "", {}, {}, {}},
    Interpreter{"mksh", "cs", "o", "", {}, {}, {}},
    Interpreter{"zsh", "cs", "o", "", {}, kShellValued, {}},
    Interpreter{"fish", "c", "Cdo", "", {}, {}, {}},
    Interpreter{"perl", "eE", "I", "MmixFdDCl0V", {}, {}, {}},
    Interpreter{"ruby", "eS", "rICE", "iFKTWx0", {}, {}, {}},
    Interpreter{"node", "ep", "rC", "", kNodeInlined, kNodeValued, {}},
    Interpreter{"nodejs", "ep", "rC", "", kNodeInlined, kNodeValued, {}},
    Interpreter{"deno", "", "cL", "", {}, {}, "run"},
    Interpreter{"bun", "ep", "r", "", {}, {}, "run"},
    Interpreter{"php", "rBRES", "cdz", "", kPhpInlined, kPhpValued, {}},
    Interpreter{"lua", "e", "l", "", {}, {}, {}},
    Interpreter{"luajit", "e", "l", "", {}, {}, {}},
    Interpreter{"gjs", "c", "IC", "", {}, {}, {}},
    Interpreter{"tclsh", "", "", "", {}, {}, {}},
    Interpreter{"mono", "", "", "", {}, {}, {}},
    Interpreter{"dotnet", "", "", "", {}, kDotnetValued, "exec"},
};

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

bool contains(Words words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// "python3.11" is "python".
std::string_view withoutVersion(std::string_view program)
{
    const std::size_t end = program.find_last_not_of("0123456789.-");
    return end == std::string_view::npos ? program : program.substr(0, end + 1);
}

const Interpreter *findInterpreter(std::string_view name)
{
    const auto *found = std::find_if(kInterpreters.begin(), kInterpreters.end(),
                                     [name](const Interpreter &known) { return known.name == name; });
    return found == kInterpreters.end() ? nullptr : found;
}

enum class Next : std::uint8_t {
    Look,  ///< at the next word
    Skip,  ///< the next word, which belongs to this one
    Stop,  ///< there is no script
    Found, ///< this word is it
};

/// What a bundle of short options such as "-lc" means for the words behind it.
Next afterShortOptions(const Interpreter &interpreter, std::string_view letters)
{
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (interpreter.inlined.find(letters[i]) != std::string_view::npos)
            return Next::Stop;
        if (interpreter.attached.find(letters[i]) != std::string_view::npos)
            return Next::Look;
        if (interpreter.valued.find(letters[i]) != std::string_view::npos)
            return i + 1 == letters.size() ? Next::Skip : Next::Look;
    }
    return Next::Look;
}

Next afterWord(const Interpreter &interpreter, std::string_view word)
{
    if (contains(interpreter.longInlined, word) || word == "-")
        return Next::Stop;
    if (contains(interpreter.longValued, word))
        return Next::Skip;
    if (!interpreter.verb.empty() && word == interpreter.verb)
        return Next::Look;
    if (word.substr(0, 2) == "--")
        return Next::Look;
    return word.front() == '-' ? afterShortOptions(interpreter, word.substr(1)) : Next::Found;
}

QByteArray scriptOf(const Interpreter &interpreter, const QList<QByteArray> &arguments)
{
    for (qsizetype i = 1; i < arguments.size(); ++i) {
        if (arguments[i] == "--")
            return arguments.value(i + 1);
        if (arguments[i].isEmpty())
            return {};
        switch (afterWord(interpreter, viewOf(arguments[i]))) {
        case Next::Look:
            break;
        case Next::Skip:
            ++i;
            break;
        case Next::Stop:
            return {};
        case Next::Found:
            return arguments[i];
        }
    }
    return {};
}

/// "java [options] -jar FILE"; a class by its name is no file.
QByteArray archiveOf(const QList<QByteArray> &arguments)
{
    for (qsizetype i = 1; i < arguments.size(); ++i) {
        const std::string_view word = viewOf(arguments[i]);
        if (word == "-jar")
            return arguments.value(i + 1);
        if (contains(kJavaValued, word))
            ++i;
        else if (contains(kJavaInlined, word) || !arguments[i].startsWith('-'))
            return {};
    }
    return {};
}

/// The directory that AppImages are mounted at, or unpacked into to be run. What an environment says of any
/// other one has been put there by hand.
bool isInAppImage(const QByteArray &executable)
{
    return executable.contains("/.mount_") || executable.contains("/appimage_extracted_");
}

} // namespace

std::optional<ProcessStat> parseProcessStat(const QByteArray &text)
{
    constexpr qsizetype kParent = 1;     // counted from the state, which is the third field
    constexpr qsizetype kStartTime = 19; // the twenty-second
    // A command may have parentheses and spaces in its name; nothing behind it has.
    const qsizetype begin = text.indexOf('(');
    const qsizetype end = text.lastIndexOf(')');
    if (begin < 0 || end < begin)
        return std::nullopt;
    const QList<QByteArray> fields = text.mid(end + 2).split(' ');
    if (fields.size() <= kStartTime + 1) // the last one may be cut off
        return std::nullopt;
    bool isParent = false;
    bool isTime = false;
    ProcessStat stat{text.mid(begin + 1, end - begin - 1), fields[kParent].toLongLong(&isParent),
                     fields[kStartTime].toULongLong(&isTime), fields[0].isEmpty() ? '\0' : fields[0].front()};
    return isParent && isTime ? std::optional(stat) : std::nullopt;
}

QByteArray withoutDeletedMark(const QByteArray &path)
{
    constexpr char kMark[] = " (deleted)";
    return path.endsWith(kMark) ? path.chopped(static_cast<qsizetype>(sizeof kMark) - 1) : path;
}

QList<QByteArray> zeroTerminated(const QByteArray &text)
{
    QList<QByteArray> parts = text.split('\0');
    parts.removeLast();
    return parts;
}

bool isInterpreter(const QByteArray &program)
{
    const std::string_view name = withoutVersion(viewOf(program));
    return name == kJava || findInterpreter(name);
}

QByteArray scriptArgument(const QByteArray &program, const QList<QByteArray> &arguments)
{
    const std::string_view name = withoutVersion(viewOf(program));
    if (name == kJava)
        return archiveOf(arguments);
    const Interpreter *interpreter = findInterpreter(name);
    return interpreter ? scriptOf(*interpreter, arguments) : QByteArray();
}

QByteArray flatpakNameOfInfo(const QByteArray &info)
{
    bool isApplication = false;
    const QList<QByteArray> lines = info.split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith('['))
            isApplication = line.trimmed() == "[Application]";
        else if (isApplication && line.startsWith("name="))
            return line.mid(5).trimmed();
    }
    return {};
}

QByteArray flatpakNameOfControlGroup(const QByteArray &groups)
{
    constexpr char kPrefix[] = "/app-flatpak-";
    const qsizetype begin = groups.indexOf(kPrefix);
    if (begin < 0)
        return {};
    const qsizetype name = begin + static_cast<qsizetype>(sizeof kPrefix) - 1;
    const qsizetype end = groups.indexOf(".scope", name);
    const qsizetype instance = groups.lastIndexOf('-', end);
    // systemd writes a "-" that belongs to the name as "\x2d".
    return end > name && instance > name ? groups.mid(name, instance - name).replace("\\x2d", "-")
                                         : QByteArray();
}

QByteArray snapNameOfPath(const QByteArray &path)
{
    for (const char *prefix : {"/snap/", "/var/lib/snapd/snap/"}) {
        if (!path.startsWith(prefix))
            continue;
        const qsizetype begin = QByteArrayView(prefix).size();
        const qsizetype end = path.indexOf('/', begin);
        return end > begin ? path.mid(begin, end - begin) : QByteArray();
    }
    return {};
}

QByteArray environmentValue(const QList<QByteArray> &environment, const QByteArray &name)
{
    for (const QByteArray &variable : environment) {
        if (variable.startsWith(name + '='))
            return variable.mid(name.size() + 1);
    }
    return {};
}

QByteArray appImagePath(const QByteArray &executable, const QList<QByteArray> &environment)
{
    const QByteArray root = environmentValue(environment, "APPDIR");
    const bool isInside = root.isEmpty() || executable.startsWith(root + '/');
    return isInside && isInAppImage(executable) ? environmentValue(environment, "APPIMAGE") : QByteArray();
}

} // namespace engine
