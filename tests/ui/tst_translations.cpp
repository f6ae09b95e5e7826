// SPDX-License-Identifier: MIT
#include "engine/engine.h"
#include "fakeprofilestore.h"
#include "listenerparts.h"
#include "ppxsample.h"
#include "synthetic.h"
#include "ui/about.h"
#include "ui/elidedlabel.h"
#include "ui/explaindialog.h"
#include "ui/exportdialog.h"
#include "ui/importdialog.h"
#include "ui/language.h"
#include "ui/lansharing.h"
#include "ui/listenerdialog.h"
#include "ui/listenersdialog.h"
#include "ui/mainwindow.h"
#include "ui/models.h"
#include "ui/passwordquestion.h"
#include "ui/profilerecovery.h"
#include "ui/programpicker.h"
#include "ui/proxystatus.h"
#include "ui/restartoffer.h"
#include "ui/routedialog.h"
#include "ui/ruledialog.h"
#include "ui/serverdialog.h"
#include "ui/settings.h"
#include "ui/settingsdialog.h"
#include "ui/sharingdialog.h"
#include "ui/systemproxycontrol.h"
#include "ui/systemproxydialog.h"
#include "ui/trayhost.h"
#include "ui/trayicon.h"
#include "ui/userdialog.h"

#include <QAbstractButton>
#include <QAction>
#include <QDir>
#include <QFile>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMap>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QSettings>
#include <QStyle>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolBar>
#include <QXmlStreamReader>

using namespace Qt::StringLiterals;

namespace
{

constexpr QSize kSmallScreen{800, 600};

/// One <message> of a .ts file.
struct Message {
    QString context;
    QString source;
    QString comment;
    QStringList forms; ///< one, or those of the plural
    bool isPlural = false;
    bool isFinished = true;

    [[nodiscard]] QString key() const { return QStringList{context, source, comment}.join(u'|'); }
};

Message readMessage(QXmlStreamReader &xml, const QString &context)
{
    Message message;
    message.context = context;
    message.isPlural = xml.attributes().value("numerus"_L1) == "yes"_L1;
    while (xml.readNextStartElement()) {
        if (xml.name() == "source"_L1) {
            message.source = xml.readElementText();
        } else if (xml.name() == "comment"_L1) {
            message.comment = xml.readElementText();
        } else if (xml.name() == "translation"_L1) {
            message.isFinished = !xml.attributes().hasAttribute("type"_L1);
            if (!message.isPlural) {
                message.forms << xml.readElementText();
                continue;
            }
            while (xml.readNextStartElement())
                message.forms << xml.readElementText();
        } else {
            xml.skipCurrentElement();
        }
    }
    return message;
}

QList<Message> readTranslations(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QXmlStreamReader xml(&file);
    QList<Message> messages;
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == "name"_L1)
            context = xml.readElementText();
        else if (xml.name() == "message"_L1)
            messages << readMessage(xml, context);
    }
    return messages;
}

QString sourceFile(const QString &name)
{
    return QDir(QStringLiteral(HOSIER_SOURCE_DIR)).filePath(u"translations/"_s + name);
}

QSet<QString> placeholdersOf(const QString &text)
{
    static const QRegularExpression placeholder(u"%L?\\d+"_s);
    QSet<QString> found;
    for (auto match = placeholder.globalMatch(text); match.hasNext();)
        found << match.next().captured();
    return found;
}

/// The letters of "&File" and "ファイル(&F)".
QString mnemonicsOf(QString text)
{
    static const QRegularExpression mnemonic(u"&(\\w)"_s, QRegularExpression::UseUnicodePropertiesOption);
    QString letters;
    text.remove(u"&&"_s);
    for (auto match = mnemonic.globalMatch(text); match.hasNext();)
        letters += match.next().captured(1).toUpper();
    return letters;
}

/// Of a file's own notation, which nobody takes back where it was written twice.
bool hasEscapes(const QString &text)
{
    static const QRegularExpression escape(u"&#|&(lt|gt|amp|quot|apos|nbsp);|\\\\[nrtux]"_s);
    return text.contains(escape);
}

