// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QList>
#include <QTimer>
#include <QWidget>

#include <functional>

class QComboBox;
class QDoubleSpinBox;
class QGridLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace ui
{

class ProfileStore;

/// The profile's limits and timeouts, each with its default, and the relay. A change is put in force a moment
/// after the last touch; what the profile's own check has against it is told here, and then nothing has
/// changed.
class LimitsPage : public QWidget
{
    Q_OBJECT

public:
    explicit LimitsPage(ProfileStore &store, QWidget *parent = nullptr);

    /// What is typed so far counts from now on, as if the field had been left.
    void finishTyping();
    /// Puts in force at once what still waits for that. False when it cannot be; the page says why.
    [[nodiscard]] bool commit();

private:
    /// One number of the profile and its field.
    struct Row {
        QString key; ///< in the profile's "limits"
        QString name;
        std::function<double(const engine::Limits &)> get;
        std::function<void(engine::Limits &, double)> set;
        QDoubleSpinBox *field = nullptr;
        QToolButton *reset = nullptr;
    };

    [[nodiscard]] QWidget *makeNumbers();
    [[nodiscard]] QWidget *makeRelay();
    void addDuration(QGridLayout &grid, const char *key, const QString &name, const QString &toolTip,
                     std::chrono::milliseconds engine::Limits::*member);
    void addCount(QGridLayout &grid, const char *key, const QString &name, const QString &toolTip,
                  int engine::Limits::*member);
    void addRow(QGridLayout &grid, Row row, const QString &toolTip, const QString &defaultText);
    void show();
    void showResets();
    void waitALittle();
    void restoreDefaults();
    [[nodiscard]] QString readable(const QString &problem) const;

    ProfileStore &m_store;
    QList<Row> m_rows;
    QComboBox *m_pump;
    QLabel *m_problems;
    QPushButton *m_restore;
    QTimer m_delay;
    bool m_isChanged = false; ///< since the last commit()
};

} // namespace ui
