// SPDX-License-Identifier: MIT
#include "ui/messagetext.h"

#include <QCoreApplication>

namespace ui
{

QString messageText(const engine::Message &message)
{
    return message.toString(
        [](const char *context, const char *source) { return QCoreApplication::translate(context, source); });
}

QStringList messageTexts(const QList<engine::Message> &messages)
{
    QStringList lines;
    lines.reserve(messages.size());
    for (const engine::Message &message : messages)
        lines << messageText(message);
    return lines;
}

} // namespace ui
