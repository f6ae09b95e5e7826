# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What becomes of the system proxy, for installer/windows/test.
# shellcheck disable=SC2034,SC2154 # what wine.sh and test know

proxy_settings() {
    local name
    for name in ProxyEnable ProxyServer ProxyOverride AutoConfigURL; do
        echo "$name $(value "$current\\Internet Settings" $name)"
    done
}

proxy_is_ours() {
    local settings
    settings=$(proxy_settings)
    echo "$settings"
    [[ $settings == *'ProxyEnable 0x1'* && $settings == *"ProxyServer 127.0.0.1:$port"* ]]
}

proxy_is_theirs() { [[ $(proxy_settings) == "$theirs" ]]; }

# However the program ends, the settings are again what somebody had made them before.
check_system_proxy() {
    local end
    wine reg add "$current\\Internet Settings" /v ProxyServer /d proxy.example:3128 /f >>"$report/log" 2>&1
    wine reg add "$current\\Internet Settings" /v ProxyEnable /t REG_DWORD /d 0 /f >>"$report/log" 2>&1
    theirs=$(proxy_settings)
    write_profile "$profile" "$port"
    # With the exceptions of a first start, none of which Wine keeps.
    printf '[systemProxy]\non=true\n' >>"$local_data/hosier/hosier.ini"
    for end in 'hosier --quit' kill_program_alone; do
        check "the program starts with the system proxy switched on" start_interface --minimized
        check "the registry names its listener" eventually proxy_is_ours
        check "$end is done" $end
        check "and the program ends" eventually ended
        check "and the registry is as it was" eventually proxy_is_theirs
    done
    check "the program sets it again" start_interface --minimized
    check "and the registry names its listener" eventually proxy_is_ours
    check "it is killed, and its watchdog too" kill_with_watchdog
    check "which leaves the registry" proxy_is_ours
}
