// SPDX-License-Identifier: MIT
#pragma once

#include <QFutureWatcher>
#include <QHash>
#include <QIcon>
#include <QObject>
#include <QStringList>
#include <QTimer>

namespace ui
{

/// Icons of programs, by the executable's short name, from the desktop's icon theme or else as the program's
/// desktop entry has it. Nobody waits for one: until a name has been looked up, and when there is none, it is
/// a drawing that stands for any program.
class ApplicationIcons : public QObject
{
    Q_OBJECT

public:
    explicit ApplicationIcons(QObject *parent = nullptr);

    [[nodiscard]] QIcon icon(const QString &name);

Q_SIGNALS:
    /// Some names have icons of their own now.
    void found();

private:
    void lookUpNext();
    void readEntries();
    void takeEntries();
    [[nodiscard]] QIcon entryIcon(const QString &name) const;

    QIcon m_any;
    QHash<QString, QIcon> m_icons;     ///< what was looked up, found or not
    QHash<QString, QString> m_entries; ///< as readDesktopIcons() has them
    QFutureWatcher<QHash<QString, QString>> m_reading;
    bool m_hasEntries = false;
    QStringList m_wanted;
    QTimer m_turn; ///< one look into the theme's folders for each turn of the event loop
};

} // namespace ui
