// SPDX-License-Identifier: MIT
#include "ui/serverpasting.h"

#include "ui/format.h"
#include "ui/passwordquestion.h"
#include "ui/profileedit.h"
#include "ui/profilestore.h"
#include "ui/uniquetexts.h"

#include <QPointer>
#include <QSet>
#include <QWidget>

#include <algorithm>
#include <map>
#include <tuple>

namespace ui
{

namespace
{

/// What makes two servers one. A name, and who looks names up, may be told of it in other ways.
using Identity = std::tuple<engine::ServerProtocol, bool, QString, std::uint16_t, QString>;

Identity identityOf(const engine::ServerProfile &server)
{
    return {server.protocol, server.tls, server.host.toLower(), server.port, server.username};
}

std::map<Identity, QString> idsByIdentity(const engine::Profile &profile)
{
    std::map<Identity, QString> ids;
    for (const engine::ServerProfile &server : profile.servers)
        ids.emplace(identityOf(server), server.id);
    return ids;
}

/// A profile and what is pasted into it.
struct Merged {
    engine::Profile profile;
    QStringList ids;                      ///< of all that was pasted, each once
    QStringList added;                    ///< those that are new
    QHash<QString, QByteArray> passwords; ///< those that change
    qsizetype alreadyThere = 0;
    bool guessed = false; ///< a new one's protocol
};

/// Whether a server that there is goes by the password that it is given, and has another one.
bool wantsPassword(const ProfileStore &store, const Merged &merged, const QString &id,
                   const QByteArray &password)
{
    const engine::ServerProfile *server = findServer(merged.profile, id);
    const auto given = merged.passwords.find(id);
    const QByteArray known = given != merged.passwords.end() ? *given : store.password(id);
    return !password.isEmpty() && known != password && server != nullptr && server->passwordFile.isEmpty() &&
           !server->withoutPassword;
}

Merged merge(const ProfileStore &store, const QList<PastedServer> &servers)
{
    Merged merged{store.profile(), {}, {}, {}};
    UniqueTexts uniqueNames(u' ', [taken = shownNames(merged.profile)](const QString &name) {
        return taken.contains(name.toLower());
    });
    UniqueTexts uniqueIds(u'-', [before = merged.profile](const QString &id) { return hasId(before, id); });
    std::map<Identity, QString> known = idsByIdentity(merged.profile);
    QSet<QString> listed;
    for (const PastedServer &pasted : servers) {
        engine::ServerProfile server = pasted.server;
        const auto [at, isNew] = known.try_emplace(identityOf(server));
        if (isNew) {
            server.name = uniqueNames.take(server.name.isEmpty() ? server.host : server.name);
            server.id = uniqueIds.take(freeId({}, server.name));
            at->second = server.id;
            merged.guessed = merged.guessed || !pasted.namedProtocol;
            putServer(merged.profile, {}, server);
            merged.added << server.id;
        } else {
            ++merged.alreadyThere;
        }
        const QString &id = at->second;
        if (!listed.contains(id))
            merged.ids << id;
        listed.insert(id);
        const bool isGiven =
            isNew ? !pasted.password.isEmpty() : wantsPassword(store, merged, id, pasted.password);
        if (isGiven)
            merged.passwords.insert(id, pasted.password);
    }
    return merged;
}

} // namespace

ServerPasting::ServerPasting(ProfileStore &store, QWidget *parent)
    : QObject(parent)
    , m_store(store)
    , m_parent(parent)
{
}

/// Asks first what becomes of passwords that there is no store for.
void ServerPasting::add(const PastedServers &pasted)
{
    const auto count = std::count_if(pasted.servers.begin(), pasted.servers.end(),
                                     [](const PastedServer &server) { return !server.password.isEmpty(); });
    if (count == 0 || m_store.hasCredentialStore()) {
        addNow(pasted);
        return;
    }
    auto *question = new PasswordQuestion(m_store, static_cast<int>(count), m_parent);
    question->setAttribute(Qt::WA_DeleteOnClose);
    connect(question, &QDialog::accepted, this,
            [this, question, pasted] { addNow(question->keeps() ? pasted : withoutPasswords(pasted)); });
    question->open();
}

/// Tells what became of each line, but never what stood in it.
void ServerPasting::addNow(const PastedServers &pasted)
{
    QStringList lines;
    if (pasted.servers.isEmpty() && pasted.problems.isEmpty())
        lines << tr("The clipboard holds no text with servers.");
    if (!pasted.servers.isEmpty())
        lines << put(pasted.servers);
    for (const PasteProblem &problem :
         pasted.problems.first(std::min(pasted.problems.size(), kMaximumListed)))
        lines << tr("Line %1 was not understood: %2.").arg(problem.line).arg(pasteErrorText(problem.error));
    if (const qsizetype more = pasted.problems.size() - kMaximumListed; more > 0)
        lines << tr("More lines that were not understood: %1.").arg(more);
    if (pasted.cutOff)
        lines << tr("The text is too long: the rest of it was left out.");
    Q_EMIT told(lines);
}

/// Adds them all or none, but for those that there are already. Returns what to tell.
QStringList ServerPasting::put(const QList<PastedServer> &servers)
{
    const Merged merged = merge(m_store, servers);
    if (!merged.added.isEmpty()) {
        const QStringList problems = m_store.change(merged.profile);
        if (!problems.isEmpty())
            return QStringList{tr("Nothing was added:")} + shortenedList(problems);
    }
    if (!merged.passwords.isEmpty())
        givePasswords(merged.ids, merged.passwords);
    QStringList lines;
    if (!merged.added.isEmpty()) {
        Q_EMIT added(merged.added);
        lines << tr("Servers added: %1.").arg(merged.added.size());
    }
    if (merged.alreadyThere > 0)
        lines << tr("Already there: %1.").arg(merged.alreadyThere);
    if (merged.guessed)
        lines << tr("Where no protocol was named, SOCKS5 was assumed.");
    return lines;
}

void ServerPasting::givePasswords(const QStringList &ids, const QHash<QString, QByteArray> &passwords)
{
    m_store.setPasswords(
        passwords, [pasting = QPointer(this), ids](const QStringList &refused, const QString &problem) {
            if (pasting.isNull() || refused.isEmpty())
                return;
            QStringList inOrder = ids;
            inOrder.removeIf([&refused](const QString &id) { return !refused.contains(id); });
            Q_EMIT pasting->notStored(inOrder, problem);
        });
}

} // namespace ui
