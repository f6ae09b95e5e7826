// SPDX-License-Identifier: MIT

// Dies under a CrashGuard, for tst_crashnote_windows: crashvictim abort|read|throw NOTE.

#include "app/crashnote.h"

#include <QCoreApplication>
#include <QStringList>

#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include <windows.h>

using namespace Qt::StringLiterals;

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationVersion(u"9.8.7"_s);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() != 3)
        return EXIT_FAILURE;
    const QString &how = arguments.at(1);
    ::SetErrorMode(0); // not as the test has it, whose boxes Qt has switched off
    const app::CrashGuard guard(arguments.at(2));
    if (how == u"abort"_s)
        std::abort();
    if (how == u"throw"_s)
        throw std::runtime_error("secret");
    volatile std::uintptr_t address = 8; // so that no compiler knows better
    return *reinterpret_cast<volatile int *>(address);
}
