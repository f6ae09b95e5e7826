// SPDX-License-Identifier: MIT
#include "app/serverpasswords.h"

#include "app/platform.h"

#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::Message;
using engine::Unexpected;

namespace app
{

namespace
{

constexpr qint64 kMaximumPasswordSize = 255; // RFC 1929 section 2, PLEN is one byte

} // namespace

Expected<QByteArray, Message> readPasswordFile(const QString &path)
{
    // Opening a pipe or a device could wait for ever.
    if (!QFileInfo(path).isFile())
        return Unexpected{
            Message(QT_TRANSLATE_NOOP("engine::Message", "the password file %1 is no regular file"), path)};
    if (isOpenToOthers(path))
        return Unexpected{Message(
            QT_TRANSLATE_NOOP("engine::Message", "the password file %1 is open to others: chmod 600"), path)};
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Unexpected{
            Message(QT_TRANSLATE_NOOP("engine::Message", "cannot read the password file %1: %2"), path,
                    file.errorString())};
    QByteArray line = file.readLine(kMaximumPasswordSize + 3);
    while (line.endsWith('\n') || line.endsWith('\r'))
        line.chop(1);
    if (line.isEmpty() || line.size() > kMaximumPasswordSize)
        return Unexpected{Message(
            QT_TRANSLATE_NOOP("engine::Message", "the password in %1 is not 1 to 255 bytes long"), path)};
    return line;
}

ServerPasswords readPasswordFiles(const engine::Profile &profile)
{
    ServerPasswords passwords;
    for (const engine::ServerProfile &server : profile.servers) {
        if (server.passwordFile.isEmpty())
            continue;
        if (const auto password = readPasswordFile(server.passwordFile))
            passwords.byId.insert(server.id, *password);
        else
            passwords.problems +=
                Message(QT_TRANSLATE_NOOP("engine::Message", "server %1: %2"), server.id, password.error());
    }
    return passwords;
}

} // namespace app
