// SPDX-License-Identifier: MIT
#include "app/credentialstore.h"

#include "app/systemcredentialstore.h"

using namespace Qt::StringLiterals;

namespace app
{

QString credentialProblemText(const CredentialProblem &problem)
{
    QString text;
    switch (problem.code) {
    case CredentialError::NoStore:
        text = u"there is no credential store"_s;
        break;
    case CredentialError::NotFound:
        text = u"the credential store has no password for it"_s;
        break;
    case CredentialError::Denied:
        text = u"the credential store gives no access"_s;
        break;
    case CredentialError::TimedOut:
        text = u"the credential store does not answer"_s;
        break;
    case CredentialError::Failed:
        text = u"the credential store failed"_s;
        break;
    }
    return problem.detail.isEmpty() ? text : text + u": "_s + problem.detail;
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
