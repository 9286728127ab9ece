// What is wrong with a text, and what may have been meant.
import type { Schemas } from "../api/client";

export type Problem = Schemas["Diagnostic"];

// What can be put in place of what is wrong, from "did you mean `employees`?"; null where the server suggests
// something to do, or a form that covers more than the word that is wrong.
export function meant(problem: Problem): string | null {
    const word = /^did you mean `([^`]+)`\?/.exec(problem.suggestion ?? "")?.[1];
    return word && /^((not )?(any|reached|is) )?\S+$/.test(word) ? word : null;
}

// The suggestion as a sentence, in the reader's words where there is a word to take.
export function hint(text: { did: (word: string) => string }, problem: Problem): string {
    const word = meant(problem);
    if (word) return text.did(word);
    const said = problem.suggestion ?? "";
    return said.charAt(0).toUpperCase() + said.slice(1);
}
