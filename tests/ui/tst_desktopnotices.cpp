// SPDX-License-Identifier: MIT
#include "ui/desktopnotices.h"
#include "ui/notifier.h"

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;

namespace
{

const QString kService = u"org.freedesktop.Notifications"_s;
const QString kPath = u"/org/freedesktop/Notifications"_s;
constexpr int kSettled = 200;        ///< ms, after which what was on its way has come
const QString kOther = u"service"_s; ///< the connection of the service of these tests

} // namespace

/// A desktop's service: it notes what it is to show.
class Service : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

public:
    struct Call {
        quint32 replaces = 0;
        QString title;
        QString body;
    };
    QList<Call> calls;

public Q_SLOTS:
    quint32 Notify(const QString & /*application*/, quint32 replaces, const QString & /*icon*/,
                   const QString &title, const QString &body, const QStringList & /*actions*/,
                   const QVariantMap & /*hints*/, int /*timeout*/)
    {
        calls.append({replaces, title, body});
        return replaces != 0 ? replaces : static_cast<quint32>(100 + calls.size());
    }

Q_SIGNALS:
    void ActionInvoked(quint32 id, const QString &action);
};

/// Messages by way of a bus of the test's own.
class TestDesktopNotices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase();
    void replacesTheLastOfItsKind();
    void tellsOfClicksOnItsOwn();
    void fallsBackWhereThereIsNoService();
    void fallsBackWhenTheServiceRefuses();

private:
    [[nodiscard]] QDBusConnection other() const { return QDBusConnection(kOther); }
    void offer(QObject *object)
    {
        QVERIFY(other().registerObject(kPath, object,
                                       QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
        QVERIFY(other().registerService(kService));
    }
    void show(ui::Notice notice, const QString &title)
    {
        ++m_sent;
        m_notices->show({notice, title, u"text"_s, true}, [this] { ++m_missed; });
    }

    QProcess m_bus;
    Service m_service;
    std::unique_ptr<ui::DesktopNotices> m_notices;
    int m_sent = 0;
    int m_missed = 0; ///< messages that nothing has shown
};

void TestDesktopNotices::initTestCase()
{
    if (QStandardPaths::findExecutable(u"dbus-daemon"_s).isEmpty())
        QSKIP("needs dbus-daemon");
    m_bus.start(u"dbus-daemon"_s, {u"--session"_s, u"--nofork"_s, u"--print-address"_s});
    QVERIFY(m_bus.waitForReadyRead());
    const QByteArray address = m_bus.readLine().trimmed();
    // Before anything asks for the session's bus.
    qputenv("DBUS_SESSION_BUS_ADDRESS", address);
    QVERIFY(QDBusConnection::sessionBus().isConnected());
    QVERIFY(QDBusConnection::connectToBus(QString::fromLatin1(address), kOther).isConnected());
}

void TestDesktopNotices::init()
{
    m_service.calls.clear();
    m_sent = 0;
    m_missed = 0;
    m_notices = std::make_unique<ui::DesktopNotices>();
}

void TestDesktopNotices::cleanup()
{
    // None is on its way to the next test.
    QTRY_COMPARE(m_service.calls.size() + m_missed, m_sent);
    m_notices.reset();
    other().unregisterService(kService);
    other().unregisterObject(kPath);
}

void TestDesktopNotices::cleanupTestCase()
{
    QDBusConnection::disconnectFromBus(kOther);
    m_bus.terminate();
    m_bus.waitForFinished();
}

void TestDesktopNotices::replacesTheLastOfItsKind()
{
    offer(&m_service);
    show(ui::Notice::ProxyFailed, u"one"_s);
    QTRY_COMPARE(m_service.calls.size(), 1);
    show(ui::Notice::Blocked, u"another kind"_s);
    QTRY_COMPARE(m_service.calls.size(), 2);
    // Its number may still be on its way back.
    const auto showsAgain = [this] {
        show(ui::Notice::ProxyFailed, u"two"_s);
        return m_service.calls.last().replaces == 101;
    };
    QTRY_VERIFY(showsAgain());
    QCOMPARE(m_service.calls.last().title, u"two"_s);
    QCOMPARE(m_service.calls[0].replaces, 0U);
    QCOMPARE(m_service.calls[1].replaces, 0U);
    QCOMPARE(m_missed, 0);
}

void TestDesktopNotices::tellsOfClicksOnItsOwn()
{
    offer(&m_service);
    QSignalSpy clicked(m_notices.get(), &ui::DesktopNotices::clicked);
    show(ui::Notice::ProxyFailed, u"one"_s);
    QTRY_COMPARE(m_service.calls.size(), 1);
    const auto isHeard = [&] {
        Q_EMIT m_service.ActionInvoked(101, u"default"_s);
        return !clicked.isEmpty();
    };
    QTRY_VERIFY(isHeard());
    QTest::qWait(kSettled);
    clicked.clear();
    Q_EMIT m_service.ActionInvoked(7, u"default"_s); // another program's
    Q_EMIT m_service.ActionInvoked(101, u"other"_s);
    Q_EMIT m_service.ActionInvoked(101, u"default"_s);
    QTRY_COMPARE(clicked.size(), 1);
    QTest::qWait(kSettled);
    QCOMPARE(clicked.size(), 1);
}

void TestDesktopNotices::fallsBackWhereThereIsNoService()
{
    show(ui::Notice::ProxyFailed, u"one"_s);
    QTRY_COMPARE(m_missed, 1);
}

void TestDesktopNotices::fallsBackWhenTheServiceRefuses()
{
    QObject nothing; // It answers that there is no such call.
    offer(&nothing);
    show(ui::Notice::ProxyFailed, u"one"_s);
    QTRY_COMPARE(m_missed, 1);
}

QTEST_GUILESS_MAIN(TestDesktopNotices)
#include "tst_desktopnotices.moc"
