// SPDX-License-Identifier: MIT
#pragma once

#include "ui/windowframes.h"

#include <QObject>
#include <QString>

#include <memory>

namespace engine
{
class Engine;
}

namespace ui
{

class DesktopNotices;
class EngineWatch;
class Language;
class LoginStart;
class LogStorage;
class MainWindow;
struct Notification;
class Notifier;
class PasswordBar;
class ProfileStore;
class ProxyStatus;
class Settings;
class SettingsView;
class SystemProxyControl;
class TrayHost;
class TrayIcon;
struct Models;

struct Options {
    bool minimized = false;
    QString profileName;
    SystemProxyControl *systemProxy = nullptr; ///< outlives the interface; null: there is no such switch
    LogStorage *logFile = nullptr;             ///< likewise; null: the log is not written to a file
    QString crashNote;                         ///< of the last run; empty: it did not crash
};

/// Everything the program shows: owns the main window and the tray icon, and builds both again when the
/// language changes. Create it on the interface's thread after QApplication; the engine and what it is given
/// must outlive it.
class UserInterface : public QObject
{
    Q_OBJECT

public:
    UserInterface(engine::Engine &engine, ProfileStore &store, LoginStart &loginStart, Settings &settings,
                  Language &language, const Options &options, QObject *parent = nullptr);
    ~UserInterface() override;

    /// Call it when the engine has been started. Shows the window, or with a start in the tray the icon
    /// alone; where no tray is, the minimised window until there is one.
    void start();
    /// Brings the window to the front, as a second start of the program does.
    void showWindow();
    void toggleProxy();
    /// Writes down what the next start shows again, for an end that lets nothing else happen.
    void save();

Q_SIGNALS:
    /// The user wants to quit: stop the engine, then quit the program.
    void quitRequested();

private:
    void build();
    void connectWindow();
    void rebuild();
    /// Into the tray where there is one, else the end.
    void closeWindow();
    void leave();
    void quit();
    void toggleWindow();
    void meetTray();
    void tellOfMissingTray();
    void showCrashNote();
    void showMissingTray();
    void addPasswordBar();
    void tellOfMissingPasswords();
    void notify(const Notification &notification);

    engine::Engine &m_engine;
    ProfileStore &m_store;
    LoginStart &m_loginStart;
    Settings &m_settings;
    Language &m_language;
    Options m_options;
    WindowFrames m_frames;
    std::unique_ptr<ProxyStatus> m_status;
    std::unique_ptr<Models> m_models;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<TrayHost> m_trayHost;
    std::unique_ptr<TrayIcon> m_tray;
    std::unique_ptr<DesktopNotices> m_notices;
    std::unique_ptr<Notifier> m_notifier;
    std::unique_ptr<EngineWatch> m_watch;
    SettingsView *m_settingsView = nullptr; ///< the window's child
    PasswordBar *m_passwordBar = nullptr;   ///< likewise
    QString m_missingTray;                  ///< as it was shown, in sight or not; empty: it was not
    bool m_hasStarted = false;
    bool m_waitsForTray = false; ///< minimised only because there is none
    bool m_hasLeft = false;      ///< for good: the engine is stopping
};

} // namespace ui
