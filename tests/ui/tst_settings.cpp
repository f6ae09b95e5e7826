// SPDX-License-Identifier: MIT
#include "engine/engine.h"
#include "fakeprofilestore.h"
#include "ui/colors.h"
#include "ui/language.h"
#include "ui/loginstart.h"
#include "ui/logstorage.h"
#include "ui/mainwindow.h"
#include "ui/models.h"
#include "ui/proxystatus.h"
#include "ui/settings.h"
#include "ui/settingsdialog.h"
#include "ui/settingsview.h"
#include "ui/theme.h"
#include "ui/trayhost.h"
#include "ui/userinterface.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPointer>
#include <QProxyStyle>
#include <QPushButton>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStatusBar>
#include <QStatusTipEvent>
#include <QStyle>
#include <QStyleOptionButton>
#include <QSystemTrayIcon>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>

using engine::EventLevel;
using ui::LogFileSettings;
using ui::Notice;
using ui::Settings;
using ui::Theme;

namespace
{

class FakeLogStorage : public ui::LogStorage
{
public:
    [[nodiscard]] QString path() const override { return QStringLiteral("/state/hosier/hosier.log"); }
    [[nodiscard]] QString problem() const override { return m_problem; }
    void setProblem(const QString &problem)
    {
        m_problem = problem;
        Q_EMIT problemChanged();
    }

private:
    QString m_problem;
};

class NoLoginStart : public ui::LoginStart
{
public:
    [[nodiscard]] bool isEnabled() const override { return false; }
    [[nodiscard]] std::optional<ui::LoginStartProblem> setEnabled(bool /*enabled*/) override
    {
        return std::nullopt;
    }
};

ui::MainWindow *mainWindow()
{
    for (QWidget *widget : QApplication::topLevelWidgets()) {
        if (auto *found = qobject_cast<ui::MainWindow *>(widget))
            return found;
    }
    return nullptr;
}

/// Of the style that draws, also where another one adds to it.
QString styleName()
{
    const auto *proxy = qobject_cast<const QProxyStyle *>(QApplication::style());
    return (proxy != nullptr ? proxy->baseStyle() : QApplication::style())->name();
}

} // namespace

class TestSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void startsWithDefaults_data();
    void startsWithDefaults();
    void keepsWhatIsSet();
    void tellsOnlyOfChanges();
    void tellsThatItCannotBeWritten();
    void goesOnTellingOfProblems();
    void readsInEachTheme_data();
    void readsInEachTheme();
    void comesBackToTheSystemsLook();
    void outlinesIndicators_data();
    void outlinesIndicators();
    void recolorsLabels();
    void appliesTheThemeAtOnce();
    void choosesWhereTheWindowStarts();
    void startsTheWindow_data();
    void startsTheWindow();
    void writesDownWhatTheNextStartShows();
    void choosesALanguage();
    void changesTheLogAtOnce();
    void tellsWhyTheLogFileIsNotWritten();
    void followsTheLogWindow();
    void switchesNotifications();
    void showsDefaultsOfLimits();
    void takesALimitByEnter();
    void leavesWhatIsTypedAlone();
    void takesWhatIsTypedWhenItCloses();
    void staysOpenForAWrongLimitThatIsTyped();
    void changesALimit();
    void tellsWhatTheProfileHasAgainstALimit();
    void staysOpenForAWrongLimitOnce();
    void restoresDefaults();
    void followsTheProfile();
    void changesDns();
    void choosesWhoLooksNamesUp();
    void changesTheRelay();
    void namesEveryControl();

private:
    void showLimits();
    [[nodiscard]] QDoubleSpinBox *typeInto(const char *name, const QString &text);
    template <typename T> T *find(const char *name) const
    {
        auto *found = m_dialog->findChild<T *>(QLatin1String(name));
        if (found == nullptr)
            qFatal("no %s", name);
        return found;
    }
    /// As with the keyboard.
    static void choose(QComboBox *combo, int index)
    {
        combo->setCurrentIndex(index);
        Q_EMIT combo->activated(index);
    }
    [[nodiscard]] QString settingsFile() const
    {
        return m_folder.path() + QStringLiteral("/hosier-test/hosier-test.ini");
    }

    QTemporaryDir m_folder;
    FakeLogStorage m_storage;
    ui::TrayHost m_trayHost;
    std::unique_ptr<FakeProfileStore> m_store;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<ui::Language> m_language;
    std::unique_ptr<ui::SettingsDialog> m_dialog;
};

