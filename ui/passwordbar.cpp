// SPDX-License-Identifier: MIT
#include "ui/passwordbar.h"

#include "ui/format.h"
#include "ui/profileedit.h"
#include "ui/profilestore.h"

#include <QAction>
#include <QLocale>

namespace ui
{

PasswordBar::PasswordBar(const ProfileStore &store, QWidget *parent)
    : WindowBar(tr("Missing passwords"), QStringLiteral("passwordBar"),
                QStringLiteral("missingPasswordsText"), parent)
    , m_store(store)
{
    connect(addCommand("enterPassword", tr("Enter password"), tr("Open the first of these servers")),
            &QAction::triggered, this,
            [this] { Q_EMIT entryRequested(m_store.missingPasswords().value(0)); });
    connect(addCommand("dismissPasswords", tr("Dismiss"), tr("Hide this message")), &QAction::triggered, this,
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
                                : tr("Password missing: %1.", "names of servers")
                                      .arg(QLocale().createSeparatedList(shortenedList(names)));
    setText(m_message);
    setVisible(!names.isEmpty());
}

} // namespace ui
