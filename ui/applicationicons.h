// SPDX-License-Identifier: MIT
#pragma once

#include <QFutureWatcher>
#include <QHash>
#include <QIcon>
#include <QImage>
#include <QList>
#include <QObject>
#include <QTimer>

namespace ui
{

/// Icons of programs: by the executable's short name from the desktop's icon theme, or else as the program's
/// desktop entry has it, or else from the executable itself (Windows). Nobody waits for one: until it has
/// been looked up, and when there is none, it is a drawing that stands for any program.
class ApplicationIcons : public QObject
{
    Q_OBJECT

public:
    explicit ApplicationIcons(QObject *parent = nullptr);

    /// `path` is the executable's; empty when it is not known.
    [[nodiscard]] QIcon icon(const QString &name, const QString &path = {});

Q_SIGNALS:
    /// Some programs have icons of their own now.
    void found();

private:
    /// Programs of one name may have different icons.
    struct Wanted {
        QString name;
        QString path;

        bool operator==(const Wanted &) const = default;
        friend size_t qHash(const Wanted &wanted, size_t seed = 0)
        {
            return qHashMulti(seed, wanted.name, wanted.path);
        }
    };

    void lookUpNext();
    void keepFirst(const QIcon &icon);
    void readEntries();
    void takeEntries();
    void readFile(const Wanted &wanted);
    void takeFile();
    [[nodiscard]] QIcon entryIcon(const QString &name) const;

    QIcon m_any;
    QHash<Wanted, QIcon> m_icons;      ///< what was looked up, found or not
    QHash<QString, QString> m_entries; ///< as readDesktopIcons() has them
    QFutureWatcher<QHash<QString, QString>> m_reading;
    QFutureWatcher<QList<QImage>> m_readingFile; ///< of the first in m_wanted
    bool m_hasEntries = false;
    QList<Wanted> m_wanted;
    QTimer m_turn; ///< one look into the theme's folders for each turn of the event loop
};

} // namespace ui
