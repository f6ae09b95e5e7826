// SPDX-License-Identifier: MIT
#include "dialogscene.h"
#include "engine/engine.h"
#include "fakeprofilestore.h"
#include "listenerparts.h"
#include "synthetic.h"
#include "textcheck.h"
#include "ui/crashbar.h"
#include "ui/language.h"
#include "ui/logmodel.h"
#include "ui/logview.h"
#include "ui/mainwindow.h"
#include "ui/messagebar.h"
#include "ui/models.h"
#include "ui/passwordbar.h"
#include "ui/proxystatus.h"
#include "ui/settings.h"
#include "ui/trafficgraph.h"
#include "ui/traffichistory.h"
#include "ui/trayhost.h"
#include "ui/trayicon.h"

#include <QAbstractItemView>
#include <QAction>
#include <QDir>
#include <QFile>
#include <QHeaderView>
#include <QMenu>
#include <QMenuBar>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QToolBar>
#include <QXmlStreamReader>

using namespace Qt::StringLiterals;

namespace
{

constexpr QSize kSmallScreen{800, 600};
constexpr QSize kFirstSize{1'100, 700}; // of a window that nobody has made larger
constexpr int kLayoutPatience = 1'000;  ///< milliseconds

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
    void fitsInASmallMainWindow_data() { addLanguages(); }
    void fitsInASmallMainWindow();
    void fitsWithEveryBar_data() { addLanguages(); }
    void fitsWithEveryBar();
    void showsEveryColumnAtFirst_data() { addLanguages(); }
    void showsEveryColumnAtFirst();
    void showsLevelsWhole_data() { addLanguages(); }
    void showsLevelsWhole();
    void keepsTimesApart_data() { addLanguages(); }
    void keepsTimesApart();

private:
    static void addLanguages()
    {
        QTest::addColumn<QString>("code");
        for (const ui::LanguageName &language : ui::languages())
            QTest::newRow(qPrintable(language.code)) << language.code;
    }
    void checkPages();
    void showBars();
    void makeWindow()
    {
        m_status = std::make_unique<ui::ProxyStatus>(u"default"_s);
        m_models = std::make_unique<ui::Models>(*m_engine, m_store);
        m_window = std::make_unique<ui::MainWindow>(*m_engine, *m_status, m_store, *m_models);
    }

    QTemporaryDir m_folder;
    QTemporaryDir m_updated; ///< the files as they would be after an update
    FakeProfileStore m_store;
    std::unique_ptr<engine::Engine> m_engine;
    std::unique_ptr<ui::Settings> m_settings;
    std::unique_ptr<ui::Language> m_language;
    std::unique_ptr<ui::ProxyStatus> m_status;
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
}

void TestTranslations::init()
{
    QSettings().clear();
    m_engine = std::make_unique<engine::Engine>();
    m_store.put(sampleProfile());
    m_store.setMissing({});
    m_settings = std::make_unique<ui::Settings>();
    m_language = std::make_unique<ui::Language>();
}

void TestTranslations::cleanup()
{
    m_window.reset();
    m_models.reset();
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
    for (QMenu *menu : m_window->findChildren<QMenu *>()) {
        Q_EMIT menu->aboutToShow(); // some are filled then only
        QCOMPARE(duplicateMnemonic(menu->actions()), QString());
    }
    // Context menus are made of a view's actions.
    for (const QWidget *widget : m_window->findChildren<QWidget *>()) {
        if (widget->contextMenuPolicy() == Qt::ActionsContextMenu)
            QCOMPARE(duplicateMnemonic(widget->actions()), QString());
    }
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
    checkPages();
}

/// Nothing on any page is cut off.
void TestTranslations::checkPages()
{
    for (const char *page : {"connectionsPage", "applicationsPage", "rulesPage", "serversPage"}) {
        m_window->findChild<QAction *>(QLatin1String(page) + "Action"_L1)->trigger();
        QTRY_VERIFY(m_window->findChild<QWidget *>(QLatin1String(page))->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(cutOff(*m_window), QString(), kLayoutPatience);
        QCOMPARE(cutOffHeading(*m_window), QString());
    }
    // What has no room hides behind a button of the bar's own.
    for (const QToolBar *bar : m_window->findChildren<QToolBar *>()) {
        const auto *extension = bar->findChild<QWidget *>(u"qt_toolbar_ext_button"_s);
        QVERIFY2(extension == nullptr || !extension->isVisible(), qPrintable(bar->windowTitle()));
    }
}

/// Everything that a window may have to tell at once.
void TestTranslations::showBars()
{
    engine::Profile profile = m_store.profile();
    profile.mode = engine::RoutingMode::Direct;
    m_store.put(profile);
    m_store.setMissing({profile.servers[0].id, profile.servers[1].id});
    for (QToolBar *bar : {static_cast<QToolBar *>(new ui::CrashBar(
                              u"/home/somebody/.local/state/hosier/crash-0123abcd.txt"_s, m_window.get())),
                          static_cast<QToolBar *>(new ui::PasswordBar(m_store, m_window.get()))}) {
        m_window->addToolBarBreak();
        m_window->addToolBar(bar);
    }
    m_window->findChild<ui::MessageBar *>(u"serversBar"_s)->tell(u"proxy.example.org "_s.repeated(12));
    reportListeners(*m_status, profile, engine::ListenerState::Failed, engine::ErrorCode::AddressInUse);
    m_status->setPortOffer(1'090);
}

void TestTranslations::fitsWithEveryBar()
{
    QFETCH(const QString, code);
    m_language->choose(code);
    makeWindow();
    showBars();
    m_window->resize(kSmallScreen);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    SyntheticLoad load(3, 0);
    m_window->applyDelta(load.whole());
    checkPages();
    for (const char *bar : {"crashBar", "passwordBar"})
        QVERIFY2(m_window->findChild<QWidget *>(QLatin1String(bar))->isVisible(), bar);
    QVERIFY(m_window->findChild<QWidget *>(u"serversBar"_s)->isVisible());
    m_window->findChild<QAction *>(u"rulesPageAction"_s)->trigger();
    QVERIFY(m_window->findChild<QWidget *>(u"modeBar"_s)->isVisible());
    m_window->findChild<QAction *>(u"connectionsPageAction"_s)->trigger();
    QVERIFY(m_window->findChild<QWidget *>(u"errorBar"_s)->isVisible());
    QCOMPARE(m_window->size(), kSmallScreen);
}

/// Without a scroll bar, in the window as it is at the first start: the rates stand last.
void TestTranslations::showsEveryColumnAtFirst()
{
    QFETCH(const QString, code);
    m_language->choose(code);
    makeWindow();
    m_window->resize(kFirstSize);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    SyntheticLoad load(3, 0);
    m_window->applyDelta(load.whole());
    for (const auto &[page, view] : {std::pair("connectionsPageAction", "connectionsView"),
                                     std::pair("serversPageAction", "serversView")}) {
        m_window->findChild<QAction *>(QLatin1String(page))->trigger();
        const auto *table = m_window->findChild<QAbstractItemView *>(QLatin1String(view));
        QTRY_VERIFY(table->isVisible());
        const auto *header = table->findChild<QHeaderView *>(QLatin1String(view).chopped(4) + "Header"_L1);
        QTRY_COMPARE(header->width(), table->viewport()->width());
        QTRY_COMPARE(header->length(), header->width()); // what is left goes to one of them
    }
}

/// In the log, where the words may be longer than their heading.
void TestTranslations::showsLevelsWhole()
{
    using engine::EventLevel;
    QFETCH(const QString, code);
    m_language->choose(code);
    makeWindow();
    m_window->resize(kFirstSize);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_window->logView().setShownLevel(EventLevel::Debug);
    engine::Delta delta;
    for (const EventLevel level :
         {EventLevel::Debug, EventLevel::Info, EventLevel::Warning, EventLevel::Error}) {
        engine::Event event;
        event.code = engine::EventCode::EngineStarted;
        event.level = level;
        delta.events << event;
    }
    m_window->applyDelta(delta);
    const auto *table = m_window->findChild<QAbstractItemView *>(u"logTable"_s);
    QCOMPARE(table->model()->rowCount(), 4);
    const int column = static_cast<int>(ui::LogColumn::Level);
    const int width = m_window->findChild<QHeaderView *>(u"logHeader"_s)->sectionSize(column);
    const int needed = table->sizeHintForColumn(column);
    QVERIFY2(width >= needed, qPrintable(u"%1 of %2"_s.arg(width).arg(needed)));
}

/// Below the traffic graph, however narrow it is.
void TestTranslations::keepsTimesApart()
{
    QFETCH(const QString, code);
    m_language->choose(code);
    const ui::ProxyStatus status({});
    ui::TrafficGraph graph(status);
    for (const ui::TrafficRange &range : ui::kTrafficRanges) {
        graph.setRange(range.span);
        for (int width = graph.minimumSizeHint().width(); width <= kSmallScreen.width(); ++width) {
            graph.resize(width, kSmallScreen.height());
            const QList<ui::TimeLabel> labels = graph.timeLabels();
            QVERIFY(!labels.isEmpty());
            for (qsizetype at = 1; at < labels.size(); ++at) {
                for (qsizetype other = 0; other < at; ++other)
                    QVERIFY2(!labels.at(at).rect.intersects(labels.at(other).rect),
                             qPrintable(
                                 u"%1: %2, %3"_s.arg(width).arg(labels.at(at).text, labels.at(other).text)));
            }
        }
        QCOMPARE(graph.timeLabels().size(), 3); // where there is room
    }
}

QTEST_MAIN(TestTranslations)
#include "tst_translations.moc"
