// SPDX-License-Identifier: MIT
#include "app/profilefile.h"

#include "app/platform.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>

#include <filesystem>
#include <system_error>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::Message;
using engine::Profile;
using engine::Unexpected;

namespace app
{

namespace
{

constexpr std::uint16_t kDefaultPort = 1080; // IANA's for SOCKS

QByteArray toBytes(const QJsonObject &json)
{
    return QJsonDocument(json).toJson(QJsonDocument::Indented);
}

/// Of a file that exists; a new one is private.
enum class Permissions { Keep, Private };

bool isSameFile(const QString &a, const QString &b)
{
    return canonicalPath(a) == canonicalPath(b);
}

/// The temporary file stands beside the target, so that renaming it is atomic; commit() flushes to the disk
/// first. It belongs to whoever `model` belongs to, also when root writes it for a service.
std::optional<Message> writeAtomically(const QString &path, const QByteArray &content,
                                       Permissions permissions, const QString &model)
{
    QSaveFile file(path);
    // The hashes of passwords are nobody else's business.
    const bool makePrivate = permissions == Permissions::Private || !QFileInfo::exists(path);
    const bool isOpen = file.open(QIODevice::WriteOnly);
    if (isOpen)
        giveToOwnerOf(model, file.handle());
    if (!isOpen || (makePrivate && !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)) ||
        file.write(content) != content.size() || !file.flush() || !file.commit())
        return Message(QT_TRANSLATE_NOOP("engine::Message", "cannot write %1: %2"), path, file.errorString());
    return std::nullopt;
}

} // namespace

ProfileFile::ProfileFile(const QString &path)
    : m_path(path.isEmpty() ? defaultPath() : QFileInfo(path).absoluteFilePath())
    , m_isDefault(path.isEmpty())
{
}

QString canonicalPath(const QString &path)
{
    const QFileInfo info(path);
    if (info.exists())
        return foldedPath(info.canonicalFilePath());
    const QFileInfo directory(info.absolutePath());
    const QString parent = directory.exists() ? directory.canonicalFilePath() : directory.absoluteFilePath();
    return foldedPath(QDir::cleanPath(parent + u'/' + info.fileName()));
}

QString ProfileFile::defaultPath()
{
    return configurationRoot() + u"/hosier/profile.json"_s;
}

Profile ProfileFile::builtIn()
{
    engine::ListenerProfile listener;
    listener.name = u"Local"_s;
    listener.address = engine::Address::fromHostAddress(QHostAddress(QHostAddress::LocalHost));
    listener.port = kDefaultPort;
    listener.protocols = engine::Protocol::Socks4 | engine::Protocol::Socks5 | engine::Protocol::Http;
    Profile profile;
    profile.listeners.append(listener);
    return profile;
}

QString ProfileFile::backupPath() const
{
    return m_path + u".bak"_s;
}

QString ProfileFile::importBackupPath() const
{
    return m_path + u".before-import"_s;
}

QString ProfileFile::earlierImportBackupPath() const
{
    return importBackupPath() + u".earlier"_s;
}

Expected<QByteArray, Message> ProfileFile::read() const
{
    const QFileInfo info(m_path);
    if (m_isDefault && !info.exists())
        return toBytes(engine::profileToJson(builtIn()));
    // Opening a pipe or a device could wait for ever.
    if (info.exists() && !info.isFile())
        return Unexpected{Message(QT_TRANSLATE_NOOP("engine::Message", "%1 is not a regular file"), m_path)};
    QFile file(m_path);
    if (!file.open(QIODevice::ReadOnly))
        return Unexpected{
            Message(QT_TRANSLATE_NOOP("engine::Message", "cannot read %1: %2"), m_path, file.errorString())};
    // One byte more than allowed shows the validator that there is too much.
    const QByteArray content = file.read(engine::kMaximumProfileSize + 1);
    if (file.error() != QFileDevice::NoError)
        return Unexpected{
            Message(QT_TRANSLATE_NOOP("engine::Message", "cannot read %1: %2"), m_path, file.errorString())};
    return content;
}

Expected<engine::ProfileDocument, QList<Message>> ProfileFile::load() const
{
    const Expected<QByteArray, Message> content = read();
    if (!content)
        return Unexpected{QList<Message>{content.error()}};
    const auto document = engine::parseProfile(*content);
    if (document)
        return *document;
    QList<Message> lines;
    for (const engine::ProfileError &error : document.error())
        lines += error.toMessage();
    return Unexpected{lines};
}

/// What is in the file, before it is overwritten.
std::optional<Message> ProfileFile::keep(const QByteArray &content) const
{
    if (engine::parseProfile(content))
        return writeAtomically(backupPath(), content, Permissions::Keep, m_path);
    // All of it, also of a file that is too large to be read.
    const QString kept = m_path + QDateTime::currentDateTime().toString(u"'.broken-'yyyyMMdd-HHmmss-zzz"_s);
    QFile file(m_path);
    if (!file.copy(kept))
        return Message(QT_TRANSLATE_NOOP("engine::Message", "cannot write %1: %2"), kept, file.errorString());
    return std::nullopt;
}

