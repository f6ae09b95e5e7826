# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The cross-compiled tests under Wine, for installer/windows/test. What is no fault of the program stands in
# known-failures: patterns of functions that fail, and after "skip: " of those that are skipped.
# shellcheck disable=SC2154 # what wine.sh knows: here, out, report, work

list_functions() { # FAIL!|SKIP test: as "test::function(row)", from its report
    sed -n "s/^$1 *: [A-Za-z0-9]*::\([^ (]*([^)]*)\).*/$2::\1/p" "$report/$2.txt" | sort -u
}

list_patterns() { # FAIL!|SKIP test
    local prefix=
    [[ $1 == 'FAIL!' ]] || prefix='skip: '
    sed -n "s/^$prefix\($2::.*\)/\1/p" "$here/known-failures"
}

# Adds to known_count and unknown_count of who calls it. A pattern that nothing matched is told and is no fault: some
# hang on how fast the machine is.
compare_with_known() { # FAIL!|SKIP test
    local function pattern found functions patterns
    mapfile -t functions < <(list_functions "$@")
    mapfile -t patterns < <(list_patterns "$@")
    for function in "${functions[@]}"; do
        found=
        for pattern in "${patterns[@]}"; do
            # shellcheck disable=SC2053
            [[ $function != $pattern ]] || found=known
        done
        if [[ $found ]]; then
            printf '%-7s %s\n' "known" "$1 $function"
            known_count=$((known_count + 1))
        else
            printf '%-7s %s\n' "" "$1 $function"
            unknown_count=$((unknown_count + 1))
        fi
    done
    for pattern in "${patterns[@]}"; do
        found=
        for function in "${functions[@]}"; do
            # shellcheck disable=SC2053
            [[ $function != $pattern ]] || found=known
        done
        [[ $found ]] || printf '%-7s %s\n' "passed" "$pattern, known for $1"
    done
}

finished_or_gone() { # process report
    ! kill -0 "$1" 2>/dev/null || grep -q '^\*\*\*\*\*\*\*\*\* Finished' "$2" 2>/dev/null
}

# Where the application object goes with a thread of Qt's pool idle, Wine waits for that thread for ever. The program itself
# ends without that (app/processend.h).
run_test_program() { # executable report
    local process
    LIMIT=180 with_libraries wine "$1" -o "Z:${2//\//\\},txt" >>"$report/log" 2>&1 &
    process=$!
    LIMIT=180 eventually finished_or_gone "$process" "$2" || true
    if ! LIMIT=5 eventually no kill -0 "$process" 2>>"$report/log"; then
        printf '%-7s %s\n' "" "$(basename "$1") had to be ended"
        kill "$process"
    fi
    wait "$process" || true
    touch "$2"
}

has_faults() { # test
    known_count=0 unknown_count=0
    compare_with_known 'FAIL!' "$1"
    compare_with_known SKIP "$1"
    ! { ((unknown_count == 0)) && grep -q '^Totals' "$report/$1.txt"; }
}

# Failures and skips known by name are printed and do not count; every other one does, and so does a test that did not
# finish. Twice, as with the same tests on Linux: much of what they bound is time, and the machine may be busy.
check_test_program() { # executable
    local name result known_count unknown_count fault=
    name=$(basename "$1" .exe)
    result=$report/$name.txt
    run_test_program "$1" "$result"
    if has_faults "$name"; then
        printf '%-7s %s\n' "again" "$name"
        mv "$result" "$report/$name-first.txt"
        run_test_program "$1" "$result"
        ! has_faults "$name" || fault=yes
    fi
    check "$name ($(sed -n 's/^Totals: \([^,]*\),.*/\1/p' "$result"), $known_count known to fail or to be skipped)" \
        test -z "$fault"
}

# Wine's programs find no openssl.
make_tls_identity() {
    mkdir -p "$work/tls"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
        -keyout "$work/tls/key.pem" -out "$work/tls/certificate.pem" &&
        export HOSIER_TEST_TLS="Z:$work/tls"
}

check_tests() {
    local program
    check "a certificate for the tests of TLS can be made" make_tls_identity
    export QT_QPA_PLATFORM=offscreen
    check "Wine still lacks what the known failures are known for" with_libraries wine "$out/bin/winelacks.exe"
    for program in $(ctest --test-dir "$out" -N -L 'engine|ui|app|client' | sed -n 's/^ *Test *#[0-9]*: *//p'); do
        check_test_program "$out/bin/$program.exe"
    done
}
