// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <optional>
#include <unordered_map>

#include <windows.h>

namespace engine
{

/// The services that run, by their processes: what tells one svchost.exe from another.
class ServiceNames
{
public:
    /// Asks the service manager, which takes milliseconds. None where it does not answer.
    [[nodiscard]] static ServiceNames ofRunningOnes();

    /// The service that a process is; empty for other programs, and for a host of several services.
    [[nodiscard]] QString of(DWORD processId) const;

private:
    std::unordered_map<DWORD, QString> m_names; ///< empty for a host of several
};

/// The service that a process of this session is, likewise. No session: the system does not tell it, as to an
/// ordinary user of most services.
[[nodiscard]] QString serviceNameOf(DWORD processId, std::optional<DWORD> session);

} // namespace engine
