// The bars of the transitions, one row a stage: up above the line, back below. Loaded with the page of transitions.
import { BarChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { type ECharts, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

use([BarChart, GridComponent, CanvasRenderer]);

export interface ChartRow {
    label: string;
    colour: string; // of the tokens, such as var(--st-1)
    up: number[];
    down: number[];
}

interface Props {
    rows: ChartRow[];
    periods: string[];
    unfinished: number; // index of the period that still runs, -1: none
    name: string;
    open: (row: number, period: number, up: boolean) => void;
}

const ROW = 84;
const TOP = 36;

// What a token is in the scheme that is shown: a canvas knows no variables.
function resolver(element: HTMLElement) {
    const probe = document.createElement("span");
    element.append(probe);
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    return {
        of(token: string): string {
            probe.style.color = token;
            if (!canvas) return "gray";
            canvas.fillStyle = getComputedStyle(probe).color;
            canvas.fillRect(0, 0, 1, 1);
            const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
            return `rgb(${r},${g},${b})`;
        },
        end: () => probe.remove(),
    };
}

function optionOf({ rows, periods, unfinished }: Props, colour: (token: string) => string) {
    const muted = colour("var(--muted)");
    const line = colour("var(--line)");
    const font = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12, color: muted };
    const decal = {
        symbol: "rect",
        dashArrayX: [1, 0],
        dashArrayY: [3, 4],
        rotation: -Math.PI / 4,
        color: colour("var(--surface)"),
    };
    const bars = (values: number[], fill: string) =>
        values.map((value, i) => ({
            value,
            itemStyle: i === unfinished ? { color: fill, decal } : { color: fill },
        }));
    return {
        animation: false,
        textStyle: font,
        grid: rows.map((_, i) => ({ left: 8, right: 8, top: TOP + i * ROW, height: ROW - 44 })),
        xAxis: rows.map((_, i) => ({
            type: "category" as const,
            gridIndex: i,
            data: periods,
            axisLine: { lineStyle: { color: line } },
            axisTick: { show: false },
            axisLabel: { show: i === rows.length - 1, color: muted, hideOverlap: true, margin: 18 },
            position: "bottom" as const,
        })),
        yAxis: rows.map((row, i) => ({
            type: "value" as const,
            gridIndex: i,
            max: Math.max(1, ...row.up),
            min: -Math.max(0, ...row.down),
            axisLabel: { show: false },
            splitLine: { show: false },
        })),
        series: rows.flatMap((row, i) => [
            {
                type: "bar" as const,
                stack: `row ${i}`,
                xAxisIndex: i,
                yAxisIndex: i,
                barMaxWidth: 36,
                cursor: "pointer",
                data: bars(row.up, colour(row.colour)),
                emphasis: { disabled: true },
                label: {
                    show: periods.length <= 14,
                    position: "top" as const,
                    color: muted,
                    fontSize: 11,
                    formatter: ({ value }: { value: unknown }) => (value ? String(value) : ""),
                },
            },
            {
                type: "bar" as const,
                stack: `row ${i}`,
                xAxisIndex: i,
                yAxisIndex: i,
                barMaxWidth: 36,
                cursor: "pointer",
                data: bars(
                    row.down.map((value) => -value),
                    colour("var(--st-0)"),
                ),
                emphasis: { disabled: true },
            },
        ]),
    };
}

export default function Chart(props: Props) {
    const place = useRef<HTMLDivElement>(null);
    const chart = useRef<ECharts | null>(null);
    const current = useRef(props);
    current.current = props;

    function draw() {
        const element = place.current;
        if (!element || !chart.current) return;
        const tokens = resolver(element);
        chart.current.setOption(optionOf(current.current, tokens.of), true);
        tokens.end();
    }
    // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew whenever what is shown changes
    useEffect(() => {
        const element = place.current;
        if (!element) return;
        chart.current ??= init(element, null, { renderer: "canvas" });
        draw();
    }, [props.rows, props.periods]);
    // biome-ignore lint/correctness/useExhaustiveDependencies: for as long as the chart is there
    useEffect(() => {
        const element = place.current;
        if (!element) return;
        const sizes = new ResizeObserver(() => {
            chart.current?.resize();
        });
        sizes.observe(element);
        const scheme = matchMedia("(prefers-color-scheme: dark)");
        const attribute = new MutationObserver(draw);
        attribute.observe(document.documentElement, { attributeFilter: ["data-mantine-color-scheme"] });
        scheme.addEventListener("change", draw);
        chart.current?.on("click", ({ seriesIndex = 0, dataIndex }) =>
            current.current.open(Math.floor(seriesIndex / 2), dataIndex, seriesIndex % 2 === 0),
        );
        return () => {
            sizes.disconnect();
            attribute.disconnect();
            scheme.removeEventListener("change", draw);
            chart.current?.dispose();
            chart.current = null;
        };
    }, []);
    return (
        <div
            ref={place}
            role="img"
            aria-label={props.name}
            style={{ height: TOP + props.rows.length * ROW + 16, minWidth: 0 }}
        />
    );
}
