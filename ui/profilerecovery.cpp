// SPDX-License-Identifier: MIT
#include "ui/profilerecovery.h"

#include "ui/icons.h"

#include <QDir>
#include <QGuiApplication>
#include <QLocale>
#include <QPushButton>

namespace ui
{

ProfileRecovery::ProfileRecovery(const QString &path, const QStringList &problems,
                                 const std::optional<QDateTime> &backupTime)
    : QMessageBox(Critical, QGuiApplication::applicationDisplayName(), tr("The profile cannot be used."),
                  NoButton)
    , m_afresh(addButton(tr("Start &Afresh"), DestructiveRole))
{
    setWindowIcon(applicationIcon());
    setObjectName(QStringLiteral("profileRecovery"));
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    QStringList paragraphs{QDir::toNativeSeparators(path) + u'\n' + problems.value(0)};
    if (backupTime)
        paragraphs << tr("Its backup is the profile as it was until %1.")
                          .arg(QLocale().toString(*backupTime, QLocale::ShortFormat));
    paragraphs << tr(
        "Starting afresh means without servers and rules: everything goes directly. The broken file is kept, "
        "under another name.");
    setInformativeText(paragraphs.join(QStringLiteral("\n\n")));
    if (problems.size() > 1)
        setDetailedText(problems.join(u'\n'));
    m_afresh->setObjectName(QStringLiteral("startAfresh"));
    QPushButton *quit = addButton(tr("&Quit"), RejectRole);
    quit->setObjectName(QStringLiteral("quitUnrecovered"));
    setDefaultButton(quit);
    if (backupTime) {
        m_backup = addButton(tr("Use the &Backup"), AcceptRole);
        m_backup->setObjectName(QStringLiteral("useBackup"));
        setDefaultButton(m_backup);
    }
    setEscapeButton(quit);
    defaultButton()->setFocus();
}

ProfileRecovery::Choice ProfileRecovery::choice() const
{
    if (m_backup != nullptr && clickedButton() == m_backup)
        return Choice::Backup;
    return clickedButton() == m_afresh ? Choice::Afresh : Choice::Quit;
}

} // namespace ui
