// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

namespace ui
{

/// What is typed to filter a list, word by word: a row has to have all of them.
[[nodiscard]] inline QStringList filterWords(const QString &text)
{
    return text.simplified().split(u' ', Qt::SkipEmptyParts);
}

} // namespace ui
