// SPDX-License-Identifier: MIT
#include "app/systemproxy_windows.h"
#include "app/systemproxykeeper.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using app::ProxyFields;
using app::SystemProxyKeeper;
using ui::SystemProxyProblem;

namespace
{

/// With the exceptions of a first start. Wine keeps none.
app::SystemProxyWish someWish(std::uint16_t port)
{
    return {u"127.0.0.1"_s, port, true, true, true, ui::defaultBypassList()};
}

} // namespace

/// The user's own settings, which are left as they were found, and connections that exist in the list alone:
/// Wine gives each the settings of the local network.
class TestSystemProxy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void locksWhereEveryCopyDoes();
    void setsConnectionsMadeMeanwhileTheNextTime();
    void leavesOutConnectionsThatAreGone();
    void staysInForceWhenAConnectionGoes();
    void staysInForceWhenAConnectionComes();
    void switchesOffWhatACopyHasLeft();

private:
    [[nodiscard]] std::unique_ptr<app::SystemProxyBackend> backend() const
    {
        return app::makeWindowsProxy([this] { return m_names; });
    }
    [[nodiscard]] bool names(const ProxyFields &fields, const QString &connection) const
    {
        return fields.contains(connection + u"/server"_s) && fields.contains(connection + u"/flags"_s);
    }

    QStringList m_names;
    ProxyFields m_before;
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<SystemProxyKeeper> m_keeper;
};

void TestSystemProxy::init()
{
    m_names.clear();
    m_before = *backend()->read();
    m_names = {u"Office"_s};
    m_directory = std::make_unique<QTemporaryDir>();
    m_keeper = std::make_unique<SystemProxyKeeper>(
        m_directory->path(), app::FoundBackend{backend(), SystemProxyProblem::None, {}},
        [this](const QString &) { return backend(); }, m_directory->filePath(u"test.lock"_s));
}

void TestSystemProxy::cleanup()
{
    m_keeper.reset();
    QVERIFY(!backend()->write(m_before));
}

/// Where the uninstaller looks for locks, whatever the copy's own directory.
void TestSystemProxy::locksWhereEveryCopyDoes()
{
    const QString local = QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation);
    const QFileInfo lock(app::systemProxyLockPath());
    QCOMPARE(lock.absolutePath(), local + u"/Temp"_s);
    QVERIFY2(QDir::match(u"hosier-*.lock"_s, lock.fileName()), qPrintable(lock.fileName()));
}

void TestSystemProxy::setsConnectionsMadeMeanwhileTheNextTime()
{
    const auto one = backend();
    QVERIFY(names(*one->read(), u"Office"_s));
    m_names += u"Travel/2"_s;
    QVERIFY(names(*one->read(), u"Travel/2"_s));
    QVERIFY(names(*one->fieldsFor(someWish(1'080)), u"Travel/2"_s));
}

void TestSystemProxy::leavesOutConnectionsThatAreGone()
{
    const auto one = backend();
    const ProxyFields fields = *one->fieldsFor(someWish(1'080));
    QVERIFY(names(fields, u"Office"_s));
    m_names.clear();
    QVERIFY(!names(*one->fieldsFor(someWish(1'080)), u"Office"_s));
    QCOMPARE(one->read()->keys(), m_before.keys());
}

void TestSystemProxy::staysInForceWhenAConnectionGoes()
{
    QVERIFY(m_keeper->apply(someWish(1'080)).isSet);
    m_names.clear();
    QCOMPARE(m_keeper->check().problem, SystemProxyProblem::None);
    const SystemProxyKeeper::Outcome outcome = m_keeper->apply(someWish(1'081));
    QCOMPARE(outcome.problem, SystemProxyProblem::None);
    QVERIFY(outcome.isSet);
    QCOMPARE(backend()->read()->value(u"LAN/server"_s), QStringList(u"127.0.0.1:1081"_s));
    QVERIFY(!m_keeper->restore().isSet);
    QCOMPARE(*backend()->read(), m_before);
    QCOMPARE(m_keeper->apply(someWish(1'082)).problem, SystemProxyProblem::None);
    QCOMPARE(m_keeper->restore().problem, SystemProxyProblem::None);
    QCOMPARE(*backend()->read(), m_before);
}

void TestSystemProxy::staysInForceWhenAConnectionComes()
{
    QVERIFY(m_keeper->apply(someWish(1'080)).isSet);
    m_names += u"Travel"_s;
    QCOMPARE(m_keeper->check().problem, SystemProxyProblem::None);
    QVERIFY(m_keeper->apply(someWish(1'081)).isSet);
    QCOMPARE(m_keeper->restore().problem, SystemProxyProblem::None);
    QVERIFY(m_keeper->apply(someWish(1'082)).isSet);
    const app::SystemProxyJournal::Found found = app::SystemProxyJournal(m_directory->path()).load();
    QVERIFY(found.record && names(found.record->previous, u"Travel"_s));
    QVERIFY(names(found.record->written.constLast(), u"Travel"_s));
    QCOMPARE(m_keeper->restore().problem, SystemProxyProblem::None);
}

void TestSystemProxy::switchesOffWhatACopyHasLeft()
{
    const auto copy = backend();
    QVERIFY(!copy->write(*copy->fieldsFor(someWish(1'080))));
    QVERIFY(m_keeper->apply(someWish(1'080)).isSet);
    QCOMPARE(m_keeper->restore().problem, SystemProxyProblem::None);
    QCOMPARE(backend()->read()->value(u"LAN/flags"_s), QStringList(u"1"_s));
    QVERIFY(m_keeper->apply(someWish(1'081)).isSet);
    QCOMPARE(m_keeper->restore().problem, SystemProxyProblem::None);
    QCOMPARE(backend()->read()->value(u"LAN/flags"_s), QStringList(u"1"_s));
}

QTEST_GUILESS_MAIN(TestSystemProxy)
#include "tst_systemproxy_windows.moc"
