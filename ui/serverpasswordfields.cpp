// SPDX-License-Identifier: MIT
#include "ui/serverpasswordfields.h"

#include "ui/dialogparts.h"
#include "ui/filedialog.h"
#include "ui/passwordchoice.h"
#include "ui/profilestore.h"

#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>

namespace ui
{

namespace
{

using engine::ServerProfile;
using engine::ServerProtocol;

constexpr int kMaximumPassword = 255; // RFC 1929 section 2
constexpr int kMaximumPath = 4'096;

} // namespace

ServerPasswordFields::ServerPasswordFields(ProfileStore &store, QWidget &dialog)
    : QObject(&dialog)
    , m_profiles(store)
    , m_password(new QLineEdit(&dialog))
    , m_forget(new QPushButton(tr("For&get"), &dialog))
    , m_hint(makeHintLabel(&dialog, QStringLiteral("passwordHint")))
    , m_choice(new PasswordChoice(&dialog))
    , m_file(new QLineEdit(&dialog))
    , m_browse(new QPushButton(tr("&Browse…"), &dialog))
{
    prepareFields();
    connect(m_forget, &QPushButton::clicked, this, &ServerPasswordFields::forget);
    connect(m_browse, &QPushButton::clicked, this, &ServerPasswordFields::chooseFile);
    for (const QLineEdit *edit : {m_password, m_file})
        connect(edit, &QLineEdit::textChanged, this, &ServerPasswordFields::changed);
    connect(m_choice, &PasswordChoice::changed, this, &ServerPasswordFields::changed);
    connect(&m_profiles, &ProfileStore::credentialStoreChanged, this, &ServerPasswordFields::changed);
}

void ServerPasswordFields::prepareFields()
{
    setNames(*m_password, "serverPassword", tr("Password"));
    setNames(*m_forget, "serverForget", tr("Forget the password"));
    setNames(*m_file, "serverPasswordFile", tr("Password file"));
    setNames(*m_browse, "serverBrowse", tr("Choose the password file"));
    m_password->setMaxLength(kMaximumPassword);
    m_password->setEchoMode(QLineEdit::Password);
    m_file->setMaxLength(kMaximumPath);
    m_file->setPlaceholderText(tr("Instead of a password"));
    m_file->setToolTip(
        tr("A file that holds the password in its first line and that nobody but you may read"));
    for (QPushButton *button : {m_forget, m_browse})
        button->setAutoDefault(false);
}

void ServerPasswordFields::addTo(QFormLayout &form)
{
    form.addRow(labelFor(m_password, tr("Pass&word:")), sideBySide({m_password, m_forget}));
    form.addRow(QString(), m_hint);
    form.addRow(QString(), m_choice);
    form.addRow(labelFor(m_file, tr("Password &file:")), sideBySide({m_file, m_browse}));
}

void ServerPasswordFields::fill(const ServerProfile &server, const QByteArray &given)
{
    m_kept = given;
    m_file->setText(server.passwordFile);
    m_choice->setKeeps(!server.withoutPassword);
}

void ServerPasswordFields::dropKept()
{
    m_kept.clear();
    m_keepsStored = false;
}

void ServerPasswordFields::forget()
{
    dropKept();
    m_password->clear();
    m_password->setFocus();
    Q_EMIT changed();
}

void ServerPasswordFields::type(const QByteArray &password)
{
    m_password->setText(QString::fromUtf8(password));
}

void ServerPasswordFields::setFocus()
{
    m_password->setFocus(Qt::OtherFocusReason);
}

void ServerPasswordFields::chooseFile()
{
    auto *dialog = new FileDialog(m_file->window(), tr("Password file"));
    dialog->setObjectName(QStringLiteral("passwordFileDialog"));
    dialog->setFileMode(FileDialog::ExistingFile);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &FileDialog::fileSelected, m_file, &QLineEdit::setText);
    dialog->open();
}

