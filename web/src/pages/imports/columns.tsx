// The columns of a list with samples, and what each becomes.
import { Button, Select } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";
import { Card } from "../../parts/basic";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./imports.module.css";
import { mapped, targetsOf } from "./mapping";

// Traits that Sluice knows itself, in the order in which people look for them.
const OWN =
    "email phone name first_name last_name company title industry employees country city gender website source income".split(
        " ",
    );

export function Columns({ item, columns }: { item: Schemas["Import"]; columns: Schemas["ImportColumn"][] }) {
    const text = useText();
    const t = text.imports;
    const client = useQueryClient();
    const mayImport = useMay("import.write");
    const params = { path: { id: item.id } };
    const fields = useQuery({
        queryKey: ["field"],
        queryFn: () => data(api.GET("/api/fields")),
        staleTime: 60_000,
    });
    const keep = (now: Schemas["Import"]) => client.setQueryData(["import", item.id], now);
    const map = useMutation({
        mutationFn: (body: Record<string, unknown>) =>
            data(api.PUT("/api/imports/{id}/mapping", { params, body: body as never })),
        onSuccess: keep,
    });
    const unmap = useMutation({
        mutationFn: () => data(api.DELETE("/api/imports/{id}/mapping", { params })),
        onSuccess: keep,
    });
    const targets = targetsOf(columns, item.mapping);
    const facts = fields.data?.facts ?? [];
    const options = (column: Schemas["ImportColumn"]) => {
        const now = targets[column.header]?.replace(/^trait:/, "");
        const more = (fields.data?.traits ?? []).map((one) => one.name).filter((name) => !OWN.includes(name));
        const traits = [
            ...new Set([...OWN, column.own, ...(now && !now.startsWith("fact:") ? [now] : []), ...more]),
        ];
        return [
            { group: "", items: [{ value: "", label: t.leaveOut }] },
            {
                group: t.traits,
                items: traits.map((name) => ({
                    value: `trait:${name}`,
                    label: t.traitNames[name as keyof typeof t.traitNames] ?? name,
                })),
            },
            {
                group: t.facts,
                items: facts.map((one) => ({ value: `fact:${one.name}`, label: t.fact(one.label) })),
            },
        ];
    };
    return (
        <Card
            title={t.columns}
            quiet={columns.length}
            control={
                item.mapping !== null &&
                mayImport && <Button onClick={() => unmap.mutate()}>{t.asRecognised}</Button>
            }
        >
            {(map.error || unmap.error) && <Trouble error={map.error ?? unmap.error} />}
            <table className={classes.table}>
                <thead>
                    <tr>
                        <th>{t.column}</th>
                        <th className={classes.wide}>{t.samples}</th>
                        <th>{t.becomes}</th>
                    </tr>
                </thead>
                <tbody>
                    {columns.map((column) => (
                        <tr key={column.header} data-out={targets[column.header] === "" || undefined}>
                            <td>
                                <span className="medium">{column.header}</span>
                                <span className={`help ${classes.narrow}`}>{column.samples.join(" · ")}</span>
                            </td>
                            <td className={`${classes.wide} muted`}>
                                <span className={classes.samples}>
                                    {column.samples.map((sample) => (
                                        <span key={sample}>{sample}</span>
                                    ))}
                                </span>
                            </td>
                            <td className={classes.choice}>
                                <Select
                                    aria-label={t.becomesOf(column.header)}
                                    data={options(column)}
                                    value={targets[column.header] ?? ""}
                                    onChange={(target) =>
                                        map.mutate(mapped(columns, item.mapping, column.header, target ?? ""))
                                    }
                                    disabled={!mayImport}
                                    searchable
                                    maxDropdownHeight={320}
                                />
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </Card>
    );
}
