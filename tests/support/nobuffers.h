// SPDX-License-Identifier: MIT
#pragma once

// A system that is out of buffers now and then (ENOBUFS). For one source file of a test program on Linux: it
// takes the place of the system's calls in the whole program, and only the engine's thread meets it.

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <string_view>

#include <dlfcn.h>
#include <pthread.h>
#include <sys/socket.h>

namespace test::nobuffers
{

enum class Call { None, Send, SendMany, Accept, Open };

inline std::atomic<Call> failing{Call::None};
inline std::atomic<int> lowestDescriptor{0}; ///< sends on those below work
inline std::atomic<int> failed{0};
inline std::atomic<unsigned> asked{0};

/// About every fourth time, in no order that goes with the calls of one connection.
[[nodiscard]] inline bool fails(Call call, int descriptor = INT_MAX)
{
    constexpr unsigned kScatter = 2'654'435'761U;
    static thread_local const bool isEngine = [] {
        std::array<char, 16> name{};
        return ::pthread_getname_np(::pthread_self(), name.data(), name.size()) == 0 &&
               std::string_view(name.data()) == "engine";
    }();
    if (failing != call || !isEngine || descriptor < lowestDescriptor ||
        ((asked++ * kScatter) >> 16) % 4 != 0)
        return false;
    ++failed;
    errno = ENOBUFS;
    return true;
}

template <typename Function> [[nodiscard]] Function *systems(const char *name)
{
    return reinterpret_cast<Function *>(::dlsym(RTLD_NEXT, name));
}

} // namespace test::nobuffers

extern "C" {

// NOLINTBEGIN(readability-identifier-naming,readability-inconsistent-declaration-parameter-name)
ssize_t send(int descriptor, const void *bytes, size_t size, int flags)
{
    static auto *const real = test::nobuffers::systems<decltype(send)>("send");
    return test::nobuffers::fails(test::nobuffers::Call::Send, descriptor)
               ? -1
               : real(descriptor, bytes, size, flags);
}

int sendmmsg(int descriptor, mmsghdr *messages, unsigned count, int flags)
{
    static auto *const real = test::nobuffers::systems<decltype(sendmmsg)>("sendmmsg");
    return test::nobuffers::fails(test::nobuffers::Call::SendMany) ? -1
                                                                   : real(descriptor, messages, count, flags);
}

int accept4(int descriptor, sockaddr *address, socklen_t *size, int flags)
{
    static auto *const real = test::nobuffers::systems<decltype(accept4)>("accept4");
    return test::nobuffers::fails(test::nobuffers::Call::Accept) ? -1
                                                                 : real(descriptor, address, size, flags);
}

int socket(int domain, int type, int protocol) noexcept
{
    static auto *const real = test::nobuffers::systems<int(int, int, int)>("socket");
    return test::nobuffers::fails(test::nobuffers::Call::Open) ? -1 : real(domain, type, protocol);
}
// NOLINTEND(readability-identifier-naming,readability-inconsistent-declaration-parameter-name)

} // extern "C"
