// SPDX-License-Identifier: MIT
#pragma once

#include "engine/owner/process_files_linux.h"
#include "engine/owner/watched_process_linux.h"

#include <unordered_map>

namespace engine
{

/// What a process runs.
struct ProgramText {
    QByteArray name;
    QByteArray path;
    QByteArray script;
};

/// Processes and what they run, read once. Before each use it is made sure that the number is still the same
/// process's, that its parent lives, and that it has not become another program.
class ProcessCatalog
{
public:
    [[nodiscard]] std::optional<ProcessEntry> find(std::int64_t processId);
    /// Nothing when the process has gone.
    [[nodiscard]] std::optional<ProgramText> programOf(std::int64_t processId);

    struct Look {
        ProcessEntry entry;
        ProgramText program;
    };
    /// Both at once. Processes that are looked at again and again are watched: that costs a third of it.
    [[nodiscard]] std::optional<Look> look(std::int64_t processId);

private:
    struct Known {
        ProcessMark mark;
        ProcessEntry entry;
        std::optional<ProcessMark> parent; ///< when the entry was read: a parent that has gone is replaced
        QByteArray executable;             ///< the link that the program was read for; empty: none was
        QByteArray arguments;              ///< of an interpreter
        ProgramText program;
        std::optional<WatchedProcess> watch;
        std::uint64_t lookedAt = 0; ///< which of all looks was the last
        int looks = 0;              ///< since it was last tried to watch it
    };

    [[nodiscard]] Known *refresh(std::int64_t processId);
    void countLook(std::int64_t processId);
    void makeRoomForWatch();

    std::unordered_map<std::int64_t, Known> m_known;
    std::uint64_t m_looks = 0;
};

} // namespace engine
