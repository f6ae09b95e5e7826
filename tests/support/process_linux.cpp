// SPDX-License-Identifier: MIT
#include "tests/support/process.h"

#include <cstdio>
#include <cstring>

#include <dirent.h>
#include <sys/resource.h>

namespace test
{

namespace
{

int entriesOf(const char *folder)
{
    DIR *directory = ::opendir(folder);
    if (!directory)
        return -1;
    int count = 0;
    while (const dirent *entry = ::readdir(directory))
        count += entry->d_name[0] != '.';
    ::closedir(directory);
    return count;
}

} // namespace

int openDescriptors()
{
    return entriesOf("/proc/self/fd") - 1; // less the one that reads the folder
}

int runningThreads()
{
    return entriesOf("/proc/self/task");
}

long residentKiB()
{
    std::FILE *status = std::fopen("/proc/self/status", "re");
    if (!status)
        return -1;
    long size = -1;
    char line[256];
    while (size < 0 && std::fgets(line, sizeof line, status)) {
        if (std::sscanf(line, "VmRSS: %ld kB", &size) != 1)
            size = -1;
    }
    std::fclose(status);
    return size;
}

DescriptorLimit::DescriptorLimit(int limit)
{
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    m_before = now.rlim_cur;
    now.rlim_cur = static_cast<rlim_t>(limit);
    ::setrlimit(RLIMIT_NOFILE, &now);
}

DescriptorLimit::~DescriptorLimit()
{
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    now.rlim_cur = m_before;
    ::setrlimit(RLIMIT_NOFILE, &now);
}

bool DescriptorLimit::isSupported()
{
    return true;
}

} // namespace test
