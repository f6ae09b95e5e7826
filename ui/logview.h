// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"

#include <QWidget>

class QAction;
class QComboBox;
class QHBoxLayout;
class QLineEdit;
class QMenu;
class QToolButton;

namespace ui
{

class HintLabel;
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
    // What can be done with the log, for a menu. Each is enabled while it would do something.
    [[nodiscard]] QAction &pauseAction() const { return *m_pauseAction; }
    [[nodiscard]] QAction &newestAction() const { return *m_newest; }
    [[nodiscard]] QAction &copyAction() const { return *m_copy; }
    [[nodiscard]] QAction &onlyAction() const { return *m_only; }
    [[nodiscard]] QAction &saveAction() const { return *m_save; }
    [[nodiscard]] QAction &clearAction() const { return *m_clear; }
    /// The same as a right click on the heading offers.
    [[nodiscard]] QMenu *makeColumnsMenu(QWidget *parent) const;
    [[nodiscard]] QByteArray saveColumns() const;
    void restoreColumns(const QByteArray &state);
    /// Writes the lines that are shown. Returns what went wrong, or nothing.
    [[nodiscard]] QString saveTo(const QString &fileName) const;

Q_SIGNALS:
    void levelChanged(engine::EventLevel level);
    /// What came of a command.
    void told(const QString &text);

private:
    void makeView();
    void makeTools(QHBoxLayout *tools);
    [[nodiscard]] QToolButton *makeButton(const QString &objectName, const QString &symbol,
                                          const QString &text, const QString &toolTip);
    [[nodiscard]] QToolButton *makeButton(const QString &objectName, const QString &symbol,
                                          const QString &text, QAction &action);
    [[nodiscard]] QAction *makeAction(const QString &objectName, const QString &text,
                                      const QKeySequence &shortcut, const QString &toolTip);
    void setUpColumns();
    void fitLevels();
    void showWaiting(int waiting);
    void setLevel(int index);
    void setFilter(const QString &text);
    void makeActions();
    void showSelection();
    void showContents();
    void showPlace();
    [[nodiscard]] QString hintText() const;
    void goToNewest();
    void showOnly(const QString &application);
    void copy();
    void save();
    void followNewest();
    void goOnFollowing();
    void takeRange(int minimum, int maximum);
    void takePlace(int place);
    void rememberPlace();
    void keepPlace(int left);

    LogModel &m_model;
    LiveTable *m_view;
    QComboBox *m_level;
    QLineEdit *m_filter;
    QToolButton *m_pause = nullptr;
    QToolButton *m_everybody = nullptr; ///< ends a filter by application, and says that there is one
    HintLabel *m_hint = nullptr;
    QAction *m_pauseAction = nullptr;
    QAction *m_newest = nullptr;
    QAction *m_copy = nullptr;
    QAction *m_save = nullptr;
    QAction *m_clear = nullptr;
    QAction *m_only = nullptr;
    int m_top = 0;
    bool m_follow = true;      ///< the update goes along with the new lines
    bool m_isFollowing = true; ///< who reads the log was last at its newest line
    bool m_isCutShort = false; ///< the place changes next because the lines have become fewer
};

} // namespace ui
