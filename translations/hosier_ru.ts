<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru" sourcelanguage="en">
<context>
    <name>app::Desktop</name>
    <message>
        <source>Hosier</source>
        <translation>Hosier</translation>
    </message>
    <message>
        <source>Hosier is already running, but its window cannot be shown.</source>
        <translation>Hosier уже запущен, но показать его окно не удаётся.</translation>
    </message>
    <message>
        <source>The profile cannot be used.</source>
        <translation>Профиль непригоден.</translation>
    </message>
    <message>
        <source>The profile cannot be replaced.</source>
        <translation>Не удаётся заменить профиль.</translation>
    </message>
</context>
<context>
    <name>engine::Error</name>
    <message>
        <source>No error</source>
        <translation>Ошибок нет</translation>
    </message>
    <message>
        <source>The target refused the connection</source>
        <translation>Узел назначения отклонил соединение</translation>
    </message>
    <message>
        <source>The target host is unreachable</source>
        <translation>Узел назначения недоступен</translation>
    </message>
    <message>
        <source>The target&apos;s network is unreachable</source>
        <translation>Сеть узла назначения недоступна</translation>
    </message>
    <message>
        <source>The target did not answer in time</source>
        <translation>Узел назначения не ответил вовремя</translation>
    </message>
    <message>
        <source>The connection was reset</source>
        <translation>Соединение сброшено</translation>
    </message>
    <message>
        <source>The connection was aborted</source>
        <translation>Соединение прервано</translation>
    </message>
    <message>
        <source>The network is down</source>
        <translation>Сеть не работает</translation>
    </message>
    <message>
        <source>The address is not available on this machine</source>
        <translation>Этого адреса нет на этом компьютере</translation>
    </message>
    <message>
        <source>This machine does not support that kind of address</source>
        <translation>Этот компьютер не поддерживает адреса такого вида</translation>
    </message>
    <message>
        <source>There is no host of that name</source>
        <translation>Узла с таким именем нет</translation>
    </message>
    <message>
        <source>The name could not be looked up</source>
        <translation>Не удалось разрешить имя</translation>
    </message>
    <message>
        <source>The name server did not answer in time</source>
        <translation>Сервер имён не ответил вовремя</translation>
    </message>
    <message>
        <source>The expected connection did not come in time</source>
        <translation>Ожидаемое соединение не поступило вовремя</translation>
    </message>
    <message>
        <source>The address is in use by another program</source>
        <translation>Адрес занят другой программой</translation>
    </message>
    <message>
        <source>The system does not permit it</source>
        <translation>Система этого не разрешает</translation>
    </message>
    <message>
        <source>Too many open connections for this system</source>
        <translation>Слишком много открытых соединений для этой системы</translation>
    </message>
    <message>
        <source>The system is out of memory</source>
        <translation>Системе не хватает памяти</translation>
    </message>
    <message>
        <source>Too many clients</source>
        <translation>Слишком много клиентов</translation>
    </message>
    <message>
        <source>Too many connections from this client</source>
        <translation>Слишком много соединений от этого клиента</translation>
    </message>
    <message>
        <source>Too many logins at once</source>
        <translation>Слишком много попыток входа одновременно</translation>
    </message>
    <message>
        <source>The client does not speak a protocol of this listener</source>
        <translation>Клиент не использует протокол, принимаемый этой точкой входа</translation>
    </message>
    <message>
        <source>The command is not supported</source>
        <translation>Команда не поддерживается</translation>
    </message>
    <message>
        <source>The address type is not supported</source>
        <translation>Тип адреса не поддерживается</translation>
    </message>
    <message>
        <source>The client offered no acceptable login method</source>
        <translation>Клиент не предложил приемлемого способа аутентификации</translation>
    </message>
    <message>
        <source>Wrong user name or password</source>
        <translation>Неверное имя пользователя или пароль</translation>
    </message>
    <message>
        <source>The client&apos;s address is not allowed here</source>
        <translation>Адрес клиента здесь не разрешён</translation>
    </message>
    <message>
        <source>The client did not finish its request in time</source>
        <translation>Клиент не завершил запрос вовремя</translation>
    </message>
    <message>
        <source>The client went away</source>
        <translation>Клиент отключился</translation>
    </message>
    <message>
        <source>The proxy server could not be reached</source>
        <translation>Не удалось связаться с прокси-сервером</translation>
    </message>
    <message>
        <source>The proxy server did not answer in time</source>
        <translation>Прокси-сервер не ответил вовремя</translation>
    </message>
    <message>
        <source>The proxy server did not accept the login</source>
        <translation>Прокси-сервер не принял имя пользователя или пароль</translation>
    </message>
    <message>
        <source>The proxy server&apos;s answer is malformed</source>
        <translation>Ответ прокси-сервера искажён</translation>
    </message>
    <message>
        <source>No secure connection to the proxy server</source>
        <translation>Нет защищённого соединения с прокси-сервером</translation>
    </message>
    <message>
        <source>The proxy server does not allow it</source>
        <translation>Прокси-сервер этого не разрешает</translation>
    </message>
    <message>
        <source>The proxy server could not connect to the target</source>
        <translation>Прокси-сервер не смог подключиться к узлу назначения</translation>
    </message>
    <message>
        <source>The route cannot carry this</source>
        <translation>Маршрут не может это передавать</translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation>Заблокировано правилами</translation>
    </message>
    <message>
        <source>The target is this proxy itself</source>
        <translation>Узел назначения — сам этот прокси</translation>
    </message>
    <message>
        <source>Closed on request</source>
        <translation>Закрыто по запросу</translation>
    </message>
    <message>
        <source>The changed profile no longer allows it</source>
        <translation>Изменённый профиль этого больше не разрешает</translation>
    </message>
    <message>
        <source>The changed rules send it another way</source>
        <translation>Изменённые правила направляют соединение иначе</translation>
    </message>
    <message>
        <source>Nothing was sent for too long</source>
        <translation>Слишком долго ничего не передавалось</translation>
    </message>
    <message>
        <source>One side had finished and the other sent nothing for too long</source>
        <translation>Одна сторона закончила, а другая слишком долго ничего не передавала</translation>
    </message>
    <message>
        <source>The proxy was stopped</source>
        <translation>Прокси остановлен</translation>
    </message>
    <message>
        <source>Not supported yet</source>
        <translation>Пока не поддерживается</translation>
    </message>
    <message>
        <source>General failure</source>
        <translation>Общий сбой</translation>
    </message>
    <message>
        <source>No local port is free for another connection</source>
        <translation>Нет свободного локального порта для ещё одного соединения</translation>
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
        <translation>true или false</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>число</translation>
    </message>
    <message>
        <source>text</source>
        <translation>текст</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>список</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>объект</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>отсутствие значения</translation>
    </message>
    <message>
        <source>must be %1, not %2</source>
        <translation>требуется %1, а не %2</translation>
    </message>
    <message>
        <source>further errors: %1</source>
        <translation>других ошибок: %1</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>отсутствует</translation>
    </message>
    <message>
        <source>unknown key</source>
        <translation>неизвестный ключ</translation>
    </message>
    <message>
        <source>has %1 entries; %2 are allowed</source>
        <translation>записей: %1, допустимо: %2</translation>
    </message>
    <message>
        <source>must not be empty</source>
        <translation>не должно быть пустым</translation>
    </message>
    <message>
        <source>is longer than %1 bytes</source>
        <translation>длиннее %1 байт</translation>
    </message>
    <message>
        <source>must not hold control characters</source>
        <translation>не должно содержать управляющих символов</translation>
    </message>
    <message>
        <source>must be from %1 to %2</source>
        <translation>должно быть от %1 до %2</translation>
    </message>
    <message>
        <source>must be a whole number</source>
        <translation>должно быть целым числом</translation>
    </message>
    <message>
        <source>must be base64</source>
        <translation>должно быть в base64</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>от %1 до %2</translation>
    </message>
    <message>
        <source>must be base64 of %1 bytes, not of %2</source>
        <translation>в base64 должно быть байт: %1, а не %2</translation>
    </message>
    <message>
        <source>%1 is none of %2</source>
        <translation>%1 не входит в список: %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>is listed twice</source>
        <translation>указано дважды</translation>
    </message>
    <message>
        <source>must list at least one of &quot;socks4&quot;, &quot;socks5&quot;, &quot;http&quot;</source>
        <translation>нужен хотя бы один из &quot;socks4&quot;, &quot;socks5&quot;, &quot;http&quot;</translation>
    </message>
    <message>
        <source>%1 is not an IPv4 or IPv6 address</source>
        <translation>%1 — не адрес IPv4 или IPv6</translation>
    </message>
    <message>
        <source>whoever can reach %1 could use this proxy: set &quot;authentication&quot; to &quot;password&quot;, or &quot;open&quot; to true if an open proxy is meant</source>
        <translation>этот прокси сможет использовать любой, кому доступен %1: задайте для &quot;authentication&quot; значение &quot;password&quot; или, если прокси намеренно открыт, для &quot;open&quot; значение true</translation>
    </message>
    <message>
        <source>must list at least one listener</source>
        <translation>нужна хотя бы одна точка входа</translation>
    </message>
    <message>
        <source>%1 is already the endpoint of %2</source>
        <translation>адрес и порт %1 уже заданы в %2</translation>
    </message>
    <message>
        <source>%1 is already the name of %2</source>
        <translation>имя %1 уже задано в %2</translation>
    </message>
    <message>
        <source>nobody could log in: &quot;users&quot; lists no one (hosier --set-password NAME adds a user)</source>
        <translation>никто не сможет войти: в &quot;users&quot; никого нет (hosier --set-password NAME добавляет пользователя)</translation>
    </message>
    <message>
        <source>is missing; this program reads version %1</source>
        <translation>отсутствует; эта программа читает версию %1</translation>
    </message>
    <message>
        <source>is %1; this program reads version %2</source>
        <translation>указано %1; эта программа читает версию %2</translation>
    </message>
    <message>
        <source>line %1, column %2</source>
        <translation>строка %1, столбец %2</translation>
    </message>
    <message>
        <source>the profile is larger than %1 bytes</source>
        <translation>профиль больше %1 байт</translation>
    </message>
    <message>
        <source>must be an object</source>
        <translation>должно быть объектом</translation>
    </message>
    <message>
        <source>may hold only letters A to Z, digits, &quot;-&quot;, &quot;_&quot; and &quot;.&quot;</source>
        <translation>может содержать только буквы от A до Z, цифры, &quot;-&quot;, &quot;_&quot; и &quot;.&quot;</translation>
    </message>
    <message>
        <source>%1 is already the id at %2</source>
        <translation>идентификатор %1 уже задан в %2</translation>
    </message>
    <message>
        <source>SOCKS4 has no names: set &quot;protocol&quot; to &quot;socks4a&quot;, or this to &quot;local&quot;</source>
        <translation>в SOCKS4 нет имён: задайте для &quot;protocol&quot; значение &quot;socks4a&quot; или здесь — &quot;local&quot;</translation>
    </message>
    <message>
        <source>means nothing unless &quot;tls&quot; is true</source>
        <translation>имеет смысл, только если &quot;tls&quot; — true</translation>
    </message>
    <message>
        <source>holds a colon, which HTTP&apos;s Basic login cannot carry</source>
        <translation>содержит двоеточие, которое нельзя передать при входе Basic в HTTP</translation>
    </message>
    <message>
        <source>must list at least one server or route</source>
        <translation>нужен хотя бы один сервер или маршрут</translation>
    </message>
    <message>
        <source>there is no server or route with the id %1</source>
        <translation>нет сервера или маршрута с идентификатором %1</translation>
    </message>
    <message>
        <source>the route contains itself: %1</source>
        <translation>маршрут содержит сам себя: %1</translation>
    </message>
    <message>
        <source>is a chain of more than %1 servers</source>
        <translation>в цепочке серверов больше, чем %1</translation>
    </message>
    <message>
        <source>%1 is neither a port (&quot;80&quot;) nor a range of ports (&quot;8000-9000&quot;)</source>
        <translation>%1 — не порт (&quot;80&quot;) и не диапазон портов (&quot;8000-9000&quot;)</translation>
    </message>
    <message>
        <source>%1 is not an address block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1 — не блок адресов вроде &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>%1 is not a host: it holds a space</source>
        <translation>%1 — не узел: содержит пробел</translation>
    </message>
    <message>
        <source>%1: &quot;*&quot; stands for whole labels at one end of a name, as in &quot;*.lan&quot; or &quot;mail.*&quot;</source>
        <translation>%1: &quot;*&quot; заменяет целые части имени на одном его краю, как в &quot;*.lan&quot; или &quot;mail.*&quot;</translation>
    </message>
    <message>
        <source>%1 is not a range of addresses such as &quot;10.0.0.1-10.0.0.9&quot;</source>
        <translation>%1 — не диапазон адресов вроде &quot;10.0.0.1-10.0.0.9&quot;</translation>
    </message>
    <message>
        <source>%1 is not an address or an address block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1 — не адрес и не блок адресов вроде &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>%1 cannot carry UDP, which &quot;transports&quot; lists: only SOCKS5 servers can</source>
        <translation>%1 не может передавать UDP, указанный в &quot;transports&quot;: это могут только серверы SOCKS5</translation>
    </message>
    <message>
        <source>%1 is none of &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</source>
        <translation>%1 — не &quot;direct&quot;, не &quot;block&quot; и не &quot;proxy:ID&quot;</translation>
    </message>
    <message>
        <source>this session has no D-Bus</source>
        <translation>в этом сеансе нет D-Bus</translation>
    </message>
    <message>
        <source>the session&apos;s D-Bus cannot be reached</source>
        <translation>шина D-Bus сеанса недоступна</translation>
    </message>
    <message>
        <source>libsecret-1.so.0 is missing, or Qt runs without GLib</source>
        <translation>нет libsecret-1.so.0, или Qt работает без GLib</translation>
    </message>
    <message>
        <source>neither a Secret Service nor KWallet is on the session&apos;s D-Bus</source>
        <translation>на шине D-Bus сеанса нет ни Secret Service, ни KWallet</translation>
    </message>
    <message>
        <source>this program was built without QtKeychain</source>
        <translation>эта программа собрана без QtKeychain</translation>
    </message>
    <message>
        <source>there is no credential store</source>
        <translation>хранилища паролей нет</translation>
    </message>
    <message>
        <source>the credential store has no password for it</source>
        <translation>в хранилище паролей нет этого пароля</translation>
    </message>
    <message>
        <source>the credential store gives no access</source>
        <translation>хранилище паролей не даёт доступа</translation>
    </message>
    <message>
        <source>the credential store does not answer</source>
        <translation>хранилище паролей не отвечает</translation>
    </message>
    <message>
        <source>the credential store failed</source>
        <translation>сбой хранилища паролей</translation>
    </message>
    <message>
        <source>%1 cannot be made</source>
        <translation>не удаётся создать %1</translation>
    </message>
    <message>
        <source>%1 is not a regular file</source>
        <translation>%1 — не обычный файл</translation>
    </message>
    <message>
        <source>server %1: its password is not removed: %2</source>
        <translation>сервер %1: пароль не удалён: %2</translation>
    </message>
    <message>
        <source>server %1: its password is not kept under the new id: %2</source>
        <translation>сервер %1: пароль не сохранён под новым идентификатором: %2</translation>
    </message>
    <message>
        <source>server %1: its password is not known: %2</source>
        <translation>сервер %1: пароль неизвестен: %2</translation>
    </message>
    <message>
        <source>cannot write %1: %2</source>
        <translation>не удаётся записать %1: %2</translation>
    </message>
    <message>
        <source>cannot read %1: %2</source>
        <translation>не удаётся прочитать %1: %2</translation>
    </message>
    <message>
        <source>cannot create the directory of %1</source>
        <translation>не удаётся создать каталог для %1</translation>
    </message>
    <message>
        <source>%1 belongs to the profile in use</source>
        <translation>%1 относится к используемому профилю</translation>
    </message>
    <message>
        <source>the profile has no listener</source>
        <translation>в профиле нет точек входа</translation>
    </message>
    <message>
        <source>whoever can reach %1 could use this proxy: the profile&apos;s first listener asks for no password and is not &quot;open&quot;</source>
        <translation>этот прокси сможет использовать любой, кому доступен %1: первая точка входа профиля не требует пароля и не помечена как &quot;open&quot;</translation>
    </message>
    <message>
        <source>%1 is already the endpoint of the listener &quot;%2&quot;</source>
        <translation>адрес и порт %1 уже заданы у точки входа «%2»</translation>
    </message>
    <message>
        <source>the password file %1 is no regular file</source>
        <translation>файл пароля %1 — не обычный файл</translation>
    </message>
    <message>
        <source>the password file %1 is open to others: chmod 600</source>
        <translation>файл пароля %1 доступен другим: chmod 600</translation>
    </message>
    <message>
        <source>cannot read the password file %1: %2</source>
        <translation>не удаётся прочитать файл пароля %1: %2</translation>
    </message>
    <message>
        <source>the password in %1 is not 1 to 255 bytes long</source>
        <translation>длина пароля в %1 — не от 1 до 255 байт</translation>
    </message>
    <message>
        <source>server %1: %2</source>
        <translation>сервер %1: %2</translation>
    </message>
    <message>
        <source>the running instance did not answer</source>
        <translation>запущенный экземпляр не ответил</translation>
    </message>
    <message>
        <source>no running instance uses this profile</source>
        <translation>ни один запущенный экземпляр не использует этот профиль</translation>
    </message>
    <message>
        <source>the running instance is not ready</source>
        <translation>запущенный экземпляр не готов</translation>
    </message>
    <message>
        <source>the running instance has no interface (--headless)</source>
        <translation>у запущенного экземпляра нет интерфейса (--headless)</translation>
    </message>
    <message>
        <source>%1 is too large</source>
        <translation>%1: слишком большой размер</translation>
    </message>
    <message>
        <source>%1 is a link or a directory</source>
        <translation>%1 — ссылка или каталог</translation>
    </message>
    <message>
        <source>cannot create %1</source>
        <translation>не удаётся создать %1</translation>
    </message>
    <message>
        <source>cannot remove %1: %2</source>
        <translation>не удаётся удалить %1: %2</translation>
    </message>
    <message>
        <source>%1%2 has no key &quot;%3&quot;</source>
        <translation>в %1%2 нет ключа &quot;%3&quot;</translation>
    </message>
    <message>
        <source>%1 is locked by the administrator</source>
        <translation>%1: заблокировано администратором</translation>
    </message>
    <message>
        <source>InternetQueryOption: error %1</source>
        <translation>InternetQueryOption: ошибка %1</translation>
    </message>
    <message>
        <source>InternetSetOption: error %1</source>
        <translation>InternetSetOption: ошибка %1</translation>
    </message>
    <message>
        <source>they do not stay as they are written</source>
        <translation>они не остаются такими, какими записаны</translation>
    </message>
    <message>
        <source>no answer within %1 s</source>
        <translation>нет ответа за %1 с</translation>
    </message>
    <message>
        <source>failed (%1)</source>
        <translation>сбой (%1)</translation>
    </message>
    <message>
        <source>only SOCKS5 carries UDP</source>
        <translation>UDP передаёт только SOCKS5</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>it hung up</source>
        <translation>он разорвал соединение</translation>
    </message>
    <message>
        <source>malformed or oversized request</source>
        <translation>запрос искажён или слишком велик</translation>
    </message>
    <message>
        <source>only /proxy.pac is to be had here</source>
        <translation>здесь есть только /proxy.pac</translation>
    </message>
    <message>
        <source>CONNECT needs a connection of its own</source>
        <translation>для CONNECT нужно отдельное соединение</translation>
    </message>
    <message>
        <source>malformed chunks</source>
        <translation>искажённые блоки (chunks)</translation>
    </message>
    <message>
        <source>by the target</source>
        <translation>целью</translation>
    </message>
    <message>
        <source>malformed chunks from the target</source>
        <translation>искажённые блоки (chunks) от цели</translation>
    </message>
    <message>
        <source>the target&apos;s answer is malformed</source>
        <translation>ответ цели искажён</translation>
    </message>
    <message>
        <source>it asks for a user name and password</source>
        <translation>он требует имя пользователя и пароль</translation>
    </message>
    <message>
        <source>reply 7, command not supported</source>
        <translation>ответ 7, команда не поддерживается</translation>
    </message>
    <message>
        <source>reply 8, address type not supported</source>
        <translation>ответ 8, тип адреса не поддерживается</translation>
    </message>
    <message>
        <source>reply %1</source>
        <translation>ответ %1</translation>
    </message>
    <message>
        <source>SOCKS4 code %1</source>
        <translation>код SOCKS4 %1</translation>
    </message>
    <message>
        <source>it chose a method that was not offered</source>
        <translation>он выбрал метод, который не предлагался</translation>
    </message>
    <message>
        <source>it takes no user name and password</source>
        <translation>он не принимает имя пользователя и пароль</translation>
    </message>
    <message>
        <source>too many interim answers</source>
        <translation>слишком много промежуточных ответов</translation>
    </message>
    <message>
        <source>HTTP status %1</source>
        <translation>статус HTTP %1</translation>
    </message>
    <message>
        <source>SOCKS4 has no UDP</source>
        <translation>в SOCKS4 нет UDP</translation>
    </message>
    <message>
        <source>SOCKS4 has no IPv6</source>
        <translation>в SOCKS4 нет IPv6</translation>
    </message>
    <message>
        <source>HTTP has no BIND</source>
        <translation>в HTTP нет BIND</translation>
    </message>
    <message>
        <source>HTTP has no UDP</source>
        <translation>в HTTP нет UDP</translation>
    </message>
    <message>
        <source>HTTP cannot say this name</source>
        <translation>HTTP не может передать это имя</translation>
    </message>
    <message>
        <source>too many others are under way</source>
        <translation>выполняется слишком много других</translation>
    </message>
    <message>
        <source>no thread for it</source>
        <translation>нет свободного потока</translation>
    </message>
    <message>
        <source>no answer by UDP</source>
        <translation>нет ответа по UDP</translation>
    </message>
    <message>
        <source>no descriptors are left</source>
        <translation>не осталось дескрипторов</translation>
    </message>
    <message>
        <source>its certificate is not the pinned one but has the SHA-256 %1</source>
        <translation>его сертификат — не закреплённый, его SHA-256: %1</translation>
    </message>
    <message>
        <source>it leads back here</source>
        <translation>он ведёт обратно сюда</translation>
    </message>
    <message>
        <source>its answer is too long</source>
        <translation>его ответ слишком длинный</translation>
    </message>
    <message>
        <source>cannot be true beside &quot;passwordFile&quot;</source>
        <translation>не может быть истиной рядом с &quot;passwordFile&quot;</translation>
    </message>
    <message>
        <source>by the client</source>
        <translation>клиентом</translation>
    </message>
    <message>
        <source>%1 is not a host: what follows the &quot;:&quot; belongs into &quot;ports&quot;</source>
        <translation>%1 — не узел: то, что следует за &quot;:&quot;, указывается в &quot;ports&quot;</translation>
    </message>
    <message>
        <source>%1 is neither a name nor an address</source>
        <translation>%1 — не имя и не адрес</translation>
    </message>
    <message>
        <source>%1 is not a host: something is missing before or after a dot; &quot;*.lan&quot; stands for all names that end in &quot;.lan&quot;</source>
        <translation>%1 — не узел: перед точкой или после неё чего-то не хватает; &quot;*.lan&quot; заменяет все имена, которые кончаются на &quot;.lan&quot;</translation>
    </message>
    <message>
        <source>%1 is not a host: &quot;?&quot; is no wildcard in names of hosts</source>
        <translation>%1 — не узел: &quot;?&quot; не подстановочный знак в именах узлов</translation>
    </message>
    <message>
        <source>%1: &quot;*&quot; stands for parts of names, not of addresses: write a block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1: &quot;*&quot; заменяет части имён, а не адресов: напишите блок вроде &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>The profile&apos;s file was changed by another program meanwhile. It is in force now; please make your change once more.</source>
        <translation>Файл профиля тем временем был изменён другой программой. Теперь действует он; внесите своё изменение ещё раз.</translation>
    </message>
    <message>
        <source>%1 is more than one entry: each stands by itself</source>
        <translation>%1 — это несколько записей: каждая указывается отдельно</translation>
    </message>
    <message>
        <source>%1 is a URL: only the host in it belongs here</source>
        <translation>%1 — это URL: здесь указывается только узел из него</translation>
    </message>
    <message>
        <source>%1 stands without quotes here</source>
        <translation>%1 здесь указывается без кавычек</translation>
    </message>
    <message>
        <source>%1 is neither the name of a program nor its whole path, such as &quot;/usr/bin/curl&quot; or &quot;C:\Tools\curl.exe&quot;</source>
        <translation>%1 — это не имя программы и не её полный путь, такой как &quot;/usr/bin/curl&quot; или &quot;C:\Tools\curl.exe&quot;</translation>
    </message>
    <message>
        <source>the program is about to end</source>
        <translation>программа завершает работу</translation>
    </message>
    <message>
        <source>the running instance has hung up</source>
        <translation>запущенный экземпляр разорвал соединение</translation>
    </message>
    <message>
        <source>it refused the connection</source>
        <translation>он отклонил соединение</translation>
    </message>
    <message>
        <source>it is unreachable</source>
        <translation>он недоступен</translation>
    </message>
    <message>
        <source>its network is unreachable</source>
        <translation>его сеть недоступна</translation>
    </message>
    <message>
        <source>it did not answer in time</source>
        <translation>он не ответил вовремя</translation>
    </message>
    <message>
        <source>the server before it does not allow it</source>
        <translation>сервер перед ним этого не разрешает</translation>
    </message>
    <message>
        <source>the server before it could not connect to it</source>
        <translation>сервер перед ним не смог к нему подключиться</translation>
    </message>
    <message>
        <source>%1 is neither an address nor the name of one host, which holds no &quot;/&quot;, &quot;:&quot; or &quot;*&quot;</source>
        <translation>%1 — не адрес и не имя одного узла; такое имя не содержит &quot;/&quot;, &quot;:&quot; и &quot;*&quot;</translation>
    </message>
    <message>
        <source>%1 is no name that can be asked for: it is too long, or holds a space or what cannot be seen</source>
        <translation>%1 — не имя, которое можно запросить: оно слишком длинное либо содержит пробел или невидимые символы</translation>
    </message>
    <message>
        <source>the profile is empty</source>
        <translation>профиль пуст</translation>
    </message>
    <message>
        <source>%1 is none of &quot;default&quot;, &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</source>
        <translation>%1 — не &quot;default&quot;, не &quot;direct&quot;, не &quot;block&quot; и не &quot;proxy:ID&quot;</translation>
    </message>
    <message>
        <source>%1 begins with two separators: write %2, or %3 for a program in a network</source>
        <translation>%1 начинается с двух разделителей: напишите %2 или, для программы в сети, %3</translation>
    </message>
    <message>
        <source>%1 is no path that a program is known by, for it holds &quot;.&quot;, &quot;..&quot; or two separators in a row: write %2</source>
        <translation>%1 — не путь, под которым известна программа, поскольку содержит &quot;.&quot;, &quot;..&quot; или два разделителя подряд: напишите %2</translation>
    </message>
    <message>
        <source>%1 has bits set behind its prefix: write %2 for the block</source>
        <translation>в %1 есть ненулевые биты за пределами префикса: для блока напишите %2</translation>
    </message>
    <message>
        <source>%1 begins or ends with a space: leave that out</source>
        <translation>%1 начинается или заканчивается пробелом: уберите его</translation>
    </message>
    <message>
        <source>%1 ends like a directory: write %2 for all programs below it</source>
        <translation>%1 заканчивается как каталог: для всех программ внутри него напишите %2</translation>
    </message>
    <message>
        <source>%1 (its certificate has the SHA-256 %2)</source>
        <translation>%1 (SHA-256 его сертификата: %2)</translation>
    </message>
    <message>
        <source>the keyring is locked</source>
        <translation>связка ключей заблокирована</translation>
    </message>
    <message>
        <source>servers %1: their passwords are not removed: %2</source>
        <translation>серверы %1: пароли не удалены: %2</translation>
    </message>
