// SPDX-License-Identifier: MIT
#include "app/systemproxyjournal.h"

#include "app/platform.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

using namespace Qt::StringLiterals;
using engine::Message;

namespace app
{

namespace
{

constexpr int kVersion = 1;
constexpr qint64 kMaximumSize = 1 << 20; // beyond what any bypass list comes to

QJsonObject toJson(const ProxyFields &fields)
{
    QJsonObject object;
    for (auto field = fields.begin(); field != fields.end(); ++field)
        object.insert(field.key(), QJsonArray::fromStringList(field.value()));
    return object;
}

std::optional<ProxyFields> readFields(const QJsonValue &value)
{
    if (!value.isObject())
        return std::nullopt;
    const QJsonObject object = value.toObject();
    ProxyFields fields;
    for (auto field = object.begin(); field != object.end(); ++field) {
        if (!field.value().isArray())
            return std::nullopt;
        QStringList &values = fields[field.key()];
        const QJsonArray array = field.value().toArray();
        for (const auto &one : array) {
            if (!one.isString())
                return std::nullopt;
            values += one.toString();
        }
    }
    return fields;
}

std::optional<SystemProxyRecord> readRecord(const QByteArray &bytes)
{
    const QJsonObject object = QJsonDocument::fromJson(bytes).object();
    const std::optional<ProxyFields> previous = readFields(object.value("previous"_L1));
    SystemProxyRecord record{object.value("backend"_L1).toString(), previous.value_or(ProxyFields{}), {}};
    if (object.value("version"_L1).toInt() != kVersion || record.backend.isEmpty() || !previous)
        return std::nullopt;
    const QJsonArray written = object.value("written"_L1).toArray();
    for (const auto &value : written) {
        const std::optional<ProxyFields> fields = readFields(value);
        // Every one speaks of the same fields, or something is missing.
        if (!fields || fields->keys() != record.previous.keys())
            return std::nullopt;
        record.written += *fields;
    }
    return record.written.isEmpty() ? std::nullopt : std::optional(record);
}

} // namespace

SystemProxyJournal::SystemProxyJournal(const QString &directory)
    : m_directory(directory)
{
}

bool SystemProxyJournal::exists() const
{
    return QFile::exists(path());
}

SystemProxyJournal::Found SystemProxyJournal::load() const
{
    QFile file(path());
    if (!file.exists())
        return {};
    QByteArray bytes;
    if (file.open(QIODevice::ReadOnly))
        bytes = file.read(kMaximumSize);
    if (file.error() != QFileDevice::NoError)
        return {.unreadable = Message(QT_TRANSLATE_NOOP("engine::Message", "cannot read %1: %2"), path(),
                                      file.errorString())};
    const std::optional<SystemProxyRecord> record = readRecord(bytes);
    return {record, !record.has_value()};
}

std::optional<Message> SystemProxyJournal::save(const SystemProxyRecord &record) const
{
    QJsonArray written;
    for (const ProxyFields &fields : record.written)
        written += toJson(fields);
    const QByteArray bytes = QJsonDocument(QJsonObject{{u"version"_s, kVersion},
                                                       {u"backend"_s, record.backend},
                                                       {u"previous"_s, toJson(record.previous)},
                                                       {u"written"_s, written}})
                                 .toJson();
    if (!QDir().mkpath(m_directory))
        return Message(QT_TRANSLATE_NOOP("engine::Message", "cannot create %1"), m_directory);
    // Written beside its place, flushed to the disk, renamed; then the rename is flushed too.
    QSaveFile file(path());
    if (!file.open(QIODevice::WriteOnly) ||
        !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) ||
        file.write(bytes) != bytes.size() || !file.commit())
        return Message(QT_TRANSLATE_NOOP("engine::Message", "cannot write %1: %2"), path(),
                       file.errorString());
    flushDirectory(m_directory);
    return std::nullopt;
}

std::optional<Message> SystemProxyJournal::remove() const
{
    QFile file(path());
    if (!file.remove() && file.exists())
        return Message(QT_TRANSLATE_NOOP("engine::Message", "cannot remove %1: %2"), path(),
                       file.errorString());
    flushDirectory(m_directory);
    return std::nullopt;
}

QString SystemProxyJournal::putAside() const
{
    QString aside = path() + u".damaged"_s;
    QFile::remove(aside);
    if (!QFile::rename(path(), aside))
        return path();
    flushDirectory(m_directory);
    return aside;
}

QString SystemProxyJournal::path() const
{
    return m_directory + u"/system-proxy.json"_s;
}

} // namespace app
