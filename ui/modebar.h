// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "ui/pagebar.h"

namespace ui
{

/// A strip that says that the rules are not applied, as long as they are not.
class ModeBar : public PageBar
{
    Q_OBJECT

public:
    explicit ModeBar(QWidget *parent = nullptr);

    void showMode(engine::RoutingMode mode);

Q_SIGNALS:
    /// Rules are to be applied again after all.
    void rulesModeRequested();
};

} // namespace ui
