// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QComboBox>

namespace ui
{

/// Chooses what is done with a connection: Direct, Block, or one of the profile's servers and routes.
class ActionCombo : public QComboBox
{
    Q_OBJECT

public:
    ActionCombo(const engine::Profile &profile, QWidget *parent);

    [[nodiscard]] engine::Action action() const;
    void setAction(const engine::Action &action);

private:
    void offer(const QString &text, const engine::Action &action);

    QList<engine::Action> m_actions; ///< by the index that is each item's data
};

} // namespace ui
