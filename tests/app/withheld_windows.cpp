// SPDX-License-Identifier: MIT
#include "withheld.h"

#include <QDir>

#include <windows.h>

/// As a scanner for viruses has it that shares what it looks at with nobody, or only with who reads it.
struct Withheld::Means {
    HANDLE file;
};

Withheld::Withheld(const QString &path, From from)
    : m_means(
          new Means{::CreateFileW(reinterpret_cast<const wchar_t *>(QDir::toNativeSeparators(path).utf16()),
                                  GENERIC_READ, from == From::Opening ? 0 : FILE_SHARE_READ, nullptr,
                                  OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr)})
{
}

Withheld::~Withheld()
{
    if (isSo())
        ::CloseHandle(m_means->file);
}

bool Withheld::isSo() const
{
    return m_means->file != INVALID_HANDLE_VALUE;
}
