// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"

#include <QObject>

class QComboBox;

namespace ui
{

/// The fields of a dialog that say which program is meant, and which one has started it.
class ProgramFields : public QObject
{
    Q_OBJECT

public:
    /// They show the application that is known, and belong to the dialog. `offered` are to choose from.
    ProgramFields(const engine::Application &known, const QStringList &offered, QWidget *dialog);

    [[nodiscard]] QComboBox *program() const { return m_program; }
    [[nodiscard]] QComboBox *starter() const { return m_parent; }
    /// What is known, as far as the fields still say so. Looks at files.
    [[nodiscard]] engine::Application application() const;
    /// Which files were taken for what has been entered; empty when it says so itself. Looks at files.
    [[nodiscard]] QString foundText() const;

Q_SIGNALS:
    void edited();

private:
    /// What was found last: files are looked at once for each text.
    struct Found {
        QString text;
        engine::Program program;

        const engine::Program &find(const QString &newText);
    };

    void makeFields(const QStringList &offered);
    [[nodiscard]] bool isKnown(const QString &program) const;
    [[nodiscard]] bool isKnownParent(const QString &parent) const;

    const engine::Application m_known;
    QComboBox *m_program;
    QComboBox *m_parent;
    mutable Found m_foundProgram;
    mutable Found m_foundParent;
};

} // namespace ui
