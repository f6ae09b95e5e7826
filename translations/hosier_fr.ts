<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>app::Desktop</name>
    <message>
        <source>Hosier</source>
        <translation>Hosier</translation>
    </message>
    <message>
        <source>Hosier is already running, but its window cannot be shown.</source>
        <translation>Hosier est déjà lancé, mais sa fenêtre ne peut pas être affichée.</translation>
    </message>
    <message>
        <source>The profile cannot be used.</source>
        <translation>Le profil est inutilisable.</translation>
    </message>
    <message>
        <source>The profile cannot be replaced.</source>
        <translation>Le profil ne peut pas être remplacé.</translation>
    </message>
</context>
<context>
    <name>engine::Error</name>
    <message>
        <source>No error</source>
        <translation>Aucune erreur</translation>
    </message>
    <message>
        <source>The target refused the connection</source>
        <translation>La destination a refusé la connexion</translation>
    </message>
    <message>
        <source>The target host is unreachable</source>
        <translation>L’hôte de destination est injoignable</translation>
    </message>
    <message>
        <source>The target&apos;s network is unreachable</source>
        <translation>Le réseau de la destination est injoignable</translation>
    </message>
    <message>
        <source>The target did not answer in time</source>
        <translation>La destination n’a pas répondu à temps</translation>
    </message>
    <message>
        <source>The connection was reset</source>
        <translation>La connexion a été réinitialisée</translation>
    </message>
    <message>
        <source>The connection was aborted</source>
        <translation>La connexion a été interrompue</translation>
    </message>
    <message>
        <source>The network is down</source>
        <translation>Le réseau est indisponible</translation>
    </message>
    <message>
        <source>The address is not available on this machine</source>
        <translation>L’adresse n’existe pas sur cette machine</translation>
    </message>
    <message>
        <source>This machine does not support that kind of address</source>
        <translation>Cette machine ne prend pas en charge ce type d’adresse</translation>
    </message>
    <message>
        <source>There is no host of that name</source>
        <translation>Aucun hôte ne porte ce nom</translation>
    </message>
    <message>
        <source>The name could not be looked up</source>
        <translation>Le nom n’a pas pu être résolu</translation>
    </message>
    <message>
        <source>The name server did not answer in time</source>
        <translation>Le serveur de noms n’a pas répondu à temps</translation>
    </message>
    <message>
        <source>The expected connection did not come in time</source>
        <translation>La connexion attendue n’est pas arrivée à temps</translation>
    </message>
    <message>
        <source>The address is in use by another program</source>
        <translation>L’adresse est utilisée par un autre programme</translation>
    </message>
    <message>
        <source>The system does not permit it</source>
        <translation>Le système ne le permet pas</translation>
    </message>
    <message>
        <source>Too many open connections for this system</source>
        <translation>Trop de connexions ouvertes pour ce système</translation>
    </message>
    <message>
        <source>The system is out of memory</source>
        <translation>Le système n’a plus de mémoire</translation>
    </message>
    <message>
        <source>Too many clients</source>
        <translation>Trop de clients</translation>
    </message>
    <message>
        <source>Too many connections from this client</source>
        <translation>Trop de connexions de ce client</translation>
    </message>
    <message>
        <source>Too many logins at once</source>
        <translation>Trop d’authentifications à la fois</translation>
    </message>
    <message>
        <source>The client does not speak a protocol of this listener</source>
        <translation>Le client ne parle aucun protocole de ce port d’écoute</translation>
    </message>
    <message>
        <source>The command is not supported</source>
        <translation>La commande n’est pas prise en charge</translation>
    </message>
    <message>
        <source>The address type is not supported</source>
        <translation>Le type d’adresse n’est pas pris en charge</translation>
    </message>
    <message>
        <source>The client offered no acceptable login method</source>
        <translation>Le client n’a proposé aucune méthode d’authentification acceptable</translation>
    </message>
    <message>
        <source>Wrong user name or password</source>
        <translation>Nom d’utilisateur ou mot de passe incorrect</translation>
    </message>
    <message>
        <source>The client&apos;s address is not allowed here</source>
        <translation>L’adresse du client n’est pas autorisée ici</translation>
    </message>
    <message>
        <source>The client did not finish its request in time</source>
        <translation>Le client n’a pas terminé sa demande à temps</translation>
    </message>
    <message>
        <source>The client went away</source>
        <translation>Le client a raccroché</translation>
    </message>
    <message>
        <source>The proxy server could not be reached</source>
        <translation>Le serveur proxy n’a pas pu être joint</translation>
    </message>
    <message>
        <source>The proxy server did not answer in time</source>
        <translation>Le serveur proxy n’a pas répondu à temps</translation>
    </message>
    <message>
        <source>The proxy server did not accept the login</source>
        <translation>Le serveur proxy a refusé l’authentification</translation>
    </message>
    <message>
        <source>The proxy server&apos;s answer is malformed</source>
        <translation>La réponse du serveur proxy est mal formée</translation>
    </message>
    <message>
        <source>No secure connection to the proxy server</source>
        <translation>Pas de connexion sécurisée au serveur proxy</translation>
    </message>
    <message>
        <source>The proxy server does not allow it</source>
        <translation>Le serveur proxy ne l’autorise pas</translation>
    </message>
    <message>
        <source>The proxy server could not connect to the target</source>
        <translation>Le serveur proxy n’a pas pu joindre la destination</translation>
    </message>
    <message>
        <source>The route cannot carry this</source>
        <translation>La route ne peut pas transporter cela</translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation>Bloqué par les règles</translation>
    </message>
    <message>
        <source>The target is this proxy itself</source>
        <translation>La destination est ce proxy lui-même</translation>
    </message>
    <message>
        <source>Closed on request</source>
        <translation>Fermée sur demande</translation>
    </message>
    <message>
        <source>The changed profile no longer allows it</source>
        <translation>Le profil modifié ne l’autorise plus</translation>
    </message>
    <message>
        <source>The changed rules send it another way</source>
        <translation>Les règles modifiées l’envoient par un autre chemin</translation>
    </message>
    <message>
        <source>Nothing was sent for too long</source>
        <translation>Rien n’a été envoyé depuis trop longtemps</translation>
    </message>
    <message>
        <source>One side had finished and the other sent nothing for too long</source>
        <translation>Un côté avait fini et l’autre n’a rien envoyé pendant trop longtemps</translation>
    </message>
    <message>
        <source>The proxy was stopped</source>
        <translation>Le proxy a été arrêté</translation>
    </message>
    <message>
        <source>Not supported yet</source>
        <translation>Pas encore pris en charge</translation>
    </message>
    <message>
        <source>General failure</source>
        <translation>Échec général</translation>
    </message>
    <message>
        <source>No local port is free for another connection</source>
        <translation>Aucun port local n’est libre pour une autre connexion</translation>
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
        <translation>true ou false</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>un nombre</translation>
    </message>
    <message>
        <source>text</source>
        <translation>du texte</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>une liste</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>un objet</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>rien</translation>
    </message>
    <message>
        <source>must be %1, not %2</source>
        <translation>doit être %1, et non %2</translation>
    </message>
    <message>
        <source>further errors: %1</source>
        <translation>autres erreurs&#xa0;: %1</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>est absent</translation>
    </message>
    <message>
        <source>unknown key</source>
        <translation>clé inconnue</translation>
    </message>
    <message>
        <source>has %1 entries; %2 are allowed</source>
        <translation>a %1 entrées&#xa0;; %2 sont autorisées</translation>
    </message>
    <message>
        <source>must not be empty</source>
        <translation>ne doit pas être vide</translation>
    </message>
    <message>
        <source>is longer than %1 bytes</source>
        <translation>dépasse %1 octets</translation>
    </message>
    <message>
        <source>must not hold control characters</source>
        <translation>ne doit pas contenir de caractères de contrôle</translation>
    </message>
    <message>
        <source>must be from %1 to %2</source>
        <translation>doit être compris entre %1 et %2</translation>
    </message>
    <message>
        <source>must be a whole number</source>
        <translation>doit être un nombre entier</translation>
    </message>
    <message>
        <source>must be base64</source>
        <translation>doit être en base64</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 à %2</translation>
    </message>
    <message>
        <source>must be base64 of %1 bytes, not of %2</source>
        <translation>doit être du base64 de %1 octets, et non de %2</translation>
    </message>
    <message>
        <source>%1 is none of %2</source>
        <translation>%1 ne fait pas partie de %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1&#xa0;: %2</translation>
    </message>
    <message>
        <source>is listed twice</source>
        <translation>figure deux fois</translation>
    </message>
    <message>
        <source>must list at least one of &quot;socks4&quot;, &quot;socks5&quot;, &quot;http&quot;</source>
        <translation>doit contenir au moins l’un de &quot;socks4&quot;, &quot;socks5&quot;, &quot;http&quot;</translation>
    </message>
    <message>
        <source>%1 is not an IPv4 or IPv6 address</source>
        <translation>%1 n’est pas une adresse IPv4 ou IPv6</translation>
    </message>
    <message>
        <source>whoever can reach %1 could use this proxy: set &quot;authentication&quot; to &quot;password&quot;, or &quot;open&quot; to true if an open proxy is meant</source>
        <translation>quiconque peut joindre %1 pourrait utiliser ce proxy&#xa0;: mettre &quot;authentication&quot; à &quot;password&quot;, ou &quot;open&quot; à true si un proxy ouvert est voulu</translation>
    </message>
    <message>
        <source>must list at least one listener</source>
        <translation>doit contenir au moins un port d’écoute</translation>
    </message>
    <message>
        <source>%1 is already the endpoint of %2</source>
        <translation>%1 est déjà le point d’accès de %2</translation>
    </message>
    <message>
        <source>%1 is already the name of %2</source>
        <translation>%1 est déjà le nom de %2</translation>
    </message>
    <message>
        <source>nobody could log in: &quot;users&quot; lists no one (hosier --set-password NAME adds a user)</source>
        <translation>personne ne pourrait s’authentifier&#xa0;: &quot;users&quot; est vide (hosier --set-password NOM ajoute un utilisateur)</translation>
    </message>
    <message>
        <source>is missing; this program reads version %1</source>
        <translation>est absent&#xa0;; ce programme lit la version %1</translation>
    </message>
    <message>
        <source>is %1; this program reads version %2</source>
        <translation>est %1&#xa0;; ce programme lit la version %2</translation>
    </message>
    <message>
        <source>line %1, column %2</source>
        <translation>ligne %1, colonne %2</translation>
    </message>
    <message>
        <source>the profile is larger than %1 bytes</source>
        <translation>le profil dépasse %1 octets</translation>
    </message>
    <message>
        <source>must be an object</source>
        <translation>doit être un objet</translation>
    </message>
    <message>
        <source>may hold only letters A to Z, digits, &quot;-&quot;, &quot;_&quot; and &quot;.&quot;</source>
        <translation>ne peut contenir que des lettres de A à Z, des chiffres, &quot;-&quot;, &quot;_&quot; et &quot;.&quot;</translation>
    </message>
    <message>
        <source>%1 is already the id at %2</source>
        <translation>%1 est déjà l’identifiant à %2</translation>
    </message>
    <message>
        <source>SOCKS4 has no names: set &quot;protocol&quot; to &quot;socks4a&quot;, or this to &quot;local&quot;</source>
        <translation>SOCKS4 n’a pas de noms&#xa0;: mettre &quot;protocol&quot; à &quot;socks4a&quot;, ou ceci à &quot;local&quot;</translation>
    </message>
    <message>
        <source>means nothing unless &quot;tls&quot; is true</source>
        <translation>ne signifie rien, sauf si &quot;tls&quot; est true</translation>
    </message>
    <message>
        <source>holds a colon, which HTTP&apos;s Basic login cannot carry</source>
        <translation>contient un deux-points, que l’authentification Basic de HTTP ne peut pas transporter</translation>
    </message>
    <message>
        <source>must list at least one server or route</source>
        <translation>doit contenir au moins un serveur ou une route</translation>
    </message>
    <message>
        <source>there is no server or route with the id %1</source>
        <translation>aucun serveur ni aucune route n’a l’identifiant %1</translation>
    </message>
    <message>
        <source>the route contains itself: %1</source>
        <translation>la route se contient elle-même&#xa0;: %1</translation>
    </message>
    <message>
        <source>is a chain of more than %1 servers</source>
        <translation>est une chaîne de plus de %1 serveurs</translation>
    </message>
    <message>
        <source>%1 is neither a port (&quot;80&quot;) nor a range of ports (&quot;8000-9000&quot;)</source>
        <translation>%1 n’est ni un port (&quot;80&quot;) ni une plage de ports (&quot;8000-9000&quot;)</translation>
    </message>
    <message>
        <source>%1 is not an address block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1 n’est pas un bloc d’adresses tel que &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>%1 is not a host: it holds a space</source>
        <translation>%1 n’est pas un hôte&#xa0;: il contient une espace</translation>
    </message>
    <message>
        <source>%1: &quot;*&quot; stands for whole labels at one end of a name, as in &quot;*.lan&quot; or &quot;mail.*&quot;</source>
        <translation>%1&#xa0;: &quot;*&quot; remplace des parties entières à un bout d’un nom, comme dans &quot;*.lan&quot; ou &quot;mail.*&quot;</translation>
    </message>
    <message>
        <source>%1 is not a range of addresses such as &quot;10.0.0.1-10.0.0.9&quot;</source>
        <translation>%1 n’est pas une plage d’adresses telle que &quot;10.0.0.1-10.0.0.9&quot;</translation>
    </message>
    <message>
        <source>%1 is not an address or an address block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1 n’est ni une adresse ni un bloc d’adresses tel que &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>%1 cannot carry UDP, which &quot;transports&quot; lists: only SOCKS5 servers can</source>
        <translation>%1 ne peut pas transporter UDP, qui figure dans &quot;transports&quot;&#xa0;: seuls les serveurs SOCKS5 le peuvent</translation>
    </message>
    <message>
        <source>%1 is none of &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</source>
        <translation>%1 n’est aucun de &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</translation>
    </message>
    <message>
        <source>this session has no D-Bus</source>
        <translation>cette session n’a pas de D-Bus</translation>
    </message>
    <message>
        <source>the session&apos;s D-Bus cannot be reached</source>
        <translation>le D-Bus de la session est injoignable</translation>
    </message>
    <message>
        <source>libsecret-1.so.0 is missing, or Qt runs without GLib</source>
        <translation>libsecret-1.so.0 est absente, ou Qt tourne sans GLib</translation>
    </message>
    <message>
        <source>neither a Secret Service nor KWallet is on the session&apos;s D-Bus</source>
        <translation>ni Secret Service ni KWallet n’est sur le D-Bus de la session</translation>
    </message>
    <message>
        <source>this program was built without QtKeychain</source>
        <translation>ce programme a été compilé sans QtKeychain</translation>
    </message>
    <message>
        <source>there is no credential store</source>
        <translation>il n’y a pas de trousseau</translation>
    </message>
    <message>
        <source>the credential store has no password for it</source>
        <translation>le trousseau n’a pas de mot de passe pour cela</translation>
    </message>
    <message>
        <source>the credential store gives no access</source>
        <translation>le trousseau refuse l’accès</translation>
    </message>
    <message>
        <source>the credential store does not answer</source>
        <translation>le trousseau ne répond pas</translation>
    </message>
    <message>
        <source>the credential store failed</source>
        <translation>le trousseau a échoué</translation>
    </message>
    <message>
        <source>%1 cannot be made</source>
        <translation>%1 ne peut pas être créé</translation>
    </message>
    <message>
        <source>%1 is not a regular file</source>
        <translation>%1 n’est pas un fichier ordinaire</translation>
    </message>
    <message>
        <source>server %1: its password is not removed: %2</source>
        <translation>serveur %1&#xa0;: son mot de passe n’est pas supprimé&#xa0;: %2</translation>
    </message>
    <message>
        <source>server %1: its password is not kept under the new id: %2</source>
        <translation>serveur %1&#xa0;: son mot de passe n’est pas gardé sous le nouvel identifiant&#xa0;: %2</translation>
    </message>
    <message>
        <source>server %1: its password is not known: %2</source>
        <translation>serveur %1&#xa0;: son mot de passe n’est pas connu&#xa0;: %2</translation>
    </message>
    <message>
        <source>cannot write %1: %2</source>
        <translation>impossible d’écrire %1&#xa0;: %2</translation>
    </message>
    <message>
        <source>cannot read %1: %2</source>
        <translation>impossible de lire %1&#xa0;: %2</translation>
    </message>
    <message>
        <source>cannot create the directory of %1</source>
        <translation>impossible de créer le répertoire de %1</translation>
    </message>
    <message>
        <source>%1 belongs to the profile in use</source>
        <translation>%1 appartient au profil utilisé</translation>
    </message>
    <message>
        <source>the profile has no listener</source>
        <translation>le profil n’a aucun port d’écoute</translation>
    </message>
    <message>
        <source>whoever can reach %1 could use this proxy: the profile&apos;s first listener asks for no password and is not &quot;open&quot;</source>
        <translation>quiconque peut joindre %1 pourrait utiliser ce proxy&#xa0;: le premier port d’écoute du profil ne demande pas de mot de passe et n’est pas &quot;open&quot;</translation>
    </message>
    <message>
        <source>%1 is already the endpoint of the listener &quot;%2&quot;</source>
        <translation>%1 est déjà le point d’accès du port d’écoute «&#xa0;%2&#xa0;»</translation>
    </message>
    <message>
        <source>the password file %1 is no regular file</source>
        <translation>le fichier de mot de passe %1 n’est pas un fichier ordinaire</translation>
    </message>
    <message>
        <source>the password file %1 is open to others: chmod 600</source>
        <translation>le fichier de mot de passe %1 est ouvert à d’autres&#xa0;: chmod 600</translation>
    </message>
    <message>
        <source>cannot read the password file %1: %2</source>
        <translation>impossible de lire le fichier de mot de passe %1&#xa0;: %2</translation>
    </message>
    <message>
        <source>the password in %1 is not 1 to 255 bytes long</source>
        <translation>le mot de passe dans %1 ne compte pas de 1 à 255 octets</translation>
    </message>
    <message>
        <source>server %1: %2</source>
        <translation>serveur %1&#xa0;: %2</translation>
    </message>
    <message>
        <source>the running instance did not answer</source>
        <translation>l’instance lancée n’a pas répondu</translation>
    </message>
    <message>
        <source>no running instance uses this profile</source>
        <translation>aucune instance lancée n’utilise ce profil</translation>
    </message>
    <message>
        <source>the running instance is not ready</source>
        <translation>l’instance lancée n’est pas prête</translation>
    </message>
    <message>
        <source>the running instance has no interface (--headless)</source>
        <translation>l’instance lancée n’a pas d’interface (--headless)</translation>
    </message>
    <message>
        <source>%1 is too large</source>
        <translation>%1 est trop grand</translation>
    </message>
    <message>
        <source>%1 is a link or a directory</source>
        <translation>%1 est un lien ou un répertoire</translation>
    </message>
    <message>
        <source>cannot create %1</source>
        <translation>impossible de créer %1</translation>
    </message>
    <message>
        <source>cannot remove %1: %2</source>
        <translation>impossible de supprimer %1&#xa0;: %2</translation>
    </message>
    <message>
        <source>%1%2 has no key &quot;%3&quot;</source>
        <translation>%1%2 n’a pas de clé &quot;%3&quot;</translation>
    </message>
    <message>
        <source>%1 is locked by the administrator</source>
        <translation>%1 est verrouillé par l’administrateur</translation>
    </message>
    <message>
        <source>InternetQueryOption: error %1</source>
        <translation>InternetQueryOption&#xa0;: erreur %1</translation>
    </message>
    <message>
        <source>InternetSetOption: error %1</source>
        <translation>InternetSetOption&#xa0;: erreur %1</translation>
    </message>
    <message>
        <source>they do not stay as they are written</source>
        <translation>ils ne restent pas tels qu’ils sont écrits</translation>
    </message>
    <message>
        <source>no answer within %1 s</source>
        <translation>pas de réponse en %1 s</translation>
    </message>
    <message>
        <source>failed (%1)</source>
        <translation>échec (%1)</translation>
    </message>
    <message>
        <source>only SOCKS5 carries UDP</source>
        <translation>seul SOCKS5 transporte UDP</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>it hung up</source>
        <translation>il a raccroché</translation>
    </message>
    <message>
        <source>malformed or oversized request</source>
        <translation>requête mal formée ou trop longue</translation>
    </message>
    <message>
        <source>only /proxy.pac is to be had here</source>
        <translation>seul /proxy.pac est disponible ici</translation>
    </message>
    <message>
        <source>CONNECT needs a connection of its own</source>
        <translation>CONNECT exige une connexion à lui seul</translation>
    </message>
    <message>
        <source>malformed chunks</source>
        <translation>blocs (chunks) mal formés</translation>
    </message>
    <message>
        <source>by the target</source>
        <translation>par la cible</translation>
    </message>
    <message>
        <source>malformed chunks from the target</source>
        <translation>blocs (chunks) de la cible mal formés</translation>
    </message>
    <message>
        <source>the target&apos;s answer is malformed</source>
        <translation>la réponse de la cible est mal formée</translation>
    </message>
    <message>
        <source>it asks for a user name and password</source>
        <translation>il exige un nom d’utilisateur et un mot de passe</translation>
    </message>
    <message>
        <source>reply 7, command not supported</source>
        <translation>réponse 7, commande non prise en charge</translation>
    </message>
    <message>
        <source>reply 8, address type not supported</source>
        <translation>réponse 8, type d’adresse non pris en charge</translation>
    </message>
    <message>
        <source>reply %1</source>
        <translation>réponse %1</translation>
    </message>
    <message>
        <source>SOCKS4 code %1</source>
        <translation>code SOCKS4 %1</translation>
    </message>
    <message>
        <source>it chose a method that was not offered</source>
        <translation>il a choisi une méthode qui n’était pas proposée</translation>
    </message>
    <message>
        <source>it takes no user name and password</source>
        <translation>il n’accepte ni nom d’utilisateur ni mot de passe</translation>
    </message>
    <message>
        <source>too many interim answers</source>
        <translation>trop de réponses provisoires</translation>
    </message>
    <message>
        <source>HTTP status %1</source>
        <translation>statut HTTP %1</translation>
    </message>
    <message>
        <source>SOCKS4 has no UDP</source>
        <translation>SOCKS4 ne connaît pas UDP</translation>
    </message>
    <message>
        <source>SOCKS4 has no IPv6</source>
        <translation>SOCKS4 ne connaît pas IPv6</translation>
    </message>
    <message>
        <source>HTTP has no BIND</source>
        <translation>HTTP ne connaît pas BIND</translation>
    </message>
    <message>
        <source>HTTP has no UDP</source>
        <translation>HTTP ne connaît pas UDP</translation>
    </message>
    <message>
        <source>HTTP cannot say this name</source>
        <translation>HTTP ne peut pas exprimer ce nom</translation>
    </message>
    <message>
        <source>too many others are under way</source>
        <translation>trop d’autres sont en cours</translation>
    </message>
    <message>
        <source>no thread for it</source>
        <translation>aucun fil d’exécution disponible</translation>
    </message>
    <message>
        <source>no answer by UDP</source>
        <translation>aucune réponse par UDP</translation>
    </message>
    <message>
        <source>no descriptors are left</source>
        <translation>il ne reste plus de descripteurs</translation>
    </message>
    <message>
        <source>its certificate is not the pinned one but has the SHA-256 %1</source>
        <translation>son certificat n’est pas celui qui est épinglé mais a pour SHA-256 %1</translation>
    </message>
    <message>
        <source>it leads back here</source>
        <translation>il ramène ici</translation>
    </message>
    <message>
        <source>its answer is too long</source>
        <translation>sa réponse est trop longue</translation>
    </message>
    <message>
        <source>cannot be true beside &quot;passwordFile&quot;</source>
        <translation>ne peut pas être vrai à côté de &quot;passwordFile&quot;</translation>
    </message>
    <message>
        <source>by the client</source>
        <translation>par le client</translation>
    </message>
    <message>
        <source>%1 is not a host: what follows the &quot;:&quot; belongs into &quot;ports&quot;</source>
        <translation>%1 n’est pas un hôte&#xa0;: ce qui suit &quot;:&quot; va dans &quot;ports&quot;</translation>
    </message>
    <message>
        <source>%1 is neither a name nor an address</source>
        <translation>%1 n’est ni un nom ni une adresse</translation>
    </message>
    <message>
        <source>%1 is not a host: something is missing before or after a dot; &quot;*.lan&quot; stands for all names that end in &quot;.lan&quot;</source>
        <translation>%1 n’est pas un hôte&#xa0;: il manque quelque chose avant ou après un point&#xa0;; &quot;*.lan&quot; remplace tous les noms qui finissent par &quot;.lan&quot;</translation>
    </message>
    <message>
        <source>%1 is not a host: &quot;?&quot; is no wildcard in names of hosts</source>
        <translation>%1 n’est pas un hôte&#xa0;: &quot;?&quot; n’est pas un caractère générique dans les noms d’hôtes</translation>
    </message>
    <message>
        <source>%1: &quot;*&quot; stands for parts of names, not of addresses: write a block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1&#xa0;: &quot;*&quot; remplace des parties de noms, pas d’adresses&#xa0;: écrivez un bloc tel que &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>The profile&apos;s file was changed by another program meanwhile. It is in force now; please make your change once more.</source>
        <translation>Le fichier du profil a été modifié entre-temps par un autre programme. Il est maintenant en vigueur&#xa0;; veuillez refaire votre modification.</translation>
    </message>
    <message>
        <source>%1 is more than one entry: each stands by itself</source>
        <translation>%1 contient plusieurs entrées&#xa0;: chacune doit être seule</translation>
    </message>
    <message>
        <source>%1 is a URL: only the host in it belongs here</source>
        <translation>%1 est une URL&#xa0;: seul son hôte a sa place ici</translation>
    </message>
    <message>
        <source>%1 stands without quotes here</source>
        <translation>%1 s’écrit ici sans guillemets</translation>
    </message>
    <message>
        <source>%1 is neither the name of a program nor its whole path, such as &quot;/usr/bin/curl&quot; or &quot;C:\Tools\curl.exe&quot;</source>
        <translation>%1 n’est ni le nom d’un programme ni son chemin complet, comme &quot;/usr/bin/curl&quot; ou &quot;C:\Tools\curl.exe&quot;</translation>
    </message>
    <message>
        <source>the program is about to end</source>
        <translation>le programme est en train de se terminer</translation>
    </message>
    <message>
        <source>the running instance has hung up</source>
        <translation>l’instance en cours d’exécution a coupé la connexion</translation>
    </message>
    <message>
        <source>it refused the connection</source>
        <translation>il a refusé la connexion</translation>
    </message>
    <message>
        <source>it is unreachable</source>
        <translation>il est injoignable</translation>
    </message>
    <message>
        <source>its network is unreachable</source>
        <translation>son réseau est injoignable</translation>
    </message>
    <message>
        <source>it did not answer in time</source>
        <translation>il n’a pas répondu à temps</translation>
    </message>
    <message>
        <source>the server before it does not allow it</source>
        <translation>le serveur qui le précède ne l’autorise pas</translation>
    </message>
    <message>
        <source>the server before it could not connect to it</source>
        <translation>le serveur qui le précède n’a pas pu s’y connecter</translation>
    </message>
    <message>
        <source>%1 is neither an address nor the name of one host, which holds no &quot;/&quot;, &quot;:&quot; or &quot;*&quot;</source>
        <translation>%1 n’est ni une adresse ni le nom d’un seul hôte&#xa0;; un tel nom ne contient ni &quot;/&quot;, ni &quot;:&quot;, ni &quot;*&quot;</translation>
    </message>
    <message>
        <source>%1 is no name that can be asked for: it is too long, or holds a space or what cannot be seen</source>
        <translation>%1 n’est pas un nom qui puisse être demandé&#xa0;: il est trop long, ou contient une espace ou des caractères invisibles</translation>
    </message>
    <message>
        <source>the profile is empty</source>
        <translation>le profil est vide</translation>
    </message>
    <message>
        <source>%1 is none of &quot;default&quot;, &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</source>
        <translation>%1 n’est aucun de &quot;default&quot;, &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</translation>
    </message>
    <message>
        <source>%1 begins with two separators: write %2, or %3 for a program in a network</source>
        <translation>%1 commence par deux séparateurs&#xa0;: écrivez %2, ou %3 pour un programme sur un réseau</translation>
    </message>
    <message>
        <source>%1 is no path that a program is known by, for it holds &quot;.&quot;, &quot;..&quot; or two separators in a row: write %2</source>
        <translation>%1 n’est pas un chemin sous lequel un programme est connu, car il contient &quot;.&quot;, &quot;..&quot; ou deux séparateurs de suite&#xa0;: écrivez %2</translation>
    </message>
    <message>
        <source>%1 has bits set behind its prefix: write %2 for the block</source>
        <translation>%1 a des bits non nuls au-delà du préfixe&#xa0;: écrivez %2 pour le bloc</translation>
    </message>
    <message>
        <source>%1 begins or ends with a space: leave that out</source>
        <translation>%1 commence ou finit par une espace&#xa0;: supprimez-la</translation>
    </message>
    <message>
        <source>%1 ends like a directory: write %2 for all programs below it</source>
        <translation>%1 se termine comme un répertoire&#xa0;: écrivez %2 pour tous les programmes qui s’y trouvent</translation>
    </message>
    <message>
        <source>%1 (its certificate has the SHA-256 %2)</source>
        <translation>%1 (son certificat a l’empreinte SHA-256 %2)</translation>
    </message>
    <message>
        <source>the keyring is locked</source>
        <translation>le trousseau est verrouillé</translation>
    </message>
    <message>
        <source>servers %1: their passwords are not removed: %2</source>
        <translation>serveurs %1&#xa0;: leurs mots de passe n’ont pas été supprimés&#xa0;: %2</translation>
    </message>
