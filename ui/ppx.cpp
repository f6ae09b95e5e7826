// SPDX-License-Identifier: MIT
#include "ui/ppx.h"

#include "engine/limits.h"
#include "ui/ppxentries.h"
#include "ui/ppxreport.h"
#include "ui/ppxrules.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::RouteKind;
using engine::RouteProfile;
using engine::ServerProfile;
using engine::ServerProtocol;
using engine::Unexpected;

namespace ui
{

namespace
{

// As many as a profile takes.
constexpr qsizetype kMaximumServers = 1'000;
constexpr qsizetype kMaximumRoutes = 1'000;
constexpr qsizetype kMaximumMembers = 10'000;
constexpr qsizetype kMaximumUserName = 255; // RFC 1929 section 2, ULEN is one byte

constexpr int kNewestVersion = 102; // of Proxifier 4
/// Of a server: all that Hosier knows, or tells of by itself.
constexpr std::array<QLatin1StringView, 5> kServerParts{"Label"_L1, "Address"_L1, "Port"_L1,
                                                        "Authentication"_L1, "Options"_L1};
/// What Proxifier itself writes for a server with nothing special about it, by version and system.
constexpr std::array<QLatin1StringView, 2> kUsualServerOptions{"0"_L1, "48"_L1};
/// Options that are about nothing that Hosier does differently: loops are always refused, and names of
/// servers are looked up by the system.
constexpr std::array<QLatin1StringView, 3> kOptionsWithoutLoss{"AutoModeDetection"_L1,
                                                               "ConnectionLoopDetection"_L1, "Encryption"_L1};
constexpr auto kUsualExclusions = "%ComputerName%; localhost; *.local"_L1;

bool isOn(const QString &value)
{
    return value.compare("true"_L1, Qt::CaseInsensitive) == 0 || value == u"1";
}

struct Protocol {
    QLatin1StringView name;
    ServerProtocol protocol;
    std::optional<PpxFinding> finding;
};

/// "HTTPS" is the CONNECT method, "HTTP" a proxy that is asked for pages.
constexpr std::array<Protocol, 5> kProtocols{{{"SOCKS5"_L1, ServerProtocol::Socks5, std::nullopt},
                                              {"HTTPS"_L1, ServerProtocol::Http, std::nullopt},
                                              {"SOCKS4"_L1, ServerProtocol::Socks4, PpxFinding::Socks4Names},
                                              {"SOCKS4A"_L1, ServerProtocol::Socks4a, std::nullopt},
                                              {"HTTP"_L1, ServerProtocol::Http, PpxFinding::PlainHttp}}};

struct Kind {
    QLatin1StringView name;
    RouteKind kind;
};

constexpr std::array<Kind, 3> kKinds{{{"simple"_L1, RouteKind::Chain},
                                      {"redundancy"_L1, RouteKind::Failover},
                                      {"load_balancing"_L1, RouteKind::Balance}}};

class PpxReader
{
public:
    explicit PpxReader(const PpxContext &context)
        : m_context(context)
    {
    }

    PpxProfile read(const XmlElement &root);

private:
    void readVersion(const XmlElement &root);
    void readOptions(const XmlElement &options);
    void readOption(const XmlElement &option);
    void readNameOptions(const XmlElement &viaProxy);
    void readServer(const XmlElement &element);
    bool readProtocol(const XmlElement &element, ServerProfile &server);
    bool readPlace(const XmlElement &element, ServerProfile &server);
    void readLogin(const XmlElement &login, ServerProfile &server);
    void readRoute(const XmlElement &element);
    bool readMembers(const XmlElement &element, RouteProfile &route);
    void readRouteSetting(const XmlElement &setting);
    void readList(const XmlElement &list, QLatin1StringView name, qsizetype most,
                  void (PpxReader::*readOne)(const XmlElement &));

