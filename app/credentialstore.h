// SPDX-License-Identifier: MIT
#pragma once

#include "engine/expected.h"
#include "engine/message.h"

#include <QByteArray>
#include <QObject>
#include <QString>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace app
{

/// A store that asks somebody to unlock it has this long for its answer.
inline constexpr std::chrono::milliseconds kCredentialTimeout{120'000};
/// A start waits this long for passwords before it goes on without them.
inline constexpr std::chrono::milliseconds kCredentialPatience{3'000};

/// Why a credential store did not do what it was asked.
enum class CredentialError : std::uint8_t {
    NoStore,  ///< this system or this session has none
    NotFound, ///< it keeps nothing under this key
    Denied,   ///< it stayed locked, or somebody said no
    TimedOut,
    Failed,
};

/// A code and what is worth adding to it. Never a secret.
struct CredentialProblem {
    CredentialError code = CredentialError::Failed;
    engine::Message detail;

    bool operator==(const CredentialProblem &) const = default;
};

/// Without a full stop: "there is no credential store: no session bus".
[[nodiscard]] engine::Message credentialMessage(const CredentialProblem &problem);

/// The key of a server's password: the id, and the profile's canonical path, because another profile may have
/// another server with the same id. A profile that is moved leaves its passwords behind.
[[nodiscard]] QString credentialKey(const QString &canonicalProfilePath, const QString &serverId);

/// The system's place for secrets. Every function returns at once and answers later, on the thread that
/// asked, exactly once unless the store is destroyed before.
class CredentialStore : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(const std::optional<CredentialProblem> &problem)>;
    using Secret = engine::Expected<QByteArray, CredentialProblem>;
    using Read = std::function<void(const Secret &secret)>;

    using QObject::QObject;

    /// Whether there is one at the moment. Asks nobody to unlock it.
    virtual void find(Done done) = 0;
    virtual void read(const QString &key, Read done) = 0;
    /// Replaces what stands under the key.
    virtual void write(const QString &key, const QByteArray &secret, Done done) = 0;
    /// What is not there is removed already.
    virtual void remove(const QString &key, Done done) = 0;
};

/// The one of this system, spoken to on a thread of its own, which starts with the first request. At most one
/// in a process: QtKeychain's jobs stay on the thread that made the first of them.
[[nodiscard]] std::unique_ptr<CredentialStore> makeCredentialStore();

} // namespace app
