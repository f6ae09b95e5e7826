// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QWidget>

#include <optional>

namespace ui
{

class ActionCombo;
class ProfileStore;

/// Chooses what is done with local programs that cannot be identified. Shows what is in force; what is chosen
/// is only told of.
class UnidentifiedChoice : public QWidget
{
    Q_OBJECT

public:
    /// The store must outlive it.
    UnidentifiedChoice(const ProfileStore &store, QWidget *parent);

    void showProfile();

Q_SIGNALS:
    /// Nothing: rules about programs are skipped for them.
    void chosen(const std::optional<engine::Action> &action);

private:
    const ProfileStore &m_store;
    ActionCombo *m_combo;
};

} // namespace ui
