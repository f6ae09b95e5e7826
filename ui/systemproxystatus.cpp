// SPDX-License-Identifier: MIT
#include "ui/systemproxystatus.h"

#include "engine/endpoint.h"
#include "ui/messagetext.h"

#include <QCoreApplication>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace ui
{

namespace
{

constexpr qsizetype kMaximumName = 253; // RFC 1035 section 2.3.4, as text
#ifdef Q_OS_WIN
constexpr bool kHasLocalWord = true;
constexpr bool kHasStoreApps = true;
#else
constexpr bool kHasLocalWord = false;
constexpr bool kHasStoreApps = false;
#endif
const QString kLocalWord = u"<local>"_s;

struct SystemProxyTexts {
    Q_DECLARE_TR_FUNCTIONS(ui::SystemProxy)
};

QString withDetail(const QString &sentence, const QString &detail)
{
    return detail.isEmpty() ? sentence
                            : SystemProxyTexts::tr("%1 (%2)", "sentence, detail").arg(sentence, detail);
}

QString unknownDesktopText(const QString &desktop)
{
    return desktop.isEmpty()
               ? SystemProxyTexts::tr("This desktop has no proxy settings that Hosier knows. Copy the "
                                      "environment variables into your shell's start-up file instead.")
               : SystemProxyTexts::tr("The desktop %1 has no proxy settings that Hosier knows. Copy the "
                                      "environment variables into your shell's start-up file instead.")
                     .arg(desktop);
}

/// Of problems that come from the proxy's own listeners.
QString listenerProblemText(SystemProxyProblem problem, const QString &detail)
{
    if (problem == SystemProxyProblem::PasswordNeeded)
        return SystemProxyTexts::tr("The listener \"%1\" asks for a password, which system settings cannot "
                                    "hold. Add a listener on 127.0.0.1 that asks for none.")
            .arg(detail);
    if (problem == SystemProxyProblem::ClientsRefused)
        return SystemProxyTexts::tr("The listener \"%1\" does not admit programs of this machine. Add "
                                    "127.0.0.0/8 to its clients.")
            .arg(detail);
    if (problem == SystemProxyProblem::ProtocolMissing)
        return SystemProxyTexts::tr("No open listener speaks a protocol that system settings can name. Add "
                                    "\"http\" to the protocols of one.");
    return SystemProxyTexts::tr("No listener is open.");
}

/// What the switch has done.
QString onText(const SystemProxyStatus &status)
{
    if (status.reach == SystemProxyReach::StartedPrograms)
        return SystemProxyTexts::tr("Environment variables point at %1.", "address").arg(status.address) +
               u'\n' + environmentReachText();
    const QString text =
        SystemProxyTexts::tr("Programs that follow the system's proxy settings use %1. The settings "
                             "are put back when Hosier ends, however it ends.")
            .arg(status.address);
    return kHasStoreApps ? text + u'\n' + storeAppsText() : text;
}

QString purposeText(SystemProxyReach reach)
{
    if (reach == SystemProxyReach::StartedPrograms)
        return SystemProxyTexts::tr("Point the environment variables of programs at Hosier, as long as it "
                                    "runs.") +
               u'\n' + environmentReachText();
    return SystemProxyTexts::tr(
        "Point programs that follow the system's proxy settings at Hosier, as long as "
        "it runs");
}

} // namespace

QString environmentReachText()
{
    return SystemProxyTexts::tr(
        "This desktop has no proxy settings. The variables reach services and programs that the user's "
        "service manager (systemd) starts from then on. They do not reach programs that run already, nor "
        "what "
        "is started from these, such as a shell or a window manager: for them, use \"Copy settings for\", "
        "\"Environment variables\". The variables are taken back when Hosier ends, however it ends; programs "
        "that were started with them keep them until they end.");
}

QString storeAppsText()
{
    if (!kHasStoreApps)
        return {};
    return SystemProxyTexts::tr(
        "Apps of the Microsoft Store cannot reach a proxy on this machine, and say that there is no "
        "internet, until an administrator runs this for each: CheckNetIsolation LoopbackExempt -a "
        "-n=<package family name>",
        "a command: translate only what stands in angle brackets");
}

QString systemProxyProblemText(SystemProxyProblem problem, const engine::Message &message)
{
    const QString detail = messageText(message);
    switch (problem) {
    case SystemProxyProblem::None:
        break;
    case SystemProxyProblem::UnknownDesktop:
        return unknownDesktopText(detail);
    case SystemProxyProblem::ToolMissing:
        return SystemProxyTexts::tr("The program %1 is missing, which changes the desktop's proxy settings.")
            .arg(detail);
    case SystemProxyProblem::NoListener:
    case SystemProxyProblem::PasswordNeeded:
    case SystemProxyProblem::ProtocolMissing:
    case SystemProxyProblem::ClientsRefused:
        return listenerProblemText(problem, detail);
    case SystemProxyProblem::OtherInstance:
        return SystemProxyTexts::tr("Another running Hosier has set the system proxy.");
    case SystemProxyProblem::ChangedByOthers:
        return withDetail(SystemProxyTexts::tr("Somebody else has changed the system's proxy settings "
                                               "meanwhile; these changes were left alone."),
                          detail);
    case SystemProxyProblem::JournalFailed:
        return withDetail(SystemProxyTexts::tr("The system's proxy settings could not be kept for later, so "
                                               "they were not changed."),
                          detail);
    case SystemProxyProblem::JournalDamaged:
        return SystemProxyTexts::tr("What the system's proxy settings were cannot be read any more; check "
                                    "them by hand. The damaged file is now %1.")
            .arg(detail);
    case SystemProxyProblem::JournalStays:
        return withDetail(SystemProxyTexts::tr("The system's proxy settings were put back, but what had been "
                                               "kept of them could not be removed."),
                          detail);
    case SystemProxyProblem::ReadFailed:
        return withDetail(SystemProxyTexts::tr("The system's proxy settings cannot be read."), detail);
    case SystemProxyProblem::WriteFailed:
        return withDetail(SystemProxyTexts::tr("The system's proxy settings cannot be changed."), detail);
    case SystemProxyProblem::RestoreFailed:
        return withDetail(SystemProxyTexts::tr("The system's proxy settings could not be put back yet."),
                          detail);
    }
    return {};
}

QString systemProxyText(const SystemProxyStatus &status)
{
    QString problem = systemProxyProblemText(status.problem, status.detail);
    switch (status.state) {
    case SystemProxyState::On:
        return onText(status);
    case SystemProxyState::Waiting:
        return SystemProxyTexts::tr("Switched on, and not set for now: %1", "problem").arg(problem);
    case SystemProxyState::Changing:
        return SystemProxyTexts::tr("The system's proxy settings are being changed.");
    case SystemProxyState::Unavailable:
        return problem;
    case SystemProxyState::Off:
        break;
    }
    const QString purpose = purposeText(status.reach);
    return problem.isEmpty() ? purpose : purpose + u'\n' + problem;
}

QStringList defaultBypassList()
{
    QStringList list{
        u"localhost"_s,      u"127.0.0.0/8"_s,    u"::1"_s,      u"10.0.0.0/8"_s, u"172.16.0.0/12"_s,
        u"192.168.0.0/16"_s, u"169.254.0.0/16"_s, u"fc00::/7"_s, u"fe80::/10"_s,  u"*.local"_s};
    if (kHasLocalWord)
        list += kLocalWord;
    return list;
}

std::optional<QString> bypassProblem(const QString &entry)
{
    static const QRegularExpression name(
        u"^(\\*\\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$"_s,
        QRegularExpression::CaseInsensitiveOption);
    // Numbers and dots alone are meant to be an address.
    static const QRegularExpression number(u"^[0-9./]+$"_s);
    if (kHasLocalWord && entry == kLocalWord)
        return std::nullopt;
    if (engine::AddressRange::fromString(entry) && !entry.contains(u'[') && !entry.contains(u'%'))
        return std::nullopt;
    if (entry.contains(u'/') || number.match(entry).hasMatch())
        return SystemProxyTexts::tr("\"%1\" is not an address or a block of addresses such as 10.0.0.0/8.")
            .arg(entry);
    if (entry.size() <= kMaximumName && name.match(entry).hasMatch())
        return std::nullopt;
    return SystemProxyTexts::tr("\"%1\" is not a host name, an address, or a domain such as *.example.org.")
        .arg(entry);
}

} // namespace ui
