// A file to download: one that is there, or a new one.
import { Button, FileButton, Select } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";

async function upload(file: File): Promise<Schemas["Asset"]> {
    const body = new FormData();
    body.append("file", file);
    const answer = await fetch("/api/assets", { method: "POST", body }).catch(() => {
        throw new ApiProblem(0, "", [], true);
    });
    const said = await answer.json().catch(() => null);
    if (!answer.ok) throw new ApiProblem(answer.status, said?.detail ?? answer.statusText, said?.errors);
    return said;
}

export function AssetSelect(props: {
    value: string | undefined;
    set: (id: string | undefined) => void;
    error?: string;
}) {
    const t = useText().forms;
    const client = useQueryClient();
    const mayUpload = useMay("page.write");
    const assets = useQuery({
        queryKey: ["asset"],
        queryFn: () => data(api.GET("/api/assets", { params: { query: { limit: 500 } } })),
    });
    const send = useMutation({
        mutationFn: upload,
        onSuccess: async (made) => {
            await client.invalidateQueries({ queryKey: ["asset"] });
            props.set(made.id);
        },
    });
    return (
        <div className="stack">
            <Select
                label={t.file}
                description={t.fileHelp}
                data={(assets.data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))}
                value={props.value ?? null}
                onChange={(id) => props.set(id ?? undefined)}
                clearable
                error={props.error}
            />
            {mayUpload && (
                <div>
                    <FileButton onChange={(file) => file && send.mutate(file)}>
                        {(button) => (
                            <Button {...button} variant="subtle" loading={send.isPending}>
                                {t.upload}
                            </Button>
                        )}
                    </FileButton>
                </div>
            )}
            {send.error && <Trouble error={send.error} />}
        </div>
    );
}
