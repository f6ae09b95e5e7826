// SPDX-License-Identifier: MIT
#include "app/passwordcommand.h"

#include "app/platform.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::Unexpected;

namespace app
{

namespace
{

constexpr qsizetype kMaximumPasswordLength = 255; // RFC 1929 section 2, PLEN is one byte

/// Index of the entry whose `key` is `text`, or -1.
qsizetype indexOf(const QJsonArray &array, QLatin1StringView key, const QString &text)
{
    for (qsizetype i = 0; i < array.size(); ++i) {
        if (array.at(i).toObject().value(key).toString() == text)
            return i;
    }
    return -1;
}

/// `user` as the validator reads it, by way of the one function that writes profiles.
QJsonObject userToJson(const engine::UserProfile &user)
{
    engine::Profile profile;
    profile.users.append(user);
    return engine::profileToJson(profile).value("users"_L1).toArray().at(0).toObject();
}

QStringList toLines(const QList<engine::ProfileError> &errors)
{
    QStringList lines;
    for (const engine::ProfileError &error : errors)
        lines += error.toString();
    return lines;
}

std::optional<QString> findProblem(const QByteArray &password)
{
    if (password.isEmpty())
        return u"the password is empty"_s;
    if (password.size() > kMaximumPasswordLength)
        return u"the password is longer than %1 bytes"_s.arg(kMaximumPasswordLength);
    return std::nullopt;
}

Expected<QByteArray, QString> readPassword(const QString &name)
{
    const std::optional<QByteArray> password =
        readSecretLine(u"Password for %1: "_s.arg(name), kMaximumPasswordLength);
    if (!password)
        return Unexpected{u"no password on standard input"_s};
    if (const std::optional<QString> problem = findProblem(*password))
        return Unexpected{*problem};
    // Nobody saw what was typed.
    if (isInputTerminal() && readSecretLine(u"Once more: "_s, kMaximumPasswordLength) != password)
        return Unexpected{u"the two passwords differ"_s};
    return *password;
}

} // namespace

Expected<PasswordChange, QStringList> setPassword(const QByteArray &json, const QString &name,
                                                  const QByteArray &utf8Password)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.isObject() || json.size() > engine::kMaximumProfileSize) {
        const auto parsed = engine::parseProfile(json);
        return Unexpected{parsed ? QStringList() : toLines(parsed.error())};
    }
    PasswordChange change{document.object(), false, false};
    QJsonArray users = change.json.value("users"_L1).toArray();
    const qsizetype index = indexOf(users, "name"_L1, name);
    if (index < 0 && indexOf(change.json.value("servers"_L1).toArray(), "id"_L1, name) >= 0)
        return Unexpected{QStringList{
            u"\"%1\" is a server: name the file that holds its password as its \"passwordFile\""_s.arg(
                name)}};
    change.isNewUser = index < 0;
    const QJsonObject user = userToJson({name, engine::hashPassword(utf8Password)});
    if (change.isNewUser)
        users.append(user);
    else
        users.replace(index, user);
    // Something else than a list there is the validator's to name, not ours to overwrite.
    if (!change.json.contains("users"_L1) || change.json.value("users"_L1).isArray())
        change.json.insert("users"_L1, users);

    const auto parsed = engine::parseProfile(QJsonDocument(change.json).toJson());
    if (!parsed)
        return Unexpected{toLines(parsed.error())};
    const auto &listeners = parsed->profile.listeners;
    change.isAskedFor =
        std::any_of(listeners.begin(), listeners.end(), [](const engine::ListenerProfile &listener) {
            return listener.authentication == engine::Authentication::Password;
        });
    return change;
}

int runSetPassword(const ProfileFile &file, const QString &name)
{
    const Expected<QByteArray, QString> json = file.read();
    if (!json) {
        printLine(stderr, u"hosier: "_s + json.error());
        return EXIT_FAILURE;
    }
    const Expected<QByteArray, QString> password = readPassword(name);
    if (!password) {
        printLine(stderr, u"hosier: "_s + password.error());
        return EXIT_FAILURE;
    }
    const Expected<PasswordChange, QStringList> change = setPassword(*json, name, *password);
    if (!change) {
        for (const QString &line : change.error())
            printLine(stderr, u"hosier: "_s + line);
        return EXIT_FAILURE;
    }
    if (const std::optional<QString> error = file.save(change->json)) {
        printLine(stderr, u"hosier: "_s + *error);
        return EXIT_FAILURE;
    }
    printLine(stdout,
              (change->isNewUser ? u"user \"%1\" added to %2"_s : u"password of \"%1\" changed in %2"_s)
                  .arg(name, file.path()));
    if (!change->isAskedFor)
        printLine(stdout,
                  u"no listener asks for a password yet: set its \"authentication\" to \"password\""_s);
    return EXIT_SUCCESS;
}

} // namespace app