void TestSettings::initTestCase()
{
    QVERIFY(m_folder.isValid());
    QCoreApplication::setOrganizationName(QStringLiteral("hosier-test"));
    QCoreApplication::setApplicationName(QStringLiteral("hosier-test"));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
}

void TestSettings::init()
{
    QSettings().clear();
    m_store = std::make_unique<FakeProfileStore>();
    m_settings = std::make_unique<Settings>();
    m_language = std::make_unique<ui::Language>();
    m_storage.setProblem({});
    m_dialog = std::make_unique<ui::SettingsDialog>(*m_settings, *m_language, *m_store, &m_storage, true);
}

void TestSettings::cleanup()
{
    m_dialog.reset();
    m_language.reset();
    m_settings.reset();
    m_store.reset();
    ui::applyTheme(Theme::System);
}

void TestSettings::startsWithDefaults_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::newRow("no file") << QByteArray();
    QTest::newRow("binary garbage") << QByteArray("\x00\xff\xfe[[[=\n]\r=%%%\x80", 15);
    QTest::newRow("wrong values") << QByteArray(
        "[appearance]\ntheme=purple\n[start]\nwindow=above\n[log]\nshownLevel=7\nfile=perhaps\nfileLevel="
        "\nfileMegabytes=-5\n"
        "files=many\n[notifications]\nblocked=2\nserverHealth=@Invalid()\nproxyFailed=\n");
    QTest::newRow("numbers out of range") << QByteArray("[log]\nfileMegabytes=99999999999\nfiles=0\n");
}

void TestSettings::startsWithDefaults()
{
    QFETCH(QByteArray, file);
    m_dialog.reset();
    m_language.reset();
    m_settings.reset();
    QSettings().sync();
    QFile::remove(settingsFile());
    if (!file.isEmpty()) {
        QVERIFY(QDir().mkpath(m_folder.path() + QStringLiteral("/hosier-test")));
        QFile written(settingsFile());
        QVERIFY(written.open(QIODevice::WriteOnly));
        QCOMPARE(written.write(file), file.size());
    }
    QSettings().sync();
    Settings settings;
    QCOMPARE(settings.theme(), Theme::System);
    QCOMPARE(settings.startWindow(), ui::StartWindow::InTrayAtLogin);
    QCOMPARE(settings.shownLevel(), EventLevel::Info);
    QVERIFY(settings.logFile() == LogFileSettings());
    for (const Notice notice : {Notice::ProxyFailed, Notice::ServerHealth, Notice::Blocked, Notice::Engine})
        QVERIFY(settings.notifies(notice));
    settings.setTheme(Theme::Dark);
    QCOMPARE(settings.theme(), Theme::Dark);
}

void TestSettings::keepsWhatIsSet()
{
    m_settings->setTheme(Theme::Light);
    m_settings->setStartWindow(ui::StartWindow::InTray);
    m_settings->setShownLevel(EventLevel::Warning);
    const LogFileSettings file{false, EventLevel::Debug, 7, 9};
    m_settings->setLogFile(file);
    m_settings->setNotifies(Notice::Blocked, false);
    const Settings again;
    QCOMPARE(again.theme(), Theme::Light);
    QCOMPARE(again.startWindow(), ui::StartWindow::InTray);
    QCOMPARE(again.shownLevel(), EventLevel::Warning);
    QVERIFY(again.logFile() == file);
    QVERIFY(!again.notifies(Notice::Blocked));
    QVERIFY(again.notifies(Notice::ServerHealth));
    // In the file too, under the same keys: QSettings has its own mind about some names of groups.
    const QStringList keys = QSettings().allKeys();
    QSettings().sync();
    const QString copy = m_folder.filePath(QStringLiteral("copy.ini"));
    QVERIFY(QFile::copy(settingsFile(), copy));
    QCOMPARE(QSettings(copy, QSettings::IniFormat).allKeys(), keys);
}

void TestSettings::tellsOnlyOfChanges()
{
    QSignalSpy theme(m_settings.get(), &Settings::themeChanged);
    QSignalSpy level(m_settings.get(), &Settings::shownLevelChanged);
    QSignalSpy file(m_settings.get(), &Settings::logFileChanged);
    QSignalSpy notices(m_settings.get(), &Settings::noticesChanged);
    m_settings->setTheme(Theme::System);
    m_settings->setShownLevel(EventLevel::Info);
    m_settings->setLogFile({});
    m_settings->setNotifies(Notice::Blocked, true);
    QCOMPARE(theme.size() + level.size() + file.size() + notices.size(), 0);
    m_settings->setTheme(Theme::Dark);
    m_settings->setShownLevel(EventLevel::Debug);
    m_settings->setLogFile({false});
    m_settings->setNotifies(Notice::Blocked, false);
    QCOMPARE(theme.size(), 1);
    QCOMPARE(level.size(), 1);
    QCOMPARE(file.size(), 1);
    QCOMPARE(notices.size(), 1);
}

