// A condition as a tree one can read: one line each, with its mark and the events behind it.
import { IconCircleCheck, IconCircleDashed, IconClock, IconMinus } from "@tabler/icons-react";
import { useState } from "react";
import { useFormat } from "../../shell/format";
import { useText } from "../../text";
import classes from "./contact.module.css";
import { Evidence } from "./evidence";
import type { Condition } from "./explanation";
import type { useSay } from "./say";

type Say = ReturnType<typeof useSay>;

// Two levels are open, the rest on demand.
const OPEN = 2;

function Mark({ holds, needed }: { holds: boolean; needed: boolean }) {
    const text = useText();
    const [Icon, className, name] = holds
        ? ([IconCircleCheck, classes.yes, text.contact.why.holds] as const)
        : needed
          ? ([IconCircleDashed, classes.no, text.contact.why.missing] as const)
          : ([IconMinus, classes.no, text.contact.why.notNeeded] as const);
    return (
        <>
            <Icon size={16} stroke={1.75} className={className} aria-hidden />
            <span className="sr-only">{name}: </span>
        </>
    );
}

function Line({ condition, needed, say }: { condition: Condition; needed: boolean; say: Say }) {
    const text = useText();
    const format = useFormat();
    return (
        <div className={classes.line}>
            <Mark holds={condition.holds} needed={needed} />
            <div className={classes.said} data-off={(!condition.holds && !needed) || undefined}>
                {say.condition(condition)}
                {!condition.holds && !needed && (
                    <span className="muted"> · {text.contact.why.notNeeded}</span>
                )}
                {condition.holds && condition.ends_at && (
                    <span className={classes.ends}>
                        <IconClock size={12} stroke={1.75} aria-hidden />
                        {text.contact.why.endsCondition(format.day(condition.ends_at))}
                    </span>
                )}
            </div>
            {condition.holds && <Evidence messages={condition.evidence} />}
        </div>
    );
}

function Group(props: { parts: Condition[]; needed: boolean; level: number; say: Say }) {
    const text = useText();
    const { parts, level } = props;
    const [open, setOpen] = useState(level < OPEN);
    if (!open)
        return (
            <button type="button" className={classes.moreLines} onClick={() => setOpen(true)}>
                {text.contact.why.more(parts.length)}
            </button>
        );
    return (
        <ul className={level > 0 ? classes.branch : undefined}>
            {parts.map((part) => (
                <li key={part.text}>
                    <Tree condition={part} needed={props.needed} level={level} say={props.say} />
                </li>
            ))}
        </ul>
    );
}

// Of alternatives of which one holds, that one stands as it is, the others are a line each: "or: …".
function Met({ condition, level, say }: { condition: Condition; level: number; say: Say }) {
    const text = useText();
    const [met, ...others] = [...condition.children].sort((a, b) => Number(b.holds) - Number(a.holds));
    return (
        <>
            {met && <Tree condition={met} level={level} say={say} />}
            {others.map((other) => (
                <div key={other.text} className={classes.line}>
                    <Mark holds={other.holds} needed={false} />
                    <div className={classes.said} data-off>
                        {other.holds ? text.contact.why.also : text.contact.why.or} {say.part(other)}
                    </div>
                    {other.holds && <Evidence messages={other.evidence} />}
                </div>
            ))}
        </>
    );
}

// `and` is the list itself, `or` is indented below a line that says so.
export function Tree(props: { condition: Condition; needed?: boolean; level?: number; say: Say }) {
    const text = useText();
    const { condition, needed = true, level = 0, say } = props;
    if (condition.op === "and" && condition.children.length > 0)
        return <Group parts={condition.children} needed={needed} level={level} say={say} />;
    if (condition.op === "or" && condition.holds)
        return <Met condition={condition} level={level} say={say} />;
    if (condition.op === "or" && condition.children.length > 0)
        return (
            <>
                <div className={classes.line}>
                    <Mark holds={false} needed={needed} />
                    <div className={classes.said}>{text.contact.why.oneOf}</div>
                </div>
                <Group parts={condition.children} needed={needed} level={level + 1} say={say} />
            </>
        );
    return <Line condition={condition} needed={needed} say={say} />;
}
