// The list: what waits by kind, the most urgent first.
import { Button } from "@mantine/core";
import {
    IconCircleCheck,
    IconCoin,
    IconFlame,
    IconMessage2,
    IconUserCheck,
    type TablerIcon,
} from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { Avatar } from "../../parts/avatar";
import parts from "../../parts/parts.module.css";
import { Grade, Stage } from "../../parts/stage";
import { localeOf, useFormat } from "../../shell/format";
import { useFields, useSettings } from "../../shell/session";
import { useLanguage, useText } from "../../text";
import { clock, type Kind, span } from "./clock";
import { type Item, KINDS } from "./data";
import classes from "./today.module.css";

const ICONS: Record<Kind, TablerIcon> = {
    answer: IconMessage2,
    handover: IconUserCheck,
    hot: IconFlame,
    task: IconCircleCheck,
    deal: IconCoin,
};
const KEY: Record<Kind, string> = { answer: "R", handover: "A", hot: "L", task: "E", deal: "L" };

export function useDetail() {
    const text = useText();
    const format = useFormat();
    const fields = useFields();
    const words = text.today.details;
    return (item: Item) => {
        // One word is no saying: the name of a form, for instance.
        if (item.kind === "answer" && item.detail)
            return /\s/.test(item.detail) ? `“${item.detail}”` : `${words.answer}: ${item.detail}`;
        if (item.kind === "answer") return words.answer;
        if (item.kind === "task") return item.title;
        if (item.kind === "hot") return words.hot(item.contact?.grade ?? "", format.when(item.since));
        if (item.kind === "deal") return words.deal(format.when(item.since));
        const stage = fields?.stages.find((one) => one.name === item.detail)?.label ?? item.detail;
        return stage ? words.handover(stage) : words.handoverPlain;
    };
}

function Row(props: { item: Item; on: boolean; choose: () => void; act?: () => void }) {
    const text = useText();
    const format = useFormat();
    const fields = useFields();
    const detail = useDetail();
    const row = useRef<HTMLLIElement>(null);
    const { item, on } = props;
    const language = localeOf(useLanguage());
    const time = clock(text, item, (iso) =>
        new Date(iso).toDateString() === new Date().toDateString()
            ? new Date(iso).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" })
            : format.when(iso),
    );
    const words = text.today;
    const name = item.contact ? format.name({ name: item.contact.name }) : item.title;
    const deed = {
        answer: words.act.answer,
        handover: words.act.accept,
        hot: words.act.call,
        deal: words.act.call,
        task: words.act.done,
    };
    useEffect(() => {
        if (on) row.current?.scrollIntoView({ block: "nearest" });
    }, [on]);
    return (
        <li
            ref={row}
            className={classes.row}
            data-on={on || undefined}
            data-item={item.id}
            data-kind={item.kind}
        >
            <button
                type="button"
                className={classes.choose}
                aria-current={on || undefined}
                onClick={props.choose}
            >
                <Avatar name={name} />
                <span className={classes.what}>
                    <span className="row">
                        <span className="medium truncate">{name}</span>
                        <span className="muted truncate">{item.contact?.company}</span>
                    </span>
                    <span className={`t2 ${classes.detail}`}>{item.contact ? detail(item) : ""}</span>
                </span>
            </button>
            <span className={`${classes.stage} no-phone`}>
                {item.contact && <Stage name={item.contact.stage} stages={fields?.stages ?? []} />}
            </span>
            <span className={`${classes.grade} no-phone`}>
                {item.contact && <Grade name={item.contact.grade} grades={fields?.grades ?? []} tight />}
            </span>
            <span
                className={`${classes.clock} num`}
                data-tone={time.tone}
                title={
                    item.due
                        ? words.clock.due(format.fullTime(item.due))
                        : words.clock.since(format.fullTime(item.since))
                }
            >
                {time.words}
            </span>
            <span className={`${classes.act} no-phone`}>
                {props.act && (
                    <Button
                        variant={on ? "filled" : "subtle"}
                        onClick={props.act}
                        rightSection={on && <kbd className={parts.buttonKey}>{KEY[item.kind]}</kbd>}
                    >
                        {deed[item.kind]}
                    </Button>
                )}
            </span>
        </li>
    );
}

export function List(props: {
    items: Item[];
    selected: string | undefined;
    choose: (item: Item) => void;
    act?: (item: Item) => void;
}) {
    const text = useText();
    const settings = useSettings();
    const hours = settings.data?.answer_within_hours;
    const hint = (kind: Kind) =>
        kind !== "answer"
            ? text.today.hints[kind]
            : hours
              ? text.today.hints.answer(span(text, hours * 3_600_000))
              : "";
    return KINDS.map((kind) => {
        const items = props.items.filter((item) => item.kind === kind);
        const Icon = ICONS[kind];
        if (!items.length) return null;
        return (
            <section key={kind} aria-labelledby={`today-${kind}`}>
                <header className={classes.head}>
                    <Icon size={16} stroke={1.75} aria-hidden className="muted" />
                    <h2 id={`today-${kind}`}>{text.today.kinds[kind]}</h2>
                    <span className="muted num">{items.length}</span>
                    <span className={`${classes.hint} no-phone`}>{hint(kind)}</span>
                </header>
                <ul>
                    {items.map((item) => (
                        <Row
                            key={item.id}
                            item={item}
                            on={item.id === props.selected}
                            choose={() => props.choose(item)}
                            act={props.act && (() => props.act?.(item))}
                        />
                    ))}
                </ul>
            </section>
        );
    });
}
