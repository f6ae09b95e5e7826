// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QSet>
#include <QString>

#include <functional>

namespace ui
{

/// Texts of which there is one each, whatever their case: "x", "x-2", "x-3". As quick for a thousand of the
/// same as for one.
class UniqueTexts
{
public:
    /// `isTaken` tells what is there already.
    UniqueTexts(QChar separator, std::function<bool(const QString &)> isTaken);

    [[nodiscard]] QString take(const QString &wanted);

private:
    [[nodiscard]] bool isFree(const QString &text) const;
    [[nodiscard]] QString numbered(const QString &wanted, int number) const;

    QChar m_separator;
    std::function<bool(const QString &)> m_isTaken;
    QSet<QString> m_given;
    QHash<QString, int> m_numbers; ///< the last one that was tried for a text
};

} // namespace ui
