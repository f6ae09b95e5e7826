// SPDX-License-Identifier: MIT
#include "engine/owner/service_names_windows.h"

#include <QTest>

#include <array>
#include <optional>

#include <windows.h>

namespace
{

constexpr std::array kServices{"PlugPlay", "RpcSs", "EventLog"}; // that every Windows has

/// What the service manager says of a service.
std::optional<SERVICE_STATUS_PROCESS> statusOf(const QString &name)
{
    const SC_HANDLE manager = ::OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT);
    const SC_HANDLE service =
        ::OpenServiceW(manager, reinterpret_cast<LPCWSTR>(name.utf16()), SERVICE_QUERY_STATUS);
    SERVICE_STATUS_PROCESS status{};
    DWORD needed = 0;
    const bool isKnown =
        ::QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, reinterpret_cast<LPBYTE>(&status),
                               sizeof status, &needed) != 0;
    ::CloseServiceHandle(service);
    ::CloseServiceHandle(manager);
    return isKnown ? std::optional(status) : std::nullopt;
}

} // namespace

/// Which service a process is, beside what the service manager says of each service.
class TestServiceNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheProcessOfAService_data();
    void namesTheProcessOfAService();
    void namesNoOtherProcess();
    void asksUnlessTheSessionIsAnotherOne_data();
    void asksUnlessTheSessionIsAnotherOne();
};

void TestServiceNames::namesTheProcessOfAService_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : kServices)
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestServiceNames::namesTheProcessOfAService()
{
    QFETCH(const QString, name);
    const auto status = statusOf(name);
    QVERIFY(status);
    if (status->dwProcessId == 0)
        QSKIP("The service does not run");
    const QString found = engine::ServiceNames::ofRunningOnes().of(status->dwProcessId);
    // A host of several is none of them.
    const bool isAlone = (status->dwServiceType & SERVICE_WIN32_OWN_PROCESS) != 0;
    // Names of services have no case.
    QVERIFY2(found.compare(name, Qt::CaseInsensitive) == 0 || (!isAlone && found.isEmpty()),
             qPrintable(found));
}

void TestServiceNames::namesNoOtherProcess()
{
    QVERIFY(engine::ServiceNames::ofRunningOnes().of(::GetCurrentProcessId()).isEmpty());
}

void TestServiceNames::asksUnlessTheSessionIsAnotherOne_data()
{
    QTest::addColumn<std::optional<DWORD>>("session");
    QTest::addColumn<bool>("isAsked");
    QTest::newRow("not told") << std::optional<DWORD>() << true;
    QTest::newRow("that of the services") << std::optional<DWORD>(0) << true;
    QTest::newRow("a user's") << std::optional<DWORD>(1) << false;
}

void TestServiceNames::asksUnlessTheSessionIsAnotherOne()
{
    QFETCH(const std::optional<DWORD>, session);
    QFETCH(const bool, isAsked);
    for (const char *service : kServices) {
        const auto status = statusOf(QString::fromLatin1(service));
        const DWORD process = status ? status->dwProcessId : 0;
        const QString name = engine::ServiceNames::ofRunningOnes().of(process);
        if (name.isEmpty())
            continue; // one that does not run, or whose host has others too
        QCOMPARE(engine::serviceNameOf(process, session), isAsked ? name : QString());
        return;
    }
    QSKIP("None of them has a process to itself");
}

QTEST_GUILESS_MAIN(TestServiceNames)
#include "tst_servicenames_windows.moc"
