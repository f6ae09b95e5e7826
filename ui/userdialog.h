// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QDialog>
#include <QFutureWatcher>

#include <functional>

class QDialogButtonBox;
class QLabel;
class QLineEdit;

namespace ui
{

class ProfileStore;

/// Asks for the name and password of a local user, or for another password. The password is hashed away from
/// the interface's thread, and only its hash leaves the dialog.
class UserDialog : public QDialog
{
    Q_OBJECT

public:
    /// Keeps the user. What keeps it from that, one line each; then the dialog stays open.
    using Keep = std::function<QStringList(const engine::UserProfile &user)>;

    /// `name` is that of the user whose password is changed; empty for a new one.
    UserDialog(const ProfileStore &store, const QString &name, Keep keep, QWidget *parent = nullptr);

    /// A sentence above the fields.
    void setReason(const QString &reason);
    /// Without a password the user keeps the one that it has.
    void acceptUnchanged();

    void reject() override;

protected:
    bool event(QEvent *event) override;

private:
    void makeFields();
    void judge();
    void hash();
    void keepHashed();
    void setBusy(bool busy);
    void keep(const engine::UserProfile &user);
    [[nodiscard]] QString nameProblem() const;
    [[nodiscard]] QString passwordProblem() const;
    [[nodiscard]] QStringList problems() const;
    /// The one whose password stays as it is; null when there is none, or another password.
    [[nodiscard]] const engine::UserProfile *unchangedUser() const;

    const ProfileStore &m_store;
    bool m_isNew;
    bool m_acceptsUnchanged = false;
    Keep m_keep;
    QFutureWatcher<engine::PasswordHash> m_hashing;
    QLabel *m_reason;
    QLineEdit *m_name;
    QLineEdit *m_password;
    QLineEdit *m_again;
    QLabel *m_hint;
    QLabel *m_problems;
    QDialogButtonBox *m_buttons;
};

} // namespace ui
