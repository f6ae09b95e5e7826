// SPDX-License-Identifier: MIT
#include "app/profilefile.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QObject>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#ifdef Q_OS_UNIX
#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

using namespace Qt::StringLiterals;
using app::ProfileFile;

namespace
{

QJsonObject validProfile(int port)
{
    engine::Profile profile = ProfileFile::builtIn();
    profile.listeners[0].port = static_cast<std::uint16_t>(port);
    return engine::profileToJson(profile);
}

void writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

QByteArray readFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

#ifdef Q_OS_UNIX
/// A disk that is full: no file may grow beyond `size` while this lives. Works for every user and on every
/// file system, unlike one that is mounted for the purpose.
class FullDisk
{
public:
    explicit FullDisk(rlim_t size)
    {
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit limit = m_before;
        limit.rlim_cur = size;
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk()
    {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }
    Q_DISABLE_COPY_MOVE(FullDisk)

private:
    rlimit m_before{};
    void (*m_handler)(int);
};
#endif

} // namespace

class ProfileFileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void builtInProfileIsValid();
    void firstStartUsesTheBuiltInProfile();
    void missingNamedProfileIsAnError();
    void loadReportsEveryErrorWithItsPath();
    void directoryIsNoProfile();
    void pipeIsNotWaitedFor();
    void saveMakesTheDirectory();
    void savedProfileLoads();
    void saveKeepsOneBackup();
    void savingTheSameKeepsTheBackup();
    void savingOverABrokenOneKeepsBoth_data();
    void savingOverABrokenOneKeepsBoth();
    void brokenOneThatCannotBeKeptStays();
    void offersOnlyABackupThatIsValid();
    void newProfileIsPrivate();
    void savingKeepsPermissions();
    void savingByRootKeepsTheOwner();
    void saveFollowsSymbolicLinks();
    void fullDiskLeavesTheProfile();
    void fullDiskWithoutRoomForTheBackupLeavesBoth();
    void unwritableDirectoryLeavesTheProfile();
    void copyIsPrivate();
    void copyIsNeverTheProfileItself();
    void keepsWhatWasThereBeforeAnImport();
    void failedImportLeavesTheBackupOfTheOneBefore();
    void copyReplacesNoDevice();
    void fullDiskLeavesTheOldCopy();
    void listenEndpointReplacesTheFirstListener();
    void listenEndpointDoesNotOpenTheProxy();
    void listenEndpointOfAnotherListenerIsRefused();

private:
    QString path(const QString &name) const { return m_directory->filePath(name); }

    std::unique_ptr<QTemporaryDir> m_directory;
};

void ProfileFileTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
}

void ProfileFileTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY(m_directory->isValid());
    QFile::remove(ProfileFile::defaultPath());
}

void ProfileFileTest::builtInProfileIsValid()
{
    const auto document =
        engine::parseProfile(QJsonDocument(engine::profileToJson(ProfileFile::builtIn())).toJson());
    QVERIFY(document);
    QVERIFY(document->profile == ProfileFile::builtIn());
    const engine::ListenerProfile &listener = document->profile.listeners[0];
    QCOMPARE(listener.endpoint().toString(), u"127.0.0.1:1080"_s);
    QCOMPARE(listener.authentication, engine::Authentication::None);
}

void ProfileFileTest::firstStartUsesTheBuiltInProfile()
{
    const ProfileFile file;
    QVERIFY(!QFile::exists(file.path()));
    const auto document = file.load();
    QVERIFY(document);
    QVERIFY(document->profile == ProfileFile::builtIn());
    QVERIFY(!QFile::exists(file.path()));
}

void ProfileFileTest::missingNamedProfileIsAnError()
{
    const auto document = ProfileFile(path(u"no.json"_s)).load();
    QVERIFY(!document);
    QCOMPARE(document.error().size(), 1);
    QVERIFY(document.error()[0].toEnglish().contains(path(u"no.json"_s)));
}

void ProfileFileTest::loadReportsEveryErrorWithItsPath()
{
    writeFile(path(u"p.json"_s),
              R"({ "version": 1, "listeners": [ { "name": "", "address": "::1", "port": 0 } ] })");
    const auto document = ProfileFile(path(u"p.json"_s)).load();
    QVERIFY(!document);
    QCOMPARE(document.error().size(), 2);
    QVERIFY(document.error()[0].toEnglish().startsWith(u"$.listeners[0].name: "_s));
    QVERIFY(document.error()[1].toEnglish().startsWith(u"$.listeners[0].port: "_s));
}

