// SPDX-License-Identifier: MIT
#include "ui/listeneredit.h"

#include "engine/profile_json.h"
#include "ui/messagetext.h"

#include <QCoreApplication>
#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;
using engine::AddressRange;
using engine::ListenerProfile;
using engine::Profile;

namespace ui
{

namespace
{

struct ListenerText {
    Q_DECLARE_TR_FUNCTIONS(ui::ListenerText)
};

QStringList problemsOf(const Profile &profile)
{
    const auto read = engine::parseProfile(QJsonDocument(engine::profileToJson(profile)).toJson());
    QStringList lines;
    if (read)
        return lines;
    for (const engine::ProfileError &error : read.error())
        lines << messageText(error.message);
    return lines;
}

} // namespace

QStringList newProblems(const Profile &before, const Profile &after)
{
    QStringList problems = problemsOf(after);
    if (problems.isEmpty())
        return problems;
    for (const QString &known : problemsOf(before))
        problems.removeOne(known);
    return problems;
}

QString freeListenerName(const Profile &profile, const QString &name)
{
    const auto isTaken = [&profile](const QString &candidate) {
        return std::any_of(
            profile.listeners.begin(), profile.listeners.end(),
            [&candidate](const ListenerProfile &listener) { return listener.name == candidate; });
    };
    QString candidate = name;
    for (int number = 2; isTaken(candidate); ++number)
        candidate = u"%1 %2"_s.arg(name).arg(number);
    return candidate;
}

const ListenerProfile *findListener(const Profile &profile, const QString &name,
                                    const engine::Endpoint &endpoint)
{
    const auto found = std::find_if(profile.listeners.begin(), profile.listeners.end(),
                                    [&](const ListenerProfile &listener) {
                                        return listener.name == name && listener.endpoint() == endpoint;
                                    });
    return found == profile.listeners.end() ? nullptr : &*found;
}

const ListenerProfile *findListener(const Profile &profile, const engine::ListenerStatus &status)
{
    const ListenerProfile *listener = findListener(profile, status.name, status.endpoint);
    // One that listens on any free port.
    return listener != nullptr ? listener : findListener(profile, status.name, {status.endpoint.address, 0});
}

const engine::UserProfile *findUser(const Profile &profile, const QString &name)
{
    const auto found = std::find_if(profile.users.begin(), profile.users.end(),
                                    [&name](const engine::UserProfile &user) { return user.name == name; });
    return found == profile.users.end() ? nullptr : &*found;
}

void putUser(Profile &profile, const engine::UserProfile &user)
{
    const auto found =
        std::find_if(profile.users.begin(), profile.users.end(),
                     [&user](const engine::UserProfile &known) { return known.name == user.name; });
    if (found == profile.users.end())
        profile.users.append(user);
    else
        *found = user;
}

const QList<AddressRange> &privateRanges()
{
    static const QList<AddressRange> ranges = [] {
        QList<AddressRange> list;
        for (const QStringView text : {u"10.0.0.0/8", u"172.16.0.0/12", u"192.168.0.0/16", u"169.254.0.0/16"})
            list << AddressRange::fromString(text).value_or(AddressRange());
        return list;
    }();
    return ranges;
}

bool isPrivate(const engine::Address &address)
{
    return std::any_of(privateRanges().begin(), privateRanges().end(),
                       [&address](const AddressRange &range) { return range.contains(address); });
}

QString loginText(const ListenerProfile &listener)
{
    if (listener.authentication == engine::Authentication::Password)
        return ListenerText::tr("Name and password");
    return listener.open && !listener.address.isLoopback() ? ListenerText::tr("None: open to anybody")
                                                           : ListenerText::tr("None", "login");
}

QString clientsText(const ListenerProfile &listener)
{
    if (listener.clients.isEmpty())
        return ListenerText::tr("All", "clients");
    QStringList texts;
    for (const AddressRange &range : listener.clients)
        texts << range.toString();
    return texts.join(u", "_s);
}

QString reachText(const engine::Address &address)
{
    if (address.isLoopback())
        return ListenerText::tr("Only programs on this computer can reach this address.");
    if (address.isUnspecified())
        return ListenerText::tr("Every network of this computer leads to this address.");
    return ListenerText::tr("Other computers in the network of this address can reach it.");
}

QString udpFilteringText(engine::UdpFiltering filtering)
{
    switch (filtering) {
    case engine::UdpFiltering::AddressAndPortDependent:
        return ListenerText::tr("From addresses and ports it has sent to");
    case engine::UdpFiltering::AddressDependent:
        return ListenerText::tr("From addresses it has sent to, any port");
    case engine::UdpFiltering::EndpointIndependent:
        return ListenerText::tr("From anybody");
    }
    return {};
}

} // namespace ui
