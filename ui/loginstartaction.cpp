// SPDX-License-Identifier: MIT
#include "ui/loginstartaction.h"

#include "ui/loginstart.h"

#include <QAction>
#include <QMenu>
#include <QMessageBox>
#include <QWidget>

namespace ui
{

LoginStartAction::LoginStartAction(LoginStart &loginStart, QAction &action, QWidget &window)
    : QObject(&window)
    , m_loginStart(loginStart)
    , m_action(action)
    , m_window(window)
{
    connect(&m_action, &QAction::triggered, this, &LoginStartAction::change);
    // Other programs change it too.
    for (QObject *object : m_action.associatedObjects()) {
        if (auto *menu = qobject_cast<QMenu *>(object))
            connect(menu, &QMenu::aboutToShow, this, &LoginStartAction::refresh);
    }
    refresh();
}

void LoginStartAction::refresh()
{
    m_action.setChecked(m_loginStart.isEnabled());
}

QString LoginStartAction::problemText(const LoginStartProblem &problem)
{
    QString text;
    switch (problem.kind) {
    case LoginStartProblem::Kind::CannotRemove:
        text = tr("%1 cannot be removed.", "file").arg(problem.where);
        break;
    case LoginStartProblem::Kind::CannotMakeDirectory:
        text = tr("The folder of %1 cannot be created.", "file").arg(problem.where);
        break;
    case LoginStartProblem::Kind::CannotWrite:
        text = tr("%1 cannot be written.", "file, or key of the registry").arg(problem.where);
        break;
    }
    return problem.detail.isEmpty() ? text : text + u'\n' + problem.detail;
}

void LoginStartAction::change(bool enabled)
{
    const std::optional<LoginStartProblem> problem = m_loginStart.setEnabled(enabled);
    refresh();
    if (!problem)
        return;
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Start at login"),
                                tr("Whether Hosier starts at login could not be changed."), QMessageBox::Ok,
                                &m_window);
    box->setObjectName(QStringLiteral("loginStartProblem"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(problemText(*problem));
    box->open();
}

} // namespace ui
