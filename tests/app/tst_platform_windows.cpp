// SPDX-License-Identifier: MIT
#include "app/platform.h"
#include "app/singleinstance.h"

#include <QDir>
#include <QFileInfo>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// Where the starts and the sessions of one user meet.
class TestPlatform : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keysByTheUser();
    void sharesLocksBetweenStarts_data();
    void sharesLocksBetweenStarts();
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
    const app::InstanceAddress first = app::InstanceAddress::forProfile(u"C:/profile.json"_s);
    QCOMPARE(first.directories.size(), qsizetype(1));
    QVERIFY(QFileInfo(first.directories.front()).isWritable());
    app::SingleInstance one(first, {});
    QCOMPARE(one.claim(), app::SingleInstance::Outcome::First);

    qputenv(variable.constData(), QDir::toNativeSeparators(other.path()).toUtf8());
    const app::InstanceAddress second = app::InstanceAddress::forProfile(u"C:/profile.json"_s);
    QCOMPARE(second.directories, first.directories);
    QCOMPARE(app::SingleInstance(second, {}).claim(), app::SingleInstance::Outcome::AlreadyRunning);
}

QTEST_GUILESS_MAIN(TestPlatform)
#include "tst_platform_windows.moc"
