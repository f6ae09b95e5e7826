<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ui::ApplicationText</name>
    <message numerus="yes">
        <source>%n more</source>
        <comment>rules</comment>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ConnectionText</name>
    <message numerus="yes">
        <source>%n connection(s) ended alike. This is the last of them.</source>
        <translation>
            <numerusform>%n connection ended alike. This is the last of them.</numerusform>
            <numerusform>%n connections ended alike. This is the last of them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) wait alike. This is the newest of them.</source>
        <translation>
            <numerusform>%n connection waits alike. This is the newest of them.</numerusform>
            <numerusform>%n connections wait alike. This is the newest of them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::Format</name>
    <message numerus="yes">
        <source>%n more</source>
        <comment>names or lines that are not shown</comment>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::LogModel</name>
    <message numerus="yes">
        <source>%n more ended connection(s) did not fit into the list of connections</source>
        <translation>
            <numerusform>%n more ended connection did not fit into the list of connections</numerusform>
            <numerusform>%n more ended connections did not fit into the list of connections</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::LogView</name>
    <message numerus="yes">
        <source>Resume the log, %n line(s) waiting</source>
        <translation>
            <numerusform>Resume the log, %n line waiting</numerusform>
            <numerusform>Resume the log, %n lines waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::MainWindow</name>
    <message numerus="yes">
        <source>%n open connection(s) closed: the rules decide otherwise now.</source>
        <translation>
            <numerusform>%n open connection closed: the rules decide otherwise now.</numerusform>
            <numerusform>%n open connections closed: the rules decide otherwise now.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::Notifier</name>
    <message numerus="yes">
        <source>%n connections were blocked, the last one of %1 to %2.</source>
        <translation>
            <numerusform>%n connection was blocked, of %1 to %2.</numerusform>
            <numerusform>%n connections were blocked, the last one of %1 to %2.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>And %n more.</numerusform>
            <numerusform>And %n more.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::PasswordQuestion</name>
    <message numerus="yes">
        <source>%n server(s) come with a password, and no credential store is available. What is to become of each password?</source>
        <translation>
            <numerusform>%n server comes with a password, and no credential store is available. What is to become of the password?</numerusform>
            <numerusform>%n servers come with a password, and no credential store is available. What is to become of each password?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::Ppx</name>
    <message numerus="yes">
        <source>%n more findings are not listed</source>
        <translation>
            <numerusform>%n more finding is not listed</numerusform>
            <numerusform>%n more findings are not listed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::RuleText</name>
    <message numerus="yes">
        <source>%n more</source>
        <comment>entries of a rule that are not shown</comment>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::RulesPage</name>
    <message numerus="yes">
        <source>The filter hides %n rule(s).</source>
        <translation>
            <numerusform>The filter hides %n rule.</numerusform>
            <numerusform>The filter hides %n rules.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ServerModel</name>
    <message numerus="yes">
        <source>Servers (%n)</source>
        <translation>
            <numerusform>Servers (%n)</numerusform>
            <numerusform>Servers (%n)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Routes (%n)</source>
        <translation>
            <numerusform>Routes (%n)</numerusform>
            <numerusform>Routes (%n)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ServerText</name>
    <message numerus="yes">
        <source>Groups prefer other members until it has passed %n probe(s) in a row.</source>
        <translation>
            <numerusform>Groups prefer other members until it has passed %n probe.</numerusform>
            <numerusform>Groups prefer other members until it has passed %n probes in a row.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Next probe in %n second(s).</source>
        <translation>
            <numerusform>Next probe in %n second.</numerusform>
            <numerusform>Next probe in %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ServersPage</name>
    <message numerus="yes">
        <source>%1 cannot be removed: connections are sent that way.</source>
        <comment>names of servers and routes</comment>
        <translation>
            <numerusform>%1 cannot be removed: connections are sent that way.</numerusform>
            <numerusform>%1 cannot be removed: connections are sent that way.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No rule and no other route uses them. Passwords kept for them are forgotten.</source>
        <comment>servers and routes</comment>
        <translation>
            <numerusform>No rule and no other route uses it. A password kept for it is forgotten.</numerusform>
            <numerusform>No rule and no other route uses them. Passwords kept for them are forgotten.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The password(s) of %1 could not be stored: %2. Until Hosier ends they are used all the same.</source>
        <comment>names, reason</comment>
        <translation>
            <numerusform>The password of %1 could not be stored: %2. Until Hosier ends it is used all the same.</numerusform>
            <numerusform>The passwords of %1 could not be stored: %2. Until Hosier ends they are used all the same.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::StatusPanel</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>first listener, others</comment>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::TraceText</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>entries of a rule, how many are not shown</comment>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
</context>
</TS>