</context>
<context>
    <name>ui::About</name>
    <message>
        <source>About Hosier</source>
        <translation>О программе Hosier</translation>
    </message>
    <message>
        <source>A proxy manager for the desktop: programs connect through it by SOCKS or HTTP, and you see every connection they make.&lt;br&gt;&lt;br&gt;Published under the MIT licence.</source>
        <translation>Менеджер прокси для рабочего стола: программы подключаются через него по SOCKS или HTTP, а вы видите каждое их соединение.&lt;br&gt;&lt;br&gt;Распространяется по лицензии MIT.</translation>
    </message>
    <message>
        <source>About Qt</source>
        <translation>О Qt</translation>
    </message>
    <message>
        <source>Hosier is made with Qt, used under the GNU Lesser General Public License version 3.&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</source>
        <translation>Hosier создан с помощью Qt, используемой по лицензии GNU Lesser General Public License версии 3.&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</translation>
    </message>
    <message>
        <source>The source code of Qt is at %1. The licences of Qt, and of the runtime libraries of GCC and mingw-w64 that come with Hosier, are in %2.</source>
        <translation>Исходный код Qt находится по адресу %1. Лицензии Qt, а также поставляемых с Hosier библиотек времени выполнения GCC и mingw-w64 находятся в %2.</translation>
    </message>
</context>
<context>
    <name>ui::ActionCombo</name>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Через %1</translation>
    </message>
</context>
<context>
    <name>ui::Actions</name>
    <message>
        <source>&amp;Quit</source>
        <translation>В&amp;ыход</translation>
    </message>
    <message>
        <source>Stop the proxy and quit Hosier</source>
        <translation>Остановить прокси и выйти из Hosier</translation>
    </message>
    <message>
        <source>Start at &amp;login</source>
        <translation>Запускать при &amp;входе в систему</translation>
    </message>
    <message>
        <source>&amp;Close window</source>
        <translation>&amp;Закрыть окно</translation>
    </message>
    <message>
        <source>Close the window; the proxy goes on in the tray where there is one</source>
        <translation>Закрыть окно; прокси продолжит работать в области уведомлений, если она есть</translation>
    </message>
    <message>
        <source>&amp;Import...</source>
        <translation>&amp;Импорт...</translation>
    </message>
    <message>
        <source>Take a profile from a file, of Hosier or of Proxifier (.ppx)</source>
        <translation>Взять профиль из файла Hosier или Proxifier (.ppx)</translation>
    </message>
    <message>
        <source>&amp;Export...</source>
        <translation>&amp;Экспорт...</translation>
    </message>
    <message>
        <source>Write the profile in force to a file</source>
        <translation>Записать действующий профиль в файл</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Копировать</translation>
    </message>
    <message>
        <source>Copy the selected connections as text</source>
        <translation>Копировать выбранные соединения как текст</translation>
    </message>
    <message>
        <source>Copy &amp;target</source>
        <translation>Копировать &amp;назначение</translation>
    </message>
    <message>
        <source>Copy the targets of the selected connections</source>
        <translation>Копировать адреса назначения выбранных соединений</translation>
    </message>
    <message>
        <source>Close co&amp;nnection</source>
        <translation>&amp;Закрыть соединение</translation>
    </message>
    <message>
        <source>Close the selected connections</source>
        <translation>Закрыть выбранные соединения</translation>
    </message>
    <message>
        <source>E&amp;xplain...</source>
        <translation>О&amp;бъяснить...</translation>
    </message>
    <message>
        <source>Show which rule decides about such a connection, and why</source>
        <translation>Показать, какое правило решает о таком соединении и почему</translation>
    </message>
    <message>
        <source>Show what the rules decide about a connection that you describe</source>
        <translation>Показать, что решают правила о соединении, которое вы опишете</translation>
    </message>
    <message>
        <source>&amp;Apply to open connections</source>
        <translation>При&amp;менить к открытым соединениям</translation>
    </message>
    <message>
        <source>Close the open connections that would go another way now, or be blocked, so that their programs connect again by the rules</source>
        <translation>Закрыть открытые соединения, которые теперь пошли бы иначе или были бы заблокированы, чтобы программы подключились заново по правилам</translation>
    </message>
    <message>
        <source>Filter &amp;log</source>
        <translation>Фильтр &amp;журнала</translation>
    </message>
    <message>
        <source>Go to the filter field of the log</source>
        <translation>Перейти к полю фильтра журнала</translation>
    </message>
    <message>
        <source>&amp;Proxy on</source>
        <translation>&amp;Прокси включён</translation>
    </message>
    <message>
        <source>Open or close the listeners; open connections go on</source>
        <translation>Открыть или закрыть точки входа; открытые соединения сохраняются</translation>
    </message>
    <message>
        <source>&amp;Retry listeners</source>
        <translation>По&amp;вторно открыть точки входа</translation>
    </message>
    <message>
        <source>Try again to open the listeners that failed</source>
        <translation>Попробовать ещё раз открыть точки входа, которые не удалось открыть</translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation>&amp;Системный прокси</translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier</source>
        <translation>Направить в Hosier программы, которые следуют системным настройкам прокси</translation>
    </message>
    <message>
        <source>System proxy e&amp;xceptions...</source>
        <translation>&amp;Исключения системного прокси...</translation>
    </message>
    <message>
        <source>Choose the hosts that programs reach without the system proxy</source>
        <translation>Выбрать узлы, к которым программы обращаются без системного прокси</translation>
    </message>
    <message>
        <source>Copy proxy &amp;environment variables</source>
        <translation>Копировать переменные &amp;окружения для прокси</translation>
    </message>
    <message>
        <source>Copy lines for a shell that point programs at the proxy</source>
        <translation>Копировать строки для командной оболочки, направляющие программы в прокси</translation>
    </message>
    <message>
        <source>Close &amp;all connections</source>
        <translation>Закрыть вс&amp;е соединения</translation>
    </message>
    <message>
        <source>Close every open connection; the proxy stays as it is</source>
        <translation>Закрыть все открытые соединения; прокси остаётся как есть</translation>
    </message>
    <message>
        <source>Log in its own &amp;window</source>
        <translation>Журнал в отдель&amp;ном окне</translation>
    </message>
    <message>
        <source>Take the log out of the main window, or put it back</source>
        <translation>Вынести журнал из главного окна или вернуть его обратно</translation>
    </message>
    <message>
        <source>&amp;About Hosier</source>
        <translation>&amp;О программе Hosier</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>Версия и лицензия</translation>
    </message>
    <message>
        <source>About &amp;Qt</source>
        <translation>О &amp;Qt</translation>
    </message>
    <message>
        <source>Version of the Qt library</source>
        <translation>Версия библиотеки Qt</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <comment>mode</comment>
        <translation>&amp;Правила</translation>
    </message>
    <message>
        <source>The rules decide, top to bottom; then the default action</source>
        <translation>Решают правила, сверху вниз; затем действие по умолчанию</translation>
    </message>
    <message>
        <source>&amp;Everything</source>
        <comment>mode</comment>
        <translation>&amp;Всё</translation>
    </message>
    <message>
        <source>The default action is taken for everything, whatever the rules say</source>
        <translation>Ко всему применяется действие по умолчанию, что бы ни говорили правила</translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>mode</comment>
        <translation>&amp;Напрямую</translation>
    </message>
    <message>
        <source>Everything connects directly, and nothing is blocked</source>
        <translation>Все соединения идут напрямую, ничего не блокируется</translation>
    </message>
    <message>
        <source>Try out</source>
        <translation>Проверить</translation>
    </message>
    <message>
        <source>Apply to open</source>
        <translation>Применить к открытым</translation>
    </message>
    <message>
        <source>&amp;System&apos;s language</source>
        <translation>&amp;Язык системы</translation>
    </message>
    <message>
        <source>The language of the desktop, where Hosier speaks it</source>
        <translation>Язык рабочего стола, если Hosier его знает</translation>
    </message>
    <message>
        <source>&amp;Try the rules out...</source>
        <translation>П&amp;роверить правила...</translation>
    </message>
    <message>
        <source>&amp;Settings...</source>
        <translation>На&amp;стройки...</translation>
    </message>
    <message>
        <source>Theme, log, limits and notifications</source>
        <translation>Тема, журнал, ограничения и уведомления</translation>
    </message>
    <message>
        <source>Start Hosier when you log in; the settings say whether in the tray</source>
        <translation>Запускать Hosier при входе в систему; показывать ли его только в области уведомлений, указано в настройках</translation>
    </message>
    <message>
        <source>&amp;Filter page</source>
        <translation>&amp;Фильтр страницы</translation>
    </message>
    <message>
        <source>Go to the field that filters the page in sight</source>
        <translation>Перейти к полю фильтра видимой страницы</translation>
    </message>
    <message>
        <source>Traffic in its &amp;own window</source>
        <translation>Трафик в отдельно&amp;м окне</translation>
    </message>
    <message>
        <source>Take the traffic out of the main window, or put it back</source>
        <translation>Вынести трафик из главного окна или вернуть его обратно</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationModel</name>
    <message>
        <source>The rule that decides about its connections; of one that has none, about its latest one</source>
        <translation>Правило, которое решает о его соединениях, а если открытых нет — о последнем из них</translation>
    </message>
    <message>
        <source>Since Hosier started</source>
        <translation>С запуска Hosier</translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation>Приложение</translation>
    </message>
    <message>
        <source>Live</source>
        <comment>column: open connections</comment>
        <translation>Открыто</translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation>Приём/с</translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation>Перед./с</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation>Принято</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation>Передано</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Правило</translation>
    </message>
    <message>
        <source>Last seen</source>
        <comment>column</comment>
        <translation>Активность</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationText</name>
    <message>
        <source>No rule</source>
        <comment>no rule matched</comment>
        <translation>Нет правила</translation>
    </message>
    <message>
        <source>Several</source>
        <comment>rules</comment>
        <translation>Несколько</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <comment>rules</comment>
        <translation>
            <numerusform>ещё %n</numerusform>
            <numerusform>ещё %n</numerusform>
            <numerusform>ещё %n</numerusform>
        </translation>
    </message>
    <message>
        <source>Now</source>
        <comment>last seen</comment>
        <translation>Сейчас</translation>
    </message>
    <message>
        <source>Just now</source>
        <comment>last seen</comment>
        <translation>Только что</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <comment>last seen: a duration</comment>
        <translation>%1 назад</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>client, login name</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Unidentified programs</source>
        <translation>Неопознанные программы</translation>
    </message>
    <message>
        <source>Client %1</source>
        <comment>address</comment>
        <translation>Клиент %1</translation>
    </message>
    <message>
        <source>Programs of this machine whose name the system did not tell, or that had gone before it could be asked.</source>
        <translation>Программы этого компьютера, имя которых система не сообщила или которые завершились до того, как его удалось узнать.</translation>
    </message>
    <message>
        <source>A client of the proxy, known by its address.</source>
        <translation>Клиент прокси, известный по адресу.</translation>
    </message>
    <message>
        <source>Latest process: %1</source>
        <translation>Последний процесс: %1</translation>
    </message>
    <message>
        <source>Connections since Hosier started: %1</source>
        <translation>Соединений с запуска Hosier: %1</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>Правила: %1</translation>
    </message>
    <message>
        <source>Last seen: %1</source>
        <translation>Последняя активность: %1</translation>
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
        <translation>Приложения</translation>
    </message>
    <message>
        <source>Columns of the applications</source>
        <translation>Столбцы приложений</translation>
    </message>
    <message>
        <source>New rule for a&amp;pplication...</source>
        <translation>Создать правило для &amp;приложения...</translation>
    </message>
    <message>
        <source>Make a rule for the selected application</source>
        <translation>Создать правило для выбранного приложения</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Копировать</translation>
    </message>
    <message>
        <source>Copy the selected applications as text</source>
        <translation>Копировать выбранные приложения как текст</translation>
    </message>
    <message>
        <source>Clo&amp;se connections of application</source>
        <translation>Закрыть соединения при&amp;ложения</translation>
    </message>
    <message>
        <source>Close all connections of the selected applications</source>
        <translation>Закрыть все соединения выбранных приложений</translation>
    </message>
</context>
<context>
    <name>ui::ClientSettings</name>
    <message>
        <source>Environment variables</source>
        <translation>Переменные окружения</translation>
    </message>
    <message>
        <source>PAC address</source>
        <translation>Адрес PAC</translation>
    </message>
    <message>
        <source>Copied. Put it into %1 and replace NAME and PASSWORD.</source>
        <translation>Скопировано. Вставьте в %1 и замените NAME и PASSWORD.</translation>
    </message>
    <message>
        <source>Copied. Put it into %1.</source>
        <comment>a file</comment>
        <translation>Скопировано. Вставьте в %1.</translation>
    </message>
    <message>
        <source>Copied. Paste it into a shell and replace NAME and PASSWORD.</source>
        <translation>Скопировано. Вставьте в командную оболочку и замените NAME и PASSWORD.</translation>
    </message>
    <message>
        <source>Copied. Paste it into a shell: its programs then use %1.</source>
        <translation>Скопировано. Вставьте в командную оболочку: её программы будут использовать %1.</translation>
    </message>
    <message>
        <source>Copied. Enter it where a program or system asks for a PAC file or a configuration URL.</source>
        <translation>Скопировано. Укажите там, где программа или система запрашивает файл PAC или URL настройки.</translation>
    </message>
    <message>
        <source>The PAC file is served by HTTP. Add HTTP to the listener&apos;s protocols.</source>
        <translation>Файл PAC выдаётся по HTTP. Добавьте HTTP к протоколам точки входа.</translation>
    </message>
    <message>
        <source>%1 needs a listener that speaks HTTP.</source>
        <comment>a program</comment>
        <translation>Для %1 нужна точка входа, принимающая HTTP.</translation>
    </message>
    <message>
        <source>Environment variables (%1)</source>
        <comment>of a shell</comment>
        <translation>Переменные окружения (%1)</translation>
    </message>
</context>
<context>
    <name>ui::ColumnMenu</name>
    <message>
        <source>Col&amp;umns</source>
        <translation>Ст&amp;олбцы</translation>
    </message>
</context>
<context>
    <name>ui::ConnectionModel</name>
    <message>
        <source>How long the connection is or was open. Sorts by when it was opened.</source>
        <translation>Сколько времени соединение открыто или было открыто. Сортирует по времени открытия.</translation>
    </message>
    <message>
        <source>The rule that decided what is done with the connection; blank: the default action</source>
        <translation>Правило, решившее, что делать с соединением; пусто: действие по умолчанию</translation>
    </message>
    <message>
        <source>The server or route the connection goes by; blank: directly</source>
        <translation>Сервер или маршрут, через который идёт соединение; пусто: напрямую</translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation>Приложение</translation>
    </message>
    <message>
        <source>Client</source>
        <comment>column</comment>
        <translation>Клиент</translation>
    </message>
    <message>
        <source>Target</source>
        <comment>column</comment>
        <translation>Назначение</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>Протокол</translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation>Состояние</translation>
    </message>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation>Время</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation>Принято</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation>Передано</translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation>Приём/с</translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation>Перед./с</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Правило</translation>
    </message>
    <message>
        <source>Route</source>
        <comment>column</comment>
        <translation>Маршрут</translation>
    </message>
    <message>
        <source>The program that connects, or the client&apos;s address where none is known</source>
        <translation>Программа, которая подключается, или адрес клиента, если программа неизвестна</translation>
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
        <translation>Приложение: %1</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Не удалось: %1</translation>
    </message>
    <message>
        <source>Ended: %1</source>
        <translation>Завершено: %1</translation>
    </message>
    <message>
        <source>Target: %1</source>
        <translation>Назначение: %1</translation>
    </message>
    <message>
        <source>Connected to: %1</source>
        <translation>Подключено к: %1</translation>
    </message>
    <message>
        <source>Client: %1</source>
        <translation>Клиент: %1</translation>
    </message>
    <message>
        <source>Logged in as: %1</source>
        <translation>Вход выполнен как: %1</translation>
    </message>
    <message>
        <source>Rule: %1</source>
        <translation>Правило: %1</translation>
    </message>
    <message>
        <source>By way of: %1</source>
        <comment>server or route</comment>
        <translation>Через: %1</translation>
    </message>
    <message>
        <source>Listener: %1</source>
        <translation>Точка входа: %1</translation>
    </message>
    <message>
        <source>Opened at: %1</source>
        <translation>Время открытия: %1</translation>
    </message>
    <message>
        <source>Ended at: %1</source>
        <translation>Время завершения: %1</translation>
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
            <numerusform>Так завершилось %n соединение. Показано последнее.</numerusform>
            <numerusform>Одинаково завершились %n соединения. Показано последнее.</numerusform>
            <numerusform>Одинаково завершились %n соединений. Показано последнее.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) wait alike. This is the newest of them.</source>
        <translation>
            <numerusform>Так ожидает %n соединение. Показано новейшее.</numerusform>
            <numerusform>Одинаково ожидают %n соединения. Показано новейшее.</numerusform>
            <numerusform>Одинаково ожидают %n соединений. Показано новейшее.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ConnectionsPage</name>
    <message>
        <source>Retry</source>
        <translation>Повторить</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Соединения</translation>
    </message>
    <message>
        <source>Columns of the connections</source>
        <translation>Столбцы соединений</translation>
    </message>
    <message>
        <source>Retry to open the listener</source>
        <translation>Попробовать ещё раз открыть точку входа</translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1. %2</source>
        <translation>Hosier не может принимать соединения на %1. %2</translation>
    </message>
</context>
<context>
    <name>ui::CrashBar</name>
    <message>
        <source>Note of a crash</source>
        <translation>Запись о сбое</translation>
    </message>
    <message>
        <source>Hosier ended unexpectedly the last time. The note about it is %1.</source>
        <translation>В прошлый раз Hosier завершился неожиданно. Запись об этом: %1.</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Открыть папку</translation>
    </message>
    <message>
        <source>Show the folder of the note</source>
        <translation>Показать папку с записью</translation>
    </message>
    <message>
        <source>Copy note</source>
        <translation>Копировать запись</translation>
    </message>
    <message>
        <source>Copy the note, to send it to whoever can make use of it</source>
        <translation>Копировать запись, чтобы отправить её тому, кому она пригодится</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Скрыть</translation>
    </message>
    <message>
        <source>Hide this message; the note stays</source>
        <translation>Скрыть это сообщение; запись останется</translation>
    </message>
</context>
<context>
    <name>ui::DefaultRouteMenu</name>
    <message>
        <source>&amp;More…</source>
        <translation>&amp;Ещё…</translation>
    </message>
    <message>
        <source>&amp;No servers yet…</source>
        <translation>&amp;Серверов пока нет…</translation>
    </message>
    <message>
        <source>Go to the page of servers</source>
        <translation>Перейти на страницу серверов</translation>
    </message>
    <message>
        <source>Go to the page of servers, where the menu of each server and route has &quot;Use as default route&quot;</source>
        <translation>Перейти на страницу серверов, где в меню каждого сервера и маршрута есть «Использовать как маршрут по умолчанию»</translation>
    </message>
</context>
<context>
    <name>ui::DnsPage</name>
    <message>
        <source>&amp;Look names up here for rules about addresses</source>
        <translation>&amp;Разрешать имена здесь для правил об адресах</translation>
    </message>
    <message>
        <source>Names of direct connections are always looked up by this computer.</source>
        <translation>Имена для прямых соединений всегда разрешает этот компьютер.</translation>
    </message>
    <message>
        <source>Connections by way of a server</source>
        <translation>Соединения через сервер</translation>
    </message>
    <message>
        <source>Names are looked up by these &amp;servers:</source>
        <translation>Имена разрешают эти &amp;серверы:</translation>
    </message>
    <message>
        <source>Servers that look names up</source>
        <translation>Серверы, разрешающие имена</translation>
    </message>
    <message>
        <source>Server</source>
        <comment>column</comment>
        <translation>Сервер</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>Протокол</translation>
    </message>
    <message>
        <source>Names are looked up</source>
        <comment>column</comment>
        <translation>Имена разрешаются</translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation>Столбцы серверов</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Правила</translation>
    </message>
    <message>
        <source>When off, rules about addresses do not apply to requests by name, and no name is looked up for the rules</source>
        <translation>Если выключено, правила об адресах не применяются к запросам по имени, и имена для правил не разрешаются</translation>
    </message>
    <message>
        <source>Rules about addresses then also decide about requests by name. This computer&apos;s name server learns those names, also when the connection goes to a server.</source>
        <translation>Тогда правила об адресах решают и о запросах по имени. Сервер имён этого компьютера узнаёт эти имена, даже если соединение идёт на сервер.</translation>
    </message>
    <message>
        <source>here: SOCKS4 takes addresses only</source>
        <comment>names are looked up</comment>
        <translation>здесь: SOCKS4 принимает только адреса</translation>
    </message>
    <message>
        <source>by the server</source>
        <comment>names are looked up</comment>
        <translation>сервером</translation>
    </message>
    <message>
        <source>here</source>
        <comment>names are looked up</comment>
        <translation>здесь</translation>
    </message>
    <message>
        <source>The profile has no servers.</source>
        <translation>В профиле нет серверов.</translation>
    </message>
    <message>
        <source>A checked server is told names as they are. For the others this computer looks names up and sends addresses.</source>
        <translation>Отмеченный сервер получает имена как есть. Для остальных этот компьютер разрешает имена и передаёт адреса.</translation>
    </message>
