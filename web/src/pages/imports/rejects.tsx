// The rows that were left out, each with its reason; as a file, to be mended and imported.
import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";
import { Card } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./imports.module.css";

// id: of an import that ran; rejects: of a preview.
export function Rejects({ id, rejects }: { id?: string; rejects?: Schemas["Reject"][] }) {
    const text = useText();
    const t = text.imports;
    const format = useFormat();
    const list = useInfiniteQuery({
        queryKey: ["import", id, "rejects"],
        initialPageParam: undefined as string | undefined,
        queryFn: ({ pageParam }) =>
            data(
                api.GET("/api/imports/{id}/rejects", {
                    params: { path: { id: id ?? "" }, query: { limit: 100, after: pageParam } },
                }),
            ),
        getNextPageParam: (page) => page.next ?? undefined,
        enabled: !!id,
    });
    const items = rejects ?? list.data?.pages.flatMap((page) => page.items) ?? [];
    function save() {
        const lines = items.map((one) => one.text ?? "").join("\n");
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([lines], { type: "text/plain" }));
        link.download = "rejected.csv";
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    }
    return (
        <Card
            title={t.rejects}
            quiet={t.leftOut}
            control={
                items.some((one) => one.text) && (
                    <Button leftSection={<IconDownload size={16} stroke={1.75} />} onClick={save}>
                        {t.saveRejects}
                    </Button>
                )
            }
        >
            {list.error && <Trouble error={list.error} retry={list.refetch} />}
            <ul className={classes.rejects}>
                {items.map((one) => (
                    <li key={one.line}>
                        <span className="num muted">{t.line(format.number(one.line))}</span>
                        <span>
                            {one.reason}
                            {one.text && <span className={`mono muted ${classes.raw}`}>{one.text}</span>}
                        </span>
                    </li>
                ))}
            </ul>
            {list.hasNextPage && (
                <div className={classes.inside}>
                    <div>
                        <Button loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
                            {text.shell.more}
                        </Button>
                    </div>
                </div>
            )}
        </Card>
    );
}