</context>
<context>
    <name>ui::About</name>
    <message>
        <source>About Hosier</source>
        <translation>À propos de Hosier</translation>
    </message>
    <message>
        <source>A proxy manager for the desktop: programs connect through it by SOCKS or HTTP, and you see every connection they make.&lt;br&gt;&lt;br&gt;Published under the MIT licence.</source>
        <translation>Un gestionnaire de proxy pour le bureau&#xa0;: les programmes s’y connectent par SOCKS ou HTTP, et vous voyez chacune de leurs connexions.&lt;br&gt;&lt;br&gt;Publié sous la licence MIT.</translation>
    </message>
    <message>
        <source>About Qt</source>
        <translation>À propos de Qt</translation>
    </message>
    <message>
        <source>Hosier is made with Qt, used under the GNU Lesser General Public License version 3.&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</source>
        <translation>Hosier utilise Qt sous la licence publique générale limitée GNU (LGPL) version&#xa0;3.&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</translation>
    </message>
    <message>
        <source>The source code of Qt is at %1. The licences of Qt, and of the runtime libraries of GCC and mingw-w64 that come with Hosier, are in %2.</source>
        <translation>Le code source de Qt se trouve à %1. Les licences de Qt et des bibliothèques d’exécution de GCC et mingw-w64 fournies avec Hosier sont dans %2.</translation>
    </message>
</context>
<context>
    <name>ui::ActionCombo</name>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Via %1</translation>
    </message>
</context>
<context>
    <name>ui::Actions</name>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Quitter</translation>
    </message>
    <message>
        <source>Stop the proxy and quit Hosier</source>
        <translation>Arrêter le proxy et quitter Hosier</translation>
    </message>
    <message>
        <source>Start at &amp;login</source>
        <translation>&amp;Lancer à l’ouverture de session</translation>
    </message>
    <message>
        <source>&amp;Close window</source>
        <translation>&amp;Fermer la fenêtre</translation>
    </message>
    <message>
        <source>Close the window; the proxy goes on in the tray where there is one</source>
        <translation>Fermer la fenêtre&#xa0;; le proxy continue dans la zone de notification s’il y en a une</translation>
    </message>
    <message>
        <source>&amp;Import...</source>
        <translation>&amp;Importer...</translation>
    </message>
    <message>
        <source>Take a profile from a file, of Hosier or of Proxifier (.ppx)</source>
        <translation>Reprendre un profil de Hosier ou de Proxifier (.ppx) depuis un fichier</translation>
    </message>
    <message>
        <source>&amp;Export...</source>
        <translation>&amp;Exporter...</translation>
    </message>
    <message>
        <source>Write the profile in force to a file</source>
        <translation>Écrire le profil en vigueur dans un fichier</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copier</translation>
    </message>
    <message>
        <source>Copy the selected connections as text</source>
        <translation>Copier les connexions sélectionnées sous forme de texte</translation>
    </message>
    <message>
        <source>Copy &amp;target</source>
        <translation>Copier la &amp;destination</translation>
    </message>
    <message>
        <source>Copy the targets of the selected connections</source>
        <translation>Copier les destinations des connexions sélectionnées</translation>
    </message>
    <message>
        <source>Close co&amp;nnection</source>
        <translation>Fermer la co&amp;nnexion</translation>
    </message>
    <message>
        <source>Close the selected connections</source>
        <translation>Fermer les connexions sélectionnées</translation>
    </message>
    <message>
        <source>E&amp;xplain...</source>
        <translation>E&amp;xpliquer...</translation>
    </message>
    <message>
        <source>Show which rule decides about such a connection, and why</source>
        <translation>Montrer quelle règle décide d’une telle connexion, et pourquoi</translation>
    </message>
    <message>
        <source>Show what the rules decide about a connection that you describe</source>
        <translation>Montrer ce que les règles décident d’une connexion que vous décrivez</translation>
    </message>
    <message>
        <source>&amp;Apply to open connections</source>
        <translation>Appli&amp;quer aux connexions ouvertes</translation>
    </message>
    <message>
        <source>Close the open connections that would go another way now, or be blocked, so that their programs connect again by the rules</source>
        <translation>Fermer les connexions ouvertes qui prendraient maintenant un autre chemin ou seraient bloquées, pour que leurs programmes se reconnectent selon les règles</translation>
    </message>
    <message>
        <source>Filter &amp;log</source>
        <translation>Filtrer le &amp;journal</translation>
    </message>
    <message>
        <source>Go to the filter field of the log</source>
        <translation>Aller au champ de filtre du journal</translation>
    </message>
    <message>
        <source>&amp;Proxy on</source>
        <translation>&amp;Proxy activé</translation>
    </message>
    <message>
        <source>Open or close the listeners; open connections go on</source>
        <translation>Ouvrir ou fermer les ports d’écoute&#xa0;; les connexions ouvertes continuent</translation>
    </message>
    <message>
        <source>&amp;Retry listeners</source>
        <translation>&amp;Réessayer les ports d’écoute</translation>
    </message>
    <message>
        <source>Try again to open the listeners that failed</source>
        <translation>Tenter de nouveau d’ouvrir les ports d’écoute en échec</translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation>Proxy s&amp;ystème</translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier</source>
        <translation>Diriger vers Hosier les programmes qui suivent les réglages de proxy du système</translation>
    </message>
    <message>
        <source>System proxy e&amp;xceptions...</source>
        <translation>E&amp;xceptions du proxy système...</translation>
    </message>
    <message>
        <source>Choose the hosts that programs reach without the system proxy</source>
        <translation>Choisir les hôtes que les programmes joignent sans le proxy système</translation>
    </message>
    <message>
        <source>Copy proxy &amp;environment variables</source>
        <translation>Copier les variables d’&amp;environnement</translation>
    </message>
    <message>
        <source>Copy lines for a shell that point programs at the proxy</source>
        <translation>Copier des lignes pour un shell, qui dirigent les programmes vers le proxy</translation>
    </message>
    <message>
        <source>Close &amp;all connections</source>
        <translation>Fermer &amp;toutes les connexions</translation>
    </message>
    <message>
        <source>Close every open connection; the proxy stays as it is</source>
        <translation>Fermer toutes les connexions ouvertes&#xa0;; le proxy reste tel quel</translation>
    </message>
    <message>
        <source>Log in its own &amp;window</source>
        <translation>Journal dans sa propre &amp;fenêtre</translation>
    </message>
    <message>
        <source>Take the log out of the main window, or put it back</source>
        <translation>Détacher le journal de la fenêtre principale, ou l’y remettre</translation>
    </message>
    <message>
        <source>&amp;About Hosier</source>
        <translation>À &amp;propos de Hosier</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>Version et licence</translation>
    </message>
    <message>
        <source>About &amp;Qt</source>
        <translation>À propos de &amp;Qt</translation>
    </message>
    <message>
        <source>Version of the Qt library</source>
        <translation>Version de la bibliothèque Qt</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <comment>mode</comment>
        <translation>&amp;Règles</translation>
    </message>
    <message>
        <source>The rules decide, top to bottom; then the default action</source>
        <translation>Les règles décident, de haut en bas&#xa0;; ensuite l’action par défaut</translation>
    </message>
    <message>
        <source>&amp;Everything</source>
        <comment>mode</comment>
        <translation>&amp;Tout</translation>
    </message>
    <message>
        <source>The default action is taken for everything, whatever the rules say</source>
        <translation>L’action par défaut vaut pour tout, quoi que disent les règles</translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>mode</comment>
        <translation>&amp;Direct</translation>
    </message>
    <message>
        <source>Everything connects directly, and nothing is blocked</source>
        <translation>Tout se connecte directement et rien n’est bloqué</translation>
    </message>
    <message>
        <source>Try out</source>
        <translation>Essayer</translation>
    </message>
    <message>
        <source>Apply to open</source>
        <translation>Appliquer aux ouvertes</translation>
    </message>
    <message>
        <source>&amp;System&apos;s language</source>
        <translation>Langue du &amp;système</translation>
    </message>
    <message>
        <source>The language of the desktop, where Hosier speaks it</source>
        <translation>La langue du bureau, si Hosier la parle</translation>
    </message>
    <message>
        <source>&amp;Try the rules out...</source>
        <translation>Essa&amp;yer les règles...</translation>
    </message>
    <message>
        <source>&amp;Settings...</source>
        <translation>Para&amp;mètres...</translation>
    </message>
    <message>
        <source>Theme, log, limits and notifications</source>
        <translation>Thème, journal, limites et notifications</translation>
    </message>
    <message>
        <source>Start Hosier when you log in; the settings say whether in the tray</source>
        <translation>Lancer Hosier à l’ouverture de session&#xa0;; les paramètres disent si c’est dans la zone de notification</translation>
    </message>
    <message>
        <source>&amp;Filter page</source>
        <translation>&amp;Filtrer la page</translation>
    </message>
    <message>
        <source>Go to the field that filters the page in sight</source>
        <translation>Aller au champ qui filtre la page visible</translation>
    </message>
    <message>
        <source>Traffic in its &amp;own window</source>
        <translation>Trafic dans sa &amp;propre fenêtre</translation>
    </message>
    <message>
        <source>Take the traffic out of the main window, or put it back</source>
        <translation>Détacher le trafic de la fenêtre principale, ou l’y remettre</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationModel</name>
    <message>
        <source>The rule that decides about its connections; of one that has none, about its latest one</source>
        <translation>La règle qui décide de ses connexions&#xa0;; si elle n’en a pas, de la dernière</translation>
    </message>
    <message>
        <source>Since Hosier started</source>
        <translation>Depuis le lancement de Hosier</translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation>Application</translation>
    </message>
    <message>
        <source>Live</source>
        <comment>column: open connections</comment>
        <translation>Ouvertes</translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation>Reçu/s</translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation>Envoyé/s</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation>Reçu</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation>Envoyé</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Règle</translation>
    </message>
    <message>
        <source>Last seen</source>
        <comment>column</comment>
        <translation>Dernière activité</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationText</name>
    <message>
        <source>No rule</source>
        <comment>no rule matched</comment>
        <translation>Aucune règle</translation>
    </message>
    <message>
        <source>Several</source>
        <comment>rules</comment>
        <translation>Plusieurs</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <comment>rules</comment>
        <translation>
            <numerusform>+ %n autre</numerusform>
            <numerusform>+ %n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>Now</source>
        <comment>last seen</comment>
        <translation>Maintenant</translation>
    </message>
    <message>
        <source>Just now</source>
        <comment>last seen</comment>
        <translation>À l’instant</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <comment>last seen: a duration</comment>
        <translation>Il y a %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>client, login name</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Unidentified programs</source>
        <translation>Programmes non identifiés</translation>
    </message>
    <message>
        <source>Client %1</source>
        <comment>address</comment>
        <translation>Client %1</translation>
    </message>
    <message>
        <source>Programs of this machine whose name the system did not tell, or that had gone before it could be asked.</source>
        <translation>Programmes de cette machine dont le système n’a pas donné le nom, ou qui avaient disparu avant qu’on puisse le demander.</translation>
    </message>
    <message>
        <source>A client of the proxy, known by its address.</source>
        <translation>Un client du proxy, connu par son adresse.</translation>
    </message>
    <message>
        <source>Latest process: %1</source>
        <translation>Dernier processus&#xa0;: %1</translation>
    </message>
    <message>
        <source>Connections since Hosier started: %1</source>
        <translation>Connexions depuis le lancement de Hosier&#xa0;: %1</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>Règles&#xa0;: %1</translation>
    </message>
    <message>
        <source>Last seen: %1</source>
        <translation>Dernière activité&#xa0;: %1</translation>
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
        <translation>Applications</translation>
    </message>
    <message>
        <source>Columns of the applications</source>
        <translation>Colonnes des applications</translation>
    </message>
    <message>
        <source>New rule for a&amp;pplication...</source>
        <translation>Nouvelle règle pour l’a&amp;pplication...</translation>
    </message>
    <message>
        <source>Make a rule for the selected application</source>
        <translation>Créer une règle pour l’application sélectionnée</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copier</translation>
    </message>
    <message>
        <source>Copy the selected applications as text</source>
        <translation>Copier les applications sélectionnées sous forme de texte</translation>
    </message>
    <message>
        <source>Clo&amp;se connections of application</source>
        <translation>Fermer les connexions de l’appl&amp;ication</translation>
    </message>
    <message>
        <source>Close all connections of the selected applications</source>
        <translation>Fermer toutes les connexions des applications sélectionnées</translation>
    </message>
</context>
<context>
    <name>ui::ClientSettings</name>
    <message>
        <source>Environment variables</source>
        <translation>Variables d’environnement</translation>
    </message>
    <message>
        <source>PAC address</source>
        <translation>Adresse PAC</translation>
    </message>
    <message>
        <source>Copied. Put it into %1 and replace NAME and PASSWORD.</source>
        <translation>Copié. Mettez-le dans %1 et remplacez NAME et PASSWORD.</translation>
    </message>
    <message>
        <source>Copied. Put it into %1.</source>
        <comment>a file</comment>
        <translation>Copié. Mettez-le dans %1.</translation>
    </message>
    <message>
        <source>Copied. Paste it into a shell and replace NAME and PASSWORD.</source>
        <translation>Copié. Collez-le dans un shell et remplacez NAME et PASSWORD.</translation>
    </message>
    <message>
        <source>Copied. Paste it into a shell: its programs then use %1.</source>
        <translation>Copié. Collez-le dans un shell&#xa0;: ses programmes utiliseront %1.</translation>
    </message>
    <message>
        <source>Copied. Enter it where a program or system asks for a PAC file or a configuration URL.</source>
        <translation>Copié. Saisissez-le là où un programme ou un système demande un fichier PAC ou une URL de configuration.</translation>
    </message>
    <message>
        <source>The PAC file is served by HTTP. Add HTTP to the listener&apos;s protocols.</source>
        <translation>Le fichier PAC est servi par HTTP. Ajoutez HTTP aux protocoles du port d’écoute.</translation>
    </message>
    <message>
        <source>%1 needs a listener that speaks HTTP.</source>
        <comment>a program</comment>
        <translation>%1 a besoin d’un port d’écoute qui parle HTTP.</translation>
    </message>
    <message>
        <source>Environment variables (%1)</source>
        <comment>of a shell</comment>
        <translation>Variables d’environnement (%1)</translation>
    </message>
</context>
<context>
    <name>ui::ColumnMenu</name>
    <message>
        <source>Col&amp;umns</source>
        <translation>C&amp;olonnes</translation>
    </message>
</context>
<context>
    <name>ui::ConnectionModel</name>
    <message>
        <source>How long the connection is or was open. Sorts by when it was opened.</source>
        <translation>Depuis ou pendant combien de temps la connexion est ouverte. Trie par heure d’ouverture.</translation>
    </message>
    <message>
        <source>The rule that decided what is done with the connection; blank: the default action</source>
        <translation>La règle qui a décidé du sort de la connexion&#xa0;; vide&#xa0;: l’action par défaut</translation>
    </message>
    <message>
        <source>The server or route the connection goes by; blank: directly</source>
        <translation>Le serveur ou la route que prend la connexion&#xa0;; vide&#xa0;: directement</translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation>Application</translation>
    </message>
    <message>
        <source>Client</source>
        <comment>column</comment>
        <translation>Client</translation>
    </message>
    <message>
        <source>Target</source>
        <comment>column</comment>
        <translation>Destination</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>Protocole</translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation>État</translation>
    </message>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation>Durée</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation>Reçu</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation>Envoyé</translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation>Reçu/s</translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation>Envoyé/s</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Règle</translation>
    </message>
    <message>
        <source>Route</source>
        <comment>column</comment>
        <translation>Route</translation>
    </message>
    <message>
        <source>The program that connects, or the client&apos;s address where none is known</source>
        <translation>Le programme qui se connecte, ou l’adresse du client si aucun n’est connu</translation>
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
        <translation>%1&#xa0;: %2</translation>
    </message>
    <message>
        <source>Application: %1</source>
        <translation>Application&#xa0;: %1</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Échec&#xa0;: %1</translation>
    </message>
    <message>
        <source>Ended: %1</source>
        <translation>Fin&#xa0;: %1</translation>
    </message>
    <message>
        <source>Target: %1</source>
        <translation>Destination&#xa0;: %1</translation>
    </message>
    <message>
        <source>Connected to: %1</source>
        <translation>Connectée à&#xa0;: %1</translation>
    </message>
    <message>
        <source>Client: %1</source>
        <translation>Client&#xa0;: %1</translation>
    </message>
    <message>
        <source>Logged in as: %1</source>
        <translation>Utilisateur&#xa0;: %1</translation>
    </message>
    <message>
        <source>Rule: %1</source>
        <translation>Règle&#xa0;: %1</translation>
    </message>
    <message>
        <source>By way of: %1</source>
        <comment>server or route</comment>
        <translation>Via&#xa0;: %1</translation>
    </message>
    <message>
        <source>Listener: %1</source>
        <translation>Port d’écoute&#xa0;: %1</translation>
    </message>
    <message>
        <source>Opened at: %1</source>
        <translation>Ouverte à&#xa0;: %1</translation>
    </message>
    <message>
        <source>Ended at: %1</source>
        <translation>Terminée à&#xa0;: %1</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <comment>state, how many connections</comment>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>%1 × %2: %3</source>
        <comment>state, how many connections, reason</comment>
        <translation>%1 × %2&#xa0;: %3</translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) ended alike. This is the last of them.</source>
        <translation>
            <numerusform>%n connexion s’est terminée ainsi. Voici la dernière.</numerusform>
            <numerusform>%n connexions se sont terminées ainsi. Voici la dernière.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) wait alike. This is the newest of them.</source>
        <translation>
            <numerusform>%n connexion attend ainsi. Voici la plus récente.</numerusform>
            <numerusform>%n connexions attendent ainsi. Voici la plus récente.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ConnectionsPage</name>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Connexions</translation>
    </message>
    <message>
        <source>Columns of the connections</source>
        <translation>Colonnes des connexions</translation>
    </message>
    <message>
        <source>Retry to open the listener</source>
        <translation>Tenter de nouveau d’ouvrir le port d’écoute</translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1. %2</source>
        <translation>Hosier ne peut pas écouter sur %1. %2</translation>
    </message>
</context>
<context>
    <name>ui::CrashBar</name>
    <message>
        <source>Note of a crash</source>
        <translation>Note d’un plantage</translation>
    </message>
    <message>
        <source>Hosier ended unexpectedly the last time. The note about it is %1.</source>
        <translation>Hosier s’est terminé de façon inattendue la dernière fois. La note à ce sujet est %1.</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ouvrir le dossier</translation>
    </message>
    <message>
        <source>Show the folder of the note</source>
        <translation>Afficher le dossier de la note</translation>
    </message>
    <message>
        <source>Copy note</source>
        <translation>Copier la note</translation>
    </message>
    <message>
        <source>Copy the note, to send it to whoever can make use of it</source>
        <translation>Copier la note, pour l’envoyer à qui peut s’en servir</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Hide this message; the note stays</source>
        <translation>Masquer ce message&#xa0;; la note reste</translation>
    </message>
</context>
<context>
    <name>ui::DefaultRouteMenu</name>
    <message>
        <source>&amp;More…</source>
        <translation>&amp;Plus…</translation>
    </message>
    <message>
        <source>&amp;No servers yet…</source>
        <translation>&amp;Pas encore de serveurs…</translation>
    </message>
    <message>
        <source>Go to the page of servers</source>
        <translation>Aller à la page des serveurs</translation>
    </message>
    <message>
        <source>Go to the page of servers, where the menu of each server and route has &quot;Use as default route&quot;</source>
        <translation>Aller à la page des serveurs, où le menu de chaque serveur et de chaque route contient «&#xa0;Utiliser comme route par défaut&#xa0;»</translation>
    </message>
</context>
<context>
    <name>ui::DnsPage</name>
    <message>
        <source>&amp;Look names up here for rules about addresses</source>
        <translation>&amp;Résoudre ici les noms pour les règles sur les adresses</translation>
    </message>
    <message>
        <source>Names of direct connections are always looked up by this computer.</source>
        <translation>Les noms des connexions directes sont toujours résolus par cet ordinateur.</translation>
    </message>
    <message>
        <source>Connections by way of a server</source>
        <translation>Connexions via un serveur</translation>
    </message>
    <message>
        <source>Names are looked up by these &amp;servers:</source>
        <translation>Les noms sont résolus par ces &amp;serveurs&#xa0;:</translation>
    </message>
    <message>
        <source>Servers that look names up</source>
        <translation>Serveurs qui résolvent les noms</translation>
    </message>
    <message>
        <source>Server</source>
        <comment>column</comment>
        <translation>Serveur</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>Protocole</translation>
    </message>
    <message>
        <source>Names are looked up</source>
        <comment>column</comment>
        <translation>Noms résolus</translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation>Colonnes des serveurs</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Règles</translation>
    </message>
    <message>
        <source>When off, rules about addresses do not apply to requests by name, and no name is looked up for the rules</source>
        <translation>Si désactivé, les règles sur les adresses ne valent pas pour les demandes par nom, et aucun nom n’est résolu pour les règles</translation>
    </message>
    <message>
        <source>Rules about addresses then also decide about requests by name. This computer&apos;s name server learns those names, also when the connection goes to a server.</source>
        <translation>Les règles sur les adresses décident alors aussi des demandes par nom. Le serveur de noms de cet ordinateur apprend ces noms, même quand la connexion passe par un serveur.</translation>
    </message>
    <message>
        <source>here: SOCKS4 takes addresses only</source>
        <comment>names are looked up</comment>
        <translation>ici&#xa0;: SOCKS4 n’accepte que des adresses</translation>
    </message>
    <message>
        <source>by the server</source>
        <comment>names are looked up</comment>
        <translation>par le serveur</translation>
    </message>
    <message>
        <source>here</source>
        <comment>names are looked up</comment>
        <translation>ici</translation>
    </message>
    <message>
        <source>The profile has no servers.</source>
        <translation>Le profil n’a aucun serveur.</translation>
    </message>
    <message>
        <source>A checked server is told names as they are. For the others this computer looks names up and sends addresses.</source>
        <translation>Un serveur coché reçoit les noms tels quels. Pour les autres, cet ordinateur résout les noms et envoie des adresses.</translation>
    </message>
