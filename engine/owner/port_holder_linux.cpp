// SPDX-License-Identifier: MIT
#include "engine/owner/port_holder.h"

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QList>

#include <array>
#include <cstring>

namespace engine
{

namespace
{

constexpr char kStateListen[] = "0A"; // TCP_LISTEN in /proc/net/tcp

/// The kernel prints an address as host-order words of its network-order bytes.
Address addressFromHex(const QByteArray &hex)
{
    std::array<std::uint8_t, 16> bytes{};
    const qsizetype words = hex.size() / 8;
    if (words != 1 && words != 4)
        return {};
    for (qsizetype word = 0; word < words; ++word) {
        const quint32 value = hex.mid(word * 8, 8).toUInt(nullptr, 16);
        std::memcpy(bytes.data() + word * 4, &value, 4);
    }
    return words == 1 ? Address::fromV4Bytes(std::span(bytes).first<4>()) : Address::fromV6Bytes(bytes);
}

bool conflicts(const Address &held, const Address &wanted)
{
    // A listener on [::] usually takes the port for IPv4 too.
    return held == wanted || held.isUnspecified() || wanted.isUnspecified();
}

/// Inode of the listening socket, as text; empty when there is none.
QByteArray listeningInode(const QString &table, const Endpoint &endpoint)
{
    QFile file(table);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray &line : lines) {
        const QList<QByteArray> fields = line.simplified().split(' ');
        if (fields.size() < 10 || fields[3] != kStateListen)
            continue;
        const QList<QByteArray> local = fields[1].split(':');
        if (local.size() != 2 || local[1].toUInt(nullptr, 16) != endpoint.port)
            continue;
        if (conflicts(addressFromHex(local[0]), endpoint.address))
            return fields[9];
    }
    return {};
}

bool holdsSocket(const QString &processDirectory, const QString &socketName)
{
    const QDir descriptors(processDirectory + QStringLiteral("/fd"));
    const QStringList names = descriptors.entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot);
    for (const QString &name : names) {
        const QByteArray path = QFile::encodeName(descriptors.filePath(name));
        if (QFile::symLinkTarget(QFile::decodeName(path)).endsWith(socketName))
            return true;
    }
    return false;
}

QString processName(const QString &processDirectory)
{
    const QString executable = QFile::symLinkTarget(processDirectory + QStringLiteral("/exe"));
    if (!executable.isEmpty())
        return QFileInfo(executable).fileName();
    QFile file(processDirectory + QStringLiteral("/comm"));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).trimmed() : QString();
}

} // namespace

std::optional<PortHolder> findPortHolder(const Endpoint &endpoint)
{
    QByteArray inode = listeningInode(QStringLiteral("/proc/net/tcp"), endpoint);
    if (inode.isEmpty())
        inode = listeningInode(QStringLiteral("/proc/net/tcp6"), endpoint);
    if (inode.isEmpty())
        return std::nullopt;
    const QString socketName = QStringLiteral("socket:[%1]").arg(QString::fromLatin1(inode));
    const QStringList processes = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &process : processes) {
        bool isProcess = false;
        const qint64 processId = process.toLongLong(&isProcess);
        const QString directory = QStringLiteral("/proc/") + process;
        if (isProcess && holdsSocket(directory, socketName))
            return PortHolder{processId, processName(directory)};
    }
    return std::nullopt;
}

} // namespace engine
