// SPDX-License-Identifier: MIT
#include "engine/error.h"

#include <QSet>
#include <QTest>

#include <cerrno>
#include <vector>

#ifdef Q_OS_WIN
#include <winsock2.h>
#endif

using namespace engine;

Q_DECLARE_METATYPE(engine::ErrorCode)

namespace
{

struct Expectation {
    const char *name;
    ErrorCode code;
    int socks4;
    int socks5;
    int http;
};

// Said here once more on purpose: programs act upon these numbers, so a change of one must be meant.
std::vector<Expectation> expectations()
{
    using enum ErrorCode;
    return {
        {"None", None, 90, 0, 200},
        {"ConnectionRefused", ConnectionRefused, 91, 5, 502},
        {"HostUnreachable", HostUnreachable, 91, 4, 502},
        {"NetworkUnreachable", NetworkUnreachable, 91, 3, 502},
        {"ConnectionTimedOut", ConnectionTimedOut, 91, 6, 504},
        {"ConnectionReset", ConnectionReset, 91, 1, 502},
        {"ConnectionAborted", ConnectionAborted, 91, 1, 502},
        {"NetworkDown", NetworkDown, 91, 3, 502},
        {"AddressUnavailable", AddressUnavailable, 91, 1, 502},
        {"AddressFamilyUnsupported", AddressFamilyUnsupported, 91, 8, 502},
        {"NameNotFound", NameNotFound, 91, 4, 502},
        {"NameLookupFailed", NameLookupFailed, 91, 4, 502},
        {"NameLookupTimedOut", NameLookupTimedOut, 91, 4, 504},
        {"BindTimedOut", BindTimedOut, 91, 6, 504},
        {"AddressInUse", AddressInUse, 91, 1, 503},
        {"PermissionDenied", PermissionDenied, 91, 2, 403},
        {"TooManyOpenFiles", TooManyOpenFiles, 91, 1, 503},
        {"OutOfMemory", OutOfMemory, 91, 1, 503},
        {"NoLocalPort", NoLocalPort, 91, 1, 503},
        {"TooManyClients", TooManyClients, 91, 1, 503},
        {"TooManyClientsFromAddress", TooManyClientsFromAddress, 91, 1, 503},
        {"TooManyPendingLogins", TooManyPendingLogins, 91, 1, 503},
        {"ProtocolError", ProtocolError, 91, 1, 400},
        {"CommandUnsupported", CommandUnsupported, 91, 7, 405},
        {"AddressTypeUnsupported", AddressTypeUnsupported, 91, 8, 400},
        {"NoAcceptableMethod", NoAcceptableMethod, 91, 2, 407},
        {"LoginFailed", LoginFailed, 91, 2, 407},
        {"ClientAddressNotAllowed", ClientAddressNotAllowed, 91, 2, 403},
        {"HandshakeTimedOut", HandshakeTimedOut, 91, 1, 408},
        {"ClientGone", ClientGone, 91, 1, 502},
        {"UpstreamUnreachable", UpstreamUnreachable, 91, 1, 502},
        {"UpstreamTimedOut", UpstreamTimedOut, 91, 1, 504},
        {"UpstreamLoginFailed", UpstreamLoginFailed, 91, 1, 502},
        {"UpstreamProtocolError", UpstreamProtocolError, 91, 1, 502},
        {"UpstreamTlsFailed", UpstreamTlsFailed, 91, 1, 502},
        {"UpstreamRefused", UpstreamRefused, 91, 2, 403},
        {"UpstreamFailed", UpstreamFailed, 91, 1, 502},
        {"RouteCannotCarry", RouteCannotCarry, 91, 7, 501},
        {"BlockedByRule", BlockedByRule, 91, 2, 403},
        {"LoopDetected", LoopDetected, 91, 2, 403},
        {"ClosedByUser", ClosedByUser, 91, 1, 502},
        {"NoLongerAllowed", NoLongerAllowed, 91, 2, 403},
        {"DecisionChanged", DecisionChanged, 91, 1, 502},
        {"IdleTimedOut", IdleTimedOut, 91, 1, 504},
        {"HalfClosedTimedOut", HalfClosedTimedOut, 91, 1, 504},
        {"EngineStopped", EngineStopped, 91, 1, 503},
        {"NotSupported", NotSupported, 91, 1, 501},
        {"Unknown", Unknown, 91, 1, 502},
    };
}

} // namespace

class TestError : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasReplyForEveryCode_data();
    void hasReplyForEveryCode();
    void listsEveryCode();
    void hasOneTextForEachCode();
    void mapsOsError_data();
    void mapsOsError();
    void mapsOsErrorOfDialling_data();
    void mapsOsErrorOfDialling();
    void neverTakesAnOsErrorForSuccess();
    void addsDetailToText();
    void speaksOfAServerAsNoTarget();
};

