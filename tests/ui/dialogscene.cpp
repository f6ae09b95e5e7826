// SPDX-License-Identifier: MIT
#include "dialogscene.h"

#include "listenerparts.h"
#include "ppxsample.h"
#include "ui/about.h"
#include "ui/explaindialog.h"
#include "ui/exportdialog.h"
#include "ui/importdialog.h"
#include "ui/listenerdialog.h"
#include "ui/listenersdialog.h"
#include "ui/passwordquestion.h"
#include "ui/profilerecovery.h"
#include "ui/programpicker.h"
#include "ui/restartoffer.h"
#include "ui/routedialog.h"
#include "ui/ruledialog.h"
#include "ui/serverdialog.h"
#include "ui/settingsdialog.h"
#include "ui/sharingdialog.h"
#include "ui/systemproxydialog.h"
#include "ui/userdialog.h"

#include <QLineEdit>
#include <QMessageBox>

using namespace Qt::StringLiterals;

namespace
{

engine::ListenerProfile sharedListener()
{
    engine::ListenerProfile listener = localListener(1'081);
    listener.name = u"LAN"_s;
    listener.address = addressOf("0.0.0.0");
    listener.protocols = engine::Protocol::Socks5 | engine::Protocol::Http;
    listener.authentication = engine::Authentication::Password;
    return listener;
}

} // namespace

engine::Profile sampleProfile()
{
    engine::Profile profile;
    profile.rules.resize(2);
    profile.rules.front().name = u"Work"_s;
    profile.rules.front().hosts = QStringList{u"*.example.org"_s};
    profile.servers.resize(2);
    for (int i = 0; i < profile.servers.size(); ++i) {
        profile.servers[i].id = profile.servers[i].name = u"server%1"_s.arg(i);
        profile.servers[i].host = u"proxy.example.org"_s;
        profile.servers[i].port = 1'080;
    }
    profile.users = {userOf("guest")};
    profile.listeners = {localListener(), sharedListener()};
    return profile;
}

DialogScene::DialogScene()
{
    m_store.put(sampleProfile());
}

QStringList DialogScene::names()
{
    return {u"rule"_s,           u"server"_s,     u"route"_s,     u"explain"_s,          u"import"_s,
            u"export"_s,         u"exceptions"_s, u"programs"_s,  u"settings"_s,         u"restart"_s,
            u"broken profile"_s, u"about"_s,      u"listeners"_s, u"listener"_s,         u"sharing"_s,
            u"sharing closed"_s, u"user"_s,       u"password"_s,  u"password question"_s};
}

std::unique_ptr<QWidget> DialogScene::makeDialog(const QString &name)
{
    const engine::Profile &profile = m_store.profile();
    if (name == u"rule"_s)
        return std::make_unique<ui::RuleDialog>(
            profile, profile.rules.front(), QStringList{u"curl"_s},
            [](const engine::RuleProfile &) { return QStringList(); }, nullptr);
    if (name == u"server"_s)
        return std::make_unique<ui::ServerDialog>(m_engine, m_store, profile.servers.front().id,
                                                  ui::PastedServer{});
    if (name == u"route"_s)
        return std::make_unique<ui::RouteDialog>(m_store, QString(), engine::RouteProfile{});
    if (name == u"explain"_s)
        return std::make_unique<ui::ExplainDialog>(m_store, m_servers, engine::ExplainRequest{},
                                                   QStringList{}, nullptr);
    if (name == u"import"_s)
        return std::make_unique<ui::ImportDialog>(m_store, u"sample.ppx"_s, kPpxSample102, nullptr);
    if (name == u"export"_s)
        return std::make_unique<ui::ExportDialog>(m_store, nullptr);
    if (name == u"exceptions"_s)
        return std::make_unique<ui::SystemProxyDialog>(m_systemProxy);
    if (name == u"settings"_s)
        return std::make_unique<ui::SettingsDialog>(m_settings, m_language, m_store, nullptr, true);
    if (name == u"password question"_s)
        return std::make_unique<ui::PasswordQuestion>(m_store, 12);
    if (name == u"programs"_s)
        return std::make_unique<ui::ProgramPicker>([] { return QList<engine::Program>(); }, nullptr);
    if (name == u"restart"_s)
        return std::make_unique<ui::RestartOffer>(u"/home/somebody/.local/state/hosier/crash-0123abcd.txt"_s);
    if (name == u"broken profile"_s)
        return std::make_unique<ui::ProfileRecovery>(u"/home/somebody/.config/hosier/profile.json"_s,
                                                     QStringList{u"$.version: must be 1"_s},
                                                     QDateTime(QDate(2'026, 12, 29), QTime(22, 59)));
    if (name == u"about"_s)
        return std::unique_ptr<QWidget>(ui::aboutHosier(nullptr));
    return makeListenerDialog(name);
}

std::unique_ptr<QWidget> DialogScene::makeListenerDialog(const QString &name)
{
    m_status = std::make_unique<ui::ProxyStatus>(u"default"_s);
    m_sharing = std::make_unique<ui::LanSharing>(m_store, *m_status, nullptr, [] {
        return QList<ui::LocalAddress>{{addressOf("192.168.100.105"), u"wlan0"_s}};
    });
    reportListeners(*m_status, m_store.profile(),
                    name == u"sharing closed"_s ? engine::ListenerState::Closed
                                                : engine::ListenerState::Listening);
    if (name.startsWith(u"sharing"_s))
        return std::make_unique<ui::SharingDialog>(*m_sharing);
    if (name == u"listeners"_s)
        return std::make_unique<ui::ListenersDialog>(m_store, *m_status, m_share);
    if (name == u"listener"_s) {
        engine::ListenerProfile open = sharedListener();
        open.authentication = engine::Authentication::None;
        return std::make_unique<ui::ListenerDialog>(m_store, std::nullopt, open);
    }
    auto dialog = std::make_unique<ui::UserDialog>(m_store, name == u"user"_s ? QString() : u"guest"_s,
                                                   [](const auto &) { return QStringList(); });
    dialog->findChild<QLineEdit *>(u"userPassword"_s)->setText(u"one"_s);
    dialog->findChild<QLineEdit *>(u"userPasswordAgain"_s)->setText(u"another"_s);
    return dialog;
}
