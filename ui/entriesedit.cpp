// SPDX-License-Identifier: MIT
#include "ui/entriesedit.h"

#include "ui/dialogparts.h"
#include "ui/format.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace ui
{

namespace
{

constexpr int kSpacing = 3;
/// Headings with and without a button in their corner are of one height.
constexpr int kHeadingPadding = 9;

/// A text field's own hint is the same however few lines it is for, and some systems open a dialog as high as
/// all hints together.
class LinesEdit final : public QPlainTextEdit
{
public:
    LinesEdit(int lines, QWidget *parent)
        : QPlainTextEdit(parent)
    {
        setMinimumHeight(heightOf(lines));
    }

    [[nodiscard]] QSize sizeHint() const override
    {
        return {QPlainTextEdit::sizeHint().width(), minimumHeight() + fontMetrics().lineSpacing()};
    }

private:
    [[nodiscard]] int heightOf(int lines) const
    {
        const int frame = 2 * (frameWidth() + static_cast<int>(document()->documentMargin()));
        return lines * fontMetrics().lineSpacing() + frame;
    }
};

} // namespace

EntriesEdit::EntriesEdit(const QString &title, const QString &example, int lines, QWidget *parent)
    : QWidget(parent)
    , m_title(new QLabel(title, this))
    , m_edit(new LinesEdit(lines, this))
    , m_example(makeHintLabel(this, QStringLiteral("example")))
    , m_problem(makeProblemLabel(this))
{
    m_title->setBuddy(m_edit);
    m_title->setMinimumHeight(m_title->fontMetrics().height() + kHeadingPadding);
    m_title->setAlignment(Qt::AlignLeft | Qt::AlignBottom);
    m_edit->setAccessibleName(withoutMnemonic(title));
    // Not as a list, which an entry is not.
    const QString several = QString(example).replace(QStringLiteral(", "), QStringLiteral(" \u00b7 "));
    m_exampleText = tr("Such as %1", "example entries of a field").arg(several);
    m_example->setText(m_exampleText);
    describe();
    m_edit->setTabChangesFocus(true);
    m_edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    auto *heading = new QHBoxLayout;
    heading->addWidget(m_title);
    heading->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kSpacing);
    layout->addLayout(heading);
    layout->addWidget(m_edit, 1);
    layout->addWidget(m_example);
    layout->addWidget(m_problem);
    setFocusProxy(m_edit);
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        showProblem({});
        Q_EMIT edited();
    });
}

QStringList EntriesEdit::entries() const
{
    QString text = m_edit->toPlainText();
    if (m_takesLists)
        text.replace(u',', u'\n').replace(u';', u'\n');
    QStringList entries;
    for (const QString &part : text.split(u'\n')) {
        if (const QString entry = part.trimmed(); !entry.isEmpty())
            entries << entry;
    }
    return entries;
}

void EntriesEdit::setEntries(const QStringList &entries)
{
    m_edit->setPlainText(entries.join(u'\n'));
}

void EntriesEdit::append(const QString &entry)
{
    QStringList all = entries();
    if (!all.contains(entry))
        setEntries(all << entry);
}

void EntriesEdit::showProblem(const QString &problem)
{
    ui::showProblem(*m_problem, problem);
    m_example->setVisible(problem.isEmpty());
    describe();
}

void EntriesEdit::showHint(const QString &hint)
{
    m_example->setText(hint.isEmpty() ? m_exampleText : hint);
    describe();
}

/// As a screen reader tells of it.
void EntriesEdit::describe()
{
    const QString problem = m_problem->text();
    m_edit->setAccessibleDescription(problem.isEmpty() ? tr("One entry a line. %1").arg(m_example->text())
                                                       : problem);
}

void EntriesEdit::addCorner(QWidget *widget)
{
    auto *heading = qobject_cast<QBoxLayout *>(layout()->itemAt(0)->layout());
    heading->addWidget(widget);
}

} // namespace ui
