// SPDX-License-Identifier: MIT
#include "ui/settingspages.h"

#include "ui/dialogparts.h"
#include "ui/eventtext.h"
#include "ui/format.h"
#include "ui/language.h"
#include "ui/logstorage.h"
#include "ui/settings.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QUrl>
#include <QVBoxLayout>

namespace ui
{

namespace
{

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;

QComboBox *makeCombo(const char *objectName, const QString &accessibleName, const QString &toolTip,
                     QWidget *parent)
{
    auto *combo = new QComboBox(parent);
    setNames(*combo, objectName, accessibleName);
    combo->setToolTip(toolTip);
    return combo;
}

QComboBox *makeLevelCombo(const char *objectName, const QString &accessibleName, const QString &toolTip,
                          QWidget *parent)
{
    QComboBox *combo = makeCombo(objectName, accessibleName, toolTip, parent);
    for (const auto level : {engine::EventLevel::Debug, engine::EventLevel::Info, engine::EventLevel::Warning,
                             engine::EventLevel::Error})
        combo->addItem(levelText(level), static_cast<int>(level));
    return combo;
}

engine::EventLevel levelIn(const QComboBox &combo)
{
    return static_cast<engine::EventLevel>(combo.currentData().toInt());
}

QSpinBox *makeSpinBox(const char *objectName, const QString &accessibleName, int maximum, QWidget *parent)
{
    auto *box = new QSpinBox(parent);
    setNames(*box, objectName, accessibleName);
    box->setRange(1, maximum);
    box->setKeyboardTracking(false); // "1" on the way to "10" is not meant
    return box;
}

} // namespace

GeneralPage::GeneralPage(Settings &settings, Language &language, QWidget *parent)
    : QWidget(parent)
    , m_settings(settings)
    , m_language(language)
    , m_languages(makeCombo("languageCombo", tr("Language"), tr("The language of everything shown"), this))
    , m_theme(makeCombo("themeCombo", tr("Theme"), tr("Light or dark, or as the desktop is"), this))
    , m_start(makeCombo("startWindowCombo", tr("Window at start"),
                        tr("Whether the window is shown when Hosier starts"), this))
{
    auto *form = new QFormLayout(this);
    addLanguageRow(*form);
    addThemeRow(*form);
    addStartRow(*form);
}

/// Each in its own language, as in the View menu.
void GeneralPage::addLanguageRow(QFormLayout &form)
{
    m_languages->addItem(tr("As the system", "language"), QString());
    for (const LanguageName &language : languages())
        m_languages->addItem(language.name, language.code);
    form.addRow(tr("&Language:"), m_languages);
    const auto show = [this] {
        m_languages->setCurrentIndex(m_languages->findData(m_language.choice()));
    };
    show();
    connect(&m_language, &Language::choiceChanged, this, show);
    connect(m_languages, &QComboBox::activated, this,
            [this] { m_language.choose(m_languages->currentData().toString()); });
}

void GeneralPage::addThemeRow(QFormLayout &form)
{
    m_theme->addItem(tr("As the system", "theme"), static_cast<int>(Theme::System));
    m_theme->addItem(tr("Light", "theme"), static_cast<int>(Theme::Light));
    m_theme->addItem(tr("Dark", "theme"), static_cast<int>(Theme::Dark));
    form.addRow(tr("&Theme:"), m_theme);
    const auto show = [this] {
        m_theme->setCurrentIndex(m_theme->findData(static_cast<int>(m_settings.theme())));
    };
    show();
    connect(&m_settings, &Settings::themeChanged, this, show);
    connect(m_theme, &QComboBox::activated, this,
            [this] { m_settings.setTheme(static_cast<Theme>(m_theme->currentData().toInt())); });
}

void GeneralPage::addStartRow(QFormLayout &form)
{
    m_start->addItem(tr("Shown", "window at start"), static_cast<int>(StartWindow::Shown));
    m_start->addItem(tr("Shown, but in the tray when started at login", "window at start"),
                     static_cast<int>(StartWindow::InTrayAtLogin));
    m_start->addItem(tr("In the tray", "window at start"), static_cast<int>(StartWindow::InTray));
    form.addRow(tr("&Window at start:"), m_start);
    QLabel *hint = makeHintLabel(this, QStringLiteral("startWindowHint"));
    hint->setText(tr("Where there is no tray, the window starts minimized."));
    form.addRow(QString(), hint);
    const auto show = [this] {
        m_start->setCurrentIndex(m_start->findData(static_cast<int>(m_settings.startWindow())));
    };
    show();
    connect(&m_settings, &Settings::startWindowChanged, this, show);
    connect(m_start, &QComboBox::activated, this,
            [this] { m_settings.setStartWindow(static_cast<StartWindow>(m_start->currentData().toInt())); });
}

LogPage::LogPage(Settings &settings, LogStorage *storage, QWidget *parent)
    : QWidget(parent)
    , m_settings(settings)
    , m_storage(storage)
    , m_shownLevel(makeLevelCombo("shownLevelCombo", tr("Level of the log window"),
                                  tr("The log window shows lines of this level and more important ones"),
                                  this))
    , m_toFile(new QCheckBox(tr("&Write the log to a file"), this))
    , m_fileLevel(makeLevelCombo("fileLevelCombo", tr("Level of the log file"),
                                 tr("The file gets lines of this level and more important ones"), this))
    , m_megabytes(makeSpinBox("fileSizeSpin", tr("Size of a log file in MiB"),
                              LogFileSettings::kMaximumMegabytes, this))
    , m_files(makeSpinBox("fileCountSpin", tr("Number of log files"), LogFileSettings::kMaximumFiles, this))
    , m_size(makeHintLabel(this, QStringLiteral("logSizeHint")))
    , m_place(makeHintLabel(this, QStringLiteral("logPlaceHint")))
    , m_open(new QPushButton(tr("&Open folder"), this))
    , m_problem(makeProblemLabel(this))
{
    auto *form = new QFormLayout;
    form->addRow(tr("&Log window from level:"), m_shownLevel);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(makeFileGroup());
    layout->addStretch(1);
    connectFields();
    show();
    showProblem();
}

QWidget *LogPage::makeFileGroup()
{
    auto *group = new QGroupBox(tr("Log file"), this);
    m_toFile->setObjectName(QStringLiteral("logToFileCheck"));
    m_megabytes->setSuffix(tr(" MiB", "suffix of a number"));
    m_files->setToolTip(tr("With the one that is being written; the oldest one goes when a new one begins"));
    m_open->setObjectName(QStringLiteral("openLogFolderButton"));
    m_open->setToolTip(tr("Show the folder of the log files"));
    m_place->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *form = new QFormLayout(group);
    form->addRow(m_toFile);
    form->addRow(tr("File from l&evel:"), m_fileLevel);
    form->addRow(tr("&Size of one file:"), m_megabytes);
    form->addRow(tr("&Number of files:"), m_files);
    form->addRow(m_size);
    form->addRow(m_place);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_open);
    buttons->addStretch(1);
    form->addRow(buttons);
    form->addRow(m_problem);
    m_place->setVisible(m_storage != nullptr);
    m_open->setVisible(m_storage != nullptr);
    if (m_storage != nullptr)
        m_place->setText(tr("File: %1\nIt names programs and where they connected to; only you can read it.")
                             .arg(QDir::toNativeSeparators(m_storage->path())));
    return group;
}

