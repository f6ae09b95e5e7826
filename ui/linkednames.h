// SPDX-License-Identifier: MIT
#pragma once

#include "ui/background.h"

#include <QObject>
#include <QStringList>

namespace ui
{

/// Tells of names whose commands lead to programs of other names. The files are looked at on another thread,
/// for they may be on a slow network: one list at a time, and of those that come meanwhile only the newest.
class LinkedNames : public QObject
{
    Q_OBJECT

public:
    explicit LinkedNames(QObject *parent = nullptr);

    /// In place of those before, if they are not looked at yet.
    void look(const QStringList &names);

Q_SIGNALS:
    /// A line for each of the first few; empty when there are none. Never from within look().
    void told(const QString &text);

private:
    void tell(const QStringList &linked);

    NewestInBackground<QStringList, QStringList> m_lookup;
};

} // namespace ui
