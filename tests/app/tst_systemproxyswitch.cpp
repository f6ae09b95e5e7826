// SPDX-License-Identifier: MIT
#include "app/systemproxyswitch.h"
#include "engine/engine.h"
#include "fakesystemproxy.h"
#include "tests/ui/fakeprofilestore.h"
#include "withheld.h"

#include <QFile>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using app::SystemProxySwitch;
using engine::ListenerProfile;
using engine::ListenerState;
using engine::ListenerStatus;
using ui::SystemProxyProblem;
using ui::SystemProxyState;

namespace
{

constexpr int kPatience = 20'000; // ms, on a busy machine
constexpr std::uint16_t kPort = 1'080;
constexpr QFile::Permissions kAllRights = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner |
                                          QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup |
                                          QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;

ListenerProfile described(const QString &name, engine::Protocols protocols = engine::Protocol::Http)
{
    ListenerProfile listener;
    listener.name = name;
    listener.address = engine::Address::fromV4(0x7f000001);
    listener.protocols = protocols;
    return listener;
}

ListenerStatus statusOf(const ListenerProfile &profile, ListenerState state = ListenerState::Listening)
{
    ListenerStatus status;
    status.name = profile.name;
    status.endpoint = {profile.address, kPort};
    status.protocols = profile.protocols;
    status.state = state;
    return status;
}

} // namespace

class SystemProxySwitchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void choosesAListener_data();
    void choosesAListener();
    void followsTheSwitch();
    void followsTheProxy();
    void followsTheProfile();
    void changesTheExceptionsAtOnce();
    void startsAsItWasLeft();
    void restoresWhatADeadOneLeft();
    void respectsForeignChanges();
    void respectsForeignChangesAfterADeath();
    void goesOnTryingToRestoreWhatADeadOneLeft();
    void tellsWhatIsWrong();
    void goesOnTryingToRestore();
    void goesOnTryingToRemoveTheJournal_data();
    void goesOnTryingToRemoveTheJournal();
    void triesOnceMoreToRemoveTheJournalAtTheEnd();
    void restoresWithoutBeingClosed();
    void endsInTheMiddleOfAChange();
    void saysThatADesktopIsUnknown();
    void saysWhichProgramsItReaches();

private:
    void makeSwitch();
    void openEngine(const ListenerProfile &listener);
    [[nodiscard]] bool isSet() const { return m_desktop->get().value(u"mode"_s) == QStringList{u"manual"_s}; }
    [[nodiscard]] SystemProxyState state() const { return m_switch->status().state; }

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<QTemporaryDir> m_locks; ///< where all may write, whatever is withheld
    std::unique_ptr<FakeDesktop> m_desktop;
    std::unique_ptr<FakeProfileStore> m_store;
    std::unique_ptr<engine::Engine> m_engine;
    std::unique_ptr<SystemProxySwitch> m_switch;
    app::ProxyFields m_before;
};

void SystemProxySwitchTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    m_locks = std::make_unique<QTemporaryDir>();
    QVERIFY(QFile::setPermissions(m_locks->path(), kAllRights));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_directory->path());
    QCoreApplication::setOrganizationName(u"hosier"_s);
    m_desktop = std::make_unique<FakeDesktop>();
    m_before = m_desktop->fields;
    m_store = std::make_unique<FakeProfileStore>();
    m_engine = std::make_unique<engine::Engine>();
    openEngine(described(u"Local"_s));
    makeSwitch();
}

void SystemProxySwitchTest::cleanup()
{
    m_switch.reset();
    QSignalSpy stopped(m_engine.get(), &engine::Engine::stopped);
    m_engine->stop();
    QTRY_COMPARE_WITH_TIMEOUT(stopped.size(), 1, kPatience);
    m_engine.reset();
}

void SystemProxySwitchTest::makeSwitch()
{
    m_switch.reset();
    auto keeper = makeKeeper(m_directory->path(), *m_desktop, m_locks->path());
    const app::SystemProxyKeeper::Outcome left = app::restoreAfterDeath(*keeper);
    m_switch = std::make_unique<SystemProxySwitch>(*m_engine, *m_store, std::move(keeper), QString());
    m_switch->start(left);
}

void SystemProxySwitchTest::openEngine(const ListenerProfile &listener)
{
    engine::Profile profile;
    profile.listeners << listener;
    m_store->put(profile);
    m_engine->start(profile);
    QTRY_COMPARE_WITH_TIMEOUT(m_engine->listeners().value(0).state, ListenerState::Listening, kPatience);
}

