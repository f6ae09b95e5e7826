// SPDX-License-Identifier: MIT
#pragma once

#include "app/systemproxy.h"

namespace app
{

/// KDE Plasma 5 and 6: the group "Proxy Settings" of kioslaverc, and a signal on the session's bus that has
/// running programs read it again. Values are the file's own lines.
class KdeProxy : public SystemProxyBackend
{
public:
    /// `directory` is where kioslaverc is.
    explicit KdeProxy(const QString &directory);

    [[nodiscard]] QString name() const override;
    [[nodiscard]] engine::Expected<ProxyFields, engine::Message> read() const override;
    [[nodiscard]] std::optional<ProxyFields> fieldsFor(const SystemProxyWish &wish) const override;
    [[nodiscard]] ProxyFields switchedOff(ProxyFields fields) const override;
    [[nodiscard]] std::optional<engine::Message> write(const ProxyFields &fields) const override;
    [[nodiscard]] ProxyFieldKind kindOf(const QString &field) const override;

private:
    [[nodiscard]] engine::Expected<QByteArray, engine::Message> readFile() const;

    QString m_path;
};

} // namespace app
