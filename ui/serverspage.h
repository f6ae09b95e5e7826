// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "ui/serverurl.h"

#include <QWidget>

class QAction;
class QStackedWidget;

namespace engine
{
class Engine;
}

namespace ui
{

class EmptyState;
class MessageBar;
class NoServers;
class ProfileStore;
class RouteMenu;
class RowFilter;
class RuleModel;
class ServerCheckQueue;
class ServerDialog;
class ServerModel;
class ServerPasting;
class ServerView;
struct Models;

/// The profile's servers and routes: how they fare, and all that changes them. Changes go through the
/// ProfileStore; what keeps one from being made is told in a bar above the list.
class ServersPage : public QWidget
{
    Q_OBJECT

public:
    ServersPage(engine::Engine &engine, ProfileStore &store, Models &models, QWidget *parent = nullptr);

    [[nodiscard]] ServerView &view() const { return *m_view; }
    [[nodiscard]] const ServerModel &model() const { return *m_model; }
    /// What can be done with servers and routes, for a menu.
    [[nodiscard]] QList<QAction *> actionsForMenu() const;
    [[nodiscard]] QByteArray saveColumns() const;
    void restoreColumns(const QByteArray &state);
    /// Shows only servers and routes that hold every word of the text.
    void setFilter(const QString &text);
    [[nodiscard]] QString filter() const;

public Q_SLOTS:
    void addServer();
    /// Opens the server's settings where its password is entered.
    void enterPassword(const QString &id);
    void addRoute();
    /// Adds the servers that the clipboard's text names.
    void paste();
    void checkAll();

Q_SIGNALS:
    /// It hides what is selected now, or everything.
    void clearFilterRequested();

private:
    void makeActions();
    void makeStack();
    [[nodiscard]] QWidget *makeButtons();
    [[nodiscard]] QAction *makeAction(const char *objectName, const QString &text,
                                      const QKeySequence &shortcut, const QString &toolTip);
    void showProfile();
    void showListOrReason();
    void countHidden();
    void select(const QStringList &ids);
    void showSelection();
    void showMessage(const QString &text);
    void addToMessage(const QString &line);
    void tellNotStored(const QStringList &ids, const QString &problem);

    void addRouteThrough(const QStringList &members);
    void activate();
    void edit();
    void duplicate();
    void remove();
    void useAsDefault();
    void checkSelected();
    void check(const QStringList &ids);
    void addMembers(const QString &routeId, const QStringList &ids);
    ServerDialog *openServerDialog(const QString &id, const PastedServer &draft);
    void openRouteDialog(const QString &id, const engine::RouteProfile &draft);
    void confirmRemoval(const QStringList &ids);
    void refuseRemoval(const QStringList &ids, const QStringList &removable);
    [[nodiscard]] QString namesOf(const QStringList &ids) const;

    engine::Engine &m_engine;
    ProfileStore &m_store;
    RuleModel &m_rules;
    ServerModel *m_model;
    ServerCheckQueue *m_checks;
    ServerPasting *m_pasting;
    ServerView *m_view;
    QStackedWidget *m_stack;
    RowFilter *m_filter = nullptr;
    NoServers *m_noServers;
    EmptyState *m_noMatch;
    MessageBar *m_bar;
    QStringList m_message; ///< what the bar tells, one line or block each
    QAction *m_addServer = nullptr;
    QAction *m_addRoute = nullptr;
    QAction *m_paste = nullptr;
    QAction *m_edit = nullptr;
    QAction *m_duplicate = nullptr;
    QAction *m_remove = nullptr;
    QAction *m_useAsDefault = nullptr;
    QAction *m_check = nullptr;
    QAction *m_checkAll = nullptr;
    RouteMenu *m_routeMenu = nullptr;
};

} // namespace ui
