// SPDX-License-Identifier: MIT
#include "engine/explanation.h"
#include "engine/script_line.h"
#include "ui/programlookup.h"
#include "ui/programtext.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// Programs that people name, as they are known when they run.
class TestProgramLookup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void findsWhatANameStarts_data();
    void findsWhatANameStarts();
    void decidesAsForTheProcess_data();
    void decidesAsForTheProcess();

private:
    /// DIR is the directory of the scene.
    [[nodiscard]] QString placed(QString text) const { return text.replace(u"DIR"_s, m_directory); }
    void make(const QString &name, const QByteArray &content) const;
    void link(const QString &name, const QString &target) const;
    void makeScripts() const;

    QTemporaryDir m_folder;
    QString m_directory;
    QByteArray m_path;
};

namespace
{

const QByteArray kProgram("\x7f"
                          "ELF");

} // namespace

void TestProgramLookup::make(const QString &name, const QByteArray &content) const
{
    QFile file(m_directory + u'/' + name);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    QVERIFY(file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner));
}

void TestProgramLookup::link(const QString &name, const QString &target) const
{
    QVERIFY(QFile::link(m_directory + u'/' + target, m_directory + u'/' + name));
}

void TestProgramLookup::makeScripts() const
{
    const auto script = [this](const QString &name, const QString &line) {
        make(name, placed(line).toUtf8() + "\nprint(1)\n");
    };
    script(u"plain.py"_s, u"#!DIR/bin/python3"_s);
    link(u"link.py"_s, u"plain.py"_s);
    script(u"command.py"_s, u"#!/usr/bin/env python3"_s);
    script(u"split.py"_s, u"#!/usr/bin/env -S A=1 python3 -u"_s);
    script(u"bin/tool.py"_s, u"#!DIR/bin/python3 -u"_s);
    script(u"filter.awk"_s, u"#!DIR/bin/awk -f"_s);
    script(u"code.py"_s, u"#!DIR/bin/python3 -c"_s);
    script(u"gone.py"_s, u"#!DIR/bin/python2"_s);
    script(u"nobody.py"_s, u"#!/usr/bin/env nobody"_s);
    script(u"odd.py"_s, u"#!/usr/bin/env -S 'python3'"_s);
    script(u"second.py"_s, u"#!DIR/plain.py"_s);
    make(u"module.py"_s, "print(1)\n");
    make(u"long.py"_s, "#!/" + QByteArray(engine::kMaximumScriptLine, 'x') + '\n');
}

/// Commands are looked for in DIR/bin alone.
void TestProgramLookup::initTestCase()
{
    m_directory = QFileInfo(m_folder.path()).canonicalFilePath();
    QVERIFY(QDir(m_directory).mkdir(u"bin"_s));
    make(u"bin/curl"_s, kProgram);
    make(u"bin/python3.11"_s, kProgram);
    make(u"bin/awk"_s, kProgram);
    link(u"bin/python3"_s, u"bin/python3.11"_s);
    makeScripts();
    m_path = qgetenv("PATH");
    qputenv("PATH", QFile::encodeName(m_directory + u"/bin"_s));
}

void TestProgramLookup::cleanupTestCase()
{
    qputenv("PATH", m_path);
}

void TestProgramLookup::findsWhatANameStarts_data()
{
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("told");
    QTest::newRow("nothing") << ""
                             << ""
                             << ""
                             << "";
    QTest::newRow("a name") << "curl"
                            << "curl"
                            << "DIR/bin/curl"
                            << "curl: DIR/bin/curl";
    QTest::newRow("a name that is a link") << "python3"
                                           << "python3.11"
                                           << "DIR/bin/python3.11"
                                           << "python3: DIR/bin/python3.11";
    QTest::newRow("a link by its path") << "DIR/bin/python3"
                                        << "python3.11"
                                        << "DIR/bin/python3.11"
                                        << "DIR/bin/python3: DIR/bin/python3.11";
    QTest::newRow("a path") << "DIR/bin/curl"
                            << "curl"
                            << "DIR/bin/curl"
                            << "";
    QTest::newRow("a script") << "DIR/plain.py"
                              << "python3.11"
                              << "DIR/bin/python3.11"
                              << "DIR/plain.py: DIR/plain.py, run by DIR/bin/python3.11";
    QTest::newRow("a script by its name") << "tool.py"
                                          << "python3.11"
                                          << "DIR/bin/python3.11"
                                          << "tool.py: DIR/bin/tool.py, run by DIR/bin/python3.11";
    QTest::newRow("a script of nobody knows what")
        << "DIR/odd.py"
        << "odd.py"
        << ""
        << "DIR/odd.py: DIR/odd.py, the path of whose interpreter is not known";
    QTest::newRow("a name that starts nothing") << "wget"
                                                << "wget"
                                                << ""
                                                << "wget: the path is not known";
    QTest::newRow("a path to nothing") << "/no/such/wget"
                                       << "wget"
                                       << "/no/such/wget"
                                       << "";
    QTest::newRow("a path of Windows") << R"(C:\Tools\curl.exe)"
                                       << "curl.exe"
                                       << R"(C:\Tools\curl.exe)"
                                       << "";
}

