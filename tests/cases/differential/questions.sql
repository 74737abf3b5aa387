-- One question a line, under the name of the world in which it is asked (tests/differential/worlds.py); the gate answers all of them.

-- everything is shown
select * from customer.customer_360
select distinct segment, region from customer.customer_360
select customerId, income from customer.customer_360 order by income desc, customerId limit 7 offset 2
select customerId from customer.customer_360 order by segment nulls first, customerId desc limit 9
select segment, count(*) as n, count(income) as m, sum(income) as s, avg(income) as a, min(income), max(email) from customer.customer_360 group by segment
select count(*), sum(orderId), avg(orderId), min(category), max(revenue) from customer.orders where orderId < 0
select region, stddev(income), var_pop(income), stddev_pop(income), variance(income) from customer.customer_360 group by 1
select segment, region, count(*) from customer.customer_360 group by rollup (segment, region)
select segment, active, sum(income) from customer.customer_360 group by grouping sets ((segment), (active), ())
select segment, count(*) filter (where active) as a, sum(income) filter (where not active) from customer.customer_360 group by 1
select upper(segment) as s, count(*) as n from customer.customer_360 group by s having n > 3 and sum(income) > 100
select c.customerId, o.orderId from customer.customer_360 c join customer.orders o using (customerId)
select c.customerId, o.revenue from customer.customer_360 c left join customer.orders o on c.customerId = o.customerId and o.revenue > 10
select c.customerId, o.orderId from customer.customer_360 c right join customer.orders o on c.customerId = o.customerId
select c.customerId, o.orderId from customer.customer_360 c full join customer.orders o on c.customerId = o.customerId
select count(*) from customer.customer_360 c cross join customer.orders o where c.income > o.revenue * 100
select c.customerId from customer.customer_360 c semi join customer.orders o on c.customerId = o.customerId
select c.customerId from customer.customer_360 c anti join customer.orders o on c.customerId = o.customerId
select segment from customer.customer_360 union select category from customer.orders
select customerId from customer.customer_360 union all select customerId from customer.orders
select customerId from customer.customer_360 except select customerId from customer.orders
select customerId from customer.customer_360 intersect select customerId from customer.orders
with a as (select segment, income from customer.customer_360 where active), b as (select segment, avg(income) m from a group by 1) select a.segment, a.income - b.m as d from a join b on a.segment = b.segment
select customerId, (select sum(revenue) from customer.orders o where o.customerId = c.customerId) from customer.customer_360 c
select customerId from customer.customer_360 c where exists (select 1 from customer.orders o where o.customerId = c.customerId and o.category = 'Books')
select customerId from customer.customer_360 where customerId not in (select customerId from customer.orders where customerId is not null)
select customerId from customer.customer_360 where customerId not in (select customerId from customer.orders)
select customerId from customer.customer_360 where income > (select avg(income) from customer.customer_360 where income < 1e5)
select customerId, rank() over (partition by segment order by income) as r, dense_rank() over (order by region) as d, row_number() over (order by customerId) as n from customer.customer_360
select orderId, sum(revenue) over (partition by customerId order by orderId) as s, count(*) over () as n from customer.orders
select orderId, lag(revenue) over (order by orderId) as b, lead(revenue, 2) over (order by orderId) as a, first_value(category) over (partition by customerId order by orderId) as f from customer.orders
select orderId, avg(revenue) over (order by orderId rows between 2 preceding and current row) as a from customer.orders
select orderId, ntile(4) over (order by orderId), percent_rank() over (order by revenue, orderId), cume_dist() over (order by revenue, orderId) from customer.orders
select customerId from customer.customer_360 qualify row_number() over (partition by segment order by customerId) = 1
select case when income is null then 'none' when income < 0 then 'less' else 'more' end as c, coalesce(email, ssn, '-'), nullif(segment, 'Rare'), greatest(income, 0), least(income, 0) from customer.customer_360
select lower(segment), upper(region), length(email), substring(ssn, 2, 3), left(ssn, 2), right(ssn, 2), reverse(segment), replace(segment, 'r', 'R'), trim(segment), concat(segment, '-', region), segment || '-' || region from customer.customer_360
select orderId / 7 as d, orderId // 7 as q, orderId % 7 as r, -orderId as m, orderId * 1.5 as t from customer.orders
select round(revenue / 3, 2), round(revenue), floor(revenue), ceil(revenue), abs(-revenue), sign(revenue), sqrt(revenue), power(revenue, 2), ln(revenue + 1), exp(revenue / 100) from customer.orders
select try_cast(ssn as double), try_cast(substring(ssn, 1, 3) as double), cast(income as varchar) is null from customer.customer_360
select customerId from customer.customer_360 where segment like 'C%r%' and region in ('north', 'west') or income between 1000 and 1010
select customerId from customer.customer_360 where not (active and income > 1000) or active is null
select customerId from customer.customer_360 where segment is distinct from 'Rare' and (income > 0) is not true
select year(since), month(since), count(*) from customer.customer_360 where since >= date '2020-01-01' group by 1, 2
select date_trunc('month', since) as m, since + interval 1 month as l from customer.customer_360 where since is not null
select * from (values (1, 'a'), (2, 'b'), (3, cast(null as varchar))) v(x, y)
select v.y, c.customerId from (values ('Rare', 1), ('Consumer', 2)) v(x, y) join customer.customer_360 c on c.segment = v.x
select bool_and(active), bool_or(active), string_agg(distinct segment, ',' order by segment) from customer.customer_360
select median(income), quantile_cont(income, 0.25) from customer.customer_360
select corr(income, income), covar_pop(revenue, orderId), regr_slope(revenue, orderId) from customer.customer_360 c join customer.orders o on c.customerId = o.customerId

