// SPDX-License-Identifier: MIT
#include "app/crashnote.h"
#include "app/credentialstore.h"
#include "app/platform.h"
#include "app/profilefile.h"
#include "app/singleinstance.h"

#include <array>

#include <windows.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using app::InstanceAddress;

namespace
{

/// The path that a program of old knows a file by; empty on a volume without such names.
QString shortPath(const QString &path)
{
    std::array<wchar_t, MAX_PATH> name{};
    const std::wstring native = QDir::toNativeSeparators(path).toStdWString();
    const DWORD size = ::GetShortPathNameW(native.c_str(), name.data(), static_cast<DWORD>(name.size()));
    return QString::fromWCharArray(name.data(), static_cast<qsizetype>(size));
}

} // namespace

/// Where the starts and the sessions of one user meet.
class TestPlatform : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keysByTheUser();
    void sharesLocksBetweenStarts_data();
    void sharesLocksBetweenStarts();
    void knowsAProfileByAnySpelling_data();
    void knowsAProfileByAnySpelling();
    void tellsOtherProfilesApart();

private:
    QTemporaryDir m_directory{QDir::tempPath() + u"/A folder of \u00c4rger-XXXXXX"_s};
};

void TestPlatform::keysByTheUser()
{
    const QString key = app::userKey();
    QVERIFY2(key.startsWith(u"S-1-5-"_s), qPrintable(key));
    qputenv("USERNAME", "somebody else");
    QCOMPARE(app::userKey(), key);
}

void TestPlatform::sharesLocksBetweenStarts_data()
{
    QTest::addColumn<QByteArray>("variable");
    for (const char *variable : {"TMP", "TEMP", "LOCALAPPDATA", "APPDATA"})
        QTest::newRow(variable) << QByteArray(variable);
}

void TestPlatform::sharesLocksBetweenStarts()
{
    QFETCH(const QByteArray, variable);
    const QTemporaryDir other;
    const QByteArray before = qgetenv(variable.constData());
    const auto restore = qScopeGuard([&] { qputenv(variable.constData(), before); });
    const InstanceAddress first = InstanceAddress::forProfile(u"C:/profile.json"_s);
    QCOMPARE(first.directories.size(), qsizetype(1));
    QVERIFY(QFileInfo(first.directories.front()).isWritable());
    app::SingleInstance one(first, {});
    QCOMPARE(one.claim(), app::SingleInstance::Outcome::First);

    qputenv(variable.constData(), QDir::toNativeSeparators(other.path()).toUtf8());
    const InstanceAddress second = InstanceAddress::forProfile(u"C:/profile.json"_s);
    QCOMPARE(second.directories, first.directories);
    QCOMPARE(app::SingleInstance(second, {}).claim(), app::SingleInstance::Outcome::AlreadyRunning);
}

void TestPlatform::knowsAProfileByAnySpelling_data()
{
    QTest::addColumn<QString>("one");
    QTest::addColumn<QString>("other");
    QTest::newRow("nowhere") << u"C:\\A\\P.json"_s << u"c:\\a\\p.json"_s;
    QTest::newRow("nowhere, beyond ASCII") << u"C:/\u00c4/P.json"_s << u"c:/\u00e4/p.json"_s;

    const QString there = m_directory.filePath(u"There already.json"_s);
    QFile file(there);
    QVERIFY(m_directory.isValid() && file.open(QIODevice::WriteOnly));
    const QString missing = u"/Not there yet.json"_s;
    QTest::newRow("in capitals") << there << there.toUpper();
    QTest::newRow("not there yet") << m_directory.path() + missing << m_directory.path().toLower() + missing;
    const QString shortDirectory = shortPath(m_directory.path());
    if (shortDirectory.isEmpty())
        return;
    QTest::newRow("by its short name") << there << shortPath(there);
    QTest::newRow("not there yet, in a short one")
        << m_directory.path() + missing << shortDirectory + missing;
    QTest::newRow("two levels not there yet")
        << m_directory.path() + u"/Sub"_s + missing << shortDirectory + u"/sub"_s + missing;
}

void TestPlatform::knowsAProfileByAnySpelling()
{
    QFETCH(const QString, one);
    QFETCH(const QString, other);
    QVERIFY(one != other);
    QCOMPARE(InstanceAddress::forProfile(one).name, InstanceAddress::forProfile(other).name);
    QCOMPARE(app::credentialKey(app::canonicalPath(one), u"office"_s),
             app::credentialKey(app::canonicalPath(other), u"office"_s));
    QCOMPARE(app::crashNotePath(one), app::crashNotePath(other));
}

void TestPlatform::tellsOtherProfilesApart()
{
    const QString path = app::canonicalPath(u"C:\\A\\P.json"_s);
    QCOMPARE(path, u"c:/a/p.json"_s);
    QVERIFY(app::canonicalPath(u"C:\\A\\Q.json"_s) != path);
    QVERIFY(app::canonicalPath(u"D:\\A\\P.json"_s) != path);
}

QTEST_GUILESS_MAIN(TestPlatform)
#include "tst_platform_windows.moc"
