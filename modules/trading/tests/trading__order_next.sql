begin;
select plan(14);

-- The states an order can be in, and for each event the displayed status that follows, - where the event is illegal.
create temp table state (place integer, name text, origin text, lifecycle text, pending text, cum_qty numeric, expected text);
insert into state values
    --                                                                    ack              trig            rej      c_req          cancel   c_rej            r_req           replace          r_rej            expire  unknown
    (1, 'submitted',             'local',    'submitted', 'none',    0,  'accepted         -               rejected pending_cancel canceled -                pending_replace submitted        -                -       submitted'),
    (2, 'submitted, external',   'external', 'submitted', 'none',    0,  'accepted         triggered       rejected pending_cancel canceled -                pending_replace submitted        -                expired submitted'),
    (3, 'accepted',              'local',    'accepted',  'none',    0,  '-                triggered       rejected pending_cancel canceled -                pending_replace accepted         -                expired -'),
    (4, 'triggered',             'local',    'triggered', 'none',    0,  '-                -               rejected pending_cancel canceled -                pending_replace triggered        -                expired -'),
    (5, 'partly filled',         'local',    'accepted',  'none',    4,  '-                -               -        pending_cancel canceled -                pending_replace partially_filled -                expired -'),
    (6, 'filled before the ack', 'local',    'submitted', 'none',    4,  'partially_filled -               -        pending_cancel canceled -                pending_replace partially_filled -                expired -'),
    (7, 'pending cancel',        'local',    'accepted',  'cancel',  0,  '-                -               rejected pending_cancel canceled accepted         -               pending_cancel   -                expired pending_cancel'),
    (8, 'pending cancel, early', 'local',    'submitted', 'cancel',  0,  'pending_cancel   -               rejected pending_cancel canceled submitted        -               pending_cancel   -                expired pending_cancel'),
    (9, 'pending cancel, full',  'local',    'accepted',  'cancel',  10, '-                -               -        pending_cancel filled   filled           -               pending_cancel   -                filled  pending_cancel'),
    (10, 'pending replace',      'local',    'accepted',  'replace', 4,  '-                pending_replace -        pending_cancel canceled -                -               partially_filled partially_filled expired pending_replace'),
    (11, 'filled',               'local',    'accepted',  'none',    10, '-                -               -        -              -        -                -               -                -                -       -'),
    (12, 'canceled',             'local',    'canceled',  'none',    4,  '-                -               -        -              -        -                -               -                -                -       -');
create function pg_temp.row_of(s state) returns text language sql as $$
    select string_agg(case when n.legal then trading._order_status(n.lifecycle, n.pending, 10, s.cum_qty) else '-' end, ' '
                      order by e.idx)
      from unnest(trading._order_events()) with ordinality as e (event, idx),
           trading._order_next(e.event, s.origin, s.lifecycle, s.pending, false, 10, s.cum_qty) as n
$$;

select is(pg_temp.row_of(s), regexp_replace(s.expected, ' +', ' ', 'g'), s.name)
  from state as s
 order by s.place;

select is(
    (select count(*)
       from unnest(array['canceled', 'expired', 'rejected', 'denied']) as l (lifecycle),
            unnest(trading._order_events() || 'nonsense'::text) as e (event),
            trading._order_next(e.event, 'local', l.lifecycle, 'none', false, 10, 0) as n
      where n.legal or n.lifecycle <> l.lifecycle or n.pending <> 'none'),
    0::bigint, 'nothing is legal for a closed order, and what is illegal changes nothing');

select results_eq(
    $$ select n.event || ' ' || x.outcome_unknown
         from unnest(array['acknowledge', 'cancel_request', 'cancel', 'fill', 'outcome_unknown']) as n (event),
              trading._order_next(n.event, 'local', 'submitted', 'none', true, 10, 0) as x order by 1 $$,
    $$ values ('acknowledge false'), ('cancel false'), ('cancel_request true'), ('fill false'), ('outcome_unknown true') $$,
    'evidence of the venue ends a doubt; a request of ours does not');

select * from finish();
rollback;
