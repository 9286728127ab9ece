// Views, starts and submissions, day by day: a sentence, bars, a table.
import { useQuery } from "@tanstack/react-query";
import { api, data } from "../../api/client";
import { Card, Loading } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./forms.module.css";

const KEYS = ["views", "starts", "submissions", "confirmed", "suspect"] as const;

export function Numbers({ id }: { id: string }) {
    const t = useText().forms;
    const format = useFormat();
    const numbers = useQuery({
        queryKey: ["form", id, "numbers"],
        queryFn: () => data(api.GET("/api/forms/{id}/numbers", { params: { path: { id } } })),
    });
    if (numbers.error) return <Trouble error={numbers.error} retry={numbers.refetch} />;
    if (!numbers.data) return <Loading />;
    const days = numbers.data.items;
    const sum = Object.fromEntries(
        KEYS.map((key) => [key, days.reduce((all, one) => all + one[key], 0)]),
    ) as Record<(typeof KEYS)[number], number>;
    const most = Math.max(1, ...days.map((one) => Math.max(one.views, one.submissions)));
    const height = (n: number) => `${(100 * n) / most}%`;
    return (
        <Card
            title={t.lastDays(days.length)}
            quiet={
                sum.views
                    ? t.numbersSentence(
                          format.number(sum.views),
                          format.number(sum.submissions),
                          format.percent(sum.submissions / sum.views),
                      )
                    : t.noViews
            }
        >
            <div className={classes.figures}>
                {KEYS.map((key) => (
                    <div key={key} className={classes.figure}>
                        <span className="num">{format.number(sum[key])}</span>
                        <span className="muted">{t[key]}</span>
                    </div>
                ))}
            </div>
            <div className={classes.chart} aria-hidden>
                {days.map((one) => (
                    <div key={one.day} title={`${one.day}: ${one.views} / ${one.submissions}`}>
                        <span style={{ height: height(one.views) }} />
                        <span className={classes.sent} style={{ height: height(one.submissions) }} />
                    </div>
                ))}
            </div>
            <p className={`${classes.legend} help`}>
                <span className={classes.swatch} /> {t.views}
                <span className={`${classes.swatch} ${classes.sent}`} /> {t.submissions}
            </p>
            <details className={classes.days}>
                <summary className="link">{t.asTable}</summary>
                <table className={classes.table}>
                    <thead>
                        <tr>
                            <th>{t.day}</th>
                            {KEYS.map((key) => (
                                <th key={key} className={classes.number}>
                                    {t[key]}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {days.map((one) => (
                            <tr key={one.day}>
                                <td className="num">{one.day}</td>
                                {KEYS.map((key) => (
                                    <td key={key} className={classes.number}>
                                        {format.number(one[key])}
                                    </td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </details>
        </Card>
    );
}
