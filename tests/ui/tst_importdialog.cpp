// SPDX-License-Identifier: MIT
#include "fakeprofilestore.h"
#include "ppxsample.h"
#include "ui/exportdialog.h"
#include "ui/importdialog.h"
#include "ui/profiletransfer.h"

#include <QCheckBox>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTest>
#include <QTreeWidget>
#include <QWidget>

using engine::Action;

namespace
{

engine::Profile exampleProfile()
{
    engine::Profile profile;
    engine::ListenerProfile listener;
    listener.name = QStringLiteral("Local");
    listener.address = engine::Address::fromV4(0x7f000001);
    listener.port = 1'080;
    profile.listeners << listener;
    profile.servers << fakeServer(QStringLiteral("home"), QStringLiteral("Home"));
    engine::RuleProfile rule;
    rule.name = QStringLiteral("Old");
    rule.action = Action::byWayOf(QStringLiteral("home"));
    profile.rules << rule;
    return profile;
}

QByteArray toJson(const engine::Profile &profile)
{
    return QJsonDocument(engine::profileToJson(profile)).toJson();
}

} // namespace

class TestImportDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_dialog.reset(); }
    void changesNothingUntilItIsTold();
    void addsToWhatThereIs();
    void replacesWhatThereIs();
    void replacesTheWholeProfile();
    void saysWhatIsWrongWithAFile();
    void losesNothingWhenTheStoreRefuses();
    void keepsTheProfileOfBefore();
    void showsOnlyWhatDiffers();
    void copiesTheList();
    void followsTheProfile();
    void namesItsControls();
    void asksForUsersOnlyWhereThereAreAny();
    void exportsWithAndWithoutUsers();
    void staysOpenWhenItCannotExport();
    void transfersFromTheMenu();

private:
    template <typename T> T *find(const char *name) const
    {
        auto *found = m_dialog->findChild<T *>(QLatin1String(name));
        if (found == nullptr)
            qFatal("no %s", name);
        return found;
    }
    void open(const QByteArray &content)
    {
        m_dialog =
            std::make_unique<ui::ImportDialog>(m_store, QStringLiteral("/tmp/profile"), content, nullptr);
        m_dialog->show();
    }
    [[nodiscard]] QString firstLine() const
    {
        const auto *report = find<QTreeWidget>("importReport");
        return report->topLevelItem(0)->text(0) + u'|' + report->topLevelItem(0)->text(2);
    }
    /// What becomes of the file's default rule, in the report.
    [[nodiscard]] QString outcomeOfDefault() const
    {
        const auto found = find<QTreeWidget>("importReport")
                               ->findItems(QStringLiteral("Default rule"), Qt::MatchStartsWith, 2);
        return found.size() == 1 ? found.front()->text(1) : QString();
    }
    void apply() { find<QPushButton>("importApply")->click(); }

    FakeProfileStore m_store;
    std::unique_ptr<QDialog> m_dialog;
};

void TestImportDialog::init()
{
    m_store.failure.clear();
    m_store.files.clear();
    m_store.exports.clear();
    m_store.changes = 0;
    m_store.put(exampleProfile());
}

void TestImportDialog::changesNothingUntilItIsTold()
{
    open(kPpxSample102);
    QVERIFY(find<QTreeWidget>("importReport")->topLevelItemCount() > 10);
    m_dialog->reject();
    QCOMPARE(m_store.changes, 0);
    QCOMPARE(m_store.profile(), exampleProfile());
}

void TestImportDialog::addsToWhatThereIs()
{
    open(kPpxSample102);
    // There is something to lose, so that is the offer.
    QVERIFY(find<QRadioButton>("importAdd")->isChecked());
    QVERIFY(find<QLabel>("importSummary")
                ->text()
                .contains(QStringLiteral("servers: 1 \u2192 4"), Qt::CaseInsensitive));
    QCOMPARE(outcomeOfDefault(), QStringLiteral("Left out"));
    apply();
    QCOMPARE(m_dialog->result(), static_cast<int>(QDialog::Accepted));
    QCOMPARE(m_store.changes, 1);
    QCOMPARE(m_store.profile().servers.size(), 4);
    QCOMPARE(m_store.profile().rules.at(0), exampleProfile().rules.at(0));
    QCOMPARE(m_store.profile().defaultAction, Action::direct());
}

