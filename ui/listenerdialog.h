// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QDialog>

#include <optional>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace ui
{

class EntriesEdit;
class ProfileStore;

/// Settings of one listener, new or not. What is wrong with them is told while they are typed.
class ListenerDialog : public QDialog
{
    Q_OBJECT

public:
    /// `known` is the listener to change; without one a new listener is added, which starts as `draft`.
    ListenerDialog(ProfileStore &store, const std::optional<engine::ListenerProfile> &known,
                   const engine::ListenerProfile &draft, QWidget *parent = nullptr);

    /// As the fields tell. What cannot be read is left empty.
    [[nodiscard]] engine::ListenerProfile listener() const;

protected:
    bool event(QEvent *event) override;

private:
    void makeFields();
    void makeChoices();
    void fillForm(QFormLayout &form);
    void connectFields();
    void fill(const engine::ListenerProfile &listener);
    void adapt();
    void judge();
    void store();
    [[nodiscard]] QStringList problems() const;
    [[nodiscard]] QStringList fieldProblems() const;
    [[nodiscard]] QString clientsProblem() const;
    [[nodiscard]] engine::Profile changedProfile() const;

    ProfileStore &m_store;
    std::optional<engine::ListenerProfile> m_known;
    QLineEdit *m_name;
    QComboBox *m_address;
    QLabel *m_reach;
    QSpinBox *m_port;
    QCheckBox *m_socks5;
    QCheckBox *m_socks4;
    QCheckBox *m_http;
    QComboBox *m_login;
    QCheckBox *m_open;
    QComboBox *m_udp;
    EntriesEdit *m_clients;
    QLabel *m_problems;
    QDialogButtonBox *m_buttons;
};

} // namespace ui
