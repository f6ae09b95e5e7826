// SPDX-License-Identifier: MIT
#include "engine/limits.h"
#include "engine/owner/descriptor_share.h"
#include "engine/owner/process_files_linux.h"
#include "engine/owner/program.h"
#include "engine/owner/socket_owner.h"

#include "tests/support/rawsocket.h"
#include "tests/support/unprivileged.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <chrono>
#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace engine;

namespace
{

/// What every script begins with: tells a socket's own port, or any other number, and waits for a line.
constexpr char kPrelude[] = R"(
import os, socket, sys

def tell(what):
    print(what.getsockname()[1] if isinstance(what, socket.socket) else what, flush=True)

def wait():
    sys.stdin.readline()

PORT = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 0

def connect():
    return socket.create_connection(("127.0.0.1", PORT))

)";

/// A program that this test starts, and ends with it.
class Child
{
public:
    Child() = default;
    ~Child()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    Q_DISABLE_COPY_MOVE(Child)

    void start(const QString &program, const QStringList &arguments) { m_process.start(program, arguments); }
    [[nodiscard]] QProcess &process() { return m_process; }
    [[nodiscard]] std::int64_t id() const { return m_process.processId(); }
    void tellToGoOn() { m_process.write("\n"); }
    /// The next number that it tells; 0 when none comes.
    int number()
    {
        while (!m_process.canReadLine() && m_process.waitForReadyRead(int(test::kPatience.count()))) {
        }
        return m_process.readLine().trimmed().toInt();
    }

private:
    QProcess m_process;
};

Endpoint loopback(int port)
{
    return test::endpoint("127.0.0.1", port);
}

/// The interpreter itself rather than a wrapper of somebody's.
QString python()
{
    const QString usual = QStringLiteral("/usr/bin/python3");
    return QFile::exists(usual) ? usual : QStandardPaths::findExecutable(QStringLiteral("python3"));
}

QString withoutLinks(const QString &path)
{
    return QFileInfo(path).canonicalFilePath();
}

struct Scene {
    QTemporaryDir folder;
    test::RawListener listener;
    SocketOwnerFinder finder;
    ApplicationDescriber describer;
    Child child;

    [[nodiscard]] QString path(const char *name) const
    {
        return withoutLinks(folder.path()) + u'/' + QString::fromUtf8(name);
    }
    QString writeScript(const char *name, const char *code) const
    {
        QFile file(path(name));
        if (file.open(QIODevice::WriteOnly))
            file.write(QByteArray(kPrelude) + code);
        return file.fileName();
    }
    void run(const char *code)
    {
        const QString script = writeScript("client.py", code);
        child.start(python(), {script, QString::number(listener.endpoint().port)});
    }
    /// A program under a name of its own that waits.
    QString copySleep(const char *name) const
    {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile::copy(QStandardPaths::findExecutable(QStringLiteral("sleep")), path(name));
        return path(name);
    }
    /// Asks again: a search of all processes ends after a while, which on a busy machine is soon, and the
    /// next question goes on with those that are left.
    [[nodiscard]] std::optional<ProcessIdentity> find(Transport transport, const Endpoint &client,
                                                      const Endpoint &server)
    {
        constexpr int kAttempts = 20;
        const SocketQuestion question{transport, client, server};
        const auto recalled = finder.recall({&question, 1}).front();
        auto owner = finder.find(transport, client, server);
        for (int i = 1; !owner && i < kAttempts; ++i)
            owner = finder.find(transport, client, server);
        // What is told without looking is nothing else.
        return recalled && recalled != owner ? std::nullopt : owner;
    }
    [[nodiscard]] std::optional<Application> applicationOf(int port)
    {
        const auto owner = find(Transport::Tcp, loopback(port), listener.endpoint());
        return owner ? describe(*owner) : std::nullopt;
    }
    /// Asks until the answer is one that is kept, and not read anew.
    [[nodiscard]] std::optional<Application> describe(const ProcessIdentity &process)
    {
        constexpr int kUntilKept = 3;
        const auto read = describer.describe(process);
        bool isSame = true;
        for (int i = 0; i < kUntilKept; ++i)
            isSame = describer.describe(process) == read && isSame;
        return isSame ? read : std::nullopt;
    }
    [[nodiscard]] std::int64_t ownerOf(int port)
    {
        const auto owner = find(Transport::Tcp, loopback(port), listener.endpoint());
        return owner ? owner->processId : 0;
    }
};

