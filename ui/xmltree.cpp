// SPDX-License-Identifier: MIT
#include "ui/xmltree.h"

#include <QXmlStreamReader>

#include <algorithm>
#include <optional>

using engine::Expected;
using engine::Unexpected;

namespace ui
{

namespace
{

/// Whether an element might have more attributes than allowed: they are counted by their "=" without being
/// read, as the reader takes quadratic time for them. The bytes are the same in UTF-8 and UTF-16.
bool hasTooManyAttributes(const QByteArray &content)
{
    int signs = 0;
    for (const char c : content) {
        if (c == '<')
            signs = 0;
        else if (c == '=' && ++signs > kMaximumXmlAttributes)
            return true;
    }
    return false;
}

class TreeReader
{
public:
    explicit TreeReader(const QByteArray &content)
        : m_reader(content)
    {
        m_reader.setNamespaceProcessing(false);
    }

    Expected<XmlElement, XmlProblem> read();

private:
    std::optional<XmlError> take(QXmlStreamReader::TokenType token);
    std::optional<XmlError> open();
    void close();

    QXmlStreamReader m_reader;
    std::vector<XmlElement> m_open; ///< from the root to where the reader is
    XmlElement m_root;
    std::size_t m_count = 0;
};

std::optional<XmlError> TreeReader::open()
{
    if (m_open.size() == kMaximumXmlDepth)
        return XmlError::TooDeep;
    if (++m_count > kMaximumXmlElements)
        return XmlError::TooManyElements;
    XmlElement element;
    element.name = m_reader.name().toString();
    element.line = m_reader.lineNumber();
    const QXmlStreamAttributes attributes = m_reader.attributes();
    for (const QXmlStreamAttribute &attribute : attributes)
        element.attributes.append({attribute.name().toString(), attribute.value().toString()});
    m_open.push_back(std::move(element));
    return std::nullopt;
}

void TreeReader::close()
{
    XmlElement element = std::move(m_open.back());
    m_open.pop_back();
    if (m_open.empty())
        m_root = std::move(element);
    else
        m_open.back().children.push_back(std::move(element));
}

std::optional<XmlError> TreeReader::take(QXmlStreamReader::TokenType token)
{
    if (token == QXmlStreamReader::DTD)
        return XmlError::DocumentType;
    if (token == QXmlStreamReader::StartElement)
        return open();
    if (token == QXmlStreamReader::EndElement)
        close();
    else if (token == QXmlStreamReader::Characters && !m_open.empty())
        m_open.back().text += m_reader.text();
    return std::nullopt;
}

Expected<XmlElement, XmlProblem> TreeReader::read()
{
    while (!m_reader.atEnd()) {
        if (const std::optional<XmlError> error = take(m_reader.readNext()))
            return Unexpected{XmlProblem{*error, m_reader.lineNumber(), {}}};
    }
    if (m_reader.hasError())
        return Unexpected{XmlProblem{XmlError::NotWellFormed, m_reader.lineNumber(), m_reader.errorString()}};
    return std::move(m_root);
}

} // namespace

QString XmlElement::attribute(QLatin1StringView wanted) const
{
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [wanted](const auto &attribute) { return attribute.first == wanted; });
    return found == attributes.end() ? QString() : found->second;
}

const XmlElement *XmlElement::child(QLatin1StringView wanted) const
{
    const auto found = std::find_if(children.begin(), children.end(),
                                    [wanted](const XmlElement &element) { return element.name == wanted; });
    return found == children.end() ? nullptr : &*found;
}

QString XmlElement::childText(QLatin1StringView wanted) const
{
    const XmlElement *element = child(wanted);
    return element == nullptr ? QString() : element->text.trimmed();
}

Expected<XmlElement, XmlProblem> readXml(const QByteArray &content)
{
    if (content.size() > kMaximumXmlSize)
        return Unexpected{XmlProblem{XmlError::TooLarge, 0, {}}};
    if (hasTooManyAttributes(content))
        return Unexpected{XmlProblem{XmlError::TooManyAttributes, 0, {}}};
    return TreeReader(content).read();
}

} // namespace ui
