// SPDX-License-Identifier: MIT
#include "ui/eventtext.h"

#include "ui/format.h"
#include "ui/messagetext.h"

#include <QCoreApplication>
#include <QStringList>

namespace ui
{

namespace
{

using engine::EventCode;

struct EventText {
    Q_DECLARE_TR_FUNCTIONS(ui::EventText)
};

constexpr QChar kEnDash{0x2013};

/// Who it is about: the application, or its address when that is not known, and the login.
QString subject(const engine::Event &event)
{
    QString text = applicationText(event.application, event.processId);
    if (text.isEmpty())
        text = event.client.isNull() ? EventText::tr("unknown client") : event.client.toString();
    if (!event.user.isEmpty())
        text = EventText::tr("%1, user %2", "who connected, login name").arg(text, event.user);
    return text;
}

/// curl (4242) – example.org:443 – rule "Work" – via Office: what happened
QString connectionText(const engine::Event &event, const QString &what)
{
    QStringList parts{subject(event)};
    if (!event.target.isEmpty())
        parts += event.target;
    if (!event.rule.isEmpty())
        parts += EventText::tr("rule \"%1\"").arg(event.rule);
    if (!event.route.isEmpty())
        parts += EventText::tr("via %1", "server or route").arg(engine::shownWay(event.route, event.servers));
    const QString who = parts.join(QLatin1Char(' ') + kEnDash + QLatin1Char(' '));
    return EventText::tr("%1: %2", "client and target, what happened").arg(who, what);
}

QString closedText(const engine::Event &event)
{
    const QString text = EventText::tr("closed, %1 down, %2 up, %3", "bytes, bytes, duration")
                             .arg(bytesText(event.bytesDown), bytesText(event.bytesUp),
                                  durationText(std::chrono::milliseconds(event.durationMs)));
    return event.error.isError()
               ? EventText::tr("%1: %2", "closed ..., reason").arg(text, errorMessage(event.error))
               : text;
}

/// `plain` alone, or `withDetail` filled with the event's detail.
QString optionalDetail(const engine::Event &event, const QString &plain, const QString &withDetail)
{
    return event.detail.isEmpty() ? plain : withDetail.arg(event.detail);
}

/// "127.0.0.1:1080 (Local)"
QString listenerName(const engine::Event &event)
{
    if (event.client.isNull() || event.detail.isEmpty())
        return event.client.isNull() ? event.detail : event.client.toString();
    return EventText::tr("%1 (%2)", "listener's address, its name")
        .arg(event.client.toString(), event.detail);
}

/// And who has the port, where that is known.
QString listenerProblem(const engine::Event &event)
{
    const QString reason = errorMessage(event.error);
    const QString holder = applicationText(event.application, event.processId);
    return holder.isEmpty() ? reason
                            : EventText::tr("%1 (%2)", "reason, program with the port").arg(reason, holder);
}

QString connectionEventText(const engine::Event &event)
{
    switch (event.code) {
    case EventCode::ConnectionDecided:
        return connectionText(event, EventText::tr("decided"));
    case EventCode::ConnectionOpened:
        return connectionText(event, EventText::tr("opened"));
    case EventCode::ConnectionClosed:
        return connectionText(event, closedText(event));
    case EventCode::ConnectionFailed:
        if (isDeliberate(event.error.code))
            return connectionText(event, closedText(event));
        return connectionText(event, EventText::tr("failed: %1", "reason").arg(errorMessage(event.error)));
    case EventCode::ClientRefused:
        return connectionText(event, EventText::tr("refused: %1", "reason").arg(errorMessage(event.error)));
    case EventCode::LoginFailed:
        if (event.error.isError() && event.error.code != engine::ErrorCode::LoginFailed)
            return connectionText(event,
                                  EventText::tr("login failed: %1", "reason").arg(errorMessage(event.error)));
        return connectionText(event, EventText::tr("login failed"));
    case EventCode::UdpRouteFailed:
        return connectionText(event,
                              EventText::tr("UDP failed: %1", "reason").arg(errorMessage(event.error)));
    case EventCode::EngineStarted:
    case EventCode::EngineStopped:
    case EventCode::ProfileApplied:
    case EventCode::ListenerOpened:
    case EventCode::ListenerClosed:
    case EventCode::ListenerFailed:
    case EventCode::DescriptorsExhausted:
    case EventCode::ServerDown:
    case EventCode::ServerUp:
    case EventCode::RestartNeeded:
        break;
    }
    return {};
}

QString engineEventText(const engine::Event &event)
{
    switch (event.code) {
    case EventCode::EngineStarted:
        return EventText::tr("Engine started");
    case EventCode::EngineStopped:
        return EventText::tr("Engine stopped");
    case EventCode::ProfileApplied:
        return optionalDetail(event, EventText::tr("Profile applied"), EventText::tr("Profile applied: %1"));
    case EventCode::ListenerOpened:
        return EventText::tr("Listening on %1", "listener").arg(listenerName(event));
    case EventCode::ListenerClosed:
        return EventText::tr("No longer listening on %1", "listener").arg(listenerName(event));
    case EventCode::ListenerFailed:
        return EventText::tr("Cannot listen on %1: %2", "listener, reason")
            .arg(listenerName(event), listenerProblem(event));
    case EventCode::DescriptorsExhausted:
        return optionalDetail(event,
                              EventText::tr("Too many open files: new clients wait or are turned away"),
                              EventText::tr("Too many open files: new clients wait or are turned away (%1)"));
    case EventCode::ServerDown:
        return EventText::tr("Server %1 does not work", "server").arg(event.detail);
    case EventCode::ServerUp:
        return EventText::tr("Server %1 works again", "server").arg(event.detail);
    case EventCode::RestartNeeded:
        return EventText::tr("A change of \"%1\" takes effect at the next start", "profile key")
            .arg(event.detail);
    case EventCode::ConnectionDecided:
    case EventCode::ConnectionOpened:
    case EventCode::ConnectionClosed:
    case EventCode::ConnectionFailed:
    case EventCode::ClientRefused:
    case EventCode::LoginFailed:
    case EventCode::UdpRouteFailed:
        break;
    }
    return {};
}

} // namespace

QString eventText(const engine::Event &event)
{
    QString text = connectionEventText(event);
    if (text.isEmpty())
        text = engineEventText(event);
    if (event.repeated > 0)
        text = EventText::tr("%1 (and %2 more like it)", "line, count").arg(text, countText(event.repeated));
    return text;
}

QString levelText(engine::EventLevel level)
{
    switch (level) {
    case engine::EventLevel::Debug:
        return EventText::tr("Debug", "log level");
    case engine::EventLevel::Info:
        return EventText::tr("Info", "log level");
    case engine::EventLevel::Warning:
        return EventText::tr("Warning", "log level");
    case engine::EventLevel::Error:
        return EventText::tr("Error", "log level");
    }
    return {};
}

QString errorMessage(const engine::Error &error)
{
    return messageText(engine::asMessage(error));
}

QString stateText(engine::ConnectionState state)
{
    switch (state) {
    case engine::ConnectionState::Handshake:
        return EventText::tr("Handshake", "connection state");
    case engine::ConnectionState::Authenticating:
        return EventText::tr("Logging in", "connection state");
    case engine::ConnectionState::Connecting:
        return EventText::tr("Connecting", "connection state");
    case engine::ConnectionState::Open:
        return EventText::tr("Open", "connection state");
    case engine::ConnectionState::HalfClosed:
        return EventText::tr("Half closed", "connection state");
    case engine::ConnectionState::Closed:
        return EventText::tr("Closed", "connection state");
    case engine::ConnectionState::Failed:
        return EventText::tr("Failed", "connection state");
    }
    return {};
}

QString protocolText(engine::ClientProtocol protocol)
{
    switch (protocol) {
    case engine::ClientProtocol::Unknown:
        return kEnDash;
    case engine::ClientProtocol::Socks4:
        return QStringLiteral("SOCKS4");
    case engine::ClientProtocol::Socks4a:
        return QStringLiteral("SOCKS4a");
    case engine::ClientProtocol::Socks5:
        return QStringLiteral("SOCKS5");
    case engine::ClientProtocol::Http:
        return QStringLiteral("HTTP");
    }
    return {};
}

QString protocolsText(engine::Protocols protocols)
{
    QStringList names;
    if (protocols.testFlag(engine::Protocol::Socks4))
        names << QStringLiteral("SOCKS4");
    if (protocols.testFlag(engine::Protocol::Socks5))
        names << QStringLiteral("SOCKS5");
    if (protocols.testFlag(engine::Protocol::Http))
        names << QStringLiteral("HTTP");
    return names.join(QStringLiteral(", "));
}

bool isDeliberate(engine::ErrorCode code)
{
    using engine::ErrorCode;
    return code == ErrorCode::ClosedByUser || code == ErrorCode::NoLongerAllowed ||
           code == ErrorCode::DecisionChanged || code == ErrorCode::IdleTimedOut ||
           code == ErrorCode::HalfClosedTimedOut || code == ErrorCode::EngineStopped;
}

QString applicationText(const QString &application, std::int64_t processId)
{
    if (processId <= 0)
        return application;
    const QString pid = QString::number(processId);
    if (application.isEmpty())
        return EventText::tr("PID %1").arg(pid);
    return EventText::tr("%1 (%2)", "application, process id").arg(application, pid);
}

} // namespace ui
