// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;
class QTreeWidget;
class QTreeWidgetItem;

namespace engine
{
struct Profile;
}

namespace ui
{

class ProfileStore;

/// Where names are looked up: all that the profile says about it. A change is in force at once; what keeps it
/// from that is told here, and then nothing has changed.
class DnsPage : public QWidget
{
    Q_OBJECT

public:
    /// The store must outlive it.
    explicit DnsPage(ProfileStore &store, QWidget *parent = nullptr);

private:
    [[nodiscard]] QWidget *makeRules();
    [[nodiscard]] QWidget *makeServers();
    void show();
    void changeRules(bool on);
    void changeServer(const QTreeWidgetItem &item);
    void change(const engine::Profile &profile);

    ProfileStore &m_store;
    QCheckBox *m_resolveForRules;
    QTreeWidget *m_servers;
    QLabel *m_serversHint;
    QLabel *m_problems;
};

} // namespace ui
