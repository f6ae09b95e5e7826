<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>app::Desktop</name>
    <message>
        <source>Hosier</source>
        <translation>Hosier</translation>
    </message>
    <message>
        <source>Hosier is already running, but its window cannot be shown.</source>
        <translation>Hosier läuft bereits, aber sein Fenster lässt sich nicht anzeigen.</translation>
    </message>
    <message>
        <source>The profile cannot be used.</source>
        <translation>Das Profil ist nicht verwendbar.</translation>
    </message>
    <message>
        <source>The profile cannot be replaced.</source>
        <translation>Das Profil kann nicht ersetzt werden.</translation>
    </message>
</context>
<context>
    <name>engine::Error</name>
    <message>
        <source>No error</source>
        <translation>Kein Fehler</translation>
    </message>
    <message>
        <source>The target refused the connection</source>
        <translation>Das Ziel hat die Verbindung abgelehnt</translation>
    </message>
    <message>
        <source>The target host is unreachable</source>
        <translation>Der Zielrechner ist nicht erreichbar</translation>
    </message>
    <message>
        <source>The target&apos;s network is unreachable</source>
        <translation>Das Netz des Ziels ist nicht erreichbar</translation>
    </message>
    <message>
        <source>The target did not answer in time</source>
        <translation>Das Ziel hat nicht rechtzeitig geantwortet</translation>
    </message>
    <message>
        <source>The connection was reset</source>
        <translation>Die Verbindung wurde zurückgesetzt</translation>
    </message>
    <message>
        <source>The connection was aborted</source>
        <translation>Die Verbindung wurde abgebrochen</translation>
    </message>
    <message>
        <source>The network is down</source>
        <translation>Das Netz ist nicht verfügbar</translation>
    </message>
    <message>
        <source>The address is not available on this machine</source>
        <translation>Diese Adresse gibt es auf diesem Rechner nicht</translation>
    </message>
    <message>
        <source>This machine does not support that kind of address</source>
        <translation>Dieser Rechner unterstützt diese Art von Adresse nicht</translation>
    </message>
    <message>
        <source>There is no host of that name</source>
        <translation>Es gibt keinen Rechner dieses Namens</translation>
    </message>
    <message>
        <source>The name could not be looked up</source>
        <translation>Der Name konnte nicht aufgelöst werden</translation>
    </message>
    <message>
        <source>The name server did not answer in time</source>
        <translation>Der Namensserver hat nicht rechtzeitig geantwortet</translation>
    </message>
    <message>
        <source>The expected connection did not come in time</source>
        <translation>Die erwartete Verbindung kam nicht rechtzeitig</translation>
    </message>
    <message>
        <source>The address is in use by another program</source>
        <translation>Die Adresse wird von einem anderen Programm benutzt</translation>
    </message>
    <message>
        <source>The system does not permit it</source>
        <translation>Das System erlaubt es nicht</translation>
    </message>
    <message>
        <source>Too many open connections for this system</source>
        <translation>Zu viele offene Verbindungen für dieses System</translation>
    </message>
    <message>
        <source>The system is out of memory</source>
        <translation>Das System hat keinen Speicher mehr</translation>
    </message>
    <message>
        <source>Too many clients</source>
        <translation>Zu viele Clients</translation>
    </message>
    <message>
        <source>Too many connections from this client</source>
        <translation>Zu viele Verbindungen dieses Clients</translation>
    </message>
    <message>
        <source>Too many logins at once</source>
        <translation>Zu viele Anmeldungen gleichzeitig</translation>
    </message>
    <message>
        <source>The client does not speak a protocol of this listener</source>
        <translation>Der Client spricht kein Protokoll dieses Zugangs</translation>
    </message>
    <message>
        <source>The command is not supported</source>
        <translation>Der Befehl wird nicht unterstützt</translation>
    </message>
    <message>
        <source>The address type is not supported</source>
        <translation>Der Adresstyp wird nicht unterstützt</translation>
    </message>
    <message>
        <source>The client offered no acceptable login method</source>
        <translation>Der Client bot kein zulässiges Anmeldeverfahren an</translation>
    </message>
    <message>
        <source>Wrong user name or password</source>
        <translation>Falscher Benutzername oder falsches Passwort</translation>
    </message>
    <message>
        <source>The client&apos;s address is not allowed here</source>
        <translation>Die Adresse des Clients ist hier nicht zugelassen</translation>
    </message>
    <message>
        <source>The client did not finish its request in time</source>
        <translation>Der Client hat seine Anfrage nicht rechtzeitig beendet</translation>
    </message>
    <message>
        <source>The client went away</source>
        <translation>Der Client hat aufgelegt</translation>
    </message>
    <message>
        <source>The proxy server could not be reached</source>
        <translation>Der Proxyserver war nicht erreichbar</translation>
    </message>
    <message>
        <source>The proxy server did not answer in time</source>
        <translation>Der Proxyserver hat nicht rechtzeitig geantwortet</translation>
    </message>
    <message>
        <source>The proxy server did not accept the login</source>
        <translation>Der Proxyserver hat die Anmeldung abgelehnt</translation>
    </message>
    <message>
        <source>The proxy server&apos;s answer is malformed</source>
        <translation>Die Antwort des Proxyservers ist fehlerhaft</translation>
    </message>
    <message>
        <source>No secure connection to the proxy server</source>
        <translation>Keine sichere Verbindung zum Proxyserver</translation>
    </message>
    <message>
        <source>The proxy server does not allow it</source>
        <translation>Der Proxyserver erlaubt es nicht</translation>
    </message>
    <message>
        <source>The proxy server could not connect to the target</source>
        <translation>Der Proxyserver konnte das Ziel nicht erreichen</translation>
    </message>
    <message>
        <source>The route cannot carry this</source>
        <translation>Die Route kann das nicht befördern</translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation>Von den Regeln blockiert</translation>
    </message>
    <message>
        <source>The target is this proxy itself</source>
        <translation>Das Ziel ist dieser Proxy selbst</translation>
    </message>
    <message>
        <source>Closed on request</source>
        <translation>Auf Wunsch geschlossen</translation>
    </message>
    <message>
        <source>The changed profile no longer allows it</source>
        <translation>Das geänderte Profil erlaubt es nicht mehr</translation>
    </message>
    <message>
        <source>The changed rules send it another way</source>
        <translation>Die geänderten Regeln schicken sie einen anderen Weg</translation>
    </message>
    <message>
        <source>Nothing was sent for too long</source>
        <translation>Zu lange wurde nichts gesendet</translation>
    </message>
    <message>
        <source>One side had finished and the other sent nothing for too long</source>
        <translation>Eine Seite war fertig, und die andere sendete zu lange nichts</translation>
    </message>
    <message>
        <source>The proxy was stopped</source>
        <translation>Der Proxy wurde beendet</translation>
    </message>
    <message>
        <source>Not supported yet</source>
        <translation>Noch nicht unterstützt</translation>
    </message>
    <message>
        <source>General failure</source>
        <translation>Allgemeiner Fehler</translation>
    </message>
    <message>
        <source>No local port is free for another connection</source>
        <translation>Kein lokaler Port ist für eine weitere Verbindung frei</translation>
    </message>
</context>
<context>
    <name>engine::Message</name>
    <message>
        <source>null</source>
        <translation>null</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true oder false</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>eine Zahl</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>eine Liste</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>ein Objekt</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>must be %1, not %2</source>
        <translation>muss %1 sein, nicht %2</translation>
    </message>
    <message>
        <source>further errors: %1</source>
        <translation>weitere Fehler: %1</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>unknown key</source>
        <translation>unbekannter Schlüssel</translation>
    </message>
    <message>
        <source>has %1 entries; %2 are allowed</source>
        <translation>hat %1 Einträge; erlaubt sind %2</translation>
    </message>
    <message>
        <source>must not be empty</source>
        <translation>darf nicht leer sein</translation>
    </message>
    <message>
        <source>is longer than %1 bytes</source>
        <translation>ist länger als %1 Byte</translation>
    </message>
    <message>
        <source>must not hold control characters</source>
        <translation>darf keine Steuerzeichen enthalten</translation>
    </message>
    <message>
        <source>must be from %1 to %2</source>
        <translation>muss zwischen %1 und %2 liegen</translation>
    </message>
    <message>
        <source>must be a whole number</source>
        <translation>muss eine ganze Zahl sein</translation>
    </message>
    <message>
        <source>must be base64</source>
        <translation>muss base64 sein</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>must be base64 of %1 bytes, not of %2</source>
        <translation>muss base64 von %1 Byte sein, nicht von %2</translation>
    </message>
    <message>
        <source>%1 is none of %2</source>
        <translation>%1 ist keines von %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>is listed twice</source>
        <translation>ist doppelt aufgeführt</translation>
    </message>
    <message>
        <source>must list at least one of &quot;socks4&quot;, &quot;socks5&quot;, &quot;http&quot;</source>
        <translation>muss mindestens eines von &quot;socks4&quot;, &quot;socks5&quot;, &quot;http&quot; enthalten</translation>
    </message>
    <message>
        <source>%1 is not an IPv4 or IPv6 address</source>
        <translation>%1 ist keine IPv4- oder IPv6-Adresse</translation>
    </message>
    <message>
        <source>whoever can reach %1 could use this proxy: set &quot;authentication&quot; to &quot;password&quot;, or &quot;open&quot; to true if an open proxy is meant</source>
        <translation>wer %1 erreichen kann, könnte diesen Proxy benutzen: &quot;authentication&quot; auf &quot;password&quot; setzen oder &quot;open&quot; auf true, wenn ein offener Proxy gewollt ist</translation>
    </message>
    <message>
        <source>must list at least one listener</source>
        <translation>muss mindestens einen Zugang enthalten</translation>
    </message>
    <message>
        <source>%1 is already the endpoint of %2</source>
        <translation>%1 ist schon der Endpunkt von %2</translation>
    </message>
    <message>
        <source>%1 is already the name of %2</source>
        <translation>%1 ist schon der Name von %2</translation>
    </message>
    <message>
        <source>nobody could log in: &quot;users&quot; lists no one (hosier --set-password NAME adds a user)</source>
        <translation>niemand könnte sich anmelden: &quot;users&quot; ist leer (hosier --set-password NAME fügt einen Benutzer hinzu)</translation>
    </message>
    <message>
        <source>is missing; this program reads version %1</source>
        <translation>fehlt; dieses Programm liest Version %1</translation>
    </message>
    <message>
        <source>is %1; this program reads version %2</source>
        <translation>ist %1; dieses Programm liest Version %2</translation>
    </message>
    <message>
        <source>line %1, column %2</source>
        <translation>Zeile %1, Spalte %2</translation>
    </message>
    <message>
        <source>the profile is larger than %1 bytes</source>
        <translation>das Profil ist größer als %1 Byte</translation>
    </message>
    <message>
        <source>must be an object</source>
        <translation>muss ein Objekt sein</translation>
    </message>
    <message>
        <source>may hold only letters A to Z, digits, &quot;-&quot;, &quot;_&quot; and &quot;.&quot;</source>
        <translation>darf nur Buchstaben von A bis Z, Ziffern, &quot;-&quot;, &quot;_&quot; und &quot;.&quot; enthalten</translation>
    </message>
    <message>
        <source>%1 is already the id at %2</source>
        <translation>%1 ist schon die Kennung bei %2</translation>
    </message>
    <message>
        <source>SOCKS4 has no names: set &quot;protocol&quot; to &quot;socks4a&quot;, or this to &quot;local&quot;</source>
        <translation>SOCKS4 kennt keine Namen: &quot;protocol&quot; auf &quot;socks4a&quot; setzen oder dies auf &quot;local&quot;</translation>
    </message>
    <message>
        <source>means nothing unless &quot;tls&quot; is true</source>
        <translation>bedeutet nichts, außer wenn &quot;tls&quot; true ist</translation>
    </message>
    <message>
        <source>holds a colon, which HTTP&apos;s Basic login cannot carry</source>
        <translation>enthält einen Doppelpunkt, den die Basic-Anmeldung von HTTP nicht übertragen kann</translation>
    </message>
    <message>
        <source>must list at least one server or route</source>
        <translation>muss mindestens einen Server oder eine Route enthalten</translation>
    </message>
    <message>
        <source>there is no server or route with the id %1</source>
        <translation>es gibt keinen Server und keine Route mit der Kennung %1</translation>
    </message>
    <message>
        <source>the route contains itself: %1</source>
        <translation>die Route enthält sich selbst: %1</translation>
    </message>
    <message>
        <source>is a chain of more than %1 servers</source>
        <translation>ist eine Kette aus mehr als %1 Servern</translation>
    </message>
    <message>
        <source>%1 is neither a port (&quot;80&quot;) nor a range of ports (&quot;8000-9000&quot;)</source>
        <translation>%1 ist weder ein Port (&quot;80&quot;) noch ein Portbereich (&quot;8000-9000&quot;)</translation>
    </message>
    <message>
        <source>%1 is not an address block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1 ist kein Adressblock wie &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>%1 is not a host: it holds a space</source>
        <translation>%1 ist kein Rechner: enthält ein Leerzeichen</translation>
    </message>
    <message>
        <source>%1: &quot;*&quot; stands for whole labels at one end of a name, as in &quot;*.lan&quot; or &quot;mail.*&quot;</source>
        <translation>%1: &quot;*&quot; steht für ganze Teile am Anfang oder Ende eines Namens, wie in &quot;*.lan&quot; oder &quot;mail.*&quot;</translation>
    </message>
    <message>
        <source>%1 is not a range of addresses such as &quot;10.0.0.1-10.0.0.9&quot;</source>
        <translation>%1 ist kein Adressbereich wie &quot;10.0.0.1-10.0.0.9&quot;</translation>
    </message>
    <message>
        <source>%1 is not an address or an address block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1 ist weder eine Adresse noch ein Adressblock wie &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>%1 cannot carry UDP, which &quot;transports&quot; lists: only SOCKS5 servers can</source>
        <translation>%1 kann UDP nicht befördern, das in &quot;transports&quot; steht: das können nur SOCKS5-Server</translation>
    </message>
    <message>
        <source>%1 is none of &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</source>
        <translation>%1 ist keines von &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</translation>
    </message>
    <message>
        <source>this session has no D-Bus</source>
        <translation>diese Sitzung hat keinen D-Bus</translation>
    </message>
    <message>
        <source>the session&apos;s D-Bus cannot be reached</source>
        <translation>der D-Bus der Sitzung ist nicht erreichbar</translation>
    </message>
    <message>
        <source>libsecret-1.so.0 is missing, or Qt runs without GLib</source>
        <translation>libsecret-1.so.0 fehlt, oder Qt läuft ohne GLib</translation>
    </message>
    <message>
        <source>neither a Secret Service nor KWallet is on the session&apos;s D-Bus</source>
        <translation>weder ein Secret Service noch KWallet ist am D-Bus der Sitzung</translation>
    </message>
    <message>
        <source>this program was built without QtKeychain</source>
        <translation>dieses Programm wurde ohne QtKeychain gebaut</translation>
    </message>
    <message>
        <source>there is no credential store</source>
        <translation>es gibt keinen Passwortspeicher</translation>
    </message>
    <message>
        <source>the credential store has no password for it</source>
        <translation>der Passwortspeicher hat kein Passwort dafür</translation>
    </message>
    <message>
        <source>the credential store gives no access</source>
        <translation>der Passwortspeicher gewährt keinen Zugriff</translation>
    </message>
    <message>
        <source>the credential store does not answer</source>
        <translation>der Passwortspeicher antwortet nicht</translation>
    </message>
    <message>
        <source>the credential store failed</source>
        <translation>der Passwortspeicher hat versagt</translation>
    </message>
    <message>
        <source>%1 cannot be made</source>
        <translation>%1 kann nicht angelegt werden</translation>
    </message>
    <message>
        <source>%1 is not a regular file</source>
        <translation>%1 ist keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>server %1: its password is not removed: %2</source>
        <translation>Server %1: sein Passwort ist nicht entfernt: %2</translation>
    </message>
    <message>
        <source>server %1: its password is not kept under the new id: %2</source>
        <translation>Server %1: sein Passwort ist nicht unter der neuen Kennung abgelegt: %2</translation>
    </message>
    <message>
        <source>server %1: its password is not known: %2</source>
        <translation>Server %1: sein Passwort ist nicht bekannt: %2</translation>
    </message>
    <message>
        <source>cannot write %1: %2</source>
        <translation>%1 kann nicht geschrieben werden: %2</translation>
    </message>
    <message>
        <source>cannot read %1: %2</source>
        <translation>%1 kann nicht gelesen werden: %2</translation>
    </message>
    <message>
        <source>cannot create the directory of %1</source>
        <translation>das Verzeichnis von %1 kann nicht angelegt werden</translation>
    </message>
    <message>
        <source>%1 belongs to the profile in use</source>
        <translation>%1 gehört zum benutzten Profil</translation>
    </message>
    <message>
        <source>the profile has no listener</source>
        <translation>das Profil hat keinen Zugang</translation>
    </message>
    <message>
        <source>whoever can reach %1 could use this proxy: the profile&apos;s first listener asks for no password and is not &quot;open&quot;</source>
        <translation>wer %1 erreichen kann, könnte diesen Proxy benutzen: der erste Zugang des Profils verlangt kein Passwort und ist nicht &quot;open&quot;</translation>
    </message>
    <message>
        <source>%1 is already the endpoint of the listener &quot;%2&quot;</source>
        <translation>%1 ist schon der Endpunkt des Zugangs „%2“</translation>
    </message>
    <message>
        <source>the password file %1 is no regular file</source>
        <translation>die Passwortdatei %1 ist keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>the password file %1 is open to others: chmod 600</source>
        <translation>die Passwortdatei %1 ist für andere zugänglich: chmod 600</translation>
    </message>
    <message>
        <source>cannot read the password file %1: %2</source>
        <translation>die Passwortdatei %1 kann nicht gelesen werden: %2</translation>
    </message>
    <message>
        <source>the password in %1 is not 1 to 255 bytes long</source>
        <translation>das Passwort in %1 ist nicht 1 bis 255 Byte lang</translation>
    </message>
    <message>
        <source>server %1: %2</source>
        <translation>Server %1: %2</translation>
    </message>
    <message>
        <source>the running instance did not answer</source>
        <translation>die laufende Instanz hat nicht geantwortet</translation>
    </message>
    <message>
        <source>no running instance uses this profile</source>
        <translation>keine laufende Instanz verwendet dieses Profil</translation>
    </message>
    <message>
        <source>the running instance is not ready</source>
        <translation>die laufende Instanz ist nicht bereit</translation>
    </message>
    <message>
        <source>the running instance has no interface (--headless)</source>
        <translation>die laufende Instanz hat keine Oberfläche (--headless)</translation>
    </message>
    <message>
        <source>%1 is too large</source>
        <translation>%1 ist zu groß</translation>
    </message>
    <message>
        <source>%1 is a link or a directory</source>
        <translation>%1 ist ein Link oder ein Verzeichnis</translation>
    </message>
    <message>
        <source>cannot create %1</source>
        <translation>%1 kann nicht angelegt werden</translation>
    </message>
    <message>
        <source>cannot remove %1: %2</source>
        <translation>%1 kann nicht entfernt werden: %2</translation>
    </message>
    <message>
        <source>%1%2 has no key &quot;%3&quot;</source>
        <translation>%1%2 hat keinen Schlüssel &quot;%3&quot;</translation>
    </message>
    <message>
        <source>%1 is locked by the administrator</source>
        <translation>%1 ist vom Systemverwalter gesperrt</translation>
    </message>
    <message>
        <source>InternetQueryOption: error %1</source>
        <translation>InternetQueryOption: Fehler %1</translation>
    </message>
    <message>
        <source>InternetSetOption: error %1</source>
        <translation>InternetSetOption: Fehler %1</translation>
    </message>
    <message>
        <source>they do not stay as they are written</source>
        <translation>sie bleiben nicht so, wie sie geschrieben werden</translation>
    </message>
    <message>
        <source>no answer within %1 s</source>
        <translation>keine Antwort innerhalb von %1 s</translation>
    </message>
    <message>
        <source>failed (%1)</source>
        <translation>fehlgeschlagen (%1)</translation>
    </message>
    <message>
        <source>only SOCKS5 carries UDP</source>
        <translation>nur SOCKS5 überträgt UDP</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>it hung up</source>
        <translation>er hat die Verbindung beendet</translation>
    </message>
    <message>
        <source>malformed or oversized request</source>
        <translation>fehlerhafte oder zu große Anfrage</translation>
    </message>
    <message>
        <source>only /proxy.pac is to be had here</source>
        <translation>hier gibt es nur /proxy.pac</translation>
    </message>
    <message>
        <source>CONNECT needs a connection of its own</source>
        <translation>CONNECT braucht eine eigene Verbindung</translation>
    </message>
    <message>
        <source>malformed chunks</source>
        <translation>fehlerhafte Chunks</translation>
    </message>
    <message>
        <source>by the target</source>
        <translation>vom Ziel</translation>
    </message>
    <message>
        <source>malformed chunks from the target</source>
        <translation>fehlerhafte Chunks vom Ziel</translation>
    </message>
    <message>
        <source>the target&apos;s answer is malformed</source>
        <translation>die Antwort des Ziels ist fehlerhaft</translation>
    </message>
    <message>
        <source>it asks for a user name and password</source>
        <translation>er verlangt Benutzernamen und Passwort</translation>
    </message>
    <message>
        <source>reply 7, command not supported</source>
        <translation>Antwort 7, Befehl nicht unterstützt</translation>
    </message>
    <message>
        <source>reply 8, address type not supported</source>
        <translation>Antwort 8, Adresstyp nicht unterstützt</translation>
    </message>
    <message>
        <source>reply %1</source>
        <translation>Antwort %1</translation>
    </message>
    <message>
        <source>SOCKS4 code %1</source>
        <translation>SOCKS4-Code %1</translation>
    </message>
    <message>
        <source>it chose a method that was not offered</source>
        <translation>er hat ein nicht angebotenes Verfahren gewählt</translation>
    </message>
    <message>
        <source>it takes no user name and password</source>
        <translation>er nimmt weder Benutzernamen noch Passwort an</translation>
    </message>
    <message>
        <source>too many interim answers</source>
        <translation>zu viele vorläufige Antworten</translation>
    </message>
    <message>
        <source>HTTP status %1</source>
        <translation>HTTP-Status %1</translation>
    </message>
    <message>
        <source>SOCKS4 has no UDP</source>
        <translation>SOCKS4 kennt kein UDP</translation>
    </message>
    <message>
        <source>SOCKS4 has no IPv6</source>
        <translation>SOCKS4 kennt kein IPv6</translation>
    </message>
    <message>
        <source>HTTP has no BIND</source>
        <translation>HTTP kennt kein BIND</translation>
    </message>
    <message>
        <source>HTTP has no UDP</source>
        <translation>HTTP kennt kein UDP</translation>
    </message>
    <message>
        <source>HTTP cannot say this name</source>
        <translation>HTTP kann diesen Namen nicht ausdrücken</translation>
    </message>
    <message>
        <source>too many others are under way</source>
        <translation>zu viele andere sind schon unterwegs</translation>
    </message>
    <message>
        <source>no thread for it</source>
        <translation>kein Thread dafür verfügbar</translation>
    </message>
    <message>
        <source>no answer by UDP</source>
        <translation>keine Antwort über UDP</translation>
    </message>
    <message>
        <source>no descriptors are left</source>
        <translation>es sind keine Deskriptoren mehr frei</translation>
    </message>
    <message>
        <source>its certificate is not the pinned one but has the SHA-256 %1</source>
        <translation>sein Zertifikat ist nicht das angeheftete, sondern hat den SHA-256 %1</translation>
    </message>
    <message>
        <source>it leads back here</source>
        <translation>er führt hierher zurück</translation>
    </message>
    <message>
        <source>its answer is too long</source>
        <translation>seine Antwort ist zu lang</translation>
    </message>
    <message>
        <source>cannot be true beside &quot;passwordFile&quot;</source>
        <translation>kann nicht neben &quot;passwordFile&quot; wahr sein</translation>
    </message>
    <message>
        <source>by the client</source>
        <translation>vom Client</translation>
    </message>
    <message>
        <source>%1 is not a host: what follows the &quot;:&quot; belongs into &quot;ports&quot;</source>
        <translation>%1 ist kein Rechner: Was auf &quot;:&quot; folgt, gehört in &quot;ports&quot;</translation>
    </message>
    <message>
        <source>%1 is neither a name nor an address</source>
        <translation>%1 ist weder ein Name noch eine Adresse</translation>
    </message>
    <message>
        <source>%1 is not a host: something is missing before or after a dot; &quot;*.lan&quot; stands for all names that end in &quot;.lan&quot;</source>
        <translation>%1 ist kein Rechner: Vor oder nach einem Punkt fehlt etwas; &quot;*.lan&quot; steht für alle Namen, die auf &quot;.lan&quot; enden</translation>
    </message>
    <message>
        <source>%1 is not a host: &quot;?&quot; is no wildcard in names of hosts</source>
        <translation>%1 ist kein Rechner: &quot;?&quot; ist in Namen von Rechnern kein Platzhalter</translation>
    </message>
    <message>
        <source>%1: &quot;*&quot; stands for parts of names, not of addresses: write a block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1: &quot;*&quot; steht für Teile von Namen, nicht von Adressen: Schreiben Sie einen Block wie &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>The profile&apos;s file was changed by another program meanwhile. It is in force now; please make your change once more.</source>
        <translation>Die Datei des Profils wurde inzwischen von einem anderen Programm geändert. Sie gilt jetzt; bitte nehmen Sie Ihre Änderung noch einmal vor.</translation>
    </message>
    <message>
        <source>%1 is more than one entry: each stands by itself</source>
        <translation>%1 sind mehrere Einträge: Jeder steht für sich</translation>
    </message>
    <message>
        <source>%1 is a URL: only the host in it belongs here</source>
        <translation>%1 ist eine URL: Nur der Host daraus gehört hierher</translation>
    </message>
    <message>
        <source>%1 stands without quotes here</source>
        <translation>%1 steht hier ohne Anführungszeichen</translation>
    </message>
    <message>
        <source>%1 is neither the name of a program nor its whole path, such as &quot;/usr/bin/curl&quot; or &quot;C:\Tools\curl.exe&quot;</source>
        <translation>%1 ist weder der Name eines Programms noch sein ganzer Pfad wie &quot;/usr/bin/curl&quot; oder &quot;C:\Tools\curl.exe&quot;</translation>
    </message>
    <message>
        <source>the program is about to end</source>
        <translation>das Programm wird gerade beendet</translation>
    </message>
    <message>
        <source>the running instance has hung up</source>
        <translation>die laufende Instanz hat die Verbindung beendet</translation>
    </message>
    <message>
        <source>it refused the connection</source>
        <translation>er hat die Verbindung abgelehnt</translation>
    </message>
    <message>
        <source>it is unreachable</source>
        <translation>er ist nicht erreichbar</translation>
    </message>
    <message>
        <source>its network is unreachable</source>
        <translation>sein Netz ist nicht erreichbar</translation>
    </message>
    <message>
        <source>it did not answer in time</source>
        <translation>er hat nicht rechtzeitig geantwortet</translation>
    </message>
    <message>
        <source>the server before it does not allow it</source>
        <translation>der Server davor erlaubt es nicht</translation>
    </message>
    <message>
        <source>the server before it could not connect to it</source>
        <translation>der Server davor konnte sich nicht mit ihm verbinden</translation>
    </message>
    <message>
        <source>%1 is neither an address nor the name of one host, which holds no &quot;/&quot;, &quot;:&quot; or &quot;*&quot;</source>
        <translation>%1 ist weder eine Adresse noch der Name eines einzelnen Rechners; ein solcher Name enthält kein &quot;/&quot;, &quot;:&quot; oder &quot;*&quot;</translation>
    </message>
    <message>
        <source>%1 is no name that can be asked for: it is too long, or holds a space or what cannot be seen</source>
        <translation>%1 ist kein Name, der angefragt werden kann: Er ist zu lang oder enthält ein Leerzeichen oder unsichtbare Zeichen</translation>
    </message>
    <message>
        <source>the profile is empty</source>
        <translation>das Profil ist leer</translation>
    </message>
    <message>
        <source>%1 is none of &quot;default&quot;, &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</source>
        <translation>%1 ist keines von &quot;default&quot;, &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</translation>
    </message>
    <message>
        <source>%1 begins with two separators: write %2, or %3 for a program in a network</source>
        <translation>%1 beginnt mit zwei Trennzeichen: Schreiben Sie %2, oder %3 für ein Programm in einem Netz</translation>
    </message>
    <message>
        <source>%1 is no path that a program is known by, for it holds &quot;.&quot;, &quot;..&quot; or two separators in a row: write %2</source>
        <translation>%1 ist kein Pfad, unter dem ein Programm bekannt ist, denn er enthält &quot;.&quot;, &quot;..&quot; oder zwei Trennzeichen hintereinander: Schreiben Sie %2</translation>
    </message>
    <message>
        <source>%1 has bits set behind its prefix: write %2 for the block</source>
        <translation>bei %1 sind Bits hinter dem Präfix gesetzt: Schreiben Sie %2 für den Block</translation>
    </message>
    <message>
        <source>%1 begins or ends with a space: leave that out</source>
        <translation>%1 beginnt oder endet mit einem Leerzeichen: Lassen Sie es weg</translation>
    </message>
    <message>
        <source>%1 ends like a directory: write %2 for all programs below it</source>
        <translation>%1 endet wie ein Verzeichnis: Schreiben Sie %2 für alle Programme darunter</translation>
    </message>
    <message>
        <source>%1 (its certificate has the SHA-256 %2)</source>
        <translation>%1 (sein Zertifikat hat die SHA-256 %2)</translation>
    </message>
    <message>
        <source>the keyring is locked</source>
        <translation>der Schlüsselbund ist gesperrt</translation>
    </message>
    <message>
        <source>servers %1: their passwords are not removed: %2</source>
        <translation>Server %1: Die Passwörter wurden nicht entfernt: %2</translation>
    </message>
