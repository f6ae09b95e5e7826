// SPDX-License-Identifier: MIT
#pragma once

#include "ui/clientsettings.h"

#include <QDialog>
#include <QList>

#include <utility>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace ui
{

class LanSharing;
class SettingsMenu;

/// Whether the proxy is shared on the local network, where others reach it, and what they are to type.
class SharingDialog : public QDialog
{
    Q_OBJECT

public:
    explicit SharingDialog(LanSharing &sharing, QWidget *parent = nullptr);

    /// Looks the addresses up anew, as no signal says that they have changed. Done by itself when the window
    /// becomes active.
    void showSharing();

Q_SIGNALS:
    void proxyOnRequested();

protected:
    bool event(QEvent *event) override;

private:
    void makeList();
    void makeLayout();
    void showAddresses();
    [[nodiscard]] QString stateText() const;
    [[nodiscard]] QString settingsText() const;
    [[nodiscard]] int currentRow() const;
    void copyAddress();
    void stop();

    LanSharing &m_sharing;
    QList<std::pair<ProxyAddress, QString>> m_addresses; ///< those in the list
    QLabel *m_state;
    QTreeWidget *m_list;
    QLabel *m_settings;
    QLabel *m_hint;
    QLabel *m_told;
    QLabel *m_problems;
    SettingsMenu *m_menu;
    QPushButton *m_copy;
    QPushButton *m_copyFor;
    QPushButton *m_turnOn;
    QPushButton *m_stop;
};

} // namespace ui
