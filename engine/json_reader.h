// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile_json.h"

#include <QJsonValue>
#include <QLatin1StringView>
#include <QList>
#include <QString>

#include <initializer_list>
#include <optional>
#include <span>

// Reading a JSON document by hand, with the place of every value in the messages. Used by the profile only.

namespace engine::json
{

/// Errors beyond this many are only counted.
inline constexpr int kMaximumErrors = 100;

/// What is wrong so far.
class Errors
{
public:
    void add(const QString &path, const Message &message);
    [[nodiscard]] bool isEmpty() const { return m_errors.isEmpty(); }
    /// The errors, followed by the number of those that were left out.
    [[nodiscard]] QList<ProfileError> toList() const;

private:
    QList<ProfileError> m_errors;
    qsizetype m_omitted = 0;
};

/// A word of the format and what it stands for.
template <typename T> struct Choice {
    QLatin1StringView word;
    T value;
};

/// A value and where it stands. Readers return nothing when the value is absent, and when it is wrong; only
/// what is wrong is reported (absent members are reported by checkKeys()).
class Node
{
public:
    Node(QJsonValue value, QString path, Errors &errors);

    [[nodiscard]] const QString &path() const { return m_path; }
    [[nodiscard]] bool isPresent() const { return !m_value.isUndefined(); }
    [[nodiscard]] bool isEmptyList() const;
    [[nodiscard]] bool textIs(QLatin1StringView word) const { return m_value.toString() == word; }
    void fail(const Message &message) const { m_errors->add(m_path, message); }
    /// The same, with the message's source text and places.
    template <typename... Places> void fail(const char *source, const Places &...places) const
    {
        fail(Message(source, places...));
    }

    /// Whether this is an object; reports missing and unknown keys.
    [[nodiscard]] bool checkKeys(std::initializer_list<QLatin1StringView> required,
                                 std::initializer_list<QLatin1StringView> optional) const;
    [[nodiscard]] Node member(QLatin1StringView key) const;
    [[nodiscard]] Node element(qsizetype index) const;
    /// The elements of an array of at most `maximum`.
    [[nodiscard]] QList<Node> elements(int maximum) const;

    /// Text of 1 to `maximum` bytes of UTF-8 without control characters, which would forge lines of the log.
    [[nodiscard]] std::optional<QString> text(int maximum) const;
    [[nodiscard]] std::optional<bool> boolean() const;
    [[nodiscard]] std::optional<double> number(double minimum, double maximum) const;
    [[nodiscard]] std::optional<int> integer(int minimum, int maximum) const;
    /// Base64 of `minimum` to `maximum` bytes.
    [[nodiscard]] std::optional<QByteArray> base64(int minimum, int maximum) const;

    template <typename T> [[nodiscard]] std::optional<T> choice(std::span<const Choice<T>> choices) const
    {
        QStringList words;
        for (const Choice<T> &choice : choices) {
            if (m_value.isString() && m_value.toString() == choice.word)
                return choice.value;
            words += QLatin1Char('"') + choice.word + QLatin1Char('"');
        }
        if (isPresent())
            failChoice(words);
        return std::nullopt;
    }

private:
    void failChoice(const QStringList &words) const;

    QJsonValue m_value;
    QString m_path;
    Errors *m_errors;
};

/// Text of the document as it may stand in a message: quoted, on one line, not longer than a line.
[[nodiscard]] QString quoted(const QString &text);

} // namespace engine::json
