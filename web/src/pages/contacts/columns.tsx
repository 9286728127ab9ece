// The columns one can have, and those that this reader has chosen.
import type { ReactNode } from "react";
import { useState } from "react";
import type { Fields } from "../../language/fields";
import { factLabel, traitLabel } from "../../language/words";
import { Avatar } from "../../parts/avatar";
import { Chip, WhenInRow } from "../../parts/basic";
import { Grade, Stage } from "../../parts/stage";
import { useColleagues } from "../../shell/session";
import { type Text, useText } from "../../text";
import { onePlace } from "../contact/rounding";
import type { SortName } from "./address";
import type { Contact } from "./people";

export interface Column {
    id: string;
    label: string;
    width: number;
    right?: boolean;
    sort?: SortName;
    cell: (contact: Contact) => ReactNode;
    plain: (contact: Contact) => string; // as exported
}

export interface Known {
    text: Text;
    fields: Fields;
    owner: (id: string | null | undefined) => string | undefined;
}

export const WIDTH_LEAST = 60;
export const WIDTH_MOST = 640;
const KEPT = "sluice-contact-columns";
const KEPT_WIDTHS = "sluice-contact-widths";
const FIRST = ["stage", "grade", "score", "persona", "last_seen", "trait:source", "owner"];

const upper = (said: string) => said.charAt(0).toUpperCase() + said.slice(1);

function traitOf(contact: Contact, name: string): string {
    const value = (contact.traits as Record<string, unknown>)[name];
    return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

function standing({ text, fields, owner }: Known): Column[] {
    const names = text.contacts.columns;
    const label = (stage: string) => fields.stages.find((one) => one.name === stage)?.label ?? "";
    return [
        {
            id: "stage",
            label: names.stage,
            width: 160,
            cell: (one) => <Stage name={one.standing.stage} stages={fields.stages} />,
            plain: (one) => label(one.standing.stage),
        },
        {
            id: "grade",
            label: names.grade,
            width: 110,
            cell: (one) => <Grade name={one.standing.grade} grades={fields.grades} />,
            plain: (one) => (one.standing.grade === "none" ? "" : one.standing.grade),
        },
        {
            id: "score",
            label: names.score,
            width: 80,
            right: true,
            sort: "score",
            cell: (one) => onePlace(text.words.locale, one.standing.score),
            plain: (one) => one.standing.score.toFixed(1),
        },
        {
            id: "persona",
            label: names.persona,
            width: 150,
            cell: (one) => (one.standing.persona === "none" ? "" : one.standing.persona),
            plain: (one) => (one.standing.persona === "none" ? "" : one.standing.persona),
        },
        {
            id: "since",
            label: names.since,
            width: 120,
            sort: "since",
            cell: (one) => one.standing.since && <WhenInRow time={one.standing.since} />,
            plain: (one) => one.standing.since ?? "",
        },
        {
            id: "last_seen",
            label: names.last_seen,
            width: 120,
            sort: "last_seen",
            cell: (one) => <WhenInRow time={one.last_seen} />,
            plain: (one) => one.last_seen,
        },
        {
            id: "first_seen",
            label: names.first_seen,
            width: 120,
            sort: "first_seen",
            cell: (one) => <WhenInRow time={one.first_seen} />,
            plain: (one) => one.first_seen,
        },
        {
            id: "owner",
            label: names.owner,
            width: 140,
            cell: (one) => {
                const name = owner(one.owner);
                return name ? (
                    <span className="row">
                        <Avatar name={name} small />
                        <span className="truncate">{name}</span>
                    </span>
                ) : null;
            },
            plain: (one) => owner(one.owner) ?? "",
        },
        {
            id: "tags",
            label: names.tags,
            width: 180,
            cell: (one) => (
                <span className="row" style={{ gap: 4 }}>
                    {one.tags.map((tag) => (
                        <Chip key={tag}>{tag}</Chip>
                    ))}
                </span>
            ),
            plain: (one) => one.tags.join(", "),
        },
    ];
}

// All columns there can be: of the standing, of facts, of every trait that somebody has.
export function columnsOf(known: Known): Column[] {
    const { text, fields } = known;
    const traits = fields.traits.map(
        (one): Column => ({
            id: `trait:${one.name}`,
            label: upper(traitLabel(text, one.name)),
            width: one.type === "number" ? 100 : 150,
            right: one.type === "number",
            cell: (contact) => traitOf(contact, one.name),
            plain: (contact) => traitOf(contact, one.name),
        }),
    );
    const facts = fields.facts.map((one): Column => {
        const said = (contact: Contact) => {
            const fact = (contact.facts as Record<string, { answer: string; amount: number | null }>)[
                one.name
            ];
            if (!fact) return "";
            if (fact.amount != null) return fact.amount.toLocaleString(text.words.locale);
            return (text.contact.answers as Record<string, string>)[fact.answer] ?? fact.answer;
        };
        return {
            id: `fact:${one.name}`,
            label: upper(factLabel(text, one.name)),
            width: 100,
            cell: said,
            plain: said,
        };
    });
    return [...standing(known), ...facts, ...traits];
}

function kept(): string[] {
    try {
        const list: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "");
        return Array.isArray(list) ? list.map(String) : FIRST;
    } catch {
        return FIRST;
    }
}

function keptWidths(): Record<string, number> {
    try {
        const widths: unknown = JSON.parse(localStorage.getItem(KEPT_WIDTHS) ?? "");
        return Object.fromEntries(
            Object.entries(widths ?? {}).filter(
                ([, width]) => typeof width === "number" && width >= WIDTH_LEAST && width <= WIDTH_MOST,
            ),
        );
    } catch {
        return {};
    }
}

export function useColumns(fields: Fields) {
    const text = useText();
    const colleagues = useColleagues();
    const [chosen, setChosen] = useState(kept);
    const [widths, setWidths] = useState(keptWidths);
    const all = columnsOf({ text, fields, owner: colleagues.name });
    const keepWidths = (next: Record<string, number>) => {
        localStorage.setItem(KEPT_WIDTHS, JSON.stringify(next));
        setWidths(next);
    };
    const keep = (ids: string[]) => {
        localStorage.setItem(KEPT, JSON.stringify(ids));
        setChosen(ids);
    };
    return {
        all,
        shown: chosen.flatMap((id) => {
            const column = all.find((one) => one.id === id);
            return column ? { ...column, width: widths[id] ?? column.width } : [];
        }),
        resize: (id: string, width: number | null) => {
            const { [id]: _, ...others } = widths;
            keepWidths(width === null ? others : { ...others, [id]: width });
        },
        toggle: (id: string) =>
            keep(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]),
        move: (id: string, by: number) => {
            const from = chosen.indexOf(id);
            const to = from + by;
            if (from < 0 || to < 0 || to >= chosen.length) return;
            const next = [...chosen];
            next.splice(from, 1);
            next.splice(to, 0, id);
            keep(next);
        },
        reset: () => {
            keep(FIRST);
            keepWidths({});
        },
    };
}
