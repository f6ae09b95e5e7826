// SPDX-License-Identifier: MIT
#include "app/systemproxy_environment.h"
#include "app/systemproxykeeper.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using app::EnvironmentProxy;
using app::ProxyFields;
using app::SystemProxyJournal;
using app::SystemProxyKeeper;
using ui::SystemProxyProblem;

namespace
{

const QString kGenerator =
    u"/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator"_s;

app::SystemProxyWish wish(const QString &host = u"127.0.0.1"_s, const QStringList &bypass = {u"localhost"_s})
{
    return {host, 1'080, true, true, true, bypass};
}

void writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write %s", qPrintable(path));
}

QByteArray readFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// As the generator prints it: plain, or in quotes with escapes as in C.
QString unquoted(const QString &text)
{
    if (!text.startsWith(u'"'))
        return text;
    QString value;
    for (qsizetype i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == u'\\' && text[++i] == u'n')
            value += u'\n';
        else
            value += text[i];
    }
    return value;
}

} // namespace

/// Variables for what the user's service manager starts. The manager is a script that writes down what it is
/// asked, and what was on the disk then.
class EnvironmentProxyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanupTestCase();
    void writesLines_data();
    void writesLines();
    void writesWhatTheGeneratorReads_data();
    void writesWhatTheGeneratorReads();
    void tellsOfTheWish();
    void tellsOfWhatTheListenerSpeaks();
    void setsAndRestores();
    void restoresTwice();
    void removesItsOwnFileWithoutAJournal();
    void keepsAFileOfThatName();
    void restoresWithoutHavingWritten();
    void tellsTheManagerOfARemovalThatItHasMissed();
    void leavesForeignChangesAlone_data();
    void leavesForeignChangesAlone();
    void writesNothingBehindALink();
    void takesBackWhatTheManagerRefuses();
    void keepsTheJournalWhileTheManagerHasTheVariables();
    void restoresWithoutAManager();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_directory->filePath(name); }
    [[nodiscard]] QString file() const { return path(u"environment.d/90-hosier-proxy.conf"_s); }
    [[nodiscard]] bool hasJournal() const { return SystemProxyJournal(m_directory->path()).exists(); }
    /// What the manager was asked since the last time.
    [[nodiscard]] QStringList asked()
    {
        const QString log = QString::fromUtf8(readFile(path(u"log"_s)));
        QFile::remove(path(u"log"_s));
        return log.split(u'\n', Qt::SkipEmptyParts);
    }
    void refuse(bool refuses)
    {
        if (refuses)
            writeFile(path(u"refuse"_s), {});
        else
            QFile::remove(path(u"refuse"_s));
    }
    [[nodiscard]] std::unique_ptr<SystemProxyKeeper> keeper() const
    {
        const QString configuration = m_directory->path();
        return std::make_unique<SystemProxyKeeper>(
            configuration, app::FoundBackend{std::make_unique<EnvironmentProxy>(configuration), {}, {}},
            [configuration](const QString &name) -> std::unique_ptr<app::SystemProxyBackend> {
                return name == "environment"_L1 ? std::make_unique<EnvironmentProxy>(configuration) : nullptr;
            },
            path(u"test.lock"_s));
    }

    QByteArray m_searched;
    std::unique_ptr<QTemporaryDir> m_directory;
};

void EnvironmentProxyTest::initTestCase()
{
    m_searched = qgetenv("PATH");
}

void EnvironmentProxyTest::cleanupTestCase()
{
    qputenv("PATH", m_searched);
}

void EnvironmentProxyTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir(m_directory->path()).mkpath(u"run/systemd"_s));
    QVERIFY(QDir(m_directory->path()).mkpath(u"bin"_s));
    writeFile(path(u"run/systemd/private"_s), {});
    QByteArray script = "#!/bin/sh\ncd @ || exit 1\n"
                        "[ -e system-proxy.json ] && journal=journal || journal=-\n"
                        "[ -e environment.d/90-hosier-proxy.conf ] && file=file || file=-\n"
                        "echo \"$* $journal $file\" >>log\n"
                        "[ ! -e refuse ] || { echo refused >&2; exit 1; }\n";
    script.replace("@", m_directory->path().toUtf8());
    writeFile(path(u"bin/systemctl"_s), script);
    QVERIFY(QFile::setPermissions(path(u"bin/systemctl"_s), QFile::ReadOwner | QFile::ExeOwner));
    qputenv("PATH", path(u"bin"_s).toUtf8() + ':' + m_searched);
    qputenv("XDG_RUNTIME_DIR", path(u"run"_s).toUtf8());
}

