"""The line of a plain invoice file in pandas, floating point."""
import sys

import pandas as pd

frame = pd.read_csv(sys.argv[1], dtype={"CustomerID": str, "InvoiceNo": str, "StockCode": str}, usecols=["Quantity", "UnitPrice", "CustomerID"])
frame["amount"] = frame["Quantity"] * frame["UnitPrice"]
book = frame.dropna(subset=["CustomerID"]).groupby("CustomerID")["amount"].sum()
ranked = book[book > 0].sort_values(ascending=False)
running = ranked.cumsum()
n = int((running < 0.8 * running.iloc[-1]).sum()) + 1
print(round(book.sum(), 3), len(book), n, round(ranked.iloc[n - 1], 3))
