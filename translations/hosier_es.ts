<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>app::Desktop</name>
    <message>
        <source>Hosier</source>
        <translation>Hosier</translation>
    </message>
    <message>
        <source>Hosier is already running, but its window cannot be shown.</source>
        <translation>Hosier ya está en ejecución, pero no se puede mostrar su ventana.</translation>
    </message>
    <message>
        <source>The profile cannot be used.</source>
        <translation>No se puede usar el perfil.</translation>
    </message>
    <message>
        <source>The profile cannot be replaced.</source>
        <translation>No se puede sustituir el perfil.</translation>
    </message>
</context>
<context>
    <name>engine::Error</name>
    <message>
        <source>No error</source>
        <translation>Sin errores</translation>
    </message>
    <message>
        <source>The target refused the connection</source>
        <translation>El destino rechazó la conexión</translation>
    </message>
    <message>
        <source>The target host is unreachable</source>
        <translation>El host de destino es inaccesible</translation>
    </message>
    <message>
        <source>The target&apos;s network is unreachable</source>
        <translation>La red del destino es inaccesible</translation>
    </message>
    <message>
        <source>The target did not answer in time</source>
        <translation>El destino no respondió a tiempo</translation>
    </message>
    <message>
        <source>The connection was reset</source>
        <translation>La conexión se restableció</translation>
    </message>
    <message>
        <source>The connection was aborted</source>
        <translation>La conexión se interrumpió</translation>
    </message>
    <message>
        <source>The network is down</source>
        <translation>La red no funciona</translation>
    </message>
    <message>
        <source>The address is not available on this machine</source>
        <translation>La dirección no está disponible en este equipo</translation>
    </message>
    <message>
        <source>This machine does not support that kind of address</source>
        <translation>Este equipo no admite ese tipo de dirección</translation>
    </message>
    <message>
        <source>There is no host of that name</source>
        <translation>No existe ningún host con ese nombre</translation>
    </message>
    <message>
        <source>The name could not be looked up</source>
        <translation>No se pudo resolver el nombre</translation>
    </message>
    <message>
        <source>The name server did not answer in time</source>
        <translation>El servidor de nombres no respondió a tiempo</translation>
    </message>
    <message>
        <source>The expected connection did not come in time</source>
        <translation>La conexión esperada no llegó a tiempo</translation>
    </message>
    <message>
        <source>The address is in use by another program</source>
        <translation>Otro programa está usando la dirección</translation>
    </message>
    <message>
        <source>The system does not permit it</source>
        <translation>El sistema no lo permite</translation>
    </message>
    <message>
        <source>Too many open connections for this system</source>
        <translation>Demasiadas conexiones abiertas para este sistema</translation>
    </message>
    <message>
        <source>The system is out of memory</source>
        <translation>El sistema no tiene memoria suficiente</translation>
    </message>
    <message>
        <source>Too many clients</source>
        <translation>Demasiados clientes</translation>
    </message>
    <message>
        <source>Too many connections from this client</source>
        <translation>Demasiadas conexiones de este cliente</translation>
    </message>
    <message>
        <source>Too many logins at once</source>
        <translation>Demasiadas autenticaciones a la vez</translation>
    </message>
    <message>
        <source>The client does not speak a protocol of this listener</source>
        <translation>El cliente no habla ningún protocolo de este punto de escucha</translation>
    </message>
    <message>
        <source>The command is not supported</source>
        <translation>No se admite el comando</translation>
    </message>
    <message>
        <source>The address type is not supported</source>
        <translation>No se admite el tipo de dirección</translation>
    </message>
    <message>
        <source>The client offered no acceptable login method</source>
        <translation>El cliente no ofreció ningún método de autenticación aceptable</translation>
    </message>
    <message>
        <source>Wrong user name or password</source>
        <translation>Nombre de usuario o contraseña incorrectos</translation>
    </message>
    <message>
        <source>The client&apos;s address is not allowed here</source>
        <translation>La dirección del cliente no está permitida aquí</translation>
    </message>
    <message>
        <source>The client did not finish its request in time</source>
        <translation>El cliente no completó su solicitud a tiempo</translation>
    </message>
    <message>
        <source>The client went away</source>
        <translation>El cliente se desconectó</translation>
    </message>
    <message>
        <source>The proxy server could not be reached</source>
        <translation>No se pudo contactar con el servidor proxy</translation>
    </message>
    <message>
        <source>The proxy server did not answer in time</source>
        <translation>El servidor proxy no respondió a tiempo</translation>
    </message>
    <message>
        <source>The proxy server did not accept the login</source>
        <translation>El servidor proxy no aceptó la autenticación</translation>
    </message>
    <message>
        <source>The proxy server&apos;s answer is malformed</source>
        <translation>La respuesta del servidor proxy no es válida</translation>
    </message>
    <message>
        <source>No secure connection to the proxy server</source>
        <translation>No hay conexión segura con el servidor proxy</translation>
    </message>
    <message>
        <source>The proxy server does not allow it</source>
        <translation>El servidor proxy no lo permite</translation>
    </message>
    <message>
        <source>The proxy server could not connect to the target</source>
        <translation>El servidor proxy no pudo conectar con el destino</translation>
    </message>
    <message>
        <source>The route cannot carry this</source>
        <translation>La ruta no puede transportar esto</translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation>Bloqueada por las reglas</translation>
    </message>
    <message>
        <source>The target is this proxy itself</source>
        <translation>El destino es este mismo proxy</translation>
    </message>
    <message>
        <source>Closed on request</source>
        <translation>Cerrada a petición</translation>
    </message>
    <message>
        <source>The changed profile no longer allows it</source>
        <translation>El perfil modificado ya no lo permite</translation>
    </message>
    <message>
        <source>The changed rules send it another way</source>
        <translation>Las reglas modificadas la envían por otro camino</translation>
    </message>
    <message>
        <source>Nothing was sent for too long</source>
        <translation>No se envió nada durante demasiado tiempo</translation>
    </message>
    <message>
        <source>One side had finished and the other sent nothing for too long</source>
        <translation>Un extremo había terminado y el otro no envió nada durante demasiado tiempo</translation>
    </message>
    <message>
        <source>The proxy was stopped</source>
        <translation>El proxy se detuvo</translation>
    </message>
    <message>
        <source>Not supported yet</source>
        <translation>Aún no se admite</translation>
    </message>
    <message>
        <source>General failure</source>
        <translation>Error general</translation>
    </message>
    <message>
        <source>No local port is free for another connection</source>
        <translation>No hay ningún puerto local libre para otra conexión</translation>
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
        <translation>true o false</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>un número</translation>
    </message>
    <message>
        <source>text</source>
        <translation>texto</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>una lista</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>un objeto</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nada</translation>
    </message>
    <message>
        <source>must be %1, not %2</source>
        <translation>debe ser %1, no %2</translation>
    </message>
    <message>
        <source>further errors: %1</source>
        <translation>más errores: %1</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>falta</translation>
    </message>
    <message>
        <source>unknown key</source>
        <translation>clave desconocida</translation>
    </message>
    <message>
        <source>has %1 entries; %2 are allowed</source>
        <translation>tiene %1 entradas; se permiten %2</translation>
    </message>
    <message>
        <source>must not be empty</source>
        <translation>no debe estar vacío</translation>
    </message>
    <message>
        <source>is longer than %1 bytes</source>
        <translation>ocupa más de %1 bytes</translation>
    </message>
    <message>
        <source>must not hold control characters</source>
        <translation>no debe contener caracteres de control</translation>
    </message>
    <message>
        <source>must be from %1 to %2</source>
        <translation>debe estar entre %1 y %2</translation>
    </message>
    <message>
        <source>must be a whole number</source>
        <translation>debe ser un número entero</translation>
    </message>
    <message>
        <source>must be base64</source>
        <translation>debe ser base64</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>de %1 a %2</translation>
    </message>
    <message>
        <source>must be base64 of %1 bytes, not of %2</source>
        <translation>debe ser base64 de %1 bytes, no de %2</translation>
    </message>
    <message>
        <source>%1 is none of %2</source>
        <translation>%1 no es ninguno de %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>is listed twice</source>
        <translation>aparece dos veces</translation>
    </message>
    <message>
        <source>must list at least one of &quot;socks4&quot;, &quot;socks5&quot;, &quot;http&quot;</source>
        <translation>debe incluir al menos uno de &quot;socks4&quot;, &quot;socks5&quot;, &quot;http&quot;</translation>
    </message>
    <message>
        <source>%1 is not an IPv4 or IPv6 address</source>
        <translation>%1 no es una dirección IPv4 ni IPv6</translation>
    </message>
    <message>
        <source>whoever can reach %1 could use this proxy: set &quot;authentication&quot; to &quot;password&quot;, or &quot;open&quot; to true if an open proxy is meant</source>
        <translation>quien pueda alcanzar %1 podría usar este proxy: ponga &quot;authentication&quot; en &quot;password&quot;, o &quot;open&quot; en true si se desea un proxy abierto</translation>
    </message>
    <message>
        <source>must list at least one listener</source>
        <translation>debe incluir al menos un punto de escucha</translation>
    </message>
    <message>
        <source>%1 is already the endpoint of %2</source>
        <translation>%1 ya es la dirección y el puerto de %2</translation>
    </message>
    <message>
        <source>%1 is already the name of %2</source>
        <translation>%1 ya es el nombre de %2</translation>
    </message>
    <message>
        <source>nobody could log in: &quot;users&quot; lists no one (hosier --set-password NAME adds a user)</source>
        <translation>nadie podría autenticarse: &quot;users&quot; no incluye a nadie (hosier --set-password NAME añade un usuario)</translation>
    </message>
    <message>
        <source>is missing; this program reads version %1</source>
        <translation>falta; este programa lee la versión %1</translation>
    </message>
    <message>
        <source>is %1; this program reads version %2</source>
        <translation>es %1; este programa lee la versión %2</translation>
    </message>
    <message>
        <source>line %1, column %2</source>
        <translation>línea %1, columna %2</translation>
    </message>
    <message>
        <source>the profile is larger than %1 bytes</source>
        <translation>el perfil ocupa más de %1 bytes</translation>
    </message>
    <message>
        <source>must be an object</source>
        <translation>debe ser un objeto</translation>
    </message>
    <message>
        <source>may hold only letters A to Z, digits, &quot;-&quot;, &quot;_&quot; and &quot;.&quot;</source>
        <translation>solo puede contener letras de la A a la Z, dígitos, &quot;-&quot;, &quot;_&quot; y &quot;.&quot;</translation>
    </message>
    <message>
        <source>%1 is already the id at %2</source>
        <translation>%1 ya es el identificador en %2</translation>
    </message>
    <message>
        <source>SOCKS4 has no names: set &quot;protocol&quot; to &quot;socks4a&quot;, or this to &quot;local&quot;</source>
        <translation>SOCKS4 no transporta nombres: ponga &quot;protocol&quot; en &quot;socks4a&quot;, o esto en &quot;local&quot;</translation>
    </message>
    <message>
        <source>means nothing unless &quot;tls&quot; is true</source>
        <translation>no significa nada si &quot;tls&quot; no es true</translation>
    </message>
    <message>
        <source>holds a colon, which HTTP&apos;s Basic login cannot carry</source>
        <translation>contiene dos puntos, que la autenticación Basic de HTTP no puede transportar</translation>
    </message>
    <message>
        <source>must list at least one server or route</source>
        <translation>debe incluir al menos un servidor o una ruta</translation>
    </message>
    <message>
        <source>there is no server or route with the id %1</source>
        <translation>no hay ningún servidor ni ruta con el identificador %1</translation>
    </message>
    <message>
        <source>the route contains itself: %1</source>
        <translation>la ruta se contiene a sí misma: %1</translation>
    </message>
    <message>
        <source>is a chain of more than %1 servers</source>
        <translation>es una cadena de más de %1 servidores</translation>
    </message>
    <message>
        <source>%1 is neither a port (&quot;80&quot;) nor a range of ports (&quot;8000-9000&quot;)</source>
        <translation>%1 no es un puerto (&quot;80&quot;) ni un intervalo de puertos (&quot;8000-9000&quot;)</translation>
    </message>
    <message>
        <source>%1 is not an address block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1 no es un bloque de direcciones como &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>%1 is not a host: it holds a space</source>
        <translation>%1 no es un host: contiene un espacio</translation>
    </message>
    <message>
        <source>%1: &quot;*&quot; stands for whole labels at one end of a name, as in &quot;*.lan&quot; or &quot;mail.*&quot;</source>
        <translation>%1: &quot;*&quot; representa partes completas en un extremo de un nombre, como en &quot;*.lan&quot; o &quot;mail.*&quot;</translation>
    </message>
    <message>
        <source>%1 is not a range of addresses such as &quot;10.0.0.1-10.0.0.9&quot;</source>
        <translation>%1 no es un intervalo de direcciones como &quot;10.0.0.1-10.0.0.9&quot;</translation>
    </message>
    <message>
        <source>%1 is not an address or an address block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1 no es una dirección ni un bloque de direcciones como &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>%1 cannot carry UDP, which &quot;transports&quot; lists: only SOCKS5 servers can</source>
        <translation>%1 no puede transportar UDP, que figura en &quot;transports&quot;: solo pueden los servidores SOCKS5</translation>
    </message>
    <message>
        <source>%1 is none of &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</source>
        <translation>%1 no es ninguno de &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</translation>
    </message>
    <message>
        <source>this session has no D-Bus</source>
        <translation>esta sesión no tiene D-Bus</translation>
    </message>
    <message>
        <source>the session&apos;s D-Bus cannot be reached</source>
        <translation>no se puede acceder al D-Bus de la sesión</translation>
    </message>
    <message>
        <source>libsecret-1.so.0 is missing, or Qt runs without GLib</source>
        <translation>falta libsecret-1.so.0, o Qt funciona sin GLib</translation>
    </message>
    <message>
        <source>neither a Secret Service nor KWallet is on the session&apos;s D-Bus</source>
        <translation>ni un Secret Service ni KWallet están en el D-Bus de la sesión</translation>
    </message>
    <message>
        <source>this program was built without QtKeychain</source>
        <translation>este programa se compiló sin QtKeychain</translation>
    </message>
    <message>
        <source>there is no credential store</source>
        <translation>no hay ningún almacén de credenciales</translation>
    </message>
    <message>
        <source>the credential store has no password for it</source>
        <translation>el almacén de credenciales no tiene ninguna contraseña para ello</translation>
    </message>
    <message>
        <source>the credential store gives no access</source>
        <translation>el almacén de credenciales no permite el acceso</translation>
    </message>
    <message>
        <source>the credential store does not answer</source>
        <translation>el almacén de credenciales no responde</translation>
    </message>
    <message>
        <source>the credential store failed</source>
        <translation>el almacén de credenciales falló</translation>
    </message>
    <message>
        <source>%1 cannot be made</source>
        <translation>no se puede crear %1</translation>
    </message>
    <message>
        <source>%1 is not a regular file</source>
        <translation>%1 no es un archivo normal</translation>
    </message>
    <message>
        <source>server %1: its password is not removed: %2</source>
        <translation>servidor %1: no se quitó su contraseña: %2</translation>
    </message>
    <message>
        <source>server %1: its password is not kept under the new id: %2</source>
        <translation>servidor %1: su contraseña no se guardó con el nuevo identificador: %2</translation>
    </message>
    <message>
        <source>server %1: its password is not known: %2</source>
        <translation>servidor %1: no se conoce su contraseña: %2</translation>
    </message>
    <message>
        <source>cannot write %1: %2</source>
        <translation>no se puede escribir %1: %2</translation>
    </message>
    <message>
        <source>cannot read %1: %2</source>
        <translation>no se puede leer %1: %2</translation>
    </message>
    <message>
        <source>cannot create the directory of %1</source>
        <translation>no se puede crear el directorio de %1</translation>
    </message>
    <message>
        <source>%1 belongs to the profile in use</source>
        <translation>%1 pertenece al perfil en uso</translation>
    </message>
    <message>
        <source>the profile has no listener</source>
        <translation>el perfil no tiene ningún punto de escucha</translation>
    </message>
    <message>
        <source>whoever can reach %1 could use this proxy: the profile&apos;s first listener asks for no password and is not &quot;open&quot;</source>
        <translation>quien pueda alcanzar %1 podría usar este proxy: el primer punto de escucha del perfil no pide contraseña y no está marcado como &quot;open&quot;</translation>
    </message>
    <message>
        <source>%1 is already the endpoint of the listener &quot;%2&quot;</source>
        <translation>%1 ya es la dirección y el puerto del punto de escucha «%2»</translation>
    </message>
    <message>
        <source>the password file %1 is no regular file</source>
        <translation>el archivo de contraseña %1 no es un archivo normal</translation>
    </message>
    <message>
        <source>the password file %1 is open to others: chmod 600</source>
        <translation>el archivo de contraseña %1 es accesible para otros: chmod 600</translation>
    </message>
    <message>
        <source>cannot read the password file %1: %2</source>
        <translation>no se puede leer el archivo de contraseña %1: %2</translation>
    </message>
    <message>
        <source>the password in %1 is not 1 to 255 bytes long</source>
        <translation>la contraseña de %1 no tiene de 1 a 255 bytes</translation>
    </message>
    <message>
        <source>server %1: %2</source>
        <translation>servidor %1: %2</translation>
    </message>
    <message>
        <source>the running instance did not answer</source>
        <translation>la instancia en ejecución no respondió</translation>
    </message>
    <message>
        <source>no running instance uses this profile</source>
        <translation>ninguna instancia en ejecución usa este perfil</translation>
    </message>
    <message>
        <source>the running instance is not ready</source>
        <translation>la instancia en ejecución no está lista</translation>
    </message>
    <message>
        <source>the running instance has no interface (--headless)</source>
        <translation>la instancia en ejecución no tiene interfaz (--headless)</translation>
    </message>
    <message>
        <source>%1 is too large</source>
        <translation>%1 es demasiado grande</translation>
    </message>
    <message>
        <source>%1 is a link or a directory</source>
        <translation>%1 es un enlace o un directorio</translation>
    </message>
    <message>
        <source>cannot create %1</source>
        <translation>no se puede crear %1</translation>
    </message>
    <message>
        <source>cannot remove %1: %2</source>
        <translation>no se puede quitar %1: %2</translation>
    </message>
    <message>
        <source>%1%2 has no key &quot;%3&quot;</source>
        <translation>%1%2 no tiene la clave &quot;%3&quot;</translation>
    </message>
    <message>
        <source>%1 is locked by the administrator</source>
        <translation>%1 está bloqueado por el administrador</translation>
    </message>
    <message>
        <source>InternetQueryOption: error %1</source>
        <translation>InternetQueryOption: error %1</translation>
    </message>
    <message>
        <source>InternetSetOption: error %1</source>
        <translation>InternetSetOption: error %1</translation>
    </message>
    <message>
        <source>they do not stay as they are written</source>
        <translation>no se conservan tal como se escriben</translation>
    </message>
    <message>
        <source>no answer within %1 s</source>
        <translation>sin respuesta en %1 s</translation>
    </message>
    <message>
        <source>failed (%1)</source>
        <translation>falló (%1)</translation>
    </message>
    <message>
        <source>only SOCKS5 carries UDP</source>
        <translation>solo SOCKS5 transporta UDP</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>it hung up</source>
        <translation>cerró la conexión</translation>
    </message>
    <message>
        <source>malformed or oversized request</source>
        <translation>solicitud mal formada o demasiado grande</translation>
    </message>
    <message>
        <source>only /proxy.pac is to be had here</source>
        <translation>aquí solo se ofrece /proxy.pac</translation>
    </message>
    <message>
        <source>CONNECT needs a connection of its own</source>
        <translation>CONNECT necesita una conexión propia</translation>
    </message>
    <message>
        <source>malformed chunks</source>
        <translation>fragmentos (chunks) mal formados</translation>
    </message>
    <message>
        <source>by the target</source>
        <translation>por el destino</translation>
    </message>
    <message>
        <source>malformed chunks from the target</source>
        <translation>fragmentos (chunks) del destino mal formados</translation>
    </message>
    <message>
        <source>the target&apos;s answer is malformed</source>
        <translation>la respuesta del destino está mal formada</translation>
    </message>
    <message>
        <source>it asks for a user name and password</source>
        <translation>pide nombre de usuario y contraseña</translation>
    </message>
    <message>
        <source>reply 7, command not supported</source>
        <translation>respuesta 7, comando no admitido</translation>
    </message>
    <message>
        <source>reply 8, address type not supported</source>
        <translation>respuesta 8, tipo de dirección no admitido</translation>
    </message>
    <message>
        <source>reply %1</source>
        <translation>respuesta %1</translation>
    </message>
    <message>
        <source>SOCKS4 code %1</source>
        <translation>código SOCKS4 %1</translation>
    </message>
    <message>
        <source>it chose a method that was not offered</source>
        <translation>eligió un método que no se había ofrecido</translation>
    </message>
    <message>
        <source>it takes no user name and password</source>
        <translation>no acepta nombre de usuario ni contraseña</translation>
    </message>
    <message>
        <source>too many interim answers</source>
        <translation>demasiadas respuestas provisionales</translation>
    </message>
    <message>
        <source>HTTP status %1</source>
        <translation>estado HTTP %1</translation>
    </message>
    <message>
        <source>SOCKS4 has no UDP</source>
        <translation>SOCKS4 no tiene UDP</translation>
    </message>
    <message>
        <source>SOCKS4 has no IPv6</source>
        <translation>SOCKS4 no tiene IPv6</translation>
    </message>
    <message>
        <source>HTTP has no BIND</source>
        <translation>HTTP no tiene BIND</translation>
    </message>
    <message>
        <source>HTTP has no UDP</source>
        <translation>HTTP no tiene UDP</translation>
    </message>
    <message>
        <source>HTTP cannot say this name</source>
        <translation>HTTP no puede expresar este nombre</translation>
    </message>
    <message>
        <source>too many others are under way</source>
        <translation>hay demasiadas otras en curso</translation>
    </message>
    <message>
        <source>no thread for it</source>
        <translation>no hay ningún hilo disponible</translation>
    </message>
    <message>
        <source>no answer by UDP</source>
        <translation>sin respuesta por UDP</translation>
    </message>
    <message>
        <source>no descriptors are left</source>
        <translation>no quedan descriptores</translation>
    </message>
    <message>
        <source>its certificate is not the pinned one but has the SHA-256 %1</source>
        <translation>su certificado no es el fijado, sino que tiene el SHA-256 %1</translation>
    </message>
    <message>
        <source>it leads back here</source>
        <translation>conduce de vuelta aquí</translation>
    </message>
    <message>
        <source>its answer is too long</source>
        <translation>su respuesta es demasiado larga</translation>
    </message>
    <message>
        <source>cannot be true beside &quot;passwordFile&quot;</source>
        <translation>no puede ser verdadero junto a &quot;passwordFile&quot;</translation>
    </message>
    <message>
        <source>by the client</source>
        <translation>por el cliente</translation>
    </message>
    <message>
        <source>%1 is not a host: what follows the &quot;:&quot; belongs into &quot;ports&quot;</source>
        <translation>%1 no es un host: lo que sigue a &quot;:&quot; va en &quot;ports&quot;</translation>
    </message>
    <message>
        <source>%1 is neither a name nor an address</source>
        <translation>%1 no es ni un nombre ni una dirección</translation>
    </message>
    <message>
        <source>%1 is not a host: something is missing before or after a dot; &quot;*.lan&quot; stands for all names that end in &quot;.lan&quot;</source>
        <translation>%1 no es un host: falta algo antes o después de un punto; &quot;*.lan&quot; representa todos los nombres que terminan en &quot;.lan&quot;</translation>
    </message>
    <message>
        <source>%1 is not a host: &quot;?&quot; is no wildcard in names of hosts</source>
        <translation>%1 no es un host: &quot;?&quot; no es un comodín en los nombres de host</translation>
    </message>
    <message>
        <source>%1: &quot;*&quot; stands for parts of names, not of addresses: write a block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1: &quot;*&quot; representa partes de nombres, no de direcciones: escriba un bloque como &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>The profile&apos;s file was changed by another program meanwhile. It is in force now; please make your change once more.</source>
        <translation>Otro programa ha cambiado entretanto el archivo del perfil, que ya está en vigor; vuelva a hacer su cambio.</translation>
    </message>
    <message>
        <source>%1 is more than one entry: each stands by itself</source>
        <translation>%1 son varias entradas: cada una va por separado</translation>
    </message>
    <message>
        <source>%1 is a URL: only the host in it belongs here</source>
        <translation>%1 es una URL: aquí solo va su host</translation>
    </message>
    <message>
        <source>%1 stands without quotes here</source>
        <translation>%1 se escribe aquí sin comillas</translation>
    </message>
    <message>
        <source>%1 is neither the name of a program nor its whole path, such as &quot;/usr/bin/curl&quot; or &quot;C:\Tools\curl.exe&quot;</source>
        <translation>%1 no es ni el nombre de un programa ni su ruta completa, como &quot;/usr/bin/curl&quot; o &quot;C:\Tools\curl.exe&quot;</translation>
    </message>
    <message>
        <source>the program is about to end</source>
        <translation>el programa está a punto de terminar</translation>
    </message>
    <message>
        <source>the running instance has hung up</source>
        <translation>la instancia en ejecución ha cerrado la conexión</translation>
    </message>
    <message>
        <source>it refused the connection</source>
        <translation>rechazó la conexión</translation>
    </message>
    <message>
        <source>it is unreachable</source>
        <translation>es inaccesible</translation>
    </message>
    <message>
        <source>its network is unreachable</source>
        <translation>su red es inaccesible</translation>
    </message>
    <message>
        <source>it did not answer in time</source>
        <translation>no respondió a tiempo</translation>
    </message>
    <message>
        <source>the server before it does not allow it</source>
        <translation>el servidor anterior no lo permite</translation>
    </message>
    <message>
        <source>the server before it could not connect to it</source>
        <translation>el servidor anterior no pudo conectar con él</translation>
    </message>
    <message>
        <source>%1 is neither an address nor the name of one host, which holds no &quot;/&quot;, &quot;:&quot; or &quot;*&quot;</source>
        <translation>%1 no es una dirección ni el nombre de un único host; un nombre así no contiene &quot;/&quot;, &quot;:&quot; ni &quot;*&quot;</translation>
    </message>
    <message>
        <source>%1 is no name that can be asked for: it is too long, or holds a space or what cannot be seen</source>
        <translation>%1 no es un nombre que se pueda solicitar: es demasiado largo o contiene un espacio o caracteres invisibles</translation>
    </message>
    <message>
        <source>the profile is empty</source>
        <translation>el perfil está vacío</translation>
    </message>
    <message>
        <source>%1 is none of &quot;default&quot;, &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</source>
        <translation>%1 no es ninguno de &quot;default&quot;, &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</translation>
    </message>
    <message>
        <source>%1 begins with two separators: write %2, or %3 for a program in a network</source>
        <translation>%1 empieza por dos separadores: escriba %2, o %3 para un programa en una red</translation>
    </message>
    <message>
        <source>%1 is no path that a program is known by, for it holds &quot;.&quot;, &quot;..&quot; or two separators in a row: write %2</source>
        <translation>%1 no es una ruta por la que se conozca un programa, pues contiene &quot;.&quot;, &quot;..&quot; o dos separadores seguidos: escriba %2</translation>
    </message>
    <message>
        <source>%1 has bits set behind its prefix: write %2 for the block</source>
        <translation>%1 tiene bits distintos de cero después del prefijo: escriba %2 para el bloque</translation>
    </message>
    <message>
        <source>%1 begins or ends with a space: leave that out</source>
        <translation>%1 empieza o termina con un espacio: quítelo</translation>
    </message>
    <message>
        <source>%1 ends like a directory: write %2 for all programs below it</source>
        <translation>%1 termina como un directorio: escriba %2 para todos los programas que haya dentro</translation>
    </message>
    <message>
        <source>%1 (its certificate has the SHA-256 %2)</source>
        <translation>%1 (su certificado tiene el SHA-256 %2)</translation>
    </message>
    <message>
        <source>the keyring is locked</source>
        <translation>el depósito de claves está bloqueado</translation>
    </message>
    <message>
        <source>servers %1: their passwords are not removed: %2</source>
        <translation>servidores %1: no se han eliminado sus contraseñas: %2</translation>
    </message>
