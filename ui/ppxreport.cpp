// SPDX-License-Identifier: MIT
#include "ui/ppxreport.h"

#include "ui/ppxentries.h"

#include <utility>

namespace ui
{

void PpxReport::about(PpxPart part, const QString &subject, qint64 line)
{
    m_part = part;
    m_subject = subject;
    m_line = line;
}

void PpxReport::add(PpxFinding finding, const QString &value, const QString &became, qint64 line)
{
    if (m_lines.size() >= kMaximumPpxReport) {
        ++m_omitted;
        m_omittedAt = m_omitted == 1 ? m_line : m_omittedAt;
        return;
    }
    m_lines.append(
        {line == 0 ? m_line : line, m_part, m_subject, finding, fittedPpxText(value), fittedPpxText(became)});
}

QList<PpxLine> PpxReport::take()
{
    if (m_omitted > 0)
        m_lines.append(
            {m_omittedAt, PpxPart::File, {}, PpxFinding::ReportCutOff, QString::number(m_omitted)});
    m_omitted = 0;
    return std::exchange(m_lines, {});
}

PpxOutcome ppxOutcome(PpxFinding finding)
{
    if (finding <= PpxFinding::NamesByServer)
        return PpxOutcome::Taken;
    return finding <= PpxFinding::DefaultMissing ? PpxOutcome::Changed : PpxOutcome::LeftOut;
}

} // namespace ui
