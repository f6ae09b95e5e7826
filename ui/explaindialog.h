// SPDX-License-Identifier: MIT
#pragma once

#include "engine/explanation.h"
#include "engine/snapshot.h"
#include "ui/explainer.h"

#include <QDialog>
#include <QTimer>

#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QSpinBox;
class QTreeWidget;

namespace ui
{

class ProfileStore;
class ProgramFields;
class ServerModel;

/// Tells what the rules decide about a connection, and why: one that was, or one that is described here.
/// Follows the profile and the health of the servers while it is open. What is asked is answered later.
class ExplainDialog : public QDialog
{
    Q_OBJECT

public:
    /// `applications` are offered to choose from.
    ExplainDialog(const ProfileStore &store, const ServerModel &servers,
                  const engine::ExplainRequest &request, const QStringList &applications, QWidget *parent);

    /// The request is the connection's: tells where what was decided then is not what would be decided now.
    void setConnection(const engine::Connection &connection);
    /// As it stands in the fields where they can be read.
    [[nodiscard]] engine::ExplainRequest request() const;
    /// That of setConnection(), while the fields tell of it.
    [[nodiscard]] std::optional<engine::Connection> connection() const;

Q_SIGNALS:
    /// A rule of the trace was activated.
    void ruleActivated(int index);

private:
    void makeFields();
    void makeClientFields();
    void makeTrace();
    void makeLayout();
    void fill();
    /// Nothing when a field cannot be read.
    [[nodiscard]] std::optional<engine::ExplainRequest> currentRequest() const;
    [[nodiscard]] bool isUnchanged(const engine::ExplainRequest &request) const;
    [[nodiscard]] bool readClient(engine::ExplainRequest &request) const;
    [[nodiscard]] QString hostProblem(const QString &host) const;
    void explain();
    void explainAnew();
    void showHint(bool isReadable);
    void showFound(const QString &text);
    void showAnswer(const engine::ExplainRequest &request, const engine::Explanation &explanation);
    void showTrace(const engine::Explanation &explanation);
    void showDecision(const engine::Explanation &explanation);
    void showPast(const engine::ExplainRequest &request, const engine::Explanation &explanation);
    [[nodiscard]] QString reasonText(const engine::Explanation &explanation) const;
    [[nodiscard]] static QString chooserText(const engine::Explanation &explanation);
    [[nodiscard]] static QString addressText(const engine::Explanation &explanation);

    const ProfileStore &m_store;
    const ServerModel &m_servers;
    engine::ExplainRequest m_request; ///< with what the dialog has no field for
    std::optional<engine::Connection> m_connection;
    ProgramFields *m_programs;
    QLineEdit *m_host;
    QSpinBox *m_port;
    QComboBox *m_transport;
    QLineEdit *m_user;
    QLineEdit *m_client;
    QLabel *m_problem;
    QLabel *m_found;
    QLabel *m_past;
    QLabel *m_decision;
    QLabel *m_reason;
    QTreeWidget *m_trace;
    QTimer m_delay;
    std::optional<engine::ExplainRequest> m_question; ///< the newest; nothing: there is none to answer
    Explainer m_explainer;
};

} // namespace ui