void TestProgramLookup::findsWhatANameStarts()
{
    QFETCH(const QString, said);
    QFETCH(const QString, name);
    QFETCH(const QString, path);
    QFETCH(const QString, told);
    const engine::Program program = ui::findProgram(placed(said));
    QCOMPARE(program.name, name);
    QCOMPARE(program.path, placed(path));
    QCOMPARE(ui::foundProgramText(placed(said), program), placed(told));
}

void TestProgramLookup::decidesAsForTheProcess_data()
{
    QTest::addColumn<QString>("said");
    QTest::addColumn<QStringList>("blocked"); ///< entries that are about it
    QTest::addColumn<QStringList>("let");
    QTest::newRow("a name") << "curl" << QStringList{u"curl"_s, u"DIR/bin/curl"_s, u"*/curl"_s, u"DIR/*"_s}
                            << QStringList{u"/opt/curl"_s, u"cur"_s};
    const QStringList python{u"python3.11"_s, u"DIR/bin/python3.11"_s, u"python3*"_s};
    const QStringList links{u"python3"_s, u"DIR/bin/python3"_s};
    for (const char *said : {"python3", "python3.11", "DIR/bin/python3", "DIR/bin/python3.11"})
        QTest::newRow(said) << said << python << links;
    // Scripts, by either of the two.
    for (const QString &name :
         {u"plain.py"_s, u"link.py"_s, u"command.py"_s, u"split.py"_s, u"bin/tool.py"_s}) {
        const QString path = u"DIR/"_s + name;
        QTest::newRow(qPrintable(path))
            << path << python + QStringList{path, name.section(u'/', -1), u"DIR/*"_s, u"*.py"_s}
            << links + QStringList{u"DIR/other.py"_s, u"other.py"_s};
    }
    QTest::newRow("a script with a detour")
        << "DIR/bin/..//plain.py" << QStringList{u"DIR/plain.py"_s, u"python3.11"_s}
        << QStringList{u"DIR/bin/..//plain.py"_s};
    QTest::newRow("a link to a script") << "DIR/link.py" << QStringList{u"DIR/link.py"_s, u"link.py"_s}
                                        << QStringList{u"DIR/plain.py"_s, u"plain.py"_s};
    QTest::newRow("a script by its name")
        << "tool.py" << QStringList{u"DIR/bin/tool.py"_s, u"tool.py"_s, u"python3.11"_s} << links;
    QTest::newRow("of a program that is no interpreter")
        << "DIR/filter.awk" << QStringList{u"awk"_s, u"DIR/bin/awk"_s}
        << QStringList{u"DIR/filter.awk"_s, u"filter.awk"_s};
    QTest::newRow("of an interpreter that runs something else")
        << "DIR/code.py" << python << QStringList{u"DIR/code.py"_s, u"code.py"_s};
    for (const QString &name :
         {u"gone.py"_s, u"nobody.py"_s, u"odd.py"_s, u"second.py"_s, u"long.py"_s, u"module.py"_s}) {
        const QString path = u"DIR/"_s + name;
        QTest::newRow(qPrintable(path)) << path << QStringList{path, name} << python + links;
    }
}

void TestProgramLookup::decidesAsForTheProcess()
{
    QFETCH(const QString, said);
    QFETCH(const QStringList, blocked);
    QFETCH(const QStringList, let);
    engine::ExplainRequest request;
    request.host = u"example.org"_s;
    request.port = 443;
    request.application.program = ui::findProgram(placed(said));
    const auto isBlocked = [this, &request](const QString &entry) {
        engine::Profile profile;
        profile.rules.resize(1);
        profile.rules[0].action = engine::Action::block();
        profile.rules[0].applications << placed(entry);
        return engine::explainRequest(profile, request).action == engine::Action::block();
    };
    for (const QString &entry : blocked)
        QVERIFY2(isBlocked(entry), qPrintable(entry));
    for (const QString &entry : let)
        QVERIFY2(!isBlocked(entry), qPrintable(entry));
}

QTEST_GUILESS_MAIN(TestProgramLookup)
#include "tst_programlookup_unix.moc"
