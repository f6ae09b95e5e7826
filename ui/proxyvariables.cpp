// SPDX-License-Identifier: MIT
#include "ui/proxyvariables.h"

using namespace Qt::StringLiterals;

namespace ui
{

namespace
{

/// Most programs compare the ends of names and know no blocks: a domain is written with its dot, and this
/// machine's address beside its block.
QString bypassText(const QStringList &entries)
{
    QStringList words;
    for (const QString &entry : entries) {
        if (entry.startsWith(u'<'))
            continue; // Windows' settings alone know such words.
        words += entry.startsWith("*."_L1) ? entry.sliced(1) : entry;
        if (entry == "127.0.0.0/8"_L1)
            words += u"127.0.0.1"_s;
    }
    words.removeDuplicates();
    return words.join(u',');
}

} // namespace

QList<ProxyVariable> proxyVariables(const ProxyUrls &urls, const QStringList &bypass)
{
    QList<ProxyVariable> variables;
    const auto add = [&variables](const QString &name, const QString &value) {
        variables += {{name, value}, {name.toLower(), value}};
    };
    add(u"ALL_PROXY"_s, urls.socks.isEmpty() ? urls.http : urls.socks);
    // Who reads these two rather than the first often knows no other scheme, and fails when told of one.
    if (!urls.http.isEmpty()) {
        add(u"HTTP_PROXY"_s, urls.http);
        add(u"HTTPS_PROXY"_s, urls.http);
    }
    add(u"NO_PROXY"_s, bypassText(bypass));
    return variables;
}

} // namespace ui
