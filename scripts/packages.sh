# Sourced by run and test: installs what is missing from Debian's packages, and says what.

BUILD_PACKAGES="gcc make libc6-dev lemon re2c libsqlite3-dev libutf8proc-dev libxxhash-dev libzstd-dev zlib1g-dev
    libmicrohttpd-dev libsodium-dev libcurl4-gnutls-dev libgnutls28-dev libssl-dev libpq-dev libcmark-gfm-dev
    libcmark-gfm-extensions-dev libidn2-dev libpsl-dev libgmime-3.0-dev libetpan-dev nettle-dev pkg-config"
TEST_PACKAGES="clang clang-format clang-tidy cppcheck libclang-rt-14-dev libcmocka-dev python3 sqlite3 zstd
    python3-jsonschema postgresql-15 wrk chromium curl postfix dovecot-imapd dovecot-lmtpd swaks python3-dkim"

# node_packages: Debian's packages of node and npm, where these commands are missing. (Where they come from elsewhere,
# Debian's npm would not install beside them.)
node_packages() {
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
}

# as_root COMMAND…: at once if we are root, else with sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

# missing_packages PACKAGE…: those that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}

# need_packages PACKAGE…
need_packages() {
    local missing policy=/usr/sbin/policy-rc.d
    if ! command -v apt-get >/dev/null; then
        echo "This is no Debian, so nothing is installed; needed are the counterparts of: $*"
        return 0
    fi
    missing=$(missing_packages "$@" | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
        echo "These packages are missing, and neither root nor sudo is at hand to install them: $missing" >&2
        return 1
    fi
    echo "Installing: $missing"
    local log status
    log=$(mktemp)
    as_root apt-get -qq -o DPkg::Lock::Timeout=300 update >"$log" 2>&1 || cat "$log" >&2
    # No server that comes along may start by itself.
    local placed=
    if ! [ -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod 755 "$policy" && placed=1
    fi
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 \
        -o Dpkg::Use-Pty=0 --no-install-recommends install $missing </dev/null >"$log" 2>&1
    status=$?
    [ $status = 0 ] || cat "$log" >&2
    rm -f "$log"
    [ -z "$placed" ] || as_root rm -f "$policy"
    return $status
}
