// SPDX-License-Identifier: MIT
#pragma once

#include "engine/engine.h"
#include "fakeprofilestore.h"
#include "ui/mainwindow.h"
#include "ui/models.h"
#include "ui/proxystatus.h"

#include <QCoreApplication>
#include <QSettings>
#include <QStandardPaths>

#include <memory>

/// A main window with all that it shows, whose engine does not run.
class WindowScene
{
public:
    /// Once in a test program, before any scene.
    static void useTestSettings(const QString &name)
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("hosier-test"));
        QCoreApplication::setApplicationName(name);
        QSettings().clear();
    }

    WindowScene()
        : models(std::make_unique<ui::Models>(engine, store))
    {
        makeWindow();
    }

    /// Another one in its place, as when the language changes.
    void makeWindow()
    {
        window.reset();
        window = std::make_unique<ui::MainWindow>(engine, status, store, *models);
        window->show();
    }

    template <typename T> T *find(const char *name) const
    {
        auto *found = window->findChild<T *>(QLatin1String(name));
        if (found == nullptr)
            qFatal("no %s", name);
        return found;
    }

    /// One by one, so that each name is there.
    void addServers(int count)
    {
        engine::Profile profile = store.profile();
        for (int number = 1; number <= count; ++number) {
            const QString id = QStringLiteral("server%1").arg(number);
            profile.servers << fakeServer(id, QStringLiteral("Server %1").arg(number));
        }
        store.put(profile);
    }

    FakeProfileStore store;
    engine::Engine engine;
    ui::ProxyStatus status{QStringLiteral("default")};
    std::unique_ptr<ui::Models> models;
    std::unique_ptr<ui::MainWindow> window;
};
