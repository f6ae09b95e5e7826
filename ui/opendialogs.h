// SPDX-License-Identifier: MIT
#pragma once

#include "engine/explanation.h"
#include "engine/snapshot.h"

#include <QList>

#include <optional>

namespace ui
{

class MainWindow;

/// What stands open beside the main window, to be opened again beside another one.
struct OpenDialogs {
    struct Explained {
        engine::ExplainRequest request;
        std::optional<engine::Connection> connection;
    };

    QList<Explained> explained;
    bool hasListeners = false;
    bool hasSharing = false;
};

[[nodiscard]] OpenDialogs openDialogsOf(const MainWindow &window);
void reopen(const OpenDialogs &dialogs, MainWindow &window);

} // namespace ui
