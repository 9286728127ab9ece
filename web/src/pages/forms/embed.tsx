// How the form comes in front of people: its address, a script, a frame, a form of one's own.
import type { Schemas } from "../../api/client";
import { Card } from "../../parts/basic";
import { Copy } from "../../parts/copy";
import { useText } from "../../text";
import { usePublicUrl } from "../settings/snippet";
import classes from "./forms.module.css";
import { type Field, formOf } from "./types";

const quoted = (value: string) =>
    value.replace(
        /[&"<>]/g,
        (sign) => ({ "&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;" })[sign] ?? sign,
    );

function input(field: Field): string {
    const required = field.required ? " required" : "";
    const label = quoted(field.label ?? field.name);
    const name = `name="${quoted(field.name)}"${required}`;
    if (field.type === "textarea") return `  <label>${label} <textarea ${name}></textarea></label>`;
    if (field.type === "select") {
        const options = (field.options ?? []).map(
            (one) => `<option value="${quoted(one.value)}">${quoted(one.label || one.value)}</option>`,
        );
        return `  <label>${label} <select ${name}>${options.join("")}</select></label>`;
    }
    if (field.type === "hidden")
        return `  <input type="hidden" ${name} value="${quoted(field.value ?? "")}">`;
    const type = field.type === "phone" ? "tel" : field.type;
    return `  <label>${label} <input type="${type}" ${name}></label>`;
}

// A plain form that posts to ours.
export function plainForm(url: string, fields: Field[], submit: string): string {
    return [
        `<form action="${quoted(url)}" method="post" data-sluice-off>`,
        ...fields.map(input),
        `  <button>${quoted(submit)}</button>`,
        "</form>",
    ].join("\n");
}

export function Embed({ form }: { form: Schemas["Form"] }) {
    const t = useText().forms;
    const url = `${usePublicUrl()}${form.path}`;
    const definition = formOf(form);
    const ways = [
        { title: t.byLink, help: t.byLinkHelp, code: url },
        { title: t.byScript, help: t.byScriptHelp, code: `<script src="${url}.js"></script>` },
        {
            title: t.byFrame,
            help: t.byFrameHelp,
            code: `<iframe src="${url}?embed=1" title="${quoted(definition.title)}" width="100%" height="640" style="border:0"></iframe>`,
        },
        {
            title: t.byHtml,
            help: t.byHtmlHelp,
            code: plainForm(url, definition.fields, definition.submit || t.send),
            lines: true,
        },
    ];
    return (
        <>
            {!form.published && (
                <p className={classes.notice} role="status">
                    {t.publishFirst}
                </p>
            )}
            {ways.map((way) => (
                <Card key={way.title} title={way.title}>
                    <div className={classes.inside}>
                        <p className="t2">{way.help}</p>
                        <Copy value={way.code} label={way.title} lines={way.lines} />
                    </div>
                </Card>
            ))}
        </>
    );
}