void SystemProxySwitchTest::choosesAListener_data()
{
    using Protocol = engine::Protocol;
    QTest::addColumn<QList<ListenerProfile>>("profiles");
    QTest::addColumn<QList<ListenerState>>("states");
    QTest::addColumn<QString>("chosen");
    QTest::addColumn<SystemProxyProblem>("problem");
    const ListenerProfile http = described(u"http"_s, Protocol::Http | Protocol::Socks5);
    const ListenerProfile socks = described(u"socks"_s, Protocol::Socks5);
    ListenerProfile guarded = described(u"guarded"_s);
    guarded.authentication = engine::Authentication::Password;
    ListenerProfile office = described(u"office"_s);
    office.clients << *engine::AddressRange::fromString(u"192.0.2.0/24");
    const QList<ListenerState> open{ListenerState::Listening, ListenerState::Listening};
    using List = QList<ListenerProfile>;
    QTest::newRow("none") << List() << open << QString() << SystemProxyProblem::NoListener;
    QTest::newRow("the only one") << List{http} << open << u"http"_s << SystemProxyProblem::None;
    QTest::newRow("HTTP before SOCKS") << List{socks, http} << open << u"http"_s << SystemProxyProblem::None;
    QTest::newRow("SOCKS for want of HTTP")
        << List{socks, guarded} << open << u"socks"_s << SystemProxyProblem::None;
    QTest::newRow("one without a password")
        << List{guarded, http} << open << u"http"_s << SystemProxyProblem::None;
    QTest::newRow("a password") << List{guarded} << open << QString() << SystemProxyProblem::PasswordNeeded;
    ListenerProfile shared = guarded;
    shared.name = socks.name;
    shared.address = engine::Address::fromV4(0);
    QTest::newRow("two of one name") << List{socks, shared} << open << u"socks"_s << SystemProxyProblem::None;
    QTest::newRow("others' clients") << List{office} << open << QString()
                                     << SystemProxyProblem::ClientsRefused;
    QTest::newRow("the first is not open")
        << List{http, socks} << QList{ListenerState::Failed, ListenerState::Listening} << u"socks"_s
        << SystemProxyProblem::None;
    QTest::newRow("closed") << List{http} << QList{ListenerState::Closed} << QString()
                            << SystemProxyProblem::NoListener;
}

void SystemProxySwitchTest::choosesAListener()
{
    QFETCH(const QList<ListenerProfile>, profiles);
    QFETCH(const QList<ListenerState>, states);
    QFETCH(const QString, chosen);
    QFETCH(const SystemProxyProblem, problem);
    engine::Profile profile;
    profile.listeners = profiles;
    QList<ListenerStatus> listeners;
    for (qsizetype i = 0; i < profiles.size(); ++i)
        listeners << statusOf(profiles[i], states[i]);
    const app::ListenerChoice choice = app::chooseListener(profile, listeners);
    QCOMPARE(choice.listener ? choice.listener->name : QString(), chosen);
    QCOMPARE(choice.problem, problem);
    // Also where another one has its name.
    if (choice.listener)
        QVERIFY(!choice.listener->endpoint.address.isUnspecified());
}

void SystemProxySwitchTest::followsTheSwitch()
{
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::Off, kPatience);
    QCOMPARE(m_desktop->writes, 0);
    for (int i = 0; i < 2; ++i) {
        m_switch->setOn(true);
        QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
        QVERIFY(isSet());
        QCOMPARE(m_switch->status().address, m_engine->listeners().value(0).endpoint.toString());
        m_switch->setOn(false);
        QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::Off, kPatience);
        QCOMPARE(m_desktop->get(), m_before);
    }
    QVERIFY(m_desktop->isJournalAlwaysFirst);
}

/// An address in nobody's hands must not stay set.
void SystemProxySwitchTest::followsTheProxy()
{
    m_switch->setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    m_engine->setAccepting(false);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::Waiting, kPatience);
    QCOMPARE(m_switch->status().problem, SystemProxyProblem::NoListener);
    QCOMPARE(m_desktop->get(), m_before);
    m_engine->setAccepting(true);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    QVERIFY(isSet());
}

void SystemProxySwitchTest::followsTheProfile()
{
    m_switch->setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    engine::Profile profile = m_store->profile();
    profile.listeners[0].authentication = engine::Authentication::Password;
    m_store->put(profile);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::Waiting, kPatience);
    QCOMPARE(m_switch->status().problem, SystemProxyProblem::PasswordNeeded);
    QCOMPARE(m_switch->status().detail.toEnglish(), u"Local"_s);
    QCOMPARE(m_desktop->get(), m_before);
    profile.listeners[0].authentication = engine::Authentication::None;
    m_store->put(profile);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
}

