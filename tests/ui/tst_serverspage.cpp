// SPDX-License-Identifier: MIT
#include "engine/engine.h"
#include "fakeprofilestore.h"
#include "ui/fingerprint.h"
#include "ui/format.h"
#include "ui/models.h"
#include "ui/passwordbar.h"
#include "ui/routemenu.h"
#include "ui/servermodel.h"
#include "ui/serverspage.h"
#include "ui/serverview.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using engine::RouteKind;
using engine::ServerProtocol;

namespace
{

engine::Profile sample()
{
    engine::Profile profile;
    profile.servers = {fakeServer(u"office"_s, u"Office"_s), fakeServer(u"home"_s, u"Home"_s),
                       fakeServer(u"spare"_s, u"Spare"_s)};
    profile.routes = {{u"both"_s, u"Both"_s, RouteKind::Chain, {u"office"_s, u"home"_s}}};
    engine::RuleProfile rule;
    rule.name = u"Work"_s;
    rule.hosts = {u"example.org"_s};
    rule.action = engine::Action::byWayOf(u"office"_s);
    profile.rules = {rule};
    return profile;
}

constexpr int kMany = 200;
constexpr int kLowScreen = 600;

engine::Profile manyServers()
{
    engine::Profile profile;
    for (int number = 1; number <= kMany; ++number)
        profile.servers << fakeServer(u"s%1"_s.arg(number), u"The exit in town %1"_s.arg(number));
    return profile;
}

QStringList idsOf(const QList<engine::ServerProfile> &servers)
{
    QStringList ids;
    for (const engine::ServerProfile &server : servers)
        ids << server.id;
    return ids;
}

} // namespace

class TestServersPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void invitesToAddTheFirstServer();
    void leadsTheKeyboardToTheFirstServer();
    void addsAServer();
    void keepsTheDialogOpenOnErrors();
    void tellsWherePasswordsGo();
    void tellsThatTheStoreDoesNotHaveAPassword();
    void choosesWhatBecomesOfAPassword();
    void namesServersWithoutTheirPassword();
    void namesTheFirstOfManyServersWithoutTheirPassword();
    void tellsThatAPasswordWasNotStored();
    void tellsThatAPasswordIsNotKnown();
    void changesAServer();
    void takesReferencesAndPasswordAlong();
    void noticesThatTheServerIsAnother_data();
    void noticesThatTheServerIsAnother();
    void noticesThatTheRouteIsAnother_data();
    void noticesThatTheRouteIsAnother();
    void keepsAPasswordThatComesLate();
    void takesAPasswordThatOthersSet();
    void keepsThePasswordOfAMovedServer();
    void waitsForThePasswordOfAMovedServer_data();
    void waitsForThePasswordOfAMovedServer();
    void waitsForNoPasswordThatIsNotWanted_data();
    void waitsForNoPasswordThatIsNotWanted();
    void forgetsAPassword();
    void forgetsAPasswordThatIsNotToldYet();
    void duplicatesAServer();
    void fillsInAPastedUrl();
    void fillsInALongUrl();
    void refusesALongHost();
    void fillsInATypedUrl_data();
    void fillsInATypedUrl();
    void fillsInAPastedListLine_data();
    void fillsInAPastedListLine();
    void fillsInATypedPort();
    void takesAnIpv6AddressForAHost_data();
    void takesAnIpv6AddressForAHost();
    void fillsInAUrlOverWhatIsThere();
    void keepsAPasswordForItsServerOnly_data();
    void keepsAPasswordForItsServerOnly();
    void keepsNoUrlForAHost_data();
    void keepsNoUrlForAHost();
    void pinsACertificate();
    void offersWhatTheProtocolHas();
    void checksUnsavedSettings();
    void checksWithAPasswordThatComesLate();
    void checksSavedServers();
    void tellsNothingOfEarlierSettings_data();
    void tellsNothingOfEarlierSettings();
    void checksManyServersAFewAtATime();
    void makesOneTheDefaultRoute();
    void refusesToRemoveWhatIsUsed();
    void removesWhatIsNot();
    void asksAboutManyInFewWords();
    void refusesToRemoveManyInFewWords();
    void refusesManyMembersInFewWords();
    void pastesServers();
    void pastesNoServerTwice();
    void showsPastedServersBelowALongReport();
    void tellsOnceThatPastedPasswordsAreNotStored();
    void pastesManyOfOneHost();
    void asksWhatBecomesOfPastedPasswords_data();
    void asksWhatBecomesOfPastedPasswords();
    void addsNothingWhenThatIsCancelled();
    void asksNothingMoreOnceAStoreIsFound();
    void addsARoute();
    void keepsTheMembersOnEnter();
    void movesMembersByDragging();
    void refusesARouteThatContainsItself();
    void addsDroppedMembers();
    void addsARouteByDropping();
    void refusesMembersThatLeadBack();
    void addsMembersFromTheMenu();
    void sortsByClicksOnAHeading();
    void keepsSelectionAndFilterWhenSorted();
    void movesServersAsTheyAreChecked();
    void keepsTheSelectionWhenASortedServerChanges();
    void takesMembersAsTheyAreShown();
    void remembersWhatItIsSortedBy();
    void isNotSortedByAnOldState();
    void reachesActionsByKeyboard();
    void namesEveryControl();

private:
    template <typename T> T *find(const char *name) const
    {
        T *found = nullptr;
        // A dialog that was closed lives until the event loop comes round.
        for (T *candidate : m_page->findChildren<T *>(QLatin1String(name))) {
            if (candidate->window() == m_page->window() || candidate->window()->isVisible())
                found = candidate;
        }
        if (found == nullptr)
            qFatal("no %s", name);
        return found;
    }
    void trigger(const char *action) const { m_page->findChild<QAction *>(QLatin1String(action))->trigger(); }
    void open(const char *action, const QStringList &ids = {}) const
    {
        if (!ids.isEmpty())
            m_page->view().selectIds(ids);
        trigger(action);
    }
    void save(const char *dialog) const
    {
        find<QWidget>(dialog)->findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Save)->click();
    }
    [[nodiscard]] bool isOpen(const char *dialog) const
    {
        const auto *found = m_page->findChild<QWidget *>(QLatin1String(dialog));
        return found != nullptr && found->isVisible();
    }
    [[nodiscard]] QString barText() const
    {
        return find<QWidget>("serversBar")->isVisible() ? find<QLabel>("serversBarText")->text() : QString();
    }
    [[nodiscard]] QString cell(const QString &id, ui::ServerColumn column) const
    {
        const auto *model = qobject_cast<ui::ServerModel *>(m_page->view().model());
        return model->indexOf(id).siblingAtColumn(static_cast<int>(column)).data().toString();
    }
    /// Ids of the servers that are not hidden.
    [[nodiscard]] QStringList shownServers() const
    {
        const QModelIndex parent = m_page->model().sectionIndex(ui::ServerModel::Section::Servers);
        QStringList ids;
        for (int row = 0; row < m_page->model().rowCount(parent); ++row) {
            if (!m_page->view().isRowHidden(row, parent))
                ids << m_page->model().index(row, 0, parent).data(ui::ServerModel::IdRole).toString();
        }
        return ids;
    }
    [[nodiscard]] QString currentId() const
    {
        return m_page->view().currentIndex().data(ui::ServerModel::IdRole).toString();
    }
    void sort(ui::ServerColumn column, Qt::SortOrder order) const
    {
        m_page->view().sortByColumn(static_cast<int>(column), order);
    }
    void clickHeading(ui::ServerColumn column) const
    {
        const QHeaderView *header = m_page->view().header();
        const int section = static_cast<int>(column);
        const QPoint middle(header->sectionViewportPosition(section) + header->sectionSize(section) / 2,
                            header->height() / 2);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, middle);
    }
    /// Whether the view takes it there.
    [[nodiscard]] bool drops(const QMimeData &data, const QModelIndex &target) const
    {
        QWidget *viewport = m_page->view().viewport();
        const QPoint place = m_page->view().visualRect(target).center();
        QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(viewport, &enter);
        QDragMoveEvent move(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(viewport, &move);
        if (!move.isAccepted())
            return false;
        QDropEvent drop(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(viewport, &drop);
        return true;
    }
    void start(const engine::Profile &profile) { QCOMPARE(m_store->change(profile), QStringList()); }

    std::unique_ptr<engine::Engine> m_engine;
    std::unique_ptr<FakeProfileStore> m_store;
    std::unique_ptr<ui::Models> m_models;
    std::unique_ptr<ui::ServersPage> m_page;
};

void TestServersPage::init()
{
    m_engine = std::make_unique<engine::Engine>();
    m_store = std::make_unique<FakeProfileStore>();
    m_models = std::make_unique<ui::Models>(*m_engine, *m_store);
    m_page = std::make_unique<ui::ServersPage>(*m_engine, *m_store, *m_models);
    m_page->resize(800, 500);
    m_page->show();
}

void TestServersPage::cleanup()
{
    m_page.reset();
    m_models.reset();
    m_store.reset();
    m_engine.reset();
}

void TestServersPage::invitesToAddTheFirstServer()
{
    QVERIFY(find<QWidget>("serversEmpty")->isVisible());
    find<QPushButton>("serversEmptyAdd")->click();
    QVERIFY(isOpen("serverDialog"));
    start(sample());
    QVERIFY(!find<QWidget>("serversEmpty")->isVisible());
    QVERIFY(m_page->view().isVisible());
}

void TestServersPage::leadsTheKeyboardToTheFirstServer()
{
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    m_page->setFocus();
    QCOMPARE(QApplication::focusWidget(), find<QPushButton>("serversEmptyAdd"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Insert);
    QTRY_VERIFY(isOpen("serverDialog"));
    find<QDialog>("serverDialog")->reject();
    start(sample());
    m_page->setFocus();
    QTRY_COMPARE(QApplication::focusWidget(), &m_page->view());
}

void TestServersPage::addsAServer()
{
    open("serverAdd");
    find<QLineEdit>("serverName")->setText(u"B\u00fcro"_s);
    QCOMPARE(find<QLineEdit>("serverId")->text(), u"buro"_s);
    find<QLineEdit>("serverHost")->setText(u"[2001:db8::1]"_s);
    find<QSpinBox>("serverPort")->setValue(1'081);
    find<QLineEdit>("serverUser")->setText(u"me"_s);
    find<QLineEdit>("serverPassword")->setText(u"secret"_s);
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->profile().servers.size(), 1);
    const engine::ServerProfile &server = m_store->profile().servers.constFirst();
    QCOMPARE(server.id, u"buro"_s);
    QCOMPARE(server.host, u"2001:db8::1"_s);
    QCOMPARE(server.port, 1'081);
    QCOMPARE(m_store->passwords.value(u"buro"_s), QByteArray("secret"));
    QCOMPARE(m_page->view().selectedIds(), QStringList{u"buro"_s});
}

void TestServersPage::keepsTheDialogOpenOnErrors()
{
    start(sample());
    open("serverAdd");
    save("serverDialog");
    QVERIFY(find<QLabel>("problems")->isVisible());
    find<QLineEdit>("serverHost")->setText(u"proxy.example.org"_s);
    find<QLineEdit>("serverId")->setText(u"office"_s);
    save("serverDialog");
    QVERIFY(isOpen("serverDialog"));
    QVERIFY(find<QLabel>("problems")->text().contains(u"already the id"_s));
    QCOMPARE(m_store->changes, 1);
    find<QLineEdit>("serverId")->setText(u"other"_s);
    save("serverDialog");
    QVERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->profile().servers.size(), 4);
}

void TestServersPage::tellsWherePasswordsGo()
{
    open("serverAdd");
    QVERIFY(find<QLabel>("passwordHint")->text().contains(u"credential store"_s));
    find<QDialog>("serverDialog")->reject();
    m_store->credentialStore = false;
    open("serverAdd");
    QVERIFY(find<QLabel>("passwordHint")->text().contains(u"No credential store"_s));
    QVERIFY(find<QWidget>("passwordChoice")->isVisible());
    // It may be found while the dialog is open.
    m_store->credentialStore = true;
    Q_EMIT m_store->credentialStoreChanged();
    QVERIFY(find<QLabel>("passwordHint")->text().contains(u"system's credential store"_s));
    QVERIFY(!find<QWidget>("passwordChoice")->isVisible());
    m_store->credentialStore = false;
    Q_EMIT m_store->credentialStoreChanged();
    QVERIFY(find<QLabel>("passwordHint")->text().contains(u"No credential store"_s));
    find<QLineEdit>("serverPasswordFile")->setText(u"/home/me/password"_s);
    QVERIFY(!find<QWidget>("passwordChoice")->isVisible());
    QVERIFY(find<QLabel>("passwordHint")->text().contains(u"from the file"_s));
    QVERIFY(!find<QLineEdit>("serverPassword")->isEnabled());
    find<QLineEdit>("serverHost")->setText(u"192.0.2.1"_s);
    find<QPushButton>("checkButton")->click();
    QVERIFY(find<QLabel>("problems")->text().contains(u"when the server is saved"_s));
}

void TestServersPage::tellsThatTheStoreDoesNotHaveAPassword()
{
    start(sample());
    m_store->passwords.insert(u"office"_s, "secret");
    open("serverEdit", {u"office"_s});
    const auto *hint = find<QLabel>("passwordHint");
    QVERIFY(hint->text().startsWith(u"Kept in the system's"_s));
    m_store->inMemoryAlone = {u"office"_s};
    Q_EMIT m_store->passwordsChanged();
    QVERIFY2(hint->text().startsWith(u"Kept until Hosier ends: "_s), qPrintable(hint->text()));
    // What is typed goes to the store.
    find<QLineEdit>("serverPassword")->setText(u"other"_s);
    QVERIFY(hint->text().startsWith(u"Kept in the system's"_s));
    find<QLineEdit>("serverPassword")->clear();
    QVERIFY(hint->text().startsWith(u"Kept until Hosier ends: "_s));
    // Who has refused that once is not asked again for a change of something else.
    find<QLineEdit>("serverName")->setText(u"Bureau"_s);
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->storings, 0);
    open("serverEdit", {u"office"_s});
    QVERIFY(find<QLabel>("passwordHint")->text().startsWith(u"Kept until Hosier ends: "_s));
    find<QLineEdit>("serverPassword")->setText(u"secret"_s);
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->storings, 1);
}

