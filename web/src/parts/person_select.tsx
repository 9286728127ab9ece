// Choosing one contact by any part of what they are called.
import { Combobox, InputBase, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useFormat } from "../shell/format";
import { search } from "../shell/search";
import { useText } from "../text";

export interface Person {
    id: string;
    name?: string | null;
    email?: string | null;
}

export function PersonSelect(props: {
    label: string;
    hideLabel?: boolean;
    placeholder: string;
    value: Person | null;
    onChange: (person: Person | null) => void;
}) {
    const text = useText();
    const format = useFormat();
    const combobox = useCombobox();
    const [words, setWords] = useState<string | null>(null); // null: what is chosen is shown
    const [asked] = useDebouncedValue((words ?? "").trim().toLowerCase(), 150);
    const found = useQuery({
        queryKey: ["search", asked],
        queryFn: ({ signal }) => search(asked, signal),
        enabled: asked.length >= 2,
        placeholderData: (old) => old,
    }).data;
    const people = asked.length >= 2 ? (found?.contacts ?? []) : [];
    return (
        <Combobox
            store={combobox}
            onOptionSubmit={(id) => {
                props.onChange(people.find((one) => one.id === id) ?? null);
                setWords(null);
                combobox.closeDropdown();
            }}
        >
            <Combobox.Target withExpandedAttribute>
                <InputBase
                    role="combobox"
                    label={props.hideLabel ? undefined : props.label}
                    aria-label={props.label}
                    placeholder={props.placeholder}
                    value={words ?? (props.value ? format.name(props.value) : "")}
                    onChange={(event) => {
                        setWords(event.currentTarget.value);
                        if (!event.currentTarget.value) props.onChange(null);
                        combobox.openDropdown();
                        combobox.updateSelectedOptionIndex();
                    }}
                    onFocus={(event) => event.currentTarget.select()}
                    onBlur={() => {
                        combobox.closeDropdown();
                        setWords(null);
                    }}
                />
            </Combobox.Target>
            <Combobox.Dropdown hidden={asked.length < 2}>
                <Combobox.Options mah={280} style={{ overflowY: "auto" }} aria-label={props.label}>
                    {people.length === 0 && <Combobox.Empty>{text.shell.palette.nothing}</Combobox.Empty>}
                    {people.map((one) => (
                        <Combobox.Option key={one.id} value={one.id}>
                            {format.name(one)}
                            {one.name && one.email && <span className="muted"> · {one.email}</span>}
                        </Combobox.Option>
                    ))}
                </Combobox.Options>
            </Combobox.Dropdown>
        </Combobox>
    );
}
