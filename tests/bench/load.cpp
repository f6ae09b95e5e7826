// SPDX-License-Identifier: MIT
#include <array>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>

#include "modes.h"

namespace
{

struct Mode {
    const char *name;
    const char *usage;
    int (*run)(bench::Options &);
};

constexpr std::array kModes{
    Mode{"target", "--echo A:P --source A:P --discard A:P [--lifetime SECONDS]", bench::runTarget},
    Mode{"connections",
         "--target A:P [--proxy A:P] [--protocol socks5|http] [--concurrent N] [--seconds T] [--warmup T] "
         "[--pid PID]",
         bench::runConnections},
    Mode{"bulk",
         "--target A:P [--proxy A:P [--next A:P]] [--streams S] [--direction down|up] [--seconds T] "
         "[--warmup T] [--pid "
         "PID]",
         bench::runBulk},
    Mode{"pingpong", "--target A:P [--proxy A:P] [--idle I] [--seconds T] [--warmup T]", bench::runPingPong},
    Mode{"idle", "--target A:P [--proxy A:P] [--idle I] [--hold T] [--pid PID]", bench::runIdle},
    Mode{"datagrams",
         "--target A:P [--proxy A:P] [--window N] [--bytes B] [--seconds T] [--warmup T] [--pid PID]",
         bench::runDatagrams},
};

int printUsage()
{
    std::fputs("usage:\n", stderr);
    for (const Mode &mode : kModes)
        std::fprintf(stderr, "  load %-11s %s\n", mode.name, mode.usage);
    return 2;
}

} // namespace

int main(int argc, char *argv[])
{
    if (argc < 2)
        return printUsage();
    for (const Mode &mode : kModes) {
        if (std::strcmp(mode.name, argv[1]) != 0)
            continue;
        try {
            bench::Options options(std::span<char *const>(argv + 2, static_cast<std::size_t>(argc - 2)));
            return mode.run(options);
        } catch (const std::exception &error) {
            std::fprintf(stderr, "load %s: %s\n", mode.name, error.what());
            return 2;
        }
    }
    return printUsage();
}
