// SPDX-License-Identifier: MIT
#pragma once

#include <QDialog>

class QCheckBox;
class QLabel;

namespace ui
{

class ProfileStore;

/// Asks what of the profile goes into a file, and where to. Stays open when it could not be written.
class ExportDialog : public QDialog
{
    Q_OBJECT

public:
    ExportDialog(const ProfileStore &store, QWidget *parent);

    void exportTo(const QString &path);

Q_SIGNALS:
    void exported(const QString &path);

private:
    void chooseFile();

    const ProfileStore &m_store;
    QCheckBox *m_users;
    QLabel *m_hint;
    QLabel *m_problems;
};

} // namespace ui
