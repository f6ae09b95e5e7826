// SPDX-License-Identifier: MIT
#include "ui/whatsthis.h"

#include <QAction>
#include <QCoreApplication>
#include <QLatin1StringView>
#include <QWidget>

#include <array>

namespace ui
{

namespace
{

struct Explanation {
    const char *objectName;
    const char *text; ///< in English, to be translated in the context "ui::WhatsThis"
};

constexpr std::array kWindow{
    Explanation{"proxySwitch",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "Opens the listeners, so that programs can connect by way of Hosier, or "
                                  "closes them. Connections that are open already go on either way.")},
    Explanation{"modeButton",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "What decides about new connections. Rules: the rules, top to bottom, then "
                                  "the default action. Everything: the default action alone. Direct: nothing "
                                  "goes to a server and nothing is blocked.")},
    Explanation{
        "actionSystemProxy",
        QT_TRANSLATE_NOOP(
            "ui::WhatsThis",
            "Points the system's proxy settings at Hosier, for programs that follow them. What they were "
            "before is put back when it is switched off and when Hosier ends, also after a crash.")},
    Explanation{"filterEdit",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "Shows only those rows of the current page in which all these words "
                                  "occur. It hides the others and changes nothing else.")},
    Explanation{
        "connectionsView",
        QT_TRANSLATE_NOOP("ui::WhatsThis",
                          "The connections through Hosier: which program made them, where they go, by which "
                          "rule and server, and how much flows. Those that ended stay for a moment. The menu "
                          "of the right mouse button closes or explains one, or makes a rule of it.")},
    Explanation{"applicationsView",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "Who connects: the programs of this computer and the clients of "
                                  "the network, with the sums of their traffic.")},
    Explanation{"rulesView",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "The rules, checked from top to bottom: the first one that matches "
                                  "decides. A rule without a tick is skipped. Drag a rule to move it. The "
                                  "default action below them is taken when none matches.")},
    Explanation{"unidentifiedCombo",
                QT_TRANSLATE_NOOP(
                    "ui::WhatsThis",
                    "What is done with a program that the system does not tell the name of, where a rule for "
                    "programs would match but for that. Without a choice such rules are skipped for it.")},
    Explanation{"serversView",
                QT_TRANSLATE_NOOP(
                    "ui::WhatsThis",
                    "The servers that connections can be sent by way of, and chains and groups of them. A "
                    "check shows whether a server works, how long it takes and whether it carries UDP.")},
    Explanation{"logTable", QT_TRANSLATE_NOOP(
                                "ui::WhatsThis",
                                "What happened, in order: connections, listeners, servers and changes. Only "
                                "the last lines are held in memory; the settings say what goes to a file.")},
    Explanation{"logLevelCombo",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "How important a line has to be to be shown. Debug shows everything.")},
    Explanation{
        "logFilterEdit",
        QT_TRANSLATE_NOOP("ui::WhatsThis", "Shows only lines of the log in which all these words occur.")},
    Explanation{"trafficGraph",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "How much was received (down) and sent (up) in each moment. The "
                                  "mouse, or the arrow keys, tell the values of one.")},
    Explanation{"trafficSourceCombo",
                QT_TRANSLATE_NOOP("ui::WhatsThis", "Whose traffic the graph shows: all of it, or that of one "
                                                   "of the busiest programs, servers and routes.")},
    Explanation{"trafficRangeCombo", QT_TRANSLATE_NOOP("ui::WhatsThis", "How far back the graph goes.")},
};

