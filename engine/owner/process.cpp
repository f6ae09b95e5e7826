// SPDX-License-Identifier: MIT
#include "engine/owner/process.h"

#include <algorithm>

namespace engine
{

std::vector<ProcessIdentity> ancestorsOf(const ProcessEntry &process, const FindProcess &find,
                                         std::size_t maximum)
{
    std::vector<ProcessIdentity> ancestors;
    ProcessEntry child = process;
    while (ancestors.size() < maximum && child.parentId != 0) {
        const std::optional<ProcessEntry> parent = find(child.parentId);
        if (!parent || parent->process.startTime > child.process.startTime ||
            parent->process == process.process ||
            std::find(ancestors.begin(), ancestors.end(), parent->process) != ancestors.end())
            break;
        ancestors.push_back(parent->process);
        child = *parent;
    }
    return ancestors;
}

} // namespace engine
