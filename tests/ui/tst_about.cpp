// SPDX-License-Identifier: MIT
#include "ui/about.h"

#include <QCoreApplication>
#include <QDir>
#include <QMessageBox>
#include <QTest>
#include <QUrl>

#include <memory>

using namespace Qt::StringLiterals;

class TestAbout : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheVersionAndTheLicence();
    void saysWhereTheLicencesOfWhatIsShippedAre();
};

void TestAbout::namesTheVersionAndTheLicence()
{
    const std::unique_ptr<QMessageBox> box(ui::aboutHosier(nullptr));
    QVERIFY(box->text().contains(QCoreApplication::applicationVersion()));
    QVERIFY(box->informativeText().contains(u"MIT"_s));
}

void TestAbout::saysWhereTheLicencesOfWhatIsShippedAre()
{
    const QDir program(QCoreApplication::applicationDirPath());
    if (program.exists(u"licenses"_s))
        QSKIP("The program is installed here.");
    const QString source = u"https://download.qt.io/"_s;
    const std::unique_ptr<QMessageBox> without(ui::aboutQt(nullptr));
    QVERIFY(!without->informativeText().contains(source));
    QVERIFY(program.mkdir(u"licenses"_s));
    const std::unique_ptr<QMessageBox> with(ui::aboutQt(nullptr));
    QVERIFY(program.rmdir(u"licenses"_s));
    QVERIFY(with->informativeText().contains(source));
    const QUrl folder = QUrl::fromLocalFile(program.absoluteFilePath(u"licenses"_s));
    QVERIFY(with->informativeText().contains(folder.toString(QUrl::FullyEncoded)));
}

QTEST_MAIN(TestAbout)
#include "tst_about.moc"
