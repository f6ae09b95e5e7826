// SPDX-License-Identifier: MIT
#pragma once

#include <QStringList>
#include <QWidget>

class QLabel;
class QPlainTextEdit;

namespace ui
{

/// A field of a rule: a heading, its entries one a line, and what is wrong with them.
class EntriesEdit : public QWidget
{
    Q_OBJECT

public:
    /// `example` stands below the field: entries, separated by commas.
    EntriesEdit(const QString &title, const QString &example, int lines, QWidget *parent);

    /// For entries that hold neither "," nor ";": whoever writes those has meant several.
    void takeLists() { m_takesLists = true; }
    /// Without empty lines and surrounding spaces.
    [[nodiscard]] QStringList entries() const;
    void setEntries(const QStringList &entries);
    void append(const QString &entry);
    /// An empty text: nothing is wrong.
    void showProblem(const QString &problem);
    /// What is to be known of the entries though nothing is wrong. An empty text: nothing.
    void showHint(const QString &hint);
    [[nodiscard]] QPlainTextEdit &edit() const { return *m_edit; }
    /// Beside the heading.
    void addCorner(QWidget *widget);

Q_SIGNALS:
    void edited();

private:
    void describe();

    QLabel *m_title;
    QPlainTextEdit *m_edit;
    QString m_exampleText;
    QLabel *m_example; ///< or a hint
    QLabel *m_problem; ///< in place of the example
    bool m_takesLists = false;
};

} // namespace ui
