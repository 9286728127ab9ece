// Undo instead of "are you sure": a line at the bottom for 8 seconds, which stays while hovered; Z takes it back.
import {
    createContext,
    type ReactNode,
    useCallback,
    useContext,
    useEffect,
    useMemo,
    useRef,
    useState,
} from "react";
import { useText } from "../text";
import { useKeys } from "./keys";
import { sentenceOf } from "./trouble";
import classes from "./undo.module.css";

interface Notice {
    message: string;
    undo?: () => unknown;
}

const Context = createContext<(message: string, undo?: () => unknown) => void>(() => {});

// notify("Moved Daniel to Prospect.", () => api.…): what was done, and what takes it back.
export const useNotify = () => useContext(Context);

const SHOWN = 8000;

export function UndoProvider({ children }: { children: ReactNode }) {
    const text = useText();
    const [notice, setNotice] = useState<Notice | null>(null);
    const [held, setHeld] = useState(false);
    const shown = useRef(0);
    const notify = useCallback((message: string, undo?: () => unknown) => {
        shown.current++;
        // What is pointed at goes without a word of the pointer: the next one starts its own time.
        setHeld(false);
        setNotice({ message, undo });
    }, []);
    useEffect(() => {
        if (!notice || held) return;
        const timer = setTimeout(() => setNotice(null), SHOWN);
        return () => clearTimeout(timer);
    }, [notice, held]);
    const takeBack = useMemo(
        () => () => {
            setHeld(false);
            setNotice(null);
            Promise.resolve(notice?.undo?.()).catch((error) => notify(sentenceOf(text, error)));
        },
        [notice, notify, text],
    );
    useKeys({ z: takeBack }, !!notice?.undo);
    return (
        <Context value={notify}>
            {children}
            <div role="status" aria-live="polite" className={classes.place}>
                {notice && (
                    // biome-ignore lint/a11y/noStaticElementInteractions: hovering only keeps it longer
                    <div
                        key={shown.current}
                        className={classes.toast}
                        onMouseEnter={() => setHeld(true)}
                        onMouseLeave={() => setHeld(false)}
                    >
                        {notice.message}
                        {notice.undo && (
                            <button type="button" className={classes.button} onClick={takeBack}>
                                {text.shell.undo} <kbd>Z</kbd>
                            </button>
                        )}
                    </div>
                )}
            </div>
        </Context>
    );
}