void TestServersPage::choosesWhatBecomesOfAPassword()
{
    start(sample());
    m_store->credentialStore = false;
    open("serverEdit", {u"office"_s});
    auto *keep = find<QRadioButton>("passwordKeep");
    auto *leave = find<QRadioButton>("passwordLeave");
    QVERIFY(keep->isVisible() && keep->isChecked());
    QVERIFY(leave->isVisible() && !leave->isChecked());
    find<QLineEdit>("serverPassword")->setText(u"secret"_s);
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->passwords.value(u"office"_s), QByteArray("secret"));
    // No password: what is typed is not used, and what was in use is forgotten.
    open("serverEdit", {u"office"_s});
    find<QLineEdit>("serverUser")->setText(u"me"_s);
    find<QLineEdit>("serverPassword")->setText(u"another"_s);
    find<QRadioButton>("passwordLeave")->click();
    QVERIFY(!find<QLineEdit>("serverPassword")->isEnabled());
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QVERIFY(!m_store->passwords.contains(u"office"_s));
    // It is remembered that there is none, and the choice with it.
    QVERIFY(m_store->profile().servers.constFirst().withoutPassword);
    open("serverEdit", {u"office"_s});
    QVERIFY(find<QRadioButton>("passwordLeave")->isChecked());
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QVERIFY(m_store->profile().servers.constFirst().withoutPassword);
    open("serverEdit", {u"office"_s});
    find<QRadioButton>("passwordKeep")->click();
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QVERIFY(!m_store->profile().servers.constFirst().withoutPassword);
    // The profile knows nothing of either.
    const QByteArray json = QJsonDocument(engine::profileToJson(m_store->profile())).toJson();
    QVERIFY(!json.contains("secret") && !json.contains("another"));
    // Cancelled, nothing is kept.
    open("serverEdit", {u"office"_s});
    find<QLineEdit>("serverPassword")->setText(u"secret"_s);
    find<QDialog>("serverDialog")->reject();
    QTRY_VERIFY(!isOpen("serverDialog"));
    QVERIFY(m_store->passwords.isEmpty());
}

void TestServersPage::namesServersWithoutTheirPassword()
{
    start(sample());
    ui::PasswordBar bar(*m_store);
    QVERIFY(bar.isHidden() && bar.message().isEmpty());
    connect(&bar, &ui::PasswordBar::entryRequested, m_page.get(), &ui::ServersPage::enterPassword);
    m_store->setMissing({u"office"_s, u"home"_s});
    QVERIFY(!bar.isHidden());
    QVERIFY2(bar.message().contains(u"Office"_s) && bar.message().contains(u"Home"_s),
             qPrintable(bar.message()));
    bar.findChild<QAction *>(u"enterPassword"_s)->trigger();
    QVERIFY(isOpen("serverDialog"));
    QCOMPARE(find<QLineEdit>("serverId")->text(), u"office"_s);
    QCOMPARE(find<QDialog>("serverDialog")->focusWidget(), find<QLineEdit>("serverPassword"));
    m_store->setMissing({u"home"_s});
    QVERIFY(!bar.message().contains(u"Office"_s));
    m_store->setMissing({});
    QVERIFY(bar.isHidden());
}

void TestServersPage::namesTheFirstOfManyServersWithoutTheirPassword()
{
    start(manyServers());
    ui::PasswordBar bar(*m_store);
    m_store->setMissing(idsOf(m_store->profile().servers));
    QCOMPARE(bar.message().count(u"The exit in town "_s), ui::kMaximumListed);
    QVERIFY2(bar.message().contains(u"%1 more"_s.arg(kMany - ui::kMaximumListed)), qPrintable(bar.message()));
}

void TestServersPage::tellsThatAPasswordWasNotStored()
{
    start(sample());
    m_store->passwordProblem = u"the wallet is locked"_s;
    open("serverEdit", {u"office"_s});
    find<QLineEdit>("serverPassword")->setText(u"secret"_s);
    save("serverDialog");
    QTRY_VERIFY(find<QLabel>("problems")->text().contains(u"the wallet is locked"_s));
    QVERIFY(isOpen("serverDialog"));
    m_store->passwordProblem.clear();
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->passwords.value(u"office"_s), QByteArray("secret"));
}

void TestServersPage::tellsThatAPasswordIsNotKnown()
{
    start(sample());
    Q_EMIT m_store->ui::ProfileStore::passwordProblem(u"server office: the store is locked"_s);
    QVERIFY(barText().contains(u"the store is locked"_s));
}

void TestServersPage::changesAServer()
{
    start(sample());
    m_store->passwords.insert(u"office"_s, "secret");
    open("serverEdit", {u"office"_s});
    QCOMPARE(find<QLineEdit>("serverHost")->text(), u"office.example.org"_s);
    QVERIFY(find<QLineEdit>("serverPassword")->text().isEmpty());
    QCOMPARE(find<QLineEdit>("serverPassword")->placeholderText(), u"Unchanged"_s);
    find<QLineEdit>("serverName")->setText(u"Head office"_s);
    QCOMPARE(find<QLineEdit>("serverId")->text(), u"office"_s);
    save("serverDialog");
    QVERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->profile().servers.constFirst().name, u"Head office"_s);
    QCOMPARE(m_store->passwords.value(u"office"_s), QByteArray("secret"));
    QCOMPARE(cell(u"both"_s, ui::ServerColumn::Address), u"Head office \u2192 Home"_s);
}