</context>
<context>
    <name>ui::About</name>
    <message>
        <source>About Hosier</source>
        <translation>Acerca de Hosier</translation>
    </message>
    <message>
        <source>A proxy manager for the desktop: programs connect through it by SOCKS or HTTP, and you see every connection they make.&lt;br&gt;&lt;br&gt;Published under the MIT licence.</source>
        <translation>Un gestor de proxies para el escritorio: los programas se conectan a través de él mediante SOCKS o HTTP y usted ve cada conexión que establecen.&lt;br&gt;&lt;br&gt;Publicado bajo la licencia MIT.</translation>
    </message>
    <message>
        <source>About Qt</source>
        <translation>Acerca de Qt</translation>
    </message>
    <message>
        <source>Hosier is made with Qt, used under the GNU Lesser General Public License version 3.&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</source>
        <translation>Hosier está hecho con Qt, usado bajo la GNU Lesser General Public License, versión 3.&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</translation>
    </message>
    <message>
        <source>The source code of Qt is at %1. The licences of Qt, and of the runtime libraries of GCC and mingw-w64 that come with Hosier, are in %2.</source>
        <translation>El código fuente de Qt está en %1. Las licencias de Qt y de las bibliotecas de tiempo de ejecución de GCC y mingw-w64 que acompañan a Hosier están en %2.</translation>
    </message>
</context>
<context>
    <name>ui::ActionCombo</name>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Vía %1</translation>
    </message>
</context>
<context>
    <name>ui::Actions</name>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Salir</translation>
    </message>
    <message>
        <source>Stop the proxy and quit Hosier</source>
        <translation>Detener el proxy y salir de Hosier</translation>
    </message>
    <message>
        <source>Start at &amp;login</source>
        <translation>I&amp;niciar con la sesión</translation>
    </message>
    <message>
        <source>&amp;Close window</source>
        <translation>&amp;Cerrar ventana</translation>
    </message>
    <message>
        <source>Close the window; the proxy goes on in the tray where there is one</source>
        <translation>Cerrar la ventana; el proxy sigue en la bandeja del sistema, si la hay</translation>
    </message>
    <message>
        <source>&amp;Import...</source>
        <translation>&amp;Importar...</translation>
    </message>
    <message>
        <source>Take a profile from a file, of Hosier or of Proxifier (.ppx)</source>
        <translation>Tomar un perfil de un archivo, de Hosier o de Proxifier (.ppx)</translation>
    </message>
    <message>
        <source>&amp;Export...</source>
        <translation>&amp;Exportar...</translation>
    </message>
    <message>
        <source>Write the profile in force to a file</source>
        <translation>Escribir en un archivo el perfil en vigor</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copiar</translation>
    </message>
    <message>
        <source>Copy the selected connections as text</source>
        <translation>Copiar como texto las conexiones seleccionadas</translation>
    </message>
    <message>
        <source>Copy &amp;target</source>
        <translation>Copiar des&amp;tino</translation>
    </message>
    <message>
        <source>Copy the targets of the selected connections</source>
        <translation>Copiar los destinos de las conexiones seleccionadas</translation>
    </message>
    <message>
        <source>Close co&amp;nnection</source>
        <translation>Cerrar co&amp;nexión</translation>
    </message>
    <message>
        <source>Close the selected connections</source>
        <translation>Cerrar las conexiones seleccionadas</translation>
    </message>
    <message>
        <source>E&amp;xplain...</source>
        <translation>E&amp;xplicar...</translation>
    </message>
    <message>
        <source>Show which rule decides about such a connection, and why</source>
        <translation>Mostrar qué regla decide sobre una conexión así y por qué</translation>
    </message>
    <message>
        <source>Show what the rules decide about a connection that you describe</source>
        <translation>Mostrar qué deciden las reglas sobre una conexión que usted describa</translation>
    </message>
    <message>
        <source>&amp;Apply to open connections</source>
        <translation>Ap&amp;licar a las conexiones abiertas</translation>
    </message>
    <message>
        <source>Close the open connections that would go another way now, or be blocked, so that their programs connect again by the rules</source>
        <translation>Cerrar las conexiones abiertas que ahora irían por otro camino o se bloquearían, para que sus programas se conecten de nuevo según las reglas</translation>
    </message>
    <message>
        <source>Filter &amp;log</source>
        <translation>Filtrar re&amp;gistro</translation>
    </message>
    <message>
        <source>Go to the filter field of the log</source>
        <translation>Ir al campo de filtro del registro</translation>
    </message>
    <message>
        <source>&amp;Proxy on</source>
        <translation>&amp;Proxy activado</translation>
    </message>
    <message>
        <source>Open or close the listeners; open connections go on</source>
        <translation>Abrir o cerrar los puntos de escucha; las conexiones abiertas continúan</translation>
    </message>
    <message>
        <source>&amp;Retry listeners</source>
        <translation>&amp;Reintentar puntos de escucha</translation>
    </message>
    <message>
        <source>Try again to open the listeners that failed</source>
        <translation>Intentar abrir de nuevo los puntos de escucha que fallaron</translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation>Proxy del sis&amp;tema</translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier</source>
        <translation>Dirigir a Hosier los programas que siguen la configuración de proxy del sistema</translation>
    </message>
    <message>
        <source>System proxy e&amp;xceptions...</source>
        <translation>E&amp;xcepciones del proxy del sistema...</translation>
    </message>
    <message>
        <source>Choose the hosts that programs reach without the system proxy</source>
        <translation>Elegir los hosts a los que los programas acceden sin el proxy del sistema</translation>
    </message>
    <message>
        <source>Copy proxy &amp;environment variables</source>
        <translation>Copiar variables de &amp;entorno del proxy</translation>
    </message>
    <message>
        <source>Copy lines for a shell that point programs at the proxy</source>
        <translation>Copiar líneas para un intérprete de comandos que dirigen los programas al proxy</translation>
    </message>
    <message>
        <source>Close &amp;all connections</source>
        <translation>Cerrar t&amp;odas las conexiones</translation>
    </message>
    <message>
        <source>Close every open connection; the proxy stays as it is</source>
        <translation>Cerrar todas las conexiones abiertas; el proxy queda como está</translation>
    </message>
    <message>
        <source>Log in its own &amp;window</source>
        <translation>Registro en &amp;ventana propia</translation>
    </message>
    <message>
        <source>Take the log out of the main window, or put it back</source>
        <translation>Sacar el registro de la ventana principal o devolverlo a ella</translation>
    </message>
    <message>
        <source>&amp;About Hosier</source>
        <translation>&amp;Acerca de Hosier</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>Versión y licencia</translation>
    </message>
    <message>
        <source>About &amp;Qt</source>
        <translation>Acerca de &amp;Qt</translation>
    </message>
    <message>
        <source>Version of the Qt library</source>
        <translation>Versión de la biblioteca Qt</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <comment>mode</comment>
        <translation>&amp;Reglas</translation>
    </message>
    <message>
        <source>The rules decide, top to bottom; then the default action</source>
        <translation>Deciden las reglas, de arriba abajo; después, la acción predeterminada</translation>
    </message>
    <message>
        <source>&amp;Everything</source>
        <comment>mode</comment>
        <translation>&amp;Todo</translation>
    </message>
    <message>
        <source>The default action is taken for everything, whatever the rules say</source>
        <translation>La acción predeterminada se aplica a todo, digan lo que digan las reglas</translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>mode</comment>
        <translation>&amp;Directo</translation>
    </message>
    <message>
        <source>Everything connects directly, and nothing is blocked</source>
        <translation>Todo se conecta directamente y nada se bloquea</translation>
    </message>
    <message>
        <source>Try out</source>
        <translation>Probar</translation>
    </message>
    <message>
        <source>Apply to open</source>
        <translation>Aplicar a abiertas</translation>
    </message>
    <message>
        <source>&amp;System&apos;s language</source>
        <translation>Idioma del &amp;sistema</translation>
    </message>
    <message>
        <source>The language of the desktop, where Hosier speaks it</source>
        <translation>El idioma del escritorio, si Hosier lo habla</translation>
    </message>
    <message>
        <source>&amp;Try the rules out...</source>
        <translation>P&amp;robar reglas...</translation>
    </message>
    <message>
        <source>&amp;Settings...</source>
        <translation>C&amp;onfiguración...</translation>
    </message>
    <message>
        <source>Theme, log, limits and notifications</source>
        <translation>Tema, registro, límites y notificaciones</translation>
    </message>
    <message>
        <source>Start Hosier when you log in; the settings say whether in the tray</source>
        <translation>Iniciar Hosier al iniciar la sesión; la configuración indica si en la bandeja</translation>
    </message>
    <message>
        <source>&amp;Filter page</source>
        <translation>&amp;Filtrar página</translation>
    </message>
    <message>
        <source>Go to the field that filters the page in sight</source>
        <translation>Ir al campo que filtra la página visible</translation>
    </message>
    <message>
        <source>Traffic in its &amp;own window</source>
        <translation>Tráfico en ventana pr&amp;opia</translation>
    </message>
    <message>
        <source>Take the traffic out of the main window, or put it back</source>
        <translation>Sacar el tráfico de la ventana principal o devolverlo a ella</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationModel</name>
    <message>
        <source>The rule that decides about its connections; of one that has none, about its latest one</source>
        <translation>La regla que decide sobre sus conexiones; si no hay ninguna abierta, sobre la más reciente</translation>
    </message>
    <message>
        <source>Since Hosier started</source>
        <translation>Desde el inicio de Hosier</translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation>Aplicación</translation>
    </message>
    <message>
        <source>Live</source>
        <comment>column: open connections</comment>
        <translation>Abiertas</translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation>Recib./s</translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation>Env./s</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation>Recibido</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation>Enviado</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Regla</translation>
    </message>
    <message>
        <source>Last seen</source>
        <comment>column</comment>
        <translation>Última vez</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationText</name>
    <message>
        <source>No rule</source>
        <comment>no rule matched</comment>
        <translation>Ninguna regla</translation>
    </message>
    <message>
        <source>Several</source>
        <comment>rules</comment>
        <translation>Varias</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <comment>rules</comment>
        <translation>
            <numerusform>%n más</numerusform>
            <numerusform>%n más</numerusform>
        </translation>
    </message>
    <message>
        <source>Now</source>
        <comment>last seen</comment>
        <translation>Ahora</translation>
    </message>
    <message>
        <source>Just now</source>
        <comment>last seen</comment>
        <translation>Hace un momento</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <comment>last seen: a duration</comment>
        <translation>Hace %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>client, login name</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Unidentified programs</source>
        <translation>Programas sin identificar</translation>
    </message>
    <message>
        <source>Client %1</source>
        <comment>address</comment>
        <translation>Cliente %1</translation>
    </message>
    <message>
        <source>Programs of this machine whose name the system did not tell, or that had gone before it could be asked.</source>
        <translation>Programas de este equipo cuyo nombre no indicó el sistema o que ya habían terminado antes de poder consultarlo.</translation>
    </message>
    <message>
        <source>A client of the proxy, known by its address.</source>
        <translation>Un cliente del proxy, conocido por su dirección.</translation>
    </message>
    <message>
        <source>Latest process: %1</source>
        <translation>Último proceso: %1</translation>
    </message>
    <message>
        <source>Connections since Hosier started: %1</source>
        <translation>Conexiones desde el inicio de Hosier: %1</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>Reglas: %1</translation>
    </message>
    <message>
        <source>Last seen: %1</source>
        <translation>Última vez: %1</translation>
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
        <translation>Aplicaciones</translation>
    </message>
    <message>
        <source>Columns of the applications</source>
        <translation>Columnas de las aplicaciones</translation>
    </message>
    <message>
        <source>New rule for a&amp;pplication...</source>
        <translation>Nueva regla para la a&amp;plicación...</translation>
    </message>
    <message>
        <source>Make a rule for the selected application</source>
        <translation>Crear una regla para la aplicación seleccionada</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copiar</translation>
    </message>
    <message>
        <source>Copy the selected applications as text</source>
        <translation>Copiar como texto las aplicaciones seleccionadas</translation>
    </message>
    <message>
        <source>Clo&amp;se connections of application</source>
        <translation>Cerrar conexiones de la &amp;aplicación</translation>
    </message>
    <message>
        <source>Close all connections of the selected applications</source>
        <translation>Cerrar todas las conexiones de las aplicaciones seleccionadas</translation>
    </message>
</context>
<context>
    <name>ui::ClientSettings</name>
    <message>
        <source>Environment variables</source>
        <translation>Variables de entorno</translation>
    </message>
    <message>
        <source>PAC address</source>
        <translation>Dirección PAC</translation>
    </message>
    <message>
        <source>Copied. Put it into %1 and replace NAME and PASSWORD.</source>
        <translation>Copiado. Póngalo en %1 y sustituya NAME y PASSWORD.</translation>
    </message>
    <message>
        <source>Copied. Put it into %1.</source>
        <comment>a file</comment>
        <translation>Copiado. Póngalo en %1.</translation>
    </message>
    <message>
        <source>Copied. Paste it into a shell and replace NAME and PASSWORD.</source>
        <translation>Copiado. Péguelo en un intérprete de comandos y sustituya NAME y PASSWORD.</translation>
    </message>
    <message>
        <source>Copied. Paste it into a shell: its programs then use %1.</source>
        <translation>Copiado. Péguelo en un intérprete de comandos: sus programas usarán entonces %1.</translation>
    </message>
    <message>
        <source>Copied. Enter it where a program or system asks for a PAC file or a configuration URL.</source>
        <translation>Copiado. Introdúzcalo donde un programa o el sistema pida un archivo PAC o una URL de configuración.</translation>
    </message>
    <message>
        <source>The PAC file is served by HTTP. Add HTTP to the listener&apos;s protocols.</source>
        <translation>El archivo PAC se sirve por HTTP. Añada HTTP a los protocolos del punto de escucha.</translation>
    </message>
    <message>
        <source>%1 needs a listener that speaks HTTP.</source>
        <comment>a program</comment>
        <translation>%1 necesita un punto de escucha que hable HTTP.</translation>
    </message>
    <message>
        <source>Environment variables (%1)</source>
        <comment>of a shell</comment>
        <translation>Variables de entorno (%1)</translation>
    </message>
</context>
<context>
    <name>ui::ColumnMenu</name>
    <message>
        <source>Col&amp;umns</source>
        <translation>Col&amp;umnas</translation>
    </message>
</context>
<context>
    <name>ui::ConnectionModel</name>
    <message>
        <source>How long the connection is or was open. Sorts by when it was opened.</source>
        <translation>Cuánto tiempo está o estuvo abierta la conexión. Ordena por el momento en que se abrió.</translation>
    </message>
    <message>
        <source>The rule that decided what is done with the connection; blank: the default action</source>
        <translation>La regla que decidió qué se hace con la conexión; en blanco: la acción predeterminada</translation>
    </message>
    <message>
        <source>The server or route the connection goes by; blank: directly</source>
        <translation>El servidor o la ruta por donde va la conexión; en blanco: directamente</translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation>Aplicación</translation>
    </message>
    <message>
        <source>Client</source>
        <comment>column</comment>
        <translation>Cliente</translation>
    </message>
    <message>
        <source>Target</source>
        <comment>column</comment>
        <translation>Destino</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>Protocolo</translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation>Duración</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation>Recibido</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation>Enviado</translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation>Recib./s</translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation>Env./s</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Regla</translation>
    </message>
    <message>
        <source>Route</source>
        <comment>column</comment>
        <translation>Ruta</translation>
    </message>
    <message>
        <source>The program that connects, or the client&apos;s address where none is known</source>
        <translation>El programa que se conecta, o la dirección del cliente si no se conoce ninguno</translation>
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
        <translation>Aplicación: %1</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Falló: %1</translation>
    </message>
    <message>
        <source>Ended: %1</source>
        <translation>Terminó: %1</translation>
    </message>
    <message>
        <source>Target: %1</source>
        <translation>Destino: %1</translation>
    </message>
    <message>
        <source>Connected to: %1</source>
        <translation>Conectado a: %1</translation>
    </message>
    <message>
        <source>Client: %1</source>
        <translation>Cliente: %1</translation>
    </message>
    <message>
        <source>Logged in as: %1</source>
        <translation>Autenticado como: %1</translation>
    </message>
    <message>
        <source>Rule: %1</source>
        <translation>Regla: %1</translation>
    </message>
    <message>
        <source>By way of: %1</source>
        <comment>server or route</comment>
        <translation>Vía: %1</translation>
    </message>
    <message>
        <source>Listener: %1</source>
        <translation>Punto de escucha: %1</translation>
    </message>
    <message>
        <source>Opened at: %1</source>
        <translation>Apertura: %1</translation>
    </message>
    <message>
        <source>Ended at: %1</source>
        <translation>Fin: %1</translation>
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
            <numerusform>%n conexión terminó de este modo. Esta es la última.</numerusform>
            <numerusform>%n conexiones terminaron del mismo modo. Esta es la última.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) wait alike. This is the newest of them.</source>
        <translation>
            <numerusform>%n conexión está en espera. Esta es la más reciente.</numerusform>
            <numerusform>%n conexiones esperan del mismo modo. Esta es la más reciente.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ConnectionsPage</name>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Conexiones</translation>
    </message>
    <message>
        <source>Columns of the connections</source>
        <translation>Columnas de las conexiones</translation>
    </message>
    <message>
        <source>Retry to open the listener</source>
        <translation>Reintentar abrir el punto de escucha</translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1. %2</source>
        <translation>Hosier no puede escuchar en %1. %2</translation>
    </message>
</context>
<context>
    <name>ui::CrashBar</name>
    <message>
        <source>Note of a crash</source>
        <translation>Nota de un fallo</translation>
    </message>
    <message>
        <source>Hosier ended unexpectedly the last time. The note about it is %1.</source>
        <translation>Hosier terminó de forma inesperada la última vez. La nota sobre ello es %1.</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Abrir carpeta</translation>
    </message>
    <message>
        <source>Show the folder of the note</source>
        <translation>Mostrar la carpeta de la nota</translation>
    </message>
    <message>
        <source>Copy note</source>
        <translation>Copiar nota</translation>
    </message>
    <message>
        <source>Copy the note, to send it to whoever can make use of it</source>
        <translation>Copiar la nota para enviarla a quien pueda aprovecharla</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Hide this message; the note stays</source>
        <translation>Ocultar este mensaje; la nota se conserva</translation>
    </message>
</context>
<context>
    <name>ui::DefaultRouteMenu</name>
    <message>
        <source>&amp;More…</source>
        <translation>&amp;Más…</translation>
    </message>
    <message>
        <source>&amp;No servers yet…</source>
        <translation>&amp;Aún no hay servidores…</translation>
    </message>
    <message>
        <source>Go to the page of servers</source>
        <translation>Ir a la página de servidores</translation>
    </message>
    <message>
        <source>Go to the page of servers, where the menu of each server and route has &quot;Use as default route&quot;</source>
        <translation>Ir a la página de servidores, donde el menú de cada servidor y ruta contiene «Usar como ruta predeterminada»</translation>
    </message>
</context>
<context>
    <name>ui::DnsPage</name>
    <message>
        <source>&amp;Look names up here for rules about addresses</source>
        <translation>&amp;Resolver aquí los nombres para las reglas sobre direcciones</translation>
    </message>
    <message>
        <source>Names of direct connections are always looked up by this computer.</source>
        <translation>Los nombres de las conexiones directas siempre los resuelve este equipo.</translation>
    </message>
    <message>
        <source>Connections by way of a server</source>
        <translation>Conexiones a través de un servidor</translation>
    </message>
    <message>
        <source>Names are looked up by these &amp;servers:</source>
        <translation>Los nombres los resuelven estos &amp;servidores:</translation>
    </message>
    <message>
        <source>Servers that look names up</source>
        <translation>Servidores que resuelven nombres</translation>
    </message>
    <message>
        <source>Server</source>
        <comment>column</comment>
        <translation>Servidor</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>Protocolo</translation>
    </message>
    <message>
        <source>Names are looked up</source>
        <comment>column</comment>
        <translation>Los nombres se resuelven</translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation>Columnas de los servidores</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Reglas</translation>
    </message>
    <message>
        <source>When off, rules about addresses do not apply to requests by name, and no name is looked up for the rules</source>
        <translation>Si está desactivado, las reglas sobre direcciones no se aplican a las solicitudes por nombre y no se resuelve ningún nombre para las reglas</translation>
    </message>
    <message>
        <source>Rules about addresses then also decide about requests by name. This computer&apos;s name server learns those names, also when the connection goes to a server.</source>
        <translation>Las reglas sobre direcciones deciden entonces también sobre las solicitudes por nombre. El servidor de nombres de este equipo llega a conocer esos nombres, incluso cuando la conexión va a un servidor.</translation>
    </message>
    <message>
        <source>here: SOCKS4 takes addresses only</source>
        <comment>names are looked up</comment>
        <translation>aquí: SOCKS4 solo acepta direcciones</translation>
    </message>
    <message>
        <source>by the server</source>
        <comment>names are looked up</comment>
        <translation>en el servidor</translation>
    </message>
    <message>
        <source>here</source>
        <comment>names are looked up</comment>
        <translation>aquí</translation>
    </message>
    <message>
        <source>The profile has no servers.</source>
        <translation>El perfil no tiene servidores.</translation>
    </message>
    <message>
        <source>A checked server is told names as they are. For the others this computer looks names up and sends addresses.</source>
        <translation>A un servidor marcado se le pasan los nombres tal cual. Para los demás, este equipo resuelve los nombres y envía direcciones.</translation>
    </message>
