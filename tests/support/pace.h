// SPDX-License-Identifier: MIT
#pragma once

#include <QElapsedTimer>

#include <chrono>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HOSIER_TEST_TSAN
#elif __has_feature(address_sanitizer)
#define HOSIER_TEST_ASAN
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define HOSIER_TEST_TSAN
#elif defined(__SANITIZE_ADDRESS__)
#define HOSIER_TEST_ASAN
#endif

// How slow this build is, so that bounds hold and loops end in every one of them.
namespace test
{

#if defined(HOSIER_TEST_TSAN)
inline constexpr int kSlowness = 10;
#elif defined(HOSIER_TEST_ASAN)
inline constexpr int kSlowness = 4;
#else
inline constexpr int kSlowness = 1;
#endif

/// A bound that nothing should come near to; a test that reaches it has failed.
[[nodiscard]] constexpr std::chrono::milliseconds scaled(std::chrono::milliseconds time)
{
    return time * kSlowness;
}

inline constexpr std::chrono::milliseconds kPatience = scaled(std::chrono::milliseconds{10'000});

[[nodiscard]] inline std::chrono::milliseconds passed(const QElapsedTimer &since)
{
    return std::chrono::milliseconds{since.elapsed()};
}

/// A number of repetitions, fewer where each takes longer.
[[nodiscard]] constexpr int rounds(int number)
{
    return number / kSlowness > 0 ? number / kSlowness : 1;
}

} // namespace test
