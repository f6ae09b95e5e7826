// SPDX-License-Identifier: MIT
#pragma once

#include "app/commandline.h"
#include "app/passwordkeeper.h"
#include "app/profilefile.h"
#include "engine/engine.h"

#include <QMap>
#include <QObject>
#include <QSet>

#include <cstdio>
#include <functional>

namespace app
{

/// The program without an interface: tells on standard output where the engine listens, logs its events on
/// standard error, and reads the profile again when asked to. The streams and the end are given, so that
/// tests can watch them.
class Headless : public QObject
{
    Q_OBJECT

public:
    struct Outputs {
        std::function<void(const QString &)> announce; ///< where we listen
        std::function<void(const QString &)> log;
    };

    Headless(engine::Engine &engine, CredentialStore &store, ProfileFile file, const CommandLine &commandLine,
             Outputs outputs, QObject *parent = nullptr);

    /// Reads the profile and starts the engine. False when the profile cannot be used; the log says why.
    [[nodiscard]] bool start();
    /// Reads the profile again. What cannot be used leaves the running one in force; the log says why, as do
    /// the lines that are returned.
    QStringList reload();
    /// Drains and stops the engine; finished() follows.
    void stop(int exitCode);
    [[nodiscard]] bool isStopping() const { return m_isStopping; }

Q_SIGNALS:
    void finished(int exitCode);

private:
    void askForPasswords();
    [[nodiscard]] engine::Expected<engine::Profile, QStringList> loadProfile() const;
    void logProblems(const QString &failure, const QStringList &problems) const;
    void updateListeners(const QList<engine::ListenerStatus> &listeners);
    void reportFailure(const engine::Event &event);
    void stopIfNothingListens();
    void logDelta(const engine::Delta &delta);
    void logLine(engine::EventLevel level, const QString &text) const;

    engine::Engine &m_engine;
    ProfileFile m_file;
    std::optional<engine::Endpoint> m_listen;
    engine::EventLevel m_logLevel;
    Outputs m_outputs;
    PasswordKeeper m_passwords;
    QSet<QString> m_announced;                  ///< lines
    QMap<engine::Endpoint, QString> m_failures; ///< of listeners: what was reported, while it lasts
    bool m_isStarting = true;                   ///< until every listener is open or known to have failed
    bool m_isStopping = false;
    bool m_isReloading = false; ///< passwords go to the engine with the profile they are for
    int m_exitCode = 0;
};

/// `--headless`: the whole life of the program. The process's exit code.
[[nodiscard]] int runHeadless(int &argc, char **argv, const CommandLine &commandLine);

} // namespace app
