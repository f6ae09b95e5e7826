<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>app::Desktop</name>
    <message>
        <source>Hosier</source>
        <translation>Hosier</translation>
    </message>
    <message>
        <source>Hosier is already running, but its window cannot be shown.</source>
        <translation>Hosier はすでに実行中ですが、ウィンドウを表示できません。</translation>
    </message>
    <message>
        <source>The profile cannot be used.</source>
        <translation>このプロファイルは使用できません。</translation>
    </message>
    <message>
        <source>The profile cannot be replaced.</source>
        <translation>プロファイルを置き換えられません。</translation>
    </message>
</context>
<context>
    <name>engine::Error</name>
    <message>
        <source>No error</source>
        <translation>エラーなし</translation>
    </message>
    <message>
        <source>The target refused the connection</source>
        <translation>接続先が接続を拒否しました</translation>
    </message>
    <message>
        <source>The target host is unreachable</source>
        <translation>接続先ホストに到達できません</translation>
    </message>
    <message>
        <source>The target&apos;s network is unreachable</source>
        <translation>接続先のネットワークに到達できません</translation>
    </message>
    <message>
        <source>The target did not answer in time</source>
        <translation>接続先が時間内に応答しませんでした</translation>
    </message>
    <message>
        <source>The connection was reset</source>
        <translation>接続がリセットされました</translation>
    </message>
    <message>
        <source>The connection was aborted</source>
        <translation>接続が中断されました</translation>
    </message>
    <message>
        <source>The network is down</source>
        <translation>ネットワークが停止しています</translation>
    </message>
    <message>
        <source>The address is not available on this machine</source>
        <translation>このコンピューターにはそのアドレスがありません</translation>
    </message>
    <message>
        <source>This machine does not support that kind of address</source>
        <translation>このコンピューターはその種類のアドレスに対応していません</translation>
    </message>
    <message>
        <source>There is no host of that name</source>
        <translation>その名前のホストはありません</translation>
    </message>
    <message>
        <source>The name could not be looked up</source>
        <translation>名前を解決できませんでした</translation>
    </message>
    <message>
        <source>The name server did not answer in time</source>
        <translation>ネームサーバーが時間内に応答しませんでした</translation>
    </message>
    <message>
        <source>The expected connection did not come in time</source>
        <translation>待っていた接続が時間内に来ませんでした</translation>
    </message>
    <message>
        <source>The address is in use by another program</source>
        <translation>アドレスは別のプログラムが使用中です</translation>
    </message>
    <message>
        <source>The system does not permit it</source>
        <translation>システムが許可していません</translation>
    </message>
    <message>
        <source>Too many open connections for this system</source>
        <translation>開いている接続がこのシステムの上限を超えています</translation>
    </message>
    <message>
        <source>The system is out of memory</source>
        <translation>システムのメモリが不足しています</translation>
    </message>
    <message>
        <source>Too many clients</source>
        <translation>クライアントが多すぎます</translation>
    </message>
    <message>
        <source>Too many connections from this client</source>
        <translation>このクライアントからの接続が多すぎます</translation>
    </message>
    <message>
        <source>Too many logins at once</source>
        <translation>同時に行われている認証が多すぎます</translation>
    </message>
    <message>
        <source>The client does not speak a protocol of this listener</source>
        <translation>クライアントのプロトコルはこの待ち受けポートでは使えません</translation>
    </message>
    <message>
        <source>The command is not supported</source>
        <translation>そのコマンドには対応していません</translation>
    </message>
    <message>
        <source>The address type is not supported</source>
        <translation>そのアドレスの種類には対応していません</translation>
    </message>
    <message>
        <source>The client offered no acceptable login method</source>
        <translation>クライアントが有効な認証方式を提示しませんでした</translation>
    </message>
    <message>
        <source>Wrong user name or password</source>
        <translation>ユーザー名またはパスワードが違います</translation>
    </message>
    <message>
        <source>The client&apos;s address is not allowed here</source>
        <translation>このクライアントのアドレスは許可されていません</translation>
    </message>
    <message>
        <source>The client did not finish its request in time</source>
        <translation>クライアントが時間内に要求を完了しませんでした</translation>
    </message>
    <message>
        <source>The client went away</source>
        <translation>クライアントが切断しました</translation>
    </message>
    <message>
        <source>The proxy server could not be reached</source>
        <translation>プロキシサーバーに接続できませんでした</translation>
    </message>
    <message>
        <source>The proxy server did not answer in time</source>
        <translation>プロキシサーバーが時間内に応答しませんでした</translation>
    </message>
    <message>
        <source>The proxy server did not accept the login</source>
        <translation>プロキシサーバーが認証を受け付けませんでした</translation>
    </message>
    <message>
        <source>The proxy server&apos;s answer is malformed</source>
        <translation>プロキシサーバーの応答の形式が不正です</translation>
    </message>
    <message>
        <source>No secure connection to the proxy server</source>
        <translation>プロキシサーバーへの安全な接続を確立できません</translation>
    </message>
    <message>
        <source>The proxy server does not allow it</source>
        <translation>プロキシサーバーが許可していません</translation>
    </message>
    <message>
        <source>The proxy server could not connect to the target</source>
        <translation>プロキシサーバーが接続先に接続できませんでした</translation>
    </message>
    <message>
        <source>The route cannot carry this</source>
        <translation>この経路では転送できません</translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation>ルールによりブロックされました</translation>
    </message>
    <message>
        <source>The target is this proxy itself</source>
        <translation>接続先がこのプロキシ自身です</translation>
    </message>
    <message>
        <source>Closed on request</source>
        <translation>要求により閉じられました</translation>
    </message>
    <message>
        <source>The changed profile no longer allows it</source>
        <translation>変更後のプロファイルでは許可されなくなりました</translation>
    </message>
    <message>
        <source>The changed rules send it another way</source>
        <translation>変更後のルールでは別の経路になります</translation>
    </message>
    <message>
        <source>Nothing was sent for too long</source>
        <translation>長時間データの送信がありませんでした</translation>
    </message>
    <message>
        <source>One side had finished and the other sent nothing for too long</source>
        <translation>片側が終了した後、もう片側から長時間データの送信がありませんでした</translation>
    </message>
    <message>
        <source>The proxy was stopped</source>
        <translation>プロキシが停止されました</translation>
    </message>
    <message>
        <source>Not supported yet</source>
        <translation>まだ対応していません</translation>
    </message>
    <message>
        <source>General failure</source>
        <translation>一般的なエラー</translation>
    </message>
    <message>
        <source>No local port is free for another connection</source>
        <translation>新しい接続に使える空きローカルポートがありません</translation>
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
        <translation>true または false</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>数値</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文字列</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>リスト</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>オブジェクト</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>must be %1, not %2</source>
        <translation>%2 ではなく %1 でなければなりません</translation>
    </message>
    <message>
        <source>further errors: %1</source>
        <translation>その他のエラー: %1</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>がありません</translation>
    </message>
    <message>
        <source>unknown key</source>
        <translation>不明なキーです</translation>
    </message>
    <message>
        <source>has %1 entries; %2 are allowed</source>
        <translation>%1 個の項目があります。許されるのは %2 個です</translation>
    </message>
    <message>
        <source>must not be empty</source>
        <translation>空にできません</translation>
    </message>
    <message>
        <source>is longer than %1 bytes</source>
        <translation>%1 バイトを超えています</translation>
    </message>
    <message>
        <source>must not hold control characters</source>
        <translation>制御文字を含めることはできません</translation>
    </message>
    <message>
        <source>must be from %1 to %2</source>
        <translation>%1 から %2 まででなければなりません</translation>
    </message>
    <message>
        <source>must be a whole number</source>
        <translation>整数でなければなりません</translation>
    </message>
    <message>
        <source>must be base64</source>
        <translation>base64 でなければなりません</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 から %2</translation>
    </message>
    <message>
        <source>must be base64 of %1 bytes, not of %2</source>
        <translation>%2 バイトではなく %1 バイトの base64 でなければなりません</translation>
    </message>
    <message>
        <source>%1 is none of %2</source>
        <translation>%1 は %2 のいずれでもありません</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>is listed twice</source>
        <translation>重複しています</translation>
    </message>
    <message>
        <source>must list at least one of &quot;socks4&quot;, &quot;socks5&quot;, &quot;http&quot;</source>
        <translation>&quot;socks4&quot;、&quot;socks5&quot;、&quot;http&quot; の少なくとも 1 つが必要です</translation>
    </message>
    <message>
        <source>%1 is not an IPv4 or IPv6 address</source>
        <translation>%1 は IPv4 アドレスでも IPv6 アドレスでもありません</translation>
    </message>
    <message>
        <source>whoever can reach %1 could use this proxy: set &quot;authentication&quot; to &quot;password&quot;, or &quot;open&quot; to true if an open proxy is meant</source>
        <translation>%1 に到達できる人は誰でもこのプロキシを使えてしまいます。&quot;authentication&quot; を &quot;password&quot; にするか、公開プロキシにする場合は &quot;open&quot; を true にしてください</translation>
    </message>
    <message>
        <source>must list at least one listener</source>
        <translation>待ち受けポートが少なくとも 1 つ必要です</translation>
    </message>
    <message>
        <source>%1 is already the endpoint of %2</source>
        <translation>%1 はすでに %2 のアドレスです</translation>
    </message>
    <message>
        <source>%1 is already the name of %2</source>
        <translation>%1 はすでに %2 の名前です</translation>
    </message>
    <message>
        <source>nobody could log in: &quot;users&quot; lists no one (hosier --set-password NAME adds a user)</source>
        <translation>誰も認証できません。&quot;users&quot; に誰もいません（hosier --set-password NAME でユーザーを追加できます）</translation>
    </message>
    <message>
        <source>is missing; this program reads version %1</source>
        <translation>がありません。このプログラムが読めるのはバージョン %1 です</translation>
    </message>
    <message>
        <source>is %1; this program reads version %2</source>
        <translation>は %1 です。このプログラムが読めるのはバージョン %2 です</translation>
    </message>
    <message>
        <source>line %1, column %2</source>
        <translation>%1 行 %2 列</translation>
    </message>
    <message>
        <source>the profile is larger than %1 bytes</source>
        <translation>プロファイルが %1 バイトを超えています</translation>
    </message>
    <message>
        <source>must be an object</source>
        <translation>オブジェクトでなければなりません</translation>
    </message>
    <message>
        <source>may hold only letters A to Z, digits, &quot;-&quot;, &quot;_&quot; and &quot;.&quot;</source>
        <translation>使えるのは英字 A から Z、数字、&quot;-&quot;、&quot;_&quot;、&quot;.&quot; だけです</translation>
    </message>
    <message>
        <source>%1 is already the id at %2</source>
        <translation>%1 はすでに %2 の ID です</translation>
    </message>
    <message>
        <source>SOCKS4 has no names: set &quot;protocol&quot; to &quot;socks4a&quot;, or this to &quot;local&quot;</source>
        <translation>SOCKS4 は名前を扱えません。&quot;protocol&quot; を &quot;socks4a&quot; にするか、これを &quot;local&quot; にしてください</translation>
    </message>
    <message>
        <source>means nothing unless &quot;tls&quot; is true</source>
        <translation>&quot;tls&quot; が true でなければ意味がありません</translation>
    </message>
    <message>
        <source>holds a colon, which HTTP&apos;s Basic login cannot carry</source>
        <translation>コロンを含んでいます。HTTP の Basic 認証では送れません</translation>
    </message>
    <message>
        <source>must list at least one server or route</source>
        <translation>サーバーか経路が少なくとも 1 つ必要です</translation>
    </message>
    <message>
        <source>there is no server or route with the id %1</source>
        <translation>ID が %1 のサーバーも経路もありません</translation>
    </message>
    <message>
        <source>the route contains itself: %1</source>
        <translation>経路が自分自身を含んでいます: %1</translation>
    </message>
    <message>
        <source>is a chain of more than %1 servers</source>
        <translation>%1 台を超えるサーバーのチェーンです</translation>
    </message>
    <message>
        <source>%1 is neither a port (&quot;80&quot;) nor a range of ports (&quot;8000-9000&quot;)</source>
        <translation>%1 はポート (&quot;80&quot;) でもポート範囲 (&quot;8000-9000&quot;) でもありません</translation>
    </message>
    <message>
        <source>%1 is not an address block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1 は &quot;10.0.0.0/8&quot; のようなアドレスブロックではありません</translation>
    </message>
    <message>
        <source>%1 is not a host: it holds a space</source>
        <translation>%1 はホストではありません。空白を含んでいます</translation>
    </message>
    <message>
        <source>%1: &quot;*&quot; stands for whole labels at one end of a name, as in &quot;*.lan&quot; or &quot;mail.*&quot;</source>
        <translation>%1: &quot;*&quot; は &quot;*.lan&quot; や &quot;mail.*&quot; のように、名前の端の区切り全体だけを表せます</translation>
    </message>
    <message>
        <source>%1 is not a range of addresses such as &quot;10.0.0.1-10.0.0.9&quot;</source>
        <translation>%1 は &quot;10.0.0.1-10.0.0.9&quot; のようなアドレス範囲ではありません</translation>
    </message>
    <message>
        <source>%1 is not an address or an address block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1 はアドレスでも &quot;10.0.0.0/8&quot; のようなアドレスブロックでもありません</translation>
    </message>
    <message>
        <source>%1 cannot carry UDP, which &quot;transports&quot; lists: only SOCKS5 servers can</source>
        <translation>%1 は &quot;transports&quot; にある UDP を運べません。運べるのは SOCKS5 サーバーだけです</translation>
    </message>
    <message>
        <source>%1 is none of &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</source>
        <translation>%1 は &quot;direct&quot;、&quot;block&quot;、&quot;proxy:ID&quot; のいずれでもありません</translation>
    </message>
    <message>
        <source>this session has no D-Bus</source>
        <translation>このセッションには D-Bus がありません</translation>
    </message>
    <message>
        <source>the session&apos;s D-Bus cannot be reached</source>
        <translation>セッションの D-Bus に接続できません</translation>
    </message>
    <message>
        <source>libsecret-1.so.0 is missing, or Qt runs without GLib</source>
        <translation>libsecret-1.so.0 がないか、Qt が GLib なしで動作しています</translation>
    </message>
    <message>
        <source>neither a Secret Service nor KWallet is on the session&apos;s D-Bus</source>
        <translation>セッションの D-Bus に Secret Service も KWallet もありません</translation>
    </message>
    <message>
        <source>this program was built without QtKeychain</source>
        <translation>このプログラムは QtKeychain なしでビルドされています</translation>
    </message>
    <message>
        <source>there is no credential store</source>
        <translation>資格情報ストアがありません</translation>
    </message>
    <message>
        <source>the credential store has no password for it</source>
        <translation>資格情報ストアに該当するパスワードがありません</translation>
    </message>
    <message>
        <source>the credential store gives no access</source>
        <translation>資格情報ストアがアクセスを許可しません</translation>
    </message>
    <message>
        <source>the credential store does not answer</source>
        <translation>資格情報ストアが応答しません</translation>
    </message>
    <message>
        <source>the credential store failed</source>
        <translation>資格情報ストアで失敗しました</translation>
    </message>
    <message>
        <source>%1 cannot be made</source>
        <translation>%1 を作成できません</translation>
    </message>
    <message>
        <source>%1 is not a regular file</source>
        <translation>%1 は通常のファイルではありません</translation>
    </message>
    <message>
        <source>server %1: its password is not removed: %2</source>
        <translation>サーバー %1: パスワードを削除できませんでした: %2</translation>
    </message>
    <message>
        <source>server %1: its password is not kept under the new id: %2</source>
        <translation>サーバー %1: パスワードを新しい ID で保存できませんでした: %2</translation>
    </message>
    <message>
        <source>server %1: its password is not known: %2</source>
        <translation>サーバー %1: パスワードがわかりません: %2</translation>
    </message>
    <message>
        <source>cannot write %1: %2</source>
        <translation>%1 に書き込めません: %2</translation>
    </message>
    <message>
        <source>cannot read %1: %2</source>
        <translation>%1 を読み込めません: %2</translation>
    </message>
    <message>
        <source>cannot create the directory of %1</source>
        <translation>%1 のフォルダーを作成できません</translation>
    </message>
    <message>
        <source>%1 belongs to the profile in use</source>
        <translation>%1 は使用中のプロファイルのものです</translation>
    </message>
    <message>
        <source>the profile has no listener</source>
        <translation>プロファイルに待ち受けポートがありません</translation>
    </message>
    <message>
        <source>whoever can reach %1 could use this proxy: the profile&apos;s first listener asks for no password and is not &quot;open&quot;</source>
        <translation>%1 に到達できる人は誰でもこのプロキシを使えてしまいます。プロファイルの最初の待ち受けポートはパスワードを求めず、&quot;open&quot; でもありません</translation>
    </message>
    <message>
        <source>%1 is already the endpoint of the listener &quot;%2&quot;</source>
        <translation>%1 はすでに待ち受けポート「%2」のアドレスです</translation>
    </message>
    <message>
        <source>the password file %1 is no regular file</source>
        <translation>パスワードファイル %1 は通常のファイルではありません</translation>
    </message>
    <message>
        <source>the password file %1 is open to others: chmod 600</source>
        <translation>パスワードファイル %1 が他の人にも読めます: chmod 600</translation>
    </message>
    <message>
        <source>cannot read the password file %1: %2</source>
        <translation>パスワードファイル %1 を読み込めません: %2</translation>
    </message>
    <message>
        <source>the password in %1 is not 1 to 255 bytes long</source>
        <translation>%1 のパスワードの長さが 1 から 255 バイトではありません</translation>
    </message>
    <message>
        <source>server %1: %2</source>
        <translation>サーバー %1: %2</translation>
    </message>
    <message>
        <source>the running instance did not answer</source>
        <translation>実行中のインスタンスが応答しませんでした</translation>
    </message>
    <message>
        <source>no running instance uses this profile</source>
        <translation>このプロファイルを使う実行中のインスタンスがありません</translation>
    </message>
    <message>
        <source>the running instance is not ready</source>
        <translation>実行中のインスタンスの準備ができていません</translation>
    </message>
    <message>
        <source>the running instance has no interface (--headless)</source>
        <translation>実行中のインスタンスには画面がありません (--headless)</translation>
    </message>
    <message>
        <source>%1 is too large</source>
        <translation>%1 が大きすぎます</translation>
    </message>
    <message>
        <source>%1 is a link or a directory</source>
        <translation>%1 はリンクかフォルダーです</translation>
    </message>
    <message>
        <source>cannot create %1</source>
        <translation>%1 を作成できません</translation>
    </message>
    <message>
        <source>cannot remove %1: %2</source>
        <translation>%1 を削除できません: %2</translation>
    </message>
    <message>
        <source>%1%2 has no key &quot;%3&quot;</source>
        <translation>%1%2 にキー「%3」がありません</translation>
    </message>
    <message>
        <source>%1 is locked by the administrator</source>
        <translation>%1 は管理者によってロックされています</translation>
    </message>
    <message>
        <source>InternetQueryOption: error %1</source>
        <translation>InternetQueryOption: エラー %1</translation>
    </message>
    <message>
        <source>InternetSetOption: error %1</source>
        <translation>InternetSetOption: エラー %1</translation>
    </message>
    <message>
        <source>they do not stay as they are written</source>
        <translation>書き込んだとおりに残りません</translation>
    </message>
    <message>
        <source>no answer within %1 s</source>
        <translation>%1 秒以内に応答がありません</translation>
    </message>
    <message>
        <source>failed (%1)</source>
        <translation>失敗しました (%1)</translation>
    </message>
    <message>
        <source>only SOCKS5 carries UDP</source>
        <translation>UDP を運べるのは SOCKS5 だけです</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>it hung up</source>
        <translation>相手が接続を切りました</translation>
    </message>
    <message>
        <source>malformed or oversized request</source>
        <translation>要求の形式が不正か大きすぎます</translation>
    </message>
    <message>
        <source>only /proxy.pac is to be had here</source>
        <translation>ここで取得できるのは /proxy.pac だけです</translation>
    </message>
    <message>
        <source>CONNECT needs a connection of its own</source>
        <translation>CONNECT には専用の接続が必要です</translation>
    </message>
    <message>
        <source>malformed chunks</source>
        <translation>チャンクの形式が不正です</translation>
    </message>
    <message>
        <source>by the target</source>
        <translation>宛先による</translation>
    </message>
    <message>
        <source>malformed chunks from the target</source>
        <translation>宛先からのチャンクの形式が不正です</translation>
    </message>
    <message>
        <source>the target&apos;s answer is malformed</source>
        <translation>宛先の応答の形式が不正です</translation>
    </message>
    <message>
        <source>it asks for a user name and password</source>
        <translation>ユーザー名とパスワードを求めています</translation>
    </message>
    <message>
        <source>reply 7, command not supported</source>
        <translation>応答 7、コマンド非対応</translation>
    </message>
    <message>
        <source>reply 8, address type not supported</source>
        <translation>応答 8、アドレスの種類に非対応</translation>
    </message>
    <message>
        <source>reply %1</source>
        <translation>応答 %1</translation>
    </message>
    <message>
        <source>SOCKS4 code %1</source>
        <translation>SOCKS4 コード %1</translation>
    </message>
    <message>
        <source>it chose a method that was not offered</source>
        <translation>提示していない方式を選びました</translation>
    </message>
    <message>
        <source>it takes no user name and password</source>
        <translation>ユーザー名とパスワードを受け付けません</translation>
    </message>
    <message>
        <source>too many interim answers</source>
        <translation>暫定応答が多すぎます</translation>
    </message>
    <message>
        <source>HTTP status %1</source>
        <translation>HTTP ステータス %1</translation>
    </message>
    <message>
        <source>SOCKS4 has no UDP</source>
        <translation>SOCKS4 には UDP がありません</translation>
    </message>
    <message>
        <source>SOCKS4 has no IPv6</source>
        <translation>SOCKS4 には IPv6 がありません</translation>
    </message>
    <message>
        <source>HTTP has no BIND</source>
        <translation>HTTP には BIND がありません</translation>
    </message>
    <message>
        <source>HTTP has no UDP</source>
        <translation>HTTP には UDP がありません</translation>
    </message>
    <message>
        <source>HTTP cannot say this name</source>
        <translation>HTTP ではこの名前を表せません</translation>
    </message>
    <message>
        <source>too many others are under way</source>
        <translation>ほかの処理が多すぎます</translation>
    </message>
    <message>
        <source>no thread for it</source>
        <translation>使えるスレッドがありません</translation>
    </message>
    <message>
        <source>no answer by UDP</source>
        <translation>UDP で応答がありません</translation>
    </message>
    <message>
        <source>no descriptors are left</source>
        <translation>記述子が残っていません</translation>
    </message>
    <message>
        <source>its certificate is not the pinned one but has the SHA-256 %1</source>
        <translation>証明書がピン留めしたものではなく、SHA-256 は %1 です</translation>
    </message>
    <message>
        <source>it leads back here</source>
        <translation>ここへ戻ってきます</translation>
    </message>
    <message>
        <source>its answer is too long</source>
        <translation>応答が長すぎます</translation>
    </message>
    <message>
        <source>cannot be true beside &quot;passwordFile&quot;</source>
        <translation>&quot;passwordFile&quot; があるときは真にできません</translation>
    </message>
    <message>
        <source>by the client</source>
        <translation>クライアントによる</translation>
    </message>
    <message>
        <source>%1 is not a host: what follows the &quot;:&quot; belongs into &quot;ports&quot;</source>
        <translation>%1 はホストではありません。&quot;:&quot; の後は &quot;ports&quot; に書きます</translation>
    </message>
    <message>
        <source>%1 is neither a name nor an address</source>
        <translation>%1 は名前でもアドレスでもありません</translation>
    </message>
    <message>
        <source>%1 is not a host: something is missing before or after a dot; &quot;*.lan&quot; stands for all names that end in &quot;.lan&quot;</source>
        <translation>%1 はホストではありません。ドットの前か後が欠けています。&quot;*.lan&quot; は &quot;.lan&quot; で終わるすべての名前を表します</translation>
    </message>
    <message>
        <source>%1 is not a host: &quot;?&quot; is no wildcard in names of hosts</source>
        <translation>%1 はホストではありません。&quot;?&quot; はホスト名のワイルドカードではありません</translation>
    </message>
    <message>
        <source>%1: &quot;*&quot; stands for parts of names, not of addresses: write a block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1: &quot;*&quot; が表すのは名前の一部で、アドレスの一部ではありません。&quot;10.0.0.0/8&quot; のようなブロックを書いてください</translation>
    </message>
    <message>
        <source>The profile&apos;s file was changed by another program meanwhile. It is in force now; please make your change once more.</source>
        <translation>プロファイルのファイルがその間に別のプログラムによって変更されました。その内容が現在有効です。変更をもう一度行ってください。</translation>
    </message>
    <message>
        <source>%1 is more than one entry: each stands by itself</source>
        <translation>%1 は複数の項目です。1 つずつ分けて入力してください</translation>
    </message>
    <message>
        <source>%1 is a URL: only the host in it belongs here</source>
        <translation>%1 は URL です。ここにはホストだけを入力してください</translation>
    </message>
    <message>
        <source>%1 stands without quotes here</source>
        <translation>%1 はここでは引用符なしで入力します</translation>
    </message>
    <message>
        <source>%1 is neither the name of a program nor its whole path, such as &quot;/usr/bin/curl&quot; or &quot;C:\Tools\curl.exe&quot;</source>
        <translation>%1 はプログラムの名前でも、&quot;/usr/bin/curl&quot; や &quot;C:\Tools\curl.exe&quot; のような完全なパスでもありません</translation>
    </message>
    <message>
        <source>the program is about to end</source>
        <translation>プログラムは終了しようとしています</translation>
    </message>
    <message>
        <source>the running instance has hung up</source>
        <translation>実行中のインスタンスが接続を切りました</translation>
    </message>
    <message>
        <source>it refused the connection</source>
        <translation>相手が接続を拒否しました</translation>
    </message>
    <message>
        <source>it is unreachable</source>
        <translation>到達できません</translation>
    </message>
    <message>
        <source>its network is unreachable</source>
        <translation>そのネットワークに到達できません</translation>
    </message>
    <message>
        <source>it did not answer in time</source>
        <translation>時間内に応答しませんでした</translation>
    </message>
    <message>
        <source>the server before it does not allow it</source>
        <translation>手前のサーバーが許可していません</translation>
    </message>
    <message>
        <source>the server before it could not connect to it</source>
        <translation>手前のサーバーがこのサーバーに接続できませんでした</translation>
    </message>
    <message>
        <source>%1 is neither an address nor the name of one host, which holds no &quot;/&quot;, &quot;:&quot; or &quot;*&quot;</source>
        <translation>%1 はアドレスでも 1 つのホストの名前でもありません。ホストの名前に &quot;/&quot;、&quot;:&quot;、&quot;*&quot; は使えません</translation>
    </message>
    <message>
        <source>%1 is no name that can be asked for: it is too long, or holds a space or what cannot be seen</source>
        <translation>%1 は要求できる名前ではありません。長すぎるか、空白や見えない文字を含んでいます</translation>
    </message>
    <message>
        <source>the profile is empty</source>
        <translation>プロファイルが空です</translation>
    </message>
    <message>
        <source>%1 is none of &quot;default&quot;, &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</source>
        <translation>%1 は &quot;default&quot;、&quot;direct&quot;、&quot;block&quot;、&quot;proxy:ID&quot; のいずれでもありません</translation>
    </message>
    <message>
        <source>%1 begins with two separators: write %2, or %3 for a program in a network</source>
        <translation>%1 は 2 つの区切り文字で始まっています。%2 と書くか、ネットワーク上のプログラムなら %3 と書いてください</translation>
    </message>
    <message>
        <source>%1 is no path that a program is known by, for it holds &quot;.&quot;, &quot;..&quot; or two separators in a row: write %2</source>
        <translation>%1 は &quot;.&quot;、&quot;..&quot;、または連続する 2 つの区切り文字を含むため、プログラムの識別に使われるパスではありません。%2 と書いてください</translation>
    </message>
    <message>
        <source>%1 has bits set behind its prefix: write %2 for the block</source>
        <translation>%1 はプレフィックスより後ろのビットが 0 ではありません。ブロックとしては %2 と書いてください</translation>
    </message>
    <message>
        <source>%1 begins or ends with a space: leave that out</source>
        <translation>%1 の先頭または末尾に空白があります。空白を取り除いてください</translation>
    </message>
    <message>
        <source>%1 ends like a directory: write %2 for all programs below it</source>
        <translation>%1 の末尾はフォルダーの形です。その下のすべてのプログラムを表すには %2 と書いてください</translation>
    </message>
    <message>
        <source>%1 (its certificate has the SHA-256 %2)</source>
        <translation>%1 (証明書の SHA-256 は %2)</translation>
    </message>
    <message>
        <source>the keyring is locked</source>
        <translation>キーリングがロックされています</translation>
    </message>
    <message>
        <source>servers %1: their passwords are not removed: %2</source>
        <translation>サーバー %1: パスワードを削除できません: %2</translation>
    </message>
