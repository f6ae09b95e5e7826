// SPDX-License-Identifier: MIT
#include "ui/serverspage.h"

#include "engine/engine.h"
#include "ui/emptystate.h"
#include "ui/format.h"
#include "ui/messagebar.h"
#include "ui/models.h"
#include "ui/noservers.h"
#include "ui/profileedit.h"
#include "ui/profilestore.h"
#include "ui/routedialog.h"
#include "ui/routemenu.h"
#include "ui/rowfilter.h"
#include "ui/serverdialog.h"
#include "ui/serverpasting.h"
#include "ui/serverview.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ui
{

namespace
{

QToolButton *buttonFor(QAction *action, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setObjectName(action->objectName() + QStringLiteral("Button"));
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

/// Lines for a terminal begin with a small letter.
QString capitalized(const QString &line)
{
    return line.left(1).toUpper() + line.mid(1);
}

} // namespace

ServersPage::ServersPage(engine::Engine &engine, ProfileStore &store, Models &models, QWidget *parent)
    : QWidget(parent)
    , m_engine(engine)
    , m_store(store)
    , m_rules(models.rules)
    , m_model(&models.servers)
    , m_checks(&models.serverChecks)
    , m_pasting(new ServerPasting(store, this))
    , m_view(new ServerView(this))
    , m_stack(new QStackedWidget(this))
    , m_noServers(new NoServers(this))
    , m_noMatch(new EmptyState(EmptyState::Subject::Servers, this))
    , m_bar(new MessageBar(QStringLiteral("serversBar"), this))
{
    setObjectName(QStringLiteral("serversPage"));
    m_view->setObjectName(QStringLiteral("serversView"));
    m_view->setAccessibleName(tr("Servers and routes"));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setModel(m_model);
    m_view->header()->setObjectName(QStringLiteral("serversHeader"));
    m_view->header()->setAccessibleName(tr("Columns of the servers"));
    m_view->openSections();
    makeActions();
    // Before the buttons: Tab comes to what the page leads to first, and goes on from there.
    makeStack();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeButtons());
    layout->addWidget(m_bar);
    layout->addWidget(m_stack, 1);
    connect(&m_store, &ProfileStore::profileChanged, this, &ServersPage::showProfile);
    connect(&m_store, &ProfileStore::passwordProblem, this, &ServersPage::addToMessage);
    connect(m_pasting, &ServerPasting::added, this, &ServersPage::select);
    connect(m_pasting, &ServerPasting::told, this,
            [this](const QStringList &lines) { showMessage(lines.join(u'\n')); });
    connect(m_pasting, &ServerPasting::notStored, this, &ServersPage::tellNotStored);
    connect(m_model, &ServerModel::membersDropped, this, &ServersPage::addMembers);
    // Later: the drag is to end before a dialog opens.
    connect(m_model, &ServerModel::routeWanted, this, &ServersPage::addRouteThrough, Qt::QueuedConnection);
    connect(m_view, &QAbstractItemView::activated, this, &ServersPage::activate);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ServersPage::showSelection);
    showProfile();
}

QAction *ServersPage::makeAction(const char *objectName, const QString &text, const QKeySequence &shortcut,
                                 const QString &toolTip)
{
    auto *action = new QAction(text, this);
    action->setObjectName(QLatin1String(objectName));
    action->setToolTip(shortcut.isEmpty() ? toolTip
                                          : tr("%1 (%2)", "what a button does, its key")
                                                .arg(toolTip, shortcut.toString(QKeySequence::NativeText)));
    action->setShortcut(shortcut);
    // Delete and Ctrl+V stay what they are in text fields.
    action->setShortcutContext(Qt::WidgetShortcut);
    m_view->addAction(action);
    return action;
}

