// The ways to look at models: edit one, hold two side by side, test them against the sales, all versions.
import { Link } from "react-router";
import { useText } from "../../text";
import classes from "./views.module.css";

type View = "edit" | "compare" | "backtest" | "versions";

export function Views({ current, id }: { current: View; id?: string }) {
    const text = useText();
    const to: Record<View, string> = {
        edit: `/models/${id}`,
        compare: id ? `/models/compare?b=${id}` : "/models/compare",
        backtest: "/models/backtest",
        versions: "/models",
    };
    const shown: View[] = id
        ? ["edit", "compare", "backtest", "versions"]
        : ["versions", "compare", "backtest"];
    return (
        <nav className={`${classes.views} no-phone`} aria-label={text.models.views.label}>
            {shown.map((view) => (
                <Link key={view} to={to[view]} aria-current={view === current ? "page" : undefined}>
                    {text.models.views[view]}
                </Link>
            ))}
        </nav>
    );
}
