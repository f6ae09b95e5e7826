// SPDX-License-Identifier: MIT
#include "app/credentialstore.h"

#include "app/systemcredentialstore.h"

using namespace Qt::StringLiterals;
using engine::Message;

namespace app
{

namespace
{

/// Source text of a message.
const char *textOf(CredentialError code)
{
    switch (code) {
    case CredentialError::NoStore:
        return QT_TRANSLATE_NOOP("engine::Message", "there is no credential store");
    case CredentialError::NotFound:
        return QT_TRANSLATE_NOOP("engine::Message", "the credential store has no password for it");
    case CredentialError::Denied:
        return QT_TRANSLATE_NOOP("engine::Message", "the credential store gives no access");
    case CredentialError::TimedOut:
        return QT_TRANSLATE_NOOP("engine::Message", "the credential store does not answer");
    case CredentialError::Failed:
        break;
    }
    return QT_TRANSLATE_NOOP("engine::Message", "the credential store failed");
}

} // namespace

Message credentialMessage(const CredentialProblem &problem)
{
    const Message text(textOf(problem.code));
    return problem.detail.isEmpty() ? text : withContext(text, problem.detail);
}

QString credentialKey(const QString &canonicalProfilePath, const QString &serverId)
{
    // No id holds a space, so that two pairs never make the same key.
    return u"%1 (%2)"_s.arg(serverId, canonicalProfilePath);
}

std::unique_ptr<CredentialStore> makeCredentialStore()
{
    return std::make_unique<SystemCredentialStore>(makeCredentialBackend());
}

} // namespace app
