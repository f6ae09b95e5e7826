// SPDX-License-Identifier: MIT
#include "fakeprofilestore.h"
#include "ui/portdoctor.h"
#include "ui/proxystatus.h"
#include "ui/reservedports.h"
#include "ui/reservedportsquery.h"

#include <QCoreApplication>
#include <QObject>
#include <QSignalSpy>
#include <QTest>

#include <cstdio>
#include <cstdlib>

using namespace Qt::StringLiterals;
using ui::PortRange;
using Ranges = QList<PortRange>;

Q_DECLARE_METATYPE(ui::PortRange)

namespace
{

const QByteArray kEnglish = "\r\n"
                            "Protocol tcp Port Exclusion Ranges\r\n"
                            "\r\n"
                            "Start Port    End Port      \r\n"
                            "----------    --------      \r\n"
                            "      5357        5357      \r\n"
                            "     49680       49779      \r\n"
                            "     50000       50059     *\r\n"
                            "\r\n"
                            "* - Administered port exclusions.\r\n"
                            "\r\n";
const QByteArray kGerman = "\r\n"
                           "Portausschlussbereiche f\x81r das Protokoll \"tcp\"\r\n" // code page 850
                           "\r\n"
                           "Startport      Endport      \r\n"
                           "----------    --------      \r\n"
                           "     49680       49779      \r\n"
                           "     50000       50059     *\r\n"
                           "\r\n"
                           "* - Verwaltete Portausschl\x81sse.\r\n";

/// A process that prints what netsh would: the test itself.
QStringList printing(const QByteArray &output)
{
    return {QCoreApplication::applicationFilePath(), u"--print"_s, QString::fromLatin1(output)};
}

engine::ListenerProfile localListener()
{
    engine::ListenerProfile listener;
    listener.name = u"Local"_s;
    listener.address = engine::Address::fromV4(0x7f000001);
    listener.port = 20'000;
    return listener;
}

} // namespace

class ReservedPortsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parses_data();
    void parses();
    void parsesWhatIsCutOff();
    void findsTheFirstUnreserved_data();
    void findsTheFirstUnreserved();
    void asksAProcess();
    void forgetsAProcess();
    void namesTheRangeAndOffersAPortBeyond();
    void asksOnlyWhenThePortIsForbidden();
};

