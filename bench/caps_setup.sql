-- A bot for each account, whose lease has a token that a client can tell.
select trading.fn_configure_bot(a.account_id, a.account_id, a.account_id, a.name, 'running', null, null, 'bench'),
       trading.fn_acquire_lease(a.account_id, a.account_id, a.account_id, 'bench', '1 day')
  from trading.accounts as a;
update trading.bot_leases set token = 1;
