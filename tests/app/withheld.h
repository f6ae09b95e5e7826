// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

class QString;

/// A file that this process cannot open, or can read and not remove, for as long as this lives. In
/// withheld_posix.cpp and _windows.cpp.
class Withheld
{
public:
    enum class From { Opening, Removal };

    Withheld(const QString &path, From from);
    ~Withheld();
    Withheld(const Withheld &) = delete;
    Withheld &operator=(const Withheld &) = delete;
    [[nodiscard]] bool isSo() const;

private:
    struct Means;
    std::unique_ptr<Means> m_means;
};
