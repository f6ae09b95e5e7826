// SPDX-License-Identifier: MIT
#include "ui/linkednames.h"

#include "engine/rule_entries.h"
#include "ui/programlookup.h"

namespace ui
{

namespace
{

constexpr qsizetype kToldNames = 3;

/// Names and what their programs are known by, in turn.
QStringList findLinked(const QStringList &names)
{
    QStringList linked;
    for (const QString &name : names) {
        const engine::Program program = findProgram(name);
        // A script is known by its link.
        if (program.script.isEmpty() && !engine::isSameProgramName(program.name, name))
            linked << name << program.name;
        if (linked.size() == 2 * kToldNames)
            break;
    }
    return linked;
}

} // namespace

LinkedNames::LinkedNames(QObject *parent)
    : QObject(parent)
    , m_lookup(findLinked, [this](const QStringList &linked) { tell(linked); })
{
}

void LinkedNames::look(const QStringList &names)
{
    m_lookup.ask(names);
}

void LinkedNames::tell(const QStringList &linked)
{
    QStringList lines;
    for (qsizetype i = 0; i < linked.size(); i += 2)
        lines << tr("%1 leads to %2: programs are known by that name.").arg(linked[i], linked[i + 1]);
    Q_EMIT told(lines.join(u'\n'));
}

} // namespace ui
