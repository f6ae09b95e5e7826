// SPDX-License-Identifier: MIT
#include "ui/profileedit.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui
{

namespace
{

using engine::Action;
using engine::Profile;
using engine::RouteProfile;
using engine::RuleProfile;
using engine::ServerProfile;

struct ProfileEditText {
    Q_DECLARE_TR_FUNCTIONS(ui::ProfileEdit)
};

constexpr qsizetype kLongestMadeId = 40;

template <typename List> auto findIn(List &list, const QString &id)
{
    return std::find_if(list.begin(), list.end(), [&id](const auto &entry) { return entry.id == id; });
}

/// Lower-case ASCII letters and digits, accents left out, the rest as single hyphens.
QString idFrom(const QString &name)
{
    QString id;
    for (const QChar c : name.normalized(QString::NormalizationForm_KD).toLower()) {
        if ((c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'.' || c == u'_')
            id += c;
        else if (!c.isMark() && !id.isEmpty() && !id.endsWith(u'-'))
            id += u'-';
    }
    id.truncate(kLongestMadeId);
    while (id.endsWith(u'-') || id.endsWith(u'.'))
        id.chop(1);
    return id.isEmpty() ? QStringLiteral("server") : id;
}

bool leadsTo(const Action &action, const QStringList &ids)
{
    return action.kind == Action::Kind::Proxy && ids.contains(action.proxy);
}

void replaceIn(Action &action, const QString &from, const QString &to)
{
    if (leadsTo(action, {from}))
        action.proxy = to;
}

template <typename Entry>
void put(Profile &profile, QList<Entry> &list, const QString &id, const Entry &entry)
{
    const auto at = findIn(list, id);
    if (id.isEmpty() || at == list.end()) {
        list.append(entry);
        return;
    }
    *at = entry;
    if (entry.id != id)
        replaceReferences(profile, id, entry.id);
}

QString ruleText(const RuleProfile &rule, qsizetype number)
{
    const QString text = rule.name.isEmpty() ? ProfileEditText::tr("Rule number %1").arg(number)
                                             : ProfileEditText::tr("Rule \"%1\"").arg(rule.name);
    return rule.enabled ? text : ProfileEditText::tr("%1 (switched off)", "a rule").arg(text);
}

/// Where connections are sent once the ones that leave are gone.
QSet<QString> usedBeside(const Profile &profile, const QSet<QString> &leaving)
{
    QSet<QString> used{profile.defaultAction.proxy};
    for (const RuleProfile &rule : profile.rules)
        used.insert(rule.action.proxy);
    if (profile.unidentifiedApplications)
        used.insert(profile.unidentifiedApplications->proxy);
    for (const RouteProfile &route : profile.routes) {
        if (!leaving.contains(route.id))
            used.unite(QSet<QString>(route.members.begin(), route.members.end()));
    }
    return used;
}

} // namespace

const ServerProfile *findServer(const Profile &profile, const QString &id)
{
    const auto at = findIn(profile.servers, id);
    return at == profile.servers.end() ? nullptr : &*at;
}

const RouteProfile *findRoute(const Profile &profile, const QString &id)
{
    const auto at = findIn(profile.routes, id);
    return at == profile.routes.end() ? nullptr : &*at;
}

QString shownNameOf(const Profile &profile, const QString &id)
{
    if (const ServerProfile *server = findServer(profile, id))
        return server->shownName();
    const RouteProfile *route = findRoute(profile, id);
    return route != nullptr ? route->shownName() : id;
}

bool isSameParty(const ServerProfile &a, const ServerProfile &b)
{
    return a.host == b.host && a.port == b.port && a.protocol == b.protocol && a.tls == b.tls &&
           a.certificateSha256 == b.certificateSha256;
}

bool hasId(const Profile &profile, const QString &id)
{
    return findServer(profile, id) != nullptr || findRoute(profile, id) != nullptr;
}

QSet<QString> shownNames(const Profile &profile)
{
    QSet<QString> names;
    for (const ServerProfile &server : profile.servers)
        names.insert(server.shownName().toLower());
    for (const RouteProfile &route : profile.routes)
        names.insert(route.shownName().toLower());
    return names;
}

QString freeId(const Profile &profile, const QString &name, const QString &own)
{
    const QString wanted = idFrom(name);
    QString id = wanted;
    for (int number = 2; id != own && hasId(profile, id); ++number)
        id = QStringLiteral("%1-%2").arg(wanted).arg(number);
    return id;
}

QString freeName(const Profile &profile, const QString &name)
{
    const auto isShown = [&profile](const QString &shown) {
        const auto shows = [&shown](const auto &entry) {
            return entry.shownName().compare(shown, Qt::CaseInsensitive) == 0;
        };
        return std::any_of(profile.servers.begin(), profile.servers.end(), shows) ||
               std::any_of(profile.routes.begin(), profile.routes.end(), shows);
    };
    QString free = name;
    for (int number = 2; isShown(free); ++number)
        free = ProfileEditText::tr("%1 %2", "name of a server, number").arg(name).arg(number);
    return free;
}

QStringList usesOf(const Profile &profile, const QStringList &ids)
{
    QStringList uses;
    for (const RouteProfile &route : profile.routes) {
        const bool isUser = std::any_of(route.members.begin(), route.members.end(),
                                        [&ids](const QString &member) { return ids.contains(member); });
        if (isUser && !ids.contains(route.id))
            uses << ProfileEditText::tr("Route \"%1\"").arg(route.shownName());
    }
    for (qsizetype at = 0; at < profile.rules.size(); ++at) {
        if (leadsTo(profile.rules.at(at).action, ids))
            uses << ruleText(profile.rules.at(at), at + 1);
    }
    if (leadsTo(profile.defaultAction, ids))
        uses << ProfileEditText::tr("The default action");
    if (profile.unidentifiedApplications && leadsTo(*profile.unidentifiedApplications, ids))
        uses << ProfileEditText::tr("The action for unidentified applications");
    return uses;
}

QStringList removableOf(const Profile &profile, QStringList ids)
{
    qsizetype before = 0;
    do { // A route that stays keeps its members.
        before = ids.size();
        const QSet<QString> used = usedBeside(profile, QSet<QString>(ids.begin(), ids.end()));
        ids.removeIf([&used](const QString &id) { return used.contains(id); });
    } while (ids.size() < before);
    return ids;
}

void replaceReferences(Profile &profile, const QString &from, const QString &to)
{
    for (RouteProfile &route : profile.routes)
        std::replace(route.members.begin(), route.members.end(), from, to);
    for (RuleProfile &rule : profile.rules)
        replaceIn(rule.action, from, to);
    replaceIn(profile.defaultAction, from, to);
    if (profile.unidentifiedApplications)
        replaceIn(*profile.unidentifiedApplications, from, to);
}

void putServer(Profile &profile, const QString &id, const ServerProfile &server)
{
    put(profile, profile.servers, id, server);
}

void putRoute(Profile &profile, const QString &id, const RouteProfile &route)
{
    put(profile, profile.routes, id, route);
}

void removeAll(Profile &profile, const QStringList &ids)
{
    const auto isOne = [&ids](const auto &entry) {
        return ids.contains(entry.id);
    };
    profile.servers.removeIf(isOne);
    profile.routes.removeIf(isOne);
}

} // namespace ui
