// SPDX-License-Identifier: MIT
#include "app/systemcredentialstore.h"

#include <QCoreApplication>
#include <QMutex>
#include <QProcess>
#include <QTest>
#include <QThread>
#include <QTimer>

#include <atomic>

using namespace Qt::StringLiterals;
using app::CredentialBackend;
using app::CredentialError;
using app::credentialMessage;
using app::CredentialProblem;
using app::CredentialStore;
using app::SystemCredentialStore;
using engine::Message;

// The store of this system, which has to be there: on Linux with the Secret Service of e2e/secretservice.py,
// on Windows with the Credential Manager.

namespace
{

constexpr int kPatience = 20'000;

/// Answers after a moment, or never.
class SlowBackend : public CredentialBackend
{
public:
    explicit SlowBackend(std::atomic<int> &written)
        : m_written(written)
    {
    }

    void find(const Answer &answer) override { answer(QByteArray()); }
    void read(const QString &, const Answer &) override {}
    void write(const QString &, const QByteArray &, const Answer &answer) override
    {
        QTimer::singleShot(20, this, [this, answer] {
            ++m_written;
            answer(QByteArray());
        });
    }
    void remove(const QString &, const Answer &) override {}

private:
    std::atomic<int> &m_written;
};

} // namespace

class CredentialStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void keepsSecrets_data();
    void keepsSecrets();
    void replacesSecrets();
    void tellsKeysApart();
    void knowsNothingOfOtherKeys();
    void removes();
    void answersLaterInOrder();
    void givesUpOnAStoreThatIsSilent();
    void finishesWhatIsBeingWritten();
    void leavesInTimeWhateverTheStoreDoes();
    void tellsProblems();
    void tellsOfALockedKeyring();

private:
    static QString key(const QString &name)
    {
        return u"hosier test %1 %2"_s.arg(name).arg(QCoreApplication::applicationPid());
    }

    std::optional<CredentialProblem> write(const QString &name, const QByteArray &secret)
    {
        std::optional<std::optional<CredentialProblem>> answer;
        m_names << name;
        m_store->write(key(name), secret, [&answer](const auto &problem) { answer = problem; });
        const bool isAnswered = QTest::qWaitFor([&answer] { return answer.has_value(); }, kPatience);
        return isAnswered ? *answer
                          : CredentialProblem{CredentialError::TimedOut, Message::verbatim(u"in the test"_s)};
    }

    std::optional<CredentialProblem> remove(const QString &name)
    {
        std::optional<std::optional<CredentialProblem>> answer;
        m_store->remove(key(name), [&answer](const auto &problem) { answer = problem; });
        const bool isAnswered = QTest::qWaitFor([&answer] { return answer.has_value(); }, kPatience);
        return isAnswered ? *answer
                          : CredentialProblem{CredentialError::TimedOut, Message::verbatim(u"in the test"_s)};
    }

    CredentialStore::Secret read(const QString &name)
    {
        std::optional<CredentialStore::Secret> answer;
        m_store->read(key(name), [&answer](const auto &secret) { answer = secret; });
        if (QTest::qWaitFor([&answer] { return answer.has_value(); }, kPatience))
            return *answer;
        return engine::Unexpected{
            CredentialProblem{CredentialError::TimedOut, Message::verbatim(u"in the test"_s)}};
    }

    std::unique_ptr<CredentialStore> m_store;
    QStringList m_names; ///< written, to be removed at the end
};

void CredentialStoreTest::initTestCase()
{
    m_store = app::makeCredentialStore();
    std::optional<std::optional<CredentialProblem>> answer;
    m_store->find([&answer](const auto &problem) { answer = problem; });
    QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), kPatience);
    QVERIFY2(!answer->has_value(),
             answer->has_value() ? qPrintable(credentialMessage(**answer).toEnglish()) : "");
}

void CredentialStoreTest::cleanupTestCase()
{
    for (const QString &name : std::as_const(m_names))
        QVERIFY(!remove(name));
    m_store.reset();
}

void CredentialStoreTest::keepsSecrets_data()
{
    QTest::addColumn<QByteArray>("secret");
    QTest::newRow("plain") << QByteArray("open sesame");
    QTest::newRow("other scripts") << u"\u00e9\u4f60\U0001f511"_s.toUtf8();
    QTest::newRow("not UTF-8") << QByteArray("caf\xe9\xff");
    QTest::newRow("zero bytes") << QByteArray("a\0b", 3);
    QTest::newRow("the longest there is") << QByteArray(255, 'x');
    QTest::newRow("spaces and quotes") << QByteArray(" \"' \t");
}

void CredentialStoreTest::keepsSecrets()
{
    QFETCH(QByteArray, secret);
    QCOMPARE(write(u"kept"_s, secret), std::nullopt);
    const CredentialStore::Secret found = read(u"kept"_s);
    QVERIFY2(found, found ? "" : qPrintable(credentialMessage(found.error()).toEnglish()));
    QCOMPARE(*found, secret);
}

void CredentialStoreTest::replacesSecrets()
{
    QCOMPARE(write(u"replaced"_s, "a longer one"), std::nullopt);
    QCOMPARE(write(u"replaced"_s, "short"), std::nullopt);
    QCOMPARE(*read(u"replaced"_s), "short");
    QCOMPARE(remove(u"replaced"_s), std::nullopt);
    QVERIFY(!read(u"replaced"_s));
}

