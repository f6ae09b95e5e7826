// SPDX-License-Identifier: MIT
#include "ui/userdialog.h"

#include "engine/profile_json.h"
#include "ui/background.h"
#include "ui/dialogparts.h"
#include "ui/listeneredit.h"
#include "ui/profilestore.h"

#include <QDialogButtonBox>
#include <QEvent>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace ui
{

namespace
{

constexpr qsizetype kMaximumBytes = 255; // RFC 1929 section 2: ULEN and PLEN are one byte
constexpr int kWidth = 440;

} // namespace

UserDialog::UserDialog(const ProfileStore &store, const QString &name, Keep keep, QWidget *parent)
    : QDialog(parent)
    , m_store(store)
    , m_isNew(name.isEmpty())
    , m_keep(std::move(keep))
    , m_reason(new QLabel(this))
    , m_name(new QLineEdit(name, this))
    , m_password(new QLineEdit(this))
    , m_again(new QLineEdit(this))
    , m_hint(makeHintLabel(this, QStringLiteral("userHint")))
    , m_problems(makeProblemLabel(this))
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this))
{
    setObjectName(QStringLiteral("userDialog"));
    setWindowTitle(m_isNew ? tr("Add local user") : tr("Change password"));
    makeFields();
    auto *form = new QFormLayout;
    form->addRow(tr("&Name:"), m_name);
    form->addRow(tr("&Password:"), m_password);
    form->addRow(tr("Password &again:"), m_again);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_reason);
    layout->addLayout(form);
    layout->addWidget(m_hint);
    layout->addStretch(1);
    layout->addWidget(m_problems);
    layout->addWidget(m_buttons);
    for (const QLineEdit *edit : {m_name, m_password, m_again})
        connect(edit, &QLineEdit::textChanged, this, &UserDialog::judge);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &UserDialog::hash);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &UserDialog::reject);
    connect(&m_hashing, &QFutureWatcherBase::finished, this, &UserDialog::keepHashed);
    (m_isNew ? m_name : m_password)->setFocus();
    judge();
    resize(kWidth, sizeHint().height());
}

void UserDialog::setReason(const QString &reason)
{
    m_reason->setText(reason);
    m_reason->show();
}

void UserDialog::acceptUnchanged()
{
    m_acceptsUnchanged = true;
    for (QLineEdit *edit : {m_password, m_again})
        edit->setPlaceholderText(tr("Unchanged", "password"));
    judge();
}

const engine::UserProfile *UserDialog::unchangedUser() const
{
    const bool isTyped = !m_password->text().isEmpty() || !m_again->text().isEmpty();
    return m_acceptsUnchanged && !isTyped ? findUser(m_store.profile(), m_name->text()) : nullptr;
}

/// While the password is hashed there is something to wait for.
void UserDialog::reject()
{
    if (!m_hashing.isRunning())
        QDialog::reject();
}

bool UserDialog::event(QEvent *event)
{
    const bool handled = QDialog::event(event);
    if (event->type() == QEvent::LayoutRequest)
        growToFit(*this);
    return handled;
}

void UserDialog::makeFields()
{
    m_reason->setObjectName(QStringLiteral("userReason"));
    m_reason->setTextFormat(Qt::PlainText);
    m_reason->setWordWrap(true);
    m_reason->hide();
    m_name->setObjectName(QStringLiteral("userName"));
    m_name->setAccessibleName(tr("Name"));
    m_name->setReadOnly(!m_isNew);
    m_password->setObjectName(QStringLiteral("userPassword"));
    m_password->setAccessibleName(tr("Password"));
    m_again->setObjectName(QStringLiteral("userPasswordAgain"));
    m_again->setAccessibleName(tr("Password again"));
    for (QLineEdit *edit : {m_password, m_again})
        edit->setEchoMode(QLineEdit::Password);
    for (QLineEdit *edit : {m_name, m_password, m_again})
        edit->setMaxLength(kMaximumBytes);
    m_hint->setText(tr("The profile keeps a hash of the password (PBKDF2), never the password itself. It can "
                       "be changed later, but not shown."));
}

QString UserDialog::nameProblem() const
{
    const QString name = m_name->text();
    if (name.isEmpty())
        return tr("Enter a name.");
    if (m_isNew && name.contains(u':'))
        return tr("The name cannot contain a colon: HTTP takes it for the end of the name.");
    if (name.toUtf8().size() > kMaximumBytes)
        return tr("The name is longer than 255 bytes.");
    if (m_isNew && findUser(m_store.profile(), name) != nullptr)
        return tr("There is already a user of this name.");
    return {};
}

QString UserDialog::passwordProblem() const
{
    if (unchangedUser() != nullptr)
        return {};
    if (m_password->text().isEmpty())
        return tr("Enter a password.");
    if (m_password->text().toUtf8().size() > kMaximumBytes)
        return tr("The password is longer than 255 bytes.");
    if (m_password->text() != m_again->text())
        return tr("The two passwords differ.");
    return {};
}

QStringList UserDialog::problems() const
{
    QStringList problems{nameProblem(), passwordProblem()};
    problems.removeAll(QString());
    return problems;
}

/// Fields that nobody has filled in yet are no mistake to complain of.
void UserDialog::judge()
{
    const bool isNameTyped = !m_name->text().isEmpty();
    const bool isPasswordTyped = !m_password->text().isEmpty();
    const bool isTypedAgain = !m_again->text().isEmpty();
    QStringList shown;
    if (isNameTyped || isPasswordTyped || isTypedAgain)
        shown << nameProblem();
    if (isTypedAgain)
        shown << passwordProblem();
    shown.removeAll(QString());
    showProblemLines(*m_problems, shown);
    m_buttons->button(QDialogButtonBox::Save)->setEnabled(problems().isEmpty() && !m_hashing.isRunning());
}

void UserDialog::setBusy(bool busy)
{
    for (QLineEdit *edit : {m_name, m_password, m_again})
        edit->setEnabled(!busy);
    for (const auto which : {QDialogButtonBox::Save, QDialogButtonBox::Cancel})
        m_buttons->button(which)->setEnabled(!busy);
}

/// Takes half a second by intention, which the interface must not stand still for.
void UserDialog::hash()
{
    const QStringList found = problems();
    showProblemLines(*m_problems, found);
    if (!found.isEmpty() || m_hashing.isRunning())
        return;
    if (const engine::UserProfile *unchanged = unchangedUser()) {
        keep(engine::UserProfile(*unchanged)); // which is replaced
        return;
    }
    setBusy(true);
    m_hashing.setFuture(inBackground([password = m_password->text().toUtf8()]() mutable {
        engine::PasswordHash hashed = engine::hashPassword(password);
        password.fill('\0');
        return hashed;
    }));
}

void UserDialog::keepHashed()
{
    setBusy(false);
    keep({m_name->text(), m_hashing.result()});
}

void UserDialog::keep(const engine::UserProfile &user)
{
    const QStringList found = m_keep(user);
    showProblemLines(*m_problems, found);
    if (found.isEmpty())
        accept();
}

} // namespace ui
