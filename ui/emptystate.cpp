// SPDX-License-Identifier: MIT
#include "ui/emptystate.h"

#include "ui/eventtext.h"
#include "ui/icons.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui
{

namespace
{

constexpr int kIconSize = 64;

/// There is one of each in the window.
QString objectNameOf(EmptyState::Subject subject, const QString &part)
{
    switch (subject) {
    case EmptyState::Subject::Connections:
        break;
    case EmptyState::Subject::Applications:
        return QStringLiteral("applicationsEmpty") + part;
    case EmptyState::Subject::Rules:
        return QStringLiteral("rulesEmpty") + part;
    case EmptyState::Subject::Servers:
        return QStringLiteral("serversNoMatch") + part;
    }
    return QStringLiteral("empty") + part;
}

QString noMatchText(EmptyState::Subject subject)
{
    switch (subject) {
    case EmptyState::Subject::Connections:
        return EmptyState::tr("No connection matches");
    case EmptyState::Subject::Applications:
        return EmptyState::tr("No application matches");
    case EmptyState::Subject::Rules:
        return EmptyState::tr("No rule matches");
    case EmptyState::Subject::Servers:
        break;
    }
    return EmptyState::tr("No server or route matches");
}

QLabel *centredLabel(QWidget *parent, const QString &objectName)
{
    auto *label = new QLabel(parent);
    label->setObjectName(objectName);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    return label;
}

} // namespace

EmptyState::EmptyState(Subject subject, QWidget *parent)
    : QWidget(parent)
    , m_subject(subject)
    , m_icon(centredLabel(this, objectNameOf(subject, QStringLiteral("Icon"))))
    , m_heading(centredLabel(this, objectNameOf(subject, QStringLiteral("Heading"))))
    , m_text(centredLabel(this, objectNameOf(subject, QStringLiteral("Text"))))
    , m_command(centredLabel(this, objectNameOf(subject, QStringLiteral("Command"))))
    , m_button(new QPushButton(tr("Clear filter"), this))
{
    setObjectName(QStringLiteral("emptyState"));
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    QFont heading = m_heading->font();
    heading.setPointSizeF(heading.pointSizeF() * 1.35);
    heading.setBold(true);
    m_heading->setFont(heading);
    m_command->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_command->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_command->setAccessibleName(tr("Command to try the proxy with"));
    m_button->setObjectName(objectNameOf(subject, QStringLiteral("Button")));
    m_button->setAutoDefault(true);
    m_command->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    layout->addStretch(2);
    layout->addWidget(m_icon);
    for (QLabel *label : {m_heading, m_text, m_command})
        layout->addWidget(label);
    layout->addSpacing(6);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    if (subject == Subject::Connections || subject == Subject::Applications)
        buttons->addWidget(makeOtherPort());
    buttons->addWidget(m_button);
    buttons->addStretch(1);
    layout->addLayout(buttons);
    layout->addStretch(3);
    connect(m_button, &QPushButton::clicked, this, &EmptyState::press);
}

/// Only where the proxy itself may be the reason.
QPushButton *EmptyState::makeOtherPort()
{
    m_otherPort = new QPushButton(this);
    m_otherPort->setObjectName(objectNameOf(m_subject, QStringLiteral("OtherPort")));
    m_otherPort->setAutoDefault(true);
    connect(m_otherPort, &QPushButton::clicked, this, &EmptyState::otherPortRequested);
    return m_otherPort;
}

QString EmptyState::otherPortText(const ProxyStatus &status)
{
    return tr("Use port %1 instead").arg(status.portOffer());
}

void EmptyState::show(const ProxyStatus &status, const QString &filter)
{
    m_icon->setPixmap(proxyIcon(status.state()).pixmap(QSize(kIconSize, kIconSize), devicePixelRatioF()));
    m_command->setVisible(false);
    m_otherPort->setText(otherPortText(status));
    m_otherPort->setVisible(false);
    if (!filter.isEmpty()) {
        showNoMatch(filter);
        return;
    }
    switch (status.state()) {
    case ProxyState::Off:
        fill(tr("The proxy is off"), tr("No program can connect through Hosier until it is on."),
             Action::TurnOn, tr("Turn the proxy on"));
        break;
    case ProxyState::Opening:
        if (status.listeners().isEmpty())
            fill(tr("Nothing to listen on"),
                 tr("The profile has no listener. Add one under Proxy > Listeners and users."), Action::None,
                 {});
        else
            fill(tr("Opening the listeners"), {}, Action::None, {});
        break;
    case ProxyState::On: {
        const engine::ListenerStatus &listener = *status.openListener();
        const bool forConnections = m_subject == Subject::Connections;
        const QString advice =
            forConnections ? tr("Point a program at %1 (%2). Its connections appear here.")
                           : tr("Point a program at %1 (%2). It appears here with its traffic and its rule.");
        fill(forConnections ? tr("No connections yet") : tr("No applications yet"),
             advice.arg(reachableEndpoint(listener).toString(), protocolsText(listener.protocols)),
             Action::CopyEnvironment, tr("Copy proxy environment variables"));
        showCommand();
        break;
    }
    case ProxyState::Partial:
    case ProxyState::Failed:
        showFailure(status);
        break;
    }
}

void EmptyState::showNoMatch(const QString &filter)
{
    m_icon->setPixmap(symbolIcon(QStringLiteral("filter"))
                          .pixmap(QSize(kIconSize, kIconSize), devicePixelRatioF(), QIcon::Disabled));
    fill(noMatchText(m_subject), tr("The filter is \"%1\".").arg(filter), Action::ClearFilter,
         tr("Clear filter"));
}

/// A line to try the proxy with.
void EmptyState::showCommand()
{
    const std::optional<ProxyAddress> proxy = m_proxy ? m_proxy() : std::nullopt;
    if (proxy)
        m_command->setText(QStringLiteral("curl --proxy %1 https://example.org/").arg(proxyUrl(*proxy)));
    m_command->setVisible(proxy.has_value());
}

void EmptyState::showFailure(const ProxyStatus &status)
{
    const engine::ListenerStatus &listener = *status.failedListener();
    const QString advice =
        listener.error.code == engine::ErrorCode::AddressInUse
            ? tr("End that program and retry, or give the listener another port.")
            : tr("Change the listener under Proxy > Listeners and users, or the system, then retry.");
    fill(tr("Hosier cannot listen on %1").arg(listener.endpoint.toString()),
         status.errorText(listener) + u'\n' + advice, Action::Retry, tr("Retry"));
    m_otherPort->setVisible(status.portOffer() != 0);
}

void EmptyState::fill(const QString &heading, const QString &text, Action action, const QString &button)
{
    m_heading->setText(heading);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    m_action = action;
    m_button->setText(button);
    m_button->setVisible(action != Action::None);
    setFocusProxy(action != Action::None ? m_button : nullptr);
    setAccessibleName(heading);
    setAccessibleDescription(text);
}

void EmptyState::press()
{
    switch (m_action) {
    case Action::None:
        break;
    case Action::TurnOn:
        Q_EMIT proxyOnRequested();
        break;
    case Action::Retry:
        Q_EMIT retryRequested();
        break;
    case Action::CopyEnvironment:
        Q_EMIT copyEnvironmentRequested();
        break;
    case Action::ClearFilter:
        Q_EMIT clearFilterRequested();
        break;
    }
}

} // namespace ui
