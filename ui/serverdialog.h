// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "ui/serverurl.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;

namespace engine
{
class Engine;
}

namespace ui
{

class ProfileStore;
class ServerCheckPanel;
class ServerPasswordFields;

/// Settings of one server, new or not. Stays open until both the profile and the password are stored, and
/// tells what keeps them from it.
class ServerDialog : public QDialog
{
    Q_OBJECT

public:
    /// `id` is that of the server to change; empty for a new one, which starts as `draft`.
    ServerDialog(engine::Engine &engine, ProfileStore &store, const QString &id, const PastedServer &draft,
                 QWidget *parent = nullptr);

    /// Of the server as it was stored; empty before.
    [[nodiscard]] const QString &storedId() const { return m_id; }
    void focusPassword();

protected:
    bool event(QEvent *event) override;

private:
    void makeFields();
    void makeProtocols();
    void fillForm(QFormLayout &form);
    void connectFields();
    void fill(const engine::ServerProfile &server);
    void takePastedUrl(const QString &text);
    void takeUrl();
    void suggestId();
    void adapt();

    [[nodiscard]] engine::ServerProtocol protocol() const;
    [[nodiscard]] engine::ServerProfile server() const;
    [[nodiscard]] QStringList problems() const;
    [[nodiscard]] QStringList problemsOfStoring() const;
    /// Whether the profile still has the server as it was shown.
    [[nodiscard]] bool isUnchanged() const;
    void readStoredPassword();
    void store();
    void storePassword();
    void check();

    ProfileStore &m_store;
    QString m_id;
    engine::ServerProfile m_shown; ///< what the fields were filled with, later what was stored
    bool m_idIsMade;               ///< the id follows the name
    bool m_isStoring = false;      ///< what the store tells meanwhile is about neither before nor after
    QString m_hostBefore;          ///< what stood there before the last change

    QLineEdit *m_name;
    QLineEdit *m_idEdit;
    QComboBox *m_protocol;
    QCheckBox *m_tls;
    QLineEdit *m_host;
    QSpinBox *m_port;
    QComboBox *m_resolve;
    QPlainTextEdit *m_fingerprint;
    QLineEdit *m_username;
    ServerPasswordFields *m_password;
    ServerCheckPanel *m_check;
    QLabel *m_problems;
    QDialogButtonBox *m_buttons;
};

} // namespace ui