/// Many processes with many sockets each, which close and open some when they are told to.
struct Crowd {
    static constexpr int kProcesses = 100;

    Scene scene;
    std::vector<int> processes;

    void start()
    {
        scene.run(R"(
def serve(orders):
    mine = [socket.socket(type=socket.SOCK_DGRAM) for i in range(50)]
    while order := os.read(orders, 1):
        if order in b"cx":
            mine.pop(20).close()
        if order in b"ox":
            mine.append(connect())
        tell(mine[-1] if order in b"ox" else 1)
    os._exit(0)

pipes = []
def begin():
    orders, pipe = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(pipe)
        for other in pipes: os.close(other)
        serve(orders)
    os.close(orders)
    pipes.append(pipe)
    tell(process)

for i in range(100): begin()
for line in sys.stdin:
    which, order = line.split()
    if order == "n": begin()
    else: os.write(pipes[int(which)], order.encode()))");
        for (int i = 0; i < kProcesses; ++i)
            processes.push_back(scene.child.number());
    }
    int tell(std::size_t which, char order)
    {
        scene.child.process().write(QByteArray::number(qulonglong{which}) + ' ' + order + '\n');
        return scene.child.number();
    }
    /// Whether the application is found behind the next socket of a process, and how long that takes.
    [[nodiscard]] bool findsNextOf(std::size_t which, char order, std::chrono::nanoseconds *taken = nullptr)
    {
        const int port = tell(which, order);
        QElapsedTimer time;
        time.start();
        const auto application = scene.applicationOf(port);
        if (taken)
            *taken = std::chrono::nanoseconds{time.nsecsElapsed()};
        scene.finder.settle();
        return port != 0 && application && application->program.processId == processes[which];
    }
};

/// The process as it is now; its start time is read from the system as the tests' subject does.
std::optional<Application> describeNow(std::int64_t processId)
{
    const QByteArray name = "/proc/" + QByteArray::number(qlonglong{processId}) + "/stat";
    QFile file(QString::fromLatin1(name));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QByteArray stat = file.readAll();
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
    return ApplicationDescriber().describe({processId, fields.value(19).toULongLong()});
}

/// Nothing of a process that is not found, or not yet.
Program programOf(const std::optional<Application> &application)
{
    return application ? application->program : Program();
}

} // namespace

/// Whose sockets are found, with processes of this test's own.
class TestOwnerProcesses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void findsASocketOfAnotherProcess_data();
    void findsASocketOfAnotherProcess();
    void prefersTheConnectedDatagramSocket();
    void namesInterpreterAndScript();
    void findsAScriptRelativeToItsDirectory();
    void findsAScriptOfAProcessThatMoved_data();
    void findsAScriptOfAProcessThatMoved();
    void findsAShellScriptThatMoved();
    void namesNoScriptForCodeOnTheCommandLine();
    void namesACopyUnderItsOwnName();
    void namesAnExecutableThatWasReplaced();
    void namesAnAppImage();
    void followsAnExec();
    void followsAnExecOfTheSameInterpreter();
    void followsAProcessToItsNextParent();
    void findsParents();
    void findsTheParentThatOpenedAnInheritedSocket();
    void findsTheChildThatASocketWasLeftTo();
    void findsAProcessOfAnotherUser();
    void tellsWhatIsAllowedOnly();
    void readsRegularFilesOnly();
    void findsNothingForAProcessThatHasGone();
    void staysFastAmongManySockets();
    void findsTheNextSocketOfAnyOfManyProcessesQuickly();
    void findsASocketInThePlaceOfAnother();
    void findsAProcessThatHasJustBegunAmongMany();
    void watchesSomeAndNotAll();
    void tellsANewProcessFromTheLastWithItsNumber();
};

void TestOwnerProcesses::initTestCase()
{
    if (python().isEmpty())
        QSKIP("The children of this test are written in Python");
}

