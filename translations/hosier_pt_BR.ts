<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="pt_BR" sourcelanguage="en">
<context>
    <name>app::Desktop</name>
    <message>
        <source>Hosier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hosier is already running, but its window cannot be shown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The profile cannot be used.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>engine::Error</name>
    <message>
        <source>No error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The target refused the connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The target host is unreachable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The target&apos;s network is unreachable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The target did not answer in time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection was reset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection was aborted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The network is down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address is not available on this machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This machine does not support that kind of address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no host of that name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name could not be looked up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name server did not answer in time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The expected connection did not come in time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address is in use by another program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system does not permit it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many open connections for this system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system is out of memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many clients</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many connections from this client</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many logins at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The client does not speak a protocol of this listener</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The command is not supported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address type is not supported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The client offered no acceptable login method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wrong user name or password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The client&apos;s address is not allowed here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The client did not finish its request in time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The client went away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy server could not be reached</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy server did not answer in time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy server did not accept the login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy server&apos;s answer is malformed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No secure connection to the proxy server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy server does not allow it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy server could not connect to the target</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The route cannot carry this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The target is this proxy itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closed on request</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The changed profile no longer allows it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The changed rules send it another way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was sent for too long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One side had finished and the other sent nothing for too long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy was stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not supported yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>General failure</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::About</name>
    <message>
        <source>About Hosier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A proxy manager for the desktop: programs connect through it by SOCKS, and you see every connection they make.&lt;br&gt;&lt;br&gt;Published under the MIT licence.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About Qt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hosier is made with Qt, used under the GNU Lesser General Public License version 3.&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ActionCombo</name>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::Actions</name>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the proxy and quit Hosier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start at &amp;login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start Hosier in the tray when you log in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Close window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the window; the proxy goes on in the tray where there is one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Import...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take a profile from a file, of Hosier or of Proxifier (.ppx)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Export...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write the profile in force to a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the selected connections as text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy &amp;target</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the targets of the selected connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close co&amp;nnection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the selected connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>E&amp;xplain...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show which rule decides about such a connection, and why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show what the rules decide about a connection that you describe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Apply to open connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the open connections that would go another way now, or be blocked, so that their programs connect again by the rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Filter connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the filter field</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter &amp;log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the filter field of the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Proxy on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open or close the listeners; open connections go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Retry listeners</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again to open the listeners that failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System proxy e&amp;xceptions...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the hosts that programs reach without the system proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy proxy &amp;environment variables</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy lines for a shell that point programs at the proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close &amp;all connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close every open connection; the proxy stays as it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log in its own &amp;window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the log out of the main window, or put it back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;About Hosier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About &amp;Qt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version of the Qt library</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <comment>mode</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The rules decide, top to bottom; then the default action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Everything</source>
        <comment>mode</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The default action is taken for everything, whatever the rules say</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>mode</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything connects directly, and nothing is blocked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apply to open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;System&apos;s language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The language of the desktop, where Hosier speaks it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Try the rules out...</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ApplicationModel</name>
    <message>
        <source>The rule that decides about its connections; of one that has none, about its latest one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Since Hosier started</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Live</source>
        <comment>column: open connections</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last seen</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ApplicationText</name>
    <message>
        <source>No rule</source>
        <comment>no rule matched</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Several</source>
        <comment>rules</comment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <comment>rules</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Now</source>
        <comment>last seen</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Just now</source>
        <comment>last seen</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 ago</source>
        <comment>last seen: a duration</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>client, login name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unidentified programs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Client %1</source>
        <comment>address</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Programs of this machine whose name the system did not tell, or that had gone before it could be asked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A client of the proxy, known by its address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Latest process: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connections since Hosier started: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last seen: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ApplicationsPage</name>
    <message>
        <source>Filter applications</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show only applications with all these words in their name or rule (Ctrl+F)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Applications</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns of the applications</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New rule for a&amp;pplication...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make a rule for the selected application</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the selected applications as text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clo&amp;se connections of application</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close all connections of the selected applications</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ColumnMenu</name>
    <message>
        <source>Col&amp;umns</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ConnectionModel</name>
    <message>
        <source>How long the connection is or was open. Sorts by when it was opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The rule that decided what is done with the connection; blank: the default action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server or route the connection goes by; blank: directly</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Client</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Target</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Route</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ConnectionText</name>
    <message>
        <source>%1 (%2)</source>
        <comment>client address, login name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>state, reason</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Application: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ended: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Target: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connected to: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Client: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Logged in as: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By way of: %1</source>
        <comment>server or route</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listener: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opened at: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ended at: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ConnectionsPage</name>
    <message>
        <source>Retry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns of the connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retry to open the listener</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1. %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::EmptyState</name>
    <message>
        <source>Command to try the proxy with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No connection matches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No application matches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The filter is &quot;%1&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy is off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No program can connect through Hosier until it is on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn the proxy on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to listen on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The profile has no listener. Add one to the profile&apos;s file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening the listeners</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). Its connections appear here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). It appears here with its traffic and its rule.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No connections yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No applications yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy proxy environment variables</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>End that program or give the listener another port in the profile, then retry.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct the listener&apos;s address in the profile or the system, then retry.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retry</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::EntriesEdit</name>
    <message>
        <source>Such as %1</source>
        <comment>example entries of a field</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One entry a line. %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::EventText</name>
    <message>
        <source>unknown client</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, user %2</source>
        <comment>who connected, login name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rule &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>via %1</source>
        <comment>server or route</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>client and target, what happened</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>closed, %1 down, %2 up, %3</source>
        <comment>bytes, bytes, duration</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>closed ..., reason</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>listener&apos;s address, its name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed: %1</source>
        <comment>reason</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>refused: %1</source>
        <comment>reason</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>login failed: %1</source>
        <comment>reason</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>login failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>UDP failed: %1</source>
        <comment>reason</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine started</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Profile applied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Profile applied: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <comment>listener</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No longer listening on %1</source>
        <comment>listener</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot listen on %1: %2</source>
        <comment>listener, reason</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server %1 does not work</source>
        <comment>server</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server %1 works again</source>
        <comment>server</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A change of &quot;%1&quot; takes effect at the next start</source>
        <comment>profile key</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (and %2 more like it)</source>
        <comment>line, count</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Debug</source>
        <comment>log level</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Info</source>
        <comment>log level</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warning</source>
        <comment>log level</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error</source>
        <comment>log level</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>error, detail</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Handshake</source>
        <comment>connection state</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Logging in</source>
        <comment>connection state</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connecting</source>
        <comment>connection state</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <comment>connection state</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Half closed</source>
        <comment>connection state</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closed</source>
        <comment>connection state</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <comment>connection state</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PID %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>application, process id</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ExplainDialog</name>
    <message>
        <source>Explain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Application</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name or path; empty: not identified</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>example.org or 192.0.2.1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Transport</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rules in the order they were tried</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Matches</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why not</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Application:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from %1</source>
        <comment>client address</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>logged in as %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where does the connection go?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter a host to see what the rules decide about it. Nothing is opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Yes</source>
        <comment>the rule matches</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Direct</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The rule %1 decides.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The mode %1 decides; no rule is asked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The application is not identified, and the profile says what is done then.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No rule matches: the default action is taken.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ExportDialog</name>
    <message>
        <source>Include the local &amp;users with the hashes of their passwords</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The profile in force is written to a file: listeners, servers, routes, rules and limits. Passwords of servers are in no profile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes. Where a profile without users is imported, the users that are there stay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Choose file...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the profile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Profiles of Hosier (*.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was exported: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::FilterEdit</name>
    <message>
        <source>Clear the filter</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::Format</name>
    <message>
        <source>%1 B</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 KiB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 MiB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 GiB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 TiB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 PiB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 EiB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 B/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 KiB/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 MiB/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 GiB/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 TiB/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 PiB/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 EiB/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ImportDialog</name>
    <message>
        <source>&amp;Replace the servers, routes and rules there are</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Add to the servers, routes and rules there are</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Show only what is not taken over as it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listeners and users stay. The default action is taken from the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rules of the file come after those there are. The default action stays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What becomes of the file, line by line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Place</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outcome</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy all lines as text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This file cannot be imported:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A profile of Hosier. It takes the place of the whole profile in force: listeners, users, servers, routes, rules and limits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A profile of Proxifier. Listeners, users and limits stay what they are.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Replace the profile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <comment>things, how many there are, how many there will be</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>users</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>servers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>routes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1. Default action: %2.
The profile of before is kept as a backup beside its file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was imported: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::LogModel</name>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Level</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 events came too fast and were dropped</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::LogView</name>
    <message>
        <source>Log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns of the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Least important level shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show lines of this level and more important ones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show only lines with all these words (Ctrl+Shift+F)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold the log still. New lines wait until you go on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the selected lines, or all that are shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the lines that are shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume (%1)</source>
        <comment>waiting lines</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Resume the log, %n line(s) waiting</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log files (*.log *.txt);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The log could not be saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>file, reason</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::LoginStartAction</name>
    <message>
        <source>Start at login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whether Hosier starts at login could not be changed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::MainMenu</name>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>La&amp;nguage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::MainWindow</name>
    <message>
        <source>Copied. Paste it into a shell: its programs then use %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Applications</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the page %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Traffic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide the traffic graph</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log - Hosier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Toolbar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show only connections with all these words in application, client, target, login or state (Ctrl+F)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 - Hosier</source>
        <comment>proxy state</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 - %2 - Hosier</source>
        <comment>profile, proxy state</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mode: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The mode could not be changed: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The rules decide about all open connections as they did: none was closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n open connection(s) closed: the rules decide otherwise now.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others: %2.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::NewRuleMenu</name>
    <message>
        <source>For this &amp;application</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make a rule for the application of the connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For this &amp;host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make a rule for the host that the connection goes to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For this &amp;domain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make a rule for the host&apos;s domain and all names in it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For this application and h&amp;ost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make a rule for this application&apos;s connections to that host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>action</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <comment>action</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the &amp;editor...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose more conditions, and what is done, before the rule is in force</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put the rule in force at once, above all others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New rule &amp;from connection</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::Ppx</name>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Options</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chain &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Default rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>taken over as the default action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>names are looked up by the servers, here too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>taken over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>version %1 is newer than those that are known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>names that programs ask for are now looked up by the servers, not by this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SOCKS4 carries no names: this computer looks them up. If the server knows SOCKS4a, choose that</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an HTTP proxy for web pages is now asked with CONNECT, which it may refuse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>connections to the same host take the same server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the name is now &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is now %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is now %2, which matches less: &quot;*&quot; stands for whole parts of a name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the application %1 is now %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the application %1 is a path of Windows, which no program has here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is taken for the name of one application</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>addresses such as %1 match programs that ask for an address; for those that ask for a name, &quot;resolveForRules&quot; in the profile has to be on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>switched off, because its condition &quot;%1&quot; is not known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>blocks, because its action &quot;%1&quot; leads nowhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file has none, so the default action stays what it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the setting &quot;%1&quot; has no equivalent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left out, because its type &quot;%1&quot; is not known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left out, because its address &quot;%1&quot; is none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left out, because its port &quot;%1&quot; is none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its password is encrypted by Proxifier: enter it again on the page Servers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the user name &quot;%1&quot; cannot be used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its login, which was switched off, was left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left out, because another one has the id &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there are more than %1 here; the rest was left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is more to tell than can be listed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the proxy %1, which was switched off, was left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the proxy %1, which was not taken over, was left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left out, because its proxy %1 was not taken over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left out, because it goes through more than %1 servers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left out, because it has no proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>when no server works, connections fail; they never go directly instead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was left out: such words are not replaced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was left out: &quot;*&quot; can only stand for whole parts at an end of a name, or of an address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was left out: it is no host and no address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was left out: it is no port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the application %1 was left out: it cannot be used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left out, because nothing is left of its condition &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is larger than %1 MiB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file has a document type, which no profile has.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file holds more than any profile does.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is damaged or not complete: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>part of a file, what became of it</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is XML, but no profile of Proxifier.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ProfileEdit</name>
    <message>
        <source>Rule number %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (switched off)</source>
        <comment>a rule</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>name of a server, number</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Route &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The default action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The action for unidentified applications</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ProfileImport</name>
    <message>
        <source>Imported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file has no users: those of the profile in force stay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The id is now %1: %2 is that of another server, whose password this one must not get.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whoever can reach %1 may use this proxy without a password.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server &quot;%1&quot; (%2) is sent what the file %3 on this computer holds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password of the server &quot;%1&quot; is in no file: enter it on the page Servers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listeners: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Users: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Routes: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>line %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ProfileTransfer</name>
    <message>
        <source>Import a profile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Profiles of Hosier and Proxifier (*.json *.ppx)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Imported %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exported to %1.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ProgramPicker</name>
    <message>
        <source>Filter programs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show only programs with this text in their name or path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running programs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Path</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the program is entered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By name, wherever it lies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By its full path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Enter it:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Refresh</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look again which programs run (F5)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for running programs...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, run by %2</source>
        <comment>script, interpreter</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Programs: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ProxyStatus</name>
    <message>
        <source>Proxy off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No listener</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proxy on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proxy on, with an error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proxy off: nothing is listening</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The profile has no listener</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>address, reason</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: closed</source>
        <comment>address</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>address, protocols</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1.</source>
        <comment>a sentence</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The port is in use by another program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The port is in use by process %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The port is in use by %1.</source>
        <comment>program (process id)</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ProxySwitch</name>
    <message>
        <source>Proxy on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proxy off</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::RouteDialog</name>
    <message>
        <source>← &amp;Add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove →</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add route</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit route</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What rules and other routes call this route in the profile&apos;s file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Members, in order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag members to change their order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Servers and routes that are no members</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Kind:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Members, in order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Other servers and routes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>name, kind of route</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add at least one server or route as a member.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::RuleDelegate</name>
    <message>
        <source>Action</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::RuleDialog</name>
    <message>
        <source>Rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A&amp;pplications</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>firefox, /usr/bin/curl, *update*</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Also programs that &amp;they start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The rule also matches the children of these applications, and their children</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Hosts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>example.org, *.example.org, 10.0.0.0/8, 192.0.2.1-192.0.2.9</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>P&amp;orts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>443, 8000-8100</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Users</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>anna</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names that clients have logged in with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&amp;lients</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>192.168.1.20, 192.168.2.0/24</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Addresses that clients connect from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Transport</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any</source>
        <comment>transport</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Seen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose an application that has connected lately</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Browse...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the file of a program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Running...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose among the programs that run now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The rule matches when every condition does. An empty field matches anything; of several entries, one a line, any will do.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Action:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TCP and UDP</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither a port (80) nor a range of ports (8000-9000).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither an address nor a block such as 10.0.0.0/8.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::RuleModel</name>
    <message>
        <source>Any</source>
        <comment>condition of a rule</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>column, value</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Default</source>
        <comment>the last rule</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is done when no rule matches. It can be changed, but not removed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Applications</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hosts</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ports</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Action</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hits</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Traffic</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last hit</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change the default action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change rule %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>switch rule %1 on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>switch rule %1 off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add rule %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The rule was changed or removed elsewhere in the meantime.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>remove rule %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>move rule %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They were changed elsewhere in the meantime, so that what was done here before can no longer be undone or done again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Never reached: rule %1 above it decides about everything that this one matches.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::RuleText</name>
    <message numerus="yes">
        <source>%n more</source>
        <comment>entries of a rule that are not shown</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>condition, its entries</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Direct</source>
        <comment>action</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block</source>
        <comment>action</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rules</source>
        <comment>mode</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything</source>
        <comment>mode</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Direct</source>
        <comment>mode</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>user %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Off: this rule is skipped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Applications and their children</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Applications</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Users</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clients</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hosts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ports</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Transport: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Action: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::RuleUseText</name>
    <message>
        <source>never</source>
        <comment>last time that a rule decided</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hits: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Traffic: %1 down, %2 up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last hit: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::RulesPage</name>
    <message>
        <source>Apply the rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;New rule...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make a rule above the selected one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit rule...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change the selected rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Duplicate rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the selected rule below itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the selected rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the selected rule earlier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move do&amp;wn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the selected rule later</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule &amp;on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A rule that is off is skipped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns of the rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Direct, so everything connects directly and nothing is blocked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Everything, so the default action is taken for everything.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no rules yet: the default action is taken for everything. Make one here, or from a connection.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checked top to bottom; the first rule that matches decides.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A crossed-out list marks rules that are never reached: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (copy)</source>
        <comment>name of a rule</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undone: %1.</source>
        <comment>a change of the rules</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done again: %1.</source>
        <comment>a change of the rules</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Undo: %1</source>
        <comment>a change of the rules</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No change of the rules can be undone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo the last change of the rules: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Redo: %1</source>
        <comment>a change of the rules</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No change of the rules was undone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the change of the rules again: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The rules could not be changed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ServerCheckPanel</name>
    <message>
        <source>Chec&amp;k these settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connects through the server with what is entered here; nothing is saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server does not work.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server works, but not for UDP.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server works.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ServerDialog</name>
    <message>
        <source>Encrypted with &amp;TLS</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For&amp;get</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encrypted with TLS</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Host name or address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where names are looked up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SHA-256 of the certificate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget the password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the password file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the host, when empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What rules and routes call this server in the profile&apos;s file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>proxy.example.org, 192.0.2.1, or a whole URL</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Instead of a password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file that holds the password in its first line and that nobody but you may read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any certificate that this computer trusts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When set, only this very certificate is accepted, also when it is self-signed. Hexadecimal or base64.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HTTP (CONNECT)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looked up by the server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looked up on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looked up on this computer, names can be seen by the local network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Protocol:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>P&amp;ort:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Na&amp;mes:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Certificate
SHA-256:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;User name:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pass&amp;word:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password &amp;file:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password is read from the file below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept in the system&apos;s credential store, never in the profile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No credential store is available: the password is kept until Hosier ends. To keep it for longer, write it to a file of your own and name that below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter the server&apos;s host name or address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate&apos;s SHA-256 must be 32 bytes in hexadecimal or base64.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server is saved, but its old password could not be removed: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server is saved, but its password could not be stored: %1. Until Hosier ends it is used all the same. Save again, cancel, or name a file instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password file is read when the server is saved: save it, then check it in the list.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ServerModel</name>
    <message>
        <source>Milliseconds until a target answered through the server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Milliseconds until a datagram was answered through the server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Health</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TCP (ms)</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>UDP (ms)</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last check</source>
        <comment>column</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Servers (none yet)</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Servers (%n)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Routes (none yet): chains and groups of servers</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Routes (%n)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>fails</source>
        <comment>a check</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Works</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Works, but not for UDP</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Id: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 carries no UDP</source>
        <comment>protocol</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checked %1:</source>
        <comment>time</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>step of a check, what came of it</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Works in part: %1</source>
        <comment>names</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down: no member works</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 members down: %3</source>
        <comment>number, number, names</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ServerText</name>
    <message>
        <source>%1 over TLS</source>
        <comment>protocol</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failover</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Balance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every connection goes through all members, one after the other.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connections go through the first member that works.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connections are spread over the members that work; those to the same host take the same one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection to the server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TLS</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection to %1</source>
        <comment>target of a check</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>UDP answer from %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ServerUrl</name>
    <message>
        <source>the line is too long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the protocol is none of socks5, socks5h, socks4, socks4a, http, https</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no valid host name or address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an IPv6 address must stand in brackets, and its port after them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the port is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the port is no number from 1 to 65535</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a &quot;%&quot; is not followed by two hexadecimal digits, or what they make is no text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the login holds a control character</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>user name or password is longer than 255 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HTTP cannot carry a user name with a colon</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>something follows the address</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::ServersPage</name>
    <message>
        <source>Servers and routes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>what a button does, its key</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change the selected server or route</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>D&amp;uplicate…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add another one like the selected server or route</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the selected servers and routes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Check</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try out the selected servers, and those that the selected routes lead through</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check a&amp;ll</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try out all servers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Add server…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add r&amp;oute…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chain or group the selected servers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add servers from the clipboard: one a line, as socks5://user:password@host:port or host:port:user:password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No servers yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a SOCKS or HTTP proxy to send connections by way of it, or paste a list of servers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add server…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste servers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Still in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be removed: connections are sent that way.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change or remove these first:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove %1?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No rule and no other route uses it. A password kept for it is forgotten.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 already belongs to %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The clipboard holds no text with servers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line %1 was not understood: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More lines that were not understood: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The text is too long: the rest of it was left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was added:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password of %1 could not be stored: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Servers added: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where no protocol was named, SOCKS5 was assumed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No credential store is available: the passwords are kept until Hosier ends.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::StatusPanel</name>
    <message>
        <source>%1 live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down %1, up %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Total %1 down, %2 up</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>first listener, others</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>%1 connections open now
%2 accepted since the start, %3 failed, %4 refused</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::SystemProxy</name>
    <message>
        <source>%1 (%2)</source>
        <comment>sentence, detail</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This desktop has no proxy settings that Hosier knows. Copy the environment variables into your shell&apos;s start-up file instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The desktop %1 has no proxy settings that Hosier knows. Copy the environment variables into your shell&apos;s start-up file instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; asks for a password, which system settings cannot hold. Add a listener on 127.0.0.1 that asks for none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; does not admit programs of this machine. Add 127.0.0.0/8 to its clients.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No open listener speaks a protocol that system settings can name. Add &quot;http&quot; to the protocols of one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The program %1 is missing, which changes the desktop&apos;s proxy settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another running Hosier has set the system proxy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Somebody else has changed the system&apos;s proxy settings meanwhile; these changes were left alone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be kept for later, so they were not changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the system&apos;s proxy settings were cannot be read any more; check them by hand. The damaged file is now %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be put back yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Programs that follow the system&apos;s proxy settings use %1. The settings are put back when Hosier ends, however it ends.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switched on, and not set for now: %1</source>
        <comment>problem</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are being changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier, as long as it runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an address or a block of addresses such as 10.0.0.0/8.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a host name, an address, or a domain such as *.example.org.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyDialog</name>
    <message>
        <source>&amp;Hosts reached without the proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System proxy: exceptions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One a line: a host name, a domain such as *.example.org, an address, or a block of addresses such as 10.0.0.0/8. Programs connect to these by themselves: Hosier&apos;s rules do not see them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This machine and its local networks</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyView</name>
    <message>
        <source>S&amp;ystem proxy (waiting)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system proxy is now %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System proxy: %1</source>
        <comment>problem</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are as they were before.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::TraceText</name>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name or value</comment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>entries of a rule, how many are not shown</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>value, others of it</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, started by %2,</source>
        <comment>application, its parents</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody logged in; asked for: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The application is not identified; asked for: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User %1 is none of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Client %1 is none of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Host %1 is none of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port %1 is none of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Transport %1 is none of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Application %1 is none of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switched off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All else matches. %1</source>
        <comment>why the rest does not</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::TrafficGraph</name>
    <message>
        <source>Traffic graph</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Now %1 down, %2 up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down %1</source>
        <comment>traffic legend: rate</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up %1</source>
        <comment>traffic legend: rate</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::TrafficView</name>
    <message>
        <source>Time shown by the graph</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far back the graph looks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last 5 minutes</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ui::TrayIcon</name>
    <message>
        <source>Show &amp;window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide &amp;window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hosier is still running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click the sock in the tray to see the window again; quit from its menu.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hosier: %1</source>
        <comment>proxy state</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Profile: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 live, %2 down, %3 up</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
