// Imports: drop a file; what was imported before.
import { Button } from "@mantine/core";
import { IconTableImport, IconUpload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type DragEvent, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { Chip, Loading, When } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { PageBar, PageBody } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./imports.module.css";
import { isMoving, nameOf, STATE_KIND } from "./progress";

export type Import = Schemas["Import"];

// The file as it is: the generated client would make JSON of it.
async function handIn(file: File): Promise<Import> {
    const answer = await fetch(`/api/imports?name=${encodeURIComponent(file.name)}`, {
        method: "POST",
        body: file,
        headers: { "Content-Type": "application/octet-stream" },
    }).catch(() => {
        throw new ApiProblem(0, "", [], true);
    });
    const body = await answer.json().catch(() => null);
    if (!answer.ok) throw new ApiProblem(answer.status, body?.detail ?? answer.statusText, body?.errors);
    return body;
}

export function Component() {
    const text = useText();
    const t = text.imports;
    const client = useQueryClient();
    const navigate = useNavigate();
    const mayImport = useMay("import.write");
    const input = useRef<HTMLInputElement>(null);
    const imports = useQuery({
        queryKey: ["import"],
        queryFn: () => data(api.GET("/api/imports", { params: { query: { limit: 200 } } })),
        refetchInterval: (query) => (query.state.data?.items.some(isMoving) ? 1000 : false),
    });
    const upload = useMutation({
        mutationFn: handIn,
        onSuccess: (made) => {
            client.invalidateQueries({ queryKey: ["import"] });
            navigate(`/imports/${made.id}`);
        },
    });
    const take = (files: FileList | null | undefined) => {
        const file = files?.[0];
        if (file) upload.mutate(file);
    };
    const items = imports.data?.items ?? [];
    return (
        <>
            <PageBar title={t.title} quiet={items.length || undefined}>
                {mayImport && items.length > 0 && (
                    <Button
                        variant="filled"
                        leftSection={<IconUpload size={16} stroke={1.75} />}
                        loading={upload.isPending}
                        onClick={() => input.current?.click()}
                    >
                        {t.choose}
                    </Button>
                )}
            </PageBar>
            <PageBody>
                {mayImport && (
                    <DropZone take={take} tall={!items.length}>
                        <input
                            ref={input}
                            type="file"
                            hidden
                            data-testid="file"
                            onChange={(event) => take(event.currentTarget.files)}
                        />
                        <IconTableImport size={24} stroke={1.5} aria-hidden />
                        <p className="medium">{t.drop}</p>
                        <p className="help">{t.dropHelp}</p>
                        {!items.length && (
                            <Button
                                variant="filled"
                                loading={upload.isPending}
                                onClick={() => input.current?.click()}
                            >
                                {t.choose}
                            </Button>
                        )}
                    </DropZone>
                )}
                {upload.error && <Trouble error={upload.error} />}
                {imports.isPending && <Loading />}
                {imports.error && <Trouble error={imports.error} retry={imports.refetch} />}
                {!mayImport && imports.data && !items.length && <p className={classes.note}>{t.none}</p>}
                {items.length > 0 && (
                    <ul>
                        {items.map((one) => (
                            <Row key={one.id} item={one} />
                        ))}
                    </ul>
                )}
            </PageBody>
        </>
    );
}

function DropZone(props: {
    take: (files: FileList | null | undefined) => void;
    tall: boolean;
    children: React.ReactNode;
}) {
    const [over, setOver] = useState(false);
    const hold = (event: DragEvent) => {
        event.preventDefault();
        setOver(true);
    };
    return (
        // biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same
        <div
            className={classes.drop}
            data-over={over || undefined}
            data-tall={props.tall || undefined}
            onDragOver={hold}
            onDragEnter={hold}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
                event.preventDefault();
                setOver(false);
                props.take(event.dataTransfer.files);
            }}
        >
            {props.children}
        </div>
    );
}

function Row({ item }: { item: Import }) {
    const text = useText();
    const t = text.imports;
    const format = useFormat();
    return (
        <li>
            <Link to={`/imports/${item.id}`} className={classes.row}>
                <span className="stack grow" style={{ gap: 0 }}>
                    <span className="medium truncate">{nameOf(text, item)}</span>
                    <span className="help truncate">{item.by}</span>
                </span>
                {item.state === "done" && (
                    <span className="num muted no-phone">
                        {t.newContacts(item.counts.new_contacts, format.number(item.counts.new_contacts))}
                    </span>
                )}
                {item.counts.rejected > 0 && (
                    <Chip kind="warn">
                        {t.rejected(item.counts.rejected, format.number(item.counts.rejected))}
                    </Chip>
                )}
                <Chip kind={STATE_KIND[item.state]}>{t.states[item.state]}</Chip>
                <span className={`muted no-phone ${classes.time}`}>
                    <When time={item.created} />
                </span>
            </Link>
        </li>
    );
}
