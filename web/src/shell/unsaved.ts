// Asks before something is left that was changed and is not saved: by a link, by Back, by closing the window. (The
// router's own way to stop it belongs to the router that loads data, which app.tsx does without.)
import { useContext, useEffect } from "react";
import { UNSAFE_NavigationContext as NavigationContext, type To } from "react-router";
import { useText } from "../text";

// Which entry of the window's history this is: the router counts them.
const place = (): number => history.state?.idx ?? 0;

// Listeners of the window are told in the order in which they came: ours is there before the router's.
let onPop: ((event: PopStateEvent) => void) | null = null;
export function guardHistory() {
    window.addEventListener("popstate", (event) => onPop?.(event));
}

export function useUnsaved(changed: boolean) {
    const question = useText().shell.leave;
    const { navigator } = useContext(NavigationContext);
    useEffect(() => {
        if (!changed) return;
        const page = location.pathname;
        let at = place();
        let left = 0; // by so many entries, and on the way back
        let sure = false;
        // (Another view of the same page keeps what was changed.)
        const stays = (path: string) => path !== page && !window.confirm(question);
        const guarded = (go: typeof navigator.push): typeof navigator.push => {
            return (to: To, ...rest) => {
                if (stays(new URL(navigator.createHref(to), location.href).pathname)) return;
                go(to, ...rest);
                at = place();
            };
        };
        // Back and forward have happened when they are told of. So we go to where we were without the router hearing
        // of it, ask there, and go once more if that is wanted.
        onPop = (event) => {
            const by = place() - at;
            if (left) {
                event.stopImmediatePropagation();
                const again = left;
                left = 0;
                setTimeout(() => {
                    if (!window.confirm(question)) return;
                    sure = true;
                    history.go(again);
                });
            } else if (!sure && by && location.pathname !== page) {
                event.stopImmediatePropagation();
                left = by;
                history.go(-by);
            } else at = place();
        };
        const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
        const { push, replace } = navigator;
        navigator.push = guarded(push);
        navigator.replace = guarded(replace);
        window.addEventListener("beforeunload", onUnload);
        return () => {
            navigator.push = push;
            navigator.replace = replace;
            onPop = null;
            window.removeEventListener("beforeunload", onUnload);
        };
    }, [changed, navigator, question]);
}