</context>
<context>
    <name>ui::EmptyState</name>
    <message>
        <source>Command to try the proxy with</source>
        <translation>Comando para probar el proxy</translation>
    </message>
    <message>
        <source>No connection matches</source>
        <translation>Ninguna conexión coincide</translation>
    </message>
    <message>
        <source>No application matches</source>
        <translation>Ninguna aplicación coincide</translation>
    </message>
    <message>
        <source>The filter is &quot;%1&quot;.</source>
        <translation>El filtro es «%1».</translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation>Borrar filtro</translation>
    </message>
    <message>
        <source>The proxy is off</source>
        <translation>El proxy está desactivado</translation>
    </message>
    <message>
        <source>No program can connect through Hosier until it is on.</source>
        <translation>Ningún programa puede conectarse a través de Hosier hasta que se active.</translation>
    </message>
    <message>
        <source>Turn the proxy on</source>
        <translation>Activar el proxy</translation>
    </message>
    <message>
        <source>Nothing to listen on</source>
        <translation>No hay dónde escuchar</translation>
    </message>
    <message>
        <source>Opening the listeners</source>
        <translation>Abriendo los puntos de escucha</translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). Its connections appear here.</source>
        <translation>Dirija un programa a %1 (%2). Sus conexiones aparecerán aquí.</translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). It appears here with its traffic and its rule.</source>
        <translation>Dirija un programa a %1 (%2). Aparecerá aquí con su tráfico y su regla.</translation>
    </message>
    <message>
        <source>No connections yet</source>
        <translation>Aún no hay conexiones</translation>
    </message>
    <message>
        <source>No applications yet</source>
        <translation>Aún no hay aplicaciones</translation>
    </message>
    <message>
        <source>Copy proxy environment variables</source>
        <translation>Copiar variables de entorno del proxy</translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1</source>
        <translation>Hosier no puede escuchar en %1</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Use port %1 instead</source>
        <translation>Usar el puerto %1</translation>
    </message>
    <message>
        <source>The profile has no listener. Add one under Proxy &gt; Listeners and users.</source>
        <translation>El perfil no tiene ningún punto de escucha. Añada uno en Proxy &gt; Puntos de escucha y usuarios.</translation>
    </message>
    <message>
        <source>End that program and retry, or give the listener another port.</source>
        <translation>Cierre ese programa y reintente, o asigne otro puerto al punto de escucha.</translation>
    </message>
    <message>
        <source>Change the listener under Proxy &gt; Listeners and users, or the system, then retry.</source>
        <translation>Cambie el punto de escucha en Proxy &gt; Puntos de escucha y usuarios, o el sistema, y después reintente.</translation>
    </message>
    <message>
        <source>No rule matches</source>
        <translation>Ninguna regla coincide</translation>
    </message>
    <message>
        <source>No server or route matches</source>
        <translation>Ningún servidor ni ruta coincide</translation>
    </message>
</context>
<context>
    <name>ui::EntriesEdit</name>
    <message>
        <source>Such as %1</source>
        <comment>example entries of a field</comment>
        <translation>Por ejemplo, %1</translation>
    </message>
    <message>
        <source>One entry a line. %1</source>
        <translation>Una entrada por línea. %1</translation>
    </message>
</context>
<context>
    <name>ui::EventText</name>
    <message>
        <source>unknown client</source>
        <translation>cliente desconocido</translation>
    </message>
    <message>
        <source>%1, user %2</source>
        <comment>who connected, login name</comment>
        <translation>%1, usuario %2</translation>
    </message>
    <message>
        <source>rule &quot;%1&quot;</source>
        <translation>regla «%1»</translation>
    </message>
    <message>
        <source>via %1</source>
        <comment>server or route</comment>
        <translation>vía %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>client and target, what happened</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>closed, %1 down, %2 up, %3</source>
        <comment>bytes, bytes, duration</comment>
        <translation>cerrada, %1 recibidos, %2 enviados, %3</translation>
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
        <translation>abierta</translation>
    </message>
    <message>
        <source>failed: %1</source>
        <comment>reason</comment>
        <translation>falló: %1</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <comment>reason</comment>
        <translation>rechazada: %1</translation>
    </message>
    <message>
        <source>login failed: %1</source>
        <comment>reason</comment>
        <translation>autenticación fallida: %1</translation>
    </message>
    <message>
        <source>login failed</source>
        <translation>autenticación fallida</translation>
    </message>
    <message>
        <source>UDP failed: %1</source>
        <comment>reason</comment>
        <translation>UDP falló: %1</translation>
    </message>
    <message>
        <source>Engine started</source>
        <translation>Motor iniciado</translation>
    </message>
    <message>
        <source>Engine stopped</source>
        <translation>Motor detenido</translation>
    </message>
    <message>
        <source>Profile applied</source>
        <translation>Perfil aplicado</translation>
    </message>
    <message>
        <source>Profile applied: %1</source>
        <translation>Perfil aplicado: %1</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <comment>listener</comment>
        <translation>Escuchando en %1</translation>
    </message>
    <message>
        <source>No longer listening on %1</source>
        <comment>listener</comment>
        <translation>Ya no se escucha en %1</translation>
    </message>
    <message>
        <source>Cannot listen on %1: %2</source>
        <comment>listener, reason</comment>
        <translation>No se puede escuchar en %1: %2</translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away</source>
        <translation>Demasiados archivos abiertos: los clientes nuevos esperan o son rechazados</translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away (%1)</source>
        <translation>Demasiados archivos abiertos: los clientes nuevos esperan o son rechazados (%1)</translation>
    </message>
    <message>
        <source>Server %1 does not work</source>
        <comment>server</comment>
        <translation>El servidor %1 no funciona</translation>
    </message>
    <message>
        <source>Server %1 works again</source>
        <comment>server</comment>
        <translation>El servidor %1 vuelve a funcionar</translation>
    </message>
    <message>
        <source>A change of &quot;%1&quot; takes effect at the next start</source>
        <comment>profile key</comment>
        <translation>El cambio de «%1» surtirá efecto en el próximo inicio</translation>
    </message>
    <message>
        <source>%1 (and %2 more like it)</source>
        <comment>line, count</comment>
        <translation>%1 (y %2 más como esta)</translation>
    </message>
    <message>
        <source>Debug</source>
        <comment>log level</comment>
        <translation>Depuración</translation>
    </message>
    <message>
        <source>Info</source>
        <comment>log level</comment>
        <translation>Información</translation>
    </message>
    <message>
        <source>Warning</source>
        <comment>log level</comment>
        <translation>Advertencia</translation>
    </message>
    <message>
        <source>Error</source>
        <comment>log level</comment>
        <translation>Error</translation>
    </message>
    <message>
        <source>Handshake</source>
        <comment>connection state</comment>
        <translation>Negociación</translation>
    </message>
    <message>
        <source>Logging in</source>
        <comment>connection state</comment>
        <translation>Autenticando</translation>
    </message>
    <message>
        <source>Connecting</source>
        <comment>connection state</comment>
        <translation>Conectando</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>connection state</comment>
        <translation>Abierta</translation>
    </message>
    <message>
        <source>Half closed</source>
        <comment>connection state</comment>
        <translation>Semicerrada</translation>
    </message>
    <message>
        <source>Closed</source>
        <comment>connection state</comment>
        <translation>Cerrada</translation>
    </message>
    <message>
        <source>Failed</source>
        <comment>connection state</comment>
        <translation>Fallida</translation>
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
        <translation>decidida</translation>
    </message>
</context>
<context>
    <name>ui::ExplainDialog</name>
    <message>
        <source>Explain</source>
        <translation>Explicar</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Host</translation>
    </message>
    <message>
        <source>example.org or 192.0.2.1</source>
        <translation>example.org o 192.0.2.1</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Puerto</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>Transporte</translation>
    </message>
    <message>
        <source>Rules in the order they were tried</source>
        <translation>Reglas en el orden en que se probaron</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Regla</translation>
    </message>
    <message>
        <source>Matches</source>
        <comment>column</comment>
        <translation>Coincide</translation>
    </message>
    <message>
        <source>Why not</source>
        <comment>column</comment>
        <translation>Por qué no</translation>
    </message>
    <message>
        <source>&amp;Application:</source>
        <translation>&amp;Aplicación:</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>&amp;Host:</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>&amp;Puerto:</translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation>&amp;Transporte:</translation>
    </message>
    <message>
        <source>Where does the connection go?</source>
        <translation>¿Adónde va la conexión?</translation>
    </message>
    <message>
        <source>Enter a host to see what the rules decide about it. Nothing is opened.</source>
        <translation>Introduzca un host para ver qué deciden las reglas sobre él. No se abre nada.</translation>
    </message>
    <message>
        <source>Yes</source>
        <comment>the rule matches</comment>
        <translation>Sí</translation>
    </message>
    <message>
        <source>No</source>
        <translation>No</translation>
    </message>
    <message>
        <source>Direct</source>
        <translation>Directo</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Bloqueada</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Vía %1</translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation>Servidores: %1</translation>
    </message>
    <message>
        <source>The rule %1 decides.</source>
        <translation>Decide la regla %1.</translation>
    </message>
    <message>
        <source>The mode %1 decides; no rule is asked.</source>
        <translation>Decide el modo %1; no se consulta ninguna regla.</translation>
    </message>
    <message>
        <source>The application is not identified, and the profile says what is done then.</source>
        <translation>La aplicación no está identificada y el perfil indica qué se hace entonces.</translation>
    </message>
    <message>
        <source>No rule matches: the default action is taken.</source>
        <translation>Ninguna regla coincide: se aplica la acción predeterminada.</translation>
    </message>
    <message>
        <source>Down at the moment: %1</source>
        <comment>servers</comment>
        <translation>No funcionan en este momento: %1</translation>
    </message>
    <message>
        <source>Of the group, the first server that works is taken.</source>
        <translation>Del grupo se toma el primer servidor que funciona.</translation>
    </message>
    <message>
        <source>Of the group, the server that this host was given is taken, among those that work.</source>
        <translation>Del grupo se toma, entre los servidores que funcionan, el asignado a este host.</translation>
    </message>
    <message>
        <source>Address: %1, looked up for the rules</source>
        <translation>Dirección: %1, resuelta para las reglas</translation>
    </message>
    <message>
        <source>The name was not looked up, so rules on addresses could not be judged.</source>
        <translation>El nombre no se resolvió, así que no se pudieron evaluar las reglas sobre direcciones.</translation>
    </message>
    <message>
        <source>The last server looks the name up; rules on addresses do not apply to names.</source>
        <translation>El último servidor resuelve el nombre; las reglas sobre direcciones no se aplican a los nombres.</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Usuario</translation>
    </message>
    <message>
        <source>The name that the client has logged in with</source>
        <translation>El nombre con el que el cliente ha iniciado sesión</translation>
    </message>
    <message>
        <source>anna; empty: not logged in</source>
        <translation>anna; vacío: sin sesión iniciada</translation>
    </message>
    <message>
        <source>Client address</source>
        <translation>Dirección del cliente</translation>
    </message>
    <message>
        <source>The address that the client connects from</source>
        <translation>La dirección desde la que se conecta el cliente</translation>
    </message>
    <message>
        <source>192.168.1.20; empty: this machine</source>
        <translation>192.168.1.20; vacío: este equipo</translation>
    </message>
    <message>
        <source>Child &amp;of:</source>
        <translation>&amp;Iniciado por:</translation>
    </message>
    <message>
        <source>&amp;User:</source>
        <translation>&amp;Usuario:</translation>
    </message>
    <message>
        <source>C&amp;lient address:</source>
        <translation>&amp;Dirección del cliente:</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no IP address, such as 192.168.1.20.</source>
        <translation>«%1» no es una dirección IP como 192.168.1.20.</translation>
    </message>
    <message>
        <source>This is what would be decided now.</source>
        <translation>Esto es lo que se decidiría ahora.</translation>
    </message>
    <message>
        <source>no rule</source>
        <translation>ninguna regla</translation>
    </message>
    <message>
        <source>rule %1</source>
        <translation>regla %1</translation>
    </message>
    <message>
        <source>direct</source>
        <comment>route</comment>
        <translation>directo</translation>
    </message>
    <message>
        <source>by way of %1</source>
        <comment>server or route</comment>
        <translation>vía %1</translation>
    </message>
    <message>
        <source>When it was opened: %1.</source>
        <comment>rule, route</comment>
        <translation>Cuando se abrió: %1.</translation>
    </message>
    <message>
        <source>The name is not looked up for the rules: none on addresses could decide before it does.</source>
        <translation>El nombre no se resuelve para las reglas: ninguna regla sobre direcciones podría decidir antes que él.</translation>
    </message>
    <message>
        <source>The name is not looked up; rules on addresses do not apply to names.</source>
        <translation>El nombre no se resuelve; las reglas sobre direcciones no se aplican a los nombres.</translation>
    </message>
    <message>
        <source>The name is looked up here to connect; rules on addresses do not apply to names.</source>
        <translation>El nombre se resuelve aquí para conectar; las reglas sobre direcciones no se aplican a los nombres.</translation>
    </message>
    <message>
        <source>The name was looked up in vain, so rules on addresses could not be judged. Only a server may look it up again.</source>
        <translation>El nombre no se pudo resolver, así que no se pudieron evaluar las reglas sobre direcciones. Solo un servidor puede volver a resolverlo.</translation>
    </message>
    <message>
        <source>Of the group, the server that the first host of the association was given is taken, among those that work.</source>
        <translation>Del grupo se toma, entre los servidores que funcionan, el asignado al primer host de la asociación.</translation>
    </message>
</context>
<context>
    <name>ui::ExportDialog</name>
    <message>
        <source>Include the local &amp;users with the hashes of their passwords</source>
        <translation>Incluir los &amp;usuarios locales con los hashes de sus contraseñas</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>The profile in force is written to a file: listeners, servers, routes, rules and limits. Passwords of servers are in no profile.</source>
        <translation>El perfil en vigor se escribe en un archivo: puntos de escucha, servidores, rutas, reglas y límites. Ningún perfil contiene contraseñas de servidores.</translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes</source>
        <translation>Quien obtenga el archivo puede probar contraseñas contra los hashes</translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes. Where a profile without users is imported, the users that are there stay.</source>
        <translation>Quien obtenga el archivo puede probar contraseñas contra los hashes. Si se importa un perfil sin usuarios, se conservan los usuarios existentes.</translation>
    </message>
    <message>
        <source>&amp;Choose file...</source>
        <translation>&amp;Elegir archivo...</translation>
    </message>
    <message>
        <source>Export the profile</source>
        <translation>Exportar el perfil</translation>
    </message>
    <message>
        <source>Profiles of Hosier (*.json)</source>
        <translation>Perfiles de Hosier (*.json)</translation>
    </message>
    <message>
        <source>Nothing was exported: %1</source>
        <translation>No se exportó nada: %1</translation>
    </message>
</context>
<context>
    <name>ui::FilterEdit</name>
    <message>
        <source>Clear the filter</source>
        <translation>Borrar el filtro</translation>
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
            <numerusform>%n más</numerusform>
            <numerusform>%n más</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::GeneralPage</name>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>The language of everything shown</source>
        <translation>El idioma de todo lo que se muestra</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Tema</translation>
    </message>
    <message>
        <source>Light or dark, or as the desktop is</source>
        <translation>Claro u oscuro, o como el escritorio</translation>
    </message>
    <message>
        <source>As the system</source>
        <comment>language</comment>
        <translation>Como el sistema</translation>
    </message>
    <message>
        <source>&amp;Language:</source>
        <translation>&amp;Idioma:</translation>
    </message>
    <message>
        <source>As the system</source>
        <comment>theme</comment>
        <translation>Como el sistema</translation>
    </message>
    <message>
        <source>Light</source>
        <comment>theme</comment>
        <translation>Claro</translation>
    </message>
    <message>
        <source>Dark</source>
        <comment>theme</comment>
        <translation>Oscuro</translation>
    </message>
    <message>
        <source>&amp;Theme:</source>
        <translation>&amp;Tema:</translation>
    </message>
    <message>
        <source>Window at start</source>
        <translation>Ventana al iniciar</translation>
    </message>
    <message>
        <source>Whether the window is shown when Hosier starts</source>
        <translation>Si la ventana se muestra cuando se inicia Hosier</translation>
    </message>
    <message>
        <source>Shown</source>
        <comment>window at start</comment>
        <translation>Mostrada</translation>
    </message>
    <message>
        <source>Shown, but in the tray when started at login</source>
        <comment>window at start</comment>
        <translation>Mostrada, pero en la bandeja si se inicia con la sesión</translation>
    </message>
    <message>
        <source>In the tray</source>
        <comment>window at start</comment>
        <translation>En la bandeja</translation>
    </message>
    <message>
        <source>&amp;Window at start:</source>
        <translation>&amp;Ventana al iniciar:</translation>
    </message>
    <message>
        <source>Where there is no tray, the window starts minimized.</source>
        <translation>Donde no hay bandeja, la ventana se inicia minimizada.</translation>
    </message>
</context>
<context>
    <name>ui::ImportDialog</name>
    <message>
        <source>&amp;Replace the servers, routes and rules there are</source>
        <translation>&amp;Reemplazar los servidores, rutas y reglas existentes</translation>
    </message>
    <message>
        <source>&amp;Add to the servers, routes and rules there are</source>
        <translation>&amp;Añadir a los servidores, rutas y reglas existentes</translation>
    </message>
    <message>
        <source>&amp;Show only what is not taken over as it is</source>
        <translation>&amp;Mostrar solo lo que no se adopta tal cual</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importar</translation>
    </message>
    <message>
        <source>Listeners and users stay. The default action is taken from the file</source>
        <translation>Los puntos de escucha y los usuarios se conservan. La acción predeterminada se toma del archivo</translation>
    </message>
    <message>
        <source>Rules of the file come after those there are. The default action stays</source>
        <translation>Las reglas del archivo van después de las existentes. La acción predeterminada se conserva</translation>
    </message>
    <message>
        <source>What becomes of the file, line by line</source>
        <translation>Qué ocurre con el archivo, línea por línea</translation>
    </message>
    <message>
        <source>Place</source>
        <comment>column</comment>
        <translation>Lugar</translation>
    </message>
    <message>
        <source>Outcome</source>
        <comment>column</comment>
        <translation>Resultado</translation>
    </message>
    <message>
        <source>What</source>
        <comment>column</comment>
        <translation>Detalle</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copiar</translation>
    </message>
    <message>
        <source>&amp;Import</source>
        <translation>&amp;Importar</translation>
    </message>
    <message>
        <source>&amp;Copy list</source>
        <translation>&amp;Copiar lista</translation>
    </message>
    <message>
        <source>Copy all lines as text</source>
        <translation>Copiar todas las líneas como texto</translation>
    </message>
    <message>
        <source>This file cannot be imported:</source>
        <translation>No se puede importar este archivo:</translation>
    </message>
    <message>
        <source>A profile of Hosier. It takes the place of the whole profile in force: listeners, users, servers, routes, rules and limits.</source>
        <translation>Un perfil de Hosier. Sustituye a todo el perfil en vigor: puntos de escucha, usuarios, servidores, rutas, reglas y límites.</translation>
    </message>
    <message>
        <source>A profile of Proxifier. Listeners, users and limits stay what they are.</source>
        <translation>Un perfil de Proxifier. Los puntos de escucha, los usuarios y los límites quedan como están.</translation>
    </message>
    <message>
        <source>&amp;Replace the profile</source>
        <translation>&amp;Reemplazar el perfil</translation>
    </message>
    <message>
        <source>Taken over</source>
        <translation>Adoptado</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Modificado</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Omitido</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Advertencia</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Error</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <comment>things, how many there are, how many there will be</comment>
        <translation>%1: %2 → %3</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>Puntos de escucha</translation>
    </message>
    <message>
        <source>users</source>
        <translation>usuarios</translation>
    </message>
    <message>
        <source>servers</source>
        <translation>servidores</translation>
    </message>
    <message>
        <source>routes</source>
        <translation>rutas</translation>
    </message>
    <message>
        <source>rules</source>
        <translation>reglas</translation>
    </message>
    <message>
        <source>%1. Default action: %2.
The profile of before is kept as a backup beside its file.</source>
        <translation>%1. Acción predeterminada: %2.
El perfil anterior se guarda como copia de seguridad junto a su archivo.</translation>
    </message>
    <message>
        <source>Nothing was imported: %1</source>
        <translation>No se importó nada: %1</translation>
    </message>
</context>
<context>
    <name>ui::LanSharing</name>
    <message>
        <source>Local network</source>
        <translation>Red local</translation>
    </message>
    <message>
        <source>This computer has no free port to listen on.</source>
        <translation>Este equipo no tiene ningún puerto libre en el que escuchar.</translation>
    </message>
    <message>
        <source>This listener was set up by hand. Change it under Proxy &gt; Listeners and users.</source>
        <translation>Este punto de escucha se configuró a mano. Cámbielo en Proxy &gt; Puntos de escucha y usuarios.</translation>
    </message>
