// SPDX-License-Identifier: MIT
#include "ui/logline.h"

#include <QDateTime>

#include <algorithm>

namespace ui
{

namespace
{

QString levelWord(engine::EventLevel level)
{
    switch (level) {
    case engine::EventLevel::Debug:
        return QStringLiteral("debug");
    case engine::EventLevel::Info:
        return QStringLiteral("info");
    case engine::EventLevel::Warning:
        return QStringLiteral("warning");
    case engine::EventLevel::Error:
        return QStringLiteral("error");
    }
    return {};
}

} // namespace

QString withoutControls(QString text)
{
    const auto isControl = [](QChar c) {
        return c.category() == QChar::Other_Control || c.category() == QChar::Separator_Line ||
               c.category() == QChar::Separator_Paragraph;
    };
    std::replace_if(text.begin(), text.end(), isControl, u'?');
    return text;
}

QString logLine(std::int64_t at, engine::EventLevel level, const QString &text)
{
    return QDateTime::fromMSecsSinceEpoch(at).toString(Qt::ISODateWithMs) + u' ' + levelWord(level) + u' ' +
           withoutControls(text);
}

} // namespace ui
