// SPDX-License-Identifier: MIT
#include "fakesystemproxy.h"
#include "withheld.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using app::ProxyFields;
using app::SystemProxyJournal;
using app::SystemProxyKeeper;
using ui::SystemProxyProblem;

namespace
{

constexpr int kFields = 4;

void writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write %s", qPrintable(path));
}

} // namespace

class SystemProxyKeeperTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void setsAndRestores();
    void keepsWhatWasThereBefore();
    void losesNothingByDying_data();
    void losesNothingByDying();
    void losesNothingByDyingWhileItChanges_data();
    void losesNothingByDyingWhileItChanges();
    void losesNothingByDyingWhileItRestores_data();
    void losesNothingByDyingWhileItRestores();
    void putsBackWhatCouldNotBeWrittenWhole_data();
    void putsBackWhatCouldNotBeWrittenWhole();
    void noticesThatSettingsDoNotStay();
    void takesExceptionsInTheSystemsForm();
    void putsBackExceptionsInTheSystemsFormAfterAnother();
    void putsBackExceptionsThatDoNotStayAsTheyAre();
    void leavesExceptionsOfOthersAlone();
    void changesNothingWithoutAJournal();
    void putsBackAFieldThatWasWrittenByHalf_data();
    void putsBackAFieldThatWasWrittenByHalf();
    void leavesForeignChangesAlone_data();
    void leavesForeignChangesAlone();
    void noticesForeignChanges();
    void keepsTheJournalUntilItCouldRestore();
    void waitsForAJournalThatCannotBeOpened();
    void keepsWhatIsSetWhileTheJournalCannotBeOpened();
    void tellsOfAJournalThatStays();
    void setsADamagedJournalAside_data();
    void setsADamagedJournalAside();
    void writesALostJournalAgain();
    void leavesTheTurnToOneInstance();
    void leavesTheTurnToOneCopy();
    void leavesNothingThatADeadCopyHasSet();
    void restoresWhereNoLockCanBeMade();
    void restoresByForceWhatAnotherHolds();
    void refusesProtocolsThatCannotBeNamed();

private:
    std::unique_ptr<SystemProxyKeeper> keeper() { return makeKeeper(m_directory->path(), *m_desktop); }
    [[nodiscard]] QString journalPath() const { return SystemProxyJournal(m_directory->path()).path(); }
    [[nodiscard]] bool hasJournal() const { return SystemProxyJournal(m_directory->path()).exists(); }
    /// One that sets the wish and then is no more, without having ended in order.
    void setAndDie(std::uint16_t port = 1'080)
    {
        const auto one = keeper();
        QVERIFY(one->apply(someWish(port)).isSet);
    }
    void failAfter(int writes, bool dies)
    {
        m_desktop->writesUntilFailure = writes;
        m_desktop->diesInsteadOfFailing = dies;
    }

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<FakeDesktop> m_desktop;
    ProxyFields m_before;
};

void SystemProxyKeeperTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    m_desktop = std::make_unique<FakeDesktop>();
    m_before = m_desktop->fields;
}

