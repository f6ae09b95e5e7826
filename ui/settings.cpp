// SPDX-License-Identifier: MIT
#include "ui/settings.h"

#include <QDir>

#include <algorithm>
#include <array>

namespace ui
{

namespace
{

using engine::EventLevel;

const QString kThemeKey = QStringLiteral("appearance/theme");
const QString kStartWindowKey = QStringLiteral("start/window");
const QString kShownLevelKey = QStringLiteral("log/shownLevel");
const QString kLogFileKey = QStringLiteral("log/file");
const QString kLogFileLevelKey = QStringLiteral("log/fileLevel");
const QString kLogFileMegabytesKey = QStringLiteral("log/fileMegabytes");
const QString kLogFilesKey = QStringLiteral("log/files");

/// A word in the file for each value: a person may read it, and an order of values may change.
template <typename T> struct Word {
    T value;
    QLatin1StringView word;
};

constexpr std::array<Word<Theme>, 3> kThemes{{{Theme::System, QLatin1StringView("system")},
                                              {Theme::Light, QLatin1StringView("light")},
                                              {Theme::Dark, QLatin1StringView("dark")}}};
constexpr std::array<Word<StartWindow>, 3> kStartWindows{
    {{StartWindow::Shown, QLatin1StringView("shown")},
     {StartWindow::InTrayAtLogin, QLatin1StringView("inTrayAtLogin")},
     {StartWindow::InTray, QLatin1StringView("inTray")}}};
constexpr std::array<Word<EventLevel>, 4> kLevels{{{EventLevel::Debug, QLatin1StringView("debug")},
                                                   {EventLevel::Info, QLatin1StringView("info")},
                                                   {EventLevel::Warning, QLatin1StringView("warning")},
                                                   {EventLevel::Error, QLatin1StringView("error")}}};
constexpr std::array<Word<Notice>, 4> kNotices{
    {{Notice::ProxyFailed, QLatin1StringView("notifications/proxyFailed")},
     {Notice::ServerHealth, QLatin1StringView("notifications/serverHealth")},
     {Notice::Blocked, QLatin1StringView("notifications/blocked")},
     {Notice::Engine, QLatin1StringView("notifications/engine")}}};

template <typename T, std::size_t Size> QString wordOf(T value, const std::array<Word<T>, Size> &words)
{
    const auto found = std::find_if(words.begin(), words.end(),
                                    [value](const Word<T> &entry) { return entry.value == value; });
    return found == words.end() ? QString() : QString(found->word);
}

template <typename T, std::size_t Size>
T valueOf(const QVariant &word, const std::array<Word<T>, Size> &words, T fallback)
{
    const QString text = word.toString();
    const auto found = std::find_if(words.begin(), words.end(),
                                    [&text](const Word<T> &entry) { return entry.word == text; });
    return found == words.end() ? fallback : found->value;
}

/// Of a file that somebody edited: only these words are meant.
bool truthOf(const QVariant &value, bool fallback)
{
    const QString text = value.toString();
    if (text == QLatin1String("true") || text == QLatin1String("false"))
        return text == QLatin1String("true");
    return fallback;
}

} // namespace

Settings::Settings(QObject *parent)
    : QObject(parent)
{
    m_check.setSingleShot(true);
    connect(&m_check, &QTimer::timeout, this, &Settings::check);
}

void Settings::set(const QString &key, const QVariant &value)
{
    m_values.setValue(key, value);
    checkSoon();
}

/// Not sooner because of more changes, nor later.
void Settings::checkSoon()
{
    if (!m_check.isActive() || m_check.remainingTimeAsDuration() > kCheckDelay)
        m_check.start(kCheckDelay);
}

/// QSettings writes by itself, once the event loop is reached, and remembers its first error for good. One
/// that is made now shares what is still to be written, tries it again, and costs a look at the file where
/// nothing is.
void Settings::check()
{
    QSettings fresh(m_values.fileName(), m_values.format());
    fresh.sync();
    const bool isWritten = fresh.status() != QSettings::AccessError;
    if (!isWritten)
        m_check.start(kRetryDelay);
    if (isWritten == m_isWritten)
        return;
    m_isWritten = isWritten;
    Q_EMIT problemChanged();
}

QString Settings::problem() const
{
    return m_isWritten ? QString()
                       : tr("The settings cannot be written to %1. They hold until Hosier ends; it goes on "
                            "trying.")
                             .arg(QDir::toNativeSeparators(m_values.fileName()));
}

Theme Settings::theme() const
{
    return valueOf(m_values.value(kThemeKey), kThemes, Theme::System);
}

void Settings::setTheme(Theme theme)
{
    if (theme == this->theme())
        return;
    set(kThemeKey, wordOf(theme, kThemes));
    Q_EMIT themeChanged();
}

StartWindow Settings::startWindow() const
{
    return valueOf(m_values.value(kStartWindowKey), kStartWindows, StartWindow::InTrayAtLogin);
}

void Settings::setStartWindow(StartWindow startWindow)
{
    if (startWindow == this->startWindow())
        return;
    set(kStartWindowKey, wordOf(startWindow, kStartWindows));
    Q_EMIT startWindowChanged();
}

EventLevel Settings::shownLevel() const
{
    return valueOf(m_values.value(kShownLevelKey), kLevels, EventLevel::Info);
}

void Settings::setShownLevel(EventLevel level)
{
    if (level == shownLevel())
        return;
    set(kShownLevelKey, wordOf(level, kLevels));
    Q_EMIT shownLevelChanged();
}

LogFileSettings Settings::logFile() const
{
    LogFileSettings result;
    result.isOn = truthOf(m_values.value(kLogFileKey), result.isOn);
    result.level = valueOf(m_values.value(kLogFileLevelKey), kLevels, result.level);
    result.megabytes = number(kLogFileMegabytesKey, 1, LogFileSettings::kMaximumMegabytes, result.megabytes);
    result.files = number(kLogFilesKey, 1, LogFileSettings::kMaximumFiles, result.files);
    return result;
}

void Settings::setLogFile(const LogFileSettings &logFile)
{
    if (logFile == this->logFile())
        return;
    set(kLogFileKey, logFile.isOn);
    set(kLogFileLevelKey, wordOf(logFile.level, kLevels));
    set(kLogFileMegabytesKey, logFile.megabytes);
    set(kLogFilesKey, logFile.files);
    Q_EMIT logFileChanged();
}

bool Settings::notifies(Notice notice) const
{
    return truthOf(m_values.value(wordOf(notice, kNotices)), true);
}

void Settings::setNotifies(Notice notice, bool on)
{
    if (on == notifies(notice))
        return;
    set(wordOf(notice, kNotices), on);
    Q_EMIT noticesChanged();
}

int Settings::number(const QString &key, int minimum, int maximum, int fallback) const
{
    bool isNumber = false;
    const int value = m_values.value(key).toInt(&isNumber);
    return isNumber && value >= minimum && value <= maximum ? value : fallback;
}

} // namespace ui
