// The stages of ../six-stages.model in SQL, one query a stage, each as direct as SQL allows. Times are whole seconds, order within a
// contact is eid. A query gives rows (name, n, s): how often something happened, and the sum of its times, so that the bench can
// hold them against the replay's own. `id("a", "b")` gives type numbers, `inbound` those of all inbound ones, `at` the last second that counts.
const DAY = 86400;

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
            select contact, run, min(t) filter (where holds) as since, max(newest) + ${180 * DAY} as until
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
        lead: `select 'lead' as name, count(*) n, sum(t) s from (select min(t) t from ev
            where ty in (${id("list.subscribed", "contact.imported", "social.commented", "social.shared", "form.submitted")}) group by contact)`,
        // Either a view completes three in a window after the form, or the form comes while the last view still does.
        mql: `with views as (
                select contact, eid, t, lag(t, 2) over (partition by contact order by eid) third from ev where ty = ${id("page.viewed")}
            ), forms as (
                select contact, min(eid) eid, min(t) t from ev where ty in (${id("form.submitted", "cart.added")}) group by contact
            ), candidates as (
                select v.contact, v.t from views v join forms f using (contact)
                where v.eid > f.eid and v.t - v.third < ${30 * DAY}
                union all
                select f.contact, f.t from forms f asof join views v on f.contact = v.contact and f.eid >= v.eid
                where f.t - v.third < ${30 * DAY}
            ) select 'mql' as name, count(*) n, sum(t) s from (select min(t) t from candidates group by contact)`,
        prospect: `${prospect}
            select 'prospect' as name, count(*) n, sum(since) s from spans
            union all select 'prospect ends', count(*), sum(until) from spans where until <= ${at}`,
        hot: `with scored as (
                select contact, eid, t, sum(w * p) over (partition by contact order by eid rows unbounded preceding) / p score
                from (select contact, eid, t, ${points} w, pow(2.0, (t - ${at - 1200 * DAY}) / ${30 * DAY}.0) p from ev
                    where ty in (${scoring}))
            ), ends as (
                select *, case when score >= ${limit} then t + floor(${30 * DAY}.0 * log2(score / ${limit})) + 1 end as until
                from scored
            ), changes as (
                select *, lag(until) over (partition by contact order by eid) as earlier, lead(t) over (partition by contact order by eid) as next
                from ends
            )
            select 'hot' as name, count(*) n, sum(t) s from changes where score >= ${limit} and (earlier is null or earlier < t)
            union all select 'hot ends', count(*), sum(until)::hugeint from changes
            where until is not null and until <= ${at} and (next is null or until < next)`,
        // Silence counts from the first event of all; it ends with the next inbound one.
        cold: `with touches as (
                select contact, eid, t from ev where ty in (${inbound})
                union select contact, min(eid), min(t) from ev group by contact
            ), gaps as (
                select t + ${60 * DAY} as since, lead(t) over (partition by contact order by eid) as next from touches
            )
            select 'cold' as name, count(*) n, sum(since) s from gaps where since <= ${at} and (next is null or since < next)
            union all select 'cold ends', count(*), sum(next) from gaps where since < next`,
        customer: `select 'customer' as name, count(*) n, sum(t) s from (select min(t) t from ev
            where ty in (${id("deal.won", "order.placed")}) group by contact)`,
    };
}
