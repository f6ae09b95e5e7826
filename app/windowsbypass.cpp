// SPDX-License-Identifier: MIT
#include "app/windowsbypass.h"

#include "engine/endpoint.h"

using namespace Qt::StringLiterals;
using engine::AddressRange;

namespace app
{

namespace
{

constexpr int kBitsPerOctet = 8;
constexpr int kV4Length = 32;
constexpr int kV6Length = 128;
constexpr int kGroupLength = 16;
constexpr int kBitsPerDigit = 4;
constexpr unsigned kFirstFullGroup = 0x1000; // below it the first group is written with fewer digits

/// 172.16.0.0/12: 172.16.* to 172.31.*
QStringList v4Patterns(const AddressRange &range)
{
    const int length = range.prefixLength;
    const auto bytes = range.network.bytes();
    if (length == kV4Length)
        return {range.network.toString()};
    if (length == 0)
        return {u"*.*.*.*"_s};
    const int last = (length - 1) / kBitsPerOctet; // the octet that the prefix ends in
    const int count = 1 << ((last + 1) * kBitsPerOctet - length);
    QString head;
    for (int i = 0; i < last; ++i)
        head += QString::number(bytes[static_cast<std::size_t>(i)]) + u'.';
    const QString tail = last == 3 ? QString() : u".*"_s;
    QStringList patterns;
    for (int i = 0; i < count; ++i)
        patterns += head + QString::number(bytes[static_cast<std::size_t>(last)] + i) + tail;
    return patterns;
}

/// fe80::/10: [fe8* to [feb*
QStringList v6Patterns(const AddressRange &range)
{
    const int length = range.prefixLength;
    if (length == kV6Length)
        return {u'[' + range.network.toString() + u']'};
    const auto bytes = range.network.bytes();
    const unsigned group = static_cast<unsigned>(bytes[0]) << 8U | bytes[1];
    if (length == 0 || length > kGroupLength || group < kFirstFullGroup)
        return {};
    const int digits = (length + kBitsPerDigit - 1) / kBitsPerDigit;
    const int count = 1 << (digits * kBitsPerDigit - length);
    const auto first = group >> static_cast<unsigned>(kGroupLength - digits * kBitsPerDigit);
    QStringList patterns;
    for (int i = 0; i < count; ++i)
        patterns += u'[' + QString::number(first + static_cast<unsigned>(i), 16) + u'*';
    return patterns;
}

} // namespace

QString windowsBypassList(const QStringList &entries)
{
    QStringList patterns;
    for (const QString &entry : entries) {
        const std::optional<AddressRange> range = AddressRange::fromString(entry);
        if (!range)
            patterns += entry;
        else
            patterns += range->network.isV4() ? v4Patterns(*range) : v6Patterns(*range);
    }
    patterns.removeDuplicates();
    return patterns.join(u';');
}

} // namespace app
