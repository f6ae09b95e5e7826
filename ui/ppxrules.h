// SPDX-License-Identifier: MIT
#pragma once

#include "ui/ppx.h"
#include "ui/ppxreport.h"

#include <QHash>

namespace ui
{

/// The file's ids, and ours of what was taken over of them.
struct PpxIds {
    QHash<QString, QString> servers;
    QHash<QString, QString> routes;
};

/// Reads <RuleList> into `profile`.
void readPpxRules(const XmlElement &list, const PpxIds &ids, const PpxContext &context, PpxReport &report,
                  PpxProfile &profile);

} // namespace ui