void TestImportDialog::replacesWhatThereIs()
{
    open(kPpxSample102);
    find<QRadioButton>("importReplace")->click();
    QVERIFY(find<QLabel>("importSummary")
                ->text()
                .contains(QStringLiteral("servers: 1 \u2192 3"), Qt::CaseInsensitive));
    QCOMPARE(outcomeOfDefault(), QStringLiteral("Taken over"));
    apply();
    QCOMPARE(m_store.profile().servers.size(), 3);
    QCOMPARE(m_store.profile().rules.size(), 4);
    QCOMPARE(m_store.profile().listeners, exampleProfile().listeners);
    QCOMPARE(m_store.profile().defaultAction.kind, Action::Kind::Proxy);
}

void TestImportDialog::replacesTheWholeProfile()
{
    engine::Profile other = exampleProfile();
    other.listeners[0].port = 1'090;
    other.servers.clear();
    other.rules.clear();
    open(toJson(other));
    QVERIFY(!find<QRadioButton>("importAdd")->isVisible());
    QVERIFY(find<QPushButton>("importApply")->text().contains(QStringLiteral("the profile")));
    QVERIFY(find<QLabel>("importSummary")->text().contains(QStringLiteral("rules: 1 \u2192 0")));
    QCOMPARE(m_store.changes, 0);
    apply();
    QCOMPARE(m_store.profile(), other);
}

void TestImportDialog::saysWhatIsWrongWithAFile()
{
    open(R"({"version": 1, "listeners": [{"name": "L", "address": "127.0.0.1", "port": 70000}]})");
    QVERIFY(firstLine().startsWith(QStringLiteral("$.listeners[0].port|")));
    QVERIFY(!find<QPushButton>("importApply")->isEnabled());
    open(kPpxSample102.first(500));
    QVERIFY(firstLine().startsWith(QStringLiteral("line ")));
    QVERIFY(!find<QPushButton>("importApply")->isEnabled());
    QCOMPARE(m_store.profile(), exampleProfile());
}

void TestImportDialog::losesNothingWhenTheStoreRefuses()
{
    m_store.failure = QStringLiteral("$.rules[0].hosts[1]: is wrong");
    m_store.backups.clear();
    open(kPpxSample102);
    apply();
    QVERIFY(m_dialog->isVisible());
    QVERIFY(m_store.backups.isEmpty()); // that of the last import stays
    QCOMPARE(m_store.profile(), exampleProfile());
    QVERIFY(find<QLabel>("problems")->isVisible());
    QCOMPARE(firstLine(), QStringLiteral("$.rules[0].hosts[1]|is wrong"));
    // And once more, when there is room again.
    m_store.failure.clear();
    apply();
    QVERIFY(!m_dialog->isVisible());
    QCOMPARE(m_store.changes, 1);
}

void TestImportDialog::keepsTheProfileOfBefore()
{
    open(kPpxSample102);
    const engine::Profile before = m_store.profile();
    m_store.backups.clear();
    m_store.backupProblem = QStringLiteral("no space left");
    apply();
    QVERIFY(m_dialog->isVisible());
    QVERIFY(find<QLabel>("problems")->text().contains(m_store.backupProblem));
    QCOMPARE(m_store.changes, 0);
    m_store.backupProblem.clear();
    apply();
    QCOMPARE(m_store.changes, 1);
    QCOMPARE(m_store.backups, QList<engine::Profile>{before});
}

void TestImportDialog::showsOnlyWhatDiffers()
{
    open(kPpxSample102);
    const auto *report = find<QTreeWidget>("importReport");
    const auto shown = [report] {
        QSet<QString> outcomes;
        for (int row = 0; row < report->topLevelItemCount(); ++row) {
            if (!report->topLevelItem(row)->isHidden())
                outcomes.insert(report->topLevelItem(row)->text(1));
        }
        return outcomes;
    };
    QCOMPARE(shown().size(), 3);
    find<QCheckBox>("importOnlyChanges")->click();
    QCOMPARE(shown(), (QSet<QString>{QStringLiteral("Changed"), QStringLiteral("Left out")}));
}

void TestImportDialog::copiesTheList()
{
    open(kPpxSample102);
    auto *report = find<QTreeWidget>("importReport");
    find<QPushButton>("importCopy")->click();
    QCOMPARE(QGuiApplication::clipboard()->text().split(u'\n').size(), report->topLevelItemCount());
    report->setFocus();
    report->topLevelItem(1)->setSelected(true);
    find<QAction>("importCopySelected")->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().endsWith(u'\t' + report->topLevelItem(1)->text(2)));
    QVERIFY(!QGuiApplication::clipboard()->text().contains(u'\n'));
}

