// SPDX-License-Identifier: MIT
#pragma once

#include "ui/clientsettings.h"

#include <QMenu>

#include <functional>
#include <optional>

namespace ui
{

class ProxyStatus;

/// The listener that programs of this machine best use: an open one that asks for no login, or else any open
/// one.
[[nodiscard]] std::optional<ProxyAddress> localProxy(const ProxyStatus &status,
                                                     const engine::Profile &profile);

/// "Copy settings for", with an entry for each program.
class SettingsMenu : public QMenu
{
    Q_OBJECT

public:
    /// Asked each time the menu opens or an entry is chosen; nothing while there is no proxy to use.
    using Proxy = std::function<std::optional<ProxyAddress>()>;

    SettingsMenu(Proxy proxy, QWidget *parent);

    /// Enables what there are settings for.
    void adapt();
    /// Nothing happens while there is no proxy to use.
    void copy(ClientTool tool);

Q_SIGNALS:
    /// What to do with the copied text.
    void copied(const QString &advice);

private:
    Proxy m_proxy;
};

} // namespace ui
