// SPDX-License-Identifier: MIT
#include "ui/whatsthis.h"

#include "engine/engine.h"
#include "fakeprofilestore.h"
#include "listenerparts.h"
#include "ui/language.h"
#include "ui/lansharing.h"
#include "ui/listenerdialog.h"
#include "ui/mainwindow.h"
#include "ui/models.h"
#include "ui/proxystatus.h"
#include "ui/ruledialog.h"
#include "ui/serverdialog.h"
#include "ui/settings.h"
#include "ui/settingsdialog.h"
#include "ui/sharingdialog.h"

#include <QAbstractScrollArea>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QHelpEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSettings>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>
#include <QWhatsThis>

#include <map>

namespace
{

/// What the explanation is shown in, if it is.
QWidget *shownExplanation()
{
    for (QWidget *widget : QApplication::topLevelWidgets()) {
        if (widget->isVisible() && widget->inherits("QWhatsThat"))
            return widget;
    }
    return nullptr;
}

bool isExplained(const QWidget &widget)
{
    for (const QWidget *at = &widget; at != nullptr; at = at->parentWidget()) {
        if (!at->whatsThis().isEmpty())
            return true;
    }
    return false;
}

/// What somebody fills in.
QList<QWidget *> fieldsOf(const QWidget &window)
{
    QList<QWidget *> fields;
    for (QWidget *widget : window.findChildren<QWidget *>()) {
        const bool isField = qobject_cast<QComboBox *>(widget) != nullptr ||
                             qobject_cast<QLineEdit *>(widget) != nullptr ||
                             qobject_cast<QPlainTextEdit *>(widget) != nullptr ||
                             qobject_cast<QAbstractSpinBox *>(widget) != nullptr ||
                             qobject_cast<QCheckBox *>(widget) != nullptr;
        if (isField && widget->focusPolicy() != Qt::NoFocus)
            fields << widget;
    }
    return fields;
}

} // namespace

class TestWhatsThis : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void explainsWhatMatters_data();
    void explainsWhatMatters();
    void explainsEveryField_data();
    void explainsEveryField();
    void explainsNothingThatIsGone();
    void explainsByTheKeyboard();
    void explainsWhatIsClicked();

private:
    using Maker = std::function<std::unique_ptr<QWidget>()>;

    [[nodiscard]] std::map<QByteArray, Maker> makers();
    [[nodiscard]] std::unique_ptr<QWidget> make(const QByteArray &window) { return makers().at(window)(); }

    FakeProfileStore m_store;
    std::unique_ptr<engine::Engine> m_engine;
    std::unique_ptr<ui::ProxyStatus> m_status;
    std::unique_ptr<ui::Models> m_models;
    std::unique_ptr<ui::LanSharing> m_sharing;
    std::unique_ptr<ui::Settings> m_settings;
    std::unique_ptr<ui::Language> m_language;
};

void TestWhatsThis::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("hosier-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_whatsthis"));
    QApplication::setQuitOnLastWindowClosed(false);
}

void TestWhatsThis::init()
{
    QSettings().clear();
    engine::Profile profile;
    profile.listeners = {localListener()};
    profile.servers << fakeServer(QStringLiteral("office"), QStringLiteral("Office"));
    m_store.put(profile);
    m_engine = std::make_unique<engine::Engine>();
    m_status = std::make_unique<ui::ProxyStatus>(QStringLiteral("test"));
    m_models = std::make_unique<ui::Models>(*m_engine, m_store);
    m_sharing = std::make_unique<ui::LanSharing>(m_store, *m_status);
    m_settings = std::make_unique<ui::Settings>();
    m_language = std::make_unique<ui::Language>();
}

void TestWhatsThis::cleanup()
{
    QWhatsThis::hideText();
    m_language.reset();
    m_settings.reset();
    m_sharing.reset();
    m_models.reset();
    m_status.reset();
    m_engine.reset();
}

std::map<QByteArray, TestWhatsThis::Maker> TestWhatsThis::makers()
{
    const auto takeRule = [](const engine::RuleProfile &) {
        return QStringList();
    };
    return {{"window",
             [this] {
                 return std::make_unique<ui::MainWindow>(*m_engine, *m_status, m_store, *m_models);
             }},
            {"rule",
             [this, takeRule] {
                 auto dialog = std::make_unique<ui::RuleDialog>(m_store.profile(), engine::RuleProfile(),
                                                                QStringList(), takeRule, nullptr);
                 dialog->setAttribute(Qt::WA_DeleteOnClose, false);
                 return dialog;
             }},
            {"server",
             [this] {
                 return std::make_unique<ui::ServerDialog>(*m_engine, m_store, QStringLiteral("office"),
                                                           ui::PastedServer{});
             }},
            {"listener",
             [this] {
                 return std::make_unique<ui::ListenerDialog>(m_store, std::nullopt, localListener());
             }},
            {"sharing",
             [this] {
                 return std::make_unique<ui::SharingDialog>(*m_sharing);
             }},
            {"settings", [this] {
                 return std::make_unique<ui::SettingsDialog>(*m_settings, *m_language, m_store, nullptr,
                                                             true);
             }}};
}

