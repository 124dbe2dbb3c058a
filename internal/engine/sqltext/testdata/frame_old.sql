SELECT account AS party,
  CAST(sum(CAST(CASE WHEN day >= 20148 AND day < 20513 THEN amount ELSE 0 END AS DECIMAL(38, 0))) AS BIGINT) AS "client_revenue_minor"
FROM (
  SELECT account, month AS day, amount, lines, documents, first_day, last_day
  FROM "cell" c
  WHERE account IS NOT NULL AND month < 20513
) facts
GROUP BY account
HAVING sum(CASE WHEN day < 20148 THEN lines ELSE 0 END) > 0
