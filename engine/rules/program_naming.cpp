// SPDX-License-Identifier: MIT
#include "engine/rules/program_naming.h"

namespace engine::rules
{

namespace
{

constexpr QStringView kProgramSuffix = u".exe";

} // namespace

QString canonicalProgramText(const QString &text, ProgramNaming naming)
{
    switch (naming) {
    case ProgramNaming::Unix:
        return text;
    case ProgramNaming::Windows: {
        QString canonical = text.toCaseFolded();
        canonical.replace(u'\\', u'/');
        if (canonical.endsWith(kProgramSuffix))
            canonical.chop(kProgramSuffix.size());
        return canonical;
    }
    }
    Q_UNREACHABLE();
    return {};
}

} // namespace engine::rules
