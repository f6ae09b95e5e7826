// SPDX-License-Identifier: MIT
#include "app/kioslaverc.h"

#include <utility>

namespace app
{

namespace
{

constexpr QByteArrayView kGroup = "[Proxy Settings]";
constexpr QByteArrayView kLock = "[$i]";

bool isGroupLine(const QByteArray &line)
{
    return line.trimmed().startsWith('[');
}

/// "[Proxy Settings]", also with "[$i]" behind it.
bool isOurGroup(const QByteArray &line)
{
    const QByteArray text = line.trimmed();
    return text == kGroup || text == QByteArray(kGroup.data(), kGroup.size()) + kLock.toByteArray();
}

/// Of "httpProxy[$e]=value": what stands before the options.
QByteArray keyOf(const QByteArray &line)
{
    const QByteArray key = line.left(line.indexOf('=')).trimmed();
    const qsizetype options = key.indexOf('[');
    return options > 0 ? key.left(options).trimmed() : key;
}

bool isLineOf(const QByteArray &line, const QByteArray &key)
{
    return line.contains('=') && !line.startsWith('#') && keyOf(line) == key;
}

} // namespace

KioConfiguration::KioConfiguration(const QByteArray &content)
    : m_endsWithNewline(content.isEmpty() || content.endsWith('\n'))
{
    if (!content.isEmpty())
        m_lines = content.split('\n');
    if (m_endsWithNewline && !m_lines.isEmpty())
        m_lines.removeLast();
}

QList<QByteArray> KioConfiguration::lines(const QByteArray &key) const
{
    QList<QByteArray> found;
    bool isInGroup = false;
    for (const QByteArray &line : m_lines) {
        if (isGroupLine(line))
            isInGroup = isOurGroup(line);
        else if (isInGroup && isLineOf(line, key))
            found += line;
    }
    return found;
}

void KioConfiguration::setLines(const QByteArray &key, const QList<QByteArray> &lines)
{
    qsizetype place = -1; // where the key stands, or else the end of the group's first part
    bool isKnown = false;
    bool isInGroup = false;
    for (qsizetype i = 0; i < m_lines.size(); ++i) {
        const QByteArray line = m_lines[i];
        if (isGroupLine(line)) {
            isInGroup = isOurGroup(line);
            if (isInGroup && place < 0)
                place = i + 1;
        } else if (isInGroup && isLineOf(line, key)) {
            place = isKnown ? place : i;
            isKnown = true;
            m_lines.removeAt(i--);
        } else if (isInGroup && !isKnown && place == i && !line.trimmed().isEmpty()) {
            place = i + 1;
        }
    }
    if (lines.isEmpty())
        return;
    if (place < 0) {
        if (!m_lines.isEmpty() && !m_lines.constLast().trimmed().isEmpty())
            m_lines += QByteArray();
        m_lines += kGroup.toByteArray();
        place = m_lines.size();
    }
    for (const QByteArray &line : lines)
        m_lines.insert(place++, line);
}

bool KioConfiguration::isLocked(const QByteArray &key) const
{
    bool isInGroup = false;
    for (const QByteArray &line : m_lines) {
        if (isGroupLine(line)) {
            isInGroup = isOurGroup(line);
            if (isInGroup && line.contains(kLock))
                return true;
        } else if (isInGroup && isLineOf(line, key) && line.left(line.indexOf('=')).contains(kLock)) {
            return true;
        }
    }
    return false;
}

QByteArray KioConfiguration::content() const
{
    if (m_lines.isEmpty())
        return {};
    const QByteArray text = m_lines.join('\n');
    return m_endsWithNewline ? text + '\n' : text;
}

} // namespace app
