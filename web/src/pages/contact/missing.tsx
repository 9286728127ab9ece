// What lacks for a stage, each with the button that gets it.
import { Button } from "@mantine/core";
import { IconCircleDashed, IconClock } from "@tabler/icons-react";
import { Fragment, useState } from "react";
import { useText } from "../../text";
import classes from "./contact.module.css";
import { factName } from "./events";
import type { Condition, Missing } from "./explanation";
import { Ask, FactForm, TouchForm, TraitForm } from "./fields";
import type { useSay } from "./say";

type Say = ReturnType<typeof useSay>;

export interface Doer {
    id: string;
    traits: Record<string, unknown>;
    may: boolean;
}

// Events that a person here can say have happened; others come from the outside.
const BY_HAND =
    /^(call|meeting|note|deal|letter|linkedin|social|event|sales|email\.(sent|replied)|sms\.(sent|replied)|order|offer)\b/;

function recordable(what: string): string[] {
    return what
        .replace(/\s*\(.*\)$/, "")
        .split(/,\s*/)
        .filter((name) => /^[a-z_]+\.[a-z_]+$/.test(name) && BY_HAND.test(name));
}

function Deed({ missing, doer }: { missing: Missing; doer: Doer }) {
    const text = useText();
    const { action, what } = missing;
    if (!doer.may) return null;
    if (action === "ask")
        return (
            <Ask
                button={(open) => (
                    <Button onClick={open}>{text.contact.act.record(factName(text, what))}</Button>
                )}
                form={(close) => <FactForm id={doer.id} fact={what} done={close} />}
            />
        );
    if (action === "fill" || action === "check")
        return (
            <Ask
                button={(open) => <Button onClick={open}>{text.contact.act.fill}</Button>}
                form={(close) => (
                    <TraitForm id={doer.id} name={what} before={doer.traits[what]} done={close} />
                )}
            />
        );
    const names = action === "do" || action === "wait" ? recordable(what) : [];
    if (names.length === 0) return null;
    return (
        <Ask
            button={(open) => <Button onClick={open}>{text.contact.act.happened}</Button>}
            form={(close) => <TouchForm id={doer.id} names={names} done={close} />}
        />
    );
}

function One({ missing, doer, say }: { missing: Missing; doer: Doer; say: Say }) {
    const Icon = missing.action === "wait_until" ? IconClock : IconCircleDashed;
    return (
        <li className={classes.missing}>
            <Icon size={16} stroke={1.75} className={classes.no} aria-hidden />
            <span className="grow">{say.missing(missing)}</span>
            <Deed missing={missing} doer={doer} />
        </li>
    );
}

// One condition: the first way to get it, the others on demand.
function Ways({ ways, doer, say }: { ways: Missing[]; doer: Doer; say: Say }) {
    const text = useText();
    const [open, setOpen] = useState(false);
    const shown = open ? ways : ways.slice(0, 1);
    return (
        <>
            <ul>
                {shown.map((one) => (
                    <One key={one.action + one.what} missing={one} doer={doer} say={say} />
                ))}
            </ul>
            {shown.length < ways.length && (
                <button type="button" className={classes.otherWays} onClick={() => setOpen(true)}>
                    {text.contact.why.otherWays(ways.length - 1)}
                </button>
            )}
        </>
    );
}

// The parts of a condition that do not hold: all of `and`, one of `or`.
export function MissingList(props: { condition: Condition; doer: Doer; say: Say; level?: number }) {
    const text = useText();
    const { condition, doer, say, level = 0 } = props;
    if (condition.holds) return null;
    const open = condition.children.filter((part) => !part.holds);
    if (condition.op === "and")
        return open.map((part) => (
            <MissingList key={part.text} {...props} condition={part} level={level + 1} />
        ));
    if (condition.op === "or" && open.length > 0)
        return (
            <div className={level > 0 ? classes.either : undefined}>
                {open.map((part, i) => (
                    <Fragment key={part.text}>
                        {i > 0 && <p className={classes.orLine}>{text.contact.why.orElse}</p>}
                        <MissingList {...props} condition={part} level={level + 1} />
                    </Fragment>
                ))}
            </div>
        );
    const ways = condition.missing.length > 0 ? condition.missing : [{ action: "none", what: "" }];
    return <Ways ways={ways} doer={doer} say={say} />;
}