    PpxContext m_context;
    PpxProfile m_profile;
    PpxReport m_report;
    PpxIds m_ids;
};

PpxProfile PpxReader::read(const XmlElement &root)
{
    readVersion(root);
    // Rules name what the other lists hold, wherever they stand.
    for (const XmlElement &section : root.children) {
        if (section.name == "Options"_L1)
            readOptions(section);
        else if (section.name == "ProxyList"_L1)
            readList(section, "Proxy"_L1, kMaximumServers, &PpxReader::readServer);
    }
    for (const XmlElement &section : root.children) {
        if (section.name == "ChainList"_L1)
            readList(section, "Chain"_L1, kMaximumRoutes, &PpxReader::readRoute);
    }
    const XmlElement *rules = root.child("RuleList"_L1);
    for (const XmlElement &section : root.children) {
        m_report.about(PpxPart::File, {}, section.line);
        if (&section != rules && section.name != "Options"_L1 && section.name != "ProxyList"_L1 &&
            section.name != "ChainList"_L1)
            m_report.add(PpxFinding::SectionUnknown, section.name);
    }
    XmlElement none;
    none.line = root.line;
    readPpxRules(rules == nullptr ? none : *rules, m_ids, m_context, m_report, m_profile);
    m_profile.report = m_report.take();
    std::stable_sort(m_profile.report.begin(), m_profile.report.end(),
                     [](const PpxLine &a, const PpxLine &b) { return a.line < b.line; });
    return std::move(m_profile);
}

void PpxReader::readVersion(const XmlElement &root)
{
    m_report.about(PpxPart::File, {}, root.line);
    const QString version = root.attribute("version"_L1);
    if (version.toInt() > kNewestVersion)
        m_report.add(PpxFinding::NewerVersion, version);
}

void PpxReader::readList(const XmlElement &list, QLatin1StringView name, qsizetype most,
                         void (PpxReader::*readOne)(const XmlElement &))
{
    qsizetype count = 0;
    for (const XmlElement &element : list.children) {
        m_report.about(PpxPart::File, {}, element.line);
        if (element.name != name) {
            m_report.add(PpxFinding::SectionUnknown, element.name);
        } else if (++count > most) {
            m_report.add(PpxFinding::TooMany, QString::number(most));
            return;
        } else {
            (this->*readOne)(element);
        }
    }
}

void PpxReader::readOptions(const XmlElement &options)
{
    for (const XmlElement &option : options.children) {
        m_report.about(PpxPart::Option, {}, option.line);
        if (option.name != "Resolve"_L1) {
            readOption(option);
            continue;
        }
        for (const XmlElement &part : option.children) {
            m_report.about(PpxPart::Option, {}, part.line);
            if (part.name == "ViaProxy"_L1)
                readNameOptions(part);
            else
                readOption(part);
        }
    }
}

/// Most are about catching connections of other programs, which Hosier does not: they are told when they are
/// on.
void PpxReader::readOption(const XmlElement &option)
{
    const bool isKnown = std::find(kOptionsWithoutLoss.begin(), kOptionsWithoutLoss.end(), option.name) !=
                         kOptionsWithoutLoss.end();
    const QString text = option.text.simplified();
    if (isKnown || (option.name == "ExclusionList"_L1 && text == kUsualExclusions))
        return;
    QString value = text;
    for (const QLatin1StringView key : {"enabled"_L1, "mode"_L1}) {
        if (value.isEmpty())
            value = option.attribute(key);
    }
    const bool isOff = value.compare("false"_L1, Qt::CaseInsensitive) == 0 || value == u"0" ||
                       value == u"disabled" || (value.isEmpty() && option.children.empty());
    if (!isOff)
        m_report.add(PpxFinding::SettingIgnored,
                     value.isEmpty() ? option.name : u"%1: %2"_s.arg(option.name, value));
}

/// Who looks names up. Here it is the server, unless its own setting says otherwise.
void PpxReader::readNameOptions(const XmlElement &viaProxy)
{
    m_report.add(isOn(viaProxy.attribute("enabled"_L1)) ? PpxFinding::NamesByServer
                                                        : PpxFinding::NamesNowByServer);
    const XmlElement *localFirst = viaProxy.child("TryLocalDnsFirst"_L1);
    if (localFirst != nullptr && isOn(localFirst->attribute("enabled"_L1)))
        m_report.add(PpxFinding::SettingIgnored, localFirst->name, {}, localFirst->line);
}

void PpxReader::readServer(const XmlElement &element)
{
    ServerProfile server;
    const QString label = element.childText("Label"_L1);
    const QString address = element.childText("Address"_L1);
    server.name = fittedPpxText(label.isEmpty() ? address : label);
    m_report.about(PpxPart::Server, server.name, element.line);
    if (!readProtocol(element, server) || !readPlace(element, server))
        return;
    const QString id = element.attribute("id"_L1).trimmed();
    if (m_ids.servers.contains(id)) {
        m_report.add(PpxFinding::IdTwice, id);
        return;
    }
    if (!label.isEmpty() && server.name != label.simplified())
        m_report.add(PpxFinding::NameCut, label, server.name);
    if (const XmlElement *login = element.child("Authentication"_L1))
        readLogin(*login, server);
    for (const XmlElement &setting : element.children) {
        if (std::find(kServerParts.begin(), kServerParts.end(), setting.name) == kServerParts.end())
            m_report.add(PpxFinding::SettingIgnored, setting.name, {}, setting.line);
    }
    if (const XmlElement *options = element.child("Options"_L1)) {
        const QString value = options->text.trimmed();
        if (!value.isEmpty() && std::find(kUsualServerOptions.begin(), kUsualServerOptions.end(), value) ==
                                    kUsualServerOptions.end())
            m_report.add(PpxFinding::SettingIgnored, u"%1: %2"_s.arg(options->name, value), {},
                         options->line);
    }
    server.id = u"server-%1"_s.arg(m_profile.servers.size());
    if (!id.isEmpty())
        m_ids.servers.insert(id, server.id);
    m_report.add(PpxFinding::ServerTaken);
    m_profile.servers.append(server);
}

bool PpxReader::readProtocol(const XmlElement &element, ServerProfile &server)
{
    const QString type = element.attribute("type"_L1).trimmed();
    const auto found = std::find_if(kProtocols.begin(), kProtocols.end(), [&type](const Protocol &protocol) {
        return type.compare(protocol.name, Qt::CaseInsensitive) == 0;
    });
    if (found == kProtocols.end()) {
        m_report.add(PpxFinding::ProtocolUnknown, type);
        return false;
    }
    server.protocol = found->protocol;
    if (server.protocol == ServerProtocol::Socks4)
        server.resolveNames = engine::NameResolution::Local;
    if (found->finding)
        m_report.add(*found->finding);
    return true;
}

bool PpxReader::readPlace(const XmlElement &element, ServerProfile &server)
{
    const QString address = element.childText("Address"_L1);
    if (const auto literal = engine::Address::fromLiteral(address))
        server.host = literal->toString();
    else if (isPpxHostName(address))
        server.host = address;
    if (server.host.isEmpty()) {
        m_report.add(PpxFinding::AddressWrong, address);
        return false;
    }
    const QString port = element.childText("Port"_L1);
    const auto number = readPpxPorts(port);
    if (!number || number->first == 0 || number->first != number->last) {
        m_report.add(PpxFinding::PortWrong, port);
        return false;
    }
    server.port = number->first;
    return true;
}

void PpxReader::readLogin(const XmlElement &login, ServerProfile &server)
{
    const QString name = login.childText("Username"_L1);
    if (name.isEmpty() && login.childText("Password"_L1).isEmpty())
        return;
    if (!isOn(login.attribute("enabled"_L1))) {
        m_report.add(PpxFinding::LoginOff, name, {}, login.line);
        return;
    }
    const bool fits = name.toUtf8().size() <= kMaximumUserName && fittedPpxText(name) == name &&
                      !(server.protocol == ServerProtocol::Http && name.contains(u':'));
    if (fits)
        server.username = name;
    else
        m_report.add(PpxFinding::UserNameWrong, name, {}, login.line);
    if (!login.childText("Password"_L1).isEmpty())
        m_report.add(PpxFinding::PasswordLocked, {}, {}, login.line);
}

void PpxReader::readRoute(const XmlElement &element)
{
    RouteProfile route;
    route.name = fittedPpxText(element.childText("Name"_L1));
    m_report.about(PpxPart::Route, route.name, element.line);
    const QString type = element.attribute("type"_L1).trimmed();
    const auto kind = std::find_if(kKinds.begin(), kKinds.end(), [&type](const Kind &one) {
        return type.compare(one.name, Qt::CaseInsensitive) == 0;
    });
    if (kind == kKinds.end()) {
        m_report.add(PpxFinding::RouteKindUnknown, type);
        return;
    }
    route.kind = kind->kind;
    const QString id = element.attribute("id"_L1).trimmed();
    if (m_ids.routes.contains(id)) {
        m_report.add(PpxFinding::IdTwice, id);
        return;
    }
    if (!readMembers(element, route))
        return;
    for (const XmlElement &setting : element.children)
        readRouteSetting(setting);
    if (route.kind == RouteKind::Balance)
        m_report.add(PpxFinding::StickyByHost);
    route.id = u"route-%1"_s.arg(m_profile.routes.size());
    if (!id.isEmpty())
        m_ids.routes.insert(id, route.id);
    m_report.add(PpxFinding::RouteTaken);
    m_profile.routes.append(route);
}

/// Whether the route can be what it was: a chain with a server less would be another.
bool PpxReader::readMembers(const XmlElement &element, RouteProfile &route)
{
    for (const XmlElement &member : element.children) {
        if (member.name != "Proxy"_L1)
            continue;
        const QString id = member.text.trimmed();
        const QString enabled = member.attribute("enabled"_L1);
        const QString known = m_ids.servers.value(id);
        if (!enabled.isEmpty() && !isOn(enabled)) {
            m_report.add(PpxFinding::MemberOff, id, {}, member.line);
        } else if (!known.isEmpty()) {
            if (route.members.size() < kMaximumMembers)
                route.members << known;
        } else if (route.kind == RouteKind::Chain) {
            m_report.add(PpxFinding::ChainBroken, id, {}, member.line);
            return false;
        } else {
            m_report.add(PpxFinding::MemberMissing, id, {}, member.line);
        }
    }
    if (route.members.isEmpty()) {
        m_report.add(PpxFinding::RouteEmpty);
        return false;
    }
    if (route.kind == RouteKind::Chain && route.members.size() > engine::kMaximumChainLength) {
        m_report.add(PpxFinding::ChainTooLong, QString::number(engine::kMaximumChainLength));
        return false;
    }
    return true;
}

void PpxReader::readRouteSetting(const XmlElement &setting)
{
    const QString value = setting.text.trimmed();
    if (setting.name == "Proxy"_L1 || setting.name == "Name"_L1 || value.isEmpty() ||
        value.compare("false"_L1, Qt::CaseInsensitive) == 0)
        return;
    if (setting.name == "RedundancyTryDirect"_L1)
        m_report.add(PpxFinding::TryDirect, {}, {}, setting.line);
    else
        m_report.add(PpxFinding::SettingIgnored, u"%1: %2"_s.arg(setting.name, value), {}, setting.line);
}

} // namespace

Expected<PpxProfile, PpxProblem> readPpx(const QByteArray &content, const PpxContext &context)
{
    const auto root = readXml(content);
    if (!root)
        return Unexpected{PpxProblem{false, root.error()}};
    if (root->name != "ProxifierProfile"_L1)
        return Unexpected{PpxProblem{true, {XmlError::NotWellFormed, root->line, root->name}}};
    return PpxReader(context).read(*root);
}

} // namespace ui
