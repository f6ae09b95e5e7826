// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QDialog>

class QComboBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace ui
{

class ProfileStore;

/// One route, new or not: its kind and its members in their order. Stays open until the profile takes it.
class RouteDialog : public QDialog
{
    Q_OBJECT

public:
    /// `id` is that of the route to change; empty for a new one, which starts as `draft`.
    RouteDialog(ProfileStore &store, const QString &id, const engine::RouteProfile &draft,
                QWidget *parent = nullptr);

    /// Of the route as it was stored.
    [[nodiscard]] const QString &storedId() const { return m_id; }

protected:
    bool event(QEvent *event) override;

private:
    void makeFields();
    void makeLists();
    [[nodiscard]] QWidget *makeMemberButtons();
    void layOut();
    void fill(const engine::RouteProfile &route);
    void addItem(QListWidget &list, const QString &id) const;
    void suggestId();
    void adapt();
    void addMembers();
    void removeMembers();
    void move(int by);
    [[nodiscard]] QStringList problems() const;
    void store();
    [[nodiscard]] engine::RouteProfile route() const;

    ProfileStore &m_store;
    QString m_id;
    engine::RouteProfile m_shown; ///< what the fields were filled with
    bool m_idIsMade;              ///< the id follows the name

    QLineEdit *m_name;
    QLineEdit *m_idEdit;
    QComboBox *m_kind;
    QLabel *m_explanation;
    QListWidget *m_members;
    QListWidget *m_others;
    QPushButton *m_add;
    QPushButton *m_remove;
    QPushButton *m_up;
    QPushButton *m_down;
    QLabel *m_problems;
    QDialogButtonBox *m_buttons;
};

} // namespace ui