</context>
<context>
    <name>ui::EmptyState</name>
    <message>
        <source>Command to try the proxy with</source>
        <translation>Commande pour essayer le proxy</translation>
    </message>
    <message>
        <source>No connection matches</source>
        <translation>Aucune connexion ne correspond</translation>
    </message>
    <message>
        <source>No application matches</source>
        <translation>Aucune application ne correspond</translation>
    </message>
    <message>
        <source>The filter is &quot;%1&quot;.</source>
        <translation>Le filtre est «&#xa0;%1&#xa0;».</translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation>Effacer le filtre</translation>
    </message>
    <message>
        <source>The proxy is off</source>
        <translation>Le proxy est désactivé</translation>
    </message>
    <message>
        <source>No program can connect through Hosier until it is on.</source>
        <translation>Aucun programme ne peut se connecter par Hosier tant qu’il est désactivé.</translation>
    </message>
    <message>
        <source>Turn the proxy on</source>
        <translation>Activer le proxy</translation>
    </message>
    <message>
        <source>Nothing to listen on</source>
        <translation>Aucun port d’écoute</translation>
    </message>
    <message>
        <source>Opening the listeners</source>
        <translation>Ouverture des ports d’écoute</translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). Its connections appear here.</source>
        <translation>Dirigez un programme vers %1 (%2). Ses connexions apparaîtront ici.</translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). It appears here with its traffic and its rule.</source>
        <translation>Dirigez un programme vers %1 (%2). Il apparaîtra ici avec son trafic et sa règle.</translation>
    </message>
    <message>
        <source>No connections yet</source>
        <translation>Pas encore de connexions</translation>
    </message>
    <message>
        <source>No applications yet</source>
        <translation>Pas encore d’applications</translation>
    </message>
    <message>
        <source>Copy proxy environment variables</source>
        <translation>Copier les variables d’environnement</translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1</source>
        <translation>Hosier ne peut pas écouter sur %1</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Use port %1 instead</source>
        <translation>Utiliser plutôt le port %1</translation>
    </message>
    <message>
        <source>The profile has no listener. Add one under Proxy &gt; Listeners and users.</source>
        <translation>Le profil n’a aucun port d’écoute. Ajoutez-en un sous Proxy &gt; Ports d’écoute et utilisateurs.</translation>
    </message>
    <message>
        <source>End that program and retry, or give the listener another port.</source>
        <translation>Fermez ce programme et réessayez, ou donnez un autre port à l’écoute.</translation>
    </message>
    <message>
        <source>Change the listener under Proxy &gt; Listeners and users, or the system, then retry.</source>
        <translation>Modifiez le port d’écoute sous Proxy &gt; Ports d’écoute et utilisateurs, ou le système, puis réessayez.</translation>
    </message>
    <message>
        <source>No rule matches</source>
        <translation>Aucune règle ne correspond</translation>
    </message>
    <message>
        <source>No server or route matches</source>
        <translation>Aucun serveur ni aucune route ne correspond</translation>
    </message>
</context>
<context>
    <name>ui::EntriesEdit</name>
    <message>
        <source>Such as %1</source>
        <comment>example entries of a field</comment>
        <translation>Par exemple %1</translation>
    </message>
    <message>
        <source>One entry a line. %1</source>
        <translation>Une entrée par ligne. %1</translation>
    </message>
</context>
<context>
    <name>ui::EventText</name>
    <message>
        <source>unknown client</source>
        <translation>client inconnu</translation>
    </message>
    <message>
        <source>%1, user %2</source>
        <comment>who connected, login name</comment>
        <translation>%1, utilisateur %2</translation>
    </message>
    <message>
        <source>rule &quot;%1&quot;</source>
        <translation>règle «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>via %1</source>
        <comment>server or route</comment>
        <translation>via %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>client and target, what happened</comment>
        <translation>%1&#xa0;: %2</translation>
    </message>
    <message>
        <source>closed, %1 down, %2 up, %3</source>
        <comment>bytes, bytes, duration</comment>
        <translation>fermée, %1 reçus, %2 envoyés, %3</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>closed ..., reason</comment>
        <translation>%1&#xa0;: %2</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>listener&apos;s address, its name</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>opened</source>
        <translation>ouverte</translation>
    </message>
    <message>
        <source>failed: %1</source>
        <comment>reason</comment>
        <translation>échec&#xa0;: %1</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <comment>reason</comment>
        <translation>refusée&#xa0;: %1</translation>
    </message>
    <message>
        <source>login failed: %1</source>
        <comment>reason</comment>
        <translation>échec de l’authentification&#xa0;: %1</translation>
    </message>
    <message>
        <source>login failed</source>
        <translation>échec de l’authentification</translation>
    </message>
    <message>
        <source>UDP failed: %1</source>
        <comment>reason</comment>
        <translation>échec UDP&#xa0;: %1</translation>
    </message>
    <message>
        <source>Engine started</source>
        <translation>Moteur démarré</translation>
    </message>
    <message>
        <source>Engine stopped</source>
        <translation>Moteur arrêté</translation>
    </message>
    <message>
        <source>Profile applied</source>
        <translation>Profil appliqué</translation>
    </message>
    <message>
        <source>Profile applied: %1</source>
        <translation>Profil appliqué&#xa0;: %1</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <comment>listener</comment>
        <translation>À l’écoute sur %1</translation>
    </message>
    <message>
        <source>No longer listening on %1</source>
        <comment>listener</comment>
        <translation>N’écoute plus sur %1</translation>
    </message>
    <message>
        <source>Cannot listen on %1: %2</source>
        <comment>listener, reason</comment>
        <translation>Impossible d’écouter sur %1&#xa0;: %2</translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away</source>
        <translation>Trop de fichiers ouverts&#xa0;: les nouveaux clients attendent ou sont refusés</translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away (%1)</source>
        <translation>Trop de fichiers ouverts&#xa0;: les nouveaux clients attendent ou sont refusés (%1)</translation>
    </message>
    <message>
        <source>Server %1 does not work</source>
        <comment>server</comment>
        <translation>Le serveur %1 ne fonctionne pas</translation>
    </message>
    <message>
        <source>Server %1 works again</source>
        <comment>server</comment>
        <translation>Le serveur %1 fonctionne de nouveau</translation>
    </message>
    <message>
        <source>A change of &quot;%1&quot; takes effect at the next start</source>
        <comment>profile key</comment>
        <translation>Une modification de «&#xa0;%1&#xa0;» prendra effet au prochain lancement</translation>
    </message>
    <message>
        <source>%1 (and %2 more like it)</source>
        <comment>line, count</comment>
        <translation>%1 (et %2 autres semblables)</translation>
    </message>
    <message>
        <source>Debug</source>
        <comment>log level</comment>
        <translation>Débogage</translation>
    </message>
    <message>
        <source>Info</source>
        <comment>log level</comment>
        <translation>Info</translation>
    </message>
    <message>
        <source>Warning</source>
        <comment>log level</comment>
        <translation>Avertissement</translation>
    </message>
    <message>
        <source>Error</source>
        <comment>log level</comment>
        <translation>Erreur</translation>
    </message>
    <message>
        <source>Handshake</source>
        <comment>connection state</comment>
        <translation>Négociation</translation>
    </message>
    <message>
        <source>Logging in</source>
        <comment>connection state</comment>
        <translation>Authentification</translation>
    </message>
    <message>
        <source>Connecting</source>
        <comment>connection state</comment>
        <translation>Connexion</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>connection state</comment>
        <translation>Ouverte</translation>
    </message>
    <message>
        <source>Half closed</source>
        <comment>connection state</comment>
        <translation>Semi-fermée</translation>
    </message>
    <message>
        <source>Closed</source>
        <comment>connection state</comment>
        <translation>Fermée</translation>
    </message>
    <message>
        <source>Failed</source>
        <comment>connection state</comment>
        <translation>Échec</translation>
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
        <translation>décidée</translation>
    </message>
</context>
<context>
    <name>ui::ExplainDialog</name>
    <message>
        <source>Explain</source>
        <translation>Expliquer</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Hôte</translation>
    </message>
    <message>
        <source>example.org or 192.0.2.1</source>
        <translation>example.org ou 192.0.2.1</translation>
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
        <translation>Règles dans l’ordre où elles ont été essayées</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Règle</translation>
    </message>
    <message>
        <source>Matches</source>
        <comment>column</comment>
        <translation>Correspond</translation>
    </message>
    <message>
        <source>Why not</source>
        <comment>column</comment>
        <translation>Pourquoi pas</translation>
    </message>
    <message>
        <source>&amp;Application:</source>
        <translation>&amp;Application&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>&amp;Hôte&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>&amp;Port&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation>&amp;Transport&#xa0;:</translation>
    </message>
    <message>
        <source>Where does the connection go?</source>
        <translation>Où va la connexion&#xa0;?</translation>
    </message>
    <message>
        <source>Enter a host to see what the rules decide about it. Nothing is opened.</source>
        <translation>Saisissez un hôte pour voir ce que les règles en décident. Rien n’est ouvert.</translation>
    </message>
    <message>
        <source>Yes</source>
        <comment>the rule matches</comment>
        <translation>Oui</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Non</translation>
    </message>
    <message>
        <source>Direct</source>
        <translation>Direct</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Bloquée</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Via %1</translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation>Serveurs&#xa0;: %1</translation>
    </message>
    <message>
        <source>The rule %1 decides.</source>
        <translation>La règle %1 décide.</translation>
    </message>
    <message>
        <source>The mode %1 decides; no rule is asked.</source>
        <translation>Le mode %1 décide&#xa0;; aucune règle n’est consultée.</translation>
    </message>
    <message>
        <source>The application is not identified, and the profile says what is done then.</source>
        <translation>L’application n’est pas identifiée, et le profil dit ce qui se fait alors.</translation>
    </message>
    <message>
        <source>No rule matches: the default action is taken.</source>
        <translation>Aucune règle ne correspond&#xa0;: l’action par défaut s’applique.</translation>
    </message>
    <message>
        <source>Down at the moment: %1</source>
        <comment>servers</comment>
        <translation>En panne actuellement&#xa0;: %1</translation>
    </message>
    <message>
        <source>Of the group, the first server that works is taken.</source>
        <translation>Dans le groupe, le premier serveur qui fonctionne est pris.</translation>
    </message>
    <message>
        <source>Of the group, the server that this host was given is taken, among those that work.</source>
        <translation>Dans le groupe, le serveur attribué à cet hôte est pris, parmi ceux qui fonctionnent.</translation>
    </message>
    <message>
        <source>Address: %1, looked up for the rules</source>
        <translation>Adresse&#xa0;: %1, résolue pour les règles</translation>
    </message>
    <message>
        <source>The name was not looked up, so rules on addresses could not be judged.</source>
        <translation>Le nom n’a pas été résolu&#xa0;; les règles sur les adresses n’ont donc pas pu être évaluées.</translation>
    </message>
    <message>
        <source>The last server looks the name up; rules on addresses do not apply to names.</source>
        <translation>Le dernier serveur résout le nom&#xa0;; les règles sur les adresses ne valent pas pour les noms.</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Utilisateur</translation>
    </message>
    <message>
        <source>The name that the client has logged in with</source>
        <translation>Le nom avec lequel le client s’est connecté</translation>
    </message>
    <message>
        <source>anna; empty: not logged in</source>
        <translation>anna&#xa0;; vide&#xa0;: non identifié</translation>
    </message>
    <message>
        <source>Client address</source>
        <translation>Adresse du client</translation>
    </message>
    <message>
        <source>The address that the client connects from</source>
        <translation>L’adresse depuis laquelle le client se connecte</translation>
    </message>
    <message>
        <source>192.168.1.20; empty: this machine</source>
        <translation>192.168.1.20&#xa0;; vide&#xa0;: cette machine</translation>
    </message>
    <message>
        <source>Child &amp;of:</source>
        <translation>&amp;Lancé par&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;User:</source>
        <translation>&amp;Utilisateur&#xa0;:</translation>
    </message>
    <message>
        <source>C&amp;lient address:</source>
        <translation>Adresse du &amp;client&#xa0;:</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no IP address, such as 192.168.1.20.</source>
        <translation>«&#xa0;%1&#xa0;» n’est pas une adresse IP, comme 192.168.1.20.</translation>
    </message>
    <message>
        <source>This is what would be decided now.</source>
        <translation>Voici ce qui serait décidé maintenant.</translation>
    </message>
    <message>
        <source>no rule</source>
        <translation>aucune règle</translation>
    </message>
    <message>
        <source>rule %1</source>
        <translation>règle %1</translation>
    </message>
    <message>
        <source>direct</source>
        <comment>route</comment>
        <translation>direct</translation>
    </message>
    <message>
        <source>by way of %1</source>
        <comment>server or route</comment>
        <translation>via %1</translation>
    </message>
    <message>
        <source>When it was opened: %1.</source>
        <comment>rule, route</comment>
        <translation>À l’ouverture&#xa0;: %1.</translation>
    </message>
    <message>
        <source>The name is not looked up for the rules: none on addresses could decide before it does.</source>
        <translation>Le nom n’est pas résolu pour les règles&#xa0;: aucune règle sur les adresses ne pourrait décider avant lui.</translation>
    </message>
    <message>
        <source>The name is not looked up; rules on addresses do not apply to names.</source>
        <translation>Le nom n’est pas résolu&#xa0;; les règles sur les adresses ne valent pas pour les noms.</translation>
    </message>
    <message>
        <source>The name is looked up here to connect; rules on addresses do not apply to names.</source>
        <translation>Le nom est résolu ici pour la connexion&#xa0;; les règles sur les adresses ne valent pas pour les noms.</translation>
    </message>
    <message>
        <source>The name was looked up in vain, so rules on addresses could not be judged. Only a server may look it up again.</source>
        <translation>Le nom n’a pas pu être résolu, les règles sur les adresses n’ont donc pas pu être évaluées. Seul un serveur peut le résoudre à nouveau.</translation>
    </message>
    <message>
        <source>Of the group, the server that the first host of the association was given is taken, among those that work.</source>
        <translation>Dans le groupe, le serveur attribué au premier hôte de l’association est pris, parmi ceux qui fonctionnent.</translation>
    </message>
</context>
<context>
    <name>ui::ExportDialog</name>
    <message>
        <source>Include the local &amp;users with the hashes of their passwords</source>
        <translation>Inclure les &amp;utilisateurs locaux avec les empreintes de leurs mots de passe</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exporter</translation>
    </message>
    <message>
        <source>The profile in force is written to a file: listeners, servers, routes, rules and limits. Passwords of servers are in no profile.</source>
        <translation>Le profil en vigueur est écrit dans un fichier&#xa0;: ports d’écoute, serveurs, routes, règles et limites. Les mots de passe des serveurs ne sont dans aucun profil.</translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes</source>
        <translation>Qui obtient le fichier peut essayer des mots de passe contre les empreintes</translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes. Where a profile without users is imported, the users that are there stay.</source>
        <translation>Qui obtient le fichier peut essayer des mots de passe contre les empreintes. Là où un profil sans utilisateurs est importé, les utilisateurs présents restent.</translation>
    </message>
    <message>
        <source>&amp;Choose file...</source>
        <translation>&amp;Choisir un fichier...</translation>
    </message>
    <message>
        <source>Export the profile</source>
        <translation>Exporter le profil</translation>
    </message>
    <message>
        <source>Profiles of Hosier (*.json)</source>
        <translation>Profils de Hosier (*.json)</translation>
    </message>
    <message>
        <source>Nothing was exported: %1</source>
        <translation>Rien n’a été exporté&#xa0;: %1</translation>
    </message>
</context>
<context>
    <name>ui::FilterEdit</name>
    <message>
        <source>Clear the filter</source>
        <translation>Effacer le filtre</translation>
    </message>
</context>
<context>
    <name>ui::Format</name>
    <message>
        <source>%1 B</source>
        <translation>%1 o</translation>
    </message>
    <message>
        <source>%1 KiB</source>
        <translation>%1 Kio</translation>
    </message>
    <message>
        <source>%1 MiB</source>
        <translation>%1 Mio</translation>
    </message>
    <message>
        <source>%1 GiB</source>
        <translation>%1 Gio</translation>
    </message>
    <message>
        <source>%1 TiB</source>
        <translation>%1 Tio</translation>
    </message>
    <message>
        <source>%1 PiB</source>
        <translation>%1 Pio</translation>
    </message>
    <message>
        <source>%1 EiB</source>
        <translation>%1 Eio</translation>
    </message>
    <message>
        <source>%1 B/s</source>
        <translation>%1 o/s</translation>
    </message>
    <message>
        <source>%1 KiB/s</source>
        <translation>%1 Kio/s</translation>
    </message>
    <message>
        <source>%1 MiB/s</source>
        <translation>%1 Mio/s</translation>
    </message>
    <message>
        <source>%1 GiB/s</source>
        <translation>%1 Gio/s</translation>
    </message>
    <message>
        <source>%1 TiB/s</source>
        <translation>%1 Tio/s</translation>
    </message>
    <message>
        <source>%1 PiB/s</source>
        <translation>%1 Pio/s</translation>
    </message>
    <message>
        <source>%1 EiB/s</source>
        <translation>%1 Eio/s</translation>
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
        <translation>%1 j %2 h</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <comment>names or lines that are not shown</comment>
        <translation>
            <numerusform>%n autre</numerusform>
            <numerusform>%n autres</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::GeneralPage</name>
    <message>
        <source>Language</source>
        <translation>Langue</translation>
    </message>
    <message>
        <source>The language of everything shown</source>
        <translation>La langue de tout ce qui est affiché</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Thème</translation>
    </message>
    <message>
        <source>Light or dark, or as the desktop is</source>
        <translation>Clair ou sombre, ou comme le bureau</translation>
    </message>
    <message>
        <source>As the system</source>
        <comment>language</comment>
        <translation>Comme le système</translation>
    </message>
    <message>
        <source>&amp;Language:</source>
        <translation>&amp;Langue&#xa0;:</translation>
    </message>
    <message>
        <source>As the system</source>
        <comment>theme</comment>
        <translation>Comme le système</translation>
    </message>
    <message>
        <source>Light</source>
        <comment>theme</comment>
        <translation>Clair</translation>
    </message>
    <message>
        <source>Dark</source>
        <comment>theme</comment>
        <translation>Sombre</translation>
    </message>
    <message>
        <source>&amp;Theme:</source>
        <translation>&amp;Thème&#xa0;:</translation>
    </message>
    <message>
        <source>Window at start</source>
        <translation>Fenêtre au lancement</translation>
    </message>
    <message>
        <source>Whether the window is shown when Hosier starts</source>
        <translation>Si la fenêtre est affichée au lancement de Hosier</translation>
    </message>
    <message>
        <source>Shown</source>
        <comment>window at start</comment>
        <translation>Affichée</translation>
    </message>
    <message>
        <source>Shown, but in the tray when started at login</source>
        <comment>window at start</comment>
        <translation>Affichée, mais dans la zone de notification si lancé à l’ouverture de session</translation>
    </message>
    <message>
        <source>In the tray</source>
        <comment>window at start</comment>
        <translation>Dans la zone de notification</translation>
    </message>
    <message>
        <source>&amp;Window at start:</source>
        <translation>&amp;Fenêtre au lancement&#xa0;:</translation>
    </message>
    <message>
        <source>Where there is no tray, the window starts minimized.</source>
        <translation>Sans zone de notification, la fenêtre démarre réduite.</translation>
    </message>
</context>
<context>
    <name>ui::ImportDialog</name>
    <message>
        <source>&amp;Replace the servers, routes and rules there are</source>
        <translation>&amp;Remplacer les serveurs, routes et règles existants</translation>
    </message>
    <message>
        <source>&amp;Add to the servers, routes and rules there are</source>
        <translation>&amp;Ajouter aux serveurs, routes et règles existants</translation>
    </message>
    <message>
        <source>&amp;Show only what is not taken over as it is</source>
        <translation>Ne montrer que ce qui n’est pas repris &amp;tel quel</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importer</translation>
    </message>
    <message>
        <source>Listeners and users stay. The default action is taken from the file</source>
        <translation>Les ports d’écoute et les utilisateurs restent. L’action par défaut est reprise du fichier</translation>
    </message>
    <message>
        <source>Rules of the file come after those there are. The default action stays</source>
        <translation>Les règles du fichier viennent après celles qui existent. L’action par défaut reste</translation>
    </message>
    <message>
        <source>What becomes of the file, line by line</source>
        <translation>Ce que devient le fichier, ligne par ligne</translation>
    </message>
    <message>
        <source>Place</source>
        <comment>column</comment>
        <translation>Endroit</translation>
    </message>
    <message>
        <source>Outcome</source>
        <comment>column</comment>
        <translation>Résultat</translation>
    </message>
    <message>
        <source>What</source>
        <comment>column</comment>
        <translation>Quoi</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copier</translation>
    </message>
    <message>
        <source>&amp;Import</source>
        <translation>&amp;Importer</translation>
    </message>
    <message>
        <source>&amp;Copy list</source>
        <translation>&amp;Copier la liste</translation>
    </message>
    <message>
        <source>Copy all lines as text</source>
        <translation>Copier toutes les lignes sous forme de texte</translation>
    </message>
    <message>
        <source>This file cannot be imported:</source>
        <translation>Ce fichier ne peut pas être importé&#xa0;:</translation>
    </message>
    <message>
        <source>A profile of Hosier. It takes the place of the whole profile in force: listeners, users, servers, routes, rules and limits.</source>
        <translation>Un profil de Hosier. Il remplace tout le profil en vigueur&#xa0;: ports d’écoute, utilisateurs, serveurs, routes, règles et limites.</translation>
    </message>
    <message>
        <source>A profile of Proxifier. Listeners, users and limits stay what they are.</source>
        <translation>Un profil de Proxifier. Les ports d’écoute, utilisateurs et limites restent inchangés.</translation>
    </message>
    <message>
        <source>&amp;Replace the profile</source>
        <translation>&amp;Remplacer le profil</translation>
    </message>
    <message>
        <source>Taken over</source>
        <translation>Repris</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Modifié</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Omis</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Avertissement</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Erreur</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <comment>things, how many there are, how many there will be</comment>
        <translation>%1&#xa0;: %2 → %3</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>Ports d’écoute</translation>
    </message>
    <message>
        <source>users</source>
        <translation>utilisateurs</translation>
    </message>
    <message>
        <source>servers</source>
        <translation>serveurs</translation>
    </message>
    <message>
        <source>routes</source>
        <translation>routes</translation>
    </message>
    <message>
        <source>rules</source>
        <translation>règles</translation>
    </message>
    <message>
        <source>%1. Default action: %2.
The profile of before is kept as a backup beside its file.</source>
        <translation>%1. Action par défaut&#xa0;: %2.
Le profil précédent est gardé en sauvegarde à côté de son fichier.</translation>
    </message>
    <message>
        <source>Nothing was imported: %1</source>
        <translation>Rien n’a été importé&#xa0;: %1</translation>
    </message>
</context>
<context>
    <name>ui::LanSharing</name>
    <message>
        <source>Local network</source>
        <translation>Réseau local</translation>
    </message>
    <message>
        <source>This computer has no free port to listen on.</source>
        <translation>Cet ordinateur n’a aucun port libre pour écouter.</translation>
    </message>
    <message>
        <source>This listener was set up by hand. Change it under Proxy &gt; Listeners and users.</source>
        <translation>Ce port d’écoute a été configuré à la main. Modifiez-le sous Proxy &gt; Ports d’écoute et utilisateurs.</translation>
    </message>
</context>
<context>
    <name>ui::LimitsPage</name>
    <message>
        <source>&amp;Restore defaults</source>
        <translation>Rétablir les &amp;défauts</translation>
    </message>
    <message>
        <source>Give every limit and timeout on this page its default</source>
        <translation>Rétablir la valeur par défaut de chaque limite et délai de cette page</translation>
    </message>
    <message>
        <source>Limits and timeouts of the profile</source>
        <translation>Limites et délais du profil</translation>
    </message>
    <message>
        <source>&amp;Handshake:</source>
        <translation>Né&amp;gociation&#xa0;:</translation>
    </message>
    <message>
        <source>From a client&apos;s connection to the end of its request</source>
        <translation>De la connexion d’un client à la fin de sa demande</translation>
    </message>
    <message>
        <source>Co&amp;nnect:</source>
        <translation>Con&amp;nexion&#xa0;:</translation>
    </message>
    <message>
        <source>From the request to a connected target, with the name&apos;s lookup and all attempts</source>
        <translation>De la demande à la destination connectée, résolution du nom et toutes les tentatives comprises</translation>
    </message>
    <message>
        <source>&amp;Awaited connection (BIND):</source>
        <translation>Connexion &amp;attendue (BIND)&#xa0;:</translation>
    </message>
    <message>
        <source>How long a client of BIND waits for its peer</source>
        <translation>Combien de temps un client BIND attend son correspondant</translation>
    </message>
    <message>
        <source>&amp;Idle connection:</source>
        <translation>Connexion &amp;inactive&#xa0;:</translation>
    </message>
    <message>
        <source>A connection without a byte in either direction is closed after this time</source>
        <translation>Une connexion sans un octet dans aucun sens est fermée après ce délai</translation>
    </message>
    <message>
        <source>Hal&amp;f-closed connection:</source>
        <translation>Connexion semi-&amp;fermée&#xa0;:</translation>
    </message>
    <message>
        <source>One side has finished, and the other sends nothing for this time</source>
        <translation>Un côté a fini, et l’autre n’envoie rien pendant ce délai</translation>
    </message>
    <message>
        <source>Idle &amp;UDP association:</source>
        <translation>Association &amp;UDP inactive&#xa0;:</translation>
    </message>
    <message>
        <source>An association without a datagram is closed after this time</source>
        <translation>Une association sans datagramme est fermée après ce délai</translation>
    </message>
    <message>
        <source>Grace on &amp;quitting:</source>
        <translation>Délai en &amp;quittant&#xa0;:</translation>
    </message>
    <message>
        <source>How long open connections may go on when Hosier stops</source>
        <translation>Combien de temps les connexions ouvertes peuvent continuer quand Hosier s’arrête</translation>
    </message>
    <message>
        <source>&amp;Clients at once:</source>
        <translation>&amp;Clients simultanés&#xa0;:</translation>
    </message>
    <message>
        <source>Further clients are turned away. 0 is no limit of Hosier&apos;s own.</source>
        <translation>Les autres clients sont refusés. 0&#xa0;: aucune limite propre à Hosier.</translation>
    </message>
    <message>
        <source>Clients from &amp;one address:</source>
        <translation>Clients d’une même adr&amp;esse&#xa0;:</translation>
    </message>
    <message>
        <source>Further clients of the address are turned away. 0 is no limit of Hosier&apos;s own.</source>
        <translation>Les autres clients de l’adresse sont refusés. 0&#xa0;: aucune limite propre à Hosier.</translation>
    </message>
    <message>
        <source>Relay</source>
        <translation>Relais</translation>
    </message>
    <message>
        <source>How data is moved. The fastest one of this system is chosen by itself.</source>
        <translation>Comment les données sont transférées. Le plus rapide de ce système est choisi automatiquement.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <comment>relay</comment>
        <translation>Automatique</translation>
    </message>
    <message>
        <source>Native</source>
        <comment>relay</comment>
        <translation>Natif</translation>
    </message>
    <message>
        <source>Portable</source>
        <comment>relay</comment>
        <translation>Portable</translation>
    </message>
    <message>
        <source>A change of the relay takes effect at the next start of Hosier.</source>
        <translation>Une modification du relais prend effet au prochain lancement de Hosier.</translation>
    </message>
    <message>
        <source>Rela&amp;y:</source>
        <translation>Re&amp;lais&#xa0;:</translation>
    </message>
    <message>
        <source> s</source>
        <comment>seconds, suffix of a number</comment>
        <translation> s</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <translation>Défaut&#xa0;: %1</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Aucune limite</translation>
    </message>
    <message>
        <source>Restore the default</source>
        <translation>Rétablir la valeur par défaut</translation>
    </message>
    <message>
        <source>Restore the default of &quot;%1&quot;</source>
        <translation>Rétablir la valeur par défaut de «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>field, what is wrong with it</comment>
        <translation>%1&#xa0;: %2</translation>
    </message>
