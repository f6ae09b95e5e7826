// SPDX-License-Identifier: MIT
#include "ui/exportdialog.h"

#include "ui/dialogparts.h"
#include "ui/filedialog.h"
#include "ui/profilestore.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui
{

ExportDialog::ExportDialog(const ProfileStore &store, QWidget *parent)
    : QDialog(parent)
    , m_store(store)
    , m_users(new QCheckBox(tr("Include the local &users with the hashes of their passwords"), this))
    , m_hint(makeHintLabel(this, QStringLiteral("exportUsersHint")))
    , m_problems(makeProblemLabel(this))
{
    setObjectName(QStringLiteral("exportDialog"));
    setWindowTitle(tr("Export"));
    auto *text =
        new QLabel(tr("The profile in force is written to a file: listeners, servers, routes, rules and "
                      "limits. Passwords of servers are in no profile."),
                   this);
    text->setObjectName(QStringLiteral("exportText"));
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    m_users->setObjectName(QStringLiteral("exportUsers"));
    m_users->setToolTip(tr("Who gets the file can try passwords against the hashes"));
    m_hint->setText(
        tr("Who gets the file can try passwords against the hashes. Where a profile without users is "
           "imported, the users that are there stay."));
    const bool hasUsers = !store.profile().users.isEmpty();
    m_users->setVisible(hasUsers);
    m_hint->setVisible(hasUsers);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    QPushButton *choose = buttons->addButton(tr("&Choose file..."), QDialogButtonBox::AcceptRole);
    choose->setObjectName(QStringLiteral("exportChoose"));
    choose->setDefault(true);
    choose->setFocus(); // On GNOME Enter presses whatever has the keyboard, a check box as well.
    connect(choose, &QPushButton::clicked, this, &ExportDialog::chooseFile);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(text);
    layout->addWidget(m_users);
    layout->addWidget(m_hint);
    layout->addWidget(m_problems);
    layout->addStretch(1);
    layout->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 72, sizeHint().height());
}

void ExportDialog::chooseFile()
{
    auto *dialog = new FileDialog(this, tr("Export the profile"),
                                  QDir(documentsFolder()).filePath(QStringLiteral("hosier-profile.json")),
                                  tr("Profiles of Hosier (*.json)"));
    dialog->setObjectName(QStringLiteral("exportFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(FileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    connect(dialog, &FileDialog::fileSelected, this, &ExportDialog::exportTo);
    dialog->open();
}

void ExportDialog::exportTo(const QString &path)
{
    const auto problem =
        m_store.exportTo(path, m_users->isChecked() ? ExportUsers::Include : ExportUsers::LeaveOut);
    if (problem) {
        showProblem(*m_problems, tr("Nothing was exported: %1").arg(*problem));
        growToFit(*this);
        return;
    }
    Q_EMIT exported(path);
    accept();
}

} // namespace ui