/// What is wrong with the translation of a message; empty: nothing.
QString fault(const Message &message)
{
    if (!message.isFinished)
        return u"unfinished"_s;
    // lupdate did not see which class it is whose tr() is called, and the text would not be found.
    if (!message.context.contains("::"_L1))
        return u"no namespace"_s;
    for (const QString &form : message.forms) {
        if (form.isEmpty())
            return u"empty"_s;
        if (placeholdersOf(form) != placeholdersOf(message.source))
            return u"other placeholders"_s;
        if (hasEscapes(form) && !hasEscapes(message.source))
            return u"an escape"_s;
        if (mnemonicsOf(form).size() != mnemonicsOf(message.source).size())
            return u"other mnemonics"_s;
        if (form.contains("%n"_L1) && !message.isPlural && !message.source.contains("%n"_L1))
            return u"%n out of place"_s;
    }
    // A singular may do without its number, the last form never.
    if (message.source.contains("%n"_L1) && !message.forms.constLast().contains("%n"_L1))
        return u"no %n"_s;
    return {};
}

class NoSystemProxy : public ui::SystemProxyControl
{
public:
    [[nodiscard]] ui::SystemProxyStatus status() const override { return {}; }
    void setOn(bool /*on*/) override {}
    void measure() override {}
    [[nodiscard]] QStringList bypassList() const override { return {u"localhost"_s}; }
    void setBypassList(const QStringList & /*entries*/) override {}
};

engine::ListenerProfile sharedListener()
{
    engine::ListenerProfile listener = localListener(1'081);
    listener.name = u"LAN"_s;
    listener.address = addressOf("0.0.0.0");
    listener.protocols = engine::Protocol::Socks5 | engine::Protocol::Http;
    listener.authentication = engine::Authentication::Password;
    return listener;
}

engine::Profile sampleProfile()
{
    engine::Profile profile;
    profile.rules.resize(2);
    profile.rules.front().name = u"Work"_s;
    profile.rules.front().hosts = QStringList{u"*.example.org"_s};
    profile.servers.resize(2);
    for (int i = 0; i < profile.servers.size(); ++i) {
        profile.servers[i].id = profile.servers[i].name = u"server%1"_s.arg(i);
        profile.servers[i].host = u"proxy.example.org"_s;
        profile.servers[i].port = 1'080;
    }
    profile.users = {userOf("guest")};
    profile.listeners = {localListener(), sharedListener()};
    return profile;
}

/// How much a widget needs to show all of its text; nothing when it has none that could be cut off.
QSize neededSize(const QWidget &widget)
{
    if (const auto *label = qobject_cast<const QLabel *>(&widget)) {
        if (label->text().isEmpty())
            return {};
        return label->wordWrap() ? QSize(0, label->heightForWidth(label->width())) : label->sizeHint();
    }
    if (const auto *button = qobject_cast<const QAbstractButton *>(&widget))
        return button->text().isEmpty() ? QSize() : button->sizeHint();
    if (qobject_cast<const QGroupBox *>(&widget) != nullptr)
        return {widget.minimumSizeHint().width(), 0};
    return {};
}

QString describe(const QWidget &widget)
{
    const QVariant text = widget.property("text");
    return u"%1 \"%2\" of %3 \"%4\""_s.arg(QLatin1String(widget.metaObject()->className()),
                                           widget.objectName(), widget.window()->objectName(),
                                           text.toString());
}

/// The first heading of a table below that is cut off.
QString cutOffHeading(const QWidget &window)
{
    for (const QHeaderView *header : window.findChildren<QHeaderView *>()) {
        if (!header->isVisible() || header->orientation() != Qt::Horizontal)
            continue;
        for (int section = 0; section < header->count(); ++section) {
            if (!header->isSectionHidden(section) &&
                header->sectionSize(section) < header->sectionSizeHint(section))
                return header->model()->headerData(section, Qt::Horizontal).toString();
        }
    }
    return {};
}

/// The first visible widget below whose text is cut off.
QString cutOff(const QWidget &window)
{
    for (const QWidget *widget : window.findChildren<QWidget *>()) {
        // Another window, and a tool bar's or tab bar's button for what has no room, are for themselves.
        if (!widget->isVisible() || widget->window() != &window || widget->objectName().startsWith(u"qt_"))
            continue;
        const QSize needed = neededSize(*widget);
        if (widget->width() < needed.width() || widget->height() < needed.height())
            return u"%1 needs %2x%3 and has %4x%5"_s.arg(describe(*widget))
                .arg(needed.width())
                .arg(needed.height())
                .arg(widget->width())
                .arg(widget->height());
    }
    return {};
}

QString duplicateMnemonic(const QList<QAction *> &actions)
{
    QMap<QString, QString> taken;
    for (const QAction *action : actions) {
        const QString letter = mnemonicsOf(action->text());
        if (letter.isEmpty() || action->isSeparator())
            continue;
        if (taken.contains(letter))
            return u"%1 and %2"_s.arg(taken.value(letter), action->text());
        taken.insert(letter, action->text());
    }
    return {};
}

} // namespace

