// SPDX-License-Identifier: MIT
#include "ui/statusbar.h"

#include "ui/proxystatus.h"
#include "ui/statuspanel.h"

#include <QApplication>
#include <QImage>
#include <QLabel>
#include <QMainWindow>
#include <QPixmap>
#include <QSignalSpy>
#include <QStatusTipEvent>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace Qt::StringLiterals;

namespace
{

const QString kLong =
    u"The system's proxy settings now name Hosier: programs that start from now on use 127.0.0.1:1080."_s;
constexpr int kNarrow = 320;
constexpr int kWide = 1'600;

/// As an action does when the mouse comes over it.
void tellTip(QMainWindow &window, const QString &tip)
{
    QStatusTipEvent event(tip);
    QApplication::sendEvent(&window, &event);
}

} // namespace

class TestStatusBar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void givesWayToWhatStands();
    void showsAllThereIsRoomFor();
    void paintsNothingOverItsWidgets();
    void makesOneLineOfSeveral();
    void forgetsTheMessage();
    void bringsTheMessageBackAfterATip_data();
    void bringsTheMessageBackAfterATip();
    void endsATimedMessageUnderATip();
    void showsNewsOverATip();
    void leavesOutTotalsForTheListeners();
    void leavesOutRatesForAMessage();

private:
    [[nodiscard]] QImage picture(const QRect &part) const { return m_bar->grab(part).toImage(); }
    void resizeTo(int width)
    {
        m_bar->resize(width, m_bar->height());
        m_bar->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_bar.get()));
    }

    /// Whether the totals, or rates, can be seen beside the rest.
    [[nodiscard]] bool shows(const char *part) const
    {
        return m_bar->findChild<QLabel *>(QLatin1String(part))->isVisible();
    }

    std::unique_ptr<ui::StatusBar> m_bar;
    QLabel *m_standing = nullptr;
};

void TestStatusBar::init()
{
    m_bar = std::make_unique<ui::StatusBar>();
    m_standing = new QLabel(u"17 live connections"_s, m_bar.get());
    m_bar->addPermanentWidget(m_standing);
    m_bar->addWidget(new QLabel(u"Listening"_s, m_bar.get()));
}

void TestStatusBar::givesWayToWhatStands()
{
    resizeTo(kNarrow);
    m_bar->showMessage(kLong);
    const QString shown = m_bar->shownMessage();
    QVERIFY2(shown.endsWith(u'…'), qPrintable(shown));
    QVERIFY(kLong.startsWith(shown.chopped(1)));
    QVERIFY(shown.size() > 3);
    QVERIFY(m_bar->fontMetrics().horizontalAdvance(shown) < m_standing->x());
    QCOMPARE(m_bar->currentMessage(), kLong);
    QCOMPARE(m_bar->toolTip(), kLong);
    QCOMPARE(m_bar->accessibleName(), kLong);
}

void TestStatusBar::showsAllThereIsRoomFor()
{
    resizeTo(kNarrow);
    m_bar->showMessage(kLong);
    resizeTo(kWide);
    QCOMPARE(m_bar->shownMessage(), kLong);
}

void TestStatusBar::paintsNothingOverItsWidgets()
{
    resizeTo(kNarrow);
    const QRect standing = m_standing->geometry();
    const QRect free(0, 0, standing.x(), m_bar->height());
    m_bar->showMessage(u" "_s);
    const QImage label = picture(standing);
    const QImage blank = picture(free);
    m_bar->showMessage(kLong);
    QCOMPARE(picture(standing), label);
    QVERIFY(picture(free) != blank);
}

void TestStatusBar::makesOneLineOfSeveral()
{
    resizeTo(kWide);
    m_bar->showMessage(u"First\nsecond"_s);
    QCOMPARE(m_bar->shownMessage(), u"First second"_s);
}

void TestStatusBar::forgetsTheMessage()
{
    resizeTo(kNarrow);
    m_bar->showMessage(kLong);
    m_bar->clearMessage();
    QCOMPARE(m_bar->toolTip(), QString());
    QCOMPARE(m_bar->accessibleName(), QString());
    QCOMPARE(m_bar->shownMessage(), QString());
}

