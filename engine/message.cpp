// SPDX-License-Identifier: MIT
#include "engine/message.h"

#include <cstring>

namespace engine
{

namespace
{

constexpr const char *kContext = "engine::Message";

bool isSame(const char *one, const char *other)
{
    return one == nullptr || other == nullptr ? one == other : std::strcmp(one, other) == 0;
}

} // namespace

std::shared_ptr<const Message::More> Message::moreOf(const QList<Message> &places)
{
    return std::make_shared<const More>(More{nullptr, {}, places});
}

Message Message::verbatim(const QString &text)
{
    Message message;
    if (!text.isEmpty())
        message.m_more = std::make_shared<const More>(More{nullptr, text, {}});
    return message;
}

Message Message::inContext(const char *context, const char *source)
{
    Message message(source);
    message.m_more = std::make_shared<const More>(More{context, {}, {}});
    return message;
}

QString Message::toString(Say say) const
{
    if (m_source == nullptr)
        return m_more ? m_more->text : QString();
    if (!m_more)
        return say(kContext, m_source);
    const QString source = say(m_more->context ? m_more->context : kContext, m_source);
    QString text;
    // Not QString::arg(): what a place holds may hold a "%1" of its own.
    for (qsizetype at = 0; at < source.size(); ++at) {
        const bool mayBePlace = source[at] == u'%' && at + 1 < source.size();
        const qsizetype place = mayBePlace ? source[at + 1].unicode() - u'1' : -1;
        if (place < 0 || place >= m_more->places.size()) {
            text += source[at];
            continue;
        }
        text += m_more->places[place].toString(say);
        ++at;
    }
    return text;
}

QString Message::toEnglish() const
{
    return toString([](const char * /*context*/, const char *source) { return QString::fromUtf8(source); });
}

bool Message::More::operator==(const More &other) const
{
    return isSame(context, other.context) && text == other.text && places == other.places;
}

bool Message::operator==(const Message &other) const
{
    const bool hasSameMore =
        m_more == nullptr || other.m_more == nullptr ? m_more == other.m_more : *m_more == *other.m_more;
    return isSame(m_source, other.m_source) && hasSameMore;
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
