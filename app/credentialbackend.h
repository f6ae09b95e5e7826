// SPDX-License-Identifier: MIT
#pragma once

#include "app/credentialstore.h"

namespace app
{

/// How one system's store is spoken to: credentialbackend_keychain.cpp (Secret Service and KWallet),
/// credentialbackend_windows.cpp (Credential Manager), credentialbackend_none.cpp. Lives on the thread of a
/// SystemCredentialStore, where every function answers once, at once or later; it may block there for a
/// moment, but never for as long as somebody takes to answer.
class CredentialBackend : public QObject
{
    Q_OBJECT

public:
    /// The secret, or no bytes when none was asked for.
    using Answer = std::function<void(const CredentialStore::Secret &)>;

    virtual void find(const Answer &answer) = 0;
    virtual void read(const QString &key, const Answer &answer) = 0;
    virtual void write(const QString &key, const QByteArray &secret, const Answer &answer) = 0;
    virtual void remove(const QString &key, const Answer &answer) = 0;
};

[[nodiscard]] std::unique_ptr<CredentialBackend> makeCredentialBackend();

} // namespace app
