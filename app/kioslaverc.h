// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QList>
#include <QString>

namespace app
{

/// A KDE configuration file as lines, of which those of one group's keys are read and replaced; all others
/// stay as they are, byte for byte. A pure value.
class KioConfiguration
{
public:
    explicit KioConfiguration(const QByteArray &content);

    /// The lines of a key in the group "Proxy Settings", as they stand; none when it is not there.
    [[nodiscard]] QList<QByteArray> lines(const QByteArray &key) const;
    /// Replaces them; no lines remove the key. The group is made when it is missing.
    void setLines(const QByteArray &key, const QList<QByteArray> &lines);
    /// Whether the administrator has locked the group or this key ("[$i]").
    [[nodiscard]] bool isLocked(const QByteArray &key) const;

    [[nodiscard]] QByteArray content() const;

private:
    QList<QByteArray> m_lines;
    bool m_endsWithNewline;
};

} // namespace app