</context>
<context>
    <name>ui::LimitsPage</name>
    <message>
        <source>&amp;Restore defaults</source>
        <translation>Res&amp;taurar valores predeterminados</translation>
    </message>
    <message>
        <source>Give every limit and timeout on this page its default</source>
        <translation>Devolver todos los límites y tiempos de espera de esta página a su valor predeterminado</translation>
    </message>
    <message>
        <source>Limits and timeouts of the profile</source>
        <translation>Límites y tiempos de espera del perfil</translation>
    </message>
    <message>
        <source>&amp;Handshake:</source>
        <translation>&amp;Negociación:</translation>
    </message>
    <message>
        <source>From a client&apos;s connection to the end of its request</source>
        <translation>Desde la conexión de un cliente hasta el final de su solicitud</translation>
    </message>
    <message>
        <source>Co&amp;nnect:</source>
        <translation>Cone&amp;xión:</translation>
    </message>
    <message>
        <source>From the request to a connected target, with the name&apos;s lookup and all attempts</source>
        <translation>Desde la solicitud hasta la conexión con el destino, incluidos la resolución del nombre y todos los intentos</translation>
    </message>
    <message>
        <source>&amp;Awaited connection (BIND):</source>
        <translation>Conexión &amp;esperada (BIND):</translation>
    </message>
    <message>
        <source>How long a client of BIND waits for its peer</source>
        <translation>Cuánto espera un cliente de BIND a su interlocutor</translation>
    </message>
    <message>
        <source>&amp;Idle connection:</source>
        <translation>Conexión &amp;inactiva:</translation>
    </message>
    <message>
        <source>A connection without a byte in either direction is closed after this time</source>
        <translation>Una conexión sin un solo byte en ningún sentido se cierra tras este tiempo</translation>
    </message>
    <message>
        <source>Hal&amp;f-closed connection:</source>
        <translation>Conexión &amp;semicerrada:</translation>
    </message>
    <message>
        <source>One side has finished, and the other sends nothing for this time</source>
        <translation>Un extremo ha terminado y el otro no envía nada durante este tiempo</translation>
    </message>
    <message>
        <source>Idle &amp;UDP association:</source>
        <translation>Asociación &amp;UDP inactiva:</translation>
    </message>
    <message>
        <source>An association without a datagram is closed after this time</source>
        <translation>Una asociación sin ningún datagrama se cierra tras este tiempo</translation>
    </message>
    <message>
        <source>Grace on &amp;quitting:</source>
        <translation>Margen al sa&amp;lir:</translation>
    </message>
    <message>
        <source>How long open connections may go on when Hosier stops</source>
        <translation>Cuánto pueden continuar las conexiones abiertas cuando Hosier se detiene</translation>
    </message>
    <message>
        <source>&amp;Clients at once:</source>
        <translation>&amp;Clientes a la vez:</translation>
    </message>
    <message>
        <source>Further clients are turned away. 0 is no limit of Hosier&apos;s own.</source>
        <translation>Los demás clientes se rechazan. 0 significa que Hosier no impone ningún límite.</translation>
    </message>
    <message>
        <source>Clients from &amp;one address:</source>
        <translation>Clientes de una &amp;dirección:</translation>
    </message>
    <message>
        <source>Further clients of the address are turned away. 0 is no limit of Hosier&apos;s own.</source>
        <translation>Los demás clientes de la dirección se rechazan. 0 significa que Hosier no impone ningún límite.</translation>
    </message>
    <message>
        <source>Relay</source>
        <translation>Retransmisión</translation>
    </message>
    <message>
        <source>How data is moved. The fastest one of this system is chosen by itself.</source>
        <translation>Cómo se mueven los datos. Se elige automáticamente el método más rápido de este sistema.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <comment>relay</comment>
        <translation>Automática</translation>
    </message>
    <message>
        <source>Native</source>
        <comment>relay</comment>
        <translation>Nativa</translation>
    </message>
    <message>
        <source>Portable</source>
        <comment>relay</comment>
        <translation>Portable</translation>
    </message>
    <message>
        <source>A change of the relay takes effect at the next start of Hosier.</source>
        <translation>Un cambio de la retransmisión surte efecto en el próximo inicio de Hosier.</translation>
    </message>
    <message>
        <source>Rela&amp;y:</source>
        <translation>Retr&amp;ansmisión:</translation>
    </message>
    <message>
        <source> s</source>
        <comment>seconds, suffix of a number</comment>
        <translation> s</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <translation>Predeterminado: %1</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Sin límite</translation>
    </message>
    <message>
        <source>Restore the default</source>
        <translation>Restaurar el valor predeterminado</translation>
    </message>
    <message>
        <source>Restore the default of &quot;%1&quot;</source>
        <translation>Restaurar el valor predeterminado de «%1»</translation>
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
        <translation>%1 lleva a %2: los programas se conocen por ese nombre.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerDialog</name>
    <message>
        <source>&amp;Open proxy: whoever reaches the address may use it without a password</source>
        <translation>Proxy &amp;abierto: quien alcance la dirección puede usarlo sin contraseña</translation>
    </message>
    <message>
        <source>&amp;Clients that may come in</source>
        <translation>&amp;Clientes que pueden entrar</translation>
    </message>
    <message>
        <source>Edit listener</source>
        <translation>Editar punto de escucha</translation>
    </message>
    <message>
        <source>Add listener</source>
        <translation>Añadir punto de escucha</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Puerto</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Autenticación</translation>
    </message>
    <message>
        <source>Open proxy</source>
        <translation>Proxy abierto</translation>
    </message>
    <message>
        <source>Datagrams that a client is sent</source>
        <translation>Datagramas que se envían a un cliente</translation>
    </message>
    <message>
        <source>All that can reach the address</source>
        <translation>Todos los que alcancen la dirección</translation>
    </message>
    <message>
        <source>SOCKS4 and SOCKS4a</source>
        <translation>SOCKS4 y SOCKS4a</translation>
    </message>
    <message>
        <source>CONNECT and plain requests, and the PAC file</source>
        <translation>Solicitudes CONNECT y simples, y el archivo PAC</translation>
    </message>
    <message>
        <source>Strangers could do things in your name. Use it only where you know who can reach the address.</source>
        <translation>Desconocidos podrían hacer cosas en su nombre. Úselo solo donde sepa quién puede alcanzar la dirección.</translation>
    </message>
    <message>
        <source>Whose datagrams reach a program that uses SOCKS5 for UDP. Some games and calls need more than the first choice.</source>
        <translation>De quién son los datagramas que llegan a un programa que usa SOCKS5 para UDP. Algunos juegos y llamadas necesitan más que la primera opción.</translation>
    </message>
    <message>
        <source>0.0.0.0 and :: are every address of this computer</source>
        <translation>0.0.0.0 y :: son todas las direcciones de este equipo</translation>
    </message>
    <message>
        <source>None</source>
        <comment>login</comment>
        <translation>Ninguna</translation>
    </message>
    <message>
        <source>Name and password of a local user</source>
        <translation>Nombre y contraseña de un usuario local</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>&amp;Puerto:</translation>
    </message>
    <message>
        <source>&amp;Address:</source>
        <translation>&amp;Dirección:</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nombre:</translation>
    </message>
    <message>
        <source>Protocols:</source>
        <translation>Protocolos:</translation>
    </message>
    <message>
        <source>&amp;Login:</source>
        <translation>Aut&amp;enticación:</translation>
    </message>
    <message>
        <source>&amp;UDP:</source>
        <translation>&amp;UDP:</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Introduzca un nombre.</translation>
    </message>
    <message>
        <source>Enter an IPv4 or IPv6 address of this computer.</source>
        <translation>Introduzca una dirección IPv4 o IPv6 de este equipo.</translation>
    </message>
    <message>
        <source>Choose at least one protocol.</source>
        <translation>Elija al menos un protocolo.</translation>
    </message>
    <message>
        <source>Nobody could log in: add a local user first.</source>
        <translation>Nadie podría autenticarse: añada primero un usuario local.</translation>
    </message>
    <message>
        <source>Others could use this proxy as they like: ask for name and password, or say that an open proxy is meant.</source>
        <translation>Otros podrían usar este proxy a su antojo: pida nombre y contraseña, o indique que el proxy debe ser abierto.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; has this address and port already.</source>
        <translation>El punto de escucha «%1» ya tiene esta dirección y este puerto.</translation>
    </message>
    <message>
        <source>The listener was changed or removed meanwhile. Close this and open it again.</source>
        <translation>Entretanto, el punto de escucha se cambió o se quitó. Cierre esto y ábralo de nuevo.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerMenu</name>
    <message>
        <source>&amp;Listeners and users...</source>
        <translation>Puntos de escucha y &amp;usuarios...</translation>
    </message>
    <message>
        <source>S&amp;hare on the local network</source>
        <translation>&amp;Compartir en la red local</translation>
    </message>
    <message>
        <source>Choose where clients come in, and who may log in</source>
        <translation>Elegir por dónde entran los clientes y quién puede autenticarse</translation>
    </message>
    <message>
        <source>Let computers of the local network use this proxy, with name and password</source>
        <translation>Permitir que los equipos de la red local usen este proxy con nombre y contraseña</translation>
    </message>
    <message>
        <source>Set up, but not open: the proxy is off</source>
        <translation>Configurado, pero no abierto: el proxy está desactivado</translation>
    </message>
    <message>
        <source>Set up, but the listener could not be opened</source>
        <translation>Configurado, pero no se pudo abrir el punto de escucha</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy. Switch it off to end that.</source>
        <translation>Los equipos de la red local pueden usar este proxy. Desactívelo para impedirlo.</translation>
    </message>
    <message>
        <source>The proxy is no longer shared on the local network.</source>
        <translation>El proxy ya no se comparte en la red local.</translation>
    </message>
    <message>
        <source>Whoever uses the proxy from another computer has to log in. Choose the name and the password for that.</source>
        <translation>Quien use el proxy desde otro equipo tiene que autenticarse. Elija el nombre y la contraseña para ello.</translation>
    </message>
    <message>
        <source>The proxy could not be shared: %1</source>
        <translation>No se pudo compartir el proxy: %1</translation>
    </message>
    <message>
        <source>Share on the local network</source>
        <translation>Compartir en la red local</translation>
    </message>
    <message>
        <source>Other computers log in as before. Enter a password only if it is to be another one.</source>
        <translation>Los demás equipos se autentican como antes. Introduzca una contraseña solo si debe ser otra.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerText</name>
    <message>
        <source>Name and password</source>
        <translation>Nombre y contraseña</translation>
    </message>
    <message>
        <source>None: open to anybody</source>
        <translation>Ninguna: abierto a cualquiera</translation>
    </message>
    <message>
        <source>None</source>
        <comment>login</comment>
        <translation>Ninguna</translation>
    </message>
    <message>
        <source>All</source>
        <comment>clients</comment>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Only programs on this computer can reach this address.</source>
        <translation>Solo los programas de este equipo pueden alcanzar esta dirección.</translation>
    </message>
    <message>
        <source>Every network of this computer leads to this address.</source>
        <translation>Todas las redes de este equipo llevan a esta dirección.</translation>
    </message>
    <message>
        <source>Other computers in the network of this address can reach it.</source>
        <translation>Otros equipos de la red de esta dirección pueden alcanzarla.</translation>
    </message>
    <message>
        <source>From addresses and ports it has sent to</source>
        <translation>De las direcciones y puertos a los que ha enviado</translation>
    </message>
    <message>
        <source>From addresses it has sent to, any port</source>
        <translation>De las direcciones a las que ha enviado, cualquier puerto</translation>
    </message>
    <message>
        <source>From anybody</source>
        <translation>De cualquiera</translation>
    </message>
</context>
<context>
    <name>ui::ListenersDialog</name>
    <message>
        <source>&amp;Add…</source>
        <translation>&amp;Añadir…</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>&amp;Editar…</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Quitar</translation>
    </message>
    <message>
        <source>&amp;Share on the local network</source>
        <translation>&amp;Compartir en la red local</translation>
    </message>
    <message>
        <source>A&amp;ddresses for others…</source>
        <translation>&amp;Direcciones para otros…</translation>
    </message>
    <message>
        <source>Add &amp;user…</source>
        <translation>Añadir &amp;usuario…</translation>
    </message>
    <message>
        <source>Change &amp;password…</source>
        <translation>Cambiar c&amp;ontraseña…</translation>
    </message>
    <message>
        <source>Re&amp;move user</source>
        <translation>Quitar u&amp;suario</translation>
    </message>
    <message>
        <source>Listeners and users</source>
        <translation>Puntos de escucha y usuarios</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>Puntos de escucha</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>Protocols</source>
        <comment>column</comment>
        <translation>Protocolos</translation>
    </message>
    <message>
        <source>Login</source>
        <comment>column</comment>
        <translation>Autenticación</translation>
    </message>
    <message>
        <source>Clients</source>
        <comment>column</comment>
        <translation>Clientes</translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Columns of the listeners</source>
        <translation>Columnas de los puntos de escucha</translation>
    </message>
    <message>
        <source>Listeners: where clients come in</source>
        <translation>Puntos de escucha: por dónde entran los clientes</translation>
    </message>
    <message>
        <source>Local users</source>
        <translation>Usuarios locales</translation>
    </message>
    <message>
        <source>Local users: who may log in where a listener asks for it</source>
        <translation>Usuarios locales: quién puede autenticarse donde un punto de escucha lo pide</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>listener</comment>
        <translation>Abierto</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Falló: %1</translation>
    </message>
    <message>
        <source>Closed: the proxy is off</source>
        <translation>Cerrado: el proxy está desactivado</translation>
    </message>
    <message>
        <source>Not open yet</source>
        <translation>Aún no abierto</translation>
    </message>
    <message>
        <source>Local</source>
        <comment>name of a listener</comment>
        <translation>Local</translation>
    </message>
    <message>
        <source>This is the only listener. Add another one before you remove it, or switch the proxy off.</source>
        <translation>Este es el único punto de escucha. Añada otro antes de quitarlo, o desactive el proxy.</translation>
    </message>
    <message>
        <source>Remove the listener &quot;%1&quot;?</source>
        <translation>¿Quitar el punto de escucha «%1»?</translation>
    </message>
    <message>
        <source>Connections that came in by it end. Programs that use %1 cannot connect any more.</source>
        <translation>Las conexiones que entraron por él terminan. Los programas que usan %1 ya no podrán conectarse.</translation>
    </message>
    <message>
        <source>This is the only user, and a listener asks for a login. Change that listener first.</source>
        <translation>Este es el único usuario y un punto de escucha pide autenticación. Cambie primero ese punto de escucha.</translation>
    </message>
    <message>
        <source>Remove the user &quot;%1&quot;?</source>
        <translation>¿Quitar el usuario «%1»?</translation>
    </message>
    <message>
        <source>Nobody can log in by this name any more, and connections of the user end.</source>
        <translation>Nadie podrá ya autenticarse con este nombre, y las conexiones del usuario terminan.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
</context>
<context>
    <name>ui::LogModel</name>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation>Hora</translation>
    </message>
    <message>
        <source>Level</source>
        <comment>column</comment>
        <translation>Nivel</translation>
    </message>
    <message>
        <source>Message</source>
        <comment>column</comment>
        <translation>Mensaje</translation>
    </message>
    <message>
        <source>%1 events came too fast and were dropped</source>
        <translation>%1 eventos llegaron demasiado rápido y se descartaron</translation>
    </message>
    <message numerus="yes">
        <source>%n more ended connection(s) did not fit into the list of connections</source>
        <translation>
            <numerusform>%n conexión terminada más no cupo en la lista de conexiones</numerusform>
            <numerusform>%n conexiones terminadas más no cupieron en la lista de conexiones</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::LogPage</name>
    <message>
        <source>Level of the log window</source>
        <translation>Nivel de la ventana del registro</translation>
    </message>
    <message>
        <source>The log window shows lines of this level and more important ones</source>
        <translation>La ventana del registro muestra las líneas de este nivel y las más importantes</translation>
    </message>
    <message>
        <source>&amp;Write the log to a file</source>
        <translation>&amp;Escribir el registro en un archivo</translation>
    </message>
    <message>
        <source>Level of the log file</source>
        <translation>Nivel del archivo de registro</translation>
    </message>
    <message>
        <source>The file gets lines of this level and more important ones</source>
        <translation>El archivo recibe las líneas de este nivel y las más importantes</translation>
    </message>
    <message>
        <source>Size of a log file in MiB</source>
        <translation>Tamaño de un archivo de registro en MiB</translation>
    </message>
    <message>
        <source>Number of log files</source>
        <translation>Número de archivos de registro</translation>
    </message>
    <message>
        <source>&amp;Open folder</source>
        <translation>Abrir &amp;carpeta</translation>
    </message>
    <message>
        <source>&amp;Log window from level:</source>
        <translation>&amp;Ventana del registro desde el nivel:</translation>
    </message>
    <message>
        <source>Log file</source>
        <translation>Archivo de registro</translation>
    </message>
    <message>
        <source> MiB</source>
        <comment>suffix of a number</comment>
        <translation> MiB</translation>
    </message>
    <message>
        <source>With the one that is being written; the oldest one goes when a new one begins</source>
        <translation>Incluido el que se está escribiendo; el más antiguo se elimina cuando empieza uno nuevo</translation>
    </message>
    <message>
        <source>Show the folder of the log files</source>
        <translation>Mostrar la carpeta de los archivos de registro</translation>
    </message>
    <message>
        <source>File from l&amp;evel:</source>
        <translation>&amp;Archivo desde el nivel:</translation>
    </message>
    <message>
        <source>&amp;Size of one file:</source>
        <translation>&amp;Tamaño de un archivo:</translation>
    </message>
    <message>
        <source>&amp;Number of files:</source>
        <translation>&amp;Número de archivos:</translation>
    </message>
    <message>
        <source>File: %1
It names programs and where they connected to; only you can read it.</source>
        <translation>Archivo: %1
Contiene los nombres de los programas y adónde se conectaron; solo usted puede leerlo.</translation>
    </message>
    <message>
        <source>Together at most %1. Defaults: %2 MiB, %3 files, level %4.</source>
        <translation>En total, como máximo %1. Valores predeterminados: %2 MiB, %3 archivos, nivel %4.</translation>
    </message>
    <message>
        <source>The log file cannot be written: %1</source>
        <translation>No se puede escribir el archivo de registro: %1</translation>
    </message>
    <message>
        <source>The folder cannot be shown: %1</source>
        <translation>No se puede mostrar la carpeta: %1</translation>
    </message>
</context>
<context>
    <name>ui::LogView</name>
    <message>
        <source>Log</source>
        <translation>Registro</translation>
    </message>
    <message>
        <source>Columns of the log</source>
        <translation>Columnas del registro</translation>
    </message>
    <message>
        <source>Least important level shown</source>
        <translation>Nivel mínimo mostrado</translation>
    </message>
    <message>
        <source>Show lines of this level and more important ones</source>
        <translation>Mostrar las líneas de este nivel y las más importantes</translation>
    </message>
    <message>
        <source>Filter the log</source>
        <translation>Filtrar el registro</translation>
    </message>
    <message>
        <source>Filter log</source>
        <translation>Filtrar registro</translation>
    </message>
    <message>
        <source>Show only lines with all these words (Ctrl+Shift+F)</source>
        <translation>Mostrar solo las líneas con todas estas palabras (Ctrl+Mayús+F)</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Hold the log still. New lines wait until you go on.</source>
        <translation>Detener el registro. Las líneas nuevas esperan hasta que lo reanude.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copy the selected lines, or all that are shown</source>
        <translation>Copiar las líneas seleccionadas o todas las mostradas</translation>
    </message>
    <message>
        <source>Save...</source>
        <translation>Guardar...</translation>
    </message>
    <message>
        <source>Save the lines that are shown</source>
        <translation>Guardar las líneas mostradas</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Vaciar</translation>
    </message>
    <message>
        <source>Clear the log</source>
        <translation>Vaciar el registro</translation>
    </message>
    <message>
        <source>Resume (%1)</source>
        <comment>waiting lines</comment>
        <translation>Reanudar (%1)</translation>
    </message>
    <message>
        <source>Pause the log</source>
        <translation>Pausar el registro</translation>
    </message>
    <message numerus="yes">
        <source>Resume the log, %n line(s) waiting</source>
        <translation>
            <numerusform>Reanudar el registro, %n línea en espera</numerusform>
            <numerusform>Reanudar el registro, %n líneas en espera</numerusform>
        </translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>Guardar el registro</translation>
    </message>
    <message>
        <source>Log files (*.log *.txt);;All files (*)</source>
        <translation>Archivos de registro (*.log *.txt);;Todos los archivos (*)</translation>
    </message>
    <message>
        <source>The log could not be saved.</source>
        <translation>No se pudo guardar el registro.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>file, reason</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>&amp;Only lines of one application</source>
        <translation>&amp;Solo líneas de una aplicación</translation>
    </message>
    <message>
        <source>&amp;Only lines of %1</source>
        <comment>application</comment>
        <translation>&amp;Solo líneas de %1</translation>
    </message>
    <message>
        <source>Only %1</source>
        <comment>application</comment>
        <translation>Solo %1</translation>
    </message>
    <message>
        <source>Show the lines of all applications again</source>
        <translation>Mostrar de nuevo las líneas de todas las aplicaciones</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pausar</translation>
    </message>
    <message>
        <source>Go to the &amp;newest line</source>
        <translation>Ir a la línea más &amp;reciente</translation>
    </message>
    <message>
        <source>Go on if the log is paused, and follow new lines</source>
        <translation>Reanudar el registro si está en pausa y seguir las líneas nuevas</translation>
    </message>
    <message>
        <source>&amp;Copy lines</source>
        <translation>&amp;Copiar líneas</translation>
    </message>
    <message>
        <source>&amp;Save lines...</source>
        <translation>&amp;Guardar líneas...</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>&amp;Vaciar</translation>
    </message>
    <message>
        <source>No line has this level and all these words.</source>
        <translation>Ninguna línea tiene este nivel y todas estas palabras.</translation>
    </message>
    <message>
        <source>The log is paused: new lines wait until you go on.</source>
        <translation>El registro está en pausa: las líneas nuevas esperan hasta que lo reanude.</translation>
    </message>
    <message>
        <source>Connections and problems are told here as they come.</source>
        <translation>Aquí aparecen las conexiones y los problemas a medida que se producen.</translation>
    </message>
    <message>
        <source>Colu&amp;mns</source>
        <translation>Colu&amp;mnas</translation>
    </message>
    <message>
        <source>Saved the log to %1.</source>
        <translation>Se guardó el registro en %1.</translation>
    </message>
</context>
<context>
    <name>ui::LoginStartAction</name>
    <message>
        <source>Start at login</source>
        <translation>Iniciar con la sesión</translation>
    </message>
    <message>
        <source>Whether Hosier starts at login could not be changed.</source>
        <translation>No se pudo cambiar si Hosier se inicia con la sesión.</translation>
    </message>
    <message>
        <source>%1 cannot be removed.</source>
        <comment>file</comment>
        <translation>No se puede eliminar %1.</translation>
    </message>
    <message>
        <source>The folder of %1 cannot be created.</source>
        <comment>file</comment>
        <translation>No se puede crear la carpeta de %1.</translation>
    </message>
    <message>
        <source>%1 cannot be written.</source>
        <comment>file, or key of the registry</comment>
        <translation>No se puede escribir %1.</translation>
    </message>
</context>
<context>
    <name>ui::MainDocks</name>
    <message>
        <source>Log</source>
        <translation>Registro</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>Tráfico</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>Re&amp;gistro</translation>
    </message>
    <message>
        <source>Show or hide the log</source>
        <translation>Mostrar u ocultar el registro</translation>
    </message>
    <message>
        <source>&amp;Traffic</source>
        <translation>&amp;Tráfico</translation>
    </message>
    <message>
        <source>Show or hide the traffic graph</source>
        <translation>Mostrar u ocultar la gráfica de tráfico</translation>
    </message>
    <message>
        <source>Log - Hosier</source>
        <translation>Registro - Hosier</translation>
    </message>
    <message>
        <source>Traffic - Hosier</source>
        <translation>Tráfico - Hosier</translation>
    </message>
</context>
<context>
    <name>ui::MainMenu</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Archivo</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Editar</translation>
    </message>
    <message>
        <source>&amp;Proxy</source>
        <translation>&amp;Proxy</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>&amp;Modo</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>&amp;Reglas</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ver</translation>
    </message>
    <message>
        <source>La&amp;nguage</source>
        <translation>&amp;Idioma</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>Ay&amp;uda</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>&amp;Servidores</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>Re&amp;gistro</translation>
    </message>
    <message>
        <source>&amp;What&apos;s This?</source>
        <translation>¿Qué &amp;es esto?</translation>
    </message>
    <message>
        <source>Then click what you want to have explained</source>
        <translation>Después, haga clic en lo que quiera que se le explique</translation>
    </message>
</context>
<context>
    <name>ui::MainPages</name>
    <message>
        <source>Pages</source>
        <translation>Páginas</translation>
    </message>
    <message>
        <source>Go to the page %1</source>
        <translation>Ir a la página %1</translation>
    </message>
</context>
<context>
    <name>ui::MainToolBar</name>
    <message>
        <source>Toolbar</source>
        <translation>Barra de herramientas</translation>
    </message>
    <message>
        <source>Mode: %1</source>
        <translation>Modo: %1</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <comment>server, or what is done</comment>
        <translation>Predeterminado: %1</translation>
    </message>
    <message>
        <source>What is done when no rule matches: %1</source>
        <translation>Lo que se hace cuando no coincide ninguna regla: %1</translation>
    </message>
    <message>
        <source>All: %1</source>
        <comment>server, or what is done</comment>
        <translation>Todo: %1</translation>
    </message>
    <message>
        <source>What is done with everything, whatever the rules say: %1</source>
        <translation>Lo que se hace con todo, digan lo que digan las reglas: %1</translation>
    </message>
    <message>
        <source>Everything connects directly. The default action for the other modes: %1</source>
        <translation>Todo se conecta directamente. La acción predeterminada para los demás modos: %1</translation>
    </message>
</context>
<context>
    <name>ui::MainWindow</name>
    <message>
        <source>&amp;Connections</source>
        <translation>&amp;Conexiones</translation>
    </message>
    <message>
        <source>&amp;Applications</source>
        <translation>&amp;Aplicaciones</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>&amp;Reglas</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>&amp;Servidores</translation>
    </message>
    <message>
        <source>Filter connections</source>
        <translation>Filtrar conexiones</translation>
    </message>
    <message>
        <source>Show only connections with all these words in application, client, target, login, rule, route or state (Ctrl+F)</source>
        <translation>Mostrar solo las conexiones con todas estas palabras en la aplicación, el cliente, el destino, el usuario, la regla, la ruta o el estado (Ctrl+F)</translation>
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
        <translation>No se pudo cambiar el modo: %1</translation>
    </message>
    <message>
        <source>The rules decide about all open connections as they did: none was closed.</source>
        <translation>Las reglas deciden sobre todas las conexiones abiertas igual que antes: no se cerró ninguna.</translation>
    </message>
    <message numerus="yes">
        <source>%n open connection(s) closed: the rules decide otherwise now.</source>
        <translation>
            <numerusform>%n conexión abierta cerrada: las reglas deciden ahora otra cosa.</numerusform>
            <numerusform>%n conexiones abiertas cerradas: las reglas deciden ahora otra cosa.</numerusform>
        </translation>
    </message>
    <message>
        <source>Filter applications</source>
        <translation>Filtrar aplicaciones</translation>
    </message>
    <message>
        <source>Show only applications with all these words in their name or rule (Ctrl+F)</source>
        <translation>Mostrar solo las aplicaciones con todas estas palabras en su nombre o regla (Ctrl+F)</translation>
    </message>
    <message>
        <source>Filter rules</source>
        <translation>Filtrar reglas</translation>
    </message>
    <message>
        <source>Show only rules with all these words in name, applications, hosts, ports or action (Ctrl+F)</source>
        <translation>Mostrar solo las reglas con todas estas palabras en el nombre, las aplicaciones, los hosts, los puertos o la acción (Ctrl+F)</translation>
    </message>
    <message>
        <source>Filter servers</source>
        <translation>Filtrar servidores</translation>
    </message>
    <message>
        <source>Show only servers and routes with all these words in their columns (Ctrl+F)</source>
        <translation>Mostrar solo los servidores y las rutas con todas estas palabras en sus columnas (Ctrl+F)</translation>
    </message>
    <message>
        <source>Defa&amp;ult route</source>
        <translation>Ruta pre&amp;determinada</translation>
    </message>
</context>
<context>
    <name>ui::MessageBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Descartar</translation>
    </message>
</context>
<context>
    <name>ui::ModeBar</name>
    <message>
        <source>Apply the rules</source>
        <translation>Aplicar las reglas</translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Direct, so everything connects directly and nothing is blocked.</source>
        <translation>Estas reglas no se aplican: el modo es Directo, así que todo se conecta directamente y nada se bloquea.</translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Everything, so the default action is taken for everything.</source>
        <translation>Estas reglas no se aplican: el modo es Todo, así que la acción predeterminada se aplica a todo.</translation>
    </message>
