// SPDX-License-Identifier: MIT
#include "app/secretinput.h"

#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cstdio>
#include <vector>

#include <windows.h>

using namespace Qt::StringLiterals;
using app::SecretInput;

namespace
{

constexpr qsizetype kMaximum = 20;
const wchar_t *const kShellsTitle = L"a shell";

HANDLE openConsole(const wchar_t *name)
{
    return ::CreateFileW(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                         OPEN_EXISTING, 0, nullptr);
}

QString consoleTitle()
{
    std::array<wchar_t, 100> title{};
    return QString::fromWCharArray(title.data(), static_cast<int>(::GetConsoleTitleW(title.data(), 100)));
}

/// What somebody types into the console of this process, and Enter.
void type(const QString &text)
{
    std::vector<INPUT_RECORD> records;
    const QString keys = text + u'\r';
    for (const QChar key : keys) {
        for (const BOOL isDown : {TRUE, FALSE}) {
            INPUT_RECORD record{};
            record.EventType = KEY_EVENT;
            record.Event.KeyEvent.bKeyDown = isDown;
            record.Event.KeyEvent.wRepeatCount = 1;
            record.Event.KeyEvent.wVirtualKeyCode = key == u'\r' ? VK_RETURN : 0;
            record.Event.KeyEvent.uChar.UnicodeChar = key.unicode();
            records.push_back(record);
        }
    }
    const HANDLE input = openConsole(L"CONIN$");
    DWORD written = 0;
    ::WriteConsoleInputW(input, records.data(), static_cast<DWORD>(records.size()), &written);
    ::CloseHandle(input);
}

/// The upper left of the console's screen.
QString shown()
{
    std::array<wchar_t, 400> text{};
    const HANDLE output = openConsole(L"CONOUT$");
    DWORD size = 0;
    ::ReadConsoleOutputCharacterW(output, text.data(), static_cast<DWORD>(text.size()), {0, 0}, &size);
    ::CloseHandle(output);
    return QString::fromWCharArray(text.data(), static_cast<int>(size));
}

} // namespace

/// In a console as a shell has it, and from files.
class TestSecretInput : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void readsWhatIsTyped_data();
    void readsWhatIsTyped();
    void typesInAConsoleOfItsOwn();
    void readsFilesAsTheyAre();

private:
    HANDLE m_given = nullptr;
};

void TestSecretInput::initTestCase()
{
    m_given = ::GetStdHandle(STD_INPUT_HANDLE);
}

void TestSecretInput::cleanupTestCase()
{
    ::SetStdHandle(STD_INPUT_HANDLE, m_given);
}

void TestSecretInput::readsWhatIsTyped_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("ASCII") << u"secret"_s << QByteArray("secret");
    QTest::newRow("Latin") << u"ge\u00e4ndert"_s << QByteArray("ge\xc3\xa4ndert");
    QTest::newRow("no code page has it all")
        << u"\u00df\u0416\u5bc6"_s << QByteArray("\xc3\x9f\xd0\x96\xe5\xaf\x86");
    QTest::newRow("nothing") << QString() << QByteArray("");
    QTest::newRow("too long") << QString(kMaximum + 1, u'x') << QByteArray(kMaximum + 1, 'x');
}

void TestSecretInput::readsWhatIsTyped()
{
    QFETCH(const QString, typed);
    QFETCH(const QByteArray, line);
    ::FreeConsole();
    QVERIFY(::AllocConsole());
    ::SetStdHandle(STD_INPUT_HANDLE, openConsole(L"CONIN$"));
    SecretInput input;
    QVERIFY(input.isTyped());
    type(typed);
    const std::optional<QByteArray> read = input.readLine(u"Password: "_s, kMaximum);
    QVERIFY(read.has_value());
    QCOMPARE(*read, line);
    QVERIFY2(shown().startsWith(u"Password: "_s), qPrintable(shown()));
    QVERIFY(typed.isEmpty() || !shown().contains(typed));
}

void TestSecretInput::typesInAConsoleOfItsOwn()
{
    ::FreeConsole();
    QVERIFY(::AllocConsole());
    ::SetConsoleTitleW(kShellsTitle);
    ::SetStdHandle(STD_INPUT_HANDLE, openConsole(L"CONIN$"));
    QCOMPARE(consoleTitle(), QString::fromWCharArray(kShellsTitle));
    SecretInput input;
    QCOMPARE(consoleTitle(), u"Hosier"_s);
    // Twice in the same one.
    type(u"one"_s);
    type(u"two"_s);
    QCOMPARE(input.readLine(u"Password: "_s, kMaximum).value_or(QByteArray()), QByteArray("one"));
    QCOMPARE(input.readLine(u"Once more: "_s, kMaximum).value_or(QByteArray()), QByteArray("two"));
}

void TestSecretInput::readsFilesAsTheyAre()
{
    const QTemporaryDir directory;
    QFile file(directory.filePath(u"password"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("ge\xc3\xa4ndert\r\nmore\n");
    file.close();
    QVERIFY(std::freopen(qPrintable(file.fileName()), "r", stdin) != nullptr);
    ::SetStdHandle(STD_INPUT_HANDLE, nullptr);
    SecretInput input;
    QVERIFY(!input.isTyped());
    QCOMPARE(input.readLine(u"Password: "_s, kMaximum).value_or(QByteArray()), QByteArray("ge\xc3\xa4ndert"));
    QCOMPARE(input.readLine(u"Password: "_s, kMaximum).value_or(QByteArray()), QByteArray("more"));
    QVERIFY(!input.readLine(u"Password: "_s, kMaximum).has_value());
    static_cast<void>(std::freopen("NUL", "r", stdin));
}

QTEST_GUILESS_MAIN(TestSecretInput)
#include "tst_secretinput_windows.moc"
