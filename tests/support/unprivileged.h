// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>

#include <unistd.h>

#include <QtGlobal>

namespace test
{

/// Acts as a user without rights, for as long as it lives. POSIX only.
class Unprivileged
{
public:
    Unprivileged()
        : m_before(::geteuid())
    {
        m_isSo = m_before != 0 || ::seteuid(kNobody) == 0;
    }
    ~Unprivileged()
    {
        if (::seteuid(m_before) != 0)
            std::abort();
    }
    Q_DISABLE_COPY_MOVE(Unprivileged)
    [[nodiscard]] bool isSo() const { return m_isSo; }

private:
    static constexpr uid_t kNobody = 65'534;

    const uid_t m_before;
    bool m_isSo = false;
};

} // namespace test
