# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What installer/windows/test stands on: a Wine prefix and a display of its own, what is on them, and one line a check.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/installer/windows
out=$root/build/windows
report=$out/test
# The script and not the loader for the prefix: it picks the server that belongs to it.
wine64=/usr/lib/wine/wine64
display=${HOSIER_TEST_DISPLAY:-86}
# Where trayer puts the tray: width x height + left + top.
tray=200x32+1080+868
passed=0
failed=0
started=()

say() { printf 'test: %s\n' "$*" >&2; }

check() { # name command...
    local name=$1
    shift
    echo "== $name" >>"$report/log"
    if "$@" >>"$report/log" 2>&1; then
        echo "ok      $name"
        passed=$((passed + 1))
    else
        echo "FAILED  $name"
        failed=$((failed + 1))
    fi
}

# Within 15 s, unless said otherwise by LIMIT.
eventually() {
    local end=$((SECONDS + ${LIMIT:-15}))
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.2
    done
}

no() { ! "$@"; }

start() { # command...: in a process group of its own
    setsid "$@" >>"$report/log" 2>&1 &
    started+=($!)
}

finish() {
    local process
    # The server ends what runs in our prefix, and nothing else.
    timeout 20 wineserver -k || true
    for process in "${started[@]}"; do
        kill -- "-$process" 2>/dev/null || true
    done
    rm -rf "$work"
}

with_libraries() { WINEPATH=$libraries "$@"; }

wine() { timeout "${LIMIT:-60}" "$wine64" "$@"; }

prepare() {
    "$root/.ci/install" "$here/packages"
    work=$(mktemp -d)
    trap finish EXIT
    rm -rf "$report"
    mkdir -p "$report"
    export WINEPREFIX=$work/prefix WINEARCH=win64 WINEDEBUG=-all DISPLAY=:$display LC_ALL=C.UTF-8
    # A crashed program must end and not wait for a debugger; Mono and Gecko would ask to be downloaded; shortcuts are none
    # of the desktop of whoever runs this.
    export WINEDLLOVERRIDES='winedbg.exe=d;mscoree=d;mshtml=d;winemenubuilder.exe=d'
    unset HOSIER_QT_WINDOWS WINEPATH
    # Of the tests' programs; what is installed has its own beside it.
    libraries="Z:$(sed -n 's/^HOSIER_QT_WINDOWS:PATH=//p' "$out/CMakeCache.txt")/bin"
    start Xvfb ":$display" -screen 0 1280x900x24 -nolisten tcp
    eventually xdpyinfo >/dev/null 2>&1
    start openbox
    start trayer --edge bottom --align right --widthtype pixel --width 200 --height 32 --expand false
    LIMIT=120 wine wineboot -i >>"$report/log" 2>&1
    # Every Windows has them; the first installer and the first program would make them here.
    local key
    for key in Uninstall Run 'Internet Settings' 'Explorer\StartupApproved\Run'; do
        wine reg add "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\$key" /f >>"$report/log" 2>&1
    done
    timeout 60 wineserver -w
    cd "$WINEPREFIX"
    # The desktop and the like are links to the home directory of whoever runs this.
    find drive_c/users -type l | while read -r link; do rm "$link" && mkdir "$link"; done
    user=$(cd drive_c/users && find . -mindepth 1 -maxdepth 1 ! -name Public -printf '%f\n')
    local_data=drive_c/users/$user/AppData/Local
    mkdir -p "$local_data/Temp" # which every Windows has
}

# Files and registry as they are. NSIS has its uninstaller's copy removed at the next start of Windows, and Wine writes
# down the machine's hardware anew each time.
picture() { # name
    find drive_c \( -path '*/~nsu*.tmp*' -o -path '*/Temp/wine*' \) -prune -o -printf '%y %p\n' | sort >"$report/files-$1"
    local key
    for key in 'HKCU' 'HKLM\Software'; do
        # A machine that stands still may end it in the middle: all of it, or once more.
        LIMIT=120 eventually wine reg export "$key" "Z:${work//\//\\}\\export.reg" /y >/dev/null
        iconv -f utf-16 -t utf-8 "$work/export.reg" | tr -d '\r'
    done | awk '/^\[/ { volatile = /NetworkCards|\\Console\]|\\Wine\\|\\Explorer\\([^S]|S[^t]|Sta[^r]|St[^a])|Prefetcher|MountPoints2|Volatile/ } !volatile' |
        sort >"$report/registry-$1"
}

same_as_before() { # files | registry [picture]
    picture after
    diff "$report/$1-${2:-before}" "$report/$1-after"
}

# Wine 8 calls itself Windows 7.
become() { LIMIT=30 wine winecfg -v "$1" && timeout 60 wineserver -w; } # win7 | win10

# A value of the registry as text; nothing when there is none.
value() { # key name
    wine reg query "$1" /v "$2" 2>>"$report/log" | tr -d '\r' | sed -n 's/^ .*  *REG_[A-Z_]*  *//p'
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Windows of Wine's programs are of the class that is the program's name.
title_of() { # program title: both as sed's patterns
    xwininfo -root -tree | sed -n 's/^ *0x[0-9a-f]* "\('"$2"'\)": ("'"$1"'".*/\1/p' | head -1
}

is_shown() { # title
    [[ -n $1 ]] && xwininfo -name "$1" | grep -q 'Map State: IsViewable'
}

photograph() { import -window root "$report/$1.png"; }

# How many colours: without an icon there is one.
tray_has_icon() { (($(import -window root -crop $tray +repage -format %k info:) > 8)); }

tray_picture() { import -window root -crop $tray +repage -format '%#' info:; }

# In the middle of what is not background.
click_tray() {
    local width height left top x y
    eventually tray_has_icon || return # it is drawn anew now and then
    IFS='x+' read -r width height left top < <(import -window root -crop $tray +repage -format '%@' info:)
    IFS='x+' read -r _ _ x y <<<"$tray"
    xdotool mousemove $((x + left + width / 2)) $((y + top + height / 2)) click 1
    xdotool mousemove 600 100 # off the icon, whose tool tip would show
}
