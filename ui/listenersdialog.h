// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "engine/snapshot.h"

#include <QDialog>

#include <functional>
#include <optional>

class QAction;
class QCheckBox;
class QLabel;
class QListWidget;
class QPushButton;
class QTreeWidget;

namespace ui
{

class ProfileStore;
class ProxyStatus;

/// Where clients come in, and who may: the profile's listeners with their measured state, and its local
/// users. Changes are in force at once.
class ListenersDialog : public QDialog
{
    Q_OBJECT

public:
    /// `share` is the switch "Share on the local network"; it lives longer.
    ListenersDialog(ProfileStore &store, const ProxyStatus &status, QAction &share,
                    QWidget *parent = nullptr);

Q_SIGNALS:
    /// The addresses for others are wanted.
    void sharingRequested();

protected:
    bool event(QEvent *event) override;

private:
    [[nodiscard]] QWidget *makeListeners();
    [[nodiscard]] QWidget *makeSharing();
    [[nodiscard]] QWidget *makeUsers();
    void showProfile();
    void showSelection();
    void showFailure();
    /// Null when the engine has not heard of the listener yet.
    [[nodiscard]] const engine::ListenerStatus *statusOf(const engine::ListenerProfile &listener) const;
    [[nodiscard]] QString stateText(const engine::ListenerProfile &listener) const;
    [[nodiscard]] std::optional<engine::ListenerProfile> selectedListener() const;
    [[nodiscard]] QString selectedUser() const;

    void addListener();
    void editListener();
    void openListener(const std::optional<engine::ListenerProfile> &known);
    void removeListener();
    void addUser();
    void changePassword();
    void openUser(const QString &name);
    void removeUser();
    void ask(const QString &objectName, const QString &question, const QString &consequence,
             const std::function<void(engine::Profile &profile)> &change);
    void showSharing();

    ProfileStore &m_store;
    const ProxyStatus &m_status;
    QAction &m_share;
    QTreeWidget *m_listeners;
    QLabel *m_failure; ///< of the selected listener, in full: the list has one line
    QListWidget *m_users;
    QPushButton *m_add;
    QPushButton *m_edit;
    QPushButton *m_remove;
    QCheckBox *m_shareBox;
    QPushButton *m_addresses;
    QPushButton *m_addUser;
    QPushButton *m_password;
    QPushButton *m_removeUser;
    QLabel *m_problems;
};

} // namespace ui