void LogPage::connectFields()
{
    connect(&m_settings, &Settings::shownLevelChanged, this, &LogPage::show);
    connect(&m_settings, &Settings::logFileChanged, this, &LogPage::show);
    connect(m_shownLevel, &QComboBox::activated, this,
            [this] { m_settings.setShownLevel(levelIn(*m_shownLevel)); });
    connect(m_toFile, &QCheckBox::clicked, this, &LogPage::store);
    connect(m_fileLevel, &QComboBox::activated, this, &LogPage::store);
    for (QSpinBox *box : {m_megabytes, m_files})
        connect(box, &QSpinBox::valueChanged, this, &LogPage::store);
    connect(m_open, &QPushButton::clicked, this, &LogPage::openFolder);
    if (m_storage != nullptr)
        connect(m_storage, &LogStorage::problemChanged, this, &LogPage::showProblem);
}

void LogPage::show()
{
    const LogFileSettings file = m_settings.logFile();
    m_shownLevel->setCurrentIndex(m_shownLevel->findData(static_cast<int>(m_settings.shownLevel())));
    m_toFile->setChecked(file.isOn);
    m_fileLevel->setCurrentIndex(m_fileLevel->findData(static_cast<int>(file.level)));
    for (const auto &[box, value] :
         {std::pair(m_megabytes, file.megabytes), std::pair(m_files, file.files)}) {
        const QSignalBlocker blocker(box);
        box->setValue(value);
    }
    for (QWidget *field : {static_cast<QWidget *>(m_fileLevel), static_cast<QWidget *>(m_megabytes),
                           static_cast<QWidget *>(m_files)})
        field->setEnabled(file.isOn);
    const auto all = static_cast<std::uint64_t>(file.megabytes) * static_cast<std::uint64_t>(file.files);
    m_size->setText(tr("Together at most %1. Defaults: %2 MiB, %3 files, level %4.")
                        .arg(bytesText(all * kMebibyte))
                        .arg(LogFileSettings::kDefaultMegabytes)
                        .arg(LogFileSettings::kDefaultFiles)
                        .arg(levelText(LogFileSettings().level)));
}

