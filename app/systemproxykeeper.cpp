// SPDX-License-Identifier: MIT
#include "app/systemproxykeeper.h"

#include "app/platform.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;
using engine::Message;
using ui::SystemProxyProblem;

namespace app
{

namespace
{

/// Others hold the lock for as long as they run, or for the moment of a restoration.
constexpr std::chrono::milliseconds kLockPatience{200};
const QString kOnKey = u"systemProxy/on"_s;

QString groupOf(const QString &field)
{
    return field.left(field.lastIndexOf(u'/') + 1);
}

/// Whether Hosier may have left these values. A tool writes the values of a field one after the other, so
/// whoever dies between leaves some of before and some of after.
bool isOurs(const QStringList &now, const QStringList &previous, const QList<ProxyFields> &written,
            const QString &field)
{
    QList<QStringList> known{previous};
    for (const ProxyFields &fields : written)
        known += fields.value(field);
    if (known.sliced(1).contains(now))
        return true;
    known.removeIf([&now](const QStringList &values) { return values.size() != now.size(); });
    if (now.isEmpty() || known.isEmpty())
        return false;
    for (qsizetype i = 0; i < now.size(); ++i) {
        const auto hasIt = [&](const QStringList &values) {
            return values.at(i) == now.at(i);
        };
        if (std::none_of(known.begin(), known.end(), hasIt))
            return false;
    }
    return true;
}

/// And looks at what came of it. Where nothing is to be written, whoever died may still not have told.
std::optional<Message> writeBack(const SystemProxyBackend &backend, const ProxyFields &fields)
{
    if (fields.isEmpty())
        return backend.tell();
    if (auto problem = backend.write(fields))
        return problem;
    const auto after = backend.read();
    if (!after)
        return after.error();
    for (auto field = fields.begin(); field != fields.end(); ++field) {
        // As in isSameProxy(): a list of exceptions may be kept in another form.
        if (backend.kindOf(field.key()) != ProxyFieldKind::Other &&
            after->value(field.key()) != field.value())
            return Message::verbatim(field.key());
    }
    return std::nullopt;
}

} // namespace

Restoration planRestoration(const SystemProxyRecord &record, const ProxyFields &present,
                            const SystemProxyBackend &backend)
{
    Restoration plan;
    QStringList foreignGroups;
    for (auto field = record.previous.begin(); field != record.previous.end(); ++field) {
        const QStringList now = present.value(field.key());
        if (now == field.value())
            continue; // Nobody has changed it, or it was put back.
        if (isOurs(now, field.value(), record.written, field.key())) {
            plan.fields.insert(field.key(), field.value());
            continue;
        }
        plan.foreign += field.key();
        if (backend.kindOf(field.key()) == ProxyFieldKind::Address)
            foreignGroups += groupOf(field.key());
    }
    for (const QString &field : plan.fields.keys()) {
        if (backend.kindOf(field) == ProxyFieldKind::Switch && foreignGroups.contains(groupOf(field)))
            plan.fields.remove(field);
    }
    return plan;
}

SystemProxyKeeper::SystemProxyKeeper(const QString &directory, FoundBackend backend, BackendMaker maker,
                                     const QString &lockPath)
    : m_journal(directory)
    , m_own(std::move(backend))
    , m_maker(std::move(maker))
    , m_lock(lockPath)
{
    m_lock.setStaleLockTime(0); // Old is not stale: only the death of its process is.
}

SystemProxyKeeper::Outcome SystemProxyKeeper::apply(const SystemProxyWish &wish)
{
    if (!m_own.backend)
        return {false, m_own.problem, m_own.detail};
    const std::optional<ProxyFields> fields = m_own.backend->fieldsFor(wish);
    if (!fields)
        return giveUp(SystemProxyProblem::ProtocolMissing, {});
    if (!takeLock())
        return cannotLock();
    if (m_isSet) {
        if (Outcome outcome = check(); !outcome.isSet)
            return outcome;
        SystemProxyRecord record = m_record;
        record.written += *fields;
        return write(record, *fields);
    }
    // What a dead process left must not be taken for what the user had.
    if (Outcome outcome = putBack(); outcome.problem == SystemProxyProblem::RestoreFailed ||
                                     outcome.problem == SystemProxyProblem::JournalDamaged)
        return outcome;
    if (!takeLock())
        return cannotLock();
    const auto present = m_own.backend->read();
    if (!present)
        return release(SystemProxyProblem::ReadFailed, present.error());
    // Set already, and no journal of ours says so: left by another copy, or the journal is lost. What was
    // before nobody knows, and this address is a dead end once we are gone.
    const bool isOursAlready = m_own.backend->isSameProxy(*present, *fields);
    const ProxyFields previous = isOursAlready ? m_own.backend->switchedOff(*present) : *present;
    return write({m_own.backend->name(), previous, {*fields}}, *fields);
}

SystemProxyKeeper::Outcome SystemProxyKeeper::restore()
{
    if (!m_isSet && !m_lock.isLocked() && !m_journal.exists())
        return {};
    // Another one that runs puts back by itself what it has set. Where there can be no lock nobody has it.
    if (!takeLock() && m_lock.error() == QLockFile::LockFailedError)
        return {};
    return putBack();
}

SystemProxyKeeper::Outcome SystemProxyKeeper::restoreByForce()
{
    static_cast<void>(takeLock());
    return putBack();
}

SystemProxyKeeper::Outcome SystemProxyKeeper::check()
{
    if (!m_isSet)
        return {};
    const auto present = m_own.backend->read();
    if (!present)
        return {true, SystemProxyProblem::ReadFailed, present.error()};
    if (m_own.backend->isSameProxy(*present, m_record.written.constLast())) {
        if (const auto found = m_journal.load(); found.record || found.unreadable)
            return {true};
        // Removed by somebody, though the settings were not put back.
        const std::optional<Message> problem = m_journal.save(m_record);
        return {true, problem ? SystemProxyProblem::JournalFailed : SystemProxyProblem::None,
                problem.value_or(Message())};
    }
    // Also when all was put back already: then nothing is left to do, but to say so.
    const Outcome outcome = putBack();
    return outcome.problem == SystemProxyProblem::None || outcome.problem == SystemProxyProblem::JournalStays
               ? Outcome{false, SystemProxyProblem::ChangedByOthers, {}}
               : outcome;
}

std::int64_t SystemProxyKeeper::holder() const
{
    qint64 process = 0;
    QString host;
    QString program;
    if (m_lock.isLocked() || !m_lock.getLockInfo(&process, &host, &program))
        return 0;
    return process;
}

bool SystemProxyKeeper::takeLock()
{
    if (m_lock.isLocked())
        return true;
    QDir().mkpath(QFileInfo(m_lock.fileName()).absolutePath());
    removeDeadLock(m_lock.fileName());
    return m_lock.tryLock(static_cast<int>(kLockPatience.count()));
}

SystemProxyKeeper::Outcome SystemProxyKeeper::cannotLock()
{
    return m_lock.error() == QLockFile::LockFailedError
               ? release(SystemProxyProblem::OtherInstance)
               : release(SystemProxyProblem::JournalFailed, Message::verbatim(m_lock.fileName()));
}

/// Journal, settings, a look at what came of it, journal.
SystemProxyKeeper::Outcome SystemProxyKeeper::write(SystemProxyRecord record, const ProxyFields &fields)
{
    if (const auto problem = m_journal.save(record))
        return giveUp(SystemProxyProblem::JournalFailed, *problem);
    std::optional<Message> problem = m_own.backend->write(fields);
    if (!problem) {
        const auto present = m_own.backend->read();
        if (!present)
            problem = present.error();
        else if (m_own.backend->isSameProxy(*present, fields))
            record.written = {*present}; // What is found later is compared with what became of it.
        else
            problem = Message(QT_TRANSLATE_NOOP("engine::Message", "they do not stay as they are written"));
    }
    if (problem)
        return giveUp(SystemProxyProblem::WriteFailed, *problem);
    m_isSet = true;
    m_record = record;
    // If this fails, the journal still holds these fields among others.
    static_cast<void>(m_journal.save(record));
    return {true};
}

/// Nothing may stay that is neither what was wanted nor what was before.
SystemProxyKeeper::Outcome SystemProxyKeeper::giveUp(SystemProxyProblem problem, const Message &detail)
{
    const Outcome outcome = m_lock.isLocked() ? putBack() : Outcome{};
    return outcome.problem == SystemProxyProblem::RestoreFailed ? outcome : Outcome{false, problem, detail};
}

SystemProxyKeeper::Outcome SystemProxyKeeper::putBack()
{
    const SystemProxyJournal::Found found = m_journal.load();
    if (found.unreadable && !m_isSet)
        return {true, SystemProxyProblem::RestoreFailed, *found.unreadable};
    if (found.isDamaged && !m_isSet)
        return release(SystemProxyProblem::JournalDamaged, Message::verbatim(m_journal.putAside()));
    if (!found.record && !m_isSet)
        return release();
    const SystemProxyRecord record = found.record.value_or(m_record);
    const auto backend = m_maker(record.backend);
    if (!backend)
        return {true, SystemProxyProblem::RestoreFailed, Message::verbatim(record.backend)};
    const auto present = backend->read();
    if (!present)
        return {true, SystemProxyProblem::RestoreFailed, present.error()};
    const Restoration plan = planRestoration(record, *present, *backend);
    if (const auto problem = writeBack(*backend, plan.fields))
        return {true, SystemProxyProblem::RestoreFailed, *problem};
    const std::optional<Message> obstacle = m_journal.remove();
    if (!plan.foreign.isEmpty())
        return release(SystemProxyProblem::ChangedByOthers, Message::verbatim(plan.foreign.join(u", "_s)));
    return obstacle ? release(SystemProxyProblem::JournalStays, *obstacle) : release();
}

/// Nothing is Hosier's any more, so others may have their turn.
SystemProxyKeeper::Outcome SystemProxyKeeper::release(SystemProxyProblem problem, const Message &detail)
{
    m_isSet = false;
    m_record = {};
    m_lock.unlock();
    return {false, problem, detail};
}

SystemProxyKeeper makeRestoringKeeper()
{
    return {systemProxyDirectory(), FoundBackend{}, makeSystemProxyBackend};
}

void printProblem(const SystemProxyKeeper::Outcome &outcome)
{
    if (outcome.problem != SystemProxyProblem::None)
        printLine(stderr, u"hosier: "_s + ui::systemProxyProblemText(outcome.problem, outcome.detail));
}

bool isUnfinished(SystemProxyProblem problem)
{
    return problem == SystemProxyProblem::RestoreFailed || problem == SystemProxyProblem::JournalStays;
}

void giveWayToOthers(const SystemProxyKeeper::Outcome &outcome)
{
    if (outcome.problem == SystemProxyProblem::ChangedByOthers)
        setSystemProxyWanted(false);
}

SystemProxyKeeper::Outcome restoreAfterDeath(SystemProxyKeeper &keeper)
{
    SystemProxyKeeper::Outcome outcome = keeper.restore();
    printProblem(outcome);
    giveWayToOthers(outcome);
    return outcome;
}

bool isSystemProxyWanted()
{
    return QSettings().value(kOnKey, false).toBool();
}

void setSystemProxyWanted(bool isWanted)
{
    QSettings().setValue(kOnKey, isWanted);
}

QString systemProxyDirectory()
{
    return configurationRoot() + u"/hosier"_s;
}

} // namespace app