void ProfileFileTest::directoryIsNoProfile()
{
    const auto document = ProfileFile(m_directory->path()).load();
    QVERIFY(!document);
    QVERIFY(document.error()[0].toEnglish().contains(u"not a regular file"_s));
}

void ProfileFileTest::pipeIsNotWaitedFor()
{
#ifdef Q_OS_UNIX
    QCOMPARE(mkfifo(QFile::encodeName(path(u"pipe"_s)).constData(), S_IRWXU), 0);
    QVERIFY(!ProfileFile(path(u"pipe"_s)).load());
#else
    QSKIP("no named pipes in the file system");
#endif
}

void ProfileFileTest::saveMakesTheDirectory()
{
    const ProfileFile file(path(u"a/b/p.json"_s));
    QCOMPARE(file.save(validProfile(1)), std::nullopt);
    QVERIFY(file.load());
    QVERIFY(!QFile::exists(file.backupPath()));
}

void ProfileFileTest::savedProfileLoads()
{
    const ProfileFile file(path(u"p.json"_s));
    QCOMPARE(file.save(validProfile(1234)), std::nullopt);
    const auto document = file.load();
    QVERIFY(document);
    QCOMPARE(document->profile.listeners[0].port, 1234);
    QCOMPARE(document->json, validProfile(1234));
}

void ProfileFileTest::saveKeepsOneBackup()
{
    const ProfileFile file(path(u"p.json"_s));
    for (const int port : {1, 2, 3})
        QCOMPARE(file.save(validProfile(port)), std::nullopt);
    QCOMPARE(QJsonDocument::fromJson(readFile(file.path())).object(), validProfile(3));
    QCOMPARE(QJsonDocument::fromJson(readFile(file.backupPath())).object(), validProfile(2));
    QCOMPARE(QDir(m_directory->path()).entryList(QDir::Files).size(), 2);
}

void ProfileFileTest::savingTheSameKeepsTheBackup()
{
    const ProfileFile file(path(u"p.json"_s));
    for (const int port : {1, 2, 2})
        QCOMPARE(file.save(validProfile(port)), std::nullopt);
    QCOMPARE(QJsonDocument::fromJson(readFile(file.backupPath())).object(), validProfile(1));
}

void ProfileFileTest::savingOverABrokenOneKeepsBoth_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("cut off") << QByteArray("{\"version\": 1, \"listeners\": [");
    QTest::newRow("not valid") << QByteArray("{}");
    QTest::newRow("too large") << QByteArray(engine::kMaximumProfileSize + 100, ' ');
}

void ProfileFileTest::savingOverABrokenOneKeepsBoth()
{
    QFETCH(const QByteArray, content);
    const ProfileFile file(path(u"p.json"_s));
    for (const int port : {1, 2})
        QCOMPARE(file.save(validProfile(port)), std::nullopt);
    QVERIFY(!file.isBroken());
    writeFile(file.path(), content);
    QVERIFY(file.isBroken());
    const auto backup = file.backup();
    QVERIFY(backup);
    QCOMPARE(backup->json, validProfile(1));
    QVERIFY(qAbs(backup->until.secsTo(QDateTime::currentDateTime())) < 60);
    QCOMPARE(file.save(backup->json), std::nullopt);
    QVERIFY(!file.isBroken());
    QCOMPARE(QJsonDocument::fromJson(readFile(file.backupPath())).object(), validProfile(1));
    const QStringList broken = QDir(m_directory->path()).entryList({u"p.json.broken-*"_s}, QDir::Files);
    QCOMPARE(broken.size(), 1);
    QCOMPARE(readFile(path(broken.front())), content);
}