void TestOwnerProcesses::findsASocketOfAnotherProcess_data()
{
    QTest::addColumn<Transport>("transport");
    QTest::addColumn<Endpoint>("seen");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char *name, Transport transport, const char *seen, const char *code) {
        QTest::newRow(name) << transport << Endpoint{test::address(seen), 0} << QByteArray(code);
    };
    row("TCP, IPv4", Transport::Tcp, "127.0.0.1", "s = connect()");
    row("TCP, IPv4-mapped", Transport::Tcp, "127.0.0.1",
        "s = socket.socket(socket.AF_INET6); s.connect(('::ffff:127.0.0.1', PORT))");
    row("UDP, IPv4", Transport::Udp, "127.0.0.1",
        "s = socket.socket(type=socket.SOCK_DGRAM); s.bind(('127.0.0.1', 0))");
    row("UDP, IPv4, bound to all", Transport::Udp, "127.0.0.1",
        "s = socket.socket(type=socket.SOCK_DGRAM); s.bind(('', 0))");
    row("UDP, IPv4, connected", Transport::Udp, "127.0.0.1",
        "s = socket.socket(type=socket.SOCK_DGRAM); s.connect(('127.0.0.1', PORT))");
    row("UDP, IPv4, connected to another address of ours", Transport::Udp, "127.0.0.1",
        "s = socket.socket(type=socket.SOCK_DGRAM); s.bind(('127.0.0.1', 0)); s.connect(('127.0.0.9', "
        "PORT))");
    if (!test::hasIpv6())
        return;
    row("UDP, IPv6, bound to all, IPv4 seen", Transport::Udp, "127.0.0.1",
        "s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.bind(('::', 0))");
    row("UDP, IPv4-mapped, connected", Transport::Udp, "127.0.0.1",
        "s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.connect(('::ffff:127.0.0.1', PORT))");
    row("UDP, IPv6", Transport::Udp, "::1",
        "s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.bind(('::1', 0))");
    row("UDP, IPv6, connected", Transport::Udp, "::1",
        "s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.connect(('::1', PORT))");
}

void TestOwnerProcesses::findsASocketOfAnotherProcess()
{
    QFETCH(const Transport, transport);
    QFETCH(Endpoint, seen);
    QFETCH(const QByteArray, code);
    Scene scene;
    scene.run((code + "\ntell(s); wait()").constData());
    seen.port = static_cast<std::uint16_t>(scene.child.number());
    QVERIFY(seen.port != 0);
    const Endpoint server{seen.address, scene.listener.endpoint().port};
    const auto owner = scene.find(transport, seen, server);
    QVERIFY(owner);
    QCOMPARE(owner->processId, scene.child.id());
    QCOMPARE(scene.find(transport, seen, server), owner);
}

