// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include "tests/support/profiles.h"

#include <QMetaType>
#include <QTest>

Q_DECLARE_METATYPE(engine::RelayPump)

namespace test
{

/// Data rows for a test that must hold on both relay pumps.
inline void addPumpRows()
{
    QTest::addColumn<engine::RelayPump>("pump");
    QTest::newRow("native pump") << engine::RelayPump::Native;
    QTest::newRow("portable pump") << engine::RelayPump::Portable;
}

/// openProfile() on the pump of the data row at hand.
[[nodiscard]] inline engine::Profile pumpProfile()
{
    engine::Profile profile = openProfile();
    profile.relayPump =
        *static_cast<engine::RelayPump *>(QTest::qData("pump", qMetaTypeId<engine::RelayPump>()));
    return profile;
}

} // namespace test
