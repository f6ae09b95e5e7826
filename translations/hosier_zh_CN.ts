<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>app::Desktop</name>
    <message>
        <source>Hosier</source>
        <translation>Hosier</translation>
    </message>
    <message>
        <source>Hosier is already running, but its window cannot be shown.</source>
        <translation>Hosier 已在运行，但无法显示其窗口。</translation>
    </message>
    <message>
        <source>The profile cannot be used.</source>
        <translation>无法使用该配置。</translation>
    </message>
    <message>
        <source>The profile cannot be replaced.</source>
        <translation>无法替换该配置。</translation>
    </message>
</context>
<context>
    <name>engine::Error</name>
    <message>
        <source>No error</source>
        <translation>无错误</translation>
    </message>
    <message>
        <source>The target refused the connection</source>
        <translation>目标拒绝了连接</translation>
    </message>
    <message>
        <source>The target host is unreachable</source>
        <translation>目标主机不可达</translation>
    </message>
    <message>
        <source>The target&apos;s network is unreachable</source>
        <translation>目标所在网络不可达</translation>
    </message>
    <message>
        <source>The target did not answer in time</source>
        <translation>目标未及时响应</translation>
    </message>
    <message>
        <source>The connection was reset</source>
        <translation>连接被重置</translation>
    </message>
    <message>
        <source>The connection was aborted</source>
        <translation>连接已中止</translation>
    </message>
    <message>
        <source>The network is down</source>
        <translation>网络不可用</translation>
    </message>
    <message>
        <source>The address is not available on this machine</source>
        <translation>本机没有该地址</translation>
    </message>
    <message>
        <source>This machine does not support that kind of address</source>
        <translation>本机不支持此类地址</translation>
    </message>
    <message>
        <source>There is no host of that name</source>
        <translation>没有该名称的主机</translation>
    </message>
    <message>
        <source>The name could not be looked up</source>
        <translation>无法解析该名称</translation>
    </message>
    <message>
        <source>The name server did not answer in time</source>
        <translation>域名服务器未及时响应</translation>
    </message>
    <message>
        <source>The expected connection did not come in time</source>
        <translation>预期的连接未及时到达</translation>
    </message>
    <message>
        <source>The address is in use by another program</source>
        <translation>地址已被其他程序占用</translation>
    </message>
    <message>
        <source>The system does not permit it</source>
        <translation>系统不允许此操作</translation>
    </message>
    <message>
        <source>Too many open connections for this system</source>
        <translation>打开的连接过多，超出系统限制</translation>
    </message>
    <message>
        <source>The system is out of memory</source>
        <translation>系统内存不足</translation>
    </message>
    <message>
        <source>Too many clients</source>
        <translation>客户端过多</translation>
    </message>
    <message>
        <source>Too many connections from this client</source>
        <translation>来自该客户端的连接过多</translation>
    </message>
    <message>
        <source>Too many logins at once</source>
        <translation>同时进行的认证过多</translation>
    </message>
    <message>
        <source>The client does not speak a protocol of this listener</source>
        <translation>客户端使用的协议不被该监听端口支持</translation>
    </message>
    <message>
        <source>The command is not supported</source>
        <translation>不支持该命令</translation>
    </message>
    <message>
        <source>The address type is not supported</source>
        <translation>不支持该地址类型</translation>
    </message>
    <message>
        <source>The client offered no acceptable login method</source>
        <translation>客户端未提供可接受的认证方式</translation>
    </message>
    <message>
        <source>Wrong user name or password</source>
        <translation>用户名或密码错误</translation>
    </message>
    <message>
        <source>The client&apos;s address is not allowed here</source>
        <translation>此处不允许该客户端地址</translation>
    </message>
    <message>
        <source>The client did not finish its request in time</source>
        <translation>客户端未及时完成请求</translation>
    </message>
    <message>
        <source>The client went away</source>
        <translation>客户端已断开</translation>
    </message>
    <message>
        <source>The proxy server could not be reached</source>
        <translation>无法连接代理服务器</translation>
    </message>
    <message>
        <source>The proxy server did not answer in time</source>
        <translation>代理服务器未及时响应</translation>
    </message>
    <message>
        <source>The proxy server did not accept the login</source>
        <translation>代理服务器未接受认证信息</translation>
    </message>
    <message>
        <source>The proxy server&apos;s answer is malformed</source>
        <translation>代理服务器的应答格式有误</translation>
    </message>
    <message>
        <source>No secure connection to the proxy server</source>
        <translation>无法与代理服务器建立安全连接</translation>
    </message>
    <message>
        <source>The proxy server does not allow it</source>
        <translation>代理服务器不允许此操作</translation>
    </message>
    <message>
        <source>The proxy server could not connect to the target</source>
        <translation>代理服务器无法连接目标</translation>
    </message>
    <message>
        <source>The route cannot carry this</source>
        <translation>该线路无法承载此流量</translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation>被规则阻止</translation>
    </message>
    <message>
        <source>The target is this proxy itself</source>
        <translation>目标就是本代理自身</translation>
    </message>
    <message>
        <source>Closed on request</source>
        <translation>已按要求关闭</translation>
    </message>
    <message>
        <source>The changed profile no longer allows it</source>
        <translation>更改后的配置不再允许该连接</translation>
    </message>
    <message>
        <source>The changed rules send it another way</source>
        <translation>更改后的规则使其改走其他路径</translation>
    </message>
    <message>
        <source>Nothing was sent for too long</source>
        <translation>长时间没有数据传输</translation>
    </message>
    <message>
        <source>One side had finished and the other sent nothing for too long</source>
        <translation>一方已结束，另一方长时间未发送数据</translation>
    </message>
    <message>
        <source>The proxy was stopped</source>
        <translation>代理已停止</translation>
    </message>
    <message>
        <source>Not supported yet</source>
        <translation>尚不支持</translation>
    </message>
    <message>
        <source>General failure</source>
        <translation>一般性故障</translation>
    </message>
    <message>
        <source>No local port is free for another connection</source>
        <translation>没有空闲的本地端口可用于新连接</translation>
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
        <translation>true 或 false</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>空</translation>
    </message>
    <message>
        <source>must be %1, not %2</source>
        <translation>必须是%1，而不是%2</translation>
    </message>
    <message>
        <source>further errors: %1</source>
        <translation>其他错误：%1</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>缺失</translation>
    </message>
    <message>
        <source>unknown key</source>
        <translation>未知的键</translation>
    </message>
    <message>
        <source>has %1 entries; %2 are allowed</source>
        <translation>有 %1 项；最多允许 %2 项</translation>
    </message>
    <message>
        <source>must not be empty</source>
        <translation>不能为空</translation>
    </message>
    <message>
        <source>is longer than %1 bytes</source>
        <translation>超过 %1 字节</translation>
    </message>
    <message>
        <source>must not hold control characters</source>
        <translation>不能含有控制字符</translation>
    </message>
    <message>
        <source>must be from %1 to %2</source>
        <translation>必须在 %1 到 %2 之间</translation>
    </message>
    <message>
        <source>must be a whole number</source>
        <translation>必须是整数</translation>
    </message>
    <message>
        <source>must be base64</source>
        <translation>必须是 base64</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 到 %2</translation>
    </message>
    <message>
        <source>must be base64 of %1 bytes, not of %2</source>
        <translation>必须是 %1 字节的 base64，而不是 %2 字节</translation>
    </message>
    <message>
        <source>%1 is none of %2</source>
        <translation>%1 不属于 %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>is listed twice</source>
        <translation>重复列出</translation>
    </message>
    <message>
        <source>must list at least one of &quot;socks4&quot;, &quot;socks5&quot;, &quot;http&quot;</source>
        <translation>必须至少列出 &quot;socks4&quot;、&quot;socks5&quot;、&quot;http&quot; 之一</translation>
    </message>
    <message>
        <source>%1 is not an IPv4 or IPv6 address</source>
        <translation>%1 不是 IPv4 或 IPv6 地址</translation>
    </message>
    <message>
        <source>whoever can reach %1 could use this proxy: set &quot;authentication&quot; to &quot;password&quot;, or &quot;open&quot; to true if an open proxy is meant</source>
        <translation>任何能访问 %1 的人都可能使用此代理：请将 &quot;authentication&quot; 设为 &quot;password&quot;，若确需开放代理，则将 &quot;open&quot; 设为 true</translation>
    </message>
    <message>
        <source>must list at least one listener</source>
        <translation>必须至少列出一个监听端口</translation>
    </message>
    <message>
        <source>%1 is already the endpoint of %2</source>
        <translation>%1 已是 %2 的地址</translation>
    </message>
    <message>
        <source>%1 is already the name of %2</source>
        <translation>%1 已是 %2 的名称</translation>
    </message>
    <message>
        <source>nobody could log in: &quot;users&quot; lists no one (hosier --set-password NAME adds a user)</source>
        <translation>没有人能够通过认证：&quot;users&quot; 中没有任何人（hosier --set-password NAME 可添加用户）</translation>
    </message>
    <message>
        <source>is missing; this program reads version %1</source>
        <translation>缺失；本程序读取版本 %1</translation>
    </message>
    <message>
        <source>is %1; this program reads version %2</source>
        <translation>是 %1；本程序读取版本 %2</translation>
    </message>
    <message>
        <source>line %1, column %2</source>
        <translation>第 %1 行第 %2 列</translation>
    </message>
    <message>
        <source>the profile is larger than %1 bytes</source>
        <translation>配置文件超过 %1 字节</translation>
    </message>
    <message>
        <source>must be an object</source>
        <translation>必须是对象</translation>
    </message>
    <message>
        <source>may hold only letters A to Z, digits, &quot;-&quot;, &quot;_&quot; and &quot;.&quot;</source>
        <translation>只能包含字母 A 到 Z、数字、&quot;-&quot;、&quot;_&quot; 和 &quot;.&quot;</translation>
    </message>
    <message>
        <source>%1 is already the id at %2</source>
        <translation>%1 已是 %2 的标识</translation>
    </message>
    <message>
        <source>SOCKS4 has no names: set &quot;protocol&quot; to &quot;socks4a&quot;, or this to &quot;local&quot;</source>
        <translation>SOCKS4 不支持域名：请将 &quot;protocol&quot; 设为 &quot;socks4a&quot;，或将此项设为 &quot;local&quot;</translation>
    </message>
    <message>
        <source>means nothing unless &quot;tls&quot; is true</source>
        <translation>只有 &quot;tls&quot; 为 true 时才有意义</translation>
    </message>
    <message>
        <source>holds a colon, which HTTP&apos;s Basic login cannot carry</source>
        <translation>含有冒号，HTTP 的 Basic 认证无法传送</translation>
    </message>
    <message>
        <source>must list at least one server or route</source>
        <translation>必须至少列出一个服务器或线路</translation>
    </message>
    <message>
        <source>there is no server or route with the id %1</source>
        <translation>没有标识为 %1 的服务器或线路</translation>
    </message>
    <message>
        <source>the route contains itself: %1</source>
        <translation>线路包含自身：%1</translation>
    </message>
    <message>
        <source>is a chain of more than %1 servers</source>
        <translation>是超过 %1 个服务器的链</translation>
    </message>
    <message>
        <source>%1 is neither a port (&quot;80&quot;) nor a range of ports (&quot;8000-9000&quot;)</source>
        <translation>%1 既不是端口（&quot;80&quot;），也不是端口范围（&quot;8000-9000&quot;）</translation>
    </message>
    <message>
        <source>%1 is not an address block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1 不是 &quot;10.0.0.0/8&quot; 这样的地址段</translation>
    </message>
    <message>
        <source>%1 is not a host: it holds a space</source>
        <translation>%1 不是主机：含有空格</translation>
    </message>
    <message>
        <source>%1: &quot;*&quot; stands for whole labels at one end of a name, as in &quot;*.lan&quot; or &quot;mail.*&quot;</source>
        <translation>%1：&quot;*&quot; 只能代表域名一端的完整部分，如 &quot;*.lan&quot; 或 &quot;mail.*&quot;</translation>
    </message>
    <message>
        <source>%1 is not a range of addresses such as &quot;10.0.0.1-10.0.0.9&quot;</source>
        <translation>%1 不是 &quot;10.0.0.1-10.0.0.9&quot; 这样的地址范围</translation>
    </message>
    <message>
        <source>%1 is not an address or an address block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1 既不是地址，也不是 &quot;10.0.0.0/8&quot; 这样的地址段</translation>
    </message>
    <message>
        <source>%1 cannot carry UDP, which &quot;transports&quot; lists: only SOCKS5 servers can</source>
        <translation>%1 无法传送 &quot;transports&quot; 所列的 UDP：只有 SOCKS5 服务器可以</translation>
    </message>
    <message>
        <source>%1 is none of &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</source>
        <translation>%1 不属于 &quot;direct&quot;、&quot;block&quot;、&quot;proxy:ID&quot;</translation>
    </message>
    <message>
        <source>this session has no D-Bus</source>
        <translation>此会话没有 D-Bus</translation>
    </message>
    <message>
        <source>the session&apos;s D-Bus cannot be reached</source>
        <translation>无法连接会话的 D-Bus</translation>
    </message>
    <message>
        <source>libsecret-1.so.0 is missing, or Qt runs without GLib</source>
        <translation>缺少 libsecret-1.so.0，或 Qt 未使用 GLib 运行</translation>
    </message>
    <message>
        <source>neither a Secret Service nor KWallet is on the session&apos;s D-Bus</source>
        <translation>会话的 D-Bus 上既没有 Secret Service 也没有 KWallet</translation>
    </message>
    <message>
        <source>this program was built without QtKeychain</source>
        <translation>本程序构建时未包含 QtKeychain</translation>
    </message>
    <message>
        <source>there is no credential store</source>
        <translation>没有凭据存储</translation>
    </message>
    <message>
        <source>the credential store has no password for it</source>
        <translation>凭据存储中没有对应的密码</translation>
    </message>
    <message>
        <source>the credential store gives no access</source>
        <translation>凭据存储拒绝访问</translation>
    </message>
    <message>
        <source>the credential store does not answer</source>
        <translation>凭据存储没有响应</translation>
    </message>
    <message>
        <source>the credential store failed</source>
        <translation>凭据存储出错</translation>
    </message>
    <message>
        <source>%1 cannot be made</source>
        <translation>无法创建 %1</translation>
    </message>
    <message>
        <source>%1 is not a regular file</source>
        <translation>%1 不是普通文件</translation>
    </message>
    <message>
        <source>server %1: its password is not removed: %2</source>
        <translation>服务器 %1：其密码未被删除：%2</translation>
    </message>
    <message>
        <source>server %1: its password is not kept under the new id: %2</source>
        <translation>服务器 %1：其密码未能以新标识保存：%2</translation>
    </message>
    <message>
        <source>server %1: its password is not known: %2</source>
        <translation>服务器 %1：不知道其密码：%2</translation>
    </message>
    <message>
        <source>cannot write %1: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
    <message>
        <source>cannot read %1: %2</source>
        <translation>无法读取 %1：%2</translation>
    </message>
    <message>
        <source>cannot create the directory of %1</source>
        <translation>无法创建 %1 所在的文件夹</translation>
    </message>
    <message>
        <source>%1 belongs to the profile in use</source>
        <translation>%1 属于正在使用的配置文件</translation>
    </message>
    <message>
        <source>the profile has no listener</source>
        <translation>配置文件中没有监听端口</translation>
    </message>
    <message>
        <source>whoever can reach %1 could use this proxy: the profile&apos;s first listener asks for no password and is not &quot;open&quot;</source>
        <translation>任何能访问 %1 的人都可能使用此代理：配置文件的第一个监听端口不要求密码，且不是 &quot;open&quot;</translation>
    </message>
    <message>
        <source>%1 is already the endpoint of the listener &quot;%2&quot;</source>
        <translation>%1 已是监听端口“%2”的地址</translation>
    </message>
    <message>
        <source>the password file %1 is no regular file</source>
        <translation>密码文件 %1 不是普通文件</translation>
    </message>
    <message>
        <source>the password file %1 is open to others: chmod 600</source>
        <translation>密码文件 %1 对他人开放：chmod 600</translation>
    </message>
    <message>
        <source>cannot read the password file %1: %2</source>
        <translation>无法读取密码文件 %1：%2</translation>
    </message>
    <message>
        <source>the password in %1 is not 1 to 255 bytes long</source>
        <translation>%1 中的密码长度不在 1 到 255 字节之间</translation>
    </message>
    <message>
        <source>server %1: %2</source>
        <translation>服务器 %1：%2</translation>
    </message>
    <message>
        <source>the running instance did not answer</source>
        <translation>正在运行的实例没有回应</translation>
    </message>
    <message>
        <source>no running instance uses this profile</source>
        <translation>没有正在运行的实例使用此配置文件</translation>
    </message>
    <message>
        <source>the running instance is not ready</source>
        <translation>正在运行的实例尚未就绪</translation>
    </message>
    <message>
        <source>the running instance has no interface (--headless)</source>
        <translation>正在运行的实例没有界面（--headless）</translation>
    </message>
    <message>
        <source>%1 is too large</source>
        <translation>%1 太大</translation>
    </message>
    <message>
        <source>%1 is a link or a directory</source>
        <translation>%1 是链接或文件夹</translation>
    </message>
    <message>
        <source>cannot create %1</source>
        <translation>无法创建 %1</translation>
    </message>
    <message>
        <source>cannot remove %1: %2</source>
        <translation>无法删除 %1：%2</translation>
    </message>
    <message>
        <source>%1%2 has no key &quot;%3&quot;</source>
        <translation>%1%2 没有键“%3”</translation>
    </message>
    <message>
        <source>%1 is locked by the administrator</source>
        <translation>%1 已被管理员锁定</translation>
    </message>
    <message>
        <source>InternetQueryOption: error %1</source>
        <translation>InternetQueryOption：错误 %1</translation>
    </message>
    <message>
        <source>InternetSetOption: error %1</source>
        <translation>InternetSetOption：错误 %1</translation>
    </message>
    <message>
        <source>they do not stay as they are written</source>
        <translation>写入后未能保持不变</translation>
    </message>
    <message>
        <source>no answer within %1 s</source>
        <translation>%1 秒内没有响应</translation>
    </message>
    <message>
        <source>failed (%1)</source>
        <translation>失败（%1）</translation>
    </message>
    <message>
        <source>only SOCKS5 carries UDP</source>
        <translation>只有 SOCKS5 能传输 UDP</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>it hung up</source>
        <translation>对方断开了连接</translation>
    </message>
    <message>
        <source>malformed or oversized request</source>
        <translation>请求格式错误或过大</translation>
    </message>
    <message>
        <source>only /proxy.pac is to be had here</source>
        <translation>此处只提供 /proxy.pac</translation>
    </message>
    <message>
        <source>CONNECT needs a connection of its own</source>
        <translation>CONNECT 需要单独的连接</translation>
    </message>
    <message>
        <source>malformed chunks</source>
        <translation>分块格式错误</translation>
    </message>
    <message>
        <source>by the target</source>
        <translation>由目标</translation>
    </message>
    <message>
        <source>malformed chunks from the target</source>
        <translation>来自目标的分块格式错误</translation>
    </message>
    <message>
        <source>the target&apos;s answer is malformed</source>
        <translation>目标的应答格式错误</translation>
    </message>
    <message>
        <source>it asks for a user name and password</source>
        <translation>它要求用户名和密码</translation>
    </message>
    <message>
        <source>reply 7, command not supported</source>
        <translation>应答 7，不支持该命令</translation>
    </message>
    <message>
        <source>reply 8, address type not supported</source>
        <translation>应答 8，不支持该地址类型</translation>
    </message>
    <message>
        <source>reply %1</source>
        <translation>应答 %1</translation>
    </message>
    <message>
        <source>SOCKS4 code %1</source>
        <translation>SOCKS4 代码 %1</translation>
    </message>
    <message>
        <source>it chose a method that was not offered</source>
        <translation>它选择了未提供的方法</translation>
    </message>
    <message>
        <source>it takes no user name and password</source>
        <translation>它不接受用户名和密码</translation>
    </message>
    <message>
        <source>too many interim answers</source>
        <translation>临时应答过多</translation>
    </message>
    <message>
        <source>HTTP status %1</source>
        <translation>HTTP 状态 %1</translation>
    </message>
    <message>
        <source>SOCKS4 has no UDP</source>
        <translation>SOCKS4 不支持 UDP</translation>
    </message>
    <message>
        <source>SOCKS4 has no IPv6</source>
        <translation>SOCKS4 不支持 IPv6</translation>
    </message>
    <message>
        <source>HTTP has no BIND</source>
        <translation>HTTP 不支持 BIND</translation>
    </message>
    <message>
        <source>HTTP has no UDP</source>
        <translation>HTTP 不支持 UDP</translation>
    </message>
    <message>
        <source>HTTP cannot say this name</source>
        <translation>HTTP 无法表示此名称</translation>
    </message>
    <message>
        <source>too many others are under way</source>
        <translation>正在进行的其他请求过多</translation>
    </message>
    <message>
        <source>no thread for it</source>
        <translation>没有可用的线程</translation>
    </message>
    <message>
        <source>no answer by UDP</source>
        <translation>没有通过 UDP 收到应答</translation>
    </message>
    <message>
        <source>no descriptors are left</source>
        <translation>没有剩余的描述符</translation>
    </message>
    <message>
        <source>its certificate is not the pinned one but has the SHA-256 %1</source>
        <translation>其证书不是已固定的证书，SHA-256 为 %1</translation>
    </message>
    <message>
        <source>it leads back here</source>
        <translation>它又绕回到此处</translation>
    </message>
    <message>
        <source>its answer is too long</source>
        <translation>它的应答过长</translation>
    </message>
    <message>
        <source>cannot be true beside &quot;passwordFile&quot;</source>
        <translation>不能与 &quot;passwordFile&quot; 同时为真</translation>
    </message>
    <message>
        <source>by the client</source>
        <translation>由客户端</translation>
    </message>
    <message>
        <source>%1 is not a host: what follows the &quot;:&quot; belongs into &quot;ports&quot;</source>
        <translation>%1 不是主机：&quot;:&quot; 之后的内容应写入 &quot;ports&quot;</translation>
    </message>
    <message>
        <source>%1 is neither a name nor an address</source>
        <translation>%1 既不是域名也不是地址</translation>
    </message>
    <message>
        <source>%1 is not a host: something is missing before or after a dot; &quot;*.lan&quot; stands for all names that end in &quot;.lan&quot;</source>
        <translation>%1 不是主机：点号前后缺少内容；&quot;*.lan&quot; 代表所有以 &quot;.lan&quot; 结尾的域名</translation>
    </message>
    <message>
        <source>%1 is not a host: &quot;?&quot; is no wildcard in names of hosts</source>
        <translation>%1 不是主机：&quot;?&quot; 在主机名中不是通配符</translation>
    </message>
    <message>
        <source>%1: &quot;*&quot; stands for parts of names, not of addresses: write a block such as &quot;10.0.0.0/8&quot;</source>
        <translation>%1：&quot;*&quot; 代表域名的一部分，不能代表地址的一部分：请写成 &quot;10.0.0.0/8&quot; 这样的地址段</translation>
    </message>
    <message>
        <source>The profile&apos;s file was changed by another program meanwhile. It is in force now; please make your change once more.</source>
        <translation>配置文件在此期间已被其他程序更改，现已生效；请重新进行您的更改。</translation>
    </message>
    <message>
        <source>%1 is more than one entry: each stands by itself</source>
        <translation>%1 包含多个条目：请将每个条目单独填写</translation>
    </message>
    <message>
        <source>%1 is a URL: only the host in it belongs here</source>
        <translation>%1 是 URL：此处只填写其中的主机</translation>
    </message>
    <message>
        <source>%1 stands without quotes here</source>
        <translation>%1 在此处不加引号</translation>
    </message>
    <message>
        <source>%1 is neither the name of a program nor its whole path, such as &quot;/usr/bin/curl&quot; or &quot;C:\Tools\curl.exe&quot;</source>
        <translation>%1 既不是程序的名称，也不是其完整路径，例如 &quot;/usr/bin/curl&quot; 或 &quot;C:\Tools\curl.exe&quot;</translation>
    </message>
    <message>
        <source>the program is about to end</source>
        <translation>程序即将结束</translation>
    </message>
    <message>
        <source>the running instance has hung up</source>
        <translation>正在运行的实例已断开连接</translation>
    </message>
    <message>
        <source>it refused the connection</source>
        <translation>它拒绝了连接</translation>
    </message>
    <message>
        <source>it is unreachable</source>
        <translation>它不可达</translation>
    </message>
    <message>
        <source>its network is unreachable</source>
        <translation>它所在的网络不可达</translation>
    </message>
    <message>
        <source>it did not answer in time</source>
        <translation>它未及时响应</translation>
    </message>
    <message>
        <source>the server before it does not allow it</source>
        <translation>它前面的服务器不允许此操作</translation>
    </message>
    <message>
        <source>the server before it could not connect to it</source>
        <translation>它前面的服务器无法连接到它</translation>
    </message>
    <message>
        <source>%1 is neither an address nor the name of one host, which holds no &quot;/&quot;, &quot;:&quot; or &quot;*&quot;</source>
        <translation>%1 既不是地址，也不是单个主机的名称；主机名不含 &quot;/&quot;、&quot;:&quot; 或 &quot;*&quot;</translation>
    </message>
    <message>
        <source>%1 is no name that can be asked for: it is too long, or holds a space or what cannot be seen</source>
        <translation>%1 不是可以请求的名称：过长，或含有空格或不可见字符</translation>
    </message>
    <message>
        <source>the profile is empty</source>
        <translation>配置文件为空</translation>
    </message>
    <message>
        <source>%1 is none of &quot;default&quot;, &quot;direct&quot;, &quot;block&quot;, &quot;proxy:ID&quot;</source>
        <translation>%1 不属于 &quot;default&quot;、&quot;direct&quot;、&quot;block&quot;、&quot;proxy:ID&quot;</translation>
    </message>
    <message>
        <source>%1 begins with two separators: write %2, or %3 for a program in a network</source>
        <translation>%1 以两个分隔符开头：请写成 %2，若是网络上的程序则写成 %3</translation>
    </message>
    <message>
        <source>%1 is no path that a program is known by, for it holds &quot;.&quot;, &quot;..&quot; or two separators in a row: write %2</source>
        <translation>%1 不是识别程序所用的路径，因为其中含有 &quot;.&quot;、&quot;..&quot; 或连续两个分隔符：请写成 %2</translation>
    </message>
    <message>
        <source>%1 has bits set behind its prefix: write %2 for the block</source>
        <translation>%1 在前缀之后有非零位：地址段请写成 %2</translation>
    </message>
    <message>
        <source>%1 begins or ends with a space: leave that out</source>
        <translation>%1 以空格开头或结尾：请将其去掉</translation>
    </message>
    <message>
        <source>%1 ends like a directory: write %2 for all programs below it</source>
        <translation>%1 的结尾像是文件夹：要表示其下的所有程序，请写成 %2</translation>
    </message>
    <message>
        <source>%1 (its certificate has the SHA-256 %2)</source>
        <translation>%1（其证书的 SHA-256 为 %2）</translation>
    </message>
    <message>
        <source>the keyring is locked</source>
        <translation>密钥环已锁定</translation>
    </message>
    <message>
        <source>servers %1: their passwords are not removed: %2</source>
        <translation>服务器 %1：密码未删除：%2</translation>
    </message>
