// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QPointer>
#include <QString>

#include <optional>

namespace engine
{
class Engine;
}

namespace ui
{

class Language;
class LogStorage;
class MainWindow;
class ProfileStore;
class Settings;
class SettingsDialog;
class TrayHost;

/// Shows the settings when they are asked for, and the program as they say: theme, log levels, and what
/// keeps the log and the settings from their files.
class SettingsView : public QObject
{
    Q_OBJECT

public:
    /// All must outlive it; `storage` may be null.
    SettingsView(engine::Engine &engine, Settings &settings, Language &language, ProfileStore &store,
                 LogStorage *storage, const TrayHost &tray, MainWindow &window);

    /// Where somebody is in the dialog.
    struct Place {
        int page = 0;
        QString focus; ///< the name of what has the keyboard
    };

    /// Nothing while the dialog is closed.
    [[nodiscard]] std::optional<Place> place() const;
    void openAt(const Place &place);
    /// With what is being edited, where that makes sense.
    void close();

private:
    void open();
    void showLevels();
    void showLogProblem();
    void showSettingsProblem();
    void tell(const QString &problem, QString &told);
    void tellAgain(const QString &message);

    engine::Engine &m_engine;
    Settings &m_settings;
    Language &m_language;
    ProfileStore &m_store;
    LogStorage *m_storage;
    const TrayHost &m_tray;
    MainWindow &m_window;
    QPointer<SettingsDialog> m_dialog;
    QString m_toldLogProblem; ///< in the status bar, unless something else is
    QString m_toldSettingsProblem;
};

} // namespace ui