</context>
<context>
    <name>ui::About</name>
    <message>
        <source>About Hosier</source>
        <translation>Über Hosier</translation>
    </message>
    <message>
        <source>A proxy manager for the desktop: programs connect through it by SOCKS or HTTP, and you see every connection they make.&lt;br&gt;&lt;br&gt;Published under the MIT licence.</source>
        <translation>Ein Proxy-Manager für den Desktop: Programme verbinden sich über SOCKS oder HTTP durch ihn, und jede ihrer Verbindungen ist zu sehen.&lt;br&gt;&lt;br&gt;Veröffentlicht unter der MIT-Lizenz.</translation>
    </message>
    <message>
        <source>About Qt</source>
        <translation>Über Qt</translation>
    </message>
    <message>
        <source>Hosier is made with Qt, used under the GNU Lesser General Public License version 3.&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</source>
        <translation>Hosier verwendet Qt unter der GNU Lesser General Public License, Version 3.&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</translation>
    </message>
    <message>
        <source>The source code of Qt is at %1. The licences of Qt, and of the runtime libraries of GCC and mingw-w64 that come with Hosier, are in %2.</source>
        <translation>Der Quelltext von Qt steht unter %1. Die Lizenzen von Qt und der mitgelieferten Laufzeitbibliotheken von GCC und mingw-w64 liegen in %2.</translation>
    </message>
</context>
<context>
    <name>ui::ActionCombo</name>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Über %1</translation>
    </message>
</context>
<context>
    <name>ui::Actions</name>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Stop the proxy and quit Hosier</source>
        <translation>Den Proxy anhalten und Hosier beenden</translation>
    </message>
    <message>
        <source>Start at &amp;login</source>
        <translation>Beim Anmelden &amp;starten</translation>
    </message>
    <message>
        <source>&amp;Close window</source>
        <translation>&amp;Fenster schließen</translation>
    </message>
    <message>
        <source>Close the window; the proxy goes on in the tray where there is one</source>
        <translation>Das Fenster schließen; der Proxy läuft im Infobereich weiter, wo es einen gibt</translation>
    </message>
    <message>
        <source>&amp;Import...</source>
        <translation>&amp;Importieren...</translation>
    </message>
    <message>
        <source>Take a profile from a file, of Hosier or of Proxifier (.ppx)</source>
        <translation>Ein Profil von Hosier oder Proxifier (.ppx) aus einer Datei übernehmen</translation>
    </message>
    <message>
        <source>&amp;Export...</source>
        <translation>&amp;Exportieren...</translation>
    </message>
    <message>
        <source>Write the profile in force to a file</source>
        <translation>Das geltende Profil in eine Datei schreiben</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Copy the selected connections as text</source>
        <translation>Die ausgewählten Verbindungen als Text kopieren</translation>
    </message>
    <message>
        <source>Copy &amp;target</source>
        <translation>&amp;Ziel kopieren</translation>
    </message>
    <message>
        <source>Copy the targets of the selected connections</source>
        <translation>Die Ziele der ausgewählten Verbindungen kopieren</translation>
    </message>
    <message>
        <source>Close co&amp;nnection</source>
        <translation>Ver&amp;bindung schließen</translation>
    </message>
    <message>
        <source>Close the selected connections</source>
        <translation>Die ausgewählten Verbindungen schließen</translation>
    </message>
    <message>
        <source>E&amp;xplain...</source>
        <translation>E&amp;rklären...</translation>
    </message>
    <message>
        <source>Show which rule decides about such a connection, and why</source>
        <translation>Zeigen, welche Regel über eine solche Verbindung entscheidet und warum</translation>
    </message>
    <message>
        <source>Show what the rules decide about a connection that you describe</source>
        <translation>Zeigen, was die Regeln über eine beschriebene Verbindung entscheiden</translation>
    </message>
    <message>
        <source>&amp;Apply to open connections</source>
        <translation>&amp;Auf offene Verbindungen anwenden</translation>
    </message>
    <message>
        <source>Close the open connections that would go another way now, or be blocked, so that their programs connect again by the rules</source>
        <translation>Offene Verbindungen schließen, die jetzt einen anderen Weg nähmen oder blockiert würden, damit sich ihre Programme nach den Regeln neu verbinden</translation>
    </message>
    <message>
        <source>Filter &amp;log</source>
        <translation>&amp;Log filtern</translation>
    </message>
    <message>
        <source>Go to the filter field of the log</source>
        <translation>Zum Filterfeld des Logs gehen</translation>
    </message>
    <message>
        <source>&amp;Proxy on</source>
        <translation>&amp;Proxy ein</translation>
    </message>
    <message>
        <source>Open or close the listeners; open connections go on</source>
        <translation>Die Zugänge öffnen oder schließen; offene Verbindungen laufen weiter</translation>
    </message>
    <message>
        <source>&amp;Retry listeners</source>
        <translation>Zugänge e&amp;rneut öffnen</translation>
    </message>
    <message>
        <source>Try again to open the listeners that failed</source>
        <translation>Noch einmal versuchen, die gescheiterten Zugänge zu öffnen</translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation>S&amp;ystemproxy</translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier</source>
        <translation>Programme, die den Proxy-Einstellungen des Systems folgen, auf Hosier lenken</translation>
    </message>
    <message>
        <source>System proxy e&amp;xceptions...</source>
        <translation>Systempro&amp;xy-Ausnahmen...</translation>
    </message>
    <message>
        <source>Choose the hosts that programs reach without the system proxy</source>
        <translation>Die Rechner wählen, die Programme ohne den Systemproxy erreichen</translation>
    </message>
    <message>
        <source>Copy proxy &amp;environment variables</source>
        <translation>Proxy-&amp;Umgebungsvariablen kopieren</translation>
    </message>
    <message>
        <source>Copy lines for a shell that point programs at the proxy</source>
        <translation>Zeilen für eine Shell kopieren, die Programme auf den Proxy lenken</translation>
    </message>
    <message>
        <source>Close &amp;all connections</source>
        <translation>&amp;Alle Verbindungen schließen</translation>
    </message>
    <message>
        <source>Close every open connection; the proxy stays as it is</source>
        <translation>Jede offene Verbindung schließen; der Proxy bleibt, wie er ist</translation>
    </message>
    <message>
        <source>Log in its own &amp;window</source>
        <translation>Log in eigenem &amp;Fenster</translation>
    </message>
    <message>
        <source>Take the log out of the main window, or put it back</source>
        <translation>Das Log aus dem Hauptfenster lösen oder zurückbringen</translation>
    </message>
    <message>
        <source>&amp;About Hosier</source>
        <translation>Ü&amp;ber Hosier</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>Version und Lizenz</translation>
    </message>
    <message>
        <source>About &amp;Qt</source>
        <translation>Über &amp;Qt</translation>
    </message>
    <message>
        <source>Version of the Qt library</source>
        <translation>Version der Qt-Bibliothek</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <comment>mode</comment>
        <translation>&amp;Regeln</translation>
    </message>
    <message>
        <source>The rules decide, top to bottom; then the default action</source>
        <translation>Die Regeln entscheiden von oben nach unten, danach die Standardaktion</translation>
    </message>
    <message>
        <source>&amp;Everything</source>
        <comment>mode</comment>
        <translation>&amp;Alles</translation>
    </message>
    <message>
        <source>The default action is taken for everything, whatever the rules say</source>
        <translation>Für alles gilt die Standardaktion, was die Regeln auch sagen</translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>mode</comment>
        <translation>&amp;Direkt</translation>
    </message>
    <message>
        <source>Everything connects directly, and nothing is blocked</source>
        <translation>Alles verbindet sich direkt, und nichts wird blockiert</translation>
    </message>
    <message>
        <source>Try out</source>
        <translation>Ausprobieren</translation>
    </message>
    <message>
        <source>Apply to open</source>
        <translation>Auf offene anwenden</translation>
    </message>
    <message>
        <source>&amp;System&apos;s language</source>
        <translation>&amp;Sprache des Systems</translation>
    </message>
    <message>
        <source>The language of the desktop, where Hosier speaks it</source>
        <translation>Die Sprache des Desktops, sofern Hosier sie spricht</translation>
    </message>
    <message>
        <source>&amp;Try the rules out...</source>
        <translation>Regeln aus&amp;probieren...</translation>
    </message>
    <message>
        <source>&amp;Settings...</source>
        <translation>Einstell&amp;ungen...</translation>
    </message>
    <message>
        <source>Theme, log, limits and notifications</source>
        <translation>Design, Log, Grenzwerte und Benachrichtigungen</translation>
    </message>
    <message>
        <source>Start Hosier when you log in; the settings say whether in the tray</source>
        <translation>Hosier beim Anmelden starten; die Einstellungen legen fest, ob im Infobereich</translation>
    </message>
    <message>
        <source>&amp;Filter page</source>
        <translation>Seite &amp;filtern</translation>
    </message>
    <message>
        <source>Go to the field that filters the page in sight</source>
        <translation>Zum Feld gehen, das die sichtbare Seite filtert</translation>
    </message>
    <message>
        <source>Traffic in its &amp;own window</source>
        <translation>Datenverkehr in &amp;eigenem Fenster</translation>
    </message>
    <message>
        <source>Take the traffic out of the main window, or put it back</source>
        <translation>Den Datenverkehr aus dem Hauptfenster lösen oder zurückbringen</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationModel</name>
    <message>
        <source>The rule that decides about its connections; of one that has none, about its latest one</source>
        <translation>Die Regel, die über ihre Verbindungen entscheidet; hat sie keine, über ihre letzte</translation>
    </message>
    <message>
        <source>Since Hosier started</source>
        <translation>Seit Hosier gestartet ist</translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation>Anwendung</translation>
    </message>
    <message>
        <source>Live</source>
        <comment>column: open connections</comment>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation>Empf./s</translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation>Ges./s</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Last seen</source>
        <comment>column</comment>
        <translation>Zuletzt aktiv</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationText</name>
    <message>
        <source>No rule</source>
        <comment>no rule matched</comment>
        <translation>Keine Regel</translation>
    </message>
    <message>
        <source>Several</source>
        <comment>rules</comment>
        <translation>Mehrere</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <comment>rules</comment>
        <translation>
            <numerusform>+ %n weitere</numerusform>
            <numerusform>+ %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Now</source>
        <comment>last seen</comment>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>Just now</source>
        <comment>last seen</comment>
        <translation>Gerade eben</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <comment>last seen: a duration</comment>
        <translation>Vor %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>client, login name</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Unidentified programs</source>
        <translation>Unbekannte Programme</translation>
    </message>
    <message>
        <source>Client %1</source>
        <comment>address</comment>
        <translation>Client %1</translation>
    </message>
    <message>
        <source>Programs of this machine whose name the system did not tell, or that had gone before it could be asked.</source>
        <translation>Programme dieses Rechners, deren Namen das System nicht nannte oder die schon beendet waren, bevor es gefragt werden konnte.</translation>
    </message>
    <message>
        <source>A client of the proxy, known by its address.</source>
        <translation>Ein Client des Proxys, bekannt nach seiner Adresse.</translation>
    </message>
    <message>
        <source>Latest process: %1</source>
        <translation>Letzter Prozess: %1</translation>
    </message>
    <message>
        <source>Connections since Hosier started: %1</source>
        <translation>Verbindungen, seit Hosier gestartet ist: %1</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>Regeln: %1</translation>
    </message>
    <message>
        <source>Last seen: %1</source>
        <translation>Zuletzt aktiv: %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>program, path</comment>
        <translation>%1 (%2)</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationsPage</name>
    <message>
        <source>Applications</source>
        <translation>Anwendungen</translation>
    </message>
    <message>
        <source>Columns of the applications</source>
        <translation>Spalten der Anwendungen</translation>
    </message>
    <message>
        <source>New rule for a&amp;pplication...</source>
        <translation>Neue Regel für An&amp;wendung...</translation>
    </message>
    <message>
        <source>Make a rule for the selected application</source>
        <translation>Eine Regel für die ausgewählte Anwendung anlegen</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Copy the selected applications as text</source>
        <translation>Die ausgewählten Anwendungen als Text kopieren</translation>
    </message>
    <message>
        <source>Clo&amp;se connections of application</source>
        <translation>Verbindungen der Anwendung &amp;schließen</translation>
    </message>
    <message>
        <source>Close all connections of the selected applications</source>
        <translation>Alle Verbindungen der ausgewählten Anwendungen schließen</translation>
    </message>
</context>
<context>
    <name>ui::ClientSettings</name>
    <message>
        <source>Environment variables</source>
        <translation>Umgebungsvariablen</translation>
    </message>
    <message>
        <source>PAC address</source>
        <translation>PAC-Adresse</translation>
    </message>
    <message>
        <source>Copied. Put it into %1 and replace NAME and PASSWORD.</source>
        <translation>Kopiert. In %1 einfügen und NAME und PASSWORD ersetzen.</translation>
    </message>
    <message>
        <source>Copied. Put it into %1.</source>
        <comment>a file</comment>
        <translation>Kopiert. In %1 einfügen.</translation>
    </message>
    <message>
        <source>Copied. Paste it into a shell and replace NAME and PASSWORD.</source>
        <translation>Kopiert. In eine Shell einfügen und NAME und PASSWORD ersetzen.</translation>
    </message>
    <message>
        <source>Copied. Paste it into a shell: its programs then use %1.</source>
        <translation>Kopiert. In eine Shell eingefügt, verwenden deren Programme %1.</translation>
    </message>
    <message>
        <source>Copied. Enter it where a program or system asks for a PAC file or a configuration URL.</source>
        <translation>Kopiert. Dort eingeben, wo ein Programm oder System nach einer PAC-Datei oder Konfigurations-URL fragt.</translation>
    </message>
    <message>
        <source>The PAC file is served by HTTP. Add HTTP to the listener&apos;s protocols.</source>
        <translation>Die PAC-Datei wird über HTTP ausgeliefert. Fügen Sie den Protokollen des Zugangs HTTP hinzu.</translation>
    </message>
    <message>
        <source>%1 needs a listener that speaks HTTP.</source>
        <comment>a program</comment>
        <translation>%1 braucht einen Zugang, der HTTP spricht.</translation>
    </message>
    <message>
        <source>Environment variables (%1)</source>
        <comment>of a shell</comment>
        <translation>Umgebungsvariablen (%1)</translation>
    </message>
</context>
<context>
    <name>ui::ColumnMenu</name>
    <message>
        <source>Col&amp;umns</source>
        <translation>S&amp;palten</translation>
    </message>
</context>
<context>
    <name>ui::ConnectionModel</name>
    <message>
        <source>How long the connection is or was open. Sorts by when it was opened.</source>
        <translation>Wie lange die Verbindung offen ist oder war. Sortiert danach, wann sie geöffnet wurde.</translation>
    </message>
    <message>
        <source>The rule that decided what is done with the connection; blank: the default action</source>
        <translation>Die Regel, die über die Verbindung entschieden hat; leer: die Standardaktion</translation>
    </message>
    <message>
        <source>The server or route the connection goes by; blank: directly</source>
        <translation>Der Server oder die Route, über die die Verbindung geht; leer: direkt</translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation>Anwendung</translation>
    </message>
    <message>
        <source>Client</source>
        <comment>column</comment>
        <translation>Client</translation>
    </message>
    <message>
        <source>Target</source>
        <comment>column</comment>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation>Status</translation>
    </message>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation>Empf./s</translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation>Ges./s</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Route</source>
        <comment>column</comment>
        <translation>Route</translation>
    </message>
    <message>
        <source>The program that connects, or the client&apos;s address where none is known</source>
        <translation>Das Programm, das sich verbindet, oder die Adresse des Clients, wo keines bekannt ist</translation>
    </message>
</context>
<context>
    <name>ui::ConnectionText</name>
    <message>
        <source>%1 (%2)</source>
        <comment>client address, login name</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>state, reason</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Application: %1</source>
        <translation>Anwendung: %1</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Fehlgeschlagen: %1</translation>
    </message>
    <message>
        <source>Ended: %1</source>
        <translation>Beendet: %1</translation>
    </message>
    <message>
        <source>Target: %1</source>
        <translation>Ziel: %1</translation>
    </message>
    <message>
        <source>Connected to: %1</source>
        <translation>Verbunden mit: %1</translation>
    </message>
    <message>
        <source>Client: %1</source>
        <translation>Client: %1</translation>
    </message>
    <message>
        <source>Logged in as: %1</source>
        <translation>Angemeldet als: %1</translation>
    </message>
    <message>
        <source>Rule: %1</source>
        <translation>Regel: %1</translation>
    </message>
    <message>
        <source>By way of: %1</source>
        <comment>server or route</comment>
        <translation>Über: %1</translation>
    </message>
    <message>
        <source>Listener: %1</source>
        <translation>Zugang: %1</translation>
    </message>
    <message>
        <source>Opened at: %1</source>
        <translation>Geöffnet um: %1</translation>
    </message>
    <message>
        <source>Ended at: %1</source>
        <translation>Beendet um: %1</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <comment>state, how many connections</comment>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>%1 × %2: %3</source>
        <comment>state, how many connections, reason</comment>
        <translation>%1 × %2: %3</translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) ended alike. This is the last of them.</source>
        <translation>
            <numerusform>%n Verbindung endete auf gleiche Weise. Dies ist die letzte davon.</numerusform>
            <numerusform>%n Verbindungen endeten auf gleiche Weise. Dies ist die letzte davon.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) wait alike. This is the newest of them.</source>
        <translation>
            <numerusform>%n Verbindung wartet so. Dies ist die neueste.</numerusform>
            <numerusform>%n Verbindungen warten auf gleiche Weise. Dies ist die neueste davon.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ConnectionsPage</name>
    <message>
        <source>Retry</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>Columns of the connections</source>
        <translation>Spalten der Verbindungen</translation>
    </message>
    <message>
        <source>Retry to open the listener</source>
        <translation>Noch einmal versuchen, den Zugang zu öffnen</translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1. %2</source>
        <translation>Hosier kann auf %1 nicht lauschen. %2</translation>
    </message>
</context>
<context>
    <name>ui::CrashBar</name>
    <message>
        <source>Note of a crash</source>
        <translation>Hinweis auf einen Absturz</translation>
    </message>
    <message>
        <source>Hosier ended unexpectedly the last time. The note about it is %1.</source>
        <translation>Hosier ist beim letzten Mal unerwartet beendet worden. Die Notiz dazu ist %1.</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Show the folder of the note</source>
        <translation>Den Ordner der Notiz zeigen</translation>
    </message>
    <message>
        <source>Copy note</source>
        <translation>Notiz kopieren</translation>
    </message>
    <message>
        <source>Copy the note, to send it to whoever can make use of it</source>
        <translation>Die Notiz kopieren, um sie jemandem zu senden, der etwas damit anfangen kann</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Hide this message; the note stays</source>
        <translation>Diese Meldung ausblenden; die Notiz bleibt</translation>
    </message>
</context>
<context>
    <name>ui::DefaultRouteMenu</name>
    <message>
        <source>&amp;More…</source>
        <translation>&amp;Mehr…</translation>
    </message>
    <message>
        <source>&amp;No servers yet…</source>
        <translation>&amp;Noch keine Server…</translation>
    </message>
    <message>
        <source>Go to the page of servers</source>
        <translation>Zur Seite der Server gehen</translation>
    </message>
    <message>
        <source>Go to the page of servers, where the menu of each server and route has &quot;Use as default route&quot;</source>
        <translation>Zur Seite der Server gehen, wo das Menü jedes Servers und jeder Route „Als Standardroute verwenden“ enthält</translation>
    </message>
</context>
<context>
    <name>ui::DnsPage</name>
    <message>
        <source>&amp;Look names up here for rules about addresses</source>
        <translation>&amp;Namen für Regeln über Adressen hier auflösen</translation>
    </message>
    <message>
        <source>Names of direct connections are always looked up by this computer.</source>
        <translation>Namen direkter Verbindungen löst immer dieser Rechner auf.</translation>
    </message>
    <message>
        <source>Connections by way of a server</source>
        <translation>Verbindungen über einen Server</translation>
    </message>
    <message>
        <source>Names are looked up by these &amp;servers:</source>
        <translation>Namen werden von diesen &amp;Servern aufgelöst:</translation>
    </message>
    <message>
        <source>Servers that look names up</source>
        <translation>Server, die Namen auflösen</translation>
    </message>
    <message>
        <source>Server</source>
        <comment>column</comment>
        <translation>Server</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Names are looked up</source>
        <comment>column</comment>
        <translation>Namen aufgelöst</translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation>Spalten der Server</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>When off, rules about addresses do not apply to requests by name, and no name is looked up for the rules</source>
        <translation>Wenn aus, gelten Regeln über Adressen nicht für Anfragen nach Namen, und für die Regeln wird kein Name aufgelöst</translation>
    </message>
    <message>
        <source>Rules about addresses then also decide about requests by name. This computer&apos;s name server learns those names, also when the connection goes to a server.</source>
        <translation>Regeln über Adressen entscheiden dann auch über Anfragen nach Namen. Der Namensserver dieses Rechners erfährt diese Namen, auch wenn die Verbindung zu einem Server geht.</translation>
    </message>
    <message>
        <source>here: SOCKS4 takes addresses only</source>
        <comment>names are looked up</comment>
        <translation>hier: SOCKS4 nimmt nur Adressen</translation>
    </message>
    <message>
        <source>by the server</source>
        <comment>names are looked up</comment>
        <translation>vom Server</translation>
    </message>
    <message>
        <source>here</source>
        <comment>names are looked up</comment>
        <translation>hier</translation>
    </message>
    <message>
        <source>The profile has no servers.</source>
        <translation>Das Profil hat keine Server.</translation>
    </message>
    <message>
        <source>A checked server is told names as they are. For the others this computer looks names up and sends addresses.</source>
        <translation>Ein angekreuzter Server bekommt Namen, wie sie sind. Für die anderen löst dieser Rechner die Namen auf und sendet Adressen.</translation>
    </message>