</context>
<context>
    <name>ui::EmptyState</name>
    <message>
        <source>Command to try the proxy with</source>
        <translation>Команда для проверки прокси</translation>
    </message>
    <message>
        <source>No connection matches</source>
        <translation>Нет подходящих соединений</translation>
    </message>
    <message>
        <source>No application matches</source>
        <translation>Нет подходящих приложений</translation>
    </message>
    <message>
        <source>The filter is &quot;%1&quot;.</source>
        <translation>Фильтр: «%1».</translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation>Очистить фильтр</translation>
    </message>
    <message>
        <source>The proxy is off</source>
        <translation>Прокси выключен</translation>
    </message>
    <message>
        <source>No program can connect through Hosier until it is on.</source>
        <translation>Программы не могут подключаться через Hosier, пока он не включён.</translation>
    </message>
    <message>
        <source>Turn the proxy on</source>
        <translation>Включить прокси</translation>
    </message>
    <message>
        <source>Nothing to listen on</source>
        <translation>Негде принимать соединения</translation>
    </message>
    <message>
        <source>Opening the listeners</source>
        <translation>Открытие точек входа</translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). Its connections appear here.</source>
        <translation>Направьте программу на %1 (%2). Её соединения появятся здесь.</translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). It appears here with its traffic and its rule.</source>
        <translation>Направьте программу на %1 (%2). Она появится здесь со своим трафиком и правилом.</translation>
    </message>
    <message>
        <source>No connections yet</source>
        <translation>Соединений пока нет</translation>
    </message>
    <message>
        <source>No applications yet</source>
        <translation>Приложений пока нет</translation>
    </message>
    <message>
        <source>Copy proxy environment variables</source>
        <translation>Копировать переменные окружения для прокси</translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1</source>
        <translation>Hosier не может принимать соединения на %1</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Повторить</translation>
    </message>
    <message>
        <source>Use port %1 instead</source>
        <translation>Использовать порт %1</translation>
    </message>
    <message>
        <source>The profile has no listener. Add one under Proxy &gt; Listeners and users.</source>
        <translation>В профиле нет точек входа. Добавьте точку входа в меню «Прокси &gt; Точки входа и пользователи».</translation>
    </message>
    <message>
        <source>End that program and retry, or give the listener another port.</source>
        <translation>Завершите эту программу и повторите попытку или задайте точке входа другой порт.</translation>
    </message>
    <message>
        <source>Change the listener under Proxy &gt; Listeners and users, or the system, then retry.</source>
        <translation>Измените точку входа в меню «Прокси &gt; Точки входа и пользователи» или настройки системы, затем повторите попытку.</translation>
    </message>
    <message>
        <source>No rule matches</source>
        <translation>Нет подходящих правил</translation>
    </message>
    <message>
        <source>No server or route matches</source>
        <translation>Нет подходящих серверов и маршрутов</translation>
    </message>
</context>
<context>
    <name>ui::EntriesEdit</name>
    <message>
        <source>Such as %1</source>
        <comment>example entries of a field</comment>
        <translation>Например, %1</translation>
    </message>
    <message>
        <source>One entry a line. %1</source>
        <translation>По одной записи в строке. %1</translation>
    </message>
</context>
<context>
    <name>ui::EventText</name>
    <message>
        <source>unknown client</source>
        <translation>неизвестный клиент</translation>
    </message>
    <message>
        <source>%1, user %2</source>
        <comment>who connected, login name</comment>
        <translation>%1, пользователь %2</translation>
    </message>
    <message>
        <source>rule &quot;%1&quot;</source>
        <translation>правило «%1»</translation>
    </message>
    <message>
        <source>via %1</source>
        <comment>server or route</comment>
        <translation>через %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>client and target, what happened</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>closed, %1 down, %2 up, %3</source>
        <comment>bytes, bytes, duration</comment>
        <translation>закрыто, принято %1, передано %2, %3</translation>
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
        <translation>открыто</translation>
    </message>
    <message>
        <source>failed: %1</source>
        <comment>reason</comment>
        <translation>не удалось: %1</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <comment>reason</comment>
        <translation>отклонено: %1</translation>
    </message>
    <message>
        <source>login failed: %1</source>
        <comment>reason</comment>
        <translation>вход не выполнен: %1</translation>
    </message>
    <message>
        <source>login failed</source>
        <translation>вход не выполнен</translation>
    </message>
    <message>
        <source>UDP failed: %1</source>
        <comment>reason</comment>
        <translation>сбой UDP: %1</translation>
    </message>
    <message>
        <source>Engine started</source>
        <translation>Движок запущен</translation>
    </message>
    <message>
        <source>Engine stopped</source>
        <translation>Движок остановлен</translation>
    </message>
    <message>
        <source>Profile applied</source>
        <translation>Профиль применён</translation>
    </message>
    <message>
        <source>Profile applied: %1</source>
        <translation>Профиль применён: %1</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <comment>listener</comment>
        <translation>Приём соединений на %1</translation>
    </message>
    <message>
        <source>No longer listening on %1</source>
        <comment>listener</comment>
        <translation>Приём соединений на %1 прекращён</translation>
    </message>
    <message>
        <source>Cannot listen on %1: %2</source>
        <comment>listener, reason</comment>
        <translation>Не удаётся принимать соединения на %1: %2</translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away</source>
        <translation>Слишком много открытых файлов: новые клиенты ждут или получают отказ</translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away (%1)</source>
        <translation>Слишком много открытых файлов: новые клиенты ждут или получают отказ (%1)</translation>
    </message>
    <message>
        <source>Server %1 does not work</source>
        <comment>server</comment>
        <translation>Сервер %1 не работает</translation>
    </message>
    <message>
        <source>Server %1 works again</source>
        <comment>server</comment>
        <translation>Сервер %1 снова работает</translation>
    </message>
    <message>
        <source>A change of &quot;%1&quot; takes effect at the next start</source>
        <comment>profile key</comment>
        <translation>Изменение «%1» вступит в силу при следующем запуске</translation>
    </message>
    <message>
        <source>%1 (and %2 more like it)</source>
        <comment>line, count</comment>
        <translation>%1 (и ещё таких: %2)</translation>
    </message>
    <message>
        <source>Debug</source>
        <comment>log level</comment>
        <translation>Отладка</translation>
    </message>
    <message>
        <source>Info</source>
        <comment>log level</comment>
        <translation>Сведения</translation>
    </message>
    <message>
        <source>Warning</source>
        <comment>log level</comment>
        <translation>Предупреждение</translation>
    </message>
    <message>
        <source>Error</source>
        <comment>log level</comment>
        <translation>Ошибка</translation>
    </message>
    <message>
        <source>Handshake</source>
        <comment>connection state</comment>
        <translation>Согласование</translation>
    </message>
    <message>
        <source>Logging in</source>
        <comment>connection state</comment>
        <translation>Вход</translation>
    </message>
    <message>
        <source>Connecting</source>
        <comment>connection state</comment>
        <translation>Подключение</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>connection state</comment>
        <translation>Открыто</translation>
    </message>
    <message>
        <source>Half closed</source>
        <comment>connection state</comment>
        <translation>Полузакрыто</translation>
    </message>
    <message>
        <source>Closed</source>
        <comment>connection state</comment>
        <translation>Закрыто</translation>
    </message>
    <message>
        <source>Failed</source>
        <comment>connection state</comment>
        <translation>Сбой</translation>
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
        <translation>решение принято</translation>
    </message>
</context>
<context>
    <name>ui::ExplainDialog</name>
    <message>
        <source>Explain</source>
        <translation>Объяснение</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Узел</translation>
    </message>
    <message>
        <source>example.org or 192.0.2.1</source>
        <translation>example.org или 192.0.2.1</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Порт</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>Транспорт</translation>
    </message>
    <message>
        <source>Rules in the order they were tried</source>
        <translation>Правила в порядке проверки</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Правило</translation>
    </message>
    <message>
        <source>Matches</source>
        <comment>column</comment>
        <translation>Подходит</translation>
    </message>
    <message>
        <source>Why not</source>
        <comment>column</comment>
        <translation>Почему нет</translation>
    </message>
    <message>
        <source>&amp;Application:</source>
        <translation>&amp;Приложение:</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>&amp;Узел:</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>П&amp;орт:</translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation>&amp;Транспорт:</translation>
    </message>
    <message>
        <source>Where does the connection go?</source>
        <translation>Куда идёт соединение?</translation>
    </message>
    <message>
        <source>Enter a host to see what the rules decide about it. Nothing is opened.</source>
        <translation>Введите узел, чтобы увидеть, что решают о нём правила. Ничего не открывается.</translation>
    </message>
    <message>
        <source>Yes</source>
        <comment>the rule matches</comment>
        <translation>Да</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Нет</translation>
    </message>
    <message>
        <source>Direct</source>
        <translation>Напрямую</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Заблокировано</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Через %1</translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation>Серверы: %1</translation>
    </message>
    <message>
        <source>The rule %1 decides.</source>
        <translation>Решает правило %1.</translation>
    </message>
    <message>
        <source>The mode %1 decides; no rule is asked.</source>
        <translation>Решает режим «%1»; правила не проверяются.</translation>
    </message>
    <message>
        <source>The application is not identified, and the profile says what is done then.</source>
        <translation>Приложение не опознано, и профиль указывает, что делать в этом случае.</translation>
    </message>
    <message>
        <source>No rule matches: the default action is taken.</source>
        <translation>Ни одно правило не подходит: применяется действие по умолчанию.</translation>
    </message>
    <message>
        <source>Down at the moment: %1</source>
        <comment>servers</comment>
        <translation>Сейчас не работают: %1</translation>
    </message>
    <message>
        <source>Of the group, the first server that works is taken.</source>
        <translation>Из группы берётся первый работающий сервер.</translation>
    </message>
    <message>
        <source>Of the group, the server that this host was given is taken, among those that work.</source>
        <translation>Из работающих серверов группы берётся тот, который назначен этому узлу.</translation>
    </message>
    <message>
        <source>Address: %1, looked up for the rules</source>
        <translation>Адрес: %1, определён для проверки правил</translation>
    </message>
    <message>
        <source>The name was not looked up, so rules on addresses could not be judged.</source>
        <translation>Имя не разрешено в адрес, поэтому проверить правила об адресах не удалось.</translation>
    </message>
    <message>
        <source>The last server looks the name up; rules on addresses do not apply to names.</source>
        <translation>Имя разрешает последний сервер; правила об адресах не применяются к именам.</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Пользователь</translation>
    </message>
    <message>
        <source>The name that the client has logged in with</source>
        <translation>Имя, под которым вошёл клиент</translation>
    </message>
    <message>
        <source>anna; empty: not logged in</source>
        <translation>anna; пусто: без входа</translation>
    </message>
    <message>
        <source>Client address</source>
        <translation>Адрес клиента</translation>
    </message>
    <message>
        <source>The address that the client connects from</source>
        <translation>Адрес, с которого подключается клиент</translation>
    </message>
    <message>
        <source>192.168.1.20; empty: this machine</source>
        <translation>192.168.1.20; пусто: этот компьютер</translation>
    </message>
    <message>
        <source>Child &amp;of:</source>
        <translation>&amp;Запущено из:</translation>
    </message>
    <message>
        <source>&amp;User:</source>
        <translation>По&amp;льзователь:</translation>
    </message>
    <message>
        <source>C&amp;lient address:</source>
        <translation>Адрес &amp;клиента:</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no IP address, such as 192.168.1.20.</source>
        <translation>«%1» не является IP-адресом, например 192.168.1.20.</translation>
    </message>
    <message>
        <source>This is what would be decided now.</source>
        <translation>Так было бы решено сейчас.</translation>
    </message>
    <message>
        <source>no rule</source>
        <translation>без правила</translation>
    </message>
    <message>
        <source>rule %1</source>
        <translation>правило %1</translation>
    </message>
    <message>
        <source>direct</source>
        <comment>route</comment>
        <translation>напрямую</translation>
    </message>
    <message>
        <source>by way of %1</source>
        <comment>server or route</comment>
        <translation>через %1</translation>
    </message>
    <message>
        <source>When it was opened: %1.</source>
        <comment>rule, route</comment>
        <translation>При открытии: %1.</translation>
    </message>
    <message>
        <source>The name is not looked up for the rules: none on addresses could decide before it does.</source>
        <translation>Имя не разрешается для правил: ни одно правило об адресах не могло бы решить раньше него.</translation>
    </message>
    <message>
        <source>The name is not looked up; rules on addresses do not apply to names.</source>
        <translation>Имя не разрешается; правила об адресах не применяются к именам.</translation>
    </message>
    <message>
        <source>The name is looked up here to connect; rules on addresses do not apply to names.</source>
        <translation>Имя разрешается здесь при подключении; правила об адресах не применяются к именам.</translation>
    </message>
    <message>
        <source>The name was looked up in vain, so rules on addresses could not be judged. Only a server may look it up again.</source>
        <translation>Имя не удалось разрешить, поэтому правила по адресам нельзя было проверить. Повторно разрешить его может только сервер.</translation>
    </message>
    <message>
        <source>Of the group, the server that the first host of the association was given is taken, among those that work.</source>
        <translation>Из работающих серверов группы берётся тот, который назначен первому узлу ассоциации.</translation>
    </message>
</context>
<context>
    <name>ui::ExportDialog</name>
    <message>
        <source>Include the local &amp;users with the hashes of their passwords</source>
        <translation>Включить локальных &amp;пользователей с хешами их паролей</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Экспорт</translation>
    </message>
    <message>
        <source>The profile in force is written to a file: listeners, servers, routes, rules and limits. Passwords of servers are in no profile.</source>
        <translation>Действующий профиль записывается в файл: точки входа, серверы, маршруты, правила и ограничения. Паролей серверов нет ни в одном профиле.</translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes</source>
        <translation>Получивший файл сможет подбирать пароли по хешам</translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes. Where a profile without users is imported, the users that are there stay.</source>
        <translation>Получивший файл сможет подбирать пароли по хешам. При импорте профиля без пользователей имеющиеся пользователи сохраняются.</translation>
    </message>
    <message>
        <source>&amp;Choose file...</source>
        <translation>&amp;Выбрать файл...</translation>
    </message>
    <message>
        <source>Export the profile</source>
        <translation>Экспорт профиля</translation>
    </message>
    <message>
        <source>Profiles of Hosier (*.json)</source>
        <translation>Профили Hosier (*.json)</translation>
    </message>
    <message>
        <source>Nothing was exported: %1</source>
        <translation>Ничего не экспортировано: %1</translation>
    </message>
</context>
<context>
    <name>ui::FilterEdit</name>
    <message>
        <source>Clear the filter</source>
        <translation>Очистить фильтр</translation>
    </message>
</context>
<context>
    <name>ui::Format</name>
    <message>
        <source>%1 B</source>
        <translation>%1 Б</translation>
    </message>
    <message>
        <source>%1 KiB</source>
        <translation>%1 КиБ</translation>
    </message>
    <message>
        <source>%1 MiB</source>
        <translation>%1 МиБ</translation>
    </message>
    <message>
        <source>%1 GiB</source>
        <translation>%1 ГиБ</translation>
    </message>
    <message>
        <source>%1 TiB</source>
        <translation>%1 ТиБ</translation>
    </message>
    <message>
        <source>%1 PiB</source>
        <translation>%1 ПиБ</translation>
    </message>
    <message>
        <source>%1 EiB</source>
        <translation>%1 ЭиБ</translation>
    </message>
    <message>
        <source>%1 B/s</source>
        <translation>%1 Б/с</translation>
    </message>
    <message>
        <source>%1 KiB/s</source>
        <translation>%1 КиБ/с</translation>
    </message>
    <message>
        <source>%1 MiB/s</source>
        <translation>%1 МиБ/с</translation>
    </message>
    <message>
        <source>%1 GiB/s</source>
        <translation>%1 ГиБ/с</translation>
    </message>
    <message>
        <source>%1 TiB/s</source>
        <translation>%1 ТиБ/с</translation>
    </message>
    <message>
        <source>%1 PiB/s</source>
        <translation>%1 ПиБ/с</translation>
    </message>
    <message>
        <source>%1 EiB/s</source>
        <translation>%1 ЭиБ/с</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 мс</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 с</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 мин %2 с</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 ч %2 мин</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1 д %2 ч</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <comment>names or lines that are not shown</comment>
        <translation>
            <numerusform>ещё %n</numerusform>
            <numerusform>ещё %n</numerusform>
            <numerusform>ещё %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::GeneralPage</name>
    <message>
        <source>Language</source>
        <translation>Язык</translation>
    </message>
    <message>
        <source>The language of everything shown</source>
        <translation>Язык всего, что показывается</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Тема</translation>
    </message>
    <message>
        <source>Light or dark, or as the desktop is</source>
        <translation>Светлая, тёмная или как у рабочего стола</translation>
    </message>
    <message>
        <source>As the system</source>
        <comment>language</comment>
        <translation>Как в системе</translation>
    </message>
    <message>
        <source>&amp;Language:</source>
        <translation>&amp;Язык:</translation>
    </message>
    <message>
        <source>As the system</source>
        <comment>theme</comment>
        <translation>Как в системе</translation>
    </message>
    <message>
        <source>Light</source>
        <comment>theme</comment>
        <translation>Светлая</translation>
    </message>
    <message>
        <source>Dark</source>
        <comment>theme</comment>
        <translation>Тёмная</translation>
    </message>
    <message>
        <source>&amp;Theme:</source>
        <translation>&amp;Тема:</translation>
    </message>
    <message>
        <source>Window at start</source>
        <translation>Окно при запуске</translation>
    </message>
    <message>
        <source>Whether the window is shown when Hosier starts</source>
        <translation>Показывать ли окно при запуске Hosier</translation>
    </message>
    <message>
        <source>Shown</source>
        <comment>window at start</comment>
        <translation>Показано</translation>
    </message>
    <message>
        <source>Shown, but in the tray when started at login</source>
        <comment>window at start</comment>
        <translation>Показано, но при запуске со входом в систему — в области уведомлений</translation>
    </message>
    <message>
        <source>In the tray</source>
        <comment>window at start</comment>
        <translation>В области уведомлений</translation>
    </message>
    <message>
        <source>&amp;Window at start:</source>
        <translation>&amp;Окно при запуске:</translation>
    </message>
    <message>
        <source>Where there is no tray, the window starts minimized.</source>
        <translation>Если области уведомлений нет, окно при запуске свёрнуто.</translation>
    </message>
</context>
<context>
    <name>ui::ImportDialog</name>
    <message>
        <source>&amp;Replace the servers, routes and rules there are</source>
        <translation>&amp;Заменить имеющиеся серверы, маршруты и правила</translation>
    </message>
    <message>
        <source>&amp;Add to the servers, routes and rules there are</source>
        <translation>&amp;Добавить к имеющимся серверам, маршрутам и правилам</translation>
    </message>
    <message>
        <source>&amp;Show only what is not taken over as it is</source>
        <translation>&amp;Показать только то, что берётся не как есть</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Импорт</translation>
    </message>
    <message>
        <source>Listeners and users stay. The default action is taken from the file</source>
        <translation>Точки входа и пользователи сохраняются. Действие по умолчанию берётся из файла</translation>
    </message>
    <message>
        <source>Rules of the file come after those there are. The default action stays</source>
        <translation>Правила из файла идут после имеющихся. Действие по умолчанию сохраняется</translation>
    </message>
    <message>
        <source>What becomes of the file, line by line</source>
        <translation>Что станет с файлом, строка за строкой</translation>
    </message>
    <message>
        <source>Place</source>
        <comment>column</comment>
        <translation>Место</translation>
    </message>
    <message>
        <source>Outcome</source>
        <comment>column</comment>
        <translation>Итог</translation>
    </message>
    <message>
        <source>What</source>
        <comment>column</comment>
        <translation>Подробности</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Копировать</translation>
    </message>
    <message>
        <source>&amp;Import</source>
        <translation>&amp;Импортировать</translation>
    </message>
    <message>
        <source>&amp;Copy list</source>
        <translation>&amp;Копировать список</translation>
    </message>
    <message>
        <source>Copy all lines as text</source>
        <translation>Копировать все строки как текст</translation>
    </message>
    <message>
        <source>This file cannot be imported:</source>
        <translation>Этот файл нельзя импортировать:</translation>
    </message>
    <message>
        <source>A profile of Hosier. It takes the place of the whole profile in force: listeners, users, servers, routes, rules and limits.</source>
        <translation>Профиль Hosier. Он заменит весь действующий профиль: точки входа, пользователей, серверы, маршруты, правила и ограничения.</translation>
    </message>
    <message>
        <source>A profile of Proxifier. Listeners, users and limits stay what they are.</source>
        <translation>Профиль Proxifier. Точки входа, пользователи и ограничения остаются прежними.</translation>
    </message>
    <message>
        <source>&amp;Replace the profile</source>
        <translation>&amp;Заменить профиль</translation>
    </message>
    <message>
        <source>Taken over</source>
        <translation>Взято</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Изменено</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Пропущено</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Предупреждение</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Ошибка</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <comment>things, how many there are, how many there will be</comment>
        <translation>%1: %2 → %3</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>Точки входа</translation>
    </message>
    <message>
        <source>users</source>
        <translation>пользователи</translation>
    </message>
    <message>
        <source>servers</source>
        <translation>серверы</translation>
    </message>
    <message>
        <source>routes</source>
        <translation>маршруты</translation>
    </message>
    <message>
        <source>rules</source>
        <translation>правила</translation>
    </message>
    <message>
        <source>%1. Default action: %2.
The profile of before is kept as a backup beside its file.</source>
        <translation>%1. Действие по умолчанию: %2.
Прежний профиль сохраняется как резервная копия рядом с его файлом.</translation>
    </message>
    <message>
        <source>Nothing was imported: %1</source>
        <translation>Ничего не импортировано: %1</translation>
    </message>
</context>
<context>
    <name>ui::LanSharing</name>
    <message>
        <source>Local network</source>
        <translation>Локальная сеть</translation>
    </message>
    <message>
        <source>This computer has no free port to listen on.</source>
        <translation>На этом компьютере нет свободного порта для приёма соединений.</translation>
    </message>
    <message>
        <source>This listener was set up by hand. Change it under Proxy &gt; Listeners and users.</source>
        <translation>Эта точка входа настроена вручную. Измените её в меню «Прокси &gt; Точки входа и пользователи».</translation>
    </message>
