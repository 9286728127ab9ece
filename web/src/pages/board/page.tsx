// The funnel's stages as columns. A card is moved by hand with the mouse or with "M"; the reason is asked in place.
import {
    DndContext,
    type DragEndEvent,
    DragOverlay,
    type DragStartEvent,
    PointerSensor,
    pointerWithin,
    useSensor,
    useSensors,
} from "@dnd-kit/core";
import { Button, Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconLayoutKanban, IconPlus } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";
import { Empty, KeyButton, Loading } from "../../parts/basic";
import { StageRing } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { useKeys } from "../../shell/keys";
import { PageBar, PageBody, PastBanner } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { announcements } from "./announce";
import { Ask } from "./ask";
import classes from "./board.module.css";
import { CardFace } from "./card";
import { BoardColumn, type Desk, FoldedColumn } from "./column";
import { type Card, type Column, useBoard, useMoves } from "./data";
import { Filters } from "./filters";
import { useBoardKeys } from "./keys";
import { useView, type View } from "./view";

const AddContact = lazy(() => import("../contacts/add").then((one) => ({ default: one.AddContact })));

export function Component() {
    const text = useText();
    const format = useFormat();
    const view = useView();
    const board = useBoard(view);
    const columns = board.data?.columns.map((column) =>
        column.position ? column : { ...column, label: text.shell.stageNone },
    );
    const total = columns?.reduce((sum, column) => sum + column.count, 0);
    return (
        <>
            <PageBar
                title={text.board.title}
                quiet={total !== undefined && text.board.contacts(format.number(total), total === 1)}
                days
                model
            >
                {!view.at && <Add />}
            </PageBar>
            <PastBanner />
            <Filters view={view} />
            {board.error ? (
                <PageBody padded>
                    <Trouble error={board.error} retry={board.refetch} />
                </PageBody>
            ) : !columns ? (
                <PageBody>
                    <Loading rows={6} height={88} />
                </PageBody>
            ) : (
                <Content view={view} columns={columns} total={total ?? 0} />
            )}
        </>
    );
}

function Add() {
    const text = useText();
    const may = useMay("contact.write");
    const [adding, setAdding] = useState(false);
    useKeys({ c: () => setAdding(true) }, may);
    if (!may) return null;
    return (
        <>
            <KeyButton
                filled
                keyName="C"
                icon={<IconPlus size={16} stroke={1.75} />}
                onClick={() => setAdding(true)}
            >
                {text.contacts.add.button}
            </KeyButton>
            {adding && (
                <Suspense>
                    <AddContact close={() => setAdding(false)} />
                </Suspense>
            )}
        </>
    );
}

function Content({ view, columns, total }: { view: View; columns: Column[]; total: number }) {
    const text = useText();
    const words = text.board.empty;
    if (columns.length < 2)
        return (
            <Empty
                icon={<IconLayoutKanban size={32} stroke={1.25} className="muted" />}
                title={words.noModel}
                text={words.noModelText}
                action={
                    <Button component={Link} to="/models" variant="filled">
                        {words.toModels}
                    </Button>
                }
            />
        );
    if (!total && view.filtered)
        return (
            <Empty
                title={text.board.nothing.title}
                text={text.board.nothing.text}
                action={<Button onClick={view.clear}>{text.board.filters.clear}</Button>}
            />
        );
    if (!total && !view.at)
        return (
            <Empty
                icon={<IconLayoutKanban size={32} stroke={1.25} className="muted" />}
                title={words.title}
                text={words.text}
                action={
                    <Button component={Link} to="/imports" variant="filled">
                        {words.import}
                    </Button>
                }
                quiet={
                    <Link to="/welcome" className="link">
                        {words.demo}
                    </Link>
                }
            />
        );
    return <Columns view={view} columns={columns} />;
}