</context>
<context>
    <name>ui::About</name>
    <message>
        <source>About Hosier</source>
        <translation>关于 Hosier</translation>
    </message>
    <message>
        <source>A proxy manager for the desktop: programs connect through it by SOCKS or HTTP, and you see every connection they make.&lt;br&gt;&lt;br&gt;Published under the MIT licence.</source>
        <translation>桌面代理管理器：程序通过它以 SOCKS 或 HTTP 方式建立连接，您可以看到它们的每一个连接。&lt;br&gt;&lt;br&gt;以 MIT 许可证发布。</translation>
    </message>
    <message>
        <source>About Qt</source>
        <translation>关于 Qt</translation>
    </message>
    <message>
        <source>Hosier is made with Qt, used under the GNU Lesser General Public License version 3.&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</source>
        <translation>Hosier 使用 Qt 构建，Qt 依据 GNU 宽通用公共许可证 (LGPL) 第 3 版使用。&lt;br&gt;&lt;br&gt;&lt;a href=&quot;https://www.qt.io/&quot;&gt;www.qt.io&lt;/a&gt;</translation>
    </message>
    <message>
        <source>The source code of Qt is at %1. The licences of Qt, and of the runtime libraries of GCC and mingw-w64 that come with Hosier, are in %2.</source>
        <translation>Qt 的源代码位于 %1。Qt 以及随 Hosier 附带的 GCC 和 mingw-w64 运行时库的许可证位于 %2。</translation>
    </message>
</context>
<context>
    <name>ui::ActionCombo</name>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>经由 %1</translation>
    </message>
</context>
<context>
    <name>ui::Actions</name>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Stop the proxy and quit Hosier</source>
        <translation>停止代理并退出 Hosier</translation>
    </message>
    <message>
        <source>Start at &amp;login</source>
        <translation>登录时启动(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Close window</source>
        <translation>关闭窗口(&amp;C)</translation>
    </message>
    <message>
        <source>Close the window; the proxy goes on in the tray where there is one</source>
        <translation>关闭窗口；若有托盘，代理会在托盘中继续运行</translation>
    </message>
    <message>
        <source>&amp;Import...</source>
        <translation>导入(&amp;I)...</translation>
    </message>
    <message>
        <source>Take a profile from a file, of Hosier or of Proxifier (.ppx)</source>
        <translation>从文件载入配置，支持 Hosier 或 Proxifier (.ppx) 的配置</translation>
    </message>
    <message>
        <source>&amp;Export...</source>
        <translation>导出(&amp;E)...</translation>
    </message>
    <message>
        <source>Write the profile in force to a file</source>
        <translation>将当前生效的配置写入文件</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>Copy the selected connections as text</source>
        <translation>将所选连接复制为文本</translation>
    </message>
    <message>
        <source>Copy &amp;target</source>
        <translation>复制目标(&amp;T)</translation>
    </message>
    <message>
        <source>Copy the targets of the selected connections</source>
        <translation>复制所选连接的目标</translation>
    </message>
    <message>
        <source>Close co&amp;nnection</source>
        <translation>关闭连接(&amp;N)</translation>
    </message>
    <message>
        <source>Close the selected connections</source>
        <translation>关闭所选连接</translation>
    </message>
    <message>
        <source>E&amp;xplain...</source>
        <translation>解释(&amp;X)...</translation>
    </message>
    <message>
        <source>Show which rule decides about such a connection, and why</source>
        <translation>显示此类连接由哪条规则决定及其原因</translation>
    </message>
    <message>
        <source>Show what the rules decide about a connection that you describe</source>
        <translation>显示规则会如何处理您描述的连接</translation>
    </message>
    <message>
        <source>&amp;Apply to open connections</source>
        <translation>应用到现有连接(&amp;A)</translation>
    </message>
    <message>
        <source>Close the open connections that would go another way now, or be blocked, so that their programs connect again by the rules</source>
        <translation>关闭按现有规则会改走别处或被阻止的连接，使相应程序按规则重新连接</translation>
    </message>
    <message>
        <source>Filter &amp;log</source>
        <translation>筛选日志(&amp;L)</translation>
    </message>
    <message>
        <source>Go to the filter field of the log</source>
        <translation>转到日志的筛选框</translation>
    </message>
    <message>
        <source>&amp;Proxy on</source>
        <translation>开启代理(&amp;P)</translation>
    </message>
    <message>
        <source>Open or close the listeners; open connections go on</source>
        <translation>打开或关闭监听端口；现有连接不受影响</translation>
    </message>
    <message>
        <source>&amp;Retry listeners</source>
        <translation>重试监听(&amp;R)</translation>
    </message>
    <message>
        <source>Try again to open the listeners that failed</source>
        <translation>再次尝试打开失败的监听端口</translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation>系统代理(&amp;Y)</translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier</source>
        <translation>让遵循系统代理设置的程序使用 Hosier</translation>
    </message>
    <message>
        <source>System proxy e&amp;xceptions...</source>
        <translation>系统代理例外(&amp;X)...</translation>
    </message>
    <message>
        <source>Choose the hosts that programs reach without the system proxy</source>
        <translation>选择程序不经系统代理访问的主机</translation>
    </message>
    <message>
        <source>Copy proxy &amp;environment variables</source>
        <translation>复制代理环境变量(&amp;E)</translation>
    </message>
    <message>
        <source>Copy lines for a shell that point programs at the proxy</source>
        <translation>复制可在 Shell 中使用的命令行，使程序使用该代理</translation>
    </message>
    <message>
        <source>Close &amp;all connections</source>
        <translation>关闭所有连接(&amp;A)</translation>
    </message>
    <message>
        <source>Close every open connection; the proxy stays as it is</source>
        <translation>关闭所有已打开的连接；代理本身不变</translation>
    </message>
    <message>
        <source>Log in its own &amp;window</source>
        <translation>在独立窗口中显示日志(&amp;W)</translation>
    </message>
    <message>
        <source>Take the log out of the main window, or put it back</source>
        <translation>将日志移出主窗口，或放回主窗口</translation>
    </message>
    <message>
        <source>&amp;About Hosier</source>
        <translation>关于 Hosier(&amp;A)</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>版本和许可证</translation>
    </message>
    <message>
        <source>About &amp;Qt</source>
        <translation>关于 Qt(&amp;Q)</translation>
    </message>
    <message>
        <source>Version of the Qt library</source>
        <translation>Qt 库的版本</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <comment>mode</comment>
        <translation>规则(&amp;R)</translation>
    </message>
    <message>
        <source>The rules decide, top to bottom; then the default action</source>
        <translation>规则自上而下依次判断，最后为默认动作</translation>
    </message>
    <message>
        <source>&amp;Everything</source>
        <comment>mode</comment>
        <translation>全局(&amp;E)</translation>
    </message>
    <message>
        <source>The default action is taken for everything, whatever the rules say</source>
        <translation>无论规则如何，一律执行默认动作</translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>mode</comment>
        <translation>直连(&amp;D)</translation>
    </message>
    <message>
        <source>Everything connects directly, and nothing is blocked</source>
        <translation>一切均直接连接，不阻止任何连接</translation>
    </message>
    <message>
        <source>Try out</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Apply to open</source>
        <translation>应用到现有连接</translation>
    </message>
    <message>
        <source>&amp;System&apos;s language</source>
        <translation>系统语言(&amp;S)</translation>
    </message>
    <message>
        <source>The language of the desktop, where Hosier speaks it</source>
        <translation>桌面所用的语言（如果 Hosier 支持）</translation>
    </message>
    <message>
        <source>&amp;Try the rules out...</source>
        <translation>测试规则(&amp;T)...</translation>
    </message>
    <message>
        <source>&amp;Settings...</source>
        <translation>设置(&amp;S)...</translation>
    </message>
    <message>
        <source>Theme, log, limits and notifications</source>
        <translation>主题、日志、限制和通知</translation>
    </message>
    <message>
        <source>Start Hosier when you log in; the settings say whether in the tray</source>
        <translation>登录时启动 Hosier；是否启动到托盘由设置决定</translation>
    </message>
    <message>
        <source>&amp;Filter page</source>
        <translation>筛选页面(&amp;F)</translation>
    </message>
    <message>
        <source>Go to the field that filters the page in sight</source>
        <translation>转到筛选当前页面的输入框</translation>
    </message>
    <message>
        <source>Traffic in its &amp;own window</source>
        <translation>在独立窗口中显示流量(&amp;O)</translation>
    </message>
    <message>
        <source>Take the traffic out of the main window, or put it back</source>
        <translation>将流量移出主窗口，或放回去</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationModel</name>
    <message>
        <source>The rule that decides about its connections; of one that has none, about its latest one</source>
        <translation>决定其连接去向的规则；没有活动连接时，为决定其最近一次连接的规则</translation>
    </message>
    <message>
        <source>Since Hosier started</source>
        <translation>自 Hosier 启动以来</translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation>应用程序</translation>
    </message>
    <message>
        <source>Live</source>
        <comment>column: open connections</comment>
        <translation>活动连接</translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation>下载/秒</translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation>上传/秒</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation>下载</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation>上传</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>规则</translation>
    </message>
    <message>
        <source>Last seen</source>
        <comment>column</comment>
        <translation>最近活动</translation>
    </message>
</context>
<context>
    <name>ui::ApplicationText</name>
    <message>
        <source>No rule</source>
        <comment>no rule matched</comment>
        <translation>无规则</translation>
    </message>
    <message>
        <source>Several</source>
        <comment>rules</comment>
        <translation>多条规则</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <comment>rules</comment>
        <translation>
            <numerusform>另有 %n 条</numerusform>
        </translation>
    </message>
    <message>
        <source>Now</source>
        <comment>last seen</comment>
        <translation>现在</translation>
    </message>
    <message>
        <source>Just now</source>
        <comment>last seen</comment>
        <translation>刚刚</translation>
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
        <translation>未识别的程序</translation>
    </message>
    <message>
        <source>Client %1</source>
        <comment>address</comment>
        <translation>客户端 %1</translation>
    </message>
    <message>
        <source>Programs of this machine whose name the system did not tell, or that had gone before it could be asked.</source>
        <translation>本机上的程序：系统未告知其名称，或在查询之前程序已退出。</translation>
    </message>
    <message>
        <source>A client of the proxy, known by its address.</source>
        <translation>代理的客户端，以其地址识别。</translation>
    </message>
    <message>
        <source>Latest process: %1</source>
        <translation>最近的进程：%1</translation>
    </message>
    <message>
        <source>Connections since Hosier started: %1</source>
        <translation>自 Hosier 启动以来的连接数：%1</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>规则：%1</translation>
    </message>
    <message>
        <source>Last seen: %1</source>
        <translation>最近活动：%1</translation>
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
        <translation>应用程序</translation>
    </message>
    <message>
        <source>Columns of the applications</source>
        <translation>应用程序列表的列</translation>
    </message>
    <message>
        <source>New rule for a&amp;pplication...</source>
        <translation>为应用程序新建规则(&amp;P)...</translation>
    </message>
    <message>
        <source>Make a rule for the selected application</source>
        <translation>为所选应用程序新建规则</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>Copy the selected applications as text</source>
        <translation>将所选应用程序复制为文本</translation>
    </message>
    <message>
        <source>Clo&amp;se connections of application</source>
        <translation>关闭应用程序的连接(&amp;S)</translation>
    </message>
    <message>
        <source>Close all connections of the selected applications</source>
        <translation>关闭所选应用程序的所有连接</translation>
    </message>
</context>
<context>
    <name>ui::ClientSettings</name>
    <message>
        <source>Environment variables</source>
        <translation>环境变量</translation>
    </message>
    <message>
        <source>PAC address</source>
        <translation>PAC 地址</translation>
    </message>
    <message>
        <source>Copied. Put it into %1 and replace NAME and PASSWORD.</source>
        <translation>已复制。放入 %1，并替换 NAME 和 PASSWORD。</translation>
    </message>
    <message>
        <source>Copied. Put it into %1.</source>
        <comment>a file</comment>
        <translation>已复制。放入 %1。</translation>
    </message>
    <message>
        <source>Copied. Paste it into a shell and replace NAME and PASSWORD.</source>
        <translation>已复制。粘贴到 Shell 中，并替换 NAME 和 PASSWORD。</translation>
    </message>
    <message>
        <source>Copied. Paste it into a shell: its programs then use %1.</source>
        <translation>已复制。粘贴到 Shell 中，其中的程序便会使用 %1。</translation>
    </message>
    <message>
        <source>Copied. Enter it where a program or system asks for a PAC file or a configuration URL.</source>
        <translation>已复制。请在程序或系统要求填写 PAC 文件或配置 URL 的地方输入。</translation>
    </message>
    <message>
        <source>The PAC file is served by HTTP. Add HTTP to the listener&apos;s protocols.</source>
        <translation>PAC 文件通过 HTTP 提供。请将 HTTP 添加到监听端口的协议中。</translation>
    </message>
    <message>
        <source>%1 needs a listener that speaks HTTP.</source>
        <comment>a program</comment>
        <translation>%1 需要支持 HTTP 的监听端口。</translation>
    </message>
    <message>
        <source>Environment variables (%1)</source>
        <comment>of a shell</comment>
        <translation>环境变量 (%1)</translation>
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
        <translation>连接已打开或曾打开的时长。按打开时间排序。</translation>
    </message>
    <message>
        <source>The rule that decided what is done with the connection; blank: the default action</source>
        <translation>决定该连接处理方式的规则；空白表示默认动作</translation>
    </message>
    <message>
        <source>The server or route the connection goes by; blank: directly</source>
        <translation>连接经由的服务器或线路；空白表示直连</translation>
    </message>
    <message>
        <source>Application</source>
        <comment>column</comment>
        <translation>应用程序</translation>
    </message>
    <message>
        <source>Client</source>
        <comment>column</comment>
        <translation>客户端</translation>
    </message>
    <message>
        <source>Target</source>
        <comment>column</comment>
        <translation>目标</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>协议</translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation>状态</translation>
    </message>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation>时长</translation>
    </message>
    <message>
        <source>Down</source>
        <comment>column: bytes received</comment>
        <translation>下载</translation>
    </message>
    <message>
        <source>Up</source>
        <comment>column: bytes sent</comment>
        <translation>上传</translation>
    </message>
    <message>
        <source>Down/s</source>
        <comment>column: bytes received per second</comment>
        <translation>下载/秒</translation>
    </message>
    <message>
        <source>Up/s</source>
        <comment>column: bytes sent per second</comment>
        <translation>上传/秒</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>规则</translation>
    </message>
    <message>
        <source>Route</source>
        <comment>column</comment>
        <translation>线路</translation>
    </message>
    <message>
        <source>The program that connects, or the client&apos;s address where none is known</source>
        <translation>建立连接的程序；未知时为客户端的地址</translation>
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
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Application: %1</source>
        <translation>应用程序：%1</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>失败：%1</translation>
    </message>
    <message>
        <source>Ended: %1</source>
        <translation>结束：%1</translation>
    </message>
    <message>
        <source>Target: %1</source>
        <translation>目标：%1</translation>
    </message>
    <message>
        <source>Connected to: %1</source>
        <translation>已连接到：%1</translation>
    </message>
    <message>
        <source>Client: %1</source>
        <translation>客户端：%1</translation>
    </message>
    <message>
        <source>Logged in as: %1</source>
        <translation>认证用户：%1</translation>
    </message>
    <message>
        <source>Rule: %1</source>
        <translation>规则：%1</translation>
    </message>
    <message>
        <source>By way of: %1</source>
        <comment>server or route</comment>
        <translation>经由：%1</translation>
    </message>
    <message>
        <source>Listener: %1</source>
        <translation>监听端口：%1</translation>
    </message>
    <message>
        <source>Opened at: %1</source>
        <translation>打开时间：%1</translation>
    </message>
    <message>
        <source>Ended at: %1</source>
        <translation>结束时间：%1</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <comment>state, how many connections</comment>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>%1 × %2: %3</source>
        <comment>state, how many connections, reason</comment>
        <translation>%1 × %2：%3</translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) ended alike. This is the last of them.</source>
        <translation>
            <numerusform>%n 个连接以同样的方式结束。这是其中最后一个。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) wait alike. This is the newest of them.</source>
        <translation>
            <numerusform>%n 个连接以同样的方式等待。这是其中最新的一个。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ConnectionsPage</name>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Columns of the connections</source>
        <translation>连接列表的列</translation>
    </message>
    <message>
        <source>Retry to open the listener</source>
        <translation>重试打开监听端口</translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1. %2</source>
        <translation>Hosier 无法监听 %1。%2</translation>
    </message>
</context>
<context>
    <name>ui::CrashBar</name>
    <message>
        <source>Note of a crash</source>
        <translation>崩溃记录</translation>
    </message>
    <message>
        <source>Hosier ended unexpectedly the last time. The note about it is %1.</source>
        <translation>Hosier 上次意外退出。相关记录为 %1。</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Show the folder of the note</source>
        <translation>显示记录所在的文件夹</translation>
    </message>
    <message>
        <source>Copy note</source>
        <translation>复制记录</translation>
    </message>
    <message>
        <source>Copy the note, to send it to whoever can make use of it</source>
        <translation>复制记录，以便发送给能够加以分析的人</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭提示</translation>
    </message>
    <message>
        <source>Hide this message; the note stays</source>
        <translation>隐藏此消息；记录会保留</translation>
    </message>
</context>
<context>
    <name>ui::DefaultRouteMenu</name>
    <message>
        <source>&amp;More…</source>
        <translation>更多(&amp;M)…</translation>
    </message>
    <message>
        <source>&amp;No servers yet…</source>
        <translation>尚无服务器(&amp;N)…</translation>
    </message>
    <message>
        <source>Go to the page of servers</source>
        <translation>转到服务器页面</translation>
    </message>
    <message>
        <source>Go to the page of servers, where the menu of each server and route has &quot;Use as default route&quot;</source>
        <translation>转到服务器页面，各服务器和线路的菜单中有“设为默认线路”</translation>
    </message>
</context>
<context>
    <name>ui::DnsPage</name>
    <message>
        <source>&amp;Look names up here for rules about addresses</source>
        <translation>在本机解析域名以应用针对地址的规则(&amp;L)</translation>
    </message>
    <message>
        <source>Names of direct connections are always looked up by this computer.</source>
        <translation>直接连接的域名始终由本机解析。</translation>
    </message>
    <message>
        <source>Connections by way of a server</source>
        <translation>经由服务器的连接</translation>
    </message>
    <message>
        <source>Names are looked up by these &amp;servers:</source>
        <translation>由以下服务器解析域名(&amp;S):</translation>
    </message>
    <message>
        <source>Servers that look names up</source>
        <translation>解析域名的服务器</translation>
    </message>
    <message>
        <source>Server</source>
        <comment>column</comment>
        <translation>服务器</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>协议</translation>
    </message>
    <message>
        <source>Names are looked up</source>
        <comment>column</comment>
        <translation>域名解析位置</translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation>服务器列表的列</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>When off, rules about addresses do not apply to requests by name, and no name is looked up for the rules</source>
        <translation>关闭时，针对地址的规则不适用于以域名发出的请求，也不会为规则解析任何域名</translation>
    </message>
    <message>
        <source>Rules about addresses then also decide about requests by name. This computer&apos;s name server learns those names, also when the connection goes to a server.</source>
        <translation>开启后，针对地址的规则也会判断以域名发出的请求。本机的域名服务器会得知这些域名，即使连接经由服务器。</translation>
    </message>
    <message>
        <source>here: SOCKS4 takes addresses only</source>
        <comment>names are looked up</comment>
        <translation>本机：SOCKS4 只接受地址</translation>
    </message>
    <message>
        <source>by the server</source>
        <comment>names are looked up</comment>
        <translation>由服务器</translation>
    </message>
    <message>
        <source>here</source>
        <comment>names are looked up</comment>
        <translation>本机</translation>
    </message>
    <message>
        <source>The profile has no servers.</source>
        <translation>配置文件中没有服务器。</translation>
    </message>
    <message>
        <source>A checked server is told names as they are. For the others this computer looks names up and sends addresses.</source>
        <translation>勾选的服务器会收到原样的域名。对于其他服务器，由本机解析域名并发送地址。</translation>
    </message>
