// SPDX-License-Identifier: MIT
#include "engine/script_line.h"

#include "engine/owner/program_text.h"

#include <QByteArrayView>

#include <algorithm>

namespace engine
{

namespace
{

constexpr QByteArrayView kMark = "#!";
constexpr QByteArrayView kBlanks = " \t";
/// What env itself understands in the words that it splits.
constexpr QByteArrayView kSpecial = "\"'\\$#";

bool isBlank(char c)
{
    return kBlanks.contains(c);
}

/// Of no other white space: what was written on Windows ends in a carriage return, and starts nothing.
QByteArrayView withoutBlankEnds(QByteArrayView text)
{
    while (!text.isEmpty() && isBlank(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && isBlank(text.back()))
        text.chop(1);
    return text;
}

QList<QByteArray> wordsOf(const QByteArray &text)
{
    QList<QByteArray> words = QByteArray(text).replace('\t', ' ').split(' ');
    words.removeAll(QByteArray());
    return words;
}

/// env takes all that stands behind it for one word, unless it is told to split that.
std::optional<QList<QByteArray>> wordsOfEnv(const QByteArray &argument)
{
    for (const QByteArrayView option : {QByteArrayView("-S"), QByteArrayView("--split-string=")}) {
        if (!argument.startsWith(option))
            continue;
        const QByteArray rest = argument.sliced(option.size());
        const bool isPlain =
            std::none_of(rest.begin(), rest.end(), [](char c) { return kSpecial.contains(c); });
        return isPlain ? std::optional(wordsOf(rest)) : std::nullopt;
    }
    return QList<QByteArray>{argument};
}

ScriptLine lineOfEnv(const QByteArray &argument)
{
    QList<QByteArray> words = wordsOfEnv(argument).value_or(QList<QByteArray>());
    while (!words.isEmpty() && words.front().contains('='))
        words.removeFirst();
    const QByteArray command = words.value(0);
    const bool isElsewhere = command.contains('/') && !command.startsWith('/');
    if (command.isEmpty() || command.startsWith('-') || isElsewhere)
        return {};
    return {command, true, words.sliced(1)};
}

} // namespace

std::optional<ScriptLine> parseScriptLine(const QByteArray &beginning)
{
    if (!beginning.startsWith(kMark))
        return std::nullopt;
    const qsizetype end = beginning.indexOf('\n');
    if (end < 0 && beginning.size() >= kMaximumScriptLine)
        return ScriptLine(); // cut off
    const QByteArrayView whole = QByteArrayView(beginning).first(end < 0 ? beginning.size() : end);
    const QByteArrayView line = withoutBlankEnds(whole.sliced(kMark.size()));
    const qsizetype length = std::find_if(line.begin(), line.end(), isBlank) - line.begin();
    const QByteArray interpreter = line.first(length).toByteArray();
    const QByteArray argument = withoutBlankEnds(line.sliced(length)).toByteArray();
    if (!interpreter.startsWith('/'))
        return ScriptLine(); // it depends on where the process is
    if (interpreter.endsWith("/env"))
        return lineOfEnv(argument);
    return ScriptLine{interpreter, false, argument.isEmpty() ? QList<QByteArray>() : QList{argument}};
}

bool isKnownByScript(const QByteArray &interpreterName, const ScriptLine &line, const QByteArray &script)
{
    const QList<QByteArray> arguments = QList{interpreterName} + line.arguments + QList{script};
    return scriptArgument(interpreterName, arguments) == script;
}

} // namespace engine
