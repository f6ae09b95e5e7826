// SPDX-License-Identifier: MIT
#pragma once

#include "engine/proto/parsed.h"

#include <QByteArray>
#include <QTest>

#include <vector>

// Bytes as they stand in the specifications, and the checks every parser must pass.
namespace test
{

/// "05 01 00" as bytes.
[[nodiscard]] inline QByteArray hex(const char *text)
{
    return QByteArray::fromHex(QByteArray(text));
}

/// A copy without a byte to spare, so that a sanitizer sees a parser read past the end.
[[nodiscard]] inline std::vector<std::uint8_t> exactCopy(QByteArrayView bytes)
{
    return {bytes.begin(), bytes.end()};
}

template <typename Parse> auto parseBytes(Parse parse, QByteArrayView bytes)
{
    const std::vector<std::uint8_t> copy = exactCopy(bytes);
    return parse(engine::Bytes(copy));
}

/// Shows the message to the parser byte by byte, as a slow client does: a part of a message is never Done,
/// and what is wrong is called by the same name however much of it has come.
template <typename Parse> void checkEveryPrefix(Parse parse, const QByteArray &message)
{
    const auto whole = parseBytes(parse, message);
    using Status = typename decltype(whole)::Status;
    const qsizetype size = whole.status == Status::Done ? static_cast<qsizetype>(whole.size) : message.size();
    bool wasBad = false;
    for (qsizetype length = 0; length < size; ++length) {
        const auto part = parseBytes(parse, QByteArrayView(message).first(length));
        const QByteArray where = "at " + QByteArray::number(length) + " of " + QByteArray::number(size);
        QVERIFY2(part.status != Status::Done, where.constData());
        if (part.status == Status::NeedMore) {
            QVERIFY2(!wasBad, where.constData());
            continue;
        }
        QVERIFY2(whole.status == Status::Bad && part.error == whole.error, where.constData());
        wasBad = true;
    }
}

/// Shows the message with the next one already behind it, as a pipelining client does: nothing changes.
template <typename Parse> void checkTrailingBytes(Parse parse, const QByteArray &message)
{
    const auto whole = parseBytes(parse, message);
    using Status = typename decltype(whole)::Status;
    if (whole.status == Status::NeedMore)
        return;
    for (const QByteArray &tail :
         {QByteArray(1, '\0'), QByteArray(1, '\5'), QByteArray(600, '\xff'), message}) {
        const auto longer = parseBytes(parse, message + tail);
        QCOMPARE(longer.status, whole.status);
        QCOMPARE(longer.size, whole.size);
        QCOMPARE(longer.error, whole.error);
    }
}

} // namespace test
