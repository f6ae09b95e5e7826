// SPDX-License-Identifier: MIT
#include "app/credentialbackend.h"

namespace app
{

namespace
{

/// For builds without a library that knows the system's store.
class NoBackend : public CredentialBackend
{
public:
    void find(const Answer &answer) override { refuse(answer); }
    void read(const QString &, const Answer &answer) override { refuse(answer); }
    void write(const QString &, const QByteArray &, const Answer &answer) override { refuse(answer); }
    void remove(const QString &, const Answer &answer) override { refuse(answer); }

private:
    static void refuse(const Answer &answer)
    {
        answer(engine::Unexpected{CredentialProblem{
            CredentialError::NoStore, engine::Message(QT_TRANSLATE_NOOP(
                                          "engine::Message", "this program was built without QtKeychain"))}});
    }
};

} // namespace

std::unique_ptr<CredentialBackend> makeCredentialBackend()
{
    return std::make_unique<NoBackend>();
}

} // namespace app