/// Several sockets may share a port; the kernel gives a datagram to the one that is connected to its sender.
void TestOwnerProcesses::prefersTheConnectedDatagramSocket()
{
    Scene scene;
    scene.run(R"(
def bound():
    s = socket.socket(type=socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return s
a = bound(); a.bind(("127.0.0.1", 0))
if os.fork() == 0:
    b = bound(); b.bind(a.getsockname()); a.close(); b.connect(("127.0.0.1", PORT)); tell(b); tell(os.getpid())
wait())");
    const int port = scene.child.number();
    const int connected = scene.child.number();
    QVERIFY(connected != 0);
    const auto owner = scene.find(Transport::Udp, loopback(port), scene.listener.endpoint());
    QVERIFY(owner);
    QCOMPARE(owner->processId, connected);
    const auto other = scene.find(Transport::Udp, loopback(port), loopback(1));
    QVERIFY(other);
    QCOMPARE(other->processId, scene.child.id());
}

void TestOwnerProcesses::namesInterpreterAndScript()
{
    Scene scene;
    scene.run("s = connect(); tell(s); wait()");
    const auto application = scene.applicationOf(scene.child.number());
    QVERIFY(application);
    QCOMPARE(application->program.processId, scene.child.id());
    QCOMPARE(application->program.path, withoutLinks(python()));
    QCOMPARE(application->program.name, QFileInfo(application->program.path).fileName());
    QCOMPARE(application->program.script, scene.path("client.py"));
    QCOMPARE(application->systemUser, qEnvironmentVariable("USER", application->systemUser));
}

void TestOwnerProcesses::findsAScriptRelativeToItsDirectory()
{
    Scene scene;
    const QString script = scene.writeScript("tool.py", "s = connect(); tell(s); wait()");
    scene.child.process().setWorkingDirectory(scene.path(""));
    scene.child.start(python(), {QStringLiteral("-u"), QStringLiteral("./tool.py"),
                                 QString::number(scene.listener.endpoint().port)});
    const auto application = scene.applicationOf(scene.child.number());
    QVERIFY(application);
    QCOMPARE(application->program.script, script);
    QVERIFY(QFile::remove(script));
    QCOMPARE(programOf(describeNow(scene.child.id())).script, QStringLiteral("tool.py"));
}

void TestOwnerProcesses::findsAScriptOfAProcessThatMoved_data()
{
    QTest::addColumn<QString>("toldDirectory"); // PWD, below the folder
    QTest::addColumn<QStringList>("scripts");
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("expected"); // below the folder when it has a slash
    const auto row = [](const char *name, const char *told, const QStringList &scripts, const char *script,
                        const char *expected) {
        QTest::newRow(name) << QString::fromUtf8(told) << scripts << QString::fromUtf8(script)
                            << QString::fromUtf8(expected);
    };
    const QString begun = QStringLiteral("begun/bot.py");
    const QString moved = QStringLiteral("moved/bot.py");
    const QString tool = QStringLiteral("begun/tool");
    row("told by its shell", "/begun", {begun}, "bot.py", "/begun/bot.py");
    row("by a path", "/begun", {begun}, "../begun/./bot.py", "/begun/bot.py");
    row("told, and one here, as of a child that was given its directory", "/begun", {begun, moved}, "bot.py",
        "/moved/bot.py");
    row("told of a place without it, and one here", "/other", {begun, moved}, "bot.py", "/moved/bot.py");
    row("told of a place without it", "/other", {begun}, "bot.py", "bot.py");
    row("told nothing", "", {begun}, "bot.py", "bot.py");
    row("told nothing, by a path", "", {begun}, "./../begun/bot.py", "/begun/bot.py");
    row("told nothing, without a suffix", "", {tool}, "./tool", "tool");
    row("told nothing, a word", "", {tool}, "tool", "");
}

void TestOwnerProcesses::findsAScriptOfAProcessThatMoved()
{
    QFETCH(const QString, toldDirectory);
    QFETCH(const QStringList, scripts);
    QFETCH(const QString, script);
    QFETCH(const QString, expected);
    Scene scene;
    for (const char *directory : {"begun", "moved", "other"})
        QVERIFY(QDir().mkpath(scene.path(directory)));
    for (const QString &one : scripts)
        scene.writeScript(qPrintable(one), "os.chdir('../moved'); s = connect(); tell(s); wait()");
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(QStringLiteral("PWD"));
    if (!toldDirectory.isEmpty())
        environment.insert(QStringLiteral("PWD"), scene.path(qPrintable(toldDirectory.sliced(1))));
    scene.child.process().setProcessEnvironment(environment);
    scene.child.process().setWorkingDirectory(scene.path("begun"));
    scene.child.start(python(), {script, QString::number(scene.listener.endpoint().port)});
    const auto application = scene.applicationOf(scene.child.number());
    QVERIFY(application);
    const QString whole = expected.startsWith(u'/') ? scene.path("") + expected.sliced(1) : expected;
    QCOMPARE(application->program.script, whole);
}

/// Begun as people begin one, by a shell that has gone to its directory.
void TestOwnerProcesses::findsAShellScriptThatMoved()
{
    Scene scene;
    QFile file(scene.path("nightly.sh"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("cd /\necho 1\nread line\n");
    file.close();
    const QString line = QStringLiteral("cd '%1' && export PWD && exec sh nightly.sh").arg(scene.path(""));
    scene.child.start(QStringLiteral("sh"), {QStringLiteral("-c"), line});
    QCOMPARE(scene.child.number(), 1);
    const auto application = describeNow(scene.child.id());
    QVERIFY(application);
    QCOMPARE(application->program.script, file.fileName());
}

void TestOwnerProcesses::namesNoScriptForCodeOnTheCommandLine()
{
    Scene scene;
    const QString code = QString::fromLatin1(kPrelude) + QStringLiteral("s = connect(); tell(s); wait()");
    scene.child.start(python(), {QStringLiteral("-c"), code, QString::number(scene.listener.endpoint().port),
                                 QStringLiteral("/etc/passwd")});
    const auto application = scene.applicationOf(scene.child.number());
    QVERIFY(application);
    QCOMPARE(application->program.script, QString());
}

void TestOwnerProcesses::namesACopyUnderItsOwnName()
{
    Scene scene;
    const QString copy = scene.copySleep("my own tööl");
    scene.child.start(copy, {QStringLiteral("1000")});
    QVERIFY(scene.child.process().waitForStarted());
    QTRY_COMPARE(programOf(describeNow(scene.child.id())).path, copy);
    QCOMPARE(programOf(describeNow(scene.child.id())).name, QStringLiteral("my own tööl"));
}

void TestOwnerProcesses::namesAnExecutableThatWasReplaced()
{
    Scene scene;
    const QString copy = scene.copySleep("tool");
    scene.child.start(copy, {QStringLiteral("1000")});
    QVERIFY(scene.child.process().waitForStarted());
    QTRY_COMPARE(programOf(describeNow(scene.child.id())).path, copy);
    QVERIFY(QFile::remove(copy));
    QCOMPARE(programOf(describeNow(scene.child.id())).path, copy);
    QCOMPARE(programOf(describeNow(scene.child.id())).name, QStringLiteral("tool"));
}

void TestOwnerProcesses::namesAnAppImage()
{
    Scene scene;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("APPIMAGE"), QStringLiteral("/home/a/A-1.2.AppImage"));
    environment.insert(QStringLiteral("APPDIR"), scene.path(".mount_a"));
    scene.child.process().setProcessEnvironment(environment);
    scene.child.start(scene.copySleep(".mount_a/usr/bin/a"), {QStringLiteral("1000")});
    QVERIFY(scene.child.process().waitForStarted());
    QTRY_COMPARE(programOf(describeNow(scene.child.id())).name, QStringLiteral("A-1.2.AppImage"));
    QCOMPARE(programOf(describeNow(scene.child.id())).path, QStringLiteral("/home/a/A-1.2.AppImage"));
}

void TestOwnerProcesses::followsAnExec()
{
    Scene scene;
    const QString next = scene.copySleep("next");
    scene.run(R"(
s = connect(); s.set_inheritable(True); tell(s); wait()
os.execv(os.path.dirname(sys.argv[0]) + "/next", ["misleading name", "1000"]))");
    const int port = scene.child.number();
    const auto before = scene.applicationOf(port);
    QVERIFY(before);
    QCOMPARE(before->program.script, scene.path("client.py"));
    scene.child.tellToGoOn();
    QTRY_COMPARE(programOf(scene.applicationOf(port)).path, next);
    const auto after = scene.applicationOf(port);
    QVERIFY(after);
    QCOMPARE(after->program.processId, scene.child.id());
    QCOMPARE(after->program.name, QStringLiteral("next"));
    QCOMPARE(after->program.script, QString());
}

void TestOwnerProcesses::followsAnExecOfTheSameInterpreter()
{
    Scene scene;
    const QString next = scene.writeScript("second.py", "tell(1); wait()");
    scene.run(R"(
s = connect(); s.set_inheritable(True); tell(s); wait()
os.execv(sys.executable, [sys.executable, os.path.dirname(sys.argv[0]) + "/second.py"]))");
    const int port = scene.child.number();
    const auto before = scene.applicationOf(port);
    QVERIFY(before);
    QCOMPARE(before->program.script, scene.path("client.py"));
    scene.child.tellToGoOn();
    QCOMPARE(scene.child.number(), 1);
    const auto after = scene.applicationOf(port);
    QVERIFY(after);
    QCOMPARE(after->program.processId, before->program.processId);
    QCOMPARE(after->program.script, next);
}

void TestOwnerProcesses::followsAProcessToItsNextParent()
{
    Scene scene;
    scene.run(R"(
middle = os.fork()
if middle == 0:
    import time
    if os.fork() == 0:
        s = connect(); tell(os.getppid()); tell(s)
    time.sleep(1000)
wait()
os.kill(middle, 9); os.waitpid(middle, 0); tell(1); wait())");
    const int middle = scene.child.number();
    const int port = scene.child.number();
    const auto before = scene.applicationOf(port);
    QVERIFY(before && !before->parents.isEmpty());
    QCOMPARE(before->parents.front().processId, middle);
    scene.child.tellToGoOn();
    const auto owner = before->program.processId;
    QTRY_VERIFY(!QFile::exists(QStringLiteral("/proc/%1").arg(middle)));
    const auto after = scene.applicationOf(port);
    QVERIFY(after);
    QCOMPARE(after->program.processId, owner);
    QVERIFY(after->parents.isEmpty() || after->parents.front().processId != middle);
    ::kill(static_cast<pid_t>(owner), SIGKILL);
}

void TestOwnerProcesses::findsParents()
{
    Scene scene;
    const QString script = scene.writeScript("client.py", "s = connect(); tell(s); wait()");
    const QString line =
        QStringLiteral("%1 '%2' %3; exit").arg(python(), script).arg(scene.listener.endpoint().port);
    scene.child.start(QStringLiteral("sh"), {QStringLiteral("-c"), line});
    const auto application = scene.applicationOf(scene.child.number());
    QVERIFY(application);
    QCOMPARE(application->program.script, script);
    const QList<Program> &parents = application->parents;
    QVERIFY(parents.size() >= 2 && parents.size() <= qsizetype(kMaximumParentPrograms));
    QCOMPARE(parents[0].processId, scene.child.id());
    QCOMPARE(parents[0].path, withoutLinks(QStandardPaths::findExecutable(QStringLiteral("sh"))));
    QCOMPARE(parents[0].script, QString());
    QCOMPARE(parents[1].processId, QCoreApplication::applicationPid());
    QCOMPARE(parents[1].path, QCoreApplication::applicationFilePath());
    if (parents.size() > 2)
        QCOMPARE(parents[2].processId, std::int64_t{::getppid()});
}

void TestOwnerProcesses::findsTheParentThatOpenedAnInheritedSocket()
{
    Scene scene;
    scene.run(R"(
s = connect()
if os.fork() == 0:
    t = connect(); tell(os.getpid()); tell(t); tell(s)
wait())");
    const int heir = scene.child.number();
    const int itsOwn = scene.child.number();
    const int inherited = scene.child.number();
    QVERIFY(inherited != 0);
    // Found last, the heir is looked at first.
    QCOMPARE(scene.ownerOf(itsOwn), heir);
    QCOMPARE(scene.ownerOf(inherited), scene.child.id());
    QCOMPARE(scene.ownerOf(itsOwn), heir);
}

void TestOwnerProcesses::findsTheChildThatASocketWasLeftTo()
{
    Scene scene;
    scene.run(R"(
s = connect(); tell(s)
heir = os.fork()
if heir == 0:
    import time; time.sleep(1000)
tell(heir); wait(); s.close(); tell(1); wait()
os.kill(heir, 9))");
    const int port = scene.child.number();
    const int heir = scene.child.number();
    QCOMPARE(scene.ownerOf(port), scene.child.id());
    scene.child.tellToGoOn();
    QCOMPARE(scene.child.number(), 1);
    QCOMPARE(scene.ownerOf(port), heir);
    scene.child.tellToGoOn();
    QVERIFY(scene.child.process().waitForFinished());
}

void TestOwnerProcesses::findsAProcessOfAnotherUser()
{
    if (::geteuid() != 0)
        QSKIP("Only root may look into processes of others");
    Scene scene;
    scene.run("os.setuid(65534); s = connect(); tell(s); wait()");
    const auto application = scene.applicationOf(scene.child.number());
    QVERIFY(application);
    QCOMPARE(application->program.processId, scene.child.id());
    QCOMPARE(application->systemUser, QStringLiteral("nobody"));
}

void TestOwnerProcesses::tellsWhatIsAllowedOnly()
{
    Scene scene;
    scene.run("s = connect(); tell(s); wait()");
    const int port = scene.child.number();
    const test::Unprivileged unprivileged;
    QVERIFY(unprivileged.isSo());
    const auto init = describeNow(1);
    QVERIFY(init);
    QVERIFY(!init->program.name.isEmpty());
    QCOMPARE(init->program.path, QString());
    QCOMPARE(init->systemUser, QStringLiteral("root"));
    QVERIFY(init->parents.isEmpty());
    if (::getuid() == 0)
        QVERIFY(!scene.applicationOf(port));
}

/// What a process has put into its own root must not hold up whoever reads it.
void TestOwnerProcesses::readsRegularFilesOnly()
{
    Scene scene;
    const QByteArray fifo = QFile::encodeName(scene.path("fifo"));
    QVERIFY(::mkfifo(fifo.constData(), 0600) == 0);
    QFile file(scene.path("file"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("content") == 7);
    file.close();
    QVERIFY(QFile::link(QStringLiteral("/dev/zero"), scene.path("device")));
    scene.child.process().setWorkingDirectory(scene.path(""));
    scene.child.start(QStringLiteral("sleep"), {QStringLiteral("1000")});
    QVERIFY(scene.child.process().waitForStarted());
    const std::int64_t process = scene.child.id();
    // Whoever waits there is ended by it: a thread to watch from is not to be had after a fork under tsan.
    ::alarm(static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(test::kPatience).count()));
    const QByteArray fromFifo = readProcessFile(process, "cwd/fifo", 100);
    ::alarm(0);
    QCOMPARE(fromFifo, QByteArray());
    QCOMPARE(readProcessFile(process, "cwd/device", 100), QByteArray());
    QCOMPARE(readProcessFile(process, "cwd", 100), QByteArray());
    QCOMPARE(readProcessFile(process, "cwd/file", 100), QByteArray("content"));
    // A process that has just begun another program has no command line and no environment for a moment.
    for (const char *name : {"stat", "cmdline", "environ", "cgroup"})
        QTRY_VERIFY2(!readProcessFile(process, name, 100).isEmpty(), name);
}

void TestOwnerProcesses::findsNothingForAProcessThatHasGone()
{
    Scene scene;
    scene.run("s = connect(); tell(s); wait()");
    const Endpoint client = loopback(scene.child.number());
    const auto owner = scene.find(Transport::Tcp, client, scene.listener.endpoint());
    QVERIFY(owner);
    QVERIFY(scene.describer.describe(*owner));
    scene.child.process().kill();
    QVERIFY(scene.child.process().waitForFinished());
    QVERIFY(!scene.finder.find(Transport::Tcp, client, scene.listener.endpoint()));
    QVERIFY(!scene.describer.describe(*owner));
}

void TestOwnerProcesses::staysFastAmongManySockets()
{
    Scene scene;
    scene.run("all = [connect() for i in range(300)]\nfor s in all: tell(s)\nwait()");
    std::vector<int> ports;
    for (int i = 0; i < 300; ++i)
        ports.push_back(scene.child.number());
    std::vector<std::chrono::nanoseconds> times;
    for (int i = 0; i < test::rounds(5'000); ++i) {
        QElapsedTimer time;
        time.start();
        const auto application = scene.applicationOf(ports[static_cast<std::size_t>(i) % ports.size()]);
        times.emplace_back(time.nsecsElapsed());
        QVERIFY(application);
        QCOMPARE(application->program.processId, scene.child.id());
    }
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    qInfo("median %lld us", static_cast<long long>(middle->count() / 1'000));
    QVERIFY(*middle < test::scaled(std::chrono::milliseconds{5}));
}

void TestOwnerProcesses::findsTheNextSocketOfAnyOfManyProcessesQuickly()
{
    Crowd crowd;
    crowd.start();
    QVERIFY(crowd.processes.back() != 0);
    std::vector<std::chrono::nanoseconds> times;
    for (std::size_t i = 0; i < 300; ++i) {
        std::chrono::nanoseconds taken{};
        QVERIFY(crowd.findsNextOf(i * 37 % crowd.processes.size(), 'o', &taken));
        times.push_back(taken);
    }
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    qInfo("median %lld us", static_cast<long long>(middle->count() / 1'000));
    QVERIFY(*middle < test::scaled(std::chrono::milliseconds{10}));
}

/// Neither the number of open descriptors nor the lowest free one tells of it.
void TestOwnerProcesses::findsASocketInThePlaceOfAnother()
{
    Crowd crowd;
    crowd.start();
    QVERIFY(crowd.processes.back() != 0);
    QVERIFY(crowd.findsNextOf(50, 'o'));
    for (const std::size_t which : {7, 93, 7, 50})
        QVERIFY(crowd.findsNextOf(which, 'x'));
    QCOMPARE(crowd.tell(31, 'c'), 1);
    QVERIFY(crowd.findsNextOf(32, 'o'));
    QVERIFY(crowd.findsNextOf(31, 'o'));
}

void TestOwnerProcesses::findsAProcessThatHasJustBegunAmongMany()
{
    Crowd crowd;
    crowd.start();
    QVERIFY(crowd.findsNextOf(0, 'o'));
    for (int i = 0; i < 5; ++i) {
        crowd.processes.push_back(crowd.tell(0, 'n'));
        QVERIFY(crowd.findsNextOf(crowd.processes.size() - 1, 'o'));
    }
}

void TestOwnerProcesses::watchesSomeAndNotAll()
{
    if (descriptorsForOwners() == 0)
        QSKIP("This process may open few descriptors, and keeps none");
    Crowd crowd;
    crowd.start();
    for (const int process : crowd.processes) {
        const auto entry = findProcess(process);
        QVERIFY(entry && crowd.scene.describe(entry->process));
    }
    std::size_t watched = 0;
    const QDir descriptors(QStringLiteral("/proc/self/fd"));
    for (const QFileInfo &one : descriptors.entryInfoList(QDir::AllEntries | QDir::System)) {
        const QString target = one.symLinkTarget();
        bool isNumber = false;
        (void)target.section(u'/', -1).toInt(&isNumber);
        watched += target.startsWith(u"/proc/") && isNumber;
    }
    QCOMPARE(watched, kMaximumWatchedProcesses);
}

void TestOwnerProcesses::tellsANewProcessFromTheLastWithItsNumber()
{
    if (::access("/proc/sys/kernel/ns_last_pid", W_OK) != 0)
        QSKIP("Choosing a process's number takes rights that this user does not have");
    Scene scene;
    scene.run(R"(
def begin():
    process = os.fork()
    if process == 0:
        s = connect(); tell(os.getpid()); tell(s)
        import time; time.sleep(1000)
    return process

first = begin(); wait()
os.kill(first, 9); os.waitpid(first, 0)
# The system counts the time that a process began in ticks: two within one cannot be told apart.
import time; time.sleep(2 / os.sysconf("SC_CLK_TCK"))
for attempt in range(2000):
    with open("/proc/sys/kernel/ns_last_pid", "w") as file: file.write(str(first - 1))
    middle = os.fork()
    if middle == 0:
        if os.getpid() != first: os._exit(1)
        s = connect(); tell(os.getpid()); tell(s); wait(); os._exit(0)
    if middle == first: break
    os.waitpid(middle, 0)
else: tell(0)
os.waitpid(middle, 0))");
    const int process = scene.child.number();
    const int firstPort = scene.child.number();
    const auto first = scene.find(Transport::Tcp, loopback(firstPort), scene.listener.endpoint());
    QVERIFY(first);
    QCOMPARE(first->processId, process);
    scene.child.tellToGoOn();
    if (scene.child.number() != process)
        QSKIP("Others on this machine always took the number");
    const int nextPort = scene.child.number();
    QVERIFY(nextPort != firstPort);
    const auto next = scene.find(Transport::Tcp, loopback(nextPort), scene.listener.endpoint());
    QVERIFY(next);
    QCOMPARE(next->processId, process);
    QVERIFY(next->startTime != first->startTime);
    QVERIFY(!scene.finder.find(Transport::Tcp, loopback(firstPort), scene.listener.endpoint()));
    QVERIFY(!scene.describer.describe(*first));
    scene.child.tellToGoOn();
    QVERIFY(scene.child.process().waitForFinished());
}

QTEST_GUILESS_MAIN(TestOwnerProcesses)
#include "tst_owner_processes.moc"
