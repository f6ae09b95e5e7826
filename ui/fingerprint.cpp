// SPDX-License-Identifier: MIT
#include "ui/fingerprint.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui
{

namespace
{

constexpr qsizetype kSha256Size = 32;
constexpr qsizetype kMaximumText = 512;

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

} // namespace

QString fingerprintText(const QByteArray &sha256)
{
    return QString::fromLatin1(sha256.toHex(':').toUpper());
}

std::optional<QByteArray> readFingerprint(const QString &text)
{
    static const QRegularExpression prefix(u"^\\s*sha-?256(\\s*fingerprint\\s*=|//|/|:|=|\\s)"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    if (text.size() > kMaximumText)
        return std::nullopt;
    QByteArray digits = QString(text).remove(prefix).toLatin1();
    digits.removeIf([](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
    QByteArray hex = digits;
    hex.removeIf([](char c) { return c == ':'; });
    if (hex.size() == 2 * kSha256Size && std::all_of(hex.begin(), hex.end(), isHexDigit))
        return QByteArray::fromHex(hex);
    const auto decoded = QByteArray::fromBase64Encoding(digits, QByteArray::AbortOnBase64DecodingErrors);
    if (decoded && decoded.decoded.size() == kSha256Size)
        return *decoded;
    return std::nullopt;
}

} // namespace ui
