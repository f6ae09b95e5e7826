// SPDX-License-Identifier: MIT
#include "ui/settingsdialog.h"

#include "ui/dialogparts.h"
#include "ui/dnspage.h"
#include "ui/limitspage.h"
#include "ui/settings.h"
#include "ui/settingspages.h"
#include "ui/whatsthis.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui
{

namespace
{

constexpr QSize kSize{700, 520}; // fits a screen of 800x600 with its panels
constexpr int kListPadding = 32;
constexpr int kListSpacing = 3;

} // namespace

SettingsDialog::SettingsDialog(Settings &settings, Language &language, ProfileStore &store,
                               LogStorage *storage, bool hasTray, QWidget *parent)
    : QDialog(parent)
    , m_list(new QListWidget(this))
    , m_pages(new QStackedWidget(this))
    , m_limits(new LimitsPage(store, this))
{
    setObjectName(QStringLiteral("settingsDialog"));
    setWindowTitle(tr("Settings"));
    m_list->setObjectName(QStringLiteral("settingsPages"));
    m_list->setAccessibleName(tr("Pages of the settings"));
    m_list->setSpacing(kListSpacing);
    m_list->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    addPage(new GeneralPage(settings, language, this), tr("General"), "generalPage");
    addPage(new LogPage(settings, storage, this), tr("Log"), "logPage");
    addPage(new DnsPage(store, this), tr("DNS"), "dnsPage");
    addPage(m_limits, tr("Limits"), "limitsPage");
    addPage(new NotificationsPage(settings, hasTray, this), tr("Notifications"), "notificationsPage");
    explainControls(*this);
    m_list->setFixedWidth(m_list->sizeHintForColumn(0) + kListPadding);
    connect(m_list, &QListWidget::currentRowChanged, m_pages, &QStackedWidget::setCurrentIndex);
    m_list->setCurrentRow(0);
    auto *columns = new QHBoxLayout;
    columns->addWidget(m_list);
    columns->addWidget(m_pages, 1);
    QLabel *problem = makeProblemLabel(this);
    problem->setObjectName(QStringLiteral("settingsProblem"));
    const auto showWhatIsWrong = [problem, &settings] {
        showProblem(*problem, settings.problem());
    };
    connect(&settings, &Settings::problemChanged, problem, showWhatIsWrong);
    showWhatIsWrong();
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(columns, 1);
    layout->addWidget(problem);
    layout->addWidget(buttons);
    keepEnterFromButtons(*this);
    resize(kSize);
}

int SettingsDialog::page() const
{
    return m_pages->currentIndex();
}

void SettingsDialog::setPage(int page)
{
    m_list->setCurrentRow(page);
}

void SettingsDialog::done(int result)
{
    // A field is left only when the dialog is hidden, too late for a delay.
    m_limits->finishTyping();
    if (m_limits->commit())
        QDialog::done(result);
    else
        m_list->setCurrentRow(m_pages->indexOf(m_limits));
}

void SettingsDialog::addPage(QWidget *page, const QString &title, const char *objectName)
{
    page->setObjectName(QLatin1String(objectName));
    m_pages->addWidget(page);
    m_list->addItem(title);
}

} // namespace ui
