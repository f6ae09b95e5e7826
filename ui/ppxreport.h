// SPDX-License-Identifier: MIT
#pragma once

#include "ui/ppx.h"

namespace ui
{

/// What is being told about one part of a file.
class PpxReport
{
public:
    /// What the next lines are about.
    void about(PpxPart part, const QString &subject, qint64 line);
    /// `line`: where it stands, when that is not where the part begins.
    void add(PpxFinding finding, const QString &value = {}, const QString &became = {}, qint64 line = 0);

    /// With a last line that counts those for which there was no room.
    [[nodiscard]] QList<PpxLine> take();

private:
    QList<PpxLine> m_lines;
    qint64 m_omitted = 0;   ///< lines beyond those that are kept
    qint64 m_omittedAt = 0; ///< where the first of them stands in the file
    PpxPart m_part = PpxPart::File;
    QString m_subject;
    qint64 m_line = 0;
};

} // namespace ui