</context>
<context>
    <name>ui::LinkedNames</name>
    <message>
        <source>%1 leads to %2: programs are known by that name.</source>
        <translation>%1 mène à %2&#xa0;: les programmes sont connus sous ce nom.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerDialog</name>
    <message>
        <source>&amp;Open proxy: whoever reaches the address may use it without a password</source>
        <translation>Proxy &amp;ouvert&#xa0;: quiconque joint l’adresse peut l’utiliser sans mot de passe</translation>
    </message>
    <message>
        <source>&amp;Clients that may come in</source>
        <translation>&amp;Clients admis</translation>
    </message>
    <message>
        <source>Edit listener</source>
        <translation>Modifier le port d’écoute</translation>
    </message>
    <message>
        <source>Add listener</source>
        <translation>Ajouter un port d’écoute</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
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
        <translation>Authentification</translation>
    </message>
    <message>
        <source>Open proxy</source>
        <translation>Proxy ouvert</translation>
    </message>
    <message>
        <source>Datagrams that a client is sent</source>
        <translation>Datagrammes envoyés à un client</translation>
    </message>
    <message>
        <source>All that can reach the address</source>
        <translation>Tous ceux qui peuvent joindre l’adresse</translation>
    </message>
    <message>
        <source>SOCKS4 and SOCKS4a</source>
        <translation>SOCKS4 et SOCKS4a</translation>
    </message>
    <message>
        <source>CONNECT and plain requests, and the PAC file</source>
        <translation>CONNECT et requêtes simples, et le fichier PAC</translation>
    </message>
    <message>
        <source>Strangers could do things in your name. Use it only where you know who can reach the address.</source>
        <translation>Des inconnus pourraient agir en votre nom. À n’utiliser que là où vous savez qui peut joindre l’adresse.</translation>
    </message>
    <message>
        <source>Whose datagrams reach a program that uses SOCKS5 for UDP. Some games and calls need more than the first choice.</source>
        <translation>De qui viennent les datagrammes reçus par un programme qui utilise SOCKS5 pour UDP. Certains jeux et appels demandent plus que le premier choix.</translation>
    </message>
    <message>
        <source>0.0.0.0 and :: are every address of this computer</source>
        <translation>0.0.0.0 et :: sont toutes les adresses de cet ordinateur</translation>
    </message>
    <message>
        <source>None</source>
        <comment>login</comment>
        <translation>Aucune</translation>
    </message>
    <message>
        <source>Name and password of a local user</source>
        <translation>Nom et mot de passe d’un utilisateur local</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>&amp;Port&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Address:</source>
        <translation>&amp;Adresse&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nom&#xa0;:</translation>
    </message>
    <message>
        <source>Protocols:</source>
        <translation>Protocoles&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Login:</source>
        <translation>Auth&amp;entification&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;UDP:</source>
        <translation>&amp;UDP&#xa0;:</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Saisissez un nom.</translation>
    </message>
    <message>
        <source>Enter an IPv4 or IPv6 address of this computer.</source>
        <translation>Saisissez une adresse IPv4 ou IPv6 de cet ordinateur.</translation>
    </message>
    <message>
        <source>Choose at least one protocol.</source>
        <translation>Choisissez au moins un protocole.</translation>
    </message>
    <message>
        <source>Nobody could log in: add a local user first.</source>
        <translation>Personne ne pourrait s’authentifier&#xa0;: ajoutez d’abord un utilisateur local.</translation>
    </message>
    <message>
        <source>Others could use this proxy as they like: ask for name and password, or say that an open proxy is meant.</source>
        <translation>D’autres pourraient utiliser ce proxy à leur guise&#xa0;: demandez nom et mot de passe, ou indiquez qu’un proxy ouvert est voulu.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; has this address and port already.</source>
        <translation>Le port d’écoute «&#xa0;%1&#xa0;» a déjà cette adresse et ce port.</translation>
    </message>
    <message>
        <source>The listener was changed or removed meanwhile. Close this and open it again.</source>
        <translation>Le port d’écoute a été modifié ou retiré entre-temps. Fermez ceci et rouvrez-le.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerMenu</name>
    <message>
        <source>&amp;Listeners and users...</source>
        <translation>Ports d’écoute et &amp;utilisateurs...</translation>
    </message>
    <message>
        <source>S&amp;hare on the local network</source>
        <translation>Partager sur le réseau &amp;local</translation>
    </message>
    <message>
        <source>Choose where clients come in, and who may log in</source>
        <translation>Choisir par où entrent les clients, et qui peut s’authentifier</translation>
    </message>
    <message>
        <source>Let computers of the local network use this proxy, with name and password</source>
        <translation>Laisser les ordinateurs du réseau local utiliser ce proxy, avec nom et mot de passe</translation>
    </message>
    <message>
        <source>Set up, but not open: the proxy is off</source>
        <translation>Configuré, mais pas ouvert&#xa0;: le proxy est désactivé</translation>
    </message>
    <message>
        <source>Set up, but the listener could not be opened</source>
        <translation>Configuré, mais le port d’écoute n’a pas pu être ouvert</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy. Switch it off to end that.</source>
        <translation>Les ordinateurs du réseau local peuvent utiliser ce proxy. Désactivez pour y mettre fin.</translation>
    </message>
    <message>
        <source>The proxy is no longer shared on the local network.</source>
        <translation>Le proxy n’est plus partagé sur le réseau local.</translation>
    </message>
    <message>
        <source>Whoever uses the proxy from another computer has to log in. Choose the name and the password for that.</source>
        <translation>Quiconque utilise le proxy depuis un autre ordinateur doit s’authentifier. Choisissez pour cela le nom et le mot de passe.</translation>
    </message>
    <message>
        <source>The proxy could not be shared: %1</source>
        <translation>Le proxy n’a pas pu être partagé&#xa0;: %1</translation>
    </message>
    <message>
        <source>Share on the local network</source>
        <translation>Partager sur le réseau local</translation>
    </message>
    <message>
        <source>Other computers log in as before. Enter a password only if it is to be another one.</source>
        <translation>Les autres ordinateurs s’authentifient comme avant. Ne saisissez un mot de passe que s’il doit changer.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerText</name>
    <message>
        <source>Name and password</source>
        <translation>Nom et mot de passe</translation>
    </message>
    <message>
        <source>None: open to anybody</source>
        <translation>Aucune&#xa0;: ouvert à tous</translation>
    </message>
    <message>
        <source>None</source>
        <comment>login</comment>
        <translation>Aucune</translation>
    </message>
    <message>
        <source>All</source>
        <comment>clients</comment>
        <translation>Tous</translation>
    </message>
    <message>
        <source>Only programs on this computer can reach this address.</source>
        <translation>Seuls les programmes de cet ordinateur peuvent joindre cette adresse.</translation>
    </message>
    <message>
        <source>Every network of this computer leads to this address.</source>
        <translation>Tous les réseaux de cet ordinateur mènent à cette adresse.</translation>
    </message>
    <message>
        <source>Other computers in the network of this address can reach it.</source>
        <translation>Les autres ordinateurs du réseau de cette adresse peuvent la joindre.</translation>
    </message>
    <message>
        <source>From addresses and ports it has sent to</source>
        <translation>Des adresses et ports auxquels il a envoyé</translation>
    </message>
    <message>
        <source>From addresses it has sent to, any port</source>
        <translation>Des adresses auxquelles il a envoyé, tout port</translation>
    </message>
    <message>
        <source>From anybody</source>
        <translation>De n’importe qui</translation>
    </message>
</context>
<context>
    <name>ui::ListenersDialog</name>
    <message>
        <source>&amp;Add…</source>
        <translation>&amp;Ajouter…</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>&amp;Modifier…</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Retirer</translation>
    </message>
    <message>
        <source>&amp;Share on the local network</source>
        <translation>&amp;Partager sur le réseau local</translation>
    </message>
    <message>
        <source>A&amp;ddresses for others…</source>
        <translation>A&amp;dresses pour les autres…</translation>
    </message>
    <message>
        <source>Add &amp;user…</source>
        <translation>Ajouter un &amp;utilisateur…</translation>
    </message>
    <message>
        <source>Change &amp;password…</source>
        <translation>C&amp;hanger le mot de passe…</translation>
    </message>
    <message>
        <source>Re&amp;move user</source>
        <translation>Re&amp;tirer l’utilisateur</translation>
    </message>
    <message>
        <source>Listeners and users</source>
        <translation>Ports d’écoute et utilisateurs</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>Ports d’écoute</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Protocols</source>
        <comment>column</comment>
        <translation>Protocoles</translation>
    </message>
    <message>
        <source>Login</source>
        <comment>column</comment>
        <translation>Authentification</translation>
    </message>
    <message>
        <source>Clients</source>
        <comment>column</comment>
        <translation>Clients</translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation>État</translation>
    </message>
    <message>
        <source>Columns of the listeners</source>
        <translation>Colonnes des ports d’écoute</translation>
    </message>
    <message>
        <source>Listeners: where clients come in</source>
        <translation>Ports d’écoute&#xa0;: par où entrent les clients</translation>
    </message>
    <message>
        <source>Local users</source>
        <translation>Utilisateurs locaux</translation>
    </message>
    <message>
        <source>Local users: who may log in where a listener asks for it</source>
        <translation>Utilisateurs locaux&#xa0;: qui peut s’authentifier là où un port d’écoute le demande</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>listener</comment>
        <translation>Ouverte</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Échec&#xa0;: %1</translation>
    </message>
    <message>
        <source>Closed: the proxy is off</source>
        <translation>Fermé&#xa0;: le proxy est désactivé</translation>
    </message>
    <message>
        <source>Not open yet</source>
        <translation>Pas encore ouvert</translation>
    </message>
    <message>
        <source>Local</source>
        <comment>name of a listener</comment>
        <translation>Local</translation>
    </message>
    <message>
        <source>This is the only listener. Add another one before you remove it, or switch the proxy off.</source>
        <translation>C’est le seul port d’écoute. Ajoutez-en un autre avant de le retirer, ou désactivez le proxy.</translation>
    </message>
    <message>
        <source>Remove the listener &quot;%1&quot;?</source>
        <translation>Retirer le port d’écoute «&#xa0;%1&#xa0;»&#xa0;?</translation>
    </message>
    <message>
        <source>Connections that came in by it end. Programs that use %1 cannot connect any more.</source>
        <translation>Les connexions arrivées par lui se terminent. Les programmes qui utilisent %1 ne peuvent plus se connecter.</translation>
    </message>
    <message>
        <source>This is the only user, and a listener asks for a login. Change that listener first.</source>
        <translation>C’est le seul utilisateur, et un port d’écoute demande une authentification. Modifiez d’abord ce port d’écoute.</translation>
    </message>
    <message>
        <source>Remove the user &quot;%1&quot;?</source>
        <translation>Retirer l’utilisateur «&#xa0;%1&#xa0;»&#xa0;?</translation>
    </message>
    <message>
        <source>Nobody can log in by this name any more, and connections of the user end.</source>
        <translation>Personne ne peut plus s’authentifier sous ce nom, et les connexions de l’utilisateur se terminent.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
</context>
<context>
    <name>ui::LogModel</name>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation>Heure</translation>
    </message>
    <message>
        <source>Level</source>
        <comment>column</comment>
        <translation>Niveau</translation>
    </message>
    <message>
        <source>Message</source>
        <comment>column</comment>
        <translation>Message</translation>
    </message>
    <message>
        <source>%1 events came too fast and were dropped</source>
        <translation>%1 événements sont arrivés trop vite et ont été perdus</translation>
    </message>
    <message numerus="yes">
        <source>%n more ended connection(s) did not fit into the list of connections</source>
        <translation>
            <numerusform>%n autre connexion terminée n’a pas tenu dans la liste des connexions</numerusform>
            <numerusform>%n autres connexions terminées n’ont pas tenu dans la liste des connexions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::LogPage</name>
    <message>
        <source>Level of the log window</source>
        <translation>Niveau de la fenêtre du journal</translation>
    </message>
    <message>
        <source>The log window shows lines of this level and more important ones</source>
        <translation>La fenêtre du journal affiche les lignes de ce niveau et les plus importantes</translation>
    </message>
    <message>
        <source>&amp;Write the log to a file</source>
        <translation>É&amp;crire le journal dans un fichier</translation>
    </message>
    <message>
        <source>Level of the log file</source>
        <translation>Niveau du fichier journal</translation>
    </message>
    <message>
        <source>The file gets lines of this level and more important ones</source>
        <translation>Le fichier reçoit les lignes de ce niveau et les plus importantes</translation>
    </message>
    <message>
        <source>Size of a log file in MiB</source>
        <translation>Taille d’un fichier journal en Mio</translation>
    </message>
    <message>
        <source>Number of log files</source>
        <translation>Nombre de fichiers journaux</translation>
    </message>
    <message>
        <source>&amp;Open folder</source>
        <translation>&amp;Ouvrir le dossier</translation>
    </message>
    <message>
        <source>&amp;Log window from level:</source>
        <translation>&amp;Fenêtre du journal à partir du niveau&#xa0;:</translation>
    </message>
    <message>
        <source>Log file</source>
        <translation>Fichier journal</translation>
    </message>
    <message>
        <source> MiB</source>
        <comment>suffix of a number</comment>
        <translation> Mio</translation>
    </message>
    <message>
        <source>With the one that is being written; the oldest one goes when a new one begins</source>
        <translation>Y compris celui en cours d’écriture&#xa0;; le plus ancien disparaît quand un nouveau commence</translation>
    </message>
    <message>
        <source>Show the folder of the log files</source>
        <translation>Afficher le dossier des fichiers journaux</translation>
    </message>
    <message>
        <source>File from l&amp;evel:</source>
        <translation>Fichier à partir du ni&amp;veau&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Size of one file:</source>
        <translation>&amp;Taille d’un fichier&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Number of files:</source>
        <translation>&amp;Nombre de fichiers&#xa0;:</translation>
    </message>
    <message>
        <source>File: %1
It names programs and where they connected to; only you can read it.</source>
        <translation>Fichier&#xa0;: %1
Il nomme les programmes et leurs destinations&#xa0;; vous seul pouvez le lire.</translation>
    </message>
    <message>
        <source>Together at most %1. Defaults: %2 MiB, %3 files, level %4.</source>
        <translation>Au plus %1 en tout. Valeurs par défaut&#xa0;: %2 Mio, %3 fichiers, niveau %4.</translation>
    </message>
    <message>
        <source>The log file cannot be written: %1</source>
        <translation>Le fichier journal ne peut pas être écrit&#xa0;: %1</translation>
    </message>
    <message>
        <source>The folder cannot be shown: %1</source>
        <translation>Le dossier ne peut pas être affiché&#xa0;: %1</translation>
    </message>
</context>
<context>
    <name>ui::LogView</name>
    <message>
        <source>Log</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>Columns of the log</source>
        <translation>Colonnes du journal</translation>
    </message>
    <message>
        <source>Least important level shown</source>
        <translation>Niveau le moins important affiché</translation>
    </message>
    <message>
        <source>Show lines of this level and more important ones</source>
        <translation>Afficher les lignes de ce niveau et les plus importantes</translation>
    </message>
    <message>
        <source>Filter the log</source>
        <translation>Filtrer le journal</translation>
    </message>
    <message>
        <source>Filter log</source>
        <translation>Filtrer le journal</translation>
    </message>
    <message>
        <source>Show only lines with all these words (Ctrl+Shift+F)</source>
        <translation>N’afficher que les lignes contenant tous ces mots (Ctrl+Maj+F)</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Hold the log still. New lines wait until you go on.</source>
        <translation>Figer le journal. Les nouvelles lignes attendent la reprise.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Copy the selected lines, or all that are shown</source>
        <translation>Copier les lignes sélectionnées, ou toutes celles affichées</translation>
    </message>
    <message>
        <source>Save...</source>
        <translation>Enregistrer...</translation>
    </message>
    <message>
        <source>Save the lines that are shown</source>
        <translation>Enregistrer les lignes affichées</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Vider</translation>
    </message>
    <message>
        <source>Clear the log</source>
        <translation>Vider le journal</translation>
    </message>
    <message>
        <source>Resume (%1)</source>
        <comment>waiting lines</comment>
        <translation>Reprendre (%1)</translation>
    </message>
    <message>
        <source>Pause the log</source>
        <translation>Mettre le journal en pause</translation>
    </message>
    <message numerus="yes">
        <source>Resume the log, %n line(s) waiting</source>
        <translation>
            <numerusform>Reprendre le journal, %n ligne en attente</numerusform>
            <numerusform>Reprendre le journal, %n lignes en attente</numerusform>
        </translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>Enregistrer le journal</translation>
    </message>
    <message>
        <source>Log files (*.log *.txt);;All files (*)</source>
        <translation>Fichiers journaux (*.log *.txt);;Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>The log could not be saved.</source>
        <translation>Le journal n’a pas pu être enregistré.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>file, reason</comment>
        <translation>%1&#xa0;: %2</translation>
    </message>
    <message>
        <source>&amp;Only lines of one application</source>
        <translation>Seulement les lignes d’&amp;une application</translation>
    </message>
    <message>
        <source>&amp;Only lines of %1</source>
        <comment>application</comment>
        <translation>Seulement les lig&amp;nes de %1</translation>
    </message>
    <message>
        <source>Only %1</source>
        <comment>application</comment>
        <translation>%1 seulement</translation>
    </message>
    <message>
        <source>Show the lines of all applications again</source>
        <translation>Afficher de nouveau les lignes de toutes les applications</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>Go to the &amp;newest line</source>
        <translation>&amp;Aller à la dernière ligne</translation>
    </message>
    <message>
        <source>Go on if the log is paused, and follow new lines</source>
        <translation>Reprendre si le journal est en pause, et suivre les nouvelles lignes</translation>
    </message>
    <message>
        <source>&amp;Copy lines</source>
        <translation>&amp;Copier les lignes</translation>
    </message>
    <message>
        <source>&amp;Save lines...</source>
        <translation>&amp;Enregistrer les lignes...</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>&amp;Vider</translation>
    </message>
    <message>
        <source>No line has this level and all these words.</source>
        <translation>Aucune ligne n’a ce niveau et tous ces mots.</translation>
    </message>
    <message>
        <source>The log is paused: new lines wait until you go on.</source>
        <translation>Le journal est en pause&#xa0;: les nouvelles lignes attendent la reprise.</translation>
    </message>
    <message>
        <source>Connections and problems are told here as they come.</source>
        <translation>Les connexions et les problèmes s’affichent ici à mesure qu’ils surviennent.</translation>
    </message>
    <message>
        <source>Colu&amp;mns</source>
        <translation>Co&amp;lonnes</translation>
    </message>
    <message>
        <source>Saved the log to %1.</source>
        <translation>Le journal a été enregistré dans %1.</translation>
    </message>
</context>
<context>
    <name>ui::LoginStartAction</name>
    <message>
        <source>Start at login</source>
        <translation>Lancement à l’ouverture de session</translation>
    </message>
    <message>
        <source>Whether Hosier starts at login could not be changed.</source>
        <translation>Le lancement de Hosier à l’ouverture de session n’a pas pu être modifié.</translation>
    </message>
    <message>
        <source>%1 cannot be removed.</source>
        <comment>file</comment>
        <translation>Impossible de supprimer %1.</translation>
    </message>
    <message>
        <source>The folder of %1 cannot be created.</source>
        <comment>file</comment>
        <translation>Impossible de créer le dossier de %1.</translation>
    </message>
    <message>
        <source>%1 cannot be written.</source>
        <comment>file, or key of the registry</comment>
        <translation>Impossible d’écrire %1.</translation>
    </message>
</context>
<context>
    <name>ui::MainDocks</name>
    <message>
        <source>Log</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>Trafic</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>&amp;Journal</translation>
    </message>
    <message>
        <source>Show or hide the log</source>
        <translation>Afficher ou masquer le journal</translation>
    </message>
    <message>
        <source>&amp;Traffic</source>
        <translation>&amp;Trafic</translation>
    </message>
    <message>
        <source>Show or hide the traffic graph</source>
        <translation>Afficher ou masquer le graphique du trafic</translation>
    </message>
    <message>
        <source>Log - Hosier</source>
        <translation>Journal - Hosier</translation>
    </message>
    <message>
        <source>Traffic - Hosier</source>
        <translation>Trafic - Hosier</translation>
    </message>
</context>
<context>
    <name>ui::MainMenu</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Fichier</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>É&amp;dition</translation>
    </message>
    <message>
        <source>&amp;Proxy</source>
        <translation>&amp;Proxy</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>&amp;Mode</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>&amp;Règles</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>Afficha&amp;ge</translation>
    </message>
    <message>
        <source>La&amp;nguage</source>
        <translation>La&amp;ngue</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Aide</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>&amp;Serveurs</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>&amp;Journal</translation>
    </message>
    <message>
        <source>&amp;What&apos;s This?</source>
        <translation>Qu’&amp;est-ce que c’est&#xa0;?</translation>
    </message>
    <message>
        <source>Then click what you want to have explained</source>
        <translation>Cliquez ensuite sur ce que vous voulez voir expliqué</translation>
    </message>
</context>
<context>
    <name>ui::MainPages</name>
    <message>
        <source>Pages</source>
        <translation>Pages</translation>
    </message>
    <message>
        <source>Go to the page %1</source>
        <translation>Aller à la page %1</translation>
    </message>
</context>
<context>
    <name>ui::MainToolBar</name>
    <message>
        <source>Toolbar</source>
        <translation>Barre d’outils</translation>
    </message>
    <message>
        <source>Mode: %1</source>
        <translation>Mode&#xa0;: %1</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <comment>server, or what is done</comment>
        <translation>Par défaut&#xa0;: %1</translation>
    </message>
    <message>
        <source>What is done when no rule matches: %1</source>
        <translation>Ce qui se fait quand aucune règle ne correspond&#xa0;: %1</translation>
    </message>
    <message>
        <source>All: %1</source>
        <comment>server, or what is done</comment>
        <translation>Tout&#xa0;: %1</translation>
    </message>
    <message>
        <source>What is done with everything, whatever the rules say: %1</source>
        <translation>Ce qui se fait de tout, quoi que disent les règles&#xa0;: %1</translation>
    </message>
    <message>
        <source>Everything connects directly. The default action for the other modes: %1</source>
        <translation>Tout se connecte directement. L’action par défaut pour les autres modes&#xa0;: %1</translation>
    </message>
</context>
<context>
    <name>ui::MainWindow</name>
    <message>
        <source>&amp;Connections</source>
        <translation>&amp;Connexions</translation>
    </message>
    <message>
        <source>&amp;Applications</source>
        <translation>&amp;Applications</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>&amp;Règles</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>&amp;Serveurs</translation>
    </message>
    <message>
        <source>Filter connections</source>
        <translation>Filtrer les connexions</translation>
    </message>
    <message>
        <source>Show only connections with all these words in application, client, target, login, rule, route or state (Ctrl+F)</source>
        <translation>N’afficher que les connexions dont l’application, le client, la destination, l’utilisateur, la règle, la route ou l’état contient tous ces mots (Ctrl+F)</translation>
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
        <translation>Le mode n’a pas pu être changé&#xa0;: %1</translation>
    </message>
    <message>
        <source>The rules decide about all open connections as they did: none was closed.</source>
        <translation>Les règles décident de toutes les connexions ouvertes comme avant&#xa0;: aucune n’a été fermée.</translation>
    </message>
    <message numerus="yes">
        <source>%n open connection(s) closed: the rules decide otherwise now.</source>
        <translation>
            <numerusform>%n connexion ouverte a été fermée&#xa0;: les règles en décident autrement.</numerusform>
            <numerusform>%n connexions ouvertes ont été fermées&#xa0;: les règles en décident autrement.</numerusform>
        </translation>
    </message>
    <message>
        <source>Filter applications</source>
        <translation>Filtrer les applications</translation>
    </message>
    <message>
        <source>Show only applications with all these words in their name or rule (Ctrl+F)</source>
        <translation>N’afficher que les applications dont le nom ou la règle contient tous ces mots (Ctrl+F)</translation>
    </message>
    <message>
        <source>Filter rules</source>
        <translation>Filtrer les règles</translation>
    </message>
    <message>
        <source>Show only rules with all these words in name, applications, hosts, ports or action (Ctrl+F)</source>
        <translation>N’afficher que les règles dont le nom, les applications, les hôtes, les ports ou l’action contiennent tous ces mots (Ctrl+F)</translation>
    </message>
    <message>
        <source>Filter servers</source>
        <translation>Filtrer les serveurs</translation>
    </message>
    <message>
        <source>Show only servers and routes with all these words in their columns (Ctrl+F)</source>
        <translation>N’afficher que les serveurs et les routes dont les colonnes contiennent tous ces mots (Ctrl+F)</translation>
    </message>
    <message>
        <source>Defa&amp;ult route</source>
        <translation>Route par &amp;défaut</translation>
    </message>
</context>
<context>
    <name>ui::MessageBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Fermer</translation>
    </message>
</context>
<context>
    <name>ui::ModeBar</name>
    <message>
        <source>Apply the rules</source>
        <translation>Appliquer les règles</translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Direct, so everything connects directly and nothing is blocked.</source>
        <translation>Ces règles ne s’appliquent pas&#xa0;: en mode Direct, tout se connecte directement et rien n’est bloqué.</translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Everything, so the default action is taken for everything.</source>
        <translation>Ces règles ne s’appliquent pas&#xa0;: en mode Tout, l’action par défaut vaut pour tout.</translation>
    </message>