</context>
<context>
    <name>ui::EmptyState</name>
    <message>
        <source>Command to try the proxy with</source>
        <translation>Befehl, um den Proxy auszuprobieren</translation>
    </message>
    <message>
        <source>No connection matches</source>
        <translation>Keine Verbindung passt</translation>
    </message>
    <message>
        <source>No application matches</source>
        <translation>Keine Anwendung passt</translation>
    </message>
    <message>
        <source>The filter is &quot;%1&quot;.</source>
        <translation>Der Filter lautet „%1“.</translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation>Filter löschen</translation>
    </message>
    <message>
        <source>The proxy is off</source>
        <translation>Der Proxy ist aus</translation>
    </message>
    <message>
        <source>No program can connect through Hosier until it is on.</source>
        <translation>Solange er aus ist, kann sich kein Programm über Hosier verbinden.</translation>
    </message>
    <message>
        <source>Turn the proxy on</source>
        <translation>Proxy einschalten</translation>
    </message>
    <message>
        <source>Nothing to listen on</source>
        <translation>Kein Zugang</translation>
    </message>
    <message>
        <source>Opening the listeners</source>
        <translation>Die Zugänge werden geöffnet</translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). Its connections appear here.</source>
        <translation>Lassen Sie ein Programm %1 (%2) als Proxy verwenden. Seine Verbindungen erscheinen hier.</translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). It appears here with its traffic and its rule.</source>
        <translation>Lassen Sie ein Programm %1 (%2) als Proxy verwenden. Es erscheint hier mit seinem Datenverkehr und seiner Regel.</translation>
    </message>
    <message>
        <source>No connections yet</source>
        <translation>Noch keine Verbindungen</translation>
    </message>
    <message>
        <source>No applications yet</source>
        <translation>Noch keine Anwendungen</translation>
    </message>
    <message>
        <source>Copy proxy environment variables</source>
        <translation>Proxy-Umgebungsvariablen kopieren</translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1</source>
        <translation>Hosier kann auf %1 nicht lauschen</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Use port %1 instead</source>
        <translation>Stattdessen Port %1 verwenden</translation>
    </message>
    <message>
        <source>The profile has no listener. Add one under Proxy &gt; Listeners and users.</source>
        <translation>Das Profil hat keinen Zugang. Fügen Sie unter Proxy &gt; Zugänge und Benutzer einen hinzu.</translation>
    </message>
    <message>
        <source>End that program and retry, or give the listener another port.</source>
        <translation>Beenden Sie jenes Programm und versuchen Sie es erneut, oder geben Sie dem Zugang einen anderen Port.</translation>
    </message>
    <message>
        <source>Change the listener under Proxy &gt; Listeners and users, or the system, then retry.</source>
        <translation>Ändern Sie den Zugang unter Proxy &gt; Zugänge und Benutzer oder das System, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>No rule matches</source>
        <translation>Keine Regel passt</translation>
    </message>
    <message>
        <source>No server or route matches</source>
        <translation>Kein Server und keine Route passt</translation>
    </message>
</context>
<context>
    <name>ui::EntriesEdit</name>
    <message>
        <source>Such as %1</source>
        <comment>example entries of a field</comment>
        <translation>Zum Beispiel %1</translation>
    </message>
    <message>
        <source>One entry a line. %1</source>
        <translation>Ein Eintrag je Zeile. %1</translation>
    </message>
</context>
<context>
    <name>ui::EventText</name>
    <message>
        <source>unknown client</source>
        <translation>unbekannter Client</translation>
    </message>
    <message>
        <source>%1, user %2</source>
        <comment>who connected, login name</comment>
        <translation>%1, Benutzer %2</translation>
    </message>
    <message>
        <source>rule &quot;%1&quot;</source>
        <translation>Regel „%1“</translation>
    </message>
    <message>
        <source>via %1</source>
        <comment>server or route</comment>
        <translation>über %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>client and target, what happened</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>closed, %1 down, %2 up, %3</source>
        <comment>bytes, bytes, duration</comment>
        <translation>geschlossen, %1 empfangen, %2 gesendet, %3</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>closed ..., reason</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>listener&apos;s address, its name</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>opened</source>
        <translation>geöffnet</translation>
    </message>
    <message>
        <source>failed: %1</source>
        <comment>reason</comment>
        <translation>fehlgeschlagen: %1</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <comment>reason</comment>
        <translation>abgewiesen: %1</translation>
    </message>
    <message>
        <source>login failed: %1</source>
        <comment>reason</comment>
        <translation>Anmeldung fehlgeschlagen: %1</translation>
    </message>
    <message>
        <source>login failed</source>
        <translation>Anmeldung fehlgeschlagen</translation>
    </message>
    <message>
        <source>UDP failed: %1</source>
        <comment>reason</comment>
        <translation>UDP fehlgeschlagen: %1</translation>
    </message>
    <message>
        <source>Engine started</source>
        <translation>Proxy-Dienst gestartet</translation>
    </message>
    <message>
        <source>Engine stopped</source>
        <translation>Proxy-Dienst beendet</translation>
    </message>
    <message>
        <source>Profile applied</source>
        <translation>Profil angewendet</translation>
    </message>
    <message>
        <source>Profile applied: %1</source>
        <translation>Profil angewendet: %1</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <comment>listener</comment>
        <translation>Lauscht auf %1</translation>
    </message>
    <message>
        <source>No longer listening on %1</source>
        <comment>listener</comment>
        <translation>Lauscht nicht mehr auf %1</translation>
    </message>
    <message>
        <source>Cannot listen on %1: %2</source>
        <comment>listener, reason</comment>
        <translation>Kann auf %1 nicht lauschen: %2</translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away</source>
        <translation>Zu viele offene Dateien: neue Clients warten oder werden abgewiesen</translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away (%1)</source>
        <translation>Zu viele offene Dateien: neue Clients warten oder werden abgewiesen (%1)</translation>
    </message>
    <message>
        <source>Server %1 does not work</source>
        <comment>server</comment>
        <translation>Server %1 funktioniert nicht</translation>
    </message>
    <message>
        <source>Server %1 works again</source>
        <comment>server</comment>
        <translation>Server %1 funktioniert wieder</translation>
    </message>
    <message>
        <source>A change of &quot;%1&quot; takes effect at the next start</source>
        <comment>profile key</comment>
        <translation>Eine Änderung von „%1“ wirkt erst beim nächsten Start</translation>
    </message>
    <message>
        <source>%1 (and %2 more like it)</source>
        <comment>line, count</comment>
        <translation>%1 (und %2 weitere dieser Art)</translation>
    </message>
    <message>
        <source>Debug</source>
        <comment>log level</comment>
        <translation>Ausführlich</translation>
    </message>
    <message>
        <source>Info</source>
        <comment>log level</comment>
        <translation>Info</translation>
    </message>
    <message>
        <source>Warning</source>
        <comment>log level</comment>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Error</source>
        <comment>log level</comment>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Handshake</source>
        <comment>connection state</comment>
        <translation>Handshake</translation>
    </message>
    <message>
        <source>Logging in</source>
        <comment>connection state</comment>
        <translation>Anmeldung</translation>
    </message>
    <message>
        <source>Connecting</source>
        <comment>connection state</comment>
        <translation>Verbindet</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>connection state</comment>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Half closed</source>
        <comment>connection state</comment>
        <translation>Halb geschlossen</translation>
    </message>
    <message>
        <source>Closed</source>
        <comment>connection state</comment>
        <translation>Geschlossen</translation>
    </message>
    <message>
        <source>Failed</source>
        <comment>connection state</comment>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>PID %1</source>
        <translation>PID %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>application, process id</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>reason, program with the port</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>decided</source>
        <translation>entschieden</translation>
    </message>
</context>
<context>
    <name>ui::ExplainDialog</name>
    <message>
        <source>Explain</source>
        <translation>Erklären</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Rechner</translation>
    </message>
    <message>
        <source>example.org or 192.0.2.1</source>
        <translation>example.org oder 192.0.2.1</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>Transport</translation>
    </message>
    <message>
        <source>Rules in the order they were tried</source>
        <translation>Regeln in der Reihenfolge, in der sie geprüft wurden</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Matches</source>
        <comment>column</comment>
        <translation>Trifft zu</translation>
    </message>
    <message>
        <source>Why not</source>
        <comment>column</comment>
        <translation>Warum nicht</translation>
    </message>
    <message>
        <source>&amp;Application:</source>
        <translation>&amp;Anwendung:</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>&amp;Rechner:</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>&amp;Port:</translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation>&amp;Transport:</translation>
    </message>
    <message>
        <source>Where does the connection go?</source>
        <translation>Wohin geht die Verbindung?</translation>
    </message>
    <message>
        <source>Enter a host to see what the rules decide about it. Nothing is opened.</source>
        <translation>Geben Sie einen Rechner ein, um zu sehen, was die Regeln entscheiden. Es wird nichts geöffnet.</translation>
    </message>
    <message>
        <source>Yes</source>
        <comment>the rule matches</comment>
        <translation>Ja</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>Direct</source>
        <translation>Direkt</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Über %1</translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation>Server: %1</translation>
    </message>
    <message>
        <source>The rule %1 decides.</source>
        <translation>Die Regel %1 entscheidet.</translation>
    </message>
    <message>
        <source>The mode %1 decides; no rule is asked.</source>
        <translation>Der Modus %1 entscheidet; keine Regel wird gefragt.</translation>
    </message>
    <message>
        <source>The application is not identified, and the profile says what is done then.</source>
        <translation>Die Anwendung ist nicht erkannt, und das Profil legt fest, was dann geschieht.</translation>
    </message>
    <message>
        <source>No rule matches: the default action is taken.</source>
        <translation>Keine Regel trifft zu: Es gilt die Standardaktion.</translation>
    </message>
    <message>
        <source>Down at the moment: %1</source>
        <comment>servers</comment>
        <translation>Zurzeit ausgefallen: %1</translation>
    </message>
    <message>
        <source>Of the group, the first server that works is taken.</source>
        <translation>Aus der Gruppe wird der erste funktionierende Server genommen.</translation>
    </message>
    <message>
        <source>Of the group, the server that this host was given is taken, among those that work.</source>
        <translation>Aus der Gruppe wird unter den funktionierenden Servern der genommen, der diesem Rechner zugeteilt ist.</translation>
    </message>
    <message>
        <source>Address: %1, looked up for the rules</source>
        <translation>Adresse: %1, für die Regeln aufgelöst</translation>
    </message>
    <message>
        <source>The name was not looked up, so rules on addresses could not be judged.</source>
        <translation>Der Name wurde nicht aufgelöst, daher konnten Regeln über Adressen nicht geprüft werden.</translation>
    </message>
    <message>
        <source>The last server looks the name up; rules on addresses do not apply to names.</source>
        <translation>Der letzte Server löst den Namen auf; Regeln über Adressen gelten nicht für Namen.</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>The name that the client has logged in with</source>
        <translation>Der Name, mit dem sich der Client angemeldet hat</translation>
    </message>
    <message>
        <source>anna; empty: not logged in</source>
        <translation>anna; leer: nicht angemeldet</translation>
    </message>
    <message>
        <source>Client address</source>
        <translation>Clientadresse</translation>
    </message>
    <message>
        <source>The address that the client connects from</source>
        <translation>Die Adresse, von der aus sich der Client verbindet</translation>
    </message>
    <message>
        <source>192.168.1.20; empty: this machine</source>
        <translation>192.168.1.20; leer: dieser Rechner</translation>
    </message>
    <message>
        <source>Child &amp;of:</source>
        <translation>Gestartet &amp;von:</translation>
    </message>
    <message>
        <source>&amp;User:</source>
        <translation>&amp;Benutzer:</translation>
    </message>
    <message>
        <source>C&amp;lient address:</source>
        <translation>&amp;Clientadresse:</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no IP address, such as 192.168.1.20.</source>
        <translation>„%1“ ist keine IP-Adresse wie 192.168.1.20.</translation>
    </message>
    <message>
        <source>This is what would be decided now.</source>
        <translation>So würde jetzt entschieden.</translation>
    </message>
    <message>
        <source>no rule</source>
        <translation>keine Regel</translation>
    </message>
    <message>
        <source>rule %1</source>
        <translation>Regel %1</translation>
    </message>
    <message>
        <source>direct</source>
        <comment>route</comment>
        <translation>direkt</translation>
    </message>
    <message>
        <source>by way of %1</source>
        <comment>server or route</comment>
        <translation>über %1</translation>
    </message>
    <message>
        <source>When it was opened: %1.</source>
        <comment>rule, route</comment>
        <translation>Beim Öffnen: %1.</translation>
    </message>
    <message>
        <source>The name is not looked up for the rules: none on addresses could decide before it does.</source>
        <translation>Der Name wird für die Regeln nicht aufgelöst: Keine Regel über Adressen könnte vor ihm entscheiden.</translation>
    </message>
    <message>
        <source>The name is not looked up; rules on addresses do not apply to names.</source>
        <translation>Der Name wird nicht aufgelöst; Regeln über Adressen gelten nicht für Namen.</translation>
    </message>
    <message>
        <source>The name is looked up here to connect; rules on addresses do not apply to names.</source>
        <translation>Der Name wird hier zum Verbinden aufgelöst; Regeln über Adressen gelten nicht für Namen.</translation>
    </message>
    <message>
        <source>The name was looked up in vain, so rules on addresses could not be judged. Only a server may look it up again.</source>
        <translation>Der Name ließ sich nicht auflösen, daher waren Regeln über Adressen nicht zu prüfen. Nur ein Server darf ihn noch einmal auflösen.</translation>
    </message>
    <message>
        <source>Of the group, the server that the first host of the association was given is taken, among those that work.</source>
        <translation>Aus der Gruppe wird unter den funktionierenden Servern der genommen, der dem ersten Rechner der Zuordnung zugeteilt ist.</translation>
    </message>
</context>
<context>
    <name>ui::ExportDialog</name>
    <message>
        <source>Include the local &amp;users with the hashes of their passwords</source>
        <translation>Lokale &amp;Benutzer mit den Hashwerten ihrer Passwörter einschließen</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>The profile in force is written to a file: listeners, servers, routes, rules and limits. Passwords of servers are in no profile.</source>
        <translation>Das geltende Profil wird in eine Datei geschrieben: Zugänge, Server, Routen, Regeln und Grenzwerte. Passwörter von Servern stehen in keinem Profil.</translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes</source>
        <translation>Wer die Datei bekommt, kann Passwörter gegen die Hashwerte ausprobieren</translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes. Where a profile without users is imported, the users that are there stay.</source>
        <translation>Wer die Datei bekommt, kann Passwörter gegen die Hashwerte ausprobieren. Wo ein Profil ohne Benutzer importiert wird, bleiben die vorhandenen Benutzer.</translation>
    </message>
    <message>
        <source>&amp;Choose file...</source>
        <translation>&amp;Datei wählen...</translation>
    </message>
    <message>
        <source>Export the profile</source>
        <translation>Das Profil exportieren</translation>
    </message>
    <message>
        <source>Profiles of Hosier (*.json)</source>
        <translation>Profile von Hosier (*.json)</translation>
    </message>
    <message>
        <source>Nothing was exported: %1</source>
        <translation>Nichts wurde exportiert: %1</translation>
    </message>
</context>
<context>
    <name>ui::FilterEdit</name>
    <message>
        <source>Clear the filter</source>
        <translation>Den Filter löschen</translation>
    </message>
</context>
<context>
    <name>ui::Format</name>
    <message>
        <source>%1 B</source>
        <translation>%1 B</translation>
    </message>
    <message>
        <source>%1 KiB</source>
        <translation>%1 KiB</translation>
    </message>
    <message>
        <source>%1 MiB</source>
        <translation>%1 MiB</translation>
    </message>
    <message>
        <source>%1 GiB</source>
        <translation>%1 GiB</translation>
    </message>
    <message>
        <source>%1 TiB</source>
        <translation>%1 TiB</translation>
    </message>
    <message>
        <source>%1 PiB</source>
        <translation>%1 PiB</translation>
    </message>
    <message>
        <source>%1 EiB</source>
        <translation>%1 EiB</translation>
    </message>
    <message>
        <source>%1 B/s</source>
        <translation>%1 B/s</translation>
    </message>
    <message>
        <source>%1 KiB/s</source>
        <translation>%1 KiB/s</translation>
    </message>
    <message>
        <source>%1 MiB/s</source>
        <translation>%1 MiB/s</translation>
    </message>
    <message>
        <source>%1 GiB/s</source>
        <translation>%1 GiB/s</translation>
    </message>
    <message>
        <source>%1 TiB/s</source>
        <translation>%1 TiB/s</translation>
    </message>
    <message>
        <source>%1 PiB/s</source>
        <translation>%1 PiB/s</translation>
    </message>
    <message>
        <source>%1 EiB/s</source>
        <translation>%1 EiB/s</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1 d %2 h</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <comment>names or lines that are not shown</comment>
        <translation>
            <numerusform>%n weitere</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::GeneralPage</name>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>The language of everything shown</source>
        <translation>Die Sprache von allem, was angezeigt wird</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Design</translation>
    </message>
    <message>
        <source>Light or dark, or as the desktop is</source>
        <translation>Hell oder dunkel oder wie der Desktop</translation>
    </message>
    <message>
        <source>As the system</source>
        <comment>language</comment>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>&amp;Language:</source>
        <translation>&amp;Sprache:</translation>
    </message>
    <message>
        <source>As the system</source>
        <comment>theme</comment>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <comment>theme</comment>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <comment>theme</comment>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>&amp;Theme:</source>
        <translation>&amp;Design:</translation>
    </message>
    <message>
        <source>Window at start</source>
        <translation>Fenster beim Start</translation>
    </message>
    <message>
        <source>Whether the window is shown when Hosier starts</source>
        <translation>Ob das Fenster erscheint, wenn Hosier startet</translation>
    </message>
    <message>
        <source>Shown</source>
        <comment>window at start</comment>
        <translation>Sichtbar</translation>
    </message>
    <message>
        <source>Shown, but in the tray when started at login</source>
        <comment>window at start</comment>
        <translation>Sichtbar, beim Start mit der Anmeldung aber im Infobereich</translation>
    </message>
    <message>
        <source>In the tray</source>
        <comment>window at start</comment>
        <translation>Im Infobereich</translation>
    </message>
    <message>
        <source>&amp;Window at start:</source>
        <translation>&amp;Fenster beim Start:</translation>
    </message>
    <message>
        <source>Where there is no tray, the window starts minimized.</source>
        <translation>Wo es keinen Infobereich gibt, startet das Fenster minimiert.</translation>
    </message>
</context>
<context>
    <name>ui::ImportDialog</name>
    <message>
        <source>&amp;Replace the servers, routes and rules there are</source>
        <translation>Vorhandene Server, Routen und Regeln &amp;ersetzen</translation>
    </message>
    <message>
        <source>&amp;Add to the servers, routes and rules there are</source>
        <translation>Zu den vorhandenen Servern, Routen und Regeln &amp;hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Show only what is not taken over as it is</source>
        <translation>&amp;Nur zeigen, was nicht unverändert übernommen wird</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Listeners and users stay. The default action is taken from the file</source>
        <translation>Zugänge und Benutzer bleiben. Die Standardaktion wird aus der Datei übernommen</translation>
    </message>
    <message>
        <source>Rules of the file come after those there are. The default action stays</source>
        <translation>Regeln der Datei kommen nach den vorhandenen. Die Standardaktion bleibt</translation>
    </message>
    <message>
        <source>What becomes of the file, line by line</source>
        <translation>Was aus der Datei wird, Zeile für Zeile</translation>
    </message>
    <message>
        <source>Place</source>
        <comment>column</comment>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>Outcome</source>
        <comment>column</comment>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>What</source>
        <comment>column</comment>
        <translation>Was</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Import</source>
        <translation>&amp;Importieren</translation>
    </message>
    <message>
        <source>&amp;Copy list</source>
        <translation>Liste &amp;kopieren</translation>
    </message>
    <message>
        <source>Copy all lines as text</source>
        <translation>Alle Zeilen als Text kopieren</translation>
    </message>
    <message>
        <source>This file cannot be imported:</source>
        <translation>Diese Datei kann nicht importiert werden:</translation>
    </message>
    <message>
        <source>A profile of Hosier. It takes the place of the whole profile in force: listeners, users, servers, routes, rules and limits.</source>
        <translation>Ein Profil von Hosier. Es tritt an die Stelle des ganzen geltenden Profils: Zugänge, Benutzer, Server, Routen, Regeln und Grenzwerte.</translation>
    </message>
    <message>
        <source>A profile of Proxifier. Listeners, users and limits stay what they are.</source>
        <translation>Ein Profil von Proxifier. Zugänge, Benutzer und Grenzwerte bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>&amp;Replace the profile</source>
        <translation>Das Profil &amp;ersetzen</translation>
    </message>
    <message>
        <source>Taken over</source>
        <translation>Übernommen</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Ausgelassen</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <comment>things, how many there are, how many there will be</comment>
        <translation>%1: %2 → %3</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>Zugänge</translation>
    </message>
    <message>
        <source>users</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>servers</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>routes</source>
        <translation>Routen</translation>
    </message>
    <message>
        <source>rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>%1. Default action: %2.
The profile of before is kept as a backup beside its file.</source>
        <translation>%1. Standardaktion: %2.
Das bisherige Profil bleibt als Sicherung neben seiner Datei erhalten.</translation>
    </message>
    <message>
        <source>Nothing was imported: %1</source>
        <translation>Nichts wurde importiert: %1</translation>
    </message>
</context>
<context>
    <name>ui::LanSharing</name>
    <message>
        <source>Local network</source>
        <translation>Lokales Netz</translation>
    </message>
    <message>
        <source>This computer has no free port to listen on.</source>
        <translation>Dieser Rechner hat keinen freien Port zum Lauschen.</translation>
    </message>
    <message>
        <source>This listener was set up by hand. Change it under Proxy &gt; Listeners and users.</source>
        <translation>Dieser Zugang wurde von Hand eingerichtet. Ändern Sie ihn unter Proxy &gt; Zugänge und Benutzer.</translation>
    </message>
