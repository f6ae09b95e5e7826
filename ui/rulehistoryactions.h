// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QStringList>

class QAction;
class QKeySequence;

namespace ui
{

class RuleModel;

/// Undo and redo of the rules, as actions that say what they would change. They are the window's: a rule that
/// was made from a connection is taken back there, too. Text fields have their own.
class RuleHistoryActions : public QObject
{
    Q_OBJECT

public:
    /// The model must outlive it.
    explicit RuleHistoryActions(RuleModel &model, QObject *parent = nullptr);

    [[nodiscard]] QAction &undoAction() const { return *m_undo; }
    [[nodiscard]] QAction &redoAction() const { return *m_redo; }

Q_SIGNALS:
    /// Something was undone or done again.
    void told(const QString &text);
    /// It was not, as it would break the profile.
    void refused(const QStringList &problems);

private:
    [[nodiscard]] QAction *makeAction(const char *objectName, const QKeySequence &shortcut,
                                      const QString &symbol);
    void undo();
    void redo();
    void show();

    RuleModel &m_model;
    QAction *m_undo;
    QAction *m_redo;
};

} // namespace ui
