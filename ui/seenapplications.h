// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

namespace ui
{

/// Names of the applications that connected lately.
class SeenApplications
{
public:
    void note(const QString &application);
    /// In alphabetical order.
    [[nodiscard]] QStringList names() const;

private:
    void forgetOldest();

    QHash<QString, quint64> m_lastSeen;
    quint64 m_count = 0;
};

} // namespace ui
