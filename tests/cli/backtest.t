$ sluice backtest tests/cli/two.model tests/cli/two.model -- tests/cli/people.ndjson --stage prospect --outcome order.placed --within "30 days" --at 2026-03-01 --json
{"model":"Two-way","entered":1,"won":1,"precision":1,"recall":1,"base_rate":0.333333,"lift":3,"median_days":27}
{"model":"Two-way","entered":1,"won":1,"precision":1,"recall":1,"base_rate":0.333333,"lift":3,"median_days":27}
$ sluice backtest tests/cli/one.model -- tests/cli/people.ndjson --stage lead --outcome "Order Completed" --within "26 days" --at 2026-03-01 --json
{"model":"tests/cli/one.model","entered":1,"won":0,"precision":0,"recall":0,"base_rate":0.333333,"lift":0,"median_days":null}
$ sluice backtest tests/cli/two.model tests/cli/one.model -- tests/cli/people.ndjson --stage lead --outcome deal.won --within 1day --at 2026-03-01 --csv
model,entered,won,precision,recall,base_rate,lift,median_days
Two-way,3,0,0,,0,,
tests/cli/one.model,2,0,0,,0,,
$ sluice backtest tests/cli/two.model tests/cli/one.model -- tests/cli/people.ndjson --stage lead --outcome order.placed --within 1day --at 2026-03-01
Model                Entered  Won  Precision  Recall  Base rate  Lift  Median days
Two-way                    3    0      0.0 %   0.0 %     33.3 %   0.0            –
tests/cli/one.model        2    0      0.0 %   0.0 %     33.3 %   0.0            –