</context>
<context>
    <name>ui::LimitsPage</name>
    <message>
        <source>&amp;Restore defaults</source>
        <translation>V&amp;oreinstellungen</translation>
    </message>
    <message>
        <source>Give every limit and timeout on this page its default</source>
        <translation>Jedem Grenzwert und jeder Frist dieser Seite die Voreinstellung geben</translation>
    </message>
    <message>
        <source>Limits and timeouts of the profile</source>
        <translation>Grenzwerte und Fristen des Profils</translation>
    </message>
    <message>
        <source>&amp;Handshake:</source>
        <translation>&amp;Handshake:</translation>
    </message>
    <message>
        <source>From a client&apos;s connection to the end of its request</source>
        <translation>Von der Verbindung eines Clients bis zum Ende seiner Anfrage</translation>
    </message>
    <message>
        <source>Co&amp;nnect:</source>
        <translation>&amp;Verbinden:</translation>
    </message>
    <message>
        <source>From the request to a connected target, with the name&apos;s lookup and all attempts</source>
        <translation>Von der Anfrage bis zum verbundenen Ziel, mit Namensauflösung und allen Versuchen</translation>
    </message>
    <message>
        <source>&amp;Awaited connection (BIND):</source>
        <translation>&amp;Erwartete Verbindung (BIND):</translation>
    </message>
    <message>
        <source>How long a client of BIND waits for its peer</source>
        <translation>Wie lange ein Client mit BIND auf die Gegenstelle wartet</translation>
    </message>
    <message>
        <source>&amp;Idle connection:</source>
        <translation>&amp;Untätige Verbindung:</translation>
    </message>
    <message>
        <source>A connection without a byte in either direction is closed after this time</source>
        <translation>Eine Verbindung ohne ein Byte in beiden Richtungen wird nach dieser Zeit geschlossen</translation>
    </message>
    <message>
        <source>Hal&amp;f-closed connection:</source>
        <translation>Halb &amp;geschlossene Verbindung:</translation>
    </message>
    <message>
        <source>One side has finished, and the other sends nothing for this time</source>
        <translation>Eine Seite ist fertig, und die andere sendet so lange nichts</translation>
    </message>
    <message>
        <source>Idle &amp;UDP association:</source>
        <translation>Untätige U&amp;DP-Zuordnung:</translation>
    </message>
    <message>
        <source>An association without a datagram is closed after this time</source>
        <translation>Eine Zuordnung ohne Datagramm wird nach dieser Zeit geschlossen</translation>
    </message>
    <message>
        <source>Grace on &amp;quitting:</source>
        <translation>Frist beim &amp;Beenden:</translation>
    </message>
    <message>
        <source>How long open connections may go on when Hosier stops</source>
        <translation>Wie lange offene Verbindungen weiterlaufen dürfen, wenn Hosier endet</translation>
    </message>
    <message>
        <source>&amp;Clients at once:</source>
        <translation>&amp;Clients gleichzeitig:</translation>
    </message>
    <message>
        <source>Further clients are turned away. 0 is no limit of Hosier&apos;s own.</source>
        <translation>Weitere Clients werden abgewiesen. 0 heißt, dass Hosier selbst keine Grenze setzt.</translation>
    </message>
    <message>
        <source>Clients from &amp;one address:</source>
        <translation>Clients von einer Adre&amp;sse:</translation>
    </message>
    <message>
        <source>Further clients of the address are turned away. 0 is no limit of Hosier&apos;s own.</source>
        <translation>Weitere Clients der Adresse werden abgewiesen. 0 heißt, dass Hosier selbst keine Grenze setzt.</translation>
    </message>
    <message>
        <source>Relay</source>
        <translation>Weiterleitung</translation>
    </message>
    <message>
        <source>How data is moved. The fastest one of this system is chosen by itself.</source>
        <translation>Wie Daten bewegt werden. Die schnellste Art dieses Systems wird von selbst gewählt.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <comment>relay</comment>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Native</source>
        <comment>relay</comment>
        <translation>Systemeigen</translation>
    </message>
    <message>
        <source>Portable</source>
        <comment>relay</comment>
        <translation>Portabel</translation>
    </message>
    <message>
        <source>A change of the relay takes effect at the next start of Hosier.</source>
        <translation>Eine Änderung der Weiterleitung wirkt erst beim nächsten Start von Hosier.</translation>
    </message>
    <message>
        <source>Rela&amp;y:</source>
        <translation>&amp;Weiterleitung:</translation>
    </message>
    <message>
        <source> s</source>
        <comment>seconds, suffix of a number</comment>
        <translation> s</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <translation>Voreinstellung: %1</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Keine Grenze</translation>
    </message>
    <message>
        <source>Restore the default</source>
        <translation>Voreinstellung wiederherstellen</translation>
    </message>
    <message>
        <source>Restore the default of &quot;%1&quot;</source>
        <translation>Voreinstellung von „%1“ wiederherstellen</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>field, what is wrong with it</comment>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>ui::LinkedNames</name>
    <message>
        <source>%1 leads to %2: programs are known by that name.</source>
        <translation>%1 führt zu %2: Programme sind unter diesem Namen bekannt.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerDialog</name>
    <message>
        <source>&amp;Open proxy: whoever reaches the address may use it without a password</source>
        <translation>&amp;Offener Proxy: Wer die Adresse erreicht, darf ihn ohne Passwort benutzen</translation>
    </message>
    <message>
        <source>&amp;Clients that may come in</source>
        <translation>Zugelassene &amp;Clients</translation>
    </message>
    <message>
        <source>Edit listener</source>
        <translation>Zugang bearbeiten</translation>
    </message>
    <message>
        <source>Add listener</source>
        <translation>Zugang hinzufügen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Anmeldung</translation>
    </message>
    <message>
        <source>Open proxy</source>
        <translation>Offener Proxy</translation>
    </message>
    <message>
        <source>Datagrams that a client is sent</source>
        <translation>Datagramme, die ein Client bekommt</translation>
    </message>
    <message>
        <source>All that can reach the address</source>
        <translation>Alle, die die Adresse erreichen</translation>
    </message>
    <message>
        <source>SOCKS4 and SOCKS4a</source>
        <translation>SOCKS4 und SOCKS4a</translation>
    </message>
    <message>
        <source>CONNECT and plain requests, and the PAC file</source>
        <translation>CONNECT und einfache Anfragen sowie die PAC-Datei</translation>
    </message>
    <message>
        <source>Strangers could do things in your name. Use it only where you know who can reach the address.</source>
        <translation>Fremde könnten in Ihrem Namen handeln. Nur verwenden, wo Sie wissen, wer die Adresse erreichen kann.</translation>
    </message>
    <message>
        <source>Whose datagrams reach a program that uses SOCKS5 for UDP. Some games and calls need more than the first choice.</source>
        <translation>Wessen Datagramme ein Programm erreichen, das SOCKS5 für UDP verwendet. Manche Spiele und Anrufe brauchen mehr als die erste Wahl.</translation>
    </message>
    <message>
        <source>0.0.0.0 and :: are every address of this computer</source>
        <translation>0.0.0.0 und :: sind alle Adressen dieses Rechners</translation>
    </message>
    <message>
        <source>None</source>
        <comment>login</comment>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Name and password of a local user</source>
        <translation>Name und Passwort eines lokalen Benutzers</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>&amp;Port:</translation>
    </message>
    <message>
        <source>&amp;Address:</source>
        <translation>&amp;Adresse:</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Name:</translation>
    </message>
    <message>
        <source>Protocols:</source>
        <translation>Protokolle:</translation>
    </message>
    <message>
        <source>&amp;Login:</source>
        <translation>An&amp;meldung:</translation>
    </message>
    <message>
        <source>&amp;UDP:</source>
        <translation>&amp;UDP:</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Geben Sie einen Namen ein.</translation>
    </message>
    <message>
        <source>Enter an IPv4 or IPv6 address of this computer.</source>
        <translation>Geben Sie eine IPv4- oder IPv6-Adresse dieses Rechners ein.</translation>
    </message>
    <message>
        <source>Choose at least one protocol.</source>
        <translation>Wählen Sie mindestens ein Protokoll.</translation>
    </message>
    <message>
        <source>Nobody could log in: add a local user first.</source>
        <translation>Niemand könnte sich anmelden: Fügen Sie zuerst einen lokalen Benutzer hinzu.</translation>
    </message>
    <message>
        <source>Others could use this proxy as they like: ask for name and password, or say that an open proxy is meant.</source>
        <translation>Andere könnten diesen Proxy beliebig benutzen: Verlangen Sie Name und Passwort, oder geben Sie an, dass ein offener Proxy gemeint ist.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; has this address and port already.</source>
        <translation>Der Zugang „%1“ hat diese Adresse und diesen Port bereits.</translation>
    </message>
    <message>
        <source>The listener was changed or removed meanwhile. Close this and open it again.</source>
        <translation>Der Zugang wurde inzwischen geändert oder entfernt. Schließen Sie dies und öffnen Sie es erneut.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerMenu</name>
    <message>
        <source>&amp;Listeners and users...</source>
        <translation>&amp;Zugänge und Benutzer...</translation>
    </message>
    <message>
        <source>S&amp;hare on the local network</source>
        <translation>Im &amp;lokalen Netz teilen</translation>
    </message>
    <message>
        <source>Choose where clients come in, and who may log in</source>
        <translation>Wählen, wo Clients hereinkommen und wer sich anmelden darf</translation>
    </message>
    <message>
        <source>Let computers of the local network use this proxy, with name and password</source>
        <translation>Rechner des lokalen Netzes diesen Proxy mit Name und Passwort benutzen lassen</translation>
    </message>
    <message>
        <source>Set up, but not open: the proxy is off</source>
        <translation>Eingerichtet, aber nicht offen: Der Proxy ist aus</translation>
    </message>
    <message>
        <source>Set up, but the listener could not be opened</source>
        <translation>Eingerichtet, aber der Zugang ließ sich nicht öffnen</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy. Switch it off to end that.</source>
        <translation>Rechner des lokalen Netzes können diesen Proxy benutzen. Ausschalten beendet das.</translation>
    </message>
    <message>
        <source>The proxy is no longer shared on the local network.</source>
        <translation>Der Proxy wird nicht mehr im lokalen Netz geteilt.</translation>
    </message>
    <message>
        <source>Whoever uses the proxy from another computer has to log in. Choose the name and the password for that.</source>
        <translation>Wer den Proxy von einem anderen Rechner benutzt, muss sich anmelden. Wählen Sie dafür Name und Passwort.</translation>
    </message>
    <message>
        <source>The proxy could not be shared: %1</source>
        <translation>Der Proxy konnte nicht geteilt werden: %1</translation>
    </message>
    <message>
        <source>Share on the local network</source>
        <translation>Im lokalen Netz teilen</translation>
    </message>
    <message>
        <source>Other computers log in as before. Enter a password only if it is to be another one.</source>
        <translation>Andere Rechner melden sich wie bisher an. Geben Sie nur dann ein Passwort ein, wenn es ein anderes sein soll.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerText</name>
    <message>
        <source>Name and password</source>
        <translation>Name und Passwort</translation>
    </message>
    <message>
        <source>None: open to anybody</source>
        <translation>Keine: für jeden offen</translation>
    </message>
    <message>
        <source>None</source>
        <comment>login</comment>
        <translation>Keine</translation>
    </message>
    <message>
        <source>All</source>
        <comment>clients</comment>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Only programs on this computer can reach this address.</source>
        <translation>Nur Programme auf diesem Rechner erreichen diese Adresse.</translation>
    </message>
    <message>
        <source>Every network of this computer leads to this address.</source>
        <translation>Jedes Netz dieses Rechners führt zu dieser Adresse.</translation>
    </message>
    <message>
        <source>Other computers in the network of this address can reach it.</source>
        <translation>Andere Rechner im Netz dieser Adresse können sie erreichen.</translation>
    </message>
    <message>
        <source>From addresses and ports it has sent to</source>
        <translation>Von Adressen und Ports, an die er gesendet hat</translation>
    </message>
    <message>
        <source>From addresses it has sent to, any port</source>
        <translation>Von Adressen, an die er gesendet hat, jeder Port</translation>
    </message>
    <message>
        <source>From anybody</source>
        <translation>Von jedem</translation>
    </message>
</context>
<context>
    <name>ui::ListenersDialog</name>
    <message>
        <source>&amp;Add…</source>
        <translation>&amp;Hinzufügen…</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>&amp;Bearbeiten…</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>&amp;Share on the local network</source>
        <translation>&amp;Im lokalen Netz teilen</translation>
    </message>
    <message>
        <source>A&amp;ddresses for others…</source>
        <translation>A&amp;dressen für andere…</translation>
    </message>
    <message>
        <source>Add &amp;user…</source>
        <translation>Ben&amp;utzer hinzufügen…</translation>
    </message>
    <message>
        <source>Change &amp;password…</source>
        <translation>&amp;Passwort ändern…</translation>
    </message>
    <message>
        <source>Re&amp;move user</source>
        <translation>Benutzer ent&amp;fernen</translation>
    </message>
    <message>
        <source>Listeners and users</source>
        <translation>Zugänge und Benutzer</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>Zugänge</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Name</translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Protocols</source>
        <comment>column</comment>
        <translation>Protokolle</translation>
    </message>
    <message>
        <source>Login</source>
        <comment>column</comment>
        <translation>Anmeldung</translation>
    </message>
    <message>
        <source>Clients</source>
        <comment>column</comment>
        <translation>Clients</translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation>Status</translation>
    </message>
    <message>
        <source>Columns of the listeners</source>
        <translation>Spalten der Zugänge</translation>
    </message>
    <message>
        <source>Listeners: where clients come in</source>
        <translation>Zugänge: wo Clients hereinkommen</translation>
    </message>
    <message>
        <source>Local users</source>
        <translation>Lokale Benutzer</translation>
    </message>
    <message>
        <source>Local users: who may log in where a listener asks for it</source>
        <translation>Lokale Benutzer: wer sich anmelden darf, wo ein Zugang es verlangt</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>listener</comment>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Fehlgeschlagen: %1</translation>
    </message>
    <message>
        <source>Closed: the proxy is off</source>
        <translation>Geschlossen: Der Proxy ist aus</translation>
    </message>
    <message>
        <source>Not open yet</source>
        <translation>Noch nicht offen</translation>
    </message>
    <message>
        <source>Local</source>
        <comment>name of a listener</comment>
        <translation>Lokal</translation>
    </message>
    <message>
        <source>This is the only listener. Add another one before you remove it, or switch the proxy off.</source>
        <translation>Dies ist der einzige Zugang. Fügen Sie einen anderen hinzu, bevor Sie ihn entfernen, oder schalten Sie den Proxy aus.</translation>
    </message>
    <message>
        <source>Remove the listener &quot;%1&quot;?</source>
        <translation>Den Zugang „%1“ entfernen?</translation>
    </message>
    <message>
        <source>Connections that came in by it end. Programs that use %1 cannot connect any more.</source>
        <translation>Verbindungen, die über ihn kamen, enden. Programme, die %1 verwenden, können sich nicht mehr verbinden.</translation>
    </message>
    <message>
        <source>This is the only user, and a listener asks for a login. Change that listener first.</source>
        <translation>Dies ist der einzige Benutzer, und ein Zugang verlangt eine Anmeldung. Ändern Sie zuerst jenen Zugang.</translation>
    </message>
    <message>
        <source>Remove the user &quot;%1&quot;?</source>
        <translation>Den Benutzer „%1“ entfernen?</translation>
    </message>
    <message>
        <source>Nobody can log in by this name any more, and connections of the user end.</source>
        <translation>Niemand kann sich mehr unter diesem Namen anmelden, und Verbindungen des Benutzers enden.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
</context>
<context>
    <name>ui::LogModel</name>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Level</source>
        <comment>column</comment>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Message</source>
        <comment>column</comment>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>%1 events came too fast and were dropped</source>
        <translation>%1 Ereignisse kamen zu schnell und wurden verworfen</translation>
    </message>
    <message numerus="yes">
        <source>%n more ended connection(s) did not fit into the list of connections</source>
        <translation>
            <numerusform>%n weitere beendete Verbindung passte nicht in die Liste der Verbindungen</numerusform>
            <numerusform>%n weitere beendete Verbindungen passten nicht in die Liste der Verbindungen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::LogPage</name>
    <message>
        <source>Level of the log window</source>
        <translation>Stufe des Logfensters</translation>
    </message>
    <message>
        <source>The log window shows lines of this level and more important ones</source>
        <translation>Das Logfenster zeigt Zeilen dieser Stufe und wichtigere</translation>
    </message>
    <message>
        <source>&amp;Write the log to a file</source>
        <translation>Das Log in eine Datei &amp;schreiben</translation>
    </message>
    <message>
        <source>Level of the log file</source>
        <translation>Stufe der Logdatei</translation>
    </message>
    <message>
        <source>The file gets lines of this level and more important ones</source>
        <translation>Die Datei erhält Zeilen dieser Stufe und wichtigere</translation>
    </message>
    <message>
        <source>Size of a log file in MiB</source>
        <translation>Größe einer Logdatei in MiB</translation>
    </message>
    <message>
        <source>Number of log files</source>
        <translation>Anzahl der Logdateien</translation>
    </message>
    <message>
        <source>&amp;Open folder</source>
        <translation>&amp;Ordner öffnen</translation>
    </message>
    <message>
        <source>&amp;Log window from level:</source>
        <translation>&amp;Logfenster ab Stufe:</translation>
    </message>
    <message>
        <source>Log file</source>
        <translation>Logdatei</translation>
    </message>
    <message>
        <source> MiB</source>
        <comment>suffix of a number</comment>
        <translation> MiB</translation>
    </message>
    <message>
        <source>With the one that is being written; the oldest one goes when a new one begins</source>
        <translation>Mit der gerade geschriebenen; die älteste weicht, wenn eine neue beginnt</translation>
    </message>
    <message>
        <source>Show the folder of the log files</source>
        <translation>Den Ordner der Logdateien zeigen</translation>
    </message>
    <message>
        <source>File from l&amp;evel:</source>
        <translation>Datei ab St&amp;ufe:</translation>
    </message>
    <message>
        <source>&amp;Size of one file:</source>
        <translation>&amp;Größe einer Datei:</translation>
    </message>
    <message>
        <source>&amp;Number of files:</source>
        <translation>A&amp;nzahl der Dateien:</translation>
    </message>
    <message>
        <source>File: %1
It names programs and where they connected to; only you can read it.</source>
        <translation>Datei: %1
Sie nennt Programme und wohin sie sich verbanden; nur Sie können sie lesen.</translation>
    </message>
    <message>
        <source>Together at most %1. Defaults: %2 MiB, %3 files, level %4.</source>
        <translation>Zusammen höchstens %1. Voreinstellungen: %2 MiB, %3 Dateien, Stufe %4.</translation>
    </message>
    <message>
        <source>The log file cannot be written: %1</source>
        <translation>Die Logdatei kann nicht geschrieben werden: %1</translation>
    </message>
    <message>
        <source>The folder cannot be shown: %1</source>
        <translation>Der Ordner kann nicht gezeigt werden: %1</translation>
    </message>
</context>
<context>
    <name>ui::LogView</name>
    <message>
        <source>Log</source>
        <translation>Log</translation>
    </message>
    <message>
        <source>Columns of the log</source>
        <translation>Spalten des Logs</translation>
    </message>
    <message>
        <source>Least important level shown</source>
        <translation>Niedrigste gezeigte Stufe</translation>
    </message>
    <message>
        <source>Show lines of this level and more important ones</source>
        <translation>Zeilen dieser Stufe und wichtigere zeigen</translation>
    </message>
    <message>
        <source>Filter the log</source>
        <translation>Das Log filtern</translation>
    </message>
    <message>
        <source>Filter log</source>
        <translation>Log filtern</translation>
    </message>
    <message>
        <source>Show only lines with all these words (Ctrl+Shift+F)</source>
        <translation>Nur Zeilen mit allen diesen Wörtern zeigen (Strg+Umschalt+F)</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Hold the log still. New lines wait until you go on.</source>
        <translation>Das Log anhalten. Neue Zeilen warten, bis es weitergeht.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the selected lines, or all that are shown</source>
        <translation>Die ausgewählten Zeilen kopieren, sonst alle gezeigten</translation>
    </message>
    <message>
        <source>Save...</source>
        <translation>Speichern...</translation>
    </message>
    <message>
        <source>Save the lines that are shown</source>
        <translation>Die gezeigten Zeilen speichern</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Clear the log</source>
        <translation>Das Log leeren</translation>
    </message>
    <message>
        <source>Resume (%1)</source>
        <comment>waiting lines</comment>
        <translation>Weiter (%1)</translation>
    </message>
    <message>
        <source>Pause the log</source>
        <translation>Das Log anhalten</translation>
    </message>
    <message numerus="yes">
        <source>Resume the log, %n line(s) waiting</source>
        <translation>
            <numerusform>Log fortsetzen, %n Zeile wartet</numerusform>
            <numerusform>Log fortsetzen, %n Zeilen warten</numerusform>
        </translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>Das Log speichern</translation>
    </message>
    <message>
        <source>Log files (*.log *.txt);;All files (*)</source>
        <translation>Log-Dateien (*.log *.txt);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>The log could not be saved.</source>
        <translation>Das Log konnte nicht gespeichert werden.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>file, reason</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>&amp;Only lines of one application</source>
        <translation>&amp;Nur Zeilen einer Anwendung</translation>
    </message>
    <message>
        <source>&amp;Only lines of %1</source>
        <comment>application</comment>
        <translation>&amp;Nur Zeilen von %1</translation>
    </message>
    <message>
        <source>Only %1</source>
        <comment>application</comment>
        <translation>Nur %1</translation>
    </message>
    <message>
        <source>Show the lines of all applications again</source>
        <translation>Die Zeilen aller Anwendungen wieder zeigen</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Go to the &amp;newest line</source>
        <translation>Zur neuesten &amp;Zeile</translation>
    </message>
    <message>
        <source>Go on if the log is paused, and follow new lines</source>
        <translation>Fortfahren, falls das Log angehalten ist, und neuen Zeilen folgen</translation>
    </message>
    <message>
        <source>&amp;Copy lines</source>
        <translation>Zeilen &amp;kopieren</translation>
    </message>
    <message>
        <source>&amp;Save lines...</source>
        <translation>Zeilen &amp;speichern...</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>&amp;Leeren</translation>
    </message>
    <message>
        <source>No line has this level and all these words.</source>
        <translation>Keine Zeile hat diese Stufe und alle diese Wörter.</translation>
    </message>
    <message>
        <source>The log is paused: new lines wait until you go on.</source>
        <translation>Das Log ist angehalten: Neue Zeilen warten, bis es weitergeht.</translation>
    </message>
    <message>
        <source>Connections and problems are told here as they come.</source>
        <translation>Verbindungen und Probleme erscheinen hier, sobald es sie gibt.</translation>
    </message>
    <message>
        <source>Colu&amp;mns</source>
        <translation>S&amp;palten</translation>
    </message>
    <message>
        <source>Saved the log to %1.</source>
        <translation>Das Log wurde in %1 gespeichert.</translation>
    </message>
</context>
<context>
    <name>ui::LoginStartAction</name>
    <message>
        <source>Start at login</source>
        <translation>Beim Anmelden starten</translation>
    </message>
    <message>
        <source>Whether Hosier starts at login could not be changed.</source>
        <translation>Ob Hosier beim Anmelden startet, ließ sich nicht ändern.</translation>
    </message>
    <message>
        <source>%1 cannot be removed.</source>
        <comment>file</comment>
        <translation>%1 kann nicht entfernt werden.</translation>
    </message>
    <message>
        <source>The folder of %1 cannot be created.</source>
        <comment>file</comment>
        <translation>Der Ordner von %1 kann nicht angelegt werden.</translation>
    </message>
    <message>
        <source>%1 cannot be written.</source>
        <comment>file, or key of the registry</comment>
        <translation>%1 kann nicht geschrieben werden.</translation>
    </message>
</context>
<context>
    <name>ui::MainDocks</name>
    <message>
        <source>Log</source>
        <translation>Log</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>Datenverkehr</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>&amp;Log</translation>
    </message>
    <message>
        <source>Show or hide the log</source>
        <translation>Das Log zeigen oder verbergen</translation>
    </message>
    <message>
        <source>&amp;Traffic</source>
        <translation>&amp;Datenverkehr</translation>
    </message>
    <message>
        <source>Show or hide the traffic graph</source>
        <translation>Den Graphen des Datenverkehrs zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Log - Hosier</source>
        <translation>Log - Hosier</translation>
    </message>
    <message>
        <source>Traffic - Hosier</source>
        <translation>Datenverkehr - Hosier</translation>
    </message>
</context>
<context>
    <name>ui::MainMenu</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Proxy</source>
        <translation>&amp;Proxy</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>&amp;Modus</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>&amp;Regeln</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>La&amp;nguage</source>
        <translation>Spra&amp;che</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>&amp;Server</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>&amp;Log</translation>
    </message>
    <message>
        <source>&amp;What&apos;s This?</source>
        <translation>&amp;Was ist das?</translation>
    </message>
    <message>
        <source>Then click what you want to have explained</source>
        <translation>Danach anklicken, was erklärt werden soll</translation>
    </message>
</context>
<context>
    <name>ui::MainPages</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Go to the page %1</source>
        <translation>Zur Seite %1 gehen</translation>
    </message>
</context>
<context>
    <name>ui::MainToolBar</name>
    <message>
        <source>Toolbar</source>
        <translation>Werkzeugleiste</translation>
    </message>
    <message>
        <source>Mode: %1</source>
        <translation>Modus: %1</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <comment>server, or what is done</comment>
        <translation>Standard: %1</translation>
    </message>
    <message>
        <source>What is done when no rule matches: %1</source>
        <translation>Was geschieht, wenn keine Regel zutrifft: %1</translation>
    </message>
    <message>
        <source>All: %1</source>
        <comment>server, or what is done</comment>
        <translation>Alles: %1</translation>
    </message>
    <message>
        <source>What is done with everything, whatever the rules say: %1</source>
        <translation>Was mit allem geschieht, was die Regeln auch sagen: %1</translation>
    </message>
    <message>
        <source>Everything connects directly. The default action for the other modes: %1</source>
        <translation>Alles verbindet sich direkt. Die Standardaktion für die anderen Modi: %1</translation>
    </message>
</context>
<context>
    <name>ui::MainWindow</name>
    <message>
        <source>&amp;Connections</source>
        <translation>&amp;Verbindungen</translation>
    </message>
    <message>
        <source>&amp;Applications</source>
        <translation>&amp;Anwendungen</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>&amp;Regeln</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>&amp;Server</translation>
    </message>
    <message>
        <source>Filter connections</source>
        <translation>Verbindungen filtern</translation>
    </message>
    <message>
        <source>Show only connections with all these words in application, client, target, login, rule, route or state (Ctrl+F)</source>
        <translation>Nur Verbindungen zeigen, in deren Anwendung, Client, Ziel, Anmeldung, Regel, Route oder Status alle diese Wörter stehen (Strg+F)</translation>
    </message>
    <message>
        <source>%1 - Hosier</source>
        <comment>proxy state</comment>
        <translation>%1 - Hosier</translation>
    </message>
    <message>
        <source>%1 - %2 - Hosier</source>
        <comment>profile, proxy state</comment>
        <translation>%1 - %2 - Hosier</translation>
    </message>
    <message>
        <source>The mode could not be changed: %1</source>
        <translation>Der Modus konnte nicht geändert werden: %1</translation>
    </message>
    <message>
        <source>The rules decide about all open connections as they did: none was closed.</source>
        <translation>Die Regeln entscheiden über alle offenen Verbindungen wie bisher: Keine wurde geschlossen.</translation>
    </message>
    <message numerus="yes">
        <source>%n open connection(s) closed: the rules decide otherwise now.</source>
        <translation>
            <numerusform>%n offene Verbindung geschlossen: Die Regeln entscheiden jetzt anders.</numerusform>
            <numerusform>%n offene Verbindungen geschlossen: Die Regeln entscheiden jetzt anders.</numerusform>
        </translation>
    </message>
    <message>
        <source>Filter applications</source>
        <translation>Anwendungen filtern</translation>
    </message>
    <message>
        <source>Show only applications with all these words in their name or rule (Ctrl+F)</source>
        <translation>Nur Anwendungen zeigen, in deren Name oder Regel alle diese Wörter stehen (Strg+F)</translation>
    </message>
    <message>
        <source>Filter rules</source>
        <translation>Regeln filtern</translation>
    </message>
    <message>
        <source>Show only rules with all these words in name, applications, hosts, ports or action (Ctrl+F)</source>
        <translation>Nur Regeln zeigen, in deren Name, Anwendungen, Rechnern, Ports oder Aktion alle diese Wörter stehen (Strg+F)</translation>
    </message>
    <message>
        <source>Filter servers</source>
        <translation>Server filtern</translation>
    </message>
    <message>
        <source>Show only servers and routes with all these words in their columns (Ctrl+F)</source>
        <translation>Nur Server und Routen zeigen, in deren Spalten alle diese Wörter stehen (Strg+F)</translation>
    </message>
    <message>
        <source>Defa&amp;ult route</source>
        <translation>Standardr&amp;oute</translation>
    </message>
</context>
<context>
    <name>ui::MessageBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>ui::ModeBar</name>
    <message>
        <source>Apply the rules</source>
        <translation>Regeln anwenden</translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Direct, so everything connects directly and nothing is blocked.</source>
        <translation>Diese Regeln gelten nicht: Im Modus Direkt verbindet sich alles direkt, und nichts wird blockiert.</translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Everything, so the default action is taken for everything.</source>
        <translation>Diese Regeln gelten nicht: Im Modus Alles gilt die Standardaktion für alles.</translation>
    </message>
