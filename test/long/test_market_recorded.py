"""All recorded data: their gaps, as they were counted in the files, and each of their fields, as it is in the file."""

from harness import program, recorded, server, tap

pg = server.Server()
COLUMNS = "open_time,open,close,high,low,volume"

# What was counted in the files themselves: file, symbol, range, runs, minutes missing, the three longest.
RECORDED = [
    ("BTCUSD_1m_2013.csv.gz", "BTCUSD", "2013-04-01 00:07", "2014-01-01 00:00", 49884, 247938, [279, 251, 244]),
    ("BTCUSD_1m_2014.csv.gz", "BTCUSD", "2014-01-01 00:02", "2014-11-21 23:04", 71057, 184155, [176, 104, 64]),
    ("ETHUSD_1m_2016.csv.gz", "ETHUSD", "2016-03-09 16:04", "2016-12-31 23:32", 37430, 342310, [87869, 11303, 1103]),
    ("EOSUSD_1m_2017.csv.gz", "EOSUSD", "2017-07-01 16:59", "2017-12-31 23:59", 25699, 45398, [36, 35, 31]),
    ("NEOUSD_1m_2017.csv.gz", "NEOUSD", "2017-09-07 08:47", "2018-01-01 00:00", 17205, 30930, [76, 35, 27]),
    ("LTCUSD_1m_2013.csv.gz", "LTCUSD", "2013-05-19 15:23", "2013-12-31 23:52", 10721, 307304, [4038, 2561, 2446]),
    ("LTCUSD_1m_2014.csv.gz", "LTCUSD", "2014-01-01 00:24", "2014-11-21 23:04", 47894, 357554, [401, 302, 299]),
]


def market(url, *arguments, status=0):
    """What a verb prints and how it ends: the rows of its table, or its tables by name where it has several."""
    tables = program.daybook("market", arguments[0], "--url", url, "--format", "json", *arguments[1:]).exits(status).json()
    return tables if len(tables) > 1 else next(iter(tables.values()))


def load_candles(url, *paths):
    program.daybook("ingest", "--url", url, "--venue", "bitfinex", "--columns", COLUMNS, "--quiet", *paths).ok()


@tap.test("the gaps of a million recorded candles are the ones that were counted in the files")
def _():
    files = [tap.test_data("bitfinex_1m", name) for name, *_ in RECORDED]
    url = pg.installed("recorded", modules="market")
    load_candles(url, *files)
    for name, symbol, first, end, runs, missing, longest in RECORDED:
        pieces = market(url, "gaps", "--symbol", symbol, "--runs", "--from", first, "--to", end, status=1)
        tap.equal({row["cause"] for row in pieces} - {"unknown", "venue_outage"}, set(), f"causes inside of {name}")
        # A run is cut where its cause changes.
        found = []
        for before, row in zip([None, *pieces], pieces):
            if before and before["gap_to"] == row["gap_from"]:
                found[-1] += row["missing"]
            else:
                found.append(row["missing"])
        tap.equal((len(found), sum(found), sorted(found, reverse=True)[:3]), (runs, missing, longest), name)
    between = market(url, "gaps", "--symbol", "BTCUSD", "--runs", "--cause", "source_absent", status=1)
    tap.equal([(row["gap_from"], row["missing"]) for row in between], [("2014-01-01T00:00:00Z", 2)], "between two files")

    def outages(symbol):
        return [(row["gap_from"], row["missing"]) for row in market(url, "gaps", "--symbol", symbol, "--runs", "--cause", "venue_outage", status=1)]

    both = [("2013-11-19T18:28:00Z", 251), ("2013-11-28T22:53:00Z", 80), ("2014-02-06T07:33:00Z", 104), ("2014-02-06T10:12:00Z", 176)]
    tap.equal(outages("LTCUSD"), both, "silence of the whole venue")
    tap.equal([one for one in outages("BTCUSD") if one in both], both, "is the same for both")
    tap.equal([one for one in outages("BTCUSD") if one not in both], [("2013-11-29T00:14:00Z", 74), ("2013-12-19T16:06:00Z", 43)],
              "shorter ones, in which the quieter market may have been quiet")
    tap.equal((len(outages("EOSUSD")), outages("EOSUSD")), (7, outages("NEOUSD")), "of two busy markets each is the same")

@tap.test("from text to table and back every field of every recorded file says what it said")
def _():
    pg.installed("fields", modules="market")
    fields = sum(recorded.check(pg, "fields", entry) for entry in recorded.LARGE)
    print(f"# figure: {fields} fields of {len(recorded.LARGE)} files")


tap.main()
