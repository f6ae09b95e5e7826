// SPDX-License-Identifier: MIT
#include "ui/dialogparts.h"

#include "ui/colors.h"

#include <QAccessible>
#include <QApplication>
#include <QDialog>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLayout>
#include <QPushButton>
#include <QTreeView>

#include <algorithm>

namespace ui
{

namespace
{

constexpr int kColumnAir = 12;

/// Text in a tone, as readable under another theme.
class ToneLabel : public QLabel
{
public:
    ToneLabel(Tone tone, QWidget *parent)
        : QLabel(parent)
        , m_tone(tone)
    {
        recolor();
    }

protected:
    void changeEvent(QEvent *event) override
    {
        QLabel::changeEvent(event);
        if (event->type() == QEvent::ApplicationPaletteChange || event->type() == QEvent::PaletteChange)
            recolor();
    }

private:
    /// Not from its own palette: that already has the tone.
    void recolor()
    {
        const QPalette around = QApplication::palette(this);
        const QColor color = toneColor(m_tone, around, QPalette::Window);
        if (palette().color(QPalette::WindowText) == color)
            return;
        QPalette own; // of nothing else, so that the rest follows
        own.setColor(QPalette::WindowText, color);
        setPalette(own);
    }

    Tone m_tone;
};

} // namespace

QLabel *makeProblemLabel(QWidget *parent)
{
    auto *label = new ToneLabel(Tone::Bad, parent);
    label->setObjectName(QStringLiteral("problems"));
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setWordWrap(true);
    label->hide();
    return label;
}

void showProblem(QLabel &label, const QString &problem)
{
    label.setText(problem);
    label.setVisible(!problem.isEmpty());
    if (problem.isEmpty())
        return;
    QAccessibleEvent event(&label, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void showProblemLines(QLabel &label, const QStringList &lines)
{
    showProblem(label, lines.join(u'\n'));
}

QLabel *makeHintLabel(QWidget *parent, const QString &objectName)
{
    auto *label = new ToneLabel(Tone::Muted, parent);
    label->setObjectName(objectName);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

void setNames(QWidget &field, const char *objectName, const QString &accessibleName)
{
    field.setObjectName(QLatin1String(objectName));
    field.setAccessibleName(accessibleName);
}

QHBoxLayout *sideBySide(std::initializer_list<QWidget *> fields)
{
    auto *row = new QHBoxLayout;
    for (QWidget *field : fields)
        row->addWidget(field);
    row->setStretch(0, 1);
    return row;
}

QLabel *labelFor(QWidget *field, const QString &text)
{
    auto *label = new QLabel(text, field->parentWidget());
    label->setBuddy(field);
    return label;
}

void fitColumn(QTreeView &view, int column, int most)
{
    view.resizeColumnToContents(column);
    view.setColumnWidth(column, std::min(view.columnWidth(column) + kColumnAir, most));
}

void growToFit(QWidget &dialog)
{
    // Wrapped text makes the height depend on the width, which no size hint tells.
    const int wanted = dialog.layout()->totalHeightForWidth(dialog.width());
    if (wanted > dialog.height())
        dialog.resize(dialog.width(), wanted);
}

void keepEnterFromButtons(QDialog &dialog)
{
    for (QPushButton *button : dialog.findChildren<QPushButton *>())
        button->setAutoDefault(false);
}

QString focusNameOf(const QWidget &window)
{
    const QWidget *focus = window.focusWidget();
    return focus != nullptr ? focus->objectName() : QString();
}

void focusByName(QWidget &window, const QString &name)
{
    if (auto *widget = name.isEmpty() ? nullptr : window.findChild<QWidget *>(name))
        widget->setFocus(Qt::OtherFocusReason);
}

} // namespace ui