void SystemProxySwitchTest::changesTheExceptionsAtOnce()
{
    QCOMPARE(m_switch->bypassList(), ui::defaultBypassList());
    m_switch->setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    QCOMPARE(m_desktop->get().value(u"except"_s), ui::defaultBypassList());
    m_switch->setBypassList({u"wiki"_s});
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->get().value(u"except"_s), QStringList{u"wiki"_s}, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    makeSwitch();
    QCOMPARE(m_switch->bypassList(), QStringList{u"wiki"_s});
    m_switch->setBypassList(ui::defaultBypassList());
    QVERIFY(!QSettings().contains(u"systemProxy/bypass"_s));
}

void SystemProxySwitchTest::startsAsItWasLeft()
{
    m_switch->setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    QSignalSpy closed(m_switch.get(), &SystemProxySwitch::closed);
    m_switch->close();
    QTRY_COMPARE_WITH_TIMEOUT(closed.size(), 1, kPatience);
    QCOMPARE(m_desktop->get(), m_before);
    makeSwitch();
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    m_switch->setOn(false);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::Off, kPatience);
    makeSwitch();
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::Off, kPatience);
    QCOMPARE(m_desktop->get(), m_before);
}

void SystemProxySwitchTest::restoresWhatADeadOneLeft()
{
    m_switch.reset();
    QVERIFY(makeKeeper(m_directory->path(), *m_desktop, m_locks->path())->apply(someWish()).isSet);
    QVERIFY(isSet());
    makeSwitch();
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->get(), m_before, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::Off, kPatience);
}

void SystemProxySwitchTest::respectsForeignChanges()
{
    m_switch->setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    m_switch->measure();
    m_desktop->set(u"mode"_s, {u"auto"_s});
    QTRY_VERIFY_WITH_TIMEOUT((m_switch->measure(), state() == SystemProxyState::Off), kPatience);
    QCOMPARE(m_switch->status().problem, SystemProxyProblem::ChangedByOthers);
    QCOMPARE(m_desktop->get().value(u"mode"_s), QStringList{u"auto"_s});
    QCOMPARE(m_desktop->get().value(u"http"_s), m_before.value(u"http"_s));
    // Nor does the next start set it again.
    makeSwitch();
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::Off, kPatience);
    QCOMPARE(m_desktop->get().value(u"mode"_s), QStringList{u"auto"_s});
}

/// When the power fails nobody puts anything back before the next start.
void SystemProxySwitchTest::respectsForeignChangesAfterADeath()
{
    m_switch.reset();
    app::setSystemProxyWanted(true);
    QVERIFY(makeKeeper(m_directory->path(), *m_desktop, m_locks->path())->apply(someWish()).isSet);
    const QStringList theirs{u"theirs"_s, u"8080"_s};
    m_desktop->set(u"http"_s, theirs);
    for (int start = 0; start < 2; ++start) {
        makeSwitch();
        QVERIFY(!app::isSystemProxyWanted());
        QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::Off, kPatience);
        QCOMPARE(m_switch->status().problem,
                 start == 0 ? SystemProxyProblem::ChangedByOthers : SystemProxyProblem::None);
        QCOMPARE(m_desktop->get().value(u"http"_s), theirs);
        QCOMPARE(m_desktop->get().value(u"socks"_s), m_before.value(u"socks"_s));
    }
}

void SystemProxySwitchTest::goesOnTryingToRestoreWhatADeadOneLeft()
{
    m_switch.reset();
    QVERIFY(makeKeeper(m_directory->path(), *m_desktop, m_locks->path())->apply(someWish()).isSet);
    m_desktop->canRead = false;
    makeSwitch();
    QTRY_COMPARE_WITH_TIMEOUT(m_switch->status().problem, SystemProxyProblem::RestoreFailed, kPatience);
    m_desktop->canRead = true;
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->get(), m_before, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(m_switch->status().problem, SystemProxyProblem::None, kPatience);
}

void SystemProxySwitchTest::tellsWhatIsWrong()
{
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::Off, kPatience);
    m_desktop->canRead = false;
    m_switch->setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(m_switch->status().problem, SystemProxyProblem::ReadFailed, kPatience);
    QCOMPARE(state(), SystemProxyState::Off);
    m_desktop->canRead = true;
    m_switch->setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    QCOMPARE(m_switch->status().problem, SystemProxyProblem::None);
}

void SystemProxySwitchTest::goesOnTryingToRestore()
{
    m_switch->setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    m_desktop->canRead = false;
    m_switch->setOn(false);
    QTRY_COMPARE_WITH_TIMEOUT(m_switch->status().problem, SystemProxyProblem::RestoreFailed, kPatience);
    QVERIFY(isSet());
    m_desktop->canRead = true;
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->get(), m_before, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(m_switch->status().problem, SystemProxyProblem::None, kPatience);
}

