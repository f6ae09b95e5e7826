// SPDX-License-Identifier: MIT
#include "app/serverpasswords.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#endif

using namespace Qt::StringLiterals;
using app::readPasswordFile;
using app::readPasswordFiles;

namespace
{

constexpr auto kOwnerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

engine::ServerProfile server(const QString &id, const QString &path)
{
    engine::ServerProfile profile;
    profile.id = id;
    profile.passwordFile = path;
    return profile;
}

} // namespace

class ServerPasswordsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheFirstLine_data();
    void readsTheFirstLine();
    void refusesALengthThatCannotBeSaid_data();
    void refusesALengthThatCannotBeSaid();
#ifdef Q_OS_UNIX
    void looksAtTheMode_data();
    void looksAtTheMode();
    void waitsForNobody();
#endif
    void refusesWhatIsNoFile_data();
    void refusesWhatIsNoFile();
    void readsThoseOfAllServers();

private:
    QString write(const QString &name, const QByteArray &content, QFileDevice::Permissions mode = kOwnerOnly)
    {
        QFile file(m_directory.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        file.setPermissions(mode);
        return file.fileName();
    }

    QTemporaryDir m_directory;
};

void ServerPasswordsTest::readsTheFirstLine_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("password");
    QTest::newRow("one line") << QByteArray("secret\n") << QByteArray("secret");
    QTest::newRow("no end of line") << QByteArray("secret") << QByteArray("secret");
    QTest::newRow("written on Windows") << QByteArray("secret\r\n") << QByteArray("secret");
    QTest::newRow("several lines") << QByteArray("secret\nnot this\n") << QByteArray("secret");
    QTest::newRow("spaces are part of it") << QByteArray(" se cret \n") << QByteArray(" se cret ");
    QTest::newRow("any bytes") << QByteArray("\x01\xff:\xc3\xa4\n") << QByteArray("\x01\xff:\xc3\xa4");
    QTest::newRow("one byte") << QByteArray("x") << QByteArray("x");
    for (const char *end : {"", "\n", "\r\n", "\nmore"})
        QTest::addRow("longest, end %s", QByteArray(end).toHex().constData())
            << QByteArray(255, 'x') + end << QByteArray(255, 'x');
}

void ServerPasswordsTest::readsTheFirstLine()
{
    QFETCH(const QByteArray, content);
    QFETCH(const QByteArray, password);
    const auto read = readPasswordFile(write(u"password"_s, content));
    QVERIFY(read.hasValue());
    QCOMPARE(*read, password);
}

void ServerPasswordsTest::refusesALengthThatCannotBeSaid_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("empty line") << QByteArray("\n");
    QTest::newRow("empty first line") << QByteArray("\r\nsecret\n");
    for (const char *end : {"", "\n", "\r\n"})
        QTest::addRow("too long, end %s", QByteArray(end).toHex().constData()) << QByteArray(256, 'x') + end;
    QTest::newRow("much too long") << QByteArray(1'000'000, 'x');
}

void ServerPasswordsTest::refusesALengthThatCannotBeSaid()
{
    QFETCH(const QByteArray, content);
    const QString path = write(u"password"_s, content);
    const auto read = readPasswordFile(path);
    QVERIFY(!read.hasValue());
    QVERIFY(read.error().toEnglish().contains(path));
    QVERIFY(read.error().toEnglish().contains(u"255"_s));
    QVERIFY(!read.error().toEnglish().contains(u"xx"_s)); // nothing of what was read
}

#ifdef Q_OS_UNIX
void ServerPasswordsTest::looksAtTheMode_data()
{
    QTest::addColumn<int>("mode");
    QTest::addColumn<bool>("accepted");
    for (const int mode : {0600, 0400, 0700, 0500, 0610, 0601})
        QTest::addRow("%o", static_cast<unsigned>(mode)) << mode << true;
    for (const int mode : {0644, 0640, 0604, 0620, 0602, 0660, 0606, 0666, 0777})
        QTest::addRow("%o", static_cast<unsigned>(mode)) << mode << false;
}

void ServerPasswordsTest::looksAtTheMode()
{
    QFETCH(const int, mode);
    QFETCH(const bool, accepted);
    const QString path = write(u"password"_s, "secret\n");
    QCOMPARE(::chmod(QFile::encodeName(path).constData(), static_cast<mode_t>(mode)), 0);
    const auto read = readPasswordFile(path);
    QCOMPARE(read.hasValue(), accepted);
    if (!accepted)
        QVERIFY(read.error().toEnglish().contains(u"open to others"_s));
    QVERIFY(QFile::remove(path));
}

/// A pipe that nobody writes to.
void ServerPasswordsTest::waitsForNobody()
{
    const QString path = m_directory.filePath(u"pipe"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(path).constData(), 0600), 0);
    QVERIFY(!readPasswordFile(path).hasValue());
}
#endif

void ServerPasswordsTest::refusesWhatIsNoFile_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("missing") << m_directory.filePath(u"missing"_s);
    QTest::newRow("a directory") << m_directory.path();
    QTest::newRow("below a missing directory") << m_directory.filePath(u"missing/password"_s);
}

void ServerPasswordsTest::refusesWhatIsNoFile()
{
    QFETCH(const QString, path);
    const auto read = readPasswordFile(path);
    QVERIFY(!read.hasValue());
    QVERIFY(read.error().toEnglish().contains(path));
}

/// What cannot be read of one server does not keep the others from their passwords.
void ServerPasswordsTest::readsThoseOfAllServers()
{
    engine::Profile profile;
    profile.servers = {server(u"one"_s, write(u"one"_s, "first\n")),
                       server(u"missing"_s, m_directory.filePath(u"missing"_s)), server(u"none"_s, {}),
                       server(u"empty"_s, write(u"empty"_s, "")),
                       server(u"two"_s, write(u"two"_s, "second"))};
    const app::ServerPasswords passwords = readPasswordFiles(profile);
    QCOMPARE(passwords.byId, (QHash<QString, QByteArray>{{u"one"_s, "first"}, {u"two"_s, "second"}}));
    QCOMPARE(passwords.problems.size(), 2);
    QVERIFY(passwords.problems[0].toEnglish().startsWith(u"server missing: "_s));
    QVERIFY(passwords.problems[1].toEnglish().startsWith(u"server empty: "_s));
    QVERIFY(readPasswordFiles({}).problems.isEmpty());
}

QTEST_GUILESS_MAIN(ServerPasswordsTest)
#include "tst_serverpasswords.moc"
