// SPDX-License-Identifier: MIT
#include "ui/applicationspage.h"
#include "ui/connectionspage.h"
#include "ui/logview.h"
#include "ui/maindocks.h"
#include "ui/mainpages.h"
#include "ui/mainwindow.h"
#include "ui/rulespage.h"
#include "ui/serverspage.h"
#include "ui/trafficview.h"
#include "ui/windowlayout.h"

#include <QSettings>

// What of the window is found again at the next start.

namespace ui
{

namespace
{

const QString kApplicationColumnsKey = QStringLiteral("applications/columns");
const QString kColumnsKey = QStringLiteral("connections/columns");
const QString kLogColumnsKey = QStringLiteral("log/columns");
const QString kPageKey = QStringLiteral("mainWindow/page");
const QString kRuleColumnsKey = QStringLiteral("rules/columns");
const QString kServerColumnsKey = QStringLiteral("servers/columns");
const QString kRangeKey = QStringLiteral("traffic/rangeSeconds");

} // namespace

void MainWindow::restore()
{
    const QSettings settings;
    m_page->restoreColumns(settings.value(kColumnsKey).toByteArray());
    m_applicationsPage->restoreColumns(settings.value(kApplicationColumnsKey).toByteArray());
    m_rules->restoreColumns(settings.value(kRuleColumnsKey).toByteArray());
    m_servers->restoreColumns(settings.value(kServerColumnsKey).toByteArray());
    m_logView->restoreColumns(settings.value(kLogColumnsKey).toByteArray());
    m_traffic->setRangeSeconds(settings.value(kRangeKey, m_traffic->rangeSeconds()).toInt());
    m_pages->goTo(settings.value(kPageKey).toString());
    restoreLayout(*this);
    keepWithinReach(*this);
    m_docks->showFloating();
    // The layout shows them at once, also when the program starts in the tray.
    m_docks->putAway();
}

void MainWindow::save() const
{
    QSettings settings;
    settings.setValue(kColumnsKey, m_page->saveColumns());
    settings.setValue(kApplicationColumnsKey, m_applicationsPage->saveColumns());
    settings.setValue(kRuleColumnsKey, m_rules->saveColumns());
    settings.setValue(kServerColumnsKey, m_servers->saveColumns());
    settings.setValue(kLogColumnsKey, m_logView->saveColumns());
    settings.setValue(kRangeKey, m_traffic->rangeSeconds());
    settings.setValue(kPageKey, m_pages->currentWidget()->objectName());
    // What is put away for now is not hidden: as long as it is, the layout that was read or saved last holds.
    if (!m_docks->arePutAway())
        saveLayout(*this);
}

} // namespace ui