void ReservedPortsTest::parses_data()
{
    QTest::addColumn<QByteArray>("output");
    QTest::addColumn<Ranges>("expected");
    QTest::newRow("English") << kEnglish << Ranges{{5'357, 5'357}, {49'680, 49'779}, {50'000, 50'059}};
    QTest::newRow("German") << kGerman << Ranges{{49'680, 49'779}, {50'000, 50'059}};
    QTest::newRow("line feeds alone") << QByteArray("  1   2  \n3 4") << Ranges{{1, 2}, {3, 4}};
    QTest::newRow("tabulators") << QByteArray("\t10\t20\t*\t\r\n") << Ranges{{10, 20}};
    QTest::newRow("whole range") << QByteArray("1 65535\r\n") << Ranges{{1, 65'535}};
    const Ranges none;
    QTest::newRow("nothing, as Wine prints") << QByteArray() << none;
    QTest::newRow("empty lines") << QByteArray("\r\n\r\n") << none;
    QTest::newRow("asterisk alone") << QByteArray("*\r\n") << none;
    QTest::newRow("backwards") << QByteArray("20 10\r\n") << none;
    QTest::newRow("no port 0") << QByteArray("0 10\r\n") << none;
    QTest::newRow("beyond all ports") << QByteArray("65535 65536\r\n") << none;
    QTest::newRow("signs") << QByteArray("-1 5\r\n+1 5\r\n") << none;
    QTest::newRow("hexadecimal") << QByteArray("0x10 0x20\r\n") << none;
    QTest::newRow("three numbers") << QByteArray("1 2 3\r\n") << none;
    QTest::newRow("one number") << QByteArray("80\r\n") << none;
    QTest::newRow("sentence") << QByteArray("The ports 1 2 are excluded\r\n") << none;
    QTest::newRow("garbage") << QByteArray("\x00\xff\x80 \x01\n\xc3\x28 7\n", 12) << none;
}

void ReservedPortsTest::parses()
{
    QFETCH(QByteArray, output);
    QFETCH(Ranges, expected);
    QCOMPARE(ui::parseReservedPorts(output), expected);
}

void ReservedPortsTest::parsesWhatIsCutOff()
{
    const qsizetype whole = ui::parseReservedPorts(kEnglish).size();
    for (qsizetype size = 0; size < kEnglish.size(); ++size) {
        const Ranges ranges = ui::parseReservedPorts(kEnglish.left(size));
        QVERIFY(ranges.size() <= whole);
        for (const PortRange &range : ranges)
            QVERIFY(range.first != 0 && range.first <= range.last);
    }
}

void ReservedPortsTest::findsTheFirstUnreserved_data()
{
    QTest::addColumn<Ranges>("ranges");
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("expected");
    const Ranges adjacent{{110, 119}, {100, 109}};
    QTest::newRow("none reserved") << Ranges{} << 100 << 100;
    QTest::newRow("below") << adjacent << 99 << 99;
    QTest::newRow("first of a range") << adjacent << 100 << 120;
    QTest::newRow("last of a range") << adjacent << 119 << 120;
    QTest::newRow("above") << adjacent << 120 << 120;
    QTest::newRow("up to the end") << Ranges{{60'000, 65'535}} << 60'001 << 0;
}

void ReservedPortsTest::findsTheFirstUnreserved()
{
    QFETCH(Ranges, ranges);
    QFETCH(int, from);
    QFETCH(int, expected);
    QCOMPARE(ui::firstUnreserved(ranges, static_cast<std::uint16_t>(from)), expected);
}

void ReservedPortsTest::asksAProcess()
{
    ui::ReservedPortsQuery query;
    const QSignalSpy found(&query, &ui::ReservedPortsQuery::found);
    query.start({u"/no/such/program"_s});
    query.start({});
    query.start(printing("7 9\r\n"));
    QTRY_COMPARE(found.size(), 1);
    QCOMPARE(found.first().first().value<Ranges>(), (Ranges{{7, 9}}));
}

void ReservedPortsTest::forgetsAProcess()
{
    ui::ReservedPortsQuery query;
    const QSignalSpy found(&query, &ui::ReservedPortsQuery::found);
    query.start(printing("1 2\r\n"));
    query.start(printing("7 9\r\n"));
    QTRY_COMPARE(found.size(), 1);
    QCOMPARE(found.first().first().value<Ranges>(), (Ranges{{7, 9}}));
}

void ReservedPortsTest::namesTheRangeAndOffersAPortBeyond()
{
    FakeProfileStore store;
    const engine::ListenerProfile listener = localListener();
    engine::Profile profile;
    profile.listeners = {listener};
    store.put(profile);
    ui::ProxyStatus status(u"test"_s);
    status.setAccepting(true);
    const auto last =
        static_cast<std::uint16_t>(listener.port + 500); // farther than ports are tried one by one
    const ui::PortDoctor doctor(store, status, nullptr, [&](bool isV6) {
        return isV6 ? QStringList{}
                    : printing(QByteArray::number(listener.port) + ' ' + QByteArray::number(last));
    });
    engine::ListenerStatus failed;
    failed.name = listener.name;
    failed.endpoint = listener.endpoint();
    failed.state = engine::ListenerState::Failed;
    failed.error = {engine::ErrorCode::PermissionDenied, {}};
    status.setListeners({failed});
    QVERIFY(status.portOffer() != 0); // at once
    const QString text =
        u"Ports %1 to %2 are reserved by Windows, so no program can listen on port %1."_s.arg(listener.port)
            .arg(last);
    QTRY_COMPARE(status.errorText(failed), text);
    QVERIFY(status.description().contains(text));
    QVERIFY(status.portOffer() > last);
}

void ReservedPortsTest::asksOnlyWhenThePortIsForbidden()
{
    FakeProfileStore store;
    const engine::ListenerProfile listener = localListener();
    engine::Profile profile;
    profile.listeners = {listener};
    store.put(profile);
    ui::ProxyStatus status(u"test"_s);
    int asked = 0;
    const ui::PortDoctor doctor(store, status, nullptr, [&asked](bool) {
        ++asked;
        return QStringList{};
    });
    engine::ListenerStatus failed;
    failed.name = listener.name;
    failed.endpoint = listener.endpoint();
    failed.state = engine::ListenerState::Failed;
    failed.error = {engine::ErrorCode::AddressInUse, {}};
    status.setListeners({failed});
    QCOMPARE(asked, 0);
    failed.error = {engine::ErrorCode::PermissionDenied, {}};
    status.setListeners({failed});
    status.setListeners({failed});
    QCOMPARE(asked, 1);
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 3 && arguments.at(1) == u"--print"_s)
        return std::fputs(qPrintable(arguments.at(2)), stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    ReservedPortsTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_reservedports.moc"
