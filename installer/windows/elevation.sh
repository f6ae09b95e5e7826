# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Removal, by a user who is no administrator, of what is installed for everybody, for installer/windows/test.
# shellcheck disable=SC2154 # what wine.sh and test know

ends_with() { # exit code, command...
    local wanted=$1 result=0
    shift
    "$@" || result=$?
    [[ $result == "$wanted" ]]
}

notes_calls() { tr -d '\r' <"$place/hosier.exe.log" | grep -Pzq -e "$1"; }

# Wine's user is always an administrator, so this installer takes nobody for one who was not started as one. Its program notes
# how it is called; while it runs its file cannot be written, as that in Program Files cannot by who is no administrator.
check_elevation() {
    local stage=$work/elevation place=drive_c/Everybody user_setup=$work/Hosier-user-setup.exe holder
    mkdir "$stage"
    cp "$out/bin/calllog.exe" "$stage/hosier.exe"
    check "an installer that knows users without rights can be made" \
        "$here/pack" "$stage" "$version" "$user_setup" zlib -DONLY_ELEVATED
    check "for all users, it takes an administrator" ends_with 2 wine "$user_setup" /S /ALLUSERS '/D=C:\Everybody'
    check "who installs" wine "$user_setup" /S /ELEVATED /ALLUSERS '/D=C:\Everybody'
    start "$wine64" "$place/hosier.exe" wait
    holder=${started[-1]}
    check "the program runs" eventually notes_calls wait
    # In place, so that its end can be waited for.
    LIMIT=12 check "a user's removal hands over to an administrator" \
        ends_with 2 wine "$place/uninstall.exe" '_?=C:\Everybody'
    check "and before has the program quit and the system proxy put back" \
        notes_calls '--quit"?\n.*--restore-system-proxy"?\n$'
    check "the administrator's shows itself" eventually dialog_shows Uninstall
    kill -- "-$holder"
    press Return elevated-removal
    LIMIT=30 check "and removes the program" eventually no test -e "$place/uninstall.exe"
    check "and is gone after its last page" eventually leaves Uninstall
    check "and so is the registration" no wine reg query "HKLM\\$uninstall_key"
    rm -rf "$place"
    start "$wine64" "$user_setup" /ELEVATED /CURRENTUSER '/D=C:\Everybody'
    check "an installer by another account's password shows itself" eventually dialog_shows Setup
    press Return elevated-directory
    press Return elevated-options
    LIMIT=60 check "and installs" eventually test -s "$place/uninstall.exe"
    sleep 2 # the last page comes when all is written
    photograph elevated-finished
    LIMIT=30 check "and is gone after its last page" eventually leaves Setup
    sleep 2 # for a program to be started
    check "and has not started the program as that account's" no test -e "$place/hosier.exe.log"
    check "what it installed can be removed" wine "$place/uninstall.exe" /S
    check "and is" eventually no test -e "$place/uninstall.exe"
    rm -rf "$place"
}
