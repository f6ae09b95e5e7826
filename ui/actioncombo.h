// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QComboBox>

#include <optional>

namespace ui
{

/// Chooses what is done with a connection: Direct, Block, or one of the profile's servers and routes.
class ActionCombo : public QComboBox
{
    Q_OBJECT

public:
    /// `none`, unless empty, is the name under which it offers first that there be no action.
    ActionCombo(const engine::Profile &profile, QWidget *parent, const QString &none = {});

    /// Again, for another profile; the first is current then.
    void offerAll(const engine::Profile &profile);
    [[nodiscard]] engine::Action action() const;
    void setAction(const engine::Action &action);
    /// Nothing when that is what is chosen.
    [[nodiscard]] std::optional<engine::Action> choice() const;

private:
    void offer(const QString &text, const engine::Action &action);

    QString m_none;
    QList<engine::Action> m_actions; ///< by the index that is each item's data
};

} // namespace ui
