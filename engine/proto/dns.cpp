// SPDX-License-Identifier: MIT
#include "engine/proto/dns.h"

#include <QList>

#include <algorithm>

namespace engine::dns
{

namespace
{

constexpr std::size_t kHeaderSize = 12;
constexpr qsizetype kMaximumLabel = 63;
constexpr std::uint8_t kResponseBit = 0x80;

void append16(QByteArray &message, std::uint16_t value)
{
    message.append(static_cast<char>(value >> 8U));
    message.append(static_cast<char>(value & 0xffU));
}

} // namespace

QByteArray makeQuery(std::uint16_t id, const QByteArray &name)
{
    constexpr std::uint16_t kRecursionDesired = 0x0100;
    constexpr std::uint16_t kTypeA = 1;
    constexpr std::uint16_t kClassInternet = 1;
    QByteArray message;
    append16(message, id);
    append16(message, kRecursionDesired);
    append16(message, 1); // one question, and no records
    for (int section = 0; section < 3; ++section)
        append16(message, 0);
    for (const QByteArray &label : name.split('.')) {
        const QByteArray fitting = label.left(kMaximumLabel);
        if (fitting.isEmpty())
            continue;
        message.append(static_cast<char>(fitting.size()));
        message += fitting;
    }
    message.append('\0');
    append16(message, kTypeA);
    append16(message, kClassInternet);
    return message;
}

bool isAnswer(Bytes datagram, std::uint16_t id)
{
    return datagram.size() >= kHeaderSize && (datagram[0] << 8 | datagram[1]) == id &&
           (datagram[2] & kResponseBit) != 0;
}

} // namespace engine::dns
