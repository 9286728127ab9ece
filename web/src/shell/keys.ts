// Keys of pages. Single letters work outside fields only, and can be turned off; "g t" is one after the other.
import { useEffect, useRef } from "react";

type Handlers = Record<string, (event: KeyboardEvent) => void>;

const OFF = "sluice-single-keys-off";
export const singleKeysOn = () => localStorage.getItem(OFF) === null;
export function setSingleKeys(on: boolean) {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
}

function inField(target: EventTarget | null): boolean {
    return (
        target instanceof HTMLElement &&
        (target.isContentEditable ||
            ["TEXTAREA", "SELECT"].includes(target.tagName) ||
            (target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type)))
    );
}

function nameOf(event: KeyboardEvent): string {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    return (event.ctrlKey || event.metaKey ? "mod+" : "") + key;
}

let before = { key: "", at: 0 };

// handlers: {"g t": …, "j": …, "Escape": …, "mod+k": …}. The newest page's win. `whileOpen`: also in fields.
export function useKeys(handlers: Handlers, enabled = true) {
    const current = useRef(handlers);
    current.current = handlers;
    useEffect(() => {
        if (!enabled) return;
        function onKey(event: KeyboardEvent) {
            if (event.defaultPrevented || event.altKey) return;
            const name = nameOf(event);
            const modified = name.startsWith("mod+");
            if (!modified && inField(event.target)) return;
            if (!modified && document.querySelector('[role="dialog"],[role="menu"],[role="listbox"]')) return;
            if (name.length === 1 && !singleKeysOn()) return;
            const chain = event.timeStamp - before.at < 1000 ? `${before.key} ${name}` : "";
            // What follows a G is no key of its own: "g c" is not "c".
            const handler =
                current.current[chain] ?? (chain.startsWith("g ") ? undefined : current.current[name]);
            if (!handler) return;
            event.preventDefault();
            handler(event);
        }
        window.addEventListener("keydown", onKey);
        return () => window.removeEventListener("keydown", onKey);
    }, [enabled]);
}

// What was pressed before, for "g t"; the shell calls it once. Captured, so that it is known when handlers ask.
export function rememberKeys() {
    let last = before;
    window.addEventListener(
        "keydown",
        (event) => {
            before = last;
            last = { key: inField(event.target) ? "" : nameOf(event), at: event.timeStamp };
        },
        { capture: true },
    );
}
