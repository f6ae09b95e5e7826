// SPDX-License-Identifier: MIT
#pragma once

#include "engine/server_check.h"

#include <QWidget>

class QGridLayout;
class QLabel;
class QPushButton;

namespace engine
{
class Engine;
}

namespace ui
{

/// Tries a server's settings out, saved or not, and shows how long each step took or why it failed.
class ServerCheckPanel : public QWidget
{
    Q_OBJECT

public:
    explicit ServerCheckPanel(engine::Engine &engine, QWidget *parent = nullptr);

    void check(engine::ServerProfile server, const QByteArray &password);
    /// The settings are others than those that were tried.
    void clear();

Q_SIGNALS:
    /// The button was pressed: call check().
    void checkWanted();

private:
    void showCheck(const engine::ServerCheck &check);
    void addRow(const QString &name, const QString &outcome, bool well);
    void removeRows();

    engine::Engine &m_engine;
    engine::CheckRequest m_request; ///< the check that is under way or shown
    QPushButton *m_button;
    QLabel *m_status;
    QGridLayout *m_rows;
};

} // namespace ui
