// SPDX-License-Identifier: MIT
#include "engine/net/listening_processes_windows.h"
#include "engine/net/socket.h"

#include <QTest>

#include <cstdint>

using namespace engine;

namespace
{

constexpr std::uint16_t kPort = 1080;
constexpr DWORD kOurs = 100;
constexpr DWORD kTheirs = 200;
constexpr int kBacklog = 8;

Endpoint endpoint(const QString &address, std::uint16_t port = kPort)
{
    return {*Address::fromLiteral(address), port};
}

} // namespace

/// Who keeps a listener of ours from its address.
class TestListeningProcesses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsWhoIsInTheWay_data();
    void findsWhoIsInTheWay();
    void passesOverAnotherPort();
    void takesTheFirstOfSeveral();
    void findsThisProcessInItsOwnFamilyAlone_data();
    void findsThisProcessInItsOwnFamilyAlone();
};

void TestListeningProcesses::findsWhoIsInTheWay_data()
{
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<QString>("held");
    QTest::addColumn<bool>("isOurs");
    QTest::addColumn<bool>("isInTheWay");
    const auto row = [](const char *wanted, const char *held, bool byUs, bool byOthers) {
        for (const bool isOurs : {true, false}) {
            QTest::addRow("%s, %s held %s", wanted, held, isOurs ? "by us" : "by others")
                << QString::fromLatin1(wanted) << QString::fromLatin1(held) << isOurs
                << (isOurs ? byUs : byOthers);
        }
    };
    row("127.0.0.1", "127.0.0.1", true, true);
    row("127.0.0.1", "0.0.0.0", true, true);
    row("0.0.0.0", "127.0.0.1", true, true);
    row("127.0.0.1", "127.0.0.2", false, false);
    row("::1", "::1", true, true);
    row("::1", "::", true, true);
    row("::", "::1", true, true);
    row("::1", "2001:db8::1", false, false);
    // Of both families, unless it is ours.
    row("127.0.0.1", "::", false, true);
    row("0.0.0.0", "::", false, true);
    row("0.0.0.0", "::1", false, false);
    row("127.0.0.1", "::1", false, false);
    // Nothing of IPv4 is in the way of IPv6.
    row("::", "0.0.0.0", false, false);
    row("::1", "0.0.0.0", false, false);
    row("::", "127.0.0.1", false, false);
}

void TestListeningProcesses::findsWhoIsInTheWay()
{
    QFETCH(const QString, wanted);
    QFETCH(const QString, held);
    QFETCH(const bool, isOurs);
    QFETCH(const bool, isInTheWay);
    const DWORD holder = isOurs ? kOurs : kTheirs;
    const DWORD found = net::listeningProcess(endpoint(wanted), {{endpoint(held), holder}}, kOurs);
    QCOMPARE(found, isInTheWay ? holder : DWORD{0});
}

void TestListeningProcesses::passesOverAnotherPort()
{
    const Endpoint all = endpoint(QStringLiteral("0.0.0.0"));
    const Endpoint other = endpoint(QStringLiteral("0.0.0.0"), kPort + 1);
    QCOMPARE(net::listeningProcess(all, {{other, kTheirs}}, kOurs), DWORD{0});
    QCOMPARE(net::listeningProcess(all, {{other, kOurs}, {all, kTheirs}}, kOurs), kTheirs);
    QCOMPARE(net::listeningProcess(all, {}, kOurs), DWORD{0});
}

void TestListeningProcesses::takesTheFirstOfSeveral()
{
    const Endpoint four = endpoint(QStringLiteral("0.0.0.0"));
    const Endpoint six = endpoint(QStringLiteral("::"));
    QCOMPARE(net::listeningProcess(four, {{four, kOurs}, {six, kTheirs}}, kOurs), kOurs);
    QCOMPARE(net::listeningProcess(four, {{six, kOurs}, {four, kTheirs}}, kOurs), kTheirs);
}

void TestListeningProcesses::findsThisProcessInItsOwnFamilyAlone_data()
{
    QTest::addColumn<QString>("held");
    QTest::addColumn<QString>("other");
    QTest::newRow("IPv4") << QStringLiteral("0.0.0.0") << QStringLiteral("::");
    QTest::newRow("IPv6") << QStringLiteral("::") << QStringLiteral("0.0.0.0");
}

/// As the system tells it.
void TestListeningProcesses::findsThisProcessInItsOwnFamilyAlone()
{
    QFETCH(const QString, held);
    QFETCH(const QString, other);
    const auto listener = net::Socket::openListening(endpoint(held, 0), kBacklog);
    if (!listener)
        QSKIP("Not that family here");
    const std::uint16_t port = listener->localEndpoint().port;
    // Wine knows whose a listening socket is once an option of it has been set.
    net::setStreamOptions(listener->descriptor());
    QCOMPARE(net::listeningProcess(endpoint(held, port)), ::GetCurrentProcessId());
    QCOMPARE(net::listeningProcess(endpoint(other, port)), DWORD{0});
    QVERIFY(net::Socket::openListening(endpoint(other, port), kBacklog));
}

QTEST_GUILESS_MAIN(TestListeningProcesses)
#include "tst_listeningprocesses_windows.moc"
