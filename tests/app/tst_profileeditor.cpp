// SPDX-License-Identifier: MIT
#include "app/profileeditor.h"
#include "engine/engine.h"
#include "fakecredentialstore.h"
#include "ui/profileimport.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

using app::ProfileEditor;
using app::ProfileFile;

namespace
{

const engine::Endpoint kGiven{engine::Address::fromV4(0x7f000001), 4'321};

} // namespace

class TestProfileEditor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void changesFileAndProfile();
    void keepsEverythingWhenAChangeIsWrong();
    void keepsEverythingWhenTheFileCannotBeWritten();
    void keepsTheGivenEndpointOutOfTheFile();
    void followsTheFile();
    void undoesNothingThatOthersWrote();
    void keepsPasswordsInMemory();
    void keepsManyPasswordsAtOnce();
    void tellsOnceThatManyAreNotStored();
    void keepsPasswordsInTheStore();
    void givesNoPasswordToAnotherServer_data();
    void givesNoPasswordToAnotherServer();
    void givesNoPasswordToWhatProxifierNames();
    void tellsOfAStoreAndItsProblems();
    void tellsInTheInterfacesLanguage();
    void exportsWhatStandsInTheFile();
    void importsWhatItExported();
    void losesNothingWhenAnImportFails();

private:
    [[nodiscard]] QString path() const { return m_folder->filePath(QStringLiteral("profile.json")); }
    void write(const QByteArray &text) const
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    [[nodiscard]] QJsonObject written() const
    {
        QFile file(path());
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                              : QJsonObject();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    engine::Engine m_engine;
    FakeCredentialStore m_credentials;
};

void TestProfileEditor::init()
{
    // What the editor of the test before has left to be done is of another profile.
    QCoreApplication::removePostedEvents(&m_credentials);
    m_credentials.secrets.clear();
    m_credentials.writes = 0;
    m_credentials.problem.reset();
    m_credentials.isThere = true;
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    write(R"({"version": 1,
              "listeners": [{"name": "Local", "address": "127.0.0.1", "port": 1080}],
              "servers": [{"id": "office", "protocol": "socks5", "host": "192.0.2.1", "port": 1080,
                           "username": "bob"}]})");
}

void TestProfileEditor::changesFileAndProfile()
{
    ProfileEditor editor(m_engine, ProfileFile(path()), std::nullopt, m_credentials);
    QVERIFY(editor.load().isEmpty());
    QSignalSpy changed(&editor, &ProfileEditor::profileChanged);
    engine::Profile profile = editor.profile();
    profile.mode = engine::RoutingMode::Direct;
    QCOMPARE(editor.change(profile), QStringList());
    QCOMPARE(changed.size(), 1);
    QCOMPARE(editor.profile().mode, engine::RoutingMode::Direct);
    QCOMPARE(written().value(QStringLiteral("mode")).toString(), QStringLiteral("direct"));
    // What is the same already is no change.
    QCOMPARE(editor.change(profile), QStringList());
    QCOMPARE(changed.size(), 1);
}

void TestProfileEditor::keepsEverythingWhenAChangeIsWrong()
{
    ProfileEditor editor(m_engine, ProfileFile(path()), std::nullopt, m_credentials);
    QVERIFY(editor.load().isEmpty());
    const engine::Profile before = editor.profile();
    const QJsonObject file = written();
    QSignalSpy changed(&editor, &ProfileEditor::profileChanged);
    engine::Profile profile = before;
    profile.rules.resize(1);
    profile.rules[0].hosts << QStringLiteral("ex*mple.org");
    QVERIFY(editor.change(profile).value(0).startsWith(QStringLiteral("$.rules[0].hosts[0]: ")));
    QCOMPARE(editor.profile(), before);
    QCOMPARE(written(), file);
    QCOMPARE(changed.size(), 0);
}

