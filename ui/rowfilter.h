// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>

class QModelIndex;
class QTreeView;

namespace ui
{

/// Hides the rows of a tree view that do not hold every word of a text, and sections with none that does. The
/// view's rows stay the model's, whatever is hidden; the view knows hidden ones wherever the model moves
/// them. What is hidden is not selected.
class RowFilter : public QObject
{
    Q_OBJECT

public:
    /// Whether a row that does not show the word has it all the same.
    using HasWord = std::function<bool(const QModelIndex &row, const QString &word)>;

    /// After the view has its model. Looks at the first `columns` columns. The view owns it.
    RowFilter(QTreeView &view, int columns, HasWord hasWord = {});

    void setText(const QString &text);
    [[nodiscard]] const QString &text() const { return m_text; }
    /// Rows that are not sections.
    [[nodiscard]] int hiddenCount() const { return m_hidden; }
    [[nodiscard]] bool hidesAll() const { return m_hidden > 0 && m_shown == 0; }

Q_SIGNALS:
    /// Rows may be shown or hidden now.
    void applied();

private:
    void follow();
    void apply();
    [[nodiscard]] bool applyTo(const QModelIndex &row);
    [[nodiscard]] bool applyToChildren(const QModelIndex &parent);
    [[nodiscard]] bool matches(const QModelIndex &row) const;
    void deselectHidden();

    QTreeView &m_view;
    const int m_columns;
    const HasWord m_hasWord;
    QString m_text;
    QStringList m_words;
    int m_shown = 0;
    int m_hidden = 0;
};

} // namespace ui
