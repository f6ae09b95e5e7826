// SPDX-License-Identifier: MIT
#pragma once

#include "app/systemproxy.h"

#include <QList>

namespace app
{

/// What the settings were, and what Hosier made of them: enough to put them back.
struct SystemProxyRecord {
    QString backend;
    ProxyFields previous;
    /// What was written last, and before that what was about to be: a process that dies in between leaves one
    /// or the other, or some of each.
    QList<ProxyFields> written;

    bool operator==(const SystemProxyRecord &) const = default;
};

/// The record on disk. It is there before the first setting is changed and goes when the last was put back.
/// Blocking file access.
class SystemProxyJournal
{
public:
    /// In this directory, which is made when it is missing.
    explicit SystemProxyJournal(const QString &directory);

    /// What is found: nothing, a record, one that makes no sense, or one that cannot be read for now.
    struct Found {
        std::optional<SystemProxyRecord> record{};
        bool isDamaged = false;
        std::optional<engine::Message> unreadable{}; ///< why: somebody may have the file for a moment
    };
    [[nodiscard]] Found load() const;
    [[nodiscard]] bool exists() const;
    /// On the disk, not only on its way there, once it returns. What is wrong otherwise.
    [[nodiscard]] std::optional<engine::Message> save(const SystemProxyRecord &record) const;
    /// What is wrong when it stays.
    [[nodiscard]] std::optional<engine::Message> remove() const;
    /// Puts a damaged one aside and returns where it lies then.
    [[nodiscard]] QString putAside() const;

    [[nodiscard]] QString path() const;

private:
    QString m_directory;
};

} // namespace app