void TestWhatsThis::explainsWhatMatters_data()
{
    QTest::addColumn<QByteArray>("window");
    QTest::addColumn<QString>("control");
    for (const char *control :
         {"proxySwitch", "modeButton", "filterEdit", "connectionsView", "applicationsView", "rulesView",
          "unidentifiedCombo", "serversView", "logTable", "trafficGraph"})
        QTest::addRow("window %s", control) << QByteArray("window") << QString::fromLatin1(control);
    for (const char *control : {"sharingAddresses", "sharingCopy", "sharingCopyFor", "sharingStop"})
        QTest::addRow("sharing %s", control) << QByteArray("sharing") << QString::fromLatin1(control);
    for (const char *control : {"dnsServers", "resolveForRulesCheck", "startWindowCombo"})
        QTest::addRow("settings %s", control) << QByteArray("settings") << QString::fromLatin1(control);
}

void TestWhatsThis::explainsWhatMatters()
{
    QFETCH(const QByteArray, window);
    QFETCH(const QString, control);
    const std::unique_ptr<QWidget> shown = make(window);
    const auto *widget = shown->findChild<QWidget *>(control);
    QVERIFY(widget != nullptr);
    QVERIFY(!widget->whatsThis().isEmpty());
    QVERIFY(widget->whatsThis().endsWith(u'.'));
}

void TestWhatsThis::explainsEveryField_data()
{
    QTest::addColumn<QByteArray>("dialog");
    for (const char *dialog : {"rule", "server", "listener"})
        QTest::newRow(dialog) << QByteArray(dialog);
}

void TestWhatsThis::explainsEveryField()
{
    QFETCH(const QByteArray, dialog);
    const std::unique_ptr<QWidget> shown = make(dialog);
    const QList<QWidget *> fields = fieldsOf(*shown);
    QVERIFY(fields.size() >= 8);
    for (const QWidget *field : fields)
        QVERIFY2(isExplained(*field), qPrintable(field->objectName()));
}

/// Whoever renames a control takes its text along.
void TestWhatsThis::explainsNothingThatIsGone()
{
    QSet<QString> found;
    for (const auto &[name, make] : makers()) {
        const std::unique_ptr<QWidget> shown = make();
        for (const QString &control : ui::explainedControls()) {
            const auto *object = shown->findChild<QObject *>(control);
            if (object == nullptr)
                continue;
            QVERIFY2(!object->property("whatsThis").toString().isEmpty(), qPrintable(control));
            found << control;
        }
    }
    const QStringList all = ui::explainedControls();
    QCOMPARE(QSet<QString>(all.begin(), all.end()).size(), all.size());
    QCOMPARE(QSet<QString>(all.begin(), all.end()) - found, QSet<QString>());
}

void TestWhatsThis::explainsByTheKeyboard()
{
    const std::unique_ptr<QWidget> shown = make("server");
    shown->show();
    shown->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(shown.get()));
    auto *host = shown->findChild<QLineEdit *>(QStringLiteral("serverHost"));
    host->setFocus();
    QVERIFY(shownExplanation() == nullptr);
    QTest::keyClick(host, Qt::Key_F1, Qt::ShiftModifier);
    QTRY_VERIFY(shownExplanation() != nullptr);
}

void TestWhatsThis::explainsWhatIsClicked()
{
    const std::unique_ptr<QWidget> shown = make("window");
    shown->show();
    QVERIFY(QTest::qWaitForWindowExposed(shown.get()));
    auto *action = shown->findChild<QAction *>(QStringLiteral("actionWhatsThis"));
    QCOMPARE(action->shortcut(), QKeySequence(Qt::SHIFT | Qt::Key_F1));
    auto *pages = shown->findChild<QTabWidget *>(QStringLiteral("pages"));
    for (const char *name : {"proxySwitch", "modeButton", "rulesView", "logTable", "trafficGraph"}) {
        auto *control = shown->findChild<QWidget *>(QLatin1String(name));
        if (const auto *area = qobject_cast<QAbstractScrollArea *>(control))
            control = area->viewport();
        if (!control->isVisible())
            pages->setCurrentWidget(shown->findChild<QWidget *>(QStringLiteral("rulesPage")));
        action->trigger();
        QVERIFY2(QWhatsThis::inWhatsThisMode(), name);
        QTest::mouseClick(control, Qt::LeftButton, {}, QPoint(8, 8));
        QTRY_VERIFY2(shownExplanation() != nullptr, name);
        QWhatsThis::hideText();
        QWhatsThis::leaveWhatsThisMode();
        QTRY_VERIFY(shownExplanation() == nullptr);
    }
    // The button of the toolbar says what its action does.
    const auto buttons = shown->findChildren<QToolButton *>();
    const auto isSystemProxy = [](const QToolButton *button) {
        return button->defaultAction() != nullptr &&
               button->defaultAction()->objectName() == QStringLiteral("actionSystemProxy");
    };
    const auto button = std::find_if(buttons.begin(), buttons.end(), isSystemProxy);
    QVERIFY(button != buttons.end());
    QVERIFY(!(*button)->whatsThis().isEmpty());
}

QTEST_MAIN(TestWhatsThis)
#include "tst_whatsthis.moc"
