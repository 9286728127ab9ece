# Sourced: stop_by FILE stops the program of ours whose process id stands in the file, if it still is that one. (Not by
# /proc/PID/exe: the program may have been built anew since.)
stop_by() {
    local pid
    pid=$(cat "$1" 2>/dev/null) || return 0
    rm -f "$1"
    if [ "/proc/$pid/cwd" -ef . ] && [[ $(tr '\0' ' ' <"/proc/$pid/cmdline") == build/sluice\ * ]]; then
        kill "$pid"
    fi
}
