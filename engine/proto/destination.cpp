// SPDX-License-Identifier: MIT
#include "engine/proto/destination.h"

#include <QUtf8StringView>

#include <algorithm>

namespace engine
{

namespace
{

bool isVisible(QChar character)
{
    switch (character.category()) {
    case QChar::Other_Control:
    case QChar::Other_Format: // among them the marks that turn the direction of writing
    case QChar::Separator_Space:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return false;
    default:
        return true;
    }
}

} // namespace

Destination withoutDisguise(const Destination &destination)
{
    const std::optional<Address> literal = destination.isName() ? destination.literal() : std::nullopt;
    return literal ? Destination{*literal, {}, destination.port} : destination;
}

Destination destinationOf(const QString &host, std::uint16_t port)
{
    if (const std::optional<Address> literal = Address::fromLiteral(host))
        return {*literal, {}, port};
    return {{}, host.toUtf8(), port};
}

bool isAcceptableHostName(QByteArrayView name)
{
    if (name.isEmpty() || name.size() > static_cast<qsizetype>(kMaximumHostNameLength))
        return false;
    const bool isAscii =
        std::all_of(name.begin(), name.end(), [](char c) { return static_cast<signed char>(c) > 0; });
    if (isAscii)
        return std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c != 0x7f; });
    const QUtf8StringView utf8(name);
    if (!utf8.isValidUtf8())
        return false;
    const QString text = utf8.toString();
    return std::all_of(text.begin(), text.end(), isVisible);
}

} // namespace engine