</context>
<context>
    <name>ui::NewRuleMenu</name>
    <message>
        <source>For this &amp;application</source>
        <translation>Für diese &amp;Anwendung</translation>
    </message>
    <message>
        <source>Make a rule for the application of the connection</source>
        <translation>Eine Regel für die Anwendung der Verbindung anlegen</translation>
    </message>
    <message>
        <source>For this &amp;host</source>
        <translation>Für diesen &amp;Rechner</translation>
    </message>
    <message>
        <source>Make a rule for the host that the connection goes to</source>
        <translation>Eine Regel für den Rechner anlegen, zu dem die Verbindung geht</translation>
    </message>
    <message>
        <source>For this &amp;domain</source>
        <translation>Für diese &amp;Domain</translation>
    </message>
    <message>
        <source>Make a rule for the host&apos;s domain and all names in it</source>
        <translation>Eine Regel für die Domain des Rechners und alle Namen darin anlegen</translation>
    </message>
    <message>
        <source>For this application and h&amp;ost</source>
        <translation>Für diese Anwendung und diesen Re&amp;chner</translation>
    </message>
    <message>
        <source>Make a rule for this application&apos;s connections to that host</source>
        <translation>Eine Regel für Verbindungen dieser Anwendung zu jenem Rechner anlegen</translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>action</comment>
        <translation>&amp;Direkt</translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <comment>action</comment>
        <translation>&amp;Blockieren</translation>
    </message>
    <message>
        <source>In the &amp;editor...</source>
        <translation>Im &amp;Editor...</translation>
    </message>
    <message>
        <source>Choose more conditions, and what is done, before the rule is in force</source>
        <translation>Weitere Bedingungen und die Aktion wählen, bevor die Regel gilt</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Über %1</translation>
    </message>
    <message>
        <source>Put the rule in force at once, above all others</source>
        <translation>Die Regel sofort in Kraft setzen, vor allen anderen</translation>
    </message>
    <message>
        <source>New rule &amp;from connection</source>
        <translation>Neue Regel aus &amp;Verbindung</translation>
    </message>
    <message>
        <source>&amp;More...</source>
        <comment>servers and routes</comment>
        <translation>&amp;Mehr...</translation>
    </message>
    <message>
        <source>Choose among all servers and routes in the editor</source>
        <translation>Im Editor aus allen Servern und Routen wählen</translation>
    </message>
</context>
<context>
    <name>ui::NoServers</name>
    <message>
        <source>Add server…</source>
        <translation>Server hinzufügen…</translation>
    </message>
    <message>
        <source>Paste servers</source>
        <translation>Server einfügen</translation>
    </message>
    <message>
        <source>No servers yet</source>
        <translation>Noch keine Server</translation>
    </message>
    <message>
        <source>Add a SOCKS or HTTP proxy to send connections by way of it, or paste a list of servers.</source>
        <translation>Fügen Sie einen SOCKS- oder HTTP-Proxy hinzu, um Verbindungen darüber zu leiten, oder fügen Sie eine Liste von Servern ein.</translation>
    </message>
</context>
<context>
    <name>ui::NotificationsPage</name>
    <message>
        <source>The &amp;proxy cannot listen</source>
        <translation>Der &amp;Proxy nicht lauschen kann</translation>
    </message>
    <message>
        <source>When an address or a port cannot be opened</source>
        <translation>Wenn sich eine Adresse oder ein Port nicht öffnen lässt</translation>
    </message>
    <message>
        <source>A &amp;server stops working, or works again</source>
        <translation>Ein &amp;Server ausfällt oder wieder funktioniert</translation>
    </message>
    <message>
        <source>Servers of the profile that are in use or members of a group</source>
        <translation>Server des Profils, die in Gebrauch oder Mitglieder einer Gruppe sind</translation>
    </message>
    <message>
        <source>A rule &amp;blocks a program</source>
        <translation>Eine Regel ein Programm &amp;blockiert</translation>
    </message>
    <message>
        <source>Many at once are one message with their number</source>
        <translation>Viele auf einmal ergeben eine Meldung mit ihrer Anzahl</translation>
    </message>
    <message>
        <source>Tell me when:</source>
        <translation>Benachrichtigen, wenn:</translation>
    </message>
    <message>
        <source>The &amp;engine does not respond, or cannot open more files</source>
        <translation>Der Proxy-&amp;Dienst nicht antwortet oder keine weiteren Dateien öffnen kann</translation>
    </message>
    <message>
        <source>Connections hang then, or new ones are turned away</source>
        <translation>Verbindungen hängen dann, oder neue werden abgewiesen</translation>
    </message>
    <message>
        <source>The desktop shows these messages, one of a kind every half a minute at most. All but an engine that does not respond is also in the log.</source>
        <translation>Der Desktop zeigt diese Meldungen, von jeder Art höchstens eine alle halbe Minute. Alles außer einem Proxy-Dienst, der nicht antwortet, steht auch im Log.</translation>
    </message>
    <message>
        <source>This desktop has no tray to show messages from: its notification service shows them, or the status bar of the window. All but an engine that does not respond is also in the log.</source>
        <translation>Dieser Desktop hat keinen Infobereich für Meldungen: Sein Benachrichtigungsdienst zeigt sie, sonst die Statusleiste des Fensters. Alles außer einem Proxy-Dienst, der nicht antwortet, steht auch im Log.</translation>
    </message>
</context>
<context>
    <name>ui::Notifier</name>
    <message numerus="yes">
        <source>%n connections were blocked, the last one of %1 to %2.</source>
        <translation>
            <numerusform>%n Verbindung wurde blockiert, die letzte von %1 zu %2.</numerusform>
            <numerusform>%n Verbindungen wurden blockiert, die letzte von %1 zu %2.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 may not connect to %2.</source>
        <comment>program, target</comment>
        <translation>%1 darf sich nicht mit %2 verbinden.</translation>
    </message>
    <message>
        <source>%1 may not connect to %2: rule &quot;%3&quot;.</source>
        <comment>program, target, rule</comment>
        <translation>%1 darf sich nicht mit %2 verbinden: Regel „%3“.</translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation>Von den Regeln blockiert</translation>
    </message>
    <message>
        <source>Server %1 does not work.</source>
        <translation>Server %1 funktioniert nicht.</translation>
    </message>
    <message>
        <source>Server %1 works again.</source>
        <translation>Server %1 funktioniert wieder.</translation>
    </message>
    <message>
        <source>Server down</source>
        <translation>Server ausgefallen</translation>
    </message>
    <message>
        <source>Server up</source>
        <translation>Server wieder da</translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation>Proxy-Fehler</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>Und %n weitere.</numerusform>
            <numerusform>Und %n weitere.</numerusform>
        </translation>
    </message>
    <message>
        <source>The engine does not respond: connections may hang until Hosier is started again.</source>
        <translation>Der Proxy-Dienst antwortet nicht: Verbindungen können hängen, bis Hosier neu gestartet wird.</translation>
    </message>
    <message>
        <source>The engine responds again.</source>
        <translation>Der Proxy-Dienst antwortet wieder.</translation>
    </message>
    <message>
        <source>Engine in trouble</source>
        <translation>Proxy-Dienst gestört</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Proxy-Dienst</translation>
    </message>
</context>
<context>
    <name>ui::PasswordBar</name>
    <message>
        <source>Missing passwords</source>
        <translation>Fehlende Passwörter</translation>
    </message>
    <message>
        <source>Enter password</source>
        <translation>Passwort eingeben</translation>
    </message>
    <message>
        <source>Open the first of these servers</source>
        <translation>Den ersten dieser Server öffnen</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Hide this message</source>
        <translation>Diese Meldung verbergen</translation>
    </message>
    <message>
        <source>Password missing: %1.</source>
        <comment>names of servers</comment>
        <translation>Das Passwort ist nicht bekannt für: %1.</translation>
    </message>
</context>
<context>
    <name>ui::PasswordChoice</name>
    <message>
        <source>K&amp;eep it until Hosier quits, and ask again after the next start</source>
        <translation>Bis zum &amp;Ende von Hosier behalten und nach dem nächsten Start wieder fragen</translation>
    </message>
    <message>
        <source>&amp;Do not use a password</source>
        <translation>Ke&amp;in Passwort verwenden</translation>
    </message>
    <message>
        <source>The password stays in memory. It is written neither to the profile nor to any other file.</source>
        <translation>Das Passwort bleibt im Arbeitsspeicher. Es wird weder ins Profil noch in eine andere Datei geschrieben.</translation>
    </message>
    <message>
        <source>The server is saved without a password, and one that was in use is forgotten.</source>
        <translation>Der Server wird ohne Passwort gespeichert, und ein bisher verwendetes wird vergessen.</translation>
    </message>
</context>
<context>
    <name>ui::PasswordQuestion</name>
    <message>
        <source>Add servers</source>
        <translation>Server hinzufügen</translation>
    </message>
    <message numerus="yes">
        <source>%n server(s) come with a password, and no credential store is available. What is to become of each password?</source>
        <translation>
            <numerusform>Ein Server bringt ein Passwort mit, und es gibt keinen Passwortspeicher. Was soll mit dem Passwort geschehen?</numerusform>
            <numerusform>%n Server bringen ein Passwort mit, und es gibt keinen Passwortspeicher. Was soll mit den Passwörtern geschehen?</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
</context>
<context>
    <name>ui::PortDoctor</name>
    <message>
        <source>The port could not be changed: %1</source>
        <translation>Der Port konnte nicht geändert werden: %1</translation>
    </message>
    <message>
        <source>The port was named at the program&apos;s start, so it stays until the next one.</source>
        <translation>Der Port wurde beim Start des Programms angegeben und bleibt daher bis zum nächsten.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; uses port %2 from now on.</source>
        <translation>Der Zugang „%1“ verwendet ab jetzt Port %2.</translation>
    </message>
</context>
<context>
    <name>ui::Ppx</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Server &quot;%1&quot;</source>
        <translation>Server „%1“</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>Kette</translation>
    </message>
    <message>
        <source>Chain &quot;%1&quot;</source>
        <translation>Kette „%1“</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation>Regel „%1“</translation>
    </message>
    <message>
        <source>Default rule</source>
        <translation>Standardregel</translation>
    </message>
    <message>
        <source>taken over as the default action</source>
        <translation>als Standardaktion übernommen</translation>
    </message>
    <message>
        <source>names are looked up by the servers, here too</source>
        <translation>Namen werden von den Servern aufgelöst, auch hier</translation>
    </message>
    <message>
        <source>taken over</source>
        <translation>übernommen</translation>
    </message>
    <message>
        <source>version %1 is newer than those that are known</source>
        <translation>Version %1 ist neuer als die bekannten</translation>
    </message>
    <message>
        <source>names that programs ask for are now looked up by the servers, not by this computer</source>
        <translation>Namen, nach denen Programme fragen, werden jetzt von den Servern aufgelöst, nicht von diesem Rechner</translation>
    </message>
    <message>
        <source>SOCKS4 carries no names: this computer looks them up. If the server knows SOCKS4a, choose that</source>
        <translation>SOCKS4 überträgt keine Namen: Dieser Rechner löst sie auf. Kennt der Server SOCKS4a, wählen Sie das</translation>
    </message>
    <message>
        <source>an HTTP proxy for web pages is now asked with CONNECT, which it may refuse</source>
        <translation>ein HTTP-Proxy für Webseiten wird jetzt mit CONNECT gefragt, was er ablehnen kann</translation>
    </message>
    <message>
        <source>connections to the same host take the same server</source>
        <translation>Verbindungen zum selben Rechner nehmen denselben Server</translation>
    </message>
    <message>
        <source>the name is now &quot;%1&quot;</source>
        <translation>der Name ist jetzt „%1“</translation>
    </message>
    <message>
        <source>%1 is now %2</source>
        <translation>%1 ist jetzt %2</translation>
    </message>
    <message>
        <source>%1 is now %2, which matches less: &quot;*&quot; stands for whole parts of a name</source>
        <translation>%1 ist jetzt %2, was auf weniger zutrifft: „*“ steht für ganze Teile eines Namens</translation>
    </message>
    <message>
        <source>the application %1 is now %2</source>
        <translation>die Anwendung %1 ist jetzt %2</translation>
    </message>
    <message>
        <source>the application %1 is a path of Windows, which no program has here</source>
        <translation>die Anwendung %1 ist ein Windows-Pfad, den hier kein Programm hat</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is taken for the name of one application</source>
        <translation>„%1“ gilt als Name einer einzigen Anwendung</translation>
    </message>
    <message>
        <source>addresses such as %1 match programs that ask for an address; for those that ask for a name, &quot;resolveForRules&quot; in the profile has to be on</source>
        <translation>Adressen wie %1 treffen auf Programme zu, die nach einer Adresse fragen; für solche, die nach einem Namen fragen, muss „resolveForRules“ im Profil eingeschaltet sein</translation>
    </message>
    <message>
        <source>switched off, because its condition &quot;%1&quot; is not known</source>
        <translation>ausgeschaltet, weil die Bedingung „%1“ nicht bekannt ist</translation>
    </message>
    <message>
        <source>blocks, because its action &quot;%1&quot; leads nowhere</source>
        <translation>blockiert, weil die Aktion „%1“ nirgendwohin führt</translation>
    </message>
    <message>
        <source>the file has none, so the default action stays what it is</source>
        <translation>die Datei hat keine, also bleibt die Standardaktion, wie sie ist</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not known</source>
        <translation>„%1“ ist nicht bekannt</translation>
    </message>
    <message>
        <source>the setting &quot;%1&quot; has no equivalent</source>
        <translation>die Einstellung „%1“ hat keine Entsprechung</translation>
    </message>
    <message>
        <source>left out, because its type &quot;%1&quot; is not known</source>
        <translation>ausgelassen, weil der Typ „%1“ nicht bekannt ist</translation>
    </message>
    <message>
        <source>left out, because its address &quot;%1&quot; is none</source>
        <translation>ausgelassen, weil „%1“ keine Adresse ist</translation>
    </message>
    <message>
        <source>left out, because its port &quot;%1&quot; is none</source>
        <translation>ausgelassen, weil „%1“ kein Port ist</translation>
    </message>
    <message>
        <source>its password is encrypted by Proxifier: enter it again on the page Servers</source>
        <translation>das Passwort ist von Proxifier verschlüsselt: Geben Sie es auf der Seite Server neu ein</translation>
    </message>
    <message>
        <source>the user name &quot;%1&quot; cannot be used</source>
        <translation>der Benutzername „%1“ ist nicht verwendbar</translation>
    </message>
    <message>
        <source>its login, which was switched off, was left out</source>
        <translation>die ausgeschaltete Anmeldung wurde ausgelassen</translation>
    </message>
    <message>
        <source>left out, because another one has the id &quot;%1&quot;</source>
        <translation>ausgelassen, weil etwas anderes die Kennung „%1“ hat</translation>
    </message>
    <message>
        <source>there are more than %1 here; the rest was left out</source>
        <translation>hier sind mehr als %1; der Rest wurde ausgelassen</translation>
    </message>
    <message>
        <source>the proxy %1, which was switched off, was left out</source>
        <translation>der ausgeschaltete Proxy %1 wurde ausgelassen</translation>
    </message>
    <message>
        <source>the proxy %1, which was not taken over, was left out</source>
        <translation>der nicht übernommene Proxy %1 wurde ausgelassen</translation>
    </message>
    <message>
        <source>left out, because its proxy %1 was not taken over</source>
        <translation>ausgelassen, weil der Proxy %1 nicht übernommen wurde</translation>
    </message>
    <message>
        <source>left out, because it goes through more than %1 servers</source>
        <translation>ausgelassen, weil der Weg über mehr als %1 Server führt</translation>
    </message>
    <message>
        <source>left out, because it has no proxy</source>
        <translation>ausgelassen, weil kein Proxy enthalten ist</translation>
    </message>
    <message>
        <source>when no server works, connections fail; they never go directly instead</source>
        <translation>funktioniert kein Server, schlagen Verbindungen fehl; sie gehen nie stattdessen direkt</translation>
    </message>
    <message>
        <source>%1 was left out: such words are not replaced</source>
        <translation>%1 wurde ausgelassen: Solche Wörter werden nicht ersetzt</translation>
    </message>
    <message>
        <source>%1 was left out: &quot;*&quot; can only stand for whole parts at an end of a name, or of an address</source>
        <translation>%1 wurde ausgelassen: „*“ kann nur für ganze Teile am Anfang oder Ende eines Namens oder einer Adresse stehen</translation>
    </message>
    <message>
        <source>%1 was left out: it is no host and no address</source>
        <translation>%1 wurde ausgelassen: Es ist weder ein Rechner noch eine Adresse</translation>
    </message>
    <message>
        <source>%1 was left out: it is no port</source>
        <translation>%1 wurde ausgelassen: Es ist kein Port</translation>
    </message>
    <message>
        <source>the application %1 was left out: it cannot be used</source>
        <translation>die Anwendung %1 wurde ausgelassen: Sie ist nicht verwendbar</translation>
    </message>
    <message>
        <source>left out, because nothing is left of its condition &quot;%1&quot;</source>
        <translation>ausgelassen, weil von der Bedingung „%1“ nichts übrig ist</translation>
    </message>
    <message>
        <source>The file is larger than %1 MiB.</source>
        <translation>Die Datei ist größer als %1 MiB.</translation>
    </message>
    <message>
        <source>The file has a document type, which no profile has.</source>
        <translation>Die Datei hat einen Dokumenttyp, was kein Profil hat.</translation>
    </message>
    <message>
        <source>The file holds more than any profile does.</source>
        <translation>Die Datei enthält mehr, als ein Profil enthält.</translation>
    </message>
    <message>
        <source>The file is damaged or not complete: %1</source>
        <translation>Die Datei ist beschädigt oder unvollständig: %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>part of a file, what became of it</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>The file is XML, but no profile of Proxifier.</source>
        <translation>Die Datei ist XML, aber kein Profil von Proxifier.</translation>
    </message>
    <message numerus="yes">
        <source>%n more findings are not listed</source>
        <translation>
            <numerusform>%n weiterer Befund ist nicht aufgeführt</numerusform>
            <numerusform>%n weitere Befunde sind nicht aufgeführt</numerusform>
        </translation>
    </message>
    <message>
        <source>not taken over: the default action stays what it is</source>
        <translation>nicht übernommen: Die Standardaktion bleibt, wie sie ist</translation>
    </message>
</context>
<context>
    <name>ui::ProfileEdit</name>
    <message>
        <source>Rule number %1</source>
        <translation>Regel Nummer %1</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation>Regel „%1“</translation>
    </message>
    <message>
        <source>%1 (switched off)</source>
        <comment>a rule</comment>
        <translation>%1 (ausgeschaltet)</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>name of a server, number</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Route &quot;%1&quot;</source>
        <translation>Route „%1“</translation>
    </message>
    <message>
        <source>The default action</source>
        <translation>Die Standardaktion</translation>
    </message>
    <message>
        <source>The action for unidentified applications</source>
        <translation>Die Aktion für nicht erkannte Anwendungen</translation>
    </message>
</context>
<context>
    <name>ui::ProfileImport</name>
    <message>
        <source>Imported</source>
        <translation>Importiert</translation>
    </message>
    <message>
        <source>The file has no users: those of the profile in force stay.</source>
        <translation>Die Datei hat keine Benutzer: Die des geltenden Profils bleiben.</translation>
    </message>
    <message>
        <source>The id is now %1: %2 is that of another server, whose password this one must not get.</source>
        <translation>Die Kennung ist jetzt %1: %2 ist die eines anderen Servers, dessen Passwort dieser nicht bekommen darf.</translation>
    </message>
    <message>
        <source>Whoever can reach %1 may use this proxy without a password.</source>
        <translation>Wer %1 erreichen kann, darf diesen Proxy ohne Passwort benutzen.</translation>
    </message>
    <message>
        <source>The server &quot;%1&quot; (%2) is sent what the file %3 on this computer holds.</source>
        <translation>Der Server „%1“ (%2) bekommt zugesandt, was in der Datei %3 auf diesem Rechner steht.</translation>
    </message>
    <message>
        <source>The password of the server &quot;%1&quot; is in no file: enter it on the page Servers.</source>
        <translation>Das Passwort des Servers „%1“ steht in keiner Datei: Geben Sie es auf der Seite Server ein.</translation>
    </message>
    <message>
        <source>Listeners: %1</source>
        <translation>Zugänge: %1</translation>
    </message>
    <message>
        <source>Users: %1</source>
        <translation>Benutzer: %1</translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation>Server: %1</translation>
    </message>
    <message>
        <source>Routes: %1</source>
        <translation>Routen: %1</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>Regeln: %1</translation>
    </message>
    <message>
        <source>line %1</source>
        <translation>Zeile %1</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>Die Datei ist leer.</translation>
    </message>
</context>
<context>
    <name>ui::ProfileRecovery</name>
    <message>
        <source>The profile cannot be used.</source>
        <translation>Das Profil ist nicht verwendbar.</translation>
    </message>
    <message>
        <source>Start &amp;Afresh</source>
        <translation>&amp;Neu anfangen</translation>
    </message>
    <message>
        <source>Its backup is the profile as it was until %1.</source>
        <translation>Die Sicherung ist das Profil, wie es bis %1 war.</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Use the &amp;Backup</source>
        <translation>&amp;Sicherung verwenden</translation>
    </message>
    <message>
        <source>Starting afresh means without servers and rules: everything goes directly. The broken file is kept, under another name.</source>
        <translation>Neu anfangen heißt ohne Server und Regeln: Alles geht direkt. Die beschädigte Datei bleibt unter anderem Namen erhalten.</translation>
    </message>
</context>
<context>
    <name>ui::ProfileTransfer</name>
    <message>
        <source>Import a profile</source>
        <translation>Ein Profil importieren</translation>
    </message>
    <message>
        <source>Profiles of Hosier and Proxifier (*.json *.ppx)</source>
        <translation>Profile von Hosier und Proxifier (*.json *.ppx)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>The file cannot be read.</source>
        <translation>Die Datei kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>Imported %1.</source>
        <translation>%1 importiert.</translation>
    </message>
    <message>
        <source>Exported to %1.</source>
        <translation>Nach %1 exportiert.</translation>
    </message>
</context>
<context>
    <name>ui::ProgramFields</name>
    <message>
        <source>Application</source>
        <translation>Anwendung</translation>
    </message>
    <message>
        <source>Name or path; empty: not identified</source>
        <translation>Name oder Pfad; leer: nicht erkannt</translation>
    </message>
    <message>
        <source>Child of</source>
        <translation>Gestartet von</translation>
    </message>
    <message>
        <source>The program that has started the application, for rules that also match those that a program starts</source>
        <translation>Das Programm, das die Anwendung gestartet hat, für Regeln, die auch für gestartete Programme gelten</translation>
    </message>
    <message>
        <source>Name or path of the program that started it; may be empty</source>
        <translation>Name oder Pfad des Programms, das sie gestartet hat; darf leer sein</translation>
    </message>
    <message>
        <source>%1: its file is being looked for...</source>
        <comment>program</comment>
        <translation>%1: Die Datei wird gesucht …</translation>
    </message>
</context>
<context>
    <name>ui::ProgramPicker</name>
    <message>
        <source>Filter programs</source>
        <translation>Programme filtern</translation>
    </message>
    <message>
        <source>Show only programs with this text in their name or path</source>
        <translation>Nur Programme mit diesem Text in Name oder Pfad zeigen</translation>
    </message>
    <message>
        <source>Running programs</source>
        <translation>Laufende Programme</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Name</translation>
    </message>
    <message>
        <source>Path</source>
        <comment>column</comment>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>How the program is entered</source>
        <translation>Wie das Programm eingetragen wird</translation>
    </message>
    <message>
        <source>By name, wherever it lies</source>
        <translation>Nach Namen, gleich wo es liegt</translation>
    </message>
    <message>
        <source>By its full path</source>
        <translation>Mit vollem Pfad</translation>
    </message>
    <message>
        <source>&amp;Enter it:</source>
        <translation>&amp;Eintragen:</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Refresh</source>
        <translation>&amp;Aktualisieren</translation>
    </message>
    <message>
        <source>Look again which programs run (F5)</source>
        <translation>Noch einmal nachsehen, welche Programme laufen (F5)</translation>
    </message>
    <message>
        <source>Looking for running programs...</source>
        <translation>Laufende Programme werden gesucht...</translation>
    </message>
    <message>
        <source>%1, run by %2</source>
        <comment>script, interpreter</comment>
        <translation>%1, ausgeführt von %2</translation>
    </message>
    <message>
        <source>Programs: %1</source>
        <translation>Programme: %1</translation>
    </message>
</context>
<context>
    <name>ui::ProgramText</name>
    <message>
        <source>Path: %1</source>
        <translation>Pfad: %1</translation>
    </message>
    <message>
        <source>Script: %1</source>
        <translation>Skript: %1</translation>
    </message>
    <message>
        <source>Runs as: %1</source>
        <comment>user of the system</comment>
        <translation>Läuft als: %1</translation>
    </message>
    <message>
        <source>Child of: %1</source>
        <comment>programs, nearest first</comment>
        <translation>Gestartet von: %1</translation>
    </message>
    <message>
        <source>%1: %2, the path of whose interpreter is not known</source>
        <comment>program, its script</comment>
        <translation>%1: %2, der Pfad des Interpreters ist nicht bekannt</translation>
    </message>
    <message>
        <source>%1: %2, run by %3</source>
        <comment>program, its script, its interpreter</comment>
        <translation>%1: %2, ausgeführt von %3</translation>
    </message>
    <message>
        <source>%1: the path is not known</source>
        <comment>program</comment>
        <translation>%1: Der Pfad ist nicht bekannt</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>program, its file</comment>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>ui::ProxyStatus</name>
    <message>
        <source>Proxy off</source>
        <translation>Proxy aus</translation>
    </message>
    <message>
        <source>No listener</source>
        <translation>Kein Zugang</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>Wird geöffnet</translation>
    </message>
    <message>
        <source>Proxy on</source>
        <translation>Proxy ein</translation>
    </message>
    <message>
        <source>Proxy on, with an error</source>
        <translation>Proxy ein, mit einem Fehler</translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation>Proxy-Fehler</translation>
    </message>
    <message>
        <source>Proxy off: nothing is listening</source>
        <translation>Proxy aus: Nichts lauscht</translation>
    </message>
    <message>
        <source>The profile has no listener</source>
        <translation>Das Profil hat keinen Zugang</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <translation>Lauscht auf %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>address, reason</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: closed</source>
        <comment>address</comment>
        <translation>%1: geschlossen</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>address, protocols</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>%1.</source>
        <comment>a sentence</comment>
        <translation>%1.</translation>
    </message>
    <message>
        <source>The port is in use by another program.</source>
        <translation>Der Port wird von einem anderen Programm benutzt.</translation>
    </message>
    <message>
        <source>The port is in use by process %1.</source>
        <translation>Der Port wird vom Prozess %1 benutzt.</translation>
    </message>
    <message>
        <source>The port is in use by %1.</source>
        <comment>program (process id)</comment>
        <translation>Der Port wird von %1 benutzt.</translation>
    </message>
    <message>
        <source>Windows does not permit port %1: it keeps the port for itself, or another program uses it exclusively. &quot;netsh int ipv4 show excludedportrange protocol=tcp&quot; lists the ports that Windows keeps.</source>
        <translation>Windows erlaubt Port %1 nicht: Es hält ihn für sich zurück, oder ein anderes Programm benutzt ihn allein. „netsh int ipv4 show excludedportrange protocol=tcp“ führt die Ports auf, die Windows zurückhält.</translation>
    </message>
    <message>
        <source>The system lets only privileged programs listen on port %1.</source>
        <translation>Das System lässt nur privilegierte Programme auf Port %1 lauschen.</translation>
    </message>
    <message>
        <source>The system does not permit Hosier to listen on port %1.</source>
        <translation>Das System erlaubt Hosier nicht, auf Port %1 zu lauschen.</translation>
    </message>
    <message>
        <source>Port %1 is reserved by Windows.</source>
        <translation>Port %1 ist von Windows reserviert.</translation>
    </message>
    <message>
        <source>Ports %1 to %2 are reserved by Windows, so no program can listen on port %3.</source>
        <translation>Die Ports %1 bis %2 sind von Windows reserviert, daher kann kein Programm auf Port %3 lauschen.</translation>
    </message>