void TestServersPage::takesReferencesAndPasswordAlong()
{
    start(sample());
    m_store->passwords.insert(u"office"_s, "secret");
    open("serverEdit", {u"office"_s});
    find<QLineEdit>("serverId")->setText(u"work"_s);
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->profile().routes.constFirst().members.constFirst(), u"work"_s);
    QCOMPARE(m_store->profile().rules.constFirst().action.proxy, u"work"_s);
    QCOMPARE(m_store->passwords, (QHash<QString, QByteArray>{{u"work"_s, "secret"}}));
}

void TestServersPage::noticesThatTheServerIsAnother_data()
{
    QTest::addColumn<bool>("isGone");
    QTest::newRow("changed") << false;
    QTest::newRow("removed") << true;
}

void TestServersPage::noticesThatTheServerIsAnother()
{
    QFETCH(const bool, isGone);
    start(sample());
    open("serverEdit", {u"spare"_s});
    engine::Profile profile = sample();
    if (isGone)
        profile.servers.removeLast();
    else
        profile.servers.last().port = 1'085;
    m_store->put(profile);
    find<QLineEdit>("serverName")->setText(u"Reserve"_s);
    // However often it is tried.
    for (int attempt = 0; attempt < 2; ++attempt) {
        save("serverDialog");
        QVERIFY(isOpen("serverDialog"));
        QVERIFY(find<QLabel>("problems")->text().contains(u"meanwhile"_s));
        QCOMPARE(m_store->profile(), profile);
    }
}

void TestServersPage::noticesThatTheRouteIsAnother_data()
{
    noticesThatTheServerIsAnother_data();
}

void TestServersPage::noticesThatTheRouteIsAnother()
{
    QFETCH(const bool, isGone);
    start(sample());
    open("serverEdit", {u"both"_s});
    engine::Profile profile = sample();
    if (isGone)
        profile.routes.clear();
    else
        profile.routes.last().members << u"spare"_s;
    m_store->put(profile);
    find<QLineEdit>("routeName")->setText(u"Two"_s);
    for (int attempt = 0; attempt < 2; ++attempt) {
        save("routeDialog");
        QVERIFY(isOpen("routeDialog"));
        QVERIFY(find<QLabel>("problems")->text().contains(u"meanwhile"_s));
        QCOMPARE(m_store->profile(), profile);
    }
}

void TestServersPage::keepsAPasswordThatComesLate()
{
    start(sample());
    open("serverEdit", {u"office"_s});
    m_store->passwords.insert(u"office"_s, "late");
    find<QSpinBox>("serverPort")->setValue(1'081);
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->profile().servers.constFirst().port, 1'081);
    QCOMPARE(m_store->passwords.value(u"office"_s), QByteArray("late"));
}

void TestServersPage::takesAPasswordThatOthersSet()
{
    start(sample());
    m_store->passwords.insert(u"office"_s, "before");
    open("serverEdit", {u"office"_s});
    m_store->passwords.insert(u"office"_s, "since");
    find<QSpinBox>("serverPort")->setValue(1'081);
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->passwords.value(u"office"_s), QByteArray("since"));
    // What is typed is the last word.
    open("serverEdit", {u"office"_s});
    m_store->passwords.insert(u"office"_s, "after");
    find<QLineEdit>("serverPassword")->setText(u"since"_s);
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->passwords.value(u"office"_s), QByteArray("since"));
}

void TestServersPage::keepsThePasswordOfAMovedServer()
{
    start(sample());
    m_store->passwords.insert(u"office"_s, "secret");
    open("serverEdit", {u"office"_s});
    find<QLineEdit>("serverHost")->setText(u"office.example.net"_s);
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->passwords.value(u"office"_s), QByteArray("secret"));
}

void TestServersPage::waitsForThePasswordOfAMovedServer_data()
{
    QTest::addColumn<bool>("forgets");
    QTest::newRow("told") << false;
    QTest::newRow("not wanted any more") << true;
}

/// The credential store forgets that of the old server, which nobody has seen yet.
void TestServersPage::waitsForThePasswordOfAMovedServer()
{
    QFETCH(bool, forgets);
    start(sample());
    m_store->awaited = {u"office"_s};
    open("serverEdit", {u"office"_s});
    const auto *password = find<QLineEdit>("serverPassword");
    QVERIFY(password->placeholderText().startsWith(u"Asked of"_s));
    find<QLineEdit>("serverHost")->setText(u"office.example.net"_s);
    save("serverDialog");
    QVERIFY(isOpen("serverDialog"));
    QVERIFY(find<QLabel>("problems")->text().contains(u"not told"_s));
    QCOMPARE(m_store->profile().servers.constFirst().host, u"office.example.org"_s);
    if (forgets) {
        find<QPushButton>("serverForget")->click();
    } else {
        m_store->awaited.clear();
        m_store->passwords.insert(u"office"_s, "late");
        Q_EMIT m_store->passwordsChanged();
        QCOMPARE(password->placeholderText(), u"Unchanged"_s);
    }
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->profile().servers.constFirst().host, u"office.example.net"_s);
    QCOMPARE(m_store->passwords.value(u"office"_s), forgets ? QByteArray() : QByteArray("late"));
    QCOMPARE(m_store->storings, 1);
}

void TestServersPage::waitsForNoPasswordThatIsNotWanted_data()
{
    QTest::addColumn<ServerProtocol>("protocol");
    QTest::addColumn<QString>("file");
    QTest::newRow("the protocol has none") << ServerProtocol::Socks4 << QString();
    QTest::newRow("it stands in a file") << ServerProtocol::Socks5 << u"/home/me/password"_s;
}

/// Nor could it be forgotten by hand, as there is no button for it then.
void TestServersPage::waitsForNoPasswordThatIsNotWanted()
{
    QFETCH(const ServerProtocol, protocol);
    QFETCH(const QString, file);
    start(sample());
    m_store->awaited = {u"office"_s};
    open("serverEdit", {u"office"_s});
    auto *protocols = find<QComboBox>("serverProtocol");
    protocols->setCurrentIndex(protocols->findData(static_cast<int>(protocol)));
    find<QLineEdit>("serverPasswordFile")->setText(file);
    find<QLineEdit>("serverHost")->setText(u"192.0.2.7"_s);
    QVERIFY(!find<QLineEdit>("serverPassword")->isEnabled());
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    const engine::ServerProfile server = m_store->profile().servers.constFirst();
    QCOMPARE(server.host, u"192.0.2.7"_s);
    QCOMPARE(server.protocol, protocol);
    QCOMPARE(server.passwordFile, file);
}

void TestServersPage::forgetsAPassword()
{
    start(sample());
    m_store->passwords.insert(u"office"_s, "secret");
    open("serverEdit", {u"office"_s});
    find<QPushButton>("serverForget")->click();
    QVERIFY(!find<QPushButton>("serverForget")->isVisible());
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QVERIFY(m_store->passwords.isEmpty());
}

/// Otherwise it would come back with what the store tells later.
void TestServersPage::forgetsAPasswordThatIsNotToldYet()
{
    start(sample());
    m_store->awaited = {u"office"_s};
    open("serverEdit", {u"office"_s});
    find<QPushButton>("serverForget")->click();
    QCOMPARE(m_store->storings, 0);
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->storings, 1);
    QVERIFY(m_store->passwords.isEmpty());
}

void TestServersPage::duplicatesAServer()
{
    start(sample());
    m_store->passwords.insert(u"office"_s, "secret");
    open("serverDuplicate", {u"office"_s});
    QCOMPARE(find<QLineEdit>("serverName")->text(), u"Office 2"_s);
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->profile().servers.constLast().id, u"office-2"_s);
    QCOMPARE(m_store->profile().servers.constLast().host, u"office.example.org"_s);
    QCOMPARE(m_store->passwords.value(u"office-2"_s), QByteArray("secret"));
}

void TestServersPage::fillsInAPastedUrl()
{
    open("serverAdd");
    find<QLineEdit>("serverHost")->setText(u"https://me:p%40ss@proxy.example.org:8443#Office"_s);
    QCOMPARE(find<QLineEdit>("serverHost")->text(), u"proxy.example.org"_s);
    QCOMPARE(find<QSpinBox>("serverPort")->value(), 8'443);
    QCOMPARE(find<QLineEdit>("serverName")->text(), u"Office"_s);
    QVERIFY(find<QCheckBox>("serverTls")->isChecked());
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->profile().servers.constFirst().protocol, ServerProtocol::Http);
    QCOMPARE(m_store->passwords.value(u"office"_s), QByteArray("p@ss"));
}

/// Its first 255 characters are a URL as well, of another server.
void TestServersPage::fillsInALongUrl()
{
    const QString host = u"proxy.of-the-branch-office-across-the-street.example.org"_s;
    const QString begin = u"socks5://me:"_s;
    const QString end = u"@%1:10800"_s.arg(host);
    const QString password(300 - begin.size() - end.size(), u'p');
    open("serverAdd");
    find<QLineEdit>("serverHost")->setText(begin + password + end);
    QCOMPARE(find<QLineEdit>("serverHost")->text(), host);
    QCOMPARE(find<QSpinBox>("serverPort")->value(), 10'800);
    QCOMPARE(find<QLineEdit>("serverPassword")->text(), password);
    find<QDialog>("serverDialog")->reject();
}

void TestServersPage::refusesALongHost()
{
    start(sample());
    const int changes = m_store->changes;
    open("serverAdd");
    find<QLineEdit>("serverHost")->setText(QString(256, u'h'));
    find<QPushButton>("checkButton")->click();
    const auto *problems = find<QLabel>("problems");
    QCOMPARE(problems->text(), u"The host name is longer than 255 bytes."_s);
    find<QLineEdit>("serverHost")->setText(QString(256, u'i'));
    save("serverDialog");
    QVERIFY(isOpen("serverDialog"));
    QCOMPARE(problems->text(), u"The host name is longer than 255 bytes."_s);
    QCOMPARE(m_store->changes, changes);
    // What the profile counts as well.
    find<QLineEdit>("serverHost")->setText(QString(255, u'h'));
    save("serverDialog");
    QVERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->changes, changes + 1);
}

