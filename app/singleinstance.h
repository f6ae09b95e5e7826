// SPDX-License-Identifier: MIT
#pragma once

#include "engine/expected.h"
#include "engine/message.h"

#include <QLocalServer>
#include <QLockFile>
#include <QObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

class QLocalSocket;

namespace app
{

/// What another start of the program asks of the running one.
enum class Request : std::uint8_t { Show, Toggle, Reload, Quit };

/// The answer: whether it was done, and one line to print.
struct Reply {
    bool done = false;
    QString text;
};

/// Refusals that are also shown in a window. Sources of messages.
inline constexpr auto kNotReadyReply =
    QT_TRANSLATE_NOOP("engine::Message", "the running instance is not ready");
inline constexpr auto kNoInterfaceReply =
    QT_TRANSLATE_NOOP("engine::Message", "the running instance has no interface (--headless)");

/// Why there is no answer where no instance runs. A source of messages.
inline constexpr auto kNoInstanceProblem =
    QT_TRANSLATE_NOOP("engine::Message", "no running instance uses this profile");

/// An instance answers from its event loop, which nothing blocks for longer; one that is just starting may
/// take a moment.
inline constexpr std::chrono::milliseconds kAnswerTimeout{5'000};

/// Where an instance is found. One profile is one instance: its name is made from the profile file's
/// canonical path, so that `--headless --profile other.json` runs beside the desktop program, and a command
/// finds the instance of the profile it names.
struct InstanceAddress {
    QStringList directories; ///< of the socket and the lock file, best first
    QString name;

    /// `profilePath` need not exist.
    static InstanceAddress forProfile(const QString &profilePath);
    [[nodiscard]] QString socketName(const QString &directory) const;
    [[nodiscard]] QString lockPath(const QString &directory) const;
};

/// Being the one running instance. Lock files, which die with their process, decide who is the instance; a
/// local socket takes the others' requests: one line in ("toggle"), one line out ("ok proxy off", "error
/// ...").
class SingleInstance : public QObject
{
    Q_OBJECT

public:
    using Handler = std::function<Reply(Request)>;
    enum class Outcome : std::uint8_t { First, AlreadyRunning, Failed };

    /// A request is a word; more than this is not one.
    static constexpr qint64 kMaximumRequestSize = 64;
    /// How long a client may take to send its line and to take its answer.
    static constexpr std::chrono::milliseconds kClientTimeout{2'000};
    static constexpr int kMaximumClients = 16;

    SingleInstance(InstanceAddress address, Handler handler, QObject *parent = nullptr);
    ~SingleInstance() override;

    /// Becomes the instance unless another one is; recovers what a killed one left behind.
    [[nodiscard]] Outcome claim();
    /// Why, after Failed.
    [[nodiscard]] const QString &errorText() const { return m_error; }

private:
    void takeClients();
    void readRequest(QLocalSocket *client);
    void answer(QLocalSocket *client, const QByteArray &line);

    InstanceAddress m_address;
    Handler m_handler;
    std::vector<std::unique_ptr<QLockFile>> m_locks; ///< one in each directory that can be written
    QLocalServer m_server;
    int m_clients = 0;
    QString m_error;
};

/// Sends one request to the running instance and waits for its answer, at most `timeout`. The error says why
/// there is none: kNoInstanceProblem, or something else. For processes that live for this question only: it
/// blocks.
[[nodiscard]] engine::Expected<Reply, engine::Message>
sendRequest(const InstanceAddress &address, const QString &word, std::chrono::milliseconds timeout);

} // namespace app
