// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"

#include <QDialog>
#include <QFutureWatcher>

#include <functional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace ui
{

/// Lists the programs that run. Called on a thread of its own.
using ProgramLister = std::function<QList<engine::Program>()>;

/// Asks which of the programs that run now are meant, and whether by name or by path. The list is made while
/// the dialog is already open, and made anew at each opening.
class ProgramPicker : public QDialog
{
    Q_OBJECT

public:
    ProgramPicker(ProgramLister lister, QWidget *parent);

    void accept() override;

Q_SIGNALS:
    /// Entries for a rule's applications.
    void chosen(const QStringList &entries);

private:
    void makeList();
    void makeLayout();
    void list();
    void showPrograms();
    void filter();
    void showSelection();
    [[nodiscard]] QString entryFor(const engine::Program &program) const;

    ProgramLister m_lister;
    QFutureWatcher<QList<engine::Program>> m_listing;
    QList<engine::Program> m_programs; ///< by the number that is each item's data
    QLineEdit *m_filter;
    QTreeWidget *m_list;
    QLabel *m_state;
    QComboBox *m_form;
    QPushButton *m_refresh = nullptr;
    QPushButton *m_add = nullptr;
};

} // namespace ui
