// Ctrl/⌘ K: everything from one field. Pages at once; people and companies by any part of what they are called.
import { TextInput } from "@mantine/core";
import {
    IconArrowRight,
    IconBuilding,
    IconPhone,
    IconPlus,
    IconSearch,
    IconSettings,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { useNavigate } from "react-router";
import type { Schemas } from "../api/client";
import { PART_RIGHTS } from "../pages/settings/rights";
import { LogCall } from "../pages/today/log_call";
import { Avatar } from "../parts/avatar";
import { Dialog } from "../parts/dialog";
import { Stage } from "../parts/stage";
import { useText } from "../text";
import { useFormat } from "./format";
import { usePages } from "./frame";
import classes from "./palette.module.css";
import { search } from "./search";
import { useFields, useMay, useSession } from "./session";

type Person = Schemas["FoundContact"];

interface Choice {
    key: string;
    group: string;
    icon: ReactNode;
    label: string;
    detail?: ReactNode;
    to?: string;
    call?: Person; // logs a call in place
}

const icon = { size: 16, stroke: 1.75 };

// What can be done: add a contact, log a call with whom the words name, go to a part of the settings.
function useActions(words: string, people: Person[]): Choice[] {
    const text = useText();
    const format = useFormat();
    const mayWrite = useMay("contact.write");
    const rights = useSession().data?.rights ?? [];
    const mayPart = ([part]: [string, string]) => !PART_RIGHTS[part] || rights.includes(PART_RIGHTS[part]);
    const says = text.shell.palette;
    const add = {
        key: "add",
        group: says.actions,
        icon: <IconPlus {...icon} />,
        label: says.addContact,
        to: "/contacts?add=1",
    };
    const calls = people.slice(0, 2).map((one) => ({
        key: `call-${one.id}`,
        group: says.actions,
        icon: <IconPhone {...icon} />,
        label: says.logCall(format.name(one)),
        call: one,
    }));
    const settings = Object.entries(says.parts)
        .filter(mayPart)
        .map(([part, label]) => ({
            key: `settings-${part}`,
            group: says.settings,
            icon: <IconSettings {...icon} />,
            label,
            to: `/settings/${part}`,
        }));
    const named = (choice: Choice) => choice.label.toLowerCase().includes(words);
    return [
        ...(mayWrite ? [add].filter(named) : []),
        ...(mayWrite ? calls : []),
        ...(words ? settings.filter((one) => named(one) || says.settings.toLowerCase().includes(words)) : []),
    ];
}

function useChoices(query: string): Choice[] {
    const text = useText();
    const format = useFormat();
    const fields = useFields();
    const words = query.trim().toLowerCase();
    const asked = words.length >= 2;
    const found = useQuery({
        queryKey: ["search", words],
        queryFn: ({ signal }) => search(words, signal),
        enabled: asked,
        placeholderData: (old) => old,
    }).data;
    const actions = useActions(words, asked ? (found?.contacts ?? []) : []);
    const pages = usePages()
        .filter((page) => text.shell.pages[page.name].toLowerCase().includes(words))
        .map((page) => ({
            key: page.name,
            group: text.shell.palette.go,
            icon: <page.icon {...icon} />,
            label: text.shell.pages[page.name],
            to: `/${page.name}`,
        }));
    if (!asked) return [...pages, ...actions];
    const people = (found?.contacts ?? []).map((one) => ({
        key: one.id,
        group: text.shell.palette.people,
        icon: <Avatar name={format.name(one)} small />,
        label: format.name(one),
        detail: (
            <>
                <span className="grow truncate">
                    {[one.company, one.name && one.email].filter(Boolean).join(" · ")}
                </span>
                <Stage name={one.stage} stages={fields?.stages ?? []} />
            </>
        ),
        to: `/contacts/${one.id}`,
    }));
    const companies = (found?.companies ?? []).map((one) => ({
        key: one.id,
        group: text.shell.palette.companies,
        icon: <IconBuilding {...icon} />,
        label: one.name,
        detail: <span className="truncate">{one.domain}</span>,
        to: `/companies/${one.id}`,
    }));
    // A page or deed that was named exactly comes before whom the letters happen to be in.
    return pages.some((page) => page.label.toLowerCase().startsWith(words))
        ? [...pages, ...people, ...companies, ...actions]
        : [...people, ...companies, ...actions, ...pages];
}

export default function Palette({ close }: { close: () => void }) {
    const text = useText();
    const format = useFormat();
    const navigate = useNavigate();
    const [query, setQuery] = useState("");
    const [at, setAt] = useState(0);
    const [called, setCalled] = useState<Person | null>(null);
    const choices = useChoices(query);
    const chosen = Math.min(at, choices.length - 1);

    function open(choice: Choice | undefined) {
        if (choice?.call) setCalled(choice.call);
        if (!choice?.to) return;
        close();
        navigate(choice.to);
    }
    function onKeyDown(event: KeyboardEvent) {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step) {
            event.preventDefault();
            setAt((chosen + step + choices.length) % Math.max(choices.length, 1));
        } else if (event.key === "Enter") {
            event.preventDefault();
            open(choices[chosen]);
        }
    }
    if (called)
        return (
            <Dialog onClose={close} title={text.shell.palette.logCall(format.name(called))}>
                <LogCall contact={called} close={close} />
            </Dialog>
        );
    return (
        <Dialog
            onClose={close}
            withCloseButton={false}
            padding={0}
            yOffset="12vh"
            centered={false}
            size={560}
            title={null}
        >
            <TextInput
                data-autofocus
                variant="unstyled"
                size="md"
                className={classes.field}
                leftSection={<IconSearch size={16} stroke={1.75} />}
                placeholder={text.shell.palette.placeholder}
                aria-label={text.shell.palette.placeholder}
                role="combobox"
                aria-expanded
                aria-controls="palette"
                aria-activedescendant={choices[chosen] ? `palette-${choices[chosen].key}` : undefined}
                value={query}
                onChange={(event) => {
                    setQuery(event.currentTarget.value);
                    setAt(0);
                }}
                onKeyDown={onKeyDown}
            />
            <div id="palette" role="listbox" aria-label={text.shell.search} className={classes.list}>
                {choices.length === 0 && <p className={classes.nothing}>{text.shell.palette.nothing}</p>}
                {choices.map((choice, i) => (
                    <div key={choice.key}>
                        {choices[i - 1]?.group !== choice.group && (
                            <div className={classes.group}>{choice.group}</div>
                        )}
                        {/* biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus */}
                        {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's */}
                        <div
                            id={`palette-${choice.key}`}
                            role="option"
                            aria-selected={i === chosen}
                            className={classes.choice}
                            onMouseMove={() => setAt(i)}
                            onClick={() => open(choice)}
                        >
                            {choice.icon}
                            <span className="truncate">{choice.label}</span>
                            <span className={`${classes.detail} muted`}>{choice.detail}</span>
                            {i === chosen && <IconArrowRight size={14} stroke={1.75} />}
                        </div>
                    </div>
                ))}
            </div>
        </Dialog>
    );
}