</context>
<context>
    <name>ui::LimitsPage</name>
    <message>
        <source>&amp;Restore defaults</source>
        <translation>Вернуть &amp;значения по умолчанию</translation>
    </message>
    <message>
        <source>Give every limit and timeout on this page its default</source>
        <translation>Вернуть всем ограничениям и тайм-аутам на этой странице значения по умолчанию</translation>
    </message>
    <message>
        <source>Limits and timeouts of the profile</source>
        <translation>Ограничения и тайм-ауты профиля</translation>
    </message>
    <message>
        <source>&amp;Handshake:</source>
        <translation>&amp;Согласование:</translation>
    </message>
    <message>
        <source>From a client&apos;s connection to the end of its request</source>
        <translation>От подключения клиента до конца его запроса</translation>
    </message>
    <message>
        <source>Co&amp;nnect:</source>
        <translation>По&amp;дключение:</translation>
    </message>
    <message>
        <source>From the request to a connected target, with the name&apos;s lookup and all attempts</source>
        <translation>От запроса до подключения к узлу назначения, включая разрешение имени и все попытки</translation>
    </message>
    <message>
        <source>&amp;Awaited connection (BIND):</source>
        <translation>&amp;Ожидаемое соединение (BIND):</translation>
    </message>
    <message>
        <source>How long a client of BIND waits for its peer</source>
        <translation>Сколько клиент BIND ждёт другую сторону</translation>
    </message>
    <message>
        <source>&amp;Idle connection:</source>
        <translation>&amp;Неактивное соединение:</translation>
    </message>
    <message>
        <source>A connection without a byte in either direction is closed after this time</source>
        <translation>Соединение, по которому не прошло ни байта ни в одну сторону, закрывается по истечении этого времени</translation>
    </message>
    <message>
        <source>Hal&amp;f-closed connection:</source>
        <translation>&amp;Полузакрытое соединение:</translation>
    </message>
    <message>
        <source>One side has finished, and the other sends nothing for this time</source>
        <translation>Одна сторона закончила, а другая ничего не передаёт в течение этого времени</translation>
    </message>
    <message>
        <source>Idle &amp;UDP association:</source>
        <translation>Неактивная ассоциация &amp;UDP:</translation>
    </message>
    <message>
        <source>An association without a datagram is closed after this time</source>
        <translation>Ассоциация без единой датаграммы закрывается по истечении этого времени</translation>
    </message>
    <message>
        <source>Grace on &amp;quitting:</source>
        <translation>Отсрочка при &amp;выходе:</translation>
    </message>
    <message>
        <source>How long open connections may go on when Hosier stops</source>
        <translation>Сколько могут продолжаться открытые соединения, когда Hosier останавливается</translation>
    </message>
    <message>
        <source>&amp;Clients at once:</source>
        <translation>&amp;Клиентов одновременно:</translation>
    </message>
    <message>
        <source>Further clients are turned away. 0 is no limit of Hosier&apos;s own.</source>
        <translation>Остальные клиенты получают отказ. 0 — без собственного ограничения Hosier.</translation>
    </message>
    <message>
        <source>Clients from &amp;one address:</source>
        <translation>Клиентов с одного &amp;адреса:</translation>
    </message>
    <message>
        <source>Further clients of the address are turned away. 0 is no limit of Hosier&apos;s own.</source>
        <translation>Остальные клиенты с этого адреса получают отказ. 0 — без собственного ограничения Hosier.</translation>
    </message>
    <message>
        <source>Relay</source>
        <translation>Ретрансляция</translation>
    </message>
    <message>
        <source>How data is moved. The fastest one of this system is chosen by itself.</source>
        <translation>Способ перемещения данных. Самый быстрый в этой системе выбирается автоматически.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <comment>relay</comment>
        <translation>Автоматически</translation>
    </message>
    <message>
        <source>Native</source>
        <comment>relay</comment>
        <translation>Системная</translation>
    </message>
    <message>
        <source>Portable</source>
        <comment>relay</comment>
        <translation>Переносимая</translation>
    </message>
    <message>
        <source>A change of the relay takes effect at the next start of Hosier.</source>
        <translation>Изменение ретрансляции вступит в силу при следующем запуске Hosier.</translation>
    </message>
    <message>
        <source>Rela&amp;y:</source>
        <translation>Ретранс&amp;ляция:</translation>
    </message>
    <message>
        <source> s</source>
        <comment>seconds, suffix of a number</comment>
        <translation> с</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <translation>По умолчанию: %1</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Без ограничения</translation>
    </message>
    <message>
        <source>Restore the default</source>
        <translation>Вернуть значение по умолчанию</translation>
    </message>
    <message>
        <source>Restore the default of &quot;%1&quot;</source>
        <translation>Вернуть значение по умолчанию: «%1»</translation>
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
        <translation>%1 ведёт к %2: программы известны под этим именем.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerDialog</name>
    <message>
        <source>&amp;Open proxy: whoever reaches the address may use it without a password</source>
        <translation>&amp;Открытый прокси: любой, кому доступен адрес, может использовать его без пароля</translation>
    </message>
    <message>
        <source>&amp;Clients that may come in</source>
        <translation>&amp;Клиенты, которым разрешён вход</translation>
    </message>
    <message>
        <source>Edit listener</source>
        <translation>Изменить точку входа</translation>
    </message>
    <message>
        <source>Add listener</source>
        <translation>Добавить точку входа</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Имя</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Адрес</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Порт</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Вход</translation>
    </message>
    <message>
        <source>Open proxy</source>
        <translation>Открытый прокси</translation>
    </message>
    <message>
        <source>Datagrams that a client is sent</source>
        <translation>Датаграммы, передаваемые клиенту</translation>
    </message>
    <message>
        <source>All that can reach the address</source>
        <translation>Все, кому доступен адрес</translation>
    </message>
    <message>
        <source>SOCKS4 and SOCKS4a</source>
        <translation>SOCKS4 и SOCKS4a</translation>
    </message>
    <message>
        <source>CONNECT and plain requests, and the PAC file</source>
        <translation>CONNECT и обычные запросы, а также файл PAC</translation>
    </message>
    <message>
        <source>Strangers could do things in your name. Use it only where you know who can reach the address.</source>
        <translation>Посторонние смогут действовать от вашего имени. Используйте только там, где знаете, кому доступен адрес.</translation>
    </message>
    <message>
        <source>Whose datagrams reach a program that uses SOCKS5 for UDP. Some games and calls need more than the first choice.</source>
        <translation>Чьи датаграммы получает программа, использующая SOCKS5 для UDP. Некоторым играм и звонкам первого варианта недостаточно.</translation>
    </message>
    <message>
        <source>0.0.0.0 and :: are every address of this computer</source>
        <translation>0.0.0.0 и :: — все адреса этого компьютера</translation>
    </message>
    <message>
        <source>None</source>
        <comment>login</comment>
        <translation>Нет</translation>
    </message>
    <message>
        <source>Name and password of a local user</source>
        <translation>Имя и пароль локального пользователя</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>&amp;Порт:</translation>
    </message>
    <message>
        <source>&amp;Address:</source>
        <translation>&amp;Адрес:</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Имя:</translation>
    </message>
    <message>
        <source>Protocols:</source>
        <translation>Протоколы:</translation>
    </message>
    <message>
        <source>&amp;Login:</source>
        <translation>&amp;Вход:</translation>
    </message>
    <message>
        <source>&amp;UDP:</source>
        <translation>&amp;UDP:</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Введите имя.</translation>
    </message>
    <message>
        <source>Enter an IPv4 or IPv6 address of this computer.</source>
        <translation>Введите адрес IPv4 или IPv6 этого компьютера.</translation>
    </message>
    <message>
        <source>Choose at least one protocol.</source>
        <translation>Выберите хотя бы один протокол.</translation>
    </message>
    <message>
        <source>Nobody could log in: add a local user first.</source>
        <translation>Никто не сможет войти: сначала добавьте локального пользователя.</translation>
    </message>
    <message>
        <source>Others could use this proxy as they like: ask for name and password, or say that an open proxy is meant.</source>
        <translation>Посторонние смогут использовать этот прокси как угодно: запрашивайте имя и пароль или укажите, что прокси намеренно открыт.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; has this address and port already.</source>
        <translation>У точки входа «%1» уже есть этот адрес и порт.</translation>
    </message>
    <message>
        <source>The listener was changed or removed meanwhile. Close this and open it again.</source>
        <translation>Тем временем точку входа изменили или удалили. Закройте это окно и откройте его снова.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerMenu</name>
    <message>
        <source>&amp;Listeners and users...</source>
        <translation>&amp;Точки входа и пользователи...</translation>
    </message>
    <message>
        <source>S&amp;hare on the local network</source>
        <translation>Общий &amp;доступ в локальной сети</translation>
    </message>
    <message>
        <source>Choose where clients come in, and who may log in</source>
        <translation>Выбрать, где подключаются клиенты и кто может выполнить вход</translation>
    </message>
    <message>
        <source>Let computers of the local network use this proxy, with name and password</source>
        <translation>Разрешить компьютерам локальной сети использовать этот прокси с именем и паролем</translation>
    </message>
    <message>
        <source>Set up, but not open: the proxy is off</source>
        <translation>Настроено, но не открыто: прокси выключен</translation>
    </message>
    <message>
        <source>Set up, but the listener could not be opened</source>
        <translation>Настроено, но точку входа не удалось открыть</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy. Switch it off to end that.</source>
        <translation>Компьютеры локальной сети могут использовать этот прокси. Выключите, чтобы прекратить это.</translation>
    </message>
    <message>
        <source>The proxy is no longer shared on the local network.</source>
        <translation>Общего доступа к прокси в локальной сети больше нет.</translation>
    </message>
    <message>
        <source>Whoever uses the proxy from another computer has to log in. Choose the name and the password for that.</source>
        <translation>Тот, кто использует прокси с другого компьютера, должен выполнить вход. Выберите для этого имя и пароль.</translation>
    </message>
    <message>
        <source>The proxy could not be shared: %1</source>
        <translation>Не удалось открыть общий доступ к прокси: %1</translation>
    </message>
    <message>
        <source>Share on the local network</source>
        <translation>Общий доступ в локальной сети</translation>
    </message>
    <message>
        <source>Other computers log in as before. Enter a password only if it is to be another one.</source>
        <translation>Другие компьютеры входят как прежде. Введите пароль, только если он должен быть другим.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerText</name>
    <message>
        <source>Name and password</source>
        <translation>Имя и пароль</translation>
    </message>
    <message>
        <source>None: open to anybody</source>
        <translation>Нет: открыто для всех</translation>
    </message>
    <message>
        <source>None</source>
        <comment>login</comment>
        <translation>Нет</translation>
    </message>
    <message>
        <source>All</source>
        <comment>clients</comment>
        <translation>Все</translation>
    </message>
    <message>
        <source>Only programs on this computer can reach this address.</source>
        <translation>Этот адрес доступен только программам на этом компьютере.</translation>
    </message>
    <message>
        <source>Every network of this computer leads to this address.</source>
        <translation>К этому адресу ведут все сети этого компьютера.</translation>
    </message>
    <message>
        <source>Other computers in the network of this address can reach it.</source>
        <translation>Этот адрес доступен другим компьютерам его сети.</translation>
    </message>
    <message>
        <source>From addresses and ports it has sent to</source>
        <translation>С адресов и портов, на которые он передавал</translation>
    </message>
    <message>
        <source>From addresses it has sent to, any port</source>
        <translation>С адресов, на которые он передавал, с любого порта</translation>
    </message>
    <message>
        <source>From anybody</source>
        <translation>От кого угодно</translation>
    </message>
</context>
<context>
    <name>ui::ListenersDialog</name>
    <message>
        <source>&amp;Add…</source>
        <translation>&amp;Добавить…</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>&amp;Изменить…</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Удалить</translation>
    </message>
    <message>
        <source>&amp;Share on the local network</source>
        <translation>&amp;Общий доступ в локальной сети</translation>
    </message>
    <message>
        <source>A&amp;ddresses for others…</source>
        <translation>&amp;Адреса для других…</translation>
    </message>
    <message>
        <source>Add &amp;user…</source>
        <translation>Добавить &amp;пользователя…</translation>
    </message>
    <message>
        <source>Change &amp;password…</source>
        <translation>Сменить па&amp;роль…</translation>
    </message>
    <message>
        <source>Re&amp;move user</source>
        <translation>Удалить пользоват&amp;еля</translation>
    </message>
    <message>
        <source>Listeners and users</source>
        <translation>Точки входа и пользователи</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>Точки входа</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Имя</translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation>Адрес</translation>
    </message>
    <message>
        <source>Protocols</source>
        <comment>column</comment>
        <translation>Протоколы</translation>
    </message>
    <message>
        <source>Login</source>
        <comment>column</comment>
        <translation>Вход</translation>
    </message>
    <message>
        <source>Clients</source>
        <comment>column</comment>
        <translation>Клиенты</translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation>Состояние</translation>
    </message>
    <message>
        <source>Columns of the listeners</source>
        <translation>Столбцы точек входа</translation>
    </message>
    <message>
        <source>Listeners: where clients come in</source>
        <translation>Точки входа: где подключаются клиенты</translation>
    </message>
    <message>
        <source>Local users</source>
        <translation>Локальные пользователи</translation>
    </message>
    <message>
        <source>Local users: who may log in where a listener asks for it</source>
        <translation>Локальные пользователи: кто может выполнить вход, где этого требует точка входа</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>listener</comment>
        <translation>Открыта</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Не удалось: %1</translation>
    </message>
    <message>
        <source>Closed: the proxy is off</source>
        <translation>Закрыта: прокси выключен</translation>
    </message>
    <message>
        <source>Not open yet</source>
        <translation>Ещё не открыта</translation>
    </message>
    <message>
        <source>Local</source>
        <comment>name of a listener</comment>
        <translation>Локальная</translation>
    </message>
    <message>
        <source>This is the only listener. Add another one before you remove it, or switch the proxy off.</source>
        <translation>Это единственная точка входа. Добавьте другую, прежде чем удалять её, или выключите прокси.</translation>
    </message>
    <message>
        <source>Remove the listener &quot;%1&quot;?</source>
        <translation>Удалить точку входа «%1»?</translation>
    </message>
    <message>
        <source>Connections that came in by it end. Programs that use %1 cannot connect any more.</source>
        <translation>Соединения, поступившие через неё, завершатся. Программы, использующие %1, больше не смогут подключиться.</translation>
    </message>
    <message>
        <source>This is the only user, and a listener asks for a login. Change that listener first.</source>
        <translation>Это единственный пользователь, а точка входа требует вход. Сначала измените эту точку входа.</translation>
    </message>
    <message>
        <source>Remove the user &quot;%1&quot;?</source>
        <translation>Удалить пользователя «%1»?</translation>
    </message>
    <message>
        <source>Nobody can log in by this name any more, and connections of the user end.</source>
        <translation>Под этим именем больше никто не сможет войти, а соединения пользователя завершатся.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Удалить</translation>
    </message>
</context>
<context>
    <name>ui::LogModel</name>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation>Время</translation>
    </message>
    <message>
        <source>Level</source>
        <comment>column</comment>
        <translation>Уровень</translation>
    </message>
    <message>
        <source>Message</source>
        <comment>column</comment>
        <translation>Сообщение</translation>
    </message>
    <message>
        <source>%1 events came too fast and were dropped</source>
        <translation>Событий пропущено, потому что они поступали слишком быстро: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n more ended connection(s) did not fit into the list of connections</source>
        <translation>
            <numerusform>Ещё %n завершённое соединение не поместилось в список соединений</numerusform>
            <numerusform>Ещё %n завершённых соединения не поместились в список соединений</numerusform>
            <numerusform>Ещё %n завершённых соединений не поместилось в список соединений</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::LogPage</name>
    <message>
        <source>Level of the log window</source>
        <translation>Уровень окна журнала</translation>
    </message>
    <message>
        <source>The log window shows lines of this level and more important ones</source>
        <translation>В окне журнала показываются строки этого уровня и более важные</translation>
    </message>
    <message>
        <source>&amp;Write the log to a file</source>
        <translation>&amp;Записывать журнал в файл</translation>
    </message>
    <message>
        <source>Level of the log file</source>
        <translation>Уровень файла журнала</translation>
    </message>
    <message>
        <source>The file gets lines of this level and more important ones</source>
        <translation>В файл записываются строки этого уровня и более важные</translation>
    </message>
    <message>
        <source>Size of a log file in MiB</source>
        <translation>Размер файла журнала в МиБ</translation>
    </message>
    <message>
        <source>Number of log files</source>
        <translation>Число файлов журнала</translation>
    </message>
    <message>
        <source>&amp;Open folder</source>
        <translation>Открыть &amp;папку</translation>
    </message>
    <message>
        <source>&amp;Log window from level:</source>
        <translation>Уровень для &amp;окна журнала:</translation>
    </message>
    <message>
        <source>Log file</source>
        <translation>Файл журнала</translation>
    </message>
    <message>
        <source> MiB</source>
        <comment>suffix of a number</comment>
        <translation> МиБ</translation>
    </message>
    <message>
        <source>With the one that is being written; the oldest one goes when a new one begins</source>
        <translation>Вместе с тем, который записывается; самый старый удаляется, когда начинается новый</translation>
    </message>
    <message>
        <source>Show the folder of the log files</source>
        <translation>Показать папку с файлами журнала</translation>
    </message>
    <message>
        <source>File from l&amp;evel:</source>
        <translation>Уровень для &amp;файла:</translation>
    </message>
    <message>
        <source>&amp;Size of one file:</source>
        <translation>Р&amp;азмер одного файла:</translation>
    </message>
    <message>
        <source>&amp;Number of files:</source>
        <translation>&amp;Число файлов:</translation>
    </message>
    <message>
        <source>File: %1
It names programs and where they connected to; only you can read it.</source>
        <translation>Файл: %1
В нём названы программы и узлы, к которым они подключались; прочитать его можете только вы.</translation>
    </message>
    <message>
        <source>Together at most %1. Defaults: %2 MiB, %3 files, level %4.</source>
        <translation>Всего не более %1. По умолчанию: %2 МиБ, файлов — %3, уровень — %4.</translation>
    </message>
    <message>
        <source>The log file cannot be written: %1</source>
        <translation>Не удаётся записать файл журнала: %1</translation>
    </message>
    <message>
        <source>The folder cannot be shown: %1</source>
        <translation>Не удаётся показать папку: %1</translation>
    </message>
</context>
<context>
    <name>ui::LogView</name>
    <message>
        <source>Log</source>
        <translation>Журнал</translation>
    </message>
    <message>
        <source>Columns of the log</source>
        <translation>Столбцы журнала</translation>
    </message>
    <message>
        <source>Least important level shown</source>
        <translation>Наименее важный показываемый уровень</translation>
    </message>
    <message>
        <source>Show lines of this level and more important ones</source>
        <translation>Показать строки этого уровня и более важные</translation>
    </message>
    <message>
        <source>Filter the log</source>
        <translation>Фильтр журнала</translation>
    </message>
    <message>
        <source>Filter log</source>
        <translation>Фильтр журнала</translation>
    </message>
    <message>
        <source>Show only lines with all these words (Ctrl+Shift+F)</source>
        <translation>Показать только строки со всеми этими словами (Ctrl+Shift+F)</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Пауза</translation>
    </message>
    <message>
        <source>Hold the log still. New lines wait until you go on.</source>
        <translation>Остановить журнал. Новые строки ждут, пока вы не продолжите.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Копировать</translation>
    </message>
    <message>
        <source>Copy the selected lines, or all that are shown</source>
        <translation>Копировать выбранные или все показанные строки</translation>
    </message>
    <message>
        <source>Save...</source>
        <translation>Сохранить...</translation>
    </message>
    <message>
        <source>Save the lines that are shown</source>
        <translation>Сохранить показанные строки</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Очистить</translation>
    </message>
    <message>
        <source>Clear the log</source>
        <translation>Очистить журнал</translation>
    </message>
    <message>
        <source>Resume (%1)</source>
        <comment>waiting lines</comment>
        <translation>Продолжить (%1)</translation>
    </message>
    <message>
        <source>Pause the log</source>
        <translation>Приостановить журнал</translation>
    </message>
    <message numerus="yes">
        <source>Resume the log, %n line(s) waiting</source>
        <translation>
            <numerusform>Продолжить журнал, ожидает %n строка</numerusform>
            <numerusform>Продолжить журнал, ожидают %n строки</numerusform>
            <numerusform>Продолжить журнал, ожидают %n строк</numerusform>
        </translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>Сохранение журнала</translation>
    </message>
    <message>
        <source>Log files (*.log *.txt);;All files (*)</source>
        <translation>Файлы журнала (*.log *.txt);;Все файлы (*)</translation>
    </message>
    <message>
        <source>The log could not be saved.</source>
        <translation>Не удалось сохранить журнал.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>file, reason</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>&amp;Only lines of one application</source>
        <translation>&amp;Только строки одного приложения</translation>
    </message>
    <message>
        <source>&amp;Only lines of %1</source>
        <comment>application</comment>
        <translation>&amp;Только строки: %1</translation>
    </message>
    <message>
        <source>Only %1</source>
        <comment>application</comment>
        <translation>Только %1</translation>
    </message>
    <message>
        <source>Show the lines of all applications again</source>
        <translation>Снова показать строки всех приложений</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Пауза</translation>
    </message>
    <message>
        <source>Go to the &amp;newest line</source>
        <translation>К самой &amp;новой строке</translation>
    </message>
    <message>
        <source>Go on if the log is paused, and follow new lines</source>
        <translation>Продолжить, если журнал приостановлен, и следить за новыми строками</translation>
    </message>
    <message>
        <source>&amp;Copy lines</source>
        <translation>&amp;Копировать строки</translation>
    </message>
    <message>
        <source>&amp;Save lines...</source>
        <translation>&amp;Сохранить строки...</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>О&amp;чистить</translation>
    </message>
    <message>
        <source>No line has this level and all these words.</source>
        <translation>Нет строк этого уровня со всеми этими словами.</translation>
    </message>
    <message>
        <source>The log is paused: new lines wait until you go on.</source>
        <translation>Журнал приостановлен: новые строки ждут, пока вы не продолжите.</translation>
    </message>
    <message>
        <source>Connections and problems are told here as they come.</source>
        <translation>Здесь по мере появления показываются сообщения о соединениях и неполадках.</translation>
    </message>
    <message>
        <source>Colu&amp;mns</source>
        <translation>Сто&amp;лбцы</translation>
    </message>
    <message>
        <source>Saved the log to %1.</source>
        <translation>Журнал сохранён в %1.</translation>
    </message>
</context>
<context>
    <name>ui::LoginStartAction</name>
    <message>
        <source>Start at login</source>
        <translation>Запуск при входе в систему</translation>
    </message>
    <message>
        <source>Whether Hosier starts at login could not be changed.</source>
        <translation>Не удалось изменить запуск Hosier при входе в систему.</translation>
    </message>
    <message>
        <source>%1 cannot be removed.</source>
        <comment>file</comment>
        <translation>Не удаётся удалить %1.</translation>
    </message>
    <message>
        <source>The folder of %1 cannot be created.</source>
        <comment>file</comment>
        <translation>Не удаётся создать папку для %1.</translation>
    </message>
    <message>
        <source>%1 cannot be written.</source>
        <comment>file, or key of the registry</comment>
        <translation>Не удаётся записать %1.</translation>
    </message>
</context>
<context>
    <name>ui::MainDocks</name>
    <message>
        <source>Log</source>
        <translation>Журнал</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>Трафик</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>&amp;Журнал</translation>
    </message>
    <message>
        <source>Show or hide the log</source>
        <translation>Показать или скрыть журнал</translation>
    </message>
    <message>
        <source>&amp;Traffic</source>
        <translation>&amp;Трафик</translation>
    </message>
    <message>
        <source>Show or hide the traffic graph</source>
        <translation>Показать или скрыть график трафика</translation>
    </message>
    <message>
        <source>Log - Hosier</source>
        <translation>Журнал - Hosier</translation>
    </message>
    <message>
        <source>Traffic - Hosier</source>
        <translation>Трафик - Hosier</translation>
    </message>
</context>
<context>
    <name>ui::MainMenu</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Файл</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Правка</translation>
    </message>
    <message>
        <source>&amp;Proxy</source>
        <translation>П&amp;рокси</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>&amp;Режим</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>Пр&amp;авила</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Вид</translation>
    </message>
    <message>
        <source>La&amp;nguage</source>
        <translation>&amp;Язык</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Справка</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>С&amp;ерверы</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>&amp;Журнал</translation>
    </message>
    <message>
        <source>&amp;What&apos;s This?</source>
        <translation>&amp;Что это такое?</translation>
    </message>
    <message>
        <source>Then click what you want to have explained</source>
        <translation>Затем щёлкните то, что нужно объяснить</translation>
    </message>
</context>
<context>
    <name>ui::MainPages</name>
    <message>
        <source>Pages</source>
        <translation>Страницы</translation>
    </message>
    <message>
        <source>Go to the page %1</source>
        <translation>Перейти на страницу «%1»</translation>
    </message>
</context>
<context>
    <name>ui::MainToolBar</name>
    <message>
        <source>Toolbar</source>
        <translation>Панель инструментов</translation>
    </message>
    <message>
        <source>Mode: %1</source>
        <translation>Режим: %1</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <comment>server, or what is done</comment>
        <translation>Иначе: %1</translation>
    </message>
    <message>
        <source>What is done when no rule matches: %1</source>
        <translation>Что делается, когда не подходит ни одно правило: %1</translation>
    </message>
    <message>
        <source>All: %1</source>
        <comment>server, or what is done</comment>
        <translation>Всё: %1</translation>
    </message>
    <message>
        <source>What is done with everything, whatever the rules say: %1</source>
        <translation>Что делается со всеми соединениями, что бы ни говорили правила: %1</translation>
    </message>
    <message>
        <source>Everything connects directly. The default action for the other modes: %1</source>
        <translation>Все соединения идут напрямую. Действие по умолчанию для других режимов: %1</translation>
    </message>
</context>
<context>
    <name>ui::MainWindow</name>
    <message>
        <source>&amp;Connections</source>
        <translation>&amp;Соединения</translation>
    </message>
    <message>
        <source>&amp;Applications</source>
        <translation>&amp;Приложения</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>Пр&amp;авила</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>С&amp;ерверы</translation>
    </message>
    <message>
        <source>Filter connections</source>
        <translation>Фильтр соединений</translation>
    </message>
    <message>
        <source>Show only connections with all these words in application, client, target, login, rule, route or state (Ctrl+F)</source>
        <translation>Показать только соединения со всеми этими словами в приложении, клиенте, назначении, имени пользователя, правиле, маршруте или состоянии (Ctrl+F)</translation>
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
        <translation>Не удалось изменить режим: %1</translation>
    </message>
    <message>
        <source>The rules decide about all open connections as they did: none was closed.</source>
        <translation>Правила решают обо всех открытых соединениях как прежде: ни одно не закрыто.</translation>
    </message>
    <message numerus="yes">
        <source>%n open connection(s) closed: the rules decide otherwise now.</source>
        <translation>
            <numerusform>Закрыто %n открытое соединение: теперь правила решают иначе.</numerusform>
            <numerusform>Закрыто %n открытых соединения: теперь правила решают иначе.</numerusform>
            <numerusform>Закрыто %n открытых соединений: теперь правила решают иначе.</numerusform>
        </translation>
    </message>
    <message>
        <source>Filter applications</source>
        <translation>Фильтр приложений</translation>
    </message>
    <message>
        <source>Show only applications with all these words in their name or rule (Ctrl+F)</source>
        <translation>Показать только приложения, в имени или правиле которых есть все эти слова (Ctrl+F)</translation>
    </message>
    <message>
        <source>Filter rules</source>
        <translation>Фильтр правил</translation>
    </message>
    <message>
        <source>Show only rules with all these words in name, applications, hosts, ports or action (Ctrl+F)</source>
        <translation>Показать только правила со всеми этими словами в имени, приложениях, узлах, портах или действии (Ctrl+F)</translation>
    </message>
    <message>
        <source>Filter servers</source>
        <translation>Фильтр серверов</translation>
    </message>
    <message>
        <source>Show only servers and routes with all these words in their columns (Ctrl+F)</source>
        <translation>Показать только серверы и маршруты со всеми этими словами в столбцах (Ctrl+F)</translation>
    </message>
    <message>
        <source>Defa&amp;ult route</source>
        <translation>&amp;Маршрут по умолчанию</translation>
    </message>
</context>
<context>
    <name>ui::MessageBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Скрыть</translation>
    </message>