void TestError::hasReplyForEveryCode_data()
{
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<int>("socks4");
    QTest::addColumn<int>("socks5");
    QTest::addColumn<int>("http");
    for (const Expectation &row : expectations())
        QTest::newRow(row.name) << row.code << row.socks4 << row.socks5 << row.http;
}

void TestError::hasReplyForEveryCode()
{
    QFETCH(const ErrorCode, code);
    QFETCH(const int, socks4);
    QFETCH(const int, socks5);
    QFETCH(const int, http);

    const ErrorRow &row = errorRow(code);
    QCOMPARE(row.code, code);
    QCOMPARE(int(row.socks4), socks4);
    QCOMPARE(int(row.socks5), socks5);
    QCOMPARE(int(row.httpStatus), http);
}

void TestError::listsEveryCode()
{
    const std::vector<Expectation> rows = expectations();
    QCOMPARE(rows.size(), static_cast<std::size_t>(ErrorCode::Unknown) + 1);
    for (std::size_t i = 0; i < rows.size(); ++i)
        QCOMPARE(static_cast<std::size_t>(rows[i].code), i);
}

void TestError::hasOneTextForEachCode()
{
    QSet<QString> texts;
    for (const Expectation &row : expectations()) {
        const QString text = errorText({row.code, {}});
        QVERIFY2(!text.isEmpty(), row.name);
        QVERIFY2(text.front().isUpper(), row.name);
        QVERIFY2(!text.endsWith(u'.'), row.name);
        QVERIFY2(!texts.contains(text), row.name);
        texts.insert(text);
    }
}

void TestError::mapsOsError_data()
{
    QTest::addColumn<int>("osError");
    QTest::addColumn<ErrorCode>("code");

    using enum ErrorCode;
    QTest::newRow("success") << 0 << None;
#ifdef Q_OS_WIN
    QTest::newRow("WSAECONNREFUSED") << WSAECONNREFUSED << ConnectionRefused;
    QTest::newRow("WSAEHOSTUNREACH") << WSAEHOSTUNREACH << HostUnreachable;
    QTest::newRow("WSAENETUNREACH") << WSAENETUNREACH << NetworkUnreachable;
    QTest::newRow("WSAETIMEDOUT") << WSAETIMEDOUT << ConnectionTimedOut;
    QTest::newRow("WSAECONNRESET") << WSAECONNRESET << ConnectionReset;
    QTest::newRow("WSAECONNABORTED") << WSAECONNABORTED << ConnectionAborted;
    QTest::newRow("WSAENETDOWN") << WSAENETDOWN << NetworkDown;
    QTest::newRow("WSAEADDRNOTAVAIL") << WSAEADDRNOTAVAIL << AddressUnavailable;
    QTest::newRow("WSAEAFNOSUPPORT") << WSAEAFNOSUPPORT << AddressFamilyUnsupported;
    QTest::newRow("WSAEADDRINUSE") << WSAEADDRINUSE << AddressInUse;
    QTest::newRow("WSAEACCES") << WSAEACCES << PermissionDenied;
    QTest::newRow("WSAEMFILE") << WSAEMFILE << TooManyOpenFiles;
    QTest::newRow("WSAENOBUFS") << WSAENOBUFS << OutOfMemory;
#else
    QTest::newRow("ECONNREFUSED") << ECONNREFUSED << ConnectionRefused;
    QTest::newRow("EHOSTUNREACH") << EHOSTUNREACH << HostUnreachable;
    QTest::newRow("ENETUNREACH") << ENETUNREACH << NetworkUnreachable;
    QTest::newRow("ETIMEDOUT") << ETIMEDOUT << ConnectionTimedOut;
    QTest::newRow("ECONNRESET") << ECONNRESET << ConnectionReset;
    QTest::newRow("EPIPE") << EPIPE << ConnectionReset;
    QTest::newRow("ECONNABORTED") << ECONNABORTED << ConnectionAborted;
    QTest::newRow("ENETDOWN") << ENETDOWN << NetworkDown;
    QTest::newRow("EADDRNOTAVAIL") << EADDRNOTAVAIL << AddressUnavailable;
    QTest::newRow("EAFNOSUPPORT") << EAFNOSUPPORT << AddressFamilyUnsupported;
    QTest::newRow("EADDRINUSE") << EADDRINUSE << AddressInUse;
    QTest::newRow("EACCES") << EACCES << PermissionDenied;
    QTest::newRow("EPERM") << EPERM << PermissionDenied;
    QTest::newRow("EMFILE") << EMFILE << TooManyOpenFiles;
    QTest::newRow("ENFILE") << ENFILE << TooManyOpenFiles;
    QTest::newRow("ENOBUFS") << ENOBUFS << OutOfMemory;
    QTest::newRow("ENOMEM") << ENOMEM << OutOfMemory;
    QTest::newRow("EINVAL") << EINVAL << Unknown;
    QTest::newRow("ELOOP") << ELOOP << Unknown;
#endif
    QTest::newRow("no such number") << 987'654 << Unknown;
    QTest::newRow("negative") << -1 << Unknown;
}

