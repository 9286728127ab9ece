// The table: rows are made for what is seen only, however many there are.
import { Checkbox, Skeleton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type RefObject, useEffect, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { Fields } from "../../language/fields";
import { Avatar } from "../../parts/avatar";
import { Stage } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { useKeys } from "../../shell/keys";
import { useText } from "../../text";
import { onePlace } from "../contact/rounding";
import type { Sort, SortName } from "./address";
import type { Column } from "./columns";
import classes from "./contacts.module.css";
import type { Contact } from "./people";
import { Resize } from "./resize";

const phone = () => matchMedia("(max-width: 760px)").matches;

function useIsPhone(): boolean {
    const [is, set] = useState(phone);
    useEffect(() => {
        const query = matchMedia("(max-width: 760px)");
        const change = () => set(query.matches);
        query.addEventListener("change", change);
        return () => query.removeEventListener("change", change);
    }, []);
    return is;
}

interface RowProps {
    contact: Contact;
    columns: Column[];
    fields: Fields;
    selected: boolean;
    current: boolean;
    isPhone: boolean;
    search: string;
    open: () => void;
    select: ((id: string, range: boolean) => void) | undefined;
}

const Row = memo(function Row(props: RowProps) {
    const { contact, columns, isPhone } = props;
    const text = useText();
    const format = useFormat();
    const name = format.name(contact);
    const company = (contact.traits as Record<string, unknown>).company;
    return (
        <tr data-selected={props.selected || undefined} data-current={props.current || undefined}>
            {!isPhone && props.select && (
                <td className={classes.check}>
                    {/* (Not Mantine's: a page of those takes longer to make than all the rest of its rows.) */}
                    <input
                        type="checkbox"
                        className={classes.box}
                        checked={props.selected}
                        aria-label={text.contacts.select(name)}
                        onChange={(event) =>
                            props.select?.(contact.id, (event.nativeEvent as MouseEvent).shiftKey)
                        }
                    />
                </td>
            )}
            <td>
                <Link
                    to={{ pathname: `/contacts/${contact.id}`, search: props.search }}
                    className={classes.who}
                    onClick={props.open}
                >
                    <Avatar name={name} />
                    <span className={classes.names}>
                        <span className="medium">{name}</span>{" "}
                        {typeof company === "string" && <span className="muted">{company}</span>}
                    </span>
                </Link>
            </td>
            {isPhone ? (
                <>
                    <td className={classes.phoneStage}>
                        <Stage name={contact.standing.stage} stages={props.fields.stages} />
                    </td>
                    <td className={`${classes.phoneScore} num`}>
                        {onePlace(text.words.locale, contact.standing.score)}
                    </td>
                </>
            ) : (
                columns.map((column) => (
                    <td key={column.id} className={column.right ? `${classes.right} num` : undefined}>
                        {column.cell(contact)}
                    </td>
                ))
            )}
        </tr>
    );
});

function HeadCell({
    column,
    sort,
    onSort,
    resize,
}: {
    column: Column;
    sort: Sort;
    onSort: (name: SortName) => void;
    resize: (id: string, width: number | null) => void;
}) {
    const name = column.sort;
    const sorted = name === sort.name;
    const Arrow = sort.down ? IconArrowDown : IconArrowUp;
    return (
        <th
            scope="col"
            className={column.right ? classes.right : undefined}
            aria-sort={sorted ? (sort.down ? "descending" : "ascending") : undefined}
        >
            {name ? (
                <button type="button" className={classes.sort} onClick={() => onSort(name)}>
                    {column.label}
                    {sorted && <Arrow size={12} stroke={1.75} aria-hidden />}
                </button>
            ) : (
                column.label
            )}
            <Resize column={column} set={resize} />
        </th>
    );
}

export function ContactTable(props: {
    rows: Contact[];
    total: number | undefined;
    columns: Column[];
    fields: Fields;
    sort: Sort;
    search: string;
    onSort: (name: SortName) => void;
    resize: (id: string, width: number | null) => void;
    more: (() => void) | undefined;
    selected: Set<string>;
    select: ((id: string, range: boolean) => void) | undefined;
    selectAll: () => void;
    onOpen: () => void;
    scroller: RefObject<HTMLDivElement | null>;
    dimmed: boolean;
}) {
    const { rows, columns, more, select } = props;
    const text = useText();
    const navigate = useNavigate();
    const isPhone = useIsPhone();
    const [current, setCurrent] = useState(-1);
    const count = rows.length + (more ? 3 : 0);
    const virtual = useVirtualizer({
        count,
        getScrollElement: () => props.scroller.current,
        estimateSize: () => (isPhone ? 56 : 40),
        overscan: 8,
    });
    // biome-ignore lint/correctness/useExhaustiveDependencies: rows of the phone are higher
    useEffect(() => virtual.measure(), [virtual, isPhone]);
    const items = virtual.getVirtualItems();
    const last = items.at(-1)?.index ?? 0;
    useEffect(() => {
        if (more && last >= rows.length - 20) more();
    }, [more, last, rows.length]);
    const step = (by: number) => {
        const next = Math.max(0, Math.min(rows.length - 1, current + by));
        setCurrent(next);
        virtual.scrollToIndex(next);
    };
    const chosen = rows[current];
    useKeys({
        j: () => step(1),
        k: () => step(-1),
        ...(chosen
            ? {
                  Enter: () => {
                      props.onOpen();
                      navigate({ pathname: `/contacts/${chosen.id}`, search: props.search });
                  },
                  x: () => select?.(chosen.id, false),
              }
            : {}),
    });
    const span = isPhone ? 3 : columns.length + (select ? 2 : 1);
    const before = items[0]?.start ?? 0;
    const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
    const width = 44 + 260 + columns.reduce((sum, one) => sum + one.width, 0);
    const everybody = rows.length > 0 && rows.every((one) => props.selected.has(one.id));
    return (
        <table
            className={classes.table}
            style={isPhone ? undefined : { minWidth: width }}
            aria-busy={props.dimmed || undefined}
            aria-rowcount={props.total ?? -1}
        >
            <colgroup>
                {isPhone ? (
                    <>
                        <col />
                        <col style={{ width: 150 }} />
                        <col style={{ width: 60 }} />
                    </>
                ) : (
                    <>
                        {select && <col style={{ width: 44 }} />}
                        <col />
                        {columns.map((column) => (
                            <col key={column.id} data-column={column.id} style={{ width: column.width }} />
                        ))}
                    </>
                )}
            </colgroup>
            <thead>
                <tr>
                    {!isPhone && select && (
                        <th className={classes.check}>
                            <Checkbox
                                checked={everybody}
                                indeterminate={!everybody && props.selected.size > 0}
                                aria-label={text.contacts.selectShown}
                                onChange={props.selectAll}
                            />
                        </th>
                    )}
                    <th scope="col">{text.contacts.columns.contact}</th>
                    {isPhone ? (
                        <>
                            <th scope="col">{text.contacts.columns.stage}</th>
                            <th scope="col" className={classes.right}>
                                {text.contacts.columns.score}
                            </th>
                        </>
                    ) : (
                        columns.map((column) => (
                            <HeadCell
                                key={column.id}
                                column={column}
                                sort={props.sort}
                                onSort={props.onSort}
                                resize={props.resize}
                            />
                        ))
                    )}
                </tr>
            </thead>
            <tbody>
                {before > 0 && (
                    <tr aria-hidden>
                        <td colSpan={span} style={{ height: before, padding: 0, border: 0 }} />
                    </tr>
                )}
                {items.map((item) => {
                    const contact = rows[item.index];
                    if (!contact)
                        return (
                            <tr key={item.key} aria-hidden>
                                <td colSpan={span}>
                                    <Skeleton height={10} width="60%" radius="sm" />
                                </td>
                            </tr>
                        );
                    return (
                        <Row
                            key={contact.id}
                            contact={contact}
                            columns={columns}
                            fields={props.fields}
                            selected={props.selected.has(contact.id)}
                            current={item.index === current}
                            isPhone={isPhone}
                            search={props.search}
                            open={props.onOpen}
                            select={select}
                        />
                    );
                })}
                {after > 0 && (
                    <tr aria-hidden>
                        <td colSpan={span} style={{ height: after, padding: 0, border: 0 }} />
                    </tr>
                )}
            </tbody>
        </table>
    );
}