/// Once, whatever is set meanwhile, and no longer once it can.
void TestSettings::tellsThatItCannotBeWritten()
{
    QSettings().sync();
    QFile::remove(settingsFile());
    QVERIFY(QDir().mkpath(settingsFile())); // where the file is to be
    const auto restore = qScopeGuard([this] { QDir().rmdir(settingsFile()); });
    engine::Engine engine;
    ui::ProxyStatus status{QString()};
    ui::Models models(engine, *m_store);
    ui::MainWindow window(engine, status, *m_store, models);
    const ui::SettingsView view(engine, *m_settings, *m_language, *m_store, nullptr, m_trayHost, window);
    const auto *label = find<QLabel>("settingsProblem");
    QVERIFY(label->isHidden());
    QSignalSpy told(m_settings.get(), &Settings::problemChanged);
    m_settings->setTheme(Theme::Dark);
    m_settings->setNotifies(Notice::Blocked, false);
    QTRY_COMPARE(told.size(), 1);
    QVERIFY(m_settings->problem().contains(QStringLiteral("hosier-test.ini")));
    QCOMPARE(window.statusBar()->currentMessage(), m_settings->problem());
    QCOMPARE(label->text(), m_settings->problem());
    QVERIFY(!label->isHidden());
    QCOMPARE(m_settings->theme(), Theme::Dark);

    QVERIFY(QDir().rmdir(settingsFile()));
    m_language->choose(QStringLiteral("en")); // others write there, too
    QTRY_COMPARE(told.size(), 2);
    QVERIFY(m_settings->problem().isEmpty());
    QCOMPARE(window.statusBar()->currentMessage(), QString());
    QVERIFY(label->isHidden());
    const QString copy = m_folder.filePath(QStringLiteral("written.ini"));
    QVERIFY(QFile::copy(settingsFile(), copy));
    QCOMPARE(QSettings(copy, QSettings::IniFormat).value(QStringLiteral("appearance/theme")).toString(),
             QStringLiteral("dark"));
}

/// Whatever else the status bar says meanwhile.
void TestSettings::goesOnTellingOfProblems()
{
    QSettings().sync();
    QFile::remove(settingsFile());
    QVERIFY(QDir().mkpath(settingsFile()));
    const auto restore = qScopeGuard([this] { QDir().rmdir(settingsFile()); });
    engine::Engine engine;
    ui::ProxyStatus status{QString()};
    ui::Models models(engine, *m_store);
    ui::MainWindow window(engine, status, *m_store, models);
    const ui::SettingsView view(engine, *m_settings, *m_language, *m_store, &m_storage, m_trayHost, window);
    QStatusBar *bar = window.statusBar();
    const auto comeOver = [&window](const QString &tip) {
        QStatusTipEvent event(tip);
        QApplication::sendEvent(&window, &event);
    };
    m_settings->setStartWindow(ui::StartWindow::InTray);
    QTRY_VERIFY(!m_settings->problem().isEmpty());
    m_storage.setProblem(QStringLiteral("No space left on device"));
    const QString ofLog = bar->currentMessage();
    QVERIFY(ofLog.contains(QStringLiteral("No space left on device")));
    m_storage.setProblem({});
    QCOMPARE(bar->currentMessage(), m_settings->problem());
    bar->showMessage(QStringLiteral("Copied."));
    bar->clearMessage();
    QCOMPARE(bar->currentMessage(), m_settings->problem());
    comeOver(QStringLiteral("Quit"));
    comeOver({});
    QCOMPARE(bar->currentMessage(), m_settings->problem());
    // Another one that ends below a tip.
    bar->showMessage(QStringLiteral("Copied."));
    comeOver(QStringLiteral("Quit"));
    bar->clearMessage();
    QCOMPARE(bar->accessibleName(), QStringLiteral("Quit"));
    comeOver({});
    QCOMPARE(bar->currentMessage(), m_settings->problem());
    comeOver(QStringLiteral("Quit"));
    QCOMPARE(bar->currentMessage(), m_settings->problem()); // which the tip only covers
    comeOver({});

    m_storage.setProblem(QStringLiteral("No space left on device"));
    QVERIFY(QDir().rmdir(settingsFile()));
    m_settings->setStartWindow(ui::StartWindow::Shown);
    QTRY_VERIFY(m_settings->problem().isEmpty());
    QCOMPARE(bar->currentMessage(), ofLog);
    m_storage.setProblem({});
    QCOMPARE(bar->currentMessage(), QString());
}

