// SPDX-License-Identifier: MIT
#pragma once

#include "ui/connectionrecord.h"

#include <QList>
#include <QPersistentModelIndex>
#include <QWidget>

#include <optional>

class QPushButton;
class QStackedWidget;

namespace ui
{

class ApplicationIcons;
class ConnectionModel;
class EmptyState;
class LiveTable;
class PageBar;
class ProxyStatus;

/// The table of connections, or what stands in its place; above it a bar when a listener has failed
/// meanwhile.
class ConnectionsPage : public QWidget
{
    Q_OBJECT

public:
    ConnectionsPage(ConnectionModel &model, ApplicationIcons &icons, const ProxyStatus &status,
                    QWidget *parent = nullptr);

    [[nodiscard]] LiveTable &view() const { return *m_view; }
    [[nodiscard]] EmptyState &emptyState() const { return *m_empty; }
    // What is selected. While a menu is open, that is what was selected when it opened.
    /// Live connections among the selected rows.
    [[nodiscard]] QList<engine::ConnectionId> selectedLive() const;
    /// The one the keyboard is on, if it is selected.
    [[nodiscard]] std::optional<engine::Connection> currentConnection() const;
    /// The selected rows as lines with tabs.
    [[nodiscard]] QString selectedText() const;
    /// The targets of the selected rows, one a line.
    [[nodiscard]] QString selectedTargets() const;
    [[nodiscard]] bool hasSelection() const;
    [[nodiscard]] QByteArray saveColumns() const;
    void restoreColumns(const QByteArray &state);

public Q_SLOTS:
    /// After a change of the proxy's state.
    void showStatus();

Q_SIGNALS:
    // From the bar; the empty state has signals of its own.
    void retryRequested();
    /// The port that the status offers in place of one that failed.
    void otherPortRequested();
    void selectionChanged();

private:
    struct Selection {
        QList<ConnectionRecord> rows;
        std::optional<engine::Connection> current; ///< as in currentConnection()
    };

    void makeView(ApplicationIcons &icons);
    void makeBar();
    void showColumns();
    [[nodiscard]] Selection selection() const;
    void noticeSelection();
    void releaseSelection();
    void rememberPlace();
    void keepPlace();
    void showTableOrReason();

    ConnectionModel &m_model;
    const ProxyStatus &m_status;
    LiveTable *m_view;
    EmptyState *m_empty;
    QStackedWidget *m_stack;
    PageBar *m_bar;
    QPushButton *m_barOtherPort;
    QList<QPersistentModelIndex> m_visible; ///< rows in sight, from the top; empty at the table's very top
    QPersistentModelIndex m_current;        ///< where the keyboard is
    int m_currentRow = -1;
    std::optional<Selection> m_before; ///< while rows change and a menu is open: what was selected before
    std::optional<Selection> m_held;   ///< what an open menu is about, after rows of it have left
};

} // namespace ui
