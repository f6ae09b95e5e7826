# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Programs that the installer meets with other profiles than the usual one, for installer/windows/test.
# shellcheck disable=SC2034,SC2154 # what wine.sh and test know

ends_when_asked_by_setup() { wine "$setup" /S && eventually ended; }

# Which --quit, asked without a profile, does not reach.
check_other_profiles() {
    # Started from Linux by its path there, a program's file would be on another drive than the installer finds it on.
    local installed=C:/users/$user/AppData/Local/Programs/Hosier
    wine "$setup" /S /CURRENTUSER >>"$report/log" 2>&1
    wine reg add "$current\\Internet Settings" /v ProxyServer /d proxy.example:3128 /f >>"$report/log" 2>&1
    wine reg add "$current\\Internet Settings" /v ProxyEnable /t REG_DWORD /d 0 /f >>"$report/log" 2>&1
    theirs=$(proxy_settings)
    write_profile "$work/elsewhere/office.json" "$port"
    mkdir -p "$local_data/hosier"
    printf '[systemProxy]\non=true\n' >"$local_data/hosier/hosier.ini"
    check "a program with a profile elsewhere starts" start_interface --minimized --profile "$work/elsewhere/office.json"
    check "and sets the system proxy" eventually proxy_is_ours
    check "upgrade makes it quit" ends_when_asked_by_setup
    check "and the system proxy is as it was" eventually proxy_is_theirs
    rm "$local_data/hosier/hosier.ini"
    check "one without an interface starts" start_headless --profile "$work/elsewhere/office.json"
    check "upgrade makes that quit" ends_when_asked_by_setup
    check "the offer to start again after a crash is shown" offer_after_crash
    check "upgrade closes it" ends_when_asked_by_setup
    check "one of a copy elsewhere starts" start_copy_elsewhere
    check "upgrade ends well" wine "$setup" /S
    check "and lets that run" answers
    check "until it is asked itself" wine "$work/copy/hosier.exe" --quit --profile "$work/elsewhere/office.json"
    check "and that quits" eventually ended
    rm -r "$work/copy" "$local_data/hosier"
    check "a program with a profile elsewhere starts again" start_interface --minimized --profile "$work/elsewhere/office.json"
    check "uninstallation" wine "$installed/uninstall.exe" /S
    check "makes it quit" eventually ended
    check "and removes the program it was" eventually no test -e "$local_data/Programs/Hosier"
}

start_copy_elsewhere() {
    cp -r "$local_data/Programs/Hosier" "$work/copy" && rm "$work/copy/uninstall.exe" &&
        installed=$work/copy start_interface --minimized --profile "$work/elsewhere/office.json"
}

# Of a process that has never been.
offer_after_crash() {
    setsid timeout 600 "$wine64" "$installed/hosier.exe" --after-crash=999999 >>"$report/log" 2>&1 &
    program=$!
    started+=("$program")
    eventually offer_shown
}

offer_shown() { is_shown "$(title_of hosier.exe 'Hosier')"; }
