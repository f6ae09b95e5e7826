// SPDX-License-Identifier: MIT
#include "app/platform.h"

#include "engine/limits.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <utility>

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include <windows.h>

#include <sddl.h>
#include <shellapi.h>

using namespace Qt::StringLiterals;

namespace app
{

namespace
{

struct StandardStream {
    DWORD handle;
    const char *device;
    const char *mode;
    std::FILE *stream;
};

/// QCoreApplication knows it too, but not before there is one.
QString programDirectory()
{
    std::array<wchar_t, engine::kMaximumNtPath> path{};
    const DWORD size = ::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    return QFileInfo(QString::fromWCharArray(path.data(), static_cast<int>(size))).absolutePath();
}

/// With names of old such as `PROGRA~1` written out; empty where there is no such file.
std::wstring longPath(const std::wstring &path)
{
    std::array<wchar_t, engine::kMaximumNtPath> name{};
    const DWORD size = ::GetLongPathNameW(path.c_str(), name.data(), static_cast<DWORD>(name.size()));
    return size < name.size() ? std::wstring(name.data(), size) : std::wstring();
}

const std::array kStreams{StandardStream{STD_INPUT_HANDLE, "CONIN$", "r", stdin},
                          StandardStream{STD_OUTPUT_HANDLE, "CONOUT$", "w", stdout},
                          StandardStream{STD_ERROR_HANDLE, "CONOUT$", "w", stderr}};

/// The console that this process has attached itself to, as it was before.
struct Console {
    bool isAttached = false;
    UINT codePage = 0;
    std::array<HANDLE, kStreams.size()> given{}; ///< streams that are not opened on it
};
Console g_console;

bool isOpen(HANDLE handle)
{
    return handle != nullptr && handle != INVALID_HANDLE_VALUE;
}

} // namespace

/// A program of the graphical subsystem is given only the standard streams that were redirected. The others
/// go to the console it was started from, if any.
void preparePlatform()
{
    std::transform(kStreams.begin(), kStreams.end(), g_console.given.begin(),
                   [](const StandardStream &stream) { return ::GetStdHandle(stream.handle); });
    if (std::all_of(g_console.given.begin(), g_console.given.end(), isOpen))
        return;
    enterConsole();
    std::atexit([] { leaveConsole(); });
}

void enterConsole()
{
    if (g_console.isAttached || ::AttachConsole(ATTACH_PARENT_PROCESS) == 0)
        return;
    g_console.isAttached = true;
    for (std::size_t i = 0; i < kStreams.size(); ++i) {
        // Attaching may have put the console in the place of a pipe or file.
        if (isOpen(g_console.given[i]))
            ::SetStdHandle(kStreams[i].handle, g_console.given[i]);
        else
            static_cast<void>(std::freopen(kStreams[i].device, kStreams[i].mode, kStreams[i].stream));
    }
    g_console.codePage = ::GetConsoleOutputCP();
    ::SetConsoleOutputCP(CP_UTF8);
}

bool leaveConsole()
{
    if (!std::exchange(g_console.isAttached, false))
        return false;
    for (std::size_t i = 0; i < kStreams.size(); ++i) {
        if (!isOpen(g_console.given[i]))
            static_cast<void>(std::freopen("NUL", kStreams[i].mode, kStreams[i].stream));
    }
    if (g_console.codePage != 0)
        ::SetConsoleOutputCP(g_console.codePage);
    ::FreeConsole();
    return true;
}

/// main()'s own arguments are in the system's 8-bit character set, which cannot name every file.
QStringList programArguments(int argc, char **argv)
{
    Q_UNUSED(argc);
    Q_UNUSED(argv);
    int count = 0;
    QStringList arguments;
    wchar_t **const values = ::CommandLineToArgvW(::GetCommandLineW(), &count);
    for (int i = 0; values != nullptr && i < count; ++i)
        arguments += QString::fromWCharArray(values[i]);
    ::LocalFree(values);
    return arguments;
}

bool hasDisplay()
{
    return true;
}

QString configurationRoot()
{
    const QDir beside(programDirectory());
    if (beside.exists(u"portable.txt"_s))
        return beside.absolutePath();
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation);
}

QString stateDirectory()
{
    return configurationRoot() + u"/hosier"_s;
}

/// What is not there has no other name, but what it would be in may. Neither QFileInfo nor the system gives
/// the case that a file is stored with.
QString foldedPath(const QString &path)
{
    const std::wstring native = QDir::toNativeSeparators(path).toStdWString();
    std::size_t there = native.size();
    std::wstring folded;
    while (there > 0 && (folded = longPath(native.substr(0, there))).empty()) {
        const std::size_t separator = native.rfind(L'\\', there - 1);
        there = separator != std::wstring::npos ? separator : 0;
    }
    folded += native.substr(there);
    // Letter by letter, as file systems do it; QString's may make two of one.
    ::CharLowerBuffW(folded.data(), static_cast<DWORD>(folded.size()));
    return QDir::fromNativeSeparators(QString::fromStdWString(folded));
}

bool isOpenToOthers(const QString &)
{
    return false;
}

void giveToOwnerOf(const QString &, int)
{
    // A new file in a directory has the access lists of that.
}

void flushDirectory(const QString &)
{
    // NTFS keeps a log of its names by itself.
}

/// Not QDir::tempPath(), which is whatever the environment of a start says, and another one in each session
/// of Remote Desktop. Not our own directory either, which a portable copy would leave behind.
QStringList instanceDirectories()
{
    const QString local = QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation);
    const QString directory = local + u"/Temp"_s;
    QDir().mkpath(directory);
    return {directory};
}

/// An administrator reaches nobody else's: the name of a pipe is made of its user's.
QStringList instanceDirectoriesOfOwner(const QString &)
{
    return {};
}

/// There are no others' directories to look into.
bool isLockHeld(const QString &)
{
    return false;
}

/// Qt keeps the file open while it is locked, which forbids removing it.
void removeDeadLock(const QString &path)
{
    ::DeleteFileW(reinterpret_cast<const wchar_t *>(QDir::toNativeSeparators(path).utf16()));
}

/// Names of pipes are shared by all users of the machine; a user's sessions share the profile, too.
QString userKey()
{
    HANDLE token = nullptr;
    if (::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, &token) == 0)
        return {};
    alignas(TOKEN_USER) std::array<char, sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE> user;
    DWORD size = 0;
    wchar_t *text = nullptr;
    QString key;
    if (::GetTokenInformation(token, TokenUser, user.data(), static_cast<DWORD>(user.size()), &size) != 0 &&
        ::ConvertSidToStringSidW(reinterpret_cast<const TOKEN_USER *>(user.data())->User.Sid, &text) != 0)
        key = QString::fromWCharArray(text);
    ::LocalFree(text);
    ::CloseHandle(token);
    return key;
}

void passForegroundOn()
{
    // Refused when this process was not started by the user itself: then there is nothing to pass on.
    static_cast<void>(::AllowSetForegroundWindow(ASFW_ANY));
}

} // namespace app
