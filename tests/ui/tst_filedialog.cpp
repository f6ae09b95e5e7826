// SPDX-License-Identifier: MIT
#include "ui/filedialog.h"

#include <QDir>
#include <QPointer>
#include <QScopeGuard>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// What a dialog that was open leaves in the settings that Qt's programs share.
class TestFileDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void isWhatQtWritesTo();
    void leavesNothing();
    void leavesWhatOthersWrote();
    void startsInAFolderThatIsThere();
    void cleanup();

private:
    static QVariantMap shared();
    void openAndClose(QFileDialog *dialog) const;

    QTemporaryDir m_directory;
    QVariantMap m_before;
};

QVariantMap TestFileDialog::shared()
{
    QSettings settings(QSettings::UserScope, u"QtProject"_s);
    settings.setFallbacksEnabled(false);
    QVariantMap values;
    for (const QString &key : settings.allKeys())
        values.insert(key, settings.value(key));
    return values;
}

void TestFileDialog::openAndClose(QFileDialog *dialog) const
{
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setDirectory(m_directory.path());
    const QPointer<QFileDialog> guard(dialog);
    dialog->open();
    QTRY_VERIFY(dialog->isVisible());
    dialog->close();
    QTRY_VERIFY(guard.isNull());
}

void TestFileDialog::initTestCase()
{
    QVERIFY(m_directory.isValid());
#ifdef Q_OS_WIN
    // There is no other place for them than the user's own.
    if (!QSettings(u"HKEY_CURRENT_USER\\Software\\QtProject"_s, QSettings::NativeFormat).allKeys().isEmpty())
        QSKIP("This user's settings of Qt programs are not to be touched");
#endif
    // Qt writes whoever draws the dialog.
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    // Not those of whoever runs this.
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_directory.path());
}

void TestFileDialog::init()
{
    m_before = shared();
    QSettings(QSettings::UserScope, u"QtProject"_s).clear();
}

void TestFileDialog::cleanup()
{
    QSettings settings(QSettings::UserScope, u"QtProject"_s);
    settings.clear();
    for (auto value = m_before.cbegin(); value != m_before.cend(); ++value)
        settings.setValue(value.key(), value.value());
}

void TestFileDialog::isWhatQtWritesTo()
{
    openAndClose(new QFileDialog);
    QVERIFY(shared().contains(u"FileDialog/qtVersion"_s));
}

void TestFileDialog::leavesNothing()
{
    const QString place = QSettings(QSettings::UserScope, u"QtProject"_s).fileName();
#ifdef Q_OS_WIN
    QSettings user(u"HKEY_CURRENT_USER\\Software"_s, QSettings::NativeFormat);
    user.remove(u"QtProject"_s);
    user.sync();
    openAndClose(new ui::FileDialog);
    QVERIFY(!QSettings(u"HKEY_CURRENT_USER\\Software"_s, QSettings::NativeFormat)
                 .childGroups()
                 .contains(u"QtProject"_s));
#else
    QFile::remove(place);
    openAndClose(new ui::FileDialog);
    QVERIFY2(!QFile::exists(place), qPrintable(place));
#endif
    QVERIFY(shared().isEmpty());
}

void TestFileDialog::leavesWhatOthersWrote()
{
    const QVariantMap theirs{{u"FileDialog/lastVisited"_s, u"file:///theirs"_s},
                             {u"FileDialog/history"_s, QStringList{u"file:///a"_s, u"file:///b"_s}},
                             {u"Qt/font"_s, u"Sans"_s}};
    {
        QSettings settings(QSettings::UserScope, u"QtProject"_s);
        for (auto value = theirs.cbegin(); value != theirs.cend(); ++value)
            settings.setValue(value.key(), value.value());
    }
    openAndClose(new ui::FileDialog);
    QCOMPARE(shared(), theirs);
}

void TestFileDialog::startsInAFolderThatIsThere()
{
#ifndef Q_OS_UNIX
    QSKIP("The system keeps the folder of documents");
#endif
    const QByteArray home = qgetenv("HOME");
    qputenv("HOME", m_directory.path().toUtf8());
    const auto restore = qScopeGuard([&home] { qputenv("HOME", home); });
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    QVERIFY(documents.startsWith(m_directory.path()));
    QVERIFY(!QDir(documents).exists());
    QCOMPARE(ui::documentsFolder(), m_directory.path());
    QVERIFY(QDir().mkpath(documents));
    QCOMPARE(ui::documentsFolder(), documents);
}

QTEST_MAIN(TestFileDialog)
#include "tst_filedialog.moc"
