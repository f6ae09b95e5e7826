// SPDX-License-Identifier: MIT
#include "dialogscene.h"
#include "textcheck.h"

#include <QDialogButtonBox>
#include <QListWidget>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace
{

constexpr QSize kSmallScreen{800, 600};

/// As Qt's theme for GNOME does.
void giveLettersToStandardButtons(const QWidget &dialog)
{
    for (const QDialogButtonBox *box : dialog.findChildren<QDialogButtonBox *>()) {
        for (QAbstractButton *button : box->buttons()) {
            if (box->standardButton(button) != QDialogButtonBox::NoButton)
                button->setText(u'&' + button->text());
        }
    }
}

} // namespace

/// What translations do to dialogs, in every language.
class TestDialogTexts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_scene.reset(); }
    void fits_data() { addDialogs(); }
    void fits();
    void hasDistinctMnemonics_data() { addDialogs(); }
    void hasDistinctMnemonics();
    void leavesStandardButtonsWithoutLetters();

private:
    static void addDialogs();
    /// Goes through the dialog's pages; one without them has one.
    static void eachPage(QWidget &dialog, const std::function<void()> &look);

    QTemporaryDir m_folder;
    std::unique_ptr<DialogScene> m_scene;
};

void TestDialogTexts::initTestCase()
{
    QVERIFY(m_folder.isValid());
    QCoreApplication::setOrganizationName(u"hosier-test"_s);
    QCoreApplication::setApplicationName(u"hosier-test"_s);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    QGuiApplication::setQuitOnLastWindowClosed(false);
}

void TestDialogTexts::init()
{
    QSettings().clear();
    m_scene = std::make_unique<DialogScene>();
}

void TestDialogTexts::addDialogs()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("dialog");
    for (const ui::LanguageName &language : ui::languages()) {
        for (const QString &dialog : DialogScene::names())
            QTest::addRow("%s %s", qPrintable(language.code), qPrintable(dialog)) << language.code << dialog;
    }
}

void TestDialogTexts::eachPage(QWidget &dialog, const std::function<void()> &look)
{
    auto *list = dialog.findChild<QListWidget *>(u"settingsPages"_s);
    look();
    for (int page = 1; list != nullptr && page < list->count(); ++page) {
        list->setCurrentRow(page);
        look();
    }
}

void TestDialogTexts::fits()
{
    QFETCH(const QString, code);
    QFETCH(const QString, dialog);
    m_scene->choose(code);
    const std::unique_ptr<QWidget> shown = m_scene->makeDialog(dialog);
    shown->setAttribute(Qt::WA_DeleteOnClose, false);
    shown->show();
    QVERIFY(QTest::qWaitForWindowExposed(shown.get()));
    eachPage(*shown, [&shown] {
        QCOMPARE(cutOff(*shown), QString());
        QCOMPARE(cutOffHeading(*shown), QString());
    });
    QVERIFY2(shown->width() <= kSmallScreen.width() && shown->height() <= kSmallScreen.height(),
             qPrintable(u"%1x%2"_s.arg(shown->width()).arg(shown->height())));
}

void TestDialogTexts::hasDistinctMnemonics()
{
    QFETCH(const QString, code);
    QFETCH(const QString, dialog);
    m_scene->choose(code);
    const std::unique_ptr<QWidget> shown = m_scene->makeDialog(dialog);
    shown->setAttribute(Qt::WA_DeleteOnClose, false);
    giveLettersToStandardButtons(*shown);
    shown->show();
    eachPage(*shown, [&shown] { QCOMPARE(duplicateMnemonic(*shown), QString()); });
}

/// But those of a dialog itself have theirs.
void TestDialogTexts::leavesStandardButtonsWithoutLetters()
{
    m_scene->choose(u"en"_s);
    const std::unique_ptr<QWidget> shown = m_scene->makeDialog(u"export"_s);
    giveLettersToStandardButtons(*shown);
    shown->show();
    const auto *box = shown->findChild<QDialogButtonBox *>();
    QCOMPARE(box->button(QDialogButtonBox::Cancel)->text(), u"Cancel"_s);
    QCOMPARE(shown->findChild<QPushButton *>(u"exportChoose"_s)->text(), u"&Choose file..."_s);
}

QTEST_MAIN(TestDialogTexts)
#include "tst_dialogtexts.moc"
