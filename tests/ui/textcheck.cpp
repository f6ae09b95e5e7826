// SPDX-License-Identifier: MIT
#include "textcheck.h"

#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMap>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QStackedWidget>
#include <QStyleOption>
#include <QTabBar>
#include <QTextDocument>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace
{

/// The widest of a list's entries, beside what the list has besides a text.
QSize neededSize(const QComboBox &combo)
{
    if (combo.isEditable())
        return {};
    QStyleOptionComboBox option;
    option.initFrom(&combo);
    const int room = combo.style()
                         ->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, &combo)
                         .width();
    int widest = 0;
    for (int entry = 0; entry < combo.count(); ++entry) {
        const int icon = combo.itemIcon(entry).isNull() ? 0 : combo.iconSize().width() + 4;
        widest = std::max(widest, icon + combo.fontMetrics().horizontalAdvance(combo.itemText(entry)));
    }
    return {combo.width() - room + widest, 0};
}

/// Its placeholder, beside its frame and the buttons within it.
QSize neededSize(const QLineEdit &edit)
{
    // Qt's.
    constexpr int kMargin = 2; // on each side of the text
    constexpr int kButtonMargin = 4;
    if (edit.placeholderText().isEmpty())
        return {};
    QStyleOptionFrame option;
    option.initFrom(&edit);
    option.lineWidth = edit.style()->pixelMetric(QStyle::PM_DefaultFrameWidth, &option, &edit);
    const QRect inner = edit.style()->subElementRect(QStyle::SE_LineEditContents, &option, &edit);
    int buttons = 0;
    for (const QToolButton *button : edit.findChildren<QToolButton *>())
        buttons += button->isVisible() ? button->width() + kButtonMargin : 0;
    const QMargins margins = edit.textMargins();
    return {edit.width() - inner.width() + margins.left() + margins.right() + buttons + 2 * kMargin +
                edit.fontMetrics().horizontalAdvance(edit.placeholderText()),
            0};
}

QSize neededSize(const QPlainTextEdit &edit)
{
    if (edit.placeholderText().isEmpty())
        return {};
    const int margin = static_cast<int>(edit.document()->documentMargin());
    const QRect room = edit.viewport()->rect().adjusted(margin, margin, -margin, 0);
    const QRect needed =
        edit.fontMetrics().boundingRect(room, Qt::AlignTop | Qt::TextWordWrap, edit.placeholderText());
    return {edit.width() - room.width() + needed.width(), edit.height() - room.height() + needed.height()};
}

/// How much a widget needs to show all of its text; nothing when it has none that could be cut off.
QSize neededSize(const QWidget &widget)
{
    if (const auto *label = qobject_cast<const QLabel *>(&widget)) {
        if (label->text().isEmpty())
            return {};
        return label->wordWrap() ? QSize(0, label->heightForWidth(label->width())) : label->sizeHint();
    }
    if (const auto *button = qobject_cast<const QAbstractButton *>(&widget))
        return button->text().isEmpty() ? QSize() : button->sizeHint();
    if (qobject_cast<const QGroupBox *>(&widget) != nullptr)
        return {widget.minimumSizeHint().width(), 0};
    if (qobject_cast<const QTabBar *>(&widget) != nullptr)
        return {widget.sizeHint().width(), 0};
    if (const auto *combo = qobject_cast<const QComboBox *>(&widget))
        return neededSize(*combo);
    if (const auto *edit = qobject_cast<const QLineEdit *>(&widget))
        return neededSize(*edit);
    if (const auto *edit = qobject_cast<const QPlainTextEdit *>(&widget))
        return neededSize(*edit);
    return {};
}

QString describe(const QWidget &widget)
{
    QVariant text = widget.property("text");
    if (text.toString().isEmpty())
        text = widget.property("placeholderText");
    if (text.toString().isEmpty())
        text = widget.property("currentText");
    return u"%1 \"%2\" of %3 \"%4\""_s.arg(QLatin1String(widget.metaObject()->className()),
                                           widget.objectName(), widget.window()->objectName(),
                                           text.toString());
}

/// Its texts that lead the keyboard to it, or to its buddy.
QStringList mnemonicTexts(const QWidget &widget)
{
    if (const auto *label = qobject_cast<const QLabel *>(&widget))
        return label->buddy() != nullptr ? QStringList{label->text()} : QStringList();
    if (const auto *button = qobject_cast<const QAbstractButton *>(&widget))
        return {button->text()};
    if (const auto *group = qobject_cast<const QGroupBox *>(&widget))
        return {group->title()};
    QStringList texts;
    if (const auto *tabs = qobject_cast<const QTabBar *>(&widget)) {
        for (int tab = 0; tab < tabs->count(); ++tab)
            texts << tabs->tabText(tab);
    }
    return texts;
}

/// Not on another page of a stack or of tabs.
bool isOnPageInSight(const QWidget &widget)
{
    for (const QWidget *page = &widget; !page->isWindow(); page = page->parentWidget()) {
        const auto *stack = qobject_cast<const QStackedWidget *>(page->parentWidget());
        if (stack != nullptr && stack->currentWidget() != page)
            return false;
    }
    return true;
}

QString duplicateMnemonic(const QStringList &texts)
{
    QMap<QString, QString> taken;
    for (const QString &text : texts) {
        const QString letter = mnemonicsOf(text);
        if (letter.isEmpty())
            continue;
        if (taken.contains(letter))
            return u"%1 and %2"_s.arg(taken.value(letter), text);
        taken.insert(letter, text);
    }
    return {};
}

} // namespace

QString mnemonicsOf(QString text)
{
    static const QRegularExpression mnemonic(u"&(\\w)"_s, QRegularExpression::UseUnicodePropertiesOption);
    QString letters;
    text.remove(u"&&"_s);
    for (auto match = mnemonic.globalMatch(text); match.hasNext();)
        letters += match.next().captured(1).toUpper();
    return letters;
}

QString duplicateMnemonic(const QList<QAction *> &actions)
{
    QStringList texts;
    for (const QAction *action : actions) {
        if (!action->isSeparator())
            texts << action->text();
    }
    return duplicateMnemonic(texts);
}

QString duplicateMnemonic(const QWidget &window)
{
    QStringList texts;
    for (const QWidget *widget : window.findChildren<QWidget *>()) {
        if (widget->window() == &window && isOnPageInSight(*widget))
            texts << mnemonicTexts(*widget);
    }
    return duplicateMnemonic(texts);
}

QString cutOffHeading(const QWidget &window)
{
    for (const QHeaderView *header : window.findChildren<QHeaderView *>()) {
        if (!header->isVisible() || header->orientation() != Qt::Horizontal)
            continue;
        for (int section = 0; section < header->count(); ++section) {
            if (!header->isSectionHidden(section) &&
                header->sectionSize(section) < header->sectionSizeHint(section))
                return header->model()->headerData(section, Qt::Horizontal).toString();
        }
    }
    return {};
}

QString cutOff(const QWidget &window)
{
    for (const QWidget *widget : window.findChildren<QWidget *>()) {
        // Another window, and a tool bar's or tab bar's button for what has no room, are for themselves.
        if (!widget->isVisible() || widget->window() != &window || widget->objectName().startsWith(u"qt_"))
            continue;
        const QSize needed = neededSize(*widget);
        if (widget->width() < needed.width() || widget->height() < needed.height())
            return u"%1 needs %2x%3 and has %4x%5"_s.arg(describe(*widget))
                .arg(needed.width())
                .arg(needed.height())
                .arg(widget->width())
                .arg(widget->height());
    }
    return {};
}
