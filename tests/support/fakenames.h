// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>

#include <mutex>

namespace test
{

/// Takes the place of the system's resolver in the whole test, whose source list names fakenames.cpp: gives
/// each name's addresses in turn, the last ones again and again, and counts what it was asked for. Several
/// at once are written with commas between them. What is no address is a name that nobody knows. Linux.
class FakeNames
{
public:
    void set(const QHash<QByteArray, QList<QByteArray>> &addresses);
    /// Empty for names that are the system's to find.
    [[nodiscard]] QByteArray take(const QByteArray &name);
    [[nodiscard]] QList<QByteArray> asked();

private:
    std::mutex m_mutex;
    QHash<QByteArray, QList<QByteArray>> m_addresses;
    QList<QByteArray> m_asked;
};

[[nodiscard]] FakeNames &fakeNames();

} // namespace test
