// What to do now: a list that shrinks as one works, and the contact beside it. One keystroke to act.
import { Button } from "@mantine/core";
import { IconListCheck } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { Empty, Loading, Segments } from "../../parts/basic";
import { useOwnToday } from "../../shell/counts";
import { localeOf, useFormat } from "../../shell/format";
import { useKeys } from "../../shell/keys";
import { PageBar } from "../../shell/page";
import { useMay } from "../../shell/session";
import { sentenceOf, Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useLanguage, useText } from "../../text";
import { Checklist } from "../setup/checklist";
import { laterTimes } from "./clock";
import { type Item, KINDS, useCalm, useDeeds, useToday } from "./data";
import type { FormName } from "./forms";
import { List } from "./list";
import { Pane } from "./pane";
import classes from "./today.module.css";

// Who runs the business looks at everything, who sells at what is theirs; the address may say otherwise.
function useWhose() {
    const [params, setParams] = useSearchParams();
    const own = useOwnToday();
    const chosen = params.get("who");
    return {
        mine: chosen ? chosen === "mine" : own,
        set: (who: "mine" | "all") => setParams({ who }, { replace: true }),
    };
}

export function Component() {
    const text = useText();
    const language = localeOf(useLanguage());
    const whose = useWhose();
    const today = useToday(whose.mine);
    const day = new Date().toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });
    return (
        <>
            <PageBar title={text.today.title} quiet={<span className="no-phone">{day}</span>} model>
                <Segments
                    label={text.today.who.label}
                    value={whose.mine ? "mine" : "all"}
                    onChange={whose.set}
                    options={[
                        { value: "mine", label: text.today.who.mine },
                        { value: "all", label: text.today.who.all },
                    ]}
                />
            </PageBar>
            {today.error ? (
                <div className={classes.trouble}>
                    <Trouble error={today.error} retry={today.refetch} />
                </div>
            ) : !today.data ? (
                <Loading rows={8} height={52} />
            ) : (
                <Work
                    key={String(whose.mine)}
                    items={today.data.items}
                    mine={whose.mine}
                    showAll={() => whose.set("all")}
                />
            )}
        </>
    );
}

function Work({ items, mine, showAll }: { items: Item[]; mine: boolean; showAll: () => void }) {
    const deeds = useDeeds();
    const { shown, fresh, take } = useCalm(items, deeds.gone, String(mine));
    const ordered = KINDS.flatMap((kind) => shown.filter((item) => item.kind === kind));
    const selection = useSelection(ordered);
    const { open, back } = selection;
    const [asked, setAsked] = useState<{ item: Item; form: FormName } | null>(null); // the form of one item
    // Where somebody else does it meanwhile, its form stays with what was written until it is closed.
    const left = asked && !ordered.some((item) => item.id === asked.item.id);
    const selected = left ? asked.item : selection.selected;
    const form = asked?.item.id === selected?.id ? (asked?.form ?? null) : null;
    const setForm = (next: FormName | null) =>
        setAsked(next && selected ? { item: selected, form: next } : null);
    const choose = (item: Item, opened?: boolean) => {
        if (left) setAsked(null);
        selection.choose(item, opened);
    };
    const may = useMay("contact.write");
    const acts = useActs(deeds);
    function main(item: Item) {
        if (item.kind === "handover") acts.told.accept(item);
        else if (item.kind === "task") acts.told.finish(item);
        else {
            choose(item, true);
            setAsked({ item, form: item.kind === "answer" ? "answer" : "call" });
        }
    }
    useWorkKeys({ ordered, selected, choose, acts, may, setForm });
    if (!ordered.length && !fresh && !left)
        return <Nothing mine={mine} showAll={showAll} done={deeds.done} />;
    return (
        <div className={classes.work} data-open={open || undefined}>
            <div className={classes.list}>
                <FirstSteps />
                <Progress left={ordered.length} done={deeds.done} />
                {fresh > 0 && <Fresh n={fresh} take={take} />}
                <List
                    items={ordered}
                    selected={selected?.id}
                    choose={(item) => choose(item, true)}
                    act={may ? main : undefined}
                />
            </div>
            {selected && (
                <Pane
                    item={selected}
                    deeds={acts.told}
                    form={form}
                    setForm={setForm}
                    may={may}
                    later={acts.later}
                    back={back}
                />
            )}
        </div>
    );
}

