// SPDX-License-Identifier: MIT
#include "ui/programfields.h"

#include "ui/programlookup.h"
#include "ui/programtext.h"

#include <QComboBox>
#include <QLineEdit>

namespace ui
{

namespace
{

/// As it stands in a field.
QString shownProgram(const engine::Program &program)
{
    return program.path.isEmpty() ? program.name : program.path;
}

auto finderOfAll(const ProgramFields::Finder &finder)
{
    return [finder](const QStringList &texts) {
        QHash<QString, engine::Program> programs;
        for (const QString &text : texts)
            programs.insert(text, finder(text));
        return programs;
    };
}

} // namespace

ProgramFields::ProgramFields(const engine::Application &known, const QStringList &offered, QWidget *dialog,
                             const Finder &finder)
    : QObject(dialog)
    , m_known(known)
    , m_program(new QComboBox(dialog))
    , m_parent(new QComboBox(dialog))
    , m_lookup(finderOfAll(finder ? finder : findProgram),
               [this](const Programs &programs) { take(programs); })
{
    makeFields(offered);
    m_program->setCurrentText(shownProgram(known.program));
    m_parent->setCurrentText(shownProgram(known.parents.value(0)));
    connect(m_program, &QComboBox::currentTextChanged, this, &ProgramFields::edited);
    connect(m_parent, &QComboBox::currentTextChanged, this, &ProgramFields::edited);
}

void ProgramFields::makeFields(const QStringList &offered)
{
    m_program->setObjectName(QStringLiteral("explainApplicationCombo"));
    m_program->setAccessibleName(tr("Application"));
    m_program->setEditable(true);
    m_program->setInsertPolicy(QComboBox::NoInsert);
    m_program->addItems(offered);
    m_program->lineEdit()->setPlaceholderText(tr("Name or path; empty: not identified"));
    m_parent->setObjectName(QStringLiteral("explainParentCombo"));
    m_parent->setAccessibleName(tr("Child of"));
    m_parent->setToolTip(tr("The program that has started the application, for rules that also match those "
                            "that a program starts"));
    m_parent->setEditable(true);
    m_parent->setInsertPolicy(QComboBox::NoInsert);
    m_parent->addItem(QString());
    m_parent->addItems(offered);
    m_parent->lineEdit()->setPlaceholderText(tr("Name or path of the program that started it; may be empty"));
}

/// By either name, but an empty field is for nobody, also where the system does not tell the path.
bool ProgramFields::isKnown(const QString &program) const
{
    const engine::Program &known = m_known.program;
    return program == shownProgram(known) ||
           (!program.isEmpty() && (program == known.name || program == known.path));
}

/// All parents are those that are known then.
bool ProgramFields::isKnownParent(const QString &parent) const
{
    return parent == shownProgram(m_known.parents.value(0));
}

/// Nobody has to look for what is known, nor for nothing.
QStringList ProgramFields::entered() const
{
    QStringList texts;
    if (const QString program = m_program->currentText().trimmed(); !isKnown(program))
        texts << program;
    if (const QString parent = m_parent->currentText().trimmed(); !isKnownParent(parent))
        texts << parent;
    texts.removeAll(QString());
    texts.removeDuplicates();
    return texts;
}

void ProgramFields::look()
{
    QStringList missing = entered();
    missing.removeIf([this](const QString &text) { return m_found.contains(text); });
    if (missing == m_sought)
        return;
    m_sought = missing;
    if (!missing.isEmpty())
        m_lookup.ask(missing);
}

/// Keeps what the fields still say: files are looked at once for each text.
void ProgramFields::take(const Programs &programs)
{
    m_sought.clear();
    m_found.insert(programs);
    m_found.removeIf([texts = entered()](const Programs::iterator it) { return !texts.contains(it.key()); });
    Q_EMIT found();
}

engine::Program ProgramFields::programOf(const QString &text) const
{
    const auto known = m_found.constFind(text);
    return known == m_found.constEnd() ? programCalled(text) : *known;
}

engine::Application ProgramFields::application() const
{
    const QString program = m_program->currentText().trimmed();
    engine::Application application = m_known;
    if (!isKnown(program)) {
        application = {};
        application.program = programOf(program);
    }
    const QString parent = m_parent->currentText().trimmed();
    application.parents = m_known.parents;
    if (!isKnownParent(parent))
        application.parents = parent.isEmpty() ? QList<engine::Program>{} : QList{programOf(parent)};
    return application;
}

QString ProgramFields::foundText() const
{
    QStringList lines;
    for (const QString &text : entered())
        lines << (m_found.contains(text) ? foundProgramText(text, m_found.value(text))
                                         : tr("%1: its file is being looked for...", "program").arg(text));
    lines.removeAll(QString());
    return lines.join(u'\n');
}

} // namespace ui
