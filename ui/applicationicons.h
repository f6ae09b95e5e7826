// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QIcon>
#include <QObject>
#include <QStringList>
#include <QTimer>

namespace ui
{

/// Icons of programs, by the executable's short name, from the desktop's icon theme. Nobody waits for one:
/// until a name has been looked up, and when the theme has none, it is a drawing that stands for any program.
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

    QIcon m_any;
    QHash<QString, QIcon> m_icons; ///< what was looked up, found or not
    QStringList m_wanted;
    QTimer m_turn; ///< one look into the theme's folders for each turn of the event loop
};

} // namespace ui