function Columns({ view, columns }: { view: View; columns: Column[] }) {
    const text = useText();
    const moves = useMoves(columns);
    const may = useMay("contact.write");
    const phone = useMediaQuery("(max-width: 760px)", undefined, { getInitialValueInEffect: false });
    const [lifted, setLifted] = useState<Card | null>(null);
    const [asked, setAsked] = useState<{ card: Card; to: string } | null>(null);
    const [picking, setPicking] = useState<string | null>(null);
    const [folded, setFolded] = useState(true);
    const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 6 } }));
    const of = (stage: string) => columns.find((column) => column.stage === stage);
    const to = asked && of(asked.to);
    const close = () => setAsked(null);
    const question = asked && to && (
        <Ask
            key={asked.card.id + asked.to}
            card={asked.card}
            from={of(asked.card.stage)}
            to={to}
            close={close}
            move={(reason) => moves.move(asked.card, asked.to, reason).then(close)}
            record={(...args) => moves.record(asked.card, ...args).then(close)}
        />
    );
    function put(card: Card, stage: string) {
        setPicking(null);
        if (stage !== card.stage) setAsked({ card, to: stage });
    }
    const desk: Desk = {
        view,
        columns,
        free: may && !view.at,
        phone: !!phone,
        asked,
        question,
        close,
        picking,
        pick: (card) => setPicking(card?.id ?? null),
        choose: put,
    };
    useBoardKeys(desk.free ? setPicking : null);
    const cardOf = (event: DragStartEvent | DragEndEvent) => event.active.data.current?.card as Card;
    return (
        <DndContext
            sensors={sensors}
            collisionDetection={pointerWithin}
            accessibility={{
                announcements: announcements(text, columns),
                screenReaderInstructions: { draggable: text.board.drag.how },
            }}
            onDragStart={(event) => setLifted(cardOf(event))}
            onDragCancel={() => setLifted(null)}
            onDragEnd={(event) => {
                setLifted(null);
                if (event.over) put(cardOf(event), String(event.over.id));
            }}
        >
            {phone ? (
                <PhoneBoard desk={desk} />
            ) : (
                <div className={classes.board}>
                    {columns.map((column) =>
                        column.position === 0 && folded ? (
                            <FoldedColumn
                                key={column.stage}
                                column={column}
                                desk={desk}
                                open={() => setFolded(false)}
                            />
                        ) : (
                            <BoardColumn
                                key={column.stage}
                                column={column}
                                desk={desk}
                                fold={column.position === 0 ? () => setFolded(true) : undefined}
                            />
                        ),
                    )}
                </div>
            )}
            <DragOverlay dropAnimation={null}>
                {lifted && <CardFace card={lifted} stage={of(lifted.stage)?.label ?? ""} lifted />}
            </DragOverlay>
        </DndContext>
    );
}

// One stage at a time, with a picker; the question is a sheet.
function PhoneBoard({ desk }: { desk: Desk }) {
    const text = useText();
    const format = useFormat();
    const { columns, view } = desk;
    const shown =
        columns.find((column) => column.stage === view.stage) ??
        columns.find((column) => column.position > 0 && column.count > 0) ??
        columns[1];
    return (
        <>
            <div className={classes.picker} role="tablist" aria-label={text.board.filters.stage}>
                {columns.map((column) => (
                    <button
                        key={column.stage}
                        type="button"
                        role="tab"
                        aria-selected={column === shown}
                        onClick={() => view.set("stage", column.stage)}
                    >
                        <StageRing position={column.position} count={columns.length - 1} />
                        {column.label} <span className="muted num">{format.number(column.count)}</span>
                    </button>
                ))}
            </div>
            <div className={classes.board}>
                {shown && <BoardColumn key={shown.stage} column={shown} desk={{ ...desk, asked: null }} />}
            </div>
            <Modal opened={!!desk.asked} onClose={desk.close} withCloseButton={false}>
                {desk.question}
            </Modal>
        </>
    );
}