void TestStatusBar::bringsTheMessageBackAfterATip_data()
{
    QTest::addColumn<QStringList>("tips");
    QTest::newRow("a menu without one") << QStringList{QString()};
    QTest::newRow("an action") << QStringList{u"Quit"_s, QString()};
    QTest::newRow("two actions") << QStringList{u"Copy"_s, u"Quit"_s, QString()};
}

void TestStatusBar::bringsTheMessageBackAfterATip()
{
    QFETCH(const QStringList, tips);
    QMainWindow window;
    auto *bar = new ui::StatusBar(&window);
    window.setStatusBar(bar);
    window.resize(kWide, window.height());
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    bar->showMessage(kLong);
    for (const QString &tip : tips) {
        tellTip(window, tip);
        QCOMPARE(bar->shownMessage(), tip.isEmpty() ? kLong : tip);
        QCOMPARE(bar->accessibleName(), tip.isEmpty() ? kLong : tip);
    }
    QCOMPARE(bar->currentMessage(), kLong);
    bar->clearMessage();
    QCOMPARE(bar->shownMessage(), QString());
    for (const QString &tip : tips) {
        tellTip(window, tip);
        QCOMPARE(bar->shownMessage(), tip);
    }
}

void TestStatusBar::endsATimedMessageUnderATip()
{
    QMainWindow window;
    auto *bar = new ui::StatusBar(&window);
    window.setStatusBar(bar);
    QSignalSpy changed(bar, &QStatusBar::messageChanged);
    bar->showMessage(kLong, 20);
    tellTip(window, u"Quit"_s);
    QTRY_COMPARE(changed.constLast().constFirst().toString(), u"Quit"_s);
    tellTip(window, {});
    QCOMPARE(bar->currentMessage(), QString());
}

void TestStatusBar::showsNewsOverATip()
{
    QMainWindow window;
    auto *bar = new ui::StatusBar(&window);
    window.setStatusBar(bar);
    tellTip(window, u"Quit"_s);
    QCOMPARE(bar->accessibleName(), u"Quit"_s);
    bar->showMessage(kLong);
    QCOMPARE(bar->accessibleName(), kLong);
    tellTip(window, {});
    QCOMPARE(bar->accessibleName(), kLong);
}

void TestStatusBar::leavesOutTotalsForTheListeners()
{
    m_bar = std::make_unique<ui::StatusBar>();
    const ui::ProxyStatus status({});
    const ui::StatusPanel panel(status, *m_bar);
    auto *listeners = m_bar->findChild<QWidget *>(u"statusListeners"_s);
    resizeTo(kWide);
    QVERIFY(shows("statusTotals"));
    // As wide as all parts, which have some space between them.
    int all = 0;
    for (const char *name : {"statusIcon", "statusListeners", "statusLive", "statusRates", "statusTotals"}) {
        const auto *part = m_bar->findChild<QWidget *>(QLatin1String(name));
        all += std::max(part->sizeHint().width(), part->minimumWidth());
    }
    resizeTo(all);
    QTRY_VERIFY(!shows("statusTotals"));
    QVERIFY(shows("statusRates"));
    QTRY_VERIFY(listeners->width() >= listeners->sizeHint().width());
}

void TestStatusBar::leavesOutRatesForAMessage()
{
    m_bar = std::make_unique<ui::StatusBar>();
    const ui::ProxyStatus status({});
    const ui::StatusPanel panel(status, *m_bar);
    const int message = m_bar->fontMetrics().horizontalAdvance(kLong);
    resizeTo(message + m_bar->findChild<QLabel *>(u"statusRates"_s)->width());
    m_bar->showMessage(kLong);
    QVERIFY(!shows("statusTotals"));
    QVERIFY(!shows("statusRates"));
    QTRY_COMPARE(m_bar->shownMessage(), kLong);
    m_bar->showMessage(u"Copied."_s);
    QVERIFY(!shows("statusTotals"));
    QVERIFY(shows("statusRates"));
    m_bar->clearMessage();
    QVERIFY(shows("statusRates"));
}

QTEST_MAIN(TestStatusBar)
#include "tst_statusbar.moc"
