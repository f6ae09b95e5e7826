// SPDX-License-Identifier: MIT
#include "engine/json_reader.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace engine::json
{

namespace
{

/// Longer pieces of the document are cut short in messages.
constexpr qsizetype kMaximumQuotedLength = 64;

bool isControl(QChar c)
{
    const QChar::Category category = c.category();
    return category == QChar::Other_Control || category == QChar::Separator_Line ||
           category == QChar::Separator_Paragraph;
}

bool isPlainKey(const QString &key)
{
    const auto isPlain = [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'_';
    };
    return !key.isEmpty() && key.size() <= kMaximumQuotedLength && !key.front().isDigit() &&
           std::all_of(key.begin(), key.end(), isPlain);
}

QString memberPath(const QString &path, const QString &key)
{
    if (isPlainKey(key))
        return path + u'.' + key;
    return path + u'[' + quoted(key) + u']';
}

/// Source text of a message.
const char *typeName(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Null:
        return QT_TRANSLATE_NOOP("engine::Message", "null");
    case QJsonValue::Bool:
        return QT_TRANSLATE_NOOP("engine::Message", "true or false");
    case QJsonValue::Double:
        return QT_TRANSLATE_NOOP("engine::Message", "a number");
    case QJsonValue::String:
        return QT_TRANSLATE_NOOP("engine::Message", "text");
    case QJsonValue::Array:
        return QT_TRANSLATE_NOOP("engine::Message", "a list");
    case QJsonValue::Object:
        return QT_TRANSLATE_NOOP("engine::Message", "an object");
    case QJsonValue::Undefined:
        break;
    }
    return QT_TRANSLATE_NOOP("engine::Message", "nothing");
}

/// `wanted` is marked source text.
Message wrongType(const char *wanted, const QJsonValue &value)
{
    return Message(QT_TRANSLATE_NOOP("engine::Message", "must be %1, not %2"), wanted, typeName(value));
}

} // namespace

void Errors::add(const QString &path, const Message &message)
{
    if (m_errors.size() < kMaximumErrors)
        m_errors.append({path, message});
    else
        ++m_omitted;
}

QList<ProfileError> Errors::toList() const
{
    QList<ProfileError> list = m_errors;
    if (m_omitted > 0)
        list.append({u"$"_s, Message(QT_TRANSLATE_NOOP("engine::Message", "further errors: %1"), m_omitted)});
    return list;
}

Node::Node(QJsonValue value, QString path, Errors &errors)
    : m_value(std::move(value))
    , m_path(std::move(path))
    , m_errors(&errors)
{
}

bool Node::isEmptyList() const
{
    return m_value.isArray() && m_value.toArray().isEmpty();
}

bool Node::checkKeys(std::initializer_list<QLatin1StringView> required,
                     std::initializer_list<QLatin1StringView> optional) const
{
    if (!m_value.isObject()) {
        if (isPresent())
            fail(wrongType(QT_TRANSLATE_NOOP("engine::Message", "an object"), m_value));
        return false;
    }
    const QJsonObject object = m_value.toObject();
    for (const QLatin1StringView key : required) {
        if (!object.contains(key))
            m_errors->add(memberPath(m_path, key),
                          Message(QT_TRANSLATE_NOOP("engine::Message", "is missing")));
    }
    for (const QString &key : object.keys()) {
        const auto isKey = [&key](QLatin1StringView known) {
            return key == known;
        };
        if (std::none_of(required.begin(), required.end(), isKey) &&
            std::none_of(optional.begin(), optional.end(), isKey))
            m_errors->add(memberPath(m_path, key),
                          Message(QT_TRANSLATE_NOOP("engine::Message", "unknown key")));
    }
    return true;
}

Node Node::member(QLatin1StringView key) const
{
    const QJsonValue value = m_value.isObject() ? m_value.toObject().value(key) : QJsonValue::Undefined;
    return {value, memberPath(m_path, key), *m_errors};
}

Node Node::element(qsizetype index) const
{
    const QJsonValue value = m_value.isArray() ? m_value.toArray().at(index) : QJsonValue::Undefined;
    return {value, u"%1[%2]"_s.arg(m_path).arg(index), *m_errors};
}