void TestProfileEditor::keepsEverythingWhenTheFileCannotBeWritten()
{
    ProfileEditor editor(m_engine, ProfileFile(path()), std::nullopt, m_credentials);
    QVERIFY(editor.load().isEmpty());
    const engine::Profile before = editor.profile();
    // Not even root can write where there is a directory.
    QVERIFY(QFile::remove(path()));
    QVERIFY(QDir().mkpath(path()));
    engine::Profile profile = before;
    profile.mode = engine::RoutingMode::Direct;
    QCOMPARE(editor.change(profile).size(), 1);
    QCOMPARE(editor.profile(), before);
}

void TestProfileEditor::keepsTheGivenEndpointOutOfTheFile()
{
    ProfileEditor editor(m_engine, ProfileFile(path()), kGiven, m_credentials);
    QVERIFY(editor.load().isEmpty());
    QCOMPARE(editor.profile().listeners.front().endpoint(), kGiven);
    engine::Profile profile = editor.profile();
    profile.mode = engine::RoutingMode::Direct;
    QCOMPARE(editor.change(profile), QStringList());
    QCOMPARE(editor.profile().listeners.front().endpoint(), kGiven);
    const QJsonValue listener = written().value(QStringLiteral("listeners")).toArray().at(0);
    QCOMPARE(listener[QStringLiteral("port")].toInt(), 1'080);
}

void TestProfileEditor::followsTheFile()
{
    ProfileEditor editor(m_engine, ProfileFile(path()), std::nullopt, m_credentials);
    QVERIFY(editor.load().isEmpty());
    QSignalSpy changed(&editor, &ProfileEditor::profileChanged);
    write("nonsense");
    QVERIFY(!editor.reload().isEmpty());
    QCOMPARE(changed.size(), 0);
    QCOMPARE(editor.profile().listeners.front().port, 1'080);
    write(R"({"version": 1, "listeners": [{"name": "Local", "address": "127.0.0.1", "port": 1081}]})");
    QVERIFY(editor.reload().isEmpty());
    QCOMPARE(changed.size(), 1);
    QCOMPARE(editor.profile().listeners.front().port, 1'081);
}

void TestProfileEditor::undoesNothingThatOthersWrote()
{
    ProfileEditor editor(m_engine, ProfileFile(path()), kGiven, m_credentials);
    QVERIFY(editor.load().isEmpty());
    QSignalSpy changed(&editor, &ProfileEditor::profileChanged);
    const auto directly = [&editor] {
        engine::Profile profile = editor.profile();
        profile.mode = engine::RoutingMode::Direct;
        return profile;
    };
    QJsonObject theirs = written();
    theirs.insert(QStringLiteral("resolveForRules"), true);
    write(QJsonDocument(theirs).toJson());
    const QStringList problems = editor.change(directly());
    QCOMPARE(problems.size(), 1);
    QVERIFY(problems.front().contains(QStringLiteral("another program")));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(editor.profile().resolveForRules, true);
    QCOMPARE(written(), theirs);
    // Once more, on top of it.
    QCOMPARE(editor.change(directly()), QStringList());
    theirs = written();
    QCOMPARE(theirs.value(QStringLiteral("mode")).toString(), QStringLiteral("direct"));
    QCOMPARE(theirs.value(QStringLiteral("resolveForRules")).toBool(), true);
    // Another way of writing the same is no change.
    write(QJsonDocument(theirs).toJson(QJsonDocument::Compact));
    engine::Profile profile = editor.profile();
    profile.mode = engine::RoutingMode::Rules;
    QCOMPARE(editor.change(profile), QStringList());
    // What cannot be put in force says so, and stays.
    QJsonArray listeners = theirs.value(QStringLiteral("listeners")).toArray();
    listeners << QJsonObject{{QStringLiteral("name"), QStringLiteral("Second")},
                             {QStringLiteral("address"), QStringLiteral("127.0.0.1")},
                             {QStringLiteral("port"), kGiven.port}};
    theirs.insert(QStringLiteral("listeners"), listeners);
    write(QJsonDocument(theirs).toJson());
    const qsizetype before = changed.size();
    QVERIFY(editor.change(directly()).value(0).startsWith(QStringLiteral("--listen: ")));
    QCOMPARE(changed.size(), before);
    QCOMPARE(written(), theirs);
}

void TestProfileEditor::keepsPasswordsInMemory()
{
    m_credentials.isThere = false;
    ProfileEditor editor(m_engine, ProfileFile(path()), std::nullopt, m_credentials);
    QVERIFY(editor.load().isEmpty());
    const QString office = QStringLiteral("office");
    QVERIFY(!editor.hasCredentialStore());
    QStringList answers;
    const auto done = [&answers](const QString &problem) {
        answers << problem;
    };
    editor.setPassword(office, "secret", done);
    QVERIFY(answers.isEmpty());
    QTRY_COMPARE(answers, QStringList{QString()});
    QCOMPARE(editor.password(office), QByteArray("secret"));
    engine::Profile profile = editor.profile();
    profile.mode = engine::RoutingMode::Direct;
    QCOMPARE(editor.change(profile), QStringList());
    QCOMPARE(editor.password(office), QByteArray("secret"));
    QVERIFY(!QJsonDocument(written()).toJson().contains("secret"));
    editor.setPassword(office, {}, done);
    QCOMPARE(editor.password(office), QByteArray());
    QTRY_COMPARE(answers.size(), 2);
}

void TestProfileEditor::keepsManyPasswordsAtOnce()
{
    ProfileEditor editor(m_engine, ProfileFile(path()), std::nullopt, m_credentials);
    QVERIFY(editor.load().isEmpty());
    const QHash<QString, QByteArray> given{{QStringLiteral("office"), "secret"},
                                           {QStringLiteral("home"), "hidden"}};
    QSignalSpy changed(&editor, &ProfileEditor::passwordsChanged);
    QStringList answers;
    editor.setPasswords(given, [&answers](const QStringList &refused, const QString &problem) {
        answers << problem + refused.join(u' ');
    });
    QCOMPARE(changed.size(), 1);
    QCOMPARE(editor.password(QStringLiteral("office")), QByteArray("secret"));
    QCOMPARE(editor.password(QStringLiteral("home")), QByteArray("hidden"));
    QTRY_COMPARE(answers, QStringList{QString()});
    QCOMPARE(m_credentials.secrets.size(), given.size());
}

void TestProfileEditor::tellsOnceThatManyAreNotStored()
{
    m_credentials.problem = {app::CredentialError::Denied,
                             engine::Message::verbatim(QStringLiteral("locked"))};
    ProfileEditor editor(m_engine, ProfileFile(path()), std::nullopt, m_credentials);
    QVERIFY(editor.load().isEmpty());
    QSignalSpy problems(&editor, &ProfileEditor::passwordProblem);
    QStringList refused;
    QStringList answers;
    editor.setPasswords({{QStringLiteral("office"), "secret"}, {QStringLiteral("home"), "hidden"}},
                        [&](const QStringList &ids, const QString &problem) {
                            refused << ids;
                            answers << problem;
                        });
    QTRY_COMPARE(answers.size(), 1);
    QVERIFY(answers.front().endsWith(QStringLiteral("locked")));
    refused.sort();
    QCOMPARE(refused, (QStringList{QStringLiteral("home"), QStringLiteral("office")}));
    QCOMPARE(m_credentials.writes, 1);
    QVERIFY(problems.isEmpty());
    QCOMPARE(editor.password(QStringLiteral("home")), QByteArray("hidden"));
}

/// Under the profile's path and the server's id, which it follows.
void TestProfileEditor::keepsPasswordsInTheStore()
{
    const auto key = [this](const QString &id) {
        return app::credentialKey(app::canonicalPath(path()), id);
    };
    using Secrets = QHash<QString, QByteArray>;
    const QString office = QStringLiteral("office");
    const QString work = QStringLiteral("work");
    ProfileEditor editor(m_engine, ProfileFile(path()), std::nullopt, m_credentials);
    QVERIFY(editor.load().isEmpty());
    editor.setPassword(office, "secret", [](const QString &) {});
    QTRY_COMPARE(m_credentials.secrets, (Secrets{{key(office), "secret"}}));

    engine::Profile profile = editor.profile();
    profile.servers[0].id = work;
    QCOMPARE(editor.change(profile), QStringList());
    QTRY_COMPARE(m_credentials.secrets, (Secrets{{key(work), "secret"}}));
    QCOMPARE(editor.password(work), QByteArray("secret"));

    profile.servers.clear();
    QCOMPARE(editor.change(profile), QStringList());
    QTRY_VERIFY(m_credentials.secrets.isEmpty());
    QCOMPARE(editor.password(work), QByteArray());
}

void TestProfileEditor::givesNoPasswordToAnotherServer_data()
{
    QTest::addColumn<QByteArray>("imported");
    QTest::newRow("another id and host")
        << QByteArray(R"({"id": "evil", "protocol": "socks5", "host": "203.0.113.6", "port": 1080,
                          "username": "bob"})");
    QTest::newRow("the same id, another host")
        << QByteArray(R"({"id": "office", "protocol": "socks5", "host": "203.0.113.6", "port": 1080,
                          "username": "bob"})");
    QTest::newRow("the same id, another port")
        << QByteArray(R"({"id": "office", "protocol": "socks5", "host": "192.0.2.1", "port": 1081,
                          "username": "bob"})");
    QTest::newRow("an id that an older server had")
        << QByteArray(R"({"id": "old", "protocol": "socks5", "host": "203.0.113.6", "port": 1080,
                          "username": "bob"})");
}

