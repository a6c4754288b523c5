#!/bin/sh
# Installs the system packages that are missing (root on Debian), or prints the exact line; for the runtime it then
# goes on, for the tests it stops.
# Usage: system_packages.sh runtime|test
set -eu

missing=""
need() { # need PACKAGE TEST...
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
library() { # a shared library that the linker finds
    python3 -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1"
}

need libpango-1.0-0 library libpango-1.0.so.0
need libpangoft2-1.0-0 library libpangoft2-1.0.so.0
need libharfbuzz-subset0 library libharfbuzz-subset.so.0
if [ "${1:-runtime}" = test ]; then
    need poppler-utils command -v pdftotext
    need qpdf command -v qpdf
    need jq command -v jq
    need chromium command -v chromium
    need default-jdk-headless command -v javac
    need npm command -v npm
    need libjaxb-java test -e /usr/share/java/jaxb-runtime.jar
    need openssh-client command -v ssh-keygen
fi

[ -n "$missing" ] || exit 0
line="apt-get install -y$missing"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing:$missing"
    # A machine without a network makes the demo all the same, but for its PDF.
    # shellcheck disable=SC2086 - the list is meant to split
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null; then
        exit 0
    fi
    echo "apt-get failed; what it said stands above." >&2
fi
echo "Missing system packages. As root:  $line" >&2
[ "${1:-runtime}" = runtime ] || exit 1
echo "Without Pango the PDF cannot be made; OSCAL and HTML can." >&2
