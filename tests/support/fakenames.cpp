// SPDX-License-Identifier: MIT
#include "tests/support/fakenames.h"

#include "tests/support/pace.h"

#include <dlfcn.h>
#include <netdb.h>

namespace test
{

void FakeNames::set(const QHash<QByteArray, QList<QByteArray>> &addresses)
{
    const std::scoped_lock lock(m_mutex);
    m_addresses = addresses;
    m_asked.clear();
}

QByteArray FakeNames::take(const QByteArray &name)
{
    std::unique_lock lock(m_mutex);
    if (!m_addresses.contains(name))
        return {};
    m_asked << name;
    m_wake.wait_for(lock, kPatience, [this, &name] { return m_held != name; });
    const auto found = m_addresses.find(name);
    if (found == m_addresses.end())
        return {};
    return found->size() > 1 ? found->takeFirst() : found->constFirst();
}

QList<QByteArray> FakeNames::asked()
{
    const std::scoped_lock lock(m_mutex);
    return m_asked;
}

void FakeNames::hold(const QByteArray &name)
{
    const std::scoped_lock lock(m_mutex);
    m_held = name;
    m_wake.notify_all();
}

FakeNames &fakeNames()
{
    static FakeNames names;
    return names;
}

} // namespace test

extern "C" int getaddrinfo(const char *node, const char *service, const addrinfo *hints, addrinfo **found)
{
    using Call = int (*)(const char *, const char *, const addrinfo *, addrinfo **);
    static const auto system = reinterpret_cast<Call>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    const QByteArray addresses = test::fakeNames().take(node);
    if (addresses.isEmpty())
        return system(node, service, hints, found);
    // freeaddrinfo() frees one after the other.
    for (const QByteArray &address : addresses.split(',')) {
        if (const int error = system(address.constData(), service, hints, found); error != 0)
            return error;
        while (*found != nullptr)
            found = &(*found)->ai_next;
    }
    return 0;
}
