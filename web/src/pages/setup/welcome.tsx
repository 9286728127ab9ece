// The first-run assistant: business, definition, people, contacts. The address names the step.
import { Button } from "@mantine/core";
import { IconCheck, IconFlag } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Link, Navigate, useNavigate, useSearchParams } from "react-router";
import { ApiProblem } from "../../api/client";
import { useLive } from "../../shell/live";
import { useTitle } from "../../shell/page";
import { useSession, useSettings } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { BusinessStep } from "./business";
import { useChecklist } from "./checklist";
import { ContactsStep } from "./contacts";
import { InviteStep } from "./invite";
import { ModelStep } from "./model";
import classes from "./setup.module.css";

const STEPS = ["business", "model", "invite", "contacts"] as const;
type Step = (typeof STEPS)[number];

export function Component() {
    const text = useText();
    const session = useSession();
    const settings = useSettings();
    const [params] = useSearchParams();
    const navigate = useNavigate();
    useLive(!!session.data);
    useTitle(text.setup.title);
    const asked = STEPS.find((step) => step === params.get("step")) ?? "business";
    const heading = useRef<HTMLHeadingElement>(null);
    // biome-ignore lint/correctness/useExhaustiveDependencies: each step begins at its heading
    useEffect(() => heading.current?.focus(), [asked]);
    if (session.error instanceof ApiProblem && session.error.status === 401)
        return <Navigate to="/login?to=/welcome" replace />;
    if (session.error) return <Trouble error={session.error} retry={session.refetch} />;
    if (settings.error) return <Trouble error={settings.error} retry={settings.refetch} />;
    if (session.data && !session.data.rights.includes("setting.write"))
        return <Navigate to="/today" replace />;
    if (!session.data || !settings.data) return null;

    const at = STEPS.indexOf(asked);
    const go = (step: Step | undefined) => navigate(step ? `/welcome?step=${step}` : "/today");
    const frame = (body: ReactNode, buttons: ReactNode, help?: ReactNode) => (
        <main className={classes.panel}>
            <div className={classes.body}>
                <div>
                    <p className="only-phone help">{text.setup.stepOf(at + 2, STEPS.length + 1)}</p>
                    <h1 ref={heading} tabIndex={-1}>
                        {text.setup.heading[asked]}
                    </h1>
                    <p className={classes.lede}>{text.setup.lede[asked]}</p>
                    {body}
                </div>
            </div>
            <footer className={classes.foot}>
                <span className="muted grow no-phone">{help}</span>
                {at > 0 && <Button onClick={() => go(STEPS[at - 1])}>{text.setup.back}</Button>}
                {buttons}
            </footer>
        </main>
    );
    const step = { frame, next: () => go(STEPS[at + 1]) };
    return (
        <div className={classes.welcome}>
            <Rail now={asked} />
            {asked === "business" && <BusinessStep {...step} settings={settings.data} />}
            {asked === "model" && <ModelStep {...step} />}
            {asked === "invite" && <InviteStep {...step} />}
            {asked === "contacts" && <ContactsStep {...step} />}
        </div>
    );
}

// What a step gets: the page around its body, buttons and help; and the way on.
export interface StepProps {
    frame: (body: ReactNode, buttons: ReactNode, help?: ReactNode) => ReactNode;
    next: () => void;
}

function Rail({ now }: { now: Step }) {
    const text = useText();
    const session = useSession();
    const settings = useSettings();
    const list = useChecklist();
    const done = new Set((list.data?.steps ?? []).filter((step) => step.done).map((step) => step.id));
    const user = session.data?.user;
    const business = settings.data?.business_name;
    const steps: { id: Step | "account"; done: boolean; help: string }[] = [
        { id: "account", done: true, help: user?.name || user?.email || "" },
        {
            id: "business",
            done: done.has("business"),
            help: business ? `${business}, ${settings.data?.time_zone}` : text.setup.railHelp.business,
        },
        { id: "model", done: done.has("model"), help: text.setup.railHelp.model },
        { id: "invite", done: done.has("invite"), help: text.setup.railHelp.invite },
        { id: "contacts", done: done.has("contacts"), help: text.setup.railHelp.contacts },
    ];
    return (
        <aside className={classes.rail}>
            <div className="row">
                <img src="/icon.svg" width={24} height={24} alt="" />
                <span className={classes.brand}>{text.shell.product}</span>
            </div>
            <nav aria-label={text.setup.firstSteps}>
                <ol className={classes.railSteps}>
                    {steps.map((step, i) => {
                        const inside = (
                            <>
                                <span className={classes.mark} data-done={step.done || undefined}>
                                    {step.done ? (
                                        <IconCheck size={12} stroke={2.5} aria-label={text.shell.done} />
                                    ) : (
                                        i + 1
                                    )}
                                </span>
                                <span className="stack" style={{ gap: 0 }}>
                                    <span className="medium">{text.setup.rail[step.id]}</span>
                                    <span className="help truncate">{step.help}</span>
                                </span>
                            </>
                        );
                        return (
                            <li key={step.id} aria-current={step.id === now ? "step" : undefined}>
                                {step.id === "account" ? (
                                    <span className={classes.railStep}>{inside}</span>
                                ) : (
                                    <Link to={`/welcome?step=${step.id}`} className={classes.railStep}>
                                        {inside}
                                    </Link>
                                )}
                            </li>
                        );
                    })}
                </ol>
            </nav>
            <div className="stack" style={{ marginTop: "auto" }}>
                <p className="help">
                    <IconFlag size={14} stroke={1.75} aria-hidden /> {text.setup.doneWhen}
                </p>
                <Link to="/today" className="link">
                    {text.setup.later}
                </Link>
            </div>
        </aside>
    );
}
