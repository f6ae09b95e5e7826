// SPDX-License-Identifier: MIT
#include "process.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

namespace bench
{

namespace
{

struct Stat {
    pid_t parent = 0;
    unsigned long long ticks = 0;
};

std::string pathOf(pid_t pid, const char *file)
{
    return "/proc/" + std::to_string(pid) + "/" + file;
}

// False when the process is gone, which may happen at any time.
bool readStat(pid_t pid, Stat &stat)
{
    std::ifstream file(pathOf(pid, "stat"));
    std::string line;
    if (!std::getline(file, line))
        return false;
    // The name may hold blanks and parentheses; what follows its last one does not.
    std::istringstream fields(line.substr(line.rfind(')') + 1));
    std::string skipped;
    fields >> skipped >> stat.parent;
    for (int field = 5; field <= 13; ++field)
        fields >> skipped;
    for (int field = 14; field <= 17; ++field) { // utime, stime, cutime, cstime: proc(5)
        unsigned long long ticks = 0;
        fields >> ticks;
        stat.ticks += ticks;
    }
    return !fields.fail();
}

std::map<pid_t, Stat> readAll()
{
    std::map<pid_t, Stat> all;
    for (const auto &entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        pid_t pid = 0;
        const auto [rest, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
        Stat stat;
        if (error == std::errc{} && rest == name.data() + name.size() && readStat(pid, stat))
            all.emplace(pid, stat);
    }
    return all;
}

std::vector<pid_t> treeOf(pid_t root, const std::map<pid_t, Stat> &all)
{
    if (!all.contains(root))
        throw std::runtime_error("process " + std::to_string(root) + " does not exist");
    std::multimap<pid_t, pid_t> children;
    for (const auto &[pid, stat] : all)
        children.emplace(stat.parent, pid);
    std::vector<pid_t> tree{root};
    for (std::size_t i = 0; i < tree.size(); ++i) {
        const auto [from, to] = children.equal_range(tree[i]);
        for (auto child = from; child != to; ++child)
            tree.push_back(child->second);
    }
    return tree;
}

unsigned long readKib(pid_t pid, const char *file, const std::string &key)
{
    std::ifstream input(pathOf(pid, file));
    std::string line;
    while (std::getline(input, line)) {
        if (line.starts_with(key))
            return std::stoul(line.substr(key.size()));
    }
    return 0;
}

} // namespace

ProcessUsage readUsage(pid_t root, bool withMemory)
{
    const std::map<pid_t, Stat> all = readAll();
    const auto ticksPerSecond = static_cast<double>(::sysconf(_SC_CLK_TCK));
    ProcessUsage usage;
    for (const pid_t pid : treeOf(root, all)) {
        ++usage.processes;
        usage.cpuSeconds += static_cast<double>(all.at(pid).ticks) / ticksPerSecond;
        if (!withMemory)
            continue;
        usage.rssKib += readKib(pid, "status", "VmRSS:");
        usage.pssKib += readKib(pid, "smaps_rollup", "Pss:");
    }
    return usage;
}

} // namespace bench
