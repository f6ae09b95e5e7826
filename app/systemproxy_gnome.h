// SPDX-License-Identifier: MIT
#pragma once

#include "app/systemproxy.h"

namespace app
{

/// org.gnome.system.proxy, which GNOME, Cinnamon, MATE, Unity, Budgie and others share, by way of the program
/// gsettings. Values are in GVariant's text form, as gsettings prints and takes them.
class GnomeProxy : public SystemProxyBackend
{
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] engine::Expected<ProxyFields, engine::Message> read() const override;
    [[nodiscard]] std::optional<ProxyFields> fieldsFor(const SystemProxyWish &wish) const override;
    [[nodiscard]] ProxyFields switchedOff(ProxyFields fields) const override;
    [[nodiscard]] std::optional<engine::Message> write(const ProxyFields &fields) const override;
    [[nodiscard]] ProxyFieldKind kindOf(const QString &field) const override;
};

} // namespace app
