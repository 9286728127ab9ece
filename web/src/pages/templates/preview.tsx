// A mail as one person gets it: wide, as on a phone, in the dark, as text; what is missing, its links, its size.
import { ActionIcon } from "@mantine/core";
import {
    IconAlertTriangle,
    IconCircleCheck,
    IconDeviceDesktop,
    IconDeviceMobile,
    IconMoon,
    IconSun,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { Loading, Segments } from "../../parts/basic";
import { MailFrame } from "../../parts/mail_frame";
import { type Person, PersonSelect } from "../../parts/person_select";
import { useFormat } from "../../shell/format";
import { Trouble } from "../../shell/trouble";
import { useMailText } from "../../text/mail";
import classes from "./templates.module.css";

export type Asked = Omit<Schemas["TemplatePreview"], "contact">;
export type Shown = Schemas["TemplatePreviewed"];

const icon = { size: 16, stroke: 1.75 };
const GMAIL_CUTS = 102 * 1024;

export function useMailPreview(asked: Asked, contact: string | undefined) {
    return useQuery({
        queryKey: ["draft", "mail", asked, contact],
        queryFn: ({ signal }) =>
            data(api.POST("/api/templates/preview", { body: { ...asked, contact }, signal })),
        placeholderData: (before) => before,
        retry: false,
        gcTime: 0,
    });
}

// before: stands left in the bar.
export function MailPreview(props: {
    asked: Asked;
    person: Person | null;
    setPerson: (person: Person | null) => void;
    title: string;
    before?: ReactNode;
}) {
    const t = useMailText().templates;
    const [width, setWidth] = useState<"wide" | "phone">("wide");
    const [part, setPart] = useState<"html" | "text">("html");
    const [dark, setDark] = useState(false);
    const shown = useMailPreview(props.asked, props.person?.id);
    const wrong = shown.error instanceof ApiProblem && shown.error.status === 400;
    return (
        <div className={classes.preview}>
            <div className={classes.previewBar}>
                {props.before}
                <div className={classes.person}>
                    <PersonSelect
                        label={t.asSeen}
                        hideLabel
                        placeholder={`${t.asSeen} …`}
                        value={props.person}
                        onChange={props.setPerson}
                    />
                </div>
                <div className="grow" />
                <Segments
                    label={t.preview}
                    value={width}
                    onChange={setWidth}
                    options={[
                        {
                            value: "wide",
                            label: <Sign icon={<IconDeviceDesktop {...icon} />} name={t.wide} />,
                        },
                        {
                            value: "phone",
                            label: <Sign icon={<IconDeviceMobile {...icon} />} name={t.phone} />,
                        },
                    ]}
                />
                <Segments
                    label={t.format}
                    value={part}
                    onChange={setPart}
                    options={[
                        { value: "html", label: t.asHtml },
                        { value: "text", label: t.textPart },
                    ]}
                />
                <ActionIcon
                    variant={dark ? "light" : "subtle"}
                    color="gray"
                    aria-label={t.dark}
                    aria-pressed={dark}
                    onClick={() => setDark(!dark)}
                >
                    {dark ? <IconSun {...icon} /> : <IconMoon {...icon} />}
                </ActionIcon>
            </div>
            {shown.error && <Trouble error={shown.error} retry={wrong ? undefined : shown.refetch} />}
            <div className={classes.stage}>
                {!shown.data && shown.isPending && <Loading rows={6} />}
                {shown.data && (
                    <div
                        className={classes.mail}
                        data-width={width}
                        data-dark={dark || undefined}
                        data-stale={wrong || undefined}
                    >
                        <dl className={classes.head}>
                            <dt>{t.subject}</dt>
                            <dd className="strong">{shown.data.subject}</dd>
                        </dl>
                        <div className={classes.content}>
                            {part === "html" ? (
                                <MailFrame html={shown.data.html} title={props.title} dark={dark} />
                            ) : (
                                // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
                                <pre className={classes.plain} tabIndex={0}>
                                    {shown.data.text}
                                </pre>
                            )}
                        </div>
                    </div>
                )}
            </div>
            {shown.data && <Checks of={shown.data} />}
        </div>
    );
}

function Sign({ icon: sign, name }: { icon: ReactNode; name: string }) {
    return (
        <>
            {sign}
            <span className="sr-only">{name}</span>
        </>
    );
}

function Line({ good, wide, children }: { good: boolean; wide?: boolean; children: ReactNode }) {
    return (
        <li className={good ? undefined : "warn"} data-wide={wide || undefined}>
            {good ? (
                <IconCircleCheck size={16} stroke={1.75} className="accent" aria-hidden />
            ) : (
                <IconAlertTriangle size={16} stroke={1.75} aria-hidden />
            )}
            <span>{children}</span>
        </li>
    );
}

function Checks({ of }: { of: Shown }) {
    const t = useMailText().templates;
    const format = useFormat();
    const wrong = of.links.filter((one) => one.problem);
    const size = format.number(of.bytes / 1024, 1);
    return (
        <ul className={classes.checks}>
            <Line good={wrong.length === 0}>
                {wrong.length ? t.linksWrong(wrong.length) : t.linksFine(of.links.length)}
            </Line>
            <Line good={of.bytes <= GMAIL_CUTS}>{of.bytes > GMAIL_CUTS ? t.tooBig(size) : t.size(size)}</Line>
            <Line good={of.missing.length === 0} wide={of.missing.length > 0}>
                {of.missing.length ? (
                    <>
                        {t.missing(of.missing.length)}: <b>{of.missing.join(", ")}</b>. {t.missingHelp}
                    </>
                ) : (
                    t.noneMissing
                )}
            </Line>
            {wrong.map((one) => (
                <Line key={`${one.url} ${one.text}`} good={false} wide>
                    {one.text || one.url}: {one.problem}
                </Line>
            ))}
            {of.warnings.map((one) => (
                <Line key={one.code} good={false} wide>
                    {t.warnings[one.code] ?? one.message}
                </Line>
            ))}
        </ul>
    );
}
