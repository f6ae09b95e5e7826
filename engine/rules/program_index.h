// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"
#include "engine/profile.h"
#include "engine/rules/program_naming.h"
#include "engine/rules/text_patterns.h"

namespace engine::rules
{

/// An entry of a rule's applications.
struct ProgramPattern {
    QString text;
    bool tree = false; ///< what such a program starts matches too
};

/// Which rules list an application. An entry without a slash is compared with its short name and the name of
/// its script's file, one with a slash with the paths of both.
class ProgramIndex
{
public:
    ProgramIndex(const Entries<ProgramPattern> &patterns, std::size_t ruleCount,
                 ProgramNaming naming = kSystemNaming);

    void collect(const Application &application, RuleBits &bits) const;

private:
    struct Patterns {
        TextPatterns names;
        TextPatterns paths;
    };
    enum class Rules : std::uint8_t { All, OfTrees };

    Patterns compile(const Entries<ProgramPattern> &patterns, Rules which, std::size_t ruleCount) const;
    void collect(const Patterns &patterns, const Program &program, RuleBits &bits) const;

    ProgramNaming m_naming;
    Patterns m_patterns;
    Patterns m_treePatterns; ///< those that the parents are compared with
};

} // namespace engine::rules
