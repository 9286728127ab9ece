// The bar of filters: owner, persona, source, any expression, and the order.
import { Button } from "@mantine/core";
import { IconArrowsSort, IconCode, IconRoute, IconTag, IconUserCheck, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { Choice } from "../../parts/choice";
import { SubBar } from "../../shell/page";
import { useColleagues, useFields, useSession } from "../../shell/session";
import { useText } from "../../text";
import classes from "./board.module.css";
import { ExpressionField } from "./expression";
import { SORTS, type View } from "./view";

const icon = { size: 16, stroke: 1.75 };

export function Filters({ view }: { view: View }) {
    const text = useText();
    const words = text.board.filters;
    const fields = useFields();
    const colleagues = useColleagues();
    const me = useSession().data?.user;
    const [open, setOpen] = useState(!!view.chosen.expression);
    const named = (all: string, names: string[]) => [
        { value: "", label: all },
        ...names.map((name) => ({ value: name, label: name })),
    ];
    return (
        <>
            <SubBar>
                <Choice
                    label={words.owner}
                    icon={<IconUserCheck {...icon} />}
                    value={view.chosen.owner}
                    onChange={(value) => view.set("owner", value)}
                    options={[
                        { value: "", label: words.everyone },
                        ...(me ? [{ value: me.id, label: words.mine }] : []),
                        ...colleagues.list
                            .filter((one) => one.id !== me?.id)
                            .map((one) => ({ value: one.id, label: one.name })),
                    ]}
                />
                <Choice
                    label={words.persona}
                    icon={<IconTag {...icon} />}
                    value={view.chosen.persona}
                    onChange={(value) => view.set("persona", value)}
                    options={named(words.allPersonas, fields?.personas ?? [])}
                />
                <Choice
                    label={words.source}
                    icon={<IconRoute {...icon} />}
                    value={view.chosen.source}
                    onChange={(value) => view.set("source", value)}
                    options={named(words.allSources, fields?.sources ?? [])}
                />
                <Button
                    variant="subtle"
                    aria-expanded={open}
                    leftSection={<IconCode {...icon} />}
                    onClick={() => {
                        if (open) view.set("filter", "");
                        setOpen(!open);
                    }}
                >
                    {words.expression}
                </Button>
                {view.filtered && (
                    <Button
                        variant="subtle"
                        leftSection={<IconX {...icon} />}
                        onClick={() => {
                            view.clear();
                            setOpen(false);
                        }}
                    >
                        {words.clear}
                    </Button>
                )}
                <div className="grow" />
                <span className="muted no-phone">{words.sort}</span>
                <Choice
                    label={words.sort}
                    icon={<IconArrowsSort {...icon} />}
                    neutral
                    value={view.sort}
                    onChange={(value) => view.set("sort", value === SORTS[0] ? "" : value)}
                    options={SORTS.map((sort) => ({ value: sort, label: text.board.sorts[sort] }))}
                />
            </SubBar>
            {open && (
                <div className={classes.expression}>
                    <ExpressionField
                        value={view.chosen.expression}
                        onValid={(expression) => view.set("filter", expression)}
                    />
                </div>
            )}
        </>
    );
}