void SystemProxySwitchTest::goesOnTryingToRemoveTheJournal_data()
{
    QTest::addColumn<bool>("isOn");
    QTest::newRow("without a listener") << true;
    QTest::newRow("switched off") << false;
}

void SystemProxySwitchTest::goesOnTryingToRemoveTheJournal()
{
    QFETCH(const bool, isOn);
    m_switch->setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    {
        const Withheld journal(m_desktop->journalPath, Withheld::From::Removal);
        QVERIFY(journal.isSo());
        if (isOn)
            m_engine->setAccepting(false);
        else
            m_switch->setOn(false);
        QTRY_COMPARE_WITH_TIMEOUT(state(), isOn ? SystemProxyState::Waiting : SystemProxyState::Off,
                                  kPatience);
        QCOMPARE(m_switch->status().problem,
                 isOn ? SystemProxyProblem::NoListener : SystemProxyProblem::JournalStays);
        QCOMPARE(m_desktop->get(), m_before);
        QVERIFY(QFile::exists(m_desktop->journalPath));
    }
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(m_desktop->journalPath), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(m_switch->status().problem,
                              isOn ? SystemProxyProblem::NoListener : SystemProxyProblem::None, kPatience);
    m_engine->setAccepting(true);
    m_switch->setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    m_switch->setOn(false);
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->get(), m_before, kPatience);
}

void SystemProxySwitchTest::triesOnceMoreToRemoveTheJournalAtTheEnd()
{
    m_switch->setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    {
        const Withheld journal(m_desktop->journalPath, Withheld::From::Removal);
        QVERIFY(journal.isSo());
        m_switch->setOn(false);
        QTRY_COMPARE_WITH_TIMEOUT(m_switch->status().problem, SystemProxyProblem::JournalStays, kPatience);
    }
    QSignalSpy closed(m_switch.get(), &SystemProxySwitch::closed);
    m_switch->close();
    QTRY_COMPARE_WITH_TIMEOUT(closed.size(), 1, kPatience);
    QVERIFY(!QFile::exists(m_desktop->journalPath));
}

void SystemProxySwitchTest::restoresWithoutBeingClosed()
{
    m_switch->setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    m_switch.reset();
    QCOMPARE(m_desktop->get(), m_before);
    makeSwitch();
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    m_switch->restoreNow();
    QCOMPARE(m_desktop->get(), m_before);
    QSignalSpy closed(m_switch.get(), &SystemProxySwitch::closed);
    m_switch->close();
    QTRY_COMPARE_WITH_TIMEOUT(closed.size(), 1, kPatience);
}

void SystemProxySwitchTest::endsInTheMiddleOfAChange()
{
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::Off, kPatience);
    QSignalSpy closed(m_switch.get(), &SystemProxySwitch::closed);
    m_switch->setOn(true);
    m_switch->close();
    QTRY_COMPARE_WITH_TIMEOUT(closed.size(), 1, kPatience);
    QCOMPARE(m_desktop->get(), m_before);
    QVERIFY(m_desktop->writes > 0);
}

void SystemProxySwitchTest::saysThatADesktopIsUnknown()
{
    m_switch.reset();
    m_switch = std::make_unique<SystemProxySwitch>(
        *m_engine, *m_store,
        std::make_unique<app::SystemProxyKeeper>(
            m_directory->path(),
            app::FoundBackend{nullptr, SystemProxyProblem::UnknownDesktop,
                              engine::Message::verbatim(u"XFCE"_s)},
            [](const QString &) { return nullptr; }, m_directory->filePath(u"test.lock"_s)),
        QString());
    m_switch->start({});
    m_switch->setOn(true);
    QCOMPARE(state(), SystemProxyState::Unavailable);
    QVERIFY(ui::systemProxyText(m_switch->status()).contains(u"XFCE"_s));
}

void SystemProxySwitchTest::saysWhichProgramsItReaches()
{
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::Off, kPatience);
    QCOMPARE(m_switch->status().reach, ui::SystemProxyReach::AllPrograms);
    m_desktop->reach = ui::SystemProxyReach::StartedPrograms;
    QCOMPARE(m_switch->status().reach, ui::SystemProxyReach::StartedPrograms);
    m_switch->setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(state(), SystemProxyState::On, kPatience);
    QCOMPARE(m_switch->status().reach, ui::SystemProxyReach::StartedPrograms);
}

QTEST_GUILESS_MAIN(SystemProxySwitchTest)
#include "tst_systemproxyswitch.moc"
