// SPDX-License-Identifier: MIT
#pragma once

// What the system counts for this process; -1 where it does not tell.
namespace test
{

[[nodiscard]] int openDescriptors();
[[nodiscard]] int runningThreads();
[[nodiscard]] long residentKiB();

/// Lowers the number of descriptors this process may open, for as long as it lives.
class DescriptorLimit
{
public:
    explicit DescriptorLimit(int limit);
    ~DescriptorLimit();
    DescriptorLimit(const DescriptorLimit &) = delete;
    DescriptorLimit &operator=(const DescriptorLimit &) = delete;
    [[nodiscard]] static bool isSupported();

private:
    unsigned long m_before = 0;
};

} // namespace test