</context>
<context>
    <name>ui::About</name>
    <message>
        <source>About Hosier</source>
        <translation>Hosier について</translation>
    </message>
    <message>
        <source>A proxy manager for the desktop: programs connect through it by SOCKS or HTTP, and you see every connection they make.&lt;br&gt;&lt;br&gt;Published under the MIT licence.</source>
        <translation>デスクトップ用のプロキシマネージャーです。プログラムは SOCKS または HTTP でこれを経由して接続し、その接続をすべて確認できます。&lt;br&gt;&lt;br&gt;MIT ライセンスで公開されています。</translation>
    </message>
    <message>
        <source>About Qt</source>
        <translation>Qt について</translation>
    </message>
    <message>
        <source>Hosier is made with Qt, used under the GNU Lesser General Public License version 3.&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</source>
        <translation>Hosier は Qt を使用しています。Qt は GNU Lesser General Public License (LGPL) バージョン 3 に基づいて使用しています。&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</translation>
    </message>
    <message>
        <source>The source code of Qt is at %1. The licences of Qt, and of the runtime libraries of GCC and mingw-w64 that come with Hosier, are in %2.</source>
        <translation>Qt のソースコードは %1 にあります。Qt のライセンス、および Hosier に付属する GCC と mingw-w64 のランタイムライブラリのライセンスは %2 にあります。</translation>
    </message>
</context>
<context>
    <name>ui::ActionCombo</name>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>%1 経由</translation>
    </message>
</context>
<context>
    <name>ui::Actions</name>
    <message>
        <source>&amp;Quit</source>
        <translation>終了(&amp;Q)</translation>
    </message>
    <message>
        <source>Stop the proxy and quit Hosier</source>
        <translation>プロキシを停止して Hosier を終了します</translation>
    </message>
    <message>
        <source>Start at &amp;login</source>
        <translation>ログイン時に起動(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Close window</source>
        <translation>ウィンドウを閉じる(&amp;C)</translation>
    </message>
    <message>
        <source>Close the window; the proxy goes on in the tray where there is one</source>
        <translation>ウィンドウを閉じます。トレイがあれば、プロキシはトレイで動作を続けます</translation>
    </message>
    <message>
        <source>&amp;Import...</source>
        <translation>インポート(&amp;I)...</translation>
    </message>
    <message>
        <source>Take a profile from a file, of Hosier or of Proxifier (.ppx)</source>
        <translation>Hosier または Proxifier (.ppx) のファイルからプロファイルを取り込みます</translation>
    </message>
    <message>
        <source>&amp;Export...</source>
        <translation>エクスポート(&amp;E)...</translation>
    </message>
    <message>
        <source>Write the profile in force to a file</source>
        <translation>有効なプロファイルをファイルに書き出します</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>コピー(&amp;C)</translation>
    </message>
    <message>
        <source>Copy the selected connections as text</source>
        <translation>選択した接続をテキストとしてコピーします</translation>
    </message>
    <message>
        <source>Copy &amp;target</source>
        <translation>接続先をコピー(&amp;T)</translation>
    </message>
    <message>
        <source>Copy the targets of the selected connections</source>
        <translation>選択した接続の接続先をコピーします</translation>
    </message>
    <message>
        <source>Close co&amp;nnection</source>
        <translation>接続を閉じる(&amp;N)</translation>
    </message>
    <message>
        <source>Close the selected connections</source>
        <translation>選択した接続を閉じます</translation>
    </message>
    <message>
        <source>E&amp;xplain...</source>
        <translation>判定の説明(&amp;X)...</translation>
    </message>
    <message>
        <source>Show which rule decides about such a connection, and why</source>
        <translation>この接続を決めるルールとその理由を表示します</translation>
    </message>
    <message>
        <source>Show what the rules decide about a connection that you describe</source>
        <translation>入力した接続についてルールがどう判定するかを表示します</translation>
    </message>
    <message>
        <source>&amp;Apply to open connections</source>
        <translation>開いている接続に適用(&amp;A)</translation>
    </message>
    <message>
        <source>Close the open connections that would go another way now, or be blocked, so that their programs connect again by the rules</source>
        <translation>現在のルールでは別の経路になる接続やブロックされる接続を閉じ、プログラムにルールどおりに接続し直させます</translation>
    </message>
    <message>
        <source>Filter &amp;log</source>
        <translation>ログを絞り込む(&amp;L)</translation>
    </message>
    <message>
        <source>Go to the filter field of the log</source>
        <translation>ログの絞り込み欄に移動します</translation>
    </message>
    <message>
        <source>&amp;Proxy on</source>
        <translation>プロキシを有効にする(&amp;P)</translation>
    </message>
    <message>
        <source>Open or close the listeners; open connections go on</source>
        <translation>待ち受けポートを開くか閉じます。開いている接続はそのまま続きます</translation>
    </message>
    <message>
        <source>&amp;Retry listeners</source>
        <translation>待ち受けを再試行(&amp;R)</translation>
    </message>
    <message>
        <source>Try again to open the listeners that failed</source>
        <translation>失敗した待ち受けポートをもう一度開きます</translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation>システムプロキシ(&amp;Y)</translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier</source>
        <translation>システムのプロキシ設定に従うプログラムが Hosier を使うようにします</translation>
    </message>
    <message>
        <source>System proxy e&amp;xceptions...</source>
        <translation>システムプロキシの例外(&amp;X)...</translation>
    </message>
    <message>
        <source>Choose the hosts that programs reach without the system proxy</source>
        <translation>プログラムがシステムプロキシを通さずに接続するホストを指定します</translation>
    </message>
    <message>
        <source>Copy proxy &amp;environment variables</source>
        <translation>プロキシの環境変数をコピー(&amp;E)</translation>
    </message>
    <message>
        <source>Copy lines for a shell that point programs at the proxy</source>
        <translation>プログラムがプロキシを使うようにする、シェル用の行をコピーします</translation>
    </message>
    <message>
        <source>Close &amp;all connections</source>
        <translation>すべての接続を閉じる(&amp;A)</translation>
    </message>
    <message>
        <source>Close every open connection; the proxy stays as it is</source>
        <translation>開いている接続をすべて閉じます。プロキシの状態は変わりません</translation>
    </message>
    <message>
        <source>Log in its own &amp;window</source>
        <translation>ログを別ウィンドウに表示(&amp;W)</translation>
    </message>
    <message>
        <source>Take the log out of the main window, or put it back</source>
        <translation>ログをメインウィンドウから切り離すか、元に戻します</translation>
    </message>
    <message>
        <source>&amp;About Hosier</source>
        <translation>Hosier について(&amp;A)</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>バージョンとライセンス</translation>
    </message>
    <message>
        <source>About &amp;Qt</source>
        <translation>Qt について(&amp;Q)</translation>
    </message>
    <message>
        <source>Version of the Qt library</source>
        <translation>Qt ライブラリのバージョン</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <comment>mode</comment>
        <translation>ルール(&amp;R)</translation>
    </message>
    <message>
        <source>The rules decide, top to bottom; then the default action</source>
        <translation>ルールが上から順に判定し、最後に既定の動作が使われます</translation>
    </message>
    <message>
        <source>&amp;Everything</source>
        <comment>mode</comment>
        <translation>すべて既定(&amp;E)</translation>
    </message>
    <message>
        <source>The default action is taken for everything, whatever the rules say</source>
        <translation>ルールにかかわらず、すべてに既定の動作が使われます</translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>mode</comment>
        <translation>直接(&amp;D)</translation>
    </message>
    <message>
        <source>Everything connects directly, and nothing is blocked</source>
        <translation>すべて直接接続し、何もブロックしません</translation>
    </message>
    <message>
        <source>Try out</source>
        <translation>試す</translation>
    </message>
    <message>
        <source>Apply to open</source>
        <translation>接続に適用</translation>
    </message>
    <message>
        <source>&amp;System&apos;s language</source>
        <translation>システムの言語(&amp;S)</translation>
    </message>
    <message>
        <source>The language of the desktop, where Hosier speaks it</source>
        <translation>デスクトップの言語 (Hosier が対応している場合)</translation>
    </message>
    <message>
        <source>&amp;Try the rules out...</source>
        <translation>ルールを試す(&amp;T)...</translation>
    </message>
    <message>
        <source>&amp;Settings...</source>
        <translation>設定(&amp;S)...</translation>
    </message>
    <message>
        <source>Theme, log, limits and notifications</source>
        <translation>テーマ、ログ、制限、通知</translation>
    </message>
    <message>
        <source>Start Hosier when you log in; the settings say whether in the tray</source>
        <translation>ログイン時に Hosier を起動します。トレイに起動するかどうかは設定で決まります</translation>
    </message>
    <message>
        <source>&amp;Filter page</source>
        <translation>ページを絞り込む(&amp;F)</translation>
    </message>
    <message>
        <source>Go to the field that filters the page in sight</source>
        <translation>表示中のページを絞り込む欄へ移動します</translation>
    </message>
    <message>
        <source>Traffic in its &amp;own window</source>
        <translation>通信量を別ウィンドウに表示(&amp;O)</translation>
    </message>
    <message>
        <source>Take the traffic out of the main window, or put it back</source>
        <translation>通信量をメインウィンドウから取り出すか、元に戻します</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationModel</name>
    <message>
        <source>The rule that decides about its connections; of one that has none, about its latest one</source>
        <translation>接続を決めるルール。開いている接続がない場合は、最新の接続を決めたルール</translation>
    </message>
    <message>
        <source>Since Hosier started</source>
        <translation>Hosier の起動以降</translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation>アプリケーション</translation>
    </message>
    <message>
        <source>Live</source>
        <comment>column: open connections</comment>
        <translation>接続中</translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation>受信/秒</translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation>送信/秒</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation>受信</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation>送信</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>ルール</translation>
    </message>
    <message>
        <source>Last seen</source>
        <comment>column</comment>
        <translation>最終接続</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationText</name>
    <message>
        <source>No rule</source>
        <comment>no rule matched</comment>
        <translation>ルールなし</translation>
    </message>
    <message>
        <source>Several</source>
        <comment>rules</comment>
        <translation>複数</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <comment>rules</comment>
        <translation>
            <numerusform>ほか %n 件</numerusform>
        </translation>
    </message>
    <message>
        <source>Now</source>
        <comment>last seen</comment>
        <translation>現在</translation>
    </message>
    <message>
        <source>Just now</source>
        <comment>last seen</comment>
        <translation>たった今</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <comment>last seen: a duration</comment>
        <translation>%1前</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>client, login name</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Unidentified programs</source>
        <translation>不明なプログラム</translation>
    </message>
    <message>
        <source>Client %1</source>
        <comment>address</comment>
        <translation>クライアント %1</translation>
    </message>
    <message>
        <source>Programs of this machine whose name the system did not tell, or that had gone before it could be asked.</source>
        <translation>このコンピューターのプログラムのうち、システムから名前を得られなかったもの、または問い合わせる前に終了したもの。</translation>
    </message>
    <message>
        <source>A client of the proxy, known by its address.</source>
        <translation>プロキシのクライアント。アドレスで区別しています。</translation>
    </message>
    <message>
        <source>Latest process: %1</source>
        <translation>最新のプロセス: %1</translation>
    </message>
    <message>
        <source>Connections since Hosier started: %1</source>
        <translation>Hosier の起動以降の接続数: %1</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>ルール: %1</translation>
    </message>
    <message>
        <source>Last seen: %1</source>
        <translation>最終接続: %1</translation>
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
        <translation>アプリケーション</translation>
    </message>
    <message>
        <source>Columns of the applications</source>
        <translation>アプリケーション一覧の列</translation>
    </message>
    <message>
        <source>New rule for a&amp;pplication...</source>
        <translation>アプリケーションの新規ルール(&amp;P)...</translation>
    </message>
    <message>
        <source>Make a rule for the selected application</source>
        <translation>選択したアプリケーションのルールを作成します</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>コピー(&amp;C)</translation>
    </message>
    <message>
        <source>Copy the selected applications as text</source>
        <translation>選択したアプリケーションをテキストとしてコピーします</translation>
    </message>
    <message>
        <source>Clo&amp;se connections of application</source>
        <translation>アプリケーションの接続を閉じる(&amp;S)</translation>
    </message>
    <message>
        <source>Close all connections of the selected applications</source>
        <translation>選択したアプリケーションの接続をすべて閉じます</translation>
    </message>
</context>
<context>
    <name>ui::ClientSettings</name>
    <message>
        <source>Environment variables</source>
        <translation>環境変数</translation>
    </message>
    <message>
        <source>PAC address</source>
        <translation>PAC アドレス</translation>
    </message>
    <message>
        <source>Copied. Put it into %1 and replace NAME and PASSWORD.</source>
        <translation>コピーしました。%1 に貼り付け、NAME と PASSWORD を置き換えてください。</translation>
    </message>
    <message>
        <source>Copied. Put it into %1.</source>
        <comment>a file</comment>
        <translation>コピーしました。%1 に貼り付けてください。</translation>
    </message>
    <message>
        <source>Copied. Paste it into a shell and replace NAME and PASSWORD.</source>
        <translation>コピーしました。シェルに貼り付け、NAME と PASSWORD を置き換えてください。</translation>
    </message>
    <message>
        <source>Copied. Paste it into a shell: its programs then use %1.</source>
        <translation>コピーしました。シェルに貼り付けると、そのプログラムは %1 を使用します。</translation>
    </message>
    <message>
        <source>Copied. Enter it where a program or system asks for a PAC file or a configuration URL.</source>
        <translation>コピーしました。プログラムやシステムの、PAC ファイルまたは設定用 URL の欄に入力してください。</translation>
    </message>
    <message>
        <source>The PAC file is served by HTTP. Add HTTP to the listener&apos;s protocols.</source>
        <translation>PAC ファイルは HTTP で提供されます。待ち受けポートのプロトコルに HTTP を追加してください。</translation>
    </message>
    <message>
        <source>%1 needs a listener that speaks HTTP.</source>
        <comment>a program</comment>
        <translation>%1 には HTTP に対応した待ち受けポートが必要です。</translation>
    </message>
    <message>
        <source>Environment variables (%1)</source>
        <comment>of a shell</comment>
        <translation>環境変数 (%1)</translation>
    </message>
</context>
<context>
    <name>ui::ColumnMenu</name>
    <message>
        <source>Col&amp;umns</source>
        <translation>列(&amp;U)</translation>
    </message>
</context>
<context>
    <name>ui::ConnectionModel</name>
    <message>
        <source>How long the connection is or was open. Sorts by when it was opened.</source>
        <translation>接続が開いている、または開いていた時間。開いた時刻の順に並びます。</translation>
    </message>
    <message>
        <source>The rule that decided what is done with the connection; blank: the default action</source>
        <translation>接続の扱いを決めたルール。空欄は既定の動作です</translation>
    </message>
    <message>
        <source>The server or route the connection goes by; blank: directly</source>
        <translation>接続が経由するサーバーまたは経路。空欄は直接接続です</translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation>アプリケーション</translation>
    </message>
    <message>
        <source>Client</source>
        <comment>column</comment>
        <translation>クライアント</translation>
    </message>
    <message>
        <source>Target</source>
        <comment>column</comment>
        <translation>接続先</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>プロトコル</translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation>状態</translation>
    </message>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation>時間</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation>受信</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation>送信</translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation>受信/秒</translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation>送信/秒</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>ルール</translation>
    </message>
    <message>
        <source>Route</source>
        <comment>column</comment>
        <translation>経路</translation>
    </message>
    <message>
        <source>The program that connects, or the client&apos;s address where none is known</source>
        <translation>接続するプログラム。不明な場合はクライアントのアドレス</translation>
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
        <translation>アプリケーション: %1</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>失敗: %1</translation>
    </message>
    <message>
        <source>Ended: %1</source>
        <translation>終了: %1</translation>
    </message>
    <message>
        <source>Target: %1</source>
        <translation>接続先: %1</translation>
    </message>
    <message>
        <source>Connected to: %1</source>
        <translation>実際の接続先: %1</translation>
    </message>
    <message>
        <source>Client: %1</source>
        <translation>クライアント: %1</translation>
    </message>
    <message>
        <source>Logged in as: %1</source>
        <translation>認証ユーザー: %1</translation>
    </message>
    <message>
        <source>Rule: %1</source>
        <translation>ルール: %1</translation>
    </message>
    <message>
        <source>By way of: %1</source>
        <comment>server or route</comment>
        <translation>経由: %1</translation>
    </message>
    <message>
        <source>Listener: %1</source>
        <translation>待ち受けポート: %1</translation>
    </message>
    <message>
        <source>Opened at: %1</source>
        <translation>開いた時刻: %1</translation>
    </message>
    <message>
        <source>Ended at: %1</source>
        <translation>終了時刻: %1</translation>
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
            <numerusform>%n 件の接続が同じように終了しました。これはその最後のものです。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) wait alike. This is the newest of them.</source>
        <translation>
            <numerusform>%n 件の接続が同じように待機しています。これはその最新のものです。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ConnectionsPage</name>
    <message>
        <source>Retry</source>
        <translation>再試行</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>接続</translation>
    </message>
    <message>
        <source>Columns of the connections</source>
        <translation>接続一覧の列</translation>
    </message>
    <message>
        <source>Retry to open the listener</source>
        <translation>待ち受けポートをもう一度開きます</translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1. %2</source>
        <translation>Hosier は %1 で待ち受けできません。%2</translation>
    </message>
</context>
<context>
    <name>ui::CrashBar</name>
    <message>
        <source>Note of a crash</source>
        <translation>クラッシュの記録</translation>
    </message>
    <message>
        <source>Hosier ended unexpectedly the last time. The note about it is %1.</source>
        <translation>Hosier は前回、予期せず終了しました。その記録は %1 です。</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>フォルダーを開く</translation>
    </message>
    <message>
        <source>Show the folder of the note</source>
        <translation>記録のあるフォルダーを表示します</translation>
    </message>
    <message>
        <source>Copy note</source>
        <translation>記録をコピー</translation>
    </message>
    <message>
        <source>Copy the note, to send it to whoever can make use of it</source>
        <translation>記録をコピーします。調査できる人に送るときに使います</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Hide this message; the note stays</source>
        <translation>このメッセージを閉じます。記録は残ります</translation>
    </message>
</context>
<context>
    <name>ui::DefaultRouteMenu</name>
    <message>
        <source>&amp;More…</source>
        <translation>その他(&amp;M)…</translation>
    </message>
    <message>
        <source>&amp;No servers yet…</source>
        <translation>サーバーはまだありません(&amp;N)…</translation>
    </message>
    <message>
        <source>Go to the page of servers</source>
        <translation>サーバーのページへ移動します</translation>
    </message>
    <message>
        <source>Go to the page of servers, where the menu of each server and route has &quot;Use as default route&quot;</source>
        <translation>サーバーのページへ移動します。各サーバーと経路のメニューに「既定の経路として使用」があります</translation>
    </message>
</context>
<context>
    <name>ui::DnsPage</name>
    <message>
        <source>&amp;Look names up here for rules about addresses</source>
        <translation>アドレスのルールのために名前をここで解決する(&amp;L)</translation>
    </message>
    <message>
        <source>Names of direct connections are always looked up by this computer.</source>
        <translation>直接接続の名前は常にこのコンピューターが解決します。</translation>
    </message>
    <message>
        <source>Connections by way of a server</source>
        <translation>サーバー経由の接続</translation>
    </message>
    <message>
        <source>Names are looked up by these &amp;servers:</source>
        <translation>次のサーバーが名前を解決(&amp;S):</translation>
    </message>
    <message>
        <source>Servers that look names up</source>
        <translation>名前を解決するサーバー</translation>
    </message>
    <message>
        <source>Server</source>
        <comment>column</comment>
        <translation>サーバー</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>プロトコル</translation>
    </message>
    <message>
        <source>Names are looked up</source>
        <comment>column</comment>
        <translation>名前を解決する場所</translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation>サーバー一覧の列</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>ルール</translation>
    </message>
    <message>
        <source>When off, rules about addresses do not apply to requests by name, and no name is looked up for the rules</source>
        <translation>オフにすると、アドレスのルールは名前による要求には適用されず、ルールのために名前が解決されることもありません</translation>
    </message>
    <message>
        <source>Rules about addresses then also decide about requests by name. This computer&apos;s name server learns those names, also when the connection goes to a server.</source>
        <translation>有効にすると、アドレスのルールは名前による要求も判定します。接続がサーバーを経由する場合でも、このコンピューターのネームサーバーにその名前が伝わります。</translation>
    </message>
    <message>
        <source>here: SOCKS4 takes addresses only</source>
        <comment>names are looked up</comment>
        <translation>このコンピューター: SOCKS4 はアドレスしか受け付けません</translation>
    </message>
    <message>
        <source>by the server</source>
        <comment>names are looked up</comment>
        <translation>サーバー</translation>
    </message>
    <message>
        <source>here</source>
        <comment>names are looked up</comment>
        <translation>このコンピューター</translation>
    </message>
    <message>
        <source>The profile has no servers.</source>
        <translation>プロファイルにサーバーがありません。</translation>
    </message>
    <message>
        <source>A checked server is told names as they are. For the others this computer looks names up and sends addresses.</source>
        <translation>チェックしたサーバーには名前がそのまま渡されます。それ以外では、このコンピューターが名前を解決してアドレスを送ります。</translation>
    </message>
