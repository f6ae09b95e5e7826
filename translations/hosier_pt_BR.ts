<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="pt_BR" sourcelanguage="en">
<context>
    <name>app::Desktop</name>
    <message>
        <source>Hosier</source>
        <translation>Hosier</translation>
    </message>
    <message>
        <source>Hosier is already running, but its window cannot be shown.</source>
        <translation>O Hosier já está em execução, mas não é possível mostrar sua janela.</translation>
    </message>
    <message>
        <source>The profile cannot be used.</source>
        <translation>O perfil não pode ser usado.</translation>
    </message>
    <message>
        <source>The profile cannot be replaced.</source>
        <translation>O perfil não pode ser substituído.</translation>
    </message>
</context>
<context>
    <name>engine::Error</name>
    <message>
        <source>No error</source>
        <translation>Nenhum erro</translation>
    </message>
    <message>
        <source>The target refused the connection</source>
        <translation>O destino recusou a conexão</translation>
    </message>
    <message>
        <source>The target host is unreachable</source>
        <translation>O host de destino está inacessível</translation>
    </message>
    <message>
        <source>The target&apos;s network is unreachable</source>
        <translation>A rede do destino está inacessível</translation>
    </message>
    <message>
        <source>The target did not answer in time</source>
        <translation>O destino não respondeu a tempo</translation>
    </message>
    <message>
        <source>The connection was reset</source>
        <translation>A conexão foi redefinida</translation>
    </message>
    <message>
        <source>The connection was aborted</source>
        <translation>A conexão foi interrompida</translation>
    </message>
    <message>
        <source>The network is down</source>
        <translation>A rede está fora do ar</translation>
    </message>
    <message>
        <source>The address is not available on this machine</source>
        <translation>O endereço não está disponível neste computador</translation>
    </message>
    <message>
        <source>This machine does not support that kind of address</source>
        <translation>Este computador não oferece suporte a esse tipo de endereço</translation>
    </message>
    <message>
        <source>There is no host of that name</source>
        <translation>Não existe host com esse nome</translation>
    </message>
    <message>
        <source>The name could not be looked up</source>
        <translation>Não foi possível resolver o nome</translation>
    </message>
    <message>
        <source>The name server did not answer in time</source>
        <translation>O servidor de nomes não respondeu a tempo</translation>
    </message>
    <message>
        <source>The expected connection did not come in time</source>
        <translation>A conexão esperada não chegou a tempo</translation>
    </message>
    <message>
        <source>The address is in use by another program</source>
        <translation>O endereço está em uso por outro programa</translation>
    </message>
    <message>
        <source>The system does not permit it</source>
        <translation>O sistema não permite</translation>
    </message>
    <message>
        <source>Too many open connections for this system</source>
        <translation>Conexões abertas demais para este sistema</translation>
    </message>
    <message>
        <source>The system is out of memory</source>
        <translation>O sistema está sem memória</translation>
    </message>
    <message>
        <source>Too many clients</source>
        <translation>Clientes demais</translation>
    </message>
    <message>
        <source>Too many connections from this client</source>
        <translation>Conexões demais deste cliente</translation>
    </message>
    <message>
        <source>Too many logins at once</source>
        <translation>Autenticações simultâneas demais</translation>
    </message>
    <message>
        <source>The client does not speak a protocol of this listener</source>
        <translation>O cliente não fala nenhum protocolo deste ponto de escuta</translation>
    </message>
    <message>
        <source>The command is not supported</source>
        <translation>O comando não é suportado</translation>
    </message>
    <message>
        <source>The address type is not supported</source>
        <translation>O tipo de endereço não é suportado</translation>
    </message>
    <message>
        <source>The client offered no acceptable login method</source>
        <translation>O cliente não ofereceu nenhum método de autenticação aceitável</translation>
    </message>
    <message>
        <source>Wrong user name or password</source>
        <translation>Nome de usuário ou senha incorretos</translation>
    </message>
    <message>
        <source>The client&apos;s address is not allowed here</source>
        <translation>O endereço do cliente não é permitido aqui</translation>
    </message>
    <message>
        <source>The client did not finish its request in time</source>
        <translation>O cliente não concluiu sua solicitação a tempo</translation>
    </message>
    <message>
        <source>The client went away</source>
        <translation>O cliente se desconectou</translation>
    </message>
    <message>
        <source>The proxy server could not be reached</source>
        <translation>Não foi possível alcançar o servidor proxy</translation>
    </message>
    <message>
        <source>The proxy server did not answer in time</source>
        <translation>O servidor proxy não respondeu a tempo</translation>
    </message>
    <message>
        <source>The proxy server did not accept the login</source>
        <translation>O servidor proxy não aceitou a autenticação</translation>
    </message>
    <message>
        <source>The proxy server&apos;s answer is malformed</source>
        <translation>A resposta do servidor proxy é inválida</translation>
    </message>
    <message>
        <source>No secure connection to the proxy server</source>
        <translation>Sem conexão segura com o servidor proxy</translation>
    </message>
    <message>
        <source>The proxy server does not allow it</source>
        <translation>O servidor proxy não permite</translation>
    </message>
    <message>
        <source>The proxy server could not connect to the target</source>
        <translation>O servidor proxy não conseguiu se conectar ao destino</translation>
    </message>
    <message>
        <source>The route cannot carry this</source>
        <translation>A rota não pode transportar isto</translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation>Bloqueada pelas regras</translation>
    </message>
    <message>
        <source>The target is this proxy itself</source>
        <translation>O destino é este próprio proxy</translation>
    </message>
    <message>
        <source>Closed on request</source>
        <translation>Fechada a pedido</translation>
    </message>
    <message>
        <source>The changed profile no longer allows it</source>
        <translation>O perfil alterado não a permite mais</translation>
    </message>
    <message>
        <source>The changed rules send it another way</source>
        <translation>As regras alteradas a enviam por outro caminho</translation>
    </message>
    <message>
        <source>Nothing was sent for too long</source>
        <translation>Nada foi enviado por tempo demais</translation>
    </message>
    <message>
        <source>One side had finished and the other sent nothing for too long</source>
        <translation>Um lado havia terminado e o outro não enviou nada por tempo demais</translation>
    </message>
    <message>
        <source>The proxy was stopped</source>
        <translation>O proxy foi parado</translation>
    </message>
    <message>
        <source>Not supported yet</source>
        <translation>Ainda não suportado</translation>
    </message>
    <message>
        <source>General failure</source>
        <translation>Falha geral</translation>
    </message>
    <message>
        <source>No local port is free for another connection</source>
        <translation>Nenhuma porta local está livre para outra conexão</translation>
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
        <translation>um número</translation>
    </message>
    <message>
        <source>text</source>
        <translation>texto</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>uma lista</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>um objeto</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nada</translation>
    </message>
    <message>
        <source>must be %1, not %2</source>
        <translation>deve ser %1, não %2</translation>
    </message>
    <message>
        <source>further errors: %1</source>
        <translation>mais erros: %1</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>está faltando</translation>
    </message>
    <message>
        <source>unknown key</source>
        <translation>chave desconhecida</translation>
    </message>
    <message>
        <source>has %1 entries; %2 are allowed</source>
        <translation>tem %1 entradas; são permitidas %2</translation>
    </message>
    <message>
        <source>must not be empty</source>
        <translation>não deve estar vazio</translation>
    </message>
    <message>
        <source>is longer than %1 bytes</source>
        <translation>tem mais de %1 bytes</translation>
    </message>
    <message>
        <source>must not hold control characters</source>
        <translation>não deve conter caracteres de controle</translation>
    </message>
    <message>
        <source>must be from %1 to %2</source>
        <translation>deve estar entre %1 e %2</translation>
    </message>
    <message>
        <source>must be a whole number</source>
        <translation>deve ser um número inteiro</translation>
    </message>
    <message>
        <source>must be base64</source>
        <translation>deve ser base64</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>de %1 a %2</translation>
    </message>
    <message>
        <source>must be base64 of %1 bytes, not of %2</source>
        <translation>deve ser base64 de %1 bytes, não de %2</translation>
    </message>
    <message>
        <source>%1 is none of %2</source>
        <translation>%1 não é nenhum de %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>is listed twice</source>
        <translation>aparece duas vezes</translation>
    </message>
    <message>
        <source>must list at least one of &quot;socks4&quot;, &quot;socks5&quot;, &quot;http&quot;</source>
        <translation>deve incluir pelo menos um de &quot;socks4&quot;, &quot;socks5&quot;, &quot;http&quot;</translation>
    </message>
    <message>
        <source>%1 is not an IPv4 or IPv6 address</source>
        <translation>%1 não é um endereço IPv4 nem IPv6</translation>
    </message>
    <message>
        <source>whoever can reach %1 could use this proxy: set &quot;authentication&quot; to &quot;password&quot;, or &quot;open&quot; to true if an open proxy is meant</source>
        <translation>quem puder alcançar %1 poderia usar este proxy: defina &quot;authentication&quot; como &quot;password&quot;, ou &quot;open&quot; como true se a intenção for um proxy aberto</translation>
    </message>
    <message>
        <source>must list at least one listener</source>
        <translation>deve incluir pelo menos um ponto de escuta</translation>
    </message>
    <message>
        <source>%1 is already the endpoint of %2</source>
        <translation>%1 já é o endereço e a porta de %2</translation>
    </message>
    <message>
        <source>%1 is already the name of %2</source>
        <translation>%1 já é o nome de %2</translation>
    </message>
    <message>
        <source>nobody could log in: &quot;users&quot; lists no one (hosier --set-password NAME adds a user)</source>
        <translation>ninguém poderia se autenticar: &quot;users&quot; não inclui ninguém (hosier --set-password NAME adiciona um usuário)</translation>
    </message>
    <message>
        <source>is missing; this program reads version %1</source>
        <translation>está faltando; este programa lê a versão %1</translation>
    </message>
    <message>
        <source>is %1; this program reads version %2</source>
        <translation>é %1; este programa lê a versão %2</translation>
    </message>
    <message>
        <source>line %1, column %2</source>
        <translation>linha %1, coluna %2</translation>
    </message>
    <message>
        <source>the profile is larger than %1 bytes</source>
        <translation>o perfil tem mais de %1 bytes</translation>
    </message>
    <message>
        <source>must be an object</source>
        <translation>deve ser um objeto</translation>
    </message>
    <message>
        <source>may hold only letters A to Z, digits, &quot;-&quot;, &quot;_&quot; and &quot;.&quot;</source>
        <translation>só pode conter letras de A a Z, dígitos, &quot;-&quot;, &quot;_&quot; e &quot;.&quot;</translation>
    </message>
    <message>
        <source>%1 is already the id at %2</source>
        <translation>%1 já é o identificador em %2</translation>
    </message>
    <message>
        <source>SOCKS4 has no names: set &quot;protocol&quot; to &quot;socks4a&quot;, or this to &quot;local&quot;</source>
        <translation>o SOCKS4 não transporta nomes: defina &quot;protocol&quot; como &quot;socks4a&quot;, ou isto como &quot;local&quot;</translation>
    </message>
    <message>
        <source>means nothing unless &quot;tls&quot; is true</source>
        <translation>não significa nada se &quot;tls&quot; não for true</translation>
    </message>
    <message>
        <source>holds a colon, which HTTP&apos;s Basic login cannot carry</source>
        <translation>contém dois-pontos, que a autenticação Basic do HTTP não pode transportar</translation>
    </message>
    <message>
        <source>must list at least one server or route</source>
        <translation>deve incluir pelo menos um servidor ou uma rota</translation>
    </message>
    <message>
        <source>there is no server or route with the id %1</source>
        <translation>não há servidor nem rota com o identificador %1</translation>
    </message>
    <message>
        <source>the route contains itself: %1</source>
        <translation>a rota contém a si mesma: %1</translation>
    </message>
    <message>
        <source>is a chain of more than %1 servers</source>
        <translation>é uma cadeia de mais de %1 servidores</translation>
    </message>
    <message>
        <source>%1 is neither a port (&quot;80&quot;) nor a range of ports (&quot;8000-9000&quot;)</source>
        <translation>%1 não é uma porta (&quot;80&quot;) nem um intervalo de portas (&quot;8000-9000&quot;)</translation>
    </message>
    <message>
        <source>%1 is not an address block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1 não é um bloco de endereços como &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>%1 is not a host: it holds a space</source>
        <translation>%1 não é um host: contém um espaço</translation>
    </message>
    <message>
        <source>%1: &quot;*&quot; stands for whole labels at one end of a name, as in &quot;*.lan&quot; or &quot;mail.*&quot;</source>
        <translation>%1: &quot;*&quot; representa partes inteiras em uma extremidade de um nome, como em &quot;*.lan&quot; ou &quot;mail.*&quot;</translation>
    </message>
    <message>
        <source>%1 is not a range of addresses such as &quot;10.0.0.1-10.0.0.9&quot;</source>
        <translation>%1 não é um intervalo de endereços como &quot;10.0.0.1-10.0.0.9&quot;</translation>
    </message>
    <message>
        <source>%1 is not an address or an address block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1 não é um endereço nem um bloco de endereços como &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>%1 cannot carry UDP, which &quot;transports&quot; lists: only SOCKS5 servers can</source>
        <translation>%1 não pode transportar UDP, que consta em &quot;transports&quot;: só os servidores SOCKS5 podem</translation>
    </message>
    <message>
        <source>%1 is none of &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</source>
        <translation>%1 não é nenhum de &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</translation>
    </message>
    <message>
        <source>this session has no D-Bus</source>
        <translation>esta sessão não tem D-Bus</translation>
    </message>
    <message>
        <source>the session&apos;s D-Bus cannot be reached</source>
        <translation>não é possível acessar o D-Bus da sessão</translation>
    </message>
    <message>
        <source>libsecret-1.so.0 is missing, or Qt runs without GLib</source>
        <translation>a libsecret-1.so.0 está faltando, ou o Qt é executado sem a GLib</translation>
    </message>
    <message>
        <source>neither a Secret Service nor KWallet is on the session&apos;s D-Bus</source>
        <translation>nem um Secret Service nem o KWallet está no D-Bus da sessão</translation>
    </message>
    <message>
        <source>this program was built without QtKeychain</source>
        <translation>este programa foi compilado sem o QtKeychain</translation>
    </message>
    <message>
        <source>there is no credential store</source>
        <translation>não há repositório de credenciais</translation>
    </message>
    <message>
        <source>the credential store has no password for it</source>
        <translation>o repositório de credenciais não tem senha para isso</translation>
    </message>
    <message>
        <source>the credential store gives no access</source>
        <translation>o repositório de credenciais não permite o acesso</translation>
    </message>
    <message>
        <source>the credential store does not answer</source>
        <translation>o repositório de credenciais não responde</translation>
    </message>
    <message>
        <source>the credential store failed</source>
        <translation>o repositório de credenciais falhou</translation>
    </message>
    <message>
        <source>%1 cannot be made</source>
        <translation>não é possível criar %1</translation>
    </message>
    <message>
        <source>%1 is not a regular file</source>
        <translation>%1 não é um arquivo comum</translation>
    </message>
    <message>
        <source>server %1: its password is not removed: %2</source>
        <translation>servidor %1: sua senha não foi removida: %2</translation>
    </message>
    <message>
        <source>server %1: its password is not kept under the new id: %2</source>
        <translation>servidor %1: sua senha não foi guardada com o novo identificador: %2</translation>
    </message>
    <message>
        <source>server %1: its password is not known: %2</source>
        <translation>servidor %1: sua senha não é conhecida: %2</translation>
    </message>
    <message>
        <source>cannot write %1: %2</source>
        <translation>não é possível gravar %1: %2</translation>
    </message>
    <message>
        <source>cannot read %1: %2</source>
        <translation>não é possível ler %1: %2</translation>
    </message>
    <message>
        <source>cannot create the directory of %1</source>
        <translation>não é possível criar o diretório de %1</translation>
    </message>
    <message>
        <source>%1 belongs to the profile in use</source>
        <translation>%1 pertence ao perfil em uso</translation>
    </message>
    <message>
        <source>the profile has no listener</source>
        <translation>o perfil não tem ponto de escuta</translation>
    </message>
    <message>
        <source>whoever can reach %1 could use this proxy: the profile&apos;s first listener asks for no password and is not &quot;open&quot;</source>
        <translation>quem puder alcançar %1 poderia usar este proxy: o primeiro ponto de escuta do perfil não pede senha e não está definido como &quot;open&quot;</translation>
    </message>
    <message>
        <source>%1 is already the endpoint of the listener &quot;%2&quot;</source>
        <translation>%1 já é o endereço e a porta do ponto de escuta &quot;%2&quot;</translation>
    </message>
    <message>
        <source>the password file %1 is no regular file</source>
        <translation>o arquivo de senha %1 não é um arquivo comum</translation>
    </message>
    <message>
        <source>the password file %1 is open to others: chmod 600</source>
        <translation>o arquivo de senha %1 está acessível a outros: chmod 600</translation>
    </message>
    <message>
        <source>cannot read the password file %1: %2</source>
        <translation>não é possível ler o arquivo de senha %1: %2</translation>
    </message>
    <message>
        <source>the password in %1 is not 1 to 255 bytes long</source>
        <translation>a senha em %1 não tem de 1 a 255 bytes</translation>
    </message>
    <message>
        <source>server %1: %2</source>
        <translation>servidor %1: %2</translation>
    </message>
    <message>
        <source>the running instance did not answer</source>
        <translation>a instância em execução não respondeu</translation>
    </message>
    <message>
        <source>no running instance uses this profile</source>
        <translation>nenhuma instância em execução usa este perfil</translation>
    </message>
    <message>
        <source>the running instance is not ready</source>
        <translation>a instância em execução não está pronta</translation>
    </message>
    <message>
        <source>the running instance has no interface (--headless)</source>
        <translation>a instância em execução não tem interface (--headless)</translation>
    </message>
    <message>
        <source>%1 is too large</source>
        <translation>%1 é grande demais</translation>
    </message>
    <message>
        <source>%1 is a link or a directory</source>
        <translation>%1 é um link ou um diretório</translation>
    </message>
    <message>
        <source>cannot create %1</source>
        <translation>não é possível criar %1</translation>
    </message>
    <message>
        <source>cannot remove %1: %2</source>
        <translation>não é possível remover %1: %2</translation>
    </message>
    <message>
        <source>%1%2 has no key &quot;%3&quot;</source>
        <translation>%1%2 não tem a chave &quot;%3&quot;</translation>
    </message>
    <message>
        <source>%1 is locked by the administrator</source>
        <translation>%1 está bloqueado pelo administrador</translation>
    </message>
    <message>
        <source>InternetQueryOption: error %1</source>
        <translation>InternetQueryOption: erro %1</translation>
    </message>
    <message>
        <source>InternetSetOption: error %1</source>
        <translation>InternetSetOption: erro %1</translation>
    </message>
    <message>
        <source>they do not stay as they are written</source>
        <translation>não permanecem como foram gravadas</translation>
    </message>
    <message>
        <source>no answer within %1 s</source>
        <translation>sem resposta em %1 s</translation>
    </message>
    <message>
        <source>failed (%1)</source>
        <translation>falhou (%1)</translation>
    </message>
    <message>
        <source>only SOCKS5 carries UDP</source>
        <translation>somente o SOCKS5 transporta UDP</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>it hung up</source>
        <translation>ele encerrou a conexão</translation>
    </message>
    <message>
        <source>malformed or oversized request</source>
        <translation>solicitação malformada ou grande demais</translation>
    </message>
    <message>
        <source>only /proxy.pac is to be had here</source>
        <translation>aqui só há /proxy.pac</translation>
    </message>
    <message>
        <source>CONNECT needs a connection of its own</source>
        <translation>CONNECT precisa de uma conexão própria</translation>
    </message>
    <message>
        <source>malformed chunks</source>
        <translation>blocos (chunks) malformados</translation>
    </message>
    <message>
        <source>by the target</source>
        <translation>pelo destino</translation>
    </message>
    <message>
        <source>malformed chunks from the target</source>
        <translation>blocos (chunks) do destino malformados</translation>
    </message>
    <message>
        <source>the target&apos;s answer is malformed</source>
        <translation>a resposta do destino está malformada</translation>
    </message>
    <message>
        <source>it asks for a user name and password</source>
        <translation>ele exige nome de usuário e senha</translation>
    </message>
    <message>
        <source>reply 7, command not supported</source>
        <translation>resposta 7, comando sem suporte</translation>
    </message>
    <message>
        <source>reply 8, address type not supported</source>
        <translation>resposta 8, tipo de endereço sem suporte</translation>
    </message>
    <message>
        <source>reply %1</source>
        <translation>resposta %1</translation>
    </message>
    <message>
        <source>SOCKS4 code %1</source>
        <translation>código SOCKS4 %1</translation>
    </message>
    <message>
        <source>it chose a method that was not offered</source>
        <translation>ele escolheu um método que não foi oferecido</translation>
    </message>
    <message>
        <source>it takes no user name and password</source>
        <translation>ele não aceita nome de usuário e senha</translation>
    </message>
    <message>
        <source>too many interim answers</source>
        <translation>respostas provisórias demais</translation>
    </message>
    <message>
        <source>HTTP status %1</source>
        <translation>status HTTP %1</translation>
    </message>
    <message>
        <source>SOCKS4 has no UDP</source>
        <translation>SOCKS4 não tem UDP</translation>
    </message>
    <message>
        <source>SOCKS4 has no IPv6</source>
        <translation>SOCKS4 não tem IPv6</translation>
    </message>
    <message>
        <source>HTTP has no BIND</source>
        <translation>HTTP não tem BIND</translation>
    </message>
    <message>
        <source>HTTP has no UDP</source>
        <translation>HTTP não tem UDP</translation>
    </message>
    <message>
        <source>HTTP cannot say this name</source>
        <translation>HTTP não consegue expressar este nome</translation>
    </message>
    <message>
        <source>too many others are under way</source>
        <translation>há outras demais em andamento</translation>
    </message>
    <message>
        <source>no thread for it</source>
        <translation>nenhuma thread disponível</translation>
    </message>
    <message>
        <source>no answer by UDP</source>
        <translation>sem resposta por UDP</translation>
    </message>
    <message>
        <source>no descriptors are left</source>
        <translation>não há mais descritores livres</translation>
    </message>
    <message>
        <source>its certificate is not the pinned one but has the SHA-256 %1</source>
        <translation>o certificado dele não é o fixado, mas tem o SHA-256 %1</translation>
    </message>
    <message>
        <source>it leads back here</source>
        <translation>ele leva de volta para cá</translation>
    </message>
    <message>
        <source>its answer is too long</source>
        <translation>a resposta dele é longa demais</translation>
    </message>
    <message>
        <source>cannot be true beside &quot;passwordFile&quot;</source>
        <translation>não pode ser verdadeiro junto com &quot;passwordFile&quot;</translation>
    </message>
    <message>
        <source>by the client</source>
        <translation>pelo cliente</translation>
    </message>
    <message>
        <source>%1 is not a host: what follows the &quot;:&quot; belongs into &quot;ports&quot;</source>
        <translation>%1 não é um host: o que vem depois de &quot;:&quot; pertence a &quot;ports&quot;</translation>
    </message>
    <message>
        <source>%1 is neither a name nor an address</source>
        <translation>%1 não é nem um nome nem um endereço</translation>
    </message>
    <message>
        <source>%1 is not a host: something is missing before or after a dot; &quot;*.lan&quot; stands for all names that end in &quot;.lan&quot;</source>
        <translation>%1 não é um host: falta algo antes ou depois de um ponto; &quot;*.lan&quot; representa todos os nomes que terminam em &quot;.lan&quot;</translation>
    </message>
    <message>
        <source>%1 is not a host: &quot;?&quot; is no wildcard in names of hosts</source>
        <translation>%1 não é um host: &quot;?&quot; não é curinga em nomes de hosts</translation>
    </message>
    <message>
        <source>%1: &quot;*&quot; stands for parts of names, not of addresses: write a block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1: &quot;*&quot; representa partes de nomes, não de endereços: escreva um bloco como &quot;10.0.0.0/8&quot;</translation>
    </message>
    <message>
        <source>The profile&apos;s file was changed by another program meanwhile. It is in force now; please make your change once more.</source>
        <translation>Outro programa alterou o arquivo do perfil nesse meio-tempo. Ele já está em vigor; faça sua alteração novamente.</translation>
    </message>
    <message>
        <source>%1 is more than one entry: each stands by itself</source>
        <translation>%1 são várias entradas: cada uma fica separada</translation>
    </message>
    <message>
        <source>%1 is a URL: only the host in it belongs here</source>
        <translation>%1 é uma URL: aqui vai apenas o host dela</translation>
    </message>
    <message>
        <source>%1 stands without quotes here</source>
        <translation>%1 se escreve aqui sem aspas</translation>
    </message>
    <message>
        <source>%1 is neither the name of a program nor its whole path, such as &quot;/usr/bin/curl&quot; or &quot;C:\Tools\curl.exe&quot;</source>
        <translation>%1 não é o nome de um programa nem o caminho completo dele, como &quot;/usr/bin/curl&quot; ou &quot;C:\Tools\curl.exe&quot;</translation>
    </message>
    <message>
        <source>the program is about to end</source>
        <translation>o programa está prestes a terminar</translation>
    </message>
    <message>
        <source>the running instance has hung up</source>
        <translation>a instância em execução encerrou a conexão</translation>
    </message>
    <message>
        <source>it refused the connection</source>
        <translation>ele recusou a conexão</translation>
    </message>
    <message>
        <source>it is unreachable</source>
        <translation>ele está inacessível</translation>
    </message>
    <message>
        <source>its network is unreachable</source>
        <translation>a rede dele está inacessível</translation>
    </message>
    <message>
        <source>it did not answer in time</source>
        <translation>ele não respondeu a tempo</translation>
    </message>
    <message>
        <source>the server before it does not allow it</source>
        <translation>o servidor anterior a ele não permite</translation>
    </message>
    <message>
        <source>the server before it could not connect to it</source>
        <translation>o servidor anterior não conseguiu se conectar a ele</translation>
    </message>
    <message>
        <source>%1 is neither an address nor the name of one host, which holds no &quot;/&quot;, &quot;:&quot; or &quot;*&quot;</source>
        <translation>%1 não é um endereço nem o nome de um único host; um nome assim não contém &quot;/&quot;, &quot;:&quot; nem &quot;*&quot;</translation>
    </message>
    <message>
        <source>%1 is no name that can be asked for: it is too long, or holds a space or what cannot be seen</source>
        <translation>%1 não é um nome que possa ser solicitado: é longo demais ou contém um espaço ou caracteres invisíveis</translation>
    </message>
    <message>
        <source>the profile is empty</source>
        <translation>o perfil está vazio</translation>
    </message>
    <message>
        <source>%1 is none of &quot;default&quot;, &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</source>
        <translation>%1 não é nenhum de &quot;default&quot;, &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</translation>
    </message>
    <message>
        <source>%1 begins with two separators: write %2, or %3 for a program in a network</source>
        <translation>%1 começa com dois separadores: escreva %2, ou %3 para um programa em uma rede</translation>
    </message>
    <message>
        <source>%1 is no path that a program is known by, for it holds &quot;.&quot;, &quot;..&quot; or two separators in a row: write %2</source>
        <translation>%1 não é um caminho pelo qual um programa é conhecido, pois contém &quot;.&quot;, &quot;..&quot; ou dois separadores seguidos: escreva %2</translation>
    </message>
    <message>
        <source>%1 has bits set behind its prefix: write %2 for the block</source>
        <translation>%1 tem bits diferentes de zero após o prefixo: escreva %2 para o bloco</translation>
    </message>
    <message>
        <source>%1 begins or ends with a space: leave that out</source>
        <translation>%1 começa ou termina com um espaço: remova-o</translation>
    </message>
    <message>
        <source>%1 ends like a directory: write %2 for all programs below it</source>
        <translation>%1 termina como um diretório: escreva %2 para todos os programas dentro dele</translation>
    </message>
    <message>
        <source>%1 (its certificate has the SHA-256 %2)</source>
        <translation>%1 (o certificado dele tem o SHA-256 %2)</translation>
    </message>
    <message>
        <source>the keyring is locked</source>
        <translation>o chaveiro está bloqueado</translation>
    </message>
    <message>
        <source>servers %1: their passwords are not removed: %2</source>
        <translation>servidores %1: as senhas não foram removidas: %2</translation>
    </message>
