// SPDX-License-Identifier: MIT
#include "ui/programicon.h"

#include "ui/applicationicons.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>

namespace
{

/// A program that carries an icon; empty on systems where none does.
QString programWithIcon()
{
    return QStandardPaths::findExecutable(QStringLiteral("notepad.exe"));
}

bool isBlank(const QImage &image)
{
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (qAlpha(image.pixel(x, y)) != 0)
                return false;
        }
    }
    return true;
}

} // namespace

class TestProgramIcon : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasNoneOfOtherFiles();
    void readsTheIcon();
    void isFoundLater();
    void standsForAnyProgramWhereThereIsNone();
};

void TestProgramIcon::hasNoneOfOtherFiles()
{
    QVERIFY(ui::programIcon({}).isEmpty());
    QVERIFY(ui::programIcon(QStringLiteral("no such file")).isEmpty());
    QVERIFY(ui::programIcon(QStringLiteral(HOSIER_SOURCE_DIR "/README.md")).isEmpty());
    // A program, and without an icon.
    QVERIFY(ui::programIcon(QCoreApplication::applicationFilePath()).isEmpty());
}

void TestProgramIcon::readsTheIcon()
{
    if (programWithIcon().isEmpty())
        QSKIP("executables carry no icons on this system");
    const QList<QImage> images = ui::programIcon(programWithIcon());
    QList<int> widths;
    for (const QImage &image : images) {
        widths << image.width();
        QCOMPARE(image.height(), image.width());
        QVERIFY(!isBlank(image));
    }
    QCOMPARE(widths, (QList<int>{16, 32, 48}));
}

void TestProgramIcon::isFoundLater()
{
    if (programWithIcon().isEmpty())
        QSKIP("executables carry no icons on this system");
    ui::ApplicationIcons icons;
    QSignalSpy found(&icons, &ui::ApplicationIcons::found);
    // One that has none holds up nobody.
    static_cast<void>(icons.icon(QStringLiteral("of-none"), QCoreApplication::applicationFilePath()));
    const QString name = QStringLiteral("notepad.exe");
    const qint64 any = icons.icon(name, programWithIcon()).cacheKey();
    QTRY_COMPARE_WITH_TIMEOUT(found.size(), 1, 20'000);
    QVERIFY(icons.icon(name, programWithIcon()).cacheKey() != any);
    // Another of that name, elsewhere.
    QCOMPARE(icons.icon(name, QStringLiteral("C:\\elsewhere\\notepad.exe")).cacheKey(), any);
}

void TestProgramIcon::standsForAnyProgramWhereThereIsNone()
{
    ui::ApplicationIcons icons;
    QSignalSpy found(&icons, &ui::ApplicationIcons::found);
    const QString path = QCoreApplication::applicationFilePath();
    const qint64 any = icons.icon(QStringLiteral("of-none"), path).cacheKey();
    QTest::qWait(200);
    QCOMPARE(icons.icon(QStringLiteral("of-none"), path).cacheKey(), any);
    QCOMPARE(found.size(), 0);
}

QTEST_MAIN(TestProgramIcon)
#include "tst_programicon.moc"
