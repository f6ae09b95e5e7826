// SPDX-License-Identifier: MIT
#include "ui/settingsview.h"

#include "engine/engine.h"
#include "ui/dialogparts.h"
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
    if (m_storage == nullptr)
        return;
    connect(m_storage, &LogStorage::problemChanged, this, &SettingsView::showProblem);
    showProblem();
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

void SettingsView::showProblem()
{
    const QString problem = m_storage->problem();
    QStatusBar *bar = m_window.statusBar();
    if (problem.isEmpty()) {
        if (!m_toldProblem.isEmpty() && bar->currentMessage() == m_toldProblem)
            bar->clearMessage();
        return;
    }
    m_toldProblem = tr("The log file cannot be written: %1. Hosier goes on trying.").arg(problem);
    bar->showMessage(m_toldProblem);
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
