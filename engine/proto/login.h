// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

namespace engine
{

/// A user name and password as a client sent them.
struct Login {
    QByteArray user;
    QByteArray password;
};

} // namespace engine
