// SPDX-License-Identifier: MIT
#include "ui/models.h"

#include "engine/engine.h"

namespace ui
{

Models::Models(engine::Engine &engine, ProfileStore &store)
    : rules(store)
    , serverChecks(engine, store)
{
    log.setMinimumLevel(engine::EventLevel::Info);
    QObject::connect(&serverChecks, &ServerCheckQueue::checking, &servers, &ServerModel::setChecking);
    QObject::connect(&serverChecks, &ServerCheckQueue::checked, &servers, &ServerModel::setCheck);
    QObject::connect(&engine, &engine::Engine::serverHealthChanged, &servers, &ServerModel::setHealth);
}

} // namespace ui