void ProfileFileTest::brokenOneThatCannotBeKeptStays()
{
#ifdef Q_OS_UNIX
    const ProfileFile file(path(u"p.json"_s));
    writeFile(file.path(), QByteArray(5'000, ' '));
    std::optional<engine::Message> error;
    {
        const FullDisk full(4'096); // Room for the profile, not for what is to be kept.
        error = file.save(validProfile(1));
    }
    QVERIFY(error);
    QCOMPARE(readFile(file.path()), QByteArray(5'000, ' '));
    QCOMPARE(QDir(m_directory->path()).entryList(QDir::Files), QStringList{u"p.json"_s});
#else
    QSKIP("no limit on the size of files");
#endif
}

void ProfileFileTest::offersOnlyABackupThatIsValid()
{
    const ProfileFile file(path(u"p.json"_s));
    QVERIFY(!file.isBroken()); // There is none that could be broken.
    QVERIFY(!file.backup());
    writeFile(file.backupPath(), "{");
    QVERIFY(!file.backup());
    writeFile(file.backupPath(), QJsonDocument(validProfile(3)).toJson());
    QVERIFY(file.backup());
}

void ProfileFileTest::newProfileIsPrivate()
{
#ifdef Q_OS_UNIX
    const ProfileFile file(path(u"p.json"_s));
    QCOMPARE(file.save(validProfile(1)), std::nullopt);
    QCOMPARE(file.save(validProfile(2)), std::nullopt);
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    QVERIFY(!(QFile::permissions(file.path()) & others));
    QVERIFY(!(QFile::permissions(file.backupPath()) & others));
#else
    QSKIP("the profile's directory is the user's own");
#endif
}

void ProfileFileTest::savingKeepsPermissions()
{
    const ProfileFile file(path(u"p.json"_s));
    QCOMPARE(file.save(validProfile(1)), std::nullopt);
    const auto permissions = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup;
    QVERIFY(QFile::setPermissions(file.path(), permissions));
    const auto before = QFile::permissions(file.path());
    QCOMPARE(file.save(validProfile(2)), std::nullopt);
    QCOMPARE(QFile::permissions(file.path()), before);
}

/// As with `sudo hosier --set-password` for the service.
void ProfileFileTest::savingByRootKeepsTheOwner()
{
#ifdef Q_OS_UNIX
    constexpr uid_t kService = 64'001;
    const ProfileFile file(path(u"p.json"_s));
    QCOMPARE(file.save(validProfile(1)), std::nullopt);
    if (geteuid() != 0 || chown(QFile::encodeName(file.path()).constData(), kService, kService) != 0)
        QSKIP("only root gives files away");
    QCOMPARE(file.save(validProfile(2)), std::nullopt);
    QCOMPARE(file.save(validProfile(3)), std::nullopt);
    QCOMPARE(file.backUpForImport(), std::nullopt);
    for (const QString &name : {file.path(), file.backupPath(), file.importBackupPath()}) {
        const QFileInfo info(name);
        QCOMPARE(info.ownerId(), kService);
        QCOMPARE(info.groupId(), kService);
        QVERIFY(!(info.permissions() & (QFile::ReadGroup | QFile::ReadOther)));
    }
    // What is exported is whose it was, or the writer's.
    QCOMPARE(file.saveCopy(path(u"copy.json"_s), validProfile(4)), std::nullopt);
    QCOMPARE(QFileInfo(path(u"copy.json"_s)).ownerId(), uid_t{0});
#else
    QSKIP("no owners to be told apart");
#endif
}

void ProfileFileTest::saveFollowsSymbolicLinks()
{
#ifdef Q_OS_UNIX
    QVERIFY(QDir(m_directory->path()).mkdir(u"real"_s));
    writeFile(path(u"real/p.json"_s), "{}");
    QVERIFY(QFile::link(path(u"real/p.json"_s), path(u"p.json"_s)));
    QCOMPARE(ProfileFile(path(u"p.json"_s)).save(validProfile(1)), std::nullopt);
    QVERIFY(QFileInfo(path(u"p.json"_s)).isSymLink());
    QVERIFY(ProfileFile(path(u"real/p.json"_s)).load());
#else
    QSKIP("symbolic links need a privilege");
#endif
}

void ProfileFileTest::fullDiskLeavesTheProfile()
{
#ifdef Q_OS_UNIX
    const ProfileFile file(path(u"p.json"_s));
    QCOMPARE(file.save(validProfile(1)), std::nullopt);
    const QByteArray before = readFile(file.path());
    QJsonObject larger = validProfile(2);
    larger.insert("servers"_L1, QJsonArray{QString(100'000, u'x')});
    std::optional<engine::Message> error;
    {
        const FullDisk full(4'096); // Room for the backup, not for the profile.
        error = file.save(larger);
    }
    QVERIFY(error);
    QVERIFY(error->toEnglish().contains(file.path()));
    QCOMPARE(readFile(file.path()), before);
    QCOMPARE(QDir(m_directory->path()).entryList(QDir::Files),
             QStringList({u"p.json"_s, u"p.json.bak"_s})); // no temporary file left
#else
    QSKIP("no limit on the size of files");
#endif
}

void ProfileFileTest::fullDiskWithoutRoomForTheBackupLeavesBoth()
{
#ifdef Q_OS_UNIX
    const ProfileFile file(path(u"p.json"_s));
    QCOMPARE(file.save(validProfile(1)), std::nullopt);
    QCOMPARE(file.save(validProfile(2)), std::nullopt);
    const QByteArray before = readFile(file.path());
    const QByteArray backupBefore = readFile(file.backupPath());
    std::optional<engine::Message> error;
    {
        const FullDisk full(10);
        error = file.save(validProfile(3));
    }
    QVERIFY(error);
    QCOMPARE(readFile(file.path()), before);
    QCOMPARE(readFile(file.backupPath()), backupBefore);
#else
    QSKIP("no limit on the size of files");
#endif
}

void ProfileFileTest::unwritableDirectoryLeavesTheProfile()
{
#ifdef Q_OS_UNIX
    if (geteuid() == 0)
        QSKIP("root may write everywhere");
    const ProfileFile file(path(u"p.json"_s));
    QCOMPARE(file.save(validProfile(1)), std::nullopt);
    QVERIFY(QFile::setPermissions(m_directory->path(), QFile::ReadOwner | QFile::ExeOwner));
    const std::optional<engine::Message> error = file.save(validProfile(2));
    QVERIFY(
        QFile::setPermissions(m_directory->path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    QVERIFY(error);
    QCOMPARE(QJsonDocument::fromJson(readFile(file.path())).object(), validProfile(1));
#else
    QSKIP("permissions of directories are not what they seem");
#endif
}

void ProfileFileTest::copyIsPrivate()
{
    const ProfileFile file(path(u"p.json"_s));
    writeFile(path(u"copy.json"_s), "old");
    QVERIFY(
        QFile::setPermissions(path(u"copy.json"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
    QCOMPARE(file.saveCopy(path(u"copy.json"_s), validProfile(7)), std::nullopt);
    QCOMPARE(QJsonDocument::fromJson(readFile(path(u"copy.json"_s))).object(), validProfile(7));
    QVERIFY(!QFile::exists(file.path()));
#ifdef Q_OS_UNIX
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    QVERIFY(!(QFile::permissions(path(u"copy.json"_s)) & others));
#endif
}

void ProfileFileTest::copyIsNeverTheProfileItself()
{
    const ProfileFile file(path(u"p.json"_s));
    QCOMPARE(file.save(validProfile(1)), std::nullopt);
    QStringList names{file.path(), file.backupPath(), file.importBackupPath(), path(u"x/../p.json"_s)};
#ifdef Q_OS_UNIX
    QVERIFY(QFile::link(file.path(), path(u"link.json"_s)));
    names << path(u"link.json"_s);
#else
    names << path(u"P.JSON"_s) << path(u"P.json.bak"_s);
#endif
    QVERIFY(QDir(m_directory->path()).mkdir(u"x"_s));
    for (const QString &name : std::as_const(names)) {
        const std::optional<engine::Message> error = file.saveCopy(name, validProfile(2));
        QVERIFY2(error && error->toEnglish().contains(u"in use"_s), qPrintable(name));
    }
    QCOMPARE(QJsonDocument::fromJson(readFile(file.path())).object(), validProfile(1));
    QVERIFY(!QFile::exists(file.backupPath()));
}

void ProfileFileTest::keepsWhatWasThereBeforeAnImport()
{
    const ProfileFile file(path(u"p.json"_s));
    QVERIFY(file.backUpForImport()); // there is nothing to keep
    QCOMPARE(file.save(validProfile(1)), std::nullopt);
    QCOMPARE(file.backUpForImport(), std::nullopt);
    QCOMPARE(file.save(validProfile(2)), std::nullopt);
    QCOMPARE(file.save(validProfile(3)), std::nullopt);
    QCOMPARE(QJsonDocument::fromJson(readFile(file.importBackupPath())).object(), validProfile(1));
    QCOMPARE(file.backUpForImport(), std::nullopt);
    file.finishImportBackup();
    QCOMPARE(QJsonDocument::fromJson(readFile(file.importBackupPath())).object(), validProfile(3));
    const QStringList left{u"p.json"_s, u"p.json.bak"_s, u"p.json.before-import"_s};
    QCOMPARE(QDir(m_directory->path()).entryList(QDir::Files, QDir::Name), left);
}

void ProfileFileTest::failedImportLeavesTheBackupOfTheOneBefore()
{
    const ProfileFile file(path(u"p.json"_s));
    QCOMPARE(file.save(validProfile(1)), std::nullopt);
    // There was none before.
    QCOMPARE(file.backUpForImport(), std::nullopt);
    QCOMPARE(file.takeBackImportBackup(), std::nullopt);
    QCOMPARE(QDir(m_directory->path()).entryList(QDir::Files), QStringList{u"p.json"_s});
    QCOMPARE(file.backUpForImport(), std::nullopt);
    file.finishImportBackup();
    QCOMPARE(file.save(validProfile(2)), std::nullopt);
    for (int attempt = 0; attempt < 2; ++attempt) {
        QCOMPARE(file.backUpForImport(), std::nullopt);
        QCOMPARE(file.takeBackImportBackup(), std::nullopt);
        QCOMPARE(QJsonDocument::fromJson(readFile(file.importBackupPath())).object(), validProfile(1));
    }
    // One that was cut short leaves what the next one has no use for.
    QCOMPARE(file.backUpForImport(), std::nullopt);
    QCOMPARE(file.backUpForImport(), std::nullopt);
    QCOMPARE(file.takeBackImportBackup(), std::nullopt);
    QCOMPARE(QJsonDocument::fromJson(readFile(file.importBackupPath())).object(), validProfile(2));
}

void ProfileFileTest::copyReplacesNoDevice()
{
    const ProfileFile file(path(u"p.json"_s));
    QVERIFY(file.saveCopy(m_directory->path(), validProfile(1)));
    QVERIFY(file.saveCopy(path(u"no/such/folder.json"_s), validProfile(1)));
#ifdef Q_OS_UNIX
    QCOMPARE(mkfifo(QFile::encodeName(path(u"pipe"_s)).constData(), S_IRWXU), 0);
    QVERIFY(file.saveCopy(path(u"pipe"_s), validProfile(1)));
    QVERIFY(!QFileInfo(path(u"pipe"_s)).isFile());
#endif
}

void ProfileFileTest::fullDiskLeavesTheOldCopy()
{
#ifdef Q_OS_UNIX
    const ProfileFile file(path(u"p.json"_s));
    QCOMPARE(file.saveCopy(path(u"copy.json"_s), validProfile(1)), std::nullopt);
    std::optional<engine::Message> error;
    {
        const FullDisk full(10);
        error = file.saveCopy(path(u"copy.json"_s), validProfile(2));
    }
    QVERIFY(error);
    QVERIFY(error->toEnglish().contains(path(u"copy.json"_s)));
    QCOMPARE(QJsonDocument::fromJson(readFile(path(u"copy.json"_s))).object(), validProfile(1));
    QCOMPARE(QDir(m_directory->path()).entryList(QDir::Files), QStringList{u"copy.json"_s});
#else
    QSKIP("no limit on the size of files");
#endif
}

void ProfileFileTest::listenEndpointReplacesTheFirstListener()
{
    const auto profile =
        app::withListenEndpoint(ProfileFile::builtIn(), *engine::Endpoint::fromString(u"[::1]:0"));
    QVERIFY(profile);
    QCOMPARE(profile->listeners[0].endpoint().toString(), u"[::1]:0"_s);
    QCOMPARE(profile->listeners[0].name, ProfileFile::builtIn().listeners[0].name);
}

void ProfileFileTest::listenEndpointDoesNotOpenTheProxy()
{
    engine::Profile profile = ProfileFile::builtIn();
    const engine::Endpoint everywhere = *engine::Endpoint::fromString(u"0.0.0.0:1080");
    const auto refused = app::withListenEndpoint(profile, everywhere);
    QVERIFY(!refused);
    QVERIFY(refused.error().toEnglish().contains(u"0.0.0.0:1080"_s));
    profile.listeners[0].open = true;
    QVERIFY(app::withListenEndpoint(profile, everywhere));
    profile.listeners[0].open = false;
    profile.listeners[0].authentication = engine::Authentication::Password;
    QVERIFY(app::withListenEndpoint(profile, everywhere));
}

void ProfileFileTest::listenEndpointOfAnotherListenerIsRefused()
{
    engine::Profile profile = ProfileFile::builtIn();
    profile.listeners.append(profile.listeners[0]);
    profile.listeners[0].port = 1;
    QVERIFY(!app::withListenEndpoint(profile, profile.listeners[1].endpoint()));
}

QTEST_GUILESS_MAIN(ProfileFileTest)
#include "tst_profilefile.moc"
