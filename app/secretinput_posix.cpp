// SPDX-License-Identifier: MIT
#include "app/secretinput.h"

#include <cstdio>

#include <termios.h>
#include <unistd.h>

namespace app
{

namespace
{

/// Turns the terminal's echo off while it lives.
class EchoOff
{
public:
    EchoOff()
        : m_isTerminal(::tcgetattr(STDIN_FILENO, &m_before) == 0)
    {
        if (!m_isTerminal)
            return;
        termios silent = m_before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~EchoOff()
    {
        if (m_isTerminal)
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
    }
    Q_DISABLE_COPY_MOVE(EchoOff)

private:
    termios m_before{};
    bool m_isTerminal;
};

} // namespace

class SecretInput::Private
{
};

SecretInput::SecretInput() = default;
SecretInput::~SecretInput() = default;

bool SecretInput::isTyped() const
{
    return ::isatty(STDIN_FILENO) == 1;
}

std::optional<QByteArray> SecretInput::readLine(const QString &prompt, qsizetype maximum)
{
    if (isTyped())
        static_cast<void>(std::fputs(prompt.toLocal8Bit().constData(), stderr));
    QByteArray line;
    bool isEnded = false;
    bool isAnythingRead = false;
    {
        const EchoOff echoOff;
        char byte = 0;
        while (!isEnded && ::read(STDIN_FILENO, &byte, 1) == 1) {
            isAnythingRead = true;
            isEnded = byte == '\n';
            if (!isEnded && line.size() <= maximum)
                line.append(byte);
        }
    }
    if (isTyped())
        static_cast<void>(std::fputc('\n', stderr));
    if (!isAnythingRead)
        return std::nullopt;
    if (line.endsWith('\r'))
        line.chop(1);
    return line;
}

} // namespace app
