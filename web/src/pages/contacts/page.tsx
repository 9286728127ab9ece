// Everybody, or those for whom a condition holds; now or as it stood on a past day.
import { Button } from "@mantine/core";
import { IconPlus, IconTableImport } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link } from "react-router";
import { ExpressionBar } from "../../expression/bar";
import { useFields } from "../../language/fields";
import { Chip, Empty, KeyButton, Loading } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { useKeys } from "../../shell/keys";
import { PageBar, PastBanner } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { setWalk } from "../contact/walk";
import { AddContact } from "./add";
import { type Asked, type SortName, useAsked } from "./address";
import { BulkBar, type Selection } from "./bulk";
import { ColumnMenu } from "./column_menu";
import { useColumns } from "./columns";
import classes from "./contacts.module.css";
import { type Contact, usePeople } from "./people";
import { SaveSegment, SegmentTabs } from "./segments";
import { ContactTable } from "./table";

const NOBODY: Selection = { ids: new Set(), all: false };

// Shift and a click select from the last one on.
function useSelection(rows: Contact[], asked: Asked) {
    const [selection, setSelection] = useState(NOBODY);
    const last = useRef<string | null>(null);
    // biome-ignore lint/correctness/useExhaustiveDependencies: another list, another selection
    useEffect(() => setSelection(NOBODY), [asked]);
    return {
        selection,
        clear: () => setSelection(NOBODY),
        select: (id: string, range: boolean) => {
            const ids = new Set(selection.ids);
            const on = !ids.has(id);
            const from = rows.findIndex((one) => one.id === last.current);
            const to = rows.findIndex((one) => one.id === id);
            const those =
                range && from >= 0 ? rows.slice(Math.min(from, to), Math.max(from, to) + 1) : [{ id }];
            for (const one of those) {
                if (on) ids.add(one.id);
                else ids.delete(one.id);
            }
            last.current = id;
            setSelection({ ids, all: false });
        },
        selectShown: () =>
            setSelection(
                rows.every((one) => selection.ids.has(one.id))
                    ? NOBODY
                    : { ids: new Set(rows.map((one) => one.id)), all: false },
            ),
        selectAll: () => setSelection({ ids: new Set(rows.map((one) => one.id)), all: true }),
    };
}

function Nobody({ asked, drop, mayAdd }: { asked: Asked; drop: () => void; mayAdd: () => void }) {
    const text = useText();
    const may = useMay("contact.write");
    const mayImport = useMay("import.write");
    if (asked.filter || Object.keys(asked.report).length > 0)
        return (
            <Empty
                title={text.contacts.none.title}
                text={text.contacts.none.text}
                action={<Button onClick={drop}>{text.contacts.none.drop}</Button>}
            />
        );
    return (
        <Empty
            title={text.contacts.empty.title}
            text={text.contacts.empty.text}
            action={
                mayImport && (
                    <Button component={Link} to="/imports" variant="filled">
                        {text.contacts.empty.import}
                    </Button>
                )
            }
            quiet={
                may && (
                    <button type="button" className="link" onClick={mayAdd}>
                        {text.contacts.empty.add}
                    </button>
                )
            }
        />
    );
}

