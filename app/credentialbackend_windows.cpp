// SPDX-License-Identifier: MIT
#include "app/credentialbackend.h"

#include <QCryptographicHash>
#include <QtGlobal>

#include <memory>
#include <string>

#include <windows.h>

#include <wincred.h>

using namespace Qt::StringLiterals;

namespace app
{

namespace
{

constexpr qsizetype kHashLength = 8;

/// The system compares names without regard to case; ours differ in it, and so the hash tells them apart.
std::wstring targetName(const QString &key)
{
    const QByteArray hash = QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha256);
    return (u"hosier/%1 #%2"_s.arg(key, QString::fromLatin1(hash.first(kHashLength).toHex()))).toStdWString();
}

CredentialStore::Secret failure(DWORD error)
{
    CredentialError code = CredentialError::Failed;
    if (error == ERROR_NOT_FOUND)
        code = CredentialError::NotFound;
    else if (error == ERROR_NO_SUCH_LOGON_SESSION)
        code = CredentialError::NoStore; // as in some services' sessions
    else if (error == ERROR_ACCESS_DENIED)
        code = CredentialError::Denied;
    return engine::Unexpected{
        CredentialProblem{code, code == CredentialError::NotFound
                                    ? engine::Message()
                                    : engine::Message::verbatim(qt_error_string(static_cast<int>(error)))}};
}

struct CredentialFree {
    void operator()(CREDENTIALW *credential) const
    {
        ::SecureZeroMemory(credential->CredentialBlob, credential->CredentialBlobSize);
        ::CredFree(credential);
    }
};

/// The Credential Manager: generic credentials of this user on this computer, which do not roam.
class WindowsBackend : public CredentialBackend
{
public:
    void find(const Answer &answer) override
    {
        const CredentialStore::Secret probe = readCredential(u"find"_s);
        if (probe || probe.error().code == CredentialError::NotFound)
            answer(QByteArray());
        else
            answer(engine::Unexpected{CredentialProblem{CredentialError::NoStore, probe.error().detail}});
    }

    void read(const QString &key, const Answer &answer) override { answer(readCredential(key)); }

    void write(const QString &key, const QByteArray &secret, const Answer &answer) override
    {
        std::wstring name = targetName(key);
        QByteArray bytes = secret;
        CREDENTIALW credential{};
        credential.Type = CRED_TYPE_GENERIC;
        credential.TargetName = name.data();
        credential.CredentialBlobSize = static_cast<DWORD>(bytes.size());
        credential.CredentialBlob = reinterpret_cast<LPBYTE>(bytes.data());
        credential.Persist = CRED_PERSIST_LOCAL_MACHINE;
        const bool isWritten = ::CredWriteW(&credential, 0) != 0;
        const DWORD error = ::GetLastError();
        bytes.fill('\0');
        if (isWritten)
            answer(QByteArray());
        else
            answer(failure(error));
    }

    void remove(const QString &key, const Answer &answer) override
    {
        if (::CredDeleteW(targetName(key).c_str(), CRED_TYPE_GENERIC, 0) != 0)
            answer(QByteArray());
        else if (const DWORD error = ::GetLastError(); error == ERROR_NOT_FOUND)
            answer(QByteArray());
        else
            answer(failure(error));
    }

private:
    static CredentialStore::Secret readCredential(const QString &key)
    {
        CREDENTIALW *found = nullptr;
        if (::CredReadW(targetName(key).c_str(), CRED_TYPE_GENERIC, 0, &found) == 0)
            return failure(::GetLastError());
        const std::unique_ptr<CREDENTIALW, CredentialFree> credential(found);
        return QByteArray(reinterpret_cast<const char *>(credential->CredentialBlob),
                          static_cast<qsizetype>(credential->CredentialBlobSize));
    }
};

} // namespace

std::unique_ptr<CredentialBackend> makeCredentialBackend()
{
    return std::make_unique<WindowsBackend>();
}

} // namespace app
