// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

// The environment variables that programs read about proxies. No widgets.

namespace ui
{

struct ProxyVariable {
    QString name;
    QString value;

    bool operator==(const ProxyVariable &) const = default;
};

/// A proxy by what it speaks. One of the two at least.
struct ProxyUrls {
    QString http;  ///< empty: it does not speak HTTP
    QString socks; ///< empty: nor SOCKS
};

/// Each in both cases, since programs differ in which of the two they read. `bypass` is as in
/// bypassProblem().
[[nodiscard]] QList<ProxyVariable> proxyVariables(const ProxyUrls &urls, const QStringList &bypass);

} // namespace ui