class TestTranslations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void isComplete_data() { addLanguages(); }
    void isComplete();
    void knowsEveryText_data() { addLanguages(); }
    void knowsEveryText();
    void hasDistinctMnemonics_data() { addLanguages(); }
    void hasDistinctMnemonics();
    void fitsInDialogs_data();
    void fitsInDialogs();
    void fitsInASmallMainWindow_data() { addLanguages(); }
    void fitsInASmallMainWindow();

private:
    static void addLanguages()
    {
        QTest::addColumn<QString>("code");
        for (const ui::LanguageName &language : ui::languages())
            QTest::newRow(qPrintable(language.code)) << language.code;
    }
    void makeWindow()
    {
        m_status = std::make_unique<ui::ProxyStatus>(u"default"_s);
        m_models = std::make_unique<ui::Models>(*m_engine, m_store);
        m_window = std::make_unique<ui::MainWindow>(*m_engine, *m_status, m_store, *m_models);
    }
    [[nodiscard]] std::unique_ptr<QWidget> makeDialog(const QString &name);
    [[nodiscard]] std::unique_ptr<QWidget> makeListenerDialog(const QString &name);

    QTemporaryDir m_folder;
    QTemporaryDir m_updated; ///< the files as they would be after an update
    FakeProfileStore m_store;
    ui::ServerModel m_servers;
    NoSystemProxy m_systemProxy;
    QAction m_share{u"share"_s};
    std::unique_ptr<engine::Engine> m_engine;
    std::unique_ptr<ui::Settings> m_settings;
    std::unique_ptr<ui::Language> m_language;
    std::unique_ptr<ui::ProxyStatus> m_status;
    std::unique_ptr<ui::LanSharing> m_sharing;
    std::unique_ptr<ui::Models> m_models;
    std::unique_ptr<ui::MainWindow> m_window;
};

void TestTranslations::initTestCase()
{
    QVERIFY(m_folder.isValid() && m_updated.isValid());
    QCoreApplication::setOrganizationName(u"hosier-test"_s);
    QCoreApplication::setApplicationName(u"hosier-test"_s);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    QGuiApplication::setQuitOnLastWindowClosed(false);
    m_store.put(sampleProfile());
}

void TestTranslations::init()
{
    QSettings().clear();
    m_engine = std::make_unique<engine::Engine>();
    m_settings = std::make_unique<ui::Settings>();
    m_language = std::make_unique<ui::Language>();
}

void TestTranslations::cleanup()
{
    m_window.reset();
    m_models.reset();
    m_sharing.reset();
    m_status.reset();
    m_language.reset();
    m_settings.reset();
    m_engine.reset();
}

void TestTranslations::isComplete()
{
    QFETCH(const QString, code);
    const QList<Message> messages = readTranslations(sourceFile(u"hosier_%1.ts"_s.arg(code)));
    QVERIFY(!messages.isEmpty());
    QStringList faults;
    for (const Message &message : messages) {
        if (const QString what = fault(message); !what.isEmpty())
            faults << u"%1: %2"_s.arg(what, message.key());
    }
    QVERIFY2(faults.isEmpty(), qPrintable(faults.mid(0, 10).join(u'\n')));
    // Plural forms are what English has to say here: of everything else the source is the text.
    QVERIFY(code != u"en"_s || std::all_of(messages.begin(), messages.end(),
                                           [](const Message &message) { return message.isPlural; }));
}