</context>
<context>
    <name>ui::NewRuleMenu</name>
    <message>
        <source>For this &amp;application</source>
        <translation>Para esta &amp;aplicación</translation>
    </message>
    <message>
        <source>Make a rule for the application of the connection</source>
        <translation>Crear una regla para la aplicación de la conexión</translation>
    </message>
    <message>
        <source>For this &amp;host</source>
        <translation>Para este &amp;host</translation>
    </message>
    <message>
        <source>Make a rule for the host that the connection goes to</source>
        <translation>Crear una regla para el host al que va la conexión</translation>
    </message>
    <message>
        <source>For this &amp;domain</source>
        <translation>Para este &amp;dominio</translation>
    </message>
    <message>
        <source>Make a rule for the host&apos;s domain and all names in it</source>
        <translation>Crear una regla para el dominio del host y todos los nombres que contiene</translation>
    </message>
    <message>
        <source>For this application and h&amp;ost</source>
        <translation>Para esta aplicación y h&amp;ost</translation>
    </message>
    <message>
        <source>Make a rule for this application&apos;s connections to that host</source>
        <translation>Crear una regla para las conexiones de esta aplicación a ese host</translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>action</comment>
        <translation>&amp;Directo</translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <comment>action</comment>
        <translation>&amp;Bloquear</translation>
    </message>
    <message>
        <source>In the &amp;editor...</source>
        <translation>En el &amp;editor...</translation>
    </message>
    <message>
        <source>Choose more conditions, and what is done, before the rule is in force</source>
        <translation>Elegir más condiciones y qué se hace antes de que la regla entre en vigor</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Vía %1</translation>
    </message>
    <message>
        <source>Put the rule in force at once, above all others</source>
        <translation>Poner la regla en vigor de inmediato, por encima de todas las demás</translation>
    </message>
    <message>
        <source>New rule &amp;from connection</source>
        <translation>Nueva re&amp;gla desde la conexión</translation>
    </message>
    <message>
        <source>&amp;More...</source>
        <comment>servers and routes</comment>
        <translation>&amp;Más...</translation>
    </message>
    <message>
        <source>Choose among all servers and routes in the editor</source>
        <translation>Elegir entre todos los servidores y rutas en el editor</translation>
    </message>
</context>
<context>
    <name>ui::NoServers</name>
    <message>
        <source>Add server…</source>
        <translation>Añadir servidor…</translation>
    </message>
    <message>
        <source>Paste servers</source>
        <translation>Pegar servidores</translation>
    </message>
    <message>
        <source>No servers yet</source>
        <translation>Aún no hay servidores</translation>
    </message>
    <message>
        <source>Add a SOCKS or HTTP proxy to send connections by way of it, or paste a list of servers.</source>
        <translation>Añada un proxy SOCKS o HTTP para enviar conexiones a través de él, o pegue una lista de servidores.</translation>
    </message>
</context>
<context>
    <name>ui::NotificationsPage</name>
    <message>
        <source>The &amp;proxy cannot listen</source>
        <translation>El &amp;proxy no puede escuchar</translation>
    </message>
    <message>
        <source>When an address or a port cannot be opened</source>
        <translation>Cuando no se puede abrir una dirección o un puerto</translation>
    </message>
    <message>
        <source>A &amp;server stops working, or works again</source>
        <translation>Un &amp;servidor deja de funcionar o vuelve a funcionar</translation>
    </message>
    <message>
        <source>Servers of the profile that are in use or members of a group</source>
        <translation>Servidores del perfil que están en uso o son miembros de un grupo</translation>
    </message>
    <message>
        <source>A rule &amp;blocks a program</source>
        <translation>Una regla &amp;bloquea un programa</translation>
    </message>
    <message>
        <source>Many at once are one message with their number</source>
        <translation>Si son muchos a la vez, un solo mensaje indica su número</translation>
    </message>
    <message>
        <source>Tell me when:</source>
        <translation>Avisarme cuando:</translation>
    </message>
    <message>
        <source>The &amp;engine does not respond, or cannot open more files</source>
        <translation>El &amp;motor no responde o no puede abrir más archivos</translation>
    </message>
    <message>
        <source>Connections hang then, or new ones are turned away</source>
        <translation>Entonces las conexiones se quedan bloqueadas o se rechazan las nuevas</translation>
    </message>
    <message>
        <source>The desktop shows these messages, one of a kind every half a minute at most. All but an engine that does not respond is also in the log.</source>
        <translation>El escritorio muestra estos mensajes, como máximo uno de cada tipo cada medio minuto. Todo, salvo que el motor no responda, figura también en el registro.</translation>
    </message>
    <message>
        <source>This desktop has no tray to show messages from: its notification service shows them, or the status bar of the window. All but an engine that does not respond is also in the log.</source>
        <translation>Este escritorio no tiene una bandeja desde la que mostrar mensajes: los muestra su servicio de notificaciones o, si no, la barra de estado de la ventana. Todo, salvo que el motor no responda, figura también en el registro.</translation>
    </message>
</context>
<context>
    <name>ui::Notifier</name>
    <message numerus="yes">
        <source>%n connections were blocked, the last one of %1 to %2.</source>
        <translation>
            <numerusform>Se bloqueó %n conexión, la última de %1 a %2.</numerusform>
            <numerusform>Se bloquearon %n conexiones, la última de %1 a %2.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 may not connect to %2.</source>
        <comment>program, target</comment>
        <translation>%1 no puede conectarse a %2.</translation>
    </message>
    <message>
        <source>%1 may not connect to %2: rule &quot;%3&quot;.</source>
        <comment>program, target, rule</comment>
        <translation>%1 no puede conectarse a %2: regla «%3».</translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation>Bloqueado por las reglas</translation>
    </message>
    <message>
        <source>Server %1 does not work.</source>
        <translation>El servidor %1 no funciona.</translation>
    </message>
    <message>
        <source>Server %1 works again.</source>
        <translation>El servidor %1 vuelve a funcionar.</translation>
    </message>
    <message>
        <source>Server down</source>
        <translation>Servidor caído</translation>
    </message>
    <message>
        <source>Server up</source>
        <translation>Servidor recuperado</translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation>Error del proxy</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>Y %n más.</numerusform>
            <numerusform>Y %n más.</numerusform>
        </translation>
    </message>
    <message>
        <source>The engine does not respond: connections may hang until Hosier is started again.</source>
        <translation>El motor no responde: las conexiones pueden quedarse bloqueadas hasta que se vuelva a iniciar Hosier.</translation>
    </message>
    <message>
        <source>The engine responds again.</source>
        <translation>El motor vuelve a responder.</translation>
    </message>
    <message>
        <source>Engine in trouble</source>
        <translation>Problemas del motor</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Motor</translation>
    </message>
</context>
<context>
    <name>ui::PasswordBar</name>
    <message>
        <source>Missing passwords</source>
        <translation>Faltan contraseñas</translation>
    </message>
    <message>
        <source>Enter password</source>
        <translation>Introducir contraseña</translation>
    </message>
    <message>
        <source>Open the first of these servers</source>
        <translation>Abrir el primero de estos servidores</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Hide this message</source>
        <translation>Ocultar este mensaje</translation>
    </message>
    <message>
        <source>Password missing: %1.</source>
        <comment>names of servers</comment>
        <translation>No se conoce la contraseña de: %1.</translation>
    </message>
</context>
<context>
    <name>ui::PasswordChoice</name>
    <message>
        <source>K&amp;eep it until Hosier quits, and ask again after the next start</source>
        <translation>Conse&amp;rvarla hasta salir de Hosier y volver a pedirla tras el próximo inicio</translation>
    </message>
    <message>
        <source>&amp;Do not use a password</source>
        <translation>No u&amp;sar contraseña</translation>
    </message>
    <message>
        <source>The password stays in memory. It is written neither to the profile nor to any other file.</source>
        <translation>La contraseña permanece en memoria. No se escribe en el perfil ni en ningún otro archivo.</translation>
    </message>
    <message>
        <source>The server is saved without a password, and one that was in use is forgotten.</source>
        <translation>El servidor se guarda sin contraseña y se olvida la que estuviera en uso.</translation>
    </message>
</context>
<context>
    <name>ui::PasswordQuestion</name>
    <message>
        <source>Add servers</source>
        <translation>Añadir servidores</translation>
    </message>
    <message numerus="yes">
        <source>%n server(s) come with a password, and no credential store is available. What is to become of each password?</source>
        <translation>
            <numerusform>%n servidor trae una contraseña y no hay ningún almacén de credenciales. ¿Qué debe hacerse con la contraseña?</numerusform>
            <numerusform>%n servidores traen una contraseña y no hay ningún almacén de credenciales. ¿Qué debe hacerse con cada contraseña?</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Añadir</translation>
    </message>
</context>
<context>
    <name>ui::PortDoctor</name>
    <message>
        <source>The port could not be changed: %1</source>
        <translation>No se pudo cambiar el puerto: %1</translation>
    </message>
    <message>
        <source>The port was named at the program&apos;s start, so it stays until the next one.</source>
        <translation>El puerto se indicó al iniciar el programa, así que se mantiene hasta el próximo inicio.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; uses port %2 from now on.</source>
        <translation>El punto de escucha «%1» usa a partir de ahora el puerto %2.</translation>
    </message>
</context>
<context>
    <name>ui::Ppx</name>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Opciones</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Servidor</translation>
    </message>
    <message>
        <source>Server &quot;%1&quot;</source>
        <translation>Servidor «%1»</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>Cadena</translation>
    </message>
    <message>
        <source>Chain &quot;%1&quot;</source>
        <translation>Cadena «%1»</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regla</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation>Regla «%1»</translation>
    </message>
    <message>
        <source>Default rule</source>
        <translation>Regla predeterminada</translation>
    </message>
    <message>
        <source>taken over as the default action</source>
        <translation>pasa a ser la acción predeterminada</translation>
    </message>
    <message>
        <source>names are looked up by the servers, here too</source>
        <translation>aquí también resuelven los nombres los servidores</translation>
    </message>
    <message>
        <source>taken over</source>
        <translation>se adoptó</translation>
    </message>
    <message>
        <source>version %1 is newer than those that are known</source>
        <translation>la versión %1 es más nueva que las conocidas</translation>
    </message>
    <message>
        <source>names that programs ask for are now looked up by the servers, not by this computer</source>
        <translation>los nombres que piden los programas los resuelven ahora los servidores, no este equipo</translation>
    </message>
    <message>
        <source>SOCKS4 carries no names: this computer looks them up. If the server knows SOCKS4a, choose that</source>
        <translation>SOCKS4 no transporta nombres: los resuelve este equipo. Si el servidor conoce SOCKS4a, elíjalo</translation>
    </message>
    <message>
        <source>an HTTP proxy for web pages is now asked with CONNECT, which it may refuse</source>
        <translation>a un proxy HTTP para páginas web se le pide ahora CONNECT, que puede rechazar</translation>
    </message>
    <message>
        <source>connections to the same host take the same server</source>
        <translation>las conexiones al mismo host toman el mismo servidor</translation>
    </message>
    <message>
        <source>the name is now &quot;%1&quot;</source>
        <translation>el nombre es ahora «%1»</translation>
    </message>
    <message>
        <source>%1 is now %2</source>
        <translation>%1 es ahora %2</translation>
    </message>
    <message>
        <source>%1 is now %2, which matches less: &quot;*&quot; stands for whole parts of a name</source>
        <translation>%1 es ahora %2, que abarca menos: «*» representa partes completas de un nombre</translation>
    </message>
    <message>
        <source>the application %1 is now %2</source>
        <translation>la aplicación %1 es ahora %2</translation>
    </message>
    <message>
        <source>the application %1 is a path of Windows, which no program has here</source>
        <translation>la aplicación %1 es una ruta de Windows, que aquí no tiene ningún programa</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is taken for the name of one application</source>
        <translation>«%1» se toma como el nombre de una sola aplicación</translation>
    </message>
    <message>
        <source>addresses such as %1 match programs that ask for an address; for those that ask for a name, &quot;resolveForRules&quot; in the profile has to be on</source>
        <translation>las direcciones como %1 coinciden con los programas que piden una dirección; para los que piden un nombre, debe estar activado «resolveForRules» en el perfil</translation>
    </message>
    <message>
        <source>switched off, because its condition &quot;%1&quot; is not known</source>
        <translation>desactivada, porque no se conoce su condición «%1»</translation>
    </message>
    <message>
        <source>blocks, because its action &quot;%1&quot; leads nowhere</source>
        <translation>bloquea, porque su acción «%1» no lleva a ninguna parte</translation>
    </message>
    <message>
        <source>the file has none, so the default action stays what it is</source>
        <translation>el archivo no contiene ninguna, así que la acción predeterminada queda como está</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not known</source>
        <translation>no se conoce «%1»</translation>
    </message>
    <message>
        <source>the setting &quot;%1&quot; has no equivalent</source>
        <translation>el ajuste «%1» no tiene equivalente</translation>
    </message>
    <message>
        <source>left out, because its type &quot;%1&quot; is not known</source>
        <translation>se omitió, porque no se conoce su tipo «%1»</translation>
    </message>
    <message>
        <source>left out, because its address &quot;%1&quot; is none</source>
        <translation>se omitió, porque su dirección «%1» no es válida</translation>
    </message>
    <message>
        <source>left out, because its port &quot;%1&quot; is none</source>
        <translation>se omitió, porque su puerto «%1» no es válido</translation>
    </message>
    <message>
        <source>its password is encrypted by Proxifier: enter it again on the page Servers</source>
        <translation>su contraseña está cifrada por Proxifier: introdúzcala de nuevo en la página Servidores</translation>
    </message>
    <message>
        <source>the user name &quot;%1&quot; cannot be used</source>
        <translation>no se puede usar el nombre de usuario «%1»</translation>
    </message>
    <message>
        <source>its login, which was switched off, was left out</source>
        <translation>se omitió su autenticación, que estaba desactivada</translation>
    </message>
    <message>
        <source>left out, because another one has the id &quot;%1&quot;</source>
        <translation>se omitió, porque otro elemento tiene el identificador «%1»</translation>
    </message>
    <message>
        <source>there are more than %1 here; the rest was left out</source>
        <translation>aquí hay más de %1; se omitió el resto</translation>
    </message>
    <message>
        <source>the proxy %1, which was switched off, was left out</source>
        <translation>se omitió el proxy %1, que estaba desactivado</translation>
    </message>
    <message>
        <source>the proxy %1, which was not taken over, was left out</source>
        <translation>se omitió el proxy %1, que no se adoptó</translation>
    </message>
    <message>
        <source>left out, because its proxy %1 was not taken over</source>
        <translation>se omitió, porque no se adoptó su proxy %1</translation>
    </message>
    <message>
        <source>left out, because it goes through more than %1 servers</source>
        <translation>se omitió, porque pasa por más de %1 servidores</translation>
    </message>
    <message>
        <source>left out, because it has no proxy</source>
        <translation>se omitió, porque no tiene ningún proxy</translation>
    </message>
    <message>
        <source>when no server works, connections fail; they never go directly instead</source>
        <translation>si no funciona ningún servidor, las conexiones fallan; nunca van directamente en su lugar</translation>
    </message>
    <message>
        <source>%1 was left out: such words are not replaced</source>
        <translation>se omitió %1: esas palabras no se sustituyen</translation>
    </message>
    <message>
        <source>%1 was left out: &quot;*&quot; can only stand for whole parts at an end of a name, or of an address</source>
        <translation>se omitió %1: «*» solo puede representar partes completas en un extremo de un nombre o de una dirección</translation>
    </message>
    <message>
        <source>%1 was left out: it is no host and no address</source>
        <translation>se omitió %1: no es un host ni una dirección</translation>
    </message>
    <message>
        <source>%1 was left out: it is no port</source>
        <translation>se omitió %1: no es un puerto</translation>
    </message>
    <message>
        <source>the application %1 was left out: it cannot be used</source>
        <translation>se omitió la aplicación %1: no se puede usar</translation>
    </message>
    <message>
        <source>left out, because nothing is left of its condition &quot;%1&quot;</source>
        <translation>se omitió, porque no queda nada de su condición «%1»</translation>
    </message>
    <message>
        <source>The file is larger than %1 MiB.</source>
        <translation>El archivo ocupa más de %1 MiB.</translation>
    </message>
    <message>
        <source>The file has a document type, which no profile has.</source>
        <translation>El archivo tiene un tipo de documento, cosa que no tiene ningún perfil.</translation>
    </message>
    <message>
        <source>The file holds more than any profile does.</source>
        <translation>El archivo contiene más que cualquier perfil.</translation>
    </message>
    <message>
        <source>The file is damaged or not complete: %1</source>
        <translation>El archivo está dañado o incompleto: %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>part of a file, what became of it</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>The file is XML, but no profile of Proxifier.</source>
        <translation>El archivo es XML, pero no un perfil de Proxifier.</translation>
    </message>
    <message numerus="yes">
        <source>%n more findings are not listed</source>
        <translation>
            <numerusform>%n resultado más no se muestra</numerusform>
            <numerusform>%n resultados más no se muestran</numerusform>
        </translation>
    </message>
    <message>
        <source>not taken over: the default action stays what it is</source>
        <translation>no se adopta: la acción predeterminada sigue como está</translation>
    </message>
</context>
<context>
    <name>ui::ProfileEdit</name>
    <message>
        <source>Rule number %1</source>
        <translation>Regla número %1</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation>Regla «%1»</translation>
    </message>
    <message>
        <source>%1 (switched off)</source>
        <comment>a rule</comment>
        <translation>%1 (desactivada)</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>name of a server, number</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Route &quot;%1&quot;</source>
        <translation>Ruta «%1»</translation>
    </message>
    <message>
        <source>The default action</source>
        <translation>La acción predeterminada</translation>
    </message>
    <message>
        <source>The action for unidentified applications</source>
        <translation>La acción para aplicaciones sin identificar</translation>
    </message>
</context>
<context>
    <name>ui::ProfileImport</name>
    <message>
        <source>Imported</source>
        <translation>Importada</translation>
    </message>
    <message>
        <source>The file has no users: those of the profile in force stay.</source>
        <translation>El archivo no contiene usuarios: se conservan los del perfil en vigor.</translation>
    </message>
    <message>
        <source>The id is now %1: %2 is that of another server, whose password this one must not get.</source>
        <translation>El identificador es ahora %1: %2 es el de otro servidor, cuya contraseña no debe llegar a este.</translation>
    </message>
    <message>
        <source>Whoever can reach %1 may use this proxy without a password.</source>
        <translation>Quien pueda acceder a %1 podrá usar este proxy sin contraseña.</translation>
    </message>
    <message>
        <source>The server &quot;%1&quot; (%2) is sent what the file %3 on this computer holds.</source>
        <translation>Al servidor «%1» (%2) se le envía lo que contiene el archivo %3 de este equipo.</translation>
    </message>
    <message>
        <source>The password of the server &quot;%1&quot; is in no file: enter it on the page Servers.</source>
        <translation>La contraseña del servidor «%1» no está en ningún archivo: introdúzcala en la página Servidores.</translation>
    </message>
    <message>
        <source>Listeners: %1</source>
        <translation>Puntos de escucha: %1</translation>
    </message>
    <message>
        <source>Users: %1</source>
        <translation>Usuarios: %1</translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation>Servidores: %1</translation>
    </message>
    <message>
        <source>Routes: %1</source>
        <translation>Rutas: %1</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>Reglas: %1</translation>
    </message>
    <message>
        <source>line %1</source>
        <translation>línea %1</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>El archivo está vacío.</translation>
    </message>
</context>
<context>
    <name>ui::ProfileRecovery</name>
    <message>
        <source>The profile cannot be used.</source>
        <translation>No se puede usar el perfil.</translation>
    </message>
    <message>
        <source>Start &amp;Afresh</source>
        <translation>Empezar de &amp;nuevo</translation>
    </message>
    <message>
        <source>Its backup is the profile as it was until %1.</source>
        <translation>La copia de seguridad es el perfil tal como era hasta %1.</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Salir</translation>
    </message>
    <message>
        <source>Use the &amp;Backup</source>
        <translation>Usar la &amp;copia de seguridad</translation>
    </message>
    <message>
        <source>Starting afresh means without servers and rules: everything goes directly. The broken file is kept, under another name.</source>
        <translation>Empezar de nuevo significa sin servidores ni reglas: todo va directamente. El archivo dañado se conserva con otro nombre.</translation>
    </message>
</context>
<context>
    <name>ui::ProfileTransfer</name>
    <message>
        <source>Import a profile</source>
        <translation>Importar un perfil</translation>
    </message>
    <message>
        <source>Profiles of Hosier and Proxifier (*.json *.ppx)</source>
        <translation>Perfiles de Hosier y Proxifier (*.json *.ppx)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos los archivos (*)</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importar</translation>
    </message>
    <message>
        <source>The file cannot be read.</source>
        <translation>No se puede leer el archivo.</translation>
    </message>
    <message>
        <source>Imported %1.</source>
        <translation>Se importó %1.</translation>
    </message>
    <message>
        <source>Exported to %1.</source>
        <translation>Se exportó a %1.</translation>
    </message>
</context>
<context>
    <name>ui::ProgramFields</name>
    <message>
        <source>Application</source>
        <translation>Aplicación</translation>
    </message>
    <message>
        <source>Name or path; empty: not identified</source>
        <translation>Nombre o ruta; vacío: sin identificar</translation>
    </message>
    <message>
        <source>Child of</source>
        <translation>Iniciado por</translation>
    </message>
    <message>
        <source>The program that has started the application, for rules that also match those that a program starts</source>
        <translation>El programa que inició la aplicación, para reglas que también valen para los programas que uno inicia</translation>
    </message>
    <message>
        <source>Name or path of the program that started it; may be empty</source>
        <translation>Nombre o ruta del programa que la inició; puede estar vacío</translation>
    </message>
    <message>
        <source>%1: its file is being looked for...</source>
        <comment>program</comment>
        <translation>%1: se está buscando su archivo…</translation>
    </message>
</context>
<context>
    <name>ui::ProgramPicker</name>
    <message>
        <source>Filter programs</source>
        <translation>Filtrar programas</translation>
    </message>
    <message>
        <source>Show only programs with this text in their name or path</source>
        <translation>Mostrar solo los programas con este texto en su nombre o ruta</translation>
    </message>
    <message>
        <source>Running programs</source>
        <translation>Programas en ejecución</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Path</source>
        <comment>column</comment>
        <translation>Ruta</translation>
    </message>
    <message>
        <source>How the program is entered</source>
        <translation>Cómo se introduce el programa</translation>
    </message>
    <message>
        <source>By name, wherever it lies</source>
        <translation>Por el nombre, esté donde esté</translation>
    </message>
    <message>
        <source>By its full path</source>
        <translation>Por la ruta completa</translation>
    </message>
    <message>
        <source>&amp;Enter it:</source>
        <translation>&amp;Introducirlo:</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Añadir</translation>
    </message>
    <message>
        <source>&amp;Refresh</source>
        <translation>Act&amp;ualizar</translation>
    </message>
    <message>
        <source>Look again which programs run (F5)</source>
        <translation>Comprobar de nuevo qué programas están en ejecución (F5)</translation>
    </message>
    <message>
        <source>Looking for running programs...</source>
        <translation>Buscando programas en ejecución...</translation>
    </message>
    <message>
        <source>%1, run by %2</source>
        <comment>script, interpreter</comment>
        <translation>%1, ejecutado por %2</translation>
    </message>
    <message>
        <source>Programs: %1</source>
        <translation>Programas: %1</translation>
    </message>
</context>
<context>
    <name>ui::ProgramText</name>
    <message>
        <source>Path: %1</source>
        <translation>Ruta: %1</translation>
    </message>
    <message>
        <source>Script: %1</source>
        <translation>Script: %1</translation>
    </message>
    <message>
        <source>Runs as: %1</source>
        <comment>user of the system</comment>
        <translation>Se ejecuta como: %1</translation>
    </message>
    <message>
        <source>Child of: %1</source>
        <comment>programs, nearest first</comment>
        <translation>Iniciado por: %1</translation>
    </message>
    <message>
        <source>%1: %2, the path of whose interpreter is not known</source>
        <comment>program, its script</comment>
        <translation>%1: %2, cuyo intérprete tiene una ruta desconocida</translation>
    </message>
    <message>
        <source>%1: %2, run by %3</source>
        <comment>program, its script, its interpreter</comment>
        <translation>%1: %2, ejecutado por %3</translation>
    </message>
    <message>
        <source>%1: the path is not known</source>
        <comment>program</comment>
        <translation>%1: no se conoce la ruta</translation>
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
        <translation>Proxy desactivado</translation>
    </message>
    <message>
        <source>No listener</source>
        <translation>Sin punto de escucha</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>Abriendo</translation>
    </message>
    <message>
        <source>Proxy on</source>
        <translation>Proxy activado</translation>
    </message>
    <message>
        <source>Proxy on, with an error</source>
        <translation>Proxy activado, con un error</translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation>Error del proxy</translation>
    </message>
    <message>
        <source>Proxy off: nothing is listening</source>
        <translation>Proxy desactivado: no se escucha en ningún sitio</translation>
    </message>
    <message>
        <source>The profile has no listener</source>
        <translation>El perfil no tiene ningún punto de escucha</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <translation>Escuchando en %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>address, reason</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: closed</source>
        <comment>address</comment>
        <translation>%1: cerrado</translation>
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
        <translation>Otro programa está usando el puerto.</translation>
    </message>
    <message>
        <source>The port is in use by process %1.</source>
        <translation>El proceso %1 está usando el puerto.</translation>
    </message>
    <message>
        <source>The port is in use by %1.</source>
        <comment>program (process id)</comment>
        <translation>%1 está usando el puerto.</translation>
    </message>
    <message>
        <source>Windows does not permit port %1: it keeps the port for itself, or another program uses it exclusively. &quot;netsh int ipv4 show excludedportrange protocol=tcp&quot; lists the ports that Windows keeps.</source>
        <translation>Windows no permite el puerto %1: lo reserva para sí mismo u otro programa lo usa en exclusiva. «netsh int ipv4 show excludedportrange protocol=tcp» enumera los puertos que Windows reserva.</translation>
    </message>
    <message>
        <source>The system lets only privileged programs listen on port %1.</source>
        <translation>El sistema solo deja escuchar en el puerto %1 a programas con privilegios.</translation>
    </message>
    <message>
        <source>The system does not permit Hosier to listen on port %1.</source>
        <translation>El sistema no permite que Hosier escuche en el puerto %1.</translation>
    </message>
    <message>
        <source>Port %1 is reserved by Windows.</source>
        <translation>Windows reserva el puerto %1.</translation>
    </message>
    <message>
        <source>Ports %1 to %2 are reserved by Windows, so no program can listen on port %3.</source>
        <translation>Windows reserva los puertos %1 a %2, así que ningún programa puede escuchar en el puerto %3.</translation>
    </message>
