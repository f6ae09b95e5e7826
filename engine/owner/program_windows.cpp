// SPDX-License-Identifier: MIT
#include "engine/owner/program.h"

#include <array>
#include <optional>

#include <windows.h>

#include "engine/limits.h"
#include "engine/owner/process_handle_windows.h"
#include "engine/owner/process_names_windows.h"

namespace engine
{

namespace
{

QString userOf(const Handle &process)
{
    HANDLE opened = nullptr;
    if (!process || !::OpenProcessToken(process.get(), TOKEN_QUERY, &opened))
        return {};
    const Handle token(opened);
    alignas(TOKEN_USER) std::array<char, sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE> user;
    DWORD size = 0;
    if (!::GetTokenInformation(opened, TokenUser, user.data(), static_cast<DWORD>(user.size()), &size))
        return {};
    std::array<wchar_t, 257> name{};   // UNLEN and the end
    std::array<wchar_t, 256> domain{}; // DNS names are no longer
    auto nameSize = static_cast<DWORD>(name.size());
    auto domainSize = static_cast<DWORD>(domain.size());
    SID_NAME_USE use{};
    const PSID sid = reinterpret_cast<const TOKEN_USER *>(user.data())->User.Sid;
    const bool known =
        ::LookupAccountSidW(nullptr, sid, name.data(), &nameSize, domain.data(), &domainSize, &use);
    return known ? QString::fromWCharArray(name.data()) : QString();
}

Program describeProgram(DWORD processId, const Handle &process, const RunningProcesses &running)
{
    const QString path = pathOf(process);
    return {static_cast<std::int64_t>(processId), processName(processId, path, running), path, {}};
}

QList<Program> parentsOf(const ProcessIdentity &process, const RunningProcesses &running)
{
    // A parent whose start is not known may be somebody else by now.
    const FindProcess find = [&running](std::int64_t processId) -> std::optional<ProcessEntry> {
        const auto id = static_cast<DWORD>(processId);
        const auto found = running.find(id);
        const std::uint64_t startTime = startTimeOf(openProcess(id));
        if (found == running.end() || startTime == 0)
            return std::nullopt;
        return ProcessEntry{{processId, startTime}, std::int64_t{found->second.parentId}};
    };
    const std::optional<ProcessEntry> entry = find(process.processId);
    QList<Program> parents;
    if (!entry || !(entry->process == process))
        return parents;
    for (const ProcessIdentity &ancestor : ancestorsOf(*entry, find, kMaximumParentPrograms)) {
        const auto id = static_cast<DWORD>(ancestor.processId);
        const Handle parent = openProcess(id);
        if (startTimeOf(parent) == ancestor.startTime)
            parents.append(describeProgram(id, parent, running));
    }
    return parents;
}

} // namespace

struct ApplicationDescriber::State {
};

ApplicationDescriber::ApplicationDescriber() = default;
ApplicationDescriber::~ApplicationDescriber() = default;

std::optional<Application> ApplicationDescriber::describe(const ProcessIdentity &process)
{
    const auto id = static_cast<DWORD>(process.processId);
    const RunningProcesses running = runningProcesses();
    // Of a process that we may not open, the start is not known either.
    const Handle handle = openProcess(id);
    if (startTimeOf(handle) != process.startTime || running.find(id) == running.end())
        return std::nullopt;
    return Application{describeProgram(id, handle, running), userOf(handle), parentsOf(process, running)};
}

} // namespace engine
