// SPDX-License-Identifier: MIT
#include "engine/rules/program_naming.h"

#include "engine/rules/text_patterns.h"

namespace engine::rules
{

namespace
{

constexpr QStringView kProgramSuffix = u".exe";

QString likeOthersOfWindows(const QString &text)
{
    return text.toCaseFolded().replace(u'\\', u'/');
}

} // namespace

QString canonicalProgramText(const QString &text, ProgramNaming naming)
{
    switch (naming) {
    case ProgramNaming::Unix:
        return text;
    case ProgramNaming::Windows: {
        QString canonical = likeOthersOfWindows(text);
        if (canonical.endsWith(kProgramSuffix))
            canonical.chop(kProgramSuffix.size());
        return canonical;
    }
    }
    Q_UNREACHABLE();
    return {};
}

QString canonicalProgramEntry(const QString &entry, ProgramNaming naming)
{
    const bool isPattern = naming == ProgramNaming::Windows && hasWildcards(entry);
    return isPattern ? likeOthersOfWindows(entry) : canonicalProgramText(entry, naming);
}

QString suffixedProgramText(const QString &canonical, ProgramNaming naming)
{
    const bool hasSuffixed = naming == ProgramNaming::Windows && !canonical.isEmpty();
    return hasSuffixed ? canonical + kProgramSuffix.toString() : QString();
}

} // namespace engine::rules
