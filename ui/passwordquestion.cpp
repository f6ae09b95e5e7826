// SPDX-License-Identifier: MIT
#include "ui/passwordquestion.h"

#include "ui/passwordchoice.h"
#include "ui/profilestore.h"
#include "ui/whatsthis.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui
{

PasswordQuestion::PasswordQuestion(const ProfileStore &store, int count, QWidget *parent)
    : QDialog(parent)
    , m_choice(new PasswordChoice(this))
{
    setObjectName(QStringLiteral("passwordQuestion"));
    setWindowTitle(tr("Add servers"));
    auto *text =
        new QLabel(tr("%n server(s) come with a password, and no credential store is available. What is "
                      "to become of each password?",
                      nullptr, count),
                   this);
    text->setObjectName(QStringLiteral("passwordQuestionText"));
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    m_choice->setAccessibleName(text->text());
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    QPushButton *add = buttons->addButton(tr("&Add"), QDialogButtonBox::AcceptRole);
    add->setObjectName(QStringLiteral("passwordQuestionAdd"));
    add->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(text);
    layout->addWidget(m_choice);
    layout->addWidget(buttons);
    explainControls(*this);
    // Where a store is found after all, there is nothing left to ask.
    connect(&store, &ProfileStore::credentialStoreChanged, this, [this, &store] {
        if (store.hasCredentialStore())
            accept();
    });
}

bool PasswordQuestion::keeps() const
{
    return m_choice->keeps();
}

} // namespace ui
