// SPDX-License-Identifier: MIT
#include "engine/message.h"

#include <cstring>

namespace engine
{

Message Message::verbatim(const QString &text)
{
    Message message;
    message.m_text = text;
    return message;
}

Message Message::inContext(const char *context, const char *source)
{
    Message message(source);
    message.m_context = context;
    return message;
}

QString Message::toString(Say say) const
{
    if (m_source == nullptr)
        return m_text;
    const QString source = say(m_context, m_source);
    QString text;
    // Not QString::arg(): what a place holds may hold a "%1" of its own.
    for (qsizetype at = 0; at < source.size(); ++at) {
        const bool mayBePlace = source[at] == u'%' && at + 1 < source.size();
        const qsizetype place = mayBePlace ? source[at + 1].unicode() - u'1' : -1;
        if (place < 0 || place >= m_places.size()) {
            text += source[at];
            continue;
        }
        text += m_places[place].toString(say);
        ++at;
    }
    return text;
}

QString Message::toEnglish() const
{
    return toString([](const char * /*context*/, const char *source) { return QString::fromUtf8(source); });
}

bool Message::operator==(const Message &other) const
{
    const bool isSameSource =
        m_source == nullptr || other.m_source == nullptr
            ? m_source == other.m_source
            : std::strcmp(m_source, other.m_source) == 0 && std::strcmp(m_context, other.m_context) == 0;
    return isSameSource && m_text == other.m_text && m_places == other.m_places;
}

Message withContext(const Message &where, const Message &what)
{
    if (what.isEmpty())
        return {};
    return Message(QT_TRANSLATE_NOOP("engine::Message", "%1: %2"), where, what);
}

Message withContext(const QString &where, const Message &what)
{
    return withContext(Message::verbatim(where), what);
}

} // namespace engine
