"""Submissions under caps, beside submissions where none is set: the same call of the same build."""

from fill_entries import Bench, text_of

BOTS = 32
SET_CAPS = """
select trading.fn_set_cap(util.uuid_v7(), 'global', null, null, 'USDT', 1e15, null, 'bench', 'bench');
select trading.fn_set_cap(util.uuid_v7(), 'bot', b.account_id, b.bot_id, 'USDT', 1e14, null, 'bench', 'bench') from trading.bot_configs as b;
"""


class Caps(Bench):
    """trading.fn_submit_order in the name of a bot over thirty-two connections, each its own bot or all the same one."""

    unit = "orders/s"
    seconds = 15

    def __init__(self, host, one_bot, settings):
        script = text_of("caps_call.sql").replace(":bot", "0" if one_bot else ":client_id")
        super().__init__(host, BOTS, {"daybook": script, "plain": script}, settings)
        self.name = "caps-one-bot" if one_bot else "caps"
        self.what = (f"submissions over 32 connections, {'all of one bot' if one_bot else 'each its own bot'}, under a cap of the bot and one of "
                     "all trading; plain = no cap is set")

    setup_sql = text_of("caps_setup.sql")

    def rate(self, side, setup):
        self.setup_sql = text_of("caps_setup.sql") + (SET_CAPS if side == "daybook" else "")
        return super().rate(side, setup)


def entries(host, settings):
    return [Caps(host, False, settings), Caps(host, True, settings)]