void TestTranslations::knowsEveryText()
{
#ifdef Q_OS_WIN
    QSKIP("The tools that read the sources are for the machine that builds.");
#endif
    QFETCH(const QString, code);
    const QString name = u"hosier_%1.ts"_s.arg(code);
    const QString updated = m_updated.filePath(name);
    if (!QFile::exists(updated)) {
        QProcess update;
        update.start(sourceFile(u"update"_s), {m_updated.path()});
        QVERIFY(update.waitForFinished());
        QCOMPARE(update.exitStatus(), QProcess::NormalExit);
        QVERIFY2(update.exitCode() == 0, update.readAllStandardError().constData());
    }
    QStringList wanted;
    QStringList known;
    for (const Message &message : readTranslations(updated))
        wanted << message.key();
    for (const Message &message : readTranslations(sourceFile(name)))
        known << message.key();
    QVERIFY(!wanted.isEmpty());
    const QSet<QString> wantedSet(wanted.begin(), wanted.end());
    const QSet<QString> knownSet(known.begin(), known.end());
    const QStringList missing = (wantedSet - knownSet).values();
    const QStringList obsolete = (knownSet - wantedSet).values();
    QVERIFY2(missing.isEmpty(), qPrintable(u"translations/update adds:\n"_s + missing.join(u'\n')));
    QVERIFY2(obsolete.isEmpty(), qPrintable(u"translations/update removes:\n"_s + obsolete.join(u'\n')));
}

void TestTranslations::hasDistinctMnemonics()
{
    QFETCH(const QString, code);
    m_language->choose(code);
    makeWindow();
    const ui::TrayHost host;
    const ui::TrayIcon tray(*m_status, m_window->actions(), m_store, m_models->rules, host);
    QCOMPARE(duplicateMnemonic(m_window->menuBar()->actions()), QString());
    QCOMPARE(duplicateMnemonic(tray.menu().actions()), QString());
    for (const QMenu *menu : m_window->findChildren<QMenu *>())
        QCOMPARE(duplicateMnemonic(menu->actions()), QString());
    // Context menus are made of a view's actions.
    for (const QWidget *widget : m_window->findChildren<QWidget *>()) {
        if (widget->contextMenuPolicy() == Qt::ActionsContextMenu)
            QCOMPARE(duplicateMnemonic(widget->actions()), QString());
    }
}

