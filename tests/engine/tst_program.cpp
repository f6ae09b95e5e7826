// SPDX-License-Identifier: MIT
#include "engine/owner/process.h"
#include "engine/owner/program_text.h"

#include <QTest>

using namespace engine;

namespace
{

using Arguments = QList<QByteArray>;
using Identities = std::vector<ProcessIdentity>;

/// A system with these processes.
FindProcess among(const std::vector<ProcessEntry> &processes)
{
    return [processes](std::int64_t processId) -> std::optional<ProcessEntry> {
        for (const ProcessEntry &entry : processes) {
            if (entry.process.processId == processId)
                return entry;
        }
        return std::nullopt;
    };
}

QByteArray statLine(const QByteArray &name)
{
    return "4242 (" + name +
           ") S 17 4242 4242 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000000 200 18446744073709551615 1 "
           "1";
}

} // namespace

class TestProgram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void walksUpToTheFirstProcess();
    void endsWhereAParentIsGone();
    void takesNoLaterProcessForAParent();
    void takesAParentOfTheSameTick();
    void endsBeforeALoop();
    void boundsTheNumberOfParents();
    void readsStat_data();
    void readsStat();
    void refusesEveryCutStat();
    void dropsTheDeletedMark_data();
    void dropsTheDeletedMark();
    void splitsWhatEndsInZeroBytes();
    void findsTheScript_data();
    void findsTheScript();
    void namesFlatpaksByTheirInfo_data();
    void namesFlatpaksByTheirInfo();
    void namesFlatpaksByTheirControlGroup_data();
    void namesFlatpaksByTheirControlGroup();
    void namesSnaps_data();
    void namesSnaps();
    void findsAppImages_data();
    void findsAppImages();
};

void TestProgram::walksUpToTheFirstProcess()
{
    const auto find = among({{{1, 5}, 0}, {{20, 50}, 1}, {{30, 60}, 20}});
    QCOMPARE(ancestorsOf({{40, 70}, 30}, find, 16), (Identities{{30, 60}, {20, 50}, {1, 5}}));
    QCOMPARE(ancestorsOf({{1, 5}, 0}, find, 16), Identities{});
}

void TestProgram::endsWhereAParentIsGone()
{
    const auto find = among({{{30, 60}, 20}});
    QCOMPARE(ancestorsOf({{40, 70}, 30}, find, 16), (Identities{{30, 60}}));
    QCOMPARE(ancestorsOf({{40, 70}, 31}, find, 16), Identities{});
}

void TestProgram::takesNoLaterProcessForAParent()
{
    // 20 ended, and its number went to somebody who began after its child.
    const auto find = among({{{1, 5}, 0}, {{20, 65}, 1}, {{30, 60}, 20}});
    QCOMPARE(ancestorsOf({{40, 70}, 30}, find, 16), (Identities{{30, 60}}));
    QCOMPARE(ancestorsOf({{40, 59}, 30}, find, 16), Identities{});
}

void TestProgram::takesAParentOfTheSameTick()
{
    QCOMPARE(ancestorsOf({{40, 70}, 30}, among({{{30, 70}, 0}}), 16), (Identities{{30, 70}}));
}

void TestProgram::endsBeforeALoop()
{
    const auto find = among({{{20, 50}, 30}, {{30, 50}, 20}, {{40, 50}, 40}});
    QCOMPARE(ancestorsOf({{35, 50}, 30}, find, 16), (Identities{{30, 50}, {20, 50}}));
    QCOMPARE(ancestorsOf({{30, 50}, 20}, find, 16), (Identities{{20, 50}}));
    QCOMPARE(ancestorsOf({{40, 50}, 40}, find, 16), Identities{});
}

void TestProgram::boundsTheNumberOfParents()
{
    const FindProcess endless = [](std::int64_t processId) -> std::optional<ProcessEntry> {
        return ProcessEntry{{processId, 1}, processId + 1};
    };
    QCOMPARE(ancestorsOf({{1, 1}, 2}, endless, 3), (Identities{{2, 1}, {3, 1}, {4, 1}}));
    QCOMPARE(ancestorsOf({{1, 1}, 2}, endless, 0), Identities{});
}

void TestProgram::readsStat_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("plain") << QByteArray("firefox");
    QTest::newRow("with spaces") << QByteArray("Web Content");
    QTest::newRow("with parentheses") << QByteArray("(sd-pam)");
    QTest::newRow("like the fields behind it") << QByteArray("a) S 1 (b");
    QTest::newRow("with a line break") << QByteArray("a\nb");
    QTest::newRow("empty") << QByteArray();
}

void TestProgram::readsStat()
{
    QFETCH(const QByteArray, name);
    const auto stat = parseProcessStat(statLine(name));
    QVERIFY(stat);
    QCOMPARE(*stat, (ProcessStat{name, 17, 987654, 'S'}));
}

