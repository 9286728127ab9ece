// One import: how the file is read, what each column becomes, what it would bring; then run, rejects, undo.
import { Button } from "@mantine/core";
import { IconArrowBackUp, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { Card, Chip, Loading } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { PageBar, PageBody } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { Columns } from "./columns";
import classes from "./imports.module.css";
import { isDemo, isMoving, nameOf, Progress, STATE_KIND } from "./progress";
import { Rejects } from "./rejects";

export function Component() {
    const text = useText();
    const t = text.imports;
    const { id = "" } = useParams();
    const params = { path: { id } };
    const client = useQueryClient();
    const navigate = useNavigate();
    const notify = useNotify();
    const mayImport = useMay("import.write");
    const item = useQuery({
        queryKey: ["import", id],
        queryFn: () => data(api.GET("/api/imports/{id}", { params })),
        refetchInterval: (query) => (query.state.data && isMoving(query.state.data) ? 500 : false),
    });
    const refresh = () => client.invalidateQueries({ queryKey: ["import"] });
    const undo = () =>
        data(api.POST("/api/imports/{id}/undo", { params })).then((now) => {
            client.setQueryData(["import", id], now);
            client.invalidateQueries();
        });
    const act = useMutation({
        mutationFn: async (what: "run" | "undo") => {
            if (what === "undo") return undo();
            client.setQueryData(["import", id], await data(api.POST("/api/imports/{id}/run", { params })));
            notify(t.runs, () => undo());
        },
        onSettled: refresh,
    });
    const remove = useMutation({
        mutationFn: () => data(api.DELETE("/api/imports/{id}", { params })),
        onSuccess: () => {
            refresh();
            navigate("/imports");
        },
    });
    const one = item.data;
    const ready =
        !!one &&
        !isDemo(one) &&
        (one.state === "uploaded" || one.state === "undone" || one.state === "failed");
    const plan = usePlan(id, one?.mapping, ready).data;
    return (
        <>
            <PageBar title={one ? nameOf(text, one) : t.title} path={[{ label: t.title, to: "/imports" }]}>
                {one && <Chip kind={STATE_KIND[one.state]}>{t.states[one.state]}</Chip>}
                {mayImport && one?.state === "done" && (
                    <Button
                        leftSection={<IconArrowBackUp size={16} stroke={1.75} />}
                        loading={act.isPending}
                        onClick={() => act.mutate("undo")}
                    >
                        {t.undo}
                    </Button>
                )}
                {mayImport && one && !isMoving(one) && one.state !== "done" && (
                    <Button
                        variant="subtle"
                        aria-label={t.remove}
                        loading={remove.isPending}
                        onClick={() => remove.mutate()}
                    >
                        <IconTrash size={16} stroke={1.75} />
                    </Button>
                )}
                {mayImport && ready && plan && !plan.nobody && (
                    <Button variant="filled" loading={act.isPending} onClick={() => act.mutate("run")}>
                        {t.run}
                    </Button>
                )}
            </PageBar>
            <PageBody sunken padded>
                <div className={classes.cards}>
                    {item.isPending && <Loading />}
                    {item.error && <Trouble error={item.error} retry={item.refetch} />}
                    {(act.error || remove.error) && <Trouble error={act.error ?? remove.error} />}
                    {one?.error && (
                        <p role="alert" className="danger">
                            {one.error}
                        </p>
                    )}
                    {one && isMoving(one) && (
                        <Card title={t.states[one.state]}>
                            <div className={classes.inside}>
                                <Progress item={one} />
                            </div>
                        </Card>
                    )}
                    {one?.state === "done" && <Outcome item={one} />}
                    {ready && <Plan item={one} />}
                </div>
            </PageBody>
        </>
    );
}

function Figure({ label, value }: { label: string; value: number }) {
    const format = useFormat();
    return (
        <div className={classes.figure}>
            <span className="num">{format.number(value)}</span>
            <span className="muted">{label}</span>
        </div>
    );
}

function Outcome({ item }: { item: Schemas["Import"] }) {
    const text = useText();
    const t = text.imports;
    return (
        <>
            <Card
                title={t.brought}
                control={
                    <Link className="link" to="/contacts?sort=-first_seen">
                        {t.toContacts}
                    </Link>
                }
            >
                <div className={classes.figures}>
                    <Figure label={t.figures.new} value={item.counts.new_contacts} />
                    <Figure label={t.figures.events} value={item.counts.events} />
                    <Figure label={t.figures.known} value={item.counts.copies + item.counts.skipped} />
                    <Figure label={t.figures.rejected} value={item.counts.rejected} />
                </div>
            </Card>
            {item.counts.rejected > 0 && <Rejects id={item.id} />}
        </>
    );
}

function usePlan(id: string, mapping: unknown, enabled = true) {
    return useQuery({
        queryKey: ["import", id, "preview", mapping],
        queryFn: () => data(api.GET("/api/imports/{id}/preview", { params: { path: { id } } })),
        placeholderData: (before) => before,
        retry: false,
        enabled,
    });
}

// What it would do, before it does.
function Plan({ item }: { item: Schemas["Import"] }) {
    const text = useText();
    const t = text.imports;
    const preview = usePlan(item.id, item.mapping);
    const plan = preview.data;
    return (
        <>
            {preview.isPending && <Loading />}
            {preview.error && <Trouble error={preview.error} retry={preview.refetch} />}
            {plan && (
                <>
                    {plan.nobody ? (
                        <p role="status" className="medium">
                            {t.nobody}
                        </p>
                    ) : (
                        <Card
                            title={t.wouldBring}
                            quiet={plan.format === "csv" ? readAs(t, plan) : t.messages}
                        >
                            <div className={classes.figures}>
                                <Figure label={t.figures.new} value={plan.counts.new_contacts} />
                                {plan.rows !== undefined && (
                                    <Figure
                                        label={t.figures.matched}
                                        value={Math.max(0, plan.rows - plan.counts.new_contacts)}
                                    />
                                )}
                                <Figure label={t.figures.events} value={plan.counts.events} />
                                <Figure label={t.figures.rejected} value={plan.counts.rejected} />
                            </div>
                        </Card>
                    )}
                    {plan.columns && plan.columns.length > 0 && (
                        <Columns item={item} columns={plan.columns} />
                    )}
                    {plan.rejects.length > 0 && <Rejects rejects={plan.rejects} />}
                </>
            )}
        </>
    );
}

function readAs(t: ReturnType<typeof useText>["imports"], plan: Schemas["ImportPreview"]): string {
    const program = plan.recognised && (PROGRAMS[plan.recognised] ?? plan.recognised);
    return [
        program ? t.recognised(program) : t.list,
        plan.encoding,
        plan.delimiter === "\t" ? t.tab : plan.delimiter && t.delimiter(plan.delimiter),
        plan.preamble ? t.preamble(plan.preamble) : "",
    ]
        .filter(Boolean)
        .join(" · ");
}

const PROGRAMS: Record<string, string> = {
    linkedin: "LinkedIn",
    phantombuster: "PhantomBuster",
    evaboot: "Evaboot",
    apollo: "Apollo",
    kaspr: "Kaspr",
    hubspot: "HubSpot",
    salesforce: "Salesforce",
    mautic: "Mautic",
    listmonk: "listmonk",
    google: "Google",
    outlook: "Outlook",
};