</context>
<context>
    <name>ui::ProxySwitch</name>
    <message>
        <source>Proxy on</source>
        <translation>Proxy ein</translation>
    </message>
    <message>
        <source>Proxy off</source>
        <translation>Proxy aus</translation>
    </message>
</context>
<context>
    <name>ui::RestartOffer</name>
    <message>
        <source>Hosier has stopped unexpectedly.</source>
        <translation>Hosier ist unerwartet beendet worden.</translation>
    </message>
    <message>
        <source>&amp;Restart</source>
        <translation>&amp;Neu starten</translation>
    </message>
    <message>
        <source>The profile is as it was last saved. Programs that use the proxy cannot connect until Hosier runs again.</source>
        <translation>Das Profil ist so, wie es zuletzt gespeichert wurde. Programme, die den Proxy verwenden, können sich erst verbinden, wenn Hosier wieder läuft.</translation>
    </message>
    <message>
        <source>The note about what happened is %1.</source>
        <translation>Die Notiz dazu ist %1.</translation>
    </message>
    <message>
        <source>Start Hosier again with the same profile</source>
        <translation>Hosier mit demselben Profil erneut starten</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Schließen</translation>
    </message>
</context>
<context>
    <name>ui::RouteDialog</name>
    <message>
        <source>← &amp;Add</source>
        <translation>← &amp;Hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Remove →</source>
        <translation>&amp;Entfernen →</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>Nach &amp;oben</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>Nach &amp;unten</translation>
    </message>
    <message>
        <source>Add route</source>
        <translation>Route hinzufügen</translation>
    </message>
    <message>
        <source>Edit route</source>
        <translation>Route bearbeiten</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>What rules and other routes call this route in the profile&apos;s file</source>
        <translation>Wie Regeln und andere Routen diese Route in der Datei des Profils nennen</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Members, in order</source>
        <translation>Mitglieder, der Reihe nach</translation>
    </message>
    <message>
        <source>Drag members to change their order</source>
        <translation>Mitglieder ziehen, um ihre Reihenfolge zu ändern</translation>
    </message>
    <message>
        <source>Servers and routes that are no members</source>
        <translation>Server und Routen, die keine Mitglieder sind</translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation>&amp;Kennung:</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Name:</translation>
    </message>
    <message>
        <source>&amp;Kind:</source>
        <translation>&amp;Art:</translation>
    </message>
    <message>
        <source>&amp;Members, in order</source>
        <translation>&amp;Mitglieder, der Reihe nach</translation>
    </message>
    <message>
        <source>&amp;Other servers and routes</source>
        <translation>An&amp;dere Server und Routen</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>name, kind of route</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Geben Sie einen Namen ein.</translation>
    </message>
    <message>
        <source>Add at least one server or route as a member.</source>
        <translation>Fügen Sie mindestens einen Server oder eine Route als Mitglied hinzu.</translation>
    </message>
    <message>
        <source>The route was changed or removed meanwhile. Close this and open it again.</source>
        <translation>Die Route wurde inzwischen geändert oder entfernt. Schließen Sie dies und öffnen Sie es erneut.</translation>
    </message>
</context>
<context>
    <name>ui::RouteMenu</name>
    <message>
        <source>There is no such route any more.</source>
        <translation>Diese Route gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be a member of itself.</source>
        <translation>„%1“ kann nicht Mitglied von sich selbst sein.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; already belongs to &quot;%2&quot;.</source>
        <translation>„%1“ gehört schon zu „%2“.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; leads through &quot;%2&quot;, which would then lead back to itself.</source>
        <translation>„%1“ führt durch „%2“, was dann zu sich selbst zurückführte.</translation>
    </message>
    <message>
        <source>Add &amp;to route</source>
        <translation>Zu Ro&amp;ute hinzufügen</translation>
    </message>
</context>
<context>
    <name>ui::RuleDelegate</name>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
</context>
<context>
    <name>ui::RuleDialog</name>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log</source>
        <translation>Wie die Regel in Listen und im Log heißt</translation>
    </message>
    <message>
        <source>A&amp;pplications</source>
        <translation>An&amp;wendungen</translation>
    </message>
    <message>
        <source>Also programs that the&amp;y start</source>
        <translation>Auch Programme, die sie &amp;starten</translation>
    </message>
    <message>
        <source>The rule also matches the children of these applications, and their children</source>
        <translation>Die Regel trifft auch auf die Kindprozesse dieser Anwendungen zu und auf deren Kinder</translation>
    </message>
    <message>
        <source>&amp;Hosts</source>
        <translation>&amp;Rechner</translation>
    </message>
    <message>
        <source>example.org, *.example.org, 10.0.0.0/8, 192.0.2.1-192.0.2.9</source>
        <translation>example.org, *.example.org, 10.0.0.0/8, 192.0.2.1-192.0.2.9</translation>
    </message>
    <message>
        <source>P&amp;orts</source>
        <translation>P&amp;orts</translation>
    </message>
    <message>
        <source>443, 8000-8100</source>
        <translation>443, 8000-8100</translation>
    </message>
    <message>
        <source>&amp;Users</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <source>anna</source>
        <translation>anna</translation>
    </message>
    <message>
        <source>Names that clients have logged in with</source>
        <translation>Namen, mit denen sich Clients angemeldet haben</translation>
    </message>
    <message>
        <source>C&amp;lients</source>
        <translation>&amp;Clients</translation>
    </message>
    <message>
        <source>192.168.1.20, 192.168.2.0/24</source>
        <translation>192.168.1.20, 192.168.2.0/24</translation>
    </message>
    <message>
        <source>Addresses that clients connect from</source>
        <translation>Adressen, von denen aus sich Clients verbinden</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>Transport</translation>
    </message>
    <message>
        <source>Any</source>
        <comment>transport</comment>
        <translation>Beliebig</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>&amp;Seen</source>
        <translation>&amp;Gesehen</translation>
    </message>
    <message>
        <source>Choose an application that has connected lately</source>
        <translation>Eine Anwendung wählen, die sich kürzlich verbunden hat</translation>
    </message>
    <message>
        <source>&amp;Browse...</source>
        <translation>&amp;Durchsuchen...</translation>
    </message>
    <message>
        <source>Choose the file of a program</source>
        <translation>Die Datei eines Programms wählen</translation>
    </message>
    <message>
        <source>&amp;Running...</source>
        <translation>&amp;Laufende...</translation>
    </message>
    <message>
        <source>Choose among the programs that run now</source>
        <translation>Unter den laufenden Programmen wählen</translation>
    </message>
    <message>
        <source>The rule matches when every condition does. An empty field matches anything; of several entries, one a line, any will do.</source>
        <translation>Die Regel trifft zu, wenn jede Bedingung zutrifft. Ein leeres Feld passt auf alles; von mehreren Einträgen, einem je Zeile, genügt einer.</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Name:</translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation>&amp;Transport:</translation>
    </message>
    <message>
        <source>&amp;Action:</source>
        <translation>&amp;Aktion:</translation>
    </message>
    <message>
        <source>TCP and UDP</source>
        <translation>TCP und UDP</translation>
    </message>
    <message>
        <source>Choose a program</source>
        <translation>Ein Programm wählen</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither a port (80) nor a range of ports (8000-9000).</source>
        <translation>„%1“ ist weder ein Port (80) noch ein Portbereich (8000-9000).</translation>
    </message>
    <message>
        <source>Office by way of the company&apos;s server</source>
        <translation>Büro über den Server der Firma</translation>
    </message>
    <message>
        <source>TCP: web, mail; UDP: calls, games</source>
        <translation>TCP: Web, E-Mail; UDP: Anrufe, Spiele</translation>
    </message>
    <message>
        <source>Direct: without a server; Block: refused; or by way of a server or route</source>
        <translation>Direkt: ohne Server; Blockieren: abgelehnt; oder über einen Server oder eine Route</translation>
    </message>
</context>
<context>
    <name>ui::RuleHistoryActions</name>
    <message>
        <source>Undone: %1.</source>
        <comment>a change of the rules</comment>
        <translation>Rückgängig gemacht: %1.</translation>
    </message>
    <message>
        <source>Done again: %1.</source>
        <comment>a change of the rules</comment>
        <translation>Wiederholt: %1.</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Undo: %1</source>
        <comment>a change of the rules</comment>
        <translation>&amp;Rückgängig: %1</translation>
    </message>
    <message>
        <source>No change of the rules can be undone</source>
        <translation>Keine Änderung der Regeln kann rückgängig gemacht werden</translation>
    </message>
    <message>
        <source>Undo the last change of the rules: %1</source>
        <translation>Die letzte Änderung der Regeln rückgängig machen: %1</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Redo: %1</source>
        <comment>a change of the rules</comment>
        <translation>&amp;Wiederholen: %1</translation>
    </message>
    <message>
        <source>No change of the rules was undone</source>
        <translation>Keine Änderung der Regeln wurde rückgängig gemacht</translation>
    </message>
    <message>
        <source>Make the change of the rules again: %1</source>
        <translation>Die Änderung der Regeln wiederholen: %1</translation>
    </message>
</context>
<context>
    <name>ui::RuleModel</name>
    <message>
        <source>Any</source>
        <comment>condition of a rule</comment>
        <translation>Beliebig</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>column, value</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Default</source>
        <comment>the last rule</comment>
        <translation>Standard</translation>
    </message>
    <message>
        <source>What is done when no rule matches. It can be changed, but not removed.</source>
        <translation>Was geschieht, wenn keine Regel zutrifft. Das lässt sich ändern, aber nicht entfernen.</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Name</translation>
    </message>
    <message>
        <source>Applications</source>
        <comment>column</comment>
        <translation>Anwendungen</translation>
    </message>
    <message>
        <source>Hosts</source>
        <comment>column</comment>
        <translation>Rechner</translation>
    </message>
    <message>
        <source>Ports</source>
        <comment>column</comment>
        <translation>Ports</translation>
    </message>
    <message>
        <source>Action</source>
        <comment>column</comment>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Hits</source>
        <comment>column</comment>
        <translation>Treffer</translation>
    </message>
    <message>
        <source>Traffic</source>
        <comment>column</comment>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Last hit</source>
        <comment>column</comment>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>change the default action</source>
        <translation>Standardaktion ändern</translation>
    </message>
    <message>
        <source>change rule %1</source>
        <translation>Regel %1 ändern</translation>
    </message>
    <message>
        <source>switch rule %1 on</source>
        <translation>Regel %1 einschalten</translation>
    </message>
    <message>
        <source>switch rule %1 off</source>
        <translation>Regel %1 ausschalten</translation>
    </message>
    <message>
        <source>add rule %1</source>
        <translation>Regel %1 hinzufügen</translation>
    </message>
    <message>
        <source>The rule was changed or removed elsewhere in the meantime.</source>
        <translation>Die Regel wurde inzwischen anderswo geändert oder entfernt.</translation>
    </message>
    <message>
        <source>remove rule %1</source>
        <translation>Regel %1 entfernen</translation>
    </message>
    <message>
        <source>move rule %1</source>
        <translation>Regel %1 verschieben</translation>
    </message>
    <message>
        <source>They were changed elsewhere in the meantime, so that what was done here before can no longer be undone or done again.</source>
        <translation>Sie wurden inzwischen anderswo geändert; was hier zuvor getan wurde, lässt sich daher nicht mehr rückgängig machen oder wiederholen.</translation>
    </message>
    <message>
        <source>Never reached: rule %1 above it decides about everything that this one matches.</source>
        <translation>Nie erreicht: Die Regel %1 darüber entscheidet über alles, worauf diese zutrifft.</translation>
    </message>
    <message>
        <source>change what is done with unidentified programs</source>
        <translation>Umgang mit nicht erkannten Programmen ändern</translation>
    </message>
</context>
<context>
    <name>ui::RuleText</name>
    <message numerus="yes">
        <source>%n more</source>
        <comment>entries of a rule that are not shown</comment>
        <translation>
            <numerusform>%n weiterer</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>condition, its entries</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Direct</source>
        <comment>action</comment>
        <translation>Direkt</translation>
    </message>
    <message>
        <source>Block</source>
        <comment>action</comment>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>Rules</source>
        <comment>mode</comment>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Everything</source>
        <comment>mode</comment>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Direct</source>
        <comment>mode</comment>
        <translation>Direkt</translation>
    </message>
    <message>
        <source>user %1</source>
        <translation>Benutzer %1</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>von %1</translation>
    </message>
    <message>
        <source>Off: this rule is skipped.</source>
        <translation>Aus: Diese Regel wird übersprungen.</translation>
    </message>
    <message>
        <source>Applications and their children</source>
        <translation>Anwendungen und ihre Kindprozesse</translation>
    </message>
    <message>
        <source>Applications</source>
        <translation>Anwendungen</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>Clients</translation>
    </message>
    <message>
        <source>Hosts</source>
        <translation>Rechner</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>Ports</translation>
    </message>
    <message>
        <source>Transport: %1</source>
        <translation>Transport: %1</translation>
    </message>
    <message>
        <source>Action: %1</source>
        <translation>Aktion: %1</translation>
    </message>
</context>
<context>
    <name>ui::RuleUseText</name>
    <message>
        <source>never</source>
        <comment>last time that a rule decided</comment>
        <translation>nie</translation>
    </message>
    <message>
        <source>Hits: %1</source>
        <translation>Treffer: %1</translation>
    </message>
    <message>
        <source>Traffic: %1 down, %2 up</source>
        <translation>Datenverkehr: %1 empfangen, %2 gesendet</translation>
    </message>
    <message>
        <source>Last hit: %1</source>
        <translation>Letzter Treffer: %1</translation>
    </message>
</context>
<context>
    <name>ui::RulesPage</name>
    <message>
        <source>New rule</source>
        <translation>Neue Regel</translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others: %2.</source>
        <translation>Die Regel %1 kommt jetzt vor allen anderen: %2.</translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others, but rules are not applied: the mode is %2.</source>
        <translation>Die Regel %1 kommt jetzt vor allen anderen, aber Regeln gelten nicht: Der Modus ist %2.</translation>
    </message>
    <message>
        <source>&amp;New rule...</source>
        <translation>&amp;Neue Regel...</translation>
    </message>
    <message>
        <source>Make a rule above the selected one</source>
        <translation>Eine Regel über der ausgewählten anlegen</translation>
    </message>
    <message>
        <source>&amp;Edit rule...</source>
        <translation>Regel &amp;bearbeiten...</translation>
    </message>
    <message>
        <source>Change the selected rule</source>
        <translation>Die ausgewählte Regel ändern</translation>
    </message>
    <message>
        <source>&amp;Duplicate rule</source>
        <translation>Regel &amp;duplizieren</translation>
    </message>
    <message>
        <source>Copy the selected rule below itself</source>
        <translation>Die ausgewählte Regel unter sich kopieren</translation>
    </message>
    <message>
        <source>&amp;Remove rule</source>
        <translation>Regel &amp;entfernen</translation>
    </message>
    <message>
        <source>Remove the selected rule</source>
        <translation>Die ausgewählte Regel entfernen</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>Nach &amp;oben</translation>
    </message>
    <message>
        <source>Check the selected rule earlier</source>
        <translation>Die ausgewählte Regel früher prüfen</translation>
    </message>
    <message>
        <source>Move do&amp;wn</source>
        <translation>Nach &amp;unten</translation>
    </message>
    <message>
        <source>Check the selected rule later</source>
        <translation>Die ausgewählte Regel später prüfen</translation>
    </message>
    <message>
        <source>Rule &amp;on</source>
        <translation>Regel e&amp;in</translation>
    </message>
    <message>
        <source>A rule that is off is skipped</source>
        <translation>Eine ausgeschaltete Regel wird übersprungen</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Columns of the rules</source>
        <translation>Spalten der Regeln</translation>
    </message>
    <message>
        <source>There are no rules yet: the default action is taken for everything. Make one here, or from a connection.</source>
        <translation>Es gibt noch keine Regeln: Für alles gilt die Standardaktion. Legen Sie hier eine an oder aus einer Verbindung.</translation>
    </message>
    <message>
        <source>Checked top to bottom; the first rule that matches decides.</source>
        <translation>Von oben nach unten geprüft; die erste zutreffende Regel entscheidet.</translation>
    </message>
    <message>
        <source>A crossed-out list marks rules that are never reached: %1.</source>
        <translation>Eine durchgestrichene Liste kennzeichnet Regeln, die nie erreicht werden: %1.</translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation>Regel %1</translation>
    </message>
    <message>
        <source>%1 (copy)</source>
        <comment>name of a rule</comment>
        <translation>%1 (Kopie)</translation>
    </message>
    <message>
        <source>The rules could not be changed.</source>
        <translation>Die Regeln konnten nicht geändert werden.</translation>
    </message>
    <message>
        <source>Rules cannot be moved while the filter hides some of them</source>
        <translation>Regeln lassen sich nicht verschieben, solange der Filter einige verbirgt</translation>
    </message>
    <message numerus="yes">
        <source>The filter hides %n rule(s).</source>
        <translation>
            <numerusform>Der Filter verbirgt %n Regel.</numerusform>
            <numerusform>Der Filter verbirgt %n Regeln.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ServerCheckPanel</name>
    <message>
        <source>Chec&amp;k these settings</source>
        <translation>Einstellungen &amp;prüfen</translation>
    </message>
    <message>
        <source>Connects through the server with what is entered here; nothing is saved</source>
        <translation>Verbindet sich mit den Angaben hier über den Server; nichts wird gespeichert</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation>Der Proxy-Dienst läuft nicht, daher kann nichts geprüft werden.</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Wird geprüft…</translation>
    </message>
    <message>
        <source>The server does not work.</source>
        <translation>Der Server funktioniert nicht.</translation>
    </message>
    <message>
        <source>The server works, but not for UDP.</source>
        <translation>Der Server funktioniert, aber nicht für UDP.</translation>
    </message>
    <message>
        <source>The server works.</source>
        <translation>Der Server funktioniert.</translation>
    </message>
</context>
<context>
    <name>ui::ServerDialog</name>
    <message>
        <source>Encrypted with &amp;TLS</source>
        <translation>Mit &amp;TLS verschlüsselt</translation>
    </message>
    <message>
        <source>Add server</source>
        <translation>Server hinzufügen</translation>
    </message>
    <message>
        <source>Edit server</source>
        <translation>Server bearbeiten</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Encrypted with TLS</source>
        <translation>Mit TLS verschlüsselt</translation>
    </message>
    <message>
        <source>Host name or address</source>
        <translation>Rechnername oder Adresse</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Where names are looked up</source>
        <translation>Wo Namen aufgelöst werden</translation>
    </message>
    <message>
        <source>SHA-256 of the certificate</source>
        <translation>SHA-256 des Zertifikats</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Benutzername</translation>
    </message>
    <message>
        <source>As the host, when empty</source>
        <translation>Wie der Rechner, wenn leer</translation>
    </message>
    <message>
        <source>What rules and routes call this server in the profile&apos;s file</source>
        <translation>Wie Regeln und Routen diesen Server in der Datei des Profils nennen</translation>
    </message>
    <message>
        <source>proxy.example.org, 192.0.2.1, or a whole URL</source>
        <translation>proxy.example.org, 192.0.2.1 oder eine ganze URL</translation>
    </message>
    <message>
        <source>Any certificate that this computer trusts</source>
        <translation>Jedes Zertifikat, dem dieser Rechner vertraut</translation>
    </message>
    <message>
        <source>When set, only this very certificate is accepted, also when it is self-signed. Hexadecimal or base64.</source>
        <translation>Wenn angegeben, wird nur genau dieses Zertifikat angenommen, auch wenn es selbst signiert ist. Hexadezimal oder base64.</translation>
    </message>
    <message>
        <source>HTTP (CONNECT)</source>
        <translation>HTTP (CONNECT)</translation>
    </message>
    <message>
        <source>Looked up by the server</source>
        <translation>Vom Server aufgelöst</translation>
    </message>
    <message>
        <source>Looked up on this computer</source>
        <translation>Auf diesem Rechner aufgelöst</translation>
    </message>
    <message>
        <source>Looked up on this computer, names can be seen by the local network.</source>
        <translation>Auf diesem Rechner aufgelöst, sind Namen für das lokale Netz sichtbar.</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Name:</translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation>&amp;Kennung:</translation>
    </message>
    <message>
        <source>&amp;Protocol:</source>
        <translation>P&amp;rotokoll:</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>Re&amp;chner:</translation>
    </message>
    <message>
        <source>P&amp;ort:</source>
        <translation>P&amp;ort:</translation>
    </message>
    <message>
        <source>Na&amp;mes:</source>
        <translation>Na&amp;men:</translation>
    </message>
    <message>
        <source>&amp;Certificate
SHA-256:</source>
        <translation>&amp;Zertifikat
SHA-256:</translation>
    </message>
    <message>
        <source>&amp;User name:</source>
        <translation>&amp;Benutzername:</translation>
    </message>
    <message>
        <source>Enter the server&apos;s host name or address.</source>
        <translation>Geben Sie den Rechnernamen oder die Adresse des Servers ein.</translation>
    </message>
    <message>
        <source>The certificate&apos;s SHA-256 must be 32 bytes in hexadecimal or base64.</source>
        <translation>Der SHA-256-Wert des Zertifikats muss aus 32 Byte bestehen, hexadezimal oder base64.</translation>
    </message>
    <message>
        <source>The password file is read when the server is saved: save it, then check it in the list.</source>
        <translation>Die Passwortdatei wird beim Speichern des Servers gelesen: Speichern Sie ihn, und prüfen Sie ihn dann in der Liste.</translation>
    </message>
    <message>
        <source>The host is no URL that can be read: %1.</source>
        <translation>Der Rechner ist keine lesbare URL: %1.</translation>
    </message>
    <message>
        <source>The host name is longer than 255 bytes.</source>
        <translation>Der Hostname ist länger als 255 Byte.</translation>
    </message>
    <message>
        <source>The server was changed or removed meanwhile. Close this and open it again.</source>
        <translation>Der Server wurde inzwischen geändert oder entfernt. Schließen Sie dies und öffnen Sie es erneut.</translation>
    </message>
    <message>
        <source>The credential store has not told this server&apos;s password yet. Wait for it, type the password, or press Forget.</source>
        <translation>Der Passwortspeicher hat das Passwort dieses Servers noch nicht genannt. Warten Sie darauf, geben Sie es ein, oder drücken Sie „Vergessen“.</translation>
    </message>