void ServerPasswordFields::adapt(ServerProtocol protocol)
{
    m_takesLogin = protocol != ServerProtocol::Socks4 && protocol != ServerProtocol::Socks4a;
    m_file->setEnabled(m_takesLogin);
    m_browse->setEnabled(m_takesLogin);
    m_choice->setVisible(takesPassword() && !m_profiles.hasCredentialStore());
    m_password->setEnabled(takesPassword() && (m_choice->isHidden() || m_choice->keeps()));
    const bool keepsOne = isAwaited() || (m_password->isEnabled() && !m_kept.isEmpty());
    m_forget->setVisible(keepsOne);
    m_password->setPlaceholderText(!keepsOne          ? QString()
                                   : m_kept.isEmpty() ? tr("Asked of the credential store…")
                                                      : tr("Unchanged"));
    m_hint->setText(hint());
}

QString ServerPasswordFields::hint() const
{
    if (!m_takesLogin)
        return tr("SOCKS4 has user names, but no passwords.");
    if (!passwordFile().isEmpty())
        return tr("The password is read from the file below.");
    const bool showsKept = m_keepsStored && !m_kept.isEmpty() && m_password->text().isEmpty();
    if (m_profiles.hasCredentialStore() && m_isUnstored && showsKept)
        return tr(
            "Kept until Hosier ends: the credential store does not have it. Type it again to store it.");
    if (m_profiles.hasCredentialStore())
        return tr("Kept in the system's credential store, never in the profile.");
    return tr(
        "No credential store is available. To keep a password for longer than Hosier runs, write it to a "
        "file of your own and name that below.");
}

QByteArray ServerPasswordFields::password() const
{
    if (!m_password->isEnabled())
        return {};
    return m_password->text().isEmpty() ? m_kept : m_password->text().toUtf8();
}

QString ServerPasswordFields::passwordFile() const
{
    return m_file->isEnabled() ? m_file->text() : QString();
}

/// What the profile could not say as plainly.
QStringList ServerPasswordFields::problems() const
{
    if (password().size() > kMaximumPassword)
        return {tr("The password is longer than 255 bytes.")};
    return {};
}

void ServerPasswordFields::writeTo(ServerProfile &server) const
{
    server.passwordFile = passwordFile();
    // Otherwise it would be asked for after each start.
    server.withoutPassword =
        takesPassword() && !server.username.isEmpty() && password().isEmpty() && !m_choice->keeps();
}

void ServerPasswordFields::readStored(const QString &serverId)
{
    m_stored = m_profiles.password(serverId);
    const bool wasAwaited = std::exchange(m_isAwaited, m_profiles.awaitsPassword(serverId));
    const bool wasUnstored = std::exchange(m_isUnstored, m_profiles.isPasswordInMemoryAlone(serverId));
    if (!m_keepsStored || (m_kept == m_stored && m_isAwaited == wasAwaited && m_isUnstored == wasUnstored))
        return;
    m_kept = m_stored;
    Q_EMIT changed();
}

bool ServerPasswordFields::isAwaited() const
{
    return m_password->isEnabled() && m_isAwaited && m_keepsStored && password().isEmpty();
}

/// One that the store has refused is stored when it is typed again, and not by saving something else. What
/// the store has still to tell is not known to be none.
bool ServerPasswordFields::hasToStore(const QByteArray &wanted) const
{
    const bool forgetsUntold = m_isAwaited && !m_keepsStored;
    return wanted != m_stored || m_storingFailed || forgetsUntold ||
           (m_isUnstored && !m_password->text().isEmpty());
}

void ServerPasswordFields::store(const QString &serverId, std::function<void(const QString &problem)> done)
{
    const QByteArray wanted = password();
    if (!hasToStore(wanted)) {
        done({});
        return;
    }
    m_profiles.setPassword(
        serverId, wanted, [fields = QPointer(this), wanted, done = std::move(done)](const QString &problem) {
            if (fields.isNull())
                return;
            fields->m_storingFailed = !problem.isEmpty();
            if (problem.isEmpty()) {
                fields->m_stored = wanted;
                fields->m_isUnstored = false;
                done({});
                return;
            }
            const QString text =
                wanted.isEmpty()
                    ? tr("The server is saved, but its old password could not be removed: %1.")
                    : tr("The server is saved, but its password could not be stored: %1. Until Hosier ends "
                         "it is used all the same. Save again, cancel, or name a file instead.");
            done(text.arg(problem));
        });
}

} // namespace ui
