# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What people see of the installer, for installer/windows/test.
# shellcheck disable=SC2154 # what wine.sh and test know

# What the installer calls itself in a language, and its first page.
greets() { # locale title
    local title found=1
    LC_ALL=$1.UTF-8 start "$wine64" "$setup"
    if eventually greeted; then
        sleep 1 # for the page to be drawn
        photograph "setup-$1"
        xdotool key Return
        sleep 1
        photograph "setup-$1-options"
        title=$(title_of '[^"]*setup.exe' '.*Hosier.*')
        echo "$title"
        [[ $title != *"$2"* ]] || found=0
    fi
    kill -- "-${started[-1]}"
    eventually no greeted
    return $found
}

greeted() { [[ -n $(title_of '[^"]*setup.exe' '.*Hosier.*') ]]; }

check_languages() {
    local code title
    export LOCPATH=$work/locales
    mkdir -p "$LOCPATH"
    while read -r code title; do
        localedef -i "$code" -f UTF-8 "$LOCPATH/$code.UTF-8" >>"$report/log" 2>&1 || true
        check "the installer speaks $code" greets "$code" "$title"
    done <<'END'
en_US Setup
de_DE Installation
fr_FR Installation
es_ES Instalaci
pt_BR Instala
ru_RU Установка
zh_CN 安装
ja_JP セットアップ
END
    unset LOCPATH
    rm -rf "drive_c/users/$user/Temp"/ns*.tmp # of installers that were killed
}

# Its own and the uninstaller's, which runs as a copy of itself.
dialog_shows() { [[ $(title_of '[^"]*' 'Hosier [^"]*') == *"$1"* ]]; }

# Presses a button of the page that is shown, once that is drawn.
press() { # key photograph
    sleep 1
    photograph "$2"
    xdotool key "$1"
}

# Its last page by the default button; before that, the key does nothing.
leaves() { # title
    dialog_shows "$1" || return 0
    xdotool key Return
    sleep 1
    return 1
}

# The question stands before the dialog, which may have kept the keyboard: there is no window manager here.
agrees() {
    [[ -e $local_data/hosier ]] || return 0
    xdotool windowfocus "$(xdotool search --name '^Hosier Uninstall$' | tail -n 1)"
    xdotool key alt+y
    sleep 1
    return 1
}

# From a double-click to the running program and back, by the keys that press the default buttons.
check_dialogs() {
    write_profile "$profile" "$port"
    start "$wine64" "$setup" /CURRENTUSER
    check "the installer shows itself" eventually dialog_shows Setup
    press Return dialog-1-directory
    press Return dialog-2-options
    LIMIT=60 check "and installs" eventually test -s "$installed/uninstall.exe"
    sleep 2 # the last page comes when all is written
    photograph dialog-3-finished
    LIMIT=60 check "and is gone after its last page" eventually leaves Setup
    LIMIT=30 check "which has started the program" eventually answers
    check "whose window is shown" eventually window_shown
    start "$wine64" "$installed/uninstall.exe"
    check "the uninstaller shows itself" eventually dialog_shows Uninstall
    press Return dialog-4-removal
    LIMIT=60 check "it makes the program quit" eventually no answers
    check "and asks about the profile" eventually no test -e "$installed/hosier.exe"
    sleep 1
    photograph dialog-5-profile
    check "and removes it when told to" eventually agrees
    photograph dialog-6-removed
    check "and is gone after its last page" eventually leaves Uninstall
    check "and so is the program" eventually no test -e "$installed"
}

# An earlier installation's directory that is not called Hosier, as Browse shows it when it is picked.
check_picked_directory() {
    local place=drive_c/Proxy
    check "installation in a directory called otherwise ends well" wine "$setup" /S /CURRENTUSER '/D=C:\Proxy'
    rm -f "$place/licenses/Qt.txt"
    start "$wine64" "$setup" /CURRENTUSER
    check "the installer shows itself over it" eventually dialog_shows Setup
    sleep 1 # for the page to be drawn
    xdotool key End
    xdotool type '\Hosier'
    press Return picked-1-directory
    press Return picked-2-options
    LIMIT=60 check "and installs there again" eventually test -s "$place/licenses/Qt.txt" -a -s "$place/uninstall.exe"
    check "and not below it" no test -e "$place/Hosier"
    sleep 2 # the last page comes when all is written
    photograph picked-3-finished
    kill -- "-${started[-1]}" # Its button would start the program.
    check "and is gone" eventually no dialog_shows Setup
    check "that installation can be removed" wine "$place/uninstall.exe" /S
    check "and is" eventually no test -e "$place"
    rm -rf "drive_c/users/$user/Temp"/ns*.tmp # of installers that were killed
}