QList<Node> Node::elements(int maximum) const
{
    if (!m_value.isArray()) {
        if (isPresent())
            fail(wrongType(QT_TRANSLATE_NOOP("engine::Message", "a list"), m_value));
        return {};
    }
    const QJsonArray array = m_value.toArray();
    if (array.size() > maximum) {
        fail(QT_TRANSLATE_NOOP("engine::Message", "has %1 entries; %2 are allowed"), array.size(), maximum);
        return {};
    }
    QList<Node> nodes;
    nodes.reserve(array.size());
    for (qsizetype i = 0; i < array.size(); ++i)
        nodes.append(element(i));
    return nodes;
}

std::optional<QString> Node::text(int maximum) const
{
    if (!m_value.isString()) {
        if (isPresent())
            fail(wrongType(QT_TRANSLATE_NOOP("engine::Message", "text"), m_value));
        return std::nullopt;
    }
    const QString text = m_value.toString();
    if (text.isEmpty())
        fail(QT_TRANSLATE_NOOP("engine::Message", "must not be empty"));
    else if (text.toUtf8().size() > maximum)
        fail(QT_TRANSLATE_NOOP("engine::Message", "is longer than %1 bytes"), maximum);
    else if (std::any_of(text.begin(), text.end(), isControl))
        fail(QT_TRANSLATE_NOOP("engine::Message", "must not hold control characters"));
    else
        return text;
    return std::nullopt;
}

std::optional<bool> Node::boolean() const
{
    if (m_value.isBool())
        return m_value.toBool();
    if (isPresent())
        fail(wrongType(QT_TRANSLATE_NOOP("engine::Message", "true or false"), m_value));
    return std::nullopt;
}

std::optional<double> Node::number(double minimum, double maximum) const
{
    if (!m_value.isDouble()) {
        if (isPresent())
            fail(wrongType(QT_TRANSLATE_NOOP("engine::Message", "a number"), m_value));
        return std::nullopt;
    }
    const double number = m_value.toDouble();
    // Written so that it also refuses what compares with nothing.
    if (!(number >= minimum && number <= maximum)) {
        fail(QT_TRANSLATE_NOOP("engine::Message", "must be from %1 to %2"), QString::number(minimum, 'g', 10),
             QString::number(maximum, 'g', 10));
        return std::nullopt;
    }
    return number;
}

std::optional<int> Node::integer(int minimum, int maximum) const
{
    const std::optional<double> value = number(minimum, maximum);
    if (!value)
        return std::nullopt;
    if (*value != std::floor(*value)) {
        fail(QT_TRANSLATE_NOOP("engine::Message", "must be a whole number"));
        return std::nullopt;
    }
    return static_cast<int>(*value);
}

std::optional<QByteArray> Node::base64(int minimum, int maximum) const
{
    if (!m_value.isString()) {
        if (isPresent())
            fail(wrongType(QT_TRANSLATE_NOOP("engine::Message", "text"), m_value));
        return std::nullopt;
    }
    const auto result =
        QByteArray::fromBase64Encoding(m_value.toString().toUtf8(), QByteArray::AbortOnBase64DecodingErrors);
    if (!result) {
        fail(QT_TRANSLATE_NOOP("engine::Message", "must be base64"));
        return std::nullopt;
    }
    const QByteArray &decoded = *result;
    if (decoded.size() < minimum || decoded.size() > maximum) {
        const Message size =
            minimum == maximum ? Message::verbatim(QString::number(minimum))
                               : Message(QT_TRANSLATE_NOOP("engine::Message", "%1 to %2"), minimum, maximum);
        fail(QT_TRANSLATE_NOOP("engine::Message", "must be base64 of %1 bytes, not of %2"), size,
             decoded.size());
        return std::nullopt;
    }
    return decoded;
}

void Node::failChoice(const QStringList &words) const
{
    if (m_value.isString())
        fail(QT_TRANSLATE_NOOP("engine::Message", "%1 is none of %2"), quoted(m_value.toString()),
             words.join(u", "));
    else
        fail(wrongType(QT_TRANSLATE_NOOP("engine::Message", "text"), m_value));
}

QString quoted(const QString &text)
{
    QString shown = text.left(kMaximumQuotedLength);
    std::replace_if(shown.begin(), shown.end(), isControl, u'?');
    if (shown.size() < text.size())
        shown += u'\u2026';
    return u'"' + shown + u'"';
}

} // namespace engine::json
