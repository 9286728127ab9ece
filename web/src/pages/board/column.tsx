// A column: head with count, change and median stay; the cards, of which only those in sight are there.

import { useDraggable, useDroppable } from "@dnd-kit/core";
import { ActionIcon, Menu, Popover, Skeleton } from "@mantine/core";
import { IconLayoutSidebarLeftCollapse } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { Link } from "react-router";
import { Delta } from "../../parts/basic";
import { StageRing } from "../../parts/stage";
import { localDay, useFormat } from "../../shell/format";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./board.module.css";
import { CardFace } from "./card";
import { type Card, type Column, shortName, useCards } from "./data";
import type { View } from "./view";

const GAP = 8;

// What the page knows and every column needs.
export interface Desk {
    view: View;
    columns: Column[];
    free: boolean; // cards may be moved
    phone: boolean;
    asked: { card: Card; to: string } | null; // a card that lies on a column, with the question why
    question: ReactNode;
    close: () => void;
    picking: string | null; // the card whose stage is being chosen
    pick: (card: Card | null) => void;
    choose: (card: Card, stage: string) => void;
}

export function listLink(contacts: string, view: View): string {
    const query = new URLSearchParams(contacts);
    if (view.at) {
        query.delete("at");
        query.set("day", localDay(new Date(view.at)));
    }
    if (view.owner) query.set("owner", view.owner);
    return `/contacts?${query}`;
}

function useStay() {
    const text = useText();
    const format = useFormat();
    return (days: number) => {
        if (days < 1) return text.board.hours(Math.max(1, Math.round(days * 24)));
        const shown = days < 10 ? Math.round(days * 10) / 10 : Math.round(days);
        return text.board.days(shown, format.number(shown, 1));
    };
}

function Head({ column, desk, fold }: { column: Column; desk: Desk; fold?: () => void }) {
    const text = useText();
    const format = useFormat();
    const stay = useStay();
    const count = format.number(column.count);
    return (
        <header className={classes.head}>
            <div>
                <StageRing position={column.position} count={desk.columns.length - 1} />
                <h2 className="truncate" title={column.label}>
                    {column.label}
                </h2>
                <Link
                    to={listLink(column.contacts, desk.view)}
                    className={classes.count}
                    aria-label={text.board.column.openContacts(count, column.label)}
                >
                    {count}
                </Link>
                {column.change_7d !== 0 && (
                    <span
                        className={classes.change}
                        title={text.board.column.change(format.signed(column.change_7d))}
                    >
                        <Delta value={column.change_7d} />
                    </span>
                )}
                {fold && (
                    <ActionIcon
                        variant="subtle"
                        color="gray"
                        size={24}
                        className={classes.fold}
                        onClick={fold}
                        aria-label={text.board.column.fold(column.label)}
                    >
                        <IconLayoutSidebarLeftCollapse size={16} stroke={1.75} />
                    </ActionIcon>
                )}
            </div>
            <div className={classes.median}>
                {column.median_days == null
                    ? text.board.column.nobody
                    : text.board.column.median(stay(column.median_days))}
                {desk.phone && column.change_7d !== 0 && (
                    <span>{text.board.column.change(format.signed(column.change_7d))}</span>
                )}
            </div>
        </header>
    );
}

// "M" then a stage: arrows, or its number.
function StageMenu({ card, desk }: { card: Card; desk: Desk }) {
    const text = useText();
    const stages = desk.columns.filter((column) => column.stage !== card.stage);
    function onKeyDown(event: KeyboardEvent) {
        const stage = stages[Number(event.key) - 1];
        if (!/^[1-9]$/.test(event.key) || !stage) return;
        event.preventDefault();
        desk.choose(card, stage.stage);
    }
    return (
        <Menu opened onClose={() => desk.pick(null)} position="bottom" withinPortal>
            <Menu.Target>
                <span className={classes.anchor} />
            </Menu.Target>
            <Menu.Dropdown onKeyDown={onKeyDown}>
                <Menu.Label>{text.board.move.pick(shortName(card, text.shell.unknownPerson))}</Menu.Label>
                {stages.map((stage, i) => (
                    <Menu.Item
                        key={stage.stage}
                        leftSection={<StageRing position={stage.position} count={desk.columns.length - 1} />}
                        rightSection={i < 9 ? <kbd className="no-phone">{i + 1}</kbd> : null}
                        onClick={() => desk.choose(card, stage.stage)}
                    >
                        {stage.label}
                    </Menu.Item>
                ))}
            </Menu.Dropdown>
        </Menu>
    );
}

function Slot({ card, column, desk, top }: { card: Card; column: Column; desk: Desk; top: number }) {
    const drag = useDraggable({
        id: card.id,
        data: { card },
        disabled: !desk.free || desk.phone || !!desk.asked,
    });
    const away = drag.isDragging || desk.asked?.card.id === card.id;
    return (
        <div
            ref={drag.setNodeRef}
            className={classes.slot}
            style={{ transform: `translateY(${top}px)` }}
            data-card={card.id}
            data-free={(desk.free && !desk.phone) || undefined}
            onPointerDown={drag.listeners?.onPointerDown as never}
        >
            {away ? (
                <div className={classes.gap} />
            ) : (
                <CardFace
                    card={card}
                    stage={column.label}
                    onPick={desk.free ? () => desk.pick(card) : undefined}
                >
                    {desk.picking === card.id && <StageMenu card={card} desk={desk} />}
                </CardFace>
            )}
        </div>
    );
}

