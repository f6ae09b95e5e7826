// SPDX-License-Identifier: MIT
#include "engine/expected.h"

#include <QTest>

#include <memory>
#include <string>

using engine::Expected;
using engine::Unexpected;

namespace
{

struct Failure {
    int code = 0;
    bool operator==(const Failure &) const = default;
};

Expected<int, Failure> half(int value)
{
    if (value % 2 != 0)
        return Unexpected{Failure{value}};
    return value / 2;
}

} // namespace

class TestExpected : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void holdsAValue();
    void holdsAnError();
    void tellsValueFromErrorOfTheSameType();
    void movesWhatCannotBeCopied();
    void copiesKeepWhatTheyHold();
    void takesAssignments();
    void throwsRatherThanReadTheOtherSide();
};

void TestExpected::holdsAValue()
{
    const Expected<int, Failure> result = half(8);
    QVERIFY(result);
    QVERIFY(result.hasValue());
    QCOMPARE(result.value(), 4);
    QCOMPARE(*result, 4);
}

void TestExpected::holdsAnError()
{
    const Expected<int, Failure> result = half(7);
    QVERIFY(!result);
    QVERIFY(!result.hasValue());
    QVERIFY(result.error() == Failure{7});
}

void TestExpected::tellsValueFromErrorOfTheSameType()
{
    const Expected<int, int> value = 1;
    const Expected<int, int> error = Unexpected{1};
    QVERIFY(value);
    QVERIFY(!error);
    QCOMPARE(value.value(), 1);
    QCOMPARE(error.error(), 1);
}

void TestExpected::movesWhatCannotBeCopied()
{
    Expected<std::unique_ptr<int>, Failure> result = std::make_unique<int>(5);
    QVERIFY(result);
    const std::unique_ptr<int> taken = std::move(result).value();
    QVERIFY(taken);
    QCOMPARE(*taken, 5);
    QVERIFY(!result.value());
}

void TestExpected::copiesKeepWhatTheyHold()
{
    const Expected<std::string, Failure> value = std::string("name");
    const Expected<std::string, Failure> copy = value;
    QCOMPARE(copy->size(), std::size_t(4));
    QCOMPARE(*copy, *value);

    const Expected<std::string, Failure> error = Unexpected{Failure{3}};
    const Expected<std::string, Failure> errorCopy = error;
    QVERIFY(errorCopy.error() == Failure{3});
}

void TestExpected::takesAssignments()
{
    Expected<std::string, Failure> result = std::string("first");
    result->append(" and last");
    QCOMPARE(*result, std::string("first and last"));
    result = Expected<std::string, Failure>(Unexpected{Failure{9}});
    QVERIFY(!result);
    QVERIFY(result.error() == Failure{9});
    result = std::string("again");
    QVERIFY(result);
    *result = "written";
    QCOMPARE(result.value(), std::string("written"));
}

void TestExpected::throwsRatherThanReadTheOtherSide()
{
    const Expected<int, Failure> value = 1;
    const Expected<int, Failure> error = Unexpected{Failure{1}};
    QVERIFY_EXCEPTION_THROWN((void)value.error(), std::bad_variant_access);
    QVERIFY_EXCEPTION_THROWN((void)error.value(), std::bad_variant_access);
}

QTEST_GUILESS_MAIN(TestExpected)
#include "tst_expected.moc"