void ServersPage::makeActions()
{
    m_edit = makeAction("serverEdit", tr("&Edit…"), Qt::Key_F2, tr("Change the selected server or route"));
    m_duplicate = makeAction("serverDuplicate", tr("D&uplicate…"), Qt::CTRL | Qt::Key_D,
                             tr("Add another one like the selected server or route"));
    m_remove = makeAction("serverRemove", tr("&Remove"), Qt::Key_Delete,
                          tr("Remove the selected servers and routes"));
    m_useAsDefault = makeAction("serverDefaultRoute", tr("Use as &default route"), Qt::CTRL | Qt::Key_Return,
                                tr("Send by way of the selected server or route what no rule decides about"));
    m_useAsDefault->setShortcuts({Qt::CTRL | Qt::Key_Return, Qt::CTRL | Qt::Key_Enter});
    m_useAsDefault->setCheckable(true);
    m_check = makeAction("serverCheck", tr("&Check"), Qt::Key_F5,
                         tr("Try out the selected servers, and those that the selected routes lead through"));
    m_checkAll =
        makeAction("serverCheckAll", tr("Check a&ll"), Qt::SHIFT | Qt::Key_F5, tr("Try out all servers"));
    m_addServer = makeAction("serverAdd", tr("&Add server…"), Qt::Key_Insert, tr("Add a server"));
    m_addRoute = makeAction("routeAddAction", tr("Add r&oute…"), Qt::SHIFT | Qt::Key_Insert,
                            tr("Chain or group the selected servers"));
    m_paste = makeAction("serverPaste", tr("&Paste"), QKeySequence::Paste,
                         tr("Add servers from the clipboard: one a line, as socks5://user:password@host:port "
                            "or host:port:user:password"));
    m_routeMenu = new RouteMenu(
        m_store, [this] { return m_view->selectedIds(); }, m_view);
    m_view->addAction(m_routeMenu->menuAction());
    connect(m_routeMenu, &RouteMenu::chosen, this,
            [this](const QString &id) { addMembers(id, m_view->selectedIds()); });
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(m_addServer, &QAction::triggered, this, &ServersPage::addServer);
    connect(m_addRoute, &QAction::triggered, this, &ServersPage::addRoute);
    connect(m_paste, &QAction::triggered, this, &ServersPage::paste);
    connect(m_edit, &QAction::triggered, this, &ServersPage::edit);
    connect(m_duplicate, &QAction::triggered, this, &ServersPage::duplicate);
    connect(m_remove, &QAction::triggered, this, &ServersPage::remove);
    connect(m_useAsDefault, &QAction::triggered, this, &ServersPage::useAsDefault);
    connect(m_check, &QAction::triggered, this, &ServersPage::checkSelected);
    connect(m_checkAll, &QAction::triggered, this, &ServersPage::checkAll);
}

QWidget *ServersPage::makeButtons()
{
    auto *panel = new QWidget(this);
    auto *layout = new QHBoxLayout(panel);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->setSpacing(4);
    for (QAction *action : {m_addServer, m_addRoute, m_paste})
        layout->addWidget(buttonFor(action, panel));
    layout->addSpacing(10);
    for (QAction *action : {m_edit, m_duplicate, m_remove})
        layout->addWidget(buttonFor(action, panel));
    layout->addStretch(1);
    for (QAction *action : {m_check, m_checkAll})
        layout->addWidget(buttonFor(action, panel));
    return panel;
}

void ServersPage::makeStack()
{
    m_filter = new RowFilter(*m_view, kServerColumns);
    for (QWidget *widget : {static_cast<QWidget *>(m_noServers), static_cast<QWidget *>(m_noMatch),
                            static_cast<QWidget *>(m_view)})
        m_stack->addWidget(widget);
    // The keys are those of the list, which is not there to take them.
    m_noServers->giveKeys({m_addServer, m_paste});
    connect(m_filter, &RowFilter::applied, this, &ServersPage::showListOrReason);
    connect(m_noMatch, &EmptyState::clearFilterRequested, this, &ServersPage::clearFilterRequested);
    connect(m_noServers, &NoServers::addRequested, this, &ServersPage::addServer);
    connect(m_noServers, &NoServers::pasteRequested, this, &ServersPage::paste);
}

QList<QAction *> ServersPage::actionsForMenu() const
{
    return {m_addServer,    m_addRoute, m_paste,   m_edit, m_duplicate, m_remove, m_routeMenu->menuAction(),
            m_useAsDefault, m_check,    m_checkAll};
}

QByteArray ServersPage::saveColumns() const
{
    return m_view->header()->saveState();
}

void ServersPage::restoreColumns(const QByteArray &state)
{
    m_view->restoreColumns(state);
}

void ServersPage::showProfile()
{
    const engine::Profile &profile = m_store.profile();
    m_model->setProfile(profile);
    showListOrReason();
    m_checkAll->setEnabled(!profile.servers.isEmpty());
    m_addRoute->setEnabled(!profile.servers.isEmpty() || !profile.routes.isEmpty());
    showSelection();
}

void ServersPage::showListOrReason()
{
    const engine::Profile &profile = m_store.profile();
    QWidget *wanted = m_view;
    if (profile.servers.isEmpty() && profile.routes.isEmpty()) {
        wanted = m_noServers;
    } else if (m_filter->hidesAll()) {
        m_noMatch->showNoMatch(m_filter->text());
        wanted = m_noMatch;
    }
    m_stack->setCurrentWidget(wanted);
    setFocusProxy(wanted);
    countHidden();
}

