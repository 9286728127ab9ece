// Which event somebody wants to see: evidence chips ask, the timeline shows it and rings it for two seconds.
import { createContext, useContext } from "react";
import type { Happening } from "./events";

export interface Focus {
    events: Map<string, Happening>;
    loading: boolean; // they are not all there yet
    lit: string | null; // id of the event that is ringed
    show: (message: string) => void;
}

export const FocusContext = createContext<Focus>({
    events: new Map(),
    loading: true,
    lit: null,
    show: () => {},
});
export const useFocus = () => useContext(FocusContext);
