"""Calls on a book that make sense mostly, drawn by a seed: lines for test/program/fixtures/book_calls.c."""

import random

START = 1709294400
ACCOUNTS = ("net", "hedge")
INSTRUMENTS = {"BTCUSD": "kind=perp base=BTC quote=USD", "BTCSPOT": "kind=spot base=BTC quote=USD tick=0.01 lot=0.001",
               "BTCINV": "kind=inverse base=BTC quote=USD multiplier=100"}
SETUP = ["account name=net opening=1000.5", "account name=hedge mode=hedging currency=BTC", "instrument symbol=BNBUSD kind=spot base=BNB quote=USD",
         *(f"instrument symbol={symbol} {terms}" for symbol, terms in INSTRUMENTS.items())]


class Teller:
    """Calls that make sense mostly, drawn by a seed."""

    def __init__(self, seed):
        self.pick = random.Random(seed)
        self.lines, self.orders, self.fills, self.told = list(SETUP), [], [], []
        self.time = START

    def some(self, values):
        return self.pick.choice(values)

    def amount(self):
        return self.some(["1", "2", "0.5", "3", "0.333", "10", "0.001"])

    def price(self):
        return f"{self.pick.randrange(90, 110)}.{self.pick.randrange(100):02d}"

    def fee(self):
        kind = self.some(["", "", "fee=0.01", "fee=0.002 fee_currency=BTC", "fee=0.5 fee_currency=BNB", "fee=-0.003 fee_currency=BNB fee_rate=300",
                          "fee=-0.01", "fee=0.1 fee_currency=NOPE"])
        return f" {kind}" if kind else ""

    def at(self):
        self.time += self.pick.randrange(3)
        return f" at={self.time - (self.pick.randrange(5) if self.pick.random() < 0.2 else 0)}"

    def place(self, account):
        return f" position={self.some(['p', 'q'])}" if account == "hedge" and self.pick.random() < 0.95 else ""

    def say(self, where, line):
        account, instrument = where
        self.lines += [f"use account={account} instrument={instrument}", line]
        self.told.append((where, line))

    def submit(self):
        account, instrument = self.some(ACCOUNTS), self.some(list(INSTRUMENTS))
        place, side, kind = self.place(account), self.some(["buy", "sell"]), self.some(["limit", "limit", "market", "stop", "stop_limit"])
        prices = (f" price={self.price()}" if "limit" in kind else "") + (f" stop={self.price()}" if "stop" in kind else "")
        name = f"o{len(self.orders)}"
        key = f" key=k{self.pick.randrange(40)}" if self.pick.random() < 0.3 else ""
        verb = "import" if self.pick.random() < 0.15 else "submit"
        number = f" number=x{len(self.orders)}" if verb == "import" and self.pick.random() < 0.7 else ""
        self.orders.append(((account, instrument), name, side, place))
        self.say((account, instrument), f"{verb} order={name} side={side} type={kind} qty={self.amount()}{prices}{place}"
                                        f"{number or (key if verb == 'submit' else '')}{self.at()}")

    def event(self):
        if self.orders:
            where, name, _, _ = self.some(self.orders)
            kind = self.some([*range(11), 0, 0, 3, 8, 9])
            terms = ""
            if kind in (8, 9):
                terms = self.some(["", f" qty={self.amount()}", f" price={self.price()}", f" qty={self.amount()} price={self.price()}", f" stop={self.price()}"])
            number = f" number=y{self.pick.randrange(20)}" if kind in (0, 9) and self.pick.random() < 0.5 else ""
            self.say(where, f"event event=e{len(self.told)} order={name} kind={kind}{terms}{number}{self.some(['', ' reason=why'])}{self.at()}")

    def fill(self):
        if self.orders and self.pick.random() < 0.93:
            where, order, side, place = self.some(self.orders)
        else:
            where, order, side = (self.some(ACCOUNTS), self.some(list(INSTRUMENTS))), f"unknown{self.pick.randrange(6)}", self.some(["buy", "sell"])
            place = self.place(where[0])
        trade = f" trade=t{self.pick.randrange(60)}" if self.pick.random() < 0.4 else ""
        part = " part=b" if trade and self.pick.random() < 0.2 else ""
        name = f"f{len(self.fills)}"
        self.fills.append((where, name))
        self.say(where, f"fill fill={name} order={order} side={side} qty={self.amount()} price={self.price()}{self.fee()}{trade}{part}{place}"
                        f"{self.some(['', ' liquidity=maker'])}{self.at()}")

    def amend(self):
        where, name = self.some(self.fills) if self.fills and self.pick.random() < 0.85 else ((self.some(ACCOUNTS), "BTCUSD"), f"f{len(self.fills) + self.pick.randrange(4)}")
        if self.pick.random() < 0.4:
            self.say(where, f"bust event=b{len(self.told)} fill={name}{self.some(['', ' leaves=1', ' leaves=0'])}{self.at()}")
        else:
            terms = self.some([f" qty={self.amount()}", f" price={self.price()}", self.fee(), f" price={self.price()}{self.fee()}", " fee_rate=2", ""])
            self.say(where, f"correct event=c{len(self.told)} fill={name}{terms}{self.some(['', ' reason=why'])}{self.at()}")

    def money(self):
        where = (self.some(ACCOUNTS), self.some(["BTCUSD", "BTCINV", "BTCINV", "BTCSPOT"]))
        place, turn = self.place(where[0]), self.pick.randrange(4)
        if turn == 0:
            kind, sign = self.some([("deposit", ""), ("withdrawal", "-"), ("fee", "-"), ("deposit", "-"), ("adjustment", "")])
            self.say(where, f"cash entry=m{len(self.told)} kind={kind} currency={self.some(['USD', 'BNB', 'NOPE'])} amount={sign}{self.amount()}"
                            f"{' reason=why' if kind == 'adjustment' else ''}{self.at()}")
        elif turn == 1:
            self.say(where, f"funding payment=p{len(self.told)} amount=-{self.amount()}{place}{self.at()}")
        elif turn == 2:
            self.say(where, f"funding payment=p{len(self.told)} rate=0.0001 mark={self.price()}{place}{self.at()}")
        else:
            rate = self.some(["", f" rate=BNB:{self.price()}", " rate=BTC:95.5", " rate=USD:0.01"])
            self.say(where, f"equity point=v{len(self.told)}{self.some(['', f' mark={self.price()}'])}{rate}{self.at()}")

    def again(self):
        """An earlier call once more, as it was or with something else in it."""
        if self.told:
            where, line = self.some(self.told)
            if self.pick.random() < 0.4:
                line = line.replace("qty=", "qty=1", 1) if "qty=" in line else line.replace("reason=why", "reason=other")
            self.say(where, line)

    def tell(self, count):
        for _ in range(count):
            self.pick.choices([self.submit, self.event, self.fill, self.amend, self.money, self.again], [3, 4, 6, 2, 2, 3])[0]()
        return self.lines
