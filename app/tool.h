// SPDX-License-Identifier: MIT
#pragma once

#include "engine/expected.h"
#include "engine/message.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace app
{

/// Runs a small tool of the system's to its end and returns its standard output; at most a few seconds, then
/// it is killed, as it is when this process ends. What went wrong otherwise: one line. Blocks: for threads
/// and processes that do nothing else.
[[nodiscard]] engine::Expected<QByteArray, engine::Message> runTool(const QString &program,
                                                                    const QStringList &arguments);

} // namespace app