export function Component() {
    const text = useText();
    const format = useFormat();
    const fields = useFields();
    const { asked, adding, change, dropReport } = useAsked();
    const may = useMay("contact.write");
    const mayImport = useMay("import.write");
    const columns = useColumns(fields);
    const { list, rows, news, total, milliseconds } = usePeople(asked);
    const { selection, clear, select, selectShown, selectAll } = useSelection(rows, asked);
    const [draft, setDraft] = useState(asked.filter);
    const scroller = useRef<HTMLDivElement>(null);
    const place = useRef<HTMLDivElement>(null);
    // biome-ignore lint/correctness/useExhaustiveDependencies: only what comes from outside replaces what is typed
    useEffect(() => {
        if (asked.filter !== draft) setDraft(asked.filter);
    }, [asked.filter]);
    const setAdding = (on: boolean) => change({ add: on ? "1" : null });
    useKeys({
        "/": () => place.current?.querySelector<HTMLElement>('[contenteditable="true"], input')?.focus(),
        ...(may && !asked.at ? { c: () => setAdding(true) } : {}),
        ...(selection.ids.size > 0 ? { Escape: clear } : {}),
    });
    const sortBy = (name: SortName) => {
        const down = asked.sort.name === name ? !asked.sort.down : true;
        change({ sort: `${down ? "-" : ""}${name}` });
    };
    const more = useMemo(
        () =>
            list.hasNextPage
                ? () => {
                      if (!list.isFetchingNextPage) list.fetchNextPage();
                  }
                : undefined,
        [list.hasNextPage, list.isFetchingNextPage, list.fetchNextPage],
    );
    const remember = () =>
        setWalk({
            ids: rows.map((one) => one.id),
            total: total ?? rows.length,
            back: `/contacts${location.search}`,
        });
    const reported = Object.keys(asked.report).length > 0;
    const day = new URLSearchParams(location.search).get("day");
    const counted = total === undefined ? "" : text.contacts.count(format.number(total), total);
    return (
        <>
            <PageBar title={text.contacts.title} quiet={counted} days model>
                {mayImport && (
                    <Button
                        component={Link}
                        to="/imports"
                        className="no-phone"
                        leftSection={<IconTableImport size={16} stroke={1.75} />}
                    >
                        {text.contacts.import}
                    </Button>
                )}
                {may && !asked.at && (
                    <KeyButton
                        filled
                        keyName="C"
                        icon={<IconPlus size={16} stroke={1.75} />}
                        onClick={() => setAdding(true)}
                    >
                        {text.contacts.add.button}
                    </KeyButton>
                )}
            </PageBar>
            <PastBanner />
            <SegmentTabs filter={asked.filter} choose={(filter) => change({ filter })} />
            <div className={classes.query} ref={place}>
                <ExpressionBar
                    value={draft}
                    onChange={setDraft}
                    onValid={(filter) => filter !== asked.filter && change({ filter })}
                    count={
                        milliseconds !== undefined && (
                            <span className="no-phone">
                                {text.contacts.took(counted, format.number(Math.round(milliseconds)))}
                            </span>
                        )
                    }
                />
                <div className={`${classes.tools} no-phone`}>
                    <SaveSegment filter={asked.filter} />
                    <ColumnMenu columns={columns} />
                </div>
                {(reported || news > 0) && (
                    <div className={classes.notes}>
                        {reported && (
                            <Chip kind="accent">
                                {text.contacts.ofReport}{" "}
                                <button
                                    type="button"
                                    className={classes.drop}
                                    aria-label={text.contacts.dropReport}
                                    onClick={dropReport}
                                >
                                    ×
                                </button>
                            </Chip>
                        )}
                        {news > 0 && (
                            <Button variant="subtle" onClick={() => list.refetch()}>
                                {text.shell.newItems(news)}
                            </Button>
                        )}
                    </div>
                )}
            </div>
            {list.error && <Trouble error={list.error} retry={list.refetch} />}
            {list.isPending && <Loading rows={12} />}
            <div className={classes.scroller} ref={scroller}>
                {rows.length > 0 && (
                    <ContactTable
                        rows={rows}
                        total={total}
                        columns={columns.shown}
                        fields={fields}
                        sort={asked.sort}
                        search={day ? `?day=${day}` : ""}
                        onSort={sortBy}
                        resize={columns.resize}
                        more={more}
                        selected={selection.ids}
                        select={select}
                        selectAll={selectShown}
                        onOpen={remember}
                        scroller={scroller}
                        dimmed={list.isPlaceholderData}
                    />
                )}
                {list.data && rows.length === 0 && !list.error && (
                    <Nobody
                        asked={asked}
                        drop={() => {
                            dropReport();
                            change({ filter: null });
                        }}
                        mayAdd={() => setAdding(true)}
                    />
                )}
            </div>
            <BulkBar
                selection={selection}
                rows={rows}
                asked={asked}
                total={total ?? rows.length}
                columns={columns.shown}
                fields={fields}
                selectAll={selectAll}
                clear={clear}
            />
            {adding && may && <AddContact close={() => setAdding(false)} />}
        </>
    );
}