void TestServersPage::fillsInATypedUrl_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<Qt::Key>("last");
    const QString url = u"socks5://user:pass@host.example.org:1085"_s;
    QTest::newRow("then the next field") << url << Qt::Key_Tab;
    QTest::newRow("then saved") << url << Qt::Key_Return;
    QTest::newRow("without the protocol") << u"user:pass@host.example.org:1085"_s << Qt::Key_Tab;
    QTest::newRow("as lists write it") << u"host.example.org:1085:user:pass"_s << Qt::Key_Tab;
    QTest::newRow("as lists write it, with blanks") << u"host.example.org 1085 user pass"_s << Qt::Key_Return;
    QTest::newRow("as lists write it, with commas") << u"host.example.org,1085,user,pass"_s << Qt::Key_Tab;
}

/// When all of it stands there: its beginning reads as a host, and its password must not be seen in an id.
void TestServersPage::fillsInATypedUrl()
{
    QFETCH(const QString, typed);
    QFETCH(const Qt::Key, last);
    open("serverAdd");
    auto *host = find<QLineEdit>("serverHost");
    const auto *id = find<QLineEdit>("serverId");
    host->setFocus();
    QTRY_COMPARE(QApplication::focusWidget(), host);
    for (const QChar letter : typed) {
        QTest::keyClick(host, letter.toLatin1());
        QVERIFY2(!host->text().contains(u'@') || id->text().isEmpty(), qPrintable(id->text()));
        QVERIFY2(!id->text().contains(u"pa"_s), qPrintable(id->text()));
    }
    QCOMPARE(host->text(), typed);
    QTest::keyClick(host, last);
    QCOMPARE(host->text(), u"host.example.org"_s);
    QCOMPARE(id->text(), u"host.example.org"_s);
    QCOMPARE(find<QLineEdit>("serverUser")->text(), u"user"_s);
    QCOMPARE(find<QLineEdit>("serverPassword")->text(), u"pass"_s);
    QCOMPARE(find<QSpinBox>("serverPort")->value(), 1'085);
    if (last != Qt::Key_Return)
        save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->profile().servers.constFirst().host, u"host.example.org"_s);
    QCOMPARE(m_store->passwords.value(u"host.example.org"_s), QByteArray("pass"));
}

void TestServersPage::fillsInAPastedListLine_data()
{
    QTest::addColumn<QString>("pasted");
    QTest::newRow("colons") << u"192.0.2.1:1085:user:pass"_s;
    QTest::newRow("blanks") << u" 192.0.2.1 1085 user pass "_s;
    QTest::newRow("tabs") << u"192.0.2.1\t1085\tuser\tpass"_s;
    QTest::newRow("commas") << u"192.0.2.1, 1085, user, pass"_s;
    QTest::newRow("semicolons") << u"192.0.2.1;1085;user;pass"_s;
    QTest::newRow("protocol") << u"SOCKS5 192.0.2.1:1085 user:pass"_s;
}

void TestServersPage::fillsInAPastedListLine()
{
    QFETCH(const QString, pasted);
    open("serverAdd");
    find<QLineEdit>("serverHost")->setText(pasted);
    QCOMPARE(find<QLineEdit>("serverHost")->text(), u"192.0.2.1"_s);
    QCOMPARE(find<QSpinBox>("serverPort")->value(), 1'085);
    QCOMPARE(find<QLineEdit>("serverUser")->text(), u"user"_s);
    QCOMPARE(find<QLineEdit>("serverPassword")->text(), u"pass"_s);
    QVERIFY(!find<QLineEdit>("serverId")->text().contains(u"pass"_s));
    find<QDialog>("serverDialog")->reject();
}

/// Of "host:port" the port counts, too, once all of it is there; a login that was typed before is not taken
/// back by what says nothing of one.
void TestServersPage::fillsInATypedPort()
{
    open("serverAdd");
    find<QLineEdit>("serverUser")->setText(u"user"_s);
    find<QLineEdit>("serverPassword")->setText(u"pass"_s);
    auto *host = find<QLineEdit>("serverHost");
    host->setFocus();
    QTRY_COMPARE(QApplication::focusWidget(), host);
    const QString typed = u"host.example.org:1085"_s;
    QTest::keyClicks(host, typed);
    QCOMPARE(host->text(), typed);
    QTest::keyClick(host, Qt::Key_Tab);
    QCOMPARE(host->text(), u"host.example.org"_s);
    QCOMPARE(find<QSpinBox>("serverPort")->value(), 1'085);
    QCOMPARE(find<QLineEdit>("serverUser")->text(), u"user"_s);
    QCOMPARE(find<QLineEdit>("serverPassword")->text(), u"pass"_s);
    find<QDialog>("serverDialog")->reject();
}

void TestServersPage::takesAnIpv6AddressForAHost_data()
{
    QTest::addColumn<QString>("typed");
    QTest::newRow("bare") << u"2001:db8::1"_s;
    QTest::newRow("in brackets") << u"[2001:db8::1]"_s;
    QTest::newRow("of an interface that is away") << u"fe80::1%no-such0"_s;
}

void TestServersPage::takesAnIpv6AddressForAHost()
{
    QFETCH(const QString, typed);
    open("serverAdd");
    auto *host = find<QLineEdit>("serverHost");
    host->setFocus();
    QTRY_COMPARE(QApplication::focusWidget(), host);
    QTest::keyClicks(host, typed);
    QTest::keyClick(host, Qt::Key_Tab);
    QCOMPARE(host->text(), typed);
    QCOMPARE(find<QSpinBox>("serverPort")->value(), 1'080);
    QVERIFY(!find<QLineEdit>("serverId")->text().isEmpty());
    find<QDialog>("serverDialog")->reject();
}

void TestServersPage::fillsInAUrlOverWhatIsThere()
{
    start(sample());
    open("serverEdit", {u"office"_s});
    auto *host = find<QLineEdit>("serverHost");
    QGuiApplication::clipboard()->setText(u"http://me@h.eu:81"_s);
    host->selectAll();
    host->paste();
    QCOMPARE(host->text(), u"h.eu"_s);
    QCOMPARE(find<QLineEdit>("serverUser")->text(), u"me"_s);
    QCOMPARE(find<QSpinBox>("serverPort")->value(), 81);
    find<QDialog>("serverDialog")->reject();
}

void TestServersPage::keepsAPasswordForItsServerOnly_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QByteArray>("password");
    QTest::newRow("the same") << u"http://me@OFFICE.example.org:1080"_s << QByteArray("secret");
    QTest::newRow("another host") << u"socks5://me@other.example.org:1080"_s << QByteArray();
    QTest::newRow("another port") << u"socks5://me@office.example.org:1081"_s << QByteArray();
    QTest::newRow("another user") << u"socks5://you@office.example.org:1080"_s << QByteArray();
    QTest::newRow("no user") << u"socks5://office.example.org:1080"_s << QByteArray();
    QTest::newRow("no login told") << u"office.example.org:1080"_s << QByteArray("secret");
    QTest::newRow("another host, no login told") << u"other.example.org:1080"_s << QByteArray();
    QTest::newRow("its own password") << u"socks5://me:own@other.example.org:1080"_s << QByteArray("own");
}

void TestServersPage::keepsAPasswordForItsServerOnly()
{
    QFETCH(const QString, url);
    engine::Profile profile = sample();
    profile.servers.first().username = u"me"_s;
    start(profile);
    m_store->passwords.insert(u"office"_s, "secret");
    open("serverEdit", {u"office"_s});
    auto *password = find<QLineEdit>("serverPassword");
    find<QLineEdit>("serverHost")->setText(url);
    QTEST(password->placeholderText().isEmpty() ? password->text().toUtf8() : QByteArray("secret"),
          "password");
    save("serverDialog");
    QTRY_VERIFY(!isOpen("serverDialog"));
    QTEST(m_store->passwords.value(u"office"_s), "password");
}

void TestServersPage::keepsNoUrlForAHost_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("no such protocol") << u"ftp://me:secret@h.eu:21"_s;
    QTest::newRow("bad port") << u"socks5://me:secret@h.eu:x"_s;
    QTest::newRow("only a login") << u"me:secret@"_s;
    QTest::newRow("no host") << u"socks5://"_s;
    QTest::newRow("bad port in a list") << u"h.eu:x:me:secret"_s;
    QTest::newRow("too much in a list") << u"h.eu 21 me secret US"_s;
}

void TestServersPage::keepsNoUrlForAHost()
{
    QFETCH(const QString, text);
    start(sample());
    const int changes = m_store->changes;
    open("serverAdd");
    find<QLineEdit>("serverHost")->setText(text);
    QCOMPARE(find<QLineEdit>("serverId")->text(), QString());
    save("serverDialog");
    QVERIFY(isOpen("serverDialog"));
    QVERIFY(find<QLabel>("problems")->text().contains(u"URL"_s));
    QVERIFY(!find<QLabel>("problems")->text().contains(u"secret"_s));
    QCOMPARE(m_store->changes, changes);
    find<QDialog>("serverDialog")->reject();
}

void TestServersPage::pinsACertificate()
{
    start(sample());
    const QByteArray sha256 = QByteArray::fromHex("00112233445566778899aabbccddeeff").repeated(2);
    open("serverEdit", {u"office"_s});
    auto *field = find<QPlainTextEdit>("serverFingerprint");
    QVERIFY(!field->isEnabled());
    find<QCheckBox>("serverTls")->setChecked(true);
    field->setPlainText(u"00:11"_s);
    save("serverDialog");
    QVERIFY(find<QLabel>("problems")->text().contains(u"SHA-256"_s));
    field->setPlainText(QString::fromLatin1(sha256.toBase64()));
    save("serverDialog");
    QVERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->profile().servers.constFirst().certificateSha256, sha256);
    open("serverEdit", {u"office"_s});
    QCOMPARE(find<QPlainTextEdit>("serverFingerprint")->toPlainText().remove(u'\n'),
             ui::fingerprintText(sha256));
}