/// Ids differ in case, and paths in more than the Latin letters.
void CredentialStoreTest::tellsKeysApart()
{
    QCOMPARE(write(u"office (/home/\u00fc/p.json)"_s, "1"), std::nullopt);
    QCOMPARE(write(u"Office (/home/\u00fc/p.json)"_s, "2"), std::nullopt);
    QCOMPARE(write(u"office (/home/u/p.json)"_s, "3"), std::nullopt);
    QCOMPARE(*read(u"office (/home/\u00fc/p.json)"_s), "1");
    QCOMPARE(*read(u"Office (/home/\u00fc/p.json)"_s), "2");
    QCOMPARE(*read(u"office (/home/u/p.json)"_s), "3");
}

void CredentialStoreTest::knowsNothingOfOtherKeys()
{
    const CredentialStore::Secret found = read(u"never written"_s);
    QVERIFY(!found);
    QCOMPARE(found.error().code, CredentialError::NotFound);
}

void CredentialStoreTest::removes()
{
    QCOMPARE(write(u"removed"_s, "secret"), std::nullopt);
    QCOMPARE(remove(u"removed"_s), std::nullopt);
    QVERIFY(!read(u"removed"_s));
    QCOMPARE(remove(u"removed"_s), std::nullopt);
}

void CredentialStoreTest::answersLaterInOrder()
{
    QStringList answers;
    m_names << u"order"_s;
    m_store->write(key(u"order"_s), "1", [&answers](const auto &) { answers << u"written"_s; });
    m_store->read(key(u"order"_s), [&answers](const auto &secret) {
        answers << (secret ? QString::fromUtf8(*secret) : u"nothing"_s);
    });
    m_store->remove(key(u"order"_s), [&answers](const auto &) { answers << u"removed"_s; });
    m_store->read(key(u"order"_s), [&answers](const auto &secret) {
        answers << (secret ? QString::fromUtf8(*secret) : u"nothing"_s);
    });
    QVERIFY(answers.isEmpty());
    QTRY_COMPARE_WITH_TIMEOUT(answers, (QStringList{u"written"_s, u"1"_s, u"removed"_s, u"nothing"_s}),
                              kPatience);
}

void CredentialStoreTest::givesUpOnAStoreThatIsSilent()
{
    std::atomic<int> written{0};
    SystemCredentialStore store(std::make_unique<SlowBackend>(written), std::chrono::milliseconds(30));
    std::optional<CredentialStore::Secret> answer;
    store.read(u"key"_s, [&answer](const auto &secret) { answer = secret; });
    QVERIFY(!answer);
    QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), kPatience);
    QVERIFY(!*answer);
    QCOMPARE(answer->error().code, CredentialError::TimedOut);
}

void CredentialStoreTest::finishesWhatIsBeingWritten()
{
    std::atomic<int> written{0};
    {
        SystemCredentialStore store(std::make_unique<SlowBackend>(written));
        store.read(u"key"_s, [](const auto &) {}); // A question keeps nobody.
        store.write(u"key"_s, "secret", [](const auto &) {});
    }
    QCOMPARE(written.load(), 1);
}

void CredentialStoreTest::leavesInTimeWhateverTheStoreDoes()
{
    std::atomic<int> written{0};
    SystemCredentialStore store(std::make_unique<SlowBackend>(written));
    store.remove(u"key"_s, [](const auto &) { QFAIL("nobody answers"); });
}

void CredentialStoreTest::tellsProblems()
{
    QCOMPARE(credentialMessage({CredentialError::NoStore, Message::verbatim(u"no bus"_s)}).toEnglish(),
             u"there is no credential store: no bus"_s);
    QCOMPARE(credentialMessage({CredentialError::TimedOut, {}}).toEnglish(),
             u"the credential store does not answer"_s);
}

/// The last one: nobody is there to unlock it again. Never that of whoever runs the test by hand.
void CredentialStoreTest::tellsOfALockedKeyring()
{
    if (!qEnvironmentVariableIsSet("HOSIER_TEST_KEYRING"))
        QSKIP("There is no keyring of the test's own");
    QCOMPARE(write(u"locked"_s, "secret"), std::nullopt);
    const QStringList lock{u"--session"_s,
                           u"--print-reply"_s,
                           u"--dest=org.freedesktop.secrets"_s,
                           u"/org/freedesktop/secrets"_s,
                           u"org.freedesktop.Secret.Service.Lock"_s,
                           u"array:objpath:/org/freedesktop/secrets/collection/login"_s};
    QCOMPARE(QProcess::execute(u"dbus-send"_s, lock), 0);
    m_names.clear(); // The keyring goes away with its bus.
    const CredentialStore::Secret found = read(u"locked"_s);
    QVERIFY(!found);
    QCOMPARE(found.error().code, CredentialError::Denied);
    const std::optional<CredentialProblem> kept = remove(u"locked"_s);
    QVERIFY(kept);
    QCOMPARE(credentialMessage(*kept).toEnglish(),
             u"the credential store gives no access: the keyring is locked"_s);
    QCOMPARE(read(u"never written"_s).error().code, CredentialError::NotFound);
}

QTEST_GUILESS_MAIN(CredentialStoreTest)
#include "tst_credentialstore.moc"
