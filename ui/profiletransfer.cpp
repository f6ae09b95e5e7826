// SPDX-License-Identifier: MIT
#include "ui/profiletransfer.h"

#include "ui/exportdialog.h"
#include "ui/filedialog.h"
#include "ui/importdialog.h"
#include "ui/profilestore.h"

#include <QDir>
#include <QFileInfo>
#include <QMessageBox>

namespace ui
{

ProfileTransfer::ProfileTransfer(ProfileStore &store, QWidget *window)
    : QObject(window)
    , m_store(store)
    , m_window(window)
{
}

void ProfileTransfer::chooseImport()
{
    auto *dialog = new FileDialog(m_window, tr("Import a profile"), documentsFolder());
    dialog->setObjectName(QStringLiteral("importFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(FileDialog::ExistingFile);
    dialog->setNameFilters({tr("Profiles of Hosier and Proxifier (*.json *.ppx)"), tr("All files (*)")});
    connect(dialog, &FileDialog::fileSelected, this, &ProfileTransfer::importFile);
    dialog->open();
}

void ProfileTransfer::importFile(const QString &path)
{
    const auto content = m_store.readForImport(path);
    if (!content) {
        auto *box = new QMessageBox(QMessageBox::Warning, tr("Import"), tr("The file cannot be read."),
                                    QMessageBox::Close, m_window);
        box->setObjectName(QStringLiteral("importFailedBox"));
        box->setTextFormat(Qt::PlainText);
        box->setInformativeText(content.error());
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
        return;
    }
    auto *dialog = new ImportDialog(m_store, QDir::toNativeSeparators(path), *content, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
            [this, path] { Q_EMIT done(tr("Imported %1.").arg(QFileInfo(path).fileName())); });
    dialog->open();
}

void ProfileTransfer::chooseExport()
{
    auto *dialog = new ExportDialog(m_store, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ExportDialog::exported, this, [this](const QString &path) {
        Q_EMIT done(tr("Exported to %1.").arg(QDir::toNativeSeparators(path)));
    });
    dialog->open();
}

} // namespace ui
