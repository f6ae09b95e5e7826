// SPDX-License-Identifier: MIT
#pragma once

#include "ui/windowbar.h"

namespace ui
{

class ProfileStore;

/// A strip below the window's toolbar that names the servers whose password is not known, until they have one
/// or it is dismissed.
class PasswordBar : public WindowBar
{
    Q_OBJECT

public:
    /// The store must outlive it.
    explicit PasswordBar(const ProfileStore &store, QWidget *parent = nullptr);

    /// The servers named; empty when there is nothing to tell.
    [[nodiscard]] const QString &message() const { return m_message; }

Q_SIGNALS:
    /// A password is to be entered for the server.
    void entryRequested(const QString &serverId);

private:
    void showMissing();

    const ProfileStore &m_store;
    QString m_message;
};

} // namespace ui
