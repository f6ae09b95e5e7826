// SPDX-License-Identifier: MIT
#include "ui/serverpasting.h"

#include "ui/format.h"
#include "ui/passwordquestion.h"
#include "ui/profileedit.h"
#include "ui/profilestore.h"
#include "ui/uniquetexts.h"

#include <QPointer>
#include <QWidget>

#include <algorithm>

namespace ui
{

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

/// Adds them all or none. Returns what to tell.
QStringList ServerPasting::put(const QList<PastedServer> &servers)
{
    engine::Profile profile = m_store.profile();
    UniqueTexts uniqueNames(
        u' ', [taken = shownNames(profile)](const QString &name) { return taken.contains(name.toLower()); });
    UniqueTexts uniqueIds(u'-', [before = profile](const QString &id) { return hasId(before, id); });
    QStringList ids;
    QHash<QString, QByteArray> passwords;
    bool guessed = false;
    for (const PastedServer &pasted : servers) {
        engine::ServerProfile server = pasted.server;
        server.name = uniqueNames.take(server.name.isEmpty() ? server.host : server.name);
        server.id = uniqueIds.take(freeId({}, server.name));
        guessed = guessed || !pasted.namedProtocol;
        putServer(profile, {}, server);
        ids << server.id;
        if (!pasted.password.isEmpty())
            passwords.insert(server.id, pasted.password);
    }
    const QStringList problems = m_store.change(profile);
    if (!problems.isEmpty())
        return QStringList{tr("Nothing was added:")} + shortenedList(problems);
    m_store.setPasswords(
        passwords, [pasting = QPointer(this), ids](const QStringList &refused, const QString &problem) {
            if (pasting.isNull() || refused.isEmpty())
                return;
            QStringList inOrder = ids;
            inOrder.removeIf([&refused](const QString &id) { return !refused.contains(id); });
            Q_EMIT pasting->notStored(inOrder, problem);
        });
    Q_EMIT added(ids);
    QStringList lines{tr("Servers added: %1.").arg(ids.size())};
    if (guessed)
        lines << tr("Where no protocol was named, SOCKS5 was assumed.");
    return lines;
}

} // namespace ui