void LogPage::showProblem()
{
    const QString problem = m_storage != nullptr ? m_storage->problem() : QString();
    ui::showProblem(*m_problem,
                    problem.isEmpty() ? QString() : tr("The log file cannot be written: %1").arg(problem));
}

void LogPage::store()
{
    m_settings.setLogFile(
        {m_toFile->isChecked(), levelIn(*m_fileLevel), m_megabytes->value(), m_files->value()});
}

void LogPage::openFolder()
{
    const QString folder = QFileInfo(m_storage->path()).absolutePath();
    if (!QDir().mkpath(folder) || !QDesktopServices::openUrl(QUrl::fromLocalFile(folder)))
        ui::showProblem(*m_problem,
                        tr("The folder cannot be shown: %1").arg(QDir::toNativeSeparators(folder)));
}

NotificationsPage::NotificationsPage(Settings &settings, bool hasTray, QWidget *parent)
    : QWidget(parent)
{
    struct Row {
        Notice notice;
        const char *objectName;
        QString text;
        QString toolTip;
    };
    const QList<Row> rows{
        {Notice::ProxyFailed, "notifyProxyFailed", tr("The &proxy cannot listen"),
         tr("When an address or a port cannot be opened")},
        {Notice::ServerHealth, "notifyServerHealth", tr("A &server stops working, or works again"),
         tr("Servers of the profile that are in use or members of a group")},
        {Notice::Blocked, "notifyBlocked", tr("A rule &blocks a program"),
         tr("Many at once are one message with their number")},
        {Notice::Engine, "notifyEngine", tr("The &engine does not respond, or cannot open more files"),
         tr("Connections hang then, or new ones are turned away")}};
    auto *layout = new QVBoxLayout(this);
    auto *heading = new QLabel(tr("Tell me when:"), this);
    layout->addWidget(heading);
    for (const Row &row : rows) {
        auto *box = new QCheckBox(row.text, this);
        box->setObjectName(QLatin1String(row.objectName));
        box->setToolTip(row.toolTip);
        box->setChecked(settings.notifies(row.notice));
        connect(box, &QCheckBox::clicked, this,
                [&settings, notice = row.notice](bool on) { settings.setNotifies(notice, on); });
        connect(&settings, &Settings::noticesChanged, box,
                [&settings, box, notice = row.notice] { box->setChecked(settings.notifies(notice)); });
        if (heading->buddy() == nullptr)
            heading->setBuddy(box);
        layout->addWidget(box);
    }
    QLabel *hint = makeHintLabel(this, QStringLiteral("notificationsHint"));
    hint->setText(
        hasTray
            ? tr("The desktop shows these messages, one of a kind every half a minute at most. "
                 "All but an engine that does not respond is also in the log.")
            : tr("This desktop has no tray to show messages from: its notification service shows them, or "
                 "the status bar of the window. All but an engine that does not respond is also in the "
                 "log."));
    layout->addWidget(hint);
    layout->addStretch(1);
}

} // namespace ui
