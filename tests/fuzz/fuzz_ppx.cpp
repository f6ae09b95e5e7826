// SPDX-License-Identifier: MIT
#include "engine/profile_json.h"
#include "ui/profileimport.h"

#include "tests/fuzz/invariant.h"

#include <QJsonDocument>

using namespace engine;

namespace
{

/// With a server that a file would like to have the password of.
Profile inForce()
{
    Profile profile;
    ListenerProfile listener;
    listener.name = QStringLiteral("Local");
    listener.address = Address::fromV4(0x7f000001);
    listener.port = 1'080;
    profile.listeners = {listener};
    ServerProfile server;
    server.id = QStringLiteral("office");
    server.host = QStringLiteral("192.0.2.1");
    server.port = 1'080;
    profile.servers = {server};
    profile.defaultAction = Action::byWayOf(server.id);
    return profile;
}

bool isValid(const Profile &profile)
{
    return parseProfile(QJsonDocument(profileToJson(profile)).toJson()).hasValue();
}

} // namespace

/// What is read as a profile of Proxifier makes a valid profile, in which no server has the id of another
/// that was there, and of which something is told for each server, route and rule.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const Profile kInForce = inForce();
    const QByteArray content(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const ui::ImportTarget target{kInForce, [](const QString &id) {
                                      return id == QLatin1String("home");
                                  }};
    const ui::ImportedFile file = ui::readImport(content, target, {QStringLiteral("box"), false});
    for (const ui::ImportMode mode : {ui::ImportMode::Replace, ui::ImportMode::Add}) {
        const QList<ui::ImportLine> lines = ui::importLines(file, mode);
        FUZZ_REQUIRE(!lines.isEmpty());
        FUZZ_REQUIRE(lines.size() <= ui::kMaximumPpxReport + 1);
        for (const ui::ImportLine &line : lines)
            FUZZ_REQUIRE(!line.text.isEmpty() && (file.kind != ui::ImportKind::Proxifier ||
                                                  line.outcome != ui::ImportOutcome::Wrong));
    }
    if (file.kind != ui::ImportKind::Proxifier)
        return 0;
    const Profile replaced = ui::withImport(file, target, ui::ImportMode::Replace);
    FUZZ_REQUIRE(isValid(replaced));
    FUZZ_REQUIRE(replaced.listeners == kInForce.listeners);
    for (const ServerProfile &server : replaced.servers)
        FUZZ_REQUIRE(server.id != QLatin1String("office") && server.id != QLatin1String("home"));
    const Profile added = ui::withImport(file, target, ui::ImportMode::Add);
    FUZZ_REQUIRE(added.servers.size() > 1'000 || isValid(added));
    FUZZ_REQUIRE(added.servers.front() == kInForce.servers.front());
    FUZZ_REQUIRE(added.defaultAction == kInForce.defaultAction);
    return 0;
}
