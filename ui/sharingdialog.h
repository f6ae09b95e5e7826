// SPDX-License-Identifier: MIT
#pragma once

#include <QDialog>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace ui
{

class LanSharing;
class SettingsMenu;
struct ProxyAddress;

/// Whether the proxy is shared on the local network, where others reach it, and what they are to type.
class SharingDialog : public QDialog
{
    Q_OBJECT

public:
    explicit SharingDialog(LanSharing &sharing, QWidget *parent = nullptr);

Q_SIGNALS:
    void proxyOnRequested();

protected:
    bool event(QEvent *event) override;

private:
    void makeList();
    void makeLayout();
    void showSharing();
    void showAddresses();
    [[nodiscard]] QString stateText() const;
    [[nodiscard]] QString settingsText() const;
    [[nodiscard]] int currentRow() const;
    void copyAddress();
    void stop();

    LanSharing &m_sharing;
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
