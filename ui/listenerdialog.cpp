// SPDX-License-Identifier: MIT
#include "ui/listenerdialog.h"

#include "engine/rule_entries.h"
#include "ui/dialogparts.h"
#include "ui/entriesedit.h"
#include "ui/listeneredit.h"
#include "ui/messagetext.h"
#include "ui/profilestore.h"
#include "ui/whatsthis.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QEvent>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <utility>

namespace ui
{

namespace
{

using engine::Authentication;
using engine::ListenerProfile;
using engine::Protocol;
using engine::UdpFiltering;

constexpr int kMaximumText = 255;
constexpr int kClientLines = 4;
constexpr int kWidth = 560;

} // namespace

ListenerDialog::ListenerDialog(ProfileStore &store, const std::optional<ListenerProfile> &known,
                               const ListenerProfile &draft, QWidget *parent)
    : QDialog(parent)
    , m_store(store)
    , m_known(known)
    , m_name(new QLineEdit(this))
    , m_address(new QComboBox(this))
    , m_reach(makeHintLabel(this, QStringLiteral("listenerReach")))
    , m_port(new QSpinBox(this))
    , m_socks5(new QCheckBox(QStringLiteral("SOCKS&5"), this))
    , m_socks4(new QCheckBox(QStringLiteral("SOCKS&4"), this))
    , m_http(new QCheckBox(QStringLiteral("H&TTP"), this))
    , m_login(new QComboBox(this))
    , m_open(
          new QCheckBox(tr("&Open proxy: whoever reaches the address may use it without a password"), this))
    , m_udp(new QComboBox(this))
    , m_clients(new EntriesEdit(tr("&Clients that may come in"), QStringLiteral("192.168.0.0/16, 10.1.2.3"),
                                kClientLines, this))
    , m_problems(makeProblemLabel(this))
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this))
{
    setObjectName(QStringLiteral("listenerDialog"));
    setWindowTitle(known ? tr("Edit listener") : tr("Add listener"));
    makeFields();
    makeChoices();
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    fillForm(*form);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(m_clients, 1);
    layout->addWidget(m_problems);
    layout->addWidget(m_buttons);
    explainControls(*this);
    fill(known.value_or(draft));
    connectFields();
    judge();
    resize(kWidth, sizeHint().height());
}

bool ListenerDialog::event(QEvent *event)
{
    const bool handled = QDialog::event(event);
    if (event->type() == QEvent::LayoutRequest)
        growToFit(*this);
    return handled;
}

