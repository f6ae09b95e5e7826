// SPDX-License-Identifier: MIT
#include "ui/opendialogs.h"

#include "ui/explaindialog.h"
#include "ui/listenermenu.h"
#include "ui/listenersdialog.h"
#include "ui/mainwindow.h"
#include "ui/sharingdialog.h"

namespace ui
{

namespace
{

/// Those that were closed live until the event loop comes round.
template <typename Dialog> QList<Dialog *> visibleDialogs(const MainWindow &window)
{
    QList<Dialog *> dialogs = window.findChildren<Dialog *>();
    dialogs.removeIf([](const Dialog *dialog) { return !dialog->isVisible(); });
    return dialogs;
}

} // namespace

OpenDialogs openDialogsOf(const MainWindow &window)
{
    OpenDialogs open;
    for (const ExplainDialog *dialog : visibleDialogs<ExplainDialog>(window))
        open.explained.append({dialog->request(), dialog->connection()});
    open.hasListeners = !visibleDialogs<ListenersDialog>(window).isEmpty();
    open.hasSharing = !visibleDialogs<SharingDialog>(window).isEmpty();
    return open;
}

void reopen(const OpenDialogs &dialogs, MainWindow &window)
{
    for (const OpenDialogs::Explained &explained : dialogs.explained) {
        ExplainDialog *dialog = window.explain(explained.request);
        if (explained.connection)
            dialog->setConnection(*explained.connection);
    }
    if (dialogs.hasListeners)
        window.listenerMenu().openListeners();
    if (dialogs.hasSharing)
        window.listenerMenu().openSharing();
}

} // namespace ui
