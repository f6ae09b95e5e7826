// SPDX-License-Identifier: MIT
#pragma once

#include "ui/serverurl.h"

#include <QHash>
#include <QObject>
#include <QStringList>

class QWidget;

namespace ui
{

class ProfileStore;

/// Adds the servers that a pasted text names, all of them or none, and tells what became of each line. One
/// that there is already is not added again, but goes by the password that the text has for it.
class ServerPasting : public QObject
{
    Q_OBJECT

public:
    /// Questions are asked before `parent`.
    ServerPasting(ProfileStore &store, QWidget *parent);

    void add(const PastedServers &pasted);

Q_SIGNALS:
    void added(const QStringList &ids);
    /// One line each, and never what stood in a line that was not understood.
    void told(const QStringList &lines);
    /// Later than that: what kept passwords from being stored.
    void notStored(const QStringList &ids, const QString &problem);

private:
    void addNow(const PastedServers &pasted);
    [[nodiscard]] QStringList put(const QList<PastedServer> &servers);
    void givePasswords(const QStringList &ids, const QHash<QString, QByteArray> &passwords);

    ProfileStore &m_store;
    QWidget *m_parent;
};

} // namespace ui