</context>
<context>
    <name>ui::ProxySwitch</name>
    <message>
        <source>Proxy on</source>
        <translation>Proxy activado</translation>
    </message>
    <message>
        <source>Proxy off</source>
        <translation>Proxy desactivado</translation>
    </message>
</context>
<context>
    <name>ui::RestartOffer</name>
    <message>
        <source>Hosier has stopped unexpectedly.</source>
        <translation>Hosier terminó de forma inesperada.</translation>
    </message>
    <message>
        <source>&amp;Restart</source>
        <translation>&amp;Reiniciar</translation>
    </message>
    <message>
        <source>The profile is as it was last saved. Programs that use the proxy cannot connect until Hosier runs again.</source>
        <translation>El perfil está tal como se guardó por última vez. Los programas que usan el proxy no pueden conectarse hasta que Hosier vuelva a ejecutarse.</translation>
    </message>
    <message>
        <source>The note about what happened is %1.</source>
        <translation>La nota sobre lo ocurrido es %1.</translation>
    </message>
    <message>
        <source>Start Hosier again with the same profile</source>
        <translation>Volver a iniciar Hosier con el mismo perfil</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Cerrar</translation>
    </message>
</context>
<context>
    <name>ui::RouteDialog</name>
    <message>
        <source>← &amp;Add</source>
        <translation>← &amp;Añadir</translation>
    </message>
    <message>
        <source>&amp;Remove →</source>
        <translation>&amp;Quitar →</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>&amp;Subir</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>&amp;Bajar</translation>
    </message>
    <message>
        <source>Add route</source>
        <translation>Añadir ruta</translation>
    </message>
    <message>
        <source>Edit route</source>
        <translation>Editar ruta</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Identificador</translation>
    </message>
    <message>
        <source>What rules and other routes call this route in the profile&apos;s file</source>
        <translation>Cómo llaman a esta ruta las reglas y otras rutas en el archivo del perfil</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Members, in order</source>
        <translation>Miembros, en orden</translation>
    </message>
    <message>
        <source>Drag members to change their order</source>
        <translation>Arrastre los miembros para cambiar su orden</translation>
    </message>
    <message>
        <source>Servers and routes that are no members</source>
        <translation>Servidores y rutas que no son miembros</translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation>&amp;Id.:</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nombre:</translation>
    </message>
    <message>
        <source>&amp;Kind:</source>
        <translation>&amp;Tipo:</translation>
    </message>
    <message>
        <source>&amp;Members, in order</source>
        <translation>&amp;Miembros, en orden</translation>
    </message>
    <message>
        <source>&amp;Other servers and routes</source>
        <translation>&amp;Otros servidores y rutas</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>name, kind of route</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Introduzca un nombre.</translation>
    </message>
    <message>
        <source>Add at least one server or route as a member.</source>
        <translation>Añada al menos un servidor o una ruta como miembro.</translation>
    </message>
    <message>
        <source>The route was changed or removed meanwhile. Close this and open it again.</source>
        <translation>Entretanto, la ruta se cambió o se quitó. Cierre esto y ábrala de nuevo.</translation>
    </message>
</context>
<context>
    <name>ui::RouteMenu</name>
    <message>
        <source>There is no such route any more.</source>
        <translation>Esa ruta ya no existe.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be a member of itself.</source>
        <translation>«%1» no puede ser miembro de sí misma.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; already belongs to &quot;%2&quot;.</source>
        <translation>«%1» ya pertenece a «%2».</translation>
    </message>
    <message>
        <source>&quot;%1&quot; leads through &quot;%2&quot;, which would then lead back to itself.</source>
        <translation>«%1» pasa por «%2», que entonces volvería a llevar a sí misma.</translation>
    </message>
    <message>
        <source>Add &amp;to route</source>
        <translation>Añad&amp;ir a la ruta</translation>
    </message>
</context>
<context>
    <name>ui::RuleDelegate</name>
    <message>
        <source>Action</source>
        <translation>Acción</translation>
    </message>
</context>
<context>
    <name>ui::RuleDialog</name>
    <message>
        <source>Rule</source>
        <translation>Regla</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log</source>
        <translation>Cómo se llama la regla en las listas y en el registro</translation>
    </message>
    <message>
        <source>A&amp;pplications</source>
        <translation>A&amp;plicaciones</translation>
    </message>
    <message>
        <source>Also programs that the&amp;y start</source>
        <translation>También los programas que &amp;inician</translation>
    </message>
    <message>
        <source>The rule also matches the children of these applications, and their children</source>
        <translation>La regla coincide también con los procesos hijos de estas aplicaciones y con los hijos de estos</translation>
    </message>
    <message>
        <source>&amp;Hosts</source>
        <translation>&amp;Hosts</translation>
    </message>
    <message>
        <source>example.org, *.example.org, 10.0.0.0/8, 192.0.2.1-192.0.2.9</source>
        <translation>example.org, *.example.org, 10.0.0.0/8, 192.0.2.1-192.0.2.9</translation>
    </message>
    <message>
        <source>P&amp;orts</source>
        <translation>Puert&amp;os</translation>
    </message>
    <message>
        <source>443, 8000-8100</source>
        <translation>443, 8000-8100</translation>
    </message>
    <message>
        <source>&amp;Users</source>
        <translation>&amp;Usuarios</translation>
    </message>
    <message>
        <source>anna</source>
        <translation>ana</translation>
    </message>
    <message>
        <source>Names that clients have logged in with</source>
        <translation>Nombres con los que se han autenticado los clientes</translation>
    </message>
    <message>
        <source>C&amp;lients</source>
        <translation>C&amp;lientes</translation>
    </message>
    <message>
        <source>192.168.1.20, 192.168.2.0/24</source>
        <translation>192.168.1.20, 192.168.2.0/24</translation>
    </message>
    <message>
        <source>Addresses that clients connect from</source>
        <translation>Direcciones desde las que se conectan los clientes</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>Transporte</translation>
    </message>
    <message>
        <source>Any</source>
        <comment>transport</comment>
        <translation>Cualquiera</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Acción</translation>
    </message>
    <message>
        <source>&amp;Seen</source>
        <translation>&amp;Vistas</translation>
    </message>
    <message>
        <source>Choose an application that has connected lately</source>
        <translation>Elegir una aplicación que se haya conectado recientemente</translation>
    </message>
    <message>
        <source>&amp;Browse...</source>
        <translation>&amp;Examinar...</translation>
    </message>
    <message>
        <source>Choose the file of a program</source>
        <translation>Elegir el archivo de un programa</translation>
    </message>
    <message>
        <source>&amp;Running...</source>
        <translation>En eje&amp;cución...</translation>
    </message>
    <message>
        <source>Choose among the programs that run now</source>
        <translation>Elegir entre los programas en ejecución</translation>
    </message>
    <message>
        <source>The rule matches when every condition does. An empty field matches anything; of several entries, one a line, any will do.</source>
        <translation>La regla coincide cuando se cumplen todas las condiciones. Un campo vacío coincide con cualquier cosa; de varias entradas, una por línea, basta una.</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nombre:</translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation>&amp;Transporte:</translation>
    </message>
    <message>
        <source>&amp;Action:</source>
        <translation>&amp;Acción:</translation>
    </message>
    <message>
        <source>TCP and UDP</source>
        <translation>TCP y UDP</translation>
    </message>
    <message>
        <source>Choose a program</source>
        <translation>Elegir un programa</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither a port (80) nor a range of ports (8000-9000).</source>
        <translation>«%1» no es un puerto (80) ni un intervalo de puertos (8000-9000).</translation>
    </message>
    <message>
        <source>Office by way of the company&apos;s server</source>
        <translation>Oficina vía el servidor de la empresa</translation>
    </message>
    <message>
        <source>TCP: web, mail; UDP: calls, games</source>
        <translation>TCP: web, correo; UDP: llamadas, juegos</translation>
    </message>
    <message>
        <source>Direct: without a server; Block: refused; or by way of a server or route</source>
        <translation>Directo: sin servidor; Bloquear: se rechaza; o vía un servidor o una ruta</translation>
    </message>
</context>
<context>
    <name>ui::RuleHistoryActions</name>
    <message>
        <source>Undone: %1.</source>
        <comment>a change of the rules</comment>
        <translation>Deshecho: %1.</translation>
    </message>
    <message>
        <source>Done again: %1.</source>
        <comment>a change of the rules</comment>
        <translation>Rehecho: %1.</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Deshacer</translation>
    </message>
    <message>
        <source>&amp;Undo: %1</source>
        <comment>a change of the rules</comment>
        <translation>&amp;Deshacer: %1</translation>
    </message>
    <message>
        <source>No change of the rules can be undone</source>
        <translation>No hay cambios de las reglas que deshacer</translation>
    </message>
    <message>
        <source>Undo the last change of the rules: %1</source>
        <translation>Deshacer el último cambio de las reglas: %1</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Rehacer</translation>
    </message>
    <message>
        <source>&amp;Redo: %1</source>
        <comment>a change of the rules</comment>
        <translation>&amp;Rehacer: %1</translation>
    </message>
    <message>
        <source>No change of the rules was undone</source>
        <translation>No se ha deshecho ningún cambio de las reglas</translation>
    </message>
    <message>
        <source>Make the change of the rules again: %1</source>
        <translation>Rehacer el cambio de las reglas: %1</translation>
    </message>
</context>
<context>
    <name>ui::RuleModel</name>
    <message>
        <source>Any</source>
        <comment>condition of a rule</comment>
        <translation>Cualquiera</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>column, value</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Default</source>
        <comment>the last rule</comment>
        <translation>Predeterminada</translation>
    </message>
    <message>
        <source>What is done when no rule matches. It can be changed, but not removed.</source>
        <translation>Lo que se hace cuando no coincide ninguna regla. Se puede cambiar, pero no quitar.</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Applications</source>
        <comment>column</comment>
        <translation>Aplicaciones</translation>
    </message>
    <message>
        <source>Hosts</source>
        <comment>column</comment>
        <translation>Hosts</translation>
    </message>
    <message>
        <source>Ports</source>
        <comment>column</comment>
        <translation>Puertos</translation>
    </message>
    <message>
        <source>Action</source>
        <comment>column</comment>
        <translation>Acción</translation>
    </message>
    <message>
        <source>Hits</source>
        <comment>column</comment>
        <translation>Usos</translation>
    </message>
    <message>
        <source>Traffic</source>
        <comment>column</comment>
        <translation>Tráfico</translation>
    </message>
    <message>
        <source>Last hit</source>
        <comment>column</comment>
        <translation>Último uso</translation>
    </message>
    <message>
        <source>change the default action</source>
        <translation>cambio de la acción predeterminada</translation>
    </message>
    <message>
        <source>change rule %1</source>
        <translation>cambio de la regla %1</translation>
    </message>
    <message>
        <source>switch rule %1 on</source>
        <translation>activación de la regla %1</translation>
    </message>
    <message>
        <source>switch rule %1 off</source>
        <translation>desactivación de la regla %1</translation>
    </message>
    <message>
        <source>add rule %1</source>
        <translation>adición de la regla %1</translation>
    </message>
    <message>
        <source>The rule was changed or removed elsewhere in the meantime.</source>
        <translation>Entretanto, la regla se cambió o se quitó en otro lugar.</translation>
    </message>
    <message>
        <source>remove rule %1</source>
        <translation>eliminación de la regla %1</translation>
    </message>
    <message>
        <source>move rule %1</source>
        <translation>desplazamiento de la regla %1</translation>
    </message>
    <message>
        <source>They were changed elsewhere in the meantime, so that what was done here before can no longer be undone or done again.</source>
        <translation>Entretanto se cambiaron en otro lugar, por lo que lo hecho aquí antes ya no se puede deshacer ni rehacer.</translation>
    </message>
    <message>
        <source>Never reached: rule %1 above it decides about everything that this one matches.</source>
        <translation>No se alcanza nunca: la regla %1, situada encima, decide sobre todo lo que coincide con esta.</translation>
    </message>
    <message>
        <source>change what is done with unidentified programs</source>
        <translation>cambio de lo que se hace con los programas sin identificar</translation>
    </message>
</context>
<context>
    <name>ui::RuleText</name>
    <message numerus="yes">
        <source>%n more</source>
        <comment>entries of a rule that are not shown</comment>
        <translation>
            <numerusform>%n más</numerusform>
            <numerusform>%n más</numerusform>
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
        <translation>Directo</translation>
    </message>
    <message>
        <source>Block</source>
        <comment>action</comment>
        <translation>Bloquear</translation>
    </message>
    <message>
        <source>Rules</source>
        <comment>mode</comment>
        <translation>Reglas</translation>
    </message>
    <message>
        <source>Everything</source>
        <comment>mode</comment>
        <translation>Todo</translation>
    </message>
    <message>
        <source>Direct</source>
        <comment>mode</comment>
        <translation>Directo</translation>
    </message>
    <message>
        <source>user %1</source>
        <translation>usuario %1</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>desde %1</translation>
    </message>
    <message>
        <source>Off: this rule is skipped.</source>
        <translation>Desactivada: esta regla se omite.</translation>
    </message>
    <message>
        <source>Applications and their children</source>
        <translation>Aplicaciones y sus procesos hijos</translation>
    </message>
    <message>
        <source>Applications</source>
        <translation>Aplicaciones</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>Usuarios</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>Clientes</translation>
    </message>
    <message>
        <source>Hosts</source>
        <translation>Hosts</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>Puertos</translation>
    </message>
    <message>
        <source>Transport: %1</source>
        <translation>Transporte: %1</translation>
    </message>
    <message>
        <source>Action: %1</source>
        <translation>Acción: %1</translation>
    </message>
</context>
<context>
    <name>ui::RuleUseText</name>
    <message>
        <source>never</source>
        <comment>last time that a rule decided</comment>
        <translation>nunca</translation>
    </message>
    <message>
        <source>Hits: %1</source>
        <translation>Usos: %1</translation>
    </message>
    <message>
        <source>Traffic: %1 down, %2 up</source>
        <translation>Tráfico: %1 recibidos, %2 enviados</translation>
    </message>
    <message>
        <source>Last hit: %1</source>
        <translation>Último uso: %1</translation>
    </message>
</context>
<context>
    <name>ui::RulesPage</name>
    <message>
        <source>New rule</source>
        <translation>Nueva regla</translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others: %2.</source>
        <translation>La regla %1 va ahora antes que todas las demás: %2.</translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others, but rules are not applied: the mode is %2.</source>
        <translation>La regla %1 va ahora antes que todas las demás, pero las reglas no se aplican: el modo es %2.</translation>
    </message>
    <message>
        <source>&amp;New rule...</source>
        <translation>&amp;Nueva regla...</translation>
    </message>
    <message>
        <source>Make a rule above the selected one</source>
        <translation>Crear una regla encima de la seleccionada</translation>
    </message>
    <message>
        <source>&amp;Edit rule...</source>
        <translation>&amp;Editar regla...</translation>
    </message>
    <message>
        <source>Change the selected rule</source>
        <translation>Cambiar la regla seleccionada</translation>
    </message>
    <message>
        <source>&amp;Duplicate rule</source>
        <translation>&amp;Duplicar regla</translation>
    </message>
    <message>
        <source>Copy the selected rule below itself</source>
        <translation>Copiar la regla seleccionada debajo de sí misma</translation>
    </message>
    <message>
        <source>&amp;Remove rule</source>
        <translation>&amp;Quitar regla</translation>
    </message>
    <message>
        <source>Remove the selected rule</source>
        <translation>Quitar la regla seleccionada</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>&amp;Subir</translation>
    </message>
    <message>
        <source>Check the selected rule earlier</source>
        <translation>Comprobar antes la regla seleccionada</translation>
    </message>
    <message>
        <source>Move do&amp;wn</source>
        <translation>&amp;Bajar</translation>
    </message>
    <message>
        <source>Check the selected rule later</source>
        <translation>Comprobar después la regla seleccionada</translation>
    </message>
    <message>
        <source>Rule &amp;on</source>
        <translation>Regla &amp;activada</translation>
    </message>
    <message>
        <source>A rule that is off is skipped</source>
        <translation>Una regla desactivada se omite</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nueva</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Reglas</translation>
    </message>
    <message>
        <source>Columns of the rules</source>
        <translation>Columnas de las reglas</translation>
    </message>
    <message>
        <source>There are no rules yet: the default action is taken for everything. Make one here, or from a connection.</source>
        <translation>Aún no hay reglas: la acción predeterminada se aplica a todo. Cree una aquí o a partir de una conexión.</translation>
    </message>
    <message>
        <source>Checked top to bottom; the first rule that matches decides.</source>
        <translation>Se comprueban de arriba abajo; decide la primera regla que coincide.</translation>
    </message>
    <message>
        <source>A crossed-out list marks rules that are never reached: %1.</source>
        <translation>Una lista tachada marca las reglas que nunca se alcanzan: %1.</translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation>Regla %1</translation>
    </message>
    <message>
        <source>%1 (copy)</source>
        <comment>name of a rule</comment>
        <translation>%1 (copia)</translation>
    </message>
    <message>
        <source>The rules could not be changed.</source>
        <translation>No se pudieron cambiar las reglas.</translation>
    </message>
    <message>
        <source>Rules cannot be moved while the filter hides some of them</source>
        <translation>Las reglas no se pueden mover mientras el filtro oculta algunas de ellas</translation>
    </message>
    <message numerus="yes">
        <source>The filter hides %n rule(s).</source>
        <translation>
            <numerusform>El filtro oculta %n regla.</numerusform>
            <numerusform>El filtro oculta %n reglas.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ServerCheckPanel</name>
    <message>
        <source>Chec&amp;k these settings</source>
        <translation>Compro&amp;bar estos ajustes</translation>
    </message>
    <message>
        <source>Connects through the server with what is entered here; nothing is saved</source>
        <translation>Conecta a través del servidor con lo introducido aquí; no se guarda nada</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation>El motor no está en marcha, así que no se puede comprobar nada.</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Comprobando…</translation>
    </message>
    <message>
        <source>The server does not work.</source>
        <translation>El servidor no funciona.</translation>
    </message>
    <message>
        <source>The server works, but not for UDP.</source>
        <translation>El servidor funciona, pero no para UDP.</translation>
    </message>
    <message>
        <source>The server works.</source>
        <translation>El servidor funciona.</translation>
    </message>
</context>
<context>
    <name>ui::ServerDialog</name>
    <message>
        <source>Encrypted with &amp;TLS</source>
        <translation>Cifrado con &amp;TLS</translation>
    </message>
    <message>
        <source>Add server</source>
        <translation>Añadir servidor</translation>
    </message>
    <message>
        <source>Edit server</source>
        <translation>Editar servidor</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Identificador</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protocolo</translation>
    </message>
    <message>
        <source>Encrypted with TLS</source>
        <translation>Cifrado con TLS</translation>
    </message>
    <message>
        <source>Host name or address</source>
        <translation>Nombre de host o dirección</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Puerto</translation>
    </message>
    <message>
        <source>Where names are looked up</source>
        <translation>Dónde se resuelven los nombres</translation>
    </message>
    <message>
        <source>SHA-256 of the certificate</source>
        <translation>SHA-256 del certificado</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Nombre de usuario</translation>
    </message>
    <message>
        <source>As the host, when empty</source>
        <translation>El mismo que el host, si está vacío</translation>
    </message>
    <message>
        <source>What rules and routes call this server in the profile&apos;s file</source>
        <translation>Cómo llaman a este servidor las reglas y rutas en el archivo del perfil</translation>
    </message>
    <message>
        <source>proxy.example.org, 192.0.2.1, or a whole URL</source>
        <translation>proxy.example.org, 192.0.2.1 o una URL completa</translation>
    </message>
    <message>
        <source>Any certificate that this computer trusts</source>
        <translation>Cualquier certificado en el que confíe este equipo</translation>
    </message>
    <message>
        <source>When set, only this very certificate is accepted, also when it is self-signed. Hexadecimal or base64.</source>
        <translation>Si se indica, solo se acepta exactamente este certificado, aunque sea autofirmado. Hexadecimal o base64.</translation>
    </message>
    <message>
        <source>HTTP (CONNECT)</source>
        <translation>HTTP (CONNECT)</translation>
    </message>
    <message>
        <source>Looked up by the server</source>
        <translation>Los resuelve el servidor</translation>
    </message>
    <message>
        <source>Looked up on this computer</source>
        <translation>Los resuelve este equipo</translation>
    </message>
    <message>
        <source>Looked up on this computer, names can be seen by the local network.</source>
        <translation>Si los resuelve este equipo, la red local puede ver los nombres.</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nombre:</translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation>&amp;Id.:</translation>
    </message>
    <message>
        <source>&amp;Protocol:</source>
        <translation>&amp;Protocolo:</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>&amp;Host:</translation>
    </message>
    <message>
        <source>P&amp;ort:</source>
        <translation>Puert&amp;o:</translation>
    </message>
    <message>
        <source>Na&amp;mes:</source>
        <translation>No&amp;mbres:</translation>
    </message>
    <message>
        <source>&amp;Certificate
SHA-256:</source>
        <translation>&amp;Certificado
SHA-256:</translation>
    </message>
    <message>
        <source>&amp;User name:</source>
        <translation>&amp;Usuario:</translation>
    </message>
    <message>
        <source>Enter the server&apos;s host name or address.</source>
        <translation>Introduzca el nombre de host o la dirección del servidor.</translation>
    </message>
    <message>
        <source>The certificate&apos;s SHA-256 must be 32 bytes in hexadecimal or base64.</source>
        <translation>El SHA-256 del certificado debe tener 32 bytes en hexadecimal o base64.</translation>
    </message>
    <message>
        <source>The password file is read when the server is saved: save it, then check it in the list.</source>
        <translation>El archivo de contraseña se lee al guardar el servidor: guárdelo y compruébelo después en la lista.</translation>
    </message>
    <message>
        <source>The host is no URL that can be read: %1.</source>
        <translation>El host no es una URL legible: %1.</translation>
    </message>
    <message>
        <source>The host name is longer than 255 bytes.</source>
        <translation>El nombre de host tiene más de 255 bytes.</translation>
    </message>
    <message>
        <source>The server was changed or removed meanwhile. Close this and open it again.</source>
        <translation>Entretanto, el servidor se cambió o se quitó. Cierre esto y ábralo de nuevo.</translation>
    </message>
    <message>
        <source>The credential store has not told this server&apos;s password yet. Wait for it, type the password, or press Forget.</source>
        <translation>El almacén de credenciales aún no ha dado la contraseña de este servidor. Espere a que la dé, escriba la contraseña o pulse «Olvidar».</translation>
    </message>
