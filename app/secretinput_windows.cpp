// SPDX-License-Identifier: MIT
#include "app/secretinput.h"

#include "app/platform.h"

#include <array>
#include <cstdio>

#include <windows.h>

namespace app
{

namespace
{

constexpr std::size_t kPartLength = 256; // characters, any number will do

HANDLE openConsole(const wchar_t *name)
{
    return ::CreateFileW(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                         OPEN_EXISTING, 0, nullptr);
}

/// A pipe's or a file's.
std::optional<QByteArray> readBytes(qsizetype maximum)
{
    QByteArray line;
    int byte = std::getc(stdin);
    const bool isAnythingRead = byte != EOF;
    for (; byte != EOF && byte != '\n'; byte = std::getc(stdin)) {
        if (line.size() <= maximum)
            line.append(static_cast<char>(byte));
    }
    return isAnythingRead ? std::optional(line) : std::nullopt;
}

} // namespace

/// The console of our own, when somebody types.
class SecretInput::Private
{
public:
    Private()
        : m_wasAttached(leaveConsole())
    {
        ::FreeConsole(); // one that was not attached but given, as to a test
        if (::AllocConsole() == 0)
            return;
        ::SetConsoleTitleW(L"Hosier");
        m_input = openConsole(L"CONIN$");
        m_output = openConsole(L"CONOUT$");
        ::SetConsoleMode(m_input, ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT);
    }
    ~Private()
    {
        ::CloseHandle(m_input);
        ::CloseHandle(m_output);
        ::FreeConsole();
        if (m_wasAttached)
            enterConsole();
    }
    Q_DISABLE_COPY_MOVE(Private)

    /// Nothing where there is no console.
    std::optional<QByteArray> readLine(const QString &prompt, qsizetype maximum) const
    {
        print(prompt);
        QString line;
        for (bool isEnded = false; !isEnded;) {
            std::array<wchar_t, kPartLength> part{};
            DWORD size = 0;
            if (::ReadConsoleW(m_input, part.data(), kPartLength, &size, nullptr) == 0 || size == 0)
                return std::nullopt;
            isEnded = part[size - 1] == L'\n';
            if (line.size() <= maximum)
                line += QString::fromWCharArray(part.data(), static_cast<int>(isEnded ? size - 1 : size));
        }
        print(QStringLiteral("\n")); // which is not echoed either
        return line.toUtf8();
    }

private:
    void print(const QString &text) const
    {
        DWORD written = 0;
        ::WriteConsoleW(m_output, text.utf16(), static_cast<DWORD>(text.size()), &written, nullptr);
    }

    bool m_wasAttached;
    HANDLE m_input = INVALID_HANDLE_VALUE;
    HANDLE m_output = INVALID_HANDLE_VALUE;
};

SecretInput::SecretInput()
{
    DWORD mode = 0;
    if (::GetConsoleMode(::GetStdHandle(STD_INPUT_HANDLE), &mode) != 0)
        m_private = std::make_unique<Private>();
}

SecretInput::~SecretInput() = default;

bool SecretInput::isTyped() const
{
    return m_private != nullptr;
}

std::optional<QByteArray> SecretInput::readLine(const QString &prompt, qsizetype maximum)
{
    std::optional<QByteArray> line = m_private ? m_private->readLine(prompt, maximum) : readBytes(maximum);
    if (line && line->endsWith('\r'))
        line->chop(1);
    return line;
}

} // namespace app