void TestServersPage::offersWhatTheProtocolHas()
{
    open("serverAdd");
    auto *protocol = find<QComboBox>("serverProtocol");
    protocol->setCurrentIndex(protocol->findData(static_cast<int>(ServerProtocol::Socks4)));
    QVERIFY(!find<QComboBox>("serverResolve")->isEnabled());
    QVERIFY(!find<QLineEdit>("serverPassword")->isEnabled());
    find<QLineEdit>("serverHost")->setText(u"192.0.2.1"_s);
    save("serverDialog");
    QVERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->profile().servers.constFirst().resolveNames, engine::NameResolution::Local);
    QCOMPARE(m_store->profile().servers.constFirst().id, u"192.0.2.1"_s);
}

void TestServersPage::checksUnsavedSettings()
{
    open("serverAdd");
    find<QLineEdit>("serverHost")->setText(u"127.0.0.1"_s);
    find<QSpinBox>("serverPort")->setValue(1);
    find<QPushButton>("checkButton")->click();
    QVERIFY(find<QLabel>("checkStatus")->text().contains(u"does not run"_s));
    m_engine->start({}, false);
    QSignalSpy checked(m_engine.get(), &engine::Engine::serverChecked);
    find<QPushButton>("checkButton")->click();
    QVERIFY(!find<QPushButton>("checkButton")->isEnabled());
    QTRY_COMPARE(checked.size(), 1);
    QTRY_VERIFY(find<QLabel>("checkStatus")->text().contains(u"does not work"_s));
    QVERIFY(find<QPushButton>("checkButton")->isEnabled());
    QVERIFY(!find<QLabel>("checkOutcome")->text().isEmpty());
    QVERIFY(m_store->profile().servers.isEmpty());
    find<QSpinBox>("serverPort")->setValue(2);
    QVERIFY(find<QLabel>("checkStatus")->text().isEmpty());
}

void TestServersPage::checksWithAPasswordThatComesLate()
{
    QTcpServer proxy;
    QVERIFY(proxy.listen(QHostAddress::LocalHost));
    engine::Profile profile;
    profile.servers = {fakeServer(u"office"_s, u"Office"_s)};
    engine::ServerProfile &server = profile.servers.front();
    server.host = u"127.0.0.1"_s;
    server.port = proxy.serverPort();
    server.protocol = ServerProtocol::Http;
    server.username = u"me"_s;
    start(profile);
    m_engine->start(profile, false);
    open("serverEdit", {u"office"_s});
    m_store->passwords.insert(u"office"_s, "late");
    find<QPushButton>("checkButton")->click();
    QCOMPARE(find<QLineEdit>("serverPassword")->placeholderText(), u"Unchanged"_s);
    QTRY_VERIFY(proxy.hasPendingConnections());
    const std::unique_ptr<QTcpSocket> connection(proxy.nextPendingConnection());
    QByteArray request;
    QTRY_VERIFY((request += connection->readAll()).contains("\r\n\r\n"));
    QVERIFY2(request.contains(QByteArray("me:late").toBase64()), request.constData());
    connection->close();
    QTRY_VERIFY(find<QLabel>("checkStatus")->text().contains(u"does not work"_s));
}

void TestServersPage::checksSavedServers()
{
    start(sample());
    trigger("serverCheckAll");
    QVERIFY(barText().contains(u"does not run"_s));
    engine::Profile profile = sample();
    for (engine::ServerProfile &server : profile.servers) {
        server.host = u"127.0.0.1"_s;
        server.port = 1;
    }
    start(profile);
    m_engine->start(profile, false);
    open("serverCheck", {u"both"_s});
    QCOMPARE(cell(u"office"_s, ui::ServerColumn::Health), u"Checking\u2026"_s);
    QCOMPARE(cell(u"home"_s, ui::ServerColumn::Health), u"Checking\u2026"_s);
    QCOMPARE(cell(u"spare"_s, ui::ServerColumn::Health), u"Not checked"_s);
    QTRY_VERIFY(cell(u"office"_s, ui::ServerColumn::Health).startsWith(u"Down: "_s));
    QTRY_COMPARE(cell(u"both"_s, ui::ServerColumn::Health),
                 u"Down: "_s + QLocale().createSeparatedList({u"Office"_s, u"Home"_s}));
    QVERIFY(!cell(u"office"_s, ui::ServerColumn::LastCheck).isEmpty());
}

void TestServersPage::tellsNothingOfEarlierSettings_data()
{
    QTest::addColumn<bool>("newServer");
    QTest::addColumn<bool>("asksAnew");
    QTest::newRow("another port") << true << false;
    QTest::newRow("another port, checked anew") << true << true;
    QTest::newRow("another password") << false << false;
    QTest::newRow("another password, checked anew") << false << true;
}

/// The old check is answered after the change.
void TestServersPage::tellsNothingOfEarlierSettings()
{
    QFETCH(const bool, newServer);
    QFETCH(const bool, asksAnew);
    QTcpServer before;
    QTcpServer other;
    QVERIFY(before.listen(QHostAddress::LocalHost) && other.listen(QHostAddress::LocalHost));
    engine::Profile profile;
    profile.servers = {fakeServer(u"office"_s, u"Office"_s)};
    engine::ServerProfile &server = profile.servers.front();
    server.host = u"127.0.0.1"_s;
    server.port = before.serverPort();
    server.protocol = ServerProtocol::Http; // one connection a check: no UDP
    server.username = u"me"_s;
    m_store->passwords.insert(server.id, "old");
    start(profile);
    m_engine->start(profile, false);
    QSignalSpy checked(m_engine.get(), &engine::Engine::serverChecked);
    trigger("serverCheckAll");
    QTRY_VERIFY(before.hasPendingConnections());
    const std::unique_ptr<QTcpSocket> old(before.nextPendingConnection());
    QTcpServer &after = newServer ? other : before;
    server.port = after.serverPort();
    start(profile);
    if (!newServer)
        m_store->passwords.insert(server.id, "new");
    if (asksAnew) {
        trigger("serverCheckAll");
        QTRY_VERIFY(after.hasPendingConnections());
    }
    old->close();
    QTRY_COMPARE(checked.size(), 1);
    QCOMPARE(cell(u"office"_s, ui::ServerColumn::Health), u"Checking\u2026"_s);
    QTRY_VERIFY(after.hasPendingConnections());
    const std::unique_ptr<QTcpSocket> current(after.nextPendingConnection());
    current->close();
    QTRY_VERIFY(cell(u"office"_s, ui::ServerColumn::Health).startsWith(u"Down: "_s));
    QCOMPARE(checked.size(), 2);
    QVERIFY(!after.hasPendingConnections());
}

void TestServersPage::checksManyServersAFewAtATime()
{
    engine::Profile profile;
    for (int number = 0; number < 200; ++number) {
        profile.servers << fakeServer(u"server-%1"_s.arg(number), {});
        profile.servers.last().host = u"127.0.0.1"_s;
        profile.servers.last().port = 1;
    }
    start(profile);
    m_engine->start(profile, false);
    QSignalSpy checked(m_engine.get(), &engine::Engine::serverChecked);
    trigger("serverCheckAll");
    trigger("serverCheckAll");
    QTRY_VERIFY(checked.size() >= 200);
    for (const QVariantList &arguments : checked)
        QCOMPARE_NE(arguments.constFirst().value<engine::ServerCheck>().error.code,
                    engine::ErrorCode::TooManyOpenFiles);
    for (const engine::ServerProfile &server : profile.servers)
        QVERIFY(cell(server.id, ui::ServerColumn::Health).startsWith(u"Down: "_s));
}

void TestServersPage::makesOneTheDefaultRoute()
{
    start(sample());
    const auto *use = m_page->findChild<QAction *>(u"serverDefaultRoute"_s);
    QVERIFY(m_page->view().actions().contains(use));
    QVERIFY(!use->isEnabled());
    m_page->view().selectIds({u"office"_s, u"both"_s});
    QVERIFY(!use->isEnabled());
    m_page->view().selectIds({u"both"_s});
    QVERIFY(use->isEnabled() && !use->isChecked());
    trigger("serverDefaultRoute");
    QCOMPARE(m_store->profile().defaultAction, engine::Action::byWayOf(u"both"_s));
    QVERIFY(use->isChecked());
    trigger("serverDefaultRoute"); // nor is it taken away again
    QCOMPARE(m_store->profile().defaultAction, engine::Action::byWayOf(u"both"_s));
    QVERIFY(use->isChecked());
    m_page->view().selectIds({u"office"_s});
    QVERIFY(use->isEnabled() && !use->isChecked());
    // As any other change of the rules.
    QCOMPARE(m_models->rules.undo(), QStringList());
    QCOMPARE(m_store->profile().defaultAction, engine::Action::direct());
    m_store->failure = u"cannot write"_s;
    trigger("serverDefaultRoute");
    QVERIFY(use->isEnabled() && !use->isChecked());
}

void TestServersPage::refusesToRemoveWhatIsUsed()
{
    start(sample());
    open("serverRemove", {u"office"_s, u"spare"_s});
    auto *box = find<QMessageBox>("inUseBox");
    QVERIFY(box->informativeText().contains(u"Route \"Both\""_s));
    QVERIFY(box->informativeText().contains(u"Rule \"Work\""_s));
    // Only of what is in use.
    QVERIFY(box->text().contains(u"Office"_s) && !box->text().contains(u"Spare"_s));
    find<QPushButton>("removeOthers")->click();
    QCOMPARE(m_store->profile().servers.size(), 3);
    QVERIFY(find<QMessageBox>("removeBox")->text().contains(u"\"Spare\""_s));
    QVERIFY(!find<QMessageBox>("removeBox")->text().contains(u"Office"_s));
    find<QPushButton>("removeConfirm")->click();
    QCOMPARE(idsOf(m_store->profile().servers), (QStringList{u"office"_s, u"home"_s}));
    open("serverRemove", {u"office"_s});
    QVERIFY(find<QMessageBox>("inUseBox")->findChild<QPushButton *>(u"removeOthers"_s) == nullptr);
    find<QMessageBox>("inUseBox")->close();
    QCOMPARE(m_store->profile().servers.size(), 2);
}