</context>
<context>
    <name>ui::EmptyState</name>
    <message>
        <source>Command to try the proxy with</source>
        <translation>プロキシを試すコマンド</translation>
    </message>
    <message>
        <source>No connection matches</source>
        <translation>一致する接続がありません</translation>
    </message>
    <message>
        <source>No application matches</source>
        <translation>一致するアプリケーションがありません</translation>
    </message>
    <message>
        <source>The filter is &quot;%1&quot;.</source>
        <translation>絞り込みの語は「%1」です。</translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation>絞り込みを解除</translation>
    </message>
    <message>
        <source>The proxy is off</source>
        <translation>プロキシは無効です</translation>
    </message>
    <message>
        <source>No program can connect through Hosier until it is on.</source>
        <translation>プロキシが有効になるまで、プログラムは Hosier を通して接続できません。</translation>
    </message>
    <message>
        <source>Turn the proxy on</source>
        <translation>プロキシを有効にする</translation>
    </message>
    <message>
        <source>Nothing to listen on</source>
        <translation>待ち受けるポートがありません</translation>
    </message>
    <message>
        <source>Opening the listeners</source>
        <translation>待ち受けを開始しています</translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). Its connections appear here.</source>
        <translation>プログラムのプロキシを %1 (%2) に設定してください。接続がここに表示されます。</translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). It appears here with its traffic and its rule.</source>
        <translation>プログラムのプロキシを %1 (%2) に設定してください。通信量とルールとともにここに表示されます。</translation>
    </message>
    <message>
        <source>No connections yet</source>
        <translation>接続はまだありません</translation>
    </message>
    <message>
        <source>No applications yet</source>
        <translation>アプリケーションはまだありません</translation>
    </message>
    <message>
        <source>Copy proxy environment variables</source>
        <translation>プロキシの環境変数をコピー</translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1</source>
        <translation>Hosier は %1 で待ち受けできません</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>再試行</translation>
    </message>
    <message>
        <source>Use port %1 instead</source>
        <translation>代わりにポート %1 を使う</translation>
    </message>
    <message>
        <source>The profile has no listener. Add one under Proxy &gt; Listeners and users.</source>
        <translation>プロファイルに待ち受けポートがありません。「プロキシ &gt; 待ち受けポートとユーザー」で追加してください。</translation>
    </message>
    <message>
        <source>End that program and retry, or give the listener another port.</source>
        <translation>そのプログラムを終了して再試行するか、待ち受けポートに別のポートを指定してください。</translation>
    </message>
    <message>
        <source>Change the listener under Proxy &gt; Listeners and users, or the system, then retry.</source>
        <translation>「プロキシ &gt; 待ち受けポートとユーザー」で待ち受けポートを変更するか、システムの設定を変更してから、再試行してください。</translation>
    </message>
    <message>
        <source>No rule matches</source>
        <translation>一致するルールがありません</translation>
    </message>
    <message>
        <source>No server or route matches</source>
        <translation>一致するサーバーや経路がありません</translation>
    </message>
</context>
<context>
    <name>ui::EntriesEdit</name>
    <message>
        <source>Such as %1</source>
        <comment>example entries of a field</comment>
        <translation>例: %1</translation>
    </message>
    <message>
        <source>One entry a line. %1</source>
        <translation>1 行に 1 項目。%1</translation>
    </message>
</context>
<context>
    <name>ui::EventText</name>
    <message>
        <source>unknown client</source>
        <translation>不明なクライアント</translation>
    </message>
    <message>
        <source>%1, user %2</source>
        <comment>who connected, login name</comment>
        <translation>%1、ユーザー %2</translation>
    </message>
    <message>
        <source>rule &quot;%1&quot;</source>
        <translation>ルール「%1」</translation>
    </message>
    <message>
        <source>via %1</source>
        <comment>server or route</comment>
        <translation>%1 経由</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>client and target, what happened</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>closed, %1 down, %2 up, %3</source>
        <comment>bytes, bytes, duration</comment>
        <translation>接続終了、受信 %1、送信 %2、%3</translation>
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
        <translation>接続開始</translation>
    </message>
    <message>
        <source>failed: %1</source>
        <comment>reason</comment>
        <translation>失敗: %1</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <comment>reason</comment>
        <translation>拒否: %1</translation>
    </message>
    <message>
        <source>login failed: %1</source>
        <comment>reason</comment>
        <translation>認証失敗: %1</translation>
    </message>
    <message>
        <source>login failed</source>
        <translation>認証失敗</translation>
    </message>
    <message>
        <source>UDP failed: %1</source>
        <comment>reason</comment>
        <translation>UDP 失敗: %1</translation>
    </message>
    <message>
        <source>Engine started</source>
        <translation>エンジンが開始しました</translation>
    </message>
    <message>
        <source>Engine stopped</source>
        <translation>エンジンが停止しました</translation>
    </message>
    <message>
        <source>Profile applied</source>
        <translation>プロファイルを適用しました</translation>
    </message>
    <message>
        <source>Profile applied: %1</source>
        <translation>プロファイルを適用しました: %1</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <comment>listener</comment>
        <translation>%1 で待ち受けています</translation>
    </message>
    <message>
        <source>No longer listening on %1</source>
        <comment>listener</comment>
        <translation>%1 での待ち受けを終了しました</translation>
    </message>
    <message>
        <source>Cannot listen on %1: %2</source>
        <comment>listener, reason</comment>
        <translation>%1 で待ち受けできません: %2</translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away</source>
        <translation>開いているファイルが多すぎます: 新しいクライアントは待たされるか、拒否されます</translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away (%1)</source>
        <translation>開いているファイルが多すぎます: 新しいクライアントは待たされるか、拒否されます (%1)</translation>
    </message>
    <message>
        <source>Server %1 does not work</source>
        <comment>server</comment>
        <translation>サーバー %1 が使用できません</translation>
    </message>
    <message>
        <source>Server %1 works again</source>
        <comment>server</comment>
        <translation>サーバー %1 が再び使用できます</translation>
    </message>
    <message>
        <source>A change of &quot;%1&quot; takes effect at the next start</source>
        <comment>profile key</comment>
        <translation>「%1」の変更は次回の起動時に有効になります</translation>
    </message>
    <message>
        <source>%1 (and %2 more like it)</source>
        <comment>line, count</comment>
        <translation>%1 (ほかに同様の記録 %2 件)</translation>
    </message>
    <message>
        <source>Debug</source>
        <comment>log level</comment>
        <translation>デバッグ</translation>
    </message>
    <message>
        <source>Info</source>
        <comment>log level</comment>
        <translation>情報</translation>
    </message>
    <message>
        <source>Warning</source>
        <comment>log level</comment>
        <translation>警告</translation>
    </message>
    <message>
        <source>Error</source>
        <comment>log level</comment>
        <translation>エラー</translation>
    </message>
    <message>
        <source>Handshake</source>
        <comment>connection state</comment>
        <translation>ハンドシェイク中</translation>
    </message>
    <message>
        <source>Logging in</source>
        <comment>connection state</comment>
        <translation>認証中</translation>
    </message>
    <message>
        <source>Connecting</source>
        <comment>connection state</comment>
        <translation>接続試行中</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>connection state</comment>
        <translation>接続中</translation>
    </message>
    <message>
        <source>Half closed</source>
        <comment>connection state</comment>
        <translation>半クローズ</translation>
    </message>
    <message>
        <source>Closed</source>
        <comment>connection state</comment>
        <translation>終了</translation>
    </message>
    <message>
        <source>Failed</source>
        <comment>connection state</comment>
        <translation>失敗</translation>
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
        <translation>決定</translation>
    </message>
</context>
<context>
    <name>ui::ExplainDialog</name>
    <message>
        <source>Explain</source>
        <translation>判定の説明</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>ホスト</translation>
    </message>
    <message>
        <source>example.org or 192.0.2.1</source>
        <translation>example.org または 192.0.2.1</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>ポート</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>トランスポート</translation>
    </message>
    <message>
        <source>Rules in the order they were tried</source>
        <translation>判定された順に並べたルール</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>ルール</translation>
    </message>
    <message>
        <source>Matches</source>
        <comment>column</comment>
        <translation>一致</translation>
    </message>
    <message>
        <source>Why not</source>
        <comment>column</comment>
        <translation>一致しない理由</translation>
    </message>
    <message>
        <source>&amp;Application:</source>
        <translation>アプリケーション(&amp;A):</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>ホスト(&amp;H):</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>ポート(&amp;P):</translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation>トランスポート(&amp;T):</translation>
    </message>
    <message>
        <source>Where does the connection go?</source>
        <translation>接続先はどこですか?</translation>
    </message>
    <message>
        <source>Enter a host to see what the rules decide about it. Nothing is opened.</source>
        <translation>ホストを入力すると、ルールの判定結果が表示されます。接続は開かれません。</translation>
    </message>
    <message>
        <source>Yes</source>
        <comment>the rule matches</comment>
        <translation>はい</translation>
    </message>
    <message>
        <source>No</source>
        <translation>いいえ</translation>
    </message>
    <message>
        <source>Direct</source>
        <translation>直接</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>ブロック</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>%1 経由</translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation>サーバー: %1</translation>
    </message>
    <message>
        <source>The rule %1 decides.</source>
        <translation>ルール %1 が決めます。</translation>
    </message>
    <message>
        <source>The mode %1 decides; no rule is asked.</source>
        <translation>モード「%1」が決めます。ルールは使われません。</translation>
    </message>
    <message>
        <source>The application is not identified, and the profile says what is done then.</source>
        <translation>アプリケーションが不明なため、プロファイルでその場合に指定されている動作になります。</translation>
    </message>
    <message>
        <source>No rule matches: the default action is taken.</source>
        <translation>一致するルールがないため、既定の動作が使われます。</translation>
    </message>
    <message>
        <source>Down at the moment: %1</source>
        <comment>servers</comment>
        <translation>現在使用不可: %1</translation>
    </message>
    <message>
        <source>Of the group, the first server that works is taken.</source>
        <translation>グループのうち、使用できる最初のサーバーが使われます。</translation>
    </message>
    <message>
        <source>Of the group, the server that this host was given is taken, among those that work.</source>
        <translation>グループの使用できるサーバーのうち、このホストに割り当てられたものが使われます。</translation>
    </message>
    <message>
        <source>Address: %1, looked up for the rules</source>
        <translation>アドレス: %1 (ルールのために解決)</translation>
    </message>
    <message>
        <source>The name was not looked up, so rules on addresses could not be judged.</source>
        <translation>名前が解決されなかったため、アドレスのルールは判定できませんでした。</translation>
    </message>
    <message>
        <source>The last server looks the name up; rules on addresses do not apply to names.</source>
        <translation>名前は最後のサーバーが解決します。アドレスのルールは名前には適用されません。</translation>
    </message>
    <message>
        <source>User</source>
        <translation>ユーザー</translation>
    </message>
    <message>
        <source>The name that the client has logged in with</source>
        <translation>クライアントがログインした名前</translation>
    </message>
    <message>
        <source>anna; empty: not logged in</source>
        <translation>anna。空: ログインなし</translation>
    </message>
    <message>
        <source>Client address</source>
        <translation>クライアントのアドレス</translation>
    </message>
    <message>
        <source>The address that the client connects from</source>
        <translation>クライアントの接続元アドレス</translation>
    </message>
    <message>
        <source>192.168.1.20; empty: this machine</source>
        <translation>192.168.1.20。空: このコンピューター</translation>
    </message>
    <message>
        <source>Child &amp;of:</source>
        <translation>起動元(&amp;O):</translation>
    </message>
    <message>
        <source>&amp;User:</source>
        <translation>ユーザー(&amp;U):</translation>
    </message>
    <message>
        <source>C&amp;lient address:</source>
        <translation>クライアントのアドレス(&amp;L):</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no IP address, such as 192.168.1.20.</source>
        <translation>「%1」は 192.168.1.20 のような IP アドレスではありません。</translation>
    </message>
    <message>
        <source>This is what would be decided now.</source>
        <translation>これは、いま判定した場合の結果です。</translation>
    </message>
    <message>
        <source>no rule</source>
        <translation>ルールなし</translation>
    </message>
    <message>
        <source>rule %1</source>
        <translation>ルール %1</translation>
    </message>
    <message>
        <source>direct</source>
        <comment>route</comment>
        <translation>直接</translation>
    </message>
    <message>
        <source>by way of %1</source>
        <comment>server or route</comment>
        <translation>%1 経由</translation>
    </message>
    <message>
        <source>When it was opened: %1.</source>
        <comment>rule, route</comment>
        <translation>接続時: %1。</translation>
    </message>
    <message>
        <source>The name is not looked up for the rules: none on addresses could decide before it does.</source>
        <translation>ルールのために名前は解決されません。名前より先に判定できるアドレスのルールがないためです。</translation>
    </message>
    <message>
        <source>The name is not looked up; rules on addresses do not apply to names.</source>
        <translation>名前は解決されません。アドレスのルールは名前には適用されません。</translation>
    </message>
    <message>
        <source>The name is looked up here to connect; rules on addresses do not apply to names.</source>
        <translation>名前は接続のためにここで解決されます。アドレスのルールは名前には適用されません。</translation>
    </message>
    <message>
        <source>The name was looked up in vain, so rules on addresses could not be judged. Only a server may look it up again.</source>
        <translation>名前を解決できなかったため、アドレスに関するルールは判定できませんでした。再び解決できるのはサーバーだけです。</translation>
    </message>
    <message>
        <source>Of the group, the server that the first host of the association was given is taken, among those that work.</source>
        <translation>グループの使用できるサーバーのうち、アソシエーションの最初のホストに割り当てられたものが使われます。</translation>
    </message>
</context>
<context>
    <name>ui::ExportDialog</name>
    <message>
        <source>Include the local &amp;users with the hashes of their passwords</source>
        <translation>ローカルユーザーとパスワードのハッシュを含める(&amp;U)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>エクスポート</translation>
    </message>
    <message>
        <source>The profile in force is written to a file: listeners, servers, routes, rules and limits. Passwords of servers are in no profile.</source>
        <translation>有効なプロファイル (待ち受けポート、サーバー、経路、ルール、制限) をファイルに書き出します。サーバーのパスワードはどのプロファイルにも含まれません。</translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes</source>
        <translation>ファイルを入手した人は、ハッシュを使ってパスワードを推測できます</translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes. Where a profile without users is imported, the users that are there stay.</source>
        <translation>ファイルを入手した人は、ハッシュを使ってパスワードを推測できます。ユーザーを含まないプロファイルをインポートした場合、既存のユーザーは残ります。</translation>
    </message>
    <message>
        <source>&amp;Choose file...</source>
        <translation>ファイルを選択(&amp;C)...</translation>
    </message>
    <message>
        <source>Export the profile</source>
        <translation>プロファイルのエクスポート</translation>
    </message>
    <message>
        <source>Profiles of Hosier (*.json)</source>
        <translation>Hosier のプロファイル (*.json)</translation>
    </message>
    <message>
        <source>Nothing was exported: %1</source>
        <translation>何もエクスポートされませんでした: %1</translation>
    </message>
</context>
<context>
    <name>ui::FilterEdit</name>
    <message>
        <source>Clear the filter</source>
        <translation>絞り込みを解除します</translation>
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
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 分 %2 秒</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 時間 %2 分</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1 日 %2 時間</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <comment>names or lines that are not shown</comment>
        <translation>
            <numerusform>ほか %n 件</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::GeneralPage</name>
    <message>
        <source>Language</source>
        <translation>言語</translation>
    </message>
    <message>
        <source>The language of everything shown</source>
        <translation>すべての表示に使う言語</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>テーマ</translation>
    </message>
    <message>
        <source>Light or dark, or as the desktop is</source>
        <translation>ライト、ダーク、またはデスクトップに合わせる</translation>
    </message>
    <message>
        <source>As the system</source>
        <comment>language</comment>
        <translation>システムに合わせる</translation>
    </message>
    <message>
        <source>&amp;Language:</source>
        <translation>言語(&amp;L):</translation>
    </message>
    <message>
        <source>As the system</source>
        <comment>theme</comment>
        <translation>システムに合わせる</translation>
    </message>
    <message>
        <source>Light</source>
        <comment>theme</comment>
        <translation>ライト</translation>
    </message>
    <message>
        <source>Dark</source>
        <comment>theme</comment>
        <translation>ダーク</translation>
    </message>
    <message>
        <source>&amp;Theme:</source>
        <translation>テーマ(&amp;T):</translation>
    </message>
    <message>
        <source>Window at start</source>
        <translation>起動時のウィンドウ</translation>
    </message>
    <message>
        <source>Whether the window is shown when Hosier starts</source>
        <translation>Hosier の起動時にウィンドウを表示するかどうか</translation>
    </message>
    <message>
        <source>Shown</source>
        <comment>window at start</comment>
        <translation>表示する</translation>
    </message>
    <message>
        <source>Shown, but in the tray when started at login</source>
        <comment>window at start</comment>
        <translation>表示する (ログイン時の起動ではトレイに入れる)</translation>
    </message>
    <message>
        <source>In the tray</source>
        <comment>window at start</comment>
        <translation>トレイに入れる</translation>
    </message>
    <message>
        <source>&amp;Window at start:</source>
        <translation>起動時のウィンドウ(&amp;W):</translation>
    </message>
    <message>
        <source>Where there is no tray, the window starts minimized.</source>
        <translation>トレイがない場合、ウィンドウは最小化された状態で起動します。</translation>
    </message>
