// SPDX-License-Identifier: MIT
#include "app/autostart.h"

#include <QCoreApplication>
#include <QDir>
#include <QSettings>
#include <QTest>
#include <QVariant>

using namespace Qt::StringLiterals;

namespace
{

const QString kCurrentVersion = u"HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\"_s;
const QString kValue = u"Hosier"_s;

} // namespace

/// The user's own registry, which is left as it was found.
class TestAutostart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanupTestCase();
    void switchesOnAndOff();
    void isAboutThisProfileOnly();
    void followsWhatTheTaskManagerSwitchesOff_data();
    void followsWhatTheTaskManagerSwitchesOff();
    void readsWhatTheInstallerWrites_data();
    void readsWhatTheInstallerWrites();

private:
    [[nodiscard]] static QString program()
    {
        return QDir::toNativeSeparators(QCoreApplication::applicationFilePath());
    }

    QSettings m_run{kCurrentVersion + u"Run"_s, QSettings::NativeFormat};
    QSettings m_approved{kCurrentVersion + u"Explorer\\StartupApproved\\Run"_s, QSettings::NativeFormat};
    QVariant m_before;
};

void TestAutostart::initTestCase()
{
    m_before = m_run.value(kValue);
}

void TestAutostart::init()
{
    m_run.remove(kValue);
    m_approved.remove(kValue);
}

void TestAutostart::cleanupTestCase()
{
    init();
    if (m_before.isValid())
        m_run.setValue(kValue, m_before);
}

void TestAutostart::switchesOnAndOff()
{
    app::Autostart autostart({});
    QVERIFY(!autostart.isEnabled());
    QVERIFY(!autostart.setEnabled(false));
    QVERIFY(!autostart.setEnabled(true));
    QVERIFY(autostart.isEnabled());
    QCOMPARE(m_run.value(kValue).toString(), u"\"%1\" --minimized"_s.arg(program()));
    QVERIFY(!autostart.setEnabled(false));
    QVERIFY(!autostart.isEnabled());
    QVERIFY(!m_run.contains(kValue));
}

void TestAutostart::isAboutThisProfileOnly()
{
    app::Autostart own({});
    app::Autostart other(u"other.json"_s);
    QVERIFY(!other.setEnabled(true));
    QVERIFY(other.isEnabled());
    QVERIFY(!own.isEnabled());
    const QString profile = QDir::toNativeSeparators(QDir::current().absoluteFilePath(u"other.json"_s));
    QCOMPARE(m_run.value(kValue).toString(),
             u"\"%1\" --minimized --profile \"%2\""_s.arg(program(), profile));
}

void TestAutostart::followsWhatTheTaskManagerSwitchesOff_data()
{
    QTest::addColumn<QByteArray>("note");
    QTest::addColumn<bool>("enabled");
    QTest::newRow("switched on") << QByteArray::fromHex("020000000000000000000000") << true;
    QTest::newRow("switched off") << QByteArray::fromHex("0300000060a0b0c0d0e0d801") << false;
}

void TestAutostart::followsWhatTheTaskManagerSwitchesOff()
{
    QFETCH(const QByteArray, note);
    app::Autostart autostart({});
    QVERIFY(!autostart.setEnabled(true));
    m_approved.setValue(kValue, note);
    m_approved.sync();
    QTEST(autostart.isEnabled(), "enabled");
    QVERIFY(!autostart.setEnabled(true));
    QVERIFY(autostart.isEnabled());
    QVERIFY(!m_approved.contains(kValue));
}

void TestAutostart::readsWhatTheInstallerWrites_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("as the program has it") << program();
    QTest::newRow("in lower case") << program().toLower();
    QTest::newRow("in upper case") << program().toUpper();
}

void TestAutostart::readsWhatTheInstallerWrites()
{
    QFETCH(const QString, path);
    m_run.setValue(kValue, u"\"%1\" --minimized"_s.arg(path));
    m_run.sync();
    QVERIFY(app::Autostart({}).isEnabled());
}

QTEST_GUILESS_MAIN(TestAutostart)
#include "tst_autostart_windows.moc"
