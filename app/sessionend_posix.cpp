// SPDX-License-Identifier: MIT
#include "app/sessionend.h"

namespace app
{

class SessionEnd::Private
{
};

SessionEnd::SessionEnd(std::function<void()>)
{
}

SessionEnd::~SessionEnd() = default;

} // namespace app