</context>
<context>
    <name>ui::ServerModel</name>
    <message>
        <source>Milliseconds until a target answered through the server</source>
        <translation>Millisekunden, bis ein Ziel über den Server antwortete</translation>
    </message>
    <message>
        <source>Milliseconds until a datagram was answered through the server</source>
        <translation>Millisekunden, bis ein Datagramm über den Server beantwortet wurde</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Name</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Health</source>
        <comment>column</comment>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>TCP (ms)</source>
        <comment>column</comment>
        <translation>TCP (ms)</translation>
    </message>
    <message>
        <source>UDP (ms)</source>
        <comment>column</comment>
        <translation>UDP (ms)</translation>
    </message>
    <message>
        <source>Last check</source>
        <comment>column</comment>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>Servers (none yet)</source>
        <translation>Server (noch keine)</translation>
    </message>
    <message numerus="yes">
        <source>Servers (%n)</source>
        <translation>
            <numerusform>Server (%n)</numerusform>
            <numerusform>Server (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Routes (none yet): chains and groups of servers</source>
        <translation>Routen (noch keine): Ketten und Gruppen von Servern</translation>
    </message>
    <message numerus="yes">
        <source>Routes (%n)</source>
        <translation>
            <numerusform>Route (%n)</numerusform>
            <numerusform>Routen (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation>Ausgefallen: %1</translation>
    </message>
    <message>
        <source>Id: %1</source>
        <translation>Kennung: %1</translation>
    </message>
    <message>
        <source>Works in part: %1</source>
        <comment>names</comment>
        <translation>Funktioniert teilweise: %1</translation>
    </message>
    <message>
        <source>Down: no member works</source>
        <translation>Ausgefallen: kein Mitglied funktioniert</translation>
    </message>
    <message>
        <source>%1 of %2 members down: %3</source>
        <comment>number, number, names</comment>
        <translation>%1 von %2 Mitgliedern ausgefallen: %3</translation>
    </message>
    <message>
        <source>Servers (%1 of %2)</source>
        <comment>shown, all</comment>
        <translation>Server (%1 von %2)</translation>
    </message>
    <message>
        <source>Routes (%1 of %2)</source>
        <comment>shown, all</comment>
        <translation>Routen (%1 von %2)</translation>
    </message>
</context>
<context>
    <name>ui::ServerPasswordFields</name>
    <message>
        <source>For&amp;get</source>
        <translation>&amp;Vergessen</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>&amp;Durchsuchen…</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Forget the password</source>
        <translation>Das Passwort vergessen</translation>
    </message>
    <message>
        <source>Password file</source>
        <translation>Passwortdatei</translation>
    </message>
    <message>
        <source>Choose the password file</source>
        <translation>Die Passwortdatei wählen</translation>
    </message>
    <message>
        <source>Instead of a password</source>
        <translation>Statt eines Passworts</translation>
    </message>
    <message>
        <source>A file that holds the password in its first line and that nobody but you may read</source>
        <translation>Eine Datei mit dem Passwort in der ersten Zeile, die niemand außer Ihnen lesen darf</translation>
    </message>
    <message>
        <source>Pass&amp;word:</source>
        <translation>Pass&amp;wort:</translation>
    </message>
    <message>
        <source>Password &amp;file:</source>
        <translation>Passwortd&amp;atei:</translation>
    </message>
    <message>
        <source>Asked of the credential store…</source>
        <translation>Wird vom Passwortspeicher erfragt …</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>Unverändert</translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords.</source>
        <translation>SOCKS4 kennt Benutzernamen, aber keine Passwörter.</translation>
    </message>
    <message>
        <source>The password is read from the file below.</source>
        <translation>Das Passwort wird aus der Datei unten gelesen.</translation>
    </message>
    <message>
        <source>Kept in the system&apos;s credential store, never in the profile.</source>
        <translation>Liegt im Passwortspeicher des Systems, nie im Profil.</translation>
    </message>
    <message>
        <source>No credential store is available. To keep a password for longer than Hosier runs, write it to a file of your own and name that below.</source>
        <translation>Es gibt keinen Passwortspeicher. Um ein Passwort länger zu behalten, als Hosier läuft, schreiben Sie es in eine eigene Datei und geben Sie diese unten an.</translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation>Das Passwort ist länger als 255 Byte.</translation>
    </message>
    <message>
        <source>The server is saved, but its old password could not be removed: %1.</source>
        <translation>Der Server ist gespeichert, aber sein altes Passwort konnte nicht entfernt werden: %1.</translation>
    </message>
    <message>
        <source>The server is saved, but its password could not be stored: %1. Until Hosier ends it is used all the same. Save again, cancel, or name a file instead.</source>
        <translation>Der Server ist gespeichert, aber sein Passwort konnte nicht abgelegt werden: %1. Bis Hosier endet, wird es trotzdem verwendet. Speichern Sie erneut, brechen Sie ab, oder nennen Sie stattdessen eine Datei.</translation>
    </message>
    <message>
        <source>Kept until Hosier ends: the credential store does not have it. Type it again to store it.</source>
        <translation>Bleibt erhalten, bis Hosier endet: Der Passwortspeicher hat es nicht. Geben Sie es noch einmal ein, um es dort abzulegen.</translation>
    </message>
</context>
<context>
    <name>ui::ServerPasting</name>
    <message>
        <source>The clipboard holds no text with servers.</source>
        <translation>Die Zwischenablage enthält keinen Text mit Servern.</translation>
    </message>
    <message>
        <source>Line %1 was not understood: %2.</source>
        <translation>Zeile %1 wurde nicht verstanden: %2.</translation>
    </message>
    <message>
        <source>More lines that were not understood: %1.</source>
        <translation>Weitere nicht verstandene Zeilen: %1.</translation>
    </message>
    <message>
        <source>The text is too long: the rest of it was left out.</source>
        <translation>Der Text ist zu lang: Der Rest wurde ausgelassen.</translation>
    </message>
    <message>
        <source>Nothing was added:</source>
        <translation>Nichts wurde hinzugefügt:</translation>
    </message>
    <message>
        <source>Servers added: %1.</source>
        <translation>Hinzugefügte Server: %1.</translation>
    </message>
    <message>
        <source>Where no protocol was named, SOCKS5 was assumed.</source>
        <translation>Wo kein Protokoll genannt war, wurde SOCKS5 angenommen.</translation>
    </message>
    <message>
        <source>Already there: %1.</source>
        <translation>Schon vorhanden: %1.</translation>
    </message>
</context>
<context>
    <name>ui::ServerText</name>
    <message>
        <source>%1 over TLS</source>
        <comment>protocol</comment>
        <translation>%1 über TLS</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>Kette</translation>
    </message>
    <message>
        <source>Failover</source>
        <translation>Ausweichen</translation>
    </message>
    <message>
        <source>Balance</source>
        <translation>Lastverteilung</translation>
    </message>
    <message>
        <source>Every connection goes through all members, one after the other.</source>
        <translation>Jede Verbindung geht durch alle Mitglieder, eines nach dem anderen.</translation>
    </message>
    <message>
        <source>Connections go through the first member that works.</source>
        <translation>Verbindungen gehen durch das erste Mitglied, das funktioniert.</translation>
    </message>
    <message>
        <source>Connections are spread over the members that work; those to the same host take the same one.</source>
        <translation>Verbindungen werden auf die funktionierenden Mitglieder verteilt; die zum selben Rechner nehmen dasselbe.</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>Connection to the server</source>
        <translation>Verbindung zum Server</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Anmeldung</translation>
    </message>
    <message>
        <source>Connection to %1</source>
        <comment>target of a check</comment>
        <translation>Verbindung zu %1</translation>
    </message>
    <message>
        <source>UDP answer from %1</source>
        <translation>UDP-Antwort von %1</translation>
    </message>
    <message numerus="yes">
        <source>Groups prefer other members until it has passed %n probe(s) in a row.</source>
        <translation>
            <numerusform>Gruppen bevorzugen andere Mitglieder, bis er %n Prüfung bestanden hat.</numerusform>
            <numerusform>Gruppen bevorzugen andere Mitglieder, bis er %n Prüfungen in Folge bestanden hat.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is not being probed.</source>
        <translation>Er wird nicht geprüft.</translation>
    </message>
    <message>
        <source>Probes passed: %1 of %2</source>
        <translation>Bestandene Prüfungen: %1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>Next probe in %n second(s).</source>
        <translation>
            <numerusform>Nächste Prüfung in %n Sekunde.</numerusform>
            <numerusform>Nächste Prüfung in %n Sekunden.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is being probed now.</source>
        <translation>Er wird gerade geprüft.</translation>
    </message>
    <message>
        <source>%1, pinned</source>
        <comment>protocol</comment>
        <translation>%1, angeheftet</translation>
    </message>
    <message>
        <source>Only the certificate with this SHA-256 fingerprint is accepted:</source>
        <translation>Nur das Zertifikat mit diesem SHA-256-Fingerabdruck wird angenommen:</translation>
    </message>
    <message>
        <source>fails</source>
        <comment>a check</comment>
        <translation>schlägt fehl</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>Nicht geprüft</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Wird geprüft…</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>Funktioniert</translation>
    </message>
    <message>
        <source>Works, but not for UDP</source>
        <translation>Funktioniert, nicht für UDP</translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation>Ausgefallen: %1</translation>
    </message>
    <message>
        <source>Checked %1:</source>
        <comment>time</comment>
        <translation>Geprüft %1:</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>step of a check, what came of it</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 carries no UDP</source>
        <comment>protocol</comment>
        <translation>%1 befördert kein UDP</translation>
    </message>
</context>
<context>
    <name>ui::ServerUrl</name>
    <message>
        <source>the line is too long</source>
        <translation>die Zeile ist zu lang</translation>
    </message>
    <message>
        <source>there is no valid host name or address</source>
        <translation>es gibt keinen gültigen Rechnernamen und keine gültige Adresse</translation>
    </message>
    <message>
        <source>an IPv6 address must stand in brackets, and its port after them</source>
        <translation>eine IPv6-Adresse muss in eckigen Klammern stehen und ihr Port dahinter</translation>
    </message>
    <message>
        <source>the port is missing</source>
        <translation>der Port fehlt</translation>
    </message>
    <message>
        <source>the port is no number from 1 to 65535</source>
        <translation>der Port ist keine Zahl von 1 bis 65535</translation>
    </message>
    <message>
        <source>a &quot;%&quot; is not followed by two hexadecimal digits, or what they make is no text</source>
        <translation>auf ein „%“ folgen keine zwei hexadezimalen Ziffern, oder sie ergeben keinen Text</translation>
    </message>
    <message>
        <source>the login holds a control character</source>
        <translation>die Anmeldung enthält ein Steuerzeichen</translation>
    </message>
    <message>
        <source>user name or password is longer than 255 bytes</source>
        <translation>Benutzername oder Passwort ist länger als 255 Byte</translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords</source>
        <translation>SOCKS4 kennt Benutzernamen, aber keine Passwörter</translation>
    </message>
    <message>
        <source>HTTP cannot carry a user name with a colon</source>
        <translation>HTTP kann keinen Benutzernamen mit Doppelpunkt übertragen</translation>
    </message>
    <message>
        <source>something follows the address</source>
        <translation>hinter der Adresse folgt noch etwas</translation>
    </message>
    <message>
        <source>the protocol is none of socks, socks5, socks5h, socks4, socks4a, http, https</source>
        <translation>das Protokoll ist keines von socks, socks5, socks5h, socks4, socks4a, http, https</translation>
    </message>
    <message>
        <source>there are more parts than host, port, user name and password</source>
        <translation>es sind mehr Teile als Rechner, Port, Benutzername und Passwort</translation>
    </message>
</context>
<context>
    <name>ui::ServersPage</name>
    <message>
        <source>Servers and routes</source>
        <translation>Server und Routen</translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation>Spalten der Server</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>what a button does, its key</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>&amp;Bearbeiten…</translation>
    </message>
    <message>
        <source>Change the selected server or route</source>
        <translation>Den ausgewählten Server oder die Route ändern</translation>
    </message>
    <message>
        <source>D&amp;uplicate…</source>
        <translation>&amp;Duplizieren…</translation>
    </message>
    <message>
        <source>Add another one like the selected server or route</source>
        <translation>Einen weiteren Eintrag wie den ausgewählten hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Remove the selected servers and routes</source>
        <translation>Die ausgewählten Server und Routen entfernen</translation>
    </message>
    <message>
        <source>&amp;Check</source>
        <translation>&amp;Prüfen</translation>
    </message>
    <message>
        <source>Try out the selected servers, and those that the selected routes lead through</source>
        <translation>Die ausgewählten Server prüfen und die, durch die ausgewählte Routen führen</translation>
    </message>
    <message>
        <source>Check a&amp;ll</source>
        <translation>&amp;Alle prüfen</translation>
    </message>
    <message>
        <source>Try out all servers</source>
        <translation>Alle Server prüfen</translation>
    </message>
    <message>
        <source>&amp;Add server…</source>
        <translation>&amp;Server hinzufügen…</translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation>Einen Server hinzufügen</translation>
    </message>
    <message>
        <source>Add r&amp;oute…</source>
        <translation>R&amp;oute hinzufügen…</translation>
    </message>
    <message>
        <source>Chain or group the selected servers</source>
        <translation>Die ausgewählten Server verketten oder gruppieren</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>E&amp;infügen</translation>
    </message>
    <message>
        <source>Add servers from the clipboard: one a line, as socks5://user:password@host:port or host:port:user:password</source>
        <translation>Server aus der Zwischenablage hinzufügen: einen je Zeile, als socks5://user:password@host:port oder host:port:user:password</translation>
    </message>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name</comment>
        <translation>„%1“</translation>
    </message>
    <message>
        <source>Still in use</source>
        <translation>Noch in Gebrauch</translation>
    </message>
    <message>
        <source>Change or remove these first:</source>
        <translation>Ändern oder entfernen Sie zuerst diese:</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove %1?</source>
        <translation>%1 entfernen?</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation>Der Proxy-Dienst läuft nicht, daher kann nichts geprüft werden.</translation>
    </message>
    <message>
        <source>Use as &amp;default route</source>
        <translation>Als S&amp;tandardroute verwenden</translation>
    </message>
    <message>
        <source>Send by way of the selected server or route what no rule decides about</source>
        <translation>Über den ausgewählten Server oder die Route leiten, worüber keine Regel entscheidet</translation>
    </message>
    <message numerus="yes">
        <source>%1 cannot be removed: connections are sent that way.</source>
        <comment>names of servers and routes</comment>
        <translation>
            <numerusform>%1 kann nicht entfernt werden: Verbindungen nehmen diesen Weg.</numerusform>
            <numerusform>%1 können nicht entfernt werden: Verbindungen nehmen diesen Weg.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Remove the others</source>
        <translation>Die &amp;anderen entfernen</translation>
    </message>
    <message numerus="yes">
        <source>No rule and no other route uses them. Passwords kept for them are forgotten.</source>
        <comment>servers and routes</comment>
        <translation>
            <numerusform>Keine Regel und keine andere Route verwendet das. Ein dafür gespeichertes Passwort wird vergessen.</numerusform>
            <numerusform>Keine Regel und keine andere Route verwendet sie. Dafür gespeicherte Passwörter werden vergessen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The password(s) of %1 could not be stored: %2. Until Hosier ends they are used all the same.</source>
        <comment>names, reason</comment>
        <translation>
            <numerusform>Das Passwort von %1 konnte nicht abgelegt werden: %2. Bis Hosier endet, wird es trotzdem verwendet.</numerusform>
            <numerusform>Die Passwörter von %1 konnten nicht abgelegt werden: %2. Bis Hosier endet, werden sie trotzdem verwendet.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::Settings</name>
    <message>
        <source>The settings cannot be written to %1. They hold until Hosier ends; it goes on trying.</source>
        <translation>Die Einstellungen können nicht in %1 geschrieben werden. Sie gelten, bis Hosier endet; bis dahin versucht es Hosier weiter.</translation>
    </message>
</context>
<context>
    <name>ui::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Pages of the settings</source>
        <translation>Seiten der Einstellungen</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Log</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Grenzwerte</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Benachrichtigungen</translation>
    </message>
    <message>
        <source>DNS</source>
        <translation>DNS</translation>
    </message>
</context>
<context>
    <name>ui::SettingsMenu</name>
    <message>
        <source>Copy settings &amp;for</source>
        <translation>Ei&amp;nstellungen kopieren für</translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation>Kein Zugang ist offen.</translation>
    </message>
</context>
<context>
    <name>ui::SettingsView</name>
    <message>
        <source>The log file cannot be written: %1. Hosier goes on trying.</source>
        <translation>Die Logdatei kann nicht geschrieben werden: %1. Hosier versucht es weiter.</translation>
    </message>
</context>
<context>
    <name>ui::SharingDialog</name>
    <message>
        <source>&amp;Copy address</source>
        <translation>Adresse &amp;kopieren</translation>
    </message>
    <message>
        <source>Copy settings &amp;for</source>
        <translation>&amp;Einstellungen kopieren für</translation>
    </message>
    <message>
        <source>Turn the &amp;proxy on</source>
        <translation>&amp;Proxy einschalten</translation>
    </message>
    <message>
        <source>&amp;Stop sharing</source>
        <translation>Teilen &amp;beenden</translation>
    </message>
    <message>
        <source>Share on the local network</source>
        <translation>Im lokalen Netz teilen</translation>
    </message>
    <message>
        <source>Addresses for other computers</source>
        <translation>Adressen für andere Rechner</translation>
    </message>
    <message>
        <source>Address for others</source>
        <comment>column</comment>
        <translation>Adresse für andere</translation>
    </message>
    <message>
        <source>Network</source>
        <comment>column</comment>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Columns of the addresses</source>
        <translation>Spalten der Adressen</translation>
    </message>
    <message>
        <source>The proxy is not shared: only programs on this computer can use it.</source>
        <translation>Der Proxy wird nicht geteilt: Nur Programme auf diesem Rechner können ihn benutzen.</translation>
    </message>
    <message>
        <source>Sharing is set up, but the listener is not open: the proxy is off.</source>
        <translation>Das Teilen ist eingerichtet, aber der Zugang ist nicht offen: Der Proxy ist aus.</translation>
    </message>
    <message>
        <source>Sharing is set up, but the listener could not be opened. %1</source>
        <translation>Das Teilen ist eingerichtet, aber der Zugang ließ sich nicht öffnen. %1</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy with name and password.</source>
        <translation>Rechner des lokalen Netzes können diesen Proxy mit Name und Passwort benutzen.</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy, without a password.</source>
        <translation>Rechner des lokalen Netzes können diesen Proxy ohne Passwort benutzen.</translation>
    </message>
    <message>
        <source>On the other computer, set the address and port above as a proxy of type %1, with the name and password of a local user.</source>
        <translation>Tragen Sie auf dem anderen Rechner Adresse und Port von oben als Proxy der Art %1 ein, mit Name und Passwort eines lokalen Benutzers.</translation>
    </message>
    <message>
        <source>On the other computer, set the address and port above as a proxy of type %1.</source>
        <translation>Tragen Sie auf dem anderen Rechner Adresse und Port von oben als Proxy der Art %1 ein.</translation>
    </message>
    <message>
        <source>This computer has no address in a private network at the moment.</source>
        <translation>Dieser Rechner hat zurzeit keine Adresse in einem privaten Netz.</translation>
    </message>
    <message>
        <source>If others cannot connect, let this computer&apos;s firewall admit TCP port %1.</source>
        <translation>Können andere sich nicht verbinden, lassen Sie TCP-Port %1 in der Firewall dieses Rechners zu.</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Kopiert: %1</translation>
    </message>
    <message>
        <source>Take away the listener for the local network. The user that was added for it stays.</source>
        <translation>Den Zugang für das lokale Netz entfernen. Der dafür angelegte Benutzer bleibt.</translation>
    </message>
</context>
<context>
    <name>ui::SortMenu</name>
    <message>
        <source>&amp;Ascending</source>
        <translation>&amp;Aufsteigend</translation>
    </message>
    <message>
        <source>&amp;Descending</source>
        <translation>A&amp;bsteigend</translation>
    </message>
    <message>
        <source>Sort &amp;by</source>
        <translation>Sor&amp;tieren nach</translation>
    </message>
    <message>
        <source>As in the &amp;profile</source>
        <translation>Wie im &amp;Profil</translation>
    </message>
</context>
<context>
    <name>ui::StatusPanel</name>
    <message>
        <source>%1 live</source>
        <translation>%1 offen</translation>
    </message>
    <message>
        <source>Down %1, up %2</source>
        <translation>Empfang %1, Versand %2</translation>
    </message>
    <message>
        <source>Total %1 down, %2 up</source>
        <translation>Gesamt %1 empfangen, %2 gesendet</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>first listener, others</comment>
        <translation>
            <numerusform>%1 und %n weiterer</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 connections open now
%2 accepted since the start, %3 failed, %4 refused</source>
        <translation>%1 Verbindungen jetzt offen
%2 seit dem Start angenommen, %3 fehlgeschlagen, %4 abgewiesen</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxy</name>
    <message>
        <source>%1 (%2)</source>
        <comment>sentence, detail</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>This desktop has no proxy settings that Hosier knows. Copy the environment variables into your shell&apos;s start-up file instead.</source>
        <translation>Dieser Desktop hat keine Proxy-Einstellungen, die Hosier kennt. Kopieren Sie stattdessen die Umgebungsvariablen in die Startdatei Ihrer Shell.</translation>
    </message>
    <message>
        <source>The desktop %1 has no proxy settings that Hosier knows. Copy the environment variables into your shell&apos;s start-up file instead.</source>
        <translation>Der Desktop %1 hat keine Proxy-Einstellungen, die Hosier kennt. Kopieren Sie stattdessen die Umgebungsvariablen in die Startdatei Ihrer Shell.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; asks for a password, which system settings cannot hold. Add a listener on 127.0.0.1 that asks for none.</source>
        <translation>Der Zugang „%1“ verlangt ein Passwort, was Systemeinstellungen nicht aufnehmen können. Fügen Sie einen Zugang auf 127.0.0.1 hinzu, der keines verlangt.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; does not admit programs of this machine. Add 127.0.0.0/8 to its clients.</source>
        <translation>Der Zugang „%1“ lässt Programme dieses Rechners nicht zu. Fügen Sie 127.0.0.0/8 zu seinen Clients hinzu.</translation>
    </message>
    <message>
        <source>No open listener speaks a protocol that system settings can name. Add &quot;http&quot; to the protocols of one.</source>
        <translation>Kein offener Zugang spricht ein Protokoll, das Systemeinstellungen nennen können. Fügen Sie einem „http“ als Protokoll hinzu.</translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation>Kein Zugang ist offen.</translation>
    </message>
    <message>
        <source>The program %1 is missing, which changes the desktop&apos;s proxy settings.</source>
        <translation>Das Programm %1 fehlt, das die Proxy-Einstellungen des Desktops ändert.</translation>
    </message>
    <message>
        <source>Another running Hosier has set the system proxy.</source>
        <translation>Ein anderes laufendes Hosier hat den Systemproxy gesetzt.</translation>
    </message>
    <message>
        <source>Somebody else has changed the system&apos;s proxy settings meanwhile; these changes were left alone.</source>
        <translation>Jemand anderes hat die Proxy-Einstellungen des Systems inzwischen geändert; diese Änderungen blieben unberührt.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be kept for later, so they were not changed.</source>
        <translation>Die Proxy-Einstellungen des Systems konnten nicht für später aufgehoben werden und wurden daher nicht geändert.</translation>
    </message>
    <message>
        <source>What the system&apos;s proxy settings were cannot be read any more; check them by hand. The damaged file is now %1.</source>
        <translation>Wie die Proxy-Einstellungen des Systems waren, ist nicht mehr lesbar; prüfen Sie sie von Hand. Die beschädigte Datei ist jetzt %1.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be read.</source>
        <translation>Die Proxy-Einstellungen des Systems können nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be changed.</source>
        <translation>Die Proxy-Einstellungen des Systems können nicht geändert werden.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be put back yet.</source>
        <translation>Die Proxy-Einstellungen des Systems konnten noch nicht wiederhergestellt werden.</translation>
    </message>
    <message>
        <source>Programs that follow the system&apos;s proxy settings use %1. The settings are put back when Hosier ends, however it ends.</source>
        <translation>Programme, die den Proxy-Einstellungen des Systems folgen, verwenden %1. Die Einstellungen werden wiederhergestellt, wenn Hosier endet, wie auch immer.</translation>
    </message>
    <message>
        <source>Switched on, and not set for now: %1</source>
        <comment>problem</comment>
        <translation>Eingeschaltet, aber zurzeit nicht gesetzt: %1</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are being changed.</source>
        <translation>Die Proxy-Einstellungen des Systems werden gerade geändert.</translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier, as long as it runs</source>
        <translation>Programme, die den Proxy-Einstellungen des Systems folgen, auf Hosier lenken, solange es läuft</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an address or a block of addresses such as 10.0.0.0/8.</source>
        <translation>„%1“ ist keine Adresse und kein Adressblock wie 10.0.0.0/8.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a host name, an address, or a domain such as *.example.org.</source>
        <translation>„%1“ ist kein Rechnername, keine Adresse und keine Domain wie *.example.org.</translation>
    </message>
    <message>
        <source>Environment variables point at %1.</source>
        <comment>address</comment>
        <translation>Umgebungsvariablen verweisen auf %1.</translation>
    </message>
    <message>
        <source>Point the environment variables of programs at Hosier, as long as it runs.</source>
        <translation>Die Umgebungsvariablen von Programmen auf Hosier verweisen lassen, solange es läuft.</translation>
    </message>
    <message>
        <source>This desktop has no proxy settings. The variables reach services and programs that the user&apos;s service manager (systemd) starts from then on. They do not reach programs that run already, nor what is started from these, such as a shell or a window manager: for them, use &quot;Copy settings for&quot;, &quot;Environment variables&quot;. The variables are taken back when Hosier ends, however it ends; programs that were started with them keep them until they end.</source>
        <translation>Dieser Desktop hat keine Proxy-Einstellungen. Die Variablen erreichen Dienste und Programme, die die Dienstverwaltung des Benutzers (systemd) von da an startet. Sie erreichen weder Programme, die schon laufen, noch was von diesen gestartet wird, etwa von einer Shell oder einem Fenstermanager: Verwenden Sie dafür „Einstellungen kopieren für“, „Umgebungsvariablen“. Die Variablen werden zurückgenommen, wenn Hosier endet, wie auch immer; Programme, die mit ihnen gestartet wurden, behalten sie bis zu ihrem Ende.</translation>
    </message>
    <message>
        <source>Apps of the Microsoft Store cannot reach a proxy on this machine, and say that there is no internet, until an administrator runs this for each: CheckNetIsolation LoopbackExempt -a -n=&lt;package family name&gt;</source>
        <comment>a command: translate only what stands in angle brackets</comment>
        <translation>Apps aus dem Microsoft Store können keinen Proxy auf diesem Rechner erreichen und melden, es gebe kein Internet, bis ein Systemverwalter für jede dies ausführt: CheckNetIsolation LoopbackExempt -a -n=&lt;Paketfamilienname&gt;</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings were put back, but what had been kept of them could not be removed.</source>
        <translation>Die Proxy-Einstellungen des Systems wurden wiederhergestellt, aber was davon aufgehoben worden war, konnte nicht entfernt werden.</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyDialog</name>
    <message>
        <source>&amp;Hosts reached without the proxy</source>
        <translation>&amp;Rechner, die ohne den Proxy erreicht werden</translation>
    </message>
    <message>
        <source>System proxy: exceptions</source>
        <translation>Systemproxy: Ausnahmen</translation>
    </message>
    <message>
        <source>One a line: a host name, a domain such as *.example.org, an address, or a block of addresses such as 10.0.0.0/8. Programs connect to these by themselves: Hosier&apos;s rules do not see them.</source>
        <translation>Je Zeile einer: ein Rechnername, eine Domain wie *.example.org, eine Adresse oder ein Adressblock wie 10.0.0.0/8. Programme verbinden sich damit selbst: Die Regeln von Hosier sehen sie nicht.</translation>
    </message>
    <message>
        <source>This machine and its local networks</source>
        <translation>Dieser Rechner und seine lokalen Netze</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyView</name>
    <message>
        <source>S&amp;ystem proxy (waiting)</source>
        <translation>S&amp;ystemproxy (wartet)</translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation>S&amp;ystemproxy</translation>
    </message>
    <message>
        <source>The system proxy is now %1.</source>
        <translation>Der Systemproxy ist jetzt %1.</translation>
    </message>
    <message>
        <source>System proxy: %1</source>
        <comment>problem</comment>
        <translation>Systemproxy: %1</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are as they were before.</source>
        <translation>Die Proxy-Einstellungen des Systems sind wie zuvor.</translation>
    </message>
    <message>
        <source>No system proxy</source>
        <translation>Kein Systemproxy</translation>
    </message>
    <message>
        <source>&amp;Copy environment variables</source>
        <translation>Umgebungsvariablen &amp;kopieren</translation>
    </message>
    <message>
        <source>The system proxy is now %1, for what the user&apos;s service manager starts from now on.</source>
        <translation>Der Systemproxy ist jetzt %1, für alles, was die Dienstverwaltung des Benutzers ab jetzt startet.</translation>
    </message>
    <message>
        <source>Programs read these variables when they start. Hosier sets them by itself only where a service manager of the user&apos;s (systemd) runs, which hands them on and takes them back; here there is none.</source>
        <translation>Programme lesen diese Variablen beim Start. Hosier setzt sie nur dort von selbst, wo eine Dienstverwaltung des Benutzers (systemd) läuft, die sie weitergibt und zurücknimmt; hier gibt es keine.</translation>
    </message>
    <message>
        <source>System proxy by environment variables</source>
        <translation>Systemproxy über Umgebungsvariablen</translation>
    </message>
    <message>
        <source>&amp;Do not show this again</source>
        <translation>Nicht mehr &amp;anzeigen</translation>
    </message>
</context>
<context>
    <name>ui::TraceText</name>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name or value</comment>
        <translation>„%1“</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>entries of a rule, how many are not shown</comment>
        <translation>
            <numerusform>%1 und %n weiterer</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>value, others of it</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>%1, started by %2,</source>
        <comment>application, its parents</comment>
        <translation>%1, gestartet von %2,</translation>
    </message>
    <message>
        <source>Nobody logged in; asked for: %1</source>
        <translation>Niemand hat sich angemeldet; verlangt: %1</translation>
    </message>
    <message>
        <source>The application is not identified; asked for: %1</source>
        <translation>Die Anwendung ist nicht erkannt; verlangt: %1</translation>
    </message>
    <message>
        <source>User %1 is none of %2</source>
        <translation>Benutzer %1 ist keiner von %2</translation>
    </message>
    <message>
        <source>Client %1 is none of %2</source>
        <translation>Client %1 ist keiner von %2</translation>
    </message>
    <message>
        <source>Host %1 is none of %2</source>
        <translation>Rechner %1 ist keiner von %2</translation>
    </message>
    <message>
        <source>Port %1 is none of %2</source>
        <translation>Port %1 ist keiner von %2</translation>
    </message>
    <message>
        <source>Transport %1 is none of %2</source>
        <translation>Transport %1 ist keiner von %2</translation>
    </message>
    <message>
        <source>Application %1 is none of %2</source>
        <translation>Anwendung %1 ist keine von %2</translation>
    </message>
    <message>
        <source>Switched off</source>
        <translation>Ausgeschaltet</translation>
    </message>
    <message>
        <source>All else matches. %1</source>
        <comment>why the rest does not</comment>
        <translation>Alles andere trifft zu. %1</translation>
    </message>
    <message>
        <source>The client is on another machine, whose programs are not known here; asked for: %1</source>
        <translation>Der Client ist auf einem anderen Rechner, dessen Programme hier nicht bekannt sind; verlangt: %1</translation>
    </message>
    <message>
        <source>The path of application %1 is not known; asked for: %2</source>
        <translation>Der Pfad der Anwendung %1 ist nicht bekannt; verlangt: %2</translation>
    </message>
</context>
<context>
    <name>ui::TrafficGraph</name>
    <message>
        <source>Traffic graph</source>
        <translation>Graph des Datenverkehrs</translation>
    </message>
    <message>
        <source>Now %1 down, %2 up</source>
        <translation>Jetzt %1 empfangen, %2 gesendet</translation>
    </message>
    <message>
        <source>Down %1</source>
        <comment>traffic legend: rate</comment>
        <translation>Empfang %1</translation>
    </message>
    <message>
        <source>Up %1</source>
        <comment>traffic legend: rate</comment>
        <translation>Versand %1</translation>
    </message>
    <message>
        <source>%1: %2 down, %3 up</source>
        <comment>moment, rates</comment>
        <translation>%1: %2 empfangen, %3 gesendet</translation>
    </message>
    <message>
        <source>Nothing is known</source>
        <translation>Nichts bekannt</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation>vor %1 s</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>vor %1 min</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <comment>a duration</comment>
        <translation>Vor %1</translation>
    </message>
</context>
<context>
    <name>ui::TrafficSource</name>
    <message>
        <source>Direct</source>
        <comment>traffic that goes by no server</comment>
        <translation>Direkt</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Über %1</translation>
    </message>
</context>
<context>
    <name>ui::TrafficView</name>
    <message>
        <source>Time shown by the graph</source>
        <translation>Zeitraum des Graphen</translation>
    </message>
    <message>
        <source>How far back the graph looks</source>
        <translation>Wie weit der Graph zurückblickt</translation>
    </message>
    <message>
        <source>Last minute</source>
        <translation>Letzte Minute</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows</source>
        <translation>Wessen Datenverkehr der Graph zeigt</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows: everything, or one of the applications, servers and routes that moved most in the last minutes</source>
        <translation>Wessen Datenverkehr der Graph zeigt: allen oder den einer der Anwendungen, Server und Routen, die in den letzten Minuten am meisten bewegt haben</translation>
    </message>
    <message>
        <source>All traffic</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Last 10 minutes</source>
        <translation>Letzte 10 Minuten</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>Letzte Stunde</translation>
    </message>
    <message>
        <source>Today: %1 down, %2 up</source>
        <translation>Heute: ↓ %1, ↑ %2</translation>
    </message>
    <message>
        <source>What moved today. It is kept when Hosier is closed.</source>
        <translation>Was heute bewegt wurde. Es bleibt erhalten, wenn Hosier beendet wird.</translation>
    </message>
    <message>
        <source>What moved since Hosier was started</source>
        <translation>Was bewegt wurde, seit Hosier gestartet ist</translation>
    </message>
    <message>
        <source>Session: %1 down, %2 up</source>
        <translation>Sitzung: ↓ %1, ↑ %2</translation>
    </message>
    <message>
        <source>Nothing moved in this time. Traffic is drawn here as it comes.</source>
        <translation>In dieser Zeit wurde nichts bewegt. Datenverkehr wird hier gezeichnet, sobald es ihn gibt.</translation>
    </message>
    <message>
        <source>The proxy is off. Traffic is drawn here once it is on.</source>
        <translation>Der Proxy ist aus. Sobald er ein ist, wird der Datenverkehr hier gezeichnet.</translation>
    </message>
</context>
<context>
    <name>ui::TrayIcon</name>
    <message>
        <source>Show &amp;window</source>
        <translation>&amp;Fenster zeigen</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>&amp;Modus</translation>
    </message>
    <message>
        <source>Hide &amp;window</source>
        <translation>&amp;Fenster verbergen</translation>
    </message>
    <message>
        <source>Hosier is still running</source>
        <translation>Hosier läuft weiter</translation>
    </message>
    <message>
        <source>Click the sock in the tray to see the window again; quit from its menu.</source>
        <translation>Ein Klick auf die Socke im Infobereich zeigt das Fenster wieder; beenden lässt sich Hosier in deren Menü.</translation>
    </message>
    <message>
        <source>Hosier: %1</source>
        <comment>proxy state</comment>
        <translation>Hosier: %1</translation>
    </message>
    <message>
        <source>Profile: %1</source>
        <translation>Profil: %1</translation>
    </message>
    <message>
        <source>%1 live, %2 down, %3 up</source>
        <translation>%1 offen, %2 empfangen, %3 gesendet</translation>
    </message>
    <message>
        <source>Ser&amp;vers</source>
        <translation>Ser&amp;ver</translation>
    </message>
</context>
<context>
    <name>ui::UnidentifiedChoice</name>
    <message>
        <source>Skip rules about programs</source>
        <translation>Regeln über Programme überspringen</translation>
    </message>
    <message>
        <source>Programs that cannot be &amp;identified:</source>
        <translation>&amp;Nicht erkannte Programme:</translation>
    </message>
    <message>
        <source>Programs that cannot be identified</source>
        <translation>Nicht erkannte Programme</translation>
    </message>
    <message>
        <source>Of some connections the system does not tell which program of this computer made them. This is done with one where a rule for programs would match but for that; without it, such rules are skipped for them.</source>
        <translation>Bei manchen Verbindungen sagt das System nicht, welches Programm dieses Rechners sie aufgebaut hat. Dies geschieht mit einer solchen Verbindung, wo sonst eine Regel für Programme zutreffen würde; ohne diese Angabe werden solche Regeln für sie übersprungen.</translation>
    </message>
</context>
<context>
    <name>ui::UserDialog</name>
    <message>
        <source>Add local user</source>
        <translation>Lokalen Benutzer hinzufügen</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>Passwort ändern</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Name:</translation>
    </message>
    <message>
        <source>&amp;Password:</source>
        <translation>&amp;Passwort:</translation>
    </message>
    <message>
        <source>Password &amp;again:</source>
        <translation>Passwort &amp;wiederholen:</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Password again</source>
        <translation>Passwort wiederholen</translation>
    </message>
    <message>
        <source>The profile keeps a hash of the password (PBKDF2), never the password itself. It can be changed later, but not shown.</source>
        <translation>Das Profil enthält einen Hashwert des Passworts (PBKDF2), nie das Passwort selbst. Es lässt sich später ändern, aber nicht anzeigen.</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Geben Sie einen Namen ein.</translation>
    </message>
    <message>
        <source>The name cannot contain a colon: HTTP takes it for the end of the name.</source>
        <translation>Der Name darf keinen Doppelpunkt enthalten: HTTP hält ihn für das Ende des Namens.</translation>
    </message>
    <message>
        <source>The name is longer than 255 bytes.</source>
        <translation>Der Name ist länger als 255 Byte.</translation>
    </message>
    <message>
        <source>There is already a user of this name.</source>
        <translation>Es gibt schon einen Benutzer dieses Namens.</translation>
    </message>
    <message>
        <source>Enter a password.</source>
        <translation>Geben Sie ein Passwort ein.</translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation>Das Passwort ist länger als 255 Byte.</translation>
    </message>
    <message>
        <source>The two passwords differ.</source>
        <translation>Die beiden Passwörter unterscheiden sich.</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <comment>password</comment>
        <translation>Unverändert</translation>
    </message>
</context>
<context>
    <name>ui::UserInterface</name>
    <message>
        <source>This desktop has no tray for Hosier: closing the window quits it.</source>
        <translation>Dieser Desktop hat keinen Infobereich für Hosier: Schließen des Fensters beendet es.</translation>
    </message>
    <message>
        <source>Password needed</source>
        <translation>Passwort benötigt</translation>
    </message>
</context>
<context>
    <name>ui::WhatsThis</name>
    <message>
        <source>Opens the listeners, so that programs can connect by way of Hosier, or closes them. Connections that are open already go on either way.</source>
        <translation>Öffnet die Zugänge, damit sich Programme über Hosier verbinden können, oder schließt sie. Schon offene Verbindungen laufen in beiden Fällen weiter.</translation>
    </message>
    <message>
        <source>What decides about new connections. Rules: the rules, top to bottom, then the default action. Everything: the default action alone. Direct: nothing goes to a server and nothing is blocked.</source>
        <translation>Was über neue Verbindungen entscheidet. Regeln: die Regeln von oben nach unten, danach die Standardaktion. Alles: nur die Standardaktion. Direkt: Nichts geht zu einem Server, und nichts wird blockiert.</translation>
    </message>
    <message>
        <source>Points the system&apos;s proxy settings at Hosier, for programs that follow them. What they were before is put back when it is switched off and when Hosier ends, also after a crash.</source>
        <translation>Lenkt die Proxy-Einstellungen des Systems auf Hosier, für Programme, die ihnen folgen. Der vorherige Stand wird beim Ausschalten und beim Ende von Hosier wiederhergestellt, auch nach einem Absturz.</translation>
    </message>
    <message>
        <source>Shows only those rows of the current page in which all these words occur. It hides the others and changes nothing else.</source>
        <translation>Zeigt nur die Zeilen der aktuellen Seite, in denen alle diese Wörter vorkommen. Das blendet die anderen aus und ändert sonst nichts.</translation>
    </message>
    <message>
        <source>The connections through Hosier: which program made them, where they go, by which rule and server, and how much flows. Those that ended stay for a moment. The menu of the right mouse button closes or explains one, or makes a rule of it.</source>
        <translation>Die Verbindungen über Hosier: welches Programm sie aufgebaut hat, wohin sie gehen, über welche Regel und welchen Server und wie viel fließt. Beendete bleiben noch kurz stehen. Das Menü der rechten Maustaste schließt oder erklärt eine oder macht eine Regel daraus.</translation>
    </message>
    <message>
        <source>Who connects: the programs of this computer and the clients of the network, with the sums of their traffic.</source>
        <translation>Wer sich verbindet: die Programme dieses Rechners und die Clients des Netzes, mit den Summen ihres Datenverkehrs.</translation>
    </message>
    <message>
        <source>The rules, checked from top to bottom: the first one that matches decides. A rule without a tick is skipped. Drag a rule to move it. The default action below them is taken when none matches.</source>
        <translation>Die Regeln, von oben nach unten geprüft: Die erste zutreffende entscheidet. Eine Regel ohne Häkchen wird übersprungen. Ziehen Sie eine Regel, um sie zu verschieben. Trifft keine zu, gilt die Standardaktion darunter.</translation>
    </message>
    <message>
        <source>What is done with a program that the system does not tell the name of, where a rule for programs would match but for that. Without a choice such rules are skipped for it.</source>
        <translation>Was mit einem Programm geschieht, dessen Namen das System nicht nennt, wo sonst eine Regel für Programme zutreffen würde. Ohne Auswahl werden solche Regeln für dieses Programm übersprungen.</translation>
    </message>
    <message>
        <source>The servers that connections can be sent by way of, and chains and groups of them. A check shows whether a server works, how long it takes and whether it carries UDP.</source>
        <translation>Die Server, über die Verbindungen geschickt werden können, sowie Ketten und Gruppen daraus. Eine Prüfung zeigt, ob ein Server funktioniert, wie lange er braucht und ob er UDP befördert.</translation>
    </message>
    <message>
        <source>What happened, in order: connections, listeners, servers and changes. Only the last lines are held in memory; the settings say what goes to a file.</source>
        <translation>Was geschehen ist, der Reihe nach: Verbindungen, Zugänge, Server und Änderungen. Nur die letzten Zeilen bleiben im Arbeitsspeicher; die Einstellungen legen fest, was in eine Datei geht.</translation>
    </message>
    <message>
        <source>How important a line has to be to be shown. Debug shows everything.</source>
        <translation>Wie wichtig eine Zeile sein muss, um gezeigt zu werden. Ausführlich zeigt alles.</translation>
    </message>
    <message>
        <source>Shows only lines of the log in which all these words occur.</source>
        <translation>Zeigt nur Zeilen des Logs, in denen alle diese Wörter vorkommen.</translation>
    </message>
    <message>
        <source>How much was received (down) and sent (up) in each moment. The mouse, or the arrow keys, tell the values of one.</source>
        <translation>Wie viel zu jedem Zeitpunkt empfangen und gesendet wurde. Die Maus oder die Pfeiltasten zeigen die Werte eines Zeitpunkts.</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows: all of it, or that of one of the busiest programs, servers and routes.</source>
        <translation>Wessen Datenverkehr der Graph zeigt: allen oder den eines der Programme, Server und Routen, die am meisten bewegen.</translation>
    </message>
    <message>
        <source>How far back the graph goes.</source>
        <translation>Wie weit der Graph zurückreicht.</translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log. It may be empty: then its place stands there.</source>
        <translation>Wie die Regel in Listen und im Log heißt. Das Feld darf leer sein: Dann steht dort ihre Position.</translation>
    </message>
    <message>
        <source>The programs that the rule is for, by name, path or a pattern with * and ?. Empty: any program, and clients of the network.</source>
        <translation>Die Programme, für die die Regel gilt, nach Name, Pfad oder Muster mit * und ?. Leer: jedes Programm und Clients des Netzes.</translation>
    </message>
    <message>
        <source>The rule then is also for programs that these have started, such as the tools that a terminal runs.</source>
        <translation>Die Regel gilt dann auch für Programme, die von diesen gestartet wurden, etwa die Werkzeuge, die ein Terminal ausführt.</translation>
    </message>
    <message>
        <source>The targets that the rule is for: names, names with * as a part, addresses, blocks and ranges of addresses. Empty: any. Entries that are addresses match requests by name only when the DNS settings have names looked up for rules.</source>
        <translation>Die Ziele, für die die Regel gilt: Namen, Namen mit * als Teil, Adressen, Adressblöcke und Adressbereiche. Leer: alle. Adressen treffen auf Anfragen nach Namen nur zu, wenn die DNS-Einstellungen Namen für Regeln auflösen lassen.</translation>
    </message>
    <message>
        <source>The ports of the target: single ones and ranges. Empty: any.</source>
        <translation>Die Ports des Ziels: einzelne und Bereiche. Leer: alle.</translation>
    </message>
    <message>
        <source>Whether the rule is for TCP, for UDP, or for both.</source>
        <translation>Ob die Regel für TCP, für UDP oder für beides gilt.</translation>
    </message>
    <message>
        <source>Names that clients have logged in with. Empty: anybody, also without a login.</source>
        <translation>Namen, mit denen sich Clients angemeldet haben. Leer: alle, auch ohne Anmeldung.</translation>
    </message>
    <message>
        <source>Addresses that clients connect from, for listeners that other computers reach. Empty: any.</source>
        <translation>Adressen, von denen aus sich Clients verbinden, bei Zugängen, die andere Rechner erreichen. Leer: alle.</translation>
    </message>
    <message>
        <source>What is done when everything above matches: connect directly, block, or go by way of a server or route.</source>
        <translation>Was geschieht, wenn alles darüber zutrifft: direkt verbinden, blockieren oder über einen Server oder eine Route gehen.</translation>
    </message>
    <message>
        <source>How the server is called in lists and in the log.</source>
        <translation>Wie der Server in Listen und im Log heißt.</translation>
    </message>
    <message>
        <source>What rules and routes call the server in the profile&apos;s file. When it changes, they follow.</source>
        <translation>Wie Regeln und Routen den Server in der Datei des Profils nennen. Ändert sich die Kennung, folgen sie.</translation>
    </message>
    <message>
        <source>What the server speaks. SOCKS5 carries UDP and logins; SOCKS4 takes IPv4 addresses only, SOCKS4a names too; HTTP is its CONNECT method, for TCP.</source>
        <translation>Was der Server spricht. SOCKS5 befördert UDP und Anmeldungen; SOCKS4 nimmt nur IPv4-Adressen, SOCKS4a auch Namen; HTTP ist dessen Methode CONNECT, für TCP.</translation>
    </message>
    <message>
        <source>The connection to the server is encrypted. The server has to expect that: plain SOCKS and HTTP servers do not.</source>
        <translation>Die Verbindung zum Server wird verschlüsselt. Der Server muss das erwarten: Einfache SOCKS- und HTTP-Server tun es nicht.</translation>
    </message>
    <message>
        <source>The name or address of the server itself. A whole URL that is pasted here fills in the other fields.</source>
        <translation>Name oder Adresse des Servers selbst. Eine ganze URL, die hier eingefügt wird, füllt die anderen Felder aus.</translation>
    </message>
    <message>
        <source>The TCP port that the server listens on.</source>
        <translation>Der TCP-Port, auf dem der Server lauscht.</translation>
    </message>
    <message>
        <source>Who turns the names of targets into addresses. When the server does, they are passed on to it as names.</source>
        <translation>Wer die Namen der Ziele in Adressen auflöst. Tut es der Server, werden sie als Namen an ihn weitergegeben.</translation>
    </message>
    <message>
        <source>With TLS: accept this very certificate and no other. Empty: any that this computer trusts and that is for the server&apos;s name.</source>
        <translation>Mit TLS: genau dieses Zertifikat annehmen und kein anderes. Leer: jedes, dem dieser Rechner vertraut und das auf den Namen des Servers lautet.</translation>
    </message>
    <message>
        <source>The name to log in with. Empty: no login is offered.</source>
        <translation>Der Name für die Anmeldung. Leer: Es wird keine Anmeldung angeboten.</translation>
    </message>
    <message>
        <source>The password to log in with. It is never written to the profile or to the log.</source>
        <translation>Das Passwort für die Anmeldung. Es wird nie ins Profil oder ins Log geschrieben.</translation>
    </message>
    <message>
        <source>The password is kept in memory until Hosier quits. After the next start it has to be entered again.</source>
        <translation>Das Passwort bleibt im Arbeitsspeicher, bis Hosier endet. Nach dem nächsten Start muss es neu eingegeben werden.</translation>
    </message>
    <message>
        <source>The server is saved without a password.</source>
        <translation>Der Server wird ohne Passwort gespeichert.</translation>
    </message>
    <message>
        <source>A file that holds the password in its first line, for computers without a credential store. Nobody but you may be able to read it.</source>
        <translation>Eine Datei mit dem Passwort in der ersten Zeile, für Rechner ohne Passwortspeicher. Niemand außer Ihnen darf sie lesen können.</translation>
    </message>
    <message>
        <source>How the listener is called in lists and in the log.</source>
        <translation>Wie der Zugang in Listen und im Log heißt.</translation>
    </message>
    <message>
        <source>Where clients connect to. 127.0.0.1 is reached by programs of this computer only, 0.0.0.0 by whoever reaches this computer.</source>
        <translation>Wohin sich Clients verbinden. 127.0.0.1 erreichen nur Programme dieses Rechners, 0.0.0.0 jeder, der diesen Rechner erreicht.</translation>
    </message>
    <message>
        <source>The port that clients connect to. No other program may listen on it at that address.</source>
        <translation>Der Port, mit dem sich Clients verbinden. Kein anderes Programm darf an dieser Adresse auf ihm lauschen.</translation>
    </message>
    <message>
        <source>Takes SOCKS5 clients: TCP, UDP, and login by name and password.</source>
        <translation>Nimmt SOCKS5-Clients an: TCP, UDP und Anmeldung mit Name und Passwort.</translation>
    </message>
    <message>
        <source>Takes SOCKS4 and SOCKS4a clients: TCP, without passwords.</source>
        <translation>Nimmt SOCKS4- und SOCKS4a-Clients an: TCP, ohne Passwörter.</translation>
    </message>
    <message>
        <source>Takes HTTP clients: CONNECT and plain requests.</source>
        <translation>Nimmt HTTP-Clients an: CONNECT und einfache Anfragen.</translation>
    </message>
    <message>
        <source>Whether clients have to log in as one of the local users.</source>
        <translation>Ob sich Clients als einer der lokalen Benutzer anmelden müssen.</translation>
    </message>
    <message>
        <source>Confirms that everybody who reaches the address may use the proxy without a password. Others may do so for their own ends, in your name.</source>
        <translation>Bestätigt, dass jeder, der die Adresse erreicht, den Proxy ohne Passwort benutzen darf. Andere können das für eigene Zwecke und in Ihrem Namen tun.</translation>
    </message>
    <message>
        <source>The addresses that clients may connect from. Empty: any.</source>
        <translation>Die Adressen, von denen aus sich Clients verbinden dürfen. Leer: alle.</translation>
    </message>
    <message>
        <source>Whose datagrams a client of UDP gets: only of those it has sent to, or also of others. The narrower, the safer; some games and calls need the wider ones.</source>
        <translation>Wessen Datagramme ein UDP-Client bekommt: nur die von Gegenstellen, an die er gesendet hat, oder auch andere. Je enger, desto sicherer; manche Spiele und Anrufe brauchen die weiteren.</translation>
    </message>
    <message>
        <source>The addresses at which other computers of the local network reach this proxy at the moment.</source>
        <translation>Die Adressen, unter denen andere Rechner des lokalen Netzes diesen Proxy zurzeit erreichen.</translation>
    </message>
    <message>
        <source>Copies the selected address and port.</source>
        <translation>Kopiert die ausgewählte Adresse mit ihrem Port.</translation>
    </message>
    <message>
        <source>Copies the settings in the form that a program or a shell wants.</source>
        <translation>Kopiert die Einstellungen in der Form, die ein Programm oder eine Shell erwartet.</translation>
    </message>
    <message>
        <source>Opens the listeners, which are closed at the moment.</source>
        <translation>Öffnet die Zugänge, die zurzeit geschlossen sind.</translation>
    </message>
    <message>
        <source>Whether the window is shown when Hosier starts. In the tray, the proxy works just the same.</source>
        <translation>Ob das Fenster erscheint, wenn Hosier startet. Im Infobereich arbeitet der Proxy genauso.</translation>
    </message>
    <message>
        <source>Which servers look names up themselves. They are told names as they are; for the others this computer looks names up first.</source>
        <translation>Welche Server Namen selbst auflösen. Sie bekommen Namen, wie sie sind; für die anderen löst dieser Rechner sie zuerst auf.</translation>
    </message>
    <message>
        <source>Looks every requested name up on this computer while there are rules about addresses, so that these can decide about it.</source>
        <translation>Löst jeden angefragten Namen auf diesem Rechner auf, solange es Regeln über Adressen gibt, damit diese darüber entscheiden können.</translation>
    </message>
    <message>
        <source>How bytes are moved between the two sides of a connection. Automatic takes the fastest way of this system.</source>
        <translation>Wie Bytes zwischen den beiden Seiten einer Verbindung bewegt werden. Automatisch nimmt den schnellsten Weg dieses Systems.</translation>
    </message>
    <message>
        <source>Takes away the listener for the local network. The user that was added for it stays. Programs of this computer are not concerned.</source>
        <translation>Entfernt den Zugang für das lokale Netz. Der dafür angelegte Benutzer bleibt. Programme dieses Rechners sind nicht betroffen.</translation>
    </message>
</context>
</TS>
