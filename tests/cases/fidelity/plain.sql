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
