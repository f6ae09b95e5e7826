// SPDX-License-Identifier: MIT
#pragma once

#include <QDialog>

namespace ui
{

class PasswordChoice;
class ProfileStore;

/// Asks what becomes of the passwords of servers that are about to be added, where there is no credential
/// store. Rejected, the servers are not added.
class PasswordQuestion : public QDialog
{
    Q_OBJECT

public:
    /// `count` servers come with a password. The store must outlive it.
    PasswordQuestion(const ProfileStore &store, int count, QWidget *parent = nullptr);

    /// Whether the passwords are used; otherwise the servers are added without them.
    [[nodiscard]] bool keeps() const;

private:
    PasswordChoice *m_choice;
};

} // namespace ui
