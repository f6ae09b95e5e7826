// SPDX-License-Identifier: MIT
#include "app/aftercrash.h"

#include <windows.h>

namespace app
{

CrashedProcess::CrashedProcess(std::int64_t processId)
    : m_processId(processId)
    , m_handle(::OpenProcess(SYNCHRONIZE, FALSE, static_cast<DWORD>(processId)))
{
}

CrashedProcess::~CrashedProcess()
{
    if (m_handle != nullptr)
        ::CloseHandle(m_handle);
}

bool CrashedProcess::hasEnded() const
{
    return m_handle == nullptr || ::WaitForSingleObject(m_handle, 0) != WAIT_TIMEOUT;
}

} // namespace app
