// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/rawsocket.h"

#include <QByteArray>

namespace test
{

inline const QByteArray kHttpAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Reads the head of a request and answers it; the connection stays.
[[nodiscard]] inline bool answerRequest(RawSocket &target)
{
    QByteArray head;
    while (!head.endsWith("\r\n\r\n")) {
        const QByteArray byte = target.receive(1);
        if (byte.isEmpty())
            return false;
        head += byte;
    }
    return target.send(kHttpAnswer);
}

/// The same; whether the client has the answer.
[[nodiscard]] inline bool answerRequest(RawSocket &target, RawSocket &client)
{
    return answerRequest(target) && client.receive(kHttpAnswer.size()) == kHttpAnswer;
}

} // namespace test
