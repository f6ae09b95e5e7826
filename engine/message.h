// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>

#include <concepts>
#include <memory>

namespace engine
{

/// A text for people that both the command line says, in English, and the interface, in its own language
/// (ui::messageText()). It holds its source text, which is marked where it stands with
/// QT_TRANSLATE_NOOP("engine::Message", "..."), and what takes the places %1 to %9 in that. A value; any
/// thread.
class Message
{
public:
    /// How a source text is said: as it is, or translated.
    using Say = QString (*)(const char *context, const char *source);

    Message() = default;
    /// Places are texts as they are (names, paths, the system's own words), whole numbers, messages, and
    /// source texts of such.
    template <typename... Places>
    explicit Message(const char *source, const Places &...places)
        : m_source(source)
    {
        if constexpr (sizeof...(places) > 0)
            m_more = moreOf({asPlace(places)...});
    }
    /// What is the same in every language: a name, a path, the system's own words.
    [[nodiscard]] static Message verbatim(const QString &text);
    /// A text that is marked in another context, such as that of an error's code.
    [[nodiscard]] static Message inContext(const char *context, const char *source);

    [[nodiscard]] bool isEmpty() const { return m_source == nullptr && m_more == nullptr; }
    [[nodiscard]] QString toString(Say say) const;
    /// For logs and the command line.
    [[nodiscard]] QString toEnglish() const;

    bool operator==(const Message &other) const;

private:
    static Message asPlace(const Message &message) { return message; }
    static Message asPlace(const char *source) { return Message(source); }
    static Message asPlace(const QString &text) { return verbatim(text); }
    static Message asPlace(std::integral auto number) { return verbatim(QString::number(number)); }

    struct More {
        const char *context = nullptr; ///< a literal; null for engine::Message
        QString text;                  ///< when there is no source text
        QList<Message> places;

        bool operator==(const More &other) const;
    };
    static std::shared_ptr<const More> moreOf(const QList<Message> &places);

    const char *m_source = nullptr;     ///< a literal
    std::shared_ptr<const More> m_more; ///< apart, since most errors are a code and at most a source text
};

/// "where: what". Empty when nothing is wrong.
[[nodiscard]] Message withContext(const Message &where, const Message &what);
[[nodiscard]] Message withContext(const QString &where, const Message &what);

} // namespace engine

Q_DECLARE_METATYPE(engine::Message)
