// SPDX-License-Identifier: MIT
#pragma once

#include "ui/profileimport.h"

#include <QByteArray>
#include <QDialog>

class QCheckBox;
class QDialogButtonBox;
class QLabel;
class QPushButton;
class QRadioButton;
class QTreeWidget;

namespace ui
{

class ProfileStore;

/// Shows what would become of a file, and imports it when the user says so. Nothing changes before that, and
/// nothing when it fails.
class ImportDialog : public QDialog
{
    Q_OBJECT

public:
    ImportDialog(ProfileStore &store, const QString &fileName, const QByteArray &content, QWidget *parent);

private:
    void makeModes();
    void makeReport();
    [[nodiscard]] QDialogButtonBox *makeButtons();
    void layOut(const QString &fileName, QDialogButtonBox &buttons);
    /// Reads the content again: what becomes of it depends on the profile in force.
    void read();
    void showLines(const QList<ImportLine> &lines);
    void addLine(const ImportLine &line);
    void showSummary();
    void filterLines();
    void copy(bool all) const;
    void import();
    void showFailure(const QStringList &problems);
    [[nodiscard]] ImportTarget target() const;
    [[nodiscard]] ImportMode mode() const;

    ProfileStore &m_store;
    QByteArray m_content;
    ImportedFile m_file;
    QLabel *m_kind;
    QRadioButton *m_replace;
    QRadioButton *m_add;
    QLabel *m_summary;
    QLabel *m_problems;
    QTreeWidget *m_report;
    QCheckBox *m_onlyChanges;
    QPushButton *m_import = nullptr;
    QPushButton *m_copy = nullptr;
};

} // namespace ui