void EnvironmentProxyTest::writesLines_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("line");
    QTest::newRow("plain") << u"socks5h://127.0.0.1:1080"_s << u"A=\"socks5h://127.0.0.1:1080\"\n"_s;
    QTest::newRow("nothing") << QString() << u"A=\"\"\n"_s;
    QTest::newRow("a quote") << u"a\"b'c"_s << u"A=\"a\\\"b'c\"\n"_s;
    QTest::newRow("a backslash") << u"a\\nb\\"_s << u"A=\"a\\\\nb\\\\\"\n"_s;
    QTest::newRow("a back quote") << u"`id`"_s << u"A=\"\\`id\\`\"\n"_s;
    QTest::newRow("a variable") << u"$HOME ${HOME} $$"_s << u"A=\"$$HOME $${HOME} $$$$\"\n"_s;
    QTest::newRow("a comment") << u"# ; a"_s << u"A=\"# ; a\"\n"_s;
    QTest::newRow("two lines") << u"a\nB=c"_s << u"A=\"a\nB=c\"\n"_s;
}

void EnvironmentProxyTest::writesLines()
{
    QFETCH(const QString, value);
    QFETCH(const QString, line);
    QCOMPARE(app::environmentLine(u"A"_s, value), line);
}

void EnvironmentProxyTest::writesWhatTheGeneratorReads_data()
{
    writesLines_data();
}

/// systemd's own reader has the last word.
void EnvironmentProxyTest::writesWhatTheGeneratorReads()
{
    if (!QFile::exists(kGenerator))
        QSKIP("systemd is not installed");
    QFETCH(const QString, value);
    QVERIFY(QDir(m_directory->path()).mkpath(u"environment.d"_s));
    writeFile(file(), app::environmentLine(u"HOSIER_VALUE"_s, value).toUtf8());
    QProcess generator;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"XDG_CONFIG_HOME"_s, m_directory->path());
    generator.setProcessEnvironment(environment);
    generator.start(kGenerator, QStringList());
    QVERIFY(generator.waitForFinished());
    const QString name = u"HOSIER_VALUE="_s;
    const QStringList lines = QString::fromUtf8(generator.readAllStandardOutput()).split(u'\n');
    const QStringList found = lines.filter(name);
    if (value.isEmpty()) {
        QVERIFY(found.isEmpty()); // It leaves out what is empty.
        return;
    }
    QCOMPARE(found.size(), 1);
    QCOMPARE(unquoted(found.constFirst().sliced(name.size())), value);
}

void EnvironmentProxyTest::tellsOfTheWish()
{
    const EnvironmentProxy environment(u"/nowhere"_s);
    const ProxyFields fields =
        environment.fieldsFor(wish(u"::1"_s, {u"localhost"_s, u"*.local"_s, u"10.0.0.0/8"_s})).value();
    const QStringList lines = fields.first().value(0).split(u'\n');
    for (const QString &line :
         {u"ALL_PROXY=\"socks5h://[::1]:1080\""_s, u"all_proxy=\"socks5h://[::1]:1080\""_s,
          u"HTTP_PROXY=\"http://[::1]:1080\""_s, u"http_proxy=\"http://[::1]:1080\""_s,
          u"HTTPS_PROXY=\"http://[::1]:1080\""_s, u"https_proxy=\"http://[::1]:1080\""_s,
          u"NO_PROXY=\"localhost,.local,10.0.0.0/8\""_s, u"no_proxy=\"localhost,.local,10.0.0.0/8\""_s})
        QVERIFY2(lines.contains(line), qPrintable(line));
}