</context>
<context>
    <name>ui::NewRuleMenu</name>
    <message>
        <source>For this &amp;application</source>
        <translation>Pour cette &amp;application</translation>
    </message>
    <message>
        <source>Make a rule for the application of the connection</source>
        <translation>Créer une règle pour l’application de la connexion</translation>
    </message>
    <message>
        <source>For this &amp;host</source>
        <translation>Pour cet &amp;hôte</translation>
    </message>
    <message>
        <source>Make a rule for the host that the connection goes to</source>
        <translation>Créer une règle pour l’hôte auquel va la connexion</translation>
    </message>
    <message>
        <source>For this &amp;domain</source>
        <translation>Pour ce &amp;domaine</translation>
    </message>
    <message>
        <source>Make a rule for the host&apos;s domain and all names in it</source>
        <translation>Créer une règle pour le domaine de l’hôte et tous ses noms</translation>
    </message>
    <message>
        <source>For this application and h&amp;ost</source>
        <translation>Pour cette application et cet hô&amp;te</translation>
    </message>
    <message>
        <source>Make a rule for this application&apos;s connections to that host</source>
        <translation>Créer une règle pour les connexions de cette application à cet hôte</translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>action</comment>
        <translation>&amp;Direct</translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <comment>action</comment>
        <translation>&amp;Bloquer</translation>
    </message>
    <message>
        <source>In the &amp;editor...</source>
        <translation>Dans l’&amp;éditeur...</translation>
    </message>
    <message>
        <source>Choose more conditions, and what is done, before the rule is in force</source>
        <translation>Choisir d’autres conditions et l’action avant que la règle ne soit en vigueur</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Via %1</translation>
    </message>
    <message>
        <source>Put the rule in force at once, above all others</source>
        <translation>Mettre la règle en vigueur tout de suite, avant toutes les autres</translation>
    </message>
    <message>
        <source>New rule &amp;from connection</source>
        <translation>Nouvelle rè&amp;gle d’après la connexion</translation>
    </message>
    <message>
        <source>&amp;More...</source>
        <comment>servers and routes</comment>
        <translation>&amp;Plus...</translation>
    </message>
    <message>
        <source>Choose among all servers and routes in the editor</source>
        <translation>Choisir parmi tous les serveurs et routes dans l’éditeur</translation>
    </message>
</context>
<context>
    <name>ui::NoServers</name>
    <message>
        <source>Add server…</source>
        <translation>Ajouter un serveur…</translation>
    </message>
    <message>
        <source>Paste servers</source>
        <translation>Coller des serveurs</translation>
    </message>
    <message>
        <source>No servers yet</source>
        <translation>Pas encore de serveurs</translation>
    </message>
    <message>
        <source>Add a SOCKS or HTTP proxy to send connections by way of it, or paste a list of servers.</source>
        <translation>Ajoutez un proxy SOCKS ou HTTP pour y faire passer des connexions, ou collez une liste de serveurs.</translation>
    </message>
</context>
<context>
    <name>ui::NotificationsPage</name>
    <message>
        <source>The &amp;proxy cannot listen</source>
        <translation>Le &amp;proxy ne peut pas écouter</translation>
    </message>
    <message>
        <source>When an address or a port cannot be opened</source>
        <translation>Quand une adresse ou un port ne peut pas être ouvert</translation>
    </message>
    <message>
        <source>A &amp;server stops working, or works again</source>
        <translation>Un &amp;serveur cesse de fonctionner, ou fonctionne de nouveau</translation>
    </message>
    <message>
        <source>Servers of the profile that are in use or members of a group</source>
        <translation>Serveurs du profil utilisés ou membres d’un groupe</translation>
    </message>
    <message>
        <source>A rule &amp;blocks a program</source>
        <translation>Une règle &amp;bloque un programme</translation>
    </message>
    <message>
        <source>Many at once are one message with their number</source>
        <translation>Plusieurs à la fois donnent un seul message avec leur nombre</translation>
    </message>
    <message>
        <source>Tell me when:</source>
        <translation>M’avertir quand&#xa0;:</translation>
    </message>
    <message>
        <source>The &amp;engine does not respond, or cannot open more files</source>
        <translation>Le &amp;moteur ne répond pas, ou ne peut plus ouvrir de fichiers</translation>
    </message>
    <message>
        <source>Connections hang then, or new ones are turned away</source>
        <translation>Les connexions se figent alors, ou les nouvelles sont refusées</translation>
    </message>
    <message>
        <source>The desktop shows these messages, one of a kind every half a minute at most. All but an engine that does not respond is also in the log.</source>
        <translation>Le bureau affiche ces messages, au plus un de chaque sorte par demi-minute. Tout, sauf un moteur qui ne répond pas, est aussi dans le journal.</translation>
    </message>
    <message>
        <source>This desktop has no tray to show messages from: its notification service shows them, or the status bar of the window. All but an engine that does not respond is also in the log.</source>
        <translation>Ce bureau n’a pas de zone de notification pour afficher des messages&#xa0;: son service de notification les affiche, sinon la barre d’état de la fenêtre. Tout, sauf un moteur qui ne répond pas, est aussi dans le journal.</translation>
    </message>
</context>
<context>
    <name>ui::Notifier</name>
    <message numerus="yes">
        <source>%n connections were blocked, the last one of %1 to %2.</source>
        <translation>
            <numerusform>%n connexion bloquée, la dernière de %1 vers %2.</numerusform>
            <numerusform>%n connexions bloquées, la dernière de %1 vers %2.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 may not connect to %2.</source>
        <comment>program, target</comment>
        <translation>%1 ne peut pas se connecter à %2.</translation>
    </message>
    <message>
        <source>%1 may not connect to %2: rule &quot;%3&quot;.</source>
        <comment>program, target, rule</comment>
        <translation>%1 ne peut pas se connecter à %2&#xa0;: règle «&#xa0;%3&#xa0;».</translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation>Bloqué par les règles</translation>
    </message>
    <message>
        <source>Server %1 does not work.</source>
        <translation>Le serveur %1 ne fonctionne pas.</translation>
    </message>
    <message>
        <source>Server %1 works again.</source>
        <translation>Le serveur %1 fonctionne de nouveau.</translation>
    </message>
    <message>
        <source>Server down</source>
        <translation>Serveur en panne</translation>
    </message>
    <message>
        <source>Server up</source>
        <translation>Serveur rétabli</translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation>Erreur du proxy</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>Et %n autre.</numerusform>
            <numerusform>Et %n autres.</numerusform>
        </translation>
    </message>
    <message>
        <source>The engine does not respond: connections may hang until Hosier is started again.</source>
        <translation>Le moteur ne répond pas&#xa0;: les connexions peuvent se figer jusqu’à ce que Hosier soit relancé.</translation>
    </message>
    <message>
        <source>The engine responds again.</source>
        <translation>Le moteur répond de nouveau.</translation>
    </message>
    <message>
        <source>Engine in trouble</source>
        <translation>Moteur en difficulté</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Moteur</translation>
    </message>
</context>
<context>
    <name>ui::PasswordBar</name>
    <message>
        <source>Missing passwords</source>
        <translation>Mots de passe manquants</translation>
    </message>
    <message>
        <source>Enter password</source>
        <translation>Saisir le mot de passe</translation>
    </message>
    <message>
        <source>Open the first of these servers</source>
        <translation>Ouvrir le premier de ces serveurs</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Hide this message</source>
        <translation>Masquer ce message</translation>
    </message>
    <message>
        <source>Password missing: %1.</source>
        <comment>names of servers</comment>
        <translation>Le mot de passe n’est pas connu pour&#xa0;: %1.</translation>
    </message>
</context>
<context>
    <name>ui::PasswordChoice</name>
    <message>
        <source>K&amp;eep it until Hosier quits, and ask again after the next start</source>
        <translation>Le &amp;garder jusqu’à la fermeture de Hosier, et le redemander au prochain lancement</translation>
    </message>
    <message>
        <source>&amp;Do not use a password</source>
        <translation>Ne p&amp;as utiliser de mot de passe</translation>
    </message>
    <message>
        <source>The password stays in memory. It is written neither to the profile nor to any other file.</source>
        <translation>Le mot de passe reste en mémoire. Il n’est écrit ni dans le profil ni dans aucun autre fichier.</translation>
    </message>
    <message>
        <source>The server is saved without a password, and one that was in use is forgotten.</source>
        <translation>Le serveur est enregistré sans mot de passe, et celui qui était utilisé est oublié.</translation>
    </message>
</context>
<context>
    <name>ui::PasswordQuestion</name>
    <message>
        <source>Add servers</source>
        <translation>Ajouter des serveurs</translation>
    </message>
    <message numerus="yes">
        <source>%n server(s) come with a password, and no credential store is available. What is to become of each password?</source>
        <translation>
            <numerusform>%n serveur a un mot de passe et il n’y a pas de trousseau. Que faire du mot de passe&#xa0;?</numerusform>
            <numerusform>%n serveurs ont un mot de passe et il n’y a pas de trousseau. Que faire de chaque mot de passe&#xa0;?</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>A&amp;jouter</translation>
    </message>
</context>
<context>
    <name>ui::PortDoctor</name>
    <message>
        <source>The port could not be changed: %1</source>
        <translation>Le port n’a pas pu être changé&#xa0;: %1</translation>
    </message>
    <message>
        <source>The port was named at the program&apos;s start, so it stays until the next one.</source>
        <translation>Le port a été indiqué au lancement du programme&#xa0;; il reste donc jusqu’au prochain.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; uses port %2 from now on.</source>
        <translation>Le port d’écoute «&#xa0;%1&#xa0;» utilise désormais le port %2.</translation>
    </message>
</context>
<context>
    <name>ui::Ppx</name>
    <message>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Options</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Serveur</translation>
    </message>
    <message>
        <source>Server &quot;%1&quot;</source>
        <translation>Serveur «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>Chaîne</translation>
    </message>
    <message>
        <source>Chain &quot;%1&quot;</source>
        <translation>Chaîne «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Règle</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation>Règle «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>Default rule</source>
        <translation>Règle par défaut</translation>
    </message>
    <message>
        <source>taken over as the default action</source>
        <translation>reprise comme action par défaut</translation>
    </message>
    <message>
        <source>names are looked up by the servers, here too</source>
        <translation>les noms sont résolus par les serveurs, ici aussi</translation>
    </message>
    <message>
        <source>taken over</source>
        <translation>repris</translation>
    </message>
    <message>
        <source>version %1 is newer than those that are known</source>
        <translation>la version %1 est plus récente que celles qui sont connues</translation>
    </message>
    <message>
        <source>names that programs ask for are now looked up by the servers, not by this computer</source>
        <translation>les noms demandés par les programmes sont maintenant résolus par les serveurs, et non par cet ordinateur</translation>
    </message>
    <message>
        <source>SOCKS4 carries no names: this computer looks them up. If the server knows SOCKS4a, choose that</source>
        <translation>SOCKS4 ne transporte pas les noms&#xa0;: cet ordinateur les résout. Si le serveur connaît SOCKS4a, choisissez-le</translation>
    </message>
    <message>
        <source>an HTTP proxy for web pages is now asked with CONNECT, which it may refuse</source>
        <translation>un proxy HTTP pour pages web est maintenant interrogé avec CONNECT, ce qu’il peut refuser</translation>
    </message>
    <message>
        <source>connections to the same host take the same server</source>
        <translation>les connexions vers un même hôte prennent le même serveur</translation>
    </message>
    <message>
        <source>the name is now &quot;%1&quot;</source>
        <translation>le nom est maintenant «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>%1 is now %2</source>
        <translation>%1 est maintenant %2</translation>
    </message>
    <message>
        <source>%1 is now %2, which matches less: &quot;*&quot; stands for whole parts of a name</source>
        <translation>%1 est maintenant %2, qui correspond à moins de noms&#xa0;: «&#xa0;*&#xa0;» remplace des parties entières d’un nom</translation>
    </message>
    <message>
        <source>the application %1 is now %2</source>
        <translation>l’application %1 est maintenant %2</translation>
    </message>
    <message>
        <source>the application %1 is a path of Windows, which no program has here</source>
        <translation>l’application %1 est un chemin de Windows, qu’aucun programme n’a ici</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is taken for the name of one application</source>
        <translation>«&#xa0;%1&#xa0;» est pris pour le nom d’une seule application</translation>
    </message>
    <message>
        <source>addresses such as %1 match programs that ask for an address; for those that ask for a name, &quot;resolveForRules&quot; in the profile has to be on</source>
        <translation>les adresses telles que %1 correspondent aux programmes qui demandent une adresse&#xa0;; pour ceux qui demandent un nom, «&#xa0;resolveForRules&#xa0;» doit être activé dans le profil</translation>
    </message>
    <message>
        <source>switched off, because its condition &quot;%1&quot; is not known</source>
        <translation>désactivée, car sa condition «&#xa0;%1&#xa0;» n’est pas connue</translation>
    </message>
    <message>
        <source>blocks, because its action &quot;%1&quot; leads nowhere</source>
        <translation>bloque, car son action «&#xa0;%1&#xa0;» ne mène nulle part</translation>
    </message>
    <message>
        <source>the file has none, so the default action stays what it is</source>
        <translation>le fichier n’en a pas, donc l’action par défaut reste telle quelle</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not known</source>
        <translation>«&#xa0;%1&#xa0;» n’est pas connu</translation>
    </message>
    <message>
        <source>the setting &quot;%1&quot; has no equivalent</source>
        <translation>le réglage «&#xa0;%1&#xa0;» n’a pas d’équivalent</translation>
    </message>
    <message>
        <source>left out, because its type &quot;%1&quot; is not known</source>
        <translation>omis, car son type «&#xa0;%1&#xa0;» n’est pas connu</translation>
    </message>
    <message>
        <source>left out, because its address &quot;%1&quot; is none</source>
        <translation>omis, car «&#xa0;%1&#xa0;» n’est pas une adresse</translation>
    </message>
    <message>
        <source>left out, because its port &quot;%1&quot; is none</source>
        <translation>omis, car «&#xa0;%1&#xa0;» n’est pas un port</translation>
    </message>
    <message>
        <source>its password is encrypted by Proxifier: enter it again on the page Servers</source>
        <translation>son mot de passe est chiffré par Proxifier&#xa0;: saisissez-le de nouveau à la page Serveurs</translation>
    </message>
    <message>
        <source>the user name &quot;%1&quot; cannot be used</source>
        <translation>le nom d’utilisateur «&#xa0;%1&#xa0;» est inutilisable</translation>
    </message>
    <message>
        <source>its login, which was switched off, was left out</source>
        <translation>son authentification, qui était désactivée, a été omise</translation>
    </message>
    <message>
        <source>left out, because another one has the id &quot;%1&quot;</source>
        <translation>omis, car un autre a l’identifiant «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>there are more than %1 here; the rest was left out</source>
        <translation>il y en a plus de %1 ici&#xa0;; le reste a été omis</translation>
    </message>
    <message>
        <source>the proxy %1, which was switched off, was left out</source>
        <translation>le proxy %1, qui était désactivé, a été omis</translation>
    </message>
    <message>
        <source>the proxy %1, which was not taken over, was left out</source>
        <translation>le proxy %1, qui n’a pas été repris, a été omis</translation>
    </message>
    <message>
        <source>left out, because its proxy %1 was not taken over</source>
        <translation>omis, car son proxy %1 n’a pas été repris</translation>
    </message>
    <message>
        <source>left out, because it goes through more than %1 servers</source>
        <translation>omis, car il passe par plus de %1 serveurs</translation>
    </message>
    <message>
        <source>left out, because it has no proxy</source>
        <translation>omis, car il n’a pas de proxy</translation>
    </message>
    <message>
        <source>when no server works, connections fail; they never go directly instead</source>
        <translation>quand aucun serveur ne fonctionne, les connexions échouent&#xa0;; elles ne deviennent jamais directes</translation>
    </message>
    <message>
        <source>%1 was left out: such words are not replaced</source>
        <translation>%1 a été omis&#xa0;: de tels mots ne sont pas remplacés</translation>
    </message>
    <message>
        <source>%1 was left out: &quot;*&quot; can only stand for whole parts at an end of a name, or of an address</source>
        <translation>%1 a été omis&#xa0;: «&#xa0;*&#xa0;» ne peut remplacer que des parties entières au bout d’un nom ou d’une adresse</translation>
    </message>
    <message>
        <source>%1 was left out: it is no host and no address</source>
        <translation>%1 a été omis&#xa0;: ce n’est ni un hôte ni une adresse</translation>
    </message>
    <message>
        <source>%1 was left out: it is no port</source>
        <translation>%1 a été omis&#xa0;: ce n’est pas un port</translation>
    </message>
    <message>
        <source>the application %1 was left out: it cannot be used</source>
        <translation>l’application %1 a été omise&#xa0;: elle est inutilisable</translation>
    </message>
    <message>
        <source>left out, because nothing is left of its condition &quot;%1&quot;</source>
        <translation>omise, car il ne reste rien de sa condition «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>The file is larger than %1 MiB.</source>
        <translation>Le fichier dépasse %1 Mio.</translation>
    </message>
    <message>
        <source>The file has a document type, which no profile has.</source>
        <translation>Le fichier a un type de document, ce qu’aucun profil n’a.</translation>
    </message>
    <message>
        <source>The file holds more than any profile does.</source>
        <translation>Le fichier contient plus qu’un profil n’en contient.</translation>
    </message>
    <message>
        <source>The file is damaged or not complete: %1</source>
        <translation>Le fichier est endommagé ou incomplet&#xa0;: %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>part of a file, what became of it</comment>
        <translation>%1&#xa0;: %2</translation>
    </message>
    <message>
        <source>The file is XML, but no profile of Proxifier.</source>
        <translation>Le fichier est du XML, mais pas un profil de Proxifier.</translation>
    </message>
    <message numerus="yes">
        <source>%n more findings are not listed</source>
        <translation>
            <numerusform>%n autre constat n’est pas affiché</numerusform>
            <numerusform>%n autres constats ne sont pas affichés</numerusform>
        </translation>
    </message>
    <message>
        <source>not taken over: the default action stays what it is</source>
        <translation>non reprise&#xa0;: l’action par défaut reste ce qu’elle est</translation>
    </message>
</context>
<context>
    <name>ui::ProfileEdit</name>
    <message>
        <source>Rule number %1</source>
        <translation>Règle numéro %1</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation>Règle «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>%1 (switched off)</source>
        <comment>a rule</comment>
        <translation>%1 (désactivée)</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>name of a server, number</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Route &quot;%1&quot;</source>
        <translation>Route «&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>The default action</source>
        <translation>L’action par défaut</translation>
    </message>
    <message>
        <source>The action for unidentified applications</source>
        <translation>L’action pour les applications non identifiées</translation>
    </message>
</context>
<context>
    <name>ui::ProfileImport</name>
    <message>
        <source>Imported</source>
        <translation>Importé</translation>
    </message>
    <message>
        <source>The file has no users: those of the profile in force stay.</source>
        <translation>Le fichier n’a pas d’utilisateurs&#xa0;: ceux du profil en vigueur restent.</translation>
    </message>
    <message>
        <source>The id is now %1: %2 is that of another server, whose password this one must not get.</source>
        <translation>L’identifiant est maintenant %1&#xa0;: %2 est celui d’un autre serveur, dont celui-ci ne doit pas recevoir le mot de passe.</translation>
    </message>
    <message>
        <source>Whoever can reach %1 may use this proxy without a password.</source>
        <translation>Quiconque peut joindre %1 peut utiliser ce proxy sans mot de passe.</translation>
    </message>
    <message>
        <source>The server &quot;%1&quot; (%2) is sent what the file %3 on this computer holds.</source>
        <translation>Le serveur «&#xa0;%1&#xa0;» (%2) reçoit ce que contient le fichier %3 de cet ordinateur.</translation>
    </message>
    <message>
        <source>The password of the server &quot;%1&quot; is in no file: enter it on the page Servers.</source>
        <translation>Le mot de passe du serveur «&#xa0;%1&#xa0;» n’est dans aucun fichier&#xa0;: saisissez-le à la page Serveurs.</translation>
    </message>
    <message>
        <source>Listeners: %1</source>
        <translation>Ports d’écoute&#xa0;: %1</translation>
    </message>
    <message>
        <source>Users: %1</source>
        <translation>Utilisateurs&#xa0;: %1</translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation>Serveurs&#xa0;: %1</translation>
    </message>
    <message>
        <source>Routes: %1</source>
        <translation>Routes&#xa0;: %1</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>Règles&#xa0;: %1</translation>
    </message>
    <message>
        <source>line %1</source>
        <translation>ligne %1</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>Le fichier est vide.</translation>
    </message>
</context>
<context>
    <name>ui::ProfileRecovery</name>
    <message>
        <source>The profile cannot be used.</source>
        <translation>Le profil est inutilisable.</translation>
    </message>
    <message>
        <source>Start &amp;Afresh</source>
        <translation>Repartir de &amp;zéro</translation>
    </message>
    <message>
        <source>Its backup is the profile as it was until %1.</source>
        <translation>La sauvegarde est le profil tel qu’il était jusqu’au %1.</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Quitter</translation>
    </message>
    <message>
        <source>Use the &amp;Backup</source>
        <translation>Utiliser la &amp;sauvegarde</translation>
    </message>
    <message>
        <source>Starting afresh means without servers and rules: everything goes directly. The broken file is kept, under another name.</source>
        <translation>Repartir de zéro signifie sans serveurs ni règles&#xa0;: tout passe directement. Le fichier endommagé est conservé sous un autre nom.</translation>
    </message>
</context>
<context>
    <name>ui::ProfileTransfer</name>
    <message>
        <source>Import a profile</source>
        <translation>Importer un profil</translation>
    </message>
    <message>
        <source>Profiles of Hosier and Proxifier (*.json *.ppx)</source>
        <translation>Profils de Hosier et de Proxifier (*.json *.ppx)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importer</translation>
    </message>
    <message>
        <source>The file cannot be read.</source>
        <translation>Le fichier ne peut pas être lu.</translation>
    </message>
    <message>
        <source>Imported %1.</source>
        <translation>%1 importé.</translation>
    </message>
    <message>
        <source>Exported to %1.</source>
        <translation>Exporté vers %1.</translation>
    </message>
</context>
<context>
    <name>ui::ProgramFields</name>
    <message>
        <source>Application</source>
        <translation>Application</translation>
    </message>
    <message>
        <source>Name or path; empty: not identified</source>
        <translation>Nom ou chemin&#xa0;; vide&#xa0;: non identifiée</translation>
    </message>
    <message>
        <source>Child of</source>
        <translation>Lancé par</translation>
    </message>
    <message>
        <source>The program that has started the application, for rules that also match those that a program starts</source>
        <translation>Le programme qui a lancé l’application, pour les règles qui valent aussi pour les programmes lancés</translation>
    </message>
    <message>
        <source>Name or path of the program that started it; may be empty</source>
        <translation>Nom ou chemin du programme qui l’a lancée&#xa0;; peut être vide</translation>
    </message>
    <message>
        <source>%1: its file is being looked for...</source>
        <comment>program</comment>
        <translation>%1&#xa0;: recherche de son fichier…</translation>
    </message>
</context>
<context>
    <name>ui::ProgramPicker</name>
    <message>
        <source>Filter programs</source>
        <translation>Filtrer les programmes</translation>
    </message>
    <message>
        <source>Show only programs with this text in their name or path</source>
        <translation>N’afficher que les programmes dont le nom ou le chemin contient ce texte</translation>
    </message>
    <message>
        <source>Running programs</source>
        <translation>Programmes en cours</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Path</source>
        <comment>column</comment>
        <translation>Chemin</translation>
    </message>
    <message>
        <source>How the program is entered</source>
        <translation>Comment le programme est inscrit</translation>
    </message>
    <message>
        <source>By name, wherever it lies</source>
        <translation>Par son nom, où qu’il se trouve</translation>
    </message>
    <message>
        <source>By its full path</source>
        <translation>Par son chemin complet</translation>
    </message>
    <message>
        <source>&amp;Enter it:</source>
        <translation>&amp;Inscrire&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Ajouter</translation>
    </message>
    <message>
        <source>&amp;Refresh</source>
        <translation>Act&amp;ualiser</translation>
    </message>
    <message>
        <source>Look again which programs run (F5)</source>
        <translation>Regarder de nouveau quels programmes tournent (F5)</translation>
    </message>
    <message>
        <source>Looking for running programs...</source>
        <translation>Recherche des programmes en cours...</translation>
    </message>
    <message>
        <source>%1, run by %2</source>
        <comment>script, interpreter</comment>
        <translation>%1, exécuté par %2</translation>
    </message>
    <message>
        <source>Programs: %1</source>
        <translation>Programmes&#xa0;: %1</translation>
    </message>
</context>
<context>
    <name>ui::ProgramText</name>
    <message>
        <source>Path: %1</source>
        <translation>Chemin&#xa0;: %1</translation>
    </message>
    <message>
        <source>Script: %1</source>
        <translation>Script&#xa0;: %1</translation>
    </message>
    <message>
        <source>Runs as: %1</source>
        <comment>user of the system</comment>
        <translation>S’exécute en tant que&#xa0;: %1</translation>
    </message>
    <message>
        <source>Child of: %1</source>
        <comment>programs, nearest first</comment>
        <translation>Lancé par&#xa0;: %1</translation>
    </message>
    <message>
        <source>%1: %2, the path of whose interpreter is not known</source>
        <comment>program, its script</comment>
        <translation>%1&#xa0;: %2, le chemin de son interpréteur n’est pas connu</translation>
    </message>
    <message>
        <source>%1: %2, run by %3</source>
        <comment>program, its script, its interpreter</comment>
        <translation>%1&#xa0;: %2, exécuté par %3</translation>
    </message>
    <message>
        <source>%1: the path is not known</source>
        <comment>program</comment>
        <translation>%1&#xa0;: le chemin n’est pas connu</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>program, its file</comment>
        <translation>%1&#xa0;: %2</translation>
    </message>
