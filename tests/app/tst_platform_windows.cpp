// SPDX-License-Identifier: MIT
#include "app/platform.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// Where the sessions of one user meet.
class TestPlatform : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void keysByTheUser();
    void sharesLocksBetweenSessions();
    void cleanupTestCase();

private:
    QByteArray m_temp;
};

void TestPlatform::initTestCase()
{
    m_temp = qgetenv("TMP");
}

void TestPlatform::cleanupTestCase()
{
    qputenv("TMP", m_temp);
}

void TestPlatform::keysByTheUser()
{
    const QString key = app::userKey();
    QVERIFY2(key.startsWith(u"S-1-5-"_s), qPrintable(key));
    qputenv("USERNAME", "somebody else");
    QCOMPARE(app::userKey(), key);
}

void TestPlatform::sharesLocksBetweenSessions()
{
    const QTemporaryDir root;
    const QDir temp(root.path());
    QVERIFY(temp.mkdir(u"2"_s));
    const auto directoriesIn = [](const QString &path) {
        qputenv("TMP", QDir::toNativeSeparators(path).toUtf8());
        return app::instanceDirectories();
    };
    const QStringList console = directoriesIn(temp.path());
    QCOMPARE(console.size(), qsizetype(1));
    QCOMPARE(QDir(console.front()).canonicalPath(), temp.canonicalPath());
    QCOMPARE(directoriesIn(temp.filePath(u"2"_s)), console);
}

QTEST_GUILESS_MAIN(TestPlatform)
#include "tst_platform_windows.moc"