</context>
<context>
    <name>ui::About</name>
    <message>
        <source>About Hosier</source>
        <translation>Sobre o Hosier</translation>
    </message>
    <message>
        <source>A proxy manager for the desktop: programs connect through it by SOCKS or HTTP, and you see every connection they make.&lt;br&gt;&lt;br&gt;Published under the MIT licence.</source>
        <translation>Um gerenciador de proxies para o desktop: os programas se conectam por ele via SOCKS ou HTTP, e você vê cada conexão que fazem.&lt;br&gt;&lt;br&gt;Publicado sob a licença MIT.</translation>
    </message>
    <message>
        <source>About Qt</source>
        <translation>Sobre o Qt</translation>
    </message>
    <message>
        <source>Hosier is made with Qt, used under the GNU Lesser General Public License version 3.&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</source>
        <translation>O Hosier é feito com Qt, usado sob a GNU Lesser General Public License, versão 3.&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</translation>
    </message>
    <message>
        <source>The source code of Qt is at %1. The licences of Qt, and of the runtime libraries of GCC and mingw-w64 that come with Hosier, are in %2.</source>
        <translation>O código-fonte do Qt está em %1. As licenças do Qt e das bibliotecas de tempo de execução do GCC e do mingw-w64 que acompanham o Hosier estão em %2.</translation>
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
        <translation>&amp;Sair</translation>
    </message>
    <message>
        <source>Stop the proxy and quit Hosier</source>
        <translation>Parar o proxy e sair do Hosier</translation>
    </message>
    <message>
        <source>Start at &amp;login</source>
        <translation>I&amp;niciar com a sessão</translation>
    </message>
    <message>
        <source>&amp;Close window</source>
        <translation>&amp;Fechar janela</translation>
    </message>
    <message>
        <source>Close the window; the proxy goes on in the tray where there is one</source>
        <translation>Fechar a janela; o proxy continua na bandeja do sistema, se houver uma</translation>
    </message>
    <message>
        <source>&amp;Import...</source>
        <translation>&amp;Importar...</translation>
    </message>
    <message>
        <source>Take a profile from a file, of Hosier or of Proxifier (.ppx)</source>
        <translation>Obter um perfil de um arquivo, do Hosier ou do Proxifier (.ppx)</translation>
    </message>
    <message>
        <source>&amp;Export...</source>
        <translation>&amp;Exportar...</translation>
    </message>
    <message>
        <source>Write the profile in force to a file</source>
        <translation>Gravar em um arquivo o perfil em vigor</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copiar</translation>
    </message>
    <message>
        <source>Copy the selected connections as text</source>
        <translation>Copiar as conexões selecionadas como texto</translation>
    </message>
    <message>
        <source>Copy &amp;target</source>
        <translation>Copiar des&amp;tino</translation>
    </message>
    <message>
        <source>Copy the targets of the selected connections</source>
        <translation>Copiar os destinos das conexões selecionadas</translation>
    </message>
    <message>
        <source>Close co&amp;nnection</source>
        <translation>Fechar co&amp;nexão</translation>
    </message>
    <message>
        <source>Close the selected connections</source>
        <translation>Fechar as conexões selecionadas</translation>
    </message>
    <message>
        <source>E&amp;xplain...</source>
        <translation>E&amp;xplicar...</translation>
    </message>
    <message>
        <source>Show which rule decides about such a connection, and why</source>
        <translation>Mostrar qual regra decide sobre uma conexão assim e por quê</translation>
    </message>
    <message>
        <source>Show what the rules decide about a connection that you describe</source>
        <translation>Mostrar o que as regras decidem sobre uma conexão que você descrever</translation>
    </message>
    <message>
        <source>&amp;Apply to open connections</source>
        <translation>Ap&amp;licar às conexões abertas</translation>
    </message>
    <message>
        <source>Close the open connections that would go another way now, or be blocked, so that their programs connect again by the rules</source>
        <translation>Fechar as conexões abertas que agora iriam por outro caminho ou seriam bloqueadas, para que seus programas se conectem de novo conforme as regras</translation>
    </message>
    <message>
        <source>Filter &amp;log</source>
        <translation>Filtrar &amp;log</translation>
    </message>
    <message>
        <source>Go to the filter field of the log</source>
        <translation>Ir para o campo de filtro do log</translation>
    </message>
    <message>
        <source>&amp;Proxy on</source>
        <translation>&amp;Proxy ativado</translation>
    </message>
    <message>
        <source>Open or close the listeners; open connections go on</source>
        <translation>Abrir ou fechar os pontos de escuta; as conexões abertas continuam</translation>
    </message>
    <message>
        <source>&amp;Retry listeners</source>
        <translation>&amp;Reabrir pontos de escuta</translation>
    </message>
    <message>
        <source>Try again to open the listeners that failed</source>
        <translation>Tentar de novo abrir os pontos de escuta que falharam</translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation>Proxy do sis&amp;tema</translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier</source>
        <translation>Direcionar ao Hosier os programas que seguem as configurações de proxy do sistema</translation>
    </message>
    <message>
        <source>System proxy e&amp;xceptions...</source>
        <translation>E&amp;xceções do proxy do sistema...</translation>
    </message>
    <message>
        <source>Choose the hosts that programs reach without the system proxy</source>
        <translation>Escolher os hosts que os programas acessam sem o proxy do sistema</translation>
    </message>
    <message>
        <source>Copy proxy &amp;environment variables</source>
        <translation>Copiar variáveis de am&amp;biente do proxy</translation>
    </message>
    <message>
        <source>Copy lines for a shell that point programs at the proxy</source>
        <translation>Copiar linhas para um shell que direcionam os programas ao proxy</translation>
    </message>
    <message>
        <source>Close &amp;all connections</source>
        <translation>Fechar t&amp;odas as conexões</translation>
    </message>
    <message>
        <source>Close every open connection; the proxy stays as it is</source>
        <translation>Fechar todas as conexões abertas; o proxy fica como está</translation>
    </message>
    <message>
        <source>Log in its own &amp;window</source>
        <translation>Log em &amp;janela própria</translation>
    </message>
    <message>
        <source>Take the log out of the main window, or put it back</source>
        <translation>Tirar o log da janela principal ou devolvê-lo a ela</translation>
    </message>
    <message>
        <source>&amp;About Hosier</source>
        <translation>&amp;Sobre o Hosier</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>Versão e licença</translation>
    </message>
    <message>
        <source>About &amp;Qt</source>
        <translation>Sobre o &amp;Qt</translation>
    </message>
    <message>
        <source>Version of the Qt library</source>
        <translation>Versão da biblioteca Qt</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <comment>mode</comment>
        <translation>&amp;Regras</translation>
    </message>
    <message>
        <source>The rules decide, top to bottom; then the default action</source>
        <translation>As regras decidem, de cima para baixo; depois, a ação padrão</translation>
    </message>
    <message>
        <source>&amp;Everything</source>
        <comment>mode</comment>
        <translation>&amp;Tudo</translation>
    </message>
    <message>
        <source>The default action is taken for everything, whatever the rules say</source>
        <translation>A ação padrão se aplica a tudo, independentemente das regras</translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>mode</comment>
        <translation>&amp;Direto</translation>
    </message>
    <message>
        <source>Everything connects directly, and nothing is blocked</source>
        <translation>Tudo se conecta diretamente e nada é bloqueado</translation>
    </message>
    <message>
        <source>Try out</source>
        <translation>Testar</translation>
    </message>
    <message>
        <source>Apply to open</source>
        <translation>Aplicar às abertas</translation>
    </message>
    <message>
        <source>&amp;System&apos;s language</source>
        <translation>Idioma do &amp;sistema</translation>
    </message>
    <message>
        <source>The language of the desktop, where Hosier speaks it</source>
        <translation>O idioma do ambiente, se o Hosier o falar</translation>
    </message>
    <message>
        <source>&amp;Try the rules out...</source>
        <translation>&amp;Testar regras...</translation>
    </message>
    <message>
        <source>&amp;Settings...</source>
        <translation>C&amp;onfigurações...</translation>
    </message>
    <message>
        <source>Theme, log, limits and notifications</source>
        <translation>Tema, log, limites e notificações</translation>
    </message>
    <message>
        <source>Start Hosier when you log in; the settings say whether in the tray</source>
        <translation>Iniciar o Hosier ao iniciar a sessão; as configurações indicam se na bandeja</translation>
    </message>
    <message>
        <source>&amp;Filter page</source>
        <translation>&amp;Filtrar página</translation>
    </message>
    <message>
        <source>Go to the field that filters the page in sight</source>
        <translation>Ir para o campo que filtra a página visível</translation>
    </message>
    <message>
        <source>Traffic in its &amp;own window</source>
        <translation>Tráfego em janela pr&amp;ópria</translation>
    </message>
    <message>
        <source>Take the traffic out of the main window, or put it back</source>
        <translation>Tirar o tráfego da janela principal ou devolvê-lo a ela</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationModel</name>
    <message>
        <source>The rule that decides about its connections; of one that has none, about its latest one</source>
        <translation>A regra que decide sobre suas conexões; se não houver nenhuma aberta, sobre a mais recente</translation>
    </message>
    <message>
        <source>Since Hosier started</source>
        <translation>Desde o início do Hosier</translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation>Aplicativo</translation>
    </message>
    <message>
        <source>Live</source>
        <comment>column: open connections</comment>
        <translation>Abertas</translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation>Receb./s</translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation>Env./s</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation>Recebido</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation>Enviado</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Regra</translation>
    </message>
    <message>
        <source>Last seen</source>
        <comment>column</comment>
        <translation>Visto por último</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationText</name>
    <message>
        <source>No rule</source>
        <comment>no rule matched</comment>
        <translation>Nenhuma regra</translation>
    </message>
    <message>
        <source>Several</source>
        <comment>rules</comment>
        <translation>Várias</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <comment>rules</comment>
        <translation>
            <numerusform>Mais %n</numerusform>
            <numerusform>Mais %n</numerusform>
        </translation>
    </message>
    <message>
        <source>Now</source>
        <comment>last seen</comment>
        <translation>Agora</translation>
    </message>
    <message>
        <source>Just now</source>
        <comment>last seen</comment>
        <translation>Agora mesmo</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <comment>last seen: a duration</comment>
        <translation>Há %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>client, login name</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Unidentified programs</source>
        <translation>Programas não identificados</translation>
    </message>
    <message>
        <source>Client %1</source>
        <comment>address</comment>
        <translation>Cliente %1</translation>
    </message>
    <message>
        <source>Programs of this machine whose name the system did not tell, or that had gone before it could be asked.</source>
        <translation>Programas deste computador cujo nome o sistema não informou ou que já tinham terminado antes que fosse possível consultá-lo.</translation>
    </message>
    <message>
        <source>A client of the proxy, known by its address.</source>
        <translation>Um cliente do proxy, conhecido pelo endereço.</translation>
    </message>
    <message>
        <source>Latest process: %1</source>
        <translation>Último processo: %1</translation>
    </message>
    <message>
        <source>Connections since Hosier started: %1</source>
        <translation>Conexões desde o início do Hosier: %1</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>Regras: %1</translation>
    </message>
    <message>
        <source>Last seen: %1</source>
        <translation>Visto por último: %1</translation>
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
        <translation>Aplicativos</translation>
    </message>
    <message>
        <source>Columns of the applications</source>
        <translation>Colunas dos aplicativos</translation>
    </message>
    <message>
        <source>New rule for a&amp;pplication...</source>
        <translation>Nova regra para o a&amp;plicativo...</translation>
    </message>
    <message>
        <source>Make a rule for the selected application</source>
        <translation>Criar uma regra para o aplicativo selecionado</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copiar</translation>
    </message>
    <message>
        <source>Copy the selected applications as text</source>
        <translation>Copiar os aplicativos selecionados como texto</translation>
    </message>
    <message>
        <source>Clo&amp;se connections of application</source>
        <translation>Fechar conexões do &amp;aplicativo</translation>
    </message>
    <message>
        <source>Close all connections of the selected applications</source>
        <translation>Fechar todas as conexões dos aplicativos selecionados</translation>
    </message>
</context>
<context>
    <name>ui::ClientSettings</name>
    <message>
        <source>Environment variables</source>
        <translation>Variáveis de ambiente</translation>
    </message>
    <message>
        <source>PAC address</source>
        <translation>Endereço PAC</translation>
    </message>
    <message>
        <source>Copied. Put it into %1 and replace NAME and PASSWORD.</source>
        <translation>Copiado. Coloque em %1 e substitua NAME e PASSWORD.</translation>
    </message>
    <message>
        <source>Copied. Put it into %1.</source>
        <comment>a file</comment>
        <translation>Copiado. Coloque em %1.</translation>
    </message>
    <message>
        <source>Copied. Paste it into a shell and replace NAME and PASSWORD.</source>
        <translation>Copiado. Cole em um shell e substitua NAME e PASSWORD.</translation>
    </message>
    <message>
        <source>Copied. Paste it into a shell: its programs then use %1.</source>
        <translation>Copiado. Cole em um shell: os programas dele passam a usar %1.</translation>
    </message>
    <message>
        <source>Copied. Enter it where a program or system asks for a PAC file or a configuration URL.</source>
        <translation>Copiado. Insira onde um programa ou o sistema pedir um arquivo PAC ou uma URL de configuração.</translation>
    </message>
    <message>
        <source>The PAC file is served by HTTP. Add HTTP to the listener&apos;s protocols.</source>
        <translation>O arquivo PAC é fornecido por HTTP. Adicione HTTP aos protocolos do ponto de escuta.</translation>
    </message>
    <message>
        <source>%1 needs a listener that speaks HTTP.</source>
        <comment>a program</comment>
        <translation>%1 precisa de um ponto de escuta que fale HTTP.</translation>
    </message>
    <message>
        <source>Environment variables (%1)</source>
        <comment>of a shell</comment>
        <translation>Variáveis de ambiente (%1)</translation>
    </message>
</context>
<context>
    <name>ui::ColumnMenu</name>
    <message>
        <source>Col&amp;umns</source>
        <translation>Col&amp;unas</translation>
    </message>
</context>
<context>
    <name>ui::ConnectionModel</name>
    <message>
        <source>How long the connection is or was open. Sorts by when it was opened.</source>
        <translation>Quanto tempo a conexão está ou esteve aberta. Ordena pelo momento em que foi aberta.</translation>
    </message>
    <message>
        <source>The rule that decided what is done with the connection; blank: the default action</source>
        <translation>A regra que decidiu o que se faz com a conexão; em branco: a ação padrão</translation>
    </message>
    <message>
        <source>The server or route the connection goes by; blank: directly</source>
        <translation>O servidor ou a rota por onde a conexão passa; em branco: diretamente</translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation>Aplicativo</translation>
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
        <translation>Duração</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation>Recebido</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation>Enviado</translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation>Receb./s</translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation>Env./s</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Regra</translation>
    </message>
    <message>
        <source>Route</source>
        <comment>column</comment>
        <translation>Rota</translation>
    </message>
    <message>
        <source>The program that connects, or the client&apos;s address where none is known</source>
        <translation>O programa que se conecta, ou o endereço do cliente quando nenhum é conhecido</translation>
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
        <translation>Aplicativo: %1</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Falhou: %1</translation>
    </message>
    <message>
        <source>Ended: %1</source>
        <translation>Terminou: %1</translation>
    </message>
    <message>
        <source>Target: %1</source>
        <translation>Destino: %1</translation>
    </message>
    <message>
        <source>Connected to: %1</source>
        <translation>Conectada a: %1</translation>
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
        <translation>Regra: %1</translation>
    </message>
    <message>
        <source>By way of: %1</source>
        <comment>server or route</comment>
        <translation>Via: %1</translation>
    </message>
    <message>
        <source>Listener: %1</source>
        <translation>Ponto de escuta: %1</translation>
    </message>
    <message>
        <source>Opened at: %1</source>
        <translation>Aberta em: %1</translation>
    </message>
    <message>
        <source>Ended at: %1</source>
        <translation>Terminada em: %1</translation>
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
            <numerusform>%n conexão terminou assim. Esta é a última.</numerusform>
            <numerusform>%n conexões terminaram do mesmo modo. Esta é a última.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) wait alike. This is the newest of them.</source>
        <translation>
            <numerusform>%n conexão aguarda. Esta é a mais recente.</numerusform>
            <numerusform>%n conexões aguardam do mesmo modo. Esta é a mais recente.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ConnectionsPage</name>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Conexões</translation>
    </message>
    <message>
        <source>Columns of the connections</source>
        <translation>Colunas das conexões</translation>
    </message>
    <message>
        <source>Retry to open the listener</source>
        <translation>Tentar de novo abrir o ponto de escuta</translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1. %2</source>
        <translation>O Hosier não consegue escutar em %1. %2</translation>
    </message>
</context>
<context>
    <name>ui::CrashBar</name>
    <message>
        <source>Note of a crash</source>
        <translation>Nota de uma falha</translation>
    </message>
    <message>
        <source>Hosier ended unexpectedly the last time. The note about it is %1.</source>
        <translation>O Hosier terminou de forma inesperada da última vez. A nota sobre isso é %1.</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Abrir pasta</translation>
    </message>
    <message>
        <source>Show the folder of the note</source>
        <translation>Mostrar a pasta da nota</translation>
    </message>
    <message>
        <source>Copy note</source>
        <translation>Copiar nota</translation>
    </message>
    <message>
        <source>Copy the note, to send it to whoever can make use of it</source>
        <translation>Copiar a nota para enviá-la a quem puder aproveitá-la</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Dispensar</translation>
    </message>
    <message>
        <source>Hide this message; the note stays</source>
        <translation>Ocultar esta mensagem; a nota permanece</translation>
    </message>
</context>
<context>
    <name>ui::DefaultRouteMenu</name>
    <message>
        <source>&amp;More…</source>
        <translation>&amp;Mais…</translation>
    </message>
    <message>
        <source>&amp;No servers yet…</source>
        <translation>&amp;Ainda não há servidores…</translation>
    </message>
    <message>
        <source>Go to the page of servers</source>
        <translation>Ir para a página de servidores</translation>
    </message>
    <message>
        <source>Go to the page of servers, where the menu of each server and route has &quot;Use as default route&quot;</source>
        <translation>Ir para a página de servidores, onde o menu de cada servidor e rota tem &quot;Usar como rota padrão&quot;</translation>
    </message>
</context>
<context>
    <name>ui::DnsPage</name>
    <message>
        <source>&amp;Look names up here for rules about addresses</source>
        <translation>&amp;Resolver nomes aqui para as regras sobre endereços</translation>
    </message>
    <message>
        <source>Names of direct connections are always looked up by this computer.</source>
        <translation>Os nomes das conexões diretas são sempre resolvidos por este computador.</translation>
    </message>
    <message>
        <source>Connections by way of a server</source>
        <translation>Conexões por meio de um servidor</translation>
    </message>
    <message>
        <source>Names are looked up by these &amp;servers:</source>
        <translation>Os nomes são resolvidos por estes &amp;servidores:</translation>
    </message>
    <message>
        <source>Servers that look names up</source>
        <translation>Servidores que resolvem nomes</translation>
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
        <translation>Os nomes são resolvidos</translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation>Colunas dos servidores</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regras</translation>
    </message>
    <message>
        <source>When off, rules about addresses do not apply to requests by name, and no name is looked up for the rules</source>
        <translation>Se desativado, as regras sobre endereços não se aplicam a solicitações por nome e nenhum nome é resolvido para as regras</translation>
    </message>
    <message>
        <source>Rules about addresses then also decide about requests by name. This computer&apos;s name server learns those names, also when the connection goes to a server.</source>
        <translation>As regras sobre endereços passam a decidir também sobre solicitações por nome. O servidor de nomes deste computador fica conhecendo esses nomes, mesmo quando a conexão vai para um servidor.</translation>
    </message>
    <message>
        <source>here: SOCKS4 takes addresses only</source>
        <comment>names are looked up</comment>
        <translation>aqui: o SOCKS4 só aceita endereços</translation>
    </message>
    <message>
        <source>by the server</source>
        <comment>names are looked up</comment>
        <translation>pelo servidor</translation>
    </message>
    <message>
        <source>here</source>
        <comment>names are looked up</comment>
        <translation>aqui</translation>
    </message>
    <message>
        <source>The profile has no servers.</source>
        <translation>O perfil não tem servidores.</translation>
    </message>
    <message>
        <source>A checked server is told names as they are. For the others this computer looks names up and sends addresses.</source>
        <translation>Um servidor marcado recebe os nomes como são. Para os demais, este computador resolve os nomes e envia endereços.</translation>
    </message>
