#!/bin/sh
# Renders one instance's configuration from the environment and becomes Asterisk: in Docker and without it.
set -eu

MINIMUM=22.10.1

fail() { echo "asterisk/entrypoint.sh: $1" >&2; exit 78; }

INSTANCE_DIR=${VORZIMMER_INSTANCE_DIR:-/var/lib/vorzimmer}
SIP_HOST=${VORZIMMER_SIP_HOST:-0.0.0.0}
SIP_PORT=${VORZIMMER_SIP_PORT:-5060}
ARI_HOST=${VORZIMMER_ARI_HOST:-127.0.0.1}
ARI_PORT=${VORZIMMER_ARI_PORT:-8088}
ARI_PASSWORD=${VORZIMMER_ARI_PASSWORD:-}
RTP_START=${VORZIMMER_RTP_START:-10000}
RTP_END=${VORZIMMER_RTP_END:-10999}
SOUNDS_DIR=${VORZIMMER_SOUNDS_DIR:-$INSTANCE_DIR/sounds}
GENERATED_DIR=${VORZIMMER_GENERATED_DIR:-$INSTANCE_DIR/generated}
CEL_FILE=${VORZIMMER_CEL_FILE:-$INSTANCE_DIR/cel/cel.csv}
LOG_FILE=${VORZIMMER_LOG_FILE:-$INSTANCE_DIR/log/asterisk.log}
EXTERNAL_ADDRESS=${VORZIMMER_EXTERNAL_ADDRESS:-}
LOCAL_NET=${VORZIMMER_LOCAL_NET:-}
SYSTEM_NAME=${VORZIMMER_SYSTEM_NAME:-}
CEL_LIMIT=${VORZIMMER_CEL_LIMIT:-67108864} CEL_FILES=${VORZIMMER_CEL_FILES:-32}  # bytes of one file; so many before it
LOG_LIMIT=${VORZIMMER_LOG_LIMIT:-16777216} LOG_FILES=${VORZIMMER_LOG_FILES:-8}

size() { stat -c %s "$1" 2>/dev/null || echo 0; }

# The event record is renamed, the newest to .1: Asterisk opens it anew for each line. The log it must be told of.
shorten() {
    if [ "$(size "$CEL_FILE")" -ge "$CEL_LIMIT" ]; then
        number=$CEL_FILES
        while [ "$number" -gt 1 ]; do
            if [ -e "$CEL_FILE.$((number - 1))" ]; then mv -f "$CEL_FILE.$((number - 1))" "$CEL_FILE.$number"; fi
            number=$((number - 1))
        done
        mv -f "$CEL_FILE" "$CEL_FILE.1"
    fi
    if [ "$(size "$LOG_FILE")" -ge "$LOG_LIMIT" ]; then
        asterisk -C "$INSTANCE_DIR/etc/asterisk.conf" -rx "logger rotate" >/dev/null
        rm -f "$LOG_FILE.$LOG_FILES"
    fi
}

# Beside Asterisk, for as long as it lives: a router that is away must not let them fill the disk.
if [ "${1:-}" = keep-short ]; then
    while kill -0 "$2" 2>/dev/null || [ -d "/proc/$2" ]; do
        shorten 2>/dev/null || :
        sleep 5
    done
    exit 0
fi

version=$(asterisk -V 2>/dev/null | sed -n 's/^Asterisk \(certified[/-]\)\{0,1\}\([0-9][0-9.]*\).*/\2/p') || version=
lowest=$(printf '%s\n%s\n' "$MINIMUM" "${version:-0}" | sort -V | sed -n 1p)
[ "$lowest" = "$MINIMUM" ] ||
    fail "Asterisk ${version:-(none found)} is too old: install Asterisk $MINIMUM or later, which fixes 20 security advisories."
[ -n "$ARI_PASSWORD" ] || fail "VORZIMMER_ARI_PASSWORD is not set: give the password that the router will use for ARI."

MODULES_DIR=
for directory in /usr/lib/*/asterisk/modules /usr/lib/asterisk/modules; do
    if [ -d "$directory" ]; then MODULES_DIR=$directory; fi
done

EXTERNAL_LINES=
if [ -n "$EXTERNAL_ADDRESS" ]; then
    EXTERNAL_LINES="external_media_address = $EXTERNAL_ADDRESS\\
external_signaling_address = $EXTERNAL_ADDRESS"
    # Asterisk puts the external address into SDP only if its own lies in local_net, or if there is none.
    if [ -n "$LOCAL_NET" ]; then
        EXTERNAL_LINES="$EXTERNAL_LINES\\
local_net = $LOCAL_NET"
    fi
fi

script=
for name in INSTANCE_DIR MODULES_DIR SIP_HOST SIP_PORT ARI_HOST ARI_PORT ARI_PASSWORD RTP_START RTP_END \
    SOUNDS_DIR GENERATED_DIR CEL_FILE LOG_FILE EXTERNAL_ADDRESS LOCAL_NET; do
    eval "value=\$$name"
    case $value in *[!A-Za-z0-9._:/-]*) fail "VORZIMMER_$name may hold only letters, digits and . _ : / -" ;; esac
    script="$script
s|@$name@|$value|g"
done
script="$script
s|@EXTERNAL_LINES@|$EXTERNAL_LINES|"

here=$(cd "$(dirname "$0")" && pwd)
umask 022
mkdir -p "$INSTANCE_DIR/etc" "$INSTANCE_DIR/state" "$INSTANCE_DIR/run" "$INSTANCE_DIR/log" \
    "$SOUNDS_DIR" "$GENERATED_DIR" "${CEL_FILE%/*}"
mkdir -p "$INSTANCE_DIR/state/recording"
chmod 700 "$INSTANCE_DIR/state/recording"  # callers' messages: for nobody but Asterisk, who gives them out over ARI

# A name of its own, made once. Asterisk cuts off what is longer than 19, and a dash is what parts it from the number.
if [ -z "$SYSTEM_NAME" ]; then
    made=$INSTANCE_DIR/state/system-name
    [ -s "$made" ] || od -An -N4 -tx1 /dev/urandom | tr -d ' \n' >"$made"
    SYSTEM_NAME=$(cat "$made")
fi
case $SYSTEM_NAME in
    '' | *[!A-Za-z0-9]* | ????????????????????*) fail "VORZIMMER_SYSTEM_NAME may hold only letters and digits, 19 at most." ;;
esac
script="$script
s|@SYSTEM_NAME@|$SYSTEM_NAME|"

for template in "$here"/etc/*.conf "$here"/../dialplan/*.conf; do
    target=$INSTANCE_DIR/etc/${template##*/}
    rm -f "$target"
    (umask 077 && sed "$script" "$template" >"$target")
done

set -- -f -C "$INSTANCE_DIR/etc/asterisk.conf" "$@"
as_asterisk=
if [ "$(id -u)" = 0 ]; then
    chown -R asterisk:asterisk "$INSTANCE_DIR/etc" "$INSTANCE_DIR/state" "$INSTANCE_DIR/run" "$INSTANCE_DIR/log" "${CEL_FILE%/*}"
    set -- "$@" -U asterisk -G asterisk
    as_asterisk="setpriv --reuid=asterisk --regid=asterisk --clear-groups"
fi
$as_asterisk "$here/entrypoint.sh" keep-short $$ </dev/null >/dev/null 2>&1 &
exec asterisk "$@"
