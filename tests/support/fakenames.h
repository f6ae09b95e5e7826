// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>

#include <condition_variable>
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
    /// Whoever asks for this name waits until another one is held; empty: none.
    void hold(const QByteArray &name);

private:
    std::mutex m_mutex;
    std::condition_variable m_wake;
    QHash<QByteArray, QList<QByteArray>> m_addresses;
    QList<QByteArray> m_asked;
    QByteArray m_held;
};

[[nodiscard]] FakeNames &fakeNames();

} // namespace test
