// SPDX-License-Identifier: MIT
#include "ui/windowframes.h"

#include <QPalette>
#include <QTest>
#include <QWidget>

#include <utility>
#include <vector>

class TestWindowFrames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsDarkPalettes_data();
    void knowsDarkPalettes();
    void followWhatIsShownAndChanged();
    void leaveEverythingElseAlone();
};

namespace
{

QPalette darkPalette()
{
    QPalette palette(Qt::black);
    palette.setColor(QPalette::Window, Qt::black);
    palette.setColor(QPalette::WindowText, Qt::white);
    return palette;
}

QPalette lightPalette()
{
    QPalette palette(Qt::white);
    palette.setColor(QPalette::Window, Qt::white);
    palette.setColor(QPalette::WindowText, Qt::black);
    return palette;
}

/// What was asked of the system, in order.
struct Painted {
    std::vector<std::pair<WId, bool>> frames;

    ui::WindowFrames::Painter painter()
    {
        return [this](WId window, bool dark) {
            frames.emplace_back(window, dark);
        };
    }
};

} // namespace

void TestWindowFrames::knowsDarkPalettes_data()
{
    QTest::addColumn<QPalette>("palette");
    QTest::addColumn<bool>("dark");
    QTest::newRow("black on white") << lightPalette() << false;
    QTest::newRow("white on black") << darkPalette() << true;
}

void TestWindowFrames::knowsDarkPalettes()
{
    QFETCH(const QPalette, palette);
    QTEST(ui::isDark(palette), "dark");
}

void TestWindowFrames::followWhatIsShownAndChanged()
{
    Painted painted;
    const ui::WindowFrames frames(painted.painter());
    QWidget window;
    window.setPalette(darkPalette());
    QVERIFY(painted.frames.empty()); // there is no frame yet
    window.show();
    QVERIFY(!painted.frames.empty());
    QCOMPARE(painted.frames.back(), std::pair(window.internalWinId(), true));
    window.setPalette(lightPalette());
    QCOMPARE(painted.frames.back(), std::pair(window.internalWinId(), false));
}

void TestWindowFrames::leaveEverythingElseAlone()
{
    QWidget window;
    QWidget child(&window);
    window.show();
    Painted painted;
    {
        const ui::WindowFrames frames(painted.painter());
        child.setPalette(darkPalette());
        child.hide();
        child.show();
    }
    window.setPalette(darkPalette()); // nobody is listening any more
    QVERIFY(painted.frames.empty());
}

QTEST_MAIN(TestWindowFrames)
#include "tst_windowframes.moc"
