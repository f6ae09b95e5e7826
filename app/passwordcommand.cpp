// SPDX-License-Identifier: MIT
#include "app/passwordcommand.h"

#include "app/credentialstore.h"
#include "app/platform.h"
#include "app/secretinput.h"
#include "app/singleinstance.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include <QCoreApplication>
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
        lines += error.toMessage().toEnglish();
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
    SecretInput input;
    const std::optional<QByteArray> password =
        input.readLine(u"Password for %1: "_s.arg(name), kMaximumPasswordLength);
    if (!password)
        return Unexpected{u"no password on standard input"_s};
    if (const std::optional<QString> problem = findProblem(*password))
        return Unexpected{*problem};
    // Nobody saw what was typed.
    if (input.isTyped() && input.readLine(u"Once more: "_s, kMaximumPasswordLength) != password)
        return Unexpected{u"the two passwords differ"_s};
    return *password;
}

int fail(const QString &line)
{
    printLine(stderr, u"hosier: "_s + line);
    return EXIT_FAILURE;
}

/// An instance that goes on has read the file already; that none does is as good. The process's exit code.
int haveInstanceReload(const ProfileFile &file)
{
    const auto reply = sendRequest(InstanceAddress::toAskAbout(file.path()), u"reload"_s, kAnswerTimeout);
    if (isEnding(reply))
        return EXIT_SUCCESS;
    if (!reply || !reply->done)
        return fail(u"the running instance goes on with the profile of before: "_s +
                    (reply ? reply->text : reply.error().toEnglish()));
    printLine(stdout, u"the running instance uses it from now on"_s);
    return EXIT_SUCCESS;
}

/// How a password is given to a server where the store does not take it.
QString storeFailure(const QString &id, const CredentialProblem &problem)
{
    return credentialMessage(problem).toEnglish() +
           u"; write the password to a file that only you can read, and "
           u"name it as the \"passwordFile\" of the "
           "server \"%1\""_s.arg(id);
}

/// Looks for the store first: nobody should type a password in vain. The process's exit code.
int storeServerPassword(const ProfileFile &file, const QString &id)
{
    const std::unique_ptr<CredentialStore> store = makeCredentialStore();
    const auto written = [&id](const std::optional<CredentialProblem> &problem) {
        if (!problem)
            printLine(stdout, u"password of the server \"%1\" is in the credential store"_s.arg(id));
        QCoreApplication::exit(problem ? fail(storeFailure(id, *problem)) : EXIT_SUCCESS);
    };
    store->find([&](const std::optional<CredentialProblem> &problem) {
        if (problem) {
            QCoreApplication::exit(fail(storeFailure(id, *problem)));
            return;
        }
        const Expected<QByteArray, QString> password = readPassword(id);
        if (password)
            store->write(credentialKey(canonicalPath(file.path()), id), *password, written);
        else
            QCoreApplication::exit(fail(password.error()));
    });
    return QCoreApplication::exec();
}

} // namespace

std::optional<QJsonObject> findServerEntry(const QByteArray &json, const QString &id)
{
    const QJsonObject profile = QJsonDocument::fromJson(json).object();
    const QJsonArray servers = profile.value("servers"_L1).toArray();
    const qsizetype index = indexOf(servers, "id"_L1, id);
    if (index < 0 || indexOf(profile.value("users"_L1).toArray(), "name"_L1, id) >= 0)
        return std::nullopt;
    return servers.at(index).toObject();
}

std::optional<QString> findServerProblem(const QJsonObject &server)
{
    if (server.value("protocol"_L1).toString().startsWith("socks4"_L1))
        return u"SOCKS4 knows no passwords"_s;
    if (server.contains("passwordFile"_L1))
        return u"its password is read from %1, which its \"passwordFile\" names"_s.arg(
            server.value("passwordFile"_L1).toString());
    if (server.value("withoutPassword"_L1).toBool())
        return u"it is used without a password, as its \"withoutPassword\" says"_s;
    if (server.value("username"_L1).toString().isEmpty())
        return u"it has no \"username\", so that nobody logs in to it"_s;
    return std::nullopt;
}

Expected<PasswordChange, QStringList> setPassword(const QByteArray &json, const QString &name,
                                                  const engine::PasswordHash &password)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.isObject() || json.size() > engine::kMaximumProfileSize) {
        const auto parsed = engine::parseProfile(json);
        return Unexpected{parsed ? QStringList() : toLines(parsed.error())};
    }
    PasswordChange change{document.object(), false, false};
    QJsonArray users = change.json.value("users"_L1).toArray();
    const qsizetype index = indexOf(users, "name"_L1, name);
    change.isNewUser = index < 0;
    const QJsonObject user = userToJson({name, password});
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
    const Expected<QByteArray, engine::Message> json = file.read();
    if (!json)
        return fail(json.error().toEnglish());
    if (const std::optional<QJsonObject> server = findServerEntry(*json, name)) {
        if (const std::optional<QString> problem = findServerProblem(*server))
            return fail(u"server \"%1\": %2"_s.arg(name, *problem));
        return storeServerPassword(file, name);
    }
    const Expected<QByteArray, QString> password = readPassword(name);
    if (!password)
        return fail(password.error());
    const engine::PasswordHash hash = engine::hashPassword(*password);
    // Again: typing takes its time, and a running instance may have saved meanwhile.
    const Expected<QByteArray, engine::Message> present = file.read();
    if (!present)
        return fail(present.error().toEnglish());
    const Expected<PasswordChange, QStringList> change = setPassword(*present, name, hash);
    if (!change) {
        for (const QString &line : change.error())
            printLine(stderr, u"hosier: "_s + line);
        return EXIT_FAILURE;
    }
    if (const std::optional<engine::Message> error = file.save(change->json))
        return fail(error->toEnglish());
    printLine(stdout,
              (change->isNewUser ? u"user \"%1\" added to %2"_s : u"password of \"%1\" changed in %2"_s)
                  .arg(name, file.path()));
    if (!change->isAskedFor)
        printLine(stdout,
                  u"no listener asks for a password yet: set its \"authentication\" to \"password\""_s);
    return haveInstanceReload(file);
}

} // namespace app
