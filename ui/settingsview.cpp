// SPDX-License-Identifier: MIT
#include "ui/settingsview.h"

#include "engine/engine.h"
#include "ui/dialogparts.h"
#include "ui/language.h"
#include "ui/logstorage.h"
#include "ui/logview.h"
#include "ui/mainwindow.h"
#include "ui/settings.h"
#include "ui/settingsdialog.h"
#include "ui/theme.h"
#include "ui/trayhost.h"

#include <QAction>
#include <QStatusBar>
#include <QSystemTrayIcon>

#include <algorithm>
#include <utility>

namespace ui
{

SettingsView::SettingsView(engine::Engine &engine, Settings &settings, Language &language,
                           ProfileStore &store, LogStorage *storage, const TrayHost &tray, MainWindow &window)
    : QObject(&window)
    , m_engine(engine)
    , m_settings(settings)
    , m_language(language)
    , m_store(store)
    , m_storage(storage)
    , m_tray(tray)
    , m_window(window)
{
    connect(m_window.actions().settings, &QAction::triggered, this, &SettingsView::open);
    connect(&m_settings, &Settings::themeChanged, this, [this] { applyTheme(m_settings.theme()); });
    connect(&m_settings, &Settings::shownLevelChanged, this, &SettingsView::showLevels);
    connect(&m_settings, &Settings::logFileChanged, this, &SettingsView::showLevels);
    applyTheme(m_settings.theme());
    showLevels();
    connect(&m_window.logView(), &LogView::levelChanged, &m_settings, &Settings::setShownLevel);
    connect(&m_settings, &Settings::problemChanged, this, &SettingsView::showSettingsProblem);
    // It is kept in the same place.
    connect(&m_language, &Language::choiceChanged, &m_settings, &Settings::checkSoon);
    connect(m_window.statusBar(), &QStatusBar::messageChanged, this, &SettingsView::tellAgain);
    showSettingsProblem();
    if (m_storage == nullptr)
        return;
    connect(m_storage, &LogStorage::problemChanged, this, &SettingsView::showLogProblem);
    showLogProblem();
}

std::optional<SettingsView::Place> SettingsView::place() const
{
    if (m_dialog == nullptr || !m_dialog->isVisible())
        return std::nullopt;
    return Place{m_dialog->page(), focusNameOf(*m_dialog)};
}

void SettingsView::openAt(const Place &place)
{
    open();
    m_dialog->setPage(place.page);
    focusByName(*m_dialog, place.focus);
}

void SettingsView::close()
{
    if (m_dialog != nullptr)
        m_dialog->close();
}

void SettingsView::showLevels()
{
    const LogFileSettings file = m_settings.logFile();
    const engine::EventLevel shown = m_settings.shownLevel();
    m_window.logView().setShownLevel(shown);
    // Information is counted by the page of applications too.
    engine::EventLevel wanted = std::min(shown, engine::EventLevel::Info);
    if (file.isOn)
        wanted = std::min(wanted, file.level);
    m_engine.setEventLevel(wanted);
}

void SettingsView::showLogProblem()
{
    const QString problem = m_storage->problem();
    tell(problem.isEmpty() ? QString()
                           : tr("The log file cannot be written: %1. Hosier goes on trying.").arg(problem),
         m_toldLogProblem);
}

void SettingsView::showSettingsProblem()
{
    tell(m_settings.problem(), m_toldSettingsProblem);
}

/// In the status bar, until the problem is over; what else is told there comes between.
void SettingsView::tell(const QString &problem, QString &told)
{
    QStatusBar *bar = m_window.statusBar();
    const QString before = std::exchange(told, problem);
    if (!problem.isEmpty())
        bar->showMessage(problem);
    else if (!before.isEmpty() && bar->currentMessage() == before)
        bar->clearMessage();
}

/// As soon as nothing else is told.
void SettingsView::tellAgain(const QString &message)
{
    const QString &problem = m_toldSettingsProblem.isEmpty() ? m_toldLogProblem : m_toldSettingsProblem;
    if (message.isEmpty() && !problem.isEmpty())
        m_window.statusBar()->showMessage(problem);
}

void SettingsView::open()
{
    if (m_dialog == nullptr) {
        const bool hasTray = m_tray.isPresent() && QSystemTrayIcon::supportsMessages();
        m_dialog = new SettingsDialog(m_settings, m_language, m_store, m_storage, hasTray, &m_window);
        m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    }
    m_dialog->show();
    m_dialog->raise();
    m_dialog->activateWindow();
}

} // namespace ui