</context>
<context>
    <name>ui::ImportDialog</name>
    <message>
        <source>&amp;Replace the servers, routes and rules there are</source>
        <translation>既存のサーバー、経路、ルールを置き換える(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Add to the servers, routes and rules there are</source>
        <translation>既存のサーバー、経路、ルールに追加する(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Show only what is not taken over as it is</source>
        <translation>そのまま取り込まれないものだけを表示(&amp;S)</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>インポート</translation>
    </message>
    <message>
        <source>Listeners and users stay. The default action is taken from the file</source>
        <translation>待ち受けポートとユーザーはそのままです。既定の動作はファイルのものになります</translation>
    </message>
    <message>
        <source>Rules of the file come after those there are. The default action stays</source>
        <translation>ファイルのルールは既存のルールの後に入ります。既定の動作はそのままです</translation>
    </message>
    <message>
        <source>What becomes of the file, line by line</source>
        <translation>ファイルの取り込み結果 (1 行ずつ)</translation>
    </message>
    <message>
        <source>Place</source>
        <comment>column</comment>
        <translation>場所</translation>
    </message>
    <message>
        <source>Outcome</source>
        <comment>column</comment>
        <translation>結果</translation>
    </message>
    <message>
        <source>What</source>
        <comment>column</comment>
        <translation>内容</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>コピー(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Import</source>
        <translation>インポート(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Copy list</source>
        <translation>一覧をコピー(&amp;C)</translation>
    </message>
    <message>
        <source>Copy all lines as text</source>
        <translation>すべての行をテキストとしてコピーします</translation>
    </message>
    <message>
        <source>This file cannot be imported:</source>
        <translation>このファイルはインポートできません:</translation>
    </message>
    <message>
        <source>A profile of Hosier. It takes the place of the whole profile in force: listeners, users, servers, routes, rules and limits.</source>
        <translation>Hosier のプロファイルです。待ち受けポート、ユーザー、サーバー、経路、ルール、制限を含む、有効なプロファイル全体を置き換えます。</translation>
    </message>
    <message>
        <source>A profile of Proxifier. Listeners, users and limits stay what they are.</source>
        <translation>Proxifier のプロファイルです。待ち受けポート、ユーザー、制限はそのままです。</translation>
    </message>
    <message>
        <source>&amp;Replace the profile</source>
        <translation>プロファイルを置き換える(&amp;R)</translation>
    </message>
    <message>
        <source>Taken over</source>
        <translation>取り込み</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>変更</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>除外</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>エラー</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <comment>things, how many there are, how many there will be</comment>
        <translation>%1: %2 → %3</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>待ち受けポート</translation>
    </message>
    <message>
        <source>users</source>
        <translation>ユーザー</translation>
    </message>
    <message>
        <source>servers</source>
        <translation>サーバー</translation>
    </message>
    <message>
        <source>routes</source>
        <translation>経路</translation>
    </message>
    <message>
        <source>rules</source>
        <translation>ルール</translation>
    </message>
    <message>
        <source>%1. Default action: %2.
The profile of before is kept as a backup beside its file.</source>
        <translation>%1。既定の動作: %2。
以前のプロファイルは、そのファイルの隣にバックアップとして残ります。</translation>
    </message>
    <message>
        <source>Nothing was imported: %1</source>
        <translation>何もインポートされませんでした: %1</translation>
    </message>
</context>
<context>
    <name>ui::LanSharing</name>
    <message>
        <source>Local network</source>
        <translation>ローカルネットワーク</translation>
    </message>
    <message>
        <source>This computer has no free port to listen on.</source>
        <translation>このコンピューターには、待ち受けに使える空きポートがありません。</translation>
    </message>
    <message>
        <source>This listener was set up by hand. Change it under Proxy &gt; Listeners and users.</source>
        <translation>この待ち受けポートは手動で設定されたものです。「プロキシ &gt; 待ち受けポートとユーザー」で変更してください。</translation>
    </message>
</context>
<context>
    <name>ui::LimitsPage</name>
    <message>
        <source>&amp;Restore defaults</source>
        <translation>既定値に戻す(&amp;R)</translation>
    </message>
    <message>
        <source>Give every limit and timeout on this page its default</source>
        <translation>このページの制限とタイムアウトをすべて既定値に戻します</translation>
    </message>
    <message>
        <source>Limits and timeouts of the profile</source>
        <translation>プロファイルの制限とタイムアウト</translation>
    </message>
    <message>
        <source>&amp;Handshake:</source>
        <translation>ハンドシェイク(&amp;H):</translation>
    </message>
    <message>
        <source>From a client&apos;s connection to the end of its request</source>
        <translation>クライアントが接続してから要求が完了するまで</translation>
    </message>
    <message>
        <source>Co&amp;nnect:</source>
        <translation>接続(&amp;N):</translation>
    </message>
    <message>
        <source>From the request to a connected target, with the name&apos;s lookup and all attempts</source>
        <translation>要求を受けてから接続先に接続するまで。名前の解決とすべての試行を含みます</translation>
    </message>
    <message>
        <source>&amp;Awaited connection (BIND):</source>
        <translation>接続の待機 (BIND)(&amp;A):</translation>
    </message>
    <message>
        <source>How long a client of BIND waits for its peer</source>
        <translation>BIND のクライアントが相手からの接続を待つ時間</translation>
    </message>
    <message>
        <source>&amp;Idle connection:</source>
        <translation>無通信の接続(&amp;I):</translation>
    </message>
    <message>
        <source>A connection without a byte in either direction is closed after this time</source>
        <translation>どちらの方向にもデータのない接続は、この時間が過ぎると閉じられます</translation>
    </message>
    <message>
        <source>Hal&amp;f-closed connection:</source>
        <translation>半クローズの接続(&amp;F):</translation>
    </message>
    <message>
        <source>One side has finished, and the other sends nothing for this time</source>
        <translation>片側が終了し、もう片側がこの時間何も送信しない場合</translation>
    </message>
    <message>
        <source>Idle &amp;UDP association:</source>
        <translation>無通信の UDP アソシエーション(&amp;U):</translation>
    </message>
    <message>
        <source>An association without a datagram is closed after this time</source>
        <translation>データグラムのないアソシエーションは、この時間が過ぎると閉じられます</translation>
    </message>
    <message>
        <source>Grace on &amp;quitting:</source>
        <translation>終了時の猶予(&amp;Q):</translation>
    </message>
    <message>
        <source>How long open connections may go on when Hosier stops</source>
        <translation>Hosier が停止するときに、開いている接続が続けられる時間</translation>
    </message>
    <message>
        <source>&amp;Clients at once:</source>
        <translation>同時クライアント数(&amp;C):</translation>
    </message>
    <message>
        <source>Further clients are turned away. 0 is no limit of Hosier&apos;s own.</source>
        <translation>これを超えるクライアントは拒否されます。0 の場合、Hosier としての上限はありません。</translation>
    </message>
    <message>
        <source>Clients from &amp;one address:</source>
        <translation>1 アドレスあたりのクライアント数(&amp;O):</translation>
    </message>
    <message>
        <source>Further clients of the address are turned away. 0 is no limit of Hosier&apos;s own.</source>
        <translation>そのアドレスからの、これを超えるクライアントは拒否されます。0 の場合、Hosier としての上限はありません。</translation>
    </message>
    <message>
        <source>Relay</source>
        <translation>中継</translation>
    </message>
    <message>
        <source>How data is moved. The fastest one of this system is chosen by itself.</source>
        <translation>データを転送する方法。このシステムで最も速いものが自動的に選ばれます。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <comment>relay</comment>
        <translation>自動</translation>
    </message>
    <message>
        <source>Native</source>
        <comment>relay</comment>
        <translation>ネイティブ</translation>
    </message>
    <message>
        <source>Portable</source>
        <comment>relay</comment>
        <translation>汎用</translation>
    </message>
    <message>
        <source>A change of the relay takes effect at the next start of Hosier.</source>
        <translation>中継方式の変更は、Hosier の次回の起動時に有効になります。</translation>
    </message>
    <message>
        <source>Rela&amp;y:</source>
        <translation>中継(&amp;Y):</translation>
    </message>
    <message>
        <source> s</source>
        <comment>seconds, suffix of a number</comment>
        <translation> 秒</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <translation>既定値: %1</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>制限なし</translation>
    </message>
    <message>
        <source>Restore the default</source>
        <translation>既定値に戻す</translation>
    </message>
    <message>
        <source>Restore the default of &quot;%1&quot;</source>
        <translation>「%1」を既定値に戻す</translation>
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
        <translation>%1 は %2 へのリンクです。プログラムはその名前で識別されます。</translation>
    </message>
</context>
<context>
    <name>ui::ListenerDialog</name>
    <message>
        <source>&amp;Open proxy: whoever reaches the address may use it without a password</source>
        <translation>オープンプロキシ: 到達できる人は誰でもパスワードなしで使える(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Clients that may come in</source>
        <translation>接続を許可するクライアント(&amp;C)</translation>
    </message>
    <message>
        <source>Edit listener</source>
        <translation>待ち受けポートの編集</translation>
    </message>
    <message>
        <source>Add listener</source>
        <translation>待ち受けポートの追加</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>アドレス</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>ポート</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>認証</translation>
    </message>
    <message>
        <source>Open proxy</source>
        <translation>オープンプロキシ</translation>
    </message>
    <message>
        <source>Datagrams that a client is sent</source>
        <translation>クライアントに送られるデータグラム</translation>
    </message>
    <message>
        <source>All that can reach the address</source>
        <translation>アドレスに到達できるすべて</translation>
    </message>
    <message>
        <source>SOCKS4 and SOCKS4a</source>
        <translation>SOCKS4 と SOCKS4a</translation>
    </message>
    <message>
        <source>CONNECT and plain requests, and the PAC file</source>
        <translation>CONNECT と通常の要求、および PAC ファイル</translation>
    </message>
    <message>
        <source>Strangers could do things in your name. Use it only where you know who can reach the address.</source>
        <translation>他人があなたの名義で何をするかわかりません。アドレスに到達できるのが誰なのかわかっている場合にのみ使用してください。</translation>
    </message>
    <message>
        <source>Whose datagrams reach a program that uses SOCKS5 for UDP. Some games and calls need more than the first choice.</source>
        <translation>SOCKS5 で UDP を使うプログラムに、誰からのデータグラムを届けるか。ゲームや通話によっては、最初の選択肢より広い範囲が必要です。</translation>
    </message>
    <message>
        <source>0.0.0.0 and :: are every address of this computer</source>
        <translation>0.0.0.0 と :: は、このコンピューターのすべてのアドレスを表します</translation>
    </message>
    <message>
        <source>None</source>
        <comment>login</comment>
        <translation>なし</translation>
    </message>
    <message>
        <source>Name and password of a local user</source>
        <translation>ローカルユーザーの名前とパスワード</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>ポート(&amp;P):</translation>
    </message>
    <message>
        <source>&amp;Address:</source>
        <translation>アドレス(&amp;A):</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>名前(&amp;N):</translation>
    </message>
    <message>
        <source>Protocols:</source>
        <translation>プロトコル:</translation>
    </message>
    <message>
        <source>&amp;Login:</source>
        <translation>認証(&amp;L):</translation>
    </message>
    <message>
        <source>&amp;UDP:</source>
        <translation>UDP(&amp;U):</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>名前を入力してください。</translation>
    </message>
    <message>
        <source>Enter an IPv4 or IPv6 address of this computer.</source>
        <translation>このコンピューターの IPv4 または IPv6 アドレスを入力してください。</translation>
    </message>
    <message>
        <source>Choose at least one protocol.</source>
        <translation>プロトコルを 1 つ以上選択してください。</translation>
    </message>
    <message>
        <source>Nobody could log in: add a local user first.</source>
        <translation>このままでは誰も認証できません。先にローカルユーザーを追加してください。</translation>
    </message>
    <message>
        <source>Others could use this proxy as they like: ask for name and password, or say that an open proxy is meant.</source>
        <translation>このままでは他人がこのプロキシを自由に使えます。名前とパスワードを要求するか、オープンプロキシにすることを明示してください。</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; has this address and port already.</source>
        <translation>待ち受けポート「%1」がすでにこのアドレスとポートを使用しています。</translation>
    </message>
    <message>
        <source>The listener was changed or removed meanwhile. Close this and open it again.</source>
        <translation>その間に、待ち受けポートが変更または削除されました。このウィンドウを閉じて、開き直してください。</translation>
    </message>
</context>
<context>
    <name>ui::ListenerMenu</name>
    <message>
        <source>&amp;Listeners and users...</source>
        <translation>待ち受けポートとユーザー(&amp;L)...</translation>
    </message>
    <message>
        <source>S&amp;hare on the local network</source>
        <translation>ローカルネットワークで共有(&amp;H)</translation>
    </message>
    <message>
        <source>Choose where clients come in, and who may log in</source>
        <translation>クライアントがどこから接続し、誰が認証できるかを設定します</translation>
    </message>
    <message>
        <source>Let computers of the local network use this proxy, with name and password</source>
        <translation>ローカルネットワークのコンピューターが、名前とパスワードでこのプロキシを使えるようにします</translation>
    </message>
    <message>
        <source>Set up, but not open: the proxy is off</source>
        <translation>設定済みですが、開いていません。プロキシが無効です</translation>
    </message>
    <message>
        <source>Set up, but the listener could not be opened</source>
        <translation>設定済みですが、待ち受けポートを開けませんでした</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy. Switch it off to end that.</source>
        <translation>ローカルネットワークのコンピューターがこのプロキシを使えます。終了するには、オフにしてください。</translation>
    </message>
    <message>
        <source>The proxy is no longer shared on the local network.</source>
        <translation>プロキシのローカルネットワークでの共有を終了しました。</translation>
    </message>
    <message>
        <source>Whoever uses the proxy from another computer has to log in. Choose the name and the password for that.</source>
        <translation>ほかのコンピューターからプロキシを使うには認証が必要です。そのための名前とパスワードを決めてください。</translation>
    </message>
    <message>
        <source>The proxy could not be shared: %1</source>
        <translation>プロキシを共有できませんでした: %1</translation>
    </message>
    <message>
        <source>Share on the local network</source>
        <translation>ローカルネットワークでの共有</translation>
    </message>
    <message>
        <source>Other computers log in as before. Enter a password only if it is to be another one.</source>
        <translation>ほかのコンピューターの認証はこれまでどおりです。パスワードは、変更する場合にだけ入力してください。</translation>
    </message>
</context>
<context>
    <name>ui::ListenerText</name>
    <message>
        <source>Name and password</source>
        <translation>名前とパスワード</translation>
    </message>
    <message>
        <source>None: open to anybody</source>
        <translation>なし: 誰でも使用可能</translation>
    </message>
    <message>
        <source>None</source>
        <comment>login</comment>
        <translation>なし</translation>
    </message>
    <message>
        <source>All</source>
        <comment>clients</comment>
        <translation>すべて</translation>
    </message>
    <message>
        <source>Only programs on this computer can reach this address.</source>
        <translation>このアドレスには、このコンピューターのプログラムだけが到達できます。</translation>
    </message>
    <message>
        <source>Every network of this computer leads to this address.</source>
        <translation>このアドレスには、このコンピューターのすべてのネットワークから到達できます。</translation>
    </message>
    <message>
        <source>Other computers in the network of this address can reach it.</source>
        <translation>このアドレスには、同じネットワークのほかのコンピューターから到達できます。</translation>
    </message>
    <message>
        <source>From addresses and ports it has sent to</source>
        <translation>送信先になったアドレスとポートから</translation>
    </message>
    <message>
        <source>From addresses it has sent to, any port</source>
        <translation>送信先になったアドレスから (ポートは任意)</translation>
    </message>
    <message>
        <source>From anybody</source>
        <translation>すべての相手から</translation>
    </message>
</context>
<context>
    <name>ui::ListenersDialog</name>
    <message>
        <source>&amp;Add…</source>
        <translation>追加(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>編集(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>削除(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Share on the local network</source>
        <translation>ローカルネットワークで共有(&amp;S)</translation>
    </message>
    <message>
        <source>A&amp;ddresses for others…</source>
        <translation>ほかの人に伝えるアドレス(&amp;D)…</translation>
    </message>
    <message>
        <source>Add &amp;user…</source>
        <translation>ユーザーを追加(&amp;U)…</translation>
    </message>
    <message>
        <source>Change &amp;password…</source>
        <translation>パスワードを変更(&amp;P)…</translation>
    </message>
    <message>
        <source>Re&amp;move user</source>
        <translation>ユーザーを削除(&amp;M)</translation>
    </message>
    <message>
        <source>Listeners and users</source>
        <translation>待ち受けポートとユーザー</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>待ち受けポート</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>名前</translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation>アドレス</translation>
    </message>
    <message>
        <source>Protocols</source>
        <comment>column</comment>
        <translation>プロトコル</translation>
    </message>
    <message>
        <source>Login</source>
        <comment>column</comment>
        <translation>認証</translation>
    </message>
    <message>
        <source>Clients</source>
        <comment>column</comment>
        <translation>クライアント</translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation>状態</translation>
    </message>
    <message>
        <source>Columns of the listeners</source>
        <translation>待ち受けポート一覧の列</translation>
    </message>
    <message>
        <source>Listeners: where clients come in</source>
        <translation>待ち受けポート: クライアントの接続口</translation>
    </message>
    <message>
        <source>Local users</source>
        <translation>ローカルユーザー</translation>
    </message>
    <message>
        <source>Local users: who may log in where a listener asks for it</source>
        <translation>ローカルユーザー: 待ち受けポートが認証を求めるときに認証できる人</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>listener</comment>
        <translation>待ち受け中</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>失敗: %1</translation>
    </message>
    <message>
        <source>Closed: the proxy is off</source>
        <translation>停止: プロキシが無効です</translation>
    </message>
    <message>
        <source>Not open yet</source>
        <translation>まだ開いていません</translation>
    </message>
    <message>
        <source>Local</source>
        <comment>name of a listener</comment>
        <translation>ローカル</translation>
    </message>
    <message>
        <source>This is the only listener. Add another one before you remove it, or switch the proxy off.</source>
        <translation>待ち受けポートはこれだけです。先に別のものを追加してから削除するか、プロキシを無効にしてください。</translation>
    </message>
    <message>
        <source>Remove the listener &quot;%1&quot;?</source>
        <translation>待ち受けポート「%1」を削除しますか?</translation>
    </message>
    <message>
        <source>Connections that came in by it end. Programs that use %1 cannot connect any more.</source>
        <translation>これを通して来た接続は終了します。%1 を使うプログラムは接続できなくなります。</translation>
    </message>
    <message>
        <source>This is the only user, and a listener asks for a login. Change that listener first.</source>
        <translation>ユーザーはこれだけで、認証を求める待ち受けポートがあります。先にその待ち受けポートを変更してください。</translation>
    </message>
    <message>
        <source>Remove the user &quot;%1&quot;?</source>
        <translation>ユーザー「%1」を削除しますか?</translation>
    </message>
    <message>
        <source>Nobody can log in by this name any more, and connections of the user end.</source>
        <translation>この名前では認証できなくなり、このユーザーの接続は終了します。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>削除</translation>
    </message>
</context>
<context>
    <name>ui::LogModel</name>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation>時刻</translation>
    </message>
    <message>
        <source>Level</source>
        <comment>column</comment>
        <translation>レベル</translation>
    </message>
    <message>
        <source>Message</source>
        <comment>column</comment>
        <translation>メッセージ</translation>
    </message>
    <message>
        <source>%1 events came too fast and were dropped</source>
        <translation>イベントが速すぎたため、%1 件を破棄しました</translation>
    </message>
    <message numerus="yes">
        <source>%n more ended connection(s) did not fit into the list of connections</source>
        <translation>
            <numerusform>終了した接続がさらに %n 件ありましたが、接続一覧に載せきれませんでした</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::LogPage</name>
    <message>
        <source>Level of the log window</source>
        <translation>ログウィンドウのレベル</translation>
    </message>
    <message>
        <source>The log window shows lines of this level and more important ones</source>
        <translation>このレベル以上の重要度の行をログウィンドウに表示します</translation>
    </message>
    <message>
        <source>&amp;Write the log to a file</source>
        <translation>ログをファイルに書き込む(&amp;W)</translation>
    </message>
    <message>
        <source>Level of the log file</source>
        <translation>ログファイルのレベル</translation>
    </message>
    <message>
        <source>The file gets lines of this level and more important ones</source>
        <translation>このレベル以上の重要度の行をファイルに書き込みます</translation>
    </message>
    <message>
        <source>Size of a log file in MiB</source>
        <translation>ログファイルのサイズ (MiB)</translation>
    </message>
    <message>
        <source>Number of log files</source>
        <translation>ログファイルの数</translation>
    </message>
    <message>
        <source>&amp;Open folder</source>
        <translation>フォルダーを開く(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Log window from level:</source>
        <translation>ログウィンドウの最低レベル(&amp;L):</translation>
    </message>
    <message>
        <source>Log file</source>
        <translation>ログファイル</translation>
    </message>
    <message>
        <source> MiB</source>
        <comment>suffix of a number</comment>
        <translation> MiB</translation>
    </message>
    <message>
        <source>With the one that is being written; the oldest one goes when a new one begins</source>
        <translation>書き込み中のものを含みます。新しいファイルが始まると、最も古いものが削除されます</translation>
    </message>
    <message>
        <source>Show the folder of the log files</source>
        <translation>ログファイルのあるフォルダーを表示します</translation>
    </message>
    <message>
        <source>File from l&amp;evel:</source>
        <translation>ファイルの最低レベル(&amp;E):</translation>
    </message>
    <message>
        <source>&amp;Size of one file:</source>
        <translation>1 ファイルのサイズ(&amp;S):</translation>
    </message>
    <message>
        <source>&amp;Number of files:</source>
        <translation>ファイルの数(&amp;N):</translation>
    </message>
    <message>
        <source>File: %1
It names programs and where they connected to; only you can read it.</source>
        <translation>ファイル: %1
プログラムとその接続先が記録されます。自分だけが読み取れます。</translation>
    </message>
    <message>
        <source>Together at most %1. Defaults: %2 MiB, %3 files, level %4.</source>
        <translation>合計で最大 %1。既定値: %2 MiB、%3 ファイル、レベル %4。</translation>
    </message>
    <message>
        <source>The log file cannot be written: %1</source>
        <translation>ログファイルに書き込めません: %1</translation>
    </message>
    <message>
        <source>The folder cannot be shown: %1</source>
        <translation>フォルダーを表示できません: %1</translation>
    </message>
</context>
<context>
    <name>ui::LogView</name>
    <message>
        <source>Log</source>
        <translation>ログ</translation>
    </message>
    <message>
        <source>Columns of the log</source>
        <translation>ログの列</translation>
    </message>
    <message>
        <source>Least important level shown</source>
        <translation>表示する最低レベル</translation>
    </message>
    <message>
        <source>Show lines of this level and more important ones</source>
        <translation>このレベル以上の重要な行を表示します</translation>
    </message>
    <message>
        <source>Filter the log</source>
        <translation>ログの絞り込み</translation>
    </message>
    <message>
        <source>Filter log</source>
        <translation>ログを絞り込む</translation>
    </message>
    <message>
        <source>Show only lines with all these words (Ctrl+Shift+F)</source>
        <translation>これらの語をすべて含む行だけを表示します (Ctrl+Shift+F)</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>一時停止</translation>
    </message>
    <message>
        <source>Hold the log still. New lines wait until you go on.</source>
        <translation>ログの表示を止めます。再開するまで新しい行は保留されます。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>コピー</translation>
    </message>
    <message>
        <source>Copy the selected lines, or all that are shown</source>
        <translation>選択した行、または表示中のすべての行をコピーします</translation>
    </message>
    <message>
        <source>Save...</source>
        <translation>保存...</translation>
    </message>
    <message>
        <source>Save the lines that are shown</source>
        <translation>表示中の行を保存します</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>消去</translation>
    </message>
    <message>
        <source>Clear the log</source>
        <translation>ログを消去します</translation>
    </message>
    <message>
        <source>Resume (%1)</source>
        <comment>waiting lines</comment>
        <translation>再開 (%1)</translation>
    </message>
    <message>
        <source>Pause the log</source>
        <translation>ログを一時停止します</translation>
    </message>
    <message numerus="yes">
        <source>Resume the log, %n line(s) waiting</source>
        <translation>
            <numerusform>ログを再開します。%n 行が保留中です</numerusform>
        </translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>ログの保存</translation>
    </message>
    <message>
        <source>Log files (*.log *.txt);;All files (*)</source>
        <translation>ログファイル (*.log *.txt);;すべてのファイル (*)</translation>
    </message>
    <message>
        <source>The log could not be saved.</source>
        <translation>ログを保存できませんでした。</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>file, reason</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>&amp;Only lines of one application</source>
        <translation>1 つのアプリケーションの行だけを表示(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Only lines of %1</source>
        <comment>application</comment>
        <translation>%1 の行だけを表示(&amp;O)</translation>
    </message>
    <message>
        <source>Only %1</source>
        <comment>application</comment>
        <translation>%1 のみ</translation>
    </message>
    <message>
        <source>Show the lines of all applications again</source>
        <translation>すべてのアプリケーションの行を再び表示します</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>一時停止(&amp;P)</translation>
    </message>
    <message>
        <source>Go to the &amp;newest line</source>
        <translation>最新の行へ移動(&amp;N)</translation>
    </message>
    <message>
        <source>Go on if the log is paused, and follow new lines</source>
        <translation>ログが一時停止中なら再開し、新しい行を追います</translation>
    </message>
    <message>
        <source>&amp;Copy lines</source>
        <translation>行をコピー(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Save lines...</source>
        <translation>行を保存(&amp;S)...</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>消去(&amp;L)</translation>
    </message>
    <message>
        <source>No line has this level and all these words.</source>
        <translation>このレベルで、これらの語をすべて含む行はありません。</translation>
    </message>
    <message>
        <source>The log is paused: new lines wait until you go on.</source>
        <translation>ログは一時停止中です。新しい行は再開するまで待ちます。</translation>
    </message>
    <message>
        <source>Connections and problems are told here as they come.</source>
        <translation>接続や問題が、起きるたびにここに表示されます。</translation>
    </message>
    <message>
        <source>Colu&amp;mns</source>
        <translation>列(&amp;M)</translation>
    </message>
    <message>
        <source>Saved the log to %1.</source>
        <translation>ログを %1 に保存しました。</translation>
    </message>
</context>
<context>
    <name>ui::LoginStartAction</name>
    <message>
        <source>Start at login</source>
        <translation>ログイン時に起動</translation>
    </message>
    <message>
        <source>Whether Hosier starts at login could not be changed.</source>
        <translation>Hosier をログイン時に起動するかどうかの設定を変更できませんでした。</translation>
    </message>
    <message>
        <source>%1 cannot be removed.</source>
        <comment>file</comment>
        <translation>%1 を削除できません。</translation>
    </message>
    <message>
        <source>The folder of %1 cannot be created.</source>
        <comment>file</comment>
        <translation>%1 のフォルダーを作成できません。</translation>
    </message>
    <message>
        <source>%1 cannot be written.</source>
        <comment>file, or key of the registry</comment>
        <translation>%1 に書き込めません。</translation>
    </message>
</context>
<context>
    <name>ui::MainDocks</name>
    <message>
        <source>Log</source>
        <translation>ログ</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>通信量</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>ログ(&amp;L)</translation>
    </message>
    <message>
        <source>Show or hide the log</source>
        <translation>ログの表示と非表示を切り替えます</translation>
    </message>
    <message>
        <source>&amp;Traffic</source>
        <translation>通信量(&amp;T)</translation>
    </message>
    <message>
        <source>Show or hide the traffic graph</source>
        <translation>通信量グラフの表示と非表示を切り替えます</translation>
    </message>
    <message>
        <source>Log - Hosier</source>
        <translation>ログ - Hosier</translation>
    </message>
    <message>
        <source>Traffic - Hosier</source>
        <translation>通信量 - Hosier</translation>
    </message>
</context>
<context>
    <name>ui::MainMenu</name>
    <message>
        <source>&amp;File</source>
        <translation>ファイル(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>編集(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Proxy</source>
        <translation>プロキシ(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>モード(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>ルール(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>表示(&amp;V)</translation>
    </message>
    <message>
        <source>La&amp;nguage</source>
        <translation>言語(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>ヘルプ(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>サーバー(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>ログ(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;What&apos;s This?</source>
        <translation>これは何ですか?(&amp;W)</translation>
    </message>
    <message>
        <source>Then click what you want to have explained</source>
        <translation>その後、説明を見たいものをクリックします</translation>
    </message>
</context>
<context>
    <name>ui::MainPages</name>
    <message>
        <source>Pages</source>
        <translation>ページ</translation>
    </message>
    <message>
        <source>Go to the page %1</source>
        <translation>「%1」ページに移動します</translation>
    </message>
</context>
<context>
    <name>ui::MainToolBar</name>
    <message>
        <source>Toolbar</source>
        <translation>ツールバー</translation>
    </message>
    <message>
        <source>Mode: %1</source>
        <translation>モード: %1</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <comment>server, or what is done</comment>
        <translation>既定: %1</translation>
    </message>
    <message>
        <source>What is done when no rule matches: %1</source>
        <translation>どのルールにも一致しないときの動作: %1</translation>
    </message>
    <message>
        <source>All: %1</source>
        <comment>server, or what is done</comment>
        <translation>すべて: %1</translation>
    </message>
    <message>
        <source>What is done with everything, whatever the rules say: %1</source>
        <translation>ルールにかかわらず、すべてに対する動作: %1</translation>
    </message>
    <message>
        <source>Everything connects directly. The default action for the other modes: %1</source>
        <translation>すべて直接接続します。ほかのモードでの既定の動作: %1</translation>
    </message>
</context>
<context>
    <name>ui::MainWindow</name>
    <message>
        <source>&amp;Connections</source>
        <translation>接続(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Applications</source>
        <translation>アプリケーション(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>ルール(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>サーバー(&amp;S)</translation>
    </message>
    <message>
        <source>Filter connections</source>
        <translation>接続を絞り込む</translation>
    </message>
    <message>
        <source>Show only connections with all these words in application, client, target, login, rule, route or state (Ctrl+F)</source>
        <translation>アプリケーション、クライアント、接続先、認証ユーザー、ルール、経路、状態にこれらの語をすべて含む接続だけを表示します (Ctrl+F)</translation>
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
        <translation>モードを変更できませんでした: %1</translation>
    </message>
    <message>
        <source>The rules decide about all open connections as they did: none was closed.</source>
        <translation>開いているすべての接続で、ルールの判定は以前と同じです。閉じた接続はありません。</translation>
    </message>
    <message numerus="yes">
        <source>%n open connection(s) closed: the rules decide otherwise now.</source>
        <translation>
            <numerusform>開いている接続を %n 件閉じました。ルールの判定が変わったためです。</numerusform>
        </translation>
    </message>
    <message>
        <source>Filter applications</source>
        <translation>アプリケーションを絞り込む</translation>
    </message>
    <message>
        <source>Show only applications with all these words in their name or rule (Ctrl+F)</source>
        <translation>名前またはルールにこれらの語をすべて含むアプリケーションだけを表示します (Ctrl+F)</translation>
    </message>
    <message>
        <source>Filter rules</source>
        <translation>ルールを絞り込む</translation>
    </message>
    <message>
        <source>Show only rules with all these words in name, applications, hosts, ports or action (Ctrl+F)</source>
        <translation>名前、アプリケーション、ホスト、ポート、動作にこれらの語をすべて含むルールだけを表示します (Ctrl+F)</translation>
    </message>
    <message>
        <source>Filter servers</source>
        <translation>サーバーを絞り込む</translation>
    </message>
    <message>
        <source>Show only servers and routes with all these words in their columns (Ctrl+F)</source>
        <translation>列にこれらの語をすべて含むサーバーと経路だけを表示します (Ctrl+F)</translation>
    </message>
    <message>
        <source>Defa&amp;ult route</source>
        <translation>既定の経路(&amp;U)</translation>
    </message>
</context>
<context>
    <name>ui::MessageBar</name>
    <message>
        <source>Dismiss</source>
        <translation>閉じる</translation>
    </message>
</context>
<context>
    <name>ui::ModeBar</name>
    <message>
        <source>Apply the rules</source>
        <translation>ルールを適用</translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Direct, so everything connects directly and nothing is blocked.</source>
        <translation>これらのルールは適用されていません。モードが「直接」のため、すべて直接接続し、何もブロックしません。</translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Everything, so the default action is taken for everything.</source>
        <translation>これらのルールは適用されていません。モードが「すべて既定」のため、すべてに既定の動作が使われます。</translation>
    </message>
</context>
<context>
    <name>ui::NewRuleMenu</name>
    <message>
        <source>For this &amp;application</source>
        <translation>このアプリケーション(&amp;A)</translation>
    </message>
    <message>
        <source>Make a rule for the application of the connection</source>
        <translation>接続のアプリケーションに対するルールを作成します</translation>
    </message>
    <message>
        <source>For this &amp;host</source>
        <translation>このホスト(&amp;H)</translation>
    </message>
    <message>
        <source>Make a rule for the host that the connection goes to</source>
        <translation>接続先のホストに対するルールを作成します</translation>
    </message>
    <message>
        <source>For this &amp;domain</source>
        <translation>このドメイン(&amp;D)</translation>
    </message>
    <message>
        <source>Make a rule for the host&apos;s domain and all names in it</source>
        <translation>ホストのドメインとその中のすべての名前に対するルールを作成します</translation>
    </message>
    <message>
        <source>For this application and h&amp;ost</source>
        <translation>このアプリケーションとホスト(&amp;O)</translation>
    </message>
    <message>
        <source>Make a rule for this application&apos;s connections to that host</source>
        <translation>このアプリケーションからそのホストへの接続に対するルールを作成します</translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>action</comment>
        <translation>直接(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <comment>action</comment>
        <translation>ブロック(&amp;B)</translation>
    </message>
    <message>
        <source>In the &amp;editor...</source>
        <translation>エディターで編集(&amp;E)...</translation>
    </message>
    <message>
        <source>Choose more conditions, and what is done, before the rule is in force</source>
        <translation>ルールを有効にする前に、条件や動作を詳しく指定します</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>%1 経由</translation>
    </message>
    <message>
        <source>Put the rule in force at once, above all others</source>
        <translation>ルールをすべてのルールの先頭に置き、すぐに有効にします</translation>
    </message>
    <message>
        <source>New rule &amp;from connection</source>
        <translation>接続から新規ルール(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;More...</source>
        <comment>servers and routes</comment>
        <translation>その他(&amp;M)...</translation>
    </message>
    <message>
        <source>Choose among all servers and routes in the editor</source>
        <translation>エディターですべてのサーバーとルートから選びます</translation>
    </message>
</context>
<context>
    <name>ui::NoServers</name>
    <message>
        <source>Add server…</source>
        <translation>サーバーを追加…</translation>
    </message>
    <message>
        <source>Paste servers</source>
        <translation>サーバーを貼り付け</translation>
    </message>
    <message>
        <source>No servers yet</source>
        <translation>サーバーはまだありません</translation>
    </message>
    <message>
        <source>Add a SOCKS or HTTP proxy to send connections by way of it, or paste a list of servers.</source>
        <translation>SOCKS または HTTP のプロキシを追加して接続を経由させるか、サーバーの一覧を貼り付けてください。</translation>
    </message>
</context>
<context>
    <name>ui::NotificationsPage</name>
    <message>
        <source>The &amp;proxy cannot listen</source>
        <translation>プロキシが待ち受けできないとき(&amp;P)</translation>
    </message>
    <message>
        <source>When an address or a port cannot be opened</source>
        <translation>アドレスまたはポートを開けないとき</translation>
    </message>
    <message>
        <source>A &amp;server stops working, or works again</source>
        <translation>サーバーが使用できなくなったとき、または再び使用できるとき(&amp;S)</translation>
    </message>
    <message>
        <source>Servers of the profile that are in use or members of a group</source>
        <translation>プロファイルのサーバーのうち、使用中のもの、またはグループのメンバーであるもの</translation>
    </message>
    <message>
        <source>A rule &amp;blocks a program</source>
        <translation>ルールがプログラムをブロックしたとき(&amp;B)</translation>
    </message>
    <message>
        <source>Many at once are one message with their number</source>
        <translation>同時に多数ある場合は、件数を示した 1 つのメッセージになります</translation>
    </message>
    <message>
        <source>Tell me when:</source>
        <translation>次のときに通知する:</translation>
    </message>
    <message>
        <source>The &amp;engine does not respond, or cannot open more files</source>
        <translation>エンジンが応答しない、またはこれ以上ファイルを開けない(&amp;E)</translation>
    </message>
    <message>
        <source>Connections hang then, or new ones are turned away</source>
        <translation>そのとき接続が止まるか、新しい接続が拒否されます</translation>
    </message>
    <message>
        <source>The desktop shows these messages, one of a kind every half a minute at most. All but an engine that does not respond is also in the log.</source>
        <translation>デスクトップにこれらのメッセージが、種類ごとに 30 秒に 1 件まで表示されます。エンジンが応答しないという知らせ以外は、ログにも残ります。</translation>
    </message>
    <message>
        <source>This desktop has no tray to show messages from: its notification service shows them, or the status bar of the window. All but an engine that does not respond is also in the log.</source>
        <translation>このデスクトップにはメッセージを表示するトレイがないため、通知サービス、またはウィンドウのステータスバーに表示されます。エンジンが応答しないという知らせ以外は、ログにも残ります。</translation>
    </message>
</context>
<context>
    <name>ui::Notifier</name>
    <message numerus="yes">
        <source>%n connections were blocked, the last one of %1 to %2.</source>
        <translation>
            <numerusform>%n 件の接続をブロックしました。最後は %1 から %2 への接続です。</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 may not connect to %2.</source>
        <comment>program, target</comment>
        <translation>%1 は %2 への接続を許可されていません。</translation>
    </message>
    <message>
        <source>%1 may not connect to %2: rule &quot;%3&quot;.</source>
        <comment>program, target, rule</comment>
        <translation>%1 は %2 への接続を許可されていません: ルール「%3」。</translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation>ルールによりブロックされました</translation>
    </message>
    <message>
        <source>Server %1 does not work.</source>
        <translation>サーバー %1 が使用できません。</translation>
    </message>
    <message>
        <source>Server %1 works again.</source>
        <translation>サーバー %1 が再び使用できます。</translation>
    </message>
    <message>
        <source>Server down</source>
        <translation>サーバー使用不可</translation>
    </message>
    <message>
        <source>Server up</source>
        <translation>サーバー復旧</translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation>プロキシエラー</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>ほか %n 件。</numerusform>
        </translation>
    </message>
    <message>
        <source>The engine does not respond: connections may hang until Hosier is started again.</source>
        <translation>エンジンが応答しません。Hosier を再起動するまで接続が止まることがあります。</translation>
    </message>
    <message>
        <source>The engine responds again.</source>
        <translation>エンジンが再び応答しています。</translation>
    </message>
    <message>
        <source>Engine in trouble</source>
        <translation>エンジンに問題があります</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>エンジン</translation>
    </message>
</context>
<context>
    <name>ui::PasswordBar</name>
    <message>
        <source>Missing passwords</source>
        <translation>パスワードがありません</translation>
    </message>
    <message>
        <source>Enter password</source>
        <translation>パスワードを入力</translation>
    </message>
    <message>
        <source>Open the first of these servers</source>
        <translation>これらのサーバーの最初のものを開きます</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Hide this message</source>
        <translation>このメッセージを隠します</translation>
    </message>
    <message>
        <source>Password missing: %1.</source>
        <comment>names of servers</comment>
        <translation>次のパスワードがわかりません: %1。</translation>
    </message>
</context>
<context>
    <name>ui::PasswordChoice</name>
    <message>
        <source>K&amp;eep it until Hosier quits, and ask again after the next start</source>
        <translation>Hosier の終了まで保持し、次の起動後に再び尋ねる(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Do not use a password</source>
        <translation>パスワードを使わない(&amp;D)</translation>
    </message>
    <message>
        <source>The password stays in memory. It is written neither to the profile nor to any other file.</source>
        <translation>パスワードはメモリーに残ります。プロファイルにもほかのファイルにも書き込まれません。</translation>
    </message>
    <message>
        <source>The server is saved without a password, and one that was in use is forgotten.</source>
        <translation>サーバーはパスワードなしで保存され、使われていたパスワードは消去されます。</translation>
    </message>
</context>
<context>
    <name>ui::PasswordQuestion</name>
    <message>
        <source>Add servers</source>
        <translation>サーバーを追加</translation>
    </message>
    <message numerus="yes">
        <source>%n server(s) come with a password, and no credential store is available. What is to become of each password?</source>
        <translation>
            <numerusform>%n 台のサーバーにパスワードが付いていますが、資格情報ストアがありません。パスワードをそれぞれどうしますか?</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>追加(&amp;A)</translation>
    </message>
</context>
<context>
    <name>ui::PortDoctor</name>
    <message>
        <source>The port could not be changed: %1</source>
        <translation>ポートを変更できませんでした: %1</translation>
    </message>
    <message>
        <source>The port was named at the program&apos;s start, so it stays until the next one.</source>
        <translation>ポートはプログラムの起動時に指定されたため、次回の起動まで変わりません。</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; uses port %2 from now on.</source>
        <translation>待ち受けポート「%1」は、これからポート %2 を使用します。</translation>
    </message>
</context>
<context>
    <name>ui::Ppx</name>
    <message>
        <source>File</source>
        <translation>ファイル</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>オプション</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>サーバー</translation>
    </message>
    <message>
        <source>Server &quot;%1&quot;</source>
        <translation>サーバー「%1」</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>チェーン</translation>
    </message>
    <message>
        <source>Chain &quot;%1&quot;</source>
        <translation>チェーン「%1」</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>ルール</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation>ルール「%1」</translation>
    </message>
    <message>
        <source>Default rule</source>
        <translation>既定のルール</translation>
    </message>
    <message>
        <source>taken over as the default action</source>
        <translation>既定の動作として取り込まれました</translation>
    </message>
    <message>
        <source>names are looked up by the servers, here too</source>
        <translation>ここでも、名前はサーバー側で解決されます</translation>
    </message>
    <message>
        <source>taken over</source>
        <translation>取り込まれました</translation>
    </message>
    <message>
        <source>version %1 is newer than those that are known</source>
        <translation>バージョン %1 は対応済みのものより新しいバージョンです</translation>
    </message>
    <message>
        <source>names that programs ask for are now looked up by the servers, not by this computer</source>
        <translation>プログラムが要求する名前は、今後このコンピューターではなくサーバー側で解決されます</translation>
    </message>
    <message>
        <source>SOCKS4 carries no names: this computer looks them up. If the server knows SOCKS4a, choose that</source>
        <translation>SOCKS4 は名前を送れないため、このコンピューターで解決します。サーバーが SOCKS4a に対応していれば、そちらを選んでください</translation>
    </message>
    <message>
        <source>an HTTP proxy for web pages is now asked with CONNECT, which it may refuse</source>
        <translation>Web ページ用の HTTP プロキシには CONNECT で要求しますが、拒否されることがあります</translation>
    </message>
    <message>
        <source>connections to the same host take the same server</source>
        <translation>同じホストへの接続は同じサーバーを使います</translation>
    </message>
    <message>
        <source>the name is now &quot;%1&quot;</source>
        <translation>名前は「%1」になりました</translation>
    </message>
    <message>
        <source>%1 is now %2</source>
        <translation>%1 は %2 になりました</translation>
    </message>
    <message>
        <source>%1 is now %2, which matches less: &quot;*&quot; stands for whole parts of a name</source>
        <translation>%1 は %2 になり、一致する範囲が狭くなりました。「*」は名前の区切り単位でのみ使えます</translation>
    </message>
    <message>
        <source>the application %1 is now %2</source>
        <translation>アプリケーション %1 は %2 になりました</translation>
    </message>
    <message>
        <source>the application %1 is a path of Windows, which no program has here</source>
        <translation>アプリケーション %1 は Windows のパスで、このコンピューターには該当するプログラムがありません</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is taken for the name of one application</source>
        <translation>「%1」は 1 つのアプリケーションの名前とみなされます</translation>
    </message>
    <message>
        <source>addresses such as %1 match programs that ask for an address; for those that ask for a name, &quot;resolveForRules&quot; in the profile has to be on</source>
        <translation>%1 のようなアドレスは、アドレスで要求するプログラムに一致します。名前で要求するプログラムにも一致させるには、プロファイルで「resolveForRules」を有効にする必要があります</translation>
    </message>
    <message>
        <source>switched off, because its condition &quot;%1&quot; is not known</source>
        <translation>条件「%1」が不明なため、無効にされました</translation>
    </message>
    <message>
        <source>blocks, because its action &quot;%1&quot; leads nowhere</source>
        <translation>動作「%1」の行き先がないため、ブロックします</translation>
    </message>
    <message>
        <source>the file has none, so the default action stays what it is</source>
        <translation>ファイルに指定がないため、既定の動作はそのままです</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not known</source>
        <translation>「%1」は不明です</translation>
    </message>
    <message>
        <source>the setting &quot;%1&quot; has no equivalent</source>
        <translation>設定「%1」に相当するものがありません</translation>
    </message>
    <message>
        <source>left out, because its type &quot;%1&quot; is not known</source>
        <translation>種類「%1」が不明なため、除外されました</translation>
    </message>
    <message>
        <source>left out, because its address &quot;%1&quot; is none</source>
        <translation>アドレス「%1」が無効なため、除外されました</translation>
    </message>
    <message>
        <source>left out, because its port &quot;%1&quot; is none</source>
        <translation>ポート「%1」が無効なため、除外されました</translation>
    </message>
    <message>
        <source>its password is encrypted by Proxifier: enter it again on the page Servers</source>
        <translation>パスワードは Proxifier により暗号化されています。「サーバー」ページで入力し直してください</translation>
    </message>
    <message>
        <source>the user name &quot;%1&quot; cannot be used</source>
        <translation>ユーザー名「%1」は使用できません</translation>
    </message>
    <message>
        <source>its login, which was switched off, was left out</source>
        <translation>無効にされていた認証情報は除外されました</translation>
    </message>
    <message>
        <source>left out, because another one has the id &quot;%1&quot;</source>
        <translation>同じ ID「%1」がほかにあるため、除外されました</translation>
    </message>
    <message>
        <source>there are more than %1 here; the rest was left out</source>
        <translation>%1 件を超えているため、残りは除外されました</translation>
    </message>
    <message>
        <source>the proxy %1, which was switched off, was left out</source>
        <translation>無効にされていたプロキシ %1 は除外されました</translation>
    </message>
    <message>
        <source>the proxy %1, which was not taken over, was left out</source>
        <translation>取り込まれなかったプロキシ %1 は除外されました</translation>
    </message>
    <message>
        <source>left out, because its proxy %1 was not taken over</source>
        <translation>プロキシ %1 が取り込まれなかったため、除外されました</translation>
    </message>
    <message>
        <source>left out, because it goes through more than %1 servers</source>
        <translation>経由するサーバーが %1 台を超えるため、除外されました</translation>
    </message>
    <message>
        <source>left out, because it has no proxy</source>
        <translation>プロキシがないため、除外されました</translation>
    </message>
    <message>
        <source>when no server works, connections fail; they never go directly instead</source>
        <translation>使用できるサーバーがない場合、接続は失敗します。直接接続に切り替わることはありません</translation>
    </message>
    <message>
        <source>%1 was left out: such words are not replaced</source>
        <translation>%1 は除外されました: このような変数は置き換えられません</translation>
    </message>
    <message>
        <source>%1 was left out: &quot;*&quot; can only stand for whole parts at an end of a name, or of an address</source>
        <translation>%1 は除外されました: 「*」は名前またはアドレスの端の区切り単位でのみ使えます</translation>
    </message>
    <message>
        <source>%1 was left out: it is no host and no address</source>
        <translation>%1 は除外されました: ホストでもアドレスでもありません</translation>
    </message>
    <message>
        <source>%1 was left out: it is no port</source>
        <translation>%1 は除外されました: ポートではありません</translation>
    </message>
    <message>
        <source>the application %1 was left out: it cannot be used</source>
        <translation>アプリケーション %1 は除外されました: 使用できません</translation>
    </message>
    <message>
        <source>left out, because nothing is left of its condition &quot;%1&quot;</source>
        <translation>条件「%1」に何も残らないため、除外されました</translation>
    </message>
    <message>
        <source>The file is larger than %1 MiB.</source>
        <translation>ファイルが %1 MiB を超えています。</translation>
    </message>
    <message>
        <source>The file has a document type, which no profile has.</source>
        <translation>ファイルに文書型宣言があります。プロファイルには文書型宣言は含まれません。</translation>
    </message>
    <message>
        <source>The file holds more than any profile does.</source>
        <translation>ファイルの内容が、プロファイルとしてありえない量です。</translation>
    </message>
    <message>
        <source>The file is damaged or not complete: %1</source>
        <translation>ファイルが壊れているか、不完全です: %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>part of a file, what became of it</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>The file is XML, but no profile of Proxifier.</source>
        <translation>ファイルは XML ですが、Proxifier のプロファイルではありません。</translation>
    </message>
    <message numerus="yes">
        <source>%n more findings are not listed</source>
        <translation>
            <numerusform>ほかに %n 件の結果は表示されていません</numerusform>
        </translation>
    </message>
    <message>
        <source>not taken over: the default action stays what it is</source>
        <translation>取り込まれません: 既定のアクションはそのままです</translation>
    </message>
</context>
<context>
    <name>ui::ProfileEdit</name>
    <message>
        <source>Rule number %1</source>
        <translation>ルール番号 %1</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation>ルール「%1」</translation>
    </message>
    <message>
        <source>%1 (switched off)</source>
        <comment>a rule</comment>
        <translation>%1 (無効)</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>name of a server, number</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Route &quot;%1&quot;</source>
        <translation>経路「%1」</translation>
    </message>
    <message>
        <source>The default action</source>
        <translation>既定の動作</translation>
    </message>
    <message>
        <source>The action for unidentified applications</source>
        <translation>不明なアプリケーションの動作</translation>
    </message>
</context>
<context>
    <name>ui::ProfileImport</name>
    <message>
        <source>Imported</source>
        <translation>インポート</translation>
    </message>
    <message>
        <source>The file has no users: those of the profile in force stay.</source>
        <translation>ファイルにユーザーがないため、有効なプロファイルのユーザーはそのまま残ります。</translation>
    </message>
    <message>
        <source>The id is now %1: %2 is that of another server, whose password this one must not get.</source>
        <translation>ID は %1 になりました。%2 は別のサーバーの ID で、そのパスワードをこのサーバーに渡すわけにはいかないためです。</translation>
    </message>
    <message>
        <source>Whoever can reach %1 may use this proxy without a password.</source>
        <translation>%1 に接続できる人は誰でも、このプロキシをパスワードなしで使えます。</translation>
    </message>
    <message>
        <source>The server &quot;%1&quot; (%2) is sent what the file %3 on this computer holds.</source>
        <translation>サーバー「%1」(%2) に、このコンピューターのファイル %3 の内容が送信されます。</translation>
    </message>
    <message>
        <source>The password of the server &quot;%1&quot; is in no file: enter it on the page Servers.</source>
        <translation>サーバー「%1」のパスワードはどのファイルにもありません。「サーバー」ページで入力してください。</translation>
    </message>
    <message>
        <source>Listeners: %1</source>
        <translation>待ち受けポート: %1</translation>
    </message>
    <message>
        <source>Users: %1</source>
        <translation>ユーザー: %1</translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation>サーバー: %1</translation>
    </message>
    <message>
        <source>Routes: %1</source>
        <translation>経路: %1</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>ルール: %1</translation>
    </message>
    <message>
        <source>line %1</source>
        <translation>%1 行目</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>ファイルが空です。</translation>
    </message>
</context>
<context>
    <name>ui::ProfileRecovery</name>
    <message>
        <source>The profile cannot be used.</source>
        <translation>このプロファイルは使用できません。</translation>
    </message>
    <message>
        <source>Start &amp;Afresh</source>
        <translation>最初からやり直す(&amp;A)</translation>
    </message>
    <message>
        <source>Its backup is the profile as it was until %1.</source>
        <translation>バックアップは %1 までのプロファイルです。</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>終了(&amp;Q)</translation>
    </message>
    <message>
        <source>Use the &amp;Backup</source>
        <translation>バックアップを使う(&amp;B)</translation>
    </message>
    <message>
        <source>Starting afresh means without servers and rules: everything goes directly. The broken file is kept, under another name.</source>
        <translation>最初からやり直すと、サーバーもルールもない状態になり、すべて直接接続になります。壊れたファイルは別の名前で残ります。</translation>
    </message>
</context>
<context>
    <name>ui::ProfileTransfer</name>
    <message>
        <source>Import a profile</source>
        <translation>プロファイルのインポート</translation>
    </message>
    <message>
        <source>Profiles of Hosier and Proxifier (*.json *.ppx)</source>
        <translation>Hosier と Proxifier のプロファイル (*.json *.ppx)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>すべてのファイル (*)</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>インポート</translation>
    </message>
    <message>
        <source>The file cannot be read.</source>
        <translation>ファイルを読み込めません。</translation>
    </message>
    <message>
        <source>Imported %1.</source>
        <translation>%1 をインポートしました。</translation>
    </message>
    <message>
        <source>Exported to %1.</source>
        <translation>%1 にエクスポートしました。</translation>
    </message>
</context>
<context>
    <name>ui::ProgramFields</name>
    <message>
        <source>Application</source>
        <translation>アプリケーション</translation>
    </message>
    <message>
        <source>Name or path; empty: not identified</source>
        <translation>名前またはパス。空欄なら不明として扱います</translation>
    </message>
    <message>
        <source>Child of</source>
        <translation>起動元</translation>
    </message>
    <message>
        <source>The program that has started the application, for rules that also match those that a program starts</source>
        <translation>アプリケーションを起動したプログラム。起動されたプログラムにも一致するルールのため</translation>
    </message>
    <message>
        <source>Name or path of the program that started it; may be empty</source>
        <translation>起動元プログラムの名前またはパス。空でも可</translation>
    </message>
    <message>
        <source>%1: its file is being looked for...</source>
        <comment>program</comment>
        <translation>%1: ファイルを検索中…</translation>
    </message>
</context>
<context>
    <name>ui::ProgramPicker</name>
    <message>
        <source>Filter programs</source>
        <translation>プログラムを絞り込む</translation>
    </message>
    <message>
        <source>Show only programs with this text in their name or path</source>
        <translation>名前またはパスにこのテキストを含むプログラムだけを表示します</translation>
    </message>
    <message>
        <source>Running programs</source>
        <translation>実行中のプログラム</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>名前</translation>
    </message>
    <message>
        <source>Path</source>
        <comment>column</comment>
        <translation>パス</translation>
    </message>
    <message>
        <source>How the program is entered</source>
        <translation>プログラムの入力方法</translation>
    </message>
    <message>
        <source>By name, wherever it lies</source>
        <translation>名前で (場所は問わない)</translation>
    </message>
    <message>
        <source>By its full path</source>
        <translation>フルパスで</translation>
    </message>
    <message>
        <source>&amp;Enter it:</source>
        <translation>入力方法(&amp;E):</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>追加(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Refresh</source>
        <translation>更新(&amp;R)</translation>
    </message>
    <message>
        <source>Look again which programs run (F5)</source>
        <translation>実行中のプログラムをもう一度調べます (F5)</translation>
    </message>
    <message>
        <source>Looking for running programs...</source>
        <translation>実行中のプログラムを探しています...</translation>
    </message>
    <message>
        <source>%1, run by %2</source>
        <comment>script, interpreter</comment>
        <translation>%1、%2 が実行</translation>
    </message>
    <message>
        <source>Programs: %1</source>
        <translation>プログラム: %1</translation>
    </message>
</context>
<context>
    <name>ui::ProgramText</name>
    <message>
        <source>Path: %1</source>
        <translation>パス: %1</translation>
    </message>
    <message>
        <source>Script: %1</source>
        <translation>スクリプト: %1</translation>
    </message>
    <message>
        <source>Runs as: %1</source>
        <comment>user of the system</comment>
        <translation>実行ユーザー: %1</translation>
    </message>
    <message>
        <source>Child of: %1</source>
        <comment>programs, nearest first</comment>
        <translation>起動元: %1</translation>
    </message>
    <message>
        <source>%1: %2, the path of whose interpreter is not known</source>
        <comment>program, its script</comment>
        <translation>%1: %2（インタープリターのパスは不明）</translation>
    </message>
    <message>
        <source>%1: %2, run by %3</source>
        <comment>program, its script, its interpreter</comment>
        <translation>%1: %2（%3 が実行）</translation>
    </message>
    <message>
        <source>%1: the path is not known</source>
        <comment>program</comment>
        <translation>%1: パスは不明です</translation>
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
        <translation>プロキシ無効</translation>
    </message>
    <message>
        <source>No listener</source>
        <translation>待ち受けポートなし</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>待ち受け開始中</translation>
    </message>
    <message>
        <source>Proxy on</source>
        <translation>プロキシ有効</translation>
    </message>
    <message>
        <source>Proxy on, with an error</source>
        <translation>プロキシ有効、エラーあり</translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation>プロキシエラー</translation>
    </message>
    <message>
        <source>Proxy off: nothing is listening</source>
        <translation>プロキシ無効: 待ち受けていません</translation>
    </message>
    <message>
        <source>The profile has no listener</source>
        <translation>プロファイルに待ち受けポートがありません</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <translation>%1 で待ち受け中</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>address, reason</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: closed</source>
        <comment>address</comment>
        <translation>%1: 停止中</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>address, protocols</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>%1.</source>
        <comment>a sentence</comment>
        <translation>%1。</translation>
    </message>
    <message>
        <source>The port is in use by another program.</source>
        <translation>ポートは別のプログラムが使用中です。</translation>
    </message>
    <message>
        <source>The port is in use by process %1.</source>
        <translation>ポートはプロセス %1 が使用中です。</translation>
    </message>
    <message>
        <source>The port is in use by %1.</source>
        <comment>program (process id)</comment>
        <translation>ポートは %1 が使用中です。</translation>
    </message>
    <message>
        <source>Windows does not permit port %1: it keeps the port for itself, or another program uses it exclusively. &quot;netsh int ipv4 show excludedportrange protocol=tcp&quot; lists the ports that Windows keeps.</source>
        <translation>Windows がポート %1 を許可していません。Windows がポートを予約しているか、別のプログラムが独占しています。Windows が予約しているポートは「netsh int ipv4 show excludedportrange protocol=tcp」で表示できます。</translation>
    </message>
    <message>
        <source>The system lets only privileged programs listen on port %1.</source>
        <translation>ポート %1 での待ち受けは、システムにより特権プログラムだけに許可されています。</translation>
    </message>
    <message>
        <source>The system does not permit Hosier to listen on port %1.</source>
        <translation>Hosier がポート %1 で待ち受けることを、システムが許可していません。</translation>
    </message>
    <message>
        <source>Port %1 is reserved by Windows.</source>
        <translation>ポート %1 は Windows が予約しています。</translation>
    </message>
    <message>
        <source>Ports %1 to %2 are reserved by Windows, so no program can listen on port %3.</source>
        <translation>ポート %1 から %2 は Windows が予約しているため、どのプログラムもポート %3 で待ち受けできません。</translation>
    </message>
</context>
<context>
    <name>ui::ProxySwitch</name>
    <message>
        <source>Proxy on</source>
        <translation>プロキシ有効</translation>
    </message>
    <message>
        <source>Proxy off</source>
        <translation>プロキシ無効</translation>
    </message>
</context>
<context>
    <name>ui::RestartOffer</name>
    <message>
        <source>Hosier has stopped unexpectedly.</source>
        <translation>Hosier が予期せず終了しました。</translation>
    </message>
    <message>
        <source>&amp;Restart</source>
        <translation>再起動(&amp;R)</translation>
    </message>
    <message>
        <source>The profile is as it was last saved. Programs that use the proxy cannot connect until Hosier runs again.</source>
        <translation>プロファイルは最後に保存されたときのままです。Hosier が再び起動するまで、プロキシを使うプログラムは接続できません。</translation>
    </message>
    <message>
        <source>The note about what happened is %1.</source>
        <translation>発生した問題の記録は %1 です。</translation>
    </message>
    <message>
        <source>Start Hosier again with the same profile</source>
        <translation>同じプロファイルで Hosier を再び起動します</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>閉じる(&amp;C)</translation>
    </message>
</context>
<context>
    <name>ui::RouteDialog</name>
    <message>
        <source>← &amp;Add</source>
        <translation>← 追加(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Remove →</source>
        <translation>削除(&amp;R) →</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>上へ移動(&amp;U)</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>下へ移動(&amp;D)</translation>
    </message>
    <message>
        <source>Add route</source>
        <translation>経路の追加</translation>
    </message>
    <message>
        <source>Edit route</source>
        <translation>経路の編集</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>What rules and other routes call this route in the profile&apos;s file</source>
        <translation>プロファイルのファイルで、ルールやほかの経路がこの経路を指すのに使う ID</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>種類</translation>
    </message>
    <message>
        <source>Members, in order</source>
        <translation>メンバー (順番どおり)</translation>
    </message>
    <message>
        <source>Drag members to change their order</source>
        <translation>メンバーをドラッグして順番を変えます</translation>
    </message>
    <message>
        <source>Servers and routes that are no members</source>
        <translation>メンバーでないサーバーと経路</translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation>ID(&amp;I):</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>名前(&amp;N):</translation>
    </message>
    <message>
        <source>&amp;Kind:</source>
        <translation>種類(&amp;K):</translation>
    </message>
    <message>
        <source>&amp;Members, in order</source>
        <translation>メンバー (順番どおり)(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Other servers and routes</source>
        <translation>その他のサーバーと経路(&amp;O)</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>name, kind of route</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>名前を入力してください。</translation>
    </message>
    <message>
        <source>Add at least one server or route as a member.</source>
        <translation>メンバーとしてサーバーまたは経路を 1 つ以上追加してください。</translation>
    </message>
    <message>
        <source>The route was changed or removed meanwhile. Close this and open it again.</source>
        <translation>その間に、経路が変更または削除されました。このウィンドウを閉じて、開き直してください。</translation>
    </message>
</context>
<context>
    <name>ui::RouteMenu</name>
    <message>
        <source>There is no such route any more.</source>
        <translation>その経路はもうありません。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be a member of itself.</source>
        <translation>「%1」をそれ自身のメンバーにすることはできません。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; already belongs to &quot;%2&quot;.</source>
        <translation>「%1」はすでに「%2」に属しています。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; leads through &quot;%2&quot;, which would then lead back to itself.</source>
        <translation>「%1」は「%2」を経由しており、「%2」が自身に戻る循環になってしまいます。</translation>
    </message>
    <message>
        <source>Add &amp;to route</source>
        <translation>経路に追加(&amp;T)</translation>
    </message>
</context>
<context>
    <name>ui::RuleDelegate</name>
    <message>
        <source>Action</source>
        <translation>動作</translation>
    </message>
</context>
<context>
    <name>ui::RuleDialog</name>
    <message>
        <source>Rule</source>
        <translation>ルール</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log</source>
        <translation>一覧やログでのルールの名前</translation>
    </message>
    <message>
        <source>A&amp;pplications</source>
        <translation>アプリケーション(&amp;P)</translation>
    </message>
    <message>
        <source>Also programs that the&amp;y start</source>
        <translation>それらが起動するプログラムも含める(&amp;Y)</translation>
    </message>
    <message>
        <source>The rule also matches the children of these applications, and their children</source>
        <translation>これらのアプリケーションの子プロセスと、さらにその子プロセスにも一致します</translation>
    </message>
    <message>
        <source>&amp;Hosts</source>
        <translation>ホスト(&amp;H)</translation>
    </message>
    <message>
        <source>example.org, *.example.org, 10.0.0.0/8, 192.0.2.1-192.0.2.9</source>
        <translation>example.org, *.example.org, 10.0.0.0/8, 192.0.2.1-192.0.2.9</translation>
    </message>
    <message>
        <source>P&amp;orts</source>
        <translation>ポート(&amp;O)</translation>
    </message>
    <message>
        <source>443, 8000-8100</source>
        <translation>443, 8000-8100</translation>
    </message>
    <message>
        <source>&amp;Users</source>
        <translation>ユーザー(&amp;U)</translation>
    </message>
    <message>
        <source>anna</source>
        <translation>anna</translation>
    </message>
    <message>
        <source>Names that clients have logged in with</source>
        <translation>クライアントが認証に使ったユーザー名</translation>
    </message>
    <message>
        <source>C&amp;lients</source>
        <translation>クライアント(&amp;L)</translation>
    </message>
    <message>
        <source>192.168.1.20, 192.168.2.0/24</source>
        <translation>192.168.1.20, 192.168.2.0/24</translation>
    </message>
    <message>
        <source>Addresses that clients connect from</source>
        <translation>クライアントの接続元アドレス</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>トランスポート</translation>
    </message>
    <message>
        <source>Any</source>
        <comment>transport</comment>
        <translation>すべて</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>動作</translation>
    </message>
    <message>
        <source>&amp;Seen</source>
        <translation>最近の接続(&amp;S)</translation>
    </message>
    <message>
        <source>Choose an application that has connected lately</source>
        <translation>最近接続したアプリケーションから選択します</translation>
    </message>
    <message>
        <source>&amp;Browse...</source>
        <translation>参照(&amp;B)...</translation>
    </message>
    <message>
        <source>Choose the file of a program</source>
        <translation>プログラムのファイルを選択します</translation>
    </message>
    <message>
        <source>&amp;Running...</source>
        <translation>実行中(&amp;R)...</translation>
    </message>
    <message>
        <source>Choose among the programs that run now</source>
        <translation>実行中のプログラムから選択します</translation>
    </message>
    <message>
        <source>The rule matches when every condition does. An empty field matches anything; of several entries, one a line, any will do.</source>
        <translation>すべての条件が一致したときにルールが一致します。空欄はすべてに一致します。1 行に 1 項目ずつ複数入力した場合は、いずれかが一致すれば十分です。</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>名前(&amp;N):</translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation>トランスポート(&amp;T):</translation>
    </message>
    <message>
        <source>&amp;Action:</source>
        <translation>動作(&amp;A):</translation>
    </message>
    <message>
        <source>TCP and UDP</source>
        <translation>TCP と UDP</translation>
    </message>
    <message>
        <source>Choose a program</source>
        <translation>プログラムの選択</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither a port (80) nor a range of ports (8000-9000).</source>
        <translation>「%1」はポート (80) でもポート範囲 (8000-9000) でもありません。</translation>
    </message>
    <message>
        <source>Office by way of the company&apos;s server</source>
        <translation>会社のサーバー経由のオフィス</translation>
    </message>
    <message>
        <source>TCP: web, mail; UDP: calls, games</source>
        <translation>TCP: ウェブ、メール。UDP: 通話、ゲーム</translation>
    </message>
    <message>
        <source>Direct: without a server; Block: refused; or by way of a server or route</source>
        <translation>直接: サーバーなし。ブロック: 拒否。またはサーバーかルートを経由</translation>
    </message>
</context>
<context>
    <name>ui::RuleHistoryActions</name>
    <message>
        <source>Undone: %1.</source>
        <comment>a change of the rules</comment>
        <translation>元に戻しました: %1。</translation>
    </message>
    <message>
        <source>Done again: %1.</source>
        <comment>a change of the rules</comment>
        <translation>やり直しました: %1。</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>元に戻す(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Undo: %1</source>
        <comment>a change of the rules</comment>
        <translation>元に戻す(&amp;U): %1</translation>
    </message>
    <message>
        <source>No change of the rules can be undone</source>
        <translation>元に戻せるルールの変更はありません</translation>
    </message>
    <message>
        <source>Undo the last change of the rules: %1</source>
        <translation>最後のルールの変更を元に戻します: %1</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>やり直し(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Redo: %1</source>
        <comment>a change of the rules</comment>
        <translation>やり直し(&amp;R): %1</translation>
    </message>
    <message>
        <source>No change of the rules was undone</source>
        <translation>元に戻したルールの変更はありません</translation>
    </message>
    <message>
        <source>Make the change of the rules again: %1</source>
        <translation>ルールの変更をやり直します: %1</translation>
    </message>
</context>
<context>
    <name>ui::RuleModel</name>
    <message>
        <source>Any</source>
        <comment>condition of a rule</comment>
        <translation>すべて</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>column, value</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Default</source>
        <comment>the last rule</comment>
        <translation>既定</translation>
    </message>
    <message>
        <source>What is done when no rule matches. It can be changed, but not removed.</source>
        <translation>一致するルールがないときの動作。変更できますが、削除はできません。</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>名前</translation>
    </message>
    <message>
        <source>Applications</source>
        <comment>column</comment>
        <translation>アプリケーション</translation>
    </message>
    <message>
        <source>Hosts</source>
        <comment>column</comment>
        <translation>ホスト</translation>
    </message>
    <message>
        <source>Ports</source>
        <comment>column</comment>
        <translation>ポート</translation>
    </message>
    <message>
        <source>Action</source>
        <comment>column</comment>
        <translation>動作</translation>
    </message>
    <message>
        <source>Hits</source>
        <comment>column</comment>
        <translation>ヒット</translation>
    </message>
    <message>
        <source>Traffic</source>
        <comment>column</comment>
        <translation>通信量</translation>
    </message>
    <message>
        <source>Last hit</source>
        <comment>column</comment>
        <translation>最終ヒット</translation>
    </message>
    <message>
        <source>change the default action</source>
        <translation>既定の動作の変更</translation>
    </message>
    <message>
        <source>change rule %1</source>
        <translation>ルール %1 の変更</translation>
    </message>
    <message>
        <source>switch rule %1 on</source>
        <translation>ルール %1 の有効化</translation>
    </message>
    <message>
        <source>switch rule %1 off</source>
        <translation>ルール %1 の無効化</translation>
    </message>
    <message>
        <source>add rule %1</source>
        <translation>ルール %1 の追加</translation>
    </message>
    <message>
        <source>The rule was changed or removed elsewhere in the meantime.</source>
        <translation>その間に、ルールが別の場所で変更または削除されました。</translation>
    </message>
    <message>
        <source>remove rule %1</source>
        <translation>ルール %1 の削除</translation>
    </message>
    <message>
        <source>move rule %1</source>
        <translation>ルール %1 の移動</translation>
    </message>
    <message>
        <source>They were changed elsewhere in the meantime, so that what was done here before can no longer be undone or done again.</source>
        <translation>その間にルールが別の場所で変更されたため、ここで行った操作は元に戻すこともやり直すこともできなくなりました。</translation>
    </message>
    <message>
        <source>Never reached: rule %1 above it decides about everything that this one matches.</source>
        <translation>使われることがありません: 上にあるルール %1 が、このルールに一致する接続をすべて決めています。</translation>
    </message>
    <message>
        <source>change what is done with unidentified programs</source>
        <translation>不明なプログラムの扱いの変更</translation>
    </message>
</context>
<context>
    <name>ui::RuleText</name>
    <message numerus="yes">
        <source>%n more</source>
        <comment>entries of a rule that are not shown</comment>
        <translation>
            <numerusform>ほか %n 件</numerusform>
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
        <translation>直接</translation>
    </message>
    <message>
        <source>Block</source>
        <comment>action</comment>
        <translation>ブロック</translation>
    </message>
    <message>
        <source>Rules</source>
        <comment>mode</comment>
        <translation>ルール</translation>
    </message>
    <message>
        <source>Everything</source>
        <comment>mode</comment>
        <translation>すべて既定</translation>
    </message>
    <message>
        <source>Direct</source>
        <comment>mode</comment>
        <translation>直接</translation>
    </message>
    <message>
        <source>user %1</source>
        <translation>ユーザー %1</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>%1 から</translation>
    </message>
    <message>
        <source>Off: this rule is skipped.</source>
        <translation>無効: このルールは飛ばされます。</translation>
    </message>
    <message>
        <source>Applications and their children</source>
        <translation>アプリケーションとその子プロセス</translation>
    </message>
    <message>
        <source>Applications</source>
        <translation>アプリケーション</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>ユーザー</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>クライアント</translation>
    </message>
    <message>
        <source>Hosts</source>
        <translation>ホスト</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>ポート</translation>
    </message>
    <message>
        <source>Transport: %1</source>
        <translation>トランスポート: %1</translation>
    </message>
    <message>
        <source>Action: %1</source>
        <translation>動作: %1</translation>
    </message>
</context>
<context>
    <name>ui::RuleUseText</name>
    <message>
        <source>never</source>
        <comment>last time that a rule decided</comment>
        <translation>なし</translation>
    </message>
    <message>
        <source>Hits: %1</source>
        <translation>ヒット: %1</translation>
    </message>
    <message>
        <source>Traffic: %1 down, %2 up</source>
        <translation>通信量: 受信 %1、送信 %2</translation>
    </message>
    <message>
        <source>Last hit: %1</source>
        <translation>最終ヒット: %1</translation>
    </message>
</context>
<context>
    <name>ui::RulesPage</name>
    <message>
        <source>New rule</source>
        <translation>新規ルール</translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others: %2.</source>
        <translation>ルール %1 がほかのすべてのルールより先になりました: %2。</translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others, but rules are not applied: the mode is %2.</source>
        <translation>ルール %1 がほかのすべてのルールより先になりましたが、モードが「%2」のため、ルールは適用されていません。</translation>
    </message>
    <message>
        <source>&amp;New rule...</source>
        <translation>新規ルール(&amp;N)...</translation>
    </message>
    <message>
        <source>Make a rule above the selected one</source>
        <translation>選択したルールの上に新しいルールを作成します</translation>
    </message>
    <message>
        <source>&amp;Edit rule...</source>
        <translation>ルールを編集(&amp;E)...</translation>
    </message>
    <message>
        <source>Change the selected rule</source>
        <translation>選択したルールを変更します</translation>
    </message>
    <message>
        <source>&amp;Duplicate rule</source>
        <translation>ルールを複製(&amp;D)</translation>
    </message>
    <message>
        <source>Copy the selected rule below itself</source>
        <translation>選択したルールのコピーをその下に作成します</translation>
    </message>
    <message>
        <source>&amp;Remove rule</source>
        <translation>ルールを削除(&amp;R)</translation>
    </message>
    <message>
        <source>Remove the selected rule</source>
        <translation>選択したルールを削除します</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>上へ移動(&amp;U)</translation>
    </message>
    <message>
        <source>Check the selected rule earlier</source>
        <translation>選択したルールの判定順を早めます</translation>
    </message>
    <message>
        <source>Move do&amp;wn</source>
        <translation>下へ移動(&amp;W)</translation>
    </message>
    <message>
        <source>Check the selected rule later</source>
        <translation>選択したルールの判定順を遅らせます</translation>
    </message>
    <message>
        <source>Rule &amp;on</source>
        <translation>ルールを有効にする(&amp;O)</translation>
    </message>
    <message>
        <source>A rule that is off is skipped</source>
        <translation>無効なルールは飛ばされます</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新規</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>編集</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>複製</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>削除</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>ルール</translation>
    </message>
    <message>
        <source>Columns of the rules</source>
        <translation>ルール一覧の列</translation>
    </message>
    <message>
        <source>There are no rules yet: the default action is taken for everything. Make one here, or from a connection.</source>
        <translation>ルールはまだありません。すべてに既定の動作が使われます。ここで作成するか、接続から作成してください。</translation>
    </message>
    <message>
        <source>Checked top to bottom; the first rule that matches decides.</source>
        <translation>上から順に調べ、最初に一致したルールが決めます。</translation>
    </message>
    <message>
        <source>A crossed-out list marks rules that are never reached: %1.</source>
        <translation>打ち消されたリストのアイコンは、使われることのないルールの印です: %1 件。</translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation>ルール %1</translation>
    </message>
    <message>
        <source>%1 (copy)</source>
        <comment>name of a rule</comment>
        <translation>%1 (コピー)</translation>
    </message>
    <message>
        <source>The rules could not be changed.</source>
        <translation>ルールを変更できませんでした。</translation>
    </message>
    <message>
        <source>Rules cannot be moved while the filter hides some of them</source>
        <translation>絞り込みで隠れているルールがある間は、ルールを移動できません</translation>
    </message>
    <message numerus="yes">
        <source>The filter hides %n rule(s).</source>
        <translation>
            <numerusform>絞り込みで %n 件のルールが隠れています。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ServerCheckPanel</name>
    <message>
        <source>Chec&amp;k these settings</source>
        <translation>この設定を確認(&amp;K)</translation>
    </message>
    <message>
        <source>Connects through the server with what is entered here; nothing is saved</source>
        <translation>入力した内容でサーバー経由の接続を試します。何も保存されません</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation>エンジンが動作していないため、確認できません。</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>確認中…</translation>
    </message>
    <message>
        <source>The server does not work.</source>
        <translation>サーバーは使用できません。</translation>
    </message>
    <message>
        <source>The server works, but not for UDP.</source>
        <translation>サーバーは使用できますが、UDP には使えません。</translation>
    </message>
    <message>
        <source>The server works.</source>
        <translation>サーバーは使用できます。</translation>
    </message>
</context>
<context>
    <name>ui::ServerDialog</name>
    <message>
        <source>Encrypted with &amp;TLS</source>
        <translation>TLS で暗号化(&amp;T)</translation>
    </message>
    <message>
        <source>Add server</source>
        <translation>サーバーの追加</translation>
    </message>
    <message>
        <source>Edit server</source>
        <translation>サーバーの編集</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>プロトコル</translation>
    </message>
    <message>
        <source>Encrypted with TLS</source>
        <translation>TLS で暗号化</translation>
    </message>
    <message>
        <source>Host name or address</source>
        <translation>ホスト名またはアドレス</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>ポート</translation>
    </message>
    <message>
        <source>Where names are looked up</source>
        <translation>名前を解決する場所</translation>
    </message>
    <message>
        <source>SHA-256 of the certificate</source>
        <translation>証明書の SHA-256</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>ユーザー名</translation>
    </message>
    <message>
        <source>As the host, when empty</source>
        <translation>空欄ならホストと同じ</translation>
    </message>
    <message>
        <source>What rules and routes call this server in the profile&apos;s file</source>
        <translation>プロファイルのファイルで、ルールや経路がこのサーバーを指すのに使う ID</translation>
    </message>
    <message>
        <source>proxy.example.org, 192.0.2.1, or a whole URL</source>
        <translation>proxy.example.org、192.0.2.1、または URL 全体</translation>
    </message>
    <message>
        <source>Any certificate that this computer trusts</source>
        <translation>このコンピューターが信頼するすべての証明書</translation>
    </message>
    <message>
        <source>When set, only this very certificate is accepted, also when it is self-signed. Hexadecimal or base64.</source>
        <translation>設定すると、自己署名であっても、この証明書だけを受け入れます。16 進数または Base64。</translation>
    </message>
    <message>
        <source>HTTP (CONNECT)</source>
        <translation>HTTP (CONNECT)</translation>
    </message>
    <message>
        <source>Looked up by the server</source>
        <translation>サーバーで解決</translation>
    </message>
    <message>
        <source>Looked up on this computer</source>
        <translation>このコンピューターで解決</translation>
    </message>
    <message>
        <source>Looked up on this computer, names can be seen by the local network.</source>
        <translation>このコンピューターで解決します。名前がローカルネットワークから見えることがあります。</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>名前(&amp;N):</translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation>ID(&amp;I):</translation>
    </message>
    <message>
        <source>&amp;Protocol:</source>
        <translation>プロトコル(&amp;P):</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>ホスト(&amp;H):</translation>
    </message>
    <message>
        <source>P&amp;ort:</source>
        <translation>ポート(&amp;O):</translation>
    </message>
    <message>
        <source>Na&amp;mes:</source>
        <translation>名前解決(&amp;M):</translation>
    </message>
    <message>
        <source>&amp;Certificate
SHA-256:</source>
        <translation>証明書(&amp;C)
SHA-256:</translation>
    </message>
    <message>
        <source>&amp;User name:</source>
        <translation>ユーザー名(&amp;U):</translation>
    </message>
    <message>
        <source>Enter the server&apos;s host name or address.</source>
        <translation>サーバーのホスト名またはアドレスを入力してください。</translation>
    </message>
    <message>
        <source>The certificate&apos;s SHA-256 must be 32 bytes in hexadecimal or base64.</source>
        <translation>証明書の SHA-256 は、16 進数または Base64 で表した 32 バイトでなければなりません。</translation>
    </message>
    <message>
        <source>The password file is read when the server is saved: save it, then check it in the list.</source>
        <translation>パスワードファイルはサーバーの保存時に読み込まれます。保存してから一覧で確認してください。</translation>
    </message>
    <message>
        <source>The host is no URL that can be read: %1.</source>
        <translation>ホストは読み取れる URL ではありません: %1。</translation>
    </message>
    <message>
        <source>The host name is longer than 255 bytes.</source>
        <translation>ホスト名が 255 バイトを超えています。</translation>
    </message>
    <message>
        <source>The server was changed or removed meanwhile. Close this and open it again.</source>
        <translation>その間に、サーバーが変更または削除されました。このウィンドウを閉じて、開き直してください。</translation>
    </message>
    <message>
        <source>The credential store has not told this server&apos;s password yet. Wait for it, type the password, or press Forget.</source>
        <translation>資格情報ストアからこのサーバーのパスワードがまだ届いていません。届くのを待つか、パスワードを入力するか、「消去」を押してください。</translation>
    </message>
</context>
<context>
    <name>ui::ServerModel</name>
    <message>
        <source>Milliseconds until a target answered through the server</source>
        <translation>サーバー経由で接続先が応答するまでのミリ秒数</translation>
    </message>
    <message>
        <source>Milliseconds until a datagram was answered through the server</source>
        <translation>サーバー経由でデータグラムに応答があるまでのミリ秒数</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>名前</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>プロトコル</translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation>アドレス</translation>
    </message>
    <message>
        <source>Health</source>
        <comment>column</comment>
        <translation>稼働状況</translation>
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
        <translation>最終確認</translation>
    </message>
    <message>
        <source>Servers (none yet)</source>
        <translation>サーバー (まだありません)</translation>
    </message>
    <message numerus="yes">
        <source>Servers (%n)</source>
        <translation>
            <numerusform>サーバー (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Routes (none yet): chains and groups of servers</source>
        <translation>経路 (まだありません): サーバーのチェーンとグループ</translation>
    </message>
    <message numerus="yes">
        <source>Routes (%n)</source>
        <translation>
            <numerusform>経路 (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation>使用不可: %1</translation>
    </message>
    <message>
        <source>Id: %1</source>
        <translation>ID: %1</translation>
    </message>
    <message>
        <source>Works in part: %1</source>
        <comment>names</comment>
        <translation>一部で制限あり: %1</translation>
    </message>
    <message>
        <source>Down: no member works</source>
        <translation>使用不可: 使用できるメンバーがありません</translation>
    </message>
    <message>
        <source>%1 of %2 members down: %3</source>
        <comment>number, number, names</comment>
        <translation>メンバー %2 件中 %1 件が使用不可: %3</translation>
    </message>
    <message>
        <source>Servers (%1 of %2)</source>
        <comment>shown, all</comment>
        <translation>サーバー (%2 件中 %1 件)</translation>
    </message>
    <message>
        <source>Routes (%1 of %2)</source>
        <comment>shown, all</comment>
        <translation>経路 (%2 件中 %1 件)</translation>
    </message>
</context>
<context>
    <name>ui::ServerPasswordFields</name>
    <message>
        <source>For&amp;get</source>
        <translation>消去(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>参照(&amp;B)…</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>パスワード</translation>
    </message>
    <message>
        <source>Forget the password</source>
        <translation>パスワードの消去</translation>
    </message>
    <message>
        <source>Password file</source>
        <translation>パスワードファイル</translation>
    </message>
    <message>
        <source>Choose the password file</source>
        <translation>パスワードファイルの選択</translation>
    </message>
    <message>
        <source>Instead of a password</source>
        <translation>パスワードの代わりに使用</translation>
    </message>
    <message>
        <source>A file that holds the password in its first line and that nobody but you may read</source>
        <translation>1 行目にパスワードがあり、自分以外は読み取れないファイル</translation>
    </message>
    <message>
        <source>Pass&amp;word:</source>
        <translation>パスワード(&amp;W):</translation>
    </message>
    <message>
        <source>Password &amp;file:</source>
        <translation>パスワードファイル(&amp;F):</translation>
    </message>
    <message>
        <source>Asked of the credential store…</source>
        <translation>資格情報ストアに問い合わせ中…</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>変更なし</translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords.</source>
        <translation>SOCKS4 にはユーザー名はありますが、パスワードはありません。</translation>
    </message>
    <message>
        <source>The password is read from the file below.</source>
        <translation>パスワードは下のファイルから読み込まれます。</translation>
    </message>
    <message>
        <source>Kept in the system&apos;s credential store, never in the profile.</source>
        <translation>システムの資格情報ストアに保存され、プロファイルには保存されません。</translation>
    </message>
    <message>
        <source>No credential store is available. To keep a password for longer than Hosier runs, write it to a file of your own and name that below.</source>
        <translation>資格情報ストアが使えません。Hosier の終了後もパスワードを保持するには、自分のファイルに書き込み、そのファイルを下で指定してください。</translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation>パスワードが 255 バイトを超えています。</translation>
    </message>
    <message>
        <source>The server is saved, but its old password could not be removed: %1.</source>
        <translation>サーバーは保存されましたが、古いパスワードを削除できませんでした: %1。</translation>
    </message>
    <message>
        <source>The server is saved, but its password could not be stored: %1. Until Hosier ends it is used all the same. Save again, cancel, or name a file instead.</source>
        <translation>サーバーは保存されましたが、パスワードを保存できませんでした: %1。Hosier が終了するまではこのパスワードが使用されます。もう一度保存するか、キャンセルするか、代わりにファイルを指定してください。</translation>
    </message>
    <message>
        <source>Kept until Hosier ends: the credential store does not have it. Type it again to store it.</source>
        <translation>Hosier が終了するまで保持されます。資格情報ストアには保存されていません。保存するには、もう一度入力してください。</translation>
    </message>
</context>
<context>
    <name>ui::ServerPasting</name>
    <message>
        <source>The clipboard holds no text with servers.</source>
        <translation>クリップボードにサーバーのテキストがありません。</translation>
    </message>
    <message>
        <source>Line %1 was not understood: %2.</source>
        <translation>%1 行目を解釈できませんでした: %2。</translation>
    </message>
    <message>
        <source>More lines that were not understood: %1.</source>
        <translation>解釈できなかったその他の行数: %1。</translation>
    </message>
    <message>
        <source>The text is too long: the rest of it was left out.</source>
        <translation>テキストが長すぎるため、残りは除外されました。</translation>
    </message>
    <message>
        <source>Nothing was added:</source>
        <translation>何も追加されませんでした:</translation>
    </message>
    <message>
        <source>Servers added: %1.</source>
        <translation>追加されたサーバー: %1。</translation>
    </message>
    <message>
        <source>Where no protocol was named, SOCKS5 was assumed.</source>
        <translation>プロトコルの指定がないものは SOCKS5 とみなしました。</translation>
    </message>
    <message>
        <source>Already there: %1.</source>
        <translation>既にあるもの: %1。</translation>
    </message>
</context>
<context>
    <name>ui::ServerText</name>
    <message>
        <source>%1 over TLS</source>
        <comment>protocol</comment>
        <translation>%1 (TLS)</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>チェーン</translation>
    </message>
    <message>
        <source>Failover</source>
        <translation>フェイルオーバー</translation>
    </message>
    <message>
        <source>Balance</source>
        <translation>負荷分散</translation>
    </message>
    <message>
        <source>Every connection goes through all members, one after the other.</source>
        <translation>すべての接続が、全メンバーを順番に経由します。</translation>
    </message>
    <message>
        <source>Connections go through the first member that works.</source>
        <translation>接続は、使用できる最初のメンバーを経由します。</translation>
    </message>
    <message>
        <source>Connections are spread over the members that work; those to the same host take the same one.</source>
        <translation>接続は使用できるメンバーに分散されます。同じホストへの接続は同じメンバーを使います。</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>Connection to the server</source>
        <translation>サーバーへの接続</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>認証</translation>
    </message>
    <message>
        <source>Connection to %1</source>
        <comment>target of a check</comment>
        <translation>%1 への接続</translation>
    </message>
    <message>
        <source>UDP answer from %1</source>
        <translation>%1 からの UDP 応答</translation>
    </message>
    <message numerus="yes">
        <source>Groups prefer other members until it has passed %n probe(s) in a row.</source>
        <translation>
            <numerusform>%n 回続けて確認に成功するまで、グループは他のメンバーを優先します。</numerusform>
        </translation>
    </message>
    <message>
        <source>It is not being probed.</source>
        <translation>確認は行われていません。</translation>
    </message>
    <message>
        <source>Probes passed: %1 of %2</source>
        <translation>成功した確認: %1/%2 回</translation>
    </message>
    <message numerus="yes">
        <source>Next probe in %n second(s).</source>
        <translation>
            <numerusform>次の確認まで %n 秒です。</numerusform>
        </translation>
    </message>
    <message>
        <source>It is being probed now.</source>
        <translation>現在確認中です。</translation>
    </message>
    <message>
        <source>%1, pinned</source>
        <comment>protocol</comment>
        <translation>%1、ピン留め</translation>
    </message>
    <message>
        <source>Only the certificate with this SHA-256 fingerprint is accepted:</source>
        <translation>この SHA-256 フィンガープリントの証明書だけを受け入れます:</translation>
    </message>
    <message>
        <source>fails</source>
        <comment>a check</comment>
        <translation>失敗</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>未確認</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>確認中…</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>使用可能</translation>
    </message>
    <message>
        <source>Works, but not for UDP</source>
        <translation>使用可能、UDP は不可</translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation>使用不可: %1</translation>
    </message>
    <message>
        <source>Checked %1:</source>
        <comment>time</comment>
        <translation>確認日時 %1:</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>step of a check, what came of it</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 carries no UDP</source>
        <comment>protocol</comment>
        <translation>%1 は UDP を転送できません</translation>
    </message>
</context>
<context>
    <name>ui::ServerUrl</name>
    <message>
        <source>the line is too long</source>
        <translation>行が長すぎます</translation>
    </message>
    <message>
        <source>there is no valid host name or address</source>
        <translation>有効なホスト名またはアドレスがありません</translation>
    </message>
    <message>
        <source>an IPv6 address must stand in brackets, and its port after them</source>
        <translation>IPv6 アドレスは角括弧で囲み、ポートはその後に書く必要があります</translation>
    </message>
    <message>
        <source>the port is missing</source>
        <translation>ポートがありません</translation>
    </message>
    <message>
        <source>the port is no number from 1 to 65535</source>
        <translation>ポートが 1 から 65535 までの数値ではありません</translation>
    </message>
    <message>
        <source>a &quot;%&quot; is not followed by two hexadecimal digits, or what they make is no text</source>
        <translation>「%」の後に 16 進数 2 桁がないか、それらがテキストになりません</translation>
    </message>
    <message>
        <source>the login holds a control character</source>
        <translation>認証情報に制御文字が含まれています</translation>
    </message>
    <message>
        <source>user name or password is longer than 255 bytes</source>
        <translation>ユーザー名またはパスワードが 255 バイトを超えています</translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords</source>
        <translation>SOCKS4 にはユーザー名はありますが、パスワードはありません</translation>
    </message>
    <message>
        <source>HTTP cannot carry a user name with a colon</source>
        <translation>HTTP ではコロンを含むユーザー名を使えません</translation>
    </message>
    <message>
        <source>something follows the address</source>
        <translation>アドレスの後に余分な文字があります</translation>
    </message>
    <message>
        <source>the protocol is none of socks, socks5, socks5h, socks4, socks4a, http, https</source>
        <translation>プロトコルが socks、socks5、socks5h、socks4、socks4a、http、https のいずれでもありません</translation>
    </message>
    <message>
        <source>there are more parts than host, port, user name and password</source>
        <translation>ホスト、ポート、ユーザー名、パスワードのほかにも部分があります</translation>
    </message>
</context>
<context>
    <name>ui::ServersPage</name>
    <message>
        <source>Servers and routes</source>
        <translation>サーバーと経路</translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation>サーバー一覧の列</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>what a button does, its key</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>編集(&amp;E)…</translation>
    </message>
    <message>
        <source>Change the selected server or route</source>
        <translation>選択したサーバーまたは経路を変更します</translation>
    </message>
    <message>
        <source>D&amp;uplicate…</source>
        <translation>複製(&amp;U)…</translation>
    </message>
    <message>
        <source>Add another one like the selected server or route</source>
        <translation>選択したサーバーまたは経路と同じものをもう 1 つ追加します</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>削除(&amp;R)</translation>
    </message>
    <message>
        <source>Remove the selected servers and routes</source>
        <translation>選択したサーバーと経路を削除します</translation>
    </message>
    <message>
        <source>&amp;Check</source>
        <translation>確認(&amp;C)</translation>
    </message>
    <message>
        <source>Try out the selected servers, and those that the selected routes lead through</source>
        <translation>選択したサーバーと、選択した経路が経由するサーバーを試します</translation>
    </message>
    <message>
        <source>Check a&amp;ll</source>
        <translation>すべて確認(&amp;L)</translation>
    </message>
    <message>
        <source>Try out all servers</source>
        <translation>すべてのサーバーを試します</translation>
    </message>
    <message>
        <source>&amp;Add server…</source>
        <translation>サーバーを追加(&amp;A)…</translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation>サーバーを追加します</translation>
    </message>
    <message>
        <source>Add r&amp;oute…</source>
        <translation>経路を追加(&amp;O)…</translation>
    </message>
    <message>
        <source>Chain or group the selected servers</source>
        <translation>選択したサーバーをチェーンまたはグループにします</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>貼り付け(&amp;P)</translation>
    </message>
    <message>
        <source>Add servers from the clipboard: one a line, as socks5://user:password@host:port or host:port:user:password</source>
        <translation>クリップボードからサーバーを追加します。1 行に 1 台、socks5://user:password@host:port または host:port:user:password の形式です</translation>
    </message>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name</comment>
        <translation>「%1」</translation>
    </message>
    <message>
        <source>Still in use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Change or remove these first:</source>
        <translation>先に次のものを変更または削除してください:</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>削除</translation>
    </message>
    <message>
        <source>Remove %1?</source>
        <translation>%1 を削除しますか?</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation>エンジンが動作していないため、確認できません。</translation>
    </message>
    <message>
        <source>Use as &amp;default route</source>
        <translation>既定の経路として使用(&amp;D)</translation>
    </message>
    <message>
        <source>Send by way of the selected server or route what no rule decides about</source>
        <translation>どのルールも判定しない接続を、選択したサーバーまたは経路を経由して送ります</translation>
    </message>
    <message numerus="yes">
        <source>%1 cannot be removed: connections are sent that way.</source>
        <comment>names of servers and routes</comment>
        <translation>
            <numerusform>%1 は削除できません。接続がそこを経由しています。</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Remove the others</source>
        <translation>ほかを削除(&amp;R)</translation>
    </message>
    <message numerus="yes">
        <source>No rule and no other route uses them. Passwords kept for them are forgotten.</source>
        <comment>servers and routes</comment>
        <translation>
            <numerusform>これを使うルールやほかの経路はありません。保存されているパスワードは消去されます。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The password(s) of %1 could not be stored: %2. Until Hosier ends they are used all the same.</source>
        <comment>names, reason</comment>
        <translation>
            <numerusform>%1 のパスワードを保存できませんでした: %2。Hosier が終了するまではこのパスワードが使用されます。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::Settings</name>
    <message>
        <source>The settings cannot be written to %1. They hold until Hosier ends; it goes on trying.</source>
        <translation>設定を %1 に書き込めません。設定は Hosier が終了するまで有効です。Hosier は書き込みを試し続けます。</translation>
    </message>
</context>
<context>
    <name>ui::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Pages of the settings</source>
        <translation>設定のページ</translation>
    </message>
    <message>
        <source>General</source>
        <translation>全般</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>ログ</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>制限</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
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
        <translation>用途別に設定をコピー(&amp;F)</translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation>開いている待ち受けポートがありません。</translation>
    </message>
</context>
<context>
    <name>ui::SettingsView</name>
    <message>
        <source>The log file cannot be written: %1. Hosier goes on trying.</source>
        <translation>ログファイルに書き込めません: %1。Hosier は書き込みを試し続けます。</translation>
    </message>
</context>
<context>
    <name>ui::SharingDialog</name>
    <message>
        <source>&amp;Copy address</source>
        <translation>アドレスをコピー(&amp;C)</translation>
    </message>
    <message>
        <source>Copy settings &amp;for</source>
        <translation>用途別に設定をコピー(&amp;F)</translation>
    </message>
    <message>
        <source>Turn the &amp;proxy on</source>
        <translation>プロキシを有効にする(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Stop sharing</source>
        <translation>共有を終了(&amp;S)</translation>
    </message>
    <message>
        <source>Share on the local network</source>
        <translation>ローカルネットワークでの共有</translation>
    </message>
    <message>
        <source>Addresses for other computers</source>
        <translation>ほかのコンピューターのためのアドレス</translation>
    </message>
    <message>
        <source>Address for others</source>
        <comment>column</comment>
        <translation>ほかの人に伝えるアドレス</translation>
    </message>
    <message>
        <source>Network</source>
        <comment>column</comment>
        <translation>ネットワーク</translation>
    </message>
    <message>
        <source>Columns of the addresses</source>
        <translation>アドレス一覧の列</translation>
    </message>
    <message>
        <source>The proxy is not shared: only programs on this computer can use it.</source>
        <translation>プロキシは共有されていません。このコンピューターのプログラムだけが使えます。</translation>
    </message>
    <message>
        <source>Sharing is set up, but the listener is not open: the proxy is off.</source>
        <translation>共有は設定済みですが、待ち受けポートが開いていません。プロキシが無効です。</translation>
    </message>
    <message>
        <source>Sharing is set up, but the listener could not be opened. %1</source>
        <translation>共有は設定済みですが、待ち受けポートを開けませんでした。%1</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy with name and password.</source>
        <translation>ローカルネットワークのコンピューターが、名前とパスワードでこのプロキシを使えます。</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy, without a password.</source>
        <translation>ローカルネットワークのコンピューターが、パスワードなしでこのプロキシを使えます。</translation>
    </message>
    <message>
        <source>On the other computer, set the address and port above as a proxy of type %1, with the name and password of a local user.</source>
        <translation>もう一方のコンピューターで、上のアドレスとポートを種類 %1 のプロキシとして設定し、ローカルユーザーの名前とパスワードを指定してください。</translation>
    </message>
    <message>
        <source>On the other computer, set the address and port above as a proxy of type %1.</source>
        <translation>もう一方のコンピューターで、上のアドレスとポートを種類 %1 のプロキシとして設定してください。</translation>
    </message>
    <message>
        <source>This computer has no address in a private network at the moment.</source>
        <translation>このコンピューターには現在、プライベートネットワークのアドレスがありません。</translation>
    </message>
    <message>
        <source>If others cannot connect, let this computer&apos;s firewall admit TCP port %1.</source>
        <translation>ほかのコンピューターから接続できない場合は、このコンピューターのファイアウォールで TCP ポート %1 を許可してください。</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>コピーしました: %1</translation>
    </message>
    <message>
        <source>Take away the listener for the local network. The user that was added for it stays.</source>
        <translation>ローカルネットワーク用の待ち受けポートを削除します。そのために追加したユーザーは残ります。</translation>
    </message>
</context>
<context>
    <name>ui::SortMenu</name>
    <message>
        <source>&amp;Ascending</source>
        <translation>昇順(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Descending</source>
        <translation>降順(&amp;D)</translation>
    </message>
    <message>
        <source>Sort &amp;by</source>
        <translation>並べ替え(&amp;B)</translation>
    </message>
    <message>
        <source>As in the &amp;profile</source>
        <translation>プロファイルの順(&amp;P)</translation>
    </message>
</context>
<context>
    <name>ui::StatusPanel</name>
    <message>
        <source>%1 live</source>
        <translation>接続中 %1</translation>
    </message>
    <message>
        <source>Down %1, up %2</source>
        <translation>受信 %1、送信 %2</translation>
    </message>
    <message>
        <source>Total %1 down, %2 up</source>
        <translation>合計 受信 %1、送信 %2</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>first listener, others</comment>
        <translation>
            <numerusform>%1 ほか %n 件</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 connections open now
%2 accepted since the start, %3 failed, %4 refused</source>
        <translation>開いている接続: %1
起動以降の受け入れ %2、失敗 %3、拒否 %4</translation>
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
        <translation>このデスクトップには、Hosier が扱えるプロキシ設定がありません。代わりに、環境変数をシェルの起動ファイルにコピーしてください。</translation>
    </message>
    <message>
        <source>The desktop %1 has no proxy settings that Hosier knows. Copy the environment variables into your shell&apos;s start-up file instead.</source>
        <translation>デスクトップ %1 には、Hosier が扱えるプロキシ設定がありません。代わりに、環境変数をシェルの起動ファイルにコピーしてください。</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; asks for a password, which system settings cannot hold. Add a listener on 127.0.0.1 that asks for none.</source>
        <translation>待ち受けポート「%1」はパスワードを要求しますが、システム設定にはパスワードを保存できません。パスワードを要求しない待ち受けポートを 127.0.0.1 に追加してください。</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; does not admit programs of this machine. Add 127.0.0.0/8 to its clients.</source>
        <translation>待ち受けポート「%1」は、このコンピューターのプログラムを許可していません。そのクライアントに 127.0.0.0/8 を追加してください。</translation>
    </message>
    <message>
        <source>No open listener speaks a protocol that system settings can name. Add &quot;http&quot; to the protocols of one.</source>
        <translation>開いている待ち受けポートに、システム設定で指定できるプロトコルのものがありません。いずれかのプロトコルに「http」を追加してください。</translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation>開いている待ち受けポートがありません。</translation>
    </message>
    <message>
        <source>The program %1 is missing, which changes the desktop&apos;s proxy settings.</source>
        <translation>デスクトップのプロキシ設定を変更するプログラム %1 がありません。</translation>
    </message>
    <message>
        <source>Another running Hosier has set the system proxy.</source>
        <translation>実行中の別の Hosier がシステムプロキシを設定しています。</translation>
    </message>
    <message>
        <source>Somebody else has changed the system&apos;s proxy settings meanwhile; these changes were left alone.</source>
        <translation>その間に、システムのプロキシ設定がほかから変更されました。その変更はそのままにしました。</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be kept for later, so they were not changed.</source>
        <translation>元に戻すためのシステムのプロキシ設定を保存できなかったため、変更しませんでした。</translation>
    </message>
    <message>
        <source>What the system&apos;s proxy settings were cannot be read any more; check them by hand. The damaged file is now %1.</source>
        <translation>システムの元のプロキシ設定を読み取れなくなりました。手動で確認してください。壊れたファイルは %1 になりました。</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be read.</source>
        <translation>システムのプロキシ設定を読み取れません。</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be changed.</source>
        <translation>システムのプロキシ設定を変更できません。</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be put back yet.</source>
        <translation>システムのプロキシ設定をまだ元に戻せません。</translation>
    </message>
    <message>
        <source>Programs that follow the system&apos;s proxy settings use %1. The settings are put back when Hosier ends, however it ends.</source>
        <translation>システムのプロキシ設定に従うプログラムは %1 を使用します。設定は、Hosier がどのように終了しても元に戻されます。</translation>
    </message>
    <message>
        <source>Switched on, and not set for now: %1</source>
        <comment>problem</comment>
        <translation>有効ですが、現在は設定されていません: %1</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are being changed.</source>
        <translation>システムのプロキシ設定を変更しています。</translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier, as long as it runs</source>
        <translation>Hosier の実行中、システムのプロキシ設定に従うプログラムが Hosier を使うようにします</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an address or a block of addresses such as 10.0.0.0/8.</source>
        <translation>「%1」はアドレスでも、10.0.0.0/8 のようなアドレスブロックでもありません。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a host name, an address, or a domain such as *.example.org.</source>
        <translation>「%1」はホスト名でも、アドレスでも、*.example.org のようなドメインでもありません。</translation>
    </message>
    <message>
        <source>Environment variables point at %1.</source>
        <comment>address</comment>
        <translation>環境変数は %1 を指しています。</translation>
    </message>
    <message>
        <source>Point the environment variables of programs at Hosier, as long as it runs.</source>
        <translation>Hosier の実行中、プログラムの環境変数が Hosier を指すようにします。</translation>
    </message>
    <message>
        <source>This desktop has no proxy settings. The variables reach services and programs that the user&apos;s service manager (systemd) starts from then on. They do not reach programs that run already, nor what is started from these, such as a shell or a window manager: for them, use &quot;Copy settings for&quot;, &quot;Environment variables&quot;. The variables are taken back when Hosier ends, however it ends; programs that were started with them keep them until they end.</source>
        <translation>このデスクトップにはプロキシ設定がありません。環境変数は、以後にユーザーのサービスマネージャー (systemd) が起動するサービスやプログラムに渡されます。すでに実行中のプログラムや、それら (シェルやウィンドウマネージャーなど) から起動されるものには渡されません。それらには「用途別に設定をコピー」の「環境変数」を使用してください。環境変数は、Hosier がどのように終了しても取り消されます。環境変数を受け取って起動したプログラムは、終了するまでそれを保持します。</translation>
    </message>
    <message>
        <source>Apps of the Microsoft Store cannot reach a proxy on this machine, and say that there is no internet, until an administrator runs this for each: CheckNetIsolation LoopbackExempt -a -n=&lt;package family name&gt;</source>
        <comment>a command: translate only what stands in angle brackets</comment>
        <translation>Microsoft Store のアプリはこのコンピューターのプロキシに接続できず、インターネットに接続されていないと表示します。使えるようにするには、管理者がアプリごとに次を実行してください: CheckNetIsolation LoopbackExempt -a -n=&lt;パッケージファミリ名&gt;</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings were put back, but what had been kept of them could not be removed.</source>
        <translation>システムのプロキシ設定は元に戻しましたが、そのために保存していた内容を削除できませんでした。</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyDialog</name>
    <message>
        <source>&amp;Hosts reached without the proxy</source>
        <translation>プロキシを通さずに接続するホスト(&amp;H)</translation>
    </message>
    <message>
        <source>System proxy: exceptions</source>
        <translation>システムプロキシ: 例外</translation>
    </message>
    <message>
        <source>One a line: a host name, a domain such as *.example.org, an address, or a block of addresses such as 10.0.0.0/8. Programs connect to these by themselves: Hosier&apos;s rules do not see them.</source>
        <translation>1 行に 1 つ、ホスト名、*.example.org のようなドメイン、アドレス、または 10.0.0.0/8 のようなアドレスブロックを入力してください。プログラムはこれらに直接接続し、Hosier のルールは適用されません。</translation>
    </message>
    <message>
        <source>This machine and its local networks</source>
        <translation>このコンピューターとそのローカルネットワーク</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyView</name>
    <message>
        <source>S&amp;ystem proxy (waiting)</source>
        <translation>システムプロキシ (待機中)(&amp;Y)</translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation>システムプロキシ(&amp;Y)</translation>
    </message>
    <message>
        <source>The system proxy is now %1.</source>
        <translation>システムプロキシは %1 になりました。</translation>
    </message>
    <message>
        <source>System proxy: %1</source>
        <comment>problem</comment>
        <translation>システムプロキシ: %1</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are as they were before.</source>
        <translation>システムのプロキシ設定を元に戻しました。</translation>
    </message>
    <message>
        <source>No system proxy</source>
        <translation>システムプロキシなし</translation>
    </message>
    <message>
        <source>&amp;Copy environment variables</source>
        <translation>環境変数をコピー(&amp;C)</translation>
    </message>
    <message>
        <source>The system proxy is now %1, for what the user&apos;s service manager starts from now on.</source>
        <translation>今後ユーザーのサービスマネージャーが起動するものに対して、システムプロキシは %1 になりました。</translation>
    </message>
    <message>
        <source>Programs read these variables when they start. Hosier sets them by itself only where a service manager of the user&apos;s (systemd) runs, which hands them on and takes them back; here there is none.</source>
        <translation>プログラムはこれらの変数を起動時に読み取ります。Hosier が自動で設定するのは、変数の受け渡しと取り消しを行うユーザーのサービスマネージャー (systemd) が動作している場合だけです。ここでは動作していません。</translation>
    </message>
    <message>
        <source>System proxy by environment variables</source>
        <translation>環境変数によるシステムプロキシ</translation>
    </message>
    <message>
        <source>&amp;Do not show this again</source>
        <translation>今後表示しない(&amp;D)</translation>
    </message>
</context>
<context>
    <name>ui::TraceText</name>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name or value</comment>
        <translation>「%1」</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>entries of a rule, how many are not shown</comment>
        <translation>
            <numerusform>%1 ほか %n 件</numerusform>
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
        <translation>%1 (%2 が起動)</translation>
    </message>
    <message>
        <source>Nobody logged in; asked for: %1</source>
        <translation>認証したユーザーがいません。求められているもの: %1</translation>
    </message>
    <message>
        <source>The application is not identified; asked for: %1</source>
        <translation>アプリケーションが不明です。求められているもの: %1</translation>
    </message>
    <message>
        <source>User %1 is none of %2</source>
        <translation>ユーザー %1 は %2 のいずれでもありません</translation>
    </message>
    <message>
        <source>Client %1 is none of %2</source>
        <translation>クライアント %1 は %2 のいずれでもありません</translation>
    </message>
    <message>
        <source>Host %1 is none of %2</source>
        <translation>ホスト %1 は %2 のいずれでもありません</translation>
    </message>
    <message>
        <source>Port %1 is none of %2</source>
        <translation>ポート %1 は %2 のいずれでもありません</translation>
    </message>
    <message>
        <source>Transport %1 is none of %2</source>
        <translation>トランスポート %1 は %2 のいずれでもありません</translation>
    </message>
    <message>
        <source>Application %1 is none of %2</source>
        <translation>アプリケーション %1 は %2 のいずれでもありません</translation>
    </message>
    <message>
        <source>Switched off</source>
        <translation>無効</translation>
    </message>
    <message>
        <source>All else matches. %1</source>
        <comment>why the rest does not</comment>
        <translation>その他はすべて一致しています。%1</translation>
    </message>
    <message>
        <source>The client is on another machine, whose programs are not known here; asked for: %1</source>
        <translation>クライアントは別のマシンにあり、そのプログラムはここでは分かりません。求められているもの: %1</translation>
    </message>
    <message>
        <source>The path of application %1 is not known; asked for: %2</source>
        <translation>アプリケーション %1 のパスは不明です。条件: %2</translation>
    </message>
</context>
<context>
    <name>ui::TrafficGraph</name>
    <message>
        <source>Traffic graph</source>
        <translation>通信量グラフ</translation>
    </message>
    <message>
        <source>Now %1 down, %2 up</source>
        <translation>現在 受信 %1、送信 %2</translation>
    </message>
    <message>
        <source>Down %1</source>
        <comment>traffic legend: rate</comment>
        <translation>受信 %1</translation>
    </message>
    <message>
        <source>Up %1</source>
        <comment>traffic legend: rate</comment>
        <translation>送信 %1</translation>
    </message>
    <message>
        <source>%1: %2 down, %3 up</source>
        <comment>moment, rates</comment>
        <translation>%1: 受信 %2、送信 %3</translation>
    </message>
    <message>
        <source>Nothing is known</source>
        <translation>データなし</translation>
    </message>
    <message>
        <source>now</source>
        <translation>現在</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation>%1 秒前</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>%1 分前</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <comment>a duration</comment>
        <translation>%1前</translation>
    </message>
</context>
<context>
    <name>ui::TrafficSource</name>
    <message>
        <source>Direct</source>
        <comment>traffic that goes by no server</comment>
        <translation>直接</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>%1 経由</translation>
    </message>
</context>
<context>
    <name>ui::TrafficView</name>
    <message>
        <source>Time shown by the graph</source>
        <translation>グラフに表示する時間</translation>
    </message>
    <message>
        <source>How far back the graph looks</source>
        <translation>グラフでさかのぼる時間</translation>
    </message>
    <message>
        <source>Last minute</source>
        <translation>過去 1 分</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows</source>
        <translation>グラフに通信量を表示する対象</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows: everything, or one of the applications, servers and routes that moved most in the last minutes</source>
        <translation>グラフに通信量を表示する対象。全体、または直近の数分間に通信量が多かったアプリケーション、サーバー、経路のいずれか</translation>
    </message>
    <message>
        <source>All traffic</source>
        <translation>すべての通信</translation>
    </message>
    <message>
        <source>Last 10 minutes</source>
        <translation>過去 10 分</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>過去 1 時間</translation>
    </message>
    <message>
        <source>Today: %1 down, %2 up</source>
        <translation>今日: 受信 %1、送信 %2</translation>
    </message>
    <message>
        <source>What moved today. It is kept when Hosier is closed.</source>
        <translation>今日の通信量。Hosier を終了しても保持されます。</translation>
    </message>
    <message>
        <source>What moved since Hosier was started</source>
        <translation>Hosier の起動以降の通信量</translation>
    </message>
    <message>
        <source>Session: %1 down, %2 up</source>
        <translation>起動以降: 受信 %1、送信 %2</translation>
    </message>
    <message>
        <source>Nothing moved in this time. Traffic is drawn here as it comes.</source>
        <translation>この間の通信はありません。通信があるとここに描かれます。</translation>
    </message>
    <message>
        <source>The proxy is off. Traffic is drawn here once it is on.</source>
        <translation>プロキシは無効です。有効にすると通信量がここに描かれます。</translation>
    </message>
</context>
<context>
    <name>ui::TrayIcon</name>
    <message>
        <source>Show &amp;window</source>
        <translation>ウィンドウを表示(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>モード(&amp;M)</translation>
    </message>
    <message>
        <source>Hide &amp;window</source>
        <translation>ウィンドウを隠す(&amp;W)</translation>
    </message>
    <message>
        <source>Hosier is still running</source>
        <translation>Hosier は動作を続けています</translation>
    </message>
    <message>
        <source>Click the sock in the tray to see the window again; quit from its menu.</source>
        <translation>ウィンドウをもう一度表示するには、トレイの靴下のアイコンをクリックしてください。終了はそのメニューから行えます。</translation>
    </message>
    <message>
        <source>Hosier: %1</source>
        <comment>proxy state</comment>
        <translation>Hosier: %1</translation>
    </message>
    <message>
        <source>Profile: %1</source>
        <translation>プロファイル: %1</translation>
    </message>
    <message>
        <source>%1 live, %2 down, %3 up</source>
        <translation>接続中 %1、受信 %2、送信 %3</translation>
    </message>
    <message>
        <source>Ser&amp;vers</source>
        <translation>サーバー(&amp;V)</translation>
    </message>
</context>
<context>
    <name>ui::UnidentifiedChoice</name>
    <message>
        <source>Skip rules about programs</source>
        <translation>プログラムのルールを飛ばす</translation>
    </message>
    <message>
        <source>Programs that cannot be &amp;identified:</source>
        <translation>識別できないプログラム(&amp;I):</translation>
    </message>
    <message>
        <source>Programs that cannot be identified</source>
        <translation>識別できないプログラム</translation>
    </message>
    <message>
        <source>Of some connections the system does not tell which program of this computer made them. This is done with one where a rule for programs would match but for that; without it, such rules are skipped for them.</source>
        <translation>接続によっては、このコンピューターのどのプログラムのものかをシステムが教えません。プログラムがわかればそのルールに一致しうる場合に、この動作になります。指定がなければ、そうしたルールは飛ばされます。</translation>
    </message>
</context>
<context>
    <name>ui::UserDialog</name>
    <message>
        <source>Add local user</source>
        <translation>ローカルユーザーの追加</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>パスワードの変更</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>名前(&amp;N):</translation>
    </message>
    <message>
        <source>&amp;Password:</source>
        <translation>パスワード(&amp;P):</translation>
    </message>
    <message>
        <source>Password &amp;again:</source>
        <translation>パスワードの再入力(&amp;A):</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>パスワード</translation>
    </message>
    <message>
        <source>Password again</source>
        <translation>パスワードの再入力</translation>
    </message>
    <message>
        <source>The profile keeps a hash of the password (PBKDF2), never the password itself. It can be changed later, but not shown.</source>
        <translation>プロファイルにはパスワードのハッシュ (PBKDF2) だけが保存され、パスワード自体は保存されません。後から変更できますが、表示はできません。</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>名前を入力してください。</translation>
    </message>
    <message>
        <source>The name cannot contain a colon: HTTP takes it for the end of the name.</source>
        <translation>名前にコロンを含めることはできません。HTTP では名前の終わりとみなされます。</translation>
    </message>
    <message>
        <source>The name is longer than 255 bytes.</source>
        <translation>名前が 255 バイトを超えています。</translation>
    </message>
    <message>
        <source>There is already a user of this name.</source>
        <translation>この名前のユーザーはすでに存在します。</translation>
    </message>
    <message>
        <source>Enter a password.</source>
        <translation>パスワードを入力してください。</translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation>パスワードが 255 バイトを超えています。</translation>
    </message>
    <message>
        <source>The two passwords differ.</source>
        <translation>2 つのパスワードが一致しません。</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <comment>password</comment>
        <translation>変更なし</translation>
    </message>
</context>
<context>
    <name>ui::UserInterface</name>
    <message>
        <source>This desktop has no tray for Hosier: closing the window quits it.</source>
        <translation>このデスクトップには Hosier が使えるトレイがないため、ウィンドウを閉じると終了します。</translation>
    </message>
    <message>
        <source>Password needed</source>
        <translation>パスワードが必要です</translation>
    </message>
</context>
<context>
    <name>ui::WhatsThis</name>
    <message>
        <source>Opens the listeners, so that programs can connect by way of Hosier, or closes them. Connections that are open already go on either way.</source>
        <translation>待ち受けポートを開いてプログラムが Hosier 経由で接続できるようにするか、閉じます。すでに開いている接続はどちらの場合も続きます。</translation>
    </message>
    <message>
        <source>What decides about new connections. Rules: the rules, top to bottom, then the default action. Everything: the default action alone. Direct: nothing goes to a server and nothing is blocked.</source>
        <translation>新しい接続の扱いを決めるもの。ルール: ルールを上から順に、最後に既定の動作。すべて既定: 既定の動作だけ。直接: サーバーを経由せず、何もブロックしません。</translation>
    </message>
    <message>
        <source>Points the system&apos;s proxy settings at Hosier, for programs that follow them. What they were before is put back when it is switched off and when Hosier ends, also after a crash.</source>
        <translation>システムのプロキシ設定を Hosier に向けます。その設定に従うプログラムのためのものです。以前の設定は、オフにしたときと Hosier の終了時に、異常終了の後でも元に戻されます。</translation>
    </message>
    <message>
        <source>Shows only those rows of the current page in which all these words occur. It hides the others and changes nothing else.</source>
        <translation>表示中のページで、これらの語をすべて含む行だけを表示します。ほかの行を隠すだけで、それ以外は何も変わりません。</translation>
    </message>
    <message>
        <source>The connections through Hosier: which program made them, where they go, by which rule and server, and how much flows. Those that ended stay for a moment. The menu of the right mouse button closes or explains one, or makes a rule of it.</source>
        <translation>Hosier を通る接続です。どのプログラムが、どこへ、どのルールとサーバーで接続し、どれだけ流れたかを示します。終わった接続はしばらく残ります。右クリックのメニューで、閉じる、説明を見る、ルールにすることができます。</translation>
    </message>
    <message>
        <source>Who connects: the programs of this computer and the clients of the network, with the sums of their traffic.</source>
        <translation>接続しているもの。このコンピューターのプログラムとネットワークのクライアント、およびその通信量の合計です。</translation>
    </message>
    <message>
        <source>The rules, checked from top to bottom: the first one that matches decides. A rule without a tick is skipped. Drag a rule to move it. The default action below them is taken when none matches.</source>
        <translation>ルールは上から順に調べられ、最初に一致したものが決めます。チェックのないルールは飛ばされます。ドラッグで移動できます。どれにも一致しないときは、下にある既定の動作になります。</translation>
    </message>
    <message>
        <source>What is done with a program that the system does not tell the name of, where a rule for programs would match but for that. Without a choice such rules are skipped for it.</source>
        <translation>システムが名前を教えないプログラムの扱い。名前がわかればプログラムのルールに一致しうる場合に使われます。指定がなければ、そうしたルールは飛ばされます。</translation>
    </message>
    <message>
        <source>The servers that connections can be sent by way of, and chains and groups of them. A check shows whether a server works, how long it takes and whether it carries UDP.</source>
        <translation>接続が経由できるサーバーと、そのチェーンやグループです。確認すると、サーバーが動くか、どれだけ時間がかかるか、UDP に対応するかがわかります。</translation>
    </message>
    <message>
        <source>What happened, in order: connections, listeners, servers and changes. Only the last lines are held in memory; the settings say what goes to a file.</source>
        <translation>起きたことを順に示します。接続、待ち受けポート、サーバー、変更です。メモリーには最後の行だけが残ります。ファイルに書くものは設定で決まります。</translation>
    </message>
    <message>
        <source>How important a line has to be to be shown. Debug shows everything.</source>
        <translation>表示するのに必要な行の重要度。デバッグはすべてを表示します。</translation>
    </message>
    <message>
        <source>Shows only lines of the log in which all these words occur.</source>
        <translation>ログのうち、これらの語をすべて含む行だけを表示します。</translation>
    </message>
    <message>
        <source>How much was received (down) and sent (up) in each moment. The mouse, or the arrow keys, tell the values of one.</source>
        <translation>各時点の受信量と送信量。マウスか矢印キーで、ある時点の値を見られます。</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows: all of it, or that of one of the busiest programs, servers and routes.</source>
        <translation>グラフが示す通信量の対象。全体、または最も活発なプログラム、サーバー、経路のいずれかです。</translation>
    </message>
    <message>
        <source>How far back the graph goes.</source>
        <translation>グラフがさかのぼる長さ。</translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log. It may be empty: then its place stands there.</source>
        <translation>リストとログでのルールの名前。空でもかまいません。そのときは順番が表示されます。</translation>
    </message>
    <message>
        <source>The programs that the rule is for, by name, path or a pattern with * and ?. Empty: any program, and clients of the network.</source>
        <translation>ルールの対象となるプログラム。名前、パス、または * と ? を使ったパターンです。空: すべてのプログラムとネットワークのクライアント。</translation>
    </message>
    <message>
        <source>The rule then is also for programs that these have started, such as the tools that a terminal runs.</source>
        <translation>端末から実行されるツールのように、これらが起動したプログラムもルールの対象になります。</translation>
    </message>
    <message>
        <source>The targets that the rule is for: names, names with * as a part, addresses, blocks and ranges of addresses. Empty: any. Entries that are addresses match requests by name only when the DNS settings have names looked up for rules.</source>
        <translation>ルールの対象となる接続先。名前、一部が * の名前、アドレス、アドレスのブロックと範囲です。空: すべて。アドレスの項目が名前による要求に一致するのは、ルールのために名前を解決する DNS 設定のときだけです。</translation>
    </message>
    <message>
        <source>The ports of the target: single ones and ranges. Empty: any.</source>
        <translation>接続先のポート。個別または範囲です。空: すべて。</translation>
    </message>
    <message>
        <source>Whether the rule is for TCP, for UDP, or for both.</source>
        <translation>ルールの対象が TCP か、UDP か、両方か。</translation>
    </message>
    <message>
        <source>Names that clients have logged in with. Empty: anybody, also without a login.</source>
        <translation>クライアントが認証に使った名前。空: 認証なしも含めて誰でも。</translation>
    </message>
    <message>
        <source>Addresses that clients connect from, for listeners that other computers reach. Empty: any.</source>
        <translation>クライアントの接続元アドレス。ほかのコンピューターから到達できる待ち受けポートのためのものです。空: すべて。</translation>
    </message>
    <message>
        <source>What is done when everything above matches: connect directly, block, or go by way of a server or route.</source>
        <translation>上のすべてに一致したときの動作。直接接続、ブロック、またはサーバーや経路を経由します。</translation>
    </message>
    <message>
        <source>How the server is called in lists and in the log.</source>
        <translation>リストとログでのサーバーの名前。</translation>
    </message>
    <message>
        <source>What rules and routes call the server in the profile&apos;s file. When it changes, they follow.</source>
        <translation>プロファイルのファイルで、ルールや経路がこのサーバーを指すのに使う ID。変更すると、それらも変わります。</translation>
    </message>
    <message>
        <source>What the server speaks. SOCKS5 carries UDP and logins; SOCKS4 takes IPv4 addresses only, SOCKS4a names too; HTTP is its CONNECT method, for TCP.</source>
        <translation>サーバーが話すプロトコル。SOCKS5 は UDP と認証に対応します。SOCKS4 は IPv4 アドレスだけ、SOCKS4a は名前も受け付けます。HTTP は CONNECT メソッドで、TCP 用です。</translation>
    </message>
    <message>
        <source>The connection to the server is encrypted. The server has to expect that: plain SOCKS and HTTP servers do not.</source>
        <translation>サーバーへの接続を暗号化します。サーバー側の対応が必要です。通常の SOCKS や HTTP のサーバーは対応していません。</translation>
    </message>
    <message>
        <source>The name or address of the server itself. A whole URL that is pasted here fills in the other fields.</source>
        <translation>サーバー自体の名前かアドレス。URL 全体を貼り付けると、ほかの欄も埋まります。</translation>
    </message>
    <message>
        <source>The TCP port that the server listens on.</source>
        <translation>サーバーが待ち受ける TCP ポート。</translation>
    </message>
    <message>
        <source>Who turns the names of targets into addresses. When the server does, they are passed on to it as names.</source>
        <translation>接続先の名前を誰がアドレスに解決するか。サーバーの場合、名前のまま渡されます。</translation>
    </message>
    <message>
        <source>With TLS: accept this very certificate and no other. Empty: any that this computer trusts and that is for the server&apos;s name.</source>
        <translation>TLS のとき: この証明書だけを受け入れます。空: このコンピューターが信頼し、サーバーの名前に対するものならどれでも。</translation>
    </message>
    <message>
        <source>The name to log in with. Empty: no login is offered.</source>
        <translation>認証に使うユーザー名。空: 認証を行いません。</translation>
    </message>
    <message>
        <source>The password to log in with. It is never written to the profile or to the log.</source>
        <translation>認証に使うパスワード。プロファイルにもログにも書き込まれません。</translation>
    </message>
    <message>
        <source>The password is kept in memory until Hosier quits. After the next start it has to be entered again.</source>
        <translation>パスワードは Hosier の終了までメモリーに保持されます。次の起動後に入力し直す必要があります。</translation>
    </message>
    <message>
        <source>The server is saved without a password.</source>
        <translation>サーバーはパスワードなしで保存されます。</translation>
    </message>
    <message>
        <source>A file that holds the password in its first line, for computers without a credential store. Nobody but you may be able to read it.</source>
        <translation>1 行目がパスワードのファイル。資格情報ストアのないコンピューター用です。自分以外の人が読めてはいけません。</translation>
    </message>
    <message>
        <source>How the listener is called in lists and in the log.</source>
        <translation>リストとログでの待ち受けポートの名前。</translation>
    </message>
    <message>
        <source>Where clients connect to. 127.0.0.1 is reached by programs of this computer only, 0.0.0.0 by whoever reaches this computer.</source>
        <translation>クライアントが接続するアドレス。127.0.0.1 に到達できるのはこのコンピューターのプログラムだけ、0.0.0.0 にはこのコンピューターに到達できる誰もが接続できます。</translation>
    </message>
    <message>
        <source>The port that clients connect to. No other program may listen on it at that address.</source>
        <translation>クライアントが接続するポート。そのアドレスでほかのプログラムがこのポートを待ち受けていてはいけません。</translation>
    </message>
    <message>
        <source>Takes SOCKS5 clients: TCP, UDP, and login by name and password.</source>
        <translation>SOCKS5 クライアントを受け付けます。TCP、UDP、名前とパスワードによる認証。</translation>
    </message>
    <message>
        <source>Takes SOCKS4 and SOCKS4a clients: TCP, without passwords.</source>
        <translation>SOCKS4 と SOCKS4a のクライアントを受け付けます。TCP のみ、パスワードなし。</translation>
    </message>
    <message>
        <source>Takes HTTP clients: CONNECT and plain requests.</source>
        <translation>HTTP クライアントを受け付けます。CONNECT と通常の要求。</translation>
    </message>
    <message>
        <source>Whether clients have to log in as one of the local users.</source>
        <translation>クライアントがローカルユーザーとして認証する必要があるかどうか。</translation>
    </message>
    <message>
        <source>Confirms that everybody who reaches the address may use the proxy without a password. Others may do so for their own ends, in your name.</source>
        <translation>アドレスに到達できる人は誰でもパスワードなしでプロキシを使えることを確認します。他人が自分の目的で、あなたの名義で使うことがあります。</translation>
    </message>
    <message>
        <source>The addresses that clients may connect from. Empty: any.</source>
        <translation>クライアントの接続元として許すアドレス。空: すべて。</translation>
    </message>
    <message>
        <source>Whose datagrams a client of UDP gets: only of those it has sent to, or also of others. The narrower, the safer; some games and calls need the wider ones.</source>
        <translation>UDP クライアントが誰のデータグラムを受け取るか。送った相手だけか、ほかの人からもか。狭いほど安全ですが、ゲームや通話によっては広い設定が必要です。</translation>
    </message>
    <message>
        <source>The addresses at which other computers of the local network reach this proxy at the moment.</source>
        <translation>ローカルネットワークのほかのコンピューターが現在このプロキシに到達できるアドレス。</translation>
    </message>
    <message>
        <source>Copies the selected address and port.</source>
        <translation>選んだアドレスとポートをコピーします。</translation>
    </message>
    <message>
        <source>Copies the settings in the form that a program or a shell wants.</source>
        <translation>プログラムやシェルが必要とする形で設定をコピーします。</translation>
    </message>
    <message>
        <source>Opens the listeners, which are closed at the moment.</source>
        <translation>現在閉じている待ち受けポートを開きます。</translation>
    </message>
    <message>
        <source>Whether the window is shown when Hosier starts. In the tray, the proxy works just the same.</source>
        <translation>Hosier の起動時にウィンドウを表示するかどうか。トレイにあってもプロキシは同じように働きます。</translation>
    </message>
    <message>
        <source>Which servers look names up themselves. They are told names as they are; for the others this computer looks names up first.</source>
        <translation>どのサーバーが自分で名前を解決するか。名前はそのまま渡されます。それ以外では、先にこのコンピューターが名前を解決します。</translation>
    </message>
    <message>
        <source>Looks every requested name up on this computer while there are rules about addresses, so that these can decide about it.</source>
        <translation>アドレスのルールがある間、要求された名前をすべてこのコンピューターで解決し、ルールが判定できるようにします。</translation>
    </message>
    <message>
        <source>How bytes are moved between the two sides of a connection. Automatic takes the fastest way of this system.</source>
        <translation>接続の両側の間でバイトを運ぶ方法。自動は、このシステムで最も速い方法を使います。</translation>
    </message>
    <message>
        <source>Takes away the listener for the local network. The user that was added for it stays. Programs of this computer are not concerned.</source>
        <translation>ローカルネットワーク用の待ち受けポートを取り除きます。そのために追加したユーザーは残ります。このコンピューターのプログラムには影響しません。</translation>
    </message>
</context>
</TS>