</context>
<context>
    <name>ui::EmptyState</name>
    <message>
        <source>Command to try the proxy with</source>
        <translation>用于测试代理的命令</translation>
    </message>
    <message>
        <source>No connection matches</source>
        <translation>没有匹配的连接</translation>
    </message>
    <message>
        <source>No application matches</source>
        <translation>没有匹配的应用程序</translation>
    </message>
    <message>
        <source>The filter is &quot;%1&quot;.</source>
        <translation>筛选条件为“%1”。</translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation>清除筛选</translation>
    </message>
    <message>
        <source>The proxy is off</source>
        <translation>代理已关闭</translation>
    </message>
    <message>
        <source>No program can connect through Hosier until it is on.</source>
        <translation>开启代理之前，任何程序都无法通过 Hosier 连接。</translation>
    </message>
    <message>
        <source>Turn the proxy on</source>
        <translation>开启代理</translation>
    </message>
    <message>
        <source>Nothing to listen on</source>
        <translation>没有可监听的端口</translation>
    </message>
    <message>
        <source>Opening the listeners</source>
        <translation>正在打开监听端口</translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). Its connections appear here.</source>
        <translation>将程序的代理设为 %1 (%2)，其连接便会显示在这里。</translation>
    </message>
    <message>
        <source>Point a program at %1 (%2). It appears here with its traffic and its rule.</source>
        <translation>将程序的代理设为 %1 (%2)，该程序及其流量和规则便会显示在这里。</translation>
    </message>
    <message>
        <source>No connections yet</source>
        <translation>暂无连接</translation>
    </message>
    <message>
        <source>No applications yet</source>
        <translation>暂无应用程序</translation>
    </message>
    <message>
        <source>Copy proxy environment variables</source>
        <translation>复制代理环境变量</translation>
    </message>
    <message>
        <source>Hosier cannot listen on %1</source>
        <translation>Hosier 无法监听 %1</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Use port %1 instead</source>
        <translation>改用端口 %1</translation>
    </message>
    <message>
        <source>The profile has no listener. Add one under Proxy &gt; Listeners and users.</source>
        <translation>配置中没有监听端口。请在“代理 &gt; 监听端口和用户”中添加。</translation>
    </message>
    <message>
        <source>End that program and retry, or give the listener another port.</source>
        <translation>请结束该程序后重试，或为监听端口指定其他端口。</translation>
    </message>
    <message>
        <source>Change the listener under Proxy &gt; Listeners and users, or the system, then retry.</source>
        <translation>请在“代理 &gt; 监听端口和用户”中更改监听端口，或更改系统设置，然后重试。</translation>
    </message>
    <message>
        <source>No rule matches</source>
        <translation>没有匹配的规则</translation>
    </message>
    <message>
        <source>No server or route matches</source>
        <translation>没有匹配的服务器或线路</translation>
    </message>
</context>
<context>
    <name>ui::EntriesEdit</name>
    <message>
        <source>Such as %1</source>
        <comment>example entries of a field</comment>
        <translation>例如 %1</translation>
    </message>
    <message>
        <source>One entry a line. %1</source>
        <translation>每行一项。%1</translation>
    </message>
</context>
<context>
    <name>ui::EventText</name>
    <message>
        <source>unknown client</source>
        <translation>未知客户端</translation>
    </message>
    <message>
        <source>%1, user %2</source>
        <comment>who connected, login name</comment>
        <translation>%1，用户 %2</translation>
    </message>
    <message>
        <source>rule &quot;%1&quot;</source>
        <translation>规则“%1”</translation>
    </message>
    <message>
        <source>via %1</source>
        <comment>server or route</comment>
        <translation>经由 %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>client and target, what happened</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>closed, %1 down, %2 up, %3</source>
        <comment>bytes, bytes, duration</comment>
        <translation>已关闭，下载 %1，上传 %2，时长 %3</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>closed ..., reason</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>listener&apos;s address, its name</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>opened</source>
        <translation>已打开</translation>
    </message>
    <message>
        <source>failed: %1</source>
        <comment>reason</comment>
        <translation>失败：%1</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <comment>reason</comment>
        <translation>已拒绝：%1</translation>
    </message>
    <message>
        <source>login failed: %1</source>
        <comment>reason</comment>
        <translation>认证失败：%1</translation>
    </message>
    <message>
        <source>login failed</source>
        <translation>认证失败</translation>
    </message>
    <message>
        <source>UDP failed: %1</source>
        <comment>reason</comment>
        <translation>UDP 失败：%1</translation>
    </message>
    <message>
        <source>Engine started</source>
        <translation>核心已启动</translation>
    </message>
    <message>
        <source>Engine stopped</source>
        <translation>核心已停止</translation>
    </message>
    <message>
        <source>Profile applied</source>
        <translation>配置已应用</translation>
    </message>
    <message>
        <source>Profile applied: %1</source>
        <translation>配置已应用：%1</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <comment>listener</comment>
        <translation>正在监听 %1</translation>
    </message>
    <message>
        <source>No longer listening on %1</source>
        <comment>listener</comment>
        <translation>已停止监听 %1</translation>
    </message>
    <message>
        <source>Cannot listen on %1: %2</source>
        <comment>listener, reason</comment>
        <translation>无法监听 %1：%2</translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away</source>
        <translation>打开的文件过多：新客户端须等待或被拒绝</translation>
    </message>
    <message>
        <source>Too many open files: new clients wait or are turned away (%1)</source>
        <translation>打开的文件过多：新客户端须等待或被拒绝 (%1)</translation>
    </message>
    <message>
        <source>Server %1 does not work</source>
        <comment>server</comment>
        <translation>服务器 %1 不可用</translation>
    </message>
    <message>
        <source>Server %1 works again</source>
        <comment>server</comment>
        <translation>服务器 %1 已恢复可用</translation>
    </message>
    <message>
        <source>A change of &quot;%1&quot; takes effect at the next start</source>
        <comment>profile key</comment>
        <translation>对“%1”的更改将在下次启动时生效</translation>
    </message>
    <message>
        <source>%1 (and %2 more like it)</source>
        <comment>line, count</comment>
        <translation>%1（另有 %2 条类似记录）</translation>
    </message>
    <message>
        <source>Debug</source>
        <comment>log level</comment>
        <translation>调试</translation>
    </message>
    <message>
        <source>Info</source>
        <comment>log level</comment>
        <translation>信息</translation>
    </message>
    <message>
        <source>Warning</source>
        <comment>log level</comment>
        <translation>警告</translation>
    </message>
    <message>
        <source>Error</source>
        <comment>log level</comment>
        <translation>错误</translation>
    </message>
    <message>
        <source>Handshake</source>
        <comment>connection state</comment>
        <translation>握手中</translation>
    </message>
    <message>
        <source>Logging in</source>
        <comment>connection state</comment>
        <translation>认证中</translation>
    </message>
    <message>
        <source>Connecting</source>
        <comment>connection state</comment>
        <translation>连接中</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>connection state</comment>
        <translation>已连接</translation>
    </message>
    <message>
        <source>Half closed</source>
        <comment>connection state</comment>
        <translation>半关闭</translation>
    </message>
    <message>
        <source>Closed</source>
        <comment>connection state</comment>
        <translation>已关闭</translation>
    </message>
    <message>
        <source>Failed</source>
        <comment>connection state</comment>
        <translation>失败</translation>
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
        <translation>已决定</translation>
    </message>
</context>
<context>
    <name>ui::ExplainDialog</name>
    <message>
        <source>Explain</source>
        <translation>解释</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>example.org or 192.0.2.1</source>
        <translation>example.org 或 192.0.2.1</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>传输协议</translation>
    </message>
    <message>
        <source>Rules in the order they were tried</source>
        <translation>按判断顺序排列的规则</translation>
    </message>
    <message>
        <source>Rule</source>
        <comment>column</comment>
        <translation>规则</translation>
    </message>
    <message>
        <source>Matches</source>
        <comment>column</comment>
        <translation>匹配</translation>
    </message>
    <message>
        <source>Why not</source>
        <comment>column</comment>
        <translation>不匹配的原因</translation>
    </message>
    <message>
        <source>&amp;Application:</source>
        <translation>应用程序(&amp;A):</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>主机(&amp;H):</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>端口(&amp;P):</translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation>传输协议(&amp;T):</translation>
    </message>
    <message>
        <source>Where does the connection go?</source>
        <translation>连接将去往何处？</translation>
    </message>
    <message>
        <source>Enter a host to see what the rules decide about it. Nothing is opened.</source>
        <translation>输入一个主机，查看规则会如何处理。不会打开任何连接。</translation>
    </message>
    <message>
        <source>Yes</source>
        <comment>the rule matches</comment>
        <translation>是</translation>
    </message>
    <message>
        <source>No</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Direct</source>
        <translation>直连</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>阻止</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>经由 %1</translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation>服务器：%1</translation>
    </message>
    <message>
        <source>The rule %1 decides.</source>
        <translation>由规则 %1 决定。</translation>
    </message>
    <message>
        <source>The mode %1 decides; no rule is asked.</source>
        <translation>由模式 %1 决定；不判断任何规则。</translation>
    </message>
    <message>
        <source>The application is not identified, and the profile says what is done then.</source>
        <translation>应用程序未识别，按配置中针对此情况的设置处理。</translation>
    </message>
    <message>
        <source>No rule matches: the default action is taken.</source>
        <translation>没有匹配的规则：执行默认动作。</translation>
    </message>
    <message>
        <source>Down at the moment: %1</source>
        <comment>servers</comment>
        <translation>目前不可用：%1</translation>
    </message>
    <message>
        <source>Of the group, the first server that works is taken.</source>
        <translation>使用组中第一个可用的服务器。</translation>
    </message>
    <message>
        <source>Of the group, the server that this host was given is taken, among those that work.</source>
        <translation>在组内可用的服务器中，使用分配给此主机的那一个。</translation>
    </message>
    <message>
        <source>Address: %1, looked up for the rules</source>
        <translation>地址：%1，为判断规则而解析</translation>
    </message>
    <message>
        <source>The name was not looked up, so rules on addresses could not be judged.</source>
        <translation>域名未解析，因此无法判断针对地址的规则。</translation>
    </message>
    <message>
        <source>The last server looks the name up; rules on addresses do not apply to names.</source>
        <translation>由最后一个服务器解析域名；针对地址的规则不适用于域名。</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>The name that the client has logged in with</source>
        <translation>客户端登录所用的名称</translation>
    </message>
    <message>
        <source>anna; empty: not logged in</source>
        <translation>anna；留空：未登录</translation>
    </message>
    <message>
        <source>Client address</source>
        <translation>客户端地址</translation>
    </message>
    <message>
        <source>The address that the client connects from</source>
        <translation>客户端连接的来源地址</translation>
    </message>
    <message>
        <source>192.168.1.20; empty: this machine</source>
        <translation>192.168.1.20；留空：本机</translation>
    </message>
    <message>
        <source>Child &amp;of:</source>
        <translation>父程序(&amp;O):</translation>
    </message>
    <message>
        <source>&amp;User:</source>
        <translation>用户(&amp;U):</translation>
    </message>
    <message>
        <source>C&amp;lient address:</source>
        <translation>客户端地址(&amp;L):</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no IP address, such as 192.168.1.20.</source>
        <translation>“%1”不是 192.168.1.20 这样的 IP 地址。</translation>
    </message>
    <message>
        <source>This is what would be decided now.</source>
        <translation>这是现在会作出的决定。</translation>
    </message>
    <message>
        <source>no rule</source>
        <translation>无规则</translation>
    </message>
    <message>
        <source>rule %1</source>
        <translation>规则 %1</translation>
    </message>
    <message>
        <source>direct</source>
        <comment>route</comment>
        <translation>直连</translation>
    </message>
    <message>
        <source>by way of %1</source>
        <comment>server or route</comment>
        <translation>经由 %1</translation>
    </message>
    <message>
        <source>When it was opened: %1.</source>
        <comment>rule, route</comment>
        <translation>打开时：%1。</translation>
    </message>
    <message>
        <source>The name is not looked up for the rules: none on addresses could decide before it does.</source>
        <translation>无需为规则解析域名：没有针对地址的规则能在域名规则之前作出决定。</translation>
    </message>
    <message>
        <source>The name is not looked up; rules on addresses do not apply to names.</source>
        <translation>不解析域名；针对地址的规则不适用于域名。</translation>
    </message>
    <message>
        <source>The name is looked up here to connect; rules on addresses do not apply to names.</source>
        <translation>域名在本机连接时解析；针对地址的规则不适用于域名。</translation>
    </message>
    <message>
        <source>The name was looked up in vain, so rules on addresses could not be judged. Only a server may look it up again.</source>
        <translation>该名称解析失败，因此无法判断针对地址的规则。只有服务器可以再次解析它。</translation>
    </message>
    <message>
        <source>Of the group, the server that the first host of the association was given is taken, among those that work.</source>
        <translation>在组内可用的服务器中，使用分配给该关联第一个主机的那一个。</translation>
    </message>
</context>
<context>
    <name>ui::ExportDialog</name>
    <message>
        <source>Include the local &amp;users with the hashes of their passwords</source>
        <translation>包含本地用户及其密码哈希(&amp;U)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>The profile in force is written to a file: listeners, servers, routes, rules and limits. Passwords of servers are in no profile.</source>
        <translation>将当前生效的配置写入文件：监听端口、服务器、线路、规则和限制。任何配置都不包含服务器密码。</translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes</source>
        <translation>获得该文件的人可以用哈希来猜测密码</translation>
    </message>
    <message>
        <source>Who gets the file can try passwords against the hashes. Where a profile without users is imported, the users that are there stay.</source>
        <translation>获得该文件的人可以用哈希来猜测密码。导入不含用户的配置时，原有用户保持不变。</translation>
    </message>
    <message>
        <source>&amp;Choose file...</source>
        <translation>选择文件(&amp;C)...</translation>
    </message>
    <message>
        <source>Export the profile</source>
        <translation>导出配置</translation>
    </message>
    <message>
        <source>Profiles of Hosier (*.json)</source>
        <translation>Hosier 配置 (*.json)</translation>
    </message>
    <message>
        <source>Nothing was exported: %1</source>
        <translation>未导出任何内容：%1</translation>
    </message>
</context>
<context>
    <name>ui::FilterEdit</name>
    <message>
        <source>Clear the filter</source>
        <translation>清除筛选</translation>
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
        <translation>%1 小时 %2 分</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1 天 %2 小时</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <comment>names or lines that are not shown</comment>
        <translation>
            <numerusform>其他 %n 项</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::GeneralPage</name>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>The language of everything shown</source>
        <translation>所有界面文字的语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Light or dark, or as the desktop is</source>
        <translation>浅色、深色或与桌面一致</translation>
    </message>
    <message>
        <source>As the system</source>
        <comment>language</comment>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>&amp;Language:</source>
        <translation>语言(&amp;L):</translation>
    </message>
    <message>
        <source>As the system</source>
        <comment>theme</comment>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <comment>theme</comment>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <comment>theme</comment>
        <translation>深色</translation>
    </message>
    <message>
        <source>&amp;Theme:</source>
        <translation>主题(&amp;T):</translation>
    </message>
    <message>
        <source>Window at start</source>
        <translation>启动时的窗口</translation>
    </message>
    <message>
        <source>Whether the window is shown when Hosier starts</source>
        <translation>Hosier 启动时是否显示窗口</translation>
    </message>
    <message>
        <source>Shown</source>
        <comment>window at start</comment>
        <translation>显示</translation>
    </message>
    <message>
        <source>Shown, but in the tray when started at login</source>
        <comment>window at start</comment>
        <translation>显示，但登录时启动则在托盘中</translation>
    </message>
    <message>
        <source>In the tray</source>
        <comment>window at start</comment>
        <translation>在托盘中</translation>
    </message>
    <message>
        <source>&amp;Window at start:</source>
        <translation>启动时的窗口(&amp;W):</translation>
    </message>
    <message>
        <source>Where there is no tray, the window starts minimized.</source>
        <translation>没有托盘时，窗口以最小化状态启动。</translation>
    </message>
