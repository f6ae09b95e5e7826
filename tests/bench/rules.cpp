// SPDX-License-Identifier: MIT
// What a decision costs, in nanoseconds: with 1,000 rules of all kinds, and with 100,000 host patterns in one
// rule and in many.
//
//   bench_rules [--strict]
//
// --strict exits with 1 when a median is above its limit.
#include "engine/rules/rule_set.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <string_view>
#include <vector>

using namespace engine;
using namespace Qt::StringLiterals;

namespace
{

using Clock = std::chrono::steady_clock;

constexpr int kQueries = 4096;
constexpr int kRounds = 40;
constexpr double kMixedLimit = 2'000;    // ns
constexpr double kPatternsLimit = 5'000; // ns

struct Workload {
    const char *name;
    Profile profile;
    double limit;
};

/// What is asked for, and by whom: the queries point into the applications.
struct Load {
    std::vector<Application> applications;
    std::vector<RuleQuery> queries;
};

struct Result {
    double compileMilliseconds = 0;
    double median = 0; ///< ns, of single decisions
    double p99 = 0;
    double average = 0; ///< ns, of decisions in a row, with no clock between them
    double byRule = 0;  ///< share of the queries that a rule decided
};

QString domain(int number)
{
    return u"host%1.domain%2.example"_s.arg(number % 7).arg(number);
}

QString programName(int number)
{
    return u"program%1"_s.arg(number);
}

QString programPath(int number)
{
    return u"/opt/vendor%1/bin/program%2"_s.arg(number % 50).arg(number);
}

/// One of ten kinds of rules, as people mix them.
RuleProfile mixedRule(int number)
{
    RuleProfile rule;
    rule.action = Action::byWayOf(u"office"_s);
    rule.enabled = number % 23 != 0;
    const QString tail = u"domain%1.example"_s.arg(number);
    switch (number % 10) {
    case 0:
        rule.applications = {programName(number), programName(number + 1)};
        break;
    case 1:
        rule.applications = {u"/opt/vendor%1/*/program%2"_s.arg(number % 50).arg(number)};
        break;
    case 2:
        rule.applications = {u"*/program%1"_s.arg(number), u"program%1?x*"_s.arg(number)};
        rule.tree = true;
        break;
    case 3:
        rule.hosts = {domain(number), u"*."_s + tail};
        break;
    case 4:
        rule.hosts = {u"*.service%1.*"_s.arg(number), u"mail%1.*"_s.arg(number)};
        break;
    case 5:
        rule.hosts = {u"10.%1.%2.0/24"_s.arg(number / 250).arg(number % 250),
                      u"192.0.2.1-192.0.2.%1"_s.arg(2 + number % 250)};
        rule.ports = {{80, 80}, {443, 443}};
        break;
    case 6:
        rule.applications = {programName(number)};
        rule.hosts = {u"*."_s + tail};
        rule.ports = {{443, 443}};
        break;
    case 7:
        rule.ports = {{static_cast<std::uint16_t>(number), static_cast<std::uint16_t>(number + 3)}};
        rule.transports = Transport::Udp;
        break;
    case 8:
        rule.users = {u"user%1"_s.arg(number)};
        rule.hosts = {u"*.example"_s};
        break;
    default:
        rule.clients = {
            AddressRange{Address::fromV4(0x0a00'0000U + static_cast<std::uint32_t>(number) * 256), 24}};
        rule.ports = {{1, 1023}};
        break;
    }
    return rule;
}

Profile mixedRules(int count)
{
    Profile profile;
    for (int i = 0; i < count; ++i)
        profile.rules.append(mixedRule(i));
    profile.unidentifiedApplications = Action::block();
    return profile;
}

QString hostPattern(int number)
{
    switch (number % 10) {
    case 0:
        return u"10.%1.%2.%3"_s.arg(number / 62'500).arg(number / 250 % 250).arg(number % 250);
    case 1:
    case 2:
    case 3:
        return u"*.domain%1.example"_s.arg(number);
    case 4:
        return u"mail%1.*"_s.arg(number);
    case 5:
        return u"*.service%1.*"_s.arg(number);
    default:
        return domain(number);
    }
}

Profile hostPatterns(int rules, int patterns)
{
    Profile profile;
    profile.rules.resize(rules);
    for (int i = 0; i < patterns; ++i)
        profile.rules[i % rules].hosts.append(hostPattern(i));
    for (RuleProfile &rule : profile.rules)
        rule.action = Action::block();
    return profile;
}

Application someApplication(int number)
{
    Application application{{number, programName(number), programPath(number), {}}, u"me"_s, {}};
    for (const QString &parent : {u"bash"_s, u"gnome-terminal-server"_s, u"systemd"_s})
        application.parents.append({1, parent, u"/usr/bin/"_s + parent, {}});
    return application;
}

Load makeLoad(int range)
{
    std::mt19937 random(1928); // NOLINT: the same every time
    const auto below = [&random](int end) {
        return static_cast<int>(random() % static_cast<unsigned>(end));
    };
    Load load;
    for (int i = 0; i < kQueries; ++i)
        load.applications.push_back(someApplication(below(4 * range)));
    for (int i = 0; i < kQueries; ++i) {
        RuleQuery query;
        query.application = &load.applications[static_cast<std::size_t>(i)];
        query.client = Address::fromV4(0x7f00'0001);
        const auto port = static_cast<std::uint16_t>(below(2) == 0 ? 443 : below(65536));
        // Three in four by name, half of those of patterns that there are.
        if (below(4) == 0)
            query.destination = {
                Address::fromV4(0x0a00'0000U + static_cast<std::uint32_t>(below(500'000))), {}, port};
        else
            query.destination = {{}, domain(below(2 * range)).toUtf8(), port};
        query.transport = below(5) == 0 ? Transport::Udp : Transport::Tcp;
        load.queries.push_back(query);
    }
    return load;
}

double nanoseconds(Clock::duration duration)
{
    return std::chrono::duration<double, std::nano>(duration).count();
}

double percentile(std::vector<double> &samples, double fraction)
{
    const auto rank = static_cast<std::ptrdiff_t>(fraction * static_cast<double>(samples.size() - 1));
    std::nth_element(samples.begin(), samples.begin() + rank, samples.end());
    return samples[static_cast<std::size_t>(rank)];
}

Result measure(const Profile &profile, const Load &load)
{
    Result result;
    const auto compileBegin = Clock::now();
    const RuleSet rules(profile);
    result.compileMilliseconds = nanoseconds(Clock::now() - compileBegin) / 1e6;
    int byRule = 0;
    std::vector<double> samples;
    samples.reserve(static_cast<std::size_t>(kQueries) * kRounds);
    for (int round = 0; round < kRounds; ++round) {
        for (const RuleQuery &query : load.queries) {
            const auto begin = Clock::now();
            const Decision decision = rules.decide(query);
            samples.push_back(nanoseconds(Clock::now() - begin));
            byRule += decision.rule >= 0 ? 1 : 0;
        }
    }
    const auto begin = Clock::now();
    for (const RuleQuery &query : load.queries)
        byRule += rules.decide(query).rule >= 0 ? 1 : 0;
    result.average = nanoseconds(Clock::now() - begin) / kQueries;
    result.median = percentile(samples, 0.5);
    result.p99 = percentile(samples, 0.99);
    result.byRule = static_cast<double>(byRule) / (kQueries * (kRounds + 1.0));
    return result;
}

} // namespace

int main(int argc, char **argv)
{
    const bool strict = argc > 1 && std::string_view(argv[1]) == "--strict";
    const std::vector<Workload> workloads{
        {"1,000 mixed rules", mixedRules(1'000), kMixedLimit},
        {"100,000 host patterns in 1 rule", hostPatterns(1, 100'000), kPatternsLimit},
        {"100,000 host patterns in 1,000 rules", hostPatterns(1'000, 100'000), kPatternsLimit},
        {"100,000 host patterns in 10,000 rules", hostPatterns(10'000, 100'000), kPatternsLimit},
    };
    bool isFastEnough = true;
    std::printf("%-38s %10s %10s %10s %10s %12s %8s\n", "decide(), ns", "median", "limit", "p99", "average",
                "compile, ms", "by rule");
    for (const Workload &workload : workloads) {
        const int range = workload.limit == kMixedLimit ? 1'000 : 100'000;
        const Result result = measure(workload.profile, makeLoad(range));
        std::printf("%-38s %10.0f %10.0f %10.0f %10.0f %12.1f %7.0f%%\n", workload.name, result.median,
                    workload.limit, result.p99, result.average, result.compileMilliseconds,
                    100 * result.byRule);
        isFastEnough = isFastEnough && result.median <= workload.limit;
    }
    return strict && !isFastEnough ? 1 : 0;
}
