// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"

#include <QObject>
#include <QSettings>
#include <QTimer>

#include <chrono>
#include <cstdint>

namespace ui
{

enum class Theme : std::uint8_t { System, Light, Dark };

/// Whether the window is shown when the program starts. Where there is no tray it is minimised instead.
enum class StartWindow : std::uint8_t {
    Shown,
    InTrayAtLogin, ///< shown, unless the session's start has started the program
    InTray,
};

/// What the desktop is told of, each kind by choice.
enum class Notice : std::uint8_t {
    ProxyFailed,  ///< a listener cannot be opened
    ServerHealth, ///< a server stopped working, or works again
    Blocked,      ///< a rule blocked a program
    Engine,       ///< the engine stands still, or has no more files to open
};

/// Whether and how the log is written to a file.
struct LogFileSettings {
    static constexpr int kDefaultMegabytes = 5;
    static constexpr int kMaximumMegabytes = 1'000;
    static constexpr int kDefaultFiles = 3;
    static constexpr int kMaximumFiles = 20;

    bool isOn = true;
    engine::EventLevel level = engine::EventLevel::Info; ///< the least important one that is written
    int megabytes = kDefaultMegabytes;                   ///< of one file (MiB), at least 1
    int files = kDefaultFiles;                           ///< with the one being written, at least 1

    bool operator==(const LogFileSettings &) const = default;
};

/// What the user chose for the whole program, whatever the profile: values of QSettings with their defaults.
/// What is missing or makes no sense there is the default. Lives on the interface's thread.
class Settings : public QObject
{
    Q_OBJECT

public:
    /// How long after a change it is looked whether it could be written: many that come together are looked
    /// at once.
    static constexpr std::chrono::milliseconds kCheckDelay{500};
    /// How long until another attempt when it could not.
    static constexpr std::chrono::milliseconds kRetryDelay{30'000};

    explicit Settings(QObject *parent = nullptr);

    [[nodiscard]] Theme theme() const;
    void setTheme(Theme theme);
    [[nodiscard]] StartWindow startWindow() const;
    void setStartWindow(StartWindow startWindow);
    /// The least important level that the log window shows.
    [[nodiscard]] engine::EventLevel shownLevel() const;
    void setShownLevel(engine::EventLevel level);
    [[nodiscard]] LogFileSettings logFile() const;
    void setLogFile(const LogFileSettings &logFile);
    [[nodiscard]] bool notifies(Notice notice) const;
    void setNotifies(Notice notice, bool on);
    /// That what was set cannot be written; empty: it was, or has not been tried yet. It holds all the same,
    /// until the program ends, and is tried again.
    [[nodiscard]] QString problem() const;
    /// Something in the same place was set by others.
    void checkSoon();

Q_SIGNALS:
    void problemChanged();
    // Each only when the value is another one.
    void themeChanged();
    void startWindowChanged();
    void shownLevelChanged();
    void logFileChanged();
    void noticesChanged();

private:
    void set(const QString &key, const QVariant &value);
    void check();
    [[nodiscard]] int number(const QString &key, int minimum, int maximum, int fallback) const;

    QSettings m_values;
    QTimer m_check;
    bool m_isWritten = true;
};

} // namespace ui