void TestSettings::readsInEachTheme_data()
{
    QTest::addColumn<Theme>("theme");
    QTest::newRow("light") << Theme::Light;
    QTest::newRow("dark") << Theme::Dark;
}

void TestSettings::readsInEachTheme()
{
    QFETCH(Theme, theme);
    const QPalette palette = ui::themePalette(theme);
    using Role = QPalette::ColorRole;
    for (const auto &[text, ground] :
         {std::pair(Role::WindowText, Role::Window), std::pair(Role::Text, Role::Base),
          std::pair(Role::Text, Role::AlternateBase), std::pair(Role::ButtonText, Role::Button),
          std::pair(Role::HighlightedText, Role::Highlight), std::pair(Role::ToolTipText, Role::ToolTipBase),
          std::pair(Role::PlaceholderText, Role::Base), std::pair(Role::Link, Role::Base)})
        QVERIFY2(ui::contrast(palette.color(text), palette.color(ground)) >= 4.5,
                 qPrintable(QString::number(text)));
    const bool isDark = palette.color(Role::Window).lightness() < 128;
    QCOMPARE(isDark, theme == Theme::Dark);
    // Where nothing can be typed there is no field to type into.
    QCOMPARE(palette.color(QPalette::Disabled, Role::Base), palette.color(Role::Window));
    QVERIFY(palette.color(QPalette::Disabled, Role::Base) != palette.color(Role::Base));
}

void TestSettings::comesBackToTheSystemsLook()
{
    const QString style = styleName();
    const QPalette before = QApplication::palette();
    ui::applyTheme(Theme::Dark);
    QCOMPARE(styleName(), QStringLiteral("fusion"));
    QCOMPARE(QApplication::palette().color(QPalette::Window),
             ui::themePalette(Theme::Dark).color(QPalette::Window));
    ui::applyTheme(Theme::System);
    QCOMPARE(styleName(), style);
    QCOMPARE(QApplication::palette().color(QPalette::Window), before.color(QPalette::Window));
    QCOMPARE(QApplication::palette().color(QPalette::Text), before.color(QPalette::Text));
}

void TestSettings::outlinesIndicators_data()
{
    readsInEachTheme_data();
}

/// What is not checked is nothing but its outline. WCAG 2 asks for 3:1.
void TestSettings::outlinesIndicators()
{
    QFETCH(Theme, theme);
    ui::applyTheme(theme);
    const auto restore = qScopeGuard([] { ui::applyTheme(Theme::System); });
    const QColor ground = QApplication::palette().color(QPalette::Window);
    const QStyle &style = *QApplication::style();
    for (const auto element : {QStyle::PE_IndicatorCheckBox, QStyle::PE_IndicatorRadioButton}) {
        QStyleOptionButton option;
        option.rect = QRect(0, 0, style.pixelMetric(QStyle::PM_IndicatorWidth),
                            style.pixelMetric(QStyle::PM_IndicatorHeight));
        option.state = QStyle::State_Enabled | QStyle::State_Off;
        option.palette = QApplication::palette();
        QImage picture(option.rect.size(), QImage::Format_RGB32);
        picture.fill(ground);
        QPainter painter(&picture);
        style.drawPrimitive(element, &option, &painter);
        painter.end();
        const int middle = picture.width() / 2;
        double best = 1;
        for (int row = 0; row < middle; ++row)
            best = std::max(best, ui::contrast(picture.pixelColor(middle, row), ground));
        QVERIFY2(best >= 3, qPrintable(QString::number(best)));
    }
}

void TestSettings::recolorsLabels()
{
    ui::applyTheme(Theme::Light);
    auto *hint = find<QLabel>("logSizeHint");
    m_dialog->show();
    for (const Theme theme : {Theme::Dark, Theme::Light, Theme::Dark}) {
        ui::applyTheme(theme);
        const QColor ground = QApplication::palette().color(QPalette::Window);
        QTRY_COMPARE(hint->palette().color(QPalette::Window), ground);
        QTRY_VERIFY(ui::contrast(hint->palette().color(QPalette::WindowText), ground) >= 4.5);
    }
}

