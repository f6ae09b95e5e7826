// SPDX-License-Identifier: MIT
#include "ui/loginstart.h"
#include "ui/loginstartaction.h"

#include <QAction>
#include <QMenu>
#include <QMessageBox>
#include <QTest>
#include <QWidget>

using namespace Qt::StringLiterals;
using ui::LoginStartProblem;

Q_DECLARE_METATYPE(ui::LoginStartProblem)

namespace
{

struct FakeLoginStart final : ui::LoginStart {
    [[nodiscard]] bool isEnabled() const override { return enabled; }
    [[nodiscard]] std::optional<LoginStartProblem> setEnabled(bool on) override
    {
        if (!problem)
            enabled = on;
        return problem;
    }

    bool enabled = false;
    std::optional<LoginStartProblem> problem;
};

} // namespace

class TestLoginStartAction : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void switchesTheSystem();
    void showsWhatTheSystemSaysWhenItsMenuOpens();
    void tellsWhatWentWrongAndKeepsTheTruth_data();
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

void TestLoginStartAction::tellsWhatWentWrongAndKeepsTheTruth_data()
{
    using Kind = LoginStartProblem::Kind;
    QTest::addColumn<LoginStartProblem>("problem");
    QTest::addColumn<QString>("text");
    QTest::newRow("not removed") << LoginStartProblem{Kind::CannotRemove, u"/a/b"_s, u"No way"_s}
                                 << u"/a/b cannot be removed.\nNo way"_s;
    QTest::newRow("no folder") << LoginStartProblem{Kind::CannotMakeDirectory, u"/a/b"_s, {}}
                               << u"The folder of /a/b cannot be created."_s;
    QTest::newRow("not written") << LoginStartProblem{Kind::CannotWrite, u"HKEY_%1"_s, {}}
                                 << u"HKEY_%1 cannot be written."_s;
}

void TestLoginStartAction::tellsWhatWentWrongAndKeepsTheTruth()
{
    QFETCH(LoginStartProblem, problem);
    QFETCH(QString, text);
    FakeLoginStart system;
    system.problem = problem;
    QWidget window;
    QAction action;
    action.setCheckable(true);
    new ui::LoginStartAction(system, action, window);
    action.trigger();
    QVERIFY(!action.isChecked());
    const auto *box = window.findChild<QMessageBox *>(QStringLiteral("loginStartProblem"));
    QVERIFY(box != nullptr);
    QCOMPARE(box->informativeText(), text);
}

QTEST_MAIN(TestLoginStartAction)
#include "tst_loginstartaction.moc"
