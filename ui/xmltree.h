// SPDX-License-Identifier: MIT
#pragma once

#include "engine/expected.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <cstdint>
#include <utility>
#include <vector>

// XML from a stranger as a tree of elements. No widgets, no I/O.

namespace ui
{

struct XmlElement {
    QString name;
    QList<std::pair<QString, QString>> attributes;
    QString text; ///< its own, without that of its children
    qint64 line = 0;
    std::vector<XmlElement> children;

    /// Empty when there is none of that name.
    [[nodiscard]] QString attribute(QLatin1StringView wanted) const;
    /// The first child of that name, or nullptr.
    [[nodiscard]] const XmlElement *child(QLatin1StringView wanted) const;
    /// The trimmed text of the first child of that name.
    [[nodiscard]] QString childText(QLatin1StringView wanted) const;
};

enum class XmlError : std::uint8_t {
    TooLarge,
    DocumentType, ///< it has one, and so might define entities
    TooDeep,
    TooManyElements,
    TooManyAttributes,
    NotWellFormed, ///< or it ends too early
};

struct XmlProblem {
    XmlError error = XmlError::NotWellFormed;
    qint64 line = 0; ///< from 1; 0 when it is about the whole
    QString detail;  ///< of NotWellFormed, in the reader's words

    bool operator==(const XmlProblem &) const = default;
};

inline constexpr qsizetype kMaximumXmlSize = qsizetype{4} * 1024 * 1024;
inline constexpr std::size_t kMaximumXmlDepth = 16;
inline constexpr std::size_t kMaximumXmlElements = 100'000;
/// Of one element: the reader compares each with each.
inline constexpr int kMaximumXmlAttributes = 64;

/// The root element. A document type is refused before any entity of it could be used.
[[nodiscard]] engine::Expected<XmlElement, XmlProblem> readXml(const QByteArray &content);

} // namespace ui
