// SPDX-License-Identifier: MIT
#include "ui/profilerecovery.h"

#include <QAbstractButton>
#include <QDir>
#include <QObject>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using Choice = ui::ProfileRecovery::Choice;

namespace
{

const QStringList kProblems{u"$.version: must be 1"_s, u"$.listeners: is missing"_s};
const QDateTime kBackupTime(QDate(2'026, 11, 29), QTime(11, 22));

} // namespace

class ProfileRecoveryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatIsWrong();
    void tellsOfTheBackup();
    void offersNoBackupWhereThereIsNone();
    void isAnsweredByKey_data();
    void isAnsweredByKey();
};

void ProfileRecoveryTest::tellsWhatIsWrong()
{
    const ui::ProfileRecovery offer(u"/config/profile.json"_s, kProblems, std::nullopt);
    QVERIFY(offer.informativeText().contains(QDir::toNativeSeparators(u"/config/profile.json"_s)));
    QVERIFY(offer.informativeText().contains(kProblems.front()));
    QVERIFY(offer.detailedText().contains(kProblems.back()));
}

void ProfileRecoveryTest::tellsOfTheBackup()
{
    const ui::ProfileRecovery offer(u"p.json"_s, kProblems, kBackupTime);
    QVERIFY(offer.informativeText().contains(QLocale().toString(kBackupTime, QLocale::ShortFormat)));
}

void ProfileRecoveryTest::offersNoBackupWhereThereIsNone()
{
    const ui::ProfileRecovery offer(u"p.json"_s, kProblems, std::nullopt);
    QCOMPARE(offer.findChild<QAbstractButton *>(u"useBackup"_s), nullptr);
    QVERIFY(!offer.informativeText().contains(u"backup"_s));
}

void ProfileRecoveryTest::isAnsweredByKey_data()
{
    QTest::addColumn<bool>("hasBackup");
    QTest::addColumn<Qt::Key>("key");
    QTest::addColumn<Qt::KeyboardModifiers>("modifiers");
    QTest::addColumn<Choice>("choice");
    const Qt::KeyboardModifiers none = Qt::NoModifier;
    const Qt::KeyboardModifiers alt = Qt::AltModifier;
    QTest::newRow("Return") << true << Qt::Key_Return << none << Choice::Backup;
    QTest::newRow("Alt+B") << true << Qt::Key_B << alt << Choice::Backup;
    QTest::newRow("Alt+A") << true << Qt::Key_A << alt << Choice::Afresh;
    QTest::newRow("Alt+Q") << true << Qt::Key_Q << alt << Choice::Quit;
    QTest::newRow("Escape") << true << Qt::Key_Escape << none << Choice::Quit;
    // Nobody is to lose rules by a key that is pressed too soon.
    QTest::newRow("Return without a backup") << false << Qt::Key_Return << none << Choice::Quit;
    QTest::newRow("Alt+A without a backup") << false << Qt::Key_A << alt << Choice::Afresh;
}

void ProfileRecoveryTest::isAnsweredByKey()
{
    QFETCH(const bool, hasBackup);
    QFETCH(const Qt::Key, key);
    QFETCH(const Qt::KeyboardModifiers, modifiers);
    ui::ProfileRecovery offer(u"p.json"_s, kProblems, hasBackup ? std::optional(kBackupTime) : std::nullopt);
    const QSignalSpy finished(&offer, &QDialog::finished);
    offer.show();
    QVERIFY(QTest::qWaitForWindowActive(&offer));
    QTest::keyClick(&offer, key, modifiers);
    QTRY_COMPARE(finished.size(), 1);
    QTEST(offer.choice(), "choice");
}

QTEST_MAIN(ProfileRecoveryTest)
#include "tst_profilerecovery.moc"
