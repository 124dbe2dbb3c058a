"""The line of a plain invoice file in Polars, thousandths as integers."""
import sys

import polars as pl

book = (
    pl.scan_csv(sys.argv[1], schema_overrides={"CustomerID": pl.String, "InvoiceNo": pl.String, "StockCode": pl.String}, encoding="utf8-lossy")
    .select("CustomerID", (pl.col("Quantity") * (pl.col("UnitPrice") * 1000).round().cast(pl.Int64)).alias("amount"))
    .filter(pl.col("CustomerID").is_not_null())
    .group_by("CustomerID").agg(pl.col("amount").sum())
    .collect()
)
ranked = book.filter(pl.col("amount") > 0).sort(["amount", "CustomerID"], descending=[True, False])
running = ranked["amount"].cum_sum()
n = ((5 * running) < (4 * running[-1])).sum() + 1
print(book["amount"].sum() / 1000, len(book), n, ranked["amount"][n - 1] / 1000)
