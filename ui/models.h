// SPDX-License-Identifier: MIT
#pragma once

#include "ui/applicationmodel.h"
#include "ui/connectionmodel.h"
#include "ui/logmodel.h"
#include "ui/rulemodel.h"
#include "ui/servercheckqueue.h"
#include "ui/servermodel.h"
#include "ui/trafficrecords.h"

namespace engine
{
class Engine;
}

namespace ui
{

class ProfileStore;

/// What the interface has gathered and shows. It outlives the window, which is built again in another
/// language.
struct Models {
    /// Both must outlive it.
    Models(engine::Engine &engine, ProfileStore &store);

    /// Texts that were kept are made again, in the language in use now. No view shows them meanwhile.
    void translateAgain() { log.translateAgain(); }

    ConnectionModel connections;
    ApplicationModel applications;
    LogModel log;
    RuleModel rules;
    ServerModel servers;
    ServerCheckQueue serverChecks;
    TrafficRecords traffic;
};

} // namespace ui
