// SPDX-License-Identifier: MIT
#include "engine/owner/service_names_windows.h"

#include <QTest>

#include <windows.h>

/// Which service a process is, beside what the service manager says of each service.
class TestServiceNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheProcessOfAService_data();
    void namesTheProcessOfAService();
    void namesNoOtherProcess();
};

void TestServiceNames::namesTheProcessOfAService_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"PlugPlay", "RpcSs", "EventLog"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestServiceNames::namesTheProcessOfAService()
{
    QFETCH(const QString, name);
    const SC_HANDLE manager = ::OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT);
    QVERIFY(manager != nullptr);
    const SC_HANDLE service =
        ::OpenServiceW(manager, reinterpret_cast<LPCWSTR>(name.utf16()), SERVICE_QUERY_STATUS);
    QVERIFY(service != nullptr);
    SERVICE_STATUS_PROCESS status{};
    DWORD needed = 0;
    const bool isKnown =
        ::QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, reinterpret_cast<LPBYTE>(&status),
                               sizeof status, &needed) != 0;
    ::CloseServiceHandle(service);
    ::CloseServiceHandle(manager);
    QVERIFY(isKnown);
    if (status.dwProcessId == 0)
        QSKIP("The service does not run");
    const QString found = engine::ServiceNames::ofRunningOnes().of(status.dwProcessId);
    // A host of several is none of them.
    const bool isAlone = (status.dwServiceType & SERVICE_WIN32_OWN_PROCESS) != 0;
    // Names of services have no case.
    QVERIFY2(found.compare(name, Qt::CaseInsensitive) == 0 || (!isAlone && found.isEmpty()),
             qPrintable(found));
}

void TestServiceNames::namesNoOtherProcess()
{
    QVERIFY(engine::ServiceNames::ofRunningOnes().of(::GetCurrentProcessId()).isEmpty());
}

QTEST_GUILESS_MAIN(TestServiceNames)
#include "tst_servicenames_windows.moc"
