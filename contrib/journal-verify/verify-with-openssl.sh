#!/bin/sh
# Verifies every signature of a Parley journal with openssl and the shell alone: the identity's under the log's first
# key, and every line of checkpoint and cp/*. Hashes are the business of verify.go, or of any RFC 6962 implementation.
#
#     verify-with-openssl.sh DIR
set -eu

dir=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# key BASE64 FILE: the last 32 bytes as an Ed25519 public key that openssl reads (RFC 8410).
key() {
    {
        printf '\060\052\060\005\006\003\053\145\160\003\041\000'
        printf %s "$1" | base64 -d | tail -c 32
    } | openssl pkey -pubin -inform DER -pubout -out "$2"
}

# check WHAT: is $work/signature by $work/key over $work/message?
check() {
    if ! openssl pkeyutl -verify -pubin -inkey "$work/key" -rawin -in "$work/message" -sigfile "$work/signature" \
        >/dev/null; then
        echo "$1: signature does not verify" >&2
        exit 13
    fi
    count=$((count + 1))
}

hex() { od -An -v -tx1 | tr -d ' \n'; }

count=0
[ -f "$dir/checkpoint" ] && [ -f "$dir/policy" ] || { echo "$dir: no signed journal" >&2; exit 13; }

# Entry 0 is genesis: two bytes of length, then its JSON. The identity signs the text of the log's first key.
length=$((0x$(head -c 2 "$dir/tile/entries/000" | hex)))
genesis=$(tail -c +3 "$dir/tile/entries/000" | head -c "$length")
field() { printf %s "$genesis" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
key "$(field identity)" "$work/key"
field vkey | tr -d '\n' >"$work/message"
field signature | base64 -d >"$work/signature"
check genesis
[ "$(sed -n '1s/^log //p' "$dir/policy")" = "$(field vkey)" ] || { echo "policy: another first key" >&2; exit 13; }

# Each line of a note is "— name base64(4 bytes of key id, signature)". The text is what stands before the blank line.
for note in "$dir/checkpoint" "$dir"/cp/*; do
    sed '/^$/,$d' "$note" >"$work/text"
    sed '1,/^$/d' "$note" >"$work/lines"
    [ -s "$work/lines" ] || { echo "$note: no signature" >&2; exit 13; }
    while read -r dash name line; do
        [ "$dash" = "—" ] || { echo "$note: not a signed note" >&2; exit 13; }
        id=$(printf %s "$line" | base64 -d | head -c 4 | hex)
        vkey=$(sed -n 's/^log //p; s/^witness [^ ]* //p' "$dir/policy" | grep -F "$name+$id+") ||
            { echo "$note: a line by a key that is not in policy" >&2; exit 13; }
        public=${vkey#"$name+$id+"}
        key "$public" "$work/key"
        printf %s "$line" | base64 -d | tail -c 64 >"$work/signature"
        case $(printf %s "$public" | base64 -d | head -c 1 | hex) in
        01) cp "$work/text" "$work/message" ;;
        04) # A witness signs the time as well.
            time=$((0x$(printf %s "$line" | base64 -d | tail -c 72 | head -c 8 | hex)))
            { printf 'cosignature/v1\ntime %s\n' "$time"; cat "$work/text"; } >"$work/message"
            ;;
        *) echo "policy: a key of an unknown kind" >&2; exit 13 ;;
        esac
        check "$note"
    done <"$work/lines"
done
echo "$count signatures verified"
