// SPDX-License-Identifier: MIT
#include "engine/profile_json.h"

#include "tests/fuzz/invariant.h"

#include <QJsonDocument>

using namespace engine;

namespace
{

void checkErrors(const QList<ProfileError> &errors)
{
    FUZZ_REQUIRE(!errors.isEmpty());
    for (const ProfileError &error : errors) {
        FUZZ_REQUIRE(error.path.startsWith(u'$'));
        FUZZ_REQUIRE(!error.message.isEmpty());
    }
}

} // namespace

/// A profile that loads can be written, and then loads as the same profile and the same document.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray json(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto parsed = parseProfile(json);
    if (!parsed) {
        checkErrors(parsed.error());
        return 0;
    }
    const QJsonObject written = profileToJson(parsed->profile, parsed->json);
    const auto again = parseProfile(QJsonDocument(written).toJson());
    FUZZ_REQUIRE(again.hasValue());
    FUZZ_REQUIRE(again->profile == parsed->profile);
    FUZZ_REQUIRE(profileToJson(again->profile, again->json) == written);
    return 0;
}
