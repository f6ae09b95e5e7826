// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>

#include <cstdint>

namespace engine
{

/// A program as rules know it.
struct Program {
    std::int64_t processId = 0;
    QString name;   ///< short: "firefox", of a Flatpak "org.mozilla.firefox", of a Windows service its name
    QString path;   ///< of the executable; empty when the system does not tell
    QString script; ///< of an interpreter: path of the script it runs; empty otherwise

    bool operator==(const Program &) const = default;
};

/// The local program behind a connection.
struct Application {
    Program program;
    QString systemUser;     ///< whose process it is
    QList<Program> parents; ///< nearest first, bounded in number

    bool operator==(const Application &) const = default;
};

} // namespace engine

Q_DECLARE_METATYPE(engine::Application)