constexpr std::array kRule{
    Explanation{
        "ruleNameEdit",
        QT_TRANSLATE_NOOP(
            "ui::WhatsThis",
            "How the rule is called in lists and in the log. It may be empty: then its place stands there.")},
    Explanation{"ruleApplicationsEdit",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "The programs that the rule is for, by name, path or a pattern "
                                  "with * and ?. Empty: any program, and clients of the network.")},
    Explanation{"ruleTreeCheck",
                QT_TRANSLATE_NOOP("ui::WhatsThis", "The rule then is also for programs that these have "
                                                   "started, such as the tools that a terminal runs.")},
    Explanation{
        "ruleHostsEdit",
        QT_TRANSLATE_NOOP("ui::WhatsThis",
                          "The targets that the rule is for: names, names with * as a part, addresses, "
                          "blocks and ranges of addresses. Empty: any. Entries that are addresses match "
                          "requests by name only when the DNS settings have names looked up for rules.")},
    Explanation{
        "rulePortsEdit",
        QT_TRANSLATE_NOOP("ui::WhatsThis", "The ports of the target: single ones and ranges. Empty: any.")},
    Explanation{"ruleTransportCombo",
                QT_TRANSLATE_NOOP("ui::WhatsThis", "Whether the rule is for TCP, for UDP, or for both.")},
    Explanation{
        "ruleUsersEdit",
        QT_TRANSLATE_NOOP("ui::WhatsThis",
                          "Names that clients have logged in with. Empty: anybody, also without a login.")},
    Explanation{
        "ruleClientsEdit",
        QT_TRANSLATE_NOOP(
            "ui::WhatsThis",
            "Addresses that clients connect from, for listeners that other computers reach. Empty: any.")},
    Explanation{"ruleActionCombo",
                QT_TRANSLATE_NOOP("ui::WhatsThis", "What is done when everything above matches: connect "
                                                   "directly, block, or go by way of a server or route.")},
};

constexpr std::array kServer{
    Explanation{"serverName",
                QT_TRANSLATE_NOOP("ui::WhatsThis", "How the server is called in lists and in the log.")},
    Explanation{
        "serverId",
        QT_TRANSLATE_NOOP(
            "ui::WhatsThis",
            "What rules and routes call the server in the profile's file. When it changes, they follow.")},
    Explanation{"serverProtocol",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "What the server speaks. SOCKS5 carries UDP and logins; SOCKS4 takes IPv4 "
                                  "addresses only, SOCKS4a names too; HTTP is its CONNECT method, for TCP.")},
    Explanation{"serverTls", QT_TRANSLATE_NOOP("ui::WhatsThis",
                                               "The connection to the server is encrypted. The server has to "
                                               "expect that: plain SOCKS and HTTP servers do not.")},
    Explanation{"serverHost",
                QT_TRANSLATE_NOOP("ui::WhatsThis", "The name or address of the server itself. A whole URL "
                                                   "that is pasted here fills in the other fields.")},
    Explanation{"serverPort", QT_TRANSLATE_NOOP("ui::WhatsThis", "The TCP port that the server listens on.")},
    Explanation{"serverResolve",
                QT_TRANSLATE_NOOP("ui::WhatsThis", "Who turns the names of targets into addresses. When the "
                                                   "server does, they are passed on to it as names.")},
    Explanation{"serverFingerprint",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "With TLS: accept this very certificate and no other. Empty: any "
                                  "that this computer trusts and that is for the server's name.")},
    Explanation{"serverUser",
                QT_TRANSLATE_NOOP("ui::WhatsThis", "The name to log in with. Empty: no login is offered.")},
    Explanation{
        "serverPassword",
        QT_TRANSLATE_NOOP("ui::WhatsThis",
                          "The password to log in with. It is never written to the profile or to the log.")},
    Explanation{"passwordKeep",
                QT_TRANSLATE_NOOP("ui::WhatsThis", "The password is kept in memory until Hosier quits. After "
                                                   "the next start it has to be entered again.")},
    Explanation{"passwordLeave",
                QT_TRANSLATE_NOOP("ui::WhatsThis", "The server is saved without a password.")},
    Explanation{"serverPasswordFile",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "A file that holds the password in its first line, for computers without a "
                                  "credential store. Nobody but you may be able to read it.")},
};