void TestServersPage::removesWhatIsNot()
{
    start(sample());
    m_store->passwords.insert(u"spare"_s, "secret");
    open("serverRemove", {u"spare"_s, u"both"_s});
    QVERIFY(find<QMessageBox>("removeBox")
                ->text()
                .contains(QLocale().createSeparatedList({u"\"Spare\""_s, u"\"Both\""_s})));
    find<QMessageBox>("removeBox")->button(QMessageBox::Cancel)->click();
    QCOMPARE(m_store->profile().servers.size(), 3);
    open("serverRemove", {u"spare"_s, u"both"_s});
    find<QPushButton>("removeConfirm")->click();
    QCOMPARE(m_store->profile().servers.size(), 2);
    QVERIFY(m_store->profile().routes.isEmpty());
    QVERIFY(m_store->passwords.isEmpty());
}

void TestServersPage::asksAboutManyInFewWords()
{
    const engine::Profile profile = manyServers();
    start(profile);
    open("serverRemove", idsOf(profile.servers));
    auto *box = find<QMessageBox>("removeBox");
    QVERIFY2(box->height() < kLowScreen, qPrintable(QString::number(box->height())));
    QVERIFY2(box->text().contains(u"town 8\""_s) && box->text().contains(u"192 more"_s),
             qPrintable(box->text()));
    QVERIFY(!box->text().contains(u"town 9\""_s));
    // All of them are meant.
    find<QPushButton>("removeConfirm")->click();
    QVERIFY(m_store->profile().servers.isEmpty());
}

void TestServersPage::refusesToRemoveManyInFewWords()
{
    engine::Profile profile = manyServers();
    for (const engine::ServerProfile &server : std::as_const(profile.servers)) {
        engine::RuleProfile rule;
        rule.name = u"By way of "_s + server.id;
        rule.hosts = {server.id + u".example.com"_s};
        rule.action = engine::Action::byWayOf(server.id);
        profile.rules << rule;
    }
    start(profile);
    open("serverRemove", idsOf(profile.servers));
    auto *box = find<QMessageBox>("inUseBox");
    QVERIFY2(box->height() < kLowScreen, qPrintable(QString::number(box->height())));
    QVERIFY(box->text().contains(u"192 more"_s));
    QVERIFY2(box->informativeText().contains(u"192 more"_s), qPrintable(box->informativeText()));
    box->close();
}

void TestServersPage::refusesManyMembersInFewWords()
{
    engine::Profile profile = manyServers();
    profile.routes = {{u"any"_s, u"Any"_s, RouteKind::Failover, idsOf(profile.servers)}};
    m_store->put(profile);
    auto *model = qobject_cast<ui::ServerModel *>(m_page->view().model());
    QModelIndexList dragged;
    for (const engine::ServerProfile &server : std::as_const(profile.servers))
        dragged << model->indexOf(server.id);
    const std::unique_ptr<QMimeData> data(model->mimeData(dragged));
    model->dropMimeData(data.get(), Qt::CopyAction, -1, -1, model->indexOf(u"any"_s));
    QVERIFY(barText().contains(u"already belongs"_s));
    QVERIFY2(barText().endsWith(u"192 more"_s), qPrintable(barText()));
    QTRY_VERIFY(find<QWidget>("serversBar")->height() < kLowScreen / 2);
}

void TestServersPage::pastesServers()
{
    start(sample());
    QGuiApplication::clipboard()->setText(u"socks5://me:secret@office.example.org:1080#Office\n"
                                          "nonsense:with:a:password\nproxy.example.net:3128"_s);
    trigger("serverPaste");
    QCOMPARE(m_store->profile().servers.size(), 5);
    QCOMPARE(m_store->profile().servers.at(3).name, u"Office 2"_s);
    QCOMPARE(m_store->passwords.value(u"office-2"_s), QByteArray("secret"));
    QCOMPARE(m_store->profile().servers.at(4).name, u"proxy.example.net"_s);
    QCOMPARE(m_page->view().selectedIds(), (QStringList{u"office-2"_s, u"proxy.example.net"_s}));
    QVERIFY(barText().contains(u"Servers added: 2."_s));
    QVERIFY(barText().contains(u"Line 2 "_s));
    QVERIFY(barText().contains(u"SOCKS5 was assumed"_s));
    QVERIFY(!barText().contains(u"password"_s) && !barText().contains(u"secret"_s));
    QGuiApplication::clipboard()->clear();
    trigger("serverPaste");
    QVERIFY(barText().contains(u"no text"_s));
    find<QPushButton>("serversBarClose")->click();
    QVERIFY(barText().isEmpty());
}

void TestServersPage::pastesNoServerTwice()
{
    start(sample());
    const QString list = u"socks5://me:one@a.example.org:1080\nb.example.org:1080\n"_s;
    QGuiApplication::clipboard()->setText(list +
                                          u"http://b.example.org:1080\nsocks5://you@A.example.org:1080\n"
                                          "B.example.org:1080"_s);
    trigger("serverPaste");
    QCOMPARE(m_store->profile().servers.size(), 7);
    QVERIFY2(barText().contains(u"Servers added: 4.\nAlready there: 1."_s), qPrintable(barText()));
    const QList<engine::ServerProfile> before = m_store->profile().servers;
    QGuiApplication::clipboard()->setText(list);
    trigger("serverPaste");
    QCOMPARE(barText(), u"Already there: 2."_s);
    QCOMPARE(m_store->passwords.value(u"a.example.org"_s), QByteArray("one"));
    QGuiApplication::clipboard()->setText(u"socks5://me:two@a.example.org:1080#Renamed"_s);
    trigger("serverPaste");
    QCOMPARE(barText(), u"Already there: 1."_s);
    QCOMPARE(m_store->passwords.value(u"a.example.org"_s), QByteArray("two"));
    // That no password came with it takes none away.
    QGuiApplication::clipboard()->setText(u"socks5://me@a.example.org:1080"_s);
    trigger("serverPaste");
    QCOMPARE(m_store->passwords.value(u"a.example.org"_s), QByteArray("two"));
    QVERIFY(m_store->profile().servers == before);
}

void TestServersPage::showsPastedServersBelowALongReport()
{
    start(manyServers());
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    const ui::ServerView &view = m_page->view();
    const int height = view.viewport()->height();
    QGuiApplication::clipboard()->setText(u"new.example.org:1080\n"_s + u"nonsense\n"_s.repeated(10));
    trigger("serverPaste");
    QTRY_VERIFY(view.viewport()->height() < height);
    QCOMPARE(view.currentIndex().data(ui::ServerModel::IdRole).toString(), u"new.example.org"_s);
    const auto isInSight = [&view] {
        return view.viewport()->rect().contains(view.visualRect(view.currentIndex()).center());
    };
    QTRY_VERIFY(isInSight());
    // What somebody has scrolled away stays away.
    m_page->view().scrollToTop();
    find<QPushButton>("serversBarClose")->click();
    m_page->resize(800, 400);
    QTRY_COMPARE(m_page->height(), 400);
    QVERIFY(!isInSight());
}

/// Below what came of the paste, which stays.
void TestServersPage::tellsOnceThatPastedPasswordsAreNotStored()
{
    m_store->passwordProblem = u"access was denied"_s;
    QGuiApplication::clipboard()->setText(u"socks5://me:one@a.example.org:1080#First\nnonsense\n"
                                          "socks5://me:two@b.example.org:1080#Second"_s);
    trigger("serverPaste");
    const QString report = barText();
    QTRY_VERIFY(barText().contains(u"could not be stored"_s));
    QVERIFY2(barText().startsWith(report + u'\n'), qPrintable(barText()));
    QCOMPARE(barText().count(u"could not be stored"_s), 1);
    QVERIFY(barText().contains(QLocale().createSeparatedList({u"\"First\""_s, u"\"Second\""_s})));
    QVERIFY(barText().contains(u"access was denied. Until Hosier ends"_s));
    // What comes of itself replaces nothing, and is told once.
    Q_EMIT m_store->ui::ProfileStore::passwordProblem(u"server third: the store is locked"_s);
    Q_EMIT m_store->ui::ProfileStore::passwordProblem(u"server third: the store is locked"_s);
    QVERIFY(barText().startsWith(report) && barText().endsWith(u"\nServer third: the store is locked"_s));
    QCOMPARE(barText().count(u"third"_s), 1);
    find<QPushButton>("serversBarClose")->click();
    Q_EMIT m_store->ui::ProfileStore::passwordProblem(u"server fourth: the store is locked"_s);
    QCOMPARE(barText(), u"Server fourth: the store is locked"_s);
}

/// A gateway has a port for each of its exits.
void TestServersPage::pastesManyOfOneHost()
{
    constexpr int count = 1'000;
    constexpr int firstPort = 10'001;
    constexpr qint64 patience = 5'000; // milliseconds, for a slow machine
    QString list;
    for (int at = 0; at < count; ++at)
        list += u"gate.example.com:%1:user:pass%1\n"_s.arg(firstPort + at);
    QGuiApplication::clipboard()->setText(list);
    QElapsedTimer elapsed;
    elapsed.start();
    trigger("serverPaste");
    const qint64 taken = elapsed.elapsed();
    QVERIFY2(taken < patience, qPrintable(QString::number(taken)));
    QSet<QString> names;
    for (const engine::ServerProfile &server : m_store->profile().servers) {
        names.insert(server.name);
        QCOMPARE(m_store->passwords.value(server.id), "pass" + QByteArray::number(server.port));
    }
    QCOMPARE(names.size(), count);
    QVERIFY(names.contains(u"gate.example.com"_s) && names.contains(u"gate.example.com 1000"_s));
    QCOMPARE(m_page->view().selectedIds().size(), count);
}

