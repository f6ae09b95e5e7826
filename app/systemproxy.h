// SPDX-License-Identifier: MIT
#pragma once

#include "engine/expected.h"
#include "ui/systemproxystatus.h"

#include <QMap>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>

// One system's proxy settings, read and written. What is decided about them is in systemproxykeeper.h.

namespace app
{

/// Settings by name, each with its values as its backend reads and writes them: the values of one setting
/// belong together, as a host and its port do. No values: it is not set at all.
using ProxyFields = QMap<QString, QStringList>;

/// What the settings should say.
struct SystemProxyWish {
    QString host; ///< an address without brackets
    std::uint16_t port = 0;
    bool http = false;
    bool socks4 = false;
    bool socks5 = false;
    QStringList bypass; ///< as in ui::bypassProblem()

    /// "127.0.0.1:1080"
    [[nodiscard]] QString address() const;
    bool operator==(const SystemProxyWish &) const = default;
};

enum class ProxyFieldKind : std::uint8_t {
    Address, ///< where a proxy is
    Switch,  ///< whether the addresses count
    Other,
};

/// The settings of one desktop or system. Everything blocks, for a bounded time: not for the interface's
/// thread. Errors are one line in English. Fields named "group/name" belong to a group of their own.
class SystemProxyBackend
{
public:
    SystemProxyBackend() = default;
    virtual ~SystemProxyBackend() = default;
    Q_DISABLE_COPY_MOVE(SystemProxyBackend)

    /// What the journal calls it.
    [[nodiscard]] virtual QString name() const = 0;
    /// All that fieldsFor() may change, and nothing secret.
    [[nodiscard]] virtual engine::Expected<ProxyFields, engine::Message> read() const = 0;
    /// What read() is to say with the wish in force. Nothing when the system cannot be told of any of its
    /// protocols.
    [[nodiscard]] virtual std::optional<ProxyFields> fieldsFor(const SystemProxyWish &wish) const = 0;
    /// The fields with no proxy in force; the rest stays as it is.
    [[nodiscard]] virtual ProxyFields switchedOff(ProxyFields fields) const = 0;
    /// Writes these fields and no others, then tells running programs. What is wrong otherwise; some may have
    /// been written then.
    [[nodiscard]] virtual std::optional<engine::Message> write(const ProxyFields &fields) const = 0;
    /// The second half of write(), should a process have died between the two.
    [[nodiscard]] virtual std::optional<engine::Message> tell() const { return std::nullopt; }
    [[nodiscard]] virtual ProxyFieldKind kindOf(const QString &field) const = 0;
    /// Whether both name the same proxies. Lists of exceptions may differ: a system may keep them in another
    /// form than they were written in, or not at all.
    [[nodiscard]] bool isSameProxy(const ProxyFields &one, const ProxyFields &other) const;
    /// Which programs follow the settings.
    [[nodiscard]] virtual ui::SystemProxyReach reach() const { return ui::SystemProxyReach::AllPrograms; }
};

/// The backend of the desktop that this process runs on, or why there is none. Chosen by platform:
/// systemproxy_unix.cpp, systemproxy_windows.cpp.
struct FoundBackend {
    std::unique_ptr<SystemProxyBackend> backend{};
    ui::SystemProxyProblem problem = ui::SystemProxyProblem::None;
    engine::Message detail{};
};
[[nodiscard]] FoundBackend findSystemProxyBackend();
/// The backend of that name; null when this platform has none.
[[nodiscard]] std::unique_ptr<SystemProxyBackend> makeSystemProxyBackend(const QString &name);

} // namespace app
