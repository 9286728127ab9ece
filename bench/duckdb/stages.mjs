// ../six-stages.model in SQL, each stage as direct as SQL allows. Times are whole seconds, order within a contact is eid.
// `id("a", "b")` gives type numbers, `inbound` those of all inbound ones, `at` the last second that counts.
// stages() gives a query a stage for its changes: rows (contact, t, eid, up), up 1 where it turns on and -1 where it turns off;
// eid -1 where it does so by time alone. (A change by time in the very second of an event belongs to that event's step; that no
// such case matters in the bench's histories is what its check of all transitions shows.)
const DAY = 86400;
export const STAGES = ["lead", "mql", "prospect", "cold", "hot", "customer"]; // as the model declares them

export function stages(id, inbound, at) {
    const answered = id("email.replied", "call.answered", "email.clicked", "event.met");
    // Runs of answers without a gap of 180 days: a prospect is one from the first moment in a run that meets the condition
    // until 180 days after the run's last answer.
    const prospect = `
        with facts as (
            select contact, eid, t, ty in (${answered}) a,
                last_value(case when fact = 0 then answer end ignore nulls) over w fit,
                last_value(case when fact = 1 then answer end ignore nulls) over w budget,
                last_value(case when fact = 2 then answer end ignore nulls) over w authority,
                max(case when ty in (${answered}) then t end) over w newest,
                max(case when ty in (${answered}) then t end) over (partition by contact order by eid
                    rows between unbounded preceding and 1 preceding) as earlier
            from ev where ty in (${answered}, ${id("fact.recorded")})
            window w as (partition by contact order by eid rows unbounded preceding)
        ), runs as (
            select *, sum(case when a and (earlier is null or t - earlier > ${180 * DAY}) then 1 else 0 end)
                over (partition by contact order by eid rows unbounded preceding) as run,
                fit = 1 and budget = 1 and authority = 1 and newest is not null and t - newest < ${90 * DAY} as holds
            from facts
        ), spans as (
            select contact, run, min(t) filter (where holds) as since, min(eid) filter (where holds) as eid, max(newest) + ${180 * DAY} as until
            from runs where run > 0 group by contact, run having count(*) filter (where holds) > 0
        )`;
    // As in the model; the order of rows is that of its `points`.
    const POINTS = { 50: ["meeting.held"], 25: ["sales.accepted", "call.received"], 20: ["email.replied", "event.met"],
        15: ["call.answered", "survey.answered"], 12: ["webinar.attended"], 8: ["form.submitted", "cart.added", "chat.messaged"],
        6: ["asset.downloaded", "list.subscribed", "product.viewed"], 5: ["email.clicked"],
        4: ["social.commented", "social.liked"], 2: ["email.opened"], 1: ["page.viewed"] };
    const scoring = id(...Object.values(POINTS).flat());
    const points = `case ${Object.entries(POINTS).map(([n, names]) => `when ty in (${id(...names)}) then ${n}`).join(" ")} end`;
    const limit = 80 - 80e-9; // the language's tolerance
    return {
        lead: `select contact, min(t), min(eid), 1 from ev
            where ty in (${id("list.subscribed", "contact.imported", "social.commented", "social.shared", "form.submitted")}) group by contact`,
        // Either a view completes three in a window after the form, or the form comes while the last view still does.
        mql: `with views as (
                select contact, eid, t, lag(t, 2) over (partition by contact order by eid) third from ev where ty = ${id("page.viewed")}
            ), forms as (
                select contact, min(eid) eid, min(t) t from ev where ty in (${id("form.submitted", "cart.added")}) group by contact
            ), candidates as (
                select v.contact, v.t, v.eid from views v join forms f using (contact)
                where v.eid > f.eid and v.t - v.third < ${30 * DAY}
                union all
                select f.contact, f.t, f.eid from forms f asof join views v on f.contact = v.contact and f.eid >= v.eid
                where f.t - v.third < ${30 * DAY}
            ) select contact, min(t), min(eid), 1 from candidates group by contact`,
        prospect: `${prospect}
            select contact, since, eid, 1 from spans
            union all select contact, until, -1, -1 from spans where until <= ${at}`,
        hot: `with scored as (
                select contact, eid, t, sum(w * p) over (partition by contact order by eid rows unbounded preceding) / p score
                from (select contact, eid, t, ${points} w, pow(2.0, (t - ${at - 1200 * DAY}) / ${30 * DAY}.0) p from ev
                    where ty in (${scoring}))
            ), ends as (
                select *, case when score >= ${limit} then t + floor(${30 * DAY}.0 * log2(score / ${limit}))::bigint + 1 end as until
                from scored
            ), changes as (
                select *, lag(until) over (partition by contact order by eid) as earlier, lead(t) over (partition by contact order by eid) as next
                from ends
            )
            select contact, t, eid, 1 from changes where score >= ${limit} and (earlier is null or earlier < t)
            union all select contact, until, -1, -1 from changes
            where until is not null and until <= ${at} and (next is null or until < next)`,
        // Silence counts from the first event of all; it ends with the next inbound one.
        cold: `with touches as (
                select contact, eid, t from ev where ty in (${inbound})
                union select contact, min(eid), min(t) from ev group by contact
            ), gaps as (
                select contact, t + ${60 * DAY} as since, lead(t) over w as next, lead(eid) over w as eid
                from touches window w as (partition by contact order by eid)
            )
            select contact, since, -1, 1 from gaps where since <= ${at} and (next is null or since < next)
            union all select contact, next, eid, -1 from gaps where since < next`,
        customer: `select contact, min(t), min(eid), 1 from ev where ty in (${id("deal.won", "order.placed")}) group by contact`,
    };
}

// The current stage is the highest that is on. The table `changes` has rows (contact, t, eid, up) of all stages, where up is the
// stage's own bit, so that a running sum says which ones are on; rows of one step are peers.
export const transitions = `
    with standing as (
        select contact, t, eid, floor(log2(nullif(sum(up) over w, 0)))::tinyint as stage
        from changes window w as (partition by contact order by t, eid)
    )
    select contact, t, eid, stage, lag(stage) over w as earlier from standing
    window w as (partition by contact order by t, eid) qualify stage is distinct from earlier`;