std::optional<Message> ProfileFile::save(const QJsonObject &json) const
{
    if (!QDir().mkpath(QFileInfo(m_path).absolutePath()))
        return Message(QT_TRANSLATE_NOOP("engine::Message", "cannot create the directory of %1"), m_path);
    const QByteArray content = toBytes(json);
    if (QFileInfo::exists(m_path)) {
        const Expected<QByteArray, Message> old = read();
        if (!old)
            return old.error();
        if (*old == content)
            return std::nullopt; // A backup of the same would lose the one before.
        if (std::optional<Message> error = keep(*old))
            return error;
    }
    return writeAtomically(m_path, content, Permissions::Keep, m_path);
}

bool ProfileFile::isBroken() const
{
    const Expected<QByteArray, Message> content = read();
    return content && !engine::parseProfile(*content);
}

std::optional<ProfileBackup> ProfileFile::backup() const
{
    const auto document = ProfileFile(backupPath()).load();
    if (!document)
        return std::nullopt;
    return ProfileBackup{document->json, QFileInfo(backupPath()).lastModified()};
}

std::optional<Message> ProfileFile::backUpForImport() const
{
    const Expected<QByteArray, Message> content = read();
    if (!content)
        return content.error();
    if (!QDir().mkpath(QFileInfo(m_path).absolutePath()))
        return Message(QT_TRANSLATE_NOOP("engine::Message", "cannot create the directory of %1"), m_path);
    finishImportBackup(); // of an import that was cut short
    QFile earlier(importBackupPath());
    // A copy: whatever happens, one of the two is there under its name.
    if (earlier.exists() && !earlier.copy(earlierImportBackupPath()))
        return Message(QT_TRANSLATE_NOOP("engine::Message", "cannot write %1: %2"), earlierImportBackupPath(),
                       earlier.errorString());
    std::optional<Message> problem =
        writeAtomically(importBackupPath(), *content, Permissions::Private, m_path);
    if (problem)
        finishImportBackup();
    return problem;
}

std::optional<Message> ProfileFile::takeBackImportBackup() const
{
    std::error_code error;
    const QFileInfo earlier(earlierImportBackupPath());
    const std::filesystem::path target = QFileInfo(importBackupPath()).filesystemFilePath();
    // Needs no room: the disk may be full.
    if (earlier.exists())
        std::filesystem::rename(earlier.filesystemFilePath(), target, error);
    else
        std::filesystem::remove(target, error);
    if (error)
        return Message(QT_TRANSLATE_NOOP("engine::Message", "cannot write %1: %2"), importBackupPath(),
                       QString::fromLocal8Bit(error.message()));
    return std::nullopt;
}

void ProfileFile::finishImportBackup() const
{
    QFile::remove(earlierImportBackupPath());
}

std::optional<Message> ProfileFile::saveCopy(const QString &path, const QJsonObject &json) const
{
    if (isSameFile(path, m_path) || isSameFile(path, backupPath()) || isSameFile(path, importBackupPath()))
        return Message(QT_TRANSLATE_NOOP("engine::Message", "%1 belongs to the profile in use"), path);
    // A device would be replaced by a file.
    const QFileInfo info(path);
    if (info.exists() && !info.isFile())
        return Message(QT_TRANSLATE_NOOP("engine::Message", "%1 is not a regular file"), path);
    return writeAtomically(path, toBytes(json), Permissions::Private, path);
}

Expected<Profile, Message> withListenEndpoint(Profile profile, const engine::Endpoint &endpoint)
{
    if (profile.listeners.isEmpty())
        return Unexpected{Message(QT_TRANSLATE_NOOP("engine::Message", "the profile has no listener"))};
    engine::ListenerProfile &listener = profile.listeners.front();
    if (!endpoint.address.isLoopback() && listener.authentication == engine::Authentication::None &&
        !listener.open) {
        return Unexpected{
            Message(QT_TRANSLATE_NOOP(
                        "engine::Message",
                        "whoever can reach %1 could use this proxy: the profile's first listener asks for no "
                        "password and is not \"open\""),
                    endpoint.toString())};
    }
    listener.address = endpoint.address;
    listener.port = endpoint.port;
    for (qsizetype i = 1; i < profile.listeners.size() && endpoint.port != 0; ++i) {
        if (profile.listeners[i].endpoint() == endpoint)
            return Unexpected{Message(
                QT_TRANSLATE_NOOP("engine::Message", "%1 is already the endpoint of the listener \"%2\""),
                endpoint.toString(), profile.listeners[i].name)};
    }
    return profile;
}

} // namespace app
