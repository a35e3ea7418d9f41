-- Times of a rule that is given, or of the schedule of that name. A remark where the clock has been changed since the time before.
with recursive rule as (
    select $2::text as cron, null::interval as every, coalesce($3, 'UTC') as time_zone, $4::text as skipped, $5::text as repeated, now() as first_after
     where $2 is not null
    union all
    select v.cron, v.every, v.time_zone, v.skipped, v.repeated, now()
      from jobs.v_schedules as v
     where v.schedule = $1
), fire as (
    select 1 as nr, r.*, case when r.cron is not null then jobs.next_fire(r.cron, r.time_zone, r.first_after, r.skipped, r.repeated)
                              else (select v.next_fire_at from jobs.v_schedules as v where v.schedule = $1) end as fire_at
      from rule as r
    union all
    select f.nr + 1, f.cron, f.every, f.time_zone, f.skipped, f.repeated, f.first_after,
           case when f.cron is not null then jobs.next_fire(f.cron, f.time_zone, f.fire_at, f.skipped, f.repeated) else f.fire_at + f.every end
      from fire as f
     where f.nr < $6 and f.fire_at is not null
), shown as (
    select f.nr, f.fire_at, f.fire_at at time zone f.time_zone as local, f.fire_at at time zone f.time_zone - f.fire_at at time zone 'UTC' as zone_offset,
           f.time_zone
      from fire as f
     where f.fire_at is not null
)
select s.fire_at, to_char(s.local, 'YYYY-MM-DD HH24:MI:SS Dy') as local, s.time_zone,
       case
           when s.zone_offset > lag(s.zone_offset) over (order by s.nr) then 'the clock has gone forward'
           when s.zone_offset < lag(s.zone_offset) over (order by s.nr) then 'the clock has gone back'
       end as remark
  from shown as s
 order by s.nr
