"""The line of a plain invoice file, by hand in DuckDB SQL, exact decimals."""
import sys

import duckdb

net, clients, needed, ticket = duckdb.sql(f"""
WITH line AS (
  SELECT "CustomerID" AS client, CAST("Quantity" AS DECIMAL(18,0)) * CAST("UnitPrice" AS DECIMAL(12,3)) AS amount
  FROM read_csv('{sys.argv[1]}', header = true, delim = ',', quote = '"', all_varchar = true)
), book AS (
  SELECT client, sum(amount) AS revenue FROM line WHERE client IS NOT NULL AND client <> '' GROUP BY client
), ranked AS (
  SELECT client, revenue,
         sum(revenue) OVER (ORDER BY revenue DESC, client ROWS UNBOUNDED PRECEDING) AS running,
         row_number() OVER (ORDER BY revenue DESC, client) AS rank
  FROM book WHERE revenue > 0
)
SELECT (SELECT sum(revenue) FROM book), (SELECT count(*) FROM book), min(rank), min_by(revenue, rank)
FROM ranked WHERE 5 * running >= 4 * (SELECT sum(revenue) FROM book WHERE revenue > 0)
""").fetchone()
print(net.normalize(), clients, needed, ticket.normalize())