void ServersPage::countHidden()
{
    for (const auto section : {ServerModel::Section::Servers, ServerModel::Section::Routes}) {
        const QModelIndex heading = m_model->sectionIndex(section);
        int hidden = 0;
        for (int row = 0; row < m_model->rowCount(heading); ++row)
            hidden += m_view->isRowHidden(row, heading) ? 1 : 0;
        m_model->setHiddenCount(section, hidden);
    }
}

void ServersPage::setFilter(const QString &text)
{
    m_filter->setText(text);
}

QString ServersPage::filter() const
{
    return m_filter->text();
}

void ServersPage::select(const QStringList &ids)
{
    m_view->selectIds(ids);
    const QModelIndex current = m_view->currentIndex();
    if (current.isValid() && m_view->isRowHidden(current.row(), current.parent()))
        Q_EMIT clearFilterRequested();
}

void ServersPage::showSelection()
{
    const QStringList ids = m_view->selectedIds();
    const qsizetype selected = ids.size();
    const bool isDefault =
        selected == 1 && m_store.profile().defaultAction == engine::Action::byWayOf(ids.front());
    m_useAsDefault->setChecked(isDefault);
    // Also for the one that it is already: the key would edit it otherwise.
    m_useAsDefault->setEnabled(selected == 1);
    m_edit->setEnabled(selected == 1);
    m_duplicate->setEnabled(selected == 1);
    m_remove->setEnabled(selected > 0);
    m_check->setEnabled(selected > 0);
    m_routeMenu->menuAction()->setEnabled(selected > 0 && !m_store.profile().routes.isEmpty());
}

void ServersPage::showMessage(const QString &text)
{
    m_message.clear();
    if (!text.isEmpty())
        m_message << capitalized(text);
    m_bar->tell(m_message.join(u'\n'));
}

/// What comes later, of itself: what is told already stays, unless it was dismissed.
void ServersPage::addToMessage(const QString &line)
{
    if (m_bar->isHidden())
        m_message.clear();
    if (const QString sentence = capitalized(line); !m_message.contains(sentence))
        m_message << sentence;
    m_bar->tell(shortenedList(m_message).join(u'\n'));
}

void ServersPage::addServer()
{
    openServerDialog({}, {});
}

void ServersPage::enterPassword(const QString &id)
{
    if (findServer(m_store.profile(), id) != nullptr)
        openServerDialog(id, {})->focusPassword();
}

/// Of what is selected, in the order of the list.
void ServersPage::addRoute()
{
    addRouteThrough(m_view->selectedIds());
}

void ServersPage::addRouteThrough(const QStringList &members)
{
    engine::RouteProfile draft;
    draft.members = members;
    openRouteDialog({}, draft);
}

/// With Ctrl it is a key or click of something else, which just now may have nothing to do.
void ServersPage::activate()
{
    if (!QGuiApplication::keyboardModifiers().testFlag(Qt::ControlModifier))
        edit();
}

void ServersPage::edit()
{
    const QString id = m_view->selectedIds().value(0);
    if (findServer(m_store.profile(), id) != nullptr)
        openServerDialog(id, {});
    else if (findRoute(m_store.profile(), id) != nullptr)
        openRouteDialog(id, {});
}

void ServersPage::duplicate()
{
    const engine::Profile &profile = m_store.profile();
    const QString id = m_view->selectedIds().value(0);
    const QString name = freeName(profile, shownNameOf(profile, id));
    if (const engine::ServerProfile *server = findServer(profile, id)) {
        PastedServer draft{*server, {}, true};
        if (server->passwordFile.isEmpty())
            draft.password = m_store.password(id);
        draft.server.name = name;
        openServerDialog({}, draft);
    } else if (const engine::RouteProfile *route = findRoute(profile, id)) {
        engine::RouteProfile draft = *route;
        draft.name = name;
        openRouteDialog({}, draft);
    }
}

ServerDialog *ServersPage::openServerDialog(const QString &id, const PastedServer &draft)
{
    auto *dialog = new ServerDialog(m_engine, m_store, id, draft, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { select({dialog->storedId()}); });
    dialog->open();
    return dialog;
}

void ServersPage::openRouteDialog(const QString &id, const engine::RouteProfile &draft)
{
    auto *dialog = new RouteDialog(m_store, id, draft, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { select({dialog->storedId()}); });
    dialog->open();
}

QString ServersPage::namesOf(const QStringList &ids) const
{
    QStringList names;
    for (const QString &id : ids)
        names << tr("\"%1\"", "quoted name").arg(shownNameOf(m_store.profile(), id));
    return QLocale().createSeparatedList(shortenedList(names));
}

