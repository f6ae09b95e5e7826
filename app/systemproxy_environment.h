// SPDX-License-Identifier: MIT
#pragma once

#include "app/systemproxy.h"

namespace app
{

/// Environment variables for what the user's service manager starts, on desktops without proxy settings: a
/// file of Hosier's own in environment.d(5), which the manager is asked to read again. The file's one field
/// has its content as Latin-1, so that any bytes come back as they were, or no value where there is no file.
class EnvironmentProxy : public SystemProxyBackend
{
public:
    /// `configuration` is where environment.d is.
    explicit EnvironmentProxy(const QString &configuration);

    /// Whether a service manager of the user's runs. Without one nobody reads the file.
    [[nodiscard]] static bool hasManager();

    [[nodiscard]] QString name() const override;
    [[nodiscard]] engine::Expected<ProxyFields, engine::Message> read() const override;
    [[nodiscard]] std::optional<ProxyFields> fieldsFor(const SystemProxyWish &wish) const override;
    [[nodiscard]] ProxyFields switchedOff(ProxyFields fields) const override;
    [[nodiscard]] std::optional<engine::Message> write(const ProxyFields &fields) const override;
    [[nodiscard]] std::optional<engine::Message> tell() const override;
    [[nodiscard]] ProxyFieldKind kindOf(const QString &field) const override;
    [[nodiscard]] ui::SystemProxyReach reach() const override;

private:
    [[nodiscard]] std::optional<engine::Message> replaceFile(const QByteArray &content) const;
    [[nodiscard]] std::optional<engine::Message> removeFile() const;

    QString m_directory;
    QString m_path;
};

/// One assignment as environment.d(5) reads it, with its newline: the value arrives as it is, whatever is in
/// it.
[[nodiscard]] QString environmentLine(const QString &name, const QString &value);

} // namespace app
