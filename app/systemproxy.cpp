// SPDX-License-Identifier: MIT
#include "app/systemproxy.h"

using namespace Qt::StringLiterals;

namespace app
{

QString SystemProxyWish::address() const
{
    return (host.contains(u':') ? u"[%1]:%2"_s : u"%1:%2"_s).arg(host).arg(port);
}

} // namespace app
