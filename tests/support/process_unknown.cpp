// SPDX-License-Identifier: MIT
#include "tests/support/process.h"

namespace test
{

int openDescriptors()
{
    return -1;
}

int runningThreads()
{
    return -1;
}

long residentKiB()
{
    return -1;
}

DescriptorLimit::DescriptorLimit(int)
{
}

DescriptorLimit::~DescriptorLimit() = default;

bool DescriptorLimit::isSupported()
{
    return false;
}

} // namespace test
