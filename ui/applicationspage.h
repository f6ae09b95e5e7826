// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "engine/snapshot.h"

#include <QWidget>

class QAction;
class QStackedWidget;

namespace ui
{

class ApplicationIcons;
class ApplicationModel;
class EmptyState;
class LiveTable;
class ProxyStatus;

/// Who connects: the table of applications and what can be done with them, or what stands in its place.
class ApplicationsPage : public QWidget
{
    Q_OBJECT

public:
    ApplicationsPage(ApplicationModel &model, ApplicationIcons &icons, const ProxyStatus &status,
                     QWidget *parent = nullptr);

    [[nodiscard]] LiveTable &view() const { return *m_view; }
    [[nodiscard]] EmptyState &emptyState() const { return *m_empty; }
    [[nodiscard]] QAction &closeAction() const { return *m_close; }
    [[nodiscard]] QAction &newRuleAction() const { return *m_newRule; }
    [[nodiscard]] QByteArray saveColumns() const;
    void restoreColumns(const QByteArray &state);

public Q_SLOTS:
    /// After a change of the proxy's state.
    void showStatus();

Q_SIGNALS:
    void closeRequested(const QList<engine::ConnectionId> &ids);
    void newRuleRequested(const engine::RuleProfile &prefilled);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void makeView(ApplicationIcons &icons);
    void makeActions();
    [[nodiscard]] QWidget *makeButtons();
    void showSelection();
    void showTableOrReason();
    void closeSelected();
    void newRule();
    void copy();

    ApplicationModel &m_model;
    const ProxyStatus &m_status;
    LiveTable *m_view;
    EmptyState *m_empty;
    QStackedWidget *m_stack;
    QAction *m_close = nullptr;
    QAction *m_newRule = nullptr;
    QAction *m_copy = nullptr;
};

} // namespace ui
