// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

class QAction;
class QWidget;

namespace ui
{

class LoginStart;
struct LoginStartProblem;

/// Lets the user decide whether the program starts at login. The action's tick is what the system says, asked
/// anew whenever a menu with the action is about to show.
class LoginStartAction : public QObject
{
    Q_OBJECT

public:
    /// The action is in its menus already. `window` owns this, and carries the message when something goes
    /// wrong.
    LoginStartAction(LoginStart &loginStart, QAction &action, QWidget &window);

private:
    [[nodiscard]] static QString problemText(const LoginStartProblem &problem);
    void refresh();
    void change(bool enabled);

    LoginStart &m_loginStart;
    QAction &m_action;
    QWidget &m_window;
};

} // namespace ui