</context>
<context>
    <name>ui::ServerModel</name>
    <message>
        <source>Milliseconds until a target answered through the server</source>
        <translation>Milisegundos hasta que un destino respondió a través del servidor</translation>
    </message>
    <message>
        <source>Milliseconds until a datagram was answered through the server</source>
        <translation>Milisegundos hasta que se respondió a un datagrama a través del servidor</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>Protocolo</translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>Health</source>
        <comment>column</comment>
        <translation>Estado</translation>
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
        <translation>Comprobado</translation>
    </message>
    <message>
        <source>Servers (none yet)</source>
        <translation>Servidores (aún ninguno)</translation>
    </message>
    <message numerus="yes">
        <source>Servers (%n)</source>
        <translation>
            <numerusform>Servidores (%n)</numerusform>
            <numerusform>Servidores (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Routes (none yet): chains and groups of servers</source>
        <translation>Rutas (aún ninguna): cadenas y grupos de servidores</translation>
    </message>
    <message numerus="yes">
        <source>Routes (%n)</source>
        <translation>
            <numerusform>Rutas (%n)</numerusform>
            <numerusform>Rutas (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation>No funciona: %1</translation>
    </message>
    <message>
        <source>Id: %1</source>
        <translation>Identificador: %1</translation>
    </message>
    <message>
        <source>Works in part: %1</source>
        <comment>names</comment>
        <translation>Funciona en parte: %1</translation>
    </message>
    <message>
        <source>Down: no member works</source>
        <translation>No funciona: ningún miembro activo</translation>
    </message>
    <message>
        <source>%1 of %2 members down: %3</source>
        <comment>number, number, names</comment>
        <translation>%1 de %2 miembros no funcionan: %3</translation>
    </message>
    <message>
        <source>Servers (%1 of %2)</source>
        <comment>shown, all</comment>
        <translation>Servidores (%1 de %2)</translation>
    </message>
    <message>
        <source>Routes (%1 of %2)</source>
        <comment>shown, all</comment>
        <translation>Rutas (%1 de %2)</translation>
    </message>
</context>
<context>
    <name>ui::ServerPasswordFields</name>
    <message>
        <source>For&amp;get</source>
        <translation>O&amp;lvidar</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>&amp;Examinar…</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Contraseña</translation>
    </message>
    <message>
        <source>Forget the password</source>
        <translation>Olvidar la contraseña</translation>
    </message>
    <message>
        <source>Password file</source>
        <translation>Archivo de contraseña</translation>
    </message>
    <message>
        <source>Choose the password file</source>
        <translation>Elegir el archivo de contraseña</translation>
    </message>
    <message>
        <source>Instead of a password</source>
        <translation>En lugar de una contraseña</translation>
    </message>
    <message>
        <source>A file that holds the password in its first line and that nobody but you may read</source>
        <translation>Un archivo que contiene la contraseña en su primera línea y que solo usted puede leer</translation>
    </message>
    <message>
        <source>Pass&amp;word:</source>
        <translation>Contr&amp;aseña:</translation>
    </message>
    <message>
        <source>Password &amp;file:</source>
        <translation>Archi&amp;vo de contraseña:</translation>
    </message>
    <message>
        <source>Asked of the credential store…</source>
        <translation>Se está pidiendo al almacén de credenciales…</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>Sin cambios</translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords.</source>
        <translation>SOCKS4 tiene nombres de usuario, pero no contraseñas.</translation>
    </message>
    <message>
        <source>The password is read from the file below.</source>
        <translation>La contraseña se lee del archivo de abajo.</translation>
    </message>
    <message>
        <source>Kept in the system&apos;s credential store, never in the profile.</source>
        <translation>Se guarda en el almacén de credenciales del sistema, nunca en el perfil.</translation>
    </message>
    <message>
        <source>No credential store is available. To keep a password for longer than Hosier runs, write it to a file of your own and name that below.</source>
        <translation>No hay ningún almacén de credenciales disponible. Para conservar una contraseña más allá de la ejecución de Hosier, escríbala en un archivo propio e indíquelo abajo.</translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation>La contraseña tiene más de 255 bytes.</translation>
    </message>
    <message>
        <source>The server is saved, but its old password could not be removed: %1.</source>
        <translation>El servidor se guardó, pero no se pudo quitar su contraseña anterior: %1.</translation>
    </message>
    <message>
        <source>The server is saved, but its password could not be stored: %1. Until Hosier ends it is used all the same. Save again, cancel, or name a file instead.</source>
        <translation>El servidor se guardó, pero no se pudo almacenar su contraseña: %1. Aun así, se usará hasta que Hosier termine. Guarde de nuevo, cancele o indique un archivo en su lugar.</translation>
    </message>
    <message>
        <source>Kept until Hosier ends: the credential store does not have it. Type it again to store it.</source>
        <translation>Se conserva hasta que Hosier termine: el almacén de credenciales no la tiene. Escríbala de nuevo para almacenarla.</translation>
    </message>
</context>
<context>
    <name>ui::ServerPasting</name>
    <message>
        <source>The clipboard holds no text with servers.</source>
        <translation>El portapapeles no contiene texto con servidores.</translation>
    </message>
    <message>
        <source>Line %1 was not understood: %2.</source>
        <translation>La línea %1 no se entendió: %2.</translation>
    </message>
    <message>
        <source>More lines that were not understood: %1.</source>
        <translation>Más líneas que no se entendieron: %1.</translation>
    </message>
    <message>
        <source>The text is too long: the rest of it was left out.</source>
        <translation>El texto es demasiado largo: se omitió el resto.</translation>
    </message>
    <message>
        <source>Nothing was added:</source>
        <translation>No se añadió nada:</translation>
    </message>
    <message>
        <source>Servers added: %1.</source>
        <translation>Servidores añadidos: %1.</translation>
    </message>
    <message>
        <source>Where no protocol was named, SOCKS5 was assumed.</source>
        <translation>Donde no se indicó ningún protocolo, se supuso SOCKS5.</translation>
    </message>
    <message>
        <source>Already there: %1.</source>
        <translation>Ya existentes: %1.</translation>
    </message>
</context>
<context>
    <name>ui::ServerText</name>
    <message>
        <source>%1 over TLS</source>
        <comment>protocol</comment>
        <translation>%1 sobre TLS</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>Cadena</translation>
    </message>
    <message>
        <source>Failover</source>
        <translation>Conmutación por error</translation>
    </message>
    <message>
        <source>Balance</source>
        <translation>Reparto de carga</translation>
    </message>
    <message>
        <source>Every connection goes through all members, one after the other.</source>
        <translation>Cada conexión pasa por todos los miembros, uno tras otro.</translation>
    </message>
    <message>
        <source>Connections go through the first member that works.</source>
        <translation>Las conexiones pasan por el primer miembro que funciona.</translation>
    </message>
    <message>
        <source>Connections are spread over the members that work; those to the same host take the same one.</source>
        <translation>Las conexiones se reparten entre los miembros que funcionan; las dirigidas al mismo host toman el mismo.</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>Connection to the server</source>
        <translation>Conexión con el servidor</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Autenticación</translation>
    </message>
    <message>
        <source>Connection to %1</source>
        <comment>target of a check</comment>
        <translation>Conexión con %1</translation>
    </message>
    <message>
        <source>UDP answer from %1</source>
        <translation>Respuesta UDP de %1</translation>
    </message>
    <message numerus="yes">
        <source>Groups prefer other members until it has passed %n probe(s) in a row.</source>
        <translation>
            <numerusform>Los grupos prefieren otros miembros hasta que supere %n prueba.</numerusform>
            <numerusform>Los grupos prefieren otros miembros hasta que supere %n pruebas seguidas.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is not being probed.</source>
        <translation>No se está probando.</translation>
    </message>
    <message>
        <source>Probes passed: %1 of %2</source>
        <translation>Pruebas superadas: %1 de %2</translation>
    </message>
    <message numerus="yes">
        <source>Next probe in %n second(s).</source>
        <translation>
            <numerusform>Próxima prueba en %n segundo.</numerusform>
            <numerusform>Próxima prueba en %n segundos.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is being probed now.</source>
        <translation>Se está probando ahora.</translation>
    </message>
    <message>
        <source>%1, pinned</source>
        <comment>protocol</comment>
        <translation>%1, fijado</translation>
    </message>
    <message>
        <source>Only the certificate with this SHA-256 fingerprint is accepted:</source>
        <translation>Solo se acepta el certificado con esta huella SHA-256:</translation>
    </message>
    <message>
        <source>fails</source>
        <comment>a check</comment>
        <translation>falla</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>Sin comprobar</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Comprobando…</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>Funciona</translation>
    </message>
    <message>
        <source>Works, but not for UDP</source>
        <translation>Funciona, pero no para UDP</translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation>No funciona: %1</translation>
    </message>
    <message>
        <source>Checked %1:</source>
        <comment>time</comment>
        <translation>Comprobado (%1):</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>step of a check, what came of it</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 carries no UDP</source>
        <comment>protocol</comment>
        <translation>%1 no transporta UDP</translation>
    </message>
</context>
<context>
    <name>ui::ServerUrl</name>
    <message>
        <source>the line is too long</source>
        <translation>la línea es demasiado larga</translation>
    </message>
    <message>
        <source>there is no valid host name or address</source>
        <translation>no hay un nombre de host o dirección válidos</translation>
    </message>
    <message>
        <source>an IPv6 address must stand in brackets, and its port after them</source>
        <translation>una dirección IPv6 debe ir entre corchetes, y su puerto después de ellos</translation>
    </message>
    <message>
        <source>the port is missing</source>
        <translation>falta el puerto</translation>
    </message>
    <message>
        <source>the port is no number from 1 to 65535</source>
        <translation>el puerto no es un número de 1 a 65535</translation>
    </message>
    <message>
        <source>a &quot;%&quot; is not followed by two hexadecimal digits, or what they make is no text</source>
        <translation>a un «%» no le siguen dos dígitos hexadecimales, o lo que forman no es texto</translation>
    </message>
    <message>
        <source>the login holds a control character</source>
        <translation>los datos de autenticación contienen un carácter de control</translation>
    </message>
    <message>
        <source>user name or password is longer than 255 bytes</source>
        <translation>el nombre de usuario o la contraseña tienen más de 255 bytes</translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords</source>
        <translation>SOCKS4 tiene nombres de usuario, pero no contraseñas</translation>
    </message>
    <message>
        <source>HTTP cannot carry a user name with a colon</source>
        <translation>HTTP no puede transportar un nombre de usuario con dos puntos</translation>
    </message>
    <message>
        <source>something follows the address</source>
        <translation>hay algo después de la dirección</translation>
    </message>
    <message>
        <source>the protocol is none of socks, socks5, socks5h, socks4, socks4a, http, https</source>
        <translation>el protocolo no es ninguno de socks, socks5, socks5h, socks4, socks4a, http, https</translation>
    </message>
    <message>
        <source>there are more parts than host, port, user name and password</source>
        <translation>hay más partes que host, puerto, nombre de usuario y contraseña</translation>
    </message>
</context>
<context>
    <name>ui::ServersPage</name>
    <message>
        <source>Servers and routes</source>
        <translation>Servidores y rutas</translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation>Columnas de los servidores</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>what a button does, its key</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>&amp;Editar…</translation>
    </message>
    <message>
        <source>Change the selected server or route</source>
        <translation>Cambiar el servidor o la ruta seleccionados</translation>
    </message>
    <message>
        <source>D&amp;uplicate…</source>
        <translation>D&amp;uplicar…</translation>
    </message>
    <message>
        <source>Add another one like the selected server or route</source>
        <translation>Añadir otro igual que el servidor o la ruta seleccionados</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Quitar</translation>
    </message>
    <message>
        <source>Remove the selected servers and routes</source>
        <translation>Quitar los servidores y rutas seleccionados</translation>
    </message>
    <message>
        <source>&amp;Check</source>
        <translation>&amp;Comprobar</translation>
    </message>
    <message>
        <source>Try out the selected servers, and those that the selected routes lead through</source>
        <translation>Probar los servidores seleccionados y aquellos por los que pasan las rutas seleccionadas</translation>
    </message>
    <message>
        <source>Check a&amp;ll</source>
        <translation>Comprobar &amp;todo</translation>
    </message>
    <message>
        <source>Try out all servers</source>
        <translation>Probar todos los servidores</translation>
    </message>
    <message>
        <source>&amp;Add server…</source>
        <translation>&amp;Añadir servidor…</translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation>Añadir un servidor</translation>
    </message>
    <message>
        <source>Add r&amp;oute…</source>
        <translation>Añadir &amp;ruta…</translation>
    </message>
    <message>
        <source>Chain or group the selected servers</source>
        <translation>Encadenar o agrupar los servidores seleccionados</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>&amp;Pegar</translation>
    </message>
    <message>
        <source>Add servers from the clipboard: one a line, as socks5://user:password@host:port or host:port:user:password</source>
        <translation>Añadir servidores desde el portapapeles: uno por línea, como socks5://usuario:contraseña@host:puerto o host:puerto:usuario:contraseña</translation>
    </message>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name</comment>
        <translation>«%1»</translation>
    </message>
    <message>
        <source>Still in use</source>
        <translation>Aún en uso</translation>
    </message>
    <message>
        <source>Change or remove these first:</source>
        <translation>Cambie o quite primero lo siguiente:</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Remove %1?</source>
        <translation>¿Quitar %1?</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation>El motor no está en marcha, así que no se puede comprobar nada.</translation>
    </message>
    <message>
        <source>Use as &amp;default route</source>
        <translation>Usar como ruta pre&amp;determinada</translation>
    </message>
    <message>
        <source>Send by way of the selected server or route what no rule decides about</source>
        <translation>Enviar a través del servidor o la ruta seleccionados lo que no decide ninguna regla</translation>
    </message>
    <message numerus="yes">
        <source>%1 cannot be removed: connections are sent that way.</source>
        <comment>names of servers and routes</comment>
        <translation>
            <numerusform>No se puede quitar %1: hay conexiones que se envían por ahí.</numerusform>
            <numerusform>No se pueden quitar %1: hay conexiones que se envían por ahí.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Remove the others</source>
        <translation>&amp;Quitar los demás</translation>
    </message>
    <message numerus="yes">
        <source>No rule and no other route uses them. Passwords kept for them are forgotten.</source>
        <comment>servers and routes</comment>
        <translation>
            <numerusform>No lo usa ninguna regla ni ninguna otra ruta. La contraseña guardada para él se olvida.</numerusform>
            <numerusform>No los usa ninguna regla ni ninguna otra ruta. Las contraseñas guardadas para ellos se olvidan.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The password(s) of %1 could not be stored: %2. Until Hosier ends they are used all the same.</source>
        <comment>names, reason</comment>
        <translation>
            <numerusform>No se pudo almacenar la contraseña de %1: %2. Aun así, se usará hasta que Hosier termine.</numerusform>
            <numerusform>No se pudieron almacenar las contraseñas de %1: %2. Aun así, se usarán hasta que Hosier termine.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::Settings</name>
    <message>
        <source>The settings cannot be written to %1. They hold until Hosier ends; it goes on trying.</source>
        <translation>No se puede escribir la configuración en %1. Se aplica hasta que Hosier termine; mientras tanto, lo sigue intentando.</translation>
    </message>
</context>
<context>
    <name>ui::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Configuración</translation>
    </message>
    <message>
        <source>Pages of the settings</source>
        <translation>Páginas de la configuración</translation>
    </message>
    <message>
        <source>General</source>
        <translation>General</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Registro</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Límites</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notificaciones</translation>
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
        <translation>Copiar con&amp;figuración para</translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation>No hay ningún punto de escucha abierto.</translation>
    </message>
</context>
<context>
    <name>ui::SettingsView</name>
    <message>
        <source>The log file cannot be written: %1. Hosier goes on trying.</source>
        <translation>No se puede escribir el archivo de registro: %1. Hosier lo sigue intentando.</translation>
    </message>
</context>
<context>
    <name>ui::SharingDialog</name>
    <message>
        <source>&amp;Copy address</source>
        <translation>&amp;Copiar dirección</translation>
    </message>
    <message>
        <source>Copy settings &amp;for</source>
        <translation>Copiar con&amp;figuración para</translation>
    </message>
    <message>
        <source>Turn the &amp;proxy on</source>
        <translation>Activar el &amp;proxy</translation>
    </message>
    <message>
        <source>&amp;Stop sharing</source>
        <translation>&amp;Dejar de compartir</translation>
    </message>
    <message>
        <source>Share on the local network</source>
        <translation>Compartir en la red local</translation>
    </message>
    <message>
        <source>Addresses for other computers</source>
        <translation>Direcciones para otros equipos</translation>
    </message>
    <message>
        <source>Address for others</source>
        <comment>column</comment>
        <translation>Dirección para otros</translation>
    </message>
    <message>
        <source>Network</source>
        <comment>column</comment>
        <translation>Red</translation>
    </message>
    <message>
        <source>Columns of the addresses</source>
        <translation>Columnas de las direcciones</translation>
    </message>
    <message>
        <source>The proxy is not shared: only programs on this computer can use it.</source>
        <translation>El proxy no se comparte: solo pueden usarlo los programas de este equipo.</translation>
    </message>
    <message>
        <source>Sharing is set up, but the listener is not open: the proxy is off.</source>
        <translation>El uso compartido está configurado, pero el punto de escucha no está abierto: el proxy está desactivado.</translation>
    </message>
    <message>
        <source>Sharing is set up, but the listener could not be opened. %1</source>
        <translation>El uso compartido está configurado, pero no se pudo abrir el punto de escucha. %1</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy with name and password.</source>
        <translation>Los equipos de la red local pueden usar este proxy con nombre y contraseña.</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy, without a password.</source>
        <translation>Los equipos de la red local pueden usar este proxy sin contraseña.</translation>
    </message>
    <message>
        <source>On the other computer, set the address and port above as a proxy of type %1, with the name and password of a local user.</source>
        <translation>En el otro equipo, indique la dirección y el puerto de arriba como proxy de tipo %1, con el nombre y la contraseña de un usuario local.</translation>
    </message>
    <message>
        <source>On the other computer, set the address and port above as a proxy of type %1.</source>
        <translation>En el otro equipo, indique la dirección y el puerto de arriba como proxy de tipo %1.</translation>
    </message>
    <message>
        <source>This computer has no address in a private network at the moment.</source>
        <translation>Este equipo no tiene en este momento ninguna dirección en una red privada.</translation>
    </message>
    <message>
        <source>If others cannot connect, let this computer&apos;s firewall admit TCP port %1.</source>
        <translation>Si otros no pueden conectarse, permita el puerto TCP %1 en el cortafuegos de este equipo.</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Copiado: %1</translation>
    </message>
    <message>
        <source>Take away the listener for the local network. The user that was added for it stays.</source>
        <translation>Eliminar el punto de escucha para la red local. El usuario que se añadió para él se conserva.</translation>
    </message>
</context>
<context>
    <name>ui::SortMenu</name>
    <message>
        <source>&amp;Ascending</source>
        <translation>&amp;Ascendente</translation>
    </message>
    <message>
        <source>&amp;Descending</source>
        <translation>&amp;Descendente</translation>
    </message>
    <message>
        <source>Sort &amp;by</source>
        <translation>Or&amp;denar por</translation>
    </message>
    <message>
        <source>As in the &amp;profile</source>
        <translation>Como en el &amp;perfil</translation>
    </message>
</context>
<context>
    <name>ui::StatusPanel</name>
    <message>
        <source>%1 live</source>
        <translation>%1 abiertas</translation>
    </message>
    <message>
        <source>Down %1, up %2</source>
        <translation>Recibido %1, enviado %2</translation>
    </message>
    <message>
        <source>Total %1 down, %2 up</source>
        <translation>Total: %1 recibidos, %2 enviados</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>first listener, others</comment>
        <translation>
            <numerusform>%1 y %n más</numerusform>
            <numerusform>%1 y %n más</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 connections open now
%2 accepted since the start, %3 failed, %4 refused</source>
        <translation>%1 conexiones abiertas ahora
%2 aceptadas desde el inicio, %3 fallidas, %4 rechazadas</translation>
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
        <translation>Este escritorio no tiene una configuración de proxy que Hosier conozca. Copie en su lugar las variables de entorno en el archivo de inicio de su intérprete de comandos.</translation>
    </message>
    <message>
        <source>The desktop %1 has no proxy settings that Hosier knows. Copy the environment variables into your shell&apos;s start-up file instead.</source>
        <translation>El escritorio %1 no tiene una configuración de proxy que Hosier conozca. Copie en su lugar las variables de entorno en el archivo de inicio de su intérprete de comandos.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; asks for a password, which system settings cannot hold. Add a listener on 127.0.0.1 that asks for none.</source>
        <translation>El punto de escucha «%1» pide una contraseña, que la configuración del sistema no puede contener. Añada un punto de escucha en 127.0.0.1 que no pida ninguna.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; does not admit programs of this machine. Add 127.0.0.0/8 to its clients.</source>
        <translation>El punto de escucha «%1» no admite programas de este equipo. Añada 127.0.0.0/8 a sus clientes.</translation>
    </message>
    <message>
        <source>No open listener speaks a protocol that system settings can name. Add &quot;http&quot; to the protocols of one.</source>
        <translation>Ningún punto de escucha abierto habla un protocolo que la configuración del sistema pueda indicar. Añada «http» a los protocolos de uno de ellos.</translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation>No hay ningún punto de escucha abierto.</translation>
    </message>
    <message>
        <source>The program %1 is missing, which changes the desktop&apos;s proxy settings.</source>
        <translation>Falta el programa %1, que cambia la configuración de proxy del escritorio.</translation>
    </message>
    <message>
        <source>Another running Hosier has set the system proxy.</source>
        <translation>Otro Hosier en ejecución ha establecido el proxy del sistema.</translation>
    </message>
    <message>
        <source>Somebody else has changed the system&apos;s proxy settings meanwhile; these changes were left alone.</source>
        <translation>Entretanto, alguien más ha cambiado la configuración de proxy del sistema; esos cambios no se tocaron.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be kept for later, so they were not changed.</source>
        <translation>No se pudo guardar la configuración de proxy del sistema para más tarde, así que no se cambió.</translation>
    </message>
    <message>
        <source>What the system&apos;s proxy settings were cannot be read any more; check them by hand. The damaged file is now %1.</source>
        <translation>Ya no se puede leer cuál era la configuración de proxy del sistema; compruébela a mano. El archivo dañado es ahora %1.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be read.</source>
        <translation>No se puede leer la configuración de proxy del sistema.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be changed.</source>
        <translation>No se puede cambiar la configuración de proxy del sistema.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be put back yet.</source>
        <translation>Aún no se pudo restaurar la configuración de proxy del sistema.</translation>
    </message>
    <message>
        <source>Programs that follow the system&apos;s proxy settings use %1. The settings are put back when Hosier ends, however it ends.</source>
        <translation>Los programas que siguen la configuración de proxy del sistema usan %1. La configuración se restaura cuando Hosier termina, termine como termine.</translation>
    </message>
    <message>
        <source>Switched on, and not set for now: %1</source>
        <comment>problem</comment>
        <translation>Activado, pero por ahora no establecido: %1</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are being changed.</source>
        <translation>Se está cambiando la configuración de proxy del sistema.</translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier, as long as it runs</source>
        <translation>Dirigir a Hosier los programas que siguen la configuración de proxy del sistema mientras esté en ejecución</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an address or a block of addresses such as 10.0.0.0/8.</source>
        <translation>«%1» no es una dirección ni un bloque de direcciones como 10.0.0.0/8.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a host name, an address, or a domain such as *.example.org.</source>
        <translation>«%1» no es un nombre de host, una dirección ni un dominio como *.example.org.</translation>
    </message>
    <message>
        <source>Environment variables point at %1.</source>
        <comment>address</comment>
        <translation>Las variables de entorno apuntan a %1.</translation>
    </message>
    <message>
        <source>Point the environment variables of programs at Hosier, as long as it runs.</source>
        <translation>Hacer que las variables de entorno de los programas apunten a Hosier mientras esté en ejecución.</translation>
    </message>
    <message>
        <source>This desktop has no proxy settings. The variables reach services and programs that the user&apos;s service manager (systemd) starts from then on. They do not reach programs that run already, nor what is started from these, such as a shell or a window manager: for them, use &quot;Copy settings for&quot;, &quot;Environment variables&quot;. The variables are taken back when Hosier ends, however it ends; programs that were started with them keep them until they end.</source>
        <translation>Este escritorio no tiene configuración de proxy. Las variables llegan a los servicios y programas que el gestor de servicios del usuario (systemd) inicie a partir de entonces. No llegan a los programas que ya están en ejecución ni a lo que se inicie desde ellos, como un intérprete de comandos o un gestor de ventanas: para ellos, use «Copiar configuración para», «Variables de entorno». Las variables se retiran cuando Hosier termina, termine como termine; los programas iniciados con ellas las conservan hasta que terminan.</translation>
    </message>
    <message>
        <source>Apps of the Microsoft Store cannot reach a proxy on this machine, and say that there is no internet, until an administrator runs this for each: CheckNetIsolation LoopbackExempt -a -n=&lt;package family name&gt;</source>
        <comment>a command: translate only what stands in angle brackets</comment>
        <translation>Las aplicaciones de Microsoft Store no pueden acceder a un proxy de este equipo, e indican que no hay internet, hasta que un administrador ejecute esto para cada una: CheckNetIsolation LoopbackExempt -a -n=&lt;nombre de familia del paquete&gt;</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings were put back, but what had been kept of them could not be removed.</source>
        <translation>Se restauró la configuración de proxy del sistema, pero no se pudo quitar lo que se había guardado de ella.</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyDialog</name>
    <message>
        <source>&amp;Hosts reached without the proxy</source>
        <translation>&amp;Hosts a los que se accede sin el proxy</translation>
    </message>
    <message>
        <source>System proxy: exceptions</source>
        <translation>Proxy del sistema: excepciones</translation>
    </message>
    <message>
        <source>One a line: a host name, a domain such as *.example.org, an address, or a block of addresses such as 10.0.0.0/8. Programs connect to these by themselves: Hosier&apos;s rules do not see them.</source>
        <translation>Uno por línea: un nombre de host, un dominio como *.example.org, una dirección o un bloque de direcciones como 10.0.0.0/8. Los programas se conectan a ellos por su cuenta: las reglas de Hosier no los ven.</translation>
    </message>
    <message>
        <source>This machine and its local networks</source>
        <translation>Este equipo y sus redes locales</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyView</name>
    <message>
        <source>S&amp;ystem proxy (waiting)</source>
        <translation>Proxy del sis&amp;tema (en espera)</translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation>Proxy del sis&amp;tema</translation>
    </message>
    <message>
        <source>The system proxy is now %1.</source>
        <translation>El proxy del sistema es ahora %1.</translation>
    </message>
    <message>
        <source>System proxy: %1</source>
        <comment>problem</comment>
        <translation>Proxy del sistema: %1</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are as they were before.</source>
        <translation>La configuración de proxy del sistema está como antes.</translation>
    </message>
    <message>
        <source>No system proxy</source>
        <translation>Sin proxy del sistema</translation>
    </message>
    <message>
        <source>&amp;Copy environment variables</source>
        <translation>&amp;Copiar variables de entorno</translation>
    </message>
    <message>
        <source>The system proxy is now %1, for what the user&apos;s service manager starts from now on.</source>
        <translation>El proxy del sistema es ahora %1, para lo que el gestor de servicios del usuario inicie a partir de ahora.</translation>
    </message>
    <message>
        <source>Programs read these variables when they start. Hosier sets them by itself only where a service manager of the user&apos;s (systemd) runs, which hands them on and takes them back; here there is none.</source>
        <translation>Los programas leen estas variables al iniciarse. Hosier solo las establece automáticamente donde se ejecuta un gestor de servicios del usuario (systemd), que las transmite y las retira; aquí no hay ninguno.</translation>
    </message>
    <message>
        <source>System proxy by environment variables</source>
        <translation>Proxy del sistema por variables de entorno</translation>
    </message>
    <message>
        <source>&amp;Do not show this again</source>
        <translation>&amp;No volver a mostrar</translation>
    </message>
</context>
<context>
    <name>ui::TraceText</name>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name or value</comment>
        <translation>«%1»</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>entries of a rule, how many are not shown</comment>
        <translation>
            <numerusform>%1 y %n más</numerusform>
            <numerusform>%1 y %n más</numerusform>
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
        <translation>%1, iniciada por %2,</translation>
    </message>
    <message>
        <source>Nobody logged in; asked for: %1</source>
        <translation>Nadie se autenticó; se pide: %1</translation>
    </message>
    <message>
        <source>The application is not identified; asked for: %1</source>
        <translation>La aplicación no está identificada; se pide: %1</translation>
    </message>
    <message>
        <source>User %1 is none of %2</source>
        <translation>El usuario %1 no está entre %2</translation>
    </message>
    <message>
        <source>Client %1 is none of %2</source>
        <translation>El cliente %1 no está entre %2</translation>
    </message>
    <message>
        <source>Host %1 is none of %2</source>
        <translation>El host %1 no está entre %2</translation>
    </message>
    <message>
        <source>Port %1 is none of %2</source>
        <translation>El puerto %1 no está entre %2</translation>
    </message>
    <message>
        <source>Transport %1 is none of %2</source>
        <translation>El transporte %1 no está entre %2</translation>
    </message>
    <message>
        <source>Application %1 is none of %2</source>
        <translation>La aplicación %1 no está entre %2</translation>
    </message>
    <message>
        <source>Switched off</source>
        <translation>Desactivada</translation>
    </message>
    <message>
        <source>All else matches. %1</source>
        <comment>why the rest does not</comment>
        <translation>Todo lo demás coincide. %1</translation>
    </message>
    <message>
        <source>The client is on another machine, whose programs are not known here; asked for: %1</source>
        <translation>El cliente está en otro equipo, cuyos programas no se conocen aquí; se pide: %1</translation>
    </message>
    <message>
        <source>The path of application %1 is not known; asked for: %2</source>
        <translation>No se conoce la ruta de la aplicación %1; se pide: %2</translation>
    </message>
</context>
<context>
    <name>ui::TrafficGraph</name>
    <message>
        <source>Traffic graph</source>
        <translation>Gráfica de tráfico</translation>
    </message>
    <message>
        <source>Now %1 down, %2 up</source>
        <translation>Ahora %1 recibidos, %2 enviados</translation>
    </message>
    <message>
        <source>Down %1</source>
        <comment>traffic legend: rate</comment>
        <translation>Recibido %1</translation>
    </message>
    <message>
        <source>Up %1</source>
        <comment>traffic legend: rate</comment>
        <translation>Enviado %1</translation>
    </message>
    <message>
        <source>%1: %2 down, %3 up</source>
        <comment>moment, rates</comment>
        <translation>%1: %2 recibidos, %3 enviados</translation>
    </message>
    <message>
        <source>Nothing is known</source>
        <translation>Sin datos</translation>
    </message>
    <message>
        <source>now</source>
        <translation>ahora</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation>hace %1 s</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>hace %1 min</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <comment>a duration</comment>
        <translation>hace %1</translation>
    </message>
</context>
<context>
    <name>ui::TrafficSource</name>
    <message>
        <source>Direct</source>
        <comment>traffic that goes by no server</comment>
        <translation>Directo</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Vía %1</translation>
    </message>
</context>
<context>
    <name>ui::TrafficView</name>
    <message>
        <source>Time shown by the graph</source>
        <translation>Tiempo que muestra la gráfica</translation>
    </message>
    <message>
        <source>How far back the graph looks</source>
        <translation>Hasta cuándo se remonta la gráfica</translation>
    </message>
    <message>
        <source>Last minute</source>
        <translation>Último minuto</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows</source>
        <translation>De quién es el tráfico que muestra la gráfica</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows: everything, or one of the applications, servers and routes that moved most in the last minutes</source>
        <translation>De quién es el tráfico que muestra la gráfica: todo, o una de las aplicaciones, servidores y rutas que más transfirieron en los últimos minutos</translation>
    </message>
    <message>
        <source>All traffic</source>
        <translation>Todo el tráfico</translation>
    </message>
    <message>
        <source>Last 10 minutes</source>
        <translation>Últimos 10 minutos</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>Última hora</translation>
    </message>
    <message>
        <source>Today: %1 down, %2 up</source>
        <translation>Hoy: %1 recibidos, %2 enviados</translation>
    </message>
    <message>
        <source>What moved today. It is kept when Hosier is closed.</source>
        <translation>Lo transferido hoy. Se conserva al cerrar Hosier.</translation>
    </message>
    <message>
        <source>What moved since Hosier was started</source>
        <translation>Lo transferido desde que se inició Hosier</translation>
    </message>
    <message>
        <source>Session: %1 down, %2 up</source>
        <translation>Sesión: %1 recibidos, %2 enviados</translation>
    </message>
    <message>
        <source>Nothing moved in this time. Traffic is drawn here as it comes.</source>
        <translation>No se transfirió nada en este tiempo. El tráfico se dibuja aquí a medida que se produce.</translation>
    </message>
    <message>
        <source>The proxy is off. Traffic is drawn here once it is on.</source>
        <translation>El proxy está desactivado. El tráfico se dibujará aquí cuando se active.</translation>
    </message>
</context>
<context>
    <name>ui::TrayIcon</name>
    <message>
        <source>Show &amp;window</source>
        <translation>Mostrar &amp;ventana</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>&amp;Modo</translation>
    </message>
    <message>
        <source>Hide &amp;window</source>
        <translation>Ocultar &amp;ventana</translation>
    </message>
    <message>
        <source>Hosier is still running</source>
        <translation>Hosier sigue en ejecución</translation>
    </message>
    <message>
        <source>Click the sock in the tray to see the window again; quit from its menu.</source>
        <translation>Haga clic en el calcetín de la bandeja para volver a ver la ventana; salga desde su menú.</translation>
    </message>
    <message>
        <source>Hosier: %1</source>
        <comment>proxy state</comment>
        <translation>Hosier: %1</translation>
    </message>
    <message>
        <source>Profile: %1</source>
        <translation>Perfil: %1</translation>
    </message>
    <message>
        <source>%1 live, %2 down, %3 up</source>
        <translation>%1 abiertas, %2 recibidos, %3 enviados</translation>
    </message>
    <message>
        <source>Ser&amp;vers</source>
        <translation>Servi&amp;dores</translation>
    </message>
</context>
<context>
    <name>ui::UnidentifiedChoice</name>
    <message>
        <source>Skip rules about programs</source>
        <translation>Omitir las reglas sobre programas</translation>
    </message>
    <message>
        <source>Programs that cannot be &amp;identified:</source>
        <translation>Programas que no se pueden &amp;identificar:</translation>
    </message>
    <message>
        <source>Programs that cannot be identified</source>
        <translation>Programas que no se pueden identificar</translation>
    </message>
    <message>
        <source>Of some connections the system does not tell which program of this computer made them. This is done with one where a rule for programs would match but for that; without it, such rules are skipped for them.</source>
        <translation>De algunas conexiones, el sistema no indica qué programa de este equipo las estableció. Esto se hace con una de ellas cuando, salvo por eso, coincidiría una regla para programas; si no se elige nada, esas reglas se omiten para ellas.</translation>
    </message>
</context>
<context>
    <name>ui::UserDialog</name>
    <message>
        <source>Add local user</source>
        <translation>Añadir usuario local</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>Cambiar contraseña</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nombre:</translation>
    </message>
    <message>
        <source>&amp;Password:</source>
        <translation>&amp;Contraseña:</translation>
    </message>
    <message>
        <source>Password &amp;again:</source>
        <translation>&amp;Repetir contraseña:</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Contraseña</translation>
    </message>
    <message>
        <source>Password again</source>
        <translation>Repetir contraseña</translation>
    </message>
    <message>
        <source>The profile keeps a hash of the password (PBKDF2), never the password itself. It can be changed later, but not shown.</source>
        <translation>El perfil guarda un hash de la contraseña (PBKDF2), nunca la contraseña en sí. Se puede cambiar más adelante, pero no mostrar.</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Introduzca un nombre.</translation>
    </message>
    <message>
        <source>The name cannot contain a colon: HTTP takes it for the end of the name.</source>
        <translation>El nombre no puede contener dos puntos: HTTP los toma por el final del nombre.</translation>
    </message>
    <message>
        <source>The name is longer than 255 bytes.</source>
        <translation>El nombre tiene más de 255 bytes.</translation>
    </message>
    <message>
        <source>There is already a user of this name.</source>
        <translation>Ya existe un usuario con este nombre.</translation>
    </message>
    <message>
        <source>Enter a password.</source>
        <translation>Introduzca una contraseña.</translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation>La contraseña tiene más de 255 bytes.</translation>
    </message>
    <message>
        <source>The two passwords differ.</source>
        <translation>Las dos contraseñas no coinciden.</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <comment>password</comment>
        <translation>Sin cambios</translation>
    </message>
</context>
<context>
    <name>ui::UserInterface</name>
    <message>
        <source>This desktop has no tray for Hosier: closing the window quits it.</source>
        <translation>Este escritorio no tiene una bandeja para Hosier: al cerrar la ventana se sale de él.</translation>
    </message>
    <message>
        <source>Password needed</source>
        <translation>Se necesita una contraseña</translation>
    </message>
</context>
<context>
    <name>ui::WhatsThis</name>
    <message>
        <source>Opens the listeners, so that programs can connect by way of Hosier, or closes them. Connections that are open already go on either way.</source>
        <translation>Abre los puntos de escucha para que los programas puedan conectarse a través de Hosier, o los cierra. Las conexiones que ya están abiertas continúan en ambos casos.</translation>
    </message>
    <message>
        <source>What decides about new connections. Rules: the rules, top to bottom, then the default action. Everything: the default action alone. Direct: nothing goes to a server and nothing is blocked.</source>
        <translation>Lo que decide sobre las conexiones nuevas. Reglas: las reglas, de arriba abajo, y después la acción predeterminada. Todo: solo la acción predeterminada. Directo: nada va a un servidor y nada se bloquea.</translation>
    </message>
    <message>
        <source>Points the system&apos;s proxy settings at Hosier, for programs that follow them. What they were before is put back when it is switched off and when Hosier ends, also after a crash.</source>
        <translation>Dirige a Hosier la configuración de proxy del sistema, para los programas que la siguen. La configuración anterior se restablece al desactivarlo y cuando Hosier termina, también tras un cierre inesperado.</translation>
    </message>
    <message>
        <source>Shows only those rows of the current page in which all these words occur. It hides the others and changes nothing else.</source>
        <translation>Muestra solo las filas de la página actual en las que aparecen todas estas palabras. Oculta las demás y no cambia nada más.</translation>
    </message>
    <message>
        <source>The connections through Hosier: which program made them, where they go, by which rule and server, and how much flows. Those that ended stay for a moment. The menu of the right mouse button closes or explains one, or makes a rule of it.</source>
        <translation>Las conexiones a través de Hosier: qué programa las estableció, adónde van, por qué regla y servidor, y cuánto se transfiere. Las que terminaron permanecen un momento. El menú del botón derecho del ratón cierra o explica una conexión, o crea una regla a partir de ella.</translation>
    </message>
    <message>
        <source>Who connects: the programs of this computer and the clients of the network, with the sums of their traffic.</source>
        <translation>Quién se conecta: los programas de este equipo y los clientes de la red, con las sumas de su tráfico.</translation>
    </message>
    <message>
        <source>The rules, checked from top to bottom: the first one that matches decides. A rule without a tick is skipped. Drag a rule to move it. The default action below them is taken when none matches.</source>
        <translation>Las reglas, comprobadas de arriba abajo: decide la primera que coincide. Una regla sin marca se omite. Arrastre una regla para moverla. La acción predeterminada, debajo de ellas, se aplica cuando no coincide ninguna.</translation>
    </message>
    <message>
        <source>What is done with a program that the system does not tell the name of, where a rule for programs would match but for that. Without a choice such rules are skipped for it.</source>
        <translation>Lo que se hace con un programa cuyo nombre no indica el sistema cuando, salvo por eso, coincidiría una regla para programas. Si no se elige nada, esas reglas se omiten para él.</translation>
    </message>
    <message>
        <source>The servers that connections can be sent by way of, and chains and groups of them. A check shows whether a server works, how long it takes and whether it carries UDP.</source>
        <translation>Los servidores a través de los que se pueden enviar las conexiones, y las cadenas y los grupos de ellos. Una comprobación muestra si un servidor funciona, cuánto tarda y si transporta UDP.</translation>
    </message>
    <message>
        <source>What happened, in order: connections, listeners, servers and changes. Only the last lines are held in memory; the settings say what goes to a file.</source>
        <translation>Lo que ocurrió, en orden: conexiones, puntos de escucha, servidores y cambios. Solo las últimas líneas se conservan en memoria; la configuración indica qué va a un archivo.</translation>
    </message>
    <message>
        <source>How important a line has to be to be shown. Debug shows everything.</source>
        <translation>La importancia que debe tener una línea para mostrarse. El nivel de depuración lo muestra todo.</translation>
    </message>
    <message>
        <source>Shows only lines of the log in which all these words occur.</source>
        <translation>Muestra solo las líneas del registro en las que aparecen todas estas palabras.</translation>
    </message>
    <message>
        <source>How much was received (down) and sent (up) in each moment. The mouse, or the arrow keys, tell the values of one.</source>
        <translation>Cuánto se recibió y cuánto se envió en cada momento. El ratón o las teclas de flecha indican los valores de uno de ellos.</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows: all of it, or that of one of the busiest programs, servers and routes.</source>
        <translation>De quién es el tráfico que muestra la gráfica: todo, o el de uno de los programas, servidores y rutas con más actividad.</translation>
    </message>
    <message>
        <source>How far back the graph goes.</source>
        <translation>Hasta cuándo se remonta la gráfica.</translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log. It may be empty: then its place stands there.</source>
        <translation>Cómo se llama la regla en las listas y en el registro. Puede quedar vacío: entonces figura ahí su posición.</translation>
    </message>
    <message>
        <source>The programs that the rule is for, by name, path or a pattern with * and ?. Empty: any program, and clients of the network.</source>
        <translation>Los programas a los que se aplica la regla, por nombre, por ruta o por un patrón con * y ?. Vacío: cualquier programa y los clientes de la red.</translation>
    </message>
    <message>
        <source>The rule then is also for programs that these have started, such as the tools that a terminal runs.</source>
        <translation>La regla se aplica entonces también a los programas que estos hayan iniciado, como las herramientas que ejecuta un terminal.</translation>
    </message>
    <message>
        <source>The targets that the rule is for: names, names with * as a part, addresses, blocks and ranges of addresses. Empty: any. Entries that are addresses match requests by name only when the DNS settings have names looked up for rules.</source>
        <translation>Los destinos a los que se aplica la regla: nombres, nombres con * como parte, direcciones, y bloques e intervalos de direcciones. Vacío: cualquiera. Las entradas que son direcciones solo coinciden con las solicitudes por nombre si la configuración de DNS hace que se resuelvan los nombres para las reglas.</translation>
    </message>
    <message>
        <source>The ports of the target: single ones and ranges. Empty: any.</source>
        <translation>Los puertos del destino: individuales e intervalos. Vacío: cualquiera.</translation>
    </message>
    <message>
        <source>Whether the rule is for TCP, for UDP, or for both.</source>
        <translation>Si la regla se aplica a TCP, a UDP o a ambos.</translation>
    </message>
    <message>
        <source>Names that clients have logged in with. Empty: anybody, also without a login.</source>
        <translation>Nombres con los que se han autenticado los clientes. Vacío: cualquiera, también sin autenticación.</translation>
    </message>
    <message>
        <source>Addresses that clients connect from, for listeners that other computers reach. Empty: any.</source>
        <translation>Direcciones desde las que se conectan los clientes, para los puntos de escucha que alcanzan otros equipos. Vacío: cualquiera.</translation>
    </message>
    <message>
        <source>What is done when everything above matches: connect directly, block, or go by way of a server or route.</source>
        <translation>Lo que se hace cuando coincide todo lo anterior: conectar directamente, bloquear o ir a través de un servidor o una ruta.</translation>
    </message>
    <message>
        <source>How the server is called in lists and in the log.</source>
        <translation>Cómo se llama el servidor en las listas y en el registro.</translation>
    </message>
    <message>
        <source>What rules and routes call the server in the profile&apos;s file. When it changes, they follow.</source>
        <translation>Cómo llaman al servidor las reglas y rutas en el archivo del perfil. Cuando cambia, ellas lo siguen.</translation>
    </message>
    <message>
        <source>What the server speaks. SOCKS5 carries UDP and logins; SOCKS4 takes IPv4 addresses only, SOCKS4a names too; HTTP is its CONNECT method, for TCP.</source>
        <translation>Lo que habla el servidor. SOCKS5 transporta UDP y autenticación; SOCKS4 acepta solo direcciones IPv4, SOCKS4a también nombres; HTTP es su método CONNECT, para TCP.</translation>
    </message>
    <message>
        <source>The connection to the server is encrypted. The server has to expect that: plain SOCKS and HTTP servers do not.</source>
        <translation>La conexión con el servidor se cifra. El servidor tiene que esperarlo: los servidores SOCKS y HTTP sin cifrado no lo hacen.</translation>
    </message>
    <message>
        <source>The name or address of the server itself. A whole URL that is pasted here fills in the other fields.</source>
        <translation>El nombre o la dirección del propio servidor. Si se pega aquí una URL completa, se rellenan los demás campos.</translation>
    </message>
    <message>
        <source>The TCP port that the server listens on.</source>
        <translation>El puerto TCP en el que escucha el servidor.</translation>
    </message>
    <message>
        <source>Who turns the names of targets into addresses. When the server does, they are passed on to it as names.</source>
        <translation>Quién convierte en direcciones los nombres de los destinos. Cuando lo hace el servidor, se le pasan como nombres.</translation>
    </message>
    <message>
        <source>With TLS: accept this very certificate and no other. Empty: any that this computer trusts and that is for the server&apos;s name.</source>
        <translation>Con TLS: aceptar exactamente este certificado y ningún otro. Vacío: cualquiera en el que confíe este equipo y que corresponda al nombre del servidor.</translation>
    </message>
    <message>
        <source>The name to log in with. Empty: no login is offered.</source>
        <translation>El nombre con el que autenticarse. Vacío: no se ofrece autenticación.</translation>
    </message>
    <message>
        <source>The password to log in with. It is never written to the profile or to the log.</source>
        <translation>La contraseña con la que autenticarse. Nunca se escribe en el perfil ni en el registro.</translation>
    </message>
    <message>
        <source>The password is kept in memory until Hosier quits. After the next start it has to be entered again.</source>
        <translation>La contraseña se conserva en memoria hasta salir de Hosier. Tras el próximo inicio hay que volver a introducirla.</translation>
    </message>
    <message>
        <source>The server is saved without a password.</source>
        <translation>El servidor se guarda sin contraseña.</translation>
    </message>
    <message>
        <source>A file that holds the password in its first line, for computers without a credential store. Nobody but you may be able to read it.</source>
        <translation>Un archivo que contiene la contraseña en su primera línea, para equipos sin almacén de credenciales. Solo usted debe poder leerlo.</translation>
    </message>
    <message>
        <source>How the listener is called in lists and in the log.</source>
        <translation>Cómo se llama el punto de escucha en las listas y en el registro.</translation>
    </message>
    <message>
        <source>Where clients connect to. 127.0.0.1 is reached by programs of this computer only, 0.0.0.0 by whoever reaches this computer.</source>
        <translation>Adónde se conectan los clientes. A 127.0.0.1 solo llegan los programas de este equipo; a 0.0.0.0, quien alcance este equipo.</translation>
    </message>
    <message>
        <source>The port that clients connect to. No other program may listen on it at that address.</source>
        <translation>El puerto al que se conectan los clientes. Ningún otro programa puede escuchar en él en esa dirección.</translation>
    </message>
    <message>
        <source>Takes SOCKS5 clients: TCP, UDP, and login by name and password.</source>
        <translation>Acepta clientes SOCKS5: TCP, UDP y autenticación por nombre y contraseña.</translation>
    </message>
    <message>
        <source>Takes SOCKS4 and SOCKS4a clients: TCP, without passwords.</source>
        <translation>Acepta clientes SOCKS4 y SOCKS4a: TCP, sin contraseñas.</translation>
    </message>
    <message>
        <source>Takes HTTP clients: CONNECT and plain requests.</source>
        <translation>Acepta clientes HTTP: CONNECT y solicitudes sin cifrar.</translation>
    </message>
    <message>
        <source>Whether clients have to log in as one of the local users.</source>
        <translation>Si los clientes deben autenticarse como uno de los usuarios locales.</translation>
    </message>
    <message>
        <source>Confirms that everybody who reaches the address may use the proxy without a password. Others may do so for their own ends, in your name.</source>
        <translation>Confirma que todo el que alcance la dirección puede usar el proxy sin contraseña. Otros podrían hacerlo para sus propios fines, en nombre de usted.</translation>
    </message>
    <message>
        <source>The addresses that clients may connect from. Empty: any.</source>
        <translation>Las direcciones desde las que pueden conectarse los clientes. Vacío: cualquiera.</translation>
    </message>
    <message>
        <source>Whose datagrams a client of UDP gets: only of those it has sent to, or also of others. The narrower, the safer; some games and calls need the wider ones.</source>
        <translation>De quién son los datagramas que recibe un cliente de UDP: solo de aquellos a los que él ha enviado, o también de otros. Cuanto más restringido, más seguro; algunos juegos y llamadas necesitan las opciones más amplias.</translation>
    </message>
    <message>
        <source>The addresses at which other computers of the local network reach this proxy at the moment.</source>
        <translation>Las direcciones en las que otros equipos de la red local alcanzan este proxy en este momento.</translation>
    </message>
    <message>
        <source>Copies the selected address and port.</source>
        <translation>Copia la dirección y el puerto seleccionados.</translation>
    </message>
    <message>
        <source>Copies the settings in the form that a program or a shell wants.</source>
        <translation>Copia la configuración en la forma que requiere un programa o un intérprete de comandos.</translation>
    </message>
    <message>
        <source>Opens the listeners, which are closed at the moment.</source>
        <translation>Abre los puntos de escucha, que en este momento están cerrados.</translation>
    </message>
    <message>
        <source>Whether the window is shown when Hosier starts. In the tray, the proxy works just the same.</source>
        <translation>Si la ventana se muestra cuando se inicia Hosier. En la bandeja, el proxy funciona igual.</translation>
    </message>
    <message>
        <source>Which servers look names up themselves. They are told names as they are; for the others this computer looks names up first.</source>
        <translation>Qué servidores resuelven ellos mismos los nombres. A estos se les pasan los nombres tal cual; para los demás, este equipo los resuelve antes.</translation>
    </message>
    <message>
        <source>Looks every requested name up on this computer while there are rules about addresses, so that these can decide about it.</source>
        <translation>Resuelve en este equipo cada nombre solicitado mientras haya reglas sobre direcciones, para que estas puedan decidir sobre él.</translation>
    </message>
    <message>
        <source>How bytes are moved between the two sides of a connection. Automatic takes the fastest way of this system.</source>
        <translation>Cómo se transfieren los bytes entre los dos extremos de una conexión. «Automática» toma el modo más rápido de este sistema.</translation>
    </message>
    <message>
        <source>Takes away the listener for the local network. The user that was added for it stays. Programs of this computer are not concerned.</source>
        <translation>Quita el punto de escucha para la red local. El usuario que se añadió para él se conserva. Los programas de este equipo no se ven afectados.</translation>
    </message>
</context>
</TS>
