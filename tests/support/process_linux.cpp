// SPDX-License-Identifier: MIT
#include "tests/support/process.h"

#include <cstdio>
#include <string_view>

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

namespace test
{

namespace
{

template <typename Counts> int entriesOf(const char *folder, Counts counts)
{
    DIR *directory = ::opendir(folder);
    if (!directory)
        return -1;
    int count = 0;
    while (const dirent *entry = ::readdir(directory))
        count += entry->d_name[0] != '.' && counts(*directory, *entry);
    ::closedir(directory);
    return count;
}

/// Of other processes, what the search for owners keeps: their folders of descriptors, their own folders and
/// their arguments. Their number follows what else runs here, and has a limit and a test of its own. Ours is
/// the one that is being read.
bool isKeptByTheSearchForOwners(DIR &directory, const dirent &entry)
{
    char path[256];
    const ssize_t size = ::readlinkat(::dirfd(&directory), entry.d_name, path, sizeof path - 1);
    const std::string_view text(path, size > 0 ? static_cast<std::size_t>(size) : 0);
    if (!text.starts_with("/proc/"))
        return false;
    const std::string_view name = text.substr(text.rfind('/') + 1);
    return name == "fd" || name == "cmdline" || name.find_first_not_of("0123456789") == name.npos;
}

} // namespace

int openDescriptors()
{
    return entriesOf("/proc/self/fd", [](DIR &directory, const dirent &entry) {
        return !isKeptByTheSearchForOwners(directory, entry);
    });
}

int runningThreads()
{
    return entriesOf("/proc/self/task", [](DIR &, const dirent &) { return true; });
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