void TestProgram::refusesEveryCutStat()
{
    const QByteArray line = statLine("name");
    const qsizetype enough = line.indexOf("987654") + 7;
    for (qsizetype size = 0; size < enough; ++size)
        QVERIFY2(!parseProcessStat(line.left(size)), line.left(size).constData());
    QVERIFY(parseProcessStat(line.left(enough)));
}

void TestProgram::dropsTheDeletedMark_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("a file") << QByteArray("/usr/bin/curl") << QByteArray("/usr/bin/curl");
    QTest::newRow("a replaced file") << QByteArray("/usr/bin/curl (deleted)") << QByteArray("/usr/bin/curl");
    QTest::newRow("the mark inside") << QByteArray("/a (deleted)/b") << QByteArray("/a (deleted)/b");
    QTest::newRow("nothing") << QByteArray() << QByteArray();
}

void TestProgram::dropsTheDeletedMark()
{
    QFETCH(const QByteArray, path);
    QTEST(withoutDeletedMark(path), "expected");
}

void TestProgram::splitsWhatEndsInZeroBytes()
{
    QCOMPARE(zeroTerminated(QByteArray("a\0\0b c\0", 7)), (Arguments{"a", "", "b c"}));
    QCOMPARE(zeroTerminated(QByteArray("a\0cut", 5)), (Arguments{"a"}));
    QCOMPARE(zeroTerminated({}), Arguments{});
}

void TestProgram::findsTheScript_data()
{
    QTest::addColumn<QByteArray>("program");
    QTest::addColumn<Arguments>("arguments");
    QTest::addColumn<QByteArray>("script");
    const auto row = [](const char *name, const char *program, const Arguments &rest, const char *script) {
        QTest::newRow(name) << QByteArray(program) << (Arguments{program} + rest) << QByteArray(script);
    };
    row("python", "python3.11", {"/opt/a.py", "b.py"}, "/opt/a.py");
    row("python, options before it", "python3", {"-u", "-W", "ignore", "-Xdev", "-OO", "a.py"}, "a.py");
    row("python, a module", "python3", {"-m", "http.server", "a.py"}, "");
    row("python, bundled options and code", "python3", {"-Ic", "print(1)", "a.py"}, "");
    row("python, nothing", "python3", {}, "");
    row("python, standard input", "python3", {"-", "a.py"}, "");
    row("python, an empty word", "python3", {"", "a.py"}, "");
    row("bash", "bash", {"-e", "-o", "pipefail", "run.sh"}, "run.sh");
    row("bash, code", "bash", {"-lc", "curl x", "run.sh"}, "");
    row("bash, standard input", "bash", {"-s", "run.sh"}, "");
    row("bash, a file of its own", "bash", {"--rcfile", "rc", "-i", "run.sh"}, "run.sh");
    row("bash, end of options", "bash", {"--", "-run.sh"}, "-run.sh");
    row("sh", "dash", {"/bin/which", "-a"}, "/bin/which");
    row("perl", "perl", {"-w", "-MFile::Spec", "-I", "lib", "tool.pl"}, "tool.pl");
    row("perl, a version", "perl5.36.0", {"tool.pl"}, "tool.pl");
    row("perl, code", "perl", {"-ne", "print", "tool.pl"}, "");
    row("ruby", "ruby", {"-W0", "-r", "set", "a.rb"}, "a.rb");
    row("node", "node", {"--inspect", "--require", "x.js", "app.js", "y.js"}, "app.js");
    row("node, code", "node", {"-e", "1", "app.js"}, "");
    row("node, a value in the same word", "node", {"--title=x", "app.js"}, "app.js");
    row("php", "php8.2", {"-d", "a=b", "a.php"}, "a.php");
    row("php, its server", "php", {"-S", "localhost:80", "a.php"}, "");
    row("deno", "deno", {"run", "-A", "a.ts"}, "a.ts");
    row("dotnet", "dotnet", {"exec", "--runtimeconfig", "r", "a.dll"}, "a.dll");
    row("dotnet, without a verb", "dotnet", {"a.dll"}, "a.dll");
    row("java, an archive", "java", {"-Xmx1g", "-cp", "x.jar", "-jar", "app.jar", "-jar"}, "app.jar");
    row("java, a class", "java", {"-cp", "x.jar", "org.example.Main", "-jar", "app.jar"}, "");
    row("java, a module", "java", {"--module", "a/b", "-jar", "app.jar"}, "");
    row("java, cut off", "java", {"-jar"}, "");
    row("an option's value that is missing", "python3", {"-W"}, "");
    row("no interpreter", "curl", {"file"}, "");
    row("a name that begins like one", "pythonic", {"a.py"}, "");
}