/// Though it stands in the same place, as in an import of somebody else's profile.
void TestProfileEditor::givesNoPasswordToAnotherServer()
{
    QFETCH(const QByteArray, imported);
    for (const char *id : {"office", "old"})
        m_credentials.secrets.insert(app::credentialKey(app::canonicalPath(path()), QString::fromLatin1(id)),
                                     "secret");
    ProfileEditor editor(m_engine, ProfileFile(path()), std::nullopt, m_credentials);
    QVERIFY(editor.load().isEmpty());
    editor.askForPasswords();
    QTRY_COMPARE(editor.password(QStringLiteral("office")), QByteArray("secret"));
    const ui::ImportTarget into{editor.profile(), [](const QString &) {
                                    return false;
                                }};
    const ui::ImportedFile file = ui::readImport(
        R"({"version": 1, "listeners": [{"name": "Local", "address": "127.0.0.1", "port": 1080}],
            "servers": [)" +
            imported + "]}",
        into, {});
    QCOMPARE(file.kind, ui::ImportKind::Profile);
    const int reads = static_cast<int>(m_credentials.reads.size());
    QCOMPARE(editor.change(ui::withImport(file, into, ui::ImportMode::Replace)), QStringList());
    const QString id = editor.profile().servers.value(0).id;
    QTRY_VERIFY(!m_credentials.secrets.contains(app::credentialKey(app::canonicalPath(path()), id)));
    QTRY_VERIFY(!m_credentials.secrets.contains(
        app::credentialKey(app::canonicalPath(path()), QStringLiteral("office"))));
    QCOMPARE(editor.password(id), QByteArray());
    QCOMPARE(m_credentials.reads.size(), reads);
}