</context>
<context>
    <name>ui::ModeBar</name>
    <message>
        <source>Apply the rules</source>
        <translation>Применить правила</translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Direct, so everything connects directly and nothing is blocked.</source>
        <translation>Эти правила не применяются: выбран режим «Напрямую», поэтому все соединения идут напрямую и ничего не блокируется.</translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Everything, so the default action is taken for everything.</source>
        <translation>Эти правила не применяются: выбран режим «Всё», поэтому ко всему применяется действие по умолчанию.</translation>
    </message>
</context>
<context>
    <name>ui::NewRuleMenu</name>
    <message>
        <source>For this &amp;application</source>
        <translation>Для этого &amp;приложения</translation>
    </message>
    <message>
        <source>Make a rule for the application of the connection</source>
        <translation>Создать правило для приложения этого соединения</translation>
    </message>
    <message>
        <source>For this &amp;host</source>
        <translation>Для этого &amp;узла</translation>
    </message>
    <message>
        <source>Make a rule for the host that the connection goes to</source>
        <translation>Создать правило для узла, к которому идёт соединение</translation>
    </message>
    <message>
        <source>For this &amp;domain</source>
        <translation>Для этого &amp;домена</translation>
    </message>
    <message>
        <source>Make a rule for the host&apos;s domain and all names in it</source>
        <translation>Создать правило для домена узла и всех имён в нём</translation>
    </message>
    <message>
        <source>For this application and h&amp;ost</source>
        <translation>Для этого приложения и у&amp;зла</translation>
    </message>
    <message>
        <source>Make a rule for this application&apos;s connections to that host</source>
        <translation>Создать правило для соединений этого приложения с этим узлом</translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>action</comment>
        <translation>&amp;Напрямую</translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <comment>action</comment>
        <translation>&amp;Блокировать</translation>
    </message>
    <message>
        <source>In the &amp;editor...</source>
        <translation>В &amp;редакторе...</translation>
    </message>
    <message>
        <source>Choose more conditions, and what is done, before the rule is in force</source>
        <translation>Выбрать другие условия и действие, прежде чем правило вступит в силу</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Через %1</translation>
    </message>
    <message>
        <source>Put the rule in force at once, above all others</source>
        <translation>Сразу ввести правило в действие, выше всех остальных</translation>
    </message>
    <message>
        <source>New rule &amp;from connection</source>
        <translation>Создать правило из с&amp;оединения</translation>
    </message>
    <message>
        <source>&amp;More...</source>
        <comment>servers and routes</comment>
        <translation>&amp;Ещё...</translation>
    </message>
    <message>
        <source>Choose among all servers and routes in the editor</source>
        <translation>Выбрать из всех серверов и маршрутов в редакторе</translation>
    </message>
</context>
<context>
    <name>ui::NoServers</name>
    <message>
        <source>Add server…</source>
        <translation>Добавить сервер…</translation>
    </message>
    <message>
        <source>Paste servers</source>
        <translation>Вставить серверы</translation>
    </message>
    <message>
        <source>No servers yet</source>
        <translation>Серверов пока нет</translation>
    </message>
    <message>
        <source>Add a SOCKS or HTTP proxy to send connections by way of it, or paste a list of servers.</source>
        <translation>Добавьте прокси SOCKS или HTTP, чтобы направлять соединения через него, или вставьте список серверов.</translation>
    </message>
</context>
<context>
    <name>ui::NotificationsPage</name>
    <message>
        <source>The &amp;proxy cannot listen</source>
        <translation>&amp;Прокси не может принимать соединения</translation>
    </message>
    <message>
        <source>When an address or a port cannot be opened</source>
        <translation>Если не удаётся открыть адрес или порт</translation>
    </message>
    <message>
        <source>A &amp;server stops working, or works again</source>
        <translation>&amp;Сервер перестал или снова начал работать</translation>
    </message>
    <message>
        <source>Servers of the profile that are in use or members of a group</source>
        <translation>Серверы профиля, которые используются или входят в группу</translation>
    </message>
    <message>
        <source>A rule &amp;blocks a program</source>
        <translation>Правило &amp;блокирует программу</translation>
    </message>
    <message>
        <source>Many at once are one message with their number</source>
        <translation>Если их сразу много, показывается одно сообщение с их числом</translation>
    </message>
    <message>
        <source>Tell me when:</source>
        <translation>Сообщать, если:</translation>
    </message>
    <message>
        <source>The &amp;engine does not respond, or cannot open more files</source>
        <translation>&amp;Движок не отвечает или не может открыть больше файлов</translation>
    </message>
    <message>
        <source>Connections hang then, or new ones are turned away</source>
        <translation>Тогда соединения зависают или новые получают отказ</translation>
    </message>
    <message>
        <source>The desktop shows these messages, one of a kind every half a minute at most. All but an engine that does not respond is also in the log.</source>
        <translation>Эти сообщения показывает рабочий стол, не более одного каждого вида за полминуты. Все, кроме сообщения о том, что движок не отвечает, есть и в журнале.</translation>
    </message>
    <message>
        <source>This desktop has no tray to show messages from: its notification service shows them, or the status bar of the window. All but an engine that does not respond is also in the log.</source>
        <translation>У этого рабочего стола нет области уведомлений, чтобы показывать сообщения: их показывает служба уведомлений, а без неё — строка состояния окна. Все, кроме сообщения о том, что движок не отвечает, есть и в журнале.</translation>
    </message>
</context>
<context>
    <name>ui::Notifier</name>
    <message numerus="yes">
        <source>%n connections were blocked, the last one of %1 to %2.</source>
        <translation>
            <numerusform>Заблокировано %n соединение, последнее: %1 → %2.</numerusform>
            <numerusform>Заблокированы %n соединения, последнее: %1 → %2.</numerusform>
            <numerusform>Заблокировано %n соединений, последнее: %1 → %2.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 may not connect to %2.</source>
        <comment>program, target</comment>
        <translation>%1: подключение к %2 запрещено.</translation>
    </message>
    <message>
        <source>%1 may not connect to %2: rule &quot;%3&quot;.</source>
        <comment>program, target, rule</comment>
        <translation>%1: подключение к %2 запрещено, правило «%3».</translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation>Заблокировано правилами</translation>
    </message>
    <message>
        <source>Server %1 does not work.</source>
        <translation>Сервер %1 не работает.</translation>
    </message>
    <message>
        <source>Server %1 works again.</source>
        <translation>Сервер %1 снова работает.</translation>
    </message>
    <message>
        <source>Server down</source>
        <translation>Сервер не работает</translation>
    </message>
    <message>
        <source>Server up</source>
        <translation>Сервер снова работает</translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation>Ошибка прокси</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>И ещё %n.</numerusform>
            <numerusform>И ещё %n.</numerusform>
            <numerusform>И ещё %n.</numerusform>
        </translation>
    </message>
    <message>
        <source>The engine does not respond: connections may hang until Hosier is started again.</source>
        <translation>Движок не отвечает: соединения могут зависнуть, пока Hosier не будет запущен заново.</translation>
    </message>
    <message>
        <source>The engine responds again.</source>
        <translation>Движок снова отвечает.</translation>
    </message>
    <message>
        <source>Engine in trouble</source>
        <translation>Неполадка движка</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Движок</translation>
    </message>
</context>
<context>
    <name>ui::PasswordBar</name>
    <message>
        <source>Missing passwords</source>
        <translation>Недостающие пароли</translation>
    </message>
    <message>
        <source>Enter password</source>
        <translation>Ввести пароль</translation>
    </message>
    <message>
        <source>Open the first of these servers</source>
        <translation>Открыть первый из этих серверов</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Скрыть</translation>
    </message>
    <message>
        <source>Hide this message</source>
        <translation>Скрыть это сообщение</translation>
    </message>
    <message>
        <source>Password missing: %1.</source>
        <comment>names of servers</comment>
        <translation>Неизвестен пароль для: %1.</translation>
    </message>
</context>
<context>
    <name>ui::PasswordChoice</name>
    <message>
        <source>K&amp;eep it until Hosier quits, and ask again after the next start</source>
        <translation>&amp;Хранить до выхода из Hosier и снова запросить после следующего запуска</translation>
    </message>
    <message>
        <source>&amp;Do not use a password</source>
        <translation>&amp;Не использовать пароль</translation>
    </message>
    <message>
        <source>The password stays in memory. It is written neither to the profile nor to any other file.</source>
        <translation>Пароль остаётся в памяти. Он не записывается ни в профиль, ни в какой-либо другой файл.</translation>
    </message>
    <message>
        <source>The server is saved without a password, and one that was in use is forgotten.</source>
        <translation>Сервер сохраняется без пароля, а использовавшийся пароль будет забыт.</translation>
    </message>
</context>
<context>
    <name>ui::PasswordQuestion</name>
    <message>
        <source>Add servers</source>
        <translation>Добавить серверы</translation>
    </message>
    <message numerus="yes">
        <source>%n server(s) come with a password, and no credential store is available. What is to become of each password?</source>
        <translation>
            <numerusform>%n сервер указан с паролем, а хранилища паролей нет. Что делать с паролями?</numerusform>
            <numerusform>%n сервера указаны с паролем, а хранилища паролей нет. Что делать с паролями?</numerusform>
            <numerusform>%n серверов указаны с паролем, а хранилища паролей нет. Что делать с паролями?</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Добавить</translation>
    </message>
</context>
<context>
    <name>ui::PortDoctor</name>
    <message>
        <source>The port could not be changed: %1</source>
        <translation>Не удалось изменить порт: %1</translation>
    </message>
    <message>
        <source>The port was named at the program&apos;s start, so it stays until the next one.</source>
        <translation>Порт был указан при запуске программы, поэтому он сохраняется до следующего запуска.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; uses port %2 from now on.</source>
        <translation>Точка входа «%1» теперь использует порт %2.</translation>
    </message>
</context>
<context>
    <name>ui::Ppx</name>
    <message>
        <source>File</source>
        <translation>Файл</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Параметры</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Сервер</translation>
    </message>
    <message>
        <source>Server &quot;%1&quot;</source>
        <translation>Сервер «%1»</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>Цепочка</translation>
    </message>
    <message>
        <source>Chain &quot;%1&quot;</source>
        <translation>Цепочка «%1»</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Правило</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation>Правило «%1»</translation>
    </message>
    <message>
        <source>Default rule</source>
        <translation>Правило по умолчанию</translation>
    </message>
    <message>
        <source>taken over as the default action</source>
        <translation>взято как действие по умолчанию</translation>
    </message>
    <message>
        <source>names are looked up by the servers, here too</source>
        <translation>здесь имена тоже разрешают серверы</translation>
    </message>
    <message>
        <source>taken over</source>
        <translation>взято без изменений</translation>
    </message>
    <message>
        <source>version %1 is newer than those that are known</source>
        <translation>версия %1 новее известных</translation>
    </message>
    <message>
        <source>names that programs ask for are now looked up by the servers, not by this computer</source>
        <translation>имена, которые запрашивают программы, теперь разрешают серверы, а не этот компьютер</translation>
    </message>
    <message>
        <source>SOCKS4 carries no names: this computer looks them up. If the server knows SOCKS4a, choose that</source>
        <translation>SOCKS4 не передаёт имена: их разрешает этот компьютер. Если сервер знает SOCKS4a, выберите его</translation>
    </message>
    <message>
        <source>an HTTP proxy for web pages is now asked with CONNECT, which it may refuse</source>
        <translation>HTTP-прокси для веб-страниц теперь получает запрос CONNECT, который он может отклонить</translation>
    </message>
    <message>
        <source>connections to the same host take the same server</source>
        <translation>соединения с одним и тем же узлом идут через один и тот же сервер</translation>
    </message>
    <message>
        <source>the name is now &quot;%1&quot;</source>
        <translation>теперь имя — «%1»</translation>
    </message>
    <message>
        <source>%1 is now %2</source>
        <translation>вместо %1 теперь %2</translation>
    </message>
    <message>
        <source>%1 is now %2, which matches less: &quot;*&quot; stands for whole parts of a name</source>
        <translation>вместо %1 теперь %2, и это охватывает меньше: «*» заменяет целые части имени</translation>
    </message>
    <message>
        <source>the application %1 is now %2</source>
        <translation>вместо приложения %1 теперь %2</translation>
    </message>
    <message>
        <source>the application %1 is a path of Windows, which no program has here</source>
        <translation>приложение %1 задано путём Windows, которого здесь нет ни у одной программы</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is taken for the name of one application</source>
        <translation>«%1» понимается как имя одного приложения</translation>
    </message>
    <message>
        <source>addresses such as %1 match programs that ask for an address; for those that ask for a name, &quot;resolveForRules&quot; in the profile has to be on</source>
        <translation>адреса вроде %1 подходят программам, запрашивающим адрес; для запрашивающих имя в профиле нужно включить «resolveForRules»</translation>
    </message>
    <message>
        <source>switched off, because its condition &quot;%1&quot; is not known</source>
        <translation>выключено, так как условие «%1» неизвестно</translation>
    </message>
    <message>
        <source>blocks, because its action &quot;%1&quot; leads nowhere</source>
        <translation>блокирует, так как действие «%1» никуда не ведёт</translation>
    </message>
    <message>
        <source>the file has none, so the default action stays what it is</source>
        <translation>в файле его нет, поэтому действие по умолчанию остаётся прежним</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not known</source>
        <translation>«%1» — неизвестно</translation>
    </message>
    <message>
        <source>the setting &quot;%1&quot; has no equivalent</source>
        <translation>у параметра «%1» нет соответствия</translation>
    </message>
    <message>
        <source>left out, because its type &quot;%1&quot; is not known</source>
        <translation>пропущено, так как тип «%1» неизвестен</translation>
    </message>
    <message>
        <source>left out, because its address &quot;%1&quot; is none</source>
        <translation>пропущено, так как «%1» не является адресом</translation>
    </message>
    <message>
        <source>left out, because its port &quot;%1&quot; is none</source>
        <translation>пропущено, так как «%1» не является портом</translation>
    </message>
    <message>
        <source>its password is encrypted by Proxifier: enter it again on the page Servers</source>
        <translation>пароль зашифрован программой Proxifier: введите его заново на странице «Серверы»</translation>
    </message>
    <message>
        <source>the user name &quot;%1&quot; cannot be used</source>
        <translation>имя пользователя «%1» использовать нельзя</translation>
    </message>
    <message>
        <source>its login, which was switched off, was left out</source>
        <translation>отключённые имя пользователя и пароль пропущены</translation>
    </message>
    <message>
        <source>left out, because another one has the id &quot;%1&quot;</source>
        <translation>пропущено, так как идентификатор «%1» уже занят</translation>
    </message>
    <message>
        <source>there are more than %1 here; the rest was left out</source>
        <translation>здесь больше %1; остальное пропущено</translation>
    </message>
    <message>
        <source>the proxy %1, which was switched off, was left out</source>
        <translation>прокси %1 был выключен и пропущен</translation>
    </message>
    <message>
        <source>the proxy %1, which was not taken over, was left out</source>
        <translation>прокси %1 не был взят и пропущен</translation>
    </message>
    <message>
        <source>left out, because its proxy %1 was not taken over</source>
        <translation>пропущено, так как прокси %1 не был взят</translation>
    </message>
    <message>
        <source>left out, because it goes through more than %1 servers</source>
        <translation>пропущено, так как проходит через большее число серверов, чем %1</translation>
    </message>
    <message>
        <source>left out, because it has no proxy</source>
        <translation>пропущено, так как нет ни одного прокси</translation>
    </message>
    <message>
        <source>when no server works, connections fail; they never go directly instead</source>
        <translation>если ни один сервер не работает, соединения завершаются ошибкой; напрямую они не идут никогда</translation>
    </message>
    <message>
        <source>%1 was left out: such words are not replaced</source>
        <translation>%1 — пропущено: такие слова не подставляются</translation>
    </message>
    <message>
        <source>%1 was left out: &quot;*&quot; can only stand for whole parts at an end of a name, or of an address</source>
        <translation>%1 — пропущено: «*» может заменять только целые части на краю имени или адреса</translation>
    </message>
    <message>
        <source>%1 was left out: it is no host and no address</source>
        <translation>%1 — пропущено: это не узел и не адрес</translation>
    </message>
    <message>
        <source>%1 was left out: it is no port</source>
        <translation>%1 — пропущено: это не порт</translation>
    </message>
    <message>
        <source>the application %1 was left out: it cannot be used</source>
        <translation>приложение %1 пропущено: использовать его нельзя</translation>
    </message>
    <message>
        <source>left out, because nothing is left of its condition &quot;%1&quot;</source>
        <translation>пропущено, так как от условия «%1» ничего не осталось</translation>
    </message>
    <message>
        <source>The file is larger than %1 MiB.</source>
        <translation>Файл больше %1 МиБ.</translation>
    </message>
    <message>
        <source>The file has a document type, which no profile has.</source>
        <translation>В файле указан тип документа, чего не бывает в профилях.</translation>
    </message>
    <message>
        <source>The file holds more than any profile does.</source>
        <translation>В файле больше содержимого, чем бывает в профилях.</translation>
    </message>
    <message>
        <source>The file is damaged or not complete: %1</source>
        <translation>Файл повреждён или неполон: %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>part of a file, what became of it</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>The file is XML, but no profile of Proxifier.</source>
        <translation>Это файл XML, но не профиль Proxifier.</translation>
    </message>
    <message numerus="yes">
        <source>%n more findings are not listed</source>
        <translation>
            <numerusform>ещё %n замечание не показано</numerusform>
            <numerusform>ещё %n замечания не показаны</numerusform>
            <numerusform>ещё %n замечаний не показано</numerusform>
        </translation>
    </message>
    <message>
        <source>not taken over: the default action stays what it is</source>
        <translation>не перенято: действие по умолчанию остаётся прежним</translation>
    </message>
</context>
<context>
    <name>ui::ProfileEdit</name>
    <message>
        <source>Rule number %1</source>
        <translation>Правило номер %1</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation>Правило «%1»</translation>
    </message>
    <message>
        <source>%1 (switched off)</source>
        <comment>a rule</comment>
        <translation>%1 (выключено)</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>name of a server, number</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Route &quot;%1&quot;</source>
        <translation>Маршрут «%1»</translation>
    </message>
    <message>
        <source>The default action</source>
        <translation>Действие по умолчанию</translation>
    </message>
    <message>
        <source>The action for unidentified applications</source>
        <translation>Действие для неопознанных приложений</translation>
    </message>
</context>
<context>
    <name>ui::ProfileImport</name>
    <message>
        <source>Imported</source>
        <translation>Импортировано</translation>
    </message>
    <message>
        <source>The file has no users: those of the profile in force stay.</source>
        <translation>В файле нет пользователей: сохраняются пользователи действующего профиля.</translation>
    </message>
    <message>
        <source>The id is now %1: %2 is that of another server, whose password this one must not get.</source>
        <translation>Теперь идентификатор — %1: %2 принадлежит другому серверу, пароль которого этот получить не должен.</translation>
    </message>
    <message>
        <source>Whoever can reach %1 may use this proxy without a password.</source>
        <translation>Любой, кому доступен %1, сможет пользоваться этим прокси без пароля.</translation>
    </message>
    <message>
        <source>The server &quot;%1&quot; (%2) is sent what the file %3 on this computer holds.</source>
        <translation>Серверу «%1» (%2) отправляется содержимое файла %3 с этого компьютера.</translation>
    </message>
    <message>
        <source>The password of the server &quot;%1&quot; is in no file: enter it on the page Servers.</source>
        <translation>Пароля сервера «%1» нет ни в одном файле: введите его на странице «Серверы».</translation>
    </message>
    <message>
        <source>Listeners: %1</source>
        <translation>Точки входа: %1</translation>
    </message>
    <message>
        <source>Users: %1</source>
        <translation>Пользователи: %1</translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation>Серверы: %1</translation>
    </message>
    <message>
        <source>Routes: %1</source>
        <translation>Маршруты: %1</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>Правила: %1</translation>
    </message>
    <message>
        <source>line %1</source>
        <translation>строка %1</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>Файл пуст.</translation>
    </message>
</context>
<context>
    <name>ui::ProfileRecovery</name>
    <message>
        <source>The profile cannot be used.</source>
        <translation>Профиль непригоден.</translation>
    </message>
    <message>
        <source>Start &amp;Afresh</source>
        <translation>&amp;Начать заново</translation>
    </message>
    <message>
        <source>Its backup is the profile as it was until %1.</source>
        <translation>Резервная копия — это профиль, каким он был до %1.</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>В&amp;ыход</translation>
    </message>
    <message>
        <source>Use the &amp;Backup</source>
        <translation>&amp;Взять резервную копию</translation>
    </message>
    <message>
        <source>Starting afresh means without servers and rules: everything goes directly. The broken file is kept, under another name.</source>
        <translation>Начать заново — значит без серверов и правил: всё пойдёт напрямую. Повреждённый файл сохранится под другим именем.</translation>
    </message>
</context>
<context>
    <name>ui::ProfileTransfer</name>
    <message>
        <source>Import a profile</source>
        <translation>Импорт профиля</translation>
    </message>
    <message>
        <source>Profiles of Hosier and Proxifier (*.json *.ppx)</source>
        <translation>Профили Hosier и Proxifier (*.json *.ppx)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Все файлы (*)</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Импорт</translation>
    </message>
    <message>
        <source>The file cannot be read.</source>
        <translation>Не удаётся прочитать файл.</translation>
    </message>
    <message>
        <source>Imported %1.</source>
        <translation>Импортировано: %1.</translation>
    </message>
    <message>
        <source>Exported to %1.</source>
        <translation>Экспортировано в %1.</translation>
    </message>
</context>
<context>
    <name>ui::ProgramFields</name>
    <message>
        <source>Application</source>
        <translation>Приложение</translation>
    </message>
    <message>
        <source>Name or path; empty: not identified</source>
        <translation>Имя или путь; пусто: не опознано</translation>
    </message>
    <message>
        <source>Child of</source>
        <translation>Запущено из</translation>
    </message>
    <message>
        <source>The program that has started the application, for rules that also match those that a program starts</source>
        <translation>Программа, запустившая приложение, — для правил, которые действуют и на запущенные программы</translation>
    </message>
    <message>
        <source>Name or path of the program that started it; may be empty</source>
        <translation>Имя или путь программы, которая его запустила; может быть пустым</translation>
    </message>
    <message>
        <source>%1: its file is being looked for...</source>
        <comment>program</comment>
        <translation>%1: идёт поиск файла…</translation>
    </message>
</context>
<context>
    <name>ui::ProgramPicker</name>
    <message>
        <source>Filter programs</source>
        <translation>Фильтр программ</translation>
    </message>
    <message>
        <source>Show only programs with this text in their name or path</source>
        <translation>Показать только программы с этим текстом в имени или пути</translation>
    </message>
    <message>
        <source>Running programs</source>
        <translation>Запущенные программы</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Имя</translation>
    </message>
    <message>
        <source>Path</source>
        <comment>column</comment>
        <translation>Путь</translation>
    </message>
    <message>
        <source>How the program is entered</source>
        <translation>Как указать программу</translation>
    </message>
    <message>
        <source>By name, wherever it lies</source>
        <translation>По имени, где бы она ни находилась</translation>
    </message>
    <message>
        <source>By its full path</source>
        <translation>По полному пути</translation>
    </message>
    <message>
        <source>&amp;Enter it:</source>
        <translation>&amp;Указать:</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Добавить</translation>
    </message>
    <message>
        <source>&amp;Refresh</source>
        <translation>&amp;Обновить</translation>
    </message>
    <message>
        <source>Look again which programs run (F5)</source>
        <translation>Проверить заново, какие программы запущены (F5)</translation>
    </message>
    <message>
        <source>Looking for running programs...</source>
        <translation>Поиск запущенных программ...</translation>
    </message>
    <message>
        <source>%1, run by %2</source>
        <comment>script, interpreter</comment>
        <translation>%1, запущено в %2</translation>
    </message>
    <message>
        <source>Programs: %1</source>
        <translation>Программы: %1</translation>
    </message>
