"""The line of a plain invoice file in pandas, exact decimals as integers of thousandths."""
import sys
from decimal import Decimal

import pandas as pd

frame = pd.read_csv(sys.argv[1], dtype=str, usecols=["Quantity", "UnitPrice", "CustomerID"], keep_default_na=False)
price = {p: int(Decimal(p) * 1000) for p in frame["UnitPrice"].unique()}
frame["amount"] = frame["Quantity"].astype("int64") * frame["UnitPrice"].map(price)
book = frame[frame["CustomerID"] != ""].groupby("CustomerID")["amount"].sum()
ranked = book[book > 0].sort_values(ascending=False)
running = ranked.cumsum()
n = int((5 * running < 4 * running.iloc[-1]).sum()) + 1
print(book.sum() / 1000, len(book), n, ranked.iloc[n - 1] / 1000)