void TestProfileEditor::givesNoPasswordToWhatProxifierNames()
{
    const QString key = app::credentialKey(app::canonicalPath(path()), QStringLiteral("office"));
    m_credentials.secrets.insert(key, "secret");
    ProfileEditor editor(m_engine, ProfileFile(path()), std::nullopt, m_credentials);
    QVERIFY(editor.load().isEmpty());
    editor.askForPasswords();
    QTRY_COMPARE(editor.password(QStringLiteral("office")), QByteArray("secret"));
    const ui::ImportTarget into{editor.profile(), [](const QString &) {
                                    return false;
                                }};
    const ui::ImportedFile file =
        ui::readImport("<ProxifierProfile><ProxyList><Proxy id=\"1\" type=\"SOCKS5\">"
                       "<Authentication enabled=\"true\"><Username>bob</Username></Authentication>"
                       "<Address>203.0.113.6</Address><Port>1080</Port>"
                       "</Proxy></ProxyList></ProxifierProfile>",
                       into, {});
    QCOMPARE(file.kind, ui::ImportKind::Proxifier);
    QCOMPARE(editor.change(ui::withImport(file, into, ui::ImportMode::Replace)), QStringList());
    QCOMPARE(editor.profile().servers.size(), 1);
    QTRY_VERIFY(!m_credentials.secrets.contains(key));
    QVERIFY(m_credentials.secrets.isEmpty());
    QCOMPARE(editor.password(editor.profile().servers.front().id), QByteArray());
}