</context>
<context>
    <name>ui::EmptyState</name>
    <message>
        <source>Command to try the proxy with</source>
        <translation>Comando para testar o proxy</translation>
    </message>
    <message>
        <source>No connection matches</source>
        <translation>Nenhuma conexão corresponde</translation>
    </message>
    <message>
        <source>No application matches</source>
        <translation>Nenhum aplicativo corresponde</translation>
    </message>
    <message>
        <source>The filter is &quot;%1&quot;.</source>
        <translation>O filtro é &quot;%1&quot;.</translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation>Limpar filtro</translation>
    </message>
    <message>
        <source>The proxy is off</source>
        <translation>O proxy está desativado</translation>
    </message>
    <message>
        <source>No program can connect through Hosier until it is on.</source>
        <translation>Nenhum programa pode se conectar pelo Hosier até que ele seja ativado.</translation>
    </message>
    <message>
        <source>Turn the proxy on</source>
        <translation>Ativar o proxy</translation>
    </message>
    <message>
        <source>Nothing to listen on</source>
        <translation>Nenhum lugar onde escutar</translation>
    </message>
    <message>
        <source>Opening the listeners</source>
        <translation>Abrindo os pontos de escuta</translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). Its connections appear here.</source>
        <translation>Direcione um programa para %1 (%2). Suas conexões aparecem aqui.</translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). It appears here with its traffic and its rule.</source>
        <translation>Direcione um programa para %1 (%2). Ele aparece aqui com seu tráfego e sua regra.</translation>
    </message>
    <message>
        <source>No connections yet</source>
        <translation>Ainda não há conexões</translation>
    </message>
    <message>
        <source>No applications yet</source>
        <translation>Ainda não há aplicativos</translation>
    </message>
    <message>
        <source>Copy proxy environment variables</source>
        <translation>Copiar variáveis de ambiente do proxy</translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1</source>
        <translation>O Hosier não consegue escutar em %1</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Use port %1 instead</source>
        <translation>Usar a porta %1</translation>
    </message>
    <message>
        <source>The profile has no listener. Add one under Proxy &gt; Listeners and users.</source>
        <translation>O perfil não tem ponto de escuta. Adicione um em Proxy &gt; Pontos de escuta e usuários.</translation>
    </message>
    <message>
        <source>End that program and retry, or give the listener another port.</source>
        <translation>Encerre esse programa e tente de novo ou dê outra porta ao ponto de escuta.</translation>
    </message>
    <message>
        <source>Change the listener under Proxy &gt; Listeners and users, or the system, then retry.</source>
        <translation>Altere o ponto de escuta em Proxy &gt; Pontos de escuta e usuários, ou o sistema, e depois tente de novo.</translation>
    </message>
    <message>
        <source>No rule matches</source>
        <translation>Nenhuma regra corresponde</translation>
    </message>
    <message>
        <source>No server or route matches</source>
        <translation>Nenhum servidor nem rota corresponde</translation>
    </message>
</context>
<context>
    <name>ui::EntriesEdit</name>
    <message>
        <source>Such as %1</source>
        <comment>example entries of a field</comment>
        <translation>Por exemplo, %1</translation>
    </message>
    <message>
        <source>One entry a line. %1</source>
        <translation>Uma entrada por linha. %1</translation>
    </message>
</context>
<context>
    <name>ui::EventText</name>
    <message>
        <source>unknown client</source>
        <translation>cliente desconhecido</translation>
    </message>
    <message>
        <source>%1, user %2</source>
        <comment>who connected, login name</comment>
        <translation>%1, usuário %2</translation>
    </message>
    <message>
        <source>rule &quot;%1&quot;</source>
        <translation>regra &quot;%1&quot;</translation>
    </message>
    <message>
        <source>via %1</source>
        <comment>server or route</comment>
        <translation>via %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>client and target, what happened</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>closed, %1 down, %2 up, %3</source>
        <comment>bytes, bytes, duration</comment>
        <translation>fechada, %1 recebidos, %2 enviados, %3</translation>
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
        <translation>aberta</translation>
    </message>
    <message>
        <source>failed: %1</source>
        <comment>reason</comment>
        <translation>falhou: %1</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <comment>reason</comment>
        <translation>recusada: %1</translation>
    </message>
    <message>
        <source>login failed: %1</source>
        <comment>reason</comment>
        <translation>falha na autenticação: %1</translation>
    </message>
    <message>
        <source>login failed</source>
        <translation>falha na autenticação</translation>
    </message>
    <message>
        <source>UDP failed: %1</source>
        <comment>reason</comment>
        <translation>UDP falhou: %1</translation>
    </message>
    <message>
        <source>Engine started</source>
        <translation>Mecanismo iniciado</translation>
    </message>
    <message>
        <source>Engine stopped</source>
        <translation>Mecanismo parado</translation>
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
        <translation>Escutando em %1</translation>
    </message>
    <message>
        <source>No longer listening on %1</source>
        <comment>listener</comment>
        <translation>Não está mais escutando em %1</translation>
    </message>
    <message>
        <source>Cannot listen on %1: %2</source>
        <comment>listener, reason</comment>
        <translation>Não é possível escutar em %1: %2</translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away</source>
        <translation>Arquivos abertos demais: novos clientes esperam ou são rejeitados</translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away (%1)</source>
        <translation>Arquivos abertos demais: novos clientes esperam ou são rejeitados (%1)</translation>
    </message>
    <message>
        <source>Server %1 does not work</source>
        <comment>server</comment>
        <translation>O servidor %1 não funciona</translation>
    </message>
    <message>
        <source>Server %1 works again</source>
        <comment>server</comment>
        <translation>O servidor %1 voltou a funcionar</translation>
    </message>
    <message>
        <source>A change of &quot;%1&quot; takes effect at the next start</source>
        <comment>profile key</comment>
        <translation>A alteração de &quot;%1&quot; terá efeito no próximo início</translation>
    </message>
    <message>
        <source>%1 (and %2 more like it)</source>
        <comment>line, count</comment>
        <translation>%1 (e mais %2 como esta)</translation>
    </message>
    <message>
        <source>Debug</source>
        <comment>log level</comment>
        <translation>Depuração</translation>
    </message>
    <message>
        <source>Info</source>
        <comment>log level</comment>
        <translation>Informação</translation>
    </message>
    <message>
        <source>Warning</source>
        <comment>log level</comment>
        <translation>Aviso</translation>
    </message>
    <message>
        <source>Error</source>
        <comment>log level</comment>
        <translation>Erro</translation>
    </message>
    <message>
        <source>Handshake</source>
        <comment>connection state</comment>
        <translation>Negociação</translation>
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
        <translation>Aberta</translation>
    </message>
    <message>
        <source>Half closed</source>
        <comment>connection state</comment>
        <translation>Semifechada</translation>
    </message>
    <message>
        <source>Closed</source>
        <comment>connection state</comment>
        <translation>Fechada</translation>
    </message>
    <message>
        <source>Failed</source>
        <comment>connection state</comment>
        <translation>Falhou</translation>
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
        <translation>example.org ou 192.0.2.1</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Porta</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>Transporte</translation>
    </message>
    <message>
        <source>Rules in the order they were tried</source>
        <translation>Regras na ordem em que foram testadas</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>Regra</translation>
    </message>
    <message>
        <source>Matches</source>
        <comment>column</comment>
        <translation>Corresponde</translation>
    </message>
    <message>
        <source>Why not</source>
        <comment>column</comment>
        <translation>Por que não</translation>
    </message>
    <message>
        <source>&amp;Application:</source>
        <translation>&amp;Aplicativo:</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>&amp;Host:</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>&amp;Porta:</translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation>&amp;Transporte:</translation>
    </message>
    <message>
        <source>Where does the connection go?</source>
        <translation>Para onde vai a conexão?</translation>
    </message>
    <message>
        <source>Enter a host to see what the rules decide about it. Nothing is opened.</source>
        <translation>Digite um host para ver o que as regras decidem sobre ele. Nada é aberto.</translation>
    </message>
    <message>
        <source>Yes</source>
        <comment>the rule matches</comment>
        <translation>Sim</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Não</translation>
    </message>
    <message>
        <source>Direct</source>
        <translation>Direto</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Bloqueada</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Via %1</translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation>Servidores: %1</translation>
    </message>
    <message>
        <source>The rule %1 decides.</source>
        <translation>A regra %1 decide.</translation>
    </message>
    <message>
        <source>The mode %1 decides; no rule is asked.</source>
        <translation>O modo %1 decide; nenhuma regra é consultada.</translation>
    </message>
    <message>
        <source>The application is not identified, and the profile says what is done then.</source>
        <translation>O aplicativo não foi identificado, e o perfil diz o que fazer nesse caso.</translation>
    </message>
    <message>
        <source>No rule matches: the default action is taken.</source>
        <translation>Nenhuma regra corresponde: aplica-se a ação padrão.</translation>
    </message>
    <message>
        <source>Down at the moment: %1</source>
        <comment>servers</comment>
        <translation>Não funcionam no momento: %1</translation>
    </message>
    <message>
        <source>Of the group, the first server that works is taken.</source>
        <translation>Do grupo, usa-se o primeiro servidor que funciona.</translation>
    </message>
    <message>
        <source>Of the group, the server that this host was given is taken, among those that work.</source>
        <translation>Do grupo, usa-se o servidor atribuído a este host, entre os que funcionam.</translation>
    </message>
    <message>
        <source>Address: %1, looked up for the rules</source>
        <translation>Endereço: %1, resolvido para as regras</translation>
    </message>
    <message>
        <source>The name was not looked up, so rules on addresses could not be judged.</source>
        <translation>O nome não foi resolvido, por isso não foi possível avaliar as regras sobre endereços.</translation>
    </message>
    <message>
        <source>The last server looks the name up; rules on addresses do not apply to names.</source>
        <translation>O último servidor resolve o nome; as regras sobre endereços não se aplicam a nomes.</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Usuário</translation>
    </message>
    <message>
        <source>The name that the client has logged in with</source>
        <translation>O nome com que o cliente se autenticou</translation>
    </message>
    <message>
        <source>anna; empty: not logged in</source>
        <translation>anna; vazio: não autenticado</translation>
    </message>
    <message>
        <source>Client address</source>
        <translation>Endereço do cliente</translation>
    </message>
    <message>
        <source>The address that the client connects from</source>
        <translation>O endereço de onde o cliente se conecta</translation>
    </message>
    <message>
        <source>192.168.1.20; empty: this machine</source>
        <translation>192.168.1.20; vazio: este computador</translation>
    </message>
    <message>
        <source>Child &amp;of:</source>
        <translation>&amp;Iniciado por:</translation>
    </message>
    <message>
        <source>&amp;User:</source>
        <translation>&amp;Usuário:</translation>
    </message>
    <message>
        <source>C&amp;lient address:</source>
        <translation>&amp;Endereço do cliente:</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no IP address, such as 192.168.1.20.</source>
        <translation>“%1” não é um endereço IP, como 192.168.1.20.</translation>
    </message>
    <message>
        <source>This is what would be decided now.</source>
        <translation>Isto é o que seria decidido agora.</translation>
    </message>
    <message>
        <source>no rule</source>
        <translation>nenhuma regra</translation>
    </message>
    <message>
        <source>rule %1</source>
        <translation>regra %1</translation>
    </message>
    <message>
        <source>direct</source>
        <comment>route</comment>
        <translation>direto</translation>
    </message>
    <message>
        <source>by way of %1</source>
        <comment>server or route</comment>
        <translation>via %1</translation>
    </message>
    <message>
        <source>When it was opened: %1.</source>
        <comment>rule, route</comment>
        <translation>Quando foi aberta: %1.</translation>
    </message>
    <message>
        <source>The name is not looked up for the rules: none on addresses could decide before it does.</source>
        <translation>O nome não é resolvido para as regras: nenhuma regra sobre endereços poderia decidir antes dele.</translation>
    </message>
    <message>
        <source>The name is not looked up; rules on addresses do not apply to names.</source>
        <translation>O nome não é resolvido; as regras sobre endereços não se aplicam a nomes.</translation>
    </message>
    <message>
        <source>The name is looked up here to connect; rules on addresses do not apply to names.</source>
        <translation>O nome é resolvido aqui para conectar; as regras sobre endereços não se aplicam a nomes.</translation>
    </message>
    <message>
        <source>The name was looked up in vain, so rules on addresses could not be judged. Only a server may look it up again.</source>
        <translation>O nome não pôde ser resolvido, portanto as regras sobre endereços não puderam ser avaliadas. Só um servidor pode resolvê-lo de novo.</translation>
    </message>
    <message>
        <source>Of the group, the server that the first host of the association was given is taken, among those that work.</source>
        <translation>Do grupo, usa-se o servidor atribuído ao primeiro host da associação, entre os que funcionam.</translation>
    </message>
</context>
<context>
    <name>ui::ExportDialog</name>
    <message>
        <source>Include the local &amp;users with the hashes of their passwords</source>
        <translation>Incluir os &amp;usuários locais com os hashes de suas senhas</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>The profile in force is written to a file: listeners, servers, routes, rules and limits. Passwords of servers are in no profile.</source>
        <translation>O perfil em vigor é gravado em um arquivo: pontos de escuta, servidores, rotas, regras e limites. Nenhum perfil contém senhas de servidores.</translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes</source>
        <translation>Quem obtiver o arquivo poderá testar senhas contra os hashes</translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes. Where a profile without users is imported, the users that are there stay.</source>
        <translation>Quem obtiver o arquivo poderá testar senhas contra os hashes. Onde um perfil sem usuários for importado, os usuários existentes permanecerão.</translation>
    </message>
    <message>
        <source>&amp;Choose file...</source>
        <translation>&amp;Escolher arquivo...</translation>
    </message>
    <message>
        <source>Export the profile</source>
        <translation>Exportar o perfil</translation>
    </message>
    <message>
        <source>Profiles of Hosier (*.json)</source>
        <translation>Perfis do Hosier (*.json)</translation>
    </message>
    <message>
        <source>Nothing was exported: %1</source>
        <translation>Nada foi exportado: %1</translation>
    </message>
</context>
<context>
    <name>ui::FilterEdit</name>
    <message>
        <source>Clear the filter</source>
        <translation>Limpar o filtro</translation>
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
            <numerusform>mais %n</numerusform>
            <numerusform>mais %n</numerusform>
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
        <translation>O idioma de tudo o que é mostrado</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Tema</translation>
    </message>
    <message>
        <source>Light or dark, or as the desktop is</source>
        <translation>Claro ou escuro, ou como o ambiente de trabalho</translation>
    </message>
    <message>
        <source>As the system</source>
        <comment>language</comment>
        <translation>Como o sistema</translation>
    </message>
    <message>
        <source>&amp;Language:</source>
        <translation>&amp;Idioma:</translation>
    </message>
    <message>
        <source>As the system</source>
        <comment>theme</comment>
        <translation>Como o sistema</translation>
    </message>
    <message>
        <source>Light</source>
        <comment>theme</comment>
        <translation>Claro</translation>
    </message>
    <message>
        <source>Dark</source>
        <comment>theme</comment>
        <translation>Escuro</translation>
    </message>
    <message>
        <source>&amp;Theme:</source>
        <translation>&amp;Tema:</translation>
    </message>
    <message>
        <source>Window at start</source>
        <translation>Janela ao iniciar</translation>
    </message>
    <message>
        <source>Whether the window is shown when Hosier starts</source>
        <translation>Se a janela é mostrada quando o Hosier é iniciado</translation>
    </message>
    <message>
        <source>Shown</source>
        <comment>window at start</comment>
        <translation>Mostrada</translation>
    </message>
    <message>
        <source>Shown, but in the tray when started at login</source>
        <comment>window at start</comment>
        <translation>Mostrada, mas na bandeja se iniciado com a sessão</translation>
    </message>
    <message>
        <source>In the tray</source>
        <comment>window at start</comment>
        <translation>Na bandeja</translation>
    </message>
    <message>
        <source>&amp;Window at start:</source>
        <translation>&amp;Janela ao iniciar:</translation>
    </message>
    <message>
        <source>Where there is no tray, the window starts minimized.</source>
        <translation>Onde não há bandeja, a janela é iniciada minimizada.</translation>
    </message>
</context>
<context>
    <name>ui::ImportDialog</name>
    <message>
        <source>&amp;Replace the servers, routes and rules there are</source>
        <translation>&amp;Substituir os servidores, rotas e regras existentes</translation>
    </message>
    <message>
        <source>&amp;Add to the servers, routes and rules there are</source>
        <translation>&amp;Adicionar aos servidores, rotas e regras existentes</translation>
    </message>
    <message>
        <source>&amp;Show only what is not taken over as it is</source>
        <translation>&amp;Mostrar apenas o que não é importado como está</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importar</translation>
    </message>
    <message>
        <source>Listeners and users stay. The default action is taken from the file</source>
        <translation>Pontos de escuta e usuários permanecem. A ação padrão vem do arquivo</translation>
    </message>
    <message>
        <source>Rules of the file come after those there are. The default action stays</source>
        <translation>As regras do arquivo vêm depois das existentes. A ação padrão permanece</translation>
    </message>
    <message>
        <source>What becomes of the file, line by line</source>
        <translation>O que acontece com o arquivo, linha por linha</translation>
    </message>
    <message>
        <source>Place</source>
        <comment>column</comment>
        <translation>Local</translation>
    </message>
    <message>
        <source>Outcome</source>
        <comment>column</comment>
        <translation>Resultado</translation>
    </message>
    <message>
        <source>What</source>
        <comment>column</comment>
        <translation>Detalhe</translation>
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
        <translation>Copiar todas as linhas como texto</translation>
    </message>
    <message>
        <source>This file cannot be imported:</source>
        <translation>Este arquivo não pode ser importado:</translation>
    </message>
    <message>
        <source>A profile of Hosier. It takes the place of the whole profile in force: listeners, users, servers, routes, rules and limits.</source>
        <translation>Um perfil do Hosier. Ele substitui todo o perfil em vigor: pontos de escuta, usuários, servidores, rotas, regras e limites.</translation>
    </message>
    <message>
        <source>A profile of Proxifier. Listeners, users and limits stay what they are.</source>
        <translation>Um perfil do Proxifier. Pontos de escuta, usuários e limites ficam como estão.</translation>
    </message>
    <message>
        <source>&amp;Replace the profile</source>
        <translation>&amp;Substituir o perfil</translation>
    </message>
    <message>
        <source>Taken over</source>
        <translation>Importado</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Alterado</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Omitido</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Aviso</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Erro</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <comment>things, how many there are, how many there will be</comment>
        <translation>%1: %2 → %3</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>Pontos de escuta</translation>
    </message>
    <message>
        <source>users</source>
        <translation>usuários</translation>
    </message>
    <message>
        <source>servers</source>
        <translation>servidores</translation>
    </message>
    <message>
        <source>routes</source>
        <translation>rotas</translation>
    </message>
    <message>
        <source>rules</source>
        <translation>regras</translation>
    </message>
    <message>
        <source>%1. Default action: %2.
The profile of before is kept as a backup beside its file.</source>
        <translation>%1. Ação padrão: %2.
O perfil anterior é mantido como cópia de segurança ao lado do arquivo.</translation>
    </message>
    <message>
        <source>Nothing was imported: %1</source>
        <translation>Nada foi importado: %1</translation>
    </message>
</context>
<context>
    <name>ui::LanSharing</name>
    <message>
        <source>Local network</source>
        <translation>Rede local</translation>
    </message>
    <message>
        <source>This computer has no free port to listen on.</source>
        <translation>Este computador não tem nenhuma porta livre na qual escutar.</translation>
    </message>
    <message>
        <source>This listener was set up by hand. Change it under Proxy &gt; Listeners and users.</source>
        <translation>Este ponto de escuta foi configurado manualmente. Altere-o em Proxy &gt; Pontos de escuta e usuários.</translation>
    </message>
