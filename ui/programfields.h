// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"
#include "ui/background.h"

#include <QHash>
#include <QObject>
#include <QStringList>

#include <functional>

class QComboBox;

namespace ui
{

/// The fields of a dialog that say which program is meant, and which one has started it. Files are looked at
/// on another thread, for a folder of programs may be on a slow network, or on one that is silent.
class ProgramFields : public QObject
{
    Q_OBJECT

public:
    /// What a name or a path stands for. Called from another thread, also when the fields are gone.
    using Finder = std::function<engine::Program(const QString &)>;

    /// They show the application that is known, and belong to the dialog. `offered` are to choose from.
    ProgramFields(const engine::Application &known, const QStringList &offered, QWidget *dialog,
                  const Finder &finder = {});

    [[nodiscard]] QComboBox *program() const { return m_program; }
    [[nodiscard]] QComboBox *starter() const { return m_parent; }
    /// Begins to look for what has been entered, if that is not found yet.
    void look();
    /// What is known, as far as the fields still say so. Of a program that is not found yet, only what is
    /// written.
    [[nodiscard]] engine::Application application() const;
    /// Which files were taken for what has been entered; empty when it says so itself.
    [[nodiscard]] QString foundText() const;

Q_SIGNALS:
    void edited();
    /// application() may tell more now. Never from within look().
    void found();

private:
    using Programs = QHash<QString, engine::Program>; ///< by what was entered

    void makeFields(const QStringList &offered);
    [[nodiscard]] bool isKnown(const QString &program) const;
    [[nodiscard]] bool isKnownParent(const QString &parent) const;
    [[nodiscard]] QStringList entered() const;
    [[nodiscard]] engine::Program programOf(const QString &text) const;
    void take(const Programs &programs);

    const engine::Application m_known;
    QComboBox *m_program;
    QComboBox *m_parent;
    QStringList m_sought; ///< what is looked for
    Programs m_found;
    NewestInBackground<QStringList, Programs> m_lookup;
};

} // namespace ui
