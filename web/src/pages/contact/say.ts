// Conditions and what is missing, in words, as sentences of their own.
import type { Tree } from "../../language/tree";
import { missingSentence, sentence } from "../../language/words";
import { useText } from "../../text";
import type { Condition, Missing } from "./explanation";

export function upper(said: string): string {
    return said.charAt(0).toUpperCase() + said.slice(1);
}

export function useSay(stages: { name: string; label: string }[]) {
    const text = useText();
    // A condition inside of a sentence, and as one of its own.
    const part = (condition: Condition) =>
        condition.tree ? sentence(text, condition.tree as Tree, { stages }) : condition.text;
    return {
        part,
        condition: (condition: Condition) => upper(part(condition)),
        missing: (missing: Missing): string =>
            missing.what ? missingSentence(text, missing, { stages }) : text.contact.missingNone,
    };
}
