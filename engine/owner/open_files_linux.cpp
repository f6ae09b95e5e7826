// SPDX-License-Identifier: MIT
#include "engine/owner/open_files_linux.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace engine
{

namespace
{

constexpr std::size_t kListSize = std::size_t{16} * 1024; // bytes of a directory read at once

using Path = std::array<char, 32>;

Path pathOf(pid_t process)
{
    Path path;
    std::snprintf(path.data(), path.size(), "/proc/%d/fd", process);
    return path;
}

int openDirectory(pid_t process)
{
    return ::open(pathOf(process).data(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/// The inode in "socket:[12345]"; 0 of anything else, which no socket has.
std::uint64_t inodeOfLink(std::string_view target)
{
    constexpr std::string_view kPrefix = "socket:[";
    if (target.substr(0, kPrefix.size()) != kPrefix)
        return 0;
    std::uint64_t inode = 0;
    std::from_chars(target.data() + kPrefix.size(), target.data() + target.size(), inode);
    return inode;
}

std::optional<std::uint64_t> socketOfLink(int directory, const char *path)
{
    std::array<char, 64> target;
    const ssize_t size = ::readlinkat(directory, path, target.data(), target.size());
    if (size < 0)
        return std::nullopt;
    return inodeOfLink({target.data(), static_cast<std::size_t>(size)});
}

void appendNumbers(std::vector<int> &numbers, const char *entries, std::size_t size)
{
    for (std::size_t offset = 0; offset < size;) {
        // Not as a dirent64, which is longer than what the system writes for a short name.
        const char *entry = entries + offset;
        unsigned short length = 0;
        std::memcpy(&length, entry + offsetof(dirent64, d_reclen), sizeof length);
        const char *name = entry + offsetof(dirent64, d_name);
        const char *end = name + std::strlen(name);
        int number = 0;
        const auto [rest, error] = std::from_chars(name, end, number);
        if (error == std::errc() && rest == end)
            numbers.push_back(number);
        offset += length;
    }
}

} // namespace

std::optional<OpenFiles> OpenFiles::of(pid_t process)
{
    const int directory = openDirectory(process);
    return directory >= 0 ? std::optional(OpenFiles(process, directory)) : std::nullopt;
}

OpenFiles::OpenFiles(pid_t process, int directory)
    : m_process(process)
    , m_directory(directory)
{
}

OpenFiles::OpenFiles(OpenFiles &&other) noexcept
    : m_process(other.m_process)
    , m_directory(std::exchange(other.m_directory, -1))
{
}

OpenFiles &OpenFiles::operator=(OpenFiles &&other) noexcept
{
    std::swap(m_process, other.m_process);
    std::swap(m_directory, other.m_directory);
    return *this;
}

OpenFiles::~OpenFiles()
{
    letGo();
}

bool OpenFiles::areCounted()
{
    struct stat status {
    };
    return ::stat("/proc/self/fd", &status) == 0 && status.st_size > 0;
}

void OpenFiles::letGo()
{
    if (m_directory >= 0)
        ::close(std::exchange(m_directory, -1));
}

std::optional<OpenFiles::Status> OpenFiles::status() const
{
    struct stat status {
    };
    const int result = isKept() ? ::fstat(m_directory, &status) : ::stat(pathOf(m_process).data(), &status);
    if (result != 0)
        return std::nullopt;
    return Status{status.st_size, status.st_uid};
}

bool OpenFiles::isGone() const
{
    // Kept open, the directory tells so only where descriptors are counted.
    return !status() || ::access(pathOf(m_process).data(), F_OK) != 0;
}

std::optional<std::uint64_t> OpenFiles::socketAt(int descriptor) const
{
    if (!isKept())
        return socketIn(m_process, descriptor);
    std::array<char, 16> name;
    std::snprintf(name.data(), name.size(), "%d", descriptor);
    return socketOfLink(m_directory, name.data());
}

std::optional<std::uint64_t> OpenFiles::socketIn(pid_t process, int descriptor)
{
    std::array<char, 48> path;
    std::snprintf(path.data(), path.size(), "/proc/%d/fd/%d", process, descriptor);
    return socketOfLink(AT_FDCWD, path.data());
}

std::vector<int> OpenFiles::descriptors() const
{
    std::vector<int> numbers;
    const int directory = isKept() ? m_directory : openDirectory(m_process);
    if (directory < 0 || ::lseek(directory, 0, SEEK_SET) != 0)
        return numbers;
    alignas(dirent64) std::array<char, kListSize> entries;
    for (ssize_t size = 0; (size = ::getdents64(directory, entries.data(), entries.size())) > 0;)
        appendNumbers(numbers, entries.data(), static_cast<std::size_t>(size));
    if (!isKept())
        ::close(directory);
    return numbers;
}

} // namespace engine