-- masks that tell a part
select * from customer.customer_360
select segment, email, count(*) as n, avg(income) as a from customer.customer_360 group by segment, email
select since, sum(income) as s from customer.customer_360 where since > 2020 and email like '%example%' group by since
select customerId, ssn from customer.customer_360 where ssn > '***5' order by ssn desc, customerId limit 5
select c.segment, o.category, sum(o.revenue) from customer.customer_360 c join sales.orders o on c.customerId = o.customerId where c.income >= 1000 group by 1, 2
select since, rank() over (partition by segment order by income, customerId) as r from customer.customer_360

-- masks that conceal
select * from customer.customer_360
select segment, count(*) as n, sum(income) as s from customer.customer_360 group by segment
select distinct email, ssn, active from customer.customer_360
select since, max(segment) from customer.customer_360 where since < '2022' group by since

-- rows are filtered
select * from customer.customer_360
select region, count(*), count(distinct segment) from customer.customer_360 group by region
select customerId from customer.customer_360 where segment = 'Rare' or region = 'south' or segment is null
select o.orderId, c.email from sales.orders o left join customer.customer_360 c on o.customerId = c.customerId
select orderId from sales.orders where customerId in (select customerId from customer.customer_360)
select a.customerId, b.customerId from customer.customer_360 a join customer.customer_360 b on a.segment = b.segment where a.customerId < b.customerId

-- aggregates beside rows
select segment, region from customer.customer_360
select segment, avg(income) as a from customer.customer_360 group by segment
select sum(income), count(*) from customer.customer_360
select count(income), count(distinct income) from customer.customer_360
select segment, region, sum(income * 2 - 1) as s, stddev(income) as d from customer.customer_360 where region <> 'south' group by 1, 2
select upper(region) as r, count(active) as n from customer.customer_360 group by r having count(income) > 7 order by n desc limit 1
select o.category, count(distinct c.income) as n, sum(o.revenue) as s from customer.customer_360 c join sales.orders o on c.customerId = o.customerId group by o.category
with q as (select segment, income from customer.customer_360 where region = 'north') select segment, sum(income) from q group by segment
select max(a), min(n) from (select region, avg(income) a, count(income) n from customer.customer_360 group by region) g
select r, n, rank() over (order by n desc) as k from (select region r, count(income) n from customer.customer_360 group by 1) g
select region, count(income) from customer.customer_360 group by 1 union all select 'all', count(income) from customer.customer_360

-- aggregates of filtered rows
select segment, avg(income) as a, var_pop(income) as v from customer.customer_360 group by segment
select count(*), sum(income), count(active) from customer.customer_360 where segment <> 'Rare'
select case when segment = 'Consumer' then 'c' else 'o' end as k, count(income) from customer.customer_360 group by 1

-- aggregates across a border
select segment, count(*) as n from customer.customer_360 group by segment
select segment, active, avg(income) from customer.customer_360 group by segment, active having sum(income) < 1e5
select category, count(*) as n, sum(revenue) as s, avg(revenue) as a from sales.orders group by category
select c.segment, sum(o.revenue) as s, count(distinct c.income) as n from customer.customer_360 c join sales.orders o on c.customerId = o.customerId group by c.segment
select coalesce(region, 'nowhere') as r, stddev(income) from customer.customer_360 where segment is not null group by 1
select o.category, count(o.revenue) as n, count(distinct c.income) as m from sales.orders o left join customer.customer_360 c on o.customerId = c.customerId group by o.category
