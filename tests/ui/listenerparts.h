// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "engine/snapshot.h"
#include "ui/proxystatus.h"

#include <QString>

inline engine::Address addressOf(const char *text)
{
    return engine::Address::fromLiteral(QString::fromLatin1(text)).value_or(engine::Address());
}

inline engine::ListenerProfile localListener(std::uint16_t port = 1'080)
{
    engine::ListenerProfile listener;
    listener.name = QStringLiteral("Local");
    listener.address = addressOf("127.0.0.1");
    listener.port = port;
    return listener;
}

/// With a hash of nothing: for tests that are not about passwords.
inline engine::UserProfile userOf(const char *name)
{
    return {QString::fromLatin1(name), {1'000, QByteArray(16, 's'), QByteArray(64, 'h')}};
}

/// Tells the status what an engine would, of all listeners of the profile.
inline void reportListeners(ui::ProxyStatus &status, const engine::Profile &profile,
                            engine::ListenerState state, engine::ErrorCode error = engine::ErrorCode::None)
{
    QList<engine::ListenerStatus> statuses;
    for (const engine::ListenerProfile &listener : profile.listeners) {
        engine::ListenerStatus one;
        one.name = listener.name;
        one.endpoint = listener.endpoint();
        one.protocols = listener.protocols;
        one.state = state;
        one.error.code = error;
        statuses << one;
    }
    status.setListeners(statuses);
}
