// SPDX-License-Identifier: MIT
#include "ui/serverdialog.h"

#include "ui/dialogparts.h"
#include "ui/filedialog.h"
#include "ui/fingerprint.h"
#include "ui/passwordchoice.h"
#include "ui/profileedit.h"
#include "ui/profilestore.h"
#include "ui/servercheckpanel.h"
#include "ui/whatsthis.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QEvent>
#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <iterator>
#include <utility>

namespace ui
{

namespace
{

using engine::NameResolution;
using engine::ServerProfile;
using engine::ServerProtocol;

constexpr int kMaximumText = 255; // RFC 1929 section 2, and the profile's own limit
constexpr int kMaximumPath = 4'096;
constexpr int kWidth = 600;
/// Bytes of a fingerprint on its first line.
constexpr qsizetype kFingerprintLine = 16;

QHBoxLayout *sideBySide(std::initializer_list<QWidget *> widgets)
{
    auto *row = new QHBoxLayout;
    for (QWidget *widget : widgets)
        row->addWidget(widget);
    row->setStretch(0, 1);
    return row;
}

/// A label whose mnemonic leads to a field that is not the first of its row.
QLabel *labelFor(QWidget *field, const QString &text)
{
    auto *label = new QLabel(text, field->parentWidget());
    label->setBuddy(field);
    return label;
}

/// Whether it is more than a host: what no name or address holds, but the ways to write a server with its
/// login do.
bool isUrl(const QString &text)
{
    return text.contains(QLatin1String("://")) || text.contains(u'@');
}

QString urlProblem(const QString &text)
{
    const auto read = readServer(text);
    return read ? QString() : pasteErrorText(read.error());
}

/// How many characters have taken the place of what stood there before.
qsizetype insertedCharacters(const QString &before, const QString &after)
{
    const auto start = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
    const auto end = std::mismatch(before.rbegin(), std::make_reverse_iterator(start.first), after.rbegin(),
                                   std::make_reverse_iterator(start.second));
    return std::distance(start.second, end.second.base());
}

/// Whether a password for one is for the other, too.
bool isSameLogin(const ServerProfile &a, const ServerProfile &b)
{
    return a.host.compare(b.host, Qt::CaseInsensitive) == 0 && a.port == b.port && a.username == b.username;
}

QString twoLines(const QByteArray &sha256)
{
    if (sha256.isEmpty())
        return {};
    return fingerprintText(sha256.left(kFingerprintLine)) + QStringLiteral(":\n") +
           fingerprintText(sha256.mid(kFingerprintLine));
}

} // namespace

ServerDialog::ServerDialog(engine::Engine &engine, ProfileStore &store, const QString &id,
                           const PastedServer &draft, QWidget *parent)
    : QDialog(parent)
    , m_store(store)
    , m_id(id)
    , m_keptPassword(draft.password)
    , m_idIsMade(id.isEmpty())
    , m_name(new QLineEdit(this))
    , m_idEdit(new QLineEdit(this))
    , m_protocol(new QComboBox(this))
    , m_tls(new QCheckBox(tr("Encrypted with &TLS"), this))
    , m_host(new QLineEdit(this))
    , m_port(new QSpinBox(this))
    , m_resolve(new QComboBox(this))
    , m_fingerprint(new QPlainTextEdit(this))
    , m_username(new QLineEdit(this))
    , m_password(new QLineEdit(this))
    , m_forget(new QPushButton(tr("For&get"), this))
    , m_passwordHint(makeHintLabel(this, QStringLiteral("passwordHint")))
    , m_passwordChoice(new PasswordChoice(this))
    , m_passwordFile(new QLineEdit(this))
    , m_browse(new QPushButton(tr("&Browse…"), this))
    , m_check(new ServerCheckPanel(engine, this))
    , m_problems(makeProblemLabel(this))
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this))
{
    setObjectName(QStringLiteral("serverDialog"));
    setWindowTitle(id.isEmpty() ? tr("Add server") : tr("Edit server"));
    makeFields();
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    fillForm(*form);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(m_check);
    layout->addStretch(1);
    layout->addWidget(m_problems);
    layout->addWidget(m_buttons);
    const ServerProfile *known = findServer(store.profile(), id);
    m_shown = known != nullptr ? *known : draft.server;
    m_keepsStored = known != nullptr && known->passwordFile.isEmpty();
    fill(m_shown);
    readStoredPassword();
    explainControls(*this);
    connectFields();
    adapt();
    suggestId();
    resize(kWidth, sizeHint().height());
}