constexpr std::array kListener{
    Explanation{"listenerName",
                QT_TRANSLATE_NOOP("ui::WhatsThis", "How the listener is called in lists and in the log.")},
    Explanation{"listenerAddress",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "Where clients connect to. 127.0.0.1 is reached by programs of "
                                  "this computer only, 0.0.0.0 by whoever reaches this computer.")},
    Explanation{"listenerPort",
                QT_TRANSLATE_NOOP(
                    "ui::WhatsThis",
                    "The port that clients connect to. No other program may listen on it at that address.")},
    Explanation{"listenerSocks5",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "Takes SOCKS5 clients: TCP, UDP, and login by name and password.")},
    Explanation{
        "listenerSocks4",
        QT_TRANSLATE_NOOP("ui::WhatsThis", "Takes SOCKS4 and SOCKS4a clients: TCP, without passwords.")},
    Explanation{"listenerHttp",
                QT_TRANSLATE_NOOP("ui::WhatsThis", "Takes HTTP clients: CONNECT and plain requests.")},
    Explanation{
        "listenerLogin",
        QT_TRANSLATE_NOOP("ui::WhatsThis", "Whether clients have to log in as one of the local users.")},
    Explanation{"listenerOpen",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "Confirms that everybody who reaches the address may use the proxy without "
                                  "a password. Others may do so for their own ends, in your name.")},
    Explanation{
        "listenerClientsEdit",
        QT_TRANSLATE_NOOP("ui::WhatsThis", "The addresses that clients may connect from. Empty: any.")},
    Explanation{
        "listenerUdp",
        QT_TRANSLATE_NOOP("ui::WhatsThis",
                          "Whose datagrams a client of UDP gets: only of those it has sent to, or also of "
                          "others. The narrower, the safer; some games and calls need the wider ones.")},
    Explanation{
        "sharingAddresses",
        QT_TRANSLATE_NOOP(
            "ui::WhatsThis",
            "The addresses at which other computers of the local network reach this proxy at the moment.")},
    Explanation{"sharingCopy", QT_TRANSLATE_NOOP("ui::WhatsThis", "Copies the selected address and port.")},
    Explanation{"sharingCopyFor",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "Copies the settings in the form that a program or a shell wants.")},
    Explanation{"sharingTurnOn",
                QT_TRANSLATE_NOOP("ui::WhatsThis", "Opens the listeners, which are closed at the moment.")},
    Explanation{"sharingStop",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "Takes away the listener for the local network. The user that was added "
                                  "for it stays. Programs of this computer are not concerned.")},
};

constexpr std::array kSettings{
    Explanation{
        "startWindowCombo",
        QT_TRANSLATE_NOOP(
            "ui::WhatsThis",
            "Whether the window is shown when Hosier starts. In the tray, the proxy works just the same.")},
    Explanation{"dnsServers",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "Which servers look names up themselves. They are told names as "
                                  "they are; for the others this computer looks names up first.")},
    Explanation{"resolveForRulesCheck",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "Looks every requested name up on this computer while there are "
                                  "rules about addresses, so that these can decide about it.")},
    Explanation{"relayPumpCombo",
                QT_TRANSLATE_NOOP("ui::WhatsThis",
                                  "How bytes are moved between the two sides of a connection. "
                                  "Automatic takes the fastest way of this system.")},
};

/// Calls it with each text that there is.
template <typename Function> void forEachExplanation(Function function)
{
    const auto all = [&function](const auto &explanations) {
        for (const Explanation &explanation : explanations)
            function(explanation);
    };
    all(kWindow);
    all(kRule);
    all(kServer);
    all(kListener);
    all(kSettings);
}

} // namespace

void explainControls(QWidget &window)
{
    forEachExplanation([&window](const Explanation &explanation) {
        const QLatin1StringView name(explanation.objectName);
        const QString text = QCoreApplication::translate("ui::WhatsThis", explanation.text);
        for (QWidget *widget : window.findChildren<QWidget *>(name))
            widget->setWhatsThis(text);
        for (QAction *action : window.findChildren<QAction *>(name))
            action->setWhatsThis(text);
    });
}

QStringList explainedControls()
{
    QStringList names;
    forEachExplanation(
        [&names](const Explanation &explanation) { names << QLatin1StringView(explanation.objectName); });
    return names;
}

} // namespace ui
