// SPDX-License-Identifier: MIT
#pragma once

#include <QToolBar>

class QToolButton;

namespace engine
{
struct Profile;
}

namespace ui
{

struct Actions;
class DefaultRouteMenu;
class ElidedLabel;
class FilterEdit;
class MainDocks;
class ProxyStatus;
class ProxySwitch;

/// The window's toolbar: how the proxy fares, where connections go, and the filter of the page in sight.
class MainToolBar : public QToolBar
{
    Q_OBJECT

public:
    MainToolBar(const Actions &actions, const MainDocks &docks, DefaultRouteMenu &routes, FilterEdit &filter,
                QWidget *parent);

    [[nodiscard]] ProxySwitch &proxySwitch() const { return *m_switch; }
    void showStatus(const ProxyStatus &status);
    void showProfile(const engine::Profile &profile);

protected:
    void changeEvent(QEvent *event) override;

private:
    void showMode(const engine::Profile &profile);
    void showRoute(const engine::Profile &profile);
    void elideRoute();
    QToolButton *makeMenuButton(const QString &objectName, QMenu &menu);

    const Actions &m_actions;
    ProxySwitch *m_switch;
    ElidedLabel *m_headline;
    QToolButton *m_mode = nullptr;
    QToolButton *m_route = nullptr;
};

} // namespace ui