void TestSettings::appliesTheThemeAtOnce()
{
    engine::Engine engine;
    ui::ProxyStatus status{QString()};
    ui::Models models(engine, *m_store);
    ui::MainWindow window(engine, status, *m_store, models);
    const ui::SettingsView view(engine, *m_settings, *m_language, *m_store, nullptr, m_trayHost, window);
    auto *combo = find<QComboBox>("themeCombo");
    choose(combo, combo->findData(static_cast<int>(Theme::Dark)));
    QCOMPARE(m_settings->theme(), Theme::Dark);
    QCOMPARE(QApplication::palette().color(QPalette::Window),
             ui::themePalette(Theme::Dark).color(QPalette::Window));
    m_settings->setTheme(Theme::Light);
    QCOMPARE(combo->currentData().toInt(), static_cast<int>(Theme::Light));
}

void TestSettings::choosesWhereTheWindowStarts()
{
    QSignalSpy changed(m_settings.get(), &Settings::startWindowChanged);
    auto *combo = find<QComboBox>("startWindowCombo");
    QCOMPARE(combo->currentIndex(), 1);
    choose(combo, 2);
    QCOMPARE(m_settings->startWindow(), ui::StartWindow::InTray);
    choose(combo, 2);
    QCOMPARE(changed.size(), 1);
    m_settings->setStartWindow(ui::StartWindow::Shown);
    QCOMPARE(combo->currentIndex(), 0);
}

void TestSettings::startsTheWindow_data()
{
    using ui::StartWindow;
    QTest::addColumn<StartWindow>("setting");
    QTest::addColumn<bool>("option");
    QTest::addColumn<bool>("isMinimized");
    QTest::newRow("shown") << StartWindow::Shown << false << false;
    QTest::newRow("shown but for --minimized") << StartWindow::Shown << true << true;
    QTest::newRow("in the tray at login only") << StartWindow::InTrayAtLogin << false << false;
    QTest::newRow("at login, which says --minimized") << StartWindow::InTrayAtLogin << true << true;
    QTest::newRow("in the tray") << StartWindow::InTray << false << true;
}

/// Where there is no tray: the window must be there for somebody to find.
void TestSettings::startsTheWindow()
{
    QFETCH(const ui::StartWindow, setting);
    QFETCH(const bool, option);
    QFETCH(const bool, isMinimized);
    if (QSystemTrayIcon::isSystemTrayAvailable())
        QSKIP("This desktop has a tray");
    m_settings->setStartWindow(setting);
    engine::Engine engine;
    NoLoginStart loginStart;
    ui::Options options;
    options.minimized = option;
    ui::UserInterface userInterface(engine, *m_store, loginStart, *m_settings, *m_language, options);
    userInterface.start();
    const QPointer<ui::MainWindow> window = mainWindow();
    QTRY_VERIFY(window != nullptr && window->isVisible());
    QTRY_COMPARE(window->isMinimized(), isMinimized);
    userInterface.showWindow();
    QTRY_VERIFY(window->isVisible() && !window->isMinimized());
}

/// When the system ends the session it waits for nothing more.
void TestSettings::writesDownWhatTheNextStartShows()
{
    engine::Engine engine;
    NoLoginStart loginStart;
    ui::UserInterface userInterface(engine, *m_store, loginStart, *m_settings, *m_language, {});
    userInterface.start();
    const auto page = [] {
        return QSettings().value(QStringLiteral("mainWindow/page")).toString();
    };
    const auto days = [] {
        return QSettings().value(QStringLiteral("traffic/days/size")).toInt();
    };
    QVERIFY(mainWindow() != nullptr);
    auto *pages = mainWindow()->findChild<QTabWidget *>(QStringLiteral("pages"));
    pages->setCurrentWidget(pages->findChild<QWidget *>(QStringLiteral("rulesPage")));
    engine::Delta moved;
    moved.totals.bytesDown = 5'000;
    Q_EMIT engine.delta(moved);
    QVERIFY(page() != QStringLiteral("rulesPage"));
    QCOMPARE(days(), 0);
    userInterface.save();
    QCOMPARE(page(), QStringLiteral("rulesPage"));
    QCOMPARE(days(), 1);
}

void TestSettings::choosesALanguage()
{
    auto *combo = find<QComboBox>("languageCombo");
    QCOMPARE(combo->currentIndex(), 0);
    choose(combo, combo->findData(QStringLiteral("fr")));
    QCOMPARE(m_language->choice(), QStringLiteral("fr"));
    QCOMPARE(m_language->code(), QStringLiteral("fr"));
    m_language->choose(QStringLiteral("en"));
    QCOMPARE(combo->currentData().toString(), QStringLiteral("en"));
}

