// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "ui/programpicker.h"

#include <QDialog>
#include <QSet>
#include <QTimer>

#include <functional>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace ui
{

class ActionCombo;
class EntriesEdit;
class LinkedNames;

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

    /// What lists the running programs to choose from.
    void setProgramLister(ProgramLister lister) { m_lister = std::move(lister); }
    void accept() override;
    /// For a rule whose conditions are known: what remains to be asked.
    void focusAction();

protected:
    bool event(QEvent *event) override;

private:
    void makeFields(const engine::Profile &profile);
    void makeApplicationChoice(const QStringList &applications);
    void makeLayout();
    [[nodiscard]] QLabel *hintFor(QWidget &field, const QString &objectName, const QString &text);
    void fill(const engine::RuleProfile &rule);
    void browse();
    void pick();
    [[nodiscard]] QList<EntriesEdit *> entryFields() const;
    [[nodiscard]] QStringList knownApplications(const QStringList &entries) const;
    void lookAtNames(const QStringList &entries);
    void clearProblems();
    void validate();
    [[nodiscard]] bool readRule(engine::RuleProfile &rule);
    void showProblems(const QStringList &problems, bool goThere);
    void showProblemAt(const QString &field, const QString &problem, bool goThere);

    engine::Profile m_profile;  ///< what the rule would be part of
    engine::RuleProfile m_rule; ///< with what the dialog has no field for
    ProgramLister m_lister;
    QSet<QString> m_picked; ///< programs as they were known when they ran
    QTimer m_validation;    ///< runs out when there was a pause in the typing
    LinkedNames *m_linkedNames;
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
