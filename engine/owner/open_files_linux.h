// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

#include <cstdint>
#include <optional>
#include <vector>

#include <sys/types.h>

namespace engine
{

/// What a process has open, as the directory /proc/PID/fd shows it. While it is kept open, looking into it
/// takes a quarter of the time, and it stays this process's whoever gets the number next.
class OpenFiles
{
public:
    struct Status {
        std::int64_t count; ///< of descriptors; always 0 when the system does not count them
        uid_t user;
    };

    /// Nothing when the process is gone or we may not look.
    [[nodiscard]] static std::optional<OpenFiles> of(pid_t process);
    ~OpenFiles();
    OpenFiles(OpenFiles &&other) noexcept;
    OpenFiles &operator=(OpenFiles &&other) noexcept;
    Q_DISABLE_COPY(OpenFiles)

    /// Whether the system tells how many are open without listing them (Linux 6.2).
    [[nodiscard]] static bool areCounted();

    [[nodiscard]] pid_t process() const { return m_process; }
    [[nodiscard]] bool isKept() const { return m_directory >= 0; }
    /// Looks the directory up by its name from now on.
    void letGo();

    /// Nothing when the process is gone.
    [[nodiscard]] std::optional<Status> status() const;
    [[nodiscard]] bool isGone() const;
    /// The inode of the socket that a descriptor is; 0 when it is something else, nothing when it is not
    /// open.
    [[nodiscard]] std::optional<std::uint64_t> socketAt(int descriptor) const;
    /// The same, of a process by its name.
    [[nodiscard]] static std::optional<std::uint64_t> socketIn(pid_t process, int descriptor);
    /// Every open descriptor, in order.
    [[nodiscard]] std::vector<int> descriptors() const;

private:
    OpenFiles(pid_t process, int directory);

    pid_t m_process;
    int m_directory;
};

} // namespace engine
