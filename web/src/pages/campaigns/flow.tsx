// A sequence read downwards: what comes after what, branches side by side, and who stands where. Steps are moved with
// the mouse, a finger, or Alt and the arrow keys; what is put in comes by the "+" between two steps.

import {
    DndContext,
    type DragEndEvent,
    DragOverlay,
    PointerSensor,
    pointerWithin,
    useDraggable,
    useDroppable,
    useSensor,
    useSensors,
} from "@dnd-kit/core";
import { ActionIcon, Menu } from "@mantine/core";
import { IconCheck, IconDots, IconPlus, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import classes from "./flow.module.css";
import { KIND_ICONS, KINDS, type Kind, type Step } from "./step";
import { ARMS, branches, find, move, type Place, placeOf, places, remove, shift } from "./tree";

export interface Face {
    title: ReactNode;
    name: string; // the title as a text
    detail?: ReactNode;
    mono?: boolean;
    numbers?: ReactNode;
    wrong?: boolean;
}

export interface FlowProps {
    steps: Step[];
    face: (step: Step) => Face;
    arms: (step: Step) => Record<"yes" | "no", { name: string; n?: number }>;
    selected: string | null;
    select: (id: string) => void;
    change?: (steps: Step[]) => void; // none: nothing may be changed
    add?: (place: Place, kind: Kind) => void;
    before: ReactNode; // who enters
    after: ReactNode; // the goal
    empty: ReactNode; // where there is no step yet
}

const keyOf = (place: Place) => `${place.of ?? ""} ${place.arm} ${place.at}`;

export function Flow(props: FlowProps) {
    const text = useMailText().campaigns;
    const { steps, change } = props;
    const [dragged, setDragged] = useState<string | null>(null);
    const [said, setSaid] = useState("");
    const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 5 } }));
    function end({ active, over }: DragEndEvent) {
        setDragged(null);
        const place = places(steps).find((one) => keyOf(one) === over?.id);
        if (place) change?.(move(steps, String(active.id), place));
    }
    function shifted(id: string, by: 1 | -1) {
        const next = shift(steps, id, by);
        if (next === steps) return;
        change?.(next);
        const step = find(steps, id);
        const place = placeOf(next, id);
        if (step && place) setSaid(text.flow.movedTo(props.face(step).name, place.at + 1));
    }
    const lifted = dragged === null ? undefined : find(steps, dragged);
    return (
        <DndContext
            sensors={sensors}
            collisionDetection={pointerWithin}
            onDragStart={({ active }) => setDragged(String(active.id))}
            onDragCancel={() => setDragged(null)}
            onDragEnd={end}
        >
            <ol aria-label={text.views.steps}>
                <li>{props.before}</li>
                <List {...props} list={steps} of={null} arm="yes" shifted={shifted} dragged={dragged} />
                {steps.length === 0 && <li>{props.empty}</li>}
                <li>{props.after}</li>
            </ol>
            <div role="status" aria-live="polite" className="sr-only">
                {said}
            </div>
            <DragOverlay dropAnimation={null}>
                {lifted && (
                    <div className={`${classes.box} ${classes.lifted}`} data-on>
                        <StepIcon kind={lifted.kind} />
                        <Words face={props.face(lifted)} />
                    </div>
                )}
            </DragOverlay>
        </DndContext>
    );
}

type Inner = FlowProps & { shifted: (id: string, by: 1 | -1) => void; dragged: string | null };

function List(props: Inner & { list: Step[]; of: string | null; arm: "yes" | "no" }) {
    const { list, of, arm } = props;
    return (
        <>
            {list.map((step, at) => (
                <li
                    key={step.id}
                    className={classes.node}
                    data-dragging={props.dragged === step.id || undefined}
                >
                    <Gap {...props} place={{ of, arm, at }} />
                    <Box {...props} step={step} />
                    {branches(step) && (
                        <>
                            <div className={classes.split}>
                                {ARMS.map((one) => (
                                    <Arm key={one} {...props} step={step} arm={one} />
                                ))}
                            </div>
                            <div className={classes.merge} aria-hidden />
                        </>
                    )}
                </li>
            ))}
            <li>
                <Gap {...props} place={{ of, arm, at: list.length }} last={of !== null} />
            </li>
        </>
    );
}

function Arm(props: Inner & { step: Step; arm: "yes" | "no" }) {
    const { name, n } = props.arms(props.step)[props.arm];
    return (
        <div className={classes.arm}>
            <span className={classes.armName} data-arm={props.arm}>
                {props.arm === "yes" ? (
                    <IconCheck size={12} stroke={2} aria-hidden />
                ) : (
                    <IconX size={12} stroke={2} aria-hidden />
                )}
                <span className="truncate">{name}</span>
                {n !== undefined && <span className="muted num">{n}</span>}
            </span>
            <ol aria-label={name}>
                <List {...props} list={props.step[props.arm] ?? []} of={props.step.id} />
            </ol>
            <div className={classes.rest} aria-hidden />
        </div>
    );
}