void EnvironmentProxyTest::tellsOfWhatTheListenerSpeaks()
{
    const EnvironmentProxy environment(u"/nowhere"_s);
    app::SystemProxyWish one = wish();
    one.socks5 = false;
    QVERIFY(!environment.fieldsFor(one).value().first().value(0).contains(u"socks"_s));
    one.socks5 = true;
    one.http = false;
    const QString text = environment.fieldsFor(one).value().first().value(0);
    QVERIFY(text.contains(u"\nALL_PROXY=\"socks5h://"_s));
    // Who reads these knows HTTP proxies, and often no others.
    QVERIFY(!text.contains(u"HTTP_PROXY"_s) && !text.contains(u"https_proxy"_s) &&
            !text.contains(u"http://"_s));
    one.socks5 = false;
    QVERIFY(!environment.fieldsFor(one));
}

void EnvironmentProxyTest::setsAndRestores()
{
    const auto one = keeper();
    QVERIFY(one->apply(wish()).isSet);
    QVERIFY(readFile(file()).contains("\nHTTP_PROXY=\"http://127.0.0.1:1080\"\n"));
    QCOMPARE(QFile(file()).permissions() & (QFile::ReadOther | QFile::WriteOther), QFile::Permissions());
    QVERIFY(one->check().isSet);
    QCOMPARE(asked(), QStringList{u"--user daemon-reload journal file"_s});
    QVERIFY(one->apply(wish(u"127.0.0.2"_s)).isSet);
    QVERIFY(readFile(file()).contains("127.0.0.2"));
    QCOMPARE(asked(), QStringList{u"--user daemon-reload journal file"_s});

    QCOMPARE(one->restore().problem, SystemProxyProblem::None);
    QVERIFY(!QFile::exists(file()));
    QCOMPARE(asked(), QStringList{u"--user daemon-reload journal -"_s});
    QVERIFY(!hasJournal());
}

/// Which a process has left that died, and whose journal somebody has removed.
void EnvironmentProxyTest::removesItsOwnFileWithoutAJournal()
{
    QVERIFY(keeper()->apply(wish()).isSet);
    QVERIFY(!SystemProxyJournal(m_directory->path()).remove());
    const auto one = keeper();
    QVERIFY(one->apply(wish()).isSet);
    QCOMPARE(one->restore().problem, SystemProxyProblem::None);
    QVERIFY(!QFile::exists(file()));
}

void EnvironmentProxyTest::restoresTwice()
{
    QVERIFY(keeper()->apply(wish()).isSet);
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    static_cast<void>(asked());
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    QCOMPARE(keeper()->restoreByForce().problem, SystemProxyProblem::None);
    QVERIFY(!QFile::exists(file()));
    QCOMPARE(asked(), QStringList());
}

/// Byte by byte, whatever they are.
void EnvironmentProxyTest::keepsAFileOfThatName()
{
    const QByteArray theirs = "# caf\xe9 \xc3\xa9\r\nHTTP_PROXY=corporate:3128";
    QVERIFY(QDir(m_directory->path()).mkpath(u"environment.d"_s));
    writeFile(file(), theirs);
    QVERIFY(keeper()->apply(wish()).isSet);
    QVERIFY(readFile(file()) != theirs);
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    QCOMPARE(readFile(file()), theirs);
}

/// The power went when the journal was on the disk and the file was not.
void EnvironmentProxyTest::restoresWithoutHavingWritten()
{
    const EnvironmentProxy environment(m_directory->path());
    const ProxyFields before = environment.read().value();
    QVERIFY(!SystemProxyJournal(m_directory->path())
                 .save({environment.name(), before, {environment.fieldsFor(wish()).value()}}));
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    QVERIFY(!QFile::exists(file()));
    QVERIFY(!hasJournal());
    QVERIFY(keeper()->apply(wish()).isSet);
}

/// Died between the removal and the request: the manager still has the variables.
void EnvironmentProxyTest::tellsTheManagerOfARemovalThatItHasMissed()
{
    QVERIFY(keeper()->apply(wish()).isSet);
    static_cast<void>(asked());
    QVERIFY(QFile::remove(file()));
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    QCOMPARE(asked(), QStringList{u"--user daemon-reload journal -"_s});
    QVERIFY(!hasJournal());
}

