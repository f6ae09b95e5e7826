// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QString>

class QWidget;

namespace ui
{

class ProfileStore;

/// Import and export of profiles, from the choice of a file to its end. Lives as long as its window.
class ProfileTransfer : public QObject
{
    Q_OBJECT

public:
    ProfileTransfer(ProfileStore &store, QWidget *window);

    void chooseImport();
    /// Shows what an import of the file would do.
    void importFile(const QString &path);
    void chooseExport();

Q_SIGNALS:
    /// In a sentence.
    void done(const QString &message);

private:
    ProfileStore &m_store;
    QWidget *m_window;
};

} // namespace ui
