// SPDX-License-Identifier: MIT
#include "engine/rules/host_index.h"

#include <QString>
#include <QUrl>
#include <QVarLengthArray>

#include <algorithm>

namespace engine::rules
{

namespace
{

bool isAscii(const QByteArray &text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
}

/// A part of a name as a key that is only looked up: it shares the name's bytes.
QByteArray part(const QByteArray &name, qsizetype begin, qsizetype end)
{
    return QByteArray::fromRawData(name.constData() + begin, end - begin);
}

/// The address that a name is the text of.
std::optional<Address> literalIn(const QByteArray &name)
{
    // Reading one takes longer than all the lookups, and few names are one.
    const bool mayBeLiteral =
        !name.isEmpty() && ((name.back() >= '0' && name.back() <= '9') || name.contains(':'));
    return mayBeLiteral ? Address::fromLiteral(QString::fromUtf8(name)) : std::nullopt;
}

Entries<QByteArray> labelsOf(const Entries<HostPattern> &patterns, HostPattern::Kind kind)
{
    Entries<QByteArray> labels;
    for (const Entry<HostPattern> &pattern : patterns) {
        if (pattern.key.kind == kind)
            labels.push_back({pattern.key.labels, pattern.rule});
    }
    return labels;
}

Entries<AddressBlock> addressesOf(const Entries<HostPattern> &patterns)
{
    Entries<AddressBlock> addresses;
    for (const Entry<HostPattern> &pattern : patterns) {
        if (pattern.key.kind == HostPattern::Kind::Addresses)
            addresses.push_back({pattern.key.addresses, pattern.rule});
    }
    return addresses;
}

int countLabels(const QByteArray &labels)
{
    return static_cast<int>(labels.count('.')) + 1;
}

} // namespace

HostPattern HostPattern::fromText(const QString &text)
{
    const QString rooted = text.endsWith(u'.') ? text.chopped(1) : text;
    if (const std::optional<AddressBlock> addresses = AddressBlock::fromText(rooted))
        return {Kind::Addresses, {}, *addresses};
    QByteArray name = rooted.toUtf8();
    if (name == "*")
        return {Kind::Everything, {}, {}};
    const bool isUnder = name.startsWith("*.");
    const bool isStart = name.endsWith(".*") && name.size() > 2;
    if (isStart)
        name.chop(2);
    const Kind kind =
        isUnder ? (isStart ? Kind::Around : Kind::Under) : (isStart ? Kind::StartingAt : Kind::Name);
    return {kind, canonicalHostName(isUnder ? name.sliced(2) : name), {}};
}

QByteArray canonicalHostName(const QByteArray &name)
{
    const QByteArray rooted = name.endsWith('.') ? name.chopped(1) : name;
    if (isAscii(rooted))
        return rooted.toLower();
    const QString text = QString::fromUtf8(rooted);
    const QByteArray ascii = QUrl::toAce(text);
    return ascii.isEmpty() ? text.toCaseFolded().toUtf8() : ascii;
}

AskedHost::AskedHost(const Destination &destination, const std::optional<Address> &resolved)
{
    if (!destination.isName()) {
        address = destination.address;
        return;
    }
    name = canonicalHostName(destination.name);
    if (const std::optional<Address> literal = literalIn(name)) {
        address = *literal;
        name.clear();
    } else if (resolved) {
        address = *resolved;
    }
}

HostIndex::HostIndex(const Entries<HostPattern> &patterns, std::size_t ruleCount)
    : m_isEmpty(patterns.empty())
    , m_everything(ruleCount)
    , m_names(labelsOf(patterns, HostPattern::Kind::Name), ruleCount)
    , m_under(labelsOf(patterns, HostPattern::Kind::Under), ruleCount)
    , m_startingAt(labelsOf(patterns, HostPattern::Kind::StartingAt), ruleCount)
    , m_around(labelsOf(patterns, HostPattern::Kind::Around), ruleCount)
    , m_addresses(addressesOf(patterns), ruleCount)
    , m_onAddresses(ruleCount)
{
    for (const Entry<HostPattern> &pattern : patterns) {
        if (pattern.key.kind == HostPattern::Kind::Everything)
            m_everything.insert(pattern.rule);
        if (pattern.key.kind == HostPattern::Kind::Addresses)
            m_onAddresses.insert(pattern.rule);
        if (pattern.key.kind == HostPattern::Kind::Around)
            m_aroundLabelCounts.push_back(countLabels(pattern.key.labels));
    }
    std::sort(m_aroundLabelCounts.begin(), m_aroundLabelCounts.end());
    m_aroundLabelCounts.erase(std::unique(m_aroundLabelCounts.begin(), m_aroundLabelCounts.end()),
                              m_aroundLabelCounts.end());
}

void HostIndex::collect(const AskedHost &host, RuleBits &bits) const
{
    bits.insert(m_everything);
    m_addresses.collect(host.address, bits);
    if (host.name.isEmpty())
        return;
    const QByteArray &name = host.name;
    m_names.collect(name, bits);
    // A dot at an end has no label beyond it.
    for (qsizetype dot = name.indexOf('.', 1); dot > 0 && dot < name.size() - 1;
         dot = name.indexOf('.', dot + 1)) {
        if (!m_under.isEmpty())
            m_under.collect(part(name, dot + 1, name.size()), bits);
        if (!m_startingAt.isEmpty())
            m_startingAt.collect(part(name, 0, dot), bits);
    }
    if (!m_around.isEmpty())
        collectAround(name, bits);
}

void HostIndex::collectAround(const QByteArray &name, RuleBits &bits) const
{
    QVarLengthArray<qsizetype, 32> dots;
    for (qsizetype dot = name.indexOf('.', 1); dot > 0 && dot < name.size() - 1;
         dot = name.indexOf('.', dot + 1))
        dots.append(dot);
    for (const int labels : m_aroundLabelCounts) {
        for (qsizetype i = 0; i + labels < dots.size(); ++i)
            m_around.collect(part(name, dots[i] + 1, dots[i + labels]), bits);
    }
}

} // namespace engine::rules
