// SPDX-License-Identifier: MIT
#pragma once

#include "engine/owner/process_files_linux.h"

#include <unordered_map>

namespace engine
{

/// What a process runs.
struct ProgramText {
    QByteArray name;
    QByteArray path;
    QByteArray script;
    std::uint32_t user = 0; ///< whose rights it has
};

/// Processes and what they run, read once. Before each use it is made sure that the number is still the same
/// process's, that its parent lives, and that it has not become another program.
class ProcessCatalog
{
public:
    [[nodiscard]] std::optional<ProcessEntry> find(std::int64_t processId);
    /// Nothing when the process has gone.
    [[nodiscard]] std::optional<ProgramText> programOf(std::int64_t processId);

private:
    struct Known {
        ProcessMark mark;
        ProcessEntry entry;
        std::optional<ProcessMark> parent; ///< when the entry was read: a parent that has gone is replaced
        QByteArray executable;             ///< the link that the program was read for; empty: none was
        QByteArray arguments;              ///< of an interpreter
        ProgramText program;
    };

    [[nodiscard]] Known *refresh(std::int64_t processId);

    std::unordered_map<std::int64_t, Known> m_known;
};

} // namespace engine