void EnvironmentProxyTest::leavesForeignChangesAlone_data()
{
    QTest::addColumn<QByteArray>("theirs");
    QTest::newRow("another proxy") << QByteArray("HTTP_PROXY=corporate:3128\n");
    QTest::newRow("a line more") << QByteArray("@A=b\n");
    QTest::newRow("nothing in it") << QByteArray();
}

void EnvironmentProxyTest::leavesForeignChangesAlone()
{
    QFETCH(QByteArray, theirs);
    const auto one = keeper();
    QVERIFY(one->apply(wish()).isSet);
    theirs.replace("@", readFile(file()));
    writeFile(file(), theirs);
    const auto outcome = one->check();
    QCOMPARE(outcome.problem, SystemProxyProblem::ChangedByOthers);
    QCOMPARE(outcome.detail.toEnglish(), u"90-hosier-proxy.conf"_s);
    QCOMPARE(readFile(file()), theirs);
    QVERIFY(QFile::exists(file()));
    QVERIFY(!hasJournal());
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    QVERIFY(QFile::exists(file()));
}

void EnvironmentProxyTest::writesNothingBehindALink()
{
    QVERIFY(QDir(m_directory->path()).mkpath(u"environment.d"_s));
    const QString target = path(u"elsewhere"_s);
    writeFile(target, "A=b\n");
    QVERIFY(QFile::link(target, file()));
    const auto outcome = keeper()->apply(wish());
    QCOMPARE(outcome.problem, SystemProxyProblem::WriteFailed);
    QVERIFY(!hasJournal());
    QFile::remove(file());
    // Nor when it is made later.
    QVERIFY(keeper()->apply(wish()).isSet);
    QFile::remove(file());
    QVERIFY(QFile::link(target, file()));
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::ChangedByOthers);
    QCOMPARE(QFile::symLinkTarget(file()), target);
    QCOMPARE(readFile(target), QByteArray("A=b\n"));
    QVERIFY(!hasJournal());
}

void EnvironmentProxyTest::takesBackWhatTheManagerRefuses()
{
    refuse(true);
    const auto one = keeper();
    const auto outcome = one->apply(wish());
    QCOMPARE(outcome.problem, SystemProxyProblem::RestoreFailed);
    QVERIFY(outcome.detail.toEnglish().contains(u"refused"_s));
    QVERIFY(!QFile::exists(file()));
    refuse(false);
    QCOMPARE(one->restore().problem, SystemProxyProblem::None);
    QVERIFY(!hasJournal());
    QVERIFY(one->apply(wish()).isSet);
}

void EnvironmentProxyTest::keepsTheJournalWhileTheManagerHasTheVariables()
{
    QVERIFY(keeper()->apply(wish()).isSet);
    refuse(true);
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(keeper()->restore().problem, SystemProxyProblem::RestoreFailed);
        QVERIFY(!QFile::exists(file()));
        QVERIFY(hasJournal());
    }
    refuse(false);
    static_cast<void>(asked());
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    QCOMPARE(asked(), QStringList{u"--user daemon-reload journal -"_s});
    QVERIFY(!hasJournal());
}

/// At the end of the session it may be gone, and the variables with it.
void EnvironmentProxyTest::restoresWithoutAManager()
{
    QVERIFY(EnvironmentProxy::hasManager());
    QVERIFY(keeper()->apply(wish()).isSet);
    static_cast<void>(asked());
    QFile::remove(path(u"run/systemd/private"_s));
    QVERIFY(!EnvironmentProxy::hasManager());
    QCOMPARE(keeper()->restore().problem, SystemProxyProblem::None);
    QVERIFY(!QFile::exists(file()));
    QCOMPARE(asked(), QStringList());
    QVERIFY(!hasJournal());
}

QTEST_GUILESS_MAIN(EnvironmentProxyTest)
#include "tst_environmentproxy.moc"