void TestSettings::changesTheLogAtOnce()
{
    auto *toFile = find<QCheckBox>("logToFileCheck");
    QVERIFY(toFile->isChecked());
    QCOMPARE(find<QSpinBox>("fileSizeSpin")->value(), LogFileSettings::kDefaultMegabytes);
    QVERIFY(find<QLabel>("logPlaceHint")->text().contains(QStringLiteral("hosier.log")));
    choose(find<QComboBox>("fileLevelCombo"), static_cast<int>(EventLevel::Error));
    find<QSpinBox>("fileSizeSpin")->setValue(12);
    find<QSpinBox>("fileCountSpin")->setValue(4);
    QVERIFY((m_settings->logFile() == LogFileSettings{true, EventLevel::Error, 12, 4}));
    QVERIFY(find<QLabel>("logSizeHint")->text().contains(QStringLiteral("48 MiB")));
    toFile->click();
    QVERIFY(!m_settings->logFile().isOn);
    QVERIFY(!find<QSpinBox>("fileSizeSpin")->isEnabled());
}

void TestSettings::tellsWhyTheLogFileIsNotWritten()
{
    engine::Engine engine;
    ui::ProxyStatus status{QString()};
    ui::Models models(engine, *m_store);
    ui::MainWindow window(engine, status, *m_store, models);
    const ui::SettingsView view(engine, *m_settings, *m_language, *m_store, &m_storage, m_trayHost, window);
    const auto *problem = find<QWidget>("logPage")->findChild<QLabel *>(QStringLiteral("problems"));
    QVERIFY(problem->isHidden());
    m_storage.setProblem(QStringLiteral("No space left on device"));
    QVERIFY(problem->text().contains(QStringLiteral("No space left on device")));
    QVERIFY(!problem->isHidden());
    QVERIFY(window.statusBar()->currentMessage().contains(QStringLiteral("No space left on device")));
    m_storage.setProblem({});
    QVERIFY(problem->isHidden());
    QCOMPARE(window.statusBar()->currentMessage(), QString());
}

void TestSettings::followsTheLogWindow()
{
    engine::Engine engine;
    ui::ProxyStatus status{QString()};
    ui::Models models(engine, *m_store);
    ui::MainWindow window(engine, status, *m_store, models);
    m_settings->setShownLevel(EventLevel::Error);
    const ui::SettingsView view(engine, *m_settings, *m_language, *m_store, nullptr, m_trayHost, window);
    auto *shown = window.findChild<QComboBox *>(QStringLiteral("logLevelCombo"));
    QCOMPARE(shown->currentData().toInt(), static_cast<int>(EventLevel::Error));
    shown->setCurrentIndex(0);
    QCOMPARE(m_settings->shownLevel(), EventLevel::Debug);
    QCOMPARE(find<QComboBox>("shownLevelCombo")->currentIndex(), 0);
    choose(find<QComboBox>("shownLevelCombo"), 2);
    QCOMPARE(shown->currentIndex(), 2);
}

void TestSettings::switchesNotifications()
{
    find<QCheckBox>("notifyEngine")->click();
    QVERIFY(!m_settings->notifies(Notice::Engine));
    find<QCheckBox>("notifyBlocked")->click();
    QVERIFY(!m_settings->notifies(Notice::Blocked));
    QVERIFY(m_settings->notifies(Notice::ProxyFailed));
    m_settings->setNotifies(Notice::Blocked, true);
    QVERIFY(find<QCheckBox>("notifyBlocked")->isChecked());
}

void TestSettings::showsDefaultsOfLimits()
{
    QCOMPARE(find<QDoubleSpinBox>("handshakeTimeoutSecondsField")->text(), QStringLiteral("30 s"));
    // In the words of the field, so that the two can be compared.
    QCOMPARE(find<QLabel>("idleTimeoutSecondsDefault")->text(),
             QStringLiteral("Default: ") + find<QDoubleSpinBox>("idleTimeoutSecondsField")->text());
    QVERIFY(find<QLabel>("maximumClientsDefault")->text().contains(QStringLiteral("16,384")));
    QVERIFY(!find<QToolButton>("handshakeTimeoutSecondsReset")->isEnabled());
    QVERIFY(!find<QPushButton>("restoreLimitsButton")->isEnabled());
}

