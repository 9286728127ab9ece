// The tracker: its snippet, and when it may recognise visitors.
import { Radio, Switch } from "@mantine/core";
import { Card, Loading } from "../../parts/basic";
import { useMay, useSettings } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { useChangeSettings } from "./change";
import classes from "./settings.module.css";
import { Snippet } from "./snippet";

const CONSENT = ["none", "ask", "never"] as const;

export default function Tracker() {
    const text = useText();
    const t = text.settings.tracker;
    const settings = useSettings();
    const mayChange = useMay("setting.write");
    const change = useChangeSettings();
    if (settings.error) return <Trouble error={settings.error} retry={settings.refetch} />;
    if (!settings.data) return <Loading />;
    return (
        <>
            <Card title={t.snippet}>
                <div className={classes.inside}>
                    <Snippet />
                </div>
            </Card>
            <Card title={t.consent}>
                <div className={classes.inside}>
                    <Radio.Group
                        aria-label={t.consent}
                        value={settings.data.tracker_consent}
                        onChange={(value) =>
                            change.mutate({ tracker_consent: value as (typeof CONSENT)[number] })
                        }
                    >
                        <div className="stack" style={{ gap: 12 }}>
                            {CONSENT.map((one) => (
                                <Radio
                                    key={one}
                                    size="xs"
                                    value={one}
                                    disabled={!mayChange}
                                    label={t.consents[one].label}
                                    description={t.consents[one].help}
                                />
                            ))}
                        </div>
                    </Radio.Group>
                </div>
            </Card>
            <Card title={t.more}>
                <div className={classes.inside}>
                    <Switch
                        label={t.dnt}
                        description={t.dntHelp}
                        disabled={!mayChange}
                        checked={settings.data.tracker_respect_dnt}
                        onChange={(event) =>
                            change.mutate({ tracker_respect_dnt: event.currentTarget.checked })
                        }
                    />
                    <Switch
                        label={t.ownPages}
                        description={t.ownPagesHelp}
                        disabled={!mayChange}
                        checked={settings.data.own_pages_tracked}
                        onChange={(event) =>
                            change.mutate({ own_pages_tracked: event.currentTarget.checked })
                        }
                    />
                </div>
            </Card>
            {change.error && <Trouble error={change.error} />}
        </>
    );
}
