// SPDX-License-Identifier: MIT
#include "controlwalk.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QApplication>
#include <QButtonGroup>
#include <QComboBox>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QTest>

#include <array>

namespace
{

/// More than any window has.
constexpr int kMostControls = 200;
/// A frame may be drawn around a control.
constexpr int kFocusMargin = 3;

QString describe(const QWidget &widget)
{
    return QStringLiteral("%1 \"%2\"")
        .arg(QLatin1String(widget.metaObject()->className()), widget.objectName());
}

/// Qt's own small parts, whose work can be done with the keyboard in the control they belong to.
bool isPartOfAnother(const QWidget &widget)
{
    static constexpr std::array kParts{"QDockWidgetTitleButton", "QLineEditIconButton", "QTableCornerButton",
                                       "QToolBarExtension"};
    const auto isPart = [&widget](const char *name) {
        return widget.inherits(name);
    };
    return std::any_of(kParts.begin(), kParts.end(), isPart) || widget.inherits("QHeaderView") ||
           widget.objectName().startsWith(QStringLiteral("qt_")) || widget.focusProxy() != nullptr ||
           (widget.parentWidget() != nullptr && widget.parentWidget()->inherits("QTabBar"));
}

bool isControl(const QWidget &widget)
{
    return qobject_cast<const QAbstractButton *>(&widget) != nullptr ||
           qobject_cast<const QComboBox *>(&widget) != nullptr ||
           qobject_cast<const QLineEdit *>(&widget) != nullptr ||
           qobject_cast<const QPlainTextEdit *>(&widget) != nullptr ||
           qobject_cast<const QAbstractSpinBox *>(&widget) != nullptr ||
           qobject_cast<const QAbstractItemView *>(&widget) != nullptr;
}

/// Of a group of which one is chosen, Tab goes to that one, and the arrow keys to the others.
bool isReachedByArrows(const QWidget &widget)
{
    const auto *button = qobject_cast<const QAbstractButton *>(&widget);
    if (button == nullptr || button->isChecked())
        return false;
    const bool inGroup = button->group() != nullptr && button->group()->exclusive();
    return inGroup || (qobject_cast<const QRadioButton *>(button) != nullptr && button->autoExclusive());
}

QString accessibleName(QWidget &widget)
{
    QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(&widget);
    return interface == nullptr ? QString() : interface->text(QAccessible::Name);
}

/// Not a view without rows, which has nothing to mark, and not the button that Return presses: in Qt's own
/// style it always looks as if it had the focus, and what has it shows that.
bool mustShowFocus(const QWidget &widget)
{
    const auto *view = qobject_cast<const QAbstractItemView *>(&widget);
    if (view != nullptr && (view->model() == nullptr || view->model()->rowCount() == 0))
        return false;
    const auto *button = qobject_cast<const QPushButton *>(&widget);
    return (button == nullptr || !button->isDefault()) &&
           !widget.objectName().startsWith(QStringLiteral("qt_"));
}

QImage picture(QWidget &window, const QWidget &of)
{
    const QRect place(of.mapTo(&window, QPoint()), of.size());
    return window.grab(place.adjusted(-kFocusMargin, -kFocusMargin, kFocusMargin, kFocusMargin)).toImage();
}

/// Presses Tab until it comes round.
QList<QWidget *> walk(QWidget &window, QStringList &problems)
{
    QList<QWidget *> reached;
    for (int step = 0; step < kMostControls; ++step) {
        QWidget *focus = QApplication::focusWidget();
        if (focus == nullptr) {
            problems << QStringLiteral("the keyboard is nowhere after %1 controls").arg(reached.size());
            return reached;
        }
        if (reached.contains(focus))
            return reached;
        if (focus->window() != &window) {
            problems << QStringLiteral("the keyboard goes to %1 of another window").arg(describe(*focus));
            return reached;
        }
        reached << focus;
        const QImage with = picture(window, *focus);
        QTest::keyClick(focus, Qt::Key_Tab);
        if (QApplication::focusWidget() == focus) {
            problems << QStringLiteral("%1 keeps the keyboard").arg(describe(*focus));
            return reached;
        }
        if (mustShowFocus(*focus) && with == picture(window, *focus))
            problems << QStringLiteral("%1 does not show the keyboard focus").arg(describe(*focus));
    }
    problems << QStringLiteral("Tab does not come round");
    return reached;
}

void checkLabel(const QLabel &label, QStringList &problems)
{
    const QString text = QString(label.text()).remove(QStringLiteral("&&"));
    const bool isPlain = label.textFormat() != Qt::RichText;
    if (isPlain && (text.contains(u'&') || text.endsWith(u':')) && label.buddy() == nullptr)
        problems << QStringLiteral("the label \"%1\" has no buddy").arg(label.text());
}

} // namespace

QStringList controlProblems(QWidget &window)
{
    QStringList problems;
    // A first press, so that Qt shows the focus as it does for somebody who uses the keyboard.
    QTest::keyClick(QApplication::focusWidget() != nullptr ? QApplication::focusWidget() : &window,
                    Qt::Key_Tab);
    const QList<QWidget *> reached = walk(window, problems);
    for (QWidget *widget : window.findChildren<QWidget *>()) {
        if (!widget->isVisible() || widget->window() != &window)
            continue;
        if (const auto *label = qobject_cast<const QLabel *>(widget))
            checkLabel(*label, problems);
        if (isPartOfAnother(*widget) || !widget->isEnabled())
            continue;
        const bool takesTab = (widget->focusPolicy() & Qt::TabFocus) != 0;
        if (!takesTab && !isControl(*widget))
            continue;
        if (accessibleName(*widget).isEmpty())
            problems << QStringLiteral("%1 has no name").arg(describe(*widget));
        if (!reached.contains(widget) && !isReachedByArrows(*widget))
            problems << QStringLiteral("%1 is not reached by Tab").arg(describe(*widget));
    }
    if (!problems.isEmpty()) {
        QStringList order;
        for (const QWidget *widget : reached)
            order << describe(*widget);
        problems << QStringLiteral("in the order of Tab: %1").arg(order.join(QStringLiteral(", ")));
    }
    return problems;
}

QStringList tabOrder(QWidget &window)
{
    QStringList problems;
    QStringList names;
    for (const QWidget *widget : walk(window, problems)) {
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        const bool isNamed = button == nullptr || !widget->objectName().isEmpty();
        names << (isNamed ? widget->objectName() : QString(button->text()).remove(u'&'));
    }
    return names + problems;
}
