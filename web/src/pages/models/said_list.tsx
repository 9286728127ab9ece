// Statements in words; a changed one says what it said before.
import { useText } from "../../text";
import classes from "./editor.module.css";
import type { Group } from "./said";

export function Said({ group }: { group: Group }) {
    const text = useText();
    return group.said.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name than their place
        <p key={i}>
            {line.head && <b>{line.head}</b>} {line.body}
            {line.was !== null && (
                <span className={classes.was}>
                    {line.was ? text.models.editor.was(line.was) : text.models.editor.fresh}
                </span>
            )}
        </p>
    ));
}

export function SaidList({ groups }: { groups: Group[] }) {
    return (
        <div className={classes.saidList}>
            {groups.map((group) => (
                <div key={`${group.line} ${group.said[0]?.head}`}>
                    <Said group={group} />
                </div>
            ))}
        </div>
    );
}
