// SPDX-License-Identifier: MIT
#include "app/autostart.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// Linux: the entry in a configuration directory of the test's own.
class TestAutostart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void switchesOnAndOff();
    void followsWhereTheWindowStarts();
    void isAboutThisProfileOnly();
    void followsWhatTheDesktopSwitchesOff_data();
    void followsWhatTheDesktopSwitchesOff();
    void quotesWhatIsSpecial();
    void tellsWhatGoesWrong();

private:
    [[nodiscard]] QString entryPath() const { return m_directory->filePath(u"autostart/hosier.desktop"_s); }
    [[nodiscard]] QByteArray entry() const;

    std::unique_ptr<QTemporaryDir> m_directory;
};

void TestAutostart::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_directory->path()));
}

QByteArray TestAutostart::entry() const
{
    QFile file(entryPath());
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void TestAutostart::switchesOnAndOff()
{
    app::Autostart autostart({});
    QVERIFY(!autostart.isEnabled());
    QVERIFY(!autostart.setEnabled(false));
    QVERIFY(!autostart.setEnabled(true));
    QVERIFY(autostart.isEnabled());
    QVERIFY(!autostart.setEnabled(true));
    const QByteArray program = QCoreApplication::applicationFilePath().toUtf8();
    QVERIFY(entry().contains("\nExec=\"" + program + "\" \"--minimized\"\n"));
    QVERIFY(!autostart.setEnabled(false));
    QVERIFY(!autostart.isEnabled());
    QVERIFY(!QFile::exists(entryPath()));
}

void TestAutostart::followsWhereTheWindowStarts()
{
    app::Autostart autostart(u"/profiles/work.json"_s, false);
    QVERIFY(!autostart.setMinimized(true));
    QVERIFY(!QFile::exists(entryPath())); // Nobody asked for an entry.
    QVERIFY(!autostart.setMinimized(false));
    QVERIFY(!autostart.setEnabled(true));
    QVERIFY(autostart.isEnabled());
    QVERIFY(!entry().contains("--minimized"));
    QVERIFY(entry().contains("\"--profile\" \"/profiles/work.json\""));
    QVERIFY(!autostart.setMinimized(true));
    QVERIFY(autostart.isEnabled());
    QVERIFY(entry().contains("\" \"--minimized\" \"--profile\""));
    QVERIFY(app::Autostart(u"/profiles/work.json"_s).isEnabled());
}

void TestAutostart::isAboutThisProfileOnly()
{
    app::Autostart own({});
    app::Autostart other(u"other.json"_s);
    QVERIFY(!other.setEnabled(true));
    QVERIFY(other.isEnabled());
    QVERIFY(!own.isEnabled());
    QVERIFY(entry().contains("\"--profile\" \"" + QDir::currentPath().toUtf8() + "/other.json\""));
    QVERIFY(!own.setEnabled(true));
    QVERIFY(own.isEnabled());
    QVERIFY(!other.isEnabled());
}

void TestAutostart::followsWhatTheDesktopSwitchesOff_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("hidden") << QByteArray("Hidden=true");
    QTest::newRow("GNOME") << QByteArray("X-GNOME-Autostart-enabled=false");
}

void TestAutostart::followsWhatTheDesktopSwitchesOff()
{
    QFETCH(const QByteArray, line);
    app::Autostart autostart({});
    QVERIFY(!autostart.setEnabled(true));
    QFile file(entryPath());
    QVERIFY(file.open(QIODevice::Append));
    file.write(line + '\n');
    file.close();
    QVERIFY(!autostart.isEnabled());
    QVERIFY(!autostart.setEnabled(true));
    QVERIFY(autostart.isEnabled());
}

void TestAutostart::quotesWhatIsSpecial()
{
    app::Autostart autostart(uR"(/a "b" $c `d` \e 100%)"_s);
    QVERIFY(!autostart.setEnabled(true));
    QVERIFY(autostart.isEnabled());
    // Four backslashes stand for one of the path: two for the quotes, and each of them twice for the value.
    QVERIFY(entry().contains(R"("/a \\"b\\" \\$c \\`d\\` \\\\e 100%%")"));
}

void TestAutostart::tellsWhatGoesWrong()
{
    QFile file(m_directory->filePath(u"autostart"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    app::Autostart autostart({});
    const auto problem = autostart.setEnabled(true);
    QVERIFY(problem.has_value());
    QCOMPARE(problem->kind, ui::LoginStartProblem::Kind::CannotMakeDirectory);
    QCOMPARE(problem->where, file.fileName() + u"/hosier.desktop"_s);
    QVERIFY(!autostart.isEnabled());
}

QTEST_GUILESS_MAIN(TestAutostart)
#include "tst_autostart.moc"