</context>
<context>
    <name>ui::LimitsPage</name>
    <message>
        <source>&amp;Restore defaults</source>
        <translation>Res&amp;taurar padrões</translation>
    </message>
    <message>
        <source>Give every limit and timeout on this page its default</source>
        <translation>Devolver todos os limites e tempos limite desta página ao valor padrão</translation>
    </message>
    <message>
        <source>Limits and timeouts of the profile</source>
        <translation>Limites e tempos limite do perfil</translation>
    </message>
    <message>
        <source>&amp;Handshake:</source>
        <translation>&amp;Negociação:</translation>
    </message>
    <message>
        <source>From a client&apos;s connection to the end of its request</source>
        <translation>Da conexão de um cliente até o fim de sua solicitação</translation>
    </message>
    <message>
        <source>Co&amp;nnect:</source>
        <translation>Cone&amp;xão:</translation>
    </message>
    <message>
        <source>From the request to a connected target, with the name&apos;s lookup and all attempts</source>
        <translation>Da solicitação até a conexão com o destino, incluindo a resolução do nome e todas as tentativas</translation>
    </message>
    <message>
        <source>&amp;Awaited connection (BIND):</source>
        <translation>Conexão &amp;esperada (BIND):</translation>
    </message>
    <message>
        <source>How long a client of BIND waits for its peer</source>
        <translation>Quanto tempo um cliente de BIND espera pela outra parte</translation>
    </message>
    <message>
        <source>&amp;Idle connection:</source>
        <translation>Conexão &amp;inativa:</translation>
    </message>
    <message>
        <source>A connection without a byte in either direction is closed after this time</source>
        <translation>Uma conexão sem nenhum byte em nenhum sentido é fechada após esse tempo</translation>
    </message>
    <message>
        <source>Hal&amp;f-closed connection:</source>
        <translation>Conexão &amp;semifechada:</translation>
    </message>
    <message>
        <source>One side has finished, and the other sends nothing for this time</source>
        <translation>Um lado terminou, e o outro não envia nada durante esse tempo</translation>
    </message>
    <message>
        <source>Idle &amp;UDP association:</source>
        <translation>Associação &amp;UDP inativa:</translation>
    </message>
    <message>
        <source>An association without a datagram is closed after this time</source>
        <translation>Uma associação sem nenhum datagrama é fechada após esse tempo</translation>
    </message>
    <message>
        <source>Grace on &amp;quitting:</source>
        <translation>To&amp;lerância ao sair:</translation>
    </message>
    <message>
        <source>How long open connections may go on when Hosier stops</source>
        <translation>Quanto tempo as conexões abertas podem continuar quando o Hosier para</translation>
    </message>
    <message>
        <source>&amp;Clients at once:</source>
        <translation>&amp;Clientes simultâneos:</translation>
    </message>
    <message>
        <source>Further clients are turned away. 0 is no limit of Hosier&apos;s own.</source>
        <translation>Outros clientes são rejeitados. 0 significa que o Hosier não impõe limite próprio.</translation>
    </message>
    <message>
        <source>Clients from &amp;one address:</source>
        <translation>Clientes de um en&amp;dereço:</translation>
    </message>
    <message>
        <source>Further clients of the address are turned away. 0 is no limit of Hosier&apos;s own.</source>
        <translation>Outros clientes do endereço são rejeitados. 0 significa que o Hosier não impõe limite próprio.</translation>
    </message>
    <message>
        <source>Relay</source>
        <translation>Retransmissão</translation>
    </message>
    <message>
        <source>How data is moved. The fastest one of this system is chosen by itself.</source>
        <translation>Como os dados são movidos. O método mais rápido deste sistema é escolhido automaticamente.</translation>
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
        <translation>Portável</translation>
    </message>
    <message>
        <source>A change of the relay takes effect at the next start of Hosier.</source>
        <translation>Uma alteração da retransmissão terá efeito no próximo início do Hosier.</translation>
    </message>
    <message>
        <source>Rela&amp;y:</source>
        <translation>Retr&amp;ansmissão:</translation>
    </message>
    <message>
        <source> s</source>
        <comment>seconds, suffix of a number</comment>
        <translation> s</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <translation>Padrão: %1</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Sem limite</translation>
    </message>
    <message>
        <source>Restore the default</source>
        <translation>Restaurar o padrão</translation>
    </message>
    <message>
        <source>Restore the default of &quot;%1&quot;</source>
        <translation>Restaurar o padrão de &quot;%1&quot;</translation>
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
        <translation>%1 leva a %2: os programas são conhecidos por esse nome.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerDialog</name>
    <message>
        <source>&amp;Open proxy: whoever reaches the address may use it without a password</source>
        <translation>Proxy &amp;aberto: quem alcançar o endereço pode usá-lo sem senha</translation>
    </message>
    <message>
        <source>&amp;Clients that may come in</source>
        <translation>&amp;Clientes que podem entrar</translation>
    </message>
    <message>
        <source>Edit listener</source>
        <translation>Editar ponto de escuta</translation>
    </message>
    <message>
        <source>Add listener</source>
        <translation>Adicionar ponto de escuta</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nome</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Endereço</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Porta</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Autenticação</translation>
    </message>
    <message>
        <source>Open proxy</source>
        <translation>Proxy aberto</translation>
    </message>
    <message>
        <source>Datagrams that a client is sent</source>
        <translation>Datagramas enviados a um cliente</translation>
    </message>
    <message>
        <source>All that can reach the address</source>
        <translation>Todos os que alcançam o endereço</translation>
    </message>
    <message>
        <source>SOCKS4 and SOCKS4a</source>
        <translation>SOCKS4 e SOCKS4a</translation>
    </message>
    <message>
        <source>CONNECT and plain requests, and the PAC file</source>
        <translation>Solicitações CONNECT e simples, e o arquivo PAC</translation>
    </message>
    <message>
        <source>Strangers could do things in your name. Use it only where you know who can reach the address.</source>
        <translation>Estranhos poderiam fazer coisas em seu nome. Use apenas onde você sabe quem pode alcançar o endereço.</translation>
    </message>
    <message>
        <source>Whose datagrams reach a program that uses SOCKS5 for UDP. Some games and calls need more than the first choice.</source>
        <translation>De quem são os datagramas que chegam a um programa que usa SOCKS5 para UDP. Alguns jogos e chamadas precisam de mais que a primeira opção.</translation>
    </message>
    <message>
        <source>0.0.0.0 and :: are every address of this computer</source>
        <translation>0.0.0.0 e :: são todos os endereços deste computador</translation>
    </message>
    <message>
        <source>None</source>
        <comment>login</comment>
        <translation>Nenhuma</translation>
    </message>
    <message>
        <source>Name and password of a local user</source>
        <translation>Nome e senha de um usuário local</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>&amp;Porta:</translation>
    </message>
    <message>
        <source>&amp;Address:</source>
        <translation>&amp;Endereço:</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nome:</translation>
    </message>
    <message>
        <source>Protocols:</source>
        <translation>Protocolos:</translation>
    </message>
    <message>
        <source>&amp;Login:</source>
        <translation>Autent&amp;icação:</translation>
    </message>
    <message>
        <source>&amp;UDP:</source>
        <translation>&amp;UDP:</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Digite um nome.</translation>
    </message>
    <message>
        <source>Enter an IPv4 or IPv6 address of this computer.</source>
        <translation>Digite um endereço IPv4 ou IPv6 deste computador.</translation>
    </message>
    <message>
        <source>Choose at least one protocol.</source>
        <translation>Escolha pelo menos um protocolo.</translation>
    </message>
    <message>
        <source>Nobody could log in: add a local user first.</source>
        <translation>Ninguém poderia se autenticar: adicione primeiro um usuário local.</translation>
    </message>
    <message>
        <source>Others could use this proxy as they like: ask for name and password, or say that an open proxy is meant.</source>
        <translation>Outros poderiam usar este proxy como quisessem: exija nome e senha ou indique que o proxy deve mesmo ser aberto.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; has this address and port already.</source>
        <translation>O ponto de escuta &quot;%1&quot; já tem este endereço e esta porta.</translation>
    </message>
    <message>
        <source>The listener was changed or removed meanwhile. Close this and open it again.</source>
        <translation>Nesse meio-tempo, o ponto de escuta foi alterado ou removido. Feche esta janela e abra-a de novo.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerMenu</name>
    <message>
        <source>&amp;Listeners and users...</source>
        <translation>Pontos de escuta e &amp;usuários...</translation>
    </message>
    <message>
        <source>S&amp;hare on the local network</source>
        <translation>&amp;Compartilhar na rede local</translation>
    </message>
    <message>
        <source>Choose where clients come in, and who may log in</source>
        <translation>Escolher por onde os clientes entram e quem pode se autenticar</translation>
    </message>
    <message>
        <source>Let computers of the local network use this proxy, with name and password</source>
        <translation>Permitir que computadores da rede local usem este proxy, com nome e senha</translation>
    </message>
    <message>
        <source>Set up, but not open: the proxy is off</source>
        <translation>Configurado, mas não aberto: o proxy está desativado</translation>
    </message>
    <message>
        <source>Set up, but the listener could not be opened</source>
        <translation>Configurado, mas não foi possível abrir o ponto de escuta</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy. Switch it off to end that.</source>
        <translation>Computadores da rede local podem usar este proxy. Desative para acabar com isso.</translation>
    </message>
    <message>
        <source>The proxy is no longer shared on the local network.</source>
        <translation>O proxy não é mais compartilhado na rede local.</translation>
    </message>
    <message>
        <source>Whoever uses the proxy from another computer has to log in. Choose the name and the password for that.</source>
        <translation>Quem usa o proxy de outro computador precisa se autenticar. Escolha o nome e a senha para isso.</translation>
    </message>
    <message>
        <source>The proxy could not be shared: %1</source>
        <translation>Não foi possível compartilhar o proxy: %1</translation>
    </message>
    <message>
        <source>Share on the local network</source>
        <translation>Compartilhar na rede local</translation>
    </message>
    <message>
        <source>Other computers log in as before. Enter a password only if it is to be another one.</source>
        <translation>Os outros computadores se autenticam como antes. Digite uma senha somente se quiser mudá-la.</translation>
    </message>
</context>
<context>
    <name>ui::ListenerText</name>
    <message>
        <source>Name and password</source>
        <translation>Nome e senha</translation>
    </message>
    <message>
        <source>None: open to anybody</source>
        <translation>Nenhuma: aberto a qualquer um</translation>
    </message>
    <message>
        <source>None</source>
        <comment>login</comment>
        <translation>Nenhuma</translation>
    </message>
    <message>
        <source>All</source>
        <comment>clients</comment>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Only programs on this computer can reach this address.</source>
        <translation>Somente programas deste computador podem alcançar este endereço.</translation>
    </message>
    <message>
        <source>Every network of this computer leads to this address.</source>
        <translation>Todas as redes deste computador levam a este endereço.</translation>
    </message>
    <message>
        <source>Other computers in the network of this address can reach it.</source>
        <translation>Outros computadores na rede deste endereço podem alcançá-lo.</translation>
    </message>
    <message>
        <source>From addresses and ports it has sent to</source>
        <translation>De endereços e portas para os quais enviou</translation>
    </message>
    <message>
        <source>From addresses it has sent to, any port</source>
        <translation>De endereços para os quais enviou, qualquer porta</translation>
    </message>
    <message>
        <source>From anybody</source>
        <translation>De qualquer um</translation>
    </message>
</context>
<context>
    <name>ui::ListenersDialog</name>
    <message>
        <source>&amp;Add…</source>
        <translation>&amp;Adicionar…</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>&amp;Editar…</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Remover</translation>
    </message>
    <message>
        <source>&amp;Share on the local network</source>
        <translation>&amp;Compartilhar na rede local</translation>
    </message>
    <message>
        <source>A&amp;ddresses for others…</source>
        <translation>En&amp;dereços para outros…</translation>
    </message>
    <message>
        <source>Add &amp;user…</source>
        <translation>Adicionar &amp;usuário…</translation>
    </message>
    <message>
        <source>Change &amp;password…</source>
        <translation>Alterar &amp;senha…</translation>
    </message>
    <message>
        <source>Re&amp;move user</source>
        <translation>Remover usuári&amp;o</translation>
    </message>
    <message>
        <source>Listeners and users</source>
        <translation>Pontos de escuta e usuários</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>Pontos de escuta</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Nome</translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation>Endereço</translation>
    </message>
    <message>
        <source>Protocols</source>
        <comment>column</comment>
        <translation>Protocolos</translation>
    </message>
    <message>
        <source>Login</source>
        <comment>column</comment>
        <translation>Autenticação</translation>
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
        <translation>Colunas dos pontos de escuta</translation>
    </message>
    <message>
        <source>Listeners: where clients come in</source>
        <translation>Pontos de escuta: por onde os clientes entram</translation>
    </message>
    <message>
        <source>Local users</source>
        <translation>Usuários locais</translation>
    </message>
    <message>
        <source>Local users: who may log in where a listener asks for it</source>
        <translation>Usuários locais: quem pode se autenticar onde um ponto de escuta exige</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>listener</comment>
        <translation>Aberto</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>Falhou: %1</translation>
    </message>
    <message>
        <source>Closed: the proxy is off</source>
        <translation>Fechado: o proxy está desativado</translation>
    </message>
    <message>
        <source>Not open yet</source>
        <translation>Ainda não aberto</translation>
    </message>
    <message>
        <source>Local</source>
        <comment>name of a listener</comment>
        <translation>Local</translation>
    </message>
    <message>
        <source>This is the only listener. Add another one before you remove it, or switch the proxy off.</source>
        <translation>Este é o único ponto de escuta. Adicione outro antes de removê-lo ou desative o proxy.</translation>
    </message>
    <message>
        <source>Remove the listener &quot;%1&quot;?</source>
        <translation>Remover o ponto de escuta &quot;%1&quot;?</translation>
    </message>
    <message>
        <source>Connections that came in by it end. Programs that use %1 cannot connect any more.</source>
        <translation>As conexões que entraram por ele terminam. Programas que usam %1 não poderão mais se conectar.</translation>
    </message>
    <message>
        <source>This is the only user, and a listener asks for a login. Change that listener first.</source>
        <translation>Este é o único usuário, e um ponto de escuta exige autenticação. Altere primeiro esse ponto de escuta.</translation>
    </message>
    <message>
        <source>Remove the user &quot;%1&quot;?</source>
        <translation>Remover o usuário &quot;%1&quot;?</translation>
    </message>
    <message>
        <source>Nobody can log in by this name any more, and connections of the user end.</source>
        <translation>Ninguém mais poderá se autenticar com este nome, e as conexões do usuário terminam.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Remover</translation>
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
        <translation>Nível</translation>
    </message>
    <message>
        <source>Message</source>
        <comment>column</comment>
        <translation>Mensagem</translation>
    </message>
    <message>
        <source>%1 events came too fast and were dropped</source>
        <translation>%1 eventos chegaram rápido demais e foram descartados</translation>
    </message>
    <message numerus="yes">
        <source>%n more ended connection(s) did not fit into the list of connections</source>
        <translation>
            <numerusform>Mais %n conexão terminada não coube na lista de conexões</numerusform>
            <numerusform>Mais %n conexões terminadas não couberam na lista de conexões</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::LogPage</name>
    <message>
        <source>Level of the log window</source>
        <translation>Nível da janela de log</translation>
    </message>
    <message>
        <source>The log window shows lines of this level and more important ones</source>
        <translation>A janela de log mostra linhas deste nível e as mais importantes</translation>
    </message>
    <message>
        <source>&amp;Write the log to a file</source>
        <translation>&amp;Gravar o log em um arquivo</translation>
    </message>
    <message>
        <source>Level of the log file</source>
        <translation>Nível do arquivo de log</translation>
    </message>
    <message>
        <source>The file gets lines of this level and more important ones</source>
        <translation>O arquivo recebe linhas deste nível e as mais importantes</translation>
    </message>
    <message>
        <source>Size of a log file in MiB</source>
        <translation>Tamanho de um arquivo de log em MiB</translation>
    </message>
    <message>
        <source>Number of log files</source>
        <translation>Número de arquivos de log</translation>
    </message>
    <message>
        <source>&amp;Open folder</source>
        <translation>Abrir &amp;pasta</translation>
    </message>
    <message>
        <source>&amp;Log window from level:</source>
        <translation>&amp;Janela de log a partir do nível:</translation>
    </message>
    <message>
        <source>Log file</source>
        <translation>Arquivo de log</translation>
    </message>
    <message>
        <source> MiB</source>
        <comment>suffix of a number</comment>
        <translation> MiB</translation>
    </message>
    <message>
        <source>With the one that is being written; the oldest one goes when a new one begins</source>
        <translation>Incluindo o que está sendo gravado; o mais antigo é excluído quando um novo começa</translation>
    </message>
    <message>
        <source>Show the folder of the log files</source>
        <translation>Mostrar a pasta dos arquivos de log</translation>
    </message>
    <message>
        <source>File from l&amp;evel:</source>
        <translation>&amp;Arquivo a partir do nível:</translation>
    </message>
    <message>
        <source>&amp;Size of one file:</source>
        <translation>&amp;Tamanho de um arquivo:</translation>
    </message>
    <message>
        <source>&amp;Number of files:</source>
        <translation>&amp;Número de arquivos:</translation>
    </message>
    <message>
        <source>File: %1
It names programs and where they connected to; only you can read it.</source>
        <translation>Arquivo: %1
Contém os nomes dos programas e para onde se conectaram; só você pode lê-lo.</translation>
    </message>
    <message>
        <source>Together at most %1. Defaults: %2 MiB, %3 files, level %4.</source>
        <translation>No total, no máximo %1. Padrões: %2 MiB, %3 arquivos, nível %4.</translation>
    </message>
    <message>
        <source>The log file cannot be written: %1</source>
        <translation>Não é possível gravar o arquivo de log: %1</translation>
    </message>
    <message>
        <source>The folder cannot be shown: %1</source>
        <translation>Não é possível mostrar a pasta: %1</translation>
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
        <translation>Colunas do log</translation>
    </message>
    <message>
        <source>Least important level shown</source>
        <translation>Nível mínimo mostrado</translation>
    </message>
    <message>
        <source>Show lines of this level and more important ones</source>
        <translation>Mostrar linhas deste nível e as mais importantes</translation>
    </message>
    <message>
        <source>Filter the log</source>
        <translation>Filtrar o log</translation>
    </message>
    <message>
        <source>Filter log</source>
        <translation>Filtrar log</translation>
    </message>
    <message>
        <source>Show only lines with all these words (Ctrl+Shift+F)</source>
        <translation>Mostrar apenas linhas com todas estas palavras (Ctrl+Shift+F)</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Hold the log still. New lines wait until you go on.</source>
        <translation>Congelar o log. Novas linhas esperam até você retomar.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copy the selected lines, or all that are shown</source>
        <translation>Copiar as linhas selecionadas ou todas as mostradas</translation>
    </message>
    <message>
        <source>Save...</source>
        <translation>Salvar...</translation>
    </message>
    <message>
        <source>Save the lines that are shown</source>
        <translation>Salvar as linhas mostradas</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Limpar</translation>
    </message>
    <message>
        <source>Clear the log</source>
        <translation>Limpar o log</translation>
    </message>
    <message>
        <source>Resume (%1)</source>
        <comment>waiting lines</comment>
        <translation>Retomar (%1)</translation>
    </message>
    <message>
        <source>Pause the log</source>
        <translation>Pausar o log</translation>
    </message>
    <message numerus="yes">
        <source>Resume the log, %n line(s) waiting</source>
        <translation>
            <numerusform>Retomar o log, %n linha em espera</numerusform>
            <numerusform>Retomar o log, %n linhas em espera</numerusform>
        </translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>Salvar o log</translation>
    </message>
    <message>
        <source>Log files (*.log *.txt);;All files (*)</source>
        <translation>Arquivos de log (*.log *.txt);;Todos os arquivos (*)</translation>
    </message>
    <message>
        <source>The log could not be saved.</source>
        <translation>Não foi possível salvar o log.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>file, reason</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>&amp;Only lines of one application</source>
        <translation>&amp;Apenas linhas de um aplicativo</translation>
    </message>
    <message>
        <source>&amp;Only lines of %1</source>
        <comment>application</comment>
        <translation>&amp;Apenas linhas de %1</translation>
    </message>
    <message>
        <source>Only %1</source>
        <comment>application</comment>
        <translation>Apenas %1</translation>
    </message>
    <message>
        <source>Show the lines of all applications again</source>
        <translation>Mostrar de novo as linhas de todos os aplicativos</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pausar</translation>
    </message>
    <message>
        <source>Go to the &amp;newest line</source>
        <translation>Ir à linha mais &amp;recente</translation>
    </message>
    <message>
        <source>Go on if the log is paused, and follow new lines</source>
        <translation>Retomar o log se estiver pausado e acompanhar as novas linhas</translation>
    </message>
    <message>
        <source>&amp;Copy lines</source>
        <translation>&amp;Copiar linhas</translation>
    </message>
    <message>
        <source>&amp;Save lines...</source>
        <translation>&amp;Salvar linhas...</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>&amp;Limpar</translation>
    </message>
    <message>
        <source>No line has this level and all these words.</source>
        <translation>Nenhuma linha tem este nível e todas estas palavras.</translation>
    </message>
    <message>
        <source>The log is paused: new lines wait until you go on.</source>
        <translation>O log está pausado: novas linhas esperam até você retomar.</translation>
    </message>
    <message>
        <source>Connections and problems are told here as they come.</source>
        <translation>As conexões e os problemas aparecem aqui à medida que ocorrem.</translation>
    </message>
    <message>
        <source>Colu&amp;mns</source>
        <translation>Colu&amp;nas</translation>
    </message>
    <message>
        <source>Saved the log to %1.</source>
        <translation>O log foi salvo em %1.</translation>
    </message>
</context>
<context>
    <name>ui::LoginStartAction</name>
    <message>
        <source>Start at login</source>
        <translation>Iniciar com a sessão</translation>
    </message>
    <message>
        <source>Whether Hosier starts at login could not be changed.</source>
        <translation>Não foi possível alterar se o Hosier inicia com a sessão.</translation>
    </message>
    <message>
        <source>%1 cannot be removed.</source>
        <comment>file</comment>
        <translation>Não é possível remover %1.</translation>
    </message>
    <message>
        <source>The folder of %1 cannot be created.</source>
        <comment>file</comment>
        <translation>Não é possível criar a pasta de %1.</translation>
    </message>
    <message>
        <source>%1 cannot be written.</source>
        <comment>file, or key of the registry</comment>
        <translation>Não é possível gravar %1.</translation>
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
        <translation>Tráfego</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>&amp;Log</translation>
    </message>
    <message>
        <source>Show or hide the log</source>
        <translation>Mostrar ou ocultar o log</translation>
    </message>
    <message>
        <source>&amp;Traffic</source>
        <translation>&amp;Tráfego</translation>
    </message>
    <message>
        <source>Show or hide the traffic graph</source>
        <translation>Mostrar ou ocultar o gráfico de tráfego</translation>
    </message>
    <message>
        <source>Log - Hosier</source>
        <translation>Log - Hosier</translation>
    </message>
    <message>
        <source>Traffic - Hosier</source>
        <translation>Tráfego - Hosier</translation>
    </message>
</context>
<context>
    <name>ui::MainMenu</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Arquivo</translation>
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
        <translation>&amp;Regras</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>E&amp;xibir</translation>
    </message>
    <message>
        <source>La&amp;nguage</source>
        <translation>&amp;Idioma</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>Aj&amp;uda</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>&amp;Servidores</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>&amp;Log</translation>
    </message>
    <message>
        <source>&amp;What&apos;s This?</source>
        <translation>&amp;O que é isto?</translation>
    </message>
    <message>
        <source>Then click what you want to have explained</source>
        <translation>Depois, clique no que você quer que seja explicado</translation>
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
        <translation>Ir para a página %1</translation>
    </message>
</context>
<context>
    <name>ui::MainToolBar</name>
    <message>
        <source>Toolbar</source>
        <translation>Barra de ferramentas</translation>
    </message>
    <message>
        <source>Mode: %1</source>
        <translation>Modo: %1</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <comment>server, or what is done</comment>
        <translation>Padrão: %1</translation>
    </message>
    <message>
        <source>What is done when no rule matches: %1</source>
        <translation>O que se faz quando nenhuma regra corresponde: %1</translation>
    </message>
    <message>
        <source>All: %1</source>
        <comment>server, or what is done</comment>
        <translation>Tudo: %1</translation>
    </message>
    <message>
        <source>What is done with everything, whatever the rules say: %1</source>
        <translation>O que se faz com tudo, independentemente das regras: %1</translation>
    </message>
    <message>
        <source>Everything connects directly. The default action for the other modes: %1</source>
        <translation>Tudo se conecta diretamente. A ação padrão para os outros modos: %1</translation>
    </message>
</context>
<context>
    <name>ui::MainWindow</name>
    <message>
        <source>&amp;Connections</source>
        <translation>&amp;Conexões</translation>
    </message>
    <message>
        <source>&amp;Applications</source>
        <translation>&amp;Aplicativos</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>&amp;Regras</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>&amp;Servidores</translation>
    </message>
    <message>
        <source>Filter connections</source>
        <translation>Filtrar conexões</translation>
    </message>
    <message>
        <source>Show only connections with all these words in application, client, target, login, rule, route or state (Ctrl+F)</source>
        <translation>Mostrar apenas conexões com todas estas palavras no aplicativo, cliente, destino, usuário, regra, rota ou estado (Ctrl+F)</translation>
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
        <translation>Não foi possível alterar o modo: %1</translation>
    </message>
    <message>
        <source>The rules decide about all open connections as they did: none was closed.</source>
        <translation>As regras decidem sobre todas as conexões abertas como antes: nenhuma foi fechada.</translation>
    </message>
    <message numerus="yes">
        <source>%n open connection(s) closed: the rules decide otherwise now.</source>
        <translation>
            <numerusform>%n conexão aberta foi fechada: agora as regras decidem de outro modo.</numerusform>
            <numerusform>%n conexões abertas foram fechadas: agora as regras decidem de outro modo.</numerusform>
        </translation>
    </message>
    <message>
        <source>Filter applications</source>
        <translation>Filtrar aplicativos</translation>
    </message>
    <message>
        <source>Show only applications with all these words in their name or rule (Ctrl+F)</source>
        <translation>Mostrar apenas aplicativos com todas estas palavras no nome ou na regra (Ctrl+F)</translation>
    </message>
    <message>
        <source>Filter rules</source>
        <translation>Filtrar regras</translation>
    </message>
    <message>
        <source>Show only rules with all these words in name, applications, hosts, ports or action (Ctrl+F)</source>
        <translation>Mostrar apenas regras com todas estas palavras no nome, nos aplicativos, nos hosts, nas portas ou na ação (Ctrl+F)</translation>
    </message>
    <message>
        <source>Filter servers</source>
        <translation>Filtrar servidores</translation>
    </message>
    <message>
        <source>Show only servers and routes with all these words in their columns (Ctrl+F)</source>
        <translation>Mostrar apenas servidores e rotas com todas estas palavras em suas colunas (Ctrl+F)</translation>
    </message>
    <message>
        <source>Defa&amp;ult route</source>
        <translation>Rota pa&amp;drão</translation>
    </message>
</context>
<context>
    <name>ui::MessageBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Dispensar</translation>
    </message>
</context>
<context>
    <name>ui::ModeBar</name>
    <message>
        <source>Apply the rules</source>
        <translation>Aplicar as regras</translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Direct, so everything connects directly and nothing is blocked.</source>
        <translation>Estas regras não são aplicadas: o modo é Direto, então tudo se conecta diretamente e nada é bloqueado.</translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Everything, so the default action is taken for everything.</source>
        <translation>Estas regras não são aplicadas: o modo é Tudo, então a ação padrão se aplica a tudo.</translation>
    </message>
