// SPDX-License-Identifier: MIT
#include "engine/rules/program_index.h"

namespace engine::rules
{

ProgramIndex::ProgramIndex(const Entries<ProgramPattern> &patterns, std::size_t ruleCount,
                           ProgramNaming naming)
    : m_naming(naming)
    , m_patterns(compile(patterns, Rules::All, ruleCount))
    , m_treePatterns(compile(patterns, Rules::OfTrees, ruleCount))
{
}

ProgramIndex::Patterns ProgramIndex::compile(const Entries<ProgramPattern> &patterns, Rules which,
                                             std::size_t ruleCount) const
{
    Entries<QString> names;
    Entries<QString> paths;
    for (const Entry<ProgramPattern> &pattern : patterns) {
        if (which == Rules::OfTrees && !pattern.key.tree)
            continue;
        const QString text = canonicalProgramEntry(pattern.key.text, m_naming);
        (text.contains(u'/') ? paths : names).push_back({text, pattern.rule});
    }
    return {TextPatterns(names, ruleCount), TextPatterns(paths, ruleCount)};
}

void ProgramIndex::collect(const Application &application, RuleBits &bits) const
{
    collect(m_patterns, application.program, bits);
    if (m_treePatterns.names.isEmpty() && m_treePatterns.paths.isEmpty())
        return;
    for (const Program &parent : application.parents)
        collect(m_treePatterns, parent, bits);
}

void ProgramIndex::collect(const Patterns &patterns, const Program &program, RuleBits &bits) const
{
    const auto collectCanonical = [&patterns, &bits](const Program &canonical) {
        patterns.names.collect(canonical.name, bits);
        patterns.paths.collect(canonical.path, bits);
        if (canonical.script.isEmpty())
            return;
        patterns.names.collect(canonical.script.sliced(canonical.script.lastIndexOf(u'/') + 1), bits);
        patterns.paths.collect(canonical.script, bits);
    };
    if (m_naming == ProgramNaming::Unix) { // as it is, spared the copy
        collectCanonical(program);
        return;
    }
    const Program canonical{program.processId, canonicalProgramText(program.name, m_naming),
                            canonicalProgramText(program.path, m_naming),
                            canonicalProgramText(program.script, m_naming)};
    collectCanonical(canonical);
    patterns.names.collectPatterns(suffixedProgramText(canonical.name, m_naming), bits);
    patterns.paths.collectPatterns(suffixedProgramText(canonical.path, m_naming), bits);
}

} // namespace engine::rules
