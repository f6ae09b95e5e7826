// SPDX-License-Identifier: MIT
#include "ui/loginstart.h"
#include "ui/loginstartaction.h"

#include <QAction>
#include <QMenu>
#include <QMessageBox>
#include <QTest>
#include <QWidget>

namespace
{

struct FakeLoginStart final : ui::LoginStart {
    [[nodiscard]] bool isEnabled() const override { return enabled; }
    [[nodiscard]] QString setEnabled(bool on) override
    {
        if (problem.isEmpty())
            enabled = on;
        return problem;
    }

    bool enabled = false;
    QString problem;
};

} // namespace

class TestLoginStartAction : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void switchesTheSystem();
    void showsWhatTheSystemSaysWhenItsMenuOpens();
    void tellsWhatWentWrongAndKeepsTheTruth();
};

void TestLoginStartAction::switchesTheSystem()
{
    FakeLoginStart system;
    QWidget window;
    QAction action;
    action.setCheckable(true);
    new ui::LoginStartAction(system, action, window);
    QVERIFY(!action.isChecked());
    action.trigger();
    QVERIFY(system.enabled);
    QVERIFY(action.isChecked());
    action.trigger();
    QVERIFY(!system.enabled);
    QVERIFY(!action.isChecked());
}

void TestLoginStartAction::showsWhatTheSystemSaysWhenItsMenuOpens()
{
    FakeLoginStart system;
    QWidget window;
    QAction action;
    action.setCheckable(true);
    QMenu menu;
    menu.addAction(&action);
    new ui::LoginStartAction(system, action, window);
    system.enabled = true;
    Q_EMIT menu.aboutToShow();
    QVERIFY(action.isChecked());
}

void TestLoginStartAction::tellsWhatWentWrongAndKeepsTheTruth()
{
    FakeLoginStart system;
    system.problem = QStringLiteral("cannot write the entry");
    QWidget window;
    QAction action;
    action.setCheckable(true);
    new ui::LoginStartAction(system, action, window);
    action.trigger();
    QVERIFY(!action.isChecked());
    const auto *box = window.findChild<QMessageBox *>(QStringLiteral("loginStartProblem"));
    QVERIFY(box != nullptr);
    QCOMPARE(box->informativeText(), system.problem);
}

QTEST_MAIN(TestLoginStartAction)
#include "tst_loginstartaction.moc"
