// SPDX-License-Identifier: MIT
#include "engine/profile_json.h"

#include <QCryptographicHash>
#include <QPasswordDigestor>
#include <QRandomGenerator>

#include <array>
#include <cstdint>

namespace engine
{

namespace
{

constexpr qsizetype kSaltWords = 4; // 16 bytes
constexpr quint64 kHashLength = 64; // SHA-512's own size: longer would only cost the honest side

QByteArray derive(const QByteArray &password, const QByteArray &salt, int iterations, quint64 length)
{
    return QPasswordDigestor::deriveKeyPbkdf2(QCryptographicHash::Sha512, password, salt, iterations, length);
}

} // namespace

PasswordHash hashPassword(const QByteArray &utf8Password)
{
    std::array<quint32, kSaltWords> random{};
    QRandomGenerator::system()->fillRange(random.data(), kSaltWords);
    PasswordHash result;
    result.iterations = kPasswordIterations;
    result.salt = QByteArray(reinterpret_cast<const char *>(random.data()), sizeof random);
    result.hash = derive(utf8Password, result.salt, result.iterations, kHashLength);
    return result;
}

bool verifyPassword(const QByteArray &utf8Password, const PasswordHash &hash)
{
    if (hash.hash.isEmpty() || hash.iterations < 1)
        return false;
    const QByteArray derived =
        derive(utf8Password, hash.salt, hash.iterations, static_cast<quint64>(hash.hash.size()));
    if (derived.size() != hash.hash.size())
        return false;
    // Looks at every byte whatever the ones before were, so that the time tells nothing.
    unsigned difference = 0;
    for (qsizetype i = 0; i < derived.size(); ++i)
        difference |= static_cast<unsigned>(static_cast<std::uint8_t>(derived[i]) ^
                                            static_cast<std::uint8_t>(hash.hash[i]));
    return difference == 0;
}

} // namespace engine