function Cards({ column, desk }: { column: Column; desk: Desk }) {
    const text = useText();
    const scroller = useRef<HTMLDivElement>(null);
    const query = useCards(column.stage, desk.view, true);
    const cards = query.data?.pages.flatMap((page) => page.items) ?? [];
    const height = desk.phone ? 98 : 88;
    const rows = useVirtualizer({
        count: cards.length + (query.hasNextPage ? 1 : 0),
        getScrollElement: () => scroller.current,
        estimateSize: () => height,
        gap: GAP,
        overscan: 5,
        getItemKey: (index) => cards[index]?.id ?? "more",
    });
    const seen = rows.getVirtualItems();
    const last = seen.at(-1)?.index ?? 0;
    const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
    useEffect(() => {
        if (hasNextPage && !isFetchingNextPage && last >= cards.length - 10) fetchNextPage();
    }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, cards.length]);
    const held = desk.asked?.to === column.stage ? desk.asked.card : null;
    useEffect(() => {
        if (held) scroller.current?.scrollTo({ top: 0 });
    }, [held]);
    return (
        <section
            ref={scroller}
            className={classes.cards}
            aria-label={text.board.column.cards(column.label)}
            tabIndex={cards.length ? undefined : 0}
        >
            {held && <Held card={held} column={column} desk={desk} />}
            {query.error && <Trouble error={query.error} retry={query.refetch} />}
            {query.isPending && [0, 1, 2].map((row) => <Waiting key={row} />)}
            {query.isSuccess && cards.length === 0 && !held && (
                <p className={classes.nobody}>{text.board.column.nobody}</p>
            )}
            <div className={classes.space} style={{ height: rows.getTotalSize() }}>
                {seen.map((row) => {
                    const card = cards[row.index];
                    return card ? (
                        <Slot key={row.key} card={card} column={column} desk={desk} top={row.start} />
                    ) : (
                        <div
                            key="more"
                            className={classes.slot}
                            style={{ transform: `translateY(${row.start}px)` }}
                        >
                            <Waiting />
                        </div>
                    );
                })}
            </div>
        </section>
    );
}

function Waiting() {
    return (
        <div className={classes.wait} style={{ marginBottom: GAP }} aria-hidden>
            <Skeleton height={10} width="65%" radius="sm" />
            <Skeleton height={10} width="45%" radius="sm" />
        </div>
    );
}

// The card that was put here, with the question.
function Held({ card, column, desk }: { card: Card; column: Column; desk: Desk }) {
    return (
        <Popover
            opened
            onChange={(opened) => !opened && desk.close()}
            position="right-start"
            width={320}
            trapFocus
            returnFocus
            middlewares={{ flip: { fallbackPlacements: ["left-start", "bottom"] }, shift: true }}
        >
            <Popover.Target>
                <div className={classes.held}>
                    <CardFace card={card} stage={column.label} lifted />
                </div>
            </Popover.Target>
            <Popover.Dropdown p={16}>{desk.question}</Popover.Dropdown>
        </Popover>
    );
}

export function BoardColumn({ column, desk, fold }: { column: Column; desk: Desk; fold?: () => void }) {
    const drop = useDroppable({ id: column.stage });
    return (
        <section
            ref={drop.setNodeRef}
            className={classes.column}
            data-column={column.stage}
            data-over={drop.isOver || desk.asked?.to === column.stage || undefined}
            aria-label={column.label}
        >
            <Head column={column} desk={desk} fold={fold} />
            <Cards column={column} desk={desk} />
        </section>
    );
}

// A column that is folded: still something to drop on.
export function FoldedColumn({ column, desk, open }: { column: Column; desk: Desk; open: () => void }) {
    const text = useText();
    const format = useFormat();
    const drop = useDroppable({ id: column.stage });
    const strip = (
        <button
            ref={drop.setNodeRef}
            type="button"
            className={classes.folded}
            data-column={column.stage}
            data-over={drop.isOver || undefined}
            onClick={open}
            aria-label={`${text.board.column.open(column.label)}, ${format.number(column.count)}`}
        >
            <span>
                <StageRing position={column.position} count={desk.columns.length - 1} />
                {column.label} <span className="muted num">{format.number(column.count)}</span>
            </span>
        </button>
    );
    if (desk.asked?.to !== column.stage) return strip;
    return (
        <Popover
            opened
            onChange={(opened) => !opened && desk.close()}
            position="right-start"
            width={320}
            trapFocus
            returnFocus
        >
            <Popover.Target>{strip}</Popover.Target>
            <Popover.Dropdown p={16}>{desk.question}</Popover.Dropdown>
        </Popover>
    );
}
