// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

class QString;

/// A file that this process cannot open, for as long as this lives. In withheld_posix.cpp and _windows.cpp.
class Withheld
{
public:
    explicit Withheld(const QString &path);
    ~Withheld();
    Withheld(const Withheld &) = delete;
    Withheld &operator=(const Withheld &) = delete;
    [[nodiscard]] bool isSo() const;

private:
    struct Means;
    std::unique_ptr<Means> m_means;
};
