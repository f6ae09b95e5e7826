// SPDX-License-Identifier: MIT
#include "ui/passwordbar.h"

#include "ui/elidedlabel.h"
#include "ui/icons.h"
#include "ui/profileedit.h"
#include "ui/profilestore.h"

#include <QAction>
#include <QLabel>
#include <QLocale>
#include <QStyle>

namespace ui
{

PasswordBar::PasswordBar(const ProfileStore &store, QWidget *parent)
    : QToolBar(tr("Missing passwords"), parent)
    , m_store(store)
    , m_text(new ElidedLabel(this))
{
    setObjectName(QStringLiteral("passwordBar"));
    setMovable(false);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    toggleViewAction()->setVisible(false);
    auto *icon = new QLabel(this);
    const int size = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    icon->setPixmap(symbolIcon(QStringLiteral("info")).pixmap(size));
    m_text->setObjectName(QStringLiteral("missingPasswordsText"));
    addWidget(icon);
    addWidget(m_text);
    const auto add = [this](const char *objectName, const QString &title, const QString &toolTip) {
        QAction *action = addAction(title);
        action->setObjectName(QLatin1String(objectName));
        action->setToolTip(toolTip);
        widgetForAction(action)->setFocusPolicy(Qt::TabFocus);
        return action;
    };
    connect(add("enterPassword", tr("Enter password"), tr("Open the first of these servers")),
            &QAction::triggered, this,
            [this] { Q_EMIT entryRequested(m_store.missingPasswords().value(0)); });
    connect(add("dismissPasswords", tr("Dismiss"), tr("Hide this message")), &QAction::triggered, this,
            &QWidget::hide);
    connect(&m_store, &ProfileStore::missingPasswordsChanged, this, &PasswordBar::showMissing);
    showMissing();
}

void PasswordBar::showMissing()
{
    QStringList names;
    for (const QString &id : m_store.missingPasswords())
        names << shownNameOf(m_store.profile(), id);
    m_message = names.isEmpty() ? QString()
                                : tr("The password is not known of: %1.", "names of servers")
                                      .arg(QLocale().createSeparatedList(names));
    m_text->setText(m_message);
    setVisible(!names.isEmpty());
}

} // namespace ui