function StepIcon({ kind }: { kind: Kind }) {
    const Icon = KIND_ICONS[kind];
    return (
        <span className={classes.icon} aria-hidden>
            <Icon size={16} stroke={1.75} />
        </span>
    );
}

export function Words({ face }: { face: Face }) {
    return (
        <>
            <span className={classes.title}>{face.title}</span>
            {face.detail && (
                <span className={`${classes.detail} ${face.mono ? "mono" : ""}`}>{face.detail}</span>
            )}
        </>
    );
}

function Box(props: Inner & { step: Step }) {
    const { step, change, selected, select, shifted } = props;
    const text = useMailText().campaigns;
    const face = props.face(step);
    const drag = useDraggable({ id: step.id, disabled: !change });
    function onKeyDown(event: KeyboardEvent) {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (event.altKey && by) {
            event.preventDefault();
            shifted(step.id, by as 1 | -1);
        } else if (change && (event.key === "Delete" || event.key === "Backspace")) {
            event.preventDefault();
            change(remove(props.steps, step.id));
        }
    }
    const Icon = KIND_ICONS[step.kind];
    return (
        <div
            ref={drag.setNodeRef}
            className={classes.box}
            data-on={selected === step.id || undefined}
            data-wrong={face.wrong || undefined}
            data-step={step.id}
        >
            <span
                className={classes.icon}
                // (The keyboard's way is Alt and the arrows, on the button beside it.)
                onPointerDown={change ? (event) => drag.listeners?.onPointerDown?.(event) : undefined}
                style={change ? { cursor: "grab", touchAction: "none" } : undefined}
                aria-hidden
            >
                <Icon size={16} stroke={1.75} />
            </span>
            <button
                type="button"
                className={classes.choose}
                aria-pressed={selected === step.id}
                aria-keyshortcuts={change ? "Alt+ArrowUp Alt+ArrowDown Delete" : undefined}
                onClick={() => select(step.id)}
                onKeyDown={onKeyDown}
            >
                <Words face={face} />
            </button>
            {face.numbers && <span className={classes.numbers}>{face.numbers}</span>}
            {change && (
                <Menu position="bottom-end">
                    <Menu.Target>
                        <ActionIcon
                            variant="subtle"
                            color="gray"
                            className={classes.menu}
                            aria-label={text.flow.menu(face.name)}
                        >
                            <IconDots size={16} stroke={1.75} />
                        </ActionIcon>
                    </Menu.Target>
                    <Menu.Dropdown>
                        <Menu.Item rightSection={<kbd>Alt ↑</kbd>} onClick={() => shifted(step.id, -1)}>
                            {text.flow.up}
                        </Menu.Item>
                        <Menu.Item rightSection={<kbd>Alt ↓</kbd>} onClick={() => shifted(step.id, 1)}>
                            {text.flow.down}
                        </Menu.Item>
                        <Menu.Divider />
                        <Menu.Item
                            rightSection={<kbd>Del</kbd>}
                            onClick={() => change(remove(props.steps, step.id))}
                        >
                            {branches(step) ? text.flow.removeBranch : text.flow.remove}
                        </Menu.Item>
                    </Menu.Dropdown>
                </Menu>
            )}
        </div>
    );
}

function Gap({ place, add, last, dragged }: Inner & { place: Place; last?: boolean }) {
    const words = useText();
    const text = useMailText().campaigns;
    const drop = useDroppable({ id: keyOf(place), disabled: dragged === null });
    return (
        <div
            ref={drop.setNodeRef}
            className={classes.gap}
            data-end={last || undefined}
            data-over={drop.isOver || undefined}
        >
            {add && (
                <Menu position="bottom">
                    <Menu.Target>
                        <button type="button" className={classes.plus} aria-label={text.flow.add}>
                            <IconPlus aria-hidden />
                        </button>
                    </Menu.Target>
                    <Menu.Dropdown aria-label={words.shell.more}>
                        {KINDS.map((kind) => {
                            const Icon = KIND_ICONS[kind];
                            return (
                                <Menu.Item
                                    key={kind}
                                    leftSection={<Icon size={16} stroke={1.75} />}
                                    onClick={() => add(place, kind)}
                                >
                                    {text.kinds[kind]}
                                </Menu.Item>
                            );
                        })}
                    </Menu.Dropdown>
                </Menu>
            )}
        </div>
    );
}
