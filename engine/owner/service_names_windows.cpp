// SPDX-License-Identifier: MIT
#include "engine/owner/service_names_windows.h"

#include <memory>
#include <vector>

#include <windows.h>

namespace engine
{

namespace
{

constexpr DWORD kSessionOfServices = 0;

struct ServiceHandleCloser {
    void operator()(SC_HANDLE handle) const { ::CloseServiceHandle(handle); }
};
using ServiceHandle = std::unique_ptr<SC_HANDLE__, ServiceHandleCloser>;

std::vector<char> activeServices(SC_HANDLE manager, DWORD &count)
{
    constexpr int kAttempts = 3; // services may start between being measured and being read
    std::vector<char> services;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        DWORD missing = 0;
        DWORD resume = 0;
        if (::EnumServicesStatusExW(manager, SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_ACTIVE,
                                    reinterpret_cast<LPBYTE>(services.data()),
                                    static_cast<DWORD>(services.size()), &missing, &count, &resume, nullptr))
            return services;
        if (::GetLastError() != ERROR_MORE_DATA)
            break;
        services.resize(services.size() + missing);
    }
    count = 0;
    return {};
}

} // namespace

ServiceNames ServiceNames::ofRunningOnes()
{
    ServiceNames found;
    const ServiceHandle manager(::OpenSCManagerW(nullptr, nullptr, SC_MANAGER_ENUMERATE_SERVICE));
    if (!manager)
        return found;
    DWORD count = 0;
    const std::vector<char> bytes = activeServices(manager.get(), count);
    const auto *services = reinterpret_cast<const ENUM_SERVICE_STATUS_PROCESSW *>(bytes.data());
    for (DWORD i = 0; i < count; ++i) {
        const auto [entry, isFirst] = found.m_names.try_emplace(
            services[i].ServiceStatusProcess.dwProcessId, QString::fromWCharArray(services[i].lpServiceName));
        if (!isFirst)
            entry->second.clear();
    }
    return found;
}

QString ServiceNames::of(DWORD processId) const
{
    const auto found = m_names.find(processId);
    return found != m_names.end() ? found->second : QString();
}

QString serviceNameOf(DWORD processId, std::optional<DWORD> session)
{
    if (session && *session != kSessionOfServices)
        return {}; // asking for all services takes milliseconds
    return ServiceNames::ofRunningOnes().of(processId);
}

} // namespace engine
