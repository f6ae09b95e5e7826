// SPDX-License-Identifier: MIT
#include "app/systemproxy.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace app
{

QString SystemProxyWish::address() const
{
    return (host.contains(u':') ? u"[%1]:%2"_s : u"%1:%2"_s).arg(host).arg(port);
}

bool SystemProxyBackend::isSameProxy(const ProxyFields &one, const ProxyFields &other) const
{
    return one.keys() == other.keys() && std::all_of(one.keyBegin(), one.keyEnd(), [&](const QString &field) {
               return kindOf(field) == ProxyFieldKind::Other || one.value(field) == other.value(field);
           });
}

} // namespace app
