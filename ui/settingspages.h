// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSpinBox;

namespace ui
{

class Language;
class LogStorage;
class Settings;

// The pages of the settings dialog about the program itself. What is changed in one of them is in force at
// once, and what others change shows there.

class GeneralPage : public QWidget
{
    Q_OBJECT

public:
    GeneralPage(Settings &settings, Language &language, QWidget *parent = nullptr);

private:
    void addLanguageRow(QFormLayout &form);
    void addThemeRow(QFormLayout &form);
    void addStartRow(QFormLayout &form);

    Settings &m_settings;
    Language &m_language;
    QComboBox *m_languages;
    QComboBox *m_theme;
    QComboBox *m_start;
};

class LogPage : public QWidget
{
    Q_OBJECT

public:
    /// `storage` may be null: then nothing is said about the file's place.
    LogPage(Settings &settings, LogStorage *storage, QWidget *parent = nullptr);

private:
    [[nodiscard]] QWidget *makeFileGroup();
    void connectFields();
    void show();
    void showProblem();
    void store();
    void openFolder();

    Settings &m_settings;
    LogStorage *m_storage;
    QComboBox *m_shownLevel;
    QCheckBox *m_toFile;
    QComboBox *m_fileLevel;
    QSpinBox *m_megabytes;
    QSpinBox *m_files;
    QLabel *m_size;
    QLabel *m_place;
    QPushButton *m_open;
    QLabel *m_problem;
};

class NotificationsPage : public QWidget
{
    Q_OBJECT

public:
    /// `hasTray`: whether the desktop shows messages of tray icons.
    NotificationsPage(Settings &settings, bool hasTray, QWidget *parent = nullptr);
};

} // namespace ui
