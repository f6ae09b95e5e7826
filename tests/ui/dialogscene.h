// SPDX-License-Identifier: MIT
#pragma once

#include "engine/engine.h"
#include "fakeprofilestore.h"
#include "ui/language.h"
#include "ui/lansharing.h"
#include "ui/proxystatus.h"
#include "ui/servermodel.h"
#include "ui/settings.h"
#include "ui/standardbuttons.h"
#include "ui/systemproxycontrol.h"

#include <QAction>

#include <memory>

/// A system whose proxy settings nobody reads or writes.
class NoSystemProxy : public ui::SystemProxyControl
{
public:
    [[nodiscard]] ui::SystemProxyStatus status() const override { return {}; }
    void setOn(bool /*on*/) override {}
    void measure() override {}
    [[nodiscard]] QStringList bypassList() const override { return {QStringLiteral("localhost")}; }
    void setBypassList(const QStringList & /*entries*/) override {}
};

/// Two rules, two servers, a user, a listener for this computer and one for others.
[[nodiscard]] engine::Profile sampleProfile();

/// Each dialog there is by a name, filled in, in whatever language was chosen.
class DialogScene
{
public:
    DialogScene();

    [[nodiscard]] static QStringList names();
    void choose(const QString &language) { m_language.choose(language); }
    [[nodiscard]] std::unique_ptr<QWidget> makeDialog(const QString &name);

private:
    /// Where listeners have states and fields have mistakes, with the texts that tell of them.
    [[nodiscard]] std::unique_ptr<QWidget> makeListenerDialog(const QString &name);

    FakeProfileStore m_store;
    ui::ServerModel m_servers;
    NoSystemProxy m_systemProxy;
    QAction m_share{QStringLiteral("share")};
    engine::Engine m_engine;
    ui::Settings m_settings;
    ui::Language m_language;
    ui::StandardButtons m_buttons;
    std::unique_ptr<ui::ProxyStatus> m_status;
    std::unique_ptr<ui::LanSharing> m_sharing;
};