void TestProfileEditor::tellsOfAStoreAndItsProblems()
{
    write(R"({"version": 1, "listeners": [{"name": "Local", "address": "127.0.0.1", "port": 1080}],
              "servers": [{"id": "office", "protocol": "socks5", "host": "192.0.2.1", "port": 1080,
                           "username": "bob"}]})");
    m_credentials.problem = {app::CredentialError::Denied,
                             engine::Message::verbatim(QStringLiteral("locked"))};
    ProfileEditor editor(m_engine, ProfileFile(path()), std::nullopt, m_credentials);
    QSignalSpy found(&editor, &ProfileEditor::credentialStoreChanged);
    QSignalSpy problems(&editor, &ProfileEditor::passwordProblem);
    QVERIFY(editor.load().isEmpty());
    editor.askForPasswords();
    QTRY_COMPARE(problems.size(), 1);
    QVERIFY(problems.at(0).at(0).toString().contains(QStringLiteral("locked")));
    QCOMPARE(found.size(), 1);
    QVERIFY(editor.hasCredentialStore());
}

void TestProfileEditor::tellsInTheInterfacesLanguage()
{
    class Bracketing : public QTranslator
    {
    public:
        [[nodiscard]] bool isEmpty() const override { return false; }
        [[nodiscard]] QString translate(const char * /*context*/, const char *source,
                                        const char * /*disambiguation*/, int /*n*/) const override
        {
            return u'<' + QString::fromUtf8(source) + u'>';
        }
    };
    Bracketing translator;
    QVERIFY(QCoreApplication::installTranslator(&translator));
    write(R"({"version": 1, "listeners": [{"name": "Local", "address": "127.0.0.1", "port": 1080}],
              "servers": [{"id": "office", "protocol": "socks5", "host": "192.0.2.1", "port": 1080,
                           "username": "bob"}]})");
    m_credentials.problem = {app::CredentialError::Denied, {}};
    ProfileEditor editor(m_engine, ProfileFile(path()), std::nullopt, m_credentials);
    QSignalSpy problems(&editor, &ProfileEditor::passwordProblem);
    QVERIFY(editor.load().isEmpty());
    engine::Profile broken = editor.profile();
    broken.listeners.clear();
    QCOMPARE(editor.change(broken),
             QStringList{QStringLiteral("<$.listeners: <must list at least one listener>>")});
    QVERIFY(editor.exportTo(path(), ui::ExportUsers::Include)->startsWith(u'<'));
    QVERIFY(editor.readForImport(m_folder->path()).error().startsWith(u'<'));
    editor.askForPasswords();
    QTRY_COMPARE(problems.size(), 1);
    QCOMPARE(
        problems.at(0).at(0).toString(),
        QStringLiteral("<server office: its password is not known: <the credential store gives no access>>"));
    // What goes to standard error instead.
    write("{}");
    const QList<engine::Message> lines = editor.load();
    QCOMPARE(lines.size(), 1);
    QCOMPARE(lines.front().toEnglish(),
             QStringLiteral("$.version: is missing; this program reads version 1"));
}