// The selection stands in the address. Where its item goes, the one that comes into its place is next.
function useSelection(items: Item[]) {
    const [params, setParams] = useSearchParams();
    const [place, setPlace] = useState(0);
    const id = params.get("item");
    const at = items.findIndex((item) => item.id === id);
    const selected = items[at >= 0 ? at : Math.min(place, items.length - 1)];
    useEffect(() => {
        if (at >= 0) setPlace(at);
    }, [at]);
    const opened = params.get("open") === "1"; // on the phone: the pane is the page, and Back leads to the list
    const set = (change: (params: URLSearchParams) => void, replace = true) =>
        setParams(
            (old) => {
                change(old);
                return old;
            },
            { replace },
        );
    return {
        selected,
        open: opened,
        choose: (item: Item, open?: boolean) =>
            set((next) => {
                next.set("item", item.id);
                if (open) next.set("open", "1");
            }, opened || !open),
        back: () => set((next) => next.delete("open")),
    };
}

// Deeds without a form. What cannot be done is told where the hint would have been.
function useActs(deeds: ReturnType<typeof useDeeds>) {
    const text = useText();
    const notify = useNotify();
    const navigate = useNavigate();
    const tell = (deed: Promise<unknown>) => deed.catch((error) => notify(sentenceOf(text, error)));
    const told = {
        ...deeds,
        finish: async (item: Item) => void (await tell(deeds.finish(item))),
        accept: async (item: Item) => void (await tell(deeds.accept(item))),
    };
    function later(item: Item, which: keyof ReturnType<typeof laterTimes>) {
        const name = item.contact?.name ?? text.shell.unknownPerson;
        tell(
            deeds.aside(
                item,
                laterTimes()[which],
                text.today.told.later(name, text.today.later[which].toLocaleLowerCase()),
            ),
        );
    }
    return {
        told,
        later,
        open: (item: Item) => item.contact && navigate(`/contacts/${item.contact.id}`),
        why: (item: Item) => item.contact && navigate(`/contacts/${item.contact.id}#why`),
    };
}

function useWorkKeys(of: {
    ordered: Item[];
    selected: Item | undefined;
    choose: (item: Item) => void;
    acts: ReturnType<typeof useActs>;
    may: boolean;
    setForm: (form: FormName | null) => void;
}) {
    const { ordered, selected, acts, may } = of;
    const step = (by: 1 | -1) => {
        const next = ordered[ordered.findIndex((item) => item.id === selected?.id) + by];
        if (next) of.choose(next);
    };
    const item =
        (deed: (item: Item) => unknown, contact = true) =>
        () => {
            if (selected && (!contact || selected.contact)) deed(selected);
        };
    useKeys({ j: () => step(1), k: () => step(-1), Enter: item(acts.open), y: item(acts.why) });
    useKeys(
        {
            a: item((one) => one.kind === "handover" && acts.told.accept(one)),
            e: item((one) => one.kind !== "handover" && acts.told.finish(one), false),
            h: item((one) => acts.later(one, "tomorrow")),
            r: item(() => of.setForm("answer")),
            l: item(() => of.setForm("call")),
            n: item(() => of.setForm("note")),
            t: item(() => of.setForm("task"), false),
        },
        may,
    );
}

function Progress({ left, done }: { left: number; done: number }) {
    const text = useText();
    const format = useFormat();
    const words = text.today;
    const all = left + done;
    return (
        <div className={classes.progress}>
            <div className="grow">
                <div className={classes.big}>{words.things(left, format.number(left))}</div>
                <div className="muted">
                    {done ? words.done(done) : ""} {words.promise}
                </div>
            </div>
            {done > 0 && (
                <div className="row">
                    <span className={classes.meter} aria-hidden>
                        <i style={{ width: `${(done / all) * 100}%` }} />
                    </span>
                    <span className="muted num">{words.of(format.number(done), format.number(all))}</span>
                </div>
            )}
        </div>
    );
}

function Fresh({ n, take }: { n: number; take: () => void }) {
    const text = useText();
    return (
        <div className={classes.fresh} role="status">
            <Button onClick={take}>{text.shell.newItems(n)}</Button>
        </div>
    );
}

// Of a new business, above everything else.
function FirstSteps() {
    return (
        <div className={classes.first}>
            <Checklist />
        </div>
    );
}

function Nothing({ mine, showAll, done }: { mine: boolean; showAll: () => void; done: number }) {
    const text = useText();
    const format = useFormat();
    const words = text.today.empty;
    const others = useToday(false).data?.items.length ?? 0;
    return (
        <div>
            <FirstSteps />
            <Empty
                icon={<IconListCheck size={32} stroke={1.25} className="muted" />}
                title={done ? text.today.all : words.title}
                text={words.text}
                action={
                    mine && others > 0 ? (
                        <Button variant="filled" onClick={showAll}>
                            {words.others(format.number(others))}
                        </Button>
                    ) : (
                        <Button variant="filled" component={Link} to="/imports">
                            {words.first}
                        </Button>
                    )
                }
                quiet={
                    <Link className="link" to="/board">
                        {words.board}
                    </Link>
                }
            />
        </div>
    );
}
