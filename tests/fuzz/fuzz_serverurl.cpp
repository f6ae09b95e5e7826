// SPDX-License-Identifier: MIT
#include "ui/fingerprint.h"
#include "ui/serverurl.h"

#include "tests/fuzz/invariant.h"

using namespace engine;

/// What is read as a server could stand in a profile, whatever was pasted; and lines do not depend on each
/// other.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QString text =
        QString::fromUtf8(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const ui::PastedServers pasted = ui::readServers(text);
    FUZZ_REQUIRE(pasted.servers.size() + pasted.problems.size() <= ui::kMaximumPastedLines);
    for (const ui::PastedServer &one : pasted.servers) {
        FUZZ_REQUIRE(one.server.port != 0);
        FUZZ_REQUIRE(!one.server.host.isEmpty() && one.server.host.size() <= 255);
        FUZZ_REQUIRE(!one.server.host.contains(QLatin1Char('@')));
        FUZZ_REQUIRE(one.server.username.toUtf8().size() <= 255 && one.password.size() <= 255);
        FUZZ_REQUIRE(one.server.protocol != ServerProtocol::Socks4 ||
                     one.server.resolveNames == NameResolution::Local);
    }
    qsizetype before = 0;
    for (const ui::PasteProblem &problem : pasted.problems) {
        FUZZ_REQUIRE(problem.line > before);
        before = problem.line;
        const auto alone = ui::readServer(text.split(QLatin1Char('\n')).at(problem.line - 1));
        FUZZ_REQUIRE(!alone && alone.error() == problem.error);
    }
    if (const auto sha256 = ui::readFingerprint(text))
        FUZZ_REQUIRE(ui::readFingerprint(ui::fingerprintText(*sha256)) == sha256);
    return 0;
}
