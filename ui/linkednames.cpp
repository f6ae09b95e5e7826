// SPDX-License-Identifier: MIT
#include "ui/linkednames.h"

#include "engine/rule_entries.h"
#include "ui/background.h"
#include "ui/programlookup.h"

#include <utility>

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
{
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &LinkedNames::take);
}

void LinkedNames::look(const QStringList &names)
{
    m_next = names;
    begin();
}

void LinkedNames::begin()
{
    if (m_isBusy || !m_next)
        return;
    m_isBusy = true;
    m_watcher.setFuture(
        inBackground([names = *std::exchange(m_next, std::nullopt)] { return findLinked(names); }));
}

void LinkedNames::take()
{
    m_isBusy = false;
    if (m_next) // what was found is of names that may be gone
        return begin();
    const QStringList linked = m_watcher.result();
    QStringList lines;
    for (qsizetype i = 0; i < linked.size(); i += 2)
        lines << tr("%1 leads to %2: programs are known by that name.").arg(linked[i], linked[i + 1]);
    Q_EMIT told(lines.join(u'\n'));
}

} // namespace ui
