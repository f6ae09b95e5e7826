// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QDialog>

#include <functional>
#include <optional>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace ui
{

class ActionCombo;
class EntriesEdit;

/// Asks for one rule, and stays open until the profile takes it.
class RuleDialog : public QDialog
{
    Q_OBJECT

public:
    /// Puts the rule in force: what is wrong with it otherwise, in English, one line each.
    using Apply = std::function<QStringList(const engine::RuleProfile &rule)>;

    /// `applications` are offered to choose from.
    RuleDialog(const engine::Profile &profile, const engine::RuleProfile &rule,
               const QStringList &applications, Apply apply, QWidget *parent);

    void accept() override;
    /// For a rule whose conditions are known: what remains to be asked.
    void focusAction();

private:
    void makeFields(const engine::Profile &profile);
    void makeApplicationChoice(const QStringList &applications);
    void makeLayout();
    void fill(const engine::RuleProfile &rule);
    void browse();
    [[nodiscard]] std::optional<engine::RuleProfile> readRule();
    void showProblems(const QStringList &problems);
    void showProblemAt(const QString &field, const QString &problem);

    engine::RuleProfile m_rule; ///< with what the dialog has no field for
    Apply m_apply;
    QLineEdit *m_name;
    QLabel *m_nameProblem;
    EntriesEdit *m_applications;
    QCheckBox *m_tree;
    EntriesEdit *m_hosts;
    EntriesEdit *m_ports;
    EntriesEdit *m_users;
    EntriesEdit *m_clients;
    QComboBox *m_transport;
    ActionCombo *m_action;
    QLabel *m_problem;
};

} // namespace ui
