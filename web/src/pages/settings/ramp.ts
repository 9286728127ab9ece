// How many mails may go out on each day of the warm-up, the last being the first that reaches the ceiling. Empty: none.
export function rampDays(ramp: { start: number; growth: number; ceiling: number }): number[] {
    if (ramp.start <= 0) return [];
    const days = [Math.min(ramp.start, ramp.ceiling)];
    while (ramp.growth > 0 && (days.at(-1) ?? 0) < ramp.ceiling && days.length < 1000)
        days.push(Math.min((days.at(-1) ?? 0) + ramp.growth, ramp.ceiling));
    return days;
}