</context>
<context>
    <name>ui::ProgramText</name>
    <message>
        <source>Path: %1</source>
        <translation>Путь: %1</translation>
    </message>
    <message>
        <source>Script: %1</source>
        <translation>Скрипт: %1</translation>
    </message>
    <message>
        <source>Runs as: %1</source>
        <comment>user of the system</comment>
        <translation>Выполняется от имени: %1</translation>
    </message>
    <message>
        <source>Child of: %1</source>
        <comment>programs, nearest first</comment>
        <translation>Запущено из: %1</translation>
    </message>
    <message>
        <source>%1: %2, the path of whose interpreter is not known</source>
        <comment>program, its script</comment>
        <translation>%1: %2, путь к интерпретатору неизвестен</translation>
    </message>
    <message>
        <source>%1: %2, run by %3</source>
        <comment>program, its script, its interpreter</comment>
        <translation>%1: %2, выполняется программой %3</translation>
    </message>
    <message>
        <source>%1: the path is not known</source>
        <comment>program</comment>
        <translation>%1: путь неизвестен</translation>
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
        <translation>Прокси выключен</translation>
    </message>
    <message>
        <source>No listener</source>
        <translation>Нет точек входа</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>Открытие</translation>
    </message>
    <message>
        <source>Proxy on</source>
        <translation>Прокси включён</translation>
    </message>
    <message>
        <source>Proxy on, with an error</source>
        <translation>Прокси включён, есть ошибка</translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation>Ошибка прокси</translation>
    </message>
    <message>
        <source>Proxy off: nothing is listening</source>
        <translation>Прокси выключен: соединения не принимаются</translation>
    </message>
    <message>
        <source>The profile has no listener</source>
        <translation>В профиле нет точек входа</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <translation>Приём соединений на %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>address, reason</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: closed</source>
        <comment>address</comment>
        <translation>%1: закрыто</translation>
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
        <translation>Порт занят другой программой.</translation>
    </message>
    <message>
        <source>The port is in use by process %1.</source>
        <translation>Порт занят процессом %1.</translation>
    </message>
    <message>
        <source>The port is in use by %1.</source>
        <comment>program (process id)</comment>
        <translation>Порт занят: %1.</translation>
    </message>
    <message>
        <source>Windows does not permit port %1: it keeps the port for itself, or another program uses it exclusively. &quot;netsh int ipv4 show excludedportrange protocol=tcp&quot; lists the ports that Windows keeps.</source>
        <translation>Windows не разрешает порт %1: она оставляет его за собой, или его монопольно использует другая программа. «netsh int ipv4 show excludedportrange protocol=tcp» перечисляет порты, которые Windows оставляет за собой.</translation>
    </message>
    <message>
        <source>The system lets only privileged programs listen on port %1.</source>
        <translation>Система разрешает принимать соединения на порту %1 только привилегированным программам.</translation>
    </message>
    <message>
        <source>The system does not permit Hosier to listen on port %1.</source>
        <translation>Система не разрешает Hosier принимать соединения на порту %1.</translation>
    </message>
    <message>
        <source>Port %1 is reserved by Windows.</source>
        <translation>Порт %1 зарезервирован Windows.</translation>
    </message>
    <message>
        <source>Ports %1 to %2 are reserved by Windows, so no program can listen on port %3.</source>
        <translation>Порты с %1 по %2 зарезервированы Windows, поэтому ни одна программа не может принимать соединения на порту %3.</translation>
    </message>
</context>
<context>
    <name>ui::ProxySwitch</name>
    <message>
        <source>Proxy on</source>
        <translation>Прокси включён</translation>
    </message>
    <message>
        <source>Proxy off</source>
        <translation>Прокси выключен</translation>
    </message>
</context>
<context>
    <name>ui::RestartOffer</name>
    <message>
        <source>Hosier has stopped unexpectedly.</source>
        <translation>Hosier неожиданно завершился.</translation>
    </message>
    <message>
        <source>&amp;Restart</source>
        <translation>&amp;Перезапустить</translation>
    </message>
    <message>
        <source>The profile is as it was last saved. Programs that use the proxy cannot connect until Hosier runs again.</source>
        <translation>Профиль такой, каким был сохранён в последний раз. Программы, использующие прокси, не смогут подключаться, пока Hosier снова не запущен.</translation>
    </message>
    <message>
        <source>The note about what happened is %1.</source>
        <translation>Запись о случившемся: %1.</translation>
    </message>
    <message>
        <source>Start Hosier again with the same profile</source>
        <translation>Снова запустить Hosier с тем же профилем</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Закрыть</translation>
    </message>
</context>
<context>
    <name>ui::RouteDialog</name>
    <message>
        <source>← &amp;Add</source>
        <translation>← &amp;Добавить</translation>
    </message>
    <message>
        <source>&amp;Remove →</source>
        <translation>&amp;Удалить →</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>В&amp;ыше</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>&amp;Ниже</translation>
    </message>
    <message>
        <source>Add route</source>
        <translation>Добавить маршрут</translation>
    </message>
    <message>
        <source>Edit route</source>
        <translation>Изменить маршрут</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Имя</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Идентификатор</translation>
    </message>
    <message>
        <source>What rules and other routes call this route in the profile&apos;s file</source>
        <translation>Как правила и другие маршруты называют этот маршрут в файле профиля</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Вид</translation>
    </message>
    <message>
        <source>Members, in order</source>
        <translation>Участники по порядку</translation>
    </message>
    <message>
        <source>Drag members to change their order</source>
        <translation>Перетаскивайте участников, чтобы изменить их порядок</translation>
    </message>
    <message>
        <source>Servers and routes that are no members</source>
        <translation>Серверы и маршруты, не являющиеся участниками</translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation>&amp;ID:</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Имя:</translation>
    </message>
    <message>
        <source>&amp;Kind:</source>
        <translation>&amp;Вид:</translation>
    </message>
    <message>
        <source>&amp;Members, in order</source>
        <translation>У&amp;частники по порядку</translation>
    </message>
    <message>
        <source>&amp;Other servers and routes</source>
        <translation>&amp;Остальные серверы и маршруты</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>name, kind of route</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Введите имя.</translation>
    </message>
    <message>
        <source>Add at least one server or route as a member.</source>
        <translation>Добавьте хотя бы один сервер или маршрут в участники.</translation>
    </message>
    <message>
        <source>The route was changed or removed meanwhile. Close this and open it again.</source>
        <translation>Тем временем маршрут изменили или удалили. Закройте это окно и откройте его снова.</translation>
    </message>
</context>
<context>
    <name>ui::RouteMenu</name>
    <message>
        <source>There is no such route any more.</source>
        <translation>Такого маршрута больше нет.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be a member of itself.</source>
        <translation>«%1» не может быть участником самого себя.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; already belongs to &quot;%2&quot;.</source>
        <translation>«%1» уже входит в «%2».</translation>
    </message>
    <message>
        <source>&quot;%1&quot; leads through &quot;%2&quot;, which would then lead back to itself.</source>
        <translation>«%1» ведёт через «%2», который тогда вёл бы обратно к самому себе.</translation>
    </message>
    <message>
        <source>Add &amp;to route</source>
        <translation>&amp;Добавить в маршрут</translation>
    </message>
</context>
<context>
    <name>ui::RuleDelegate</name>
    <message>
        <source>Action</source>
        <translation>Действие</translation>
    </message>
</context>
<context>
    <name>ui::RuleDialog</name>
    <message>
        <source>Rule</source>
        <translation>Правило</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Имя</translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log</source>
        <translation>Как правило называется в списках и журнале</translation>
    </message>
    <message>
        <source>A&amp;pplications</source>
        <translation>&amp;Приложения</translation>
    </message>
    <message>
        <source>Also programs that the&amp;y start</source>
        <translation>А также програ&amp;ммы, которые они запускают</translation>
    </message>
    <message>
        <source>The rule also matches the children of these applications, and their children</source>
        <translation>Правило подходит и дочерним процессам этих приложений, и дочерним процессам тех</translation>
    </message>
    <message>
        <source>&amp;Hosts</source>
        <translation>&amp;Узлы</translation>
    </message>
    <message>
        <source>example.org, *.example.org, 10.0.0.0/8, 192.0.2.1-192.0.2.9</source>
        <translation>example.org, *.example.org, 10.0.0.0/8, 192.0.2.1-192.0.2.9</translation>
    </message>
    <message>
        <source>P&amp;orts</source>
        <translation>П&amp;орты</translation>
    </message>
    <message>
        <source>443, 8000-8100</source>
        <translation>443, 8000-8100</translation>
    </message>
    <message>
        <source>&amp;Users</source>
        <translation>По&amp;льзователи</translation>
    </message>
    <message>
        <source>anna</source>
        <translation>anna</translation>
    </message>
    <message>
        <source>Names that clients have logged in with</source>
        <translation>Имена, с которыми клиенты выполнили вход</translation>
    </message>
    <message>
        <source>C&amp;lients</source>
        <translation>&amp;Клиенты</translation>
    </message>
    <message>
        <source>192.168.1.20, 192.168.2.0/24</source>
        <translation>192.168.1.20, 192.168.2.0/24</translation>
    </message>
    <message>
        <source>Addresses that clients connect from</source>
        <translation>Адреса, с которых подключаются клиенты</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>Транспорт</translation>
    </message>
    <message>
        <source>Any</source>
        <comment>transport</comment>
        <translation>Любой</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Действие</translation>
    </message>
    <message>
        <source>&amp;Seen</source>
        <translation>&amp;Недавние</translation>
    </message>
    <message>
        <source>Choose an application that has connected lately</source>
        <translation>Выбрать приложение, которое недавно подключалось</translation>
    </message>
    <message>
        <source>&amp;Browse...</source>
        <translation>О&amp;бзор...</translation>
    </message>
    <message>
        <source>Choose the file of a program</source>
        <translation>Выбрать файл программы</translation>
    </message>
    <message>
        <source>&amp;Running...</source>
        <translation>&amp;Запущенные...</translation>
    </message>
    <message>
        <source>Choose among the programs that run now</source>
        <translation>Выбрать из запущенных сейчас программ</translation>
    </message>
    <message>
        <source>The rule matches when every condition does. An empty field matches anything; of several entries, one a line, any will do.</source>
        <translation>Правило подходит, когда выполнены все условия. Пустому полю подходит всё; из нескольких записей, по одной в строке, достаточно одной.</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Имя:</translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation>&amp;Транспорт:</translation>
    </message>
    <message>
        <source>&amp;Action:</source>
        <translation>&amp;Действие:</translation>
    </message>
    <message>
        <source>TCP and UDP</source>
        <translation>TCP и UDP</translation>
    </message>
    <message>
        <source>Choose a program</source>
        <translation>Выбор программы</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither a port (80) nor a range of ports (8000-9000).</source>
        <translation>«%1» — не порт (80) и не диапазон портов (8000-9000).</translation>
    </message>
    <message>
        <source>Office by way of the company&apos;s server</source>
        <translation>Офис через сервер компании</translation>
    </message>
    <message>
        <source>TCP: web, mail; UDP: calls, games</source>
        <translation>TCP: веб, почта; UDP: звонки, игры</translation>
    </message>
    <message>
        <source>Direct: without a server; Block: refused; or by way of a server or route</source>
        <translation>Напрямую: без сервера; Блокировать: отказ; либо через сервер или маршрут</translation>
    </message>
</context>
<context>
    <name>ui::RuleHistoryActions</name>
    <message>
        <source>Undone: %1.</source>
        <comment>a change of the rules</comment>
        <translation>Отменено: %1.</translation>
    </message>
    <message>
        <source>Done again: %1.</source>
        <comment>a change of the rules</comment>
        <translation>Повторено: %1.</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Отменить</translation>
    </message>
    <message>
        <source>&amp;Undo: %1</source>
        <comment>a change of the rules</comment>
        <translation>&amp;Отменить: %1</translation>
    </message>
    <message>
        <source>No change of the rules can be undone</source>
        <translation>Нет изменений правил, которые можно отменить</translation>
    </message>
    <message>
        <source>Undo the last change of the rules: %1</source>
        <translation>Отменить последнее изменение правил: %1</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Повторить</translation>
    </message>
    <message>
        <source>&amp;Redo: %1</source>
        <comment>a change of the rules</comment>
        <translation>&amp;Повторить: %1</translation>
    </message>
    <message>
        <source>No change of the rules was undone</source>
        <translation>Ни одно изменение правил не отменено</translation>
    </message>
    <message>
        <source>Make the change of the rules again: %1</source>
        <translation>Повторить изменение правил: %1</translation>
    </message>
</context>
<context>
    <name>ui::RuleModel</name>
    <message>
        <source>Any</source>
        <comment>condition of a rule</comment>
        <translation>Любые</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>column, value</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Default</source>
        <comment>the last rule</comment>
        <translation>По умолчанию</translation>
    </message>
    <message>
        <source>What is done when no rule matches. It can be changed, but not removed.</source>
        <translation>Что делается, когда не подходит ни одно правило. Это можно изменить, но не удалить.</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Имя</translation>
    </message>
    <message>
        <source>Applications</source>
        <comment>column</comment>
        <translation>Приложения</translation>
    </message>
    <message>
        <source>Hosts</source>
        <comment>column</comment>
        <translation>Узлы</translation>
    </message>
    <message>
        <source>Ports</source>
        <comment>column</comment>
        <translation>Порты</translation>
    </message>
    <message>
        <source>Action</source>
        <comment>column</comment>
        <translation>Действие</translation>
    </message>
    <message>
        <source>Hits</source>
        <comment>column</comment>
        <translation>Срабатывания</translation>
    </message>
    <message>
        <source>Traffic</source>
        <comment>column</comment>
        <translation>Трафик</translation>
    </message>
    <message>
        <source>Last hit</source>
        <comment>column</comment>
        <translation>Сработало</translation>
    </message>
    <message>
        <source>change the default action</source>
        <translation>изменение действия по умолчанию</translation>
    </message>
    <message>
        <source>change rule %1</source>
        <translation>изменение правила %1</translation>
    </message>
    <message>
        <source>switch rule %1 on</source>
        <translation>включение правила %1</translation>
    </message>
    <message>
        <source>switch rule %1 off</source>
        <translation>выключение правила %1</translation>
    </message>
    <message>
        <source>add rule %1</source>
        <translation>добавление правила %1</translation>
    </message>
    <message>
        <source>The rule was changed or removed elsewhere in the meantime.</source>
        <translation>За это время правило изменили или удалили в другом месте.</translation>
    </message>
    <message>
        <source>remove rule %1</source>
        <translation>удаление правила %1</translation>
    </message>
    <message>
        <source>move rule %1</source>
        <translation>перемещение правила %1</translation>
    </message>
    <message>
        <source>They were changed elsewhere in the meantime, so that what was done here before can no longer be undone or done again.</source>
        <translation>За это время их изменили в другом месте, поэтому сделанное здесь раньше больше нельзя ни отменить, ни повторить.</translation>
    </message>
    <message>
        <source>Never reached: rule %1 above it decides about everything that this one matches.</source>
        <translation>Никогда не срабатывает: правило %1 выше решает обо всём, что подходит этому.</translation>
    </message>
    <message>
        <source>change what is done with unidentified programs</source>
        <translation>изменение действия для неопознанных программ</translation>
    </message>
</context>
<context>
    <name>ui::RuleText</name>
    <message numerus="yes">
        <source>%n more</source>
        <comment>entries of a rule that are not shown</comment>
        <translation>
            <numerusform>ещё %n</numerusform>
            <numerusform>ещё %n</numerusform>
            <numerusform>ещё %n</numerusform>
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
        <translation>Напрямую</translation>
    </message>
    <message>
        <source>Block</source>
        <comment>action</comment>
        <translation>Блокировать</translation>
    </message>
    <message>
        <source>Rules</source>
        <comment>mode</comment>
        <translation>Правила</translation>
    </message>
    <message>
        <source>Everything</source>
        <comment>mode</comment>
        <translation>Всё</translation>
    </message>
    <message>
        <source>Direct</source>
        <comment>mode</comment>
        <translation>Напрямую</translation>
    </message>
    <message>
        <source>user %1</source>
        <translation>пользователь %1</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>с адреса %1</translation>
    </message>
    <message>
        <source>Off: this rule is skipped.</source>
        <translation>Выключено: это правило пропускается.</translation>
    </message>
    <message>
        <source>Applications and their children</source>
        <translation>Приложения и их дочерние процессы</translation>
    </message>
    <message>
        <source>Applications</source>
        <translation>Приложения</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>Пользователи</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>Клиенты</translation>
    </message>
    <message>
        <source>Hosts</source>
        <translation>Узлы</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>Порты</translation>
    </message>
    <message>
        <source>Transport: %1</source>
        <translation>Транспорт: %1</translation>
    </message>
    <message>
        <source>Action: %1</source>
        <translation>Действие: %1</translation>
    </message>
</context>
<context>
    <name>ui::RuleUseText</name>
    <message>
        <source>never</source>
        <comment>last time that a rule decided</comment>
        <translation>никогда</translation>
    </message>
    <message>
        <source>Hits: %1</source>
        <translation>Срабатывания: %1</translation>
    </message>
    <message>
        <source>Traffic: %1 down, %2 up</source>
        <translation>Трафик: принято %1, передано %2</translation>
    </message>
    <message>
        <source>Last hit: %1</source>
        <translation>Последнее срабатывание: %1</translation>
    </message>
</context>
<context>
    <name>ui::RulesPage</name>
    <message>
        <source>New rule</source>
        <translation>Создать правило</translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others: %2.</source>
        <translation>Правило %1 теперь идёт перед всеми остальными: %2.</translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others, but rules are not applied: the mode is %2.</source>
        <translation>Правило %1 теперь идёт перед всеми остальными, но правила не применяются: выбран режим «%2».</translation>
    </message>
    <message>
        <source>&amp;New rule...</source>
        <translation>&amp;Создать правило...</translation>
    </message>
    <message>
        <source>Make a rule above the selected one</source>
        <translation>Создать правило выше выбранного</translation>
    </message>
    <message>
        <source>&amp;Edit rule...</source>
        <translation>&amp;Изменить правило...</translation>
    </message>
    <message>
        <source>Change the selected rule</source>
        <translation>Изменить выбранное правило</translation>
    </message>
    <message>
        <source>&amp;Duplicate rule</source>
        <translation>&amp;Дублировать правило</translation>
    </message>
    <message>
        <source>Copy the selected rule below itself</source>
        <translation>Скопировать выбранное правило под него же</translation>
    </message>
    <message>
        <source>&amp;Remove rule</source>
        <translation>&amp;Удалить правило</translation>
    </message>
    <message>
        <source>Remove the selected rule</source>
        <translation>Удалить выбранное правило</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>В&amp;ыше</translation>
    </message>
    <message>
        <source>Check the selected rule earlier</source>
        <translation>Проверять выбранное правило раньше</translation>
    </message>
    <message>
        <source>Move do&amp;wn</source>
        <translation>&amp;Ниже</translation>
    </message>
    <message>
        <source>Check the selected rule later</source>
        <translation>Проверять выбранное правило позже</translation>
    </message>
    <message>
        <source>Rule &amp;on</source>
        <translation>Правило &amp;включено</translation>
    </message>
    <message>
        <source>A rule that is off is skipped</source>
        <translation>Выключенное правило пропускается</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Создать</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Изменить</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Копия</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Удалить</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Правила</translation>
    </message>
    <message>
        <source>Columns of the rules</source>
        <translation>Столбцы правил</translation>
    </message>
    <message>
        <source>There are no rules yet: the default action is taken for everything. Make one here, or from a connection.</source>
        <translation>Правил пока нет: ко всему применяется действие по умолчанию. Создайте правило здесь или из соединения.</translation>
    </message>
    <message>
        <source>Checked top to bottom; the first rule that matches decides.</source>
        <translation>Проверяются сверху вниз; решает первое подходящее правило.</translation>
    </message>
    <message>
        <source>A crossed-out list marks rules that are never reached: %1.</source>
        <translation>Перечёркнутым списком отмечены правила, которые никогда не срабатывают: %1.</translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation>Правило %1</translation>
    </message>
    <message>
        <source>%1 (copy)</source>
        <comment>name of a rule</comment>
        <translation>%1 (копия)</translation>
    </message>
    <message>
        <source>The rules could not be changed.</source>
        <translation>Не удалось изменить правила.</translation>
    </message>
    <message>
        <source>Rules cannot be moved while the filter hides some of them</source>
        <translation>Правила нельзя перемещать, пока фильтр скрывает некоторые из них</translation>
    </message>
    <message numerus="yes">
        <source>The filter hides %n rule(s).</source>
        <translation>
            <numerusform>Фильтр скрывает %n правило.</numerusform>
            <numerusform>Фильтр скрывает %n правила.</numerusform>
            <numerusform>Фильтр скрывает %n правил.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ServerCheckPanel</name>
    <message>
        <source>Chec&amp;k these settings</source>
        <translation>П&amp;роверить эти параметры</translation>
    </message>
    <message>
        <source>Connects through the server with what is entered here; nothing is saved</source>
        <translation>Подключается через сервер с введёнными здесь данными; ничего не сохраняется</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation>Движок не запущен, поэтому проверка невозможна.</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Проверка…</translation>
    </message>
    <message>
        <source>The server does not work.</source>
        <translation>Сервер не работает.</translation>
    </message>
    <message>
        <source>The server works, but not for UDP.</source>
        <translation>Сервер работает, но не для UDP.</translation>
    </message>
    <message>
        <source>The server works.</source>
        <translation>Сервер работает.</translation>
    </message>
</context>
<context>
    <name>ui::ServerDialog</name>
    <message>
        <source>Encrypted with &amp;TLS</source>
        <translation>Шифрование &amp;TLS</translation>
    </message>
    <message>
        <source>Add server</source>
        <translation>Добавить сервер</translation>
    </message>
    <message>
        <source>Edit server</source>
        <translation>Изменить сервер</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Имя</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Идентификатор</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Протокол</translation>
    </message>
    <message>
        <source>Encrypted with TLS</source>
        <translation>Шифрование TLS</translation>
    </message>
    <message>
        <source>Host name or address</source>
        <translation>Имя или адрес узла</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Порт</translation>
    </message>
    <message>
        <source>Where names are looked up</source>
        <translation>Где разрешаются имена</translation>
    </message>
    <message>
        <source>SHA-256 of the certificate</source>
        <translation>SHA-256 сертификата</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Имя пользователя</translation>
    </message>
    <message>
        <source>As the host, when empty</source>
        <translation>Если пусто, как узел</translation>
    </message>
    <message>
        <source>What rules and routes call this server in the profile&apos;s file</source>
        <translation>Как правила и маршруты называют этот сервер в файле профиля</translation>
    </message>
    <message>
        <source>proxy.example.org, 192.0.2.1, or a whole URL</source>
        <translation>proxy.example.org, 192.0.2.1 или URL целиком</translation>
    </message>
    <message>
        <source>Any certificate that this computer trusts</source>
        <translation>Любой сертификат, которому доверяет этот компьютер</translation>
    </message>
    <message>
        <source>When set, only this very certificate is accepted, also when it is self-signed. Hexadecimal or base64.</source>
        <translation>Если указано, принимается только именно этот сертификат, даже самоподписанный. Шестнадцатеричная запись или base64.</translation>
    </message>
    <message>
        <source>HTTP (CONNECT)</source>
        <translation>HTTP (CONNECT)</translation>
    </message>
    <message>
        <source>Looked up by the server</source>
        <translation>Разрешает сервер</translation>
    </message>
    <message>
        <source>Looked up on this computer</source>
        <translation>Разрешает этот компьютер</translation>
    </message>
    <message>
        <source>Looked up on this computer, names can be seen by the local network.</source>
        <translation>Если имена разрешает этот компьютер, их видно в локальной сети.</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Имя:</translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation>&amp;ID:</translation>
    </message>
    <message>
        <source>&amp;Protocol:</source>
        <translation>&amp;Протокол:</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>&amp;Узел:</translation>
    </message>
    <message>
        <source>P&amp;ort:</source>
        <translation>П&amp;орт:</translation>
    </message>
    <message>
        <source>Na&amp;mes:</source>
        <translation>И&amp;мена:</translation>
    </message>
    <message>
        <source>&amp;Certificate
SHA-256:</source>
        <translation>&amp;Сертификат
SHA-256:</translation>
    </message>
    <message>
        <source>&amp;User name:</source>
        <translation>По&amp;льзователь:</translation>
    </message>
    <message>
        <source>Enter the server&apos;s host name or address.</source>
        <translation>Введите имя или адрес узла сервера.</translation>
    </message>
    <message>
        <source>The certificate&apos;s SHA-256 must be 32 bytes in hexadecimal or base64.</source>
        <translation>SHA-256 сертификата должен содержать 32 байта в шестнадцатеричной записи или base64.</translation>
    </message>
    <message>
        <source>The password file is read when the server is saved: save it, then check it in the list.</source>
        <translation>Файл пароля читается при сохранении сервера: сохраните сервер, затем проверьте его в списке.</translation>
    </message>
    <message>
        <source>The host is no URL that can be read: %1.</source>
        <translation>Узел — не читаемый URL: %1.</translation>
    </message>
    <message>
        <source>The host name is longer than 255 bytes.</source>
        <translation>Имя узла длиннее 255 байт.</translation>
    </message>
    <message>
        <source>The server was changed or removed meanwhile. Close this and open it again.</source>
        <translation>Тем временем сервер изменили или удалили. Закройте это окно и откройте его снова.</translation>
    </message>
    <message>
        <source>The credential store has not told this server&apos;s password yet. Wait for it, type the password, or press Forget.</source>
        <translation>Хранилище паролей ещё не сообщило пароль этого сервера. Подождите, введите пароль или нажмите «Забыть».</translation>
    </message>
