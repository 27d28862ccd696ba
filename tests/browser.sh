#!/bin/sh
# Makes sure that a Chromium is there for the tests of the console, installing Debian's where we may.
set -u
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then as_root=""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root="sudo -n"
    else as_root="none"
    fi
    if [ "$as_root" != none ]; then
        echo "Installing Chromium for the tests of the console ..."
        # shellcheck disable=SC2086 -- an empty word must vanish
        if $as_root apt-get update -qq >/dev/null 2>&1 && DEBIAN_FRONTEND=noninteractive \
            $as_root apt-get install -y -qq --no-install-recommends chromium </dev/null >/dev/null 2>&1; then
            exit 0
        fi
    fi
fi
echo "No Chromium was found and none could be installed: the tests of the console need one" \
    "(on Debian: sudo apt-get install chromium)."
[ "${CI:-}" = true ] && exit 1
exit 0
