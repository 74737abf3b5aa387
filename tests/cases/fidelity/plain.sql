-- One query a line: for the owner of both products, the gate gives the engine's own answer, names included.
select * from customer.customer_360
select customerid from customer.customer_360
select CUSTOMERID, Segment from customer.customer_360
select CustomerId as ID, segment "My Segment" from customer.customer_360
select income + 1 as income, income as other from customer.customer_360
select income + 1 as plus, plus * 2 as twice from customer.customer_360
select income * 2 as income, income + 1 as next from customer.customer_360
select segment as s from customer.customer_360 where s = 'Rare'
select upper(segment) as segment from customer.customer_360 where segment = 'Rare'
select upper(segment) as segment, count(*) from customer.customer_360 group by segment
select upper(segment) as s, count(*) from customer.customer_360 group by s
select upper(segment) as s, count(*) as n from customer.customer_360 group by 1 having n > 3
select upper(segment) as s, count(*) as n from customer.customer_360 group by all
select segment, count(*) n from customer.customer_360 group by segment order by n desc
select segment, count(*) n from customer.customer_360 group by segment order by count(*) desc, segment
select segment as region, region as segment from customer.customer_360 order by region, segment
select segment as region from customer.customer_360 order by customerId
select -income as income from customer.customer_360 order by income
select income as x from customer.customer_360 order by x + 1
select distinct segment from customer.customer_360 order by segment
select distinct on (segment) segment, customerId from customer.customer_360 order by segment, customerId
select segment, region, count(*) from customer.customer_360 group by rollup (segment, region)
select segment, region, count(*) from customer.customer_360 group by grouping sets ((segment), (region), ())
select * exclude (email, ssn) from customer.customer_360
select * replace (upper(segment) as segment) from customer.customer_360
select * rename (segment as seg) from customer.customer_360
select c.*, o.revenue from customer.customer_360 c join customer.orders o using (customerId)
select * from customer.customer_360 join customer.orders using (customerId)
select customerId, count(*) from customer.customer_360 join customer.orders using (customerId) group by customerId
select * from customer.customer_360 c, customer.orders o where c.customerId = o.customerId
select c.customerId from customer.customer_360 c left join customer.orders o on c.customerId = o.customerId and o.revenue > 40
select count(*) from customer.customer_360 c full join customer.orders o on c.customerId = o.customerId
select count(*) from customer.customer_360 cross join customer.orders
select customer.customer_360.segment from customer.customer_360
select customer_360.segment from customer.customer_360
select customer_360.segment from customer.customer_360 as customer_360
from customer.customer_360 select segment
from customer.customer_360
select segment from customer.customer_360 qualify row_number() over (partition by segment order by customerId) = 1
select segment, row_number() over (partition by segment order by customerId) as n from customer.customer_360 qualify n = 1
select sum(income) over (order by customerId rows between 2 preceding and current row) as s from customer.customer_360
select lag(income) over (order by customerId) as l, lead(income, 2, 0.0) over (order by customerId) from customer.customer_360
select first_value(segment ignore nulls) over (order by customerId) from customer.customer_360
select ntile(4) over (order by customerId), percent_rank() over (order by income) from customer.customer_360
select count(*) filter (where active) as a, sum(income) filter (where not active) as i from customer.customer_360
select median(income), quantile_cont(income, 0.9), mode(segment), stddev(income), var_pop(income) from customer.customer_360
select string_agg(distinct segment, ',' order by segment) from customer.customer_360
select arg_max(customerId, income), any_value(1), max(segment), min(active) from customer.customer_360
select count(distinct segment), count(distinct (segment)), approx_count_distinct(segment) from customer.customer_360
select (select max(revenue) from customer.orders o where o.customerId = c.customerId) m from customer.customer_360 c
select * from customer.customer_360 c where exists (select 1 from customer.orders o where o.customerId = c.customerId and revenue > 48)
select * from customer.customer_360 where customerId in (select customerId from customer.orders where revenue > 48)
select * from customer.customer_360 where customerId not in (select customerId from customer.orders where revenue > 48)
select * from customer.customer_360 where income > all (select revenue from customer.orders)
select * from customer.customer_360 where income = any (select revenue + 1000 from customer.orders)
select segment from customer.customer_360 union select category from customer.orders
select segment from customer.customer_360 union all select category from customer.orders order by 1 limit 3
select segment from customer.customer_360 except select category from customer.orders
select segment from customer.customer_360 intersect select segment from customer.customer_360
(select segment from customer.customer_360 limit 3) union all (select 'x')
with a as (select * from customer.customer_360), b as (select segment, count(*) n from a group by 1) select * from a join b using (segment)
with a(x, y) as (select segment, income from customer.customer_360) select y, x from a
with a as materialized (select 1 as x) select * from a a1, a a2
select * from (select segment, income from customer.customer_360) as t(a, b)
select * from (values (1, 'a'), (2, 'b')) v(x, y)
select x from (values (1), (2)) v(x) join customer.orders on orderId = x
select 1 as "A", 2 as "a b", 3 as "select"
select cast(income as integer), income::varchar, try_cast(segment as integer) from customer.customer_360
select year(date '2026-01-31'), strftime(date '2026-01-31', '%d.%m.%Y'), date_diff('day', date '2026-01-01', date '2026-01-31')
select lower(segment), upper(segment), length(segment), reverse(segment), left(segment, 2), right(segment, 2) from customer.customer_360
select trim('  a '), ltrim('  a'), rtrim('a  '), replace(segment, 'R', 'r'), split_part('a-b-c', '-', 2) from customer.customer_360
select segment || '-' || region, concat(segment, region), concat_ws('-', segment, region) from customer.customer_360
select regexp_matches(segment, '^R'), regexp_extract(segment, '([A-Z])', 1), regexp_replace(segment, 'a', 'b') from customer.customer_360
select ln(2.0), log(100), exp(1), sin(0), pi(), degrees(pi()), greatest(1, 2, 3), least(1, 2)
select coalesce(null, 1), nullif(1, 1), ifnull(null, 2), 1 is distinct from null, null is not distinct from null
select * from customer.customer_360 order by segment nulls first, income desc nulls last limit 5 offset 3
select * from customer.customer_360 limit (select 3)
select count(*), segment from customer.customer_360 group by 2 order by 2
select sum(1), count(1), avg(income), min(income), max(income), sum(distinct income) from customer.customer_360
select bool_and(active), bool_or(active), count_if(active) from customer.customer_360
select corr(income, income), covar_pop(income, income), regr_slope(income, income), skewness(income), kurtosis(income) from customer.customer_360
select 'a' in ('a', 'b'), 1 between 0 and 2, not true, true and false or true
select segment as "order", region as "group" from customer.customer_360 order by "order"
select a.customerId, b.customerId from customer.customer_360 a, customer.customer_360 b where a.income < b.income and a.segment = 'Rare'
select x.segment from customer.customer_360 x where x.income > (select avg(income) from customer.customer_360 where segment = x.segment)
select max(n) from (select count(*) n from customer.customer_360 group by segment)
select segment n, count(*) segment from customer.customer_360 group by n
select segment, count(*) as segment_count from customer.customer_360 group by customer_360.segment having count(*) > 5
select count(*) as count, sum(income) as sum from customer.customer_360
select Segment, SEGMENT as s2 from customer.customer_360
select income::decimal(10,2) * 2 from customer.customer_360
select "customerId", "SEGMENT" from "customer"."customer_360"
select customerId from Customer.Customer_360 where Region = 'north'
select sum(income) from customer.customer_360 where active group by segment having sum(income) > 0 order by sum(income)
select count(*) from customer.customer_360 a join customer.customer_360 b on a.customerId = b.customerId left join customer.orders o on o.customerId = b.customerId
select * from customer.customer_360 c where (c.segment, c.region) in (('Rare', 'south'), ('Rare', 'north'))
select count(*) from customer.customer_360 where (segment, region) = ('Rare', 'south')
select segment from customer.customer_360 order by all
select sum(income) / count(*), round(avg(income), 2) as a from customer.customer_360
select o.orderId, c.segment, sum(o.revenue) over (partition by c.segment) as total from customer.orders o join customer.customer_360 c on o.customerId = c.customerId order by 1 limit 10
select hour(timestamp '2026-01-31 10:00:00'), epoch(timestamp '2026-01-31 10:00:00'), age(timestamp '2026-01-31', timestamp '2025-01-31')
select date_part('dow', date '2026-01-31'), isodow(date '2026-01-31'), weekofyear(date '2026-01-31'), quarter(date '2026-01-31')
select isfinite(income), isnan(income), isinf(income), income from customer.customer_360
select count(*) from customer.customer_360 group by ()
select cast('2026-01-31' as date), '2026-01-31'::timestamp, time '10:00:00'
select try_cast('x' as int), cast(null as int), 1::boolean, 'true'::boolean
select sum(income) from customer.customer_360 c where not exists (select * from customer.orders)
select segment from customer.customer_360 where segment glob 'R*'
select concat(segment, null, 'x'), segment || null from customer.customer_360
select nullif(income, 1000) is null, income is null from customer.customer_360
select date '2026-01-31' + interval 1 month as later, timestamp '2026-01-31 10:00:00' - interval '90 minutes' as earlier
select segment similar to 'R.*' as s, position('a' in segment) as p, mod(7, 3) as m, 1e3 as e from customer.customer_360
select sum(income) over w as s from customer.customer_360 window w as (partition by segment order by customerId)
select percentile_cont(0.5) within group (order by income) as p from customer.customer_360
with x as (select segment from customer.customer_360), y as (with x as (select region as segment from customer.customer_360) select * from x) select distinct segment from y order by 1
with a as (select 1 v), b as (with a as (select 2 v) select * from a) select a.v, b.v from a, b
with a as (select 1 v) select * from (with a as (select 2 v) select * from a) t, a
with a as (select 1 v), b as (select v+1 v from a), a2 as (select * from b) select * from a2, a
select segment as income, income as segment from customer.customer_360 order by segment limit 3
select segment as income, income as segment from customer.customer_360 where income > 1100 order by income, 2 limit 3
select income as region from customer.customer_360 where region = 'north' order by 1 limit 3
select income + 1 as income, income * 2 as d from customer.customer_360 order by d limit 2
select income + 1 as x, x * 2 as d from customer.customer_360 order by d limit 2
select segment as s, count(*) as segment from customer.customer_360 group by s order by 1
select segment as s, count(*) as n from customer.customer_360 group by segment having n > 5 order by n, s
select upper(segment) as segment, count(*) from customer.customer_360 group by segment order by 1
select upper(segment) as segment, count(*) from customer.customer_360 group by 1 order by 1
select max(income) as income from customer.customer_360 having income > 5
select max(income) as m from customer.customer_360 group by segment having m > 1100 order by m
select segment, sum(income) as income from customer.customer_360 group by segment order by income desc
select segment as income, count(*) as n from customer.customer_360 group by segment order by income
select segment as income, count(*) as n from customer.customer_360 group by segment order by max(income)
select segment as income, count(*) as n from customer.customer_360 group by segment order by sum(income)
select distinct segment as region from customer.customer_360 order by region
select distinct on (segment) segment as region, income from customer.customer_360 order by segment, income
select distinct on (region) segment as region, income from customer.customer_360 order by region, income
select customerId, income as segment, row_number() over (partition by segment order by income) r from customer.customer_360 order by 1 limit 3
select customerId, income as segment from customer.customer_360 qualify row_number() over (partition by segment order by income) = 1 order by 1 limit 3
select a.customerId from customer.customer_360 a join customer.customer_360 b using (customerId) order by customerId limit 2
select customerId from customer.customer_360 a join customer.customer_360 b using (customerId) where customerId > 'C00100' order by customerId limit 2
select customerId from customer.customer_360 a left join customer.orders b using (customerId) group by customerId order by customerId limit 2
select customerId, count(*) from customer.customer_360 a full join customer.orders b using (customerId) group by customerId order by customerId limit 2
select * from customer.customer_360 a join customer.orders b using (customerId) order by orderId limit 1
select a.* from customer.customer_360 a join customer.orders b using (customerId) order by b.orderId limit 1
select b.* from customer.customer_360 a right join customer.orders b using (customerId) order by b.orderId limit 1
select * exclude (email) from customer.customer_360 order by 1 limit 1
select * replace (1 as income) from customer.customer_360 order by customerId limit 1
select * replace (income + 1 as income) from customer.customer_360 where income < 1002 order by customerId
select (select segment) as s from customer.customer_360 order by 1 limit 1
select (select max(b.income) from customer.customer_360 b where b.segment = a.segment) m, a.customerId from customer.customer_360 a order by 2 limit 2
select customerId from customer.customer_360 a where exists (select 1 from customer.customer_360 where segment = a.segment and income > 1190) order by 1 limit 2
select customerId from customer.customer_360 where income = (select max(income) from customer.customer_360) 
select customerId from customer.customer_360 a where income = (select max(income) from customer.customer_360 where segment = a.segment) order by 1
select customerId from customer.customer_360 where segment in (select region from customer.customer_360) order by 1
select customerId from customer.customer_360 where segment in (select segment from customer.orders) order by 1 limit 1
select customerId from customer.customer_360 where customerId in (select customerId from customer.orders where orderId = 5)
select orderId, (select count(*) from customer.customer_360 where customerId = orders.customerId) n from customer.orders order by 1 limit 1
select orderId, (select count(*) from customer.customer_360 where customer_360.customerId = orders.customerId) n from customer.orders order by 1 limit 1
select t.a, t.segment from customer.customer_360 as t(a) order by 1 limit 1
select a, b from (select segment, region from customer.customer_360) t(a, b) order by 1,2 limit 1
with t(a, b) as (select segment, region from customer.customer_360) select a, b from t order by 1,2 limit 1
with t(a) as (select segment, region from customer.customer_360) select a, region from t order by 1,2 limit 1
select x, y from (values (1, 2), (3, 4)) v(x, y) order by y desc
select 1 union all select 2 union all select 3 order by 1 limit 2
(select 1 as a) union (select 1) order by a
select 1 as a union all (select 2 limit 1) order by a desc
select 1 as a except select 2 union all select 1
select 1 as a union all select 2 intersect select 2
select segment from customer.customer_360 union select region from customer.customer_360 order by segment
select segment from customer.customer_360 union all select region from customer.customer_360 order by 1 limit 1 offset 210
select count(*) from (select segment from customer.customer_360 limit 10 offset 195)
select not true and false or true, not (true and false)
select 1 in (1, null), null in (1), 2 not in (1, null)
select 'a' || 1 || null, concat('a', null, 'b')
select "segment", "SEGMENT", SEGMENT, SegMent from customer.customer_360 order by 1 limit 1
select count(*), count(1), count(null), count(distinct segment), sum(1), sum(null) from customer.customer_360
select count(distinct (segment)), count(distinct segment || region) from customer.customer_360
select case when null then 1 else 2 end, case 1 when 1.0 then 'a' end, if(null, 1, 2), coalesce(null, 2), nullif(1, 1)
select date_trunc('week', date '2024-01-03'), extract(isodow from date '2024-01-07'), extract(dow from date '2024-01-07'), week(date '2024-01-01'), dayofweek(date '2024-01-07')
select strftime(date '2024-01-05', '%Y-%m-%d %a %j'), strptime('2024-01-05', '%Y-%m-%d'), last_day(date '2024-02-01'), monthname(date '2024-02-01'), dayname(date '2024-02-01'), make_date(2024, 2, 3)
select segment, count(*) from customer.customer_360 group by grouping sets ((segment), ()) order by 2
select segment, count(*) from customer.customer_360 group by rollup (segment) order by 2
select segment, region, count(*) c from customer.customer_360 group by all order by all
select segment from customer.customer_360 group by segment order by count(*) desc, max(income)
select segment, count(*) from customer.customer_360 group by segment order by 2 desc nulls first limit 1
select * from customer.customer_360 order by income desc nulls last limit 1
select customerId from customer.customer_360 order by active, income desc limit 2
select * from (select segment, row_number() over (order by income) rn from customer.customer_360) where rn = 3
select a.segment from customer.customer_360 a, customer.customer_360 b where a.customerId = b.customerId and a.income = 1005
select count(*) from customer.customer_360 a cross join customer.customer_360 b
select count(*) from customer.customer_360 a left join customer.customer_360 b on a.income = b.income + 1 where b.income is null
select count(*) from customer.customer_360 a full join customer.orders b on a.customerId = b.customerId and b.orderId < 5
select count(*) from customer.customer_360 a semi join customer.orders b on a.customerId = b.customerId and b.orderId < 5
select count(*) from customer.customer_360 a anti join customer.orders b using (customerId)
select o.category, c.segment, count(*) from customer.orders o left join customer.customer_360 c on c.customerId = o.customerId and c.segment = 'Rare' group by 1, 2 order by 1, 2 nulls first
select case when segment = 'Rare' then region end as region, count(*) from customer.customer_360 group by case when segment = 'Rare' then region end order by 1 nulls last
select income > 1100 as high, count(*) from customer.customer_360 group by high order by high
select -income as income from customer.customer_360 order by income limit 1
select income from customer.customer_360 order by -income limit 1
select income as a from customer.customer_360 order by a + 1 limit 1
select income a from customer.customer_360 where a > 1150 and a < 1153 order by a
select segment || region as sr, length(sr) from customer.customer_360 where sr like 'R%' order by sr limit 2
select 1 where false
select * from (select 1 as a, 2 as b) t where (a, b) = (1, 2)
from customer.customer_360 select count(*)
select count(*) from customer.customer_360 where active
select count(*) from customer.customer_360 where not active or active is null
select count(*) from customer.customer_360 where segment between 'C' and 'D'
select count(*) from customer.customer_360 where segment is distinct from 'Rare'
select count(*) from customer.customer_360 where income not between 1000 and 1100
select 'x' as "a b", 1 as "select"
select t."a b" from (select 'x' as "a b") t
select count(*) as "Count", max(income) as "MaxIncome" from customer.customer_360
select segment as "Seg", count(*) from customer.customer_360 group by "Seg" order by "seg"
select customerId from customer.customer_360 where segment ~ 'R' order by 1
select customerId from customer.customer_360 where segment ~ 'R.*' and region !~ 'n' order by 1
select segment !~ 'Rare' as x, segment ~ 'Ra' as y from customer.customer_360 order by customerId limit 3
select regr_r2(income, income) as r, regr_intercept(income, income) as i from customer.customer_360
select strptime('2024-01-05', '%Y-%m-%d') as d, to_timestamp(0) as t
select count(*) from customer.orders o where exists (select * from customer.customer_360 c where c.customerId = o.customerId)
select count(*) from customer.orders o where not exists (select * from customer.customer_360 c where c.income > 1100 limit 0)
