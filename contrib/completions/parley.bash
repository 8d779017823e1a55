# Completions of parley(1) for bash: made from the table of commands.
# Names of contacts are quoted, never expanded: others chose them.
_parley_peers() {
    local peer quoted
    while IFS= read -r peer; do
        printf -v quoted %q "$peer"
        case "$word" in
            [\"\']*) [[ "$peer" == "${word:1}"* && "$peer" != *[\"\'\$\`\\!]* ]] && COMPREPLY+=("$peer") ;;
            *) [[ "$quoted" == "$word"* ]] && COMPREPLY+=("$quoted") ;;
        esac
    done < <(parley complete peers 2>/dev/null)
}
_parley() {
    local word="${COMP_WORDS[COMP_CWORD]}" name="${COMP_WORDS[1]}" words=""
    COMPREPLY=()
    case " id contact invite journal net wait " in
        *" $name "*) [ "$COMP_CWORD" -gt 2 ] && name="$name ${COMP_WORDS[2]}" ;;
    esac
    [ "$COMP_CWORD" -eq 1 ] && name=""
    case "$name" in
        "") words="daemon up down status version doctor id contact invite call answer decline hangup mute calls stats journal net events wait rpc completion complete manual" ;;
        id) words="show create lock unlock export import qr" ;;
        contact) words="list show rename block rm export import" ;;
        invite) words="create accept list revoke" ;;
        journal) words="show verify head export" ;;
        net) words="paths ping" ;;
        wait) words="daemon online peer call until" ;;
        "daemon") words="--json --quiet --socket --help" ;;
        "up") words="--timeout --json --quiet --socket --help" ;;
        "down") words="--timeout --json --quiet --socket --help" ;;
        "status") words="--watch --json --quiet --socket --help" ;;
        "version") words="--json --quiet --socket --help" ;;
        "doctor") words="--json --quiet --socket --help" ;;
        "id show") words="--json --quiet --socket --help" ;;
        "id create") words="--name --no-passphrase --passphrase-file --passphrase-fd --json --quiet --socket --help" ;;
        "id lock") words="--json --quiet --socket --help" ;;
        "id unlock") words="--passphrase-file --passphrase-fd --json --quiet --socket --help" ;;
        "id export") words="--force --passphrase-file --passphrase-fd --json --quiet --socket --help" ;;
        "id import") words="--passphrase-file --passphrase-fd --no-passphrase --new-passphrase-file --new-passphrase-fd --json --quiet --socket --help" ;;
        "id qr") words="--json --quiet --socket --help" ;;
        "contact list") words="--json --quiet --socket --help" ;;
        "contact show") words="--json --quiet --socket --help"; _parley_peers ;;
        "contact rename") words="--json --quiet --socket --help"; _parley_peers ;;
        "contact block") words="--off --json --quiet --socket --help"; _parley_peers ;;
        "contact rm") words="--json --quiet --socket --help"; _parley_peers ;;
        "contact export") words="--json --quiet --socket --help" ;;
        "contact import") words="--json --quiet --socket --help" ;;
        "invite create") words="--expires --no-qr --json --quiet --socket --help" ;;
        "invite accept") words="--timeout --json --quiet --socket --help" ;;
        "invite list") words="--json --quiet --socket --help" ;;
        "invite revoke") words="--json --quiet --socket --help" ;;
        "call") words="--source --sink --audio-only --force --wait --duration --timeout --json --quiet --socket --help"; _parley_peers ;;
        "answer") words="--next --source --sink --audio-only --force --wait --duration --timeout --json --quiet --socket --help" ;;
        "decline") words="--json --quiet --socket --help" ;;
        "hangup") words="--json --quiet --socket --help" ;;
        "mute") words="--off --toggle --kind --json --quiet --socket --help" ;;
        "calls") words="--ended --json --quiet --socket --help" ;;
        "stats") words="--interval --plot --force --json --quiet --socket --help" ;;
        "journal show") words="--from --to --types --call --peer --since --max --json --quiet --socket --help" ;;
        "journal verify") words="--journal --key --anchor --json --quiet --socket --help" ;;
        "journal head") words="--json --quiet --socket --help" ;;
        "journal export") words="--from --to --types --call --peer --force --json --quiet --socket --help" ;;
        "net paths") words="--json --quiet --socket --help"; _parley_peers ;;
        "net ping") words="--count --interval --timeout --json --quiet --socket --help"; _parley_peers ;;
        "events") words="--topics --since --count --timeout --list --json --quiet --socket --help" ;;
        "wait daemon") words="--timeout --json --quiet --socket --help" ;;
        "wait online") words="--timeout --json --quiet --socket --help" ;;
        "wait peer") words="--timeout --json --quiet --socket --help online offline"; _parley_peers ;;
        "wait call") words="--timeout --json --quiet --socket --help connected ended media" ;;
        "wait until") words="--timeout --json --quiet --socket --help" ;;
        "rpc") words="--json --quiet --socket --help" ;;
        "completion") words="--json --quiet --socket --help bash zsh fish" ;;
        "complete") words="--json --quiet --socket --help peers" ;;
        "manual") words="--json --quiet --socket --help" ;;
    esac
    mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W "$words" -- "$word")
    if [ ${#COMPREPLY[@]} -eq 0 ]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}
complete -F _parley parley