</context>
<context>
    <name>ui::ServerModel</name>
    <message>
        <source>Milliseconds until a target answered through the server</source>
        <translation>Миллисекунды до ответа узла назначения через сервер</translation>
    </message>
    <message>
        <source>Milliseconds until a datagram was answered through the server</source>
        <translation>Миллисекунды до ответа на датаграмму через сервер</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Имя</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>Протокол</translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation>Адрес</translation>
    </message>
    <message>
        <source>Health</source>
        <comment>column</comment>
        <translation>Состояние</translation>
    </message>
    <message>
        <source>TCP (ms)</source>
        <comment>column</comment>
        <translation>TCP (мс)</translation>
    </message>
    <message>
        <source>UDP (ms)</source>
        <comment>column</comment>
        <translation>UDP (мс)</translation>
    </message>
    <message>
        <source>Last check</source>
        <comment>column</comment>
        <translation>Проверено</translation>
    </message>
    <message>
        <source>Servers (none yet)</source>
        <translation>Серверы (пока нет)</translation>
    </message>
    <message numerus="yes">
        <source>Servers (%n)</source>
        <translation>
            <numerusform>Серверы (%n)</numerusform>
            <numerusform>Серверы (%n)</numerusform>
            <numerusform>Серверы (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Routes (none yet): chains and groups of servers</source>
        <translation>Маршруты (пока нет): цепочки и группы серверов</translation>
    </message>
    <message numerus="yes">
        <source>Routes (%n)</source>
        <translation>
            <numerusform>Маршруты (%n)</numerusform>
            <numerusform>Маршруты (%n)</numerusform>
            <numerusform>Маршруты (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation>Не работает: %1</translation>
    </message>
    <message>
        <source>Id: %1</source>
        <translation>Идентификатор: %1</translation>
    </message>
    <message>
        <source>Works in part: %1</source>
        <comment>names</comment>
        <translation>Работает частично: %1</translation>
    </message>
    <message>
        <source>Down: no member works</source>
        <translation>Не работает: нет работающих участников</translation>
    </message>
    <message>
        <source>%1 of %2 members down: %3</source>
        <comment>number, number, names</comment>
        <translation>Не работают участники, %1 из %2: %3</translation>
    </message>
    <message>
        <source>Servers (%1 of %2)</source>
        <comment>shown, all</comment>
        <translation>Серверы (%1 из %2)</translation>
    </message>
    <message>
        <source>Routes (%1 of %2)</source>
        <comment>shown, all</comment>
        <translation>Маршруты (%1 из %2)</translation>
    </message>
</context>
<context>
    <name>ui::ServerPasswordFields</name>
    <message>
        <source>For&amp;get</source>
        <translation>&amp;Забыть</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>О&amp;бзор…</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Пароль</translation>
    </message>
    <message>
        <source>Forget the password</source>
        <translation>Забыть пароль</translation>
    </message>
    <message>
        <source>Password file</source>
        <translation>Файл пароля</translation>
    </message>
    <message>
        <source>Choose the password file</source>
        <translation>Выбрать файл пароля</translation>
    </message>
    <message>
        <source>Instead of a password</source>
        <translation>Вместо пароля</translation>
    </message>
    <message>
        <source>A file that holds the password in its first line and that nobody but you may read</source>
        <translation>Файл, в первой строке которого записан пароль и который можете прочитать только вы</translation>
    </message>
    <message>
        <source>Pass&amp;word:</source>
        <translation>П&amp;ароль:</translation>
    </message>
    <message>
        <source>Password &amp;file:</source>
        <translation>&amp;Файл пароля:</translation>
    </message>
    <message>
        <source>Asked of the credential store…</source>
        <translation>Запрашивается у хранилища паролей…</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>Без изменений</translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords.</source>
        <translation>В SOCKS4 есть имена пользователей, но нет паролей.</translation>
    </message>
    <message>
        <source>The password is read from the file below.</source>
        <translation>Пароль читается из указанного ниже файла.</translation>
    </message>
    <message>
        <source>Kept in the system&apos;s credential store, never in the profile.</source>
        <translation>Хранится в системном хранилище паролей и никогда — в профиле.</translation>
    </message>
    <message>
        <source>No credential store is available. To keep a password for longer than Hosier runs, write it to a file of your own and name that below.</source>
        <translation>Хранилище паролей недоступно. Чтобы хранить пароль дольше, чем работает Hosier, запишите его в собственный файл и укажите этот файл ниже.</translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation>Пароль длиннее 255 байт.</translation>
    </message>
    <message>
        <source>The server is saved, but its old password could not be removed: %1.</source>
        <translation>Сервер сохранён, но его прежний пароль не удалось удалить: %1.</translation>
    </message>
    <message>
        <source>The server is saved, but its password could not be stored: %1. Until Hosier ends it is used all the same. Save again, cancel, or name a file instead.</source>
        <translation>Сервер сохранён, но его пароль не удалось записать в хранилище: %1. До завершения Hosier он всё равно используется. Сохраните ещё раз, отмените или укажите вместо него файл.</translation>
    </message>
    <message>
        <source>Kept until Hosier ends: the credential store does not have it. Type it again to store it.</source>
        <translation>Хранится до завершения Hosier: в хранилище паролей его нет. Введите пароль ещё раз, чтобы записать его в хранилище.</translation>
    </message>
</context>
<context>
    <name>ui::ServerPasting</name>
    <message>
        <source>The clipboard holds no text with servers.</source>
        <translation>В буфере обмена нет текста с серверами.</translation>
    </message>
    <message>
        <source>Line %1 was not understood: %2.</source>
        <translation>Не удалось разобрать строку %1: %2.</translation>
    </message>
    <message>
        <source>More lines that were not understood: %1.</source>
        <translation>Других неразобранных строк: %1.</translation>
    </message>
    <message>
        <source>The text is too long: the rest of it was left out.</source>
        <translation>Текст слишком длинный: остальное пропущено.</translation>
    </message>
    <message>
        <source>Nothing was added:</source>
        <translation>Ничего не добавлено:</translation>
    </message>
    <message>
        <source>Servers added: %1.</source>
        <translation>Добавлено серверов: %1.</translation>
    </message>
    <message>
        <source>Where no protocol was named, SOCKS5 was assumed.</source>
        <translation>Где протокол не указан, принят SOCKS5.</translation>
    </message>
    <message>
        <source>Already there: %1.</source>
        <translation>Уже есть: %1.</translation>
    </message>
</context>
<context>
    <name>ui::ServerText</name>
    <message>
        <source>%1 over TLS</source>
        <comment>protocol</comment>
        <translation>%1 поверх TLS</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>Цепочка</translation>
    </message>
    <message>
        <source>Failover</source>
        <translation>Резервирование</translation>
    </message>
    <message>
        <source>Balance</source>
        <translation>Балансировка</translation>
    </message>
    <message>
        <source>Every connection goes through all members, one after the other.</source>
        <translation>Каждое соединение проходит через всех участников, одного за другим.</translation>
    </message>
    <message>
        <source>Connections go through the first member that works.</source>
        <translation>Соединения идут через первого работающего участника.</translation>
    </message>
    <message>
        <source>Connections are spread over the members that work; those to the same host take the same one.</source>
        <translation>Соединения распределяются между работающими участниками; соединения с одним и тем же узлом идут через одного участника.</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 мс</translation>
    </message>
    <message>
        <source>Connection to the server</source>
        <translation>Соединение с сервером</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Вход</translation>
    </message>
    <message>
        <source>Connection to %1</source>
        <comment>target of a check</comment>
        <translation>Соединение с %1</translation>
    </message>
    <message>
        <source>UDP answer from %1</source>
        <translation>Ответ UDP от %1</translation>
    </message>
    <message numerus="yes">
        <source>Groups prefer other members until it has passed %n probe(s) in a row.</source>
        <translation>
            <numerusform>Группы предпочитают других участников, пока он не пройдёт %n проверку подряд.</numerusform>
            <numerusform>Группы предпочитают других участников, пока он не пройдёт %n проверки подряд.</numerusform>
            <numerusform>Группы предпочитают других участников, пока он не пройдёт %n проверок подряд.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is not being probed.</source>
        <translation>Не проверяется.</translation>
    </message>
    <message>
        <source>Probes passed: %1 of %2</source>
        <translation>Пройдено проверок: %1 из %2</translation>
    </message>
    <message numerus="yes">
        <source>Next probe in %n second(s).</source>
        <translation>
            <numerusform>Следующая проверка через %n секунду.</numerusform>
            <numerusform>Следующая проверка через %n секунды.</numerusform>
            <numerusform>Следующая проверка через %n секунд.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is being probed now.</source>
        <translation>Сейчас проверяется.</translation>
    </message>
    <message>
        <source>%1, pinned</source>
        <comment>protocol</comment>
        <translation>%1, закреплён</translation>
    </message>
    <message>
        <source>Only the certificate with this SHA-256 fingerprint is accepted:</source>
        <translation>Принимается только сертификат с этим отпечатком SHA-256:</translation>
    </message>
    <message>
        <source>fails</source>
        <comment>a check</comment>
        <translation>сбой</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>Не проверено</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Проверка…</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>Работает</translation>
    </message>
    <message>
        <source>Works, but not for UDP</source>
        <translation>Работает, но не для UDP</translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation>Не работает: %1</translation>
    </message>
    <message>
        <source>Checked %1:</source>
        <comment>time</comment>
        <translation>Проверено (%1):</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>step of a check, what came of it</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 carries no UDP</source>
        <comment>protocol</comment>
        <translation>%1 не передаёт UDP</translation>
    </message>
</context>
<context>
    <name>ui::ServerUrl</name>
    <message>
        <source>the line is too long</source>
        <translation>строка слишком длинная</translation>
    </message>
    <message>
        <source>there is no valid host name or address</source>
        <translation>нет допустимого имени узла или адреса</translation>
    </message>
    <message>
        <source>an IPv6 address must stand in brackets, and its port after them</source>
        <translation>адрес IPv6 должен стоять в квадратных скобках, а порт — после них</translation>
    </message>
    <message>
        <source>the port is missing</source>
        <translation>не указан порт</translation>
    </message>
    <message>
        <source>the port is no number from 1 to 65535</source>
        <translation>порт не является числом от 1 до 65535</translation>
    </message>
    <message>
        <source>a &quot;%&quot; is not followed by two hexadecimal digits, or what they make is no text</source>
        <translation>после «%» нет двух шестнадцатеричных цифр или они не образуют текст</translation>
    </message>
    <message>
        <source>the login holds a control character</source>
        <translation>имя пользователя или пароль содержит управляющий символ</translation>
    </message>
    <message>
        <source>user name or password is longer than 255 bytes</source>
        <translation>имя пользователя или пароль длиннее 255 байт</translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords</source>
        <translation>в SOCKS4 есть имена пользователей, но нет паролей</translation>
    </message>
    <message>
        <source>HTTP cannot carry a user name with a colon</source>
        <translation>HTTP не может передать имя пользователя с двоеточием</translation>
    </message>
    <message>
        <source>something follows the address</source>
        <translation>после адреса есть что-то ещё</translation>
    </message>
    <message>
        <source>the protocol is none of socks, socks5, socks5h, socks4, socks4a, http, https</source>
        <translation>протокол не входит в список: socks, socks5, socks5h, socks4, socks4a, http, https</translation>
    </message>
    <message>
        <source>there are more parts than host, port, user name and password</source>
        <translation>частей больше, чем узел, порт, имя пользователя и пароль</translation>
    </message>
</context>
<context>
    <name>ui::ServersPage</name>
    <message>
        <source>Servers and routes</source>
        <translation>Серверы и маршруты</translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation>Столбцы серверов</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>what a button does, its key</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>&amp;Изменить…</translation>
    </message>
    <message>
        <source>Change the selected server or route</source>
        <translation>Изменить выбранный сервер или маршрут</translation>
    </message>
    <message>
        <source>D&amp;uplicate…</source>
        <translation>&amp;Копия…</translation>
    </message>
    <message>
        <source>Add another one like the selected server or route</source>
        <translation>Добавить ещё один такой же, как выбранный сервер или маршрут</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Удалить</translation>
    </message>
    <message>
        <source>Remove the selected servers and routes</source>
        <translation>Удалить выбранные серверы и маршруты</translation>
    </message>
    <message>
        <source>&amp;Check</source>
        <translation>&amp;Проверить</translation>
    </message>
    <message>
        <source>Try out the selected servers, and those that the selected routes lead through</source>
        <translation>Проверить выбранные серверы и те, через которые ведут выбранные маршруты</translation>
    </message>
    <message>
        <source>Check a&amp;ll</source>
        <translation>Проверить &amp;все</translation>
    </message>
    <message>
        <source>Try out all servers</source>
        <translation>Проверить все серверы</translation>
    </message>
    <message>
        <source>&amp;Add server…</source>
        <translation>+ &amp;Сервер…</translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation>Добавить сервер</translation>
    </message>
    <message>
        <source>Add r&amp;oute…</source>
        <translation>+ &amp;Маршрут…</translation>
    </message>
    <message>
        <source>Chain or group the selected servers</source>
        <translation>Объединить выбранные серверы в цепочку или группу</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>Вс&amp;тавить</translation>
    </message>
    <message>
        <source>Add servers from the clipboard: one a line, as socks5://user:password@host:port or host:port:user:password</source>
        <translation>Добавить серверы из буфера обмена: по одному в строке, в виде socks5://пользователь:пароль@узел:порт или узел:порт:пользователь:пароль</translation>
    </message>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name</comment>
        <translation>«%1»</translation>
    </message>
    <message>
        <source>Still in use</source>
        <translation>Ещё используется</translation>
    </message>
    <message>
        <source>Change or remove these first:</source>
        <translation>Сначала измените или удалите следующее:</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Удалить</translation>
    </message>
    <message>
        <source>Remove %1?</source>
        <translation>Удалить %1?</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation>Движок не запущен, поэтому проверка невозможна.</translation>
    </message>
    <message>
        <source>Use as &amp;default route</source>
        <translation>Использовать как маршрут п&amp;о умолчанию</translation>
    </message>
    <message>
        <source>Send by way of the selected server or route what no rule decides about</source>
        <translation>Направлять через выбранный сервер или маршрут то, о чём не решает ни одно правило</translation>
    </message>
    <message numerus="yes">
        <source>%1 cannot be removed: connections are sent that way.</source>
        <comment>names of servers and routes</comment>
        <translation>
            <numerusform>Нельзя удалить %1: туда направляются соединения.</numerusform>
            <numerusform>Нельзя удалить %1: туда направляются соединения.</numerusform>
            <numerusform>Нельзя удалить %1: туда направляются соединения.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Remove the others</source>
        <translation>&amp;Удалить остальные</translation>
    </message>
    <message numerus="yes">
        <source>No rule and no other route uses them. Passwords kept for them are forgotten.</source>
        <comment>servers and routes</comment>
        <translation>
            <numerusform>Ни правила, ни другие маршруты это не используют. Сохранённый пароль будет забыт.</numerusform>
            <numerusform>Ни правила, ни другие маршруты их не используют. Сохранённые пароли будут забыты.</numerusform>
            <numerusform>Ни правила, ни другие маршруты их не используют. Сохранённые пароли будут забыты.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The password(s) of %1 could not be stored: %2. Until Hosier ends they are used all the same.</source>
        <comment>names, reason</comment>
        <translation>
            <numerusform>Не удалось записать пароль %1 в хранилище: %2. До завершения Hosier он всё равно используется.</numerusform>
            <numerusform>Не удалось записать пароли %1 в хранилище: %2. До завершения Hosier они всё равно используются.</numerusform>
            <numerusform>Не удалось записать пароли %1 в хранилище: %2. До завершения Hosier они всё равно используются.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::Settings</name>
    <message>
        <source>The settings cannot be written to %1. They hold until Hosier ends; it goes on trying.</source>
        <translation>Не удаётся записать настройки в %1. Они действуют до завершения Hosier; он продолжает попытки.</translation>
    </message>
</context>
<context>
    <name>ui::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Настройки</translation>
    </message>
    <message>
        <source>Pages of the settings</source>
        <translation>Страницы настроек</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Общие</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Журнал</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Ограничения</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Уведомления</translation>
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
        <translation>&amp;Копировать настройки</translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation>Нет открытых точек входа.</translation>
    </message>
</context>
<context>
    <name>ui::SettingsView</name>
    <message>
        <source>The log file cannot be written: %1. Hosier goes on trying.</source>
        <translation>Не удаётся записать файл журнала: %1. Hosier продолжает попытки.</translation>
    </message>
</context>
<context>
    <name>ui::SharingDialog</name>
    <message>
        <source>&amp;Copy address</source>
        <translation>&amp;Копировать адрес</translation>
    </message>
    <message>
        <source>Copy settings &amp;for</source>
        <translation>Копировать &amp;настройки</translation>
    </message>
    <message>
        <source>Turn the &amp;proxy on</source>
        <translation>Включить &amp;прокси</translation>
    </message>
    <message>
        <source>&amp;Stop sharing</source>
        <translation>&amp;Закрыть общий доступ</translation>
    </message>
    <message>
        <source>Share on the local network</source>
        <translation>Общий доступ в локальной сети</translation>
    </message>
    <message>
        <source>Addresses for other computers</source>
        <translation>Адреса для других компьютеров</translation>
    </message>
    <message>
        <source>Address for others</source>
        <comment>column</comment>
        <translation>Адрес для других</translation>
    </message>
    <message>
        <source>Network</source>
        <comment>column</comment>
        <translation>Сеть</translation>
    </message>
    <message>
        <source>Columns of the addresses</source>
        <translation>Столбцы адресов</translation>
    </message>
    <message>
        <source>The proxy is not shared: only programs on this computer can use it.</source>
        <translation>Общего доступа к прокси нет: его могут использовать только программы на этом компьютере.</translation>
    </message>
    <message>
        <source>Sharing is set up, but the listener is not open: the proxy is off.</source>
        <translation>Общий доступ настроен, но точка входа не открыта: прокси выключен.</translation>
    </message>
    <message>
        <source>Sharing is set up, but the listener could not be opened. %1</source>
        <translation>Общий доступ настроен, но точку входа не удалось открыть. %1</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy with name and password.</source>
        <translation>Компьютеры локальной сети могут использовать этот прокси с именем и паролем.</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy, without a password.</source>
        <translation>Компьютеры локальной сети могут использовать этот прокси без пароля.</translation>
    </message>
    <message>
        <source>On the other computer, set the address and port above as a proxy of type %1, with the name and password of a local user.</source>
        <translation>На другом компьютере задайте указанные выше адрес и порт как прокси типа %1, с именем и паролем локального пользователя.</translation>
    </message>
    <message>
        <source>On the other computer, set the address and port above as a proxy of type %1.</source>
        <translation>На другом компьютере задайте указанные выше адрес и порт как прокси типа %1.</translation>
    </message>
    <message>
        <source>This computer has no address in a private network at the moment.</source>
        <translation>Сейчас у этого компьютера нет адреса в частной сети.</translation>
    </message>
    <message>
        <source>If others cannot connect, let this computer&apos;s firewall admit TCP port %1.</source>
        <translation>Если другие не могут подключиться, разрешите TCP-порт %1 в брандмауэре этого компьютера.</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Скопировано: %1</translation>
    </message>
    <message>
        <source>Take away the listener for the local network. The user that was added for it stays.</source>
        <translation>Удалить точку входа для локальной сети. Добавленный для неё пользователь остаётся.</translation>
    </message>
</context>
<context>
    <name>ui::SortMenu</name>
    <message>
        <source>&amp;Ascending</source>
        <translation>По &amp;возрастанию</translation>
    </message>
    <message>
        <source>&amp;Descending</source>
        <translation>По &amp;убыванию</translation>
    </message>
    <message>
        <source>Sort &amp;by</source>
        <translation>Со&amp;ртировать по</translation>
    </message>
    <message>
        <source>As in the &amp;profile</source>
        <translation>Как в &amp;профиле</translation>
    </message>
</context>
<context>
    <name>ui::StatusPanel</name>
    <message>
        <source>%1 live</source>
        <translation>Открыто: %1</translation>
    </message>
    <message>
        <source>Down %1, up %2</source>
        <translation>Приём %1, передача %2</translation>
    </message>
    <message>
        <source>Total %1 down, %2 up</source>
        <translation>Всего принято %1, передано %2</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>first listener, others</comment>
        <translation>
            <numerusform>%1 и ещё %n</numerusform>
            <numerusform>%1 и ещё %n</numerusform>
            <numerusform>%1 и ещё %n</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 connections open now
%2 accepted since the start, %3 failed, %4 refused</source>
        <translation>Открыто соединений сейчас: %1
С запуска принято: %2, с ошибкой: %3, отклонено: %4</translation>
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
        <translation>У этого рабочего стола нет настроек прокси, известных Hosier. Вместо этого скопируйте переменные окружения в файл запуска командной оболочки.</translation>
    </message>
    <message>
        <source>The desktop %1 has no proxy settings that Hosier knows. Copy the environment variables into your shell&apos;s start-up file instead.</source>
        <translation>У рабочего стола %1 нет настроек прокси, известных Hosier. Вместо этого скопируйте переменные окружения в файл запуска командной оболочки.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; asks for a password, which system settings cannot hold. Add a listener on 127.0.0.1 that asks for none.</source>
        <translation>Точка входа «%1» требует пароль, который нельзя указать в системных настройках. Добавьте точку входа на 127.0.0.1, которая его не требует.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; does not admit programs of this machine. Add 127.0.0.0/8 to its clients.</source>
        <translation>Точка входа «%1» не допускает программы этого компьютера. Добавьте 127.0.0.0/8 к её клиентам.</translation>
    </message>
    <message>
        <source>No open listener speaks a protocol that system settings can name. Add &quot;http&quot; to the protocols of one.</source>
        <translation>Ни одна открытая точка входа не принимает протокол, который можно указать в системных настройках. Добавьте «http» к протоколам одной из них.</translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation>Нет открытых точек входа.</translation>
    </message>
    <message>
        <source>The program %1 is missing, which changes the desktop&apos;s proxy settings.</source>
        <translation>Нет программы %1, которая меняет настройки прокси рабочего стола.</translation>
    </message>
    <message>
        <source>Another running Hosier has set the system proxy.</source>
        <translation>Системный прокси задан другим запущенным Hosier.</translation>
    </message>
    <message>
        <source>Somebody else has changed the system&apos;s proxy settings meanwhile; these changes were left alone.</source>
        <translation>За это время системные настройки прокси изменил кто-то другой; эти изменения не тронуты.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be kept for later, so they were not changed.</source>
        <translation>Системные настройки прокси не удалось сохранить на потом, поэтому они не изменены.</translation>
    </message>
    <message>
        <source>What the system&apos;s proxy settings were cannot be read any more; check them by hand. The damaged file is now %1.</source>
        <translation>Прежние системные настройки прокси больше не читаются; проверьте их вручную. Повреждённый файл теперь называется %1.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be read.</source>
        <translation>Не удаётся прочитать системные настройки прокси.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be changed.</source>
        <translation>Не удаётся изменить системные настройки прокси.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be put back yet.</source>
        <translation>Системные настройки прокси пока не удалось восстановить.</translation>
    </message>
    <message>
        <source>Programs that follow the system&apos;s proxy settings use %1. The settings are put back when Hosier ends, however it ends.</source>
        <translation>Программы, которые следуют системным настройкам прокси, используют %1. Настройки восстанавливаются при завершении Hosier, как бы он ни завершился.</translation>
    </message>
    <message>
        <source>Switched on, and not set for now: %1</source>
        <comment>problem</comment>
        <translation>Включено, но пока не задано: %1</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are being changed.</source>
        <translation>Системные настройки прокси изменяются.</translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier, as long as it runs</source>
        <translation>Направлять в Hosier программы, которые следуют системным настройкам прокси, пока он работает</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an address or a block of addresses such as 10.0.0.0/8.</source>
        <translation>«%1» — не адрес и не блок адресов вроде 10.0.0.0/8.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a host name, an address, or a domain such as *.example.org.</source>
        <translation>«%1» — не имя узла, не адрес и не домен вроде *.example.org.</translation>
    </message>
    <message>
        <source>Environment variables point at %1.</source>
        <comment>address</comment>
        <translation>Переменные окружения указывают на %1.</translation>
    </message>
    <message>
        <source>Point the environment variables of programs at Hosier, as long as it runs.</source>
        <translation>Направлять переменные окружения программ на Hosier, пока он работает.</translation>
    </message>
    <message>
        <source>This desktop has no proxy settings. The variables reach services and programs that the user&apos;s service manager (systemd) starts from then on. They do not reach programs that run already, nor what is started from these, such as a shell or a window manager: for them, use &quot;Copy settings for&quot;, &quot;Environment variables&quot;. The variables are taken back when Hosier ends, however it ends; programs that were started with them keep them until they end.</source>
        <translation>У этого рабочего стола нет настроек прокси. Переменные получают службы и программы, которые с этого момента запускает диспетчер служб пользователя (systemd). Их не получают ни уже запущенные программы, ни то, что запускается из них, например из командной оболочки или оконного менеджера: для них используйте «Копировать настройки», «Переменные окружения». Переменные убираются при завершении Hosier, как бы он ни завершился; программы, запущенные с ними, сохраняют их до своего завершения.</translation>
    </message>
    <message>
        <source>Apps of the Microsoft Store cannot reach a proxy on this machine, and say that there is no internet, until an administrator runs this for each: CheckNetIsolation LoopbackExempt -a -n=&lt;package family name&gt;</source>
        <comment>a command: translate only what stands in angle brackets</comment>
        <translation>Приложения из Microsoft Store не могут подключиться к прокси на этом компьютере и сообщают, что интернета нет, пока администратор не выполнит для каждого из них: CheckNetIsolation LoopbackExempt -a -n=&lt;имя семейства пакетов&gt;</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings were put back, but what had been kept of them could not be removed.</source>
        <translation>Системные настройки прокси восстановлены, но сохранённые сведения о них удалить не удалось.</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyDialog</name>
    <message>
        <source>&amp;Hosts reached without the proxy</source>
        <translation>&amp;Узлы, доступные без прокси</translation>
    </message>
    <message>
        <source>System proxy: exceptions</source>
        <translation>Системный прокси: исключения</translation>
    </message>
    <message>
        <source>One a line: a host name, a domain such as *.example.org, an address, or a block of addresses such as 10.0.0.0/8. Programs connect to these by themselves: Hosier&apos;s rules do not see them.</source>
        <translation>По одному в строке: имя узла, домен вроде *.example.org, адрес или блок адресов вроде 10.0.0.0/8. Программы подключаются к ним сами: правила Hosier их не видят.</translation>
    </message>
    <message>
        <source>This machine and its local networks</source>
        <translation>Этот компьютер и его локальные сети</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyView</name>
    <message>
        <source>S&amp;ystem proxy (waiting)</source>
        <translation>&amp;Системный прокси (ожидание)</translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation>&amp;Системный прокси</translation>
    </message>
    <message>
        <source>The system proxy is now %1.</source>
        <translation>Теперь системный прокси — %1.</translation>
    </message>
    <message>
        <source>System proxy: %1</source>
        <comment>problem</comment>
        <translation>Системный прокси: %1</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are as they were before.</source>
        <translation>Системные настройки прокси такие же, как прежде.</translation>
    </message>
    <message>
        <source>No system proxy</source>
        <translation>Нет системного прокси</translation>
    </message>
    <message>
        <source>&amp;Copy environment variables</source>
        <translation>&amp;Копировать переменные окружения</translation>
    </message>
    <message>
        <source>The system proxy is now %1, for what the user&apos;s service manager starts from now on.</source>
        <translation>Теперь системный прокси — %1, для всего, что отныне запускает диспетчер служб пользователя.</translation>
    </message>
    <message>
        <source>Programs read these variables when they start. Hosier sets them by itself only where a service manager of the user&apos;s (systemd) runs, which hands them on and takes them back; here there is none.</source>
        <translation>Программы читают эти переменные при запуске. Hosier задаёт их сам только там, где работает диспетчер служб пользователя (systemd), который передаёт их и убирает; здесь его нет.</translation>
    </message>
    <message>
        <source>System proxy by environment variables</source>
        <translation>Системный прокси через переменные окружения</translation>
    </message>
    <message>
        <source>&amp;Do not show this again</source>
        <translation>&amp;Больше не показывать</translation>
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
            <numerusform>%1 и ещё %n</numerusform>
            <numerusform>%1 и ещё %n</numerusform>
            <numerusform>%1 и ещё %n</numerusform>
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
        <translation>%1, запущенное из %2,</translation>
    </message>
    <message>
        <source>Nobody logged in; asked for: %1</source>
        <translation>Никто не выполнил вход; требуется: %1</translation>
    </message>
    <message>
        <source>The application is not identified; asked for: %1</source>
        <translation>Приложение не опознано; требуется: %1</translation>
    </message>
    <message>
        <source>User %1 is none of %2</source>
        <translation>Пользователь %1 не входит в %2</translation>
    </message>
    <message>
        <source>Client %1 is none of %2</source>
        <translation>Клиент %1 не входит в %2</translation>
    </message>
    <message>
        <source>Host %1 is none of %2</source>
        <translation>Узел %1 не входит в %2</translation>
    </message>
    <message>
        <source>Port %1 is none of %2</source>
        <translation>Порт %1 не входит в %2</translation>
    </message>
    <message>
        <source>Transport %1 is none of %2</source>
        <translation>Транспорт %1 не входит в %2</translation>
    </message>
    <message>
        <source>Application %1 is none of %2</source>
        <translation>Приложение %1 не входит в %2</translation>
    </message>
    <message>
        <source>Switched off</source>
        <translation>Выключено</translation>
    </message>
    <message>
        <source>All else matches. %1</source>
        <comment>why the rest does not</comment>
        <translation>Всё остальное подходит. %1</translation>
    </message>
    <message>
        <source>The client is on another machine, whose programs are not known here; asked for: %1</source>
        <translation>Клиент на другом компьютере, программы которого здесь неизвестны; требуется: %1</translation>
    </message>
    <message>
        <source>The path of application %1 is not known; asked for: %2</source>
        <translation>Путь приложения %1 неизвестен; требуется: %2</translation>
    </message>
</context>
<context>
    <name>ui::TrafficGraph</name>
    <message>
        <source>Traffic graph</source>
        <translation>График трафика</translation>
    </message>
    <message>
        <source>Now %1 down, %2 up</source>
        <translation>Сейчас приём %1, передача %2</translation>
    </message>
    <message>
        <source>Down %1</source>
        <comment>traffic legend: rate</comment>
        <translation>Приём %1</translation>
    </message>
    <message>
        <source>Up %1</source>
        <comment>traffic legend: rate</comment>
        <translation>Передача %1</translation>
    </message>
    <message>
        <source>%1: %2 down, %3 up</source>
        <comment>moment, rates</comment>
        <translation>%1: приём %2, передача %3</translation>
    </message>
    <message>
        <source>Nothing is known</source>
        <translation>Нет данных</translation>
    </message>
    <message>
        <source>now</source>
        <translation>сейчас</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation>%1 с назад</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>%1 мин назад</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <comment>a duration</comment>
        <translation>%1 назад</translation>
    </message>
</context>
<context>
    <name>ui::TrafficSource</name>
    <message>
        <source>Direct</source>
        <comment>traffic that goes by no server</comment>
        <translation>Напрямую</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Через %1</translation>
    </message>
</context>
<context>
    <name>ui::TrafficView</name>
    <message>
        <source>Time shown by the graph</source>
        <translation>Показанное на графике время</translation>
    </message>
    <message>
        <source>How far back the graph looks</source>
        <translation>За какое время показывать график</translation>
    </message>
    <message>
        <source>Last minute</source>
        <translation>Последняя минута</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows</source>
        <translation>Чей трафик показывает график</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows: everything, or one of the applications, servers and routes that moved most in the last minutes</source>
        <translation>Чей трафик показывает график: весь или одного из приложений, серверов и маршрутов, передавших больше всего за последние минуты</translation>
    </message>
    <message>
        <source>All traffic</source>
        <translation>Весь трафик</translation>
    </message>
    <message>
        <source>Last 10 minutes</source>
        <translation>Последние 10 минут</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>Последний час</translation>
    </message>
    <message>
        <source>Today: %1 down, %2 up</source>
        <translation>Сегодня: принято %1, передано %2</translation>
    </message>
    <message>
        <source>What moved today. It is kept when Hosier is closed.</source>
        <translation>Трафик за сегодня. Сохраняется при закрытии Hosier.</translation>
    </message>
    <message>
        <source>What moved since Hosier was started</source>
        <translation>Трафик с момента запуска Hosier</translation>
    </message>
    <message>
        <source>Session: %1 down, %2 up</source>
        <translation>Сеанс: принято %1, передано %2</translation>
    </message>
    <message>
        <source>Nothing moved in this time. Traffic is drawn here as it comes.</source>
        <translation>За это время ничего не передавалось. Трафик отображается здесь по мере поступления.</translation>
    </message>
    <message>
        <source>The proxy is off. Traffic is drawn here once it is on.</source>
        <translation>Прокси выключен. Трафик отображается здесь, когда прокси включён.</translation>
    </message>
</context>
<context>
    <name>ui::TrayIcon</name>
    <message>
        <source>Show &amp;window</source>
        <translation>Показать ок&amp;но</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>&amp;Режим</translation>
    </message>
    <message>
        <source>Hide &amp;window</source>
        <translation>Скрыть ок&amp;но</translation>
    </message>
    <message>
        <source>Hosier is still running</source>
        <translation>Hosier продолжает работать</translation>
    </message>
    <message>
        <source>Click the sock in the tray to see the window again; quit from its menu.</source>
        <translation>Щёлкните носок в области уведомлений, чтобы снова увидеть окно; выйти можно через его меню.</translation>
    </message>
    <message>
        <source>Hosier: %1</source>
        <comment>proxy state</comment>
        <translation>Hosier: %1</translation>
    </message>
    <message>
        <source>Profile: %1</source>
        <translation>Профиль: %1</translation>
    </message>
    <message>
        <source>%1 live, %2 down, %3 up</source>
        <translation>Открыто: %1, приём %2, передача %3</translation>
    </message>
    <message>
        <source>Ser&amp;vers</source>
        <translation>Вы&amp;бор сервера</translation>
    </message>
</context>
<context>
    <name>ui::UnidentifiedChoice</name>
    <message>
        <source>Skip rules about programs</source>
        <translation>Пропускать правила о программах</translation>
    </message>
    <message>
        <source>Programs that cannot be &amp;identified:</source>
        <translation>&amp;Неопознанные программы:</translation>
    </message>
    <message>
        <source>Programs that cannot be identified</source>
        <translation>Неопознанные программы</translation>
    </message>
    <message>
        <source>Of some connections the system does not tell which program of this computer made them. This is done with one where a rule for programs would match but for that; without it, such rules are skipped for them.</source>
        <translation>О некоторых соединениях система не сообщает, какая программа этого компьютера их установила. Это делается с таким соединением, если в остальном правило для программ подошло бы; если ничего не выбрано, такие правила для него пропускаются.</translation>
    </message>
</context>
<context>
    <name>ui::UserDialog</name>
    <message>
        <source>Add local user</source>
        <translation>Добавить локального пользователя</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>Сменить пароль</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Имя:</translation>
    </message>
    <message>
        <source>&amp;Password:</source>
        <translation>&amp;Пароль:</translation>
    </message>
    <message>
        <source>Password &amp;again:</source>
        <translation>Пароль &amp;ещё раз:</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Имя</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Пароль</translation>
    </message>
    <message>
        <source>Password again</source>
        <translation>Пароль ещё раз</translation>
    </message>
    <message>
        <source>The profile keeps a hash of the password (PBKDF2), never the password itself. It can be changed later, but not shown.</source>
        <translation>В профиле хранится хеш пароля (PBKDF2), но не сам пароль. Его можно сменить позже, но нельзя показать.</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Введите имя.</translation>
    </message>
    <message>
        <source>The name cannot contain a colon: HTTP takes it for the end of the name.</source>
        <translation>Имя не может содержать двоеточие: HTTP принимает его за конец имени.</translation>
    </message>
    <message>
        <source>The name is longer than 255 bytes.</source>
        <translation>Имя длиннее 255 байт.</translation>
    </message>
    <message>
        <source>There is already a user of this name.</source>
        <translation>Пользователь с таким именем уже есть.</translation>
    </message>
    <message>
        <source>Enter a password.</source>
        <translation>Введите пароль.</translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation>Пароль длиннее 255 байт.</translation>
    </message>
    <message>
        <source>The two passwords differ.</source>
        <translation>Пароли не совпадают.</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <comment>password</comment>
        <translation>Без изменений</translation>
    </message>
</context>
<context>
    <name>ui::UserInterface</name>
    <message>
        <source>This desktop has no tray for Hosier: closing the window quits it.</source>
        <translation>У этого рабочего стола нет области уведомлений для Hosier: закрытие окна завершает его.</translation>
    </message>
    <message>
        <source>Password needed</source>
        <translation>Нужен пароль</translation>
    </message>
</context>
<context>
    <name>ui::WhatsThis</name>
    <message>
        <source>Opens the listeners, so that programs can connect by way of Hosier, or closes them. Connections that are open already go on either way.</source>
        <translation>Открывает точки входа, чтобы программы могли подключаться через Hosier, или закрывает их. Уже открытые соединения в любом случае сохраняются.</translation>
    </message>
    <message>
        <source>What decides about new connections. Rules: the rules, top to bottom, then the default action. Everything: the default action alone. Direct: nothing goes to a server and nothing is blocked.</source>
        <translation>Что решает о новых соединениях. «Правила»: правила сверху вниз, затем действие по умолчанию. «Всё»: только действие по умолчанию. «Напрямую»: ничего не идёт через сервер и ничего не блокируется.</translation>
    </message>
    <message>
        <source>Points the system&apos;s proxy settings at Hosier, for programs that follow them. What they were before is put back when it is switched off and when Hosier ends, also after a crash.</source>
        <translation>Направляет системные настройки прокси на Hosier для программ, которые им следуют. Прежние настройки восстанавливаются при выключении и при завершении Hosier, в том числе после сбоя.</translation>
    </message>
    <message>
        <source>Shows only those rows of the current page in which all these words occur. It hides the others and changes nothing else.</source>
        <translation>Показывает только те строки текущей страницы, в которых есть все эти слова. Скрывает остальные и больше ничего не меняет.</translation>
    </message>
    <message>
        <source>The connections through Hosier: which program made them, where they go, by which rule and server, and how much flows. Those that ended stay for a moment. The menu of the right mouse button closes or explains one, or makes a rule of it.</source>
        <translation>Соединения через Hosier: какая программа их установила, куда они идут, по какому правилу и через какой сервер, сколько передаётся. Завершённые ненадолго остаются. Через меню правой кнопки мыши соединение можно закрыть, объяснить или создать из него правило.</translation>
    </message>
    <message>
        <source>Who connects: the programs of this computer and the clients of the network, with the sums of their traffic.</source>
        <translation>Кто подключается: программы этого компьютера и клиенты сети с суммарным трафиком каждого.</translation>
    </message>
    <message>
        <source>The rules, checked from top to bottom: the first one that matches decides. A rule without a tick is skipped. Drag a rule to move it. The default action below them is taken when none matches.</source>
        <translation>Правила, проверяемые сверху вниз: решает первое подходящее. Правило без флажка пропускается. Перетащите правило, чтобы переместить его. Действие по умолчанию под ними применяется, если не подходит ни одно.</translation>
    </message>
    <message>
        <source>What is done with a program that the system does not tell the name of, where a rule for programs would match but for that. Without a choice such rules are skipped for it.</source>
        <translation>Что делается с программой, имя которой система не сообщает, если в остальном правило для программ подошло бы. Если ничего не выбрано, такие правила для неё пропускаются.</translation>
    </message>
    <message>
        <source>The servers that connections can be sent by way of, and chains and groups of them. A check shows whether a server works, how long it takes and whether it carries UDP.</source>
        <translation>Серверы, через которые можно направлять соединения, а также их цепочки и группы. Проверка показывает, работает ли сервер, сколько времени это занимает и передаёт ли он UDP.</translation>
    </message>
    <message>
        <source>What happened, in order: connections, listeners, servers and changes. Only the last lines are held in memory; the settings say what goes to a file.</source>
        <translation>Что произошло, по порядку: соединения, точки входа, серверы и изменения. В памяти хранятся только последние строки; что записывается в файл, указано в настройках.</translation>
    </message>
    <message>
        <source>How important a line has to be to be shown. Debug shows everything.</source>
        <translation>Насколько важной должна быть строка, чтобы её показать. На уровне отладки показывается всё.</translation>
    </message>
    <message>
        <source>Shows only lines of the log in which all these words occur.</source>
        <translation>Показывает только строки журнала, в которых есть все эти слова.</translation>
    </message>
    <message>
        <source>How much was received (down) and sent (up) in each moment. The mouse, or the arrow keys, tell the values of one.</source>
        <translation>Сколько принято и передано в каждый момент. Значения отдельного момента показывают мышь или клавиши со стрелками.</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows: all of it, or that of one of the busiest programs, servers and routes.</source>
        <translation>Чей трафик показывает график: весь или одной из самых активных программ, серверов и маршрутов.</translation>
    </message>
    <message>
        <source>How far back the graph goes.</source>
        <translation>За какое время показывать график.</translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log. It may be empty: then its place stands there.</source>
        <translation>Как правило называется в списках и журнале. Имя может быть пустым: тогда вместо него указывается место правила.</translation>
    </message>
    <message>
        <source>The programs that the rule is for, by name, path or a pattern with * and ?. Empty: any program, and clients of the network.</source>
        <translation>Программы, для которых предназначено правило: по имени, пути или шаблону с * и ?. Пусто: любая программа и клиенты сети.</translation>
    </message>
    <message>
        <source>The rule then is also for programs that these have started, such as the tools that a terminal runs.</source>
        <translation>Тогда правило действует и для программ, которые запустили эти программы, например для утилит, запущенных в терминале.</translation>
    </message>
    <message>
        <source>The targets that the rule is for: names, names with * as a part, addresses, blocks and ranges of addresses. Empty: any. Entries that are addresses match requests by name only when the DNS settings have names looked up for rules.</source>
        <translation>Узлы назначения, для которых предназначено правило: имена, имена со * вместо части, адреса, блоки и диапазоны адресов. Пусто: любые. Записи-адреса подходят запросам по имени, только если в настройках DNS включено разрешение имён для правил.</translation>
    </message>
    <message>
        <source>The ports of the target: single ones and ranges. Empty: any.</source>
        <translation>Порты назначения: отдельные и диапазоны. Пусто: любые.</translation>
    </message>
    <message>
        <source>Whether the rule is for TCP, for UDP, or for both.</source>
        <translation>Для чего предназначено правило: для TCP, для UDP или для обоих.</translation>
    </message>
    <message>
        <source>Names that clients have logged in with. Empty: anybody, also without a login.</source>
        <translation>Имена, с которыми клиенты выполнили вход. Пусто: кто угодно, в том числе без входа.</translation>
    </message>
    <message>
        <source>Addresses that clients connect from, for listeners that other computers reach. Empty: any.</source>
        <translation>Адреса, с которых подключаются клиенты, — для точек входа, доступных другим компьютерам. Пусто: любые.</translation>
    </message>
    <message>
        <source>What is done when everything above matches: connect directly, block, or go by way of a server or route.</source>
        <translation>Что делается, когда подходит всё указанное выше: подключить напрямую, заблокировать или направить через сервер или маршрут.</translation>
    </message>
    <message>
        <source>How the server is called in lists and in the log.</source>
        <translation>Как сервер называется в списках и журнале.</translation>
    </message>
    <message>
        <source>What rules and routes call the server in the profile&apos;s file. When it changes, they follow.</source>
        <translation>Как правила и маршруты называют сервер в файле профиля. При изменении они обновляются.</translation>
    </message>
    <message>
        <source>What the server speaks. SOCKS5 carries UDP and logins; SOCKS4 takes IPv4 addresses only, SOCKS4a names too; HTTP is its CONNECT method, for TCP.</source>
        <translation>Протокол сервера. SOCKS5 передаёт UDP, имя пользователя и пароль; SOCKS4 принимает только адреса IPv4, SOCKS4a — и имена; HTTP — это его метод CONNECT, для TCP.</translation>
    </message>
    <message>
        <source>The connection to the server is encrypted. The server has to expect that: plain SOCKS and HTTP servers do not.</source>
        <translation>Соединение с сервером шифруется. Сервер должен этого ожидать: обычные серверы SOCKS и HTTP этого не умеют.</translation>
    </message>
    <message>
        <source>The name or address of the server itself. A whole URL that is pasted here fills in the other fields.</source>
        <translation>Имя или адрес самого сервера. Вставленный сюда целый URL заполняет и остальные поля.</translation>
    </message>
    <message>
        <source>The TCP port that the server listens on.</source>
        <translation>TCP-порт, на котором сервер принимает соединения.</translation>
    </message>
    <message>
        <source>Who turns the names of targets into addresses. When the server does, they are passed on to it as names.</source>
        <translation>Кто преобразует имена узлов назначения в адреса. Если это делает сервер, они передаются ему как имена.</translation>
    </message>
    <message>
        <source>With TLS: accept this very certificate and no other. Empty: any that this computer trusts and that is for the server&apos;s name.</source>
        <translation>При TLS: принимать именно этот сертификат и никакой другой. Пусто: любой, которому доверяет этот компьютер и который выдан на имя сервера.</translation>
    </message>
    <message>
        <source>The name to log in with. Empty: no login is offered.</source>
        <translation>Имя для входа. Пусто: вход не предлагается.</translation>
    </message>
    <message>
        <source>The password to log in with. It is never written to the profile or to the log.</source>
        <translation>Пароль для входа. Он никогда не записывается ни в профиль, ни в журнал.</translation>
    </message>
    <message>
        <source>The password is kept in memory until Hosier quits. After the next start it has to be entered again.</source>
        <translation>Пароль хранится в памяти до выхода из Hosier. После следующего запуска его нужно ввести снова.</translation>
    </message>
    <message>
        <source>The server is saved without a password.</source>
        <translation>Сервер сохраняется без пароля.</translation>
    </message>
    <message>
        <source>A file that holds the password in its first line, for computers without a credential store. Nobody but you may be able to read it.</source>
        <translation>Файл, в первой строке которого записан пароль, — для компьютеров без хранилища паролей. Читать его должны иметь возможность только вы.</translation>
    </message>
    <message>
        <source>How the listener is called in lists and in the log.</source>
        <translation>Как точка входа называется в списках и журнале.</translation>
    </message>
    <message>
        <source>Where clients connect to. 127.0.0.1 is reached by programs of this computer only, 0.0.0.0 by whoever reaches this computer.</source>
        <translation>Куда подключаются клиенты. 127.0.0.1 доступен только программам этого компьютера, 0.0.0.0 — всем, кому доступен этот компьютер.</translation>
    </message>
    <message>
        <source>The port that clients connect to. No other program may listen on it at that address.</source>
        <translation>Порт, к которому подключаются клиенты. Никакая другая программа не должна принимать на нём соединения по этому адресу.</translation>
    </message>
    <message>
        <source>Takes SOCKS5 clients: TCP, UDP, and login by name and password.</source>
        <translation>Принимает клиентов SOCKS5: TCP, UDP и вход по имени и паролю.</translation>
    </message>
    <message>
        <source>Takes SOCKS4 and SOCKS4a clients: TCP, without passwords.</source>
        <translation>Принимает клиентов SOCKS4 и SOCKS4a: TCP, без паролей.</translation>
    </message>
    <message>
        <source>Takes HTTP clients: CONNECT and plain requests.</source>
        <translation>Принимает клиентов HTTP: CONNECT и обычные запросы.</translation>
    </message>
    <message>
        <source>Whether clients have to log in as one of the local users.</source>
        <translation>Должны ли клиенты входить под именем одного из локальных пользователей.</translation>
    </message>
    <message>
        <source>Confirms that everybody who reaches the address may use the proxy without a password. Others may do so for their own ends, in your name.</source>
        <translation>Подтверждает, что прокси может использовать без пароля любой, кому доступен адрес. Посторонние смогут делать это в своих целях от вашего имени.</translation>
    </message>
    <message>
        <source>The addresses that clients may connect from. Empty: any.</source>
        <translation>Адреса, с которых могут подключаться клиенты. Пусто: любые.</translation>
    </message>
    <message>
        <source>Whose datagrams a client of UDP gets: only of those it has sent to, or also of others. The narrower, the safer; some games and calls need the wider ones.</source>
        <translation>Чьи датаграммы получает клиент UDP: только от тех, кому он сам отправлял, или также от других. Чем строже, тем безопаснее; некоторым играм и звонкам нужны более широкие варианты.</translation>
    </message>
    <message>
        <source>The addresses at which other computers of the local network reach this proxy at the moment.</source>
        <translation>Адреса, по которым другим компьютерам локальной сети сейчас доступен этот прокси.</translation>
    </message>
    <message>
        <source>Copies the selected address and port.</source>
        <translation>Копирует выбранный адрес и порт.</translation>
    </message>
    <message>
        <source>Copies the settings in the form that a program or a shell wants.</source>
        <translation>Копирует настройки в том виде, который нужен программе или командной оболочке.</translation>
    </message>
    <message>
        <source>Opens the listeners, which are closed at the moment.</source>
        <translation>Открывает точки входа, которые сейчас закрыты.</translation>
    </message>
    <message>
        <source>Whether the window is shown when Hosier starts. In the tray, the proxy works just the same.</source>
        <translation>Показывать ли окно при запуске Hosier. В области уведомлений прокси работает точно так же.</translation>
    </message>
    <message>
        <source>Which servers look names up themselves. They are told names as they are; for the others this computer looks names up first.</source>
        <translation>Какие серверы сами разрешают имена. Они получают имена как есть; для остальных имена сначала разрешает этот компьютер.</translation>
    </message>
    <message>
        <source>Looks every requested name up on this computer while there are rules about addresses, so that these can decide about it.</source>
        <translation>Разрешает на этом компьютере каждое запрошенное имя, если есть правила об адресах, чтобы они могли решать и о нём.</translation>
    </message>
    <message>
        <source>How bytes are moved between the two sides of a connection. Automatic takes the fastest way of this system.</source>
        <translation>Как байты перемещаются между двумя сторонами соединения. Вариант «Автоматически» выбирает самый быстрый способ в этой системе.</translation>
    </message>
    <message>
        <source>Takes away the listener for the local network. The user that was added for it stays. Programs of this computer are not concerned.</source>
        <translation>Удаляет точку входа для локальной сети. Добавленный для неё пользователь остаётся. Программ этого компьютера это не касается.</translation>
    </message>
</context>
</TS>