void TestProgram::findsTheScript()
{
    QFETCH(const QByteArray, program);
    QFETCH(const Arguments, arguments);
    QTEST(scriptArgument(program, arguments), "script");
}

void TestProgram::namesFlatpaksByTheirInfo_data()
{
    QTest::addColumn<QByteArray>("info");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const char *info, const char *expected) {
        QTest::newRow(name) << QByteArray(info) << QByteArray(expected);
    };
    row("an application", "[Application]\nname=org.mozilla.firefox\nruntime=x\n", "org.mozilla.firefox");
    row("sections before it", "[Instance]\nname=no\n\n[Application]\nruntime=x\nname=a.b.C", "a.b.C");
    row("a runtime", "[Runtime]\nname=org.gnome.Platform\n", "");
    row("other names in it", "[Application]\nnames=x\n[Context]\nname=y\n", "");
    row("nothing", "", "");
}

void TestProgram::namesFlatpaksByTheirInfo()
{
    QFETCH(const QByteArray, info);
    QTEST(flatpakNameOfInfo(info), "expected");
}

void TestProgram::namesFlatpaksByTheirControlGroup_data()
{
    QTest::addColumn<QByteArray>("groups");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const char *groups, const char *expected) {
        QTest::newRow(name) << QByteArray(groups) << QByteArray(expected);
    };
    row("an application", "0::/user.slice/app.slice/app-flatpak-org.mozilla.firefox-4711.scope\n",
        "org.mozilla.firefox");
    row("a name with a hyphen", "0::/app.slice/app-flatpak-org.x.a\\x2db-4711.scope", "org.x.a-b");
    row("an ordinary application", "0::/user.slice/app.slice/app-gnome-firefox-4711.scope\n", "");
    row("no number", "0::/app-flatpak-org.scope", "");
    row("no scope", "0::/app-flatpak-org.x-4711", "");
    row("nothing", "", "");
}

void TestProgram::namesFlatpaksByTheirControlGroup()
{
    QFETCH(const QByteArray, groups);
    QTEST(flatpakNameOfControlGroup(groups), "expected");
}

void TestProgram::namesSnaps_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *path, const char *expected) {
        QTest::newRow(path) << QByteArray(path) << QByteArray(expected);
    };
    row("/snap/firefox/4711/usr/lib/firefox/firefox", "firefox");
    row("/var/lib/snapd/snap/code/1/bin/code", "code");
    row("/snap/firefox", "");
    row("/snap//x", "");
    row("/home/snap/firefox/x", "");
    row("/snapshot/firefox/x", "");
}

void TestProgram::namesSnaps()
{
    QFETCH(const QByteArray, path);
    QTEST(snapNameOfPath(path), "expected");
}

void TestProgram::findsAppImages_data()
{
    QTest::addColumn<QByteArray>("executable");
    QTest::addColumn<Arguments>("environment");
    QTest::addColumn<QByteArray>("expected");
    const Arguments both{"PATH=/bin", "APPDIR=/tmp/.mount_a", "APPIMAGE=/home/a/A.AppImage"};
    const Arguments one{"APPIMAGE=/home/a/A.AppImage"};
    QTest::newRow("its program") << QByteArray("/tmp/.mount_a/usr/bin/a") << both
                                 << QByteArray("/home/a/A.AppImage");
    QTest::newRow("unpacked to be run")
        << QByteArray("/tmp/appimage_extracted_x/usr/bin/a")
        << Arguments{"APPDIR=/tmp/appimage_extracted_x", one.front()} << QByteArray("/home/a/A.AppImage");
    QTest::newRow("a directory named by hand")
        << QByteArray("/usr/bin/curl") << Arguments{"APPDIR=/usr", one.front()} << QByteArray();
    QTest::newRow("no directory") << QByteArray("/tmp/.mount_a/a") << one << QByteArray("/home/a/A.AppImage");
    QTest::newRow("what it has started") << QByteArray("/usr/bin/xdg-open") << both << QByteArray();
    QTest::newRow("a directory that begins alike") << QByteArray("/tmp/.mount_ab/a") << both << QByteArray();
    QTest::newRow("another program") << QByteArray("/usr/bin/curl") << Arguments{"PATH=/bin"} << QByteArray();
    QTest::newRow("a variable that ends alike")
        << QByteArray("/tmp/.mount_a/a") << Arguments{"MYAPPIMAGE=/x"} << QByteArray();
}

void TestProgram::findsAppImages()
{
    QFETCH(const QByteArray, executable);
    QFETCH(const Arguments, environment);
    QTEST(appImagePath(executable, environment), "expected");
}

QTEST_GUILESS_MAIN(TestProgram)
#include "tst_program.moc"
