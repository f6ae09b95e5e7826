// SPDX-License-Identifier: MIT
#pragma once

#include <QDialog>

class QListWidget;
class QStackedWidget;

namespace ui
{

class Language;
class LimitsPage;
class LogStorage;
class ProfileStore;
class Settings;

/// What can be set for the program, and the profile's limits. Whatever is changed is in force at once, so
/// there is nothing to confirm; only a value that cannot be keeps the dialog from closing, once.
class SettingsDialog : public QDialog
{
    Q_OBJECT

public:
    /// All must outlive it; `storage` may be null.
    SettingsDialog(Settings &settings, Language &language, ProfileStore &store, LogStorage *storage,
                   bool hasTray, QWidget *parent = nullptr);

    [[nodiscard]] int page() const;
    void setPage(int page);

    void done(int result) override;

private:
    void addPage(QWidget *page, const QString &title, const char *objectName);

    QListWidget *m_list;
    QStackedWidget *m_pages;
    LimitsPage *m_limits;
};

} // namespace ui
