// SPDX-License-Identifier: MIT
#include "tests/support/profiles.h"

#include <QCryptographicHash>
#include <QPasswordDigestor>

namespace test
{

engine::ListenerProfile localListener(const char *name)
{
    engine::ListenerProfile listener;
    listener.name = QString::fromLatin1(name);
    listener.address = engine::Address::fromV4(0x7f000001);
    return listener;
}

engine::ListenerProfile passwordListener(const char *name)
{
    engine::ListenerProfile listener = localListener(name);
    listener.authentication = engine::Authentication::Password;
    return listener;
}

engine::UserProfile user(const char *name, const char *password, int iterations)
{
    engine::UserProfile user;
    user.name = QString::fromUtf8(name);
    user.password.iterations = iterations;
    user.password.salt = QByteArray("salt of ") + name;
    user.password.hash = QPasswordDigestor::deriveKeyPbkdf2(QCryptographicHash::Sha512, QByteArray(password),
                                                            user.password.salt, iterations, 64);
    return user;
}

engine::Profile openProfile()
{
    engine::Profile profile;
    profile.listeners = {localListener()};
    return profile;
}

engine::Profile passwordProfile()
{
    engine::Profile profile;
    profile.listeners = {passwordListener()};
    profile.users = {user("alice", "secret")};
    return profile;
}

engine::AddressRange range(const char *cidr)
{
    return engine::AddressRange::fromString(QString::fromLatin1(cidr)).value_or(engine::AddressRange());
}

} // namespace test
