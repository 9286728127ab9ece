# Sourced by the checks: our_files lists the files of the project, those not committed yet included, NUL between
# them. Works without git, too.
our_files() {
    if git -c safe.directory='*' rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git -c safe.directory='*' ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
            if [ -f "$file" ]; then printf '%s\0' "$file"; fi
        done
    else
        find . -type f -not -path './build/*' -not -path './.git/*' -not -path '*/node_modules/*' -printf '%P\0'
    fi
}

# c_files FOLDER…: the C sources and headers in them.
c_files() {
    find "$@" -name '*.[ch]' 2>/dev/null | sort
}

# tally PASSED FAILED [SKIPPED]: what a part of ./test counted.
tally() {
    [ -z "${TALLY:-}" ] || echo "$1 $2 ${3:-0}" >>"$TALLY"
    [ "$2" = 0 ]
}
