// SPDX-License-Identifier: MIT
#include "ui/programentry.h"
#include "ui/programentry_unix.h"

#include <QDir>
#include <QFile>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace Qt::StringLiterals;

/// What files are known by; tst_rules has those that are named by their whole path.
class TestProgramEntry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesAPathFromWhereItIsSaid_data();
    void takesAPathFromWhereItIsSaid();
    void findsTheSnapOfACommand_data();
    void findsTheSnapOfACommand();
};

void TestProgramEntry::takesAPathFromWhereItIsSaid_data()
{
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("entry");
    QTest::newRow("beside") << "./x.sh"
                            << "HERE/x.sh";
    QTest::newRow("with a detour") << "folder/../x.sh"
                                   << "HERE/x.sh";
    QTest::newRow("a name") << "x.sh"
                            << "x.sh";
    QTest::newRow("a file that is not there") << "./none.sh"
                                              << "./none.sh";
    QTest::newRow("a path of Windows") << "c:/Tools/curl.exe"
                                       << "c:/Tools/curl.exe";
}

void TestProgramEntry::takesAPathFromWhereItIsSaid()
{
    QFETCH(const QString, said);
    QFETCH(QString, entry);
    const QTemporaryDir folder;
    QFile script(folder.filePath(u"x.sh"_s));
    QVERIFY(script.open(QIODevice::WriteOnly) && script.write("#!/bin/sh\n") > 0);
    script.close();
    const QString before = QDir::currentPath();
    const auto goBack = qScopeGuard([&before] { QDir::setCurrent(before); });
    QVERIFY(QDir::setCurrent(folder.path()));
    QVERIFY(QDir().mkdir(u"folder"_s));
    QCOMPARE(ui::programEntryOf(said), entry.replace(u"HERE"_s, QDir::currentPath()));
}

void TestProgramEntry::findsTheSnapOfACommand_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("snap");
    QTest::newRow("of the Snap's name") << "firefox"
                                        << "firefox";
    QTest::newRow("of another name") << "firefox.geckodriver"
                                     << "firefox";
    QTest::newRow("an alias") << "lxc"
                              << "lxd";
    QTest::newRow("an alias of the Snap's name") << "browser"
                                                 << "firefox";
    QTest::newRow("an alias with a dot") << "mkfs.lxd"
                                         << "lxd";
    QTest::newRow("not there") << "gimp.plugin"
                               << "gimp";
}

void TestProgramEntry::findsTheSnapOfACommand()
{
    QFETCH(const QString, command);
    QFETCH(const QString, snap);
    const QTemporaryDir folder;
    const auto link = [&folder](const char *name, const char *target) {
        const QByteArray path = QFile::encodeName(folder.filePath(QLatin1String(name)));
        return ::symlink(target, path.constData()) == 0;
    };
    for (const char *name : {"firefox", "firefox.geckodriver", "lxd", "lxd.lxc"})
        QVERIFY(link(name, "/usr/bin/snap"));
    QVERIFY(link("lxc", "lxd.lxc"));
    QVERIFY(link("mkfs.lxd", "lxd.lxc"));
    QVERIFY(link("browser", "firefox"));
    QCOMPARE(ui::snapOfCommand(folder.path(), command), snap);
}

QTEST_GUILESS_MAIN(TestProgramEntry)
#include "tst_programentry_unix.moc"
