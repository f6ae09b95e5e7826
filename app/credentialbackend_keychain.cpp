// SPDX-License-Identifier: MIT
#include "app/credentialbackend.h"

#include <QAbstractEventDispatcher>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QFileInfo>
#include <QLibrary>
#include <QMap>
#include <QStringList>
#include <qt6keychain/keychain.h>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;
using engine::Message;

namespace app
{

namespace
{

/// For the bus itself, which answers at once if at all.
constexpr std::chrono::milliseconds kBusTimeout{2'000};
/// For a search in the Secret Service, which asks nobody.
constexpr std::chrono::milliseconds kSearchTimeout{2'000};

/// What QtKeychain can speak to, by its name on the bus.
constexpr QLatin1StringView kSecretService{"org.freedesktop.secrets"};
constexpr std::array kWallets{QLatin1StringView{"org.kde.kwalletd5"}, QLatin1StringView{"org.kde.kwalletd"}};

/// The libraries would start a bus of their own where there is none, which has no store either.
bool hasSessionBus()
{
    return !qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS") ||
           QFileInfo::exists(qEnvironmentVariable("XDG_RUNTIME_DIR") + u"/bus"_s);
}

QStringList busNames(const QDBusConnection &bus, const QString &method)
{
    const QDBusMessage call = QDBusMessage::createMethodCall(
        u"org.freedesktop.DBus"_s, u"/org/freedesktop/DBus"_s, u"org.freedesktop.DBus"_s, method);
    return bus.call(call, QDBus::Block, static_cast<int>(kBusTimeout.count()))
        .arguments()
        .value(0)
        .toStringList();
}

/// QtKeychain loads libsecret when it is first used, and libsecret answers by way of GLib's event loop.
bool canUseSecretService()
{
    const QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance();
    return dispatcher != nullptr && dispatcher->inherits("QEventDispatcherGlib") &&
           QLibrary(u"secret-1"_s, 0).load();
}

/// GLib, which libsecret takes to the bus, ends the process by SIGTERM when the bus goes away, unless it is
/// told not to. The connection is one for the whole process; the reference we keep has it stay that one.
void outliveSessionBus()
{
    constexpr int kSessionBus = 2; // G_BUS_TYPE_SESSION
    using BusGet = void *(*)(int, void *, void *);
    using SetExitOnClose = void (*)(void *, int);
    QLibrary gio(u"gio-2.0"_s, 0);
    const auto busGet = reinterpret_cast<BusGet>(gio.resolve("g_bus_get_sync"));
    const auto setExitOnClose =
        reinterpret_cast<SetExitOnClose>(gio.resolve("g_dbus_connection_set_exit_on_close"));
    if (busGet == nullptr || setExitOnClose == nullptr)
        return;
    if (void *connection = busGet(kSessionBus, nullptr, nullptr); connection != nullptr)
        setExitOnClose(connection, 0);
}

/// Whether the Secret Service has a secret that it does not hand out: its keyring is locked, and nobody has
/// unlocked it. By the attributes that QtKeychain gives to secrets.
bool isLocked(const QKeychain::Job &job)
{
    using Attributes = QMap<QString, QString>;
    qDBusRegisterMetaType<Attributes>();
    QDBusMessage search = QDBusMessage::createMethodCall(
        kSecretService, u"/org/freedesktop/secrets"_s, u"org.freedesktop.Secret.Service"_s, u"SearchItems"_s);
    search << QVariant::fromValue(Attributes{{u"server"_s, job.service()}, {u"user"_s, job.key()}});
    search.setAutoStartService(false); // Whoever has just answered runs; nobody else is meant.
    const QDBusMessage found =
        QDBusConnection::sessionBus().call(search, QDBus::Block, static_cast<int>(kSearchTimeout.count()));
    constexpr qsizetype kLocked = 1; // The first ones are unlocked.
    return found.type() == QDBusMessage::ReplyMessage &&
           !qdbus_cast<QList<QDBusObjectPath>>(found.arguments().value(kLocked)).isEmpty();
}

CredentialProblem lockedProblem()
{
    return {CredentialError::Denied, Message(QT_TRANSLATE_NOOP("engine::Message", "the keyring is locked"))};
}

CredentialProblem toProblem(const QKeychain::Job &job)
{
    switch (job.error()) {
    case QKeychain::EntryNotFound: // also when the question to unlock the keyring was turned down
        if (isLocked(job))
            return lockedProblem();
        return {CredentialError::NotFound, {}};
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return {CredentialError::Denied, engine::Message::verbatim(job.errorString())};
    case QKeychain::NoBackendAvailable:
        return {CredentialError::NoStore, engine::Message::verbatim(job.errorString())};
    case QKeychain::NoError:
    case QKeychain::CouldNotDeleteEntry:
    case QKeychain::NotImplemented:
    case QKeychain::OtherError:
        break;
    }
    return {CredentialError::Failed, engine::Message::verbatim(job.errorString())};
}

/// The Secret Service (GNOME Keyring, KeePassXC, KWallet) or KWallet's own interface, as QtKeychain chooses.
/// Jobs that are cut off by the end of the thread are left alone: their callbacks would miss them.
class KeychainBackend : public CredentialBackend
{
public:
    void find(const Answer &answer) override
    {
        if (isFound(answer))
            answer(QByteArray());
    }

    void read(const QString &key, const Answer &answer) override
    {
        if (!isFound(answer))
            return;
        auto *job = new QKeychain::ReadPasswordJob(u"hosier"_s);
        start(*job, key, [job, answer] {
            if (job->error() == QKeychain::NoError)
                answer(job->binaryData());
            else
                answer(engine::Unexpected{toProblem(*job)});
        });
    }

    void write(const QString &key, const QByteArray &secret, const Answer &answer) override
    {
        if (!isFound(answer))
            return;
        auto *job = new QKeychain::WritePasswordJob(u"hosier"_s);
        job->setBinaryData(secret);
        start(*job, key, [job, answer] { answerDone(*job, answer); });
    }

    void remove(const QString &key, const Answer &answer) override
    {
        if (!isFound(answer))
            return;
        auto *job = new QKeychain::DeletePasswordJob(u"hosier"_s);
        start(*job, key, [job, answer] { answerRemoved(*job, answer); });
    }

private:
    template <typename Finished> void start(QKeychain::Job &job, const QString &key, Finished finished)
    {
        job.setKey(key);
        connect(&job, &QKeychain::Job::finished, this, finished);
        job.start();
    }

    static void answerDone(const QKeychain::Job &job, const Answer &answer)
    {
        const CredentialProblem problem = toProblem(job);
        if (job.error() == QKeychain::NoError || problem.code == CredentialError::NotFound)
            answer(QByteArray());
        else
            answer(engine::Unexpected{problem});
    }

    /// It counts as done, too, where nothing could be removed.
    static void answerRemoved(const QKeychain::Job &job, const Answer &answer)
    {
        if (job.error() == QKeychain::NoError && isLocked(job))
            answer(engine::Unexpected{lockedProblem()});
        else
            answerDone(job, answer);
    }

    /// QtKeychain itself would wait for answers that never come, or choose a store that is not there.
    bool isFound(const Answer &answer)
    {
        const Message reason = m_isFound ? Message() : whyNone();
        if (!reason.isEmpty()) {
            answer(engine::Unexpected{CredentialProblem{CredentialError::NoStore, reason}});
            return false;
        }
        if (!m_isFound)
            outliveSessionBus();
        m_isFound = true;
        return true;
    }

    static Message whyNone()
    {
        if (!hasSessionBus())
            return Message(QT_TRANSLATE_NOOP("engine::Message", "this session has no D-Bus"));
        const QDBusConnection bus = QDBusConnection::sessionBus();
        if (!bus.isConnected())
            return Message(QT_TRANSLATE_NOOP("engine::Message", "the session's D-Bus cannot be reached"));
        const QStringList names = busNames(bus, u"ListNames"_s) + busNames(bus, u"ListActivatableNames"_s);
        const bool hasSecretService = names.contains(kSecretService);
        if (hasSecretService && canUseSecretService())
            return {};
        if (std::any_of(kWallets.begin(), kWallets.end(),
                        [&names](QLatin1StringView wallet) { return names.contains(wallet); }))
            return {};
        return hasSecretService
                   ? Message(QT_TRANSLATE_NOOP("engine::Message",
                                               "libsecret-1.so.0 is missing, or Qt runs without GLib"))
                   : Message(
                         QT_TRANSLATE_NOOP("engine::Message",
                                           "neither a Secret Service nor KWallet is on the session's D-Bus"));
    }

    bool m_isFound = false;
};

} // namespace

std::unique_ptr<CredentialBackend> makeCredentialBackend()
{
    return std::make_unique<KeychainBackend>();
}

} // namespace app