</context>
<context>
    <name>ui::ProxyStatus</name>
    <message>
        <source>Proxy off</source>
        <translation>Proxy désactivé</translation>
    </message>
    <message>
        <source>No listener</source>
        <translation>Aucun port d’écoute</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>Ouverture</translation>
    </message>
    <message>
        <source>Proxy on</source>
        <translation>Proxy activé</translation>
    </message>
    <message>
        <source>Proxy on, with an error</source>
        <translation>Proxy activé, avec une erreur</translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation>Erreur du proxy</translation>
    </message>
    <message>
        <source>Proxy off: nothing is listening</source>
        <translation>Proxy désactivé&#xa0;: rien n’est à l’écoute</translation>
    </message>
    <message>
        <source>The profile has no listener</source>
        <translation>Le profil n’a aucun port d’écoute</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <translation>À l’écoute sur %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>address, reason</comment>
        <translation>%1&#xa0;: %2</translation>
    </message>
    <message>
        <source>%1: closed</source>
        <comment>address</comment>
        <translation>%1&#xa0;: fermé</translation>
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
        <translation>Le port est utilisé par un autre programme.</translation>
    </message>
    <message>
        <source>The port is in use by process %1.</source>
        <translation>Le port est utilisé par le processus %1.</translation>
    </message>
    <message>
        <source>The port is in use by %1.</source>
        <comment>program (process id)</comment>
        <translation>Le port est utilisé par %1.</translation>
    </message>
    <message>
        <source>Windows does not permit port %1: it keeps the port for itself, or another program uses it exclusively. &quot;netsh int ipv4 show excludedportrange protocol=tcp&quot; lists the ports that Windows keeps.</source>
        <translation>Windows n’autorise pas le port %1&#xa0;: il se le réserve, ou un autre programme l’utilise en exclusivité. «&#xa0;netsh int ipv4 show excludedportrange protocol=tcp&#xa0;» liste les ports que Windows se réserve.</translation>
    </message>
    <message>
        <source>The system lets only privileged programs listen on port %1.</source>
        <translation>Le système ne laisse que les programmes privilégiés écouter sur le port %1.</translation>
    </message>
    <message>
        <source>The system does not permit Hosier to listen on port %1.</source>
        <translation>Le système ne permet pas à Hosier d’écouter sur le port %1.</translation>
    </message>
    <message>
        <source>Port %1 is reserved by Windows.</source>
        <translation>Le port %1 est réservé par Windows.</translation>
    </message>
    <message>
        <source>Ports %1 to %2 are reserved by Windows, so no program can listen on port %3.</source>
        <translation>Les ports %1 à %2 sont réservés par Windows&#xa0;; aucun programme ne peut donc écouter sur le port %3.</translation>
    </message>
</context>
<context>
    <name>ui::ProxySwitch</name>
    <message>
        <source>Proxy on</source>
        <translation>Proxy activé</translation>
    </message>
    <message>
        <source>Proxy off</source>
        <translation>Proxy désactivé</translation>
    </message>
</context>
<context>
    <name>ui::RestartOffer</name>
    <message>
        <source>Hosier has stopped unexpectedly.</source>
        <translation>Hosier s’est terminé de façon inattendue.</translation>
    </message>
    <message>
        <source>&amp;Restart</source>
        <translation>&amp;Relancer</translation>
    </message>
    <message>
        <source>The profile is as it was last saved. Programs that use the proxy cannot connect until Hosier runs again.</source>
        <translation>Le profil est tel qu’au dernier enregistrement. Les programmes qui utilisent le proxy ne peuvent pas se connecter tant que Hosier n’est pas relancé.</translation>
    </message>
    <message>
        <source>The note about what happened is %1.</source>
        <translation>La note à ce sujet est %1.</translation>
    </message>
    <message>
        <source>Start Hosier again with the same profile</source>
        <translation>Relancer Hosier avec le même profil</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Fermer</translation>
    </message>
</context>
<context>
    <name>ui::RouteDialog</name>
    <message>
        <source>← &amp;Add</source>
        <translation>← &amp;Ajouter</translation>
    </message>
    <message>
        <source>&amp;Remove →</source>
        <translation>&amp;Retirer →</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>&amp;Monter</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>&amp;Descendre</translation>
    </message>
    <message>
        <source>Add route</source>
        <translation>Ajouter une route</translation>
    </message>
    <message>
        <source>Edit route</source>
        <translation>Modifier la route</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Identifiant</translation>
    </message>
    <message>
        <source>What rules and other routes call this route in the profile&apos;s file</source>
        <translation>Comment les règles et les autres routes appellent cette route dans le fichier du profil</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Type</translation>
    </message>
    <message>
        <source>Members, in order</source>
        <translation>Membres, dans l’ordre</translation>
    </message>
    <message>
        <source>Drag members to change their order</source>
        <translation>Faites glisser les membres pour changer leur ordre</translation>
    </message>
    <message>
        <source>Servers and routes that are no members</source>
        <translation>Serveurs et routes qui ne sont pas membres</translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation>&amp;Identifiant&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nom&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Kind:</source>
        <translation>&amp;Type&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Members, in order</source>
        <translation>M&amp;embres, dans l’ordre</translation>
    </message>
    <message>
        <source>&amp;Other servers and routes</source>
        <translation>A&amp;utres serveurs et routes</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>name, kind of route</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Saisissez un nom.</translation>
    </message>
    <message>
        <source>Add at least one server or route as a member.</source>
        <translation>Ajoutez au moins un serveur ou une route comme membre.</translation>
    </message>
    <message>
        <source>The route was changed or removed meanwhile. Close this and open it again.</source>
        <translation>La route a été modifiée ou retirée entre-temps. Fermez ceci et rouvrez-la.</translation>
    </message>
</context>
<context>
    <name>ui::RouteMenu</name>
    <message>
        <source>There is no such route any more.</source>
        <translation>Cette route n’existe plus.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be a member of itself.</source>
        <translation>«&#xa0;%1&#xa0;» ne peut pas être membre d’elle-même.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; already belongs to &quot;%2&quot;.</source>
        <translation>«&#xa0;%1&#xa0;» appartient déjà à «&#xa0;%2&#xa0;».</translation>
    </message>
    <message>
        <source>&quot;%1&quot; leads through &quot;%2&quot;, which would then lead back to itself.</source>
        <translation>«&#xa0;%1&#xa0;» passe par «&#xa0;%2&#xa0;», qui reviendrait alors sur elle-même.</translation>
    </message>
    <message>
        <source>Add &amp;to route</source>
        <translation>Ajouter à une ro&amp;ute</translation>
    </message>
</context>
<context>
    <name>ui::RuleDelegate</name>
    <message>
        <source>Action</source>
        <translation>Action</translation>
    </message>
</context>
<context>
    <name>ui::RuleDialog</name>
    <message>
        <source>Rule</source>
        <translation>Règle</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log</source>
        <translation>Le nom de la règle dans les listes et le journal</translation>
    </message>
    <message>
        <source>A&amp;pplications</source>
        <translation>A&amp;pplications</translation>
    </message>
    <message>
        <source>Also programs that the&amp;y start</source>
        <translation>Aussi les programmes qu’elles &amp;lancent</translation>
    </message>
    <message>
        <source>The rule also matches the children of these applications, and their children</source>
        <translation>La règle vaut aussi pour les processus enfants de ces applications, et leurs enfants</translation>
    </message>
    <message>
        <source>&amp;Hosts</source>
        <translation>&amp;Hôtes</translation>
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
        <translation>&amp;Utilisateurs</translation>
    </message>
    <message>
        <source>anna</source>
        <translation>anna</translation>
    </message>
    <message>
        <source>Names that clients have logged in with</source>
        <translation>Noms avec lesquels les clients se sont authentifiés</translation>
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
        <translation>Adresses depuis lesquelles les clients se connectent</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>Transport</translation>
    </message>
    <message>
        <source>Any</source>
        <comment>transport</comment>
        <translation>Tous</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Action</translation>
    </message>
    <message>
        <source>&amp;Seen</source>
        <translation>&amp;Vues</translation>
    </message>
    <message>
        <source>Choose an application that has connected lately</source>
        <translation>Choisir une application qui s’est connectée récemment</translation>
    </message>
    <message>
        <source>&amp;Browse...</source>
        <translation>Parcour&amp;ir...</translation>
    </message>
    <message>
        <source>Choose the file of a program</source>
        <translation>Choisir le fichier d’un programme</translation>
    </message>
    <message>
        <source>&amp;Running...</source>
        <translation>En cou&amp;rs...</translation>
    </message>
    <message>
        <source>Choose among the programs that run now</source>
        <translation>Choisir parmi les programmes en cours</translation>
    </message>
    <message>
        <source>The rule matches when every condition does. An empty field matches anything; of several entries, one a line, any will do.</source>
        <translation>La règle correspond quand toutes ses conditions sont remplies. Un champ vide accepte tout&#xa0;; de plusieurs entrées, une par ligne, une seule suffit.</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nom&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation>&amp;Transport&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Action:</source>
        <translation>&amp;Action&#xa0;:</translation>
    </message>
    <message>
        <source>TCP and UDP</source>
        <translation>TCP et UDP</translation>
    </message>
    <message>
        <source>Choose a program</source>
        <translation>Choisir un programme</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither a port (80) nor a range of ports (8000-9000).</source>
        <translation>«&#xa0;%1&#xa0;» n’est ni un port (80) ni une plage de ports (8000-9000).</translation>
    </message>
    <message>
        <source>Office by way of the company&apos;s server</source>
        <translation>Bureau via le serveur de l’entreprise</translation>
    </message>
    <message>
        <source>TCP: web, mail; UDP: calls, games</source>
        <translation>TCP&#xa0;: web, courriel&#xa0;; UDP&#xa0;: appels, jeux</translation>
    </message>
    <message>
        <source>Direct: without a server; Block: refused; or by way of a server or route</source>
        <translation>Direct&#xa0;: sans serveur&#xa0;; Bloquer&#xa0;: refusé&#xa0;; ou via un serveur ou une route</translation>
    </message>
</context>
<context>
    <name>ui::RuleHistoryActions</name>
    <message>
        <source>Undone: %1.</source>
        <comment>a change of the rules</comment>
        <translation>Annulé&#xa0;: %1.</translation>
    </message>
    <message>
        <source>Done again: %1.</source>
        <comment>a change of the rules</comment>
        <translation>Rétabli&#xa0;: %1.</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Annuler</translation>
    </message>
    <message>
        <source>&amp;Undo: %1</source>
        <comment>a change of the rules</comment>
        <translation>&amp;Annuler&#xa0;: %1</translation>
    </message>
    <message>
        <source>No change of the rules can be undone</source>
        <translation>Aucune modification des règles ne peut être annulée</translation>
    </message>
    <message>
        <source>Undo the last change of the rules: %1</source>
        <translation>Annuler la dernière modification des règles&#xa0;: %1</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Rétablir</translation>
    </message>
    <message>
        <source>&amp;Redo: %1</source>
        <comment>a change of the rules</comment>
        <translation>&amp;Rétablir&#xa0;: %1</translation>
    </message>
    <message>
        <source>No change of the rules was undone</source>
        <translation>Aucune modification des règles n’a été annulée</translation>
    </message>
    <message>
        <source>Make the change of the rules again: %1</source>
        <translation>Rétablir la modification des règles&#xa0;: %1</translation>
    </message>
</context>
<context>
    <name>ui::RuleModel</name>
    <message>
        <source>Any</source>
        <comment>condition of a rule</comment>
        <translation>Tout</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>column, value</comment>
        <translation>%1&#xa0;: %2</translation>
    </message>
    <message>
        <source>Default</source>
        <comment>the last rule</comment>
        <translation>Par défaut</translation>
    </message>
    <message>
        <source>What is done when no rule matches. It can be changed, but not removed.</source>
        <translation>Ce qui se fait quand aucune règle ne correspond. Cela se modifie, mais ne se retire pas.</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Applications</source>
        <comment>column</comment>
        <translation>Applications</translation>
    </message>
    <message>
        <source>Hosts</source>
        <comment>column</comment>
        <translation>Hôtes</translation>
    </message>
    <message>
        <source>Ports</source>
        <comment>column</comment>
        <translation>Ports</translation>
    </message>
    <message>
        <source>Action</source>
        <comment>column</comment>
        <translation>Action</translation>
    </message>
    <message>
        <source>Hits</source>
        <comment>column</comment>
        <translation>Usages</translation>
    </message>
    <message>
        <source>Traffic</source>
        <comment>column</comment>
        <translation>Trafic</translation>
    </message>
    <message>
        <source>Last hit</source>
        <comment>column</comment>
        <translation>Dernière</translation>
    </message>
    <message>
        <source>change the default action</source>
        <translation>modifier l’action par défaut</translation>
    </message>
    <message>
        <source>change rule %1</source>
        <translation>modifier la règle %1</translation>
    </message>
    <message>
        <source>switch rule %1 on</source>
        <translation>activer la règle %1</translation>
    </message>
    <message>
        <source>switch rule %1 off</source>
        <translation>désactiver la règle %1</translation>
    </message>
    <message>
        <source>add rule %1</source>
        <translation>ajouter la règle %1</translation>
    </message>
    <message>
        <source>The rule was changed or removed elsewhere in the meantime.</source>
        <translation>La règle a été modifiée ou retirée ailleurs entre-temps.</translation>
    </message>
    <message>
        <source>remove rule %1</source>
        <translation>retirer la règle %1</translation>
    </message>
    <message>
        <source>move rule %1</source>
        <translation>déplacer la règle %1</translation>
    </message>
    <message>
        <source>They were changed elsewhere in the meantime, so that what was done here before can no longer be undone or done again.</source>
        <translation>Elles ont été modifiées ailleurs entre-temps&#xa0;: ce qui a été fait ici auparavant ne peut plus être annulé ni rétabli.</translation>
    </message>
    <message>
        <source>Never reached: rule %1 above it decides about everything that this one matches.</source>
        <translation>Jamais atteinte&#xa0;: la règle %1 au-dessus décide de tout ce à quoi celle-ci correspond.</translation>
    </message>
    <message>
        <source>change what is done with unidentified programs</source>
        <translation>modifier le sort des programmes non identifiés</translation>
    </message>
</context>
<context>
    <name>ui::RuleText</name>
    <message numerus="yes">
        <source>%n more</source>
        <comment>entries of a rule that are not shown</comment>
        <translation>
            <numerusform>%n autre</numerusform>
            <numerusform>%n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>condition, its entries</comment>
        <translation>%1&#xa0;: %2</translation>
    </message>
    <message>
        <source>Direct</source>
        <comment>action</comment>
        <translation>Direct</translation>
    </message>
    <message>
        <source>Block</source>
        <comment>action</comment>
        <translation>Bloquer</translation>
    </message>
    <message>
        <source>Rules</source>
        <comment>mode</comment>
        <translation>Règles</translation>
    </message>
    <message>
        <source>Everything</source>
        <comment>mode</comment>
        <translation>Tout</translation>
    </message>
    <message>
        <source>Direct</source>
        <comment>mode</comment>
        <translation>Direct</translation>
    </message>
    <message>
        <source>user %1</source>
        <translation>utilisateur %1</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>depuis %1</translation>
    </message>
    <message>
        <source>Off: this rule is skipped.</source>
        <translation>Désactivée&#xa0;: cette règle est ignorée.</translation>
    </message>
    <message>
        <source>Applications and their children</source>
        <translation>Applications et leurs enfants</translation>
    </message>
    <message>
        <source>Applications</source>
        <translation>Applications</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>Utilisateurs</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>Clients</translation>
    </message>
    <message>
        <source>Hosts</source>
        <translation>Hôtes</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>Ports</translation>
    </message>
    <message>
        <source>Transport: %1</source>
        <translation>Transport&#xa0;: %1</translation>
    </message>
    <message>
        <source>Action: %1</source>
        <translation>Action&#xa0;: %1</translation>
    </message>
</context>
<context>
    <name>ui::RuleUseText</name>
    <message>
        <source>never</source>
        <comment>last time that a rule decided</comment>
        <translation>jamais</translation>
    </message>
    <message>
        <source>Hits: %1</source>
        <translation>Usages&#xa0;: %1</translation>
    </message>
    <message>
        <source>Traffic: %1 down, %2 up</source>
        <translation>Trafic&#xa0;: %1 reçus, %2 envoyés</translation>
    </message>
    <message>
        <source>Last hit: %1</source>
        <translation>Dernier usage&#xa0;: %1</translation>
    </message>
</context>
<context>
    <name>ui::RulesPage</name>
    <message>
        <source>New rule</source>
        <translation>Nouvelle règle</translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others: %2.</source>
        <translation>La règle %1 passe maintenant avant toutes les autres&#xa0;: %2.</translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others, but rules are not applied: the mode is %2.</source>
        <translation>La règle %1 passe maintenant avant toutes les autres, mais les règles ne s’appliquent pas&#xa0;: le mode est %2.</translation>
    </message>
    <message>
        <source>&amp;New rule...</source>
        <translation>&amp;Nouvelle règle...</translation>
    </message>
    <message>
        <source>Make a rule above the selected one</source>
        <translation>Créer une règle au-dessus de la règle sélectionnée</translation>
    </message>
    <message>
        <source>&amp;Edit rule...</source>
        <translation>&amp;Modifier la règle...</translation>
    </message>
    <message>
        <source>Change the selected rule</source>
        <translation>Modifier la règle sélectionnée</translation>
    </message>
    <message>
        <source>&amp;Duplicate rule</source>
        <translation>&amp;Dupliquer la règle</translation>
    </message>
    <message>
        <source>Copy the selected rule below itself</source>
        <translation>Copier la règle sélectionnée sous elle-même</translation>
    </message>
    <message>
        <source>&amp;Remove rule</source>
        <translation>&amp;Retirer la règle</translation>
    </message>
    <message>
        <source>Remove the selected rule</source>
        <translation>Retirer la règle sélectionnée</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>Mon&amp;ter</translation>
    </message>
    <message>
        <source>Check the selected rule earlier</source>
        <translation>Vérifier plus tôt la règle sélectionnée</translation>
    </message>
    <message>
        <source>Move do&amp;wn</source>
        <translation>De&amp;scendre</translation>
    </message>
    <message>
        <source>Check the selected rule later</source>
        <translation>Vérifier plus tard la règle sélectionnée</translation>
    </message>
    <message>
        <source>Rule &amp;on</source>
        <translation>Règle &amp;activée</translation>
    </message>
    <message>
        <source>A rule that is off is skipped</source>
        <translation>Une règle désactivée est ignorée</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nouvelle</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dupliquer</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Règles</translation>
    </message>
    <message>
        <source>Columns of the rules</source>
        <translation>Colonnes des règles</translation>
    </message>
    <message>
        <source>There are no rules yet: the default action is taken for everything. Make one here, or from a connection.</source>
        <translation>Il n’y a pas encore de règles&#xa0;: l’action par défaut vaut pour tout. Créez-en une ici, ou d’après une connexion.</translation>
    </message>
    <message>
        <source>Checked top to bottom; the first rule that matches decides.</source>
        <translation>Vérifiées de haut en bas&#xa0;; la première qui correspond décide.</translation>
    </message>
    <message>
        <source>A crossed-out list marks rules that are never reached: %1.</source>
        <translation>Une liste barrée marque les règles qui ne sont jamais atteintes&#xa0;: %1.</translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation>Règle %1</translation>
    </message>
    <message>
        <source>%1 (copy)</source>
        <comment>name of a rule</comment>
        <translation>%1 (copie)</translation>
    </message>
    <message>
        <source>The rules could not be changed.</source>
        <translation>Les règles n’ont pas pu être modifiées.</translation>
    </message>
    <message>
        <source>Rules cannot be moved while the filter hides some of them</source>
        <translation>Les règles ne peuvent pas être déplacées tant que le filtre en masque</translation>
    </message>
    <message numerus="yes">
        <source>The filter hides %n rule(s).</source>
        <translation>
            <numerusform>Le filtre masque %n règle.</numerusform>
            <numerusform>Le filtre masque %n règles.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ServerCheckPanel</name>
    <message>
        <source>Chec&amp;k these settings</source>
        <translation>&amp;Vérifier ces réglages</translation>
    </message>
    <message>
        <source>Connects through the server with what is entered here; nothing is saved</source>
        <translation>Se connecte par le serveur avec ce qui est saisi ici&#xa0;; rien n’est enregistré</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation>Le moteur ne tourne pas&#xa0;: rien ne peut être vérifié.</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Vérification…</translation>
    </message>
    <message>
        <source>The server does not work.</source>
        <translation>Le serveur ne fonctionne pas.</translation>
    </message>
    <message>
        <source>The server works, but not for UDP.</source>
        <translation>Le serveur fonctionne, mais pas pour UDP.</translation>
    </message>
    <message>
        <source>The server works.</source>
        <translation>Le serveur fonctionne.</translation>
    </message>
</context>
<context>
    <name>ui::ServerDialog</name>
    <message>
        <source>Encrypted with &amp;TLS</source>
        <translation>Chiffré par &amp;TLS</translation>
    </message>
    <message>
        <source>Add server</source>
        <translation>Ajouter un serveur</translation>
    </message>
    <message>
        <source>Edit server</source>
        <translation>Modifier le serveur</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Identifiant</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protocole</translation>
    </message>
    <message>
        <source>Encrypted with TLS</source>
        <translation>Chiffré par TLS</translation>
    </message>
    <message>
        <source>Host name or address</source>
        <translation>Nom d’hôte ou adresse</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Where names are looked up</source>
        <translation>Où les noms sont résolus</translation>
    </message>
    <message>
        <source>SHA-256 of the certificate</source>
        <translation>SHA-256 du certificat</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Nom d’utilisateur</translation>
    </message>
    <message>
        <source>As the host, when empty</source>
        <translation>Comme l’hôte, si vide</translation>
    </message>
    <message>
        <source>What rules and routes call this server in the profile&apos;s file</source>
        <translation>Comment les règles et les routes appellent ce serveur dans le fichier du profil</translation>
    </message>
    <message>
        <source>proxy.example.org, 192.0.2.1, or a whole URL</source>
        <translation>proxy.example.org, 192.0.2.1, ou une URL entière</translation>
    </message>
    <message>
        <source>Any certificate that this computer trusts</source>
        <translation>Tout certificat auquel cet ordinateur fait confiance</translation>
    </message>
    <message>
        <source>When set, only this very certificate is accepted, also when it is self-signed. Hexadecimal or base64.</source>
        <translation>S’il est indiqué, seul ce certificat est accepté, même autosigné. Hexadécimal ou base64.</translation>
    </message>
    <message>
        <source>HTTP (CONNECT)</source>
        <translation>HTTP (CONNECT)</translation>
    </message>
    <message>
        <source>Looked up by the server</source>
        <translation>Résolus par le serveur</translation>
    </message>
    <message>
        <source>Looked up on this computer</source>
        <translation>Résolus sur cet ordinateur</translation>
    </message>
    <message>
        <source>Looked up on this computer, names can be seen by the local network.</source>
        <translation>Résolus sur cet ordinateur, les noms sont visibles du réseau local.</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nom&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation>&amp;Identifiant&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Protocol:</source>
        <translation>&amp;Protocole&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>&amp;Hôte&#xa0;:</translation>
    </message>
    <message>
        <source>P&amp;ort:</source>
        <translation>P&amp;ort&#xa0;:</translation>
    </message>
    <message>
        <source>Na&amp;mes:</source>
        <translation>No&amp;ms&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Certificate
SHA-256:</source>
        <translation>C&amp;ertificat
SHA-256&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;User name:</source>
        <translation>&amp;Utilisateur&#xa0;:</translation>
    </message>
    <message>
        <source>Enter the server&apos;s host name or address.</source>
        <translation>Saisissez le nom d’hôte ou l’adresse du serveur.</translation>
    </message>
    <message>
        <source>The certificate&apos;s SHA-256 must be 32 bytes in hexadecimal or base64.</source>
        <translation>Le SHA-256 du certificat doit compter 32 octets, en hexadécimal ou en base64.</translation>
    </message>
    <message>
        <source>The password file is read when the server is saved: save it, then check it in the list.</source>
        <translation>Le fichier de mot de passe est lu à l’enregistrement du serveur&#xa0;: enregistrez-le, puis vérifiez-le dans la liste.</translation>
    </message>
    <message>
        <source>The host is no URL that can be read: %1.</source>
        <translation>L’hôte n’est pas une URL lisible&#xa0;: %1.</translation>
    </message>
    <message>
        <source>The host name is longer than 255 bytes.</source>
        <translation>Le nom d’hôte dépasse 255 octets.</translation>
    </message>
    <message>
        <source>The server was changed or removed meanwhile. Close this and open it again.</source>
        <translation>Le serveur a été modifié ou retiré entre-temps. Fermez ceci et rouvrez-le.</translation>
    </message>
    <message>
        <source>The credential store has not told this server&apos;s password yet. Wait for it, type the password, or press Forget.</source>
        <translation>Le trousseau n’a pas encore donné le mot de passe de ce serveur. Attendez-le, saisissez le mot de passe ou appuyez sur «&#xa0;Oublier&#xa0;».</translation>
    </message>