void TestProfileEditor::exportsWhatStandsInTheFile()
{
    write(R"({"version": 1, "resolveForRules": false,
              "listeners": [{"name": "Local", "address": "127.0.0.1", "port": 1080}],
              "users": [{"name": "alice", "password": {"scheme": "pbkdf2-sha512", "iterations": 1000,
                  "salt": "MDEyMzQ1Njc4OWFiY2RlZg==", "hash":
          "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg=="}}]})");
    // Neither the endpoint of this run nor a password goes along.
    ProfileEditor editor(m_engine, ProfileFile(path()), kGiven, m_credentials);
    QVERIFY(editor.load().isEmpty());
    editor.setPassword(QStringLiteral("office"), "secret", [](const QString &) {});
    const QString target = m_folder->filePath(QStringLiteral("copy.json"));
    QCOMPARE(editor.exportTo(target, ui::ExportUsers::Include), std::nullopt);
    const auto whole = editor.readForImport(target);
    QVERIFY(whole);
    QCOMPARE(QJsonDocument::fromJson(*whole).object(), written());
    QVERIFY(!whole->contains("secret"));
    QCOMPARE(editor.exportTo(target, ui::ExportUsers::LeaveOut), std::nullopt);
    const auto withoutUsers = editor.readForImport(target);
    QVERIFY(withoutUsers);
    QVERIFY(!withoutUsers->contains("alice") && !withoutUsers->contains("hash"));
    QVERIFY(engine::parseProfile(*withoutUsers));
    QVERIFY(editor.exportTo(path(), ui::ExportUsers::LeaveOut));
    QVERIFY(written().contains(QStringLiteral("users")));
    QVERIFY(!editor.readForImport(m_folder->path()));
}

void TestProfileEditor::importsWhatItExported()
{
    ProfileEditor editor(m_engine, ProfileFile(path()), std::nullopt, m_credentials);
    QVERIFY(editor.load().isEmpty());
    const engine::Profile before = editor.profile();
    const QString target = m_folder->filePath(QStringLiteral("copy.json"));
    QCOMPARE(editor.exportTo(target, ui::ExportUsers::Include), std::nullopt);
    engine::Profile profile = before;
    profile.servers.clear();
    profile.mode = engine::RoutingMode::Direct;
    QCOMPARE(editor.change(profile), QStringList());
    const ui::ImportTarget into{editor.profile(), [](const QString &) {
                                    return false;
                                }};
    const ui::ImportedFile file = ui::readImport(*editor.readForImport(target), into, {});
    QCOMPARE(file.kind, ui::ImportKind::Profile);
    QCOMPARE(editor.importProfile(ui::withImport(file, into, ui::ImportMode::Replace)), QStringList());
    QCOMPARE(editor.profile(), before);
    // The one of before is the backup, and is kept for longer.
    for (const char *ending : {".bak", ".before-import"}) {
        QFile backup(path() + QLatin1StringView(ending));
        QVERIFY(backup.open(QIODevice::ReadOnly));
        QVERIFY(backup.readAll().contains("direct"));
    }
}

void TestProfileEditor::losesNothingWhenAnImportFails()
{
    ProfileEditor editor(m_engine, ProfileFile(path()), std::nullopt, m_credentials);
    QVERIFY(editor.load().isEmpty());
    const engine::Profile before = editor.profile();
    const QJsonObject fileBefore = written();
    QSignalSpy changed(&editor, &ProfileEditor::profileChanged);
    const ui::ImportTarget into{editor.profile(), [](const QString &) {
                                    return false;
                                }};
    // More servers than a profile takes together.
    QByteArray proxies;
    for (int i = 0; i < 1'000; ++i)
        proxies += "<Proxy id=\"" + QByteArray::number(i) +
                   "\" type=\"SOCKS5\"><Address>192.0.2.1</Address><Port>1080</Port></Proxy>";
    const ui::ImportedFile file = ui::readImport(
        "<ProxifierProfile><ProxyList>" + proxies + "</ProxyList></ProxifierProfile>", into, {});
    QCOMPARE(file.kind, ui::ImportKind::Proxifier);
    const QString kept = path() + QStringLiteral(".before-import");
    QVERIFY(QFile::copy(path(), kept));
    QVERIFY(QFile(kept).resize(1)); // whatever the last import has left
    const QStringList problems = editor.importProfile(ui::withImport(file, into, ui::ImportMode::Add));
    QVERIFY(problems.value(0).startsWith(QStringLiteral("$.servers: ")));
    QCOMPARE(editor.profile(), before);
    QCOMPARE(written(), fileBefore);
    QCOMPARE(QFileInfo(kept).size(), 1);
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files, QDir::Name),
             (QStringList{QStringLiteral("profile.json"), QStringLiteral("profile.json.before-import")}));
    QCOMPARE(changed.size(), 0);
}

QTEST_GUILESS_MAIN(TestProfileEditor)
#include "tst_profileeditor.moc"
