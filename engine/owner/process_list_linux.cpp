// SPDX-License-Identifier: MIT
#include "engine/owner/process_list_linux.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace engine
{

namespace
{

// A few dozen entries: who looks for newcomers need not list all others too.
constexpr std::size_t kListSize = 1'024;

pid_t numberIn(std::string_view text)
{
    pid_t number = 0;
    const char *end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && rest == end ? number : 0;
}

} // namespace

ProcessList::ProcessList()
    : m_directory(::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    , m_load(::open("/proc/loadavg", O_RDONLY | O_CLOEXEC))
{
}

ProcessList::~ProcessList()
{
    if (m_directory >= 0)
        ::close(m_directory);
    if (m_load >= 0)
        ::close(m_load);
}

std::vector<pid_t> ProcessList::all(uid_t firstUser)
{
    std::vector<pid_t> firsts;
    std::vector<pid_t> others;
    // Before the list: whoever begins meanwhile is a newcomer the next time.
    m_lastNumber = lastNumber();
    m_lastPlace = 0;
    forEachFrom(0, [&](pid_t process, const char *name, off_t place) {
        if (process <= m_lastNumber)
            m_lastPlace = place;
        struct stat status {
        };
        const bool isFirst =
            ::fstatat(m_directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_uid == firstUser;
        (isFirst ? firsts : others).push_back(process);
        return true;
    });
    // They come by number.
    std::reverse(firsts.begin(), firsts.end());
    firsts.insert(firsts.end(), others.rbegin(), others.rend());
    return firsts;
}

std::vector<pid_t> ProcessList::newcomers()
{
    std::vector<pid_t> found;
    const pid_t last = lastNumber();
    if (last == m_lastNumber || m_lastNumber == 0)
        return found;
    const bool hasComeRound = last < m_lastNumber;
    const pid_t before = m_lastNumber;
    off_t nextPlace = hasComeRound ? 0 : m_lastPlace;
    forEachFrom(m_lastPlace, [&](pid_t process, const char *, off_t place) {
        if (!hasComeRound && process > last)
            return false;
        if (process > before)
            found.push_back(process);
        if (!hasComeRound)
            nextPlace = place;
        return true;
    });
    if (hasComeRound) {
        forEachFrom(0, [&](pid_t process, const char *, off_t place) {
            if (process > last)
                return false;
            found.push_back(process);
            nextPlace = place;
            return true;
        });
    }
    m_lastNumber = last;
    m_lastPlace = nextPlace;
    return found;
}

pid_t ProcessList::lastNumber() const
{
    std::array<char, 128> text;
    const ssize_t size = ::pread(m_load, text.data(), text.size(), 0);
    if (size <= 0)
        return 0;
    std::string_view line(text.data(), static_cast<std::size_t>(size));
    while (!line.empty() && line.back() == '\n')
        line.remove_suffix(1);
    return numberIn(line.substr(line.rfind(' ') + 1));
}

template <typename Function> void ProcessList::forEachFrom(off_t place, Function function)
{
    if (m_directory < 0 || ::lseek(m_directory, place, SEEK_SET) != place)
        return;
    alignas(dirent64) std::array<char, kListSize> entries;
    for (ssize_t size = 0; (size = ::getdents64(m_directory, entries.data(), entries.size())) > 0;) {
        for (ssize_t offset = 0; offset < size;) {
            // Not as a dirent64, which is longer than what the system writes for a short name.
            const char *entry = entries.data() + offset;
            unsigned short length = 0;
            std::memcpy(&length, entry + offsetof(dirent64, d_reclen), sizeof length);
            const char *name = entry + offsetof(dirent64, d_name);
            const pid_t process = numberIn(name);
            if (process > 0 && !function(process, name, place))
                return;
            // Where the next one is.
            std::int64_t next = 0;
            std::memcpy(&next, entry + offsetof(dirent64, d_off), sizeof next);
            place = next;
            offset += length;
        }
    }
}

} // namespace engine
