// SPDX-License-Identifier: MIT
#include "ui/dnspage.h"

#include "engine/profile.h"
#include "ui/dialogparts.h"
#include "ui/profilestore.h"
#include "ui/servertext.h"

#include <QCheckBox>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace ui
{

namespace
{

using engine::NameResolution;
using engine::ServerProfile;

constexpr int kIdRole = Qt::UserRole;

enum Column { ServerColumn, ProtocolColumn, PlaceColumn, ColumnCount };

} // namespace

DnsPage::DnsPage(ProfileStore &store, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_resolveForRules(new QCheckBox(tr("&Look names up here for rules about addresses"), this))
    , m_servers(new QTreeWidget(this))
    , m_serversHint(makeHintLabel(this, QStringLiteral("dnsServersHint")))
    , m_problems(makeProblemLabel(this))
{
    QLabel *direct = makeHintLabel(this, QStringLiteral("dnsDirectHint"));
    direct->setText(tr("Names of direct connections are always looked up by this computer."));
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(direct);
    layout->addWidget(makeServers(), 1);
    layout->addWidget(makeRules());
    layout->addWidget(m_problems);
    connect(&m_store, &ProfileStore::profileChanged, this, &DnsPage::show);
    show();
}

QWidget *DnsPage::makeServers()
{
    auto *group = new QGroupBox(tr("Connections by way of a server"), this);
    auto *label = new QLabel(tr("Names are looked up by these &servers:"), group);
    label->setBuddy(m_servers);
    m_servers->setObjectName(QStringLiteral("dnsServers"));
    m_servers->setAccessibleName(tr("Servers that look names up"));
    m_servers->setColumnCount(ColumnCount);
    m_servers->setHeaderLabels(
        {tr("Server", "column"), tr("Protocol", "column"), tr("Names are looked up", "column")});
    m_servers->setRootIsDecorated(false);
    m_servers->setUniformRowHeights(true);
    m_servers->setAllColumnsShowFocus(true);
    m_servers->setTabKeyNavigation(false);
    m_servers->header()->setAccessibleName(tr("Columns of the servers"));
    m_servers->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    auto *layout = new QVBoxLayout(group);
    layout->addWidget(label);
    layout->addWidget(m_servers, 1);
    layout->addWidget(m_serversHint);
    connect(m_servers, &QTreeWidget::itemChanged, this,
            [this](const QTreeWidgetItem *item) { changeServer(*item); });
    return group;
}

QWidget *DnsPage::makeRules()
{
    auto *group = new QGroupBox(tr("Rules"), this);
    m_resolveForRules->setObjectName(QStringLiteral("resolveForRulesCheck"));
    m_resolveForRules->setToolTip(tr("When off, rules about addresses do not apply to requests by name, and "
                                     "no name is looked up for the rules"));
    QLabel *hint = makeHintLabel(this, QStringLiteral("resolveForRulesHint"));
    hint->setText(tr("Rules about addresses then also decide about requests by name. This computer's "
                     "name server learns those names, also when the connection goes to a server."));
    auto *layout = new QVBoxLayout(group);
    layout->addWidget(m_resolveForRules);
    layout->addWidget(hint);
    connect(m_resolveForRules, &QCheckBox::clicked, this, &DnsPage::changeRules);
    return group;
}

/// What is in force.
void DnsPage::show()
{
    const engine::Profile &profile = m_store.profile();
    m_resolveForRules->setChecked(profile.resolveForRules);
    const QSignalBlocker blocker(m_servers);
    const QString current = m_servers->currentItem() != nullptr
                                ? m_servers->currentItem()->data(ServerColumn, kIdRole).toString()
                                : QString();
    m_servers->clear();
    for (const ServerProfile &server : profile.servers) {
        const bool takesNames = server.protocol != engine::ServerProtocol::Socks4;
        const bool isRemote = server.resolveNames == NameResolution::Remote;
        const QString place = !takesNames ? tr("here: SOCKS4 takes addresses only", "names are looked up")
                              : isRemote  ? tr("by the server", "names are looked up")
                                          : tr("here", "names are looked up");
        auto *item = new QTreeWidgetItem(m_servers, {server.shownName(), serverProtocolText(server), place});
        item->setData(ServerColumn, kIdRole, server.id);
        item->setCheckState(ServerColumn, isRemote ? Qt::Checked : Qt::Unchecked);
        if (!takesNames)
            item->setFlags(item->flags() & ~Qt::ItemIsUserCheckable);
        if (server.id == current || m_servers->currentItem() == nullptr)
            m_servers->setCurrentItem(item);
    }
    m_serversHint->setText(
        profile.servers.isEmpty()
            ? tr("The profile has no servers.")
            : tr("A checked server is told names as they are. For the others this computer looks "
                 "names up and sends addresses."));
}

void DnsPage::changeRules(bool on)
{
    engine::Profile profile = m_store.profile();
    profile.resolveForRules = on;
    change(profile);
}

void DnsPage::changeServer(const QTreeWidgetItem &item)
{
    const QString id = item.data(ServerColumn, kIdRole).toString();
    const NameResolution place =
        item.checkState(ServerColumn) == Qt::Checked ? NameResolution::Remote : NameResolution::Local;
    // The list is not to be filled again while it is telling of the change.
    QMetaObject::invokeMethod(
        this,
        [this, id, place] {
            engine::Profile profile = m_store.profile();
            for (ServerProfile &server : profile.servers) {
                if (server.id == id)
                    server.resolveNames = place;
            }
            change(profile);
        },
        Qt::QueuedConnection);
}

void DnsPage::change(const engine::Profile &profile)
{
    const QStringList problems = m_store.change(profile);
    if (!problems.isEmpty())
        show();
    showProblemLines(*m_problems, problems);
}

} // namespace ui
