// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"

#include <QWidget>

class QAction;
class QComboBox;
class QHBoxLayout;
class QLineEdit;
class QToolButton;

namespace ui
{

class LiveTable;
class LogModel;

/// The log: its lines, and above them what narrows, holds and takes them.
class LogView : public QWidget
{
    Q_OBJECT

public:
    explicit LogView(LogModel &model, QWidget *parent = nullptr);

    [[nodiscard]] LiveTable &view() const { return *m_view; }
    [[nodiscard]] QLineEdit &filterEdit() const { return *m_filter; }
    /// Shows lines of this level and more important ones.
    void setShownLevel(engine::EventLevel level);
    [[nodiscard]] QByteArray saveColumns() const;
    void restoreColumns(const QByteArray &state);
    /// Writes the lines that are shown. Returns what went wrong, or nothing.
    [[nodiscard]] QString saveTo(const QString &fileName) const;

Q_SIGNALS:
    void levelChanged(engine::EventLevel level);

private:
    void makeView();
    void makeTools(QHBoxLayout *tools);
    QToolButton *makeButton(const QString &objectName, const QString &symbol, const QString &text,
                            const QString &toolTip);
    void showWaiting(int waiting);
    void setLevel(int index);
    void makeActions();
    void showSelection();
    void showOnly(const QString &application);
    void copy();
    void save();
    void rememberPlace();
    void keepPlace(int left);

    LogModel &m_model;
    LiveTable *m_view;
    QComboBox *m_level;
    QLineEdit *m_filter;
    QToolButton *m_pause = nullptr;
    QToolButton *m_everybody = nullptr; ///< ends a filter by application, and says that there is one
    QAction *m_only = nullptr;
    int m_top = 0;
    bool m_follow = true; ///< the last line was in sight before the update
};

} // namespace ui
