// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QObject>

#include <functional>

class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace ui
{

class PasswordChoice;
class ProfileStore;

/// The part of a server's dialog that is about its password: typed there, kept as it is in the credential
/// store, which may tell it late, or read from a file.
class ServerPasswordFields : public QObject
{
    Q_OBJECT

public:
    /// The fields are the dialog's children.
    ServerPasswordFields(ProfileStore &store, QWidget &dialog);

    void addTo(QFormLayout &form);
    /// Shows what a server has; `given` came with one that is new.
    void fill(const engine::ServerProfile &server, const QByteArray &given);
    /// From now on the password is the stored one, whatever that becomes, unless another one is typed.
    void keepStored() { m_keepsStored = true; }
    void dropKept();
    void type(const QByteArray &password);
    void setFocus();
    /// Offers what the other fields leave a meaning to.
    void adapt(engine::ServerProtocol protocol);

    /// The one that is wanted; empty for none, and while it is to be read from a file.
    [[nodiscard]] QByteArray password() const;
    [[nodiscard]] QString passwordFile() const;
    [[nodiscard]] QStringList problems() const;
    void writeTo(engine::ServerProfile &server) const;

    /// Looks what the store has for the server by now.
    void readStored(const QString &serverId);
    /// The store has forgotten the one that it had, or never had any.
    void lostStored() { m_stored.clear(); }
    /// Whether one is wanted that the store has still to tell.
    [[nodiscard]] bool isAwaited() const;
    /// The server is in the profile by now, under this id. `done` is called, at once or later, with a
    /// sentence about what went wrong, or with an empty text.
    void store(const QString &serverId, std::function<void(const QString &problem)> done);

Q_SIGNALS:
    void changed();

private:
    void prepareFields();
    void offer();
    void forget();
    void chooseFile();
    [[nodiscard]] QString hint() const;
    [[nodiscard]] bool hasToStore(const QByteArray &wanted) const;
    /// Whether the protocol and the file leave a place for one.
    [[nodiscard]] bool takesPassword() const { return m_takesLogin && passwordFile().isEmpty(); }

    ProfileStore &m_profiles;
    QByteArray m_stored;          ///< what the store has for the server
    QByteArray m_kept;            ///< in use unless another one is typed
    bool m_keepsStored = false;   ///< the kept password is the stored one
    bool m_isAwaited = false;     ///< the store has still to tell it
    bool m_isUnstored = false;    ///< the store does not have it, though it is in use
    bool m_storingFailed = false; ///< the store's answer to the last password
    bool m_takesLogin = true;     ///< the protocol has passwords

    QLineEdit *m_password;
    QPushButton *m_forget;
    QLabel *m_hint;
    PasswordChoice *m_choice;
    QLineEdit *m_file;
    QPushButton *m_browse;
};

} // namespace ui
