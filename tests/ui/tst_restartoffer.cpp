// SPDX-License-Identifier: MIT
#include "ui/restartoffer.h"

#include <QAbstractButton>
#include <QDir>
#include <QObject>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;

class RestartOfferTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheNote();
    void saysNothingOfANoteThatIsNotThere();
    void isAnsweredByKey_data();
    void isAnsweredByKey();
};

void RestartOfferTest::namesTheNote()
{
    const ui::RestartOffer offer(u"/state/crash-1.txt"_s);
    QVERIFY(offer.informativeText().contains(QDir::toNativeSeparators(u"/state/crash-1.txt"_s)));
}

void RestartOfferTest::saysNothingOfANoteThatIsNotThere()
{
    const ui::RestartOffer offer{QString()};
    QVERIFY(!offer.informativeText().contains(u"note"_s));
    QVERIFY(!offer.informativeText().contains(u"%1"_s));
}

void RestartOfferTest::isAnsweredByKey_data()
{
    QTest::addColumn<Qt::Key>("key");
    QTest::addColumn<Qt::KeyboardModifiers>("modifiers");
    QTest::addColumn<bool>("isAccepted");
    const Qt::KeyboardModifiers none = Qt::NoModifier;
    QTest::newRow("Return") << Qt::Key_Return << none << true;
    QTest::newRow("Alt+R") << Qt::Key_R << Qt::KeyboardModifiers(Qt::AltModifier) << true;
    QTest::newRow("Alt+C") << Qt::Key_C << Qt::KeyboardModifiers(Qt::AltModifier) << false;
    QTest::newRow("Escape") << Qt::Key_Escape << none << false;
}

void RestartOfferTest::isAnsweredByKey()
{
    QFETCH(Qt::Key, key);
    QFETCH(Qt::KeyboardModifiers, modifiers);
    QFETCH(bool, isAccepted);
    ui::RestartOffer offer{QString()};
    const QSignalSpy finished(&offer, &QDialog::finished);
    offer.show();
    QVERIFY(QTest::qWaitForWindowActive(&offer));
    QTest::keyClick(&offer, key, modifiers);
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(offer.isAccepted(), isAccepted);
}

QTEST_MAIN(RestartOfferTest)

#include "tst_restartoffer.moc"
