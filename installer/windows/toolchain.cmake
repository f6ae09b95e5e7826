# SPDX-License-Identifier: MIT
#
# Cross-compiles for 64-bit Windows with Debian's mingw-w64, against the Qt that build-qt made:
#   HOSIER_QT_WINDOWS=$(installer/windows/build-qt) cmake --preset windows

# The environment does not reach a later run of cmake that ninja starts, nor is the cache visible in try_compile.
set(hosier_qt "$ENV{HOSIER_QT_WINDOWS}")
if(hosier_qt STREQUAL "")
    set(hosier_qt "${HOSIER_QT_WINDOWS}")
endif()
if(hosier_qt STREQUAL "")
    message(FATAL_ERROR "HOSIER_QT_WINDOWS is not set: it names the directory of Qt for Windows, "
        "which installer/windows/build-qt builds and prints.")
endif()
file(TO_CMAKE_PATH "${hosier_qt}" hosier_qt)
if(NOT EXISTS "${hosier_qt}/lib/cmake/Qt6/Qt6Config.cmake")
    message(FATAL_ERROR "HOSIER_QT_WINDOWS is ${hosier_qt}, where there is no Qt: "
        "run installer/windows/build-qt and use the directory it prints.")
endif()
if(DEFINED CACHE{HOSIER_QT_WINDOWS} AND NOT "$CACHE{HOSIER_QT_WINDOWS}" STREQUAL hosier_qt)
    # find_package has already remembered the other Qt's paths.
    message(FATAL_ERROR "This build directory was configured for ${HOSIER_QT_WINDOWS}, "
        "and HOSIER_QT_WINDOWS is now ${hosier_qt}: configure it again with cmake --fresh.")
endif()
set(HOSIER_QT_WINDOWS "${hosier_qt}" CACHE PATH "Qt for Windows, as built by installer/windows/build-qt")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES HOSIER_QT_WINDOWS)

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)

# The -win32 variants of these compilers have no std::thread and no std::mutex.
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)

# moc, rcc, uic and lrelease run here, so they come from the host's Qt, which has the same version.
set(QT_HOST_PATH /usr)
set(QT_HOST_PATH_CMAKE_DIR /usr/lib/x86_64-linux-gnu/cmake)

set(CMAKE_PREFIX_PATH "${HOSIER_QT_WINDOWS}")
set(CMAKE_FIND_ROOT_PATH "${HOSIER_QT_WINDOWS}" /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# With Wine here, ctest runs the tests. Debian's `wine` script complains about missing 32-bit support on standard
# error, hence the loader itself, where it exists. Qt's plugins are found from where its DLLs are.
find_program(HOSIER_WINE NAMES wine64 wine PATHS /usr/lib/wine)
if(HOSIER_WINE)
    set(CMAKE_CROSSCOMPILING_EMULATOR
        /usr/bin/env "WINEPATH=Z:${HOSIER_QT_WINDOWS}/bin" WINEDEBUG=-all "${HOSIER_WINE}")
endif()