</context>
<context>
    <name>ui::ServerModel</name>
    <message>
        <source>Milliseconds until a target answered through the server</source>
        <translation>Millisecondes jusqu’à la réponse d’une destination par le serveur</translation>
    </message>
    <message>
        <source>Milliseconds until a datagram was answered through the server</source>
        <translation>Millisecondes jusqu’à la réponse à un datagramme par le serveur</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>Protocole</translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Health</source>
        <comment>column</comment>
        <translation>Santé</translation>
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
        <translation>Vérifié</translation>
    </message>
    <message>
        <source>Servers (none yet)</source>
        <translation>Serveurs (aucun)</translation>
    </message>
    <message numerus="yes">
        <source>Servers (%n)</source>
        <translation>
            <numerusform>Serveur (%n)</numerusform>
            <numerusform>Serveurs (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Routes (none yet): chains and groups of servers</source>
        <translation>Routes (aucune)&#xa0;: chaînes et groupes de serveurs</translation>
    </message>
    <message numerus="yes">
        <source>Routes (%n)</source>
        <translation>
            <numerusform>Route (%n)</numerusform>
            <numerusform>Routes (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation>En panne&#xa0;: %1</translation>
    </message>
    <message>
        <source>Id: %1</source>
        <translation>Identifiant&#xa0;: %1</translation>
    </message>
    <message>
        <source>Works in part: %1</source>
        <comment>names</comment>
        <translation>Fonctionne en partie&#xa0;: %1</translation>
    </message>
    <message>
        <source>Down: no member works</source>
        <translation>En panne&#xa0;: aucun membre ne fonctionne</translation>
    </message>
    <message>
        <source>%1 of %2 members down: %3</source>
        <comment>number, number, names</comment>
        <translation>%1 membres sur %2 en panne&#xa0;: %3</translation>
    </message>
    <message>
        <source>Servers (%1 of %2)</source>
        <comment>shown, all</comment>
        <translation>Serveurs (%1 sur %2)</translation>
    </message>
    <message>
        <source>Routes (%1 of %2)</source>
        <comment>shown, all</comment>
        <translation>Routes (%1 sur %2)</translation>
    </message>
</context>
<context>
    <name>ui::ServerPasswordFields</name>
    <message>
        <source>For&amp;get</source>
        <translation>Ou&amp;blier</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>Par&amp;courir…</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>Forget the password</source>
        <translation>Oublier le mot de passe</translation>
    </message>
    <message>
        <source>Password file</source>
        <translation>Fichier de mot de passe</translation>
    </message>
    <message>
        <source>Choose the password file</source>
        <translation>Choisir le fichier de mot de passe</translation>
    </message>
    <message>
        <source>Instead of a password</source>
        <translation>Au lieu d’un mot de passe</translation>
    </message>
    <message>
        <source>A file that holds the password in its first line and that nobody but you may read</source>
        <translation>Un fichier dont la première ligne est le mot de passe et que vous seul pouvez lire</translation>
    </message>
    <message>
        <source>Pass&amp;word:</source>
        <translation>Mot &amp;de passe&#xa0;:</translation>
    </message>
    <message>
        <source>Password &amp;file:</source>
        <translation>&amp;Fichier&#xa0;:</translation>
    </message>
    <message>
        <source>Asked of the credential store…</source>
        <translation>Demandé au trousseau…</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>Inchangé</translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords.</source>
        <translation>SOCKS4 a des noms d’utilisateur, mais pas de mots de passe.</translation>
    </message>
    <message>
        <source>The password is read from the file below.</source>
        <translation>Le mot de passe est lu dans le fichier ci-dessous.</translation>
    </message>
    <message>
        <source>Kept in the system&apos;s credential store, never in the profile.</source>
        <translation>Gardé dans le trousseau du système, jamais dans le profil.</translation>
    </message>
    <message>
        <source>No credential store is available. To keep a password for longer than Hosier runs, write it to a file of your own and name that below.</source>
        <translation>Aucun trousseau n’est disponible. Pour garder un mot de passe plus longtemps que Hosier ne tourne, écrivez-le dans un fichier à vous et indiquez celui-ci ci-dessous.</translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation>Le mot de passe dépasse 255 octets.</translation>
    </message>
    <message>
        <source>The server is saved, but its old password could not be removed: %1.</source>
        <translation>Le serveur est enregistré, mais son ancien mot de passe n’a pas pu être supprimé&#xa0;: %1.</translation>
    </message>
    <message>
        <source>The server is saved, but its password could not be stored: %1. Until Hosier ends it is used all the same. Save again, cancel, or name a file instead.</source>
        <translation>Le serveur est enregistré, mais son mot de passe n’a pas pu être conservé&#xa0;: %1. Il est tout de même utilisé jusqu’à la fin de Hosier. Enregistrez de nouveau, annulez, ou indiquez plutôt un fichier.</translation>
    </message>
    <message>
        <source>Kept until Hosier ends: the credential store does not have it. Type it again to store it.</source>
        <translation>Gardé jusqu’à la fin de Hosier&#xa0;: le trousseau ne l’a pas. Saisissez-le de nouveau pour l’y conserver.</translation>
    </message>
</context>
<context>
    <name>ui::ServerPasting</name>
    <message>
        <source>The clipboard holds no text with servers.</source>
        <translation>Le presse-papiers ne contient pas de texte avec des serveurs.</translation>
    </message>
    <message>
        <source>Line %1 was not understood: %2.</source>
        <translation>La ligne %1 n’a pas été comprise&#xa0;: %2.</translation>
    </message>
    <message>
        <source>More lines that were not understood: %1.</source>
        <translation>Autres lignes non comprises&#xa0;: %1.</translation>
    </message>
    <message>
        <source>The text is too long: the rest of it was left out.</source>
        <translation>Le texte est trop long&#xa0;: le reste a été omis.</translation>
    </message>
    <message>
        <source>Nothing was added:</source>
        <translation>Rien n’a été ajouté&#xa0;:</translation>
    </message>
    <message>
        <source>Servers added: %1.</source>
        <translation>Serveurs ajoutés&#xa0;: %1.</translation>
    </message>
    <message>
        <source>Where no protocol was named, SOCKS5 was assumed.</source>
        <translation>Là où aucun protocole n’était indiqué, SOCKS5 a été supposé.</translation>
    </message>
    <message>
        <source>Already there: %1.</source>
        <translation>Déjà présents&#xa0;: %1.</translation>
    </message>
</context>
<context>
    <name>ui::ServerText</name>
    <message>
        <source>%1 over TLS</source>
        <comment>protocol</comment>
        <translation>%1 sur TLS</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>Chaîne</translation>
    </message>
    <message>
        <source>Failover</source>
        <translation>Secours</translation>
    </message>
    <message>
        <source>Balance</source>
        <translation>Répartition</translation>
    </message>
    <message>
        <source>Every connection goes through all members, one after the other.</source>
        <translation>Chaque connexion passe par tous les membres, l’un après l’autre.</translation>
    </message>
    <message>
        <source>Connections go through the first member that works.</source>
        <translation>Les connexions passent par le premier membre qui fonctionne.</translation>
    </message>
    <message>
        <source>Connections are spread over the members that work; those to the same host take the same one.</source>
        <translation>Les connexions sont réparties entre les membres qui fonctionnent&#xa0;; celles vers un même hôte prennent le même.</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>Connection to the server</source>
        <translation>Connexion au serveur</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Authentification</translation>
    </message>
    <message>
        <source>Connection to %1</source>
        <comment>target of a check</comment>
        <translation>Connexion à %1</translation>
    </message>
    <message>
        <source>UDP answer from %1</source>
        <translation>Réponse UDP de %1</translation>
    </message>
    <message numerus="yes">
        <source>Groups prefer other members until it has passed %n probe(s) in a row.</source>
        <translation>
            <numerusform>Les groupes préfèrent d’autres membres jusqu’à ce qu’il ait réussi %n vérification.</numerusform>
            <numerusform>Les groupes préfèrent d’autres membres jusqu’à ce qu’il ait réussi %n vérifications d’affilée.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is not being probed.</source>
        <translation>Il n’est pas vérifié.</translation>
    </message>
    <message>
        <source>Probes passed: %1 of %2</source>
        <translation>Vérifications réussies&#xa0;: %1 sur %2</translation>
    </message>
    <message numerus="yes">
        <source>Next probe in %n second(s).</source>
        <translation>
            <numerusform>Prochaine vérification dans %n seconde.</numerusform>
            <numerusform>Prochaine vérification dans %n secondes.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is being probed now.</source>
        <translation>Il est en cours de vérification.</translation>
    </message>
    <message>
        <source>%1, pinned</source>
        <comment>protocol</comment>
        <translation>%1, épinglé</translation>
    </message>
    <message>
        <source>Only the certificate with this SHA-256 fingerprint is accepted:</source>
        <translation>Seul le certificat portant cette empreinte SHA-256 est accepté :</translation>
    </message>
    <message>
        <source>fails</source>
        <comment>a check</comment>
        <translation>échec</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>Non vérifié</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Vérification…</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>Fonctionne</translation>
    </message>
    <message>
        <source>Works, but not for UDP</source>
        <translation>Fonctionne, sauf pour UDP</translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation>En panne&#xa0;: %1</translation>
    </message>
    <message>
        <source>Checked %1:</source>
        <comment>time</comment>
        <translation>Vérifié %1&#xa0;:</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>step of a check, what came of it</comment>
        <translation>%1&#xa0;: %2</translation>
    </message>
    <message>
        <source>%1 carries no UDP</source>
        <comment>protocol</comment>
        <translation>%1 ne transporte pas UDP</translation>
    </message>
</context>
<context>
    <name>ui::ServerUrl</name>
    <message>
        <source>the line is too long</source>
        <translation>la ligne est trop longue</translation>
    </message>
    <message>
        <source>there is no valid host name or address</source>
        <translation>il n’y a ni nom d’hôte ni adresse valide</translation>
    </message>
    <message>
        <source>an IPv6 address must stand in brackets, and its port after them</source>
        <translation>une adresse IPv6 doit être entre crochets, et son port après</translation>
    </message>
    <message>
        <source>the port is missing</source>
        <translation>le port manque</translation>
    </message>
    <message>
        <source>the port is no number from 1 to 65535</source>
        <translation>le port n’est pas un nombre de 1 à 65535</translation>
    </message>
    <message>
        <source>a &quot;%&quot; is not followed by two hexadecimal digits, or what they make is no text</source>
        <translation>un «&#xa0;%&#xa0;» n’est pas suivi de deux chiffres hexadécimaux, ou ils ne forment pas un texte</translation>
    </message>
    <message>
        <source>the login holds a control character</source>
        <translation>l’authentification contient un caractère de contrôle</translation>
    </message>
    <message>
        <source>user name or password is longer than 255 bytes</source>
        <translation>le nom d’utilisateur ou le mot de passe dépasse 255 octets</translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords</source>
        <translation>SOCKS4 a des noms d’utilisateur, mais pas de mots de passe</translation>
    </message>
    <message>
        <source>HTTP cannot carry a user name with a colon</source>
        <translation>HTTP ne peut pas transporter un nom d’utilisateur avec deux-points</translation>
    </message>
    <message>
        <source>something follows the address</source>
        <translation>quelque chose suit l’adresse</translation>
    </message>
    <message>
        <source>the protocol is none of socks, socks5, socks5h, socks4, socks4a, http, https</source>
        <translation>le protocole n’est ni socks, socks5, socks5h, socks4, socks4a, http ni https</translation>
    </message>
    <message>
        <source>there are more parts than host, port, user name and password</source>
        <translation>il y a plus de parties que l’hôte, le port, le nom d’utilisateur et le mot de passe</translation>
    </message>
</context>
<context>
    <name>ui::ServersPage</name>
    <message>
        <source>Servers and routes</source>
        <translation>Serveurs et routes</translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation>Colonnes des serveurs</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>what a button does, its key</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>&amp;Modifier…</translation>
    </message>
    <message>
        <source>Change the selected server or route</source>
        <translation>Modifier le serveur ou la route sélectionné</translation>
    </message>
    <message>
        <source>D&amp;uplicate…</source>
        <translation>&amp;Dupliquer…</translation>
    </message>
    <message>
        <source>Add another one like the selected server or route</source>
        <translation>En ajouter un autre comme le serveur ou la route sélectionné</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Retirer</translation>
    </message>
    <message>
        <source>Remove the selected servers and routes</source>
        <translation>Retirer les serveurs et routes sélectionnés</translation>
    </message>
    <message>
        <source>&amp;Check</source>
        <translation>&amp;Vérifier</translation>
    </message>
    <message>
        <source>Try out the selected servers, and those that the selected routes lead through</source>
        <translation>Essayer les serveurs sélectionnés, et ceux que traversent les routes sélectionnées</translation>
    </message>
    <message>
        <source>Check a&amp;ll</source>
        <translation>&amp;Tout vérifier</translation>
    </message>
    <message>
        <source>Try out all servers</source>
        <translation>Essayer tous les serveurs</translation>
    </message>
    <message>
        <source>&amp;Add server…</source>
        <translation>Ajouter un &amp;serveur…</translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation>Ajouter un serveur</translation>
    </message>
    <message>
        <source>Add r&amp;oute…</source>
        <translation>Ajouter une r&amp;oute…</translation>
    </message>
    <message>
        <source>Chain or group the selected servers</source>
        <translation>Chaîner ou grouper les serveurs sélectionnés</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>Co&amp;ller</translation>
    </message>
    <message>
        <source>Add servers from the clipboard: one a line, as socks5://user:password@host:port or host:port:user:password</source>
        <translation>Ajouter des serveurs depuis le presse-papiers&#xa0;: un par ligne, sous la forme socks5://user:password@host:port ou host:port:user:password</translation>
    </message>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name</comment>
        <translation>«&#xa0;%1&#xa0;»</translation>
    </message>
    <message>
        <source>Still in use</source>
        <translation>Encore utilisé</translation>
    </message>
    <message>
        <source>Change or remove these first:</source>
        <translation>Modifiez ou retirez d’abord ceux-ci&#xa0;:</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Remove %1?</source>
        <translation>Retirer %1&#xa0;?</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation>Le moteur ne tourne pas&#xa0;: rien ne peut être vérifié.</translation>
    </message>
    <message>
        <source>Use as &amp;default route</source>
        <translation>Utiliser comme route par dé&amp;faut</translation>
    </message>
    <message>
        <source>Send by way of the selected server or route what no rule decides about</source>
        <translation>Faire passer par le serveur ou la route sélectionné ce dont aucune règle ne décide</translation>
    </message>
    <message numerus="yes">
        <source>%1 cannot be removed: connections are sent that way.</source>
        <comment>names of servers and routes</comment>
        <translation>
            <numerusform>%1 ne peut pas être retiré&#xa0;: des connexions passent par là.</numerusform>
            <numerusform>%1 ne peuvent pas être retirés&#xa0;: des connexions passent par là.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Remove the others</source>
        <translation>&amp;Retirer les autres</translation>
    </message>
    <message numerus="yes">
        <source>No rule and no other route uses them. Passwords kept for them are forgotten.</source>
        <comment>servers and routes</comment>
        <translation>
            <numerusform>Aucune règle ni autre route ne l’utilise. Un mot de passe gardé pour lui est oublié.</numerusform>
            <numerusform>Aucune règle ni autre route ne les utilise. Les mots de passe gardés pour eux sont oubliés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The password(s) of %1 could not be stored: %2. Until Hosier ends they are used all the same.</source>
        <comment>names, reason</comment>
        <translation>
            <numerusform>Le mot de passe de %1 n’a pas pu être conservé&#xa0;: %2. Il est tout de même utilisé jusqu’à la fin de Hosier.</numerusform>
            <numerusform>Les mots de passe de %1 n’ont pas pu être conservés&#xa0;: %2. Ils sont tout de même utilisés jusqu’à la fin de Hosier.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::Settings</name>
    <message>
        <source>The settings cannot be written to %1. They hold until Hosier ends; it goes on trying.</source>
        <translation>Les réglages ne peuvent pas être écrits dans %1. Ils valent jusqu’à la fin de Hosier, qui continue d’essayer.</translation>
    </message>
</context>
<context>
    <name>ui::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Paramètres</translation>
    </message>
    <message>
        <source>Pages of the settings</source>
        <translation>Pages des paramètres</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Général</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Limites</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notifications</translation>
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
        <translation>Copier les réglages p&amp;our</translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation>Aucun port d’écoute n’est ouvert.</translation>
    </message>
</context>
<context>
    <name>ui::SettingsView</name>
    <message>
        <source>The log file cannot be written: %1. Hosier goes on trying.</source>
        <translation>Le fichier journal ne peut pas être écrit&#xa0;: %1. Hosier continue d’essayer.</translation>
    </message>
</context>
<context>
    <name>ui::SharingDialog</name>
    <message>
        <source>&amp;Copy address</source>
        <translation>&amp;Copier l’adresse</translation>
    </message>
    <message>
        <source>Copy settings &amp;for</source>
        <translation>Copier les réglages p&amp;our</translation>
    </message>
    <message>
        <source>Turn the &amp;proxy on</source>
        <translation>Activer le &amp;proxy</translation>
    </message>
    <message>
        <source>&amp;Stop sharing</source>
        <translation>Cesser de par&amp;tager</translation>
    </message>
    <message>
        <source>Share on the local network</source>
        <translation>Partager sur le réseau local</translation>
    </message>
    <message>
        <source>Addresses for other computers</source>
        <translation>Adresses pour les autres ordinateurs</translation>
    </message>
    <message>
        <source>Address for others</source>
        <comment>column</comment>
        <translation>Adresse pour les autres</translation>
    </message>
    <message>
        <source>Network</source>
        <comment>column</comment>
        <translation>Réseau</translation>
    </message>
    <message>
        <source>Columns of the addresses</source>
        <translation>Colonnes des adresses</translation>
    </message>
    <message>
        <source>The proxy is not shared: only programs on this computer can use it.</source>
        <translation>Le proxy n’est pas partagé&#xa0;: seuls les programmes de cet ordinateur peuvent l’utiliser.</translation>
    </message>
    <message>
        <source>Sharing is set up, but the listener is not open: the proxy is off.</source>
        <translation>Le partage est configuré, mais le port d’écoute n’est pas ouvert&#xa0;: le proxy est désactivé.</translation>
    </message>
    <message>
        <source>Sharing is set up, but the listener could not be opened. %1</source>
        <translation>Le partage est configuré, mais le port d’écoute n’a pas pu être ouvert. %1</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy with name and password.</source>
        <translation>Les ordinateurs du réseau local peuvent utiliser ce proxy avec nom et mot de passe.</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy, without a password.</source>
        <translation>Les ordinateurs du réseau local peuvent utiliser ce proxy, sans mot de passe.</translation>
    </message>
    <message>
        <source>On the other computer, set the address and port above as a proxy of type %1, with the name and password of a local user.</source>
        <translation>Sur l’autre ordinateur, indiquez l’adresse et le port ci-dessus comme proxy de type %1, avec le nom et le mot de passe d’un utilisateur local.</translation>
    </message>
    <message>
        <source>On the other computer, set the address and port above as a proxy of type %1.</source>
        <translation>Sur l’autre ordinateur, indiquez l’adresse et le port ci-dessus comme proxy de type %1.</translation>
    </message>
    <message>
        <source>This computer has no address in a private network at the moment.</source>
        <translation>Cet ordinateur n’a pas d’adresse dans un réseau privé pour l’instant.</translation>
    </message>
    <message>
        <source>If others cannot connect, let this computer&apos;s firewall admit TCP port %1.</source>
        <translation>Si les autres ne peuvent pas se connecter, autorisez le port TCP %1 dans le pare-feu de cet ordinateur.</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Copié&#xa0;: %1</translation>
    </message>
    <message>
        <source>Take away the listener for the local network. The user that was added for it stays.</source>
        <translation>Retirer le port d’écoute du réseau local. L’utilisateur ajouté pour lui reste.</translation>
    </message>
</context>
<context>
    <name>ui::SortMenu</name>
    <message>
        <source>&amp;Ascending</source>
        <translation>&amp;Croissant</translation>
    </message>
    <message>
        <source>&amp;Descending</source>
        <translation>&amp;Décroissant</translation>
    </message>
    <message>
        <source>Sort &amp;by</source>
        <translation>Tr&amp;ier par</translation>
    </message>
    <message>
        <source>As in the &amp;profile</source>
        <translation>Comme dans le &amp;profil</translation>
    </message>
</context>
<context>
    <name>ui::StatusPanel</name>
    <message>
        <source>%1 live</source>
        <translation>%1 ouvertes</translation>
    </message>
    <message>
        <source>Down %1, up %2</source>
        <translation>Reçu %1, envoyé %2</translation>
    </message>
    <message>
        <source>Total %1 down, %2 up</source>
        <translation>Total&#xa0;: %1 reçus, %2 envoyés</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>first listener, others</comment>
        <translation>
            <numerusform>%1 et %n autre</numerusform>
            <numerusform>%1 et %n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 connections open now
%2 accepted since the start, %3 failed, %4 refused</source>
        <translation>%1 connexions ouvertes en ce moment
%2 acceptées depuis le lancement, %3 en échec, %4 refusées</translation>
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
        <translation>Ce bureau n’a pas de réglages de proxy que Hosier connaisse. Copiez plutôt les variables d’environnement dans le fichier de démarrage de votre shell.</translation>
    </message>
    <message>
        <source>The desktop %1 has no proxy settings that Hosier knows. Copy the environment variables into your shell&apos;s start-up file instead.</source>
        <translation>Le bureau %1 n’a pas de réglages de proxy que Hosier connaisse. Copiez plutôt les variables d’environnement dans le fichier de démarrage de votre shell.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; asks for a password, which system settings cannot hold. Add a listener on 127.0.0.1 that asks for none.</source>
        <translation>Le port d’écoute «&#xa0;%1&#xa0;» demande un mot de passe, que les réglages du système ne peuvent contenir. Ajoutez-en un sur 127.0.0.1 qui n’en demande pas.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; does not admit programs of this machine. Add 127.0.0.0/8 to its clients.</source>
        <translation>Le port d’écoute «&#xa0;%1&#xa0;» n’admet pas les programmes de cette machine. Ajoutez 127.0.0.0/8 à ses clients.</translation>
    </message>
    <message>
        <source>No open listener speaks a protocol that system settings can name. Add &quot;http&quot; to the protocols of one.</source>
        <translation>Aucun port d’écoute ouvert ne parle un protocole que les réglages du système puissent nommer. Ajoutez «&#xa0;http&#xa0;» aux protocoles de l’un d’eux.</translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation>Aucun port d’écoute n’est ouvert.</translation>
    </message>
    <message>
        <source>The program %1 is missing, which changes the desktop&apos;s proxy settings.</source>
        <translation>Le programme %1, qui modifie les réglages de proxy du bureau, manque.</translation>
    </message>
    <message>
        <source>Another running Hosier has set the system proxy.</source>
        <translation>Un autre Hosier en cours a défini le proxy système.</translation>
    </message>
    <message>
        <source>Somebody else has changed the system&apos;s proxy settings meanwhile; these changes were left alone.</source>
        <translation>Quelqu’un d’autre a modifié entre-temps les réglages de proxy du système&#xa0;; ces modifications ont été respectées.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be kept for later, so they were not changed.</source>
        <translation>Les réglages de proxy du système n’ont pas pu être conservés pour plus tard&#xa0;; ils n’ont donc pas été modifiés.</translation>
    </message>
    <message>
        <source>What the system&apos;s proxy settings were cannot be read any more; check them by hand. The damaged file is now %1.</source>
        <translation>Les anciens réglages de proxy du système ne sont plus lisibles&#xa0;; vérifiez-les à la main. Le fichier endommagé est maintenant %1.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be read.</source>
        <translation>Les réglages de proxy du système ne peuvent pas être lus.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be changed.</source>
        <translation>Les réglages de proxy du système ne peuvent pas être modifiés.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be put back yet.</source>
        <translation>Les réglages de proxy du système n’ont pas encore pu être rétablis.</translation>
    </message>
    <message>
        <source>Programs that follow the system&apos;s proxy settings use %1. The settings are put back when Hosier ends, however it ends.</source>
        <translation>Les programmes qui suivent les réglages de proxy du système utilisent %1. Les réglages sont rétablis quand Hosier se termine, quelle qu’en soit la façon.</translation>
    </message>
    <message>
        <source>Switched on, and not set for now: %1</source>
        <comment>problem</comment>
        <translation>Activé, mais pas défini pour l’instant&#xa0;: %1</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are being changed.</source>
        <translation>Les réglages de proxy du système sont en cours de modification.</translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier, as long as it runs</source>
        <translation>Diriger vers Hosier, tant qu’il tourne, les programmes qui suivent les réglages de proxy du système</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an address or a block of addresses such as 10.0.0.0/8.</source>
        <translation>«&#xa0;%1&#xa0;» n’est ni une adresse ni un bloc d’adresses tel que 10.0.0.0/8.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a host name, an address, or a domain such as *.example.org.</source>
        <translation>«&#xa0;%1&#xa0;» n’est ni un nom d’hôte, ni une adresse, ni un domaine tel que *.example.org.</translation>
    </message>
    <message>
        <source>Environment variables point at %1.</source>
        <comment>address</comment>
        <translation>Les variables d’environnement pointent vers %1.</translation>
    </message>
    <message>
        <source>Point the environment variables of programs at Hosier, as long as it runs.</source>
        <translation>Faire pointer les variables d’environnement des programmes vers Hosier, tant qu’il tourne.</translation>
    </message>
    <message>
        <source>This desktop has no proxy settings. The variables reach services and programs that the user&apos;s service manager (systemd) starts from then on. They do not reach programs that run already, nor what is started from these, such as a shell or a window manager: for them, use &quot;Copy settings for&quot;, &quot;Environment variables&quot;. The variables are taken back when Hosier ends, however it ends; programs that were started with them keep them until they end.</source>
        <translation>Ce bureau n’a pas de réglages de proxy. Les variables atteignent les services et programmes que le gestionnaire de services de l’utilisateur (systemd) lance à partir de ce moment. Elles n’atteignent ni les programmes déjà en cours, ni ce qui est lancé depuis ceux-ci, comme un shell ou un gestionnaire de fenêtres&#xa0;: pour eux, utilisez «&#xa0;Copier les réglages pour&#xa0;», «&#xa0;Variables d’environnement&#xa0;». Les variables sont retirées quand Hosier se termine, quelle qu’en soit la façon&#xa0;; les programmes lancés avec elles les gardent jusqu’à leur fin.</translation>
    </message>
    <message>
        <source>Apps of the Microsoft Store cannot reach a proxy on this machine, and say that there is no internet, until an administrator runs this for each: CheckNetIsolation LoopbackExempt -a -n=&lt;package family name&gt;</source>
        <comment>a command: translate only what stands in angle brackets</comment>
        <translation>Les applications du Microsoft Store ne peuvent pas joindre un proxy sur cette machine, et disent qu’il n’y a pas d’Internet, tant qu’un administrateur n’a pas exécuté ceci pour chacune&#xa0;: CheckNetIsolation LoopbackExempt -a -n=&lt;nom de famille du package&gt;</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings were put back, but what had been kept of them could not be removed.</source>
        <translation>Les réglages de proxy du système ont été rétablis, mais ce qui en avait été conservé n’a pas pu être supprimé.</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyDialog</name>
    <message>
        <source>&amp;Hosts reached without the proxy</source>
        <translation>&amp;Hôtes joints sans le proxy</translation>
    </message>
    <message>
        <source>System proxy: exceptions</source>
        <translation>Proxy système&#xa0;: exceptions</translation>
    </message>
    <message>
        <source>One a line: a host name, a domain such as *.example.org, an address, or a block of addresses such as 10.0.0.0/8. Programs connect to these by themselves: Hosier&apos;s rules do not see them.</source>
        <translation>Un par ligne&#xa0;: un nom d’hôte, un domaine tel que *.example.org, une adresse ou un bloc d’adresses tel que 10.0.0.0/8. Les programmes s’y connectent eux-mêmes&#xa0;: les règles de Hosier ne les voient pas.</translation>
    </message>
    <message>
        <source>This machine and its local networks</source>
        <translation>Cette machine et ses réseaux locaux</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyView</name>
    <message>
        <source>S&amp;ystem proxy (waiting)</source>
        <translation>Proxy s&amp;ystème (en attente)</translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation>Proxy s&amp;ystème</translation>
    </message>
    <message>
        <source>The system proxy is now %1.</source>
        <translation>Le proxy système est maintenant %1.</translation>
    </message>
    <message>
        <source>System proxy: %1</source>
        <comment>problem</comment>
        <translation>Proxy système&#xa0;: %1</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are as they were before.</source>
        <translation>Les réglages de proxy du système sont comme avant.</translation>
    </message>
    <message>
        <source>No system proxy</source>
        <translation>Pas de proxy système</translation>
    </message>
    <message>
        <source>&amp;Copy environment variables</source>
        <translation>&amp;Copier les variables d’environnement</translation>
    </message>
    <message>
        <source>The system proxy is now %1, for what the user&apos;s service manager starts from now on.</source>
        <translation>Le proxy système est maintenant %1, pour ce que le gestionnaire de services de l’utilisateur lance désormais.</translation>
    </message>
    <message>
        <source>Programs read these variables when they start. Hosier sets them by itself only where a service manager of the user&apos;s (systemd) runs, which hands them on and takes them back; here there is none.</source>
        <translation>Les programmes lisent ces variables à leur lancement. Hosier ne les définit automatiquement que là où tourne un gestionnaire de services de l’utilisateur (systemd), qui les transmet et les retire&#xa0;; ici, il n’y en a pas.</translation>
    </message>
    <message>
        <source>System proxy by environment variables</source>
        <translation>Proxy système par variables d’environnement</translation>
    </message>
    <message>
        <source>&amp;Do not show this again</source>
        <translation>&amp;Ne plus afficher</translation>
    </message>
</context>
<context>
    <name>ui::TraceText</name>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name or value</comment>
        <translation>«&#xa0;%1&#xa0;»</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>entries of a rule, how many are not shown</comment>
        <translation>
            <numerusform>%1 et %n autre</numerusform>
            <numerusform>%1 et %n autres</numerusform>
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
        <translation>%1, lancée par %2,</translation>
    </message>
    <message>
        <source>Nobody logged in; asked for: %1</source>
        <translation>Personne ne s’est authentifié&#xa0;; demandé&#xa0;: %1</translation>
    </message>
    <message>
        <source>The application is not identified; asked for: %1</source>
        <translation>L’application n’est pas identifiée&#xa0;; demandé&#xa0;: %1</translation>
    </message>
    <message>
        <source>User %1 is none of %2</source>
        <translation>L’utilisateur %1 n’est aucun de %2</translation>
    </message>
    <message>
        <source>Client %1 is none of %2</source>
        <translation>Le client %1 n’est aucun de %2</translation>
    </message>
    <message>
        <source>Host %1 is none of %2</source>
        <translation>L’hôte %1 n’est aucun de %2</translation>
    </message>
    <message>
        <source>Port %1 is none of %2</source>
        <translation>Le port %1 n’est aucun de %2</translation>
    </message>
    <message>
        <source>Transport %1 is none of %2</source>
        <translation>Le transport %1 n’est aucun de %2</translation>
    </message>
    <message>
        <source>Application %1 is none of %2</source>
        <translation>L’application %1 n’est aucune de %2</translation>
    </message>
    <message>
        <source>Switched off</source>
        <translation>Désactivée</translation>
    </message>
    <message>
        <source>All else matches. %1</source>
        <comment>why the rest does not</comment>
        <translation>Tout le reste correspond. %1</translation>
    </message>
    <message>
        <source>The client is on another machine, whose programs are not known here; asked for: %1</source>
        <translation>Le client est sur une autre machine, dont les programmes ne sont pas connus ici&#xa0;; demandé&#xa0;: %1</translation>
    </message>
    <message>
        <source>The path of application %1 is not known; asked for: %2</source>
        <translation>Le chemin de l’application %1 n’est pas connu&#xa0;; demandé&#xa0;: %2</translation>
    </message>
</context>
<context>
    <name>ui::TrafficGraph</name>
    <message>
        <source>Traffic graph</source>
        <translation>Graphique du trafic</translation>
    </message>
    <message>
        <source>Now %1 down, %2 up</source>
        <translation>En ce moment %1 reçus, %2 envoyés</translation>
    </message>
    <message>
        <source>Down %1</source>
        <comment>traffic legend: rate</comment>
        <translation>Reçu %1</translation>
    </message>
    <message>
        <source>Up %1</source>
        <comment>traffic legend: rate</comment>
        <translation>Envoyé %1</translation>
    </message>
    <message>
        <source>%1: %2 down, %3 up</source>
        <comment>moment, rates</comment>
        <translation>%1&#xa0;: %2 reçus, %3 envoyés</translation>
    </message>
    <message>
        <source>Nothing is known</source>
        <translation>Rien de connu</translation>
    </message>
    <message>
        <source>now</source>
        <translation>maintenant</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation>il y a %1 s</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>il y a %1 min</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <comment>a duration</comment>
        <translation>Il y a %1</translation>
    </message>
</context>
<context>
    <name>ui::TrafficSource</name>
    <message>
        <source>Direct</source>
        <comment>traffic that goes by no server</comment>
        <translation>Direct</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Via %1</translation>
    </message>
</context>
<context>
    <name>ui::TrafficView</name>
    <message>
        <source>Time shown by the graph</source>
        <translation>Période affichée par le graphique</translation>
    </message>
    <message>
        <source>How far back the graph looks</source>
        <translation>Jusqu’où remonte le graphique</translation>
    </message>
    <message>
        <source>Last minute</source>
        <translation>Dernière minute</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows</source>
        <translation>De qui le graphique montre le trafic</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows: everything, or one of the applications, servers and routes that moved most in the last minutes</source>
        <translation>De qui le graphique montre le trafic&#xa0;: tout, ou l’une des applications, serveurs et routes les plus actifs des dernières minutes</translation>
    </message>
    <message>
        <source>All traffic</source>
        <translation>Tout le trafic</translation>
    </message>
    <message>
        <source>Last 10 minutes</source>
        <translation>10 dernières minutes</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>Dernière heure</translation>
    </message>
    <message>
        <source>Today: %1 down, %2 up</source>
        <translation>Aujourd’hui&#xa0;: ↓ %1, ↑ %2</translation>
    </message>
    <message>
        <source>What moved today. It is kept when Hosier is closed.</source>
        <translation>Ce qui a été transféré aujourd’hui. Conservé quand Hosier est fermé.</translation>
    </message>
    <message>
        <source>What moved since Hosier was started</source>
        <translation>Ce qui a été transféré depuis le lancement de Hosier</translation>
    </message>
    <message>
        <source>Session: %1 down, %2 up</source>
        <translation>Session&#xa0;: ↓ %1, ↑ %2</translation>
    </message>
    <message>
        <source>Nothing moved in this time. Traffic is drawn here as it comes.</source>
        <translation>Rien n’a été transféré pendant cette période. Le trafic se dessine ici à mesure qu’il arrive.</translation>
    </message>
    <message>
        <source>The proxy is off. Traffic is drawn here once it is on.</source>
        <translation>Le proxy est désactivé. Le trafic se dessinera ici une fois qu’il sera activé.</translation>
    </message>
</context>
<context>
    <name>ui::TrayIcon</name>
    <message>
        <source>Show &amp;window</source>
        <translation>Afficher la &amp;fenêtre</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>&amp;Mode</translation>
    </message>
    <message>
        <source>Hide &amp;window</source>
        <translation>Masquer la &amp;fenêtre</translation>
    </message>
    <message>
        <source>Hosier is still running</source>
        <translation>Hosier continue</translation>
    </message>
    <message>
        <source>Click the sock in the tray to see the window again; quit from its menu.</source>
        <translation>Cliquez sur la chaussette de la zone de notification pour revoir la fenêtre&#xa0;; quittez par son menu.</translation>
    </message>
    <message>
        <source>Hosier: %1</source>
        <comment>proxy state</comment>
        <translation>Hosier&#xa0;: %1</translation>
    </message>
    <message>
        <source>Profile: %1</source>
        <translation>Profil&#xa0;: %1</translation>
    </message>
    <message>
        <source>%1 live, %2 down, %3 up</source>
        <translation>%1 ouvertes, %2 reçus, %3 envoyés</translation>
    </message>
    <message>
        <source>Ser&amp;vers</source>
        <translation>Ser&amp;veurs</translation>
    </message>
</context>
<context>
    <name>ui::UnidentifiedChoice</name>
    <message>
        <source>Skip rules about programs</source>
        <translation>Ignorer les règles sur les programmes</translation>
    </message>
    <message>
        <source>Programs that cannot be &amp;identified:</source>
        <translation>Programmes non &amp;identifiés&#xa0;:</translation>
    </message>
    <message>
        <source>Programs that cannot be identified</source>
        <translation>Programmes non identifiés</translation>
    </message>
    <message>
        <source>Of some connections the system does not tell which program of this computer made them. This is done with one where a rule for programs would match but for that; without it, such rules are skipped for them.</source>
        <translation>Pour certaines connexions, le système ne dit pas quel programme de cet ordinateur les a établies. Voici ce qui est fait d’une telle connexion là où, sans cela, une règle sur les programmes correspondrait&#xa0;; sans ce choix, ces règles sont ignorées pour elle.</translation>
    </message>
</context>
<context>
    <name>ui::UserDialog</name>
    <message>
        <source>Add local user</source>
        <translation>Ajouter un utilisateur local</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>Changer le mot de passe</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nom&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Password:</source>
        <translation>Mot de &amp;passe&#xa0;:</translation>
    </message>
    <message>
        <source>Password &amp;again:</source>
        <translation>&amp;Encore une fois&#xa0;:</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>Password again</source>
        <translation>Mot de passe encore une fois</translation>
    </message>
    <message>
        <source>The profile keeps a hash of the password (PBKDF2), never the password itself. It can be changed later, but not shown.</source>
        <translation>Le profil garde une empreinte du mot de passe (PBKDF2), jamais le mot de passe lui-même. Il peut être changé plus tard, mais pas affiché.</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Saisissez un nom.</translation>
    </message>
    <message>
        <source>The name cannot contain a colon: HTTP takes it for the end of the name.</source>
        <translation>Le nom ne peut pas contenir de deux-points&#xa0;: HTTP les prend pour la fin du nom.</translation>
    </message>
    <message>
        <source>The name is longer than 255 bytes.</source>
        <translation>Le nom dépasse 255 octets.</translation>
    </message>
    <message>
        <source>There is already a user of this name.</source>
        <translation>Il y a déjà un utilisateur de ce nom.</translation>
    </message>
    <message>
        <source>Enter a password.</source>
        <translation>Saisissez un mot de passe.</translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation>Le mot de passe dépasse 255 octets.</translation>
    </message>
    <message>
        <source>The two passwords differ.</source>
        <translation>Les deux mots de passe diffèrent.</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <comment>password</comment>
        <translation>Inchangé</translation>
    </message>
</context>
<context>
    <name>ui::UserInterface</name>
    <message>
        <source>This desktop has no tray for Hosier: closing the window quits it.</source>
        <translation>Ce bureau n’a pas de zone de notification pour Hosier&#xa0;: fermer la fenêtre le quitte.</translation>
    </message>
    <message>
        <source>Password needed</source>
        <translation>Mot de passe requis</translation>
    </message>
</context>
<context>
    <name>ui::WhatsThis</name>
    <message>
        <source>Opens the listeners, so that programs can connect by way of Hosier, or closes them. Connections that are open already go on either way.</source>
        <translation>Ouvre les ports d’écoute, pour que les programmes puissent se connecter par Hosier, ou les ferme. Les connexions déjà ouvertes continuent dans les deux cas.</translation>
    </message>
    <message>
        <source>What decides about new connections. Rules: the rules, top to bottom, then the default action. Everything: the default action alone. Direct: nothing goes to a server and nothing is blocked.</source>
        <translation>Ce qui décide des nouvelles connexions. Règles&#xa0;: les règles, de haut en bas, puis l’action par défaut. Tout&#xa0;: l’action par défaut seule. Direct&#xa0;: rien ne va à un serveur et rien n’est bloqué.</translation>
    </message>
    <message>
        <source>Points the system&apos;s proxy settings at Hosier, for programs that follow them. What they were before is put back when it is switched off and when Hosier ends, also after a crash.</source>
        <translation>Dirige les réglages de proxy du système vers Hosier, pour les programmes qui les suivent. Leur état antérieur est rétabli à la désactivation et à la fin de Hosier, même après un plantage.</translation>
    </message>
    <message>
        <source>Shows only those rows of the current page in which all these words occur. It hides the others and changes nothing else.</source>
        <translation>N’affiche que les lignes de la page actuelle où figurent tous ces mots. Cela masque les autres et ne change rien d’autre.</translation>
    </message>
    <message>
        <source>The connections through Hosier: which program made them, where they go, by which rule and server, and how much flows. Those that ended stay for a moment. The menu of the right mouse button closes or explains one, or makes a rule of it.</source>
        <translation>Les connexions passant par Hosier&#xa0;: quel programme les a établies, où elles vont, par quelle règle et quel serveur, et combien y circule. Celles qui sont terminées restent un moment. Le menu du bouton droit de la souris en ferme une, l’explique ou en fait une règle.</translation>
    </message>
    <message>
        <source>Who connects: the programs of this computer and the clients of the network, with the sums of their traffic.</source>
        <translation>Qui se connecte&#xa0;: les programmes de cet ordinateur et les clients du réseau, avec le total de leur trafic.</translation>
    </message>
    <message>
        <source>The rules, checked from top to bottom: the first one that matches decides. A rule without a tick is skipped. Drag a rule to move it. The default action below them is taken when none matches.</source>
        <translation>Les règles, vérifiées de haut en bas&#xa0;: la première qui correspond décide. Une règle non cochée est ignorée. Faites glisser une règle pour la déplacer. L’action par défaut, en dessous, s’applique quand aucune ne correspond.</translation>
    </message>
    <message>
        <source>What is done with a program that the system does not tell the name of, where a rule for programs would match but for that. Without a choice such rules are skipped for it.</source>
        <translation>Ce qui est fait d’un programme dont le système ne dit pas le nom, là où, sans cela, une règle sur les programmes correspondrait. Sans choix, ces règles sont ignorées pour lui.</translation>
    </message>
    <message>
        <source>The servers that connections can be sent by way of, and chains and groups of them. A check shows whether a server works, how long it takes and whether it carries UDP.</source>
        <translation>Les serveurs par lesquels les connexions peuvent passer, et les chaînes et groupes qu’ils forment. Une vérification montre si un serveur fonctionne, combien de temps il met et s’il transporte UDP.</translation>
    </message>
    <message>
        <source>What happened, in order: connections, listeners, servers and changes. Only the last lines are held in memory; the settings say what goes to a file.</source>
        <translation>Ce qui s’est passé, dans l’ordre&#xa0;: connexions, ports d’écoute, serveurs et modifications. Seules les dernières lignes sont gardées en mémoire&#xa0;; les paramètres disent ce qui va dans un fichier.</translation>
    </message>
    <message>
        <source>How important a line has to be to be shown. Debug shows everything.</source>
        <translation>L’importance qu’une ligne doit avoir pour être affichée. Débogage affiche tout.</translation>
    </message>
    <message>
        <source>Shows only lines of the log in which all these words occur.</source>
        <translation>N’affiche que les lignes du journal où figurent tous ces mots.</translation>
    </message>
    <message>
        <source>How much was received (down) and sent (up) in each moment. The mouse, or the arrow keys, tell the values of one.</source>
        <translation>Combien a été reçu et envoyé à chaque moment. La souris ou les touches fléchées donnent les valeurs d’un moment.</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows: all of it, or that of one of the busiest programs, servers and routes.</source>
        <translation>De qui le graphique montre le trafic&#xa0;: tout, ou celui d’un des programmes, serveurs et routes les plus actifs.</translation>
    </message>
    <message>
        <source>How far back the graph goes.</source>
        <translation>Jusqu’où remonte le graphique.</translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log. It may be empty: then its place stands there.</source>
        <translation>Le nom de la règle dans les listes et dans le journal. Il peut être vide&#xa0;: sa position le remplace alors.</translation>
    </message>
    <message>
        <source>The programs that the rule is for, by name, path or a pattern with * and ?. Empty: any program, and clients of the network.</source>
        <translation>Les programmes auxquels la règle s’applique, par nom, chemin ou motif avec * et&#xa0;?. Vide&#xa0;: tout programme, et les clients du réseau.</translation>
    </message>
    <message>
        <source>The rule then is also for programs that these have started, such as the tools that a terminal runs.</source>
        <translation>La règle s’applique alors aussi aux programmes que ceux-ci ont lancés, comme les outils qu’exécute un terminal.</translation>
    </message>
    <message>
        <source>The targets that the rule is for: names, names with * as a part, addresses, blocks and ranges of addresses. Empty: any. Entries that are addresses match requests by name only when the DNS settings have names looked up for rules.</source>
        <translation>Les destinations auxquelles la règle s’applique&#xa0;: noms, noms dont une partie est *, adresses, blocs et plages d’adresses. Vide&#xa0;: toutes. Les adresses ne correspondent aux demandes par nom que si les réglages DNS font résoudre les noms pour les règles.</translation>
    </message>
    <message>
        <source>The ports of the target: single ones and ranges. Empty: any.</source>
        <translation>Les ports de la destination&#xa0;: ports isolés et plages. Vide&#xa0;: tous.</translation>
    </message>
    <message>
        <source>Whether the rule is for TCP, for UDP, or for both.</source>
        <translation>Si la règle s’applique à TCP, à UDP ou aux deux.</translation>
    </message>
    <message>
        <source>Names that clients have logged in with. Empty: anybody, also without a login.</source>
        <translation>Les noms avec lesquels les clients se sont authentifiés. Vide&#xa0;: n’importe qui, même sans authentification.</translation>
    </message>
    <message>
        <source>Addresses that clients connect from, for listeners that other computers reach. Empty: any.</source>
        <translation>Les adresses depuis lesquelles les clients se connectent, pour les ports d’écoute que d’autres ordinateurs joignent. Vide&#xa0;: toutes.</translation>
    </message>
    <message>
        <source>What is done when everything above matches: connect directly, block, or go by way of a server or route.</source>
        <translation>Ce qui est fait quand tout ce qui précède correspond&#xa0;: connecter directement, bloquer, ou passer par un serveur ou une route.</translation>
    </message>
    <message>
        <source>How the server is called in lists and in the log.</source>
        <translation>Le nom du serveur dans les listes et dans le journal.</translation>
    </message>
    <message>
        <source>What rules and routes call the server in the profile&apos;s file. When it changes, they follow.</source>
        <translation>Comment les règles et les routes appellent le serveur dans le fichier du profil. Si l’identifiant change, elles suivent.</translation>
    </message>
    <message>
        <source>What the server speaks. SOCKS5 carries UDP and logins; SOCKS4 takes IPv4 addresses only, SOCKS4a names too; HTTP is its CONNECT method, for TCP.</source>
        <translation>Ce que parle le serveur. SOCKS5 transporte UDP et l’authentification&#xa0;; SOCKS4 n’accepte que des adresses IPv4, SOCKS4a aussi des noms&#xa0;; HTTP est sa méthode CONNECT, pour TCP.</translation>
    </message>
    <message>
        <source>The connection to the server is encrypted. The server has to expect that: plain SOCKS and HTTP servers do not.</source>
        <translation>La connexion au serveur est chiffrée. Le serveur doit s’y attendre&#xa0;: ce n’est pas le cas des serveurs SOCKS et HTTP simples.</translation>
    </message>
    <message>
        <source>The name or address of the server itself. A whole URL that is pasted here fills in the other fields.</source>
        <translation>Le nom ou l’adresse du serveur lui-même. Une URL entière collée ici remplit les autres champs.</translation>
    </message>
    <message>
        <source>The TCP port that the server listens on.</source>
        <translation>Le port TCP sur lequel le serveur écoute.</translation>
    </message>
    <message>
        <source>Who turns the names of targets into addresses. When the server does, they are passed on to it as names.</source>
        <translation>Qui traduit les noms des destinations en adresses. Si c’est le serveur, ils lui sont transmis comme noms.</translation>
    </message>
    <message>
        <source>With TLS: accept this very certificate and no other. Empty: any that this computer trusts and that is for the server&apos;s name.</source>
        <translation>Avec TLS&#xa0;: accepter ce certificat précis et aucun autre. Vide&#xa0;: tout certificat auquel cet ordinateur fait confiance et qui est au nom du serveur.</translation>
    </message>
    <message>
        <source>The name to log in with. Empty: no login is offered.</source>
        <translation>Le nom pour l’authentification. Vide&#xa0;: aucune authentification n’est proposée.</translation>
    </message>
    <message>
        <source>The password to log in with. It is never written to the profile or to the log.</source>
        <translation>Le mot de passe pour l’authentification. Il n’est jamais écrit dans le profil ni dans le journal.</translation>
    </message>
    <message>
        <source>The password is kept in memory until Hosier quits. After the next start it has to be entered again.</source>
        <translation>Le mot de passe est gardé en mémoire jusqu’à la fermeture de Hosier. Après le prochain lancement, il faut le saisir de nouveau.</translation>
    </message>
    <message>
        <source>The server is saved without a password.</source>
        <translation>Le serveur est enregistré sans mot de passe.</translation>
    </message>
    <message>
        <source>A file that holds the password in its first line, for computers without a credential store. Nobody but you may be able to read it.</source>
        <translation>Un fichier dont la première ligne est le mot de passe, pour les ordinateurs sans trousseau. Vous seul devez pouvoir le lire.</translation>
    </message>
    <message>
        <source>How the listener is called in lists and in the log.</source>
        <translation>Le nom du port d’écoute dans les listes et dans le journal.</translation>
    </message>
    <message>
        <source>Where clients connect to. 127.0.0.1 is reached by programs of this computer only, 0.0.0.0 by whoever reaches this computer.</source>
        <translation>Où les clients se connectent. 127.0.0.1 n’est joignable que par les programmes de cet ordinateur, 0.0.0.0 par quiconque joint cet ordinateur.</translation>
    </message>
    <message>
        <source>The port that clients connect to. No other program may listen on it at that address.</source>
        <translation>Le port auquel les clients se connectent. Aucun autre programme ne doit y écouter à cette adresse.</translation>
    </message>
    <message>
        <source>Takes SOCKS5 clients: TCP, UDP, and login by name and password.</source>
        <translation>Accepte les clients SOCKS5&#xa0;: TCP, UDP et authentification par nom et mot de passe.</translation>
    </message>
    <message>
        <source>Takes SOCKS4 and SOCKS4a clients: TCP, without passwords.</source>
        <translation>Accepte les clients SOCKS4 et SOCKS4a&#xa0;: TCP, sans mots de passe.</translation>
    </message>
    <message>
        <source>Takes HTTP clients: CONNECT and plain requests.</source>
        <translation>Accepte les clients HTTP&#xa0;: CONNECT et demandes simples.</translation>
    </message>
    <message>
        <source>Whether clients have to log in as one of the local users.</source>
        <translation>Si les clients doivent s’authentifier comme l’un des utilisateurs locaux.</translation>
    </message>
    <message>
        <source>Confirms that everybody who reaches the address may use the proxy without a password. Others may do so for their own ends, in your name.</source>
        <translation>Confirme que quiconque joint l’adresse peut utiliser le proxy sans mot de passe. D’autres peuvent le faire à leurs propres fins, en votre nom.</translation>
    </message>
    <message>
        <source>The addresses that clients may connect from. Empty: any.</source>
        <translation>Les adresses depuis lesquelles les clients peuvent se connecter. Vide&#xa0;: toutes.</translation>
    </message>
    <message>
        <source>Whose datagrams a client of UDP gets: only of those it has sent to, or also of others. The narrower, the safer; some games and calls need the wider ones.</source>
        <translation>De qui un client UDP reçoit des datagrammes&#xa0;: seulement de ceux à qui il en a envoyé, ou aussi d’autres. Plus c’est restreint, plus c’est sûr&#xa0;; certains jeux et appels demandent les choix plus larges.</translation>
    </message>
    <message>
        <source>The addresses at which other computers of the local network reach this proxy at the moment.</source>
        <translation>Les adresses auxquelles d’autres ordinateurs du réseau local joignent ce proxy en ce moment.</translation>
    </message>
    <message>
        <source>Copies the selected address and port.</source>
        <translation>Copie l’adresse et le port sélectionnés.</translation>
    </message>
    <message>
        <source>Copies the settings in the form that a program or a shell wants.</source>
        <translation>Copie les réglages sous la forme qu’attend un programme ou un shell.</translation>
    </message>
    <message>
        <source>Opens the listeners, which are closed at the moment.</source>
        <translation>Ouvre les ports d’écoute, qui sont fermés en ce moment.</translation>
    </message>
    <message>
        <source>Whether the window is shown when Hosier starts. In the tray, the proxy works just the same.</source>
        <translation>Si la fenêtre est affichée au lancement de Hosier. Dans la zone de notification, le proxy fonctionne de la même façon.</translation>
    </message>
    <message>
        <source>Which servers look names up themselves. They are told names as they are; for the others this computer looks names up first.</source>
        <translation>Quels serveurs résolvent eux-mêmes les noms. Ils les reçoivent tels quels&#xa0;; pour les autres, cet ordinateur les résout d’abord.</translation>
    </message>
    <message>
        <source>Looks every requested name up on this computer while there are rules about addresses, so that these can decide about it.</source>
        <translation>Résout sur cet ordinateur tout nom demandé tant qu’il existe des règles sur les adresses, pour qu’elles puissent en décider.</translation>
    </message>
    <message>
        <source>How bytes are moved between the two sides of a connection. Automatic takes the fastest way of this system.</source>
        <translation>Comment les octets passent d’un côté à l’autre d’une connexion. Automatique prend la voie la plus rapide de ce système.</translation>
    </message>
    <message>
        <source>Takes away the listener for the local network. The user that was added for it stays. Programs of this computer are not concerned.</source>
        <translation>Retire le port d’écoute du réseau local. L’utilisateur ajouté pour lui reste. Les programmes de cet ordinateur ne sont pas concernés.</translation>
    </message>
</context>
</TS>