</context>
<context>
    <name>ui::ImportDialog</name>
    <message>
        <source>&amp;Replace the servers, routes and rules there are</source>
        <translation>替换现有的服务器、线路和规则(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Add to the servers, routes and rules there are</source>
        <translation>添加到现有的服务器、线路和规则(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Show only what is not taken over as it is</source>
        <translation>仅显示未能原样载入的内容(&amp;S)</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Listeners and users stay. The default action is taken from the file</source>
        <translation>监听端口和用户保持不变。默认动作取自文件</translation>
    </message>
    <message>
        <source>Rules of the file come after those there are. The default action stays</source>
        <translation>文件中的规则排在现有规则之后。默认动作保持不变</translation>
    </message>
    <message>
        <source>What becomes of the file, line by line</source>
        <translation>逐行显示文件的处理结果</translation>
    </message>
    <message>
        <source>Place</source>
        <comment>column</comment>
        <translation>位置</translation>
    </message>
    <message>
        <source>Outcome</source>
        <comment>column</comment>
        <translation>结果</translation>
    </message>
    <message>
        <source>What</source>
        <comment>column</comment>
        <translation>内容</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Import</source>
        <translation>导入(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Copy list</source>
        <translation>复制列表(&amp;C)</translation>
    </message>
    <message>
        <source>Copy all lines as text</source>
        <translation>将所有行复制为文本</translation>
    </message>
    <message>
        <source>This file cannot be imported:</source>
        <translation>无法导入此文件：</translation>
    </message>
    <message>
        <source>A profile of Hosier. It takes the place of the whole profile in force: listeners, users, servers, routes, rules and limits.</source>
        <translation>Hosier 配置。它将取代当前生效的整个配置：监听端口、用户、服务器、线路、规则和限制。</translation>
    </message>
    <message>
        <source>A profile of Proxifier. Listeners, users and limits stay what they are.</source>
        <translation>Proxifier 配置。监听端口、用户和限制保持不变。</translation>
    </message>
    <message>
        <source>&amp;Replace the profile</source>
        <translation>替换配置(&amp;R)</translation>
    </message>
    <message>
        <source>Taken over</source>
        <translation>已载入</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>已更改</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>已忽略</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <comment>things, how many there are, how many there will be</comment>
        <translation>%1：%2 → %3</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>监听端口</translation>
    </message>
    <message>
        <source>users</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>servers</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>routes</source>
        <translation>线路</translation>
    </message>
    <message>
        <source>rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>%1. Default action: %2.
The profile of before is kept as a backup beside its file.</source>
        <translation>%1。默认动作：%2。
之前的配置已备份在其文件旁。</translation>
    </message>
    <message>
        <source>Nothing was imported: %1</source>
        <translation>未导入任何内容：%1</translation>
    </message>
</context>
<context>
    <name>ui::LanSharing</name>
    <message>
        <source>Local network</source>
        <translation>本地网络</translation>
    </message>
    <message>
        <source>This computer has no free port to listen on.</source>
        <translation>本机没有可供监听的空闲端口。</translation>
    </message>
    <message>
        <source>This listener was set up by hand. Change it under Proxy &gt; Listeners and users.</source>
        <translation>此监听端口是手动设置的。请在“代理 &gt; 监听端口和用户”中更改。</translation>
    </message>
</context>
<context>
    <name>ui::LimitsPage</name>
    <message>
        <source>&amp;Restore defaults</source>
        <translation>恢复默认值(&amp;R)</translation>
    </message>
    <message>
        <source>Give every limit and timeout on this page its default</source>
        <translation>将此页上的所有限制和超时恢复为默认值</translation>
    </message>
    <message>
        <source>Limits and timeouts of the profile</source>
        <translation>配置的限制和超时</translation>
    </message>
    <message>
        <source>&amp;Handshake:</source>
        <translation>握手(&amp;H):</translation>
    </message>
    <message>
        <source>From a client&apos;s connection to the end of its request</source>
        <translation>从客户端建立连接到其请求结束</translation>
    </message>
    <message>
        <source>Co&amp;nnect:</source>
        <translation>连接(&amp;N):</translation>
    </message>
    <message>
        <source>From the request to a connected target, with the name&apos;s lookup and all attempts</source>
        <translation>从收到请求到连上目标，包括域名解析和所有尝试</translation>
    </message>
    <message>
        <source>&amp;Awaited connection (BIND):</source>
        <translation>等待连入 (BIND)(&amp;A):</translation>
    </message>
    <message>
        <source>How long a client of BIND waits for its peer</source>
        <translation>使用 BIND 的客户端等待对端连入的时长</translation>
    </message>
    <message>
        <source>&amp;Idle connection:</source>
        <translation>空闲连接(&amp;I):</translation>
    </message>
    <message>
        <source>A connection without a byte in either direction is closed after this time</source>
        <translation>两个方向均无数据超过此时长的连接将被关闭</translation>
    </message>
    <message>
        <source>Hal&amp;f-closed connection:</source>
        <translation>半关闭连接(&amp;F):</translation>
    </message>
    <message>
        <source>One side has finished, and the other sends nothing for this time</source>
        <translation>一方已结束，另一方在此时长内未发送任何数据</translation>
    </message>
    <message>
        <source>Idle &amp;UDP association:</source>
        <translation>空闲 UDP 关联(&amp;U):</translation>
    </message>
    <message>
        <source>An association without a datagram is closed after this time</source>
        <translation>超过此时长没有数据报的关联将被关闭</translation>
    </message>
    <message>
        <source>Grace on &amp;quitting:</source>
        <translation>退出宽限(&amp;Q):</translation>
    </message>
    <message>
        <source>How long open connections may go on when Hosier stops</source>
        <translation>Hosier 停止时，现有连接还可继续的时长</translation>
    </message>
    <message>
        <source>&amp;Clients at once:</source>
        <translation>同时连接的客户端(&amp;C):</translation>
    </message>
    <message>
        <source>Further clients are turned away. 0 is no limit of Hosier&apos;s own.</source>
        <translation>超出的客户端将被拒绝。0 表示 Hosier 自身不设限制。</translation>
    </message>
    <message>
        <source>Clients from &amp;one address:</source>
        <translation>来自同一地址的客户端(&amp;O):</translation>
    </message>
    <message>
        <source>Further clients of the address are turned away. 0 is no limit of Hosier&apos;s own.</source>
        <translation>该地址超出的客户端将被拒绝。0 表示 Hosier 自身不设限制。</translation>
    </message>
    <message>
        <source>Relay</source>
        <translation>转发</translation>
    </message>
    <message>
        <source>How data is moved. The fastest one of this system is chosen by itself.</source>
        <translation>数据的传送方式。默认自动选择本系统上最快的方式。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <comment>relay</comment>
        <translation>自动</translation>
    </message>
    <message>
        <source>Native</source>
        <comment>relay</comment>
        <translation>原生</translation>
    </message>
    <message>
        <source>Portable</source>
        <comment>relay</comment>
        <translation>通用</translation>
    </message>
    <message>
        <source>A change of the relay takes effect at the next start of Hosier.</source>
        <translation>转发方式的更改将在 Hosier 下次启动时生效。</translation>
    </message>
    <message>
        <source>Rela&amp;y:</source>
        <translation>转发(&amp;Y):</translation>
    </message>
    <message>
        <source> s</source>
        <comment>seconds, suffix of a number</comment>
        <translation> 秒</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <translation>默认：%1</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>无限制</translation>
    </message>
    <message>
        <source>Restore the default</source>
        <translation>恢复默认值</translation>
    </message>
    <message>
        <source>Restore the default of &quot;%1&quot;</source>
        <translation>恢复“%1”的默认值</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>field, what is wrong with it</comment>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>ui::LinkedNames</name>
    <message>
        <source>%1 leads to %2: programs are known by that name.</source>
        <translation>%1 指向 %2：程序按后者的名称识别。</translation>
    </message>
</context>
<context>
    <name>ui::ListenerDialog</name>
    <message>
        <source>&amp;Open proxy: whoever reaches the address may use it without a password</source>
        <translation>开放代理：凡能访问该地址者均可使用，无需密码(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Clients that may come in</source>
        <translation>允许连入的客户端(&amp;C)</translation>
    </message>
    <message>
        <source>Edit listener</source>
        <translation>编辑监听端口</translation>
    </message>
    <message>
        <source>Add listener</source>
        <translation>添加监听端口</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>认证</translation>
    </message>
    <message>
        <source>Open proxy</source>
        <translation>开放代理</translation>
    </message>
    <message>
        <source>Datagrams that a client is sent</source>
        <translation>发送给客户端的数据报</translation>
    </message>
    <message>
        <source>All that can reach the address</source>
        <translation>凡能访问该地址者</translation>
    </message>
    <message>
        <source>SOCKS4 and SOCKS4a</source>
        <translation>SOCKS4 和 SOCKS4a</translation>
    </message>
    <message>
        <source>CONNECT and plain requests, and the PAC file</source>
        <translation>CONNECT、普通请求以及 PAC 文件</translation>
    </message>
    <message>
        <source>Strangers could do things in your name. Use it only where you know who can reach the address.</source>
        <translation>陌生人可能会以您的名义行事。请仅在您清楚谁能访问该地址时使用。</translation>
    </message>
    <message>
        <source>Whose datagrams reach a program that uses SOCKS5 for UDP. Some games and calls need more than the first choice.</source>
        <translation>允许谁的数据报到达通过 SOCKS5 使用 UDP 的程序。某些游戏和通话需要比第一项更宽松的选择。</translation>
    </message>
    <message>
        <source>0.0.0.0 and :: are every address of this computer</source>
        <translation>0.0.0.0 和 :: 表示本机的所有地址</translation>
    </message>
    <message>
        <source>None</source>
        <comment>login</comment>
        <translation>无</translation>
    </message>
    <message>
        <source>Name and password of a local user</source>
        <translation>本地用户的名称和密码</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>端口(&amp;P):</translation>
    </message>
    <message>
        <source>&amp;Address:</source>
        <translation>地址(&amp;A):</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>名称(&amp;N):</translation>
    </message>
    <message>
        <source>Protocols:</source>
        <translation>协议:</translation>
    </message>
    <message>
        <source>&amp;Login:</source>
        <translation>认证(&amp;L):</translation>
    </message>
    <message>
        <source>&amp;UDP:</source>
        <translation>UDP(&amp;U):</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>请输入名称。</translation>
    </message>
    <message>
        <source>Enter an IPv4 or IPv6 address of this computer.</source>
        <translation>请输入本机的 IPv4 或 IPv6 地址。</translation>
    </message>
    <message>
        <source>Choose at least one protocol.</source>
        <translation>请至少选择一种协议。</translation>
    </message>
    <message>
        <source>Nobody could log in: add a local user first.</source>
        <translation>将没有人能够通过认证：请先添加本地用户。</translation>
    </message>
    <message>
        <source>Others could use this proxy as they like: ask for name and password, or say that an open proxy is meant.</source>
        <translation>他人可以随意使用此代理：请要求名称和密码，或注明确实要设为开放代理。</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; has this address and port already.</source>
        <translation>监听端口“%1”已使用此地址和端口。</translation>
    </message>
    <message>
        <source>The listener was changed or removed meanwhile. Close this and open it again.</source>
        <translation>该监听端口在此期间已被更改或移除。请关闭此窗口后重新打开。</translation>
    </message>
</context>
<context>
    <name>ui::ListenerMenu</name>
    <message>
        <source>&amp;Listeners and users...</source>
        <translation>监听端口和用户(&amp;L)...</translation>
    </message>
    <message>
        <source>S&amp;hare on the local network</source>
        <translation>在本地网络中共享(&amp;H)</translation>
    </message>
    <message>
        <source>Choose where clients come in, and who may log in</source>
        <translation>选择客户端从何处连入，以及谁可以通过认证</translation>
    </message>
    <message>
        <source>Let computers of the local network use this proxy, with name and password</source>
        <translation>让本地网络中的计算机凭名称和密码使用此代理</translation>
    </message>
    <message>
        <source>Set up, but not open: the proxy is off</source>
        <translation>已设置但未打开：代理已关闭</translation>
    </message>
    <message>
        <source>Set up, but the listener could not be opened</source>
        <translation>已设置，但无法打开监听端口</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy. Switch it off to end that.</source>
        <translation>本地网络中的计算机可以使用此代理。关闭此项即可停止共享。</translation>
    </message>
    <message>
        <source>The proxy is no longer shared on the local network.</source>
        <translation>已不再在本地网络中共享代理。</translation>
    </message>
    <message>
        <source>Whoever uses the proxy from another computer has to log in. Choose the name and the password for that.</source>
        <translation>从其他计算机使用代理的人必须进行认证。请为此设定名称和密码。</translation>
    </message>
    <message>
        <source>The proxy could not be shared: %1</source>
        <translation>无法共享代理：%1</translation>
    </message>
    <message>
        <source>Share on the local network</source>
        <translation>在本地网络中共享</translation>
    </message>
    <message>
        <source>Other computers log in as before. Enter a password only if it is to be another one.</source>
        <translation>其他计算机仍照以前的方式认证。仅在要更换密码时才需输入密码。</translation>
    </message>
</context>
<context>
    <name>ui::ListenerText</name>
    <message>
        <source>Name and password</source>
        <translation>名称和密码</translation>
    </message>
    <message>
        <source>None: open to anybody</source>
        <translation>无：对任何人开放</translation>
    </message>
    <message>
        <source>None</source>
        <comment>login</comment>
        <translation>无</translation>
    </message>
    <message>
        <source>All</source>
        <comment>clients</comment>
        <translation>全部</translation>
    </message>
    <message>
        <source>Only programs on this computer can reach this address.</source>
        <translation>只有本机上的程序能访问此地址。</translation>
    </message>
    <message>
        <source>Every network of this computer leads to this address.</source>
        <translation>本机所在的每个网络都能访问此地址。</translation>
    </message>
    <message>
        <source>Other computers in the network of this address can reach it.</source>
        <translation>此地址所在网络中的其他计算机能访问它。</translation>
    </message>
    <message>
        <source>From addresses and ports it has sent to</source>
        <translation>来自客户端曾向其发送过数据的地址和端口</translation>
    </message>
    <message>
        <source>From addresses it has sent to, any port</source>
        <translation>来自客户端曾向其发送过数据的地址，端口不限</translation>
    </message>
    <message>
        <source>From anybody</source>
        <translation>来自任何人</translation>
    </message>
</context>
<context>
    <name>ui::ListenersDialog</name>
    <message>
        <source>&amp;Add…</source>
        <translation>添加(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>编辑(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>移除(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Share on the local network</source>
        <translation>在本地网络中共享(&amp;S)</translation>
    </message>
    <message>
        <source>A&amp;ddresses for others…</source>
        <translation>供他人使用的地址(&amp;D)…</translation>
    </message>
    <message>
        <source>Add &amp;user…</source>
        <translation>添加用户(&amp;U)…</translation>
    </message>
    <message>
        <source>Change &amp;password…</source>
        <translation>更改密码(&amp;P)…</translation>
    </message>
    <message>
        <source>Re&amp;move user</source>
        <translation>移除用户(&amp;M)</translation>
    </message>
    <message>
        <source>Listeners and users</source>
        <translation>监听端口和用户</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>监听端口</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>名称</translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation>地址</translation>
    </message>
    <message>
        <source>Protocols</source>
        <comment>column</comment>
        <translation>协议</translation>
    </message>
    <message>
        <source>Login</source>
        <comment>column</comment>
        <translation>认证</translation>
    </message>
    <message>
        <source>Clients</source>
        <comment>column</comment>
        <translation>客户端</translation>
    </message>
    <message>
        <source>State</source>
        <comment>column</comment>
        <translation>状态</translation>
    </message>
    <message>
        <source>Columns of the listeners</source>
        <translation>监听端口列表的列</translation>
    </message>
    <message>
        <source>Listeners: where clients come in</source>
        <translation>监听端口：客户端从何处连入</translation>
    </message>
    <message>
        <source>Local users</source>
        <translation>本地用户</translation>
    </message>
    <message>
        <source>Local users: who may log in where a listener asks for it</source>
        <translation>本地用户：在监听端口要求认证时，谁可以通过认证</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>listener</comment>
        <translation>已打开</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>失败：%1</translation>
    </message>
    <message>
        <source>Closed: the proxy is off</source>
        <translation>已关闭：代理已关闭</translation>
    </message>
    <message>
        <source>Not open yet</source>
        <translation>尚未打开</translation>
    </message>
    <message>
        <source>Local</source>
        <comment>name of a listener</comment>
        <translation>本地</translation>
    </message>
    <message>
        <source>This is the only listener. Add another one before you remove it, or switch the proxy off.</source>
        <translation>这是唯一的监听端口。请先添加另一个再移除它，或关闭代理。</translation>
    </message>
    <message>
        <source>Remove the listener &quot;%1&quot;?</source>
        <translation>移除监听端口“%1”？</translation>
    </message>
    <message>
        <source>Connections that came in by it end. Programs that use %1 cannot connect any more.</source>
        <translation>由它连入的连接将结束。使用 %1 的程序将无法再连接。</translation>
    </message>
    <message>
        <source>This is the only user, and a listener asks for a login. Change that listener first.</source>
        <translation>这是唯一的用户，且有监听端口要求认证。请先更改该监听端口。</translation>
    </message>
    <message>
        <source>Remove the user &quot;%1&quot;?</source>
        <translation>移除用户“%1”？</translation>
    </message>
    <message>
        <source>Nobody can log in by this name any more, and connections of the user end.</source>
        <translation>将无法再以此名称通过认证，该用户的连接将结束。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>ui::LogModel</name>
    <message>
        <source>Time</source>
        <comment>column</comment>
        <translation>时间</translation>
    </message>
    <message>
        <source>Level</source>
        <comment>column</comment>
        <translation>级别</translation>
    </message>
    <message>
        <source>Message</source>
        <comment>column</comment>
        <translation>消息</translation>
    </message>
    <message>
        <source>%1 events came too fast and were dropped</source>
        <translation>事件过于频繁，已丢弃 %1 条</translation>
    </message>
    <message numerus="yes">
        <source>%n more ended connection(s) did not fit into the list of connections</source>
        <translation>
            <numerusform>另有 %n 个已结束的连接未能列入连接列表</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::LogPage</name>
    <message>
        <source>Level of the log window</source>
        <translation>日志窗口的级别</translation>
    </message>
    <message>
        <source>The log window shows lines of this level and more important ones</source>
        <translation>日志窗口显示此级别及更重要的记录</translation>
    </message>
    <message>
        <source>&amp;Write the log to a file</source>
        <translation>将日志写入文件(&amp;W)</translation>
    </message>
    <message>
        <source>Level of the log file</source>
        <translation>日志文件的级别</translation>
    </message>
    <message>
        <source>The file gets lines of this level and more important ones</source>
        <translation>文件中写入此级别及更重要的记录</translation>
    </message>
    <message>
        <source>Size of a log file in MiB</source>
        <translation>单个日志文件的大小 (MiB)</translation>
    </message>
    <message>
        <source>Number of log files</source>
        <translation>日志文件的数量</translation>
    </message>
    <message>
        <source>&amp;Open folder</source>
        <translation>打开文件夹(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Log window from level:</source>
        <translation>日志窗口起始级别(&amp;L):</translation>
    </message>
    <message>
        <source>Log file</source>
        <translation>日志文件</translation>
    </message>
    <message>
        <source> MiB</source>
        <comment>suffix of a number</comment>
        <translation> MiB</translation>
    </message>
    <message>
        <source>With the one that is being written; the oldest one goes when a new one begins</source>
        <translation>包括正在写入的文件；开始新文件时会删除最旧的文件</translation>
    </message>
    <message>
        <source>Show the folder of the log files</source>
        <translation>显示日志文件所在的文件夹</translation>
    </message>
    <message>
        <source>File from l&amp;evel:</source>
        <translation>文件起始级别(&amp;E):</translation>
    </message>
    <message>
        <source>&amp;Size of one file:</source>
        <translation>单个文件的大小(&amp;S):</translation>
    </message>
    <message>
        <source>&amp;Number of files:</source>
        <translation>文件数量(&amp;N):</translation>
    </message>
    <message>
        <source>File: %1
It names programs and where they connected to; only you can read it.</source>
        <translation>文件：%1
其中记录了程序及其连接的目标；只有您可以读取。</translation>
    </message>
    <message>
        <source>Together at most %1. Defaults: %2 MiB, %3 files, level %4.</source>
        <translation>合计最多 %1。默认值：%2 MiB，%3 个文件，级别 %4。</translation>
    </message>
    <message>
        <source>The log file cannot be written: %1</source>
        <translation>无法写入日志文件：%1</translation>
    </message>
    <message>
        <source>The folder cannot be shown: %1</source>
        <translation>无法显示该文件夹：%1</translation>
    </message>
</context>
<context>
    <name>ui::LogView</name>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Columns of the log</source>
        <translation>日志的列</translation>
    </message>
    <message>
        <source>Least important level shown</source>
        <translation>显示的最低级别</translation>
    </message>
    <message>
        <source>Show lines of this level and more important ones</source>
        <translation>显示该级别及更重要的记录</translation>
    </message>
    <message>
        <source>Filter the log</source>
        <translation>筛选日志内容</translation>
    </message>
    <message>
        <source>Filter log</source>
        <translation>筛选日志</translation>
    </message>
    <message>
        <source>Show only lines with all these words (Ctrl+Shift+F)</source>
        <translation>仅显示包含所有这些词的记录 (Ctrl+Shift+F)</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Hold the log still. New lines wait until you go on.</source>
        <translation>暂停日志滚动。新记录将等待，直到您继续。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the selected lines, or all that are shown</source>
        <translation>复制所选记录；未选择时复制显示的全部记录</translation>
    </message>
    <message>
        <source>Save...</source>
        <translation>保存...</translation>
    </message>
    <message>
        <source>Save the lines that are shown</source>
        <translation>保存显示的记录</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清空</translation>
    </message>
    <message>
        <source>Clear the log</source>
        <translation>清空日志</translation>
    </message>
    <message>
        <source>Resume (%1)</source>
        <comment>waiting lines</comment>
        <translation>继续 (%1)</translation>
    </message>
    <message>
        <source>Pause the log</source>
        <translation>暂停日志</translation>
    </message>
    <message numerus="yes">
        <source>Resume the log, %n line(s) waiting</source>
        <translation>
            <numerusform>继续显示日志，有 %n 条记录等待显示</numerusform>
        </translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>保存日志</translation>
    </message>
    <message>
        <source>Log files (*.log *.txt);;All files (*)</source>
        <translation>日志文件 (*.log *.txt);;所有文件 (*)</translation>
    </message>
    <message>
        <source>The log could not be saved.</source>
        <translation>无法保存日志。</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>file, reason</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>&amp;Only lines of one application</source>
        <translation>仅显示单个应用程序的记录(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Only lines of %1</source>
        <comment>application</comment>
        <translation>仅显示 %1 的记录(&amp;O)</translation>
    </message>
    <message>
        <source>Only %1</source>
        <comment>application</comment>
        <translation>仅 %1</translation>
    </message>
    <message>
        <source>Show the lines of all applications again</source>
        <translation>重新显示所有应用程序的记录</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>暂停(&amp;P)</translation>
    </message>
    <message>
        <source>Go to the &amp;newest line</source>
        <translation>转到最新记录(&amp;N)</translation>
    </message>
    <message>
        <source>Go on if the log is paused, and follow new lines</source>
        <translation>若日志已暂停则继续，并跟随新记录</translation>
    </message>
    <message>
        <source>&amp;Copy lines</source>
        <translation>复制记录(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Save lines...</source>
        <translation>保存记录(&amp;S)...</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>清空(&amp;L)</translation>
    </message>
    <message>
        <source>No line has this level and all these words.</source>
        <translation>没有任何记录属于此级别并包含所有这些词。</translation>
    </message>
    <message>
        <source>The log is paused: new lines wait until you go on.</source>
        <translation>日志已暂停：新记录将等待，直到您继续。</translation>
    </message>
    <message>
        <source>Connections and problems are told here as they come.</source>
        <translation>连接和问题会随时显示在这里。</translation>
    </message>
    <message>
        <source>Colu&amp;mns</source>
        <translation>列(&amp;M)</translation>
    </message>
    <message>
        <source>Saved the log to %1.</source>
        <translation>日志已保存到 %1。</translation>
    </message>
</context>
<context>
    <name>ui::LoginStartAction</name>
    <message>
        <source>Start at login</source>
        <translation>登录时启动</translation>
    </message>
    <message>
        <source>Whether Hosier starts at login could not be changed.</source>
        <translation>无法更改 Hosier 是否在登录时启动。</translation>
    </message>
    <message>
        <source>%1 cannot be removed.</source>
        <comment>file</comment>
        <translation>无法删除 %1。</translation>
    </message>
    <message>
        <source>The folder of %1 cannot be created.</source>
        <comment>file</comment>
        <translation>无法创建 %1 所在的文件夹。</translation>
    </message>
    <message>
        <source>%1 cannot be written.</source>
        <comment>file, or key of the registry</comment>
        <translation>无法写入 %1。</translation>
    </message>
</context>
<context>
    <name>ui::MainDocks</name>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>流量</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>日志(&amp;L)</translation>
    </message>
    <message>
        <source>Show or hide the log</source>
        <translation>显示或隐藏日志</translation>
    </message>
    <message>
        <source>&amp;Traffic</source>
        <translation>流量(&amp;T)</translation>
    </message>
    <message>
        <source>Show or hide the traffic graph</source>
        <translation>显示或隐藏流量图</translation>
    </message>
    <message>
        <source>Log - Hosier</source>
        <translation>日志 - Hosier</translation>
    </message>
    <message>
        <source>Traffic - Hosier</source>
        <translation>流量 - Hosier</translation>
    </message>
</context>
<context>
    <name>ui::MainMenu</name>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Proxy</source>
        <translation>代理(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>模式(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>规则(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>La&amp;nguage</source>
        <translation>语言(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>服务器(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>日志(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;What&apos;s This?</source>
        <translation>这是什么？(&amp;W)</translation>
    </message>
    <message>
        <source>Then click what you want to have explained</source>
        <translation>然后单击需要说明的内容</translation>
    </message>
</context>
<context>
    <name>ui::MainPages</name>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Go to the page %1</source>
        <translation>转到“%1”页面</translation>
    </message>
</context>
<context>
    <name>ui::MainToolBar</name>
    <message>
        <source>Toolbar</source>
        <translation>工具栏</translation>
    </message>
    <message>
        <source>Mode: %1</source>
        <translation>模式：%1</translation>
    </message>
    <message>
        <source>Default: %1</source>
        <comment>server, or what is done</comment>
        <translation>默认：%1</translation>
    </message>
    <message>
        <source>What is done when no rule matches: %1</source>
        <translation>没有匹配的规则时的处理：%1</translation>
    </message>
    <message>
        <source>All: %1</source>
        <comment>server, or what is done</comment>
        <translation>全部：%1</translation>
    </message>
    <message>
        <source>What is done with everything, whatever the rules say: %1</source>
        <translation>无论规则如何，对一切连接的处理：%1</translation>
    </message>
    <message>
        <source>Everything connects directly. The default action for the other modes: %1</source>
        <translation>一切均直接连接。其他模式的默认动作：%1</translation>
    </message>
</context>
<context>
    <name>ui::MainWindow</name>
    <message>
        <source>&amp;Connections</source>
        <translation>连接(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Applications</source>
        <translation>应用程序(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>规则(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Servers</source>
        <translation>服务器(&amp;S)</translation>
    </message>
    <message>
        <source>Filter connections</source>
        <translation>筛选连接</translation>
    </message>
    <message>
        <source>Show only connections with all these words in application, client, target, login, rule, route or state (Ctrl+F)</source>
        <translation>仅显示应用程序、客户端、目标、认证用户、规则、线路或状态中包含所有这些词的连接 (Ctrl+F)</translation>
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
        <translation>无法更改模式：%1</translation>
    </message>
    <message>
        <source>The rules decide about all open connections as they did: none was closed.</source>
        <translation>规则对所有现有连接的决定没有变化：未关闭任何连接。</translation>
    </message>
    <message numerus="yes">
        <source>%n open connection(s) closed: the rules decide otherwise now.</source>
        <translation>
            <numerusform>已关闭 %n 个现有连接：规则对它们的决定已改变。</numerusform>
        </translation>
    </message>
    <message>
        <source>Filter applications</source>
        <translation>筛选应用程序</translation>
    </message>
    <message>
        <source>Show only applications with all these words in their name or rule (Ctrl+F)</source>
        <translation>仅显示名称或规则中包含所有这些词的应用程序 (Ctrl+F)</translation>
    </message>
    <message>
        <source>Filter rules</source>
        <translation>筛选规则</translation>
    </message>
    <message>
        <source>Show only rules with all these words in name, applications, hosts, ports or action (Ctrl+F)</source>
        <translation>仅显示名称、应用程序、主机、端口或动作中包含所有这些词的规则 (Ctrl+F)</translation>
    </message>
    <message>
        <source>Filter servers</source>
        <translation>筛选服务器</translation>
    </message>
    <message>
        <source>Show only servers and routes with all these words in their columns (Ctrl+F)</source>
        <translation>仅显示各列中包含所有这些词的服务器和线路 (Ctrl+F)</translation>
    </message>
    <message>
        <source>Defa&amp;ult route</source>
        <translation>默认线路(&amp;U)</translation>
    </message>
</context>
<context>
    <name>ui::MessageBar</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭提示</translation>
    </message>
</context>
<context>
    <name>ui::ModeBar</name>
    <message>
        <source>Apply the rules</source>
        <translation>应用规则</translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Direct, so everything connects directly and nothing is blocked.</source>
        <translation>这些规则未被应用：当前为直连模式，一切均直接连接，不阻止任何连接。</translation>
    </message>
    <message>
        <source>These rules are not applied: the mode is Everything, so the default action is taken for everything.</source>
        <translation>这些规则未被应用：当前为全局模式，一律执行默认动作。</translation>
    </message>
</context>
<context>
    <name>ui::NewRuleMenu</name>
    <message>
        <source>For this &amp;application</source>
        <translation>针对此应用程序(&amp;A)</translation>
    </message>
    <message>
        <source>Make a rule for the application of the connection</source>
        <translation>为该连接的应用程序新建规则</translation>
    </message>
    <message>
        <source>For this &amp;host</source>
        <translation>针对此主机(&amp;H)</translation>
    </message>
    <message>
        <source>Make a rule for the host that the connection goes to</source>
        <translation>为该连接的目标主机新建规则</translation>
    </message>
    <message>
        <source>For this &amp;domain</source>
        <translation>针对此域名(&amp;D)</translation>
    </message>
    <message>
        <source>Make a rule for the host&apos;s domain and all names in it</source>
        <translation>为该主机所属的域名及其下所有名称新建规则</translation>
    </message>
    <message>
        <source>For this application and h&amp;ost</source>
        <translation>针对此应用程序和主机(&amp;O)</translation>
    </message>
    <message>
        <source>Make a rule for this application&apos;s connections to that host</source>
        <translation>为此应用程序到该主机的连接新建规则</translation>
    </message>
    <message>
        <source>&amp;Direct</source>
        <comment>action</comment>
        <translation>直连(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <comment>action</comment>
        <translation>阻止(&amp;B)</translation>
    </message>
    <message>
        <source>In the &amp;editor...</source>
        <translation>在编辑器中(&amp;E)...</translation>
    </message>
    <message>
        <source>Choose more conditions, and what is done, before the rule is in force</source>
        <translation>在规则生效前选择更多条件和动作</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>经由 %1</translation>
    </message>
    <message>
        <source>Put the rule in force at once, above all others</source>
        <translation>立即使规则生效，并排在所有规则之上</translation>
    </message>
    <message>
        <source>New rule &amp;from connection</source>
        <translation>从连接新建规则(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;More...</source>
        <comment>servers and routes</comment>
        <translation>更多(&amp;M)...</translation>
    </message>
    <message>
        <source>Choose among all servers and routes in the editor</source>
        <translation>在编辑器中从所有服务器和路由中选择</translation>
    </message>
</context>
<context>
    <name>ui::NoServers</name>
    <message>
        <source>Add server…</source>
        <translation>添加服务器…</translation>
    </message>
    <message>
        <source>Paste servers</source>
        <translation>粘贴服务器</translation>
    </message>
    <message>
        <source>No servers yet</source>
        <translation>暂无服务器</translation>
    </message>
    <message>
        <source>Add a SOCKS or HTTP proxy to send connections by way of it, or paste a list of servers.</source>
        <translation>添加 SOCKS 或 HTTP 代理以经由其发送连接，或粘贴服务器列表。</translation>
    </message>
</context>
<context>
    <name>ui::NotificationsPage</name>
    <message>
        <source>The &amp;proxy cannot listen</source>
        <translation>代理无法监听(&amp;P)</translation>
    </message>
    <message>
        <source>When an address or a port cannot be opened</source>
        <translation>当某个地址或端口无法打开时</translation>
    </message>
    <message>
        <source>A &amp;server stops working, or works again</source>
        <translation>服务器变为不可用或恢复可用(&amp;S)</translation>
    </message>
    <message>
        <source>Servers of the profile that are in use or members of a group</source>
        <translation>配置中正在使用或属于某个组的服务器</translation>
    </message>
    <message>
        <source>A rule &amp;blocks a program</source>
        <translation>规则阻止了程序(&amp;B)</translation>
    </message>
    <message>
        <source>Many at once are one message with their number</source>
        <translation>同时发生多次时合并为一条消息并注明次数</translation>
    </message>
    <message>
        <source>Tell me when:</source>
        <translation>出现以下情况时通知我:</translation>
    </message>
    <message>
        <source>The &amp;engine does not respond, or cannot open more files</source>
        <translation>核心没有响应，或无法打开更多文件(&amp;E)</translation>
    </message>
    <message>
        <source>Connections hang then, or new ones are turned away</source>
        <translation>此时连接会停滞，或新连接会被拒绝</translation>
    </message>
    <message>
        <source>The desktop shows these messages, one of a kind every half a minute at most. All but an engine that does not respond is also in the log.</source>
        <translation>桌面会显示这些消息，同类消息每半分钟最多一条。除核心没有响应的消息外，其余也都记录在日志中。</translation>
    </message>
    <message>
        <source>This desktop has no tray to show messages from: its notification service shows them, or the status bar of the window. All but an engine that does not respond is also in the log.</source>
        <translation>此桌面没有可显示消息的托盘：消息由通知服务显示，否则显示在窗口的状态栏中。除核心没有响应的消息外，其余也都记录在日志中。</translation>
    </message>
</context>
<context>
    <name>ui::Notifier</name>
    <message numerus="yes">
        <source>%n connections were blocked, the last one of %1 to %2.</source>
        <translation>
            <numerusform>已阻止 %n 个连接，最后一个由 %1 发往 %2。</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 may not connect to %2.</source>
        <comment>program, target</comment>
        <translation>不允许 %1 连接 %2。</translation>
    </message>
    <message>
        <source>%1 may not connect to %2: rule &quot;%3&quot;.</source>
        <comment>program, target, rule</comment>
        <translation>不允许 %1 连接 %2：规则“%3”。</translation>
    </message>
    <message>
        <source>Blocked by the rules</source>
        <translation>被规则阻止</translation>
    </message>
    <message>
        <source>Server %1 does not work.</source>
        <translation>服务器 %1 不可用。</translation>
    </message>
    <message>
        <source>Server %1 works again.</source>
        <translation>服务器 %1 已恢复可用。</translation>
    </message>
    <message>
        <source>Server down</source>
        <translation>服务器不可用</translation>
    </message>
    <message>
        <source>Server up</source>
        <translation>服务器已恢复</translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation>代理错误</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>另有 %n 条。</numerusform>
        </translation>
    </message>
    <message>
        <source>The engine does not respond: connections may hang until Hosier is started again.</source>
        <translation>核心没有响应：在重新启动 Hosier 之前，连接可能会停滞。</translation>
    </message>
    <message>
        <source>The engine responds again.</source>
        <translation>核心已恢复响应。</translation>
    </message>
    <message>
        <source>Engine in trouble</source>
        <translation>核心出现问题</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>核心</translation>
    </message>
</context>
<context>
    <name>ui::PasswordBar</name>
    <message>
        <source>Missing passwords</source>
        <translation>缺少密码</translation>
    </message>
    <message>
        <source>Enter password</source>
        <translation>输入密码</translation>
    </message>
    <message>
        <source>Open the first of these servers</source>
        <translation>打开其中第一个服务器</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭提示</translation>
    </message>
    <message>
        <source>Hide this message</source>
        <translation>隐藏此消息</translation>
    </message>
    <message>
        <source>Password missing: %1.</source>
        <comment>names of servers</comment>
        <translation>不知道以下服务器的密码：%1。</translation>
    </message>
</context>
<context>
    <name>ui::PasswordChoice</name>
    <message>
        <source>K&amp;eep it until Hosier quits, and ask again after the next start</source>
        <translation>保留到 Hosier 退出，下次启动后再询问(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Do not use a password</source>
        <translation>不使用密码(&amp;D)</translation>
    </message>
    <message>
        <source>The password stays in memory. It is written neither to the profile nor to any other file.</source>
        <translation>密码保留在内存中，不会写入配置文件或任何其他文件。</translation>
    </message>
    <message>
        <source>The server is saved without a password, and one that was in use is forgotten.</source>
        <translation>服务器将不带密码保存，先前使用的密码会被清除。</translation>
    </message>
</context>
<context>
    <name>ui::PasswordQuestion</name>
    <message>
        <source>Add servers</source>
        <translation>添加服务器</translation>
    </message>
    <message numerus="yes">
        <source>%n server(s) come with a password, and no credential store is available. What is to become of each password?</source>
        <translation>
            <numerusform>%n 个服务器带有密码，但没有凭据存储。如何处理每个密码？</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>添加(&amp;A)</translation>
    </message>
</context>
<context>
    <name>ui::PortDoctor</name>
    <message>
        <source>The port could not be changed: %1</source>
        <translation>无法更改端口：%1</translation>
    </message>
    <message>
        <source>The port was named at the program&apos;s start, so it stays until the next one.</source>
        <translation>该端口在程序启动时指定，因此在下次启动之前保持不变。</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; uses port %2 from now on.</source>
        <translation>监听端口“%1”从现在起使用端口 %2。</translation>
    </message>
</context>
<context>
    <name>ui::Ppx</name>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>Server &quot;%1&quot;</source>
        <translation>服务器“%1”</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>代理链</translation>
    </message>
    <message>
        <source>Chain &quot;%1&quot;</source>
        <translation>代理链“%1”</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation>规则“%1”</translation>
    </message>
    <message>
        <source>Default rule</source>
        <translation>默认规则</translation>
    </message>
    <message>
        <source>taken over as the default action</source>
        <translation>已载入为默认动作</translation>
    </message>
    <message>
        <source>names are looked up by the servers, here too</source>
        <translation>域名改由服务器解析，此处同样如此</translation>
    </message>
    <message>
        <source>taken over</source>
        <translation>已载入</translation>
    </message>
    <message>
        <source>version %1 is newer than those that are known</source>
        <translation>版本 %1 高于已知版本</translation>
    </message>
    <message>
        <source>names that programs ask for are now looked up by the servers, not by this computer</source>
        <translation>程序请求的域名现由服务器解析，而非由本机解析</translation>
    </message>
    <message>
        <source>SOCKS4 carries no names: this computer looks them up. If the server knows SOCKS4a, choose that</source>
        <translation>SOCKS4 不支持域名：由本机解析。如果服务器支持 SOCKS4a，请选择它</translation>
    </message>
    <message>
        <source>an HTTP proxy for web pages is now asked with CONNECT, which it may refuse</source>
        <translation>用于网页的 HTTP 代理现改用 CONNECT 请求，代理可能会拒绝</translation>
    </message>
    <message>
        <source>connections to the same host take the same server</source>
        <translation>到同一主机的连接使用同一服务器</translation>
    </message>
    <message>
        <source>the name is now &quot;%1&quot;</source>
        <translation>名称现为“%1”</translation>
    </message>
    <message>
        <source>%1 is now %2</source>
        <translation>%1 现为 %2</translation>
    </message>
    <message>
        <source>%1 is now %2, which matches less: &quot;*&quot; stands for whole parts of a name</source>
        <translation>%1 现为 %2，匹配范围变小：“*”只能代表名称中的完整部分</translation>
    </message>
    <message>
        <source>the application %1 is now %2</source>
        <translation>应用程序 %1 现为 %2</translation>
    </message>
    <message>
        <source>the application %1 is a path of Windows, which no program has here</source>
        <translation>应用程序 %1 是 Windows 路径，本机没有这样的程序</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is taken for the name of one application</source>
        <translation>“%1”被视为一个应用程序的名称</translation>
    </message>
    <message>
        <source>addresses such as %1 match programs that ask for an address; for those that ask for a name, &quot;resolveForRules&quot; in the profile has to be on</source>
        <translation>%1 这类地址匹配按地址请求的程序；要匹配按域名请求的程序，须在配置中启用“resolveForRules”</translation>
    </message>
    <message>
        <source>switched off, because its condition &quot;%1&quot; is not known</source>
        <translation>已停用，因为其条件“%1”未知</translation>
    </message>
    <message>
        <source>blocks, because its action &quot;%1&quot; leads nowhere</source>
        <translation>改为阻止，因为其动作“%1”没有去向</translation>
    </message>
    <message>
        <source>the file has none, so the default action stays what it is</source>
        <translation>文件中没有默认动作，因此默认动作保持不变</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not known</source>
        <translation>“%1”未知</translation>
    </message>
    <message>
        <source>the setting &quot;%1&quot; has no equivalent</source>
        <translation>设置“%1”没有对应项</translation>
    </message>
    <message>
        <source>left out, because its type &quot;%1&quot; is not known</source>
        <translation>已忽略，因为其类型“%1”未知</translation>
    </message>
    <message>
        <source>left out, because its address &quot;%1&quot; is none</source>
        <translation>已忽略，因为其地址“%1”无效</translation>
    </message>
    <message>
        <source>left out, because its port &quot;%1&quot; is none</source>
        <translation>已忽略，因为其端口“%1”无效</translation>
    </message>
    <message>
        <source>its password is encrypted by Proxifier: enter it again on the page Servers</source>
        <translation>其密码由 Proxifier 加密：请在“服务器”页面重新输入</translation>
    </message>
    <message>
        <source>the user name &quot;%1&quot; cannot be used</source>
        <translation>用户名“%1”无法使用</translation>
    </message>
    <message>
        <source>its login, which was switched off, was left out</source>
        <translation>其认证信息原已停用，已忽略</translation>
    </message>
    <message>
        <source>left out, because another one has the id &quot;%1&quot;</source>
        <translation>已忽略，因为已有其他项使用 ID“%1”</translation>
    </message>
    <message>
        <source>there are more than %1 here; the rest was left out</source>
        <translation>此处超过 %1 项；其余已忽略</translation>
    </message>
    <message>
        <source>the proxy %1, which was switched off, was left out</source>
        <translation>代理 %1 原已停用，已忽略</translation>
    </message>
    <message>
        <source>the proxy %1, which was not taken over, was left out</source>
        <translation>代理 %1 未被载入，已忽略</translation>
    </message>
    <message>
        <source>left out, because its proxy %1 was not taken over</source>
        <translation>已忽略，因为其代理 %1 未被载入</translation>
    </message>
    <message>
        <source>left out, because it goes through more than %1 servers</source>
        <translation>已忽略，因为它经过的服务器超过 %1 个</translation>
    </message>
    <message>
        <source>left out, because it has no proxy</source>
        <translation>已忽略，因为它没有代理</translation>
    </message>
    <message>
        <source>when no server works, connections fail; they never go directly instead</source>
        <translation>没有可用的服务器时连接会失败，绝不会改为直连</translation>
    </message>
    <message>
        <source>%1 was left out: such words are not replaced</source>
        <translation>%1 已忽略：此类变量不会被替换</translation>
    </message>
    <message>
        <source>%1 was left out: &quot;*&quot; can only stand for whole parts at an end of a name, or of an address</source>
        <translation>%1 已忽略：“*”只能代表名称首尾或地址末尾的完整部分</translation>
    </message>
    <message>
        <source>%1 was left out: it is no host and no address</source>
        <translation>%1 已忽略：它既不是主机也不是地址</translation>
    </message>
    <message>
        <source>%1 was left out: it is no port</source>
        <translation>%1 已忽略：它不是端口</translation>
    </message>
    <message>
        <source>the application %1 was left out: it cannot be used</source>
        <translation>应用程序 %1 已忽略：无法使用</translation>
    </message>
    <message>
        <source>left out, because nothing is left of its condition &quot;%1&quot;</source>
        <translation>已忽略，因为其条件“%1”已无任何内容</translation>
    </message>
    <message>
        <source>The file is larger than %1 MiB.</source>
        <translation>文件大于 %1 MiB。</translation>
    </message>
    <message>
        <source>The file has a document type, which no profile has.</source>
        <translation>文件含有文档类型声明，而配置中不会有此声明。</translation>
    </message>
    <message>
        <source>The file holds more than any profile does.</source>
        <translation>文件内容超出任何配置应有的规模。</translation>
    </message>
    <message>
        <source>The file is damaged or not complete: %1</source>
        <translation>文件已损坏或不完整：%1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>part of a file, what became of it</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>The file is XML, but no profile of Proxifier.</source>
        <translation>文件是 XML，但不是 Proxifier 配置。</translation>
    </message>
    <message numerus="yes">
        <source>%n more findings are not listed</source>
        <translation>
            <numerusform>还有 %n 项结果未列出</numerusform>
        </translation>
    </message>
    <message>
        <source>not taken over: the default action stays what it is</source>
        <translation>未采用：默认操作保持不变</translation>
    </message>
</context>
<context>
    <name>ui::ProfileEdit</name>
    <message>
        <source>Rule number %1</source>
        <translation>第 %1 条规则</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot;</source>
        <translation>规则“%1”</translation>
    </message>
    <message>
        <source>%1 (switched off)</source>
        <comment>a rule</comment>
        <translation>%1（已停用）</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>name of a server, number</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Route &quot;%1&quot;</source>
        <translation>线路“%1”</translation>
    </message>
    <message>
        <source>The default action</source>
        <translation>默认动作</translation>
    </message>
    <message>
        <source>The action for unidentified applications</source>
        <translation>未识别应用程序的动作</translation>
    </message>
</context>
<context>
    <name>ui::ProfileImport</name>
    <message>
        <source>Imported</source>
        <translation>已导入</translation>
    </message>
    <message>
        <source>The file has no users: those of the profile in force stay.</source>
        <translation>文件中没有用户：当前配置中的用户保持不变。</translation>
    </message>
    <message>
        <source>The id is now %1: %2 is that of another server, whose password this one must not get.</source>
        <translation>ID 现为 %1：%2 属于另一服务器，不得将其密码用于此服务器。</translation>
    </message>
    <message>
        <source>Whoever can reach %1 may use this proxy without a password.</source>
        <translation>任何能访问 %1 的人都可以不用密码使用此代理。</translation>
    </message>
    <message>
        <source>The server &quot;%1&quot; (%2) is sent what the file %3 on this computer holds.</source>
        <translation>会将本机文件 %3 的内容发送给服务器“%1”(%2)。</translation>
    </message>
    <message>
        <source>The password of the server &quot;%1&quot; is in no file: enter it on the page Servers.</source>
        <translation>服务器“%1”的密码不在任何文件中：请在“服务器”页面输入。</translation>
    </message>
    <message>
        <source>Listeners: %1</source>
        <translation>监听端口：%1</translation>
    </message>
    <message>
        <source>Users: %1</source>
        <translation>用户：%1</translation>
    </message>
    <message>
        <source>Servers: %1</source>
        <translation>服务器：%1</translation>
    </message>
    <message>
        <source>Routes: %1</source>
        <translation>线路：%1</translation>
    </message>
    <message>
        <source>Rules: %1</source>
        <translation>规则：%1</translation>
    </message>
    <message>
        <source>line %1</source>
        <translation>第 %1 行</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>文件为空。</translation>
    </message>
</context>
<context>
    <name>ui::ProfileRecovery</name>
    <message>
        <source>The profile cannot be used.</source>
        <translation>无法使用该配置。</translation>
    </message>
    <message>
        <source>Start &amp;Afresh</source>
        <translation>重新开始(&amp;A)</translation>
    </message>
    <message>
        <source>Its backup is the profile as it was until %1.</source>
        <translation>备份是截至 %1 的配置。</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Use the &amp;Backup</source>
        <translation>使用备份(&amp;B)</translation>
    </message>
    <message>
        <source>Starting afresh means without servers and rules: everything goes directly. The broken file is kept, under another name.</source>
        <translation>重新开始意味着没有服务器和规则：所有连接都直连。损坏的文件会以另一个名称保留。</translation>
    </message>
</context>
<context>
    <name>ui::ProfileTransfer</name>
    <message>
        <source>Import a profile</source>
        <translation>导入配置</translation>
    </message>
    <message>
        <source>Profiles of Hosier and Proxifier (*.json *.ppx)</source>
        <translation>Hosier 和 Proxifier 配置 (*.json *.ppx)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>The file cannot be read.</source>
        <translation>无法读取文件。</translation>
    </message>
    <message>
        <source>Imported %1.</source>
        <translation>已导入 %1。</translation>
    </message>
    <message>
        <source>Exported to %1.</source>
        <translation>已导出到 %1。</translation>
    </message>
</context>
<context>
    <name>ui::ProgramFields</name>
    <message>
        <source>Application</source>
        <translation>应用程序</translation>
    </message>
    <message>
        <source>Name or path; empty: not identified</source>
        <translation>名称或路径；留空表示未识别</translation>
    </message>
    <message>
        <source>Child of</source>
        <translation>父程序</translation>
    </message>
    <message>
        <source>The program that has started the application, for rules that also match those that a program starts</source>
        <translation>启动该应用程序的程序，用于同时匹配其所启动程序的规则</translation>
    </message>
    <message>
        <source>Name or path of the program that started it; may be empty</source>
        <translation>启动它的程序的名称或路径；可以为空</translation>
    </message>
    <message>
        <source>%1: its file is being looked for...</source>
        <comment>program</comment>
        <translation>%1：正在查找其文件…</translation>
    </message>
</context>
<context>
    <name>ui::ProgramPicker</name>
    <message>
        <source>Filter programs</source>
        <translation>筛选程序</translation>
    </message>
    <message>
        <source>Show only programs with this text in their name or path</source>
        <translation>仅显示名称或路径中包含此文本的程序</translation>
    </message>
    <message>
        <source>Running programs</source>
        <translation>正在运行的程序</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>名称</translation>
    </message>
    <message>
        <source>Path</source>
        <comment>column</comment>
        <translation>路径</translation>
    </message>
    <message>
        <source>How the program is entered</source>
        <translation>程序的填写方式</translation>
    </message>
    <message>
        <source>By name, wherever it lies</source>
        <translation>按名称，不论位于何处</translation>
    </message>
    <message>
        <source>By its full path</source>
        <translation>按完整路径</translation>
    </message>
    <message>
        <source>&amp;Enter it:</source>
        <translation>填写方式(&amp;E):</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>添加(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Refresh</source>
        <translation>刷新(&amp;R)</translation>
    </message>
    <message>
        <source>Look again which programs run (F5)</source>
        <translation>重新查找正在运行的程序 (F5)</translation>
    </message>
    <message>
        <source>Looking for running programs...</source>
        <translation>正在查找运行中的程序...</translation>
    </message>
    <message>
        <source>%1, run by %2</source>
        <comment>script, interpreter</comment>
        <translation>%1，由 %2 运行</translation>
    </message>
    <message>
        <source>Programs: %1</source>
        <translation>程序：%1</translation>
    </message>
</context>
<context>
    <name>ui::ProgramText</name>
    <message>
        <source>Path: %1</source>
        <translation>路径：%1</translation>
    </message>
    <message>
        <source>Script: %1</source>
        <translation>脚本：%1</translation>
    </message>
    <message>
        <source>Runs as: %1</source>
        <comment>user of the system</comment>
        <translation>运行身份：%1</translation>
    </message>
    <message>
        <source>Child of: %1</source>
        <comment>programs, nearest first</comment>
        <translation>父程序：%1</translation>
    </message>
    <message>
        <source>%1: %2, the path of whose interpreter is not known</source>
        <comment>program, its script</comment>
        <translation>%1：%2，其解释器的路径未知</translation>
    </message>
    <message>
        <source>%1: %2, run by %3</source>
        <comment>program, its script, its interpreter</comment>
        <translation>%1：%2，由 %3 运行</translation>
    </message>
    <message>
        <source>%1: the path is not known</source>
        <comment>program</comment>
        <translation>%1：路径未知</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>program, its file</comment>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>ui::ProxyStatus</name>
    <message>
        <source>Proxy off</source>
        <translation>代理已关闭</translation>
    </message>
    <message>
        <source>No listener</source>
        <translation>无监听端口</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>正在打开</translation>
    </message>
    <message>
        <source>Proxy on</source>
        <translation>代理已开启</translation>
    </message>
    <message>
        <source>Proxy on, with an error</source>
        <translation>代理已开启，但有错误</translation>
    </message>
    <message>
        <source>Proxy error</source>
        <translation>代理错误</translation>
    </message>
    <message>
        <source>Proxy off: nothing is listening</source>
        <translation>代理已关闭：未监听任何端口</translation>
    </message>
    <message>
        <source>The profile has no listener</source>
        <translation>配置中没有监听端口</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <translation>正在监听 %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>address, reason</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1: closed</source>
        <comment>address</comment>
        <translation>%1：已关闭</translation>
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
        <translation>端口已被其他程序占用。</translation>
    </message>
    <message>
        <source>The port is in use by process %1.</source>
        <translation>端口已被进程 %1 占用。</translation>
    </message>
    <message>
        <source>The port is in use by %1.</source>
        <comment>program (process id)</comment>
        <translation>端口已被 %1 占用。</translation>
    </message>
    <message>
        <source>Windows does not permit port %1: it keeps the port for itself, or another program uses it exclusively. &quot;netsh int ipv4 show excludedportrange protocol=tcp&quot; lists the ports that Windows keeps.</source>
        <translation>Windows 不允许使用端口 %1：该端口由系统保留，或被其他程序独占。“netsh int ipv4 show excludedportrange protocol=tcp”可列出 Windows 保留的端口。</translation>
    </message>
    <message>
        <source>The system lets only privileged programs listen on port %1.</source>
        <translation>系统只允许特权程序监听端口 %1。</translation>
    </message>
    <message>
        <source>The system does not permit Hosier to listen on port %1.</source>
        <translation>系统不允许 Hosier 监听端口 %1。</translation>
    </message>
    <message>
        <source>Port %1 is reserved by Windows.</source>
        <translation>端口 %1 由 Windows 保留。</translation>
    </message>
    <message>
        <source>Ports %1 to %2 are reserved by Windows, so no program can listen on port %3.</source>
        <translation>端口 %1 至 %2 由 Windows 保留，因此任何程序都无法监听端口 %3。</translation>
    </message>
</context>
<context>
    <name>ui::ProxySwitch</name>
    <message>
        <source>Proxy on</source>
        <translation>代理已开启</translation>
    </message>
    <message>
        <source>Proxy off</source>
        <translation>代理已关闭</translation>
    </message>
</context>
<context>
    <name>ui::RestartOffer</name>
    <message>
        <source>Hosier has stopped unexpectedly.</source>
        <translation>Hosier 已意外退出。</translation>
    </message>
    <message>
        <source>&amp;Restart</source>
        <translation>重新启动(&amp;R)</translation>
    </message>
    <message>
        <source>The profile is as it was last saved. Programs that use the proxy cannot connect until Hosier runs again.</source>
        <translation>配置为上次保存时的状态。在 Hosier 重新运行之前，使用该代理的程序无法连接。</translation>
    </message>
    <message>
        <source>The note about what happened is %1.</source>
        <translation>相关记录为 %1。</translation>
    </message>
    <message>
        <source>Start Hosier again with the same profile</source>
        <translation>以相同的配置重新启动 Hosier</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>关闭(&amp;C)</translation>
    </message>
</context>
<context>
    <name>ui::RouteDialog</name>
    <message>
        <source>← &amp;Add</source>
        <translation>← 添加(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Remove →</source>
        <translation>移除(&amp;R) →</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>上移(&amp;U)</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>下移(&amp;D)</translation>
    </message>
    <message>
        <source>Add route</source>
        <translation>添加线路</translation>
    </message>
    <message>
        <source>Edit route</source>
        <translation>编辑线路</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>What rules and other routes call this route in the profile&apos;s file</source>
        <translation>规则和其他线路在配置文件中引用此线路所用的标识</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Members, in order</source>
        <translation>成员（按顺序）</translation>
    </message>
    <message>
        <source>Drag members to change their order</source>
        <translation>拖动成员可更改顺序</translation>
    </message>
    <message>
        <source>Servers and routes that are no members</source>
        <translation>不是成员的服务器和线路</translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation>ID(&amp;I):</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>名称(&amp;N):</translation>
    </message>
    <message>
        <source>&amp;Kind:</source>
        <translation>类型(&amp;K):</translation>
    </message>
    <message>
        <source>&amp;Members, in order</source>
        <translation>成员（按顺序）(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Other servers and routes</source>
        <translation>其他服务器和线路(&amp;O)</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>name, kind of route</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>请输入名称。</translation>
    </message>
    <message>
        <source>Add at least one server or route as a member.</source>
        <translation>请至少添加一个服务器或线路作为成员。</translation>
    </message>
    <message>
        <source>The route was changed or removed meanwhile. Close this and open it again.</source>
        <translation>该线路在此期间已被更改或移除。请关闭此窗口后重新打开。</translation>
    </message>
</context>
<context>
    <name>ui::RouteMenu</name>
    <message>
        <source>There is no such route any more.</source>
        <translation>该线路已不存在。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be a member of itself.</source>
        <translation>“%1”不能是自身的成员。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; already belongs to &quot;%2&quot;.</source>
        <translation>“%1”已属于“%2”。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; leads through &quot;%2&quot;, which would then lead back to itself.</source>
        <translation>“%1”经由“%2”，而后者会因此绕回自身。</translation>
    </message>
    <message>
        <source>Add &amp;to route</source>
        <translation>添加到线路(&amp;T)</translation>
    </message>
</context>
<context>
    <name>ui::RuleDelegate</name>
    <message>
        <source>Action</source>
        <translation>动作</translation>
    </message>
</context>
<context>
    <name>ui::RuleDialog</name>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log</source>
        <translation>规则在列表和日志中的名称</translation>
    </message>
    <message>
        <source>A&amp;pplications</source>
        <translation>应用程序(&amp;P)</translation>
    </message>
    <message>
        <source>Also programs that the&amp;y start</source>
        <translation>也包括它们启动的程序(&amp;Y)</translation>
    </message>
    <message>
        <source>The rule also matches the children of these applications, and their children</source>
        <translation>该规则也匹配这些应用程序的子进程及子进程的子进程</translation>
    </message>
    <message>
        <source>&amp;Hosts</source>
        <translation>主机(&amp;H)</translation>
    </message>
    <message>
        <source>example.org, *.example.org, 10.0.0.0/8, 192.0.2.1-192.0.2.9</source>
        <translation>example.org, *.example.org, 10.0.0.0/8, 192.0.2.1-192.0.2.9</translation>
    </message>
    <message>
        <source>P&amp;orts</source>
        <translation>端口(&amp;O)</translation>
    </message>
    <message>
        <source>443, 8000-8100</source>
        <translation>443, 8000-8100</translation>
    </message>
    <message>
        <source>&amp;Users</source>
        <translation>用户(&amp;U)</translation>
    </message>
    <message>
        <source>anna</source>
        <translation>anna</translation>
    </message>
    <message>
        <source>Names that clients have logged in with</source>
        <translation>客户端认证时使用的用户名</translation>
    </message>
    <message>
        <source>C&amp;lients</source>
        <translation>客户端(&amp;L)</translation>
    </message>
    <message>
        <source>192.168.1.20, 192.168.2.0/24</source>
        <translation>192.168.1.20, 192.168.2.0/24</translation>
    </message>
    <message>
        <source>Addresses that clients connect from</source>
        <translation>客户端发起连接所用的地址</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>传输协议</translation>
    </message>
    <message>
        <source>Any</source>
        <comment>transport</comment>
        <translation>任意</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>动作</translation>
    </message>
    <message>
        <source>&amp;Seen</source>
        <translation>最近连接的(&amp;S)</translation>
    </message>
    <message>
        <source>Choose an application that has connected lately</source>
        <translation>选择最近连接过的应用程序</translation>
    </message>
    <message>
        <source>&amp;Browse...</source>
        <translation>浏览(&amp;B)...</translation>
    </message>
    <message>
        <source>Choose the file of a program</source>
        <translation>选择程序文件</translation>
    </message>
    <message>
        <source>&amp;Running...</source>
        <translation>运行中的(&amp;R)...</translation>
    </message>
    <message>
        <source>Choose among the programs that run now</source>
        <translation>从正在运行的程序中选择</translation>
    </message>
    <message>
        <source>The rule matches when every condition does. An empty field matches anything; of several entries, one a line, any will do.</source>
        <translation>所有条件都匹配时规则才匹配。空白栏匹配任意内容；填写多项时每行一项，匹配其中一项即可。</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>名称(&amp;N):</translation>
    </message>
    <message>
        <source>&amp;Transport:</source>
        <translation>传输协议(&amp;T):</translation>
    </message>
    <message>
        <source>&amp;Action:</source>
        <translation>动作(&amp;A):</translation>
    </message>
    <message>
        <source>TCP and UDP</source>
        <translation>TCP 和 UDP</translation>
    </message>
    <message>
        <source>Choose a program</source>
        <translation>选择程序</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither a port (80) nor a range of ports (8000-9000).</source>
        <translation>“%1”既不是端口 (80)，也不是端口范围 (8000-9000)。</translation>
    </message>
    <message>
        <source>Office by way of the company&apos;s server</source>
        <translation>经由公司服务器访问办公室</translation>
    </message>
    <message>
        <source>TCP: web, mail; UDP: calls, games</source>
        <translation>TCP：网页、邮件；UDP：通话、游戏</translation>
    </message>
    <message>
        <source>Direct: without a server; Block: refused; or by way of a server or route</source>
        <translation>直连：不经服务器；阻止：拒绝；或经由服务器或路由</translation>
    </message>
</context>
<context>
    <name>ui::RuleHistoryActions</name>
    <message>
        <source>Undone: %1.</source>
        <comment>a change of the rules</comment>
        <translation>已撤销：%1。</translation>
    </message>
    <message>
        <source>Done again: %1.</source>
        <comment>a change of the rules</comment>
        <translation>已重做：%1。</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Undo: %1</source>
        <comment>a change of the rules</comment>
        <translation>撤销(&amp;U)：%1</translation>
    </message>
    <message>
        <source>No change of the rules can be undone</source>
        <translation>没有可撤销的规则更改</translation>
    </message>
    <message>
        <source>Undo the last change of the rules: %1</source>
        <translation>撤销上一次规则更改：%1</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Redo: %1</source>
        <comment>a change of the rules</comment>
        <translation>重做(&amp;R)：%1</translation>
    </message>
    <message>
        <source>No change of the rules was undone</source>
        <translation>没有已撤销的规则更改</translation>
    </message>
    <message>
        <source>Make the change of the rules again: %1</source>
        <translation>重做规则更改：%1</translation>
    </message>
</context>
<context>
    <name>ui::RuleModel</name>
    <message>
        <source>Any</source>
        <comment>condition of a rule</comment>
        <translation>任意</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>column, value</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Default</source>
        <comment>the last rule</comment>
        <translation>默认</translation>
    </message>
    <message>
        <source>What is done when no rule matches. It can be changed, but not removed.</source>
        <translation>没有匹配的规则时执行的动作。可以更改，但不能移除。</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>名称</translation>
    </message>
    <message>
        <source>Applications</source>
        <comment>column</comment>
        <translation>应用程序</translation>
    </message>
    <message>
        <source>Hosts</source>
        <comment>column</comment>
        <translation>主机</translation>
    </message>
    <message>
        <source>Ports</source>
        <comment>column</comment>
        <translation>端口</translation>
    </message>
    <message>
        <source>Action</source>
        <comment>column</comment>
        <translation>动作</translation>
    </message>
    <message>
        <source>Hits</source>
        <comment>column</comment>
        <translation>命中</translation>
    </message>
    <message>
        <source>Traffic</source>
        <comment>column</comment>
        <translation>流量</translation>
    </message>
    <message>
        <source>Last hit</source>
        <comment>column</comment>
        <translation>最近命中</translation>
    </message>
    <message>
        <source>change the default action</source>
        <translation>更改默认动作</translation>
    </message>
    <message>
        <source>change rule %1</source>
        <translation>更改规则 %1</translation>
    </message>
    <message>
        <source>switch rule %1 on</source>
        <translation>启用规则 %1</translation>
    </message>
    <message>
        <source>switch rule %1 off</source>
        <translation>停用规则 %1</translation>
    </message>
    <message>
        <source>add rule %1</source>
        <translation>添加规则 %1</translation>
    </message>
    <message>
        <source>The rule was changed or removed elsewhere in the meantime.</source>
        <translation>该规则在此期间已在别处被更改或移除。</translation>
    </message>
    <message>
        <source>remove rule %1</source>
        <translation>移除规则 %1</translation>
    </message>
    <message>
        <source>move rule %1</source>
        <translation>移动规则 %1</translation>
    </message>
    <message>
        <source>They were changed elsewhere in the meantime, so that what was done here before can no longer be undone or done again.</source>
        <translation>规则在此期间已在别处被更改，因此之前在此处所做的操作无法再撤销或重做。</translation>
    </message>
    <message>
        <source>Never reached: rule %1 above it decides about everything that this one matches.</source>
        <translation>永远不会用到：上方的规则 %1 已决定此规则匹配的所有连接。</translation>
    </message>
    <message>
        <source>change what is done with unidentified programs</source>
        <translation>更改对未识别程序的处理</translation>
    </message>
</context>
<context>
    <name>ui::RuleText</name>
    <message numerus="yes">
        <source>%n more</source>
        <comment>entries of a rule that are not shown</comment>
        <translation>
            <numerusform>另有 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>condition, its entries</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Direct</source>
        <comment>action</comment>
        <translation>直连</translation>
    </message>
    <message>
        <source>Block</source>
        <comment>action</comment>
        <translation>阻止</translation>
    </message>
    <message>
        <source>Rules</source>
        <comment>mode</comment>
        <translation>规则</translation>
    </message>
    <message>
        <source>Everything</source>
        <comment>mode</comment>
        <translation>全局</translation>
    </message>
    <message>
        <source>Direct</source>
        <comment>mode</comment>
        <translation>直连</translation>
    </message>
    <message>
        <source>user %1</source>
        <translation>用户 %1</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>来自 %1</translation>
    </message>
    <message>
        <source>Off: this rule is skipped.</source>
        <translation>已停用：将跳过此规则。</translation>
    </message>
    <message>
        <source>Applications and their children</source>
        <translation>应用程序及其子进程</translation>
    </message>
    <message>
        <source>Applications</source>
        <translation>应用程序</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>Hosts</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Transport: %1</source>
        <translation>传输协议：%1</translation>
    </message>
    <message>
        <source>Action: %1</source>
        <translation>动作：%1</translation>
    </message>
</context>
<context>
    <name>ui::RuleUseText</name>
    <message>
        <source>never</source>
        <comment>last time that a rule decided</comment>
        <translation>从未</translation>
    </message>
    <message>
        <source>Hits: %1</source>
        <translation>命中：%1</translation>
    </message>
    <message>
        <source>Traffic: %1 down, %2 up</source>
        <translation>流量：下载 %1，上传 %2</translation>
    </message>
    <message>
        <source>Last hit: %1</source>
        <translation>最近命中：%1</translation>
    </message>
</context>
<context>
    <name>ui::RulesPage</name>
    <message>
        <source>New rule</source>
        <translation>新建规则</translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others: %2.</source>
        <translation>规则 %1 现在排在所有规则之前：%2。</translation>
    </message>
    <message>
        <source>The rule %1 now comes before all others, but rules are not applied: the mode is %2.</source>
        <translation>规则 %1 现在排在所有规则之前，但规则未被应用：当前为%2模式。</translation>
    </message>
    <message>
        <source>&amp;New rule...</source>
        <translation>新建规则(&amp;N)...</translation>
    </message>
    <message>
        <source>Make a rule above the selected one</source>
        <translation>在所选规则上方新建规则</translation>
    </message>
    <message>
        <source>&amp;Edit rule...</source>
        <translation>编辑规则(&amp;E)...</translation>
    </message>
    <message>
        <source>Change the selected rule</source>
        <translation>更改所选规则</translation>
    </message>
    <message>
        <source>&amp;Duplicate rule</source>
        <translation>创建规则副本(&amp;D)</translation>
    </message>
    <message>
        <source>Copy the selected rule below itself</source>
        <translation>在所选规则下方创建其副本</translation>
    </message>
    <message>
        <source>&amp;Remove rule</source>
        <translation>移除规则(&amp;R)</translation>
    </message>
    <message>
        <source>Remove the selected rule</source>
        <translation>移除所选规则</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>上移(&amp;U)</translation>
    </message>
    <message>
        <source>Check the selected rule earlier</source>
        <translation>让所选规则更早判断</translation>
    </message>
    <message>
        <source>Move do&amp;wn</source>
        <translation>下移(&amp;W)</translation>
    </message>
    <message>
        <source>Check the selected rule later</source>
        <translation>让所选规则更晚判断</translation>
    </message>
    <message>
        <source>Rule &amp;on</source>
        <translation>启用规则(&amp;O)</translation>
    </message>
    <message>
        <source>A rule that is off is skipped</source>
        <translation>停用的规则会被跳过</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新建</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>创建副本</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Columns of the rules</source>
        <translation>规则列表的列</translation>
    </message>
    <message>
        <source>There are no rules yet: the default action is taken for everything. Make one here, or from a connection.</source>
        <translation>还没有规则：一律执行默认动作。请在此处或从连接新建规则。</translation>
    </message>
    <message>
        <source>Checked top to bottom; the first rule that matches decides.</source>
        <translation>自上而下判断；由第一条匹配的规则决定。</translation>
    </message>
    <message>
        <source>A crossed-out list marks rules that are never reached: %1.</source>
        <translation>永远不会用到的规则以带删除线的列表图标标出：%1。</translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation>规则 %1</translation>
    </message>
    <message>
        <source>%1 (copy)</source>
        <comment>name of a rule</comment>
        <translation>%1（副本）</translation>
    </message>
    <message>
        <source>The rules could not be changed.</source>
        <translation>无法更改规则。</translation>
    </message>
    <message>
        <source>Rules cannot be moved while the filter hides some of them</source>
        <translation>筛选隐藏了部分规则时，无法移动规则</translation>
    </message>
    <message numerus="yes">
        <source>The filter hides %n rule(s).</source>
        <translation>
            <numerusform>筛选隐藏了 %n 条规则。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ServerCheckPanel</name>
    <message>
        <source>Chec&amp;k these settings</source>
        <translation>检测这些设置(&amp;K)</translation>
    </message>
    <message>
        <source>Connects through the server with what is entered here; nothing is saved</source>
        <translation>用此处填写的内容通过该服务器连接；不会保存任何内容</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation>核心未运行，无法检测。</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检测…</translation>
    </message>
    <message>
        <source>The server does not work.</source>
        <translation>服务器不可用。</translation>
    </message>
    <message>
        <source>The server works, but not for UDP.</source>
        <translation>服务器可用，但不支持 UDP。</translation>
    </message>
    <message>
        <source>The server works.</source>
        <translation>服务器可用。</translation>
    </message>
</context>
<context>
    <name>ui::ServerDialog</name>
    <message>
        <source>Encrypted with &amp;TLS</source>
        <translation>使用 TLS 加密(&amp;T)</translation>
    </message>
    <message>
        <source>Add server</source>
        <translation>添加服务器</translation>
    </message>
    <message>
        <source>Edit server</source>
        <translation>编辑服务器</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <source>Encrypted with TLS</source>
        <translation>使用 TLS 加密</translation>
    </message>
    <message>
        <source>Host name or address</source>
        <translation>主机名或地址</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Where names are looked up</source>
        <translation>域名解析位置</translation>
    </message>
    <message>
        <source>SHA-256 of the certificate</source>
        <translation>证书的 SHA-256</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>As the host, when empty</source>
        <translation>留空则与主机相同</translation>
    </message>
    <message>
        <source>What rules and routes call this server in the profile&apos;s file</source>
        <translation>规则和线路在配置文件中引用此服务器所用的标识</translation>
    </message>
    <message>
        <source>proxy.example.org, 192.0.2.1, or a whole URL</source>
        <translation>proxy.example.org、192.0.2.1 或完整的 URL</translation>
    </message>
    <message>
        <source>Any certificate that this computer trusts</source>
        <translation>本机信任的任意证书</translation>
    </message>
    <message>
        <source>When set, only this very certificate is accepted, also when it is self-signed. Hexadecimal or base64.</source>
        <translation>设置后仅接受这一张证书，即使是自签名证书。十六进制或 Base64。</translation>
    </message>
    <message>
        <source>HTTP (CONNECT)</source>
        <translation>HTTP (CONNECT)</translation>
    </message>
    <message>
        <source>Looked up by the server</source>
        <translation>由服务器解析</translation>
    </message>
    <message>
        <source>Looked up on this computer</source>
        <translation>由本机解析</translation>
    </message>
    <message>
        <source>Looked up on this computer, names can be seen by the local network.</source>
        <translation>由本机解析，本地网络可以看到域名。</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>名称(&amp;N):</translation>
    </message>
    <message>
        <source>&amp;Id:</source>
        <translation>ID(&amp;I):</translation>
    </message>
    <message>
        <source>&amp;Protocol:</source>
        <translation>协议(&amp;P):</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>主机(&amp;H):</translation>
    </message>
    <message>
        <source>P&amp;ort:</source>
        <translation>端口(&amp;O):</translation>
    </message>
    <message>
        <source>Na&amp;mes:</source>
        <translation>域名解析(&amp;M):</translation>
    </message>
    <message>
        <source>&amp;Certificate
SHA-256:</source>
        <translation>证书(&amp;C)
SHA-256:</translation>
    </message>
    <message>
        <source>&amp;User name:</source>
        <translation>用户名(&amp;U):</translation>
    </message>
    <message>
        <source>Enter the server&apos;s host name or address.</source>
        <translation>请输入服务器的主机名或地址。</translation>
    </message>
    <message>
        <source>The certificate&apos;s SHA-256 must be 32 bytes in hexadecimal or base64.</source>
        <translation>证书的 SHA-256 必须是十六进制或 Base64 表示的 32 字节。</translation>
    </message>
    <message>
        <source>The password file is read when the server is saved: save it, then check it in the list.</source>
        <translation>密码文件在保存服务器时读取：请先保存，再在列表中检测。</translation>
    </message>
    <message>
        <source>The host is no URL that can be read: %1.</source>
        <translation>主机不是可读取的 URL：%1。</translation>
    </message>
    <message>
        <source>The host name is longer than 255 bytes.</source>
        <translation>主机名超过 255 字节。</translation>
    </message>
    <message>
        <source>The server was changed or removed meanwhile. Close this and open it again.</source>
        <translation>该服务器在此期间已被更改或移除。请关闭此窗口后重新打开。</translation>
    </message>
    <message>
        <source>The credential store has not told this server&apos;s password yet. Wait for it, type the password, or press Forget.</source>
        <translation>凭据存储尚未给出此服务器的密码。请等待、输入密码，或按“清除”。</translation>
    </message>
</context>
<context>
    <name>ui::ServerModel</name>
    <message>
        <source>Milliseconds until a target answered through the server</source>
        <translation>目标经该服务器响应所用的毫秒数</translation>
    </message>
    <message>
        <source>Milliseconds until a datagram was answered through the server</source>
        <translation>数据报经该服务器得到应答所用的毫秒数</translation>
    </message>
    <message>
        <source>Name</source>
        <comment>column</comment>
        <translation>名称</translation>
    </message>
    <message>
        <source>Protocol</source>
        <comment>column</comment>
        <translation>协议</translation>
    </message>
    <message>
        <source>Address</source>
        <comment>column</comment>
        <translation>地址</translation>
    </message>
    <message>
        <source>Health</source>
        <comment>column</comment>
        <translation>健康状况</translation>
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
        <translation>上次检测</translation>
    </message>
    <message>
        <source>Servers (none yet)</source>
        <translation>服务器（暂无）</translation>
    </message>
    <message numerus="yes">
        <source>Servers (%n)</source>
        <translation>
            <numerusform>服务器 (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Routes (none yet): chains and groups of servers</source>
        <translation>线路（暂无）：代理链和服务器组</translation>
    </message>
    <message numerus="yes">
        <source>Routes (%n)</source>
        <translation>
            <numerusform>线路 (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation>不可用：%1</translation>
    </message>
    <message>
        <source>Id: %1</source>
        <translation>ID：%1</translation>
    </message>
    <message>
        <source>Works in part: %1</source>
        <comment>names</comment>
        <translation>部分可用：%1</translation>
    </message>
    <message>
        <source>Down: no member works</source>
        <translation>不可用：没有可用的成员</translation>
    </message>
    <message>
        <source>%1 of %2 members down: %3</source>
        <comment>number, number, names</comment>
        <translation>%2 个成员中有 %1 个不可用：%3</translation>
    </message>
    <message>
        <source>Servers (%1 of %2)</source>
        <comment>shown, all</comment>
        <translation>服务器 (%1/%2)</translation>
    </message>
    <message>
        <source>Routes (%1 of %2)</source>
        <comment>shown, all</comment>
        <translation>线路 (%1/%2)</translation>
    </message>
</context>
<context>
    <name>ui::ServerPasswordFields</name>
    <message>
        <source>For&amp;get</source>
        <translation>清除(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>浏览(&amp;B)…</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Forget the password</source>
        <translation>清除密码</translation>
    </message>
    <message>
        <source>Password file</source>
        <translation>密码文件</translation>
    </message>
    <message>
        <source>Choose the password file</source>
        <translation>选择密码文件</translation>
    </message>
    <message>
        <source>Instead of a password</source>
        <translation>代替密码</translation>
    </message>
    <message>
        <source>A file that holds the password in its first line and that nobody but you may read</source>
        <translation>首行为密码且只有您可以读取的文件</translation>
    </message>
    <message>
        <source>Pass&amp;word:</source>
        <translation>密码(&amp;W):</translation>
    </message>
    <message>
        <source>Password &amp;file:</source>
        <translation>密码文件(&amp;F):</translation>
    </message>
    <message>
        <source>Asked of the credential store…</source>
        <translation>正在向凭据存储查询…</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>未更改</translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords.</source>
        <translation>SOCKS4 有用户名，但没有密码。</translation>
    </message>
    <message>
        <source>The password is read from the file below.</source>
        <translation>密码从下方的文件读取。</translation>
    </message>
    <message>
        <source>Kept in the system&apos;s credential store, never in the profile.</source>
        <translation>保存在系统的凭据存储中，绝不写入配置。</translation>
    </message>
    <message>
        <source>No credential store is available. To keep a password for longer than Hosier runs, write it to a file of your own and name that below.</source>
        <translation>没有可用的凭据存储。要让密码在 Hosier 退出后仍然保留，请将其写入您自己的文件，并在下方指定该文件。</translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation>密码超过 255 字节。</translation>
    </message>
    <message>
        <source>The server is saved, but its old password could not be removed: %1.</source>
        <translation>服务器已保存，但无法移除其旧密码：%1。</translation>
    </message>
    <message>
        <source>The server is saved, but its password could not be stored: %1. Until Hosier ends it is used all the same. Save again, cancel, or name a file instead.</source>
        <translation>服务器已保存，但无法存储其密码：%1。在 Hosier 退出之前仍会使用该密码。请重新保存、取消，或改为指定文件。</translation>
    </message>
    <message>
        <source>Kept until Hosier ends: the credential store does not have it. Type it again to store it.</source>
        <translation>保留到 Hosier 退出为止：凭据存储中没有该密码。要存储它，请重新输入。</translation>
    </message>
</context>
<context>
    <name>ui::ServerPasting</name>
    <message>
        <source>The clipboard holds no text with servers.</source>
        <translation>剪贴板中没有包含服务器的文本。</translation>
    </message>
    <message>
        <source>Line %1 was not understood: %2.</source>
        <translation>无法识别第 %1 行：%2。</translation>
    </message>
    <message>
        <source>More lines that were not understood: %1.</source>
        <translation>其他无法识别的行数：%1。</translation>
    </message>
    <message>
        <source>The text is too long: the rest of it was left out.</source>
        <translation>文本过长：其余部分已忽略。</translation>
    </message>
    <message>
        <source>Nothing was added:</source>
        <translation>未添加任何内容：</translation>
    </message>
    <message>
        <source>Servers added: %1.</source>
        <translation>已添加的服务器：%1。</translation>
    </message>
    <message>
        <source>Where no protocol was named, SOCKS5 was assumed.</source>
        <translation>未注明协议的按 SOCKS5 处理。</translation>
    </message>
    <message>
        <source>Already there: %1.</source>
        <translation>已存在：%1。</translation>
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
        <translation>代理链</translation>
    </message>
    <message>
        <source>Failover</source>
        <translation>故障转移</translation>
    </message>
    <message>
        <source>Balance</source>
        <translation>负载均衡</translation>
    </message>
    <message>
        <source>Every connection goes through all members, one after the other.</source>
        <translation>每个连接依次经过所有成员。</translation>
    </message>
    <message>
        <source>Connections go through the first member that works.</source>
        <translation>连接经由第一个可用的成员。</translation>
    </message>
    <message>
        <source>Connections are spread over the members that work; those to the same host take the same one.</source>
        <translation>连接分散到各个可用的成员；到同一主机的连接使用同一成员。</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>Connection to the server</source>
        <translation>连接服务器</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>认证</translation>
    </message>
    <message>
        <source>Connection to %1</source>
        <comment>target of a check</comment>
        <translation>连接 %1</translation>
    </message>
    <message>
        <source>UDP answer from %1</source>
        <translation>%1 的 UDP 应答</translation>
    </message>
    <message numerus="yes">
        <source>Groups prefer other members until it has passed %n probe(s) in a row.</source>
        <translation>
            <numerusform>在连续通过 %n 次探测之前，组优先使用其他成员。</numerusform>
        </translation>
    </message>
    <message>
        <source>It is not being probed.</source>
        <translation>目前不进行探测。</translation>
    </message>
    <message>
        <source>Probes passed: %1 of %2</source>
        <translation>已通过探测：%1/%2</translation>
    </message>
    <message numerus="yes">
        <source>Next probe in %n second(s).</source>
        <translation>
            <numerusform>%n 秒后再次探测。</numerusform>
        </translation>
    </message>
    <message>
        <source>It is being probed now.</source>
        <translation>正在探测。</translation>
    </message>
    <message>
        <source>%1, pinned</source>
        <comment>protocol</comment>
        <translation>%1，已固定</translation>
    </message>
    <message>
        <source>Only the certificate with this SHA-256 fingerprint is accepted:</source>
        <translation>只接受具有此 SHA-256 指纹的证书：</translation>
    </message>
    <message>
        <source>fails</source>
        <comment>a check</comment>
        <translation>失败</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>未检测</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检测…</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>可用</translation>
    </message>
    <message>
        <source>Works, but not for UDP</source>
        <translation>可用，但不支持 UDP</translation>
    </message>
    <message>
        <source>Down: %1</source>
        <comment>reason</comment>
        <translation>不可用：%1</translation>
    </message>
    <message>
        <source>Checked %1:</source>
        <comment>time</comment>
        <translation>检测于 %1：</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>step of a check, what came of it</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1 carries no UDP</source>
        <comment>protocol</comment>
        <translation>%1 不支持 UDP</translation>
    </message>
</context>
<context>
    <name>ui::ServerUrl</name>
    <message>
        <source>the line is too long</source>
        <translation>该行过长</translation>
    </message>
    <message>
        <source>there is no valid host name or address</source>
        <translation>没有有效的主机名或地址</translation>
    </message>
    <message>
        <source>an IPv6 address must stand in brackets, and its port after them</source>
        <translation>IPv6 地址必须放在方括号内，端口写在方括号之后</translation>
    </message>
    <message>
        <source>the port is missing</source>
        <translation>缺少端口</translation>
    </message>
    <message>
        <source>the port is no number from 1 to 65535</source>
        <translation>端口不是 1 到 65535 之间的数字</translation>
    </message>
    <message>
        <source>a &quot;%&quot; is not followed by two hexadecimal digits, or what they make is no text</source>
        <translation>“%”之后不是两位十六进制数字，或其结果不是文本</translation>
    </message>
    <message>
        <source>the login holds a control character</source>
        <translation>认证信息含有控制字符</translation>
    </message>
    <message>
        <source>user name or password is longer than 255 bytes</source>
        <translation>用户名或密码超过 255 字节</translation>
    </message>
    <message>
        <source>SOCKS4 has user names, but no passwords</source>
        <translation>SOCKS4 有用户名，但没有密码</translation>
    </message>
    <message>
        <source>HTTP cannot carry a user name with a colon</source>
        <translation>HTTP 的用户名不能包含冒号</translation>
    </message>
    <message>
        <source>something follows the address</source>
        <translation>地址之后还有多余内容</translation>
    </message>
    <message>
        <source>the protocol is none of socks, socks5, socks5h, socks4, socks4a, http, https</source>
        <translation>协议不是 socks、socks5、socks5h、socks4、socks4a、http、https 之一</translation>
    </message>
    <message>
        <source>there are more parts than host, port, user name and password</source>
        <translation>除主机、端口、用户名和密码外还有多余的部分</translation>
    </message>
</context>
<context>
    <name>ui::ServersPage</name>
    <message>
        <source>Servers and routes</source>
        <translation>服务器和线路</translation>
    </message>
    <message>
        <source>Columns of the servers</source>
        <translation>服务器列表的列</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>what a button does, its key</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>编辑(&amp;E)…</translation>
    </message>
    <message>
        <source>Change the selected server or route</source>
        <translation>更改所选服务器或线路</translation>
    </message>
    <message>
        <source>D&amp;uplicate…</source>
        <translation>创建副本(&amp;U)…</translation>
    </message>
    <message>
        <source>Add another one like the selected server or route</source>
        <translation>添加一个与所选服务器或线路相同的项</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>移除(&amp;R)</translation>
    </message>
    <message>
        <source>Remove the selected servers and routes</source>
        <translation>移除所选服务器和线路</translation>
    </message>
    <message>
        <source>&amp;Check</source>
        <translation>检测(&amp;C)</translation>
    </message>
    <message>
        <source>Try out the selected servers, and those that the selected routes lead through</source>
        <translation>检测所选服务器，以及所选线路经过的服务器</translation>
    </message>
    <message>
        <source>Check a&amp;ll</source>
        <translation>全部检测(&amp;L)</translation>
    </message>
    <message>
        <source>Try out all servers</source>
        <translation>检测所有服务器</translation>
    </message>
    <message>
        <source>&amp;Add server…</source>
        <translation>添加服务器(&amp;A)…</translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation>添加服务器</translation>
    </message>
    <message>
        <source>Add r&amp;oute…</source>
        <translation>添加线路(&amp;O)…</translation>
    </message>
    <message>
        <source>Chain or group the selected servers</source>
        <translation>将所选服务器串成代理链或组合成组</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>粘贴(&amp;P)</translation>
    </message>
    <message>
        <source>Add servers from the clipboard: one a line, as socks5://user:password@host:port or host:port:user:password</source>
        <translation>从剪贴板添加服务器：每行一个，格式为 socks5://user:password@host:port 或 host:port:user:password</translation>
    </message>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name</comment>
        <translation>“%1”</translation>
    </message>
    <message>
        <source>Still in use</source>
        <translation>仍在使用</translation>
    </message>
    <message>
        <source>Change or remove these first:</source>
        <translation>请先更改或移除以下各项：</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove %1?</source>
        <translation>移除 %1？</translation>
    </message>
    <message>
        <source>The engine does not run, so nothing can be checked.</source>
        <translation>核心未运行，无法检测。</translation>
    </message>
    <message>
        <source>Use as &amp;default route</source>
        <translation>设为默认线路(&amp;D)</translation>
    </message>
    <message>
        <source>Send by way of the selected server or route what no rule decides about</source>
        <translation>没有规则决定的连接，经由所选服务器或线路发送</translation>
    </message>
    <message numerus="yes">
        <source>%1 cannot be removed: connections are sent that way.</source>
        <comment>names of servers and routes</comment>
        <translation>
            <numerusform>无法移除 %1：有连接经由它发送。</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Remove the others</source>
        <translation>移除其他项(&amp;R)</translation>
    </message>
    <message numerus="yes">
        <source>No rule and no other route uses them. Passwords kept for them are forgotten.</source>
        <comment>servers and routes</comment>
        <translation>
            <numerusform>没有规则或其他线路使用它。为其保存的密码将被清除。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The password(s) of %1 could not be stored: %2. Until Hosier ends they are used all the same.</source>
        <comment>names, reason</comment>
        <translation>
            <numerusform>无法存储 %1 的密码：%2。在 Hosier 退出之前仍会使用该密码。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::Settings</name>
    <message>
        <source>The settings cannot be written to %1. They hold until Hosier ends; it goes on trying.</source>
        <translation>无法将设置写入 %1。这些设置在 Hosier 退出之前有效；Hosier 会继续尝试。</translation>
    </message>
</context>
<context>
    <name>ui::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Pages of the settings</source>
        <translation>设置的各页</translation>
    </message>
    <message>
        <source>General</source>
        <translation>常规</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>限制</translation>
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
        <translation>按用途复制设置(&amp;F)</translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation>没有已打开的监听端口。</translation>
    </message>
</context>
<context>
    <name>ui::SettingsView</name>
    <message>
        <source>The log file cannot be written: %1. Hosier goes on trying.</source>
        <translation>无法写入日志文件：%1。Hosier 会继续尝试。</translation>
    </message>
</context>
<context>
    <name>ui::SharingDialog</name>
    <message>
        <source>&amp;Copy address</source>
        <translation>复制地址(&amp;C)</translation>
    </message>
    <message>
        <source>Copy settings &amp;for</source>
        <translation>按用途复制设置(&amp;F)</translation>
    </message>
    <message>
        <source>Turn the &amp;proxy on</source>
        <translation>开启代理(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Stop sharing</source>
        <translation>停止共享(&amp;S)</translation>
    </message>
    <message>
        <source>Share on the local network</source>
        <translation>在本地网络中共享</translation>
    </message>
    <message>
        <source>Addresses for other computers</source>
        <translation>供其他计算机使用的地址</translation>
    </message>
    <message>
        <source>Address for others</source>
        <comment>column</comment>
        <translation>供他人使用的地址</translation>
    </message>
    <message>
        <source>Network</source>
        <comment>column</comment>
        <translation>网络</translation>
    </message>
    <message>
        <source>Columns of the addresses</source>
        <translation>地址列表的列</translation>
    </message>
    <message>
        <source>The proxy is not shared: only programs on this computer can use it.</source>
        <translation>代理未共享：只有本机上的程序可以使用。</translation>
    </message>
    <message>
        <source>Sharing is set up, but the listener is not open: the proxy is off.</source>
        <translation>已设置共享，但监听端口未打开：代理已关闭。</translation>
    </message>
    <message>
        <source>Sharing is set up, but the listener could not be opened. %1</source>
        <translation>已设置共享，但无法打开监听端口。%1</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy with name and password.</source>
        <translation>本地网络中的计算机可以凭名称和密码使用此代理。</translation>
    </message>
    <message>
        <source>Computers of the local network can use this proxy, without a password.</source>
        <translation>本地网络中的计算机可以使用此代理，无需密码。</translation>
    </message>
    <message>
        <source>On the other computer, set the address and port above as a proxy of type %1, with the name and password of a local user.</source>
        <translation>在另一台计算机上，将上述地址和端口设为 %1 类型的代理，并使用本地用户的名称和密码。</translation>
    </message>
    <message>
        <source>On the other computer, set the address and port above as a proxy of type %1.</source>
        <translation>在另一台计算机上，将上述地址和端口设为 %1 类型的代理。</translation>
    </message>
    <message>
        <source>This computer has no address in a private network at the moment.</source>
        <translation>本机目前没有专用网络中的地址。</translation>
    </message>
    <message>
        <source>If others cannot connect, let this computer&apos;s firewall admit TCP port %1.</source>
        <translation>如果他人无法连接，请在本机的防火墙中放行 TCP 端口 %1。</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>已复制：%1</translation>
    </message>
    <message>
        <source>Take away the listener for the local network. The user that was added for it stays.</source>
        <translation>移除用于本地网络的监听端口。为其添加的用户会保留。</translation>
    </message>
</context>
<context>
    <name>ui::SortMenu</name>
    <message>
        <source>&amp;Ascending</source>
        <translation>升序(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Descending</source>
        <translation>降序(&amp;D)</translation>
    </message>
    <message>
        <source>Sort &amp;by</source>
        <translation>排序依据(&amp;B)</translation>
    </message>
    <message>
        <source>As in the &amp;profile</source>
        <translation>按配置中的顺序(&amp;P)</translation>
    </message>
</context>
<context>
    <name>ui::StatusPanel</name>
    <message>
        <source>%1 live</source>
        <translation>活动连接 %1</translation>
    </message>
    <message>
        <source>Down %1, up %2</source>
        <translation>下载 %1，上传 %2</translation>
    </message>
    <message>
        <source>Total %1 down, %2 up</source>
        <translation>总计下载 %1，上传 %2</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>first listener, others</comment>
        <translation>
            <numerusform>%1 及另外 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 connections open now
%2 accepted since the start, %3 failed, %4 refused</source>
        <translation>当前打开的连接：%1
自启动以来已接受 %2，失败 %3，拒绝 %4</translation>
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
        <translation>此桌面没有 Hosier 所知的代理设置。请改为将环境变量复制到 Shell 的启动文件中。</translation>
    </message>
    <message>
        <source>The desktop %1 has no proxy settings that Hosier knows. Copy the environment variables into your shell&apos;s start-up file instead.</source>
        <translation>桌面 %1 没有 Hosier 所知的代理设置。请改为将环境变量复制到 Shell 的启动文件中。</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; asks for a password, which system settings cannot hold. Add a listener on 127.0.0.1 that asks for none.</source>
        <translation>监听端口“%1”要求密码，而系统设置无法保存密码。请在 127.0.0.1 上添加一个不要求密码的监听端口。</translation>
    </message>
    <message>
        <source>The listener &quot;%1&quot; does not admit programs of this machine. Add 127.0.0.0/8 to its clients.</source>
        <translation>监听端口“%1”不接纳本机的程序。请将 127.0.0.0/8 添加到其客户端中。</translation>
    </message>
    <message>
        <source>No open listener speaks a protocol that system settings can name. Add &quot;http&quot; to the protocols of one.</source>
        <translation>已打开的监听端口都不支持系统设置可用的协议。请在其中一个的协议中添加“http”。</translation>
    </message>
    <message>
        <source>No listener is open.</source>
        <translation>没有已打开的监听端口。</translation>
    </message>
    <message>
        <source>The program %1 is missing, which changes the desktop&apos;s proxy settings.</source>
        <translation>缺少用于更改桌面代理设置的程序 %1。</translation>
    </message>
    <message>
        <source>Another running Hosier has set the system proxy.</source>
        <translation>另一个正在运行的 Hosier 已设置系统代理。</translation>
    </message>
    <message>
        <source>Somebody else has changed the system&apos;s proxy settings meanwhile; these changes were left alone.</source>
        <translation>系统的代理设置在此期间已被他人更改；这些更改已予保留。</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be kept for later, so they were not changed.</source>
        <translation>无法保存系统原有的代理设置以备恢复，因此未作更改。</translation>
    </message>
    <message>
        <source>What the system&apos;s proxy settings were cannot be read any more; check them by hand. The damaged file is now %1.</source>
        <translation>已无法读取系统原有的代理设置；请手动检查。损坏的文件现为 %1。</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be read.</source>
        <translation>无法读取系统的代理设置。</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings cannot be changed.</source>
        <translation>无法更改系统的代理设置。</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings could not be put back yet.</source>
        <translation>尚未能恢复系统的代理设置。</translation>
    </message>
    <message>
        <source>Programs that follow the system&apos;s proxy settings use %1. The settings are put back when Hosier ends, however it ends.</source>
        <translation>遵循系统代理设置的程序使用 %1。无论 Hosier 以何种方式结束，设置都会恢复原状。</translation>
    </message>
    <message>
        <source>Switched on, and not set for now: %1</source>
        <comment>problem</comment>
        <translation>已开启，但目前未设置：%1</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are being changed.</source>
        <translation>正在更改系统的代理设置。</translation>
    </message>
    <message>
        <source>Point programs that follow the system&apos;s proxy settings at Hosier, as long as it runs</source>
        <translation>在 Hosier 运行期间，让遵循系统代理设置的程序使用 Hosier</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an address or a block of addresses such as 10.0.0.0/8.</source>
        <translation>“%1”不是地址，也不是 10.0.0.0/8 这样的地址段。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a host name, an address, or a domain such as *.example.org.</source>
        <translation>“%1”不是主机名、地址或 *.example.org 这样的域名。</translation>
    </message>
    <message>
        <source>Environment variables point at %1.</source>
        <comment>address</comment>
        <translation>环境变量指向 %1。</translation>
    </message>
    <message>
        <source>Point the environment variables of programs at Hosier, as long as it runs.</source>
        <translation>在 Hosier 运行期间，让程序的环境变量指向 Hosier。</translation>
    </message>
    <message>
        <source>This desktop has no proxy settings. The variables reach services and programs that the user&apos;s service manager (systemd) starts from then on. They do not reach programs that run already, nor what is started from these, such as a shell or a window manager: for them, use &quot;Copy settings for&quot;, &quot;Environment variables&quot;. The variables are taken back when Hosier ends, however it ends; programs that were started with them keep them until they end.</source>
        <translation>此桌面没有代理设置。这些变量会传给用户的服务管理器 (systemd) 此后启动的服务和程序，但不会传给已在运行的程序，也不会传给由这些程序（如 Shell 或窗口管理器）启动的程序：对于它们，请使用“按用途复制设置”中的“环境变量”。无论 Hosier 以何种方式结束，这些变量都会被撤回；带着这些变量启动的程序会一直保留它们，直到程序结束。</translation>
    </message>
    <message>
        <source>Apps of the Microsoft Store cannot reach a proxy on this machine, and say that there is no internet, until an administrator runs this for each: CheckNetIsolation LoopbackExempt -a -n=&lt;package family name&gt;</source>
        <comment>a command: translate only what stands in angle brackets</comment>
        <translation>Microsoft Store 的应用无法访问本机上的代理，并提示没有互联网连接，除非管理员为每个应用运行：CheckNetIsolation LoopbackExempt -a -n=&lt;包系列名称&gt;</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings were put back, but what had been kept of them could not be removed.</source>
        <translation>系统的代理设置已恢复，但无法删除为恢复而保存的内容。</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyDialog</name>
    <message>
        <source>&amp;Hosts reached without the proxy</source>
        <translation>不经代理访问的主机(&amp;H)</translation>
    </message>
    <message>
        <source>System proxy: exceptions</source>
        <translation>系统代理：例外</translation>
    </message>
    <message>
        <source>One a line: a host name, a domain such as *.example.org, an address, or a block of addresses such as 10.0.0.0/8. Programs connect to these by themselves: Hosier&apos;s rules do not see them.</source>
        <translation>每行一项：主机名、域名（如 *.example.org）、地址或地址段（如 10.0.0.0/8）。程序会自行连接这些主机，不受 Hosier 的规则控制。</translation>
    </message>
    <message>
        <source>This machine and its local networks</source>
        <translation>本机及其本地网络</translation>
    </message>
</context>
<context>
    <name>ui::SystemProxyView</name>
    <message>
        <source>S&amp;ystem proxy (waiting)</source>
        <translation>系统代理（等待中）(&amp;Y)</translation>
    </message>
    <message>
        <source>S&amp;ystem proxy</source>
        <translation>系统代理(&amp;Y)</translation>
    </message>
    <message>
        <source>The system proxy is now %1.</source>
        <translation>系统代理现为 %1。</translation>
    </message>
    <message>
        <source>System proxy: %1</source>
        <comment>problem</comment>
        <translation>系统代理：%1</translation>
    </message>
    <message>
        <source>The system&apos;s proxy settings are as they were before.</source>
        <translation>系统的代理设置已恢复原状。</translation>
    </message>
    <message>
        <source>No system proxy</source>
        <translation>无系统代理</translation>
    </message>
    <message>
        <source>&amp;Copy environment variables</source>
        <translation>复制环境变量(&amp;C)</translation>
    </message>
    <message>
        <source>The system proxy is now %1, for what the user&apos;s service manager starts from now on.</source>
        <translation>对于用户的服务管理器今后启动的程序，系统代理现为 %1。</translation>
    </message>
    <message>
        <source>Programs read these variables when they start. Hosier sets them by itself only where a service manager of the user&apos;s (systemd) runs, which hands them on and takes them back; here there is none.</source>
        <translation>程序在启动时读取这些变量。仅当用户的服务管理器 (systemd) 正在运行、可传递并撤回这些变量时，Hosier 才会自动设置它们；此处没有这样的服务管理器。</translation>
    </message>
    <message>
        <source>System proxy by environment variables</source>
        <translation>通过环境变量设置系统代理</translation>
    </message>
    <message>
        <source>&amp;Do not show this again</source>
        <translation>不再显示(&amp;D)</translation>
    </message>
</context>
<context>
    <name>ui::TraceText</name>
    <message>
        <source>&quot;%1&quot;</source>
        <comment>quoted name or value</comment>
        <translation>“%1”</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <comment>entries of a rule, how many are not shown</comment>
        <translation>
            <numerusform>%1 及另外 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>value, others of it</comment>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>%1, started by %2,</source>
        <comment>application, its parents</comment>
        <translation>%1（由 %2 启动）</translation>
    </message>
    <message>
        <source>Nobody logged in; asked for: %1</source>
        <translation>没有用户认证；要求的是：%1</translation>
    </message>
    <message>
        <source>The application is not identified; asked for: %1</source>
        <translation>应用程序未识别；要求的是：%1</translation>
    </message>
    <message>
        <source>User %1 is none of %2</source>
        <translation>用户 %1 不在 %2 之中</translation>
    </message>
    <message>
        <source>Client %1 is none of %2</source>
        <translation>客户端 %1 不在 %2 之中</translation>
    </message>
    <message>
        <source>Host %1 is none of %2</source>
        <translation>主机 %1 不在 %2 之中</translation>
    </message>
    <message>
        <source>Port %1 is none of %2</source>
        <translation>端口 %1 不在 %2 之中</translation>
    </message>
    <message>
        <source>Transport %1 is none of %2</source>
        <translation>传输协议 %1 不在 %2 之中</translation>
    </message>
    <message>
        <source>Application %1 is none of %2</source>
        <translation>应用程序 %1 不在 %2 之中</translation>
    </message>
    <message>
        <source>Switched off</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>All else matches. %1</source>
        <comment>why the rest does not</comment>
        <translation>其余条件均匹配。%1</translation>
    </message>
    <message>
        <source>The client is on another machine, whose programs are not known here; asked for: %1</source>
        <translation>客户端位于另一台计算机，其程序在此处未知；要求的是：%1</translation>
    </message>
    <message>
        <source>The path of application %1 is not known; asked for: %2</source>
        <translation>应用程序 %1 的路径未知；要求：%2</translation>
    </message>
</context>
<context>
    <name>ui::TrafficGraph</name>
    <message>
        <source>Traffic graph</source>
        <translation>流量图</translation>
    </message>
    <message>
        <source>Now %1 down, %2 up</source>
        <translation>当前下载 %1，上传 %2</translation>
    </message>
    <message>
        <source>Down %1</source>
        <comment>traffic legend: rate</comment>
        <translation>下载 %1</translation>
    </message>
    <message>
        <source>Up %1</source>
        <comment>traffic legend: rate</comment>
        <translation>上传 %1</translation>
    </message>
    <message>
        <source>%1: %2 down, %3 up</source>
        <comment>moment, rates</comment>
        <translation>%1：下载 %2，上传 %3</translation>
    </message>
    <message>
        <source>Nothing is known</source>
        <translation>无数据</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation>%1 秒前</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>%1 分钟前</translation>
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
        <translation>直连</translation>
    </message>
    <message>
        <source>By way of %1</source>
        <comment>server or route</comment>
        <translation>经由 %1</translation>
    </message>
</context>
<context>
    <name>ui::TrafficView</name>
    <message>
        <source>Time shown by the graph</source>
        <translation>流量图显示的时间</translation>
    </message>
    <message>
        <source>How far back the graph looks</source>
        <translation>流量图回溯的时长</translation>
    </message>
    <message>
        <source>Last minute</source>
        <translation>最近 1 分钟</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows</source>
        <translation>流量图所显示的对象</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows: everything, or one of the applications, servers and routes that moved most in the last minutes</source>
        <translation>流量图所显示的对象：全部流量，或最近几分钟内流量最大的某个应用程序、服务器或线路</translation>
    </message>
    <message>
        <source>All traffic</source>
        <translation>全部流量</translation>
    </message>
    <message>
        <source>Last 10 minutes</source>
        <translation>最近 10 分钟</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>最近 1 小时</translation>
    </message>
    <message>
        <source>Today: %1 down, %2 up</source>
        <translation>今天：下载 %1，上传 %2</translation>
    </message>
    <message>
        <source>What moved today. It is kept when Hosier is closed.</source>
        <translation>今天的流量。关闭 Hosier 后仍会保留。</translation>
    </message>
    <message>
        <source>What moved since Hosier was started</source>
        <translation>自 Hosier 启动以来的流量</translation>
    </message>
    <message>
        <source>Session: %1 down, %2 up</source>
        <translation>本次运行：下载 %1，上传 %2</translation>
    </message>
    <message>
        <source>Nothing moved in this time. Traffic is drawn here as it comes.</source>
        <translation>这段时间没有流量。有流量时会绘制在这里。</translation>
    </message>
    <message>
        <source>The proxy is off. Traffic is drawn here once it is on.</source>
        <translation>代理已关闭。开启后流量会绘制在这里。</translation>
    </message>
</context>
<context>
    <name>ui::TrayIcon</name>
    <message>
        <source>Show &amp;window</source>
        <translation>显示窗口(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>模式(&amp;M)</translation>
    </message>
    <message>
        <source>Hide &amp;window</source>
        <translation>隐藏窗口(&amp;W)</translation>
    </message>
    <message>
        <source>Hosier is still running</source>
        <translation>Hosier 仍在运行</translation>
    </message>
    <message>
        <source>Click the sock in the tray to see the window again; quit from its menu.</source>
        <translation>单击托盘中的袜子图标可重新显示窗口；可从其菜单退出。</translation>
    </message>
    <message>
        <source>Hosier: %1</source>
        <comment>proxy state</comment>
        <translation>Hosier：%1</translation>
    </message>
    <message>
        <source>Profile: %1</source>
        <translation>配置：%1</translation>
    </message>
    <message>
        <source>%1 live, %2 down, %3 up</source>
        <translation>活动连接 %1，下载 %2，上传 %3</translation>
    </message>
    <message>
        <source>Ser&amp;vers</source>
        <translation>服务器(&amp;V)</translation>
    </message>
</context>
<context>
    <name>ui::UnidentifiedChoice</name>
    <message>
        <source>Skip rules about programs</source>
        <translation>跳过针对程序的规则</translation>
    </message>
    <message>
        <source>Programs that cannot be &amp;identified:</source>
        <translation>无法识别的程序(&amp;I):</translation>
    </message>
    <message>
        <source>Programs that cannot be identified</source>
        <translation>无法识别的程序</translation>
    </message>
    <message>
        <source>Of some connections the system does not tell which program of this computer made them. This is done with one where a rule for programs would match but for that; without it, such rules are skipped for them.</source>
        <translation>对于某些连接，系统不会告知它们由本机的哪个程序建立。如果仅因此而无法匹配针对程序的规则，就按此处理；不作选择时，对这些连接跳过此类规则。</translation>
    </message>
</context>
<context>
    <name>ui::UserDialog</name>
    <message>
        <source>Add local user</source>
        <translation>添加本地用户</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>更改密码</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>名称(&amp;N):</translation>
    </message>
    <message>
        <source>&amp;Password:</source>
        <translation>密码(&amp;P):</translation>
    </message>
    <message>
        <source>Password &amp;again:</source>
        <translation>再次输入密码(&amp;A):</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Password again</source>
        <translation>再次输入密码</translation>
    </message>
    <message>
        <source>The profile keeps a hash of the password (PBKDF2), never the password itself. It can be changed later, but not shown.</source>
        <translation>配置只保存密码的哈希 (PBKDF2)，绝不保存密码本身。密码以后可以更改，但无法显示。</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>请输入名称。</translation>
    </message>
    <message>
        <source>The name cannot contain a colon: HTTP takes it for the end of the name.</source>
        <translation>名称不能包含冒号：HTTP 会将其视为名称的结尾。</translation>
    </message>
    <message>
        <source>The name is longer than 255 bytes.</source>
        <translation>名称超过 255 字节。</translation>
    </message>
    <message>
        <source>There is already a user of this name.</source>
        <translation>已有同名的用户。</translation>
    </message>
    <message>
        <source>Enter a password.</source>
        <translation>请输入密码。</translation>
    </message>
    <message>
        <source>The password is longer than 255 bytes.</source>
        <translation>密码超过 255 字节。</translation>
    </message>
    <message>
        <source>The two passwords differ.</source>
        <translation>两次输入的密码不一致。</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <comment>password</comment>
        <translation>未更改</translation>
    </message>
</context>
<context>
    <name>ui::UserInterface</name>
    <message>
        <source>This desktop has no tray for Hosier: closing the window quits it.</source>
        <translation>此桌面没有可供 Hosier 使用的托盘：关闭窗口即退出 Hosier。</translation>
    </message>
    <message>
        <source>Password needed</source>
        <translation>需要密码</translation>
    </message>
</context>
<context>
    <name>ui::WhatsThis</name>
    <message>
        <source>Opens the listeners, so that programs can connect by way of Hosier, or closes them. Connections that are open already go on either way.</source>
        <translation>打开监听端口，使程序可以经由 Hosier 连接，或将其关闭。已经打开的连接不受影响。</translation>
    </message>
    <message>
        <source>What decides about new connections. Rules: the rules, top to bottom, then the default action. Everything: the default action alone. Direct: nothing goes to a server and nothing is blocked.</source>
        <translation>决定新连接的处理方式。规则：自上而下依次判断规则，最后为默认动作。全局：只用默认动作。直连：不经过任何服务器，也不阻止任何连接。</translation>
    </message>
    <message>
        <source>Points the system&apos;s proxy settings at Hosier, for programs that follow them. What they were before is put back when it is switched off and when Hosier ends, also after a crash.</source>
        <translation>使系统的代理设置指向 Hosier，供遵循该设置的程序使用。关闭时以及 Hosier 退出时（包括崩溃后）会恢复原来的设置。</translation>
    </message>
    <message>
        <source>Shows only those rows of the current page in which all these words occur. It hides the others and changes nothing else.</source>
        <translation>仅显示当前页面中包含所有这些词的行。它只隐藏其他行，不改变其他任何东西。</translation>
    </message>
    <message>
        <source>The connections through Hosier: which program made them, where they go, by which rule and server, and how much flows. Those that ended stay for a moment. The menu of the right mouse button closes or explains one, or makes a rule of it.</source>
        <translation>经过 Hosier 的连接：由哪个程序建立、去往何处、按哪条规则、经由哪个服务器，以及流量多少。已结束的连接会停留片刻。右键菜单可关闭或解释某个连接，或将其做成规则。</translation>
    </message>
    <message>
        <source>Who connects: the programs of this computer and the clients of the network, with the sums of their traffic.</source>
        <translation>谁在连接：本机的程序和网络上的客户端，以及它们的流量总计。</translation>
    </message>
    <message>
        <source>The rules, checked from top to bottom: the first one that matches decides. A rule without a tick is skipped. Drag a rule to move it. The default action below them is taken when none matches.</source>
        <translation>规则自上而下检查：由第一条匹配的规则决定。未勾选的规则会被跳过。拖动规则可移动它。都不匹配时，执行下方的默认动作。</translation>
    </message>
    <message>
        <source>What is done with a program that the system does not tell the name of, where a rule for programs would match but for that. Without a choice such rules are skipped for it.</source>
        <translation>对系统不告知名称的程序的处理，用于仅因此而无法匹配针对程序的规则之处。不作选择时，对其跳过此类规则。</translation>
    </message>
    <message>
        <source>The servers that connections can be sent by way of, and chains and groups of them. A check shows whether a server works, how long it takes and whether it carries UDP.</source>
        <translation>连接可以经由的服务器，以及由它们组成的链和组。检测会显示服务器是否可用、耗时多少以及是否支持 UDP。</translation>
    </message>
    <message>
        <source>What happened, in order: connections, listeners, servers and changes. Only the last lines are held in memory; the settings say what goes to a file.</source>
        <translation>按顺序记录发生的事情：连接、监听端口、服务器和更改。内存中只保留最后若干条记录；写入文件的内容由设置决定。</translation>
    </message>
    <message>
        <source>How important a line has to be to be shown. Debug shows everything.</source>
        <translation>记录至少要有多重要才会显示。“调试”显示全部。</translation>
    </message>
    <message>
        <source>Shows only lines of the log in which all these words occur.</source>
        <translation>仅显示日志中包含所有这些词的记录。</translation>
    </message>
    <message>
        <source>How much was received (down) and sent (up) in each moment. The mouse, or the arrow keys, tell the values of one.</source>
        <translation>每一时刻接收（下载）和发送（上传）了多少。用鼠标或方向键可查看某一时刻的数值。</translation>
    </message>
    <message>
        <source>Whose traffic the graph shows: all of it, or that of one of the busiest programs, servers and routes.</source>
        <translation>图表显示谁的流量：全部，或最繁忙的程序、服务器和线路之一。</translation>
    </message>
    <message>
        <source>How far back the graph goes.</source>
        <translation>图表回溯多久。</translation>
    </message>
    <message>
        <source>How the rule is called in lists and in the log. It may be empty: then its place stands there.</source>
        <translation>规则在列表和日志中的名称。可以为空：此时显示它的序号。</translation>
    </message>
    <message>
        <source>The programs that the rule is for, by name, path or a pattern with * and ?. Empty: any program, and clients of the network.</source>
        <translation>规则所针对的程序：按名称、路径或含 * 和 ? 的模式。为空：任何程序以及网络上的客户端。</translation>
    </message>
    <message>
        <source>The rule then is also for programs that these have started, such as the tools that a terminal runs.</source>
        <translation>此时规则也适用于由这些程序启动的程序，例如终端中运行的工具。</translation>
    </message>
    <message>
        <source>The targets that the rule is for: names, names with * as a part, addresses, blocks and ranges of addresses. Empty: any. Entries that are addresses match requests by name only when the DNS settings have names looked up for rules.</source>
        <translation>规则所针对的目标：主机名、含 * 的域名、地址、地址段和地址范围。为空：任何目标。只有当 DNS 设置为规则解析域名时，地址项才会匹配以域名发出的请求。</translation>
    </message>
    <message>
        <source>The ports of the target: single ones and ranges. Empty: any.</source>
        <translation>目标的端口：单个端口和范围。为空：任何端口。</translation>
    </message>
    <message>
        <source>Whether the rule is for TCP, for UDP, or for both.</source>
        <translation>规则适用于 TCP、UDP 还是两者。</translation>
    </message>
    <message>
        <source>Names that clients have logged in with. Empty: anybody, also without a login.</source>
        <translation>客户端认证所用的名称。为空：任何人，包括未认证者。</translation>
    </message>
    <message>
        <source>Addresses that clients connect from, for listeners that other computers reach. Empty: any.</source>
        <translation>客户端的来源地址，用于其他计算机可访问的监听端口。为空：任何地址。</translation>
    </message>
    <message>
        <source>What is done when everything above matches: connect directly, block, or go by way of a server or route.</source>
        <translation>上述条件全部匹配时的处理：直接连接、阻止，或经由服务器或线路。</translation>
    </message>
    <message>
        <source>How the server is called in lists and in the log.</source>
        <translation>服务器在列表和日志中的名称。</translation>
    </message>
    <message>
        <source>What rules and routes call the server in the profile&apos;s file. When it changes, they follow.</source>
        <translation>规则和线路在配置文件中引用此服务器所用的标识。更改后它们会随之更改。</translation>
    </message>
    <message>
        <source>What the server speaks. SOCKS5 carries UDP and logins; SOCKS4 takes IPv4 addresses only, SOCKS4a names too; HTTP is its CONNECT method, for TCP.</source>
        <translation>服务器使用的协议。SOCKS5 支持 UDP 和认证；SOCKS4 只接受 IPv4 地址，SOCKS4a 也接受域名；HTTP 指其 CONNECT 方法，用于 TCP。</translation>
    </message>
    <message>
        <source>The connection to the server is encrypted. The server has to expect that: plain SOCKS and HTTP servers do not.</source>
        <translation>与服务器的连接经过加密。服务器必须支持：普通的 SOCKS 和 HTTP 服务器不支持。</translation>
    </message>
    <message>
        <source>The name or address of the server itself. A whole URL that is pasted here fills in the other fields.</source>
        <translation>服务器本身的域名或地址。在此粘贴完整的 URL 会填写其他字段。</translation>
    </message>
    <message>
        <source>The TCP port that the server listens on.</source>
        <translation>服务器监听的 TCP 端口。</translation>
    </message>
    <message>
        <source>Who turns the names of targets into addresses. When the server does, they are passed on to it as names.</source>
        <translation>由谁将目标的域名解析为地址。若由服务器解析，则域名会原样传给它。</translation>
    </message>
    <message>
        <source>With TLS: accept this very certificate and no other. Empty: any that this computer trusts and that is for the server&apos;s name.</source>
        <translation>使用 TLS 时：只接受这一个证书。为空：本机信任且属于该服务器域名的任何证书。</translation>
    </message>
    <message>
        <source>The name to log in with. Empty: no login is offered.</source>
        <translation>认证所用的用户名。为空：不提供认证。</translation>
    </message>
    <message>
        <source>The password to log in with. It is never written to the profile or to the log.</source>
        <translation>认证所用的密码。它绝不会写入配置或日志。</translation>
    </message>
    <message>
        <source>The password is kept in memory until Hosier quits. After the next start it has to be entered again.</source>
        <translation>密码在 Hosier 退出前保留在内存中。下次启动后需要重新输入。</translation>
    </message>
    <message>
        <source>The server is saved without a password.</source>
        <translation>服务器不带密码保存。</translation>
    </message>
    <message>
        <source>A file that holds the password in its first line, for computers without a credential store. Nobody but you may be able to read it.</source>
        <translation>第一行是密码的文件，用于没有凭据存储的计算机。除您以外，任何人都不应能读取它。</translation>
    </message>
    <message>
        <source>How the listener is called in lists and in the log.</source>
        <translation>监听端口在列表和日志中的名称。</translation>
    </message>
    <message>
        <source>Where clients connect to. 127.0.0.1 is reached by programs of this computer only, 0.0.0.0 by whoever reaches this computer.</source>
        <translation>客户端连接的地址。127.0.0.1 只有本机程序可以访问，0.0.0.0 则是任何能访问本机的人。</translation>
    </message>
    <message>
        <source>The port that clients connect to. No other program may listen on it at that address.</source>
        <translation>客户端连接的端口。其他程序不能在该地址上监听此端口。</translation>
    </message>
    <message>
        <source>Takes SOCKS5 clients: TCP, UDP, and login by name and password.</source>
        <translation>接受 SOCKS5 客户端：TCP、UDP，以及名称和密码认证。</translation>
    </message>
    <message>
        <source>Takes SOCKS4 and SOCKS4a clients: TCP, without passwords.</source>
        <translation>接受 SOCKS4 和 SOCKS4a 客户端：TCP，无密码。</translation>
    </message>
    <message>
        <source>Takes HTTP clients: CONNECT and plain requests.</source>
        <translation>接受 HTTP 客户端：CONNECT 和普通请求。</translation>
    </message>
    <message>
        <source>Whether clients have to log in as one of the local users.</source>
        <translation>客户端是否必须以某个本地用户的身份通过认证。</translation>
    </message>
    <message>
        <source>Confirms that everybody who reaches the address may use the proxy without a password. Others may do so for their own ends, in your name.</source>
        <translation>确认任何能访问该地址的人都可以不用密码使用代理。他人可能以您的名义将其用于自己的目的。</translation>
    </message>
    <message>
        <source>The addresses that clients may connect from. Empty: any.</source>
        <translation>客户端可以从哪些地址连接。为空：任何地址。</translation>
    </message>
    <message>
        <source>Whose datagrams a client of UDP gets: only of those it has sent to, or also of others. The narrower, the safer; some games and calls need the wider ones.</source>
        <translation>UDP 客户端会收到谁的数据报：只有它发送过的对象，或者也包括其他人。范围越窄越安全；某些游戏和通话需要更宽的范围。</translation>
    </message>
    <message>
        <source>The addresses at which other computers of the local network reach this proxy at the moment.</source>
        <translation>本地网络中的其他计算机目前可通过哪些地址访问此代理。</translation>
    </message>
    <message>
        <source>Copies the selected address and port.</source>
        <translation>复制所选的地址和端口。</translation>
    </message>
    <message>
        <source>Copies the settings in the form that a program or a shell wants.</source>
        <translation>以程序或 Shell 所需的形式复制设置。</translation>
    </message>
    <message>
        <source>Opens the listeners, which are closed at the moment.</source>
        <translation>打开目前关闭的监听端口。</translation>
    </message>
    <message>
        <source>Whether the window is shown when Hosier starts. In the tray, the proxy works just the same.</source>
        <translation>Hosier 启动时是否显示窗口。在托盘中时，代理同样工作。</translation>
    </message>
    <message>
        <source>Which servers look names up themselves. They are told names as they are; for the others this computer looks names up first.</source>
        <translation>哪些服务器自行解析域名。它们收到原样的域名；对于其他服务器，先由本机解析域名。</translation>
    </message>
    <message>
        <source>Looks every requested name up on this computer while there are rules about addresses, so that these can decide about it.</source>
        <translation>只要存在针对地址的规则，就在本机解析每个被请求的域名，使这些规则能够据此判断。</translation>
    </message>
    <message>
        <source>How bytes are moved between the two sides of a connection. Automatic takes the fastest way of this system.</source>
        <translation>字节如何在连接的两端之间传送。“自动”采用本系统最快的方式。</translation>
    </message>
    <message>
        <source>Takes away the listener for the local network. The user that was added for it stays. Programs of this computer are not concerned.</source>
        <translation>移除用于本地网络的监听端口。为其添加的用户会保留。本机的程序不受影响。</translation>
    </message>
</context>
</TS>
