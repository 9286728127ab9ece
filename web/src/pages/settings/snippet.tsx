// The line that goes into the website's pages, and whether a first page view has come.
import { Button } from "@mantine/core";
import { IconCircleCheckFilled } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../../api/client";
import { Copy } from "../../parts/copy";
import { useFormat } from "../../shell/format";
import { useMay, useSettings } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./settings.module.css";

export function scriptTag(origin: string, key: string): string {
    return `<script async src="${origin}/s.js" data-key="${key}"></script>`;
}

export function usePublicUrl(): string {
    return useSettings().data?.public_url || location.origin;
}

export function Snippet() {
    const text = useText();
    const client = useQueryClient();
    const origin = usePublicUrl();
    const mayMake = useMay("key.write");
    const [key, setKey] = useState<string>();
    const make = useMutation({
        mutationFn: () =>
            data(api.POST("/api/keys", { body: { name: text.settings.tracker.keyName, scope: "capture" } })),
        onSuccess: (made) => {
            setKey(made.key);
            client.invalidateQueries({ queryKey: ["key"] });
        },
    });
    return (
        <>
            <p>{text.settings.tracker.snippetHelp}</p>
            {key ? (
                <Copy lines value={scriptTag(origin, key)} label={text.settings.tracker.snippet} />
            ) : (
                mayMake && (
                    <div>
                        <Button loading={make.isPending} onClick={() => make.mutate()}>
                            {text.settings.tracker.make}
                        </Button>
                    </div>
                )
            )}
            {make.error && <Trouble error={make.error} />}
            {key && <p className="help">{text.settings.tracker.onlyNow}</p>}
            <FirstView waiting={!!key} />
        </>
    );
}

// Looks for page views; while one waits for the first, every few seconds.
function FirstView({ waiting }: { waiting: boolean }) {
    const text = useText();
    const format = useFormat();
    const seen = useQuery({
        queryKey: ["field", "pageviews"],
        queryFn: async () => {
            const fields = await data(api.GET("/api/fields"));
            return fields.events.find((one) => one.name === "page.viewed") ?? null;
        },
        refetchInterval: (query) => (waiting && !query.state.data ? 3000 : false),
    });
    if (seen.data)
        return (
            <p className="row">
                <IconCircleCheckFilled size={16} className="accent" aria-hidden />
                <span>
                    {text.settings.tracker.seen(
                        seen.data.count,
                        format.number(seen.data.count),
                        format.when(seen.data.last_seen),
                    )}
                </span>
            </p>
        );
    if (!waiting) return null;
    return (
        <p className="row" role="status">
            <span className={classes.wait} aria-hidden />
            {text.settings.tracker.waiting}
        </p>
    );
}
