// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

#include <vector>

#include <sys/types.h>

namespace engine
{

/// The processes of this machine, by the directory /proc.
class ProcessList
{
public:
    ProcessList();
    ~ProcessList();
    Q_DISABLE_COPY_MOVE(ProcessList)

    /// Every process; those of one user first, and of those the ones that have begun last.
    [[nodiscard]] std::vector<pid_t> all(uid_t firstUser);
    /// Those that have begun since the last call of one of the two, as long as their numbers have not come
    /// round more than once. Costs next to nothing when there are none.
    [[nodiscard]] std::vector<pid_t> newcomers();

private:
    [[nodiscard]] pid_t lastNumber() const;
    /// Calls a function with each process from a place in the directory on, until it returns false.
    template <typename Function> void forEachFrom(off_t place, Function function);

    int m_directory;
    int m_load;             ///< /proc/loadavg, which ends in the number that was given out last
    pid_t m_lastNumber = 0; ///< that number at the last call
    off_t m_lastPlace = 0;  ///< in the directory: where processes with higher numbers follow
};

} // namespace engine
