# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Installations in other directories than the usual one, for installer/windows/test.
# shellcheck disable=SC2154 # what wine.sh and test know

check_other_directory() {
    # The directory goes unquoted, spaces and all.
    check "installation elsewhere ends well" wine "$setup" /S /CURRENTUSER '/D=C:\Other' 'place\Hosier'
    check "and is there" test -s "drive_c/Other place/Hosier/hosier.exe"
    check "and can be removed" wine "drive_c/Other place/Hosier/uninstall.exe" /S
    check "and is" eventually no test -e "drive_c/Other place/Hosier"
    rmdir "drive_c/Other place"
}

# Where another program has its uninstaller.
check_foreign_directory() {
    local place=drive_c/Shared
    mkdir "$place"
    cp "$out/bin/calllog.exe" "$place/uninstall.exe"
    check "installation in another program's directory is refused" no wine "$setup" /S /CURRENTUSER '/D=C:\Shared'
    check "and nothing is there" no test -e "$place/hosier.exe"
    check "and has not called that one's uninstaller" no test -e "$place/uninstall.exe.log"
    check "and has left it" cmp -s "$out/bin/calllog.exe" "$place/uninstall.exe"
    rm -r "$place"
}

# Over an installation that is somewhere else.
check_another_directory() {
    local place="drive_c/Other place/Hosier" start='"C:\Other place\Hosier\hosier.exe" --minimized'
    picture before-moving
    check "installation in the usual place ends well" wine "$setup" /S /CURRENTUSER /STARTATLOGIN
    write_profile "$profile" "$port"
    check "its program starts" start_interface --minimized
    check "where nothing can be written, installation fails" no wine "$setup" /S /CURRENTUSER '/D=Z:\proc\Hosier'
    check "and leaves the program" test -s "$installed/hosier.exe"
    check "and lets it run" answers
    check "installation elsewhere over it ends well" wine "$setup" /S /CURRENTUSER '/D=C:\Other' 'place\Hosier'
    check "and has made it quit" eventually ended
    check "and is there" test -s "$place/hosier.exe"
    check "and nothing is in the old place" no test -e "$installed"
    check "and the profile is kept" test -s "$profile"
    check "and this program starts at login" test "$(value "$current\\Run" Hosier)" = "$start"
    check "Apps & features names the new place" \
        test "$(value "HKCU\\$uninstall_key" InstallLocation)" = 'C:\Other place\Hosier'
    wine reg add "$current\\Run" /v Hosier /d "$start --profile \"C:\\p.json\"" /f >>"$report/log" 2>&1
    ln -s "Other place" "drive_c/Link"
    check "the same place by another name" wine "$setup" /S /CURRENTUSER '/D=C:\Link\Hosier'
    check "is upgraded" test -s "$place/hosier.exe" -a -s "$place/uninstall.exe"
    check "and starts at login as it did" test "$(value "$current\\Run" Hosier)" = \
        '"C:\Link\Hosier\hosier.exe" --minimized --profile "C:\p.json"'
    check "it can be removed, with the profile" wine "$place/uninstall.exe" /S /REMOVEPROFILE
    check "and is" eventually no test -e "$place"
    rm drive_c/Link
    rmdir "drive_c/Other place"
    check "no file is left of it" eventually same_as_before files before-moving
    check "nothing is left of it in the registry" same_as_before registry before-moving
}
