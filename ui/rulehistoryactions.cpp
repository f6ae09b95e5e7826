// SPDX-License-Identifier: MIT
#include "ui/rulehistoryactions.h"

#include "ui/format.h"
#include "ui/icons.h"
#include "ui/rulemodel.h"

#include <QAction>
#include <QKeySequence>

namespace ui
{

RuleHistoryActions::RuleHistoryActions(RuleModel &model, QObject *parent)
    : QObject(parent)
    , m_model(model)
    , m_undo(makeAction("actionUndo", QKeySequence(Qt::CTRL | Qt::Key_Z), QStringLiteral("undo")))
    , m_redo(makeAction("actionRedo", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QStringLiteral("redo")))
{
    connect(m_undo, &QAction::triggered, this, &RuleHistoryActions::undo);
    connect(m_redo, &QAction::triggered, this, &RuleHistoryActions::redo);
    connect(&m_model, &RuleModel::historyChanged, this, &RuleHistoryActions::show);
    show();
}

QAction *RuleHistoryActions::makeAction(const char *objectName, const QKeySequence &shortcut,
                                        const QString &symbol)
{
    auto *action = new QAction(symbolIcon(symbol), {}, this);
    action->setObjectName(QLatin1String(objectName));
    action->setShortcut(shortcut);
    return action;
}

void RuleHistoryActions::undo()
{
    const QString what = m_model.undoText();
    const QStringList problems = m_model.undo();
    if (problems.isEmpty())
        Q_EMIT told(tr("Undone: %1.", "a change of the rules").arg(what));
    else
        Q_EMIT refused(problems);
}

void RuleHistoryActions::redo()
{
    const QString what = m_model.redoText();
    const QStringList problems = m_model.redo();
    if (problems.isEmpty())
        Q_EMIT told(tr("Done again: %1.", "a change of the rules").arg(what));
    else
        Q_EMIT refused(problems);
}

void RuleHistoryActions::show()
{
    const auto showOne = [](QAction &action, bool isPossible, const QString &text, const QString &toolTip) {
        action.setEnabled(isPossible);
        action.setText(text);
        action.setToolTip(toolTip);
        action.setStatusTip(toolTip);
    };
    const RuleHistory &history = m_model.history();
    const QString undo = m_model.undoText();
    const QString redo = m_model.redoText();
    showOne(*m_undo, history.canUndo(),
            undo.isEmpty() ? tr("&Undo") : tr("&Undo: %1", "a change of the rules").arg(menuText(undo)),
            undo.isEmpty() ? tr("No change of the rules can be undone")
                           : tr("Undo the last change of the rules: %1").arg(undo));
    showOne(*m_redo, history.canRedo(),
            redo.isEmpty() ? tr("&Redo") : tr("&Redo: %1", "a change of the rules").arg(menuText(redo)),
            redo.isEmpty() ? tr("No change of the rules was undone")
                           : tr("Make the change of the rules again: %1").arg(redo));
}

} // namespace ui
