// SPDX-License-Identifier: MIT
#include "app/aftercrash.h"

#include <unistd.h>

namespace app
{

CrashedProcess::CrashedProcess(std::int64_t processId)
    : m_processId(processId)
{
}

// NOLINTNEXTLINE(performance-trivially-destructible): on Windows it has something to do.
CrashedProcess::~CrashedProcess() = default;

/// Its children get another parent when it dies, even if its own parent takes no notice of that. Its locks
/// are gone then.
bool CrashedProcess::hasEnded() const
{
    return ::getppid() != m_processId;
}

} // namespace app