void ListenerDialog::makeFields()
{
    setNames(*m_name, "listenerName", tr("Name"));
    setNames(*m_address, "listenerAddress", tr("Address"));
    setNames(*m_port, "listenerPort", tr("Port"));
    setNames(*m_socks5, "listenerSocks5", QStringLiteral("SOCKS5"));
    setNames(*m_socks4, "listenerSocks4", QStringLiteral("SOCKS4"));
    setNames(*m_http, "listenerHttp", QStringLiteral("HTTP"));
    setNames(*m_login, "listenerLogin", tr("Login"));
    setNames(*m_open, "listenerOpen", tr("Open proxy"));
    setNames(*m_udp, "listenerUdp", tr("Datagrams that a client is sent"));
    m_clients->setObjectName(QStringLiteral("listenerClients"));
    m_clients->edit().setObjectName(QStringLiteral("listenerClientsEdit"));
    m_clients->edit().setPlaceholderText(tr("All that can reach the address"));
    m_name->setMaxLength(kMaximumText);
    // The command line may have asked for any free port.
    m_port->setRange(m_known && m_known->port == 0 ? 0 : 1, 65'535);
    m_socks4->setToolTip(tr("SOCKS4 and SOCKS4a"));
    m_http->setToolTip(tr("CONNECT and plain requests, and the PAC file"));
    m_open->setToolTip(tr("Strangers could do things in your name. Use it only where you know who can reach "
                          "the address."));
    m_udp->setToolTip(tr("Whose datagrams reach a program that uses SOCKS5 for UDP. Some games and calls "
                         "need more than the first choice."));
}

void ListenerDialog::makeChoices()
{
    m_address->setEditable(true);
    m_address->setInsertPolicy(QComboBox::NoInsert);
    for (const char *address : {"127.0.0.1", "0.0.0.0", "::1", "::"})
        m_address->addItem(QLatin1String(address));
    m_address->setToolTip(tr("0.0.0.0 and :: are every address of this computer"));
    m_login->addItem(tr("None", "login"), static_cast<int>(Authentication::None));
    m_login->addItem(tr("Name and password of a local user"), static_cast<int>(Authentication::Password));
    for (const UdpFiltering filtering : {UdpFiltering::AddressAndPortDependent,
                                         UdpFiltering::AddressDependent, UdpFiltering::EndpointIndependent})
        m_udp->addItem(udpFilteringText(filtering), static_cast<int>(filtering));
}

void ListenerDialog::fillForm(QFormLayout &form)
{
    auto *place = new QHBoxLayout;
    auto *portLabel = new QLabel(tr("&Port:"), this);
    portLabel->setBuddy(m_port);
    place->addWidget(m_address, 1);
    place->addWidget(portLabel);
    place->addWidget(m_port);
    auto *addressLabel = new QLabel(tr("&Address:"), this);
    addressLabel->setBuddy(m_address);
    auto *protocols = new QHBoxLayout;
    for (QCheckBox *box : {m_socks5, m_socks4, m_http})
        protocols->addWidget(box);
    protocols->addStretch(1);
    form.addRow(tr("&Name:"), m_name);
    form.addRow(addressLabel, place);
    form.addRow(QString(), m_reach);
    auto *protocolsLabel = new QLabel(tr("Protocols:"), this);
    protocolsLabel->setBuddy(m_socks5);
    form.addRow(protocolsLabel, protocols);
    form.addRow(tr("&Login:"), m_login);
    form.addRow(QString(), m_open);
    form.addRow(tr("&UDP:"), m_udp);
}

void ListenerDialog::connectFields()
{
    connect(m_name, &QLineEdit::textChanged, this, &ListenerDialog::judge);
    connect(m_address, &QComboBox::currentTextChanged, this, &ListenerDialog::judge);
    connect(m_port, &QSpinBox::valueChanged, this, &ListenerDialog::judge);
    connect(m_login, &QComboBox::currentIndexChanged, this, &ListenerDialog::judge);
    connect(m_udp, &QComboBox::currentIndexChanged, this, &ListenerDialog::judge);
    connect(m_clients, &EntriesEdit::edited, this, &ListenerDialog::judge);
    for (const QCheckBox *box : {m_socks5, m_socks4, m_http, m_open})
        connect(box, &QCheckBox::toggled, this, &ListenerDialog::judge);
    // A user may be added or removed meanwhile.
    connect(&m_store, &ProfileStore::profileChanged, this, &ListenerDialog::judge);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &ListenerDialog::store);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void ListenerDialog::fill(const ListenerProfile &listener)
{
    m_name->setText(listener.name);
    m_address->setCurrentText(listener.address.toString());
    m_port->setValue(listener.port);
    m_socks5->setChecked(listener.protocols.testFlag(Protocol::Socks5));
    m_socks4->setChecked(listener.protocols.testFlag(Protocol::Socks4));
    m_http->setChecked(listener.protocols.testFlag(Protocol::Http));
    m_login->setCurrentIndex(m_login->findData(static_cast<int>(listener.authentication)));
    m_open->setChecked(listener.open);
    m_udp->setCurrentIndex(m_udp->findData(static_cast<int>(listener.udpFiltering)));
    QStringList clients;
    for (const engine::AddressRange &range : listener.clients)
        clients << range.toString();
    m_clients->setEntries(clients);
}

ListenerProfile ListenerDialog::listener() const
{
    ListenerProfile listener = m_known.value_or(ListenerProfile());
    listener.name = m_name->text().trimmed();
    listener.address =
        engine::Address::fromLiteral(m_address->currentText().trimmed()).value_or(engine::Address());
    listener.port = static_cast<std::uint16_t>(m_port->value());
    listener.protocols = {};
    listener.protocols.setFlag(Protocol::Socks5, m_socks5->isChecked());
    listener.protocols.setFlag(Protocol::Socks4, m_socks4->isChecked());
    listener.protocols.setFlag(Protocol::Http, m_http->isChecked());
    listener.authentication = static_cast<Authentication>(m_login->currentData().toInt());
    listener.open = m_open->isEnabled() && m_open->isChecked();
    listener.udpFiltering = static_cast<UdpFiltering>(m_udp->currentData().toInt());
    listener.clients.clear();
    for (const QString &entry : m_clients->entries()) {
        if (const auto range = engine::AddressRange::fromString(entry))
            listener.clients << *range;
    }
    return listener;
}

/// Offers what the other fields leave a meaning to.
void ListenerDialog::adapt()
{
    const ListenerProfile now = listener();
    m_reach->setText(now.address.isNull() ? QString() : reachText(now.address));
    const bool canBeOpen =
        !now.address.isNull() && !now.address.isLoopback() && now.authentication == Authentication::None;
    m_open->setEnabled(canBeOpen);
    m_open->setVisible(canBeOpen);
    m_udp->setEnabled(m_socks5->isChecked());
    m_clients->showProblem(clientsProblem());
}

QString ListenerDialog::clientsProblem() const
{
    for (const QString &entry : m_clients->entries()) {
        if (const engine::Message fault = engine::faultOfClientEntry(entry); !fault.isEmpty())
            return messageText(fault);
    }
    return {};
}

void ListenerDialog::judge()
{
    adapt();
    const QStringList found = problems();
    showProblemLines(*m_problems, found);
    m_buttons->button(QDialogButtonBox::Save)->setEnabled(found.isEmpty() && clientsProblem().isEmpty());
}

/// What the engine could not say as plainly.
QStringList ListenerDialog::fieldProblems() const
{
    QStringList problems;
    const ListenerProfile now = listener();
    if (now.name.isEmpty())
        problems << tr("Enter a name.");
    if (now.address.isNull())
        problems << tr("Enter an IPv4 or IPv6 address of this computer.");
    if (!now.protocols)
        problems << tr("Choose at least one protocol.");
    if (now.authentication == Authentication::Password && m_store.profile().users.isEmpty())
        problems << tr("Nobody could log in: add a local user first.");
    const bool isReachable = !now.address.isNull() && !now.address.isLoopback();
    if (isReachable && now.authentication == Authentication::None && !now.open)
        problems << tr("Others could use this proxy as they like: ask for name and password, or say that an "
                       "open proxy is meant.");
    for (const ListenerProfile &other : m_store.profile().listeners) {
        if (m_known != other && other.endpoint() == now.endpoint())
            problems << tr("The listener \"%1\" has this address and port already.").arg(other.name);
    }
    return problems;
}

QStringList ListenerDialog::problems() const
{
    if (m_known && !m_store.profile().listeners.contains(*m_known))
        return {tr("The listener was changed or removed meanwhile. Close this and open it again.")};
    const QStringList found = fieldProblems();
    return found.isEmpty() ? newProblems(m_store.profile(), changedProfile()) : found;
}

engine::Profile ListenerDialog::changedProfile() const
{
    engine::Profile profile = m_store.profile();
    const qsizetype at = m_known ? profile.listeners.indexOf(*m_known) : -1;
    if (at >= 0)
        profile.listeners[at] = listener();
    else
        profile.listeners << listener();
    return profile;
}

void ListenerDialog::store()
{
    QStringList found = problems();
    if (found.isEmpty()) {
        const engine::Profile changed = changedProfile();
        // From here on the profile has what the fields tell.
        const std::optional<ListenerProfile> before = std::exchange(m_known, listener());
        found = m_store.change(changed);
        if (!found.isEmpty())
            m_known = before;
    }
    showProblemLines(*m_problems, found);
    if (found.isEmpty())
        accept();
}

} // namespace ui
