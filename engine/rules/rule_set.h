// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"
#include "engine/profile.h"
#include "engine/proto/destination.h"

#include <memory>
#include <optional>

namespace engine
{

struct Trace;
namespace rules
{
class CompiledRules;
class Matches;
struct Verdict;
} // namespace rules

/// What is to be decided about. Everything a rule can ask for.
struct RuleQuery {
    Transport transport = Transport::Tcp;
    Destination destination;                  ///< as asked for
    std::optional<Address> resolved;          ///< of a name, when the profile says resolveForRules
    Address client;                           ///< where the request came from
    QString user;                             ///< who logged in; empty: nobody
    const Application *application = nullptr; ///< of a local client; null: not identified
    bool isLocal = true;                      ///< the client runs on this machine
};

/// What was decided, and by what.
struct Decision {
    static constexpr int kDefaultRule = -1;      ///< no rule matched: the default action
    static constexpr int kModeRule = -2;         ///< the mode decided, no rule was asked
    static constexpr int kUnidentifiedRule = -3; ///< the profile's unidentifiedApplications

    Action action;
    int rule = kDefaultRule; ///< index into the profile's rules, or one of the above
    /// The profile says resolveForRules, the query has no address, and one could have a rule decide that
    /// comes before this one. Without it, no address of the name changes anything.
    bool needsAddress = false;

    bool operator==(const Decision &) const = default;
};

/// The rules of one profile, compiled: immutable, so any thread may ask it.
class RuleSet
{
public:
    explicit RuleSet(const Profile &profile);
    ~RuleSet();
    Q_DISABLE_COPY_MOVE(RuleSet)

    [[nodiscard]] Decision decide(const RuleQuery &query) const;
    /// The same decision, with every rule that was tried on the way.
    [[nodiscard]] Trace explain(const RuleQuery &query) const;

    /// Whether some rule asks for the application: without one nobody need be identified.
    [[nodiscard]] bool asksForApplications() const;
    /// Whether some rule asks for the host.
    [[nodiscard]] bool asksForHosts() const;
    /// Whether decisions may need the address of a name: resolveForRules, and rules on addresses.
    [[nodiscard]] bool asksForAddresses() const;

private:
    [[nodiscard]] Decision decisionFor(const rules::Matches &matches, const RuleQuery &query,
                                       const rules::Verdict &verdict) const;
    [[nodiscard]] bool needsAddress(const rules::Matches &matches, const RuleQuery &query,
                                    const rules::Verdict &verdict) const;

    QList<RuleProfile> m_rules;
    Action m_otherwise; ///< when no rule decides, or none is asked
    std::optional<Action> m_unidentified;
    bool m_asksRules;
    bool m_resolves;
    std::unique_ptr<const rules::CompiledRules> m_compiled;
};

} // namespace engine
