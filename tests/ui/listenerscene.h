// SPDX-License-Identifier: MIT
#pragma once

#include "engine/engine.h"
#include "fakeprofilestore.h"
#include "listenerparts.h"
#include "ui/listenermenu.h"
#include "ui/proxystatus.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMainWindow>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>

/// A test of what a window's menu offers about listeners, with settings of its own.
class ListenerScene : public QObject
{
protected:
    void prepareSettings()
    {
        QVERIFY(m_folder.isValid());
        QCoreApplication::setOrganizationName(QStringLiteral("hosier-test"));
        QCoreApplication::setApplicationName(QStringLiteral("hosier-test"));
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        QGuiApplication::setQuitOnLastWindowClosed(false);
    }
    void open()
    {
        QSettings().clear();
        m_store = std::make_unique<FakeProfileStore>();
        m_engine = std::make_unique<engine::Engine>();
        m_status = std::make_unique<ui::ProxyStatus>(QStringLiteral("test"));
        m_window = std::make_unique<QMainWindow>();
        auto *menu = new QMenu(m_window.get());
        engine::Profile profile;
        profile.listeners = {localListener()};
        start(profile);
        m_menu = new ui::ListenerMenu(*menu, *m_engine, *m_store, *m_status, *m_window);
        m_window->show();
    }
    void close()
    {
        m_window.reset();
        m_status.reset();
        m_engine.reset();
        m_store.reset();
    }

    /// The one in sight.
    template <typename T> T *find(const char *name) const
    {
        T *found = nullptr;
        for (T *candidate : m_window->findChildren<T *>(QLatin1String(name))) {
            if (candidate->window()->isVisible())
                found = candidate;
        }
        if (found == nullptr)
            qFatal("no %s", name);
        return found;
    }
    [[nodiscard]] bool isOpen(const char *dialog) const
    {
        const QList<QWidget *> all = m_window->findChildren<QWidget *>(QLatin1String(dialog));
        return std::any_of(all.begin(), all.end(), [](const QWidget *one) { return one->isVisible(); });
    }
    void trigger(const char *action) const
    {
        m_window->findChild<QAction *>(QLatin1String(action))->trigger();
    }
    [[nodiscard]] QPushButton *saveButton(const char *dialog) const
    {
        return find<QWidget>(dialog)->findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Save);
    }
    void start(const engine::Profile &profile) { QCOMPARE(m_store->change(profile), QStringList()); }
    void report(engine::ListenerState state, engine::ErrorCode error = engine::ErrorCode::None)
    {
        reportListeners(*m_status, m_store->profile(), state, error);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<FakeProfileStore> m_store;
    std::unique_ptr<engine::Engine> m_engine;
    std::unique_ptr<ui::ProxyStatus> m_status;
    std::unique_ptr<QMainWindow> m_window;
    ui::ListenerMenu *m_menu = nullptr;
};
