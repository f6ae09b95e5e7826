// SPDX-License-Identifier: MIT
#include "ui/listedserver.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::Unexpected;

namespace ui
{

struct ListedForm {
    QChar port;     ///< before it
    QChar user;     ///< before it
    QChar password; ///< before it
    QChar end;      ///< behind all; null: the password may hold anything, and may be left out
};

namespace
{

constexpr qsizetype kMaximumHostName = 255; // RFC 1035 section 2.3.4
constexpr qsizetype kMaximumPortDigits = 5;

constexpr std::array<ListedForm, 5> kForms{{{u':', u':', u':', {}},
                                            {u':', u' ', u':', u' '},
                                            {u' ', u' ', u' ', u' '},
                                            {u',', u',', u',', u','},
                                            {u';', u';', u';', u';'}}};

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

bool isControl(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

bool isNameCharacter(QChar c)
{
    return c.isLetterOrNumber() || c.isMark() || c.isSurrogate() || c == u'-' || c == u'_' || c == u'.';
}

/// A name whose last label is a number is an address that somebody mistyped.
bool isName(QStringView host)
{
    if (host.isEmpty() || host.size() > kMaximumHostName ||
        !std::all_of(host.begin(), host.end(), isNameCharacter) || host.startsWith(u'.'))
        return false;
    const QStringView last = host.mid(host.lastIndexOf(u'.') + 1);
    return !std::all_of(last.begin(), last.end(), isDigit);
}

Expected<std::uint16_t, PasteError> readPort(QStringView digits)
{
    const bool plain = std::all_of(digits.begin(), digits.end(), isDigit);
    if (!plain && isDigit(digits.front()))
        return Unexpected{PasteError::TrailingText};
    const uint port = plain && digits.size() <= kMaximumPortDigits ? digits.toUInt() : 0;
    if (port == 0 || port > 65'535)
        return Unexpected{PasteError::BadPort};
    return static_cast<std::uint16_t>(port);
}

bool isSeparator(QChar c)
{
    return c == u':' || c == u',' || c == u';' || c.isSpace();
}

QStringView withoutBlanks(QStringView text)
{
    return text.mid(std::find_if_not(text.begin(), text.end(), [](QChar c) { return c.isSpace(); }) -
                    text.begin());
}

/// Takes the host off the front of the text.
Expected<QString, PasteError> takeHost(QStringView &text)
{
    QString host;
    if (text.startsWith(u'[')) {
        const qsizetype end = text.indexOf(u']');
        host = text.mid(1, std::max<qsizetype>(end, 1) - 1).toString();
        // RFC 6874 section 2: a zone starts with "%25" in a URL.
        host.replace("%25"_L1, "%"_L1);
        const auto address = engine::Address::fromLiteral(host);
        if (end < 0 || !address || !address->isV6())
            return Unexpected{PasteError::BadHost};
        text = text.mid(end + 1);
        return host;
    }
    const auto isNoPartOfIpv6 = [](QChar c) {
        return c != u':' && isSeparator(c);
    };
    const auto word = text.left(std::find_if(text.begin(), text.end(), isNoPartOfIpv6) - text.begin());
    if (const auto address = engine::Address::fromLiteral(word); address && address->isV6())
        return Unexpected{PasteError::BareIpv6};
    host = fieldOf(text).toString();
    text = text.mid(host.size());
    if (!engine::Address::fromLiteral(host) && !isName(host))
        return Unexpected{PasteError::BadHost};
    return host;
}

/// Also where no colon follows: "Chapter 12 of 30" holds a word and a number, too.
bool isPlainlyHost(const QString &host)
{
    constexpr auto kThisMachine = "localhost"_L1;
    return host.contains(u'.') || engine::Address::fromLiteral(host) ||
           host.compare(kThisMachine, Qt::CaseInsensitive) == 0;
}

qsizetype positionOf(QChar separator, QStringView text)
{
    const auto isOne = [separator](QChar c) {
        return separator == u' ' ? c.isSpace() : c == separator;
    };
    return std::find_if(text.begin(), text.end(), isOne) - text.begin();
}

bool holds(QStringView text, QChar separator)
{
    return positionOf(separator, text) < text.size();
}

} // namespace

QStringView fieldOf(QStringView text)
{
    return text.left(std::find_if(text.begin(), text.end(), isSeparator) - text.begin());
}

bool holdsControl(const QByteArray &text)
{
    return std::any_of(text.begin(), text.end(), isControl);
}

QChar takeSeparator(QStringView &text)
{
    const QStringView behind = withoutBlanks(text);
    const bool isBlank = behind.size() < text.size();
    const QChar next = behind.isEmpty() ? QChar() : behind.front();
    if (next == u',' || next == u';') {
        text = withoutBlanks(behind.mid(1));
        return next;
    }
    if (isBlank) {
        text = behind;
        return u' ';
    }
    if (next != u':')
        return {};
    text = behind.mid(1);
    return next;
}

Expected<ListedPlace, PasteError> readHostAndPort(QStringView text, std::uint16_t defaultPort)
{
    const auto host = takeHost(text);
    if (!host)
        return Unexpected{host.error()};
    ListedPlace result{*host, defaultPort, nullptr, {}};
    if (text.isEmpty()) {
        if (defaultPort == 0)
            return Unexpected{PasteError::MissingPort};
        return result;
    }
    const QChar beforePort = takeSeparator(text);
    const QStringView digits = fieldOf(text);
    // Words in a row are no host.
    const bool isProse = beforePort == u' ' && (digits.isEmpty() || !isDigit(digits.front()));
    if (beforePort.isNull() || isProse || (beforePort != u':' && !isPlainlyHost(*host)))
        return Unexpected{PasteError::BadHost};
    const auto port = readPort(digits);
    if (!port)
        return Unexpected{port.error()};
    result.port = *port;
    result.rest = text.mid(digits.size());
    if (result.rest.isEmpty())
        return result;
    const QChar beforeUser = takeSeparator(result.rest);
    const auto form = std::find_if(kForms.begin(), kForms.end(), [=](const ListedForm &candidate) {
        return candidate.port == beforePort && candidate.user == beforeUser;
    });
    if (form == kForms.end())
        return Unexpected{PasteError::TrailingText};
    result.form = &*form;
    return result;
}

Expected<ServerLogin, PasteError> readPlainLogin(const ListedPlace &place)
{
    if (!place.hasMore() || place.rest.isEmpty())
        return ServerLogin();
    const ListedForm &form = *place.form;
    const qsizetype behindUser = positionOf(form.password, place.rest);
    const QStringView user = place.rest.left(behindUser).trimmed();
    QStringView password = place.rest.mid(behindUser);
    if (password.isEmpty() && !form.end.isNull())
        return Unexpected{PasteError::TrailingText};
    // Between blanks, a comma or a semicolon is the password's own.
    if (form.password == u' ')
        password = withoutBlanks(password);
    else
        takeSeparator(password);
    if (!form.end.isNull() && (holds(user, form.end) || holds(password, form.end)))
        return Unexpected{PasteError::TooManyParts};
    ServerLogin login{user.toString(), password.toUtf8()};
    if (holdsControl(login.user.toUtf8()) || holdsControl(login.password))
        return Unexpected{PasteError::ControlCharacter};
    return login;
}

QList<QStringView> columnsOf(const ListedPlace &place)
{
    if (!place.hasMore() || place.form->end.isNull() || place.form->user != place.form->password)
        return {};
    QList<QStringView> columns;
    for (QStringView rest = place.rest; !rest.isEmpty();) {
        const qsizetype size = positionOf(place.form->user, rest);
        columns << rest.left(size).trimmed();
        rest = size < rest.size() ? withoutBlanks(rest.mid(size + 1)) : QStringView();
    }
    return columns;
}

bool isRemark(QStringView word)
{
    constexpr qsizetype kCountrySize = 2; // ISO 3166-1 alpha-2
    constexpr std::array kAnonymity{"elite"_L1, "anonymous"_L1, "transparent"_L1};
    const auto isCapital = [](QChar c) {
        return c >= u'A' && c <= u'Z';
    };
    return (word.size() == kCountrySize && std::all_of(word.begin(), word.end(), isCapital)) ||
           std::any_of(kAnonymity.begin(), kAnonymity.end(), [word](QLatin1StringView known) {
               return word.compare(known, Qt::CaseInsensitive) == 0;
           });
}

QStringView withoutComment(QStringView text)
{
    const qsizetype mark = text.indexOf(u'#');
    if (mark < 1 || !text.at(mark - 1).isSpace())
        return text;
    const QStringView before = text.left(mark).trimmed();
    const auto place = readHostAndPort(before, 0);
    // Between blanks, it may begin a user's name.
    return place && !place->hasMore() && !holds(before, u' ') ? before : text;
}

} // namespace ui
