// SPDX-License-Identifier: MIT
#include "engine/rule_entries.h"

#include "engine/rules/host_index.h"
#include "engine/rules/text_patterns.h"

#include <algorithm>

namespace engine
{

namespace
{

/// "*" stands for whole labels at the beginning or the end of a name, as in "*.lan" and "mail.*".
bool hasUsableWildcards(QStringView host)
{
    if (host == u"*")
        return true;
    if (host.startsWith(u"*."))
        host = host.sliced(2);
    if (host.endsWith(u".*"))
        host.chop(2);
    return !host.isEmpty() && !host.contains(u'*');
}

} // namespace

HostFlaw flawOfHost(const QString &entry)
{
    if (entry.contains(u'/') && !AddressRange::fromString(entry))
        return HostFlaw::Block;
    if (std::any_of(entry.begin(), entry.end(), [](QChar c) { return c.isSpace(); }))
        return HostFlaw::Space;
    if (!hasUsableWildcards(entry))
        return HostFlaw::Wildcards;
    const qsizetype dash = entry.indexOf(u'-');
    const std::optional<Address> first = dash < 0 ? std::nullopt : Address::fromLiteral(entry.left(dash));
    if (!first)
        return HostFlaw::None; // A name with a dash, most likely.
    const std::optional<Address> last = Address::fromLiteral(entry.mid(dash + 1));
    const bool isRange = last && last->family() == first->family() && *first <= *last;
    return isRange ? HostFlaw::None : HostFlaw::Range;
}

bool isOneHost(const QString &text)
{
    using Kind = rules::HostPattern::Kind;
    if (text.isEmpty() || flawOfHost(text) != HostFlaw::None)
        return false;
    switch (rules::HostPattern::fromText(text).kind) {
    case Kind::Name:
        return true;
    case Kind::Addresses:
        return Address::fromLiteral(text.endsWith(u'.') ? text.chopped(1) : text).has_value();
    case Kind::Everything:
    case Kind::Under:
    case Kind::StartingAt:
    case Kind::Around:
        return false;
    }
    Q_UNREACHABLE();
    return false;
}

bool isOneProgram(const QString &text)
{
    return !text.isEmpty() && !rules::hasWildcards(text);
}

} // namespace engine
