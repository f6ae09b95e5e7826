// SPDX-License-Identifier: MIT
#include "ui/sharelink.h"

#include <QByteArray>
#include <QStringDecoder>

#include <algorithm>

namespace ui
{

namespace
{

/// Of either alphabet, with padding or without; nothing if it is none, or no text.
std::optional<QString> fromBase64(QStringView text)
{
    const QByteArray digits = text.toUtf8();
    const bool isForUrls = digits.contains('-') || digits.contains('_');
    const auto options = (isForUrls ? QByteArray::Base64UrlEncoding : QByteArray::Base64Encoding) |
                         QByteArray::AbortOnBase64DecodingErrors;
    const auto bytes = QByteArray::fromBase64Encoding(digits, options);
    if (!bytes)
        return std::nullopt;
    QStringDecoder decoder(QStringDecoder::Utf8);
    QString decoded = decoder(*bytes);
    return decoder.hasError() ? std::nullopt : std::optional(decoded);
}

} // namespace

std::optional<QString> sharedAsUrl(QStringView text)
{
    const qsizetype hash = text.indexOf(u'#');
    const QStringView link = text.left(hash < 0 ? text.size() : hash);
    const qsizetype behindLogin = link.lastIndexOf(u'@');
    auto whole = fromBase64(behindLogin < 0 ? link : link.left(behindLogin));
    // A name of a user or a host may happen to be base64.
    if (!whole || !whole->contains(u':'))
        return std::nullopt;
    if (behindLogin >= 0)
        *whole += link.mid(behindLogin);
    const qsizetype at = std::max<qsizetype>(whole->lastIndexOf(u'@'), 0);
    const QByteArray login = whole->left(at).toUtf8().toPercentEncoding(":");
    return QString::fromLatin1(login) + whole->mid(at) + text.mid(link.size()).toString();
}

} // namespace ui
