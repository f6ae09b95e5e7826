// SPDX-License-Identifier: MIT
#include "app/sessionend.h"

#include <QCoreApplication>
#include <QTest>
#include <QTimer>

#include <memory>
#include <vector>

#include <windows.h>

namespace
{

BOOL CALLBACK collect(HWND window, LPARAM into)
{
    reinterpret_cast<std::vector<HWND> *>(into)->push_back(window);
    return TRUE;
}

/// What Windows sends to each top-level window of this thread; the answers of all to the first question.
bool mayEnd()
{
    std::vector<HWND> windows;
    ::EnumThreadWindows(::GetCurrentThreadId(), collect, reinterpret_cast<LPARAM>(&windows));
    for (const HWND window : windows) {
        if (::SendMessageW(window, WM_QUERYENDSESSION, 0, ENDSESSION_LOGOFF) == FALSE)
            return false;
    }
    return true;
}

void endSession(bool isEnding)
{
    std::vector<HWND> windows;
    ::EnumThreadWindows(::GetCurrentThreadId(), collect, reinterpret_cast<LPARAM>(&windows));
    for (const HWND window : windows)
        ::SendMessageW(window, WM_ENDSESSION, isEnding ? TRUE : FALSE, ENDSESSION_LOGOFF);
}

} // namespace

/// Without any window of Qt's, as in the tray and without an interface.
class TestSessionEnd : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void actsBeforeTheSystemGoesOn();
    void doesNothingWhenTheSessionGoesOn();
    void letsQtCloseNoWindow();
    void isGoneWithItsObject();

private:
    std::unique_ptr<app::SessionEnd> m_sessionEnd;
    int m_calls = 0;
};

void TestSessionEnd::init()
{
    m_calls = 0;
    m_sessionEnd = std::make_unique<app::SessionEnd>([this] { ++m_calls; });
}

void TestSessionEnd::actsBeforeTheSystemGoesOn()
{
    QVERIFY(mayEnd());
    QCOMPARE(m_calls, 0);
    endSession(true);
    QCOMPARE(m_calls, 1);
}

void TestSessionEnd::doesNothingWhenTheSessionGoesOn()
{
    QVERIFY(mayEnd());
    endSession(false);
    QCOMPARE(m_calls, 0);
}

/// Qt's window, which hears of the end as well, calls quit(), which closes the windows first: one would go to
/// the tray, and use up the hint that says so.
void TestSessionEnd::letsQtCloseNoWindow()
{
    constexpr int kOwnEnd = 7;
    QTimer::singleShot(0, this, [this] {
        QCoreApplication::quit();
        QMetaObject::invokeMethod(
            this, [] { QCoreApplication::exit(kOwnEnd); }, Qt::QueuedConnection);
    });
    QCOMPARE(QCoreApplication::exec(), kOwnEnd);
    QCOMPARE(m_calls, 0);
}

void TestSessionEnd::isGoneWithItsObject()
{
    m_sessionEnd.reset();
    endSession(true);
    QCOMPARE(m_calls, 0);
    init(); // and can be made again
    endSession(true);
    QCOMPARE(m_calls, 1);
}

QTEST_GUILESS_MAIN(TestSessionEnd)
#include "tst_sessionend_windows.moc"