void TestError::mapsOsError()
{
    QFETCH(const int, osError);
    QFETCH(const ErrorCode, code);
    QCOMPARE(errorCodeFromOs(osError), code);
}

void TestError::mapsOsErrorOfDialling_data()
{
    QTest::addColumn<int>("osError");
    QTest::addColumn<ErrorCode>("code");

    using enum ErrorCode;
    QTest::newRow("success") << 0 << None;
#ifdef Q_OS_WIN
    QTest::newRow("WSAEADDRINUSE") << WSAEADDRINUSE << NoLocalPort;
    QTest::newRow("WSAENOBUFS") << WSAENOBUFS << NoLocalPort;
    QTest::newRow("WSAEADDRNOTAVAIL") << WSAEADDRNOTAVAIL << AddressUnavailable;
    QTest::newRow("WSAECONNREFUSED") << WSAECONNREFUSED << ConnectionRefused;
    QTest::newRow("WSAEMFILE") << WSAEMFILE << TooManyOpenFiles;
#else
    QTest::newRow("EADDRNOTAVAIL") << EADDRNOTAVAIL << NoLocalPort;
    QTest::newRow("EADDRINUSE") << EADDRINUSE << AddressInUse;
    QTest::newRow("ENOBUFS") << ENOBUFS << OutOfMemory;
    QTest::newRow("ECONNREFUSED") << ECONNREFUSED << ConnectionRefused;
    QTest::newRow("EMFILE") << EMFILE << TooManyOpenFiles;
#endif
    QTest::newRow("no such number") << 987'654 << Unknown;
}

void TestError::mapsOsErrorOfDialling()
{
    QFETCH(const int, osError);
    QFETCH(const ErrorCode, code);
    QCOMPARE(dialErrorFromOs(osError), code);
}

void TestError::neverTakesAnOsErrorForSuccess()
{
    for (int number = 1; number < 12'000; ++number) {
        QVERIFY2(errorCodeFromOs(number) != ErrorCode::None, QByteArray::number(number).constData());
        QVERIFY2(dialErrorFromOs(number) != ErrorCode::None, QByteArray::number(number).constData());
    }
}

void TestError::addsDetailToText()
{
    const Error plain{ErrorCode::AddressInUse, {}};
    const Error detailed{ErrorCode::AddressInUse, Message::verbatim(QStringLiteral("127.0.0.1:1080 %1 %2"))};
    QCOMPARE(errorText(plain), QStringLiteral("The address is in use by another program"));
    // A "%1" in the detail is text like any other.
    QCOMPARE(errorText(detailed),
             QStringLiteral("The address is in use by another program (127.0.0.1:1080 %1 %2)"));
    const Error within{ErrorCode::UpstreamUnreachable, asMessage(plain)};
    QCOMPARE(errorText(within), QStringLiteral("The proxy server could not be reached (The address is in use "
                                               "by another program)"));
    QVERIFY(plain.isError());
    QVERIFY(!Error().isError());
    QVERIFY(plain == Error(ErrorCode::AddressInUse, {}));
    QVERIFY(!(plain == detailed));
}

void TestError::speaksOfAServerAsNoTarget()
{
    for (int code = 0; code <= static_cast<int>(ErrorCode::Unknown); ++code) {
        const Error error{static_cast<ErrorCode>(code), {}};
        // Of a server that leads back here, the tunnel says so itself.
        if (error.code == ErrorCode::LoopDetected)
            continue;
        const QString text = asServerMessage(error).toEnglish();
        QVERIFY2(!text.contains(QStringLiteral("target")), qPrintable(text));
    }
    QCOMPARE(asServerMessage({ErrorCode::UpstreamFailed, Message("reply %1", 1)}).toEnglish(),
             QStringLiteral("the server before it could not connect to it (reply 1)"));
    const Error plain{ErrorCode::NameNotFound, Message::verbatim(QStringLiteral("a.invalid"))};
    QCOMPARE(asServerMessage(plain).toEnglish(), errorText(plain));
}

QTEST_GUILESS_MAIN(TestError)
#include "tst_error.moc"
