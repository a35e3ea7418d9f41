create or replace function trading._check_cash(
    p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamptz, p_reason text)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    perform trading._require_choice('p_kind', p_kind,
        array['deposit', 'withdrawal', 'transfer', 'interest', 'fee', 'adjustment']);
    if not exists (select 1 from ref.currencies as c where c.code = p_currency) then
        raise exception 'argument p_currency is %, which is not a registered currency',
                coalesce(quote_literal(left(p_currency, 40)), 'null')
            using errcode = 'TB002', hint = 'Register the currency first with ref.fn_register_currency().';
    end if;
    if p_amount = 0 or p_kind = 'deposit' and p_amount < 0 or p_kind = 'withdrawal' and p_amount > 0 then
        raise exception 'argument p_amount of a % is %', p_kind, p_amount
            using errcode = 'TB001',
                  hint = 'Pass what came as a positive number and what went as a negative one; a deposit comes, a withdrawal goes, and nothing is no entry.';
    end if;
    if p_occurred_at is null or not isfinite(p_occurred_at) then
        raise exception 'argument p_occurred_at is %', coalesce(p_occurred_at::text, 'null')
            using errcode = 'TB001', hint = 'Pass the moment at which the cash moved.';
    end if;
    if p_kind = 'adjustment' or p_reason is not null then
        perform util.require_text('p_reason', p_reason);
    end if;
end
$$;

comment on function trading._check_cash(text, text, numeric, timestamptz, text) is
    'TB001 for a malformed cash entry, TB002 for a currency that is not registered.';