</context>
<context>
    <name>ui::NewRuleMenu</name>
    <message>
        <source>For this &amp;application</source>
        <translation>Para este &amp;aplicativo</translation>
    </message>
    <message>
        <source>Make a rule for the application of the connection</source>
        <translation>Criar uma regra para o aplicativo da conexão</translation>
    </message>
    <message>
        <source>For this &amp;host</source>
        <translation>Para este &amp;host</translation>
    </message>
    <message>
        <source>Make a rule for the host that the connection goes to</source>
        <translation>Criar uma regra para o host ao qual a conexão vai</translation>
    </message>
    <message>
        <source>For this &amp;domain</source>
        <translation>Para este &amp;domínio</translation>
    </message>
    <message>
        <source>Make a rule for the host&apos;s domain and all names in it</source>
        <translation>Criar uma regra para o domínio do host e todos os nomes nele</translation>
    </message>
    <message>
        <source>For this application and h&amp;ost</source>
        <translation>Para este aplicativo e h&amp;ost</translation>
    </message>
    <message>
        <source>Make a rule for this application&apos;s connections to that host</source>
        <translation>Criar uma regra para as conexões deste aplicativo com esse host</translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>action</comment>
        <translation>&amp;Direto</translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <comment>action</comment>
        <translation>&amp;Bloquear</translation>
    </message>
    <message>
        <source>In the &amp;editor...</source>
        <translation>No &amp;editor...</translation>
    </message>
    <message>
        <source>Choose more conditions, and what is done, before the rule is in force</source>
        <translation>Escolher mais condições e o que fazer antes de a regra entrar em vigor</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>Via %1</translation>
    </message>
    <message>
        <source>Put the rule in force at once, above all others</source>
        <translation>Pôr a regra em vigor imediatamente, acima de todas as outras</translation>
    </message>
    <message>
        <source>New rule &amp;from connection</source>
        <translation>Nova re&amp;gra a partir da conexão</translation>
    </message>
    <message>
        <source>&amp;More...</source>
        <comment>servers and routes</comment>
        <translation>&amp;Mais...</translation>
    </message>
    <message>
        <source>Choose among all servers and routes in the editor</source>
        <translation>Escolher entre todos os servidores e rotas no editor</translation>
    </message>
</context>
<context>
    <name>ui::NoServers</name>
    <message>
        <source>Add server…</source>
        <translation>Adicionar servidor…</translation>
    </message>
    <message>
        <source>Paste servers</source>
        <translation>Colar servidores</translation>
    </message>
    <message>
        <source>No servers yet</source>
        <translation>Ainda não há servidores</translation>
    </message>
    <message>
        <source>Add a SOCKS or HTTP proxy to send connections by way of it, or paste a list of servers.</source>
        <translation>Adicione um proxy SOCKS ou HTTP para enviar conexões por ele ou cole uma lista de servidores.</translation>
    </message>
</context>
<context>
    <name>ui::NotificationsPage</name>
    <message>
        <source>The &amp;proxy cannot listen</source>
        <translation>O &amp;proxy não consegue escutar</translation>
    </message>
    <message>
        <source>When an address or a port cannot be opened</source>
        <translation>Quando um endereço ou uma porta não pode ser aberta</translation>
    </message>
    <message>
        <source>A &amp;server stops working, or works again</source>
        <translation>Um &amp;servidor para de funcionar ou volta a funcionar</translation>
    </message>
    <message>
        <source>Servers of the profile that are in use or members of a group</source>
        <translation>Servidores do perfil que estão em uso ou são membros de um grupo</translation>
    </message>
    <message>
        <source>A rule &amp;blocks a program</source>
        <translation>Uma regra &amp;bloqueia um programa</translation>
    </message>
    <message>
        <source>Many at once are one message with their number</source>
        <translation>Se forem muitos ao mesmo tempo, uma única mensagem indica a quantidade</translation>
    </message>
    <message>
        <source>Tell me when:</source>
        <translation>Avisar quando:</translation>
    </message>
    <message>
        <source>The &amp;engine does not respond, or cannot open more files</source>
        <translation>O &amp;mecanismo não responde ou não consegue abrir mais arquivos</translation>
    </message>
    <message>
        <source>Connections hang then, or new ones are turned away</source>
        <translation>As conexões então ficam travadas ou as novas são recusadas</translation>
    </message>
    <message>
        <source>The desktop shows these messages, one of a kind every half a minute at most. All but an engine that does not respond is also in the log.</source>
        <translation>O ambiente de trabalho mostra estas mensagens, no máximo uma de cada tipo a cada meio minuto. Tudo, exceto um mecanismo que não responde, consta também no log.</translation>
    </message>
    <message>
        <source>This desktop has no tray to show messages from: its notification service shows them, or the status bar of the window. All but an engine that does not respond is also in the log.</source>
        <translation>Este ambiente de trabalho não tem bandeja de onde mostrar mensagens: o serviço de notificações as mostra ou, se não houver, a barra de status da janela. Tudo, exceto um mecanismo que não responde, consta também no log.</translation>
    </message>
</context>
<context>
    <name>ui::Notifier</name>
    <message numerus="yes">
        <source>%n connections were blocked, the last one of %1 to %2.</source>
        <translation>
            <numerusform>%n conexão foi bloqueada, a última de %1 para %2.</numerusform>
            <numerusform>%n conexões foram bloqueadas, a última de %1 para %2.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 may not connect to %2.</source>
        <comment>program, target</comment>
        <translation>%1 não pode se conectar a %2.</translation>
    </message>
    <message>
        <source>%1 may not connect to %2: rule &quot;%3&quot;.</source>
        <comment>program, target, rule</comment>
        <translation>%1 não pode se conectar a %2: regra &quot;%3&quot;.</translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation>Bloqueado pelas regras</translation>
    </message>
    <message>
        <source>Server %1 does not work.</source>
        <translation>O servidor %1 não funciona.</translation>
    </message>
    <message>
        <source>Server %1 works again.</source>
        <translation>O servidor %1 voltou a funcionar.</translation>
    </message>
    <message>
        <source>Server down</source>
        <translation>Servidor fora do ar</translation>
    </message>
    <message>
        <source>Server up</source>
        <translation>Servidor de volta</translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation>Erro do proxy</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>E mais %n.</numerusform>
            <numerusform>E mais %n.</numerusform>
        </translation>
    </message>
    <message>
        <source>The engine does not respond: connections may hang until Hosier is started again.</source>
        <translation>O mecanismo não responde: as conexões podem ficar travadas até que o Hosier seja iniciado de novo.</translation>
    </message>
    <message>
        <source>The engine responds again.</source>
        <translation>O mecanismo voltou a responder.</translation>
    </message>
    <message>
        <source>Engine in trouble</source>
        <translation>Problemas no mecanismo</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Mecanismo</translation>
    </message>
</context>
<context>
    <name>ui::PasswordBar</name>
    <message>
        <source>Missing passwords</source>
        <translation>Senhas faltando</translation>
    </message>
    <message>
        <source>Enter password</source>
        <translation>Digitar senha</translation>
    </message>
    <message>
        <source>Open the first of these servers</source>
        <translation>Abrir o primeiro destes servidores</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Dispensar</translation>
    </message>
    <message>
        <source>Hide this message</source>
        <translation>Ocultar esta mensagem</translation>
    </message>
    <message>
        <source>Password missing: %1.</source>
        <comment>names of servers</comment>
        <translation>Não se conhece a senha de: %1.</translation>
    </message>
</context>
<context>
    <name>ui::PasswordChoice</name>
    <message>
        <source>K&amp;eep it until Hosier quits, and ask again after the next start</source>
        <translation>Mantê-&amp;la até sair do Hosier e pedi-la de novo após o próximo início</translation>
    </message>
    <message>
        <source>&amp;Do not use a password</source>
        <translation>Não us&amp;ar senha</translation>
    </message>
    <message>
        <source>The password stays in memory. It is written neither to the profile nor to any other file.</source>
        <translation>A senha fica na memória. Ela não é gravada no perfil nem em nenhum outro arquivo.</translation>
    </message>
    <message>
        <source>The server is saved without a password, and one that was in use is forgotten.</source>
        <translation>O servidor é salvo sem senha, e a que estava em uso é esquecida.</translation>
    </message>
</context>
<context>
    <name>ui::PasswordQuestion</name>
    <message>
        <source>Add servers</source>
        <translation>Adicionar servidores</translation>
    </message>
    <message numerus="yes">
        <source>%n server(s) come with a password, and no credential store is available. What is to become of each password?</source>
        <translation>
            <numerusform>%n servidor traz uma senha e não há repositório de credenciais. O que fazer com a senha?</numerusform>
            <numerusform>%n servidores trazem uma senha e não há repositório de credenciais. O que fazer com cada senha?</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>A&amp;dicionar</translation>
    </message>
</context>
<context>
    <name>ui::PortDoctor</name>
    <message>
        <source>The port could not be changed: %1</source>
        <translation>Não foi possível alterar a porta: %1</translation>
    </message>
    <message>
        <source>The port was named at the program&apos;s start, so it stays until the next one.</source>
        <translation>A porta foi indicada ao iniciar o programa, por isso permanece até o próximo início.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; uses port %2 from now on.</source>
        <translation>O ponto de escuta &quot;%1&quot; usa a porta %2 a partir de agora.</translation>
    </message>
</context>
<context>
    <name>ui::Ppx</name>
    <message>
        <source>File</source>
        <translation>Arquivo</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Opções</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Servidor</translation>
    </message>
    <message>
        <source>Server &quot;%1&quot;</source>
        <translation>Servidor &quot;%1&quot;</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>Cadeia</translation>
    </message>
    <message>
        <source>Chain &quot;%1&quot;</source>
        <translation>Cadeia &quot;%1&quot;</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regra</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation>Regra &quot;%1&quot;</translation>
    </message>
    <message>
        <source>Default rule</source>
        <translation>Regra padrão</translation>
    </message>
    <message>
        <source>taken over as the default action</source>
        <translation>passa a ser a ação padrão</translation>
    </message>
    <message>
        <source>names are looked up by the servers, here too</source>
        <translation>aqui também os nomes são resolvidos pelos servidores</translation>
    </message>
    <message>
        <source>taken over</source>
        <translation>sem alterações</translation>
    </message>
    <message>
        <source>version %1 is newer than those that are known</source>
        <translation>a versão %1 é mais nova que as conhecidas</translation>
    </message>
    <message>
        <source>names that programs ask for are now looked up by the servers, not by this computer</source>
        <translation>os nomes que os programas pedem agora são resolvidos pelos servidores, não por este computador</translation>
    </message>
    <message>
        <source>SOCKS4 carries no names: this computer looks them up. If the server knows SOCKS4a, choose that</source>
        <translation>o SOCKS4 não transporta nomes: este computador os resolve. Se o servidor conhecer SOCKS4a, escolha-o</translation>
    </message>
    <message>
        <source>an HTTP proxy for web pages is now asked with CONNECT, which it may refuse</source>
        <translation>a um proxy HTTP para páginas web agora se pede CONNECT, que ele pode recusar</translation>
    </message>
    <message>
        <source>connections to the same host take the same server</source>
        <translation>conexões com o mesmo host usam o mesmo servidor</translation>
    </message>
    <message>
        <source>the name is now &quot;%1&quot;</source>
        <translation>o nome agora é &quot;%1&quot;</translation>
    </message>
    <message>
        <source>%1 is now %2</source>
        <translation>%1 agora é %2</translation>
    </message>
    <message>
        <source>%1 is now %2, which matches less: &quot;*&quot; stands for whole parts of a name</source>
        <translation>%1 agora é %2, que abrange menos: &quot;*&quot; representa partes inteiras de um nome</translation>
    </message>
    <message>
        <source>the application %1 is now %2</source>
        <translation>o aplicativo %1 agora é %2</translation>
    </message>
    <message>
        <source>the application %1 is a path of Windows, which no program has here</source>
        <translation>o aplicativo %1 é um caminho do Windows, que nenhum programa tem aqui</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is taken for the name of one application</source>
        <translation>&quot;%1&quot; é entendido como o nome de um único aplicativo</translation>
    </message>
    <message>
        <source>addresses such as %1 match programs that ask for an address; for those that ask for a name, &quot;resolveForRules&quot; in the profile has to be on</source>
        <translation>endereços como %1 correspondem a programas que pedem um endereço; para os que pedem um nome, &quot;resolveForRules&quot; precisa estar ativado no perfil</translation>
    </message>
    <message>
        <source>switched off, because its condition &quot;%1&quot; is not known</source>
        <translation>desativada, porque sua condição &quot;%1&quot; não é conhecida</translation>
    </message>
    <message>
        <source>blocks, because its action &quot;%1&quot; leads nowhere</source>
        <translation>bloqueia, porque sua ação &quot;%1&quot; não leva a lugar nenhum</translation>
    </message>
    <message>
        <source>the file has none, so the default action stays what it is</source>
        <translation>o arquivo não contém nenhuma, então a ação padrão fica como está</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not known</source>
        <translation>&quot;%1&quot; não é conhecido</translation>
    </message>
    <message>
        <source>the setting &quot;%1&quot; has no equivalent</source>
        <translation>a configuração &quot;%1&quot; não tem equivalente</translation>
    </message>
    <message>
        <source>left out, because its type &quot;%1&quot; is not known</source>
        <translation>não foi incluído: o tipo &quot;%1&quot; não é conhecido</translation>
    </message>
    <message>
        <source>left out, because its address &quot;%1&quot; is none</source>
        <translation>não foi incluído: o endereço &quot;%1&quot; não é válido</translation>
    </message>
    <message>
        <source>left out, because its port &quot;%1&quot; is none</source>
        <translation>não foi incluído: a porta &quot;%1&quot; não é válida</translation>
    </message>
    <message>
        <source>its password is encrypted by Proxifier: enter it again on the page Servers</source>
        <translation>sua senha está criptografada pelo Proxifier: digite-a de novo na página Servidores</translation>
    </message>
    <message>
        <source>the user name &quot;%1&quot; cannot be used</source>
        <translation>o nome de usuário &quot;%1&quot; não pode ser usado</translation>
    </message>
    <message>
        <source>its login, which was switched off, was left out</source>
        <translation>sua autenticação, que estava desativada, foi omitida</translation>
    </message>
    <message>
        <source>left out, because another one has the id &quot;%1&quot;</source>
        <translation>não foi incluído: outro item tem o identificador &quot;%1&quot;</translation>
    </message>
    <message>
        <source>there are more than %1 here; the rest was left out</source>
        <translation>há mais de %1 aqui; o resto foi omitido</translation>
    </message>
    <message>
        <source>the proxy %1, which was switched off, was left out</source>
        <translation>o proxy %1, que estava desativado, foi omitido</translation>
    </message>
    <message>
        <source>the proxy %1, which was not taken over, was left out</source>
        <translation>o proxy %1, que não foi importado, foi omitido</translation>
    </message>
    <message>
        <source>left out, because its proxy %1 was not taken over</source>
        <translation>não foi incluída: o proxy %1 não foi importado</translation>
    </message>
    <message>
        <source>left out, because it goes through more than %1 servers</source>
        <translation>não foi incluída: passa por mais de %1 servidores</translation>
    </message>
    <message>
        <source>left out, because it has no proxy</source>
        <translation>não foi incluída: não tem nenhum proxy</translation>
    </message>
    <message>
        <source>when no server works, connections fail; they never go directly instead</source>
        <translation>quando nenhum servidor funciona, as conexões falham; elas nunca vão diretamente em vez disso</translation>
    </message>
    <message>
        <source>%1 was left out: such words are not replaced</source>
        <translation>%1 foi omitido: essas palavras não são substituídas</translation>
    </message>
    <message>
        <source>%1 was left out: &quot;*&quot; can only stand for whole parts at an end of a name, or of an address</source>
        <translation>%1 foi omitido: &quot;*&quot; só pode representar partes inteiras em uma extremidade de um nome ou de um endereço</translation>
    </message>
    <message>
        <source>%1 was left out: it is no host and no address</source>
        <translation>%1 foi omitido: não é um host nem um endereço</translation>
    </message>
    <message>
        <source>%1 was left out: it is no port</source>
        <translation>%1 foi omitido: não é uma porta</translation>
    </message>
    <message>
        <source>the application %1 was left out: it cannot be used</source>
        <translation>o aplicativo %1 foi omitido: não pode ser usado</translation>
    </message>
    <message>
        <source>left out, because nothing is left of its condition &quot;%1&quot;</source>
        <translation>não foi incluída: não resta nada da condição &quot;%1&quot;</translation>
    </message>
    <message>
        <source>The file is larger than %1 MiB.</source>
        <translation>O arquivo tem mais de %1 MiB.</translation>
    </message>
    <message>
        <source>The file has a document type, which no profile has.</source>
        <translation>O arquivo tem um tipo de documento, o que nenhum perfil tem.</translation>
    </message>
    <message>
        <source>The file holds more than any profile does.</source>
        <translation>O arquivo contém mais do que qualquer perfil.</translation>
    </message>
    <message>
        <source>The file is damaged or not complete: %1</source>
        <translation>O arquivo está danificado ou incompleto: %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>part of a file, what became of it</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>The file is XML, but no profile of Proxifier.</source>
        <translation>O arquivo é XML, mas não é um perfil do Proxifier.</translation>
    </message>
    <message numerus="yes">
        <source>%n more findings are not listed</source>
        <translation>
            <numerusform>Mais %n resultado não é mostrado</numerusform>
            <numerusform>Mais %n resultados não são mostrados</numerusform>
        </translation>
    </message>
    <message>
        <source>not taken over: the default action stays what it is</source>
        <translation>não adotada: a ação padrão continua como está</translation>
    </message>
</context>
<context>
    <name>ui::ProfileEdit</name>
    <message>
        <source>Rule number %1</source>
        <translation>Regra número %1</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation>Regra &quot;%1&quot;</translation>
    </message>
    <message>
        <source>%1 (switched off)</source>
        <comment>a rule</comment>
        <translation>%1 (desativada)</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>name of a server, number</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Route &quot;%1&quot;</source>
        <translation>Rota &quot;%1&quot;</translation>
    </message>
    <message>
        <source>The default action</source>
        <translation>A ação padrão</translation>
    </message>
    <message>
        <source>The action for unidentified applications</source>
        <translation>A ação para aplicativos não identificados</translation>
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
        <translation>O arquivo não tem usuários: os do perfil em vigor permanecem.</translation>
    </message>
    <message>
        <source>The id is now %1: %2 is that of another server, whose password this one must not get.</source>
        <translation>O identificador agora é %1: %2 é o de outro servidor, cuja senha este não pode receber.</translation>
    </message>
    <message>
        <source>Whoever can reach %1 may use this proxy without a password.</source>
        <translation>Quem puder alcançar %1 poderá usar este proxy sem senha.</translation>
    </message>
    <message>
        <source>The server &quot;%1&quot; (%2) is sent what the file %3 on this computer holds.</source>
        <translation>Ao servidor &quot;%1&quot; (%2) é enviado o que o arquivo %3 deste computador contém.</translation>
    </message>
    <message>
        <source>The password of the server &quot;%1&quot; is in no file: enter it on the page Servers.</source>
        <translation>A senha do servidor &quot;%1&quot; não está em nenhum arquivo: digite-a na página Servidores.</translation>
    </message>
    <message>
        <source>Listeners: %1</source>
        <translation>Pontos de escuta: %1</translation>
    </message>
    <message>
        <source>Users: %1</source>
        <translation>Usuários: %1</translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation>Servidores: %1</translation>
    </message>
    <message>
        <source>Routes: %1</source>
        <translation>Rotas: %1</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>Regras: %1</translation>
    </message>
    <message>
        <source>line %1</source>
        <translation>linha %1</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>O arquivo está vazio.</translation>
    </message>
</context>
<context>
    <name>ui::ProfileRecovery</name>
    <message>
        <source>The profile cannot be used.</source>
        <translation>O perfil não pode ser usado.</translation>
    </message>
    <message>
        <source>Start &amp;Afresh</source>
        <translation>Começar do &amp;zero</translation>
    </message>
    <message>
        <source>Its backup is the profile as it was until %1.</source>
        <translation>A cópia de segurança é o perfil como era até %1.</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Sair</translation>
    </message>
    <message>
        <source>Use the &amp;Backup</source>
        <translation>Usar a &amp;cópia de segurança</translation>
    </message>
    <message>
        <source>Starting afresh means without servers and rules: everything goes directly. The broken file is kept, under another name.</source>
        <translation>Começar do zero significa sem servidores nem regras: tudo vai diretamente. O arquivo danificado é mantido com outro nome.</translation>
    </message>
</context>
<context>
    <name>ui::ProfileTransfer</name>
    <message>
        <source>Import a profile</source>
        <translation>Importar um perfil</translation>
    </message>
    <message>
        <source>Profiles of Hosier and Proxifier (*.json *.ppx)</source>
        <translation>Perfis do Hosier e do Proxifier (*.json *.ppx)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos os arquivos (*)</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importar</translation>
    </message>
    <message>
        <source>The file cannot be read.</source>
        <translation>O arquivo não pode ser lido.</translation>
    </message>
    <message>
        <source>Imported %1.</source>
        <translation>%1 importado.</translation>
    </message>
    <message>
        <source>Exported to %1.</source>
        <translation>Exportado para %1.</translation>
    </message>
</context>
<context>
    <name>ui::ProgramFields</name>
    <message>
        <source>Application</source>
        <translation>Aplicativo</translation>
    </message>
    <message>
        <source>Name or path; empty: not identified</source>
        <translation>Nome ou caminho; vazio: não identificado</translation>
    </message>
    <message>
        <source>Child of</source>
        <translation>Iniciado por</translation>
    </message>
    <message>
        <source>The program that has started the application, for rules that also match those that a program starts</source>
        <translation>O programa que iniciou o aplicativo, para regras que também valem para os programas iniciados</translation>
    </message>
    <message>
        <source>Name or path of the program that started it; may be empty</source>
        <translation>Nome ou caminho do programa que o iniciou; pode ficar vazio</translation>
    </message>
    <message>
        <source>%1: its file is being looked for...</source>
        <comment>program</comment>
        <translation>%1: procurando o arquivo…</translation>
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
        <translation>Mostrar apenas programas com este texto no nome ou caminho</translation>
    </message>
    <message>
        <source>Running programs</source>
        <translation>Programas em execução</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Nome</translation>
    </message>
    <message>
        <source>Path</source>
        <comment>column</comment>
        <translation>Caminho</translation>
    </message>
    <message>
        <source>How the program is entered</source>
        <translation>Como o programa é inserido</translation>
    </message>
    <message>
        <source>By name, wherever it lies</source>
        <translation>Pelo nome, onde quer que esteja</translation>
    </message>
    <message>
        <source>By its full path</source>
        <translation>Pelo caminho completo</translation>
    </message>
    <message>
        <source>&amp;Enter it:</source>
        <translation>&amp;Inserir:</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Adicionar</translation>
    </message>
    <message>
        <source>&amp;Refresh</source>
        <translation>At&amp;ualizar</translation>
    </message>
    <message>
        <source>Look again which programs run (F5)</source>
        <translation>Verificar de novo quais programas estão em execução (F5)</translation>
    </message>
    <message>
        <source>Looking for running programs...</source>
        <translation>Procurando programas em execução...</translation>
    </message>
    <message>
        <source>%1, run by %2</source>
        <comment>script, interpreter</comment>
        <translation>%1, executado por %2</translation>
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
        <translation>Caminho: %1</translation>
    </message>
    <message>
        <source>Script: %1</source>
        <translation>Script: %1</translation>
    </message>
    <message>
        <source>Runs as: %1</source>
        <comment>user of the system</comment>
        <translation>Executado como: %1</translation>
    </message>
    <message>
        <source>Child of: %1</source>
        <comment>programs, nearest first</comment>
        <translation>Iniciado por: %1</translation>
    </message>
    <message>
        <source>%1: %2, the path of whose interpreter is not known</source>
        <comment>program, its script</comment>
        <translation>%1: %2, cujo interpretador tem caminho desconhecido</translation>
    </message>
    <message>
        <source>%1: %2, run by %3</source>
        <comment>program, its script, its interpreter</comment>
        <translation>%1: %2, executado por %3</translation>
    </message>
    <message>
        <source>%1: the path is not known</source>
        <comment>program</comment>
        <translation>%1: o caminho não é conhecido</translation>
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
        <translation>Proxy desativado</translation>
    </message>
    <message>
        <source>No listener</source>
        <translation>Sem ponto de escuta</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>Abrindo</translation>
    </message>
    <message>
        <source>Proxy on</source>
        <translation>Proxy ativado</translation>
    </message>
    <message>
        <source>Proxy on, with an error</source>
        <translation>Proxy ativado, com um erro</translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation>Erro do proxy</translation>
    </message>
    <message>
        <source>Proxy off: nothing is listening</source>
        <translation>Proxy desativado: nada está escutando</translation>
    </message>
    <message>
        <source>The profile has no listener</source>
        <translation>O perfil não tem ponto de escuta</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <translation>Escutando em %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>address, reason</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: closed</source>
        <comment>address</comment>
        <translation>%1: fechado</translation>
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
        <translation>A porta está em uso por outro programa.</translation>
    </message>
    <message>
        <source>The port is in use by process %1.</source>
        <translation>A porta está em uso pelo processo %1.</translation>
    </message>
    <message>
        <source>The port is in use by %1.</source>
        <comment>program (process id)</comment>
        <translation>A porta está em uso por %1.</translation>
    </message>
    <message>
        <source>Windows does not permit port %1: it keeps the port for itself, or another program uses it exclusively. &quot;netsh int ipv4 show excludedportrange protocol=tcp&quot; lists the ports that Windows keeps.</source>
        <translation>O Windows não permite a porta %1: ele a reserva para si ou outro programa a usa com exclusividade. &quot;netsh int ipv4 show excludedportrange protocol=tcp&quot; lista as portas que o Windows reserva.</translation>
    </message>
    <message>
        <source>The system lets only privileged programs listen on port %1.</source>
        <translation>O sistema só permite que programas privilegiados escutem na porta %1.</translation>
    </message>
    <message>
        <source>The system does not permit Hosier to listen on port %1.</source>
        <translation>O sistema não permite que o Hosier escute na porta %1.</translation>
    </message>
    <message>
        <source>Port %1 is reserved by Windows.</source>
        <translation>A porta %1 está reservada pelo Windows.</translation>
    </message>
    <message>
        <source>Ports %1 to %2 are reserved by Windows, so no program can listen on port %3.</source>
        <translation>As portas %1 a %2 estão reservadas pelo Windows, por isso nenhum programa pode escutar na porta %3.</translation>
    </message>
