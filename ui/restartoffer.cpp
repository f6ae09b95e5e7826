// SPDX-License-Identifier: MIT
#include "ui/restartoffer.h"

#include "ui/icons.h"

#include <QDir>
#include <QGuiApplication>
#include <QPushButton>

namespace ui
{

RestartOffer::RestartOffer(const QString &notePath, QWidget *parent)
    : QMessageBox(QMessageBox::Warning, QGuiApplication::applicationDisplayName(),
                  tr("Hosier has stopped unexpectedly."), NoButton, parent)
    , m_restart(addButton(tr("&Restart"), AcceptRole))
{
    setWindowIcon(applicationIcon());
    setObjectName(QStringLiteral("restartOffer"));
    setTextFormat(Qt::PlainText);
    QString details =
        tr("The profile is as it was last saved. Programs that use the proxy cannot connect until "
           "Hosier runs again.");
    if (!notePath.isEmpty())
        details += QStringLiteral("\n\n") +
                   tr("The note about what happened is %1.").arg(QDir::toNativeSeparators(notePath));
    setInformativeText(details);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_restart->setObjectName(QStringLiteral("restartButton"));
    m_restart->setToolTip(tr("Start Hosier again with the same profile"));
    QPushButton *close = addButton(tr("&Close"), RejectRole);
    close->setObjectName(QStringLiteral("restartClose"));
    setDefaultButton(m_restart);
    setEscapeButton(close);
    m_restart->setFocus();
}

bool RestartOffer::isAccepted() const
{
    return clickedButton() == m_restart;
}

} // namespace ui
