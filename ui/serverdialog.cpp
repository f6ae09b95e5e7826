// SPDX-License-Identifier: MIT
#include "ui/serverdialog.h"

#include "ui/dialogparts.h"
#include "ui/fingerprint.h"
#include "ui/profileedit.h"
#include "ui/profilestore.h"
#include "ui/servercheckpanel.h"
#include "ui/serverpasswordfields.h"
#include "ui/whatsthis.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QEvent>
#include <QFontDatabase>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScopedValueRollback>
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
constexpr int kWidth = 600;
/// Bytes of a fingerprint on its first line.
constexpr qsizetype kFingerprintLine = 16;

bool isIpv6Literal(QString text)
{
    // An interface that is away is one all the same.
    static const QRegularExpression zone(QStringLiteral("%[^\\]]*"));
    return engine::Address::fromLiteral(text.remove(zone)).has_value();
}

/// Whether it is more than a host: what no name or address holds, but URLs and what lists write do.
bool isUrl(const QString &text)
{
    const QString host = text.trimmed();
    const auto isOfNoHost = [](QChar c) {
        return c == u'@' || c == u',' || c == u';' || c.isSpace();
    };
    return std::any_of(host.begin(), host.end(), isOfNoHost) || (host.contains(u':') && !isIpv6Literal(host));
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
    , m_password(new ServerPasswordFields(store, *this))
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
    fill(m_shown);
    m_password->fill(m_shown, draft.password);
    if (known != nullptr && known->passwordFile.isEmpty())
        m_password->keepStored();
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
    setNames(*m_name, "serverName", tr("Name"));
    setNames(*m_idEdit, "serverId", tr("Id"));
    setNames(*m_protocol, "serverProtocol", tr("Protocol"));
    setNames(*m_tls, "serverTls", tr("Encrypted with TLS"));
    setNames(*m_host, "serverHost", tr("Host name or address"));
    setNames(*m_port, "serverPort", tr("Port"));
    setNames(*m_resolve, "serverResolve", tr("Where names are looked up"));
    setNames(*m_fingerprint, "serverFingerprint", tr("SHA-256 of the certificate"));
    setNames(*m_username, "serverUser", tr("User name"));
    for (QLineEdit *edit : {m_name, m_idEdit, m_username})
        edit->setMaxLength(kMaximumText);
    // What is left of a URL that is cut may be another server's.
    m_host->setMaxLength(static_cast<int>(kMaximumPastedLine));
    m_name->setPlaceholderText(tr("As the host, when empty"));
    m_idEdit->setToolTip(tr("What rules and routes call this server in the profile's file"));
    m_host->setPlaceholderText(tr("proxy.example.org, 192.0.2.1, or a whole URL"));
    m_port->setRange(1, 65'535);
    m_fingerprint->setTabChangesFocus(true);
    m_fingerprint->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_fingerprint->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_fingerprint->setPlaceholderText(tr("Any certificate that this computer trusts"));
    m_fingerprint->setToolTip(tr("When set, only this very certificate is accepted, also when it is "
                                 "self-signed. Hexadecimal or base64."));
    m_fingerprint->setFixedHeight(2 * QFontMetrics(m_fingerprint->font()).lineSpacing() + 14);
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
    form.addRow(labelFor(m_name, tr("&Name:")),
                sideBySide({m_name, labelFor(m_idEdit, tr("&Id:")), m_idEdit}));
    form.addRow(labelFor(m_protocol, tr("&Protocol:")), sideBySide({m_protocol, m_tls}));
    form.addRow(labelFor(m_host, tr("&Host:")), sideBySide({m_host, labelFor(m_port, tr("P&ort:")), m_port}));
    form.addRow(tr("Na&mes:"), m_resolve);
    form.addRow(tr("&Certificate\nSHA-256:"), m_fingerprint);
    form.addRow(tr("&User name:"), m_username);
    m_password->addTo(form);
}

void ServerDialog::connectFields()
{
    connect(m_name, &QLineEdit::textChanged, this, &ServerDialog::suggestId);
    connect(m_host, &QLineEdit::textChanged, this, &ServerDialog::takePastedUrl);
    connect(m_host, &QLineEdit::editingFinished, this, &ServerDialog::takeUrl);
    connect(m_host, &QLineEdit::textChanged, this, &ServerDialog::suggestId);
    connect(m_idEdit, &QLineEdit::textEdited, this,
            [this](const QString &text) { m_idIsMade = text.isEmpty(); });
    connect(m_protocol, &QComboBox::currentIndexChanged, this, &ServerDialog::adapt);
    connect(m_tls, &QCheckBox::toggled, this, &ServerDialog::adapt);
    for (const QLineEdit *edit : {m_host, m_username})
        connect(edit, &QLineEdit::textChanged, this, &ServerDialog::adapt);
    connect(m_password, &ServerPasswordFields::changed, this, &ServerDialog::adapt);
    connect(m_port, &QSpinBox::valueChanged, m_check, &ServerCheckPanel::clear);
    connect(m_resolve, &QComboBox::currentIndexChanged, m_check, &ServerCheckPanel::clear);
    connect(m_fingerprint, &QPlainTextEdit::textChanged, m_check, &ServerCheckPanel::clear);
    connect(&m_store, &ProfileStore::passwordsChanged, this, &ServerDialog::readStoredPassword);
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
}

/// While one is typed, its beginning reads as another one: "socks5://user" as a host.
void ServerDialog::takePastedUrl(const QString &text)
{
    const bool cameAtOnce = insertedCharacters(std::exchange(m_hostBefore, text), text) > 1;
    if (cameAtOnce)
        takeUrl();
}

/// A URL, or a line of a list, where the host goes fills in all it tells.
void ServerDialog::takeUrl()
{
    if (!isUrl(m_host->text()))
        return;
    const auto pasted = readServer(m_host->text());
    if (!pasted)
        return;
    ServerProfile server = pasted->server;
    // "host:port" is what the two fields might have been filled with one by one.
    const bool tellsLogin = pasted->namedProtocol || !server.username.isEmpty();
    if (!tellsLogin)
        server.username = m_username->text();
    if (!isSameLogin(server, m_shown))
        m_password->dropKept();
    if (pasted->namedProtocol) {
        m_protocol->setCurrentIndex(m_protocol->findData(static_cast<int>(server.protocol)));
        m_tls->setChecked(server.tls);
        m_resolve->setCurrentIndex(m_resolve->findData(static_cast<int>(server.resolveNames)));
    }
    m_port->setValue(server.port);
    m_username->setText(server.username);
    if (tellsLogin)
        m_password->type(pasted->password);
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
    const bool takesNames = protocol() != ServerProtocol::Socks4;
    if (!takesNames)
        m_resolve->setCurrentIndex(m_resolve->findData(static_cast<int>(NameResolution::Local)));
    m_resolve->setEnabled(takesNames);
    m_fingerprint->setEnabled(m_tls->isChecked());
    m_password->adapt(protocol());
}

void ServerDialog::focusPassword()
{
    m_password->setFocus();
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
    m_password->writeTo(server);
    return server;
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
    return problems + m_password->problems();
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
    if (!m_isStoring && isUnchanged() && m_shown.passwordFile.isEmpty())
        m_password->readStored(m_id);
}

/// What keeps it from being stored that the profile's reader would not say.
QStringList ServerDialog::problemsOfStoring() const
{
    if (!m_id.isEmpty() && !isUnchanged())
        return {tr("The server was changed or removed meanwhile. Close this and open it again.")};
    // It would be forgotten unseen: nobody else is told what was given for the server as it was.
    if (m_password->isAwaited() && !isSameParty(m_shown, server()))
        return {tr("The credential store has not told this server's password yet. Wait for it, type the "
                   "password, or press Forget.")};
    return problems();
}

void ServerDialog::store()
{
    takeUrl();
    readStoredPassword();
    QStringList found = problemsOfStoring();
    const QScopedValueRollback isStoring(m_isStoring, true);
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
        m_password->lostStored();
    storePassword();
}

/// The profile is stored under m_id by now, and the password has followed or is to be given again. A file of
/// its own makes what the store has for the server void.
void ServerDialog::storePassword()
{
    QPushButton *save = m_buttons->button(QDialogButtonBox::Save);
    save->setEnabled(false);
    m_password->store(m_id, [this, save](const QString &problem) {
        save->setEnabled(true);
        if (problem.isEmpty())
            accept();
        else
            showProblemLines(*m_problems, {problem});
    });
}

void ServerDialog::check()
{
    takeUrl();
    readStoredPassword();
    QStringList found = problems();
    const ServerProfile *known = findServer(m_store.profile(), m_id);
    const QString file = m_password->passwordFile();
    if (!file.isEmpty() && (known == nullptr || known->passwordFile != file))
        found << tr(
            "The password file is read when the server is saved: save it, then check it in the list.");
    showProblemLines(*m_problems, found);
    if (found.isEmpty())
        m_check->check(server(), file.isEmpty() ? m_password->password() : m_store.password(m_id));
}

} // namespace ui
