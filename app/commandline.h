// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"
#include "engine/expected.h"
#include "engine/explanation.h"
#include "engine/server_check.h"
#include "engine/snapshot.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace app
{

/// What this start of the program is for.
enum class Mode : std::uint8_t {
    Desktop,
    Headless,
    Check,
    SetPassword,
    Explain,     ///< what would be done with a request
    CheckServer, ///< try a server of the profile out
    Command,     ///< tell the running instance something
    RestoreSystemProxy,
    SystemProxyWatchdog, ///< a helper process of a running instance
    AfterCrash,          ///< an instance has crashed: ask whether to start it again
    Help,
    Version,
};

/// The command line, read and found consistent.
struct CommandLine {
    Mode mode = Mode::Desktop;
    QString profilePath; ///< empty: the default place
    std::optional<engine::Endpoint> listen;
    bool minimized = false;
    engine::EventLevel logLevel = engine::EventLevel::Warning;
    QString command;                ///< "show", "toggle" or "quit" when mode is Command
    QString user;                   ///< whose password when mode is SetPassword
    std::int64_t watched = 0;       ///< the instance's process when mode is SystemProxyWatchdog or AfterCrash
    engine::ExplainRequest explain; ///< when mode is Explain
    QString application;            ///< whose request that is, as it was written
    engine::CheckRequest checkServer; ///< when mode is CheckServer: the server by its id alone

    bool operator==(const CommandLine &) const = default;
};

/// Reads the arguments, the program's name first. Needs no application object, because what kind of one is to
/// be made depends on the result. The error is one sentence in English.
[[nodiscard]] engine::Expected<CommandLine, QString> parseCommandLine(const QStringList &arguments);

/// What --help prints. Needs a QCoreApplication.
[[nodiscard]] QString helpText();

} // namespace app