void ServersPage::remove()
{
    const QStringList ids = m_view->selectedIds();
    if (ids.isEmpty())
        return;
    const QStringList removable = removableOf(m_store.profile(), ids);
    if (removable.size() == ids.size())
        confirmRemoval(ids);
    else
        refuseRemoval(ids, removable);
}

void ServersPage::refuseRemoval(const QStringList &ids, const QStringList &removable)
{
    QStringList used = ids;
    used.removeIf([&removable](const QString &id) { return removable.contains(id); });
    const QString text = tr("%1 cannot be removed: connections are sent that way.",
                            "names of servers and routes", static_cast<int>(used.size()))
                             .arg(namesOf(used));
    auto *box = new QMessageBox(QMessageBox::Information, tr("Still in use"), text, QMessageBox::Close, this);
    box->setObjectName(QStringLiteral("inUseBox"));
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(tr("Change or remove these first:") + QStringLiteral("\n• ") +
                            shortenedList(usesOf(m_store.profile(), used)).join(QStringLiteral("\n• ")));
    box->setAttribute(Qt::WA_DeleteOnClose);
    if (!removable.isEmpty()) {
        QPushButton *button = box->addButton(tr("&Remove the others"), QMessageBox::AcceptRole);
        button->setObjectName(QStringLiteral("removeOthers"));
        connect(button, &QPushButton::clicked, this, [this, removable] { confirmRemoval(removable); });
    }
    box->open();
}

void ServersPage::confirmRemoval(const QStringList &ids)
{
    auto *box = new QMessageBox(QMessageBox::Question, tr("Remove"), tr("Remove %1?").arg(namesOf(ids)),
                                QMessageBox::Cancel, this);
    box->setObjectName(QStringLiteral("removeBox"));
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(tr("No rule and no other route uses them. Passwords kept for them are forgotten.",
                               "servers and routes", static_cast<int>(ids.size())));
    QPushButton *button = box->addButton(tr("&Remove"), QMessageBox::AcceptRole);
    button->setObjectName(QStringLiteral("removeConfirm"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(button, &QPushButton::clicked, this, [this, ids] {
        engine::Profile profile = m_store.profile();
        removeAll(profile, ids);
        showMessage(m_store.change(profile).join(u'\n'));
    });
    box->open();
}

void ServersPage::useAsDefault()
{
    if (const QStringList ids = m_view->selectedIds(); ids.size() == 1)
        m_rules.setDefaultAction(engine::Action::byWayOf(ids.front()));
    // The tick follows what is in force, not the click.
    showSelection();
}

/// The servers among them, and those that the routes among them lead through.
void ServersPage::checkSelected()
{
    const engine::Profile &profile = m_store.profile();
    QStringList ids = m_view->selectedIds();
    for (qsizetype at = 0; at < ids.size(); ++at) {
        const engine::RouteProfile *route = findRoute(profile, ids.at(at));
        for (const QString &member : route != nullptr ? route->members : QStringList()) {
            if (!ids.contains(member))
                ids << member;
        }
    }
    check(ids);
}

void ServersPage::checkAll()
{
    QStringList ids;
    for (const engine::ServerProfile &server : m_store.profile().servers)
        ids << server.id;
    check(ids);
}

void ServersPage::check(const QStringList &ids)
{
    if (!m_engine.isRunning()) {
        showMessage(tr("The engine does not run, so nothing can be checked."));
        return;
    }
    for (const QString &id : ids)
        m_checks->add(id);
}

/// All that can be, and tells why the others cannot.
void ServersPage::addMembers(const QString &routeId, const QStringList &ids)
{
    engine::Profile profile = m_store.profile();
    QStringList lines;
    for (const QString &id : ids) {
        const QString problem = whyNoMember(profile, routeId, id);
        if (!problem.isEmpty()) {
            lines << problem;
            continue;
        }
        engine::RouteProfile route = *findRoute(profile, routeId);
        route.members << id;
        putRoute(profile, routeId, route);
    }
    if (lines.size() < ids.size())
        lines += m_store.change(profile);
    showMessage(shortenedList(lines).join(u'\n'));
}

void ServersPage::paste()
{
    m_pasting->add(readServers(QGuiApplication::clipboard()->text()));
}

void ServersPage::tellNotStored(const QStringList &ids, const QString &problem)
{
    addToMessage(
        tr("The password(s) of %1 could not be stored: %2. Until Hosier ends they are used all the same.",
           "names, reason", static_cast<int>(ids.size()))
            .arg(namesOf(ids), problem));
}

} // namespace ui
