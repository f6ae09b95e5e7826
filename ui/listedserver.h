// SPDX-License-Identifier: MIT
#pragma once

#include "engine/expected.h"
#include "ui/serverurl.h"

#include <QByteArray>
#include <QList>
#include <QString>

// The parts of a server as lists write them, "host:port:user:password", and what may stand between them. A
// blank there stands for any number of them. No widgets.

namespace ui
{

struct ListedForm;

/// A host and its port, and where the login that may follow them stands.
struct ListedPlace {
    QString host;
    std::uint16_t port = 0;
    const ListedForm *form = nullptr; ///< of what follows
    QStringView rest;                 ///< what follows, in the text that was read

    [[nodiscard]] bool hasMore() const { return form != nullptr; }
};

/// Never to be logged.
struct ServerLogin {
    QString user;
    QByteArray password;
};

/// Without a default port, nought, the text must name one.
[[nodiscard]] engine::Expected<ListedPlace, PasteError> readHostAndPort(QStringView text,
                                                                        std::uint16_t defaultPort);
/// Every character of a password stands for itself. Empty when nothing follows the port.
[[nodiscard]] engine::Expected<ServerLogin, PasteError> readPlainLogin(const ListedPlace &place);
/// What follows the port, where blanks, commas or semicolons stand between all the parts. None at the end
/// that is empty.
[[nodiscard]] QList<QStringView> columnsOf(const ListedPlace &place);
/// A country, "DE", or how much a server hides, "elite", as public lists tell where others have the login.
[[nodiscard]] bool isRemark(QStringView word);
/// Without what follows in "host:port # fast one". A login's "#" stays.
[[nodiscard]] QStringView withoutComment(QStringView text);

/// Up to the next separator.
[[nodiscard]] QStringView fieldOf(QStringView text);
/// Takes a separator off the front of the text; null when there is none. Blanks beside another one say
/// nothing.
QChar takeSeparator(QStringView &text);
[[nodiscard]] bool holdsControl(const QByteArray &text);

} // namespace ui
