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

/// What another start of the program asks of the running one. Hello only asks whether it goes on running.
enum class Request : std::uint8_t { Hello, Show, Toggle, Reload, Quit };

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
inline constexpr auto kEndingReply = QT_TRANSLATE_NOOP("engine::Message", "the program is about to end");

/// Why there is no answer where no instance runs. A source of messages.
inline constexpr auto kNoInstanceProblem =
    QT_TRANSLATE_NOOP("engine::Message", "no running instance uses this profile");

/// Why there is none where an instance took the connection and ended it. A source of messages.
inline constexpr auto kHungUpProblem =
    QT_TRANSLATE_NOOP("engine::Message", "the running instance has hung up");

/// An instance answers from its event loop, which nothing blocks for longer; one that is just starting may
/// take a moment.
inline constexpr std::chrono::milliseconds kAnswerTimeout{5'000};
/// How often a start claims the place of an instance that ends.
inline constexpr std::chrono::milliseconds kClaimInterval{100};
/// How long it goes on so: an instance lets transfers finish for as long as the profile says, an hour at
/// most.
inline constexpr std::chrono::minutes kEndPatience{65};
/// The same for a start that somebody expects a window of.
inline constexpr std::chrono::seconds kWindowPatience{15};

/// Where an instance is found. One profile is one instance: its name is made from the profile file's
/// canonicalPath(), so that `--headless --profile other.json` runs beside the desktop program, and a command
/// finds the instance of the profile it names.
struct InstanceAddress {
    QStringList directories; ///< of the socket and the lock file, best first
    QString name;
    QStringList othersDirectories{}; ///< of another user, where an instance may be asked and nothing else

    /// `profilePath` need not exist.
    static InstanceAddress forProfile(const QString &profilePath);
    /// For a command, which only asks: root also reaches the instance of whoever owns the profile, as the one
    /// of a service.
    static InstanceAddress toAskAbout(const QString &profilePath);
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

/// Whether the place of the instance that has answered so is free, or soon will be.
[[nodiscard]] bool isEnding(const engine::Expected<Reply, engine::Message> &answer);

/// What came of a start: its own place, or the answer of the instance that has it.
struct Claim {
    SingleInstance::Outcome outcome = SingleInstance::Outcome::Failed;
    engine::Expected<Reply, engine::Message> answer = Reply{}; ///< when AlreadyRunning
};
/// Claims `instance`, whose address this is. One that runs is asked `word`; the place of one that is about to
/// end is waited for, at most `patience`. `waiting` is called once before that. Blocks.
[[nodiscard]] Claim claimOrAsk(SingleInstance &instance, const InstanceAddress &address, const QString &word,
                               const std::function<void()> &waiting,
                               std::chrono::milliseconds patience = kEndPatience);

} // namespace app
