// The form's texts in other languages, each beside the original.
import { Button, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLanguage, useText } from "../../text";
import { LANGUAGE_CODES, namesOf } from "../setup/guess";
import type { PartProps } from "./builder";
import type { Translation } from "./types";

export function Translations({ draft, change }: PartProps) {
    const text = useText();
    const t = text.forms;
    const language = useLanguage();
    const all = draft.translations ?? {};
    const [chosen, setChosen] = useState<string | null>(Object.keys(all)[0] ?? null);
    const codes = LANGUAGE_CODES.map((code) => code.toLowerCase());
    const now = (chosen && all[chosen]) || {};
    const put = (code: string, part: Partial<Translation>) =>
        change({ ...draft, translations: { ...all, [code]: { ...now, ...part } } });
    function remove(code: string) {
        const { [code]: _, ...rest } = all;
        change({ ...draft, translations: rest });
        setChosen(null);
    }
    return (
        <div className="stack" style={{ gap: 12 }}>
            <Select
                label={t.original}
                data={namesOf(language, "language", codes, draft.language ?? "en")}
                value={draft.language ?? "en"}
                onChange={(code) => change({ ...draft, language: code ?? "en" })}
                searchable
            />
            <Select
                label={t.translation}
                placeholder={t.chooseLanguage}
                data={namesOf(
                    language,
                    "language",
                    codes.filter((code) => code !== (draft.language ?? "en")),
                    "",
                ).map((one) => ({ ...one, label: all[one.value] ? `${one.label} ✓` : one.label }))}
                value={chosen}
                onChange={setChosen}
                searchable
            />
            {chosen && (
                <>
                    <TextInput
                        label={draft.title}
                        value={now.title ?? ""}
                        onChange={(event) => put(chosen, { title: event.currentTarget.value })}
                    />
                    {draft.intro && (
                        <TextInput
                            label={draft.intro}
                            value={now.intro ?? ""}
                            onChange={(event) => put(chosen, { intro: event.currentTarget.value })}
                        />
                    )}
                    {draft.fields
                        .filter((field) => field.type !== "hidden")
                        .map((field) => {
                            const said = now.fields?.[field.name] ?? {};
                            const set = (part: typeof said) =>
                                put(chosen, {
                                    fields: { ...now.fields, [field.name]: { ...said, ...part } },
                                });
                            return (
                                <div key={field.name} className="stack">
                                    <TextInput
                                        label={field.label || field.name}
                                        value={said.label ?? ""}
                                        onChange={(event) => set({ label: event.currentTarget.value })}
                                    />
                                    {field.options?.map((option) => (
                                        <TextInput
                                            key={option.value}
                                            aria-label={option.label || option.value}
                                            placeholder={option.label || option.value}
                                            value={said.options?.[option.value] ?? ""}
                                            onChange={(event) =>
                                                set({
                                                    options: {
                                                        ...said.options,
                                                        [option.value]: event.currentTarget.value,
                                                    },
                                                })
                                            }
                                        />
                                    ))}
                                </div>
                            );
                        })}
                    {draft.consents?.map((box) => (
                        <TextInput
                            key={box.id}
                            label={box.label || box.purpose}
                            value={now.consents?.[box.id]?.label ?? ""}
                            onChange={(event) =>
                                put(chosen, {
                                    consents: {
                                        ...now.consents,
                                        [box.id]: { label: event.currentTarget.value },
                                    },
                                })
                            }
                        />
                    ))}
                    <TextInput
                        label={draft.submit || t.submit}
                        value={now.submit ?? ""}
                        onChange={(event) => put(chosen, { submit: event.currentTarget.value })}
                    />
                    {(draft.after?.title || draft.after?.text) && (
                        <>
                            <TextInput
                                label={draft.after.title || t.thanksTitle}
                                value={now.after?.title ?? ""}
                                onChange={(event) =>
                                    put(chosen, { after: { ...now.after, title: event.currentTarget.value } })
                                }
                            />
                            <TextInput
                                label={draft.after.text || t.thanksText}
                                value={now.after?.text ?? ""}
                                onChange={(event) =>
                                    put(chosen, { after: { ...now.after, text: event.currentTarget.value } })
                                }
                            />
                        </>
                    )}
                    {all[chosen] && (
                        <div>
                            <Button variant="subtle" onClick={() => remove(chosen)}>
                                {t.removeTranslation}
                            </Button>
                        </div>
                    )}
                </>
            )}
        </div>
    );
}