std::unique_ptr<QWidget> TestTranslations::makeDialog(const QString &name)
{
    const engine::Profile &profile = m_store.profile();
    if (name == u"rule"_s)
        return std::make_unique<ui::RuleDialog>(
            profile, profile.rules.front(), QStringList{u"curl"_s},
            [](const engine::RuleProfile &) { return QStringList(); }, nullptr);
    if (name == u"server"_s)
        return std::make_unique<ui::ServerDialog>(*m_engine, m_store, profile.servers.front().id,
                                                  ui::PastedServer{});
    if (name == u"route"_s)
        return std::make_unique<ui::RouteDialog>(m_store, QString(), engine::RouteProfile{});
    if (name == u"explain"_s)
        return std::make_unique<ui::ExplainDialog>(m_store, m_servers, engine::ExplainRequest{},
                                                   QStringList{}, nullptr);
    if (name == u"import"_s)
        return std::make_unique<ui::ImportDialog>(m_store, u"sample.ppx"_s, kPpxSample102, nullptr);
    if (name == u"export"_s)
        return std::make_unique<ui::ExportDialog>(m_store, nullptr);
    if (name == u"exceptions"_s)
        return std::make_unique<ui::SystemProxyDialog>(m_systemProxy);
    if (name == u"settings"_s)
        return std::make_unique<ui::SettingsDialog>(*m_settings, *m_language, m_store, nullptr, true);
    if (name == u"password question"_s)
        return std::make_unique<ui::PasswordQuestion>(m_store, 12);
    if (name == u"programs"_s)
        return std::make_unique<ui::ProgramPicker>([] { return QList<engine::Program>(); }, nullptr);
    if (name == u"restart"_s)
        return std::make_unique<ui::RestartOffer>(u"/home/somebody/.local/state/hosier/crash-0123abcd.txt"_s);
    if (name == u"broken profile"_s)
        return std::make_unique<ui::ProfileRecovery>(u"/home/somebody/.config/hosier/profile.json"_s,
                                                     QStringList{u"$.version: must be 1"_s},
                                                     QDateTime(QDate(2'026, 12, 29), QTime(22, 59)));
    if (name == u"about"_s)
        return std::unique_ptr<QWidget>(ui::aboutHosier(nullptr));
    return makeListenerDialog(name);
}

/// Where listeners have states and fields have mistakes, with the texts that tell of them.
std::unique_ptr<QWidget> TestTranslations::makeListenerDialog(const QString &name)
{
    m_status = std::make_unique<ui::ProxyStatus>(u"default"_s);
    m_sharing = std::make_unique<ui::LanSharing>(m_store, *m_status, nullptr, [] {
        return QList<ui::LocalAddress>{{addressOf("192.168.100.105"), u"wlan0"_s}};
    });
    reportListeners(*m_status, m_store.profile(),
                    name == u"sharing closed"_s ? engine::ListenerState::Closed
                                                : engine::ListenerState::Listening);
    if (name.startsWith(u"sharing"_s))
        return std::make_unique<ui::SharingDialog>(*m_sharing);
    if (name == u"listeners"_s)
        return std::make_unique<ui::ListenersDialog>(m_store, *m_status, m_share);
    if (name == u"listener"_s) {
        engine::ListenerProfile open = sharedListener();
        open.authentication = engine::Authentication::None;
        return std::make_unique<ui::ListenerDialog>(m_store, std::nullopt, open);
    }
    auto dialog = std::make_unique<ui::UserDialog>(m_store, name == u"user"_s ? QString() : u"guest"_s,
                                                   [](const auto &) { return QStringList(); });
    dialog->findChild<QLineEdit *>(u"userPassword"_s)->setText(u"one"_s);
    dialog->findChild<QLineEdit *>(u"userPasswordAgain"_s)->setText(u"another"_s);
    return dialog;
}

void TestTranslations::fitsInDialogs_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("dialog");
    for (const ui::LanguageName &language : ui::languages()) {
        for (const char *dialog :
             {"rule", "server", "route", "explain", "import", "export", "exceptions", "programs", "settings",
              "restart", "broken profile", "about", "listeners", "listener", "sharing", "sharing closed",
              "user", "password", "password question"})
            QTest::addRow("%s %s", qPrintable(language.code), dialog)
                << language.code << QString::fromLatin1(dialog);
    }
}

void TestTranslations::fitsInDialogs()
{
    QFETCH(const QString, code);
    QFETCH(const QString, dialog);
    m_language->choose(code);
    const std::unique_ptr<QWidget> shown = makeDialog(dialog);
    shown->setAttribute(Qt::WA_DeleteOnClose, false);
    shown->show();
    QVERIFY(QTest::qWaitForWindowExposed(shown.get()));
    auto *list = shown->findChild<QListWidget *>(u"settingsPages"_s);
    for (int page = 1; list != nullptr && page < list->count(); ++page) {
        QCOMPARE(cutOff(*shown), QString());
        list->setCurrentRow(page);
    }
    QCOMPARE(cutOff(*shown), QString());
    QCOMPARE(cutOffHeading(*shown), QString());
    QVERIFY2(shown->width() <= kSmallScreen.width() && shown->height() <= kSmallScreen.height(),
             qPrintable(u"%1x%2"_s.arg(shown->width()).arg(shown->height())));
}

void TestTranslations::fitsInASmallMainWindow()
{
    QFETCH(const QString, code);
    m_language->choose(code);
    makeWindow();
    m_window->resize(kSmallScreen);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    QCOMPARE(m_window->size(), kSmallScreen);
    SyntheticLoad load(3, 0);
    m_window->applyDelta(load.whole());
    for (const char *page : {"connectionsPage", "applicationsPage", "rulesPage", "serversPage"}) {
        m_window->findChild<QAction *>(QLatin1String(page) + "Action"_L1)->trigger();
        QTRY_VERIFY(m_window->findChild<QWidget *>(QLatin1String(page))->isVisible());
        QCOMPARE(cutOff(*m_window), QString());
        QCOMPARE(cutOffHeading(*m_window), QString());
    }
    // What has no room hides behind a button of the bar's own.
    for (const QToolBar *bar : m_window->findChildren<QToolBar *>()) {
        const auto *extension = bar->findChild<QWidget *>(u"qt_toolbar_ext_button"_s);
        QVERIFY2(extension == nullptr || !extension->isVisible(), qPrintable(bar->windowTitle()));
    }
}

QTEST_MAIN(TestTranslations)
#include "tst_translations.moc"