void SystemProxyKeeperTest::setsAndRestores()
{
    const auto one = keeper();
    const auto outcome = one->apply(someWish());
    QVERIFY(outcome.isSet);
    QCOMPARE(outcome.problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields.value(u"mode"_s), QStringList{u"manual"_s});
    QCOMPARE(m_desktop->fields.value(u"http"_s), (QStringList{u"127.0.0.1"_s, u"1080"_s}));
    QVERIFY(m_desktop->isJournalAlwaysFirst);
    QVERIFY(hasJournal());
    QVERIFY(one->check().isSet);

    QCOMPARE(one->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
    QVERIFY(!hasJournal());
    // Once more changes nothing, also when somebody else is at it by now.
    m_desktop->set(u"mode"_s, {u"auto"_s});
    const int writes = m_desktop->writes;
    QCOMPARE(one->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->writes, writes);
}

void SystemProxyKeeperTest::keepsWhatWasThereBefore()
{
    const auto one = keeper();
    for (const int port : {1'080, 1'081, 1'082})
        QVERIFY(one->apply(someWish(static_cast<std::uint16_t>(port))).isSet);
    QCOMPARE(m_desktop->fields.value(u"socks"_s).value(1), u"1082"_s);
    QCOMPARE(one->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
}

void SystemProxyKeeperTest::losesNothingByDying_data()
{
    QTest::addColumn<int>("writes");
    for (int i = 0; i <= kFields; ++i)
        QTest::addRow("after %d of %d settings", i, kFields) << i;
}

void SystemProxyKeeperTest::losesNothingByDying()
{
    QFETCH(const int, writes);
    {
        const auto one = keeper();
        failAfter(writes, true);
        if (writes < kFields)
            QVERIFY_THROWS_EXCEPTION(Death, static_cast<void>(one->apply(someWish())));
        else
            QVERIFY(one->apply(someWish()).isSet);
    }
    QVERIFY(hasJournal());
    failAfter(-1, false);
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
    QVERIFY(m_desktop->isJournalAlwaysFirst);
    QVERIFY(!hasJournal());
}

void SystemProxyKeeperTest::losesNothingByDyingWhileItChanges_data()
{
    losesNothingByDying_data();
}

void SystemProxyKeeperTest::losesNothingByDyingWhileItChanges()
{
    QFETCH(const int, writes);
    {
        const auto one = keeper();
        QVERIFY(one->apply(someWish()).isSet);
        failAfter(writes, true);
        if (writes < kFields)
            QVERIFY_THROWS_EXCEPTION(Death, static_cast<void>(one->apply(someWish(1'090))));
        else
            QVERIFY(one->apply(someWish(1'090)).isSet);
    }
    failAfter(-1, false);
    // The next start sets again by itself, and must not take the dead one's settings for the user's.
    const auto next = keeper();
    QVERIFY(next->apply(someWish(1'100)).isSet);
    QCOMPARE(m_desktop->fields.value(u"http"_s).value(1), u"1100"_s);
    QCOMPARE(next->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
}

void SystemProxyKeeperTest::losesNothingByDyingWhileItRestores_data()
{
    losesNothingByDying_data();
}

void SystemProxyKeeperTest::losesNothingByDyingWhileItRestores()
{
    QFETCH(const int, writes);
    {
        const auto one = keeper();
        QVERIFY(one->apply(someWish()).isSet);
        failAfter(writes, true);
        if (writes < kFields)
            QVERIFY_THROWS_EXCEPTION(Death, static_cast<void>(one->restore()));
        else
            QVERIFY(!one->restore().isSet);
    }
    failAfter(-1, false);
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
    QVERIFY(!hasJournal());
}

void SystemProxyKeeperTest::putsBackWhatCouldNotBeWrittenWhole_data()
{
    QTest::addColumn<int>("writes");
    for (int i = 0; i < kFields; ++i)
        QTest::addRow("refused after %d settings", i) << i;
}

/// The restoration is refused as well, until the system has come to its senses.
void SystemProxyKeeperTest::putsBackWhatCouldNotBeWrittenWhole()
{
    QFETCH(const int, writes);
    const auto one = keeper();
    failAfter(writes, false);
    const auto outcome = one->apply(someWish());
    QCOMPARE(outcome.problem,
             writes == 0 ? SystemProxyProblem::WriteFailed : SystemProxyProblem::RestoreFailed);
    QCOMPARE(outcome.isSet, writes != 0);
    QCOMPARE(outcome.detail.toEnglish(), u"cannot write"_s);
    failAfter(-1, false);
    QCOMPARE(one->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
    QVERIFY(one->apply(someWish()).isSet);
}

void SystemProxyKeeperTest::noticesThatSettingsDoNotStay()
{
    m_desktop->forgets = true;
    const auto outcome = keeper()->apply(someWish());
    QVERIFY(!outcome.isSet);
    QCOMPARE(outcome.problem, SystemProxyProblem::WriteFailed);
    QVERIFY(!hasJournal());
}

void SystemProxyKeeperTest::takesExceptionsInTheSystemsForm()
{
    m_desktop->tidiesExceptions = true;
    const auto one = keeper();
    auto outcome = one->apply(someWish());
    QCOMPARE(outcome.problem, SystemProxyProblem::None);
    QVERIFY(outcome.isSet);
    QCOMPARE(m_desktop->fields.value(u"except"_s), QStringList{u"<local>"_s});
    outcome = one->check();
    QCOMPARE(outcome.problem, SystemProxyProblem::None);
    QVERIFY(outcome.isSet);
    QVERIFY(one->apply(someWish(1'090)).isSet);
    QCOMPARE(one->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
}

/// As after a crash: what the system made of the list is known from the journal alone.
void SystemProxyKeeperTest::putsBackExceptionsInTheSystemsFormAfterAnother()
{
    m_desktop->tidiesExceptions = true;
    setAndDie();
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
}

/// The user's own, once written again.
void SystemProxyKeeperTest::putsBackExceptionsThatDoNotStayAsTheyAre()
{
    m_desktop->fields[u"except"_s] = {u"localhost"_s, u"wiki"_s};
    m_desktop->tidiesExceptions = true;
    m_before[u"except"_s] = {u"<local>"_s, u"wiki"_s};
    const auto one = keeper();
    QVERIFY(one->apply(someWish()).isSet);
    const auto outcome = one->restore();
    QCOMPARE(outcome.problem, SystemProxyProblem::None);
    QVERIFY(!outcome.isSet);
    QCOMPARE(m_desktop->fields, m_before);
    QVERIFY(!hasJournal());
}

/// They do not end what is set, and they stay when that ends.
void SystemProxyKeeperTest::leavesExceptionsOfOthersAlone()
{
    const auto one = keeper();
    QVERIFY(one->apply(someWish()).isSet);
    m_desktop->set(u"except"_s, {u"wiki"_s});
    QVERIFY(one->check().isSet);
    QCOMPARE(one->restore().problem, SystemProxyProblem::ChangedByOthers);
    m_before[u"except"_s] = {u"wiki"_s};
    QCOMPARE(m_desktop->fields, m_before);
}

void SystemProxyKeeperTest::changesNothingWithoutAJournal()
{
    // A file where the directory should be.
    const QString directory = m_directory->filePath(u"file"_s);
    writeFile(directory, "x");
    const auto outcome = makeKeeper(directory, *m_desktop)->apply(someWish());
    QVERIFY(!outcome.isSet);
    QCOMPARE(outcome.problem, SystemProxyProblem::JournalFailed);
    QCOMPARE(m_desktop->writes, 0);
    QCOMPARE(m_desktop->fields, m_before);
}

void SystemProxyKeeperTest::putsBackAFieldThatWasWrittenByHalf_data()
{
    QTest::addColumn<QStringList>("http");
    QTest::newRow("set: the host") << QStringList{u"127.0.0.1"_s, u"1"_s};
    QTest::newRow("restored: the host") << QStringList{u"old"_s, u"1080"_s};
    QTest::newRow("changed: the port") << QStringList{u"127.0.0.1"_s, u"1081"_s};
}

/// A tool writes a host and its port one after the other, and whoever calls it may die between.
void SystemProxyKeeperTest::putsBackAFieldThatWasWrittenByHalf()
{
    QFETCH(const QStringList, http);
    {
        const auto one = keeper();
        QVERIFY(one->apply(someWish()).isSet);
        failAfter(1, true);
        QVERIFY_THROWS_EXCEPTION(Death, static_cast<void>(one->apply(someWish(1'081))));
    }
    failAfter(-1, false);
    m_desktop->set(u"http"_s, http);
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
    QVERIFY(!hasJournal());
}

void SystemProxyKeeperTest::leavesForeignChangesAlone_data()
{
    QTest::addColumn<ProxyFields>("changes");
    QTest::addColumn<ProxyFields>("after"); ///< where it differs from before
    const ProxyFields off{{u"mode"_s, {u"auto"_s}}};
    QTest::newRow("the switch") << off << off;
    const ProxyFields other{{u"http"_s, {u"corporate"_s, u"3128"_s}}};
    // "manual" makes their address count, so it stays too.
    QTest::newRow("an address") << other
                                << ProxyFields{{u"http"_s, {u"corporate"_s, u"3128"_s}},
                                               {u"mode"_s, {u"manual"_s}}};
    const ProxyFields port{{u"http"_s, {u"127.0.0.1"_s, u"3128"_s}}};
    QTest::newRow("a port") << port
                            << ProxyFields{{u"http"_s, {u"127.0.0.1"_s, u"3128"_s}},
                                           {u"mode"_s, {u"manual"_s}}};
    const ProxyFields exception{{u"except"_s, {u"localhost"_s, u"wiki"_s}}};
    QTest::newRow("an exception") << exception << exception;
    const ProxyFields all{
        {u"mode"_s, {u"x"_s}}, {u"http"_s, {u"y"_s}}, {u"socks"_s, {u"z"_s}}, {u"except"_s, {}}};
    QTest::newRow("everything") << all << all;
    QTest::newRow("put back already") << ProxyFields{} << ProxyFields{};
}

void SystemProxyKeeperTest::leavesForeignChangesAlone()
{
    QFETCH(const ProxyFields, changes);
    QFETCH(const ProxyFields, after);
    const ProxyFields before = FakeDesktop().fields;
    setAndDie();
    const ProxyFields made = changes.isEmpty() ? before : changes;
    for (auto change = made.begin(); change != made.end(); ++change)
        m_desktop->fields[change.key()] = change.value();

    const auto outcome = keeper()->restore();
    ProxyFields expected = before;
    for (auto field = after.begin(); field != after.end(); ++field)
        expected[field.key()] = field.value();
    QCOMPARE(m_desktop->fields, expected);
    QCOMPARE(outcome.problem,
             after.isEmpty() ? SystemProxyProblem::None : SystemProxyProblem::ChangedByOthers);
    QCOMPARE(outcome.detail.isEmpty(), after.isEmpty());
    QVERIFY(!outcome.isSet);
    QVERIFY(!hasJournal());
}

void SystemProxyKeeperTest::noticesForeignChanges()
{
    const auto one = keeper();
    QVERIFY(one->apply(someWish()).isSet);
    m_desktop->set(u"mode"_s, {u"none"_s});
    const auto outcome = one->check();
    QVERIFY(!outcome.isSet);
    QCOMPARE(outcome.problem, SystemProxyProblem::ChangedByOthers);
    QCOMPARE(m_desktop->fields, m_before);
    // A change of ours must not sweep theirs away either.
    QVERIFY(one->apply(someWish()).isSet);
    m_desktop->set(u"http"_s, {u"corporate"_s, u"3128"_s});
    QCOMPARE(one->apply(someWish(1'090)).problem, SystemProxyProblem::ChangedByOthers);
    QCOMPARE(m_desktop->fields.value(u"http"_s).value(0), u"corporate"_s);
    QVERIFY(!hasJournal());
}

void SystemProxyKeeperTest::keepsTheJournalUntilItCouldRestore()
{
    setAndDie();
    m_desktop->canRead = false;
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::RestoreFailed);
    QCOMPARE(keeper()->apply(someWish()).problem, SystemProxyProblem::RestoreFailed);
    m_desktop->canRead = true;
    m_desktop->forgets = true;
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::RestoreFailed);
    m_desktop->forgets = false;
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
}

/// It is not damaged: whoever asks again later finds it.
void SystemProxyKeeperTest::waitsForAJournalThatCannotBeOpened()
{
    setAndDie();
    const int writes = m_desktop->writes;
    {
        const Withheld journal(journalPath(), Withheld::From::Opening);
        QVERIFY(journal.isSo());
        const auto outcome = keeper()->restore();
        QCOMPARE(outcome.problem, SystemProxyProblem::RestoreFailed);
        QVERIFY(outcome.isSet);
        QVERIFY(outcome.detail.toEnglish().startsWith(u"cannot read "_s + journalPath() + u": "_s));
        QCOMPARE(keeper()->apply(someWish(1'090)).problem, SystemProxyProblem::RestoreFailed);
        QCOMPARE(m_desktop->writes, writes);
        QVERIFY(hasJournal());
    }
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
    QVERIFY(!hasJournal());
}

void SystemProxyKeeperTest::keepsWhatIsSetWhileTheJournalCannotBeOpened()
{
    const auto one = keeper();
    QVERIFY(one->apply(someWish()).isSet);
    {
        const Withheld journal(journalPath(), Withheld::From::Opening);
        QVERIFY(journal.isSo());
        const auto outcome = one->check();
        QCOMPARE(outcome.problem, SystemProxyProblem::None);
        QVERIFY(outcome.isSet);
    }
    QCOMPARE(one->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
    QVERIFY(!hasJournal());
}

/// As in a directory that nobody may write to any more: the next start finds it, and nothing to put back.
void SystemProxyKeeperTest::tellsOfAJournalThatStays()
{
    setAndDie();
    {
        const Withheld journal(journalPath(), Withheld::From::Removal);
        QVERIFY(journal.isSo());
        int writes = 0;
        for (int start = 0; start < 2; ++start) {
            const auto outcome = keeper()->restore();
            QCOMPARE(outcome.problem, SystemProxyProblem::JournalStays);
            QVERIFY(!outcome.isSet);
            QVERIFY(outcome.detail.toEnglish().startsWith(u"cannot remove "_s + journalPath() + u": "_s));
            QCOMPARE(m_desktop->fields, m_before);
            QVERIFY(start == 0 || m_desktop->writes == writes);
            writes = m_desktop->writes;
        }
        // What sets anew says why it does not.
        QCOMPARE(keeper()->apply(someWish()).problem, SystemProxyProblem::JournalFailed);
        QCOMPARE(m_desktop->writes, writes);
    }
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    QVERIFY(!hasJournal());
}

void SystemProxyKeeperTest::setsADamagedJournalAside_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("not JSON") << QByteArray("nonsense");
    QTest::newRow("another version") << QByteArray(
        R"({"version":2,"backend":"fake","previous":{},"written":[{}]})");
    QTest::newRow("no backend") << QByteArray(R"({"version":1,"previous":{},"written":[{}]})");
    QTest::newRow("no previous values") << QByteArray(R"({"version":1,"backend":"fake","written":[{}]})");
    QTest::newRow("nothing written") << QByteArray(R"({"version":1,"backend":"fake","previous":{}})");
    QTest::newRow("values that are no texts")
        << QByteArray(R"({"version":1,"backend":"fake","previous":{"mode":[1]},"written":[{"mode":["x"]}]})");
    QTest::newRow("other fields written than kept") << QByteArray(
        R"({"version":1,"backend":"fake","previous":{"mode":["a"]},"written":[{"http":["x"]}]})");
}

void SystemProxyKeeperTest::setsADamagedJournalAside()
{
    QFETCH(const QByteArray, content);
    writeFile(journalPath(), content);
    const auto one = keeper();
    const auto outcome = one->restore();
    QCOMPARE(outcome.problem, SystemProxyProblem::JournalDamaged);
    QCOMPARE(m_desktop->writes, 0);
    QVERIFY(!hasJournal());
    QFile aside(outcome.detail.toEnglish());
    QVERIFY(aside.open(QIODevice::ReadOnly));
    QCOMPARE(aside.readAll(), content);
    QVERIFY(one->apply(someWish()).isSet);
    QCOMPARE(one->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
}

void SystemProxyKeeperTest::writesALostJournalAgain()
{
    const auto one = keeper();
    QVERIFY(one->apply(someWish()).isSet);
    QVERIFY(!SystemProxyJournal(m_directory->path()).remove());
    QVERIFY(one->check().isSet);
    QVERIFY(hasJournal());
    QCOMPARE(one->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
}

void SystemProxyKeeperTest::leavesTheTurnToOneInstance()
{
    const auto one = keeper();
    const auto other = keeper();
    QVERIFY(one->apply(someWish()).isSet);
    QCOMPARE(other->apply(someWish(1'090)).problem, SystemProxyProblem::OtherInstance);
    QCOMPARE(other->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields.value(u"http"_s).value(1), u"1080"_s);
    QCOMPARE(one->restore().problem, SystemProxyProblem::None);
    QVERIFY(other->apply(someWish(1'090)).isSet);
    QCOMPARE(m_desktop->fields.value(u"http"_s).value(1), u"1090"_s);
}

/// A portable copy keeps its journal beside it.
void SystemProxyKeeperTest::leavesTheTurnToOneCopy()
{
    const QTemporaryDir beside;
    const auto one = keeper();
    const auto copy = makeKeeper(beside.path(), *m_desktop, m_directory->path());
    QVERIFY(one->apply(someWish()).isSet);
    QCOMPARE(copy->apply(someWish(1'090)).problem, SystemProxyProblem::OtherInstance);
    QCOMPARE(copy->restore().problem, SystemProxyProblem::None);
    QVERIFY(one->check().isSet);
    QCOMPARE(one->restore().problem, SystemProxyProblem::None);
    QVERIFY(copy->apply(someWish(1'090)).isSet);
    QVERIFY(!hasJournal());
    QCOMPARE(copy->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
}

/// Which has a journal that nobody reads, at the port that the next one has, too.
void SystemProxyKeeperTest::leavesNothingThatADeadCopyHasSet()
{
    const QTemporaryDir beside;
    QVERIFY(makeKeeper(beside.path(), *m_desktop, m_directory->path())->apply(someWish()).isSet);
    const auto one = keeper();
    QVERIFY(one->apply(someWish()).isSet);
    QVERIFY(one->check().isSet);
    QCOMPARE(one->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields.value(u"mode"_s), QStringList{u"none"_s});
    QVERIFY(!hasJournal());
    // It comes again.
    QCOMPARE(makeKeeper(beside.path(), *m_desktop, m_directory->path())->restore().problem,
             SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
}

/// As on a disk that is full.
void SystemProxyKeeperTest::restoresWhereNoLockCanBeMade()
{
    setAndDie();
    const QString file = m_directory->filePath(u"file"_s);
    writeFile(file, "x");
    QCOMPARE(makeKeeper(m_directory->path(), *m_desktop, file)->restore().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
    QVERIFY(!hasJournal());
}

void SystemProxyKeeperTest::restoresByForceWhatAnotherHolds()
{
    const auto hangs = keeper();
    QVERIFY(hangs->apply(someWish()).isSet);
    QCOMPARE(keeper()->restoreByForce().problem, SystemProxyProblem::None);
    QCOMPARE(m_desktop->fields, m_before);
    // Should it come to itself, it is not to set them again.
    QCOMPARE(hangs->check().problem, SystemProxyProblem::ChangedByOthers);
    QCOMPARE(m_desktop->fields, m_before);
}

void SystemProxyKeeperTest::refusesProtocolsThatCannotBeNamed()
{
    app::SystemProxyWish wish = someWish();
    wish.http = false;
    const auto one = keeper();
    QCOMPARE(one->apply(wish).problem, SystemProxyProblem::ProtocolMissing);
    QCOMPARE(m_desktop->writes, 0);
    // What was set for another listener does not stay either.
    QVERIFY(one->apply(someWish()).isSet);
    const auto outcome = one->apply(wish);
    QVERIFY(!outcome.isSet);
    QCOMPARE(outcome.problem, SystemProxyProblem::ProtocolMissing);
    QCOMPARE(m_desktop->fields, m_before);
    QVERIFY(!hasJournal());
}

QTEST_GUILESS_MAIN(SystemProxyKeeperTest)
#include "tst_systemproxykeeper.moc"
