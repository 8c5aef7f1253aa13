# Debian's own packages, for the scripts beside this one: sourced, not run.

# Whether Debian's packages can be installed here: apt-get is there and we are root.
apt_works() {
    command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]
}

# Installs the packages named; the lists are brought up to date only where it does not go without.
apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -q --no-install-recommends "$@" ||
        { apt-get update -q && apt-get install -y -q --no-install-recommends "$@"; }
}
