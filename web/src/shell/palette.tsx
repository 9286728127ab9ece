// Ctrl/⌘ K: everything from one field. Pages at once; people and companies by any part of what they are called.
import { Modal, TextInput } from "@mantine/core";
import { IconArrowRight, IconBuilding, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { useNavigate } from "react-router";
import { Avatar } from "../parts/avatar";
import { useText } from "../text";
import { useFormat } from "./format";
import { PAGES } from "./frame";
import classes from "./palette.module.css";
import { search } from "./search";

interface Choice {
    key: string;
    group: string;
    icon: ReactNode;
    label: string;
    detail?: string;
    to: string;
}

function useChoices(query: string): Choice[] {
    const text = useText();
    const format = useFormat();
    const words = query.trim().toLowerCase();
    const found = useQuery({
        queryKey: ["search", words],
        queryFn: ({ signal }) => search(words, signal),
        enabled: words.length >= 2,
        placeholderData: (old) => old,
    });
    const pages = PAGES.filter((page) => text.shell.pages[page.name].toLowerCase().includes(words)).map(
        (page) => ({
            key: page.name,
            group: text.shell.palette.go,
            icon: <page.icon size={16} stroke={1.75} />,
            label: text.shell.pages[page.name],
            to: `/${page.name}`,
        }),
    );
    if (words.length < 2) return pages;
    const people = (found.data?.contacts ?? []).map((one) => ({
        key: one.id,
        group: text.shell.palette.people,
        icon: <Avatar name={format.name(one)} small />,
        label: format.name(one),
        detail: [one.company, one.name && one.email].filter(Boolean).join(" · "),
        to: `/contacts/${one.id}`,
    }));
    const companies = (found.data?.companies ?? []).map((one) => ({
        key: one.id,
        group: text.shell.palette.companies,
        icon: <IconBuilding size={16} stroke={1.75} />,
        label: one.name,
        detail: one.domain ?? undefined,
        to: `/companies/${one.id}`,
    }));
    return [...people, ...companies, ...pages];
}

export default function Palette({ close }: { close: () => void }) {
    const text = useText();
    const navigate = useNavigate();
    const [query, setQuery] = useState("");
    const [at, setAt] = useState(0);
    const choices = useChoices(query);
    const chosen = Math.min(at, choices.length - 1);

    function open(choice: Choice | undefined) {
        if (!choice) return;
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
    return (
        <Modal
            opened
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
                            <span className="grow truncate muted">{choice.detail}</span>
                            {i === chosen && <IconArrowRight size={14} stroke={1.75} />}
                        </div>
                    </div>
                ))}
            </div>
        </Modal>
    );
}