</context>
<context>
    <name>ui::ProxySwitch</name>
    <message>
        <source>Proxy on</source>
        <translation>Proxy ativado</translation>
    </message>
    <message>
        <source>Proxy off</source>
        <translation>Proxy desativado</translation>
    </message>
</context>
<context>
    <name>ui::RestartOffer</name>
    <message>
        <source>Hosier has stopped unexpectedly.</source>
        <translation>O Hosier terminou de forma inesperada.</translation>
    </message>
    <message>
        <source>&amp;Restart</source>
        <translation>&amp;Reiniciar</translation>
    </message>
    <message>
        <source>The profile is as it was last saved. Programs that use the proxy cannot connect until Hosier runs again.</source>
        <translation>O perfil está como foi salvo da última vez. Os programas que usam o proxy não podem se conectar até que o Hosier volte a ser executado.</translation>
    </message>
    <message>
        <source>The note about what happened is %1.</source>
        <translation>A nota sobre o que aconteceu é %1.</translation>
    </message>
    <message>
        <source>Start Hosier again with the same profile</source>
        <translation>Iniciar o Hosier novamente com o mesmo perfil</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Fechar</translation>
    </message>
</context>
<context>
    <name>ui::RouteDialog</name>
    <message>
        <source>← &amp;Add</source>
        <translation>← &amp;Adicionar</translation>
    </message>
    <message>
        <source>&amp;Remove →</source>
        <translation>&amp;Remover →</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>Mover para &amp;cima</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>Mover para &amp;baixo</translation>
    </message>
    <message>
        <source>Add route</source>
        <translation>Adicionar rota</translation>
    </message>
    <message>
        <source>Edit route</source>
        <translation>Editar rota</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nome</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Identificador</translation>
    </message>
    <message>
        <source>What rules and other routes call this route in the profile&apos;s file</source>
        <translation>Como as regras e outras rotas chamam esta rota no arquivo do perfil</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Members, in order</source>
        <translation>Membros, em ordem</translation>
    </message>
    <message>
        <source>Drag members to change their order</source>
        <translation>Arraste os membros para mudar a ordem</translation>
    </message>
    <message>
        <source>Servers and routes that are no members</source>
        <translation>Servidores e rotas que não são membros</translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation>&amp;Id.:</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nome:</translation>
    </message>
    <message>
        <source>&amp;Kind:</source>
        <translation>&amp;Tipo:</translation>
    </message>
    <message>
        <source>&amp;Members, in order</source>
        <translation>&amp;Membros, em ordem</translation>
    </message>
    <message>
        <source>&amp;Other servers and routes</source>
        <translation>&amp;Outros servidores e rotas</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>name, kind of route</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Digite um nome.</translation>
    </message>
    <message>
        <source>Add at least one server or route as a member.</source>
        <translation>Adicione pelo menos um servidor ou uma rota como membro.</translation>
    </message>
    <message>
        <source>The route was changed or removed meanwhile. Close this and open it again.</source>
        <translation>Nesse meio-tempo, a rota foi alterada ou removida. Feche esta janela e abra-a de novo.</translation>
    </message>
</context>
<context>
    <name>ui::RouteMenu</name>
    <message>
        <source>There is no such route any more.</source>
        <translation>Essa rota não existe mais.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be a member of itself.</source>
        <translation>&quot;%1&quot; não pode ser membro de si mesma.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; already belongs to &quot;%2&quot;.</source>
        <translation>&quot;%1&quot; já pertence a &quot;%2&quot;.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; leads through &quot;%2&quot;, which would then lead back to itself.</source>
        <translation>&quot;%1&quot; passa por &quot;%2&quot;, que então voltaria a levar a si mesma.</translation>
    </message>
    <message>
        <source>Add &amp;to route</source>
        <translation>Ad&amp;icionar à rota</translation>
    </message>
</context>
<context>
    <name>ui::RuleDelegate</name>
    <message>
        <source>Action</source>
        <translation>Ação</translation>
    </message>
</context>
<context>
    <name>ui::RuleDialog</name>
    <message>
        <source>Rule</source>
        <translation>Regra</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nome</translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log</source>
        <translation>Como a regra é chamada nas listas e no log</translation>
    </message>
    <message>
        <source>A&amp;pplications</source>
        <translation>A&amp;plicativos</translation>
    </message>
    <message>
        <source>Also programs that the&amp;y start</source>
        <translation>Também os programas que eles &amp;iniciam</translation>
    </message>
    <message>
        <source>The rule also matches the children of these applications, and their children</source>
        <translation>A regra também corresponde aos processos filhos destes aplicativos e aos filhos deles</translation>
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
        <translation>P&amp;ortas</translation>
    </message>
    <message>
        <source>443, 8000-8100</source>
        <translation>443, 8000-8100</translation>
    </message>
    <message>
        <source>&amp;Users</source>
        <translation>&amp;Usuários</translation>
    </message>
    <message>
        <source>anna</source>
        <translation>ana</translation>
    </message>
    <message>
        <source>Names that clients have logged in with</source>
        <translation>Nomes com os quais os clientes se autenticaram</translation>
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
        <translation>Endereços dos quais os clientes se conectam</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>Transporte</translation>
    </message>
    <message>
        <source>Any</source>
        <comment>transport</comment>
        <translation>Qualquer</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Ação</translation>
    </message>
    <message>
        <source>&amp;Seen</source>
        <translation>&amp;Vistos</translation>
    </message>
    <message>
        <source>Choose an application that has connected lately</source>
        <translation>Escolher um aplicativo que se conectou recentemente</translation>
    </message>
    <message>
        <source>&amp;Browse...</source>
        <translation>Procu&amp;rar...</translation>
    </message>
    <message>
        <source>Choose the file of a program</source>
        <translation>Escolher o arquivo de um programa</translation>
    </message>
    <message>
        <source>&amp;Running...</source>
        <translation>&amp;Em execução...</translation>
    </message>
    <message>
        <source>Choose among the programs that run now</source>
        <translation>Escolher entre os programas em execução</translation>
    </message>
    <message>
        <source>The rule matches when every condition does. An empty field matches anything; of several entries, one a line, any will do.</source>
        <translation>A regra corresponde quando todas as condições são atendidas. Um campo vazio corresponde a qualquer coisa; de várias entradas, uma por linha, basta uma.</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nome:</translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation>&amp;Transporte:</translation>
    </message>
    <message>
        <source>&amp;Action:</source>
        <translation>&amp;Ação:</translation>
    </message>
    <message>
        <source>TCP and UDP</source>
        <translation>TCP e UDP</translation>
    </message>
    <message>
        <source>Choose a program</source>
        <translation>Escolher um programa</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither a port (80) nor a range of ports (8000-9000).</source>
        <translation>&quot;%1&quot; não é uma porta (80) nem um intervalo de portas (8000-9000).</translation>
    </message>
    <message>
        <source>Office by way of the company&apos;s server</source>
        <translation>Escritório via o servidor da empresa</translation>
    </message>
    <message>
        <source>TCP: web, mail; UDP: calls, games</source>
        <translation>TCP: web, e-mail; UDP: chamadas, jogos</translation>
    </message>
    <message>
        <source>Direct: without a server; Block: refused; or by way of a server or route</source>
        <translation>Direto: sem servidor; Bloquear: recusado; ou via um servidor ou uma rota</translation>
    </message>
</context>
<context>
    <name>ui::RuleHistoryActions</name>
    <message>
        <source>Undone: %1.</source>
        <comment>a change of the rules</comment>
        <translation>Desfeito: %1.</translation>
    </message>
    <message>
        <source>Done again: %1.</source>
        <comment>a change of the rules</comment>
        <translation>Refeito: %1.</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Desfazer</translation>
    </message>
    <message>
        <source>&amp;Undo: %1</source>
        <comment>a change of the rules</comment>
        <translation>&amp;Desfazer: %1</translation>
    </message>
    <message>
        <source>No change of the rules can be undone</source>
        <translation>Nenhuma alteração das regras para desfazer</translation>
    </message>
    <message>
        <source>Undo the last change of the rules: %1</source>
        <translation>Desfazer a última alteração das regras: %1</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Refazer</translation>
    </message>
    <message>
        <source>&amp;Redo: %1</source>
        <comment>a change of the rules</comment>
        <translation>&amp;Refazer: %1</translation>
    </message>
    <message>
        <source>No change of the rules was undone</source>
        <translation>Nenhuma alteração das regras foi desfeita</translation>
    </message>
    <message>
        <source>Make the change of the rules again: %1</source>
        <translation>Refazer a alteração das regras: %1</translation>
    </message>
</context>
<context>
    <name>ui::RuleModel</name>
    <message>
        <source>Any</source>
        <comment>condition of a rule</comment>
        <translation>Qualquer</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>column, value</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Default</source>
        <comment>the last rule</comment>
        <translation>Padrão</translation>
    </message>
    <message>
        <source>What is done when no rule matches. It can be changed, but not removed.</source>
        <translation>O que se faz quando nenhuma regra corresponde. Pode ser alterada, mas não removida.</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Nome</translation>
    </message>
    <message>
        <source>Applications</source>
        <comment>column</comment>
        <translation>Aplicativos</translation>
    </message>
    <message>
        <source>Hosts</source>
        <comment>column</comment>
        <translation>Hosts</translation>
    </message>
    <message>
        <source>Ports</source>
        <comment>column</comment>
        <translation>Portas</translation>
    </message>
    <message>
        <source>Action</source>
        <comment>column</comment>
        <translation>Ação</translation>
    </message>
    <message>
        <source>Hits</source>
        <comment>column</comment>
        <translation>Usos</translation>
    </message>
    <message>
        <source>Traffic</source>
        <comment>column</comment>
        <translation>Tráfego</translation>
    </message>
    <message>
        <source>Last hit</source>
        <comment>column</comment>
        <translation>Último uso</translation>
    </message>
    <message>
        <source>change the default action</source>
        <translation>alteração da ação padrão</translation>
    </message>
    <message>
        <source>change rule %1</source>
        <translation>alteração da regra %1</translation>
    </message>
    <message>
        <source>switch rule %1 on</source>
        <translation>ativação da regra %1</translation>
    </message>
    <message>
        <source>switch rule %1 off</source>
        <translation>desativação da regra %1</translation>
    </message>
    <message>
        <source>add rule %1</source>
        <translation>adição da regra %1</translation>
    </message>
    <message>
        <source>The rule was changed or removed elsewhere in the meantime.</source>
        <translation>Nesse meio-tempo, a regra foi alterada ou removida em outro lugar.</translation>
    </message>
    <message>
        <source>remove rule %1</source>
        <translation>remoção da regra %1</translation>
    </message>
    <message>
        <source>move rule %1</source>
        <translation>movimentação da regra %1</translation>
    </message>
    <message>
        <source>They were changed elsewhere in the meantime, so that what was done here before can no longer be undone or done again.</source>
        <translation>Nesse meio-tempo, elas foram alteradas em outro lugar, e o que foi feito aqui antes não pode mais ser desfeito nem refeito.</translation>
    </message>
    <message>
        <source>Never reached: rule %1 above it decides about everything that this one matches.</source>
        <translation>Nunca alcançada: a regra %1, acima dela, decide sobre tudo o que corresponde a esta.</translation>
    </message>
    <message>
        <source>change what is done with unidentified programs</source>
        <translation>alteração do que se faz com programas não identificados</translation>
    </message>
</context>
<context>
    <name>ui::RuleText</name>
    <message numerus="yes">
        <source>%n more</source>
        <comment>entries of a rule that are not shown</comment>
        <translation>
            <numerusform>Mais %n</numerusform>
            <numerusform>Mais %n</numerusform>
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
        <translation>Direto</translation>
    </message>
    <message>
        <source>Block</source>
        <comment>action</comment>
        <translation>Bloquear</translation>
    </message>
    <message>
        <source>Rules</source>
        <comment>mode</comment>
        <translation>Regras</translation>
    </message>
    <message>
        <source>Everything</source>
        <comment>mode</comment>
        <translation>Tudo</translation>
    </message>
    <message>
        <source>Direct</source>
        <comment>mode</comment>
        <translation>Direto</translation>
    </message>
    <message>
        <source>user %1</source>
        <translation>usuário %1</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>de %1</translation>
    </message>
    <message>
        <source>Off: this rule is skipped.</source>
        <translation>Desativada: esta regra é ignorada.</translation>
    </message>
    <message>
        <source>Applications and their children</source>
        <translation>Aplicativos e seus processos filhos</translation>
    </message>
    <message>
        <source>Applications</source>
        <translation>Aplicativos</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>Usuários</translation>
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
        <translation>Portas</translation>
    </message>
    <message>
        <source>Transport: %1</source>
        <translation>Transporte: %1</translation>
    </message>
    <message>
        <source>Action: %1</source>
        <translation>Ação: %1</translation>
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
        <translation>Tráfego: %1 recebidos, %2 enviados</translation>
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
        <translation>Nova regra</translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others: %2.</source>
        <translation>A regra %1 agora vem antes de todas as outras: %2.</translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others, but rules are not applied: the mode is %2.</source>
        <translation>A regra %1 agora vem antes de todas as outras, mas as regras não são aplicadas: o modo é %2.</translation>
    </message>
    <message>
        <source>&amp;New rule...</source>
        <translation>&amp;Nova regra...</translation>
    </message>
    <message>
        <source>Make a rule above the selected one</source>
        <translation>Criar uma regra acima da selecionada</translation>
    </message>
    <message>
        <source>&amp;Edit rule...</source>
        <translation>&amp;Editar regra...</translation>
    </message>
    <message>
        <source>Change the selected rule</source>
        <translation>Alterar a regra selecionada</translation>
    </message>
    <message>
        <source>&amp;Duplicate rule</source>
        <translation>&amp;Duplicar regra</translation>
    </message>
    <message>
        <source>Copy the selected rule below itself</source>
        <translation>Copiar a regra selecionada logo abaixo dela</translation>
    </message>
    <message>
        <source>&amp;Remove rule</source>
        <translation>&amp;Remover regra</translation>
    </message>
    <message>
        <source>Remove the selected rule</source>
        <translation>Remover a regra selecionada</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>Mover para &amp;cima</translation>
    </message>
    <message>
        <source>Check the selected rule earlier</source>
        <translation>Verificar antes a regra selecionada</translation>
    </message>
    <message>
        <source>Move do&amp;wn</source>
        <translation>Mover para &amp;baixo</translation>
    </message>
    <message>
        <source>Check the selected rule later</source>
        <translation>Verificar depois a regra selecionada</translation>
    </message>
    <message>
        <source>Rule &amp;on</source>
        <translation>Regra &amp;ativada</translation>
    </message>
    <message>
        <source>A rule that is off is skipped</source>
        <translation>Uma regra desativada é ignorada</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nova</translation>
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
        <translation>Remover</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regras</translation>
    </message>
    <message>
        <source>Columns of the rules</source>
        <translation>Colunas das regras</translation>
    </message>
    <message>
        <source>There are no rules yet: the default action is taken for everything. Make one here, or from a connection.</source>
        <translation>Ainda não há regras: a ação padrão se aplica a tudo. Crie uma aqui ou a partir de uma conexão.</translation>
    </message>
    <message>
        <source>Checked top to bottom; the first rule that matches decides.</source>
        <translation>Verificadas de cima para baixo; decide a primeira regra que corresponde.</translation>
    </message>
    <message>
        <source>A crossed-out list marks rules that are never reached: %1.</source>
        <translation>Uma lista riscada marca regras que nunca são alcançadas: %1.</translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation>Regra %1</translation>
    </message>
    <message>
        <source>%1 (copy)</source>
        <comment>name of a rule</comment>
        <translation>%1 (cópia)</translation>
    </message>
    <message>
        <source>The rules could not be changed.</source>
        <translation>Não foi possível alterar as regras.</translation>
    </message>
    <message>
        <source>Rules cannot be moved while the filter hides some of them</source>
        <translation>As regras não podem ser movidas enquanto o filtro oculta algumas delas</translation>
    </message>
    <message numerus="yes">
        <source>The filter hides %n rule(s).</source>
        <translation>
            <numerusform>O filtro oculta %n regra.</numerusform>
            <numerusform>O filtro oculta %n regras.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ServerCheckPanel</name>
    <message>
        <source>Chec&amp;k these settings</source>
        <translation>&amp;Verificar estes dados</translation>
    </message>
    <message>
        <source>Connects through the server with what is entered here; nothing is saved</source>
        <translation>Conecta-se pelo servidor com o que foi digitado aqui; nada é salvo</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation>O mecanismo não está em execução, então nada pode ser verificado.</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Verificando…</translation>
    </message>
    <message>
        <source>The server does not work.</source>
        <translation>O servidor não funciona.</translation>
    </message>
    <message>
        <source>The server works, but not for UDP.</source>
        <translation>O servidor funciona, mas não para UDP.</translation>
    </message>
    <message>
        <source>The server works.</source>
        <translation>O servidor funciona.</translation>
    </message>
</context>
<context>
    <name>ui::ServerDialog</name>
    <message>
        <source>Encrypted with &amp;TLS</source>
        <translation>Criptografado com &amp;TLS</translation>
    </message>
    <message>
        <source>Add server</source>
        <translation>Adicionar servidor</translation>
    </message>
    <message>
        <source>Edit server</source>
        <translation>Editar servidor</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nome</translation>
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
        <translation>Criptografado com TLS</translation>
    </message>
    <message>
        <source>Host name or address</source>
        <translation>Nome do host ou endereço</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Porta</translation>
    </message>
    <message>
        <source>Where names are looked up</source>
        <translation>Onde os nomes são resolvidos</translation>
    </message>
    <message>
        <source>SHA-256 of the certificate</source>
        <translation>SHA-256 do certificado</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Nome de usuário</translation>
    </message>
    <message>
        <source>As the host, when empty</source>
        <translation>Igual ao host, se vazio</translation>
    </message>
    <message>
        <source>What rules and routes call this server in the profile&apos;s file</source>
        <translation>Como as regras e rotas chamam este servidor no arquivo do perfil</translation>
    </message>
    <message>
        <source>proxy.example.org, 192.0.2.1, or a whole URL</source>
        <translation>proxy.example.org, 192.0.2.1 ou uma URL completa</translation>
    </message>
    <message>
        <source>Any certificate that this computer trusts</source>
        <translation>Qualquer certificado em que este computador confie</translation>
    </message>
    <message>
        <source>When set, only this very certificate is accepted, also when it is self-signed. Hexadecimal or base64.</source>
        <translation>Se definido, só este certificado exato é aceito, mesmo que seja autoassinado. Hexadecimal ou base64.</translation>
    </message>
    <message>
        <source>HTTP (CONNECT)</source>
        <translation>HTTP (CONNECT)</translation>
    </message>
    <message>
        <source>Looked up by the server</source>
        <translation>Resolvidos pelo servidor</translation>
    </message>
    <message>
        <source>Looked up on this computer</source>
        <translation>Resolvidos neste computador</translation>
    </message>
    <message>
        <source>Looked up on this computer, names can be seen by the local network.</source>
        <translation>Resolvidos neste computador, os nomes podem ser vistos pela rede local.</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nome:</translation>
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
        <translation>P&amp;orta:</translation>
    </message>
    <message>
        <source>Na&amp;mes:</source>
        <translation>No&amp;mes:</translation>
    </message>
    <message>
        <source>&amp;Certificate
SHA-256:</source>
        <translation>&amp;Certificado
SHA-256:</translation>
    </message>
    <message>
        <source>&amp;User name:</source>
        <translation>&amp;Usuário:</translation>
    </message>
    <message>
        <source>Enter the server&apos;s host name or address.</source>
        <translation>Digite o nome do host ou o endereço do servidor.</translation>
    </message>
    <message>
        <source>The certificate&apos;s SHA-256 must be 32 bytes in hexadecimal or base64.</source>
        <translation>O SHA-256 do certificado deve ter 32 bytes em hexadecimal ou base64.</translation>
    </message>
    <message>
        <source>The password file is read when the server is saved: save it, then check it in the list.</source>
        <translation>O arquivo de senha é lido quando o servidor é salvo: salve-o e depois verifique-o na lista.</translation>
    </message>
    <message>
        <source>The host is no URL that can be read: %1.</source>
        <translation>O host não é uma URL legível: %1.</translation>
    </message>
    <message>
        <source>The host name is longer than 255 bytes.</source>
        <translation>O nome do host tem mais de 255 bytes.</translation>
    </message>
    <message>
        <source>The server was changed or removed meanwhile. Close this and open it again.</source>
        <translation>Nesse meio-tempo, o servidor foi alterado ou removido. Feche esta janela e abra-a de novo.</translation>
    </message>
    <message>
        <source>The credential store has not told this server&apos;s password yet. Wait for it, type the password, or press Forget.</source>
        <translation>O repositório de credenciais ainda não informou a senha deste servidor. Aguarde, digite a senha ou pressione “Esquecer”.</translation>
    </message>