void TestImportDialog::followsTheProfile()
{
    open(kPpxSample102);
    engine::Profile changed = exampleProfile();
    changed.servers << fakeServer(QStringLiteral("shed"), QStringLiteral("Shed"));
    m_store.put(changed);
    QVERIFY(find<QLabel>("importSummary")
                ->text()
                .contains(QStringLiteral("servers: 2 \u2192 5"), Qt::CaseInsensitive));
    apply();
    QCOMPARE(m_store.profile().servers.size(), 5);
}

void TestImportDialog::namesItsControls()
{
    open(kPpxSample102);
    for (const QAbstractButton *button : m_dialog->findChildren<QAbstractButton *>()) {
        QVERIFY(!button->text().isEmpty());
        // To the other choice lead the arrow keys.
        const bool isOtherChoice = button->autoExclusive() && !button->isChecked();
        QVERIFY(isOtherChoice || (button->focusPolicy() & Qt::TabFocus) != 0);
    }
    QVERIFY(!find<QTreeWidget>("importReport")->accessibleName().isEmpty());
}

void TestImportDialog::asksForUsersOnlyWhereThereAreAny()
{
    m_dialog = std::make_unique<ui::ExportDialog>(m_store, nullptr);
    m_dialog->show();
    QVERIFY(!find<QCheckBox>("exportUsers")->isVisible());
    engine::Profile profile = exampleProfile();
    profile.users << engine::UserProfile{QStringLiteral("alice"), {}};
    m_store.put(profile);
    m_dialog = std::make_unique<ui::ExportDialog>(m_store, nullptr);
    m_dialog->show();
    QVERIFY(find<QCheckBox>("exportUsers")->isVisible());
    QVERIFY(!find<QCheckBox>("exportUsers")->isChecked());
    // Where Enter presses what has the keyboard, it does not press that.
    QCOMPARE(m_dialog->focusWidget(), find<QWidget>("exportChoose"));
}

void TestImportDialog::exportsWithAndWithoutUsers()
{
    for (const bool withUsers : {false, true}) {
        auto dialog = std::make_unique<ui::ExportDialog>(m_store, nullptr);
        const QSignalSpy exported(dialog.get(), &ui::ExportDialog::exported);
        dialog->findChild<QCheckBox *>(QStringLiteral("exportUsers"))->setChecked(withUsers);
        dialog->exportTo(QStringLiteral("/tmp/x.json"));
        QCOMPARE(exported.size(), 1);
        QCOMPARE(m_store.exports.back().first, QStringLiteral("/tmp/x.json"));
        QCOMPARE(m_store.exports.back().second,
                 withUsers ? ui::ExportUsers::Include : ui::ExportUsers::LeaveOut);
    }
}

void TestImportDialog::staysOpenWhenItCannotExport()
{
    m_store.failure = QStringLiteral("no space left");
    auto dialog = std::make_unique<ui::ExportDialog>(m_store, nullptr);
    ui::ExportDialog *exporting = dialog.get();
    m_dialog = std::move(dialog);
    const QSignalSpy exported(exporting, &ui::ExportDialog::exported);
    m_dialog->show();
    exporting->exportTo(QStringLiteral("/tmp/x.json"));
    QVERIFY(m_dialog->isVisible());
    QVERIFY(find<QLabel>("problems")->text().contains(m_store.failure));
    QCOMPARE(exported.size(), 0);
}

void TestImportDialog::transfersFromTheMenu()
{
    QWidget window;
    window.show();
    ui::ProfileTransfer transfer(m_store, &window);
    QSignalSpy done(&transfer, &ui::ProfileTransfer::done);
    transfer.importFile(QStringLiteral("/nowhere"));
    auto *box = window.findChild<QMessageBox *>(QStringLiteral("importFailedBox"));
    QVERIFY(box != nullptr);
    QVERIFY(box->informativeText().contains(QStringLiteral("/nowhere")));
    box->close();
    m_store.files.insert(QStringLiteral("/tmp/work.ppx"), kPpxSample101);
    transfer.importFile(QStringLiteral("/tmp/work.ppx"));
    auto *dialog = window.findChild<ui::ImportDialog *>();
    QVERIFY(dialog != nullptr);
    dialog->findChild<QPushButton *>(QStringLiteral("importApply"))->click();
    QCOMPARE(done.size(), 1);
    QVERIFY(done.at(0).at(0).toString().contains(QStringLiteral("work.ppx")));
    QCOMPARE(m_store.profile().servers.size(), 2);
    transfer.chooseImport();
    QVERIFY(window.findChild<QFileDialog *>(QStringLiteral("importFileDialog")) != nullptr);
    transfer.chooseExport();
    QVERIFY(window.findChild<ui::ExportDialog *>() != nullptr);
}

QTEST_MAIN(TestImportDialog)
#include "tst_importdialog.moc"