void TestSettings::changesALimit()
{
    auto *field = find<QDoubleSpinBox>("connectTimeoutSecondsField");
    field->setValue(12.5);
    field->setValue(12.25);
    QTRY_COMPARE(m_store->profile().limits.connectTimeout, std::chrono::milliseconds(12'250));
    QCOMPARE(m_store->changes, 1);
    QCOMPARE(m_store->profile().limits.handshakeTimeout, engine::Limits().handshakeTimeout);
    QVERIFY(find<QToolButton>("connectTimeoutSecondsReset")->isEnabled());
    find<QDoubleSpinBox>("maximumClientsField")->setValue(0);
    QCOMPARE(find<QDoubleSpinBox>("maximumClientsField")->text(), QStringLiteral("No limit"));
    m_dialog->done(0); // at once, then
    QCOMPARE(m_store->profile().limits.maximumClients, 0);
}

void TestSettings::showLimits()
{
    m_dialog->show();
    m_dialog->activateWindow();
    auto *list = find<QListWidget>("settingsPages");
    list->setCurrentItem(list->findItems(QStringLiteral("Limits"), Qt::MatchExactly).constFirst());
}

/// In the place of what stands there, without leaving the field.
QDoubleSpinBox *TestSettings::typeInto(const char *name, const QString &text)
{
    auto *field = find<QDoubleSpinBox>(name);
    field->setFocus();
    if (!QTest::qWaitFor([field] { return field->hasFocus(); }))
        qFatal("no focus");
    field->selectAll();
    QTest::keyClicks(field, text);
    return field;
}

void TestSettings::takesALimitByEnter()
{
    engine::Profile profile;
    profile.limits.maximumClients = 5;
    m_store->put(profile);
    showLimits();
    auto *field = typeInto("connectTimeoutSecondsField", QStringLiteral("45"));
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(m_store->profile().limits.connectTimeout, std::chrono::seconds(45));
    QCOMPARE(m_store->profile().limits.maximumClients, 5);
    QVERIFY(m_dialog->isVisible());
}

/// The field before it is stored while the next one is filled in.
void TestSettings::leavesWhatIsTypedAlone()
{
    showLimits();
    find<QDoubleSpinBox>("handshakeTimeoutSecondsField")->setValue(20);
    auto *field = find<QDoubleSpinBox>("connectTimeoutSecondsField");
    field->setFocus();
    QTRY_VERIFY(field->hasFocus());
    field->selectAll();
    QTest::keyClick(field, Qt::Key_4);
    QTRY_COMPARE(m_store->profile().limits.handshakeTimeout, std::chrono::seconds(20));
    QTest::keyClick(field, Qt::Key_5);
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(m_store->profile().limits.connectTimeout, std::chrono::seconds(45));
}

/// The field has the focus until the dialog is gone.
void TestSettings::takesWhatIsTypedWhenItCloses()
{
    showLimits();
    const auto *field = typeInto("connectTimeoutSecondsField", QStringLiteral("45"));
    QVERIFY(field->hasFocus());
    m_dialog->reject();
    QVERIFY(!m_dialog->isVisible());
    QCOMPARE(m_store->profile().limits.connectTimeout, std::chrono::seconds(45));
}

void TestSettings::staysOpenForAWrongLimitThatIsTyped()
{
    showLimits();
    const auto *field = typeInto("bindTimeoutSecondsField", QStringLiteral("0"));
    QVERIFY(field->hasFocus());
    m_dialog->reject();
    QVERIFY(m_dialog->isVisible());
    m_dialog->reject();
    QVERIFY(!m_dialog->isVisible());
    QVERIFY(m_store->profile().limits == engine::Limits());
}

void TestSettings::tellsWhatTheProfileHasAgainstALimit()
{
    const engine::Limits before = m_store->profile().limits;
    find<QDoubleSpinBox>("handshakeTimeoutSecondsField")->setValue(5'000);
    const auto *problem = find<QWidget>("limitsPage")->findChild<QLabel *>(QStringLiteral("problems"));
    QTRY_VERIFY(!problem->isHidden());
    QVERIFY2(problem->text().startsWith(QStringLiteral("Handshake: ")), qPrintable(problem->text()));
    QVERIFY(m_store->profile().limits == before);
    find<QToolButton>("handshakeTimeoutSecondsReset")->click();
    QTRY_VERIFY(problem->isHidden());
}

void TestSettings::staysOpenForAWrongLimitOnce()
{
    m_dialog->show();
    find<QDoubleSpinBox>("bindTimeoutSecondsField")->setValue(0);
    m_dialog->reject();
    QVERIFY(m_dialog->isVisible());
    QVERIFY(find<QWidget>("limitsPage")->isVisible());
    m_dialog->reject();
    QVERIFY(!m_dialog->isVisible());
    QVERIFY(m_store->profile().limits == engine::Limits());
}

void TestSettings::restoresDefaults()
{
    engine::Profile profile;
    profile.limits.drainTimeout = std::chrono::seconds(9);
    profile.limits.maximumClients = 5;
    m_store->put(profile);
    QCOMPARE(find<QDoubleSpinBox>("maximumClientsField")->value(), 5.0);
    find<QPushButton>("restoreLimitsButton")->click();
    QTRY_VERIFY(m_store->profile().limits == engine::Limits());
    QVERIFY(!find<QPushButton>("restoreLimitsButton")->isEnabled());
}

void TestSettings::followsTheProfile()
{
    engine::Profile profile;
    profile.limits.idleTimeout = std::chrono::milliseconds(1'500);
    profile.resolveForRules = true;
    m_store->put(profile);
    QCOMPARE(find<QDoubleSpinBox>("idleTimeoutSecondsField")->text(), QStringLiteral("1.5 s"));
    QVERIFY(find<QCheckBox>("resolveForRulesCheck")->isChecked());
}

void TestSettings::changesDns()
{
    find<QCheckBox>("resolveForRulesCheck")->click();
    QVERIFY(m_store->profile().resolveForRules);
    m_store->failure = QStringLiteral("cannot write the profile");
    find<QCheckBox>("resolveForRulesCheck")->click();
    QVERIFY(m_store->profile().resolveForRules);
    QVERIFY(find<QCheckBox>("resolveForRulesCheck")->isChecked());
    const auto *problem = find<QWidget>("dnsPage")->findChild<QLabel *>(QStringLiteral("problems"));
    QCOMPARE(problem->text(), m_store->failure);
}

void TestSettings::choosesWhoLooksNamesUp()
{
    auto *list = find<QTreeWidget>("dnsServers");
    QCOMPARE(list->topLevelItemCount(), 0);
    QVERIFY(find<QLabel>("dnsServersHint")->text().contains(QStringLiteral("no servers")));
    engine::Profile profile;
    profile.servers << fakeServer(QStringLiteral("office"), QStringLiteral("Office"))
                    << fakeServer(QStringLiteral("old"), QStringLiteral("Old"));
    profile.servers[1].protocol = engine::ServerProtocol::Socks4;
    profile.servers[1].resolveNames = engine::NameResolution::Local;
    m_store->put(profile);
    QCOMPARE(list->topLevelItemCount(), 2);
    QCOMPARE(list->topLevelItem(0)->checkState(0), Qt::Checked);
    // SOCKS4 leaves no choice.
    QCOMPARE(list->topLevelItem(1)->checkState(0), Qt::Unchecked);
    QVERIFY(!list->topLevelItem(1)->flags().testFlag(Qt::ItemIsUserCheckable));
    list->setCurrentItem(list->topLevelItem(0));
    QTest::keyClick(list, Qt::Key_Space);
    QTRY_COMPARE(m_store->profile().servers.at(0).resolveNames, engine::NameResolution::Local);
    QCOMPARE(list->topLevelItem(0)->text(2), QStringLiteral("here"));
    QCOMPARE(m_store->profile().servers.at(1), profile.servers.at(1));
    // What is refused is told, and not shown as if it were so.
    m_store->failure = QStringLiteral("cannot write the profile");
    list->topLevelItem(0)->setCheckState(0, Qt::Checked);
    const auto *problem = find<QWidget>("dnsPage")->findChild<QLabel *>(QStringLiteral("problems"));
    QTRY_COMPARE(problem->text(), m_store->failure);
    QCOMPARE(list->topLevelItem(0)->checkState(0), Qt::Unchecked);
    m_store->failure.clear();
    list->topLevelItem(0)->setCheckState(0, Qt::Checked);
    QTRY_COMPARE(m_store->profile().servers.at(0).resolveNames, engine::NameResolution::Remote);
    QVERIFY(problem->text().isEmpty());
}

void TestSettings::changesTheRelay()
{
    choose(find<QComboBox>("relayPumpCombo"), 2);
    QTRY_COMPARE(m_store->profile().relayPump, engine::RelayPump::Portable);
    QVERIFY(find<QLabel>("relayPumpHint")->text().contains(QStringLiteral("next start")));
}

void TestSettings::namesEveryControl()
{
    for (const QWidget *widget : m_dialog->findChildren<QWidget *>()) {
        const bool isControl = qobject_cast<const QAbstractButton *>(widget) != nullptr ||
                               qobject_cast<const QComboBox *>(widget) != nullptr ||
                               qobject_cast<const QAbstractSpinBox *>(widget) != nullptr;
        if (!isControl || widget->focusPolicy() == Qt::NoFocus)
            continue;
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        const bool isNamed =
            !widget->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty());
        QVERIFY2(isNamed, qPrintable(widget->objectName()));
    }
}

QTEST_MAIN(TestSettings)
#include "tst_settings.moc"