</context>
<context>
    <name>ui::ServerModel</name>
    <message>
        <source>Milliseconds until a target answered through the server</source>
        <translation>Milissegundos até que um destino respondesse pelo servidor</translation>
    </message>
    <message>
        <source>Milliseconds until a datagram was answered through the server</source>
        <translation>Milissegundos até que um datagrama fosse respondido pelo servidor</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>Nome</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>Protocolo</translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation>Endereço</translation>
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
        <translation>Verificado</translation>
    </message>
    <message>
        <source>Servers (none yet)</source>
        <translation>Servidores (ainda nenhum)</translation>
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
        <translation>Rotas (ainda nenhuma): cadeias e grupos de servidores</translation>
    </message>
    <message numerus="yes">
        <source>Routes (%n)</source>
        <translation>
            <numerusform>Rotas (%n)</numerusform>
            <numerusform>Rotas (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation>Fora do ar: %1</translation>
    </message>
    <message>
        <source>Id: %1</source>
        <translation>Identificador: %1</translation>
    </message>
    <message>
        <source>Works in part: %1</source>
        <comment>names</comment>
        <translation>Funciona em parte: %1</translation>
    </message>
    <message>
        <source>Down: no member works</source>
        <translation>Fora do ar: nenhum membro funciona</translation>
    </message>
    <message>
        <source>%1 of %2 members down: %3</source>
        <comment>number, number, names</comment>
        <translation>%1 de %2 membros fora do ar: %3</translation>
    </message>
    <message>
        <source>Servers (%1 of %2)</source>
        <comment>shown, all</comment>
        <translation>Servidores (%1 de %2)</translation>
    </message>
    <message>
        <source>Routes (%1 of %2)</source>
        <comment>shown, all</comment>
        <translation>Rotas (%1 de %2)</translation>
    </message>
</context>
<context>
    <name>ui::ServerPasswordFields</name>
    <message>
        <source>For&amp;get</source>
        <translation>&amp;Esquecer</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>Procu&amp;rar…</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Senha</translation>
    </message>
    <message>
        <source>Forget the password</source>
        <translation>Esquecer a senha</translation>
    </message>
    <message>
        <source>Password file</source>
        <translation>Arquivo de senha</translation>
    </message>
    <message>
        <source>Choose the password file</source>
        <translation>Escolher o arquivo de senha</translation>
    </message>
    <message>
        <source>Instead of a password</source>
        <translation>Em vez de uma senha</translation>
    </message>
    <message>
        <source>A file that holds the password in its first line and that nobody but you may read</source>
        <translation>Um arquivo que contém a senha na primeira linha e que só você pode ler</translation>
    </message>
    <message>
        <source>Pass&amp;word:</source>
        <translation>&amp;Senha:</translation>
    </message>
    <message>
        <source>Password &amp;file:</source>
        <translation>Ar&amp;quivo de senha:</translation>
    </message>
    <message>
        <source>Asked of the credential store…</source>
        <translation>Consultando o repositório de credenciais…</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>Inalterada</translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords.</source>
        <translation>O SOCKS4 tem nomes de usuário, mas não senhas.</translation>
    </message>
    <message>
        <source>The password is read from the file below.</source>
        <translation>A senha é lida do arquivo abaixo.</translation>
    </message>
    <message>
        <source>Kept in the system&apos;s credential store, never in the profile.</source>
        <translation>Mantida no repositório de credenciais do sistema, nunca no perfil.</translation>
    </message>
    <message>
        <source>No credential store is available. To keep a password for longer than Hosier runs, write it to a file of your own and name that below.</source>
        <translation>Nenhum repositório de credenciais está disponível. Para manter uma senha além da execução do Hosier, grave-a em um arquivo seu e indique-o abaixo.</translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation>A senha tem mais de 255 bytes.</translation>
    </message>
    <message>
        <source>The server is saved, but its old password could not be removed: %1.</source>
        <translation>O servidor foi salvo, mas não foi possível remover sua senha anterior: %1.</translation>
    </message>
    <message>
        <source>The server is saved, but its password could not be stored: %1. Until Hosier ends it is used all the same. Save again, cancel, or name a file instead.</source>
        <translation>O servidor foi salvo, mas não foi possível armazenar sua senha: %1. Mesmo assim, ela será usada até o Hosier terminar. Salve de novo, cancele ou indique um arquivo.</translation>
    </message>
    <message>
        <source>Kept until Hosier ends: the credential store does not have it. Type it again to store it.</source>
        <translation>Mantida até o Hosier terminar: o repositório de credenciais não a tem. Digite-a de novo para armazená-la.</translation>
    </message>
</context>
<context>
    <name>ui::ServerPasting</name>
    <message>
        <source>The clipboard holds no text with servers.</source>
        <translation>A área de transferência não contém texto com servidores.</translation>
    </message>
    <message>
        <source>Line %1 was not understood: %2.</source>
        <translation>A linha %1 não foi entendida: %2.</translation>
    </message>
    <message>
        <source>More lines that were not understood: %1.</source>
        <translation>Outras linhas que não foram entendidas: %1.</translation>
    </message>
    <message>
        <source>The text is too long: the rest of it was left out.</source>
        <translation>O texto é longo demais: o resto foi omitido.</translation>
    </message>
    <message>
        <source>Nothing was added:</source>
        <translation>Nada foi adicionado:</translation>
    </message>
    <message>
        <source>Servers added: %1.</source>
        <translation>Servidores adicionados: %1.</translation>
    </message>
    <message>
        <source>Where no protocol was named, SOCKS5 was assumed.</source>
        <translation>Onde nenhum protocolo foi indicado, SOCKS5 foi presumido.</translation>
    </message>
    <message>
        <source>Already there: %1.</source>
        <translation>Já existentes: %1.</translation>
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
        <translation>Cadeia</translation>
    </message>
    <message>
        <source>Failover</source>
        <translation>Contingência</translation>
    </message>
    <message>
        <source>Balance</source>
        <translation>Balanceamento</translation>
    </message>
    <message>
        <source>Every connection goes through all members, one after the other.</source>
        <translation>Cada conexão passa por todos os membros, um após o outro.</translation>
    </message>
    <message>
        <source>Connections go through the first member that works.</source>
        <translation>As conexões passam pelo primeiro membro que funciona.</translation>
    </message>
    <message>
        <source>Connections are spread over the members that work; those to the same host take the same one.</source>
        <translation>As conexões são distribuídas entre os membros que funcionam; as do mesmo host usam o mesmo membro.</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>Connection to the server</source>
        <translation>Conexão com o servidor</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Autenticação</translation>
    </message>
    <message>
        <source>Connection to %1</source>
        <comment>target of a check</comment>
        <translation>Conexão com %1</translation>
    </message>
    <message>
        <source>UDP answer from %1</source>
        <translation>Resposta UDP de %1</translation>
    </message>
    <message numerus="yes">
        <source>Groups prefer other members until it has passed %n probe(s) in a row.</source>
        <translation>
            <numerusform>Os grupos preferem outros membros até que ele passe em %n teste.</numerusform>
            <numerusform>Os grupos preferem outros membros até que ele passe em %n testes seguidos.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is not being probed.</source>
        <translation>Não está sendo testado.</translation>
    </message>
    <message>
        <source>Probes passed: %1 of %2</source>
        <translation>Testes aprovados: %1 de %2</translation>
    </message>
    <message numerus="yes">
        <source>Next probe in %n second(s).</source>
        <translation>
            <numerusform>Próximo teste em %n segundo.</numerusform>
            <numerusform>Próximo teste em %n segundos.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is being probed now.</source>
        <translation>Está sendo testado agora.</translation>
    </message>
    <message>
        <source>%1, pinned</source>
        <comment>protocol</comment>
        <translation>%1, fixado</translation>
    </message>
    <message>
        <source>Only the certificate with this SHA-256 fingerprint is accepted:</source>
        <translation>Só é aceito o certificado com esta impressão digital SHA-256:</translation>
    </message>
    <message>
        <source>fails</source>
        <comment>a check</comment>
        <translation>falha</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>Não verificado</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Verificando…</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>Funciona</translation>
    </message>
    <message>
        <source>Works, but not for UDP</source>
        <translation>Funciona, mas não para UDP</translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation>Fora do ar: %1</translation>
    </message>
    <message>
        <source>Checked %1:</source>
        <comment>time</comment>
        <translation>Verificado (%1):</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>step of a check, what came of it</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 carries no UDP</source>
        <comment>protocol</comment>
        <translation>%1 não transporta UDP</translation>
    </message>
</context>
<context>
    <name>ui::ServerUrl</name>
    <message>
        <source>the line is too long</source>
        <translation>a linha é longa demais</translation>
    </message>
    <message>
        <source>there is no valid host name or address</source>
        <translation>não há nome de host nem endereço válido</translation>
    </message>
    <message>
        <source>an IPv6 address must stand in brackets, and its port after them</source>
        <translation>um endereço IPv6 deve estar entre colchetes, e sua porta depois deles</translation>
    </message>
    <message>
        <source>the port is missing</source>
        <translation>falta a porta</translation>
    </message>
    <message>
        <source>the port is no number from 1 to 65535</source>
        <translation>a porta não é um número de 1 a 65535</translation>
    </message>
    <message>
        <source>a &quot;%&quot; is not followed by two hexadecimal digits, or what they make is no text</source>
        <translation>um &quot;%&quot; não é seguido de dois dígitos hexadecimais, ou o que eles formam não é texto</translation>
    </message>
    <message>
        <source>the login holds a control character</source>
        <translation>os dados de autenticação contêm um caractere de controle</translation>
    </message>
    <message>
        <source>user name or password is longer than 255 bytes</source>
        <translation>o nome de usuário ou a senha tem mais de 255 bytes</translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords</source>
        <translation>o SOCKS4 tem nomes de usuário, mas não senhas</translation>
    </message>
    <message>
        <source>HTTP cannot carry a user name with a colon</source>
        <translation>o HTTP não pode transportar um nome de usuário com dois-pontos</translation>
    </message>
    <message>
        <source>something follows the address</source>
        <translation>há algo após o endereço</translation>
    </message>
    <message>
        <source>the protocol is none of socks, socks5, socks5h, socks4, socks4a, http, https</source>
        <translation>o protocolo não é nenhum de socks, socks5, socks5h, socks4, socks4a, http, https</translation>
    </message>
    <message>
        <source>there are more parts than host, port, user name and password</source>
        <translation>há mais partes do que host, porta, nome de usuário e senha</translation>
    </message>
</context>
<context>
    <name>ui::ServersPage</name>
    <message>
        <source>Servers and routes</source>
        <translation>Servidores e rotas</translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation>Colunas dos servidores</translation>
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
        <translation>Alterar o servidor ou a rota selecionada</translation>
    </message>
    <message>
        <source>D&amp;uplicate…</source>
        <translation>D&amp;uplicar…</translation>
    </message>
    <message>
        <source>Add another one like the selected server or route</source>
        <translation>Adicionar outro igual ao servidor ou à rota selecionada</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Remover</translation>
    </message>
    <message>
        <source>Remove the selected servers and routes</source>
        <translation>Remover os servidores e rotas selecionados</translation>
    </message>
    <message>
        <source>&amp;Check</source>
        <translation>&amp;Verificar</translation>
    </message>
    <message>
        <source>Try out the selected servers, and those that the selected routes lead through</source>
        <translation>Testar os servidores selecionados e aqueles pelos quais passam as rotas selecionadas</translation>
    </message>
    <message>
        <source>Check a&amp;ll</source>
        <translation>Verificar &amp;todos</translation>
    </message>
    <message>
        <source>Try out all servers</source>
        <translation>Testar todos os servidores</translation>
    </message>
    <message>
        <source>&amp;Add server…</source>
        <translation>&amp;Adicionar servidor…</translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation>Adicionar um servidor</translation>
    </message>
    <message>
        <source>Add r&amp;oute…</source>
        <translation>Adicionar r&amp;ota…</translation>
    </message>
    <message>
        <source>Chain or group the selected servers</source>
        <translation>Encadear ou agrupar os servidores selecionados</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>&amp;Colar</translation>
    </message>
    <message>
        <source>Add servers from the clipboard: one a line, as socks5://user:password@host:port or host:port:user:password</source>
        <translation>Adicionar servidores da área de transferência: um por linha, como socks5://usuário:senha@host:porta ou host:porta:usuário:senha</translation>
    </message>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name</comment>
        <translation>&quot;%1&quot;</translation>
    </message>
    <message>
        <source>Still in use</source>
        <translation>Ainda em uso</translation>
    </message>
    <message>
        <source>Change or remove these first:</source>
        <translation>Altere ou remova primeiro o seguinte:</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Remover</translation>
    </message>
    <message>
        <source>Remove %1?</source>
        <translation>Remover %1?</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation>O mecanismo não está em execução, então nada pode ser verificado.</translation>
    </message>
    <message>
        <source>Use as &amp;default route</source>
        <translation>Usar como rota &amp;padrão</translation>
    </message>
    <message>
        <source>Send by way of the selected server or route what no rule decides about</source>
        <translation>Enviar pelo servidor ou pela rota selecionada o que nenhuma regra decide</translation>
    </message>
    <message numerus="yes">
        <source>%1 cannot be removed: connections are sent that way.</source>
        <comment>names of servers and routes</comment>
        <translation>
            <numerusform>Não é possível remover %1: há conexões enviadas por esse caminho.</numerusform>
            <numerusform>Não é possível remover %1: há conexões enviadas por esses caminhos.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Remove the others</source>
        <translation>&amp;Remover os outros</translation>
    </message>
    <message numerus="yes">
        <source>No rule and no other route uses them. Passwords kept for them are forgotten.</source>
        <comment>servers and routes</comment>
        <translation>
            <numerusform>Nenhuma regra e nenhuma outra rota usa este item. A senha guardada para ele é esquecida.</numerusform>
            <numerusform>Nenhuma regra e nenhuma outra rota usa estes itens. As senhas guardadas para eles são esquecidas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The password(s) of %1 could not be stored: %2. Until Hosier ends they are used all the same.</source>
        <comment>names, reason</comment>
        <translation>
            <numerusform>Não foi possível armazenar a senha de %1: %2. Mesmo assim, ela será usada até o Hosier terminar.</numerusform>
            <numerusform>Não foi possível armazenar as senhas de %1: %2. Mesmo assim, elas serão usadas até o Hosier terminar.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::Settings</name>
    <message>
        <source>The settings cannot be written to %1. They hold until Hosier ends; it goes on trying.</source>
        <translation>Não é possível gravar as configurações em %1. Elas valem até o Hosier terminar; ele continua tentando.</translation>
    </message>
</context>
<context>
    <name>ui::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Configurações</translation>
    </message>
    <message>
        <source>Pages of the settings</source>
        <translation>Páginas das configurações</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Geral</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Log</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Limites</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notificações</translation>
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
        <translation>Copiar con&amp;figurações para</translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation>Nenhum ponto de escuta está aberto.</translation>
    </message>
</context>
<context>
    <name>ui::SettingsView</name>
    <message>
        <source>The log file cannot be written: %1. Hosier goes on trying.</source>
        <translation>Não é possível gravar o arquivo de log: %1. O Hosier continua tentando.</translation>
    </message>
</context>
<context>
    <name>ui::SharingDialog</name>
    <message>
        <source>&amp;Copy address</source>
        <translation>&amp;Copiar endereço</translation>
    </message>
    <message>
        <source>Copy settings &amp;for</source>
        <translation>Copiar con&amp;figurações para</translation>
    </message>
    <message>
        <source>Turn the &amp;proxy on</source>
        <translation>Ativar o &amp;proxy</translation>
    </message>
    <message>
        <source>&amp;Stop sharing</source>
        <translation>&amp;Interromper compartilhamento</translation>
    </message>
    <message>
        <source>Share on the local network</source>
        <translation>Compartilhar na rede local</translation>
    </message>
    <message>
        <source>Addresses for other computers</source>
        <translation>Endereços para outros computadores</translation>
    </message>
    <message>
        <source>Address for others</source>
        <comment>column</comment>
        <translation>Endereço para outros</translation>
    </message>
    <message>
        <source>Network</source>
        <comment>column</comment>
        <translation>Rede</translation>
    </message>
    <message>
        <source>Columns of the addresses</source>
        <translation>Colunas dos endereços</translation>
    </message>
    <message>
        <source>The proxy is not shared: only programs on this computer can use it.</source>
        <translation>O proxy não está compartilhado: somente programas deste computador podem usá-lo.</translation>
    </message>
    <message>
        <source>Sharing is set up, but the listener is not open: the proxy is off.</source>
        <translation>O compartilhamento está configurado, mas o ponto de escuta não está aberto: o proxy está desativado.</translation>
    </message>
    <message>
        <source>Sharing is set up, but the listener could not be opened. %1</source>
        <translation>O compartilhamento está configurado, mas não foi possível abrir o ponto de escuta. %1</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy with name and password.</source>
        <translation>Computadores da rede local podem usar este proxy com nome e senha.</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy, without a password.</source>
        <translation>Computadores da rede local podem usar este proxy sem senha.</translation>
    </message>
    <message>
        <source>On the other computer, set the address and port above as a proxy of type %1, with the name and password of a local user.</source>
        <translation>No outro computador, defina o endereço e a porta acima como um proxy do tipo %1, com o nome e a senha de um usuário local.</translation>
    </message>
    <message>
        <source>On the other computer, set the address and port above as a proxy of type %1.</source>
        <translation>No outro computador, defina o endereço e a porta acima como um proxy do tipo %1.</translation>
    </message>
    <message>
        <source>This computer has no address in a private network at the moment.</source>
        <translation>Este computador não tem, no momento, nenhum endereço em uma rede privada.</translation>
    </message>
    <message>
        <source>If others cannot connect, let this computer&apos;s firewall admit TCP port %1.</source>
        <translation>Se outros não conseguirem se conectar, permita a porta TCP %1 no firewall deste computador.</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Copiado: %1</translation>
    </message>
    <message>
        <source>Take away the listener for the local network. The user that was added for it stays.</source>
        <translation>Remover o ponto de escuta para a rede local. O usuário que foi adicionado para ele permanece.</translation>
    </message>
</context>
<context>
    <name>ui::SortMenu</name>
    <message>
        <source>&amp;Ascending</source>
        <translation>&amp;Crescente</translation>
    </message>
    <message>
        <source>&amp;Descending</source>
        <translation>&amp;Decrescente</translation>
    </message>
    <message>
        <source>Sort &amp;by</source>
        <translation>Or&amp;denar por</translation>
    </message>
    <message>
        <source>As in the &amp;profile</source>
        <translation>Como no &amp;perfil</translation>
    </message>
</context>
<context>
    <name>ui::StatusPanel</name>
    <message>
        <source>%1 live</source>
        <translation>%1 abertas</translation>
    </message>
    <message>
        <source>Down %1, up %2</source>
        <translation>Recebido %1, enviado %2</translation>
    </message>
    <message>
        <source>Total %1 down, %2 up</source>
        <translation>Total: %1 recebidos, %2 enviados</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>first listener, others</comment>
        <translation>
            <numerusform>%1 e mais %n</numerusform>
            <numerusform>%1 e mais %n</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 connections open now
%2 accepted since the start, %3 failed, %4 refused</source>
        <translation>%1 conexões abertas agora
%2 aceitas desde o início, %3 falharam, %4 recusadas</translation>
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
        <translation>Este ambiente de trabalho não tem configurações de proxy que o Hosier conheça. Em vez disso, copie as variáveis de ambiente para o arquivo de inicialização do seu shell.</translation>
    </message>
    <message>
        <source>The desktop %1 has no proxy settings that Hosier knows. Copy the environment variables into your shell&apos;s start-up file instead.</source>
        <translation>O ambiente de trabalho %1 não tem configurações de proxy que o Hosier conheça. Em vez disso, copie as variáveis de ambiente para o arquivo de inicialização do seu shell.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; asks for a password, which system settings cannot hold. Add a listener on 127.0.0.1 that asks for none.</source>
        <translation>O ponto de escuta &quot;%1&quot; pede uma senha, que as configurações do sistema não podem conter. Adicione um ponto de escuta em 127.0.0.1 que não peça senha.</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; does not admit programs of this machine. Add 127.0.0.0/8 to its clients.</source>
        <translation>O ponto de escuta &quot;%1&quot; não admite programas deste computador. Adicione 127.0.0.0/8 aos clientes dele.</translation>
    </message>
    <message>
        <source>No open listener speaks a protocol that system settings can name. Add &quot;http&quot; to the protocols of one.</source>
        <translation>Nenhum ponto de escuta aberto fala um protocolo que as configurações do sistema possam indicar. Adicione &quot;http&quot; aos protocolos de um deles.</translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation>Nenhum ponto de escuta está aberto.</translation>
    </message>
    <message>
        <source>The program %1 is missing, which changes the desktop&apos;s proxy settings.</source>
        <translation>Falta o programa %1, que altera as configurações de proxy do ambiente de trabalho.</translation>
    </message>
    <message>
        <source>Another running Hosier has set the system proxy.</source>
        <translation>Outro Hosier em execução definiu o proxy do sistema.</translation>
    </message>
    <message>
        <source>Somebody else has changed the system&apos;s proxy settings meanwhile; these changes were left alone.</source>
        <translation>Nesse meio-tempo, outra pessoa ou programa alterou as configurações de proxy do sistema; essas alterações não foram tocadas.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be kept for later, so they were not changed.</source>
        <translation>Não foi possível guardar as configurações de proxy do sistema para depois, por isso elas não foram alteradas.</translation>
    </message>
    <message>
        <source>What the system&apos;s proxy settings were cannot be read any more; check them by hand. The damaged file is now %1.</source>
        <translation>Não é mais possível ler como eram as configurações de proxy do sistema; verifique-as manualmente. O arquivo danificado agora é %1.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be read.</source>
        <translation>Não é possível ler as configurações de proxy do sistema.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be changed.</source>
        <translation>Não é possível alterar as configurações de proxy do sistema.</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be put back yet.</source>
        <translation>Ainda não foi possível restaurar as configurações de proxy do sistema.</translation>
    </message>
    <message>
        <source>Programs that follow the system&apos;s proxy settings use %1. The settings are put back when Hosier ends, however it ends.</source>
        <translation>Os programas que seguem as configurações de proxy do sistema usam %1. As configurações são restauradas quando o Hosier termina, seja como for.</translation>
    </message>
    <message>
        <source>Switched on, and not set for now: %1</source>
        <comment>problem</comment>
        <translation>Ativado, mas não definido por enquanto: %1</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are being changed.</source>
        <translation>As configurações de proxy do sistema estão sendo alteradas.</translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier, as long as it runs</source>
        <translation>Direcionar ao Hosier os programas que seguem as configurações de proxy do sistema, enquanto ele estiver em execução</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an address or a block of addresses such as 10.0.0.0/8.</source>
        <translation>&quot;%1&quot; não é um endereço nem um bloco de endereços como 10.0.0.0/8.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a host name, an address, or a domain such as *.example.org.</source>
        <translation>&quot;%1&quot; não é um nome de host, um endereço nem um domínio como *.example.org.</translation>
    </message>
    <message>
        <source>Environment variables point at %1.</source>
        <comment>address</comment>
        <translation>As variáveis de ambiente apontam para %1.</translation>
    </message>
    <message>
        <source>Point the environment variables of programs at Hosier, as long as it runs.</source>
        <translation>Fazer as variáveis de ambiente dos programas apontarem para o Hosier, enquanto ele estiver em execução.</translation>
    </message>
    <message>
        <source>This desktop has no proxy settings. The variables reach services and programs that the user&apos;s service manager (systemd) starts from then on. They do not reach programs that run already, nor what is started from these, such as a shell or a window manager: for them, use &quot;Copy settings for&quot;, &quot;Environment variables&quot;. The variables are taken back when Hosier ends, however it ends; programs that were started with them keep them until they end.</source>
        <translation>Este ambiente de trabalho não tem configurações de proxy. As variáveis alcançam os serviços e programas que o gerenciador de serviços do usuário (systemd) iniciar a partir de então. Elas não alcançam os programas que já estão em execução, nem o que é iniciado a partir deles, como um shell ou um gerenciador de janelas: para esses, use &quot;Copiar configurações para&quot;, &quot;Variáveis de ambiente&quot;. As variáveis são retiradas quando o Hosier termina, seja como for; os programas iniciados com elas as mantêm até terminarem.</translation>
    </message>
    <message>
        <source>Apps of the Microsoft Store cannot reach a proxy on this machine, and say that there is no internet, until an administrator runs this for each: CheckNetIsolation LoopbackExempt -a -n=&lt;package family name&gt;</source>
        <comment>a command: translate only what stands in angle brackets</comment>
        <translation>Os aplicativos da Microsoft Store não conseguem acessar um proxy neste computador, e dizem que não há internet, até que um administrador execute isto para cada um: CheckNetIsolation LoopbackExempt -a -n=&lt;nome da família do pacote&gt;</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings were put back, but what had been kept of them could not be removed.</source>
        <translation>As configurações de proxy do sistema foram restauradas, mas não foi possível remover o que havia sido guardado delas.</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyDialog</name>
    <message>
        <source>&amp;Hosts reached without the proxy</source>
        <translation>&amp;Hosts acessados sem o proxy</translation>
    </message>
    <message>
        <source>System proxy: exceptions</source>
        <translation>Proxy do sistema: exceções</translation>
    </message>
    <message>
        <source>One a line: a host name, a domain such as *.example.org, an address, or a block of addresses such as 10.0.0.0/8. Programs connect to these by themselves: Hosier&apos;s rules do not see them.</source>
        <translation>Um por linha: um nome de host, um domínio como *.example.org, um endereço ou um bloco de endereços como 10.0.0.0/8. Os programas se conectam a eles por conta própria: as regras do Hosier não os veem.</translation>
    </message>
    <message>
        <source>This machine and its local networks</source>
        <translation>Este computador e suas redes locais</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyView</name>
    <message>
        <source>S&amp;ystem proxy (waiting)</source>
        <translation>Proxy do sis&amp;tema (em espera)</translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation>Proxy do sis&amp;tema</translation>
    </message>
    <message>
        <source>The system proxy is now %1.</source>
        <translation>O proxy do sistema agora é %1.</translation>
    </message>
    <message>
        <source>System proxy: %1</source>
        <comment>problem</comment>
        <translation>Proxy do sistema: %1</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are as they were before.</source>
        <translation>As configurações de proxy do sistema estão como antes.</translation>
    </message>
    <message>
        <source>No system proxy</source>
        <translation>Sem proxy do sistema</translation>
    </message>
    <message>
        <source>&amp;Copy environment variables</source>
        <translation>&amp;Copiar variáveis de ambiente</translation>
    </message>
    <message>
        <source>The system proxy is now %1, for what the user&apos;s service manager starts from now on.</source>
        <translation>O proxy do sistema agora é %1, para o que o gerenciador de serviços do usuário iniciar a partir de agora.</translation>
    </message>
    <message>
        <source>Programs read these variables when they start. Hosier sets them by itself only where a service manager of the user&apos;s (systemd) runs, which hands them on and takes them back; here there is none.</source>
        <translation>Os programas leem essas variáveis ao iniciar. O Hosier só as define automaticamente onde há um gerenciador de serviços do usuário (systemd) em execução, que as repassa e as retira; aqui não há nenhum.</translation>
    </message>
    <message>
        <source>System proxy by environment variables</source>
        <translation>Proxy do sistema por variáveis de ambiente</translation>
    </message>
    <message>
        <source>&amp;Do not show this again</source>
        <translation>&amp;Não mostrar novamente</translation>
    </message>
</context>
<context>
    <name>ui::TraceText</name>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name or value</comment>
        <translation>&quot;%1&quot;</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>entries of a rule, how many are not shown</comment>
        <translation>
            <numerusform>%1 e mais %n</numerusform>
            <numerusform>%1 e mais %n</numerusform>
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
        <translation>%1, iniciado por %2,</translation>
    </message>
    <message>
        <source>Nobody logged in; asked for: %1</source>
        <translation>Ninguém se autenticou; exige-se: %1</translation>
    </message>
    <message>
        <source>The application is not identified; asked for: %1</source>
        <translation>O aplicativo não foi identificado; exige-se: %1</translation>
    </message>
    <message>
        <source>User %1 is none of %2</source>
        <translation>O usuário %1 não está entre %2</translation>
    </message>
    <message>
        <source>Client %1 is none of %2</source>
        <translation>O cliente %1 não está entre %2</translation>
    </message>
    <message>
        <source>Host %1 is none of %2</source>
        <translation>O host %1 não está entre %2</translation>
    </message>
    <message>
        <source>Port %1 is none of %2</source>
        <translation>A porta %1 não está entre %2</translation>
    </message>
    <message>
        <source>Transport %1 is none of %2</source>
        <translation>O transporte %1 não está entre %2</translation>
    </message>
    <message>
        <source>Application %1 is none of %2</source>
        <translation>O aplicativo %1 não está entre %2</translation>
    </message>
    <message>
        <source>Switched off</source>
        <translation>Desativada</translation>
    </message>
    <message>
        <source>All else matches. %1</source>
        <comment>why the rest does not</comment>
        <translation>Todo o resto corresponde. %1</translation>
    </message>
    <message>
        <source>The client is on another machine, whose programs are not known here; asked for: %1</source>
        <translation>O cliente está em outra máquina, cujos programas não são conhecidos aqui; exige-se: %1</translation>
    </message>
    <message>
        <source>The path of application %1 is not known; asked for: %2</source>
        <translation>O caminho do aplicativo %1 não é conhecido; pedido: %2</translation>
    </message>
</context>
<context>
    <name>ui::TrafficGraph</name>
    <message>
        <source>Traffic graph</source>
        <translation>Gráfico de tráfego</translation>
    </message>
    <message>
        <source>Now %1 down, %2 up</source>
        <translation>Agora %1 recebidos, %2 enviados</translation>
    </message>
    <message>
        <source>Down %1</source>
        <comment>traffic legend: rate</comment>
        <translation>Recebido %1</translation>
    </message>
    <message>
        <source>Up %1</source>
        <comment>traffic legend: rate</comment>
        <translation>Enviado %1</translation>
    </message>
    <message>
        <source>%1: %2 down, %3 up</source>
        <comment>moment, rates</comment>
        <translation>%1: %2 recebidos, %3 enviados</translation>
    </message>
    <message>
        <source>Nothing is known</source>
        <translation>Sem dados</translation>
    </message>
    <message>
        <source>now</source>
        <translation>agora</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation>há %1 s</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>há %1 min</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <comment>a duration</comment>
        <translation>há %1</translation>
    </message>
</context>
<context>
    <name>ui::TrafficSource</name>
    <message>
        <source>Direct</source>
        <comment>traffic that goes by no server</comment>
        <translation>Direto</translation>
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
        <translation>Tempo mostrado pelo gráfico</translation>
    </message>
    <message>
        <source>How far back the graph looks</source>
        <translation>Até quando o gráfico retrocede</translation>
    </message>
    <message>
        <source>Last minute</source>
        <translation>Último minuto</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows</source>
        <translation>De quem é o tráfego mostrado pelo gráfico</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows: everything, or one of the applications, servers and routes that moved most in the last minutes</source>
        <translation>De quem é o tráfego mostrado pelo gráfico: tudo, ou um dos aplicativos, servidores e rotas que mais transferiram nos últimos minutos</translation>
    </message>
    <message>
        <source>All traffic</source>
        <translation>Todo o tráfego</translation>
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
        <translation>Hoje: %1 recebidos, %2 enviados</translation>
    </message>
    <message>
        <source>What moved today. It is kept when Hosier is closed.</source>
        <translation>O que foi transferido hoje. É mantido quando o Hosier é fechado.</translation>
    </message>
    <message>
        <source>What moved since Hosier was started</source>
        <translation>O que foi transferido desde que o Hosier foi iniciado</translation>
    </message>
    <message>
        <source>Session: %1 down, %2 up</source>
        <translation>Sessão: %1 recebidos, %2 enviados</translation>
    </message>
    <message>
        <source>Nothing moved in this time. Traffic is drawn here as it comes.</source>
        <translation>Nada foi transferido neste período. O tráfego é desenhado aqui à medida que ocorre.</translation>
    </message>
    <message>
        <source>The proxy is off. Traffic is drawn here once it is on.</source>
        <translation>O proxy está desativado. O tráfego será desenhado aqui quando ele for ativado.</translation>
    </message>
</context>
<context>
    <name>ui::TrayIcon</name>
    <message>
        <source>Show &amp;window</source>
        <translation>Mostrar &amp;janela</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>&amp;Modo</translation>
    </message>
    <message>
        <source>Hide &amp;window</source>
        <translation>Ocultar &amp;janela</translation>
    </message>
    <message>
        <source>Hosier is still running</source>
        <translation>O Hosier continua em execução</translation>
    </message>
    <message>
        <source>Click the sock in the tray to see the window again; quit from its menu.</source>
        <translation>Clique na meia na bandeja para ver a janela de novo; saia pelo menu dela.</translation>
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
        <translation>%1 abertas, %2 recebidos, %3 enviados</translation>
    </message>
    <message>
        <source>Ser&amp;vers</source>
        <translation>Ser&amp;vidores</translation>
    </message>
</context>
<context>
    <name>ui::UnidentifiedChoice</name>
    <message>
        <source>Skip rules about programs</source>
        <translation>Ignorar as regras sobre programas</translation>
    </message>
    <message>
        <source>Programs that cannot be &amp;identified:</source>
        <translation>Programas que não podem ser &amp;identificados:</translation>
    </message>
    <message>
        <source>Programs that cannot be identified</source>
        <translation>Programas que não podem ser identificados</translation>
    </message>
    <message>
        <source>Of some connections the system does not tell which program of this computer made them. This is done with one where a rule for programs would match but for that; without it, such rules are skipped for them.</source>
        <translation>De algumas conexões, o sistema não informa qual programa deste computador as fez. Isto é o que se faz com uma delas quando, não fosse por isso, uma regra para programas corresponderia; sem uma escolha, essas regras são ignoradas para elas.</translation>
    </message>
</context>
<context>
    <name>ui::UserDialog</name>
    <message>
        <source>Add local user</source>
        <translation>Adicionar usuário local</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>Alterar senha</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nome:</translation>
    </message>
    <message>
        <source>&amp;Password:</source>
        <translation>&amp;Senha:</translation>
    </message>
    <message>
        <source>Password &amp;again:</source>
        <translation>&amp;Repetir senha:</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nome</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Senha</translation>
    </message>
    <message>
        <source>Password again</source>
        <translation>Repetir senha</translation>
    </message>
    <message>
        <source>The profile keeps a hash of the password (PBKDF2), never the password itself. It can be changed later, but not shown.</source>
        <translation>O perfil guarda um hash da senha (PBKDF2), nunca a própria senha. Ela pode ser alterada depois, mas não mostrada.</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Digite um nome.</translation>
    </message>
    <message>
        <source>The name cannot contain a colon: HTTP takes it for the end of the name.</source>
        <translation>O nome não pode conter dois-pontos: o HTTP os toma pelo fim do nome.</translation>
    </message>
    <message>
        <source>The name is longer than 255 bytes.</source>
        <translation>O nome tem mais de 255 bytes.</translation>
    </message>
    <message>
        <source>There is already a user of this name.</source>
        <translation>Já existe um usuário com este nome.</translation>
    </message>
    <message>
        <source>Enter a password.</source>
        <translation>Digite uma senha.</translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation>A senha tem mais de 255 bytes.</translation>
    </message>
    <message>
        <source>The two passwords differ.</source>
        <translation>As duas senhas são diferentes.</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <comment>password</comment>
        <translation>Inalterada</translation>
    </message>
</context>
<context>
    <name>ui::UserInterface</name>
    <message>
        <source>This desktop has no tray for Hosier: closing the window quits it.</source>
        <translation>Este ambiente de trabalho não tem bandeja para o Hosier: fechar a janela o encerra.</translation>
    </message>
    <message>
        <source>Password needed</source>
        <translation>Senha necessária</translation>
    </message>
</context>
<context>
    <name>ui::WhatsThis</name>
    <message>
        <source>Opens the listeners, so that programs can connect by way of Hosier, or closes them. Connections that are open already go on either way.</source>
        <translation>Abre os pontos de escuta, para que os programas possam se conectar pelo Hosier, ou os fecha. As conexões já abertas continuam em ambos os casos.</translation>
    </message>
    <message>
        <source>What decides about new connections. Rules: the rules, top to bottom, then the default action. Everything: the default action alone. Direct: nothing goes to a server and nothing is blocked.</source>
        <translation>O que decide sobre as novas conexões. Regras: as regras, de cima para baixo, e depois a ação padrão. Tudo: somente a ação padrão. Direto: nada vai para um servidor e nada é bloqueado.</translation>
    </message>
    <message>
        <source>Points the system&apos;s proxy settings at Hosier, for programs that follow them. What they were before is put back when it is switched off and when Hosier ends, also after a crash.</source>
        <translation>Direciona ao Hosier as configurações de proxy do sistema, para os programas que as seguem. As configurações anteriores são restauradas quando ele é desativado e quando o Hosier termina, também após uma falha.</translation>
    </message>
    <message>
        <source>Shows only those rows of the current page in which all these words occur. It hides the others and changes nothing else.</source>
        <translation>Mostra apenas as linhas da página atual em que aparecem todas estas palavras. Oculta as demais e não altera mais nada.</translation>
    </message>
    <message>
        <source>The connections through Hosier: which program made them, where they go, by which rule and server, and how much flows. Those that ended stay for a moment. The menu of the right mouse button closes or explains one, or makes a rule of it.</source>
        <translation>As conexões pelo Hosier: qual programa as fez, para onde vão, por qual regra e servidor, e quanto é transferido. As que terminaram permanecem por um momento. O menu do botão direito do mouse fecha ou explica uma conexão, ou cria uma regra a partir dela.</translation>
    </message>
    <message>
        <source>Who connects: the programs of this computer and the clients of the network, with the sums of their traffic.</source>
        <translation>Quem se conecta: os programas deste computador e os clientes da rede, com as somas de seu tráfego.</translation>
    </message>
    <message>
        <source>The rules, checked from top to bottom: the first one that matches decides. A rule without a tick is skipped. Drag a rule to move it. The default action below them is taken when none matches.</source>
        <translation>As regras, verificadas de cima para baixo: decide a primeira que corresponde. Uma regra sem marca é ignorada. Arraste uma regra para movê-la. A ação padrão, abaixo delas, se aplica quando nenhuma corresponde.</translation>
    </message>
    <message>
        <source>What is done with a program that the system does not tell the name of, where a rule for programs would match but for that. Without a choice such rules are skipped for it.</source>
        <translation>O que se faz com um programa cujo nome o sistema não informa quando, não fosse por isso, uma regra para programas corresponderia. Sem uma escolha, essas regras são ignoradas para ele.</translation>
    </message>
    <message>
        <source>The servers that connections can be sent by way of, and chains and groups of them. A check shows whether a server works, how long it takes and whether it carries UDP.</source>
        <translation>Os servidores por meio dos quais as conexões podem ser enviadas, e cadeias e grupos deles. Uma verificação mostra se um servidor funciona, quanto demora e se transporta UDP.</translation>
    </message>
    <message>
        <source>What happened, in order: connections, listeners, servers and changes. Only the last lines are held in memory; the settings say what goes to a file.</source>
        <translation>O que aconteceu, em ordem: conexões, pontos de escuta, servidores e alterações. Só as últimas linhas são mantidas na memória; as configurações indicam o que vai para um arquivo.</translation>
    </message>
    <message>
        <source>How important a line has to be to be shown. Debug shows everything.</source>
        <translation>A importância que uma linha precisa ter para ser mostrada. O nível de depuração mostra tudo.</translation>
    </message>
    <message>
        <source>Shows only lines of the log in which all these words occur.</source>
        <translation>Mostra apenas as linhas do log em que aparecem todas estas palavras.</translation>
    </message>
    <message>
        <source>How much was received (down) and sent (up) in each moment. The mouse, or the arrow keys, tell the values of one.</source>
        <translation>Quanto foi recebido e quanto foi enviado em cada momento. O mouse ou as teclas de seta indicam os valores de um deles.</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows: all of it, or that of one of the busiest programs, servers and routes.</source>
        <translation>De quem é o tráfego mostrado pelo gráfico: todo ele, ou o de um dos programas, servidores e rotas mais ativos.</translation>
    </message>
    <message>
        <source>How far back the graph goes.</source>
        <translation>Até quando o gráfico retrocede.</translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log. It may be empty: then its place stands there.</source>
        <translation>Como a regra se chama nas listas e no log. Pode ficar vazio: nesse caso, aparece sua posição.</translation>
    </message>
    <message>
        <source>The programs that the rule is for, by name, path or a pattern with * and ?. Empty: any program, and clients of the network.</source>
        <translation>Os programas aos quais a regra se aplica, por nome, caminho ou um padrão com * e ?. Vazio: qualquer programa e os clientes da rede.</translation>
    </message>
    <message>
        <source>The rule then is also for programs that these have started, such as the tools that a terminal runs.</source>
        <translation>A regra passa a se aplicar também a programas que estes iniciaram, como as ferramentas que um terminal executa.</translation>
    </message>
    <message>
        <source>The targets that the rule is for: names, names with * as a part, addresses, blocks and ranges of addresses. Empty: any. Entries that are addresses match requests by name only when the DNS settings have names looked up for rules.</source>
        <translation>Os destinos aos quais a regra se aplica: nomes, nomes com * como parte, endereços, e blocos e intervalos de endereços. Vazio: qualquer um. Entradas que são endereços só correspondem a solicitações por nome se as configurações de DNS fizerem os nomes serem resolvidos para as regras.</translation>
    </message>
    <message>
        <source>The ports of the target: single ones and ranges. Empty: any.</source>
        <translation>As portas do destino: individuais e intervalos. Vazio: qualquer uma.</translation>
    </message>
    <message>
        <source>Whether the rule is for TCP, for UDP, or for both.</source>
        <translation>Se a regra se aplica a TCP, a UDP ou a ambos.</translation>
    </message>
    <message>
        <source>Names that clients have logged in with. Empty: anybody, also without a login.</source>
        <translation>Nomes com os quais os clientes se autenticaram. Vazio: qualquer um, também sem autenticação.</translation>
    </message>
    <message>
        <source>Addresses that clients connect from, for listeners that other computers reach. Empty: any.</source>
        <translation>Endereços a partir dos quais os clientes se conectam, para pontos de escuta que outros computadores alcançam. Vazio: qualquer um.</translation>
    </message>
    <message>
        <source>What is done when everything above matches: connect directly, block, or go by way of a server or route.</source>
        <translation>O que se faz quando tudo acima corresponde: conectar diretamente, bloquear ou ir por meio de um servidor ou uma rota.</translation>
    </message>
    <message>
        <source>How the server is called in lists and in the log.</source>
        <translation>Como o servidor se chama nas listas e no log.</translation>
    </message>
    <message>
        <source>What rules and routes call the server in the profile&apos;s file. When it changes, they follow.</source>
        <translation>Como as regras e rotas chamam o servidor no arquivo do perfil. Quando isto muda, elas acompanham.</translation>
    </message>
    <message>
        <source>What the server speaks. SOCKS5 carries UDP and logins; SOCKS4 takes IPv4 addresses only, SOCKS4a names too; HTTP is its CONNECT method, for TCP.</source>
        <translation>O que o servidor fala. O SOCKS5 transporta UDP e autenticação; o SOCKS4 aceita só endereços IPv4, o SOCKS4a também nomes; HTTP é o método CONNECT, para TCP.</translation>
    </message>
    <message>
        <source>The connection to the server is encrypted. The server has to expect that: plain SOCKS and HTTP servers do not.</source>
        <translation>A conexão com o servidor é criptografada. O servidor precisa esperar por isso: servidores SOCKS e HTTP sem criptografia não esperam.</translation>
    </message>
    <message>
        <source>The name or address of the server itself. A whole URL that is pasted here fills in the other fields.</source>
        <translation>O nome ou o endereço do próprio servidor. Uma URL completa colada aqui preenche os outros campos.</translation>
    </message>
    <message>
        <source>The TCP port that the server listens on.</source>
        <translation>A porta TCP em que o servidor escuta.</translation>
    </message>
    <message>
        <source>Who turns the names of targets into addresses. When the server does, they are passed on to it as names.</source>
        <translation>Quem converte os nomes dos destinos em endereços. Quando é o servidor, eles são repassados a ele como nomes.</translation>
    </message>
    <message>
        <source>With TLS: accept this very certificate and no other. Empty: any that this computer trusts and that is for the server&apos;s name.</source>
        <translation>Com TLS: aceitar exatamente este certificado e nenhum outro. Vazio: qualquer um em que este computador confie e que corresponda ao nome do servidor.</translation>
    </message>
    <message>
        <source>The name to log in with. Empty: no login is offered.</source>
        <translation>O nome com que se autenticar. Vazio: nenhuma autenticação é oferecida.</translation>
    </message>
    <message>
        <source>The password to log in with. It is never written to the profile or to the log.</source>
        <translation>A senha com que se autenticar. Ela nunca é gravada no perfil nem no log.</translation>
    </message>
    <message>
        <source>The password is kept in memory until Hosier quits. After the next start it has to be entered again.</source>
        <translation>A senha é mantida na memória até sair do Hosier. Após o próximo início, é preciso digitá-la de novo.</translation>
    </message>
    <message>
        <source>The server is saved without a password.</source>
        <translation>O servidor é salvo sem senha.</translation>
    </message>
    <message>
        <source>A file that holds the password in its first line, for computers without a credential store. Nobody but you may be able to read it.</source>
        <translation>Um arquivo que contém a senha na primeira linha, para computadores sem repositório de credenciais. Só você deve poder lê-lo.</translation>
    </message>
    <message>
        <source>How the listener is called in lists and in the log.</source>
        <translation>Como o ponto de escuta se chama nas listas e no log.</translation>
    </message>
    <message>
        <source>Where clients connect to. 127.0.0.1 is reached by programs of this computer only, 0.0.0.0 by whoever reaches this computer.</source>
        <translation>Onde os clientes se conectam. 127.0.0.1 é alcançado só por programas deste computador; 0.0.0.0, por quem alcançar este computador.</translation>
    </message>
    <message>
        <source>The port that clients connect to. No other program may listen on it at that address.</source>
        <translation>A porta à qual os clientes se conectam. Nenhum outro programa pode escutar nela nesse endereço.</translation>
    </message>
    <message>
        <source>Takes SOCKS5 clients: TCP, UDP, and login by name and password.</source>
        <translation>Aceita clientes SOCKS5: TCP, UDP e autenticação por nome e senha.</translation>
    </message>
    <message>
        <source>Takes SOCKS4 and SOCKS4a clients: TCP, without passwords.</source>
        <translation>Aceita clientes SOCKS4 e SOCKS4a: TCP, sem senhas.</translation>
    </message>
    <message>
        <source>Takes HTTP clients: CONNECT and plain requests.</source>
        <translation>Aceita clientes HTTP: CONNECT e solicitações sem criptografia.</translation>
    </message>
    <message>
        <source>Whether clients have to log in as one of the local users.</source>
        <translation>Se os clientes precisam se autenticar como um dos usuários locais.</translation>
    </message>
    <message>
        <source>Confirms that everybody who reaches the address may use the proxy without a password. Others may do so for their own ends, in your name.</source>
        <translation>Confirma que qualquer um que alcance o endereço pode usar o proxy sem senha. Outros podem fazer isso para seus próprios fins, em seu nome.</translation>
    </message>
    <message>
        <source>The addresses that clients may connect from. Empty: any.</source>
        <translation>Os endereços a partir dos quais os clientes podem se conectar. Vazio: qualquer um.</translation>
    </message>
    <message>
        <source>Whose datagrams a client of UDP gets: only of those it has sent to, or also of others. The narrower, the safer; some games and calls need the wider ones.</source>
        <translation>De quem são os datagramas que um cliente de UDP recebe: só daqueles a quem ele enviou, ou também de outros. Quanto mais restrito, mais seguro; alguns jogos e chamadas precisam das opções mais amplas.</translation>
    </message>
    <message>
        <source>The addresses at which other computers of the local network reach this proxy at the moment.</source>
        <translation>Os endereços em que outros computadores da rede local alcançam este proxy no momento.</translation>
    </message>
    <message>
        <source>Copies the selected address and port.</source>
        <translation>Copia o endereço e a porta selecionados.</translation>
    </message>
    <message>
        <source>Copies the settings in the form that a program or a shell wants.</source>
        <translation>Copia as configurações na forma que um programa ou um shell requer.</translation>
    </message>
    <message>
        <source>Opens the listeners, which are closed at the moment.</source>
        <translation>Abre os pontos de escuta, que estão fechados no momento.</translation>
    </message>
    <message>
        <source>Whether the window is shown when Hosier starts. In the tray, the proxy works just the same.</source>
        <translation>Se a janela é mostrada quando o Hosier é iniciado. Na bandeja, o proxy funciona do mesmo modo.</translation>
    </message>
    <message>
        <source>Which servers look names up themselves. They are told names as they are; for the others this computer looks names up first.</source>
        <translation>Quais servidores resolvem os nomes eles mesmos. Eles recebem os nomes como são; para os demais, este computador resolve os nomes antes.</translation>
    </message>
    <message>
        <source>Looks every requested name up on this computer while there are rules about addresses, so that these can decide about it.</source>
        <translation>Resolve neste computador cada nome solicitado enquanto houver regras sobre endereços, para que elas possam decidir sobre ele.</translation>
    </message>
    <message>
        <source>How bytes are moved between the two sides of a connection. Automatic takes the fastest way of this system.</source>
        <translation>Como os bytes são transferidos entre os dois lados de uma conexão. &quot;Automática&quot; usa o modo mais rápido deste sistema.</translation>
    </message>
    <message>
        <source>Takes away the listener for the local network. The user that was added for it stays. Programs of this computer are not concerned.</source>
        <translation>Remove o ponto de escuta da rede local. O usuário que foi adicionado para ele permanece. Os programas deste computador não são afetados.</translation>
    </message>
</context>
</TS>