void TestServersPage::asksWhatBecomesOfPastedPasswords_data()
{
    QTest::addColumn<QString>("choice");
    QTest::addColumn<QByteArray>("kept");
    QTest::addColumn<bool>("withoutPassword");
    QTest::newRow("kept") << u"passwordKeep"_s << QByteArray("secret") << false;
    QTest::newRow("not used") << u"passwordLeave"_s << QByteArray() << true;
}

void TestServersPage::asksWhatBecomesOfPastedPasswords()
{
    QFETCH(const QString, choice);
    start(sample());
    m_store->credentialStore = false;
    QGuiApplication::clipboard()->setText(
        u"socks5://me:secret@new.example.org:1080#New\nsocks5://you@name.example.org:1080#Name"_s);
    trigger("serverPaste");
    QVERIFY(isOpen("passwordQuestion"));
    QCOMPARE(m_store->profile().servers.size(), 3);
    QVERIFY(find<QLabel>("passwordQuestionText")->text().startsWith(u'1'));
    QVERIFY(find<QRadioButton>("passwordKeep")->isChecked());
    find<QRadioButton>(choice.toLatin1().constData())->click();
    find<QPushButton>("passwordQuestionAdd")->click();
    QTRY_VERIFY(!isOpen("passwordQuestion"));
    QCOMPARE(m_store->profile().servers.size(), 5);
    QTEST(m_store->passwords.value(u"new"_s), "kept");
    QTEST(m_store->profile().servers.at(3).withoutPassword, "withoutPassword");
    // Of this one nothing was said.
    QVERIFY(!m_store->profile().servers.at(4).withoutPassword);
    QVERIFY(barText().contains(u"Servers added: 2."_s));
}

void TestServersPage::addsNothingWhenThatIsCancelled()
{
    start(sample());
    m_store->credentialStore = false;
    QGuiApplication::clipboard()->setText(u"socks5://me:secret@new.example.org:1080"_s);
    trigger("serverPaste");
    find<QDialog>("passwordQuestion")->reject();
    QTRY_VERIFY(!isOpen("passwordQuestion"));
    QCOMPARE(m_store->profile().servers.size(), 3);
    QVERIFY(!m_store->passwords.contains(u"new.example.org"_s));
    // Without a password there is nothing to ask.
    QGuiApplication::clipboard()->setText(u"socks5://me@new.example.org:1080"_s);
    trigger("serverPaste");
    QVERIFY(!isOpen("passwordQuestion"));
    QCOMPARE(m_store->profile().servers.size(), 4);
}

void TestServersPage::asksNothingMoreOnceAStoreIsFound()
{
    start(sample());
    m_store->credentialStore = false;
    QGuiApplication::clipboard()->setText(u"socks5://me:secret@new.example.org:1080#New"_s);
    trigger("serverPaste");
    QVERIFY(isOpen("passwordQuestion"));
    m_store->credentialStore = true;
    Q_EMIT m_store->credentialStoreChanged();
    QTRY_VERIFY(!isOpen("passwordQuestion"));
    QCOMPARE(m_store->passwords.value(u"new"_s), QByteArray("secret"));
}

void TestServersPage::addsARoute()
{
    start(sample());
    open("routeAddAction", {u"office"_s, u"spare"_s});
    auto *members = find<QListWidget>("routeMembers");
    auto *others = find<QListWidget>("routeOthers");
    QCOMPARE(members->count(), 2);
    QCOMPARE(others->count(), 2);
    find<QLineEdit>("routeName")->setText(u"Any of them"_s);
    find<QComboBox>("routeKind")->setCurrentIndex(1);
    others->setCurrentRow(0);
    find<QPushButton>("routeAdd")->click();
    QCOMPARE(members->item(2)->text(), u"Home"_s);
    members->setCurrentRow(2);
    QVERIFY(!find<QPushButton>("routeDown")->isEnabled());
    find<QPushButton>("routeUp")->click();
    members->setCurrentRow(0);
    find<QPushButton>("routeRemove")->click();
    save("routeDialog");
    QVERIFY(!isOpen("routeDialog"));
    const engine::RouteProfile expected{
        u"any-of-them"_s, u"Any of them"_s, RouteKind::Failover, {u"home"_s, u"spare"_s}};
    QCOMPARE(m_store->profile().routes.constLast(), expected);
    QCOMPARE(m_page->view().selectedIds(), QStringList{u"any-of-them"_s});
}

