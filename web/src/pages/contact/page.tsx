// A contact: who it is, why it stands where it stands, what is missing, everything that happened.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { api, data } from "../../api/client";
import { Loading } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { useKeys } from "../../shell/keys";
import { PageBar, PageBody, PastBanner, useDay } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { AboutCard } from "./about";
import { Actions } from "./actions";
import { CompanyCard } from "./company";
import classes from "./contact.module.css";
import { type Explanation, useExplanation } from "./explanation";
import { FocusContext } from "./focus";
import { OpenHandover } from "./handover";
import { Header, StepButtons } from "./header";
import { useChanges, useEvidence } from "./history";
import { MergesCard } from "./merges";
import { type Contact, calledName } from "./person";
import { QualificationCard } from "./qualification";
import { ScoreCard } from "./score";
import { TasksCard } from "./tasks";
import { Timeline } from "./timeline";
import { placeIn } from "./walk";
import { WhyCard } from "./why";

const TABS = ["why", "timeline", "qualification", "about"] as const;
type Tab = (typeof TABS)[number];

// On the phone one part at a time; elsewhere all are there.
function Tabs({ tab, setTab }: { tab: Tab; setTab: (tab: Tab) => void }) {
    const text = useText();
    return (
        <nav className={classes.tabs} aria-label={text.contact.title}>
            {TABS.map((one) => (
                <button
                    key={one}
                    type="button"
                    aria-current={one === tab || undefined}
                    onClick={() => setTab(one)}
                >
                    {text.contact.tabs[one]}
                </button>
            ))}
        </nav>
    );
}

// Rings the event for two seconds.
function useLit(showTimeline: () => void) {
    const [lit, setLit] = useState<string | null>(null);
    const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
    useEffect(() => () => clearTimeout(timer.current), []);
    const light = useCallback(
        (event: string) => {
            showTimeline();
            setLit(event);
            clearTimeout(timer.current);
            timer.current = setTimeout(() => setLit(null), 2500);
        },
        [showTimeline],
    );
    return { lit, light };
}

function Parts(props: { contact: Contact; explanation?: Explanation; at?: string; may: boolean }) {
    const text = useText();
    const { contact, explanation, at, may } = props;
    const [tab, setTab] = useState<Tab>("why");
    const changes = useChanges(contact.id, at).data?.items ?? [];
    const { events, loading } = useEvidence(contact.id, at);
    const { lit, light } = useLit(useCallback(() => setTab("timeline"), []));
    const focus = useMemo(
        () => ({
            events,
            loading,
            lit,
            show: (message: string) => light(events.get(message)?.id ?? message),
        }),
        [events, loading, lit, light],
    );
    const stages = explanation?.stages ?? [];
    const assigned = [...events.values()].find(
        (event) => event.name === "stage.assigned" && event.time === contact.standing.since,
    );
    const properties = (assigned?.properties ?? {}) as Record<string, string>;
    return (
        <FocusContext value={focus}>
            <Tabs tab={tab} setTab={setTab} />
            <div className={classes.columns} data-tab={tab}>
                <div className={classes.left}>
                    <div data-part="why">
                        {explanation && (
                            <WhyCard
                                id={contact.id}
                                at={at}
                                explanation={explanation}
                                changes={changes}
                                name={calledName(contact, text.shell.unknownPerson)}
                                doer={{
                                    id: contact.id,
                                    traits: contact.traits as Record<string, unknown>,
                                    may,
                                }}
                                byHand={{ who: properties.by, reason: properties.reason }}
                            />
                        )}
                        {explanation && <ScoreCard explanation={explanation} />}
                    </div>
                    <div data-part="qualification">
                        <QualificationCard contact={contact} explanation={explanation} may={may} at={at} />
                        {!at && <TasksCard id={contact.id} />}
                    </div>
                    <div data-part="about">
                        {!at && <MergesCard id={contact.id} may={may} />}
                        <CompanyCard id={contact.id} may={may} />
                        <AboutCard contact={contact} may={may} />
                    </div>
                </div>
                <div data-part="timeline" className={classes.right}>
                    <Timeline id={contact.id} at={at} changes={changes} stages={stages} />
                </div>
            </div>
        </FocusContext>
    );
}

export function Component() {
    const { id = "" } = useParams();
    const text = useText();
    const format = useFormat();
    const navigate = useNavigate();
    const { at } = useDay();
    const may = useMay("contact.write") && !at;
    const contact = useQuery({
        queryKey: ["contact", id, at],
        queryFn: () => data(api.GET("/api/contacts/{id}", { params: { path: { id }, query: { at } } })),
        placeholderData: (old) => (old?.id === id ? old : undefined),
    });
    const explanation = useExplanation(id, at);
    const stages = explanation.data?.stages ?? [];
    const place = placeIn(id);
    const go = (next: string) => navigate({ pathname: `/contacts/${next}`, search: location.search });
    useKeys({
        j: () => place?.next && go(place.next),
        k: () => place?.previous && go(place.previous),
        ...(at ? {} : { Escape: () => navigate(place?.back ?? "/contacts") }),
        y: () => document.getElementById("why")?.scrollIntoView({ block: "start" }),
    });
    const name = contact.data ? format.name(contact.data) : text.contact.title;
    return (
        <>
            <PageBar
                title={name}
                path={[{ label: text.shell.pages.contacts, to: place?.back ?? "/contacts" }]}
                quiet={
                    place && (
                        <span className="row">
                            {text.contact.walk(format.number(place.at), format.number(place.total))}
                            <StepButtons previous={place.previous} next={place.next} go={go} />
                        </span>
                    )
                }
                days
                model
            >
                {contact.data && may && <Actions contact={contact.data} stages={stages} />}
            </PageBar>
            <PastBanner />
            <PageBody sunken>
                {contact.error && <Trouble error={contact.error} retry={contact.refetch} />}
                {contact.isPending && <Loading />}
                {contact.data && (
                    <>
                        <Header contact={contact.data} stages={stages} may={may} />
                        {!at && <OpenHandover id={id} may={may} />}
                        {explanation.error && (
                            <Trouble error={explanation.error} retry={explanation.refetch} />
                        )}
                        <Parts
                            key={id}
                            contact={contact.data}
                            explanation={explanation.data}
                            at={at}
                            may={may}
                        />
                    </>
                )}
            </PageBody>
        </>
    );
}