bool ServerDialog::event(QEvent *event)
{
    const bool handled = QDialog::event(event);
    if (event->type() == QEvent::LayoutRequest)
        growToFit(*this);
    return handled;
}

void ServerDialog::makeFields()
{
    const auto name = [](QWidget *field, const char *objectName, const QString &accessibleName) {
        field->setObjectName(QLatin1String(objectName));
        field->setAccessibleName(accessibleName);
    };
    name(m_name, "serverName", tr("Name"));
    name(m_idEdit, "serverId", tr("Id"));
    name(m_protocol, "serverProtocol", tr("Protocol"));
    name(m_tls, "serverTls", tr("Encrypted with TLS"));
    name(m_host, "serverHost", tr("Host name or address"));
    name(m_port, "serverPort", tr("Port"));
    name(m_resolve, "serverResolve", tr("Where names are looked up"));
    name(m_fingerprint, "serverFingerprint", tr("SHA-256 of the certificate"));
    name(m_username, "serverUser", tr("User name"));
    name(m_password, "serverPassword", tr("Password"));
    name(m_forget, "serverForget", tr("Forget the password"));
    name(m_passwordFile, "serverPasswordFile", tr("Password file"));
    name(m_browse, "serverBrowse", tr("Choose the password file"));
    for (QLineEdit *edit : {m_name, m_idEdit, m_username, m_password})
        edit->setMaxLength(kMaximumText);
    // What is left of a URL that is cut may be another server's.
    m_host->setMaxLength(static_cast<int>(kMaximumPastedLine));
    m_passwordFile->setMaxLength(kMaximumPath);
    m_password->setEchoMode(QLineEdit::Password);
    m_name->setPlaceholderText(tr("As the host, when empty"));
    m_idEdit->setToolTip(tr("What rules and routes call this server in the profile's file"));
    m_host->setPlaceholderText(tr("proxy.example.org, 192.0.2.1, or a whole URL"));
    m_port->setRange(1, 65'535);
    m_passwordFile->setPlaceholderText(tr("Instead of a password"));
    m_passwordFile->setToolTip(tr("A file that holds the password in its first line and that nobody but you "
                                  "may read"));
    m_fingerprint->setTabChangesFocus(true);
    m_fingerprint->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_fingerprint->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_fingerprint->setPlaceholderText(tr("Any certificate that this computer trusts"));
    m_fingerprint->setToolTip(tr("When set, only this very certificate is accepted, also when it is "
                                 "self-signed. Hexadecimal or base64."));
    m_fingerprint->setFixedHeight(2 * QFontMetrics(m_fingerprint->font()).lineSpacing() + 14);
    for (QPushButton *button : {m_forget, m_browse})
        button->setAutoDefault(false);
    makeProtocols();
}

void ServerDialog::makeProtocols()
{
    m_protocol->addItem(QStringLiteral("SOCKS5"), static_cast<int>(ServerProtocol::Socks5));
    m_protocol->addItem(QStringLiteral("SOCKS4a"), static_cast<int>(ServerProtocol::Socks4a));
    m_protocol->addItem(QStringLiteral("SOCKS4"), static_cast<int>(ServerProtocol::Socks4));
    m_protocol->addItem(tr("HTTP (CONNECT)"), static_cast<int>(ServerProtocol::Http));
    m_resolve->addItem(tr("Looked up by the server"), static_cast<int>(NameResolution::Remote));
    m_resolve->addItem(tr("Looked up on this computer"), static_cast<int>(NameResolution::Local));
    m_resolve->setToolTip(tr("Looked up on this computer, names can be seen by the local network."));
}

void ServerDialog::fillForm(QFormLayout &form)
{
    form.addRow(tr("&Name:"), sideBySide({m_name, labelFor(m_idEdit, tr("&Id:")), m_idEdit}));
    form.addRow(tr("&Protocol:"), sideBySide({m_protocol, m_tls}));
    form.addRow(tr("&Host:"), sideBySide({m_host, labelFor(m_port, tr("P&ort:")), m_port}));
    form.addRow(tr("Na&mes:"), m_resolve);
    form.addRow(tr("&Certificate\nSHA-256:"), m_fingerprint);
    form.addRow(tr("&User name:"), m_username);
    form.addRow(tr("Pass&word:"), sideBySide({m_password, m_forget}));
    form.addRow(QString(), m_passwordHint);
    form.addRow(QString(), m_passwordChoice);
    form.addRow(tr("Password &file:"), sideBySide({m_passwordFile, m_browse}));
    // Rows of several fields have no buddy of their own.
    const std::pair<int, QWidget *> firstFields[]{
        {0, m_name}, {1, m_protocol}, {2, m_host}, {6, m_password}, {9, m_passwordFile}};
    for (const auto &[row, field] : firstFields)
        qobject_cast<QLabel *>(form.itemAt(row, QFormLayout::LabelRole)->widget())->setBuddy(field);
}

void ServerDialog::connectFields()
{
    connect(m_name, &QLineEdit::textChanged, this, &ServerDialog::suggestId);
    connect(m_host, &QLineEdit::textChanged, this, &ServerDialog::takePastedUrl);
    connect(m_host, &QLineEdit::editingFinished, this, &ServerDialog::takeUrl);
    connect(m_host, &QLineEdit::textChanged, this, &ServerDialog::suggestId);
    connect(m_idEdit, &QLineEdit::textEdited, this,
            [this](const QString &text) { m_idIsMade = text.isEmpty(); });
    connect(m_forget, &QPushButton::clicked, this, &ServerDialog::forgetPassword);
    connect(m_browse, &QPushButton::clicked, this, &ServerDialog::choosePasswordFile);
    connect(m_protocol, &QComboBox::currentIndexChanged, this, &ServerDialog::adapt);
    connect(m_tls, &QCheckBox::toggled, this, &ServerDialog::adapt);
    for (QLineEdit *edit : {m_host, m_username, m_password, m_passwordFile})
        connect(edit, &QLineEdit::textChanged, this, &ServerDialog::adapt);
    connect(m_passwordChoice, &PasswordChoice::changed, this, &ServerDialog::adapt);
    connect(m_port, &QSpinBox::valueChanged, m_check, &ServerCheckPanel::clear);
    connect(m_resolve, &QComboBox::currentIndexChanged, m_check, &ServerCheckPanel::clear);
    connect(m_fingerprint, &QPlainTextEdit::textChanged, m_check, &ServerCheckPanel::clear);
    connect(&m_store, &ProfileStore::credentialStoreChanged, this, &ServerDialog::adapt);
    connect(m_check, &ServerCheckPanel::checkWanted, this, &ServerDialog::check);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &ServerDialog::store);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void ServerDialog::fill(const ServerProfile &server)
{
    m_name->setText(server.name);
    m_idEdit->setText(m_id);
    m_protocol->setCurrentIndex(m_protocol->findData(static_cast<int>(server.protocol)));
    m_tls->setChecked(server.tls);
    m_host->setText(server.host);
    m_hostBefore = m_host->text();
    m_port->setValue(server.port != 0 ? server.port : 1'080);
    m_resolve->setCurrentIndex(m_resolve->findData(static_cast<int>(server.resolveNames)));
    m_fingerprint->setPlainText(twoLines(server.certificateSha256));
    m_username->setText(server.username);
    m_passwordFile->setText(server.passwordFile);
    m_passwordChoice->setKeeps(!server.withoutPassword);
}

/// While one is typed, its beginning reads as another one: "socks5://user" as a host.
void ServerDialog::takePastedUrl(const QString &text)
{
    const bool cameAtOnce = insertedCharacters(std::exchange(m_hostBefore, text), text) > 1;
    if (cameAtOnce)
        takeUrl();
}

/// A URL where the host goes fills in all it tells.
void ServerDialog::takeUrl()
{
    if (!isUrl(m_host->text()))
        return;
    const auto pasted = readServer(m_host->text());
    if (!pasted)
        return;
    const ServerProfile &server = pasted->server;
    if (!isSameLogin(server, m_shown))
        dropKeptPassword();
    if (pasted->namedProtocol) {
        m_protocol->setCurrentIndex(m_protocol->findData(static_cast<int>(server.protocol)));
        m_tls->setChecked(server.tls);
        m_resolve->setCurrentIndex(m_resolve->findData(static_cast<int>(server.resolveNames)));
    }
    m_port->setValue(server.port);
    m_username->setText(server.username);
    m_password->setText(QString::fromUtf8(pasted->password));
    if (!server.name.isEmpty())
        m_name->setText(server.name);
    m_host->setText(server.host);
}

void ServerDialog::suggestId()
{
    if (!m_idIsMade)
        return;
    const QString host = isUrl(m_host->text()) ? QString() : m_host->text(); // it may hold a password
    const QString name = m_name->text().isEmpty() ? host : m_name->text();
    m_idEdit->setText(name.isEmpty() ? QString() : freeId(m_store.profile(), name, m_id));
}

/// Offers what the other fields leave a meaning to.
void ServerDialog::adapt()
{
    m_check->clear();
    const bool isSocks4 = protocol() == ServerProtocol::Socks4 || protocol() == ServerProtocol::Socks4a;
    const bool takesNames = protocol() != ServerProtocol::Socks4;
    if (!takesNames)
        m_resolve->setCurrentIndex(m_resolve->findData(static_cast<int>(NameResolution::Local)));
    m_resolve->setEnabled(takesNames);
    m_fingerprint->setEnabled(m_tls->isChecked());
    m_passwordChoice->setVisible(takesPassword() && !m_store.hasCredentialStore());
    m_password->setEnabled(takesPassword() && (m_passwordChoice->isHidden() || m_passwordChoice->keeps()));
    m_password->setPlaceholderText(m_keptPassword.isEmpty() || !m_password->isEnabled() ? QString()
                                                                                        : tr("Unchanged"));
    m_forget->setVisible(!m_keptPassword.isEmpty() && m_password->isEnabled());
    m_passwordFile->setEnabled(!isSocks4);
    m_browse->setEnabled(!isSocks4);
    m_passwordHint->setText(passwordHint());
}

QString ServerDialog::passwordHint() const
{
    if (protocol() == ServerProtocol::Socks4 || protocol() == ServerProtocol::Socks4a)
        return tr("SOCKS4 has user names, but no passwords.");
    if (!m_passwordFile->text().isEmpty())
        return tr("The password is read from the file below.");
    if (m_store.hasCredentialStore())
        return tr("Kept in the system's credential store, never in the profile.");
    return tr(
        "No credential store is available. To keep a password for longer than Hosier runs, write it to a "
        "file of your own and name that below.");
}

bool ServerDialog::takesPassword() const
{
    const bool isSocks4 = protocol() == ServerProtocol::Socks4 || protocol() == ServerProtocol::Socks4a;
    return !isSocks4 && m_passwordFile->text().isEmpty();
}

void ServerDialog::focusPassword()
{
    m_password->setFocus(Qt::OtherFocusReason);
}

void ServerDialog::forgetPassword()
{
    dropKeptPassword();
    m_password->clear();
    m_password->setFocus();
    adapt();
}

void ServerDialog::dropKeptPassword()
{
    m_keptPassword.clear();
    m_keepsStored = false;
}

void ServerDialog::choosePasswordFile()
{
    auto *dialog = new FileDialog(this, tr("Password file"));
    dialog->setObjectName(QStringLiteral("passwordFileDialog"));
    dialog->setFileMode(FileDialog::ExistingFile);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &FileDialog::fileSelected, m_passwordFile, &QLineEdit::setText);
    dialog->open();
}

ServerProtocol ServerDialog::protocol() const
{
    return static_cast<ServerProtocol>(m_protocol->currentData().toInt());
}

ServerProfile ServerDialog::server() const
{
    ServerProfile server;
    server.id = m_idEdit->text().trimmed();
    server.name = m_name->text().trimmed();
    server.protocol = protocol();
    server.host = m_host->text().trimmed();
    // In a URL an IPv6 address stands in brackets, and people copy them along.
    if (server.host.startsWith(u'[') && server.host.endsWith(u']'))
        server.host = server.host.mid(1).chopped(1);
    server.port = static_cast<std::uint16_t>(m_port->value());
    server.username = m_username->text();
    server.resolveNames = static_cast<NameResolution>(m_resolve->currentData().toInt());
    server.tls = m_tls->isChecked();
    if (server.tls)
        server.certificateSha256 = readFingerprint(m_fingerprint->toPlainText()).value_or(QByteArray());
    if (m_passwordFile->isEnabled())
        server.passwordFile = m_passwordFile->text();
    // Otherwise it would be asked for after each start.
    server.withoutPassword =
        takesPassword() && !server.username.isEmpty() && password().isEmpty() && !m_passwordChoice->keeps();
    return server;
}

QByteArray ServerDialog::password() const
{
    if (!m_password->isEnabled())
        return {};
    return m_password->text().isEmpty() ? m_keptPassword : m_password->text().toUtf8();
}

/// What the profile could not say as plainly.
QStringList ServerDialog::problems() const
{
    QStringList problems;
    if (m_host->text().trimmed().isEmpty())
        problems << tr("Enter the server's host name or address.");
    else if (isUrl(m_host->text()))
        problems << tr("The host is no URL that can be read: %1.").arg(urlProblem(m_host->text()));
    else if (server().host.toUtf8().size() > kMaximumText)
        problems << tr("The host name is longer than 255 bytes.");
    const QString fingerprint = m_fingerprint->toPlainText();
    if (m_tls->isChecked() && !fingerprint.trimmed().isEmpty() && !readFingerprint(fingerprint))
        problems << tr("The certificate's SHA-256 must be 32 bytes in hexadecimal or base64.");
    if (password().size() > kMaximumText)
        problems << tr("The password is longer than 255 bytes.");
    return problems;
}

bool ServerDialog::isUnchanged() const
{
    const ServerProfile *now = findServer(m_store.profile(), m_id);
    return now != nullptr && *now == m_shown;
}

/// The credential store may tell it, or somebody may set another one, while the dialog is open. That of
/// another server in its place is not for the one shown.
void ServerDialog::readStoredPassword()
{
    if (!isUnchanged() || !m_shown.passwordFile.isEmpty())
        return;
    m_storedPassword = m_store.password(m_id);
    if (!m_keepsStored || m_keptPassword == m_storedPassword)
        return;
    m_keptPassword = m_storedPassword;
    adapt();
}

void ServerDialog::store()
{
    takeUrl();
    readStoredPassword();
    QStringList found = problems();
    if (!m_id.isEmpty() && !isUnchanged())
        found = {tr("The server was changed or removed meanwhile. Close this and open it again.")};
    if (found.isEmpty()) {
        engine::Profile profile = m_store.profile();
        putServer(profile, m_id, server());
        found = m_store.change(profile);
    }
    showProblemLines(*m_problems, found);
    if (!found.isEmpty())
        return;
    m_id = server().id;
    m_idIsMade = false;
    if (const ServerProfile *stored = findServer(m_store.profile(), m_id))
        m_shown = *stored;
    // It is forgotten when the server is another one now.
    if (m_store.password(m_id).isEmpty())
        m_storedPassword.clear();
    storePassword();
}

/// The profile is stored under m_id by now, and the password has followed or is to be given again. A file of
/// its own makes what the store has for the server void.
void ServerDialog::storePassword()
{
    const QByteArray wanted = password();
    if (wanted == m_storedPassword && !m_storingFailed) {
        accept();
        return;
    }
    m_buttons->button(QDialogButtonBox::Save)->setEnabled(false);
    m_store.setPassword(m_id, wanted, [dialog = QPointer(this), wanted](const QString &problem) {
        if (dialog.isNull())
            return;
        dialog->m_buttons->button(QDialogButtonBox::Save)->setEnabled(true);
        dialog->m_storingFailed = !problem.isEmpty();
        if (problem.isEmpty()) {
            dialog->m_storedPassword = wanted;
            dialog->accept();
            return;
        }
        const QString text =
            wanted.isEmpty()
                ? tr("The server is saved, but its old password could not be removed: %1.")
                : tr("The server is saved, but its password could not be stored: %1. Until Hosier ends it is "
                     "used all the same. Save again, cancel, or name a file instead.");
        showProblemLines(*dialog->m_problems, {text.arg(problem)});
    });
}

void ServerDialog::check()
{
    takeUrl();
    readStoredPassword();
    QStringList found = problems();
    const ServerProfile *known = findServer(m_store.profile(), m_id);
    const QString file = server().passwordFile;
    if (!file.isEmpty() && (known == nullptr || known->passwordFile != file))
        found << tr(
            "The password file is read when the server is saved: save it, then check it in the list.");
    showProblemLines(*m_problems, found);
    if (found.isEmpty())
        m_check->check(server(), m_passwordFile->text().isEmpty() ? password() : m_store.password(m_id));
}

} // namespace ui