void TestServersPage::movesMembersByDragging()
{
    start(sample());
    open("serverEdit", {u"both"_s});
    auto *members = find<QListWidget>("routeMembers");
    auto *others = find<QListWidget>("routeOthers");
    QCOMPARE(others->item(0)->text(), u"Spare"_s);
    const std::unique_ptr<QMimeData> data(others->model()->mimeData({others->model()->index(0, 0)}));
    // On the middle of an item: it must go beside it, not over it.
    const QPoint place = members->visualItemRect(members->item(1)).center() - QPoint(0, 1);
    QDragEnterEvent enter(place, Qt::MoveAction, data.get(), Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(members->viewport(), &enter);
    QDragMoveEvent move(place, Qt::MoveAction, data.get(), Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(members->viewport(), &move);
    QDropEvent drop(place, Qt::MoveAction, data.get(), Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(members->viewport(), &drop);
    QCOMPARE(members->count(), 3);
    QVERIFY(!members->item(1)->flags().testFlag(Qt::ItemIsDropEnabled));
    save("routeDialog");
    QCOMPARE(m_store->profile().routes.constFirst().members,
             (QStringList{u"office"_s, u"spare"_s, u"home"_s}));
}

/// Who presses OK in a list means the dialog.
void TestServersPage::keepsTheMembersOnEnter()
{
    start(sample());
    const QStringList before = m_store->profile().routes.constFirst().members;
    open("serverEdit", {u"both"_s});
    auto *members = find<QListWidget>("routeMembers");
    members->setFocus();
    members->setCurrentRow(0);
    QTest::keyClick(members, Qt::Key_Return);
    QVERIFY(!isOpen("routeDialog"));
    QCOMPARE(m_store->profile().routes.constFirst().members, before);
}

void TestServersPage::refusesARouteThatContainsItself()
{
    engine::Profile profile = sample();
    profile.routes.append({u"outer"_s, u"Outer"_s, RouteKind::Chain, {u"both"_s, u"spare"_s}});
    start(profile);
    open("serverEdit", {u"both"_s});
    auto *others = find<QListWidget>("routeOthers");
    others->selectAll();
    find<QPushButton>("routeAdd")->click();
    save("routeDialog");
    QVERIFY(isOpen("routeDialog"));
    QVERIFY(find<QLabel>("problems")->text().contains(u"contains itself"_s));
    QCOMPARE(m_store->profile().routes, profile.routes);
    find<QListWidget>("routeMembers")->selectAll();
    find<QPushButton>("routeRemove")->click();
    save("routeDialog");
    QVERIFY(find<QLabel>("problems")->text().contains(u"at least one"_s));
}

void TestServersPage::addsDroppedMembers()
{
    start(sample());
    auto *model = qobject_cast<ui::ServerModel *>(m_page->view().model());
    const std::unique_ptr<QMimeData> data(model->mimeData({model->indexOf(u"spare"_s)}));
    QVERIFY(drops(*data, model->indexOf(u"both"_s)));
    QCOMPARE(m_store->profile().routes.constFirst().members,
             (QStringList{u"office"_s, u"home"_s, u"spare"_s}));
    QVERIFY(barText().isEmpty());
    model->dropMimeData(data.get(), Qt::CopyAction, -1, -1, model->indexOf(u"both"_s));
    QVERIFY(barText().contains(u"already belongs"_s));
    const std::unique_ptr<QMimeData> itself(model->mimeData({model->indexOf(u"both"_s)}));
    model->dropMimeData(itself.get(), Qt::CopyAction, -1, -1, model->indexOf(u"both"_s));
    QVERIFY(barText().contains(u"member of itself"_s));
}

void TestServersPage::addsARouteByDropping()
{
    engine::Profile profile = sample();
    profile.routes.clear();
    start(profile);
    auto *model = qobject_cast<ui::ServerModel *>(m_page->view().model());
    const std::unique_ptr<QMimeData> data(
        model->mimeData({model->indexOf(u"home"_s), model->indexOf(u"spare"_s)}));
    QVERIFY(!drops(*data, model->sectionIndex(ui::ServerModel::Section::Servers)));
    QVERIFY(drops(*data, model->sectionIndex(ui::ServerModel::Section::Routes)));
    QTRY_VERIFY(isOpen("routeDialog"));
    find<QLineEdit>("routeName")->setText(u"Two"_s);
    save("routeDialog");
    QCOMPARE(m_store->profile().routes.size(), 1);
    QCOMPARE(m_store->profile().routes.constFirst().members, (QStringList{u"home"_s, u"spare"_s}));
}

void TestServersPage::refusesMembersThatLeadBack()
{
    engine::Profile profile = sample();
    profile.routes << engine::RouteProfile{u"any"_s, u"Any"_s, RouteKind::Failover, {u"both"_s}};
    start(profile);
    auto *model = qobject_cast<ui::ServerModel *>(m_page->view().model());
    const std::unique_ptr<QMimeData> data(
        model->mimeData({model->indexOf(u"spare"_s), model->indexOf(u"any"_s)}));
    model->dropMimeData(data.get(), Qt::CopyAction, -1, -1, model->indexOf(u"both"_s));
    QVERIFY(barText().contains(u"\"Any\" leads through \"Both\""_s));
    // What could become a member did.
    QCOMPARE(m_store->profile().routes.constFirst().members,
             (QStringList{u"office"_s, u"home"_s, u"spare"_s}));
}

void TestServersPage::addsMembersFromTheMenu()
{
    engine::Profile profile = sample();
    profile.routes << engine::RouteProfile{u"any"_s, u"A & B"_s, RouteKind::Failover, {u"spare"_s}};
    start(profile);
    m_page->view().selectIds({u"spare"_s});
    auto *menu = m_page->findChild<ui::RouteMenu *>();
    QVERIFY(m_page->view().actions().contains(menu->menuAction()));
    QVERIFY(menu->menuAction()->isEnabled());
    menu->fill();
    QAction *any = menu->findChild<QAction *>(u"addTo-any"_s);
    QCOMPARE(any->text(), u"A && B"_s);
    QVERIFY(!any->isEnabled());
    QVERIFY(any->toolTip().contains(u"already belongs"_s));
    menu->findChild<QAction *>(u"addTo-both"_s)->trigger();
    QCOMPARE(m_store->profile().routes.constFirst().members,
             (QStringList{u"office"_s, u"home"_s, u"spare"_s}));
    m_page->view().clearSelection();
    QVERIFY(!menu->menuAction()->isEnabled());
}

void TestServersPage::sortsByClicksOnAHeading()
{
    start(sample());
    const QHeaderView *header = m_page->view().header();
    const QStringList asInProfile{u"office"_s, u"home"_s, u"spare"_s};
    QVERIFY(header->sortIndicatorSection() < 0);
    QCOMPARE(shownServers(), asInProfile);
    clickHeading(ui::ServerColumn::Name);
    QCOMPARE(header->sortIndicatorSection(), 0);
    QCOMPARE(shownServers(), (QStringList{u"home"_s, u"office"_s, u"spare"_s}));
    clickHeading(ui::ServerColumn::Name);
    QCOMPARE(shownServers(), (QStringList{u"spare"_s, u"office"_s, u"home"_s}));
    clickHeading(ui::ServerColumn::Name);
    QVERIFY(header->sortIndicatorSection() < 0);
    QCOMPARE(shownServers(), asInProfile);
    // Headings of sections are as wide as before.
    QVERIFY(m_page->view().isFirstColumnSpanned(0, {}) && m_page->view().isFirstColumnSpanned(1, {}));
    QCOMPARE(idsOf(m_store->profile().servers), asInProfile);
}

void TestServersPage::keepsSelectionAndFilterWhenSorted()
{
    engine::Profile profile = sample();
    profile.servers << fakeServer(u"attic"_s, u"Home, attic"_s) << fakeServer(u"yard"_s, u"Back home"_s);
    start(profile);
    m_page->setFilter(u"home"_s);
    const QStringList filtered{u"home"_s, u"attic"_s, u"yard"_s};
    QCOMPARE(shownServers(), filtered);
    m_page->view().selectIds({u"home"_s, u"yard"_s});
    sort(ui::ServerColumn::Name, Qt::AscendingOrder);
    QCOMPARE(shownServers(), (QStringList{u"yard"_s, u"home"_s, u"attic"_s}));
    QCOMPARE(m_page->view().selectedIds(), (QStringList{u"yard"_s, u"home"_s}));
    QCOMPARE(currentId(), u"yard"_s);
    clickHeading(ui::ServerColumn::Name);
    QCOMPARE(shownServers(), (QStringList{u"attic"_s, u"home"_s, u"yard"_s}));
    // What is filtered anew is filtered as it is shown.
    m_page->setFilter(u"attic"_s);
    QCOMPARE(shownServers(), QStringList{u"attic"_s});
    QVERIFY(m_page->view().selectedIds().isEmpty());
    m_page->setFilter(u"home"_s);
    clickHeading(ui::ServerColumn::Name);
    QCOMPARE(shownServers(), filtered);
}

void TestServersPage::movesServersAsTheyAreChecked()
{
    start(manyServers());
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    sort(ui::ServerColumn::Tcp, Qt::AscendingOrder);
    ui::ServerView &view = m_page->view();
    view.selectIds({u"s150"_s});
    view.scrollToTop();
    const auto check = [this](const QString &id, std::chrono::milliseconds answered) {
        engine::ServerCheck result;
        result.serverId = id;
        result.answered = answered;
        m_models->servers.setCheck(result);
    };
    check(u"s160"_s, 20ms);
    check(u"s150"_s, 30ms);
    QCOMPARE(shownServers().mid(0, 3), (QStringList{u"s160"_s, u"s150"_s, u"s1"_s}));
    check(u"s160"_s, 40ms);
    QCOMPARE(shownServers().mid(0, 3), (QStringList{u"s150"_s, u"s160"_s, u"s1"_s}));
    QCOMPARE(view.selectedIds(), QStringList{u"s150"_s});
    QCOMPARE(currentId(), u"s150"_s);
    // What is looked at stays where it is.
    view.verticalScrollBar()->setValue(view.verticalScrollBar()->maximum() / 2);
    const int place = view.verticalScrollBar()->value();
    QVERIFY(place > 0);
    check(u"s140"_s, 10ms);
    QCoreApplication::processEvents();
    QCOMPARE(view.verticalScrollBar()->value(), place);
    QCOMPARE(shownServers().constFirst(), u"s140"_s);
}

void TestServersPage::keepsTheSelectionWhenASortedServerChanges()
{
    start(sample());
    sort(ui::ServerColumn::Name, Qt::AscendingOrder);
    m_page->view().selectIds({u"home"_s, u"spare"_s});
    engine::Profile profile = sample();
    profile.servers[1].name = u"Zoo"_s;
    profile.servers.prepend(fakeServer(u"attic"_s, u"Attic"_s));
    start(profile);
    QCOMPARE(shownServers(), (QStringList{u"attic"_s, u"office"_s, u"spare"_s, u"home"_s}));
    QCOMPARE(m_page->view().selectedIds(), (QStringList{u"spare"_s, u"home"_s}));
    QCOMPARE(currentId(), u"spare"_s);
}

void TestServersPage::takesMembersAsTheyAreShown()
{
    start(sample());
    sort(ui::ServerColumn::Name, Qt::DescendingOrder);
    open("routeAddAction", {u"office"_s, u"home"_s, u"spare"_s});
    const auto *members = find<QListWidget>("routeMembers");
    QStringList names;
    for (int row = 0; row < members->count(); ++row)
        names << members->item(row)->text();
    QCOMPARE(names, (QStringList{u"Spare"_s, u"Office"_s, u"Home"_s}));
}

void TestServersPage::remembersWhatItIsSortedBy()
{
    start(sample());
    sort(ui::ServerColumn::Name, Qt::DescendingOrder);
    const QByteArray state = m_page->saveColumns();
    const QStringList sorted = shownServers();
    m_page = std::make_unique<ui::ServersPage>(*m_engine, *m_store, *m_models);
    QCOMPARE(shownServers(), (QStringList{u"office"_s, u"home"_s, u"spare"_s}));
    m_page->restoreColumns(state);
    QCOMPARE(shownServers(), sorted);
    QVERIFY(m_page->view().header()->isSortIndicatorClearable());
}

/// Of a version whose servers could not be sorted.
void TestServersPage::isNotSortedByAnOldState()
{
    start(sample());
    QHeaderView *header = m_page->view().header();
    header->setSortIndicator(0, Qt::DescendingOrder);
    header->setSortIndicatorShown(false);
    header->setSortIndicatorClearable(false);
    header->setSectionsClickable(false);
    m_page->restoreColumns(m_page->saveColumns());
    QVERIFY(header->sortIndicatorSection() < 0);
    QCOMPARE(shownServers(), (QStringList{u"office"_s, u"home"_s, u"spare"_s}));
    clickHeading(ui::ServerColumn::Name);
    QCOMPARE(shownServers(), (QStringList{u"home"_s, u"office"_s, u"spare"_s}));
}

void TestServersPage::reachesActionsByKeyboard()
{
    start(sample());
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    m_page->view().setFocus();
    m_page->view().selectIds({u"spare"_s});
    QTest::keyClick(&m_page->view(), Qt::Key_F2);
    QTRY_VERIFY(isOpen("serverDialog"));
    find<QDialog>("serverDialog")->reject();
    QTest::keyClick(&m_page->view(), Qt::Key_Delete);
    QTRY_VERIFY(isOpen("removeBox"));
    find<QMessageBox>("removeBox")->close();
    QTest::keyClick(&m_page->view(), Qt::Key_Return);
    QTRY_VERIFY(isOpen("serverDialog"));
    find<QDialog>("serverDialog")->reject();
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    QTest::keyClick(&m_page->view(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(m_store->profile().defaultAction, engine::Action::byWayOf(u"spare"_s));
    QVERIFY(!isOpen("serverDialog"));
    QTRY_VERIFY(m_page->findChild<QDialog *>(u"serverDialog"_s) == nullptr);
    // Neither when it is that already, nor where there is no saying which.
    QTest::keyClick(&m_page->view(), Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(!isOpen("serverDialog"));
    m_page->view().selectIds({u"office"_s, u"home"_s});
    QTest::keyClick(&m_page->view(), Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(!isOpen("serverDialog"));
    QCOMPARE(m_store->profile().defaultAction, engine::Action::byWayOf(u"spare"_s));
    m_page->view().selectIds({u"home"_s});
    QTest::keyClick(&m_page->view(), Qt::Key_Enter, Qt::ControlModifier | Qt::KeypadModifier);
    QTRY_COMPARE(m_store->profile().defaultAction, engine::Action::byWayOf(u"home"_s));
}

void TestServersPage::namesEveryControl()
{
    start(sample());
    open("serverAdd");
    open("routeAddAction");
    for (const QWidget *widget : m_page->findChildren<QWidget *>()) {
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        const bool control = button != nullptr || qobject_cast<const QComboBox *>(widget) != nullptr ||
                             qobject_cast<const QLineEdit *>(widget) != nullptr ||
                             qobject_cast<const QAbstractItemView *>(widget) != nullptr;
        if (!control || widget->objectName().startsWith(u"qt_"_s) || widget->objectName().isEmpty())
            continue;
        QVERIFY2(!widget->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty()),
                 qPrintable(widget->objectName()));
        if (button != nullptr)
            QVERIFY2((button->focusPolicy() & Qt::TabFocus) != 0, qPrintable(widget->objectName()));
    }
}

QTEST_MAIN(TestServersPage)
#include "tst_serverspage.moc"
